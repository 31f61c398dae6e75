"""Build docs/ and README.md from the notebooks, without Quarto.

    python tools/docs.py            # write docs/ and README.md
    python tools/docs.py --check    # write nothing; exit 1 if they differ from what there is

docs_checks looks at the notebooks. docs_stage has nbdev process them, and lays them out as
smalldocs reads them: docs_cells says what is shown of a definition, docs_show writes its section,
docs_names knows where names lead. smalldocs renders, docs_pages puts what it rendered into the
frame of tools/site, docs_train writes the script of the page that trains, docs_search the index,
docs_links checks the pages. docs_readme writes README.md.
"""
import argparse
import filecmp
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from docs_checks import check_notebooks, check_sidebar
from docs_links import check_pages
from docs_pages import render
from docs_readme import readme
from docs_stage import NBDEV_YML, stage

ROOT = Path(__file__).resolve().parent.parent


def build(root, work):
    "Build the site and README.md under `work`; list the problems found."
    out = work / "docs"
    here = Path.cwd()
    problems = check_notebooks(root / "nbs")
    try:
        staged = stage(root, work)
        problems += render(staged, out, import_module("lossfx").__version__)
        shutil.copytree(staged.source / "figures", out / "figures", dirs_exist_ok=True)
        problems += check_pages(out)
        text = readme(staged.processed / "index.ipynb", "docs", "nbs")
        (work / "README.md").write_text(text, encoding="utf-8")
    finally:
        os.chdir(here)  # nbdev reads its settings from the working folder, so stage() goes there
    return problems


def differences(saved, built):
    "List the files that differ between the saved folder and the built one."
    def files(folder):
        return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}

    a, b = files(saved), files(built)
    stale = [f for f in sorted(a & b) if not filecmp.cmp(saved / f, built / f, shallow=False)]
    return ([f"docs/{f}: no notebook makes it" for f in sorted(a - b)]
            + [f"docs/{f}: missing" for f in sorted(b - a)]
            + [f"docs/{f}: out of date" for f in stale])


def check(root, work):
    "List what is out of date in the checkout."
    problems = differences(root / "docs", work / "docs")
    for name, made in (("README.md", work / "README.md"), (NBDEV_YML, work / NBDEV_YML)):
        saved = root / name
        if saved.exists() and saved.read_bytes() == made.read_bytes(): continue
        problems.append(f"{name}: out of date")
    return problems


def save(root, work):
    "Put what was built into the checkout."
    shutil.rmtree(root / "docs", ignore_errors=True)
    shutil.copytree(work / "docs", root / "docs")
    shutil.copy(work / "README.md", root / "README.md")
    shutil.copy(work / NBDEV_YML, root / NBDEV_YML)


def main():
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=style)
    parser.add_argument("--check", action="store_true",
                        help="compare with docs/ and README.md, and write neither")
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the checkout to build; default: the one this script is in")
    args = parser.parse_args()
    root = args.root.resolve()
    sys.path.insert(0, str(root))  # what the notebooks import is that of the checkout
    with tempfile.TemporaryDirectory(prefix="docs-") as tmp:
        work = Path(tmp)
        problems, unlisted = build(root, work), check_sidebar(root / "nbs")
        if args.check: problems += check(root, work) + unlisted
        else: save(root, work)
        pages = len(list((work / "docs").rglob("*.html")))
    for p in problems: print(p, file=sys.stderr)
    for p in unlisted if not args.check else (): print(f"warning: {p}", file=sys.stderr)
    wrote = f"wrote README.md, docs/index.html and {pages - 1} more pages"
    print(f"{f'checked {pages} pages' if args.check else wrote}; {len(problems)} problem(s)")
    return int(bool(problems))


if __name__ == "__main__": sys.exit(main())
