# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from ..core import toward
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['generalized_cross_entropy_with_logits', 'GeneralizedCrossEntropyLoss']

@overload
def generalized_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    q: float = 0.7,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """What a power of the label's probability lacks: cross entropy whose gradient fades with p^q.

    The loss of one example is at most 1/q, so that wrong labels cannot dominate.

    Source: Zhang & Sabuncu (2018), arXiv:1805.07836, equation 6, for certain labels.
    Departs: soft labels, of which it says nothing, have two readings by name.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      q: From 0, cross entropy, to 1, half the absolute error
      soft: How the probability of a soft label is read
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1/q]; nats at q 0"""
@overload
def generalized_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    q: float = 0.7,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def power_total(a, b, q, soft):
    ...

@rule_of(generalized_cross_entropy_with_logits, total=power_total)
def power_rule(t, l, q, soft):
    ...

class GeneralizedCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `generalized_cross_entropy_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    q: float
    soft: Literal['surprise', 'average']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        q: float = 0.7,
        soft: Literal['surprise', 'average'] = 'surprise',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `generalized_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          q: From 0, cross entropy, to 1, half the absolute error
          soft: How the probability of a soft label is read
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1/q]; nats at q 0"""
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
def gce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    q: float = 0.7,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """What a power of the label's probability lacks: cross entropy whose gradient fades with p^q.

    The loss of one example is at most 1/q, so that wrong labels cannot dominate.

    Source: Zhang & Sabuncu (2018), arXiv:1805.07836, equation 6, for certain labels.
    Departs: soft labels, of which it says nothing, have two readings by name.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      q: From 0, cross entropy, to 1, half the absolute error
      soft: How the probability of a soft label is read
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1/q]; nats at q 0"""
@overload
def gce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    q: float = 0.7,
    soft: Literal['surprise', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

readings = ('surprise', 'average')

def at_label(y_pred, y_true):
    ...

@equals(gce, into='soft_label_cross_entropy_with_logits', at=dict(q=0.0, soft=readings))
def without_power(cross_entropy, y_pred, y_true):
    """At q 0 it is cross entropy."""

@equals(gce, into='soft_label_cross_entropy_with_logits', at=dict(q=toward(0), soft=readings))
def small_power(cross_entropy, y_pred, y_true):
    """With a small q it comes near cross entropy."""

@equals(gce, into='classification_mae_with_logits', at=dict(q=1.0, soft=readings), labels=('index', 'one-hot'))
def half_the_error(mae, y_pred, y_true):
    """At q 1, for certain labels, it is half of the absolute error."""

@equals(gce, into='soft_label_cross_entropy_with_logits', at=dict(q=(0.3, 0.7, 1.0)), left=lambda x, y, q: q * gce(x, y, 'none', q=q), compares='gradient', field='debiasing', source='Nam et al. (2020), arXiv:2007.02561: module/loss.py of alinlab/LfF')
def detached_power(cross_entropy, y_pred, y_true, q):
    """Times q, its gradient is that of cross entropy times q p^q, held constant."""

@equals(gce, by='transcribed', at=dict(q=(0.1, 0.5, 1.0)), labels='index', field='language models', source='Li et al. (2025), arXiv:2510.00526: GeneralFamily of GaotangLi/Beyond-Log-Likelihood')
def general_family(y_pred, y_true, q):
    """The family of objectives for the fine-tuning of language models."""

@equals(gce, by='scipy', at=dict(q=(0.1, 0.5, 1.0)), labels='index', compares='value', field='statistics', source='Box & Cox (1964)')
def box_cox(y_pred, y_true, q):
    """The Box-Cox transform of the label's probability, negated."""

@equals(gce, by='transcribed', at=dict(q=0.5), labels=('index', 'one-hot'), field='statistics')
def squared_hellinger(y_pred, y_true):
    """At q ½, for certain labels, it is twice the squared Hellinger distance."""

@equals(gce, at=dict(q=(0.3, 1.0), soft='average'), labels='soft')
def over_drawn_labels(y_pred, y_true, q):
    """Read as an average, it is the expected loss over labels that are drawn from the soft label."""

@equals(gce, by='transcribed', at=dict(q=(0.3, 0.7)), labels='index', compares='gradient', left=lambda x, y, q: gce(x, y, 'none', q=q, mask=at_label(x, y) > 0.5), source='Zhang & Sabuncu (2018), the truncated loss with k of ½')
def truncated(y_pred, y_true, q):
    """With labels of a probability up to k masked, it has the gradient of the truncated loss."""
