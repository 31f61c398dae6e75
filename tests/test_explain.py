"`explain` names the losses of others by their gradients, and invents none."
import math

import pytest
import torch
import torch.nn.functional as F

from lossfx import explain
from lossfx.equivalences import import_torchvision

import_torchvision()  # which timm imports


def one_hot(y, x): return F.one_hot(y, x.shape[-1]).to(x)


def at_label(v, y): return v.gather(-1, y[:, None])[:, 0]


def of_fastai(name, **options):
    from fastai import losses
    return getattr(losses, name)(**options)


def of_timm(name, **options):
    from timm import loss
    return getattr(loss, name)(**options)


def of_kornia(name, **options):
    from kornia import losses
    return lambda x, y: getattr(losses, name)(x, y, **options)


def of_torchvision(x, y):
    from torchvision.ops import sigmoid_focal_loss
    return sigmoid_focal_loss(x, y, alpha=.3, gamma=1.5)


def of_monai(x, y):
    from monai.losses import FocalLoss
    return FocalLoss(use_softmax=True, gamma=1.5, reduction="none")(x, y).sum(-1)


def poly1(x, y):
    "Of the authors' code."
    p = at_label(x.softmax(-1), y)
    return (F.cross_entropy(x, y, reduction="none") + 3*(1-p)).mean()


def distillation(x, t):
    "Cross entropy with soft targets, of the paper."
    return F.cross_entropy(x/3, (t/3).softmax(-1))


def of_distributions(x, t):
    from torch.distributions import Categorical, kl_divergence
    return kl_divergence(Categorical(logits=x), Categorical(logits=t))


def both_ways(x, t):
    a, b = x.log_softmax(-1), t.log_softmax(-1)
    return ((a.exp() - b.exp())*(a - b)).sum(-1)


def generalized_jsd(x, t):
    a, b = x.log_softmax(-1), t.log_softmax(-1)
    m = torch.logaddexp(a + math.log(.7), b + math.log(.3))
    return (.3*F.kl_div(m, b, log_target=True, reduction="none")
            + .7*F.kl_div(m, a, log_target=True, reduction="none")).sum(-1)


def symmetric(x, y):
    "Of the authors' code: weights of 0.1 and 1, labels clipped at 0.0001."
    p, labels = x.softmax(-1), one_hot(y, x).clamp(1e-4, 1)
    return .1*F.cross_entropy(x, y) - (p*labels.log()).sum(-1).mean()


def normalized(x, y):
    "Of the authors' code: NormalizedCrossEntropy."
    log_p = x.log_softmax(-1)
    return (at_label(log_p, y)/log_p.sum(-1)).mean()


def normalized_focal(x, y):
    f = -(1 - x.softmax(-1))**2*x.log_softmax(-1)
    return (at_label(f, y)/f.sum(-1)).mean()


def active_and_passive(x, y):
    "Of the authors' code: NCEandMAE, whose absolute error is half of it."
    return normalized(x, y) + (1 - at_label(x.softmax(-1), y)).mean()


def taylor(x, y):
    "Of basf2's code, with 5 terms."
    miss = 1 - at_label(x.softmax(-1), y)
    return sum(miss**i/i for i in range(1, 6)).sum()/len(y)


def jensen_shannon(x, y):
    "Of the authors' code, with weights of .3 and .7."
    both = one_hot(y, x), x.softmax(-1)
    log_m = (.3*both[0] + .7*both[1]).clamp(1e-7, 1).log()
    parts = [F.kl_div(log_m, q, reduction="none").sum(-1) for q in both]
    return (-(.3*parts[0] + .7*parts[1])/(.7*math.log(.7))).mean()


def bi_tempered(x, y, t1=.6, t2=1.5):
    "Of the authors' code, with 80 iterations."
    log_t = lambda u, t: (u**(1-t) - 1)/(1-t)
    exp_t = lambda u: (1 + (1-t2)*u).relu()**(1/(1-t2))
    start = a = x - x.amax(-1, keepdim=True)
    for _ in range(80): a = start*exp_t(a).sum(-1, keepdim=True)**(1-t2)
    p = exp_t(start + log_t(1/exp_t(a).sum(-1, keepdim=True), t2))
    return (-log_t(at_label(p, y), t1) - (1 - (p**(2-t1)).sum(-1))/(2-t1)).mean()


def dynamic_fine_tuning(x, y):
    "Of TRL's code for `loss_type='dft'`."
    log_p = at_label(x.log_softmax(-1), y)
    return -(log_p*log_p.detach().exp()).mean()


def squared_emd(x, y):
    "Of code that circulates: classes in order, a step apart."
    return (x.softmax(-1).cumsum(-1) - one_hot(y, x).cumsum(-1)).square().sum(-1).mean()


def with_z_loss(x, y): return F.cross_entropy(x, y) + .01*x.logsumexp(-1).square().mean()


def with_penalty(x, y):
    log_p = x.log_softmax(-1)
    return F.nll_loss(log_p, y) + .3*(log_p.exp()*log_p).sum(-1).mean()


def soft_bootstrapping(x, y):
    "Of vfdev-5/BootstrappingLoss, with `as_pseudo_label=False`."
    own = -(x.softmax(1)*x.log_softmax(1)).sum(1)
    return (.7*F.cross_entropy(x, y, reduction="none") + .3*own).mean()


def hard_bootstrapping(x, y):
    "Of vfdev-5/BootstrappingLoss."
    own = -at_label(x.log_softmax(1), x.detach().softmax(1).argmax(1))
    return (.6*F.cross_entropy(x, y, reduction="none") + .4*own).mean()


def label_relaxation(x, y):
    "Of the authors' package."
    p = at_label(x.softmax(-1), y)
    apart = .8*(.8/p).log() + .2*(.2/(1-p)).log()
    return torch.where(p >= .8, 0, apart).mean()


NOISE = .7*torch.eye(5).double() + .3*torch.eye(5).double().roll(1, -1)


def forward_correction(x, y): return -at_label((x.softmax(-1) @ NOISE).log(), y).mean()


def backward_correction(x, y):
    return -(one_hot(y, x) @ NOISE.inverse()*x.log_softmax(-1)).sum(-1).mean()


def brier(x, y):
    "Of by-liu/MbLS."
    return ((one_hot(y, x) - x.log_softmax(-1).exp())**2).sum() / len(x)


def max_suppression(x, y):
    "Of the authors' code."
    return F.cross_entropy(x, y) + .2*(x.max(1).values - x.mean(1)).mean()


def of_entmax(name, *options):
    import entmax
    return lambda x, y: getattr(entmax, name)(x, y, *options)


# Whose it is, or what it is called; a call; what `explain` is told; the loss and options it names
FOREIGN = {
    "torch, cross_entropy": (F.cross_entropy, {}, "soft_label_cross_entropy_with_logits", {}),
    "torch, smoothed": (lambda x, y: F.cross_entropy(x, y, label_smoothing=.1), {},
                        "soft_label_cross_entropy_with_logits", dict(alpha=.1)),
    "torch, nll_loss": (lambda x, y: F.nll_loss(x.log_softmax(-1), y, reduction="sum"), {},
                        "soft_label_cross_entropy_with_logits", {}),
    "torch, l1_loss": (lambda x, y: F.l1_loss(x.softmax(-1), one_hot(y, x)), {},
                       "classification_mae_with_logits", {}),
    "torch, multi_margin_loss": (F.multi_margin_loss, {}, "multiclass_hinge_loss", {}),
    "torch, binary_cross_entropy": (F.binary_cross_entropy_with_logits, dict(inputs="labels"),
                                    "binary_cross_entropy_with_logits", {}),
    "torch, multilabel_soft_margin": (F.multilabel_soft_margin_loss, dict(inputs="labels"),
                                      "binary_cross_entropy_with_logits", {}),
    "torch, hinge_embedding_loss": (F.hinge_embedding_loss, dict(inputs="distances"),
                                    "hinge_embedding_loss", {}),
    "timm, LabelSmoothing": (lambda *a: of_timm("LabelSmoothingCrossEntropy", smoothing=.2)(*a), {},
                             "soft_label_cross_entropy_with_logits", dict(alpha=.2)),
    "timm, SoftTarget": (lambda *a: of_timm("SoftTargetCrossEntropy")(*a), dict(labels="soft"),
                         "soft_label_cross_entropy_with_logits", {}),
    "timm, AsymmetricLoss": (
        lambda *a: of_timm("AsymmetricLossMultiLabel", clip=0, gamma_pos=0)(*a),
        dict(inputs="labels"), "asymmetric_loss_with_logits", {}),
    "fastai, LabelSmoothing": (lambda *a: of_fastai("LabelSmoothingCrossEntropy", eps=.3)(*a), {},
                               "soft_label_cross_entropy_with_logits", dict(alpha=.3)),
    "fastai, FocalLoss": (lambda *a: of_fastai("FocalLoss", gamma=1.5)(*a), {},
                          "focal_loss_with_logits", dict(gamma=1.5)),
    "kornia, focal_loss": (lambda *a: of_kornia("focal_loss", alpha=None, gamma=3.)(*a), {},
                           "focal_loss_with_logits", dict(gamma=3.)),
    "kornia, binary_focal_loss": (
        lambda *a: of_kornia("binary_focal_loss_with_logits", alpha=.4, gamma=2.5)(*a),
        dict(inputs="labels"), "binary_focal_loss_with_logits", dict(alpha=.4, gamma=2.5)),
    "torchvision, sigmoid_focal_loss": (of_torchvision, dict(inputs="labels"),
                                        "binary_focal_loss_with_logits", dict(alpha=.3, gamma=1.5)),
    "MONAI, FocalLoss": (of_monai, dict(labels="one-hot"),
                         "focal_loss_with_logits", dict(gamma=1.5)),
    "entmax, sparsemax_loss": (lambda *a: of_entmax("sparsemax_loss")(*a), {},
                               "entmax_loss_with_logits", dict(alpha=2.)),
    "entmax, entmax_bisect_loss": (lambda *a: of_entmax("entmax_bisect_loss", 1.3)(*a), {},
                                   "entmax_loss_with_logits", dict(alpha=1.3)),
    "authors, Brier": (brier, {}, "brier_loss_with_logits", {}),
    "authors, MaxSup": (max_suppression, {}, "margin_smoothing_with_logits",
                        dict(penalty_weight=.2)),
    "authors, Poly-1": (poly1, {}, "poly1_loss_with_logits", dict(epsilon=3.)),
    "Wang et al., SL": (symmetric, {}, "symmetric_cross_entropy_with_logits", {}),
    "Ma et al., NCE": (normalized, {}, "normalized_cross_entropy_with_logits", {}),
    "Ma et al., NFL": (normalized_focal, {}, "normalized_focal_loss_with_logits", dict(gamma=2.)),
    "Ma et al., NCEandMAE": (active_and_passive, {}, "active_passive_loss_with_logits", {}),
    "basf2, TCCE": (taylor, dict(order=5), "taylor_cross_entropy_with_logits", {}),
    "authors, Jensen-Shannon": (jensen_shannon, {}, "jensen_shannon_with_logits", dict(pi=.3)),
    "authors, bi-tempered": (bi_tempered, {}, "bi_tempered_logistic_loss_with_logits",
                             dict(t1=.6, t2=1.5)),
    "authors, soft bootstrapping": (
        soft_bootstrapping, {}, "soft_bootstrapping_loss_with_logits", dict(beta=.7)),
    "authors, hard bootstrapping": (
        hard_bootstrapping, {}, "hard_bootstrapping_loss_with_logits", dict(beta=.6)),
    "authors, label relaxation": (
        label_relaxation, {}, "label_relaxation_loss_with_logits", dict(alpha=.2)),
    "authors, forward correction": (
        forward_correction, dict(noise=NOISE), "forward_corrected_cross_entropy_with_logits", {}),
    "authors, backward correction": (
        backward_correction, dict(noise=NOISE), "backward_corrected_cross_entropy_with_logits", {}),
    "authors, squared EMD": (squared_emd, dict(positions=torch.arange(5.)),
                             "squared_emd_with_logits", {}),
    "Hinton et al., distillation": (
        distillation, dict(inputs="teacher"), "distillation_with_logits", dict(temperature=3.)),
    "torch, kl_divergence": (
        of_distributions, dict(inputs="teacher"), "reverse_kl_with_logits", {}),
    "authors, J-divergence": (both_ways, dict(inputs="teacher"), "jeffreys_with_logits", {}),
    "TRL, generalized_jsd": (
        generalized_jsd, dict(inputs="teacher"), "generalized_jensen_shannon_with_logits",
        dict(beta=.3)),
    "authors, TVD": (lambda x, t: (x.softmax(-1) - t.softmax(-1)).abs().sum(-1).mean()/2,
                     dict(inputs="teacher"), "total_variation_with_logits", {}),
    "TRL, dft": (dynamic_fine_tuning, {}, "classification_mae_with_logits", {}),
    "T5X, z-loss": (with_z_loss, {}, "z_loss_with_logits", dict(z_weight=.01)),
    "Pereyra et al., penalty": (with_penalty, {}, "confidence_penalty_with_logits", dict(beta=.3)),
}
TRANSCRIBED = ("authors", "TRL", "T5X", "Pereyra et al.", "Wang et al.", "Ma et al.", "basf2",
               "Hinton et al.")
OTHERS = sum(name.split(",")[0] not in TRANSCRIBED
             for name in FOREIGN)

UNKNOWN = {
    "a power of cross entropy": lambda x, y: F.cross_entropy(x, y, reduction="none")**1.5,
    "squared error of logits": lambda x, y: F.mse_loss(x, one_hot(y, x)),
    "cross entropy of a softmax": lambda x, y: F.cross_entropy(x.softmax(-1), y),
    "the largest logit": lambda x, y: x.amax(-1) - at_label(x, y)/2,
    "hot cross entropy": lambda x, y: F.cross_entropy(x/2, y),
    "nearly cross entropy": lambda x, y: F.cross_entropy(x, y) + 1e-4*x.square().mean(),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_loss_is_named(name):
    loss, told, known, options = FOREIGN[name]
    found = explain(loss, **told)
    assert known in [m.name for m in found], found
    match = next(m for m in found if m.name == known)
    for option, value in options.items():
        assert match.options[option] == pytest.approx(value, abs=1e-5), match


def test_most_are_functions_of_other_packages(): assert OTHERS >= 12 and len(FOREIGN) >= 20


@pytest.mark.parametrize("name", UNKNOWN)
def test_none_is_invented(name):
    assert not explain(UNKNOWN[name])


def test_factor_reduction_and_value():
    "Others may follow: within its margin, margin smoothing is cross entropy."
    match, *_ = explain(lambda x, y: 3*F.cross_entropy(x, y, reduction="sum"))
    assert match.factor == pytest.approx(3)
    assert (match.reduction, match.value) == ("sum", "the same value")
    match, *_ = explain(lambda x, y: F.cross_entropy(x, y) + 1)
    assert (match.reduction, match.value) == ("mean", "a value that differs by 1")
    match, *_ = explain(lambda x, y: F.cross_entropy(x, y, reduction="none"))
    assert match.reduction is None and str(match).endswith("(): the same value")
    assert explain(lambda x, y: x.sum()*0).note.startswith("Its gradient is 0 everywhere")


def test_what_is_wrong_with_the_loss_is_its_own_error():
    with pytest.raises(ZeroDivisionError): explain(lambda x, y: 1/0)
