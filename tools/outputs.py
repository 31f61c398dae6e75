"""Run the notebooks, each in a process of its own, and save or compare their outputs.

    python tools/outputs.py [NAME ...]     # run and save; NAME as in `21_hinge`; all if none

tests/test_notebooks.py runs them the same way and compares. Numbers are compared to a tolerance,
since another processor can change the last digits, even where torch's loops are the same. Cells
flagged `slow` or `peers` keep what was saved, unless `--flag` names their flag.
"""
import argparse
import base64
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from docs_stage import notebooks
from processes import Processes

ROOT = Path(__file__).resolve().parent.parent
PRELOAD = ["torch", "matplotlib.pyplot", "sklearn.datasets", "nbdev.test"]
SECONDS = 1200  # for one notebook
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# ids made from a hash, and fastai's times
CHANGING = re.compile(r"\b[a-z]{1,9}-?[0-9a-f]{10,}\b|\b\d\d:\d\d\b")
TAG = re.compile(r"(<(?!!--)[^>]*>)")


class Runner:
    "Runs notebooks of a checkout on a copy of nbs/, as many at once as there are cores."
    def __init__(self, root=ROOT):
        self.tmp = tempfile.TemporaryDirectory(prefix="notebooks-")
        self.root, self.copy = Path(root), Path(self.tmp.name)
        shutil.copy(self.root / "pyproject.toml", self.copy)
        shutil.copytree(self.root / "nbs", self.copy / "nbs", ignore=shutil.ignore_patterns(".*"))
        os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
        # torch's loops as every x86 processor has them: training multiplies what others round
        os.environ["ATEN_CPU_CAPABILITY"] = "avx2"
        self.processes = Processes(PRELOAD, os.cpu_count(), SECONDS)

    def submit(self, name, flags=()):
        "Start running a notebook, cells with one of `flags` included; for `outcome`."
        return self.processes.submit(run, self.copy / "nbs" / name, self.root, tuple(flags))

    def fresh(self, name):
        "The notebook as it came out, cleaned as nbdev-clean does."
        from fastcore.nbio import read_nb
        from nbdev.clean import clean_nb

        nb = read_nb(self.copy / "nbs" / name)
        clean_nb(nb)
        return nb

    def save(self, name):
        "Write the notebook as it came out into the checkout."
        from fastcore.nbio import write_nb

        write_nb(self.fresh(name), self.root / "nbs" / name)

    def close(self):
        self.processes.close()
        self.tmp.cleanup()


def run(path, root, flags):
    "Run a notebook, save its outputs in place as `nbdev-test --save`: (error, seconds)."
    from nbdev.config import get_config
    from nbdev.test import test_nb

    skip = str(get_config(path.parent).tst_flags).split()
    sys.__stderr__ = io.StringIO()  # where test_nb writes the error
    limit = None if "slow" in flags else 600  # seconds of a cell; slow ones may take many minutes
    ok, seconds = test_nb(
        path,
        skip_flags=skip,
        force_flags=list(flags),
        basepath=root,
        save=True,
        cell_timeout=limit,
    )
    return "" if ok else sys.__stderr__.getvalue() or "failed", seconds


def outcome(future):
    "The (error, seconds) of a run; the error is empty if all is well."
    result, trouble = future.result()
    return result or (trouble, SECONDS)


def close(a, b, rel=2e-3, abs_=1e-4):
    "Whether two texts are the same, with their numbers within a tolerance."
    a, b = CHANGING.sub("ID", a), CHANGING.sub("ID", b)
    if a == b: return True
    if NUMBER.sub("#", a) != NUMBER.sub("#", b): return False
    pairs = zip(map(float, NUMBER.findall(a)), map(float, NUMBER.findall(b)))
    return all(x == y or abs(x - y) <= abs_ + rel * abs(x) for x, y in pairs)


def close_markup(a, b):
    "Whether two pieces of HTML or SVG are the same, to 0.3 pixels in tags, in text as `close`."
    parts = TAG.split(a), TAG.split(b)
    if len(parts[0]) != len(parts[1]): return False
    return all(close(x, y, abs_=.3 if i % 2 else 1e-4) for i, (x, y) in enumerate(zip(*parts)))


def close_png(a, b):
    "Whether two pictures have the same size and nearly the same pixels."
    from matplotlib.image import imread

    x, y = (imread(io.BytesIO(base64.b64decode(s))) for s in (a, b))
    return x.shape == y.shape and abs(x - y).mean() < 2e-3


COMPARE = {"image/png": close_png, "image/svg+xml": close_markup, "text/html": close_markup}


def forms(output):
    "The forms of an output, by mime type."
    if output["output_type"] == "stream": return {output["name"]: "".join(output["text"])}
    joined = lambda v: "".join(v) if isinstance(v, list) else str(v)
    return {kind: joined(v) for kind, v in output.get("data", {}).items()}


def merge_streams(outputs):
    "The forms of each output, with a stream that came in pieces put together."
    merged = []
    for o in map(forms, outputs):
        goes_on = merged and set(o) == set(merged[-1]) <= {"stdout", "stderr"}
        if goes_on: merged[-1] = {k: merged[-1][k] + o[k] for k in o}
        else: merged.append(o)
    return merged


def differences(saved, fresh):
    "List the cells whose saved outputs are not what a run gives."
    for c, d in zip(saved["cells"], fresh["cells"]):
        a, b = merge_streams(c.get("outputs", [])), merge_streams(d.get("outputs", []))
        if len(a) != len(b): yield f"cell {c['id']}: {len(a)} outputs are saved, {len(b)} were made"
        for p, q in zip(a, b):
            for kind in sorted(p.keys() | q.keys()):
                x, y = p.get(kind, ""), q.get(kind, "")
                same = x == y or (x and y and COMPARE.get(kind, close)(x, y))
                if not same: yield f"cell {c['id']}: {kind} is out of date{excerpt(kind, x, y)}"


def excerpt(kind, x, y):
    "The first line that differs, where a person can read it."
    if kind.startswith("image"): return ""
    for a, b in zip((x + "\n").splitlines(), (y + "\n").splitlines()):
        if not close(a, b): return f"\n  saved: {a[:160]}\n  made:  {b[:160]}"
    return ""


def main():
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("names", nargs="*", help="notebooks to run, without folder and ending")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout; default: this one")
    parser.add_argument("--flag", action="append", default=[], help="run cells with this flag too")
    args = parser.parse_args()
    root = args.root.resolve()
    names = [n for n in notebooks(root / "nbs") if not args.names or Path(n).stem in args.names]
    if not names: parser.error(f"no notebook is called {' or '.join(args.names)}")
    runner, failed = Runner(root), 0
    for name, future in [(n, runner.submit(n, args.flag)) for n in names]:
        error, seconds = outcome(future)
        failed += bool(error)
        said = f"failed, not saved\n{error}" if error else "saved"
        print(f"{name}: {said} ({seconds:.1f} s)", flush=True)
        if not error: runner.save(name)
    runner.close()
    return int(failed > 0)


if __name__ == "__main__": sys.exit(main())
