"""Calls rebuilt from threads of fields with losses of their own, and of later searches.

`FIELDS`: boxes, survival times, reinforcement learning, speech, differential equations and other
fields that the rules had not been written for. `FRESH`: what was found after that, of all kinds.
Both were written down, and what is wrong in them, before the doctor was asked."""

import math

import torch
import torch.nn.functional as F
from threads import (BCE, CE, KL, WITH_LOGITS, T, bits, chosen_actions, classes, critic_loss,
                     ending, kept, maps, nce, of_rows, out, reparametrized, soft,
                     vae_answer, vae_of_sums)
from torch import nn
from torch.distributions import Categorical, Normal


def unit(*sizes): return F.normalize(out(*sizes), dim=-1)
def column(n=16): return out(n, 1)
def noisy(x, scale=0.1): return x + scale * torch.randn(x.shape)
def tokens(*sizes): return torch.randint(1, 20, sizes)
def model(V=20): return nn.Sequential(nn.Embedding(V, 8), nn.Linear(8, V))
def lm(ids, V=20): return model(V)(ids)


def log_p_of(logits, ids):
    "Log-probabilities of tokens."
    return logits.log_softmax(-1).gather(-1, ids.clamp(min=0).unsqueeze(-1)).squeeze(-1)


def two_views(n=6, d=8):
    "Unit vectors of the same examples, twice."
    net, x = nn.Linear(4, d), torch.randn(n, 4)
    return F.normalize(net(x), dim=1), F.normalize(net(noisy(x)), dim=1)


def spans(*cells):
    "A mask of (2, 8, 8) with ones at a few places."
    mask = torch.zeros(2, 8, 8)
    for cell in cells: mask[cell] = 1
    return mask


# Losses of FIELDS


def soft_dice(net_output, gt, smooth=1e-5):
    axes = (2, 3, 4)
    inter, total = (net_output * gt).sum(axes), net_output.sum(axes) + gt.sum(axes)
    return -((2 * inter + smooth) / (total + smooth)).mean()


def supcon(features, labels, temperature=0.07):
    others = 1 - torch.eye(len(labels))
    mask = (labels[:, None] == labels).float() * others
    sim = features @ features.T / temperature
    sim = sim - sim.amax(1, keepdim=True).detach()
    log_prob = sim - torch.log((torch.exp(sim) * others).sum(1, keepdim=True))
    return -((mask * log_prob).sum(1) / mask.sum(1)).mean()


def bmc(pred, target, noise_var=1.0):
    logits = -(pred - target.T).pow(2) / (2 * noise_var)
    return F.cross_entropy(logits, torch.arange(len(pred))) * 2 * noise_var


def uno(preds, targets): return -(targets * F.log_softmax(preds / 0.1, dim=1)).sum(-1).mean()


def siamese(output1, output2, label, margin=2.0):
    d = F.pairwise_distance(output1, output2)
    return ((1 - label) * d**2 + label * torch.clamp(margin - d, min=0.0) ** 2).mean()


def clipped_critic(values, returns, prev_values, clip=0.2, delta=10.0):
    def huber(e): return torch.where(e.abs() < delta, e**2 / 2, delta * (e.abs() - delta / 2))
    clipped = prev_values + (values - prev_values).clamp(-clip, clip)
    return torch.max(huber(returns - values), huber(returns - clipped)).mean()


def critic_of_a_step():
    values = column(8).squeeze(1)
    return values, torch.randn(8, 1), values.detach()[:, None] + 0.05


def sign_in_min(logp, old_logp, adv, eps=0.2):
    ratio = torch.exp(logp - old_logp)
    return torch.min(-ratio * adv, -torch.clamp(ratio, 1 - eps, 1 + eps) * adv).mean()


def stale(log_p, by=0.4):
    "Log-probabilities of actions, and those of an older policy."
    return log_p, log_p.detach() + by * (-1.0) ** torch.arange(len(log_p))


def q_of(n=8): return out(n, 2).gather(1, classes(n, 2)[:, None]).squeeze(1)


def cox_by_places(log_hz, event, time):
    order = torch.argsort(time)
    log_hz, event = log_hz.squeeze(-1)[order], event[order]
    return -(log_hz - torch.logcumsumexp(log_hz.flip(0), 0).flip(0))[event].mean()


def cox_nll(log_hz, event, time): return cox_by_places(log_hz, event.bool(), time)


def cox_ph(log_h, events, durations):
    idx = durations.sort(descending=True)[1]
    events, log_h = events[idx], log_h.view(-1)[idx]
    gamma = log_h.max()
    log_cumsum_h = log_h.sub(gamma).exp().cumsum(0).log().add(gamma)
    return -log_h.sub(log_cumsum_h).mul(events).sum().div(events.sum())


SOME = torch.tensor([1, 0, 1, 1, 0, 1, 0, 1])  # events
TIMES = torch.tensor([5.0, 3, 8, 1, 9, 2, 7, 4])


def focal_half(input, target, gamma=0.5):
    ce = F.cross_entropy(input, target, reduction="none")
    return ((1 - torch.exp(-ce)) ** gamma * ce).mean()


def plus_for_minus(pred, y, alpha=0.9):
    diff, mask = y - pred, y > pred
    return (alpha * diff[mask].sum() + (1.0 - alpha) * diff[~mask].sum()) / y.shape[0]


def turned_quantile(pred, target, tau=0.9):
    u = target - pred
    return (u.abs() * ((u < 0).float() * tau + (u >= 0).float() * (1 - tau))).mean()


def vf_loss(values, returns, out_masks): return torch.mean(0.5 * (values - returns)**2 * out_masks)


def averaged_then_masked(logits, Y, loss_mask):
    loss = F.cross_entropy(logits.view(-1, logits.size(-1)), Y.view(-1))
    return torch.sum(loss * loss_mask.view(-1)) / loss_mask.sum()


def masked_the_wrong_way(chosen_logits, rejected_logits, chosen_target, rejected_target, ref_c,
                         ref_r, IGNORE_ID=-1, beta=0.1):
    mask = chosen_target == IGNORE_ID
    chosen, rejected = log_p_of(chosen_logits, chosen_target), log_p_of(rejected_logits,
                                                                        rejected_target)
    chosen, rejected = (chosen * mask).mean(-1), (rejected * mask).mean(-1)
    return -F.logsigmoid(beta * ((chosen - rejected) - (ref_c - ref_r))).mean()


def answers(ids, ignored):
    "Tokens of which the first, and the last of some, do not count."
    labels = ids.clone()
    labels[:, :2] = labels[1, 4:] = labels[2, 5:] = ignored
    return labels


def hardest(a, p, margin=0.5):
    sim = a @ p.T
    hidden = sim.clone()
    hidden.diagonal().fill_(-float("inf"))
    return F.relu((1 - sim.diagonal()) - (1 - hidden).amax(1) + margin).mean()


def image_gradient(pred, gray):
    def dx(t): return t[..., 1:] - t[..., :-1]
    gi, gp = dx(gray), dx(pred.argmax(1, keepdim=True).float())
    return (gp.abs() * (1 - (gi * gp) ** 2).abs()).sum() / (gp.abs().sum() + 1e-6)


def flat_mse(target, model_output): return ((target - model_output) ** 2).mean((1, 2, 3)).mean()


class InstanceLoss(nn.Module):
    def __init__(self, batch_size, temperature):
        super().__init__()
        self.batch_size, self.temperature = batch_size, temperature
        near = torch.eye(2 * batch_size) + torch.eye(batch_size).repeat(2, 2)
        self.mask = near == 0

    def forward(self, z_i, z_j):
        N, b = 2 * self.batch_size, self.batch_size
        z = torch.cat((z_i, z_j))
        sim = z @ z.T / self.temperature
        pos = torch.cat((torch.diag(sim, b), torch.diag(sim, -b))).reshape(N, 1)
        logits = torch.cat((pos, sim[self.mask].reshape(N, -1)), 1)
        return F.cross_entropy(logits, torch.zeros(N).long(), reduction="sum") / N


def cold_negatives(query, positive_key, negative_keys, temperature=0.1):
    pos = (query * positive_key).sum(1)
    negs = query @ negative_keys.T / temperature
    return (torch.logsumexp(torch.cat([pos[:, None], negs], 1), 1) - pos).mean()


def anchor_like(input, target):
    no = F.logsigmoid(1 - input)
    return -(target * F.logsigmoid(input) + (1 - target) * no).sum(1).mean()


def bpr_of_log(u, p, n, reg=0.01):
    diff = (u * p).sum(1) - (u * n).sum(1)
    return -torch.log(diff).sum() + reg * (u**2 + p**2 + n**2).sum()


def rm_loss(chosen, rejected): return -torch.log(torch.sigmoid(chosen - rejected)).mean()
def rmse(pred, y): return torch.sqrt(F.mse_loss(pred, y))
def edges(b): return b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2


def ciou(pred, target):
    (low, high), (t_low, t_high) = edges(pred), edges(target)
    inter = (torch.min(high, t_high) - torch.max(low, t_low)).clamp(0).prod(1)
    iou = inter / (pred[:, 2:].prod(1) + target[:, 2:].prod(1) - inter + 1e-16)
    c = ((torch.max(high, t_high) - torch.min(low, t_low)) ** 2).sum(1)
    diou = iou - ((pred[:, :2] - target[:, :2]) ** 2).sum(1) / c.clamp(1e-16)
    with torch.no_grad():
        angle = torch.atan(target[:, 2] / target[:, 3].clamp(1e-16))
        v = 4 / math.pi**2 * (angle - torch.atan(pred[:, 2] / pred[:, 3].clamp(1e-16))) ** 2
        alpha = v / (1 - iou + v).clamp(1e-16)
    return (1 - (diou - alpha * v).clamp(-1, 1)).mean()


def half_boxes():
    "Of five the first is exact."
    target = (torch.randint(1, 9, (5, 4)) / 8).half()
    moved = (torch.arange(5) > 0)[:, None].half()
    return target + moved * nn.Parameter(torch.ones(4).half() / 8), target


def generalized_box_iou(b1, b2):
    a1 = (b1[:, 2] - b1[:, 0]) * (b1[:, 3] - b1[:, 1])
    a2 = (b2[:, 2] - b2[:, 0]) * (b2[:, 3] - b2[:, 1])
    lt, rb = torch.max(b1[:, None, :2], b2[:, :2]), torch.min(b1[:, None, 2:], b2[:, 2:])
    inter = (rb - lt).clamp(min=0).prod(-1)
    union = a1[:, None] + a2 - inter
    lt, rb = torch.min(b1[:, None, :2], b2[:, :2]), torch.max(b1[:, None, 2:], b2[:, 2:])
    area = (rb - lt).clamp(min=0).prod(-1)
    return inter / union - (area - union) / area


def loss_giou(src_boxes, target_boxes):
    return (1 - torch.diag(generalized_box_iou(src_boxes, target_boxes))).mean()


def corners(b): return torch.cat(edges(b), 1)
def giou_of_centres(s, t): return loss_giou(corners(s), corners(t))


CENTRES = torch.tensor([[0.5, 0.5, 0.2, 0.3], [0.7, 0.3, 0.2, 0.2], [0.2, 0.8, 0.1, 0.2],
                        [0.6, 0.6, 0.3, 0.1], [0.4, 0.7, 0.2, 0.2]])
SCALE = torch.tensor([100.0, 120, 100, 120])  # of an image


def detr(src, target, size=SCALE):
    l1 = F.l1_loss(src / size, target / size, reduction="none").sum() / len(src)
    return 5 * l1 + 2 * loss_giou(src, target)


def boxes_in_pixels():
    raw = torch.sigmoid(out(5, 4)) * 60
    return torch.cat([raw[:, :2], raw[:, :2] + raw[:, 2:] + 1], 1), corners(CENTRES) * SCALE


def rpn_box_loss(pred, gt, anchors):
    aw, ah = anchors[:, 2] - anchors[:, 0], anchors[:, 3] - anchors[:, 1]
    gw, gh = gt[:, 2] - gt[:, 0], gt[:, 3] - gt[:, 1]
    dx, dy = (gt[:, :2] - anchors[:, :2]).unbind(1)
    t = torch.stack([dx / aw, dy / ah, torch.log(gw / aw), torch.log(gh / ah)], 1)
    return F.smooth_l1_loss(pred, t)


ANCHORS = torch.tensor([[10.0, 10, 50, 60], [40, 30, 90, 120], [60, 80, 100, 200]])
CORNERS_AND_SIZES = torch.tensor([[53.0, 89, 7, 226], [40, 30, 50, 80], [20, 10, 70, 60]])


def ssim_loss(rec, gt, data_range=2.0):
    def m(t): return F.avg_pool2d(t, 5, 1)
    c1, c2, x, y = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2, m(rec), m(gt)
    vx, vy, vxy = m(rec * rec) - x**2, m(gt * gt) - y**2, m(rec * gt) - x * y
    return 1 - ((2 * x * y + c1) * (2 * vxy + c2) / ((x**2 + y**2 + c1) * (vx + vy + c2))).mean()


def si_sdr(est, ref, eps=1e-8):
    "In dB: the better, the larger."
    est, ref = est - est.mean(-1, keepdim=True), ref - ref.mean(-1, keepdim=True)
    a = (est * ref).sum(-1, keepdim=True) / (ref.square().sum(-1, keepdim=True) + eps)
    rest = (est - a * ref).square().sum(-1)
    return 10 * torch.log10((a * ref).square().sum(-1) / (rest + eps) + eps)


def batch_SISDR(estimation, origin): return si_sdr(estimation, origin).mean()
def neg_sisdr(est, ref): return -si_sdr(est, ref).mean()


def heard(n=4, T=64):
    "What a model makes of sounds, near to them, and the sounds."
    clean, a = torch.randn(n, T), nn.Parameter(torch.ones(()))
    return a * noisy(clean, 0.3), clean


class SISDRLoss(nn.Module):
    def __init__(self, eps=1e-8):
        super().__init__()
        self.eps = eps

    def forward(self, input, target): return -si_sdr(input, target, self.eps).mean()


def penalty(gradients, lambda_term=10):
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean() * lambda_term


def gradients_of_critic():
    critic = nn.Sequential(nn.Conv2d(1, 4, 3), nn.LeakyReLU(), nn.Flatten(), nn.Linear(144, 1))
    x = torch.rand(4, 1, 8, 8, requires_grad=True)
    return torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]


def dpo_of_padding(pc, pr, rc, rr, chosen_ids, rejected_ids, beta=0.1):
    a = (log_p_of(pc, chosen_ids) - log_p_of(rc, chosen_ids)).mean(-1)
    b = (log_p_of(pr, rejected_ids) - log_p_of(rr, rejected_ids)).mean(-1)
    return -F.logsigmoid(beta * (a - b)).mean()


def preferences(chosen, rejected):
    "Logits of a policy, and of a reference."
    policy, ref = model(), model()
    return policy(chosen), policy(rejected), ref(chosen).detach(), ref(rejected).detach()


def sft_logp(logits, labels):
    labels, logits = labels[:, 1:], logits[:, :-1]
    m = labels != -100
    return -((log_p_of(logits, labels) * m).sum(-1) / m.sum(-1)).mean()


def one_row_ignored():
    ids = tokens(3, 7)
    labels = ids.clone()
    labels[:, :3] = labels[1] = -100
    return lm(ids), labels


def ssim_of_bytes(x, y): return 1 - (2 * x * y).float().mean() / (x * x + y * y).float().mean()
def byte_image(x): return (255 * x).byte()


def mlm(logits, labels):
    each = F.cross_entropy(logits.permute(0, 2, 1), labels, ignore_index=-1, reduction="none")
    return torch.sum(each, 1).mean()


def few_masked(N=4, L=8):
    labels = torch.full((N, L), -1)
    labels[0, 1], labels[1, 2:6], labels[2, 3:5], labels[3, 1:8] = 3, 4, 7, 2
    return labels


def a2c_of_log_p(log_prob, adv): return (-adv * log_prob + 1e-2 * -log_prob).mean()


def shifted_again(logits, labels):
    labels = F.pad(labels, (0, 1), value=-100)[..., 1:].contiguous()
    return F.cross_entropy(logits.view(-1, logits.size(-1)), labels.view(-1), ignore_index=-100)


def filled_by_hand(pred, tgt):
    custom_loss = torch.zeros(len(tgt))
    for i in range(len(tgt)): custom_loss[i] = float(((pred[i] - tgt[i]) ** 2).sum())
    return custom_loss.mean()


def loss_cls(pred_cls, tcls): return (1 / pred_cls.size(0)) * CE(pred_cls, tcls)


def surest(logits, logits_tea):
    w = torch.max(F.softmax(logits_tea, dim=-1))
    each = F.mse_loss(F.softmax(logits, 1), F.softmax(logits_tea, 1), reduction="none").mean(1)
    return (w * each).mean()


def pg(logps, advantages, labels_mask):
    return (-logps * advantages * labels_mask).sum() / labels_mask.sum()


def dpo_of_means(ref_probs, probs, mask, beta=0.1):
    ref_probs, probs = (ref_probs * mask).mean(1), (probs * mask).mean(1)
    h = len(probs) // 2
    return -F.logsigmoid(beta * ((probs[:h] - probs[h:]) - (ref_probs[:h] - ref_probs[h:]))).mean()


class Uncertain(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.tensor([0.4, -0.05]))

    def forward(self, x, y1, y2):
        l1, l2 = F.mse_loss(x[:, 0], y1), F.binary_cross_entropy_with_logits(x[:, 1], y2)
        return l1 / (2 * self.w[0] ** 2) + l2 / self.w[1] ** 2 + torch.log(self.w).sum()


def log_wmse(pred, target):
    rms = torch.sqrt((target**2).mean(-1, keepdim=True))
    return torch.log10((((pred - target) / rms) ** 2).mean(-1) + 1e-8).mean()


def silent(*sizes):
    sound = torch.randn(*sizes)
    sound[1] = 0
    return sound


def no_hinge(r_x, r_x_hat): return ((1 + r_x_hat) + (1 - r_x)).mean()
def hinge_d(r, f): return F.relu(1 - r).mean() + F.relu(1 + f).mean()
def boundary(u, u_bc): return torch.mean((u - u_bc) ** 2)
def mape_clamped(inp, targ): return (torch.abs(inp - targ) / torch.clamp_min(targ, 1e-8)).mean()
def mape(inpt, tgt): return torch.mean(torch.abs((tgt - inpt) / tgt))


def iou_loss(x, y, smooth=1.0):
    x = F.softmax(x, 1)
    tp, fp, fn = ((v).sum((0, 2, 3)) for v in (x * y, x * (1 - y), (1 - x) * y))
    return -((tp + smooth) / (tp + fp + fn + smooth)).mean()


def bpr(pos, neg): return torch.mean(F.softplus(neg - pos))


def through_critic():
    "Images of a generator, and what an autoencoder makes of them."
    gen = out(5, 16)
    return nn.Linear(16, 16)(gen), gen.detach()


def plain_noise(noise, pred): return (noise - pred).pow(2).flatten(1).mean(1).mean()


def active_tokens(lm_logits, target_ids, target_mask):
    active = target_mask[..., 1:].ne(0).view(-1) == 1
    logits, ids = lm_logits[..., :-1, :].contiguous(), target_ids[..., 1:].contiguous()
    lossy = nn.CrossEntropyLoss(ignore_index=-1)
    return lossy(logits.view(-1, logits.size(-1))[active], ids.view(-1)[active])


def with_mask(ids): return lm(ids), ids, (ids != 0).long()


def dpo_of_sums(pc, pr, rc, rr, cl, rl, beta=0.1):
    def logps(logits, labels):
        logits, labels = logits[:, :-1], labels[:, 1:]
        return (log_p_of(logits, labels) * (labels != -100)).sum(-1)
    ratios = (logps(pc, cl) - logps(pr, rl)) - (logps(rc, cl) - logps(rr, rl))
    return -F.logsigmoid(beta * ratios).mean()


def quantile_huber(theta, target, taus, kappa=1.0):
    td = target[:, None, :] - theta[:, :, None]
    hub = torch.where(td.abs() <= kappa, 0.5 * td**2, kappa * (td.abs() - 0.5 * kappa))
    return ((taus[..., None] - (td.detach() < 0).float()).abs() * hub / kappa).sum(1).mean()


class TasksOfMTAN(nn.Module):
    def __init__(self):
        super().__init__()
        self.logsigma = nn.Parameter(torch.tensor([-3.0, -3.0, -2.5]))

    def forward(self, x, y):
        each = F.mse_loss(x, y, reduction="none").mean(0)
        return (each / (2 * torch.exp(self.logsigma)) + self.logsigma / 2).sum()


def a3c(logits, a, adv, beta=0.01):
    d = Categorical(logits=logits)
    return -(d.log_prob(a) * adv).sum() - beta * d.entropy().sum()


def distilled(student_logits, teacher_logits, temperature=2.0):
    with torch.no_grad(): p = F.softmax(teacher_logits / temperature, -1)
    return temperature**2 * KL(F.log_softmax(student_logits / temperature, -1), p)


def rows_of(logits, targets, ignore_index=-1):
    return F.cross_entropy(logits.view(-1, 20), targets.view(-1), ignore_index=ignore_index)


def padded(last):
    labels = tokens(4, 9)
    labels[1, 6:] = last
    return labels


def coral_loss(logits, levels, importance_weights):
    term = F.logsigmoid(logits) * levels + (F.logsigmoid(logits) - logits) * (1 - levels)
    return torch.mean(-torch.sum(term * importance_weights, dim=1))


def diff_unet(pred, label):
    p = torch.sigmoid(pred)
    inter, total = (p * label).sum((2, 3)), p.sum((2, 3)) + label.sum((2, 3))
    dice = (1 - (2 * inter + 1e-5) / (total + 1e-5)).mean()
    return WITH_LOGITS(pred, label) + dice + F.mse_loss(p, label)


def pinball(y_true, y_pred, tau=0.1):
    d = y_true - y_pred
    return torch.maximum(tau * d, (tau - 1) * d).mean()


def named_entities():
    labels = torch.full((2, 12), -100)
    labels[0, 1], labels[0, 5], labels[0, 7], labels[1, 1], labels[1, 2] = 7, 0, 0, 3, 0
    return labels.view(-1)


def edge_connect(real, fake): return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2


def residual():
    "u_x - 2*u_t - u of a network."
    x, t = torch.rand(16, 1, requires_grad=True), torch.rand(16, 1, requires_grad=True)
    u = nn.Linear(8, 1)(torch.tanh(nn.Linear(2, 8)(torch.cat([x, t], 1))))
    u_x, u_t = torch.autograd.grad(u.sum(), (x, t), create_graph=True)
    return u_x - 2 * u_t - u


def logit_contrast(n=6):
    q, k, queue = unit(n, 8), unit(n, 8).detach(), unit(20, 8).detach()
    return torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / 0.07


# Losses of FRESH


def plates():
    "One label, and a character at each of 5 places."
    return torch.cat([torch.ones(4, 1), torch.eye(5)[:4].repeat(1, 5)], 1).double()


def double_q():
    net = nn.Linear(4, 2)
    after = net(torch.randn(16, 4)).gather(1, classes(16, 2)[:, None])
    now = net(torch.randn(16, 4)).gather(1, classes(16, 2)[:, None])
    return now, torch.randn(16, 1) + 0.99 * after


def viewed_slice(logits, labels):
    return F.cross_entropy(logits[..., :-1, :].reshape(-1, 20), labels[..., 1:].view(-1))


def kd(student_logits, teacher_logits, labels, T=5.0, a=0.7):
    p, log_q = F.softmax(teacher_logits / T, 1), F.log_softmax(student_logits / T, 1)
    soft_loss = F.kl_div(log_q, p, reduction="sum") / len(student_logits)
    return (1 - a) * F.cross_entropy(student_logits, labels) + a * soft_loss


def deepcase(x, target, smoothing=0.3):
    spread = torch.full_like(x, smoothing / (x.shape[1] - 2))
    return KL(x, spread.scatter_(1, target[:, None], 1 - smoothing))


def quantiles_swapped(outputs, value, taus):
    return ((taus - (outputs < value).float()) * (outputs - value)).mean()


def by_numpy(n=6): return torch.from_numpy(unit(12, 8).detach().numpy()[:n])


def coordinates():
    coor = maps(2, 65, 6, 6).argmax(1)
    return 2.0 * coor.float() / 63.0 - 1.0


def ctc_loss(log_probs, targets, input_lens, target_lens, blank_index):
    input_lens = (input_lens * log_probs.shape[1]).int()
    target_lens = (target_lens * targets.shape[1]).int()
    return F.ctc_loss(log_probs.transpose(0, 1), targets, input_lens, target_lens, blank_index,
                      zero_infinity=True)


def soft_ce(pred, prob): return -(prob * F.log_softmax(pred, dim=1)).sum(1).mean()


def gradient_penalty(netD, real, fake):
    alpha = torch.rand(real.size(0), 1, 1, 1)
    x = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    g = torch.autograd.grad(netD(x).sum(), x, create_graph=True)[0]
    return ((g.norm(2, dim=1) - 1) ** 2).mean() * 10


def grammar_vae(x_mean, x, z_mean, z_log_var):
    xent = x.shape[1] * F.binary_cross_entropy(x_mean, x)
    kl = -0.5 * torch.mean(1 + z_log_var - z_mean.square() - z_log_var.exp(), dim=-1)
    return (xent + kl).mean()


def vgae(A_pred, adj, mean, logstd):
    kl = 0.5 / len(A_pred) * (1 + 2 * logstd - mean**2 - torch.exp(logstd)).sum(1).mean()
    return F.binary_cross_entropy(A_pred.view(-1), adj.view(-1)) - kl


def graph(n=10):
    mean, logstd = out(n, 8).chunk(2, 1)
    z = 0.3 * (mean + torch.randn(n, 4) * logstd.exp())
    return torch.sigmoid(z @ z.T), bits(n, n), mean, logstd


def reinforce(log_prob, advantage): return -(log_prob * advantage).mean()


def gaussian_policy(n=16):
    loc, log_scale = out(n, 2).chunk(2, 1)
    return Normal(loc, log_scale.exp()).log_prob(torch.randn(n, 1)).squeeze(1)


def ppo_of_entropy(dist, act, old, adv, eps=0.2, c=0.01):
    ratio = torch.exp(dist.log_prob(act) - old)
    s1, s2 = ratio * adv, torch.clamp(ratio, 1 - eps, 1 + eps) * adv
    return -torch.min(s1, s2).mean() + c * dist.entropy().mean()


def ppo_of_log_prob(log_prob, old, adv, ent_coef=0.01):
    ratio = torch.exp(log_prob - old)
    entropy_loss = -log_prob.mean()
    return -torch.min(adv * ratio, adv * ratio.clamp(0.8, 1.2)).mean() + ent_coef * entropy_loss


def idk(idk_loss_current, forget_loss_current, idk_loss_oracle, forget_loss_oracle, beta=0.1):
    pi = idk_loss_current - forget_loss_current
    ref = idk_loss_oracle - forget_loss_oracle
    loss = -F.logsigmoid(beta * (pi - ref)).mean()
    loss = -idk_loss_current.mean()
    return loss


def each_ce(n=8): return F.cross_entropy(out(n, 10), classes(n, 10), reduction="none")


def hierarchy(p1, p2, y1, y2, beta=0.8):
    a1, a2 = p1.argmax(1), p2.argmax(1)
    apart = (a2 // 2 != a1).float()
    e1, e2 = torch.where(a1 == y1, 0.0, 1.0), torch.where(a2 == y2, 0.0, 1.0)
    dependence = torch.sum(torch.pow(3.0, apart * e1) * torch.pow(3.0, apart * e2) - 1)
    return F.cross_entropy(p1, y1) + F.cross_entropy(p2, y2) + beta * dependence


def dice_loss(outputs, target, smooth=1.0):
    i, t = outputs.reshape(-1), target.reshape(-1).float()
    return (2.0 * (i * t).sum() + smooth) / (i.sum() + t.sum() + smooth)


def focal_of_log_ce(output, target, f=2, b=0.25):
    cross_entropy_log = torch.log(F.cross_entropy(output, target))
    logpt = -F.cross_entropy(output, target)
    return b * -((1 - torch.exp(cross_entropy_log)) ** f) * logpt


def focal_by_factor(y_pred, labels, alpha=0.25, gamma=2.0, eps=1e-9):
    y = torch.sigmoid(y_pred)
    yes = -labels * (1 - alpha) * ((1 - y) * gamma) * torch.log(y + eps)
    return (yes - (1 - labels) * alpha * (y**gamma) * torch.log(1 - y + eps)).sum() / len(labels)


class FocalOfGathered(nn.Module):
    def __init__(self):
        super().__init__()
        self.alpha, self.gamma = torch.rand(10), 2

    def forward(self, preds, labels):
        log_p = F.log_softmax(preds, dim=1).gather(1, labels.view(-1, 1))
        self.alpha = self.alpha.gather(0, labels.view(-1))
        loss = -torch.mul(torch.pow(1 - log_p.exp(), self.gamma), log_p)
        return torch.mul(self.alpha, loss.t()).mean()


def nt_xent_sum(queries, keys, temperature=0.1):
    b, p = len(queries), torch.cat((queries, keys))
    logits = (p @ p.t())[~torch.eye(2 * b).bool()].reshape(2 * b, 2 * b - 1) / temperature
    labels = torch.cat((torch.arange(b) + b - 1, torch.arange(b)))
    return F.cross_entropy(logits, labels, reduction="sum") / (2 * (b - 1))


def infonce(query, pos, negs, tem=0.3):
    return nce(torch.cat([(query * pos).sum(-1, keepdim=True), query @ negs.T], 1))


def cosine_loss(x, target): return F.cosine_similarity(x, target).mean()


def loss_diff(logit1, logit2, logit1_adv, logit2_adv):
    a = -(F.softmax(logit2, 1) * F.log_softmax(logit1_adv, 1)).sum()
    return (a - (F.softmax(logit1, 1) * F.log_softmax(logit2_adv, 1)).sum()) / len(logit1)


def two_nets(n=12, C=5):
    a, b, x = nn.Linear(8, C), nn.Linear(8, C), torch.randn(n, 8)
    return a(x), b(x), a(x + 0.1), b(x + 0.1)


def gmm_loss(batch, mus, sigmas, logpi):
    log_p = logpi + Normal(mus, sigmas).log_prob(batch.unsqueeze(-2)).sum(-1)
    return -torch.logsumexp(log_p, dim=-1).mean()


def mixture():
    "Steps of 4 sequences, and 5 gaussians for each."
    return (torch.randn(4, 6, 3), out(4, 6, 5, 3), out(4, 6, 5, 3).exp(),
            F.log_softmax(out(4, 6, 5), dim=-2))


def ace(input, label):
    bs, T, C = input.shape
    return -torch.sum(torch.log(torch.sum(F.softmax(input, -1), 1) / T) * label / T) / bs


def rmse_of_spectra(est, ref): return torch.sqrt(((est - ref) ** 2).mean(-1)).mean()


def arc(cosine, label, m=0.5, s=30.0):
    phi = cosine * math.cos(m) - torch.sqrt(1.0 - torch.pow(cosine, 2)) * math.sin(m)
    hot = F.one_hot(label, cosine.shape[1])
    return F.cross_entropy((hot * phi + (1 - hot) * cosine) * s, label)


def arc_of_cosine(cosine, label, m=0.5, s=30.0):
    sine = torch.sqrt((1.0 - torch.pow(cosine, 2)).clamp(1e-9, 1))
    hot = F.one_hot(label, cosine.shape[1])
    output = (hot * (cosine * math.cos(m) - sine * math.sin(m)) + (1 - hot) * cosine) * s  # noqa
    loss = F.cross_entropy(cosine, label)
    return loss


def cal_si_snr(source, estimate_source): return -si_sdr(estimate_source, source).mean()


def sisdr(input, target, eps=1e-8):
    alpha = (input * target).sum(-1) / (target**2).sum(-1)
    target = target * alpha.unsqueeze(-1)
    rest = (input - target).square().sum(-1) + eps
    return -(10 * torch.log10((target**2).sum(-1) / rest + eps)).mean()


class LabelSmoothingLoss(nn.Module):
    def __init__(self, smoothness_ratio=0.1):
        super().__init__()
        self.smoothness_ratio = smoothness_ratio

    def forward(self, pred, target): return F.binary_cross_entropy_with_logits(pred, target)


def contrastive(emb, labels, pos_margin=0.0, neg_margin=1.0):
    e = F.normalize(emb, dim=1)
    s, same = e @ e.T, labels[:, None] == labels
    pos = F.relu(pos_margin - s[same & ~torch.eye(len(e)).bool()])
    return pos.mean() + F.relu(s[~same] - neg_margin).mean()


def giou_less_inter(pred, target):
    (low, high), (t_low, t_high) = edges(pred), edges(target)
    size = torch.min(high, t_high) - torch.max(low, t_low)
    inter = size.prod(1) * (size > 0).all(1)
    iou = inter / (pred[:, 2:].prod(1) + target[:, 2:].prod(1) - inter + 1e-16)
    hull = (torch.max(high, t_high) - torch.min(low, t_low)).prod(1)
    return (1 - (iou - (hull - inter) / hull.clamp(1e-16)).clamp(min=-1.0, max=1.0)).mean()


def boxes_near_and_far():
    target = torch.rand(6, 4) + 1
    target[3:, :2] += 20
    return out(6, 4).abs() + 1, target


def zero_one(input, target):
    if torch.equal(torch.round(torch.sigmoid(input)), target):
        return torch.tensor(0.0, requires_grad=True)
    return torch.tensor(1.0, requires_grad=True)


def elbo(recon, x, mu, log_var): return vae_answer(recon, x, mu, log_var) / len(x)


def with_softplus():
    recon, x, mu, log_var = reparametrized()
    return recon, x, mu, F.softplus(log_var)


class SoftMargin(nn.Module):
    def __init__(self):
        super().__init__()
        self.margin = 0.2

    def forward(self, scores, labels):
        margin = self.margin * (10**labels - 1) / 9  # noqa: F841
        eye, diagonal = torch.eye(len(scores)).bool(), scores.diag()[:, None]
        captions = (self.margin + scores - diagonal).clamp(min=0).masked_fill(eye, 0)
        images = (self.margin + scores - diagonal.T).clamp(min=0).masked_fill(eye, 0)
        return (captions.amax(1) + images.amax(0)).mean()


def yolo(x, w, conf, tx, tw, mask, noobj):
    return (2.5 * BCE(x * mask, tx * mask) + 2.5 * F.mse_loss(w * mask, tw * mask)
            + BCE(conf * mask, mask) + 0.5 * BCE(conf * noobj, noobj * 0.0))


def cells():
    x, w, conf = maps(2, 3, 8, 8).unbind(1)
    mask = spans((0, 2, 3), (1, 5, 1))
    return (x.sigmoid(), w, conf.sigmoid(), torch.rand(2, 8, 8), torch.randn(2, 8, 8), mask,
            1 - mask)


def glue(logit, correct): return mean_of(F.binary_cross_entropy_with_logits, logit, correct.float())
def mean_of(loss, x, y): return loss(x, y, reduction="none").mean(-1).mean()


def multibox(loc, conf, loc_t, conf_t):
    pos = conf_t > 0
    ce = F.cross_entropy(conf, conf_t, reduction="none")
    chosen = pos.clone()
    chosen[ce.detach().masked_fill(pos, 0).topk(int(3 * pos.sum()))[1]] = True
    classified = F.cross_entropy(conf[chosen], conf_t[chosen], reduction="sum")
    return (F.smooth_l1_loss(loc[pos], loc_t[pos], reduction="sum") + classified) / pos.sum()


def target_first(x, recon, mean, log_var): return vae_answer(recon, x, mean, log_var)


def vae_target_first():
    recon, x, mu, log_var = reparametrized()
    return x, recon, mu, log_var


def gaussian_nll(mu, log_sigma, x):
    z = (x - mu) / log_sigma.exp()
    return (0.5 * torch.pow(z, 2) + log_sigma + 0.5 * math.log(2 * math.pi)).sum()


def giou_of_distances(pred, target):
    (pl, pt, pr, pb), (tl, tt, tr, tb) = pred.unbind(1), target.unbind(1)
    inter = (torch.min(pl, tl) + torch.min(pr, tr)) * (torch.min(pb, tb) + torch.min(pt, tt))
    hull = (torch.max(pl, tl) + torch.max(pr, tr)) * (torch.max(pb, tb) + torch.max(pt, tt)) + 1e-7
    union = (tl + tr) * (tt + tb) + (pl + pr) * (pt + pb) - inter
    return (1 - (inter + 1.0) / (union + 1.0) + (hull - union) / hull).mean()


def act_loss(dist, act, adv, entropy_weight=-0.01):
    return -(dist.log_prob(act) * adv).mean() + entropy_weight * dist.entropy().mean()


def grpo(per_token_logps, ref, advantages, mask, beta=0.04):
    kl = torch.exp(ref - per_token_logps) - (ref - per_token_logps) - 1
    loss = -(torch.exp(per_token_logps - per_token_logps.detach()) * advantages - beta * kl)
    return ((loss * mask).sum(1) / mask.sum(1)).mean()


def completions():
    ids = tokens(4, 10)
    log_p = log_p_of(lm(ids[:, :-1]), ids[:, 1:])
    return log_p, noisy(log_p.detach()), torch.randn(4, 1), kept([9, 6, 9, 4], 9).float()


def dpo(pc, pr, rc, rr, beta=0.1): return -F.logsigmoid(beta * ((pc - pr) - (rc - rr))).mean()


def softmax_focal(logits, labels, gamma=2):
    factor = torch.pow(1.0 - F.softmax(logits, dim=1), gamma)
    return F.nll_loss(factor * F.log_softmax(logits, dim=1), labels, ignore_index=255)


def sigmoid_focal(inputs, targets, alpha=0.25, gamma=2.0):
    p, ce = torch.sigmoid(inputs), F.binary_cross_entropy_with_logits(inputs, targets, None, None,
                                                                      None, "none")
    p_t = p * targets + (1 - p) * (1 - targets)
    a = alpha * targets + (1 - alpha) * (1 - targets)
    return (a * ce * ((1 - p_t) ** gamma)).mean()


def nt_xent(out_1, out_2, temperature=0.5):
    z = torch.cat([out_1, out_2])
    sim = torch.exp(z @ z.t() / temperature)
    neg = sim.masked_select(~torch.eye(len(z)).bool()).view(len(z), -1).sum(-1)
    pos = torch.exp((out_1 * out_2).sum(-1) / temperature).repeat(2)
    return -torch.log(pos / neg).mean()


def nt_xent_less_maximum(e, labels, t=0.1):
    s, eye = e @ e.T / t, torch.eye(len(e)).bool()
    same, others = (labels[:, None] == labels) & ~eye, labels[:, None] != labels
    num = torch.exp(s - s.masked_fill(eye, -1e9).amax(1, keepdim=True))
    return -torch.log((num / (num + (num * others).sum(1, keepdim=True)))[same]).mean()


def mined(n=8):
    "Distances to the nearest other and to the farthest of the same class."
    e = out(n, 8)
    d, same = torch.cdist(e, e).clamp(min=1e-12), classes(n, 4)[:, None] == classes(n, 4)
    return d.masked_fill(same, 1e9).amin(1), d.masked_fill(~same, -1).amax(1), torch.ones(n)


def simsiam(p1, p2, z1, z2):
    return -(F.cosine_similarity(p1, z2).mean() + F.cosine_similarity(p2, z1).mean()) * 0.5


def siamese_views(n=8):
    z1, z2 = two_views(n)
    predict = nn.Linear(8, 8)
    return predict(z1), predict(z2), z1.detach(), z2.detach()


def byol(h1, z2): return -2 * F.cosine_similarity(h1, z2).mean()


def lewm(pred_emb, tgt_emb, lam=0.1):
    reg = (tgt_emb.mean(0) ** 2).mean() + ((tgt_emb.std(0) - 1) ** 2).mean()
    return (pred_emb - tgt_emb).pow(2).mean() + lam * reg


def flow(z, jac): return torch.mean(0.5 * torch.sum(z**2, dim=1) - jac) / z.shape[1]


def truncated(logits, targets, indexes, weight=torch.ones(50, 1), q=0.7, k=0.5):
    p, w = F.softmax(logits, 1).gather(1, targets[:, None]), weight[indexes]
    return torch.mean((1 - p**q) / q * w - (1 - k**q) / q * w)


def sisnr_of_norms(x, s, eps=1e-8):
    def l2(m): return torch.norm(m, dim=-1, keepdim=True)
    x, s = x - x.mean(-1, keepdim=True), s - s.mean(-1, keepdim=True)
    t = (x * s).sum(-1, keepdim=True) * s / (l2(s) ** 2 + eps)
    return -(20 * torch.log10(eps + l2(t) / (l2(x - t) + eps))).mean()


def pit(source, estimate_source):
    straight = -si_sdr(estimate_source, source).mean(-1)
    return torch.min(straight, -si_sdr(estimate_source.flip(1), source).mean(-1)).mean()


def x_start(x_start, model_output): return ((x_start - model_output) ** 2).mean(1).mean()
def in_thousands(eps, noise): return F.mse_loss(eps, noise, reduction="none").sum() / 1000.0


def no_object(conf, mask):
    return BCE(conf * mask, mask) + 0.5 * BCE(conf * (1 - mask), mask * (1 - mask))


def cps(p1, p2): return F.cross_entropy(p1, p2.argmax(1)) + F.cross_entropy(p2, p1.argmax(1))


def labelled_only(inputs, targets, weight=torch.tensor([0.6, 1.4, 0.9, 1.1, 0.7])):
    mask = targets > 0
    each = F.cross_entropy(inputs, (targets - mask.long()), weight, reduction="none")
    return torch.sum(torch.masked_select(each, mask)) / torch.sum(mask.float())


def of_quantiles(model_output, target, q=torch.tensor([0.1, 0.5, 0.9])):
    e = target.unsqueeze(-1) - model_output
    return torch.max((q - 1) * e, q * e).sum(dim=-1).mean()


def instructor(q, p, n, t=0.05):
    return nce(torch.cat([(q * p).sum(1, keepdim=True), q @ n.T], 1) / t)


def clip(img, txt, logit_scale):
    scores, y = logit_scale * img @ txt.T, torch.arange(len(img))
    return (F.cross_entropy(scores, y) + F.cross_entropy(scores.T, y)) / 2


def forward_kl(logits, teacher_logits, label):
    inf, p = torch.isinf(logits), F.softmax(teacher_logits, dim=-1)
    each = torch.masked_fill(p * F.log_softmax(logits, dim=-1), inf, 0).sum(-1).view(-1)
    mask = (label != -100).int().view(-1)
    return -torch.sum(each * mask) / mask.sum()


def mutual(o1, o2, y):
    return F.cross_entropy(o1, y) + KL(F.log_softmax(o1, 1), F.softmax(o2.detach(), 1))


def several(outs, ys): return sum(CE(o, y) for o, y in zip(outs, ys))


FIELDS = [
    # masks, boxes and images
    T("ScrollPrize/villa#1644", "a soft dice of raw logits, in three dimensions", "LX310",
      lambda: (soft_dice, nn.Conv3d(1, 1, 3, padding=1)(torch.randn(2, 1, 6, 6, 6)),
               bits(2, 1, 6, 6, 6))),
    T("wonbeomjang/mobile-hair-segmentation-pytorch#3", "argmax in the loss", "LX401",
      lambda: (image_gradient, maps(2, 2, 8, 8), torch.rand(2, 1, 8, 8))),
    T("open-mmlab/mmsegmentation#2836", "a pos_weight for each class, along the width", "LX108",
      lambda: (nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, 5, 10, 2])), maps(2, 4, 4, 4),
               bits(2, 4, 4, 4))),
    T("say4n/pytorch-segnet#5", "softmax before CrossEntropyLoss", "LX301",
      lambda: (CE, maps(2, 4, 6, 6).softmax(1), classes(72, 4).view(2, 6, 6))),
    T("leofansq/CPCL#1", "the surest of all pixels weighs all examples", "LX529",
      lambda: (surest, maps(2, 3, 6, 6), maps(2, 3, 6, 6).detach())),
    T("Megvii-BaseDetection/YOLOX#1565", "clamp(1e-16) in half precision", "LX407",
      lambda: (ciou, *half_boxes())),
    T("stevebottos/owl-vit-object-detection#14", "GIoU of centres and sizes", "LX213",
      lambda: (loss_giou, out(5, 4).sigmoid() * torch.tensor([1, 1, 0.4, 0.4]), CENTRES)),
    T("pytorch/vision#1128", "x, y, width and height in place of corners", "LX213",
      lambda: (rpn_box_loss, out(3, 4), CORNERS_AND_SIZES, ANCHORS)),
    T("ultralytics/yolov3#901", "objectness that is a GIoU, below 0", "LX204",
      lambda: (WITH_LOGITS, out(6, 1).squeeze(1), torch.tensor([0.8, -0.3, 0.1, -0.75, 0.5, 0]))),
    T("eriklindernoren/PyTorch-YOLOv3#137", "a mean that is divided by the batch", "LX528",
      lambda: (loss_cls, out(16, 5), classes(16, 5))),
    T("FoundationVision/LlamaGen#72", "a data_range of 2 for images from 0 to 1", "LX533",
      lambda: (ssim_loss, maps(2, 3, 16, 16).sigmoid(), torch.rand(2, 3, 16, 16))),
    T("Po-Hsun-Su/pytorch-ssim#20", "images of bytes", "LX112",
      lambda: (ssim_of_bytes, byte_image(maps(2, 1, 8, 8).sigmoid()),
               byte_image(torch.rand(2, 1, 8, 8)))),
    T("dingmyu/CamNet#4", "(N, 3, 1, 1) and (N, 3)", "LX101",
      lambda: (nn.L1Loss(), maps(3, 3, 1, 1), torch.randn(3, 3))),
    T("JuliaWolleb/Diffusion-based-Segmentation#72", "noise of one channel, two outputs", "LX117",
      lambda: (flat_mse, torch.randn(4, 1, 8, 8), maps(4, 2, 8, 8))),
    T("Wuziyi616/multi_part_assembly#4", "a term that is filled in by numbers", "LX401",
      lambda: (filled_by_hand, out(4, 3), torch.randn(4, 3))),
    # similarities
    T("HobbitLong/SupContrast#20", "anchors without a positive", "LX408",
      lambda: (supcon, unit(6, 8), torch.tensor([0, 0, 1, 1, 2, 3]))),
    T("Yunfan-Li/Contrastive-Clustering#15", "features that are not normalised", "LX331",
      lambda: (InstanceLoss(6, 0.5), out(6, 8, scale=4), out(6, 8, scale=4))),
    T("RElbers/info-nce-pytorch#17", "a temperature for the negatives alone", "LX332",
      lambda: (cold_negatives, unit(5, 8), unit(5, 8), unit(12, 8).detach())),
    T("DonkeyShot21/UNO#4", "log_softmax(dim=1) of (views, batch, classes)", "LX309",
      lambda: (uno, out(2, 4, 5), soft(2, 4, 5))),
    T("harveyslash/Facial-Similarity-with-Siamese-Networks-in-Pytorch#27",
      "distances (N,) and labels (N, 1)", "LX101",
      lambda: (siamese, out(6, 4), out(6, 4), bits(6, 1))),
    T("jinnnju/PaAno#1", "the diagonal is +inf: always 0", "",
      lambda: (hardest, unit(5, 8), unit(5, 8)),
      "that nothing is trained is said; of three reasons infinity is one", beside="LX404"),
    T("seathiefwang/RankPose#4", "MarginRankingLoss of labels 0 and 1", "LX202",
      lambda: (nn.MarginRankingLoss(margin=0.5), out(6, 1).squeeze(1), out(6, 1).squeeze(1),
               torch.tensor([1.0, 0, 0, 1, 1, 0]))),
    T("pytorch/pytorch#23782", "CosineEmbeddingLoss of -5, 4, 2, 5", "LX202",
      lambda: (nn.CosineEmbeddingLoss(), out(4, 5), out(4, 5), torch.tensor([-5.0, 4, 2, 5]))),
    T("tanatosuu/GDE#2", "the logarithm of a difference of scores", "LX408",
      lambda: (bpr_of_log, out(24, 8), out(24, 8), out(24, 8))),
    T("slryou41/AnchorLoss#2", "logsigmoid(1 - x) for log(1 - sigmoid(x))", "LX328",
      lambda: (anchor_like, out(6, 5), F.one_hot(classes(6, 5), 5).float())),
    T("kaidic/LDAM-DRW#17", "a gamma of 0.5 where p is 1", "LX405",
      lambda: (focal_half, out(6, 3) + 300 * torch.eye(6, 3), classes(6))),
    # survival times and quantiles
    T("Novartis/torchsurv#35", "a Cox likelihood of one patient", "LX404",
      lambda: (cox_nll, out(1, 1), torch.tensor([1]), torch.tensor([3.2]))),
    T("Novartis/torchsurv#117", "events 0 and 1 as places", "LX212",
      lambda: (cox_by_places, out(8, 1), SOME, TIMES)),
    T("lasso-net/lassonet#52", "a batch without an event", "LX408",
      lambda: (cox_ph, out(6, 1), torch.zeros(6), 10 * torch.rand(6))),
    T("scikit-learn/scikit-learn#8087", "a plus for a minus in a pinball loss", "LX535",
      lambda: (plus_for_minus, column(), torch.randn(16, 1))),
    T("ufal/npfl139#17", "tau where 1 - tau is meant", "LX535",
      lambda: (turned_quantile, column(), torch.randn(16, 1))),
    T("jiawei-ren/BalancedMSE#19", "a balanced MSE of one example", "LX404",
      lambda: (bmc, out(1, 1), torch.randn(1, 1))),
    T("pytorch/pytorch#45112", "RMSE where the fit is exact", "LX405",
      lambda: (rmse, 0 * column(5), torch.zeros(5, 1))),
    T("timeseriesAI/tsai#524", "targets below 0 are clamped in a MAPE", "LX416",
      lambda: (mape_clamped, column(), 3 * torch.randn(16, 1))),
    T("unit8co/darts#2517", "a MAPE of targets that hold 0", "LX408",
      lambda: (mape, column(8), torch.tensor([1.0, 4, 0, 2, 6, 0, 3, 5])[:, None])),
    T("pytorch/pytorch#184030", "PoissonNLLLoss(log_input=False) of a raw output", "LX315",
      lambda: (nn.PoissonNLLLoss(log_input=False), out(12, 1) - 1, torch.full((12, 1), 3.0))),
    T("frohrhofer/PINN_pareto#1", "u (N, 1) and its boundary (1, N)", "LX101",
      lambda: (boundary, column(), torch.zeros(1, 16))),
    T("pytorch/pytorch#5157", "weights of two classes in BCELoss", "LX108",
      lambda: (nn.BCELoss(weight=torch.tensor([0.1, 0.9])), out(4, 2, 2).sigmoid(), bits(4, 2, 2))),
    T("QunBB/DeepLearning#1", "the logarithm of a learned weight below 0", "LX408",
      lambda: (Uncertain(), out(8, 2), torch.randn(8), classes(8, 2).float())),
    # generators and autoencoders
    T("zdebruine/MMVAE#19", "a mean of the reconstruction, a sum of the KL", "LX519",
      lambda: (vae_of_sums, *reparametrized())),
    T("Zeleni9/pytorch-wgan#40", "a gradient's norm over one channel", "LX417",
      lambda: (penalty, gradients_of_critic())),
    T("grey-eye/talking-heads#13", "a critic's hinge without max(0, .)", "",
      lambda: (no_hinge, column(8), column(8)), "without its hinge it is a Wasserstein critic"),
    T("grey-eye/talking-heads#42", "a hinge of sigmoids", "",
      lambda: (hinge_d, column(24).sigmoid(), column(24).sigmoid()),
      "the loss is tried as linear, and is where no score is above a half"),
    # reinforcement learning and preferences
    T("RLinf/RLinf#1568", "values (N,) and returns (N, 1)", "LX101",
      lambda: (clipped_critic, *critic_of_a_step())),
    T("jvmncs/safe-grid-agents#28", "a minus sign that was taken into the min", "LX413",
      lambda: (sign_in_min, *stale(chosen_actions()), torch.randn(12))),
    T("philtabor/Deep-Q-Learning-Paper-To-Code#16", "a target with a graph", "LX411",
      lambda: (nn.MSELoss(), torch.randn(8) + 0.99 * out(8, 2).amax(1), q_of(8))),
    T("DeepX-inc/machina#198", "a mean over what is masked", "LX509",
      lambda: (vf_loss, out(10, 4), torch.randn(10, 4), kept([10, 6, 3, 2], 10).T.float())),
    T("MrSyee/pg-is-all-you-need#37", "an entropy with the wrong sign", "",
      lambda: (a2c_of_log_p, chosen_actions(), torch.randn(12)),
      "a log-probability has no name of an entropy", beyond=True),
    T("McGill-NLP/nano-aha-moment#10", "advantages (N,) along the tokens", "LX116",
      lambda: (pg, log_p_of(lm(ids := tokens(6, 6)), ids.roll(-1, 1)), torch.randn(6),
               kept([4, 6, 3, 6, 6, 6], 6).float())),
    T("QwenAudio/CosyVoice#1449", "a mask of what is to be ignored", "LX214",
      lambda: (masked_the_wrong_way, lm(tokens(4, 6)), lm(tokens(4, 6)),
               answers(tokens(4, 6), -1), answers(tokens(4, 6), -1), torch.randn(4),
               torch.randn(4))),
    T("0xallam/Direct-Preference-Optimization#4", "padding in a DPO", "LX210",
      lambda: (dpo_of_padding, *preferences(c := ending(20, 9, 0, [5, 4, 9, 6]),
                                            r := ending(20, 9, 0, [3, 9, 5, 9])), c, r)),
    T("jingyaogong/minimind#298", "a DPO of means over the padded length", "LX509",
      lambda: (dpo_of_means, log_p_of(lm(ids := tokens(4, 8)), ids).detach(),
               log_p_of(lm(ids), ids), kept([8, 5, 3, 6], 8).float())),
    T("deepspeedai/DeepSpeedExamples#501", "log(sigmoid(x)) of large differences", "LX408",
      lambda: (rm_loss, column(4), column(4) + torch.tensor([0.0, 90, 130, 5])[:, None])),
    # words and sounds
    T("jingyaogong/minimind#51", "a mean, and then the mask", "LX515",
      lambda: (averaged_then_masked, lm(tokens(3, 7)), tokens(3, 7), kept([7, 4, 3], 7).float())),
    T("allenai/open-instruct#1625", "a row whose labels are all ignored", "LX408",
      lambda: (sft_logp, *one_row_ignored())),
    T("vid-koci/bert-commonsense#1", "a sum over masked tokens", "",
      lambda: (mlm, lm(tokens(4, 8)), few_masked()), "longer rows may be meant to weigh more"),
    T("huggingface/transformers#404", "labels that are not shifted", "LX211",
      lambda: (of_rows, lm(ids := tokens(2, 9)), ids), beyond=True),
    T("huggingface/transformers#37830", "labels that are shifted twice", "LX211",
      lambda: (shifted_again, lm(ids := tokens(2, 9))[:, :-1].contiguous(),
               ids[:, 1:].contiguous()), beyond=True),
    T("FangShancheng/ABINet#65", "CTC of a label longer than the output", "LX323",
      lambda: (nn.CTCLoss(), out(5, 3, 10).log_softmax(-1), torch.randint(1, 10, (3, 8)),
               torch.full((3,), 5), torch.tensor([3, 8, 4]))),
    T("pytorch/pytorch#18249", "CTC with the blank among the labels", "LX323",
      lambda: (nn.CTCLoss(), out(20, 3, 6).log_softmax(-1),
               torch.tensor([[0, 3, 2, 0], [5, 0, 1, 2], [4, 4, 0, 3]]), torch.full((3,), 20),
               torch.full((3,), 4))),
    T("yluo42/TAC#7", "SI-SDR itself as the loss", "LX534",
      lambda: (batch_SISDR, out(4, 64), torch.randn(4, 64))),
    T("csteinmetz1/auraloss#28", "the class is called with the signals", "LX109",
      lambda: (SISDRLoss, *heard())),
    T("crlandsc/torch-log-wmse#3", "a silent target", "LX408",
      lambda: (log_wmse, out(3, 32), silent(3, 32))),
    # right, though somebody asked
    T("philtabor/Deep-Q-Learning-Paper-To-Code#19", "MSELoss(target, prediction)", "",
      lambda: (nn.MSELoss(), torch.randn(8), q_of(8))),
    T("asteroid-team/asteroid#456", "a negative SI-SDR", "", lambda: (neg_sisdr, *heard())),
    T("JunMa11/SegLossOdyssey#22", "a loss of -IoU", "",
      lambda: (iou_loss, maps(2, 3, 8, 8), F.one_hot(classes(128).view(2, 8, 8), 3)
               .movedim(-1, 1).float())),
    T("gusye1234/LightGCN-PyTorch#30", "softplus(neg - pos)", "",
      lambda: (bpr, column(6), column(6))),
    T("eriklindernoren/PyTorch-GAN#18", "images are detached as a target", "",
      lambda: (nn.MSELoss(), *through_critic())),
    T("tqch/ddpm-torch#2", "plain noise as the target", "",
      lambda: (plain_noise, torch.randn(4, 1, 8, 8), maps(4, 1, 8, 8))),
    T("karpathy/nanoGPT#323", "ignore_index=-1, and -1 among the targets", "",
      lambda: (rows_of, lm(tokens(4, 9)), padded(-1))),
    T("microsoft/CodeXGLUE#122", "active tokens by a mask", "",
      lambda: (active_tokens, *with_mask(padded(0)))),
    T("huggingface/trl#1095", "a DPO of sums, with -100 masked", "",
      lambda: (dpo_of_sums, *preferences(c := tokens(4, 6), r := tokens(4, 6)), answers(c, -100),
               answers(r, -100))),
    T("toshikwa/fqf-iqn-qrdqn.pytorch#14", "a quantile Huber loss", "",
      lambda: (quantile_huber, out(8, 5), torch.randn(8, 5), (torch.arange(5)[None] + 0.5) / 5)),
    T("lorenmt/mtan#51", "a negative loss of learned weights", "",
      lambda: (TasksOfMTAN(), x := out(8, 3), noisy(x.detach(), 0.01))),
    T("muupan/async-rl#22", "both terms are subtracted", "",
      lambda: (a3c, out(8, 3), classes(8), torch.randn(8))),
    T("eriklindernoren/PyTorch-GAN#151", "a Wasserstein critic", "",
      lambda: (critic_loss, column(6), column(6))),
    T("havakv/pycox#27", "a Cox likelihood with events", "",
      lambda: (cox_nll, out(8, 1), SOME, TIMES)),
    T("jingyaogong/minimind#431", "batchmean of tokens, times T squared", "",
      lambda: (distilled, out(24, 15), torch.randn(24, 15))),
    T("PeizeSun/SparseR-CNN#83", "L1 and GIoU of corners", "", lambda: (detr, *boxes_in_pixels())),
    T("karpathy/ng-video-lecture#10", "view(B*T, C)", "",
      lambda: (of_rows, lm(tokens(4, 8)), tokens(4, 8))),
    T("lucidrains/CoCa-pytorch#1", "classes are moved to axis 1, padding is ignored", "",
      lambda: (nn.CrossEntropyLoss(ignore_index=0), lm(tokens(4, 9)).transpose(1, 2), padded(0)),
      beside="LX208"),
    T("facebookresearch/moco#24", "labels that are all 0", "",
      lambda: (CE, logit_contrast(), torch.zeros(6).long())),
    T("Xilinx/brevitas#1388", "log_target=True of two log_softmax", "",
      lambda: (nn.KLDivLoss(reduction="batchmean", log_target=True), out(5, 6).log_softmax(-1),
               soft(5, 6).log())),
    T("Raschka-research-group/coral-pytorch#7", "levels and weights of importance", "",
      lambda: (coral_loss, out(7, 4), (torch.arange(7)[:, None] % 5 > torch.arange(4)).float(),
               torch.tensor([1.4, 1.0, 2.4, 1.3]))),
    T("ge-xing/Diff-UNet#19", "dice, BCE with logits, and MSE of the sigmoid", "",
      lambda: (diff_unet, maps(2, 2, 8, 8), bits(2, 2, 8, 8))),
    T("pytorch/pytorch#18215", "CTC of an empty target", "",
      lambda: (nn.CTCLoss(zero_infinity=True), out(15, 3, 10).log_softmax(-1),
               torch.randint(1, 10, (3, 5)), torch.full((3,), 15), torch.tensor([5, 0, 3]))),
    T("facebookresearch/detr#75", "centres are made corners before GIoU", "",
      lambda: (giou_of_centres, out(5, 4).sigmoid(), CENTRES)),
    T("tensorflow/addons#579", "max(tau*d, (tau - 1)*d)", "",
      lambda: (pinball, torch.randn(16, 1), column())),
    T("pytorch/examples#296", "sums of both terms of a VAE", "",
      lambda: (vae_answer, *reparametrized())),
    T("monologg/KoELECTRA#4", "most labels are -100", "",
      lambda: (CE, out(24, 9), named_entities())),
    T("knazeri/edge-connect#60", "a critic's hinge", "",
      lambda: (edge_connect, column(8), column(8))),
    T("nanditadoloi/PINN#3", "a residual by autograd.grad(u.sum(), x)", "",
      lambda: (nn.MSELoss(), residual(), torch.zeros(16, 1))),
    T("AICPS/hw2vec#23", "log_softmax before CrossEntropyLoss", "",
      lambda: (CE, out(6, 3).log_softmax(1), classes(6))),
]

FRESH = [
    # losses of torch
    T("bkitano/llama-from-scratch#5", "softmax before cross_entropy", "LX301",
      lambda: (of_rows, lm(tokens(4, 16)).softmax(-1), tokens(4, 16))),
    T("illiterate/BertClassifier#2", "softmax before CrossEntropyLoss", "LX301",
      lambda: (CE, out(16, 10).softmax(1), classes(16, 10))),
    T("eriklindernoren/PyTorch-YOLOv3#108", "sigmoid before CrossEntropyLoss", "LX301",
      lambda: (CE, torch.sigmoid(out(20, 11)[..., 5:])[::2], classes(10, 6))),
    T("Turoad/lanedet#32", "sigmoid before BCEWithLogitsLoss", "LX303",
      lambda: (WITH_LOGITS, torch.sigmoid(out(8, 4)), bits(8, 4))),
    T("MicrosoftDocs/pytorchfundamentals#21", "log_softmax over the batch", "LX309",
      lambda: (nn.NLLLoss(), F.log_softmax(out(16, 10), dim=0), classes(16, 10))),
    T("pytorch/pytorch#53030", "CosineEmbeddingLoss of targets (N, 1)", "LX100",
      lambda: (nn.CosineEmbeddingLoss(), out(16, 5), out(16, 5), 2 * bits(16, 1) - 1)),
    T("pytorch/pytorch#49917", "CosineEmbeddingLoss of 0.5", "LX202",
      lambda: (nn.CosineEmbeddingLoss(), out(4, 5), out(4, 5), torch.tensor([1, 0.5, -1, 0.5]))),
    T("lucidrains/DALLE-pytorch#57", "padding of 0 that is not ignored", "LX210",
      lambda: (F.cross_entropy, out(4, 16, 20).transpose(1, 2), ending(20, 16, 0, (5, 9, 7, 16)))),
    T("skorch-dev/skorch#481", "the logarithm of a softmax that is 0", "LX409",
      lambda: (nn.NLLLoss(), torch.log(F.softmax(out(16, 10, scale=900), -1)), classes(16, 10))),
    T("pytorch/pytorch#1258", "several characters at once for CrossEntropyLoss", "LX203",
      lambda: (CE, out(4, 26), plates())),
    T("hypnopump/rgn2-replica#12", "several labels at once for CrossEntropyLoss", "LX203",
      lambda: (CE, out(10, 12), bits(10, 12))),
    T("google-deepmind/acme#277", "q (N, 1) and its target (N,)", "LX101",
      lambda: (F.mse_loss, column(), torch.randn(16))),
    T("Photon-AI-Research/NeuralSolvers#20", "u (N, 1) and an initial condition (N,)", "LX101",
      lambda: (nn.MSELoss(), column(32), torch.rand(32))),
    T("datawhalechina/easy-rl#117", "a target of the same network, not detached", "LX411",
      lambda: (nn.MSELoss(), *double_q())),
    T("EvolvingLMMs-Lab/LongVA#29", "labels.view(-1) of a slice", "LX100",
      lambda: (viewed_slice, lm(ids := tokens(2, 10)), ids)),
    T("pytorch/translate#391", "a teacher that is not detached", "",
      lambda: (KL, out(12, 20).log_softmax(-1), out(12, 20).softmax(-1)),
      "both may be meant to be trained"),
    T("irom-princeton/dppo#14", "the noisy input in place of the clean one", "",
      lambda: (F.mse_loss, nn.Linear(6, 6)(x := torch.randn(16, 6)), x),
      "an autoencoder's call is the same", beyond=True),
    T("IntelLabs/distiller#122", "no factor of T*T", "LX537",
      lambda: (kd, out(16, 10), torch.randn(16, 10), classes(16, 10))),
    T("Thijsvanede/DeepCASE#8", "label smoothing that adds up to more than 1", "LX320",
      lambda: (deepcase, out(12, 8).log_softmax(-1), classes(12, 8))),
    T("huggingface/transformers#47394", "labels shifted outside, and inside again", "LX211",
      lambda: (shifted_again, lm(ids := tokens(3, 12))[:, :-1].reshape(-1, 20),
               ids[:, 1:].reshape(-1)), beyond=True),
    T("awslabs/gluonts#1784", "prediction and value change places in a quantile loss", "LX650",
      lambda: (quantiles_swapped, column(), torch.randn(16, 1), 0.5 + 0.4 * torch.rand(16, 1)),
      beyond=True),
    T("rishikksh20/TFGAN#7", "features of a fake that is detached", "",
      lambda: (nn.L1Loss(), out(8, 16), torch.randn(8, 16)), "the graph of the critic is there",
      beyond=True),
    T("liorshk/facenet_pytorch#6", "hard triplets through numpy", "",
      lambda: (nn.TripletMarginLoss(margin=0.5), by_numpy(), by_numpy(), by_numpy()),
      "an evaluation has no graph either: the report says it without a finding"),
    T("LZGMatrix/BOP19_CDPN_2019ICCV#4", "L1 of coordinates by argmax", "",
      lambda: (nn.L1Loss(), coordinates(), 2 * torch.rand(2, 6, 6) - 1),
      "an evaluation has no graph either: the report says it without a finding"),
    T("cnulab/RealNet#101", "CrossEntropyLoss of one class", "LX102",
      lambda: (CE, column(), torch.zeros(16).long())),
    T("liuruijin17/LSTR#50", "background and lanes have the same class", "",
      lambda: (nn.CrossEntropyLoss(torch.tensor([1.0, 0.1])), maps(2, 2, 7, 1)[..., 0],
               torch.ones(2, 7).long()),
      "that all targets are of one class is said of the weights", beside="LX503"),
    T("huggingface/transformers#1181", "batchmean of (batch, time, vocabulary)", "LX502",
      lambda: (KL, out(4, 20, 30).log_softmax(-1), soft(4, 20, 30))),
    T("bentrevett/pytorch-seq2seq#177", "CTC of a log_softmax over time", "LX309",
      lambda: (nn.CTCLoss(blank=11, zero_infinity=True), F.log_softmax(out(20, 4, 12), 0),
               torch.randint(0, 11, (4, 6)), torch.full((4,), 20), torch.full((4,), 6))),
    T("speechbrain/speechbrain#496", "absolute lengths where parts of 1 are wanted", "",
      lambda: (ctc_loss, out(4, 20, 12).log_softmax(-1), torch.randint(1, 12, (4, 6)),
               torch.tensor([20, 18, 15, 20]), torch.tensor([6, 5, 4, 6]), 0),
      "of the error that is raised the lengths are not named", beside="LX100"),
    T("yihong-97/Source-free-IAPC#6", "a soft target that is viewed with classes on axis 1", "",
      lambda: (soft_ce, maps(2, 5, 6, 6), soft(2, 36, 5).view(2, 5, 6, 6)),
      "no row of a target by hand is added up"),
    T("pangwong/pytorch-multi-label-classifier#3", "several cross entropies, one a label", "",
      lambda: (several, out(12, 9).split([4, 2, 3], 1), (classes(12, 4), classes(12, 2),
                                                         classes(12, 3)))),
    # losses by hand
    T("caogang/wgan-gp#27", "a gradient's norm over channels", "LX417",
      lambda: (gradient_penalty, nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(),
                                               nn.Linear(144, 1)),
               torch.randn(4, 3, 8, 8), torch.randn(4, 3, 8, 8))),
    T("mkusner/grammarVAE#2", "a KL that is a mean over the latent numbers", "",
      lambda: (grammar_vae, *reparametrized()), "a factor, which a weight may intend"),
    T("DaehanKim/vgae_pytorch#2", "exp(logstd) without its square", "LX536",
      lambda: (vgae, *graph())),
    T("pytorch/rl#1243", "log-probabilities (N,) and advantages (N, 1)", "LX101",
      lambda: (reinforce, gaussian_policy(), torch.randn(16, 1))),
    T("datawhalechina/easy-rl#171", "plus the entropy", "LX538",
      lambda: (ppo_of_entropy, Categorical(logits=(x := out(12, 3))), classes(12),
               noisy(log_p_of(x.detach(), classes(12)), 0.05), torch.randn(12))),
    T("DLR-RM/stable-baselines3#127", "the sign of an approximate entropy", "",
      lambda: (ppo_of_log_prob, *stale(gaussian_policy(), 0.05), torch.randn(16)),
      "it is also the loss of imitation", beyond=True),
    T("locuslab/open-unlearning#30", "a loss that is overwritten", "LX121",
      lambda: (idk, each_ce(), each_ce(), torch.rand(8) + 2, torch.rand(8) + 2)),
    T("Ugenteraan/Deep_Hierarchical_Classification#6", "a term of argmax", "LX410",
      lambda: (hierarchy, out(12, 3), out(12, 6), classes(12), classes(12, 6))),
    T("sraashis/easytorch#38", "a dice loss that returns dice", "LX520",
      lambda: (dice_loss, maps(2, 1, 8, 8).sigmoid(), bits(2, 1, 8, 8).long())),
    T("c0nn3r/RetinaNet#8", "the logarithm of a cross entropy for that of p", "LX511",
      lambda: (focal_of_log_ce, out(16, 4), classes(16, 4))),
    T("fudannlp16/focal-loss#8", "times gamma for to the power of gamma", "LX541",
      lambda: (focal_by_factor, column(), bits(16, 1))),
    T("yatengLG/Focal-Loss-Pytorch#9", "alpha is overwritten in forward", "LX123",
      lambda: (FocalOfGathered(), out(24, 10), classes(24, 10))),
    T("lucidrains/contrastive-learner#2", "2*b rows divided by 2*(b - 1)", "",
      lambda: (nt_xent_sum, *two_views()), "a factor near 1"),
    T("huiserwang/ContrastMask#4", "InfoNCE of cosines without its temperature", "LX327",
      lambda: (infonce, unit(8, 8), unit(8, 8), unit(20, 8).detach())),
    T("Kim-Minseon/RoCL#3", "a cosine without its minus", "LX520",
      lambda: (cosine_loss, *two_views())),
    T("AlanChou/Deep-Co-Training-for-Semi-Supervised-Image-Recognition#1",
      "the other network as a target, not detached", "", lambda: (loss_diff, *two_nets()),
      "both may be meant to be trained"),
    T("ctallec/world-models#10", "log_softmax over the batch in a mixture", "LX333",
      lambda: (gmm_loss, *mixture())),
    T("summerlvsong/Aggregation-Cross-Entropy#2", "0 times the logarithm of 0", "LX409",
      lambda: (ace, 999 * torch.eye(7)[classes(32)].view(4, 8, 7) * nn.Parameter(torch.ones(())),
               torch.tensor([[5.0, 2, 1, 0, 0, 0, 0]]).repeat(4, 1))),
    T("ZFTurbo/Music-Source-Separation-Training#200", "RMSE of silence", "LX405",
      lambda: (rmse_of_spectra, nn.Linear(16, 16, bias=False)(silent(3, 16)), silent(3, 16))),
    T("ronghuaiyang/arcface-pytorch#32", "sine by sqrt of 1 - cosine^2", "LX405",
      lambda: (arc, torch.eye(6, 5) * nn.Parameter(torch.ones(())), classes(6, 5))),
    T("MccreeZhao/FR-Loss-on-Mnist#2", "the margin is computed and not used", "LX121",
      lambda: (arc_of_cosine, unit(16, 8) @ unit(10, 8).T, classes(16, 10))),
    T("Edresson/VoiceSplit#7", "source and estimate change places", "LX510",
      lambda: (cal_si_snr, *heard())),
    T("csteinmetz1/auraloss#25", "a silent target", "",
      lambda: (sisdr, out(3, 100), silent(3, 100)),
      "0/0 is said to be of a count, and is of an energy", beside="LX408"),
    T("dice-group/dice-embeddings#458", "a smoothing that is never used", "LX122",
      lambda: (LabelSmoothingLoss(0.1), out(8, 20), bits(8, 20))),
    T("KevinMusgrave/pytorch-metric-learning#504", "margins of a distance for a cosine", "LX404",
      lambda: (contrastive, 3 + out(6, 8, scale=0.1), classes(6))),
    T("Megvii-BaseDetection/YOLOX#723", "the intersection for the union in GIoU", "LX580",
      lambda: (giou_less_inter, *boxes_near_and_far())),
    T("discuss.pytorch.org/t/216747", "a constant with requires_grad=True", "LX402",
      lambda: (zero_one, column(6), bits(6, 1))),
    T("wohlert/semi-supervised-pytorch#16", "softplus of a logarithm", "LX316",
      lambda: (elbo, *with_softplus())),
    T("XLearning-SCU/2021-NeurIPS-NCR#2", "a margin of labels that is not used", "LX121",
      lambda: (SoftMargin(), unit(6, 8) @ unit(6, 8).T, torch.rand(6))),
    T("BobLiu20/YOLOv3_PyTorch#37", "a mean over what is masked", "LX509",
      lambda: (yolo, *cells())),
    # right, though somebody asked
    T("cvg/glue-factory#89", "the layer before a sigmoid", "",
      lambda: (glue, out(2, 10), torch.rand(2, 10) < 0.5)),
    T("amdegroot/ssd.pytorch#218", "a sum over positives and hard negatives", "",
      lambda: (multibox, out(40, 4), out(40, 6), torch.randn(40, 4),
               torch.arange(40) * (torch.arange(40) < 6))),
    T("graviraja/pytorch-sample-codes#2", "a VAE, with the target first", "",
      lambda: (target_first, *vae_target_first())),
    T("pytorch/examples#824", "sums of both terms of a VAE", "",
      lambda: (vae_answer, *reparametrized())),
    T("jungwhank/rcnn-text-classification-pytorch#1", "logits and integer labels", "",
      lambda: (CE, out(16, 4), classes(16, 4))),
    T("orybkin/sigma-vae-pytorch#11", "a Gaussian likelihood of one sigma", "",
      lambda: (gaussian_nll, out(8, 12), nn.Parameter(torch.zeros(1)), torch.rand(8, 12))),
    T("tianzhi0549/FCOS#355", "GIoU of distances to four sides", "",
      lambda: (giou_of_distances, out(10, 4).exp(), 3 * torch.rand(10, 4) + 0.2)),
    T("boyu-ai/Hands-on-RL#112", "a target of another network, not detached", "",
      lambda: (F.mse_loss, q_of(16)[:, None], torch.randn(16, 1)
               + 0.98 * out(16, 2).max(1)[0].view(-1, 1) * (1 - bits(16, 1)))),
    T("iffiX/machin#27", "plus the entropy, with a negative weight", "",
      lambda: (act_loss, Categorical(logits=out(12, 3)), classes(12), torch.randn(12))),
    T("lsdefine/simple_GRPO#33", "exp(log_p - log_p.detach())", "", lambda: (grpo, *completions())),
    T("eric-mitchell/direct-preference-optimization#98", "policy ratios less reference ratios", "",
      lambda: (dpo, *(out(8, 2) - 5).unbind(1), torch.randn(8) - 5, torch.randn(8) - 5)),
    T("sauradip/STALE#17", "exp(-ce) of each element", "",
      lambda: (lambda x, y: focal_half(x, y, 2) / 2, out(16, 5), classes(16, 5))),
    T("cfzd/Ultra-Fast-Lane-Detection#95", "nll_loss of a factor times log_softmax", "",
      lambda: (softmax_focal, maps(2, 6, 6, 6), classes(72, 6).view(2, 6, 6))),
    T("pytorch/vision#8519", "sigmoid_focal_loss", "",
      lambda: (sigmoid_focal, out(16, 6), bits(16, 6))),
    T("Lightning-Universe/lightning-bolts#252", "the positive in the denominator", "",
      lambda: (nt_xent, *two_views())),
    T("KevinMusgrave/pytorch-metric-learning#282", "a maximum that is not detached", "",
      lambda: (nt_xent_less_maximum, unit(6, 8), classes(6))),
    T("michuanhaohao/reid-strong-baseline#16", "MarginRankingLoss(an, ap, 1)", "",
      lambda: (nn.MarginRankingLoss(margin=0.3), *mined())),
    T("facebookresearch/simsiam#14", "a negative cosine", "", lambda: (simsiam, *siamese_views())),
    T("Lightning-Universe/lightning-bolts#697", "-2 times a cosine", "",
      lambda: (byol, out(8, 8), torch.randn(8, 8))),
    T("lucas-maes/le-wm#44", "gradients on both sides, and a regulariser", "",
      lambda: (lewm, out(16, 8), out(16, 8))),
    T("marco-rudolph/differnet#10", "a normalising flow, below 0", "",
      lambda: (flow, out(16, 6, scale=0.1), out(16, 1).squeeze(1) + 3)),
    T("AlanChou/Truncated-Loss#4", "a truncated loss, below 0", "",
      lambda: (truncated, out(16, 10), classes(16, 10), torch.arange(16))),
    T("kaituoxu/Conv-TasNet#42", "minus SI-SNR", "", lambda: (cal_si_snr, *heard()[::-1])),
    T("JusperLee/Dual-Path-RNN-Pytorch#32", "20*log10 of a ratio of norms", "",
      lambda: (sisnr_of_norms, *heard())),
    T("speechbrain/speechbrain#1388", "the best of two orders", "",
      lambda: (pit, torch.randn(3, 2, 200), out(3, 2, 200))),
    T("pfriedri/wdm-3d#4", "a diffusion model of x_start", "",
      lambda: (x_start, torch.randn(16, 6), out(16, 6))),
    T("w86763777/pytorch-ddpm#7", "a sum divided by 1000", "",
      lambda: (in_thousands, maps(4, 3, 8, 8), torch.randn(4, 3, 8, 8))),
    T("eriklindernoren/PyTorch-YOLOv3#33", "targets that are all 0 where no object is", "",
      lambda: (no_object, maps(2, 1, 8, 8)[:, 0].sigmoid(), spans((0, 2, 3), (1, 5, 1)))),
    T("charlesCXK/TorchSemiSeg#45", "argmax of the other network as labels", "",
      lambda: (cps, maps(2, 5, 6, 6), maps(2, 5, 6, 6))),
    T("DeNA/PyTorch_YOLOv3#31", "objectness, masked on both sides", "",
      lambda: (nn.BCELoss(reduction="sum"), maps(2, 1, 8, 8)[:, 0].sigmoid()
               * (1 - spans((0, 1, 1))), spans((0, 2, 3), (1, 4, 4)))),
    T("MaximumEntropy/Seq2Seq-PyTorch#11", "padding has a weight of 0", "",
      lambda: (nn.CrossEntropyLoss(weight=(torch.arange(20) > 0).float()), out(48, 20),
               ending(20, 12, 0, [4, 12, 7, 9]).view(-1))),
    T("anheidelonghu/ACNet#14", "labels less 1, and 0 masked", "",
      lambda: (labelled_only, maps(2, 5, 6, 6), classes(72, 6).view(2, 6, 6))),
    T("unit8co/darts#1559", "a sum over quantiles, a mean over the batch", "",
      lambda: (of_quantiles, out(8, 4, 2, 3), torch.randn(8, 4, 2))),
    T("xlang-ai/instructor-embedding#94", "scores with labels that are all 0", "",
      lambda: (instructor, unit(6, 8), unit(6, 8), unit(6, 8))),
    T("mlfoundations/open_clip#1002", "cross entropy of both directions", "",
      lambda: (clip, unit(6, 8), unit(6, 8), nn.Parameter(torch.tensor(2.66)).exp())),
    T("jongwooko/distillm#7", "a KL without the teacher's entropy", "",
      lambda: (forward_kl, out(2, 6, 20), torch.randn(2, 6, 20), one_row_ignored()[1][:2, :6])),
    T("chxy95/Deep-Mutual-Learning#2", "log_softmax of one, softmax of the other's data", "",
      lambda: (mutual, out(16, 10), out(16, 10), classes(16, 10))),
    T("hosseinshn/GradNorm#5", "L1 of () and (1,)", "",
      lambda: (nn.L1Loss(), out(8, 1).norm(), torch.tensor([1.3]))),
    T("karpathy/llm.c#800", "labels that the loader has shifted", "",
      lambda: (rows_of, lm((ids := tokens(4, 17))[:, :-1]), ids[:, 1:].contiguous())),
]
