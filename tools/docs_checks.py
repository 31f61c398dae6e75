"Check the notebooks: the sidebar lists each of them, and nbdev can make a page of each."
import ast
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from docs_names import DEFAULT_EXP

NOT_RUN = re.compile(r"^#\| ?(export|exports|exporti|exec_doc|eval: false)\b", re.M)
UNFOLDED = re.compile(r"^#\| ?code-summary: *(.*[`{}].*)$", re.M)
MIXED = "mixes imports with other code: they stand in a cell of their own"


def groups_of(nbs, names):
    "The groups of the sidebar in `nbs/_quarto.yml`: (title or \"\", the notebooks among `names`)."
    config = yaml.safe_load((nbs / "_quarto.yml").read_text(encoding="utf-8"))
    found = []
    for item in config["website"]["sidebar"]["contents"]:
        title, patterns = ("", [item]) if isinstance(item, str) else item.values()
        listed = [[n for n in sorted(names) if fnmatchcase(n, p)] or [p] for p in patterns]
        found.append((title, [name for matched in listed for name in matched]))
    return found


def notebooks(nbs):
    "The notebooks under a folder, as nbdev finds them: no name starts with a dot or an underscore."
    names = (p.relative_to(nbs) for p in Path(nbs).rglob("*.ipynb"))
    return sorted(n.as_posix() for n in names if not any(part[0] in "._" for part in n.parts))


def check_sidebar(nbs):
    "List the differences between the sidebar and the notebooks."
    here = notebooks(nbs)
    listed = [name for _, names in groups_of(nbs, here) for name in names]
    said = ([f"lists {n}, which does not exist" for n in listed if n not in here]
            + [f"does not list {n}" for n in here if n not in listed]
            + [f"lists {n} twice" for n in sorted(set(listed)) if listed.count(n) > 1])
    return [f"nbs/_quarto.yml: the sidebar {s}" for s in said]


def check_notebooks(nbs):
    "List what keeps a notebook from being a good page."
    problems, modules = [], {}
    for name in notebooks(nbs):
        cells = json.loads((nbs / name).read_text(encoding="utf-8"))["cells"]
        kinds = [c["cell_type"] for c in cells]
        sources = ["".join(c["source"]) for c in cells]
        said = []
        # nbdev drops other text in the first cell
        if not sources or not re.fullmatch(r"# [^\n]+\n+> [^\n]+\s*", sources[0]):
            said.append("the first cell is not '# Title', an empty line and '> one sentence'")
        texts = (s for kind, s in zip(kinds, sources) if kind == "markdown")
        links = (link for s in texts for link in re.findall(r"\[[^]`]*`[^]]*\]\([^)]*\)", s))
        said += [f"nbdev links code by itself, so write {link} without backticks" for link in links]
        for module in DEFAULT_EXP.findall("\n".join(sources)):
            other = modules.setdefault(module, name)
            if other == name: continue
            said.append(f"exports {module}, as nbs/{other} does: one wipes the other")
        for cell, kind, s in zip(cells, kinds, sources):
            hidden = re.search(r"^#\| ?hide\b", s, re.M)
            if kind == "code" and mixes_imports(s) and not hidden:
                said.append(f"cell {cell.get('id')} {MIXED}")
            # the site's Markdown has the summary in the line that opens the code, as an attribute
            said += [f"a cell does not fold whose summary has backticks or braces: {summary}"
                     for summary in UNFOLDED.findall(s) if kind == "code"]
        problems += [f"nbs/{name}: {s}" for s in said]
    return problems


IMPORT = ast.Import, ast.ImportFrom


def parsed(source):
    "The syntax tree of a cell that is not exported; None for others, magics and shell commands."
    if NOT_RUN.search(source): return None
    try: return ast.parse(source)
    except SyntaxError: return None


def mixes_imports(source):
    "Whether a cell that is not exported has an import beside other statements."
    tree = parsed(source)
    imports = [isinstance(statement, IMPORT) for statement in tree.body] if tree else []
    return any(imports) and not all(imports)


def imports_unexported(source):
    "Whether a cell that is not exported imports anything, in a function perhaps: nbdev runs it."
    tree = parsed(source)
    return tree is not None and any(isinstance(node, IMPORT) for node in ast.walk(tree))
