"The tool that breaks definitions makes the breaks it should; every loss page notices them (slow)."
import ast
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from break_pages import (
    UNCHANGED,
    changes,
    equivalent,
    loss_pages,
    missing,
    named,
    public_losses,
    quick_first,
    summary,
    title,
    visible_cells,
)
from mutants import mutants

ROOT = Path(__file__).resolve().parent.parent
NBS = ROOT / "nbs"
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


START = """
import os, pickle, random
import numpy, torch
seen = []
print('run', file=open(path, 'a'))
drawn = lambda: (random.random(), numpy.random.rand(), torch.rand(()).item())
states = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
next_drawn = drawn()
random.setstate(states[0]), numpy.random.set_state(states[1]), torch.set_rng_state(states[2])
"""
CHECKED = """
assert drawn() == next_drawn, "a fork draws what the page would"
assert seen == ["own"], "no fork sees what another did"
assert type(pickle.loads(pickle.dumps(Loss()))) is Loss
assert Loss()(torch.ones(2, requires_grad=True)).sum().backward() is None
"""
PLAIN = """
#| export
class Loss:
    def __call__(self, x): return 2*x # the slope
seen.append('own')
"""
AFTER = "#| export\ndef twice(x): return 2*x"
CHANGES = {
    "no visible change": PLAIN.replace("2*x", "x + x"),
    "wrong": PLAIN.replace("2*x", "2*x.detach()"),
    "hangs": "while True: pass",
    "dies": "os._exit(0)",
    "is killed": "os.kill(os.getpid(), 9)",
    "exits": "raise SystemExit(0)",
    "prints": "os.write(1, b'x'*10**6), print('y'*10**6)\n" + PLAIN,
}
FAILING = {
    "before its changes": [("first", "1/0"), ("loss", AFTER)],
    "after its changes": [("loss", AFTER), ("last", "assert twice(1) == 1")],
    "as it reads what a change loses": [
        ("loss", AFTER + " # read"),
        ("last", "import inspect\nassert 'read' in inspect.getsource(twice)")],
}
RUN = """
import json
from break_pages import outcomes
print(json.dumps([outcomes(*page, 5) for page in {}]))
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory): return tmp_path_factory.mktemp("page") / "runs"


@pytest.fixture(scope="module")
def found(path):
    "What comes of pages, in a process of their own: `outcomes` replaces `__main__`, and forks."
    start = f"path = {str(path)!r}\n{START}"
    cells = [("start", start), ("loss", PLAIN), ("after", AFTER), ("check", CHECKED)]
    changed = [*(("loss", what, source) for what, source in CHANGES.items()),
               ("after", "later", "def twice(x): return x")]
    pages = [(cells, changed), *((f, [("loss", "any", AFTER)]) for f in FAILING.values())]
    run = [sys.executable, "-c", RUN.format(pages)]
    done = subprocess.run(run, cwd=ROOT / "tools", capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def came(found): return found[0]


def test_the_page_runs_once_and_all_else_in_forks(came, path):
    assert path.read_text() == "run\n"*2  # by itself, before that in the fork that measures
    assert came.keys() == {UNCHANGED, "later", *CHANGES}


def test_what_takes_long_comes_last_and_what_needs_it_after_it():
    cells = [("quick", "a = 1"), ("long", "b, c = fit(a)"), ("draws", "print(a)"),
             ("needs", "for x in c: d = x"), ("later", "assert d"), ("other", "assert a")]
    assert [i for i, _ in quick_first(cells, {"long"})] == [
        "quick", "draws", "other", "long", "needs", "later"]
    assert quick_first(cells, set()) == cells
    again = [*cells, ("anew", "a = 2")]
    assert quick_first(again, {"long"}) == again  # which reads a, and would read the new one


@pytest.mark.parametrize("what", [UNCHANGED, "no visible change", "later", "prints"])
def test_what_fails_no_cell_survives(came, what): assert came[what] == [None, ""]


def test_what_fails_a_cell_is_noticed_there(came):
    (cell, error), trouble = came["wrong"]
    assert cell == "check" and error.startswith("RuntimeError: element 0") and trouble == ""
    assert came["exits"] == [["loss", "SystemExit: 0"], ""]


@pytest.mark.parametrize("what, why", [
    ("hangs", "ran for more than 5 s"), ("dies", "the process died"),
    ("is killed", "the process died"),
])
def test_what_ends_the_process_is_noticed(came, what, why): assert came[what] == [None, why]


@pytest.mark.parametrize("page", FAILING)
def test_a_page_that_fails_by_itself_says_so(found, page):
    (cell, error), trouble = found[1 + list(FAILING).index(page)][UNCHANGED]
    assert cell == ("first" if "before" in page else "last") and trouble == ""


@pytest.mark.parametrize("name", ["21_hinge", "losses/21_hinge", "nbs/losses/21_hinge.ipynb"])
def test_a_page_is_found_by_its_name(name): assert title(NBS, named(NBS, name)) == "losses/21_hinge"


@pytest.mark.parametrize("name", ["hinge", "21", "authors/21_hinge"])
def test_no_page_has_half_a_name(name):
    with pytest.raises(SystemExit, match="0 notebooks"): named(NBS, name)


def test_every_loss_is_broken():
    "The pages that are tried define each loss at the front door, at any depth below nbs/losses/."
    pages, losses = loss_pages(NBS), public_losses()
    assert "hinge_loss" in losses and not [n for n in losses if n.startswith("linear")]
    assert missing(NBS, pages, losses, {}) == []
    fewer = [p for p in pages if p.stem != "21_hinge"]
    assert missing(NBS, fewer, losses, {"losses/21_hinge": {}}) == [
        "no page in nbs/losses/ defines hinge_loss",
        "break_pages.toml lists losses/21_hinge, which is no loss page"]


def test_what_alters_nothing_is_among_the_changes():
    for name, entries in equivalent().items():
        tried = {what for _, what, _ in changes(visible_cells(named(NBS, name)))}
        assert set(entries) <= tried, name


def test_the_summary_says_what_a_change_takes(monkeypatch):
    monkeypatch.setattr("break_pages.time", SimpleNamespace(perf_counter=lambda: 104.1))
    said = "losses/21_hinge: 29 changes, 0 problem(s), 4.1 s, 0.14 s a change"
    assert summary("losses/21_hinge", 29, 0, 100) == said
    assert summary("x", 0, 1, 100) == "x: 0 changes, 1 problem(s), 4.1 s"


@pytest.mark.slow
def test_every_page_notices_every_break(fact):
    tool = [sys.executable, ROOT / "tools/break_pages.py"]
    done = subprocess.run(tool, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    fact(f"make break: {done.stdout.splitlines()[-1]}")
