# Written by tools/stubs.py: do not edit

from ..core import ClassCounts
from ..core import Fraction
from ..core import equals
from ..core import toward
from torch import Tensor
from typing import Literal

__all__ = ['class_balanced_weights']

def class_balanced_weights(counts: ClassCounts, beta: Fraction=1.0, *, average: Literal['examples', 'classes', 'none']='examples', absent: Literal['once', 'zero']='once') -> Tensor:
    """Class weights in inverse proportion to the effective number of examples of each class.

    Rare classes then count as much as common ones; `beta` says how far.

    Source: Cui, Jia, Lin, Song & Belongie (2019), arXiv:1901.05555.
    Departs: there the mean weight over the classes is 1, here that over the examples, so that a
    sum of losses keeps its size; a class without examples is NaN there, and the rest 0.

    Arguments:
      counts: (..., C) integer or floating: examples of each class
      beta: From 0, all classes weigh the same, to 1, in inverse proportion to counts
      average: What has a mean weight of 1
      absent: What a class without examples weighs: as with one; or 0
    Returns: (..., C): no units, >= 0"""

def effective_number(n: Tensor, beta: float) -> Tensor:
    """How many different examples there are among `n`."""

def weighed(y_pred, y_true, counts, weights=None, **options):
    """Cross entropy of each example times the weight of its class, from counts unless given."""

def long_tail(n_classes):
    """Counts of 1, 4, 9 and so on."""

@equals(class_balanced_weights, by='scikit-learn', left=weighed, labels='index', at=dict(counts=long_tail))
def compute_class_weight_balanced(y_pred, y_true, counts):
    """scikit-learn's compute_class_weight('balanced')."""

@equals(class_balanced_weights, into='soft_label_cross_entropy_with_logits', left=weighed, labels='index', at=dict(counts=long_tail, beta=0.0))
def no_weights():
    """At beta 0 all classes weigh the same."""

@equals(class_balanced_weights, left=weighed, labels='index', classes=(3, 7), at=dict(counts=long_tail, beta=toward(1, side=-1)))
def inverse_counts(y_pred, y_true, counts):
    """As beta goes to 1, inverse counts."""

@equals(class_balanced_weights, by='transcribed', left=weighed, labels='index', at=dict(counts=long_tail, beta=(0.9, 0.999), average='classes'), source='Cui et al. (2019), arXiv:1901.05555, and its code')
def of_the_paper(y_pred, y_true, counts, beta):
    """The weights of the paper's code, for a mean of 1 over the classes."""
