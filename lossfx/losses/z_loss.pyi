# Written by tools/stubs.py: do not edit

from ..core import equals
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['z_loss_with_logits', 'ZLoss']

@overload
def z_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    z_weight: float = 0.0001,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Cross entropy, and a multiple of the squared logarithm of the softmax's normalizer.

    Cross entropy does not see an offset of all logits; the second term holds it near 0.

    Source: Chowdhery et al. (2022), arXiv:2204.02311, section 5;
    Devlin et al. (2014), doi:10.3115/v1/P14-1129, for a larger weight.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      z_weight: What the squared logarithm of the normalizer is multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def z_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    z_weight: float = 0.0001,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Cross entropy, and a multiple of the squared logarithm of the softmax's normalizer.

    Cross entropy does not see an offset of all logits; the second term holds it near 0.

    Source: Chowdhery et al. (2022), arXiv:2204.02311, section 5;
    Devlin et al. (2014), doi:10.3115/v1/P14-1129, for a larger weight.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      z_weight: What the squared logarithm of the normalizer is multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def z_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    z_weight: float = 0.0001,
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
def z_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    z_weight: float = 0.0001,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

class ZLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `z_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    z_weight: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        z_weight: float = 0.0001,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `z_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          z_weight: What the squared logarithm of the normalizer is multiplied by
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

@equals(z_loss_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(z_weight=0.0))
def without_z_loss():
    """At a weight of 0 it is cross entropy."""

def of_normalized(y_pred, y_true, z_weight):
    ...

@equals(z_loss_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(z_weight=(0.1, 10.0)), left=of_normalized)
def of_log_probabilities():
    """Of logits that are log-probabilities it is cross entropy, whatever its weight."""

@equals(z_loss_with_logits, by='torch', at=dict(z_weight=(0.0001, 0.1)))
def with_logsumexp(y_pred, y_true, z_weight):
    """torch's cross entropy, and the weighted square of its logsumexp."""

@equals(z_loss_with_logits, by='transcribed', at=dict(z_weight=(0.0001, 0.1)), labels=('one-hot', 'soft'), compares='gradient', source='T5X, losses.py')
def t5x_backward(y_pred, y_true, z_weight):
    """The gradient that T5X writes down for the backward pass of its own."""

@equals(z_loss_with_logits, by='transcribed', at=dict(z_weight=0.1), labels='index', field='machine translation', source='Devlin et al. (2014)')
def self_normalized(y_pred, y_true, z_weight):
    """The negative of what self-normalized models of translation maximize, of weight alpha."""

def second_term(y_pred, y_true, z_weight):
    ...

@equals(z_loss_with_logits, by='transcribed', at=dict(z_weight=1.0), left=second_term, labels='index', field='mixture of experts', source='Zoph et al. (2022), equation 5')
def router_z_loss(y_pred, y_true):
    """Its second term is the router z-loss of sparse expert models, before the mean."""
