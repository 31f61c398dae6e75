"Linear heads with their losses, and small calls of every loss: ours and torch's."
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


def small_calls(N=64, C=10):
    """Each loss, called in the usual way: our function, torch's, and what gets a gradient.

    Torch's are plain expressions, which check nothing."""
    random, (x, y, index) = numbers(1), batch(N, C)
    p, d = x.detach().softmax(-1).requires_grad_(), x.detach().abs().requires_grad_()
    sign, onehot = torch.where(y > y.median(), 1., -1.), F.one_hot(index, C).float()
    h, W, teacher, teachers = random(N, 32).requires_grad_(), *(random(n, 32) for n in (C, N, C))
    mae = lambda x: (x.softmax(-1) - onehot).abs().sum(-1).mean()
    at, log_p = lambda t: t.gather(1, index[:, None])[:, 0], lambda: x.log_softmax(-1)
    bce = lambda: F.binary_cross_entropy_with_logits(x, onehot, reduction="none")
    missing = lambda: torch.where(onehot > 0, torch.sigmoid(-x), torch.sigmoid(x))
    beyond = lambda: (torch.sigmoid(x) - 0.05).clamp(min=0)
    counts, others, places = torch.arange(1., C + 1), onehot == 0, torch.arange(float(C))
    share, margins = counts / counts.sum(), 0.5 * counts ** -0.25
    lead = lambda: (x + others.float()).amax(-1) - at(x)
    logits, taught = lambda: F.linear(h, W), lambda: F.linear(teacher, teachers).softmax(-1)
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
        "poly1_loss_with_logits": (
            lambda: lossfx.poly1_loss_with_logits(x, index),
            lambda: (-at(log_p()) + 2 * (1 - at(log_p()).exp())).mean(), x),
        "squared_emd_with_logits": (
            lambda: lossfx.squared_emd_with_logits(x, index, positions=places),
            lambda: (x.softmax(-1) - onehot).cumsum(-1).square().sum(-1).mean(), x),
        "generalized_cross_entropy_with_logits": (
            lambda: lossfx.generalized_cross_entropy_with_logits(x, index),
            lambda: ((1 - at(x.softmax(-1)) ** 0.7) / 0.7).mean(), x),
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
        "linear_soft_label_cross_entropy": (
            lambda: linear_soft_label_cross_entropy(h, W, index),
            lambda: F.cross_entropy(logits(), index), h),
        "linear_distillation": (
            lambda: linear_distillation(h, W, teacher, teachers),
            lambda: kl_div(logits(), taught()), h),
        "linear_classification_mae": (
            lambda: linear_classification_mae(h, W, index), lambda: mae(logits()), h),
    }
