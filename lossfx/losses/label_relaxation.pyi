# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import toward
from math import log
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['label_relaxation_loss_with_logits', 'LabelRelaxationLoss']

def log_scale(log_p: Tensor, t: Tensor, lower: Tensor, alpha: float) -> Tensor:
    """How much the classes shrink that have more than the set asks for."""

@overload
def label_relaxation_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    alpha: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Divergence from the nearest distribution that gives each class 1-alpha of its label.

    A model that is sure enough has loss 0, and nothing is said of the other classes.

    Source: Lienen & Huellermeier (2021), doi:10.1609/aaai.v35i10.17041, for certain labels.
    Departs: soft labels, which the paper does not have, bound each class by its part of 1-alpha.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      alpha: How much of a label is free; 0 for cross entropy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def label_relaxation_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    alpha: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class LabelRelaxationLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `label_relaxation_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    alpha: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        alpha: float = 0.1,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `label_relaxation_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          alpha: How much of a label is free; 0 for cross entropy
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
def relaxation(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    alpha: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Divergence from the nearest distribution that gives each class 1-alpha of its label.

    A model that is sure enough has loss 0, and nothing is said of the other classes.

    Source: Lienen & Huellermeier (2021), doi:10.1609/aaai.v35i10.17041, for certain labels.
    Departs: soft labels, which the paper does not have, bound each class by its part of 1-alpha.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      alpha: How much of a label is free; 0 for cross entropy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def relaxation(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    alpha: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def nearest(y_pred, y_true, alpha):
    """(..., C): the member of the set that is nearest to the prediction, by halving."""

@equals(relaxation, into='soft_label_cross_entropy_with_logits', at=dict(alpha=0.0), labels=('index', 'one-hot'))
def nothing_free():
    """At alpha 0, for certain labels, it is cross entropy."""

@equals(relaxation, by='torch', at=dict(alpha=0.0), labels=('one-hot', 'soft'))
def nothing_free_of_soft(y_pred, y_true):
    """At alpha 0 it is torch's divergence of the prediction from the label."""

@equals(relaxation, into='soft_label_cross_entropy_with_logits', at=dict(alpha=toward(0)), labels=('index', 'one-hot'), left=lambda x, y, alpha: relaxation(x, y, 'none', alpha=alpha / 1000) - alpha / 1000 * log(alpha / 1000))
def little_free(cross_entropy, y_pred, y_true):
    """Less alpha log alpha, it comes near cross entropy as alpha goes to 0."""

@equals(relaxation, into='soft_label_cross_entropy_with_logits', at=dict(alpha=(0.1, 0.5)))
def smoothing_by_the_nearest(cross_entropy, y_pred, y_true, alpha):
    """Label smoothing by the prior that suits the prediction best, less the entropy of that label."""

@equals(relaxation, by='torch', at=dict(alpha=(0.1, 0.5)))
def nearest_by_halving(y_pred, y_true, alpha):
    """torch's divergence from the nearest member of the set, which is found by halving."""

@equals(relaxation, by='torch', at=dict(alpha=(0.1, 0.5)), labels='index', field='statistics')
def two_outcomes(y_pred, y_true, alpha):
    """For certain labels, the divergence of two coins by torch.distributions, 0 from 1-alpha on."""

@equals(relaxation, by='transcribed', at=dict(alpha=(0.1, 0.5)), labels='index', source='julilien/LabelRelaxation 4230f69: lr_torch/lr_torch.py')
def authors_relaxation(y_pred, y_true, alpha):
    """The authors' first PyTorch code, with a target that is held constant."""
