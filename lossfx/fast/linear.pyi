# Written by tools/stubs.py: do not edit

from ..core import ClassIndices
from ..core import ClassWeights
from ..core import Examples
from ..core import Labels
from ..core import LossModule
from ..core import Setting
from ..core import TeacherLabels
from ..core import TopKLabels
from ..core import multiclass
from ..core import taught
from .paths import Batch
from torch import Tensor
from typing import Any
from typing import Literal
from typing import overload
import lossfx.core.labels
import torch
import torch.autograd

__all__ = ['linear_soft_label_cross_entropy', 'linear_classification_mae', 'LinearSoftLabelCrossEntropyLoss', 'chunk_memory', 'linear', 'linear_loss', 'linear_distillation']

def values_and_gradient(formula, logits: Tensor, labels: Labels, options: dict) -> tuple:
    """A formula and its gradient on a block of examples: by closed form, by rule, or by autograd."""

class chunk_memory(Setting):
    """How many bytes of logits exist at once: fewer save memory, more save time.

    `with chunk_memory(2**20):` for a block, `chunk_memory.set(2**20)` for good; None for what suits
    the device."""
    of_process = None

    @classmethod
    def check(cls, value):
        ...

def chunk_sizes(n_examples: int, n_classes: int, hidden: Tensor, n_bytes: int | None, logits_per_example: int=1) -> tuple:
    """Equal chunks within `chunk_memory`, and blocks within 1 MiB but enough to share among threads."""

def block_pass(examples: Examples, formula, options: dict, gradient: bool) -> Tensor:
    """Values of a block; with `gradient` its logits become the gradient of their sum."""

def batch_for_kernels(examples: Examples, formula, options: dict) -> Batch | None:
    """A block with labels that are indices or dense: no more of a teacher's than this."""

def kernel_pass(batch: Batch, formula, options: dict, gradient: bool) -> Tensor:
    """Values of a block by a kernel, where the gradient is written over the logits."""

def chunk_pass(head: tuple, labels: Labels, example_weight: Tensor | None, valid: Tensor | None, formula, options: dict, wanted: tuple, n_bytes: int | None) -> tuple:
    """Values and gradients, a chunk of logits at a time."""

class ChunkedLoss(torch.autograd.Function):
    """Weighted values, or their sum, with gradients for hidden states, weight and bias."""

    @staticmethod
    def forward(ctx, hidden, weight, bias, examples, formula, options, total):
        ...

    @staticmethod
    def backward(ctx, upstream):
        ...

def _tensors_of(*objects):
    """The tensors among `objects`, the attributes of labels and the values of dictionaries."""

class LinearExamples(Examples):
    """Examples whose logits are not there yet: a head, with labels and weights."""
    head: Any
    rest: Any
    raw_labels: Any
    weight: Any
    valid: Any
    shape: Any
    denominator: Any
    dim: Any

    def __init__(self, hidden: Tensor, weight: Tensor, bias: Tensor | None, labels: Labels, example_weight: Tensor | None, valid: Tensor | None, shape: tuple, denominator: float | Tensor | None=None):
        ...

    @property
    def raw_pred(self):
        """(n, C): all logits, for the two-step version."""

    @property
    def like(self):
        """(C,): for options with one number per class; one per example would have to come in chunks."""

    def two_steps(self, formula, reduction, **options):
        """The loss of all logits at once, in operations that every transform and compiler knows."""

    def scaled(self):
        """In half precision, which holds no gradient of 1e6: with weights up to 1, and their scale."""

    def loss(self, formula, reduction, **options):
        """Apply `formula(logits, labels, **options)`, one value per example, then weigh and reduce."""

    def terms(self, formula, reduction, **options):
        """A pass for each term, by the names that the formula gives where there is no example."""

def linear_head(hidden: Tensor, weight: Tensor, y_true: Tensor | Labels, *, bias: Tensor | None=None, class_weight: ClassWeights | None=None, sample_weight: Tensor | None=None, mask: Tensor | None=None, ignore_index: ClassIndices | None=None, denominator: float | Tensor | None=None) -> LinearExamples:
    """Logits of a linear head, never all at once, with labels as `multiclass` takes them."""

def check_head(hidden: Tensor, weight: Tensor, bias: Tensor | None, prefix: str='') -> tuple:
    """Refuse a head whose shapes or dtypes do not fit its hidden states."""

def flat_topk(labels: TopKLabels, shape: tuple, n_classes: int, dtype: torch.dtype, valid: Tensor | None) -> TopKLabels:
    """Check top-k labels of a loss that has no teacher."""

def linear_taught(hidden: Tensor, weight: Tensor, teacher: Tensor | Labels, y_true: Tensor | None=None, *, bias: Tensor | None=None, detach: Literal[True, False]=True, class_weight: ClassWeights | None=None, sample_weight: Tensor | None=None, mask: Tensor | None=None, ignore_index: ClassIndices | None=None, denominator: float | Tensor | None=None) -> LinearExamples:
    """Logits of a linear head, never all at once, with a teacher as `taught` takes it, or its head."""

def flat_lesson(teacher: Labels) -> Labels:
    """A teacher with one axis of examples."""

def check_teacher_head(hidden: Tensor, weight: Tensor, teacher: TeacherLabels, detach: bool=True) -> TeacherLabels:
    """Refuse a teacher's head that does not fit the student's."""

head_of_door = {multiclass: linear_head, taught: linear_taught}

def linear(loss):
    """The linear form of a loss over classes, which never makes all logits at once."""

def linear_loss(formula):
    """The linear form of a formula that is no loss by itself; its options are keyword-only."""

def _parameter(name, annotation, **kw):
    ...

class LinearLoss(LossModule):
    """Base of the modules that `linear` makes: they own the head and are called with hidden states."""
    head: Any
    call_options = (*LossModule.call_options, 'bias')
    owned = ('weight',)
    own_options = (_parameter('n_features', int), _parameter('n_classes', int), _parameter('bias', bool, default=True))

    def __init__(self, n_features: int, n_classes: int, *, bias: bool=True, **options):
        ...

    def forward(self, hidden: Tensor, *data, **given) -> Tensor:
        """The loss, with the head and the options of this module."""

    def __reduce_ex__(self, protocol):
        ...

def linear_function(loss):
    """The linear form of a function: one object, however often it is asked for."""

def linear_module(module: type) -> type:
    """The linear form of a module class."""

def _empty_linear(module):
    ...

@overload
def linear_soft_label_cross_entropy(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor | lossfx.core.labels.Labels,
    alpha: float = 0.0,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy between labels and the softmax of logits, with label smoothing.

    Labels that are probabilities keep the doubt that a class index throws away.

    Source: the soft-label cross entropy of incendio;
    Szegedy et al. (2016), arXiv:1512.00567, section 7.
    Departs: from `F.cross_entropy`, where class weights enter the smoothed labels
    and move the optimum.

    Arguments:
      hidden: (..., D) floating: hidden states
      weight: (C, D) floating: weight of the head
      y_true: (...) class indices, (..., C) probabilities, or labels as `TopKLabels`
      alpha: Smoothing: how much of each label is distributed, from 0 to 1
      reduction: 'mean', 'sum', 'none' or 'parts'
      smoothing: 'shares': equal amounts per class; 'mix': in proportion
      prior: (C,) or (..., C) floating: where it goes; None: uniform
      bias: (C,) floating: bias of the head
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def linear_soft_label_cross_entropy(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor | lossfx.core.labels.Labels,
    alpha: float,
    reduction: Literal['parts'],
    *,
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
@overload
def linear_soft_label_cross_entropy(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor | lossfx.core.labels.Labels,
    alpha: float = 0.0,
    *,
    reduction: Literal['parts'],
    smoothing: Literal['shares', 'mix'] = 'shares',
    prior: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def linear_classification_mae(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor | lossfx.core.labels.Labels,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    bias: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Absolute error between labels and the softmax of logits, summed over the classes.

    The loss of one example is at most 2, so that wrong labels cannot dominate.

    Source: incendio's `classification_mae_with_logits`;
    Ghosh, Kumar & Sastry (2017), arXiv:1712.09482.

    Arguments:
      hidden: (..., D) floating: hidden states
      weight: (C, D) floating: weight of the head
      y_true: (...) class indices, (..., C) probabilities, or labels as `TopKLabels`
      reduction: 'mean', 'sum', 'none' or 'parts'
      bias: (C,) floating: bias of the head
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': no units, in [0, 2]"""
@overload
def linear_classification_mae(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor | lossfx.core.labels.Labels,
    reduction: Literal['parts'],
    *,
    bias: torch.Tensor | None = None,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class LinearSoftLabelCrossEntropyLoss(LinearLoss):
    """`SoftLabelCrossEntropyLoss` of a linear head that it owns."""
    alpha: float
    reduction: Literal['mean', 'sum', 'none', 'parts']
    smoothing: Literal['shares', 'mix']
    prior: torch.Tensor | None
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    def __init__(
        self, /,
        n_features: int,
        n_classes: int,
        alpha: float = 0.0,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        bias: bool = True,
        smoothing: Literal['shares', 'mix'] = 'shares',
        prior: torch.Tensor | None = None,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
    ) -> None:
        """Keep the options of `linear(soft_label_cross_entropy_with_logits)`.

        Arguments:
          n_features: D: size of the hidden states
          n_classes: C
          alpha: Smoothing: how much of each label is distributed, from 0 to 1
          reduction: 'mean', 'sum', 'none' or 'parts'
          bias: Whether the head has a bias
          smoothing: 'shares': equal amounts per class; 'mix': in proportion
          prior: (C,) or (..., C) floating: where it goes; None: uniform
          class_weight: (C,) floating: weight of each class
          ignore_index: Index, or a tuple of them, that marks what to leave out"""
    def __call__(
        self,
        hidden: torch.Tensor,
        y_true: torch.Tensor | lossfx.core.labels.Labels,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the head and the options of this module.

        Arguments:
          hidden: (..., D) floating: hidden states
          y_true: (...) class indices, (..., C) probabilities, or labels as `TopKLabels`
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    def forward(
        self,
        hidden: torch.Tensor,
        y_true: torch.Tensor | lossfx.core.labels.Labels,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the head and the options of this module."""

def linear_student(hidden: Tensor, weight: Tensor, teacher_hidden: Tensor, teacher_weight: Tensor, *, bias: Tensor | None=None, teacher_bias: Tensor | None=None, sample_weight: Tensor | None=None, mask: Tensor | None=None, denominator: float | Tensor | None=None) -> LinearExamples:
    """The logits of a student's head, with a teacher that gets no gradient."""

def distillation_gradient(logits: Tensor, labels: Labels, temperature: float=1.0) -> tuple:
    """Distillation and its gradient, in the memory of the logits."""

@overload
def linear_distillation(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    teacher_hidden: torch.Tensor,
    teacher_weight: torch.Tensor,
    temperature: float = 1.0,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    bias: torch.Tensor | None = None,
    teacher_bias: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Kullback-Leibler divergence of a student's head from a teacher's, times temperature squared.

    The teacher gets no gradient.
    Source: Hinton, Vinyals & Dean (2015), arXiv:1503.02531, section 2.
    Departs: the source has cross entropy, which differs by the entropy of the teacher.

    Arguments:
      hidden: (..., D) floating: the student's hidden states
      weight: (C, D) floating: weight of the student's head
      teacher_hidden: (..., E) floating: the teacher's hidden states
      teacher_weight: (C, E) floating: weight of the teacher's head
      temperature: What both logits are divided by, above 0
      reduction: 'mean', 'sum', 'none' or 'parts'
      bias: (C,) floating: bias of the student's head
      teacher_bias: (C,) floating: bias of the teacher's head
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def linear_distillation(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    teacher_hidden: torch.Tensor,
    teacher_weight: torch.Tensor,
    temperature: float,
    reduction: Literal['parts'],
    *,
    bias: torch.Tensor | None = None,
    teacher_bias: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
@overload
def linear_distillation(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    teacher_hidden: torch.Tensor,
    teacher_weight: torch.Tensor,
    temperature: float = 1.0,
    *,
    reduction: Literal['parts'],
    bias: torch.Tensor | None = None,
    teacher_bias: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...
