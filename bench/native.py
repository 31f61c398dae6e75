"The same loss in C++, where there is a compiler: `native.cpp`, built at the first call."
import ctypes
import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

import torch

SOURCE = Path(__file__).with_name("native.cpp")
FLAGS = "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"


@cache
def library():
    "The function of `native.cpp`, or None without a compiler."
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None: return None
    name = hashlib.sha256(SOURCE.read_bytes() + repr(FLAGS).encode()).hexdigest()[:16]
    built = SOURCE.parent.parent / f"build/bench/{name}.so"
    if not built.exists():
        built.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([compiler, *FLAGS, SOURCE, "-o", built], check=True)
    f, pointer, count = ctypes.CDLL(built).cross_entropy, ctypes.c_void_p, ctypes.c_long
    f.argtypes, f.restype = (*[pointer] * 4, count, count, ctypes.c_float), None
    return f


class Native(torch.autograd.Function):
    "The mean, with its gradient made on the way forward."
    @staticmethod
    def forward(ctx, x, y, alpha):
        ctx.made, values = torch.empty_like(x), x.new_empty(len(x), dtype=torch.float64)
        library()(*(t.data_ptr() for t in (x, y, ctx.made, values)), *x.shape, alpha)
        return values.sum().float()

    @staticmethod
    def backward(ctx, upstream):
        made, ctx.made = ctx.made, None
        return made if upstream.item() == 1 else made.mul_(upstream), None, None
