"""Write a .pyi beside each module that makes something by the mould, for editors to show.

    python tools/stubs.py           # write the stubs, and delete those that nothing needs any more
    python tools/stubs.py --check   # write nothing; name what is out of date, and exit 1

A stub is its module without the bodies. A loss gets the signature and the docstring that it has
when it runs, a module class its constructor, the attributes that keep its options, and its call.
"""
import argparse
import ast
import importlib
import sys
from pathlib import Path
from textwrap import indent

from stubs_mould import is_made, loss, module_class

ROOT = Path(__file__).resolve().parent.parent
HEAD = "# Written by tools/stubs.py: do not edit\n"
KEPT = (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AugAssign, ast.AnnAssign)


def names_of(node):
    "The names that a statement gives to functions, classes or values."
    left = getattr(node, "targets", [node])
    targets = [t for target in left for t in getattr(target, "elts", [target])]
    return [n for t in targets if (n := getattr(t, "name", getattr(t, "id", "")))]


def emptied(node, value=None):
    "A statement without bodies: functions keep their docstring, classes what is set on `self`."
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)): return node
    doc = ast.get_docstring(node, clean=False)
    if is_made(value): doc = indent(value.__doc__, "    ").strip()
    if is_made(value) or hasattr(value, "cache_info"): node.decorator_list = []
    body, node.body = node.body, [ast.Expr(ast.Constant(doc or ...))]
    if isinstance(node, ast.FunctionDef): return node
    inner = [n for part in body for n in ast.walk(part) if isinstance(n, ast.Attribute)]
    own = [n.attr for n in inner if isinstance(n.ctx, ast.Store) and ast.unparse(n.value) == "self"]
    new = [ast.parse(f"{n}: Any").body[0] for n in dict.fromkeys(own) if not hasattr(value, n)]
    node.body += [*new, *(emptied(n) for n in body if isinstance(n, KEPT))]
    return node


def written(node, module):
    "What a statement of a module becomes in its stub, as text."
    found = {n: getattr(module, n, None) for n in names_of(node)}
    made = {n: v for n, v in found.items() if is_made(v)}
    for name, value in made.items():
        if isinstance(value, type):
            body = [emptied(n) for n in getattr(node, "body", []) if isinstance(n, KEPT)]
            yield module_class(name, value, map(ast.unparse, body))
        elif isinstance(node, ast.Assign) or hasattr(value, "formula"): yield loss(name, value)
        else: yield ast.unparse(emptied(node, value))
    if found and not made or isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.If, ast.Try)):
        yield ast.unparse(emptied(node, next(iter(found.values()), None)))


def imports(module, tree, body):
    "The imports that a stub needs: those of its module, and its own."
    found = {n: f"from typing import {n}" for n in ("Any", "Literal", "Optional", "overload")}
    for node in (n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))):
        for alias in list(node.names):
            node.names = [alias]
            found[alias.asname or alias.name] = ast.unparse(node)
    nodes = list(ast.walk(ast.parse(body)))
    used = {n.id for n in nodes if isinstance(n, ast.Name)}.union(getattr(module, "__all__", ()))
    dotted = {ast.unparse(n): ast.unparse(n.value) for n in nodes if isinstance(n, ast.Attribute)}
    modules = {m for name, m in dotted.items() if m in sys.modules and name not in sys.modules}
    lines = {line for name, line in found.items() if name.partition(".")[0] in used}
    return sorted(lines | {f"import {m}" for m in modules})


def stub(path):
    "The stub of a module, or None where the mould makes nothing."
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module, tree = importlib.import_module(name), ast.parse(path.read_text(encoding="utf-8"))
    names = [n for node in tree.body for n in names_of(node)]
    if not any(is_made(getattr(module, n, None)) for n in names): return None
    body = "\n\n".join(text for node in tree.body for text in written(node, module))
    body = body.replace(f"{name}.", "")  # classes of the module itself
    return "\n".join([HEAD, *imports(module, tree, body), "", body, ""])


def outdated():
    "The files that are not as they should be: path -> text, None for one that has to go."
    folder = ROOT / "lossfx"
    texts = {p.with_suffix(".pyi"): stub(p) for p in sorted(folder.rglob("*.py"))}
    texts[folder / "py.typed"] = ""
    files = [*folder.rglob("*.pyi"), *folder.rglob("py.typed")]
    have = {p: p.read_text(encoding="utf-8") for p in files}
    return {p: texts.get(p) for p in sorted(texts | have) if texts.get(p) != have.get(p)}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    sys.path.insert(0, str(ROOT))
    files = outdated()
    for path, text in files.items():
        if check: print(f"{path.relative_to(ROOT)} is out of date: run tools/stubs.py")
        elif text is None: path.unlink()
        else: path.write_text(text, encoding="utf-8")
    return int(check and bool(files))


if __name__ == "__main__": sys.exit(main())
