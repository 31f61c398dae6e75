"The library as the tests walk it: modules at every level, the losses in them, the pages of both."
import importlib
import inspect
import json
import pkgutil
from pathlib import Path

import lossfx
import torch
from docs_checks import notebooks
from docs_names import is_loss, module_of

ROOT = Path(__file__).resolve().parent.parent


def modules():
    "The names below `lossfx` of its modules, packages left out: `hinge`, `core.mould`."
    found = (m.name for m in pkgutil.walk_packages(lossfx.__path__, "lossfx.") if not m.ispkg)
    names = (name.removeprefix("lossfx.") for name in found)
    return sorted(n for n in names if not any(part[0] == "_" for part in n.split(".")))


def module(name): return importlib.import_module(f"lossfx.{name}")


def public(name):
    "The public names of a module, each with what it holds, but for what other modules define."
    held = module(name)
    home = lambda v: held.__name__ if is_loss(v) else getattr(v, "__module__", held.__name__)
    return {n: v for n in held.__all__ if home(v := getattr(held, n)) == held.__name__}


def is_defined(value):
    "Whether a public name is a function, cached or assigned ones included, or a class: no data."
    return inspect.isclass(value) or inspect.isfunction(inspect.unwrap(value))


def losses():
    "The losses that a user finds in `lossfx`, functions and module classes, by name."
    return {n: v for n, v in vars(lossfx).items() if is_loss(v)}


def embedded(loss, n, d, classes, generator):
    "Data for a loss of embeddings, by the names of what it cannot do without."
    needed = [p.name for p in inspect.signature(loss).parameters.values() if p.default is p.empty]
    rows = {name: classes if name == "weight" else n for name in needed}
    labels = torch.arange(n) % classes
    return tuple(labels if name == "y_true" else torch.randn(rows[name], d, generator=generator)
                 for name in needed)


def pages():
    "The page of each module that a notebook exports: `core.mould` -> `authors/mould.html`."
    from nbdev.config import nbpath2html

    found = {}
    for name in notebooks(ROOT / "nbs"):
        cells = json.loads((ROOT / "nbs" / name).read_text(encoding="utf-8"))["cells"]
        path = module_of("".join(c["source"]) for c in cells)
        if path: found[path.replace("/", ".")] = nbpath2html(Path(name)).as_posix()
    return found
