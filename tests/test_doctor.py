"The doctor: mistakes as people write them, each found; valid calls drawn at random, no alarm."

import ast
import collections
import copy
import json
import random
import re
import warnings
from pathlib import Path
from unittest.mock import MagicMock

import lossfx
import pytest
import torch
import torch.nn.functional as F
from fixes import IMPORTS, findings_and_calls, is_code, run, what_is_left
from lossfx import diagnose, watch
from lossfx.doctor.calls import called
from lossfx.doctor.diagnosis import Report
from lossfx.doctor.rules import explained_at, rules, sections
from lossfx.doctor.rules.examples import arguments
from lossfx.doctor.watching import LossWarning
from right_by_field import PLANTED
from right_by_field import RIGHT as OF_FIELDS
from right_losses import VALID, redundant  # which is a constant of two examples
from test_unseen import SETS
from threads import LATE, THREADS, UNSEEN
from threads_by_field import FIELDS, FRESH
from threads_of_code import CODE
from threads_of_forums import FORUMS
from torch import nn

torch.manual_seed(0)
NBS = Path(__file__).resolve().parent.parent / "nbs"


def model_output(*sizes):
    return torch.randn(*sizes, requires_grad=True)


def dice(p, t, eps=1.0):
    return 1 - (2 * (p * t).sum() + eps) / (p.sum() + t.sum() + eps)


class Dice(nn.Module):
    def forward(self, inputs, targets):
        return dice(torch.sigmoid(inputs), targets)


def focal(x, y, weight=None):
    ce = F.cross_entropy(x, y, weight=weight, reduction="none")
    return ((1 - torch.exp(-ce)) ** 2 * ce).mean()


def focal_of_mean(x, y):
    ce = F.cross_entropy(x, y)
    return (1 - torch.exp(-ce)) ** 2 * ce


def focal_of_log(x, y):
    log_p = x.log_softmax(1) * F.one_hot(y, x.shape[1])
    return -((1 - log_p) ** 2 * log_p).sum(1).mean()


def dice_of_maps(x, y):
    return dice(x.sigmoid(), y)


def similarity_of_maps(x, y):
    return 1 - dice(x.sigmoid(), y)


def dice_coefficient(x, y):
    return similarity_of_maps(x, y)


def rows_in_the_loss(x, y):
    return F.cross_entropy(x.view(-1, x.shape[1]), y.flatten())


def info_nce(a, b, T=1.0):
    return F.cross_entropy(F.normalize(a) @ F.normalize(b).T / T, torch.arange(len(a)))


def info_nce_cold(a, b):
    return F.cross_entropy(F.normalize(a) @ F.normalize(b).T, torch.arange(len(a)))


def vae(r, x, mu, logvar):
    return F.mse_loss(r, x) - 0.5 * (1 + logvar - mu**2 - logvar.exp()).sum()


def reinforce(log_p, returns, values):
    return -((returns - values) * log_p).mean()


def spread_mask(x, y, mask):
    return (F.mse_loss(x, y, reduction="none") * mask).sum() / mask.sum()


def of_cosines(a, b):
    return 1 - F.cosine_similarity(a, b).mean()


TOKENS = torch.arange(36).view(4, 9) * 7 % 20


def predicted(tokens):
    return nn.Linear(8, 20)(nn.Embedding(20, 8)(tokens))


Q = nn.Linear(4, 2)
SEQUENCES = torch.tensor([[3, 5, 2, 0, 0, 0], [7, 4, 6, 8, 0, 0], [1, 0, 0, 0, 0, 0]])
MASK = torch.tensor([0.0, 1, 1, 0, 1, 0, 1, 1])
# what is found first, the loss, what it is called with
CASES = {
    "softmax module then CE": (
        "LX301",
        nn.CrossEntropyLoss(),
        (nn.Softmax(dim=1)(model_output(8, 10)), torch.arange(8)),
    ),
    "softmax no graph": (
        "LX302",
        nn.CrossEntropyLoss(),
        (torch.randn(8, 10).softmax(1), torch.arange(8)),
    ),
    "sigmoid then CE": (
        "LX301",
        nn.CrossEntropyLoss(),
        (model_output(8, 10).sigmoid(), torch.arange(8)),
    ),
    "sigmoid then BCEwl": (
        "LX303",
        nn.BCEWithLogitsLoss(),
        (model_output(8).sigmoid(), torch.ones(8)),
    ),
    "sigmoid then squeeze BCEwl": (
        "LX303",
        nn.BCEWithLogitsLoss(),
        (model_output(8, 1).sigmoid().squeeze(1), torch.ones(8)),
    ),
    "relu last BCEwl": ("LX303", nn.BCEWithLogitsLoss(), (model_output(8).relu(), torch.ones(8))),
    "tanh CE": ("LX301", nn.CrossEntropyLoss(), (model_output(8, 3).tanh(), torch.arange(8) % 3)),
    "BCE on logits": ("LX310", nn.BCELoss(), (model_output(8) * 3, torch.ones(8))),
    "NLL on probs": ("LX305", nn.NLLLoss(), (torch.randn(8, 3).softmax(1), torch.arange(8) % 3)),
    "NLL on logits": ("LX305", nn.NLLLoss(), (torch.randn(8, 3), torch.arange(8) % 3)),
    "NLL log_softmax dim0": (
        "LX306",
        nn.NLLLoss(),
        (torch.randn(8, 3).log_softmax(0), torch.arange(8) % 3),
    ),
    "KL probs": (
        "LX305",
        nn.KLDivLoss(reduction="batchmean"),
        (torch.randn(8, 3).softmax(1), torch.randn(8, 3).softmax(1)),
    ),
    "KL logits": (
        "LX305",
        nn.KLDivLoss(reduction="batchmean"),
        (torch.randn(8, 3), torch.randn(8, 3).softmax(1)),
    ),
    "KL mean": (
        "LX501",
        nn.KLDivLoss(),
        (torch.randn(8, 3).log_softmax(1), torch.randn(8, 3).softmax(1)),
    ),
    "KL log target forgotten": (
        "LX307",
        nn.KLDivLoss(reduction="batchmean"),
        (torch.randn(8, 3).log_softmax(1), torch.randn(8, 3).log_softmax(1)),
    ),
    "KL swapped": (
        "LX510",
        nn.KLDivLoss(reduction="batchmean"),
        (torch.randn(8, 3).softmax(1), torch.randn(8, 3).log_softmax(1)),
    ),
    "KL target logits": (
        "LX307",
        nn.KLDivLoss(reduction="batchmean"),
        (torch.randn(8, 3).log_softmax(1), torch.randn(8, 3)),
    ),
    "KL target sum": (
        "LX320",
        nn.KLDivLoss(reduction="batchmean"),
        (torch.tensor([[0.2, 0.3, 0.5]]).log(), torch.tensor([[0.1, 0.1, 0.1]])),
    ),
    "KL 3d batchmean": (
        "LX502",
        nn.KLDivLoss(reduction="batchmean"),
        (torch.randn(4, 16, 5).log_softmax(2), torch.randn(4, 16, 5).softmax(2)),
    ),
    "mse N1 N": ("LX101", nn.MSELoss(), (model_output(8, 1), torch.randn(8))),
    "mse N N1": ("LX101", nn.MSELoss(), (model_output(8), torch.randn(8, 1))),
    "own mse N1": (
        "LX101",
        lambda p, t: ((p - t) ** 2).mean(),
        (model_output(8, 1), torch.randn(8)),
    ),
    "l1 of a column and a row": (
        "LX101",
        lambda p, t: (p - t).abs().mean(),
        (model_output(8, 1), torch.randn(1, 8)),
    ),
    "percentage of 0": (
        "LX408",
        lambda p, t: ((p - t) / t).abs().mean(),
        (model_output(8, 1), torch.eye(8)[:, :1]),
    ),
    "log of a sigmoid that is 0": (
        "LX408",
        lambda d: -torch.log(torch.sigmoid(d)).mean(),
        (model_output(8, 1) - 120,),
    ),
    "l1 own": ("LX101", lambda p, t: (p - t).abs().mean(), (model_output(8, 1), torch.randn(8))),
    "hinge_embedding scores": (
        "LX313",
        nn.HingeEmbeddingLoss(),
        (torch.tensor([0.8, -0.5, 2.0]), torch.tensor([-1, 1, -1])),
    ),
    "soft margin 01": (
        "LX202",
        nn.SoftMarginLoss(),
        (torch.randn(8), torch.randint(2, (8,)).float()),
    ),
    "margin ranking 01": (
        "LX202",
        nn.MarginRankingLoss(),
        (
            torch.randn(8),
            torch.randn(8),
            torch.randint(2, (8,)).float().index_fill(0, torch.tensor([0]), 0),
        ),
    ),
    "cosine 01": (
        "LX202",
        nn.CosineEmbeddingLoss(),
        (
            torch.randn(8, 3),
            torch.randn(8, 3),
            torch.randint(2, (8,)).float().index_fill(0, torch.tensor([0]), 0),
        ),
    ),
    "hinge own 01": (
        "LX202",
        lossfx.HingeLoss(),
        (torch.randn(8), torch.tensor([0, 1, 1, 0, 1, 0, 1, 1])),
    ),
    "BCEwl -1 1": (
        "LX204",
        nn.BCEWithLogitsLoss(),
        (torch.randn(8), torch.tensor([-1.0, 1, 1, -1, 1, 1, 1, -1])),
    ),
    "BCEwl 1 2": ("LX204", nn.BCEWithLogitsLoss(), (torch.randn(4), torch.tensor([1.0, 2, 2, 1]))),
    "BCEwl 255": (
        "LX204",
        nn.BCEWithLogitsLoss(),
        (torch.randn(2, 1, 4, 4), (torch.rand(2, 1, 4, 4) > 0.5).float() * 255),
    ),
    "BCEwl -100": (
        "LX204",
        nn.BCEWithLogitsLoss(),
        (torch.randn(4), torch.tensor([1.0, 0, -100, 1])),
    ),
    "ours bce 1 2": (
        "LX204",
        lossfx.binary_cross_entropy_with_logits,
        (torch.randn(4), torch.tensor([1.0, 2, 2, 1])),
    ),
    "CE multi-hot": (
        "LX203",
        nn.CrossEntropyLoss(),
        (torch.randn(2, 3), torch.tensor([[1.0, 1, 0], [0, 1, 1]])),
    ),
    "CE -1 soft": (
        "LX203",
        nn.CrossEntropyLoss(),
        (torch.randn(2, 3), torch.tensor([[1.0, -1, 1], [0, 1, 0]])),
    ),
    "CE 1-based": ("LX201", nn.CrossEntropyLoss(), (torch.randn(3, 3), torch.tensor([1, 2, 3]))),
    "CE 255": (
        "LX201",
        nn.CrossEntropyLoss(),
        (torch.randn(1, 3, 2, 2), torch.tensor([[[0, 1], [255, 2]]])),
    ),
    "CE -1": ("LX201", nn.CrossEntropyLoss(), (torch.randn(3, 3), torch.tensor([1, -1, 0]))),
    "CE float idx": (
        "LX105",
        nn.CrossEntropyLoss(),
        (torch.randn(3, 3), torch.tensor([1.0, 2, 0])),
    ),
    "CE int onehot": (
        "LX106",
        nn.CrossEntropyLoss(),
        (torch.randn(3, 3), torch.eye(3).long()),
    ),
    "CE N1 target": (
        "LX107",
        nn.CrossEntropyLoss(),
        (torch.randn(3, 3), torch.tensor([[1], [2], [0]])),
    ),
    "CE one output": (
        "LX102",
        nn.CrossEntropyLoss(),
        (torch.randn(8, 1), torch.zeros(8).long()),
    ),
    "CE one output float": (
        "LX102",
        nn.CrossEntropyLoss(),
        (torch.randn(8, 1), torch.randint(2, (8, 1)).float()),
    ),
    "CE 1d": ("LX104", F.cross_entropy, (torch.randn(8), torch.randint(2, (8,)).float())),
    "CE btc": ("LX103", nn.CrossEntropyLoss(), (torch.randn(2, 7, 5), torch.randint(5, (2, 7)))),
    "CE btc T=C linear": (
        "LX103",
        nn.CrossEntropyLoss(),
        (nn.Linear(6, 5)(torch.randn(2, 5, 6)), torch.randint(5, (2, 5))),
    ),
    "CE view no permute": (
        "LX113",
        nn.CrossEntropyLoss(),
        (nn.Conv2d(3, 3, 1)(torch.randn(2, 3, 4, 4)).view(-1, 3), torch.randint(3, (32,))),
    ),
    "CE all ignored": ("LX205", nn.CrossEntropyLoss(), (torch.randn(4, 3), torch.full((4,), -100))),
    "CE empty": (
        "LX205",
        nn.CrossEntropyLoss(),
        (torch.randn(0, 3), torch.zeros(0).long()),
    ),
    "CE weight len": (
        "LX108",
        nn.CrossEntropyLoss(weight=torch.ones(4)),
        (torch.randn(4, 3), torch.arange(4) % 3),
    ),
    "CE -inf soft": (
        "LX406",
        nn.CrossEntropyLoss(),
        (torch.tensor([[2.0, 1, -torch.inf]]), torch.tensor([[1.0, 0, 0]])),
    ),
    "CE -inf smoothing": (
        "LX406",
        nn.CrossEntropyLoss(label_smoothing=0.1),
        (torch.tensor([[2.0, 1, -torch.inf]]), torch.tensor([0])),
    ),
    "CE smoothed twice": (
        "LX507",
        nn.CrossEntropyLoss(label_smoothing=0.1),
        (torch.randn(4, 3), lossfx.smooth_soft_labels(torch.eye(3)[[0, 1, 2, 0]], 0.1)),
    ),
    "dice logits": ("LX310", dice, (torch.randn(64) * 6, (torch.rand(64) > 0.5).float())),
    "dice 255": ("LX204", Dice(), (torch.randn(64) * 6, (torch.rand(64) > 0.5).float() * 255)),
    "softmax 1 channel": (
        "LX312",
        Dice(),
        (model_output(2, 1, 4, 4).softmax(1), (torch.rand(2, 1, 4, 4) > 0.5).float()),
    ),
    "BCE softmax 1": (
        "LX312",
        nn.BCELoss(),
        (model_output(8, 1).softmax(1), torch.randint(2, (8, 1)).float()),
    ),
    "argmax loss": (
        "LX401",
        lambda x, y: F.mse_loss(x.argmax(1).float(), y.float()),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "rewrapped": (
        "LX402",
        lambda x, y: torch.tensor(F.mse_loss(x, y).item(), requires_grad=True),
        (model_output(8), torch.randn(8)),
    ),
    "item": ("LX401", lambda x, y: F.mse_loss(x, y).item(), (model_output(8), torch.randn(8))),
    "round": (
        "LX404",
        lambda x, y: F.mse_loss(x.sigmoid().round(), y),
        (model_output(8), torch.ones(8)),
    ),
    "focal of mean": ("LX511", focal_of_mean, (model_output(8, 3), torch.arange(8) % 3)),
    "focal weighted pt": (
        "LX511",
        lambda x, y: focal(x, y, torch.tensor([1.0, 5, 2])),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "masked mean": (
        "LX509",
        lambda x, y: (F.cross_entropy(x, y, reduction="none") * MASK).mean(),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "masked none mean": (
        "LX509",
        lambda x, y: F.cross_entropy(x, y, reduction="none", ignore_index=0).mean(),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "bce weight mask": (
        "LX509",
        lambda x, y: F.binary_cross_entropy_with_logits(x, y, weight=MASK),
        (model_output(8), torch.ones(8)),
    ),
    "swapped bce": (
        "LX510",
        nn.BCELoss(),
        (torch.tensor([1.0, 0, 1, 1]), model_output(4).sigmoid()),
    ),
    "swapped ce": ("LX510", nn.CrossEntropyLoss(), (torch.eye(3), model_output(3, 3))),
    "swapped ce index": (
        "LX510",
        nn.CrossEntropyLoss(),
        (torch.tensor([0, 1, 2]), model_output(3, 3)),
    ),
    "swapped bcewl": (
        "LX510",
        nn.BCEWithLogitsLoss(),
        (torch.tensor([1.0, 0, 1, 1]), model_output(4) * 3),
    ),
    "rmse nan": (
        "LX405",
        lambda x, y: torch.sqrt(((x - y) ** 2).mean()),
        (torch.zeros(4, requires_grad=True), torch.zeros(4)),
    ),
    "nan target": ("LX207", nn.MSELoss(), (model_output(4), torch.tensor([1.0, torch.nan, 0, 1]))),
    "nan input": ("LX406", nn.MSELoss(), (torch.tensor([1.0, torch.nan, 0, 1]), torch.zeros(4))),
    "tanh targets 255": ("LX321", nn.MSELoss(), (model_output(8).tanh(), torch.rand(8) * 255)),
    "sigmoid targets -1": ("LX321", nn.MSELoss(), (model_output(8).sigmoid(), torch.randn(8))),
    "relu negative targets": ("LX321", nn.L1Loss(), (model_output(8).relu(), -torch.rand(8))),
    "poisson exp": ("LX314", nn.PoissonNLLLoss(), (model_output(8).exp(), torch.ones(8))),
    "poisson neg rate": (
        "LX315",
        nn.PoissonNLLLoss(log_input=False),
        (model_output(8), torch.ones(8)),
    ),
    "gaussian neg var": (
        "LX315",
        nn.GaussianNLLLoss(),
        (model_output(8), torch.randn(8), torch.randn(8)),
    ),
    "ctc logits": (
        "LX305",
        nn.CTCLoss(),
        (
            model_output(20, 2, 5),
            torch.randint(1, 5, (2, 4)),
            torch.tensor([20, 20]),
            torch.tensor([4, 4]),
        ),
    ),
    "ctc softmax": (
        "LX305",
        nn.CTCLoss(),
        (
            model_output(20, 2, 5).softmax(2),
            torch.randint(1, 5, (2, 4)),
            torch.tensor([20, 20]),
            torch.tensor([4, 4]),
        ),
    ),
    "ctc short": (
        "LX323",
        nn.CTCLoss(),
        (
            model_output(3, 1, 5).log_softmax(2),
            torch.tensor([[1, 1, 1]]),
            torch.tensor([3]),
            torch.tensor([3]),
        ),
    ),
    "mlm multi-hot": (
        "LX206",
        nn.MultiLabelMarginLoss(),
        (model_output(2, 4), torch.tensor([[1, 0, 0, 1], [0, 1, 0, 0]])),
    ),
    "mlsm padded": (
        "LX204",
        nn.MultiLabelSoftMarginLoss(),
        (model_output(1, 4), torch.tensor([[3.0, 0, -1, 1]])),
    ),
    "fp16 mse": ("LX407", nn.MSELoss(), (torch.full((4,), 300.0).half(), torch.zeros(4).half())),
    "underflow": (
        "LX409",
        lambda x, y: F.nll_loss(torch.log(F.softmax(x, 1)), y),
        (torch.tensor([[200.0, 0]], requires_grad=True), torch.tensor([1])),
    ),
    "bce saturated": (
        "LX311",
        nn.BCELoss(),
        (torch.tensor([30.0, -1], requires_grad=True).sigmoid(), torch.tensor([0.0, 0])),
    ),
    "class not instance": ("LX109", nn.CrossEntropyLoss, (model_output(4, 3), torch.arange(4) % 3)),
    "pos_weight image": (
        "LX108",
        nn.BCEWithLogitsLoss(pos_weight=torch.ones(3)),
        (model_output(2, 3, 3, 3), torch.ones(2, 3, 3, 3)),
    ),
    "ce float16 target long sizes": (
        "LX100",
        nn.CrossEntropyLoss(),
        (model_output(8, 3), torch.arange(4) % 3),
    ),
    "bce long target": (
        "LX106",
        nn.BCEWithLogitsLoss(),
        (model_output(4), torch.tensor([1, 0, 1, 1])),
    ),
    "own softmax ce twice": (
        "LX301",
        lambda x, y: -(F.one_hot(y, 3) * x.softmax(1).log_softmax(1)).sum(1).mean(),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "own log no eps": (
        "LX409",
        lambda x, y: -(y * torch.log(x.softmax(1))).sum(1).mean(),
        (torch.tensor([[200.0, 0]], requires_grad=True), torch.tensor([[0.0, 1]])),
    ),
    "ours softmax": (
        "LX301",
        lossfx.soft_label_cross_entropy_with_logits,
        (model_output(8, 3).softmax(1), torch.arange(8) % 3),
    ),
    "ours focal sigmoid": (
        "LX303",
        lossfx.BinaryFocalLoss(),
        (model_output(8).sigmoid(), torch.ones(8)),
    ),
    "ours wrong space": (
        "LX310",
        lossfx.soft_label_cross_entropy,
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "teacher grad": (
        "LX403",
        nn.CrossEntropyLoss(),
        (model_output(4, 3), model_output(4, 3).softmax(1)),
    ),
    "ignore_index 0": (
        "LX208",
        nn.CrossEntropyLoss(ignore_index=0),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "single class weights": (
        "LX503",
        nn.CrossEntropyLoss(weight=torch.tensor([1.0, 9, 1])),
        (model_output(8, 3), torch.ones(8).long()),
    ),
    "bce probs with graph": (
        "LX303",
        nn.BCEWithLogitsLoss(),
        (nn.Sequential(nn.Linear(3, 1), nn.Sigmoid())(torch.randn(16, 3)).view(-1), torch.ones(16)),
    ),
    "kl soft dim0": (
        "LX309",
        nn.KLDivLoss(reduction="batchmean"),
        (model_output(8, 3).log_softmax(0), torch.randn(8, 3).softmax(1)),
    ),
    "bce softmax dim0": (
        "LX309",
        nn.BCELoss(),
        (model_output(8, 3).softmax(0), torch.randint(2, (8, 3)).float()),
    ),
    "sum by position": ("LX110", F.mse_loss, (model_output(8), torch.randn(8), "sum")),
    "beta by position": ("LX110", F.smooth_l1_loss, (model_output(8), torch.randn(8), 0.5)),
    "double weights": (
        "LX111",
        nn.CrossEntropyLoss(weight=torch.ones(3, dtype=torch.float64)),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "cosine over time": (
        "LX114",
        of_cosines,
        (nn.Linear(3, 8)(torch.randn(4, 7, 3)), torch.randn(4, 7, 8)),
    ),
    "dice of maps": (
        "LX101",
        dice_of_maps,
        (model_output(3, 1, 4, 4), (torch.rand(3, 4, 4) > 0.5).float()),
    ),
    "rows of maps in the loss": (
        "LX113",
        rows_in_the_loss,
        (model_output(2, 3, 4, 4), torch.randint(3, (2, 4, 4))),
    ),
    "view for transpose": (
        "LX113",
        F.cross_entropy,
        (nn.Linear(3, 5)(torch.randn(4, 7, 3)).view(4, 5, 7), torch.randint(5, (4, 7))),
    ),
    "view for permute, regression": (
        "LX113",
        F.mse_loss,
        (nn.Linear(3, 5)(torch.randn(4, 7, 6, 3)).view(4, 5, 7, 6), torch.randn(4, 5, 7, 6)),
    ),
    "sigmoid of the labels": (
        "LX209",
        nn.BCELoss(),
        (model_output(8).sigmoid(), torch.tensor([0.0, 1, 1, 0, 1, 0, 0, 1]).sigmoid()),
    ),
    "softmax of the labels": (
        "LX209",
        nn.CrossEntropyLoss(),
        (model_output(8, 3), torch.eye(3)[torch.arange(8) % 3].softmax(1)),
    ),
    "padding": ("LX210", F.cross_entropy, (model_output(3, 9, 6), SEQUENCES)),
    "padding, flattened": (
        "LX210",
        F.cross_entropy,
        (model_output(18, 9), SEQUENCES.view(-1)),
    ),
    "shifted twice": (
        "LX211",
        F.cross_entropy,
        (predicted(TOKENS)[:, :7].flatten(0, 1), TOKENS[:, 2:].flatten()),
    ),
    "labels are the inputs": (
        "LX211",
        F.cross_entropy,
        (predicted(TOKENS).movedim(-1, 1), TOKENS),
    ),
    "policy over the batch": (
        "LX309",
        lambda p, r: -(r * p.log()).sum(),
        (
            model_output(8, 3).softmax(0).gather(1, torch.arange(8)[:, None] % 3).squeeze(1),
            torch.rand(8),
        ),
    ),
    "chosen rows of a softmax over the batch": (
        "LX309",
        lambda x, y: -x.softmax(0)[torch.arange(8), y].log().mean(),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "ctc too few classes": (
        "LX323",
        nn.CTCLoss(),
        (
            model_output(20, 2, 5).log_softmax(2),
            torch.tensor([[1, 2, 5, 1], [1, 2, 3, 4]]),
            torch.tensor([20, 20]),
            torch.tensor([4, 4]),
        ),
    ),
    "margin of probabilities": (
        "LX325",
        nn.MultiMarginLoss(),
        (model_output(8, 3).softmax(1), torch.arange(8) % 3),
    ),
    "margin of unit vectors": (
        "LX325",
        nn.TripletMarginLoss(margin=2.5),
        [F.normalize(model_output(8, 3)) for _ in range(3)],
    ),
    "margin of cosines": (
        "LX325",
        nn.CosineEmbeddingLoss(margin=1.0),
        (model_output(4, 3), model_output(4, 3), torch.tensor([1.0, -1, 1, -1])),
    ),
    "focal of log p": ("LX326", focal_of_log, (model_output(8, 3), torch.arange(8) % 3)),
    "no temperature": ("LX327", info_nce_cold, (model_output(16, 4), model_output(16, 4))),
    "half mask overflows": (
        "LX407",
        lambda x, y: F.cross_entropy(x.masked_fill(x > 1, -1e9), y),
        (torch.zeros(4, 3).half(), torch.arange(4) % 3),
    ),
    "log of a negative score": (
        "LX408",
        lambda x: -x.log().mean(),
        (torch.tensor([1.0, -0.5], requires_grad=True),),
    ),
    "bootstrapped": (
        "LX411",
        F.smooth_l1_loss,
        (Q(torch.randn(8, 4))[:, 0], torch.rand(8) + 0.9 * Q(torch.randn(8, 4)).amax(1)),
    ),
    "advantage with a graph": (
        "LX412",
        reinforce,
        (
            model_output(8, 2).log_softmax(1).gather(1, torch.arange(8)[:, None] % 2),
            torch.rand(8, 1),
            model_output(8, 1),
        ),
    ),
    "sum beside mean": (
        "LX519",
        vae,
        (model_output(8, 6), torch.rand(8, 6), model_output(8, 2), model_output(8, 2)),
    ),
    "dice made small": (
        "LX520",
        dice_coefficient,
        (model_output(64), (torch.rand(64) > 0.5).float()),
    ),
    "similarity by another name": (
        "LX520",
        lambda x, y: 1 - dice(x.sigmoid(), y),
        (model_output(64), (torch.rand(64) > 0.5).float()),
    ),
    "collapsed": (
        "LX523",
        nn.TripletMarginLoss(),
        [model_output(1, 3).expand(8, 3) for _ in range(3)],
    ),
    "weight for pos_weight": (
        "LX524",
        nn.BCEWithLogitsLoss(weight=torch.tensor([20.0])),
        (model_output(8), MASK),
    ),
    "weights that are equal": (
        "LX524",
        nn.CrossEntropyLoss(weight=torch.full((3,), 4.0)),
        (model_output(8, 3), torch.arange(8) % 3),
    ),
    "weights are frequencies": (
        "LX525",
        nn.CrossEntropyLoss(weight=torch.tensor([0.8, 0.2])),
        (model_output(50, 2), (torch.arange(50) % 5 == 0).long()),
    ),
    "odds the wrong way": (
        "LX525",
        nn.BCEWithLogitsLoss(pos_weight=torch.tensor([0.25])),
        (model_output(50), (torch.arange(50) % 5 == 0).float()),
    ),
    "mask counted once": (
        "LX526",
        spread_mask,
        (model_output(8, 3), torch.randn(8, 3), MASK[:, None]),
    ),
    "critic with a sigmoid": (
        "LX527",
        lambda real, fake: fake.mean() - real.mean(),
        (model_output(8, 1).sigmoid(), model_output(8, 1).sigmoid()),
    ),
}
BOXES = torch.tensor([[0.1, 0.2, 0.6, 0.9]] * 5)  # left, top, right, bottom


def iou_of_boxes(a, b):
    "1 less the area that boxes share over that of both."
    sides = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0)
    area = lambda t: (t[:, 2:] - t[:, :2]).abs().prod(1)
    shared = sides.prod(1)
    return (1 - shared / (area(a) + area(b) - shared + 1e-7)).mean()


RIGHT = {
    "boxes in pixels": (iou_of_boxes, (100 * BOXES + model_output(5, 4), 100 * BOXES)),
    "boxes": (iou_of_boxes, (BOXES + model_output(5, 4) / 50, BOXES)),
    "info nce": (info_nce, (model_output(16, 4), model_output(16, 4), 0.1)),
    "next tokens": (
        F.cross_entropy,
        (predicted(TOKENS)[:, :-1].flatten(0, 1), TOKENS[:, 1:].flatten()),
    ),
    "final states": (F.cross_entropy, (model_output(3, 9, 6), SEQUENCES.flip(1))),
    "squared hinge": (
        lambda x, y: ((1 - y * x).clamp(min=0) ** 2).mean(),
        (model_output(8), 2 * MASK - 1),
    ),
    "dice of rows": (
        lambda x, y: dice(x.sigmoid().squeeze(1), y),
        (model_output(3, 1, 4, 4), (torch.rand(3, 4, 4) > 0.5).float()),
    ),
    "heads of a view": (
        F.mse_loss,
        (nn.Linear(3, 10)(torch.randn(4, 7, 3)).view(4, 7, 2, 5), torch.randn(4, 7, 2, 5)),
    ),
    "siamese": (F.mse_loss, (Q(torch.randn(8, 4)), Q(torch.randn(8, 4)))),
    "triplet": (
        nn.TripletMarginLoss(),
        (model_output(8, 3), model_output(8, 3), model_output(8, 3)),
    ),
    "ce": (nn.CrossEntropyLoss(), (model_output(8, 3), torch.arange(8) % 3)),
    "log_softmax ce": (
        nn.CrossEntropyLoss(),
        (model_output(8, 3).log_softmax(1), torch.arange(8) % 3),
    ),
    "gauss negative": (
        nn.GaussianNLLLoss(),
        (torch.zeros(4, requires_grad=True), torch.zeros(4), torch.full((4,), 0.01)),
    ),
    "reverse kl": (
        F.kl_div,
        (torch.randn(4, 3).log_softmax(1), model_output(4, 3).softmax(1), None, None, "batchmean"),
    ),
    "-dice": (
        lambda p, t: dice(p.sigmoid(), t) - 1,
        (model_output(64), (torch.rand(64) > 0.5).float()),
    ),
    "wgan": (lambda a, b: b.mean() - a.mean(), (model_output(8, 1), model_output(8, 1))),
    "gan scalar": (nn.MSELoss(), (model_output(8, 1), torch.ones(8, 1))),
    "focal own": (focal, (model_output(8, 3), torch.arange(8) % 3)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_found(name):
    expected, loss, args = CASES[name]
    found = [f.id for f in diagnose(loss, *args)]
    assert found[:1] == [expected], found


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_left_alone(name):
    loss, args = RIGHT[name]
    assert not diagnose(loss, *args)


@pytest.mark.parametrize("seed", range(20))
def test_valid_calls_raise_no_alarm(seed):
    assert not alarms(range(100 * seed, 100 * seed + 100))


@pytest.mark.slow
def test_many_valid_calls_raise_no_alarm(fact):
    "Slow: 100,000 calls take minutes. Hints are guesses, as rare as the page says, rule by rule."
    hints, stated = collections.Counter(), stated_rates()
    assert not alarms(range(100_000), hints)
    for id, count in hints.most_common():
        fact(f"hint {id} in {count} of 100,000 valid calls")
    assert not {id: n for id, n in hints.items() if n > 1_000 * stated.get(id, stated["others"])}


def stated_rates():
    "Hints in valid calls, at most, in %: the table of the page."
    page = (NBS / "guides" / "11_diagnose.ipynb").read_text(encoding="utf-8")
    rows = re.findall(r"\| (LX\d+)? ?\|[^|]*\| ([\d.]+) % \|", page)
    return {id or "others": float(percent) for id, percent in rows}


def masked(x, y, mask):
    each = F.cross_entropy(x, y, reduction="none")
    return (each * mask).sum() / mask.sum().clamp(min=1)


def foreground(x, y, mask):
    each = F.binary_cross_entropy_with_logits(x, y, reduction="none")
    return (each * mask).mean() + 0.1 * (each * (1 - mask)).mean()


def of_pairs(q, k, T=0.1):
    return F.cross_entropy(F.normalize(q) @ F.normalize(k).T / T, torch.arange(len(q)))


def of_other_pairs(q, k, T=0.5):
    z = F.normalize(torch.cat([q, k]))
    sim = (z @ z.T / T).masked_fill(torch.eye(len(z), dtype=torch.bool), -1e4)
    return F.cross_entropy(sim, torch.arange(len(z)).roll(len(q)))


def distilled(student, teacher, T=2.0):
    log_p, q = (student / T).log_softmax(1), (teacher / T).softmax(1)
    return F.kl_div(log_p, q, reduction="none").sum(1).mean() * T * T


def by_one_hot(x, y):
    return -(F.one_hot(y, x.shape[1]) * x.log_softmax(1)).sum(1).mean()


def triplet(a, p, n): return ((a - p).norm(dim=1) - (a - n).norm(dim=1) + 0.3).relu().mean()
def hinge(x, y): return (1 - y * x).clamp(min=0).mean()
def positive_rows(x, y): return -(y * F.logsigmoid(x)).sum() / y.sum().clamp(min=1)
def weighed(x, y): return (F.mse_loss(x, y, reduction="none") * torch.rand(x.shape)).mean()
def of_vae(mu, logvar): return -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum(1).mean()
def rooted(x, y): return (F.mse_loss(x, y) + 1e-8).sqrt()
def tversky(x, t): return 1 - (x.sigmoid() * t).sum() / (0.5 * (x.sigmoid() + t).sum() + 1)


def critic(real, fake): return fake.mean() - real.mean()
def of_both(x, t, mu): return F.mse_loss(x, t, reduction="sum") + 0.5 * (mu**2).sum()
def policy(x, y, gain): return -(x.log_softmax(1).gather(1, y[:, None])[:, 0] * gain).mean()
def alike(x, y): return 1 - F.cosine_similarity(x, y, dim=-1, eps=1e-3).mean()


def masked_rows(x, y, mask):
    each = F.mse_loss(x, y, reduction="none").mean(1, keepdim=True)
    return (each * mask).sum() / mask.sum().clamp(min=1)


def bootstrapped(x, y): return F.mse_loss(x[:, :1], 1 + 0.9 * x.detach().amax(1, True) * y[:, :1])


BY_HAND = {
    critic: lambda m, n, y, t, b: (m, n),
    of_both: lambda m, n, y, t, b: (m.sigmoid(), b, n),
    policy: lambda m, n, y, t, b: (m, y, n[:, 0].detach()),
    alike: lambda m, n, y, t, b: (m, n),
    masked_rows: lambda m, n, y, t, b: (m, n, b[:, :1]),
    bootstrapped: lambda m, n, y, t, b: (m, b),
    masked: lambda m, n, y, t, b: (m, y, (torch.rand(len(y)) < 0.7).float()),
    foreground: lambda m, n, y, t, b: (m, b, (torch.rand(b.shape) < 0.5).float()),
    of_pairs: lambda m, n, y, t, b: (m, n),
    of_other_pairs: lambda m, n, y, t, b: (m, n),
    distilled: lambda m, n, y, t, b: (m, n),
    by_one_hot: lambda m, n, y, t, b: (m, y),
    triplet: lambda m, n, y, t, b: (m, n, m.detach().roll(1, 1)),
    hinge: lambda m, n, y, t, b: (m, 2 * b - 1),
    positive_rows: lambda m, n, y, t, b: (m, b),
    weighed: lambda m, n, y, t, b: (m.tanh(), n.tanh()),
    of_vae: lambda m, n, y, t, b: (m, n.clamp(-5, 5)),
    rooted: lambda m, n, y, t, b: (m, n),
    tversky: lambda m, n, y, t, b: (m, b),
    focal: lambda m, n, y, t, b: (m, y),
    Dice(): lambda m, n, y, t, b: (m, b),
    dice: lambda m, n, y, t, b: (m.sigmoid(), b),
}


def alarms(seeds, hints=None):
    "Errors and warnings on valid calls."
    found = []
    for seed in seeds:
        loss, args, options = valid_call(seed)
        for f in diagnose(loss, *args, **options):
            if f.severity != "hint":
                found.append((seed, f))
            elif hints is not None:
                hints[f.id] += 1
    return found


def valid_call(seed):
    "A loss of torch, of this library or by hand, and arguments that it takes, at random."
    r = random.Random(seed)
    torch.manual_seed(seed)
    N = r.choice([1, 1, 2, 3, 4, 8, 16, 33, 64])
    C = r.choice([2, 2, 3, 5, 10, 20, 100, 1000])
    s = 10 ** r.uniform(-2, 1.3)
    dtype = r.choice([torch.float32] * 4 + [torch.float64, torch.bfloat16, torch.float16])

    if C == 1000 and dtype == torch.float16:
        dtype = torch.float32  # of so many classes float16 overflows, which is an alarm

    def rn(*sh):
        return (s * torch.randn(*sh)).to(dtype)

    x = rn(N, C)
    y = torch.randint(C, (N,))
    if r.random() < 0.3:
        x.requires_grad_()
    t = (r.choice([0.1, 1, 5]) * torch.randn(N, C)).softmax(1).to(dtype)
    z = rn(N)
    b = (torch.rand(N) < 0.5).to(dtype)
    f = torch.rand(N).to(dtype)
    sg = 2 * b - 1
    m = rn(N, C)
    mb = (torch.rand(N, C) < 0.3).to(dtype)
    P = r.choice([2, 3, 7])
    xs = rn(N, C, P)
    ys = torch.randint(C, (N, P))
    red = r.choice(["mean", "sum", "none"])
    w = torch.rand(C).to(dtype) + 0.1

    calls = [
        (F.cross_entropy, (x, y), dict(reduction=red)),
        (F.cross_entropy, (x, t), dict(reduction=red)),
        (
            F.cross_entropy,
            (x, F.one_hot(y, C).to(dtype)),
            dict(label_smoothing=r.choice([0.0, 0.1])),
        ),
        (
            F.cross_entropy,
            (x, y),
            dict(weight=w, label_smoothing=r.choice([0.0, 0.1]), reduction=red),
        ),
        (F.cross_entropy, (xs, ys), {}),
        (
            nn.CrossEntropyLoss(ignore_index=-1),
            (x, torch.where(torch.rand(N) < 0.3, -1, y).index_fill(0, torch.tensor([0]), y[0])),
            {},
        ),
        (F.cross_entropy, (x.log_softmax(1), y), {}),
        (F.nll_loss, (x.float().log_softmax(1), y), {}),
        (F.nll_loss, (xs.float().log_softmax(1), ys), dict(reduction=red)),
        (
            F.kl_div,
            (x.float().log_softmax(1), t.float()),
            dict(reduction=r.choice(["batchmean", "sum", "none"])),
        ),
        (
            F.kl_div,
            (x.float().log_softmax(1), rn(N, C).float().log_softmax(1)),
            dict(reduction="batchmean", log_target=True),
        ),
        (F.binary_cross_entropy_with_logits, (z, b), dict(reduction=red)),
        (F.binary_cross_entropy_with_logits, (z, f), {}),
        (F.binary_cross_entropy_with_logits, (m, mb), dict(pos_weight=w)),
        (F.binary_cross_entropy, (z.float().clamp(-15, 15).sigmoid(), b.float()), {}),
        (
            F.binary_cross_entropy,
            (m.float().clamp(-15, 15).sigmoid(), mb.float()),
            dict(reduction=red),
        ),
        (F.mse_loss, (z, rn(N)), dict(reduction=red)),
        (F.l1_loss, (m, rn(N, C)), {}),
        (F.smooth_l1_loss, (z, rn(N)), {}),
        (F.huber_loss, (z, rn(N)), {}),
        (F.soft_margin_loss, (z.float(), sg.float()), {}),
        (F.hinge_embedding_loss, (z.abs(), sg), {}),
        (F.margin_ranking_loss, (z, rn(N), sg), {}),
        (F.cosine_embedding_loss, (m.float(), rn(N, C).float(), sg.float()), {}),
        (F.triplet_margin_loss, (m, rn(N, C), rn(N, C)), {}),
        (F.multi_margin_loss, (x.float(), y), {}),
        (F.multilabel_soft_margin_loss, (m, mb), {}),
        (F.gaussian_nll_loss, (z.float(), rn(N).float(), rn(N).float().exp() + 0.01), {}),
        (F.poisson_nll_loss, (z.float().clamp(max=8), torch.poisson(torch.ones(N) * 3)), {}),
        (lossfx.soft_label_cross_entropy_with_logits, (x, y), dict(alpha=r.choice([0.0, 0.1]))),
        (lossfx.soft_label_cross_entropy_with_logits, (x, t), {}),
        (lossfx.FocalLoss(), (x, y), {}),
        (lossfx.hinge_loss, (z, sg), {}),
        (lossfx.binary_cross_entropy_with_logits, (m, mb), {}),
        (
            lambda x, y: (F.cross_entropy(x, y, reduction="none") * torch.rand(len(y))).mean(),
            (x, y),
            {},
        ),
        (lambda x, y: ((x - y) ** 2).mean(), (m, rn(N, C)), {}),
        (lambda x, y: -(y * x.log_softmax(1)).sum(1).mean(), (x, t), {}),
        (lambda x, y: F.cross_entropy(x, y) + 0.1 * x.square().mean(), (x, y), {}),
        (lambda x, y: F.mse_loss(x, y).sqrt(), (m, rn(N, C)), {}),
        (
            F.ctc_loss,
            (
                rn(20, 2, C).float().log_softmax(2),
                torch.randint(1, C, (2, 4)),
                torch.tensor([20, 20]),
                torch.tensor([4, 3]),
            ),
            {},
        ),
    ]
    if C <= 100 and N > 1 and r.random() < 0.4:  # losses that somebody wrote
        loss = r.choice([f for f in BY_HAND | VALID if N > 2 or f is not redundant])
        m, n = (v.float().requires_grad_(r.random() < 0.5) for v in (m.detach(), rn(N, C)))
        return loss, (BY_HAND | VALID)[loss](m, n, y, t.float(), mb.float()), {}
    return r.choice(calls)


def fitted(loss, sizes, divide_by, steps=3):
    "What is warned of in a training whose steps add micro-batches."
    torch.manual_seed(0)
    model, watched = nn.Linear(5, 3), watch(loss)
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(steps):
            for n in sizes:
                (watched(model(torch.randn(n, 5)), torch.randint(3, (n,))) / divide_by).backward()
            opt.step()
            opt.zero_grad()
    watched.watch.stop()
    return [str(w.message)[:5] for w in caught if w.category is LossWarning]


@pytest.mark.parametrize(
    "loss", [F.cross_entropy, nn.CrossEntropyLoss(), lossfx.SoftLabelCrossEntropyLoss()]
)
def test_micro_batches_are_watched(loss):
    assert fitted(loss, (4, 50, 50), 3) == ["LX506"]
    assert fitted(loss, (8, 8, 8), 1) == ["LX512"]
    assert not fitted(loss, (8, 8, 8), 3) and not fitted(loss, (24,), 1)


def test_two_losses_in_one_backward_are_no_accumulation():
    model, loss = nn.Linear(5, 3), watch(F.cross_entropy)
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        x, y = torch.randn(8, 5), torch.randint(3, (8,))
        (loss(model(x), y) + loss(model(-x), y)).backward()
        opt.step()
    assert not loss.watch.found
    loss.watch.stop()


def test_watching_leaves_training_as_it_is():
    "The same parameters, generator included, with and without."

    def trained(loss):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(5, 8), nn.Dropout(), nn.Linear(8, 3))
        opt = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(20):
            loss(model(torch.randn(16, 5)), torch.randint(3, (16,))).backward()
            opt.step()
        return model[0].weight.detach()

    watched = watch(nn.CrossEntropyLoss())
    assert torch.equal(trained(nn.CrossEntropyLoss()), trained(watched)) and not watched.watch.found
    watched.watch.stop()


def test_what_fails_while_watching_ends_no_training(monkeypatch):
    def fails(call): raise KeyError("axis")
    monkeypatch.setitem(rules, "LX401", rules["LX401"]._replace(check=fails))
    x, y = torch.randn(8, 5), torch.randint(3, (8,))
    loss = watch(F.cross_entropy)
    with pytest.warns(LossWarning, match="watch looks no more: KeyError, 'axis'"):
        assert torch.equal(loss(x[:, :3], y), F.cross_entropy(x[:, :3], y))
    assert not loss.watch.handles and loss(x[:, :3], y) > 0


def test_a_watched_module_may_be_compiled_and_ends():
    "What it looked at is what it was told to; then nothing is left of it."
    loss = watch(nn.CrossEntropyLoss(), until=5)
    for _ in range(6):
        loss(torch.randn(4, 3), torch.arange(4) % 3)
    assert not loss.watch.handles and loss.watch.calls == 6 and not loss._forward_hooks


def test_fastai_has_a_callback():
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from torch.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.randn(64, 5), torch.randint(3, (64,)))
    loaders = DataLoaders(DataLoader(data, 16), DataLoader(data, 16))
    model = nn.Sequential(nn.Linear(5, 3), nn.Softmax(1))
    learn = Learner(loaders, model, loss_func=nn.CrossEntropyLoss())
    with learn.no_logging(), pytest.warns(LossWarning, match="LX301"):
        learn.fit(1, cbs=lossfx.watch_callback())
    assert type(learn.loss_func) is nn.CrossEntropyLoss


def test_a_device_is_not_waited_for():
    x, y = torch.empty(4, 3, device="meta"), torch.empty(4, device="meta", dtype=torch.long)
    assert "No value was read" in repr(diagnose(F.cross_entropy, x, y))
    assert [f.id for f in diagnose(F.cross_entropy, x, y[:, None])][:1] == ["LX107"]


def without_values(v):
    "What a loss is given, on a device that has no values to read."
    if type(v) in (list, tuple): return type(v)(map(without_values, v))
    if isinstance(v, nn.Module):  # which may hold what has a graph, as a temperature
        held = {id(t): t.detach() for t in v.buffers() if not t.is_leaf}
        return copy.deepcopy(v, held).to("meta")
    if not isinstance(v, torch.Tensor): return v
    empty = torch.empty_like(v.detach(), device="meta").requires_grad_(v.requires_grad)
    return empty if v.is_leaf else empty * 1


def all_calls():
    "Wrong ones and right ones, of torch and by hand."
    yield from ((name, call, {}) for name, call in examples())
    planted = {name: build for name, (_, _, build, *_) in PLANTED.items()}
    for name, build in (OF_FIELDS | planted).items():
        loss, args, *named = build()
        yield name, (loss, *args), named[0] if named else {}


def shifted(logits, labels, mask):
    "A loss whose operations hand on what they were given: of its dtype, its device, its layout."
    labels = labels.to(logits.device).long().contiguous().view(-1).contiguous()
    log_p = logits.float().contiguous().to("cpu").view(-1, logits.shape[-1]).log_softmax(-1).float()
    losses = F.nll_loss(log_p, labels.to(labels.device), reduction="none").float()
    return (losses * mask.float().contiguous().view(-1)).sum() / mask.float().sum()


def test_what_is_handed_on_made_nothing():
    "A step that gives the tensor that it was given leads to itself; no rule walks in that circle."
    torch.manual_seed(0)
    tokens, logits = torch.randint(20, (4, 9)), model_output(4, 9, 20)
    assert not diagnose(shifted, logits, tokens, torch.ones(4, 9))
    call = lossfx.doctor.calls.called(shifted, (logits, tokens, torch.ones(4, 9)), {})
    assert all(t is not step.made for step in call.makers.values() for t in step.given)


def differs_after_mixing(a, b, t, s):
    "A mixture by two factors that have nothing to do with each other, and a difference."
    return F.mse_loss(((1 - t) * a + s * b).sin(), a - b)


def dice_of_rows(logits, y, smooth=1.0):
    p = logits.softmax(1)
    return 1 - ((2 * (p * y).sum(1) + smooth) / ((p + y).sum(1) + smooth)).mean()


def simclr_similarity(a, b): return F.cosine_similarity(a, b).mean()


def test_what_a_name_and_a_factor_have_to_do_with_it():
    "A path has one factor and 1 less it; an overlap is smoothed by an epsilon; `mi` is a word."
    torch.manual_seed(0)
    a, b, one = model_output(8, 4), model_output(8, 4), torch.eye(4)[torch.arange(8) % 4]
    assert not diagnose(differs_after_mixing, a, b, torch.rand(8, 1), torch.rand(8, 1))
    same = [torch.rand(8, 1)] * 2
    assert [f.id for f in diagnose(differs_after_mixing, a, b, *same)] == ["LX568"]
    assert not diagnose(dice_of_rows, a, one)
    assert "LX563" in [f.id for f in diagnose(simclr_similarity, a, b)]


def test_a_rule_that_fails_is_said_and_the_others_go_on(monkeypatch):
    from lossfx.doctor import diagnosis

    def failed(call, rule, error): call.failures.append(f"{rule.id} failed: {error}")

    def fails(call): raise ValueError("no such thing")
    monkeypatch.setattr(diagnosis, "failed", failed)
    monkeypatch.setitem(rules, "LX301", rules["LX301"]._replace(check=fails))
    report = diagnose(F.cross_entropy, torch.zeros(4, 1), torch.zeros(4).long())
    assert [f.id for f in report] == ["LX102"]
    assert report.notes == ["LX301 failed: no such thing"] and "LX301 failed" in repr(report)


def test_no_rule_waits_for_a_device():
    "On one without values each that is read is an error."
    torch.manual_seed(0)
    for name, (loss, *args), named in all_calls():
        args, named = without_values(args), {n: without_values(v) for n, v in named.items()}
        try: diagnose(without_values(loss), *args, **named)
        except Exception as e: raise AssertionError(f"{name}: {e}") from e


class Centred(nn.Module):
    "A loss with a running centre, which each call moves."
    def __init__(self, anew):
        super().__init__()
        self.anew = anew
        self.register_buffer("centre", torch.zeros(3))

    def forward(self, x, y):
        if self.anew: self.centre = 0.9 * self.centre + 0.1 * x.detach().mean(0)
        else: self.centre.mul_(0.9).add_(0.1 * x.detach().mean(0))
        return ((x - self.centre - y) ** 2).mean()


@pytest.mark.parametrize("anew", [False, True])
def test_a_buffer_is_left_as_it_was(anew):
    loss = Centred(anew)
    centre = loss.centre
    diagnose(loss, torch.randn(6, 3), torch.randn(6, 3))
    assert loss.centre is centre and not centre.any()
    loss(torch.ones(6, 3), torch.randn(6, 3))
    assert loss.centre.tolist() == pytest.approx([0.1] * 3)


def test_a_graph_from_before_can_be_used_after_it():
    "A buffer that is only read, as class weights are, is not written either."
    loss, x = nn.CrossEntropyLoss(weight=torch.rand(3)), model_output(6, 3)
    value = loss(x, torch.arange(6) % 3)
    diagnose(loss, x, torch.arange(6) % 3)
    value.backward()


def test_nothing_is_drawn():
    torch.manual_seed(0)
    for name, (loss, *args), named in all_calls():
        before = torch.get_rng_state()
        diagnose(loss, *args, **named)
        assert torch.equal(before, torch.get_rng_state()), name


def of_two(x, y, second=1.0):
    "Somebody's loss, of two of this library."
    return lossfx.binary_cross_entropy_with_logits(x, y) + second * lossfx.dice_loss_with_logits(
        x, y, classes="independent", dim=1)


def test_losses_of_this_library_are_looked_at_within_others():
    "By what they state, in place of the operations that they are made of; and not after the call."
    from lossfx.core.mould import heard
    x, y = torch.randn(8, 3, requires_grad=True), (torch.rand(8, 3) < 0.4).float()
    call = called(of_two, (x, y), {})
    assert [i.name for i in call.inner] == ["binary_cross_entropy_with_logits",
                                            "dice_loss_with_logits"]
    assert all(i.is_ours and i.outer is call for i in call.inner)
    assert call.inner[1].option("dim") == 1 and "empty" not in call.inner[1].arguments
    assert torch.equal(call.value, call.inner[0].value + call.inner[1].value)
    assert [f.id for f in diagnose(of_two, x.sigmoid(), y)] == ["LX303"]
    compound = lossfx.CompoundLoss(lossfx.BinaryCrossEntropyLoss(),
                                   lossfx.DiceLoss(classes="independent", dim=1))
    assert [f.id for f in diagnose(compound, x.sigmoid(), y)] == ["LX303"]
    assert not diagnose(of_two, x, y) and not diagnose(compound, x, y)
    assert heard.get() is None


def test_an_error_of_a_loss_within_another_is_told():
    from lossfx.core.mould import heard
    def outer(x, y): return lossfx.soft_label_cross_entropy_with_logits(x, y, alpha=2.0)
    found = diagnose(outer, torch.randn(4, 3), torch.arange(4) % 3)
    assert [f.id for f in found] == ["LX100"] and "alpha" in found[0].seen
    assert heard.get() is None


def test_a_root_of_0_is_told_where_its_gradient_is_nan():
    "A ReLU before the root stops the infinite slope: its gradient is 0 there."
    x, y, net = torch.randn(32, 4), torch.rand(32, 1), nn.Linear(4, 1)
    assert not diagnose(nn.MSELoss(), net(x).relu().sqrt(), y)
    same = ((net(x) - net(x.clone())) ** 2).sum(1).sqrt()
    pairs = diagnose(nn.HingeEmbeddingLoss(), same, torch.tensor([1.0, -1] * 16))
    assert [f.id for f in pairs] == ["LX668"]


def test_a_student_may_start_as_its_teacher():
    "Equal embeddings are a mistake where a loss of pairs is given them, and may be none by hand."
    z = nn.Linear(4, 3)(torch.randn(8, 4))
    def alike(student, teacher): return 1 - F.cosine_similarity(student, teacher.detach()).mean()
    for loss, worst in ((lossfx.info_nce_loss, "warning"), (alike, "hint")):
        found = {f.id: f.severity for f in diagnose(loss, z, z.clone())}
        assert found["LX664"] == worst


def test_under_the_compiler_it_steps_aside(monkeypatch):
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
    assert not diagnose(F.cross_entropy, torch.randn(4, 3).softmax(1), torch.arange(4) % 3)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_a_graph_it_makes_one(mode):
    "An evaluation is looked at as training is, and no cut of the graph is seen where none is."
    with mode():
        p, y = nn.Linear(4, 3)(torch.randn(8, 4)).softmax(1), torch.arange(8) % 3
        assert [f.id for f in diagnose(nn.CrossEntropyLoss(), p, y)] == ["LX302"]
        assert not diagnose(nn.CrossEntropyLoss(), p.log(), y)
    assert not diagnose(nn.CrossEntropyLoss(), p.log(), y)


def test_a_graph_that_was_used_up_is_looked_at_too():
    "After backward what nodes kept is freed."
    x, y = predicted(TOKENS)[:, :7].flatten(0, 1), TOKENS[:, 2:].flatten()
    a, b = (F.normalize(nn.Linear(4, 8)(torch.randn(16, 4))) for _ in range(2))
    p = model_output(8, 3).softmax(0).gather(1, torch.arange(8)[:, None] % 3)
    sim = a @ b.T
    for t in (x, sim, p):
        (t.sum() + (t**2).sum()).backward()
    assert isinstance(repr(diagnose(F.cross_entropy, x, y)), str)
    assert isinstance(repr(diagnose(F.cross_entropy, sim, torch.arange(16))), str)
    assert isinstance(repr(diagnose(lambda p: -p.log().sum(), p)), str)


# what the page of pitfalls teaches
PITFALLS = Path(__file__).resolve().parent.parent / "nbs/guides/13_pitfalls.ipynb"
# to a section: what the names in the printed fix stand for there, and what the fix then gives
PASTED = {
    "a-negative-hinge-loss": ("dict(input=scores, target=labels)", "torch.tensor(2.1)"),
    "softmax-before-cross-entropy": (
        "dict(x=logits, target=digit)",
        "-logits.log_softmax(1)[torch.arange(len(digit)), digit].mean()",
    ),
    "sigmoid-before-a-loss-of-logits": (
        "dict(x=logit, target=eight)",
        "F.softplus((1 - 2*eight) * logit).mean()",
    ),
    "one-example-or-many": ("dict(input=z, target=y)", "F.softplus((1 - 2*y) * z).mean()"),
    "a-column-minus-a-row": ("dict(p=p, t=t)", "torch.tensor(0.)"),
    "probabilities-where-logarithms-go": ("dict(input=p, target=y)", "-torch.tensor(.9).log()"),
    "weights-that-cancel": (
        "dict(input=z, target=y, weight=weight)",
        "9*torch.tensor(.3).exp().log1p()",
    ),
    "a-focal-loss-that-is-none": ("dict(input=z, target=y, gamma=2)", "of_each(z, y)"),
    "labels-outside-0-to-1": ("dict(input=z, target=mask)", "F.softplus(-z).mean()"),
    "not-a-number": (
        "dict(z=torch.randn(4, 3), y=torch.tensor([0, 1, 2, 0]), mask=none)",
        "torch.tensor(0.)",
    ),
}


def slug(heading):
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-")


def sections_of(path):
    "The cells of a notebook by section: before the first one, the section is empty."
    found, section = {"": []}, ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        heading = re.match(r"## (.*)", source) if cell["cell_type"] == "markdown" else None
        section = slug(heading[1]) if heading else section
        found.setdefault(section, []).append((cell["cell_type"], source))
    return found


def run_section(anchor):
    "The names that a section of the page makes by itself, without trainings; the reports it shows."
    cells, names, reports = sections_of(PITFALLS), {}, []
    for section in ("", anchor):
        for kind, source in cells[section]:
            if kind != "code" or "Checked: " in source:
                continue
            tree = ast.parse(source)
            shows = tree.body and isinstance(tree.body[-1], ast.Expr)
            last = tree.body.pop().value if shows else None
            exec(compile(tree, anchor, "exec"), names)
            value = eval(compile(ast.Expression(last), anchor, "eval"), names) if shows else None
            reports += [value] if isinstance(value, Report) else []
        names["train"] = lambda *args, **options: torch.zeros(2, 100)
        names["compare"] = lambda *args, **options: 2 * [MagicMock()]
    return names, reports


def test_each_rule_leads_to_a_section():
    "Those of calls and of steps; and each section of the page of pitfalls has a rule."
    ids = {*rules, "LX100", "LX109", "LX304", "LX404", "LX505", "LX506", "LX512", "LX521", "LX522"}
    known = {i for listed in sections.values() for i in listed.split()}
    assert known <= ids
    for page in map(explained_at, ids):
        name, _, anchor = page.partition("#")
        place, = PITFALLS.parent.glob(f"??_{name.removesuffix('.html')}.ipynb")
        headings = {s for s in sections_of(place)}
        assert anchor in headings, page
    taught = [s for s in sections_of(PITFALLS) if s and s != "what-to-take-along"]
    assert [f"pitfalls.html#{s}" for s in taught] == [s for s in sections if "pitfalls" in s]
    assert len(taught) == 12


@pytest.mark.parametrize("place", [s for s in sections if s.startswith("pitfalls")])
def test_what_a_section_teaches_is_found_and_its_fix_cures(place):
    "Its wrong code, by itself, gives a rule of the section; the fix as it is printed is right."
    anchor = place.partition("#")[2]
    names, reports = run_section(anchor)
    for report in reports:
        assert report[0].page == place and "hint" not in [f.severity for f in report[1:]]
    assert reports and any("assert not " in s for _, s in sections_of(PITFALLS)[anchor])
    if anchor not in PASTED:
        return  # a fix that is no expression; the next test, and the page's own checks
    given, expected = (eval(code, names) for code in PASTED[anchor])
    value, loss, args, options = run(reports[0][0].fix, given | names | given)
    torch.testing.assert_close(value, expected)
    assert not diagnose(loss, *args, **options)


def test_a_loss_wrapped_anew_is_cured_at_once():
    "The share of errors has no gradient, wrapped or not: what is said of both has one."
    names, _ = run_section("a-loss-that-trains-nothing")
    z, y = names["z"], names["y"]

    def unwrapped(z, y):
        return (z.argmax(1) != y).float().mean()

    for loss, expected in (names["errors"], "LX402"), (unwrapped, "LX401"):
        (finding,) = diagnose(loss, z, y)
        assert finding.id == expected
        value, loss, args, _ = run(finding.fix, names)
        assert loss is F.cross_entropy and value.requires_grad and not diagnose(loss, *args)


def examples():
    "Wrong calls by name: of each rule, as people write them, of public threads."
    yield from ((r.id, arguments(r.has)) for r in rules.values())
    yield from ((name, (loss, *args)) for name, (_, loss, args) in CASES.items())
    threads = THREADS + LATE + UNSEEN + FIELDS + FRESH + FORUMS + CODE
    yield from ((t.cite, t.call()) for t in threads if t.rule)
    for case in (case for cases in SETS.values() for case in cases if case.rule):
        loss, args, *named = case.build()
        if not named: yield case.what, (loss, *args)


@pytest.mark.parametrize("seed", range(1, 9))
def test_each_rule_finds_its_own_whatever_is_drawn(seed):
    "The calls that a rule brings along draw their numbers."
    torch.manual_seed(seed)
    for r in rules.values():
        assert r.id in [f.id for f in diagnose(*arguments(r.has))]
        assert r.id not in [f.id for f in diagnose(*arguments(r.near))]


# Whose mistake is within a loss or a model, so that no other call of it can mend all of them
WITHIN = {f"LX{n}" for n in (
    101, 108, 114, 116, 117, 118, 119, 120, 121, 122, 201, 204, 210, 211, 215, 216, 217, 219, 309,
    316, 321, 322, 323, 332, 333, 334, 337, 338, 340, 401, 402, 404, 406, 408, 409, 410, 412, 413,
    414, 415, 416, 417, 418, 419, 420, 421, 422, 423, 424, 425, 504, 509, 516, 517, 519, 520, 523,
    525, 528, 529, 535, 536, 537, 538, 539, 540, 541, 542, 543, 545, 548, 549, 550, 551, 552,
    *range(553, 563), *range(564, 674))}


def test_each_printed_fix_cures(fact):
    """Run with the call's own arguments, it is no longer found, and nothing graver is new.

    What is a comment, since no code can mend it, is listed."""
    torch.manual_seed(0)
    left, comments, count = {}, {}, 0
    for name, (loss, *args) in examples():
        found = findings_and_calls(loss, tuple(args))
        for finding, call in found:
            if not is_code(finding.fix):
                comments.setdefault(finding.id, set()).add(finding.fix)
                continue
            count += 1
            said = what_is_left(finding, call, [f.id for f, _ in found])
            if said:
                left[name, finding.id] = f"{said}: {finding.fix}"
    assert not left
    assert count > 250 and comments.keys() <= WITHIN
    fact(f"{count} printed fixes of the doctor are run, and cure; of "
         f"{len(comments)} rules some are comments: {', '.join(sorted(comments))}")


def test_a_report_says_where_to_read_on(monkeypatch):
    "In a clone its file; on a site with a host the page there."
    from lossfx._modidx import d

    def shown():
        report = diagnose(F.mse_loss, torch.rand(6, 1), torch.rand(6))
        return repr(report), report._repr_markdown_()

    text, markdown = shown()
    anchor = "guides/pitfalls.html#a-column-minus-a-row"
    assert f"  More: docs/{anchor}\n" in text
    assert f"> More: [A column minus a row](/{anchor})" in markdown
    site = dict(doc_host="https://example.org", doc_baseurl="/lossfx")
    monkeypatch.setitem(d, "settings", d["settings"] | site)
    text, markdown = shown()
    assert f"  More: https://example.org/lossfx/{anchor}\n" in text
    assert f"(https://example.org/lossfx/{anchor})" in markdown


@pytest.mark.parametrize("loss, found, pasted", [
    (lossfx.SoftLabelCrossEntropyLoss(), "LX302", "lossfx.soft_label_cross_entropy_with_logits("),
    (nn.CrossEntropyLoss(), "LX302", "F.cross_entropy("),
    (F.binary_cross_entropy, "LX310", "F.binary_cross_entropy_with_logits("),
    (lossfx.soft_label_cross_entropy, "LX310", "lossfx.soft_label_cross_entropy_with_logits("),
])
def test_a_fix_names_where_a_function_is_from(loss, found, pasted):
    x, y = torch.randn(8, 3), torch.arange(8) % 3
    x = x.softmax(1) if found == "LX302" else x
    y = F.one_hot(y).float() if loss is F.binary_cross_entropy else y
    finding = diagnose(loss, x, y)[0]
    assert finding.id == found and finding.fix.startswith(pasted)


@pytest.mark.parametrize("loss", [nn.MSELoss, nn.L1Loss, lossfx.BinaryFocalLoss])
def test_a_class_is_to_be_made_an_instance(loss):
    "With its module and the names of what it is called with."
    x, y = torch.randn(8), torch.rand(8).round()
    (finding,) = diagnose(loss, x, y)
    names = dict(input=x, target=y, y_pred=x, y_true=y, prediction=x)
    value, made, args, _ = run(finding.fix, IMPORTS | names)
    assert type(made) is loss and value == loss()(x, y) and not diagnose(made, *args)


@pytest.mark.parametrize("labels, fix, signs", [
    ([1.0, 2, 2], "target-1", "2*target-3"), ([0.0, 255, 0], "target/255", "target/127.5-1"),
    ([-1.0, 1, 1], "(target+1)/2", None), ([0.0, 1, 1], None, "2*target-1"),
    ([0.5, -2.3, 1], "target.sigmoid()", "torch.where(target > 0, 1., -1.)"),
])
def test_labels_are_converted_by_what_they_are(labels, fix, signs):
    "The code that a finding prints makes labels that the loss takes."
    y, x = torch.tensor(labels), torch.randn(3)
    losses = (F.binary_cross_entropy_with_logits, fix), (F.soft_margin_loss, signs)
    for loss, wanted in losses:
        found = diagnose(loss, x, y)
        if wanted is None:
            assert not found
            continue
        code = found[0].fix
        assert code == f"F.{loss.__name__}(input, {wanted})"
        _, loss, args, _ = run(code, IMPORTS | dict(input=x, target=y))
        assert not diagnose(loss, *args)


def scored(real, fake): return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def unclipped(ratio_of, adv, both):
    def loss(log_p, old, adv):
        ratio = (log_p - old).exp()
        clipped = ratio.clamp(.8, 1.2)
        return -torch.min(ratio*adv, clipped*adv if both else clipped).mean()
    return loss, ratio_of, ratio_of.detach() + .1, adv


def soft_dice_of(product):
    def dice_loss(p, y): return 1 - (2*product(p, y).sum() + 1)/(p.sum() + y.sum() + 1)
    return dice_loss


def quantiles(lower):
    def pinball(preds, target):
        e, q = target - preds, torch.tensor([.1, .5, .9])
        return torch.max((q - 1 if lower else q + 1)*e, q*e).sum(1).mean()
    return pinball


def masked(ignored):
    def loss(x, y):
        each = F.cross_entropy(x, y.clamp(min=0), reduction="none")
        keep = y == -100 if ignored else y != -100
        return (each*keep).sum()/keep.sum()
    return loss


def in_rows(dim):
    def loss(a, b):
        return 2 - 2*(F.normalize(a, dim=dim)*F.normalize(b, dim=dim)).sum(-1).mean()
    return loss


def gaussian(power):
    def gaussian_nll(mean, sigma, y): return (sigma.log() + .5*((y - mean)/sigma)**power).mean()
    return gaussian_nll


def grown(*sizes): return torch.randn(*sizes, requires_grad=True)
def halves(): return F.linear(torch.zeros(8, 2), grown(1, 2), torch.tensor([.5]))


TWINS = {  # a rule, a call that it finds by another way than its own example, and a right one
    "hinges of both that fall": ("LX540", lambda: (
        lambda real, fake: F.relu(real - 1).mean() + F.relu(1 + fake).mean(), grown(8, 1),
        grown(8, 1)), lambda: (scored, grown(8, 1), grown(8, 1))),
    "an objective without its advantage": ("LX413",
        lambda: unclipped(grown(8), torch.randn(8), False),
        lambda: unclipped(grown(8), torch.randn(8), True)),
    "a product without its labels": ("LX520", lambda: (soft_dice_of(lambda p, y: p), grown(
        2, 1, 8, 8).sigmoid(), (torch.randn(2, 1, 8, 8) > 0).float()), lambda: (soft_dice_of(
            lambda p, y: p*y), grown(2, 1, 8, 8).sigmoid(),
            (torch.randn(2, 1, 8, 8) > 0).float())),
    "one target for several quantiles": ("LX535",
        lambda: (quantiles(False), grown(8, 3), torch.randn(8, 1)),
        lambda: (quantiles(True), grown(8, 3), torch.randn(8, 1))),
    "marks that train": ("LX613",
        lambda: (masked(True), grown(8, 3), torch.tensor([0, -100, 1, 2] * 2)),
        lambda: (masked(False), grown(8, 3), torch.tensor([0, -100, 1, 2] * 2))),
    "products along rows of length 1": ("LX337", lambda: (in_rows(0), grown(8, 4), grown(8, 4)),
        lambda: (in_rows(-1), grown(8, 4), grown(8, 4))),
    "an error that is not squared": ("LX611", lambda: (gaussian(1), grown(8), torch.rand(
        8, requires_grad=True) + .5, torch.randn(8)), lambda: (gaussian(2), grown(8), torch.rand(
            8, requires_grad=True) + .5, torch.randn(8))),
    "a layer before a loss of probabilities": ("LX310",
        lambda: (F.binary_cross_entropy, halves(), torch.ones(8, 1)),
        lambda: (F.binary_cross_entropy, halves().sigmoid(), torch.ones(8, 1))),
    "a cosine where a distance goes": ("LX313", lambda: (F.hinge_embedding_loss,
        F.cosine_similarity(grown(8, 4), torch.randn(8, 4)), torch.tensor([1, -1] * 4)),
        lambda: (F.hinge_embedding_loss, 1 - F.cosine_similarity(grown(8, 4), torch.randn(8, 4)),
                 torch.tensor([1, -1] * 4))),
}


@pytest.mark.parametrize("what", TWINS)
def test_a_rule_has_several_ways(what):
    name, wrong, right = TWINS[what]
    for seed in range(3):
        torch.manual_seed(seed)
        assert name in [f.id for f in diagnose(*wrong())], seed
        assert name not in [f.id for f in diagnose(*right())], seed


def test_a_density_adds_up_to_one():
    "The area below exp(-loss) is 1, or the root of 2 pi where that is left out."
    from lossfx.doctor.calls import called
    from lossfx.doctor.rules.laws import densities

    def areas(loss):
        torch.manual_seed(0)
        call = called(loss, (grown(8), torch.rand(8, requires_grad=True) + .5, torch.randn(8)), {})
        return [size(1.) for size in densities(call)]

    def full(mu, sigma, y): return -torch.distributions.Normal(mu, sigma).log_prob(y).mean()
    def of_sum(mu, sigma, y): return -torch.distributions.Laplace(mu, sigma).log_prob(y).sum()
    for loss, area in ((full, 1), (of_sum, 1), (gaussian(2), (2*torch.pi)**.5)):
        found = areas(loss)
        assert len(found) == 4 and found == pytest.approx([area]*4, .02)


def test_the_names_within_a_loss_are_known_and_none_of_torch():
    "Those of a helper as well; arguments only where they have become something else."
    from lossfx.doctor.calls import called

    def helper(p, t):
        missed = ((1 - p)*t).sum()
        return missed

    def loss(x, y):
        x = x.sigmoid()
        inter = (x*y).sum()
        return 1 - inter/helper(x, y) + F.mse_loss(x, y)

    call = called(loss, (grown(4), torch.ones(4)), {})
    assert call.locals.keys() == {"x", "inter", "p", "missed"}
    assert call.locals["missed"].allclose(call.locals["x"].neg().add(1).sum())
    assert not called(F.mse_loss, (grown(4), torch.ones(4)), {}).locals


@pytest.mark.parametrize("loss, args, fix", [
    (nn.BCEWithLogitsLoss(), (torch.randn(8, 3), torch.arange(8) % 3),
     "F.cross_entropy(input, target)"),
    (nn.BCEWithLogitsLoss(), (torch.randn(8, 2), (torch.arange(8) % 2).float()[:, None]),
     "F.cross_entropy(input, target.flatten().long())"),
    (nn.CTCLoss(), (torch.randn(10, 2, 5).log_softmax(2), torch.ones(2, 3).long(),
                    torch.tensor([20, 18]), torch.tensor([3, 3])),
     "input_lengths = (input_lengths//2).clamp(max=len(log_probs))")])
def test_an_error_of_counts_is_told(loss, args, fix):
    found, = diagnose(loss, *args)
    assert found.fix == fix


@pytest.mark.parametrize("batch", [
    (torch.randn(8, 4), torch.arange(8) % 3), [torch.randn(8, 4), torch.arange(8) % 3],
    dict(x=torch.randn(8, 4), y=torch.arange(8) % 3)], ids=lambda b: type(b).__name__)
def test_a_step_of_a_net_and_a_batch_has_a_gradient(batch):
    "Of the parameters of the net, and none of what the batch holds."
    def step(model, batch):
        x, y = batch.values() if isinstance(batch, dict) else batch
        return F.cross_entropy(model(x), y)

    assert not diagnose(step, nn.Linear(4, 3), batch)


def test_what_a_loss_gives_again_has_no_graph():
    "Also where it turns gradients on itself: torch would warn where a rule makes a number of it."
    from lossfx.doctor.calls import called

    def loss(x, y):
        with torch.enable_grad():
            return (nn.Linear(4, 4)(x) - y).mean()

    call = called(loss, (grown(8, 4), torch.randn(8, 4)), {})
    assert call.value.requires_grad and not call.again().requires_grad
