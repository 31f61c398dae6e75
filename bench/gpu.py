"The Triton kernels on a CUDA device, compared with a copy and with what else could do the work."
import torch

from lossfx.core import IndexLabels, SoftLabels
from lossfx.fast.triton import cross_entropy_rows_triton, least_bytes
from lossfx.losses.soft_label_cross_entropy import soft_label_cross_entropy_with_logits

from .contenders import ALPHA, gradient, torchs


def time_on_device(works, rounds):
    "Median and quartiles in ms of works queued by turns, three warm-ups first."
    for f in works.values():
        for _ in range(3): f()
    marks = {name: [] for name in works}
    for _ in range(rounds):
        for name, f in works.items():
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            f()
            end.record()
            marks[name].append((begin, end))
    torch.cuda.synchronize()
    ms = {name: torch.tensor([a.elapsed_time(b) for a, b in m]) for name, m in marks.items()}
    return {name: t.quantile(torch.tensor([.5, .25, .75])).tolist() for name, t in ms.items()}


def rivals(x, y, labels):
    "What else computes the mean loss with smoothing as in 'mix', and its gradient."
    rows = soft_label_cross_entropy_with_logits.formula
    wide = lambda y: SoftLabels(y.float()) if labels == "soft" else IndexLabels(y)
    compiled = torch.compile(lambda x, y: rows(x.float(), wide(y), ALPHA, smoothing="mix").mean())
    found = {"F.cross_entropy": gradient(lambda: torchs(x, y), x),
             "compiled formula": gradient(lambda: compiled(x, y), x)}
    try: from liger_kernel.transformers import LigerCrossEntropyLoss
    except ImportError: return found
    if labels == "soft": return found
    own, loss = x.detach().clone().requires_grad_(), LigerCrossEntropyLoss(label_smoothing=ALPHA)
    return found | {"Liger": gradient(lambda: loss(own, y), own)}  # it writes over its logits


def kernels(N, C, dtypes=(torch.bfloat16, torch.float32), rounds=30):
    """Rows of the kernels and their rivals: time, bytes that must move over it, and peak memory.

    `over_copy` is the speed at which the fewest bytes that could do were moved, over a copy's."""
    rows, g = [], torch.Generator(device="cuda").manual_seed(0)
    random = lambda: torch.randn(N, C, generator=g, device="cuda").mul_(3)
    index = torch.randint(C, (N,), generator=g, device="cuda")
    for dtype in dtypes:
        x, soft = random().to(dtype).requires_grad_(), random().softmax(-1).to(dtype)
        source, target = x.detach(), torch.empty_like(x)
        for labels, smoothing in (("soft", "shares"), ("soft", "mix"), ("index", "mix")):
            y = soft if labels == "soft" else index
            wrapped = SoftLabels(y) if labels == "soft" else IndexLabels(y)
            ours = lambda: cross_entropy_rows_triton(x, wrapped, ALPHA, smoothing).mean()
            loss = ours()
            works = {"copy": lambda: target.copy_(source), "forward": torch.no_grad()(ours),
                     "backward": lambda: torch.autograd.grad(loss, x, retain_graph=True),
                     "both": gradient(ours, x)}
            if smoothing == "mix": works |= rivals(x, y, labels)
            times = time_on_device(works, rounds)
            bytes_of = least_bytes(N, C, dtype, dtype if labels == "soft" else None)
            bytes_of["copy"] = 2 * x.nbytes
            speed = {n: bytes_of.get(n, bytes_of["both"]) / times[n][0] for n in works}
            for what, (ms, low, high) in times.items():
                rows.append(dict(
                    dtype=str(dtype)[6:], labels=labels, smoothing=smoothing, what=what,
                    ms=round(ms, 4), low_ms=round(low, 4), high_ms=round(high, 4),
                    over_copy=round(speed[what] / speed["copy"], 3), peak_GB=peak(works[what])))
    return rows


def peak(work):
    "GB that a work takes on the device at most."
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    return round((torch.cuda.max_memory_allocated() - before) / 1e9, 3)
