"What the site shows of a definition: each by itself, nothing said twice, helpers folded."
import re
from html import unescape
from typing import NamedTuple, Protocol

import lossfx
import pytest
from docs_cells import laid_out, shortened

FORMULA = '''
@as_loss(signed)
def hinge(
    score:Tensor, # (...) floating
    *,
    margin:Positive=1., # Where it ends, a "#" or not
    power:Literal['one, two', 'b']='b' # Of it
)->Tensor: # (...): units
    """Shortfall.

    Source: somebody."""
    short = torch.relu(margin - score) # at the kink

    return short
'''.strip()
SHORT_FORMULA = '''
@as_loss(signed)
def hinge(score:Tensor, *, margin:Positive=1.,
        power:Literal['one, two', 'b']='b')->Tensor:
    short = torch.relu(margin - score) # at the kink

    return short
'''.strip()
CLASS = '''
class Rows(Base, function=hinge):
    "Many rows."
    size = 2 # of a row
    def __init__(self,
        given:tuple, # What is given
        dim:int=-1 # Axis
    ): self.given,self.dim = given,dim

    def decodes(self,
        y_pred:Tensor # (...): scores
    )->Tensor: # (...): labels
        "The sign."
        return y_pred.sign()
'''.strip()
SHORT_CLASS = '''
class Rows(Base, function=hinge):
    size = 2 # of a row
    def __init__(self, given:tuple, dim:int=-1): self.given,self.dim = given,dim

    def decodes(self,
        y_pred:Tensor # (...): scores
    )->Tensor: # (...): labels
        "The sign."
        return y_pred.sign()
'''.strip()


@pytest.mark.parametrize("code, short", [
    (FORMULA, SHORT_FORMULA),
    (CLASS, SHORT_CLASS),
    ('class A(B, function=f):\n    "Module of `f`."', "class A(B, function=f): ..."),
    ('def f(x, y=1): return {x: y} # both', "def f(x, y=1): return {x: y} # both"),
    ("def f(\n    x # One\n): # Both\n    return x", "def f(x): # Both\n    return x"),
    ("x = 1 # one", "x = 1 # one"),
    ("class A:\n    def __init__(self,\n        **options # All\n    ): pass",) * 2,
])
def test_code_says_nothing_twice(code, short): assert shortened(code) == short


def cell(source, **more):
    return {"cell_type": "code", "id": "c", "metadata": {}, "source": source, "outputs": [], **more}


def shown(source, *args):
    "What is made of a cell: the sources."
    made = laid_out(cell(source), *args)
    assert len({c["id"] for c in made}) == len(made)
    return [c["source"] for c in made]


def test_definitions_are_shown_one_by_one():
    code = "a = 1\nb = 2\n\n# on f\ndef f(): pass\n\ndef _g(): pass\nl = made(f)"
    f, g = "# on f\ndef f(): pass", "def _g(): pass"
    assert shown(f"#| exports\n{code}", {"l"}) == [
        "#| export\na = 1\nb = 2", "#| eval: false\na = 1\nb = 2",
        f"#| export\n{f}", f"#| eval: false\n{f}",
        f"#| export\n{g}", '<a id="_g"></a>', f"#| eval: false\n{g}",
        "#| export\nl = made(f)", 'show_doc(l, name="l")', "#| eval: false\nl = made(f)"]
    source = '#| eval: false\n#| code-fold: true\n#| code-summary: "Source"\nl = made(f)'
    assert shown("#| export\nl = made(f)", {"l"}, ["l"]) == ["#| export\nl = made(f)", source]
    assert shown("#| export\na = 1") == ["#| export\na = 1"], "what is not documented has no source"
    assert '#| code-summary: "Helpers: _g"\n' in shown(f"#| export\n{g}")[-1]


def test_helpers_are_folded_and_can_be_linked():
    code = "Alpha = 1\ndef Share(): 'Its docstring.'"
    run, anchor, folded = shown(f"#| exporti\n{code}")
    assert run == f"#| exporti\n{code}" and anchor == '<a id="alpha"></a><a id="share"></a>'
    assert '#| code-summary: "Helpers: Alpha, Share"\n' in folded and folded.endswith(code)
    assert shown("#| exporti\nregister(f)") == ["#| exporti\nregister(f)"]


@pytest.mark.parametrize("source", ["x = 1", "#| hide\n#| export\ndef f(): pass"])
def test_other_cells_stay(source): assert laid_out(cell(source)) == [cell(source)]


def test_outputs_stay():
    made = laid_out(cell("#| exports\ndef f(): pass\nf()", outputs=[1]))
    assert [c.get("outputs") for c in made] == [[], [], [], [1]]


def section(value, name=None):
    "The section of a name as text."
    from docs_show import Section

    made = re.sub(r"<[^>]*>", "", Section(value, name=name)._repr_markdown_())
    return unescape(made.replace("```{=html}\n", "").replace("\n```\n", "\n"))


def test_a_section_says_each_thing_once():
    text = section(lossfx.hinge_loss)
    assert text.startswith("---\n\n### hinge_loss\n\ndef hinge_loss(\n    y_pred:Tensor, # (...)")
    assert "reduction:str='mean', # 'mean', 'sum', 'none' or 'parts'\n" in text
    result = "() for 'mean' and 'sum', (...) for 'none', a pair of () for 'parts': >= 0"
    assert f"\n)->Tensor: # {result}" in text
    assert "\n\n*Shortfall" in text and "\n\n**Source:** " in text and "\n\n**Departs:** " in text
    assert "Arguments" not in text and "Returns" not in text and text.count("margin:") == 1
    text = section(lossfx.HingeLoss)
    call = "class HingeLoss(reduction='mean', *, margin=1.0, power=1, class_weight=None)"
    assert text.startswith(f"---\n\n### HingeLoss\n\n{call}\n\n*Module of `hinge_loss`.")
    text = section(lossfx.LinearSoftLabelCrossEntropyLoss)
    assert "\n    n_features:int, # D: size" in text and "alpha=0.0, reduction='mean', *," in text
    assert "Tensor: # " not in text
    name = "linear_classification_mae"
    assert f"### {name}\n\ndef {name}(\n" in section(getattr(lossfx, name), name)


def test_a_section_of_what_has_no_constructor():
    class Pair(NamedTuple):
        "Two."
        first: int
        second: str = "b"

    class Called(Protocol):
        "Something called."

    assert section(Pair, "Pair") == "---\n\n### Pair\n\nclass Pair(first, second='b')\n\n*Two.*"
    assert section(Called, "Called") == "---\n\n### Called\n\n*Something called.*"
