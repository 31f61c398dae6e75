"""What colleagues get wrong where all training code uses this library."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

import lossfx
from lossfx import (
    ActivePassiveLoss,
    ArcFaceLoss,
    AsymmetricLoss,
    BiTemperedLogisticLoss,
    BinaryCrossEntropyLoss,
    BinaryFocalLoss,
    CLIPLoss,
    CompoundLoss,
    ContrastiveLoss,
    DiceLoss,
    DistillationLoss,
    FocalLoss,
    ForwardCorrectedCrossEntropyLoss,
    GeneralizedCrossEntropyLoss,
    GeneralizedJensenShannonLoss,
    HardBootstrappingLoss,
    HingeLoss,
    InfoNCELoss,
    JaccardLoss,
    LDAMLoss,
    LinearSoftLabelCrossEntropyLoss,
    LogitAdjustedCrossEntropyLoss,
    LovaszHingeLoss,
    LovaszLoss,
    MultiClassHingeLoss,
    NormalizedCrossEntropyLoss,
    Poly1Loss,
    ReverseKLLoss,
    SoftLabelCrossEntropyLoss,
    SquaredEMDLoss,
    SupervisedContrastiveLoss,
    TaylorCrossEntropyLoss,
    TopKLabels,
    TripletLoss,
    TverskyLoss,
    TwoClassLoss,
    ZLoss,
    backward_corrected_cross_entropy_with_logits,
    binary_cross_entropy_with_logits,
    binary_focal_loss_with_logits,
    brier_loss,
    class_balanced_weights,
    clip_loss,
    contrastive_loss,
    cosface_loss,
    dice_loss,
    distillation_with_logits,
    focal_loss_with_logits,
    focal_tversky_loss_with_logits,
    hard_examples,
    hardest_triplets,
    hinge_embedding_loss,
    info_nce_loss,
    jensen_shannon_with_logits,
    linear_distillation,
    linear_soft_label_cross_entropy,
    multiclass_hinge_loss,
    smooth_soft_labels,
    soft_label_cross_entropy,
    soft_label_cross_entropy_with_logits,
    sord_labels,
)

CASES, wrong, right = book()


def table(seed=0, n=64, d=20, c=5, spread=1.2, shares=None):
    "Standardised features that carry signal, and the class of each row."
    torch.manual_seed(seed)
    means = torch.randn(c, d) * spread
    y = (
        torch.randint(0, c, (n,))
        if shares is None
        else torch.multinomial(torch.tensor(shares), n, replacement=True)
    )
    x = means[y] + torch.randn(n, d)
    return (x - x.mean(0)) / x.std(0), y


def binary(seed=0, n=64, d=12, share=0.4):
    "Standardised features, and a label of 0 or 1."
    torch.manual_seed(seed)
    y = (torch.rand(n) < share).long()
    x = torch.randn(n, d) + 1.1 * y[:, None] * torch.randn(d)
    return (x - x.mean(0)) / x.std(0), y


def tags(seed=0, n=48, d=24, c=8, rate=0.2):
    "Features, and several labels of 0 or 1 for each row."
    torch.manual_seed(seed)
    x = torch.randn(n, d)
    score = x @ torch.randn(d, c) / d**0.5
    return x, (score > torch.quantile(score, 1 - rate, dim=0)).float()


def street(seed=0, n=4, size=24, c=4):
    "Images with rectangles of some classes on background 0, and the class of each pixel."
    torch.manual_seed(seed)
    y = torch.zeros(n, size, size, dtype=torch.long)
    for i in range(n):
        for k in range(1, c):
            a, b = torch.randint(0, size - 8, (2,)).tolist()
            h, w = torch.randint(5, 9, (2,)).tolist()
            y[i, a : a + h, b : b + w] = k
    x = torch.randn(c, 3)[y].movedim(-1, 1) + 0.4 * torch.randn(n, 3, size, size)
    return (x - x.mean()) / x.std(), y


def lesions(seed=0, n=4, size=24, channels=1, empty=()):
    "Scans in which round spots are bright, and masks of 0 and 1 as floats."
    torch.manual_seed(seed)
    rows, cols = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    y = torch.zeros(n, channels, size, size)
    for i in range(n):
        if i in empty:
            continue
        for k in range(channels):
            a, b = torch.randint(5, size - 5, (2,)).tolist()
            y[i, k] = ((rows - a) ** 2 + (cols - b) ** 2 < torch.randint(8, 25, ())).float()
    x = 0.5 * torch.randn(n, channels, size, size) + 1.5 * y
    return (x - x.mean()) / x.std(), y


def text(seed=0, n=6, t=14, vocab=30, pad=0, full=False):
    "Token sequences that follow a rule, padded at their end, and their lengths."
    torch.manual_seed(seed)
    lengths = torch.randint(5, t + 1, (n,))
    lengths[0] = t
    if full:
        lengths[:] = t
    tokens = torch.zeros(n, t, dtype=torch.long)
    tokens[:, 0] = torch.randint(1, vocab, (n,))
    for i in range(1, t):
        step = torch.randint(1, 4, (n,))
        tokens[:, i] = (tokens[:, i - 1] * 3 + step - 1) % (vocab - 1) + 1
    tokens[torch.arange(t) >= lengths[:, None]] = pad
    return tokens, lengths


def mlp(d, c, hidden=32):
    return nn.Sequential(nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, c))


def conv(cin, cout, width=12):
    return nn.Sequential(
        nn.Conv2d(cin, width, 3, padding=1),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Conv2d(width, cout, 3, padding=1),
    )


class Reader(nn.Module):
    "A causal model of tokens: hidden states, or logits with a head."

    def __init__(self, vocab=30, d=24, out=None):
        super().__init__()
        self.emb = nn.Embedding(vocab, d)
        self.gru = nn.GRU(d, d, batch_first=True)
        self.head = nn.Linear(d, out or vocab)

    def hidden(self, t):
        return self.gru(self.emb(t))[0]

    def forward(self, t):
        return self.head(self.hidden(t))


def fit(net, x, y, steps=60):
    "Train a model for a while with plain cross entropy over the last axis."
    opt = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(steps):
        opt.zero_grad()
        p = net(x)
        F.cross_entropy(p.flatten(0, -2), y.flatten()).backward()
        opt.step()
    return net.zero_grad() or net


def fit_pixels(net, x, y, steps=30):
    "Train a model of pixels for a while."
    opt = torch.optim.Adam(net.parameters(), 2e-2)
    for _ in range(steps):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
    return net.zero_grad() or net


# ------------------------------------------------------------------------------------------ wrong


@wrong(
    "trial: classifier with a softmax layer, focal loss",
    "focal_loss_with_logits is given probabilities: softmax twice",
    "LX301",
)
def _():
    x, y = table(1)
    net = nn.Sequential(mlp(20, 5), nn.Softmax(dim=1))
    return focal_loss_with_logits, (net(x), y), dict(gamma=2.0)


@wrong(
    "trial: churn model that ends in a sigmoid",
    "BinaryCrossEntropyLoss takes logits, the network ends in nn.Sigmoid",
    "LX303",
)
def _():
    x, y = binary(2)
    net = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
    return BinaryCrossEntropyLoss(), (net(x).squeeze(1), y.float())


@wrong(
    "trial: retina-like head with a ReLU behind the last layer",
    "logits cannot be negative: no probability below 1/2, no gradient where the ReLU is shut",
    "LX303",
)
def _():
    x, y = tags(3)
    net = nn.Sequential(nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 8), nn.ReLU())
    return BinaryFocalLoss(gamma=2.0, alpha=0.25), (net(x), y)


@wrong(
    "trial: multi-class SVM on softmax outputs",
    "multiclass_hinge_loss takes raw scores; a lead of 1 among probabilities is out of reach",
    "LX325",
)
def _():
    x, y = table(6)
    net = mlp(20, 5)
    return MultiClassHingeLoss(others="sum"), (F.softmax(net(x), dim=-1), y)


@wrong(
    "trial: tagging photos, asymmetric loss on softmax",
    "labels are independent, yet the predictions are a softmax over the tags and go in as logits",
    "LX303",
)
def _():
    x, y = tags(9, c=12, rate=0.15)
    net = nn.Sequential(nn.Linear(24, 48), nn.ReLU(), nn.Linear(48, 12))
    return AsymmetricLoss(), (net(x).softmax(dim=1), y)


@wrong(
    "trial: salt bodies, Lovasz hinge on sigmoid",
    "lovasz_hinge_loss takes scores around 0; probabilities are never below it",
    "LX325",
)
def _():
    x, y = lesions(10)
    net = conv(1, 1)
    return LovaszHingeLoss(dim=1), (net(x).sigmoid(), y)


@wrong(
    "trial: language model with z-loss behind log_softmax",
    "logits were normalised by log_softmax before, so the z term is 0 and holds nothing",
    "LX661",
)
def _():
    tokens, lengths = text(11)
    net = Reader()
    logp = F.log_softmax(net(tokens[:, :-1]), dim=-1)
    return ZLoss(z_weight=1e-3, ignore_index=0), (logp, tokens[:, 1:])


@wrong(
    "trial: own probabilities by clamp",
    "raw outputs are clamped to [0, 1] in place of a sigmoid: outside there is no gradient",
    "LX310",
)
def _():
    x, y = lesions(12)
    net = conv(1, 1)
    return dice_loss, (net(x).clamp(0, 1), y), dict(classes="independent", dim=1)


@wrong(
    "trial: distilling, teacher after softmax",
    "the teacher's probabilities are passed where its logits belong: refused (raises)",
    "LX100",
)
def _():
    x, y = table(15)
    teacher = fit(mlp(20, 5, 64), x, y)
    student = mlp(20, 5, 16)
    with torch.no_grad():
        soft = teacher(x).softmax(1)
    return DistillationLoss(temperature=2.0, mix=0.7), (student(x), soft, y)


@wrong(
    "trial: distilling, temperature applied by hand too",
    "both logits are divided by T before a loss that divides them by T again",
    "LX673",
)
def _():
    x, y = table(16)
    teacher = fit(mlp(20, 5, 64), x, y)
    student = mlp(20, 5, 16)
    T = 4.0
    with torch.no_grad():
        t = teacher(x)
    return distillation_with_logits, (student(x) / T, t / T, y), dict(temperature=T, mix=0.9)


@wrong(
    "trial: distilling, teacher first",
    "arguments swapped: the student is taken for the teacher and held constant, no gradient",
    "LX403",
)
def _():
    x, y = table(17)
    teacher = fit(mlp(20, 5, 64), x, y).requires_grad_(False)
    student = mlp(20, 5, 16)
    return DistillationLoss(temperature=3.0), (teacher(x), student(x))


@wrong(
    "trial: distilling, checkpoint forgotten",
    "the teacher is a freshly initialised network: its classes agree with the labels no more "
    "than by chance",
    "",
)
def _():
    x, y = table(18, n=128, c=8, spread=1.5)
    teacher = mlp(20, 8, 128).eval()
    student = mlp(20, 8, 16)
    with torch.no_grad():
        t = teacher(x)
    return DistillationLoss(temperature=4.0, mix=0.9), (student(x), t, y)


@wrong(
    "trial: label smoothing by its confidence",
    "alpha is how much is taken from the label: 0.9 was meant as what stays",
    "LX587",
)
def _():
    x, y = table(23, c=10)
    net = mlp(20, 10)
    return SoftLabelCrossEntropyLoss(alpha=0.9), (net(x), y)


@wrong(
    "trial: smoothing twice",
    "labels were smoothed by smooth_soft_labels, and the loss smooths them once more with alpha",
    "LX507",
)
def _():
    x, y = table(24, c=6)
    net = mlp(20, 6)
    labels = smooth_soft_labels(F.one_hot(y, 6).float(), 0.1)
    return soft_label_cross_entropy_with_logits, (net(x), labels), dict(alpha=0.1)


@wrong(
    "trial: fraud, weight of the positives upside down",
    "pos_weight is positives over negatives: the rare class, 1 in 12, weighs 1/11 in place of 11",
    "LX525",
)
def _():
    x, y = binary(25, n=256, share=0.08)
    net = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1))
    pos = y.sum().float()
    return BinaryCrossEntropyLoss(pos_weight=pos / (len(y) - pos)), (net(x)[:, 0], y.float())


@wrong(
    "trial: long tail, prior of the wrong kind",
    "prior is the normalised inverse frequency; logit adjustment wants the frequencies themselves",
    "LX654",
)
def _():
    x, y = table(27, n=256, c=5, shares=[0.6, 0.2, 0.1, 0.06, 0.04])
    net = mlp(20, 5)
    inverse = 1 / torch.bincount(y, minlength=5).float()
    return LogitAdjustedCrossEntropyLoss(prior=inverse / inverse.sum()), (net(x), y)


@wrong(
    "trial: LDAM on an ordinary linear layer",
    "scale 30 is for cosines of a normalised head; here free logits of an nn.Linear are "
    "multiplied by 30",
    "LX655",
)
def _():
    x, y = table(28, n=256, c=5, shares=[0.6, 0.2, 0.1, 0.06, 0.04])
    net = fit(mlp(20, 5), x, y, steps=12)
    return LDAMLoss(counts=torch.bincount(y, minlength=5)), (net(x), y)


@wrong(
    "trial: noise matrix with the flips on the diagonal",
    "noise says that labels are right in 10 % of cases, where about 10 % of them are wrong",
    "LX587",
)
def _():
    x, y = table(29, n=128, c=5)
    torch.manual_seed(29)
    y = torch.where(torch.rand(128) < 0.12, torch.randint(0, 5, (128,)), y)
    noise = torch.full((5, 5), 0.9 / 4).fill_diagonal_(0.1)
    net = mlp(20, 5)
    return ForwardCorrectedCrossEntropyLoss(noise=noise), (net(x), y)


@wrong(
    "trial: bootstrapping with the parts exchanged",
    "beta is the part of the label: at 0.05 the model learns from its own guesses",
    "LX587",
)
def _():
    x, y = table(31, c=6)
    net = mlp(20, 6)
    return HardBootstrappingLoss(beta=0.05), (net(x), y)


@wrong(
    "trial: asymmetric loss with its powers exchanged",
    "gamma_pos and gamma_neg swapped: the rare ones are faded out, the many zeros are not",
    "LX658",
)
def _():
    x, y = tags(33, n=64, c=20, rate=0.06)
    net = mlp(24, 20)
    return AsymmetricLoss(gamma_pos=4.0, gamma_neg=1.0), (net(x), y)


@wrong(
    "trial: hardest quarter of the pixels",
    "k is a percentage: 0.25 is one pixel in 400, where a quarter was meant",
    "LX659",
)
def _():
    x, y = street(34)
    net = conv(3, 4)
    return hard_examples(soft_label_cross_entropy_with_logits), (net(x), y), dict(k=0.25, dim=1)


@wrong(
    "trial: padding mask the wrong way round",
    "mask keeps where it is True; True marks padding here, as in key_padding_mask",
    "LX210",
)
def _():
    tokens, lengths = text(36, n=8)
    net = Reader()
    labels = tokens[:, 1:]
    return Poly1Loss(epsilon=1.0), (net(tokens[:, :-1]), labels), dict(mask=labels == 0)


@wrong(
    "trial: next token without a shift",
    "the labels are the input tokens themselves: the model learns to copy",
    "LX211",
)
def _():
    tokens, lengths = text(37)
    net = Reader()
    return soft_label_cross_entropy_with_logits, (net(tokens), tokens), dict(ignore_index=0)


@wrong(
    "trial: first class taken for padding",
    "ignore_index=0 in plain classification leaves class 0, a real class, out",
    "LX208",
)
def _():
    x, y = table(38, c=5)
    net = mlp(20, 5)
    return FocalLoss(ignore_index=0), (net(x), y)


@wrong(
    "trial: segmentation, channels first, no dim",
    "logits are (N, C, H, W) and dim is left at -1: raises about shapes",
    "LX656",
)
def _():
    x, y = street(39)
    net = conv(3, 4)
    return JaccardLoss(per="batch"), (net(x), y)


@wrong(
    "trial: organs in channels, no dim",
    "dim is left at -1, so the image's columns are taken for the classes and the organs for pixels",
    "LX656",
)
def _():
    x, y = lesions(40, channels=3)
    net = conv(3, 3)
    return TverskyLoss(classes="independent", per="batch"), (net(x), y)


@wrong(
    "trial: segmentation flattened by reshape",
    "(N, C, H, W) is reshaped to (-1, C) without moving the channels last: logits and pixels "
    "do not belong together",
    "LX113",
)
def _():
    x, y = street(41)
    net = fit_pixels(conv(3, 4), x, y)
    return GeneralizedCrossEntropyLoss(q=0.7), (net(x).reshape(-1, 4), y.reshape(-1))


@wrong(
    "trial: masks divided by 255 twice",
    "the loader gave 0 and 1 already; after another /255 labels are at most 0.004",
    "LX670",
)
def _():
    x, y = lesions(43)
    net = conv(1, 1)
    return CompoundLoss(BinaryCrossEntropyLoss(), DiceLoss(classes="independent", dim=1)), (
        net(x),
        y / 255,
    )


@wrong(
    "trial: void pixels",
    "labels hold 255 for what nobody marked, and ignore_index is not set: raises",
    "LX201",
)
def _():
    x, y = street(44)
    y[:, :2] = 255
    net = conv(3, 4)
    return LovaszLoss(dim=1), (net(x), y)


@wrong(
    "trial: face head whose weight does not learn",
    "head.weight.data cuts the class directions out of the graph: random directions for ever",
    "LX663",
)
def _():
    x, y = table(46, n=96, d=32, c=20)
    body, head = mlp(32, 16, 64), nn.Linear(16, 20, bias=False)
    return cosface_loss, (body(x), head.weight.data, y), dict(scale=30.0)


@wrong(
    "trial: CLIP, logit scale as temperature",
    "temperature divides: exp(logit_scale)=14.3 is what similarities are to be multiplied by",
    "LX653",
)
def _():
    x, y = table(47, n=32, d=20, c=8)
    torch.manual_seed(47)
    image, words = mlp(20, 16), mlp(12, 16)
    logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    return (
        clip_loss,
        (image(x), words(x[:, :12] + 0.3 * torch.randn(32, 12))),
        dict(temperature=logit_scale.exp()),
    )


@wrong(
    "trial: two views that are one",
    "the same augmented batch is encoded for both views: each embedding is compared with itself",
    "LX664",
)
def _():
    x, y = table(50, n=48)
    net = mlp(20, 16)
    view = x + 0.2 * torch.randn_like(x)
    return InfoNCELoss(temperature=0.1), (net(view), net(view))


@wrong(
    "trial: negatives that hold the positives",
    "the second view goes in as negative too: every positive is its own negative, the loss "
    "cannot fall below ln 2",
    "LX665",
)
def _():
    x, y = table(51, n=48)
    net = mlp(20, 16)
    a, b = net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x))
    return info_nce_loss, (a, b, b), dict(temperature=0.1)


@wrong(
    "trial: supervised contrastive with row numbers",
    "y_true is the index of the image and not its class: nobody has a partner, the loss is empty",
    "LX404",
)
def _():
    x, y = table(52, n=48)
    torch.manual_seed(52)
    net = mlp(20, 16)
    ids = torch.randperm(5000)[:48]
    return SupervisedContrastiveLoss(temperature=0.1), (F.normalize(net(x), dim=1), ids)


@wrong(
    "trial: triplets in another order",
    "positive and negative are exchanged: what belongs together is pushed apart",
    "",
)
def _():
    x, y = table(53, n=120, spread=1.5)
    net = mlp(20, 16)
    z = net(x)
    same = y[:, None] == y
    torch.manual_seed(53)
    pos = torch.multinomial((same & ~torch.eye(120, dtype=torch.bool)).float(), 1).squeeze(1)
    neg = torch.multinomial((~same).float(), 1).squeeze(1)
    return TripletLoss(margin=0.5), (z, z[neg], z[pos])


@wrong(
    "trial: signatures, labels of Hadsell's paper",
    "0 meant alike and was turned into -1: pairs of one writer are pushed apart",
    "",
)
def _():
    x, y = table(54, n=120, spread=1.5)
    net = mlp(20, 8)
    z = F.normalize(net(x), dim=1)
    a, b = z[:60], z[60:]
    different = (y[:60] != y[60:]).float()
    return ContrastiveLoss(margin=1.0), (F.pairwise_distance(a, b), different * 2 - 1)


@wrong(
    "trial: pairs with a cosine similarity",
    "a similarity is passed as the distance: alike pairs are driven to similarity 0",
    "LX313",
)
def _():
    x, y = table(55, n=120, spread=1.5)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU())
    z = net(x)
    alike = torch.where(y[:60] == y[60:], 1.0, -1.0)
    return hinge_embedding_loss, (F.cosine_similarity(z[:60], z[60:]), alike), dict(margin=0.5)


@wrong(
    "trial: own root of squares",
    "two pairs hold the same picture twice: sqrt at 0 gives a gradient of NaN",
    "LX668",
)
def _():
    x, y = table(56, n=80, spread=1.5)
    net = mlp(20, 8)
    a, b = x[:40], x[40:].clone()
    ya, yb = y[:40], y[40:].clone()
    b[[3, 17]] = a[[3, 17]]
    yb[[3, 17]] = ya[[3, 17]]
    d = ((net(a) - net(b)) ** 2).sum(1).sqrt()
    return contrastive_loss, (d, torch.where(ya == yb, 1, -1)), dict(margin=1.0)


@wrong(
    "trial: embeddings normalised along the batch",
    "F.normalize(z, dim=0): columns have length 1, not the embeddings, and similarity='dot' "
    "relies on it",
    "LX666",
)
def _():
    x, y = table(57, n=64)
    net = mlp(20, 32)
    a = F.normalize(net(x + 0.2 * torch.randn_like(x)), dim=0)
    b = F.normalize(net(x + 0.2 * torch.randn_like(x)), dim=0)
    return CLIPLoss(temperature=0.07, similarity="dot"), (a, b)


@wrong(
    "trial: own function that takes the Dice loss for the coefficient",
    "1 - dice loss is the coefficient itself: minimising it makes the overlap worse",
    "LX601",
)
def _():
    x, y = lesions(58)
    net = conv(1, 1)

    def loss(pred, mask):
        dice = lossfx.dice_loss_with_logits(pred, mask, classes="independent", per="batch", dim=1)
        bce = lossfx.binary_cross_entropy_with_logits(pred, mask)
        return bce + (1 - dice)

    return loss, (net(x), y)


@wrong(
    "trial: own function that scores the decision",
    "argmax and one_hot cut the graph: Jaccard of decisions has no gradient",
    "LX402",
)
def _():
    x, y = street(59)
    net = conv(3, 4)

    def iou(pred, mask):
        hard = F.one_hot(pred.argmax(1), 4).float()
        return lossfx.jaccard_loss(hard, mask).requires_grad_()

    return iou, (net(x), y)


@wrong(
    "trial: own function that makes shapes fit",
    "(N, 1) logits and (N,) labels are broadcast to (N, N): every prediction is held against "
    "every label",
    "LX101",
)
def _():
    x, y = binary(60)
    net = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1))

    class Focal(nn.Module):
        def forward(self, logits, target):
            logits, target = torch.broadcast_tensors(logits, target.float())
            return lossfx.binary_focal_loss_with_logits(logits, target, gamma=2.0, alpha=0.25)

    return Focal(), (net(x), y)


@wrong(
    "trial: own module around a linear loss",
    "the head has a bias, which predictions use and linear_soft_label_cross_entropy is not given",
    "LX669",
)
def _():
    tokens, lengths = text(61)
    body = Reader()

    class Head(nn.Module):
        def __init__(self, d, vocab):
            super().__init__()
            self.out = nn.Linear(d, vocab)

        def logits(self, h):
            return self.out(h)

        def forward(self, h, labels):
            return lossfx.linear_soft_label_cross_entropy(
                h, self.out.weight, labels, ignore_index=0
            )

    return Head(24, 30), (body.hidden(tokens[:, :-1]), tokens[:, 1:])


@wrong(
    "trial: folder of images, not shuffled",
    "the whole batch is of class 0, since the files are read class by class",
    "",
)
def _():
    torch.manual_seed(62)
    x, y = table(62, n=640, c=10)
    x = x[y.argsort()][:48]
    y = y.sort().values[:48]
    net = mlp(20, 10)
    return TaylorCrossEntropyLoss(order=6), (net(x), y)


@wrong(
    "trial: consistency of two augmentations",
    "the label is the model's own softmax, with its graph: the target moves to the prediction",
    "LX403",
)
def _():
    x, y = table(63)
    net = mlp(20, 5)
    weak, strong = net(x + 0.05 * torch.randn_like(x)), net(x + 0.5 * torch.randn_like(x))
    return SoftLabelCrossEntropyLoss(), (strong, weak.softmax(1))


@wrong(
    "trial: weights from the model's confidence",
    "sample_weight carries a graph: the model lowers the loss by giving hard examples no weight",
    "LX662",
)
def _():
    x, y = table(64)
    net = mlp(20, 5)
    out = net(x)
    confidence = out.softmax(1).gather(1, y[:, None]).squeeze(1)
    return soft_label_cross_entropy_with_logits, (out, y), dict(sample_weight=confidence)


@wrong(
    "trial: credit data as it is in the table",
    "incomes and amounts go in unscaled: logits in the thousands at the start",
    "",
)
def _():
    torch.manual_seed(65)
    n = 64
    income, debt, age = (
        torch.exp(10.6 + 0.5 * torch.randn(n)),
        torch.exp(9.2 + 0.8 * torch.randn(n)),
        20 + 50 * torch.rand(n),
    )
    y = (debt / income + 0.1 * torch.randn(n) > 0.3).long()
    net = mlp(3, 2)
    return BiTemperedLogisticLoss(t1=0.8, t2=1.2), (net(torch.stack((income, debt, age), 1)), y)


@wrong(
    "trial: anchors, the wrong column of one_hot",
    "background 0 should be cut off the one-hot labels; [..., :-1] drops the last class and "
    "makes background a class",
    "",
)
def _():
    torch.manual_seed(66)
    classes = torch.where(
        torch.rand(2, 200) < 0.05, torch.randint(1, 5, (2, 200)), 0
    )  # 0 is background
    feats = torch.randn(5, 16)[classes] + 0.5 * torch.randn(2, 200, 16)
    net = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4))
    nn.init.constant_(net[-1].bias, -math.log(99))
    labels = F.one_hot(classes, 5)[..., :-1].float()
    return (
        BinaryFocalLoss(gamma=2.0, alpha=0.25),
        (net(feats), labels),
        dict(denominator=float((classes > 0).sum())),
    )


@wrong(
    "trial: class numbers from pandas",
    "class indices arrive as floats, as a column with gaps is read: raises, floats are taken "
    "for probabilities",
    "LX105",
)
def _():
    x, y = table(67)
    net = mlp(20, 5)
    return NormalizedCrossEntropyLoss(), (net(x), y.float())


@wrong(
    "trial: soft labels, sklearn's order",
    "y_true is passed first: the labels are taken for the prediction, the logarithm is of the "
    "constant",
    "LX403",
)
def _():
    x, y = table(68)
    net = mlp(20, 5)
    labels = smooth_soft_labels(F.one_hot(y, 5).float(), 0.1)
    return soft_label_cross_entropy, (labels, net(x).softmax(1))


# ------------------------------------------------------------------------------------------ right


@right(
    "trial: focal loss on a rare class",
    "nearly all labels are of class 0, as the data is; logits go in raw",
)
def _():
    x, y = table(101, n=256, c=3, shares=[0.93, 0.04, 0.03])
    return FocalLoss(gamma=2.0), (mlp(20, 3)(x), y)


@right(
    "trial: mixup labels",
    "soft labels of two classes each, and some smoothing besides, as in timm's recipes",
)
def _():
    x, y = table(102)
    torch.manual_seed(102)
    lam = torch.distributions.Beta(0.8, 0.8).sample((64, 1))
    order = torch.randperm(64)
    one = F.one_hot(y, 5).float()
    return SoftLabelCrossEntropyLoss(alpha=0.1), (
        mlp(20, 5)(lam * x + (1 - lam) * x[order]),
        lam * one + (1 - lam) * one[order],
    )


@right(
    "trial: cross entropy of probabilities",
    "a softmax before the loss, which here takes probabilities",
)
def _():
    x, y = table(103)
    net = nn.Sequential(mlp(20, 5), nn.Softmax(-1))
    return soft_label_cross_entropy, (net(x), y)


@right(
    "trial: Brier score of an ensemble",
    "the mean of three members' probabilities goes into the loss of probabilities",
)
def _():
    x, y = table(104, c=3)
    members = [mlp(20, 3) for _ in range(3)]
    return brier_loss, (torch.stack([m(x).softmax(-1) for m in members]).mean(0), y)


@right("trial: tags, many rows without any", "multi-label logits; half of the rows have no tag")
def _():
    x, y = tags(106, c=6, rate=0.1)
    return BinaryCrossEntropyLoss(), (mlp(24, 6)(x), y)


@right(
    "trial: fraud with a large positive weight",
    "pos_weight about 30, negatives over positives of the whole training data",
)
def _():
    x, y = binary(107, n=256, share=0.03)
    return binary_cross_entropy_with_logits, (mlp(12, 1)(x).squeeze(1), y), dict(pos_weight=32.3)


@right(
    "trial: labels with gaps in a table of tags",
    "-1 marks unknown tags, which ignore_index leaves out; labels are integers",
)
def _():
    x, y = tags(108, n=64, c=10)
    torch.manual_seed(108)
    y = y.long().masked_fill(torch.rand(64, 10) < 0.3, -1)
    return AsymmetricLoss(ignore_index=-1), (mlp(24, 10)(x), y)


@right(
    "trial: RetinaNet head",
    "bias for 1 % foreground, ambiguous anchors ignored, divided by the number of positives",
)
def _():
    torch.manual_seed(109)
    classes = torch.where(
        torch.rand(2, 200) < 0.05, torch.randint(1, 5, (2, 200)), 0
    )  # 0 is background
    feats = torch.randn(5, 16)[classes] + 0.5 * torch.randn(2, 200, 16)
    net = mlp(16, 4)
    nn.init.constant_(net[-1].bias, -math.log(99))
    labels = F.one_hot(classes, 5)[..., 1:].masked_fill((torch.rand(2, 200) < 0.03)[..., None], -1)
    return (
        BinaryFocalLoss(gamma=2.0, alpha=0.25, ignore_index=-1),
        (net(feats), labels),
        dict(denominator=float((labels == 1).sum().clamp(min=1))),
    )


@right(
    "trial: quality focal loss",
    "labels are the IoU of a box with its object, between 0 and 1, most of them 0",
)
def _():
    torch.manual_seed(110)
    fg = torch.rand(300) < 0.1
    quality = torch.where(fg, 0.5 + 0.45 * torch.rand(300), 0.0)
    feats = torch.randn(300, 16) + 2 * quality[:, None]
    return (
        binary_focal_loss_with_logits,
        (mlp(16, 1)(feats).squeeze(-1), quality),
        dict(gamma=2.0, soft="distance"),
    )


@right("trial: Dice of four classes", "channels first with dim=1, sets over the whole batch")
def _():
    x, y = street(111)
    return DiceLoss(dim=1, per="batch"), (conv(3, 4)(x), y)


@right(
    "trial: tumours, half of the scans healthy",
    "empty masks, with empty='area' so that false finds cost something",
)
def _():
    x, y = lesions(112, empty=(0, 2))
    return DiceLoss(classes="independent", empty="area", dim=1), (conv(1, 1)(x), y)


@right(
    "trial: Dice of probabilities",
    "the network ends in a sigmoid, and dice_loss takes probabilities",
)
def _():
    x, y = lesions(113)
    net = nn.Sequential(conv(1, 1), nn.Sigmoid())
    return dice_loss, (net(x), y), dict(classes="independent", dim=1)


@right(
    "trial: cross entropy and Dice added", "CompoundLoss of two losses with dim=1, weights .5 and 1"
)
def _():
    x, y = street(114)
    return CompoundLoss(
        SoftLabelCrossEntropyLoss(dim=1), DiceLoss(dim=1, per="batch"), weights=(0.5, 1.0)
    ), (conv(3, 4)(x), y)


@right(
    "trial: volumes, Tversky loss",
    "(N, C, D, H, W) with overlapping organs, so independent sigmoids",
)
def _():
    torch.manual_seed(115)
    y = torch.zeros(2, 2, 8, 16, 16)
    y[0, 0, 1:6, 3:12, 4:10] = 1
    y[0, 1, 2:4, 5:9, 5:9] = 1
    y[1, 0, 2:7, 2:9, 5:14] = 1
    y[1, 1, 3:5, 4:7, 7:11] = 1
    x = y.sum(1, keepdim=True) - y.mean() + 0.5 * torch.randn(2, 1, 8, 16, 16)
    net = nn.Sequential(nn.Conv3d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv3d(8, 2, 3, padding=1))
    return TverskyLoss(alpha=0.3, beta=0.7, classes="independent", dim=1), (net(x), y)


@right(
    "trial: focal Tversky loss with a mask",
    "a field of view: pixels outside the retina are left out by a bool mask",
)
def _():
    x, y = lesions(116, size=24)
    r = torch.arange(24) - 11.5
    view = (r[:, None] ** 2 + r**2 < 120).expand(4, 24, 24)
    return (
        focal_tversky_loss_with_logits,
        (conv(1, 1)(x), y),
        dict(classes="independent", dim=1, per="batch", mask=view),
    )


@right(
    "trial: salt bodies, Lovasz hinge",
    "raw scores of one channel, labels 0 and 1 although it is a hinge",
)
def _():
    x, y = lesions(117)
    return LovaszHingeLoss(dim=1), (conv(1, 1)(x), y)


@right(
    "trial: streets with void pixels",
    "255 marks void and is ignored; not every image has every class",
)
def _():
    x, y = street(118)
    y[0][y[0] == 2] = 0
    y[:, :, :3] = 255
    return LovaszLoss(dim=1, ignore_index=255), (conv(3, 4)(x), y)


@right(
    "trial: pixels flattened after moving the channels",
    "movedim and reshape, so that rows are pixels",
)
def _():
    x, y = street(119)
    return (
        jensen_shannon_with_logits,
        (conv(3, 4)(x).movedim(1, -1).reshape(-1, 4), y.reshape(-1)),
        dict(pi=0.3),
    )


@right("trial: squared hinge", "labels -1 and 1 as floats, more weight for the rarer ones")
def _():
    x, y = binary(120, share=0.25)
    return HingeLoss(power=2, class_weight=(1.0, 3.0)), (mlp(12, 1)(x)[:, 0], 2.0 * y - 1)


@right("trial: multi-class SVM", "Weston-Watkins on free scores, margin 1")
def _():
    x, y = table(121, c=7)
    return multiclass_hinge_loss, (mlp(20, 7)(x), y), dict(others="sum")


@right(
    "trial: contrastive pairs", "unit vectors, so distances of at most 2, margin 1, few alike pairs"
)
def _():
    x, y = table(122, n=120, c=6)
    z = F.normalize(mlp(20, 8)(x), dim=1)
    return ContrastiveLoss(margin=1.0), (
        F.pairwise_distance(z[:60], z[60:]),
        torch.where(y[:60] == y[60:], 1, -1),
    )


@right(
    "trial: L1 distance of sentences",
    "hinge_embedding_loss of summed absolute differences, with a margin in their size",
)
def _():
    x, y = table(123, n=96)
    z = mlp(20, 10)(x)
    return (
        hinge_embedding_loss,
        ((z[:48] - z[48:]).abs().sum(1), torch.where(y[:48] == y[48:], 1.0, -1.0)),
        dict(margin=5.0),
    )


@right(
    "trial: batch-hard triplets", "hardest_triplets chooses; the loss is above its margin at first"
)
def _():
    x, y = table(124)
    net = mlp(20, 16)

    def batch_hard(z, labels):
        far, near, found = hardest_triplets(z, labels)
        return lossfx.triplet_loss(z, z[far], z[near], margin=0.3, mask=found)

    return batch_hard, (net(x), y)


@right(
    "trial: faces, squared distance and margin 0.2",
    "FaceNet's setting on unit vectors; many triplets are met already",
)
def _():
    x, y = table(125, n=150, spread=1.5)
    z = F.normalize(mlp(20, 16)(x), dim=-1)
    same = y[:, None] == y
    pos = torch.multinomial((same & ~torch.eye(150, dtype=torch.bool)).float(), 1).squeeze(1)
    neg = torch.multinomial((~same).float(), 1).squeeze(1)
    return TripletLoss(margin=0.2, distance="squared"), (z, z[pos], z[neg])


@right(
    "trial: MoCo",
    "positives from a momentum encoder and a queue of negatives, neither with a gradient",
)
def _():
    x, y = table(126, n=48)
    net, slow = mlp(20, 16), mlp(20, 16)
    slow.load_state_dict(net.state_dict())
    with torch.no_grad():
        key = slow(x + 0.2 * torch.randn_like(x))
        queue = slow(table(127, n=256)[0])
    return InfoNCELoss(temperature=0.2), (net(x + 0.2 * torch.randn_like(x)), key, queue)


@right(
    "trial: CLIP with a learned temperature",
    "the parameter is the logarithm of the scale; its exp divides, so exp(-scale)",
)
def _():
    x, y = table(128, n=40)
    scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    return (
        clip_loss,
        (mlp(20, 16)(x), mlp(12, 16)(x[:, :12] + 0.3 * torch.randn(40, 12))),
        dict(temperature=(-scale).exp()),
    )


@right(
    "trial: supervised contrastive, two views",
    "views stacked to (2N, D), labels repeated, a few without class ignored",
)
def _():
    x, y = table(129, n=40)
    y[:3] = -1
    both = torch.cat((x + 0.2 * torch.randn_like(x), x + 0.2 * torch.randn_like(x)))
    return SupervisedContrastiveLoss(temperature=0.07, ignore_index=-1), (
        mlp(20, 16)(both),
        y.repeat(2),
    )


@right(
    "trial: ArcFace",
    "scale 64 and margin .5: the loss is far above log C at the start, as it has to be",
)
def _():
    x, y = table(130, n=96, d=32, c=30)
    body, head = mlp(32, 16, 64), nn.Linear(16, 30, bias=False)
    return ArcFaceLoss(), (body(x), head.weight, y)


@right(
    "trial: CosFace without an nn.Linear",
    "the class directions are an nn.Parameter of unit rows; embeddings are normalised already",
)
def _():
    x, y = table(131, n=96, d=32, c=12)
    centres = nn.Parameter(F.normalize(torch.randn(12, 16), dim=1))
    return (
        cosface_loss,
        (F.normalize(mlp(32, 16)(x), dim=1), centres, y),
        dict(scale=30.0, margin=0.2),
    )


@right(
    "trial: distillation at temperature 4",
    "raw logits of both, the teacher without gradient, labels with a tenth of the weight",
)
def _():
    x, y = table(132)
    teacher = fit(mlp(20, 5, 64), x, y)
    with torch.no_grad():
        t = teacher(x)
    return DistillationLoss(temperature=4.0, mix=0.9), (mlp(20, 5, 16)(x), t, y)


@right(
    "trial: teacher's top five",
    "stored probabilities of five tokens, the rest named a class of its own",
)
def _():
    tokens, lengths = text(133)
    teacher = fit(Reader(d=32), tokens[:, :-1], tokens[:, 1:], 30)
    with torch.no_grad():
        probs, index = teacher(tokens[:, :-1]).softmax(-1).topk(5, dim=-1)
    return (
        distillation_with_logits,
        (Reader(d=16)(tokens[:, :-1]), TopKLabels(index, probs, tail="one class")),
        dict(mask=tokens[:, 1:] != 0),
    )


@right(
    "trial: deep supervision of an early exit",
    "the teacher is a later exit of the same network, in the graph; detach is on by default",
)
def _():
    x, y = table(134)
    stem, early, late = nn.Sequential(nn.Linear(20, 32), nn.ReLU()), nn.Linear(32, 5), mlp(32, 5)
    opt = torch.optim.Adam([*stem.parameters(), *late.parameters()], 1e-2)
    for _ in range(40):
        opt.zero_grad()
        F.cross_entropy(late(stem(x)), y).backward()
        opt.step()
    h = stem(x)
    return GeneralizedJensenShannonLoss(temperature=2.0), (early(h), late(h), y)


@right(
    "trial: reverse KL of a small language model", "no labels at all; a mask of what was generated"
)
def _():
    tokens, lengths = text(135)
    teacher = fit(Reader(d=32), tokens[:, :-1], tokens[:, 1:], 30)
    with torch.no_grad():
        t = teacher(tokens[:, :-1])
    keep = (torch.arange(13) >= 3) & (tokens[:, 1:] != 0)
    return ReverseKLLoss(), (Reader(d=16)(tokens[:, :-1]), t), dict(mask=keep)


@right(
    "trial: tied embeddings, linear loss",
    "the embedding matrix is the head; labels are shifted, padding is -100; there is no bias",
)
def _():
    tokens, lengths = text(136)
    net = Reader()
    labels = tokens[:, 1:].masked_fill(tokens[:, 1:] == 0, -100)
    return (
        linear_soft_label_cross_entropy,
        (net.hidden(tokens[:, :-1]), net.emb.weight, labels),
        dict(ignore_index=-100),
    )


class MaskedWords(nn.Module):
    "Smoothed cross entropy of what was masked."

    def forward(self, logits, labels):
        return lossfx.soft_label_cross_entropy_with_logits(
            logits.flatten(0, 1), labels.flatten(), alpha=0.05, ignore_index=-100
        )


@right(
    "trial: masked language model",
    "six in seven labels are -100; logits of all positions; nothing is shifted since tokens "
    "are masked",
)
def _():
    tokens, lengths = text(137, n=12, vocab=30, full=True)
    chosen = torch.rand(12, 14) < 0.15
    net = nn.Sequential(
        nn.Embedding(31, 24),
        nn.TransformerEncoderLayer(24, 4, 48, dropout=0.0, batch_first=True),
        nn.Linear(24, 31),
    )
    return MaskedWords(), (net(tokens.masked_fill(chosen, 30)), tokens.masked_fill(~chosen, -100))


@right(
    "trial: module that owns its head",
    "hidden states go in, (N, D) against labels below C; there are no logits to see",
)
def _():
    x, y = table(138, c=40, n=128)
    body = nn.Sequential(nn.Linear(20, 16), nn.ReLU())
    return LinearSoftLabelCrossEntropyLoss(16, 40, alpha=0.1), (body(x), y)


@right(
    "trial: heads of two widths",
    "linear_distillation from a teacher with wider hidden states, both biases given",
)
def _():
    x, y = table(139)
    tb, th = nn.Sequential(nn.Linear(20, 64), nn.ReLU()), nn.Linear(64, 5)
    fit(nn.Sequential(tb, th), x, y)
    sb, sh = nn.Sequential(nn.Linear(20, 16), nn.ReLU()), nn.Linear(16, 5)
    with torch.no_grad():
        t = tb(x)
    return (
        linear_distillation,
        (sb(x), sh.weight, t, th.weight.detach(), 2.0),
        dict(bias=sh.bias, teacher_bias=th.bias.detach()),
    )


@right(
    "trial: noise of one kind of mistake",
    "forward correction: cats are often labelled dogs, not the reverse; rows sum to 1",
)
def _():
    x, y = table(140, n=128, c=3)
    noise = torch.tensor([[0.7, 0.3, 0.0], [0.0, 1.0, 0.0], [0.05, 0.05, 0.9]])
    y = torch.multinomial(noise[y], 1).squeeze(1)
    return ForwardCorrectedCrossEntropyLoss(noise=noise), (mlp(20, 3)(x), y)


@right("trial: backward correction", "its values may be below 0, as its mean is what counts")
def _():
    x, y = table(141, n=128, c=4)
    noise = torch.full((4, 4), 0.1).fill_diagonal_(0.7)
    y = torch.multinomial(noise[y], 1).squeeze(1)
    return (
        backward_corrected_cross_entropy_with_logits,
        (fit(mlp(20, 4), x, y, 15)(x), y),
        dict(noise=noise),
    )


@right("trial: bi-tempered, t1 below and t2 above 1", "the authors' setting for noisy images")
def _():
    x, y = table(142, c=10)
    return BiTemperedLogisticLoss(t1=0.7, t2=1.4), (mlp(20, 10)(x), y)


@right(
    "trial: LDAM with a normalised head",
    "cosines between -1 and 1 that the loss multiplies by 30; class weights of the second stage",
)
def _():
    x, y = table(143, n=256, c=5, shares=[0.6, 0.2, 0.1, 0.06, 0.04])
    body, w = mlp(20, 16), nn.Parameter(torch.randn(5, 16))
    counts = torch.tensor([6000, 2000, 1000, 600, 400])
    out = F.linear(F.normalize(body(x), dim=1), F.normalize(w, dim=1))
    return LDAMLoss(counts=counts, class_weight=class_balanced_weights(counts, 0.9999)), (out, y)


@right(
    "trial: logit adjustment",
    "prior from the counts of the training data, the rarest class at 0.2 %",
)
def _():
    x, y = table(144, n=256, c=5, shares=[0.7, 0.2, 0.07, 0.028, 0.002])
    counts = torch.tensor([35000.0, 10000.0, 3500.0, 1400.0, 100.0])
    return LogitAdjustedCrossEntropyLoss(prior=counts / counts.sum()), (mlp(20, 5)(x), y)


@right("trial: age groups", "squared EMD with steps that differ, positions in years")
def _():
    x, y = table(145, c=6)
    return SquaredEMDLoss(positions=torch.tensor([3.0, 9.0, 16.0, 27.0, 48.0, 72.0])), (
        mlp(20, 6)(x),
        y,
    )


@right(
    "trial: diabetic retinopathy grades",
    "soft ordinal labels from sord_labels, sharp enough that the grade has most of the weight",
)
def _():
    x, y = table(146, c=5)
    labels = sord_labels(y, positions=torch.arange(5.0), scale=1.5)
    return soft_label_cross_entropy_with_logits, (mlp(20, 5)(x), labels)


@right(
    "trial: one logit in a multi-class loss",
    "TwoClassLoss around GCE; (N,) logits with (N,) integer labels of 0 and 1",
)
def _():
    x, y = binary(147)
    return TwoClassLoss(GeneralizedCrossEntropyLoss(q=0.7)), (mlp(12, 1)(x).squeeze(1), y)


@right("trial: hardest quarter of the pixels, 25", "k is a percentage; most pixels have no loss")
def _():
    x, y = street(148)
    return (
        hard_examples(soft_label_cross_entropy_with_logits),
        (fit_pixels(conv(3, 4), x, y, 5)(x), y),
        dict(k=25, dim=1),
    )


@right(
    "trial: language model, accumulated batches",
    "sum over tokens divided by the tokens of all four micro-batches; logits softly capped at 30",
)
def _():
    tokens, lengths = text(149)
    net = Reader()
    logits = 30 * torch.tanh(net(tokens[:, :-1]) / 30)
    return ZLoss(z_weight=1e-4, ignore_index=0), (logits, tokens[:, 1:]), dict(denominator=214.0)


@right(
    "trial: pseudo-labels",
    "weak view without gradient; only sure ones count, so that most weights are 0",
)
def _():
    x, y = table(150)
    net = fit(mlp(20, 5), x, y, 12)
    with torch.no_grad():
        sure, label = net(x + 0.1 * torch.randn_like(x)).softmax(1).max(1)
    out = net(x + 0.6 * torch.randn_like(x))
    return (
        soft_label_cross_entropy_with_logits,
        (out, label),
        dict(sample_weight=(sure > 0.8).float(), denominator=64.0),
    )


@right("trial: active and passive loss", "NCE and MAE with weights 1 and 10, labels with noise")
def _():
    x, y = table(151, c=10, n=128)
    y = torch.where(torch.rand(128) < 0.3, torch.randint(0, 10, (128,)), y)
    return ActivePassiveLoss(active_weight=1.0, passive_weight=10.0, log_zero=-2.0), (
        mlp(20, 10)(x),
        y,
    )


@right("trial: own mixup of two label sets", "lam*loss(a)+(1-lam)*loss(b) in the user's function")
def _():
    x, y = table(153)
    order = torch.randperm(64)
    lam = 0.7

    def mixed(out, a, b):
        return lam * lossfx.poly1_loss_with_logits(out, a, epsilon=1.0) + (
            1 - lam
        ) * lossfx.poly1_loss_with_logits(out, b, epsilon=1.0)

    return mixed, (mlp(20, 5)(lam * x + (1 - lam) * x[order]), y, y[order])
