# Written by tools/stubs.py: do not edit

from ..core import equals
from ..core.embeddings import Distance
from torch import Tensor
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['contrastive_loss', 'triplet_loss', 'hardest_triplets', 'ContrastiveLoss', 'TripletLoss']

@overload
def contrastive_loss(
    distance: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 1.0,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Half the square of what a pair is too far apart, or too near.

    A square pulls on what is far, and lets go of what is nearly right.

    Source: Hadsell, Chopra & LeCun (2006), doi:10.1109/CVPR.2006.100, equation 4.
    Departs: labels are +1 for alike and -1 for different, where the source has 0 and 1.

    Arguments:
      distance: (...) floating: distances, >= 0
      y_true: (...) same shape: labels, +1 for alike and -1 for different
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: Distance from which on different pairs have loss 0, in its units
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in units of the squared distance"""
@overload
def contrastive_loss(
    distance: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 1.0,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def triplet_loss(
    y_pred: torch.Tensor,
    positive: torch.Tensor,
    negative: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float | None = 1.0,
    distance: Literal['euclidean', 'squared', 'cosine'] = 'euclidean',
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """How far the positive is from being nearer than the negative by a margin.

    Only the order of two distances is asked for, so that a class may be as wide as it is.

    Source: Schroff, Kalenichenko & Philbin (2015), arXiv:1503.03832, equation 3, with squared
    distances; Hermans, Beyer & Leibe (2017), arXiv:1703.07737, for the soft margin.
    Departs: distances are not squared unless `distance='squared'`, as in torch.

    Arguments:
      y_pred: (..., D) floating: embeddings
      positive: (..., D) floating: what each should be near
      negative: (..., D) floating: what each should be far from
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: By how much the negative has to be farther; None for a soft margin
      distance: Or 'squared', or 'cosine': one minus the cosine
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps a triplet
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in units of the distance; nats with a soft margin"""
@overload
def triplet_loss(
    y_pred: torch.Tensor,
    positive: torch.Tensor,
    negative: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float | None = 1.0,
    distance: Literal['euclidean', 'squared', 'cosine'] = 'euclidean',
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def hardest_triplets(y_pred: Tensor, y_true: Tensor, *, distance: Distance='euclidean', mask: Tensor | None=None) -> tuple:
    """For each embedding the farthest of its class, and the nearest of another, in the batch.

    Random triplets soon are all far enough, and teach nothing; these still do.

    Source: Hermans, Beyer & Leibe (2017), arXiv:1703.07737, batch hard."""

class ContrastiveLoss(lossfx.core.mould.ElementLoss):
    """Module of `contrastive_loss`. Takes distances."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    margin: float
    def decodes(self, distance: Tensor) -> Tensor:
        """The label with the smaller loss: alike where the distance is below half the margin."""
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        margin: float = 1.0,
    ) -> None:
        """Keep the options of `contrastive_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          margin: Distance from which on different pairs have loss 0, in its units"""
    def __call__(
        self,
        distance: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          distance: (...) floating: distances, >= 0
          y_true: (...) same shape: labels, +1 for alike and -1 for different
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in units of the squared distance"""
    def forward(
        self,
        distance: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""

class TripletLoss(lossfx.core.mould.LossModule):
    """Module of `triplet_loss`. Takes embeddings."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    margin: float | None
    distance: Literal['euclidean', 'squared', 'cosine']
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        margin: float | None = 1.0,
        distance: Literal['euclidean', 'squared', 'cosine'] = 'euclidean',
    ) -> None:
        """Keep the options of `triplet_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          margin: By how much the negative has to be farther; None for a soft margin
          distance: Or 'squared', or 'cosine': one minus the cosine"""
    def __call__(
        self,
        y_pred: torch.Tensor,
        positive: torch.Tensor,
        negative: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., D) floating: embeddings
          positive: (..., D) floating: what each should be near
          negative: (..., D) floating: what each should be far from
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps a triplet
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in units of the distance; nats with a soft margin"""
    def forward(
        self,
        y_pred: torch.Tensor,
        positive: torch.Tensor,
        negative: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""

@equals(contrastive_loss, into='hinge_embedding_loss', at=dict(margin=(0.5, 2.0)))
def half_square(hinge_embedding, y_pred, y_true, margin):
    """Half the square of hinge embedding."""

@equals(contrastive_loss, by='transcribed', at=dict(margin=(0.5, 2.0)), source='ContrastiveLoss of sentence-transformers 6c9866a, with labels 0 and 1')
def with_labels_of_0_and_1(y_pred, y_true, margin):
    """With labels of 0 and 1, the loss of sentence-transformers before its mean."""

@equals(contrastive_loss, by='pytorch-metric-learning', at=dict(margin=(0.5, 2.0)))
def half_square_of_metric_learning(y_pred, y_true, margin):
    """Half the square of its `ContrastiveLoss` for each pair, lengths left as they are."""

def in_threes(y_pred, positive, **options):
    """The negative of an embedding is the positive of the one before."""

@equals(triplet_loss, by='torch', left=in_threes, at=dict(margin=(0.5, 2.0)))
def triplet_margin_loss_of_torch(y_pred, positive, margin):
    """`F.triplet_margin_loss` with `eps=0`; by itself it adds 1e-6 to each component."""

@equals(triplet_loss, by='torch', left=in_threes, at=dict(margin=(0.05, 0.3), distance='cosine'))
def triplet_of_cosines(y_pred, positive, margin):
    """With cosines, `F.triplet_margin_with_distance_loss` of one minus the cosine."""

@equals(triplet_loss, left=in_threes, at=dict(margin=(0.05, 0.3), distance='cosine'))
def of_unit_vectors(y_pred, positive, margin):
    """With cosines, half that of the squared distances of unit vectors with twice the margin."""

@equals(triplet_loss, by='optax', left=in_threes, compares='value', at=dict(margin=(0.5, 2.0)))
def triplet_margin_loss_of_optax(y_pred, positive, margin):
    """The function of optax with `eps=0`; by itself it adds 1e-6 under each root."""

def by_metric_learning(y_pred, positive, **options):
    """Triplets of pytorch-metric-learning, lengths left as they are, before its mean."""

@equals(triplet_loss, by='pytorch-metric-learning', left=in_threes, at=dict(margin=(0.5, 2.0)))
def triplet_margin_loss_of_metric_learning(y_pred, positive, margin):
    """Its `TripletMarginLoss` for each triplet, lengths left as they are."""

@equals(triplet_loss, by='pytorch-metric-learning', left=in_threes, at=dict(margin=None))
def smooth_loss_of_metric_learning(y_pred, positive):
    """With a soft margin, the same with `smooth_loss=True` and a margin of 0."""

@equals(triplet_loss, left=in_threes, at=dict(margin=None, distance=('euclidean', 'squared')), into='binary_cross_entropy_with_logits')
def ranking(two_class, y_pred, positive, distance):
    """With a soft margin it is binary cross entropy of the difference of the distances: RankNet."""
