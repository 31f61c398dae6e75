# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from ..core import toward
from typing import Literal
from typing import get_args
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['focal_loss_with_logits', 'binary_focal_loss_with_logits', 'FocalLoss', 'BinaryFocalLoss']

Reading = Literal['surprise', 'distance', 'overlap', 'average']

readings = get_args(Reading)

@overload
def focal_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    gamma: float = 2.0,
    soft: Literal['surprise', 'distance', 'overlap', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy times a power of the probability that the label still lacks.

    Easy examples, which may be very many, then add little beside the hard ones.

    Source: Lin et al. (2017), arXiv:1708.02002, equation 4, for certain labels.
    Departs: soft labels, of which it says nothing, have four readings by name.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      gamma: Power of the probability that is missing; 0 for cross entropy
      soft: What is missing where a label is soft
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def focal_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    gamma: float = 2.0,
    soft: Literal['surprise', 'distance', 'overlap', 'average'] = 'surprise',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def binary_focal_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    soft: Literal['surprise', 'distance', 'overlap', 'average'] = 'surprise',
    pos_weight: torch.Tensor | float | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Binary cross entropy times a power of the probability that the label still lacks.

    Source: Lin et al. (2017), arXiv:1708.02002, equation 5;
    Li et al. (2020), arXiv:2006.04388, quality focal loss, for 'distance'.

    Arguments:
      y_pred: (...) floating: logits, one per label
      y_true: (...) same shape: bool or integer labels 0 and 1, or floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      gamma: Power of the probability that is missing; 0 for cross entropy
      alpha: Weight of label 1, with 1-alpha for label 0; None for 1 each
      soft: What is missing where a label is between 0 and 1
      pos_weight: (C,) or a number: weight of label 1; label 0 weighs 1
      sample_weight: (...) floating: weight of each label
      mask: (...) bool: True keeps a label
      ignore_index: Integer, or a tuple, that marks labels to leave out
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def binary_focal_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    soft: Literal['surprise', 'distance', 'overlap', 'average'] = 'surprise',
    pos_weight: torch.Tensor | float | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def focus(a, b, gamma, soft):
    ...

@rule_of(focal_loss_with_logits, total=focus)
def focal_rule(t, l, gamma, soft):
    ...

class FocalLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `focal_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    gamma: float
    soft: Literal['surprise', 'distance', 'overlap', 'average']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        gamma: float = 2.0,
        soft: Literal['surprise', 'distance', 'overlap', 'average'] = 'surprise',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `focal_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          gamma: Power of the probability that is missing; 0 for cross entropy
          soft: What is missing where a label is soft
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

class BinaryFocalLoss(lossfx.core.mould.BinaryLoss):
    """Module of `binary_focal_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    gamma: float
    alpha: float | None
    soft: Literal['surprise', 'distance', 'overlap', 'average']
    pos_weight: torch.Tensor | float | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        gamma: float = 2.0,
        alpha: float | None = None,
        soft: Literal['surprise', 'distance', 'overlap', 'average'] = 'surprise',
        pos_weight: torch.Tensor | float | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
    ) -> None:
        """Keep the options of `binary_focal_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          gamma: Power of the probability that is missing; 0 for cross entropy
          alpha: Weight of label 1, with 1-alpha for label 0; None for 1 each
          soft: What is missing where a label is between 0 and 1
          pos_weight: (C,) or a number: weight of label 1; label 0 weighs 1
          ignore_index: Integer, or a tuple, that marks labels to leave out"""
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
          y_pred: (...) floating: logits, one per label
          y_true: (...) same shape: bool or integer labels 0 and 1, or floating probabilities
          sample_weight: (...) floating: weight of each label
          mask: (...) bool: True keeps a label
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

@equals(focal_loss_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(gamma=0.0, soft=readings))
def without_focus():
    """At gamma 0 it is cross entropy."""

@equals(focal_loss_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(gamma=toward(0)))
def little_focus():
    """With a small gamma it comes near cross entropy."""

@equals(focal_loss_with_logits, into='soft_label_cross_entropy_with_logits', at=dict(gamma=(0.5, 1.0, 2.0)), compares='gradient', source='Mukhoti et al. (2020), arXiv:2002.09437')
def weighed_cross_entropy(cross_entropy, y_pred, y_true, gamma):
    """Its gradient is that of cross entropy, weighed by a function of the label's probability."""

@equals(focal_loss_with_logits, at=dict(gamma=(0.5, 2.0), soft='average'), labels='soft')
def drawn_labels(y_pred, y_true, gamma):
    """Read as an average, it is the expected loss over labels that are drawn from the soft label."""

@equals(focal_loss_with_logits, by='kornia', at=dict(gamma=(0.5, 2.0), soft=readings), labels='index')
def focal_loss_of_kornia(y_pred, y_true, gamma):
    """The function of kornia, summed over the classes, of which all but one are 0."""

@equals(focal_loss_with_logits, by='monai', at=dict(gamma=(0.5, 2.0), soft='average'), labels=('one-hot', 'soft'))
def softmax_focal_loss(y_pred, y_true, gamma):
    """The function of MONAI, summed over the classes."""

@equals(focal_loss_with_logits, by='fastai', at=dict(gamma=(0.5, 2.0)))
def focal_loss_of_fastai(y_pred, y_true, gamma):
    """The loss of fastai, without weights, takes soft labels as a surprise too."""

@equals(binary_focal_loss_with_logits, by='torch', at=dict(gamma=0.0, soft=readings))
def binary_cross_entropy(y_pred, y_true):
    """At gamma 0 it is binary cross entropy."""

@equals(binary_focal_loss_with_logits, into='focal_loss_with_logits', at=dict(gamma=(0.5, 2.0), soft=readings))
def of_two_classes(focal, y_pred, y_true, gamma, soft):
    """One logit is two classes, of which the first has a logit of 0."""

@equals(binary_focal_loss_with_logits, by='transcribed', field='object detection', at=dict(gamma=(0.5, 2.0), alpha=(0.25, 0.9), soft='overlap'), source='torchvision 0.28, ops/focal_loss.py')
def sigmoid_focal_loss(y_pred, y_true, gamma, alpha):
    """The function of torchvision, for soft labels read as an overlap."""

@equals(binary_focal_loss_with_logits, by='optax', compares='value', at=dict(gamma=(0.5, 2.0), alpha=(0.25, 0.9), soft='overlap'))
def sigmoid_focal_loss_of_optax(y_pred, y_true, gamma, alpha):
    """The function of optax, for soft labels read as an overlap."""

@equals(binary_focal_loss_with_logits, by='kornia', at=dict(gamma=(0.5, 2.0), soft='average'))
def binary_focal_loss_of_kornia(y_pred, y_true, gamma):
    """The function of kornia without alpha, for soft labels read as an average."""

@equals(binary_focal_loss_with_logits, by='monai', at=dict(gamma=(0.5, 2.0), alpha=(0.25, 0.9)), labels=('index', 'one-hot'))
def sigmoid_focal_loss_of_monai(y_pred, y_true, gamma, alpha):
    """The function of MONAI, for labels of 0 and 1."""

@equals(binary_focal_loss_with_logits, by='transcribed', at=dict(gamma=(1.0, 2.0), soft='distance'), field='object detection', source='Li et al. (2020), arXiv:2006.04388')
def quality_focal_loss(y_pred, y_true, gamma):
    """Read as a distance, it is quality focal loss, whose labels say how well a box fits."""
