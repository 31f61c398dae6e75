"The tool that breaks definitions makes the breaks it should; as a slow test, every loss page notices every break."
import ast
import subprocess
import sys
from pathlib import Path

import pytest
from mutants import mutants

ROOT = Path(__file__).resolve().parent.parent
DEFINITION = '''
def ramp(y_pred:Tensor, y_true:Tensor, reduction:str='mean', *, margin:float=1., dim:int=-1)->Tensor:
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
    for description, source in made.items(): assert ast.unparse(ast.parse(source)) != plain, description


def test_texts_stay(made):
    for description, source in made.items(): assert "Text with a - sign, 3 numbers." in source and ("left out" in description or "margin + 1}" in source)


def test_annotations_stay(): assert not [d for d, _ in mutants("def f(x:Tensor|None, k:Literal[1, 2]): return g(x)")]


def test_methods_and_modules():
    made = dict(mutants("class L(M):\n    def __init__(self, reduction='mean', *, q=.7): super().__init__(reduction=reduction, q=q)"))
    assert "L.__init__: option q ignored" in made and "L.__init__: super().__init__(reduction=reduction, q=q) without q=" in made


@pytest.mark.slow
def test_every_page_notices_every_break():
    done = subprocess.run([sys.executable, ROOT / "tools/break_pages.py"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
