# Written by tools/stubs.py: do not edit

from lossfx.core import equals
from lossfx.core import rule_of
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['info_nce_loss', 'supervised_contrastive_loss', 'clip_loss', 'InfoNCELoss', 'SupervisedContrastiveLoss', 'CLIPLoss']

def cross_entropy(logits, labels):
    ...

@overload
def info_nce_loss(
    y_pred: torch.Tensor,
    positive: torch.Tensor,
    negative: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: torch.Tensor | float = 0.1,
    similarity: Literal['cosine', 'dot'] = 'cosine',
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of finding the partner of each embedding among those of the batch.

    The batch gives the wrong answers, so that no classes are needed.

    Source: van den Oord, Li & Vinyals (2018), arXiv:1807.03748, equation 4; Sohn (2016), the
    N-pair loss.

    Arguments:
      y_pred: (N, D) floating: embeddings
      positive: (N, D) floating: what belongs to each; negatives for all others
      negative: (K, D) floating: more negatives, for all; None for no more
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What similarities are divided by; a tensor gets a gradient
      similarity: Or 'dot', for embeddings that keep their length
      sample_weight: (N,) floating: weight of each element
      mask: (N,) bool: True keeps a pair, as element and as negative
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (N,) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def info_nce_loss(
    y_pred: torch.Tensor,
    positive: torch.Tensor,
    negative: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: torch.Tensor | float = 0.1,
    similarity: Literal['cosine', 'dot'] = 'cosine',
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def supervised_contrastive_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    temperature: torch.Tensor | float = 0.1,
    similarity: Literal['cosine', 'dot'] = 'cosine',
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of finding the others of its class for each embedding of a batch.

    Source: Khosla et al. (2020), arXiv:2004.11362, equation 2, the sum outside the logarithm.
    Departs: an embedding that is alone with its class does not count, where the sum over
    nothing is divided by 0.

    Arguments:
      y_pred: (N, D) floating: embeddings
      y_true: (N,) integer: what each shows; any integers
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What similarities are divided by; a tensor gets a gradient
      similarity: Or 'dot', for embeddings that keep their length
      ignore_index: Integer, or a tuple of them, that marks what to leave out
      sample_weight: (N,) floating: weight of each element
      mask: (N,) bool: True keeps an embedding, as element and for the others
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (N,) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def supervised_contrastive_loss(
    y_pred: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    temperature: torch.Tensor | float = 0.1,
    similarity: Literal['cosine', 'dot'] = 'cosine',
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def clip_loss(
    y_pred: torch.Tensor,
    positive: torch.Tensor,
    negative: torch.Tensor | None = None,
    *,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    temperature: torch.Tensor | float = 0.1,
    similarity: Literal['cosine', 'dot'] = 'cosine',
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Mean of two: finding the partner of an embedding, and the embedding of a partner.

    Source: Radford et al. (2021), arXiv:2103.00020, figure 3.

    Arguments:
      y_pred: (N, D) floating: embeddings
      positive: (N, D) floating: what belongs to each; negatives for all others
      negative: (K, D) floating: more negatives, for all; None for no more
      reduction: 'mean', 'sum', 'none' or 'parts'
      temperature: What similarities are divided by; a tensor gets a gradient
      similarity: Or 'dot', for embeddings that keep their length
      sample_weight: (N,) floating: weight of each element
      mask: (N,) bool: True keeps a pair, as element and as negative
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (N,) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def clip_loss(
    y_pred: torch.Tensor,
    positive: torch.Tensor,
    negative: torch.Tensor | None = None,
    *,
    reduction: Literal['parts'],
    temperature: torch.Tensor | float = 0.1,
    similarity: Literal['cosine', 'dot'] = 'cosine',
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

class InfoNCELoss(lossfx.core.mould.LossModule):
    """Module of `info_nce_loss`. Takes embeddings."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    temperature: torch.Tensor | float
    similarity: Literal['cosine', 'dot']
    def __init__(
        self, /,
        *,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        temperature: torch.Tensor | float = 0.1,
        similarity: Literal['cosine', 'dot'] = 'cosine',
    ) -> None:
        """Keep the options of `info_nce_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          temperature: What similarities are divided by; a tensor gets a gradient
          similarity: Or 'dot', for embeddings that keep their length"""
    def __call__(
        self,
        y_pred: torch.Tensor,
        positive: torch.Tensor,
        negative: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (N, D) floating: embeddings
          positive: (N, D) floating: what belongs to each; negatives for all others
          negative: (K, D) floating: more negatives, for all; None for no more
          sample_weight: (N,) floating: weight of each element
          mask: (N,) bool: True keeps a pair, as element and as negative
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (N,) for 'none', a pair of () for 'parts': nats, >= 0"""
    def forward(
        self,
        y_pred: torch.Tensor,
        positive: torch.Tensor,
        negative: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""

class SupervisedContrastiveLoss(lossfx.core.mould.LossModule):
    """Module of `supervised_contrastive_loss`. Takes embeddings."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    temperature: torch.Tensor | float
    similarity: Literal['cosine', 'dot']
    ignore_index: int | tuple[int, ...] | list[int] | None
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        temperature: torch.Tensor | float = 0.1,
        similarity: Literal['cosine', 'dot'] = 'cosine',
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
    ) -> None:
        """Keep the options of `supervised_contrastive_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          temperature: What similarities are divided by; a tensor gets a gradient
          similarity: Or 'dot', for embeddings that keep their length
          ignore_index: Integer, or a tuple of them, that marks what to leave out"""
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
          y_pred: (N, D) floating: embeddings
          y_true: (N,) integer: what each shows; any integers
          sample_weight: (N,) floating: weight of each element
          mask: (N,) bool: True keeps an embedding, as element and for the others
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (N,) for 'none', a pair of () for 'parts': nats, >= 0"""
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

class CLIPLoss(lossfx.core.mould.LossModule):
    """Module of `clip_loss`. Takes embeddings."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    temperature: torch.Tensor | float
    similarity: Literal['cosine', 'dot']
    def __init__(
        self, /,
        *,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        temperature: torch.Tensor | float = 0.1,
        similarity: Literal['cosine', 'dot'] = 'cosine',
    ) -> None:
        """Keep the options of `clip_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          temperature: What similarities are divided by; a tensor gets a gradient
          similarity: Or 'dot', for embeddings that keep their length"""
    def __call__(
        self,
        y_pred: torch.Tensor,
        positive: torch.Tensor,
        negative: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (N, D) floating: embeddings
          positive: (N, D) floating: what belongs to each; negatives for all others
          negative: (K, D) floating: more negatives, for all; None for no more
          sample_weight: (N,) floating: weight of each element
          mask: (N,) bool: True keeps a pair, as element and as negative
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (N,) for 'none', a pair of () for 'parts': nats, >= 0"""
    def forward(
        self,
        y_pred: torch.Tensor,
        positive: torch.Tensor,
        negative: torch.Tensor | None = None,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""

@rule_of(info_nce_loss)
@rule_of(supervised_contrastive_loss)
def cross_entropy_rule(t, l):
    ...

def cosines_of(a, b):
    ...

def own(x):
    ...

@equals(info_nce_loss, into='soft_label_cross_entropy_with_logits', at=dict(temperature=(0.1, 1.0), similarity=('cosine', 'dot')))
def of_similarities(cross_entropy, y_pred, positive, temperature, similarity):
    """Cross entropy of the matrix of similarities over the temperature, with its diagonal as labels."""

@equals(info_nce_loss, by='torch', at=dict(temperature=(0.1, 1.0)))
def cross_entropy_of_torch(y_pred, positive, temperature):
    """`F.cross_entropy` of the cosines over the temperature."""

@equals(info_nce_loss, at=dict(temperature=0.0001), by='transcribed', compares='value', float64=0.0001, float32=0.001, left=lambda y_pred, positive, temperature: temperature * info_nce_loss(y_pred, positive, reduction='none', temperature=temperature))
def hardest_negative(y_pred, positive):
    """Times a temperature near 0, how far the best candidate is ahead of the partner."""

@equals(clip_loss, into='info_nce_loss', at=dict(temperature=(0.07, 1.0)))
def both_ways(info_nce, y_pred, positive, temperature):
    """The mean of InfoNCE and of InfoNCE with both sides exchanged."""

@equals(clip_loss, by='transcribed', at=dict(temperature=(0.07, 1.0)), float64=1e-09, source='Radford et al. (2021), figure 3', left=lambda y_pred, positive, temperature: clip_loss(y_pred, positive, temperature=temperature)[None])
def figure_of_the_source(y_pred, positive, temperature):
    """The pseudo-code of the source."""

two_views = lambda x: (x, torch.arange(len(x) // 2, device=x.device).repeat(2))

@equals(supervised_contrastive_loss, by='optax', compares='value', at=dict(temperature=(0.07, 1.0)), left=lambda x, y, temperature: supervised_contrastive_loss(*two_views(x), temperature=temperature)[None], float64=1e-05, float32=0.0001)
def ntxent_of_optax(y_pred, y_true, temperature):
    """With two of each class, `ntxent` of optax: the loss of SimCLR."""

@equals(supervised_contrastive_loss, by='pytorch-metric-learning', classes=(3, 7), at=dict(temperature=(0.1, 1.0)), left=lambda x, y, temperature: supervised_contrastive_loss(x, y, temperature=temperature)[None], float64=1e-06)
def sup_con_loss(y_pred, y_true, temperature):
    """`SupConLoss`, whose mean is over those that are not alone with their class, too."""

@equals(supervised_contrastive_loss, by='pytorch-metric-learning', at=dict(temperature=(0.1, 1.0)), left=lambda x, y, temperature: supervised_contrastive_loss(*two_views(x), temperature=temperature)[None], float64=1e-06)
def nt_xent_loss(y_pred, y_true, temperature):
    """With two of each class, `NTXentLoss`."""

@equals(supervised_contrastive_loss, into='soft_label_cross_entropy_with_logits', labels='index', at=dict(temperature=(0.1, 1.0)), left=lambda x, y, temperature: supervised_contrastive_loss(x, y, 'none', temperature=temperature))
def of_its_class(cross_entropy, y_pred, y_true, temperature):
    """Cross entropy of the similarities with all others, with those of its class as soft label."""
