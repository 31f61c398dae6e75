# Written by tools/stubs.py: do not edit

from ..core import Number
from ..core import equals
from ..core import toward
from typing import Annotated
from typing import Literal
from typing import overload
import lossfx.core.labels
import lossfx.core.mould
import torch

__all__ = ['reverse_kl_with_logits', 'jeffreys_with_logits', 'generalized_jensen_shannon_with_logits', 'total_variation_with_logits', 'ReverseKLLoss', 'JeffreysLoss', 'GeneralizedJensenShannonLoss', 'TotalVariationLoss']

def finite_both_ways(logits, lesson, temperature):
    """What to compare of a teacher that has to say of every class what it has."""

@overload
def reverse_kl_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Divergence of a teacher from its student: the student's average of how unlike they are.

    A student that cannot have all of the teacher's modes keeps some, and covers nothing else.

    Source: Gu et al. (2023), arXiv:2306.08543; Kullback & Leibler (1951).

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def reverse_kl_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Divergence of a teacher from its student: the student's average of how unlike they are.

    A student that cannot have all of the teacher's modes keeps some, and covers nothing else.

    Source: Gu et al. (2023), arXiv:2306.08543; Kullback & Leibler (1951).

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def reverse_kl_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def reverse_kl_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@overload
def jeffreys_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Divergence of student and teacher from each other, added up.

    It is as hard on what the student lacks as on what it has too much.

    Source: Jeffreys (1946), doi:10.1098/rspa.1946.0056.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def jeffreys_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Divergence of student and teacher from each other, added up.

    It is as hard on what the student lacks as on what it has too much.

    Source: Jeffreys (1946), doi:10.1098/rspa.1946.0056.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def jeffreys_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def jeffreys_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

class WeightOfTeacher(Number):
    """A number between 0 and 1; at the ends it says which loss is meant."""

    def check(self, name, value, instead):
        ...

    def __repr__(self):
        ...

Beta = Annotated[float, WeightOfTeacher(0, 1)]

@overload
def generalized_jensen_shannon_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Divergence of teacher and student from their mixture, in nats.

    Neither can rule a class out of the mixture, so what they disagree about has a limited price.

    Source: Agarwal et al. (2023), arXiv:2306.13649; Lin (1991), doi:10.1109/18.61115.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: Weight of the teacher in the mixture that both are compared with
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0, for the teacher at most ln 2 times the squared temperature"""
@overload
def generalized_jensen_shannon_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Divergence of teacher and student from their mixture, in nats.

    Neither can rule a class out of the mixture, so what they disagree about has a limited price.

    Source: Agarwal et al. (2023), arXiv:2306.13649; Lin (1991), doi:10.1109/18.61115.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: Weight of the teacher in the mixture that both are compared with
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0, for the teacher at most ln 2 times the squared temperature"""
@overload
def generalized_jensen_shannon_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def generalized_jensen_shannon_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@overload
def total_variation_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """The most by which student and teacher differ on any set of classes, times the temperature.

    No example, however unlike, has a gradient that grows.

    Source: Wen et al. (2023), arXiv:2307.15190.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0, for the teacher at most the temperature"""
@overload
def total_variation_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """The most by which student and teacher differ on any set of classes, times the temperature.

    No example, however unlike, has a gradient that grows.

    Source: Wen et al. (2023), arXiv:2307.15190.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0, for the teacher at most the temperature"""
@overload
def total_variation_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def total_variation_with_logits(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

class ReverseKLLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `reverse_kl_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    temperature: float
    mix: float | None
    detach: Literal[True, False]
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        *,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        temperature: float = 1.0,
        mix: float | None = None,
        detach: Literal[True, False] = True,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `reverse_kl_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          temperature: What both logits are divided by, above 0
          mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
          detach: Whether the teacher gets no gradient
          class_weight: (C,) floating: weight of each class of `y_true`
          ignore_index: Index in `y_true`, or a tuple, of what to leave out
          dim: Class axis"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[False] = False,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    @overload
    def forward(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
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
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module."""

class JeffreysLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `jeffreys_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    temperature: float
    mix: float | None
    detach: Literal[True, False]
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        *,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        temperature: float = 1.0,
        mix: float | None = None,
        detach: Literal[True, False] = True,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `jeffreys_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          temperature: What both logits are divided by, above 0
          mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
          detach: Whether the teacher gets no gradient
          class_weight: (C,) floating: weight of each class of `y_true`
          ignore_index: Index in `y_true`, or a tuple, of what to leave out
          dim: Class axis"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[False] = False,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    @overload
    def forward(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
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
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module."""

class GeneralizedJensenShannonLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `generalized_jensen_shannon_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    beta: float
    temperature: float
    mix: float | None
    detach: Literal[True, False]
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        *,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        beta: float = 0.5,
        temperature: float = 1.0,
        mix: float | None = None,
        detach: Literal[True, False] = True,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `generalized_jensen_shannon_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          beta: Weight of the teacher in the mixture that both are compared with
          temperature: What both logits are divided by, above 0
          mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
          detach: Whether the teacher gets no gradient
          class_weight: (C,) floating: weight of each class of `y_true`
          ignore_index: Index in `y_true`, or a tuple, of what to leave out
          dim: Class axis"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[False] = False,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0, for the teacher at most ln 2 times the squared temperature"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0, for the teacher at most ln 2 times the squared temperature"""
    @overload
    def forward(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
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
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module."""

class TotalVariationLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `total_variation_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    temperature: float
    mix: float | None
    detach: Literal[True, False]
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        *,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        temperature: float = 1.0,
        mix: float | None = None,
        detach: Literal[True, False] = True,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `total_variation_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          temperature: What both logits are divided by, above 0
          mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
          detach: Whether the teacher gets no gradient
          class_weight: (C,) floating: weight of each class of `y_true`
          ignore_index: Index in `y_true`, or a tuple, of what to leave out
          dim: Class axis"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[False] = False,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0, for the teacher at most the temperature"""
    @overload
    def __call__(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., C) floating, class axis at `dim`: the student's logits
          teacher: (..., C) floating: the teacher's logits; or its top k
          y_true: (...) integer class indices, or (..., C) probabilities; None: none
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
          terms: Whether to give a dict of each term, reduced, and not their sum
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0, for the teacher at most the temperature"""
    @overload
    def forward(
        self,
        y_pred: torch.Tensor,
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
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
        teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
        y_true: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
        terms: Literal[True],
    ) -> dict[str, torch.Tensor]:
        """The loss, with the options of this module."""

@overload
def reverse(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Divergence of a teacher from its student: the student's average of how unlike they are.

    A student that cannot have all of the teacher's modes keeps some, and covers nothing else.

    Source: Gu et al. (2023), arXiv:2306.08543; Kullback & Leibler (1951).

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def reverse(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Divergence of a teacher from its student: the student's average of how unlike they are.

    A student that cannot have all of the teacher's modes keeps some, and covers nothing else.

    Source: Gu et al. (2023), arXiv:2306.08543; Kullback & Leibler (1951).

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def reverse(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def reverse(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@overload
def jeffreys(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Divergence of student and teacher from each other, added up.

    It is as hard on what the student lacks as on what it has too much.

    Source: Jeffreys (1946), doi:10.1098/rspa.1946.0056.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def jeffreys(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Divergence of student and teacher from each other, added up.

    It is as hard on what the student lacks as on what it has too much.

    Source: Jeffreys (1946), doi:10.1098/rspa.1946.0056.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def jeffreys(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def jeffreys(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@overload
def total_variation(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """The most by which student and teacher differ on any set of classes, times the temperature.

    No example, however unlike, has a gradient that grows.

    Source: Wen et al. (2023), arXiv:2307.15190.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0, for the teacher at most the temperature"""
@overload
def total_variation(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """The most by which student and teacher differ on any set of classes, times the temperature.

    No example, however unlike, has a gradient that grows.

    Source: Wen et al. (2023), arXiv:2307.15190.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, >= 0, for the teacher at most the temperature"""
@overload
def total_variation(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def total_variation(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@overload
def jsd(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[False] = False,
) -> torch.Tensor:
    """Divergence of teacher and student from their mixture, in nats.

    Neither can rule a class out of the mixture, so what they disagree about has a limited price.

    Source: Agarwal et al. (2023), arXiv:2306.13649; Lin (1991), doi:10.1109/18.61115.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: Weight of the teacher in the mixture that both are compared with
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0, for the teacher at most ln 2 times the squared temperature"""
@overload
def jsd(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, torch.Tensor]:
    """Divergence of teacher and student from their mixture, in nats.

    Neither can rule a class out of the mixture, so what they disagree about has a limited price.

    Source: Agarwal et al. (2023), arXiv:2306.13649; Lin (1991), doi:10.1109/18.61115.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: the student's logits
      teacher: (..., C) floating: the teacher's logits; or its top k
      y_true: (...) integer class indices, or (..., C) probabilities; None: none
      reduction: 'mean', 'sum', 'none' or 'parts'
      beta: Weight of the teacher in the mixture that both are compared with
      temperature: What both logits are divided by, above 0
      mix: Weight of the teacher, the labels have the rest; None: 1/2, or 1 alone
      detach: Whether the teacher gets no gradient
      class_weight: (C,) floating: weight of each class of `y_true`
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index in `y_true`, or a tuple, of what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
      terms: Whether to give a dict of each term, reduced, and not their sum
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0, for the teacher at most ln 2 times the squared temperature"""
@overload
def jsd(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
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
def jsd(
    y_pred: torch.Tensor,
    teacher: torch.Tensor | lossfx.core.labels.TopKLabels,
    y_true: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    beta: float = 0.5,
    temperature: float = 1.0,
    mix: float | None = None,
    detach: Literal[True, False] = True,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
    terms: Literal[True],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    ...

@equals(reverse, into='distillation_with_logits', at=dict(temperature=(1.0, 3.0)))
def roles_exchanged(distillation, y_pred, teacher, temperature):
    """Distillation of the teacher by the student, with the gradient of its teacher."""

@equals(reverse, by='torch', field='reinforcement learning')
def penalty_of_a_policy(y_pred, teacher):
    """`kl_divergence` of a policy from a reference, as `torch.distributions` has it."""

@equals(reverse, at=dict(temperature=toward(torch.inf)), by='transcribed')
def reverse_at_high_temperature(y_pred, teacher):
    """As the temperature grows, half the variance of the difference, as in distillation."""

@equals(jeffreys, into='distillation_with_logits')
def both_ways(distillation, y_pred, teacher):
    """Distillation and the reverse divergence, added up."""

@equals(jeffreys, by='transcribed', field='credit scoring', source='the formula of the PSI')
def population_stability_index(y_pred, teacher):
    """The sum of the differences, each times the logarithm of its ratio."""

@equals(jsd, into='jensen_shannon_with_logits', at=dict(beta=(0.1, 0.5, 0.9)))
def in_nats(jensen_shannon, y_pred, teacher, beta):
    """The loss for wrong labels, with the teacher's probabilities as labels, without its scale."""

@equals(jsd, into='distillation_with_logits', at=dict(beta=toward(0)), left=lambda x, t, beta: jsd(x / 4, t / 4, reduction='none', beta=beta) / beta)
def of_little_teacher(distillation, y_pred, teacher):
    """Over beta, it goes to distillation where beta goes to 0."""

@equals(jsd, into='reverse_kl_with_logits', at=dict(beta=toward(1, side=-1)), left=lambda x, t, beta: jsd(x / 4, t / 4, reduction='none', beta=beta) / (1 - beta))
def of_little_student(reverse, y_pred, teacher):
    """Over 1-beta, it goes to the reverse divergence where beta goes to 1."""

@equals(jsd, at=dict(beta=(0.2, 0.6)))
def weights_exchanged(y_pred, teacher, beta):
    """With student and teacher exchanged, the same with 1-beta."""

@equals(total_variation, into='classification_mae_with_logits')
def half_the_error(mae, y_pred, teacher):
    """Half the absolute error, with the teacher's probabilities as labels."""

@equals(total_variation, by='transcribed', field='optimal transport', source='the coupling lemma')
def least_disagreement(y_pred, teacher):
    """The least chance that two draws, one from each, are not the same."""

@equals(total_variation, at=dict(temperature=toward(torch.inf)), by='transcribed', compares='value')
def absolute_centred_logits(y_pred, teacher):
    """As the temperature grows, half the mean absolute difference of the centred logits."""
