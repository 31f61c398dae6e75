"The mould takes other families: losses, and modules, have the right values and keep the contract."
import inspect
import pickle

import families as f
import pytest
import torch
import torch.nn.functional as F

import lossfx
from lossfx.core import InvalidArgumentError
from lossfx.testing import check_loss, check_module, near

g = torch.Generator().manual_seed(0)
X, Y = torch.randn(6, 4, generator=g), torch.randint(4, (6,), generator=g)
TEACHER = torch.randn(6, 4, generator=g)
WEIGHT = torch.tensor([1.0, 2, 3, 4])
PIXELS = torch.randn(4, 3, 2, 3, generator=g)
CLASSES = torch.randint(2, (4, 2, 3), generator=g)  # class 2 is empty
EMBEDDED, POSITIVE = (torch.randn(6, 8, generator=g) for _ in range(2))

IMAGES = [(PIXELS[:2], CLASSES[:2]), (PIXELS[:2], PIXELS[2:].softmax(1))]
tversky = f.tversky_loss_with_logits
info_nce = f.info_nce_loss

LOSSES = {
    "Tversky": (tversky, f.TverskyLoss, IMAGES, dict(alpha=0.3, beta=0.7)),
    "InfoNCE": (info_nce, f.InfoNCELoss, [(EMBEDDED, POSITIVE)], dict(temperature=0.5)),
}


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    "Tensors are small here: more threads only wait for each other."
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", LOSSES)
def test_the_contract_is_kept(name):
    loss, module, examples, options = LOSSES[name]
    for data in examples:
        check_loss(loss, *data, **options)
        check_module(module(**options), *data)
    assert pickle.loads(pickle.dumps(loss)) is loss


@pytest.mark.slow
@pytest.mark.parametrize("name", LOSSES)
def test_each_compiles(name):
    loss, module, examples, options = LOSSES[name]
    check_loss(loss, *examples[0], slow=True, **options)
    check_module(module(**options), *examples[0], slow=True)


def dice(p, y, axes): return 1 - 2 * (p * y).sum(axes) / (p.sum(axes) + y.sum(axes))


def test_tversky():
    p, y = PIXELS.softmax(1), F.one_hot(CLASSES, 3).movedim(-1, 1).float()
    each = dice(p, y, (2, 3))
    near(tversky(PIXELS, CLASSES, "none")[:, :2], each[:, :2], rtol=1e-5)
    near(tversky(PIXELS, CLASSES), each[:, :2].mean(), rtol=1e-5)
    near(tversky(PIXELS, CLASSES, per="batch"), dice(p, y, (0, 2, 3))[:2].mean(), rtol=1e-5)
    near(tversky(PIXELS, CLASSES, empty="count"), each.mean(), rtol=1e-5)

    weight = torch.tensor([1.0, 3, 5])
    want = (each[:, :2] * weight[:2]).sum(1).mean() / 4
    near(tversky(PIXELS, CLASSES, class_weight=weight), want, rtol=1e-5)
    near(tversky(PIXELS, p), 0.0, atol=1e-6)
    near(tversky(PIXELS, y), tversky(PIXELS, CLASSES))

    valid = torch.rand(4, 2, 3, generator=g) > 0.4
    spoilt = PIXELS.where(valid[:, None], torch.nan), CLASSES.where(valid, -9)
    near(tversky(*spoilt, ignore_index=-9), tversky(PIXELS, CLASSES, mask=valid))
    with pytest.raises(InvalidArgumentError, match="needs per='sample'"):
        tversky(PIXELS, CLASSES, per="batch", sample_weight=torch.ones(4))


def test_data_that_may_be_missing_come_before_options_by_name():
    loss = lossfx.distillation_with_logits
    assert list(inspect.signature(loss).parameters)[:3] == ["y_pred", "teacher", "y_true"]
    near(loss(X, TEACHER, Y, mix=1.0), loss(X, TEACHER))
    with pytest.raises(TypeError, match="takes from 2 to 3 positional arguments"):
        loss(X, TEACHER, Y, "sum")


def test_info_nce():
    cosines = F.normalize(EMBEDDED) @ F.normalize(POSITIVE).t()
    near(info_nce(EMBEDDED, POSITIVE), F.cross_entropy(cosines / 0.1, torch.arange(6)), rtol=1e-5)

    valid = torch.tensor([True, True, False, True, True, False])
    spoilt = EMBEDDED.where(valid[:, None], torch.nan)
    want = info_nce(EMBEDDED[valid], POSITIVE[valid])
    near(info_nce(spoilt, POSITIVE, mask=valid), want, rtol=1e-5)
    with pytest.raises(InvalidArgumentError, match="temperature must be a number above 0"):
        f.InfoNCELoss(temperature=0)


def test_only_losses_over_classes_have_a_linear_form():
    binary_focal = lossfx.binary_focal_loss_with_logits
    for loss in (tversky, info_nce, binary_focal, f.TverskyLoss, F.cross_entropy):
        said = "linear takes a loss of logits over classes"
        with pytest.raises(InvalidArgumentError, match=said): lossfx.linear(loss)
