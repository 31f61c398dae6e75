"""What one who asked for the doctor tries again: torch's losses, fastai's, these and their own."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def classes(n, d, c, seed, prior=None, spread=2.0):
    "Standardised features and class indices that belong together."
    torch.manual_seed(seed)
    centre = spread * torch.randn(c, d) / d**0.5 * 2
    y = (
        torch.randint(0, c, (n,))
        if prior is None
        else torch.multinomial(torch.tensor(prior), n, replacement=True)
    )
    x = centre[y] + torch.randn(n, d)
    return (x - x.mean(0)) / x.std(0), y


def mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


def scenes(n, c, size, seed):
    "Images (n, 3, size, size) with blobs, and masks of class indices."
    torch.manual_seed(seed)
    low = torch.randn(n, c, max(size // 4, 2), max(size // 4, 2))
    mask = F.interpolate(low, size=(size, size), mode="bilinear", align_corners=False).argmax(1)
    colour = torch.rand(c, 3)
    x = colour[mask].permute(0, 3, 1, 2) + 0.1 * torch.randn(n, 3, size, size)
    x = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)
    return x, mask


def unet(o):
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, o, 1),
    )


# ---------------------------------------------------------------- wrong: torch


@wrong(
    "trial: nn.NLLLoss, model ends with nn.Softmax",
    "NLLLoss takes log-probabilities, the model gives probabilities: the loss is negative, "
    "its gradient does not push small ones",
    "LX305",
)
def _():
    x, y = classes(64, 20, 6, 1)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 6), nn.Softmax(dim=1))
    return nn.NLLLoss(), (net(x), y)


@wrong(
    "trial: nn.BCEWithLogitsLoss, multi-label tagger that ends with a sigmoid",
    "sigmoid applied twice: probabilities can only be in 0.5 to 0.73",
    "LX303",
)
def _():
    torch.manual_seed(2)
    x = torch.randn(64, 24)
    y = ((x @ torch.randn(24, 8)) > 5).float()
    net = mlp(24, 8)
    return nn.BCEWithLogitsLoss(), (torch.sigmoid(net(x)), y)


@wrong(
    "trial: nn.BCELoss, binary model with one output",
    "softmax over a single output is 1 for every example: no gradient",
    "LX312",
)
def _():
    x, y = classes(64, 10, 2, 3)
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1), nn.Softmax(dim=1))
    return nn.BCELoss(), (net(x), y.float().unsqueeze(1))


@wrong(
    "trial: nn.MSELoss, house data, prediction (N, 1), target (N,)",
    "shapes broadcast to (N, N): the model learns the mean",
    "LX101",
)
def _():
    torch.manual_seed(4)
    x = torch.randn(32, 13)
    y = x @ torch.randn(13) / 13**0.5 + 0.1 * torch.randn(32)
    return nn.MSELoss(), (mlp(13, 1)(x), y)


@wrong(
    "trial: nn.CrossEntropyLoss, Pascal VOC masks",
    "void pixels are 255 and ignore_index was not set: raises that target 255 is out of bounds",
    "LX201",
)
def _():
    x, y = scenes(2, 21, 32, 5)
    y = y.clone()
    y[:, 10:12, :] = 255
    y[:, :, 20:22] = 255
    return nn.CrossEntropyLoss(), (unet(21)(x), y)


@wrong(
    "trial: nn.KLDivLoss of two distributions",
    "input has to be log-probabilities, and is softmax",
    "LX305",
)
def _():
    torch.manual_seed(6)
    x = torch.randn(32, 12)
    target = F.softmax(x @ torch.randn(12, 5), dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.softmax(mlp(12, 5)(x), dim=1), target)


@wrong(
    "trial: F.kl_div, distillation, arguments in the order of the formula KL(p, q)",
    "the student's log-probabilities stand as target, the teacher's probabilities as input",
    "LX510",
)
def _():
    torch.manual_seed(7)
    x = torch.randn(32, 12)
    student, teacher = mlp(12, 10), mlp(12, 10, 128)
    with torch.no_grad():
        t = F.softmax(3 * teacher(x), dim=1)
    return F.kl_div, (t, F.log_softmax(student(x), dim=1)), dict(reduction="batchmean")


@wrong(
    "trial: nn.CTCLoss, text recogniser that pools its width by 8",
    "the sequence of predictions is shorter than the text: no alignment exists, the loss is inf",
    "LX323",
)
def _():
    torch.manual_seed(8)
    images = torch.rand(4, 1, 16, 64)
    conv = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 8)))
    h = conv(images).squeeze(2).permute(2, 0, 1)
    logp = nn.Linear(16, 27)(h).log_softmax(2)
    targets = torch.randint(1, 27, (4, 11))
    return nn.CTCLoss(blank=0), (logp, targets, torch.full((4,), 8), torch.full((4,), 11))


@wrong(
    "trial: nn.CosineEmbeddingLoss, sentence pairs",
    "labels are 0 and 1, where it takes -1 and 1: pairs with 0 give nothing",
    "LX202",
)
def _():
    torch.manual_seed(9)
    net = nn.Sequential(nn.Linear(50, 64), nn.Tanh(), nn.Linear(64, 32))
    a = torch.randn(32, 50)
    y = torch.randint(0, 2, (32,))
    b = torch.where(y[:, None] == 1, a + 0.3 * torch.randn(32, 50), torch.randn(32, 50))
    return nn.CosineEmbeddingLoss(margin=0.2), (net(a), net(b), y)


@wrong(
    "trial: nn.MultiLabelMarginLoss with multi-hot labels",
    "it takes a list of class indices that ends with -1; multi-hot labels are read as classes "
    "0 and 1",
    "LX206",
)
def _():
    torch.manual_seed(10)
    x = torch.randn(32, 16)
    y = ((x @ torch.randn(16, 7)) > 3).long()
    return nn.MultiLabelMarginLoss(), (mlp(16, 7)(x), y)


@wrong(
    "trial: nn.GaussianNLLLoss, network with a head for the logarithm of the variance",
    "the log-variance is given as the variance: raises that it has negative entries",
    "LX315",
)
def _():
    torch.manual_seed(111)
    x = torch.randn(64, 5)
    y = x.sum(1, keepdim=True) / 5**0.5 + 0.2 * torch.randn(64, 1)
    mean, log_var = mlp(5, 2)(x).chunk(2, dim=1)
    return nn.GaussianNLLLoss(), (mean, y, log_var)


@wrong(
    "trial: nn.PoissonNLLLoss, visits per day, model ends with Softplus",
    "log_input is True by default, and the model gives the rate itself",
    "LX314",
)
def _():
    torch.manual_seed(12)
    x = torch.randn(64, 6)
    y = torch.poisson(torch.exp(0.5 * x[:, :1] + 1))
    net = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1), nn.Softplus())
    return nn.PoissonNLLLoss(), (net(x), y)


@wrong(
    "trial: nn.CrossEntropyLoss, segmentation flattened by hand",
    "(N, C, H, W) is reshaped to (-1, C) without a permute: rows mix pixels and classes",
    "LX113",
)
def _():
    x, y = scenes(4, 5, 16, 13)
    out = unet(5)(x)
    return nn.CrossEntropyLoss(), (out.reshape(-1, 5), y.reshape(-1))


@wrong(
    "trial: nn.CrossEntropyLoss, translation batch padded with 0",
    "padding (index 0) is most of the targets, and is not ignored",
    "LX210",
)
def _():
    torch.manual_seed(14)
    vocab, n, t = 120, 8, 30
    src = torch.randint(4, vocab, (n, t))
    y = (src + 7) % (vocab - 4) + 4
    for i, length in enumerate(torch.randint(5, 14, (n,)).tolist()):
        y[i, length:] = 0
        src[i, length:] = 0
    emb, rnn, head = (
        nn.Embedding(vocab, 32, padding_idx=0),
        nn.GRU(32, 48, batch_first=True),
        nn.Linear(48, vocab),
    )
    out = head(rnn(emb(src))[0])
    return nn.CrossEntropyLoss(), (out.view(-1, vocab), y.view(-1))


@wrong(
    "trial: F.cross_entropy, language model",
    "targets are the input tokens themselves, not shifted by one: the model learns to copy",
    "LX211",
)
def _():
    torch.manual_seed(15)
    vocab = 65
    ids = torch.randint(0, vocab, (8, 32))
    emb, rnn, head = (
        nn.Embedding(vocab, 32),
        nn.LSTM(32, 64, batch_first=True),
        nn.Linear(64, vocab),
    )
    logits = head(rnn(emb(ids))[0])
    return F.cross_entropy, (logits.view(-1, vocab), ids.view(-1))


@wrong(
    "trial: nn.CrossEntropyLoss, class weights for an imbalanced set",
    "weight holds the counts, not their inverse: the common class counts yet more",
    "LX525",
)
def _():
    x, y = classes(128, 16, 4, 16, prior=[0.82, 0.10, 0.05, 0.03])
    return nn.CrossEntropyLoss(weight=torch.tensor([8200.0, 1000.0, 500.0, 300.0])), (
        mlp(16, 4)(x),
        y,
    )


@wrong(
    "trial: nn.MSELoss, prices in dollars",
    "targets of some 100,000s are not scaled: a loss of 1e10, gradients explode",
    "LX657",
)
def _():
    torch.manual_seed(17)
    x = torch.randn(64, 8)
    y = (180000 + 60000 * (x @ torch.randn(8, 1)) / 8**0.5).clamp(35000, 700000)
    return nn.MSELoss(), (mlp(8, 1)(x), y)


@wrong(
    "trial: nn.SmoothL1Loss, standardised targets, nn.ReLU after the last layer",
    "half of the targets are negative, which the model cannot give",
    "LX321",
)
def _():
    torch.manual_seed(18)
    x = torch.randn(64, 8)
    y = x @ torch.randn(8, 1) / 8**0.5 + 0.1 * torch.randn(64, 1)
    y = (y - y.mean()) / y.std()
    net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU())
    return nn.SmoothL1Loss(), (net(x), y)


@wrong(
    "trial: nn.NLLLoss after log_softmax over the batch",
    "dim=0 normalises over the examples, and not over the classes",
    "LX309",
)
def _():
    x, y = classes(48, 12, 5, 19)
    return nn.NLLLoss(), (F.log_softmax(mlp(12, 5)(x), dim=0), y)


@wrong(
    "trial: nn.CrossEntropyLoss with the votes of annotators",
    "soft labels are counts of votes: rows sum to the number of annotators, not to 1",
    "LX203",
)
def _():
    x, y = classes(64, 16, 4, 20)
    p = 0.8 * F.one_hot(y, 4) + 0.05
    votes = torch.stack(
        [
            torch.bincount(torch.multinomial(q, int(k), replacement=True), minlength=4)
            for q, k in zip(p, torch.randint(3, 11, (64,)))
        ]
    ).float()
    return nn.CrossEntropyLoss(), (mlp(16, 4)(x), votes)


# ---------------------------------------------------------------- wrong: fastai
from fastai.losses import (
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


@wrong(
    "trial: fastai CrossEntropyLossFlat, segmentation",
    "axis=1 is missing: the width is taken for the classes; raises that batch sizes differ",
    "LX124",
)
def _():
    x, y = scenes(2, 4, 24, 21)
    return CrossEntropyLossFlat(), (unet(4)(x), y)


@wrong(
    "trial: fastai LabelSmoothingCrossEntropyFlat, custom head",
    "a ReLU after the last layer: no logit can be negative",
    "LX301",
)
def _():
    x, y = classes(64, 20, 10, 22)
    net = nn.Sequential(
        nn.Linear(20, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10), nn.ReLU()
    )
    return LabelSmoothingCrossEntropyFlat(), (net(x), y)


@wrong(
    "trial: fastai BCEWithLogitsLossFlat, a vocabulary of three classes",
    "one logit, and labels 0, 1 and 2: floatify makes a label of 2.0",
    "LX204",
)
def _():
    x, y = classes(64, 10, 3, 23)
    return BCEWithLogitsLossFlat(), (mlp(10, 1)(x), y)


@wrong(
    "trial: fastai DiceLoss, masks read from PNG",
    "masks hold 0 and 255 and not 0 and 1: class 1 has no pixel",
    "LX219",
)
def _():
    x, y = scenes(4, 2, 24, 24)
    return FastaiDice(), (unet(2)(x), y * 255)


@wrong(
    "trial: fastai L1LossFlat, coordinates of a point",
    "prediction (N, 2), target (2, N): flattening hides that x and y are mixed among examples",
    "LX119",
)
def _():
    torch.manual_seed(25)
    x = torch.randn(32, 10)
    px, py = torch.tanh(x[:, 0] + x[:, 1]), torch.tanh(x[:, 2] - x[:, 3])
    return L1LossFlat(), (mlp(10, 2)(x), torch.stack([px, py]))


@wrong(
    "trial: fastai MSELossFlat, ratings from 1 to 5",
    "the model ends with a sigmoid without a range: it cannot give more than 1",
    "LX321",
)
def _():
    torch.manual_seed(26)
    users, items = nn.Embedding(40, 8), nn.Embedding(60, 8)
    u, i = torch.randint(0, 40, (64,)), torch.randint(0, 60, (64,))
    y = (
        torch.multinomial(
            torch.tensor([0.06, 0.11, 0.27, 0.34, 0.22]), 64, replacement=True
        ).float()
        + 1
    )
    return MSELossFlat(), (torch.sigmoid((users(u) * items(i)).sum(1)), y)


# ---------------------------------------------------------------- wrong: lossfx
import lossfx


@wrong(
    "trial: lossfx FocalLoss, model ends with softmax",
    "softmax applied twice: FocalLoss takes logits",
    "LX301",
)
def _():
    x, y = classes(64, 20, 7, 27)
    return lossfx.FocalLoss(gamma=2.0), (F.softmax(mlp(20, 7)(x), dim=-1), y)


@wrong(
    "trial: lossfx BinaryFocalLoss(alpha=1.0), as if that were no weighting",
    "alpha=1 gives label 0 the weight 0: the model learns to say yes to everything",
    "LX652",
)
def _():
    torch.manual_seed(28)
    x = torch.randn(256, 16)
    y = ((x @ torch.randn(16)) > 5).float()
    return lossfx.BinaryFocalLoss(gamma=2.0, alpha=1.0), (mlp(16, 1)(x).squeeze(1), y)


@wrong(
    "trial: lossfx DistillationLoss, teacher's softmax from a file",
    "the teacher's probabilities stand where its logits belong: raises",
    "LX100",
)
def _():
    x, y = classes(64, 16, 10, 29)
    teacher = mlp(16, 10, 128)
    with torch.no_grad():
        t = F.softmax(6 * teacher(x), dim=1)
    return lossfx.DistillationLoss(temperature=4.0, mix=0.7), (mlp(16, 10)(x), t, y)


@wrong(
    "trial: lossfx ContrastiveLoss on F.cosine_similarity",
    "a similarity is given where a distance belongs: like pairs are pushed apart",
    "LX313",
)
def _():
    torch.manual_seed(30)
    net = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
    a = torch.randn(48, 40)
    y = torch.randint(0, 2, (48,)) * 2 - 1
    b = torch.where(y[:, None] == 1, a + 0.3 * torch.randn(48, 40), torch.randn(48, 40))
    return lossfx.ContrastiveLoss(margin=1.0), (F.cosine_similarity(net(a), net(b)), y)


@wrong(
    "trial: lossfx TripletLoss(distance='cosine', margin=2.5)",
    "a cosine distance is at most 2: no triplet can ever be satisfied",
    "LX325",
)
def _():
    torch.manual_seed(31)
    net = mlp(30, 16, 64)
    a, n = torch.randn(32, 30), torch.randn(32, 30)
    p = a + 0.4 * torch.randn(32, 30)
    return lossfx.TripletLoss(margin=2.5, distance="cosine"), (net(a), net(p), net(n))


@wrong(
    "trial: lossfx SoftLabelCrossEntropyLoss(ignore_index=0), spam or not",
    "ignore_index=0 leaves out all examples of the first of two classes",
    "LX208",
)
def _():
    x, y = classes(64, 16, 2, 32)
    return lossfx.SoftLabelCrossEntropyLoss(alpha=0.05, ignore_index=0), (mlp(16, 2)(x), y)


@wrong(
    "trial: lossfx HingeLoss, model ends with a sigmoid",
    "a score in 0 to 1 never is below -1: label -1 always has a loss",
    "LX325",
)
def _():
    x, y = classes(64, 10, 2, 33)
    return lossfx.HingeLoss(), (torch.sigmoid(mlp(10, 1)(x)).squeeze(1), 2 * y - 1)


@wrong(
    "trial: lossfx SupervisedContrastiveLoss with the index of the image as label",
    "every label is unique in the batch: no embedding has a partner",
    "LX404",
)
def _():
    torch.manual_seed(34)
    x = torch.randn(32, 30)
    return lossfx.SupervisedContrastiveLoss(), (mlp(30, 16, 64)(x), torch.randperm(5000)[:32])


@wrong(
    "trial: lossfx CLIPLoss, temperature=logit_scale.exp()",
    "the scale of about 14 is what similarities are multiplied by in CLIP; here they are "
    "divided by it",
    "LX653",
)
def _():
    torch.manual_seed(35)
    shared = torch.randn(32, 12)
    image, text = shared @ torch.randn(12, 40) / 3, shared @ torch.randn(12, 24) / 3
    logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    return lossfx.CLIPLoss(temperature=logit_scale.exp()), (
        mlp(40, 16, 64)(image),
        mlp(24, 16, 64)(text),
    )


@wrong(
    "trial: lossfx ArcFaceLoss(scale=1.0), a hundred people",
    "cosines that are not scaled up: softmax stays nearly uniform, the loss can hardly fall",
    "LX653",
)
def _():
    x, y = classes(64, 40, 100, 36)
    head = nn.Parameter(0.1 * torch.randn(100, 32))
    return lossfx.ArcFaceLoss(margin=0.5, scale=1.0), (mlp(40, 32, 64)(x), head, y)


@wrong(
    "trial: lossfx SoftLabelCrossEntropyLoss, mask=pad_mask",
    "the mask is True at the padding, and True keeps: only padding is trained on",
    "LX210",
)
def _():
    torch.manual_seed(37)
    vocab, n, t = 90, 8, 24
    ids = torch.randint(3, vocab, (n, t + 1))
    for i, length in enumerate(torch.randint(12, 24, (n,)).tolist()):
        ids[i, length:] = 0
    src, y = ids[:, :-1], ids[:, 1:]
    emb, rnn, head = (
        nn.Embedding(vocab, 32, padding_idx=0),
        nn.GRU(32, 48, batch_first=True),
        nn.Linear(48, vocab),
    )
    return lossfx.SoftLabelCrossEntropyLoss(), (head(rnn(emb(src))[0]), y), dict(mask=y == 0)


@wrong(
    "trial: lossfx LabelRelaxationLoss(alpha=0.9), ten classes",
    "alpha is what is free of a label, and not what it keeps: a uniform prediction has loss 0",
    "LX652",
)
def _():
    x, y = classes(64, 20, 10, 38)
    return lossfx.LabelRelaxationLoss(alpha=0.9), (mlp(20, 10)(x), y)


# ---------------------------------------------------------------- wrong: written by users


@wrong(
    "trial: user's soft dice for a binary mask",
    "no sigmoid: logits are summed up as if they were probabilities",
    "LX310",
)
def _():
    class SoftDice(nn.Module):
        def __init__(self, smooth=1.0):
            super().__init__()
            self.smooth = smooth

        def forward(self, pred, target):
            pred, target = pred.flatten(1), target.flatten(1)
            inter = (pred * target).sum(1)
            return (
                1 - (2 * inter + self.smooth) / (pred.sum(1) + target.sum(1) + self.smooth)
            ).mean()

    x, y = scenes(4, 2, 24, 39)
    return SoftDice(), (unet(1)(x), y.unsqueeze(1).float())


@wrong("trial: user's IoU loss", "gives the IoU itself, which training makes small", "LX520")
def _():
    def iou_loss(logits, target, eps=1e-6):
        p = torch.sigmoid(logits)
        inter = (p * target).sum((1, 2, 3))
        union = (p + target - p * target).sum((1, 2, 3))
        return ((inter + eps) / (union + eps)).mean()

    x, y = scenes(4, 2, 24, 40)
    return iou_loss, (unet(1)(x), y.unsqueeze(1).float())


@wrong(
    "trial: user's focal loss on top of nn.CrossEntropyLoss()",
    "cross entropy is averaged before it is weighed: one weight for the whole batch",
    "LX511",
)
def _():
    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0, alpha=0.25):
            super().__init__()
            self.gamma, self.alpha = gamma, alpha
            self.ce = nn.CrossEntropyLoss()

        def forward(self, inputs, targets):
            logp = self.ce(inputs, targets)
            p = torch.exp(-logp)
            return self.alpha * (1 - p) ** self.gamma * logp

    x, y = classes(64, 16, 5, 41)
    return FocalLoss(), (mlp(16, 5)(x), y)


@wrong(
    "trial: user's masked MSE, air quality with gaps",
    "missing targets are NaN, and NaN times 0 is NaN",
    "LX207",
)
def _():
    def masked_mse(pred, target, mask):
        return (((pred - target) ** 2) * mask).sum() / mask.sum()

    torch.manual_seed(42)
    x = torch.randn(64, 12)
    y = x @ torch.randn(12, 3) / 12**0.5
    y[torch.rand(64, 3) < 0.2] = float("nan")
    return masked_mse, (mlp(12, 3)(x), y, (~y.isnan()).float())


@wrong(
    "trial: user's weighted sum of two losses, wrapped up in torch.tensor",
    "torch.tensor(..., requires_grad=True) cuts the graph: no parameter gets a gradient",
    "LX402",
)
def _():
    def total_loss(logits, target):
        ce = F.cross_entropy(logits, target)
        confidence = F.softmax(logits, 1).max(1).values.mean()
        return torch.tensor(ce.item() + 0.1 * confidence.item(), requires_grad=True)

    x, y = classes(64, 16, 5, 43)
    return total_loss, (mlp(16, 5)(x), y)


@wrong(
    "trial: user's NT-Xent (SimCLR)",
    "the similarity of each embedding to itself stays in the denominator, and it is the largest",
    "LX517",
)
def _():
    def nt_xent(z1, z2, temperature=0.1):
        n = z1.shape[0]
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.T / temperature
        labels = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
        return F.cross_entropy(sim, labels)

    torch.manual_seed(44)
    x = torch.randn(32, 30)
    net = mlp(30, 16, 64)
    return nt_xent, (net(x + 0.3 * torch.randn(32, 30)), net(x + 0.3 * torch.randn(32, 30)))


@wrong(
    "trial: user's mean distance of keypoints",
    "square root of 0 at keypoints that are masked out: the loss is finite, its gradient NaN",
    "LX405",
)
def _():
    def keypoint_loss(pred, target, visible):
        d = torch.sqrt((((pred - target) * visible.unsqueeze(-1)) ** 2).sum(-1))
        return d.sum() / visible.sum()

    torch.manual_seed(45)
    x = torch.randn(32, 20)
    kp = torch.sigmoid(x @ torch.randn(20, 34) / 4).view(32, 17, 2)
    visible = (torch.rand(32, 17) > 0.2).float()
    return keypoint_loss, (mlp(20, 34)(x).view(32, 17, 2), kp, visible)


@wrong(
    "trial: user's ELBO of a VAE",
    "the sign of the divergence is wrong: training makes it large",
    "LX536",
)
def _():
    def vae_loss(recon, x, mu, logvar):
        bce = F.binary_cross_entropy(recon, x, reduction="sum")
        kld = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return (bce + kld) / x.shape[0]

    torch.manual_seed(46)
    x = torch.sigmoid(2 * torch.randn(32, 6) @ torch.randn(6, 64))
    enc, dec = (
        mlp(64, 16, 64),
        nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.Sigmoid()),
    )
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
    return vae_loss, (dec(z), x, mu, logvar)


@wrong(
    "trial: user's heteroscedastic regression",
    "the term with the log-variance is missing: the variance grows without end",
    "LX560",
)
def _():
    def nll(mean, log_var, y):
        return (0.5 * torch.exp(-log_var) * (y - mean) ** 2).mean()

    torch.manual_seed(47)
    x = torch.randn(64, 5)
    y = x.sum(1) / 5**0.5 + 0.3 * x[:, 0].abs() * torch.randn(64)
    mean, log_var = mlp(5, 2)(x).unbind(1)
    return nll, (mean, log_var, y)


@wrong(
    "trial: user's multi-label cross entropy",
    "the term of the zeros, (1-y)*log(1-p), is missing: all ones is best",
    "LX547",
)
def _():
    def multilabel_ce(logits, y):
        p = torch.sigmoid(logits)
        return -(y * torch.log(p + 1e-7)).sum(1).mean()

    torch.manual_seed(48)
    x = torch.randn(64, 20)
    y = ((x @ torch.randn(20, 6)) > 3).float()
    return multilabel_ce, (mlp(20, 6)(x), y)


@wrong(
    "trial: user's F1 loss with a threshold",
    "(p > 0.5).float() has no gradient: backward raises that nothing requires grad",
    "LX401",
)
def _():
    def f1_loss(logits, y):
        pred = (torch.sigmoid(logits) > 0.5).float()
        tp = (pred * y).sum(0)
        fp = (pred * (1 - y)).sum(0)
        fn = ((1 - pred) * y).sum(0)
        return 1 - (2 * tp / (2 * tp + fp + fn + 1e-8)).mean()

    torch.manual_seed(49)
    x = torch.randn(64, 20)
    y = ((x @ torch.randn(20, 6)) > 2).float()
    return f1_loss, (mlp(20, 6)(x), y)


@wrong(
    "trial: user's advantage actor-critic",
    "the advantage is not detached: the policy's term trains the critic too",
    "LX412",
)
def _():
    def a2c_loss(logits, value, action, returns):
        dist = torch.distributions.Categorical(logits=logits)
        advantage = returns - value
        actor = -(dist.log_prob(action) * advantage).mean()
        critic = advantage.pow(2).mean()
        return actor + 0.5 * critic - 0.01 * dist.entropy().mean()

    torch.manual_seed(50)
    obs = torch.randn(64, 8)
    body = nn.Sequential(nn.Linear(8, 64), nn.Tanh())
    pi, v = nn.Linear(64, 4), nn.Linear(64, 1)
    h = body(obs)
    returns = obs[:, 0] + 0.5 * torch.randn(64)
    return a2c_loss, (pi(h), v(h).squeeze(1), torch.randint(0, 4, (64,)), returns)


# ---------------------------------------------------------------- right: torch


@right(
    "trial: nn.CrossEntropyLoss with mixup",
    "targets are floating: mixed one-hot labels, which sum to 1",
)
def _():
    x, y = classes(64, 20, 6, 51)
    lam, perm = 0.3, torch.randperm(64)
    soft = lam * F.one_hot(y, 6).float() + (1 - lam) * F.one_hot(y[perm], 6).float()
    return nn.CrossEntropyLoss(), (mlp(20, 6)(lam * x + (1 - lam) * x[perm]), soft)


@right(
    "trial: nn.CrossEntropyLoss(ignore_index=255), segmentation",
    "255 is out of range, but named as what to ignore",
)
def _():
    x, y = scenes(2, 6, 32, 52)
    y = y.clone()
    y[:, 8:12] = 255
    return nn.CrossEntropyLoss(ignore_index=255), (unet(6)(x), y)


@right(
    "trial: F.cross_entropy, language model with packed padding",
    "targets are shifted by one, padding is -100 and is much of the batch",
)
def _():
    torch.manual_seed(53)
    vocab, n, t = 80, 8, 30
    ids = torch.randint(2, vocab, (n, t + 1))
    src, y = ids[:, :-1].clone(), ids[:, 1:].clone()
    for i, length in enumerate(torch.randint(8, 24, (n,)).tolist()):
        y[i, length:] = -100
        src[i, length:] = 0
    emb, rnn, head = (
        nn.Embedding(vocab, 32, padding_idx=0),
        nn.LSTM(32, 64, batch_first=True),
        nn.Linear(64, vocab),
    )
    return F.cross_entropy, (head(rnn(emb(src))[0]).view(-1, vocab), y.reshape(-1))


@right(
    "trial: nn.CrossEntropyLoss, masked language model",
    "labels are the tokens themselves, but only where the input was masked; 85 % are -100",
)
def _():
    torch.manual_seed(54)
    vocab, n, t = 100, 16, 32
    ids = torch.randint(5, vocab, (n, t))
    hidden = torch.rand(n, t) < 0.15
    src, labels = ids.masked_fill(hidden, 4), ids.masked_fill(~hidden, -100)
    emb, rnn, head = (
        nn.Embedding(vocab, 32),
        nn.GRU(32, 32, batch_first=True, bidirectional=True),
        nn.Linear(64, vocab),
    )
    return nn.CrossEntropyLoss(), (head(rnn(emb(src))[0]).transpose(1, 2), labels)


@right(
    "trial: nn.BCEWithLogitsLoss(pos_weight=...), rare positives",
    "pos_weight is large, as one example in twenty is positive",
)
def _():
    torch.manual_seed(55)
    x = torch.randn(256, 16)
    y = ((x @ torch.randn(16, 1)) / 4 > 1.5).float()
    pos = y.sum().clamp(min=1)
    return nn.BCEWithLogitsLoss(pos_weight=(256 - pos) / pos), (mlp(16, 1)(x), y)


@right("trial: nn.BCELoss after nn.Sigmoid, one output", "a sigmoid, but the loss wants one")
def _():
    x, y = classes(64, 10, 2, 56)
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
    return nn.BCELoss(), (net(x).squeeze(1), y.float())


@right(
    "trial: nn.BCEWithLogitsLoss, discriminator of a GAN on real images",
    "all targets are 1, as they are for a batch of real ones",
)
def _():
    torch.manual_seed(57)
    real = torch.tanh(torch.randn(32, 64))
    d = nn.Sequential(nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
    out = d(real)
    return nn.BCEWithLogitsLoss(), (out, torch.ones_like(out))


@right(
    "trial: nn.NLLLoss after log_softmax(dim=1), segmentation",
    "log_softmax not over the last axis, but over the classes",
)
def _():
    x, y = scenes(2, 5, 24, 58)
    return nn.NLLLoss(), (F.log_softmax(unet(5)(x), dim=1), y)


@right(
    "trial: nn.MSELoss, standardised targets, prediction squeezed",
    "no activation, negative targets, both (N,)",
)
def _():
    torch.manual_seed(59)
    x = torch.randn(64, 13)
    y = x @ torch.randn(13) + 0.3 * torch.randn(64)
    return nn.MSELoss(), (mlp(13, 1)(x).squeeze(-1), (y - y.mean()) / y.std())


@right(
    "trial: nn.MSELoss, autoencoder with a sigmoid",
    "a sigmoid before a squared error, of pixels in 0 to 1",
)
def _():
    torch.manual_seed(60)
    x = torch.sigmoid(1.5 * torch.randn(32, 6) @ torch.randn(6, 100))
    net = nn.Sequential(nn.Linear(100, 16), nn.ReLU(), nn.Linear(16, 100), nn.Sigmoid())
    return nn.MSELoss(), (net(x), x)


@right(
    "trial: nn.KLDivLoss(reduction='batchmean', log_target=True)",
    "the target is negative, being log-probabilities, and is said to be so",
)
def _():
    torch.manual_seed(61)
    x = torch.randn(32, 12)
    student, teacher = mlp(12, 10), mlp(12, 10, 128)
    with torch.no_grad():
        t = F.log_softmax(4 * teacher(x), dim=-1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (
        F.log_softmax(student(x), dim=-1),
        t,
    )


@right(
    "trial: nn.CTCLoss(zero_infinity=True), speech",
    "log_softmax, (T, N, C), lengths that differ, blank 0 in no target but as padding",
)
def _():
    torch.manual_seed(62)
    x = torch.randn(4, 60, 20)
    rnn, head = nn.GRU(20, 32, batch_first=True), nn.Linear(32, 29)
    logp = F.log_softmax(head(rnn(x)[0]), dim=-1).transpose(0, 1)
    lengths = torch.tensor([12, 9, 15, 7])
    targets = torch.zeros(4, 15, dtype=torch.long)
    for i, k in enumerate(lengths.tolist()):
        targets[i, :k] = torch.randint(1, 29, (k,))
    return nn.CTCLoss(blank=0, zero_infinity=True), (
        logp,
        targets,
        torch.tensor([60, 48, 60, 41]),
        lengths,
    )


@right(
    "trial: nn.CrossEntropyLoss on cosine similarities, InfoNCE by hand",
    "targets are 0, 1, 2, ... in order, as the partner of each row is on the diagonal",
)
def _():
    torch.manual_seed(63)
    shared = torch.randn(32, 12)
    a, b = (
        mlp(40, 16, 64)(shared @ torch.randn(12, 40) / 3),
        mlp(24, 16, 64)(shared @ torch.randn(12, 24) / 3),
    )
    scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    return nn.CrossEntropyLoss(), (
        scale.exp() * F.normalize(a, dim=1) @ F.normalize(b, dim=1).T,
        torch.arange(32),
    )


@right(
    "trial: nn.GaussianNLLLoss(full=True) with exp(log_var)",
    "the variance is from exp, and may be above 1; the loss may be negative",
)
def _():
    torch.manual_seed(64)
    x = torch.randn(64, 5)
    y = x.sum(1, keepdim=True) / 5**0.5 + 0.2 * torch.randn(64, 1)
    mean, log_var = mlp(5, 2)(x).chunk(2, dim=1)
    return nn.GaussianNLLLoss(full=True), (mean, y, log_var.exp())


@right(
    "trial: nn.PoissonNLLLoss on a linear output",
    "predictions are negative beside counts, being logarithms of the rate",
)
def _():
    torch.manual_seed(65)
    x = torch.randn(64, 6)
    y = torch.poisson(torch.exp(0.6 * x[:, :1] + 0.5))
    return nn.PoissonNLLLoss(log_input=True, full=False), (mlp(6, 1)(x), y)


@right(
    "trial: nn.CrossEntropyLoss(weight=...) for an imbalanced set",
    "weights are inverse frequencies with mean 1, most examples are of one class",
)
def _():
    prior = [0.70, 0.15, 0.10, 0.05]
    x, y = classes(128, 16, 4, 66, prior=prior)
    w = 1 / torch.tensor(prior)
    return nn.CrossEntropyLoss(weight=w / w.mean()), (mlp(16, 4)(x), y)


@right(
    "trial: nn.MultiLabelMarginLoss with lists of classes",
    "targets hold -1 where the list of classes ends",
)
def _():
    torch.manual_seed(67)
    x = torch.randn(16, 16)
    scores = x @ torch.randn(16, 7)
    y = torch.full((16, 7), -1)
    for i, row in enumerate(scores):
        k = (row > 2).nonzero().flatten()
        y[i, : len(k)] = k
    return nn.MultiLabelMarginLoss(), (mlp(16, 7)(x), y)


@right(
    "trial: nn.SmoothL1Loss(beta=1/9), deltas of boxes of positive anchors",
    "predictions are indexed by a mask, targets are unbounded and (K, 4)",
)
def _():
    torch.manual_seed(68)
    feat = torch.randn(2, 32, 8, 8)
    deltas = nn.Conv2d(32, 4, 1)(feat).permute(0, 2, 3, 1).reshape(-1, 4)
    keep = torch.rand(128) < 0.2
    return nn.SmoothL1Loss(beta=1 / 9), (deltas[keep], 0.6 * torch.randn(int(keep.sum()), 4))


@right(
    "trial: nn.TripletMarginLoss on normalised embeddings",
    "embeddings of length 1, a margin of 0.2",
)
def _():
    torch.manual_seed(69)
    net = mlp(30, 16, 64)
    a = torch.randn(32, 30)
    p, n = a + 0.6 * torch.randn(32, 30), a + 1.0 * torch.randn(32, 30)
    return nn.TripletMarginLoss(margin=0.2), tuple(F.normalize(net(v), dim=1) for v in (a, p, n))


@right("trial: nn.L1Loss, generator with tanh", "a tanh at the end, of images scaled to -1 to 1")
def _():
    torch.manual_seed(70)
    target = torch.tanh(F.interpolate(torch.randn(4, 3, 8, 8), scale_factor=4, mode="bilinear"))
    source = target.mean(1, keepdim=True)
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 3, 3, padding=1), nn.Tanh()
    )
    return nn.L1Loss(), (net(source), target)


# ---------------------------------------------------------------- right: fastai


@right(
    "trial: fastai CrossEntropyLossFlat(axis=1), segmentation",
    "(N, C, H, W) against (N, H, W), flattened over the right axis",
)
def _():
    x, y = scenes(2, 4, 24, 71)
    return CrossEntropyLossFlat(axis=1), (unet(4)(x), y)


@right(
    "trial: fastai MSELossFlat, prediction (N, 1), target (N,)",
    "shapes differ, but the loss flattens both",
)
def _():
    torch.manual_seed(72)
    x = torch.randn(64, 8)
    y = x @ torch.randn(8) / 8**0.5 + 0.1 * torch.randn(64)
    return MSELossFlat(), (mlp(8, 1)(x), y)


@right(
    "trial: fastai BCEWithLogitsLossFlat, multi-label, integer targets",
    "targets are integers, but the loss turns them to floating",
)
def _():
    torch.manual_seed(73)
    x = torch.randn(64, 20)
    y = ((x @ torch.randn(20, 6)) > 4).long()
    return BCEWithLogitsLossFlat(), (mlp(20, 6)(x), y)


@right(
    "trial: fastai MSELossFlat, collaborative filtering with y_range (0, 5.5)",
    "a sigmoid at the end, but scaled beyond the ratings",
)
def _():
    torch.manual_seed(74)
    users, items = nn.Embedding(40, 8), nn.Embedding(60, 8)
    u, i = torch.randint(0, 40, (64,)), torch.randint(0, 60, (64,))
    y = (
        torch.multinomial(
            torch.tensor([0.06, 0.11, 0.27, 0.34, 0.22]), 64, replacement=True
        ).float()
        + 1
    )
    return MSELossFlat(), (5.5 * torch.sigmoid((users(u) * items(i)).sum(1)), y)


@right(
    "trial: fastai DiceLoss(reduction='mean'), binary mask as class indices",
    "two logits per pixel, masks 0 and 1, softmax is in the loss",
)
def _():
    x, y = scenes(4, 2, 24, 75)
    return FastaiDice(reduction="mean"), (unet(2)(x), y)


@right(
    "trial: fastai FocalLossFlat(gamma=2, weight=...)", "logits, weights of rare classes above 1"
)
def _():
    x, y = classes(128, 16, 3, 76, prior=[0.8, 0.15, 0.05])
    return FocalLossFlat(gamma=2.0, weight=torch.tensor([0.5, 2.0, 6.0])), (mlp(16, 3)(x), y)


# ---------------------------------------------------------------- right: lossfx


@right(
    "trial: lossfx BinaryFocalLoss(alpha=0.25), detection",
    "alpha gives rare positives less weight than negatives, as in RetinaNet, together with gamma=2",
)
def _():
    torch.manual_seed(77)
    feat = torch.randn(2, 16, 12, 12)
    head = nn.Conv2d(16, 5, 1)
    nn.init.constant_(head.bias, -4.6)
    y = (torch.rand(2, 5, 12, 12) < 0.01).float()
    return (
        lossfx.BinaryFocalLoss(gamma=2.0, alpha=0.25),
        (head(feat), y),
        dict(denominator=y.sum().clamp(min=1)),
    )


@right(
    "trial: lossfx LogitAdjustedCrossEntropyLoss, long tail",
    "prior favours the common class, as the loss wants it",
)
def _():
    prior = [0.75, 0.15, 0.07, 0.03]
    x, y = classes(128, 16, 4, 78, prior=prior)
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=torch.tensor(prior)), (mlp(16, 4)(x), y)


@right(
    "trial: lossfx LDAMLoss on cosines",
    "predictions lie in -1 to 1, but the loss scales them by 30",
)
def _():
    x, y = classes(128, 16, 4, 79, prior=[0.75, 0.15, 0.07, 0.03])
    h = F.normalize(mlp(16, 24)(x), dim=1)
    w = F.normalize(nn.Parameter(torch.randn(4, 24)), dim=1)
    return lossfx.LDAMLoss(counts=torch.tensor([7500, 1500, 700, 300]), scale=30.0), (h @ w.T, y)


@right(
    "trial: lossfx DistillationLoss(temperature=4, mix=0.9)",
    "the teacher has no gradient, its logits are far larger than the student's",
)
def _():
    x, y = classes(64, 16, 10, 80)
    teacher = mlp(16, 10, 128)
    with torch.no_grad():
        t = 8 * teacher(x)
    return lossfx.DistillationLoss(temperature=4.0, mix=0.9), (mlp(16, 10)(x), t, y)


@right("trial: lossfx DiceLoss(dim=1, per='batch'), segmentation", "raw logits, classes on axis 1")
def _():
    x, y = scenes(4, 4, 24, 81)
    return lossfx.DiceLoss(dim=1, per="batch"), (unet(4)(x), y)


@right(
    "trial: lossfx ContrastiveLoss, Siamese network",
    "labels -1 and 1, distances from pairwise_distance",
)
def _():
    torch.manual_seed(82)
    net = mlp(40, 16, 64)
    a = torch.randn(48, 40)
    y = torch.randint(0, 2, (48,)) * 2 - 1
    b = torch.where(y[:, None] == 1, a + 0.3 * torch.randn(48, 40), torch.randn(48, 40))
    return lossfx.ContrastiveLoss(margin=1.0), (F.pairwise_distance(net(a), net(b)), y)


@right(
    "trial: lossfx CLIPLoss with a learnt temperature",
    "temperature is a parameter's exp, of about 0.07, and gets a gradient",
)
def _():
    torch.manual_seed(83)
    shared = torch.randn(32, 12)
    image, text = shared @ torch.randn(12, 40) / 3, shared @ torch.randn(12, 24) / 3
    log_temperature = nn.Parameter(torch.tensor(math.log(0.07)))
    return lossfx.CLIPLoss(temperature=log_temperature.exp()), (
        mlp(40, 16, 64)(image),
        mlp(24, 16, 64)(text),
    )


@right(
    "trial: lossfx SupervisedContrastiveLoss, labels of persons",
    "labels are large numbers, not 0 to C-1, as it compares them only; each occurs four times",
)
def _():
    torch.manual_seed(84)
    person = torch.randperm(9000)[:8].repeat(4)
    x = torch.randn(8, 30).repeat(4, 1) + 0.7 * torch.randn(32, 30)
    return lossfx.SupervisedContrastiveLoss(temperature=0.1), (mlp(30, 16, 64)(x), person)


@right(
    "trial: lossfx.brier_loss on softmax",
    "probabilities, but it is the one that takes them, not brier_loss_with_logits",
)
def _():
    x, y = classes(64, 12, 3, 85)
    return lossfx.brier_loss, (F.softmax(mlp(12, 3)(x), dim=-1), y)


@right(
    "trial: lossfx ForwardCorrectedCrossEntropyLoss, noisy labels",
    "a noise matrix that is not symmetric; its rows sum to 1",
)
def _():
    x, y = classes(128, 16, 3, 86)
    noise = torch.tensor([[0.9, 0.1, 0.0], [0.0, 0.7, 0.3], [0.05, 0.05, 0.9]])
    return lossfx.ForwardCorrectedCrossEntropyLoss(noise=noise), (
        mlp(16, 3)(x),
        torch.multinomial(noise[y], 1).squeeze(1),
    )


@right(
    "trial: lossfx HingeLoss on a linear score",
    "labels -1 and 1 are no class indices, but what it wants",
)
def _():
    x, y = classes(64, 10, 2, 87)
    return lossfx.HingeLoss(power=2), (mlp(10, 1)(x).squeeze(1), 2 * y - 1)


@right(
    "trial: lossfx SquaredEMDLoss, ages in uneven bins",
    "positions are not 0, 1, 2, but the middle of each bin of ages, in decades",
)
def _():
    torch.manual_seed(88)
    x = torch.randn(64, 12)
    y = torch.bucketize((x @ torch.randn(12)) / 12**0.5, torch.tensor([-1.0, -0.3, 0.4, 1.2]))
    return lossfx.SquaredEMDLoss(positions=torch.tensor([0.3, 1.0, 2.1, 4.2, 7.0])), (
        mlp(12, 5)(x),
        y,
    )


# ---------------------------------------------------------------- right: written by users


@right(
    "trial: user's focal loss, per example",
    "exp(-ce) of the unreduced cross entropy, averaged at the end",
)
def _():
    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0):
            super().__init__()
            self.gamma = gamma

        def forward(self, logits, target):
            ce = F.cross_entropy(logits, target, reduction="none")
            pt = torch.exp(-ce)
            return ((1 - pt) ** self.gamma * ce).mean()

    x, y = classes(64, 16, 5, 89)
    return FocalLoss(), (mlp(16, 5)(x), y)


@right(
    "trial: user's BCE and dice of a binary mask",
    "the logits go to BCE as they are, and through a sigmoid to dice",
)
def _():
    class BCEDice(nn.Module):
        def forward(self, logits, target):
            bce = F.binary_cross_entropy_with_logits(logits, target)
            p = torch.sigmoid(logits).flatten(1)
            t = target.flatten(1)
            dice = (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)
            return bce + (1 - dice).mean()

    x, y = scenes(4, 2, 24, 90)
    return BCEDice(), (unet(1)(x), y.unsqueeze(1).float())


@right(
    "trial: user's masked MSE, targets with NaN",
    "targets hold NaN, which are selected away before anything is computed",
)
def _():
    def masked_mse(pred, target):
        seen = ~torch.isnan(target)
        return F.mse_loss(pred[seen], target[seen])

    torch.manual_seed(91)
    x = torch.randn(64, 12)
    y = x @ torch.randn(12, 3) / 12**0.5
    y[torch.rand(64, 3) < 0.2] = float("nan")
    return masked_mse, (mlp(12, 3)(x), y)


@right(
    "trial: user's NT-Xent (SimCLR), the diagonal masked",
    "-inf among the logits, on the diagonal, where no label points",
)
def _():
    def nt_xent(z1, z2, temperature=0.2):
        n = z1.shape[0]
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.T / temperature
        sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
        labels = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
        return F.cross_entropy(sim, labels)

    torch.manual_seed(92)
    x = torch.randn(32, 30)
    net = mlp(30, 16, 64)
    return nt_xent, (net(x + 0.3 * torch.randn(32, 30)), net(x + 0.3 * torch.randn(32, 30)))


@right(
    "trial: user's ELBO of a VAE",
    "sums over pixels, divided by the batch; the divergence is positive",
)
def _():
    def vae_loss(logits, x, mu, logvar):
        recon = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return (recon + kld) / x.shape[0]

    torch.manual_seed(93)
    x = torch.sigmoid(2 * torch.randn(32, 6) @ torch.randn(6, 64))
    enc, dec = mlp(64, 16, 64), mlp(8, 64, 64)
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
    return vae_loss, (dec(z), x, mu, logvar)


@right(
    "trial: user's pinball loss of three quantiles",
    "predictions (N, 3) broadcast against targets (N, 1), on purpose",
)
def _():
    def pinball(pred, target, quantiles=(0.1, 0.5, 0.9)):
        q = torch.tensor(quantiles)
        error = target.unsqueeze(1) - pred
        return torch.maximum(q * error, (q - 1) * error).sum(1).mean()

    torch.manual_seed(94)
    x = torch.randn(64, 8)
    y = x[:, 0] + 0.5 * torch.randn(64)
    return pinball, (mlp(8, 3)(x), y)


@right(
    "trial: user's SI-SDR, source separation",
    "the loss is negative decibels, and falls below 0 without end",
)
def _():
    def neg_si_sdr(estimate, source, eps=1e-8):
        estimate = estimate - estimate.mean(-1, keepdim=True)
        source = source - source.mean(-1, keepdim=True)
        scale = (estimate * source).sum(-1, keepdim=True) / (
            source.pow(2).sum(-1, keepdim=True) + eps
        )
        target = scale * source
        noise = estimate - target
        ratio = target.pow(2).sum(-1) / (noise.pow(2).sum(-1) + eps)
        return -10 * torch.log10(ratio + eps).mean()

    torch.manual_seed(95)
    time = torch.arange(400) / 400
    source = torch.sin(2 * math.pi * (torch.rand(8, 1) * 20 + 5) * time)
    mix = source + 0.5 * torch.randn(8, 400)
    net = nn.Sequential(nn.Conv1d(1, 16, 9, padding=4), nn.ReLU(), nn.Conv1d(16, 1, 9, padding=4))
    return neg_si_sdr, (net(mix.unsqueeze(1)).squeeze(1), source)


@right(
    "trial: user's DQN loss",
    "the bootstrapped target has no gradient, on purpose, and (1-done) cuts it at the end",
)
def _():
    def dqn_loss(q, q_next, action, reward, done, gamma=0.99):
        chosen = q.gather(1, action.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            target = reward + gamma * (1 - done) * q_next.max(1).values
        return F.smooth_l1_loss(chosen, target)

    torch.manual_seed(96)
    obs = torch.randn(64, 4)
    online, frozen = mlp(4, 2, 64), mlp(4, 2, 64)
    frozen.load_state_dict(online.state_dict())
    with torch.no_grad():
        q_next = frozen(obs + 0.1 * torch.randn(64, 4))
    return dqn_loss, (
        online(obs),
        q_next,
        torch.randint(0, 2, (64,)),
        torch.ones(64),
        (torch.rand(64) < 0.05).float(),
    )


@right(
    "trial: user's critic of a Wasserstein GAN",
    "no activation, no labels, a loss below 0: the mean of the fake less that of the real",
)
def _():
    def critic_loss(real_score, fake_score):
        return fake_score.mean() - real_score.mean()

    torch.manual_seed(97)
    critic = nn.Sequential(nn.Linear(20, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
    return critic_loss, (critic(1 + 0.5 * torch.randn(32, 20)), critic(torch.randn(32, 20)))


@right(
    "trial: user's negative log-likelihood of a mixture of Gaussians",
    "logsumexp of log_softmax and log_prob; may be negative",
)
def _():
    class MixtureNLL(nn.Module):
        def forward(self, params, y):
            logit, mean, log_std = params.chunk(3, dim=1)
            normal = torch.distributions.Normal(mean, log_std.clamp(-7, 7).exp())
            log_p = F.log_softmax(logit, dim=1) + normal.log_prob(y)
            return -torch.logsumexp(log_p, dim=1).mean()

    torch.manual_seed(98)
    x = torch.randn(64, 3)
    y = torch.where(torch.rand(64, 1) < 0.5, x[:, :1], -x[:, :1]) + 0.1 * torch.randn(64, 1)
    return MixtureNLL(), (mlp(3, 15)(x), y)


@right(
    "trial: user's partial likelihood of Cox",
    "a cumulative logsumexp over sorted times; censored patients only stand in the risk sets",
)
def _():
    def cox_loss(risk, time, event):
        order = torch.argsort(time, descending=True)
        risk, event = risk[order], event[order]
        log_cum = torch.logcumsumexp(risk, dim=0)
        return -((risk - log_cum) * event).sum() / event.sum().clamp(min=1)

    torch.manual_seed(99)
    x = torch.randn(64, 6)
    time = torch.distributions.Exponential(torch.exp(0.7 * x[:, 0])).sample()
    censor = 2 * torch.rand(64)
    return cox_loss, (
        mlp(6, 1)(x).squeeze(1),
        torch.minimum(time, censor),
        (time <= censor).float(),
    )


@right(
    "trial: user's advantage actor-critic, advantage detached",
    "the advantage has no gradient in the policy's term, on purpose; an entropy is subtracted",
)
def _():
    def a2c_loss(logits, value, action, returns):
        dist = torch.distributions.Categorical(logits=logits)
        advantage = (returns - value).detach()
        actor = -(dist.log_prob(action) * advantage).mean()
        critic = F.mse_loss(value, returns)
        return actor + 0.5 * critic - 0.01 * dist.entropy().mean()

    torch.manual_seed(100)
    obs = torch.randn(64, 8)
    body = nn.Sequential(nn.Linear(8, 64), nn.Tanh())
    pi, v = nn.Linear(64, 4), nn.Linear(64, 1)
    h = body(obs)
    returns = obs[:, 0] + 0.5 * torch.randn(64)
    return a2c_loss, (pi(h), v(h).squeeze(1), torch.randint(0, 4, (64,)), returns)
