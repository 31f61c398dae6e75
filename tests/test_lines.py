"At most 100 columns in every cell that is exported or visible, in tools, tests and bench."
import json
import re
from pathlib import Path

import pytest
from docs_checks import notebooks

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
HIDDEN = re.compile(r"^#\| ?(hide\b|include: *false)", re.M)
CODE = sorted(p.relative_to(ROOT).as_posix() for folder in ("tools", "tests", "bench")
              for p in (ROOT / folder).rglob("*.py"))


def too_long(text): return [line for line in text.splitlines() if len(line) > WIDTH]


@pytest.mark.parametrize("name", notebooks(ROOT / "nbs"))
def test_cells_fit(name):
    "Options of a cell (`#| fig-alt: ...`) are prose, and may be long."
    said = []
    for cell in json.loads((ROOT / "nbs" / name).read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or HIDDEN.search(source): continue
        lines = too_long(re.sub(r"^#\|.*\n", "", source, flags=re.M))
        said += [f"cell {cell['id']}: {len(line)} columns: {line[:80]}..." for line in lines]
    assert not said, "\n".join(said)


@pytest.mark.parametrize("name", CODE)
def test_code_fits(name):
    lines = too_long((ROOT / name).read_text(encoding="utf-8"))
    assert not lines, "\n".join(lines)
