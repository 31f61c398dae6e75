"""A family of losses in the mould that the library does not have yet.

Its design and page are still to come; here it shows that the mould takes it, and the door it needs.
"""
import torch
import torch.nn.functional as F
from torch import Tensor

from lossfx.core import (
    Examples,
    Facts,
    IndexLabels,
    InvalidArgumentError,
    Labels,
    LossModule,
    Positive,
    as_loss,
    check_floating,
    check_same_shape,
    check_weights,
    compute_dtype,
    counted,
    element_weight,
)

# Doors


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
