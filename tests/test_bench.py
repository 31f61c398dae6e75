"""The benchmark runs: every suite in its quick form, once, in one process. Nothing about time is asserted; numbers are checked for what they must be on any machine."""
import inspect
import subprocess
import sys

import pytest
import torch

import lossfx
from lossfx import bench
from lossfx.core import LossModule

CPU = [name for name in bench.suites if name != "gpu"]
TIMES = {"ms", "min_ms", "low_ms", "high_ms", "rounds", "quiet"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    "A quick run of all suites, by the command."
    folder = tmp_path_factory.mktemp("bench")
    code = f"from lossfx.bench import main; main(['--quick', '--json', r'{folder}/run.json', '--picture', r'{folder}/run.png'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return bench.load(folder / "run.json"), done.stdout, folder / "run.png"


def test_every_suite_gives_rows(run):
    results, printed, picture = run
    assert {r["suite"] for r in results["rows"]} == set(CPU) and results["quick"]
    assert picture.read_bytes().startswith(b"\x89PNG")
    for name in CPU: assert f"\n{name}: " in printed
    assert "This is a quick run" in printed and torch.__version__ in printed


def test_rows_have_their_fields(run):
    for r in run[0]["rows"]:
        if r["suite"] in ("soft", "kept", "index"): assert TIMES | {"N", "C", "threads", "allocator", "method", "ratio", "ratio_of_medians", "error"} <= r.keys()
        if r["suite"] in ("linear", "growth", "paths"): assert TIMES | {"threads", "method"} <= r.keys()
        if "ms" in r: assert 0 < r["min_ms"] <= r["low_ms"] <= r["ms"] <= r["high_ms"]


def test_numbers_agree_with_float64(run):
    errors = [r["error"] for r in run[0]["rows"] if "error" in r]
    assert len(errors) > 30 and max(errors) < 1e-5


def test_all_contenders_take_part(run):
    results = run[0]
    methods = {suite: {r["method"] for r in bench.of(results, suite)} for suite in CPU}
    assert {"lossfx", "lossfx, shares", "lossfx, low memory", "lossfx, compiled", "formula, compiled", "timm", "F.kl_div", bench.base} <= methods["soft"]
    assert {"lossfx", bench.base} <= methods["index"] and {"small", "chunks", "formula"} == methods["paths"]
    assert {(r["labels"], r["allocator"]) for r in bench.of(results, "kept")} == {(l, a) for l in ("soft", "index") for a in ("huge pages", "pages kept")}
    assert {r["threads"] for r in bench.of(results, "soft")} == set(results["threads"])
    assert {r["sweep"] for r in bench.of(results, "growth")} == set(bench.sweeps)


def test_memory_is_exact(run):
    "What is held does not depend on the machine."
    held = {(r["labels"], r["method"]): r for r in bench.of(run[0], "memory")}
    assert held["soft", bench.base]["held"] == 2 and held["soft", "lossfx"]["held"] == 1 and held["soft", "lossfx, low memory"]["held"] == 0
    assert all(r["held_no_grad"] == 0 for r in held.values())


def test_every_public_loss_is_called():
    "A loss with a module of its own is in the table of small calls."
    losses = {m.function.__name__ for m in vars(lossfx).values() if inspect.isclass(m) and issubclass(m, LossModule) and m.function}
    assert losses and losses <= {name.split(",")[0] for name in bench.small_calls()}, "add it to small_calls in 85_bench"


def test_tables_and_findings_of_any_run(run):
    results = run[0]
    for part in (results, results | {"rows": []}):
        for name in bench.suites:
            for table in bench.tables[name]: assert str(table(part)) and table(part)._repr_markdown_()
        assert str(bench.bar_table(part)) and all(isinstance(s, str) for s in bench.findings(part))


def test_wrong_arguments_are_refused(capsys):
    for argv, message in ((["fast"], "no suite fast"), (["--threads", "0"], "from 1"), (["gpu"], "no CUDA")):
        if message == "no CUDA" and torch.cuda.is_available(): continue
        with pytest.raises(SystemExit): bench.main(argv)
        assert message in capsys.readouterr().err


def test_nothing_else_imports_it():
    code = "import sys, lossfx; assert 'lossfx.bench' not in sys.modules and 'matplotlib' not in sys.modules; import lossfx.bench; assert 'matplotlib' not in sys.modules and 'timm' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
