"What the tests share: the tools on the path, and a few lines of facts at the end of a run."
import os
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Tests run beside each other: threads of OpenMP would wait for the same cores, and spin meanwhile
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(ROOT / "tools"))
FACTS = []


@pytest.fixture(scope="session")
def root():
    "The checkout."
    return ROOT


@pytest.fixture(autouse=True)
def rules_that_fail_are_heard(monkeypatch):
    "A rule of the doctor that raises is noted for a user; here it is an error."
    diagnosis = sys.modules.get("lossfx.doctor.diagnosis")
    if diagnosis is None: return

    def failed(call, rule, error): raise error
    monkeypatch.setattr(diagnosis, "failed", failed)


@pytest.fixture(scope="session")
def settings(root):
    cfg = ConfigParser(delimiters=["="])
    cfg.read_string((root / "settings.ini").read_text(encoding="utf-8"))
    return cfg["DEFAULT"]


@pytest.fixture(scope="session")
def pyproject(root): return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def fact():
    "Have a line printed at the end of the run, for what is measured and not asserted."
    return FACTS.append


def pytest_sessionfinish(session):
    "A worker of pytest-xdist hands its facts to the process that prints."
    if hasattr(session.config, "workeroutput"): session.config.workeroutput["facts"] = FACTS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node): FACTS.extend(getattr(node, "workeroutput", {}).get("facts", []))


def pytest_terminal_summary(terminalreporter):
    if not FACTS: return
    terminalreporter.section("measured")
    for line in FACTS: terminalreporter.line(line)
