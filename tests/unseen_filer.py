"""What somebody tries who asked for a doctor of losses: torch's, fastai's, these, and their own."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from fastai.losses import (
    BCEWithLogitsLossFlat,
    CrossEntropyLossFlat,
    DiceLoss,
    FocalLossFlat,
    LabelSmoothingCrossEntropy,
    MSELossFlat,
)
from torch.distributions import Categorical, Normal
from unseen import book

import lossfx as lf

CASES, wrong, right = book()


def classes(n, d, c, seed):
    """Inputs with a class each, means that differ."""
    torch.manual_seed(seed)
    y = torch.randint(0, c, (n,))
    x = torch.randn(c, d)[y] + torch.randn(n, d)
    return x, y


def blobs(n, h, seed):
    """Pictures with a bright disk, and its mask."""
    g = torch.Generator().manual_seed(seed)
    yy, xx = torch.meshgrid(torch.arange(h), torch.arange(h), indexing="ij")
    cy, cx = (torch.randint(h // 4, 3 * h // 4, (n, 1, 1), generator=g) for _ in range(2))
    r = torch.randint(2, max(3, h // 4), (n, 1, 1), generator=g)
    mask = ((yy - cy) ** 2 + (xx - cx) ** 2 <= r**2).long()
    img = mask[:, None].float() + 0.3 * torch.randn(n, 3, h, h, generator=g)
    return img, mask


@wrong(
    "trial: waste sorting classifier",
    "10 classes, the network ends in nn.Sigmoid, nn.CrossEntropyLoss",
    "LX301",
)
def _():
    x, y = classes(32, 24, 10, 101)
    net = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 10), nn.Sigmoid())
    return nn.CrossEntropyLoss(), (net(x), y)


@wrong(
    "trial: temperature forecast",
    "head ends in ReLU, standardised targets, half of them negative, SmoothL1",
    "LX321",
)
def _():
    torch.manual_seed(102)
    x = torch.randn(48, 12)
    temp = (x[:, :3].sum(1, keepdim=True) + 0.3 * torch.randn(48, 1)) / 1.8
    net = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU())
    return nn.SmoothL1Loss(), (net(x), temp)


@wrong(
    "trial: air quality, four stations",
    "some targets are NaN where a station did not report",
    "LX207",
)
def _():
    torch.manual_seed(103)
    x = torch.randn(32, 16)
    target = x[:, :4] * 0.7 + 0.2 * torch.randn(32, 4)
    target[3, 1] = target[17, 1] = target[18, 1] = target[25, 3] = float("nan")
    net = nn.Sequential(nn.Linear(16, 32), nn.Tanh(), nn.Linear(32, 4))
    return nn.MSELoss(), (net(x), target)


@wrong("trial: line recogniser", "CTCLoss of softmax probabilities, without the logarithm", "LX305")
def _():
    torch.manual_seed(104)
    feats = torch.randn(40, 8, 20)
    rnn, head = nn.LSTM(20, 32, bidirectional=True), nn.Linear(64, 27)
    probs = head(rnn(feats)[0]).softmax(2)
    target_lengths = torch.randint(4, 11, (8,))
    targets = torch.randint(1, 27, (8, 10))
    return nn.CTCLoss(blank=0), (probs, targets, torch.full((8,), 40), target_lengths)


@wrong(
    "trial: topic mixture regression",
    "nn.KLDivLoss gets softmax, not log_softmax, as input",
    "LX305",
)
def _():
    torch.manual_seed(105)
    x = torch.randn(24, 30)
    mix = torch.softmax(2 * x[:, :6], 1)
    net = nn.Sequential(nn.Linear(30, 40), nn.ReLU(), nn.Linear(40, 6), nn.Softmax(dim=1))
    return nn.KLDivLoss(reduction="batchmean"), (net(x), mix)


@wrong(
    "trial: distilling a tagger",
    "F.kl_div(teacher_probs, student_log_probs): order as in KL(p||q)",
    "LX510",
)
def _():
    torch.manual_seed(106)
    x = torch.randn(16, 20)
    teacher, student = nn.Linear(20, 8), nn.Linear(20, 8)
    with torch.no_grad():
        p = F.softmax(3 * teacher(x), dim=-1)
    log_q = F.log_softmax(student(x), dim=-1)
    return F.kl_div, (p, log_q), {"reduction": "batchmean"}


@wrong(
    "trial: shoe retrieval",
    "nn.TripletMarginLoss: the positive is the anchor's own embedding",
    "LX632",
)
def _():
    torch.manual_seed(107)
    x = torch.randn(16, 32)
    net = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 16))
    anchor, positive, negative = net(x), net(x), net(x.roll(1, 0))
    return nn.TripletMarginLoss(margin=1.0), (anchor, positive, negative)


@wrong("trial: duplicate questions", "nn.CosineEmbeddingLoss with labels 0 and 1", "LX202")
def _():
    torch.manual_seed(108)
    emb = nn.EmbeddingBag(200, 32)
    a = torch.randint(0, 200, (32, 9))
    same = torch.randint(0, 2, (32,))
    keep = same[:, None].bool() & (torch.rand(32, 9) < 0.7)
    b = torch.where(keep, a, torch.randint(0, 200, (32, 9)))
    return nn.CosineEmbeddingLoss(), (emb(a), emb(b), same)


@wrong("trial: churn model, 6 % positive", "pos_weight = n_pos / n_neg, upside down", "LX525")
def _():
    torch.manual_seed(109)
    x = torch.randn(64, 10)
    y = torch.zeros(64, 1)
    y[x[:, 0].topk(4).indices] = 1.0
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([4 / 60])), (net(x), y)


@wrong(
    "trial: chunk tagger",
    "logits (N, T, C) straight into CrossEntropyLoss, and T equals C",
    "LX103",
)
def _():
    torch.manual_seed(110)
    tokens = torch.randint(0, 300, (16, 12))
    tags = tokens % 12
    emb, rnn, head = nn.Embedding(300, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, 12)
    return nn.CrossEntropyLoss(), (head(rnn(emb(tokens))[0]), tags)


@wrong(
    "trial: leaf diseases, copied from an NLP project",
    "ignore_index=0 while class 0 is one of five classes of pictures",
    "LX208",
)
def _():
    torch.manual_seed(111)
    y = torch.arange(40) % 5
    x = 0.5 * torch.randn(40, 3, 16, 16) + torch.linspace(-1, 1, 5)[y].view(-1, 1, 1, 1)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 5),
    )
    return nn.CrossEntropyLoss(ignore_index=0), (net(x), y)


@wrong(
    "trial: wind power with uncertainty",
    "GaussianNLLLoss gets the log-variance as the variance (raises)",
    "LX315",
)
def _():
    torch.manual_seed(112)
    x = torch.randn(32, 8)
    power = x[:, :1] + 0.3 * torch.randn(32, 1)
    net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
    mean, log_var = net(x).chunk(2, dim=1)
    return nn.GaussianNLLLoss(), (mean, power, log_var)  # raises ValueError


@wrong(
    "trial: bicycle counts",
    "head ends in Softplus, nn.PoissonNLLLoss() keeps log_input=True",
    "LX314",
)
def _():
    torch.manual_seed(113)
    x = torch.randn(48, 6)
    count = torch.poisson(torch.exp(1.0 + 0.5 * x[:, :1]))
    net = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1), nn.Softplus())
    return nn.PoissonNLLLoss(), (net(x), count)


@wrong(
    "trial: spam filter, first network",
    "one output and CrossEntropyLoss with float labels (N, 1): always 0",
    "LX102",
)
def _():
    torch.manual_seed(114)
    x = torch.randn(32, 50)
    spam = (x[:, :1] + 0.4 * torch.randn(32, 1) > 0).float()
    net = nn.Sequential(nn.Linear(50, 32), nn.ReLU(), nn.Linear(32, 1))
    return nn.CrossEntropyLoss(), (net(x), spam)


@wrong("trial: film genres", "multi-hot labels, several 1s a row, in nn.CrossEntropyLoss", "LX203")
def _():
    torch.manual_seed(115)
    x = torch.randn(32, 40)
    genres = (x[:, :8] + 0.5 * torch.randn(32, 8) > 0.3).float()
    net = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 8))
    return nn.CrossEntropyLoss(), (net(x), genres)


@wrong(
    "trial: pets notebook with an own head", "nn.Softmax in the head, CrossEntropyLossFlat", "LX301"
)
def _():
    x, y = classes(32, 20, 7, 116)
    head = nn.Sequential(nn.BatchNorm1d(20), nn.Linear(20, 7), nn.Softmax(dim=1))
    return CrossEntropyLossFlat(), (head(x), y)


@wrong(
    "trial: satellite segmentation in fastai",
    "CrossEntropyLossFlat() without axis=1 on (N, C, H, W) (raises)",
    "LX124",
)
def _():
    torch.manual_seed(117)
    img, mask = blobs(4, 32, 117)
    net = nn.Conv2d(3, 5, 3, padding=1)
    return CrossEntropyLossFlat(), (net(img), mask)  # raises ValueError


@wrong(
    "trial: plankton classes in fastai",
    "class indices (N,) and 5 logits in BCEWithLogitsLossFlat (raises)",
    "LX204",
)
def _():
    x, y = classes(32, 16, 5, 118)
    net = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 5))
    return BCEWithLogitsLossFlat(), (net(x), y)  # raises ValueError


@wrong(
    "trial: film ratings, collaborative filtering",
    "dot product through a sigmoid, ratings of 1 to 5, MSELossFlat",
    "LX321",
)
def _():
    torch.manual_seed(119)
    u, m = nn.Embedding(50, 12), nn.Embedding(80, 12)
    users, films = torch.randint(0, 50, (64,)), torch.randint(0, 80, (64,))
    ratings = ((users + films) % 5 + 1).float()
    return MSELossFlat(), (torch.sigmoid((u(users) * m(films)).sum(1)), ratings)


@wrong(
    "trial: lung masks from PNG, fastai DiceLoss",
    "mask values 0 and 255, two classes: 255 matches no class",
    "LX219",
)
def _():
    torch.manual_seed(120)
    img, mask = blobs(4, 24, 120)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 2, 1))
    return DiceLoss(), (net(img), mask * 255)


@wrong(
    "trial: one-hot labels for label smoothing",
    "LabelSmoothingCrossEntropy of one-hot labels (raises)",
    "LX100",
)
def _():
    x, y = classes(32, 16, 6, 121)
    net = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 6))
    return LabelSmoothingCrossEntropy(), (net(x), F.one_hot(y, 6).float())  # raises


@wrong(
    "trial: tabular csv with classes 1 and 2",
    "labels 1.0 and 2.0 in BCEWithLogitsLossFlat",
    "LX204",
)
def _():
    torch.manual_seed(122)
    x = torch.randn(48, 9)
    y = (x[:, :1] + 0.3 * torch.randn(48, 1) > 0).float() + 1
    net = nn.Sequential(nn.Linear(9, 24), nn.ReLU(), nn.Linear(24, 1))
    return BCEWithLogitsLossFlat(), (net(x), y)


@wrong(
    "trial: road masks in fastai",
    "mask 0/255, ignore_index=255 on CrossEntropyLossFlat(axis=1): the road is ignored",
    "LX208",
)
def _():
    torch.manual_seed(123)
    img, mask = blobs(4, 24, 123)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 2, 1))
    return CrossEntropyLossFlat(axis=1, ignore_index=255), (net(img), mask * 255)


@wrong("trial: defect classes", "lf.FocalLoss of softmax probabilities", "LX301")
def _():
    x, y = classes(32, 18, 6, 124)
    net = nn.Sequential(nn.Linear(18, 32), nn.ReLU(), nn.Linear(32, 6))
    return lf.FocalLoss(gamma=2.0), (F.softmax(net(x), dim=1), y)


@wrong(
    "trial: SupCon on a shuffled catalogue",
    "each label stands once in the batch: nothing to pull together",
    "LX404",
)
def _():
    torch.manual_seed(125)
    x = torch.randn(24, 40)
    product = torch.randperm(9000)[:24]
    net = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 32))
    return lf.supervised_contrastive_loss, (net(x), product)


@wrong(
    "trial: small language classifier",
    "lf.distillation_with_logits(teacher_logits, student_logits): swapped",
    "LX403",
)
def _():
    torch.manual_seed(126)
    x = torch.randn(32, 20)
    teacher, student = (
        nn.Linear(20, 10),
        nn.Sequential(nn.Linear(20, 8), nn.ReLU(), nn.Linear(8, 10)),
    )
    with torch.no_grad():
        t = 4 * teacher(x)
    return lf.distillation_with_logits, (t, student(x)), {"temperature": 2.0}


@wrong(
    "trial: distilling from stored predictions",
    "lf.DistillationLoss gets the teacher's probabilities as its logits",
    "LX100",
)
def _():
    torch.manual_seed(127)
    x = torch.randn(32, 20)
    teacher, student = nn.Linear(20, 12), nn.Linear(20, 12)
    with torch.no_grad():
        t = torch.softmax(4 * teacher(x), dim=-1)
    return lf.DistillationLoss(temperature=4.0), (student(x), t, t.argmax(1))


@wrong(
    "trial: two organs that overlap",
    "lf.DiceLoss(classes='independent') of sigmoid outputs",
    "LX303",
)
def _():
    torch.manual_seed(128)
    img, mask = blobs(6, 20, 128)
    both = torch.stack([mask, mask.roll(3, 1)], 1).float()
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 2, 1), nn.Sigmoid())
    return lf.DiceLoss(classes="independent", dim=1), (net(img), both)


@wrong(
    "trial: coarse scene layout, 8 classes on an 8 x 8 grid",
    "lf.soft_label_cross_entropy_with_logits of (N, C, H, W) without dim=1",
    "LX125",
)
def _():
    torch.manual_seed(129)
    grid = torch.randint(0, 8, (6, 8, 8))
    color = torch.randn(8, 3)[grid].permute(0, 3, 1, 2)
    img = F.interpolate(color, scale_factor=4) + 0.3 * torch.randn(6, 3, 32, 32)
    net = nn.Sequential(nn.Conv2d(3, 16, 4, 4), nn.ReLU(), nn.Conv2d(16, 8, 1))
    return lf.soft_label_cross_entropy_with_logits, (net(img), grid)


@wrong(
    "trial: SVM head after a softmax", "lf.MultiClassHingeLoss of softmax probabilities", "LX325"
)
def _():
    x, y = classes(32, 14, 5, 130)
    net = nn.Sequential(nn.Linear(14, 32), nn.ReLU(), nn.Linear(32, 5), nn.Softmax(dim=-1))
    return lf.MultiClassHingeLoss(), (net(x), y)


def soft_dice(logits, target, eps=1.0):
    inter = (logits * target).sum(dim=(1, 2, 3))
    denom = logits.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3))
    return 1 - ((2 * inter + eps) / (denom + eps)).mean()


@wrong("trial: polyp segmentation", "Dice of the raw logits, the sigmoid is missing", "LX310")
def _():
    torch.manual_seed(131)
    img, mask = blobs(8, 20, 131)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
    return soft_dice, (net(img), mask[:, None].float())


def vae_loss(recon_x, x, mu, logvar):
    recon = F.mse_loss(recon_x, x, reduction="sum")
    kld = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (recon + kld) / x.size(0)


@wrong("trial: VAE of spectra", "the sign of the KL term is wrong", "LX536")
def _():
    torch.manual_seed(132)
    x = torch.randn(16, 30)
    enc, dec = nn.Linear(30, 8), nn.Linear(4, 30)
    mu, logvar = enc(x).chunk(2, dim=1)
    z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
    return vae_loss, (dec(z), x, mu, logvar)


def discriminator_loss(real_logits, fake_logits):
    real_loss = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    fake_loss = F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))
    return (real_loss + fake_loss) / 2


@wrong("trial: GAN for fonts", "the discriminator's labels are ones for the fakes as well", "LX540")
def _():
    torch.manual_seed(133)
    real = torch.randn(32, 16) + 1.5
    gen, disc = (
        nn.Linear(8, 16),
        nn.Sequential(nn.Linear(16, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1)),
    )
    return discriminator_loss, (disc(real), disc(gen(torch.randn(32, 8)).detach()))


def gradient_penalty(critic, real, fake):
    eps = torch.rand(real.size(0), 1, 1, 1)
    inter = (eps * real + (1 - eps) * fake).requires_grad_(True)
    score = critic(inter)
    grad = torch.autograd.grad(score, inter, torch.ones_like(score), create_graph=True)[0]
    return 10 * ((grad.norm(2, dim=1) - 1) ** 2).mean()


@wrong(
    "trial: WGAN-GP on textures", "norm of (N, C, H, W) gradients over the channels only", "LX417"
)
def _():
    torch.manual_seed(134)
    real = torch.randn(8, 3, 16, 16) * 0.4
    fake = torch.randn(8, 3, 16, 16)
    critic = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(512, 1)
    )
    return gradient_penalty, (critic, real, fake)


class TinyUNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.t = nn.Embedding(100, 3)
        self.a, self.b = nn.Conv2d(3, 16, 3, padding=1), nn.Conv2d(16, 3, 3, padding=1)

    def forward(self, x, t):
        return self.b(F.silu(self.a(x + self.t(t)[:, :, None, None])))


def p_losses(model, x_start, t, alphas_cumprod):
    noise = torch.randn_like(x_start)
    a = alphas_cumprod[t].view(-1, 1, 1, 1)
    x_noisy = a * x_start + (1 - a) * noise
    return F.mse_loss(model(x_noisy, t), noise)


@wrong(
    "trial: diffusion for icons",
    "x_t = a_bar x0 + (1 - a_bar) noise: the square roots are missing",
    "LX559",
)
def _():
    torch.manual_seed(135)
    x0 = blobs(8, 16, 135)[0].clamp(-1, 1)
    alphas_cumprod = torch.cumprod(1 - torch.linspace(1e-4, 0.05, 100), 0)
    return p_losses, (TinyUNet(), x0, torch.randint(0, 100, (8,)), alphas_cumprod)


def reinforce_loss(log_probs, returns):
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    return (log_probs * returns).mean()


@wrong("trial: REINFORCE for a lift controller", "the minus is missing", "LX539")
def _():
    torch.manual_seed(136)
    states = torch.randn(40, 6)
    policy = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 3))
    dist = Categorical(logits=policy(states))
    actions = dist.sample()
    returns = states[:, 0] + (actions == 1).float() + 2
    return reinforce_loss, (dist.log_prob(actions), returns)


def actor_critic_loss(log_probs, values, returns, entropy):
    advantage = returns - values
    actor = -(log_probs * advantage).mean()
    critic = F.smooth_l1_loss(values, returns)
    return actor + 0.5 * critic - 0.01 * entropy.mean()


@wrong("trial: A2C for a drone", "the advantage is not detached in the actor's loss", "LX412")
def _():
    torch.manual_seed(137)
    s = torch.randn(32, 5)
    body, pi, v = nn.Linear(5, 32), nn.Linear(32, 4), nn.Linear(32, 1)
    h = torch.tanh(body(s))
    dist = Categorical(logits=pi(h))
    a = dist.sample()
    returns = s[:, 1] + (a == 2).float()
    return actor_critic_loss, (dist.log_prob(a), v(h).squeeze(-1), returns, dist.entropy())


def dqn_loss(q_values, actions, rewards, next_q_values, dones, gamma=0.99):
    q = q_values.gather(1, actions.unsqueeze(1))
    with torch.no_grad():
        target = rewards + gamma * next_q_values.max(1)[0] * (1 - dones)
    return F.smooth_l1_loss(q, target)


@wrong(
    "trial: DQN for a traffic light",
    "gather gives (N, 1), the target is (N,): N x N differences",
    "LX101",
)
def _():
    torch.manual_seed(138)
    net, tgt = nn.Linear(6, 4), nn.Linear(6, 4)
    s, s2 = torch.randn(32, 6), torch.randn(32, 6)
    a = torch.randint(0, 4, (32,))
    r = s[:, 0] + (a == 0).float()
    done = (torch.rand(32) < 0.1).float()
    return dqn_loss, (net(s), a, r, tgt(s2).detach(), done)


def bpr_loss(pos_scores, neg_scores):
    return -F.logsigmoid(neg_scores - pos_scores).mean()


@wrong("trial: recipe recommender, BPR", "negative minus positive: swapped", "LX551")
def _():
    torch.manual_seed(139)
    u, i = nn.Embedding(60, 16), nn.Embedding(120, 16)
    users, pos, neg = (
        torch.randint(0, 60, (48,)),
        torch.randint(0, 60, (48,)),
        torch.randint(60, 120, (48,)),
    )
    return bpr_loss, ((u(users) * i(pos)).sum(-1), (u(users) * i(neg)).sum(-1))


def listnet_loss(scores, relevance):
    p_true = F.softmax(relevance, dim=0)
    log_p = F.log_softmax(scores, dim=0)
    return -(p_true * log_p).sum(dim=1).mean()


@wrong(
    "trial: ListNet for hotel search",
    "softmax over the queries (axis 0), not over the documents of a query",
    "LX309",
)
def _():
    torch.manual_seed(140)
    feats = torch.randn(16, 20, 10)
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
    rel = (feats[..., 0] * 1.2 + 1.5).round().clamp(0, 4)
    return listnet_loss, (net(feats).squeeze(-1), rel)


def cox_ph_loss(log_hazard, time, event):
    order = torch.argsort(time)
    log_hazard, event = log_hazard[order], event[order]
    log_risk = torch.logcumsumexp(log_hazard, dim=0)
    return -((log_hazard - log_risk) * event).sum() / event.sum()


@wrong(
    "trial: Cox model of machine failures",
    "sorted by rising time: the risk set holds those who failed before",
    "LX558",
)
def _():
    torch.manual_seed(141)
    x = torch.randn(40, 7)
    time = torch.distributions.Exponential(torch.exp(0.8 * x[:, 0])).sample()
    event = (torch.rand(40) < 0.7).float()
    net = nn.Sequential(nn.Linear(7, 16), nn.ReLU(), nn.Linear(16, 1))
    return cox_ph_loss, (net(x).squeeze(-1), time, event)


def pinn_loss(net, t, k=1.5):
    t = t.requires_grad_(True)
    u = net(t)
    du_dt = torch.autograd.grad(u, t, torch.ones_like(u), retain_graph=True)[0]
    residual = du_dt + k * u
    u0 = net(torch.zeros(1, 1))
    return residual.pow(2).mean() + (u0 - 1).pow(2).mean()


@wrong(
    "trial: PINN of a discharge curve",
    "retain_graph=True where create_graph=True is needed: du/dt has no graph",
    "LX422",
)
def _():
    torch.manual_seed(142)
    net = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))
    return pinn_loss, (net, torch.rand(40, 1) * 2)


def iou_loss(pred_boxes, target_boxes):
    lt = torch.max(pred_boxes[:, :2], target_boxes[:, :2])
    rb = torch.min(pred_boxes[:, 2:], target_boxes[:, 2:])
    wh = rb - lt
    inter = wh[:, 0] * wh[:, 1]
    area_p = (pred_boxes[:, 2:] - pred_boxes[:, :2]).prod(1)
    area_t = (target_boxes[:, 2:] - target_boxes[:, :2]).prod(1)
    return (1 - inter / (area_p + area_t - inter + 1e-7)).mean()


@wrong(
    "trial: IoU loss for number plates",
    "the overlap's width and height are not clamped at 0",
    "LX545",
)
def _():
    torch.manual_seed(143)
    f = torch.randn(32, 12)
    net = nn.Linear(12, 4)
    out = net(f)
    xy = 0.5 + 0.3 * out[:, :2]
    pred = torch.cat([xy, xy + F.softplus(out[:, 2:]) * 0.3], 1)
    txy = torch.rand(32, 2) * 0.8
    target = torch.cat([txy, txy + 0.08 + 0.12 * torch.rand(32, 2)], 1)
    return iou_loss, (pred, target)


def pinball_loss(preds, target, quantiles):
    losses = []
    for i, q in enumerate(quantiles):
        errors = preds[:, i] - target
        losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
    return torch.sum(torch.cat(losses, dim=1), dim=1).mean()


@wrong(
    "trial: electricity price quantiles",
    "error is prediction minus target: 0.9 learns the 0.1 quantile",
    "LX535",
)
def _():
    torch.manual_seed(144)
    x = torch.randn(48, 10)
    y = x[:, 0] + 0.5 * torch.randn(48)
    net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 3))
    return pinball_loss, (net(x), y, [0.1, 0.5, 0.9])


def heteroscedastic_nll(mean, log_var, target):
    return (0.5 * torch.exp(-log_var) * (target - mean) ** 2).mean()


@wrong(
    "trial: depth with aleatoric uncertainty",
    "the log-variance term is missing: the variance grows for ever",
    "LX560",
)
def _():
    torch.manual_seed(145)
    x = torch.randn(32, 9)
    y = x[:, :1] + 0.2 * torch.randn(32, 1)
    net = nn.Sequential(nn.Linear(9, 32), nn.ReLU(), nn.Linear(32, 2))
    mean, log_var = net(x).chunk(2, 1)
    return heteroscedastic_nll, (mean, log_var, y)


def my_cross_entropy(logits, labels):
    probs = torch.softmax(logits, dim=1)
    p = probs.gather(1, labels.unsqueeze(1))
    return -torch.log(p).mean()


@wrong(
    "trial: digits with pixels of 0 to 255",
    "log of a softmax that underflowed to 0: the loss is inf",
    "LX408",
)
def _():
    torch.manual_seed(146)
    y = torch.randint(0, 10, (32,))
    x = (torch.rand(10, 196) * 255)[y] * 0.6 + torch.rand(32, 196) * 100
    net = nn.Sequential(nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 10))
    return my_cross_entropy, (4 * net(x), y)


def masked_seq_loss(logits, labels, mask):
    loss = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    loss = loss * mask
    return loss.mean()


@wrong(
    "trial: translation of short phrases",
    "padding is multiplied by 0 but still counted in the mean",
    "LX509",
)
def _():
    torch.manual_seed(147)
    tok = torch.randint(1, 60, (12, 18))
    lengths = torch.randint(3, 19, (12,))
    mask = (torch.arange(18)[None] < lengths[:, None]).float()
    emb, rnn, head = nn.Embedding(60, 16), nn.GRU(16, 32, batch_first=True), nn.Linear(32, 60)
    return masked_seq_loss, (head(rnn(emb(tok))[0]), tok.roll(-1, 1), mask)


def loss_without_missing(pred, target):
    valid = ~torch.isnan(target)
    sq = (pred - target) ** 2
    return torch.where(valid, sq, torch.zeros_like(sq)).sum() / valid.sum()


@wrong(
    "trial: lab values with gaps",
    "torch.where after the NaN difference: the value is fine, the gradient is NaN",
    "LX207",
)
def _():
    torch.manual_seed(148)
    x = torch.randn(24, 10)
    y = x[:, :5] + 0.2 * torch.randn(24, 5)
    y[torch.rand(24, 5) < 0.3] = float("nan")
    return loss_without_missing, (nn.Linear(10, 5)(x), y)


def lm_loss(logits, input_ids):
    return F.cross_entropy(logits.view(-1, logits.size(-1)), input_ids.view(-1))


@wrong(
    "trial: song text model",
    "the language model's logits against the same input_ids, not shifted",
    "LX211",
)
def _():
    torch.manual_seed(149)
    input_ids = torch.randint(0, 80, (8, 24))
    emb, rnn, head = nn.Embedding(80, 24), nn.GRU(24, 32, batch_first=True), nn.Linear(32, 80)
    return lm_loss, (head(rnn(emb(input_ids))[0]), input_ids)


def char_rnn_loss(output, targets):
    return F.cross_entropy(output.reshape(-1, output.shape[-1]), targets.reshape(-1))


@wrong(
    "trial: char RNN with nn.LSTM's default",
    "output (T, B, V) and targets (B, T), both flattened: rows do not belong together",
    "LX119",
)
def _():
    torch.manual_seed(150)
    text = torch.randint(0, 50, (16, 21))
    emb, rnn, head = nn.Embedding(50, 20), nn.LSTM(20, 32), nn.Linear(32, 50)
    out = head(rnn(emb(text[:, :-1].t()))[0])
    return char_rnn_loss, (out, text[:, 1:])


def nt_xent(z1, z2, temperature=0.5):
    n = z1.size(0)
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    sim = z @ z.t() / temperature
    labels = torch.cat([torch.arange(n) + n, torch.arange(n)])
    return F.cross_entropy(sim, labels)


@wrong(
    "trial: SimCLR on tiles", "the similarity of each with itself stays in the denominator", "LX517"
)
def _():
    torch.manual_seed(151)
    x = torch.randn(16, 30)
    net = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 16))
    return nt_xent, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


def batch_hard_triplet(embeddings, labels, margin=0.3):
    dist = torch.cdist(embeddings, embeddings)
    same = (labels[:, None] == labels[None]).float()
    hardest_positive = (dist * same).max(dim=1)[0]
    hardest_negative = (dist * (1 - same)).min(dim=1)[0]
    return F.relu(hardest_positive - hardest_negative + margin).mean()


@wrong(
    "trial: cattle re-identification",
    "min over distances times the mask: the zeros of the own class win",
    "LX557",
)
def _():
    x, _ = classes(32, 20, 8, 152)
    labels = torch.arange(8).repeat_interleave(4)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 12))
    return batch_hard_triplet, (net(x), labels)


def multilabel_loss(logits, targets):
    probs = torch.softmax(logits, dim=1)
    return F.binary_cross_entropy(probs, targets)


@wrong(
    "trial: chest findings, 14 labels",
    "softmax over labels that exclude not one another, then BCE",
    "LX324",
)
def _():
    torch.manual_seed(153)
    x = torch.randn(32, 40)
    y = (x[:, :14] + 0.5 * torch.randn(32, 14) > 0.7).float()
    return multilabel_loss, (nn.Linear(40, 14)(x), y)


def coral_loss(logits, labels):
    num_levels = logits.size(1)
    levels = (labels.unsqueeze(1) >= torch.arange(num_levels)).float()
    return F.binary_cross_entropy_with_logits(logits, levels)


@wrong(
    "trial: grades of 0 to 4, CORAL",
    ">= for >: the first level is always 1, the top two grades are the same",
    "LX575",
)
def _():
    torch.manual_seed(154)
    x = torch.randn(40, 8)
    grade = (x[:, 0] * 1.3 + 2 + 0.3 * torch.randn(40)).round().clamp(0, 4).long()
    feat, bias = nn.Linear(8, 1, bias=False), nn.Parameter(torch.linspace(1, -1, 4))
    return coral_loss, (feat(x) + bias, grade)


class FocalLossByHand(nn.Module):
    def __init__(self, gamma=2, weight=None):
        super().__init__()
        self.gamma, self.weight = gamma, weight

    def forward(self, input, target):
        ce = F.cross_entropy(input, target, weight=self.weight)
        pt = torch.exp(-ce)
        return (1 - pt) ** self.gamma * ce


@wrong("trial: rare bird calls", "the cross entropy is averaged before the focal factor", "LX511")
def _():
    x, y = classes(40, 16, 6, 155)
    return FocalLossByHand(), (nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 6))(x), y)


def hinge_seg_loss(logits, mask):
    signs = 2 * mask - 1
    return F.relu(1 - signs * logits).mean()


@wrong("trial: hinge loss on masks read from PNG", "the mask is uint8: 2 * 0 - 1 is 255", "LX112")
def _():
    torch.manual_seed(156)
    img, mask = blobs(6, 20, 156)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
    return hinge_seg_loss, (net(img), mask[:, None].to(torch.uint8))


def weighted_mse(pred, target, weight):
    loss = F.mse_loss(pred, target)
    return (loss * weight).mean()


@wrong(
    "trial: demand forecast, recent weeks weigh more",
    "weights after the mean: they only scale the loss",
    "LX549",
)
def _():
    torch.manual_seed(157)
    x = torch.randn(40, 8)
    y = x[:, :1] + 0.4 * torch.randn(40, 1)
    return weighted_mse, (nn.Linear(8, 1)(x), y, torch.linspace(0.2, 1.0, 40).unsqueeze(1))


def simsiam_loss(p1, p2, z1, z2):
    return (
        -(F.cosine_similarity(p1, z2, dim=1).mean() + F.cosine_similarity(p2, z1, dim=1).mean()) / 2
    )


@wrong("trial: SimSiam on microscopy", "no stop-gradient on z: it collapses", "LX420")
def _():
    torch.manual_seed(158)
    x = torch.randn(32, 24)
    enc = nn.Sequential(nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 16))
    pred = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 16))
    z1, z2 = enc(x + 0.1 * torch.randn_like(x)), enc(x + 0.1 * torch.randn_like(x))
    return simsiam_loss, (pred(z1), pred(z2), z1, z2)


def policy_loss(action_probs, actions, advantages):
    dist = Categorical(logits=action_probs)
    return -(dist.log_prob(actions) * advantages).mean()


@wrong(
    "trial: policy network with a softmax",
    "Categorical(logits=...) of probabilities: softmax twice",
    "LX322",
)
def _():
    torch.manual_seed(159)
    s = torch.randn(32, 6)
    net = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 4), nn.Softmax(dim=-1))
    actions = torch.randint(0, 4, (32,))
    adv = s[:, 0] * (actions == 1) + 0.5 * torch.randn(32)
    return policy_loss, (net(s), actions, adv - adv.mean())


def hard_iou_loss(logits, masks):
    pred = (torch.sigmoid(logits) > 0.5).float()
    inter = (pred * masks).sum((1, 2, 3))
    union = (pred + masks - pred * masks).sum((1, 2, 3))
    return (1 - (inter + 1) / (union + 1)).mean()


@wrong(
    "trial: IoU as in the metric",
    "the prediction is thresholded: no gradient (backward raises)",
    "LX401",
)
def _():
    torch.manual_seed(160)
    img, mask = blobs(6, 20, 160)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
    return hard_iou_loss, (net(img), mask[:, None].float())


@right(
    "trial: log_softmax before cross entropy",
    "log_softmax twice is log_softmax: the loss and the gradient are the same",
)
def _():
    x, y = classes(32, 20, 8, 201)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 8), nn.LogSoftmax(dim=1))
    return nn.CrossEntropyLoss(), (net(x), y)


@right("trial: tagger, transposed", "(N, C, T) with T equal to C, in the order torch wants")
def _():
    torch.manual_seed(202)
    tok = torch.randint(0, 300, (16, 12))
    emb, rnn, head = nn.Embedding(300, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, 12)
    return nn.CrossEntropyLoss(), (head(rnn(emb(tok))[0]).transpose(1, 2), tok % 12)


@right("trial: masked language model", "85 % of the labels are -100")
def _():
    torch.manual_seed(203)
    tok = torch.randint(5, 100, (8, 32))
    hide = torch.rand(8, 32) < 0.15
    labels = torch.where(hide, tok, torch.full_like(tok, -100))
    emb, enc, head = (
        nn.Embedding(100, 32),
        nn.TransformerEncoderLayer(32, 4, 64, batch_first=True),
        nn.Linear(32, 100),
    )
    logits = head(enc(emb(torch.where(hide, torch.full_like(tok, 4), tok))))
    return nn.CrossEntropyLoss(), (logits.view(-1, 100), labels.view(-1))


@right("trial: clicks with label smoothing", "BCEWithLogits of labels 0.05 and 0.95")
def _():
    torch.manual_seed(204)
    x = torch.randn(48, 12)
    y = (x[:, :1] + torch.randn(48, 1) > 0).float() * 0.9 + 0.05
    return nn.BCEWithLogitsLoss(), (nn.Linear(12, 1)(x), y)


@right(
    "trial: autoencoder of pixels 0 to 1", "sigmoid at the end and MSE, targets within its reach"
)
def _():
    torch.manual_seed(205)
    x = blobs(8, 16, 205)[0].clamp(0.02, 0.98)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1), nn.Sigmoid()
    )
    return nn.MSELoss(), (net(x), x)


@right("trial: distillation in logs", "KLDivLoss(log_target=True), log-probabilities on both sides")
def _():
    torch.manual_seed(206)
    x = torch.randn(32, 20)
    teacher, student = nn.Linear(20, 10), nn.Linear(20, 10)
    with torch.no_grad():
        t = F.log_softmax(3 * teacher(x), dim=-1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (
        F.log_softmax(student(x), dim=-1),
        t,
    )


@right("trial: speech, blank is last", "CTC with blank=28, label 0 is a letter, flat targets")
def _():
    torch.manual_seed(207)
    feats = torch.randn(60, 6, 13)
    rnn, head = nn.GRU(13, 32), nn.Linear(32, 29)
    lp = head(rnn(feats)[0]).log_softmax(-1)
    tl = torch.randint(5, 13, (6,))
    targets = torch.randint(0, 28, (int(tl.sum()),))
    il = torch.randint(45, 61, (6,))
    return nn.CTCLoss(blank=28, zero_infinity=True), (lp, targets, il, tl)


@right("trial: sensor noise of 1 %", "Gaussian NLL of small variances: the loss is below 0")
def _():
    torch.manual_seed(208)
    x = torch.randn(40, 6) * 0.1
    y = 0.3 * x[:, :1] + 0.02 * torch.randn(40, 1)
    net = nn.Linear(6, 2)
    with torch.no_grad():
        net.weight.mul_(0.1)
        net.bias.copy_(torch.tensor([0.0, -4.5]))
    m, s = net(x).chunk(2, 1)
    return nn.GaussianNLLLoss(), (m, y, F.softplus(s) + 1e-4)


@right("trial: counts of calls", "PoissonNLLLoss of raw outputs, many counts are 0")
def _():
    torch.manual_seed(209)
    x = torch.randn(48, 6)
    return nn.PoissonNLLLoss(), (nn.Linear(6, 1)(x), torch.poisson(torch.exp(0.4 * x[:, :1] - 0.5)))


@right("trial: sentence pairs", "CosineEmbeddingLoss with 1 and -1 and a margin of 0.2")
def _():
    torch.manual_seed(210)
    emb = nn.EmbeddingBag(200, 32)
    a, b = torch.randint(0, 200, (32, 9)), torch.randint(0, 200, (32, 9))
    y = torch.where(torch.arange(32) % 3 == 0, 1, -1)
    b = torch.where((y == 1)[:, None] & (torch.rand(32, 9) < 0.6), a, b)
    return nn.CosineEmbeddingLoss(margin=0.2), (emb(a), emb(b), y)


@right("trial: rainfall", "Softplus at the end, targets >= 0, 60 % of them 0, L1")
def _():
    torch.manual_seed(211)
    x = torch.randn(48, 8)
    rain = F.relu(x[:, :1] + 0.3 * torch.randn(48, 1) - 0.3)
    net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.Softplus())
    return nn.L1Loss(), (net(x), rain)


@right("trial: caption decoder", "ignore_index=0 is the padding at the end of each row")
def _():
    torch.manual_seed(212)
    ids = torch.randint(3, 70, (12, 17))
    length = torch.randint(5, 18, (12, 1))
    ids = torch.where(torch.arange(17)[None] < length, ids, torch.zeros_like(ids))
    emb, rnn, head = (
        nn.Embedding(70, 16, padding_idx=0),
        nn.GRU(16, 32, batch_first=True),
        nn.Linear(32, 70),
    )
    logits = head(rnn(emb(ids[:, :-1]))[0])
    return nn.CrossEntropyLoss(ignore_index=0), (logits.reshape(-1, 70), ids[:, 1:].reshape(-1))


@right(
    "trial: face triplets by cosine",
    "TripletMarginWithDistanceLoss, margin 0.2, some triplets are done and give 0",
)
def _():
    torch.manual_seed(213)
    who = torch.randn(24, 32)
    net = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 16))
    a, p = net(who + 0.6 * torch.randn(24, 32)), net(who + 0.6 * torch.randn(24, 32))
    n = net(who.roll(1, 0) + 0.6 * torch.randn(24, 32))
    return nn.TripletMarginWithDistanceLoss(
        distance_function=lambda u, v: 1 - F.cosine_similarity(u, v), margin=0.2
    ), (a, p, n)


@right("trial: mixup", "CrossEntropyLoss of two labels mixed, rows sum to 1")
def _():
    x, y = classes(32, 20, 6, 214)
    lam, perm = 0.7, torch.randperm(32)
    oh = F.one_hot(y, 6).float()
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 6))
    return nn.CrossEntropyLoss(), (
        net(lam * x + (1 - lam) * x[perm]),
        lam * oh + (1 - lam) * oh[perm],
    )


@right(
    "trial: age of abalones in fastai",
    "MSELossFlat of (N, 1) and (N,): it flattens, nothing broadcasts",
)
def _():
    torch.manual_seed(215)
    x = torch.randn(40, 8)
    return MSELossFlat(), (
        nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))(x),
        x[:, 0] + 0.3 * torch.randn(40),
    )


@right(
    "trial: 12 classes on 12 x 12 tiles in fastai", "CrossEntropyLossFlat(axis=1), C equals H and W"
)
def _():
    torch.manual_seed(216)
    label = torch.randint(0, 12, (6, 12, 12))
    img = torch.randn(12, 4)[label].permute(0, 3, 1, 2) + 0.5 * torch.randn(6, 4, 12, 12)
    net = nn.Sequential(nn.Conv2d(4, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 12, 1))
    return CrossEntropyLossFlat(axis=1), (net(img), label)


@right(
    "trial: planet tags in fastai", "BCEWithLogitsLossFlat with pos_weight, some rows have no tag"
)
def _():
    torch.manual_seed(217)
    x = torch.randn(32, 30)
    y = (x[:, :6] + 0.5 * torch.randn(32, 6) > 1.0).float()
    pw = (1 - y.mean(0)) / y.mean(0).clamp(min=0.03)
    return BCEWithLogitsLossFlat(pos_weight=pw), (nn.Linear(30, 6)(x), y)


@wrong(
    "trial: rare lesions in fastai",
    "FocalLossFlat with class weights: they are in the probability as well",
    "LX511",
)
def _():
    torch.manual_seed(218)
    y = torch.multinomial(torch.tensor([0.7, 0.2, 0.1]), 48, replacement=True)
    x = torch.randn(3, 12)[y] + torch.randn(48, 12)
    return FocalLossFlat(gamma=2.0, weight=torch.tensor([0.5, 1.5, 3.0])), (
        nn.Linear(12, 3)(x),
        y.int(),
    )


@right(
    "trial: fastai DiceLoss, three classes",
    "masks of 0, 1, 2; one class is missing in some pictures; reduction mean",
)
def _():
    torch.manual_seed(219)
    img, mask = blobs(5, 24, 219)
    mask = mask.clone()
    mask[:3, :4, :4] = 2
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 1))
    return DiceLoss(reduction="mean"), (net(img), mask)


@right(
    "trial: SupCon on article numbers",
    "labels are large integers, some also negative, one stands alone",
)
def _():
    torch.manual_seed(220)
    ids = torch.tensor([90412, 90412, -7, -7, 12, 12, 12, 55231, 55231, 8, 8, 8, 8, 400, 31, 31])
    _, cls = ids.unique(return_inverse=True)
    x = torch.randn(7, 20)[cls] + torch.randn(16, 20)
    return lf.SupervisedContrastiveLoss(temperature=0.1), (
        nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16))(x),
        ids,
    )


@right("trial: age groups with SORD labels", "soft labels over ordered classes")
def _():
    torch.manual_seed(221)
    x = torch.randn(32, 12)
    y = (x[:, 0] * 1.5 + 3).round().clamp(0, 6).long()
    soft = lf.sord_labels(y, positions=torch.arange(7.0), scale=1.5)
    return lf.soft_label_cross_entropy_with_logits, (nn.Linear(12, 7)(x), soft)


@right(
    "trial: findings that may be absent",
    "lf.DiceLoss independent, dim=1, some channels are empty, per batch",
)
def _():
    torch.manual_seed(222)
    img, mask = blobs(6, 20, 222)
    other = mask.roll(2, 2).clone()
    other[2:4] = 0
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 2, 1))
    return lf.DiceLoss(classes="independent", per="batch", dim=1), (
        net(img),
        torch.stack([mask, other], 1),
    )


@right("trial: salt bodies with Lovasz hinge", "raw scores, one channel, labels 0 and 1 (not -1)")
def _():
    torch.manual_seed(223)
    img, mask = blobs(6, 20, 223)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
    return lf.lovasz_hinge_loss, (net(img), mask[:, None]), {"dim": 1}


@right("trial: MoCo with a queue", "keys and queue have no gradient, and must not")
def _():
    torch.manual_seed(224)
    x = torch.randn(24, 30)
    q_net, k_net = nn.Linear(30, 16), nn.Linear(30, 16)
    k_net.load_state_dict(q_net.state_dict())
    with torch.no_grad():
        k = k_net(x + 0.3 * torch.randn_like(x))
        queue = F.normalize(k_net(torch.randn(128, 30)), dim=1)
    return lf.info_nce_loss, (q_net(x + 0.3 * torch.randn_like(x)), k, queue), {"temperature": 0.2}


@right("trial: ArcFace of whales", "embeddings, the head's weight, a scale of 30")
def _():
    x, y = classes(32, 24, 12, 225)
    body, head = (
        nn.Sequential(nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 16)),
        nn.Linear(16, 12, bias=False),
    )
    return lf.ArcFaceLoss(margin=0.3, scale=30.0), (body(x), head.weight, y)


@right(
    "trial: distilling with a third of labels unknown",
    "lf.DistillationLoss, logits of both, ignore_index=-1",
)
def _():
    x, y = classes(36, 20, 8, 226)
    torch.manual_seed(226)
    teacher, student = nn.Linear(20, 8), nn.Linear(20, 8)
    with torch.no_grad():
        t = 2 * teacher(x)
    y[::3] = -1
    return lf.DistillationLoss(temperature=3.0, mix=0.7, ignore_index=-1), (student(x), t, y)


def reverse_kl(student_logits, teacher_logits):
    log_s = F.log_softmax(student_logits, dim=-1)
    log_t = F.log_softmax(teacher_logits.detach(), dim=-1)
    return (log_s.exp() * (log_s - log_t)).sum(-1).mean()


@right("trial: MiniLLM's reverse KL", "the student's probabilities weigh: on purpose")
def _():
    torch.manual_seed(227)
    x = torch.randn(6, 10, 20)
    return reverse_kl, (nn.Linear(20, 40)(x), nn.Linear(20, 40)(x) * 2)


def ranknet_all_pairs(scores, relevance):
    diff = scores.unsqueeze(2) - scores.unsqueeze(1)
    better = relevance.unsqueeze(2) > relevance.unsqueeze(1)
    return F.softplus(-diff)[better].mean()


@right("trial: RankNet over all pairs", "differences of each with each: the broadcast is meant")
def _():
    torch.manual_seed(228)
    feats = torch.randn(8, 10, 6)
    rel = (feats[..., 0] + 1.5).round().clamp(0, 3)
    return ranknet_all_pairs, (nn.Linear(6, 1)(feats).squeeze(-1), rel)


def ppo_loss(new_log_probs, old_log_probs, advantages, values, returns, entropy, clip=0.2):
    ratio = (new_log_probs - old_log_probs).exp()
    surr = torch.min(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages)
    return -surr.mean() + 0.5 * (returns - values).pow(2).mean() - 0.01 * entropy.mean()


@right(
    "trial: PPO, first epoch",
    "the ratio is 1 everywhere, normalised advantages: the policy's term is about 0",
)
def _():
    torch.manual_seed(229)
    s = torch.randn(48, 6)
    body, pi, v = nn.Linear(6, 32), nn.Linear(32, 4), nn.Linear(32, 1)
    h = torch.tanh(body(s))
    dist = Categorical(logits=pi(h))
    a = dist.sample()
    logp, val = dist.log_prob(a), v(h).squeeze(-1)
    ret = s[:, 0] + (a == 1).float()
    adv = (ret - val).detach()
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    return ppo_loss, (logp, logp.detach(), adv, val, ret, dist.entropy())


def double_dqn_loss(q_values, actions, rewards, next_q_online, next_q_target, dones, gamma=0.99):
    q = q_values.gather(1, actions.unsqueeze(1)).squeeze(1)
    best = next_q_online.argmax(1, keepdim=True)
    target = rewards + gamma * next_q_target.gather(1, best).squeeze(1) * (1 - dones)
    return F.smooth_l1_loss(q, target.detach())


@right("trial: double DQN", "argmax of the online net, target detached, squeezed")
def _():
    torch.manual_seed(230)
    net, tgt = nn.Linear(6, 4), nn.Linear(6, 4)
    s, s2, a = torch.randn(32, 6), torch.randn(32, 6), torch.randint(0, 4, (32,))
    with torch.no_grad():
        n1, n2 = net(s2), tgt(s2)
    return double_dqn_loss, (net(s), a, s[:, 0] + (a == 0), n1, n2, (torch.rand(32) < 0.1).float())


def wgan_gp_critic_loss(critic, real, fake, lam=10.0):
    eps = torch.rand(real.size(0), 1, 1, 1)
    x = (eps * real + (1 - eps) * fake.detach()).requires_grad_(True)
    s = critic(x)
    g = torch.autograd.grad(s.sum(), x, create_graph=True)[0].flatten(1)
    return (
        critic(fake.detach()).mean()
        - critic(real).mean()
        + lam * (g.norm(2, dim=1) - 1).pow(2).mean()
    )


@right("trial: WGAN-GP, right", "fake minus real, flattened gradients with a graph")
def _():
    torch.manual_seed(231)
    critic = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(512, 1)
    )
    return wgan_gp_critic_loss, (
        critic,
        0.5 * torch.randn(8, 3, 16, 16),
        torch.tanh(torch.randn(8, 3, 16, 16)),
    )


def heat_pinn_loss(net, x, t, x0, u0, alpha=0.1):
    x, t = x.clone().requires_grad_(True), t.clone().requires_grad_(True)
    u = net(torch.cat([x, t], 1))
    u_t = torch.autograd.grad(u.sum(), t, create_graph=True)[0]
    u_x = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
    u_xx = torch.autograd.grad(u_x.sum(), x, create_graph=True)[0]
    pde = (u_t - alpha * u_xx).pow(2).mean()
    ic = (net(torch.cat([x0, torch.zeros_like(x0)], 1)) - u0).pow(2).mean()
    walls = torch.cat(
        [torch.cat([torch.zeros_like(t), t], 1), torch.cat([torch.ones_like(t), t], 1)]
    )
    return pde + 10 * ic + 10 * net(walls).pow(2).mean()


@right("trial: heat equation PINN", "second derivatives, create_graph everywhere")
def _():
    torch.manual_seed(232)
    net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 1))
    x0 = torch.rand(20, 1)
    return heat_pinn_loss, (net, torch.rand(40, 1), torch.rand(40, 1), x0, torch.sin(math.pi * x0))


def vae_free_bits(recon_logits, x, mu, logvar, free_bits=0.05):
    recon = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(1).mean()
    kl = (-0.5 * (1 + logvar - mu.pow(2) - logvar.exp())).mean(0)
    return recon + kl.clamp(min=free_bits).sum()


@right("trial: VAE with free bits", "the clamp takes the gradient of some latents: on purpose")
def _():
    torch.manual_seed(233)
    x = (torch.rand(16, 30) < 0.3).float()
    enc, dec = nn.Linear(30, 12), nn.Linear(6, 30)
    mu, logvar = enc(x).chunk(2, 1)
    return vae_free_bits, (dec(mu + torch.randn_like(mu) * (0.5 * logvar).exp()), x, mu, logvar)


def v_prediction_loss(model, x0, t, alphas_cumprod):
    noise = torch.randn_like(x0)
    a = alphas_cumprod[t].sqrt().view(-1, 1, 1, 1)
    s = (1 - alphas_cumprod[t]).sqrt().view(-1, 1, 1, 1)
    return F.mse_loss(model(a * x0 + s * noise, t), a * noise - s * x0)


@right("trial: v-prediction", "the target is neither the noise nor the picture")
def _():
    torch.manual_seed(234)
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.05, 100), 0)
    return v_prediction_loss, (
        TinyUNet(),
        blobs(8, 16, 234)[0].clamp(-1, 1),
        torch.randint(0, 100, (8,)),
        ac,
    )


def cox_loss(risk, duration, event):
    order = duration.argsort(descending=True)
    risk, event = risk[order], event[order]
    return -((risk - risk.logcumsumexp(0)) * event).sum() / event.sum()


@right("trial: Cox, right", "falling time, events only in the mean")
def _():
    torch.manual_seed(235)
    x = torch.randn(40, 7)
    time = torch.distributions.Exponential(torch.exp(0.8 * x[:, 0])).sample()
    return cox_loss, (nn.Linear(7, 1)(x).squeeze(1), time, (torch.rand(40) < 0.6).float())


def multi_quantile_loss(pred, target, taus):
    u = target.unsqueeze(-1) - pred
    return torch.maximum(taus * u, (taus - 1) * u).mean()


@right("trial: quantile head", "target (N, 1) against (N, Q): the broadcast is meant")
def _():
    torch.manual_seed(236)
    x = torch.randn(40, 8)
    return multi_quantile_loss, (
        nn.Linear(8, 5)(x),
        x[:, 0] + 0.4 * torch.randn(40),
        torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95]),
    )


def mae_of_known(pred, target):
    known = torch.isfinite(target)
    return (pred[known] - target[known]).abs().mean()


@right(
    "trial: gaps in the targets, taken out by index", "NaN targets that never reach the difference"
)
def _():
    torch.manual_seed(237)
    x = torch.randn(24, 10)
    y = x[:, :5] + 0.2 * torch.randn(24, 5)
    y[torch.rand(24, 5) < 0.3] = float("nan")
    return mae_of_known, (nn.Linear(10, 5)(x), y)


def simclr_loss(z1, z2, temperature=0.5):
    n = z1.size(0)
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    sim = (z @ z.t() / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    return F.cross_entropy(sim, (torch.arange(2 * n) + n) % (2 * n))


@right("trial: SimCLR, right", "-inf on the diagonal")
def _():
    torch.manual_seed(238)
    x = torch.randn(16, 30)
    net = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 16))
    return simclr_loss, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


def sac_actor_loss(log_pi, q1, q2, alpha):
    return (alpha * log_pi - torch.min(q1, q2)).mean()


@right("trial: SAC's actor", "no target, alpha * log_pi - Q, value of either sign")
def _():
    torch.manual_seed(239)
    s = torch.randn(32, 6)
    actor, c1, c2 = nn.Linear(6, 4), nn.Linear(8, 1), nn.Linear(8, 1)
    mu, log_std = actor(s).chunk(2, 1)
    dist = Normal(mu, log_std.clamp(-5, 2).exp())
    u = dist.rsample()
    a = torch.tanh(u)
    log_pi = (dist.log_prob(u) - torch.log(1 - a.pow(2) + 1e-6)).sum(1, keepdim=True)
    sa = torch.cat([s, a], 1)
    return sac_actor_loss, (log_pi, c1(sa), c2(sa), 0.2)


def tent_entropy_loss(logits):
    log_p = logits.log_softmax(1)
    return -(log_p.exp() * log_p).sum(1).mean()


@right("trial: test-time adaptation (TENT)", "entropy is minimised, no labels: on purpose")
def _():
    x, _ = classes(32, 20, 8, 240)
    return tent_entropy_loss, (nn.Sequential(nn.BatchNorm1d(20), nn.Linear(20, 8))(x),)
