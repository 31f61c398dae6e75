"The package: light to import, documented, clean to ruff, and it builds and installs."
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

import pytest
from fastcore.docments import docments

HEAVY = ("matplotlib", "pandas", "fastai", "fastcore", "IPython", "sklearn", "scipy", "triton", "timm")
CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
IMPORTED = f"""
import sys, torch
before = set(sys.modules)
import lossfx
print(*sorted({{m.split('.')[0] for m in set(sys.modules) - before}} & set({HEAVY!r})))
"""


def python(code, *options, exe=sys.executable, **kw):
    done = subprocess.run([exe, *options, "-c", code], capture_output=True, text=True, **kw)
    assert done.returncode == 0, done.stderr
    return done


def test_import_loads_nothing_heavy(): assert python(IMPORTED).stdout.strip() == "", "loaded by `import lossfx`"


def test_import_time_is_measured(fact):
    "Printed, not asserted: what `import lossfx` adds to `import torch`, best of three."
    code = "import torch, time; t = time.perf_counter(); import lossfx; print(time.perf_counter() - t)"
    fact(f"import lossfx adds {1000 * min(float(python(code).stdout) for _ in range(3)):.0f} ms to import torch")


def test_ruff(root):
    done = subprocess.run([Path(sys.executable).with_name("ruff"), "check", "--no-cache", "lossfx", "tools", "tests"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def modules():
    import lossfx

    return sorted(m.name for m in pkgutil.iter_modules(lossfx.__path__) if not m.name.startswith("_"))


def public(module):
    "The public functions and classes that a module defines; of a class its constructor, and of a torch module its methods."
    import torch

    for name in module.__all__:
        value = getattr(module, name)
        if not (inspect.isfunction(value) or inspect.isclass(value)) or value.__module__ != module.__name__: continue
        yield name, value
        if not inspect.isclass(value): continue
        for key, method in vars(value).items():
            if inspect.isfunction(method) and (key == "__init__" or (issubclass(value, torch.nn.Module) and key[0] != "_")): yield f"{name}.{key}", method


def undocumented(name, value):
    "The parts of a signature without a comment. A method may leave out its return; fastcore reads none at `self` and `**options`."
    if inspect.isclass(value): return [] if inspect.getdoc(value) else ["docstring"]
    method = "." in name
    docs = docments(value, full=True, returns=True)
    parameters = inspect.signature(value).parameters.items()
    parts = [n for n, p in parameters if not (method and n == "self") and p.kind != p.VAR_KEYWORD]
    missing = [p for p in parts if not (docs.get(p) or {}).get("docment")]
    returns = inspect.signature(value).return_annotation not in (inspect.Signature.empty, None)
    if returns and not method and not (docs.get("return") or {}).get("docment"): missing.append("return")
    if not name.endswith("__init__") and not inspect.getdoc(value): missing.append("docstring")
    return missing


@pytest.mark.parametrize("name", modules())
def test_public_names_are_documented(name):
    "Every public function and class says what each parameter and the return is."
    module = importlib.import_module(f"lossfx.{name}")
    missing = {n: m for n, v in public(module) if (m := undocumented(n, v))}
    assert not missing, "\n".join(f"{name}.{n}: no docment for {', '.join(m)}" for n, m in missing.items())


def test_every_public_name_is_in_lossfx(pyproject):
    "`lossfx.hinge_loss` works for each public name of each module that is not behind a command, and no module hides another's name."
    import lossfx

    loaded = python("import sys, lossfx; print(*(m for m in sys.modules if m.startswith('lossfx.')))").stdout.split()
    commands = {target.partition(":")[0] for target in pyproject["project"]["scripts"].values()}
    missing = {f"lossfx.{m}" for m in modules()} - commands - set(loaded)
    assert not missing, f"lossfx/__init__.py does not import {', '.join(sorted(missing))}"
    for module in map(importlib.import_module, loaded):
        hidden = [n for n in getattr(module, "__all__", ()) if getattr(lossfx, n, None) is not getattr(module, n)]
        assert not hidden, f"lossfx has no {', or not that of the module: '.join(hidden)} of {module.__name__}"


def install_in_fresh_environment(wheel, folder):
    "Install a wheel in a new environment, through the constraints, so that it gets the torch that is tested."
    venv.create(folder, with_pip=True)
    exe = folder / "bin/python"
    subprocess.run([exe, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", CONSTRAINTS, wheel], check=True)
    return exe


def typing_files(place):
    "The stubs and py.typed in the package of a checkout, a wheel or an sdist."
    if place.is_dir(): names = [p.relative_to(place).as_posix() for p in (place / "lossfx").rglob("*")]
    elif place.suffix == ".whl": names = zipfile.ZipFile(place).namelist()
    else: names = [n.partition("/")[2] for n in tarfile.open(place).getnames()]
    return sorted(n for n in names if n.endswith((".pyi", "/py.typed")))


@pytest.mark.package
def test_wheel_and_sdist_build_and_install(root, fact):
    "The sdist builds, the wheel builds from it, and a fresh environment can train with the wheel."
    import time

    with tempfile.TemporaryDirectory(prefix="package-") as tmp:
        tmp, env = Path(tmp), os.environ | {"PIP_CONSTRAINT": str(CONSTRAINTS)}
        done = subprocess.run([sys.executable, "-m", "build", "--outdir", tmp / "dist", root], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        wheel, sdist = next((tmp / "dist").glob("*.whl")), next((tmp / "dist").glob("*.tar.gz"))
        assert (typed := typing_files(root)) and typed == typing_files(wheel) == typing_files(sdist)
        start = time.perf_counter()
        exe = install_in_fresh_environment(wheel, tmp / "env")
        fact(f"{time.perf_counter() - start:.0f} s to install {wheel.name} in a fresh environment; {sdist.name} has {sdist.stat().st_size // 1024} KB")
        assert str(tmp) in python("import lossfx; print(lossfx.__file__)", "-I", exe=exe).stdout
        python(TRAIN, "-I", exe=exe)
        names = [m for m in modules() if m not in ("demo", "bench")]
        python("; ".join(f"import lossfx.{m}" for m in names), "-I", exe=exe)


TRAIN = """
import torch, lossfx
torch.manual_seed(0)
x = torch.randn(200, 2); y = (x[:, 0] > 0).long()
model = torch.nn.Linear(2, 2); loss = lossfx.SoftLabelCrossEntropyLoss(); step = torch.optim.SGD(model.parameters(), 1.)
for _ in range(50): step.zero_grad(); loss(model(x), y).backward(); step.step()
assert (model(x).argmax(1) == y).float().mean() > .95
"""
