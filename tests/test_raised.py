"What a loss raises, told in its own terms: the argument, its shape, and code that runs."
import inspect
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from fixes import IMPORTS, is_code
from lossfx import diagnose
from torch import nn

torch.manual_seed(0)
X, Y = torch.randn(8, 5), torch.arange(8) % 5


class TwoWeights(nn.Module):
    "A focal loss of class indices whose alpha is for two classes."
    def __init__(self, alpha=0.25):
        super().__init__()
        self.alpha = torch.tensor([alpha, 1 - alpha])

    def forward(self, inputs, targets):
        log_p = inputs.log_softmax(1).gather(1, targets[:, None]).squeeze(1)
        return -(self.alpha.gather(0, targets) * (1 - log_p.exp()) ** 2 * log_p).mean()


def weighted(loss, weight): return (loss * weight).mean()
def masked(y_hat, y, mask): return ((y_hat - y) ** 2 * mask).mean()
def of_rows(p, t): return -(t * F.log_softmax(p, dim=1)).sum(1).mean()
def of_hot(p, t): return ((p.softmax(1) - F.one_hot(t, 5)) ** 2).mean()
def negative(p, t): return -p.gather(1, t).mean()
def of_view(p, t): return F.cross_entropy(p.view(-1, 4), t)
def of_slice(p, t): return F.cross_entropy(p.permute(0, 2, 1).view(-1, 5), t.view(-1))


def rmse(y_hat, y):
    squares = (y_hat - y) ** 2
    return np.sqrt(squares.mean())


def smooth(p, t):
    d = (p - t).abs()
    if d < 1:
        return 0.5 * d ** 2
    return d - 0.5


def written(p, t):
    total = torch.zeros(5, requires_grad=True)
    for i in range(5):
        total[i] = ((p[:, i] - t[:, i]) ** 2).mean()
    return total.sum()


def of_number(p, t):
    return (p - t).item()


def misspelled(logits, labels): return F.cross_entropy(logit, labels)  # noqa: F821


def set_later(logits, labels):
    p = p.softmax(1)  # noqa: F821
    return F.nll_loss(p.log(), labels)


CASES = {
    "tuple": (nn.CrossEntropyLoss(), (X, X[:, :2]), Y, "input is a tuple of 2 tensors"),
    "output object": (nn.CrossEntropyLoss(), SimpleNamespace(logits=X, loss=None), Y,
        "input is a SimpleNamespace that holds logits"),
    "output dict": (nn.CrossEntropyLoss(), {"out": X}, Y, "input is a dict that holds out"),
    "list of numbers": (nn.CrossEntropyLoss(), X, [0] * 8, "target is a list of 8 numbers"),
    "list of tensors": (nn.CrossEntropyLoss(), [*X], Y, "input is a list of 8 tensors of shape"),
    "array": (nn.MSELoss(), X, np.zeros((8, 5), np.float32), "target is an array of numpy"),
    "number": (nn.MSELoss(), X, 1.0, "target is the number 1.0"),
    "nothing": (nn.MSELoss(), X, None, "target is None"),
    "method of a tuple": (lambda o, t: o.log_softmax(1).mean(), (X, X), Y, "o is a tuple"),
    "one missing": (nn.TripletMarginLoss(), X, X + 1, "missing 1 required"),
    "one missing by hand": (masked, X, X, "missing 1 required positional argument: 'mask'"),
    "too many": (nn.MSELoss(), X, X + 1, X, X, "takes 3 positional arguments but 5"),
    "another name": (lambda p, t: F.cross_entropy(p, t, smoothing=0.1), X, Y,
        "unexpected keyword argument 'smoothing'"),
    "table": (TwoWeights(), X, Y, "targets of shape (8,), from 0 to 4, looks into a tensor "
        "of shape (2,)"),
    "negative index": (negative, X, torch.full((8, 1), -100), "from -100 to -100, looks into"),
    "embedding": (lambda i, w: F.embedding(i, w).mean(), torch.tensor([0, 9]), X,
        "i of shape (2,), from 0 to 9, looks into w of shape (8, 5)"),
    "rows": (weighted, torch.rand(8), torch.rand(8, 4),
        "mul of loss of shape (8,) and of weight of shape (8, 4)"),
    "ranking": (nn.MarginRankingLoss(), X[:, 0], X[:, 1], torch.ones(4),
        "input1 of shape (8,) and of target of shape (4,)"),
    "product": (lambda a, b: (a @ b).mean(), X, X + 1, "matmul of a of shape (8, 5)"),
    "products": (lambda a, b: torch.bmm(a, b).mean(), torch.ones(2, 3, 4), torch.zeros(2, 3, 4),
        "bmm of a of shape (2, 3, 4)"),
    "cat": (lambda a, b: torch.cat([a, b]).mean(), X, X[:, :2], "cat of a of shape (8, 5)"),
    "stack": (lambda a, b: torch.stack([a, b]).mean(), X, X[:, 0], "and of b of shape (8,)"),
    "no such axis": (of_rows, X[0], torch.ones(5) / 5, "log_softmax over axis 1 of"),
    "fewer axes": (negative, X, Y, "gather of p of shape (8, 5) by t of shape (8,)"),
    "view": (of_view, X[:3], Y[:3], "view to (-1, 4) of p of shape (3, 5)"),
    "strides": (of_slice, torch.randn(4, 5, 6)[..., ::2], torch.zeros(4, 3).long(),
        "view of what is made of p of shape (4, 3, 5)"),
    "one_hot of floats": (of_hot, X, Y.float(), "one_hot of t of shape (8,) and float32"),
    "gather of floats": (lambda p, t: p.gather(1, t[:, None]).mean(), X, Y.float(),
        "what is made of t of shape (8, 1) and float32"),
    "bool": (lambda p, t: ((1 - t) * p).mean(), X, X > 0, "sub of t of shape (8, 5) and bool"),
    "integers": (nn.MSELoss(), Y, Y, "mse_loss of input of shape (8,) and int64"),
    "double": (nn.BCELoss(), X.sigmoid(), X.double().sigmoid(), "float64"),
    "numpy": (rmse, X.clone().requires_grad_(), X + 1, "`return np.sqrt(squares.mean())`"),
    "condition": (smooth, X, X + 1, "`if d < 1:`"),
    "leaf": (written, X, X + 1, "`total[i] = ((p[:, i] - t[:, i]) ** 2).mean()`"),
    "item": (of_number, X, X + 1, "`return (p - t).item()`"),
    "misspelled": (misspelled, X, Y, "`logit` has no value where it is read: `def misspelled"),
    "set later": (set_later, X, Y, "`p` has no value where it is read: `p = p.softmax(1)"),
    "flat one-hot": (lambda p, t: F.cross_entropy(p, t.view(-1)), X, F.one_hot(Y, 5),
        "what is made of t of shape (40,)"),
    "flat labels of several": (lambda p, t: F.cross_entropy(p, t.view(-1)), X, (X > 0).long(),
        "what is made of t of shape (40,)"),
    "weights of rows": (nn.BCELoss(torch.rand(8)), X[:, :1].sigmoid(), Y[:, None] / 4,
        "weight of shape (8,) for input of shape (8, 1)"),
    "weights of two labels": (nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, 3])), X[:, 0],
        Y / 4, "pos_weight of shape (2,) for input of shape (8,)"),
    "sequences first": (nn.CTCLoss(), torch.randn(3, 9, 5).log_softmax(2), torch.ones(3, 2).long(),
        torch.full((3,), 9), torch.full((3,), 2), "log_probs of shape (3, 9, 5), and 3"),
    "labels in a column": (nn.CosineEmbeddingLoss(), X, X + 1, torch.ones(8, 1),
        "target of shape (8, 1)"),
    "other counts": (nn.CrossEntropyLoss(), X, Y[:4], "input of shape (8, 5) and target of shape"),
    "other sizes": (nn.CrossEntropyLoss(), torch.randn(2, 5, 4, 4), torch.zeros(2, 8, 8).long(),
        "input of shape (2, 5, 4, 4) and target of shape (2, 8, 8)"),
    "device": (nn.CrossEntropyLoss(), X, Y.to("meta"), "input is on cpu, target is on meta"),
}
WORDS = {"table": "5 numbers in the table", "numpy": "torch.sqrt in place of np.sqrt",
    "another name": "label_smoothing=..., in place of smoothing=...", "view": "product is 15",
    "strides": ".reshape in place of .view", "condition": "torch.where(condition",
    "other counts": "one row of scores for each label",
    "misspelled": "logits  # in place of logit", "set later": "or one of logits, labels",
    "leaf": "torch.stack(values)", "item": "without .item()", "negative index": "t >= 0",
    "one missing by hand": "masked(y_hat, y, mask)",
    "weights of rows": "weight=weight.view_as(input)",
    "weights of two labels": "pos_weight=pos_weight[1]/pos_weight[0]",
    "one missing": "nn.TripletMarginLoss()(anchor, positive, negative)"}


@pytest.mark.parametrize("case", CASES)
def test_what_is_raised_is_told(case):
    loss, *args, seen = CASES[case]
    found = diagnose(loss, *args, reads=True)
    assert [f.id for f in found] == ["LX100"]
    assert seen in found[0].seen
    assert found[0].title != "the loss raises an error"
    assert WORDS.get(case, "") in found[0].fix
    assert found[0].why.endswith(".")


# Code for another call than this one is asserted by its words; a tensor on "meta" has no values
@pytest.mark.parametrize("case", [c for c in CASES if c not in WORDS and c != "device"])
def test_what_is_printed_runs(case):
    loss, *args, _ = CASES[case]
    fix = diagnose(loss, *args, reads=True)[0].fix
    if not is_code(fix):
        assert case in ("ranking", "cat", "stack", "embedding", "nothing")
        return
    names = names_of(loss, args)
    given = IMPORTS | {"loss": loss, getattr(loss, "__name__", "_"): loss} | dict(zip(names, args))
    value = eval(fix, given)
    assert value.isfinite()


def names_of(loss, args):
    "Of the arguments, as a report says them."
    of = loss.forward if isinstance(loss, nn.Module) else loss
    return [*inspect.signature(of).parameters][:len(args)]


def test_an_error_of_a_loss_that_nothing_explains_has_its_line():
    def raises(p, t):
        raise ValueError("no reason")
    found, = diagnose(raises, X, Y)
    assert "ValueError: no reason, in `raise ValueError(\"no reason\")`" in found.seen


def test_what_is_caught_within_is_no_error():
    def tries(p, t):
        try:
            return F.cross_entropy(p, t.float())
        except RuntimeError:
            return F.cross_entropy(p, t)
    assert not [f for f in diagnose(tries, X, Y) if f.id == "LX100"]
