# Written by tools/stubs.py: do not edit

from ..core import ClassFractions
from ..core import Count
from ..core import Smoothing
from ..core import SmoothingAmount
from ..core import equals
from math import inf
from torch import Tensor
from typing import Annotated
from typing import Literal

__all__ = ['smooth_soft_labels', 'convert_smoothing']

class SmoothingAmounts(SmoothingAmount):
    """A number from 0 to 1, or a tensor of them, one for each example."""

    def check(self, name, value, instead):
        ...

Amounts = Annotated[float | Tensor, SmoothingAmounts(0, 1)]

def smooth_soft_labels(labels: Tensor, alpha: Amounts=0.1, *, smoothing: Smoothing='shares', prior: ClassFractions | None=None, dim: int=-1) -> Tensor:
    """Take the amount `alpha` from each label and distribute it over all classes.

    Source: incendio's `smooth_soft_labels` for 'shares';
    Szegedy et al. (2016), arXiv:1512.00567, section 7, for 'mix'.
    Departs: in the source a class that has too little is cut at 0,
    and its label sums to more than 1.

    Arguments:
      labels: (..., C) floating: probabilities, one-hot included
      alpha: How much of each label is distributed, from 0 to 1; or (...) floating
      smoothing: 'shares': equal amounts per class; 'mix': in proportion
      prior: (C,) or (..., C) floating: where it goes; None: uniform
      dim: Class axis
    Returns: (..., C): labels that sum to what they did"""

Convention = Literal['all', 'others', 'added']

conventions = {'all': (lambda e, C: e, lambda a, C: a), 'others': (lambda e, C: e * C / (C - 1), lambda a, C: a * (C - 1) / C), 'added': (lambda e, C: e / (1 + e), lambda a, C: a / (1 - a) if a < 1 else inf)}

def convert_smoothing(epsilon: float, given: Convention='others', wanted: Convention='all', *, n_classes: Annotated[int, Count()] | None=None) -> float:
    """Convert an amount of label smoothing from one convention to another.

    'all' gives each class ε/C (Szegedy et al. 2016, arXiv:1512.00567, section 7), 'others' gives
    each class but that of the label ε/(C-1), 'added' gives each class ε/C more and divides by
    the sum, 1+ε.

    Arguments:
      epsilon: The amount, from 0, as the convention `given` writes it
      given: 'all': ε/C on each class; 'others': ε/(C-1) on all but one; 'added'
      wanted: The same for the result; 'all' is `alpha`
      n_classes: Number of classes that it may go to, for 'others'
    Returns: The amount that stands for the same labels, as `wanted` writes it"""

def check_labels(labels: Tensor, dim: int):
    """Refuse what is no probabilities over the classes along `dim`."""

def for_each_example(alpha: Tensor, labels: Tensor, dim: int) -> Tensor:
    """Check amounts against the labels that they go with."""

def smoothed_first(y_pred, y_true, epsilon, given='all', smoothing='mix'):
    """Cross entropy of labels that are smoothed before: the left side of what follows."""

def surprises(y_pred, y_true):
    ...

every, certain = (('index', 'one-hot', 'soft'), ('index',))

@equals(smooth_soft_labels, into='soft_label_cross_entropy_with_logits', left=smoothed_first, labels=every, at=dict(epsilon=(0.1, 0.9), smoothing=('shares', 'mix')))
def smoothed_in_the_loss(cross_entropy, y_pred, y_true, epsilon, smoothing):
    """Smoothing in the loss, by its option alpha."""

@equals(smooth_soft_labels, by='fastai', left=smoothed_first, labels=certain, at=dict(epsilon=(0.1, 0.9)))
def fastais(y_pred, y_true, epsilon):
    """fastai's LabelSmoothingCrossEntropy."""

@equals(smooth_soft_labels, by='timm', left=smoothed_first, labels=certain, at=dict(epsilon=(0.1, 0.9)))
def timms(y_pred, y_true, epsilon):
    """timm's LabelSmoothingCrossEntropy, of one example at a time."""

@equals(smooth_soft_labels, by='optax', left=smoothed_first, labels=('one-hot', 'soft'), at=dict(epsilon=(0.1, 0.9)))
def optaxs(y_pred, y_true, epsilon):
    """The labels of optax's smooth_labels."""

@equals(smooth_soft_labels, by='transcribed', left=smoothed_first, labels=certain, at=dict(epsilon=(0.1, 0.4), given='others'), source='megatron/core/tensor_parallel')
def megatrons(y_pred, y_true, epsilon):
    """Megatron-LM's label smoothing on one device: ε goes to the other classes."""

@equals(smooth_soft_labels, by='transcribed', left=smoothed_first, labels=certain, at=dict(epsilon=(0.1, 3.0), given='added'), field='statistics')
def additive_smoothing(y_pred, y_true, epsilon):
    """Laplace's additive smoothing, ε/C more of each class; ClassyVision's labels."""

@equals(smooth_soft_labels, by='transcribed', left=smoothed_first, labels=certain, at=dict(epsilon=(0.1, 0.4), given='others'), field='label noise', source='Lukasik et al. (2020), arXiv:2003.02819')
def random_labels(y_pred, y_true, epsilon):
    """The expected loss if a label is wrong with probability ε, any other class alike."""

@equals(smooth_soft_labels, by='transcribed', left=smoothed_first, labels=certain, classes=(2,), at=dict(epsilon=(0.1, 0.4), given='others'), field='preference learning')
def conservative_dpo(y_pred, y_true, epsilon):
    """Conservative DPO, where ε is the probability that a preference is the wrong way round."""

@equals(smooth_soft_labels, by='transcribed', left=smoothed_first, labels=certain, at=dict(epsilon=(0.1, 0.9)))
def logit_penalty(y_pred, y_true, epsilon):
    """Cross entropy and ε times the distance of the right logit from the mean of all."""
