"""The Triton kernels of lossfx.fast.triton against the formula in float64.

They run on CUDA where there is a device, and in Triton's interpreter on the CPU. The interpreter
must be chosen before Triton is first imported, so its cases run in a process of their own, `python
tests/test_gpu.py interpreter`, started once; each case is reported as a test. The interpreter takes
what the compiler refuses, so `python tests/test_gpu.py compile` compiles the kernels for devices
that are not there. On a machine with a GPU: `pytest tests/test_gpu.py -s`."""
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

F32, B16, F16, F64 = torch.float32, torch.bfloat16, torch.float16, torch.float64
SETTINGS = {  # alpha, smoothing, which prior
    "plain": (0., "shares", None),
    "mix .1": (.1, "mix", None),
    "mix .4 prior": (.4, "mix", "one"),
    "mix .1 prior per example": (.1, "mix", "per example"),
    "mix 1 prior": (1., "mix", "one"),
    "shares .1": (.1, "shares", None),
    "shares .3 prior": (.3, "shares", "one"),
    "shares .1 prior per example": (.1, "shares", "per example"),
    "shares 1": (1., "shares", None),
}
# classes: examples
SIZES = {2: 37, 3: 150, 10: 130, 17: 5, 1000: 3, 4097: 2, 4200: 2, 33000: 2, 262144: 2}
QUARTER_MILLION = 262144
TWISTS = ("rising", "offset 1e4", "range 1e4", "-inf where the label is 0", "-inf where it is not",
          "-inf first block", "masked NaN", "strides", "expanded", "one-hot", "sparse",
          "half a label", "empty label", "negative")
TWISTED = {"cpu": (10, 4200), "slow": (), "cuda": (3, 10, 17, 1000, 4200, 33000, 262144)}
DTYPES = ((B16, B16), (B16, F32), (F16, F16), (F16, "index"), (F32, F64))  # of logits and labels


def name_of(case): return ", ".join(str(v).replace("torch.", "") for v in case)


def cases(device):
    "All cases as (C, dtype of logits, dtype of labels or 'index', setting, twist)."
    all_sizes = list(SIZES)
    smaller = [C for C in all_sizes if C < QUARTER_MILLION]
    sizes = {"cpu": smaller, "slow": [QUARTER_MILLION], "cuda": all_sizes}[device]
    few = device != "cuda"
    for C in sizes:
        settings = SETTINGS if C < 4097 or not few else ("plain", "shares .3 prior", "mix .1")
        for setting in settings:
            yield C, F32, F32, setting, "none"
            yield C, F32, "index", setting, "none"

    for C in sizes:
        if few and C > 1000: continue
        for kind, labels in DTYPES:
            yield C, kind, labels, "shares .3 prior", "none"
            yield C, kind, labels, "mix .1", "none"

    for C in TWISTED[device]:
        for twist in TWISTS:
            settings = ["plain", "mix .4 prior", "shares .3 prior"]
            if twist != "-inf where the label is 0": settings += ["mix .1", "shares .1"]
            for setting in settings: yield C, F32, F32, setting, twist
            yield C, B16, B16, "shares .1 prior per example", twist
            yield C, F32, "index", "mix .4 prior", twist


def example(C, kind, labels, setting, twist, device):
    "Logits, labels, prior, mask and upstream gradient of a case."
    N, g = SIZES[C], torch.Generator().manual_seed(C)
    alpha, smoothing, prior = SETTINGS[setting]
    x, y = (3 * torch.randn(N, C, generator=g) for _ in range(2))
    y, index, valid = y.softmax(-1), torch.randint(C, (N,), generator=g), None
    if prior:
        shape = (N, C) if prior == "per example" else (C,)
        prior = torch.randn(*shape, generator=g).softmax(-1)

    free = torch.zeros(C, dtype=torch.bool)
    if twist == "rising": x = x.sort(-1).values  # every block has the highest logit so far
    if twist == "offset 1e4": x = x + 1e4
    if twist == "range 1e4": x = x * 1e4 / x.abs().amax()
    if twist == "-inf where the label is 0": free[C // 2:] = True
    if twist == "-inf where it is not": x[:, -1], y[:, -1] = -torch.inf, y[:, -1] + .01
    if twist == "-inf first block": free[: 4096 if C > 4096 else C - 2] = True
    if free.any():
        x[:, free] = -torch.inf
        y[:, free] = 0
        y = y / y.sum(-1, keepdim=True)
        index = (~free).nonzero()[:, 0][index % (~free).sum()]
        if prior is not None:
            prior[..., free] = 0
            prior = prior / prior.sum(-1, keepdim=True)

    if twist == "masked NaN":
        valid = torch.arange(N) % 3 != 1
        x[1], y[1], index[1] = torch.nan, torch.nan, -100
    if twist == "one-hot": y = torch.nn.functional.one_hot(index, C).float()
    if twist == "sparse":
        y = torch.where(y >= y.topk(2, -1).values[:, -1:], y, 0)
        y = y / y.sum(-1, keepdim=True)
    if twist == "half a label": y = y * (alpha / 2 if alpha else .5)  # less than is taken: all goes
    if twist == "empty label": y = torch.zeros_like(y)
    if twist == "negative" and smoothing == "mix": y = -2 * y

    x, y = x.to(kind).to(device), (index if labels == "index" else y.to(labels)).to(device)
    if twist == "strides":
        x = torch.cat([x, x * torch.nan], 1)[:, :C]
        if labels != "index": y = y.t().contiguous().t()
        else: y = torch.stack([y, y - 1000], 1)[:, 0]
    if twist == "expanded": x, y = x[:1].expand(N, C), y[:1].expand(y.shape)
    go = torch.rand(N, generator=g) + .5
    return x, y, *(t if t is None else t.to(device) for t in (prior, valid)), go.to(device)


def value_and_gradients(f, x, y, prior, valid, go, setting, total):
    alpha, smoothing, _ = SETTINGS[setting]
    x = x.detach().requires_grad_()
    if y.is_floating_point(): y = y.detach().requires_grad_()
    labels = SoftLabels(y) if y.is_floating_point() else IndexLabels(y, total)
    values = f(x, labels, alpha, smoothing, prior, valid)
    grads = torch.autograd.grad(values, [x, y][:1 + y.is_floating_point()], go.to(values.dtype))
    return [t.detach().cpu() for t in (values, *grads)]


def formula(x, labels, alpha, smoothing, prior, valid):
    index = isinstance(labels, IndexLabels)
    plan = gpu.KernelPlan(alpha, smoothing, index, labels.total if index else 1., True)
    return gpu._formula_rows(x, labels.index if index else labels.probs, prior, valid, plan)


def run_case(case, device):
    """Hold a case to the formula; return the errors.

    But for a few roundings, the kernels are as exact as the formula in the same dtype."""
    C, kind, labels, setting, twist = case
    x, y, prior, valid, go = example(*case, device)
    assert gpu.kernels_fit(x, y, prior, valid), "the kernels decline"
    rest = valid, go, setting, .5 if twist == "half a label" else 1.
    ours = value_and_gradients(gpu.cross_entropy_rows_triton, x, y, prior, *rest)
    plain = value_and_gradients(formula, x, y, prior, *rest)
    wide = [t if t is None or not t.is_floating_point() else t.double() for t in (x, y, prior)]
    truth = value_and_gradients(formula, *wide, *rest)

    # a kink: whether a class keeps something is a matter of rounding
    if labels != "index" and setting == "shares 1": del ours[2], plain[2], truth[2]

    errors = []
    for what, a, b, p in zip(("value", "logit gradient", "label gradient"), truth, ours, plain):
        kinds = (b.shape, b.dtype), (p.shape, p.dtype)
        assert kinds[0] == kinds[1], f"{what}: {kinds[0]}, not {kinds[1]}"
        if valid is not None: assert (b[~valid.cpu()] == 0).all(), f"a masked example has a {what}"
        if what == "label gradient":  # the formula's inf - inf, where the loss is infinite
            undefined = a.isnan() & ~truth[0].isfinite()[:, None]
            a, p = (torch.where(undefined, b.double(), t.double()) for t in (a, p))
        found = compared(what, a, b.double(), p.double())
        if not found: continue
        mine, theirs, scale, within_a_place = found
        errors.append((what, mine / (scale + 1e-30), theirs / (scale + 1e-30)))

        # the interpreter cuts float32 to bfloat16, where a device rounds
        if what != "value" and ours[1].dtype == B16 and device == "cpu":
            assert within_a_place, f"{what}: off by {mine:.3g}, more than one place of bfloat16"
            continue
        said = f"{what}: error {mine:.3g}, the formula's {theirs:.3g}, largest value {scale:.3g}"
        assert mine <= 2 * theirs + 1e-6 * scale + 1e-30, said
    return errors


def compared(what, a, b, p):
    """Ours, `b`, and the formula's in the same dtype, `p`, against the truth `a`.

    Returns both largest errors, the largest value, and whether ours is right to one place of
    bfloat16; nothing if nothing is finite."""
    finite = a.isfinite()
    same = torch.equal(a[~finite].nan_to_num(7), b[~finite].nan_to_num(7))
    assert same, f"{what}: infinite or NaN in other places than the formula's"
    a, b, p = a[finite], b[finite], p[finite]
    assert b.isfinite().all(), f"{what} is not finite where the formula is"
    if not a.numel(): return
    mine, theirs, scale = ((t - a).abs().max().item() for t in (b, p, torch.zeros_like(a)))
    one_place = 2**-7 * a.abs() + 2e-6 * scale + 1e-38
    return mine, theirs, scale, bool(((b - a).abs() <= one_place).all())


def no_host_sync(device):
    "Forward and backward under a mean queue work and wait for nothing."
    x, y = (torch.randn(8, 1000, device=device) for _ in range(2))
    x, labels = x.requires_grad_(), SoftLabels(y.softmax(-1))
    def step(): torch.autograd.grad(gpu.cross_entropy_rows_triton(x, labels, .1).mean(), x)
    step()
    if device != "cuda": return
    torch.cuda.set_sync_debug_mode("error")
    try: step()
    finally: torch.cuda.set_sync_debug_mode("default")


def second_derivatives(device):
    "A gradient can be differentiated; so do transforms work, and batches of upstream gradients."
    g = torch.Generator().manual_seed(0)
    z, y, v = (torch.randn(6, 7, generator=g).to(device) for _ in range(3))
    for alpha, smoothing in ((0., "mix"), (.2, "mix"), (.2, "shares")):
        def twice(f, dtype=F32):
            w = z.to(dtype).requires_grad_()
            x = w * 1.5
            labels = (x + y.to(dtype)).softmax(-1)  # labels that depend on the logits
            values = f(x, SoftLabels(labels), alpha, smoothing, None, None)
            first, = torch.autograd.grad((values ** 2).sum(), w, create_graph=True)
            return first.detach(), torch.autograd.grad((first * v.to(dtype)).sum(), w)[0]
        for a, b in zip(twice(gpu.cross_entropy_rows_triton), twice(formula, F64)):
            torch.testing.assert_close(a, b.float(), rtol=1e-4, atol=1e-5)

        labels = SoftLabels(y.softmax(-1))
        def loss(x): return gpu.cross_entropy_rows_triton(x, labels, alpha, smoothing)
        want = torch.func.jacrev(lambda x: formula(x, labels, alpha, smoothing, None, None))(z)
        torch.testing.assert_close(torch.func.jacrev(loss)(z), want)
        torch.testing.assert_close(torch.func.jacfwd(loss)(z), want)
        twin = torch.vmap(lambda x: loss(x))(z[None].expand(2, 6, 7))
        torch.testing.assert_close(twin[1], loss(z))

        x = z.clone().requires_grad_()
        one_hot = torch.eye(6, device=device)
        batched, = torch.autograd.grad(loss(x), x, one_hot, is_grads_batched=True)
        torch.testing.assert_close(batched, want)
        out = loss(x)
        first, = torch.autograd.grad(out, x, torch.ones(6, device=device), retain_graph=True)
        again, = torch.autograd.grad(out.sum(), x)  # an upstream gradient with stride 0
        torch.testing.assert_close(first, again)
        of_mean, = torch.autograd.grad(-3 * loss(x).mean(), x)
        torch.testing.assert_close(of_mean, -first / 2)


def declines(device):
    """float64, empty batches, and what torch traces go to the formula.

    An index out of range gives NaN, not memory of others."""
    loss = gpu.cross_entropy_rows_triton
    z, y = torch.randn(4, 5, device=device), torch.tensor([0, 1, 2, 4], device=device)
    assert loss(z.double(), IndexLabels(y)).dtype == F64
    assert loss(z[:0], IndexLabels(y[:0])).shape == (0,)

    z.requires_grad_()
    for bad in (5, -1, 2**40):
        values = loss(z, IndexLabels(torch.where(y == 1, bad, y)))
        assert values[1].isnan() and values[[0, 2, 3]].isfinite().all(), f"index {bad}"
        assert torch.autograd.grad(values.sum(), z)[0][1].isnan().all()

    half = z.detach().half().requires_grad_()
    with torch.autocast(device): values = loss(half, IndexLabels(y), .1)
    assert values.dtype == F32 and torch.autograd.grad(values.sum(), half)[0].dtype == F16
    with torch.no_grad(): assert loss(z, IndexLabels(y)).grad_fn is None

    changed = z * 1
    values = loss(changed, IndexLabels(y))
    changed.mul_(2)
    with pytest.raises(RuntimeError, match="inplace"): values.sum().backward()


BEHAVIOUR = (no_host_sync, second_derivatives, declines)


def in_a_process(what, **env):
    "The result of this file run as a script, without a device."
    if find_spec("triton") is None: pytest.skip("needs triton: pip install '.[gpu]'")
    library = str(Path(gpu.__file__).parents[2])
    env = os.environ | {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": library} | env
    command = [sys.executable, "-W", "ignore", __file__, what]
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def interpreted():
    "What each case gave in the interpreter: None, or what was wrong."
    return in_a_process("interpreter", TRITON_INTERPRET="1")


@pytest.mark.parametrize("name", [*map(name_of, cases("cpu")), *(f.__name__ for f in BEHAVIOUR)])
def test_in_the_interpreter(name, interpreted): assert interpreted[name] is None, interpreted[name]


def test_errors_are_reported(interpreted, fact):
    largest = interpreted["largest"]
    said = "; ".join(f"{what} {errors}" for what, errors in largest.items() if "float32" in what)
    fact(f"GPU kernels in Triton's interpreter, largest relative error and the formula's: {said}")


@pytest.mark.slow
def test_a_quarter_million_classes_in_the_interpreter():
    results = in_a_process("slow", TRITON_INTERPRET="1")
    del results["largest"]
    assert results and not any(results.values()), results


def test_kernels_compile_for_devices(tmp_path, fact):
    "It compiles for an A100 and an H100, reads in words of 16 bytes and spills nothing."
    compiled = in_a_process("compile", TRITON_CACHE_DIR=str(tmp_path))
    for name, found in compiled.items():
        assert found["spilled bytes"] == 0, name
        # one: the logit of an index label; 50257 is odd, and so are the addresses of its rows
        assert found["narrow loads"] <= 1 or "50257" in name, name
    registers = sorted({f["registers"] for f in compiled.values()})
    fact(f"GPU kernels compiled {len(compiled)} times, registers a thread: {registers}")


HAS_CUDA = torch.cuda.is_available() and gpu.triton_available()
needs_cuda = pytest.mark.skipif(not HAS_CUDA, reason="needs a CUDA device and triton")


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
    "Examples beyond 2**31 numbers are found."
    N, C = 70_000, 32_768
    if torch.cuda.mem_get_info()[0] < 2 * 3 * N * C: pytest.skip("needs 14 GB of device memory")
    x = torch.zeros(N, C, dtype=B16, device="cuda")
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
    x, y = (torch.randn(64, 1000, device="cuda") for _ in range(2))
    loss = soft_label_cross_entropy_with_logits(x.requires_grad_(), y.softmax(-1), .1)
    seen, todo = set(), [loss.grad_fn]
    while todo:
        node = todo.pop()
        seen.add(type(node).__name__)
        todo += [n for n, _ in node.next_functions if n is not None]
    assert "KernelCrossEntropyBackward" in seen


def run_all(device):
    failed, largest = {}, {}
    for case in cases(device):
        kind, twist = name_of(case[1:2]), case[4]
        try: errors = run_case(case, "cpu" if device == "slow" else device)
        except Exception as e:
            failed[name_of(case)] = f"{type(e).__name__}: {e}"
            continue
        if twist not in ("none", "offset 1e4"): continue
        for what, mine, theirs in errors:
            key = f"{what}, {kind}" + (f", {twist}" if twist != "none" else "")
            largest[key] = max(largest.get(key, (0, 0)), (mine, theirs))
    return failed, {k: f"{a:.1e} {b:.1e}" for k, (a, b) in largest.items()}


POINTERS = {F32: "*fp32", B16: "*bf16", F16: "*fp16", "index": "*i64"}
ALIGNED = ("N", "C", "x_stride", "y_stride", "prior_stride")
COMPILED = (  # architecture, classes, logits, labels, smoothing, options
    (90, 32000, F32, F32, "mix", ""),
    (90, 32000, B16, B16, "mix", ""),
    (90, 32000, F32, F32, "none", ""),
    (90, 32000, B16, F32, "shares", ""),
    (90, 32000, B16, "index", "mix", ""),
    (90, 32000, B16, B16, "shares", "prior valid label_grad"),
    (90, 50257, B16, B16, "mix", ""),
    (90, 16000, B16, B16, "shares", ""),
    (80, 1024, F16, F16, "shares", "valid"),
    (80, 16, F32, "index", "none", "valid"),
)


def build(kernel, types, constants, warps, arch, aligned):
    "Registers, spills and loads of a kernel as compiled for a device that need not be there."
    import re
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    names = kernel.compiled.arg_names
    signature = {n: "constexpr" if n in constants else types.get(n, "i32") for n in names}
    even = [i for i, n in enumerate(names) if signature[n][0] == "*" or (aligned and n in ALIGNED)]
    values = {(names.index(k),): v for k, v in constants.items()}
    divisible = {(i,): [["tt.divisibility", 16]] for i in even}
    source = ASTSource(kernel.compiled, signature, values, divisible)
    target = GPUTarget("cuda", arch, 32)
    ptx = triton.compile(source, target=target, options={"num_warps": warps}).asm["ptx"]

    Path("kernel.ptx").write_text(ptx)
    assembler = Path(triton.__file__).parent / "backends/nvidia/bin/ptxas"
    device = f"-arch=sm_{arch}{'a' * (arch == 90)}"
    command = [assembler, device, "-v", "kernel.ptx", "-o", "kernel.o"]
    log = subprocess.run(command, capture_output=True, text=True).stderr
    number = lambda pattern: int(re.search(pattern, log)[1])
    count = lambda pattern: len(re.findall(pattern, ptx))
    return {
        "registers": number(r"Used (\d+) registers"),
        "spilled bytes": number(r"(\d+) bytes spill stores"),
        "wide loads": count(r"ld\.global\S*\.v4\.b32"),
        "narrow loads": count(r"ld\.global\S*\.b16"),
        "loads": count(r"ld\.global"),
    }


def compile_all():
    "What `build` says of forward and backward, by the name of each way to compile them."
    found = {}
    for arch, C, x, y, smoothing, options in COMPILED:
        floats = dict.fromkeys(("PRIOR", "VALUES", "STATS", "UPSTREAM"), "*fp32")
        y_grad = x if y == "index" else y
        pointers = dict(X=POINTERS[x], Y=POINTERS[y], VALID="*i1",
                        X_GRAD=POINTERS[x], Y_GRAD=POINTERS[y_grad])
        types = floats | pointers | dict(alpha="fp32", mass="fp32")
        constants = dict(INDEX=y == "index", SMOOTHING=smoothing, HAS_PRIOR="prior" in options,
                         HAS_VALID="valid" in options, LABEL_GRAD="label_grad" in options)

        tile, back = gpu.tile_for(C, smoothing == "shares"), gpu.tile_for(C)
        ahead = dict(ROWS=tile.rows, BLOCK=tile.block, ONE_BLOCK=C <= tile.block)
        behind = dict(ROWS=back.rows, BLOCK=back.block, LOGIT_GRAD=True)
        name, rest = name_of((f"sm_{arch}", C, x, y, smoothing, options)), (arch, C % 16 == 0)
        found[f"forward, {name}"] = build(
            gpu._forward_kernel, types, constants | ahead, tile.warps, *rest)
        found[f"backward, {name}"] = build(
            gpu._backward_kernel, types, constants | behind, back.warps, *rest)
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
    else:
        device = {"interpreter": "cpu", "slow": "slow"}[sys.argv[1]]
        print(json.dumps(interpret_all(device)))
