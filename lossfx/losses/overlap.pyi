# Written by tools/stubs.py: do not edit

from ..core import equals
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['dice_loss_with_logits', 'jaccard_loss_with_logits', 'tversky_loss_with_logits', 'focal_tversky_loss_with_logits', 'dice_loss', 'jaccard_loss', 'DiceLoss', 'JaccardLoss', 'TverskyLoss', 'FocalTverskyLoss']

def wrong_fraction(common: Tensor, wrong: Tensor) -> Tensor:
    """What is wrong, as a fraction of the whole."""

@overload
def dice_loss_with_logits(
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
    """One minus the Dice coefficient of softmax or sigmoid and label, for each class.

    The size of a region does not matter, only how much of it is wrong.

    Source: Milletari, Navab & Ahmadi (2016), arXiv:1606.04797; for soft labels
    Wang et al. (2023), arXiv:2303.16296.
    Departs: sizes in the denominator are not squared; there is no epsilon.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: logits
      y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
      reduction: 'mean', 'sum', 'none' or 'parts'
      classes: 'exclusive': softmax over them; 'independent': sigmoid of each
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, 'count' as 1, or predicted 'area'
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
@overload
def dice_loss_with_logits(
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
def jaccard_loss_with_logits(
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
    """One minus the Jaccard index, intersection over union, for each class.

    Unlike the Dice loss it is a distance: it keeps the triangle inequality.

    Source: Wang, Ning & Blaschko (2023), arXiv:2302.05666, for soft labels.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: logits
      y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
      reduction: 'mean', 'sum', 'none' or 'parts'
      classes: 'exclusive': softmax over them; 'independent': sigmoid of each
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, 'count' as 1, or predicted 'area'
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
@overload
def jaccard_loss_with_logits(
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
def tversky_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
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
    """One minus the Tversky index, for each class: extra and missed pixels weigh differently.

    With beta above alpha the model rather finds too much than too little.

    Source: Salehi, Erdogmus & Gholipour (2017), arXiv:1706.05721.
    Departs: the soft labels' minimum in place of the product.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: logits
      y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
      reduction: 'mean', 'sum', 'none' or 'parts'
      alpha: Weight of what is extra: false positives
      beta: Weight of what is missed: false negatives
      classes: 'exclusive': softmax over them; 'independent': sigmoid of each
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, 'count' as 1, or predicted 'area'
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
@overload
def tversky_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
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
def focal_tversky_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    gamma: float = 0.75,
    alpha: float = 0.3,
    beta: float = 0.7,
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
    """A power of the Tversky loss, for each class.

    Below 1 the power makes the last errors of a class steep, above 1 it looks at the worst classes.

    Source: Abraham & Khan (2018), arXiv:1810.07842, whose exponent is 1/gamma.
    Departs: where nothing is wrong, the gradient is 0 and not infinite.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: logits
      y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
      reduction: 'mean', 'sum', 'none' or 'parts'
      gamma: Power of the loss: below 1 for regions that are nearly right
      alpha: Weight of what is extra: false positives
      beta: Weight of what is missed: false negatives
      classes: 'exclusive': softmax over them; 'independent': sigmoid of each
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, 'count' as 1, or predicted 'area'
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
@overload
def focal_tversky_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    gamma: float = 0.75,
    alpha: float = 0.3,
    beta: float = 0.7,
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
def dice_loss(
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
    """One minus the Dice coefficient of probabilities and label, for each class.

    Source: Milletari, Navab & Ahmadi (2016), arXiv:1606.04797; for soft labels
    Wang et al. (2023), arXiv:2303.16296.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: probabilities
      y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
      reduction: 'mean', 'sum', 'none' or 'parts'
      classes: 'exclusive': they sum to 1; 'independent': each for itself
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, 'count' as 1, or predicted 'area'
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
@overload
def dice_loss(
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
def jaccard_loss(
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
    """One minus the Jaccard index of probabilities and label, for each class.

    Source: Wang, Ning & Blaschko (2023), arXiv:2302.05666, for soft labels.

    Arguments:
      y_pred: (N, ..., C) floating, class axis at `dim`: probabilities
      y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
      reduction: 'mean', 'sum', 'none' or 'parts'
      classes: 'exclusive': they sum to 1; 'independent': each for itself
      per: Sets within each 'sample', or over the whole 'batch'
      empty: A class without label: leave out, 'count' as 1, or predicted 'area'
      class_weight: (C,) floating: weight of each class in the mean
      sample_weight: (N,) floating: weight of each sample
      mask: (N, ...) bool: True keeps a pixel; if independent also like y_pred
      ignore_index: Integer, or a tuple, that marks labels to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: (N, C), or (C,) per batch: no units, in [0, 1]"""
@overload
def jaccard_loss(
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

class DiceLoss(lossfx.core.mould.OverlapLoss):
    """Module of `dice_loss_with_logits`."""
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
        """Keep the options of `dice_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          classes: 'exclusive': softmax over them; 'independent': sigmoid of each
          per: Sets within each 'sample', or over the whole 'batch'
          empty: A class without label: leave out, 'count' as 1, or predicted 'area'
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
          y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
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

class JaccardLoss(lossfx.core.mould.OverlapLoss):
    """Module of `jaccard_loss_with_logits`."""
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
        """Keep the options of `jaccard_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          classes: 'exclusive': softmax over them; 'independent': sigmoid of each
          per: Sets within each 'sample', or over the whole 'batch'
          empty: A class without label: leave out, 'count' as 1, or predicted 'area'
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
          y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
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

class TverskyLoss(lossfx.core.mould.OverlapLoss):
    """Module of `tversky_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    alpha: float
    beta: float
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
        alpha: float = 0.3,
        beta: float = 0.7,
        classes: Literal['exclusive', 'independent'] = 'exclusive',
        per: Literal['sample', 'batch'] = 'sample',
        empty: Literal['skip', 'count', 'area'] = 'skip',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `tversky_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          alpha: Weight of what is extra: false positives
          beta: Weight of what is missed: false negatives
          classes: 'exclusive': softmax over them; 'independent': sigmoid of each
          per: Sets within each 'sample', or over the whole 'batch'
          empty: A class without label: leave out, 'count' as 1, or predicted 'area'
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
          y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
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

class FocalTverskyLoss(lossfx.core.mould.OverlapLoss):
    """Module of `focal_tversky_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    gamma: float
    alpha: float
    beta: float
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
        gamma: float = 0.75,
        alpha: float = 0.3,
        beta: float = 0.7,
        classes: Literal['exclusive', 'independent'] = 'exclusive',
        per: Literal['sample', 'batch'] = 'sample',
        empty: Literal['skip', 'count', 'area'] = 'skip',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `focal_tversky_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          gamma: Power of the loss: below 1 for regions that are nearly right
          alpha: Weight of what is extra: false positives
          beta: Weight of what is missed: false negatives
          classes: 'exclusive': softmax over them; 'independent': sigmoid of each
          per: Sets within each 'sample', or over the whole 'batch'
          empty: A class without label: leave out, 'count' as 1, or predicted 'area'
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
          y_true: (N, ...) class indices or (N, ..., C) probabilities; 0 to 1 each if independent
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

of_sets = dict(bounded=1.0, least_at_label=True, convex=False)

whole = dict(per='batch', empty='count')

def as_image(y_pred):
    """Sixteen pixels as an image, (1, C, 4, 4)."""

def decided(loss):
    """The loss of predictions of 0 and 1, by class."""

def score_of_sklearn(name, y_pred, y_true, **options):
    """A score of scikit-learn for each class."""

@equals(tversky_loss_with_logits, into='dice_loss_with_logits', at=dict(alpha=0.5, beta=0.5, per=('sample', 'batch')))
def halves(dice, y_pred, y_true, per):
    """With both weights a half it is the Dice loss."""

@equals(tversky_loss_with_logits, into='jaccard_loss_with_logits', at=dict(alpha=1.0, beta=1.0, per=('sample', 'batch')))
def ones(jaccard, y_pred, y_true, per):
    """With both weights 1 it is the Jaccard loss."""

@equals(dice_loss_with_logits, into='jaccard_loss_with_logits', at=whole)
def from_jaccard(jaccard, y_pred, y_true):
    """Of a class it is J/(2-J), for the Jaccard loss J."""

@equals(focal_tversky_loss_with_logits, into='tversky_loss_with_logits', at=dict(gamma=1.0, **whole))
def without_power(tversky, y_pred, y_true):
    """At gamma 1 it is the Tversky loss."""

@equals(dice_loss_with_logits, by='monai', at=whole)
def monai_dice_of_soft_labels(y_pred, y_true):
    """MONAI's loss with `soft_label`, without its epsilon."""

@equals(jaccard_loss_with_logits, by='monai', at=whole, labels=('index', 'one-hot'))
def monai_jaccard(y_pred, y_true):
    """MONAI's loss with `jaccard`, of products, for labels of 0 and 1."""

def over_the_batch(loss):
    ...

@equals(dice_loss_with_logits, by='kornia', left=over_the_batch(dice_loss_with_logits), labels='index')
def kornia_dice(y_pred, y_true):
    """kornia's macro Dice loss of one image: the mean over the classes that its label has."""

@equals(tversky_loss_with_logits, by='kornia', left=over_the_batch(tversky_loss_with_logits), labels='index', at=dict(alpha=(0.3, 0.9), beta=(0.7, 0.4)))
def kornia_tversky(y_pred, y_true, alpha, beta):
    """kornia's Tversky loss of one image."""

@equals(dice_loss_with_logits, by='scikit-learn', left=decided(dice_loss_with_logits), labels='index', at=whole, compares='value', field='information retrieval')
def f1_of_decisions(y_pred, y_true):
    """For predictions of 0 and 1 it is one minus the F1 score."""

@equals(jaccard_loss_with_logits, by='scikit-learn', left=decided(jaccard_loss_with_logits), labels='index', at=whole, compares='value')
def iou_of_decisions(y_pred, y_true):
    """For predictions of 0 and 1 it is one minus intersection over union."""

@equals(tversky_loss_with_logits, by='scikit-learn', left=decided(tversky_loss_with_logits), labels='index', at=dict(alpha=0.2, beta=0.8, **whole), compares='value', field='information retrieval')
def f2_of_decisions(y_pred, y_true):
    """For predictions of 0 and 1, with weights that sum to 1, it is one minus an F-beta score: F2."""

@equals(tversky_loss_with_logits, by='transcribed', at=dict(alpha=0.0, beta=1.0, **whole), labels=('index', 'one-hot'), field='information retrieval')
def one_minus_recall(y_pred, y_true):
    """Without a weight of what is extra it is the fraction missed, one minus recall."""

@equals(dice_loss_with_logits, by='scipy', at=whole, compares='value', field='ecology')
def bray_curtis(y_pred, y_true):
    """It is the Bray-Curtis dissimilarity of two samples of species, in ecology."""

@equals(jaccard_loss_with_logits, by='transcribed', at=whole, field='set similarity')
def weighted_jaccard(y_pred, y_true):
    """It is the weighted Jaccard distance, one minus the sum of minima over that of maxima."""

@equals(dice_loss_with_logits, into='dice_loss', at=dict(per=('sample', 'batch')))
def dice_of_softmax(dice, y_pred, y_true, per):
    """It is the loss of the probabilities, of the softmax."""
