# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import toward
from math import inf
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['ldam_loss_with_logits', 'LDAMLoss']

@overload
def ldam_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    counts: torch.Tensor,
    max_margin: float = 0.5,
    scale: float = 30.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of scaled scores, from which each class gives up its margin times its label.

    A rare class has to win by more, in proportion to the fourth root of one over its examples.

    Source: Cao et al. (2019), Learning imbalanced datasets with label-distribution-aware margin
    loss, arXiv:1906.07413.
    Departs: soft labels, which the paper does not have, take the margin of each class in part.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      counts: (C,): number of training examples of each class
      max_margin: Margin of the rarest class, in units of the scores
      scale: What scores and margins are multiplied by; 1 for free logits
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def ldam_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    counts: torch.Tensor,
    max_margin: float = 0.5,
    scale: float = 30.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def class_margins(counts: Tensor, max_margin: float) -> Tensor:
    """Margin of each class; a class that does not occur has that of the rarest one that does."""

class LDAMLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `ldam_loss_with_logits`. Its probabilities are those of the scaled scores."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    counts: torch.Tensor
    max_margin: float
    scale: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def activation(self, y_pred: Tensor) -> Tensor:
        """Softmax of the scaled scores, without margins."""
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        counts: torch.Tensor,
        max_margin: float = 0.5,
        scale: float = 30.0,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `ldam_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          counts: (C,): number of training examples of each class
          max_margin: Margin of the rarest class, in units of the scores
          scale: What scores and margins are multiplied by; 1 for free logits
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
def ldam(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    counts: torch.Tensor,
    max_margin: float = 0.5,
    scale: float = 30.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of scaled scores, from which each class gives up its margin times its label.

    A rare class has to win by more, in proportion to the fourth root of one over its examples.

    Source: Cao et al. (2019), Learning imbalanced datasets with label-distribution-aware margin
    loss, arXiv:1906.07413.
    Departs: soft labels, which the paper does not have, take the margin of each class in part.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      counts: (C,): number of training examples of each class
      max_margin: Margin of the rarest class, in units of the scores
      scale: What scores and margins are multiplied by; 1 for free logits
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def ldam(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    counts: torch.Tensor,
    max_margin: float = 0.5,
    scale: float = 30.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def hot_labels(y_pred, y_true):
    """Labels as probabilities."""

def equal(n_classes):
    """As many examples of each class."""

@equals(ldam, into='soft_label_cross_entropy_with_logits', at=dict(max_margin=0.0, scale=1.0))
def no_margin(cross_entropy, y_pred, y_true):
    """Without margins and scale it is cross entropy."""

@equals(ldam, into='soft_label_cross_entropy_with_logits', at=dict(max_margin=toward(0, order=1), scale=3.0))
def small_margin(cross_entropy, y_pred, y_true, scale):
    """As margins go to 0 it becomes cross entropy of scaled scores."""

@equals(ldam, into='logit_adjusted_cross_entropy_with_logits', at=dict(max_margin=(0.5, 0.2), scale=(1.0, 10.0)))
def prior_per_example(logit_adjusted, y_pred, y_true, counts, max_margin, scale):
    """Logit adjustment with a prior for each example, in which what its label names is rarer."""

@equals(ldam, at=dict(max_margin=(0.5, 0.2), scale=(1.0, 30.0)), by='torch')
def shifted_scores(y_pred, y_true, counts, max_margin, scale):
    """torch's cross entropy of scores less the margin that belongs to the label, scaled."""

@equals(ldam, labels='index', at=dict(max_margin=(0.35, 0.5), scale=(1.0, 30.0), counts=equal), by='transcribed', field='face recognition', source='Wang et al. (2018), arXiv:1801.09414')
def large_margin_cosine(y_pred, y_true, max_margin, scale):
    """CosFace, where all classes have the same number of examples."""

@equals(ldam, into='multiclass_hinge_loss', compares='value', at=dict(scale=toward(inf, order=inf), counts=equal), left=lambda y_pred, y_true, scale, **options: ldam(y_pred, y_true, reduction='none', scale=float(scale), **options) / scale)
def hard_margin(multiclass_hinge, y_pred, y_true):
    """For equally frequent classes, over a growing scale, the multi-class hinge loss."""

@equals(ldam, labels='index', at=dict(scale=toward(inf, order=inf)), compares='value', left=lambda y_pred, y_true, scale, **options: ldam(y_pred, y_true, reduction='none', scale=float(scale), **options) / scale, by='transcribed', source='Cao et al. (2019)')
def hinge_with_margins(y_pred, y_true, counts):
    """Over a scale that grows, it becomes the paper's hinge loss, with a margin for each class."""
