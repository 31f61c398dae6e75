"The stubs are fresh, say what `help` says, and a type checker tells wrong calls by them."
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest
import stubs
import stubs_mould
from lossfx import soft_label_cross_entropy_with_logits, two_class
from lossfx.core import Labels, as_loss, multiclass, registered
from torch import Tensor

# What a user writes: imports and a loss of their own, right calls, wrong calls, each on a line
FILE = '''
from collections.abc import Callable
from typing import Any, Literal

import lossfx
import torch
from lossfx import HingeLoss, SoftLabelCrossEntropyLoss, TwoClassLoss
from lossfx import LinearSoftLabelCrossEntropyLoss, hinge_loss
from lossfx import linear_distillation, linear_soft_label_cross_entropy
from lossfx import ZLoss, z_loss_with_logits
from lossfx.core import Fraction, Labels, MultiClassLoss, Positive, Terms, as_loss, multiclass
from lossfx import class_balanced_weights, convert_smoothing, smooth_soft_labels
from lossfx import soft_label_cross_entropy_with_logits, two_class
from torch import Tensor, nn

z, s = torch.randn(8), torch.ones(8)
x, y, w = torch.randn(8, 3), torch.zeros(8, dtype=torch.long), torch.randn(3, 5)
part: Literal["mean", "parts"] = "mean" if z.sum() > 0 else "parts"
options: dict[str, Any] = {"margin": 2.}


def train(loss: Callable[[Tensor, Tensor], Tensor]) -> None: loss(z, s).backward()


@as_loss(multiclass)
def my_loss(
    logits: Tensor,  # (..., C) floating
    labels: Labels,  # Labels of the examples
    power: Positive = 1.,  # Of the loss
    *,
    share: Fraction = .5  # Of something
) -> Tensor:  # (...): nats
    "A loss of somebody who has no stub."
    cost = labels.average(torch.exp, logits) - labels.dot(logits.log_softmax(-1)) ** power
    return share * labels.total + cost + labels.residual(logits).sum(-1)


class MyLoss(MultiClassLoss, function=my_loss):
    "Module of `my_loss`."


@as_loss(multiclass)
def my_compound(logits: Tensor, labels: Labels) -> Terms: return {"mean": logits.mean(-1)}


'''

RIGHT = '''
hinge_loss(z, s).backward()
hinge_loss(z, s, "sum", margin=2, power=2).item()
hinge_loss(y_pred=z, y_true=s, mask=s > 0, sample_weight=None, denominator=8.)
hinge_loss(z, s, **options)
total, count = hinge_loss(z, s, reduction="parts")
pair: tuple[Tensor, Tensor] = hinge_loss(z, s, "parts")
either: Tensor | tuple[Tensor, Tensor] = hinge_loss(z, s, part)
soft_label_cross_entropy_with_logits(x, y, .1, "sum", smoothing="mix", prior=None).backward()
soft_label_cross_entropy_with_logits(x, y, ignore_index=-1, class_weight=torch.ones(3)).item()
total, count = soft_label_cross_entropy_with_logits(x, y, reduction="parts")
total, count = soft_label_cross_entropy_with_logits(x, y, .1, "parts", class_weight=torch.ones(3))
smooth_soft_labels(x.softmax(-1), .1, prior=None).sum()
smooth_soft_labels(x.softmax(-1), torch.rand(8)).sum()
convert_smoothing(.1, "all", "others", n_classes=3) / 2
class_balanced_weights(y.bincount(), .9, average="classes", absent="zero").sum()
HingeLoss("sum", margin=2, power=2)(z, s, sample_weight=z, mask=None).backward()
total, count = HingeLoss(reduction="parts")(z, s)
HingeLoss().margin / 2
HingeLoss().reduction = "none"
HingeLoss().decodes(z).tolist()
HingeLoss.function(z, s)
SoftLabelCrossEntropyLoss(.1, class_weight=torch.ones(3)).to("cpu")(x, y).backward()
linear_soft_label_cross_entropy(x, w, y, .1, bias=z).backward()
linear_distillation(x, w, x, w, 2.).backward()
total, count = linear_soft_label_cross_entropy(x, w, y, reduction="parts")
LinearSoftLabelCrossEntropyLoss(5, 3, .1, bias=False)(x, y, mask=s > 0).backward()
LinearSoftLabelCrossEntropyLoss(5, 3).head.weight
lossfx.linear(SoftLabelCrossEntropyLoss)(5, 3)(x, y).backward()
lossfx.linear(soft_label_cross_entropy_with_logits)(x, w, y, alpha=.1).backward()
two_class(soft_label_cross_entropy_with_logits)(z, s, alpha=.1).backward()
TwoClassLoss(SoftLabelCrossEntropyLoss(.1), threshold=.3)(z, s).backward()
train(hinge_loss)
z_loss_with_logits(x, y, z_weight=.1).backward()
z_loss_with_logits(x, y, "sum", terms=True)["z_loss"].backward()
total, count = z_loss_with_logits(x, y, "parts")
total, count = z_loss_with_logits(x, y, reduction="parts", terms=True)["z_loss"]
ZLoss(z_weight=.1)(x, y, terms=True)["z_loss"].backward()
ZLoss()(x, y).backward()
my_compound(x, y).backward()
my_compound(x, y, terms=True)["mean"].backward()
train(HingeLoss())
train(two_class(soft_label_cross_entropy_with_logits))
[f(x, y) for f in (soft_label_cross_entropy_with_logits, SoftLabelCrossEntropyLoss(), my_loss)]
module: nn.Module = HingeLoss()
my_loss(x, y, 2., share=.3, reduction="sum").backward()
total, count = my_loss(x, y, reduction="parts")
MyLoss(2., "sum", share=.3)(x, y, mask=s > 0).backward()
MyLoss(share=.3).share / 2
MyLoss().reduction = "none"
MyLoss.function(x, y)
train(my_loss)
train(MyLoss())
lossfx.linear(my_loss)(x, w, y).backward()
'''

WRONG = '''
hinge_loss(z, s, margn=1.)
hinge_loss(z, s, margin="1")
hinge_loss(z, s, power=3)
hinge_loss(z, s, "avg")
hinge_loss(z, s, reduction="batchmean")
hinge_loss(z, s, "mean", 2.)
hinge_loss(z)
hinge_loss(z, [1, -1])
hinge_loss(z, s, weight=z)
hinge_loss(input=z, target=s)
hinge_loss(z, s, "parts").backward()
soft_label_cross_entropy_with_logits(x, y, "mean")
soft_label_cross_entropy_with_logits(x, y, label_smoothing=.1)
soft_label_cross_entropy_with_logits(x, y, weight=torch.ones(3))
soft_label_cross_entropy_with_logits(x, y, smoothing="uniform")
soft_label_cross_entropy_with_logits(x, y, prior=[.5, .5])
soft_label_cross_entropy_with_logits(x, y, dim=None)
soft_label_cross_entropy_with_logits(x, y, reduction="parts", alpha="a")
smooth_soft_labels(x, .1, "mix")
smooth_soft_labels(x, smoothing="share")
convert_smoothing(.1, "other")
class_balanced_weights([90, 9])
class_balanced_weights(y, average="class")
HingeLoss(margn=1.)
HingeLoss(margin=None)
HingeLoss(power="2")
HingeLoss("avg")
HingeLoss("sum", 2.)
HingeLoss(sample_weight=z)
HingeLoss(z, s)
HingeLoss()(z)
HingeLoss()(z, s, weight=z)
HingeLoss()(z, s, z)
HingeLoss()(z, s, margin=1.)
HingeLoss()(z, s, mask=True)
HingeLoss().margin.backward()
SoftLabelCrossEntropyLoss(.1, smoothing="mixed")
SoftLabelCrossEntropyLoss(label_smoothing=.1)
linear_soft_label_cross_entropy(x, y)
linear_soft_label_cross_entropy(x, w, y, z)
linear_distillation(x, w, y)
LinearSoftLabelCrossEntropyLoss(5)
LinearSoftLabelCrossEntropyLoss(5, 3, bias=z)
LinearSoftLabelCrossEntropyLoss(5, 3)(x, w, y)
z_loss_with_logits(x, y, terms=1)
z_loss_with_logits(x, y)["z_loss"]
z_loss_with_logits(x, y, terms=True).backward()
ZLoss(terms=True)
ZLoss()(x, y, terms=True).backward()
hinge_loss(z, s, terms=True)
TwoClassLoss(hinge_loss)
TwoClassLoss(SoftLabelCrossEntropyLoss(), threshold="a")
train(hinge_loss(z, s))
'''


def test_stubs_are_fresh(root):
    stale = [p.relative_to(root).as_posix() for p in stubs.outdated()]
    assert not stale, f"run tools/stubs.py: {', '.join(stale)}"


def test_stubs_say_what_help_says():
    "Each loss of the registered and its module are in a stub, with every comment on a parameter."
    said = 0
    for value in (v for e in registered.values() for v in (e.loss, e.module) if v):
        path = Path(sys.modules[value.__module__].__file__).with_suffix(".pyi")
        text = path.read_text(encoding="utf-8")
        assert f"def {value.__name__}(\n" in text or f"class {value.__name__}(" in text
        doc = value.__init__.__doc__ if isinstance(value, type) else value.__doc__
        lines = doc.partition("Arguments:")[2].replace("\\", "\\\\").splitlines()
        said += len(lines)
        assert not [line for line in lines if line not in text], value.__name__
    assert said > 5 * len(registered)


def test_what_is_made_of_a_loss_has_its_options():
    text = stubs_mould.loss("of_one_logit", two_class(soft_label_cross_entropy_with_logits))
    assert text.count("def of_one_logit(") == 3 and "alpha: float = 0.0" in text
    assert "  alpha: " in text and "dim: int" not in text


def test_a_computed_default_is_not_printed():
    "It would be a number of this machine."
    @as_loss(multiclass)
    def some_loss(logits: Tensor, labels: Labels, *, a: float = -1., b: float = float(os.getpid())):
        "Nothing."

    text = stubs_mould.loss("some_loss", some_loss)
    assert "a: float = -1.0" in text and "b: float = ..." in text and str(os.getpid()) not in text


def test_stale_stubs_are_named_written_and_deleted(root, tmp_path, monkeypatch, capsys):
    "A changed stub and one without a module are named by --check, and put right without it."
    copied = tmp_path / "lossfx"
    shutil.copytree(root / "lossfx", copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(stubs, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    changed, left = min(copied.rglob("*.pyi")), copied / "without_module.pyi"
    for path in (changed, left): path.write_text("")
    monkeypatch.setattr(sys, "argv", ["stubs.py", "--check"])
    assert stubs.main() == 1
    printed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert sorted(printed) == sorted(p.relative_to(tmp_path).as_posix() for p in (changed, left))
    monkeypatch.setattr(sys, "argv", ["stubs.py"])
    assert stubs.main() == 0 and changed.read_text() and not left.exists() and not stubs.outdated()


@pytest.fixture(scope="module")
def errors(root, tmp_path_factory, fact):
    "What basedpyright says of a user's file where lossfx is installed: line -> messages."
    folder = tmp_path_factory.mktemp("types")
    python = "python{}.{}".format(*sys.version_info)
    installed = folder / "env/lib" / python / "site-packages"
    copied = installed / "lossfx"
    shutil.copytree(root / "lossfx", copied, ignore=shutil.ignore_patterns("__pycache__"))
    (installed / "others.pth").write_text(sysconfig.get_paths()["purelib"])
    settings = {"venvPath": ".", "venv": "env", "include": ["*.py"], "typeCheckingMode": "standard"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    text = FILE + RIGHT + WRONG
    (folder / "user.py").write_text(text)
    start = time.perf_counter()
    command = [Path(sys.executable).with_name("basedpyright"), "--outputjson", "-p", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    right, wrong = (len(s.splitlines()) - 1 for s in (RIGHT, WRONG))
    seconds = time.perf_counter() - start
    fact(f"basedpyright: {right} right calls and {wrong} wrong ones in {seconds:.0f} s")
    found, lines = {}, text.splitlines()
    for d in json.loads(done.stdout)["generalDiagnostics"]:
        if d["severity"] != "error": continue
        found.setdefault(lines[d["range"]["start"]["line"]], []).append(d["message"])
    return found


def test_right_calls_raise_no_alarm(errors):
    alarms = {line: said for line, said in errors.items() if line not in WRONG.splitlines()}
    assert not alarms, "\n".join(f"{line}\n    {' '.join(said)}" for line, said in alarms.items())


def test_wrong_calls_are_caught(errors):
    missed = [line for line in WRONG.splitlines() if line and line not in errors]
    assert not missed, "\n".join(missed)
