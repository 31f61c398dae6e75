# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core import rule_of
from ..core import toward
from math import log
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['normalized_cross_entropy_with_logits', 'normalized_focal_loss_with_logits', 'active_passive_loss_with_logits', 'NormalizedCrossEntropyLoss', 'NormalizedFocalLoss', 'ActivePassiveLoss']

def part_of_all(labels, log_p, gamma):
    """(...): the label's focal loss as a part of the sum of those of all classes."""

@overload
def normalized_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy as a part of the sum of cross entropies with each class as the label.

    Over all labels it adds up to 1, so that random wrong labels only shorten its expected gradient.

    Source: Ma et al. (2020), arXiv:2006.13554, normalized cross entropy.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1]"""
@overload
def normalized_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def normalized_focal_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    gamma: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Focal loss as a part of the sum of focal losses with each class as the label.

    Source: Ma et al. (2020), arXiv:2006.13554, normalized focal loss.
    Departs: the authors' code holds the powers constant in the gradient; here they have theirs.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      gamma: Power of the probability that is missing; 0 for cross entropy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1]"""
@overload
def normalized_focal_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    gamma: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def active_passive_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """A normalized loss, and reverse cross entropy or absolute error, weighted.

    Random wrong labels only shorten the expected gradient of both; the second learns where the
    first is slow.

    Source: Ma et al. (2020), arXiv:2006.13554, active passive loss, NCE+RCE and its kin.
    Departs: of a soft label the second is the absolute error as well, least at the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      active_weight: What the normalized loss is multiplied by
      passive_weight: What reverse cross entropy is multiplied by
      gamma: 0 for normalized cross entropy, above for normalized focal loss
      log_zero: What stands for log 0; -2: the absolute error
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0"""
@overload
def active_passive_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """A normalized loss, and reverse cross entropy or absolute error, weighted.

    Random wrong labels only shorten the expected gradient of both; the second learns where the
    first is slow.

    Source: Ma et al. (2020), arXiv:2006.13554, active passive loss, NCE+RCE and its kin.
    Departs: of a soft label the second is the absolute error as well, least at the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      active_weight: What the normalized loss is multiplied by
      passive_weight: What reverse cross entropy is multiplied by
      gamma: 0 for normalized cross entropy, above for normalized focal loss
      log_zero: What stands for log 0; -2: the absolute error
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0"""
@overload
def active_passive_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
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
def active_passive_loss_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

def quotient(a, b):
    ...

@rule_of(normalized_cross_entropy_with_logits, total=quotient)
def part_rule(t, l):
    ...

@rule_of(normalized_focal_loss_with_logits, total=quotient)
def focal_part_rule(t, l, gamma):
    ...

class NormalizedCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `normalized_cross_entropy_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `normalized_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1]"""
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

class NormalizedFocalLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `normalized_focal_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    gamma: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        gamma: float = 0.5,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `normalized_focal_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          gamma: Power of the probability that is missing; 0 for cross entropy
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1]"""
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

class ActivePassiveLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `active_passive_loss_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    active_weight: float
    passive_weight: float
    gamma: float
    log_zero: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        active_weight: float = 1.0,
        passive_weight: float = 1.0,
        gamma: float = 0.0,
        log_zero: float = -4.0,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `active_passive_loss_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          active_weight: What the normalized loss is multiplied by
          passive_weight: What reverse cross entropy is multiplied by
          gamma: 0 for normalized cross entropy, above for normalized focal loss
          log_zero: What stands for log 0; -2: the absolute error
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0"""
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0"""
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

@overload
def nce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy as a part of the sum of cross entropies with each class as the label.

    Over all labels it adds up to 1, so that random wrong labels only shorten its expected gradient.

    Source: Ma et al. (2020), arXiv:2006.13554, normalized cross entropy.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1]"""
@overload
def nce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def nfl(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    gamma: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Focal loss as a part of the sum of focal losses with each class as the label.

    Source: Ma et al. (2020), arXiv:2006.13554, normalized focal loss.
    Departs: the authors' code holds the powers constant in the gradient; here they have theirs.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      gamma: Power of the probability that is missing; 0 for cross entropy
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 1]"""
@overload
def nfl(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    gamma: float = 0.5,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def active_passive(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """A normalized loss, and reverse cross entropy or absolute error, weighted.

    Random wrong labels only shorten the expected gradient of both; the second learns where the
    first is slow.

    Source: Ma et al. (2020), arXiv:2006.13554, active passive loss, NCE+RCE and its kin.
    Departs: of a soft label the second is the absolute error as well, least at the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      active_weight: What the normalized loss is multiplied by
      passive_weight: What reverse cross entropy is multiplied by
      gamma: 0 for normalized cross entropy, above for normalized focal loss
      log_zero: What stands for log 0; -2: the absolute error
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0"""
@overload
def active_passive(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """A normalized loss, and reverse cross entropy or absolute error, weighted.

    Random wrong labels only shorten the expected gradient of both; the second learns where the
    first is slow.

    Source: Ma et al. (2020), arXiv:2006.13554, active passive loss, NCE+RCE and its kin.
    Departs: of a soft label the second is the absolute error as well, least at the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      active_weight: What the normalized loss is multiplied by
      passive_weight: What reverse cross entropy is multiplied by
      gamma: 0 for normalized cross entropy, above for normalized focal loss
      log_zero: What stands for log 0; -2: the absolute error
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0"""
@overload
def active_passive(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
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
def active_passive(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    active_weight: float = 1.0,
    passive_weight: float = 1.0,
    gamma: float = 0.0,
    log_zero: float = -4.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

def every_label(loss, y_pred, **options):
    """(C, ...): the loss of each class as the label."""

@equals(nce, into='soft_label_cross_entropy_with_logits')
def part_of_cross_entropy(cross_entropy, y_pred, y_true):
    """Cross entropy, divided by the sum of those of all labels."""

@equals(nfl, into='focal_loss_with_logits', labels=('index', 'one-hot'), at=dict(gamma=(0.5, 2.0)))
def part_of_focal_loss(focal, y_pred, y_true, gamma):
    """Focal loss, divided by the sum of those of all labels."""

@equals(nfl, into='normalized_cross_entropy_with_logits', at=dict(gamma=0.0))
def no_power():
    """At gamma 0 it is normalized cross entropy."""

@equals(nfl, into='normalized_cross_entropy_with_logits', at=dict(gamma=toward(0)))
def small_gamma():
    """With a small gamma it comes near normalized cross entropy."""

def of_smoothed(y_pred, y_true):
    ...

@equals(nce, left=of_smoothed)
def smoothing_scales(y_pred, y_true):
    """Label smoothing of 0.3 multiplies it by 0.7 and adds a constant."""

@equals(nce, by='transcribed', labels='index', source='Ma et al.: NormalizedCrossEntropy')
def code_of_nce(y_pred, y_true):
    """The authors' code for normalized cross entropy."""

@equals(nfl, by='transcribed', labels='index', compares='value', at=dict(gamma=(0.5, 2.0)), source='Ma et al.: NormalizedFocalLoss')
def code_of_nfl(y_pred, y_true, gamma):
    """The authors' code for normalized focal loss, in its value: its gradient is another."""

@equals(active_passive, into='normalized_focal_loss_with_logits', at=dict(passive_weight=0.0, gamma=(0.5, 2.0)))
def active_alone(normalized, y_pred, y_true, gamma):
    """At passive_weight 0 it is normalized focal loss."""

@equals(active_passive, into='classification_mae_with_logits', at=dict(active_weight=0.0, log_zero=-2.0))
def passive_alone():
    """At active_weight 0, with log_zero at -2, it is the absolute error."""

@equals(active_passive, into='symmetric_cross_entropy_with_logits', at=dict(active_weight=0.0, log_zero=(-4.0, -1.0)))
def reverse_part(symmetric, y_pred, y_true, log_zero):
    """At active_weight 0 it is symmetric cross entropy without cross entropy, as a distance."""

@equals(active_passive, by='transcribed', labels='index', source='Ma et al.: NCEandRCE', at=dict(active_weight=(1.0, 10.0), passive_weight=(1.0, 0.1), log_zero=log(0.0001)))
def nce_and_rce(y_pred, y_true, active_weight, passive_weight):
    """The authors' code for NCE+RCE, which clips labels at 0.0001."""

@equals(active_passive, by='transcribed', labels='index', source='Ma et al.: NCEandMAE', at=dict(active_weight=(1.0, 10.0), log_zero=-1.0))
def nce_and_mae(y_pred, y_true, active_weight):
    """The authors' code for NCE+MAE, whose absolute error is half of it."""
