"What is measured: each suite takes an `Effort` and gives rows, dicts that JSON can hold."
import json
import math
import os
import statistics
import subprocess
import sys
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import NamedTuple

import torch

from lossfx import soft_label_cross_entropy_with_logits as cross_entropy
from lossfx.fast import cpu

from .contenders import BASE, batch, check, gradient, methods, tensors
from .gpu import everything as gpu_rows
from .machine import ALLOCATORS
from .memory import allocated
from .tasks import linear_tasks, small_calls
from .timing import CLOCKS, Samples, interleave, ratio, rounded, summary, using_threads

ROOT = Path(__file__).resolve().parent.parent
SHAPES = (64, 10), (1024, 10), (256, 1000), (4096, 1000), (512, 32000), (256, 128256)
QUICK = (64, 10), (256, 1000)
CHILD = """import json, sys
from bench.suites import Effort, measure
*what, effort = json.loads(sys.argv[1])
print(json.dumps(measure(*what, Effort(*effort))))"""


class Effort(NamedTuple):
    "How much to measure."
    threads: tuple = (1,)
    seconds: float = 5.  # for each shape, about
    rounds: int = 9  # at least
    processes: int = 3  # for each shape
    clock: str = "wall"  # or "cpu"
    compile: bool = True
    quick: bool = False  # the least that runs everything

    def time(self, works, most=math.inf, first=0):
        "Time functions of nothing, for at most some seconds."
        least = 0 if self.quick else 2e-3  # of a sample
        return interleave(works, min(self.seconds, most), self.rounds, least, first, self.clock)


def say(what): print(what, file=sys.stderr, flush=True)


def measure(labels, N, C, threads, first, effort):
    """Every method at one shape, in this process: seconds, quiet or not, and facts.

    The facts come with order number 0, after the clock: malloc learns from tensors of float64."""
    x, soft, index = batch(N, C)
    y = soft if labels == "soft" else index
    with using_threads(threads):
        found = methods(x, y, threads if effort.compile else None)
        works = {name: gradient(m.loss, x) for name, m in found.items()}
        samples = effort.time(works, first=first)
        if first: return {name: (*s, {}) for name, s in samples.items()}
        errors, took = check(found, x, y), tensors(found, x)
    facts = {n: dict(over=m.base, error=rounded(errors[n], 2)) | took[n] for n, m in found.items()}
    return {name: (*s, facts[name]) for name, s in samples.items()}


def compare(labels, N, C, threads, effort, memory="as it comes"):
    "Rows of every method at one shape, in fresh processes."
    say(f"{labels}: {N} x {C}, threads {threads}, memory {memory}")
    n = effort.processes
    share = effort._replace(seconds=effort.seconds / n, rounds=math.ceil(effort.rounds / n))
    runs, env = [], os.environ | ALLOCATORS.get(memory, {})
    for first in range(0, n * share.rounds, share.rounds):
        given = json.dumps([labels, N, C, threads, first, share])
        done = subprocess.run([sys.executable, "-c", CHILD, given], cwd=ROOT, env=env, check=True,
                              stdout=subprocess.PIPE, text=True)
        runs.append(json.loads(done.stdout))
    facts = {name: found[2] for name, found in runs[0].items()}
    join = lambda name, i: sum((run[name][i] for run in runs), [])
    samples = {name: Samples(join(name, 0), join(name, 1)) for name in facts}
    where = dict(suite=labels, N=N, C=C, threads=threads, memory=memory)
    return [where | dict(method=name) | summary(s) | facts[name] |
            dict(ratio=ratio(samples[facts[name]["over"]], s)) for name, s in samples.items()]


def apart(labels, effort, shapes, memory="as it comes"):
    "The rows of `compare` at each shape and number of threads; a quick run compiles once."
    rows = []
    for (N, C), threads in product(shapes, effort.threads):
        rows += compare(labels, N, C, threads, effort, memory)
        if effort.quick: effort = effort._replace(compile=False)
    return rows


def soft(effort):
    "Soft labels: loss and gradient, and their memory."
    return apart("soft", effort, QUICK if effort.quick else SHAPES)


def index(effort):
    "Class indices: loss and gradient, and their memory."
    return apart("index", effort._replace(compile=effort.compile and not effort.quick),
                 QUICK if effort.quick else SHAPES)


def kept(effort):
    "Soft labels in processes where memory touched for the first time costs less."
    shapes, effort = QUICK[1:] if effort.quick else SHAPES[3:5], effort._replace(compile=False)
    rows = [row for memory in ALLOCATORS for row in apart("soft", effort, shapes, memory)]
    return [row | dict(suite="kept") for row in rows]


def linear(effort):
    "Linear heads with their losses, and the gradients of hidden states and weight."
    rows, (N, D, C) = [], (64, 16, 500) if effort.quick else (2048, 512, 32000)
    h, W, tasks = linear_tasks(N, D, C)
    for (task, found), threads in product(tasks.items(), effort.threads):
        say(f"linear: {task}, threads {threads}")
        step = lambda f: lambda: torch.autograd.grad(f(h, W), (h, W))
        works = {name: step(f) for name, f in found.items()}
        first, truth = next(iter(works)), None
        for name, work in works.items():
            made = work()
            truth = truth or made
            off = max(((a - b).abs().max() / b.abs().max()).item() for a, b in zip(made, truth))
            if not off < 1e-3: raise RuntimeError(f"{task} by {name} is off by {off:.2g}")
        del made, truth
        peaks = {name: allocated(work).peak for name, work in works.items()}
        with using_threads(threads):
            samples = effort._replace(rounds=min(effort.rounds, 3), quick=True).time(works)
        where = dict(suite="linear", task=task, N=N, D=D, C=C, threads=threads)
        rows += [where | dict(method=name) | summary(s) | dict(
            ratio=ratio(samples[first], s), peak_mib=round(peaks[name] / 2**20, 1))
            for name, s in samples.items()]
    return rows


def imports(effort):
    "Seconds of an import in a fresh process."
    now = CLOCKS[effort.clock].__name__
    timed = f"from time import {now} as now; t = now(); import {{}}; print(now() - t)"
    codes = {"torch": timed.format("torch"), "lossfx": timed.format("lossfx"),
             "lossfx after torch": "import torch; " + timed.format("lossfx")}
    taken = {name: [] for name in codes}
    for _, (name, code) in product(range(1 if effort.quick else effort.rounds), codes.items()):
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True,
                              stdout=subprocess.PIPE, text=True)
        taken[name].append(float(done.stdout))
    return [dict(suite="imports", what=name, s=rounded(statistics.median(t)), min_s=rounded(min(t)),
                 rounds=len(t)) for name, t in taken.items()]


def small(effort):
    "Calls at 64 x 10, forward alone (no gradient wanted) and with backward, on one thread."
    rows = []
    for what, (ours, torchs, x) in small_calls().items():
        say(f"small: {what}")
        torch.testing.assert_close(ours(), torchs())
        works = dict(ours=torch.no_grad()(ours), torchs=torch.no_grad()(torchs),
                     ours_both=gradient(ours, x), torchs_both=gradient(torchs, x))
        with using_threads(1): s = effort.time(works, 1.5)
        ms = {name: summary(samples)["ms"] for name, samples in s.items()}
        rows.append(dict(suite="small", what=what, forward_ms=ms["ours"], both_ms=ms["ours_both"],
                         torch_forward_ms=ms["torchs"], torch_both_ms=ms["torchs_both"],
                         forward_ratio=ratio(s["torchs"], s["ours"]),
                         both_ratio=ratio(s["torchs_both"], s["ours_both"])))
    return rows


def decades(start, n, per):
    "Whole numbers over n decades, `per` of them in each."
    return [round(start * 10 ** (i / per)) for i in range(n * per + 1)]


def growth(effort):
    "Time of soft labels as examples or classes grow, on the fewest threads."
    rows, threads = [], min(effort.threads)
    sweeps = {"N x 10": [(N, 10) for N in decades(100, 4, 2)],
              "N x 1000": [(N, 1000) for N in decades(4, 4, 2)],
              "64 x C": [(64, C) for C in decades(10, 4, 2)]}
    for sweep, (N, C) in ((s, shape) for s, shapes in sweeps.items() for shape in shapes):
        if effort.quick and N * C > 4000: continue
        say(f"growth: {N} x {C}")
        x, y, _ = batch(N, C)
        works = {name: gradient(methods(x, y)[name].loss, x) for name in ("default", "mix", BASE)}
        with using_threads(threads): samples = effort.time(works, 1.5)
        where = dict(suite="growth", sweep=sweep, N=N, C=C, threads=threads)
        rows += [where | dict(method=name) | summary(s) | dict(ratio=ratio(samples[BASE], s))
                 for name, s in samples.items()]
    return rows


@contextmanager
def only(path):
    "Take one path of `lossfx.fast.paths.which_path` at every size: 'small', 'chunks' or 'formula'."
    known = cross_entropy.formula.paths
    before = cpu.small_numbers, cpu.small_numbers_narrow, known.copy()
    if path == "formula": known.clear()
    else: cpu.small_numbers = cpu.small_numbers_narrow = 2**62 if path == "small" else 0
    try: yield
    finally: cpu.small_numbers, cpu.small_numbers_narrow, known[:] = before


def paths(effort):
    "Time of each path of soft labels at 1000 classes, on the fewest threads."
    rows, threads = [], min(effort.threads)
    for N in (1, 10) if effort.quick else decades(1, 3, 3):
        say(f"paths: {N} x 1000")
        x, y, _ = batch(N, 1000)
        work = gradient(methods(x, y)["mix"].loss, x)
        works = {path: only(path)(work) for path in ("small", "chunks", "formula")}
        with using_threads(threads): samples = effort.time(works, 1.5)
        rows += [dict(suite="paths", numbers=N * 1000, threads=threads, method=path) | summary(s)
                 for path, s in samples.items()]
    return rows


def gpu(effort):
    "Kernels on the current CUDA device: errors, bytes over a copy's, heads, and what else is."
    sizes = dict(numbers=2**21, rounds=3, quick=True) if effort.quick else {}
    return [dict(suite="gpu") | row for row in gpu_rows(compile=effort.compile, **sizes)]


SUITES = {f.__name__: f for f in (soft, index, kept, linear, imports, small, growth, paths, gpu)}
