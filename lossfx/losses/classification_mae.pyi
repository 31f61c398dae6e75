# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['classification_mae_with_logits', 'ClassificationMAELoss']

@overload
def classification_mae_with_logits(
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
    """Absolute error between labels and the softmax of logits, summed over the classes.

    The loss of one example is at most 2, so that wrong labels cannot dominate.

    Source: incendio's `classification_mae_with_logits`;
    Ghosh, Kumar & Sastry (2017), arXiv:1712.09482.

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
def classification_mae_with_logits(
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

@rule_of(classification_mae_with_logits)
def mae_rule(t, l):
    ...

class ClassificationMAELoss(lossfx.core.mould.MultiClassLoss):
    """Module of `classification_mae_with_logits`."""
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
        """Keep the options of `classification_mae_with_logits`.

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

@overload
def mae(
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
    """Absolute error between labels and the softmax of logits, summed over the classes.

    The loss of one example is at most 2, so that wrong labels cannot dominate.

    Source: incendio's `classification_mae_with_logits`;
    Ghosh, Kumar & Sastry (2017), arXiv:1712.09482.

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
def mae(
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

@equals(mae, by='torch')
def absolute_error(y_pred, y_true):
    """torch's absolute error of the probabilities, times the number of classes."""

@equals(mae, labels='index', by='transcribed', source='Ghosh et al. (2017)')
def missing_probability(y_pred, y_true):
    """For a class index, twice the probability that the label's class lacks."""

@equals(mae, labels='soft', by='transcribed', field='statistics')
def total_variation(y_pred, y_true):
    """Twice the total variation distance: the most by which two distributions differ on any set."""

@equals(mae, labels='index', compares='gradient', into='soft_label_cross_entropy_with_logits', field='language models', source='Wu et al. (2025), arXiv:2508.05629')
def dynamic_fine_tuning(cross_entropy, y_pred, y_true):
    """Its gradient is that of cross entropy times twice the label's probability, held constant."""
