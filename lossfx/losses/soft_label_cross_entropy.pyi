# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['soft_label_cross_entropy_with_logits', 'SoftLabelCrossEntropyLoss', 'soft_label_cross_entropy']

@overload
def soft_label_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float = 0.0,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy between labels and the softmax of logits, with label smoothing.

    Labels that are probabilities keep the doubt that a class index throws away.

    Source: the soft-label cross entropy of incendio;
    Szegedy et al. (2016), arXiv:1512.00567, section 7.
    Departs: from `F.cross_entropy`, where class weights enter the smoothed labels
    and move the optimum.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      alpha: Smoothing: how much of each label is distributed, from 0 to 1
      reduction: 'mean', 'sum', 'none' or 'parts'
      smoothing: 'shares': equal amounts per class; 'mix': in proportion
      prior: (C,) or (..., C) floating: where it goes; None: uniform
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def soft_label_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float,
    reduction: Literal['parts'],
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
@overload
def soft_label_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float = 0.0,
    *,
    reduction: Literal['parts'],
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@rule_of(soft_label_cross_entropy_with_logits)
def cross_entropy_rule(t, l):
    ...

class SoftLabelCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `soft_label_cross_entropy_with_logits`."""
    alpha: float
    reduction: Literal['mean', 'sum', 'none', 'parts']
    smoothing: Literal['shares', 'mix']
    prior: torch.Tensor | None
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        alpha: float = 0.0,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        smoothing: Literal['shares', 'mix'] = 'shares',
        prior: torch.Tensor | None = None,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `soft_label_cross_entropy_with_logits`.

        Arguments:
          alpha: Smoothing: how much of each label is distributed, from 0 to 1
          reduction: 'mean', 'sum', 'none' or 'parts'
          smoothing: 'shares': equal amounts per class; 'mix': in proportion
          prior: (C,) or (..., C) floating: where it goes; None: uniform
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

@overload
def soft_label_cross_entropy(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float = 0.0,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy between labels and probabilities, with label smoothing.

    With logits at hand, `soft_label_cross_entropy_with_logits` is more exact.

    Source: the soft-label cross entropy of incendio.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: probabilities that sum to 1
      y_true: (...) integer class indices, or (..., C) floating probabilities
      alpha: Smoothing: how much of each label is distributed, from 0 to 1
      reduction: 'mean', 'sum', 'none' or 'parts'
      smoothing: 'shares': equal amounts per class; 'mix': in proportion
      prior: (C,) or (..., C) floating: where it goes; None: uniform
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def soft_label_cross_entropy(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float,
    reduction: Literal['parts'],
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
@overload
def soft_label_cross_entropy(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float = 0.0,
    *,
    reduction: Literal['parts'],
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def cross_entropy(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float = 0.0,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy between labels and the softmax of logits, with label smoothing.

    Labels that are probabilities keep the doubt that a class index throws away.

    Source: the soft-label cross entropy of incendio;
    Szegedy et al. (2016), arXiv:1512.00567, section 7.
    Departs: from `F.cross_entropy`, where class weights enter the smoothed labels
    and move the optimum.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      alpha: Smoothing: how much of each label is distributed, from 0 to 1
      reduction: 'mean', 'sum', 'none' or 'parts'
      smoothing: 'shares': equal amounts per class; 'mix': in proportion
      prior: (C,) or (..., C) floating: where it goes; None: uniform
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def cross_entropy(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float,
    reduction: Literal['parts'],
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
@overload
def cross_entropy(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    alpha: float = 0.0,
    *,
    reduction: Literal['parts'],
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@equals(cross_entropy, by='torch')
def cross_entropy_of_torch(y_pred, y_true):
    """`F.cross_entropy`."""

@equals(cross_entropy, by='torch', at=dict(alpha=(0.1, 0.5, 1.0), smoothing='mix'))
def label_smoothing_of_torch(y_pred, y_true, alpha):
    """`F.cross_entropy` with `label_smoothing`."""

@equals(cross_entropy, by='torch', classes=(2,))
def binary_cross_entropy(y_pred, y_true):
    """For two classes, binary cross entropy of the difference of the logits."""

@equals(cross_entropy, by='optax', compares='value', float64=1e-06)
def cross_entropy_of_optax(y_pred, y_true):
    """`softmax_cross_entropy`, or with integer labels."""

@equals(cross_entropy, by='scikit-learn', compares='value', labels='index')
def log_loss_of_sklearn(y_pred, y_true):
    """`log_loss` of the probabilities."""

@equals(cross_entropy, by='transcribed', labels='soft', field='information theory')
def divergence_and_entropy(y_pred, y_true):
    """The divergence of the prediction from the label, plus the entropy of the label."""
