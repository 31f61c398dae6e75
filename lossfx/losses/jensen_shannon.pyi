# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from ..core import toward
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['jensen_shannon_with_logits', 'JensenShannonLoss']

def gap(q, log_q, excess, m):
    """(..., C): q*log(q/m) - (q-m), which is at least 0, where q-m is `excess`."""

@overload
def jensen_shannon_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    pi: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Divergence of label and prediction from their mixture, scaled to begin as cross entropy.

    The mixture rules no label out, so that a wrong one has a limited price.

    Source: Englesson & Azizpour (2021), arXiv:2105.04522, for one prediction; Lin (1991).
    Departs: soft labels, and both limits are values that `pi` can have.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      pi: Weight of the label in the mixture: 0, cross entropy, to 1, half the MAE
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0; nats at pi 0"""
@overload
def jensen_shannon_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    pi: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def scaled(a, b, pi):
    ...

@rule_of(jensen_shannon_with_logits, total=scaled)
def mixture_rule(t, l, pi):
    ...

class JensenShannonLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `jensen_shannon_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    pi: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        pi: float = 0.5,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `jensen_shannon_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          pi: Weight of the label in the mixture: 0, cross entropy, to 1, half the MAE
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0; nats at pi 0"""
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
def js(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    pi: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Divergence of label and prediction from their mixture, scaled to begin as cross entropy.

    The mixture rules no label out, so that a wrong one has a limited price.

    Source: Englesson & Azizpour (2021), arXiv:2105.04522, for one prediction; Lin (1991).
    Departs: soft labels, and both limits are values that `pi` can have.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      pi: Weight of the label in the mixture: 0, cross entropy, to 1, half the MAE
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0; nats at pi 0"""
@overload
def js(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    pi: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def in_nats(x, y, pi):
    ...

@equals(js, into='soft_label_cross_entropy_with_logits', at=dict(pi=0.0))
def without_mixture(cross_entropy, y_pred, y_true):
    """At pi 0 it is cross entropy less the entropy of the label."""

@equals(js, by='torch', at=dict(pi=toward(0)), left=lambda x, y, pi: js(x / 9, y, 'none', pi=pi))
def small_mixture(y_pred, y_true):
    """With a pi below all probabilities it comes near torch's Kullback-Leibler divergence."""

@equals(js, into='classification_mae_with_logits', at=dict(pi=1.0), labels=('index', 'one-hot'))
def probability_outside(mae, y_pred, y_true):
    """At pi 1, for certain labels, it is half of the absolute error."""

@equals(js, by='kornia', at=dict(pi=0.5), left=in_nats, labels=('one-hot', 'soft'))
def js_div_2d(y_pred, y_true):
    """At pi ½, in nats, kornia's divergence of heatmaps, of one row each."""

@equals(js, by='scipy', at=dict(pi=0.5), left=in_nats, labels=('one-hot', 'soft'), compares='value', float32=0.0001, field='statistics')
def squared_distance(y_pred, y_true):
    """At pi ½, in nats, the square of the Jensen-Shannon distance."""

@equals(js, by='transcribed', at=dict(pi=(0.1, 0.5, 0.9)), left=in_nats, labels='soft', field='language models', source='Agarwal et al. (2023), arXiv:2306.13649; generalized_jsd_loss of TRL 1.16')
def generalised_knowledge_distillation(y_pred, y_true, pi):
    """In nats, the divergence of a student from a teacher, whose beta is pi."""

@equals(js, by='transcribed', at=dict(pi=(0.2, 0.5)), left=in_nats, field='information theory', source='Lin (1991), doi:10.1109/18.61115')
def entropy_of_mixture(y_pred, y_true, pi):
    """In nats, the entropy of the mixture less the mean of both entropies."""

@equals(js, by='transcribed', at=dict(pi=(0.1, 0.9)), labels='index', source='JensenShannonDivergenceWeightedScaled of ErikEnglesson/GJS, f124785')
def weighted_and_scaled(y_pred, y_true, pi):
    """The authors' code, for one prediction of each example, without its bound of 1e-7."""

@equals(js, at=dict(pi=(0.2, 0.7)), left=in_nats, labels='soft')
def mirrored(y_pred, y_true, pi):
    """In nats, with label and prediction exchanged, it is the loss with 1-pi."""
