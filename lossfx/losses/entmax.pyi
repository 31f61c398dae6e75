# Written by tools/stubs.py: do not edit

from ..core import Number
from ..core import equals
from ..core import toward
from torch import Tensor
from typing import Annotated
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['entmax', 'entmax_loss_with_logits', 'EntmaxLoss']

def power_of(v, exponent, alpha):
    """(..., C): p to the power of `exponent`, where p is not 0."""

newton_steps = 16

def above_threshold(logits, alpha):
    """(..., C) float64: v, the logits less the threshold; small probabilities need its digits."""

Sparsity = Annotated[float, Number(1, 2)]

def certainty(labels, like, alpha):
    """(...): the negated Tsallis entropy of labels."""

def entmax(logits: Tensor, alpha: Sparsity=1.5, dim: int=-1) -> Tensor:
    """Probabilities of logits, sparser the larger `alpha` is.

    They belong to `entmax_loss_with_logits`, as those of softmax to cross entropy.

    Source: Peters, Niculae & Martins (2019), arXiv:1905.05702, entmax.

    Arguments:
      logits: (..., C) floating, class axis at `dim`
      alpha: From 1, softmax, to 2, sparsemax
      dim: Class axis
    Returns: (..., C): probabilities, some of them exactly 0"""

@overload
def entmax_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    alpha: float = 1.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """The Fenchel-Young loss of Tsallis' entropy.

    Its gradient is `entmax(logits)` less the label. It is 0 once the label leads by 1/(alpha-1),
    and least where entmax gives the label.

    Source: Martins & Astudillo (2016), arXiv:1602.02068, for alpha 2;
    Peters, Niculae & Martins (2019), arXiv:1905.05702; Blondel et al. (2020), arXiv:1901.02324.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      alpha: From 1, cross entropy, to 2, the sparsemax loss
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0; nats at alpha 1"""
@overload
def entmax_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    alpha: float = 1.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class EntmaxLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `entmax_loss_with_logits`; its probabilities are those of `entmax`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    alpha: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def activation(self, y_pred: Tensor) -> Tensor:
        """Entmax over the class axis."""
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        alpha: float = 1.5,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `entmax_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          alpha: From 1, cross entropy, to 2, the sparsemax loss
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0; nats at alpha 1"""
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

certain = ('index', 'one-hot')

@equals(entmax_loss_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(alpha=1.0), labels=certain)
def at_alpha_1(cross_entropy, y_pred, y_true):
    """At alpha 1, for certain labels, it is cross entropy."""

@equals(entmax_loss_with_logits, into='soft_label_cross_entropy_with_logits', labels=certain, at=dict(alpha=toward(1)))
def near_alpha_1(cross_entropy, y_pred, y_true):
    """For certain labels it comes near cross entropy as alpha nears 1."""

@equals(entmax_loss_with_logits, by='torch', at=dict(alpha=1.0), labels='soft')
def divergence_from_label(y_pred, y_true):
    """At alpha 1 it is torch's divergence of the model from a soft label."""

@equals(entmax_loss_with_logits, into='brier_loss', at=dict(alpha=2.0), left=lambda x, y, alpha: 2 * entmax_loss_with_logits(x.softmax(-1), y, 'none', alpha=alpha))
def of_scores_that_are_probabilities(brier_loss, y_pred, y_true):
    """At alpha 2, of scores that are probabilities, twice the loss is the Brier score."""

@equals(entmax_loss_with_logits, by='entmax', at=dict(alpha=2.0), labels='index')
def sparsemax_loss(y_pred, y_true):
    """The sparsemax loss of the authors' package."""

@equals(entmax_loss_with_logits, by='entmax', at=dict(alpha=1.5), labels='index')
def entmax15_loss(y_pred, y_true):
    """The loss for alpha 1.5 of the authors' package."""

@equals(entmax_loss_with_logits, by='entmax', at=dict(alpha=(1.25, 1.75)), labels='index')
def entmax_bisect_loss(y_pred, y_true, alpha):
    """The loss for any alpha of the authors' package."""

@equals(entmax_loss_with_logits, by='optax', at=dict(alpha=2.0), labels='index', classes=(2,), compares='value')
def sparsemax_of_optax(y_pred, y_true):
    """Of two classes, at alpha 2, the function of optax, of the difference of the logits."""

@equals(entmax_loss_with_logits, by='transcribed', at=dict(alpha=2.0), labels='index', classes=(2,), field='statistics', source='Zhang (2004), doi:10.1214/aos/1079120130')
def modified_huber(y_pred, y_true):
    """Of two classes, at alpha 2, a quarter of the modified Huber loss of the label's lead."""
