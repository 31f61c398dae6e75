# Written by tools/stubs.py: do not edit

from ..core import PerClass
from ..core import Positive
from ..core import equals
from ..core import toward
from math import inf
from torch import Tensor
from typing import Annotated
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['squared_emd_with_logits', 'SquaredEMDLoss', 'sord_labels']

class PositionPerClass(PerClass):
    """An option with a place on a scale for each class: for use in `Annotated`."""

    def check(self, name, value, instead):
        ...

    def example(self, n_classes):
        ...

    def __repr__(self):
        ...

ClassPositions = Annotated[Tensor, PositionPerClass()]

def cumulative_difference(p, y):
    """(..., C-1): sums of p less those of y, from the end from which p has less: no digit is lost."""

@overload
def squared_emd_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    positions: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Squared earth mover's distance of label and softmax, for classes on a line.

    A prediction costs the more, the farther it is from the label.

    Source: Hou, Yu & Samaras (2016), arXiv:1611.05916, for equal steps;
    Epstein (1969), doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2.
    Departs: the steps may differ; each difference counts by its step.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      positions: (C,) or (..., C) floating: place of each class on its scale
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': the unit of positions, from 0 to their range"""
@overload
def squared_emd_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    positions: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class SquaredEMDLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `squared_emd_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    positions: torch.Tensor
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        positions: torch.Tensor,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `squared_emd_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          positions: (C,) or (..., C) floating: place of each class on its scale
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': the unit of positions, from 0 to their range"""
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

def sord_labels(labels: Tensor, *, positions: ClassPositions, scale: Positive=1.0, exponent: Positive=1.0, dim: int=-1) -> Tensor:
    """Soft labels that fall off with the distance of a class from the label's.

    Source: Díaz & Marathe (2019), Soft labels for ordinal regression,
    doi:10.1109/CVPR.2019.00487, with the distance to a power as their metric.
    Departs: of probabilities, on which it is silent, it gives the expected label.

    Arguments:
      labels: (...) integer class indices, or (..., C) floating probabilities
      positions: (C,) floating: place of each class on its scale
      scale: How fast a label falls with the distance: near 0 it is uniform
      exponent: Power of the distance; 2 gives a label the shape of a Gaussian
      dim: Class axis of the result, and of probabilities
    Returns: (..., C) floating: labels that sum to what they did, 1 for class indices"""

def soft_positions(labels, positions, dim):
    """Check probabilities; the positions in their dtype of computation."""

def check_classes(index, positions):
    """Refuse class indices that have no position."""

def even(n):
    ...

def squared(n):
    ...

def between_classes(position):
    """Logits of three classes, of which the two nearest to the position are probable."""

@overload
def emd(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    positions: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Squared earth mover's distance of label and softmax, for classes on a line.

    A prediction costs the more, the farther it is from the label.

    Source: Hou, Yu & Samaras (2016), arXiv:1611.05916, for equal steps;
    Epstein (1969), doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2.
    Departs: the steps may differ; each difference counts by its step.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      positions: (C,) or (..., C) floating: place of each class on its scale
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': the unit of positions, from 0 to their range"""
@overload
def emd(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    positions: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def in_order(n):
    ...

def from_0_to_1(n):
    ...

def uneven(n):
    ...

@equals(emd, by='transcribed', at=dict(positions=in_order), source='Hou et al. (2016)')
def cumulative_squares(y_pred, y_true):
    """With equal steps, the squared differences of cumulative probabilities, added up."""

@equals(emd, by='transcribed', labels='index', field='meteorology', at=dict(positions=from_0_to_1), source='Epstein (1969)')
def ranked_probability_score(y_pred, y_true):
    """With positions from 0 to 1, the ranked probability score, a mean over the thresholds."""

@equals(emd, by='transcribed', labels='index', at=dict(positions=uneven), field='statistics', source='Gneiting & Raftery (2007), doi:10.1198/016214506000001437')
def expected_distances(y_pred, y_true, positions):
    """The continuous ranked probability score: E|X-y| less half of E|X-X'|."""

@equals(emd, by='scipy', at=dict(positions=uneven), compares='value')
def half_squared_energy(y_pred, y_true, positions):
    """Half of the square of scipy's energy distance, over the classes at their positions."""

@equals(emd, by='torch', classes=(2,), at=dict(positions=in_order))
def two_class_error(y_pred, y_true):
    """With two classes, torch's squared error of the probability of either."""

@equals(emd, labels='soft', at=dict(positions=uneven), compares='gradient')
def of_drawn_classes(y_pred, y_true, positions):
    """Its gradient is the expected one over classes that are drawn from the label."""

@equals(emd, by='transcribed', field='image quality', at=dict(positions=in_order), left=lambda x, y, positions: (emd(x, y, 'none', positions=positions) / len(positions)).sqrt(), source='Talebi & Milanfar (2018), arXiv:1709.05424')
def nima(y_pred, y_true):
    """Divided by the number of classes, and under a root, NIMA's loss."""

def with_sord(x, y, **options):
    ...

@equals(sord_labels, into='soft_label_cross_entropy_with_logits', left=with_sord, at=dict(positions=in_order, scale=toward(inf, order=inf)))
def large_scale(cross_entropy, y_pred, y_true):
    """As scale grows, cross entropy of the label as it was."""

@equals(sord_labels, into='soft_label_cross_entropy_with_logits', left=with_sord, at=dict(positions=in_order, scale=toward(0)))
def small_scale(cross_entropy, y_pred, y_true):
    """As scale goes to 0, cross entropy of labels that are smoothed altogether."""

@equals(sord_labels, into='soft_label_cross_entropy_with_logits', left=with_sord, classes=(2,), at=dict(positions=in_order, scale=(0.5, 2.0)))
def two_smoothed(cross_entropy, y_pred, y_true, scale):
    """With two classes a step apart, cross entropy smoothed by 2/(1+exp(scale))."""

@equals(sord_labels, by='torch', left=with_sord, labels='index', field='age estimation', at=dict(positions=uneven, scale=(0.5, 0.02), exponent=2.0), source='Gao et al. (2017), arXiv:1611.01731')
def label_distribution(y_pred, y_true, positions, scale):
    """At exponent 2, cross entropy of torch's normal density at the classes, made to sum to 1."""

@equals(sord_labels, by='transcribed', left=with_sord, labels='index', source='dlordinal 2.7.0', at=dict(positions=in_order, scale=(0.5, 2.0)))
def dlordinals(y_pred, y_true, scale):
    """dlordinal's SORDLoss, with scale for its alpha."""
