"""What a reviewer expects a tool to see from one call."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from fastai.losses import CrossEntropyLossFlat, MSELossFlat
from unseen import book

CASES, wrong, right = book()


torch.set_num_threads(1)


def classes(n=32, d=16, c=5, seed=0):
    torch.manual_seed(seed)
    y = torch.randint(0, c, (n,))
    x = torch.randn(n, d)
    x[torch.arange(n), y] += 2.0
    return x, y


def mlp(d, o, h=32):
    return nn.Sequential(nn.Linear(d, h), nn.ReLU(), nn.Linear(h, o))


def seg(n=8, h=16, seed=0, cin=3):
    torch.manual_seed(seed)
    x = torch.randn(n, cin, h, h)
    m = torch.zeros(n, 1, h, h)
    for i in range(n):
        a, b = torch.randint(1, h // 2, (2,)).tolist()
        m[i, 0, a : a + 6, b : b + 5] = 1
    x[:, :1] += m
    return x, m


# ---------------- wrong: torch.nn losses
@wrong("a reviewer", "nn.CrossEntropyLoss on the output of a model that ends in Softmax", "LX301")
def _():
    x, y = classes(seed=1)
    net = nn.Sequential(mlp(16, 5), nn.Softmax(dim=1))
    return nn.CrossEntropyLoss(label_smoothing=0.1), (net(x), y)


@wrong("a reviewer", "NLLLoss on softmax probabilities", "LX305")
def _():
    x, y = classes(seed=2)
    net = mlp(16, 5)
    return nn.NLLLoss(), (F.softmax(net(x), dim=1), y)


@wrong("a reviewer", "log_softmax over the batch dimension before NLLLoss", "LX309")
def _():
    x, y = classes(seed=3)
    net = nn.Sequential(mlp(16, 5), nn.LogSoftmax(dim=0))
    return nn.NLLLoss(), (net(x), y)


@wrong("a reviewer", "BCEWithLogitsLoss with pos_weight on sigmoid output", "LX303")
def _():
    x, y = classes(seed=4, c=2)
    net = mlp(16, 1)
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0])), (
        torch.sigmoid(net(x)),
        y.float().unsqueeze(1),
    )


@wrong("a reviewer", "BCEWithLogits with a 0/255 mask", "LX204")
def _():
    x, m = seg(seed=5)
    net = nn.Conv2d(3, 1, 3, padding=1)
    return nn.BCEWithLogitsLoss(), (net(x), m * 255.0)


@wrong("a reviewer", "HuberLoss of (B,1) and (B,)", "LX101")
def _():
    torch.manual_seed(6)
    x = torch.randn(32, 8)
    net = mlp(8, 1)
    return nn.HuberLoss(delta=0.5), (net(x), x[:, 0] * 2 + 0.1 * torch.randn(32))


@wrong("a reviewer", "LM logits (B,T,V) brought to (B,V,T) by view", "LX113")
def _():
    torch.manual_seed(7)
    tok = torch.randint(0, 20, (8, 13))
    emb = nn.Embedding(20, 16)
    rnn = nn.LSTM(16, 24, batch_first=True)
    head = nn.Linear(24, 20)
    out = head(rnn(emb(tok[:, :-1]))[0])
    return nn.CrossEntropyLoss(), (out.view(8, 20, 12), tok[:, 1:])


@wrong("a reviewer", "KLDivLoss with both arguments probabilities", "LX305")
def _():
    x, y = classes(seed=8)
    st, te = mlp(16, 5), mlp(16, 5)
    with torch.no_grad():
        t = F.softmax(te(x), dim=-1)
    return nn.KLDivLoss(reduction="batchmean"), (F.softmax(st(x), dim=-1), t)


@wrong("a reviewer", "KLDivLoss, target also in log space, log_target not set", "LX307")
def _():
    x, y = classes(seed=9)
    st, te = mlp(16, 5), mlp(16, 5)
    with torch.no_grad():
        t = F.log_softmax(te(x), dim=-1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(st(x), dim=-1), t)


@wrong("a reviewer", "CTCLoss on raw logits", "LX305")
def _():
    torch.manual_seed(10)
    x = torch.randn(30, 8, 12)
    rnn = nn.GRU(12, 16)
    head = nn.Linear(16, 11)
    out = head(rnn(x)[0])
    tl = torch.randint(3, 8, (8,))
    return nn.CTCLoss(zero_infinity=True), (
        out,
        torch.randint(1, 11, (8, 8)),
        torch.full((8,), 30),
        tl,
    )


@wrong("a reviewer", "CTC targets contain the blank index as a character", "LX323")
def _():
    torch.manual_seed(11)
    x = torch.randn(30, 8, 12)
    rnn = nn.GRU(12, 16)
    head = nn.Linear(16, 10)
    lp = head(rnn(x)[0]).log_softmax(2)
    tl = torch.full((8,), 6)
    return nn.CTCLoss(blank=0), (lp, torch.randint(0, 10, (8, 6)), torch.full((8,), 30), tl)


@wrong("a reviewer", "CosineEmbeddingLoss with 0/1 labels", "LX202")
def _():
    x, y = classes(seed=12)
    net = mlp(16, 12)
    x2 = x[torch.randperm(32)]
    same = torch.randint(0, 2, (32,)).float()
    return nn.CosineEmbeddingLoss(margin=0.2), (net(x), net(x2), same)


@wrong("a reviewer", "MarginRankingLoss with 0/1 labels", "LX202")
def _():
    torch.manual_seed(13)
    a, b = torch.randn(24, 8), torch.randn(24, 8)
    net = mlp(8, 1)
    y = (a[:, 0] > b[:, 0]).float()
    return nn.MarginRankingLoss(margin=0.5), (net(a).squeeze(1), net(b).squeeze(1), y)


@wrong("a reviewer", "TripletMarginLoss with anchor passed as positive as well", "LX632")
def _():
    x, y = classes(seed=14)
    net = mlp(16, 12)
    e = net(x)
    neg = net(x[torch.randperm(32)])
    return nn.TripletMarginLoss(margin=1.0), (e, e, neg)


@wrong("a reviewer", "GaussianNLLLoss with a raw head (log-variance) as var - raises", "LX315")
def _():  # raises
    torch.manual_seed(15)
    x = torch.randn(32, 8)
    net = mlp(8, 2)
    out = net(x)
    return nn.GaussianNLLLoss(), (out[:, 0], x[:, 0] + 0.2 * torch.randn(32), out[:, 1])


@wrong("a reviewer", "PoissonNLLLoss default log_input=True on a softplus rate", "LX314")
def _():
    torch.manual_seed(16)
    x = torch.randn(32, 8)
    net = nn.Sequential(mlp(8, 1), nn.Softplus())
    return nn.PoissonNLLLoss(), (net(x).squeeze(1), torch.poisson((x[:, 0] + 1).exp()))


@wrong("a reviewer", "DQN target has the online net's graph", "LX411")
def _():
    torch.manual_seed(17)
    s, s2 = torch.randn(32, 6), torch.randn(32, 6)
    a = torch.randint(0, 4, (32,))
    r = torch.randn(32)
    done = (torch.rand(32) < 0.1).float()
    q = mlp(6, 4)
    qa = q(s).gather(1, a[:, None]).squeeze(1)
    tgt = r + 0.99 * (1 - done) * q(s2).max(1).values
    return F.smooth_l1_loss, (qa, tgt)


@wrong("a reviewer", "MultiLabelMarginLoss with multi-hot labels", "LX206")
def _():
    x, y = classes(seed=18, c=6)
    net = mlp(16, 6)
    t = F.one_hot(y, 6)
    t[torch.arange(32), (y + 2) % 6] = 1
    return nn.MultiLabelMarginLoss(), (net(x), t)


@wrong("a reviewer", "MultiLabelSoftMarginLoss on sigmoid output", "LX303")
def _():
    x, y = classes(seed=19, c=6)
    net = nn.Sequential(mlp(16, 6), nn.Sigmoid())
    t = F.one_hot(y, 6).float()
    t[:, 0] = (x[:, 3] > 0).float()
    return nn.MultiLabelSoftMarginLoss(), (net(x), t)


@wrong("a reviewer", "padding id 0 counted in a sequence cross entropy", "LX210")
def _():
    torch.manual_seed(20)
    B, T, V = 16, 20, 30
    L = torch.randint(5, 18, (B,))
    tok = torch.randint(1, V, (B, T + 1))
    tok[torch.arange(T + 1)[None] >= L[:, None]] = 0
    emb = nn.Embedding(V, 16, padding_idx=0)
    rnn = nn.GRU(16, 24, batch_first=True)
    head = nn.Linear(24, V)
    out = head(rnn(emb(tok[:, :-1]))[0])
    return nn.CrossEntropyLoss(), (out.reshape(-1, V), tok[:, 1:].reshape(-1))


@wrong("a reviewer", "SoftMarginLoss with 0/1 labels", "LX202")
def _():
    x, y = classes(seed=21, c=2)
    net = mlp(16, 1)
    return F.soft_margin_loss, (net(x).squeeze(1), y.float())


@wrong("a reviewer", "unshifted LM: labels are the very tokens fed in", "LX211")
def _():
    torch.manual_seed(22)
    ids = torch.randint(0, 30, (8, 16))
    emb = nn.Embedding(30, 16)
    rnn = nn.LSTM(16, 24, batch_first=True)
    head = nn.Linear(24, 30)
    return F.cross_entropy, (head(rnn(emb(ids))[0]).view(-1, 30), ids.view(-1))


@wrong(
    "a reviewer",
    "fastai CrossEntropyLossFlat on segmentation logits (B,C,H,W) with default axis=-1 - "
    "W equals C so it runs",
    "LX124",
)
def _():
    x, m = seg(seed=23, h=16)
    y = (m[:, 0] * (1 + torch.randint(0, 6, (8, 1, 1)))).long()
    net = nn.Conv2d(3, 16, 3, padding=1)
    return CrossEntropyLossFlat(), (net(x), y)


# ---------------- wrong: by hand
def dice_loss(pred, target, smooth=1.0):
    iflat = pred.contiguous().view(-1)
    tflat = target.contiguous().view(-1)
    inter = (iflat * tflat).sum()
    return 1 - (2.0 * inter + smooth) / (iflat.sum() + tflat.sum() + smooth)


@wrong("a reviewer", "dice on logits (no sigmoid)", "LX310")
def _():
    x, m = seg(seed=24)
    net = nn.Conv2d(3, 1, 3, padding=1)
    return dice_loss, (net(x), m)


def soft_dice(logits, masks, eps=1e-6):
    probs = torch.sigmoid(logits)
    num = 2 * (probs * masks).sum(dim=(1, 2, 3))
    den = probs.sum(dim=(1, 2, 3)) + masks.sum(dim=(1, 2, 3))
    return ((num + eps) / (den + eps)).mean()


@wrong("a reviewer", "dice coefficient returned as the loss", "LX520")
def _():
    x, m = seg(seed=25)
    net = nn.Conv2d(3, 1, 3, padding=1)
    return soft_dice, (net(x), m)


def iou_loss(logits, masks, thr=0.5, eps=1e-6):
    pred = (torch.sigmoid(logits) > thr).float()
    inter = (pred * masks).sum((1, 2, 3))
    union = pred.sum((1, 2, 3)) + masks.sum((1, 2, 3)) - inter
    return 1 - ((inter + eps) / (union + eps)).mean()


@wrong("a reviewer", "thresholded prediction in an IoU loss", "LX401")
def _():
    x, m = seg(seed=26)
    net = nn.Conv2d(3, 1, 3, padding=1)
    return iou_loss, (net(x), m)


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0, alpha=0.25):
        super().__init__()
        self.gamma, self.alpha = gamma, alpha

    def forward(self, inputs, targets):
        bce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        pt = torch.exp(-bce)
        at = self.alpha * targets + (1 - self.alpha) * (1 - targets)
        return (at * pt**self.gamma * bce).mean()


@wrong("a reviewer", "focal weight pt**gamma instead of (1-pt)**gamma", "LX550")
def _():
    x, y = classes(seed=27, c=6)
    net = mlp(16, 6)
    return FocalLoss(), (net(x), F.one_hot(y, 6).float())


def nt_xent(z1, z2, temperature=0.2):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    n = z1.size(0)
    sim = z @ z.t() / temperature
    labels = torch.cat([torch.arange(n, 2 * n), torch.arange(0, n)]).to(z.device)
    return F.cross_entropy(sim, labels)


@wrong("a reviewer", "SimCLR, self similarity not masked", "LX517")
def _():
    x, y = classes(seed=28)
    net = mlp(16, 12)
    return nt_xent, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


def kd_loss(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
    soft = (
        F.kl_div(
            F.log_softmax(student_logits / T, dim=1),
            F.softmax(teacher_logits, dim=1),
            reduction="batchmean",
        )
        * T
        * T
    )
    return alpha * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)


@wrong("a reviewer", "temperature only on the student", "LX340")
def _():
    x, y = classes(seed=29)
    st, te = mlp(16, 5), mlp(16, 5)
    with torch.no_grad():
        t = te(x)
    return kd_loss, (st(x), t, y)


def vae_loss(recon_x, x, mu, logvar):
    bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
    kld = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (bce + kld) / x.size(0)


def _vae(seed):
    torch.manual_seed(seed)
    x = (torch.rand(16, 20) < 0.3).float()
    enc, dec = mlp(20, 8), nn.Sequential(mlp(4, 20), nn.Sigmoid())
    mu, lv = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * lv).exp()
    return dec(z), x, mu, lv


@wrong("a reviewer", "sign of the VAE's KL", "LX536")
def _():
    return vae_loss, _vae(30)


def generator_loss(fake_scores):
    return F.binary_cross_entropy_with_logits(fake_scores, torch.ones_like(fake_scores))


def g_step_loss(netD, fake):
    return generator_loss(netD(fake.detach()))


@wrong("a reviewer", "generator step with the fake detached", "LX554")
def _():
    torch.manual_seed(31)
    G, D = mlp(8, 16), mlp(16, 1)
    return g_step_loss, (D, G(torch.randn(32, 8)))


def gradient_penalty(critic, real, fake, lam=10.0):
    eps = torch.rand(real.size(0), 1)
    xh = (eps * real + (1 - eps) * fake).detach().requires_grad_(True)
    g = torch.autograd.grad(critic(xh).sum(), xh)[0]
    return lam * ((g.norm(2, dim=1) - 1) ** 2).mean()


@wrong("a reviewer", "gradient penalty without create_graph", "LX422")
def _():
    torch.manual_seed(32)
    G, D = mlp(8, 16), nn.Sequential(nn.Linear(16, 32), nn.Tanh(), nn.Linear(32, 1))
    return gradient_penalty, (D, torch.randn(32, 16), G(torch.randn(32, 8)).detach())


def pg_loss(log_probs, advantages):
    return (log_probs * advantages).mean()


@wrong("a reviewer", "policy gradient without the minus", "LX539")
def _():
    torch.manual_seed(33)
    s = torch.randn(48, 6)
    d = torch.distributions.Categorical(logits=mlp(6, 4)(s))
    a = d.sample()
    adv = torch.randn(48)
    return pg_loss, (d.log_prob(a), (adv - adv.mean()) / adv.std())


def ppo_loss(logp, old_logp, adv, clip=0.2):
    ratio = torch.exp(logp - old_logp)
    s1 = ratio * adv
    s2 = torch.clamp(ratio, 1 - clip, 1 + clip) * adv
    return -torch.max(s1, s2).mean()


@wrong("a reviewer", "PPO with max instead of min of the surrogates", "LX413")
def _():
    torch.manual_seed(34)
    s = torch.randn(48, 6)
    pi = mlp(6, 4)
    d = torch.distributions.Categorical(logits=pi(s))
    a = d.sample()
    old = (d.log_prob(a) + 0.2 * torch.randn(48)).detach()
    return ppo_loss, (d.log_prob(a), old, torch.randn(48))


def quantile_loss(preds, target, quantiles):
    losses = []
    for i, q in enumerate(quantiles):
        e = preds[:, i] - target
        losses.append(torch.max((q - 1) * e, q * e).unsqueeze(1))
    return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))


@wrong("a reviewer", "pinball with pred - target: quantiles swapped", "LX535")
def _():
    torch.manual_seed(35)
    x = torch.randn(40, 6)
    return quantile_loss, (mlp(6, 3)(x), x[:, 0] + 0.3 * torch.randn(40), [0.1, 0.5, 0.9])


def hetero_loss(mean, log_var, y):
    return (0.5 * torch.exp(-log_var) * (y - mean) ** 2).mean()


@wrong("a reviewer", "heteroscedastic loss without the log-variance term", "LX560")
def _():
    torch.manual_seed(36)
    x = torch.randn(40, 6)
    o = mlp(6, 2)(x)
    return hetero_loss, (o[:, 0], o[:, 1], x[:, 0] + 0.3 * torch.randn(40))


def cox_ph_loss(log_h, durations, events, eps=1e-7):
    gamma = log_h.max()
    lcs = log_h.sub(gamma).exp().cumsum(0).add(eps).log().add(gamma)
    return -log_h.sub(lcs).mul(events).sum().div(events.sum())


@wrong("a reviewer", "Cox loss: cumsum as risk set but durations not sorted", "LX558")
def _():
    torch.manual_seed(37)
    x = torch.randn(40, 6)
    t = torch.exp(-x[:, 0]) * torch.rand(40) + 0.05
    e = (torch.rand(40) < 0.6).float()
    return cox_ph_loss, (mlp(6, 1)(x).squeeze(1), t, e)


def bpr_loss(user, pos_item, neg_item):
    pos = (user * pos_item).sum(1)
    neg = (user * neg_item).sum(1)
    return -F.logsigmoid(neg - pos).mean()


@wrong("a reviewer", "BPR with neg - pos", "LX564")
def _():
    torch.manual_seed(38)
    U, I = nn.Embedding(30, 8), nn.Embedding(50, 8)
    u, i, j = torch.randint(0, 30, (32,)), torch.randint(0, 50, (32,)), torch.randint(0, 50, (32,))
    return bpr_loss, (U(u), I(i), I(j))


def giou_loss(pred, target):
    x1, y1 = torch.max(pred[:, 0], target[:, 0]), torch.max(pred[:, 1], target[:, 1])
    x2, y2 = torch.min(pred[:, 2], target[:, 2]), torch.min(pred[:, 3], target[:, 3])
    inter = (x2 - x1) * (y2 - y1)
    ap = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
    at = (target[:, 2] - target[:, 0]) * (target[:, 3] - target[:, 1])
    union = ap + at - inter
    cx = torch.max(pred[:, 2], target[:, 2]) - torch.min(pred[:, 0], target[:, 0])
    cy = torch.max(pred[:, 3], target[:, 3]) - torch.min(pred[:, 1], target[:, 1])
    area = cx * cy
    return (1 - inter / union + (area - union) / area).mean()


def _boxes(seed):
    torch.manual_seed(seed)
    x = torch.randn(24, 8)
    o = mlp(8, 4)(x)
    c = torch.sigmoid(o[:, :2]) * 100
    wh = F.softplus(o[:, 2:]) * 15 + 2
    tc = torch.sigmoid(x[:, :2]) * 100
    twh = torch.rand(24, 2) * 20 + 4
    return torch.cat([c - wh / 2, c + wh / 2], 1), torch.cat([tc - twh / 2, tc + twh / 2], 1)


@wrong("a reviewer", "GIoU: intersection sides not clamped at 0 for disjoint boxes", "LX580")
def _():
    return giou_loss, _boxes(39)


def pde_residual_loss(u, x, f):
    u_x = torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]
    u_xx = torch.autograd.grad(u_x, x, torch.ones_like(u_x), create_graph=True)[0]
    return ((u_xx - f) ** 2).mean()


@wrong("a reviewer", "PINN residual (N,1) against f (N,)", "LX101")
def _():
    torch.manual_seed(40)
    x = torch.rand(50, 1, requires_grad=True)
    net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
    return pde_residual_loss, (
        net(x),
        x,
        -(math.pi**2) * torch.sin(math.pi * x.detach().squeeze(1)),
    )


# ---------------- right
R = dict(right=True)


@right("a reviewer", "CE with class weights, smoothing, (B,C,H,W) and ignore 255")
def _():
    x, m = seg(seed=101)
    y = m[:, 0].long()
    y[:, 0, :] = 255
    return nn.CrossEntropyLoss(
        weight=torch.tensor([0.3, 1.7]), ignore_index=255, label_smoothing=0.05
    ), (nn.Conv2d(3, 2, 3, padding=1)(x), y)


@right("a reviewer", "CE with mixup soft targets")
def _():
    x, y = classes(seed=102)
    p = torch.randperm(32)
    t = 0.7 * F.one_hot(y, 5).float() + 0.3 * F.one_hot(y[p], 5).float()
    return nn.CrossEntropyLoss(), (mlp(16, 5)(0.7 * x + 0.3 * x[p]), t)


@right("a reviewer", "NLLLoss on log of a mixture's probabilities (two softmax heads averaged)")
def _():
    x, y = classes(seed=103)
    a, b = mlp(16, 5), mlp(16, 5)
    return nn.NLLLoss(), (torch.log(0.5 * a(x).softmax(1) + 0.5 * b(x).softmax(1)), y)


@right("a reviewer", "BCEWithLogits with soft targets and pos_weight per label")
def _():
    x, y = classes(seed=104, c=6)
    t = F.one_hot(y, 6).float() * 0.9 + 0.05
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, 2, 3, 2, 1, 4])), (mlp(16, 6)(x), t)


@right("a reviewer", "BCELoss on a sigmoid, continuous image target")
def _():
    torch.manual_seed(105)
    x = torch.rand(16, 20)
    ae = nn.Sequential(mlp(20, 20), nn.Sigmoid())
    return nn.BCELoss(reduction="sum"), (ae(x), x)


@right("a reviewer", "Huber of (B,1) with (B,1), target integers as floats")
def _():
    torch.manual_seed(106)
    x = torch.randn(32, 8)
    return nn.HuberLoss(), (mlp(8, 1)(x), (x[:, :1] * 4).round())


@right("a reviewer", "LM: logits transposed to (B,V,T), shifted, -100 on the padding")
def _():
    torch.manual_seed(107)
    ids = torch.randint(1, 20, (8, 13))
    L = torch.randint(5, 12, (8,))
    lab = ids[:, 1:].clone()
    lab[torch.arange(12)[None] >= L[:, None]] = -100
    emb = nn.Embedding(20, 16)
    rnn = nn.LSTM(16, 24, batch_first=True)
    head = nn.Linear(24, 20)
    return nn.CrossEntropyLoss(), (head(rnn(emb(ids[:, :-1]))[0]).transpose(1, 2), lab)


@right("a reviewer", "KL with log_target and batchmean")
def _():
    x, y = classes(seed=108)
    with torch.no_grad():
        t = mlp(16, 5)(x).log_softmax(-1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (mlp(16, 5)(x).log_softmax(-1), t)


@right("a reviewer", "CTC, blank = last class, targets may hold 0")
def _():
    torch.manual_seed(109)
    x = torch.randn(30, 8, 12)
    o = nn.Linear(16, 11)(nn.GRU(12, 16)(x)[0])
    return nn.CTCLoss(blank=10, zero_infinity=True), (
        o.log_softmax(2),
        torch.randint(0, 10, (8, 8)),
        torch.full((8,), 30),
        torch.randint(3, 9, (8,)),
    )


@right("a reviewer", "CosineEmbeddingLoss +-1")
def _():
    x, y = classes(seed=110)
    n = mlp(16, 12)
    p = torch.randperm(32)
    return nn.CosineEmbeddingLoss(margin=0.2), (n(x), n(x[p]), (y == y[p]).float() * 2 - 1)


@right("a reviewer", "triplet with the anchor's momentum copy as positive, no grad on it")
def _():
    x, y = classes(seed=111)
    n = mlp(16, 12)
    import copy

    k = copy.deepcopy(n)
    with torch.no_grad():
        p = k(x + 0.1 * torch.randn_like(x))
    e = n(x)
    return nn.TripletMarginLoss(margin=1.0), (e, p, e[torch.arange(32).roll(1)])


@right("a reviewer", "GaussianNLL, softplus variance with floor, full=True")
def _():
    torch.manual_seed(112)
    x = torch.randn(32, 8)
    o = mlp(8, 2)(x)
    return nn.GaussianNLLLoss(full=True), (
        o[:, 0],
        x[:, 0] + 0.2 * torch.randn(32),
        F.softplus(o[:, 1]) + 1e-4,
    )


@right("a reviewer", "Poisson NLL with log_input=False on softplus")
def _():
    torch.manual_seed(113)
    x = torch.randn(32, 8)
    return nn.PoissonNLLLoss(log_input=False), (
        F.softplus(mlp(8, 1)(x)).squeeze(1),
        torch.poisson((x[:, 0] + 1).exp()),
    )


@right("a reviewer", "double DQN target under no_grad")
def _():
    torch.manual_seed(114)
    s, s2 = torch.randn(32, 6), torch.randn(32, 6)
    a = torch.randint(0, 4, (32, 1))
    q, qt = mlp(6, 4), mlp(6, 4)
    with torch.no_grad():
        t = torch.randn(32, 1) + 0.99 * qt(s2).gather(1, q(s2).argmax(1, keepdim=True))
    return F.smooth_l1_loss, (q(s).gather(1, a), t)


@right("a reviewer", "MultiLabelMarginLoss with -1 padded indices")
def _():
    x, y = classes(seed=115, c=6)
    t = torch.full((32, 6), -1)
    t[:, 0] = y
    t[::2, 1] = (y[::2] + 2) % 6
    return nn.MultiLabelMarginLoss(), (mlp(16, 6)(x), t)


@right("a reviewer", "fastai CE flat axis=1")
def _():
    x, m = seg(seed=116)
    y = (m[:, 0] * 3).long()
    return CrossEntropyLossFlat(axis=1), (nn.Conv2d(3, 16, 3, padding=1)(x), y)


@right("a reviewer", "fastai MSELossFlat (B,1) against (B,): it flattens")
def _():
    torch.manual_seed(117)
    x = torch.randn(32, 8)
    return MSELossFlat(), (mlp(8, 1)(x), x[:, 0] * 2)


BH = dict(right=True, by_hand=True)


@right("a reviewer", "dice on sigmoid output")
def _():
    x, m = seg(seed=118)
    return dice_loss, (torch.sigmoid(nn.Conv2d(3, 1, 3, padding=1)(x)), m)


def neg_dice(logits, masks):
    return -soft_dice(logits, masks)


@right("a reviewer", "minus dice as loss (negative values)")
def _():
    x, m = seg(seed=119)
    return neg_dice, (nn.Conv2d(3, 1, 3, padding=1)(x), m)


def focal_ok(inputs, targets, gamma=2.0, alpha=0.25):
    p = torch.sigmoid(inputs)
    ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    return (
        (alpha * targets + (1 - alpha) * (1 - targets)) * ce * (1 - p_t) ** gamma
    ).sum() / targets.sum().clamp(min=1)


@right("a reviewer", "sigmoid focal loss normalised by positives")
def _():
    x, y = classes(seed=120, c=6)
    return focal_ok, (mlp(16, 6)(x), F.one_hot(y, 6).float())


def clip_loss(img, txt, logit_scale):
    img, txt = F.normalize(img, dim=-1), F.normalize(txt, dim=-1)
    logits = logit_scale.exp() * img @ txt.t()
    lab = torch.arange(len(img))
    return (F.cross_entropy(logits, lab) + F.cross_entropy(logits.t(), lab)) / 2


@right("a reviewer", "CLIP: diagonal is the positive, nothing masked")
def _():
    x, y = classes(seed=121)
    return clip_loss, (
        mlp(16, 12)(x),
        mlp(16, 12)(x),
        nn.Parameter(torch.tensor(math.log(1 / 0.07))),
    )


def kd_ok(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
    soft = (
        F.kl_div(
            F.log_softmax(student_logits / T, 1),
            F.softmax(teacher_logits.detach() / T, 1),
            reduction="batchmean",
        )
        * T**2
    )
    return alpha * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)


@right("a reviewer", "KD right, teacher has a graph but is detached inside")
def _():
    x, y = classes(seed=122)
    return kd_ok, (mlp(16, 5)(x), mlp(16, 5)(x), y)


def vae_ok(recon_x, x, mu, logvar):
    bce = F.binary_cross_entropy(recon_x, x, reduction="none").sum(1)
    kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1)
    return (bce + kl).mean()


@right("a reviewer", "VAE KL in the +0.5 form")
def _():
    return vae_ok, _vae(123)


def d_step(netD, real, fake):
    return F.softplus(-netD(real)).mean() + F.softplus(netD(fake.detach())).mean()


@right("a reviewer", "discriminator step, fake detached, softplus form")
def _():
    torch.manual_seed(124)
    return d_step, (mlp(16, 1), torch.randn(32, 16), mlp(8, 16)(torch.randn(32, 8)))


def a2c(logp, values, returns, entropy, vc=0.5, ec=0.01):
    adv = returns - values.detach()
    return -(logp * adv).mean() + vc * F.mse_loss(values, returns) - ec * entropy.mean()


@right("a reviewer", "A2C with detached baseline and entropy bonus")
def _():
    torch.manual_seed(125)
    s = torch.randn(48, 6)
    d = torch.distributions.Categorical(logits=mlp(6, 4)(s))
    a = d.sample()
    return a2c, (d.log_prob(a), mlp(6, 1)(s).squeeze(-1), s[:, 0] + torch.randn(48), d.entropy())


def ppo_ok(logp, old_logp, adv, clip=0.2):
    r = (logp - old_logp).exp()
    return torch.max(-adv * r, -adv * r.clamp(1 - clip, 1 + clip)).mean()


@right("a reviewer", "PPO as max of the negated surrogates")
def _():
    torch.manual_seed(126)
    s = torch.randn(48, 6)
    d = torch.distributions.Categorical(logits=mlp(6, 4)(s))
    a = d.sample()
    lp = d.log_prob(a)
    return ppo_ok, (lp, (lp + 0.2 * torch.randn(48)).detach(), torch.randn(48))


def pinball_mirror(preds, target, quantiles):
    e = preds - target[:, None]
    q = torch.tensor(quantiles)
    return torch.where(e > 0, (1 - q) * e, -q * e).sum(1).mean()


@right("a reviewer", "pinball with pred - target, weights placed to match")
def _():
    torch.manual_seed(127)
    x = torch.randn(40, 6)
    return pinball_mirror, (mlp(6, 3)(x), x[:, 0] + 0.3 * torch.randn(40), [0.1, 0.5, 0.9])


@right("a reviewer", "Cox cumsum with rows sorted by duration, descending")
def _():
    torch.manual_seed(128)
    x = torch.randn(40, 6)
    t = torch.exp(-x[:, 0]) * torch.rand(40) + 0.05
    o = t.argsort(descending=True)
    x, t = x[o], t[o]
    return cox_ph_loss, (mlp(6, 1)(x).squeeze(1), t, (torch.rand(40) < 0.6).float())


def bpr_ok(user, pos_item, neg_item):
    return F.softplus((user * neg_item).sum(1) - (user * pos_item).sum(1)).mean()


@right("a reviewer", "BPR as softplus(neg - pos)")
def _():
    torch.manual_seed(129)
    U, I = nn.Embedding(30, 8), nn.Embedding(50, 8)
    i = torch.randint(0, 50, (32,))
    return bpr_ok, (U(torch.randint(0, 30, (32,))), I(i), I((i + torch.randint(1, 50, (32,))) % 50))


@right("a reviewer", "PINN residual, f (N,1)")
def _():
    torch.manual_seed(130)
    x = torch.rand(50, 1, requires_grad=True)
    net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
    return pde_residual_loss, (net(x), x, -(math.pi**2) * torch.sin(math.pi * x.detach()))
