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
from time import perf_counter, process_time
from typing import NamedTuple

import torch
import torch.nn.functional as F

from lossfx import (
    brier_loss_with_logits,
    focal_loss_with_logits,
    generalized_cross_entropy_with_logits,
)
from lossfx import classification_mae_with_logits as mae
from lossfx import soft_label_cross_entropy_with_logits as cross_entropy
from lossfx.core import checks
from lossfx.core.mould import paths_by_rule
from lossfx.fast import paths
from lossfx.fast.paths import Batch, run_pass

from .contenders import ALPHA, BASE, PLAIN, batch, check
from .contenders import compiled as compile_for
from .contenders import formula, gradient, methods, tensors
from .gpu import everything as gpu_rows
from .machine import ALLOCATORS
from .memory import allocated
from .tasks import linear_tasks, small_calls
from .timing import CLOCKS, Samples, interleave, ratio, rounded, summary, using_threads

ROOT = Path(__file__).resolve().parent.parent
SHAPES = (64, 10), (1024, 10), (256, 1000), (4096, 1000), (512, 32000), (256, 128256)
QUICK = (256, 1000),
MAPS = (8, 2, 256), (8, 21, 256), (4, 150, 128)
CHILD = """import json, sys
from bench.suites import Effort, measure
*what, effort = json.loads(sys.argv[1])
print(json.dumps(measure(*what, Effort(*effort))))"""


def focal(x, y):
    "The reading of soft labels that costs most: a power for each class."
    return focal_loss_with_logits(x, y, soft="average")


def generalized(x, y):
    "As `focal`: a power for each class."
    return generalized_cross_entropy_with_logits(x, y, soft="average")


def brier(x, y): return brier_loss_with_logits(x, y)


FUSED = focal, mae, generalized, brier


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
    "The rows of `compare` at each shape and number of threads."
    return [row for (N, C), threads in product(shapes, effort.threads)
            for row in compare(labels, N, C, threads, effort, memory)]


def soft(effort):
    "Soft labels: loss and gradient, and their memory."
    return apart("soft", effort, QUICK if effort.quick else SHAPES)


def index(effort):
    "Class indices: loss and gradient, and their memory."
    compiles = effort.compile and not effort.quick  # a quick run has compiled soft labels' losses
    return apart("index", effort._replace(compile=compiles), QUICK if effort.quick else SHAPES)


def kept(effort):
    "Soft labels in processes where memory touched for the first time costs less."
    shapes, effort = QUICK if effort.quick else SHAPES[3:5], effort._replace(compile=False)
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
    code = f"""from time import {CLOCKS[effort.clock].__name__} as now
start = now()
import torch
between = now()
import lossfx
print(between - start, now() - start, now() - between)"""
    runs = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
            for _ in range(1 if effort.quick else effort.rounds)]
    taken = zip(("torch", "lossfx", "lossfx after torch"), zip(*[map(float, r) for r in runs]))
    return [dict(suite="imports", what=name, s=rounded(statistics.median(t)), min_s=rounded(min(t)),
                 rounds=len(t)) for name, t in taken]


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
    "Take one path of `lossfx.fast.paths.which_path` at every size: 'few', 'numba' or 'formula'."
    own, before = cross_entropy.formula.paths, paths.kernel_from
    known = own.copy(), paths_by_rule.copy()
    paths.kernel_from = 1 if path == "numba" else math.inf
    if path == "formula": own[:], paths_by_rule[:] = [], []
    try: yield
    finally: paths.kernel_from, own[:], paths_by_rule[:] = before, *known


def crossover(effort):
    "Time of each path of soft labels at 1000 classes, on the fewest threads."
    rows, threads = [], min(effort.threads)
    for N in (1, 10) if effort.quick else decades(1, 3, 3):
        say(f"crossover: {N} x 1000")
        x, y, _ = batch(N, 1000)
        work = gradient(methods(x, y)["mix"].loss, x)
        works = {path: only(path)(work) for path in ("few", "numba", "formula")}
        with using_threads(threads): samples = effort.time(works, 1.5)
        rows += [dict(suite="crossover", numbers=N * 1000, threads=threads, method=path) |
                 summary(s) for path, s in samples.items()]
    return rows


def versus(suite, works, effort, **where):
    "Rows of functions of nothing, the last of which is what the others are compared with."
    with using_threads(min(effort.threads)): samples = effort.time(works)
    base = samples[list(works)[-1]]
    return [dict(suite=suite, **where, method=name) | summary(s) | dict(ratio=ratio(base, s))
            for name, s in samples.items()]


def fused(effort):
    "Losses by their kernels and by their formulas, soft labels."
    rows = []
    for (N, C), loss in product(QUICK if effort.quick else SHAPES[2:5], FUSED):
        say(f"fused: {loss.__name__}, {N} x {C}")
        x, y, _ = batch(N, C)
        work = gradient(lambda loss=loss: loss(x, y), x)
        works = dict(kernel=only("numba")(work), formula=only("formula")(work))
        rows += versus("fused", works, effort, loss=loss.__name__, N=N, C=C)
    return rows


def maps(effort):
    "Label maps, (N, C, H, W), with class indices: the class axis is axis 1."
    rows = []
    for N, C, size in ((1, 5, 32),) if effort.quick else MAPS:
        say(f"maps: {N} x {C} x {size} x {size}")
        g = torch.Generator().manual_seed(0)
        x = torch.randn(N, C, size, size, generator=g, requires_grad=True)
        k = torch.randint(C, (N, size, size), generator=g)
        works = dict(ours=lambda: cross_entropy(x, k, dim=1), mae=lambda: mae(x, k, dim=1))
        works[BASE] = lambda: F.cross_entropy(x, k)
        works = {name: gradient(f, x) for name, f in works.items()}
        rows += versus("maps", works, effort, N=N, C=C, size=size)
    return rows


def busy(effort):
    "All threads' processor time and wall time beside two processes that never rest, in pairs."
    rows, endless = [], [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(endless) for _ in range(2)]
    try:
        for N, C in QUICK if effort.quick else SHAPES[2:5]:
            say(f"busy: {N} x {C}")
            x, y, _ = batch(N, C)
            found = {name: gradient(methods(x, y)[name].loss, x) for name in ("default", BASE)}
            for threads in (1, 2):
                taken = {name: [] for name in found}
                with using_threads(threads):
                    for _, (name, f) in product(range(3 if effort.quick else 20), found.items()):
                        wall, cpu = perf_counter(), process_time()
                        f()
                        taken[name].append((perf_counter() - wall, process_time() - cpu))
                for name, pairs in taken.items():
                    wall, cpu = (rounded(1e3 * statistics.median(t)) for t in zip(*pairs))
                    rows.append(dict(suite="busy", N=N, C=C, threads=threads, method=name,
                                     wall_ms=wall, cpu_ms=cpu))
    finally:
        for p in others: p.kill()
    return rows


def two_threads(effort):
    "Wall time of soft labels on two threads, whatever the clock of the other suites."
    rows = []
    for N, C in QUICK if effort.quick else SHAPES[2:]:
        say(f"two threads: {N} x {C}")
        x, y, _ = batch(N, C)
        works = {name: gradient(methods(x, y)[name].loss, x) for name in ("default", "mix", BASE)}
        rows += versus("two_threads", works, effort._replace(threads=(2,), clock="wall"), N=N, C=C)
    return rows


def compiled(effort):
    "Under the user's torch.compile: our losses and the plain formula, all for one shape."
    if not effort.compile: return []
    rows, threads = [], min(effort.threads)
    for N, C in SHAPES[:1] if effort.quick else SHAPES[2:4]:
        say(f"compiled: {N} x {C}")
        x, y, _ = batch(N, C)
        own = lambda mode: lambda x, y: cross_entropy(x, y, ALPHA, smoothing=mode)
        modes = ("mix",) if effort.quick else ("default", "mix")
        ours = {m: compile_for(own("mix" if m == "mix" else "shares"), threads) for m in modes}
        found = ours | {"formula": compile_for(formula, threads)}
        works = {name: gradient(lambda f=f: f(x, y), x) for name, f in found.items()}
        rows += versus("compiled", works, effort, N=N, C=C)
    return rows


def parts(effort):
    "Whole calls, and what they are made of: operations of torch, autograd, passes of the kernel."
    rows, run = [], paths.run_of("numba")
    for N, C in SHAPES[:1] if effort.quick else SHAPES[:5]:
        say(f"parts: {N} x {C}")
        x, y, index = batch(N, C)
        whole, target = methods(x, y), -y / N
        works = {name: gradient(whole[name].loss, x) for name in (
            "default", "mix", "no smoothing", "inputs saved", PLAIN)}
        works["three operations"] = gradient(
            lambda: x.log_softmax(1).view(-1).dot(target.view(-1)), x)
        works["autograd"] = gradient(lambda: Nothing.apply(x), x)
        works["fresh gradient"] = lambda: torch.empty(N, C).fill_(1.)
        given = Batch(x.detach(), y, None, None, None), torch.empty(N, 8)
        values, made = torch.empty(N, dtype=torch.float64), torch.empty(N, C)

        def a_pass(mode, alpha, *to):
            options = dict(alpha=alpha, smoothing=mode)
            return lambda: run_pass(run, cross_entropy.formula, options, -1, *given, *to, 1 / N)
        if N * C >= paths.kernel_from:
            works |= {"pass, default": a_pass("shares", ALPHA, values, made),
                      "pass, mix": a_pass("mix", ALPHA, values, made),
                      "pass, no smoothing": a_pass("mix", 0., values, made),
                      "pass, values": a_pass("mix", ALPHA, values, None),
                      "pass, gradient": a_pass("mix", ALPHA, None, made)}
        works[BASE] = gradient(whole[BASE].loss, x)
        rows += versus("parts", works, effort, N=N, C=C)
    return rows


class Nothing(torch.autograd.Function):
    "A loss that computes nothing, with a gradient that nobody wrote."
    @staticmethod
    def forward(ctx, x):
        ctx.made = torch.empty_like(x)
        return x.new_empty(())

    @staticmethod
    def backward(ctx, upstream): return ctx.made


MIXTURES = [(x, y) for x in (torch.float32, torch.bfloat16, torch.float16)
            for y in (torch.float32, torch.bfloat16, torch.float16, torch.int64)]
OPTIONS = {"none": {}, "mix": dict(alpha=ALPHA, smoothing="mix"), "shares": dict(alpha=ALPHA),
           "weights": dict(alpha=ALPHA, class_weight=torch.linspace(.5, 2, 1000))}


def errors(effort):
    "Largest relative errors against float64 at 200 x 1000, by kernels and by the formula."
    rows, (x, y, index) = [], batch(200, 1000)
    for kind, of_labels in MIXTURES[::3] if effort.quick else MIXTURES:
        say(f"errors: {kind}, {of_labels}")
        labels = index if of_labels is torch.int64 else y.to(of_labels)
        z, worst = x.detach().to(kind).requires_grad_(), {}
        wide = z.detach().double().requires_grad_()
        for given, path in product(OPTIONS.values(), ("numba", "formula")):
            exact = cross_entropy_in_float64(wide, labels, given)
            with checks("off"): out = only(path)(cross_entropy)(z, labels, **given)
            slope, = torch.autograd.grad(out, z)
            off = ((out - exact[0]).abs() / exact[0].abs()).item(), (
                (slope.double() - exact[1]).abs().max() / exact[1].abs().max()).item()
            worst[path] = [max(a, b) for a, b in zip(off, worst.get(path, (0., 0.)))]
        name = lambda dtype: str(dtype).removeprefix("torch.")
        rows += [dict(suite="errors", logits=name(kind), labels=name(of_labels), method=path,
                      value_error=rounded(v, 2), slope_error=rounded(g, 2))
                 for path, (v, g) in worst.items()]
    return rows


def cross_entropy_in_float64(x, labels, given):
    "Value and gradient by the formula."
    to = lambda t: t.double() if isinstance(t, torch.Tensor) and t.is_floating_point() else t
    with checks("off"):
        value = cross_entropy(x, to(labels), **{n: to(v) for n, v in given.items()})
    return value.detach(), torch.autograd.grad(value, x)[0]


def gpu(effort):
    "Kernels on the current CUDA device: errors, bytes over a copy's, heads, and what else is."
    sizes = dict(numbers=2**21, rounds=3, quick=True) if effort.quick else {}
    return [dict(suite="gpu") | row for row in gpu_rows(compile=effort.compile, **sizes)]


SUITES = {f.__name__: f for f in (soft, index, kept, linear, imports, small, growth, crossover,
                                     fused, maps, busy, two_threads, compiled, parts, errors,
                                     gpu)}
