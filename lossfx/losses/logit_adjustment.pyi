# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import toward
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['logit_adjusted_cross_entropy_with_logits', 'LogitAdjustedCrossEntropyLoss']

@overload
def logit_adjusted_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    prior: torch.Tensor,
    tau: float = 1.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of logits to which `tau` times the logarithm of the class prior is added.

    Logits that are trained with it, and used without it, give each class the same chance.

    Source: Menon et al. (2021), Long-tail learning via logit adjustment, arXiv:2007.07314;
    with `tau=1` the balanced softmax of Ren et al. (2020), arXiv:2007.10740.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      prior: (C,) or (..., C) floating: fraction of each class in the training data
      tau: Power of the prior; 0 for cross entropy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def logit_adjusted_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    prior: torch.Tensor,
    tau: float = 1.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class LogitAdjustedCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `logit_adjusted_cross_entropy_with_logits`. Train with it, predict without."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    prior: torch.Tensor
    tau: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        prior: torch.Tensor,
        tau: float = 1.0,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `logit_adjusted_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          prior: (C,) or (..., C) floating: fraction of each class in the training data
          tau: Power of the prior; 0 for cross entropy
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
def adjusted(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    prior: torch.Tensor,
    tau: float = 1.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of logits to which `tau` times the logarithm of the class prior is added.

    Logits that are trained with it, and used without it, give each class the same chance.

    Source: Menon et al. (2021), Long-tail learning via logit adjustment, arXiv:2007.07314;
    with `tau=1` the balanced softmax of Ren et al. (2020), arXiv:2007.10740.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      prior: (C,) or (..., C) floating: fraction of each class in the training data
      tau: Power of the prior; 0 for cross entropy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def adjusted(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    prior: torch.Tensor,
    tau: float = 1.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def own(v, y_true):
    ...

@equals(adjusted, into='soft_label_cross_entropy_with_logits', at=dict(tau=0.0))
def without_prior(cross_entropy, y_pred, y_true):
    """At tau 0 it is cross entropy."""

@equals(adjusted, into='soft_label_cross_entropy_with_logits', at=dict(tau=toward(0, order=1)))
def small_tau(cross_entropy, y_pred, y_true):
    """As tau goes to 0 it becomes cross entropy."""

def even(n_classes):
    """The same fraction of each class."""

@equals(adjusted, into='soft_label_cross_entropy_with_logits', at=dict(tau=(0.5, 2.0), prior=even))
def even_prior(cross_entropy, y_pred, y_true):
    """Where all classes are equally frequent it is cross entropy."""

@equals(adjusted, at=dict(tau=(0.5, 1.0, 2.0)), by='torch')
def shifted_logits(y_pred, y_true, prior, tau):
    """torch's cross entropy of logits to which tau times the logarithm of the prior is added."""

@equals(adjusted, labels='index', by='transcribed', source='Ren et al. (2020), arXiv:2007.10740')
def balanced_softmax(y_pred, y_true, prior):
    """Balanced softmax: in the softmax each class counts as often as it occurs."""

@equals(adjusted, labels='index', at=dict(tau=(0.5, 2.0)), by='transcribed', source='Menon et al. (2021), arXiv:2007.07314')
def pairwise_margins(y_pred, y_true, prior, tau):
    """Each other class has to stay below the label's by tau times the logarithm of their ratio."""

@equals(adjusted, classes=(2,), at=dict(tau=(0.5, 1.0)), by='torch', field='statistics')
def logistic_offset(y_pred, y_true, prior, tau):
    """With two classes, logistic regression with the log odds of the prior, times tau, as offset."""

@equals(adjusted, labels='index', by='transcribed', field='recommender systems', source='Yi et al. (2019), doi:10.1145/3298689.3346996')
def log_q_correction(y_pred, y_true, prior):
    """Softmax of scores less the logarithm of how often items are sampled, in proportion to 1/prior."""
