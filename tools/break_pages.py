"""Break each loss in many small ways, and say which breaks its visible page does not notice.

    python tools/break_pages.py                 # every loss page, 10_... to 79_... in nbs/
    python tools/break_pages.py 21_hinge        # one page, or several
    python tools/break_pages.py --list 21_hinge # the changes that would be tried

A page defines its functions in its own exported cells. For each change, tools/mutants.py rewrites
one of those cells; then the page's cells run from the top in a fresh process and namespace, until
one fails. Cells that the reader does not see (`#| hide`, `#| include: false`) and cells flagged
`slow`, `cuda` or `notest` are left out, so that only what the page shows can notice. What no cell
notices is printed, and the exit status is 1.

Changes that alter nothing are listed in break_pages.toml, each with its reason. An entry there that
is no longer among the changes, or that a page does notice, is an error as well.
"""
import argparse
import contextlib
import io
import json
import linecache
import os
import re
import sys
import time
import tomllib
import types
import warnings
from pathlib import Path

from mutants import mutants
from processes import Processes

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = Path(__file__).with_suffix(".toml")
PRELOAD = ["torch", "matplotlib.pyplot", "fastcore.test", "sklearn.linear_model", "fastai.losses"]
LEFT_OUT = re.compile(r"^#\| *((hide|slow|cuda|notest)\b|(include|eval): *false)", re.M)
EXPORTED = re.compile(r"^#\| *(export|exports|exporti)\b", re.M)
SECONDS = 120  # for one run of a page; a change that makes it hang counts as noticed


def visible_cells(path):
    "The (id, source) of the code cells that a reader sees, imports and definitions included."
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [(c["id"], "".join(c["source"])) for c in cells if c["cell_type"] == "code"]
    return [(i, s) for i, s in sources if not LEFT_OUT.search(s)]


def definitions(cells): return [(i, s) for i, s in cells if EXPORTED.search(s)]


def changes(cells):
    "All (cell id, description, new source) of a page, each description once."
    found, seen = [], {}
    for cell, source in definitions(cells):
        for description, changed in mutants(source):
            seen[description] = seen.get(description, 0) + 1
            again = f" (occurrence {seen[description]})" if seen[description] > 1 else ""
            found.append((cell, description + again, changed))
    return found


def run_page(cells, cell=None, changed=None):
    "Run cells from the top, one of them changed; return what fails, (id, error), or None."
    import torch

    os.environ["MPLBACKEND"] = "Agg"
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    # a real module, so that pickling finds its classes, called as in a notebook
    page = sys.modules["__main__"] = types.ModuleType("__main__")
    for i, source in cells:
        source = changed if i == cell else source
        name = f"<cell {i}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
                exec(compile(source, name, "exec"), vars(page))
        except BaseException as e: return i, f"{type(e).__name__}: {str(e)[:200]}"
    return None


class Breaker:
    "Tries changes, two processes at a time, each run of a page in a process of its own."
    def __init__(self):
        os.environ["MPLBACKEND"] = "Agg"
        self.processes = Processes(PRELOAD, 2, SECONDS)

    def run(self, *args):
        "Start a run of a page; the result is what went wrong, (cell, error), or None."
        return self.processes.submit(run_page, *args)

    def try_page(self, path, known):
        "List the problems of a page; `known` maps descriptions of equivalent changes to reasons."
        cells = visible_cells(path)
        failed, trouble = self.run(cells).result()
        if failed or trouble:
            return [f"does not run without its hidden cells: {failed or trouble}"], 0
        tried = changes(cells)
        runs = [(d, self.run(cells, c, s)) for c, d, s in tried]
        # neither a cell failed nor the process
        survived = [d for d, future in runs if future.result() == (None, "")]
        problems = [f"survived: {d}" for d in survived if d not in known]
        for d in known:
            if d in survived: continue
            said = "noticed" if d in dict(runs) else "not tried any more"
            problems.append(f"break_pages.toml lists a change that is {said}: {d}")
        return problems, len(tried)


def equivalent():
    "The changes that alter nothing: page to description to reason."
    if not EQUIVALENT.exists(): return {}
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    for page, entries in listed.items():
        for description, reason in entries.items():
            if reason.strip(): continue
            raise SystemExit(f"break_pages.toml: {page}: {description}: no reason is given")
    return listed


def loss_pages(nbs):
    "The notebooks that define losses, by their numbers, in whatever folder they are."
    return [p for p in sorted(nbs.rglob("[1-7][0-9]_*.ipynb")) if definitions(visible_cells(p))]


def named(nbs, name):
    "The notebook of a name without folder and ending."
    found = sorted(nbs.rglob(f"{name}.ipynb"))
    if len(found) != 1: raise SystemExit(f"{len(found)} notebooks are called {name}")
    return found[0]


def main():
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=style)
    parser.add_argument("names", nargs="*", help="pages to try, without folder and ending")
    parser.add_argument("--list", action="store_true", help="print the changes and try none")
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the checkout; default: the one this script is in")
    args = parser.parse_args()
    nbs = args.root.resolve() / "nbs"
    pages = [named(nbs, n) for n in args.names] or loss_pages(nbs)
    if args.list:
        for p in pages: print(p.stem, *(d for _, d, _ in changes(visible_cells(p))), sep="\n  ")
        return 0
    listed, failed = equivalent(), 0
    lost = set() if args.names else set(listed) - {p.stem for p in pages}
    unknown = [f"break_pages.toml lists {n}, which is no loss page" for n in sorted(lost)]
    breaker = Breaker()
    for path in pages:
        start = time.perf_counter()
        problems, count = breaker.try_page(path, listed.get(path.stem, {}))
        failed += len(problems)
        took = f"{time.perf_counter() - start:.0f} s"
        said = f"{path.stem}: {count} changes, {len(problems)} problem(s), {took}"
        print(said, *problems, sep="\n  ", flush=True)
    breaker.processes.close()
    print(*unknown, sep="\n", end="\n" if unknown else "")
    return int(bool(failed or unknown))


if __name__ == "__main__": sys.exit(main())
