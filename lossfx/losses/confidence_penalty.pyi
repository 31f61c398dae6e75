# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from ..core import toward
from math import inf
from math import log
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['confidence_penalty_with_logits', 'ConfidencePenaltyLoss']

@overload
def confidence_penalty_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    beta: float = 0.1,
    threshold: float | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Cross entropy less a multiple of the entropy of the prediction.

    It costs a model more to be certain than it gains, so that the best logits are finite.

    Source: Pereyra et al. (2017), arXiv:1701.06548, section 3.
    Departs: the sign of the penalty with a threshold, which would reward certainty as printed.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: What the entropy of the prediction is multiplied by
      threshold: Entropy in nats from which the penalty is 0; None: no limit
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= -beta*log(C), or 0 with a threshold"""
@overload
def confidence_penalty_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    beta: float = 0.1,
    threshold: float | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Cross entropy less a multiple of the entropy of the prediction.

    It costs a model more to be certain than it gains, so that the best logits are finite.

    Source: Pereyra et al. (2017), arXiv:1701.06548, section 3.
    Departs: the sign of the penalty with a threshold, which would reward certainty as printed.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: What the entropy of the prediction is multiplied by
      threshold: Entropy in nats from which the penalty is 0; None: no limit
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= -beta*log(C), or 0 with a threshold"""
@overload
def confidence_penalty_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    beta: float = 0.1,
    threshold: float | None = None,
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
def confidence_penalty_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    beta: float = 0.1,
    threshold: float | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

def joined(a, b, beta, threshold):
    ...

@rule_of(confidence_penalty_with_logits, total=joined)
def penalty_rule(t, l):
    ...

class ConfidencePenaltyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `confidence_penalty_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    beta: float
    threshold: float | None
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        beta: float = 0.1,
        threshold: float | None = None,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `confidence_penalty_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          beta: What the entropy of the prediction is multiplied by
          threshold: Entropy in nats from which the penalty is 0; None: no limit
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= -beta*log(C), or 0 with a threshold"""
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= -beta*log(C), or 0 with a threshold"""
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

@equals(confidence_penalty_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(beta=0.0, threshold=(None, 1.0)))
def without_penalty():
    """At beta 0 it is cross entropy."""

@equals(confidence_penalty_with_logits, by='torch', at=dict(beta=(0.1, 2.0), threshold=log))
def mirrored_smoothing(y_pred, y_true, beta):
    """With a threshold of log C, cross entropy and the divergence from uniform labels, mirrored."""

@equals(confidence_penalty_with_logits, by='torch', at=dict(beta=(0.01, 1.0)), labels='index', field='reinforcement learning', source='Mnih et al. (2016), arXiv:1602.01783')
def entropy_bonus(y_pred, y_true, beta):
    """A policy gradient's loss with an entropy bonus, for the action as label and advantage 1."""

@equals(confidence_penalty_with_logits, by='transcribed', at=dict(beta=(0.1, 1.0)), labels='index', compares='gradient', source='torch-uncertainty')
def torch_uncertainty(y_pred, y_true, beta):
    """torch-uncertainty's loss without its epsilon; its value is greater by beta log C."""

def over_beta(y_pred, y_true, beta):
    ...

@equals(confidence_penalty_with_logits, by='torch', at=dict(beta=toward(inf)), left=over_beta)
def negative_entropy(y_pred, y_true):
    """Over beta it becomes the negative entropy of the prediction."""
