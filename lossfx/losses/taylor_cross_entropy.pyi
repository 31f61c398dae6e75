# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import toward
from math import inf
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['taylor_cross_entropy_with_logits', 'TaylorCrossEntropyLoss']

def series(log_p, order):
    """(...): the first terms of -log p, as a series in 1-p."""

@overload
def taylor_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    order: int = 2,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """The first terms of cross entropy as a series in the probability that the label lacks.

    The loss of one example is bounded, so that wrong labels cannot dominate.

    Source: Feng et al. (2020), doi:10.24963/ijcai.2020/305, for certain labels.
    Departs: `soft` names the reading of soft labels.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      order: Number of terms: 1 is half the absolute error
      soft: How the probability of a soft label is read
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, from 0 to 1 + 1/2 + ... + 1/order"""
@overload
def taylor_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    order: int = 2,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class TaylorCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `taylor_cross_entropy_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    order: int
    soft: Literal['surprise', 'average']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        order: int = 2,
        soft: Literal['surprise', 'average'] = 'surprise',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `taylor_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          order: Number of terms: 1 is half the absolute error
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, from 0 to 1 + 1/2 + ... + 1/order"""
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
def taylor(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    order: int = 2,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """The first terms of cross entropy as a series in the probability that the label lacks.

    The loss of one example is bounded, so that wrong labels cannot dominate.

    Source: Feng et al. (2020), doi:10.24963/ijcai.2020/305, for certain labels.
    Departs: `soft` names the reading of soft labels.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      order: Number of terms: 1 is half the absolute error
      soft: How the probability of a soft label is read
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, from 0 to 1 + 1/2 + ... + 1/order"""
@overload
def taylor(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    order: int = 2,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

readings = ('surprise', 'average')

certain = ('index', 'one-hot')

def label_probability(y_pred, y_true):
    """The label's average of the probabilities: for certain labels, that of the class."""

@equals(taylor, into='classification_mae_with_logits', labels=certain, at=dict(order=1, soft=readings))
def first_term(mae, y_pred, y_true):
    """At order 1, for certain labels, it is half of the absolute error."""

@equals(taylor, into='soft_label_cross_entropy_with_logits', at=dict(order=toward(inf, order=inf)), left=lambda x, y, order: taylor(x / 8, y, 'none', order=order))
def many_terms(cross_entropy, y_pred, y_true):
    """With more terms it comes near cross entropy, where no label is nearly impossible."""

@equals(taylor, into='poly1_loss_with_logits', labels=certain, at=dict(order=1))
def what_poly1_drops(poly1, y_pred, y_true):
    """At order 1 it is what Poly-1 with an epsilon of -1 takes from cross entropy."""

@equals(taylor, by='transcribed', labels=certain, classes=(2,), at=dict(order=2), source='Feng et al. (2020), for two classes')
def absolute_and_squared(y_pred, y_true):
    """At order 2, with two classes, half the absolute error and a quarter of the Brier score."""

@equals(taylor, into='soft_label_cross_entropy_with_logits', compares='gradient', at=dict(order=(1, 2, 5)), field='code generation')
def chance_of_a_hit(cross_entropy, y_pred, y_true, order):
    """Its gradient is that of cross entropy times pass@n, the chance of a hit in n samples."""

@equals(taylor, by='transcribed', labels=certain, at=dict(order=(1, 2, 5)), field='reinforcement learning', source='Tajwar et al. (2026), arXiv:2602.02710')
def maximum_likelihood_rl(y_pred, y_true, order):
    """The negative objective of MaxRL: the sum of fail@k over k, for the label as the right answer."""

@equals(taylor, by='transcribed', labels='index', at=dict(order=(1, 5)), field='particle physics', source='basf2, the software of Belle II, class TCCE')
def loss_of_belle(y_pred, y_true, order):
    """The loss of Belle II's software, which takes 5 terms unless it is told otherwise."""

@equals(taylor, at=dict(order=(1, 3), soft='average'), labels='soft')
def over_single_labels(y_pred, y_true, order):
    """Read as an average, it is the expected loss over labels that are drawn from the soft label."""
