"""The Triton kernels of lossfx.fast.triton against rules in float64, by plain operations.

They run on CUDA where there is a device, and in Triton's interpreter on the CPU. The interpreter
must be chosen before Triton is first imported, so its cases run in a process of their own, `python
tests/test_gpu.py interpreter 6 1`, started once. The interpreter takes what the compiler refuses,
so `python tests/test_gpu.py compile` compiles for a device that is not there. What needs a device
is marked `cuda`: `make gpu` runs it, several rules at once, since compiling takes longest."""
import inspect
import json
import os
import random
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
import torch

import lossfx
import lossfx.fast.triton as gpu
from lossfx.core import IndexLabels, SoftLabels
from lossfx.fast import linear
from lossfx.fast.rules import Pass, has_rule, rule_for, values_and_gradient

F32, B16, F16, F64, INDEX = torch.float32, torch.bfloat16, torch.float16, torch.float64, torch.int64


# Rules: those of the library, and others that use all that a rule may

def focal(t, l, gamma):
    p, miss = torch.exp(l), torch.where(l < 0, -torch.expm1(l), 1e-30)
    power = torch.exp(gamma * torch.log(miss))
    return -t * power * l, -t * power * (1 - gamma * p * l / miss)


def gce(t, l, q): return -t * torch.expm1(q * l) / q, -t * torch.exp(q * l)


def divergence(t, l):
    some = (t > 0) & (t <= 2)
    return torch.where(some, t * (torch.log(torch.where(some, t, 1)) - l), 0), -t


def absolute(t, l, power=1):
    p = torch.exp(l)
    if power == 1: return torch.absolute(p - t), torch.where(p > t, p, -p)
    return (p - t) * (p - t), 2 * p * (p - t)


def normalised(t, l): return -t * l, -t, -l, -1
def ratio(a, b): return a / b, 1 / b, -a / (b * b)
def powers(t, l, q): return t * torch.exp(q * l), q * t * torch.exp(q * l), -t * l, -t
def mixed(a, b, weight): return a * b + weight * a, b + weight, a


def formula(rule, total=None): return SimpleNamespace(rule=(rule, total))


RULES = {
    "focal": (formula(focal), dict(gamma=1.5)),
    "generalised cross entropy": (formula(gce), dict(q=.7)),
    "divergence": (formula(divergence), {}),
    "absolute": (formula(absolute), dict(power=1)),
    "normalised": (formula(normalised, ratio), {}),
    "mixed": (formula(powers, mixed), dict(q=.5, weight=.3)),
}
for _name in lossfx.__all__:
    _loss = getattr(lossfx, _name)
    if not has_rule(_loss): continue
    _formula = _loss.formula
    _own = inspect.signature(_formula).parameters
    RULES[_name] = _formula, {n: o.default for n, o in _loss.options.items() if n in _own}
    for _soft in getattr(_loss.options.get("soft"), "choices", ())[1:]:  # the first is the default
        RULES[f"{_name} by {_soft}"] = _formula, RULES[_name][1] | dict(soft=_soft)
RULES["focal_loss_with_logits by distance"][1]["gamma"] = .5
BRIER = "brier_loss_with_logits"  # whose terms are not affine in log p
AFFINE = {"divergence", "normalised", "soft_label_cross_entropy_with_logits",
          "focal_loss_with_logits", "generalized_cross_entropy_with_logits",
          "poly1_loss_with_logits by surprise"}


def a_pass(name, x, labels, asked="values gradient", alpha=0., equal=False, prior=None,
           weight=None, valid=None, factor=1., numbers=None):
    "A pass over (B, C, P) logits, with the norms, values and gradient that it writes."
    rule, found = rule_for(RULES[name][0], RULES[name][1])
    B, C, P = x.shape
    empty = lambda dtype, *shape: torch.full(shape, 77, dtype=dtype, device=x.device)
    return Pass(rule, found if numbers is None else numbers, x, labels, prior, alpha, equal, weight,
                valid, factor, empty(F32, B * P, 8),
                empty(F64, B * P) if "values" in asked else None,
                torch.full_like(x, 77) if "gradient" in asked else None, False)


def truth(name, p, dtype=F64):
    "(N,) values and (N, C) gradients of a pass, in plain operations."
    flat = lambda t: t.movedim(1, 2).flatten(0, 1)
    x, prior = flat(p.x).to(dtype), None if p.prior is None else flat(p.prior).to(dtype)
    soft = p.labels.is_floating_point()
    labels = SoftLabels(flat(p.labels).to(dtype)) if soft else IndexLabels(p.labels)
    if p.valid is not None: x, labels = torch.where(p.valid[:, None], x, 0), labels.masked(p.valid)
    options = dict(zip(p.rule.options, p.numbers)) | dict(
        alpha=p.alpha, smoothing="shares" if p.equal else "mix", prior=prior)
    own = RULES[name][1] | options
    values, gradient = values_and_gradient(RULES[name][0], x, labels, own)
    scale = torch.full_like(values, p.factor)
    if p.weight is not None: scale = scale * p.weight
    if p.valid is None: return values * scale, gradient * scale[:, None]
    return (torch.where(p.valid, values * scale, 0),
            torch.where(p.valid[:, None], gradient * scale[:, None], 0))


# Random cases

SIZES = (2, 3, 10, 17, 130, 1000, 2049)
LONG = (4097, 8192, 8193, 9000, 16384, 16385, 20000)
QUARTER_MILLION = 262144


def laid_out(t, layout):
    "(B, P, C) numbers as a view (B, C, P)."
    if layout == "dim=1": return t.movedim(2, 1).contiguous()
    if layout == "classes last": return t.contiguous().movedim(1, 2)
    wide = torch.stack([t, t * torch.nan if t.is_floating_point() else t], -1).flatten(-2)
    return wide[..., ::2].movedim(1, 2)  # every second number


def random_case(name, i, device="cpu", sizes=SIZES):
    "A pass with options by chance, and what was chosen."
    r, g = random.Random(f"{name} {i}"), torch.Generator().manual_seed(i)
    C = r.choice(sizes)
    B, P = r.choice(((1, 1), (1, 5), (2, 3), (3, 37 if C < 20 else 5))) if C < 2000 else (1, 2)
    x, y, q = (3 * torch.randn(B, P, C, generator=g) for _ in range(3))
    y, index = y.softmax(-1), torch.randint(C, (B * P,), generator=g)
    twist = r.choice(("", "", "rising", "offset", "-inf", "one-hot", "sparse", "half a label"))
    if twist == "rising": x = x.sort(-1).values  # every block has the highest logit so far
    if twist == "offset": x = x + 2**13
    if twist == "-inf":
        free = torch.arange(C) < C - 1  # the first blocks are empty
        x[..., free] = -torch.inf
        y = torch.where(free, 0., 1.).expand(B, P, C)
        index = torch.full_like(index, C - 1)
    if twist == "one-hot": y = torch.nn.functional.one_hot(index, C).float().view(B, P, C)
    if twist == "sparse": y = torch.where(y < y.amax(-1, keepdim=True), 0, y)
    if twist == "half a label": y = y / 2

    alpha = r.choice((0., .1, .3)) if twist != "-inf" else 0.
    prior = q.softmax(-1) if r.random() < .4 else None
    kind, of_labels = r.choice((F32, F32, B16, F16)), r.choice((F32, F32, INDEX, B16, F16, F64))
    x, layout = x.to(kind), r.choice(("dim=1", "classes last", "classes last", "strided"))
    valid = torch.rand(B * P, generator=g) < .7 if r.random() < .4 else None
    if valid is not None:
        x[~valid.view(B, P)] = torch.nan
        y = y.masked_fill(~valid.view(B, P, 1), torch.nan)
        index = index.masked_fill(~valid, -100)
    weight = r.choice((None, torch.rand(B * P, generator=g), torch.rand(1, generator=g)))
    if weight is not None: weight = weight.to(device).expand(B * P)  # strides 1 and 0
    if prior is not None and r.random() < .5: prior = prior[:1, :1].expand(B, P, C)

    to = lambda t: t if t is None else t.to(device)
    labels = index if of_labels == INDEX else laid_out(y.to(of_labels), r.choice((
        layout, "classes last")))
    p = a_pass(name, laid_out(x, layout).to(device) if device == "cpu" else
               laid_out(x.to(device), layout), to(labels), alpha=alpha, equal=r.random() < .5,
               prior=prior if prior is None else to(prior).movedim(1, 2), weight=weight,
               valid=to(valid), factor=r.choice((1., .25)))
    said = (i, tuple(p.x.shape), kind, of_labels, layout, twist, alpha, p.equal)
    return p, ", ".join(str(s).replace("torch.", "") for s in said)


def check(name, p):
    "Hold a pass to the truth: no less exact than the rule in float32, but for a few roundings."
    (value, gradient), (value_32, gradient_32) = truth(name, p), truth(name, p, F32)
    assert gpu.run(p) is False
    values, made = p.values.clone(), p.gradient.clone()
    again = p._replace(values=None, gradient=torch.full_like(p.x, 77))
    gpu.run(again)  # from the norms
    alone = p._replace(gradient=None)
    alone.values.fill_(77), alone.norms.fill_(77)
    gpu.run(alone)
    for found in (values, alone.values): compared("value", value, value_32, found)
    # a gradient is a difference of numbers of this size, in which a small one loses digits
    slopes = p.norms[:, 6].nan_to_num(0, 0, 0).abs().max().item()
    for found in (made, again.gradient):
        assert found.dtype == p.x.dtype
        compared("gradient", gradient, gradient_32, found.movedim(1, 2).flatten(0, 1), slopes)


def compared(what, want, plain, found, size=0.):
    finite, eps = want.isfinite(), torch.finfo(found.dtype).eps
    same = torch.equal(want[~finite].nan_to_num(7), found[~finite].double().nan_to_num(7))
    assert same, f"{what}: infinite or NaN in other places"
    want, plain, found = want[finite], plain[finite].double(), found[finite].double()
    if not want.numel(): return
    error, theirs = (found - want).abs(), (plain - want).abs().max()
    scale = want.abs().max()
    # the interpreter cuts float32 to bfloat16, where a device rounds
    place = want.abs() * eps if eps > 1e-4 else 0
    tiny = 1e-7 if eps > 1e-4 else 1e-30  # below the least normal number of float16
    off = (error - place).max()
    assert off <= 2 * theirs + 2e-6 * scale + 1e-7 * size + tiny, (
        f"{what}: error {off:.3g}, in float32 {theirs:.3g}, largest {scale:.3g}")


# What else must hold

def some(device, N=4, C=10, kind=F32):
    g = torch.Generator().manual_seed(N + C)
    x, y = 3 * torch.randn(N, C, generator=g), torch.randn(N, C, generator=g).softmax(-1)
    return x.to(kind).to(device), y.to(device)


def view(t): return t.t()[None]


def an_index_out_of_range_gives_nan(device):
    "It reads and writes nothing beyond its row, whatever the rule."
    for name in RULES:
        for C, bad in ((10, 10), (10, -1), (10, 2**40), (8200, 8200)):
            if C == 8200 and name not in AFFINE | {BRIER}: continue
            x, _ = some(device, 3, C)
            index = torch.tensor([0, bad, C - 1], device=device)
            p = a_pass(name, view(x), index)
            gpu.run(p)
            assert p.values.isnan().tolist() == [False, True, False], (name, bad)
            isnan = p.gradient[0].t().isnan()
            assert isnan[1].all() and not isnan[[0, 2]].any(), (name, bad)


def nan_stays_in_its_row(device):
    for C in (10, 9000):
        for hurt, bad in (("x", torch.nan), ("x", torch.inf), ("y", torch.nan)):
            for equal in (False, True):
                x, y = some(device, 5, C)
                name = "soft_label_cross_entropy_with_logits"
                clean = a_pass(name, view(x), view(y), alpha=.1, equal=equal)
                gpu.run(clean)
                (x if hurt == "x" else y)[2, C // 2] = bad
                p = a_pass(name, view(x), view(y), alpha=.1, equal=equal)
                gpu.run(p)
                others = [0, 1, 3, 4]
                assert p.values[2].isnan() and p.gradient[0, :, 2].isnan().any()
                assert torch.equal(p.values[others], clean.values[others])
                assert torch.equal(p.gradient[..., others], clean.gradient[..., others])


def nothing_around_is_written(device):
    "The gradient of a part of a tensor leaves the rest as it is."
    for C in (10, 9000):
        whole = torch.full((6, C + 7), 5., device=device)
        x, y = some(device, 3, C)
        p = a_pass(BRIER, view(x), view(y))._replace(gradient=view(whole[2:5, 3:C + 3]))
        gpu.run(p)
        around = torch.ones_like(whole, dtype=torch.bool)
        around[2:5, 3:C + 3] = False
        assert (whole[around] == 5).all() and (whole[~around] != 5).all()


def the_gradient_may_lie_on_the_logits(device):
    for C in (10, 9000):
        x, y = some(device, 3, C)
        apart = a_pass("focal", view(x), view(y), alpha=.1, equal=True)
        gpu.run(apart)
        over = apart._replace(x=view(x.clone()))
        over = over._replace(gradient=over.x)
        gpu.run(over)
        assert torch.equal(over.gradient, apart.gradient)


def another_number_is_no_other_kernel(device):
    "The options are read at each launch."
    x, y = some(device)
    before = gpu.kernels.cache_info().misses
    for gamma in (.5, 2., 3.7):
        p = a_pass("focal", view(x), view(y), numbers=(gamma,))
        gpu.run(p)
        compared("value", truth("focal", p)[0], truth("focal", p, F32)[0], p.values)
    assert gpu.kernels.cache_info().misses <= before + 1


def rules_of_one_name_are_not_confused(device):
    def rule(t, l): return -t * l, -t
    first = formula(rule)
    def rule(t, l): return -3 * t * l, -3 * t
    second, found = formula(rule), []
    x, y = some(device)
    for one in (first, second, first):
        p = a_pass(BRIER, view(x), view(y))._replace(rule=rule_for(one, {})[0])
        gpu.run(p)
        found.append(p.values)
    torch.testing.assert_close(found[1], 3 * found[0], rtol=1e-6, atol=0)
    assert torch.equal(found[2], found[0])


def an_offset_costs_nothing(device):
    "Of 2^13, which the logits can hold: multiples of 2^-10."
    for C in (10, 9000):
        x, y = some(device, 3, C)
        x, found = (x * 1024).round() / 1024, []
        for z in (x, x + 2**13):
            p = a_pass("soft_label_cross_entropy_with_logits", view(z), view(y))
            gpu.run(p)
            found.append((p.values, p.gradient))
        assert torch.equal(found[0][0], found[1][0]) and torch.equal(found[0][1], found[1][1])


def expm1_is_exact_near_0(device):
    "Where the target's probability is nearly 1: exp(q*l) - 1 would lose all digits."
    x = torch.zeros(8, 2, device=device)
    x[:, 0] = torch.linspace(2, 16, 8)
    index = torch.zeros(8, dtype=INDEX, device=device)
    p = a_pass("generalised cross entropy", view(x), index)
    gpu.run(p)
    # the rule in float64, on the log-probability that float32 can hold
    l = -p.norms[:, 1].double()
    torch.testing.assert_close(p.values, -torch.expm1(.7 * l) / .7, rtol=3e-7, atol=0)


def affine_rules_are_found(device):
    found = {name for name, (f, own) in RULES.items() if gpu.is_affine(rule_for(f, own)[0])}
    assert found == AFFINE, found


def nothing_goes_to_the_host(device):
    "Both kernels are queued, with a weight that lies on the device; nothing waits."
    x, y = some(device, 64, 1000)
    weight = torch.rand(1, device=device).expand(64)
    p = a_pass("focal", view(x), view(y), weight=weight)
    gpu.run(p)
    if device != "cuda": return
    torch.cuda.set_sync_debug_mode("error")
    try: gpu.run(p._replace(numbers=(3.1,)))
    finally: torch.cuda.set_sync_debug_mode("default")


def a_linear_head_takes_the_kernels(device):
    "For any rule, a chunk at a time: as its logits at once, in float64."
    g = torch.Generator().manual_seed(0)
    h, W = (torch.randn(n, 8, generator=g).to(device).requires_grad_() for n in (40, 30))
    index = torch.randint(30, (40,), generator=g).to(device)
    probs = torch.randn(40, 30, generator=g).softmax(-1).to(device)
    with mock.patch.object(linear, "which_path", lambda *given: "triton"), \
            mock.patch.object(gpu, "run", mock.Mock(wraps=gpu.run)) as run, \
            lossfx.chunk_memory(12 * 30 * 4):
        for name in (n for n in RULES if n in lossfx.__all__):
            for y in (index, probs, lossfx.TopKLabels(*reversed(top_two(probs)))):
                loss, head, wide = getattr(lossfx, name), (h, W), (h.double(), W.double())
                run.reset_mock()
                found = torch.autograd.grad(lossfx.linear(loss)(*head, y), head)
                assert run.call_count == 4, (name, run.call_count)
                z = wide[0] @ wide[1].t()
                if isinstance(y, lossfx.TopKLabels):
                    y = torch.zeros_like(z).scatter_(1, y.index, y.probs.double())
                elif y is probs: y = y.double()
                want = torch.autograd.grad(loss(z, y), head)
                for a, b in zip(found, want): torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


def top_two(probs):
    values, index = probs.topk(2)
    return values / values.sum(-1, keepdim=True), index


BEHAVIOUR = (a_linear_head_takes_the_kernels, an_index_out_of_range_gives_nan, nan_stays_in_its_row,
             nothing_around_is_written, the_gradient_may_lie_on_the_logits,
             another_number_is_no_other_kernel, rules_of_one_name_are_not_confused,
             an_offset_costs_nothing, expm1_is_exact_near_0, affine_rules_are_found,
             nothing_goes_to_the_host)


def failure(f, *args):
    "What went wrong, or None."
    try: f(*args)
    except Exception as e: return f"{type(e).__name__}: {e}"


def failures_of(name, device, few, long):
    "Of random cases of a rule: those of few classes, those of many."
    found = []
    for i in range(few + long):
        p, said = random_case(name, i, device, SIZES if i < few else LONG)
        if wrong := failure(check, name, p): found.append(f"{said}: {wrong}")
    return "\n".join(found) or None


def everything(device, few, long):
    "What went wrong, by rule and behaviour."
    found = {name: failures_of(name, device, few, long) for name in RULES}
    return found | {f.__name__: failure(f, device) for f in BEHAVIOUR}


# In the interpreter

def started(*what, **env):
    "This file as a script in a process of its own, which sees no device."
    if find_spec("triton") is None: pytest.skip("needs triton: pip install '.[gpu]'")
    library = str(Path(gpu.__file__).parents[2])
    env = os.environ | {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": library} | env
    command = [sys.executable, "-W", "ignore", __file__, *map(str, what)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=env)


def result(process):
    out, errors = process.communicate()
    assert process.returncode == 0, errors[-3000:]
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    "The interpreter and the compiler at once: either takes a core half a minute."
    folder = str(tmp_path_factory.mktemp("triton"))
    found = dict(interpreter=started("interpreter", 6, 1, TRITON_INTERPRET="1"),
                 compiler=started("compile", TRITON_CACHE_DIR=folder))
    yield found
    for process in found.values():
        if process.poll() is None: process.kill()


@pytest.fixture(scope="module")
def interpreted(processes):
    "What each rule and behaviour gave in the interpreter: None, or what was wrong."
    return result(processes["interpreter"])


@pytest.mark.parametrize("name", [*RULES, *(f.__name__ for f in BEHAVIOUR)])
def test_in_the_interpreter(name, interpreted): assert interpreted[name] is None, interpreted[name]


@pytest.mark.slow
def test_many_cases_in_the_interpreter():
    "Slow: 2,000 cases, and a quarter million classes, take the interpreter minutes."
    results = result(started("slow", 200, 20, TRITON_INTERPRET="1"))
    assert results and not any(results.values()), results


# Compiled for a device that is not there

class AbsentDevice:
    "Triton's driver of an H100, as far as compiling asks."
    def get_current_target(self):
        from triton.backends.compiler import GPUTarget
        return GPUTarget("cuda", 90, 32)
    def get_current_device(self): return 0
    def get_current_stream(self, device): return 0


def compile_instead(found):
    "Let launches compile, exactly as they would, and `found` have what the assembler says."
    import triton
    triton.runtime.driver.set_active(AbsentDevice())
    assembler = Path(triton.__file__).parent / "backends/nvidia/bin/ptxas"

    def launch(kernel, programs, *given, **constants):
        compiled = kernel.run(*given, grid=(programs,), warmup=True, **constants)
        ptx = compiled.asm["ptx"]
        Path("kernel.ptx").write_text(ptx)
        log = subprocess.run([assembler, "-arch=sm_90a", "-v", "kernel.ptx", "-o", "kernel.o"],
                             capture_output=True, text=True).stderr
        number = lambda pattern: int(re.search(pattern, log)[1])
        loads = [m for m in re.findall(r"ld\.global\S*", ptx) if "b8" not in m]
        found.append(dict(
            kernel=kernel.fn.__name__.strip("_"), registers=number(r"Used (\d+) registers"),
            spilled=number(r"(\d+) bytes spill stores"), loads=len(loads),
            wide=sum("v4.b32" in m or "v2.b64" in m for m in loads)))
    gpu.launch = launch


def blank(C, kind, of_labels, P=16, last=True):
    "Logits and labels whose numbers nobody looks at."
    lay = lambda dtype: (torch.empty(P, C, dtype=dtype).t()[None] if last else
                         torch.empty(2, C, P, dtype=dtype))
    n = P * (1 if last else 2)
    return lay(kind), torch.empty(n, dtype=INDEX) if of_labels == INDEX else lay(of_labels)


def compile_all(every):
    "What the assembler says of kernels for each rule, by rule and shape."
    launched, found = [], {}
    compile_instead(launched)
    for name in RULES:
        ways = [("32000, all options", (32000, F32, F32), "all")]
        if every or name in lossfx.__all__:
            ways += [("8192, indices", (8192, B16, INDEX), ""),
                     ("21 by pixels", (21, F16, F32), "dim=1")]
        if every:
            ways += [("odd, indices", (50257, B16, INDEX), "smoothed"), ("10", (10, F32, F32), ""),
                     ("1000", (1000, B16, B16), "all"), ("8192, all", (8192, F32, F32), "all"),
                     ("16384", (16384, F32, F32), "smoothed"), ("32000", (32000, B16, B16), ""),
                     ("32000, indices", (32000, B16, INDEX), "smoothed"),
                     ("150 by pixels", (150, F32, F32), "dim=1 all")]
        for said, shape, how in ways:
            x, y = blank(*shape, P=4096 if "dim=1" in how else 16, last="dim=1" not in how)
            n, given = x.shape[0] * x.shape[2], {}
            if how: given |= dict(alpha=.1, equal=True)
            if "all" in how:
                given |= dict(prior=torch.empty_like(x, dtype=F32), weight=torch.empty(n),
                              valid=torch.empty(n, dtype=torch.bool))
            for asked in ("values", "gradient") if every else ("values gradient",):
                launched.clear()
                gpu.run(a_pass(name, x, y, asked, **given))
                for one in launched: found[f"{one['kernel']}, {name}, {said}, {asked}"] = dict(one)
    return found


def held_to_registers(compiled, most):
    "At most so many bytes a thread are put aside, and what can be is read in words of 16 bytes."
    assert {name.split(", ")[1] for name in compiled} == set(RULES)
    for name, found in compiled.items():
        assert found["spilled"] <= most, (name, found)
        if "32000" in name and "indices" not in name:  # but for norms and weight, and the mask
            narrow = found["loads"] - found["wide"]
            assert found["wide"] >= 2 and narrow <= 8, (name, found)


def test_every_rule_compiles_for_an_h100(processes, fact):
    "Each with all options: two numbers are put aside at most, to fit one more program."
    compiled = result(processes["compiler"])
    held_to_registers(compiled, 8)
    registers = [f["registers"] for f in compiled.values()]
    spilled = max(f["spilled"] for f in compiled.values())
    fact(f"GPU kernels compiled {len(compiled)} times, {min(registers)} to {max(registers)} "
         f"registers a thread, {spilled} bytes spilled at most")


@pytest.mark.slow
def test_every_way_compiles_for_an_h100(tmp_path):
    """Slow: two hundred kernels, most of a second each.

    Four of them have 128 of their 255 registers and a few numbers put aside: the assembler would
    rather fit one more program on a processor."""
    held_to_registers(result(started("compile", "every", TRITON_CACHE_DIR=str(tmp_path))), 24)


def test_an_edited_rule_is_another_kernel_in_a_warm_cache(tmp_path):
    "And the same code under another name, in another file, is the same kernel."
    env = dict(TRITON_CACHE_DIR=str(tmp_path / "cache"))
    texts = {"a": "def f(t, l): return -2.5*t*l,-2.5*t", "b": "def f(t, l): return -3.5*t*l,-3.5*t",
             "c": "def g(t, l): # again\n    return -2.5*t*l,-2.5*t"}
    for name, text in texts.items(): (tmp_path / f"{name}.py").write_text(text + "\n")
    first, = result(started("cached", tmp_path / "a.py", **env))
    edited, same = result(started("cached", tmp_path / "b.py", tmp_path / "c.py", **env))
    assert first["numbers"] == same["numbers"] == ["2.5"] and edited["numbers"] == ["3.5"]
    assert first["hash"] == same["hash"] != edited["hash"]
    assert first["files"] > 0 and same["files"] == edited["files"] > first["files"]


def cached(paths):
    "Compile the rule of each file; the constants of the code, and the files of the cache then."
    from importlib.util import module_from_spec, spec_from_file_location
    import triton
    found = []
    triton.runtime.driver.set_active(AbsentDevice())

    def launch(kernel, programs, *given, **constants):
        compiled = kernel.run(*given, grid=(programs,), warmup=True, **constants)
        numbers = re.findall(r"dense<-?(\d\.5)0*e\+00>", compiled.asm["ttgir"])
        files = sum(len(names) for _, _, names in os.walk(os.environ["TRITON_CACHE_DIR"]))
        found.append(dict(hash=compiled.hash, numbers=sorted(set(numbers)), files=files))
    gpu.launch = launch
    for path in paths:
        spec = spec_from_file_location(Path(path).stem, path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        rule = rule_for(formula(getattr(module, "f", None) or module.g), {})[0]
        gpu.run(a_pass(BRIER, *blank(64, F32, F32), "values")._replace(rule=rule))
    return found


# On a device

HAS_CUDA = torch.cuda.is_available() and gpu.triton_available()


def needs_cuda(test):
    skip = pytest.mark.skipif(not HAS_CUDA, reason="needs a CUDA device and triton")
    return pytest.mark.cuda(skip(test))


def on_each(names):
    "A test for each name on a device; without one, a single line says that it was skipped."
    return pytest.mark.parametrize("name", list(names) if HAS_CUDA else ["each rule"])


@needs_cuda
@on_each(RULES)
def test_rules_on_cuda(name):
    "Random cases, and a quarter million classes."
    failed = [failures_of(name, "cuda", 6, 2)]
    p, said = random_case(name, 0, "cuda", (QUARTER_MILLION,))
    if wrong := failure(check, name, p): failed.append(f"{said}: {wrong}")
    assert not any(failed), "\n".join(filter(None, failed))


@needs_cuda
@on_each(f.__name__ for f in BEHAVIOUR)
def test_behaviour_on_cuda(name):
    next(f for f in BEHAVIOUR if f.__name__ == name)("cuda")


@needs_cuda
def test_more_numbers_than_32_bits_count():
    "Examples beyond 2**31 numbers are found."
    N, C = 70_000, 32_768
    if torch.cuda.mem_get_info()[0] < 2 * 3 * N * C: pytest.skip("needs 14 GB of device memory")
    x = torch.zeros(N, C, dtype=B16, device="cuda")
    x[-1, -1] = 20
    index = torch.full((N,), C - 1, device="cuda")
    p = a_pass("soft_label_cross_entropy_with_logits", view(x), index)
    gpu.run(p)
    want = torch.nn.functional.cross_entropy(x[-1:].float(), index[-1:])
    torch.testing.assert_close(p.values[-1].float(), want)
    made = p.gradient[0, -1, -1].float()
    torch.testing.assert_close(made, -(1 - (-want).exp()), rtol=1e-2, atol=1e-6)


@needs_cuda
@on_each(n for n in RULES if n in lossfx.__all__)
def test_a_public_loss_takes_the_kernels(name, monkeypatch):
    "And gives what the formula gives, with a gradient."
    x, y = some("cuda", 64, 1000)
    launched, launch = [], gpu.launch
    monkeypatch.setattr(gpu, "launch", lambda kernel, *given, **constants: (
        launched.append(kernel.fn.__name__), launch(kernel, *given, **constants)))
    x.requires_grad_()
    loss = getattr(lossfx, name)(x, y)
    gradient, = torch.autograd.grad(loss, x)
    assert launched == ["_values_kernel", "_gradient_kernel"]
    z = x.detach().double().requires_grad_()
    want = getattr(lossfx, name)(z, y.double())
    torch.testing.assert_close(loss.double(), want, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(gradient.double(), torch.autograd.grad(want, z)[0],
                               rtol=1e-4, atol=1e-7)


@needs_cuda
def test_every_loss_on_cuda():
    "Values and gradients are those of the CPU in float64, and nothing is read back by default."
    from test_modes import PROBLEMS

    failed = {}
    for name, loss, data in PROBLEMS:
        wrong = failure(on_cuda_as_in_float64, loss, data)
        if wrong: failed[name] = wrong
    assert not failed, "\n".join(f"{k}: {v}" for k, v in failed.items())


def on_cuda_as_in_float64(loss, data):
    moved = [t.cuda() for t in data]
    wide = [t.double() if t.is_floating_point() else t for t in data]
    example = torch.arange(len(data[0])) % 3
    for given in ({}, dict(sample_weight=example + 1.), dict(mask=example > 0)):
        given = {k: v for k, v in given.items() if k in getattr(loss, "options", given)}
        cast = lambda v, dtype: v.to(dtype) if v.is_floating_point() else v
        to = lambda dtype: {k: cast(v, dtype) for k, v in given.items()}
        x, z = moved[0].requires_grad_(), wide[0].detach().requires_grad_()
        here, there = {k: v.cuda() for k, v in to(F32).items()}, to(F64)
        value, want = loss(x, *moved[1:], **here), loss(z, *wide[1:], **there)
        slope, = torch.autograd.grad(value, x)
        torch.testing.assert_close(value.cpu().double(), want, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(slope.cpu().double(), torch.autograd.grad(want, z)[0],
                                   rtol=1e-4, atol=1e-6)
        torch.cuda.set_sync_debug_mode("error")
        try: torch.autograd.grad(loss(x, *moved[1:], **here), x)
        finally: torch.cuda.set_sync_debug_mode("default")


@needs_cuda
def test_every_module_moves_to_cuda():
    "The weights of classes that a module holds go with it."
    from library import losses
    from test_mould import X, Y

    failed, moved, weight = {}, 0, torch.tensor([1., 2, 3, 4])
    for name, made in losses().items():
        if not isinstance(made, type): continue
        try: want = (module := made(class_weight=weight))(X, Y)
        except (TypeError, lossfx.InvalidArgumentError): continue  # takes other data, or no weights
        same = lambda: torch.testing.assert_close(module.cuda()(X.cuda(), Y.cuda()).cpu(), want)
        if wrong := failure(same): failed[name] = wrong
        moved += 1
    assert moved > 20 and not failed, "\n".join(f"{k}: {v}" for k, v in failed.items())


if __name__ == "__main__":
    import tempfile

    torch.set_num_threads(1)
    what, *rest = sys.argv[1:]
    if what == "cached": print(json.dumps(cached(rest)))
    elif what == "compile":
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            print(json.dumps(compile_all("every" in rest)))
    else:
        results = everything("cpu", *map(int, rest))
        if what == "slow":
            for name in RULES:
                p, said = random_case(name, 0, "cpu", (QUARTER_MILLION,))
                results[f"{name}, {said}"] = failure(check, name, p)
        print(json.dumps(results))
