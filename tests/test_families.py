"The mould takes seven families: each loss has its value by hand, keeps the contract of its door, and so does its module."
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
PRIOR = torch.tensor([0.5, 0.2, 0.2, 0.1])
PIXELS, CLASSES = torch.randn(4, 3, 2, 3, generator=g), torch.randint(2, (4, 2, 3), generator=g)  # class 2 is empty
EMBEDDED, POSITIVE = torch.randn(6, 8, generator=g), torch.randn(6, 8, generator=g)
P = X.softmax(-1)

LOSSES = {
    "focal": (f.focal_loss_with_logits, f.FocalLoss, [(X, Y), (X, SOFT)], dict(gamma=0.5)),
    "focal, overlap": (f.focal_loss_with_logits, f.FocalLoss, [(X, Y), (X, SOFT)], dict(soft="overlap")),
    "focal, surprise": (f.focal_loss_with_logits, f.FocalLoss, [(X, Y), (X, SOFT)], dict(soft="surprise", gamma=0.5)),
    "focal, distance": (f.focal_loss_with_logits, f.FocalLoss, [(X, Y), (X, SOFT)], dict(soft="distance")),
    "binary focal": (f.binary_focal_loss_with_logits, f.BinaryFocalLoss, [(X[:, 0], SOFT[:, 0]), (X[:, 0], Y % 2)], dict(gamma=0.5, alpha=0.3)),
    "generalized": (f.generalized_cross_entropy_with_logits, f.GeneralizedCrossEntropyLoss, [(X, Y), (X, SOFT)], dict(q=0.4)),
    "Tversky": (f.tversky_loss_with_logits, f.TverskyLoss, [(PIXELS, CLASSES), (PIXELS, PIXELS.roll(1, 0).softmax(1))], dict(alpha=0.3, beta=0.7)),
    "distillation": (f.distillation_loss_with_logits, f.DistillationLoss, [(X, TEACHER)], dict(temperature=3.0)),
    "distillation, hard": (f.distillation_loss_with_logits, f.DistillationLoss, [(X, TEACHER, Y), (X, TEACHER, SOFT)], dict(hard=0.25)),
    "logit adjustment": (f.logit_adjusted_cross_entropy_with_logits, f.LogitAdjustedCrossEntropyLoss, [(X, Y), (X, SOFT)], dict(prior=PRIOR, tau=0.5)),
    "InfoNCE": (f.info_nce_loss, f.InfoNCELoss, [(EMBEDDED, POSITIVE)], dict(temperature=0.5)),
    "squared EMD": (f.squared_emd_with_logits, f.SquaredEMDLoss, [(X, Y), (X, SOFT)], {}),
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


def test_focal():
    focal = f.focal_loss_with_logits
    near(focal(X, Y, gamma=0.0, class_weight=WEIGHT), F.cross_entropy(X, Y, weight=WEIGHT))
    p = P.gather(1, Y[:, None])[:, 0]
    near(focal(X, Y, "none", gamma=0.5), -((1 - p) ** 0.5) * p.log(), rtol=1e-5)
    z = torch.tensor([[200.0, 0, 0], [0.0, 200, 0]], requires_grad=True)
    for labels in (torch.tensor([0, 0]), torch.tensor([[1.0, 0, 0], [0, 0, 1]])):
        assert torch.autograd.grad(focal(z, labels, gamma=0.5), z)[0].isfinite().all()
    cost = -(SOFT * P.log()).sum(-1)
    wanted = dict(average=-(SOFT * (1 - P) ** 2 * P.log()).sum(-1), overlap=(1 - (SOFT * P).sum(-1)) ** 2 * cost,
                  surprise=(1 - (-cost).exp()) ** 2 * cost, distance=-(SOFT * (SOFT - P).abs() ** 2 * P.log()).sum(-1))
    for soft, want in wanted.items(): near(focal(X, SOFT, "none", soft=soft), want, rtol=1e-5)
    near(lossfx.linear(focal)(EMBEDDED, POSITIVE, Y, gamma=1.0), focal(EMBEDDED @ POSITIVE.t(), Y, gamma=1.0))
    near(lossfx.two_class(focal)(X[:, 0], Y % 2), focal(torch.stack([0 * X[:, 0], X[:, 0]], 1), Y % 2))


def test_binary_focal():
    loss, logit, label = f.binary_focal_loss_with_logits, X[:, :3], SOFT[:, :3]
    near(loss(logit, label, gamma=0.0), F.binary_cross_entropy_with_logits(logit, label))
    weight = torch.tensor([1.0, 2, 3])
    ours, theirs = loss(logit, label, "sum", gamma=0.0, pos_weight=weight), F.binary_cross_entropy_with_logits(logit, label, pos_weight=weight, reduction="sum")
    hard = (label > 0.3).float()
    near(loss(logit, hard, "sum", gamma=0.0, pos_weight=weight), F.binary_cross_entropy_with_logits(logit, hard, pos_weight=weight, reduction="sum"))
    assert not torch.allclose(ours, theirs)  # a weight of the element, not of one of its two terms
    p_t, weight = torch.where(hard > 0, logit.sigmoid(), 1 - logit.sigmoid()), torch.where(hard > 0, 0.25, 0.75)
    keep = label > 0.2
    near(loss(logit, hard, alpha=0.25, mask=keep), (-weight * (1 - p_t) ** 2 * p_t.log())[keep].mean(), rtol=1e-5)


def test_generalized_cross_entropy():
    near(f.generalized_cross_entropy_with_logits(X, SOFT, q=0.0), F.cross_entropy(X, SOFT))
    near(f.generalized_cross_entropy_with_logits(X, Y, q=1.0), lossfx.classification_mae_with_logits(X, Y) / 2)


def dice(p, y, axes): return 1 - 2 * (p * y).sum(axes) / (p.sum(axes) + y.sum(axes))


def test_tversky():
    loss, p, y = f.tversky_loss_with_logits, PIXELS.softmax(1), F.one_hot(CLASSES, 3).movedim(-1, 1).float()
    near(loss(PIXELS, CLASSES, "none")[:, :2], dice(p, y, (2, 3))[:, :2], rtol=1e-5)
    near(loss(PIXELS, CLASSES), dice(p, y, (2, 3))[:, :2].mean(), rtol=1e-5)
    near(loss(PIXELS, CLASSES, per="batch"), dice(p, y, (0, 2, 3))[:2].mean(), rtol=1e-5)
    near(loss(PIXELS, CLASSES, empty="count"), dice(p, y, (2, 3)).mean(), rtol=1e-5)
    weight = torch.tensor([1.0, 3, 5])
    near(loss(PIXELS, CLASSES, class_weight=weight), (dice(p, y, (2, 3))[:, :2] * weight[:2]).sum(1).mean() / 4, rtol=1e-5)
    near(loss(PIXELS, p), 0.0, atol=1e-6)
    near(loss(PIXELS, y), loss(PIXELS, CLASSES))
    keep = torch.rand(4, 2, 3, generator=g) > 0.4
    spoilt = PIXELS.where(keep[:, None], torch.nan), CLASSES.where(keep, -9)
    near(loss(*spoilt, ignore_index=-9), loss(PIXELS, CLASSES, mask=keep))
    with pytest.raises(InvalidArgumentError, match="needs per='sample'"): loss(PIXELS, CLASSES, per="batch", sample_weight=torch.ones(4))


def test_distillation():
    loss, student, teacher = f.distillation_loss_with_logits, X.clone().requires_grad_(), TEACHER.clone().requires_grad_()
    out = loss(student, teacher, Y, temperature=3.0, hard=0.25)
    out.backward()
    divergence = 9 * F.kl_div((X / 3).log_softmax(-1), (TEACHER / 3).log_softmax(-1), log_target=True, reduction="batchmean")
    near(out, 0.75 * divergence + 0.25 * F.cross_entropy(X, Y), rtol=1e-5)
    assert teacher.grad is None and torch.autograd.grad(loss(X, teacher, detach=False), teacher)[0].abs().max() > 0
    centred = [(t - t.mean(-1, keepdim=True)).double() for t in (X, TEACHER)]
    near(loss(X.double(), TEACHER.double(), temperature=1e4), (centred[0] - centred[1]).square().sum(-1).mean() / 8, rtol=1e-3)
    assert list(inspect.signature(loss).parameters)[:3] == ["y_pred", "teacher", "y_true"]
    with pytest.raises(InvalidArgumentError, match="need y_true"): loss(X, TEACHER, ignore_index=2)
    with pytest.raises(TypeError, match="takes from 2 to 3 positional arguments"): loss(X, TEACHER, Y, "sum")


def test_logit_adjustment():
    loss = f.logit_adjusted_cross_entropy_with_logits
    near(loss(X, Y, prior=PRIOR, tau=0.0), F.cross_entropy(X, Y))
    adjusted = PRIOR * X.exp()
    near(loss(X, Y, prior=PRIOR), -(adjusted.gather(1, Y[:, None])[:, 0] / adjusted.sum(-1)).log().mean())
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'prior'"): f.LogitAdjustedCrossEntropyLoss()
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'prior'"): loss(X, Y)


def test_info_nce():
    near(f.info_nce_loss(EMBEDDED, POSITIVE), F.cross_entropy(F.normalize(EMBEDDED) @ F.normalize(POSITIVE).t() / 0.1, torch.arange(6)), rtol=1e-5)
    keep = torch.tensor([True, True, False, True, True, False])
    spoilt = EMBEDDED.where(keep[:, None], torch.nan)
    near(f.info_nce_loss(spoilt, POSITIVE, mask=keep), f.info_nce_loss(EMBEDDED[keep], POSITIVE[keep]), rtol=1e-5)
    with pytest.raises(InvalidArgumentError, match="temperature must be a number above 0"): f.InfoNCELoss(temperature=0)


def test_squared_emd():
    near(f.squared_emd_with_logits(X, SOFT), (P - SOFT).cumsum(-1).square().sum(-1).mean(), rtol=1e-5)


def test_only_losses_over_classes_have_a_linear_form():
    for loss in (f.tversky_loss_with_logits, f.distillation_loss_with_logits, f.info_nce_loss, f.binary_focal_loss_with_logits, f.TverskyLoss, F.cross_entropy):
        with pytest.raises(InvalidArgumentError, match="linear takes a loss of logits over classes"): lossfx.linear(loss)
    head = lossfx.linear(f.SquaredEMDLoss)(8, 4)
    near(head(EMBEDDED, Y), f.squared_emd_with_logits(head.head(EMBEDDED), Y))
