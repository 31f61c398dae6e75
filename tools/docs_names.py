"Where a name leads: to its section, on the page of the notebook that exports it."
import ast
import importlib
import posixpath
import re
from functools import cache
from pathlib import Path

from docs_cells import bound

OWNER = re.compile(r"(['’]s|package) $")  # optax's `hinge_loss`
OF_PACKAGE = re.compile(r" of (optax|kornia|MONAI|scikit-learn|timm|torch|fastai)\b")
DEFAULT_EXP = re.compile(r"^#\| ?default_exp (\S+)", re.M)


def module_of(sources):
    "The module that the cells of a notebook export, as a path in lossfx/: `core/mould`; or None."
    found = DEFAULT_EXP.search("\n".join(sources))
    return found[1].replace(".", "/") if found else None


def is_loss(value):
    "Whether a value is a loss: a function made of a formula, or a module class of one."
    function = getattr(value, "function", None) if isinstance(value, type) else value
    return hasattr(function, "formula")


def losses_of(module):
    "The names of a module that hold a loss."
    if module is None: return set()
    held = importlib.import_module("lossfx." + module.replace("/", "."))
    return {name for name, value in vars(held).items() if is_loss(value)}


def definitions(path):
    "The line of each name that a module defines, methods too; nothing for a page without a module."
    if not path.exists(): return {}
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        found |= {name: node.lineno for name in bound(node)}
        if not isinstance(node, ast.ClassDef): continue
        methods = (n for n in node.body if isinstance(n, ast.FunctionDef))
        found |= {f"{node.name}.{n.name}": n.lineno for n in methods}
    return found


def parameters(path):
    "The names of all parameters in a module."
    if not path.exists(): return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


@cache
def public_names(lib):
    "What the modules in a folder export: helpers may be called like something else elsewhere."
    trees = (ast.parse(p.read_text(encoding="utf-8")) for p in lib.rglob("*.py"))
    return {name for tree in trees for node in tree.body if isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == "__all__" for name in ast.literal_eval(node.value)}


class Home:
    "The module of a page: the names it defines stay on the page, whatever else is called so."
    def __init__(self, lib, module):
        path = lib / f"{module}.py"
        self.lines, self.parameters = definitions(path), parameters(path)
        self.known = public_names(lib) | set(self.lines)
        self.ids = {name.lower() for name in self.lines}

    def links(self, text):
        "Lead the names that the page defines to the page; its options, others' names nowhere."
        def to_page(m):
            shown = f"`{m[1]}{m[2] or ''}`"
            of_others = OWNER.search(text[:m.start()]) or OF_PACKAGE.match(text[m.end():])
            known = not self.known.isdisjoint([m[1], *m[1].split(".")])
            if of_others or not known: return shown
            if m[1] in self.lines: return f"[{shown}](#{m[1].lower()})"
            return shown if m[1] in self.parameters and not m[2] else m[0]
        return re.sub(r"\[`([\w.]+)(\(\))?`\]\([^)\s]*#[\w.]+\)", to_page, text)

    def headings(self, text):
        "Give a heading another id than that of a name of the page, which links to the name need."
        def apart(m):
            slug = m[2].lower().replace(" ", "-")
            return f"{m[0]} {{#{slug}-heading}}" if slug in self.ids else m[0]
        return re.sub(r"^(#+) ([\w ]+)$", apart, text, flags=re.M)


def link_fixer(names, notebook):
    "A function that leads the links between notebooks, as `notebook` has them, to their pages."
    folder = posixpath.dirname(notebook)

    def to_page(m):
        target = posixpath.normpath(posixpath.join(folder, m[2]))
        return m[1] + posixpath.relpath(names[target], folder or ".") if target in names else m[0]
    return lambda text: re.sub(r"""(\]\(|href=")([^)"\s:#]+\.ipynb)""", to_page, text)


def add_losses(lib, modules):
    "Tell nbdev, which lists what `def` and `class` make, where the losses are that are assigned."
    from nbdev.config import nbpath2html
    from nbdev.doclinks import NbdevLookup

    places = NbdevLookup().syms
    for notebook, module in modules.items():
        page = nbpath2html(Path(notebook)).as_posix()
        for name in losses_of(module) & set(definitions(lib / f"{module}.py")):
            places.setdefault(name, f"/{page}#{name.lower()}")
