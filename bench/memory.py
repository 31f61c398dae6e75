"What a call takes from torch's CPU allocator."
import os
from typing import NamedTuple

import torch


class Allocated(NamedTuple):
    "Bytes that a call took: still alive when it had returned, and most at any time."
    held: int
    peak: int


def allocated(f):
    "The `Allocated` of a function of nothing, its result included."
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # or each call writes two lines
    # torch.profiler.profile is the same, and imports torch's compiler first, which takes seconds
    with torch.autograd.profiler.profile(profile_memory=True) as profile: result = f()
    changes, todo = [], list(profile.kineto_results.experimental_event_tree())
    while todo:
        event = todo.pop()
        todo += event.children
        if event.tag.name != "Allocation": continue
        changes.append((event.start_time_ns, event.extra_fields.alloc_size))
    now = peak = 0
    for _, size in sorted(changes, key=lambda change: change[0]):
        now += size
        peak = max(peak, now)
    del result  # alive until here
    return Allocated(now, peak)
