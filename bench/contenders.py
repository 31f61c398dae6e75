"The ways to compute a loss that are compared: ours, and what a user would call instead."
from typing import NamedTuple

import torch
import torch.nn.functional as F

from lossfx import saved_for_backward, smooth_soft_labels
from lossfx import soft_label_cross_entropy_with_logits as cross_entropy

from .memory import allocated
from .native import Native, library

ALPHA = .1  # smoothing
BASE, PLAIN = "F.cross_entropy", "F.cross_entropy, no smoothing"


class Method(NamedTuple):
    "A way to compute the mean loss, its smoothing, what it is compared with, what it leaves out."
    loss: object  # function of nothing
    smoothing: str = "mix"
    base: str = BASE
    entropy: bool = False  # of the labels: a divergence leaves it out


def batch(N, C):
    "Logits that want a gradient, soft labels and class indices: the same each time."
    g = torch.Generator().manual_seed(0)
    x, y = torch.randn(N, C, generator=g), torch.randn(N, C, generator=g).mul_(2).softmax(-1)
    return x.requires_grad_(), y, torch.randint(C, (N,), generator=g)


def formula(x, y):
    "What one writes without any library."
    return -(((1 - ALPHA) * y + ALPHA / x.shape[-1]) * x.log_softmax(-1)).sum(-1).mean()


def torchs(x, y): return F.cross_entropy(x, y, label_smoothing=ALPHA)
def kl_div(x, y): return F.kl_div(x.log_softmax(-1), y, reduction="batchmean")


def timms():
    "The name and the function of timm's loss, or of its formula where timm cannot be imported."
    try: from timm.loss import SoftTargetCrossEntropy
    except Exception: pass  # a torchvision that does not fit torch raises RuntimeError
    else: return "timm", SoftTargetCrossEntropy()
    return "timm's formula", lambda x, y: torch.sum(-y * F.log_softmax(x, dim=-1), dim=-1).mean()


def compiled(f, threads):
    "The function compiled for the shapes of its first call and a number of threads."
    return torch.compile(f, fullgraph=True, dynamic=False, options={"cpp.threads": threads})


def inputs_saved(f):
    "The same, with nothing but the inputs saved from forward to backward."
    def g():
        with saved_for_backward("inputs"): return f()
    return g


def methods(x, y, threads=None):
    "All for these labels, the default call first; compiled ones if `threads` says for how many."
    timm, timm_loss = timms()
    is_soft = y.is_floating_point()  # class indices are smoothed the same either way
    mix = lambda: cross_entropy(x, y, ALPHA, smoothing="mix")
    found = {
        "default": Method(lambda: cross_entropy(x, y, ALPHA), "shares" if is_soft else "mix"),
        "mix": Method(mix),
        "no smoothing": Method(lambda: cross_entropy(x, y), "none", PLAIN),
        "inputs saved": Method(inputs_saved(mix)),
        BASE: Method(lambda: torchs(x, y)),
        BASE + ", again": Method(lambda: torchs(x, y)),
        PLAIN: Method(lambda: F.cross_entropy(x, y), "none", PLAIN),
        timm: Method(lambda: timm_loss(x, y), "none", PLAIN),
        "F.kl_div": Method(lambda: kl_div(x, y), "none", PLAIN, entropy=True),
    }
    if library(): found["C++"] = Method(lambda: Native.apply(x, y, ALPHA))
    if threads:
        by_hand, theirs = compiled(formula, threads), compiled(torchs, threads)
        found["compiled formula"] = Method(lambda: by_hand(x, y))
        found["compiled " + BASE] = Method(lambda: theirs(x, y))
    soft_only = () if is_soft else ("mix", timm, "F.kl_div", "C++", "compiled formula")
    return {name: m for name, m in found.items() if name not in soft_only}


def gradient(f, x):
    "A function of nothing that computes a loss and its gradient."
    return lambda: torch.autograd.grad(f(), x)


def exact(x, y, smoothing):
    "Value, gradient and entropy of the labels, by the formula in float64."
    N, C = x.shape
    y = y.double() if y.ndim == 2 else F.one_hot(y, C).double()
    if smoothing == "mix": y = (1 - ALPHA) * y + ALPHA / C
    if smoothing == "shares": y = smooth_soft_labels(y / y.sum(-1, keepdim=True), ALPHA)
    log_p = x.detach().double().log_softmax(-1)
    value, entropy = -y.mul(log_p).sum() / N, torch.special.entr(y).sum() / N
    return value, log_p.exp_().mul_(y.sum(-1, keepdim=True)).sub_(y).div_(N), entropy


def check(methods, x, y, tolerance=1e-4):
    "The error of each method, of value or gradient; a time means nothing where it is too large."
    errors = {}
    for smoothing in dict.fromkeys(m.smoothing for m in methods.values()):
        value, slope, entropy = exact(x, y, smoothing)
        for name, m in methods.items():
            if m.smoothing != smoothing: continue
            want, found = value - entropy if m.entropy else value, m.loss()
            off = (torch.autograd.grad(found, x)[0] - slope).abs().max() / slope.abs().max()
            errors[name] = max(((found - want).abs() / want.abs().clamp(min=1)).item(), off.item())
            if not errors[name] <= tolerance:
                raise RuntimeError(f"{name} at {tuple(x.shape)} is off by {errors[name]:.2g}")
    return errors


def tensors(methods, x):
    "Memory of each method in tensors of N x C numbers, beyond the inputs."
    found = {}
    for name, m in methods.items():
        def without_gradient(loss=m.loss):
            with torch.no_grad(): return loss()
        without_gradient()  # what is built once and cached does not count
        took = dict(saved=allocated(m.loss).held, peak=allocated(gradient(m.loss, x)).peak,
                    peak_no_grad=allocated(without_gradient).peak)
        found[name] = {k: round(n / x.nbytes, 2) for k, n in took.items()}
    return found
