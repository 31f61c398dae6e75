"The package: light to import, documented, clean to ruff, and it builds and installs."
import inspect
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import venv
import zipfile
from configparser import ConfigParser
from importlib.metadata import distribution
from pathlib import Path

import pytest
from docs_names import is_loss
from fastcore.docments import docments
from library import is_defined, losses, module, modules, pages, public
from packaging.metadata import Metadata
from packaging.requirements import Requirement

HEAVY = ("matplotlib", "pandas", "fastai", "fastcore", "IPython", "sklearn", "scipy", "triton",
         "numba", "timm")
WITH_EXTRAS = ("demo", "fast.compiled", "fast.cpu", "fast.float32")  # modules that need an extra
CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
IMPORTED = """
import os, sys, time, torch
for _ in range(3):
    if os.fork(): os.wait()
    else: break
else: sys.exit()
before, start = set(sys.modules), time.perf_counter()
import lossfx
print(time.perf_counter() - start, *{m.split('.')[0] for m in set(sys.modules) - before})
"""


def python(code, *options, exe=sys.executable, **kw):
    done = subprocess.run([exe, *options, "-c", code], capture_output=True, text=True, **kw)
    assert done.returncode == 0, done.stderr
    return done


def test_import_loads_nothing_heavy(fact):
    "Its time is printed, not asserted: what it adds to `import torch`, best of three."
    runs = [line.split() for line in python(IMPORTED).stdout.splitlines()]
    best = min(float(seconds) for seconds, *_ in runs)
    fact(f"import lossfx adds {1000 * best:.0f} ms to import torch")
    for _, *loaded in runs:
        assert "lossfx" in loaded and not set(loaded) & set(HEAVY), "loaded by `import lossfx`"
    assert len(runs) == 3


def test_ruff(root):
    check = [Path(sys.executable).with_name("ruff"), "check", "--no-cache"]
    folders = ["lossfx", "tools", "tests", "bench"]
    done = subprocess.run(check + folders, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_loss_is_met():
    "The walks through the modules and through the notebooks meet each loss that `lossfx` has."
    met = {n for m in modules() for n, v in public(m).items() if is_loss(v)}
    assert len(met) > 10 and not losses().keys() - met
    assert not {v.__module__.removeprefix("lossfx.") for v in losses().values()} - pages().keys()


def documented(name):
    "What has to say what its parameters are: functions, losses, constructors, modules' methods."
    import torch

    for key, value in public(name).items():
        if is_defined(value): yield key, value
        if not inspect.isclass(value): continue
        is_torch = issubclass(value, torch.nn.Module)
        for inner, method in vars(value).items():
            if not inspect.isfunction(method) or method.__module__ != value.__module__: continue
            if inner == "__init__" or (is_torch and inner[0] != "_"): yield f"{key}.{inner}", method


def undocumented(name, value):
    """The parts of a signature without a comment beside them or in the docstring.

    A method may leave out its return; fastcore reads none at `self` and `**options`."""
    doc = inspect.getdoc(value) or ""
    if inspect.isclass(value): return [] if doc else ["docstring"]
    method = "." in name
    docs = docments(value, full=True, returns=True)
    said = {n for n, d in docs.items() if d.get("docment")}
    said |= set(re.findall(r"^ *(\w+): ", doc, re.M))
    signature = inspect.signature(value)
    parts = [n for n, p in signature.parameters.items() if p.kind != p.VAR_KEYWORD]
    returns = signature.return_annotation not in (inspect.Signature.empty, None)
    if returns and not method: parts.append("return")
    missing = [p for p in parts if p not in said and not (method and p == "self")]
    return missing + (["docstring"] if not doc and not name.endswith("__init__") else [])


@pytest.mark.parametrize("name", modules())
def test_public_names_are_documented(name):
    "Every public function and class says what each parameter and the return is."
    missing = {n: m for n, v in documented(name) if (m := undocumented(n, v))}
    said = [f"{name}.{n}: no docment for {', '.join(m)}" for n, m in missing.items()]
    assert not said, "\n".join(said)


def test_lossfx_offers_every_loss(pyproject):
    """`lossfx.__all__` is written by hand: each loss and each other public name of a loss page is
    in it, as its module has it, and no name is that of a module, which it would hide."""
    import lossfx

    offered = {n: getattr(lossfx, n) for n in lossfx.__all__}
    assert len(offered) == len(lossfx.__all__) > 20, "a name is listed twice"
    commands = {target.partition(":")[0] for target in pyproject["project"]["scripts"].values()}
    for name in modules():
        if f"lossfx.{name}" in commands: continue
        wanted = {n for n, v in public(name).items() if is_loss(v) or name.startswith("losses.")}
        assert not wanted - offered.keys(), f"lossfx lacks {wanted - offered.keys()} of {name}"
        for key in offered.keys() & module(name).__all__:
            assert offered[key] is getattr(module(name), key), f"lossfx.{key} is not that of {name}"
    assert not offered.keys() & {m.name for m in pkgutil.iter_modules(lossfx.__path__)}


def test_core_offers_public_names():
    "What authors import from `lossfx.core` is public in one of its modules, so it has a page."
    from lossfx import core

    own = [module(m) for m in modules() if m.startswith("core.")]
    assert len(own) >= 4 and len(core.__all__) > 50 and core.__all__ == sorted(set(core.__all__))
    for name in core.__all__:
        homes = [m for m in own if name in m.__all__ and getattr(m, name) is getattr(core, name)]
        assert len(homes) == 1, f"{name} is public in {len(homes)} modules of lossfx.core"


def brought_along(requirements):
    "The distributions of this environment that requirements stand for, and those that these need."
    found, todo = {}, [(r, "") for r in requirements]
    while todo:
        r, extra = todo.pop()
        if r.marker and not r.marker.evaluate({"extra": extra}): continue
        for own_extra in {"", *r.extras}:
            if (r.name, own_extra) in found: continue
            held = found[r.name, own_extra] = distribution(r.name)
            todo += [(needed, own_extra) for needed in map(Requirement, held.requires or ())]
    return found.values()


def fresh_environment(folder, distributions):
    "A new environment that has some distributions of this one, by links, and nothing else."
    venv.create(folder, symlinks=True)
    exe = folder / "bin/python"
    packages = Path(sysconfig.get_path("purelib", vars={"base": folder}))
    for held in distributions:
        for name in {f.parts[0] for f in held.files} - {"..", "__pycache__"}:
            if not (packages / name).exists(): (packages / name).symlink_to(held.locate_file(name))
    return exe


def files_in(place):
    "The names of what is in the package of a checkout, in a wheel or in an sdist."
    if place.is_dir():
        return [p.relative_to(place).as_posix() for p in (place / "lossfx").rglob("*")]
    if place.suffix == ".whl": return zipfile.ZipFile(place).namelist()
    return [n.partition("/")[2] for n in tarfile.open(place).getnames()]


def metadata_of(wheel):
    [name] = [n for n in files_in(wheel) if n.endswith(".dist-info/METADATA")]
    return Metadata.from_email(zipfile.ZipFile(wheel).read(name))


def typing_files(place):
    "The stubs and py.typed in the package of a checkout, a wheel or an sdist."
    return sorted(n for n in files_in(place) if n.endswith((".pyi", "/py.typed")))


def built(source, out, *options, umask=-1):
    "The wheel and the sdist of a checkout, by the constraints."
    env = os.environ | {"PIP_CONSTRAINT": str(CONSTRAINTS)}
    build = [sys.executable, "-m", "build", *options, "--outdir", out, source]
    done = subprocess.run(build, env=env, umask=umask, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def dist(root, tmp_path_factory):
    "The wheel and the sdist of this checkout."
    return built(root, tmp_path_factory.mktemp("dist"))


@pytest.mark.package
def test_wheel_and_sdist_have_what_they_should(root, dist):
    "The package with its stubs, and in the sdist what builds it; no pages, tests or tools."
    left_out = ("bench/", "tests/", "tools/", "nbs/", "docs/")
    for place in dist:
        assert typing_files(root) == typing_files(place) != []
        assert not [n for n in files_in(place) if n.startswith(left_out)]


@pytest.mark.package
def test_wheel_requires_what_settings_say(root, dist):
    "Without an extra and with each, the wheel asks for what settings.ini lists; `dev` has others."
    metadata = metadata_of(dist[0])
    said = ConfigParser(delimiters=["="])
    said.read_string((root / "settings.ini").read_text(encoding="utf-8"))
    groups = {k: v.split("\n")[1:] for k, v in said["DEFAULT"].items() if "requirements" in k}
    base = groups.pop("requirements")
    groups = {k.removesuffix("_requirements"): group for k, group in groups.items()}
    [own] = [r for r in groups["dev"] if r.startswith("lossfx[")]
    groups["dev"].remove(own)
    for extra in Requirement(own).extras: groups["dev"] += groups[extra]
    assert set(metadata.provides_extra) == groups.keys() and len(groups) > 3
    for extra, group in {"": [], **groups}.items():
        asked = {r.name + str(r.specifier) for r in metadata.requires_dist
                 if not r.marker or r.marker.evaluate({"extra": extra})}
        listed = (Requirement(r) for r in base + group)
        assert asked == {r.name + str(r.specifier) for r in listed
                         if not r.marker or r.marker.evaluate()}, extra


@pytest.mark.package
def test_wheel_and_sdist_do_not_depend_on_clock_or_umask(root, dist, tmp_path):
    """A copy with other times and permissions gives the same bytes under another umask.

    It is built by the hatchling of this environment, which the constraints give to others, too."""
    copy, no = tmp_path / "copy", shutil.ignore_patterns(".venv*", ".git", "docs", "nbs", "build")
    shutil.copytree(root, copy, ignore=no)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(path.stat().st_mode & 0o700)
        os.utime(path, (1e9, 1e9))
    again = built(copy, tmp_path / "dist", "--no-isolation", umask=0o077)
    assert [p.name for p in again] == [p.name for p in dist]
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in dist]


def pip(*given):
    env = os.environ | {"PYTHONPATH": ""}  # which would bring more than the environment has
    subprocess.run([sys.executable, "-m", "pip", *map(str, given)], check=True, env=env)


def try_out(exe, folder):
    "All modules but those of extras can be imported in an environment, and a network learns there."
    imports = "; ".join(f"import lossfx.{m}" for m in modules() if m not in WITH_EXTRAS)
    done = python(f"{imports}\n{TRAIN}\nprint(lossfx.__file__)", "-I", exe=exe)
    assert str(folder) in done.stdout


@pytest.mark.package
def test_wheel_needs_what_it_asks_for(dist, fact, tmp_path):
    """Where there is the wheel, what it requires, and nothing else, it can train.

    pip puts it there and finds that nothing it requires is missing, or of a wrong version; what it
    requires is linked from here, where `make` has installed it by the constraints."""
    exe = fresh_environment(tmp_path / "env", brought_along(metadata_of(dist[0]).requires_dist))
    pip("--python", exe, "install", "-q", "--no-index", "--no-deps", dist[0])
    pip("--python", exe, "check")
    fact(f"{dist[1].name} has {dist[1].stat().st_size // 1024} KB")
    try_out(exe, tmp_path)


@pytest.mark.slow
@pytest.mark.package
def test_wheel_installs_from_an_index(dist, fact, tmp_path):
    """Once more with what pip downloads: slow, as torch is unpacked once more, and that pip finds
    all requirements within the constraints is shown by each install of make."""
    start = time.perf_counter()
    exe = fresh_environment(tmp_path / "env", [])
    pip("--python", exe, "install", "-q", "-c", CONSTRAINTS, dist[0])
    fact(f"{time.perf_counter() - start:.0f} s to install {dist[0].name} in a fresh environment")
    try_out(exe, tmp_path)


TRAIN = """
import torch, lossfx
torch.manual_seed(0)
x = torch.randn(200, 2); y = (x[:, 0] > 0).long()
model, loss = torch.nn.Linear(2, 2), lossfx.SoftLabelCrossEntropyLoss()
step = torch.optim.SGD(model.parameters(), 1.)
for _ in range(50):
    step.zero_grad()
    loss(model(x), y).backward()
    step.step()
assert (model(x).argmax(1) == y).float().mean() > .95
"""
