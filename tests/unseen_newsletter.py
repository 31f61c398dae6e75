"""What one brings who reviews tools for practitioners, from years in many fields."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from fastai.losses import (
    BCELossFlat,
    BCEWithLogitsLossFlat,
    CrossEntropyLossFlat,
    FocalLossFlat,
    L1LossFlat,
    LabelSmoothingCrossEntropyFlat,
    MSELossFlat,
)
from fastai.losses import (
    DiceLoss as FastaiDice,
)
from unseen import book

import lossfx

CASES, wrong, right = book()


def blobs(n, d, k, probs=None):
    "Features of k classes, standardised, and the class of each."
    y = torch.multinomial(
        torch.ones(k) if probs is None else torch.tensor(probs), n, replacement=True
    )
    x = torch.randn(k, d)[y] + torch.randn(n, d)
    return (x - x.mean(0)) / x.std(0), y


def mlp(i, o, *last, h=64):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o), *last)


def scenes(n, size, k, channels=3):
    "Small images whose colour tells the class of each pixel; the background is class 0."
    y = torch.zeros(n, size, size, dtype=torch.long)
    for i in range(n):
        for c in range(1, k):
            a, b = torch.randint(0, size - size // 3, (2,)).tolist()
            y[i, a : a + size // 3, b : b + size // 3] = c
    x = torch.randn(k, channels)[y].permute(0, 3, 1, 2) + 0.3 * torch.randn(n, channels, size, size)
    return x, y


def convs(i, o, *last):
    return nn.Sequential(
        nn.Conv2d(i, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, o, 3, padding=1), *last
    )


def text(n, length, low, high):
    "Token ids where each mostly follows from the one before."
    k = high - low
    nxt = torch.randperm(k)
    ids = [torch.randint(0, k, (n,))]
    for _ in range(length - 1):
        ids.append(torch.where(torch.rand(n) < 0.8, nxt[ids[-1]], torch.randint(0, k, (n,))))
    return low + torch.stack(ids, 1)


def utterances(target, frames, dim, symbols):
    "Frames (T,N,dim) that sound like the symbols of `target`, one after the other."
    at = torch.arange(frames) * target.shape[1] // frames
    return torch.randn(symbols, dim)[target[:, at]].transpose(0, 1) + 0.5 * torch.randn(
        frames, len(target), dim
    )


class TinyLM(nn.Module):
    def __init__(self, vocab, dim=32):
        super().__init__()
        self.emb, self.rnn, self.out = (
            nn.Embedding(vocab, dim),
            nn.GRU(dim, dim, batch_first=True),
            nn.Linear(dim, vocab),
        )

    def forward(self, ids):
        return self.out(self.rnn(self.emb(ids))[0])


class Tagger(nn.Module):
    "A bidirectional tagger."

    def __init__(self, vocab, tags, dim=32):
        super().__init__()
        self.emb, self.rnn = (
            nn.Embedding(vocab, dim, padding_idx=0),
            nn.GRU(dim, dim, batch_first=True, bidirectional=True),
        )
        self.out = nn.Linear(2 * dim, tags)

    def forward(self, ids):
        return self.out(self.rnn(self.emb(ids))[0])


# ---------------------------------------------------------------- wrong: torch


@wrong(
    "trial: flower classifier, a ReLU left at the end of the head",
    "logits pass a ReLU: none can be negative",
    "LX301",
)
def _():
    torch.manual_seed(1)
    x, y = blobs(64, 24, 5)
    net = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 5), nn.ReLU())
    return nn.CrossEntropyLoss(), (net(x), y)


@wrong(
    "trial: digit tutorial, NLLLoss behind nn.Softmax",
    "NLLLoss gets probabilities, not their logarithms",
    "LX305",
)
def _():
    torch.manual_seed(2)
    x, y = blobs(64, 49, 10)
    return nn.NLLLoss(), (mlp(49, 10, nn.Softmax(dim=1))(x), y)


@wrong(
    "trial: chest x-ray findings, sigmoid in the model and in the loss",
    "BCEWithLogitsLoss gets probabilities",
    "LX303",
)
def _():
    torch.manual_seed(3)
    x = torch.randn(48, 40)
    y = (x[:, :14] + torch.randn(48, 14) > 1.3).float()
    return nn.BCEWithLogitsLoss(), (torch.sigmoid(mlp(40, 14)(x)), y)


@wrong(
    "trial: house prices, (N,1) against (N,)",
    "prediction (N,1) and target (N,) broadcast to (N,N)",
    "LX101",
)
def _():
    torch.manual_seed(4)
    x = torch.randn(64, 13)
    y = x @ torch.randn(13) / 13**0.5 + 0.1 * torch.randn(64)
    return nn.MSELoss(), (mlp(13, 1)(x), y)


@wrong(
    "trial: distillation, teacher as log-probabilities",
    "kl_div gets log-probabilities as target without log_target=True",
    "LX307",
)
def _():
    torch.manual_seed(5)
    x, _y = blobs(64, 20, 8)
    student, teacher = mlp(20, 8), mlp(20, 8, h=128)
    with torch.no_grad():
        t = F.log_softmax(3 * teacher(x), -1)
    return F.kl_div, (F.log_softmax(student(x), -1), t), dict(reduction="batchmean")


@wrong(
    "trial: named entities, padded positions are trained on",
    "tag 0 of the padding is not ignored: most positions are padding",
    "LX210",
)
def _():
    torch.manual_seed(6)
    lengths = torch.randint(4, 16, (16,))
    ids = torch.randint(1, 200, (16, 40))
    tags = 1 + ids % 8  # 0 is <pad> in both
    pad = torch.arange(40)[None] >= lengths[:, None]
    ids[pad] = 0
    tags[pad] = 0
    return nn.CrossEntropyLoss(), (Tagger(200, 9)(ids).reshape(-1, 9), tags.reshape(-1))


@wrong(
    "trial: small language model, targets not shifted",
    "the targets are the inputs themselves: the model learns to copy",
    "LX211",
)
def _():
    torch.manual_seed(7)
    ids = text(8, 33, 0, 120)
    logits = TinyLM(120)(ids)
    return nn.CrossEntropyLoss(), (logits.view(-1, 120), ids.view(-1))


@wrong(
    "trial: Pascal VOC segmentation, void pixels",
    "label 255 is not ignored: raises that a target is out of bounds",
    "LX201",
)
def _():
    torch.manual_seed(8)
    x, y = scenes(4, 24, 6)
    y[:, ::7] = 255
    return nn.CrossEntropyLoss(), (convs(3, 21)(x), y)


@wrong(
    "trial: line reader, letter a has index 0, as has the blank",
    "CTC targets contain the blank",
    "LX323",
)
def _():
    torch.manual_seed(9)
    target = torch.randint(0, 26, (8, 10))  # a..z as 0..25
    x = utterances(target, 50, 20, 26)  # T, N, features
    rnn, out = nn.LSTM(20, 32), nn.Linear(32, 27)
    return nn.CTCLoss(), (
        out(rnn(x)[0]).log_softmax(-1),
        target,
        torch.full((8,), 50),
        torch.full((8,), 10),
    )


@wrong("trial: speech, CTC on raw scores", "CTC gets logits, not log-probabilities", "LX305")
def _():
    torch.manual_seed(10)
    target = torch.randint(1, 30, (6, 12))
    x = utterances(target, 60, 40, 30)
    rnn, out = nn.LSTM(40, 32), nn.Linear(32, 30)
    return nn.CTCLoss(blank=0), (out(rnn(x)[0]), target, torch.full((6,), 60), torch.full((6,), 12))


@wrong(
    "trial: sentence pairs, margin 1 at a cosine",
    "margin=1: pairs that differ never cost anything, as no cosine exceeds 1",
    "LX325",
)
def _():
    torch.manual_seed(11)
    net = mlp(32, 16)
    a = torch.randn(64, 32)
    y = torch.where(torch.rand(64) < 0.5, 1.0, -1.0)
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn(64, 32), torch.randn(64, 32))
    return nn.CosineEmbeddingLoss(margin=1.0), (net(a), net(b), y)


@wrong(
    "trial: heteroscedastic regression, head gives the log of the variance",
    "GaussianNLLLoss gets the log-variance as variance: raises for negative entries",
    "LX315",
)
def _():
    torch.manual_seed(12)
    x = torch.randn(64, 8)
    y = x[:, 0] + x[:, 1].exp() * 0.2 * torch.randn(64)
    mu, log_var = mlp(8, 2)(x).unbind(1)
    return nn.GaussianNLLLoss(), (mu, y, log_var)


@wrong(
    "trial: visits per day, exp in the model and in the loss",
    "PoissonNLLLoss with log_input=True (its default) gets rates",
    "LX314",
)
def _():
    torch.manual_seed(13)
    x = torch.randn(64, 10)
    y = torch.poisson((0.6 * x[:, 0] + 1).exp())
    return nn.PoissonNLLLoss(), (torch.exp(mlp(10, 1)(x)).squeeze(1), y)


@wrong(
    "trial: fraud, pos_weight upside down",
    "pos_weight is positives over negatives: the rare class counts even less",
    "LX525",
)
def _():
    torch.manual_seed(14)
    x, y = blobs(512, 16, 2, [0.93, 0.07])
    y = y.float()
    pos_weight = y.sum() / (len(y) - y.sum())
    return nn.BCEWithLogitsLoss(pos_weight=pos_weight), (mlp(16, 1)(x).squeeze(1), y)


@wrong(
    "trial: skin lesions, class weights are the shares of the classes",
    "weights grow with the frequency of a class, instead of falling",
    "LX525",
)
def _():
    torch.manual_seed(15)
    x, y = blobs(512, 16, 4, [0.7, 0.2, 0.07, 0.03])
    weight = torch.bincount(y, minlength=4) / len(y)
    return nn.CrossEntropyLoss(weight=weight), (mlp(16, 4)(x), y)


@wrong(
    "trial: DQN, target network's value keeps its graph",
    "the target carries a gradient to the same network: no detach",
    "LX411",
)
def _():
    torch.manual_seed(16)
    q = mlp(6, 3)
    s, s2, r = torch.randn(64, 6), torch.randn(64, 6), torch.rand(64)
    a, done = torch.randint(0, 3, (64,)), (torch.rand(64) < 0.1).float()
    target = r + 0.99 * q(s2).max(1).values * (1 - done)
    return nn.SmoothL1Loss(), (q(s).gather(1, a[:, None]).squeeze(1), target)


@wrong(
    "trial: one-object detector, boxes in pixels",
    "prediction is a sigmoid, targets are pixels up to 640: out of reach",
    "LX321",
)
def _():
    torch.manual_seed(17)
    x = torch.randn(32, 64)
    xy = torch.rand(32, 2) * 400
    boxes = torch.cat([xy, xy + 40 + torch.rand(32, 2) * 200], 1).round()
    return nn.SmoothL1Loss(), (mlp(64, 4, nn.Sigmoid())(x), boxes)


@wrong(
    "trial: scene tags, MultiLabelMarginLoss with multi-hot labels",
    "it wants the indices of the classes, padded with -1, not zeros and ones",
    "LX206",
)
def _():
    torch.manual_seed(18)
    x = torch.randn(32, 20)
    y = (x[:, :6] + 0.5 * torch.randn(32, 6) > 0.5).long()
    return nn.MultiLabelMarginLoss(), (mlp(20, 6)(x), y)


@wrong(
    "trial: tagger, (N,T,C) brought to (N,C,T) by view",
    "view instead of permute: scores of other positions and classes are mixed up",
    "LX113",
)
def _():
    torch.manual_seed(19)
    ids = torch.randint(1, 200, (8, 25))
    tags = ids % 9
    logits = Tagger(200, 9)(ids)
    return nn.CrossEntropyLoss(), (logits.view(8, 9, 25), tags)


@wrong(
    "trial: text classifier, log_softmax over the batch",
    "dim=0: probabilities sum to one over the batch, not over the classes",
    "LX309",
)
def _():
    torch.manual_seed(20)
    x, y = blobs(32, 50, 4)
    return F.nll_loss, (F.log_softmax(mlp(50, 4)(x), dim=0), y)


@wrong(
    "trial: churn, softmax of a single output",
    "softmax over one column is always 1: no gradient",
    "LX312",
)
def _():
    torch.manual_seed(21)
    x, y = blobs(64, 12, 2)
    return nn.BCELoss(), (mlp(12, 1, nn.Softmax(dim=1))(x), y.float()[:, None])


@wrong(
    "trial: spam, SoftMarginLoss with labels of 0 and 1",
    "labels have to be -1 and 1: a label of 0 gives no gradient",
    "LX202",
)
def _():
    torch.manual_seed(22)
    x, y = blobs(64, 30, 2)
    return nn.SoftMarginLoss(), (mlp(30, 1)(x).squeeze(1), y.float())


# ---------------------------------------------------------------- wrong: fastai


@wrong(
    "trial: fastai, CamVid with the default axis",
    "axis=-1 where the classes are in axis 1: raises a mismatch of sizes",
    "LX124",
)
def _():
    torch.manual_seed(23)
    x, y = scenes(4, 24, 5)
    return CrossEntropyLossFlat(), (convs(3, 5)(x), y)


@wrong(
    "trial: fastai, one label per image with the multi-label loss",
    "BCEWithLogitsLossFlat for single categories, (N,10) against (N,): raises about sizes",
    "LX204",
)
def _():
    torch.manual_seed(24)
    x, y = blobs(32, 40, 10)
    return BCEWithLogitsLossFlat(), (mlp(40, 10)(x), y)


@wrong(
    "trial: fastai, DiceLoss on one channel",
    "softmax over a single channel is 1 everywhere: nothing to learn",
    "LX404",
)
def _():
    torch.manual_seed(25)
    x, y = scenes(4, 24, 2)
    return FastaiDice(), (convs(3, 1)(x), y)


@wrong(
    "trial: fastai, BCELossFlat without a sigmoid",
    "BCELossFlat gets logits: raises that inputs are not between 0 and 1",
    "LX310",
)
def _():
    torch.manual_seed(26)
    x, y = blobs(64, 20, 2)
    return BCELossFlat(), (mlp(20, 1)(x), y)


@wrong(
    "trial: fastai, head pose as points, targets lie transposed",
    "(N,2) and (2,N) are flattened: x and y of other images are compared",
    "LX119",
)
def _():
    torch.manual_seed(27)
    x = torch.randn(48, 30)
    xs, ys = x[:, :6].mean(1).tanh(), x[:, 6:12].mean(1).tanh()
    return MSELossFlat(), (mlp(30, 2, nn.Tanh())(x), torch.stack([xs, ys]))


@wrong(
    "trial: fastai tabular, standardised target and y_range left at 0 to 1",
    "a sigmoid cannot reach the negative half of the targets",
    "LX321",
)
def _():
    torch.manual_seed(28)
    x = torch.randn(64, 12)
    y = x @ torch.randn(12) + torch.randn(64)
    y = (y - y.mean()) / y.std()
    return L1LossFlat(), (mlp(12, 1, nn.Sigmoid())(x), y[:, None])


# ---------------------------------------------------------------- wrong: lossfx


@wrong(
    "trial: lossfx, FocalLoss behind a softmax",
    "FocalLoss gets probabilities, it wants logits",
    "LX301",
)
def _():
    torch.manual_seed(29)
    x, y = blobs(96, 20, 6)
    return lossfx.FocalLoss(gamma=2.0), (mlp(20, 6)(x).softmax(-1), y)


@wrong(
    "trial: lossfx, ArcFace for products with scale=1",
    "unscaled cosines: with 40 classes the softmax stays nearly uniform, however good the "
    "embedding",
    "LX653",
)
def _():
    torch.manual_seed(30)
    x, y = blobs(64, 40, 40)
    head = nn.Linear(32, 40, bias=False)
    return lossfx.ArcFaceLoss(margin=0.3, scale=1.0), (mlp(40, 32)(x), head.weight, y)


@wrong(
    "trial: lossfx, logit adjustment by the inverse of the frequencies",
    "prior is 1/frequency, it wants the frequencies: the imbalance is doubled",
    "LX654",
)
def _():
    torch.manual_seed(31)
    share = [0.6, 0.25, 0.1, 0.04, 0.01]
    x, y = blobs(512, 20, 5, share)
    prior = 1 / torch.tensor(share)
    prior = prior / prior.sum()
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=prior), (mlp(20, 5)(x), y)


@wrong(
    "trial: lossfx, distillation with teacher and student the wrong way round",
    "the teacher stands where the student belongs: the student is detached, nothing has a gradient",
    "LX403",
)
def _():
    torch.manual_seed(32)
    x, y = blobs(64, 20, 10)
    student, teacher = mlp(20, 10), mlp(20, 10, h=128)
    with torch.no_grad():
        t = 4 * teacher(x) + 4 * F.one_hot(y, 10)
    return lossfx.DistillationLoss(temperature=2.0), (t, student(x))


@wrong(
    "trial: lossfx, lesion outlines with LovaszHinge on probabilities",
    "LovaszHingeLoss gets probabilities after a sigmoid, it wants scores around 0",
    "LX325",
)
def _():
    torch.manual_seed(33)
    x, y = scenes(4, 24, 2, channels=1)
    return lossfx.LovaszHingeLoss(dim=1), (convs(1, 1, nn.Sigmoid())(x), y[:, None])


@wrong(
    "trial: lossfx, CLIP's logit scale given as the temperature",
    "temperature=14.3 is the scale that CLIP multiplies by: its inverse, 0.07, is meant",
    "LX653",
)
def _():
    torch.manual_seed(34)
    z = torch.randn(64, 16)
    image, text = mlp(48, 32)(z @ torch.randn(16, 48)), mlp(24, 32)(z @ torch.randn(16, 24))
    logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    return lossfx.clip_loss, (image, text), dict(temperature=logit_scale.exp())


@wrong(
    "trial: lossfx, supervised contrastive with the image's id as label",
    "each label occurs once: no embedding has a positive, the loss is empty",
    "LX404",
)
def _():
    torch.manual_seed(35)
    x, _y = blobs(64, 30, 8)
    return lossfx.SupervisedContrastiveLoss(temperature=0.1), (
        mlp(30, 16)(x),
        torch.arange(64) + 5120,
    )


@wrong(
    "trial: lossfx, translation with a key_padding_mask as mask",
    "mask is True at the padding, and lossfx keeps what is True: only padding is trained on",
    "LX210",
)
def _():
    torch.manual_seed(36)
    lengths = torch.randint(5, 25, (12,))
    ids = text(12, 30, 4, 150)
    padding = torch.arange(30)[None] >= lengths[:, None]
    ids[padding] = 1  # <pad> of fairseq
    inputs, targets = ids[:, :-1], ids[:, 1:]
    return (
        lossfx.SoftLabelCrossEntropyLoss(alpha=0.1),
        (TinyLM(150)(inputs), targets),
        dict(mask=padding[:, 1:]),
    )


@wrong(
    "trial: lossfx, organs with classes in axis 1 and the default dim",
    "dim=-1 where the classes are in axis 1: raises about shapes",
    "LX100",
)
def _():
    torch.manual_seed(37)
    x, y = scenes(3, 24, 4, channels=1)
    return lossfx.DiceLoss(), (convs(1, 4)(x), y)


@wrong(
    "trial: lossfx, triplets of cosine distance with a margin of 5",
    "a cosine distance is at most 2: margin 5 is never met, all triplets pull for ever",
    "LX325",
)
def _():
    torch.manual_seed(38)
    net = mlp(32, 16)
    a = torch.randn(48, 32)
    return lossfx.TripletLoss(margin=5.0, distance="cosine"), (
        net(a),
        net(a + 0.4 * torch.randn(48, 32)),
        net(torch.randn(48, 32)),
    )


# ---------------------------------------------------------------- wrong: by hand


def vae_loss(recon, x, mu, logvar):
    mse = F.mse_loss(recon, x, reduction="sum") / len(x)
    kl = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / len(x)
    return mse + kl


@wrong(
    "trial: by hand, VAE whose KL lost its minus",
    "the divergence has the wrong sign: it is maximised, without bound",
    "LX536",
)
def _():
    torch.manual_seed(39)
    x, _y = blobs(64, 20, 5)
    mu, logvar = mlp(20, 8)(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
    return vae_loss, (mlp(4, 20)(z), x, mu, logvar)


class MyFocalLoss(nn.Module):
    def __init__(self, gamma=2.0, alpha=0.25):
        super().__init__()
        self.gamma, self.alpha = gamma, alpha

    def forward(self, logits, target):
        bce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        pt = torch.exp(bce)
        alpha_t = self.alpha * target + (1 - self.alpha) * (1 - target)
        return (alpha_t * (1 - pt) ** self.gamma * bce).mean()


@wrong(
    "trial: by hand, focal loss of a detector's anchors",
    "pt = exp(bce) lacks a minus: it is not a probability, and hard and easy are confused",
    "LX550",
)
def _():
    torch.manual_seed(40)
    x = torch.randn(256, 24)
    y = (x[:, :1] > 1.5).float()
    return MyFocalLoss(), (mlp(24, 1)(x), y)


def dice_loss(logits, target, smooth=1.0):
    p = torch.sigmoid(logits).flatten(1)
    t = target.flatten(1)
    inter = (p * t).sum(1)
    dice = (2 * inter + smooth) / (p.sum(1) + t.sum(1) + smooth)
    return dice.mean()


@wrong(
    "trial: by hand, dice loss that returns the coefficient",
    "1 - is missing: the overlap is minimised",
    "LX520",
)
def _():
    torch.manual_seed(41)
    x, y = scenes(6, 20, 2, channels=1)
    return dice_loss, (convs(1, 1)(x).squeeze(1), y.float())


def iou_loss(logits, target):
    pred = (torch.sigmoid(logits) > 0.5).float()
    inter = (pred * target).sum((1, 2, 3))
    union = pred.sum((1, 2, 3)) + target.sum((1, 2, 3)) - inter
    return (1 - (inter + 1) / (union + 1)).mean()


@wrong(
    "trial: by hand, IoU loss of thresholded masks",
    "the threshold has no gradient: nothing reaches the network, backward raises",
    "LX401",
)
def _():
    torch.manual_seed(42)
    x, y = scenes(6, 20, 2, channels=1)
    return iou_loss, (convs(1, 1)(x), y[:, None].float())


def masked_mse(pred, target, mask):
    return ((pred - target) ** 2 * mask).sum() / mask.sum()


@wrong(
    "trial: by hand, traffic forecast with gaps",
    "targets are NaN where the mask is 0, and NaN times 0 is NaN",
    "LX207",
)
def _():
    torch.manual_seed(43)
    t = torch.arange(48.0) / 24 * 2 * math.pi
    series = torch.sin(t + torch.rand(32, 1) * 6) + 0.1 * torch.randn(32, 48)
    x, y = series[:, :36], series[:, 36:].clone()
    gap = torch.rand_like(y) < 0.1
    y[gap] = float("nan")
    return masked_mse, (mlp(36, 12)(x), y, (~gap).float())


def pairwise_contrastive(z, labels, margin=1.0):
    d = (z[:, None] - z[None]).pow(2).sum(-1).sqrt()
    same = labels[:, None] == labels[None]
    return torch.where(same, d**2, F.relu(margin - d) ** 2).mean()


@wrong(
    "trial: by hand, all pairs of a batch",
    "sqrt at the zero diagonal: the loss is finite, its gradient is NaN",
    "LX405",
)
def _():
    torch.manual_seed(44)
    x, y = blobs(32, 20, 4)
    return pairwise_contrastive, (mlp(20, 8)(x), y)


class CombinedLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1, self.mse = nn.L1Loss(), nn.MSELoss()

    def forward(self, pred, target):
        total = self.l1(pred, target).item() + 0.5 * self.mse(pred, target).item()
        return torch.tensor(total, requires_grad=True)


@wrong(
    "trial: by hand, two losses added as numbers",
    ".item() and a new tensor cut the graph: no gradient reaches the network",
    "LX402",
)
def _():
    torch.manual_seed(45)
    x = torch.randn(64, 10)
    y = x[:, :3].sum(1, keepdim=True)
    return CombinedLoss(), (mlp(10, 1)(x), y)


def quantile_loss(pred, target, q=0.9):
    err = pred - target
    return torch.max(q * err, (q - 1) * err).mean()


@wrong(
    "trial: by hand, demand at the 90% quantile",
    "the error has the wrong sign: it learns the 10% quantile",
    "LX535",
)
def _():
    torch.manual_seed(46)
    x = torch.randn(128, 8)
    y = x[:, 0] + 0.5 * torch.randn(128)
    return quantile_loss, (mlp(8, 1)(x).squeeze(1), y)


def nt_xent(z1, z2, tau=0.5):
    n = z1.shape[0]
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    sim = z @ z.t() / tau
    labels = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(sim, labels)


@wrong(
    "trial: by hand, SimCLR",
    "the similarity of each view to itself stays among the negatives",
    "LX517",
)
def _():
    torch.manual_seed(47)
    x, _y = blobs(64, 30, 8)
    net = mlp(30, 16)
    return nt_xent, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


def pg_loss(logits, actions, returns):
    logp = F.log_softmax(logits, -1).gather(1, actions[:, None]).squeeze(1)
    adv = (returns - returns.mean()) / (returns.std() + 1e-8)
    return (logp * adv).mean()


@wrong(
    "trial: by hand, REINFORCE",
    "the minus is missing: the policy learns the worst actions",
    "LX539",
)
def _():
    torch.manual_seed(48)
    s = torch.randn(128, 4)
    a = torch.randint(0, 2, (128,))
    return pg_loss, (mlp(4, 2)(s), a, 20 + 10 * (s[:, 0] * (2 * a - 1)) + torch.randn(128))


def cox_ph_loss(risk, time, event):
    log_cum = torch.logcumsumexp(risk, 0)  # the risk set: who lives at least as long
    return -((risk - log_cum) * event).sum() / event.sum()


@wrong(
    "trial: by hand, survival after surgery",
    "the risk sets need patients sorted by falling time, they come as they are",
    "LX120",
)
def _():
    torch.manual_seed(49)
    x = torch.randn(64, 12)
    time = torch.distributions.Exponential((0.7 * x[:, 0]).exp() / 30).sample()
    event = (torch.rand(64) < 0.7).float()
    return cox_ph_loss, (mlp(12, 1)(x).squeeze(1), time, event)


def gaussian_nll(mu, sigma, y):
    return (0.5 * ((y - mu) / sigma) ** 2).mean()


@wrong(
    "trial: by hand, wind power with its uncertainty",
    "log sigma is missing: the loss falls as sigma grows without bound",
    "LX611",
)
def _():
    torch.manual_seed(50)
    x = torch.randn(64, 8)
    y = x[:, 0] + 0.3 * x[:, 1].abs() * torch.randn(64)
    mu, s = mlp(8, 2)(x).unbind(1)
    return gaussian_nll, (mu, F.softplus(s) + 1e-3, y)


# ---------------------------------------------------------------- right: torch


@right(
    "trial: land cover, NLLLoss on log_softmax over channels",
    "the loss is right behind LogSoftmax(dim=1), on (N,C,H,W)",
)
def _():
    torch.manual_seed(101)
    x, y = scenes(4, 24, 5)
    return nn.NLLLoss(), (convs(3, 5, nn.LogSoftmax(dim=1))(x), y)


@right("trial: 200 species, batch of 16", "nearly all classes are absent from the batch")
def _():
    torch.manual_seed(102)
    x, y = blobs(16, 64, 200)
    return nn.CrossEntropyLoss(label_smoothing=0.1), (mlp(64, 200)(x), y)


@right(
    "trial: mixup", "targets are floating point, shares of two classes, in the shape of the logits"
)
def _():
    torch.manual_seed(103)
    x, y = blobs(64, 24, 6)
    lam, perm, one = 0.7, torch.randperm(64), F.one_hot(y, 6).float()
    return nn.CrossEntropyLoss(), (
        mlp(24, 6)(lam * x + (1 - lam) * x[perm]),
        lam * one + (1 - lam) * one[perm],
    )


@right("trial: masked language model", "85% of the labels are -100, which is ignored")
def _():
    torch.manual_seed(104)
    ids = text(8, 40, 5, 150)
    labels = ids.clone()
    chosen = torch.rand(8, 40) < 0.15
    labels[~chosen] = -100
    inputs = ids.masked_fill(chosen, 4)  # [MASK]
    return nn.CrossEntropyLoss(), (Tagger(150, 150)(inputs).view(-1, 150), labels.view(-1))


@right("trial: language model, shifted by one", "targets are the inputs, one step on")
def _():
    torch.manual_seed(105)
    ids = text(8, 33, 0, 120)
    logits = TinyLM(120)(ids)
    return nn.CrossEntropyLoss(), (logits[:, :-1].reshape(-1, 120), ids[:, 1:].reshape(-1))


@right(
    "trial: tagger, (N,T,C) permuted, padding ignored",
    "transpose to (N,C,T) is right; most positions are padding, index 0, and ignored",
)
def _():
    torch.manual_seed(106)
    lengths = torch.randint(4, 16, (16,))
    ids = torch.randint(1, 200, (16, 30))
    tags = 1 + ids % 8
    pad = torch.arange(30)[None] >= lengths[:, None]
    ids[pad] = 0
    tags[pad] = 0
    return nn.CrossEntropyLoss(ignore_index=0), (Tagger(200, 9)(ids).transpose(1, 2), tags)


@right(
    "trial: fraud, pos_weight of negatives over positives",
    "a pos_weight of 19 and nearly all labels 0",
)
def _():
    torch.manual_seed(107)
    x, y = blobs(256, 16, 2, [0.95, 0.05])
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor(19.0)), (
        mlp(16, 1)(x).squeeze(1),
        y.float(),
    )


@right(
    "trial: autoencoder of grey images, BCELoss of pixels",
    "targets are not 0 and 1 but anything between, behind a sigmoid",
)
def _():
    torch.manual_seed(108)
    x = torch.sigmoid(torch.randn(32, 6) @ torch.randn(6, 64))
    net = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 64), nn.Sigmoid())
    return nn.BCELoss(), (net(x), x)


@right(
    "trial: denoising diffusion, the noise is the target",
    "targets are pure noise, and inputs contain them",
)
def _():
    torch.manual_seed(109)
    x0 = torch.tanh(torch.randn(64, 4) @ torch.randn(4, 16))
    t = torch.rand(64, 1)
    eps = torch.randn_like(x0)
    xt = torch.cos(t * math.pi / 2) * x0 + torch.sin(t * math.pi / 2) * eps
    return nn.MSELoss(), (mlp(17, 16)(torch.cat([xt, t], 1)), eps)


@right("trial: LSGAN's generator", "the target is a constant 1")
def _():
    torch.manual_seed(110)
    gen, disc = mlp(8, 16), mlp(16, 1)
    for p in disc.parameters():
        p.requires_grad_(False)
    out = disc(gen(torch.randn(32, 8)))
    return nn.MSELoss(), (out, torch.ones_like(out))


@right(
    "trial: distillation, KLDivLoss batchmean",
    "student in log-probabilities, teacher in probabilities without graph",
)
def _():
    torch.manual_seed(111)
    x, y = blobs(64, 20, 8)
    student, teacher = mlp(20, 8), mlp(20, 8, h=128)
    with torch.no_grad():
        t = F.softmax(teacher(x) + 2 * F.one_hot(y, 8), -1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(student(x), -1), t)


@right(
    "trial: consistency of two views, log_target",
    "both sides negative: log-probabilities, and log_target=True says so",
)
def _():
    torch.manual_seed(112)
    x, _y = blobs(64, 20, 8)
    net = mlp(20, 8)
    with torch.no_grad():
        weak = F.log_softmax(net(x), -1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (
        F.log_softmax(net(x + 0.5 * torch.randn_like(x)), -1),
        weak,
    )


@right(
    "trial: line reader, CTC with padded targets",
    "zeros in the targets, index of the blank, only beyond their lengths; log_softmax over "
    "the classes",
)
def _():
    torch.manual_seed(113)
    lengths = torch.randint(5, 15, (8,))
    target = torch.randint(1, 28, (8, 15))
    x = utterances(target, 60, 20, 28)
    rnn, out = nn.LSTM(20, 32, bidirectional=True), nn.Linear(64, 28)
    target[torch.arange(15)[None] >= lengths[:, None]] = 0
    return nn.CTCLoss(blank=0, zero_infinity=True), (
        out(rnn(x)[0]).log_softmax(2),
        target,
        torch.full((8,), 60),
        lengths,
    )


@right(
    "trial: heteroscedastic regression",
    "variance is a softplus plus a floor, and the third argument",
)
def _():
    torch.manual_seed(114)
    x = torch.randn(64, 8)
    y = x[:, 0] + 0.3 * x[:, 1].exp() * torch.randn(64)
    mu, s = mlp(8, 2)(x).unbind(1)
    return nn.GaussianNLLLoss(), (mu, y, F.softplus(s) + 1e-4)


@right(
    "trial: accidents per junction, PoissonNLLLoss of rates",
    "log_input=False, as a softplus makes rates; the loss may be negative",
)
def _():
    torch.manual_seed(115)
    x = torch.randn(64, 10)
    y = torch.poisson((0.5 * x[:, 0] + 2).exp())
    return nn.PoissonNLLLoss(log_input=False), (mlp(10, 1, nn.Softplus())(x).squeeze(1), y)


@right(
    "trial: scene tags, MultiLabelMarginLoss with indices", "targets are indices, padded with -1"
)
def _():
    torch.manual_seed(116)
    x = torch.randn(32, 20)
    hot = x[:, :6] + 0.5 * torch.randn(32, 6) > 0.5
    y = torch.full((32, 6), -1)
    for i in range(32):
        on = hot[i].nonzero().squeeze(1)
        y[i, : len(on)] = on
    return nn.MultiLabelMarginLoss(), (mlp(20, 6)(x), y)


@right("trial: DQN with a target network", "the target comes from another network, without a graph")
def _():
    torch.manual_seed(117)
    q, slow = mlp(6, 3), mlp(6, 3)
    slow.load_state_dict(q.state_dict())
    s, s2, r = torch.randn(64, 6), torch.randn(64, 6), torch.rand(64)
    a, done = torch.randint(0, 3, (64,)), (torch.rand(64) < 0.1).float()
    with torch.no_grad():
        target = r + 0.99 * slow(s2).max(1).values * (1 - done)
    return nn.SmoothL1Loss(), (q(s).gather(1, a[:, None]).squeeze(1), target)


@right("trial: faces, triplets of normalised embeddings", "margin 0.2 at embeddings on the sphere")
def _():
    torch.manual_seed(118)
    net = mlp(32, 16)
    a = torch.randn(48, 32)
    e = lambda v: F.normalize(net(v), dim=1)
    return nn.TripletMarginLoss(margin=0.2), (
        e(a),
        e(a + torch.randn(48, 32)),
        e(torch.randn(48, 32)),
    )


@right("trial: sentence pairs, cosine with margin 0.3", "labels of 1 and -1, more of the latter")
def _():
    torch.manual_seed(119)
    net = mlp(32, 16)
    a = torch.randn(64, 32)
    y = torch.where(torch.rand(64) < 0.3, 1.0, -1.0)
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn(64, 32), torch.randn(64, 32))
    return nn.CosineEmbeddingLoss(margin=0.3), (net(a), net(b), y)


@right(
    "trial: search results, MarginRankingLoss with a target of ones",
    "the better document always comes first, so that all targets are 1",
)
def _():
    torch.manual_seed(120)
    net = mlp(24, 1)
    good, bad = torch.randn(64, 24) + 0.4, torch.randn(64, 24)
    return nn.MarginRankingLoss(margin=0.5), (
        net(good).squeeze(1),
        net(bad).squeeze(1),
        torch.ones(64),
    )


@right(
    "trial: image and text, cross entropy of similarities",
    "labels are 0 to N-1 in order; the scores are cosines over a temperature",
)
def _():
    torch.manual_seed(121)
    z = torch.randn(32, 16)
    a = F.normalize(mlp(48, 24)(z @ torch.randn(16, 48) / 4), dim=1)
    b = F.normalize(mlp(20, 24)(z @ torch.randn(16, 20) / 4), dim=1)
    return F.cross_entropy, (a @ b.t() / 0.07, torch.arange(32))


@right("trial: pix2pix, L1 behind a tanh", "output bounded by tanh, and images scaled to -1..1")
def _():
    torch.manual_seed(122)
    x, _y = scenes(4, 16, 4)
    img = torch.tanh(x)
    grey = img.mean(1, keepdim=True)
    return nn.L1Loss(), (convs(1, 3, nn.Tanh())(grey), img)


# ---------------------------------------------------------------- right: fastai


@right("trial: fastai, CamVid with axis=1", "classes in axis 1, void label 4 ignored")
def _():
    torch.manual_seed(123)
    x, y = scenes(4, 24, 5)
    return CrossEntropyLossFlat(axis=1, ignore_index=4), (convs(3, 5)(x), y)


@right(
    "trial: fastai, language model with smoothing",
    "(N,T,V) against (N,T): the flat loss flattens it",
)
def _():
    torch.manual_seed(124)
    ids = text(8, 31, 0, 90)
    return LabelSmoothingCrossEntropyFlat(), (TinyLM(90)(ids[:, :-1]), ids[:, 1:])


@right(
    "trial: fastai, Planet with integer labels",
    "multi-hot labels are integers: floatify turns them",
)
def _():
    torch.manual_seed(125)
    x = torch.randn(32, 40)
    y = (x[:, :17] + 0.5 * torch.randn(32, 17) > 1).long()
    return BCEWithLogitsLossFlat(), (mlp(40, 17)(x), y)


@right(
    "trial: fastai tabular, (N,1) against (N,)", "MSELossFlat flattens both: nothing is broadcast"
)
def _():
    torch.manual_seed(126)
    x = torch.randn(64, 12)
    y = x @ torch.randn(12) + torch.randn(64)
    return MSELossFlat(), (mlp(12, 1)(x), (y - y.mean()) / y.std())


@right("trial: fastai, focal loss of a segmentation", "axis=1, logits, rare classes")
def _():
    torch.manual_seed(127)
    x, y = scenes(4, 24, 4)
    return FocalLossFlat(axis=1), (convs(3, 4)(x), y)


@right(
    "trial: fastai, DiceLoss with two channels",
    "a binary mask as two classes, softmax inside the loss; the default reduction is the sum",
)
def _():
    torch.manual_seed(128)
    x, y = scenes(4, 24, 2)
    return FastaiDice(), (convs(3, 2)(x), y)


# ---------------------------------------------------------------- right: lossfx


@right(
    "trial: lossfx, focal loss with class-balanced weights",
    "rare classes weigh more, by class_balanced_weights",
)
def _():
    torch.manual_seed(129)
    x, y = blobs(256, 20, 4, [0.6, 0.25, 0.1, 0.05])
    weight = lossfx.class_balanced_weights(torch.tensor([6000, 2500, 1000, 500]), beta=0.999)
    return lossfx.FocalLoss(class_weight=weight), (mlp(20, 4)(x), y)


@right("trial: lossfx, organs with dim=1", "classes in axis 1, said by dim")
def _():
    torch.manual_seed(130)
    x, y = scenes(3, 24, 4, channels=1)
    return lossfx.DiceLoss(dim=1), (convs(1, 4)(x), y)


@right("trial: lossfx, polyps in one channel", "one channel is right where classes are independent")
def _():
    torch.manual_seed(131)
    x, y = scenes(4, 24, 2)
    return lossfx.TverskyLoss(classes="independent", dim=1, alpha=0.3, beta=0.7), (
        convs(3, 1)(x),
        y[:, None].float(),
    )


@right(
    "trial: lossfx, ArcFace",
    "a loss above 10 at the start: scale 30 and a margin of half a radian; embeddings need no "
    "normalisation",
)
def _():
    torch.manual_seed(132)
    x, y = blobs(64, 40, 20)
    head = nn.Linear(32, 20, bias=False)
    return lossfx.ArcFaceLoss(margin=0.5, scale=30.0), (mlp(40, 32)(x), head.weight, y)


@right(
    "trial: lossfx, CLIP with a learned temperature",
    "the temperature is the exponential of a parameter, and carries a graph",
)
def _():
    torch.manual_seed(133)
    z = torch.randn(64, 16)
    log_t = nn.Parameter(torch.tensor(math.log(0.07)))
    return (
        lossfx.clip_loss,
        (mlp(48, 32)(z @ torch.randn(16, 48) / 4), mlp(24, 32)(z @ torch.randn(16, 24) / 4)),
        dict(temperature=log_t.exp()),
    )


@right(
    "trial: lossfx, distillation with labels",
    "teacher's logits at temperature 4, mixed with labels",
)
def _():
    torch.manual_seed(134)
    x, y = blobs(64, 20, 10)
    with torch.no_grad():
        t = 2 * mlp(20, 10, h=128)(x) + 5 * F.one_hot(y, 10)
    return lossfx.DistillationLoss(temperature=4.0, mix=0.7), (mlp(20, 10)(x), t, y)


@right(
    "trial: lossfx, Brier loss of a mixture of experts",
    "softmax before the loss: brier_loss takes probabilities",
)
def _():
    torch.manual_seed(135)
    x, y = blobs(64, 20, 5)
    p = (mlp(20, 5)(x).softmax(-1) + mlp(20, 5)(x).softmax(-1)) / 2
    return lossfx.brier_loss, (p, y)


@right("trial: lossfx, age groups", "classes on a line, with uneven steps")
def _():
    torch.manual_seed(136)
    x = torch.randn(64, 16)
    y = torch.bucketize(x[:, 0] + 0.3 * torch.randn(64), torch.tensor([-1.0, 0.0, 0.6, 1.4]))
    return lossfx.SquaredEMDLoss(positions=torch.tensor([10.0, 25.0, 40.0, 60.0, 80.0])), (
        mlp(16, 5)(x),
        y,
    )


@right(
    "trial: lossfx, translation with a mask of what to keep",
    "mask is True at words: nearly half of the positions are left out",
)
def _():
    torch.manual_seed(137)
    lengths = torch.randint(8, 30, (12,))
    ids = text(12, 30, 4, 150)
    ids[torch.arange(30)[None] >= lengths[:, None]] = 1
    inputs, targets = ids[:, :-1], ids[:, 1:]
    return (
        lossfx.SoftLabelCrossEntropyLoss(alpha=0.1),
        (TinyLM(150)(inputs), targets),
        dict(mask=targets != 1),
    )


@right(
    "trial: lossfx, signatures, contrastive loss of distances",
    "takes distances, labels of 1 and -1",
)
def _():
    torch.manual_seed(138)
    net = mlp(32, 16)
    a = torch.randn(64, 32)
    y = torch.where(torch.rand(64) < 0.5, 1, -1)
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn(64, 32), torch.randn(64, 32))
    return lossfx.contrastive_loss, (F.pairwise_distance(net(a), net(b)), y), dict(margin=1.0)


# ---------------------------------------------------------------- right: by hand


def beta_vae_loss(logits, x, mu, logvar, beta=4.0):
    recon = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / x.shape[0]
    kl = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum(1).mean()
    return recon + beta * kl


@right(
    "trial: by hand, beta-VAE",
    "sums over pixels and latents, mean over the batch; beta of 4 is the paper's",
)
def _():
    torch.manual_seed(139)
    x = (torch.sigmoid(torch.randn(64, 5) @ torch.randn(5, 36)) > 0.5).float()
    mu, logvar = mlp(36, 8)(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
    return beta_vae_loss, (mlp(4, 36)(z), x, mu, logvar)


def pinball_loss(pred, target, quantiles=(0.1, 0.5, 0.9)):
    q = pred.new_tensor(quantiles)
    err = target[:, None] - pred
    return torch.maximum(q * err, (q - 1) * err).sum(1).mean()


@right("trial: by hand, three quantiles at once", "(N,3) against (N,) broadcasts on purpose")
def _():
    torch.manual_seed(140)
    x = torch.randn(128, 8)
    y = x[:, 0] + 0.5 * torch.randn(128)
    return pinball_loss, (mlp(8, 3)(x), y)


def masked_mae(pred, target):
    observed = ~torch.isnan(target)
    safe = torch.where(observed, target, torch.zeros_like(target))
    err = (pred - safe).abs() * observed
    return err.sum() / observed.sum().clamp(min=1)


@right(
    "trial: by hand, traffic forecast with gaps",
    "targets contain NaN, which are taken out before the difference",
)
def _():
    torch.manual_seed(141)
    t = torch.arange(48.0) / 24 * 2 * math.pi
    series = torch.sin(t + torch.rand(32, 1) * 6) + 0.1 * torch.randn(32, 48)
    x, y = series[:, :36], series[:, 36:].clone()
    y[torch.rand_like(y) < 0.1] = float("nan")
    return masked_mae, (mlp(36, 12)(x), y)


def simclr_loss(z1, z2, tau=0.5):
    n = len(z1)
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    sim = z @ z.t() / tau
    sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    partner = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(sim, partner)


@right("trial: by hand, SimCLR", "minus infinity in the logits, on the diagonal, where it belongs")
def _():
    torch.manual_seed(142)
    x, _y = blobs(64, 30, 8)
    net = mlp(30, 16)
    return simclr_loss, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


def ppo_loss(logits, actions, old_logp, adv, clip=0.2, ent=0.01):
    logp_all = F.log_softmax(logits, -1)
    logp = logp_all.gather(1, actions[:, None]).squeeze(1)
    ratio = (logp - old_logp).exp()
    surrogate = torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv)
    entropy = -(logp_all.exp() * logp_all).sum(-1)
    return -surrogate.mean() - ent * entropy.mean()


@right(
    "trial: by hand, PPO", "a negative loss, a clamp, an entropy with a minus: all as in the paper"
)
def _():
    torch.manual_seed(143)
    s = torch.randn(128, 4)
    net, old = mlp(4, 3), mlp(4, 3)
    old.load_state_dict(net.state_dict())
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.01 * torch.randn_like(p))
        dist = torch.distributions.Categorical(logits=old(s))
        a = dist.sample()
        old_logp = dist.log_prob(a)
    adv = s[:, 0] * (a - 1) + 0.5 * torch.randn(128)
    return ppo_loss, (net(s), a, old_logp, (adv - adv.mean()) / adv.std())


class CriticLoss(nn.Module):
    "WGAN-GP, the side of the critic."

    def __init__(self, critic, weight=10.0):
        super().__init__()
        self.critic, self.weight = critic, weight

    def forward(self, real, fake):
        eps = torch.rand(len(real), 1)
        mix = (eps * real + (1 - eps) * fake).requires_grad_(True)
        (grad,) = torch.autograd.grad(self.critic(mix).sum(), mix, create_graph=True)
        penalty = ((grad.norm(2, dim=1) - 1) ** 2).mean()
        return self.critic(fake).mean() - self.critic(real).mean() + self.weight * penalty


@right(
    "trial: by hand, WGAN-GP's critic",
    "the fakes are detached, as only the critic is trained here; the critic is inside the loss",
)
def _():
    torch.manual_seed(144)
    gen, critic = mlp(8, 16), mlp(16, 1)
    real = torch.randn(64, 4) @ torch.randn(4, 16) / 2
    return CriticLoss(critic), (real, gen(torch.randn(64, 8)).detach())


def cox_loss(risk, time, event):
    order = torch.argsort(time, descending=True)
    risk, event = risk[order], event[order]
    return -((risk - torch.logcumsumexp(risk, 0)) * event).sum() / event.sum()


@right(
    "trial: by hand, survival, sorted inside",
    "times come unsorted, the loss sorts them, latest first",
)
def _():
    torch.manual_seed(145)
    x = torch.randn(64, 12)
    time = torch.distributions.Exponential((0.7 * x[:, 0]).exp() / 30).sample()
    return cox_loss, (mlp(12, 1)(x).squeeze(1), time, (torch.rand(64) < 0.7).float())


def byol_loss(p, z):
    return 2 - 2 * F.cosine_similarity(p, z.detach(), dim=-1).mean()


@right("trial: by hand, BYOL", "the target side is detached on purpose; there are no negatives")
def _():
    torch.manual_seed(146)
    x, _y = blobs(64, 30, 8)
    online, slow, predictor = mlp(30, 16), mlp(30, 16), mlp(16, 16)
    slow.load_state_dict(online.state_dict())
    return byol_loss, (
        predictor(online(x + 0.2 * torch.randn_like(x))),
        slow(x + 0.2 * torch.randn_like(x)),
    )


def si_sdr_loss(est, ref, eps=1e-8):
    est = est - est.mean(-1, keepdim=True)
    ref = ref - ref.mean(-1, keepdim=True)
    scale = (est * ref).sum(-1, keepdim=True) / (ref.pow(2).sum(-1, keepdim=True) + eps)
    target = scale * ref
    ratio = target.pow(2).sum(-1) / ((est - target).pow(2).sum(-1) + eps)
    return -10 * torch.log10(ratio + eps).mean()


@right(
    "trial: by hand, speech enhancement, SI-SDR",
    "blind to the scale of the estimate on purpose; in decibels, either sign",
)
def _():
    torch.manual_seed(147)
    t = torch.arange(256.0) / 256
    clean = torch.sin(2 * math.pi * t * (3 + 10 * torch.rand(16, 1))) * 0.3
    noisy = clean + 0.1 * torch.randn(16, 256)
    return si_sdr_loss, (noisy + mlp(256, 256)(noisy), clean)


def charbonnier(pred, target, eps=1e-3):
    return torch.sqrt((pred - target) ** 2 + eps**2).mean()


@right(
    "trial: by hand, super resolution with a residual",
    "a square root, kept from 0 by an epsilon; the net adds to its input, so that most is "
    "right at the start",
)
def _():
    torch.manual_seed(148)
    x, _y = scenes(4, 16, 4)
    hi = torch.sigmoid(x)
    lo = F.interpolate(F.avg_pool2d(hi, 2), scale_factor=2, mode="bilinear", align_corners=False)
    return charbonnier, (lo + convs(3, 3)(lo), hi)


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta=0.1):
    margin = (chosen - ref_chosen) - (rejected - ref_rejected)
    return -F.logsigmoid(beta * margin).mean()


@right(
    "trial: by hand, preferences, DPO at the start",
    "policy and reference agree, so that the loss is log 2; inputs are sums of log-probabilities",
)
def _():
    torch.manual_seed(149)
    policy, ref = TinyLM(100), TinyLM(100)
    ref.load_state_dict(policy.state_dict())
    good, bad = text(8, 20, 0, 100), torch.randint(0, 100, (8, 20))
    lp = lambda net, ids: (
        F.log_softmax(net(ids[:, :-1]), -1).gather(-1, ids[:, 1:, None]).squeeze(-1).sum(-1)
    )
    with torch.no_grad():
        r = lp(ref, good), lp(ref, bad)
    return dpo_loss, (lp(policy, good), lp(policy, bad), *r)


def mdn_loss(params, y, k=3):
    logit_pi, mu, log_sigma = params.split(k, dim=1)
    comp = torch.distributions.Normal(mu, log_sigma.exp()).log_prob(y[:, None])
    return -torch.logsumexp(F.log_softmax(logit_pi, 1) + comp, dim=1).mean()


@right(
    "trial: by hand, mixture density network",
    "one tensor holds logits, means and logarithms of deviations; the loss may be negative",
)
def _():
    torch.manual_seed(150)
    x = torch.randn(128, 6)
    y = torch.where(torch.rand(128) < 0.5, x[:, 0], -x[:, 0]) + 0.1 * torch.randn(128)
    return mdn_loss, (mlp(6, 9)(x), y)
