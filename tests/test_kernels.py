"""The kernels of the CPU against formulas in float64: every option, every layout, any thread.

What they compile is kept for the next run where a cache can be written. Other dtypes than those of
`KINDS`, each of which compiles for seconds, are marked slow."""
import os
import subprocess
import sys
import textwrap
import threading
import weakref
from contextlib import contextmanager
from functools import partial
from math import inf, nan
from pathlib import Path

import pytest
import torch
from rules import CASES, LIBRARY

from lossfx import focal_loss_with_logits, saved_for_backward
from lossfx import soft_label_cross_entropy_with_logits as cross_entropy
from lossfx.core import (
    InvalidArgumentError, as_loss, checks, example_options, multiclass, registered, rule_of,
)
from lossfx.core.mould import paths_by_rule
from lossfx.fast import cpu, paths
from lossfx.testing import check_rule

ROOT = Path(__file__).resolve().parent.parent
F32, F64, BF16, F16 = torch.float32, torch.float64, torch.bfloat16, torch.float16
KINDS = [(F32, F32), (F32, None)]  # logits and labels; None for class indices
ALL_KINDS = [(x, y) for x in (F32, BF16, F16) for y in (F32, F64, BF16, F16, None)]


@pytest.fixture
def always(monkeypatch):
    "Let batches of any size take the kernels."
    monkeypatch.setattr(paths, "kernel_from", 1)


@pytest.mark.parametrize("loss, options", CASES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_rule_says_what_the_formula_says(loss, options): check_rule(loss, **options)


NO_SUM = {  # over classes of what a rule knows
    "multiclass_hinge_loss": "compares classes",
    "active_passive_loss_with_logits": "takes three sums",
    "taylor_cross_entropy_with_logits": "takes as many terms as an option says",
    "bi_tempered_logistic_loss_with_logits": "has another softmax",
    "entmax_loss_with_logits": "has another softmax",
    "hard_bootstrapping_loss_with_logits": "compares classes",
    "label_relaxation_loss_with_logits": "sorts classes",
    "margin_smoothing_with_logits": "compares classes",
}


def test_losses_over_classes_have_a_rule_unless_they_tell_logits_or_classes_apart():
    "A rule knows a label and a log-probability: no offset of the logits, and no number of a class."
    of_logits = [e.loss for e in registered.values() if e.loss.door is multiclass]
    assert len(of_logits) >= len(LIBRARY)
    x, y = torch.randn(6, 4, dtype=torch.float64), torch.arange(6) % 4
    for loss in (f for f in of_logits if not hasattr(f.formula, "rule")):
        if example_options(loss, 4): continue  # it takes a number for each class
        if loss.__name__ in NO_SUM: continue
        assert (loss(x + 1, y) - loss(x, y)).abs() > 1e-9, loss.__name__


EMBEDDED = {  # losses of embeddings with a rule: what a kernel is given is what their door makes
    "info_nce_loss": lambda x: (x, x.roll(1, 0)),
    "supervised_contrastive_loss": lambda x: (x, torch.arange(len(x)) % 7),
}


@contextmanager
def paths_off():
    "Let every call take its formula."
    before, paths_by_rule[:] = list(paths_by_rule), []
    own, cross_entropy.formula.paths[:] = list(cross_entropy.formula.paths), []
    try: yield
    finally:
        paths_by_rule[:] = before
        cross_entropy.formula.paths[:] = own


@pytest.mark.parametrize("name", EMBEDDED)
def test_a_kernel_takes_the_similarities_of_embeddings_and_not_the_embeddings(name, monkeypatch):
    loss, x = registered[name].loss, torch.randn(40, 40, requires_grad=True)
    data, taken = EMBEDDED[name](x.detach()), []
    mask, weight = torch.arange(40) % 5 != 1, torch.rand(40) + .1
    run_of, same = paths.run_of, partial(torch.testing.assert_close, rtol=1e-4, atol=1e-6)
    for own in ({}, dict(mask=mask), dict(sample_weight=weight), dict(temperature=.5)):
        with paths_off(): want = torch.autograd.grad(loss(x, *data[1:], **own), x)[0]
        with monkeypatch.context() as m:
            m.setattr(paths, "kernel_from", 1)
            m.setattr(paths, "run_of", lambda path: taken.append(path) or run_of(path))
            out = loss(x, *data[1:], **own)
            same(torch.autograd.grad(out, x)[0], want)
            with paths_off(): same(out.detach(), loss(x, *data[1:], **own).detach())
    assert taken == ["numba"] * 4, taken


class Draw:
    "A random call: a loss, its options, tensors of some layout, and what belongs to no example."
    def __init__(self, seed, cases, kinds, priors=True):
        g = self.g = torch.Generator().manual_seed(seed)
        pick = lambda options: options[int(torch.randint(len(options), (), generator=g))]
        self.loss, options = pick(cases)
        self.options = dict(options)
        self.x_dtype, self.y_dtype = pick(kinds)
        C, N, P = pick([2, 3, 5, 10, 15, 16, 17, 33, 70, 1100]), pick([1, 2, 7, 40]), pick([1, 3])
        self.dim = pick([-1, 1, 0])
        shape = dict([(-1, (N, P, C)), (1, (N, C, P)), (0, (C, N))])[self.dim]
        if self.dim == -1 and pick([0, 1]): shape = N * P, C
        self.shape, self.C = shape, C
        self.rest = tuple(torch.empty(shape).select(self.dim, 0).shape)
        normal = lambda *s: torch.randn(*s, generator=g)
        self.x = (pick([1., 5., 30.]) * normal(*shape) + pick([0., 0., 1e4])).to(self.x_dtype)
        if self.x_dtype is F32 and pick([0, 0, 1]):  # no rows side by side
            self.x = self.x.movedim(0, -1).contiguous().movedim(-1, 0)
        if self.y_dtype is None:
            self.y = torch.randint(C, self.rest, generator=g)
        else:
            y = (pick([1., 4.]) * normal(*shape)).softmax(self.dim)
            if pick([0, 1]): y = torch.where(y < 1 / C, 0, y)
            self.y = (y / y.sum(self.dim, keepdim=True)).to(self.y_dtype)
            if pick([0, 0, 1]):  # masked classes
                free = (self.y == 0) & (torch.rand(shape, generator=g) < .3)
                if not self.options.get("alpha"): self.x = self.x.masked_fill(free, -inf)
        if priors and self.options.get("alpha") and pick([0, 0, 1]):
            prior = normal(*pick([(C,), shape])).mul(2)
            self.options["prior"] = prior.softmax(self.dim if prior.ndim > 1 else 0)
        self.own = {}
        if pick([0, 0, 1]): self.own["sample_weight"] = torch.rand(self.rest, generator=g) + .1
        if pick([0, 0, 1]): self.own["class_weight"] = torch.rand(C, generator=g) + .1
        if pick([0, 0, 1]):
            mask = self.own["mask"] = torch.rand(self.rest, generator=g) < .7
            hidden = ~mask.unsqueeze(self.dim).expand(shape)
            self.x = self.x.masked_fill(hidden & (torch.rand(shape, generator=g) < .5), nan)
            if self.y_dtype is not None: self.y = self.y.masked_fill(hidden, nan)
            else: self.y = self.y.masked_fill(~mask, -100)
        self.reduction = pick(["mean", "sum", "none", "parts"])
        self.saved = pick(["gradient", "gradient", "inputs"])

    def run(self, exact=False, formula=False):
        "The loss and its gradient under a random upstream gradient; if `exact`, in float64."
        to = (lambda t: t.double() if t.is_floating_point() else t) if exact else (lambda t: t)
        x = to(self.x).clone(memory_format=torch.preserve_format).requires_grad_()
        options = {n: to(v) if isinstance(v, torch.Tensor) else v for n, v in self.options.items()}
        own = {n: to(v) for n, v in self.own.items()}
        how = paths_off() if formula else saved_for_backward(self.saved)
        # half-precision labels sum to 1 but for their own rounding, which float64 has no slack for
        with how, checks("off" if exact else "auto"):
            out = self.loss(x, to(self.y), reduction=self.reduction, dim=self.dim, **options, **own)
        value = out[0] if self.reduction == "parts" else out
        upstream = torch.rand(value.shape, generator=torch.Generator().manual_seed(1)) + .5
        gradient, = torch.autograd.grad(value, x, upstream.to(value.dtype))
        return value.detach(), gradient, type(value.grad_fn).__name__

    def __repr__(self):
        fields = "loss options own x_dtype y_dtype shape dim reduction saved".split()
        is_tensor = lambda v: isinstance(v, torch.Tensor)
        show = lambda v: tuple(v.shape) if is_tensor(v) else getattr(v, "__name__", v)
        plain = {f: getattr(self, f) for f in fields}
        for f in ("options", "own"): plain[f] = {n: show(v) for n, v in plain[f].items()}
        return str(plain)


def compare(draw):
    """Values and gradients are as near to those in float64 as the formula's in float32, or nearer.

    Where both are exact to rounding, to that of the largest number that enters."""
    value, gradient, how = draw.run()
    assert "Fused" in how, (draw, how)
    right, slope, _ = draw.run(exact=True)
    plain, plain_slope, _ = draw.run(formula=True)
    weights = torch.cat([t.flatten() for n, t in draw.own.items() if n != "mask"] + [torch.ones(1)])
    unit = 1.5 * float(weights.max()) ** 2  # upstream gradient times weights, times a probability
    half = {F32: 0, BF16: 2 ** -8, F16: 2 ** -11}[draw.x_dtype]
    for name, got, theirs, exact in (("value", value, plain, right),
                                     ("gradient", gradient, plain_slope, slope)):
        off, formula = (float((t.double() - exact).abs().max()) for t in (got, theirs))
        most = float(exact.abs().max())
        allowed = 1.5 * formula + (3e-7 + half) * most
        if name == "gradient": allowed = max(allowed, 1.5e-7 * unit)
        assert off <= allowed, (draw, name, off, formula, most)
    if "mask" in draw.own:
        masked = ~draw.own["mask"].unsqueeze(draw.dim).expand(draw.shape)
        assert not gradient[masked].any(), draw


def random_calls(n, monkeypatch, *given):
    for seed in range(n):
        threads = 3 if seed % 3 == 0 else 1
        monkeypatch.setattr(cpu, "threads_for", lambda numbers, threads=threads: threads)
        compare(Draw(seed, *given))


def test_random_calls(always, monkeypatch, fact):
    "Over layouts, reductions, weights, masks, smoothing; every third by three threads."
    cases = [c for c in CASES if c[0] is cross_entropy]
    random_calls(600, monkeypatch, cases, KINDS, False)
    fact("600 random calls of the kernels are as near to float64 as formulas, or nearer")


def test_random_calls_of_functions_of_sums(always, monkeypatch, fact):
    "What is computed from sums is as exact as they are: two of the rules, in float32."
    cases = [(focal_loss_with_logits, dict(gamma=.5)), (focal_loss_with_logits, dict(gamma=2.))]
    random_calls(200, monkeypatch, cases, KINDS, False)
    fact("200 random calls of a loss of sums are as near to float64 as formulas, or nearer")


@pytest.mark.slow  # some 150 kernels, compiled for minutes
def test_more_random_calls(always, monkeypatch, fact):
    "All rules, dtypes and priors."
    random_calls(30000, monkeypatch, CASES, ALL_KINDS)
    fact("30,000 random calls of all kernels are as near to float64 as formulas, or nearer")


def batch(N=200, C=1000, seed=0):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(N, C, generator=g), torch.randn(N, C, generator=g).softmax(-1)


def graded(x, *labels, loss=cross_entropy, **options):
    x = x.clone().requires_grad_()
    out = loss(x, *labels, **options)
    return out.detach(), torch.autograd.grad(out.sum(), x)[0]


@pytest.mark.parametrize("row", (0, 77, 199))
@pytest.mark.parametrize("shape", ((200, 1000), (20000, 10)))
def test_all_labels_are_looked_at(shape, row):
    "One wrong example of many, wherever it stands, before a value is returned."
    x, y = batch(*shape)
    wrong = {"a sum of 2": y[row] * 2, "below 0": torch.tensor([-.5, 1.5] + [0.] * (shape[1] - 2)),
             "NaN": torch.full_like(y[row], nan)}
    mask = torch.arange(len(x)) != row
    for what, label in wrong.items():
        y_wrong = y.clone()
        y_wrong[row] = label
        with pytest.raises(InvalidArgumentError, match="y_true"): cross_entropy(x, y_wrong)
        with checks("off"): cross_entropy(x, y_wrong)
        assert cross_entropy(x, y_wrong, mask=mask).isfinite(), what
    index = y.argmax(-1)
    index[row] = shape[1]
    with pytest.raises(InvalidArgumentError, match="y_true must hold classes"):
        cross_entropy(x, index)
    with checks("off"), pytest.raises(IndexError): cross_entropy(x, index)


def test_nan_stays_in_its_row():
    x, y = batch()
    x[5, 7] = nan
    value, gradient = graded(x, y, reduction="none")
    others = torch.arange(len(x)) != 5
    assert value[5].isnan() and value[others].isfinite().all()
    assert gradient[others].isfinite().all() and gradient[5].isnan().all()


def test_threads_and_blocks_change_no_bit(monkeypatch):
    x, y = batch(3000, 400)
    mask = torch.rand(3000) < .9
    found = []
    for threads in (1, 2, 3, 7):
        monkeypatch.setattr(cpu, "threads_for", lambda numbers, threads=threads: threads)
        found.append(graded(x, y, alpha=.1, mask=mask, reduction="none"))
    assert all(a.equal(b) for other in found[1:] for a, b in zip(found[0], other))


def test_four_python_threads_at_once(monkeypatch):
    monkeypatch.setattr(cpu, "threads_for", lambda numbers: 3)
    batches = [batch(seed=i) for i in range(4)]
    alone, together = [graded(*b)[1] for b in batches], [None] * 4

    def work(i):
        for _ in range(5): together[i] = graded(*batches[i])[1]

    workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for w in workers: w.start()
    for w in workers: w.join()
    assert all(a.equal(b) for a, b in zip(alone, together))


def test_what_is_saved():
    "One gradient, or nothing of that size: what autograd keeps between forward and backward."
    x, y = batch()
    for saved, kept in (("gradient", True), ("inputs", False)):
        with saved_for_backward(saved): out = cross_entropy(x.clone().requires_grad_(), y, .1)
        node = out.grad_fn
        others = [t for t in node.saved_tensors if t is not None and t.shape != x.shape]
        assert sum(t.numel() for t in others) <= 8 * len(x)
        assert (node.made is not None) is kept
    out.backward()
    assert node.made is None


def test_a_kept_loss_keeps_no_logits():
    "A list of losses, as people keep them for a plot, holds no batch after backward."
    x, y = batch()
    logits = x.requires_grad_() * 1
    out = cross_entropy(logits, y)
    out.backward()
    gone = weakref.ref(logits)
    del logits
    assert gone() is None and out.isfinite()


@pytest.mark.parametrize("saved", ("gradient", "inputs"))
def test_backward_twice_and_of_backward(saved):
    x, y = batch(150, 900)
    x.requires_grad_()
    with saved_for_backward(saved): out = cross_entropy(x, y, .1)
    first = torch.autograd.grad(out, x, torch.tensor(3.), retain_graph=True)[0].clone()
    second = torch.autograd.grad(out, x, torch.tensor(1.), retain_graph=True)[0]
    torch.testing.assert_close(first, 3 * second, rtol=1e-5, atol=1e-9)
    slope, = torch.autograd.grad(out, x, create_graph=True)
    torch.testing.assert_close(slope, second, rtol=1e-5, atol=1e-9)
    twice, = torch.autograd.grad(slope.square().sum(), x)
    z = x.detach().double().requires_grad_()
    exact, = torch.autograd.grad(cross_entropy(z, y.double(), .1), z, create_graph=True)
    exact_twice, = torch.autograd.grad(exact.square().sum(), z)
    torch.testing.assert_close(twice.double(), exact_twice, rtol=1e-4, atol=1e-12)


SCRIPT = """
import os, sys, torch
import lossfx
from lossfx.fast import paths
torch.set_num_threads(1)  # those of OpenMP would not be there after a fork
torch.manual_seed(0)
x, y = torch.randn(200, 1000, requires_grad=True), torch.randn(200, 1000).softmax(-1)
def loss(x=x, y=y):
    return lossfx.soft_label_cross_entropy_with_logits(x, y, .1, smoothing='mix')
exact = loss(x.double(), y.double()).item()
"""


def run_script(code, cache=None):
    "What a process prints that begins with `SCRIPT`."
    env = os.environ | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
    done = subprocess.run([sys.executable, "-c", SCRIPT + textwrap.dedent(code)], cwd=ROOT,
                          capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def test_right_after_a_fork():
    "A child computes with threads of its own, also where its parent has used some."
    assert run_script("""
        from lossfx.fast import cpu
        cpu.threads_for = lambda numbers: 2
        assert abs(loss().item() - exact) < 1e-6
        pid = os.fork()
        if not pid: os._exit(0 if abs(loss().item() - exact) < 1e-6 else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """) == "0"


def test_without_numba():
    "The same numbers by a few operations of torch, for batches of any size."
    assert run_script("""
        sys.modules['numba'] = None
        assert paths.cpu_kernels() is None
        g, = torch.autograd.grad(loss(), x)
        z = x.detach().double().requires_grad_()
        exact_g, = torch.autograd.grad(loss(z, y.double()), z)
        assert abs(loss().item() - exact) < 1e-5 and (g - exact_g).abs().max() < 1e-8
        with lossfx.saved_for_backward('inputs'): low = loss()
        assert abs(low.item() - exact) < 1e-5
        assert (torch.autograd.grad(low, x)[0] - exact_g).abs().max() < 1e-8
        print('done')
    """) == "done"


CELL = '''
@as_loss(multiclass)
def mine(logits, labels): return FACTOR * labels.residual(logits.softmax(-1)).square().sum(-1)
@rule_of(mine)
def NAME(t, l):
    p = torch.exp(l)
    return FACTOR * (p - t) * (p - t), FACTOR * 2 * p * (p - t)
'''
IN_CELLS = """
    import linecache
    from lossfx.core import SoftLabels, as_loss, multiclass, rule_of

    def run(text):
        linecache.cache['<cell>'] = len(text), None, text.splitlines(True), '<cell>'
        exec(compile(text, '<cell>', 'exec'), scope := dict(globals()))
        found = scope['mine'](x, y)
        assert 'Fused' in type(found.grad_fn).__name__
        right = scope['mine'].formula(x.double(), SoftLabels(y.double())).mean().item()
        assert abs(found.item() - right) < 1e-5 * right, (found.item(), right)
        files = sum(len(names) for *_, names in os.walk(os.environ['NUMBA_CACHE_DIR']))
        print(files, flush=True)

    for together in texts:  # each in a process of its own, which imports numba anew
        assert 'numba' not in sys.modules
        if not os.fork():
            for text in together: run(text)
            os._exit(0)
        assert os.wait()[1] == 0
"""


def test_a_kept_kernel_is_never_that_of_another_rule(tmp_path):
    """A rule in a cell, edited, renamed, and back again, in processes that share a cache.

    An edited rule is compiled anew; a renamed one is the same kernel; two that were compiled in
    two processes may meet in a third; a cache that is broken, by a full disk say, costs time."""
    def files(*processes):
        text_of = lambda factor, name: CELL.replace("FACTOR", factor).replace("NAME", name)
        texts = [[text_of(*cell) for cell in cells] for cells in processes]
        said = run_script(f"texts = {texts!r}\n{textwrap.dedent(IN_CELLS)}", tmp_path)
        return [int(n) for n in said.split()]

    rule, changed = ("3", "my_rule"), ("5", "my_rule")
    first, edited, *others = files([rule], [changed], [("3", "other")], [rule], [rule, changed])
    assert 0 < first < edited and others == [edited] * 4
    kept = [f for f in tmp_path.rglob("*") if f.suffix in (".nbc", ".nbi")]
    assert kept
    for f in kept: f.write_bytes(b"broken")
    assert len(files([rule])) == 1


def test_where_nothing_can_be_kept(tmp_path):
    "A file stands where the cache would be: the kernel is compiled and not kept."
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert run_script("assert abs(loss().item() - exact) < 1e-6; print(1)", blocked) == "1"


def test_compile_now():
    "After it the first large call finds its kernel; before, numba is not even imported."
    assert run_script("""
        assert 'numba' not in sys.modules
        module = lossfx.SoftLabelCrossEntropyLoss(alpha=.1, smoothing='mix')
        lossfx.compile_now(module, x[:3], y[:3])
        from lossfx.fast import compiled
        before = compiled.kernel.cache_info().misses
        loss()
        print(before, compiled.kernel.cache_info().misses)
    """) == "1 1"


def test_a_rule_that_no_kernel_can_compute():
    @as_loss(multiclass)
    def odd(logits, labels): return labels.residual(logits.softmax(-1)).square().sum(-1)

    @rule_of(odd)
    def odd_rule(t, l): return torch.exp(l) ** 2, t

    with pytest.raises(InvalidArgumentError, match="a product"): check_rule(odd)
    with pytest.raises(InvalidArgumentError, match="by name"):
        rule_of(odd)(lambda t, l, gamma: (t, l))


def test_an_offset_costs_nothing():
    x, y = batch()
    far, exact = (cross_entropy(t, y.to(t), .1) for t in (x + 1e4, (x + 1e4).double()))
    assert abs(far - exact) < 2e-7 * exact


def test_the_largest_errors(fact):
    "Of the mean and of the largest entry of the gradient, beside those of the formula."
    rounding = torch.finfo(F32).eps  # processors differ by one of them
    worst = dict.fromkeys(("loss", "formula's loss", "gradient", "formula's gradient"), 0.)
    for shape in ((150, 1000), (20000, 10), (16, 32000)):
        for options in ({}, dict(alpha=.1), dict(alpha=.1, smoothing="mix")):
            x, y = batch(*shape)
            value, gradient = graded(x, y, **options)
            exact, slope = graded(x.double(), y.double(), **options)
            with paths_off(): plain, plain_slope = graded(x, y, **options)
            off = [float(abs(t - exact) / exact) for t in (value, plain)]
            off += [float((t - slope).abs().max() / slope.abs().max())
                    for t in (gradient, plain_slope)]
            assert off[0] <= max(off[1], 2 * rounding), (shape, options, off)
            assert off[2] <= max(off[3], 2 * rounding), (shape, options, off)
            worst = {n: max(a, b) for (n, a), b in zip(worst.items(), off)}
    fact("largest relative errors: " + ", ".join(f"{n} {v:.1e}" for n, v in worst.items()))
