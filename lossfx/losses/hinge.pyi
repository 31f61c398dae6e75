# Written by tools/stubs.py: do not edit

from ..core import equals
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['hinge_loss', 'HingeLoss']

@overload
def hinge_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 1.0,
    power: Literal[1, 2] = 1,
    class_weight: tuple[float, float] | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Shortfall of the signed score `y_true*y_pred` below `margin`, or its square.

    Source: Cortes and Vapnik (1995), doi:10.1007/BF00994018, section 3, where it is the slack.
    Departs: labels of 0 and 1 are refused, where Keras converts them.

    Arguments:
      y_pred: (...) floating: signed decision scores, unbounded, before any squashing
      y_true: (...) same shape: labels, each -1 or +1
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: Signed score at which the loss becomes 0, in score units
      power: 1: the shortfall; 2: its square
      class_weight: Weight of labels -1, and of labels +1
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in score units to the power of `power`"""
@overload
def hinge_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 1.0,
    power: Literal[1, 2] = 1,
    class_weight: tuple[float, float] | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class HingeLoss(lossfx.core.mould.ElementLoss):
    """Module of `hinge_loss`. Takes scores."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    margin: float
    power: Literal[1, 2]
    class_weight: tuple[float, float] | None
    def decodes(self, y_pred: Tensor) -> Tensor:
        """The sign of the score, as a label; a score of 0 counts as -1, as in scikit-learn."""
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        margin: float = 1.0,
        power: Literal[1, 2] = 1,
        class_weight: tuple[float, float] | None = None,
    ) -> None:
        """Keep the options of `hinge_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          margin: Signed score at which the loss becomes 0, in score units
          power: 1: the shortfall; 2: its square
          class_weight: Weight of labels -1, and of labels +1"""
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
          y_pred: (...) floating: signed decision scores, unbounded, before any squashing
          y_true: (...) same shape: labels, each -1 or +1
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

@equals(hinge_loss, by='scikit-learn', compares='value')
def hinge_of_scikit_learn(y_pred, y_true):
    """scikit-learn's `hinge_loss`, which wants both labels in a batch: two that cost 0 are added."""

@equals(hinge_loss, by='optax', compares='value', float64=1e-06)
def hinge_of_optax(y_pred, y_true):
    """`hinge_loss` of optax."""

@equals(hinge_loss, by='torch', at=dict(power=2, margin=100.0))
def squared_distance(y_pred, y_true):
    """Squared and with a margin that no score passes, the squared distance from margin times label."""

@equals(hinge_loss, by='transcribed', at=dict(margin=(0.5, 2.0)), field='language models', source='Zhao et al. (2023), arXiv:2305.10425')
def calibration_by_rank(y_pred, y_true, margin):
    """SLiC's loss of a pair of answers, with the difference of their log-likelihoods as the score."""
