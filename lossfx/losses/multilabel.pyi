# Written by tools/stubs.py: do not edit

from ..core import equals
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['binary_cross_entropy_with_logits', 'BinaryCrossEntropyLoss']

@overload
def binary_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    pos_weight: torch.Tensor | float | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of each label for itself, between its probability and the logit's sigmoid.

    Source: Cox (1958), doi:10.1111/j.2517-6161.1958.tb00292.x, as a likelihood.
    Departs: `pos_weight` weighs a label, and not one of its two terms as torch's does.

    Arguments:
      y_pred: (...) floating: logits, one per label
      y_true: (...) same shape: bool or integer labels 0 and 1, or floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      pos_weight: (C,) or a number: weight of label 1; label 0 weighs 1
      sample_weight: (...) floating: weight of each label
      mask: (...) bool: True keeps a label
      ignore_index: Integer, or a tuple, that marks labels to leave out
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def binary_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    pos_weight: torch.Tensor | float | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class BinaryCrossEntropyLoss(lossfx.core.mould.BinaryLoss):
    """Module of `binary_cross_entropy_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    pos_weight: torch.Tensor | float | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        pos_weight: torch.Tensor | float | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
    ) -> None:
        """Keep the options of `binary_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
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

@equals(binary_cross_entropy_with_logits, by='torch')
def bce_of_torch(y_pred, y_true):
    """torch's function of the same name."""

@equals(binary_cross_entropy_with_logits, by='torch', at=dict(pos_weight=(0.5, 3.0)), labels='index')
def pos_weight_of_torch(y_pred, y_true, pos_weight):
    """With labels of 0 and 1, torch's function with the same `pos_weight`."""

def with_moved_labels(y_pred, y_true, pos_weight):
    """Weigh labels, after they are moved to where torch's `pos_weight` has its best prediction."""

@equals(binary_cross_entropy_with_logits, by='torch', at=dict(pos_weight=(0.5, 3.0)), labels='soft', left=with_moved_labels)
def soft_pos_weight_of_torch(y_pred, y_true, pos_weight):
    """torch's `pos_weight` on soft labels, by a weight of labels that are moved to where its best
    prediction is."""

@equals(binary_cross_entropy_with_logits, by='torch', left=lambda y_pred, y_true: binary_cross_entropy_with_logits(y_pred, y_true, 'none').mean(-1))
def soft_margin_of_torch(y_pred, y_true):
    """Averaged over the labels of an example, `F.multilabel_soft_margin_loss`."""

@equals(binary_cross_entropy_with_logits, by='kornia')
def focal_of_kornia(y_pred, y_true):
    """kornia's `binary_focal_loss_with_logits` with gamma 0 and without alpha."""

@equals(binary_cross_entropy_with_logits, by='optax', compares='value', float64=1e-06)
def bce_of_optax(y_pred, y_true):
    """optax's `sigmoid_binary_cross_entropy`."""

@equals(binary_cross_entropy_with_logits, into='soft_label_cross_entropy_with_logits')
def two_classes(cross_entropy, y_pred, y_true):
    """Cross entropy over two classes, no and yes, with logits of 0 and x."""

@equals(binary_cross_entropy_with_logits, by='transcribed', field='preference learning', source='Bradley & Terry (1952), doi:10.1093/biomet/39.3-4.324')
def bradley_terry(y_pred, y_true):
    """The loss of a pair under Bradley and Terry's model, with x as the difference of the rewards."""
