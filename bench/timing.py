"Time functions by turns, and sum up the samples."
import gc
import itertools
import math
import os
import statistics
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import torch

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}  # cpu: of all threads together


class Samples(NamedTuple):
    "Seconds of one call, one sample a round, and whether nothing else was in the way."
    seconds: list
    quiet: list


def waited():
    "Seconds that the threads of this process have waited for a core; 0 where nobody counts."
    try: tasks = [Path(t.path, "schedstat").read_text() for t in os.scandir("/proc/self/task")]
    except OSError: return 0.
    return sum(int(task.split()[1]) for task in tasks if task) / 1e9


def balanced_orders(n):
    "Orders of n things, 2n if n is odd, in which each follows each equally often (Williams, 1949)."
    zigzag = [(k + 1) // 2 if k % 2 else -(k // 2) for k in range(n)]
    orders = [[(i + k) % n for k in zigzag] for i in range(n)]
    return orders + [order[::-1] for order in orders] if n % 2 else orders


def batch_size(f, least):
    "How many calls take `least` seconds; the first call is for what is built once."
    if not least: return 1
    f()
    start, n = time.perf_counter(), 0
    while n < 1 or (n < 20 and time.perf_counter() - start < least):
        f()
        n += 1
    return max(1, math.ceil(least * n / max(time.perf_counter() - start, 1e-7)))


def interleave(works, seconds=2., rounds=9, least=2e-3, first=0, clock="wall"):
    """Time functions of nothing by turns; return the `Samples` of each by name.

    They run for about `seconds` and at least `rounds` rounds, each in another of the balanced
    orders, the first of them number `first`; calls shorter than `least` are timed in batches."""
    now, start = CLOCKS[clock], time.perf_counter()
    names, sizes = list(works), {name: batch_size(f, least) for name, f in works.items()}
    taken = {name: Samples([], []) for name in names}
    gc.collect()
    gc.disable()
    try:
        orders = itertools.cycle(balanced_orders(len(names)))
        for done, order in enumerate(itertools.islice(orders, first, None)):
            if done >= rounds and time.perf_counter() - start > seconds: break
            for name in (names[i] for i in order):
                f, n, before = works[name], sizes[name], waited()
                begin = now()
                for _ in range(n): f()
                spent = now() - begin
                taken[name].seconds.append(spent / n)
                taken[name].quiet.append(waited() - before <= .02 * spent)
    finally: gc.enable()
    return taken


def used(values, quiet):
    "The values of quiet samples, or all where fewer than 3 are quiet."
    kept = list(itertools.compress(values, quiet))
    return kept if len(kept) >= 3 else list(values)


def rounded(x, digits=4):
    "A number to some significant digits, for a file that people read."
    return float(f"{x:.{digits}g}")


def summary(samples):
    "Median, least and quartiles in ms, the number of samples used, the fraction that was quiet."
    ms = [1000 * s for s in used(*samples)]
    low, median, high = statistics.quantiles(ms, n=4, method="inclusive")
    found = dict(ms=median, min_ms=min(ms), low_ms=low, high_ms=high)
    quiet = statistics.fmean(samples.quiet)
    return {k: rounded(v) for k, v in found.items()} | dict(rounds=len(ms), quiet=rounded(quiet, 2))


def ratio(base, samples):
    "How many times as fast as `base`: the median over the rounds."
    ratios = [a / b for a, b in zip(base.seconds, samples.seconds)]
    both = [a and b for a, b in zip(base.quiet, samples.quiet)]
    return rounded(statistics.median(used(ratios, both)))


@contextmanager
def using_threads(n):
    "Let torch use `n` threads for a while."
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try: yield
    finally: torch.set_num_threads(before)
