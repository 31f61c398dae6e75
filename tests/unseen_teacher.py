"""What students and users of a forum show a teacher."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from fastai.layers import SigmoidRange
from fastai.losses import (
    BCEWithLogitsLossFlat,
    CrossEntropyLossFlat,
    DiceLoss,
    FocalLossFlat,
    L1LossFlat,
    MSELossFlat,
)
from unseen import book

import lossfx

CASES, wrong, right = book()


# Data that carry a signal, and small models


def blobs(n, c, d=16, p=None):
    "Standardised features and classes, of frequencies `p`"
    y = torch.multinomial(torch.ones(c) if p is None else torch.tensor(p), n, replacement=True)
    x = (torch.randn(c, d) * 1.5)[y] + torch.randn(n, d)
    return (x - x.mean(0)) / x.std(0), y


def tags(n, c, d=32, often=0.15):
    "Features and several labels each, 0 and 1"
    x = torch.randn(n, d)
    s = x @ torch.randn(d, c) / d**0.5 + 0.3 * torch.randn(n, c)
    return x, (s > s.quantile(1 - often)).long()


def mlp(i, o, *last, h=64):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o), *last)


def text(b, t, v, low=1):
    "Token sequences in which a token says much of the next"
    nxt = torch.randint(low, v, (v, 3))
    s = [torch.randint(low, v, (b,))]
    for _ in range(t - 1):
        s.append(nxt[s[-1], torch.randint(0, 3, (b,))])
    return torch.stack(s, 1)


class LM(nn.Module):
    def __init__(self, v, out=None, d=32):
        super().__init__()
        self.emb, self.rnn, self.head = (
            nn.Embedding(v, d),
            nn.GRU(d, d, batch_first=True),
            nn.Linear(d, out or v),
        )

    def forward(self, x):
        return self.head(self.rnn(self.emb(x))[0])


def scene(n, c, s=24):
    "Images with rectangles of class 1 to c-1 on background 0, and their masks"
    m = torch.zeros(n, s, s, dtype=torch.long)
    for i in range(n):
        for k in range(1, c):
            a, b = torch.randint(0, s - 9, (2,)).tolist()
            h, w = torch.randint(4, 9, (2,)).tolist()
            m[i, a : a + h, b : b + w] = k
    x = torch.randn(c, 3)[m].permute(0, 3, 1, 2) + 0.3 * torch.randn(n, 3, s, s)
    return x, m


def frames(y, t, d, c, each=4):
    "Frames (N, t, d) in which each symbol of `y` shows for a while, the rest near silence"
    x = torch.randn(c, d)[y].repeat_interleave(each, 1)
    return F.pad(x, (0, 0, 0, t - x.shape[1])) + 0.3 * torch.randn(len(y), t, d)


def ratings(n, users=50, items=80):
    "Who, what, and how many stars, 1 to 5 in halves"
    u, i = torch.randint(0, users, (n,)), torch.randint(0, items, (n,))
    s = (torch.randn(users, 4)[u] * torch.randn(items, 4)[i]).sum(1) / 2 + 0.3 * torch.randn(n)
    return u, i, ((2 * s.clamp(-1.6, 1.3) + 7).round() / 2).clamp(1, 5)


def emb(n, d=8):
    e = nn.Embedding(n, d)
    nn.init.normal_(e.weight, std=0.1)
    return e


def conv(o, *last, i=3):
    return nn.Sequential(nn.Conv2d(i, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, o, 1), *last)


# Wrong: torch


@wrong(
    "trial: char-level language model, logits for CrossEntropyLoss",
    "logits (B, T, V) are brought to (B, V, T) by view, which scrambles them, instead of transpose",
    "LX113",
)
def _():
    torch.manual_seed(1)
    s = text(8, 21, 40)
    net = LM(40)
    logits = net(s[:, :-1])
    return nn.CrossEntropyLoss(), (logits.view(8, 40, 20), s[:, 1:])


@wrong(
    "trial: translation decoder with padded batches",
    "the padding, token 0 and more than half of the targets, is not left out: ignore_index is "
    "missing",
    "LX210",
)
def _():
    torch.manual_seed(2)
    s = text(16, 31, 60)
    lens = torch.randint(5, 20, (16,))
    s[torch.arange(31)[None] >= lens[:, None]] = 0
    net = LM(60)
    logits = net(s[:, :-1])
    return nn.CrossEntropyLoss(), (logits.reshape(-1, 60), s[:, 1:].reshape(-1))


@wrong(
    "trial: iris-like classifier with NLLLoss",
    "log_softmax goes over the batch, dim=0, and not over the classes",
    "LX309",
)
def _():
    torch.manual_seed(3)
    x, y = blobs(48, 3, d=4)
    net = mlp(4, 3)
    return nn.NLLLoss(), (F.log_softmax(net(x), dim=0), y)


@wrong(
    "trial: cats against dogs with one output",
    "softmax of a single output is always 1, so that nothing is learned; it needs a sigmoid",
    "LX312",
)
def _():
    torch.manual_seed(4)
    x, y = blobs(32, 2, d=20)
    net = mlp(20, 1, nn.Softmax(dim=1))
    return nn.BCELoss(), (net(x), y.float().unsqueeze(1))


@wrong(
    "trial: house prices, HuberLoss",
    "predictions (N, 1) against targets (N,) broadcast to (N, N): the model learns the mean",
    "LX101",
)
def _():
    torch.manual_seed(5)
    x = torch.randn(64, 8)
    y = x @ torch.randn(8) + 0.1 * torch.randn(64)
    net = mlp(8, 1)
    return nn.HuberLoss(), (net(x), (y - y.mean()) / y.std())


@wrong(
    "trial: KLDivLoss for knowledge distillation",
    "the target is given as log-probabilities, without log_target=True",
    "LX307",
)
def _():
    torch.manual_seed(6)
    x, _ = blobs(32, 6)
    teacher, student = mlp(16, 6, h=128), mlp(16, 6, h=16)
    with torch.no_grad():
        t = F.log_softmax(teacher(x) * 3, dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(student(x), dim=1), t)


@wrong(
    "trial: F.kl_div between a prior and a policy",
    "the arguments are swapped: the target's probabilities come first and the model's "
    "log-probabilities second",
    "LX510",
)
def _():
    torch.manual_seed(7)
    x, y = blobs(32, 5)
    net = mlp(16, 5)
    target = F.one_hot(y, 5) * 0.8 + 0.2 / 5
    return F.kl_div, (target, F.log_softmax(net(x), dim=1)), dict(reduction="batchmean")


@wrong(
    "trial: rent prediction with uncertainty, GaussianNLLLoss",
    "the order is input, target, var; here the variance stands as the target and the target "
    "as the variance",
    "LX315",
)
def _():
    torch.manual_seed(8)
    x = torch.randn(64, 10)
    y = torch.exp(0.3 * x[:, :1] + 0.2 * x[:, 1:2] + 0.1 * torch.randn(64, 1))
    net = mlp(10, 2)
    mu, s = net(x).chunk(2, dim=1)
    var = F.softplus(s) + 1e-4
    return nn.GaussianNLLLoss(), (mu, var, y)


@wrong(
    "trial: bike rentals per hour, PoissonNLLLoss",
    "the model already exponentiates, and the loss, whose log_input is True by default, does "
    "so again",
    "LX314",
)
def _():
    torch.manual_seed(9)
    x = torch.randn(64, 6)
    y = torch.poisson(torch.exp(0.6 * x[:, 0] - 0.4 * x[:, 1] + 1.2))
    net = mlp(6, 1)
    return nn.PoissonNLLLoss(), (torch.exp(net(x)).squeeze(1), y)


@wrong(
    "trial: speech recognition with CTCLoss",
    "CTCLoss wants log-probabilities and gets the logits of the last layer: the loss becomes "
    "negative",
    "LX305",
)
def _():
    torch.manual_seed(10)
    y = torch.randint(1, 29, (4, 12))
    x = frames(y, 50, 20, 29)
    net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 29))
    return nn.CTCLoss(), (
        net(x).transpose(0, 1),
        y,
        torch.full((4,), 50),
        torch.tensor([12, 9, 11, 7]),
    )


@wrong(
    "trial: captcha reader with CTCLoss",
    "characters are encoded from 0, which is the blank, so that the first character can never "
    "be read",
    "LX323",
)
def _():
    torch.manual_seed(11)
    net = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 37))
    codes = {c: i for i, c in enumerate("abcdefghijklmnopqrstuvwxyz0123456789")}
    words = ["a7kd2", "bazar", "qa93x", "mm4ta", "0a1b2", "zebra", "cab55", "h8aa1"]
    y = torch.tensor([[codes[c] for c in w] for w in words])
    img = frames(y, 30, 32, 36, each=5)
    logp = net(img).log_softmax(2).permute(1, 0, 2)
    return nn.CTCLoss(), (logp, y, torch.full((8,), 30), torch.full((8,), 5))


@wrong(
    "trial: TripletMarginWithDistanceLoss for sentence embeddings",
    "cosine_similarity is given as the distance: positives are pushed away and negatives "
    "drawn near",
    "LX313",
)
def _():
    torch.manual_seed(12)
    base = torch.randn(32, 24)
    net = mlp(24, 16)
    a, p, n = net(base), net(base + 0.2 * torch.randn(32, 24)), net(base.roll(1, 0))
    return nn.TripletMarginWithDistanceLoss(distance_function=F.cosine_similarity, margin=0.3), (
        a,
        p,
        n,
    )


@wrong(
    "trial: duplicate questions, CosineEmbeddingLoss",
    "labels are 0 and 1, where the loss knows -1 and 1: a pair labelled 0 gives nothing",
    "LX202",
)
def _():
    torch.manual_seed(13)
    a = torch.randn(40, 24)
    y = torch.randint(0, 2, (40,))
    b = torch.where(y[:, None] == 1, a + 0.3 * torch.randn(40, 24), torch.randn(40, 24))
    net = mlp(24, 16)
    return nn.CosineEmbeddingLoss(margin=0.1), (net(a), net(b), y)


@wrong(
    "trial: face verification, HingeEmbeddingLoss",
    "it wants a distance and gets the cosine similarity: same faces are pushed to a "
    "similarity of -1",
    "LX313",
)
def _():
    torch.manual_seed(14)
    a = torch.randn(40, 24)
    y = torch.randint(0, 2, (40,)) * 2 - 1
    b = torch.where(y[:, None] == 1, a + 0.3 * torch.randn(40, 24), torch.randn(40, 24))
    net = mlp(24, 16)
    return nn.HingeEmbeddingLoss(), (F.cosine_similarity(net(a), net(b)), y)


@wrong(
    "trial: movie genres, MultiLabelMarginLoss",
    "targets are multi-hot, where the loss wants the indices of the classes, filled up with -1",
    "LX206",
)
def _():
    torch.manual_seed(15)
    x, y = tags(32, 10, often=0.25)
    net = mlp(32, 10)
    return nn.MultiLabelMarginLoss(), (net(x), y)


@wrong(
    "trial: chest X-ray findings, MultiLabelSoftMarginLoss",
    "the model ends with a sigmoid and the loss applies another",
    "LX303",
)
def _():
    torch.manual_seed(16)
    x, y = tags(32, 14, often=0.1)
    net = mlp(32, 14, nn.Sigmoid())
    return nn.MultiLabelSoftMarginLoss(), (net(x), y.float())


@wrong(
    "trial: imbalanced quality classes, weight of CrossEntropyLoss",
    "the class weights are the frequencies, not their inverse: the rare classes count even less",
    "LX525",
)
def _():
    torch.manual_seed(17)
    x, y = blobs(200, 4, p=[0.78, 0.14, 0.06, 0.02])
    net = mlp(16, 4)
    w = torch.bincount(y, minlength=4) / len(y)
    return nn.CrossEntropyLoss(weight=w), (net(x), y)


@wrong(
    "trial: road mask read from PNG, BCEWithLogitsLoss",
    "the mask is 0 and 255 as the file has it, not 0 and 1: the loss has no lower bound",
    "LX204",
)
def _():
    torch.manual_seed(18)
    x, m = scene(4, 2)
    png = (m * 255).to(torch.uint8)
    net = conv(1)
    return nn.BCEWithLogitsLoss(), (net(x).squeeze(1), png.float())


@wrong(
    "trial: several attributes per picture, CrossEntropyLoss",
    "multi-hot targets with several ones each are taken as one distribution over classes; "
    "wants BCEWithLogitsLoss",
    "LX203",
)
def _():
    torch.manual_seed(19)
    x, y = tags(32, 12, often=0.25)
    net = mlp(32, 12)
    return nn.CrossEntropyLoss(), (net(x), y.float())


@wrong(
    "trial: own GPT from a tutorial",
    "targets are the input tokens themselves, not the next ones: the model learns to copy",
    "LX211",
)
def _():
    torch.manual_seed(20)
    s = text(8, 24, 50)
    net = LM(50)
    return F.cross_entropy, (net(s).flatten(0, 1), s.flatten())


@wrong(
    "trial: DQN on CartPole, SmoothL1Loss",
    "the bootstrapped target keeps its graph: the gradient also flows through the next "
    "state's value",
    "LX411",
)
def _():
    torch.manual_seed(21)
    s = torch.randn(32, 4)
    s2 = s + 0.1 * torch.randn(32, 4)
    a, r, done = torch.randint(0, 2, (32, 1)), torch.ones(32), (torch.rand(32) < 0.1).float()
    net = mlp(4, 2)
    q = net(s).gather(1, a).squeeze(1)
    target = r + 0.99 * (1 - done) * net(s2).max(1).values
    return nn.SmoothL1Loss(), (q, target)


@wrong(
    "trial: MNIST from an old tutorial, NLLLoss",
    "softmax without the logarithm: NLLLoss wants log-probabilities, and the loss is negative",
    "LX305",
)
def _():
    torch.manual_seed(22)
    x, y = blobs(64, 10, d=49)
    net = mlp(49, 10, nn.Softmax(dim=1))
    return nn.NLLLoss(), (net(x), y)


@wrong(
    "trial: Fashion-MNIST, every layer followed by ReLU",
    "a ReLU after the last layer: logits cannot be negative, and a class whose unit is dead "
    "stays dead",
    "LX301",
)
def _():
    torch.manual_seed(23)
    x, y = blobs(64, 10, d=49)
    net = mlp(49, 10, nn.ReLU())
    return nn.CrossEntropyLoss(), (net(x), y)


@wrong(
    "trial: first regression in torch, nn.L1Loss(pred, y)",
    "the class is called and not an instance of it; raises 'Boolean value of Tensor ... is "
    "ambiguous'",
    "LX109",
)
def _():
    torch.manual_seed(24)
    x = torch.randn(32, 5)
    y = x @ torch.randn(5, 1)
    return nn.L1Loss, (mlp(5, 1)(x), y)


# Wrong: fastai


@wrong(
    "trial: fastai, CamVid segmentation with CrossEntropyLossFlat",
    "the class axis is 1, not the last: axis=1 is missing; raises an error on the batch sizes",
    "LX124",
)
def _():
    torch.manual_seed(25)
    x, m = scene(4, 5)
    return CrossEntropyLossFlat(), (conv(5)(x), m)


@wrong(
    "trial: fastai, head pose keypoints with L1LossFlat",
    "targets are (2, N), all x and then all y, predictions (N, 2): flattened, they do not "
    "belong together",
    "LX119",
)
def _():
    torch.manual_seed(26)
    x = torch.randn(32, 20)
    w = torch.randn(20, 2) / 20**0.5
    xy = torch.tanh(x @ w)
    target = torch.stack([xy[:, 0], xy[:, 1]])
    return L1LossFlat(), (mlp(20, 2, nn.Tanh())(x), target)


@wrong(
    "trial: fastai, FocalLossFlat on a model that ends with Softmax",
    "softmax is applied twice",
    "LX301",
)
def _():
    torch.manual_seed(27)
    x, y = blobs(64, 5, p=[0.6, 0.2, 0.1, 0.06, 0.04])
    return FocalLossFlat(gamma=2.0), (mlp(16, 5, nn.Softmax(dim=-1))(x), y)


@wrong(
    "trial: fastai, DiceLoss on a U-Net with one output channel",
    "softmax over a single channel is always 1, and class 0 is the background: nothing is learned",
    "LX404",
)
def _():
    torch.manual_seed(28)
    x, m = scene(4, 2)
    return DiceLoss(), (conv(1)(x), m)


@wrong(
    "trial: fastai, MovieLens with y_range",
    "y_range is (0, 1), while the ratings go from 1 to 5: the predictions cannot get there",
    "LX321",
)
def _():
    torch.manual_seed(29)
    u, i, r = ratings(64)
    users, items = emb(50), emb(80)
    return MSELossFlat(), (SigmoidRange(0, 1)((users(u) * items(i)).sum(1)), r)


# Wrong: lossfx


@wrong(
    "trial: lossfx, LogitAdjustedCrossEntropyLoss on a long tail",
    "the prior is the inverse frequency: the adjustment makes rare classes rarer",
    "LX654",
)
def _():
    torch.manual_seed(30)
    x, y = blobs(256, 5, p=[0.6, 0.25, 0.1, 0.03, 0.02])
    counts = torch.tensor([6000.0, 2500.0, 1000.0, 300.0, 200.0])
    inv = 1 / counts
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=inv / inv.sum()), (mlp(16, 5)(x), y)


@wrong(
    "trial: lossfx, DiceLoss(classes='independent') on lesions",
    "the model ends with a sigmoid, and the loss takes logits and applies its own",
    "LX303",
)
def _():
    torch.manual_seed(31)
    x, m = scene(4, 2)
    return lossfx.DiceLoss(classes="independent", dim=1), (
        conv(1, nn.Sigmoid())(x),
        m[:, None].float(),
    )


@wrong(
    "trial: lossfx, CLIPLoss with the scale of the CLIP paper",
    "the temperature is CLIP's logit scale, 100, which multiplies there; the loss divides by "
    "it: similarities are squashed flat",
    "LX653",
)
def _():
    torch.manual_seed(32)
    z = torch.randn(32, 12)
    img, txt = mlp(20, 16), mlp(30, 16)
    a, b = img(z @ torch.randn(12, 20) * 0.3), txt(z @ torch.randn(12, 30) * 0.3)
    return lossfx.CLIPLoss(temperature=100.0), (a, b)


@wrong(
    "trial: lossfx, DistillationLoss with a frozen teacher",
    "student and teacher are swapped: the student stands as the teacher, which gets no gradient",
    "LX403",
)
def _():
    torch.manual_seed(33)
    x, y = blobs(64, 8)
    teacher, student = mlp(16, 8, h=256), mlp(16, 8, h=16)
    with torch.no_grad():
        t = teacher(x) * 2
    return lossfx.DistillationLoss(temperature=4.0, mix=0.9), (t, student(x), y)


@wrong(
    "trial: lossfx, TripletLoss(distance='cosine')",
    "the margin is 3, and cosine distances differ by at most 2: no triplet is ever good enough",
    "LX325",
)
def _():
    torch.manual_seed(34)
    base = torch.randn(32, 24)
    net = mlp(24, 16)
    a, p, n = net(base), net(base + 0.3 * torch.randn(32, 24)), net(base.roll(3, 0))
    return lossfx.TripletLoss(margin=3.0, distance="cosine"), (a, p, n)


@wrong(
    "trial: lossfx, AsymmetricLoss for 40 rare tags",
    "gamma_pos and gamma_neg are swapped: the rare positives are damped and not the many negatives",
    "LX658",
)
def _():
    torch.manual_seed(35)
    x, y = tags(64, 40, often=0.04)
    return lossfx.AsymmetricLoss(gamma_pos=4.0, gamma_neg=1.0), (mlp(32, 40)(x), y)


@wrong(
    "trial: lossfx, ArcFaceLoss for faces",
    "the scale is 1: cosines between -1 and 1 are the logits, and no softmax over 20 classes "
    "can become sure",
    "LX653",
)
def _():
    torch.manual_seed(36)
    x, y = blobs(64, 20)
    net, head = mlp(16, 32), nn.Linear(32, 20, bias=False)
    return lossfx.ArcFaceLoss(margin=0.5, scale=1.0), (net(x), head.weight, y)


@wrong(
    "trial: lossfx, focal_loss_with_logits with a padding mask",
    "the mask is True at the padding, as a transformer wants it, and the loss keeps what is True",
    "LX210",
)
def _():
    torch.manual_seed(37)
    s = text(16, 24, 60)
    t = s % 8 + 1
    lens = torch.randint(8, 24, (16,))
    pad = torch.arange(24)[None] >= lens[:, None]
    s[pad], t[pad] = 0, 0
    return lossfx.focal_loss_with_logits, (LM(60, 9)(s), t), dict(gamma=2.0, mask=pad)


# Wrong: by hand


@wrong(
    "trial: own focal loss",
    "pt is exp(ce) and not exp(-ce): it is 1 over the probability, and the easy and the hard "
    "change places",
    "LX550",
)
def _():
    torch.manual_seed(38)
    x, y = blobs(64, 5, p=[0.6, 0.2, 0.1, 0.06, 0.04])

    def focal_loss(logits, target, gamma=2.0, alpha=0.25):
        ce = F.cross_entropy(logits, target, reduction="none")
        pt = torch.exp(ce)
        return (alpha * (1 - pt) ** gamma * ce).mean()

    return focal_loss, (mlp(16, 5)(x), y)


@wrong(
    "trial: own Dice loss",
    "the coefficient itself is returned, not one minus it: training makes the overlap smaller",
    "LX520",
)
def _():
    torch.manual_seed(39)
    x, m = scene(4, 2)

    def dice_loss(logits, target, smooth=1.0):
        p = torch.sigmoid(logits).flatten(1)
        t = target.flatten(1)
        inter = (p * t).sum(1)
        return ((2 * inter + smooth) / (p.sum(1) + t.sum(1) + smooth)).mean()

    return dice_loss, (conv(1)(x), m[:, None].float())


@wrong(
    "trial: own IoU loss",
    "predictions are thresholded before the overlap is taken: no gradient is left",
    "LX401",
)
def _():
    torch.manual_seed(40)
    x, m = scene(4, 2)

    class IoULoss(nn.Module):
        def forward(self, logits, target):
            pred = (torch.sigmoid(logits) > 0.5).float()
            inter = (pred * target).sum((1, 2, 3))
            union = (pred + target - pred * target).sum((1, 2, 3))
            return 1 - ((inter + 1e-6) / (union + 1e-6)).mean()

    return IoULoss(), (conv(1)(x), m[:, None].float())


@wrong(
    "trial: own VAE loss",
    "the minus before the Kullback-Leibler term is missing: the posterior is driven away from "
    "the prior",
    "LX536",
)
def _():
    torch.manual_seed(41)
    x = torch.sigmoid(torch.randn(32, 4) @ torch.randn(4, 64))
    enc, dec = mlp(64, 16), mlp(8, 64, nn.Sigmoid())
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)

    def vae_loss(recon, x, mu, logvar):
        bce = F.binary_cross_entropy(recon, x, reduction="sum")
        kld = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return (bce + kld) / len(x)

    return vae_loss, (dec(z), x, mu, logvar)


@wrong(
    "trial: own loss over several heads",
    "the terms are added up as numbers by item(), and a new tensor is made that has no link "
    "to the model",
    "LX402",
)
def _():
    torch.manual_seed(42)
    x, y = blobs(32, 4)
    body, a, b = mlp(16, 32), nn.Linear(32, 4), nn.Linear(32, 2)
    h = body(x)

    def multi_loss(outs, ys):
        total = 0.0
        for o, t in zip(outs, ys):
            total += F.cross_entropy(o, t).item()
        return torch.tensor(total / len(outs), requires_grad=True)

    return multi_loss, ([a(h), b(h)], [y, (y > 1).long()])


@wrong(
    "trial: own masked MSE for sensors that drop out",
    "missing targets are NaN, and NaN times a mask of 0 is NaN",
    "LX207",
)
def _():
    torch.manual_seed(43)
    x = torch.randn(32, 10)
    y = x @ torch.randn(10, 6) / 3
    y[torch.rand(32, 6) < 0.2] = float("nan")

    def masked_mse(pred, target):
        mask = (~torch.isnan(target)).float()
        return ((pred - target) ** 2 * mask).sum() / mask.sum()

    return masked_mse, (mlp(10, 6)(x), y)


@wrong(
    "trial: own SimCLR loss",
    "each view is compared with itself too: the diagonal of the similarities is not left out",
    "LX517",
)
def _():
    torch.manual_seed(44)
    x = torch.randn(32, 24)
    net = mlp(24, 16)

    def nt_xent(z1, z2, temperature=0.1):
        n = len(z1)
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.t() / temperature
        target = torch.cat([torch.arange(n) + n, torch.arange(n)])
        return F.cross_entropy(sim, target)

    return nt_xent, (net(x + 0.2 * torch.randn(32, 24)), net(x + 0.2 * torch.randn(32, 24)))


@wrong(
    "trial: own cross entropy",
    "p[:, y] takes all columns of all labels, (N, N), and not each row's own",
    "LX671",
)
def _():
    torch.manual_seed(45)
    x, y = blobs(32, 4)

    def my_cross_entropy(logits, y):
        p = torch.softmax(logits, dim=1)
        return -torch.log(p[:, y] + 1e-9).mean()

    return my_cross_entropy, (mlp(16, 4)(x), y)


@wrong(
    "trial: own pinball loss for the 0.9 quantile",
    "the error is prediction minus target where the formula has target minus prediction: it "
    "learns the 0.1 quantile",
    "LX535",
)
def _():
    torch.manual_seed(46)
    x = torch.randn(64, 6)
    y = x @ torch.randn(6, 1) + torch.randn(64, 1)

    def quantile_loss(pred, target, q=0.9):
        e = pred - target
        return torch.max(q * e, (q - 1) * e).mean()

    return quantile_loss, (mlp(6, 1)(x), y)


@wrong(
    "trial: own box loss with GIoU",
    "boxes are centre and size, as DETR has them, where GIoU wants corners",
    "LX213",
)
def _():
    torch.manual_seed(47)
    wh = 0.1 + 0.3 * torch.rand(32, 2)
    c = wh / 2 + torch.rand(32, 2) * (1 - wh)
    boxes = torch.cat([c, wh], 1)
    x = boxes @ torch.randn(4, 20) + 0.1 * torch.randn(32, 20)

    def giou(a, b):
        "Generalized IoU of boxes x1, y1, x2, y2"
        inter = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
        union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inter
        hull = (torch.max(a[:, 2:], b[:, 2:]) - torch.min(a[:, :2], b[:, :2])).prod(1)
        return inter / (union + 1e-7) - (hull - union) / (hull + 1e-7)

    def box_loss(pred, target):
        "pred, target: cx, cy, w, h in 0..1"
        return F.l1_loss(pred, target) * 5 + 2 * (1 - giou(pred, target)).mean()

    return box_loss, (mlp(20, 4, nn.Sigmoid())(x), boxes)


@wrong(
    "trial: own Gaussian likelihood",
    "the logarithm of the variance is missing: an ever larger variance makes the loss vanish",
    "LX560",
)
def _():
    torch.manual_seed(48)
    x = torch.randn(64, 6)
    y = x @ torch.randn(6, 1) + 0.3 * torch.randn(64, 1)
    mu, s = mlp(6, 2)(x).chunk(2, 1)

    def uncertainty_loss(mu, log_var, y):
        return (0.5 * (y - mu) ** 2 * torch.exp(-log_var)).mean()

    return uncertainty_loss, (mu, s, y)


@wrong(
    "trial: own distillation loss",
    "the temperature divides the probabilities and their logarithms, after the softmax, and "
    "not the logits",
    "LX306",
)
def _():
    torch.manual_seed(49)
    x, y = blobs(64, 8)
    t = 4 * F.one_hot(y, 8) + torch.randn(64, 8)

    def kd_loss(student, teacher, T=4.0):
        soft = F.softmax(teacher, dim=1) / T
        logp = F.log_softmax(student, dim=1) / T
        return F.kl_div(logp, soft, reduction="batchmean") * T * T

    return kd_loss, (mlp(16, 8)(x), t)


@wrong(
    "trial: own contrastive loss of a siamese network",
    "the clamp at 0 is missing: different pairs farther apart than the margin are pulled together",
    "LX585",
)
def _():
    torch.manual_seed(50)
    a = torch.randn(40, 24)
    same = torch.randint(0, 2, (40,)).float()
    b = torch.where(same[:, None] == 1, a + 0.2 * torch.randn(40, 24), torch.randn(40, 24))
    net = mlp(24, 16)

    def contrastive(z1, z2, same, margin=1.0):
        d = F.pairwise_distance(z1, z2)
        return (same * d**2 + (1 - same) * (margin - d) ** 2).mean()

    return contrastive, (net(a), net(b), same)


# Right: torch


@right(
    "trial: LM, (B, V, T) by transpose, targets shifted",
    "padding is -100, which is ignored by default; the logits are transposed on purpose",
)
def _():
    torch.manual_seed(101)
    s = text(8, 21, 40)
    lens = torch.randint(8, 21, (8,))
    y = s[:, 1:].masked_fill(torch.arange(20)[None] >= lens[:, None], -100)
    return nn.CrossEntropyLoss(), (LM(40)(s[:, :-1]).transpose(1, 2), y)


@right(
    "trial: semantic segmentation with void pixels", "255 is far above the classes, and is ignored"
)
def _():
    torch.manual_seed(102)
    x, m = scene(4, 5)
    m[:, :2] = 255
    return nn.CrossEntropyLoss(ignore_index=255), (conv(5)(x), m)


@right("trial: mixup, CrossEntropyLoss", "targets are floats, mixed of two classes, and sum to 1")
def _():
    torch.manual_seed(103)
    x, y = blobs(32, 6)
    t = F.one_hot(y, 6).float()
    lam = 0.7
    return nn.CrossEntropyLoss(), (
        mlp(16, 6)(lam * x + (1 - lam) * x.flip(0)),
        lam * t + (1 - lam) * t.flip(0),
    )


@right("trial: momentum contrast", "all targets are 0, since the positive is the first column")
def _():
    torch.manual_seed(104)
    x = torch.randn(32, 24)
    net = mlp(24, 16)
    q = F.normalize(net(x + 0.1 * torch.randn(32, 24)), dim=1)
    with torch.no_grad():
        k = F.normalize(net(x + 0.1 * torch.randn(32, 24)), dim=1)
        queue = F.normalize(net(torch.randn(256, 24)), dim=1)
    logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.t()], 1) / 0.07
    return F.cross_entropy, (logits, torch.zeros(32, dtype=torch.long))


@right(
    "trial: rare classes, inverse frequencies as weights",
    "weights differ by a factor of 40, as the counts do",
)
def _():
    torch.manual_seed(105)
    x, y = blobs(200, 4, p=[0.78, 0.14, 0.06, 0.02])
    counts = torch.tensor([7800.0, 1400.0, 600.0, 200.0])
    return nn.CrossEntropyLoss(weight=counts.sum() / (4 * counts)), (mlp(16, 4)(x), y)


@right(
    "trial: ImageNet-like, label_smoothing, few classes in the batch",
    "100 outputs, while a batch of 32 shows only some of the classes",
)
def _():
    torch.manual_seed(106)
    x, y = blobs(32, 100, d=64)
    return nn.CrossEntropyLoss(label_smoothing=0.1), (mlp(64, 100)(x), y)


@right(
    "trial: NLLLoss after LogSoftmax in the model",
    "the model ends with an activation, and it is the one that the loss wants",
)
def _():
    torch.manual_seed(107)
    x, y = blobs(64, 10, d=49)
    return nn.NLLLoss(), (mlp(49, 10, nn.LogSoftmax(dim=1))(x), y)


@right("trial: cats against dogs, BCELoss", "a sigmoid in the model, and the loss that wants one")
def _():
    torch.manual_seed(108)
    x, y = blobs(32, 2, d=20)
    return nn.BCELoss(), (mlp(20, 1, nn.Sigmoid())(x), y.float().unsqueeze(1))


@right(
    "trial: fraud, BCEWithLogitsLoss with pos_weight", "pos_weight 19 is large: positives are 5 %"
)
def _():
    torch.manual_seed(109)
    x, y = tags(128, 1, often=0.05)
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([19.0])), (mlp(32, 1)(x), y.float())


@right(
    "trial: generator step of a GAN",
    "all targets are 1, since the generator wants to pass as real; scores of the "
    "discriminator are logits",
)
def _():
    torch.manual_seed(110)
    gen, disc = mlp(8, 20), mlp(20, 1)
    score = disc(gen(torch.randn(32, 8)))
    return nn.BCEWithLogitsLoss(), (score, torch.ones_like(score))


@right(
    "trial: denoising diffusion",
    "the target is pure noise: it is what was added to the input, and the model sees the "
    "noisy input",
)
def _():
    torch.manual_seed(111)
    x, _ = blobs(64, 4, d=12)
    t = torch.rand(64, 1)
    noise = torch.randn_like(x)
    noisy = torch.cos(t * math.pi / 2) * x + torch.sin(t * math.pi / 2) * noise
    return nn.MSELoss(), (mlp(13, 12)(torch.cat([noisy, t], 1)), noise)


@right(
    "trial: autoencoder of grey images",
    "a sigmoid before MSELoss, where the pixels are between 0 and 1",
)
def _():
    torch.manual_seed(112)
    x = torch.sigmoid(2 * torch.randn(32, 5) @ torch.randn(5, 64))
    net = nn.Sequential(mlp(64, 6), mlp(6, 64, nn.Sigmoid()))
    return nn.MSELoss(), (net(x), x)


@right(
    "trial: DQN on CartPole, SmoothL1Loss, by a careful engineer",
    "the target comes from the network itself, without its graph",
)
def _():
    torch.manual_seed(113)
    s = torch.randn(32, 4)
    s2 = s + 0.1 * torch.randn(32, 4)
    a, done = torch.randint(0, 2, (32, 1)), (torch.rand(32) < 0.1).float()
    net, old = mlp(4, 2), mlp(4, 2)
    old.load_state_dict(net.state_dict())
    with torch.no_grad():
        target = 1.0 + 0.99 * (1 - done) * old(s2).max(1).values
    return nn.SmoothL1Loss(), (net(s).gather(1, a).squeeze(1), target)


@right(
    "trial: house prices, HuberLoss, by a careful engineer",
    "targets are standardised and negative for half of the houses; both are (N, 1)",
)
def _():
    torch.manual_seed(114)
    x = torch.randn(64, 8)
    y = x @ torch.randn(8, 1) + 0.1 * torch.randn(64, 1)
    return nn.HuberLoss(delta=1.0), (mlp(8, 1)(x), (y - y.mean()) / y.std())


@right(
    "trial: image restoration, L1Loss",
    "a tanh in the last layer, where images are scaled to -1 .. 1",
)
def _():
    torch.manual_seed(115)
    x, _ = scene(4, 3)
    x = torch.tanh(x)
    return nn.L1Loss(), (conv(3, nn.Tanh())(x + 0.2 * torch.randn_like(x)), x)


@right(
    "trial: distillation with KLDivLoss",
    "logarithms on one side only, as the loss wants it; batchmean",
)
def _():
    torch.manual_seed(116)
    x, _ = blobs(32, 6)
    with torch.no_grad():
        t = F.softmax(mlp(16, 6, h=128)(x) * 3, dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(mlp(16, 6)(x), dim=1), t)


@right(
    "trial: consistency between two views, F.kl_div with log_target",
    "both are logarithms, and log_target says so",
)
def _():
    torch.manual_seed(117)
    x, _ = blobs(32, 6)
    net = mlp(16, 6)
    with torch.no_grad():
        t = F.log_softmax(net(x), dim=-1)
    return (
        F.kl_div,
        (F.log_softmax(net(x + 0.3 * torch.randn_like(x)), dim=-1), t),
        dict(reduction="batchmean", log_target=True),
    )


@right(
    "trial: rent with uncertainty, GaussianNLLLoss",
    "the variance is positive by softplus; the loss may be negative, being a density's",
)
def _():
    torch.manual_seed(118)
    x = torch.randn(64, 10)
    y = 0.3 * x[:, :1] + 0.2 * x[:, 1:2] + 0.1 * torch.randn(64, 1)
    mu, s = mlp(10, 2)(x).chunk(2, dim=1)
    return nn.GaussianNLLLoss(), (mu, y, F.softplus(s) + 1e-4)


@right(
    "trial: bike rentals, PoissonNLLLoss of a log rate",
    "raw outputs, negative ones too: log_input is True",
)
def _():
    torch.manual_seed(119)
    x = torch.randn(64, 6)
    y = torch.poisson(torch.exp(0.6 * x[:, :1] - 0.4 * x[:, 1:2] + 1.2))
    return nn.PoissonNLLLoss(), (mlp(6, 1)(x), y)


@right(
    "trial: speech recognition, CTCLoss",
    "log-probabilities (T, N, C), labels from 1, since 0 is the blank; some targets are "
    "shorter and filled with 0",
)
def _():
    torch.manual_seed(120)
    y = torch.randint(1, 29, (4, 12))
    lens = torch.tensor([12, 9, 11, 7])
    y[torch.arange(12)[None] >= lens[:, None]] = 0
    x = frames(y, 50, 20, 29)
    return nn.CTCLoss(zero_infinity=True), (
        mlp(20, 29)(x).log_softmax(2).transpose(0, 1),
        y,
        torch.full((4,), 50),
        lens,
    )


@right(
    "trial: captcha reader, CTCLoss with blank=36",
    "labels start at 0, and the blank is the last class",
)
def _():
    torch.manual_seed(121)
    y = torch.randint(0, 36, (8, 5))
    img = frames(y, 30, 32, 36, each=5)
    logp = mlp(32, 37)(img).permute(1, 0, 2).log_softmax(-1)
    return nn.CTCLoss(blank=36), (logp, y, torch.full((8,), 30), torch.full((8,), 5))


@right("trial: TripletMarginWithDistanceLoss", "the distance is one minus the cosine")
def _():
    torch.manual_seed(122)
    x = torch.randn(32, 24)
    net = mlp(24, 16)
    loss = nn.TripletMarginWithDistanceLoss(
        distance_function=lambda a, b: 1 - F.cosine_similarity(a, b), margin=0.5
    )
    return loss, (net(x), net(x + 0.6 * torch.randn(32, 24)), net(x.roll(1, 0)))


@right(
    "trial: movie genres, MultiLabelMarginLoss, by a careful engineer",
    "targets are indices filled up with -1, and their shape is that of the scores",
)
def _():
    torch.manual_seed(123)
    x, y = tags(32, 10, often=0.25)
    t = torch.full((32, 10), -1)
    for i, row in enumerate(y):
        k = row.nonzero().flatten()
        t[i, : len(k)] = k
    return nn.MultiLabelMarginLoss(), (mlp(32, 10)(x), t)


@right(
    "trial: learning to rank, MarginRankingLoss",
    "targets are -1 and 1 and say which of the two is the better",
)
def _():
    torch.manual_seed(124)
    a, b, w = torch.randn(64, 12), torch.randn(64, 12), torch.randn(12)
    net = mlp(12, 1)
    return nn.MarginRankingLoss(margin=0.5), (
        net(a).squeeze(1),
        net(b).squeeze(1),
        torch.sign((a - b) @ w),
    )


# Right: fastai


@right(
    "trial: fastai, CamVid with CrossEntropyLossFlat(axis=1)",
    "logits and mask have different shapes; the class axis is named",
)
def _():
    torch.manual_seed(125)
    x, m = scene(4, 5)
    return CrossEntropyLossFlat(axis=1), (conv(5)(x), m)


@right(
    "trial: fastai, multi-label with integer targets",
    "BCEWithLogitsLossFlat makes floats of the targets",
)
def _():
    torch.manual_seed(126)
    x, y = tags(32, 20)
    return BCEWithLogitsLossFlat(thresh=0.2), (mlp(32, 20)(x), y)


@right("trial: fastai, tabular regression", "(N, 1) against (N,): MSELossFlat flattens both")
def _():
    torch.manual_seed(127)
    x = torch.randn(64, 8)
    y = x @ torch.randn(8) / 3
    return MSELossFlat(), (mlp(8, 1)(x), y)


@right(
    "trial: fastai, MovieLens with y_range, by a careful engineer",
    "a sigmoid up to 5.5, somewhat above the highest rating, as the course advises",
)
def _():
    torch.manual_seed(128)
    u, i, r = ratings(64)
    users, items = emb(50), emb(80)
    return MSELossFlat(), (SigmoidRange(0, 5.5)((users(u) * items(i)).sum(1)), r)


@right(
    "trial: fastai, DiceLoss of two channels",
    "a binary mask without a channel axis, and two outputs with a softmax inside",
)
def _():
    torch.manual_seed(129)
    x, m = scene(4, 2)
    return DiceLoss(reduction="mean"), (conv(2)(x), m)


# Right: lossfx


@right(
    "trial: lossfx, LogitAdjustedCrossEntropyLoss on a long tail, by a careful engineer",
    "the prior favours the common classes: that is how the loss works",
)
def _():
    torch.manual_seed(130)
    x, y = blobs(256, 5, p=[0.6, 0.25, 0.1, 0.03, 0.02])
    counts = torch.tensor([6000.0, 2500.0, 1000.0, 300.0, 200.0])
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=counts / counts.sum()), (mlp(16, 5)(x), y)


@right(
    "trial: lossfx, DiceLoss on lesions, one channel", "no sigmoid in the model: the loss has one"
)
def _():
    torch.manual_seed(131)
    x, m = scene(4, 2)
    return lossfx.DiceLoss(classes="independent", dim=1), (conv(1)(x), m[:, None].float())


@right(
    "trial: lossfx, CLIPLoss with a learned temperature",
    "the temperature is exp(-scale), 0.07, and has a gradient",
)
def _():
    torch.manual_seed(132)
    z = torch.randn(32, 12)
    scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    a, b = mlp(20, 16)(z @ torch.randn(12, 20) * 0.3), mlp(30, 16)(z @ torch.randn(12, 30) * 0.3)
    return lossfx.CLIPLoss(temperature=(-scale).exp()), (a, b)


@right(
    "trial: lossfx, DistillationLoss",
    "three arguments: student, frozen teacher, labels; logits for both",
)
def _():
    torch.manual_seed(133)
    x, y = blobs(64, 8)
    with torch.no_grad():
        t = 4.0 * F.one_hot(y, 8) + mlp(16, 8, h=256)(x)
    return lossfx.DistillationLoss(temperature=4.0, mix=0.9), (mlp(16, 8)(x), t, y)


@right(
    "trial: lossfx, LDAMLoss of cosines",
    "scores are between -1 and 1; the loss multiplies them by 30",
)
def _():
    torch.manual_seed(134)
    x, y = blobs(128, 5, p=[0.6, 0.25, 0.1, 0.03, 0.02])
    w = nn.Parameter(torch.randn(5, 32))
    scores = F.linear(F.normalize(mlp(16, 32)(x), dim=1), F.normalize(w, dim=1))
    return lossfx.LDAMLoss(counts=torch.tensor([6000, 2500, 1000, 300, 200]), scale=30.0), (
        scores,
        y,
    )


@right(
    "trial: lossfx, ArcFaceLoss",
    "raw embeddings and the weight of the head, which the loss normalises",
)
def _():
    torch.manual_seed(135)
    x, y = blobs(64, 20)
    net, head = mlp(16, 32), nn.Linear(32, 20, bias=False)
    return lossfx.ArcFaceLoss(margin=0.5, scale=30.0), (net(x), head.weight, y)


@right(
    "trial: lossfx, focal_loss_with_logits with a mask of what counts",
    "most of what is masked has label 0, and the mask is True at words",
)
def _():
    torch.manual_seed(136)
    s = text(16, 24, 60)
    t = s % 8 + 1
    pad = torch.arange(24)[None] >= torch.randint(8, 24, (16,))[:, None]
    s[pad], t[pad] = 0, 0
    return lossfx.focal_loss_with_logits, (LM(60, 9)(s), t), dict(gamma=2.0, mask=~pad)


@right(
    "trial: lossfx, SquaredEMDLoss for star ratings", "class indices 0 to 4 and positions 1 to 5"
)
def _():
    torch.manual_seed(137)
    x = torch.randn(64, 12)
    y = (x @ torch.randn(12) / 12**0.5 * 1.2 + 2).round().clamp(0, 4).long()
    return lossfx.SquaredEMDLoss(positions=torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])), (
        mlp(12, 5)(x),
        y,
    )


# Right: by hand


@right(
    "trial: own focal loss, by a careful engineer",
    "pt is exp(-ce); the weight is not detached, as in the paper",
)
def _():
    torch.manual_seed(138)
    x, y = blobs(64, 5, p=[0.6, 0.2, 0.1, 0.06, 0.04])

    def focal_loss(logits, target, gamma=2.0):
        ce = F.cross_entropy(logits, target, reduction="none")
        pt = torch.exp(-ce)
        return ((1 - pt) ** gamma * ce).mean()

    return focal_loss, (mlp(16, 5)(x), y)


@right("trial: own BCE plus Dice", "logits for one term and their sigmoid for the other")
def _():
    torch.manual_seed(139)
    x, m = scene(4, 2)

    class BCEDice(nn.Module):
        def forward(self, logits, target):
            bce = F.binary_cross_entropy_with_logits(logits, target)
            p, t = torch.sigmoid(logits).flatten(1), target.flatten(1)
            dice = (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)
            return bce + 1 - dice.mean()

    return BCEDice(), (conv(1)(x), m[:, None].float())


@right(
    "trial: own VAE loss, by a careful engineer",
    "both terms are sums over the batch, divided by its size",
)
def _():
    torch.manual_seed(140)
    x = torch.sigmoid(torch.randn(32, 4) @ torch.randn(4, 64))
    enc, dec = mlp(64, 16), mlp(8, 64)
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)

    def vae_loss(recon_logits, x, mu, logvar):
        bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return (bce + kld) / len(x)

    return vae_loss, (dec(z), x, mu, logvar)


@right(
    "trial: own masked MSE",
    "targets contain NaN, which are left out by indexing before the difference is taken",
)
def _():
    torch.manual_seed(141)
    x = torch.randn(32, 10)
    y = x @ torch.randn(10, 6) / 3
    y[torch.rand(32, 6) < 0.2] = float("nan")

    def masked_mse(pred, target):
        seen = ~torch.isnan(target)
        return F.mse_loss(pred[seen], target[seen])

    return masked_mse, (mlp(10, 6)(x), y)


@right(
    "trial: own SimCLR loss, by a careful engineer",
    "the diagonal is filled with -inf, which the softmax turns into 0",
)
def _():
    torch.manual_seed(142)
    x = torch.randn(32, 24)
    net = mlp(24, 16)

    def nt_xent(z1, z2, temperature=0.2):
        n = len(z1)
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = (z @ z.t() / temperature).masked_fill(
            torch.eye(2 * n, dtype=torch.bool), float("-inf")
        )
        return F.cross_entropy(sim, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]))

    return nt_xent, (net(x + 0.2 * torch.randn(32, 24)), net(x + 0.2 * torch.randn(32, 24)))


@right(
    "trial: own pinball loss for three quantiles",
    "predictions (N, 3) against targets (N, 1) broadcast on purpose",
)
def _():
    torch.manual_seed(143)
    x = torch.randn(64, 6)
    y = x @ torch.randn(6, 1) + torch.randn(64, 1)

    def quantile_loss(pred, target):
        q = torch.tensor([0.1, 0.5, 0.9])
        e = target - pred
        return torch.maximum(q * e, (q - 1) * e).mean()

    return quantile_loss, (mlp(6, 3)(x), y)


@right(
    "trial: own Gaussian likelihood, by a careful engineer",
    "the constant is left out, so that the loss may be negative",
)
def _():
    torch.manual_seed(144)
    x = torch.randn(64, 6)
    y = x @ torch.randn(6, 1) + 0.3 * torch.randn(64, 1)
    mu, s = mlp(6, 2)(x).chunk(2, 1)

    def gaussian_nll(mu, log_var, y):
        return 0.5 * (log_var + (y - mu) ** 2 * torch.exp(-log_var)).mean()

    return gaussian_nll, (mu, s, y)


@right(
    "trial: own distillation loss, by a careful engineer",
    "the temperature divides both logits, and its square restores the gradient",
)
def _():
    torch.manual_seed(145)
    x, y = blobs(64, 8)
    t = 4 * F.one_hot(y, 8) + torch.randn(64, 8)

    def kd_loss(student, teacher, y, T=4.0, alpha=0.7):
        kd = (
            F.kl_div(
                F.log_softmax(student / T, 1), F.softmax(teacher / T, 1), reduction="batchmean"
            )
            * T
            * T
        )
        return alpha * kd + (1 - alpha) * F.cross_entropy(student, y)

    return kd_loss, (mlp(16, 8)(x), t, y)


@right(
    "trial: own contrastive loss of a siamese network, by a careful engineer",
    "different pairs are clamped at 0",
)
def _():
    torch.manual_seed(146)
    a = torch.randn(40, 24)
    same = torch.randint(0, 2, (40,)).float()
    b = torch.where(same[:, None] == 1, a + 0.2 * torch.randn(40, 24), torch.randn(40, 24))
    net = mlp(24, 16)

    def contrastive(z1, z2, same, margin=1.0):
        d = F.pairwise_distance(z1, z2)
        return (same * d**2 + (1 - same) * (margin - d).clamp(min=0) ** 2).mean()

    return contrastive, (net(a), net(b), same)


@right(
    "trial: own REINFORCE loss with a baseline",
    "it has no lower bound and may be negative: it is a surrogate; the advantage carries no graph",
)
def _():
    torch.manual_seed(147)
    s = torch.randn(64, 4)
    logits = mlp(4, 2)(s)
    action = torch.distributions.Categorical(logits=logits.detach()).sample()
    reward = torch.where((s[:, 0] > 0).long() == action, 1.0, 0.0) + 0.1 * torch.randn(64)

    def policy_loss(logits, action, reward):
        logp = F.log_softmax(logits, -1).gather(1, action[:, None]).squeeze(1)
        adv = (reward - reward.mean()) / (reward.std() + 1e-8)
        return -(logp * adv).mean()

    return policy_loss, (logits, action, reward)


@right(
    "trial: own hinge loss of a discriminator",
    "no labels at all; the generator's samples come without their graph",
)
def _():
    torch.manual_seed(148)
    real, _ = blobs(32, 4, d=20)
    gen, disc = mlp(8, 20), mlp(20, 1)
    fake = gen(torch.randn(32, 8)).detach()

    def d_hinge(real_score, fake_score):
        return F.relu(1 - real_score).mean() + F.relu(1 + fake_score).mean()

    return d_hinge, (disc(real), disc(fake))


@right(
    "trial: own box loss, DETR",
    "boxes are centre and size, and are turned into corners before GIoU",
)
def _():
    torch.manual_seed(149)
    wh = 0.1 + 0.3 * torch.rand(32, 2)
    c = wh / 2 + torch.rand(32, 2) * (1 - wh)
    boxes = torch.cat([c, wh], 1)
    x = boxes @ torch.randn(4, 20) + 0.1 * torch.randn(32, 20)

    def corners(b):
        return torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)

    def giou(a, b):
        inter = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
        union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inter
        hull = (torch.max(a[:, 2:], b[:, 2:]) - torch.min(a[:, :2], b[:, :2])).prod(1)
        return inter / (union + 1e-7) - (hull - union) / (hull + 1e-7)

    def box_loss(pred, target):
        return 5 * F.l1_loss(pred, target) + 2 * (1 - giou(corners(pred), corners(target))).mean()

    return box_loss, (mlp(20, 4, nn.Sigmoid())(x), boxes)


@right(
    "trial: own Cox loss for survival times",
    "the term runs over the batch: each event is compared with all who are still at risk",
)
def _():
    torch.manual_seed(150)
    x = torch.randn(64, 8)
    time = torch.distributions.Exponential(torch.exp(0.7 * x[:, 0])).sample()
    event = (torch.rand(64) < 0.7).float()

    def cox_loss(risk, time, event):
        order = time.argsort(descending=True)
        risk, event = risk[order], event[order]
        return -((risk - torch.logcumsumexp(risk, 0)) * event).sum() / event.sum()

    return cox_loss, (mlp(8, 1)(x).squeeze(1), time, event)
