"""The kernels of a GPU: errors, bytes moved over those of a copy, and heads, beside what else is.

Every number goes through the public losses, as a user calls them. Nothing but `device` says CUDA,
so that all of it can be run dry on a CPU, where its times mean nothing."""
import os
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat
from multiprocessing import get_context
from typing import NamedTuple

import torch
import torch.nn.functional as F

import lossfx
from lossfx import linear_soft_label_cross_entropy as linear_cross_entropy
from lossfx import soft_label_cross_entropy_with_logits as cross_entropy
from lossfx.fast.rules import has_rule

from .contenders import ALPHA, formula, gradient, torchs

PARTS = ("part loss N C dtype labels what ms low_ms high_ms host_ms over_copy peak_GB value_error "
         "slope_error")


def row(**known):
    "A row of the suite, empty where it has nothing to say."
    return dict.fromkeys(PARTS.split(), "") | known


def least_bytes(N, C, dtype, soft):
    "Bytes that a loss and its gradient move when nothing N x C is saved between them."
    logits, read = dtype.itemsize, dtype.itemsize * (2 if soft else 1)
    return {k: N * C * b for k, b in dict(
        forward=read, backward=read + logits, both=2 * read + logits, copy=2 * logits).items()}


class Clock:
    "Marks of time on a device, or on a CPU."
    def __init__(self, device): self.on_device = device == "cuda"

    def mark(self):
        if not self.on_device: return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def ms(self, begin, end):
        return begin.elapsed_time(end) if self.on_device else 1e3 * (end - begin)


def timed(works, rounds, device):
    """Median and quartiles in ms of works queued by turns, three warm-ups first; and of queueing.

    The device sleeps before each, so that its own time is measured: what waits for the host does
    not count there, but under `host_ms`, which is what a small batch takes."""
    clock, marks, queued = Clock(device), {name: [] for name in works}, {name: [] for name in works}
    for f in works.values():
        for _ in range(3): f()
    for _ in range(rounds):
        for name, f in works.items():
            if device == "cuda": torch.cuda._sleep(2_000_000)  # cycles, about a millisecond
            begin, start = clock.mark(), time.perf_counter()
            f()
            queued[name].append(1e3 * (time.perf_counter() - start))
            marks[name].append((begin, clock.mark()))
        if device == "cuda": torch.cuda.synchronize()  # or a full queue would hold the host up
    found = {}
    for name in works:
        ms = torch.tensor([clock.ms(*m) for m in marks[name]])
        found[name] = Times(*ms.quantile(torch.tensor([.5, .25, .75])).tolist(),
                            torch.tensor(queued[name]).median().item())
    return found


class Times(NamedTuple):
    "Milliseconds: of a device, median and quartiles, and what the host takes to queue the work."
    ms: float
    low_ms: float
    high_ms: float
    host_ms: float

    def rounded(self, digits): return {n: round(t, digits) for n, t in self._asdict().items()}


def peak(work, device):
    "GB that a work takes on the device at most."
    if device != "cuda": return ""
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    return round((torch.cuda.max_memory_allocated() - before) / 1e9, 3)


def installed(name, load):
    "What another library offers, or None with a sentence."
    try: return load()
    except Exception as e:  # a library that does not fit this torch fails in any way
        print(f"{name} is left out: {type(e).__name__}: {str(e).splitlines()[:1]}", flush=True)


def gems(f):
    "The same with torch's operations replaced by those of FlagGems."
    import flag_gems

    def g(*given):
        with flag_gems.use_gems(): return f(*given)
    return g


def liger():
    from liger_kernel.transformers import LigerCrossEntropyLoss
    return LigerCrossEntropyLoss(label_smoothing=ALPHA)


def quack():
    from quack.cross_entropy import cross_entropy as loss
    return lambda x, y: loss(x, y).mean()


def rivals(x, y, compile):
    "What else computes the mean of the smoothed loss, and its gradient; QuACK without smoothing."
    found = {"F.cross_entropy": torchs}
    if compile:
        soft = y.is_floating_point()
        found["compiled formula"] = torch.compile(
            (lambda x, y: formula(x.float(), y.float())) if soft else torchs, dynamic=False)
    if x.is_cuda: found["FlagGems"] = installed("FlagGems", lambda: gems(torchs))
    if x.is_cuda and not y.is_floating_point():
        found |= {"Liger": installed("Liger", liger), "QuACK": installed("QuACK", quack)}
    works = {}
    for name, f in found.items():
        if f is None: continue
        own = x.detach().clone().requires_grad_() if name == "Liger" else x  # it writes over them
        work = gradient(lambda f=f, own=own: f(own, y), own)
        if installed(name, lambda: work() and True): works[name] = work
    return works


def numbers(device, N, C):
    "Logits, soft labels and class indices: the same each time."
    g = torch.Generator(device=device).manual_seed(0)
    random = lambda: torch.randn(N, C, generator=g, device=device).mul_(3)
    return random(), random().softmax(-1), torch.randint(C, (N,), generator=g, device=device)


def bytes_moved(device, N, C, dtype, rounds, others, compile):
    "Time of forward, backward and both, and the fewest bytes over it; 1 is the speed of a copy."
    x, probs, index = numbers(device, N, C)
    x, probs = x.to(dtype).requires_grad_(), probs.to(dtype)
    source, target, rows = x.detach(), torch.empty_like(x), []
    for labels, smoothing in (("soft", "mix"), ("soft", "shares"), ("index", "mix")):
        y = probs if labels == "soft" else index
        ours = lambda: cross_entropy(x, y, ALPHA, smoothing=smoothing)
        loss = ours()
        works = {"copy": lambda: target.copy_(source), "forward": torch.no_grad()(ours),
                 "backward": lambda: torch.autograd.grad(loss, x, retain_graph=True),
                 "both": gradient(ours, x)}
        if others and smoothing == "mix": works |= rivals(x, y, compile)
        times, least = timed(works, rounds, device), least_bytes(N, C, dtype, labels == "soft")
        speed = {n: least.get(n, least["both"]) / times[n].ms for n in works}
        rows += [row(part="bytes", loss=f"cross entropy, {smoothing}", N=N, C=C,
                     dtype=str(dtype)[6:], labels=labels, what=n, **t.rounded(4),
                     over_copy=round(speed[n] / speed["copy"], 3), peak_GB=peak(works[n], device))
                 for n, t in times.items()]
    return rows


def with_rules():
    "The losses of the library that have a rule, by name, and cross entropy in its modes."
    found = {n: f for n in lossfx.__all__ if has_rule(f := getattr(lossfx, n))}
    modes = {f"cross entropy, {m}": lambda x, y, m=m: cross_entropy(x, y, ALPHA, smoothing=m)
             for m in ("mix", "shares")}
    return found | modes


def errors(device, N, C, processes=1):
    "Errors against float64, of the mean loss and of the largest entry of its gradient."
    names = list(with_rules())
    if processes == 1: return [row for name in names for row in errors_of(name, device, N, C)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:  # to compile side by side
        found = pool.map(errors_of, names, *map(repeat, (device, N, C)))
        return list(chain.from_iterable(found))


def errors_of(name, device, N, C):
    rows, loss = [], with_rules()[name]
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        x, probs, index = numbers(device, N, C)
        x, probs = x.to(dtype), probs.to(dtype)
        for labels, y in (("soft", probs), ("index", index)):
            made, wide = x.clone().requires_grad_(), x.double().requires_grad_()
            with lossfx.checks("off"):  # in half precision 32,000 shares sum to 1 but roughly
                value, truth = loss(made, y), loss(wide, y.double() if labels == "soft" else y)
            # scaled as in training with float16, whose least numbers a small slope would be
            slope, = torch.autograd.grad(value * 2**10, made)
            want, = torch.autograd.grad(truth * 2**10, wide)
            off = (slope.double() - want).abs().max() / want.abs().max()
            rows.append(row(part="errors", loss=name, N=N, C=C, dtype=str(dtype)[6:],
                            labels=labels, what="lossfx", slope_error=float(f"{off:.3g}"),
                            value_error=float(f"{(value - truth).abs() / truth.abs():.3g}")))
    return rows


def liger_head():
    from liger_kernel.transformers import LigerFusedLinearCrossEntropyLoss
    loss = LigerFusedLinearCrossEntropyLoss()
    return lambda h, W, y: loss(W, h, y)


def cce():
    from cut_cross_entropy import linear_cross_entropy as loss
    return loss


def heads(device, N, D, C, dtype, rounds):
    "A linear head with its cross entropy, class indices, no smoothing: time and memory."
    g = torch.Generator(device=device).manual_seed(0)
    random = lambda *shape: torch.randn(*shape, generator=g, device=device).to(dtype)
    h, W = random(N, D).requires_grad_(), random(C, D).mul_(.04).requires_grad_()
    y = torch.randint(C, (N,), generator=g, device=device)
    found = {"linear, F.cross_entropy": lambda h, W, y: F.cross_entropy(F.linear(h, W), y),
             "lossfx": linear_cross_entropy}
    if hasattr(torch.nn, "LinearCrossEntropyOptions"):  # torch 2.13
        options = torch.nn.LinearCrossEntropyOptions()
        found["F.linear_cross_entropy"] = lambda h, W, y: F.linear_cross_entropy(
            h, W, y, options=options)
    if device == "cuda":
        found |= {"Liger": installed("Liger", liger_head), "CCE": installed("CCE", cce)}
    works = {}
    for name, f in found.items():
        if f is None: continue
        work = lambda f=f: torch.autograd.grad(f(h, W, y), (h, W))
        if installed(name, lambda: work() and True): works[name] = work
    return [row(part="heads", loss="cross entropy", N=N, C=C, dtype=str(dtype)[6:], labels="index",
                what=n, **t.rounded(3), peak_GB=peak(works[n], device))
            for n, t in timed(works, rounds, device).items()]


def everything(device="cuda", numbers=2**28, rounds=30, compile=True, quick=False):
    """All rows: about `numbers` logits a batch, but for two that are small.

    Some sizes against everything, then ours from 4,096 to 262,144 classes."""
    bf16, f32 = torch.bfloat16, torch.float32
    sizes = [4096, 262144] if quick else [2**k for k in range(12, 19)]
    processes = 1 if quick else min(12, os.cpu_count())
    rows = errors(device, max(2, min(512, numbers // 32000)), 32000, processes)
    for dtype in (bf16, f32):
        rows += bytes_moved(device, max(1, min(8192, numbers // 32000)), 32000, dtype, rounds, True,
                            compile)
    for N, C in ((64, 10), (1024, 1000)):  # where the host is what takes time
        rows += bytes_moved(device, N, C, f32, rounds, True, False)
    for C in sizes: rows += bytes_moved(device, max(1, numbers // C), C, bf16, rounds, False, False)
    if quick: return rows + heads(device, 64, 32, 1000, f32, rounds)
    kind = bf16 if device == "cuda" else f32
    for tokens in (4096, 16384): rows += heads(device, tokens, 4096, 128256, kind, rounds)
    return rows
