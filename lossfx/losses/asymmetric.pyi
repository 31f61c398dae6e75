# Written by tools/stubs.py: do not edit

from ..core import equals
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['asymmetric_loss_with_logits', 'AsymmetricLoss']

@overload
def asymmetric_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    gamma_pos: float = 1.0,
    gamma_neg: float = 4.0,
    margin: float = 0.05,
    soft: Literal['distance', 'average'] = 'distance',
    pos_weight: torch.Tensor | float | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Binary cross entropy in which labels of 0 count less, the easy ones among them nothing.

    Many rare labels: the zeros, nearly all of them easy, no longer outweigh the ones.

    Source: Ben-Baruch, Ridnik et al. (2020), arXiv:2009.14119, section 2.
    Departs: the reading of labels between 0 and 1 is ours; 'mean' divides by the labels, where the
    authors' code adds up.

    Arguments:
      y_pred: (...) floating: logits, one per label
      y_true: (...) same shape: bool or integer labels 0 and 1, or floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      gamma_pos: Power of what the probability lacks, where it is too low
      gamma_neg: Power of its excess, where it is too high
      margin: Excess that costs nothing
      soft: How labels between 0 and 1 are read
      pos_weight: (C,) or a number: weight of label 1; label 0 weighs 1
      sample_weight: (...) floating: weight of each label
      mask: (...) bool: True keeps a label
      ignore_index: Integer, or a tuple, that marks labels to leave out
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def asymmetric_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    gamma_pos: float = 1.0,
    gamma_neg: float = 4.0,
    margin: float = 0.05,
    soft: Literal['distance', 'average'] = 'distance',
    pos_weight: torch.Tensor | float | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class AsymmetricLoss(lossfx.core.mould.BinaryLoss):
    """Module of `asymmetric_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    gamma_pos: float
    gamma_neg: float
    margin: float
    soft: Literal['distance', 'average']
    pos_weight: torch.Tensor | float | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        gamma_pos: float = 1.0,
        gamma_neg: float = 4.0,
        margin: float = 0.05,
        soft: Literal['distance', 'average'] = 'distance',
        pos_weight: torch.Tensor | float | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
    ) -> None:
        """Keep the options of `asymmetric_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          gamma_pos: Power of what the probability lacks, where it is too low
          gamma_neg: Power of its excess, where it is too high
          margin: Excess that costs nothing
          soft: How labels between 0 and 1 are read
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

def a_zero(logit):
    ...

both_readings = ('distance', 'average')

def with_one_gamma(y_pred, y_true, gamma, soft):
    ...

@equals(asymmetric_loss_with_logits, by='torch', at=dict(gamma_pos=0.0, gamma_neg=0.0, margin=0.0, soft=both_readings))
def without_asymmetry(y_pred, y_true):
    """Without powers and without margin it is binary cross entropy, for soft labels, too."""

@equals(asymmetric_loss_with_logits, into='binary_focal_loss_with_logits', left=with_one_gamma, at=dict(gamma=(0.5, 2.0), soft=both_readings))
def with_equal_powers(focal, y_pred, y_true, gamma, soft):
    """With equal powers and without margin it is focal loss, in either reading of soft labels."""

@equals(asymmetric_loss_with_logits, by='timm', labels=('index', 'one-hot'), at=dict(gamma_pos=(0.0, 1.0, 2.0), gamma_neg=(2.0, 4.0), margin=(0.05, 0.2)))
def loss_of_timm(y_pred, y_true, gamma_pos, gamma_neg, margin):
    """timm's module, label by label, for labels of 0 and 1."""

@equals(asymmetric_loss_with_logits, by='transcribed', labels='soft', left=with_one_gamma, at=dict(gamma=2.0, soft='distance'), field='object detection', source='Li et al. (2020), arXiv:2006.04388')
def quality_focal_loss(y_pred, y_true, gamma):
    """With equal powers and a label that is an overlap of boxes it is quality focal loss."""

@equals(asymmetric_loss_with_logits, labels='soft', at=dict(soft='average'))
def expected_over_labels(y_pred, y_true):
    """Read as an average, it is what is expected when the label is drawn with its probability."""

def timm_module():
    """The module of timm from its file alone: timm itself wants a torchvision that fits torch."""
