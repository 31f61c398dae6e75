"""Calls rebuilt from issues, pull requests and pages that show the code of their loss.

Two sets of them were written down, and what is wrong in each, before the doctor was asked."""

import math

import torch
import torch.nn.functional as F
from threads import (BCE, CE, WITH_LOGITS, T, bits, chosen_actions, classes, ending, kept, maps,
                     of_rows, out)
from threads_by_field import column, corners, lm, log_p_of, noisy, tokens, two_views, unit
from torch import nn
from torch.distributions import Categorical, Normal


def one_of(C, *sizes): return F.one_hot(torch.randint(0, C, sizes), C).float()
def vectors(n, d, rows=64): return nn.Embedding(rows, d)(torch.randint(0, rows, (n,)))
def valid(lengths, T): return kept(lengths, T).float()


# Losses of what is wrong: shapes and places


def cox_of_columns(times, events, hazards):
    risk = (times.view(1, -1) >= times.view(-1, 1)).float()
    theta = hazards.reshape(-1)
    return -((theta - torch.log((theta.exp() * risk).sum(1))) * events).mean()


def point_process(recon, target, mean, log_var, mask):
    square = (recon - target).square().sum(-1) * mask
    kl = -0.5 * torch.sum(1 + log_var - mean**2 - log_var.exp()) * mask
    return (square + kl).sum() / mask.sum()


def events_of_time():
    mean, log_var, recon = out(4, 10, 12).split(4, -1)
    return recon, torch.rand(4, 10, 4), mean, log_var, valid([10, 7, 5, 8], 10)


class MaskedL1(nn.Module):
    def forward(self, x, target, lens):
        mask = (torch.arange(target.shape[1])[None] < lens[:, None]).float()
        mask = mask[..., None].expand_as(x)
        return F.l1_loss(x * mask, target * mask, reduction="sum") / mask.sum()


def long_mels():
    "More frames than the 80 numbers of each; what follows the end is the floor of a logarithm."
    lens = torch.tensor([160, 130, 110, 96])
    target = (-4 * torch.rand(4, 80, 160)).masked_fill(~kept(lens.tolist(), 160)[:, None], -11.5129)
    return nn.Conv1d(16, 80, 1)(torch.randn(4, 16, 160)), target, lens


def over_tokens(z, h): return 1 - F.cosine_similarity(z, h, dim=1).mean()


def of_one_column(b, S=7.0):
    centre = b[:, 2:3] / S
    return torch.cat([centre - b[:, 2:] / 2, centre + b[:, 2:] / 2], 1)


def areas(b): return (b[:, 2:] - b[:, :2]).prod(1)
def iou_of_column(pred, target): return iou_loss_of(of_one_column(pred), of_one_column(target))
def iou_of_centres(pred, target): return iou_loss_of(corners(pred), corners(target))


def iou_loss_of(p, t):
    size = torch.min(p[:, 2:], t[:, 2:]) - torch.max(p[:, :2], t[:, :2])
    inter = size.clamp(min=0).prod(1)
    return (1 - inter / (areas(p) + areas(t) - inter + 1e-9)).mean()


def maximum_of_rows(pos, neg):
    c = neg.detach().max(dim=1)[0]
    return -(pos - c).mean() + torch.logsumexp(neg - c, dim=1).mean()


def pairs_and_others(n=10, T=0.1):
    (a, b), others = two_views(n), unit(n, 8)
    return (a * b).sum(1) / T, a @ others.T / T


def log_softmax_of_all(x, y):
    top = x.max()
    return -torch.diag((x - top - torch.log(torch.exp(x - top).sum()))[:, y]).mean()


class Perceptual(nn.Module):
    "Normalises the first image alone."

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.features.requires_grad_(False)
        self.mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
        self.std = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

    def forward(self, fake, real):
        fake, real = (fake + 1) / 2, (real + 1) / 2
        for images in (fake, real): images[0] = (images[0] - self.mean) / self.std
        far = F.mse_loss(self.features(fake), self.features(real).detach())
        return 0.006 * far + 0.5 * F.mse_loss(fake, real)


# Labels, masks and means


def smoothed_by_half(x, y, eps=0.1):
    return F.binary_cross_entropy_with_logits(x, (y.float() + eps) / 2)


def smoothed_by_height(y, logits, eps=0.2):
    y = y * (1 - eps) + eps / y.shape[1]
    return -(y * F.log_softmax(logits, -1)).sum(-1).mean()


class NonNegativePU(nn.Module):
    def __init__(self, prior=0.4):
        super().__init__()
        self.prior = prior

    def forward(self, scores, target):
        pos, rest = (target == 1).float(), (target == -1).float()
        n, m = max(1.0, pos.sum().item()), max(1.0, rest.sum().item())
        def cost(v): return torch.sigmoid(-v)
        positive = self.prior * cost(pos * scores).sum() / n
        negative = cost(-rest * scores).sum() / m - self.prior * cost(-pos * scores).sum() / n
        return -negative if negative < 0 else positive + negative


def causal(logits, labels):
    logits, labels = logits[:, :-1].contiguous(), labels[:, 1:].contiguous()
    return CE(logits.view(-1, logits.shape[-1]), labels.view(-1))


def ner(logits, labels):
    hot = F.one_hot(labels, logits.shape[-1]).float()
    return torch.sum(-torch.sum(hot * F.log_softmax(logits, -1), -1))


def mean_of_all(pred, real):
    loss = F.cross_entropy(pred.transpose(1, 2), real, reduction="none")
    return (loss * (real != 0).float()).mean()


def tacotron(mel, post, gate, mel_target, gate_target):
    mels = F.mse_loss(mel, mel_target) + F.mse_loss(post, mel_target)
    return mels + WITH_LOGITS(gate.view(-1, 1), gate_target.view(-1, 1))


def frames(lengths=(30, 24, 15, 9), T=30):
    "Mels of several lengths, 0 after their end, and the lengths."
    return -(6 * torch.rand(4, T, 20) + 1) * valid(lengths, T)[..., None], torch.tensor(lengths)


def speech():
    (target, lengths), mel = frames(), out(4, 30, 20)
    ends = (torch.arange(30)[None] >= lengths[:, None] - 1).float()
    return mel, mel + 0.1 * torch.tanh(mel), out(4, 30, 1).squeeze(-1), target, ends


def sigclip(logits):
    n = len(logits)
    return -F.logsigmoid((2 * torch.eye(n) - 1) * logits).mean() / n


def weighted_twice(pred, label, weight):
    loss = F.binary_cross_entropy_with_logits(pred, label.float(), weight, reduction="none")
    return (loss * weight).mean()


def lanes(embedding, seg, near=0.5, far=3.0):
    total = 0.0
    for e, s in zip(embedding, seg):
        n, centres = len(s[s > 0].unique()), []
        for i in s[s > 0].unique():
            centres.append(e[:, s == i].mean(1))
            apart = (e[:, s == i] - centres[-1][:, None]).norm(dim=0)
            total = total + F.relu(apart - near).square().mean() / n
        c = torch.stack(centres)
        d = (c[:, None] - c[None]).norm(dim=2)
        total = total + F.relu(far - d).square().sum() / (n * (n - 1)) / 2
    return total / len(seg)


def three_lanes():
    seg = torch.zeros(2, 12, 16).long()
    seg[:, :, 3], seg[:, :, 8], seg[:, :, 13] = 1, 2, 3
    return 2 * maps(2, 4, 12, 16), seg


# Logarithms, roots and activations


class MSLE(nn.Module):
    def forward(self, x, y): return F.mse_loss(torch.log(x.view(-1) + 1), torch.log(y + 1))


class SILog(nn.Module):
    def forward(self, est, gt, mask):
        d = torch.log(est * mask) - torch.log(gt * mask)
        return 10 * torch.sqrt((d**2).mean() - 0.85 * d.mean() ** 2)


def depths():
    gt = (9.9 * torch.rand(2, 1, 16, 16) + 0.1) * (torch.rand(2, 1, 16, 16) > 0.3)
    return 10 * maps(2, 1, 16, 16).sigmoid(), gt, (gt > 0.1).float()


def log_exp(chosen, rejected): return torch.log(1 + torch.exp(rejected - chosen)).mean()


def no_early_end(logits, labels, end=2, beta=0.1):
    p = F.softmax(logits, -1)[..., end]
    return F.cross_entropy(logits.view(-1, 50), labels.view(-1)) - beta * torch.log(1 - p).mean()


def sure_of_the_end():
    sure = torch.zeros(4, 12, 50)
    sure[:, -1, 2] = 30
    return out(4, 12, 50) + sure, torch.randint(3, 50, (4, 12))


def geodesic(pred, true):
    trace = (pred.transpose(-1, -2) @ true).diagonal(dim1=-2, dim2=-1).sum(-1)
    return torch.acos((trace - 1) / 2).mean()


def rotations(v): return torch.linalg.matrix_exp(torch.linalg.cross(torch.eye(3)[None], v[:, None]))


def one_at_rest(n=8):
    v = 0.3 * torch.randn(n, 3) * (torch.arange(n) > 0)[:, None]
    return rotations(v + 0.3 * v.roll(1, 1)).requires_grad_(), rotations(v)


def sobel(x, eps=0.0):
    k = torch.tensor([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
    g = F.conv2d(x, torch.stack([k, k.T])[:, None], padding=1)
    return torch.sqrt(g.square().sum(1, keepdim=True) + eps)


def edge_loss(x, y): return F.l1_loss(sobel(x), sobel(y))
def smooth_edge_loss(x, y): return F.l1_loss(sobel(x, 1e-6), sobel(y, 1e-6)) + F.l1_loss(x, y)


def bright_square():
    image = torch.zeros(2, 1, 16, 16)
    image[:, :, 4:9, 4:9] = torch.rand(2, 1, 5, 5)
    return F.relu(nn.Conv2d(1, 1, 3, padding=1, bias=False)(image)), image


def unet_loss(pred, y, axes=(0, 2, 3), smooth=1.0):
    p, hot = F.softmax(pred, 1), F.one_hot(y, pred.shape[1]).movedim(-1, 1).float()
    d = (2 * (p * hot).sum(axes) + smooth) / (p.sum(axes) + hot.sum(axes) + smooth)
    return F.cross_entropy(pred, y) + 1 - d.mean()


def klr(logits, ref): return F.kl_div(logits, ref, reduction="batchmean", log_target=True)


def links(pos, neg):
    return WITH_LOGITS(pos, torch.ones_like(pos)) + WITH_LOGITS(neg, torch.zeros_like(neg))


def bce_of_one_log(label, p, eps=1e-12):
    return -(torch.log(p + eps) * label + (1 - p + eps) * (1 - label)).mean()


def line(score, sign): return -torch.sigmoid(sign * score).mean()


def focal_of_logit(x, y, gamma=2):
    ce = F.binary_cross_entropy_with_logits(x, y, reduction="none")
    return ((1 - torch.where(y == 1, x, 1 - x)) ** gamma * ce).mean()


class AlphaOfLabel(nn.Module):
    def __init__(self, gamma=2, alpha=0.25):
        super().__init__()
        self.gamma, self.alpha = gamma, torch.tensor([alpha, 1 - alpha])

    def forward(self, input, target):
        log_p = F.log_softmax(input, 1).gather(1, target[:, None]).view(-1)
        at = self.alpha.gather(0, target)
        return (-((1 - log_p.exp()) ** self.gamma) * log_p * at).mean()


# Embeddings, images and quantiles


def barlow(a, b, lam=0.005):
    a, b = (a - a.mean(0)) / a.std(0), (b - b.mean(0)) / b.std(0)
    c = a.T @ b / len(a)
    off = c[~torch.eye(len(c)).bool()]
    return (torch.diagonal(c) - 1).square().sum() + lam * off.square().sum()


class ClipStep(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def forward(self, images, texts):
        logits, y = images @ texts.t() * self.scale.exp(), torch.arange(len(images))
        return (F.cross_entropy(logits, y) + F.cross_entropy(logits.t(), y)) / 2


def clap(a, t, log_scale):
    logits = log_scale.exp() * F.normalize(a, dim=-1) @ F.normalize(t, dim=-1).T
    y = torch.arange(len(a))
    return (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2


def clip_of_soft_targets(images, texts, T=1.0):
    def ce(x, t): return (-t * F.log_softmax(x, -1)).sum(1)
    logits = texts @ images.T / T
    targets = F.softmax((images @ images.T + texts @ texts.T) / 2 * T, dim=-1)
    return ((ce(logits, targets) + ce(logits.T, targets.T)) / 2).mean()


def with_itself(embeddings, T=0.5):
    e = F.normalize(embeddings, dim=1)
    return F.cross_entropy(e @ e.T / T, torch.arange(len(e)))


def invariance(views): return F.cosine_similarity(views[:, :1], views[:, 1:], dim=-1).mean()
def of_views(n=10): return torch.stack(two_views(n, 16), 1)


def ssim(x, y, data_range=255):
    def m(t): return F.avg_pool2d(t, 7, 1)
    c1, c2, mx, my = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2, m(x), m(y)
    vx, vy, vxy = m(x * x) - mx**2, m(y * y) - my**2, m(x * y) - mx * my
    cs = (2 * vxy + c2) / (vx + vy + c2)
    return ((2 * mx * my + c1) / (mx**2 + my**2 + c1) * cs).mean()


def quantiles_of_abs(y_hat, y, qs=(0.1, 0.5, 0.9)):
    loss = 0.0
    for i, q in enumerate(qs):
        e = (y_hat[:, i : i + 1] - y).abs()
        loss = loss + torch.maximum(q * e, (q - 1) * e).mean()
    return loss / len(qs)


def pinball_of(y_hat, y, qs=(0.1, 0.5, 0.9)):
    e, q = y[:, None] - y_hat, torch.tensor(qs)
    return torch.maximum(q * e, (q - 1) * e).mean()


def one_sided_huber(pred, target, sigma2=9.0):
    x = target - pred
    near = (x < 1 / sigma2).float()
    each = near * 0.5 * sigma2 * x * x + (1 - near) * (x.abs() - 0.5 / sigma2)
    return each.sum() / (len(pred) + 1e-3)


def mean_of_risk_set(risk, times, events):
    at_risk = (times >= times.T).float()
    mean = (torch.exp(risk) * at_risk).sum(0) / at_risk.sum(0)
    return -((risk - torch.log(mean).reshape(-1, 1)) * events).sum() / events.sum()


class Helmholtz(nn.Module):
    def __init__(self):
        super().__init__()
        self.u = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 1))

    def forward(self, points, k=1.0):
        x, y = points[:, [0]], points[:, [1]]
        g = points.clone().requires_grad_(True)
        u = self.u(g)
        first = torch.autograd.grad(u, g, torch.ones_like(u), create_graph=True)[0]
        second = torch.autograd.grad(first, g, torch.ones_like(first), create_graph=True)[0]
        q = (k**2 - 17 * math.pi**2) * torch.sin(math.pi * x) * torch.sin(4 * math.pi * y)
        residual = second[:, [0]] + second[:, [1]] + k**2 * u - q
        return F.mse_loss(residual, torch.zeros_like(residual))


# Graphs, critics and policies


class Quantizer(nn.Module):
    def __init__(self, k=16, d=8):
        super().__init__()
        self.codebook = nn.Parameter(torch.randn(k, d))

    def nearest(self, z): return self.codebook[torch.cdist(z, self.codebook).argmin(-1)]

    def forward(self, z):
        q = self.nearest(z)
        return ((q.detach() - z) ** 2).mean() + 0.25 * ((q - z.detach()) ** 2).mean()


class AfterStraightThrough(Quantizer):
    def forward(self, z):
        q = z + (self.nearest(z) - z).detach()
        return ((q.detach() - z) ** 2).mean() + 0.25 * ((q - z.detach()) ** 2).mean()


def balance(gates, top=2):
    gates = torch.cat(gates)
    weights, chosen = gates.topk(top, -1)
    share = F.one_hot(chosen, gates.shape[-1]).amax(-2).float().mean(0)
    mass = weights.softmax(-1).mean(-1)
    return (share * mass[:, None]).mean() * gates.shape[-1] ** 2


def overwritten(real, fake):
    real = fake.reshape(len(real), -1)
    fake = fake.reshape(len(real), -1)
    return links(real.mean(-1), fake.mean(-1))


def mean_teacher(labelled, y, strong, weak, weight=50.0):
    student, teacher = weak, weak.detach()
    return CE(labelled, y) + weight * F.mse_loss(student.softmax(-1), teacher.softmax(-1))


def of_strong_and_weak(n=24):
    net, x = nn.Linear(12, 10), torch.randn(n, 12)
    return net(torch.randn(16, 12)), classes(16, 10), net(noisy(x, 0.3)), net(x)


def crosscoder(recon, aux, x, lam=0.03):
    rec = (recon - x).pow(2).sum(-1).mean()
    aux_loss = (aux - (x - recon.detach())).pow(2).sum(-1).mean()
    total = rec + lam * aux_loss
    log = {"aux": aux_loss.item(), "loss": total.item()}  # noqa: F841
    return rec


class GeneratorLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2),
                                      nn.Conv2d(8, 8, 3)).requires_grad_(False)

    def forward(self, judged, images, real):
        far = F.mse_loss(self.features(images), self.features(real))
        return F.mse_loss(images, real) + 0.001 * (1 - judged).mean() + 0.006 * far


def judged_images():
    images = (torch.tanh(maps(2, 3, 16, 16)) + 1) / 2
    judged = nn.Conv2d(3, 1, 3)(images).mean((2, 3)).sigmoid()
    return judged, images, torch.rand(2, 3, 16, 16)


def dqn(now, after, act, reward, done, gamma=0.99):
    target = reward + gamma * after.max(1, keepdim=True)[0] * (1 - done)
    return F.mse_loss(now.gather(1, act), target)


def steps_of_one_net(n=32):
    q = nn.Linear(4, 2)
    return (q(torch.randn(n, 4)), q(torch.randn(n, 4)), classes(n, 2)[:, None], torch.ones(n, 1),
            bits(n, 1))


def a2c_of_gae(rewards, log_probs, values, entropy, masks, gamma=0.99, lam=0.95):
    each, gae = [], 0.0
    for t in reversed(range(len(rewards) - 1)):
        delta = rewards[t] + gamma * masks[t] * values[t + 1] - values[t]
        gae = delta + gamma * lam * masks[t] * gae
        each.insert(0, gae)
    adv = torch.stack(each)
    actor = -(adv.detach() * log_probs[:-1]).mean() - 0.01 * entropy.mean()
    return actor + adv.pow(2).mean()


def rollout(n=16, envs=3):
    dist = Categorical(logits=out(n, envs, 2))
    return (torch.rand(n, envs), dist.log_prob(dist.sample()), out(n, envs, 1).squeeze(-1),
            dist.entropy(), (torch.rand(n, envs) > 0.1).float())


def ppo_without_graph(logits, value, act, old, adv, returns):
    dist = Categorical(logits=logits)
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    with torch.no_grad(): ratio = (dist.log_prob(act) - old).exp()
    clipped = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
    return clipped + 0.5 * (returns - value).pow(2).mean() - 0.01 * dist.entropy().mean()


def actor_and_critic(n=64, C=3):
    logits, act = out(n, C), classes(n, C)
    old = log_p_of(noisy(logits.detach(), 0.2), act)
    return logits, out(n, 1).flatten(), act, old, torch.randn(n), torch.randn(n)


def tour(log_p, length, baseline):
    adv = length - baseline.view(-1)
    return (adv * log_p).mean() + F.mse_loss(baseline.view(-1), length)


def mean_log_prob(mean, log_std, actions, returns):
    log_p = Normal(mean, F.softplus(log_std) + 1e-3).log_prob(actions).squeeze(1)
    return -torch.sum(log_p.mean() * returns)


def temperature(log_alpha, log_pi, target=-2.0):
    return (-log_alpha.exp() * (log_pi + target)).mean()


def squashed(n=64):
    mean, log_std = out(n, 4).chunk(2, 1)
    d = Normal(mean, log_std.clamp(-5, 2).exp())
    u = d.rsample()
    return (d.log_prob(u) - torch.log(1 - torch.tanh(u) ** 2 + 1e-6)).sum(1, keepdim=True)


def grpo_negated_twice(log_p, old, ref, adv, mask):
    return -grpo_clipped(log_p, old, ref, adv, mask)


def grpo_clipped(log_p, old, ref, adv, mask, eps=0.2, beta=0.04):
    ratio, a, d = torch.exp(log_p - old), adv[:, None], ref - log_p
    each = -torch.min(ratio * a, ratio.clamp(1 - eps, 1 + eps) * a) + beta * (d.exp() - d - 1)
    return ((each * mask).sum(1) / mask.sum(1)).mean()


def answered(n=6, T=10):
    "Of answers: log-probabilities now, before and by a reference, advantages and a mask."
    log_p = log_p_of(lm(ids := tokens(n, T)), ids.roll(-1, 1))
    adv = torch.randn(n)
    return (log_p, noisy(log_p.detach(), 0.05), noisy(log_p.detach()),
            (adv - adv.mean()) / adv.std(), valid([10, 8, 6, 10, 5, 9][:n], T))


# Losses of what is right


def deit(student, teacher, T=3.0):
    log_p, log_q = F.log_softmax(student / T, 1), F.log_softmax(teacher / T, 1)
    kl = F.kl_div(log_p, log_q, reduction="sum", log_target=True)
    return kl * T * T / student.numel()


def focal_of_probabilities(y_true, y_pred, alpha=0.25, gamma=2.0, eps=1e-7):
    p = (y_pred / y_pred.sum(-1, keepdim=True)).clamp(eps, 1 - eps)
    return (alpha * (1 - p) ** gamma * -y_true * torch.log(p)).sum(-1).mean()


def bimodal(m0, m1, s0, s1, p0, gt):
    def density(m, s): return 0.5 * torch.exp(-((m - gt).abs() / s)) / s
    return -torch.log(1e-40 + density(m0, s0) * p0 + density(m1, s1) * (1 - p0)).mean()


def two_peaks(n=64):
    m0, m1, a, b, p0 = out(n, 5).sigmoid().unbind(1)
    return m0, m1, 0.1 * a + 0.01, 0.1 * b + 0.01, p0, noisy(m0.detach(), 0.03)


class ThreeTasks(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.Parameter(torch.tensor([-4.85, -4.15, -2.3]))

    def forward(self, box, box_t, conf, conf_t, who, who_t):
        each = (F.smooth_l1_loss(box, box_t), F.cross_entropy(conf, conf_t),
                F.cross_entropy(who, who_t, ignore_index=-1))
        return 0.5 * ((-self.s).exp() * torch.stack(each) + self.s).sum()


def tracked(n=40):
    who = classes(n, 30)
    who[::5] = -1
    return out(n, 4), torch.randn(n, 4), out(n, 2), classes(n, 2), out(n, 30), who


def hardest_of_both(a, b, near=0.1, far=1.4):
    d = (a[:, None] - b[None]).pow(2).sum(2)
    others = d + 1e6 * torch.eye(len(d))
    hinges = [F.relu(far - (others.min(i)[0] + 1e-7).sqrt()).pow(2).mean() for i in (0, 1)]
    return F.relu(d.diagonal() - near).mean() + sum(hinges) / 2


def masked_mse(pred, target, mask):
    return ((pred - target) ** 2 * mask).sum() / mask.sum().clamp(min=1)


def imputed(outputs, x, mask): return nn.MSELoss()(outputs[mask == 0], x[mask == 0])


def holes():
    x, mask = torch.randn(4, 24, 7), (torch.rand(4, 24, 7) > 0.25).float()
    return nn.Linear(7, 7)(x * mask), x, mask


def ppo_of_probabilities(pi, v, act, old, adv, target, eps=0.1):
    ratio = torch.exp(torch.log(pi.gather(1, act)) - torch.log(old))
    clipped = -torch.min(ratio * adv, torch.clamp(ratio, 1 - eps, 1 + eps) * adv)
    return (clipped + F.smooth_l1_loss(v, target.detach())).mean()


def chances(n=20):
    pi, act = out(n, 2).softmax(1), classes(n, 2)[:, None]
    old = (pi.gather(1, act).detach() * (1 + 0.1 * torch.randn(n, 1))).clamp(0.05, 0.95)
    return pi, column(n), act, old, torch.randn(n, 1), torch.randn(n, 1)


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(20, 1), nn.Sigmoid())

    def forward(self, images, fakes):
        real, fake = self.net(images), self.net(fakes)
        return BCE(real, torch.ones_like(real)) + BCE(fake, torch.zeros_like(fake))


def of_pixels(input, target):
    rows = input.transpose(1, 2).transpose(2, 3).contiguous().view(-1, input.shape[1])
    return F.cross_entropy(rows, target.view(-1), ignore_index=250)


def marked(mark, C, *sizes):
    "Classes of maps, of which the first line has a mark."
    y = torch.randint(0, C, sizes)
    y[:, 0] = mark
    return y


def bounded_bpr(pos, neg): return (1 - torch.sigmoid(pos - neg)).mean()


def of_factors():
    u = vectors(64, 8)
    return (u * vectors(64, 8)).sum(1), (u * vectors(64, 8)).sum(1)


def boxes_of_cells(n=32):
    o, anchors = out(n, 4).sigmoid(), 3 * torch.rand(n, 2) + 0.5
    pred = torch.cat([2 * o[:, :2] - 0.5, (2 * o[:, 2:]) ** 2 * anchors], 1)
    return pred, torch.cat([torch.rand(n, 2), anchors * (0.7 + torch.rand(n, 2))], 1)


def mixup(pred, a, b, lam): return lam * CE(pred, a) + (1 - lam) * CE(pred, b)


def dice_of_classes(pred, target, smooth=1.0, ignore_index=255):
    p, C = F.softmax(pred, 1), pred.shape[1]
    hot = F.one_hot(target.clamp(0, C - 1), C).movedim(-1, 1)
    seen = (target != ignore_index).long().flatten(1)
    total = 0.0
    for i in range(C):
        a, b = p[:, i].flatten(1), hot[:, i].flatten(1)
        num = 2 * (a * b * seen).sum(1) + smooth
        total = total + (1 - num / ((a**2 + b**2).sum(1) + smooth)).mean()
    return total / C


def fast_rcnn(scores, boxes, labels, targets):
    pos = torch.nonzero(labels > 0).squeeze(1)
    chosen = boxes[pos[:, None], 4 * labels[pos][:, None] + torch.arange(4)]
    box = F.smooth_l1_loss(chosen, targets[pos], reduction="sum", beta=1.0)
    return F.cross_entropy(scores, labels) + box / labels.numel()


def regions(n=64):
    labels = classes(n, 5) * (torch.arange(n) % 4 == 1)
    return out(n, 5), out(n, 20), labels, torch.randn(n, 4)


def normals_loss(preds, target, mask):
    mask, pair = mask[:, 0].bool(), []
    for v in (preds, target):
        v = (2 * v - 1).clamp(-1, 1).permute(0, 2, 3, 1)[mask, :]
        pair.append(F.normalize(v, p=2, dim=1))
    return torch.mean(-torch.sum(pair[0] * pair[1], dim=1))


def normals():
    n = F.normalize(torch.randn(2, 3, 12, 12), dim=1)
    return maps(2, 3, 12, 12).sigmoid(), (n + 1) / 2, 1 - bits(2, 1, 12, 12)


class GraphAutoencoder(nn.Module):
    def __init__(self, adj):
        super().__init__()
        none = adj.numel() - adj.sum()
        self.norm, self.weight = adj.numel() / float(2 * none), none / adj.sum()

    def forward(self, preds, labels):
        return self.norm * F.binary_cross_entropy_with_logits(preds, labels, pos_weight=self.weight)


def of_graph(n=30):
    a = (torch.rand(n, n) < 0.06).float()
    adj, z = ((a + a.T + torch.eye(n)) > 0).float(), out(n, 8)
    return GraphAutoencoder(adj), z @ z.T, adj


def mdn(pi, mu, sigma, y):
    log_p = Normal(mu, sigma).log_prob(y[:, None].expand_as(mu)).sum(2)
    return -torch.logsumexp(F.log_softmax(pi, dim=1) + log_p, dim=1).mean()


def rank_hinge(y_pred, y_true, margin=1.0):
    return F.relu(margin + y_pred[1::2] - y_pred[::2]).mean()


class Joints(nn.Module):
    def __init__(self, use_target_weight=True):
        super().__init__()
        self.criterion, self.use_target_weight = nn.MSELoss(), use_target_weight

    def forward(self, output, target, weight):
        loss, n = 0.0, output.shape[1]
        for i in range(n):
            pred, gt = output[:, i].flatten(1), target[:, i].flatten(1)
            if self.use_target_weight: pred, gt = pred * weight[:, i], gt * weight[:, i]
            loss = loss + 0.5 * self.criterion(pred, gt)
        return loss / n


def heatmaps():
    yy, xx = torch.meshgrid(torch.arange(16.0), torch.arange(12.0), indexing="ij")
    c, w = 10 * torch.rand(4, 5, 2, 1, 1) + 1, 1 - bits(4, 5, 1)
    target = torch.exp(-((xx - c[:, :, 0]) ** 2 + (yy - c[:, :, 1]) ** 2) / 8)
    return maps(4, 5, 16, 12), target * w[..., None], w


class NCESoftmax(nn.Module):
    def forward(self, x): return F.cross_entropy(x.squeeze(), torch.zeros(len(x)).long())


def signs_exchanged(real, fake): return (F.relu(1 + real) + F.relu(1 - fake)).mean()


def same_is_one(a, b, same, margin=1.0, eps=1e-9):
    d, same = (b - a).pow(2).sum(1), same.float()
    return (0.5 * (same * d + (1 - same) * F.relu(margin - (d + eps).sqrt()).pow(2))).mean()


def plus_negative_entropy(log_p, old, adv, value, ret):
    r = (log_p - old).exp()
    surr = -torch.mean(torch.min(r * adv, r.clamp(0.8, 1.2) * adv))
    return surr + 0.5 * (value - ret).pow(2).mean() + 0.01 * (log_p.exp() * log_p).mean()


def of_chosen():
    log_p = chosen_actions()
    return (log_p, noisy(log_p.detach(), 0.05), torch.randn(12), column(12).squeeze(1),
            torch.randn(12))


def temperature_detached(log_alpha, log_p): return -(log_alpha * (log_p - 2.0).detach()).mean()


def simsiam_detached(p1, p2, z1, z2):
    cosine = nn.CosineSimilarity(dim=1)
    return -(cosine(p1, z2.detach()).mean() + cosine(p2, z1.detach()).mean()) * 0.5


def of_siamese(n=16):
    z, predict = two_views(n), nn.Linear(8, 8)
    return predict(z[0]), predict(z[1]), *z


def mostly(mark, share=0.8):
    "Tokens, most of which are a mark."
    y = tokens(4, 16)
    return y.masked_fill(torch.rand(y.shape) < share, mark)


def focal_of_both(pred, truth, gamma=2.0, alpha=0.25):
    p, t = F.softmax(pred, 1), F.one_hot(truth, 2).permute(0, 3, 1, 2)
    p1 = torch.where(t == 1, p, torch.ones_like(p)).clamp(1e-7, 1 - 1e-7)
    p0 = torch.where(t == 0, p, torch.zeros_like(p)).clamp(1e-7, 1 - 1e-7)
    yes = -(alpha * (1 - p1) ** gamma * p1.log()).mean()
    return yes - ((1 - alpha) * p0**gamma * (1 - p0).log()).mean()


def soft_label(x, t): return torch.sum(-t * F.log_softmax(x, -1), -1).mean()


def bpr_with_norms(u, p, n):
    norms = sum(v.norm(2).pow(2) for v in (u, p, n))
    return F.softplus((u * n).sum(1) - (u * p).sum(1)).mean() + 5e-5 * norms / len(u)


def velocities(pred, x, z, t):
    def v(clean): return (clean - z) / (1 - t).clamp_min(0.05)
    return ((v(x) - v(pred)) ** 2).mean(1).mean()


def flowing(n=32):
    x, t = torch.randn(n, 16), torch.randn(n, 1).sigmoid()
    z = t * x + (1 - t) * torch.randn(n, 16)
    return nn.Linear(16, 16)(z), x, z, t


def weighted_dqn(now, after, act, reward, done, weight):
    target = reward + 0.99 * (1 - done) * after.max(1)[0]
    each = F.smooth_l1_loss(now.gather(1, act[:, None]).squeeze(1), target, reduction="none")
    return (weight * each).mean()


def nt_xent_by_labels(a, b, t=0.5):
    z, n = F.normalize(torch.cat([a, b]), dim=1), len(a)
    logits = (z @ z.T / t)[~torch.eye(2 * n).bool()].view(2 * n, -1)
    return F.cross_entropy(logits, torch.cat([torch.arange(n) + n - 1, torch.arange(n)]))


def critic_with_drift(real, fake): return fake.mean() - real.mean() + 0.001 * (real**2).mean()


def one_sided_smoothing(real, fake):
    yes = F.binary_cross_entropy_with_logits(real, torch.full_like(real, 0.9))
    return yes + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))


def logistic_hazard(phi, idx, events):
    y = torch.zeros_like(phi).scatter(1, idx[:, None], events[:, None])
    each = F.binary_cross_entropy_with_logits(phi, y, reduction="none")
    return each.cumsum(1).gather(1, idx[:, None]).view(-1).mean()


def smoothed_nll(log_p, y, eps=0.1): return (1 - eps) * F.nll_loss(log_p, y) - eps * log_p.mean()


def batch_hard(e, y, margin=0.5):
    e, same = F.normalize(e, dim=1), y[:, None] == y[None]
    d = 1 - e @ e.T
    far, near = (d * same).max(1)[0], d.masked_fill(same, float("inf")).min(1)[0]
    return F.relu(far - near + margin).mean()


def heat(u, xt, u0, start):
    g = torch.autograd.grad(u, xt, torch.ones_like(u), create_graph=True)[0]
    uxx = torch.autograd.grad(g[:, :1], xt, torch.ones_like(u), create_graph=True)[0][:, :1]
    return (g[:, 1:] - uxx).pow(2).mean() + F.mse_loss(u0, start)


def rod():
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    xt, x0 = torch.rand(32, 2, requires_grad=True), torch.rand(16, 2) * torch.tensor([1.0, 0])
    return net(xt), xt, net(x0), torch.sin(math.pi * x0[:, :1])


def cox_by_sorting(log_hz, time, event):
    order = time.argsort(descending=True)
    log_hz, event = log_hz[order], event[order]
    return -((log_hz - torch.logcumsumexp(log_hz, 0)) * event).sum() / event.sum()


def mel_loss(x, target, lengths):
    mask = (torch.arange(target.shape[1])[None] < lengths[:, None])[..., None].float()
    square = F.mse_loss(x * mask, target * mask, reduction="sum")
    return square / (mask.sum() * target.shape[-1])


def of_two_tasks(scores, y, x, t, s):
    a, b = F.cross_entropy(scores, y), 0.5 * F.mse_loss(x, t)
    return torch.exp(-s[0]) * a + torch.exp(-s[1]) * b + 0.5 * s.sum()


def hinge_and_grid(judged, fake, real):
    weight = real.clamp(max=24.0) + 1
    return -judged.mean() + 20 * ((fake - real).abs() * weight).mean()


def made_and_judged():
    fake = out(32, 16)
    return nn.Linear(16, 1)(fake), fake, 4 * torch.rand(32, 16)


CODE = [
    # shapes and places
    T("mahmoodlab/PathomicFusion#9", "terms (N,) and events (N, 1) in a Cox likelihood",
      "LX549", lambda: (cox_of_columns, 60 * torch.rand(24, 1) + 1, 1 - bits(24, 1), column(24))),
    T("discuss.pytorch.org/t/202270", "20 numbers of one example, and one target", "LX101",
      lambda: (nn.MSELoss(), out(1, 20), torch.tensor([11.0]))),
    T("iiask.com/34l57998", "BCELoss of (64, 1) and (64,)", "LX101",
      lambda: (BCE, column(64).sigmoid(), bits(64))),
    T("EDAPINENUT/GNTPP#4", "a KL that is one number, times a mask", "",
      lambda: (point_process, *events_of_time()),
      "a sum over examples is named, and not that it is counted at each place", beside="LX519"),
    T("axelspringer/ForwardTacotron#21", "a mask along the wrong axis, which masks nothing",
      "LX216", lambda: (MaskedL1(), *long_mels())),
    T("facebookresearch/WMReward#11", "a cosine over tokens", "LX114",
      lambda: (over_tokens, nn.Linear(32, 32)(h := torch.randn(2, 49, 32)), h)),
    T("motokimura/yolo_v1_pytorch#1", "[:, 2] for [:, :2] in the corners of a box", "LX415",
      lambda: (iou_of_column, out(24, 4).sigmoid(), 0.5 * torch.rand(24, 4) + 0.1)),
    T("AdaptiveMotorControlLab/CEBRA#48", "the maximum of each row, taken from columns", "LX118",
      lambda: (maximum_of_rows, *pairs_and_others())),
    T("jamesmccaffreyblog.com/2022/12/02/computing-log_softmax-for-pytorch-directly",
      "a log_softmax over the whole batch", "LX335",
      lambda: (log_softmax_of_all, out(10, 3), classes(10))),
    T("VITA-Group/DeblurGANv2#82", "only the first image is normalised", "",
      lambda: (Perceptual(), torch.tanh(maps(4, 3, 16, 16)), 2 * torch.rand(4, 3, 16, 16) - 1),
      "nothing compares what is done to one example with what is done to the next"),
    # labels, masks and means
    T("eladhoffer/utils.pytorch#13", "smoothed labels of 0.05 and 0.55", "LX215",
      lambda: (smoothed_by_half, out(16, 5), bits(16, 5).long())),
    T("tensorflow/tensorflow#39329", "the height for the number of classes", "LX215",
      lambda: (smoothed_by_height, one_of(3, 2, 16, 16), out(2, 16, 16, 3))),
    T("cimeister/pu-learning#1", "scores are masked before a sigmoid", "LX516",
      lambda: (NonNegativePU(), column(40).view(-1), 1 - 2 * (torch.rand(40) < 0.7).float())),
    T("kaiyinzhou/BERT-NER#3", "padding counts in a cross entropy by hand", "LX210",
      lambda: (ner, out(8, 48, 12), ending(12, 48, 0, [12, 20, 9, 31, 16, 25, 11, 18]))),
    T("huggingface/trl#1625", "labels are the padded tokens", "LX210",
      lambda: (causal, out(4, 14, 60), ending(60, 14, 0, [14, 10, 8, 6]))),
    T("1024er/cbert_aug#4", "-1 where a token counts for nothing, and -100 is ignored", "LX201",
      lambda: (of_rows, out(4, 16, 20), mostly(-1))),
    T("tensorflow/docs#1460", "a mask, and a mean over all places", "LX509",
      lambda: (mean_of_all, out(6, 12, 30), ending(30, 12, 0, [12, 9, 7, 5, 4, 3]))),
    T("NVIDIA/tacotron2#80", "frames of silence after the end count", "LX216",
      lambda: (tacotron, *speech())),
    T("google-research/big_vision#115", "a mean over all pairs, divided by n", "LX528",
      lambda: (sigclip, 10 * unit(16, 32) @ unit(16, 32).T - 10)),
    T("open-mmlab/mmdetection#845", "a weight within, and again after", "LX543",
      lambda: (weighted_twice, out(32, 4), bits(32, 4).long(),
               torch.tensor([0.5, 1, 2])[classes(32)][:, None].expand(32, 4))),
    T("harryhan618/LaneNet#7", "each centre is pushed off from itself", "",
      lambda: (lanes, *three_lanes()), "it adds a constant, which no gradient shows"),
    # logarithms, roots and activations
    T("timeseriesAI/tsai#150", "the logarithm of an output below -1", "LX408",
      lambda: (MSLE(), column(32) * 6, 10 ** (6 * torch.rand(32) - 3))),
    T("ENSTA-U2IS-AI/LDU#7", "a mask by 0, and then the logarithm", "LX408",
      lambda: (SILog(), *depths())),
    T("OpenRLHF/OpenRLHF#1278", "log(1 + exp(gap)) of gaps above 100", "LX408",
      lambda: (log_exp, *(500 * out(16, 2)).unbind(1))),
    T("foreai.co/blog/nans-out-of-nowhere-the-trick-that-saved-my-training-run",
      "log(1 - p) of a p that is 1", "LX408", lambda: (no_early_end, *sure_of_the_end())),
    T("eigenvivek/nanodrr#31", "acos where the fit is exact", "LX405",
      lambda: (geodesic, *one_at_rest())),
    T("chaddy1004/sobel-operator-pytorch#1", "the root of a flat image's slope", "LX405",
      lambda: (edge_loss, *bright_square())),
    T("vanvalenlab/deepcell-tf#624", "ReLU, then BCEWithLogitsLoss", "LX303",
      lambda: (WITH_LOGITS, F.relu(maps(4, 1, 16, 16)), bits(4, 1, 16, 16))),
    T("YapengTian/AVE-ECCV18#15", "softmax, then MultiLabelSoftMarginLoss", "LX303",
      lambda: (nn.MultiLabelSoftMarginLoss(), out(8, 10, 29).softmax(-1), one_of(29, 8, 10))),
    T("tgm-team/tgm#274", "sigmoid, then binary_cross_entropy_with_logits of both", "LX303",
      lambda: (links, column(32).sigmoid().view(-1), column(32).sigmoid().view(-1))),
    T("NVIDIA/DeepLearningExamples#468", "softmax, then cross entropy and dice", "LX301",
      lambda: (unet_loss, maps(2, 2, 16, 16).softmax(1), bits(2, 16, 16).long())),
    T("openillumi.com/?p=73112", "probabilities of 0 and 1 for CrossEntropyLoss", "LX302",
      lambda: (CE, torch.eye(4)[[3, 1, 0, 2]].requires_grad_(), torch.tensor([3, 1, 0, 2]))),
    T("mjc92/GetToThePoint#8", "softmax into NLLLoss, with padding ignored", "LX305",
      lambda: (nn.NLLLoss(ignore_index=0), out(8, 20, 120).softmax(-1).view(-1, 120),
               ending(120, 20, 0, [15] * 8).view(-1))),
    T("jaechan-repo/muse_bench#5", "logits on both sides of kl_div", "LX305",
      lambda: (klr, out(2, 12, 50, scale=2), 2 * torch.randn(2, 12, 50))),
    T("deepjavalibrary/djl#1316", "one of two logarithms is missing", "LX547",
      lambda: (bce_of_one_log, bits(32, 1), column(32).sigmoid())),
    T("RUCAIBox/RecBole#1505", "a sigmoid of scores without its logarithm", "",
      lambda: (line, (vectors(64, 16) * vectors(64, 16)).sum(-1),
               1 - 2 * (torch.arange(64) > 31).float()), "elsewhere the same is meant"),
    T("github.com/semilleroCV/deep-learning-notes", "a focal factor of the logit", "LX326",
      lambda: (focal_of_logit, column(64).squeeze(1), bits(64))),
    T("clcarwin/focal_loss_pytorch#10", "alpha for the negatives, 1 - alpha for the positives", "",
      lambda: (AlphaOfLabel(), out(64, 2), (torch.rand(64) < 0.1).long()),
      "which class is rare is not known to one call", beyond=True),
    # embeddings, images and quantiles
    T("yaohungt/Barlow-Twins-HSIC#6", "std of n - 1, and a product over n", "",
      lambda: (barlow, *two_views(8, 24)), "a factor near 1"),
    T("Zasder3/train-CLIP#3", "embeddings that are not normalised", "LX331",
      lambda: (ClipStep(), out(16, 64, scale=3), out(16, 64, scale=3))),
    T("moein-shariatnia/OpenAI-CLIP#16", "soft targets that have a graph", "",
      lambda: (clip_of_soft_targets, out(16, 12), out(16, 12)),
      "targets that are made within a loss by hand are not looked at"),
    T("taourl.com/read-2368639", "each embedding is its own positive", "LX517",
      lambda: (with_itself, out(32, 32))),
    T("ai4co/rl4co#283", "a cosine of views without its minus", "",
      lambda: (invariance, of_views()), "views may be meant to differ"),
    T("VainF/pytorch-msssim#8", "SSIM itself is made small", "LX520",
      lambda: (ssim, F.avg_pool2d(torch.rand(1, 1, 40, 40), 5, 1, 2),
               torch.rand(1, 1, 40, 40, requires_grad=True))),
    T("Nixtla/utilsforecast#63", "quantiles of an absolute error", "LX535",
      lambda: (quantiles_of_abs, out(48, 3), 3 * torch.randn(48, 1) + 5)),
    T("trzy/FasterRCNN#2", "x for |x| in the condition of a smooth L1", "LX535",
      lambda: (one_sided_huber, out(64, 4), 2 * torch.randn(64, 4))),
    T("czifan/DeepSurv.pytorch#5", "a mean over the risk set for its sum", "",
      lambda: (mean_of_risk_set, column(40), 10 * torch.rand(40, 1), 1 - bits(40, 1)),
      "what is a risk set, and what a mean over something else, nothing tells"),
    T("prateekbhustali/Physics-Informed-Neural-Networks#4", "u_xy within a Laplacian", "LX423",
      lambda: (Helmholtz(), 2 * torch.rand(64, 2) - 1)),
    T("leftthomas/SRGAN#62", "images from 0 to 1 for a net that was trained on normalised ones", "",
      lambda: (GeneratorLoss(), *judged_images()), "what a net was trained on is not in its call",
      beyond=True),
    T("hangligit/InterpretDiffusion#5", "latents as the target, for the noise", "",
      lambda: (nn.MSELoss(), nn.Conv2d(4, 4, 1)(0.7 * (x := torch.randn(4, 4, 8, 8))
                                                + 0.7 * torch.randn(4, 4, 8, 8)), x),
      "other models predict what is clean", beyond=True),
    # graphs, critics and policies
    T("andylolu2/jax-vqvae-gpt#2", "losses of a codebook after the straight-through step", "LX414",
      lambda: (AfterStraightThrough(), out(32, 8))),
    T("bytedance/1d-tokenizer#120", "a commitment cost at the other term", "",
      lambda: (Quantizer(), out(32, 8)), "both may have a weight", beyond=True),
    T("huggingface/transformers#28093", "a balance of experts over the wrong axis: always 8", "",
      lambda: (balance, (out(48, 8), out(48, 8))),
      "that it is constant is said; of the reasons an axis is none", beside="LX404"),
    T("TencentARC/SEED-Voken#20", "scores of the real ones are overwritten", "LX617",
      lambda: (overwritten, maps(4, 1, 8, 8), maps(4, 1, 8, 8))),
    T("microsoft/Semi-supervised-learning#102", "the weak view for the strong", "LX120",
      lambda: (mean_teacher, *of_strong_and_weak())),
    T("oclivegriffin/crosscode#3", "a sum of terms is logged, and one returned", "",
      lambda: (crosscoder, out(24, 16), out(24, 16), torch.randn(24, 16)),
      "a log has read the sum; of the log alone it is said that nothing reads it", beside="LX121"),
    T("cloud.tencent.cn/developer/article/2603688", "a target of the same network", "LX411",
      lambda: (dqn, *steps_of_one_net())),
    T("Farama-Foundation/Gymnasium#1494", "advantages that are squared with their graph", "",
      lambda: (a2c_of_gae, *rollout()), "values of two steps are in one argument"),
    T("thu-ml/tianshou#742", "a ratio below torch.no_grad", "LX410",
      lambda: (ppo_without_graph, *actor_and_critic())),
    T("jingw2/neural-combinatorial-optimization-rl#1", "a baseline with a graph", "LX412",
      lambda: (tour, chosen_actions(), 3 * torch.rand(12) + 4, column(12))),
    T("Farama-Foundation/Gymnasium#1336", "a mean of log-probabilities, times each return",
      "LX549", lambda: (mean_log_prob, *out(40, 2).chunk(2, 1), torch.randn(40, 1),
                        torch.arange(40, 0, -1).float())),
    T("mani-skill/ManiSkill#899", "a temperature's loss that reaches the policy", "LX421",
      lambda: (temperature, torch.zeros(1, requires_grad=True), squashed())),
    T("fla-org/flash-linear-attention#1076", "minus a loss that has its minus", "LX539",
      lambda: (grpo_negated_twice, *answered())),
    # right, though somebody asked
    T("facebookresearch/deit#116", "kl_div of two log_softmaxes, a sum over all numbers", "",
      lambda: (deit, out(12, 20), 3 * torch.randn(12, 20))),
    T("jongwook/onsets-and-frames#35", "binary_cross_entropy of a stack with sigmoid", "",
      lambda: (F.binary_cross_entropy, out(2, 64, 88).sigmoid(), bits(2, 64, 88))),
    T("umbertogriffo/focal-loss-keras#13", "a focal loss of the true class alone", "",
      lambda: (focal_of_probabilities, one_of(5, 32), out(32, 5).softmax(-1))),
    T("fabiotosi92/SMD-Nets#3", "a negative likelihood of two Laplacians", "",
      lambda: (bimodal, *two_peaks())),
    T("Zhongdao/Towards-Realtime-MOT#156", "three tasks by learned weights, below 0", "",
      lambda: (ThreeTasks(), *tracked())),
    T("chrischoy/FCGF#40", "a squared hinge for the negatives alone", "",
      lambda: (hardest_of_both, *two_views(32, 16))),
    T("ORNL/HydraGNN#503", "a sum over what was observed, and its number", "",
      lambda: (masked_mse, out(40, 3), torch.randn(40, 3) * (m := 1 - bits(40, 3)), m)),
    T("thuml/Time-Series-Library#355", "MSELoss where something was taken out", "",
      lambda: (imputed, *holes())),
    T("pytorch/pytorch#148884", "label smoothing of two classes", "",
      lambda: (nn.CrossEntropyLoss(label_smoothing=0.1), out(32, 2), classes(32, 2))),
    T("seungeunrho/minimalRL#33", "a ratio of probabilities", "",
      lambda: (ppo_of_probabilities, *chances())),
    T("yunjey/pytorch-tutorial#56", "a critic's step of images that have a graph", "",
      lambda: (Critic(), torch.randn(16, 20), out(16, 20))),
    T("meetps/pytorch-semseg#222", "transposed twice, then viewed as rows of classes", "",
      lambda: (of_pixels, maps(2, 19, 16, 24), marked(250, 19, 2, 16, 24))),
    T("maciejkula/spotlight#185", "1 - sigmoid of a difference", "",
      lambda: (bounded_bpr, *of_factors())),
    T("ultralytics/yolov3#1788", "IoU of boxes of a cell", "",
      lambda: (iou_of_centres, *boxes_of_cells())),
    T("facebookresearch/mixup-cifar10#18", "two cross entropies by lambda", "",
      lambda: (mixup, out(32, 10), classes(32, 10), classes(32, 10).flip(0), 0.37)),
    T("pytorch/pytorch#16804", "a pos_weight for each of several labels", "",
      lambda: (nn.BCEWithLogitsLoss(pos_weight=torch.tensor([19.0, 9, 4, 2.3, 1, 5.7])),
               out(64, 6), bits(64, 6))),
    T("open-mmlab/mmsegmentation#982", "a dice of each class, with 255 masked", "",
      lambda: (dice_of_classes, maps(2, 4, 16, 16), marked(255, 4, 2, 16, 16))),
    T("facebookresearch/maskrcnn-benchmark#486", "boxes of positives, over all labels", "",
      lambda: (fast_rcnn, *regions())),
    T("EPFL-VILAB/omnidata#47", "dim=1 of what a mask has chosen", "",
      lambda: (normals_loss, *normals())),
    T("zfjsail/gae-pytorch#1", "products of embeddings as logits", "", lambda: of_graph()),
    T("tonyduan/mixture-density-network#1", "logsumexp of a mixture", "",
      lambda: (mdn, out(40, 3), out(40, 3, 2), F.elu(out(40, 3, 2)) + 1.001, torch.randn(40, 2))),
    T("NTMC-Community/MatchZoo#228", "a ranking by the order of rows", "",
      lambda: (rank_hinge, column(32), 1 - (torch.arange(32) % 2).float()[:, None]),
      beside="LX120"),
    T("microsoft/human-pose-estimation.pytorch#100", "joints that are not seen have a weight of 0",
      "", lambda: (Joints(), *heatmaps())),
    T("HobbitLong/CMC#40", "all labels are 0, the positive comes first", "",
      lambda: (NCESoftmax(), (unit(24, 16) @ unit(65, 16).T / 0.07)[..., None])),
    T("lucidrains/stylegan2-pytorch#69", "a hinge with both signs exchanged", "",
      lambda: (signs_exchanged, column().squeeze(-1), column().squeeze(-1))),
    T("adambielski/siamese-triplet#36", "1 for a pair of the same class", "",
      lambda: (same_is_one, out(32, 8), out(32, 8), bits(32).long())),
    T("zhangchuheng123/Reinforcement-Implementation#2", "plus an entropy that has its minus", "",
      lambda: (plus_negative_entropy, *of_chosen())),
    T("DLR-RM/stable-baselines3#36", "a temperature times what is detached", "",
      lambda: (temperature_detached, torch.zeros(1, requires_grad=True), column(64))),
    T("facebookresearch/simsiam#44", "minus a cosine, detached within", "",
      lambda: (simsiam_detached, *of_siamese())),
    T("codertimo/BERT-pytorch#29", "NLLLoss(ignore_index=0) of masked tokens", "",
      lambda: (nn.NLLLoss(ignore_index=0), out(4, 16, 20).log_softmax(-1).transpose(1, 2),
               mostly(0)), beside="LX208"),
    T("huggingface/transformers#9909", "labels that end in -100", "",
      lambda: (nn.CrossEntropyLoss(ignore_index=-100), out(40, 40),
               ending(40, 10, -100, [10, 7, 5, 3]).view(-1))),
    T("discuss.pytorch.org/t/73623", "weights of 1 and 55, one positive of 24", "",
      lambda: (nn.CrossEntropyLoss(weight=torch.tensor([1.0, 55])), out(24, 2),
               (torch.arange(24) == 5).long())),
    T("boohere.com/ar/detail/85316", "a focal loss by torch.where", "",
      lambda: (focal_of_both, maps(2, 2, 12, 12), bits(2, 12, 12).long())),
    T("huggingface/pytorch-image-models#46", "mixed labels as soft targets", "",
      lambda: (soft_label, out(32, 10), 0.7 * one_of(10, 32) + 0.3 * one_of(10, 32))),
    T("gusye1234/LightGCN-PyTorch#37", "softplus of a difference, and norms", "",
      lambda: (bpr_with_norms, vectors(64, 8), vectors(64, 8), vectors(64, 8))),
    T("LTH14/JiT#3", "velocities of a model that predicts what is clean", "",
      lambda: (velocities, *flowing())),
    T("openai/baselines#105", "a Huber loss with weights of importance", "",
      lambda: (weighted_dqn, out(32, 3), torch.randn(32, 3), classes(32), torch.randn(32),
               bits(32), 0.9 * torch.rand(32) + 0.1)),
    T("SeanNaren/deepspeech.pytorch#603", "CTC of labels one after the other", "",
      lambda: (nn.CTCLoss(reduction="sum", zero_infinity=True), out(50, 4, 29).log_softmax(-1),
               torch.randint(1, 29, (35,)), torch.tensor([50, 45, 50, 30]),
               torch.tensor([10, 8, 12, 5]))),
    T("lightly-ai/lightly#340", "the other view's place as a label", "",
      lambda: (nt_xent_by_labels, *two_views(16))),
    T("LAION-AI/CLAP#115", "both directions, and a scale by exp", "",
      lambda: (clap, out(16, 8), out(16, 8), torch.tensor(2.66, requires_grad=True))),
    T("rosinality/progressive-gan-pytorch#2", "a Wasserstein critic with a drift", "",
      lambda: (critic_with_drift, column(32), column(32))),
    T("udacity/deep-learning#126", "0.9 for what is real", "",
      lambda: (one_sided_smoothing, column(32), column(32))),
    T("havakv/pycox#129", "hazards of intervals", "",
      lambda: (logistic_hazard, out(32, 10), torch.randint(0, 10, (32,)), 1 - bits(32))),
    T("facebookresearch/fairseq#3911", "nll_loss, and minus the mean of log-probabilities", "",
      lambda: (smoothed_nll, out(40, 20).log_softmax(-1), classes(40, 20))),
    T("quaterion.qdrant.tech/tutorials/triplet_loss_trick", "the hardest triplets of a batch", "",
      lambda: (batch_hard, out(24, 8), torch.arange(24) // 4)),
    T("discuss.pytorch.org/t/177249", "an equation of heat, by autograd", "",
      lambda: (heat, *rod())),
    T("verl-project/verl#514", "a clipped GRPO with a KL", "",
      lambda: (grpo_clipped, *answered())),
    T("Nixtla/utilsforecast#63 (its mending)", "a pinball loss of three quantiles", "",
      lambda: (pinball_of, out(64, 3), 3 * torch.randn(64) + 4)),
    T("Novartis/torchsurv#141", "a Cox likelihood by sorting", "",
      lambda: (cox_by_sorting, column(48).squeeze(1), 10 * torch.rand(48), 1 - bits(48))),
    T("chaddy1004/sobel-operator-pytorch#1 (its mending)", "eps within the root", "",
      lambda: (smooth_edge_loss, *bright_square())),
    T("NVIDIA/tacotron2#245", "a sum over valid frames, and their number", "",
      lambda: (mel_loss, out(4, 30, 20), *frames())),
    T("howistudyai.com/concepts/8ece9348-621f-4ad6-9163-8279f1069197",
      "two tasks by their uncertainty", "",
      lambda: (of_two_tasks, out(32, 4), classes(32, 4), column(32).squeeze(1), torch.randn(32),
               torch.zeros(2, requires_grad=True))),
    T("blog.youkuaiyun.com/gitblog_00913/article/details/151377138", "cross entropy and dice", "",
      lambda: (lambda x, y: unet_loss(x, y, (2, 3), 1e-6), maps(2, 4, 16, 16),
               classes(512, 4).view(2, 16, 16))),
    T("openclimatefix/skillful_nowcasting#12", "a generator's hinge, and a weighted grid", "",
      lambda: (hinge_and_grid, *made_and_judged())),
]
