# Written by tools/stubs.py: do not edit

from ..core import equals
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['hinge_embedding_loss', 'HingeEmbeddingLoss']

@overload
def hinge_embedding_loss(
    distance: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 1.0,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Distance of like pairs, and what different pairs lack of a margin.

    Source: Mobahi, Collobert and Weston (2009), doi:10.1145/1553374.1553469, with the L1 distance.
    Departs: negative distances, labels of 0 and shapes that broadcast are refused, where
    `F.hinge_embedding_loss` takes them.

    Arguments:
      distance: (...) floating: distances, >= 0
      y_true: (...) same shape: labels, +1 for alike and -1 for different
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: Distance from which on different pairs have loss 0, in its units
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in units of `distance`"""
@overload
def hinge_embedding_loss(
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

class HingeEmbeddingLoss(lossfx.core.mould.PairLoss):
    """Module of `hinge_embedding_loss`. Takes distances."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    margin: float
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        margin: float = 1.0,
    ) -> None:
        """Keep the options of `hinge_embedding_loss`.

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
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0, in units of `distance`"""
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

@equals(hinge_embedding_loss, by='torch', at=dict(margin=(0.5, 2.0)))
def hinge_embedding_of_torch(y_pred, y_true, margin):
    """`F.hinge_embedding_loss`."""
