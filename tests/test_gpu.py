"""The Triton kernels of lossfx.fast.triton against the formula in float64: on CUDA where there is a device, and in Triton's interpreter on the CPU.

The interpreter must be chosen before Triton is first imported, so its cases run in a process of their own, `python tests/test_gpu.py interpreter`,
started once; each case is reported as a test. The interpreter takes what the compiler refuses, so `python tests/test_gpu.py compile` compiles the
kernels for devices that are not there. On a machine with a GPU: `pytest tests/test_gpu.py -s`."""
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

import lossfx.fast.triton as gpu
from lossfx.core import IndexLabels, SoftLabels

FLOATS = (torch.float32, torch.bfloat16, torch.float16)
SETTINGS = {  # alpha, smoothing, which prior
    "plain": (0., "shares", None), "mix .1": (.1, "mix", None), "mix .4 prior": (.4, "mix", "one"), "mix .1 prior per row": (.1, "mix", "per row"), "mix 1 prior": (1., "mix", "one"),
    "shares .1": (.1, "shares", None), "shares .3 prior": (.3, "shares", "one"), "shares .1 prior per row": (.1, "shares", "per row"), "shares 1": (1., "shares", None),
}
SIZES = {2: 37, 3: 150, 10: 130, 17: 5, 1000: 5, 4097: 3, 4200: 2, 33000: 2, 262144: 2}  # classes: rows


def name_of(case): return ", ".join(str(v).replace("torch.", "") for v in case)


def cases(device):
    "All cases as (C, dtype of logits, dtype of labels or 'index', setting, twist)."
    few, sizes = device != "cuda", {"cpu": [C for C in SIZES if C < 262144], "slow": [262144], "cuda": list(SIZES)}[device]
    small = [C for C in sizes if C <= 1000]
    for C in sizes:
        settings = SETTINGS if C < 4097 or not few else ("plain", "shares .3 prior", "mix .1")
        for setting in settings:
            yield C, torch.float32, torch.float32, setting, "none"
            yield C, torch.float32, "index", setting, "none"
    for C in small if few else sizes:
        for kind, labels in ((torch.bfloat16, torch.bfloat16), (torch.bfloat16, torch.float32), (torch.float16, torch.float16), (torch.float16, "index"), (torch.float32, torch.float64)):
            yield C, kind, labels, "shares .3 prior", "none"
            yield C, kind, labels, "mix .1", "none"
    for C in {"cpu": (10, 1000, 4200), "slow": (), "cuda": (3, 10, 17, 1000, 4200, 33000, 262144)}[device]:
        for twist in TWISTS:
            for setting in ("plain", "mix .4 prior", "shares .3 prior", *(("mix .1", "shares .1") if twist != "-inf without mass" else ())):
                yield C, torch.float32, torch.float32, setting, twist
            yield C, torch.bfloat16, torch.bfloat16, "shares .1 prior per row", twist
            yield C, torch.float32, "index", "mix .4 prior", twist


TWISTS = ("rising", "offset 1e4", "spread 1e4", "-inf without mass", "-inf with mass", "-inf first block", "masked NaN", "strides", "expanded", "one-hot", "sparse", "half the mass", "no mass", "negative")


def example(C, kind, labels, setting, twist, device):
    "Logits, labels, prior, mask and upstream gradient of a case."
    N, g = SIZES[C], torch.Generator().manual_seed(C)
    alpha, smoothing, prior = SETTINGS[setting]
    x, y = 3 * torch.randn(N, C, generator=g), (3 * torch.randn(N, C, generator=g)).softmax(-1)
    index, valid = torch.randint(C, (N,), generator=g), None
    if prior: prior = torch.randn(*((N, C) if prior == "per row" else (C,)), generator=g).softmax(-1)
    free = torch.zeros(C, dtype=torch.bool)
    if twist == "rising": x = x.sort(-1).values  # every block has the highest logit so far
    if twist == "offset 1e4": x = x + 1e4
    if twist == "spread 1e4": x = x * 1e4 / x.abs().amax()
    if twist == "-inf without mass": free[C // 2:] = True
    if twist == "-inf with mass": x[:, -1], y[:, -1] = -torch.inf, y[:, -1] + .01
    if twist == "-inf first block": free[: 4096 if C > 4096 else C - 2] = True
    if free.any():
        x[:, free] = -torch.inf
        y[:, free] = 0
        y, index = y / y.sum(-1, keepdim=True), (~free).nonzero()[:, 0][index % (~free).sum()]
        if prior is not None: prior[..., free] = 0
        if prior is not None: prior = prior / prior.sum(-1, keepdim=True)
    if twist == "masked NaN":
        valid = torch.arange(N) % 3 != 1
        x[1], y[1], index[1] = torch.nan, torch.nan, -100
    if twist == "one-hot": y = torch.nn.functional.one_hot(index, C).float()
    if twist == "sparse":
        y = torch.where(y >= y.topk(2, -1).values[:, -1:], y, 0)
        y = y / y.sum(-1, keepdim=True)
    if twist == "half the mass": y = y * (alpha / 2 if alpha else .5)  # less than is taken: all of it goes
    if twist == "no mass": y = torch.zeros_like(y)
    if twist == "negative" and smoothing == "mix": y = -2 * y
    x, y = x.to(kind).to(device), (index if labels == "index" else y.to(labels)).to(device)
    if twist == "strides":
        x = torch.cat([x, x * torch.nan], 1)[:, :C]
        if labels != "index": y = y.t().contiguous().t()
        else: y = torch.stack([y, y - 1000], 1)[:, 0]
    if twist == "expanded": x, y = x[:1].expand(N, C), y[:1].expand(y.shape)
    go = torch.rand(N, generator=g) + .5
    return x, y, *(t if t is None else t.to(device) for t in (prior, valid)), go.to(device)


def value_and_gradients(f, x, y, prior, valid, go, setting, mass):
    alpha, smoothing, _ = SETTINGS[setting]
    x = x.detach().requires_grad_()
    if y.is_floating_point(): y = y.detach().requires_grad_()
    labels = SoftLabels(y) if y.is_floating_point() else IndexLabels(y, mass)
    values = f(x, labels, alpha, smoothing, prior, valid)
    grads = torch.autograd.grad(values, [x, y][:1 + y.is_floating_point()], go.to(values.dtype))
    return [t.detach().cpu() for t in (values, *grads)]


def formula(x, labels, alpha, smoothing, prior, valid):
    index = isinstance(labels, IndexLabels)
    plan = gpu.KernelPlan(alpha, smoothing, index, labels.total if index else 1., True)
    return gpu._formula_rows(x, labels.index if index else labels.probs, prior, valid, plan)


def run_case(case, device):
    "Hold a case to the formula: not less exact than it in the same dtype, but for a few roundings. Returns the errors."
    C, kind, labels, setting, twist = case
    x, y, prior, valid, go = example(*case, device)
    mass = 1. if twist != "half the mass" else .5
    assert gpu.kernels_fit(x, y, prior, valid), "the kernels decline"
    ours = value_and_gradients(gpu.cross_entropy_rows_triton, x, y, prior, valid, go, setting, mass)
    plain = value_and_gradients(formula, x, y, prior, valid, go, setting, mass)
    wide = [t if t is None or not t.is_floating_point() else t.double() for t in (x, y, prior)]
    truth = value_and_gradients(formula, *wide, valid, go, setting, mass)
    alpha, smoothing, _ = SETTINGS[setting]
    if labels != "index" and alpha == 1 and smoothing == "shares": del ours[2], plain[2], truth[2]  # a kink: whether a class keeps something is a matter of rounding
    errors = []
    for what, a, b, p in zip(("value", "logit gradient", "label gradient"), truth, ours, plain):
        assert b.shape == p.shape and b.dtype == p.dtype, f"{what}: {b.shape} {b.dtype}, not {p.shape} {p.dtype}"
        if what == "value" and valid is not None: assert (b[~valid.cpu()] == 0).all(), "a masked row has a value"
        if what != "value" and valid is not None: assert (b[~valid.cpu()] == 0).all(), f"a masked row has a {what}"
        b, p = b.double(), p.double()
        if what == "label gradient":  # the formula's inf - inf, in a row that costs infinity
            undefined = a.isnan() & ~truth[0].isfinite()[:, None]
            a, p = torch.where(undefined, b, a), torch.where(undefined, b, p)
        finite = a.isfinite()
        assert torch.equal(a[~finite].nan_to_num(7), b[~finite].nan_to_num(7)), f"{what}: infinite or NaN in other places than the formula's"
        a, b, p = a[finite], b[finite], p[finite]
        assert b.isfinite().all(), f"{what} is not finite where the formula is"
        if not a.numel(): continue
        mine, theirs, scale = (b - a).abs().max().item(), (p - a).abs().max().item(), a.abs().max().item()
        errors.append((what, mine / (scale + 1e-30), theirs / (scale + 1e-30)))
        if what != "value" and ours[1].dtype == torch.bfloat16 and device == "cpu":  # the interpreter cuts float32 to bfloat16, where a device rounds
            assert ((b - a).abs() <= 2**-7 * a.abs() + 2e-6 * scale + 1e-38).all(), f"{what}: off by {mine:.3g}, more than one place of bfloat16"
            continue
        assert mine <= 2 * theirs + 1e-6 * scale + 1e-30, f"{what}: error {mine:.3g}, the formula's {theirs:.3g}, largest value {scale:.3g}"
    return errors


def no_host_sync(device):
    "Forward and backward under a mean queue work and wait for nothing."
    x, y = torch.randn(512, 1000, device=device, requires_grad=True), torch.randn(512, 1000, device=device).softmax(-1)
    def step(): torch.autograd.grad(gpu.cross_entropy_rows_triton(x, SoftLabels(y), .1).mean(), x)
    step()
    if device != "cuda": return
    torch.cuda.set_sync_debug_mode("error")
    try: step()
    finally: torch.cuda.set_sync_debug_mode("default")


def second_derivatives(device):
    "create_graph gives a gradient that can be differentiated; so do transforms, and batches of upstream gradients."
    g = torch.Generator().manual_seed(0)
    z, y, v = (torch.randn(6, 7, generator=g).to(device) for _ in range(3))
    for alpha, smoothing in ((0., "mix"), (.2, "mix"), (.2, "shares")):
        def twice(f, f_dtype=torch.float32):
            w = z.to(f_dtype).requires_grad_()
            x = w * 1.5
            labels = (x + y.to(f_dtype)).softmax(-1)  # labels that depend on the logits
            values = f(x, SoftLabels(labels), alpha, smoothing, None, None)
            first, = torch.autograd.grad((values ** 2).sum(), w, create_graph=True)
            return first.detach(), torch.autograd.grad((first * v.to(f_dtype)).sum(), w)[0]
        for a, b in zip(twice(gpu.cross_entropy_rows_triton), twice(formula, torch.float64)): torch.testing.assert_close(a, b.float(), rtol=1e-4, atol=1e-5)
        def loss(x): return gpu.cross_entropy_rows_triton(x, SoftLabels(y.softmax(-1)), alpha, smoothing)
        want = torch.func.jacrev(lambda x: formula(x, SoftLabels(y.softmax(-1)), alpha, smoothing, None, None))(z)
        torch.testing.assert_close(torch.func.jacrev(loss)(z), want)
        torch.testing.assert_close(torch.func.jacfwd(loss)(z), want)
        torch.testing.assert_close(torch.vmap(lambda x: loss(x))(z[None].expand(2, 6, 7))[1], loss(z))
        x = z.clone().requires_grad_()
        batched, = torch.autograd.grad(loss(x), x, torch.eye(6, device=device), is_grads_batched=True)
        torch.testing.assert_close(batched, want)
        out = loss(x)
        first, = torch.autograd.grad(out, x, torch.ones(6, device=device), retain_graph=True)
        again, = torch.autograd.grad(out.sum(), x)  # an upstream gradient with stride 0
        torch.testing.assert_close(first, again)
        torch.testing.assert_close(torch.autograd.grad(-3 * loss(x).mean(), x)[0], -first / 2)


def declines(device):
    "float64, empty batches, and what torch traces go to the formula; an index out of range gives NaN, not memory of others."
    z, y = torch.randn(4, 5, device=device), torch.tensor([0, 1, 2, 4], device=device)
    assert gpu.cross_entropy_rows_triton(z.double(), IndexLabels(y)).dtype == torch.float64
    assert gpu.cross_entropy_rows_triton(z[:0], IndexLabels(y[:0])).shape == (0,)
    z.requires_grad_()
    for bad in (5, -1, 2**40):
        values = gpu.cross_entropy_rows_triton(z, IndexLabels(torch.where(y == 1, bad, y)))
        assert values[1].isnan() and values[[0, 2, 3]].isfinite().all(), f"index {bad}"
        assert torch.autograd.grad(values.sum(), z)[0][1].isnan().all()
    half = z.detach().half().requires_grad_()
    with torch.autocast(device): values = gpu.cross_entropy_rows_triton(half, IndexLabels(y), .1)
    assert values.dtype == torch.float32 and torch.autograd.grad(values.sum(), half)[0].dtype == torch.float16
    with torch.no_grad(): assert gpu.cross_entropy_rows_triton(z, IndexLabels(y)).grad_fn is None
    changed = z * 1
    values = gpu.cross_entropy_rows_triton(changed, IndexLabels(y))
    changed.mul_(2)
    with pytest.raises(RuntimeError, match="inplace"): values.sum().backward()


BEHAVIOUR = (no_host_sync, second_derivatives, declines)


def in_a_process(what, **env):
    "The result of this file run as a script, without a device."
    if find_spec("triton") is None: pytest.skip("needs triton: pip install 'lossfx[gpu]'")
    env = os.environ | {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(Path(gpu.__file__).parents[1])} | env
    done = subprocess.run([sys.executable, "-W", "ignore", __file__, what], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def interpreted():
    "What each case gave in the interpreter: None, or what was wrong."
    return in_a_process("interpreter", TRITON_INTERPRET="1")


@pytest.mark.parametrize("name", [*map(name_of, cases("cpu")), *(f.__name__ for f in BEHAVIOUR)])
def test_in_the_interpreter(name, interpreted): assert interpreted[name] is None, interpreted[name]


def test_errors_are_reported(interpreted, fact):
    fact("GPU kernels in Triton's interpreter, largest relative error and the formula's: " + "; ".join(f"{what} {errors}" for what, errors in interpreted["largest"].items() if "float32" in what))


@pytest.mark.slow
def test_a_quarter_million_classes_in_the_interpreter():
    results = in_a_process("slow", TRITON_INTERPRET="1")
    del results["largest"]
    assert results and not any(results.values()), results


def test_kernels_compile_for_devices(tmp_path, fact):
    "What the interpreter runs also compiles, for an A100 and an H100, with rows read in words of 16 bytes and nothing spilled."
    compiled = in_a_process("compile", TRITON_CACHE_DIR=str(tmp_path))
    for name, found in compiled.items():
        assert found["spilled bytes"] == 0, name
        assert found["narrow loads"] <= 1 or "50257" in name, name  # one: the logit of an index label; 50257 is odd, and so are its rows' addresses
    fact(f"GPU kernels compiled {len(compiled)} ways, registers a thread: {sorted({f['registers'] for f in compiled.values()})}")


needs_cuda = pytest.mark.skipif(not (torch.cuda.is_available() and gpu.triton_available()), reason="needs a CUDA device and triton")


@needs_cuda
def test_on_cuda():
    "All cases on the device, in one test: without one, one line says that they were skipped."
    failed, largest = run_all("cuda")
    assert not failed, "\n".join(f"{k}: {v}" for k, v in failed.items())
    print(largest)


@needs_cuda
@pytest.mark.parametrize("behaviour", BEHAVIOUR)
def test_behaviour_on_cuda(behaviour): behaviour("cuda")


@needs_cuda
def test_more_numbers_than_32_bits_count():
    "Rows beyond 2**31 numbers are found."
    N, C = 70_000, 32_768
    if torch.cuda.mem_get_info()[0] < 2 * 3 * N * C: pytest.skip("needs 14 GB of device memory")
    x = torch.zeros(N, C, dtype=torch.bfloat16, device="cuda")
    x[-1, -1] = 20
    x.requires_grad_()
    index = torch.full((N,), C - 1, device="cuda")
    values = gpu.cross_entropy_rows_triton(x, IndexLabels(index))
    want = torch.nn.functional.cross_entropy(x[-1:].detach().float(), index[-1:])
    torch.testing.assert_close(values[-1], want)
    grad, = torch.autograd.grad(values.sum(), x)
    torch.testing.assert_close(grad[-1, -1].float(), -(1 - (-want).exp()), rtol=1e-2, atol=1e-6)


@needs_cuda
def test_the_public_loss_takes_the_kernels():
    from lossfx.losses.soft_label_cross_entropy import soft_label_cross_entropy_with_logits
    x, y = torch.randn(64, 1000, device="cuda", requires_grad=True), torch.randn(64, 1000, device="cuda").softmax(-1)
    seen, todo = set(), [soft_label_cross_entropy_with_logits(x, y, .1).grad_fn]
    while todo:
        node = todo.pop()
        seen.add(type(node).__name__)
        todo += [n for n, _ in node.next_functions if n is not None]
    assert "KernelCrossEntropyBackward" in seen


def run_all(device):
    failed, largest = {}, {}
    for case in cases(device):
        try:
            for what, mine, theirs in run_case(case, "cpu" if device == "slow" else device):
                if case[4] in ("none", "offset 1e4"):
                    key = f"{what}, {name_of(case[1:2])}" + (f", {case[4]}" if case[4] != "none" else "")
                    largest[key] = max(largest.get(key, (0, 0)), (mine, theirs))
        except Exception as e: failed[name_of(case)] = f"{type(e).__name__}: {e}"
    return failed, {k: f"{a:.1e} {b:.1e}" for k, (a, b) in largest.items()}


def compile_all():
    "Registers, spills and loads of the kernels as compiled for devices of two generations, no device needed."
    import re
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    letters = {torch.float32: "*fp32", torch.bfloat16: "*bf16", torch.float16: "*fp16", "index": "*i64", "none": "*fp32"}
    def build(kernel, types, constants, warps, arch, aligned):
        fn = kernel.compiled
        signature = {n: "constexpr" if n in constants else types.get(n, "i32") for n in fn.arg_names}
        even = [i for i, (n, t) in enumerate(signature.items()) if t[0] == "*" or (aligned and n in ("N", "C", "x_stride", "y_stride", "prior_stride"))]
        source = ASTSource(fn, signature, {(fn.arg_names.index(k),): v for k, v in constants.items()}, {(i,): [["tt.divisibility", 16]] for i in even})
        out = triton.compile(source, target=GPUTarget("cuda", arch, 32), options={"num_warps": warps})
        Path("kernel.ptx").write_text(out.asm["ptx"])
        log = subprocess.run([Path(triton.__file__).parent / "backends/nvidia/bin/ptxas", f"-arch=sm_{arch}{'a' * (arch == 90)}", "-v", "kernel.ptx", "-o", "kernel.o"], capture_output=True, text=True).stderr
        wide, all_loads = len(re.findall(r"ld\.global\S*\.v4\.b32", out.asm["ptx"])), len(re.findall(r"ld\.global", out.asm["ptx"]))
        return {"registers": int(re.search(r"Used (\d+) registers", log)[1]), "spilled bytes": int(re.search(r"(\d+) bytes spill stores", log)[1]), "wide loads": wide,
                "narrow loads": len(re.findall(r"ld\.global\S*\.b16", out.asm["ptx"])), "loads": all_loads}

    f32, b16, f16, found = torch.float32, torch.bfloat16, torch.float16, {}
    for arch, C, x, y, smoothing, options in (
        (90, 32000, f32, f32, "mix", ""), (90, 32000, b16, b16, "mix", ""), (90, 32000, f32, f32, "none", ""), (90, 32000, b16, f32, "shares", ""), (90, 32000, b16, "index", "mix", ""),
        (90, 32000, b16, b16, "shares", "prior valid label_grad"), (90, 50257, b16, b16, "mix", ""), (90, 16000, b16, b16, "shares", ""), (80, 1024, f16, f16, "shares", "valid"), (80, 16, f32, "index", "none", "valid"),
    ):
        types = dict(X=letters[x], Y=letters[y], PRIOR="*fp32", VALID="*i1", VALUES="*fp32", STATS="*fp32", UPSTREAM="*fp32", X_GRAD=letters[x], Y_GRAD=letters[x if y == "index" else y], alpha="fp32", mass="fp32")
        constants = dict(INDEX=y == "index", SMOOTHING=smoothing, HAS_PRIOR="prior" in options, HAS_VALID="valid" in options, LABEL_GRAD="label_grad" in options)
        tile, back = gpu.tile_for(C, smoothing == "shares"), gpu.tile_for(C)
        name = name_of((f"sm_{arch}", C, x, y, smoothing, options))
        found[f"forward, {name}"] = build(gpu._forward_kernel, types, constants | dict(ROWS=tile.rows, BLOCK=tile.block, ONE_BLOCK=C <= tile.block), tile.warps, arch, C % 16 == 0)
        found[f"backward, {name}"] = build(gpu._backward_kernel, types, constants | dict(ROWS=back.rows, BLOCK=back.block, LOGIT_GRAD=True), back.warps, arch, C % 16 == 0)
    return found


def interpret_all(device):
    failed, largest = run_all(device)
    results = {name_of(case): failed.get(name_of(case)) for case in cases(device)}
    for behaviour in BEHAVIOUR if device == "cpu" else ():
        try: results[behaviour.__name__] = behaviour("cpu")
        except Exception as e: results[behaviour.__name__] = f"{type(e).__name__}: {e}"
    return results | {"largest": largest}


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1] == "compile":
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            print(json.dumps(compile_all()))
    else: print(json.dumps(interpret_all({"interpreter": "cpu", "slow": "slow"}[sys.argv[1]])))
