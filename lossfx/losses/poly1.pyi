# Written by tools/stubs.py: do not edit

from lossfx.core import equals
from lossfx.core import rule_of
from lossfx.core import toward
from math import inf
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['poly1_loss_with_logits', 'Poly1Loss']

@overload
def poly1_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    epsilon: float = 2.0,
    soft: Literal['average', 'surprise'] = 'average',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy plus `epsilon` times the probability that is not on the label.

    Cross entropy is a series in that probability; this changes the weight of its first term.

    Source: Leng et al. (2022), arXiv:2204.12511, Poly-1, with the listing for smoothed labels.
    Departs: `soft='surprise'`, which is least where the model gives the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      epsilon: What is added to the weight of the first term, 1
      soft: How the probability of a soft label is read
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def poly1_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    epsilon: float = 2.0,
    soft: Literal['average', 'surprise'] = 'average',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def poly1_total(a, b, epsilon, soft):
    ...

@rule_of(poly1_loss_with_logits, total=poly1_total)
def poly1_rule(t, l, epsilon, soft):
    ...

class Poly1Loss(lossfx.core.mould.MultiClassLoss):
    """Module of `poly1_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    epsilon: float
    soft: Literal['average', 'surprise']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        epsilon: float = 2.0,
        soft: Literal['average', 'surprise'] = 'average',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `poly1_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          epsilon: What is added to the weight of the first term, 1
          soft: How the probability of a soft label is read
          class_weight: (C,) floating: weight of each class
          ignore_index: Index, or a tuple of them, that marks what to leave out
          dim: Class axis"""
    def __call__(
        self,
        y_pred: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: logits
          y_true: (...) integer class indices, or (..., C) floating probabilities
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    def forward(
        self,
        y_pred: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""

both = ('average', 'surprise')

@equals(poly1_loss_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(epsilon=0.0, soft=both))
def without_epsilon():
    """At epsilon 0 it is cross entropy."""

@equals(poly1_loss_with_logits, into='classification_mae_with_logits', labels=('index', 'one-hot'), at=dict(epsilon=(-1.0, 2.0)))
def with_absolute_error(mae, y_pred, y_true, epsilon):
    """For certain labels it is cross entropy plus epsilon halves of the absolute error."""

@equals(poly1_loss_with_logits, into='classification_mae_with_logits', labels=('index', 'one-hot'), at=dict(epsilon=toward(inf)), left=lambda x, y, epsilon: 2 / epsilon * poly1_loss_with_logits(x, y, 'none', epsilon=epsilon))
def mostly_linear():
    """Times 2/epsilon, it comes near the absolute error as epsilon grows."""

@equals(poly1_loss_with_logits, at=dict(epsilon=(-1.0, 2.0)), labels='soft')
def drawn_labels(y_pred, y_true, epsilon):
    """Read as an average, it is the expected loss over labels that are drawn from the soft label."""

@equals(poly1_loss_with_logits, by='optax', compares='value', at=dict(epsilon=(-1.0, 2.0)), labels=('one-hot', 'soft'))
def poly_loss_cross_entropy(y_pred, y_true, epsilon):
    """The function of optax."""
