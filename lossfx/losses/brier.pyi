# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['brier_loss_with_logits', 'brier_loss', 'BrierLoss']

@overload
def brier_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Squared error between labels and the softmax of logits, summed over the classes.

    The expected loss is least at the true probabilities, and one example costs at most 2.

    Source: Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 2]"""
@overload
def brier_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def brier_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Squared error between labels and probabilities, summed over the classes.

    For forecasts that come as probabilities; models that give logits need no softmax of theirs.

    Source: Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: probabilities that sum to 1
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 2]"""
@overload
def brier_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@rule_of(brier_loss_with_logits)
def brier_rule(t, l):
    ...

class BrierLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `brier_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `brier_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 2]"""
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

@equals(brier_loss_with_logits, into='brier_loss')
def of_softmax(brier_loss, y_pred, y_true):
    """It is the Brier score of the softmax."""

@equals(brier_loss_with_logits, by='torch')
def squared_error_of_probabilities(y_pred, y_true):
    """torch's squared error of the probabilities, times the number of classes."""

@equals(brier_loss, by='scikit-learn', labels='index', compares='value')
def brier_score_of_sklearn(y_pred, y_true):
    """scikit-learn's score of several classes, not halved."""

@equals(brier_loss, by='scikit-learn', labels='index', classes=(2,), compares='value')
def twice_the_binary_score(y_pred, y_true):
    """Of two classes, twice scikit-learn's score of the probability of the second."""

@equals(brier_loss_with_logits, by='transcribed', labels='index', field='economics', source='Selten (1998), doi:10.1023/A:1009957816843')
def quadratic_score(y_pred, y_true):
    """One less the quadratic score of economists, by which they pay for forecasts."""

@equals(brier_loss_with_logits, labels='soft', compares='gradient')
def over_labels_drawn(y_pred, y_true):
    """On a soft label, its gradient is that of the expected loss over labels drawn from it."""
