"""What teams bring to a consultant when their training does not work."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from fastai.losses import (
    BCEWithLogitsLossFlat,
    CrossEntropyLossFlat,
    LabelSmoothingCrossEntropyFlat,
    MSELossFlat,
)
from fastai.losses import (
    DiceLoss as FastaiDice,
)
from unseen import book

import lossfx

CASES, wrong, right = book()


# ---------------------------------------------------------------- data and small models


def blobs(n, d, c, shares=None, noise=1.0):
    "Normalised features of c classes, and the classes."
    shares = torch.ones(c) if shares is None else torch.tensor(shares)
    y = torch.multinomial(shares, n, replacement=True)
    x = 1.5 * torch.randn(c, d)[y] + noise * torch.randn(n, d)
    return (x - x.mean(0)) / x.std(0), y


def table(n, d):
    "Normalised features, and a number that depends on them."
    x = torch.randn(n, d)
    return x, x @ torch.randn(d) / d**0.5 + 0.3 * torch.sin(2 * x[:, 0]) + 0.1 * torch.randn(n)


def mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


def conv(i, o, h=8):
    return nn.Sequential(nn.Conv2d(i, h, 3, padding=1), nn.ReLU(), nn.Conv2d(h, o, 3, padding=1))


def scans(n, size, radius=5):
    "Grey images with one bright round spot each, and its mask (n, size, size) of 0 and 1, int64."
    r = torch.arange(size)
    cy, cx = torch.randint(radius, size - radius, (2, n))
    mask = (
        (r[None, :, None] - cy[:, None, None]) ** 2 + (r[None, None, :] - cx[:, None, None]) ** 2
        <= radius**2
    ).long()
    x = mask + 0.5 * torch.randn(n, size, size)
    return ((x - x.mean()) / x.std())[:, None], mask


def streets(n, size, c):
    "Images of c vertical bands of their own colours, and the class of each pixel."
    y = torch.stack(
        [torch.randperm(c)[torch.arange(size) * c // size].expand(size, size) for _ in range(n)]
    )
    x = torch.randn(c, 3)[y].permute(0, 3, 1, 2) + 0.5 * torch.randn(n, 3, size, size)
    return x, y


def sentences(n, t, v, pad=0, least=4):
    "Token ids (n, t) in which each word tends to follow one other, padded; and lengths."
    follow = torch.randperm(v - 1) + 1
    ids, lengths = torch.full((n, t), pad), torch.randint(least, t + 1, (n,))
    for i, length in enumerate(lengths):
        w = int(torch.randint(1, v, ()))
        for j in range(length):
            ids[i, j] = w
            w = int(follow[w - 1]) if torch.rand(()) < 0.8 else int(torch.randint(1, v, ()))
    return ids, lengths


class Causal(nn.Module):
    "Embedding, GRU, a head for each position."

    def __init__(self, v, h=24):
        super().__init__()
        self.emb, self.rnn, self.head = (
            nn.Embedding(v, h),
            nn.GRU(h, h, batch_first=True),
            nn.Linear(h, v),
        )

    def forward(self, ids):
        return self.head(self.rnn(self.emb(ids))[0])


def voices(n, t, c, least=4, most=9, first=1):
    "Frames (n, t, 13) of speech, letters (n, most) from `first` on, and how many there are."
    lengths = torch.randint(least, most + 1, (n,))
    letters = torch.randint(first, c, (n, most))
    sound, x = torch.randn(c, 13), torch.zeros(n, t, 13)
    for i in range(n):
        spell = letters[i, : lengths[i]].repeat_interleave(t // int(lengths[i]))
        x[i, : len(spell)] = sound[spell]
    letters = letters.masked_fill(torch.arange(most) >= lengths[:, None], 0)
    return x + 0.3 * torch.randn_like(x), letters, lengths


# ---------------------------------------------------------------- wrong: torch


@wrong(
    "trial: flower classifier, a Softmax as last layer",
    "CrossEntropyLoss gets probabilities: softmax is applied twice",
    "LX301",
)
def _():
    torch.manual_seed(1)
    x, y = blobs(64, 16, 5)
    net = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 5), nn.Softmax(dim=1))
    return nn.CrossEntropyLoss(), (net(x), y)


@wrong(
    "trial: chest X-ray findings, sigmoid in the model",
    "BCEWithLogitsLoss gets probabilities: sigmoid is applied twice",
    "LX303",
)
def _():
    torch.manual_seed(2)
    x = torch.randn(32, 20)
    y = (x @ torch.randn(20, 14) / 4 - 1.2 + 0.3 * torch.randn(32, 14) > 0).float()
    return nn.BCEWithLogitsLoss(), (torch.sigmoid(mlp(20, 14)(x)), y)


@wrong(
    "trial: churn model, BCELoss on the raw output",
    "BCELoss gets logits, no sigmoid: raises that all elements must be between 0 and 1",
    "LX310",
)
def _():
    torch.manual_seed(3)
    x, y = blobs(64, 12, 2)
    return nn.BCELoss(), (mlp(12, 1)(x).squeeze(1), y.float())


@wrong(
    "trial: sentence classifier with NLLLoss",
    "NLLLoss gets softmax probabilities, not their logarithms: the loss is negative",
    "LX305",
)
def _():
    torch.manual_seed(4)
    x, y = blobs(32, 24, 6)
    return nn.NLLLoss(), (F.softmax(mlp(24, 6)(x), dim=1), y)


@wrong(
    "trial: distillation with KLDivLoss",
    "the student's input is probabilities, KLDivLoss wants log-probabilities",
    "LX305",
)
def _():
    torch.manual_seed(5)
    x, y = blobs(64, 16, 10)
    teacher = mlp(16, 10, 64)
    with torch.no_grad():
        t = F.softmax(4 * teacher(x), dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.softmax(mlp(16, 10)(x), dim=1), t)


@wrong(
    "trial: distillation, both sides as logarithms",
    "the teacher comes as log-probabilities but log_target is False",
    "LX307",
)
def _():
    torch.manual_seed(6)
    x, y = blobs(64, 16, 10)
    teacher = mlp(16, 10, 64)
    with torch.no_grad():
        t = F.log_softmax(4 * teacher(x), dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(mlp(16, 10)(x), dim=1), t)


@wrong(
    "trial: house prices, output (N, 1) against target (N,)",
    "MSELoss broadcasts to (N, N): learns the mean only",
    "LX101",
)
def _():
    torch.manual_seed(7)
    x, y = table(48, 8)
    return nn.MSELoss(), (mlp(8, 1)(x), y)


@wrong(
    "trial: fraud detection with 3% of positives",
    "pos_weight is positives/negatives, the ratio upside down: the rare class counts even less",
    "LX525",
)
def _():
    torch.manual_seed(8)
    x, y = blobs(512, 10, 2, [0.97, 0.03])
    pos = y.sum()
    return nn.BCEWithLogitsLoss(pos_weight=pos / (len(y) - pos)), (
        mlp(10, 1)(x).squeeze(1),
        y.float(),
    )


@wrong(
    "trial: skin lesions, unbalanced classes",
    "class weights are the class counts, not their inverse: the frequent class counts most",
    "LX525",
)
def _():
    torch.manual_seed(9)
    x, y = blobs(256, 16, 4, [0.7, 0.2, 0.07, 0.03])
    return nn.CrossEntropyLoss(weight=torch.bincount(y, minlength=4).float()), (mlp(16, 4)(x), y)


@wrong(
    "trial: speech recognition, letters numbered from 0",
    "index 0 is the blank of CTCLoss, but the labels use 0 as a letter",
    "LX323",
)
def _():
    torch.manual_seed(10)
    x, letters, lengths = voices(32, 60, 27, first=0)
    logp = nn.Linear(13, 27)(x).log_softmax(2).transpose(0, 1)
    return nn.CTCLoss(), (logp, letters, torch.full((32,), 60), lengths)


@wrong(
    "trial: handwriting lines, CTC on the raw output of the LSTM head",
    "CTCLoss gets logits without log_softmax",
    "LX305",
)
def _():
    torch.manual_seed(11)
    x, letters, lengths = voices(6, 50, 30)
    net = nn.LSTM(13, 24, bidirectional=True)
    out = 3 * nn.Linear(48, 30)(net(x.transpose(0, 1))[0])
    return nn.CTCLoss(blank=0, zero_infinity=True), (out, letters, torch.full((6,), 50), lengths)


@wrong(
    "trial: speech commands, batch first",
    "CTCLoss gets (N, T, C) for (T, N, C): raises that input_lengths must be of size batch_size",
    "LX100",
)
def _():
    torch.manual_seed(12)
    x, letters, lengths = voices(8, 60, 28)
    logp = mlp(13, 28)(x).log_softmax(2)
    return nn.CTCLoss(), (logp, letters, torch.full((8,), 60), lengths)


@wrong(
    "trial: translation, padded target sentences",
    "padding (0) is learnt as a word: no ignore_index",
    "LX210",
)
def _():
    torch.manual_seed(13)
    ids, lengths = sentences(16, 24, 50)
    logits = Causal(50)(ids[:, :-1])
    return nn.CrossEntropyLoss(), (logits.reshape(-1, 50), ids[:, 1:].reshape(-1))


@wrong(
    "trial: small GPT, labels are the input ids",
    "targets are not shifted: the model is asked for the token that it just read",
    "LX211",
)
def _():
    torch.manual_seed(14)
    ids, _ = sentences(8, 20, 40, least=20)
    logits = Causal(40)(ids)
    return F.cross_entropy, (logits.view(-1, 40), ids.view(-1))


@wrong(
    "trial: part-of-speech tagger, view in place of permute",
    "(B, T, C) is brought to (B, C, T) with view: scores of different words and tags are mixed",
    "LX113",
)
def _():
    torch.manual_seed(15)
    words, _ = sentences(8, 18, 60, least=18)
    tags = words % 7
    logits = nn.Sequential(nn.Embedding(60, 16), nn.Linear(16, 7))(words)
    return nn.CrossEntropyLoss(), (logits.view(8, 7, 18), tags)


@wrong(
    "trial: cell masks read from PNG",
    "mask values are 0 and 255, not 0 and 1: the loss goes below 0",
    "LX204",
)
def _():
    torch.manual_seed(16)
    x, m = scans(4, 32)
    return nn.BCEWithLogitsLoss(), (conv(1, 1)(x), (m * 255).unsqueeze(1).float())


@wrong(
    "trial: street segmentation, target with a channel axis",
    "target is (N, 1, H, W), CrossEntropyLoss wants (N, H, W): raises",
    "LX107",
)
def _():
    torch.manual_seed(17)
    x, y = streets(4, 24, 5)
    return nn.CrossEntropyLoss(), (conv(3, 5)(x), y.unsqueeze(1))


@wrong(
    "trial: spam filter with one output",
    "CrossEntropyLoss over one class: softmax is always 1, the loss 0 and no gradient",
    "LX102",
)
def _():
    torch.manual_seed(18)
    x, y = blobs(32, 20, 2)
    return nn.CrossEntropyLoss(), (mlp(20, 1)(x), y.float().unsqueeze(1))


@wrong(
    "trial: face verification, triplets",
    "positive and negative are swapped: TripletMarginLoss(anchor, negative, positive)",
    "LX336",
)
def _():
    torch.manual_seed(19)
    people = torch.randn(48, 24)
    net = mlp(24, 16)

    def face(who):
        return F.normalize(net(who + 0.2 * torch.randn(48, 24)), dim=1)

    return nn.TripletMarginLoss(margin=0.3), (face(people), face(people.roll(1, 0)), face(people))


@wrong(
    "trial: question pairs, CosineEmbeddingLoss",
    "labels are 0 and 1, the loss wants -1 and 1: pairs with 0 count nothing",
    "LX202",
)
def _():
    torch.manual_seed(20)
    a = torch.randn(40, 16)
    y = torch.randint(0, 2, (40,))
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn(40, 16), torch.randn(40, 16))
    net = mlp(16, 12)
    return nn.CosineEmbeddingLoss(margin=0.2), (net(a), net(b), y)


@wrong(
    "trial: yes/no classifier, hinge loss",
    "HingeEmbeddingLoss gets signed scores of a classifier; it is for distances, and falls "
    "without bound",
    "LX313",
)
def _():
    torch.manual_seed(21)
    x, y = blobs(40, 10, 2)
    return nn.HingeEmbeddingLoss(), (mlp(10, 1)(x).squeeze(1), 2.0 * y - 1)


@wrong(
    "trial: energy demand with uncertainty",
    "GaussianNLLLoss(mean, var, target): target and variance are swapped",
    "LX315",
)
def _():
    torch.manual_seed(22)
    x, y = table(64, 8)
    mean, raw = mlp(8, 2)(x).unbind(1)
    return nn.GaussianNLLLoss(), (mean, F.softplus(raw) + 1e-4, 2 + 0.3 * y.abs())


@wrong(
    "trial: counts of visits per day",
    "PoissonNLLLoss has log_input=True, but the model's output is the rate (softplus)",
    "LX314",
)
def _():
    torch.manual_seed(23)
    x, y = table(64, 8)
    return nn.PoissonNLLLoss(), (F.softplus(mlp(8, 1)(x)).squeeze(1), torch.poisson((1 + y).exp()))


@wrong(
    "trial: temperature forecast, ReLU as the last layer",
    "targets are standardised, half of them negative, which the final ReLU cannot give",
    "LX321",
)
def _():
    torch.manual_seed(24)
    x, y = table(64, 8)
    y = ((y - y.mean()) / y.std()).unsqueeze(1)
    return nn.SmoothL1Loss(), (F.relu(mlp(8, 1)(x)), y)


@wrong(
    "trial: image tags with MultiLabelMarginLoss",
    "target is multi-hot 0/1, the loss wants class indices padded with -1",
    "LX206",
)
def _():
    torch.manual_seed(25)
    x = torch.randn(32, 16)
    y = (x @ torch.randn(16, 8) / 4 > 0.7).long()
    return nn.MultiLabelMarginLoss(), (mlp(16, 8)(x), y)


@wrong(
    "trial: DQN on CartPole",
    "the bootstrap target keeps its graph: the gradient also runs through the next state's value",
    "LX411",
)
def _():
    torch.manual_seed(26)
    q = mlp(4, 2, 64)
    s, a, r, done = (
        torch.randn(64, 4),
        torch.randint(0, 2, (64,)),
        torch.ones(64),
        (torch.rand(64) < 0.05).float(),
    )
    s2 = s + 0.1 * torch.randn(64, 4)
    now = q(s).gather(1, a[:, None]).squeeze(1)
    return nn.SmoothL1Loss(), (now, r + 0.99 * (1 - done) * q(s2).max(1).values)


# ---------------------------------------------------------------- wrong: fastai


@wrong(
    "trial: fastai, camvid-like segmentation",
    "CrossEntropyLossFlat without axis=1 on (N, C, H, W): raises that batch sizes do not match",
    "LX124",
)
def _():
    torch.manual_seed(27)
    x, y = streets(2, 24, 4)
    return CrossEntropyLossFlat(), (conv(3, 4)(x), y)


@wrong(
    "trial: fastai, pets with label smoothing, softmax in the custom head",
    "LabelSmoothingCrossEntropyFlat gets probabilities: softmax is applied twice",
    "LX301",
)
def _():
    torch.manual_seed(28)
    x, y = blobs(64, 32, 12)
    return LabelSmoothingCrossEntropyFlat(eps=0.1), (F.softmax(mlp(32, 12)(x), dim=-1), y)


@wrong(
    "trial: fastai, tumour segmentation with one output channel",
    "DiceLoss takes a softmax over one channel, which is always 1: no gradient; it needs two "
    "channels",
    "LX404",
)
def _():
    torch.manual_seed(29)
    x, m = scans(4, 32)
    return FastaiDice(), (conv(1, 1)(x), m)


@wrong(
    "trial: fastai, forecast of 12 hours for 32 stations",
    "prediction is (hours, stations), target (stations, hours): MSELossFlat flattens both and "
    "compares unlike numbers",
    "LX119",
)
def _():
    torch.manual_seed(30)
    level = torch.randn(32, 1)
    wave = level + torch.sin(torch.arange(36) / 4 + level) + 0.1 * torch.randn(32, 36)
    rnn, head = nn.GRU(1, 16), nn.Linear(16, 1)
    out = head(rnn(wave[:, :24].t().unsqueeze(2))[0][-12:]).squeeze(2)
    return MSELossFlat(), (out, wave[:, 24:])


# ---------------------------------------------------------------- wrong: lossfx


@wrong(
    "trial: lossfx, organs in CT, four masks that may overlap",
    "DiceLoss without dim=1 on (N, C, H, W): each column of the image is taken for a class",
    "LX656",
)
def _():
    torch.manual_seed(31)
    x, m = zip(*(scans(3, 24) for _ in range(4)))
    return lossfx.DiceLoss(classes="independent"), (
        conv(4, 4)(torch.cat(x, 1)),
        torch.stack(m, 1).float(),
    )


@wrong(
    "trial: lossfx, long-tailed species, logit adjustment",
    "prior is the inverse frequency (as for class weights), not the frequency: rare classes "
    "are pushed down",
    "LX654",
)
def _():
    torch.manual_seed(32)
    x, y = blobs(512, 16, 5, [0.6, 0.2, 0.1, 0.06, 0.04])
    inverse = 1 / torch.bincount(y, minlength=5).clamp(min=1).float()
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=inverse / inverse.sum()), (mlp(16, 5)(x), y)


@wrong(
    "trial: lossfx, LDAM on the head of a ResNet",
    "scale=30 is for cosines; on free logits, several units wide, the softmax is saturated "
    "from the start (scale=1)",
    "LX655",
)
def _():
    torch.manual_seed(33)
    x, y = blobs(128, 16, 5, [0.5, 0.25, 0.15, 0.07, 0.03])
    net = mlp(16, 5, 64)
    nn.init.kaiming_normal_(net[0].weight)
    nn.init.kaiming_normal_(net[2].weight)
    return lossfx.LDAMLoss(counts=torch.tensor([5000.0, 2500.0, 1500.0, 700.0, 300.0])), (net(x), y)


@wrong(
    "trial: lossfx, distillation",
    "teacher and student are swapped: the student is detached and gets no gradient",
    "LX403",
)
def _():
    torch.manual_seed(34)
    x, y = blobs(64, 16, 8)
    teacher, student = mlp(16, 8, 128), mlp(16, 8, 16)
    with torch.no_grad():
        t = 3 * teacher(x)
    return lossfx.DistillationLoss(temperature=4.0), (t, student(x))


@wrong(
    "trial: lossfx, captions and images",
    "temperature is CLIP's logit scale 1/0.07=14.3, by which one multiplies; the loss divides "
    "by it",
    "LX653",
)
def _():
    torch.manual_seed(35)
    z = torch.randn(64, 12)
    image = mlp(24, 16)(z @ torch.randn(12, 24) + 0.1 * torch.randn(64, 24))
    text = mlp(20, 16)(z @ torch.randn(12, 20) + 0.1 * torch.randn(64, 20))
    return lossfx.CLIPLoss(temperature=1 / 0.07), (image, text)


@wrong(
    "trial: lossfx, slot filling, focal loss with a mask",
    "mask is the padding mask (True where padded), mask=True keeps an element: only padding "
    "is learnt",
    "LX210",
)
def _():
    torch.manual_seed(36)
    words, lengths = sentences(16, 20, 60)
    slots = torch.where(words > 0, words % 9 + 1, 0)
    logits = nn.Sequential(nn.Embedding(60, 16, padding_idx=0), nn.Linear(16, 10))(words)
    return lossfx.FocalLoss(gamma=2.0), (logits, slots), dict(mask=words == 0)


# ---------------------------------------------------------------- wrong: written by hand


def dice_from_scores(pred, target, smooth=1.0):
    inter = (pred * target).sum(dim=(1, 2, 3))
    total = pred.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3))
    return (1 - (2 * inter + smooth) / (total + smooth)).mean()


@wrong(
    "trial: own dice, retina vessels",
    "no sigmoid: dice of raw scores, unbounded and of any sign",
    "LX310",
)
def _():
    torch.manual_seed(37)
    x, m = scans(4, 32)
    return dice_from_scores, (conv(1, 1)(x), m.unsqueeze(1).float())


def soft_iou(logits, target):
    prob = torch.sigmoid(logits)
    inter = (prob * target).flatten(1).sum(1)
    union = (prob + target - prob * target).flatten(1).sum(1)
    return ((inter + 1e-6) / (union + 1e-6)).mean()


@wrong(
    "trial: own IoU loss, buildings from the air",
    "returns the IoU, not 1-IoU: training makes the overlap smallest",
    "LX520",
)
def _():
    torch.manual_seed(38)
    x, m = scans(4, 32, 7)
    return soft_iou, (conv(1, 1)(x), m.unsqueeze(1).float())


class HardIoU(nn.Module):
    def forward(self, logits, target):
        mask = (torch.sigmoid(logits) > 0.5).float()
        inter = (mask * target).sum()
        union = mask.sum() + target.sum() - inter
        return 1 - inter / (union + 1e-7)


@wrong(
    "trial: own IoU loss, polyps",
    "the prediction is thresholded at 0.5: no gradient, backward raises",
    "LX401",
)
def _():
    torch.manual_seed(39)
    x, m = scans(4, 32)
    return HardIoU(), (conv(1, 1)(x), m.unsqueeze(1).float())


class VAELoss(nn.Module):
    def __init__(self, beta=1.0):
        super().__init__()
        self.beta = beta

    def forward(self, recon, x, mu, logvar):
        rec = F.mse_loss(recon, x, reduction="sum") / x.shape[0]
        kld = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / x.shape[0]
        return rec + self.beta * kld


@wrong(
    "trial: own VAE loss",
    "sign of the KL term: it lacks the minus, so the posterior is driven away from the prior",
    "LX536",
)
def _():
    torch.manual_seed(40)
    x, _ = blobs(64, 20, 4)
    mu, logvar = mlp(20, 8)(x).chunk(2, dim=1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
    return VAELoss(), (mlp(4, 20)(z), x, mu, logvar)


def nt_xent(z1, z2, temperature=0.5):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    sim = z @ z.t() / temperature
    partner = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(sim, partner)


@wrong(
    "trial: own SimCLR loss",
    "the similarity of each view with itself is not masked out: it is the largest, and never "
    "the answer",
    "LX517",
)
def _():
    torch.manual_seed(41)
    x, _ = blobs(32, 24, 6)
    net = mlp(24, 16)
    return nt_xent, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


def focal(logits, target, gamma=2.0, alpha=0.25):
    bce = F.binary_cross_entropy_with_logits(logits, target)
    pt = torch.exp(-bce)
    return alpha * (1 - pt) ** gamma * bce


@wrong(
    "trial: own focal loss, defects on steel",
    "the cross entropy is averaged before the focal factor: one factor for all, no focus on "
    "hard examples",
    "LX511",
)
def _():
    torch.manual_seed(42)
    x, y = blobs(256, 16, 2, [0.9, 0.1])
    return focal, (mlp(16, 1)(x).squeeze(1), y.float())


def pinball(pred, target, q=0.9):
    err = pred - target
    return torch.max(q * err, (q - 1) * err).mean()


@wrong(
    "trial: own pinball loss, 90% quantile of delivery times",
    "the error is prediction minus target: learns the 10% quantile",
    "LX535",
)
def _():
    torch.manual_seed(43)
    x, y = table(64, 8)
    return pinball, (mlp(8, 1)(x).squeeze(1), (0.5 * y).exp())


def reinforce(logits, actions, returns):
    logp = torch.distributions.Categorical(logits=logits).log_prob(actions)
    adv = (returns - returns.mean()) / (returns.std() + 1e-8)
    return (logp * adv).mean()


@wrong(
    "trial: own REINFORCE",
    "the minus is missing: actions with high return are made less likely",
    "LX539",
)
def _():
    torch.manual_seed(44)
    return reinforce, (
        mlp(8, 4, 64)(torch.randn(128, 8)),
        torch.randint(0, 4, (128,)),
        20 + 5 * torch.randn(128),
    )


def rmse_of_sequences(pred, target, mask):
    return (torch.sqrt(((pred - target) * mask) ** 2)).sum() / mask.sum()


@wrong(
    "trial: own RMSE, glucose curves with gaps",
    "sqrt at 0 for the masked points: their gradient is NaN, though the loss is finite",
    "LX405",
)
def _():
    torch.manual_seed(45)
    t = torch.linspace(0, 6, 48)
    y = torch.sin(t + torch.rand(16, 1) * 6) + 0.1 * torch.randn(16, 48)
    mask = (torch.rand(16, 48) > 0.2).float()
    out, _ = nn.GRU(1, 12, batch_first=True)((y * mask).unsqueeze(2))
    return rmse_of_sequences, (nn.Linear(12, 1)(out).squeeze(2)[:, :-1], y[:, 1:], mask[:, 1:])


def bce_by_hand(p, y):
    return -(y * torch.log(p + 1e-7)).mean()


@wrong(
    "trial: own binary cross entropy, click prediction",
    "the term (1-y)*log(1-p) is missing: saying 1 to everything is optimal",
    "LX547",
)
def _():
    torch.manual_seed(46)
    x, y = blobs(256, 16, 2, [0.8, 0.2])
    return bce_by_hand, (torch.sigmoid(mlp(16, 1)(x)).squeeze(1), y.float())


def mape(pred, target):
    return (torch.abs(pred - target) / torch.abs(target)).mean() * 100


@wrong(
    "trial: own MAPE, spare parts demand",
    "targets contain zeros, by which it divides: the loss is infinite",
    "LX408",
)
def _():
    torch.manual_seed(47)
    x, y = table(64, 8)
    return mape, (F.softplus(mlp(8, 1)(x)).squeeze(1), torch.poisson((0.8 * y).exp()))


def cox_loss(risk, time, event):
    "Negative partial log-likelihood; cumulative sum over those still at risk."
    log_risk = torch.logcumsumexp(risk, dim=0)
    return -((risk - log_risk) * event).sum() / event.sum()


@wrong(
    "trial: own Cox loss, survival of patients",
    "patients are not sorted by descending time, which the cumulative sum needs: the risk "
    "sets are random",
    "LX120",
)
def _():
    torch.manual_seed(48)
    x, y = table(96, 10)
    time = -torch.log(torch.rand(96)) * 24 * (-y).exp()
    censor = 60 * torch.rand(96)
    return cox_loss, (
        mlp(10, 1)(x).squeeze(1),
        torch.minimum(time, censor),
        (time <= censor).float(),
    )


def two_heads(age_pred, sex_logits, age, sex):
    age_loss = F.l1_loss(age_pred, age)
    sex_loss = F.cross_entropy(sex_logits, sex)
    total = age_loss + 0.5 * sex_loss.item()
    return total


@wrong(
    "trial: own loss of two heads",
    "the second term enters with .item(): its head gets no gradient",
    "LX410",
)
def _():
    torch.manual_seed(49)
    x, sex = blobs(64, 16, 2)
    age = (x[:, 0] + 0.2 * torch.randn(64)) / 2
    body = nn.Sequential(nn.Linear(16, 32), nn.ReLU())
    h = body(x)
    return two_heads, (nn.Linear(32, 1)(h).squeeze(1), nn.Linear(32, 2)(h), age, sex)


def bpr(pos_score, neg_score):
    return -F.logsigmoid(neg_score - pos_score).mean()


@wrong(
    "trial: own BPR loss, recommender",
    "the difference is the wrong way: what the user did not choose is ranked above what was chosen",
    "LX551",
)
def _():
    torch.manual_seed(50)
    users, items = nn.Embedding(100, 16), nn.Embedding(300, 16)
    u, i, j = (
        torch.randint(0, 100, (64,)),
        torch.randint(0, 300, (64,)),
        torch.randint(0, 300, (64,)),
    )
    return bpr, ((users(u) * items(i)).sum(1), (users(u) * items(j)).sum(1))


# ---------------------------------------------------------------- right: torch


@right(
    "trial: mixup on flowers", "CrossEntropyLoss with probabilities as targets, two classes mixed"
)
def _():
    torch.manual_seed(101)
    x, y = blobs(64, 16, 5)
    one, lam, perm = F.one_hot(y, 5).float(), 0.7, torch.randperm(64)
    return nn.CrossEntropyLoss(), (
        mlp(16, 5)(lam * x + (1 - lam) * x[perm]),
        lam * one + (1 - lam) * one[perm],
    )


@right(
    "trial: street segmentation with void pixels",
    "many pixels are 255, which ignore_index leaves out",
)
def _():
    torch.manual_seed(102)
    x, y = streets(4, 24, 5)
    y[:, :10] = 255
    return nn.CrossEntropyLoss(ignore_index=255), (conv(3, 5)(x), y)


@right(
    "trial: fraud detection with 3% of positives, done right",
    "large pos_weight: negatives/positives, as the documentation has it",
)
def _():
    torch.manual_seed(103)
    x, y = blobs(512, 10, 2, [0.97, 0.03])
    pos = y.sum()
    return nn.BCEWithLogitsLoss(pos_weight=(len(y) - pos) / pos), (
        mlp(10, 1)(x).squeeze(1),
        y.float(),
    )


@right(
    "trial: heart disease, BCELoss after a Sigmoid", "probabilities, and the loss for probabilities"
)
def _():
    torch.manual_seed(104)
    x, y = blobs(64, 13, 2)
    net = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
    return nn.BCELoss(), (net(x), y.float().unsqueeze(1))


@right("trial: X-ray findings with smoothed labels", "targets are 0.05 and 0.95, on purpose")
def _():
    torch.manual_seed(105)
    x = torch.randn(32, 20)
    y = (x @ torch.randn(20, 14) / 4 - 1 + 0.3 * torch.randn(32, 14) > 0).float()
    return nn.BCEWithLogitsLoss(), (mlp(20, 14)(x), 0.9 * y + 0.05)


@right("trial: house prices, logarithm, standardised", "both (N, 1): nothing is broadcast")
def _():
    torch.manual_seed(106)
    x, y = table(48, 8)
    return nn.MSELoss(), (mlp(8, 1)(x), ((y - y.mean()) / y.std()).unsqueeze(1))


@right(
    "trial: autoencoder of digits",
    "a sigmoid before MSELoss: pixels are from 0 to 1; the target is the input itself",
)
def _():
    torch.manual_seed(107)
    _, m = scans(32, 16, 4)
    x = (0.8 * m + 0.1 * torch.rand(32, 16, 16)).flatten(1)
    net = nn.Sequential(nn.Linear(256, 16), nn.ReLU(), nn.Linear(16, 256), nn.Sigmoid())
    return nn.MSELoss(), (net(x), x)


@right(
    "trial: NLLLoss of a segmentation net",
    "log_softmax over the channel axis of (N, C, H, W), as NLLLoss wants",
)
def _():
    torch.manual_seed(108)
    x, y = streets(4, 20, 4)
    return nn.NLLLoss(), (F.log_softmax(conv(3, 4)(x), dim=1), y)


@right(
    "trial: distillation, both as logarithms",
    "KLDivLoss with log_target=True and batchmean; both at the same temperature",
)
def _():
    torch.manual_seed(109)
    x, _ = blobs(64, 16, 10)
    teacher = mlp(16, 10, 64)
    with torch.no_grad():
        t = F.log_softmax(4 * teacher(x) / 2, dim=1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (
        F.log_softmax(mlp(16, 10)(x) / 2, dim=1),
        t,
    )


@right(
    "trial: speech recognition, blank is the last class",
    "labels use 0 as a letter, which is right since blank=26",
)
def _():
    torch.manual_seed(110)
    x, letters, lengths = voices(8, 60, 26, first=0)
    logp = mlp(13, 27)(x).log_softmax(2).transpose(0, 1)
    return nn.CTCLoss(blank=26, zero_infinity=True), (logp, letters, torch.full((8,), 60), lengths)


@right(
    "trial: handwriting, CTC with targets in one line",
    "targets are one-dimensional, put one after the other: lengths tell them apart",
)
def _():
    torch.manual_seed(111)
    x, letters, lengths = voices(6, 50, 30)
    flat = torch.cat([l[:n] for l, n in zip(letters, lengths)])
    logp = mlp(13, 30)(x).log_softmax(-1).permute(1, 0, 2)
    return nn.CTCLoss(), (logp, flat, torch.full((6,), 50), lengths)


@right(
    "trial: language model with padding", "class axis moved by permute; padding is 0 and ignored"
)
def _():
    torch.manual_seed(112)
    ids, _ = sentences(16, 24, 50)
    return nn.CrossEntropyLoss(ignore_index=0), (
        Causal(50)(ids[:, :-1]).permute(0, 2, 1),
        ids[:, 1:],
    )


@right("trial: masked language model", "85% of the targets are -100, the default of ignore_index")
def _():
    torch.manual_seed(113)
    ids, _ = sentences(8, 32, 40, least=32)
    chosen = torch.rand(8, 32) < 0.15
    enc = nn.Sequential(
        nn.Embedding(41, 24),
        nn.TransformerEncoderLayer(24, 4, 48, batch_first=True, dropout=0.0),
        nn.Linear(24, 40),
    )
    return nn.CrossEntropyLoss(), (
        enc(ids.masked_fill(chosen, 40)).view(-1, 40),
        ids.masked_fill(~chosen, -100).view(-1),
    )


@right(
    "trial: person re-identification, triplets",
    "anchor, positive, negative in this order; embeddings of length 1, margin to match",
)
def _():
    torch.manual_seed(114)
    people = torch.randn(48, 24)
    net = mlp(24, 16)

    def photo(who):
        return F.normalize(net(who + 0.5 * torch.randn(48, 24)), dim=1)

    return nn.TripletMarginLoss(margin=0.3), (
        photo(people),
        photo(people),
        photo(people.roll(1, 0)),
    )


@right("trial: question pairs, CosineEmbeddingLoss, done right", "labels -1 and 1, as integers")
def _():
    torch.manual_seed(115)
    a = torch.randn(40, 16)
    y = torch.randint(0, 2, (40,)) * 2 - 1
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn(40, 16), torch.randn(40, 16))
    net = mlp(16, 12)
    return nn.CosineEmbeddingLoss(margin=0.2), (net(a), net(b), y)


@right(
    "trial: ranking of search results",
    "MarginRankingLoss with labels all 1: the better document always comes first",
)
def _():
    torch.manual_seed(116)
    x, y = table(80, 12)
    score = mlp(12, 1)(x).squeeze(1)
    a, b = torch.arange(40), torch.arange(40, 80)
    better, worse = torch.where(y[:40] > y[40:], a, b), torch.where(y[:40] > y[40:], b, a)
    return nn.MarginRankingLoss(margin=0.5), (score[better], score[worse], torch.ones(40))


@right(
    "trial: energy demand with uncertainty, done right",
    "GaussianNLLLoss(mean, target, var) with a softplus variance",
)
def _():
    torch.manual_seed(117)
    x, y = table(64, 8)
    mean, raw = mlp(8, 2)(x).unbind(1)
    return nn.GaussianNLLLoss(), (mean, y, F.softplus(raw) + 1e-4)


@right(
    "trial: hospital admissions, Poisson",
    "a linear output, negative too: it is the logarithm of the rate (log_input=True)",
)
def _():
    torch.manual_seed(118)
    x, y = table(64, 8)
    return nn.PoissonNLLLoss(), (mlp(8, 1)(x).squeeze(1), torch.poisson((1 + 0.7 * y).exp()))


@right(
    "trial: insurance claims, Poisson",
    "softplus output as the rate, and log_input=False; most targets are 0",
)
def _():
    torch.manual_seed(119)
    x, y = table(128, 8)
    return nn.PoissonNLLLoss(log_input=False), (
        F.softplus(mlp(8, 1)(x)),
        torch.poisson((0.6 * y - 1).exp()).unsqueeze(1),
    )


@right("trial: DQN with a target network", "the target comes from a network, under no_grad")
def _():
    torch.manual_seed(120)
    q, old = mlp(4, 2, 64), mlp(4, 2, 64)
    s, a, r, done = (
        torch.randn(64, 4),
        torch.randint(0, 2, (64,)),
        torch.ones(64),
        (torch.rand(64) < 0.05).float(),
    )
    with torch.no_grad():
        goal = r + 0.99 * (1 - done) * old(s + 0.1 * torch.randn(64, 4)).max(1).values
    return nn.HuberLoss(), (q(s).gather(1, a[:, None]).squeeze(1), goal)


@right(
    "trial: image tags with MultiLabelMarginLoss, done right",
    "targets are class indices, padded with -1",
)
def _():
    torch.manual_seed(121)
    x = torch.randn(32, 16)
    hot = x @ torch.randn(16, 8) / 4 > 0.5
    y = torch.full((32, 8), -1)
    for i, row in enumerate(hot):
        y[i, : int(row.sum())] = row.nonzero().squeeze(1)
    return nn.MultiLabelMarginLoss(), (mlp(16, 8)(x), y)


@right("trial: two classes with SoftMarginLoss", "signed scores and labels -1 and 1")
def _():
    torch.manual_seed(122)
    x, y = blobs(40, 10, 2)
    return nn.SoftMarginLoss(), (mlp(10, 1)(x).squeeze(1), 2.0 * y - 1)


@right(
    "trial: diffusion model",
    "the target is pure noise: the model predicts what was added to the image",
)
def _():
    torch.manual_seed(123)
    _, m = scans(8, 16, 4)
    x, noise, level = 2.0 * m[:, None] - 1, torch.randn(8, 1, 16, 16), torch.rand(8, 1, 1, 1)
    noisy = level.sqrt() * x + (1 - level).sqrt() * noise
    return F.mse_loss, (conv(2, 1)(torch.cat([noisy, level.expand_as(noisy)], 1)), noise)


@right(
    "trial: GAN, the generator's step",
    "all targets are 1: the generator wants its images taken for real ones",
)
def _():
    torch.manual_seed(124)
    gen, dis = mlp(8, 64), mlp(64, 1)
    return nn.BCEWithLogitsLoss(), (dis(torch.tanh(gen(torch.randn(32, 8)))), torch.ones(32, 1))


@right(
    "trial: unbalanced skin lesions with smoothing",
    "class weights, inverse to the counts, with mean 1, and label_smoothing",
)
def _():
    torch.manual_seed(125)
    x, y = blobs(256, 16, 4, [0.7, 0.2, 0.07, 0.03])
    inverse = 1 / torch.bincount(y, minlength=4).float()
    return nn.CrossEntropyLoss(weight=inverse / inverse.mean(), label_smoothing=0.1), (
        mlp(16, 4)(x),
        y,
    )


@right(
    "trial: a converged classifier",
    "wide logits, nearly all right, and a loss near 0: it has been trained",
)
def _():
    torch.manual_seed(126)
    x, y = blobs(64, 16, 3)
    net = mlp(16, 3)
    opt = torch.optim.Adam(net.parameters(), lr=0.02)
    for _ in range(10):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
    opt.zero_grad()
    return nn.CrossEntropyLoss(), (net(x), y)


# ---------------------------------------------------------------- right: fastai


@right("trial: fastai, camvid-like segmentation, done right", "CrossEntropyLossFlat with axis=1")
def _():
    torch.manual_seed(127)
    x, y = streets(2, 24, 4)
    return CrossEntropyLossFlat(axis=1), (conv(3, 4)(x), y)


@right(
    "trial: fastai, planet tags",
    "integer multi-hot targets: BCEWithLogitsLossFlat makes them float",
)
def _():
    torch.manual_seed(128)
    x = torch.randn(32, 24)
    return BCEWithLogitsLossFlat(), (mlp(24, 17)(x), (x @ torch.randn(24, 17) / 5 > 1).long())


@right(
    "trial: fastai, tabular regression",
    "output (N, 1), target (N,): MSELossFlat flattens both, nothing is broadcast",
)
def _():
    torch.manual_seed(129)
    x, y = table(64, 10)
    return MSELossFlat(), (mlp(10, 1)(x), y)


@right(
    "trial: fastai, tumour segmentation with two channels",
    "DiceLoss with logits of background and tumour; it adds up over images and classes",
)
def _():
    torch.manual_seed(130)
    x, m = scans(4, 32)
    return FastaiDice(), (conv(1, 2)(x), m)


# ---------------------------------------------------------------- right: lossfx


@right(
    "trial: lossfx, organs in CT, four masks that may overlap, done right",
    "masks add up to more than 1 at a pixel: independent classes; dim=1",
)
def _():
    torch.manual_seed(131)
    x, m = zip(*(scans(3, 24) for _ in range(4)))
    return lossfx.DiceLoss(classes="independent", dim=1), (
        conv(4, 4)(torch.cat(x, 1)),
        torch.stack(m, 1).float(),
    )


@right(
    "trial: lossfx, long-tailed species, logit adjustment, done right",
    "prior is the frequency in the training data; the batch holds few of the rare ones",
)
def _():
    torch.manual_seed(132)
    shares = [0.6, 0.2, 0.1, 0.06, 0.04]
    x, y = blobs(128, 16, 5, shares)
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=torch.tensor(shares)), (mlp(16, 5)(x), y)


@right(
    "trial: lossfx, LDAM with a cosine head",
    "scores are cosines from -1 to 1, which scale=30 brings to the size of logits",
)
def _():
    torch.manual_seed(133)
    x, y = blobs(128, 16, 5, [0.5, 0.25, 0.15, 0.07, 0.03])
    head = nn.Parameter(torch.randn(5, 24))
    cosine = F.linear(F.normalize(mlp(16, 24)(x), dim=1), F.normalize(head, dim=1))
    return lossfx.LDAMLoss(
        counts=torch.tensor([5000.0, 2500.0, 1500.0, 700.0, 300.0]), scale=30.0
    ), (cosine, y)


@right(
    "trial: lossfx, distillation with labels",
    "logits of both, temperature 4, nine tenths of the weight on the teacher",
)
def _():
    torch.manual_seed(134)
    x, y = blobs(64, 16, 8)
    teacher, student = mlp(16, 8, 128), mlp(16, 8, 16)
    with torch.no_grad():
        t = 3 * teacher(x)
    return lossfx.DistillationLoss(temperature=4.0, mix=0.9), (student(x), t, y)


@right(
    "trial: lossfx, captions and images, done right",
    "temperature is a tensor with a gradient, exp of a learnt parameter; embeddings are not "
    "normalised (the loss does it)",
)
def _():
    torch.manual_seed(135)
    z = torch.randn(64, 12)
    image = mlp(24, 16)(z @ torch.randn(12, 24) + 0.1 * torch.randn(64, 24))
    text = mlp(20, 16)(z @ torch.randn(12, 20) + 0.1 * torch.randn(64, 20))
    log_t = nn.Parameter(torch.tensor(math.log(0.07)))
    return lossfx.CLIPLoss(temperature=log_t.exp()), (image, text)


@right(
    "trial: lossfx, slot filling, focal loss with a mask, done right",
    "padded places have label 0 and are left out: mask is True for words",
)
def _():
    torch.manual_seed(136)
    words, _ = sentences(16, 20, 60)
    slots = torch.where(words > 0, words % 9 + 1, 0)
    logits = nn.Sequential(nn.Embedding(60, 16, padding_idx=0), nn.Linear(16, 10))(words)
    return lossfx.FocalLoss(gamma=2.0), (logits, slots), dict(mask=words != 0)


# ---------------------------------------------------------------- right: written by hand


def dice_from_logits(logits, target, smooth=1.0):
    prob = torch.sigmoid(logits)
    inter = (prob * target).sum(dim=(1, 2, 3))
    total = prob.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3))
    return (1 - (2 * inter + smooth) / (total + smooth)).mean()


@right(
    "trial: own dice, retina vessels, done right",
    "a sigmoid inside, one image without any vessel: the smoothing term takes care",
)
def _():
    torch.manual_seed(137)
    x, m = scans(4, 32)
    m[0] = 0
    x[0] = torch.randn(1, 32, 32)
    return dice_from_logits, (conv(1, 1)(x), m.unsqueeze(1).float())


class ELBO(nn.Module):
    def __init__(self, beta=1.0):
        super().__init__()
        self.beta = beta

    def forward(self, recon, x, mu, logvar):
        rec = F.mse_loss(recon, x, reduction="sum") / x.shape[0]
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / x.shape[0]
        return rec + self.beta * kld


@right(
    "trial: own VAE loss, done right", "KL term with its minus; both terms are sums, per example"
)
def _():
    torch.manual_seed(138)
    x, _ = blobs(64, 20, 4)
    mu, logvar = mlp(20, 8)(x).chunk(2, dim=1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
    return ELBO(), (mlp(4, 20)(z), x, mu, logvar)


def simclr(z1, z2, temperature=0.5):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    sim = z @ z.t() / temperature
    sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    partner = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(sim, partner)


@right(
    "trial: own SimCLR loss, done right",
    "-inf on the diagonal, which the label never picks; two arguments with a gradient, no label",
)
def _():
    torch.manual_seed(139)
    x, _ = blobs(32, 24, 6)
    net = mlp(24, 16)
    return simclr, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


def binary_focal(logits, target, gamma=2.0, alpha=0.25):
    bce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    pt = torch.exp(-bce)
    at = alpha * target + (1 - alpha) * (1 - target)
    return (at * (1 - pt) ** gamma * bce).mean()


@right(
    "trial: own focal loss, defects on steel, done right",
    "alpha=0.25 for the rare class, as in the paper, where gamma=2 makes up for it",
)
def _():
    torch.manual_seed(140)
    x, y = blobs(256, 16, 2, [0.9, 0.1])
    return binary_focal, (mlp(16, 1)(x).squeeze(1), y.float())


def quantiles(pred, target, qs=(0.1, 0.5, 0.9)):
    q = torch.tensor(qs)
    err = target.unsqueeze(-1) - pred
    return torch.maximum(q * err, (q - 1) * err).mean()


@right(
    "trial: own pinball loss, three quantiles at once",
    "target (N,) is broadcast against (N, 3) on purpose, with unsqueeze",
)
def _():
    torch.manual_seed(141)
    x, y = table(64, 8)
    return quantiles, (mlp(8, 3)(x), y)


def policy_gradient(logits, actions, returns):
    dist = torch.distributions.Categorical(logits=logits)
    adv = (returns - returns.mean()) / (returns.std() + 1e-8)
    return -(dist.log_prob(actions) * adv).mean() - 0.01 * dist.entropy().mean()


@right(
    "trial: own REINFORCE with entropy bonus",
    "the loss may be negative, and entropy is subtracted: both as they should",
)
def _():
    torch.manual_seed(142)
    logits = mlp(8, 4, 64)(torch.randn(128, 8))
    actions = torch.distributions.Categorical(logits=logits.detach()).sample()
    return policy_gradient, (logits, actions, 20 + 3 * actions + 5 * torch.randn(128))


def masked_mse(pred, target, mask):
    return ((pred - target) ** 2 * mask).sum() / mask.sum().clamp(min=1)


@right(
    "trial: own masked MSE, glucose curves with gaps",
    "unmeasured points are 0 in the target and left out; divided by what is left",
)
def _():
    torch.manual_seed(143)
    t = torch.linspace(0, 6, 48)
    mask = (torch.rand(16, 48) > 0.3).float()
    y = (torch.sin(t + torch.rand(16, 1) * 6) + 0.1 * torch.randn(16, 48)) * mask
    out, _ = nn.GRU(1, 12, batch_first=True)(y.unsqueeze(2))
    return masked_mse, (nn.Linear(12, 1)(out).squeeze(2)[:, :-1], y[:, 1:], mask[:, 1:])


def neg_si_sdr(est, ref, eps=1e-8):
    est = est - est.mean(dim=-1, keepdim=True)
    ref = ref - ref.mean(dim=-1, keepdim=True)
    proj = (est * ref).sum(-1, keepdim=True) / (ref.pow(2).sum(-1, keepdim=True) + eps) * ref
    noise = est - proj
    return -10 * torch.log10((proj.pow(2).sum(-1) + eps) / (noise.pow(2).sum(-1) + eps)).mean()


@right(
    "trial: own SI-SDR loss, speech enhancement",
    "decibels with a minus: the loss has no lower bound and may be below 0",
)
def _():
    torch.manual_seed(144)
    t = torch.arange(800) / 8000
    clean = torch.sin(2 * math.pi * (200 + 300 * torch.rand(8, 1)) * t) * (
        0.3 + 0.2 * torch.rand(8, 1)
    )
    net = nn.Sequential(nn.Conv1d(1, 8, 15, padding=7), nn.ReLU(), nn.Conv1d(8, 1, 15, padding=7))
    return neg_si_sdr, (net((clean + 0.1 * torch.randn(8, 800)).unsqueeze(1)).squeeze(1), clean)


def cox(risk, time, event):
    "Negative partial log-likelihood (Breslow)."
    order = torch.argsort(time, descending=True)
    risk, event = risk[order], event[order]
    return -((risk - torch.logcumsumexp(risk, dim=0)) * event).sum() / event.sum().clamp(min=1)


@right(
    "trial: own Cox loss, survival of patients, done right",
    "it sorts by itself; times have no gradient and events are 0 and 1",
)
def _():
    torch.manual_seed(145)
    x, y = table(96, 10)
    time = -torch.log(torch.rand(96)) * 24 * (-y).exp()
    censor = 60 * torch.rand(96)
    return cox, (mlp(10, 1)(x).squeeze(1), torch.minimum(time, censor), (time <= censor).float())


def two_tasks(age_pred, sex_logits, age, sex, weight=0.5):
    return F.l1_loss(age_pred, age) + weight * F.cross_entropy(sex_logits, sex, ignore_index=-1)


@right(
    "trial: own loss of two heads, done right",
    "a third of the patients have no sex on record (-1), which is ignored",
)
def _():
    torch.manual_seed(146)
    x, sex = blobs(64, 16, 2)
    age = (x[:, 0] + 0.2 * torch.randn(64)) / 2
    h = nn.Sequential(nn.Linear(16, 32), nn.ReLU())(x)
    return two_tasks, (
        nn.Linear(32, 1)(h).squeeze(1),
        nn.Linear(32, 2)(h),
        age,
        torch.where(torch.rand(64) < 0.3, -1, sex),
    )


def bpr_loss(pos_score, neg_score):
    return -F.logsigmoid(pos_score.unsqueeze(1) - neg_score).mean()


@right(
    "trial: own BPR loss, five negatives for each",
    "(N,) against (N, 5), brought together with unsqueeze; no label at all",
)
def _():
    torch.manual_seed(147)
    users, items = nn.Embedding(100, 16), nn.Embedding(300, 16)
    nn.init.normal_(users.weight, std=0.1)
    nn.init.normal_(items.weight, std=0.1)
    u, i, j = (
        torch.randint(0, 100, (64,)),
        torch.randint(0, 300, (64,)),
        torch.randint(0, 300, (64, 5)),
    )
    return bpr_loss, ((users(u) * items(i)).sum(1), (users(u)[:, None] * items(j)).sum(2))


def ppo(logp, old_logp, adv, clip=0.2):
    ratio = (logp - old_logp).exp()
    return -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()


@right(
    "trial: own PPO loss",
    "minus and minimum, old probabilities detached; part of the ratios is clipped, without "
    "gradient",
)
def _():
    torch.manual_seed(148)
    s, policy = torch.randn(128, 8), mlp(8, 4, 64)
    with torch.no_grad():
        old = torch.distributions.Categorical(logits=policy(s))
        a = old.sample()
        before = old.log_prob(a)
        for p in policy.parameters():
            p.add_(0.05 * torch.randn_like(p))
    adv = torch.where(a == 2, 1.0, -0.3) + 0.5 * torch.randn(128)
    logp = torch.distributions.Categorical(logits=policy(s)).log_prob(a)
    return ppo, (logp, before, (adv - adv.mean()) / adv.std())


def hinton(student, teacher, y, t=3.0, alpha=0.7):
    soft = (
        F.kl_div(
            F.log_softmax(student / t, dim=1), F.softmax(teacher / t, dim=1), reduction="batchmean"
        )
        * t
        * t
    )
    return alpha * soft + (1 - alpha) * F.cross_entropy(student, y)


@right(
    "trial: own distillation loss",
    "log-probabilities against probabilities, temperature on both, times its square",
)
def _():
    torch.manual_seed(149)
    x, y = blobs(64, 16, 8)
    teacher = mlp(16, 8, 128)
    with torch.no_grad():
        t = 3 * teacher(x)
    return hinton, (mlp(16, 8)(x), t, y)


def gaussian_mixture(logits, means, log_std, target):
    "Mixture density network: negative log-likelihood."
    comp = (
        -0.5 * ((target.unsqueeze(1) - means) / log_std.exp()) ** 2
        - log_std
        - 0.5 * math.log(2 * math.pi)
    )
    return -torch.logsumexp(F.log_softmax(logits, dim=1) + comp, dim=1).mean()


@right(
    "trial: own mixture density loss, stock returns",
    "log_softmax and logsumexp together; a density, so that the loss may be negative",
)
def _():
    torch.manual_seed(150)
    x, y = table(96, 8)
    logits, means, log_std = mlp(8, 9)(x).chunk(3, dim=1)
    return gaussian_mixture, (logits, means, log_std, y)
