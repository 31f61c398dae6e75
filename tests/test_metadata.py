"The files that describe the package agree."
import re
import subprocess
import tomllib
import venv
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
CLASSIFIERS = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["classifiers"]
PYTHONS = re.findall(r":: (3\.\d+)$", "\n".join(CLASSIFIERS), re.M)


@pytest.fixture(scope="module")
def pins(root):
    return {r.name: r for r in map(Requirement, constraints(root))}


def constraints(root):
    "The lines of constraints.txt, without comments."
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def requirements(settings):
    "The requirements of each key of settings.ini that has some, but for our own extras."
    given = {k: v.strip().splitlines() for k, v in settings.items() if k.endswith("requirements")}
    own = settings["lib_name"] + "["
    return {k: [Requirement(r) for r in v if not r.startswith(own)] for k, v in given.items()}


def pin_of(pins, requirement):
    "The version that is pinned; empty where there is none."
    pin = pins.get(canonicalize_name(requirement.name))
    return next(iter(pin.specifier)).version if pin else ""


def test_pyproject_matches_settings(settings, pyproject):
    project = pyproject["project"]
    assert project["name"] == settings["lib_name"]
    assert project["description"] == settings["description"]
    assert project["keywords"] == settings["keywords"].split()
    assert project["authors"] == [{"name": settings["author"]}]
    assert project["license"] == settings["license"]
    assert project["requires-python"] == f">={settings['min_python']}"


def test_nbdev_matches_settings(settings, pyproject):
    nbdev = pyproject["tool"]["nbdev"]
    for key in ("title", "nbs_path", "lib_path", "doc_path", "branch"):
        assert nbdev[key] == settings[key], key


def test_python_versions_match(root, settings, pyproject):
    lowest, highest = PYTHONS[0], PYTHONS[-1]
    assert settings["min_python"] == lowest
    assert pyproject["tool"]["ruff"]["target-version"] == "py" + lowest.replace(".", "")
    makefile = (root / "Makefile").read_text()
    assert all(f" python{p}" in makefile for p in PYTHONS)
    for path in ("Makefile", "CONTRIBUTING.md", "nbs/index.ipynb"):
        assert f"Python {lowest} to {highest}" in (root / path).read_text(), path


def test_licence_is_the_one_named(root, settings):
    text = (root / "LICENSE").read_text()
    assert settings["license"] == "Apache-2.0"
    assert "Apache License" in text and "Version 2.0, January 2004" in text


def test_version_is_in_the_changelog(root):
    init, changelog = ((root / p).read_text() for p in ("lossfx/__init__.py", "CHANGELOG.md"))
    version = re.search(r'^__version__ = "([^"]+)"', init, re.M)[1]
    assert re.search(rf"^## {re.escape(version)}\b", changelog, re.M)


def test_no_url_table(pyproject): assert "urls" not in pyproject["project"]


def test_constraints_are_exact_and_unique(root, pins):
    lines = constraints(root)
    assert len(lines) == len(pins)
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in lines)


@pytest.fixture(scope="session")
def pip(tmp_path_factory):
    "The newest pip, which asks what there is without a download, as a command for one Python."
    folder = tmp_path_factory.mktemp("pip")
    try: venv.create(folder / "env", with_pip=True, upgrade_deps=True)
    except subprocess.CalledProcessError: pytest.skip("pip reaches no index of packages")
    options = ["--dry-run", "--no-deps", "--ignore-installed", "--only-binary=:all:",
               "--use-feature=fast-deps", "--target", folder / "target"]
    return [folder / "env/bin/python", "-m", "pip", "install", *options, "--python-version"]


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
def test_every_pin_can_be_had(python, root, pip):
    "The first release of each Python that is promised has a wheel of every pinned version."
    ask = [*pip, f"{python}.0", "-r", root / "constraints.txt"]
    done = subprocess.run(ask, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_pin_that_cannot_be_had_is_found(pip):
    "soupsieve 3.0.2 and newer need Python 3.11.5."
    for python, there in (("3.11.0", False), ("3.11.5", True)):
        done = subprocess.run([*pip, python, "soupsieve==4.1.2"], capture_output=True, text=True)
        assert (done.returncode == 0) is there, done.stderr


def test_each_requirement_is_pinned_within_its_range(settings, pins):
    for group in requirements(settings).values():
        for r in group:
            pin = pin_of(pins, r)
            assert pin, f"constraints.txt does not pin {r.name}"
            assert r.specifier.contains(pin), f"{r} excludes {pin}, which constraints.txt pins"


def test_constraints_are_what_is_installed(settings, pins):
    "What this environment has of the direct requirements is what the pins say."
    from importlib.metadata import version

    for key, group in requirements(settings).items():
        for r in group:
            if r.marker and not r.marker.evaluate(default_environment()): continue
            if key == "peers_requirements" and not find_spec(r.name): continue  # `make peers` alone
            have = version(r.name).split("+")[0]
            said = f"{r.name} {have} is installed: run `make`'s install again"
            assert have == pin_of(pins, r), said


def test_entry_points_exist(root, pyproject):
    for name, target in pyproject["project"]["scripts"].items():
        module, function = target.split(":")
        text = (root / f"{module.replace('.', '/')}.py").read_text()
        found = re.search(rf"^def {function}\(|^{function} *=", text, re.M)
        assert found, f"{name}: no {function} in {module}"
