# Written by tools/stubs.py: do not edit

from ..core import as_probabilities
from ..core import equals
from ..core import toward
from typing import Literal
from typing import overload
import lossfx.core.labels
import lossfx.core.mould
import torch

__all__ = ['distillation_with_logits', 'DistillationLoss']

def softened_divergence(logits, labels, temperature):
    """(...): of a student from a teacher, both softened, times the squared temperature."""

def mixed(logits, lesson, mix, of_teacher):
    """Terms of a loss with a teacher: what `of_teacher()` gives, and cross entropy with the labels."""

@overload
def distillation_with_logits(
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
    """Divergence of a student from its teacher at a temperature, mixed with cross entropy.

    The teacher says of each example which wrong classes are nearly right.

    Source: Hinton, Vinyals & Dean (2015), arXiv:1503.02531, section 2.
    Departs: the source has cross entropy for the teacher, which differs by its entropy.

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
def distillation_with_logits(
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
    """Divergence of a student from its teacher at a temperature, mixed with cross entropy.

    The teacher says of each example which wrong classes are nearly right.

    Source: Hinton, Vinyals & Dean (2015), arXiv:1503.02531, section 2.
    Departs: the source has cross entropy for the teacher, which differs by its entropy.

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
def distillation_with_logits(
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
def distillation_with_logits(
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

class DistillationLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `distillation_with_logits`."""
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
        """Keep the options of `distillation_with_logits`.

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

@overload
def distil(
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
    """Divergence of a student from its teacher at a temperature, mixed with cross entropy.

    The teacher says of each example which wrong classes are nearly right.

    Source: Hinton, Vinyals & Dean (2015), arXiv:1503.02531, section 2.
    Departs: the source has cross entropy for the teacher, which differs by its entropy.

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
def distil(
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
    """Divergence of a student from its teacher at a temperature, mixed with cross entropy.

    The teacher says of each example which wrong classes are nearly right.

    Source: Hinton, Vinyals & Dean (2015), arXiv:1503.02531, section 2.
    Departs: the source has cross entropy for the teacher, which differs by its entropy.

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
def distil(
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
def distil(
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

softened = lambda z, T: (z / T).log_softmax(-1)

def with_labels(y_pred, y_true, **options):
    """With index labels, and as teacher other logits of the same size."""

@equals(distil, into='soft_label_cross_entropy_with_logits', left=with_labels, labels=('index', 'one-hot'), at=dict(mix=0.0, temperature=(1.0, 4.0)))
def labels_alone():
    """At mix 0 it is cross entropy with the labels, at any temperature."""

@equals(distil, into='soft_label_cross_entropy_with_logits', labels=('index', 'one-hot'), left=lambda x, y: distil(x, as_probabilities(y, x).log(), reduction='none'))
def certain_teacher():
    """With a teacher that is certain it is cross entropy with the teacher's class."""

@equals(distil, into='soft_label_cross_entropy_with_logits')
def less_its_entropy(cross_entropy, y_pred, teacher):
    """It is cross entropy with the teacher's probabilities, less their entropy."""

@equals(distil, by='torch', at=dict(temperature=(1.0, 4.0)))
def kl_div(y_pred, teacher, temperature):
    """`F.kl_div`, summed over the classes, times the squared temperature."""

@equals(distil, by='torch', classes=(2,), field='statistics', float32=0.0001)
def of_two_coins(y_pred, teacher):
    """For two classes, `kl_divergence` of two `Bernoulli`s."""

@equals(distil, by='optax', compares='value', float64=1e-05, float32=0.0001)
def kl_divergence_of_optax(y_pred, teacher):
    """The function of optax that takes log-probabilities on both sides."""

@equals(distil, at=dict(temperature=toward(torch.inf)), by='transcribed', source='Hinton et al. (2015), section 2.1, equation 4')
def centred_logits(y_pred, teacher):
    """As the temperature grows, the squared difference of the centred logits over twice the classes."""

@equals(distil, by='transcribed', compares='gradient', at=dict(temperature=(2.0, 5.0)), source='Hinton et al. (2015), section 2')
def cross_entropy_of_soft_targets(y_pred, teacher, temperature):
    """Its gradient is that of the source's cross entropy with soft targets."""

@equals(distil, by='transcribed', labels='index', at=dict(mix=(0.1, 0.9), temperature=4.0), left=with_labels, source='KD of mdistiller e8c5bb3, with weights of mix and 1-mix')
def weights_of_two(y_pred, y_true, mix, temperature):
    """With labels, the weighted sum that benchmarks of vision use."""

@equals(distil, compares='gradient', at=dict(temperature=(1.0, 3.0)), field='language models', by='transcribed', source='ForwardKLLoss of torchtune 104b38f, with a temperature')
def without_the_entropy(y_pred, teacher, temperature):
    """The teacher's cross entropy, which torchtune calls forward KL, has its gradient."""
