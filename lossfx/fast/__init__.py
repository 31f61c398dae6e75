"""The same numbers, sooner: what a kernel knows of a loss (`rules`), which path a call takes (`paths`),
small batches (`lean`), linear heads (`linear`), kernels for a GPU (`triton`), and for a CPU (`cpu`,
made of `float32` and `compiled`), which need numba and are imported by the first large batch."""
from lossfx.fast import lean, linear, paths, rules, triton

__all__ = ["lean", "linear", "paths", "rules", "triton"]
