"The tool that breaks definitions makes the breaks it should; every loss page notices them (slow)."
import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from break_pages import loss_pages
from docs_names import module_of
from library import losses
from mutants import mutants

ROOT = Path(__file__).resolve().parent.parent
DEFINITION = '''
def ramp(y_pred:Tensor, y_true:Tensor, reduction:str='mean', *, margin:float=1., dim:int=-1
        )->Tensor:
    "Text with a - sign, 3 numbers."
    check_shapes(y_pred, y_true)
    if margin <= 0: raise ValueError(f"margin is {margin + 1}")
    short = (margin - y_true*y_pred).clamp(min=0)
    return reduce_loss(short.max(dim=-1), reduction=reduction)
'''


@pytest.fixture(scope="module")
def made(): return dict(mutants(DEFINITION))


@pytest.mark.parametrize("change", [
    "margin - y_true * y_pred -> margin + y_true * y_pred",
    "y_true * y_pred -> y_true / y_pred",
    "1.0 -> 2.0",
    "-1 -> 0",
    "(margin - y_true * y_pred).clamp(min=0) -> margin - y_true * y_pred",
    "short.max(dim=-1) -> short.min(dim=-1)",
    "margin <= 0 -> margin > 0",
    "margin <= 0 -> margin < 0",
    "check_shapes(y_pred, y_true) left out",
    "if margin <= 0: raise ValueError(f'margin is {margin + 1}') left out",
    "option margin ignored",
    "option reduction ignored",
    "any unknown reduction taken as mean",
    "y_pred detached",
    "result times 2",
    "result times 0.5",
    "result times -1",
    "reduce_loss(short.max(dim=-1), reduction=reduction) without reduction=",
])
def test_a_change_is_made(made, change): assert f"ramp: {change}" in made


def test_each_change_is_valid_and_different(made):
    plain = ast.unparse(ast.parse(DEFINITION))
    for description, source in made.items():
        assert ast.unparse(ast.parse(source)) != plain, description


def test_texts_stay(made):
    for description, source in made.items():
        assert "Text with a - sign, 3 numbers." in source
        assert "left out" in description or "margin + 1}" in source


def test_annotations_stay():
    code = "def f(x:Tensor|None, k:Literal[1, 2], *, m:Positive): return g(x)"
    assert not list(mutants(code)), "without a decorator that reads them, they are for the reader"


FORMULA = """
@core.as_loss(signed, gradient=slope)
def ramp(
    score:Tensor, # (...)
    label:Labels, # (...)
    alpha:Alpha=.1, # An alias
    *,
    margin:Positive=1., # Above 0
    power:Literal[1, 2]=1, # 1 or 2
    top:Annotated[int, Number(1)]|None=None, # At least 1
    prior:core.ClassFractions, # (C,)
    size:int|float=2, # Any
    other:Tensor|None=None # Any
)->Tensor: # (...)
    "Text."
    return (margin - score).clamp(min=0)**power
""".strip()


def test_options_lose_their_rules():
    "Each rule of a checked option is lost once, the decorator stays, and so do plain types."
    made = dict(mutants(FORMULA))
    rules = {"alpha": "Alpha", "margin": "Positive", "power": "Literal[1, 2]",
             "top": "Annotated[int, Number(1)] | None", "prior": "core.ClassFractions"}
    lost = [f"ramp: option {name} may be anything, not {rule}" for name, rule in rules.items()]
    assert [d for d in made if "may be anything" in d] == lost
    for description, name in zip(lost, rules):
        function = ast.parse(made[description]).body[0]
        kept = {a.arg: a.annotation for a in (*function.args.args, *function.args.kwonlyargs)}
        assert [n for n, annotation in kept.items() if annotation is None] == [name]
    assert all(s.startswith("@core.as_loss(signed, gradient=slope)\n") for s in made.values())
    assert "margin = 1.0\n" in made["ramp: option margin ignored"]
    assert "ramp: score detached" in made
    checked = dict(mutants("@checked\ndef f(x:Tensor, k:Positive=1.): return g(x)"))
    assert "f: option k may be anything, not Positive" in checked


def test_a_lost_rule_is_a_lost_check():
    import torch

    from lossfx import core

    scope = {**vars(core), "torch": torch, "Tensor": torch.Tensor}
    code = '''
@as_loss(signed)
def short(score:Tensor, label:Tensor, *, margin:Positive=1.)->Tensor:
    "Text."
    return (margin - label*score).relu()
'''.strip()
    made, y = dict(mutants(code)), torch.tensor([1, -1])

    def loss(source): return exec(source, names := dict(scope)) or names["short"]

    with pytest.raises(core.InvalidArgumentError, match="margin"): loss(code)(y / 2, y, margin=-1.)
    broken = loss(made["short: option margin may be anything, not Positive"])
    assert broken(y / 2, y, margin=-1.) == 0 and broken(y / 2, y) == .5
    assert loss(made["short: option margin ignored"])(y / 2, y, margin=3.) == .5


def test_what_register_is_told_stays():
    assert not list(mutants("register(ramp, family='margin', task='none', keywords='a, b')"))


def test_methods_and_modules():
    call = "super().__init__(reduction=reduction, q=q)"
    code = f"class L(M):\n    def __init__(self, reduction='mean', *, q=.7): {call}"
    made = dict(mutants(code))
    assert "L.__init__: option q ignored" in made and f"L.__init__: {call} without q=" in made


def test_every_loss_is_broken():
    "The pages that are tried export each loss that `lossfx` has, but for those made of others."
    tried = set()
    for path in loss_pages(ROOT / "nbs"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tried.add("lossfx." + module_of("".join(c["source"]) for c in cells).replace("/", "."))
    lost = [n for n, v in losses().items() if v.__module__ not in tried]
    assert not [n for n in lost if not n.lower().startswith("linear")], lost


@pytest.mark.slow
def test_every_page_notices_every_break():
    tool = [sys.executable, ROOT / "tools/break_pages.py"]
    done = subprocess.run(tool, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
