"""Break each loss in many small ways, and say which breaks its visible page does not notice.

    python tools/break_pages.py                     # every page in nbs/losses/
    python tools/break_pages.py 21_hinge            # one page, or several; losses/21_hinge as well
    python tools/break_pages.py --list 21_hinge     # the changes that would be tried
    python tools/break_pages.py --noticed 21_hinge  # try them, and say what notices each

A page defines its functions in its own exported cells; a change, made by tools/mutants.py, rewrites
one of those. The cells of a page run once, in one process. Where a cell has changes, a fork for
each runs the changed cell and those after it, on the state before it, until one fails; what takes
long runs last, since most changes fail before. Cells that the reader does not see (`#| hide`,
`#| include: false`) and cells flagged `slow`, `peers` or `notest` are left out, so that only what
the page shows can notice. What no cell notices is printed, and the exit status is 1.

Changes that alter nothing are listed in break_pages.toml, each with its reason. An entry there that
is no longer among the changes, or that a page does notice, is an error as well.
"""
import argparse
import ast
import contextlib
import io
import json
import linecache
import os
import random
import re
import sys
import tempfile
import time
import tomllib
import types
import warnings
from pathlib import Path

from docs_cells import bound
from docs_checks import notebooks
from mutants import mutants
from processes import Forks, Processes

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = Path(__file__).with_suffix(".toml")
# What torch and matplotlib import when they are first used: else each fork would do so
PRELOAD = ["torch._dynamo", "matplotlib.backends.backend_agg", "IPython.display"]
IMPORT = re.compile(r"^(?:from|import) ([\w.]+)", re.M)
LEFT_OUT = re.compile(r"^#\| *((hide|slow|peers|notest)\b|(include|eval): *false)", re.M)
EXPORTED = re.compile(r"^#\| *(export|exports|exporti)\b", re.M)
CORES = os.cpu_count()
LONG = 0.1  # seconds of a cell that is put off
SECONDS = 60  # for one change; one that makes the page hang counts as noticed
PAGE_SECONDS = 3600
UNCHANGED = "no change"


def visible_cells(path):
    "The (id, source) of the code cells that a reader sees, imports and definitions included."
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [(c["id"], "".join(c["source"])) for c in cells if c["cell_type"] == "code"]
    return [(i, s) for i, s in sources if not LEFT_OUT.search(s)]


def definitions(cells): return [(i, s) for i, s in cells if EXPORTED.search(s)]


def changes(cells):
    "All (cell id, description, new source) of a page in the order of cells, each description once."
    found, seen = [], {}
    for cell, source in definitions(cells):
        for description, changed in mutants(source):
            seen[description] = seen.get(description, 0) + 1
            again = f" (occurrence {seen[description]})" if seen[description] > 1 else ""
            found.append((cell, description + again, changed))
    return found


def new_page():
    "The module that the cells of a page run in, and a process prepared to fork while they do."
    import numpy
    import torch

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)  # threads do not live on in a fork
    for seed in (random.seed, numpy.random.seed, torch.manual_seed): seed(0)
    # a real module, so that pickling finds its classes, called as in a notebook
    page = sys.modules["__main__"] = types.ModuleType("__main__")
    return page


def run(page, cells):
    "Run cells in the module of a page; return what fails, (id, error), or None."
    for i, source in cells:
        name = f"<cell {i}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
                exec(compile(source, name, "exec"), vars(page))
        except BaseException as e: return i, f"{type(e).__name__}: {str(e)[:200]}"
    return None


def timed(page, cells):
    "What fails of the cells of a page, and the seconds that each took."
    took = {}
    for cell in cells:
        start = time.perf_counter()
        if failed := run(page, [cell]): return failed, took
        took[cell[0]] = time.perf_counter() - start
    return None, took


def names_in(source):
    "The names that a cell reads or binds, and those of them that it binds."
    nodes = list(ast.walk(ast.parse(source)))
    names = [n for n in nodes if isinstance(n, ast.Name)]
    made = {n.name for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    made |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
    return made | {n.id for n in names}, made


def quick_first(cells, slow):
    """Cells in their order, but that slow ones come last, and after them what needs their names.

    One stays where it is if a cell that would then come before it binds a name of it anew."""
    names, late = {i: names_in(source) for i, source in cells}, set()
    for k, (i, _) in enumerate(cells):
        if i not in slow: continue
        moved, lacking = {i}, set(names[i][1])
        for j, _ in cells[k + 1:]:
            if not lacking & names[j][0]: continue
            moved.add(j)
            lacking |= names[j][1]
        order = [j for j, _ in cells]
        passed = [(m, j) for m in moved for j in order[order.index(m) + 1:] if j not in moved]
        if not any(names[m][0] & names[j][1] for m, j in passed): late |= moved
    return [c for c in cells if c[0] not in late] + [c for c in cells if c[0] in late]


def outcomes(cells, tried, seconds=SECONDS):
    """Run the cells of a page, and in forks its changes; map descriptions to what came of them.

    That is ((cell, error), '') or (None, ''), or (None, why) for one that hung or died. Without a
    change the page ends in a fork as well, which shows that what runs here runs there. A first fork
    measures what each cell takes: what is quick comes first, since most changes fail there."""
    first = {i for i, s in cells if EXPORTED.search(s) or IMPORT.search(s)}
    # As the changes are written, without comments: a page that reads them would notice any change
    cells = [(i, ast.unparse(ast.parse(s)) if EXPORTED.search(s) else s) for i, s in cells]
    page, forks = new_page(), Forks(CORES, seconds)
    forks.start(UNCHANGED, timed, page, cells)
    (failed, took), trouble = forks.finish().pop(UNCHANGED)
    if failed or trouble: return {UNCHANGED: (failed, trouble)}
    slow = {i for i, t in took.items() if t > LONG} - first
    last = tried[-1][0] if tried else cells[0][0]
    for k, (cell, source) in enumerate(cells):
        after = quick_first(cells[k + 1:], slow)
        if cell == last: forks.start(UNCHANGED, run, page, [cells[k], *after])
        for c, description, changed in tried:
            if c == cell: forks.start(description, run, page, [(c, changed), *after])
        if cell == last: break
        failed = run(page, [(cell, source)])
        if failed: return forks.finish() | {UNCHANGED: (failed, "")}
    return forks.finish()


class Breaker:
    "Tries the changes of pages, one page at a time in a process of its own."
    def __init__(self, pages):
        # Read when libraries load: no windows, no threads, no device that a fork could not use
        os.environ |= {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
        # What jax compiles for functions of optax is the same for each change, and takes longest
        self.compiled = tempfile.TemporaryDirectory(prefix="jax-")
        os.environ |= {"JAX_COMPILATION_CACHE_DIR": self.compiled.name,
                       "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
                       "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1"}
        sources = [s for cells in pages for _, s in cells]
        imported = sorted({name for s in sources for name in IMPORT.findall(s)})
        self.processes = Processes([*PRELOAD, *imported], 1, PAGE_SECONDS)

    def call(self, function, *args):
        result, trouble = self.processes.submit(function, *args).result()
        if trouble: raise SystemExit(f"{function.__name__}: {trouble}")
        return result

    def try_page(self, cells, known):
        "The problems of a page and what came of each change; `known` has those that alter nothing."
        came = self.call(outcomes, cells, changes(cells))
        failed, trouble = came.pop(UNCHANGED)
        if failed or trouble:
            return [f"does not run without its hidden cells: {failed or trouble}"], {}
        # neither a cell failed nor the process
        survived = [d for d, what in came.items() if what == (None, "")]
        problems = [f"survived: {d}" for d in survived if d not in known]
        for d in known:
            if d in survived: continue
            said = "noticed" if d in came else "not tried any more"
            problems.append(f"break_pages.toml lists a change that is {said}: {d}")
        return problems, came


def equivalent():
    "The changes that alter nothing: page to description to reason."
    if not EQUIVALENT.exists(): return {}
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    for page, entries in listed.items():
        for description, reason in entries.items():
            if reason.strip(): continue
            raise SystemExit(f"break_pages.toml: {page}: {description}: no reason is given")
    return listed


def title(nbs, path): return path.relative_to(nbs).with_suffix("").as_posix()


def loss_pages(nbs):
    "The notebooks in nbs/losses/, at any depth, that define something."
    pages = [nbs / "losses" / name for name in notebooks(nbs / "losses")]
    return [p for p in pages if definitions(visible_cells(p))]


def without_page(pages, losses):
    "Those names of losses that no page defines, in a cell that the tool would break."
    sources = [s for p in pages for _, s in definitions(visible_cells(p))]
    defined = {name for s in sources for node in ast.parse(s).body for name in bound(node)}
    return sorted(set(losses) - defined)


def public_losses():
    "The names of the losses at the front door; those of lossfx.fast are made of other losses."
    import lossfx

    public = {name: getattr(lossfx, name) for name in lossfx.__all__}
    return [n for n, v in public.items()
            if hasattr(v, "formula") and v.__module__.startswith("lossfx.losses.")]


def named(nbs, name):
    "The notebook of a name, with or without folder and ending."
    pages = [nbs / n for n in notebooks(nbs)]
    ending = "/" + name.removesuffix(".ipynb")
    found = [p for p in pages if p.with_suffix("").as_posix().endswith(ending)]
    if len(found) != 1: raise SystemExit(f"{len(found)} notebooks are called {name}")
    return found[0]


def arguments():
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=style)
    parser.add_argument("names", nargs="*", help="pages to try, with or without folder")
    parser.add_argument("--list", action="store_true", help="print the changes and try none")
    parser.add_argument("--noticed", action="store_true", help="print what notices each change")
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the checkout; default: the one this script is in")
    return parser.parse_args()


def summary(name, count, problems, start):
    "One line on a page, or on all: what a change takes is printed, and nowhere asserted."
    took = time.perf_counter() - start
    each = f", {took / count:.2f} s a change" if count else ""
    return f"{name}: {count} changes, {problems} problem(s), {took:.1f} s{each}"


def missing(nbs, pages, losses, listed):
    "What the pages that were found lack: losses that none defines, pages that the list names."
    lost = set(listed) - {title(nbs, p) for p in pages}
    return [*(f"no page in nbs/losses/ defines {name}" for name in without_page(pages, losses)),
            *(f"break_pages.toml lists {name}, which is no loss page" for name in sorted(lost))]


def main():
    args, begun = arguments(), time.perf_counter()
    nbs = args.root.resolve() / "nbs"
    paths = [named(nbs, n) for n in args.names] or loss_pages(nbs)
    pages = {title(nbs, p): visible_cells(p) for p in paths}
    if args.list:
        for name, cells in pages.items():
            print(name, *(d for _, d, _ in changes(cells)), sep="\n  ")
        return 0
    breaker, listed, problems, tried = Breaker(pages.values()), equivalent(), [], 0
    if not args.names:
        problems = missing(nbs, paths, breaker.call(public_losses), listed)
        print(*problems, sep="\n", end="\n" * bool(problems))
    for name, cells in pages.items():
        start = time.perf_counter()
        found, came = breaker.try_page(cells, listed.get(name, {}))
        details = [f"{d}: {what or why}" for d, (what, why) in came.items()] if args.noticed else []
        line = summary(name, len(came), len(found), start)
        print(line, *found, *details, sep="\n  ", flush=True)
        problems, tried = problems + found, tried + len(came)
    breaker.processes.close()
    print(summary("all", tried, len(problems), begun))
    return int(bool(problems))


if __name__ == "__main__": sys.exit(main())
