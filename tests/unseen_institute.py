"""What colleagues get wrong in an institute whose training code is of this library."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

import lossfx

CASES, wrong, right = book()


def blobs(n, d, c, y=None, spread=1.0):
    "Features with signal: each class has a centre."
    y = torch.randint(0, c, (n,)) if y is None else y
    centres = torch.randn(c, d)
    return centres[y] + spread * torch.randn(len(y), d), y


def mlp(d, c, hidden=64):
    return nn.Sequential(nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, c))


def fit(net, x, y, steps=40):
    "A few steps of training."
    opt = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(steps):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
    return net


def discs(n, size=24, least=3, most=7):
    "Images with a bright disc, and masks of them."
    g = torch.arange(size).float()
    c = torch.rand(n, 2) * (size - 10) + 5
    r = torch.randint(least, most, (n,)).float()
    m = (g[None, :, None] - c[:, 0, None, None]) ** 2 + (
        g[None, None] - c[:, 1, None, None]
    ) ** 2 < r[:, None, None] ** 2
    return (m.float() * 1.5 + 0.5 * torch.randn(n, size, size))[:, None], m


def conv(c, inp=1):
    return nn.Sequential(
        nn.Conv2d(inp, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, c, 3, padding=1)
    )


def long_tail(n, counts):
    return torch.multinomial(counts.float(), n, replacement=True)


# ---------------------------------------------------------------- wrong


@wrong(
    "trial: FocalLoss on a classifier that ends in Softmax",
    "the network's last layer is a softmax, the loss takes logits",
    "LX301",
)
def _():
    torch.manual_seed(1)
    x, y = blobs(64, 20, 7)
    net = nn.Sequential(mlp(20, 7), nn.Softmax(dim=1))
    return lossfx.FocalLoss(gamma=2.0), (net(x), y)


@wrong(
    "trial: tagging, binary_cross_entropy_with_logits on sigmoid outputs",
    "sigmoid applied before a loss of logits",
    "LX303",
)
def _():
    torch.manual_seed(2)
    x = torch.randn(64, 30)
    y = ((x @ torch.randn(30, 12)) > 6).float()
    net = mlp(30, 12)

    def criterion(out, tags):
        probs = torch.sigmoid(out)
        return lossfx.binary_cross_entropy_with_logits(probs, tags)

    return criterion, (net(x), y)


@wrong(
    "trial: DiceLoss for organs on softmax maps",
    "softmax over the channels before DiceLoss, which takes logits and applies its own",
    "LX301",
)
def _():
    torch.manual_seed(3)
    x, m = discs(8)
    y = m.long()
    y[:, :4] = 2
    net = conv(3)
    return lossfx.DiceLoss(dim=1), (net(x).softmax(1), y)


@wrong(
    "trial: ZLoss for a language model on log-probabilities",
    "log_softmax before ZLoss: the normaliser is 0 already, so that the z term holds nothing",
    "LX661",
)
def _():
    torch.manual_seed(4)
    x, y = blobs(128, 32, 40)
    net = mlp(32, 40)
    return lossfx.ZLoss(z_weight=1e-3), (F.log_softmax(net(x) + 3, dim=-1), y)


@wrong(
    "trial: hinge_loss after a sigmoid",
    "scores squashed to 0..1: a label of -1 can never reach its margin",
    "LX325",
)
def _():
    torch.manual_seed(5)
    x, y = blobs(64, 10, 2)
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
    return lossfx.HingeLoss(), (net(x).squeeze(1), 2 * y - 1)


@wrong(
    "trial: multiclass_hinge_loss on probabilities",
    "softmax outputs given to the multi-class hinge: a lead of 1 cannot be had",
    "LX325",
)
def _():
    torch.manual_seed(6)
    x, y = blobs(64, 24, 10)
    net = mlp(24, 10)
    return lossfx.multiclass_hinge_loss, (net(x).softmax(-1), y), dict(power=2)


@wrong(
    "trial: defect detector, BinaryFocalLoss on ReLU output",
    "the head ends in a ReLU: no logit below 0, no probability below one half",
    "LX303",
)
def _():
    torch.manual_seed(7)
    x = torch.randn(128, 16)
    y = (x[:, 0] + x[:, 1] > 1.5).float()
    net = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU())
    return lossfx.BinaryFocalLoss(gamma=2.0), (net(x).squeeze(-1), y)


@wrong(
    "trial: Poly1Loss on a tanh head",
    "logits bounded by tanh to -1..1, so that with 20 classes no probability can come near 1",
    "LX301",
)
def _():
    torch.manual_seed(8)
    x, y = blobs(96, 32, 20)
    net = nn.Sequential(mlp(32, 20), nn.Tanh())
    return lossfx.Poly1Loss(epsilon=1.0), (net(x), y)


@wrong(
    "trial: tagging with AsymmetricLoss, options in timm's order",
    "gamma_pos=4, gamma_neg=1: the two are swapped, the rare positives are turned down and "
    "not the many zeros",
    "LX658",
)
def _():
    torch.manual_seed(9)
    x = torch.randn(64, 40)
    y = ((x @ torch.randn(40, 30)) > 10).long()
    net = mlp(40, 30)
    return lossfx.AsymmetricLoss(gamma_pos=4.0, gamma_neg=1.0), (net(x), y)


@wrong(
    "trial: churn, two_class of one column of two",
    "the model has two outputs; column 0, the logit of class 0, is passed as the logit of "
    "class 1, column 1 is never trained",
    "LX550",
)
def _():
    torch.manual_seed(10)
    x, y = blobs(96, 12, 2)
    net = mlp(12, 2)
    focal = lossfx.two_class(lossfx.focal_loss_with_logits)

    def churn_loss(logits, churned):
        return focal(logits[:, 0], churned, gamma=1.0)

    return churn_loss, (net(x), y)


@wrong(
    "trial: FocalLoss(2.0)",
    "gamma by position: the first argument is the reduction: raises",
    "LX100",
)
def _():
    torch.manual_seed(11)
    x, y = blobs(64, 16, 8)
    net = mlp(16, 8)

    def loss(out, labels):
        return lossfx.focal_loss_with_logits(out, labels, 2.0)

    return loss, (net(x), y)


@wrong(
    "trial: star ratings with SquaredEMDLoss",
    "ratings are 1 to 5, class indices 0 to 4: raises about class 5",
    "LX201",
)
def _():
    torch.manual_seed(12)
    stars = torch.randint(1, 6, (64,))
    x, _ = blobs(0, 16, 6, stars)
    net = mlp(16, 5)
    return lossfx.SquaredEMDLoss(positions=torch.arange(1.0, 6)), (net(x), stars)


@wrong(
    "trial: linear cross entropy with a detached head",
    "the weight of the head goes in as .data: the head gets no gradient and stays as it was "
    "initialised",
    "LX663",
)
def _():
    torch.manual_seed(13)
    x, y = blobs(64, 16, 100)
    body, head = nn.Sequential(nn.Linear(16, 64), nn.ReLU()), nn.Linear(64, 100)

    def loss(hidden, labels):
        return lossfx.linear_soft_label_cross_entropy(
            hidden, head.weight.data, labels, bias=head.bias.data
        )

    return loss, (body(x), y)


@wrong(
    "trial: multi-organ masks, dice_loss_with_logits independent",
    "dim left at -1 with (N, C, H, W): the columns of the image are taken for classes",
    "LX656",
)
def _():
    torch.manual_seed(14)
    x, m = discs(6, 32)
    y = torch.stack([m, m & (x[:, 0] > 1), m.roll(4, 1)], 1).float()
    net = conv(3)
    return lossfx.dice_loss_with_logits, (net(x), y), dict(classes="independent")


@wrong(
    "trial: CompoundLoss of focal and Dice",
    "dim=1 given to one part only, the other takes the last axis: raises about shapes",
    "LX656",
)
def _():
    torch.manual_seed(15)
    x, m = discs(4)
    y = m.long()
    net = conv(2)
    return lossfx.CompoundLoss(lossfx.FocalLoss(dim=1), lossfx.DiceLoss(), weights=(1.0, 1.0)), (
        net(x),
        y,
    )


@wrong(
    "trial: CTG signals, Conv1d output flattened",
    "(B, C, T) viewed as (-1, C): time steps and classes are scrambled",
    "LX113",
)
def _():
    torch.manual_seed(16)
    y = torch.randint(0, 5, (8, 1)).expand(8, 50).clone()
    y[:, 25:] = torch.randint(0, 5, (8, 1))
    x = F.one_hot(y, 5).float().transpose(1, 2) + 0.5 * torch.randn(8, 5, 50)
    net = nn.Sequential(nn.Conv1d(5, 32, 5, padding=2), nn.ReLU(), nn.Conv1d(32, 5, 1))

    def step_loss(out, labels):
        n_classes = out.shape[1]
        return lossfx.focal_loss_with_logits(out.view(-1, n_classes), labels.reshape(-1), gamma=1.0)

    return step_loss, (net(x), y)


@wrong(
    "trial: tagger with an LSTM that is not batch_first",
    "logits are (T, B, C), labels (B, T): both flattened, tokens and labels do not belong together",
    "LX119",
)
def _():
    torch.manual_seed(17)
    B, T, C = 12, 20, 6
    y = torch.randint(0, C, (B, T))
    x = F.one_hot(y, C).float() + 0.3 * torch.randn(B, T, C)
    lstm, head = nn.LSTM(C, 32), nn.Linear(32, C)

    def loss(logits, labels):
        return lossfx.soft_label_cross_entropy_with_logits(
            logits.reshape(-1, C), labels.reshape(-1), 0.05
        )

    h, _ = lstm(x.transpose(0, 1))
    return loss, (head(h), y)


@wrong(
    "trial: weighted focal by hand",
    "(N,) losses times (N, 1) weights: an (N, N) matrix is averaged, every weight meets every loss",
    "LX101",
)
def _():
    torch.manual_seed(18)
    x, y = blobs(48, 12, 2, spread=0.7)
    w = torch.rand(48, 1) + 0.5  # column of a data frame
    net = mlp(12, 1)

    def loss(logit, label, weight):
        each = lossfx.binary_focal_loss_with_logits(logit.squeeze(1), label.float(), "none")
        return (each * weight).mean()

    return loss, (net(x), y, w)


@wrong(
    "trial: sample weights after the mean",
    "the loss is a scalar already when the weights of the samples come: they only scale it",
    "LX549",
)
def _():
    torch.manual_seed(19)
    x, y = blobs(48, 12, 4)
    w = torch.rand(48) * 2
    net = mlp(12, 4)
    criterion = lossfx.GeneralizedCrossEntropyLoss(q=0.7)

    def weighted(pred, target, weight):
        loss = criterion(pred, target)
        return (loss * weight).mean()

    return weighted, (net(x), y, w)


@wrong(
    "trial: padded sequences, mask upside down",
    "mask keeps the padding and drops the tokens (True is 'keep' here, 'is padding' in torch "
    "attention)",
    "LX210",
)
def _():
    torch.manual_seed(20)
    PAD = 0
    lens = torch.randint(5, 15, (16,))
    ids = torch.randint(1, 60, (16, 20))
    y = 1 + ids % 8
    pad = torch.arange(20)[None] >= lens[:, None]
    ids[pad], y[pad] = PAD, PAD
    net = nn.Sequential(nn.Embedding(60, 32), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 9))

    def loss(logits, labels):
        padding_mask = labels == PAD
        return lossfx.focal_loss_with_logits(logits, labels, mask=padding_mask)

    return loss, (net(ids), y)


@wrong(
    "trial: padded sequences, attention_mask not used",
    "the padding, more than half of the tokens, is learned as class 0: the mask that is "
    "passed in is never applied",
    "LX216",
)
def _():
    torch.manual_seed(21)
    lens = torch.randint(4, 14, (16,))
    mask = torch.arange(32)[None] < lens[:, None]
    ids = torch.randint(1, 50, (16, 32)) * mask
    tags = (ids % 7) * mask
    net = nn.Sequential(nn.Embedding(50, 32), nn.ReLU(), nn.Linear(32, 7))

    def token_loss(logits, tags, attention_mask):
        return lossfx.poly1_loss_with_logits(logits, tags, epsilon=1.0)

    return token_loss, (net(ids), tags, mask)


@wrong(
    "trial: mixup, the same labels twice",
    "both halves of the mixed loss take y_a; y_b, the labels of the other images, are not used",
    "LX120",
)
def _():
    torch.manual_seed(22)
    x, y = blobs(64, 20, 6)
    i, lam = torch.randperm(64), 0.35
    net = mlp(20, 6)
    crit = lossfx.TaylorCrossEntropyLoss(order=6)

    def mixup(pred, y_a, y_b, lam):
        return lam * crit(pred, y_a) + (1 - lam) * crit(pred, y_a)

    return mixup, (net(lam * x + (1 - lam) * x[i]), y, y[i], lam)


@wrong(
    "trial: language model with the linear form, not shifted",
    "the labels are the inputs themselves, no shift by one: the model learns to copy its input",
    "LX211",
)
def _():
    torch.manual_seed(23)
    ids = torch.randint(0, 60, (8, 24))
    emb, rnn, head = nn.Embedding(60, 32), nn.GRU(32, 64, batch_first=True), nn.Linear(64, 60)

    def causal_lm_loss(hidden, input_ids):
        labels = input_ids.clone()
        return lossfx.linear(lossfx.z_loss_with_logits)(
            hidden, head.weight, labels, bias=head.bias, z_weight=1e-4
        )

    h, _ = rnn(emb(ids))
    return causal_lm_loss, (h, ids)


@wrong(
    "trial: land cover, label map made smaller by bilinear interpolation",
    "class indices are interpolated: between class 0 and class 6 there appear 2, 3, 4 that "
    "are nowhere",
    "",
)
def _():
    torch.manual_seed(24)
    x, m = discs(6, 32)
    y = m.long() * 6
    y[:, :6] = 2
    net = nn.Sequential(nn.AvgPool2d(2), conv(7))

    def loss(logits, labels):
        small = F.interpolate(
            labels[:, None].float(), size=logits.shape[-2:], mode="bilinear", align_corners=False
        )
        return lossfx.focal_loss_with_logits(logits, small[:, 0].long(), dim=1, gamma=2.0)

    return loss, (net(x), y)


@wrong(
    "trial: binary masks from PNG, divided twice",
    "masks scaled by ToTensor and again by 255: the labels are 0 and 0.0039",
    "LX670",
)
def _():
    torch.manual_seed(25)
    x, m = discs(8)
    png = (m[:, None] * 255).to(torch.uint8)
    y = png.float() / 255 / 255
    net = conv(1)
    return lossfx.BinaryCrossEntropyLoss(), (net(x), y)


@wrong(
    "trial: rare defects, pos_weight turned over",
    "pos_weight is positives per negative (0.06): the rare positives are weighed down instead "
    "of up",
    "LX525",
)
def _():
    torch.manual_seed(26)
    y = (torch.rand(256) < 0.06).float()
    x, _ = blobs(0, 16, 2, y.long())
    net = mlp(16, 1)
    pos_weight = y.sum() / (1 - y).sum()
    return lossfx.BinaryCrossEntropyLoss(pos_weight=pos_weight.item()), (net(x)[:, 0], y)


@wrong(
    "trial: long tail, class weights",
    "class_weight is the frequency of the classes and not its inverse: the common classes "
    "count even more",
    "LX525",
)
def _():
    torch.manual_seed(27)
    counts = torch.tensor([5000, 1800, 600, 200, 60])
    x, y = blobs(0, 24, 5, long_tail(256, counts))
    net = mlp(24, 5)
    w = counts / counts.sum() * 5
    return lossfx.FocalLoss(gamma=1.5, class_weight=w), (net(x), y)


@wrong(
    "trial: logit adjustment with inverse frequencies",
    "prior is the inverse of the class frequencies: the correction goes the wrong way",
    "LX654",
)
def _():
    torch.manual_seed(28)
    counts = torch.tensor([4000.0, 1500, 500, 150, 50])
    x, y = blobs(0, 24, 5, long_tail(256, counts))
    net = mlp(24, 5)
    inv = 1 / counts
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=inv / inv.sum()), (net(x), y)


@wrong(
    "trial: LDAM with weights for counts",
    "counts gets inverse class weights: the rarest class gets the smallest margin",
    "LX654",
)
def _():
    torch.manual_seed(29)
    counts = torch.tensor([4000.0, 1500, 500, 150, 50])
    x, y = blobs(0, 24, 5, long_tail(256, counts))
    body, head = nn.Sequential(nn.Linear(24, 32), nn.ReLU()), nn.Parameter(torch.randn(5, 32))
    cos = F.normalize(body(x)) @ F.normalize(head).t()
    return lossfx.ldam_loss_with_logits, (cos, y), dict(counts=counts.sum() / counts)


@wrong(
    "trial: LDAM on the free logits of an ordinary head",
    "scale=30 is meant for cosines; the logits of a linear layer are multiplied by 30 and saturate",
    "LX655",
)
def _():
    torch.manual_seed(30)
    counts = torch.tensor([3000, 900, 300, 90])
    x, y = blobs(0, 24, 4, long_tail(128, counts), spread=3.0)
    net = fit(mlp(24, 4), x, y, 4)
    return lossfx.LDAMLoss(counts=counts), (net(x), y)


@wrong(
    "trial: imbalance corrected twice",
    "the loss gets the class weight, and sample_weight is the weight of the sample's class "
    "again: squared",
    "",
)
def _():
    torch.manual_seed(31)
    counts = torch.tensor([4000, 800, 160, 40])
    x, y = blobs(0, 20, 4, long_tail(256, counts))
    net = mlp(20, 4)
    cw = lossfx.class_balanced_weights(counts)

    def loss(logits, labels):
        return lossfx.soft_label_cross_entropy_with_logits(
            logits, labels, class_weight=cw, sample_weight=cw[labels]
        )

    return loss, (net(x), y)


@wrong(
    "trial: ArcFace with the margin in degrees",
    "margin=28.6, as pytorch-metric-learning has it: here it is in radians: raises",
    "LX100",
)
def _():
    torch.manual_seed(32)
    x, y = blobs(64, 32, 50)
    body, head = mlp(32, 64), nn.Parameter(torch.randn(50, 64))
    return lossfx.arcface_loss, (body(x), head, y), dict(margin=28.6)


@wrong(
    "trial: CosFace with scale 1",
    "cosines of 200 classes are not scaled up: softmax stays nearly uniform, the loss cannot fall",
    "LX653",
)
def _():
    torch.manual_seed(33)
    x, y = blobs(128, 32, 200)
    body, head = mlp(32, 64), nn.Parameter(torch.randn(200, 64))
    return lossfx.CosFaceLoss(margin=0.35, scale=1.0), (body(x), head, y)


@wrong(
    "trial: InfoNCE, the inverse temperature",
    "temperature=1/0.07: similarities are divided by 14 and not multiplied",
    "LX653",
)
def _():
    torch.manual_seed(34)
    x = torch.randn(64, 32)
    net = mlp(32, 32)
    a, b = net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x))
    return lossfx.InfoNCELoss(temperature=1 / 0.07), (F.normalize(a), F.normalize(b))


@wrong(
    "trial: SimCLR where both views are the same tensor",
    "the embeddings are given as their own positives: the partner is always found, nothing is "
    "learned of views",
    "LX664",
)
def _():
    torch.manual_seed(35)
    x = torch.randn(64, 32)
    net = mlp(32, 48)
    z1, z2 = net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x))

    def simclr(z1, z2):
        return lossfx.info_nce_loss(z1, z1, temperature=0.1)

    return simclr, (z1, z2)


@wrong(
    "trial: MoCo, enqueued too early",
    "the keys of this batch are in the queue already: each positive is also a negative",
    "LX665",
)
def _():
    torch.manual_seed(36)
    x = torch.randn(32, 24)
    q, k = mlp(24, 32), mlp(24, 32)
    k.load_state_dict(q.state_dict())
    zq = F.normalize(q(x + 0.1 * torch.randn_like(x)))
    with torch.no_grad():
        zk = F.normalize(k(x + 0.1 * torch.randn_like(x)))
    queue = torch.cat([zk, F.normalize(torch.randn(96, 32))])
    return lossfx.info_nce_loss, (zq, zk, queue), dict(temperature=0.2)


@wrong(
    "trial: vessels, dice_loss of the thresholded map",
    "the probabilities are cut at 0.5 before the loss: no gradient comes through",
    "LX401",
)
def _():
    torch.manual_seed(37)
    x, m = discs(8)
    net = conv(1)

    def dice(logits, masks):
        found = (logits.sigmoid() > 0.5).float()
        return lossfx.dice_loss(found, masks, dim=1, classes="independent")

    return dice, (net(x), m[:, None].float())


@wrong(
    "trial: supervised contrastive with image ids",
    "y_true is the index of the image and not its class: no two are alike, nothing counts",
    "LX404",
)
def _():
    torch.manual_seed(38)
    x, y = blobs(48, 24, 6)
    ids = torch.randperm(5000)[:48]
    net = mlp(24, 32)
    return lossfx.SupervisedContrastiveLoss(temperature=0.1), (net(x), ids)


@wrong(
    "trial: signatures, contrastive_loss on similarities",
    "a cosine similarity is passed as the distance: like pairs are pushed apart",
    "LX313",
)
def _():
    torch.manual_seed(39)
    xa, ya = blobs(64, 16, 4)
    net = nn.Sequential(nn.Linear(16, 32), nn.ReLU())
    i = torch.randperm(64)
    alike = torch.where(ya == ya[i], 1, -1)

    def pairs(a, b, alike):
        return lossfx.contrastive_loss(F.cosine_similarity(a, b), alike, margin=0.5)

    return pairs, (net(xa), net(xa[i]), alike)


@wrong(
    "trial: pairs, labels of the paper's convention",
    "labels are +1 for different pairs, where the loss has +1 for alike",
    "LX588",
)
def _():
    torch.manual_seed(40)
    x, c = blobs(64, 16, 3)
    net = mlp(16, 24)
    i = torch.randperm(64)

    def siamese(a, b, same):
        y = torch.where(same, -1.0, 1.0)
        return lossfx.hinge_embedding_loss((a - b).abs().mean(-1), y, margin=1.0)

    return siamese, (net(x), net(x[i]), c == c[i])


@wrong(
    "trial: triplets, arguments in the order anchor, negative, positive",
    "positive and negative are swapped",
    "LX608",
)
def _():
    torch.manual_seed(41)
    x, c = blobs(60, 16, 4, spread=0.4)
    net = mlp(16, 32)
    z = net(x)

    def triplets(z, classes):
        same = classes[:, None] == classes[None]
        far = torch.multinomial((~same).float(), 1)[:, 0]
        near = torch.multinomial((same & ~torch.eye(len(z), dtype=torch.bool)).float(), 1)[:, 0]
        return lossfx.triplet_loss(z, z[far], z[near], margin=0.3)

    return triplets, (z, c)


@wrong(
    "trial: person search, triplet margin from unnormalised features",
    "margin 20 on normalised embeddings, whose distances are at most 2: it can never be met",
    "LX325",
)
def _():
    torch.manual_seed(42)
    x, c = blobs(40, 16, 10)
    net = mlp(16, 32)
    p = torch.tensor(
        [next((j for j in range(40) if j != i and c[j] == c[i]), i) for i in range(40)]
    )
    n = torch.tensor(
        [next(j for j in range(i + 1, i + 41) if c[j % 40] != c[i]) % 40 for i in range(40)]
    )
    z = F.normalize(net(x), dim=-1)
    return lossfx.TripletLoss(margin=20.0), (z, z[p], z[n])


@wrong(
    "trial: distillation, student and teacher swapped",
    "the teacher is passed first: the student is held constant and gets no gradient",
    "LX403",
)
def _():
    torch.manual_seed(43)
    x, y = blobs(64, 20, 6, spread=2.5)
    teacher, student = fit(mlp(20, 6, 128), x, y, 15), mlp(20, 6, 16)
    with torch.no_grad():
        t = teacher(x)
    s = student(x)
    return lossfx.distillation_with_logits, (t, s, y), dict(temperature=3.0, mix=0.7)


@wrong(
    "trial: distillation, temperature squared twice",
    "the loss has the factor of the temperature squared already, the colleague's T*T comes on "
    "top: the teacher weighs 36 times as much as meant",
    "LX673",
)
def _():
    torch.manual_seed(44)
    x, y = blobs(64, 20, 6, spread=2.5)
    teacher, student = fit(mlp(20, 6, 128), x, y, 15), mlp(20, 6, 16)
    with torch.no_grad():
        t = teacher(x)

    def kd(s, t, y, T=6.0, a=0.5):
        soft = lossfx.distillation_with_logits(s, t, temperature=T) * (T * T)
        hard = lossfx.soft_label_cross_entropy_with_logits(s, y)
        return a * soft + (1 - a) * hard

    return kd, (student(x), t, y)


@wrong(
    "trial: hard examples as a fraction",
    "k=0.25 means a quarter per cent here: of 64 examples less than one counts",
    "LX659",
)
def _():
    torch.manual_seed(45)
    x, y = blobs(64, 20, 6)
    net = mlp(20, 6)
    return lossfx.hard_examples(lossfx.SoftLabelCrossEntropyLoss)(k=0.25), (net(x), y)


@wrong(
    "trial: label smoothing by the confidence",
    "alpha=0.9: the label keeps a tenth, meant was 0.1",
    "LX587",
)
def _():
    torch.manual_seed(46)
    x, y = blobs(64, 20, 10)
    net = mlp(20, 10)
    return lossfx.SoftLabelCrossEntropyLoss(0.9), (net(x), y)


@wrong(
    "trial: soft bootstrapping, beta as the share of the prediction",
    "beta=0.05 gives the label a twentieth: the model mostly learns its own predictions",
    "LX587",
)
def _():
    torch.manual_seed(47)
    x, y = blobs(64, 20, 8)
    net = mlp(20, 8)
    return lossfx.SoftBootstrappingLoss(beta=0.05), (net(x), y)


@wrong(
    "trial: noise matrix with the noise on the diagonal",
    "a noise of 0.1 is put on the diagonal, 0.9 beside it: labels are taken for wrong ones, mostly",
    "LX587",
)
def _():
    torch.manual_seed(48)
    C, eps = 5, 0.1
    x, y = blobs(96, 20, C)
    net = mlp(20, C)
    noise = torch.full((C, C), (1 - eps) / (C - 1)).fill_diagonal_(eps)
    return lossfx.forward_corrected_cross_entropy_with_logits, (net(x), y), dict(noise=noise)


@wrong(
    "trial: lesions, one minus the loss",
    "1 - dice_loss is minimised, as if the function gave the coefficient: the overlap is made "
    "small",
    "LX601",
)
def _():
    torch.manual_seed(49)
    x, m = discs(8)
    net = conv(1)

    def dice_criterion(logits, masks):
        return 1 - lossfx.dice_loss_with_logits(logits, masks, dim=1, classes="independent")

    return dice_criterion, (net(x), m[:, None].float())


@wrong(
    "trial: compound by hand with .item()",
    "the Jaccard part comes in as a Python number: it is shown in the loss and trains nothing",
    "LX410",
)
def _():
    torch.manual_seed(50)
    x, m = discs(8)
    net = conv(1)

    def loss(logits, masks):
        bce = lossfx.binary_cross_entropy_with_logits(logits, masks)
        iou = lossfx.jaccard_loss_with_logits(logits, masks, classes="independent", dim=1).item()
        return bce + 2 * iou

    return loss, (net(x), m[:, None].float())


# ---------------------------------------------------------------- right


@right(
    "trial: FocalLoss, long tail with class-balanced weights",
    "weights of 0.2 to 12, few examples of the last class: as Cui et al. do it",
)
def _():
    torch.manual_seed(101)
    counts = torch.tensor([5000, 1800, 600, 200, 60])
    x, y = blobs(0, 24, 5, long_tail(256, counts))
    net = mlp(24, 5)
    return lossfx.FocalLoss(gamma=1.0, class_weight=lossfx.class_balanced_weights(counts, 0.999)), (
        net(x),
        y,
    )


@right(
    "trial: dense detection head, focal loss by the number of objects",
    "denominator is the count of positives, so that the loss is a sum over thousands of "
    "anchors: as in RetinaNet; the bias starts at -4.6",
)
def _():
    torch.manual_seed(102)
    x = torch.randn(4, 300, 16)
    y = (x @ torch.randn(16, 5) > 9).float()
    net = mlp(16, 5)
    nn.init.constant_(net[-1].bias, -4.6)
    return (
        lossfx.binary_focal_loss_with_logits,
        (net(x), y),
        dict(alpha=0.25, gamma=2.0, denominator=y.sum().clamp(min=1)),
    )


@right(
    "trial: AsymmetricLoss for 80 tags",
    "nearly all labels are 0, the loss is tiny: what the loss is for",
)
def _():
    torch.manual_seed(103)
    x = torch.randn(32, 40)
    y = (x @ torch.randn(40, 80) > 12).long()
    return lossfx.AsymmetricLoss(gamma_pos=0.0, gamma_neg=4.0, margin=0.05), (mlp(40, 80)(x), y)


@right(
    "trial: binary cross entropy with pos_weight per tag",
    "weights of up to 40 for rare tags, from clamped counts of the training set",
)
def _():
    torch.manual_seed(104)
    x = torch.randn(128, 40)
    y = (x @ torch.randn(40, 12) > torch.linspace(2, 12, 12)).float()
    pos = y.sum(0).clamp(min=1)
    return lossfx.BinaryCrossEntropyLoss(pos_weight=((128 - pos) / pos).clamp(max=40)), (
        mlp(40, 12)(x),
        y,
    )


@right(
    "trial: logit adjustment by the training prior",
    "prior of the training set; the batch is as uneven",
)
def _():
    torch.manual_seed(105)
    counts = torch.tensor([4000.0, 1500, 500, 150, 50])
    x, y = blobs(0, 24, 5, long_tail(128, counts))
    return lossfx.LogitAdjustedCrossEntropyLoss(prior=counts / counts.sum(), tau=1.0), (
        mlp(24, 5)(x),
        y,
    )


@right(
    "trial: LDAM on cosines", "predictions between -1 and 1, not free logits: scale=30 is for them"
)
def _():
    torch.manual_seed(106)
    counts = torch.tensor([4000.0, 1500, 500, 150, 50])
    x, y = blobs(0, 24, 5, long_tail(128, counts))
    body, head = nn.Sequential(nn.Linear(24, 32), nn.ReLU()), nn.Parameter(torch.randn(5, 32))
    cos = F.normalize(body(x), dim=-1) @ F.normalize(head, dim=-1).t()
    return lossfx.LDAMLoss(counts=counts, max_margin=0.5, scale=30.0), (cos, y)


@right(
    "trial: LDAM on free logits with scale 1",
    "an ordinary linear head, and the scale set to 1 as the documentation says",
)
def _():
    torch.manual_seed(107)
    counts = torch.tensor([3000, 900, 300, 90])
    x, y = blobs(0, 24, 4, long_tail(128, counts))
    return lossfx.ldam_loss_with_logits, (mlp(24, 4)(x), y), dict(counts=counts, scale=1.0)


@right(
    "trial: ArcFace at the start",
    "the loss is 30 and more, cosines are near 0: scale 64 with a margin, untrained",
)
def _():
    torch.manual_seed(108)
    x, y = blobs(64, 32, 300)
    body, head = mlp(32, 128), nn.Parameter(torch.randn(300, 128) * 0.05)
    return lossfx.ArcFaceLoss(), (body(x), head, y)


@right(
    "trial: CosFace for speakers",
    "scale 30 and margin 0.2, common for speakers; embeddings are normalised before, which "
    "changes nothing",
)
def _():
    torch.manual_seed(109)
    x, y = blobs(64, 32, 120)
    body, head = mlp(32, 64), nn.Parameter(torch.randn(120, 64))
    return (
        lossfx.cosface_loss,
        (F.normalize(body(x), dim=-1), head, y),
        dict(margin=0.2, scale=30.0),
    )


@right(
    "trial: MoCo with a queue",
    "keys and queue carry no gradient: they come from the momentum encoder; this batch is "
    "enqueued later",
)
def _():
    torch.manual_seed(110)
    x = torch.randn(32, 24)
    q, k = mlp(24, 32), mlp(24, 32)
    k.load_state_dict(q.state_dict())
    zq = q(x + 0.2 * torch.randn_like(x))
    with torch.no_grad():
        zk = k(x + 0.2 * torch.randn_like(x))
        queue = F.normalize(k(torch.randn(128, 24)), dim=-1)
    return lossfx.InfoNCELoss(temperature=0.07), (zq, zk, queue)


@right(
    "trial: CLIP with a learned temperature",
    "temperature is a tensor with a gradient, exp of a parameter; two encoders",
)
def _():
    torch.manual_seed(111)
    s = torch.randn(48, 12)
    img, txt = s @ torch.randn(12, 24) + 0.1 * torch.randn(48, 24), s @ torch.randn(12, 16)
    a, b = mlp(24, 32), mlp(16, 32)
    log_t = nn.Parameter(torch.tensor(math.log(0.07)))
    return lossfx.clip_loss, (a(img), b(txt)), dict(temperature=log_t.exp())


@right(
    "trial: supervised contrastive, two views",
    "labels repeated for both views, class numbers with gaps (hospital codes)",
)
def _():
    torch.manual_seed(112)
    x, y = blobs(32, 24, 6)
    codes = torch.tensor([101, 104, 230, 231, 400, 977])[y]
    net = mlp(24, 32)
    views = torch.cat([x + 0.2 * torch.randn_like(x), x + 0.2 * torch.randn_like(x)])
    return lossfx.SupervisedContrastiveLoss(temperature=0.1), (net(views), codes.repeat(2))


@right(
    "trial: InfoNCE of normalised embeddings by dot product",
    "similarity='dot', but the embeddings are normalised: it is the cosine",
)
def _():
    torch.manual_seed(113)
    x = torch.randn(48, 24)
    net = mlp(24, 32)
    a, b = (F.normalize(net(x + 0.2 * torch.randn_like(x)), dim=-1) for _ in range(2))
    return lossfx.info_nce_loss, (a, b), dict(similarity="dot", temperature=0.1)


@right(
    "trial: signatures, contrastive_loss of distances",
    "labels +1 and -1, mostly different pairs; distances of normalised embeddings with a "
    "margin below 2",
)
def _():
    torch.manual_seed(114)
    x, c = blobs(64, 16, 4)
    net, i = mlp(16, 32), torch.randperm(64)

    def pairs(a, b, same):
        d = F.pairwise_distance(F.normalize(a, dim=-1), F.normalize(b, dim=-1))
        return lossfx.contrastive_loss(d, torch.where(same, 1, -1), margin=1.0)

    return pairs, (net(x), net(x[i]), c == c[i])


@right(
    "trial: hinge embedding with an L1 distance",
    "labels of +1 and -1 as floats; the distance is a mean of absolute differences, not normalised",
)
def _():
    torch.manual_seed(115)
    x, c = blobs(64, 16, 3)
    net, i = nn.Linear(16, 8), torch.randperm(64)
    d = (net(x) - net(x[i])).abs().mean(-1)
    return lossfx.HingeEmbeddingLoss(margin=2.0), (d, torch.where(c == c[i], 1.0, -1.0))


@right(
    "trial: batch-hard triplets with a soft margin",
    "margin=None is the soft margin; embeddings are indexed, mask leaves out anchors without "
    "a partner",
)
def _():
    torch.manual_seed(116)
    x, c = blobs(40, 16, 12)
    z = mlp(16, 32)(x)

    def batch_hard(z, ids):
        p, n, both = lossfx.hardest_triplets(z, ids)
        return lossfx.triplet_loss(z, z[p], z[n], margin=None, mask=both)

    return batch_hard, (z, c)


@right(
    "trial: TripletLoss by cosine",
    "margin 0.3 for one minus the cosine; negative from another class",
)
def _():
    torch.manual_seed(117)
    _, c = blobs(48, 16, 6)
    centres = torch.randn(6, 16)
    get = lambda k: centres[k] + 0.4 * torch.randn(48, 16)
    net = mlp(16, 32)
    return lossfx.TripletLoss(margin=0.3, distance="cosine"), (
        net(get(c)),
        net(get(c)),
        net(get((c + 1 + torch.randint(0, 5, (48,))) % 6)),
    )


@right(
    "trial: HingeLoss on scores",
    "integer labels -1 and +1 and a linear score: a support vector machine, squared",
)
def _():
    torch.manual_seed(118)
    x, y = blobs(64, 10, 2, spread=2.0)
    return lossfx.HingeLoss(power=2), (nn.Linear(10, 1)(x)[:, 0], 2 * y - 1)


@right(
    "trial: multi-class hinge of Weston and Watkins",
    "others='sum', squared: losses of ten and more at the start with 30 classes",
)
def _():
    torch.manual_seed(119)
    x, y = blobs(64, 24, 30)
    return lossfx.MultiClassHingeLoss(others="sum", power=2), (mlp(24, 30)(x), y)


@right("trial: DiceLoss for two organs", "class axis 1, integer maps, background nearly everywhere")
def _():
    torch.manual_seed(120)
    x, m = discs(8)
    y = m.long() * (1 + (torch.arange(8) % 2)[:, None, None])
    return lossfx.DiceLoss(dim=1), (conv(3)(x), y)


@right(
    "trial: lesion masks, some of them empty",
    "half of the images hold no lesion: empty='area' gives these a gradient, one channel, "
    "independent",
)
def _():
    torch.manual_seed(121)
    x, m = discs(8)
    m[::2] = False
    x[::2] = 0.5 * torch.randn_like(x[::2])
    return (
        lossfx.dice_loss_with_logits,
        (conv(1)(x), m[:, None].float()),
        dict(dim=1, classes="independent", empty="area"),
    )


@right(
    "trial: jaccard_loss of probabilities",
    "a sigmoid before the loss: this one takes probabilities",
)
def _():
    torch.manual_seed(122)
    x, m = discs(8)
    net = nn.Sequential(conv(1), nn.Sigmoid())
    return (
        lossfx.jaccard_loss,
        (net(x), m[:, None].float()),
        dict(dim=1, classes="independent", per="batch"),
    )


@right("trial: brier_loss of softmax forecasts", "softmax before the loss: it takes probabilities")
def _():
    torch.manual_seed(123)
    x, y = blobs(64, 16, 4)
    return lossfx.brier_loss, (mlp(16, 4)(x).softmax(-1), y)


@right(
    "trial: mixture of three heads, soft_label_cross_entropy",
    "mean of three softmaxes: there are no logits of the mean, so that the loss of "
    "probabilities is the one to take",
)
def _():
    torch.manual_seed(124)
    x, y = blobs(64, 16, 5)
    heads = [mlp(16, 5) for _ in range(3)]
    p = torch.stack([h(x).softmax(-1) for h in heads]).mean(0)
    return lossfx.soft_label_cross_entropy, (p, y)


@right(
    "trial: distillation with a sure teacher",
    "temperature 4 and mix 0.7, the teacher without gradient and larger than the student",
)
def _():
    torch.manual_seed(125)
    x, y = blobs(96, 20, 6, spread=2.0)
    teacher, student = fit(mlp(20, 6, 128), x, y, 20), mlp(20, 6, 16)
    with torch.no_grad():
        t = teacher(x)
    return lossfx.DistillationLoss(temperature=4.0, mix=0.7), (student(x), t, y)


@right(
    "trial: top-k distillation of a language model",
    "only the teacher's 8 best tokens are stored, their probabilities do not sum to 1: tail "
    "says where the rest is",
)
def _():
    torch.manual_seed(126)
    x, y = blobs(64, 32, 80, spread=1.5)
    teacher, student = fit(mlp(32, 80, 128), x, y, 15), mlp(32, 80)
    with torch.no_grad():
        p, i = teacher(x).softmax(-1).topk(8)
    return lossfx.distillation_with_logits, (student(x), lossfx.TopKLabels(i, p, "one class"))


@right(
    "trial: reverse KL on answers only",
    "a mask that keeps the answer tokens, a third of all; no labels",
)
def _():
    torch.manual_seed(127)
    x, y = blobs(8 * 24, 16, 30, spread=1.5)
    teacher, student = fit(mlp(16, 30, 96), x, y, 15), mlp(16, 30)
    with torch.no_grad():
        t = teacher(x).view(8, 24, 30)
    keep = (torch.arange(24) >= 16).expand(8, 24)
    return lossfx.reverse_kl_with_logits, (student(x).view(8, 24, 30), t), dict(mask=keep)


@right(
    "trial: mutual learning of two students",
    "the 'teacher' is the other student, with a graph: it is held constant by detach, each "
    "learns in its own call",
)
def _():
    torch.manual_seed(128)
    x, y = blobs(64, 20, 6)
    a, b = mlp(20, 6), mlp(20, 6)
    return lossfx.GeneralizedJensenShannonLoss(beta=0.5, mix=0.5), (a(x), b(x).detach(), y)


@right(
    "trial: consistency under augmentation, total variation",
    "a pseudo teacher, the same net on the clean input without gradient: as in unsupervised "
    "augmentation",
)
def _():
    torch.manual_seed(129)
    x, y = blobs(64, 20, 6)
    net = fit(mlp(20, 6), x, y, 5)
    with torch.no_grad():
        clean = net(x)
    return lossfx.TotalVariationLoss(), (net(x + 0.5 * torch.randn_like(x)), clean)


@right(
    "trial: forward correction, asymmetric noise",
    "each row sums to 1, the columns do not: class 3 is often labelled 5, not the other way",
)
def _():
    torch.manual_seed(130)
    x, y = blobs(96, 20, 6)
    noise = torch.eye(6)
    noise[3, 3], noise[3, 5], noise[2, 2], noise[2, 0] = 0.6, 0.4, 0.7, 0.3
    y = torch.multinomial(noise[y], 1)[:, 0]
    return lossfx.ForwardCorrectedCrossEntropyLoss(noise=noise), (mlp(20, 6)(x), y)


@right(
    "trial: backward correction",
    "values below 0 for some examples: the correction subtracts what noise adds",
)
def _():
    torch.manual_seed(131)
    x, y = blobs(96, 20, 4)
    noise = torch.full((4, 4), 0.1).fill_diagonal_(0.7)
    y = torch.multinomial(noise[y], 1)[:, 0]
    return (
        lossfx.backward_corrected_cross_entropy_with_logits,
        (mlp(20, 4)(x), y),
        dict(noise=noise),
    )


@right("trial: confidence penalty", "entropy is rewarded a little, beta=0.1: by Pereyra et al.")
def _():
    torch.manual_seed(132)
    x, y = blobs(64, 20, 10)
    return lossfx.ConfidencePenaltyLoss(beta=0.1), (mlp(20, 10)(x), y)


@right(
    "trial: soft bootstrapping with a constant target",
    "detach=True: the target's own part is held constant, the label has most of the weight",
)
def _():
    torch.manual_seed(133)
    x, y = blobs(64, 20, 8)
    y = torch.where(torch.rand(64) < 0.2, torch.randint(0, 8, (64,)), y)
    return lossfx.SoftBootstrappingLoss(beta=0.9, detach=True), (mlp(20, 8)(x), y)


@right(
    "trial: symmetric cross entropy",
    "ce_weight 0.1 beside rce_weight 1, log_zero -4: as the paper has for CIFAR-10; a third "
    "of the labels is wrong",
)
def _():
    torch.manual_seed(134)
    x, y = blobs(96, 20, 10)
    y = torch.where(torch.rand(96) < 0.33, torch.randint(0, 10, (96,)), y)
    return lossfx.SymmetricCrossEntropyLoss(ce_weight=0.1, rce_weight=1.0), (mlp(20, 10)(x), y)


@right(
    "trial: generalized cross entropy, log-softmax in the network",
    "the network gives log-probabilities: the softmax of these is the same, nothing is lost",
)
def _():
    torch.manual_seed(135)
    x, y = blobs(64, 20, 10)
    net = nn.Sequential(mlp(20, 10), nn.LogSoftmax(dim=-1))
    return lossfx.GeneralizedCrossEntropyLoss(q=0.7), (net(x), y)


@right("trial: bi-tempered loss", "t1 below 1, t2 above 1: bounded and heavy-tailed")
def _():
    torch.manual_seed(136)
    x, y = blobs(64, 20, 10)
    return lossfx.BiTemperedLogisticLoss(t1=0.8, t2=1.4), (mlp(20, 10)(x), y)


@right(
    "trial: age groups by SquaredEMDLoss",
    "positions are years with unequal steps; loss of tens, in years",
)
def _():
    torch.manual_seed(137)
    y = torch.randint(0, 6, (64,))
    x = torch.randn(64, 16) + y[:, None] * torch.randn(16) * 0.5
    x = (x - x.mean(0)) / x.std(0)
    return lossfx.SquaredEMDLoss(positions=torch.tensor([2.0, 10, 22, 37, 55, 75])), (
        mlp(16, 6)(x),
        y,
    )


@right(
    "trial: SORD labels for grades of retinopathy",
    "soft labels that give neighbours some probability: they sum to 1, and rise and fall "
    "around the grade",
)
def _():
    torch.manual_seed(138)
    y = torch.randint(0, 5, (64,))
    x = torch.randn(64, 16) + y[:, None] * torch.randn(16) * 0.5
    x = (x - x.mean(0)) / x.std(0)
    pos = torch.arange(5.0)
    return lossfx.SoftLabelCrossEntropyLoss(), (
        mlp(16, 5)(x),
        lossfx.sord_labels(y, positions=pos, scale=1.8),
    )


@right(
    "trial: CompoundLoss of cross entropy and Dice",
    "both parts with dim=1, weights unequal, void pixels marked 255 for both",
)
def _():
    torch.manual_seed(139)
    x, m = discs(6)
    y = m.long()
    y[:, :2] = 255
    ce, dice = (
        lossfx.SoftLabelCrossEntropyLoss(dim=1, ignore_index=255),
        lossfx.DiceLoss(dim=1, ignore_index=255),
    )
    return lossfx.CompoundLoss(ce, dice, weights=(1.0, 0.5)), (conv(2)(x), y)


@right(
    "trial: hardest quarter of the pixels",
    "k=25 is per cent; three pixels of four get no gradient, as online hard example mining has it",
)
def _():
    torch.manual_seed(140)
    x, m = discs(6)
    return lossfx.hard_examples(lossfx.SoftLabelCrossEntropyLoss)(k=25.0, dim=1), (
        conv(2)(x),
        m.long(),
    )


@right(
    "trial: one logit with a loss for many classes",
    "TwoClassLoss around Poly1Loss, (N,) logits and labels 0 and 1",
)
def _():
    torch.manual_seed(141)
    x, y = blobs(64, 12, 2, spread=2.0)
    return lossfx.TwoClassLoss(lossfx.Poly1Loss(epsilon=1.0)), (mlp(12, 1)(x)[:, 0], y)


@right(
    "trial: linear form for a language model",
    "hidden states and no logits; labels shifted by one, prompts marked -100 are left out",
)
def _():
    torch.manual_seed(142)
    ids = torch.randint(0, 60, (6, 25))
    emb, rnn = nn.Embedding(60, 32), nn.GRU(32, 64, batch_first=True)
    labels = ids[:, 1:].clone()
    labels[:, :8] = -100
    h, _ = rnn(emb(ids[:, :-1]))
    return lossfx.LinearSoftLabelCrossEntropyLoss(64, 60, ignore_index=-100), (h, labels)


@right(
    "trial: linear_distillation of two heads",
    "student and teacher have hidden states of other sizes; the teacher has no gradient",
)
def _():
    torch.manual_seed(143)
    x, y = blobs(64, 20, 50, spread=1.5)
    teacher = fit(mlp(20, 50, 96), x, y, 15)
    body, head = nn.Sequential(nn.Linear(20, 24), nn.ReLU()), nn.Linear(24, 50)
    with torch.no_grad():
        th = teacher[1](teacher[0](x))
    return (
        lossfx.linear_distillation,
        (body(x), head.weight, th, teacher[2].weight),
        dict(bias=head.bias, teacher_bias=teacher[2].bias, temperature=2.0),
    )


@right("trial: Lovász hinge over the batch", "scores without sigmoid, bool masks, one channel")
def _():
    torch.manual_seed(144)
    x, m = discs(8)
    return lossfx.LovaszHingeLoss(per="batch", dim=1), (conv(1)(x), m[:, None])


@right(
    "trial: 1-D signals channel first, permuted",
    "(B, C, T) is permuted and then flattened, which keeps steps and classes together",
)
def _():
    torch.manual_seed(145)
    y = torch.randint(0, 5, (8, 1)).expand(8, 50).clone()
    y[:, 25:] = torch.randint(0, 5, (8, 1))
    x = F.one_hot(y, 5).float().transpose(1, 2) + 0.5 * torch.randn(8, 5, 50)
    net = nn.Sequential(nn.Conv1d(5, 32, 5, padding=2), nn.ReLU(), nn.Conv1d(32, 5, 1))

    def step_loss(out, labels):
        flat = out.permute(0, 2, 1).reshape(-1, out.shape[1])
        return lossfx.taylor_cross_entropy_with_logits(flat, labels.reshape(-1), order=4)

    return step_loss, (net(x), y)


@right(
    "trial: mixup of two labels",
    "the loss of both label vectors, weighted by lam: no label is one-hot, both are used",
)
def _():
    torch.manual_seed(146)
    x, y = blobs(64, 20, 6)
    i, lam = torch.randperm(64), 0.35
    crit = lossfx.LabelRelaxationLoss(alpha=0.1)

    def mixup(pred, y_a, y_b, lam):
        return lam * crit(pred, y_a) + (1 - lam) * crit(pred, y_b)

    return mixup, (mlp(20, 6)(lam * x + (1 - lam) * x[i]), y, y[i], lam)


@right(
    "trial: FixMatch, sure pseudo labels only",
    "labels come from the net itself, without gradient, and the mask leaves only those above "
    "0.9: what it is",
)
def _():
    torch.manual_seed(147)
    x, y = blobs(96, 20, 5)
    net = fit(mlp(20, 5), x, y, 12)
    xu = x + 0.3 * torch.randn_like(x)

    def fixmatch(strong, weak):
        p, label = weak.detach().softmax(-1).max(-1)
        return lossfx.soft_label_cross_entropy_with_logits(
            strong, label, mask=p > 0.9, denominator=float(len(p))
        )

    return fixmatch, (net(xu + 0.8 * torch.randn_like(x)), net(xu))


@right(
    "trial: weighted focal by hand, done right",
    "'none', times weights of the same shape, divided by the sum of weights",
)
def _():
    torch.manual_seed(148)
    x, y = blobs(48, 12, 2, spread=0.7)
    w = torch.rand(48) + 0.5

    def loss(logit, label, weight):
        each = lossfx.binary_focal_loss_with_logits(logit.squeeze(1), label.float(), "none")
        return (each * weight).sum() / weight.sum()

    return loss, (mlp(12, 1)(x), y, w)


@right(
    "trial: active passive loss for 100 classes of noisy labels",
    "weights of 10 and 0.1, the paper's for CIFAR-100; two fifths of the labels are wrong",
)
def _():
    torch.manual_seed(149)
    x, y = blobs(128, 32, 100)
    y = torch.where(torch.rand(128) < 0.4, torch.randint(0, 100, (128,)), y)
    return lossfx.ActivePassiveLoss(active_weight=10.0, passive_weight=0.1), (mlp(32, 100)(x), y)


@right(
    "trial: sparsemax classifier, last batch of an epoch",
    "a batch of 5, EntmaxLoss with alpha 2, reduction='sum': gradients are accumulated over "
    "batches and divided by the number of examples later",
)
def _():
    torch.manual_seed(150)
    x, y = blobs(5, 20, 8)
    return lossfx.EntmaxLoss("sum", alpha=2.0), (mlp(20, 8)(x), y)
