"Linear heads with their losses, and small calls of every loss: ours and torch's."
import math

import torch
import torch.nn.functional as F

import lossfx
from lossfx import linear_classification_mae, linear_distillation, linear_soft_label_cross_entropy
from lossfx import soft_label_cross_entropy_with_logits as cross_entropy

from .contenders import ALPHA, batch, kl_div, torchs


def numbers(seed):
    "A function of a shape that gives normal random numbers, and class indices below `C` if asked."
    g = torch.Generator().manual_seed(seed)
    return lambda *shape, C=0: (torch.randint(C, shape, generator=g) if C
                                else torch.randn(*shape, generator=g))


def linear_tasks(N, D, C, k=8):
    """Hidden states, weight, and what a linear head and a loss do together.

    Each task has its methods, functions of the two; the first of them makes all the logits."""
    random, ours, head = numbers(0), linear_soft_label_cross_entropy, F.linear
    h, W, y = random(N, D), random(C, D) * .04, random(N, C=C)
    top, probs = random(N, k, C=C), random(N, k).softmax(-1)
    teacher, teachers = random(N, D), random(C, D) * .04
    labels = lossfx.TopKLabels(top, probs)
    dense = lambda: torch.zeros(N, C).scatter_add_(1, top, probs)
    taught = lambda: head(teacher, teachers).softmax(-1)

    def gathered(h, W):
        log_p = head(h, W).log_softmax(-1)
        return -((1 - ALPHA) * (log_p.gather(1, top) * probs).sum(1) + ALPHA * log_p.mean(1)).mean()

    tasks = {
        "class indices, smoothed": {
            "linear, F.cross_entropy": lambda h, W: torchs(head(h, W), y),
            "lossfx": lambda h, W: ours(h, W, y, ALPHA)},
        "class indices": {
            "linear, F.cross_entropy": lambda h, W: F.cross_entropy(head(h, W), y),
            "lossfx": lambda h, W: ours(h, W, y)},
        f"top {k} classes, smoothed": {
            "linear, scatter, F.cross_entropy": lambda h, W: torchs(head(h, W), dense()),
            "linear, log_softmax, gather": gathered,
            "lossfx": lambda h, W: ours(h, W, labels, ALPHA, smoothing="mix")},
        "a teacher's hidden states": {
            "linear, softmax, F.cross_entropy": lambda h, W: F.cross_entropy(head(h, W), taught()),
            "linear, softmax, F.kl_div": lambda h, W: kl_div(head(h, W), taught()),
            "lossfx": lambda h, W: linear_distillation(h, W, teacher, teachers)},
    }
    if hasattr(torch.nn, "LinearCrossEntropyOptions"):  # torch 2.13: indices without smoothing
        for name, sizes in (("", {}), (", 256 rows", dict(batch_chunk_size=256))):
            options = torch.nn.LinearCrossEntropyOptions(**sizes)
            tasks["class indices"]["F.linear_cross_entropy" + name] = (
                lambda h, W, o=options: F.linear_cross_entropy(h, W, y, options=o))
    return h.requires_grad_(), W.requires_grad_(), tasks


def tempered_softmax(x, t, steps=20):
    "As the authors of the bi-tempered loss find it for t > 1: by a fixed-point iteration."
    exp_t = lambda u: (1 + (1 - t) * u) ** (1 / (1 - t))
    start = a = x - x.amax(-1, keepdim=True)
    for _ in range(steps): a = start * exp_t(a).sum(-1, keepdim=True) ** (1 - t)
    return exp_t(start + (exp_t(a).sum(-1, keepdim=True) ** (t - 1) - 1) / (1 - t))


def bi_tempered(p, index, t):
    at = p.gather(1, index[:, None])[:, 0]
    return (1 - at ** (1 - t)) / (1 - t) - (1 - (p ** (2 - t)).sum(-1)) / (2 - t)


def small_calls(N=64, C=10):
    """Each loss, called in the usual way: our function, torch's, and what gets a gradient.

    Torch's are plain expressions, which check nothing."""
    random, (x, y, index) = numbers(1), batch(N, C)
    p, d = x.detach().softmax(-1).requires_grad_(), x.detach().abs().requires_grad_()
    sign, onehot = torch.where(y > y.median(), 1., -1.), F.one_hot(index, C).float()
    h, W, teacher, teachers = random(N, 32).requires_grad_(), *(random(n, 32) for n in (C, N, C))
    mae = lambda x: (x.softmax(-1) - onehot).abs().sum(-1).mean()
    at, log_p = lambda t: t.gather(1, index[:, None])[:, 0], lambda: x.log_softmax(-1)
    missed, part = lambda: 1 - at(log_p()).exp(), lambda costs: at(costs) / costs.sum(1)
    bce = lambda: F.binary_cross_entropy_with_logits(x, onehot, reduction="none")
    missing = lambda: torch.where(onehot > 0, torch.sigmoid(-x), torch.sigmoid(x))
    beyond = lambda: (torch.sigmoid(x) - 0.05).clamp(min=0)
    counts, others, places = torch.arange(1., C + 1), onehot == 0, torch.arange(float(C))
    share, margins = counts / counts.sum(), 0.5 * counts ** -0.25
    def halves(p):
        log_m = ((p + onehot) / 2).log()
        return F.kl_div(log_m, onehot, reduction="none") + F.kl_div(log_m, p, reduction="none")
    noise, own = 0.9 * torch.eye(C) + 0.1 / C, lambda: x.softmax(-1) * log_p()
    two_outcomes = lambda p: 0.9 * (0.9 / p).log() + 0.1 * (0.1 / (1 - p)).log()
    lead = lambda: (x + others.float()).amax(-1) - at(x)
    behind = lambda: (x.amax(-1, keepdim=True) - x - 10).clamp(min=0)

    far, own_place = teacher.roll(1, 0), torch.arange(N)
    cosines = lambda b: F.normalize(h) @ F.normalize(b).t()
    def of_its_class():
        itself = torch.eye(N, dtype=torch.bool)
        logits = (cosines(h) / 0.1).masked_fill(itself, -math.inf)
        alike = (index[:, None] == index) & ~itself
        return -(logits.log_softmax(-1).where(alike, 0).sum(-1) / alike.sum(-1)).mean()
    def by_angle(c, margin=0.5):
        turned = at(c) * math.cos(margin) - (1 - at(c).square()).sqrt() * math.sin(margin)
        return c.scatter(-1, index[:, None], turned[:, None])

    def sparse(x):
        "The loss of 1.5-entmax, by sorting."
        s = (x.detach() / 2).sort(-1, descending=True).values
        mean, square = s.cumsum(-1) / counts, s.square().cumsum(-1) / counts
        tau = mean - (1 / counts - square + mean.square()).clamp(min=0).sqrt()
        tau = tau.gather(-1, (tau <= s).sum(-1, keepdim=True) - 1)
        v, p = x - 2 * tau - 2, (x / 2 - tau).clamp(min=0).square()
        return -at(v) - (1 - p.pow(1.5).sum(-1)) / 1.5

    def index_of_sets(extra, missed):
        "Of the whole batch as one image: the Tversky loss of each class."
        q = x.softmax(-1)
        hit, alone, none = (v.sum(0) for v in (q * onehot, q * others, (1 - q) * onehot))
        return 1 - hit / (hit + extra * alone + missed * none)

    def extended(errors, truth):
        "Errors along their order, times the differences of the Jaccard loss."
        errors, order = errors.sort(0, descending=True)
        truth = truth.gather(0, order)
        lost = 1 - (truth.sum(0) - truth.cumsum(0)) / (truth.sum(0) + (1 - truth).cumsum(0))
        return (errors * torch.cat([lost[:1], lost.diff(dim=0)])).sum(0)

    whole = dict(per="batch", empty="count")
    logits, taught = lambda: F.linear(h, W), lambda: F.linear(teacher, teachers).softmax(-1)
    z = F.linear(teacher, teachers)
    log_t = lambda: z.log_softmax(-1)
    between = lambda a, b: F.kl_div(b, a, reduction="batchmean", log_target=True)
    def from_mixture(a, b):
        log_m = torch.logaddexp(a, b) - math.log(2)
        return (between(a, log_m) + between(b, log_m)) / 2

    return {
        "soft_label_cross_entropy_with_logits, soft labels": (
            lambda: cross_entropy(x, y), lambda: F.cross_entropy(x, y), x),
        "soft_label_cross_entropy_with_logits, class indices": (
            lambda: cross_entropy(x, index), lambda: F.cross_entropy(x, index), x),
        "soft_label_cross_entropy": (
            lambda: lossfx.soft_label_cross_entropy(p, y),
            lambda: -(y * p.log()).sum(-1).mean(), p),
        "hinge_loss": (
            lambda: lossfx.hinge_loss(x, sign), lambda: torch.relu(1 - sign * x).mean(), x),
        "hinge_embedding_loss": (
            lambda: lossfx.hinge_embedding_loss(d, sign),
            lambda: F.hinge_embedding_loss(d, sign), d),
        "classification_mae_with_logits": (
            lambda: lossfx.classification_mae_with_logits(x, index), lambda: mae(x), x),
        "binary_cross_entropy_with_logits": (
            lambda: lossfx.binary_cross_entropy_with_logits(x, onehot), lambda: bce().mean(), x),
        "binary_focal_loss_with_logits": (
            lambda: lossfx.binary_focal_loss_with_logits(x, onehot),
            lambda: (missing() ** 2 * bce()).mean(), x),
        "asymmetric_loss_with_logits": (
            lambda: lossfx.asymmetric_loss_with_logits(x, onehot),
            lambda: torch.where(
                onehot > 0, missing() * bce(), -beyond()**4 * (-beyond()).log1p()).mean(), x),
        "focal_loss_with_logits": (
            lambda: lossfx.focal_loss_with_logits(x, index),
            lambda: (-(1 - at(log_p()).exp()) ** 2 * at(log_p())).mean(), x),
        "brier_loss": (
            lambda: lossfx.brier_loss(p, index), lambda: (p - onehot).square().sum(-1).mean(), p),
        "brier_loss_with_logits": (
            lambda: lossfx.brier_loss_with_logits(x, index),
            lambda: (x.softmax(-1) - onehot).square().sum(-1).mean(), x),
        "distillation_with_logits": (
            lambda: lossfx.distillation_with_logits(x, z), lambda: between(log_t(), log_p()), x),
        "reverse_kl_with_logits": (
            lambda: lossfx.reverse_kl_with_logits(x, z), lambda: between(log_p(), log_t()), x),
        "jeffreys_with_logits": (
            lambda: lossfx.jeffreys_with_logits(x, z),
            lambda: between(log_t(), log_p()) + between(log_p(), log_t()), x),
        "generalized_jensen_shannon_with_logits": (
            lambda: lossfx.generalized_jensen_shannon_with_logits(x, z),
            lambda: from_mixture(log_t(), log_p()), x),
        "total_variation_with_logits": (
            lambda: lossfx.total_variation_with_logits(x, z),
            lambda: (x.softmax(-1) - z.softmax(-1)).abs().sum(-1).mean() / 2, x),
        "entmax_loss_with_logits": (
            lambda: lossfx.entmax_loss_with_logits(x, index), lambda: sparse(x).mean(), x),
        "margin_smoothing_with_logits": (
            lambda: lossfx.margin_smoothing_with_logits(x, index),
            lambda: F.cross_entropy(x, index) + 0.1 * behind().mean(), x),
        "dice_loss_with_logits": (
            lambda: lossfx.dice_loss_with_logits(x, index, **whole),
            lambda: index_of_sets(0.5, 0.5).mean(), x),
        "jaccard_loss_with_logits": (
            lambda: lossfx.jaccard_loss_with_logits(x, index, **whole),
            lambda: index_of_sets(1, 1).mean(), x),
        "tversky_loss_with_logits": (
            lambda: lossfx.tversky_loss_with_logits(x, index, **whole),
            lambda: index_of_sets(0.3, 0.7).mean(), x),
        "focal_tversky_loss_with_logits": (
            lambda: lossfx.focal_tversky_loss_with_logits(x, index, **whole),
            lambda: (index_of_sets(0.3, 0.7) ** 0.75).mean(), x),
        "lovasz_loss_with_logits": (
            lambda: lossfx.lovasz_loss_with_logits(x, index, **whole),
            lambda: extended((x.softmax(-1) - onehot).abs(), onehot).mean(), x),
        "lovasz_hinge_loss": (
            lambda: lossfx.lovasz_hinge_loss(x, onehot, **whole),
            lambda: extended((1 - (2 * onehot - 1) * x).clamp(min=0), onehot).mean(), x),
        "poly1_loss_with_logits": (
            lambda: lossfx.poly1_loss_with_logits(x, index),
            lambda: (-at(log_p()) + 2 * (1 - at(log_p()).exp())).mean(), x),
        "squared_emd_with_logits": (
            lambda: lossfx.squared_emd_with_logits(x, index, positions=places),
            lambda: (x.softmax(-1) - onehot).cumsum(-1).square().sum(-1).mean(), x),
        "generalized_cross_entropy_with_logits": (
            lambda: lossfx.generalized_cross_entropy_with_logits(x, index),
            lambda: ((1 - at(x.softmax(-1)) ** 0.7) / 0.7).mean(), x),
        "symmetric_cross_entropy_with_logits": (
            lambda: lossfx.symmetric_cross_entropy_with_logits(x, index),
            lambda: 0.1 * F.cross_entropy(x, index) + 2 * mae(x), x),
        "taylor_cross_entropy_with_logits": (
            lambda: lossfx.taylor_cross_entropy_with_logits(x, index),
            lambda: (missed() + missed() ** 2 / 2).mean(), x),
        "normalized_cross_entropy_with_logits": (
            lambda: lossfx.normalized_cross_entropy_with_logits(x, index),
            lambda: part(log_p()).mean(), x),
        "normalized_focal_loss_with_logits": (
            lambda: lossfx.normalized_focal_loss_with_logits(x, index),
            lambda: part((1 - log_p().exp()) ** 0.5 * log_p()).mean(), x),
        "active_passive_loss_with_logits": (
            lambda: lossfx.active_passive_loss_with_logits(x, index),
            lambda: part(log_p()).mean() + 2 * mae(x), x),
        "jensen_shannon_with_logits": (
            lambda: lossfx.jensen_shannon_with_logits(x, index),
            lambda: halves(x.softmax(-1)).sum(-1).mean() / math.log(2), x),
        "bi_tempered_logistic_loss_with_logits": (
            lambda: lossfx.bi_tempered_logistic_loss_with_logits(x, index),
            lambda: bi_tempered(tempered_softmax(x, 1.2), index, 0.8).mean(), x),
        "soft_bootstrapping_loss_with_logits": (
            lambda: lossfx.soft_bootstrapping_loss_with_logits(x, index),
            lambda: 0.95 * F.cross_entropy(x, index) - 0.05 * own().sum(-1).mean(), x),
        "hard_bootstrapping_loss_with_logits": (
            lambda: lossfx.hard_bootstrapping_loss_with_logits(x, index),
            lambda: 0.8 * F.cross_entropy(x, index) - 0.2 * log_p().amax(-1).mean(), x),
        "label_relaxation_loss_with_logits": (
            lambda: lossfx.label_relaxation_loss_with_logits(x, index),
            lambda: F.relu(two_outcomes(at(log_p().exp()).clamp(max=0.9))).mean(), x),
        "forward_corrected_cross_entropy_with_logits": (
            lambda: lossfx.forward_corrected_cross_entropy_with_logits(x, index, noise=noise),
            lambda: F.nll_loss((x.softmax(-1) @ noise).log(), index), x),
        "backward_corrected_cross_entropy_with_logits": (
            lambda: lossfx.backward_corrected_cross_entropy_with_logits(x, index, noise=noise),
            lambda: -(noise.inverse()[index] * log_p()).sum(-1).mean(), x),
        "confidence_penalty_with_logits": (
            lambda: lossfx.confidence_penalty_with_logits(x, index),
            lambda: F.cross_entropy(x, index) + 0.1 * (log_p().exp() * log_p()).sum(-1).mean(), x),
        "z_loss_with_logits": (
            lambda: lossfx.z_loss_with_logits(x, index),
            lambda: F.cross_entropy(x, index) + 1e-4 * x.logsumexp(-1).square().mean(), x),
        "logit_adjusted_cross_entropy_with_logits": (
            lambda: lossfx.logit_adjusted_cross_entropy_with_logits(x, index, prior=share),
            lambda: F.cross_entropy(x + share.log(), index), x),
        "ldam_loss_with_logits": (
            lambda: lossfx.ldam_loss_with_logits(x, index, counts=counts),
            lambda: F.cross_entropy(30 * (x - onehot * margins), index), x),
        "multiclass_hinge_loss": (
            lambda: lossfx.multiclass_hinge_loss(x, index),
            lambda: lead().clamp(min=0).mean(), x),
        "contrastive_loss": (
            lambda: lossfx.contrastive_loss(d, sign),
            lambda: (torch.where(sign > 0, d, F.relu(1 - d)).square() / 2).mean(), d),
        "triplet_loss": (
            lambda: lossfx.triplet_loss(h, teacher, far),
            lambda: F.triplet_margin_loss(h, teacher, far), h),
        "info_nce_loss": (
            lambda: lossfx.info_nce_loss(h, teacher),
            lambda: F.cross_entropy(cosines(teacher) / 0.1, own_place), h),
        "clip_loss": (
            lambda: lossfx.clip_loss(h, teacher),
            lambda: (F.cross_entropy(cosines(teacher) / 0.1, own_place)
                     + F.cross_entropy(cosines(teacher).t() / 0.1, own_place)) / 2, h),
        "supervised_contrastive_loss": (
            lambda: lossfx.supervised_contrastive_loss(h, index), of_its_class, h),
        "cosface_loss": (
            lambda: lossfx.cosface_loss(h, W, index),
            lambda: F.cross_entropy(64 * (cosines(W) - 0.35 * onehot), index), h),
        "arcface_loss": (
            lambda: lossfx.arcface_loss(h, W, index),
            lambda: F.cross_entropy(64 * by_angle(cosines(W)), index), h),
        "linear_soft_label_cross_entropy": (
            lambda: linear_soft_label_cross_entropy(h, W, index),
            lambda: F.cross_entropy(logits(), index), h),
        "linear_distillation": (
            lambda: linear_distillation(h, W, teacher, teachers),
            lambda: kl_div(logits(), taught()), h),
        "linear_classification_mae": (
            lambda: linear_classification_mae(h, W, index), lambda: mae(logits()), h),
    }
