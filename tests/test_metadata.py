"The files that describe the package agree."
import re
from importlib.util import find_spec

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def pins(root):
    return {r.name: r for r in map(Requirement, constraints(root))}


def constraints(root):
    "The lines of constraints.txt, without comments."
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def requirements(settings):
    "The requirements of each key of settings.ini that has some."
    given = {k: v.strip().splitlines() for k, v in settings.items() if k.endswith("requirements")}
    return {k: [Requirement(r) for r in lines] for k, lines in given.items()}


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
    version = settings["min_python"]
    assert pyproject["tool"]["ruff"]["target-version"] == "py" + version.replace(".", "")
    makefile, minor = (root / "Makefile").read_text(), version.split(".")[1]
    assert f"(3, {minor})" in makefile and f"Python {version}" in makefile
    assert f"Python {version}" in (root / "CONTRIBUTING.md").read_text()


def test_licence_is_the_one_named(root, settings):
    text = (root / "LICENSE").read_text()
    assert settings["license"] == "Apache-2.0"
    assert "Apache License" in text and "Version 2.0, January 2004" in text


def test_version_is_in_the_changelog(root):
    init, changelog = ((root / p).read_text() for p in ("lossfx/__init__.py", "CHANGELOG.md"))
    version = re.search(r'^__version__ = "([^"]+)"', init, re.M)[1]
    assert re.search(rf"^## {re.escape(version)}\b", changelog, re.M)


def test_no_url_table(pyproject): assert "urls" not in pyproject["project"]


def test_setup_reads_every_extra(root, settings):
    extras = {k.removesuffix("_requirements") for k in requirements(settings)} - {"requirements"}
    named = re.search(r"for name in \(([^)]*)\)", (root / "setup.py").read_text())[1]
    assert extras == set(named.replace('"', "").split(", "))


def test_constraints_are_exact_and_unique(root, pins):
    lines = constraints(root)
    assert len(lines) == len(pins)
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in lines)


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
