"""Torch's own losses, misused as they are, and in use that looks odd and is right."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def _classes(n, d, c, dtype=torch.float32):
    x = torch.randn(n, d, dtype=dtype)
    y = (x @ torch.randn(d, c, dtype=dtype)).argmax(1)
    return x, y


def _binary(n, d, shift=0.0, dtype=torch.float32):
    x = torch.randn(n, d, dtype=dtype)
    y = ((x @ torch.randn(d, dtype=dtype)) / d**0.5 + 0.3 * torch.randn(n, dtype=dtype) > shift).to(
        dtype
    )
    return x, y


def _multihot(n, d, c, shift=0.5):
    x = torch.randn(n, d)
    y = ((x @ torch.randn(d, c)) / d**0.5 > shift).float()
    empty = y.sum(1) == 0
    y[empty, torch.randint(0, c, (int(empty.sum()),))] = 1.0
    return x, y


def _regress(n, d, k=1, dtype=torch.float32):
    x = torch.randn(n, d, dtype=dtype)
    y = x @ torch.randn(d, k, dtype=dtype) / d**0.5 + 0.1 * torch.randn(n, k, dtype=dtype)
    return x, y


def _blobs(n, h, w, c=1):
    """Images and masks: a disc in each image; c > 1 gives class maps of c classes."""
    yy, xx = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    masks = torch.zeros(n, h, w, dtype=torch.long)
    for i in range(n):
        for k in range(1, max(c, 2)):
            cy, cx = torch.randint(2, h - 2, (1,)), torch.randint(2, w - 2, (1,))
            masks[i][((yy - cy) ** 2 + (xx - cx) ** 2) < (min(h, w) / 5) ** 2] = k
    images = masks.unsqueeze(1).float() * 0.5 + 0.3 * torch.randn(n, 3, h, w)
    return images, masks


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
    "Softmax2d in front of CrossEntropyLoss, bfloat16 segmentation",
    "LX301",
)
def _():
    torch.manual_seed(101)
    images, masks = _blobs(4, 24, 24, 5)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 5, 1), nn.Softmax2d()
    ).bfloat16()
    return nn.CrossEntropyLoss(), (net(images.bfloat16()), masks)


@wrong(
    "well-known misuse: batch_first LSTM, time-first targets, both flattened",
    "logits (B, T, V) and targets (T, B) are flattened to the same length, in different orders",
    "LX119",
)
def _():
    torch.manual_seed(102)
    tokens = torch.randint(1, 30, (8, 21))
    emb, rnn, head = nn.Embedding(30, 16), nn.LSTM(16, 24, batch_first=True), nn.Linear(24, 30)
    logits = head(rnn(emb(tokens[:, :-1]))[0])
    targets = tokens[:, 1:].t().contiguous()

    def lm_loss(logits, targets):
        return F.cross_entropy(logits.reshape(-1, logits.size(-1)), targets.reshape(-1))

    return lm_loss, (logits, targets)


@wrong(
    "well-known misuse: class counts as class weights",
    "CrossEntropyLoss(weight=class counts)",
    "LX525",
)
def _():
    torch.manual_seed(103)
    x, _ = _classes(64, 12, 3)
    s = x[:, 0]
    y = torch.where(s > 1.3, 1, torch.where(s < -1.0, 2, 0))
    counts = torch.tensor([8120.0, 990.0, 1520.0])
    return nn.CrossEntropyLoss(weight=counts), (nn.Linear(12, 3)(x), y)


@wrong(
    "well-known misuse: padding counted in the language model loss",
    "targets are right-padded with 0 and ignore_index is left at -100",
    "LX210",
)
def _():
    torch.manual_seed(104)
    lengths = [18, 11, 7, 14, 5, 9]
    tgt = torch.zeros(6, 18, dtype=torch.long)
    for i, n in enumerate(lengths):
        tgt[i, :n] = torch.randint(1, 50, (n,))
    dec_in = torch.cat([torch.full((6, 1), 2), tgt[:, :-1]], 1)
    emb, rnn, head = (
        nn.Embedding(50, 16, padding_idx=0),
        nn.GRU(16, 32, batch_first=True),
        nn.Linear(32, 50),
    )
    logits = head(rnn(emb(dec_in))[0])
    return nn.CrossEntropyLoss(), (logits.transpose(1, 2), tgt)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
    "label_smoothing=0.9, meant as the confidence of the label",
    "LX587",
)
def _():
    torch.manual_seed(105)
    x, y = _classes(32, 20, 10)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 10))
    return nn.CrossEntropyLoss(label_smoothing=0.9), (net(x), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
    "the target of CrossEntropyLoss is the teacher's raw logits",
    "LX203",
)
def _():
    torch.manual_seed(106)
    x, y = _classes(16, 10, 6)
    teacher, student = nn.Linear(10, 6), nn.Linear(10, 6)
    with torch.no_grad():
        teacher_logits = 3 * teacher(x)
    return nn.CrossEntropyLoss(), (student(x), teacher_logits)


@wrong(
    "well-known misuse: CrossEntropyLoss with one output unit",
    "one output unit and float targets (N, 1)",
    "LX102",
)
def _():
    torch.manual_seed(107)
    x, y = _binary(20, 8)
    net = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
    return nn.CrossEntropyLoss(), (net(x), y.unsqueeze(1))


@wrong(
    "github.com/pytorch/pytorch/issues/75181",
    "every label of a small batch is the ignore_index: NaN",
    "LX205",
)
def _():
    torch.manual_seed(108)
    images = torch.randn(2, 3, 16, 16)
    net = nn.Conv2d(3, 19, 3, padding=1)
    labels = torch.full((2, 16, 16), 255)
    return nn.CrossEntropyLoss(ignore_index=255), (net(images), labels)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html",
    "log_softmax over the length, not the classes, of a (B, C, L) output",
    "LX309",
)
def _():
    torch.manual_seed(109)
    tags = torch.randint(0, 7, (8, 15))
    x = F.one_hot(tags, 7).float().transpose(1, 2) + 0.5 * torch.randn(8, 7, 15)
    net = nn.Conv1d(7, 7, 3, padding=1)
    return nn.NLLLoss(), (F.log_softmax(net(x), dim=-1), tags)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html",
    "NLLLoss on logsigmoid outputs",
    "LX306",
)
def _():
    torch.manual_seed(110)
    x, y = _classes(48, 16, 4)
    net = nn.Sequential(nn.Linear(16, 4), nn.LogSigmoid())
    return nn.NLLLoss(), (net(x), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.BCELoss.html",
    "BCELoss(labels, predictions)",
    "LX510",
)
def _():
    torch.manual_seed(111)
    x, y = _binary(32, 6)
    net = nn.Sequential(nn.Linear(6, 1), nn.Sigmoid())
    return nn.BCELoss(), (y.unsqueeze(1), net(x))


@wrong(
    "well-known misuse: softmax over one unit",
    "softmax(dim=1) of one output unit before BCELoss",
    "LX312",
)
def _():
    torch.manual_seed(112)
    x, y = _binary(16, 10)
    net = nn.Sequential(nn.Linear(10, 12), nn.ReLU(), nn.Linear(12, 1), nn.Softmax(dim=1))
    return nn.BCELoss(), (net(x), y.view(-1, 1))


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.BCELoss.html",
    "labels -1 and 1 for BCELoss: raises",
    "LX204",
)
def _():  # raises
    torch.manual_seed(113)
    x, y = _binary(24, 5, dtype=torch.float64)
    net = nn.Linear(5, 1).double()
    return nn.BCELoss(), (torch.sigmoid(net(x)).squeeze(1), 2 * y - 1)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html",
    "sigmoid before BCEWithLogitsLoss, float16, multi-label",
    "LX303",
)
def _():
    torch.manual_seed(114)
    x, y = _multihot(16, 20, 14)
    net = nn.Sequential(nn.Linear(20, 14), nn.Sigmoid()).half()
    return nn.BCEWithLogitsLoss(), (net(x.half()), y.half())


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html",
    "pos_weight is the share of positives, not negatives / positives",
    "LX525",
)
def _():
    torch.manual_seed(115)
    x = torch.randn(64, 12)
    y = ((x @ torch.randn(12, 3)) / 12**0.5 > 1.5).float()
    pos_weight = y.mean(0).clamp(min=0.02)
    return nn.BCEWithLogitsLoss(pos_weight=pos_weight), (nn.Linear(12, 3)(x), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html",
    "pos_weight (C,) for (N, C, H, W): raises",
    "LX108",
)
def _():  # raises
    torch.manual_seed(116)
    images, masks = _blobs(2, 16, 16, 4)
    y = torch.stack([(masks == k).float() for k in (1, 2, 3)], 1)
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([4.0, 6.0, 9.0])), (
        nn.Conv2d(3, 3, 3, padding=1)(images),
        y,
    )


@wrong(
    "well-known misuse: class indices given to BCEWithLogitsLoss",
    "class indices 0..4 as float targets of one output",
    "LX204",
)
def _():
    torch.manual_seed(117)
    x, y = _classes(32, 9, 5)
    net = nn.Linear(9, 1)
    return nn.BCEWithLogitsLoss(), (net(x), y.float().unsqueeze(1))


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html",
    "both sides log_softmax, log_target left False: NaN",
    "LX307",
)
def _():
    torch.manual_seed(118)
    x, _ = _classes(16, 12, 8)
    student, teacher = nn.Linear(12, 8), nn.Linear(12, 8)
    with torch.no_grad():
        t = F.log_softmax(teacher(x) / 2.0, dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(student(x) / 2.0, dim=1), t)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html",
    "KLDivLoss() with the default reduction, 100 classes",
    "LX501",
)
def _():
    torch.manual_seed(119)
    x, _ = _classes(32, 24, 100)
    student, teacher = nn.Linear(24, 100), nn.Linear(24, 100)
    with torch.no_grad():
        p = F.softmax(2 * teacher(x), dim=-1)
    return nn.KLDivLoss(), (F.log_softmax(student(x), dim=-1), p)


@wrong(
    "well-known misuse: attention distillation with the wrong softmax axis",
    "student attention is normalised over the heads, teacher over the keys",
    "LX309",
)
def _():
    torch.manual_seed(120)
    h = torch.randn(2, 4, 10, 8)
    wq, wk = nn.Linear(8, 8), nn.Linear(8, 8)
    s = wq(h) @ wk(h).transpose(-1, -2) / 8**0.5
    with torch.no_grad():
        t = (h @ h.transpose(-1, -2) / 8**0.5).softmax(-1)
    return nn.KLDivLoss(reduction="batchmean"), (s.log_softmax(dim=1), t)


def _speech(n, t, c, s, seed, low=1):
    torch.manual_seed(seed)
    feats = torch.randn(n, t, 12)
    rnn, head = nn.GRU(12, 16, batch_first=True), nn.Linear(16, c)
    targets = torch.randint(low, c, (n, s))
    return head(rnn(feats)[0]), targets


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html",
    "log_probs are batch first (N, T, C): raises",
    "LX100",
)
def _():  # raises
    logits, targets = _speech(6, 40, 28, 9, 121)
    return nn.CTCLoss(), (
        logits.log_softmax(2),
        targets,
        torch.full((6,), 40),
        torch.tensor([9, 7, 8, 5, 6, 9]),
    )


@wrong("pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html", "CTCLoss on raw logits", "LX305")
def _():
    logits, targets = _speech(4, 32, 20, 8, 122)
    return nn.CTCLoss(zero_infinity=True), (
        logits.transpose(0, 1),
        targets,
        torch.full((4,), 32),
        torch.tensor([8, 6, 7, 5]),
    )


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html",
    "labels count from 0 while blank=0",
    "LX323",
)
def _():
    logits, targets = _speech(8, 30, 11, 6, 123, low=0)
    targets[0, 1] = 0
    return nn.CTCLoss(), (
        logits.transpose(0, 1).log_softmax(-1),
        targets,
        torch.full((8,), 30),
        torch.full((8,), 6),
    )


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html",
    "the targets are longer than the input: inf",
    "LX323",
)
def _():
    logits, targets = _speech(3, 9, 27, 14, 124)
    return nn.CTCLoss(), (
        logits.transpose(0, 1).log_softmax(-1),
        targets,
        torch.full((3,), 9),
        torch.tensor([14, 12, 11]),
    )


@wrong("well-known misuse: argmax in the loss", "MSELoss of argmax predictions", "LX334")
def _():
    torch.manual_seed(125)
    x, y = _classes(16, 7, 4)
    out = nn.Linear(7, 4)(x)
    return nn.MSELoss(), (out.argmax(dim=1).float(), y.float())


@wrong(
    "well-known misuse: TD target not detached",
    "HuberLoss with a TD target of the same network, in the graph",
    "LX411",
)
def _():
    torch.manual_seed(126)
    net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    s, s2, a = torch.randn(32, 4), torch.randn(32, 4), torch.randint(0, 2, (32, 1))
    r, done = torch.ones(32), (torch.rand(32) < 0.1).float()
    q = net(s).gather(1, a).squeeze(1)
    target = r + 0.99 * (1 - done) * net(s2).max(1).values
    return nn.HuberLoss(), (q, target)


@wrong(
    "well-known misuse: uint8 images as targets",
    "sigmoid decoder in [0, 1] against uint8 pixels 0..255",
    "LX321",
)
def _():
    torch.manual_seed(127)
    images = (torch.rand(8, 1, 12, 12) * 255).to(torch.uint8)
    enc, dec = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 1, 3, padding=1)
    return nn.MSELoss(), (torch.sigmoid(dec(torch.relu(enc(images.float() / 255)))), images)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.L1Loss.html",
    "L1Loss(reduction='none') used as the loss of the step",
    "",
)
def _():
    torch.manual_seed(128)
    x, y = _regress(12, 6, 3)
    return nn.L1Loss(reduction="none"), (nn.Linear(6, 3)(x), y)


@wrong(
    "well-known misuse: nn.L1Loss(output, target)",
    "tensors are given to the constructor: raises",
    "LX100",
)
def _():  # raises
    torch.manual_seed(129)
    x, y = _regress(10, 5)

    def loss_fn(output, target):
        return nn.L1Loss(output, target)

    return loss_fn, (nn.Linear(5, 1)(x), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html",
    "F.smooth_l1_loss(pred, target, 0.1): the third position is size_average, not beta",
    "LX110",
)
def _():
    torch.manual_seed(130)
    feats = torch.randn(16, 20)
    boxes = torch.rand(16, 4)
    net = nn.Linear(20, 4)

    def bbox_loss(pred_boxes, gt_boxes):
        return F.smooth_l1_loss(pred_boxes, gt_boxes, 0.1)

    return bbox_loss, (net(feats).sigmoid(), boxes)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html",
    "MultiMarginLoss on softmax probabilities",
    "LX325",
)
def _():
    torch.manual_seed(131)
    x, y = _classes(20, 15, 12)
    return nn.MultiMarginLoss(), (nn.Linear(15, 12)(x).softmax(dim=1), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html",
    "MultiLabelMarginLoss with multi-hot targets",
    "LX206",
)
def _():
    torch.manual_seed(132)
    x, y = _multihot(10, 12, 6)
    return nn.MultiLabelMarginLoss(), (nn.Linear(12, 6)(x), y.long())


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html",
    "MultiLabelSoftMarginLoss on sigmoid outputs",
    "LX303",
)
def _():
    torch.manual_seed(133)
    x, y = _multihot(32, 30, 20)
    net = nn.Sequential(nn.Linear(30, 40), nn.ReLU(), nn.Linear(40, 20), nn.Sigmoid())
    return nn.MultiLabelSoftMarginLoss(), (net(x), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html",
    "SoftMarginLoss with labels 0 and 1",
    "LX202",
)
def _():
    torch.manual_seed(134)
    x, y = _binary(40, 9)
    return nn.SoftMarginLoss(), (nn.Linear(9, 1)(x).squeeze(-1), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html",
    "HingeEmbeddingLoss on a cosine similarity",
    "LX313",
)
def _():
    torch.manual_seed(135)
    net = nn.Linear(16, 8)
    base = torch.randn(24, 16)
    y = torch.where(torch.rand(24) < 0.5, 1.0, -1.0)
    other = torch.where(y[:, None] > 0, base + 0.2 * torch.randn(24, 16), torch.randn(24, 16))
    return nn.HingeEmbeddingLoss(margin=0.5), (F.cosine_similarity(net(base), net(other)), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html",
    "MarginRankingLoss with targets 0 and 1",
    "LX202",
)
def _():
    torch.manual_seed(136)
    net = nn.Linear(6, 1)
    a, b = torch.randn(16, 6), torch.randn(16, 6)
    y = (a[:, 0] > b[:, 0]).float()
    return nn.MarginRankingLoss(margin=0.1), (net(a).squeeze(1), net(b).squeeze(1), y)


@wrong(
    "well-known misuse: negatives first in the ranking loss",
    "the negative's score is given first with target 1",
    "LX551",
)
def _():
    torch.manual_seed(137)
    user, item = nn.Embedding(30, 8), nn.Embedding(50, 8)
    u, i, j = torch.randint(0, 30, (32,)), torch.randint(0, 50, (32,)), torch.randint(0, 50, (32,))

    def rank_loss(pos_score, neg_score):
        target = torch.ones_like(pos_score)
        return F.margin_ranking_loss(neg_score, pos_score, target, margin=0.5)

    return rank_loss, ((user(u) * item(i)).sum(-1), (user(u) * item(j)).sum(-1))


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html",
    "CosineEmbeddingLoss with targets 0 and 1",
    "LX202",
)
def _():
    torch.manual_seed(138)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 12))
    a = torch.randn(18, 20)
    match = (torch.rand(18) < 0.5).long()
    b = torch.where(match[:, None] > 0, a + 0.3 * torch.randn(18, 20), torch.randn(18, 20))
    return nn.CosineEmbeddingLoss(margin=0.2), (net(a), net(b), match)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html",
    "positive and negative are swapped in the wrapper",
    "LX564",
)
def _():
    torch.manual_seed(139)
    net = nn.Linear(10, 6)
    a = torch.randn(16, 10)
    p, n = a + 0.2 * torch.randn(16, 10), torch.randn(16, 10)
    criterion = nn.TripletMarginLoss(margin=1.0)

    def triplet(anchor, positive, negative):
        return criterion(anchor, negative, positive)

    return triplet, (net(a), net(p), net(n))


@wrong(
    "well-known misuse: margin beyond the reach of unit vectors",
    "TripletMarginLoss(margin=5) on L2-normalised embeddings",
    "LX325",
)
def _():
    torch.manual_seed(140)
    net = nn.Sequential(nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 16))
    a = torch.randn(12, 24)
    f = lambda v: F.normalize(net(v), dim=1)
    return nn.TripletMarginLoss(margin=5.0), (
        f(a),
        f(a + 0.3 * torch.randn(12, 24)),
        f(torch.randn(12, 24)),
    )


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html",
    "distance_function=nn.CosineSimilarity()",
    "LX313",
)
def _():
    torch.manual_seed(141)
    net = nn.Linear(14, 10)
    a = torch.randn(20, 14)
    crit = nn.TripletMarginWithDistanceLoss(distance_function=nn.CosineSimilarity(), margin=0.3)
    return crit, (net(a), net(a + 0.3 * torch.randn(20, 14)), net(torch.randn(20, 14)))


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html",
    "the log-variance head is given as var: raises",
    "LX315",
)
def _():  # raises
    torch.manual_seed(142)
    x, y = _regress(24, 8, 1)
    body = nn.Sequential(nn.Linear(8, 16), nn.ReLU())
    mu, log_var = nn.Linear(16, 1), nn.Linear(16, 1)
    h = body(x)
    return nn.GaussianNLLLoss(), (mu(h), y, log_var(h))


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html",
    "GaussianNLLLoss(mean, var, target), float64",
    "LX315",
)
def _():
    torch.manual_seed(143)
    x, y = _regress(30, 6, 1, dtype=torch.float64)
    price = y.exp() + 0.1
    mean, var = nn.Linear(6, 1).double(), nn.Linear(6, 1).double()
    return nn.GaussianNLLLoss(), (mean(x), F.softplus(var(x)) + 1e-3, price)


def _counts(n, d, dtype=torch.float32):
    x = torch.randn(n, d, dtype=dtype)
    rate = torch.exp(0.6 * x[:, :1] + 1.0)
    return x, torch.poisson(rate)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html",
    "PoissonNLLLoss() on softplus rates, log_input left True",
    "LX314",
)
def _():
    torch.manual_seed(144)
    x, y = _counts(32, 5, torch.float64)
    net = nn.Sequential(nn.Linear(5, 1), nn.Softplus()).double()
    return nn.PoissonNLLLoss(), (net(x), y)


@wrong(
    "pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html",
    "PoissonNLLLoss(log_input=False) on a linear output: NaN",
    "LX315",
)
def _():
    torch.manual_seed(145)
    x, y = _counts(16, 7)
    return nn.PoissonNLLLoss(log_input=False), (nn.Linear(7, 1)(x), y)


@wrong(
    "well-known misuse: thresholded Dice", "the prediction is thresholded in the Dice loss", "LX401"
)
def _():
    torch.manual_seed(146)
    images, masks = _blobs(4, 20, 20)

    class DiceLoss(nn.Module):
        def forward(self, inputs, targets, smooth=1.0):
            inputs = (torch.sigmoid(inputs) > 0.5).float()
            inputs, targets = inputs.view(-1), targets.view(-1)
            inter = (inputs * targets).sum()
            return 1 - (2.0 * inter + smooth) / (inputs.sum() + targets.sum() + smooth)

    return DiceLoss(), (nn.Conv2d(3, 1, 3, padding=1)(images), masks.unsqueeze(1).float())


@wrong(
    "well-known misuse: Dice coefficient returned as the loss",
    "the loss returns the coefficient",
    "LX520",
)
def _():
    torch.manual_seed(147)
    images, masks = _blobs(2, 32, 24)

    def dice_loss(pred, target, smooth=1e-5):
        pred = torch.sigmoid(pred)
        inter = (pred * target).sum(dim=(1, 2, 3))
        union = pred.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3))
        return ((2 * inter + smooth) / (union + smooth)).mean()

    return dice_loss, (nn.Conv2d(3, 1, 5, padding=2)(images), masks.unsqueeze(1).float())


@wrong(
    "well-known misuse: focal loss on a reduced cross entropy",
    "pt comes from the batch mean of the CE",
    "LX511",
)
def _():
    torch.manual_seed(148)
    x, y = _classes(32, 16, 5)

    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0):
            super().__init__()
            self.gamma = gamma

        def forward(self, logits, labels):
            ce = F.cross_entropy(logits, labels)
            pt = torch.exp(-ce)
            return (1 - pt) ** self.gamma * ce

    return FocalLoss(), (nn.Linear(16, 5)(x), y)


@wrong(
    "well-known misuse: pt instead of 1 - pt in the focal loss",
    "the easy samples are weighted up",
    "LX550",
)
def _():
    torch.manual_seed(149)
    x, y = _binary(48, 10, shift=0.8)

    def focal_loss(logits, targets, alpha=0.25, gamma=2):
        bce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        pt = torch.exp(-bce)
        return (alpha * pt**gamma * bce).mean()

    return focal_loss, (nn.Linear(10, 1)(x).squeeze(1), y)


@wrong(
    "well-known misuse: contrastive loss with the label turned round",
    "similar pairs are pushed apart",
    "LX588",
)
def _():
    torch.manual_seed(150)
    net = nn.Linear(12, 6)
    a = torch.randn(16, 12)
    sim = (torch.rand(16) < 0.5).float()
    b = torch.where(sim[:, None] > 0, a + 0.2 * torch.randn(16, 12), torch.randn(16, 12))

    def contrastive_loss(emb1, emb2, is_similar, margin=1.0):
        d = F.pairwise_distance(emb1, emb2)
        loss = (1 - is_similar) * d.pow(2) + is_similar * torch.clamp(margin - d, min=0.0).pow(2)
        return loss.mean()

    return contrastive_loss, (net(a), net(b), sim)


@wrong("well-known misuse: sign of the triplet loss", "relu(d_neg - d_pos + margin)", "LX564")
def _():
    torch.manual_seed(151)
    net = nn.Sequential(nn.Linear(9, 16), nn.ReLU(), nn.Linear(16, 4))
    a = torch.randn(8, 9)

    def triplet_loss(anchor, positive, negative, margin=0.5):
        d_pos = (anchor - positive).pow(2).sum(1)
        d_neg = (anchor - negative).pow(2).sum(1)
        return F.relu(d_neg - d_pos + margin).mean()

    return triplet_loss, (net(a), net(a + 0.2 * torch.randn(8, 9)), net(torch.randn(8, 9)))


@wrong(
    "well-known misuse: sqrt at zero",
    "per-joint root distance with padded joints (0 - 0): NaN gradient",
    "LX405",
)
def _():
    torch.manual_seed(152)
    joints = torch.randn(8, 14, 3)
    visible = torch.ones(8, 14, 1)
    visible[::2, 10:] = 0
    net = nn.Linear(3, 3)

    def rmse_loss(pred, gt, visible):
        diff = (pred - gt) * visible
        dist = torch.sqrt((diff**2).sum(dim=-1))
        return dist.sum() / visible.sum()

    return rmse_loss, (net(joints + 0.1 * torch.randn(8, 14, 3)), joints, visible)


@wrong(
    "well-known misuse: sample weights on a reduced loss",
    "the weights multiply the batch mean",
    "LX549",
)
def _():
    torch.manual_seed(153)
    x, y = _regress(32, 8, 1)
    weights = torch.where(y.abs() > 1, 5.0, 1.0)

    def weighted_mse_loss(pred, target, weights):
        loss = F.mse_loss(pred, target)
        return (weights * loss).mean()

    return weighted_mse_loss, (nn.Linear(8, 1)(x), y, weights)


@wrong("well-known misuse: masked loss divided by all positions", "(loss * mask).mean()", "LX509")
def _():
    torch.manual_seed(154)
    lengths = torch.tensor([20, 4, 7, 3, 6, 5, 9, 4])
    mask = (torch.arange(20)[None] < lengths[:, None]).float()
    series = torch.randn(8, 20, 5).cumsum(1) * mask.unsqueeze(-1)
    rnn, head = nn.LSTM(5, 16, batch_first=True), nn.Linear(16, 1)
    target = series.mean(-1)

    def masked_mae(pred, target, mask):
        loss = torch.abs(pred - target) * mask
        return loss.mean()

    return masked_mae, (head(rnn(series)[0]).squeeze(-1), target, mask)


@wrong(
    "well-known misuse: logits multiplied with the mask",
    "padded logits are zeroed but still counted",
    "LX516",
)
def _():
    torch.manual_seed(155)
    lengths = torch.tensor([12, 5, 8, 4])
    mask = torch.arange(12)[None] < lengths[:, None]
    tokens = torch.randint(1, 25, (4, 12)) * mask
    emb, head = nn.Embedding(25, 16), nn.Linear(16, 25)

    def masked_ce(logits, targets, mask):
        logits = logits * mask.unsqueeze(-1)
        targets = targets * mask
        logp = F.log_softmax(logits, dim=-1)
        nll = -logp.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
        return nll.mean()

    return masked_ce, (head(emb(tokens)), tokens, mask)


@wrong(
    "well-known misuse: temperature on one side only",
    "distillation with T on the teacher only",
    "LX340",
)
def _():
    torch.manual_seed(156)
    x, y = _classes(24, 16, 10)
    student, teacher = nn.Linear(16, 10), nn.Linear(16, 10)
    with torch.no_grad():
        t = 3 * teacher(x)

    def distillation_loss(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
        soft_targets = F.softmax(teacher_logits / T, dim=1)
        log_probs = F.log_softmax(student_logits, dim=1)
        kd = -(soft_targets * log_probs).sum(dim=1).mean() * T * T
        return alpha * kd + (1 - alpha) * F.cross_entropy(student_logits, labels)

    return distillation_loss, (student(x), t, y)


@wrong(
    "well-known misuse: label smoothing without the log", "softmax in place of log_softmax", "LX581"
)
def _():
    torch.manual_seed(157)
    x, y = _classes(20, 12, 6)

    class LabelSmoothing(nn.Module):
        def __init__(self, classes, smoothing=0.1):
            super().__init__()
            self.classes, self.smoothing = classes, smoothing

        def forward(self, pred, target):
            pred = pred.softmax(dim=-1)
            true_dist = torch.full_like(pred, self.smoothing / (self.classes - 1))
            true_dist.scatter_(1, target.unsqueeze(1), 1 - self.smoothing)
            return torch.mean(torch.sum(-true_dist * pred, dim=-1))

    return LabelSmoothing(6), (nn.Linear(12, 6)(x), y)


@wrong(
    "well-known misuse: log variance and std mixed in the VAE KL", "exp(logvar) is squared", "LX536"
)
def _():
    torch.manual_seed(158)
    x = torch.rand(16, 30)
    enc, dec = nn.Linear(30, 12), nn.Linear(6, 30)
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()

    def vae_loss(recon_x, x, mu, logvar):
        bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp().pow(2))
        return (bce + kld) / x.size(0)

    return vae_loss, (torch.sigmoid(dec(z)), x, mu, logvar)


@wrong(
    "well-known misuse: uncertainty weights without the log term",
    "exp(-s) * loss without + s",
    "LX560",
)
def _():
    torch.manual_seed(159)
    x, y = _classes(24, 10, 4)
    depth = x[:, :1] * 0.7
    body = nn.Sequential(nn.Linear(10, 16), nn.ReLU())
    head_c, head_d = nn.Linear(16, 4), nn.Linear(16, 1)
    log_vars = nn.Parameter(torch.zeros(2))
    h = body(x)

    def multi_task_loss(cls_logits, labels, depth_pred, depth_gt, log_vars):
        l1 = F.cross_entropy(cls_logits, labels)
        l2 = F.mse_loss(depth_pred, depth_gt)
        return torch.exp(-log_vars[0]) * l1 + torch.exp(-log_vars[1]) * l2

    return multi_task_loss, (head_c(h), y, head_d(h), depth, log_vars)


@wrong(
    "well-known misuse: .item() in the sum of losses",
    "the box loss enters as a Python number",
    "LX410",
)
def _():
    torch.manual_seed(160)
    feats, y = _classes(16, 20, 3)
    boxes = torch.rand(16, 4)
    cls, box = nn.Linear(20, 3), nn.Linear(20, 4)

    def detection_loss(cls_logits, labels, pred_boxes, gt_boxes, box_weight=5.0):
        loss_cls = F.cross_entropy(cls_logits, labels)
        loss_box = F.l1_loss(pred_boxes, gt_boxes)
        total = loss_cls
        total += box_weight * loss_box.item()
        return total

    return detection_loss, (cls(feats), y, box(feats).sigmoid(), boxes)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
    "(B, V, T) logits, targets padded with 0, ignore_index=0",
)
def _():
    torch.manual_seed(201)
    tgt = torch.zeros(5, 16, dtype=torch.long)
    for i, n in enumerate([16, 9, 4, 12, 6]):
        tgt[i, :n] = torch.randint(1, 40, (n,))
    dec_in = torch.cat([torch.full((5, 1), 2), tgt[:, :-1]], 1)
    emb, rnn, head = (
        nn.Embedding(40, 12, padding_idx=0),
        nn.GRU(12, 24, batch_first=True),
        nn.Linear(24, 40),
    )
    return nn.CrossEntropyLoss(ignore_index=0), (head(rnn(emb(dec_in))[0]).transpose(1, 2), tgt)


@right("arxiv.org/abs/1710.09412 (mixup)", "mixed one-hot targets, float64")
def _():
    torch.manual_seed(202)
    x, y = _classes(16, 10, 7, dtype=torch.float64)
    lam, perm = 0.3, torch.randperm(16)
    oh = F.one_hot(y, 7).double()
    net = nn.Linear(10, 7).double()
    return nn.CrossEntropyLoss(), (
        net(lam * x + (1 - lam) * x[perm]),
        lam * oh + (1 - lam) * oh[perm],
    )


@right(
    "pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
    "an unbatched sample: logits (C,), target ()",
)
def _():
    torch.manual_seed(203)
    return nn.CrossEntropyLoss(), (nn.Linear(6, 9)(torch.randn(6)), torch.tensor(4))


@right(
    "pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
    "images, label smoothing and ignore_index=255 together, batch of 1",
)
def _():
    torch.manual_seed(204)
    images, masks = _blobs(1, 20, 28, 4)
    masks[:, :, :3] = 255
    return nn.CrossEntropyLoss(label_smoothing=0.1, ignore_index=255), (
        nn.Conv2d(3, 4, 3, padding=1)(images),
        masks,
    )


@right("arxiv.org/abs/2103.00020 (CLIP)", "square logits with arange targets, both ways")
def _():
    torch.manual_seed(205)
    img, txt = torch.randn(8, 20), torch.randn(8, 12)
    fi, ft = nn.Linear(20, 16), nn.Linear(12, 16)
    logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    logits = logit_scale.exp() * F.normalize(fi(img), dim=-1) @ F.normalize(ft(txt), dim=-1).t()

    def clip_loss(logits_per_image):
        labels = torch.arange(logits_per_image.size(0))
        return (
            F.cross_entropy(logits_per_image, labels)
            + F.cross_entropy(logits_per_image.t(), labels)
        ) / 2

    return clip_loss, (logits,)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html",
    "the log of the mean of three heads' softmaxes",
)
def _():
    torch.manual_seed(206)
    x, y = _classes(12, 8, 5)
    heads = [nn.Linear(8, 5) for _ in range(3)]
    logp = torch.stack([F.log_softmax(h(x), dim=1) for h in heads])
    return nn.NLLLoss(), (torch.logsumexp(logp, dim=0) - math.log(3), y)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.AdaptiveLogSoftmaxWithLoss.html",
    "NLLLoss on AdaptiveLogSoftmaxWithLoss.log_prob",
)
def _():
    torch.manual_seed(207)
    m = nn.AdaptiveLogSoftmaxWithLoss(16, 60, cutoffs=[10, 30])
    emb = nn.Embedding(60, 16)
    tok = torch.randint(0, 60, (25,))
    return nn.NLLLoss(), (m.log_prob(emb(tok[:-1])), tok[1:])


@right("multiple instance learning, noisy-or", "BCELoss on 1 - prod(1 - p) of one bag")
def _():
    torch.manual_seed(208)
    bag = torch.randn(6, 10)
    net = nn.Linear(10, 1)
    nn.init.constant_(net.bias, -2.0)
    p = torch.sigmoid(net(bag))
    return nn.BCELoss(), (1 - torch.prod(1 - p, dim=0), torch.tensor([1.0]))


@right(
    "arxiv.org/abs/1703.10593 (CycleGAN)",
    "L1Loss of the cycle: the target is the network's own input",
)
def _():
    torch.manual_seed(209)
    gen_ab, gen_ba = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 3, padding=1)
    real_a = torch.rand(1, 3, 20, 20) * 2 - 1
    return nn.L1Loss(), (torch.tanh(gen_ba(torch.tanh(gen_ab(real_a)))), real_a)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html",
    "a weight map per pixel (U-Net), float16",
)
def _():
    torch.manual_seed(210)
    images, masks = _blobs(2, 16, 16)
    y = masks.unsqueeze(1).half()
    weight = 1 + 4 * (F.max_pool2d(y.float(), 3, 1, 1) - y.float())
    net = nn.Conv2d(3, 1, 3, padding=1).half()
    return nn.BCEWithLogitsLoss(weight=weight.half()), (net(images.half()), y)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html",
    "pos_weight (C, 1, 1) for (N, C, H, W)",
)
def _():
    torch.manual_seed(211)
    images, masks = _blobs(4, 16, 20, 4)
    y = torch.stack([(masks == k).float() for k in (1, 2, 3)], 1)
    n_pos = y.sum((0, 2, 3))
    pos_weight = ((y[:, 0].numel() - n_pos) / n_pos.clamp(min=1)).view(3, 1, 1)
    return nn.BCEWithLogitsLoss(pos_weight=pos_weight), (nn.Conv2d(3, 3, 3, padding=1)(images), y)


@right("Burges 2005 (RankNet), reward models", "logits are reward differences, every target is 1")
def _():
    torch.manual_seed(212)
    reward = nn.Linear(16, 1)
    chosen, rejected = torch.randn(8, 16) + 0.3, torch.randn(8, 16)
    return nn.BCEWithLogitsLoss(), ((reward(chosen) - reward(rejected)).squeeze(-1), torch.ones(8))


@right(
    "pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html",
    "log_target=True, both log_softmax, teacher detached",
)
def _():
    torch.manual_seed(213)
    h = torch.randn(30, 12)
    student, teacher = nn.Linear(12, 15), nn.Linear(12, 15)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (
        student(h).log_softmax(-1),
        teacher(h).log_softmax(-1).detach(),
    )


@right(
    "pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html",
    "targets concatenated to 1-D, blank is the last class, zero_infinity",
)
def _():
    logits, _ = _speech(3, 24, 18, 6, 214)
    lens = torch.tensor([6, 3, 5])
    targets = torch.randint(0, 17, (int(lens.sum()),))
    return nn.CTCLoss(blank=17, zero_infinity=True), (
        logits.transpose(0, 1).log_softmax(-1),
        targets,
        torch.tensor([24, 15, 20]),
        lens,
    )


@right(
    "pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html",
    "padding with 0 = blank behind the target lengths, N = 2, float64",
)
def _():
    logits, targets = _speech(2, 20, 9, 7, 215)
    targets[1, 4:] = 0
    return nn.CTCLoss(), (
        logits.double().transpose(0, 1).log_softmax(-1),
        targets,
        torch.tensor([20, 20]),
        torch.tensor([7, 4]),
    )


@right(
    "arxiv.org/abs/2006.11239 (DDPM)",
    "MSELoss of the predicted noise (a target of pure noise), bfloat16",
)
def _():
    torch.manual_seed(216)
    x0, noise = torch.rand(4, 3, 8, 8) * 2 - 1, torch.randn(4, 3, 8, 8)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.SiLU(), nn.Conv2d(8, 3, 3, padding=1)
    ).bfloat16()
    return nn.MSELoss(), (net((0.8 * x0 + 0.6 * noise).bfloat16()), noise.bfloat16())


@right(
    "pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html",
    "beta = 1/9 and reduction sum on box deltas of positives",
)
def _():
    torch.manual_seed(217)
    feats = torch.randn(11, 24)
    deltas = 0.5 * torch.randn(11, 4)
    return nn.SmoothL1Loss(beta=1 / 9, reduction="sum"), (nn.Linear(24, 4)(feats), deltas)


@right("Mnih 2015 (DQN)", "HuberLoss with a TD target of a target network, batch of 2")
def _():
    torch.manual_seed(218)
    net, tnet = nn.Linear(4, 3), nn.Linear(4, 3)
    tnet.load_state_dict(net.state_dict())
    s, s2, a = torch.randn(2, 4), torch.randn(2, 4), torch.tensor([[0], [2]])
    with torch.no_grad():
        target = torch.tensor([1.0, -0.5]) + 0.99 * tnet(s2).max(1).values
    return nn.HuberLoss(), (net(s).gather(1, a).squeeze(1), target)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html",
    "squared hinge (p=2) with class weights on raw scores",
)
def _():
    torch.manual_seed(219)
    x, y = _classes(30, 8, 3)
    w = 1.0 / torch.bincount(y, minlength=3).clamp(min=1).float()
    return nn.MultiMarginLoss(p=2, weight=w / w.mean()), (nn.Linear(8, 3)(x), y)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html",
    "class indices padded with -1",
)
def _():
    torch.manual_seed(220)
    x, multi = _multihot(6, 12, 8)
    target = torch.full((6, 8), -1)
    for i in range(6):
        idx = multi[i].nonzero().flatten()
        target[i, : len(idx)] = idx
    return nn.MultiLabelMarginLoss(), (nn.Linear(12, 8)(x), target)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html",
    "logits, multi-hot targets, class weights",
)
def _():
    torch.manual_seed(221)
    x, y = _multihot(24, 16, 9)
    w = torch.tensor([1.0, 1, 2, 1, 3, 1, 1, 2, 1])
    return nn.MultiLabelSoftMarginLoss(weight=w), (nn.Linear(16, 9)(x), y)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html",
    "L1 distances and labels -1 / 1",
)
def _():
    torch.manual_seed(222)
    net = nn.Linear(10, 5)
    a = torch.randn(20, 10)
    y = torch.where(torch.rand(20) < 0.4, 1, -1)
    b = torch.where(y[:, None] > 0, a + 0.1 * torch.randn(20, 10), torch.randn(20, 10))
    return nn.HingeEmbeddingLoss(margin=2.0), (F.pairwise_distance(net(a), net(b), p=1), y)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html",
    "one positive against many negatives, target 1 broadcast as ones",
)
def _():
    torch.manual_seed(223)
    user, item = nn.Embedding(10, 6), nn.Embedding(40, 6)
    u, i, j = torch.randint(0, 10, (8,)), torch.randint(0, 20, (8,)), torch.randint(20, 40, (8, 5))
    pos = (user(u) * item(i)).sum(-1, keepdim=True).expand(-1, 5)
    neg = (user(u).unsqueeze(1) * item(j)).sum(-1)
    return nn.MarginRankingLoss(margin=0.2), (pos, neg, torch.ones(8, 5))


@right(
    "arxiv.org/abs/2011.10566 (SimSiam)",
    "CosineEmbeddingLoss, all targets 1, the second view detached",
)
def _():
    torch.manual_seed(224)
    enc, predictor = nn.Linear(16, 12), nn.Linear(12, 12)
    x = torch.randn(16, 16)
    z1, z2 = enc(x + 0.1 * torch.randn(16, 16)), enc(x + 0.1 * torch.randn(16, 16))
    return nn.CosineEmbeddingLoss(), (predictor(z1), z2.detach(), torch.ones(16))


@right(
    "pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html",
    "swap=True, unit vectors, margin 0.3, images",
)
def _():
    torch.manual_seed(225)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 8))
    a = torch.randn(10, 1, 8, 8)
    f = lambda v: F.normalize(net(v), dim=1)
    return nn.TripletMarginLoss(margin=0.3, swap=True), (
        f(a),
        f(a + 0.3 * torch.randn_like(a)),
        f(torch.randn(10, 1, 8, 8)),
    )


@right(
    "pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html",
    "distance_function = 1 - cosine",
)
def _():
    torch.manual_seed(226)
    net = nn.Linear(12, 6)
    a = torch.randn(9, 12)
    crit = nn.TripletMarginWithDistanceLoss(
        distance_function=lambda u, v: 1.0 - F.cosine_similarity(u, v), margin=0.4
    )
    return crit, (net(a), net(a + 0.3 * torch.randn(9, 12)), net(torch.randn(9, 12)))


@right(
    "pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html",
    "one variance per sample (N, 1) for (N, 3), full, float64",
)
def _():
    torch.manual_seed(227)
    x, y = _regress(14, 6, 3, dtype=torch.float64)
    mu, sv = nn.Linear(6, 3).double(), nn.Linear(6, 1).double()
    return nn.GaussianNLLLoss(full=True), (mu(x), y, F.softplus(sv(x)) + 1e-4)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html",
    "log rate plus log exposure, full likelihood",
)
def _():
    torch.manual_seed(228)
    x = torch.randn(40, 4)
    exposure = torch.rand(40, 1) * 5 + 0.5
    y = torch.poisson(exposure * torch.exp(0.5 * x[:, :1]))
    return nn.PoissonNLLLoss(full=True), (nn.Linear(4, 1)(x) + exposure.log(), y)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html",
    "softplus rates with log_input=False (density map of counts)",
)
def _():
    torch.manual_seed(229)
    images = torch.rand(2, 3, 12, 12)
    y = torch.poisson(images.mean(1, keepdim=True) * 2)
    net = nn.Sequential(nn.Conv2d(3, 1, 3, padding=1), nn.Softplus())
    return nn.PoissonNLLLoss(log_input=False), (net(images), y)


@right(
    "pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html",
    "SoftMarginLoss on a matrix of scores, labels -1 / 1",
)
def _():
    torch.manual_seed(230)
    x, y = _multihot(12, 10, 5, shift=0.0)
    return nn.SoftMarginLoss(), (nn.Linear(10, 5)(x), 2 * y - 1)


@right("arxiv.org/abs/1606.04797 (V-Net)", "soft Dice per image")
def _():
    torch.manual_seed(231)
    images, masks = _blobs(4, 20, 20)

    class DiceLoss(nn.Module):
        def forward(self, inputs, targets, smooth=1.0):
            p = torch.sigmoid(inputs).flatten(1)
            t = targets.flatten(1)
            inter = (p * t).sum(1)
            dice = (2.0 * inter + smooth) / (p.pow(2).sum(1) + t.pow(2).sum(1) + smooth)
            return (1 - dice).mean()

    return DiceLoss(), (nn.Conv2d(3, 1, 3, padding=1)(images), masks.unsqueeze(1).float())


@right("multi-class Dice", "one-hot permuted, the background left out")
def _():
    torch.manual_seed(232)
    images, masks = _blobs(2, 24, 18, 4)

    def multiclass_dice_loss(logits, labels, eps=1e-6):
        num_classes = logits.shape[1]
        probs = logits.softmax(dim=1)[:, 1:]
        onehot = F.one_hot(labels, num_classes).permute(0, 3, 1, 2).to(probs.dtype)[:, 1:]
        inter = (probs * onehot).sum(dim=(0, 2, 3))
        card = (probs + onehot).sum(dim=(0, 2, 3))
        return 1 - ((2 * inter + eps) / (card + eps)).mean()

    return multiclass_dice_loss, (nn.Conv2d(3, 4, 3, padding=1)(images), masks)


@right("nnU-Net", "negative Dice plus cross entropy (the loss can be below 0)")
def _():
    torch.manual_seed(233)
    images, masks = _blobs(2, 16, 16)

    def dc_and_bce_loss(net_output, target, smooth=1.0):
        probs = torch.sigmoid(net_output)
        tp = (probs * target).sum()
        dc = (2 * tp + smooth) / (probs.sum() + target.sum() + smooth)
        return F.binary_cross_entropy_with_logits(net_output, target) - dc

    return dc_and_bce_loss, (nn.Conv2d(3, 1, 3, padding=1)(images), masks.unsqueeze(1).float())


@right(
    "arxiv.org/abs/1708.02002 (focal loss)", "multi-class focal, per sample, class weights after pt"
)
def _():
    torch.manual_seed(234)
    x, y = _classes(32, 14, 4)

    class FocalLoss(nn.Module):
        def __init__(self, alpha, gamma=2.0):
            super().__init__()
            self.register_buffer("alpha", alpha)
            self.gamma = gamma

        def forward(self, logits, labels):
            ce = F.cross_entropy(logits, labels, reduction="none")
            pt = torch.exp(-ce)
            return (self.alpha[labels] * (1 - pt) ** self.gamma * ce).mean()

    return FocalLoss(torch.tensor([0.5, 1.0, 1.0, 2.0])), (nn.Linear(14, 4)(x), y)


@right(
    "arxiv.org/abs/1708.02002 (RetinaNet)", "sigmoid focal, sum over anchors / number of positives"
)
def _():
    torch.manual_seed(235)
    feats = torch.randn(2, 60, 16)
    y = F.one_hot((feats[..., 0] > 1.4).long() * torch.randint(1, 4, (2, 60)), 4)[..., 1:].float()

    def sigmoid_focal_loss(pred, target, alpha=0.25, gamma=2.0):
        p = pred.sigmoid()
        ce = F.binary_cross_entropy_with_logits(pred, target, reduction="none")
        p_t = p * target + (1 - p) * (1 - target)
        alpha_t = alpha * target + (1 - alpha) * (1 - target)
        num_pos = target.sum().clamp(min=1.0)
        return (alpha_t * (1 - p_t) ** gamma * ce).sum() / num_pos

    return sigmoid_focal_loss, (nn.Linear(16, 3)(feats), y)


@right("Hadsell 2006", "contrastive with dissimilar = 1")
def _():
    torch.manual_seed(236)
    net = nn.Linear(12, 6)
    a = torch.randn(16, 12)
    dis = (torch.rand(16) < 0.5).float()
    b = torch.where(dis[:, None] > 0, torch.randn(16, 12), a + 0.2 * torch.randn(16, 12))

    def contrastive_loss(output1, output2, dissimilar, margin=2.0):
        d = F.pairwise_distance(output1, output2)
        return 0.5 * ((1 - dissimilar) * d.pow(2) + dissimilar * F.relu(margin - d).pow(2)).mean()

    return contrastive_loss, (net(a), net(b), dis)


@right("arxiv.org/abs/1703.07737 (batch hard)", "batch-hard triplets from labels")
def _():
    torch.manual_seed(237)
    labels = torch.arange(5).repeat_interleave(4)
    centers = torch.randn(5, 12)
    x = centers[labels] + 0.4 * torch.randn(20, 12)

    def batch_hard_triplet(embeddings, labels, margin=0.3):
        d = (
            (embeddings.unsqueeze(1) - embeddings.unsqueeze(0))
            .pow(2)
            .sum(-1)
            .clamp(min=1e-12)
            .sqrt()
        )
        same = labels.unsqueeze(1) == labels.unsqueeze(0)
        hardest_pos = d.masked_fill(~same, 0).max(dim=1).values
        hardest_neg = d.masked_fill(same, float("inf")).min(dim=1).values
        return F.relu(hardest_pos - hardest_neg + margin).mean()

    return batch_hard_triplet, (F.normalize(nn.Linear(12, 8)(x), dim=1), labels)


@right("RMSE with eps", "sqrt(mse + eps)")
def _():
    torch.manual_seed(238)
    x, y = _regress(16, 5, 2, dtype=torch.float64)

    class RMSELoss(nn.Module):
        def __init__(self, eps=1e-8):
            super().__init__()
            self.eps = eps

        def forward(self, yhat, y):
            return torch.sqrt(F.mse_loss(yhat, y) + self.eps)

    return RMSELoss(), (nn.Linear(5, 2).double()(x), y)


@right("log-cosh", "stable form with softplus")
def _():
    torch.manual_seed(239)
    x, y = _regress(24, 7)

    def log_cosh_loss(pred, target):
        d = pred - target
        return (d + F.softplus(-2.0 * d) - math.log(2.0)).mean()

    return log_cosh_loss, (nn.Linear(7, 1)(x), y)


@right("weighted MSE", "weights per sample, normalised by their sum")
def _():
    torch.manual_seed(240)
    x, y = _regress(20, 6, 3)
    w = torch.rand(20) * 3

    def weighted_mse(pred, target, sample_weight):
        per_sample = (pred - target).pow(2).mean(dim=1)
        return (sample_weight * per_sample).sum() / sample_weight.sum()

    return weighted_mse, (nn.Linear(6, 3)(x), y, w)


@right("masked loss", "sum / mask.sum() with an empty row in the batch")
def _():
    torch.manual_seed(241)
    lengths = torch.tensor([10, 0, 4, 7])
    mask = (torch.arange(10)[None] < lengths[:, None]).float()
    x = torch.randn(4, 10, 5)
    target = x.sum(-1) * mask

    def masked_mse(pred, target, mask):
        se = (pred - target) ** 2 * mask
        return se.sum() / mask.sum().clamp(min=1)

    return masked_mse, (nn.Linear(5, 1)(x).squeeze(-1), target, mask)


@right("arxiv.org/abs/1503.02531 (distillation)", "KL at T = 4 times T^2 plus the hard CE")
def _():
    torch.manual_seed(242)
    x, y = _classes(32, 16, 10)
    student, teacher = nn.Linear(16, 10), nn.Linear(16, 10)
    with torch.no_grad():
        t = 3 * teacher(x)

    def kd_loss(student_logits, teacher_logits, labels, T=4.0, alpha=0.9):
        kd = F.kl_div(
            F.log_softmax(student_logits / T, dim=1),
            F.softmax(teacher_logits / T, dim=1),
            reduction="batchmean",
        ) * (T * T)
        return alpha * kd + (1 - alpha) * F.cross_entropy(student_logits, labels)

    return kd_loss, (student(x), t, y)


@right("label smoothing by hand", "(1 - eps) nll + eps mean(-log p)")
def _():
    torch.manual_seed(243)
    x, y = _classes(16, 9, 11)

    def label_smoothing_ce(logits, target, eps=0.1):
        logp = logits.log_softmax(dim=-1)
        nll = -logp.gather(1, target.unsqueeze(1)).squeeze(1)
        smooth = -logp.mean(dim=-1)
        return ((1 - eps) * nll + eps * smooth).mean()

    return label_smoothing_ce, (nn.Linear(9, 11)(x), y)


@right("arxiv.org/abs/1312.6114 (VAE)", "summed BCE and KL over the batch size")
def _():
    torch.manual_seed(244)
    x = (torch.rand(8, 40) > 0.6).float()
    enc, dec = nn.Linear(40, 10), nn.Linear(5, 40)
    mu, logvar = enc(x).chunk(2, dim=1)
    z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)

    def elbo_loss(recon_logits, x, mu, logvar, beta=1.0):
        rec = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
        kl = 0.5 * torch.sum(mu.pow(2) + logvar.exp() - logvar - 1)
        return (rec + beta * kl) / x.shape[0]

    return elbo_loss, (dec(z), x, mu, logvar)


@right("arxiv.org/abs/1705.07115 (uncertainty weights)", "exp(-s) loss + s")
def _():
    torch.manual_seed(245)
    x, y = _classes(24, 10, 4)
    depth = x[:, :1] * 0.7
    body = nn.Sequential(nn.Linear(10, 16), nn.ReLU())
    hc, hd = nn.Linear(16, 4), nn.Linear(16, 1)
    log_vars = nn.Parameter(torch.zeros(2))
    h = body(x)

    def multi_task_loss(cls_logits, labels, depth_pred, depth_gt, log_vars):
        l1 = F.cross_entropy(cls_logits, labels)
        l2 = F.mse_loss(depth_pred, depth_gt)
        return (
            torch.exp(-log_vars[0]) * l1
            + 0.5 * log_vars[0]
            + 0.5 * torch.exp(-log_vars[1]) * l2
            + 0.5 * log_vars[1]
        )

    return multi_task_loss, (hc(h), y, hd(h), depth, log_vars)


@right("Williams 1992 (REINFORCE)", "policy gradient with a detached baseline")
def _():
    torch.manual_seed(246)
    s = torch.randn(20, 4)
    pi, v = nn.Linear(4, 2), nn.Linear(4, 1)
    dist = torch.distributions.Categorical(logits=pi(s))
    actions = dist.sample()
    returns = torch.randn(20).cumsum(0).flip(0)

    def reinforce_loss(log_probs, returns, values):
        advantage = returns - values.detach()
        policy = -(log_probs * advantage).mean()
        value = F.mse_loss(values, returns)
        return policy + 0.5 * value

    return reinforce_loss, (dist.log_prob(actions), returns, v(s).squeeze(-1))


@right("arxiv.org/abs/1707.06347 (PPO)", "the clipped surrogate with entropy bonus")
def _():
    torch.manual_seed(247)
    s = torch.randn(64, 6)
    pi = nn.Linear(6, 3)
    dist = torch.distributions.Categorical(logits=pi(s))
    actions = dist.sample()
    logp = dist.log_prob(actions)
    old_logp = (logp + 0.1 * torch.randn(64)).detach()
    adv = torch.randn(64)
    adv = (adv - adv.mean()) / adv.std()

    def ppo_loss(log_probs, old_log_probs, advantages, entropy, clip_eps=0.2, ent_coef=0.01):
        ratio = torch.exp(log_probs - old_log_probs)
        clipped = torch.clamp(ratio, 1 - clip_eps, 1 + clip_eps)
        return (
            -torch.min(ratio * advantages, clipped * advantages).mean() - ent_coef * entropy.mean()
        )

    return ppo_loss, (logp, old_logp, adv, dist.entropy())


@right("arxiv.org/abs/2002.05709 (SimCLR)", "NT-Xent, the diagonal at -inf")
def _():
    torch.manual_seed(248)
    net = nn.Linear(20, 8)
    x = torch.randn(12, 20)

    def nt_xent(z1, z2, temperature=0.5):
        n = z1.size(0)
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.t() / temperature
        sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
        targets = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
        return F.cross_entropy(sim, targets)

    return nt_xent, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


@right("arxiv.org/abs/2305.18290 (DPO)", "DPO on summed log-probabilities")
def _():
    torch.manual_seed(249)
    policy, ref = nn.Linear(12, 30), nn.Linear(12, 30)
    ref.load_state_dict(policy.state_dict())
    with torch.no_grad():
        policy.weight.add_(0.01 * torch.randn_like(policy.weight))
    hc, hr = torch.randn(4, 9, 12), torch.randn(4, 9, 12)
    yc, yr = torch.randint(0, 30, (4, 9)), torch.randint(0, 30, (4, 9))
    lp = lambda m, h, y: m(h).log_softmax(-1).gather(-1, y.unsqueeze(-1)).squeeze(-1).sum(-1)

    def dpo_loss(
        policy_chosen_logps, policy_rejected_logps, ref_chosen_logps, ref_rejected_logps, beta=0.1
    ):
        pi_logratios = policy_chosen_logps - policy_rejected_logps
        ref_logratios = ref_chosen_logps - ref_rejected_logps
        return -F.logsigmoid(beta * (pi_logratios - ref_logratios)).mean()

    with torch.no_grad():
        rc, rr = lp(ref, hc, yc), lp(ref, hr, yr)
    return dpo_loss, (lp(policy, hc, yc), lp(policy, hr, yr), rc, rr)


@right("arxiv.org/abs/1701.07875 (WGAN)", "the critic's loss, unbounded and signed")
def _():
    torch.manual_seed(250)
    critic = nn.Sequential(nn.Linear(10, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    gen = nn.Linear(4, 10)

    def critic_loss(real_scores, fake_scores):
        return fake_scores.mean() - real_scores.mean()

    return critic_loss, (critic(torch.randn(32, 10) + 1), critic(gen(torch.randn(32, 4)).detach()))


@right("arxiv.org/abs/1802.05957 (hinge GAN)", "discriminator hinge on patch scores")
def _():
    torch.manual_seed(251)
    disc = nn.Conv2d(3, 1, 4, stride=2)

    def d_hinge(logits_real, logits_fake):
        return 0.5 * (F.relu(1.0 - logits_real).mean() + F.relu(1.0 + logits_fake).mean())

    return d_hinge, (disc(torch.rand(4, 3, 16, 16)), disc(torch.randn(4, 3, 16, 16)))


@right("PINN", "Poisson equation residual with autograd.grad(create_graph=True)")
def _():
    torch.manual_seed(252)
    net = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
    x = torch.rand(32, 1).requires_grad_(True)
    u = net(x)

    def pde_loss(
        u, x, u_boundary
    ):  # u itself gets no gradient (du does not depend on u's value), the net does
        du = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
        d2u = torch.autograd.grad(du.sum(), x, create_graph=True)[0]
        residual = d2u + math.pi**2 * torch.sin(math.pi * x)
        return residual.pow(2).mean() + u_boundary.pow(2).mean()

    return pde_loss, (u, x, net(torch.tensor([[0.0], [1.0]])))


@right("arxiv.org/abs/1711.00937 (VQ-VAE)", "codebook and commitment terms, each with a detach")
def _():
    torch.manual_seed(253)
    enc, codebook = nn.Linear(12, 6), nn.Embedding(16, 6)
    z_e = enc(torch.randn(20, 12))
    idx = torch.cdist(z_e.detach(), codebook.weight.detach()).argmin(1)

    def vq_loss(z_e, z_q, beta=0.25):
        return F.mse_loss(z_q, z_e.detach()) + beta * F.mse_loss(z_e, z_q.detach())

    return vq_loss, (z_e, codebook(idx))


@right("quantile regression", "pinball for three quantiles, target (N, 1) broadcast on purpose")
def _():
    torch.manual_seed(254)
    x, y = _regress(32, 6)

    def pinball_loss(preds, target, quantiles=(0.1, 0.5, 0.9)):
        q = torch.tensor(quantiles, dtype=preds.dtype)
        err = target - preds
        return torch.maximum(q * err, (q - 1) * err).mean()

    return pinball_loss, (nn.Linear(6, 3)(x), y)


@right("heteroscedastic regression", "Gaussian NLL from the log variance")
def _():
    torch.manual_seed(255)
    x, y = _regress(16, 8, 2)
    mu, lv = nn.Linear(8, 2), nn.Linear(8, 2)

    def gaussian_nll(mean, log_var, target):
        return 0.5 * (log_var + (target - mean).pow(2) * torch.exp(-log_var)).sum(dim=1).mean()

    return gaussian_nll, (mu(x), lv(x), y)


@right(
    "causal language model",
    "shift by one, labels -100 on the prompt, bfloat16 logits cast to float",
)
def _():
    torch.manual_seed(256)
    ids = torch.randint(0, 48, (2, 14))
    labels = ids.clone()
    labels[:, :5] = -100
    emb, head = nn.Embedding(48, 16).bfloat16(), nn.Linear(16, 48).bfloat16()

    def causal_lm_loss(logits, labels):
        shift_logits = logits[:, :-1].float()
        shift_labels = labels[:, 1:]
        logp = shift_logits.log_softmax(-1)
        valid = shift_labels != -100
        nll = -logp.gather(-1, shift_labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
        return (nll * valid).sum() / valid.sum()

    return causal_lm_loss, (head(emb(ids)), labels)


@right("straight-through Gumbel", "argmax in the loss, with a straight-through gradient")
def _():
    torch.manual_seed(257)
    x, _ = _classes(16, 8, 5)
    net, table = nn.Linear(8, 5), nn.Parameter(torch.randn(5, 8))

    def st_recon_loss(logits, table, x):
        y_soft = logits.softmax(dim=-1)
        y_hard = F.one_hot(y_soft.argmax(dim=-1), y_soft.size(-1)).to(y_soft.dtype)
        y = y_hard - y_soft.detach() + y_soft
        return (y @ table - x).pow(2).mean()

    return st_recon_loss, (net(x), table, x)


@right("arxiv.org/abs/2103.03230 (Barlow Twins)", "cross-correlation to the identity")
def _():
    torch.manual_seed(258)
    net = nn.Linear(20, 6)
    x = torch.randn(32, 20)

    def barlow_twins(z_a, z_b, lambd=5e-3):
        z_a = (z_a - z_a.mean(0)) / z_a.std(0)
        z_b = (z_b - z_b.mean(0)) / z_b.std(0)
        c = z_a.T @ z_b / z_a.size(0)
        on_diag = (torch.diagonal(c) - 1).pow(2).sum()
        off_diag = c.pow(2).sum() - torch.diagonal(c).pow(2).sum()
        return on_diag + lambd * off_diag

    return barlow_twins, (net(x + 0.3 * torch.randn_like(x)), net(x + 0.3 * torch.randn_like(x)))


@right("arxiv.org/abs/1706.05721 (Tversky)", "focal Tversky on one image")
def _():
    torch.manual_seed(259)
    images, masks = _blobs(1, 24, 24)

    def focal_tversky(logits, target, alpha=0.3, beta=0.7, gamma=0.75, smooth=1.0):
        p = torch.sigmoid(logits)
        tp = (p * target).sum()
        fp = (p * (1 - target)).sum()
        fn = ((1 - p) * target).sum()
        tversky = (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)
        return (1 - tversky) ** gamma

    return focal_tversky, (nn.Conv2d(3, 1, 3, padding=1)(images), masks.unsqueeze(1).float())


@right("Cox partial likelihood (DeepSurv)", "negative log partial likelihood, sorted by time")
def _():
    torch.manual_seed(260)
    x = torch.randn(40, 6)
    time = torch.exp(-0.8 * x[:, 0]) * torch.empty(40).exponential_()
    event = (torch.rand(40) < 0.7).float()

    def cox_loss(risk, time, event):
        order = torch.argsort(time, descending=True)
        risk, event = risk[order], event[order]
        log_cum = torch.logcumsumexp(risk, dim=0)
        return -((risk - log_cum) * event).sum() / event.sum()

    return cox_loss, (nn.Linear(6, 1)(x).squeeze(1), time, event)
