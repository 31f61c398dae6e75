"""Fifty famous losses by hand, each with one slip, and fifty right ones."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from unseen import book

CASES, wrong, right = book()


def boxes(n):
    "Boxes x1, y1, x2, y2 out of a head, and those that are near them."
    head = nn.Linear(6, 4)
    p = head(torch.randn(n, 6))
    xy, wh = torch.sigmoid(p[:, :2]) * 50, torch.sigmoid(p[:, 2:]) * 30 + 4
    pred = torch.cat([xy, xy + wh], 1)
    target = pred.detach() + torch.randn(n, 4) * 2
    return pred, target


def images(n=4, c=3, s=16):
    img = torch.rand(n, c, s, s)
    net = nn.Conv2d(c, c, 3, padding=1)
    return torch.sigmoid(net(img + 0.1 * torch.randn_like(img))), img


@wrong(
    "AH arXiv 2002.05709 (NT-Xent), layout of positives",
    "views are joined one after the other, positives are taken as neighbours",
    "",
)
def _():
    torch.manual_seed(1)
    net = nn.Linear(20, 16)
    x = torch.randn(16, 20)

    def nt_xent(z_i, z_j, temperature=0.5):
        z = F.normalize(torch.cat([z_i, z_j], dim=0), dim=1)
        sim = z @ z.t() / temperature
        n = z.size(0)
        sim = sim.masked_fill(torch.eye(n, dtype=torch.bool, device=z.device), float("-inf"))
        targets = torch.arange(n, device=z.device) ^ 1
        return F.cross_entropy(sim, targets)

    return nt_xent, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@wrong(
    "AH arXiv 2004.11362 (SupCon), denominator", "the log of the denominator is missing", "LX620"
)
def _():
    torch.manual_seed(2)
    labels = torch.randint(0, 4, (24,))
    net = nn.Linear(12, 8)
    x = torch.randn(4, 12)[labels] + 0.5 * torch.randn(24, 12)

    def supcon(features, labels, temperature=0.1):
        features = F.normalize(features, dim=1)
        mask = (labels[:, None] == labels[None, :]).float()
        logits = features @ features.T / temperature
        logits = logits - logits.max(dim=1, keepdim=True)[0].detach()
        logits_mask = 1 - torch.eye(len(labels))
        mask = mask * logits_mask
        exp_logits = torch.exp(logits) * logits_mask
        log_prob = logits - exp_logits.sum(1, keepdim=True)
        mean_log_prob_pos = (mask * log_prob).sum(1) / mask.sum(1).clamp(min=1)
        return -mean_log_prob_pos.mean()

    return supcon, (net(x), labels)


@wrong(
    "AH arXiv 1705.08790 (Lovasz-softmax), order of errors", "errors are sorted upwards", "LX650"
)
def _():
    torch.manual_seed(3)
    x = torch.randn(2, 3, 8, 8)
    labels = (x[:, 0] > 0).long() + (x[:, 1] > 0.5).long()
    net = nn.Conv2d(3, 3, 3, padding=1)

    def lovasz_grad(gt_sorted):
        p = len(gt_sorted)
        gts = gt_sorted.sum()
        intersection = gts - gt_sorted.float().cumsum(0)
        union = gts + (1 - gt_sorted).float().cumsum(0)
        jaccard = 1.0 - intersection / union
        if p > 1:
            jaccard[1:p] = jaccard[1:p] - jaccard[0:-1]
        return jaccard

    def lovasz_softmax(logits, labels):
        probas = logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, logits.size(1))
        labels = labels.view(-1)
        losses = []
        for c in range(probas.size(1)):
            fg = (labels == c).float()
            if fg.sum() == 0:
                continue
            errors = (fg - probas[:, c]).abs()
            errors_sorted, perm = torch.sort(errors, 0)
            losses.append(torch.dot(errors_sorted, lovasz_grad(fg[perm])))
        return torch.stack(losses).mean()

    return lovasz_softmax, (net(x), labels)


@wrong(
    "AH arXiv 1810.07842 (focal Tversky)",
    "the index itself is raised to the power and minimised",
    "LX520",
)
def _():
    torch.manual_seed(4)
    x = torch.randn(4, 3, 16, 16)
    masks = (x.mean(1, keepdim=True) > 0.4).float()
    net = nn.Conv2d(3, 1, 3, padding=1)

    class FocalTverskyLoss(nn.Module):
        def __init__(self, alpha=0.7, beta=0.3, gamma=0.75, smooth=1.0):
            super().__init__()
            self.alpha, self.beta, self.gamma, self.smooth = alpha, beta, gamma, smooth

        def forward(self, inputs, targets):
            inputs = torch.sigmoid(inputs).flatten(1)
            targets = targets.flatten(1)
            TP = (inputs * targets).sum(1)
            FN = ((1 - inputs) * targets).sum(1)
            FP = (inputs * (1 - targets)).sum(1)
            tversky = (TP + self.smooth) / (TP + self.alpha * FN + self.beta * FP + self.smooth)
            return (tversky**self.gamma).mean()

    return FocalTverskyLoss(), (net(x), masks)


@wrong(
    "AH arXiv 1911.08287 (CIoU), aspect ratio",
    "arctan of h/w for one box, of w/h for the other",
    "",
)
def _():
    torch.manual_seed(5)

    def ciou_loss(pred, target, eps=1e-7):
        lt = torch.max(pred[:, :2], target[:, :2])
        rb = torch.min(pred[:, 2:], target[:, 2:])
        wh = (rb - lt).clamp(min=0)
        overlap = wh[:, 0] * wh[:, 1]
        w1, h1 = (pred[:, 2:] - pred[:, :2]).unbind(1)
        w2, h2 = (target[:, 2:] - target[:, :2]).unbind(1)
        iou = overlap / (w1 * h1 + w2 * h2 - overlap + eps)
        c = torch.max(pred[:, 2:], target[:, 2:]) - torch.min(pred[:, :2], target[:, :2])
        c2 = (c**2).sum(1) + eps
        rho2 = ((pred[:, :2] + pred[:, 2:] - target[:, :2] - target[:, 2:]) ** 2).sum(1) / 4
        v = 4 / math.pi**2 * (torch.atan(w2 / h2) - torch.atan(h1 / w1)) ** 2
        with torch.no_grad():
            alpha = v / (1 - iou + v + eps)
        return (1 - iou + rho2 / c2 + alpha * v).mean()

    return ciou_loss, boxes(16)


@wrong(
    "AH arXiv 1801.07698 (ArcFace), sine",
    "sine is the root of 1 - cosine, not of 1 - cosine squared",
    "LX650",
)
def _():
    torch.manual_seed(6)
    label = torch.randint(0, 6, (32,))
    net = nn.Linear(10, 8)
    x = torch.randn(6, 10)[label] + torch.randn(32, 10) * 0.5

    class ArcMarginProduct(nn.Module):
        def __init__(self, in_features, out_features, s=30.0, m=0.50):
            super().__init__()
            self.s, self.cos_m, self.sin_m = s, math.cos(m), math.sin(m)
            self.weight = nn.Parameter(torch.randn(out_features, in_features))

        def forward(self, input, label):
            cosine = F.linear(F.normalize(input), F.normalize(self.weight))
            sine = torch.sqrt((1.0 - cosine).clamp(1e-6, 1))
            phi = cosine * self.cos_m - sine * self.sin_m
            one_hot = torch.zeros_like(cosine).scatter_(1, label.view(-1, 1), 1)
            output = self.s * (one_hot * phi + (1.0 - one_hot) * cosine)
            return F.cross_entropy(output, label)

    return ArcMarginProduct(8, 6), (net(x), label)


@wrong(
    "AH arXiv 1703.07737 (batch hard), hardest negative",
    "the hardest negative is the min of distances times a mask: always 0",
    "LX557",
)
def _():
    torch.manual_seed(7)
    labels = torch.arange(6).repeat_interleave(4)
    net = nn.Linear(10, 16)
    x = torch.randn(6, 10)[labels] + torch.randn(24, 10) * 0.7

    def batch_hard_triplet(embeddings, labels, margin=0.3):
        dist = torch.cdist(embeddings, embeddings)
        same = labels[:, None] == labels[None]
        pos_mask = (same & ~torch.eye(len(labels), dtype=torch.bool)).float()
        neg_mask = (~same).float()
        hardest_positive = (dist * pos_mask).max(dim=1)[0]
        hardest_negative = (dist * neg_mask).min(dim=1)[0]
        return F.relu(hardest_positive - hardest_negative + margin).mean()

    return batch_hard_triplet, (net(x), labels)


@wrong(
    "AH arXiv 1506.02216 (VRNN), KL to the learned prior",
    "the quadratic term is divided by the variance of q, not of the prior",
    "LX650",
)
def _():
    torch.manual_seed(8)
    h = torch.randn(16, 12)
    enc, pri = nn.Linear(12, 10), nn.Linear(12, 10)

    def kld_gauss(mean_q, logvar_q, mean_p, logvar_p):
        kld = logvar_p - logvar_q + (logvar_q.exp() + (mean_q - mean_p).pow(2)) / logvar_q.exp() - 1
        return 0.5 * kld.sum(1).mean()

    return kld_gauss, (*enc(h).chunk(2, 1), *pri(h).chunk(2, 1))


@wrong(
    "AH arXiv 1711.00937 (VQ-VAE), both terms of one detach",
    "commitment has the same detach as the codebook term",
    "LX561",
)
def _():
    torch.manual_seed(9)
    z_e = nn.Linear(12, 8)(torch.randn(32, 12))
    codebook = nn.Embedding(16, 8)
    idx = torch.cdist(z_e, codebook.weight).argmin(1)

    def vq_loss(z_e, z_q, beta=0.25):
        codebook_loss = F.mse_loss(z_q, z_e.detach())
        commitment_loss = F.mse_loss(z_q, z_e.detach())
        return codebook_loss + beta * commitment_loss

    return vq_loss, (z_e, codebook(idx))


@wrong(
    "AH arXiv 1807.00734 (RaGAN), own mean",
    "each score is compared with the mean of its own kind",
    "",
)
def _():
    torch.manual_seed(10)
    D = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    real, fake = torch.randn(32, 6) + 1, torch.randn(32, 6)

    def d_loss_ra(real_pred, fake_pred):
        loss_real = F.binary_cross_entropy_with_logits(
            real_pred - real_pred.mean(), torch.ones_like(real_pred)
        )
        loss_fake = F.binary_cross_entropy_with_logits(
            fake_pred - fake_pred.mean(), torch.zeros_like(fake_pred)
        )
        return (loss_real + loss_fake) / 2

    return d_loss_ra, (D(real), D(fake))


@wrong(
    "AH arXiv 2006.11239 (DDPM), roots of alpha bar",
    "noise is mixed in without the square roots",
    "LX559",
)
def _():
    torch.manual_seed(11)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.Linear(9, 8)

        def forward(self, x, t):
            return self.l(torch.cat([x, t[:, None] / 100.0], 1))

    model = Net()
    alphas_cumprod = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 100), 0)

    def p_losses(model, x_start, t, noise, alphas_cumprod):
        a = alphas_cumprod[t][:, None]
        x_noisy = a * x_start + (1 - a) * noise
        return F.mse_loss(model(x_noisy, t), noise)

    return p_losses, (
        model,
        torch.randn(32, 8),
        torch.randint(0, 100, (32,)),
        torch.randn(32, 8),
        alphas_cumprod,
    )


@wrong(
    "AH arXiv 2303.09556 (min-SNR), min and max",
    "the SNR is bounded from below, not from above",
    "LX635",
)
def _():
    torch.manual_seed(12)
    abar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
    t = torch.randint(0, 1000, (16,))
    noise = torch.randn(16, 8)
    model_pred = nn.Linear(8, 8)(noise + 0.3 * torch.randn(16, 8))

    def min_snr_loss(model_pred, noise, timesteps, alphas_cumprod, snr_gamma=5.0):
        snr = alphas_cumprod[timesteps] / (1 - alphas_cumprod[timesteps])
        mse_loss_weights = snr.clamp(min=snr_gamma) / snr
        loss = F.mse_loss(model_pred, noise, reduction="none").mean(dim=1)
        return (loss * mse_loss_weights).mean()

    return min_snr_loss, (model_pred, noise, t, abar)


@wrong(
    "AH arXiv 1602.01783 (A2C), what the critic learns",
    "the critic is regressed on advantages",
    "LX650",
)
def _():
    torch.manual_seed(13)
    obs = torch.randn(32, 6)
    logits, value = nn.Linear(6, 3)(obs), nn.Linear(6, 1)(obs).squeeze(-1)
    returns = obs[:, 0] + 5 + torch.randn(32) * 0.3

    def a2c_loss(logits, values, actions, returns, vf_coef=0.5, ent_coef=0.01):
        advantages = (returns - values).detach()
        dist = torch.distributions.Categorical(logits=logits)
        policy_loss = -(dist.log_prob(actions) * advantages).mean()
        value_loss = F.mse_loss(values, advantages)
        return policy_loss + vf_coef * value_loss - ent_coef * dist.entropy().mean()

    return a2c_loss, (logits, value, torch.randint(0, 3, (32,)), returns)


@wrong(
    "AH arXiv 1801.01290 (SAC), entropy in the target",
    "alpha log pi is added to the target of the critics",
    "LX639",
)
def _():
    torch.manual_seed(14)
    s = torch.randn(32, 6)
    q1, q2 = nn.Linear(6, 1)(s), nn.Linear(6, 1)(s)

    def critic_loss(
        q1, q2, reward, done, next_q1_target, next_q2_target, next_log_pi, alpha=0.2, gamma=0.99
    ):
        with torch.no_grad():
            min_q = torch.min(next_q1_target, next_q2_target) + alpha * next_log_pi
            target = reward + gamma * (1 - done) * min_q
        return F.mse_loss(q1, target) + F.mse_loss(q2, target)

    return critic_loss, (
        q1,
        q2,
        torch.randn(32, 1),
        (torch.rand(32, 1) < 0.1).float(),
        torch.randn(32, 1),
        torch.randn(32, 1),
        -torch.rand(32, 1) * 3,
    )


@wrong(
    "AH arXiv 1802.09477 (TD3), max of twins",
    "the larger of the two target critics is taken",
    "LX565",
)
def _():
    torch.manual_seed(15)
    s = torch.randn(32, 6)
    q1, q2 = nn.Linear(6, 1)(s), nn.Linear(6, 1)(s)

    def td3_critic_loss(
        current_Q1, current_Q2, target_Q1, target_Q2, reward, not_done, discount=0.99
    ):
        target_Q = torch.max(target_Q1, target_Q2)
        target_Q = reward + not_done * discount * target_Q.detach()
        return F.mse_loss(current_Q1, target_Q) + F.mse_loss(current_Q2, target_Q)

    return td3_critic_loss, (
        q1,
        q2,
        torch.randn(32, 1),
        torch.randn(32, 1),
        torch.randn(32, 1),
        (torch.rand(32, 1) > 0.1).float(),
    )


@wrong(
    "AH arXiv 2110.06169 (IQL), expectile turned round",
    "the weight of positive differences is 1 - expectile",
    "LX650",
)
def _():
    torch.manual_seed(16)
    obs = torch.randn(32, 6)
    v = nn.Linear(6, 1)(obs).squeeze(-1)
    q = obs[:, 0] + torch.randn(32)

    def value_loss(v, target_q, expectile=0.7):
        diff = target_q - v
        weight = torch.where(diff > 0, 1 - expectile, expectile)
        return (weight * diff**2).mean()

    return value_loss, (v, q)


@wrong("AH arXiv 2310.12036 (IPO), 1/2*beta", "precedence: 1/2*beta for 1/(2*beta)", "LX650")
def _():
    torch.manual_seed(17)
    h = torch.randn(16, 8)
    lp = -F.softplus(nn.Linear(8, 2)(h)) * 20
    ref = lp.detach() + torch.randn(16, 2)

    def ipo_loss(
        policy_chosen_logps,
        policy_rejected_logps,
        reference_chosen_logps,
        reference_rejected_logps,
        beta=0.1,
    ):
        pi_logratios = policy_chosen_logps - policy_rejected_logps
        ref_logratios = reference_chosen_logps - reference_rejected_logps
        logits = pi_logratios - ref_logratios
        return ((logits - 1 / 2 * beta) ** 2).mean()

    return ipo_loss, (lp[:, 0], lp[:, 1], ref[:, 0], ref[:, 1])


@wrong("AH arXiv 2403.07691 (ORPO), log odds", "log(1 - p) is added with the wrong sign", "LX650")
def _():
    torch.manual_seed(18)
    h = torch.randn(16, 8)
    lp = -F.softplus(nn.Linear(8, 2)(h))

    def odds_ratio_loss(policy_chosen_logps, policy_rejected_logps, beta=0.1):
        "Mean log probabilities of a token."
        log_odds = (policy_chosen_logps - policy_rejected_logps) + (
            torch.log1p(-torch.exp(policy_chosen_logps))
            - torch.log1p(-torch.exp(policy_rejected_logps))
        )
        ratio = F.logsigmoid(log_odds)
        return -policy_chosen_logps.mean() - beta * ratio.mean()

    return odds_ratio_loss, (lp[:, 0], lp[:, 1])


@wrong(
    "AH arXiv 1503.02531 (distillation), T squared", "divided by T squared, not multiplied", "LX537"
)
def _():
    torch.manual_seed(19)
    x = torch.randn(32, 10)
    s = nn.Linear(10, 5)(x)
    with torch.no_grad():
        t = nn.Linear(10, 5)(x) * 3

    def loss_fn_kd(outputs, labels, teacher_outputs, alpha=0.9, T=4.0):
        kd = F.kl_div(
            F.log_softmax(outputs / T, dim=1),
            F.softmax(teacher_outputs / T, dim=1),
            reduction="batchmean",
        ) / (T * T)
        return alpha * kd + (1 - alpha) * F.cross_entropy(outputs, labels)

    return loss_fn_kd, (s, t.argmax(1), t)


@wrong(
    "AH masked token loss, divided twice",
    "mean over all tokens and then by the count of valid ones",
    "LX509",
)
def _():
    torch.manual_seed(20)
    ids = torch.randint(1, 30, (8, 12))
    attention_mask = (torch.arange(12)[None] < torch.randint(5, 13, (8, 1))).long()
    emb = nn.Sequential(nn.Embedding(30, 16), nn.Linear(16, 30))

    def lm_loss(logits, input_ids, attention_mask):
        shift_logits = logits[:, :-1].contiguous()
        shift_labels = input_ids[:, 1:].contiguous()
        mask = attention_mask[:, 1:].float()
        logp = F.log_softmax(shift_logits, -1)
        nll = -logp.gather(-1, shift_labels.unsqueeze(-1)).squeeze(-1)
        return (nll * mask).mean() / mask.sum()

    return lm_loss, (emb(ids), ids, attention_mask)


@wrong(
    "AH arXiv 1512.00567 (label smoothing), sign of the smooth part",
    "the smooth part lacks its minus",
    "LX581",
)
def _():
    torch.manual_seed(21)
    x = torch.randn(32, 10)
    y = x[:, :6].argmax(1)

    class LabelSmoothing(nn.Module):
        def __init__(self, smoothing=0.1):
            super().__init__()
            self.smoothing = smoothing
            self.confidence = 1.0 - smoothing

        def forward(self, x, target):
            logprobs = F.log_softmax(x, dim=-1)
            nll_loss = -logprobs.gather(dim=-1, index=target.unsqueeze(1)).squeeze(1)
            smooth_loss = logprobs.mean(dim=-1)
            return (self.confidence * nll_loss + self.smoothing * smooth_loss).mean()

    return LabelSmoothing(), (nn.Linear(10, 6)(x), y)


@wrong(
    "AH Gneiting & Raftery 2007 (Winkler interval score)",
    "the penalty of the lower bound applies to what lies inside",
    "LX650",
)
def _():
    torch.manual_seed(22)
    x = torch.randn(32, 5)
    y = x[:, 0] * 2 + torch.randn(32)
    out = nn.Linear(5, 2)(x)
    half = F.softplus(out[:, 1]) + 0.5

    def interval_score(lower, upper, y, alpha=0.1):
        width = upper - lower
        below = (2 / alpha) * (lower - y) * (y > lower).float()
        above = (2 / alpha) * (y - upper) * (y > upper).float()
        return (width + below + above).mean()

    return interval_score, (out[:, 0] - half, out[:, 0] + half, y)


@wrong(
    "AH Huber 1964, linear part",
    "delta*(|e| - 0.5) for delta*(|e| - 0.5*delta), delta is 2",
    "LX556",
)
def _():
    torch.manual_seed(23)
    x = torch.randn(32, 5)
    y = x[:, 0] * 3 + torch.randn(32) * 3

    def huber(y_pred, y_true, delta=2.0):
        err = torch.abs(y_true - y_pred)
        return torch.where(err <= delta, 0.5 * err**2, delta * (err - 0.5)).mean()

    return huber, (nn.Linear(5, 1)(x).squeeze(1), y)


@wrong("AH log-cosh by softplus", "x + softplus(2x) - log 2 for x + softplus(-2x) - log 2", "LX535")
def _():
    torch.manual_seed(24)
    x = torch.randn(32, 5)
    y = x[:, 0] + torch.randn(32)

    class LogCosh(nn.Module):
        def forward(self, y_hat, y):
            d = y_hat - y
            return torch.mean(d + F.softplus(2.0 * d) - math.log(2.0))

    return LogCosh(), (nn.Linear(5, 1)(x).squeeze(1), y)


@wrong("AH Student-t likelihood", "the squared z is not divided by the degrees of freedom", "")
def _():
    torch.manual_seed(25)
    x = torch.randn(32, 5)
    o = nn.Linear(5, 3)(x)
    y = x[:, 0] + torch.randn(32)

    def student_t_nll(loc, raw_scale, raw_df, target):
        scale = F.softplus(raw_scale) + 1e-3
        df = 2 + F.softplus(raw_df)
        z = (target - loc) / scale
        nll = (
            torch.lgamma(df / 2)
            - torch.lgamma((df + 1) / 2)
            + 0.5 * torch.log(df * math.pi)
            + torch.log(scale)
            + (df + 1) / 2 * torch.log1p(z**2)
        )
        return nll.mean()

    return student_t_nll, (*o.unbind(1), y)


@wrong(
    "AH Bishop 1994 (mixture density), raw weights",
    "logits of the weights go into logsumexp without log_softmax",
    "",
)
def _():
    torch.manual_seed(26)
    x = torch.randn(32, 5)
    y = torch.sin(x[:, :1]) + 0.1 * torch.randn(32, 1)
    o = nn.Linear(5, 12)(x)

    def mdn_loss(pi_logits, mu, log_sigma, y):
        log_prob = (
            -0.5 * ((y - mu) / log_sigma.exp()) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)
        )
        return -torch.logsumexp(pi_logits + log_prob, dim=1).mean()

    return mdn_loss, (*o.chunk(3, 1), y)


@wrong("AH negative binomial counts (mean, dispersion)", "p and 1 - p are swapped", "")
def _():
    torch.manual_seed(27)
    x = torch.randn(32, 5)
    y = torch.poisson((x[:, 0] + 1).exp())
    o = nn.Linear(5, 2)(x)

    def nb_nll(mu_raw, theta_raw, y):
        mu, r = F.softplus(mu_raw) + 1e-4, F.softplus(theta_raw) + 1e-4
        p = r / (r + mu)
        ll = (
            torch.lgamma(y + r)
            - torch.lgamma(r)
            - torch.lgamma(y + 1)
            + r * torch.log(1 - p)
            + y * torch.log(p)
        )
        return -ll.mean()

    return nb_nll, (o[:, 0], o[:, 1], y)


@wrong(
    "AH zero-inflated Poisson counts",
    "the case of zero counts is used where counts are positive",
    "",
)
def _():
    torch.manual_seed(28)
    x = torch.randn(32, 5)
    y = torch.poisson(x[:, 0].exp()) * (torch.rand(32) > 0.4)
    o = nn.Linear(5, 2)(x)

    def zip_loss(log_rate, pi_logit, y):
        rate = log_rate.exp()
        zero_case = F.softplus(-rate - pi_logit) - F.softplus(-pi_logit)
        nonzero_case = -pi_logit - F.softplus(-pi_logit) + y * log_rate - rate - torch.lgamma(y + 1)
        return -torch.where(y > 0, zero_case, nonzero_case).mean()

    return zip_loss, (o[:, 0], o[:, 1], y)


@wrong("AH Tweedie deviance for claims", "the second term has a minus", "LX650")
def _():
    torch.manual_seed(29)
    x = torch.randn(32, 5)
    y = torch.poisson(x[:, 0].exp()) * torch.rand(32) * 3

    def tweedie_loss(output, y, p=1.5):
        mu = torch.exp(output)
        a = y * mu.pow(1 - p) / (1 - p)
        b = mu.pow(2 - p) / (2 - p)
        return torch.mean(-a - b)

    return tweedie_loss, (nn.Linear(5, 1)(x).squeeze(1), y)


@wrong(
    "AH discrete-time hazards, event interval",
    "an event's own interval is counted as survived too",
    "LX650",
)
def _():
    torch.manual_seed(30)
    x = torch.randn(32, 5)
    durations = torch.randint(0, 8, (32,))
    events = (torch.rand(32) < 0.6).float()

    def nll_discrete_hazard(phi, idx_durations, events):
        hazards = torch.sigmoid(phi)
        grid = torch.arange(phi.size(1))[None]
        survived = (grid <= idx_durations[:, None]).float()
        log_surv = (torch.log(1 - hazards + 1e-7) * survived).sum(1)
        log_h = torch.log(hazards.gather(1, idx_durations[:, None]).squeeze(1) + 1e-7)
        return -(log_surv + events * log_h).mean()

    return nll_discrete_hazard, (nn.Linear(5, 8)(x), durations, events)


@wrong("AH DeepHit ranking term", "the exponent lacks its minus", "")
def _():
    torch.manual_seed(31)
    x = torch.randn(24, 5)
    durations = torch.randint(0, 8, (24,))
    events = (torch.rand(24) < 0.7).float()

    def rank_loss_deephit(phi, idx_durations, events, sigma=0.5):
        pmf = F.softmax(phi, dim=1)
        cif = pmf.cumsum(1)
        at_own = cif.gather(1, idx_durations[:, None])
        at_i = cif[:, idx_durations].T
        rank_mat = events[:, None] * (idx_durations[:, None] < idx_durations[None]).float()
        diff = at_own - at_i
        nll = -torch.log(
            pmf.gather(1, idx_durations[:, None]).squeeze(1) + 1e-7
        ) * events - torch.log(1 - at_own.squeeze(1) + 1e-4) * (1 - events)
        return 0.5 * nll.mean() + 0.5 * (rank_mat * torch.exp(diff / sigma)).mean()

    return rank_loss_deephit, (nn.Linear(5, 8)(x), durations, events)


@wrong(
    "AH LambdaRank, discount of the first rank",
    "log2(rank) where the first rank is 1: the discount of the first is infinite",
    "LX408",
)
def _():
    torch.manual_seed(32)
    x = torch.randn(4, 10, 5)
    rel = (x[..., 0] > 0).float() + (x[..., 1] > 0.5).float()

    def lambda_loss(y_pred, y_true, sigma=1.0):
        ranks = y_pred.detach().argsort(1, descending=True).argsort(1).float() + 1
        gains = 2**y_true - 1
        D = 1 / torch.log2(ranks)
        delta = ((gains[:, :, None] - gains[:, None, :]) * (D[:, :, None] - D[:, None, :])).abs()
        pairs = (y_true[:, :, None] > y_true[:, None, :]).float()
        s = y_pred[:, :, None] - y_pred[:, None, :]
        losses = F.softplus(-sigma * s)
        return (losses * delta)[pairs > 0].mean()

    return lambda_loss, (nn.Linear(5, 1)(x).squeeze(-1), rel)


@wrong("AH PINN for the heat equation, second derivative", "u_xx is the derivative of u_x by t", "")
def _():
    torch.manual_seed(33)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    x, t = torch.rand(32, 1, requires_grad=True), torch.rand(32, 1, requires_grad=True)

    def heat_residual(net, x, t, alpha=0.1):
        u = net(torch.cat([x, t], 1))
        u_t = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
        u_x = torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]
        u_xx = torch.autograd.grad(u_x, t, torch.ones_like(u_x), create_graph=True)[0]
        return (u_t - alpha * u_xx).pow(2).mean()

    return heat_residual, (net, x, t)


@wrong(
    "AH arXiv 1705.07057 (MAF), log determinant",
    "u = (x - mu) exp(-alpha), and the log determinant has a plus",
    "LX650",
)
def _():
    torch.manual_seed(34)
    x = torch.randn(32, 4) * 2 + 1
    made = nn.Linear(4, 8)
    o = F.linear(x, made.weight * torch.ones(4, 4).tril(-1).repeat(2, 1), made.bias)

    def maf_nll(x, mu, alpha):
        u = (x - mu) * torch.exp(-alpha)
        log_pu = (-0.5 * u**2 - 0.5 * math.log(2 * math.pi)).sum(1)
        log_det = alpha.sum(1)
        return -(log_pu + log_det).mean()

    return maf_nll, (x, *o.chunk(2, 1))


@wrong("AH CTC wrapper, axis of log_softmax", "log_softmax over the batch of (T, N, C)", "LX309")
def _():
    torch.manual_seed(35)
    rnn = nn.LSTM(8, 16)
    fc = nn.Linear(16, 12)
    out, _h = rnn(torch.randn(30, 4, 8))
    targets = torch.randint(1, 12, (4, 6))

    class CTCWrapper(nn.Module):
        def __init__(self):
            super().__init__()
            self.ctc = nn.CTCLoss(blank=0, zero_infinity=True)

        def forward(self, preds, targets, target_lengths):
            T, N, _ = preds.shape
            return self.ctc(
                preds.log_softmax(1), targets, torch.full((N,), T, dtype=torch.long), target_lengths
            )

    return CTCWrapper(), (fc(out), targets, torch.tensor([6, 5, 4, 6]))


@wrong(
    "AH arXiv 1603.08155 (perceptual), Gram over positions",
    "f^T f is a matrix of positions, not of channels",
    "LX650",
)
def _():
    torch.manual_seed(36)
    vgg = nn.Conv2d(3, 8, 3, padding=1)
    gen, style = images(2)

    def style_loss(gen_feat, style_feat, style_weight=1e5):
        def gram(x):
            b, c, h, w = x.shape
            f = x.view(b, c, h * w)
            return torch.bmm(f.transpose(1, 2), f) / (c * h * w)

        return style_weight * F.mse_loss(gram(gen_feat), gram(style_feat))

    return style_loss, (vgg(gen), vgg(style).detach())


@wrong(
    "AH Rudin 1992 (total variation), one axis twice",
    "both differences are along the height",
    "LX561",
)
def _():
    torch.manual_seed(37)
    out, clean = images(4)

    class DenoiseLoss(nn.Module):
        def __init__(self, tv_weight=0.1):
            super().__init__()
            self.tv_weight = tv_weight

        def forward(self, output, target):
            h_tv = (output[:, :, 1:, :] - output[:, :, :-1, :]).abs().mean()
            w_tv = (output[:, :, 1:, :] - output[:, :, :-1, :]).abs().mean()
            return F.l1_loss(output, target) + self.tv_weight * (h_tv + w_tv)

    return DenoiseLoss(), (out, clean)


@wrong("AH Wang 2004 (SSIM), variance of one image", "E[x^2] - mu instead of E[x^2] - mu^2", "")
def _():
    torch.manual_seed(38)
    out, clean = images(4)

    def ssim_loss(img1, img2, k=7, C1=0.01**2, C2=0.03**2):
        mu1, mu2 = F.avg_pool2d(img1, k, 1), F.avg_pool2d(img2, k, 1)
        sigma1_sq = F.avg_pool2d(img1 * img1, k, 1) - mu1
        sigma2_sq = F.avg_pool2d(img2 * img2, k, 1) - mu2**2
        sigma12 = F.avg_pool2d(img1 * img2, k, 1) - mu1 * mu2
        ssim = ((2 * mu1 * mu2 + C1) * (2 * sigma12 + C2)) / (
            (mu1**2 + mu2**2 + C1) * (sigma1_sq + sigma2_sq + C2)
        )
        return 1 - ssim.mean()

    return ssim_loss, (out, clean)


@wrong(
    "AH arXiv 1910.11480 (multi-resolution STFT)", "log of the magnitude on one side only", "LX316"
)
def _():
    torch.manual_seed(39)
    y = torch.sin(torch.linspace(0, 200, 1024))[None].repeat(4, 1) + 0.1 * torch.randn(4, 1024)
    y_hat = nn.Conv1d(1, 1, 9, padding=4)(y[:, None]).squeeze(1)

    class STFTLoss(nn.Module):
        def __init__(self, n_fft=256, hop=64):
            super().__init__()
            self.n_fft, self.hop = n_fft, hop
            self.register_buffer("window", torch.hann_window(n_fft))

        def mag(self, x):
            return (
                torch.stft(x, self.n_fft, self.hop, window=self.window, return_complex=True)
                .abs()
                .clamp(min=1e-5)
            )

        def forward(self, y_hat, y):
            x_mag, y_mag = self.mag(y_hat), self.mag(y)
            sc = torch.norm(y_mag - x_mag) / torch.norm(y_mag)
            return sc + F.l1_loss(torch.log(x_mag), y_mag)

    return STFTLoss(), (y_hat, y)


@wrong(
    "AH arXiv 1811.02508 (SI-SDR), projection",
    "the projection on the target is scaled by the energy of the estimate",
    "LX599",
)
def _():
    torch.manual_seed(40)
    target = torch.randn(8, 400)
    estimate = nn.Conv1d(1, 1, 5, padding=2)(target[:, None]).squeeze(1)

    def si_sdr_loss(estimate, target, eps=1e-8):
        estimate = estimate - estimate.mean(-1, keepdim=True)
        target = target - target.mean(-1, keepdim=True)
        alpha = (estimate * target).sum(-1, keepdim=True) / (
            (estimate**2).sum(-1, keepdim=True) + eps
        )
        proj = alpha * target
        noise = estimate - proj
        return -(10 * torch.log10((proj**2).sum(-1) / ((noise**2).sum(-1) + eps) + eps)).mean()

    return si_sdr_loss, (estimate, target)


@wrong("AH optical flow EPE, axis", "the norm of (B, 2, H, W) flow over the last axis", "LX650")
def _():
    torch.manual_seed(41)
    frames = torch.randn(4, 6, 12, 16)
    gt = torch.stack([frames[:, 0], frames[:, 3]], 1) * 3

    def epe(flow_pred, flow_gt):
        return torch.norm(flow_pred - flow_gt, p=2, dim=-1).mean()

    return epe, (nn.Conv2d(6, 2, 3, padding=1)(frames), gt)


@wrong("AH arXiv 1910.02600 (deep evidential regression)", "the two lgamma terms are exchanged", "")
def _():
    torch.manual_seed(42)
    x = torch.randn(32, 5)
    y = x[:, :1] + 0.3 * torch.randn(32, 1)
    g, v, a, b = nn.Linear(5, 4)(x).chunk(4, 1)

    def nig_nll(y, gamma, v, alpha, beta):
        twoBlambda = 2 * beta * (1 + v)
        nll = (
            0.5 * torch.log(math.pi / v)
            - alpha * torch.log(twoBlambda)
            + (alpha + 0.5) * torch.log(v * (y - gamma) ** 2 + twoBlambda)
            + torch.lgamma(alpha + 0.5)
            - torch.lgamma(alpha)
        )
        return nll.mean()

    return nig_nll, (y, g, F.softplus(v) + 1e-3, F.softplus(a) + 1.001, F.softplus(b) + 1e-3)


@wrong(
    "AH arXiv 1901.07884 (CORAL), levels",
    "levels are 1 where the threshold is above the label",
    "LX650",
)
def _():
    torch.manual_seed(43)
    x = torch.randn(32, 6)
    y = torch.bucketize(x[:, 0].contiguous(), torch.tensor([-1.0, -0.3, 0.3, 1.0]))
    fc = nn.Linear(6, 1, bias=False)
    bias = nn.Parameter(torch.tensor([1.0, 0.3, -0.3, -1.0]))

    def coral_loss(logits, y):
        levels = (torch.arange(logits.size(1))[None] >= y[:, None]).float()
        return (
            -(F.logsigmoid(logits) * levels + (F.logsigmoid(logits) - logits) * (1 - levels))
            .sum(1)
            .mean()
        )

    return coral_loss, (fc(x) + bias, y)


@wrong(
    "AH arXiv 2103.03230 (Barlow Twins), diagonal", "the diagonal is pushed to 0 as well", "LX534"
)
def _():
    torch.manual_seed(44)
    net = nn.Linear(20, 8)
    x = torch.randn(32, 20)

    def barlow(z1, z2, lambd=0.0051):
        z1 = (z1 - z1.mean(0)) / z1.std(0)
        z2 = (z2 - z2.mean(0)) / z2.std(0)
        c = z1.T @ z2 / z1.size(0)
        on_diag = torch.diagonal(c).pow(2).sum()
        off_diag = (c - torch.diag(torch.diagonal(c))).pow(2).sum()
        return on_diag + lambd * off_diag

    return barlow, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@wrong(
    "AH arXiv 2105.04906 (VICReg), var for std",
    "the hinge is on the variance, without the root",
    "",
)
def _():
    torch.manual_seed(45)
    net = nn.Linear(20, 8)
    x = torch.randn(32, 20)

    def vicreg(x, y, sim_coeff=25.0, std_coeff=25.0, cov_coeff=1.0):
        repr_loss = F.mse_loss(x, y)
        x = x - x.mean(dim=0)
        y = y - y.mean(dim=0)
        std_x = x.var(dim=0) + 0.0001
        std_y = y.var(dim=0) + 0.0001
        std_loss = F.relu(1 - std_x).mean() / 2 + F.relu(1 - std_y).mean() / 2
        n, d = x.shape
        cov_x = (x.T @ x) / (n - 1)
        cov_y = (y.T @ y) / (n - 1)
        off = ~torch.eye(d, dtype=torch.bool)
        cov_loss = cov_x[off].pow(2).sum() / d + cov_y[off].pow(2).sum() / d
        return sim_coeff * repr_loss + std_coeff * std_loss + cov_coeff * cov_loss

    return vicreg, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@wrong(
    "AH arXiv 2104.14294 (DINO), centre after temperature",
    "the centre is subtracted after the division by the temperature",
    "LX650",
)
def _():
    torch.manual_seed(46)
    x = torch.randn(16, 20)
    student = nn.Linear(20, 12)(x)
    with torch.no_grad():
        teacher = nn.Linear(20, 12)(x)
        center = teacher.mean(0, keepdim=True)

    def dino(student_out, teacher_out, center, student_temp=0.1, teacher_temp=0.04):
        t = F.softmax(teacher_out / teacher_temp - center, dim=-1).detach()
        return -(t * F.log_softmax(student_out / student_temp, dim=-1)).sum(-1).mean()

    return dino, (student, teacher, center)


@wrong(
    "AH arXiv 2103.00020 (CLIP), one direction twice",
    "both cross entropies are of the image rows",
    "LX561",
)
def _():
    torch.manual_seed(47)
    z = torch.randn(16, 10)
    i, t = nn.Linear(10, 8)(z), nn.Linear(10, 8)(z)

    class ClipLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

        def forward(self, image_features, text_features):
            image_features, text_features = (
                F.normalize(image_features, dim=-1),
                F.normalize(text_features, dim=-1),
            )
            logits = self.logit_scale.exp() * image_features @ text_features.T
            labels = torch.arange(len(logits), device=logits.device)
            loss_i = F.cross_entropy(logits, labels)
            loss_t = F.cross_entropy(logits, labels)
            return (loss_i + loss_t) / 2

    return ClipLoss(), (i, t)


@wrong(
    "AH arXiv 2303.15343 (SigLIP), labels 0 and -1",
    "eye - ones without the factor 2: pairs have label 0",
    "LX516",
)
def _():
    torch.manual_seed(48)
    z = torch.randn(16, 10)
    i, t = nn.Linear(10, 8)(z), nn.Linear(10, 8)(z)

    def siglip(img, txt, t_prime=math.log(10.0), b=-10.0):
        zimg, ztxt = F.normalize(img, dim=-1), F.normalize(txt, dim=-1)
        logits = zimg @ ztxt.t() * math.exp(t_prime) + b
        n = img.size(0)
        labels = torch.eye(n) - torch.ones(n, n)
        return -F.logsigmoid(labels * logits).sum() / n

    return siglip, (i, t)


@wrong(
    "AH arXiv 2111.06377 (MAE), normalised pixels",
    "patches are divided by their variance, without the root",
    "LX650",
)
def _():
    torch.manual_seed(49)
    target = torch.rand(4, 16, 48) * 0.5 + torch.rand(4, 16, 1)
    pred = nn.Linear(48, 48)(target)
    mask = (torch.rand(4, 16) < 0.75).float()

    def mae_loss(pred, target, mask):
        mean = target.mean(dim=-1, keepdim=True)
        var = target.var(dim=-1, keepdim=True)
        target = (target - mean) / (var + 1.0e-6)
        loss = (pred - target) ** 2
        loss = loss.mean(dim=-1)
        return (loss * mask).sum() / mask.sum()

    return mae_loss, (pred, target, mask)


@wrong(
    "AH matrix factorization with biases",
    "biases of shape (N, 1) and a dot product of shape (N,) make N x N",
    "LX101",
)
def _():
    torch.manual_seed(50)
    U, I, bu, bi = (
        nn.Embedding(20, 8),
        nn.Embedding(30, 8),
        nn.Embedding(20, 1),
        nn.Embedding(30, 1),
    )
    u, i = torch.randint(0, 20, (32,)), torch.randint(0, 30, (32,))
    ratings = torch.randint(1, 6, (32,)).float()

    def mf_loss(user_emb, item_emb, user_bias, item_bias, ratings, mu=3.5, reg=0.02):
        pred = mu + user_bias + item_bias + (user_emb * item_emb).sum(1)
        mse = ((ratings - pred) ** 2).mean()
        return mse + reg * (user_emb.pow(2).sum(1) + item_emb.pow(2).sum(1)).mean()

    return mf_loss, (U(u), I(i), bu(u), bi(i), ratings)


@right(
    "AH arXiv 2002.05709 (NT-Xent), interleaved",
    "views stand next to each other, the positive is i^1",
)
def _():
    torch.manual_seed(101)
    net = nn.Linear(20, 16)
    x = torch.randn(16, 20).repeat_interleave(2, 0)

    def nt_xent(z, tau=0.2):
        z = F.normalize(z, dim=-1)
        sim = (z @ z.mT / tau).fill_diagonal_(-float("inf"))
        return F.cross_entropy(sim, torch.arange(z.shape[0]) ^ 1)

    return nt_xent, (net(x + 0.1 * torch.randn_like(x)),)


@right(
    "AH arXiv 2004.11362 (SupCon), anchors without positives",
    "anchors without positives are left out; the log is inside a logsumexp",
)
def _():
    torch.manual_seed(102)
    labels = torch.randint(0, 12, (24,))
    net = nn.Linear(12, 8)
    x = torch.randn(12, 12)[labels] + 0.5 * torch.randn(24, 12)

    def sup_con(features, labels, t=0.1):
        f = features / features.norm(dim=1, keepdim=True)
        logits = f.matmul(f.t()).div(t)
        eye = torch.eye(len(f), dtype=torch.bool)
        pos = labels.view(-1, 1).eq(labels) & ~eye
        logp = logits - logits.masked_fill(eye, -1e9).logsumexp(1, keepdim=True)
        has = pos.any(1)
        per = logp.masked_fill(~pos, 0).sum(1)[has] / pos.sum(1)[has]
        return per.mean().neg()

    return sup_con, (net(x), labels)


@right(
    "AH arXiv 1705.08790 (Lovasz-softmax), only present classes",
    "errors sorted downwards, permutation under no grad",
)
def _():
    torch.manual_seed(103)
    x = torch.randn(2, 3, 8, 8)
    labels = (x[:, 0] > 0).long() + (x[:, 1] > 0.5).long()
    labels[:, 0] = 255

    class Lovasz(nn.Module):
        ignore = 255

        @staticmethod
        def grad(gt):
            total = gt.sum()
            inter = total - gt.cumsum(0)
            union = total + (1 - gt).cumsum(0)
            j = 1 - inter / union
            return torch.cat([j[:1], j[1:] - j[:-1]])

        def forward(self, logits, labels):
            keep = labels != self.ignore
            p = logits.softmax(1).movedim(1, -1)[keep]
            y = labels[keep]
            total = 0
            present = y.unique()
            for c in present:
                fg = (y == c).float()
                e = torch.where(fg > 0, 1 - p[:, c], p[:, c])
                e, order = e.sort(descending=True)
                total = total + e @ self.grad(fg[order])
            return total / len(present)

    return Lovasz(), (nn.Conv2d(3, 3, 3, padding=1)(x), labels)


@right("AH arXiv 1810.07842 (focal Tversky), power 1/gamma", "(1 - TI) ** (1/gamma), gamma 4/3")
def _():
    torch.manual_seed(104)
    x = torch.randn(4, 3, 16, 16)
    masks = (x.mean(1, keepdim=True) > 0.4).float()

    def focal_tversky(y_pred, y_true, alpha=0.7, gamma=4 / 3, smooth=1.0):
        p = y_pred.sigmoid().flatten()
        g = y_true.flatten()
        tp = (p * g).sum()
        fn = (g - p * g).sum()
        fp = (p - p * g).sum()
        ti = (tp + smooth) / (tp + alpha * fn + (1 - alpha) * fp + smooth)
        return (1 - ti) ** (1 / gamma)

    return focal_tversky, (nn.Conv2d(3, 1, 3, padding=1)(x), masks)


@right(
    "AH arXiv 1911.08287 (CIoU), arctan2",
    "both aspect ratios by atan2(w, h); alpha without a gradient",
)
def _():
    torch.manual_seed(105)

    def bbox_ciou(b1, b2, eps=1e-9):
        inter = (
            (torch.minimum(b1[:, 2:], b2[:, 2:]) - torch.maximum(b1[:, :2], b2[:, :2]))
            .clamp_min(0)
            .prod(1)
        )
        s1, s2 = b1[:, 2:] - b1[:, :2], b2[:, 2:] - b2[:, :2]
        iou = inter / (s1.prod(1) + s2.prod(1) - inter + eps)
        diag = (
            (torch.maximum(b1[:, 2:], b2[:, 2:]) - torch.minimum(b1[:, :2], b2[:, :2]))
            .square()
            .sum(1)
        )
        dist = ((b1[:, :2] + b1[:, 2:]) / 2 - (b2[:, :2] + b2[:, 2:]) / 2).square().sum(1)
        v = (4 / math.pi**2) * (
            torch.atan2(s1[:, 0], s1[:, 1]) - torch.atan2(s2[:, 0], s2[:, 1])
        ).square()
        a = (v / (1 - iou + v + eps)).detach()
        ciou = iou - dist / (diag + eps) - a * v
        return torch.mean(1 - ciou)

    return bbox_ciou, boxes(16)


@right(
    "AH arXiv 1801.07698 (ArcFace), by arccos",
    "the angle by acos of a clamped cosine, margin on the class alone",
)
def _():
    torch.manual_seed(106)
    label = torch.randint(0, 6, (32,))
    x = torch.randn(6, 10)[label] + torch.randn(32, 10) * 0.5

    class ArcFace(nn.Module):
        def __init__(self, d, n, s=32.0, m=0.3):
            super().__init__()
            self.W = nn.Parameter(torch.randn(d, n))
            self.s, self.m = s, m

        def forward(self, emb, label):
            cos = F.normalize(emb) @ F.normalize(self.W, dim=0)
            theta = cos.clamp(-1 + 1e-6, 1 - 1e-6).acos()
            theta = theta + self.m * F.one_hot(label, cos.size(1))
            return F.cross_entropy(theta.cos() * self.s, label)

    return ArcFace(8, 6), (nn.Linear(10, 8)(x), label)


@right(
    "AH arXiv 1801.09414 (CosFace), index form",
    "margin subtracted at the class's index, then scaled",
)
def _():
    torch.manual_seed(107)
    label = torch.randint(0, 6, (32,))
    x = torch.randn(6, 10)[label] + torch.randn(32, 10) * 0.5

    class AMSoftmax(nn.Module):
        def __init__(self, d, n):
            super().__init__()
            self.fc = nn.Linear(d, n, bias=False)

        def forward(self, f, label, m=0.35, s=16):
            wf = F.linear(F.normalize(f, p=2, dim=1), F.normalize(self.fc.weight, p=2, dim=1))
            num = s * (wf[torch.arange(len(label)), label] - m)
            others = torch.stack(
                [torch.cat((wf[i, :y], wf[i, y + 1 :])) for i, y in enumerate(label)]
            )
            den = num.exp() + (s * others).exp().sum(1)
            return -(num - den.log()).mean()

    return AMSoftmax(8, 6), (nn.Linear(10, 8)(x), label)


@right(
    "AH arXiv 1703.07737 (batch hard), filled with the row's max",
    "the row's max is added where a pair is not a negative",
)
def _():
    torch.manual_seed(108)
    labels = torch.arange(6).repeat_interleave(4)
    x = torch.randn(6, 10)[labels] + torch.randn(24, 10) * 0.7

    def batch_hard(emb, labels, soft=True):
        sq = emb.pow(2).sum(1)
        d2 = (sq[:, None] + sq[None] - 2 * emb @ emb.t()).clamp(min=0)
        zero = (d2 == 0).float()
        d = (d2 + zero * 1e-16).sqrt() * (1 - zero)
        eq = labels[None] == labels[:, None]
        hp = (d * eq.float()).amax(1)
        hn = (d + d.amax(1, keepdim=True).detach() * eq.float()).amin(1)
        return F.softplus(hp - hn).mean() if soft else F.relu(hp - hn + 0.3).mean()

    return batch_hard, (nn.Linear(10, 16)(x), labels)


@right(
    "AH arXiv 1506.02216 (VRNN), KL by log std",
    "KL of two Gaussians with log std, summed over latents",
)
def _():
    torch.manual_seed(109)
    h = torch.randn(16, 12)

    def kld(mu_q, logstd_q, mu_p, logstd_p):
        t = (2 * (logstd_q - logstd_p)).exp() + ((mu_p - mu_q) * (-logstd_p).exp()) ** 2
        return (logstd_p - logstd_q + 0.5 * (t - 1)).sum(-1).mean()

    return kld, (*nn.Linear(12, 10)(h).chunk(2, 1), *nn.Linear(12, 10)(h).chunk(2, 1))


@right(
    "AH arXiv 1802.04942 (beta-TCVAE), minibatch sampling",
    "total correlation by two logsumexp over the batch",
)
def _():
    torch.manual_seed(110)
    x = torch.randn(24, 12)
    mu, logvar = nn.Linear(12, 8)(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (logvar / 2).exp()
    recon = nn.Linear(4, 12)(z)

    def btcvae(recon, x, z, mu, logvar, n_data=1000, beta=6.0):
        def logn(z, mu, lv):
            return -0.5 * (math.log(2 * math.pi) + lv + (z - mu) ** 2 * (-lv).exp())

        log_q_zx = logn(z, mu, logvar).sum(1)
        log_pz = logn(z, torch.zeros_like(z), torch.zeros_like(z)).sum(1)
        mat = logn(z[:, None], mu[None], logvar[None])
        c = math.log(len(z) * n_data)
        log_qz = mat.sum(2).logsumexp(1) - c
        log_prod_qz = (mat.logsumexp(1) - c).sum(1)
        mi, tc, dw = log_q_zx - log_qz, log_qz - log_prod_qz, log_prod_qz - log_pz
        rec = F.mse_loss(recon, x, reduction="sum") / len(x) / 2
        return rec + (mi + beta * tc + dw).mean()

    return btcvae, (recon, x, z, mu, logvar)


@right(
    "AH arXiv 1711.00937 (VQ-VAE), with reconstruction",
    "straight through, both detaches, beta on the encoder's part",
)
def _():
    torch.manual_seed(111)
    x = torch.randn(32, 12)
    z_e = nn.Linear(12, 8)(x)
    codebook = nn.Embedding(16, 8)
    z_q = codebook((z_e.detach()[:, None] - codebook.weight.detach()).square().sum(-1).argmin(1))
    x_hat = nn.Linear(8, 12)(z_e + (z_q - z_e).detach())

    def loss(x_hat, x, z_e, z_q, beta=0.25):
        sg = torch.Tensor.detach
        return (
            (x_hat - x).square().mean()
            + (sg(z_e) - z_q).square().mean()
            + beta * (z_e - sg(z_q)).square().mean()
        )

    return loss, (x_hat, x, z_e, z_q)


@right(
    "AH arXiv 1611.04076 (LSGAN), labels -1 and 1",
    "least squares with a=-1, b=1 for the discriminator",
)
def _():
    torch.manual_seed(112)
    D = nn.Sequential(nn.Linear(6, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
    real, fake = torch.randn(32, 6) + 1, torch.randn(32, 6)

    def d_loss(d_real, d_fake):
        return 0.5 * ((d_real - 1) ** 2).mean() + 0.5 * ((d_fake + 1) ** 2).mean()

    return d_loss, (D(real), D(fake))


@right(
    "AH arXiv 1807.00734 (RaGAN), the generator",
    "the generator's relativistic loss: fake against real's mean, labels turned",
)
def _():
    torch.manual_seed(113)
    G = nn.Linear(4, 6)
    D = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    real = torch.randn(32, 6) + 1

    def g_loss_ra(fake_pred, real_pred):
        d_fr, d_rf = fake_pred - real_pred.mean(), real_pred - fake_pred.mean()
        return (F.softplus(-d_fr).mean() + F.softplus(d_rf).mean()) / 2

    return g_loss_ra, (D(G(torch.randn(32, 4))), D(real))


@right("AH arXiv 1709.08894 (one-sided penalty)", "only norms above 1 are penalised")
def _():
    torch.manual_seed(114)
    D = nn.Sequential(nn.Linear(6, 16), nn.Softplus(), nn.Linear(16, 1))
    real, fake = torch.randn(32, 6) + 1, torch.randn(32, 6)

    def critic_loss(D, real, fake, lam=10):
        eps = torch.rand(real.size(0), 1)
        xhat = (fake + eps * (real - fake)).requires_grad_()
        (g,) = torch.autograd.grad(D(xhat).sum(), xhat, create_graph=True)
        gp = F.relu(g.norm(dim=1) - 1).square().mean()
        return D(fake).mean() - D(real).mean() + lam * gp

    return critic_loss, (D, real, fake)


@right(
    "AH arXiv 2006.11239 (DDPM), precomputed roots",
    "roots of alpha bar come as buffers; Huber on the noise",
)
def _():
    torch.manual_seed(115)

    class Diffusion(nn.Module):
        def __init__(self, T=100):
            super().__init__()
            self.net = nn.Linear(9, 8)
            abar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, T), 0)
            self.register_buffer("a", abar.sqrt())
            self.register_buffer("b", (1 - abar).sqrt())

        def forward(self, x0, t):
            eps = torch.randn_like(x0)
            xt = self.a[t, None] * x0 + self.b[t, None] * eps
            return F.smooth_l1_loss(self.net(torch.cat((xt, t[:, None] / len(self.a)), -1)), eps)

    return Diffusion(), (torch.randn(32, 8), torch.randint(0, 100, (32,)))


@right(
    "AH arXiv 2303.09556 (min-SNR) for x0 prediction",
    "for the prediction of x0 the weight is min(snr, gamma), not divided",
)
def _():
    torch.manual_seed(116)
    abar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
    t = torch.randint(0, 1000, (16,))
    x0 = torch.randn(16, 8)

    def min_snr_x0(pred_x0, x0, timesteps, alphas_cumprod, gamma=5.0):
        snr = alphas_cumprod / (1 - alphas_cumprod)
        w = torch.minimum(snr, torch.full_like(snr, gamma))[timesteps]
        return (w * (pred_x0 - x0).square().flatten(1).mean(1)).mean()

    return min_snr_x0, (nn.Linear(8, 8)(x0 + 0.3 * torch.randn(16, 8)), x0, t, abar)


@right(
    "AH Vincent 2011 (denoising score matching)",
    "sigma*score + noise: the plus is right, as the score is -noise/sigma",
)
def _():
    torch.manual_seed(117)
    x = torch.randn(32, 4)
    z = torch.randn(32, 4)
    std = torch.rand(32, 1) + 0.1
    score = nn.Linear(5, 4)(torch.cat([x + std * z, std], 1))

    def dsm_loss(score, z, std):
        return torch.mean(torch.sum((score * std + z) ** 2, dim=1))

    return dsm_loss, (score, z, std)


@right(
    "AH arXiv 2209.03003 (rectified flow), noise at t=1",
    "x_t = (1-t) data + t noise, velocity is noise - data",
)
def _():
    torch.manual_seed(118)
    net = nn.Linear(9, 8)

    def rf_loss(model, data, t):
        noise = torch.randn_like(data)
        xt = torch.lerp(data, noise, t)
        v = model(torch.cat([xt, t], 1))
        return (v - (noise - data)).pow(2).mean()

    return rf_loss, (net, torch.randn(32, 8), torch.sigmoid(torch.randn(32, 1)))


@right(
    "AH arXiv 1602.01783 (A2C), advantage given and returns made of it",
    "returns are advantage + old values",
)
def _():
    torch.manual_seed(119)
    obs = torch.randn(32, 6)
    logits, value = nn.Linear(6, 3)(obs), nn.Linear(6, 1)(obs).squeeze(-1)
    gae = obs[:, 0] + torch.randn(32)

    def loss_fn(logits, values, actions, advantages, old_values):
        returns = advantages + old_values
        adv = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        logp = logits.log_softmax(-1)
        pg = F.nll_loss(logp, actions, reduction="none").mul(adv).mean()
        neg_ent = (logp.exp() * logp).sum(-1).mean()
        return pg + 0.5 * (values - returns).square().mean() + 0.01 * neg_ent

    return loss_fn, (
        logits,
        value,
        torch.randint(0, 3, (32,)),
        gae,
        value.detach() + 0.1 * torch.randn(32),
    )


@right(
    "AH arXiv 1801.01290 (SAC), discrete critics",
    "the soft value is an expectation under pi, with - alpha log pi",
)
def _():
    torch.manual_seed(120)
    s = torch.randn(32, 6)
    q = nn.Linear(6, 4)(s)
    nxt = torch.randn(32, 4)

    def soft_q_loss(q, act, rew, done, next_logits, next_q1, next_q2, alpha=0.2, gamma=0.99):
        lp = next_logits.log_softmax(1)
        v = (lp.exp() * (torch.min(next_q1, next_q2) - alpha * lp)).sum(1)
        y = (rew + gamma * (~done) * v).detach()
        return F.mse_loss(q.gather(1, act[:, None])[:, 0], y)

    return soft_q_loss, (
        q,
        torch.randint(0, 4, (32,)),
        torch.randn(32),
        torch.rand(32) < 0.1,
        nxt,
        torch.randn(32, 4),
        torch.randn(32, 4),
    )


@right(
    "AH arXiv 1802.09477 (TD3), stacked critics",
    "critics stacked on axis 0: min over axis 0, target expanded",
)
def _():
    torch.manual_seed(121)
    s = torch.randn(32, 6)
    qs = torch.stack([nn.Linear(6, 1)(s) for _ in range(2)])

    def critic_loss(qs, target_qs, reward, done, gamma=0.99):
        y = reward + gamma * (1 - done) * target_qs.min(0).values
        return (qs - y.unsqueeze(0)).pow(2).mean((1, 2)).sum()

    return critic_loss, (
        qs,
        torch.randn(2, 32, 1),
        torch.randn(32, 1),
        (torch.rand(32, 1) < 0.1).float(),
    )


@right("AH arXiv 2006.04779 (CQL) on double DQN", "logsumexp - Q of data is added to the TD error")
def _():
    torch.manual_seed(122)
    s = torch.randn(32, 6)
    q = nn.Linear(6, 4)(s)

    def cql_dqn(q, a, r, d, next_q_online, next_q_target, gamma=0.99, cql_weight=1.0):
        best = next_q_online.argmax(1, keepdim=True)
        y = r + gamma * (1 - d) * next_q_target.gather(1, best)
        qa = q.gather(1, a)
        return 0.5 * F.mse_loss(qa, y) + cql_weight * (q.logsumexp(1, keepdim=True) - qa).mean()

    return cql_dqn, (
        q,
        torch.randint(0, 4, (32, 1)),
        torch.randn(32, 1),
        (torch.rand(32, 1) < 0.1).float(),
        torch.randn(32, 4),
        torch.randn(32, 4),
    )


@right(
    "AH arXiv 2110.06169 (IQL), difference the other way round",
    "diff is v - q, so the weight of positive ones is 1 - tau",
)
def _():
    torch.manual_seed(123)
    obs = torch.randn(32, 6)
    q = obs[:, 0] + torch.randn(32)

    def expectile(v, q, tau=0.7):
        diff = v - q.detach()
        return torch.where(diff > 0, (1 - tau) * diff.square(), tau * diff.square()).mean()

    return expectile, (nn.Linear(6, 1)(obs).squeeze(-1), q)


@right("AH arXiv 2310.12036 (IPO), per token averages", "IPO of mean log probabilities, 0.5/beta")
def _():
    torch.manual_seed(124)
    h = torch.randn(16, 8)
    lp = -F.softplus(nn.Linear(8, 2)(h))
    ref = lp.detach() + 0.1 * torch.randn(16, 2)

    def ipo(pi_w, pi_l, ref_w, ref_l, tau=0.1):
        h = (pi_w - ref_w) - (pi_l - ref_l)
        return (h - 0.5 / tau).square().mean()

    return ipo, (lp[:, 0], lp[:, 1], ref[:, 0], ref[:, 1])


@right("AH arXiv 2403.07691 (ORPO), by logs of odds", "log odds by log1mexp; NLL is added")
def _():
    torch.manual_seed(125)
    h = torch.randn(16, 8)
    lp = -F.softplus(nn.Linear(8, 2)(h)) - 0.01

    def orpo(chosen, rejected, nll, lam=0.1):
        def logit(lp):
            return lp - torch.log(-torch.expm1(lp))

        return nll + lam * F.softplus(logit(rejected) - logit(chosen)).mean()

    return orpo, (lp[:, 0], lp[:, 1], -lp[:, 0].mean())


@right(
    "AH arXiv 1503.02531 (distillation), soft cross entropy",
    "cross entropy with soft labels times T squared",
)
def _():
    torch.manual_seed(126)
    x = torch.randn(32, 10)
    s = nn.Linear(10, 5)(x)
    with torch.no_grad():
        t = nn.Linear(10, 5)(x) * 3

    def kd(student_logits, teacher_logits, T=3.0):
        soft = (teacher_logits / T).softmax(-1)
        return T**2 * F.cross_entropy(student_logits / T, soft)

    return kd, (s, t)


@right(
    "AH causal LM by packing",
    "labels are shifted by the loader, loss by token count of the whole accumulation",
)
def _():
    torch.manual_seed(127)
    ids = torch.randint(1, 30, (8, 13))
    emb = nn.Sequential(nn.Embedding(30, 16), nn.Linear(16, 30))
    inp, tgt = ids[:, :-1], ids[:, 1:].clone()
    tgt[torch.arange(12)[None] >= torch.randint(6, 13, (8, 1))] = -100

    def lm(logits, targets, num_items_in_batch):
        return (
            F.cross_entropy(logits.transpose(1, 2), targets, reduction="sum", ignore_index=-100)
            / num_items_in_batch
        )

    return lm, (emb(inp), tgt, 2 * (tgt != -100).sum())


@right(
    "AH arXiv 1512.00567 (label smoothing), scatter form",
    "eps/(K-1) elsewhere, 1-eps at the class: rows sum to 1",
)
def _():
    torch.manual_seed(128)
    x = torch.randn(32, 10)
    y = x[:, :6].argmax(1)

    def smooth_ce(pred, gold, eps=0.1):
        n = pred.size(1)
        one_hot = torch.zeros_like(pred).scatter(1, gold.view(-1, 1), 1)
        q = one_hot * (1 - eps) + (1 - one_hot) * eps / (n - 1)
        return -(q * F.log_softmax(pred, dim=1)).sum(dim=1).mean()

    return smooth_ce, (nn.Linear(10, 6)(x), y)


@right(
    "AH Gneiting & Raftery 2007 (interval score) by relu", "penalties by relu, divided by alpha/2"
)
def _():
    torch.manual_seed(129)
    x = torch.randn(32, 5)
    y = x[:, 0] * 2 + torch.randn(32)
    o = nn.Linear(5, 2)(x)
    half = F.softplus(o[:, 1]) + 0.5

    def winkler(lo, hi, y, alpha=0.1):
        return (hi - lo + (F.relu(lo - y) + F.relu(y - hi)) / (alpha / 2)).mean()

    return winkler, (o[:, 0] - half, o[:, 0] + half, y)


@right("AH Huber 1964 by min", "quadratic = min(|e|, delta), linear = |e| - quadratic")
def _():
    torch.manual_seed(130)
    x = torch.randn(32, 5)
    y = x[:, 0] * 3 + torch.randn(32) * 3

    def huber(pred, y, delta=2.0):
        e = (pred - y).abs()
        q = e.clamp(max=delta)
        return (0.5 * q**2 + delta * (e - q)).mean()

    return huber, (nn.Linear(5, 1)(x).squeeze(1), y)


@right("AH quantile loss, error prediction minus target", "max((1-q) e, -q e) with e = pred - y")
def _():
    torch.manual_seed(131)
    x = torch.randn(32, 5)
    y = x[:, 0] * 2 + torch.randn(32)

    class Pinball(nn.Module):
        def __init__(self, qs=(0.1, 0.5, 0.9)):
            super().__init__()
            self.register_buffer("q", torch.tensor(qs))

        def forward(self, pred, y):
            e = pred - y[:, None]
            return torch.maximum((1 - self.q) * e, -self.q * e).sum(-1).mean()

    return Pinball(), (nn.Linear(5, 3)(x), y)


@right("AH Student-t likelihood by log of scale", "df fixed at 4, constants left out")
def _():
    torch.manual_seed(132)
    x = torch.randn(32, 5)
    o = nn.Linear(5, 2)(x)
    y = x[:, 0] + torch.randn(32)

    def t_nll(mu, log_scale, y, nu=4.0):
        return (
            log_scale + (nu + 1) / 2 * torch.log1p(((y - mu) * torch.exp(-log_scale)) ** 2 / nu)
        ).mean()

    return t_nll, (o[:, 0], o[:, 1], y)


@right(
    "AH Bishop 1994 (mixture density) by distributions",
    "MixtureSameFamily with a Categorical of logits",
)
def _():
    torch.manual_seed(133)
    D = torch.distributions
    x = torch.randn(32, 5)
    y = torch.sin(x[:, 0]) + 0.1 * torch.randn(32)
    o = nn.Linear(5, 12)(x)

    def mdn(pi, mu, s, y):
        gmm = D.MixtureSameFamily(D.Categorical(logits=pi), D.Normal(mu, F.softplus(s) + 1e-3))
        return -gmm.log_prob(y).mean()

    return mdn, (*o.chunk(3, 1), y)


@right("AH negative binomial counts, by alpha", "alpha = 1/r, logs by log1p")
def _():
    torch.manual_seed(134)
    x = torch.randn(32, 5)
    y = torch.poisson((x[:, 0] + 1).exp())
    o = nn.Linear(5, 2)(x)

    def nb(log_mu, log_alpha, y):
        a, mu = log_alpha.exp(), log_mu.exp()
        r = 1 / a
        ll = (
            torch.lgamma(y + r)
            - torch.lgamma(r)
            - torch.lgamma(y + 1)
            + y * (log_alpha + log_mu)
            - (y + r) * torch.log1p(a * mu)
        )
        return -ll.mean()

    return nb, (o[:, 0], o[:, 1], y)


@right(
    "AH zero-inflated Poisson counts, logaddexp", "zero case by logaddexp, cases summed by masks"
)
def _():
    torch.manual_seed(135)
    x = torch.randn(32, 5)
    y = torch.poisson(x[:, 0].exp()) * (torch.rand(32) > 0.4)
    o = nn.Linear(5, 2)(x)

    def zip_nll(log_rate, gate, y):
        lp1, lp0 = F.logsigmoid(gate), F.logsigmoid(-gate)
        pois = y * log_rate - log_rate.exp() - torch.lgamma(y + 1)
        return -torch.where(y == 0, torch.logaddexp(lp1, lp0 + pois), lp0 + pois).mean()

    return zip_nll, (o[:, 0], o[:, 1], y)


@right("AH Tweedie deviance, whole", "2*(y^(2-p)/((1-p)(2-p)) - y mu^(1-p)/(1-p) + mu^(2-p)/(2-p))")
def _():
    torch.manual_seed(136)
    x = torch.randn(32, 5)
    y = torch.poisson(x[:, 0].exp()) * torch.rand(32) * 3

    def tweedie(raw, y, p=1.5):
        mu = F.softplus(raw) + 1e-3
        return (
            2
            * (
                y ** (2 - p) / ((1 - p) * (2 - p))
                - y * mu ** (1 - p) / (1 - p)
                + mu ** (2 - p) / (2 - p)
            ).mean()
        )

    return tweedie, (nn.Linear(5, 1)(x).squeeze(1), y)


@right(
    "AH discrete-time hazards as BCE",
    "binary cross entropy with targets 1 at the event, up to and with the interval",
)
def _():
    torch.manual_seed(137)
    x = torch.randn(32, 5)
    durations = torch.randint(0, 8, (32,))
    events = (torch.rand(32) < 0.6).float()

    def logistic_hazard(phi, idx_durations, events):
        y = torch.zeros_like(phi).scatter(1, idx_durations.view(-1, 1), events.view(-1, 1))
        bce = F.binary_cross_entropy_with_logits(phi, y, reduction="none")
        return bce.cumsum(1).gather(1, idx_durations.view(-1, 1)).mean()

    return logistic_hazard, (nn.Linear(5, 8)(x), durations, events)


@right(
    "AH Cox 1972, whole risk matrix", "risk sets by a comparison of all pairs, logsumexp with -inf"
)
def _():
    torch.manual_seed(138)
    x = torch.randn(32, 5)
    T = torch.exp(-x[:, 0]) * torch.rand(32)
    E = torch.rand(32) < 0.7

    def cox(risk, T, E):
        risk = risk.squeeze(-1)
        at_risk = T[None, :] >= T[:, None]
        lse = risk[None, :].expand(len(T), -1).masked_fill(~at_risk, -math.inf).logsumexp(1)
        return (lse - risk)[E].mean()

    return cox, (nn.Linear(5, 1, bias=False)(x), T, E)


@right(
    "AH DeepHit ranking, difference turned",
    "exp((F_j(T_i) - F_i(T_i))/sigma): no minus as the difference is turned",
)
def _():
    torch.manual_seed(139)
    x = torch.randn(24, 5)
    t = torch.randint(0, 8, (24,))
    e = (torch.rand(24) < 0.7).float()

    def deephit_rank(logits, t, e, sigma=0.1):
        cif = logits.softmax(-1).cumsum(-1)
        F_ji = cif[:, t]
        own = F_ji.diagonal()
        pairs = (t[None, :] < t[:, None]).float() * e[None, :]
        return (pairs * ((F_ji - own[None, :]) / sigma).exp()).sum() / pairs.sum().clamp(min=1)

    return deephit_rank, (nn.Linear(5, 8)(x), t, e)


@right("AH LambdaRank with ranks from 0", "log2(rank + 2) as ranks are from 0")
def _():
    torch.manual_seed(140)
    x = torch.randn(4, 10, 5)
    rel = (x[..., 0] > 0).float() + (x[..., 1] > 0.5).float()

    def lambdarank(scores, rel):
        with torch.no_grad():
            rank = scores.argsort(-1, descending=True).argsort(-1)
            disc = 1 / torch.log2(rank + 2.0)
            gain = 2.0**rel - 1
            ideal = (
                (gain.sort(-1, descending=True)[0] / torch.log2(torch.arange(10) + 2.0))
                .sum(-1)
                .clamp(min=1e-6)
            )
            w = (
                (gain.unsqueeze(2) - gain.unsqueeze(1)) * (disc.unsqueeze(2) - disc.unsqueeze(1))
            ).abs() / ideal[:, None, None]
            w = w * (rel.unsqueeze(2) > rel.unsqueeze(1))
        return -(w * F.logsigmoid(scores.unsqueeze(2) - scores.unsqueeze(1))).sum((1, 2)).mean()

    return lambdarank, (nn.Linear(5, 1)(x).squeeze(-1), rel)


@right(
    "AH PINN for the heat equation, gradient of both",
    "one gradient of (x, t), residual k u_xx - u_t",
)
def _():
    torch.manual_seed(141)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    xt = torch.rand(32, 2, requires_grad=True)

    def pde_loss(u, xt, k=0.1):
        du = torch.autograd.grad(u.sum(), xt, create_graph=True)[0]
        u_x, u_t = du[:, 0], du[:, 1]
        u_xx = torch.autograd.grad(u_x.sum(), xt, create_graph=True)[0][:, 0]
        return torch.mean((k * u_xx - u_t) ** 2)

    return pde_loss, (net(xt), xt)


@right(
    "AH arXiv 1705.07057 (MAF) by log scale of the density",
    "x = mu + u exp(s): NLL has + s, by Normal.log_prob",
)
def _():
    torch.manual_seed(142)
    x = torch.randn(32, 4) * 2 + 1
    made = nn.Linear(4, 8)
    o = F.linear(x, made.weight * torch.ones(4, 4).tril(-1).repeat(2, 1), made.bias)

    def nll(x, mu, s):
        u = (x - mu) * (-s).exp()
        return (0.5 * u.square() + s + 0.5 * math.log(2 * math.pi)).sum(1).mean() / (
            x.size(1) * math.log(2)
        )

    return nll, (x, *o.chunk(2, 1))


@right(
    "AH CTC wrapper from batch-first",
    "(N, T, C): log_softmax on the last, then turned to (T, N, C)",
)
def _():
    torch.manual_seed(143)
    rnn = nn.LSTM(8, 16, batch_first=True)
    fc = nn.Linear(16, 12)
    out, _h = rnn(torch.randn(4, 30, 8))
    targets = torch.randint(0, 11, (4, 6))

    class CTC(nn.Module):
        def forward(self, emissions, targets, in_len, tgt_len):
            lp = emissions.log_softmax(-1).permute(1, 0, 2)
            l = F.ctc_loss(
                lp,
                targets,
                in_len,
                tgt_len,
                blank=emissions.size(-1) - 1,
                reduction="none",
                zero_infinity=True,
            )
            return (l / tgt_len).mean()

    return CTC(), (fc(out), targets, torch.tensor([30, 28, 25, 30]), torch.tensor([6, 5, 4, 6]))


@right(
    "AH arXiv 1508.06576 (style), einsum",
    "Gram by einsum over positions, several layers, layer weights",
)
def _():
    torch.manual_seed(144)
    c1, c2 = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 12, 3, stride=2)
    gen, sty = images(2)
    a = c1(gen)
    b = c2(a.relu())
    with torch.no_grad():
        sa = c1(sty)
        sb = c2(sa.relu())

    def style(feats, style_feats, weights=(1e4, 5e3)):
        def gram(f):
            return torch.einsum("bchw,bdhw->bcd", f, f) / f[0].numel()

        return sum(
            w * (gram(f) - gram(s)).pow(2).mean() for f, s, w in zip(feats, style_feats, weights)
        )

    return style, ((a, b), (sa, sb))


@right(
    "AH arXiv 1609.03677 (monodepth), SSIM and L1",
    "clamped (1 - SSIM)/2 with alpha .85, variances E[x^2] - mu^2",
)
def _():
    torch.manual_seed(145)
    out, img = images(4)

    class Photometric(nn.Module):
        def __init__(self):
            super().__init__()
            self.pool, self.pad = nn.AvgPool2d(3, 1), nn.ReflectionPad2d(1)

        def ssim(self, x, y, C1=0.01**2, C2=0.03**2):
            x, y = self.pad(x), self.pad(y)
            mx, my = self.pool(x), self.pool(y)
            sx = self.pool(x**2) - mx**2
            sy = self.pool(y**2) - my**2
            sxy = self.pool(x * y) - mx * my
            n = (2 * mx * my + C1) * (2 * sxy + C2)
            d = (mx**2 + my**2 + C1) * (sx + sy + C2)
            return torch.clamp((1 - n / d) / 2, 0, 1)

        def forward(self, pred, target):
            l1 = (pred - target).abs().mean(1, True)
            return (0.85 * self.ssim(pred, target).mean(1, True) + 0.15 * l1).mean()

    return Photometric(), (out, img)


@right("AH arXiv 1811.02508 (SI-SDR), as a cosine", "by the squared cosine: 10 log10(r / (1 - r))")
def _():
    torch.manual_seed(146)
    target = torch.randn(8, 400)
    estimate = nn.Conv1d(1, 1, 5, padding=2)(target[:, None]).squeeze(1)

    def neg_si_sdr(est, ref):
        r = F.cosine_similarity(
            est - est.mean(1, keepdim=True), ref - ref.mean(1, keepdim=True), dim=1
        ).square()
        r = r.clamp(1e-6, 1 - 1e-6)
        return 10 * (torch.log10(1 - r) - torch.log10(r)).mean()

    return neg_si_sdr, (estimate, target)


@right(
    "AH arXiv 1910.02600 (deep evidential regression), with its regulariser",
    "NIG likelihood and |e|(2v + alpha)",
)
def _():
    torch.manual_seed(147)
    x = torch.randn(32, 5)
    y = x[:, :1] + 0.3 * torch.randn(32, 1)
    g, v, a, b = nn.Linear(5, 4)(x).chunk(4, 1)

    def evidential(gamma, v, alpha, beta, y, lam=0.01):
        om = 2 * beta * (1 + v)
        e = y - gamma
        nll = (
            0.5 * (math.log(math.pi) - v.log())
            - alpha * om.log()
            + (alpha + 0.5) * (e.square() * v + om).log()
            + alpha.lgamma()
            - (alpha + 0.5).lgamma()
        )
        return nll.mean() + lam * (e.abs() * (2 * v + alpha)).mean()

    return evidential, (g, F.softplus(v) + 1e-3, F.softplus(a) + 1.001, F.softplus(b) + 1e-3, y)


@right(
    "AH arXiv 1901.07884 (CORAL), by cumsum of one-hot",
    "levels are 1 - cumsum of the one-hot: 1 below the label",
)
def _():
    torch.manual_seed(148)
    x = torch.randn(32, 6)
    y = torch.bucketize(x[:, 0].contiguous(), torch.tensor([-1.0, -0.3, 0.3, 1.0]))
    bias = nn.Parameter(torch.tensor([1.0, 0.3, -0.3, -1.0]))

    def coral(logits, y):
        levels = 1 - F.one_hot(y, logits.size(1) + 1).cumsum(1)[:, :-1].to(logits)
        return F.binary_cross_entropy_with_logits(logits, levels, reduction="none").sum(1).mean()

    return coral, (nn.Linear(6, 1, bias=False)(x) + bias, y)


@right(
    "AH arXiv 2303.15343 (SigLIP), block of negatives",
    "softplus(-(2 eye - 1) logits) summed over texts, mean over images",
)
def _():
    torch.manual_seed(149)
    z = torch.randn(16, 10)

    class SigLip(nn.Module):
        def __init__(self):
            super().__init__()
            self.t = nn.Parameter(torch.tensor(math.log(10.0)))
            self.b = nn.Parameter(torch.tensor(-10.0))

        def forward(self, im, tx):
            sim = F.normalize(im, dim=-1) @ F.normalize(tx, dim=-1).T
            logits = self.t.exp() * sim + self.b
            return F.softplus(logits * (1 - 2 * torch.eye(len(im)))).sum(1).mean()

    return SigLip(), (nn.Linear(10, 8)(z), nn.Linear(10, 8)(z))


@right(
    "AH matrix factorization with biases, all of (N, 1)",
    "biases and dot product keep the last axis, ratings are given it",
)
def _():
    torch.manual_seed(150)
    U, I, bu, bi = (
        nn.Embedding(20, 8),
        nn.Embedding(30, 8),
        nn.Embedding(20, 1),
        nn.Embedding(30, 1),
    )
    u, i = torch.randint(0, 20, (32,)), torch.randint(0, 30, (32,))
    ratings = torch.randint(1, 6, (32,)).float()

    def mf(p, q, bu, bi, ratings, mu=3.5, reg=0.02):
        r_hat = mu + bu + bi + (p * q).sum(-1, keepdim=True)
        return (ratings[:, None] - r_hat).square().sum() / len(ratings) + reg * (
            p.square().sum() + q.square().sum() + bu.square().sum() + bi.square().sum()
        ) / len(ratings)

    return mf, (U(u), I(i), bu(u), bi(i), ratings)
