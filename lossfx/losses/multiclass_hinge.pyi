# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import toward
from math import inf
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['multiclass_hinge_loss', 'MultiClassHingeLoss']

@overload
def multiclass_hinge_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    others: Literal['max', 'sum'] = 'max',
    margin: float = 1.0,
    power: Literal[1, 2] = 1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """What is missing to a lead of `margin` of the right class over the others.

    A class that leads by the margin has loss 0 and no gradient. A soft label of probabilities `y`
    asks for scores of `margin*y`, up to a constant.

    Source: Crammer & Singer (2001), Journal of Machine Learning Research 2, 265-292, for the
    maximum; Weston & Watkins (1999), ESANN, for the sum.
    Departs: labels may be soft, and the lead may be squared.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      others: Wrong classes that count: the furthest ahead, or all
      margin: Lead of the right class
      power: 1: what is missing to the lead; 2: its square
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in score units to the power of `power`"""
@overload
def multiclass_hinge_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    others: Literal['max', 'sum'] = 'max',
    margin: float = 1.0,
    power: Literal[1, 2] = 1,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class MultiClassHingeLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `multiclass_hinge_loss`. Takes scores."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    others: Literal['max', 'sum']
    margin: float
    power: Literal[1, 2]
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def activation(self, y_pred: Tensor) -> Tensor:
        """The identity: softmax does not make probabilities of these scores."""
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        others: Literal['max', 'sum'] = 'max',
        margin: float = 1.0,
        power: Literal[1, 2] = 1,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `multiclass_hinge_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          others: Wrong classes that count: the furthest ahead, or all
          margin: Lead of the right class
          power: 1: what is missing to the lead; 2: its square
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in score units to the power of `power`"""
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

@equals(multiclass_hinge_loss, by='torch', labels='index', at=dict(others='sum', margin=(0.5, 1.0), power=(1, 2)))
def multi_margin(y_pred, y_true, margin, power):
    """With the sum, `F.multi_margin_loss` times the number of classes."""

@equals(multiclass_hinge_loss, by='optax', labels='index', compares='value', float64=1e-06)
def hinge_of_optax(y_pred, y_true):
    """With the maximum, optax's `multiclass_hinge_loss`."""

@equals(multiclass_hinge_loss, by='scikit-learn', labels='index', compares='value', classes=(3, 7))
def hinge_of_scikit_learn(y_pred, y_true):
    """With the maximum, scikit-learn's `hinge_loss`."""

@equals(multiclass_hinge_loss, into='hinge_loss', labels='index', classes=(2,), at=dict(others=('max', 'sum'), margin=(0.5, 2.0), power=(1, 2)))
def two_scores(hinge_loss, y_pred, y_true, margin, power):
    """With two classes, the hinge loss of the difference of their scores."""

@equals(multiclass_hinge_loss, by='transcribed', at=dict(margin=(0.5, 2.0)), field='structured prediction', source='Tsochantaridis et al. (2005), JMLR 6')
def structured_hinge(y_pred, y_true, margin):
    """The margin-rescaled hinge with one minus the label as the cost, less its least value."""

@equals(multiclass_hinge_loss, by='transcribed', at=dict(margin=toward(0)), compares='value', field='structured prediction', source='Collins (2002), doi:10.3115/1118693.1118694')
def perceptron(y_pred, y_true):
    """Without a margin, the loss of the structured perceptron."""

@equals(multiclass_hinge_loss, into='soft_label_cross_entropy_with_logits', at=dict(temperature=toward(0, order=inf)), left=lambda y_pred, y_true, temperature: multiclass_hinge_loss(y_pred, y_true, 'none'))
def cold_cross_entropy(cross_entropy, y_pred, y_true, temperature):
    """Cross entropy of the scores less the label, times its temperature, which goes to 0."""
