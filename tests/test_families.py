"The mould takes another family: losses, and modules, have the right values and keep the contract."
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
EMBEDDED, POSITIVE = (torch.randn(6, 8, generator=g) for _ in range(2))

tversky = lossfx.tversky_loss_with_logits
info_nce = f.info_nce_loss

LOSSES = {
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
    for loss in (tversky, info_nce, binary_focal, lossfx.TverskyLoss, F.cross_entropy):
        said = "linear takes a loss of logits over classes"
        with pytest.raises(InvalidArgumentError, match=said): lossfx.linear(loss)
