"""Losses as people write them, and right: the doctor has to be silent on calls of them.

Each is a function; VALID says what it is called with, of numbers `m` and `n` (N, C), of which `m`
may have a graph, class indices `y`, distributions `t` and labels of yes and no `b` (N, C)."""
import math

import torch
import torch.nn.functional as F


def rank_net(scores, relevance):
    s, r = scores[:, None] - scores[None], relevance[:, None] > relevance[None]
    return (F.softplus(-s) * r).sum() / r.sum().clamp(min=1)


def squared_distances(a, b):
    d = a.pow(2).sum(1, keepdim=True) + b.pow(2).sum(1) - 2 * a @ b.T
    return d.clamp(min=0).amin(1).mean() + d.clamp(min=0).amin(0).mean()


def nt_xent(a, b, temperature=0.5):
    z = F.normalize(torch.cat([a, b]))
    sim = (z @ z.T / temperature).masked_fill(torch.eye(len(z)) > 0, -1e9)
    return F.cross_entropy(sim, torch.arange(len(z)).roll(len(a)))


def info_nce(q, k, queue, T=0.07):
    q, k, queue = F.normalize(q), F.normalize(k), F.normalize(queue)
    logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / T
    return F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))


def supervised_contrast(z, y, T=0.1):
    z = F.normalize(z)
    same = (y[:, None] == y[None]).float() - torch.eye(len(y))
    sim = (z @ z.T / T).masked_fill(torch.eye(len(z)) > 0, -1e9)
    return -((sim.log_softmax(1) * same).sum(1) / same.sum(1).clamp(min=1)).mean()


def batch_hard(z, y, margin=0.3):
    d = torch.cdist(z, z) + 1e-6
    same = y[:, None] == y[None]
    return (d.masked_fill(~same, 0).amax(1) - d.masked_fill(same, 1e9).amin(1) + margin
            ).clamp(min=0).mean()


THRESHOLDS = torch.tensor([1.0, 0, -1])


def ranked(score, rank):
    levels = (rank[:, None] > torch.arange(3)).float()
    return F.binary_cross_entropy_with_logits(score + THRESHOLDS, levels)


def pinball(pred, target, q=0.9):
    d = target - pred
    return torch.maximum(q * d, (q - 1) * d).mean()


def pinball_of_keras(y_true, y_pred, tau=0.1):
    d = y_true - y_pred
    return torch.maximum(tau * d, (tau - 1) * d).mean()


def quantiles(pred, target, levels=(0.1, 0.5, 0.9)):
    d = target[:, :1] - pred[:, :3]
    q = torch.tensor(levels)[: d.shape[1]]
    return torch.maximum(q * d, (q - 1) * d).mean()


def expectile(pred, target, tau=0.8):
    d = target - pred
    return (torch.where(d > 0, tau, 1 - tau) * d**2).mean()


def cox(risk, time, event):
    order = time.argsort(descending=True)
    risk, event = risk[order], event[order]
    return -((risk - risk.logcumsumexp(0)) * event).sum() / event.sum().clamp(min=1)


def cox_of_mask(risk, time, event):
    order = time.argsort(descending=True)
    risk, event = risk[order], event[order].bool()
    terms = (risk - risk.logcumsumexp(0))[event]
    return -terms.mean() if len(terms) else 0 * risk.sum()


def ppo(new, old, gain):
    ratio = (new - old).exp()
    return -torch.min(ratio * gain, ratio.clamp(0.8, 1.2) * gain).mean()


def ppo_of_max(new, old, gain):
    ratio = torch.exp(new - old)
    return torch.max(-gain * ratio, -gain * torch.clamp(ratio, 0.8, 1.2)).mean()


def clipped_values(v, old, returns):
    near = old + (v - old).clamp(-0.2, 0.2)
    return 0.5 * torch.max((v - returns) ** 2, (near - returns) ** 2).mean()


def token_mean(x, y):
    kept = y != -100
    log_p = x.log_softmax(-1).gather(-1, y.clamp(min=0)[..., None])[..., 0]
    return -(log_p * kept).sum() / kept.sum().clamp(min=1)


def token_mean_ahead(x, y):
    x, y = x[:, :-1], y[:, 1:]
    return token_mean(x, y)


def preference(good, bad, ref_good, ref_bad, y, z):
    def log_p(x, y):
        kept = y >= 0
        each = x.log_softmax(-1).gather(-1, y.clamp(min=0).unsqueeze(-1)).squeeze(-1)
        return (each * kept).sum(-1)
    gain = (log_p(good, y) - log_p(ref_good, y)) - (log_p(bad, z) - log_p(ref_bad, z))
    return -F.logsigmoid(0.1 * gain).mean()


def corners(pred, target):
    low, high = torch.max(pred[:, :2], target[:, :2]), torch.min(pred[:, 2:], target[:, 2:])
    both = (high - low).clamp(min=0).prod(1)
    area = [(b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1]) for b in (pred, target)]
    return (1 - both / (area[0] + area[1] - both).clamp(min=1e-7)).mean()


def centres(pred, target):
    def to_corners(b): return torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)
    return corners(to_corners(pred), to_corners(target))


def boxes(m):
    xy = m[:, :1].detach().sigmoid().expand(-1, 2)
    wh = 0.1 + m[:, 1:2].detach().sigmoid().expand(-1, 2)
    return xy, wh


def near(m): return 0.2 + m[:, :2].sigmoid() / 2


def penalty(g): return ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
def si_sdr(x, y):
    x, y = x - x.mean(-1, True), y - y.mean(-1, True)
    along = (x * y).sum(-1, True) / (y.pow(2).sum(-1, True) + 1e-6) * y
    ratio = (along.pow(2).sum(-1) + 1e-6) / ((x - along).pow(2).sum(-1) + 1e-6)
    return -10 * ratio.log10().mean()


def psnr(x, y, data_range=1.0): return 10 * (F.mse_loss(x, y) + 1e-8).log10()
def ssim_of_all(x, y, data_range=1.0):
    a, b, c1, c2 = x.mean(), y.mean(), 0.01**2 * data_range, 0.03**2 * data_range
    joint = ((x - a) * (y - b)).mean()
    return 1 - (2 * a * b + c1) * (2 * joint + c2) / (
        (a**2 + b**2 + c1) * ((x - a).pow(2).mean() + (y - b).pow(2).mean() + c2))


CENTRES = torch.randn(1000, 1000, generator=torch.Generator().manual_seed(0))
def to_centres(z, y): return 0.5 * (z - CENTRES[y, : z.shape[1]]).pow(2).sum(1).mean()
def mmd(a, b):
    def k(u, v): return (-torch.cdist(u, v).pow(2) / u.shape[1]).exp().mean()
    return k(a, a) + k(b, b) - 2 * k(a, b)


def vicreg(a, b):
    a, b = a - a.mean(0), b - b.mean(0)
    spread = sum(F.relu(1 - (v.var(0) + 1e-4).sqrt()).mean() for v in (a, b))
    return F.mse_loss(a, b) + spread


def barlow(a, b):
    a, b = ((v - v.mean(0)) / (v.std(0) + 1e-3) for v in (a, b))
    c = a.T @ b / len(a)
    on = torch.eye(len(c)) > 0
    return ((c - 1) ** 2)[on].sum() + 5e-3 * (c**2)[~on].sum()


def crps(samples, target):
    t = target[:, :1]
    apart = (samples[:, :, None] - samples[:, None]).abs().mean((1, 2))
    return ((samples - t).abs().mean(1) - apart / 2).mean()


def huber(x, y, beta=1.0):
    d = (x - y).abs()
    return torch.where(d < beta, d**2 / (2 * beta), d - beta / 2).mean()


def log_cosh(x, y): d = x - y; return (d + F.softplus(-2 * d) - math.log(2)).mean()
def smape(x, y): return ((x - y).abs() / (x.abs() + y.abs()).clamp(min=1e-3)).mean()
def mape_of_positive(x, y): return ((x - y) / y.abs().clamp(min=0.5)).abs().mean()
def pairs_of(a, b, same, margin=1.0):
    d = F.pairwise_distance(a, b)
    return (same * d**2 + (1 - same) * (margin - d).clamp(min=0) ** 2).mean()


def mixture(logits, mean, y):
    log_p = logits.log_softmax(1) - 0.5 * (y[:, :1] - mean) ** 2
    return -log_p.logsumexp(1).mean()


def of_gauss(mean, y, log_var): return 0.5 * (log_var + (y - mean) ** 2 / log_var.exp()).mean()
def by_sum(x, y): return ((x - y) ** 2).sum() / len(x)
def hardest(x, y): return F.cross_entropy(x, y, reduction="none").topk((len(y) + 1) // 2)[0].mean()
def smoothed(x, y, eps=0.1):
    log_p = x.log_softmax(1)
    return ((1 - eps) * F.nll_loss(log_p, y) - eps * log_p.mean(1).mean())


def bpr(good, bad): return -F.logsigmoid(good - bad).mean()
def list_net(scores, relevance): return -(relevance.softmax(1) * scores.log_softmax(1)).sum(1).mean()
def list_mle(scores, relevance):
    s = scores.gather(1, relevance.argsort(1, descending=True))
    return (s.flip(1).logcumsumexp(1) - s.flip(1)).sum(1).mean()


def smooth_maps(x): return (x[:, 1:] - x[:, :-1]).abs().mean()
def style(a, b): return F.mse_loss(a.T @ a / len(a), b.T @ b / len(b))
def weights_by_index(x, y):
    w = torch.linspace(1, 2, x.shape[1])
    return (w[y] * F.cross_entropy(x, y, reduction="none")).sum() / w[y].sum()


def sure_ones(x, y):
    w = x.detach().softmax(1).amax(1)
    return (w * F.cross_entropy(x, y, reduction="none")).mean()


def of_bytes(x, image): return F.mse_loss(x.sigmoid(), image.float() / 255)
def hinge_of_critic(real, fake): return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
def r_drop(a, b, y):
    p, q = a.log_softmax(1), b.log_softmax(1)
    both = F.kl_div(p, q, log_target=True, reduction="batchmean") + F.kl_div(
        q, p, log_target=True, reduction="batchmean")
    return F.cross_entropy(a, y) + F.cross_entropy(b, y) + both / 2


def soft_f1(x, b):
    p = x.sigmoid()
    hit = (p * b).sum(0)
    return 1 - (2 * hit / (p.sum(0) + b.sum(0) + 1e-6)).mean()


def redundant(z): z = F.normalize(z - z.mean(0) + 1e-6, dim=0); return ((z.T @ z) ** 2).mean()
def temporal(x, y):
    return F.mse_loss(x, y) + 0.1 * F.mse_loss(x[:, 1:] - x[:, :-1], y[:, 1:] - y[:, :-1])


def rows_of(m, y, mark=-100):
    "Labels (N, T) that end in marks, for T as many as m has classes."
    T = m.shape[1]
    rows = torch.arange(len(m) * T).view(len(m), T) * 7 % 5
    return rows.masked_fill(torch.arange(T) >= 2 + torch.arange(len(m))[:, None] % T, mark)


def sequences(m): return (m[:, :, None] * torch.linspace(-1, 1, 5)).contiguous()


VALID = {
    rank_net: lambda m, n, y, t, b: (m[:, 0], y),
    squared_distances: lambda m, n, y, t, b: (m, n),
    nt_xent: lambda m, n, y, t, b: (m, n),
    info_nce: lambda m, n, y, t, b: (m, n, torch.randn(5, m.shape[1])),
    supervised_contrast: lambda m, n, y, t, b: (m, y),
    batch_hard: lambda m, n, y, t, b: (m, y),
    ranked: lambda m, n, y, t, b: (m[:, :1], y % 4),
    pinball: lambda m, n, y, t, b: (m, n.detach()),
    pinball_of_keras: lambda m, n, y, t, b: (n.detach(), m),
    quantiles: lambda m, n, y, t, b: (m, n.detach()),
    expectile: lambda m, n, y, t, b: (m, n.detach()),
    cox: lambda m, n, y, t, b: (m[:, 0], n[:, 0].exp(), b[:, 0]),
    cox_of_mask: lambda m, n, y, t, b: (m[:, 0], n[:, 0].exp(), b[:, 0].long()),
    ppo: lambda m, n, y, t, b: (m[:, 0], m[:, 0].detach() + 0.1, n[:, 1].detach()),
    ppo_of_max: lambda m, n, y, t, b: (m[:, 0], m[:, 0].detach() + 0.1, n[:, 1].detach()),
    clipped_values: lambda m, n, y, t, b: (m[:, 0], m[:, 0].detach() + 0.1, n[:, 1].detach()),
    token_mean: lambda m, n, y, t, b: (sequences(m), rows_of(m, y)),
    token_mean_ahead: lambda m, n, y, t, b: (sequences(m), rows_of(m, y)),
    preference: lambda m, n, y, t, b: (
        sequences(m), sequences(n), sequences(m).detach(), sequences(n).detach(),
        rows_of(m, y), rows_of(m, y).roll(1, 0)),
    corners: lambda m, n, y, t, b: (
        torch.cat([near(m), near(m) + 1], 1), torch.cat([boxes(n)[0], sum(boxes(n))], 1)),
    centres: lambda m, n, y, t, b: (
        torch.cat([near(m), 1 + near(m)], 1), torch.cat(boxes(n), 1)),
    penalty: lambda m, n, y, t, b: (m[:, None, :, None],),
    si_sdr: lambda m, n, y, t, b: (m, n.detach()),
    psnr: lambda m, n, y, t, b: (m.sigmoid(), n.detach().sigmoid()),
    ssim_of_all: lambda m, n, y, t, b: (m.sigmoid(), n.detach().sigmoid()),
    to_centres: lambda m, n, y, t, b: (m, y),
    mmd: lambda m, n, y, t, b: (m.tanh(), n.tanh()),
    vicreg: lambda m, n, y, t, b: (m, n),
    barlow: lambda m, n, y, t, b: (m, n),
    crps: lambda m, n, y, t, b: (m[:, :20], n.detach()),
    huber: lambda m, n, y, t, b: (m, n.detach()),
    log_cosh: lambda m, n, y, t, b: (m, n.detach()),
    smape: lambda m, n, y, t, b: (m, n.detach()),
    mape_of_positive: lambda m, n, y, t, b: (m, n.detach()),
    pairs_of: lambda m, n, y, t, b: (m, n, b[:, 0]),
    mixture: lambda m, n, y, t, b: (m, n, t),
    of_gauss: lambda m, n, y, t, b: (m, n.detach(), m.sigmoid()),
    by_sum: lambda m, n, y, t, b: (m, n.detach()),
    hardest: lambda m, n, y, t, b: (m, y),
    smoothed: lambda m, n, y, t, b: (m, y),
    bpr: lambda m, n, y, t, b: (m[:, 0], n[:, 0]),
    list_net: lambda m, n, y, t, b: (m, n.detach()),
    list_mle: lambda m, n, y, t, b: (m, n.detach()),
    smooth_maps: lambda m, n, y, t, b: (m,),
    style: lambda m, n, y, t, b: (m, n.detach()),
    weights_by_index: lambda m, n, y, t, b: (m, y),
    sure_ones: lambda m, n, y, t, b: (m, y),
    of_bytes: lambda m, n, y, t, b: (m, (255 * n.detach().sigmoid()).byte()),
    hinge_of_critic: lambda m, n, y, t, b: (m[:, 0], n[:, 0]),
    r_drop: lambda m, n, y, t, b: (m, n, y),
    soft_f1: lambda m, n, y, t, b: (m, b),
    redundant: lambda m, n, y, t, b: (m,),
    temporal: lambda m, n, y, t, b: (m, n.detach()),
}
