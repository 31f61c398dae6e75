# Written by tools/stubs.py: do not edit

from ..core import Labels
from ..core import PerClass
from ..core import as_probabilities
from ..core import equals
from ..core import toward
from math import log
from torch import Tensor
from typing import Annotated
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['forward_corrected_cross_entropy_with_logits', 'backward_corrected_cross_entropy_with_logits', 'ForwardCorrectedCrossEntropyLoss', 'BackwardCorrectedCrossEntropyLoss']

class Rates(PerClass):
    """An option with the rate of each label for each true class: for use in `Annotated`."""

    def check(self, name, value, instead):
        ...

    def fit(self, name, value, elements):
        ...

    def example(self, n_classes):
        """Of each class, a quarter is labelled as the next one."""

    def __repr__(self):
        ...

class InvertibleRates(Rates):
    """The same, where labels have to tell all classes apart."""

    def check(self, name, value, instead):
        ...

NoiseRates = Annotated[Tensor, Rates()]

InvertibleNoiseRates = Annotated[Tensor, InvertibleRates()]

def over_rows(labels: Labels, matrix: Tensor, f) -> Tensor:
    """The label's average of a function of its row; a class index picks one row of the matrix."""

def log_of_rates(t: Tensor) -> Tensor:
    """Logarithm with slope 0 at 0, so that rates may be learnt."""

def logsumexp(v: Tensor) -> Tensor:
    """Logarithm of a sum, with gradient 0 where all of it is 0."""

@overload
def forward_corrected_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of the labels as model and noise together expect them.

    Trained with it, the softmax of the logits tells the true classes.

    Source: Patrini et al. (2017), arXiv:1609.03683, forward correction.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      noise: (C, C) floating: in row i, how often true class i gets each label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, at least 0 but for rounding"""
@overload
def forward_corrected_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def backward_corrected_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of labels from which the noise is taken back, by its inverse.

    Its mean over the noise is the cross entropy of the true label, whatever the prediction.

    Source: Patrini et al. (2017), arXiv:1609.03683, backward correction; for two classes
    Natarajan et al. (2013), Learning with noisy labels.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      noise: (C, C) floating: in row i, how often true class i gets each label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, of either sign"""
@overload
def backward_corrected_cross_entropy_with_logits(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class ForwardCorrectedCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `forward_corrected_cross_entropy_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    noise: torch.Tensor
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        noise: torch.Tensor,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `forward_corrected_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          noise: (C, C) floating: in row i, how often true class i gets each label
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, at least 0 but for rounding"""
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

class BackwardCorrectedCrossEntropyLoss(lossfx.core.mould.MultiClassLoss):
    """Module of `backward_corrected_cross_entropy_with_logits`."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    noise: torch.Tensor
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    dim: int
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        noise: torch.Tensor,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
        dim: int = -1,
    ) -> None:
        """Keep the options of `backward_corrected_cross_entropy_with_logits`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          noise: (C, C) floating: in row i, how often true class i gets each label
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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, of either sign"""
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

def a_tenth(n):
    ...

def a_half(n):
    ...

@overload
def forward(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of the labels as model and noise together expect them.

    Trained with it, the softmax of the logits tells the true classes.

    Source: Patrini et al. (2017), arXiv:1609.03683, forward correction.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      noise: (C, C) floating: in row i, how often true class i gets each label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, at least 0 but for rounding"""
@overload
def forward(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def backward(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of labels from which the noise is taken back, by its inverse.

    Its mean over the noise is the cross entropy of the true label, whatever the prediction.

    Source: Patrini et al. (2017), arXiv:1609.03683, backward correction; for two classes
    Natarajan et al. (2013), Learning with noisy labels.

    Arguments:
      y_pred: (..., C) floating, class axis at `dim`: logits
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      noise: (C, C) floating: in row i, how often true class i gets each label
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      dim: Class axis
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, of either sign"""
@overload
def backward(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    noise: torch.Tensor,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    dim: int = -1,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def even_noise(n, amount, like):
    """A label is replaced by any class, its own included, with probability `amount`."""

def unequal_rates(n):
    """Rates without any symmetry."""

def none(n):
    """Each label is right."""

def odds(y_pred):
    ...

def second(y_pred, y_true):
    ...

@equals(forward, into='soft_label_cross_entropy_with_logits', at=dict(noise=none))
def no_noise_forward():
    """Without noise it is cross entropy."""

@equals(forward, into='soft_label_cross_entropy_with_logits', at=dict(per_mille=toward(0)), left=lambda x, y, per_mille, noise: forward(x, y, 'none', noise=even_noise(x.shape[-1], per_mille / 1000, x)))
def little_noise(cross_entropy, y_pred, y_true):
    """As the labels drawn at random, per_mille of a thousand, go to 0 it becomes cross entropy."""

@equals(forward, into='classification_mae_with_logits', labels=('index', 'one-hot'), at=dict(rest=toward(0)), left=lambda x, y, rest, noise: 1 + (forward(x, y, 'none', noise=even_noise(x.shape[-1], 1 - rest, x)) + log((1 - rest) / x.shape[-1])) * (1 - rest) / rest / x.shape[-1])
def much_noise(mae, y_pred, y_true):
    """Scaled and shifted, as the rest that is not random goes to 0, half the absolute error."""

@equals(forward, by='torch', labels='index', at=dict(noise=unequal_rates), field='statistics')
def mixture(y_pred, y_true, noise):
    """Minus the log-likelihood of a mixture of categorical distributions, by torch.distributions."""

@equals(forward, by='transcribed', at=dict(noise=unequal_rates), source='Patrini et al. (2017): loss.py of giorgiop/loss-correction, without its clip')
def authors_forward(y_pred, y_true, noise):
    """The authors' code: cross entropy of the probabilities times the matrix."""

@equals(forward, by='transcribed', classes=(2,), at=dict(noise=unequal_rates), field='remote sensing', source='Mnih & Hinton (2012), Learning to label aerial images')
def asymmetric_noise(y_pred, y_true, noise):
    """For two classes, the noise model of maps that omit or misplace what a photograph shows."""

@equals(forward, by='torch', classes=(2,), at=dict(noise=unequal_rates), field='psychophysics', source='Wichmann & Hill (2001), doi:10.3758/BF03194544')
def psychometric_function(y_pred, y_true, noise):
    """For two classes, torch's binary cross entropy of a logistic curve with guesses and lapses."""

@equals(backward, into='soft_label_cross_entropy_with_logits', at=dict(noise=none))
def no_noise_backward():
    """Without noise it is cross entropy."""

@equals(backward, into='soft_label_cross_entropy_with_logits', at=dict(noise=unequal_rates), left=lambda x, y, noise: sum(((as_probabilities(y, x) @ noise)[..., j] * backward(x, torch.full(x.shape[:-1], j, device=x.device), 'none', noise=noise) for j in range(x.shape[-1]))))
def unbiased(cross_entropy, y_pred, y_true):
    """Its mean over the noisy labels is the cross entropy of the true one."""

@equals(backward, into='soft_label_cross_entropy_with_logits', at=dict(noise=unequal_rates), left=lambda x, y, noise: backward(x, as_probabilities(y, x) @ noise, 'none', noise=noise))
def smoothing_undone(cross_entropy, y_pred, y_true):
    """Of labels that are smoothed by the same matrix, it is the cross entropy of what they were."""

@equals(backward, by='torch', at=dict(noise=unequal_rates))
def corrected_labels(y_pred, y_true, noise):
    """torch's cross entropy of the labels times the inverse of the matrix."""

@equals(backward, by='transcribed', at=dict(amount=(0.1, 0.6)), left=lambda x, y, amount, noise: backward(x, y, 'none', noise=even_noise(x.shape[-1], amount, x)), source='Wei et al. (2022), arXiv:2106.04149')
def negative_smoothing(y_pred, y_true, amount):
    """If an amount of labels is drawn at random, it is label smoothing by a negative amount."""

@equals(backward, by='transcribed', classes=(2,), labels='index', at=dict(epsilon=(0.1, 0.4)), left=lambda x, y, epsilon, noise: backward(x, y, 'none', noise=even_noise(2, 2 * epsilon, x)), field='language models', source='Chowdhury et al. (2024), arXiv:2403.00409')
def robust_dpo(y_pred, y_true, epsilon):
    """For two classes, robust DPO, where epsilon is the probability that a preference is reversed."""

@equals(backward, by='transcribed', classes=(2,), labels='index', at=dict(noise=unequal_rates), field='learning theory', source='Natarajan et al. (2013), Learning with noisy labels')
def unbiased_estimator(y_pred, y_true, noise):
    """For two classes, the unbiased estimator of the logistic loss, by the rate of either mistake."""
