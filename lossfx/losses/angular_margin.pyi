# Written by tools/stubs.py: do not edit

from ..core import Labels
from ..core import Number
from ..core import equals
from math import pi
from torch import Tensor
from typing import Annotated
from typing import Literal
from typing import overload
import lossfx.core.mould
import torch

__all__ = ['cosface_loss', 'arcface_loss', 'CosFaceLoss', 'ArcFaceLoss']

Angle = Annotated[float, Number(0, pi)]

@overload
def cosface_loss(
    y_pred: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 0.35,
    scale: float = 64.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of scaled cosines, of which the labelled class gives up a margin.

    Source: Wang et al. (2018), arXiv:1801.09414, equation 4.
    Departs: soft labels, which the source does not have, take the margin of each class in part.

    Arguments:
      y_pred: (..., D) floating: embeddings
      weight: (C, D) floating: a direction for each class, as `nn.Linear` keeps it
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: What the cosine with the labelled class gives up
      scale: What cosines are multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def cosface_loss(
    y_pred: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 0.35,
    scale: float = 64.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

@overload
def arcface_loss(
    y_pred: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['mean', 'sum', 'none'] = 'mean',
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of scaled cosines, where the labelled class is moved away by an angle.

    Source: Deng et al. (2019), arXiv:1801.07698, equation 3.
    Departs: beyond half a turn the cosine would rise again; here it falls on. Soft labels, which
    the source does not have, take the margin of each class in part.

    Arguments:
      y_pred: (..., D) floating: embeddings
      weight: (C, D) floating: a direction for each class, as `nn.Linear` keeps it
      y_true: (...) integer class indices, or (..., C) floating probabilities
      reduction: 'mean', 'sum', 'none' or 'parts'
      margin: Angle by which the labelled class is moved away, in radians
      scale: What cosines are multiplied by
      class_weight: (C,) floating: weight of each class
      sample_weight: (...) floating: weight of each element
      mask: (...) bool: True keeps an element
      ignore_index: Index, or a tuple of them, that marks what to leave out
      denominator: What 'mean' divides by; None for the sum of weights
    Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
@overload
def arcface_loss(
    y_pred: torch.Tensor,
    weight: torch.Tensor,
    y_true: torch.Tensor,
    reduction: Literal['parts'],
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    class_weight: torch.Tensor | None = None,
    sample_weight: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    ignore_index: int | tuple[int, ...] | list[int] | None = None,
    denominator: float | torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    ...

def turn_away(cosines: Tensor, angle: Tensor) -> Tensor:
    """Cosines of angles that are larger by `angle`; beyond half a turn they fall as before it."""

def at_labels(v: Tensor, labels: Labels, change) -> Tensor:
    """Values that change where the label has probability: in one place, if it is a class index."""

class CosFaceLoss(lossfx.core.mould.LossModule):
    """Module of `cosface_loss`. Takes embeddings and the weight of a head."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    margin: float
    scale: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        margin: float = 0.35,
        scale: float = 64.0,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
    ) -> None:
        """Keep the options of `cosface_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          margin: What the cosine with the labelled class gives up
          scale: What cosines are multiplied by
          class_weight: (C,) floating: weight of each class
          ignore_index: Index, or a tuple of them, that marks what to leave out"""
    def __call__(
        self,
        y_pred: torch.Tensor,
        weight: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., D) floating: embeddings
          weight: (C, D) floating: a direction for each class, as `nn.Linear` keeps it
          y_true: (...) integer class indices, or (..., C) floating probabilities
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    def forward(
        self,
        y_pred: torch.Tensor,
        weight: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""

class ArcFaceLoss(lossfx.core.mould.LossModule):
    """Module of `arcface_loss`. Takes embeddings and the weight of a head."""
    reduction: Literal['mean', 'sum', 'none', 'parts']
    margin: float
    scale: float
    class_weight: torch.Tensor | None
    ignore_index: int | tuple[int, ...] | list[int] | None
    def __init__(
        self, /,
        reduction: Literal['mean', 'sum', 'none', 'parts'] = 'mean',
        *,
        margin: float = 0.5,
        scale: float = 64.0,
        class_weight: torch.Tensor | None = None,
        ignore_index: int | tuple[int, ...] | list[int] | None = None,
    ) -> None:
        """Keep the options of `arcface_loss`.

        Arguments:
          reduction: 'mean', 'sum', 'none' or 'parts'
          margin: Angle by which the labelled class is moved away, in radians
          scale: What cosines are multiplied by
          class_weight: (C,) floating: weight of each class
          ignore_index: Index, or a tuple of them, that marks what to leave out"""
    def __call__(
        self,
        y_pred: torch.Tensor,
        weight: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module.

        Arguments:
          y_pred: (..., D) floating: embeddings
          weight: (C, D) floating: a direction for each class, as `nn.Linear` keeps it
          y_true: (...) integer class indices, or (..., C) floating probabilities
          sample_weight: (...) floating: weight of each element
          mask: (...) bool: True keeps an element
          denominator: What 'mean' divides by; None for the sum of weights
        Returns: () for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': nats, >= 0"""
    def forward(
        self,
        y_pred: torch.Tensor,
        weight: torch.Tensor,
        y_true: torch.Tensor,
        *,
        sample_weight: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        denominator: float | torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The loss, with the options of this module."""

def head_for(x):
    """The same directions for each problem, one for each class."""

def on_head(loss):
    """A loss with those directions."""

def cosines_with(x):
    ...

@equals(cosface_loss, into='ldam_loss_with_logits', left=on_head(cosface_loss), at=dict(margin=(0.2, 0.5), scale=(1.0, 16.0)))
def equal_counts(ldam, y_pred, y_true, margin, scale):
    """On cosines, LDAM where all classes have the same number of examples."""

@equals(arcface_loss, into='cosface_loss', left=on_head(arcface_loss), labels=('index', 'one-hot'), at=dict(margin=pi, scale=(1.0, 16.0)))
def half_a_turn(cosface, y_pred, y_true, scale):
    """A margin of half a turn is one of 2 in the cosine."""

@equals(arcface_loss, by='transcribed', left=on_head(arcface_loss), at=dict(margin=(0.1, 0.5, 2.0), scale=(1.0, 16.0)), source='Deng et al. (2019), equation 3')
def by_the_angle(y_pred, y_true, margin, scale):
    """The source's cosine of angle plus margin, up to half a turn, and what is said above beyond."""

def of_library(name, x, head, y, margin, scale):
    """A loss of pytorch-metric-learning for a head, example by example."""

def within_quarter(x, y):
    """Embeddings that are less than a quarter of a turn away from their classes."""

@equals(cosface_loss, by='pytorch-metric-learning', labels='index', left=on_head(cosface_loss), at=dict(margin=(0.35, 0.5), scale=(1.0, 16.0)))
def cosface_of_library(y_pred, y_true, margin, scale):
    """The library's CosFace, example by example."""

@equals(arcface_loss, by='pytorch-metric-learning', labels='index', at=dict(margin=(0.1, 0.5), scale=(1.0, 16.0)), left=lambda x, y, **options: arcface_loss(within_quarter(x, y), head_for(x), y, 'none', **options))
def arcface_of_library(y_pred, y_true, margin, scale):
    """The library's ArcFace, its margin in degrees, where angle and margin are below half a turn."""
