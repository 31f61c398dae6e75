# Written by tools/stubs.py: do not edit

from ..core import equals
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['lovasz_loss_with_logits', 'lovasz_hinge_loss', 'LovaszLoss', 'LovaszHingeLoss']

def lovasz_extension(errors: Tensor, labels: Tensor, counts: Tensor) -> Tensor:
    """Errors, the worst first, times the steps of the Jaccard loss as one after another is wrong."""

@overload
def lovasz_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    classes: Literal['exclusive', 'independent'] = 'exclusive',
    per: Literal['sample', 'batch'] = 'sample',
    empty: Literal['skip', 'count', 'area'] = 'skip',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Lovász extension of the Jaccard loss at the errors of softmax or sigmoid, for each class.

    For predictions of 0 and 1 it is one minus intersection over union.

    Source: Berman, Triki & Blaschko (2018), arXiv:1705.08790, algorithm 1.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: logits
      y_true: (N, ...) class indices, or (N, ..., C) labels of 0 and 1
      reduction: 'mean', 'sum', 'none' or 'parts'
      classes: 'exclusive': softmax over them; 'independent': sigmoid of each
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, 'count' as it is, or predicted 'area'
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
@overload
def lovasz_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    classes: Literal['exclusive', 'independent'] = 'exclusive',
    per: Literal['sample', 'batch'] = 'sample',
    empty: Literal['skip', 'count', 'area'] = 'skip',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def lovasz_hinge_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    per: Literal['sample', 'batch'] = 'sample',
    empty: Literal['skip', 'count'] = 'count',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Lovász extension of the Jaccard loss at hinge errors, for each class: convex in the scores.

    It is 0 once all scores are right by a margin of 1.

    Source: Yu & Blaschko (2015), ICML, and Berman, Triki & Blaschko (2018), arXiv:1705.08790.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: scores, above 0 for what is found
      y_true: The same shape: labels 0 and 1, integer, bool or floating
      reduction: 'mean', 'sum', 'none' or 'parts'
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, or take as it is
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis, of size 1 for one channel
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, >= 0"""
@overload
def lovasz_hinge_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    per: Literal['sample', 'batch'] = 'sample',
    empty: Literal['skip', 'count'] = 'count',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class LovaszLoss(lossfx.core.mould.OverlapLoss):
    """Module of `lovasz_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    classes: Literal['exclusive', 'independent']
    per: Literal['sample', 'batch']
    empty: Literal['skip', 'count', 'area']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        classes: Literal['exclusive', 'independent'] = 'exclusive',
        per: Literal['sample', 'batch'] = 'sample',
        empty: Literal['skip', 'count', 'area'] = 'skip',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `lovasz_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          classes: 'exclusive': softmax over them; 'independent': sigmoid of each
          per: Sets within each 'sample', or over the whole 'batch'
          empty: A class without label: leave out, 'count' as it is, or predicted 'area'
          class_weight: (C,) floating: weight of each class in the mean
          ignore_index: Integer, or a tuple, that marks labels to leave out
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
          y_pred: (N, ..., C) floating, class axis at `dim`: logits
          y_true: (N, ...) class indices, or (N, ..., C) labels of 0 and 1
          sample_weight: (N,) floating: weight of each sample
          mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
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

class LovaszHingeLoss(lossfx.core.mould.ElementLoss):
    """Module of `lovasz_hinge_loss`. Takes scores."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    per: Literal['sample', 'batch']
    empty: Literal['skip', 'count']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        per: Literal['sample', 'batch'] = 'sample',
        empty: Literal['skip', 'count'] = 'count',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `lovasz_hinge_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          per: Sets within each 'sample', or over the whole 'batch'
          empty: A class without label: leave out, or take as it is
          class_weight: (C,) floating: weight of each class in the mean
          ignore_index: Integer, or a tuple, that marks labels to leave out
          dim: Class axis, of size 1 for one channel"""
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
          y_pred: (N, ..., C) floating, class axis at `dim`: scores, above 0 for what is found
          y_true: The same shape: labels 0 and 1, integer, bool or floating
          sample_weight: (N,) floating: weight of each sample
          mask: (N, ...) bool: True keeps a pixel; also like y_pred
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: (N, C), or (C,) per batch: no units, >= 0"""
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

of_batch = dict(per='batch', empty='count')

def sure_of(y_pred):
    """Logits whose softmax is 0 and 1."""

@equals(lovasz_loss_with_logits, into='jaccard_loss_with_logits', labels=('index', 'one-hot'), left=lambda x, y, **given: lovasz_loss_with_logits(sure_of(x), y, 'none', **given), at=of_batch, compares='value')
def at_decisions(jaccard, y_pred, y_true):
    """For predictions of 0 and 1 it is the Jaccard loss, one minus intersection over union."""

@equals(lovasz_loss_with_logits, into='classification_mae_with_logits', labels='index', left=lambda x, y: lovasz_loss_with_logits(x, y, 'none').sum(-1))
def of_one_pixel(mae, y_pred, y_true):
    """Of a single pixel it is half of the classification MAE."""

@equals(lovasz_loss_with_logits, by='kornia', labels='index', left=lambda x, y, **given: lovasz_loss_with_logits(x, y, **given), at=of_batch)
def lovasz_softmax_of_kornia(y_pred, y_true):
    """kornia's loss of one image: the mean over all classes, also those that its label lacks."""

@equals(lovasz_loss_with_logits, by='transcribed', labels=('index', 'one-hot'), at=of_batch, source='Berman et al. (2018), algorithm 1')
def by_differences(y_pred, y_true):
    """The authors' algorithm: differences of the Jaccard loss along the sorted errors."""

def hinge_of_image(y_pred, y_true):
    ...

@equals(lovasz_hinge_loss, by='kornia', left=hinge_of_image, labels='index')
def lovasz_hinge_of_kornia(y_pred, y_true):
    """kornia's loss of one image."""

@equals(lovasz_hinge_loss, into='jaccard_loss_with_logits', labels='index', compares='value', left=lambda x, y: hinge_of_image(x.sign(), y))
def twice_jaccard(jaccard, y_pred, y_true):
    """For scores of -1 and +1 it is twice the Jaccard loss of the decisions."""
