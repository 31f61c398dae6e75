"""Odd values in every argument of every public name: taken, or refused in words that teach.

A value that is accepted may be wrong in a way that other tests know; here the question is whether
anything but `InvalidArgumentError` comes out."""
import decimal
import fractions
import inspect
import warnings

import numpy as np
import pytest
import torch
from library import embedded, losses

import lossfx
from lossfx import InvalidArgumentError
from lossfx.core import example_options, overlap_scores

N, C, D = 4, 3, 5
G = torch.Generator().manual_seed(0)
LOGITS, HIDDEN, HEAD = (torch.randn(*s, generator=G) for s in ((N, C), (N, D), (C, D)))
SOFT, INDEX = LOGITS.softmax(-1), torch.tensor([0, 2, 1, 2])
SIGNS = torch.tensor([1.0, -1, 1, -1])
HUGE = 10**9


def odd_values():
    "A new list each time: nothing may be changed by a call before."
    tensor = torch.tensor
    plain = [None, True, False, 0, 1, -1, 2, 7, -100, HUGE, 10**30, 0.0, 0.5, -0.5, 1.5, 1e300]
    plain += [float("nan"), float("inf"), -float("inf"), 1j, "a", "", "mean", "0", b"x", "off"]
    plain += [[], [1.0, 2.0], [0, 255], (), (1, 2), (0.5, "a"), {}, {"a": 1}, {1}, range(3)]
    plain += [object(), len, int, torch.nn.Linear(2, 2), Ellipsis, slice(1), torch.float32]
    plain += [torch.device("cpu"), decimal.Decimal("0.5"), fractions.Fraction(1, 2)]
    arrays = [np.float32(0.5), np.float64(0.5), np.int64(1), np.bool_(True), np.ones(3)]
    arrays += [np.ones((N, C)), np.zeros(N, dtype=int), np.array("a")]
    tensors = [tensor(0.5), tensor(1), tensor(True), tensor(float("nan")), tensor(0.5j)]
    tensors += [torch.ones(s) for s in ((0,), (1,), (N,), (C,), (N, 1), (N, C), (2, N, C), (0, C))]
    tensors += [torch.ones(N).long(), torch.ones(N).bool(), torch.ones(N, C).long(), -torch.ones(N)]
    tensors += [torch.full((N,), float("nan")), torch.full((N, C), float("inf")), LOGITS * 1j]
    tensors += [torch.eye(N)[:, :C].to_sparse(), SOFT.to(torch.float8_e4m3fn), SOFT.half()]
    tensors += [SOFT.double(), SOFT.to("meta"), INDEX.to("meta"), INDEX.to(torch.uint8)]
    tensors += [torch.tensor([0, 1, 2, 9]), torch.ones(N, requires_grad=True), SOFT.mT]
    tensors += [torch.quantize_per_tensor(SOFT, 0.1, 0, torch.qint8), torch.nn.Parameter(SOFT)]
    tensors += [torch.zeros(N, C, D), torch.nested.nested_tensor([SOFT[0], SOFT[0, :1]])]
    labels = [lossfx.TopKLabels(torch.zeros(N, 1).long(), torch.ones(N, 1))]
    return plain + arrays + tensors + labels


def good(loss):
    "Data that a public loss takes."
    kind = loss.door.facts.inputs
    if loss.door is overlap_scores: return LOGITS, (LOGITS > 0).float()
    if kind == "embeddings": return embedded(loss, N, D, C, G)
    if kind == "scores": return LOGITS[:, 0], SIGNS
    if kind == "distances": return LOGITS[:, 0].abs(), SIGNS
    if kind == "probabilities": return SOFT, INDEX
    if loss is lossfx.linear_distillation: return HIDDEN, HEAD, HIDDEN * 2, HEAD + 1
    if kind.startswith("hidden"): return HIDDEN, HEAD, INDEX
    if loss.door.facts.teacher: return LOGITS, 2 * LOGITS, INDEX
    return LOGITS, INDEX


def with_data(loss, data, **options): return loss(*data, **options)


def targets():
    "Things to call, each with a call that is right: (name, function, arguments by name)."
    found = losses() | {"two_class": lossfx.two_class(lossfx.soft_label_cross_entropy_with_logits)}
    for name, loss in found.items():
        if isinstance(loss, type) or name == "two_class": continue
        needed = example_options(loss, C)
        yield name, loss, dict(zip(loss.data, good(loss))) | needed
        if "class_weight" in loss.options and "linear" not in name:
            soft = {k: SOFT if v is INDEX else v for k, v in zip(loss.data, good(loss))}
            yield f"{name}, soft", loss, soft | needed
    yield "two_class", found["two_class"], dict(y_pred=LOGITS[:, 0], y_true=INDEX > 0)
    for name, module in losses().items():
        if not isinstance(module, type): continue
        least = example_options(module.function, C) if module.function else {}
        if "n_features" in inspect.signature(module).parameters:
            least = dict(n_features=D, n_classes=C)
        if module is lossfx.TwoClassLoss: least = dict(loss=lossfx.SoftLabelCrossEntropyLoss())
        if module is lossfx.CompoundLoss:
            least = dict(first=lossfx.SoftLabelCrossEntropyLoss(), second=lossfx.DiceLoss())
        yield name, module, least
    yield "TwoClassLoss()", lossfx.TwoClassLoss(lossfx.SoftLabelCrossEntropyLoss()), dict(
        y_pred=LOGITS[:, 0], y_true=INDEX > 0)
    yield "CompoundLoss()", lossfx.CompoundLoss(lossfx.BrierLoss(), lossfx.DiceLoss()), dict(
        y_pred=LOGITS, y_true=INDEX)
    yield "SoftLabelCrossEntropyLoss()", lossfx.SoftLabelCrossEntropyLoss(0.1), dict(
        y_pred=LOGITS, y_true=INDEX)
    yield "smooth_soft_labels", lossfx.smooth_soft_labels, dict(labels=SOFT)
    yield "smooth_soft_labels, one amount each", lossfx.smooth_soft_labels, dict(
        labels=SOFT, alpha=SIGNS.abs() / 2, prior=SOFT[0])
    yield "convert_smoothing", lossfx.convert_smoothing, dict(epsilon=0.1, n_classes=C)
    yield "class_balanced_weights", lossfx.class_balanced_weights, dict(counts=INDEX)
    yield "two_class_logits", lossfx.two_class_logits, dict(y_pred=LOGITS)
    yield "one_logit", lossfx.one_logit, dict(y_pred=LOGITS[:, :2])
    yield "TopKLabels", lossfx.TopKLabels, dict(index=INDEX[:, None], probs=SIGNS[:, None] ** 2)
    yield "linear", lossfx.linear, {}
    yield "two_class()", lossfx.two_class, {}
    yield "find_losses", lossfx.find_losses, {}
    for setting in (lossfx.checks, lossfx.saved_for_backward, lossfx.chunk_memory):
        yield setting.__name__, setting, {}
        yield f"{setting.__name__}.set", setting.set, {}


TARGETS = list(targets())


@pytest.fixture
def settings_as_before():
    settings = (lossfx.checks, lossfx.saved_for_backward, lossfx.chunk_memory)
    before = [s.of_process for s in settings]
    yield
    for setting, value in zip(settings, before): setting.of_process = value


@pytest.mark.parametrize("name, call, given", TARGETS, ids=[t[0] for t in TARGETS])
def test_odd_values_are_taken_or_taught(name, call, given, settings_as_before, fact):
    untaught, tried = [], 0
    signature = inspect.signature(call)
    parameters = [p.name for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    if isinstance(call, torch.nn.Module): parameters = list(given) + ["sample_weight", "mask"]
    for argument in parameters:
        for value in odd_values():
            if value is HUGE and argument.startswith("n_"): continue  # a head of 20 GB
            tried += 1
            arguments = {**given, argument: value}
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    call(**arguments)
            except InvalidArgumentError: pass
            except Exception as e:
                shown = lossfx.core.checking.shown(value)
                said = " ".join(str(e).split())[:90]
                untaught.append(f"{argument}={shown} of {type(value).__name__}: "
                                f"{type(e).__name__}: {said}")
    fact(f"{tried:5} odd calls of {name}, {len(untaught)} untaught")
    assert not untaught, f"{len(untaught)} of {tried}:\n" + "\n".join(untaught)


def test_the_hunt_is_wide(): assert len(odd_values()) > 80 and len(TARGETS) > 20
