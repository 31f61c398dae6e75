"""Two families of losses in the mould: two losses that the library does not have yet.

Their design and pages are still to come; here they show that the mould takes them, and the two
doors they need, which are written here too.
"""
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from lossfx.core import (
    Elements,
    Examples,
    Facts,
    IndexLabels,
    InvalidArgumentError,
    Labels,
    LossModule,
    MultiClassLoss,
    NonNegative,
    Positive,
    as_loss,
    check_floating,
    check_same_shape,
    check_weights,
    compute_dtype,
    counted,
    element_weight,
    multiclass,
    per_class,
)


# Doors

def overlap(
    y_pred: Tensor,  # (N, C, ...) floating, class axis at `dim`: logits
    y_true: Tensor,  # (N, ...) integer class indices, or (N, C, ...) floating probabilities
    *,
    per: Literal["sample", "batch"] = "sample",  # Sets within each sample, or over all of them
    empty: Literal["skip", "count"] = "skip",  # Whether a class that no label names is in the mean
    class_weight: Tensor | None = None,  # (C,) floating: weight of each class in the mean
    sample_weight: Tensor | None = None,  # (N,) floating: weight of each sample
    mask: Tensor | None = None,  # (N, ...) bool: True keeps a pixel
    ignore_index: int | None = None,  # Index in `y_true` that marks pixels to leave out
    dim: int = 1,  # Class axis
    denominator: float | Tensor | None = None,  # What 'mean' divides by
) -> Elements:  # For formulas of (common, predicted, labelled): sizes of soft sets, (N, C) or (C,)
    "Sizes of the predicted set, the labelled one and their common part, for each class."
    pixels = multiclass(y_pred, y_true, mask=mask, ignore_index=ignore_index, dim=dim)
    if sample_weight is not None and per == "batch":
        raise InvalidArgumentError("sample_weight", "needs per='sample'", "per='batch'",
                                   "Leave pixels out with mask.")
    if sample_weight is not None: check_weights(y_pred.shape[:1], sample_weight, None)
    p = pixels.pred.softmax(-1)
    y = pixels.labels.dense(p)
    if pixels.valid is not None: p, y = p * pixels.valid[..., None], y * pixels.valid[..., None]
    axes = tuple(range(0 if per == "batch" else 1, p.ndim - 1))
    size = lambda t: t.sum(axes) if axes else t  # sum(()) sums over all
    predicted, labelled, apart = map(size, (p, y, (p - y).abs()))
    weight = None
    if sample_weight is not None: weight = sample_weight.to(p.dtype)[:, None].expand_as(predicted)
    if class_weight is not None:
        by_class = per_class("class_weight", class_weight, pixels.like, dim).expand_as(predicted)
        weight = by_class if weight is None else weight * by_class
    valid = counted(None if empty == "count" else labelled > 0, weight)
    given = ((predicted + labelled - apart) / 2, predicted, labelled)
    weight = element_weight(weight, None, valid, p.dtype)
    return Elements(given, weight, valid, denominator, y_pred, dim)


overlap.facts = Facts("logits", ("class indices", "probabilities"), "a class of a sample",
                      over_classes=True, per_mask=False, dim=1)


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


@as_loss(overlap)
def tversky_loss_with_logits(
    common: Tensor,  # (N, C) or (C,) floating: size of what is both predicted and labelled
    predicted: Tensor,  # Same shape: size of what is predicted
    labelled: Tensor,  # Same shape: size of what is labelled
    *,
    alpha: NonNegative = 0.5,  # Weight of what is predicted and not labelled
    beta: NonNegative = 0.5,  # Weight of what is labelled and not predicted
) -> Tensor:  # (N, C) or (C,): no units, in [0, 1]
    """1 minus the Tversky index of each class: Dice for weights of a half, Jaccard for 1.

    Source: Salehi et al. (2017), arXiv:1706.05721, equation 4."""
    whole = common + alpha * (predicted - common) + beta * (labelled - common)
    return 1 - common / torch.where(whole > 0, whole, 1)


class TverskyLoss(MultiClassLoss, function=tversky_loss_with_logits):
    "Module of `tversky_loss_with_logits`."


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
