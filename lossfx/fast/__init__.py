"The same numbers, sooner: which path a call takes (`paths`), on a CPU (`cpu`), on a GPU (`triton`), linear heads (`linear`)."
from lossfx.fast import cpu, linear, paths, triton

__all__ = ["cpu", "linear", "paths", "triton"]
