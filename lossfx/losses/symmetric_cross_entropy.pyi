# Written by tools/stubs.py: do not edit

from ..core import Number
from ..core import equals
from ..core import rule_of
from math import log
from typing import Annotated
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['symmetric_cross_entropy_with_logits', 'SymmetricCrossEntropyLoss']

Reading = Literal['reverse', 'distance']

LogZero = Annotated[float, Number(high=0)]

def reverse_cost(labels, log_p, log_zero, soft):
    """(...): reverse cross entropy, in nats."""

@overload
def symmetric_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Cross entropy and, with label and prediction swapped, reverse cross entropy.

    The reverse term adds up to a constant over all labels, so that wrong labels do not mislead it.

    Source: Wang et al. (2019), arXiv:1908.06112, with log 0 as in its text; its code has ln 1e-4.
    Departs: `soft='distance'`, which is least where the model gives the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      ce_weight: What cross entropy is multiplied by
      rce_weight: What reverse cross entropy is multiplied by
      log_zero: What stands for log 0, and for less: nats
      soft: How the reverse term reads a soft label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def symmetric_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Cross entropy and, with label and prediction swapped, reverse cross entropy.

    The reverse term adds up to a constant over all labels, so that wrong labels do not mislead it.

    Source: Wang et al. (2019), arXiv:1908.06112, with log 0 as in its text; its code has ln 1e-4.
    Departs: `soft='distance'`, which is least where the model gives the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      ce_weight: What cross entropy is multiplied by
      rce_weight: What reverse cross entropy is multiplied by
      log_zero: What stands for log 0, and for less: nats
      soft: How the reverse term reads a soft label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def symmetric_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
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
def symmetric_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@rule_of(symmetric_cross_entropy_with_logits)
def symmetric_rule(t, l, ce_weight, rce_weight, log_zero, soft):
    ...

class SymmetricCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `symmetric_cross_entropy_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    ce_weight: float
    rce_weight: float
    log_zero: float
    soft: Literal['reverse', 'distance']
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        ce_weight: float = 0.1,
        rce_weight: float = 1.0,
        log_zero: float = -4.0,
        soft: Literal['reverse', 'distance'] = 'reverse',
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `symmetric_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          ce_weight: What cross entropy is multiplied by
          rce_weight: What reverse cross entropy is multiplied by
          log_zero: What stands for log 0, and for less: nats
          soft: How the reverse term reads a soft label
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
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
def sce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Cross entropy and, with label and prediction swapped, reverse cross entropy.

    The reverse term adds up to a constant over all labels, so that wrong labels do not mislead it.

    Source: Wang et al. (2019), arXiv:1908.06112, with log 0 as in its text; its code has ln 1e-4.
    Departs: `soft='distance'`, which is least where the model gives the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      ce_weight: What cross entropy is multiplied by
      rce_weight: What reverse cross entropy is multiplied by
      log_zero: What stands for log 0, and for less: nats
      soft: How the reverse term reads a soft label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def sce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Cross entropy and, with label and prediction swapped, reverse cross entropy.

    The reverse term adds up to a constant over all labels, so that wrong labels do not mislead it.

    Source: Wang et al. (2019), arXiv:1908.06112, with log 0 as in its text; its code has ln 1e-4.
    Departs: `soft='distance'`, which is least where the model gives the label.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      ce_weight: What cross entropy is multiplied by
      rce_weight: What reverse cross entropy is multiplied by
      log_zero: What stands for log 0, and for less: nats
      soft: How the reverse term reads a soft label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def sce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
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
def sce(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    ce_weight: float = 0.1,
    rce_weight: float = 1.0,
    log_zero: float = -4.0,
    soft: Literal['reverse', 'distance'] = 'reverse',
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@equals(sce, into='soft_label_cross_entropy_with_logits', at=dict(ce_weight=1.0, rce_weight=0.0, soft=('reverse', 'distance')))
def without_reverse():
    """At rce_weight 0 it is cross entropy, times ce_weight."""

@equals(sce, into='classification_mae_with_logits', at=dict(ce_weight=0.0, rce_weight=1.0, log_zero=-2.0, soft='distance'))
def reverse_alone():
    """The reverse term alone, read as a distance with A at -2, is the absolute error."""

@equals(sce, into='classification_mae_with_logits', labels=('index', 'one-hot'), at=dict(ce_weight=0.1, rce_weight=0.5, log_zero=(-4.0, -9.0), soft='reverse'))
def cross_entropy_and_mae(mae, y_pred, y_true, ce_weight, rce_weight, log_zero):
    """For certain labels it is cross entropy and absolute error, weighted, in either reading."""

@equals(sce, into='poly1_loss_with_logits', labels=('index', 'one-hot'), at=dict(ce_weight=(0.1, 2.0), rce_weight=(0.5, 1.0), log_zero=-4.0))
def of_poly1(poly1, y_pred, y_true, ce_weight, rce_weight, log_zero):
    """For certain labels it is Poly-1 times a, with an epsilon of 4 b/a: 40 at the defaults."""

@equals(sce, by='transcribed', at=dict(ce_weight=(0.1, 6.0), rce_weight=(0.1, 1.0), log_zero=log(0.0001)), source='loss.py of YisenWang/symmetric_cross_entropy_for_noisy_labels')
def code_of_the_authors(y_pred, y_true, ce_weight, rce_weight):
    """The code of the authors, which clips labels at 0.0001."""

def without_entropies(y_pred, y_true, **options):
    ...

@equals(sce, by='torch', left=without_entropies, labels='soft', field='information theory', at=dict(ce_weight=1.0, rce_weight=1.0, log_zero=-1000.0), source='Jeffreys (1946)')
def jeffreys_divergence(y_pred, y_true):
    """With weights of 1, no floor, and less both entropies, the divergence of Jeffreys."""
