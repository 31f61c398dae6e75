# Written by tools/stubs.py: do not edit

from lossfx.core import equals
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['margin_smoothing_with_logits', 'MarginSmoothingLoss']

@overload
def margin_smoothing_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Cross entropy, and a penalty on logits that are more than a margin behind the largest.

    It keeps a model from being surer than it needs to be; within the margin it does nothing.

    Source: Liu et al. (2022), arXiv:2111.15430, MbLS; Zhou et al. (2025), arXiv:2502.15798,
    MaxSup, for margin 0.
    Departs: a mean over the classes, as in the authors' code; the paper's text has the sum.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: How far a logit may be behind the largest at no cost
      penalty_weight: What the mean over the classes of the rest is multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def margin_smoothing_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Cross entropy, and a penalty on logits that are more than a margin behind the largest.

    It keeps a model from being surer than it needs to be; within the margin it does nothing.

    Source: Liu et al. (2022), arXiv:2111.15430, MbLS; Zhou et al. (2025), arXiv:2502.15798,
    MaxSup, for margin 0.
    Departs: a mean over the classes, as in the authors' code; the paper's text has the sum.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: How far a logit may be behind the largest at no cost
      penalty_weight: What the mean over the classes of the rest is multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def margin_smoothing_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
@overload
def margin_smoothing_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

class MarginSmoothingLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `margin_smoothing_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    margin: float
    penalty_weight: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        margin: float = 10.0,
        penalty_weight: float = 0.1,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `margin_smoothing_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          margin: How far a logit may be behind the largest at no cost
          penalty_weight: What the mean over the classes of the rest is multiplied by
          class_weight: (C,) floating: weight of each class
          ignore_index: Index, or a tuple of them, that marks what to leave out
          dim: Class axis"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[False] = False,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: logits
          y_true: (...) integer class indices, or (..., C) floating probabilities
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: logits
          y_true: (...) integer class indices, or (..., C) floating probabilities
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    @overload
    def forward(
        self,
        y_pred: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[False] = False,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""
    @overload
    def forward(
        self,
        y_pred: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module."""

@overload
def margin_smoothing(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Cross entropy, and a penalty on logits that are more than a margin behind the largest.

    It keeps a model from being surer than it needs to be; within the margin it does nothing.

    Source: Liu et al. (2022), arXiv:2111.15430, MbLS; Zhou et al. (2025), arXiv:2502.15798,
    MaxSup, for margin 0.
    Departs: a mean over the classes, as in the authors' code; the paper's text has the sum.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: How far a logit may be behind the largest at no cost
      penalty_weight: What the mean over the classes of the rest is multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def margin_smoothing(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Cross entropy, and a penalty on logits that are more than a margin behind the largest.

    It keeps a model from being surer than it needs to be; within the margin it does nothing.

    Source: Liu et al. (2022), arXiv:2111.15430, MbLS; Zhou et al. (2025), arXiv:2502.15798,
    MaxSup, for margin 0.
    Departs: a mean over the classes, as in the authors' code; the paper's text has the sum.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: How far a logit may be behind the largest at no cost
      penalty_weight: What the mean over the classes of the rest is multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def margin_smoothing(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
@overload
def margin_smoothing(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 10.0,
    penalty_weight: float = 0.1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

leader = lambda x: x.argmax(-1)

@equals(margin_smoothing, into='soft_label_cross_entropy_with_logits', at=dict(penalty_weight=0.0))
def without_penalty():
    """Without its penalty it is cross entropy."""

@equals(margin_smoothing, into='soft_label_cross_entropy_with_logits', at=dict(margin=1000.0))
def wide_margin():
    """Where no logit is a margin behind, it is cross entropy."""

@equals(margin_smoothing, into='soft_label_cross_entropy_with_logits', labels='index', at=dict(margin=0.0, penalty_weight=(0.1, 0.3)), source='Zhou et al. (2025)', left=lambda x, y, **options: margin_smoothing(x, leader(x), 'none', **options))
def smoothed_where_right(cross_entropy, y_pred, y_true, penalty_weight):
    """At margin 0, where the label is the class that leads, it is cross entropy of smoothed labels."""

@equals(margin_smoothing, by='transcribed', at=dict(margin=0.0, penalty_weight=(0.1, 0.2)), source='MaxSuppression of ZhouYuxuanYX/Maximum-Suppression-Regularization')
def max_suppression(y_pred, y_true, penalty_weight):
    """At margin 0 it is MaxSup: cross entropy, and the largest logit less their mean."""

@equals(margin_smoothing, by='transcribed', at=dict(margin=1.0, penalty_weight=(0.1, 1.0)), source='LogitMarginL1 of by-liu/MbLS')
def logit_margin_l1(y_pred, y_true, margin, penalty_weight):
    """The authors' code, for each example."""

@equals(margin_smoothing, by='transcribed', at=dict(margin=1.0, penalty_weight=lambda n: 0.1 * n), source='Liu et al. (2022), the constrained problem with its penalty')
def summed_over_classes(y_pred, y_true, margin):
    """With a weight of C times theirs, it is the paper's text, which sums over the classes."""

def penalty_alone(y_pred, y_true, **options):
    ...

@equals(margin_smoothing, by='transcribed', at=dict(margin=1.0, penalty_weight=2.0), left=penalty_alone, classes=(2,), field='regression', source='Vapnik (1995)')
def epsilon_insensitive(y_pred, y_true, margin):
    """Of two classes, its penalty is the epsilon-insensitive loss of their difference, against 0."""
