"""Two families of losses in the mould: two losses that the library does not have yet.

Their design and pages are still to come; here they show that the mould takes them, and the two
doors they need, which are written here too.
"""
import torch
import torch.nn.functional as F
from torch import Tensor

from lossfx.core import (
    Elements,
    Examples,
    Facts,
    Fraction,
    IndexLabels,
    InvalidArgumentError,
    Labels,
    LossModule,
    MultiClassLoss,
    Positive,
    as_loss,
    check_floating,
    check_same_shape,
    check_weights,
    compute_dtype,
    counted,
    element_weight,
    multiclass,
)


# Doors

def taught(
    y_pred: Tensor,  # (..., C) floating, class axis at `dim`: the student's logits
    teacher: Tensor,  # (..., C) floating: the teacher's logits
    y_true: Tensor | None = None,  # (...) integer class indices, or (..., C) probabilities
    *,
    detach: bool = True,  # Whether the teacher gets no gradient
    class_weight: Tensor | None = None,  # (C,) floating: weight of each class of `y_true`
    sample_weight: Tensor | None = None,  # (...) floating: weight of each element
    mask: Tensor | None = None,  # (...) bool: True keeps an element
    ignore_index: int | None = None,  # Index in `y_true` that marks elements to leave out
    dim: int = -1,  # Class axis
    denominator: float | Tensor | None = None,  # What 'mean' divides by
) -> Elements:  # For formulas of (student, teacher, labels); labels may be None
    "A student's logits with a teacher's, with labels or without."
    check_floating("teacher", teacher)
    check_same_shape(y_pred=y_pred, teacher=teacher)
    if y_true is None and (class_weight is not None or ignore_index is not None):
        raise InvalidArgumentError("class_weight and ignore_index", "need y_true", "None",
                                   "Give the labels, too.")
    labels = torch.zeros_like(y_pred.select(dim, 0), dtype=torch.long) if y_true is None else y_true
    student = multiclass(y_pred, labels, class_weight=class_weight, sample_weight=sample_weight,
                         mask=mask, ignore_index=ignore_index, dim=dim, denominator=denominator)
    moved = (teacher.detach() if detach else teacher).movedim(dim, -1)
    other = Examples(moved, student.raw_labels, None, student.valid)
    given = (student.pred, other.pred, None if y_true is None else student.labels)
    return Elements(given, student.weight, student.valid, denominator, y_pred, dim)


taught.facts = Facts("logits", ("none", "class indices", "probabilities"), "one distribution",
                     over_classes=True)


def in_batch(
    y_pred: Tensor,  # (N, D) floating: embeddings
    positive: Tensor,  # (N, D) floating: what belongs to each
    *,
    temperature: Positive = 0.1,  # What cosines are divided by
    sample_weight: Tensor | None = None,  # (N,) floating: weight of each embedding
    mask: Tensor | None = None,  # (N,) bool: True keeps it, as itself and for the others
    denominator: float | Tensor | None = None,  # What 'mean' divides by
) -> Examples:  # For formulas of (logits, labels): cosines with all positives, its own as label
    "Embeddings with their positives: those of the others in the batch are the classes."
    for name, t in (("y_pred", y_pred), ("positive", positive)): check_floating(name, t)
    check_same_shape(y_pred=y_pred, positive=positive)
    if y_pred.ndim != 2:
        raise InvalidArgumentError("y_pred", "must have shape (N, D)", tuple(y_pred.shape),
                                   "Flatten the other axes.")
    check_weights(y_pred.shape[:1], sample_weight, mask)
    valid, dtype = counted(mask, sample_weight), compute_dtype(y_pred)
    a, b = y_pred.to(dtype), positive.to(dtype)
    if valid is not None: a, b = (torch.where(valid[:, None], t, 0) for t in (a, b))
    cosines = F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).t()
    logits, own = cosines / temperature, torch.arange(len(a), device=a.device)
    if valid is not None: logits = logits.masked_fill(~valid & (own[:, None] != own), float("-inf"))
    weight = element_weight(None, sample_weight, valid, dtype)
    return Examples(logits, IndexLabels(own), weight, valid, denominator)


in_batch.facts = Facts("embeddings", ("none",), "an embedding", independent=False)


# Losses

def cross_entropy(logits, labels): return -labels.dot(logits.log_softmax(-1))


@as_loss(taught)
def distillation_loss_with_logits(
    student: Tensor,  # (..., C) floating: logits
    teacher: Tensor,  # (..., C) floating: logits
    labels: Labels | None,  # Labels of the examples
    *,
    temperature: Positive = 1.0,  # What both logits are divided by
    hard: Fraction = 0.0,  # Weight of cross entropy with `y_true`, with 1-hard for the teacher
) -> Tensor:  # (...): nats, >= 0
    """Divergence from the teacher, both softened, times the squared temperature; and cross entropy.

    Source: Hinton, Vinyals & Dean (2015), arXiv:1503.02531, section 2."""
    log_t, log_p = (teacher / temperature).log_softmax(-1), (student / temperature).log_softmax(-1)
    t = log_t.exp()
    soft = temperature**2 * (t * torch.where(t > 0, log_t - log_p, 0)).sum(-1)
    return (1 - hard) * soft + hard * cross_entropy(student, labels) if hard else soft


class DistillationLoss(MultiClassLoss, function=distillation_loss_with_logits):
    "Module of `distillation_loss_with_logits`."


@as_loss(in_batch)
def info_nce_loss(
    logits: Tensor,  # (N, N) floating: cosines with all positives, over the temperature
    own: Labels,  # Which of them is its own
) -> Tensor:  # (N,): nats, >= 0
    """Cross entropy of finding each positive among those of the batch, by cosine.

    Source: van den Oord et al. (2018), arXiv:1807.03748, equation 4."""
    return cross_entropy(logits, own)


class InfoNCELoss(LossModule, function=info_nce_loss):
    "Module of `info_nce_loss`. Takes embeddings."
