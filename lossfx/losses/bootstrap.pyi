# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from ..core import toward
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['soft_bootstrapping_loss_with_logits', 'hard_bootstrapping_loss_with_logits', 'SoftBootstrappingLoss', 'HardBootstrappingLoss']

@overload
def soft_bootstrapping_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    beta: float = 0.95,
    detach: Literal[False, True] = False,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of the label mixed with the probabilities of the prediction.

    It is `beta` times cross entropy and the rest times the entropy of the prediction.

    Source: Reed et al. (2015), arXiv:1412.6596, soft bootstrapping.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: How much of the target is the label; the rest is the prediction
      detach: Whether the target is held constant
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def soft_bootstrapping_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    beta: float = 0.95,
    detach: Literal[False, True] = False,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def hard_bootstrapping_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    beta: float = 0.8,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of the label mixed with the most probable class.

    Classes that are equally probable share that part.

    Source: Reed et al. (2015), arXiv:1412.6596, hard bootstrapping.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: How much of the target is the label; the rest is the most probable class
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def hard_bootstrapping_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    beta: float = 0.8,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@rule_of(soft_bootstrapping_loss_with_logits)
def soft_bootstrapping_rule(t, l, beta, detach):
    ...

class SoftBootstrappingLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `soft_bootstrapping_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    beta: float
    detach: Literal[False, True]
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        beta: float = 0.95,
        detach: Literal[False, True] = False,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `soft_bootstrapping_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          beta: How much of the target is the label; the rest is the prediction
          detach: Whether the target is held constant
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

class HardBootstrappingLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `hard_bootstrapping_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    beta: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        beta: float = 0.8,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `hard_bootstrapping_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          beta: How much of the target is the label; the rest is the most probable class
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
def soft(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    beta: float = 0.95,
    detach: Literal[False, True] = False,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of the label mixed with the probabilities of the prediction.

    It is `beta` times cross entropy and the rest times the entropy of the prediction.

    Source: Reed et al. (2015), arXiv:1412.6596, soft bootstrapping.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: How much of the target is the label; the rest is the prediction
      detach: Whether the target is held constant
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def soft(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    beta: float = 0.95,
    detach: Literal[False, True] = False,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def hard(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    beta: float = 0.8,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of the label mixed with the most probable class.

    Classes that are equally probable share that part.

    Source: Reed et al. (2015), arXiv:1412.6596, hard bootstrapping.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: How much of the target is the label; the rest is the most probable class
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def hard(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    beta: float = 0.8,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@equals(soft, into='soft_label_cross_entropy_with_logits', at=dict(beta=1.0, detach=(False, True)))
def soft_trusts_labels():
    """At beta 1 it is cross entropy."""

@equals(soft, into='soft_label_cross_entropy_with_logits', at=dict(beta=toward(1, side=-1)))
def soft_nearly_trusts_labels():
    """As beta goes to 1 it becomes cross entropy."""

@equals(soft, into='soft_label_cross_entropy_with_logits', compares='gradient', at=dict(beta=(0.3, 0.95), detach=True))
def constant_target(cross_entropy, y_pred, y_true, beta):
    """With the target held constant, its gradient is that of cross entropy times beta."""

@equals(soft, by='torch', at=dict(beta=(0.3, 0.95)), field='semi-supervised learning', source='Grandvalet & Bengio (2004), Semi-supervised learning by entropy minimization')
def minimum_entropy(y_pred, y_true, beta):
    """Beta times torch's cross entropy, and the rest times the entropy of torch.distributions."""

@equals(soft, by='transcribed', at=dict(beta=(0.3, 0.95), detach=(False, True)), labels='index', source='vfdev-5/BootstrappingLoss f1cd46e, with as_pseudo_label for detach')
def circulating_soft(y_pred, y_true, beta, detach):
    """The PyTorch code in circulation, whose default is to hold the target constant."""

@equals(soft, by='transcribed', at=dict(beta=0.95), source='Patrini et al. (2017): loss.py of giorgiop/loss-correction, without its clip')
def of_probabilities(y_pred, y_true, beta):
    """The form of probabilities, as Patrini et al. compare with it."""

@equals(hard, into='soft_label_cross_entropy_with_logits', at=dict(beta=1.0))
def hard_trusts_labels():
    """At beta 1 it is cross entropy."""

@equals(hard, into='soft_label_cross_entropy_with_logits', at=dict(beta=0.0), field='semi-supervised learning', source='Lee (2013), Pseudo-label')
def pseudo_label(cross_entropy, y_pred, y_true):
    """At beta 0 it is cross entropy of the model's own class, the pseudo-label."""

@equals(hard, by='transcribed', at=dict(beta=(0.3, 0.8)), labels='index', source='vfdev-5/BootstrappingLoss f1cd46e')
def circulating_hard(y_pred, y_true, beta):
    """The PyTorch code in circulation, with class indices."""

@equals(hard, by='torch', at=dict(beta=(0.3, 0.8)))
def mixed_labels(y_pred, y_true, beta):
    """torch's cross entropy of the label mixed with the one-hot label of the leading class."""

@equals(hard, into='soft_label_cross_entropy_with_logits', at=dict(beta=(0.3, 0.8)), labels=('index', 'one-hot'), field='structured prediction', source='Collins (2002), Discriminative training methods for hidden Markov models')
def less_perceptron(cross_entropy, y_pred, y_true, beta):
    """Cross entropy less 1-beta of the perceptron loss, the lead of the first class over the label."""
