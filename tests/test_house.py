"The house: who imports whom, what a star import brings, what the reference holds."
import ast
import pkgutil
import sys
from pathlib import Path

import pytest
from library import modules, public

ROOT = Path(__file__).resolve().parent.parent
FOR_AUTHORS = ("core.", "testing", "plot", "equivalences", "properties")
BY_MODULE = (*FOR_AUTHORS, "compat")  # what is imported from its own module
BELOW = {"core": {"core"}, "losses": {"core", "losses"}, "fast": {"core", "losses", "fast"}}


def imports(name):
    "The modules of lossfx that a module imports, by their names below `lossfx`."
    path = ROOT / "lossfx" / (name.replace(".", "/") + ".py")
    depth, found = name.count("."), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import): found |= {a.name for a in node.names}
        if not isinstance(node, ast.ImportFrom): continue
        above = ["lossfx", *name.split(".")[:depth + 1 - node.level]] if node.level else []
        found.add(".".join([*above, *([node.module] if node.module else [])]))
    ours = {n for n in found if n.split(".")[0] == "lossfx"}
    return {n.removeprefix("lossfx").lstrip(".") for n in ours}


@pytest.mark.parametrize("name", [m for m in modules() if m.split(".")[0] in BELOW])
def test_imports_go_down(name):
    "`core` imports nothing of ours above it, losses `core` and each other, `fast` only those two."
    room = name.split(".")[0]
    above = {m for m in imports(name) if m.split(".")[0] not in BELOW[room]}
    assert not above, f"lossfx.{name} imports {', '.join(f'lossfx.{m}' for m in above)}"


def test_no_circle():
    "No module is imported by what it imports."
    graph = {m: imports(m) & set(modules()) for m in modules()}

    def reach(name, path):
        for other in graph[name]:
            assert other not in path, " -> ".join([*path, other])
            reach(other, [*path, other])

    assert sum(map(len, graph.values())) > 10
    for name in graph: reach(name, [name])


def test_a_star_import_brings_the_front_door_alone():
    "And no module, though some are attributes of the package once they have been imported."
    import lossfx.plot
    import lossfx.testing

    exec("from lossfx import *", names := {})
    assert names.keys() - {"__builtins__"} == set(lossfx.__all__)


def test_no_name_is_a_function_and_a_module():
    "In the package and in each of its folders."
    import lossfx
    from lossfx import core, fast, losses

    for package in (lossfx, core, fast, losses):
        inside = {m.name for m in pkgutil.iter_modules(package.__path__)}
        hidden = [n for n in inside if not isinstance(getattr(package, n, package), type(sys))]
        assert not hidden, f"{package.__name__} hides its modules {hidden}"


def test_the_reference_is_the_front_door():
    "The names with a reference entry, but for modules of their own, are `lossfx.__all__`."
    import lossfx

    pages = {n for m in modules() if not m.startswith(BY_MODULE) for n in public(m)}
    elsewhere = {n for m in modules() if m.startswith(BY_MODULE) for n in public(m)}
    offered = set(lossfx.__all__)
    assert not pages - offered, "on the site, and not in lossfx.__all__"
    assert not offered - pages - elsewhere, "in lossfx.__all__ without an entry on the site"


FACTORIES = {"arange", "empty", "eye", "full", "linspace", "ones", "rand", "randint", "randn",
             "scalar_tensor", "tensor", "zeros"}


def without_device(text):
    "Lines of a module that make a tensor with `torch` and do not say where it lives."
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute): continue
        of_torch = isinstance(node.func.value, ast.Name) and node.func.value.id == "torch"
        if not of_torch or node.func.attr not in FACTORIES: continue
        if not any(k.arg == "device" for k in node.keywords): found.append(node.lineno)
    return found


# These make data of their own
OWN_DATA = {"compat", "demo", "doctor.rules.examples", "plot", "testing"}


@pytest.mark.parametrize("name", [m for m in modules() if m not in OWN_DATA])
def test_new_tensors_say_where_they_live(name):
    "Or the default device, which a user may have set, is mixed with that of the data."
    path = ROOT / "lossfx" / (name.replace(".", "/") + ".py")
    lines = without_device(path.read_text(encoding="utf-8"))
    assert not lines, f"{path.name}, lines {lines}: pass device=, or use new_... or ..._like"


def test_a_tensor_without_a_device_is_found():
    text = "import torch\na = torch.zeros(2)\nb = torch.ones(2, device='cpu')\nc = a.new_ones(2)\n"
    assert without_device(text) == [2]


def bodies(text):
    "What each function of a module does, its names apart: as text, with the function's name."
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef): continue
        names = {}
        for part in ast.walk(node):
            for name in ("id", "arg"):
                if hasattr(part, name) and getattr(part, name):
                    setattr(part, name, names.setdefault(getattr(part, name), f"n{len(names)}"))
        begins = 1 if ast.get_docstring(node) is not None else 0
        lines = [ast.unparse(s) for s in node.body[begins:]]
        if len("".join(lines)) > 40: yield "\n".join(lines), node.name


def test_no_two_pages_define_the_same():
    "A function that two loss pages need belongs into `core`."
    found = {}
    for path in sorted((ROOT / "lossfx/losses").glob("*.py")):
        for body, name in bodies(path.read_text(encoding="utf-8")):
            other = found.setdefault(body, (path.name, name))
            assert other[0] == path.name, f"{path.name}: {name} does what {other} does"
    assert len(found) > 50


def test_the_same_under_other_names_is_found():
    one = "def f(x, y):\n    'One.'\n    return (x*y).sum(-1) + x.logsumexp(-1)*3"
    two = "def g(a, b):\n    z = a\n    return (a*b).sum(-1) + a.logsumexp(-1)*3"
    same = "def h(q, y):\n    return (q*y).sum(-1) + q.logsumexp(-1)*3"
    first, second, third = (next(bodies(t))[0] for t in (one, two, same))
    assert first == third != second
