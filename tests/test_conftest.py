"What the tests share."
import shutil
import subprocess
import sys

import pytest


@pytest.mark.parametrize("workers", ["0", "2"])
def test_facts_are_printed_once(workers, root, tmp_path):
    "At the end of the run, in one process or with workers."
    shutil.copy(root / "tests/conftest.py", tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"test_{name}.py").write_text(f"def test(fact): fact('{name} is measured')")
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadfile", tmp_path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    measured = done.stdout.partition("= measured =")[2].splitlines()[1:3]
    assert sorted(measured) == ["a is measured", "b is measured"], done.stdout
    assert "2 passed" in done.stdout and done.stdout.count("is measured") == 2
