"The mould takes two families: losses, and modules, have the right values and keep the contract."
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
SOFT = torch.randn(6, 4, generator=g).softmax(-1)
TEACHER = torch.randn(6, 4, generator=g)
WEIGHT = torch.tensor([1.0, 2, 3, 4])
EMBEDDED, POSITIVE = (torch.randn(6, 8, generator=g) for _ in range(2))

TAUGHT = [(X, TEACHER, Y), (X, TEACHER, SOFT)]

tversky = lossfx.tversky_loss_with_logits
distillation, info_nce = f.distillation_loss_with_logits, f.info_nce_loss

LOSSES = {
    "distillation": (distillation, f.DistillationLoss, [(X, TEACHER)], dict(temperature=3.0)),
    "distillation, hard": (distillation, f.DistillationLoss, TAUGHT, dict(hard=0.25)),
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


def test_distillation():
    student, teacher = X.clone().requires_grad_(), TEACHER.clone().requires_grad_()
    out = distillation(student, teacher, Y, temperature=3.0, hard=0.25)
    out.backward()
    log_p, log_t = (X / 3).log_softmax(-1), (TEACHER / 3).log_softmax(-1)
    divergence = 9 * F.kl_div(log_p, log_t, log_target=True, reduction="batchmean")
    near(out, 0.75 * divergence + 0.25 * F.cross_entropy(X, Y), rtol=1e-5)
    assert teacher.grad is None
    followed, = torch.autograd.grad(distillation(X, teacher, detach=False), teacher)
    assert followed.abs().max() > 0

    a, b = ((t - t.mean(-1, keepdim=True)).double() for t in (X, TEACHER))
    hot = distillation(X.double(), TEACHER.double(), temperature=1e4)
    near(hot, (a - b).square().sum(-1).mean() / 8, rtol=1e-3)

    assert list(inspect.signature(distillation).parameters)[:3] == ["y_pred", "teacher", "y_true"]
    with pytest.raises(InvalidArgumentError, match="need y_true"):
        distillation(X, TEACHER, ignore_index=2)
    with pytest.raises(TypeError, match="takes from 2 to 3 positional arguments"):
        distillation(X, TEACHER, Y, "sum")


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
    module = lossfx.TverskyLoss
    for loss in (tversky, distillation, info_nce, binary_focal, module, F.cross_entropy):
        said = "linear takes a loss of logits over classes"
        with pytest.raises(InvalidArgumentError, match=said): lossfx.linear(loss)
