"What the index says of pages: the order of the loss pages, and the marks of cells that do not run."
import json
import re
from pathlib import Path

import pytest
from docs_checks import notebooks

NBS = Path(__file__).resolve().parent.parent / "nbs"
ORDER = ["Intuition", "Formula", "Definition", "Worked numbers", "Picture", "Gradient",
         "What it equals", "Pitfalls", "Put it to work", "What to take along", "Sources"]


def cells(name):
    read = json.loads((NBS / name).read_text(encoding="utf-8"))["cells"]
    return [(c["cell_type"], "".join(c["source"])) for c in read]


@pytest.mark.parametrize("name", [n for n in notebooks(NBS) if n.startswith("losses/")])
def test_loss_pages_share_one_order(name):
    text = "\n".join(source for kind, source in cells(name) if kind == "markdown")
    headings = re.findall(r"^## (.*)$", text, re.M)
    # what adds up other losses has no picture and no gradient of its own
    own = {"Intuition", "Picture", "Gradient"} if name == "losses/62_compound.ipynb" else ()
    assert [h for h in headings if h in ORDER] == [h for h in ORDER if h not in own]


@pytest.mark.parametrize("name", notebooks(NBS))
def test_cells_that_are_not_run_say_so(name):
    """A visible cell flagged slow: the text before it, or its summary, names what runs it.

    Cells flagged peers come in a row: some text before them names it."""
    said, before, unmarked = "", "", []
    for kind, source in cells(name):
        if kind == "markdown": said, before = source, before + source
        flag = kind == "code" and re.search(r"^#\| *(slow|peers)\b", source, re.M)
        if not flag or re.search(r"^#\| *hide\b", source, re.M): continue
        place = before if flag[1] == "peers" else said + source
        if f"make {flag[1]}" not in place: unmarked.append(source.splitlines()[:3])
    assert not unmarked
