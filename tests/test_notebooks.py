"Every notebook runs and is clean, saved outputs and lossfx/ are what a run and an export give."
import difflib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from docs_stage import notebooks
from fastcore.nbio import nb2str, read_nb
from outputs import Runner, differences, outcome
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = notebooks(ROOT / "nbs")
FLAG = re.compile(r"^#\| *(slow|peers)\b", re.M)


def flags(name):
    cells = read_nb(ROOT / "nbs" / name).cells
    return {f for c in cells if c.cell_type == "code" for f in FLAG.findall(c.source)}


def with_flag(flag): return [n for n in NOTEBOOKS if flag in flags(n)]


@pytest.fixture(scope="session")
def runs(request):
    "The runs of the notebooks that this session asks for, as many at once as there are cores."
    items = request.session.items
    asked = [i for i in items if getattr(i, "originalname", "") == "test_runs"]
    wanted = {i.callspec.params["name"] for i in asked}
    runner = Runner(ROOT)
    names = [name for name in reversed(NOTEBOOKS) if name in wanted]  # tutorials take longest
    runner.futures = {name: runner.submit(name) for name in names}
    yield runner
    runner.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs(name, runs, fact):
    "It runs from top to bottom, but for cells with a flag; its saved outputs are fresh."
    error, seconds = outcome(runs.futures[name])
    left_out = f", without its {' and '.join(sorted(flags(name)))} cells" if flags(name) else ""
    fact(f"{seconds:5.1f} s  nbs/{name}{left_out}")
    assert not error, error
    stale = list(differences(read_nb(ROOT / "nbs" / name), runs.fresh(name)))
    assert not stale, "run `make outputs`:\n" + "\n".join(stale)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_names_no_folder_of_this_machine(name):
    text = (ROOT / "nbs" / name).read_text(encoding="utf-8")
    folders = str(ROOT), sys.prefix, str(Path.home())
    assert not [folder for folder in folders if folder + os.sep in text]


def run_flagged(name, flag):
    "Run it with the cells of a flag; list those whose saved outputs are not what came out."
    runner = Runner(ROOT)
    try:
        error, _ = outcome(runner.submit(name, [flag]))
        assert not error, error
        return list(differences(read_nb(ROOT / "nbs" / name), runner.fresh(name)))
    finally: runner.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", with_flag("slow"))
def test_slow_cells_run(name): run_flagged(name, "slow")


@pytest.mark.parametrize("name", with_flag("peers"))
def test_peers_cells_run(name, settings):
    "Cells that call the trainers of others, with the versions that are pinned."
    asked = map(Requirement, settings["peers_requirements"].strip().splitlines())
    missing = [r.name for r in asked if not find_spec(r.name)]
    if missing: pytest.skip(f"the cells flagged peers need {', '.join(missing)}: run `make peers`")
    stale = run_flagged(name, "peers")
    said = f"run `python tools/outputs.py --flag peers {Path(name).stem}`:\n"
    assert not stale, said + "\n".join(stale)


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    "A copy of the project on which nbdev-clean and nbdev-export have run."
    copy = tmp_path_factory.mktemp("exported") / "p"
    copy.mkdir()
    for name in ("pyproject.toml", "settings.ini"): shutil.copy(ROOT / name, copy)
    left_out = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("nbs", "lossfx"): shutil.copytree(ROOT / name, copy / name, ignore=left_out)

    env = os.environ | {"PYTHONPATH": str(copy)}
    for command in ("nbdev-clean", "nbdev-export"):
        tool = Path(sys.executable).with_name(command)
        done = subprocess.run([tool], cwd=copy, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
    return copy


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_clean(name, exported):
    saved, clean = ROOT / "nbs" / name, exported / "nbs" / name
    assert saved.read_bytes() == clean.read_bytes(), "run `nbdev-clean`:\n" + diff(saved, clean)


def test_modules_are_fresh(exported):
    for folder, other in ((ROOT, exported), (exported, ROOT)):
        for path in sorted((folder / "lossfx").rglob("*.py")):
            name = path.relative_to(folder)
            twin = other / name
            assert twin.exists(), f"{name} is not in both, checkout and export: run `nbdev-export`"
            same = path.read_bytes() == twin.read_bytes()
            assert same, "run `nbdev-export`:\n" + diff(ROOT / name, exported / name)


def diff(a, b):
    "The first lines of a diff of two files."
    lines = [path.read_text().splitlines(True) for path in (a, b)]
    return "".join(list(difflib.unified_diff(*lines, a.name, "fresh"))[:40])


def cell(outputs): return {"cells": [{"id": "1", "outputs": outputs}]}
def text(s): return cell([{"output_type": "stream", "name": "stdout", "text": s}])
def markup(s): return cell([{"output_type": "display_data", "data": {"text/html": s}}])


@pytest.mark.parametrize("saved, made, same", [
    (text("loss 0.12345"), text("loss 0.12346"), True),
    (text("loss 0.123"), text("loss 0.124"), False),
    (text("loss 0.5"), text("cost 0.5"), False),
    (text("nan"), text("0.1"), False),
    (markup('<path d="M1.0,2.0">'), markup('<path d="M1.2,2.0">'), True),
    (markup('<path d="M1.0,2.0">'), markup('<path d="M1.5,2.0">'), False),
    (markup("<td>0.50</td>"), markup("<td>0.70</td>"), False),
    (markup("<!-- 8.0 -->"), markup("<!-- 8.2 -->"), False),
    (markup('<g id="slider-0123456789ab">'), markup('<g id="slider-ab0123456789">'), True),
    (text("one"), cell([]), False),
])
def test_outputs_are_compared_to_a_tolerance(saved, made, same):
    assert same == (not list(differences(saved, made)))


def test_a_notebook_written_twice_is_the_same():
    for name in NOTEBOOKS:
        path = ROOT / "nbs" / name
        assert nb2str(read_nb(path)) == path.read_text(encoding="utf-8"), name
