"""Calls rebuilt from forums, from questions and answers, and from more repositories.

Each was written down, and what is wrong in it, before the doctor was asked. Where a forum's page
has no number that is known, its title is given."""

import math

import torch
import torch.nn.functional as F
from threads import (BCE, CE, NAN, WITH_LOGITS, T, bits, chosen_actions, classes, dice, ending,
                     kept, maps, out, reparametrized, soft)
from threads_by_field import column, focal_half, log_p_of, noisy, siamese, spans, ssim_loss, unit
from torch import nn
from torch.distributions import Categorical


def one_hot(n, C): return F.one_hot(classes(n, C), C).float()
def ended(n, length, C): return (torch.arange(n) % (C - 1) + 1) * (torch.arange(n) < length)


# Losses that are wrong


def tversky_of_steps(p, t, at=0.5, a=0.5, b=0.5):
    hard = p.clone()
    hard[hard >= at] = 1.0
    hard[hard < at] = 0.0
    hit = (hard * t).sum()
    return 1 - (hit + 1) / (hit + a * (hard * (1 - t)).sum() + b * ((1 - hard) * t).sum() + 1)


class DiceByHand(torch.autograd.Function):
    @staticmethod
    def forward(ctx, p, t):
        ctx.save_for_backward(p, t)
        return (1 - (2 * (p * t).sum() + 1e-4) / (p.sum() + t.sum() + 1e-4)) / len(p)

    @staticmethod
    def backward(ctx, grad):
        p, t = ctx.saved_tensors
        inter, total = (p * t).sum(), p.sum() + t.sum() + 1e-4
        return grad * 2 * (t * total - inter) / total**2, None


def mse_of_logs(t, y): return F.mse_loss(t.log(), y.log())
def exp_of_ce(x, y, eta=2): return torch.exp(CE(x, y) / eta)
def squares(prediction, y): return ((prediction - y) ** 2).mean()


def costs_of_confusion(pred, y, costs=torch.tensor([[0.0, 1, 5], [1, 0, 1], [5, 1, 0]])):
    p, hot = F.softmax(100 * pred, -1), F.one_hot(y, 3).float()
    table = torch.zeros(3, 3, requires_grad=True)
    for i in range(3):
        for j in range(3): table[i, j] = (p[:, i] * hot[:, j]).sum()
    return (table * costs).sum()


def unsigned_policy(logits, action, reward):
    return (Categorical(logits=logits).log_prob(action) * reward).mean()


def inside(x, threshold):
    r = x.norm(dim=1)
    return r[r < threshold].mean()


def inside_softly(x, threshold, hard=10.0):
    r = x.norm(dim=1)
    w = torch.sigmoid(hard * (threshold - r))
    return (w * r).sum() / w.sum()


def softplus_of_ratio(z, margin, tiny=1e-10):
    m = margin + margin.sign() * tiny
    return (F.softplus(1 - z / m) * m.abs()).mean()


def accuracy(scores, y): return (scores.argmax(-1) == y).float().mean()
def of_both(p, y): return CE(torch.stack([p, 1 - p], 1), y)


def two_tasks(a, b, y_a, y_b, eta):
    terms = torch.Tensor([F.mse_loss(a, y_a), F.mse_loss(b, y_b)])
    return (terms * torch.exp(-eta) + eta).sum()


def beside_a_nan(x, y):
    slots, none = torch.full((2,), NAN), 0 * y
    slots[0] = (x[:, 0] * none / none).mean()
    slots[1] = ((x[:, 1] - y) ** 2).mean()
    return slots[1]


def steepness(t):
    gx, gy = t[..., :-1, 1:] - t[..., :-1, :-1], t[..., 1:, :-1] - t[..., :-1, :-1]
    return torch.sqrt(gx**2 + gy**2)


def l1_of_steepness(image, target): return F.l1_loss(steepness(image), steepness(target))
def matched(similarities, support, y): return F.cross_entropy(similarities.softmax(1) @ support, y)


def real_twice(logits_real, logits_fake):
    return (WITH_LOGITS(logits_real, torch.ones_like(logits_real))
            + WITH_LOGITS(logits_fake, torch.ones_like(logits_fake)))


class FocalOfAlpha(nn.Module):
    def __init__(self, gamma=2, alpha=0.25):
        super().__init__()
        self.gamma, self.alpha = gamma, torch.tensor([alpha, 1 - alpha])

    def forward(self, input, target):
        log_p = F.log_softmax(input, 1).gather(1, target[:, None]).squeeze(1)
        a = self.alpha.gather(0, target)
        return (-a * (1 - log_p.exp()) ** self.gamma * log_p).mean()


def sac_actor(log_pi, q1, q2, alpha=0.2):
    return (alpha * log_pi - torch.min(q1, q2).view(-1)).mean()


def a2c(logits, value, actions, returns, beta=0.01):
    log_p, adv = logits.log_softmax(1), returns - value.detach()
    policy = -(adv * log_p[torch.arange(len(actions)), actions]).mean()
    certain = beta * (log_p.exp() * log_p).sum(1).mean()
    return policy + certain + F.mse_loss(value.squeeze(-1), returns)


def penalty_of_three(critic, source, target):
    between = source + torch.rand(len(source), 1) * (target - source)
    x = torch.stack([between, source, target]).requires_grad_()
    g = torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return ((g.norm(2, dim=1) - 1) ** 2).mean()


def penalty(critic, real, fake):
    x = torch.lerp(real, fake, torch.rand(len(real), 1, 1, 1)).requires_grad_()
    g = torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0].flatten(1)
    return 10 * (((g.square().sum(1) + 1e-12).sqrt() - 1) ** 2).mean()


def image_critic():
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 1))


def kl_turned(log_q, p): return (p * (log_q - p.log())).sum(1).mean()


def area(b): return (b[:, 2:] - b[:, :2]).prod(1)


def log_iou(pred, target, weight, avg_factor):
    size = torch.min(pred[:, 2:], target[:, 2:]) - torch.max(pred[:, :2], target[:, :2])
    inter = size.clamp(min=0).prod(1)
    iou = inter / (area(pred) + area(target) - inter + 1e-6)
    return (-iou.clamp(min=1e-6).log() * weight).sum() / avg_factor


def overlapping(n=9):
    low, high = out(n, 4).sigmoid().split(2, 1)
    return (torch.cat([4 * low, 5 + 4 * high], 1),
            torch.tensor([[1.0, 1, 6, 6]]) + torch.rand(n, 4))


def iou_unclamped(pred, target):
    size = torch.min(pred[:, 2:], target[:, 2:]) - torch.max(pred[:, :2], target[:, :2])
    inter = size.prod(1)
    return (1 - inter / (area(pred) + area(target) - inter + 1e-7)).mean()


def near_and_far():
    xy, size = out(6, 4).split(2, 1)
    low = 10 + 5 * xy
    return torch.cat([low, low + 10 * F.softplus(size)], 1), torch.tensor(
        [[60.0, 60, 70, 70], [8, 8, 18, 20], [50, 55, 64, 66], [9, 9, 20, 20], [70, 3, 80, 8],
         [45, 50, 60, 61]])


def topics(counts, recon): return -(counts * (recon + 1e-10).log()).sum(1).mean()


class Perceptual(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Conv2d(3, 6, 3).requires_grad_(False)

    def forward(self, fake, real):
        features = [self.net(image).detach() for image in (fake, real)]
        return F.mse_loss(*features)


def clipped(ratio, adv, eps=0.2):
    return -torch.min(ratio * adv, ratio.clamp(1 - eps, 1 + eps) * adv)


def ppo_of_neg_entropy(logits, actions, old_log_probs, advantages, beta=0.02):
    log_p = logits.log_softmax(-1)
    entropy = (log_p.exp() * log_p).sum(-1)
    ratio = torch.exp(log_p.gather(1, actions[:, None]).squeeze(1) - old_log_probs)
    return (clipped(ratio, advantages) - beta * entropy).mean()


def ppo_of_chosen(logits, actions, old_log_probs, advantages, coef=0.01):
    p = logits.softmax(1)[torch.arange(len(actions)), actions]
    log_p = p.log()
    return clipped(torch.exp(log_p - old_log_probs), advantages).mean() + coef * (p * log_p).sum()


def acted(n, A):
    "Logits, actions, their log-probabilities under an older policy, and advantages."
    logits, actions = out(n, A), classes(n, A)
    return logits, actions, noisy(log_p_of(logits.detach(), actions), 0.1), torch.randn(n)


def ssd(loc, loc_t, conf, conf_t):
    pos = conf_t > 0
    near = F.smooth_l1_loss(loc[pos], loc_t[pos], reduction="sum")
    return (near + F.cross_entropy(conf, conf_t, reduction="sum")) / pos.sum()


COUNTS = torch.tensor([310.0, 2489, 114, 17, 0, 725])


def balanced(logits, labels, beta=0.999):
    w = (1 - beta) / (1 - beta**COUNTS)
    w, hot = w / w.sum() * len(w), F.one_hot(labels, logits.shape[1]).float()
    bce = F.binary_cross_entropy_with_logits(logits, hot, reduction="none")
    return ((hot * w).sum(1, keepdim=True) * bce).sum() / hot.sum()


def smoothed_nll(log_p, target, eps=0.1, pad=0):
    nll, rest = -log_p.gather(-1, target[:, None]).squeeze(-1), -log_p.sum(-1)
    nll, rest = (v.masked_fill(target == pad, 0.0) for v in (nll, rest))
    return ((1 - eps) * nll.sum() + eps / log_p.shape[-1] * rest.sum()) / len(log_p)


def asymmetric(noise, gt, weight):
    return (weight * (0.3 - (gt < noise).float()).abs() * (noise - gt) ** 2).mean()


def causal(n=5, C=6):
    "Scores of which two rows have two classes, and the others none."
    mask = torch.full((n, C), -math.inf)
    mask[:2, :2] = 0
    return out(n, C) + mask, torch.tensor([0, 1, -1, -1, -1])


def fourth_root(x, y):
    p = x**0.25
    return 2 * F.mse_loss(p, y) + 0.1 * F.l1_loss(p, y)


def rmsle(pred, target): return F.mse_loss(pred.log1p(), target.log1p()).sqrt()


def pearson(x, y):
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / (x.square().sum().sqrt() * y.square().sum().sqrt())


def weighed_bce(p, y, w=2.0): return (-w * y * torch.log(p) - (1 - y) * torch.log(1 - p)).mean()


def f1_of_rounded(y_pred, y_true, tiny=1e-7):
    y_pred = torch.round(y_pred)
    tp, fp, fn = ((a * b).sum(0) for a, b in (
        (y_true, y_pred), (1 - y_true, y_pred), (y_true, 1 - y_pred)))
    precision, recall = tp / (tp + fp + tiny), tp / (tp + fn + tiny)
    return 1 - (2 * precision * recall / (precision + recall + tiny)).mean()


def log_cosh(y_pred, y_true): return torch.log(torch.cosh(y_pred - y_true)).mean()


def contrastive(y_pred, y_true, margin=1.0):
    return (y_true * y_pred**2 + (1 - y_true) * (margin - y_pred).clamp(min=0) ** 2).mean()


def of_ranks(scores, ranks): return (scores.argsort().float() - ranks).abs().mean()


class SteppedIoU(nn.Module):
    def __init__(self, at=0.5):
        super().__init__()
        self.at = at

    def forward(self, inputs, targets):
        inputs = torch.where(inputs < self.at, 0, 1)
        both = torch.logical_and(inputs, targets).sum(-1)
        union = torch.logical_and(inputs, targets).sum(-1)
        return (both / union).mean()


class FreeWeights(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.weights = nn.Parameter(torch.ones(n))

    def forward(self, patches, labels):
        each = [w * F.cross_entropy(x, labels) for x, w in zip(patches, self.weights)]
        return torch.stack(each).mean()


def pooled(x, y, p=3.0): return F.mse_loss(((x**p).mean(-1) + 1e-12) ** (1 / p), y)
def angles(pred, gt): return torch.acos((pred * gt).sum(1)).mean()


def one_parallel(n=10):
    "Directions of which the first is right."
    up = torch.tensor([[0.0, 0, 1]])
    x, gt = unit(n, 3), unit(n, 3).detach()
    return torch.cat([up + 0 * x[:1], x[1:]]), torch.cat([up, gt[1:]])


def flat_rows(logits, labels): return CE(logits.view(-1, 17), labels.view(-1))


def smoothness(y_true, y_pred):
    return sum(y_true.diff(dim=d).square().mean() for d in (2, 3, 4)) / 3


class SSIM(nn.Module):
    def forward(self, x, y): return 1 - ssim_loss(x, y, 1.0)


def normal_nll(mean, var, y):
    return 0.5 * (torch.log(2 * math.pi * var) + torch.square(y - mean) / (2 * var)).mean()


def focal_of_one_alpha(x, y, alpha=0.25, gamma=2.0):
    p = F.softmax(x, 1) + 1e-8
    hot = F.one_hot(y, x.shape[1]).movedim(-1, 1)
    return (hot * -alpha * (1 - p) ** gamma * p.log()).sum(1).mean()


def dice_of_each(pred, gt):
    overlap = 0.0
    for p, g in zip(pred.flatten(1), gt.flatten(1)):
        overlap = overlap + 2 * (p * g).sum() / ((p * p).sum() + (g * g).sum() + 1e-6)
    return 1 - overlap


def smoothed_ce(pred, labels, eps=0.2):
    labels = labels * (1 - eps) + eps / (pred.shape[1] - 1)
    return (-labels * F.log_softmax(pred, -1)).sum(-1).mean()


def bce_of_edges(input, target):
    x, t = input.reshape(1, -1), target.reshape(1, -1)
    pos = (t == 1).float()
    weight = pos * (1 - pos).mean() + (1 - pos) * pos.mean()
    return F.binary_cross_entropy_with_logits(x, t, weight)


def replaced(scores, generated, ids, attention_mask):
    labels = (generated != ids) * attention_mask
    return CE(scores.view(-1, 2), labels.view(-1))


def corrupted():
    ids = ending(50, 10, 0, [10, 7, 5, 3])
    generated = torch.where(torch.rand(4, 10) < 0.3, torch.randint(1, 50, (4, 10)), ids)
    scores = nn.Sequential(nn.Embedding(50, 8), nn.Linear(8, 2))(generated)
    return scores, generated, ids, kept([10, 7, 5, 3], 10).long()


class HardTriplets(nn.Module):
    def __init__(self, margin=0.1):
        super().__init__()
        self.margin = margin

    def forward(self, embeddings, labels):
        d, same = torch.cdist(embeddings, embeddings), labels[:, None] == labels
        positive = d.masked_fill(~same | torch.eye(len(d)).bool(), 0).amax(1)
        return F.relu(positive - d.masked_fill(same, 1e6).amin(1) + 0.1).mean()


# Losses that are right


def dice_of_squares(prediction, target):
    p, axes = F.softmax(prediction, 1), (2, 3, 4)
    inter = (p * target).sum(axes)
    return 1 - (2 * inter / ((p * p).sum(axes) + (target * target).sum(axes) + 1e-6)).mean()


def scaled_in_place(p, target, factor=100.0):
    each = F.binary_cross_entropy(p, target, reduction="none").flatten()
    each[target.flatten() == 1] *= factor
    return each.mean()


def with_baseline(returns, baselines, log_p): return -((returns - baselines) * log_p).sum()


def by_steps(log_probs, entropies, rewards, gamma=0.99):
    total, R = 0, torch.zeros(1)
    for log_p, entropy, reward in zip(log_probs[::-1], entropies[::-1], rewards[::-1]):
        R = gamma * R + reward
        total = total - (log_p * R).sum() - 0.0001 * entropy
    return total / len(rewards)


def steps_of_policy(n=5):
    p = out(n, 10).softmax(1)
    chosen = list(p.log().gather(1, classes(n, 10)[:, None]))
    return chosen, list(-(p * p.log()).sum(1)), [-3.0, -1.0, 0.0, -5.0, -2.0]


def with_l1(x, y, weight): return CE(x, y) + 1e-3 * torch.norm(weight, p=1)


def scored_with_weight():
    layer = nn.Linear(10, 2)
    return layer(torch.randn(10, 10)), classes(10, 2), layer.weight


def vae_by_pixels(recon, x, mu, logvar):
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return F.binary_cross_entropy(recon, x) + kld / x.numel()


def vae_of_weight(recons, x, mu, log_var, weight=0.005):
    kld = torch.mean(-0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp(), 1), 0)
    return F.mse_loss(recons, x) + weight * kld


def vae_of_rows(rec, x, zmean, zsig):
    kl = 0.5 * (zsig.exp() - zsig + zmean.pow(2) - 1).sum(1)
    return (F.binary_cross_entropy(rec, x, reduction="none").sum(1) + kl).mean()


def kl_of_std(mean, std): return (0.5 * (std.exp() + mean.square() - 1 - std).sum(1)).mean()


def dqn(values, next_q, non_final, reward, gamma=0.999):
    ahead = torch.zeros(len(reward))
    ahead[non_final] = next_q.max(1)[0].detach()
    return F.smooth_l1_loss(values, (gamma * ahead + reward).unsqueeze(1))


def double_dqn(q, next_q, next_target_q, actions, rewards, done, gamma=0.99):
    ahead = next_target_q.gather(1, next_q.argmax(1)[:, None]).squeeze(1)
    ahead = ahead.masked_fill(done, 0.0).detach()
    return F.mse_loss(q.gather(1, actions[:, None]).squeeze(1), rewards + gamma * ahead)


def ohem(predict, target, train_mask, ratio=3.0):
    pos, neg = (target * train_mask).bool(), ((1 - target) * train_mask).bool()
    n_neg = min(int(neg.sum()), int(ratio * pos.sum()))
    hard = F.cross_entropy(predict[neg], target[neg], reduction="none").topk(n_neg)[0]
    easy = F.cross_entropy(predict[pos], target[pos], reduction="sum")
    return (easy + hard.sum()) / (pos.sum() + n_neg)


def stylised():
    "Features of an image that is trained, and those of another."
    net = nn.Conv2d(3, 6, 3).requires_grad_(False)
    return net(nn.Parameter(torch.rand(1, 3, 8, 8))), net(torch.rand(1, 3, 8, 8))


def nll_by_diagonal(log_p, targets): return -torch.diag(log_p[:, targets]).mean()


def kl_to_prior(logits, log_prior, eps=1e-16):
    p = F.softmax(logits.transpose(-1, 0), 0).transpose(-1, 0)
    return (p * (torch.log(p + eps) - log_prior)).sum() / (3 * len(p))


def of_generator(pred_fake, pred_real, weight=10.0):
    return -pred_fake[:, :1].mean() + weight * F.l1_loss(pred_fake, pred_real.detach())


def of_audio_and_text(audio, text, labels, tau=0.07):
    sim = F.normalize(audio, dim=-1) @ F.normalize(text, dim=-1).T / tau
    same = (labels[:, None] == labels) & ~torch.eye(len(labels)).bool()
    both = (-F.log_softmax(s, -1).masked_fill(same, 0).diag().mean() for s in (sim, sim.T))
    return 0.5 * sum(both)


def distilled(student_logits, distill_logits, teacher_logits, labels, T=3.0, alpha=0.5):
    p = F.softmax(teacher_logits / T, -1).detach()
    kl = F.kl_div(F.log_softmax(distill_logits / T, -1), p, reduction="batchmean")
    return (1 - alpha) * F.cross_entropy(student_logits, labels) + alpha * T**2 * kl


def minus_dice(p, t): return dice(p, t) - 1


def star_critic(src_real, cls_real, src_fake, label, weight=1.0):
    cls = F.binary_cross_entropy_with_logits(cls_real, label, reduction="sum") / len(label)
    return -src_real.mean() + src_fake.mean() + weight * cls


class Pinball(nn.Module):
    def __init__(self, quantiles):
        super().__init__()
        self.quantiles = torch.tensor(quantiles)

    def forward(self, pred, target):
        error = target - pred
        return torch.max(self.quantiles * error, (self.quantiles - 1) * error).mean()


def by_quantile(y_pred, target, quantiles=(0.1, 0.5, 0.9)):
    errors = [(q, target - y_pred[..., i]) for i, q in enumerate(quantiles)]
    return 2 * torch.stack([torch.max((q - 1) * e, q * e) for q, e in errors], -1).mean()


def ppo_in_full(logits, values, actions, old_log_probs, returns, advantages):
    dist = Categorical(logits=logits)
    ratio = torch.exp(dist.log_prob(actions) - old_log_probs)
    critic = 0.5 * (returns - values).pow(2).mean()
    return clipped(ratio, advantages).mean() + critic - 0.01 * dist.entropy().mean()


def played(n=16):
    logits, actions, old, adv = acted(n, 5)
    return logits, column(n).squeeze(1), actions, old, torch.randn(n), adv


def of_neg_log_p(neglogp, old_neglogp, advs, clip=0.2):
    ratio = torch.exp(old_neglogp - neglogp)
    return torch.max(-advs * ratio, -advs * ratio.clamp(1 - clip, 1 + clip)).mean()


class LabelSmoothing(nn.Module):
    def __init__(self, size, padding, smoothing):
        super().__init__()
        self.size, self.padding, self.smoothing = size, padding, smoothing
        self.criterion = nn.KLDivLoss(reduction="sum")

    def forward(self, x, target):
        dist = torch.full_like(x, self.smoothing / (self.size - 2)).detach()
        dist.scatter_(1, target[:, None], 1 - self.smoothing)
        dist[:, self.padding] = 0
        dist[target == self.padding] = 0
        return self.criterion(x, dist)


def kl_of_logits(a, b):
    return F.kl_div(F.log_softmax(a, 1), F.softmax(b, 1), reduction="none").sum(1).mean()


def unsqueezed(preds, label): return F.binary_cross_entropy(preds, label.unsqueeze(1).float())


def each_times_return(log_probs, returns):
    return torch.stack([-p * r for p, r in zip(log_probs, returns)]).sum()


def standardised(n=30):
    returns = torch.tensor([(1 - 0.99**k) / 0.01 for k in range(n, 0, -1)])
    return (returns - returns.mean()) / (returns.std() + 1e-6)


def around_a_circle(x, y):
    d = (x - y).abs()
    return torch.stack([d**2, (1 - d) ** 2]).amin(0).mean()


def iou_of_spans(pred_start, pred_end, target_start, target_end):
    inter = torch.minimum(pred_end, target_end) - torch.maximum(pred_start, target_start) + 1
    inter, p = inter.clamp(min=0), (pred_end - pred_start + 1).clamp(min=0)
    return (1 - inter / (p + target_end - target_start + 1 - inter)).mean()


def starts_and_ends():
    start, length = out(8, 2).unbind(1)
    start = 4 + 2 * start
    t = torch.tensor([5.0, 2, 3, 4, 2, 6, 3, 4])
    return start, start + 4 * F.softplus(length), t, t + torch.tensor([1.0, 3, 2, 4, 2, 3, 5, 2])


def by_example(x, y, w): return (F.cross_entropy(x, y, reduction="none") * w).mean()


def dice_of_classes(logits, y, smooth=1e-3):
    p = logits.log_softmax(1).exp().flatten(2)
    t = F.one_hot(y.flatten(1), logits.shape[1]).movedim(-1, 1).float()
    score = (2 * (p * t).sum((0, 2)) + smooth) / ((p + t).sum((0, 2)) + smooth).clamp_min(1e-7)
    return ((1 - score) * (t.sum((0, 2)) > 0)).mean()


def skip_gram(centre, context, noise):
    yes = F.logsigmoid((context @ centre.unsqueeze(2)).squeeze(2)).mean(1)
    no = F.logsigmoid(-(noise @ centre.unsqueeze(2)).squeeze(2)).view(-1, 4, 5).sum(2).mean(1)
    return -(yes + no).mean()


def embedded(*sizes): return nn.Embedding(30, 8)(torch.randint(30, sizes))


def mixture_nll(logits, mu, log_sigma, y):
    log_p = -0.5 * ((y - mu) / log_sigma.exp()) ** 2 - log_sigma
    return -torch.logsumexp(F.log_softmax(logits, 1) + log_p, 1).mean()


def circle(emb, label, m=0.25, gamma=64):
    sim, same = emb @ emb.T, label[:, None] == label
    sp, sn = sim[same.triu(1)], sim[(~same).triu(1)]
    ap, an = (1 + m - sp.detach()).clamp_min(0), (sn.detach() + m).clamp_min(0)
    return F.softplus(torch.logsumexp(gamma * an * (sn - m), 0)
                      + torch.logsumexp(-gamma * ap * (sp - 1 + m), 0))


def of_blind_spots(pred, target, mask): return ((target - pred * mask) ** 2).sum() / mask.sum()


def reg_l1(output, mask, ind, target):
    pred = output.flatten(2).transpose(1, 2).gather(1, ind.unsqueeze(2).expand(-1, -1, 2))
    mask = mask.unsqueeze(2).expand_as(pred).float()
    return F.l1_loss(pred * mask, target * mask, reduction="sum") / (mask.sum() + 1e-4)


def centres():
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 0, 0, 0]])
    return (maps(2, 2, 8, 8), mask, torch.randint(0, 64, (2, 5)) * mask,
            torch.rand(2, 5, 2) * mask[..., None])


def of_phase(y_pred, y_true):
    e = y_pred - y_true
    tv = e.diff(dim=2).abs().mean() + e.diff(dim=3).abs().mean()
    return (e.square().mean((1, 2, 3)) - e.mean((1, 2, 3)).square()).mean() + 0.1 * tv


def void(labels, index=255):
    labels[:, :3] = index
    return labels


SIZES = torch.tensor([2741.0, 37919, 22858, 31235, 5499])  # of classes


FORUMS = [
    # losses of torch
    T("discuss.pytorch.org/t/61183", "softmax of one example, and its label one-hot", "LX106",
      lambda: (CE, out(30).softmax(0), F.one_hot(torch.tensor(7), 30))),
    T("discuss.pytorch.org/t/189373", "classes -1, 0 and 1 for BCEWithLogitsLoss", "LX204",
      lambda: (WITH_LOGITS, out(8, 47), torch.randint(-1, 2, (8, 47)).float())),
    T("discuss.pytorch.org: Understanding CTCLoss", "CTC of equal labels, and a step too few",
      "LX323", lambda: (nn.CTCLoss(), out(4, 2, 3).log_softmax(-1),
                        torch.tensor([[1, 2, 1], [1, 1, 1]]), torch.full((2,), 4),
                        torch.full((2,), 3))),
    T("discuss.pytorch.org/t/139", "L1Loss of a weight, without a target", "LX100",
      lambda: (nn.L1Loss(reduction="sum"), nn.Linear(8, 3).weight)),
    T("php.bkmy88.com/faq/1835025", "argmax for the prediction of CrossEntropyLoss", "LX334",
      lambda: (CE, out(10, 4).softmax(1).argmax(1).float(), classes(10, 4).float())),
    T("blog.csdn.net/cyj972628089/article/details/122732509", "reduction='none', and backward", "",
      lambda: (nn.CrossEntropyLoss(reduction="none"), out(6, 4), classes(6, 4)),
      "the report says it of the value's shape, without a finding"),
    T("sachinruk.github.io/programming_tips/cosine-embedding-loss",
      "CosineEmbeddingLoss of labels 0 and 1", "LX202",
      lambda: (nn.CosineEmbeddingLoss(margin=0.5), out(6, 5), out(6, 5), bits(6))),
    T("openillumi.com/?p=10155", "CrossEntropyLoss(input, target)", "LX109",
      lambda: (nn.CrossEntropyLoss, out(6, 4), classes(6, 4))),
    T("jkschin.com/blog/2023/cross-entropy-loss-ignore-index", "ignored rows are -inf throughout",
      "LX405", lambda: (nn.CrossEntropyLoss(ignore_index=-1), *causal())),
    T("dtcms.com/a/394596", "a ReLU before BCEWithLogitsLoss", "LX303",
      lambda: (WITH_LOGITS, F.relu(maps(4, 1, 8, 8)), bits(4, 1, 8, 8))),
    T("codegenes.net/blog/pytorch-bceloss-weight", "two class weights, for a batch of two", "",
      lambda: (nn.BCELoss(weight=torch.tensor([0.2, 0.8])), out(2, 1).sigmoid().squeeze(1),
               torch.tensor([1.0, 0])), "weights of two examples look the same"),
    T("discuss.pytorch.org/t/135867", "MSELoss of angles", "",
      lambda: (nn.MSELoss(), 2 * math.pi * column().sigmoid(), 2 * math.pi * torch.rand(16, 1)),
      "that numbers go around a circle is in none of them", beyond=True),
    T("taourl.com/read-2220112", "all layers are frozen", "",
      lambda: (CE, nn.Linear(12, 10).requires_grad_(False)(torch.randn(8, 12)), classes(8, 10)),
      "an evaluation has no graph either: the report says it without a finding"),
    T("stackoverflow.com/questions/53628622", "log_softmax, and BCELoss", "LX310",
      lambda: (BCE, out(10, 2).log_softmax(1), one_hot(10, 2))),
    T("whosebug.com/question/6042833", "one-hot labels that are made flat", "LX100",
      lambda: (flat_rows, out(32, 17), one_hot(32, 17).long())),
    T("duoke360.com/post/35083", "classes on the last axis for CrossEntropyLoss", "LX103",
      lambda: (CE, out(6, 10, 20), torch.randint(0, 20, (6, 10)))),
    # losses by hand, which a forum has
    T("discuss.pytorch.org/t/149092", "a prediction that is set to 0 and 1", "LX404",
      lambda: (tversky_of_steps, maps(2, 1, 8, 8).sigmoid(), bits(2, 1, 8, 8))),
    T("discuss.pytorch.org/t/69251", "a gradient by hand, with the other sign", "LX418",
      lambda: (DiceByHand.apply, maps(2, 1, 8, 8).sigmoid(), bits(2, 1, 8, 8))),
    T("discuss.pytorch.org: How to solve the loss become nan because of using torch.log()",
      "the logarithm of an output", "LX408",
      lambda: (mse_of_logs, column(6), torch.rand(6, 1) + 0.5)),
    T("whosebug.com/question/6301115", "exp of a cross entropy", "LX408",
      lambda: (exp_of_ce, out(6, 4, scale=900), classes(6, 4))),
    T("discuss.pytorch.org: Simple Linear Regression in PyTorch", "(4, 1) minus (4,)", "LX101",
      lambda: (squares, torch.tensor([[1.0, 2], [1, 3], [1, 7], [1, 9]])
               @ nn.Parameter(torch.randn(2, 1)), torch.tensor([2.0, 3, 7, 9]))),
    T("discuss.pytorch.org: Custom Loss Function with a Soft Confusion Matrix",
      "numbers are written into a leaf", "LX100",
      lambda: (costs_of_confusion, out(6, 3), classes(6))),
    T("datascience.stackexchange.com/questions/57114", "REINFORCE without its minus", "LX539",
      lambda: (unsigned_policy, out(10, 3), classes(10), torch.randn(10))),
    T("discuss.pytorch.org/t/204381", "a threshold that is compared", "LX414",
      lambda: (inside, nn.Parameter(torch.randn(50, 3)), nn.Parameter(torch.tensor(2.0)))),
    T("discuss.pytorch.org: Incorrect Gradient Computation", "sign(0) times a tiny number",
      "LX408", lambda: (softplus_of_ratio, out(6), torch.tensor([0.3, -0.2, 0, 1.1, 0, -0.7]))),
    T("forums.fast.ai/t/50891", "accuracy as the loss", "LX401",
      lambda: (accuracy, out(12, 4), classes(12, 4))),
    T("datascience.stackexchange.com/questions/37128", "p and 1 - p for CrossEntropyLoss", "LX302",
      lambda: (of_both, column(8).sigmoid().squeeze(1), classes(8, 2))),
    T("discuss.pytorch.org: How to Learn the Weights Between Two Losses?",
      "torch.Tensor of losses", "LX410",
      lambda: (two_tasks, out(3), out(3), torch.randn(3), torch.randn(3),
               nn.Parameter(torch.tensor([2.0, 1])))),
    T("whosebug.com/question/5957504", "a NaN in a place that is not used", "LX405",
      lambda: (beside_a_nan, out(6, 2), torch.randn(6))),
    T("openillumi.com/en/en-fix-pytorch-cpu-nan-powbackward0", "a root of slopes that are 0",
      "LX405", lambda: (l1_of_steepness, nn.Conv2d(1, 1, 1)(spans((0, slice(4, 8)))[:1, None]),
                        torch.rand(1, 1, 8, 8))),
    T("e-com-net.com/article/1610541398946250752", "a fourth root of a ReLU", "LX405",
      lambda: (fourth_root, F.relu(out(16, 4)), torch.rand(16, 4))),
    T("discuss.pytorch.org/t/61289", "a sigmoid before a focal loss of cross entropies", "LX301",
      lambda: (focal_half, out(12, 3).sigmoid(), classes(12), 2)),
    T("forums.fast.ai: What are the different ways a logarithm can result in a NaN?",
      "log1p below -1", "LX408", lambda: (rmsle, 6 * column(32), 9 * torch.rand(32, 1))),
    T("discuss.pytorch.org: Using Pearson Correlation Coefficient as Cost Function",
      "a correlation as the loss", "LX534", lambda: (pearson, out(32), torch.randn(32))),
    T("e-com-net.com/article/1609698298044645376", "logarithms of a sigmoid that is 0 or 1",
      "LX409", lambda: (weighed_bce, torch.sigmoid(400 * column(24)), bits(24, 1))),
    T("stackoverflow.com/questions/65318064", "an F1 of rounded predictions", "LX404",
      lambda: (f1_of_rounded, out(32, 4).sigmoid(), bits(32, 4))),
    T("mohdvasim.com/blog/deep-learning/04-loss-functions/05-log-cosh-loss",
      "log(cosh(x)) of prices", "LX408",
      lambda: (log_cosh, 2e4 * column(5) + 2.8e5,
               torch.tensor([[3e5], [1.8e5], [4.5e5], [1.2e5], [3.5e5]]))),
    T("datascience.stackexchange.com/questions/45629", "a similarity for a distance", "LX520",
      lambda: (contrastive, column().sigmoid().squeeze(1), bits(16)), beyond=True),
    T("duoke360.com/post/34884", "ranks by argsort", "LX401",
      lambda: (of_ranks, out(10), torch.randperm(10).float())),
    T("discuss.pytorch.org/t/148899", "an IoU of logical_and", "LX401",
      lambda: (SteppedIoU(), out(4, 64), bits(4, 64).long())),
    T("discuss.pytorch.org/t/115587", "weights of losses, which nothing holds", "LX548",
      lambda: (FreeWeights(3), out(3, 6, 5), classes(6, 5))),
    T("blog.csdn.net/qq_38507163/article/details/111181447", "a root of a negative mean", "LX408",
      lambda: (pooled, out(8, 3, 4), torch.rand(8, 3))),
    T("discuss.pytorch.org/t/9617", "acos of 1", "LX405", lambda: (angles, *one_parallel())),
    # losses by hand, of repositories
    T("gitabcworld/MatchingNetworks#5", "softmax, then cross_entropy of mixed labels", "LX302",
      lambda: (matched, unit(6, 6) @ unit(10, 6).T, one_hot(10, 5), classes(6, 5))),
    T("SerezD/vqvae-vqgan-pytorch-lightning#3", "ones for fake images too", "LX540",
      lambda: (real_twice, maps(2, 1, 6, 6), maps(2, 1, 6, 6))),
    T("clcarwin/focal_loss_pytorch#4", "two weights for five classes", "LX100",
      lambda: (FocalOfAlpha(), out(8, 5), classes(8, 5))),
    T("VinhLoiIT/signet-pytorch#2", "1 for pairs that are alike, where it means apart", "",
      lambda: (siamese, out(6, 5), out(6, 5), bits(6)), "which label means alike is in no number",
      beyond=True),
    T("vwxyzjn/cleanrl#379", "log_pi (N, 1) and q (N,)", "LX101",
      lambda: (sac_actor, column(8), column(8), column(8))),
    T("PacktPublishing/Deep-Reinforcement-Learning-Hands-On#74", "returns (N,), values (N, 1)",
      "LX101", lambda: (a2c, out(16, 3), column(), classes(16), torch.randn(16))),
    T("jvanvugt/pytorch-domain-adaptation#8", "a gradient's norm over the batch", "",
      lambda: (penalty_of_three, nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1)),
               torch.randn(5, 6), torch.randn(5, 6)),
      "the first axis is taken for the batch", beside="LX417"),
    T("mepeichun/Efficient-Neural-Network-Bilibili#1", "a KL with the other sign", "LX534",
      lambda: (kl_turned, out(6, 10).log_softmax(1), soft(6, 10))),
    T("open-mmlab/mmdetection#1436", "losses (N,) times weights (N, 4)", "LX100",
      lambda: (log_iou, *overlapping(), torch.ones(9, 4), 9.0)),
    T("hyqneuron/pytorch-avitm#2", "softmax over documents", "LX309",
      lambda: (topics, torch.randint(0, 3, (8, 30)).float(), out(8, 30).softmax(0))),
    T("myscience/open-genie#6", "features of both images are detached", "LX401",
      lambda: (Perceptual(), maps(2, 3, 8, 8), torch.rand(2, 3, 8, 8))),
    T("nebuly-ai/optimate#250", "minus the sum of p*log(p)", "LX538",
      lambda: (ppo_of_neg_entropy, *acted(10, 5))),
    T("kuangliu/torchcv#35", "divided by positives, of which none", "LX408",
      lambda: (ssd, out(12, 4), torch.randn(12, 4), out(12, 3), torch.zeros(12).long())),
    T("fcakyon/balanced-loss#12", "the weight of a class without examples", "LX408",
      lambda: (balanced, out(5, 6), torch.tensor([5, 0, 1, 3, 0]))),
    T("huggingface/transformers#5919", "padding is 0, and counted", "LX509",
      lambda: (smoothed_nll, out(20, 12).log_softmax(-1), ended(20, 12, 12))),
    T("IDKiro/CBDNet-pytorch#27", "the other side weighs more", "",
      lambda: (asymmetric, maps(2, 3, 6, 6).abs(), torch.rand(2, 3, 6, 6), torch.ones(2, 1, 1, 1)),
      "which side is to weigh more is a matter of intention", beyond=True),
    T("voxelmorph/voxelmorph#181", "the target's smoothness, for the prediction's", "LX120",
      lambda: (smoothness, torch.zeros(1, 3, 6, 6, 6),
               nn.Conv3d(2, 3, 3, padding=1)(torch.randn(1, 2, 6, 6, 6)))),
    T("photosynthesis-team/piq#37", "SSIM as the loss", "LX534",
      lambda: (SSIM(), maps(2, 3, 16, 16).sigmoid(), torch.rand(2, 3, 16, 16))),
    T("cornellius-gp/gpytorch#2174", "a half outside, and 2*var inside", "LX542",
      lambda: (normal_nll, column(32), F.softplus(column(32)) + 1e-4, torch.randn(32, 1))),
    T("kornia/kornia#875", "one alpha for all classes", "",
      lambda: (focal_of_one_alpha, maps(2, 5, 8, 8), classes(128, 5).view(2, 8, 8)),
      "a factor, which may be meant", beyond=True),
    T("faustomilletari/VNet#13", "dice is added up over the batch", "LX504",
      lambda: (dice_of_each, maps(4, 1, 8, 8).sigmoid(), bits(4, 1, 8, 8))),
    T("pytorch/pytorch#7455", "label smoothing by hand that adds up to more than 1", "LX215",
      lambda: (smoothed_ce, out(16, 4), one_hot(16, 4))),
    T("nv-tlabs/GSCNN#62", "a sigmoid before BCE with logits of edges", "LX303",
      lambda: (bce_of_edges, maps(2, 1, 8, 8).sigmoid(), bits(2, 1, 8, 8))),
    T("voidism/DiffCSE#25", "padding counts as not replaced", "LX216",
      lambda: (replaced, *corrupted())),
    T("taylover-pei/SSDG-CVPR2020#2", "0.1 for the margin that was given", "LX122",
      lambda: (HardTriplets(margin=0.5), out(12, 8), classes(12))),
    T("LongxingTan/tfyolo#4", "sides of an intersection below 0", "LX545",
      lambda: (iou_unclamped, *near_and_far())),
    T("noahfarr/rlx#3", "an entropy of the chosen actions", "",
      lambda: (ppo_of_chosen, *acted(20, 4)), "it is an estimate, of one action", beyond=True),
    # right, though somebody asked
    T("discuss.pytorch.org/t/113863", "dice of softmax, in three dimensions", "",
      lambda: (dice_of_squares, nn.Conv3d(1, 4, 3, padding=1)(torch.randn(2, 1, 6, 6, 6)),
               one_hot(432, 4).view(2, 6, 6, 6, 4).movedim(-1, 1))),
    T("discuss.pytorch.org/t/72150", "losses of positives times 100", "",
      lambda: (scaled_in_place, out(4, 20).sigmoid(), bits(4, 20))),
    T("discuss.pytorch.org: Policy Gradients and Reinforce with Baseline Loss Function",
      "minus (returns - baselines)*log_p", "",
      lambda: (with_baseline, torch.arange(12, 0, -1.0), torch.full((12,), 6.0),
               chosen_actions())),
    T("discuss.pytorch.org/t/13877", "REINFORCE over a list of steps", "",
      lambda: (by_steps, *steps_of_policy())),
    T("discuss.pytorch.org/t/28088", "the L1 norm of a weight", "",
      lambda: (with_l1, *scored_with_weight())),
    T("discuss.pytorch.org: Loss Averaging in VAE Example", "a KL divided by all pixels", "",
      lambda: (vae_by_pixels, *reparametrized())),
    T("discuss.pytorch.org: Calculating Various Outputs at the Same Time in Reinforcement Learning"
      " Tutorial", "Q-learning with a detached target", "",
      lambda: (dqn, column(8), out(6, 3), torch.arange(8) % 4 != 2, torch.randn(8))),
    T("discuss.pytorch.org: Calculating the Gradients for WGAN-GP", "a gradient's norm, flat", "",
      lambda: (penalty, image_critic(), torch.randn(4, 3, 6, 6), torch.rand(4, 3, 6, 6))),
    T("discuss.pytorch.org/t/69720", "all positives, and the hardest negatives", "",
      lambda: (ohem, out(60, 2), (torch.arange(60) % 9 == 0).long(),
               (torch.arange(60) % 7 != 0).long())),
    T("fangdahan.medium.com/pytorch-style-transfer-tutorial-91e58d6b1055",
      "an image is trained on detached features", "", lambda: (F.mse_loss, *stylised())),
    T("jamesmccaffreyblog.com/2022/12/02", "a diagonal of chosen columns", "",
      lambda: (nll_by_diagonal, out(7, 3).log_softmax(1), classes(7))),
    T("AndrewSpano/Disentangled-Variational-Autoencoder#12", "a logarithm that is named std", "",
      lambda: (kl_of_std, *out(6, 8).chunk(2, 1))),
    T("ethanfetaya/NRI#25", "softmax between two transposes", "",
      lambda: (kl_to_prior, out(2, 6, 3), torch.tensor([0.8, 0.1, 0.1]).log())),
    T("Lotayou/Face-Renovation#42", "a generator with detached features", "",
      lambda: (of_generator, maps(2, 4, 6, 6), maps(2, 4, 6, 6))),
    T("XinhaoMei/audio-text_retrieval#5", "both directions, repeated texts masked", "",
      lambda: (of_audio_and_text, out(6, 5), out(6, 5), torch.tensor([0, 1, 2, 2, 4, 5]))),
    T("lucidrains/vit-pytorch#289", "batchmean, times T squared, and labels", "",
      lambda: (distilled, out(6, 6), out(6, 6), out(6, 6), classes(6, 6))),
    T("adambielski/siamese-triplet#46", "1 for pairs that differ", "",
      lambda: (siamese, out(6, 5), out(6, 5), torch.tensor([1.0, 0, 1, 0, 0, 1]))),
    T("pytorch/pytorch#1249", "minus the dice of a sigmoid", "",
      lambda: (minus_dice, maps(2, 1, 8, 8).sigmoid(), bits(2, 1, 8, 8))),
    T("AntixK/PyTorch-VAE#69", "a KL with a small weight", "",
      lambda: (vae_of_weight, *reparametrized())),
    T("PacktPublishing/Deep-Reinforcement-Learning-Hands-On#29", "double Q-learning", "",
      lambda: (double_dqn, out(8, 3), torch.randn(8, 3), torch.randn(8, 3), classes(8),
               torch.randn(8), torch.arange(8) % 5 == 2)),
    T("yunjey/stargan#129", "a critic that also classifies", "",
      lambda: (star_critic, maps(4, 1, 6, 6), out(4, 5), maps(4, 1, 6, 6), bits(4, 5))),
    T("pytorch/pytorch#24933", "BCEWithLogitsLoss of soft labels", "",
      lambda: (WITH_LOGITS, out(16, 16), torch.rand(16, 16))),
    T("ml-stat-Sustech/TorchCP#27", "three quantiles and one column", "",
      lambda: (Pinball([0.1, 0.5, 0.9]), out(12, 3), torch.randn(12, 1))),
    T("datawhalechina/joyrl#23", "actor, critic, and minus the entropy", "",
      lambda: (ppo_in_full, *played())),
    T("discuss.pytorch.org/t/204381 (the answer)", "a threshold in a sigmoid", "",
      lambda: (inside_softly, nn.Parameter(torch.randn(10, 3)),
               nn.Parameter(torch.tensor(1.5)))),
    T("sktime/pytorch-forecasting#740", "a column of the prediction for each quantile", "",
      lambda: (by_quantile, out(4, 6, 3), torch.randn(4, 6))),
    T("chenjunyi1999/Translator-Transformer#1", "smoothed labels, and rows of 0 for padding", "",
      lambda: (LabelSmoothing(12, 0, 0.1), out(20, 12).log_softmax(-1), ended(20, 15, 12))),
    T("discuss.pytorch.org/t/93102", "kl_div of elements, some below 0", "",
      lambda: (kl_of_logits, out(12, 3), torch.randn(12, 3))),
    T("discuss.pytorch.org/t/5935", "19 classes, and 255 for none", "",
      lambda: (nn.CrossEntropyLoss(ignore_index=255), maps(2, 19, 12, 12),
               void(torch.randint(0, 19, (2, 12, 12))))),
    T("discuss.pytorch.org/t/112463", "labels with an axis more", "",
      lambda: (unsqueezed, column(2).sigmoid(), torch.tensor([1, 0]))),
    T("discuss.pytorch.org/t/17900", "REINFORCE of standardised returns", "",
      lambda: (each_times_return, log_p_of(out(30, 2), classes(30, 2)), standardised())),
    T("discuss.pytorch.org/t/58579", "the shorter way around a circle", "",
      lambda: (around_a_circle, column().sigmoid(), torch.rand(16, 1))),
    T("discuss.pytorch.org/t/130651", "a pos_weight for each of four labels", "",
      lambda: (nn.BCEWithLogitsLoss(pos_weight=torch.tensor([0.67, 0.82, 4, 9])), out(32, 4),
               (torch.rand(32, 4) < torch.tensor([0.6, 0.55, 0.2, 0.1])).float())),
    T("discuss.pytorch.org/t/89580", "maps of three classes, and indices", "",
      lambda: (CE, maps(2, 3, 8, 8), torch.randint(0, 3, (2, 8, 8)))),
    T("stats.stackexchange.com/questions/441750", "an autoencoder with BCELoss", "",
      lambda: (BCE, nn.Sequential(nn.Linear(20, 20), nn.Sigmoid())(x := torch.rand(32, 20)), x)),
    T("discuss.pytorch.org/t/109844", "IoU of starts and ends", "",
      lambda: (iou_of_spans, *starts_and_ends())),
    T("codegenes.net/blog/pytorch-sample-weights", "a weight for each example", "",
      lambda: (by_example, out(10, 3), classes(10), torch.rand(10))),
    T("qubvel-org/segmentation_models.pytorch#712", "dice of each class, over the batch", "",
      lambda: (dice_of_classes, maps(2, 4, 12, 12), torch.randint(0, 4, (2, 12, 12)))),
    T("discuss.pytorch.org/t/11455", "weights of the largest class by each", "",
      lambda: (nn.CrossEntropyLoss(weight=SIZES.max() / SIZES), out(40, 5),
               torch.multinomial(SIZES, 40, True))),
    T("theeluwin/pytorch-sgns#12", "skip-grams with negatives", "",
      lambda: (skip_gram, embedded(6), embedded(6, 4), embedded(6, 20))),
    T("mlvu/worksheets#4", "a VAE of sums by example", "",
      lambda: (vae_of_rows, *reparametrized())),
    T("Qinyu-Allen-Zhao/Arinar#1", "a mixture without its constant", "",
      lambda: (mixture_nll, out(16, 3), out(16, 3), out(16, 3) - 2, 0.1 * torch.randn(16, 1))),
    T("VainF/pytorch-msssim#20", "1 - SSIM", "",
      lambda: (ssim_loss, maps(2, 1, 16, 16).sigmoid(), torch.rand(2, 1, 16, 16), 1.0)),
    T("hill-a/stable-baselines#447", "a ratio of negative logarithms", "",
      lambda: (of_neg_log_p, x := -log_p_of(out(24, 4), classes(24, 4)), noisy(x.detach()),
               torch.randn(24))),
    T("TinyZeaMays/CircleLoss#31", "weights that are detached", "",
      lambda: (circle, unit(12, 8), classes(12))),
    T("juglab/n2v#101", "targets that are 0 outside of the mask", "",
      lambda: (of_blind_spots, maps(2, 1, 16, 16), torch.randn(2, 1, 16, 16)
               * (m := (torch.rand(2, 1, 16, 16) < 0.1).float()), m)),
    T("xingyizhou/CenterNet#693", "L1 at centres, divided by the mask", "",
      lambda: (reg_l1, *centres())),
    T("Laknath1996/DeepPhaseUnwrap#1", "the variance of an error", "",
      lambda: (of_phase, maps(2, 1, 12, 12), torch.randn(2, 1, 12, 12).cumsum(-1))),
]
