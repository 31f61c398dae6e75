# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import toward
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['bi_tempered_logistic_loss_with_logits', 'BiTemperedLogisticLoss']

def log_exp_t(u, t):
    """(..., C): logarithm of exp_t(u), for t other than 1."""

def nearer(x, shift, t):
    """(..., 1): the normaliser of x, nearer by a step of Newton's method for log_t of the sum."""

def tempered_log_softmax(logits, t):
    """(..., C): logarithms of the tempered softmax, -inf for classes that it rules out."""

def divergence_of_power(s, k):
    """(...): (e^((1+k)s) - 1)/(1+k) - (e^(ks) - 1)/k, which is at least 0."""

@overload
def bi_tempered_logistic_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    t1: float = 0.8,
    t2: float = 1.2,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Bregman divergence of a tempered softmax from the label: cross entropy with two temperatures.

    Labels that are wrong cost a limited amount, and the boundary need not bend to them.

    Source: Amid et al. (2019), arXiv:1906.03361.
    Departs: solves the normaliser to rounding; smooths no labels.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      t1: Temperature of the logarithm: the loss is at most 1/(1-t1)
      t2: Temperature of the softmax: above 1 its tails are heavy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1/(1-t1)]; nats at t1 = t2 = 1"""
@overload
def bi_tempered_logistic_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    t1: float = 0.8,
    t2: float = 1.2,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class BiTemperedLogisticLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `bi_tempered_logistic_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    t1: float
    t2: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def activation(self, y_pred: Tensor) -> Tensor:
        """Tempered softmax over the class axis."""
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        t1: float = 0.8,
        t2: float = 1.2,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `bi_tempered_logistic_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          t1: Temperature of the logarithm: the loss is at most 1/(1-t1)
          t2: Temperature of the softmax: above 1 its tails are heavy
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1/(1-t1)]; nats at t1 = t2 = 1"""
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
def tempered(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    t1: float = 0.8,
    t2: float = 1.2,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Bregman divergence of a tempered softmax from the label: cross entropy with two temperatures.

    Labels that are wrong cost a limited amount, and the boundary need not bend to them.

    Source: Amid et al. (2019), arXiv:1906.03361.
    Departs: solves the normaliser to rounding; smooths no labels.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      t1: Temperature of the logarithm: the loss is at most 1/(1-t1)
      t2: Temperature of the softmax: above 1 its tails are heavy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1/(1-t1)]; nats at t1 = t2 = 1"""
@overload
def tempered(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    t1: float = 0.8,
    t2: float = 1.2,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@equals(tempered, into='soft_label_cross_entropy_with_logits', at=dict(t1=1.0, t2=1.0))
def untempered(cross_entropy, y_pred, y_true):
    """With both temperatures 1 it is cross entropy less the entropy of the label."""

@equals(tempered, at=dict(t1=0.8, t2=toward(1)))
def usual_softmax(y_pred, y_true, t1):
    """With t2 near 1 it comes near the loss with the usual softmax."""

@equals(tempered, into='generalized_cross_entropy_with_logits', at=dict(t1=(0.1, 0.6), t2=1.0), labels=('index', 'one-hot'))
def with_power_sum(gce, y_pred, y_true, t1):
    """At t2 1, for certain labels, it is generalized cross entropy at q 1-t1, and a sum of powers."""

@equals(tempered, by='torch', at=dict(t1=0.0, t2=1.0), field='forecasting')
def half_the_squared_error(y_pred, y_true):
    """At t1 0 and t2 1 it is half of the Brier score."""

def sparsemax(x):
    """Projection of x (..., C) onto the probabilities, by sorting."""

@equals(tempered, by='transcribed', at=dict(t1=0.0, t2=0.0), field='sparse attention', source='Martins & Astudillo (2016), arXiv:1602.02068, algorithm 1')
def distance_of_projection(y_pred, y_true):
    """At t1 and t2 0 it is half the squared distance of the label from sparsemax."""

@equals(tempered, by='transcribed', at=dict(t1=(0.2, 0.8), t2=(1.2, 2.0)), float64=2e-09, source='google/bi-tempered-loss, tensorflow/loss.py at 18f29aa, with 60 iterations for 5')
def fixed_point(y_pred, y_true, t1, t2):
    """The authors' code for t2 above 1, with enough iterations."""

@equals(tempered, by='transcribed', at=dict(t2=2.0), labels='index', classes=(2,), left=lambda x, y, t2: tempered(x, y, 'none', t1=0.0, t2=t2))
def two_classes(y_pred, y_true):
    """With two classes and t2 2 the probabilities have a closed form."""
