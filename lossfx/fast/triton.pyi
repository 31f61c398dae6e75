# Written by tools/stubs.py: do not edit

from ..core import Labels
from functools import cached_property
from lossfx.losses.soft_label_cross_entropy import Alpha
from lossfx.losses.soft_label_cross_entropy import Smoothing
from lossfx.losses.soft_label_cross_entropy import soft_label_cross_entropy_with_logits
from torch import Tensor
from typing import Any
from typing import NamedTuple
import torch
import torch.autograd

__all__ = ['cross_entropy_rows']

cross_entropy_rows = soft_label_cross_entropy_with_logits.formula

class tl:
    """Stands in for `triton.language` until a kernel is launched: so kernels can be written."""

    class constexpr:
        """Marks what a kernel is compiled for; Triton goes by the name."""

def least_bytes(N: int, C: int, logits: torch.dtype, labels: torch.dtype | None=None) -> dict:
    """Bytes that cross entropy and its gradient move when nothing N x C is held between them."""

class Kernel:
    """A function in Triton's language, compiled when it is first launched: `kernel[programs](...)`."""
    fn: Any

    def __init__(self, fn):
        ...

    @cached_property
    def compiled(self):
        ...

    def __getitem__(self, programs):
        ...

def triton_available() -> bool:
    """Whether the kernels can run here."""

def interpreted() -> bool:
    """Whether Triton's interpreter is on."""

@Kernel
def _forward_kernel(X, Y, PRIOR, VALID, VALUES, STATS, N, C, x_stride, y_stride, prior_stride, alpha, mass, ROWS: tl.constexpr, BLOCK: tl.constexpr, ONE_BLOCK: tl.constexpr, INDEX: tl.constexpr, SMOOTHING: tl.constexpr, HAS_PRIOR: tl.constexpr, HAS_VALID: tl.constexpr, LABEL_GRAD: tl.constexpr):
    """Values of `ROWS` rows, and what their gradient needs: maximum, log-sum, total, and more."""

@Kernel
def _backward_kernel(X, Y, PRIOR, VALID, STATS, UPSTREAM, X_GRAD, Y_GRAD, N, C, x_stride, y_stride, prior_stride, upstream_stride, alpha, mass, ROWS: tl.constexpr, BLOCK: tl.constexpr, INDEX: tl.constexpr, SMOOTHING: tl.constexpr, HAS_PRIOR: tl.constexpr, HAS_VALID: tl.constexpr, LOGIT_GRAD: tl.constexpr, LABEL_GRAD: tl.constexpr):
    """Gradients of one block of `ROWS` rows, for the logits, the labels or both."""

class Tile(NamedTuple):
    """What one program of a kernel takes."""
    rows: int
    block: int
    warps: int

measured_tiles = {}

def tile_for(C: int, search: bool=False) -> Tile:
    """The tile for rows of `C` classes."""

class KernelPlan(NamedTuple):
    """How the kernels are to compute, beside their tensors."""
    alpha: float
    smoothing: str
    index: bool
    mass: float
    label_grad: bool

class _on_device:
    """Launch on the device of `t`, which need not be the current one."""
    guard: Any

    def __init__(self, t):
        ...

    def __enter__(self):
        ...

    def __exit__(self, *exc):
        ...

def _common_arguments(x, labels, prior, valid, plan):
    """Pointers, strides and constants of both kernels; `x` stands in for a tensor that is not there."""

def _kernel_forward(x, labels, prior, valid, plan):
    """(N,) values and (3, N) or (6, N) statistics."""

def _kernel_backward(x, labels, prior, valid, stats, upstream, plan, logit_grad, label_grad):
    """Gradients for the logits and the labels, None where not asked for."""

def _formula_rows(x, labels, prior, valid, plan):
    """The same by the formula, in plain operations: what the kernels are held to."""

class KernelCrossEntropy(torch.autograd.Function):
    """Cross entropy per row by the two kernels, with gradients for logits and labels."""

    @staticmethod
    def forward(x, labels, prior, valid, plan):
        ...

    @staticmethod
    def setup_context(ctx, inputs, output):
        ...

    @staticmethod
    def backward(ctx, upstream, _):
        ...

def kernels_fit(x: Tensor, *others: Tensor | None) -> bool:
    """Whether these are plain tensors of one device that kernels run on."""

def cross_entropy_rows_triton(logits: Tensor, labels: Labels, alpha: Alpha=0.0, smoothing: Smoothing='shares', prior: Tensor | None=None, valid: Tensor | None=None) -> Tensor:
    """Cross entropy by the Triton kernels; by the formula where they cannot run.

    They take no float64, no empty batch, no transforms.

    Weights go on the values: the kernel gets their gradient as an upstream gradient.

    Arguments:
      logits: (N, C) floating
      labels: Labels of the rows: indices or probabilities
      alpha: Mass of each label to spread, in [0, 1]
      smoothing: 'shares' or 'mix'
      prior: (C,) or (N, C): how the mass is spread; uniform if None
      valid: (N,) bool: rows that count; None for all
    Returns: (N,) float32, float64 for float64 logits: nats, 0 where not kept"""
