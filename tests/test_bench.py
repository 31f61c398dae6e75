"""The benchmark runs: every suite in its quick form, once, by the command.

Nothing about time is asserted; numbers are checked for what they must be on any machine."""
import json
import subprocess
import sys

import pytest
import torch

import lossfx
from bench.__main__ import main
from bench.contenders import BASE, PLAIN
from bench.machine import ALLOCATORS
from bench.memory import allocated
from bench.native import library
from bench.suites import SUITES
from bench.tables import COLUMNS
from bench.tasks import small_calls
from bench.timing import balanced_orders
from lossfx.core import registered

CPU = [name for name in SUITES if name != "gpu"]
SAMPLED = {"ms", "min_ms", "low_ms", "high_ms", "rounds", "quiet"}


@pytest.fixture(scope="module")
def done(tmp_path_factory, root):
    "A quick run of all suites: what was saved, and what was printed."
    path = tmp_path_factory.mktemp("bench") / "run.json"
    command = [sys.executable, "-m", "bench", "--quick", "--threads", "1", "--json", path]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(path.read_text()), ran.stdout


@pytest.fixture(scope="module")
def rows(done): return lambda suite: [r for r in done[0]["rows"] if r["suite"] == suite]


def test_every_suite_gives_rows(done, rows):
    run, printed = done
    assert {r["suite"] for r in run["rows"]} == set(CPU) and run["effort"]["quick"]
    for name in CPU: assert f"\n{name}: {SUITES[name].__doc__}" in printed
    assert "Quick: these numbers mean little" in printed
    assert run["machine"]["torch"] == torch.__version__
    assert all(set(COLUMNS[r["suite"]].split()) <= r.keys() for r in run["rows"])


def test_samples_are_summed_up(done):
    timed = [r for r in done[0]["rows"] if "ms" in r]
    assert len(timed) > 60 and all(SAMPLED <= r.keys() for r in timed)
    assert all(0 < r["min_ms"] <= r["low_ms"] <= r["ms"] <= r["high_ms"] for r in timed)


def test_numbers_agree_with_float64(done):
    errors = [r["error"] for r in done[0]["rows"] if "error" in r]
    assert len(errors) > 30 and max(errors) < 1e-5


def test_errors_of_kernels_are_those_of_the_formula(rows):
    "Or of float32; in half precision, of one rounding of the gradient."
    half = dict(float32=0, bfloat16=2 ** -8, float16=2 ** -11)
    found = {}
    for r in rows("errors"): found.setdefault((r["logits"], r["labels"]), {})[r["method"]] = r
    assert len(found) >= 4
    for (logits, _), by in found.items():
        for key, rounded in (("value_error", 0), ("slope_error", half[logits])):
            allowed = max(1.05 * by["formula"][key], 1.5e-7, rounded)
            assert 0 < by["numba"][key] <= allowed, by


def test_the_default_call_is_measured_first(rows):
    for suite in ("soft", "index", "kept"): assert rows(suite)[0]["method"] == "default"


def test_all_contenders_take_part(rows):
    methods = {suite: {r.get("method") for r in rows(suite)} for suite in CPU}
    both = {"default", "no smoothing", "inputs saved", BASE, PLAIN}
    soft = both | {"mix", "F.kl_div", "compiled formula", f"compiled {BASE}"}
    if library(): soft |= {"C++"}
    assert soft <= methods["soft"] and both <= methods["index"]
    assert methods["soft"] & {"timm", "timm's formula"}
    assert methods["crossover"] == {"few", "numba", "formula"}
    assert methods["compiled"] == {"mix", "formula"}
    assert {"default", "mix", BASE} <= methods["two_threads"] & methods["parts"]
    assert {r["memory"] for r in rows("kept")} == set(ALLOCATORS)


def test_memory_is_exact(rows):
    "What is saved for backward does not depend on the machine."
    for suite in ("soft", "index"):
        saved = {r["method"]: r["saved"] for r in rows(suite) if (r["N"], r["C"]) == (256, 1000)}
        assert saved[BASE] == (2 if suite == "soft" else 1), "F.cross_entropy has changed"
        few = .01  # a kernel keeps 8 numbers an example, here of 1000 classes
        assert 1 <= saved["default"] <= 1 + few and saved["inputs saved"] <= few


def test_allocated_counts_bytes():
    made = allocated(lambda: torch.ones(1000).neg())
    assert made.held == 4000 and made.peak == 8000


@pytest.mark.parametrize("n", range(2, 8))
def test_orders_are_balanced(n):
    "Each follows each other equally often."
    orders = balanced_orders(n)
    assert all(sorted(order) == list(range(n)) for order in orders)
    pairs = [pair for order in orders for pair in zip(order, order[1:])]
    assert {pairs.count((a, b)) for a in range(n) for b in range(n) if a != b} == {len(orders) // n}


def test_every_loss_is_called():
    "A registered loss with a module is among the small calls; linear heads have their own suite."
    losses = {entry.name for entry in registered.values() if entry.module}
    called = {name.split(",")[0] for name in small_calls()}
    assert losses and losses <= called, "add it to small_calls in bench/tasks.py"


@pytest.mark.parametrize("argv, message", [
    (["fast"], "no suite fast"), (["--threads", "0"], "from 1"),
    (["--clock", "cpu"], "--threads 1"), (["gpu"], "no CUDA device")])
def test_wrong_arguments_are_refused(argv, message, capsys):
    if argv == ["gpu"] and torch.cuda.is_available(): pytest.skip("there is a CUDA device here")
    with pytest.raises(SystemExit): main(argv)
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ("benchmarks", "gpu"))
def test_the_saved_run_names_no_folder(root, name):
    "The run on the site is a whole one, of this version, and does not say where it was made."
    path = root / f"nbs/speed/{name}.json"
    text = path.read_text()
    run = json.loads(text)
    assert not run["effort"]["quick"] and run["machine"]["lossfx"] == lossfx.__version__
    assert str(root) not in text and len(text) < 96_000


def test_the_suite_for_a_gpu_runs_dry():
    "On the CPU, where its times mean nothing: all parts, and finite errors."
    from bench.gpu import PARTS, everything

    rows = everything("cpu", numbers=2**13, rounds=1, compile=False, quick=True)
    assert {row["part"] for row in rows} == {"errors", "bytes", "heads"}
    assert all(list(row) == PARTS.split() for row in rows)
    off = {row["dtype"]: 0. for row in rows}
    for row in rows:
        if row["part"] != "errors": continue
        off[row["dtype"]] = max(off[row["dtype"]], row["slope_error"])
        assert row["value_error"] < 1e-5, row
    assert 0 < off["float32"] < 5e-4 and 1e-4 < off["float16"] < off["bfloat16"] < .02, off
