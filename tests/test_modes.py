"""Every public loss under everything that may look at a call, or stand between it and the numbers.

Compilers, transforms, forward mode, batched gradients, tracers, fake and meta tensors, subclasses,
distributed tensors, another default device: the loss is what it is without them, or refuses."""
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from library import embedded, losses
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd import forward_ad
from torch.fx.experimental.proxy_tensor import make_fx

from lossfx import (
    InvalidArgumentError,
    SoftLabelCrossEntropyLoss,
    TwoClassLoss,
    soft_label_cross_entropy_with_logits,
    two_class,
)
from lossfx.core import example_options, overlap_scores

G = torch.Generator().manual_seed(0)
N, C, D = 6, 5, 4


def randn(*shape): return torch.randn(*shape, generator=G)


INDEX = torch.randint(C, (N,), generator=G)
SOFT, SIGNS = randn(N, C).softmax(-1), torch.tensor([1.0, -1] * 3)
TEACHER = randn(N, D + 1), randn(C, D + 1)
MASK, WEIGHT = torch.tensor([True, False] + [True] * 4), torch.rand(N, generator=G) + 0.5


def taking_options(loss, *names):
    "The loss, with options that it needs as data between its first input and the labels."
    return lambda first, *rest, **given: loss(first, rest[-1], **dict(zip(names, rest)), **given)


def problems():
    "Each public loss with data for it: a name, the function, its data; the first wants a gradient."
    found = {n: f for n, f in losses().items() if not isinstance(f, type)}
    for name, loss in found.items():
        door, labels = loss.door, {"index": INDEX, "soft": SOFT}
        facts = door.facts
        if "one-hot" in facts.labels: labels["soft"] = F.one_hot(INDEX, C).float()
        kind = facts.inputs
        needed = example_options(loss, C)
        if needed: loss = taking_options(loss, *needed)
        if door is overlap_scores: yield name, loss, (randn(N, C), (SOFT > 0.2).float())
        elif kind == "embeddings":
            *data, last = embedded(loss, N, D, C // 2, G)
            yield name, loss, (*data, last)
            if "probabilities" not in facts.labels: continue
            yield f"{name}, soft", loss, (*data, randn(N, 2).softmax(-1))
        elif kind == "scores": yield name, loss, (randn(N), SIGNS)
        elif kind == "distances": yield name, loss, (randn(N).abs(), SIGNS)
        elif "0 and 1" in facts.labels:
            for of, y in {"0 and 1": SIGNS.relu(), "soft": SOFT[:, 0]}.items():
                yield f"{name}, {of}", loss, (randn(N), y)
        elif facts.teacher:
            teacher = randn(N, C)
            first = (randn(N, D), randn(C, D)) if kind.startswith("hidden") else (randn(N, C),)
            for of, y in labels.items(): yield f"{name}, {of}", loss, (*first, teacher, y)
        elif name == "linear_distillation": yield name, loss, (randn(N, D), randn(C, D), *TEACHER)
        else:
            for of, y in labels.items():
                first = (randn(N, C),)
                if kind == "probabilities": first = (randn(N, C).softmax(-1),)
                if kind.startswith("hidden"): first = randn(N, D), randn(C, D)
                yield f"{name}, {of}", loss, (*first, *needed.values(), y)
    smoothed = partial(soft_label_cross_entropy_with_logits, alpha=0.1)
    yield "smoothed", smoothed, (randn(N, C), SOFT)
    large = randn(300, 700), randn(300, 700).softmax(-1)
    yield "smoothed, in chunks", smoothed, large
    one_logit = two_class(soft_label_cross_entropy_with_logits)
    yield "two_class", one_logit, (randn(N), SIGNS > 0)
    yield "TwoClassLoss", TwoClassLoss(SoftLabelCrossEntropyLoss(0.1)), (randn(N), SIGNS.relu())


PROBLEMS = list(problems())
NAMES = [p[0] for p in PROBLEMS]
each_loss = pytest.mark.parametrize("loss, data", [p[1:] for p in PROBLEMS], ids=NAMES)
close = partial(torch.testing.assert_close, rtol=1e-5, atol=1e-6)


def gradient(loss, first, *rest):
    x = first.clone().requires_grad_()
    return torch.autograd.grad(loss(x, *rest), x)[0]


def test_all_losses_are_here():
    functions = {n for n, f in losses().items() if not isinstance(f, type)}
    assert functions and functions <= {name.split(",")[0] for name in NAMES}


@each_loss
def test_forward_mode(loss, data):
    first, *rest = data
    direction = torch.ones_like(first)
    want = (gradient(loss, *data) * direction).sum()
    with forward_ad.dual_level():
        out = loss(forward_ad.make_dual(first, direction), *rest)
        close(forward_ad.unpack_dual(out).tangent, want)
    _, tangent = torch.func.jvp(lambda x: loss(x, *rest), (first,), (direction,))
    close(tangent, want)
    close(torch.func.grad(lambda x: loss(x, *rest))(first), gradient(loss, *data))


@each_loss
def test_batched_gradients(loss, data):
    first, *rest = data
    x = first.clone().requires_grad_()
    got = torch.autograd.grad(loss(x, *rest), x, torch.tensor([1.0, 2]), is_grads_batched=True)[0]
    close(got, torch.stack([gradient(loss, *data), 2 * gradient(loss, *data)]))
    per_element = lambda x: loss(x, *rest, reduction="none")
    if hasattr(loss, "reduction"): return  # a module takes no reduction with the call
    jacobian = partial(torch.autograd.functional.jacobian, per_element, first)
    if first.numel() < 100: close(jacobian(vectorize=True), jacobian())


@each_loss
def test_vmap_over_one_argument(loss, data):
    "Over the data, over the mask alone, over the weights alone."
    first, *rest = data
    n = len(first)
    masks = torch.arange(n) > torch.tensor([[-1], [0]])
    weights = torch.rand(2, n, generator=G) + 0.5
    turned = torch.stack([first, first.flip(0)])
    want = torch.stack([loss(x, *rest) for x in turned])
    close(torch.vmap(lambda x: loss(x, *rest))(turned), want)
    for name, given in (("mask", masks), ("sample_weight", weights)):
        want = torch.stack([loss(*data, **{name: g}) for g in given])
        close(torch.vmap(lambda g, name=name: loss(*data, **{name: g}))(given), want)


@each_loss
def test_fake_tensors(loss, data):
    mode = FakeTensorMode()
    with mode:
        fake = [mode.from_tensor(t) for t in data]
        x = fake[0].requires_grad_()
        out = loss(x, *fake[1:])
        assert out.shape == () and torch.autograd.grad(out, x)[0].shape == x.shape


@each_loss
@pytest.mark.parametrize("mode", ["real", "fake", "symbolic"])
def test_make_fx(loss, data, mode):
    first, *rest = data
    call = lambda x: loss(x, *rest)
    traced = make_fx(call, tracing_mode=mode, _allow_non_fake_inputs=True)(first)
    close(traced(first.flip(0)), loss(first.flip(0), *rest))


@each_loss
def test_jit_trace(loss, data):
    "Traced on one batch, right on another: no branch on values is baked in."
    first, *rest = data
    call = lambda *data: loss(*data)
    traced = torch.jit.trace(call, data, check_trace=False)
    close(traced(*data), loss(*data))
    if not rest[-1].is_floating_point() or rest[-1].shape != first.shape: return
    other = torch.zeros_like(rest[-1])
    other[..., 0] = 1
    if rest[-1].ndim > 1: close(traced(first, *rest[:-1], other), loss(first, *rest[:-1], other))


@each_loss
def test_fx(loss, data):
    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            if isinstance(loss, torch.nn.Module): self.loss = loss

        def forward(self, first, labels): return loss(first, *data[1:-1], labels)

    traced = torch.fx.symbolic_trace(Model())
    close(traced(data[0], data[-1]), loss(*data))


@each_loss
def test_meta(loss, data):
    "Shapes without numbers; and a mixture of both is refused, by the name of the argument."
    meta = [t.to("meta") for t in data]
    out = loss(*meta)
    assert out.is_meta and out.shape == ()
    for i in range(len(data)):
        mixed = list(data)
        mixed[i] = meta[i]
        with pytest.raises(InvalidArgumentError, match="must be on the device of"): loss(*mixed)
    with pytest.raises(InvalidArgumentError, match="mask must be on the device of"):
        loss(*data, mask=torch.ones(len(data[0]), dtype=torch.bool, device="meta"))


class Sub(torch.Tensor): pass


@each_loss
def test_subclass(loss, data):
    first, *rest = data
    close(loss(first.as_subclass(Sub), *rest).as_subclass(torch.Tensor), loss(*data))
    got = gradient(loss, first.as_subclass(Sub), *rest)
    close(got.as_subclass(torch.Tensor), gradient(loss, *data))


@each_loss
def test_default_device_elsewhere(loss, data):
    want = loss(*data), gradient(loss, *data)
    with torch.device("meta"):
        got = loss(*data), gradient(loss, *data)
        weighted = loss(*data, sample_weight=torch.ones(len(data[0]), device="cpu"))
    for g, w in zip((*got, weighted), (*want, want[0])): close(g, w)


@pytest.fixture(scope="module")
def mesh():
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh

    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield init_device_mesh("cpu", (1,))
    dist.destroy_process_group()


@each_loss
@pytest.mark.skipif(torch.__version__ < (2, 13), reason="torch 2.6 and 2.9 gather "
                    "DTensors wrongly and lack flip and view; others below 2.13 were not tried")
def test_distributed_tensors(loss, data, mesh):
    from torch.distributed.tensor import Replicate, Shard, distribute_tensor

    for placement in (Replicate(), Shard(0)):
        parts = [distribute_tensor(t, mesh, [placement]) for t in data]
        close(loss(*parts).full_tensor(), loss(*data))
