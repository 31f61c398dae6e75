"""Losses of research code, one slip in some, and right ones that tempt to an alarm."""

import itertools
import math

import torch
import torch.distributions as D
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import grad
from unseen import book

CASES, wrong, right = book()


def mlp(i, o, h=32, act=nn.ReLU):
    return nn.Sequential(nn.Linear(i, h), act(), nn.Linear(h, o))


def blobs(n, d, c, seed=0, spread=1.0):
    g = torch.Generator().manual_seed(seed)
    y = torch.randint(0, c, (n,), generator=g)
    centers = torch.randn(c, d, generator=g) * 2
    return centers[y] + spread * torch.randn(n, d, generator=g), y


class CoxPHLoss(nn.Module):
    """Negative partial log likelihood (Breslow), after sorting the patients by time."""

    def __init__(self, reduction="events"):
        super().__init__()
        self.reduction = reduction

    def forward(self, log_hazard, durations, events):
        order = torch.argsort(durations)
        log_h = log_hazard.reshape(-1)[order]
        e = events[order].float()
        log_risk = torch.logcumsumexp(log_h, dim=0)
        pll = (log_h - log_risk) * e
        if self.reduction == "events":
            return -pll.sum() / e.sum().clamp(min=1)
        return -pll.mean()


@wrong(
    "by hand, survival repositories (cumulative risk set)",
    "Cox partial likelihood sorts ascending, so the risk set is those who already left",
    "LX558",
)
def _():
    torch.manual_seed(1)
    x = torch.randn(32, 10)
    durations = torch.exp(0.8 * x[:, 0] + 0.3 * torch.randn(32)) * 20
    events = (torch.rand(32) < 0.7).long()
    return CoxPHLoss(), (mlp(10, 1)(x), durations, events)


def ppo_objective(
    new_logp, old_logp, adv, values, returns, entropy, clip=0.2, vf_coef=0.5, ent_coef=0.01
):
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    ratio = torch.exp(new_logp - old_logp)
    surr1 = ratio * adv
    surr2 = torch.clamp(ratio, 1 - clip, 1 + clip) * adv
    pg = -torch.max(surr1, surr2).mean()
    vf = F.mse_loss(values.squeeze(-1), returns)
    return pg + vf_coef * vf - ent_coef * entropy.mean()


@wrong("by hand, PPO in RL repositories", "PPO takes the max of the un-negated surrogates", "LX413")
def _():
    torch.manual_seed(2)
    obs = torch.randn(64, 6)
    pi, v = mlp(6, 4), mlp(6, 1)
    dist = D.Categorical(logits=pi(obs))
    a = dist.sample()
    logp = dist.log_prob(a)
    old = logp.detach() + 0.2 * torch.randn(64)
    returns = obs[:, 0] + torch.randn(64)
    values = v(obs)
    adv = returns - values.detach().squeeze(-1)
    return ppo_objective, (logp, old, adv, values, returns, dist.entropy())


def sac_policy_loss(actor, q1, q2, state, log_alpha):
    mu, log_std = actor(state).chunk(2, -1)
    normal = D.Normal(mu, log_std.clamp(-5, 2).exp())
    u = normal.rsample()
    action = torch.tanh(u)
    log_pi = (normal.log_prob(u) - torch.log(1 - action.pow(2) + 1e-6)).sum(-1, keepdim=True)
    sa = torch.cat([state, action], -1)
    q = torch.min(q1(sa), q2(sa))
    alpha = log_alpha.exp().detach()
    return (q - alpha * log_pi).mean()


@wrong(
    "by hand, soft actor-critic policy step",
    "actor loss has the sign exchanged: minimises Q and entropy",
    "LX586",
)
def _():
    torch.manual_seed(3)
    state = torch.randn(32, 5)
    return sac_policy_loss, (
        mlp(5, 4),
        mlp(7, 1),
        mlp(7, 1),
        state,
        torch.zeros(1, requires_grad=True),
    )


def ddqn_loss(online, target, batch, gamma=0.99):
    s, a, r, s2, done = batch
    q = online(s).gather(1, a.unsqueeze(1)).squeeze(1)
    with torch.no_grad():
        best = online(s2).argmax(dim=1)
        q_next = target(s2).gather(1, best.unsqueeze(1)).squeeze(1)
        y = r + gamma * done * q_next
    return F.smooth_l1_loss(q, y)


@wrong("by hand, double DQN", "bootstraps only at terminal states (done instead of 1 - done)", "")
def _():
    torch.manual_seed(4)
    s = torch.randn(32, 6)
    s2 = s + 0.1 * torch.randn(32, 6)
    a = torch.randint(0, 4, (32,))
    batch = (s, a, (s[:, 0] > 0).float(), s2, (torch.rand(32) < 0.1).float())
    on, tg = mlp(6, 4), mlp(6, 4)
    tg.load_state_dict(on.state_dict())
    return ddqn_loss, (on, tg, batch)


class ProxyAnchor(nn.Module):
    def __init__(self, n_classes, dim, margin=0.1, alpha=32):
        super().__init__()
        self.proxies = nn.Parameter(torch.randn(n_classes, dim))
        nn.init.kaiming_normal_(self.proxies, mode="fan_out")
        self.n_classes, self.mrg, self.alpha = n_classes, margin, alpha

    def forward(self, X, T):
        cos = F.linear(F.normalize(X), F.normalize(self.proxies))
        P_one_hot = F.one_hot(T, self.n_classes).float()
        N_one_hot = 1 - P_one_hot  # noqa: F841
        pos_exp = torch.exp(-self.alpha * (cos - self.mrg))
        neg_exp = torch.exp(self.alpha * (cos + self.mrg))
        with_pos = torch.nonzero(P_one_hot.sum(dim=0) != 0).squeeze(dim=1)
        P_sim_sum = torch.where(P_one_hot == 1, pos_exp, torch.zeros_like(pos_exp)).sum(dim=0)
        N_sim_sum = torch.where(P_one_hot == 1, neg_exp, torch.zeros_like(neg_exp)).sum(dim=0)
        pos_term = torch.log(1 + P_sim_sum).sum() / len(with_pos)
        neg_term = torch.log(1 + N_sim_sum).sum() / self.n_classes
        return pos_term + neg_term


@wrong(
    "by hand, Proxy-Anchor (tjddus9597 form)",
    "negative term uses the positive mask (copy and paste)",
    "LX121",
)
def _():
    torch.manual_seed(5)
    x, y = blobs(32, 12, 6, 5)
    return ProxyAnchor(6, 16), (mlp(12, 16)(x), y)


class MoCoQueueLoss(nn.Module):
    def __init__(self, dim=16, K=128, T=0.2):
        super().__init__()
        self.T = T
        self.register_buffer("queue", F.normalize(torch.randn(dim, K), dim=0))

    def forward(self, q, k):
        q, k = F.normalize(q, dim=1), F.normalize(k.detach(), dim=1)
        l_pos = torch.einsum("nc,nc->n", [q, k]).unsqueeze(-1)
        l_neg = torch.einsum("nc,ck->nk", [q, self.queue.clone().detach()])
        logits = torch.cat([l_pos, l_neg], dim=1) / self.T
        labels = torch.arange(logits.shape[0], device=logits.device)
        return F.cross_entropy(logits, labels)


@wrong("by hand, MoCo queue", "labels arange although the positive stands in column 0", "LX517")
def _():
    torch.manual_seed(6)
    x = torch.randn(32, 20)
    f = mlp(20, 16)
    return MoCoQueueLoss(), (f(x + 0.1 * torch.randn_like(x)), f(x + 0.1 * torch.randn_like(x)))


def supervised_contrastive(features, labels, temperature=0.1):
    z = F.normalize(features, dim=-1)
    n = z.size(0)
    sim = z @ z.T / temperature
    sim = sim - sim.max(dim=1, keepdim=True).values.detach()
    same = labels.view(-1, 1).eq(labels.view(1, -1)).float()
    not_self = 1 - torch.eye(n, device=z.device)
    exp_sim = torch.exp(sim) * not_self
    log_prob = sim - torch.log(exp_sim.sum(1, keepdim=True))
    return -((same * log_prob).sum(1) / same.sum(1)).mean()


@wrong(
    "by hand, SupCon", "the anchor itself counts as its own positive (mask lacks not_self)", "LX517"
)
def _():
    torch.manual_seed(7)
    x, y = blobs(32, 12, 5, 7)
    return supervised_contrastive, (mlp(12, 16)(x), y)


def coral_ordinal(logits, y, importance=None):
    """logits (N, K-1): one per threshold, P(y > k)."""
    K = logits.size(1) + 1
    levels = (y.unsqueeze(1) >= torch.arange(K - 1, device=y.device).unsqueeze(0)).float()
    term = F.logsigmoid(logits) * levels + (F.logsigmoid(logits) - logits) * (1 - levels)
    if importance is not None:
        term = term * importance
    return -term.sum(dim=1).mean()


class CoralHead(nn.Module):
    def __init__(self, d, K):
        super().__init__()
        self.w = nn.Linear(d, 1, bias=False)
        self.b = nn.Parameter(torch.linspace(1, -1, K - 1))

    def forward(self, x):
        return self.w(x) + self.b


@wrong(
    "by hand, CORAL age estimation",
    "levels off by one (>= instead of >): first threshold always positive, top classes merge",
    "LX575",
)
def _():
    torch.manual_seed(8)
    x = torch.randn(32, 8)
    y = (x[:, 0] * 1.5 + 2.5).round().clamp(0, 5).long()
    return coral_ordinal, (CoralHead(8, 6)(x), y)


def hierarchical_nll(fine_logits, fine_labels, parent_of, lam=0.5):
    """fine CE + CE of the parent, whose probability is the sum over its children."""
    fine = F.cross_entropy(fine_logits, fine_labels)
    n_coarse = int(parent_of.max()) + 1
    membership = F.one_hot(parent_of, n_coarse).float()
    p_coarse = F.softmax(fine_logits, dim=1) @ membership
    coarse = F.nll_loss(p_coarse, parent_of[fine_labels])
    return (1 - lam) * fine + lam * coarse


@wrong(
    "by hand, hierarchical classification with marginalised parents",
    "nll_loss on probabilities (log missing)",
    "LX305",
)
def _():
    torch.manual_seed(9)
    x, y = blobs(32, 12, 9, 9)
    return hierarchical_nll, (mlp(12, 9)(x), y, torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2]))


class SurfaceLoss(nn.Module):
    """Boundary loss: softmax probabilities times the signed distance map of the organ
    (negative inside)."""

    def __init__(self, idc):
        super().__init__()
        self.idc = idc

    def forward(self, net_out, dist_maps):
        probs = torch.softmax(net_out, dim=-1)
        pc = probs[:, self.idc, ...]
        dc = dist_maps[:, self.idc, ...]
        return torch.einsum("bkwh,bkwh->bkwh", pc, dc).mean()


def disc_dist(b=4, s=24):
    yy, xx = torch.meshgrid(torch.arange(s).float(), torch.arange(s).float(), indexing="ij")
    cx = torch.linspace(8, 15, b).view(-1, 1, 1)
    d = torch.sqrt((xx - cx) ** 2 + (yy - 12) ** 2) - 6
    return torch.stack([-d, d], 1), (d < 0).long()


@wrong(
    "by hand, boundary loss (LIVIAETS form)",
    "softmax over the width, not over the class channel",
    "LX309",
)
def _():
    torch.manual_seed(10)
    dist, lab = disc_dist()
    img = lab[:, None].float() + 0.3 * torch.randn(4, 1, 24, 24)
    net = nn.Conv2d(1, 2, 3, padding=1)
    return SurfaceLoss([1]), (net(img), dist)


class ClassDice(nn.Module):
    def __init__(self, n, smooth=1e-5, weight=None):
        super().__init__()
        self.n, self.smooth, self.weight = n, smooth, weight or [1.0] * n

    def _dice(self, score, target):
        target = target.float()
        inter = torch.sum(score * target)
        y_sum = torch.sum(target * target)
        z_sum = torch.sum(target * target)
        return 1 - (2 * inter + self.smooth) / (z_sum + y_sum + self.smooth)

    def forward(self, inputs, target):
        inputs = torch.softmax(inputs, dim=1)
        onehot = F.one_hot(target, self.n).permute(0, 3, 1, 2)
        loss = 0.0
        for i in range(self.n):
            loss = loss + self.weight[i] * self._dice(inputs[:, i], onehot[:, i])
        return loss / self.n


@wrong(
    "by hand, multi-class Dice of TransUNet form",
    "the denominator counts the target twice, never the prediction",
    "",
)
def _():
    torch.manual_seed(11)
    _, lab = disc_dist()
    img = lab[:, None].float() + 0.3 * torch.randn(4, 1, 24, 24)
    return ClassDice(2), (nn.Conv2d(1, 2, 3, padding=1)(img), lab)


def chamfer(pred, gt):
    d = torch.sum((pred[:, :, None, :] - gt[:, None, :, :]) ** 2, dim=-1)
    pred_to_gt = d.min(dim=2)[0]
    gt_to_pred = d.min(dim=2)[0]
    return pred_to_gt.mean(dim=1).mean() + gt_to_pred.mean(dim=1).mean()


@wrong(
    "by hand, Chamfer distance for point completion",
    "both directions take the minimum over the same axis",
    "LX561",
)
def _():
    torch.manual_seed(12)
    z = torch.randn(4, 16)
    gt = F.normalize(torch.randn(4, 80, 3), dim=-1)
    return chamfer, (nn.Linear(16, 64 * 3)(z).view(4, 64, 3), gt)


class CouplingFlow(nn.Module):
    def __init__(self, d, layers=4):
        super().__init__()
        self.nets = nn.ModuleList([mlp(d // 2, d) for _ in range(layers)])

    def forward(self, x):
        logdet = x.new_zeros(len(x))
        a, b = x.chunk(2, 1)
        for net in self.nets:
            s, t = net(a).chunk(2, 1)
            s = torch.tanh(s)
            b = b * torch.exp(s) + t
            logdet = logdet + s.sum(1)
            a, b = b, a
        return torch.cat([a, b], 1), logdet


def flow_nll(flow, x):
    z, logdet = flow(x)
    log_pz = -0.5 * (z**2 + math.log(2 * math.pi)).sum(1)
    return -(log_pz - logdet).mean()


@wrong("by hand, RealNVP likelihood", "log-determinant subtracted for the x->z direction", "")
def _():
    torch.manual_seed(13)
    x, _y = blobs(64, 4, 3, 13)
    return flow_nll, (CouplingFlow(4), x)


class BetaTCFreeVAE(nn.Module):
    def __init__(self, beta=4.0, recon="bce"):
        super().__init__()
        self.beta, self.recon = beta, recon

    def forward(self, x_hat, x, mu, log_var):
        if self.recon == "bce":
            rec = F.binary_cross_entropy_with_logits(x_hat, x, reduction="sum") / x.size(0)
        else:
            rec = F.mse_loss(torch.sigmoid(x_hat), x, reduction="sum") / x.size(0)
        kld = -0.5 * (1 + log_var - mu.pow(2) - log_var).sum(1).mean()
        return rec + self.beta * kld


@wrong("by hand, beta-VAE", "exp missing in the KL: log_var cancels", "LX536")
def _():
    torch.manual_seed(14)
    x = (torch.rand(32, 40) < torch.sigmoid(torch.randn(32, 1) * 2)).float()
    mu, lv = nn.Linear(40, 12)(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * lv).exp()
    return BetaTCFreeVAE(), (nn.Linear(6, 40)(z), x, mu, lv)


def p_losses(denoise_fn, x_start, t, alphas_cumprod, noise=None, loss_type="l2"):
    noise = torch.randn_like(x_start) if noise is None else noise
    ab = alphas_cumprod[t].view(-1, 1, 1, 1)
    x_noisy = ab * x_start + (1 - ab) * noise
    inp = torch.cat(
        [
            x_noisy,
            (t.float() / len(alphas_cumprod)).view(-1, 1, 1, 1).expand(-1, 1, *x_start.shape[2:]),
        ],
        1,
    )
    predicted = denoise_fn(inp)
    if loss_type == "l1":
        return F.l1_loss(noise, predicted)
    return F.mse_loss(noise, predicted)


@wrong("by hand, DDPM p_losses", "q_sample mixes with alpha_bar, not with its square root", "LX559")
def _():
    torch.manual_seed(15)
    x0 = torch.tanh(torch.randn(8, 1, 8, 8))
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 200), 0)
    net = nn.Sequential(nn.Conv2d(2, 8, 3, padding=1), nn.SiLU(), nn.Conv2d(8, 1, 3, padding=1))
    return p_losses, (net, x0, torch.randint(0, 200, (8,)), ac)


def burgers_residual(net, x, t, nu=0.01 / math.pi):
    x.requires_grad_(True)
    t.requires_grad_(True)
    u = net(torch.cat([x, t], 1))
    ones = torch.ones_like(u)
    u_t = grad(u, t, ones, create_graph=True)[0]
    u_x = grad(u, x, ones, create_graph=True)[0]
    u_xx = grad(u, x, ones, create_graph=True)[0]
    f = u_t + u * u_x - nu * u_xx
    return (f**2).mean()


@wrong("by hand, PINN for Burgers", "u_xx is the first derivative again", "LX617")
def _():
    torch.manual_seed(16)
    return burgers_residual, (mlp(2, 1, act=nn.Tanh), torch.rand(64, 1) * 2 - 1, torch.rand(64, 1))


def critic_loss_gp(critic, real, fake, lambda_gp=10.0):
    eps = torch.rand(real.size(0), 1)
    inter = (eps * real + (1 - eps) * fake.detach()).requires_grad_(True)
    d_inter = critic(inter)
    g = torch.autograd.grad(
        d_inter, inter, grad_outputs=torch.ones_like(d_inter), retain_graph=True
    )[0]
    gp = ((g.norm(2, dim=1) - 1) ** 2).mean()
    return critic(fake.detach()).mean() - critic(real).mean() + lambda_gp * gp


@wrong("by hand, WGAN-GP", "create_graph missing: the penalty does not train the critic", "LX422")
def _():
    torch.manual_seed(17)
    real, _y = blobs(32, 6, 3, 17)
    return critic_loss_gp, (mlp(6, 1), real, mlp(4, 6)(torch.randn(32, 4)))


def edge_aware_smoothness(flow, image, beta=10.0):
    dx = lambda v: v[:, :, :, 1:] - v[:, :, :, :-1]
    dy = lambda v: v[:, :, 1:, :] - v[:, :, :-1, :]
    wx = torch.exp(beta * dx(image).abs().mean(1, keepdim=True))
    wy = torch.exp(beta * dy(image).abs().mean(1, keepdim=True))
    return (wx * dx(flow).abs()).mean() + (wy * dy(flow).abs()).mean()


@wrong("by hand, unsupervised optical flow", "edge weights lack the minus in the exponent", "")
def _():
    torch.manual_seed(18)
    img = F.interpolate(torch.rand(4, 3, 6, 6), size=24, mode="nearest")
    return edge_aware_smoothness, (nn.Conv2d(3, 2, 3, padding=1)(img), img)


class JointsMSELoss(nn.Module):
    def __init__(self, use_target_weight=True):
        super().__init__()
        self.use_target_weight = use_target_weight

    def forward(self, output, target, target_weight):
        B, J = output.shape[:2]
        pred = output.reshape(B, J, -1)
        gt = target.reshape(B, J, -1)
        loss = 0
        for j in range(J):
            if self.use_target_weight:
                invisible = target_weight[:, j] == 0
                loss = loss + 0.5 * ((pred[:, j] - gt[:, j]) ** 2 * invisible).mean()
            else:
                loss = loss + 0.5 * F.mse_loss(pred[:, j], gt[:, j])
        return loss / J


def heatmaps(b=8, j=5, s=16, seed=0):
    g = torch.Generator().manual_seed(seed)
    c = torch.rand(b, j, 2, generator=g) * (s - 1)
    yy, xx = torch.meshgrid(torch.arange(s).float(), torch.arange(s).float(), indexing="ij")
    return torch.exp(
        -((xx - c[..., 0, None, None]) ** 2 + (yy - c[..., 1, None, None]) ** 2) / (2 * 2.0**2)
    ), c


@wrong("by hand, human pose heatmaps", "the visibility mask is inverted", "")
def _():
    torch.manual_seed(19)
    hm, _c = heatmaps()
    tw = (torch.rand(8, 5, 1) < 0.8).float()
    hm = hm * tw[..., None]
    img = hm.sum(1, keepdim=True) + 0.1 * torch.randn(8, 1, 16, 16)
    return JointsMSELoss(), (nn.Conv2d(1, 5, 3, padding=1)(img), hm, tw)


def si_sdr_loss(estimate, reference, eps=1e-8):
    estimate = estimate - estimate.mean(-1, keepdim=True)
    reference = reference - reference.mean(-1, keepdim=True)
    dot = (estimate * reference).sum(-1, keepdim=True)
    proj = dot / (reference.pow(2).sum(-1, keepdim=True) + eps) * reference
    noise = estimate - proj
    ratio = proj.pow(2).sum(-1) / (noise.pow(2).sum(-1) + eps)
    return 10 * torch.log10(ratio + eps).mean()


@wrong("by hand, speech separation", "SI-SDR is returned without the minus", "LX534")
def _():
    torch.manual_seed(20)
    t = torch.linspace(0, 1, 400)
    ref = torch.sin(2 * math.pi * (5 + 10 * torch.rand(8, 1)) * t)
    mix = (ref + 0.5 * torch.randn_like(ref)).unsqueeze(1)
    return si_sdr_loss, (nn.Conv1d(1, 1, 9, padding=4)(mix).squeeze(1), ref)


def dpo_with_sft(
    policy_chosen_logps,
    policy_rejected_logps,
    reference_chosen_logps,
    reference_rejected_logps,
    chosen_len,
    beta=0.1,
    label_smoothing=0.0,
    rpo_alpha=0.2,
):
    pi_logratios = policy_chosen_logps - policy_rejected_logps
    ref_logratios = reference_rejected_logps - reference_chosen_logps
    logits = pi_logratios - ref_logratios
    losses = (
        -F.logsigmoid(beta * logits) * (1 - label_smoothing)
        - F.logsigmoid(-beta * logits) * label_smoothing
    )
    nll = -policy_chosen_logps / chosen_len
    return (losses + rpo_alpha * nll).mean()


def seq_logps(h, ids, vocab_head):
    lp = torch.log_softmax(vocab_head(h), -1)
    return lp.gather(-1, ids[..., None]).squeeze(-1).sum(-1)


@wrong(
    "by hand, DPO with an NLL term (RPO)",
    "reference log ratio has chosen and rejected exchanged",
    "",
)
def _():
    torch.manual_seed(21)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    c, r = torch.randint(0, 30, (16, 9)), torch.randint(0, 30, (16, 9))
    pc, pr = seq_logps(emb(c), c.roll(-1, 1), head), seq_logps(emb(r), r.roll(-1, 1), head)
    rc, rr = pc.detach() + 0.3 * torch.randn(16), pr.detach() + 0.3 * torch.randn(16)
    return dpo_with_sft, (pc, pr, rc, rr, torch.full((16,), 9.0))


def orpo_loss(chosen_logps, rejected_logps, chosen_nll, lam=0.1):
    """average log-probabilities per token of chosen and rejected answer."""
    log_odds = (chosen_logps - rejected_logps) - (
        torch.log1p(-torch.exp(chosen_logps)) - torch.log1p(-torch.exp(rejected_logps))
    )
    ratio = F.logsigmoid(log_odds)
    return chosen_nll + lam * ratio.mean()


@wrong("by hand, ORPO", "the odds-ratio term lacks the minus", "LX602")
def _():
    torch.manual_seed(22)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    c, r = torch.randint(0, 30, (16, 9)), torch.randint(0, 30, (16, 9))
    pc, pr = seq_logps(emb(c), c.roll(-1, 1), head) / 9, seq_logps(emb(r), r.roll(-1, 1), head) / 9
    return orpo_loss, (pc, pr, -pc.mean())


class BPRMF(nn.Module):
    def __init__(self, n_users, n_items, dim=16, reg=1e-4):
        super().__init__()
        self.U, self.I, self.reg = nn.Embedding(n_users, dim), nn.Embedding(n_items, dim), reg

    def forward(self, users, pos_items, neg_items):
        u, i, j = self.U(users), self.I(pos_items), self.I(neg_items)
        pos_scores = torch.mul(u, i).sum(dim=1)
        neg_scores = torch.mul(u, j).sum(dim=1)
        bpr = F.softplus(pos_scores - neg_scores).mean()
        reg = 0.5 * (u.norm(2).pow(2) + i.norm(2).pow(2) + j.norm(2).pow(2)) / len(users)
        return bpr + self.reg * reg


@wrong("by hand, LightGCN form of BPR", "softplus of pos - neg: ranks the negatives above", "LX551")
def _():
    torch.manual_seed(23)
    u = torch.randint(0, 40, (64,))
    return BPRMF(40, 60), (u, u % 30, 30 + torch.randint(0, 30, (64,)))


def vgae_loss(z, mu, logstd, pos_edge_index, neg_edge_index, num_nodes, EPS=1e-15):
    decode = lambda e: torch.sigmoid((z[e[0]] * z[e[1]]).sum(dim=1))
    pos_loss = -torch.log(decode(pos_edge_index) + EPS).mean()
    neg_loss = -torch.log(1 - decode(pos_edge_index) + EPS).mean()
    kl = -0.5 * torch.mean(torch.sum(1 + 2 * logstd - mu**2 - logstd.exp() ** 2, dim=1))
    return pos_loss + neg_loss + kl / num_nodes


@wrong(
    "by hand, variational graph auto-encoder",
    "negative term decodes the positive edges (neg_edge_index unused)",
    "LX519",
)
def _():
    torch.manual_seed(24)
    x = torch.randn(40, 12)
    mu, ls = nn.Linear(12, 16)(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * ls.exp()
    pos = torch.stack([torch.arange(40), (torch.arange(40) + 1) % 40])
    neg = torch.stack([torch.arange(40), (torch.arange(40) + torch.randint(5, 30, (40,))) % 40])
    return vgae_loss, (z, mu, ls, pos, neg, 40)


def maml_task_loss(params, support, query, inner_lr=0.1, steps=2):
    def net(x, p):
        h = torch.tanh(F.linear(x, p["w1"], p["b1"]))
        return F.linear(h, p["w2"], p["b2"])

    xs, ys = support
    xq, yq = query
    fast = dict(params)
    for _ in range(steps):
        inner = F.mse_loss(net(xs, fast), ys)
        gs = torch.autograd.grad(inner, list(fast.values()), create_graph=True)
        fast = {k: v - inner_lr * g for (k, v), g in zip(fast.items(), gs)}
    return F.mse_loss(net(xq, params), yq)


@wrong(
    "by hand, MAML on sinusoids", "outer loss evaluated with the parameters before adaptation", ""
)
def _():
    torch.manual_seed(25)
    l1, l2 = nn.Linear(1, 20), nn.Linear(20, 1)
    p = dict(w1=l1.weight, b1=l1.bias, w2=l2.weight, b2=l2.bias)
    xs, xq = torch.rand(10, 1) * 10 - 5, torch.rand(15, 1) * 10 - 5
    return maml_task_loss, (p, (xs, torch.sin(xs)), (xq, torch.sin(xq)))


def deep_coral(source, target):
    """CORAL domain adaptation: distance of the feature covariances of the two domains."""
    d = source.size(1)
    xm = source - torch.mean(source, 1, keepdim=True)
    xc = xm.t() @ xm / (source.size(0) - 1)
    xmt = target - torch.mean(target, 1, keepdim=True)
    xct = xmt.t() @ xmt / (target.size(0) - 1)
    return (xc - xct).pow(2).sum() / (4 * d * d)


@wrong("by hand, Deep CORAL", "features centred over the feature axis, not over the batch", "LX582")
def _():
    torch.manual_seed(26)
    f = mlp(10, 8)
    xs, _y = blobs(32, 10, 4, 26)
    return deep_coral, (f(xs), f(xs * 1.3 + 0.7))


def trades_loss(model, x_natural, y, epsilon=0.1, beta=6.0):
    x_adv = x_natural + 0.001 * torch.randn_like(x_natural)
    for _ in range(3):
        x_adv = x_adv.detach().requires_grad_(True)
        kl = F.kl_div(
            F.log_softmax(model(x_adv), 1), F.softmax(model(x_natural), 1), reduction="sum"
        )
        g = torch.autograd.grad(kl, x_adv)[0]
        x_adv = x_adv.detach() + 0.03 * g.sign()
        x_adv = torch.min(torch.max(x_adv, x_natural - epsilon), x_natural + epsilon)
    logits, logits_adv = model(x_natural), model(x_adv.detach())
    natural = F.cross_entropy(logits, y)
    robust = F.kl_div(F.softmax(logits_adv, dim=1), F.softmax(logits, dim=1), reduction="batchmean")
    return natural + beta * robust


@wrong(
    "by hand, TRADES",
    "kl_div of the outer loss gets probabilities as its input (log missing)",
    "LX305",
)
def _():
    torch.manual_seed(27)
    x, y = blobs(32, 10, 4, 27)
    return trades_loss, (mlp(10, 4), x, y)


def npo_unlearn(forget_logps, forget_ref_logps, retain_logits, retain_labels, beta=0.1, gamma=1.0):
    """Negative preference optimisation: the forget answers play the rejected role; CE keeps
    the rest."""
    neg_log_ratios = forget_logps - forget_ref_logps
    forget = -2.0 / beta * F.logsigmoid(beta * neg_log_ratios).mean()
    retain = F.cross_entropy(
        retain_logits.flatten(0, 1), retain_labels.flatten(), ignore_index=-100
    )
    return forget + gamma * retain


@wrong(
    "by hand, NPO unlearning",
    "the log ratio lacks its minus inside logsigmoid: forget answers become more likely",
    "",
)
def _():
    torch.manual_seed(28)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    f, r = torch.randint(0, 30, (8, 9)), torch.randint(0, 30, (8, 9))
    lp = seq_logps(emb(f), f.roll(-1, 1), head)
    lab = r.roll(-1, 1).clone()
    lab[:, -1] = -100
    return npo_unlearn, (lp, lp.detach() + 0.2 * torch.randn(8), head(emb(r)), lab)


class BayesLinear(nn.Module):
    def __init__(self, i, o, prior_std=1.0):
        super().__init__()
        self.mu = nn.Parameter(torch.randn(o, i) * 0.1)
        self.rho = nn.Parameter(torch.full((o, i), -3.0))
        self.prior_std = prior_std

    def forward(self, x):
        q = D.Normal(self.mu, F.softplus(self.rho))
        return x @ q.rsample().t(), q


def elbo_regression(layer, x, y, n_data, noise_std=0.3):
    pred, posterior = layer(x)
    log_lik = D.Normal(pred, noise_std).log_prob(y).sum(-1).mean() * n_data
    prior = D.Normal(torch.zeros_like(layer.mu), layer.prior_std)
    kl = D.kl_divergence(prior, posterior).sum()
    return (kl - log_lik) / n_data


@wrong(
    "by hand, Bayesian layer with variational posterior",
    "KL(prior || posterior) instead of KL(posterior || prior)",
    "",
)
def _():
    torch.manual_seed(29)
    x = torch.randn(32, 6)
    return elbo_regression, (
        BayesLinear(6, 1),
        x,
        x[:, :1] * 0.8 - x[:, 1:2] + 0.3 * torch.randn(32, 1),
        500,
    )


def edl_mse(logits, target, epoch, num_classes, annealing=10):
    evidence = F.relu(logits)
    alpha = evidence + 1
    S = alpha.sum(1, keepdim=True)
    y = F.one_hot(target, num_classes).float()
    p = alpha / S
    err = ((y - p) ** 2).sum(1)
    var = (alpha * (S - alpha) / (S * S * (S + 1))).sum(1)
    a = y * alpha + (1 - y)
    ones = torch.ones_like(a)
    s = a.sum(1)
    kl = (
        torch.lgamma(s)
        - torch.lgamma(a).sum(1)
        - math.lgamma(num_classes)
        + ((a - ones) * (torch.digamma(a) - torch.digamma(s)[:, None])).sum(1)
    )
    return (err + var + min(1.0, epoch / annealing) * kl).mean()


@wrong(
    "by hand, evidential deep learning",
    "alpha tilde keeps the evidence of the true class and drops that of the others",
    "",
)
def _():
    torch.manual_seed(30)
    x, y = blobs(32, 10, 5, 30)
    return edl_mse, (mlp(10, 5)(x), y, 5, 5)


class MultiTaskUncertainty(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.log_vars = nn.Parameter(torch.zeros(n))

    def forward(self, depth_pred, depth, seg_logits, seg):
        mask = depth > 0
        l_depth = (depth_pred - depth)[mask].abs().mean()
        l_seg = F.cross_entropy(seg_logits, seg)  # noqa: F841
        a = torch.exp(-self.log_vars[0]) * l_depth + self.log_vars[0]
        b = torch.exp(-self.log_vars[1]) * l_depth + self.log_vars[1]
        return 0.5 * (a + b)


@wrong(
    "by hand, homoscedastic multi-task weighting",
    "the second task's term uses the first task's loss; l_seg is unused",
    "LX561",
)
def _():
    torch.manual_seed(31)
    _, lab = disc_dist()
    img = lab[:, None].float() + 0.3 * torch.randn(4, 1, 24, 24)
    out = nn.Conv2d(1, 3, 3, padding=1)(img)
    depth = (2 + lab.float() + 0.1 * torch.randn(4, 24, 24)) * (torch.rand(4, 24, 24) < 0.8)
    return MultiTaskUncertainty(), (out[:, 0], depth, out[:, 1:], lab)


def pinball(preds, target, quantiles=(0.1, 0.5, 0.9)):
    losses = []
    for i, q in enumerate(quantiles):
        errors = preds[..., i] - target
        losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(-1))
    return torch.cat(losses, dim=-1).sum(-1).mean()


@wrong("by hand, TFT quantile loss", "error is pred - target: quantile q estimates 1-q", "LX535")
def _():
    torch.manual_seed(32)
    x = torch.randn(16, 24, 4)
    lstm = nn.LSTM(4, 12, batch_first=True)
    return pinball, (nn.Linear(12, 3)(lstm(x)[0]), x[..., 0].cumsum(1) * 0.2)


def deepar_nll(mu, sigma_raw, target, mask):
    sigma = F.softplus(sigma_raw) + 1e-4
    nll = 0.5 * ((target - mu) / sigma) ** 2 + sigma + 0.5 * math.log(2 * math.pi)
    return (nll * mask).sum() / mask.sum()


@wrong("by hand, DeepAR Gaussian likelihood", "log of sigma missing in the normaliser", "")
def _():
    torch.manual_seed(33)
    x = torch.randn(16, 24, 4)
    h = nn.Linear(12, 2)(nn.LSTM(4, 12, batch_first=True)(x)[0])
    m = (torch.arange(24)[None] < torch.randint(12, 25, (16, 1))).float()
    return deepar_nll, (h[..., 0], h[..., 1], x[..., 0].cumsum(1) * 0.2, m)


def discrete_hazard_nll(phi, interval, event):
    """phi (N, T) logits of the hazard in each interval; interval: the one of event or censoring."""
    idx = interval.view(-1, 1)
    y_bce = torch.zeros_like(phi).scatter(1, idx, event.view(-1, 1).float())
    bce = F.binary_cross_entropy_with_logits(phi, y_bce, reduction="none")
    at_risk = (torch.arange(phi.size(1))[None, :] >= idx).float()
    return (bce * at_risk).sum(1).mean()


@wrong(
    "by hand, nnet-survival / logistic hazard",
    "the at-risk mask keeps the intervals after the event",
    "LX629",
)
def _():
    torch.manual_seed(34)
    x = torch.randn(32, 8)
    iv = (4 + 2 * x[:, 0] + torch.randn(32)).round().clamp(0, 9).long()
    return discrete_hazard_nll, (mlp(8, 10)(x), iv, (torch.rand(32) < 0.7).long())


class FocalTverskyLoss(nn.Module):
    def __init__(self, alpha=0.7, beta=0.3, gamma=0.75, smooth=1.0):
        super().__init__()
        self.alpha, self.beta, self.gamma, self.smooth = alpha, beta, gamma, smooth

    def forward(self, inputs, targets):
        p = torch.sigmoid(inputs).flatten(1)
        t = targets.flatten(1).float()
        TP = (p * t).sum(1)
        FN = ((1 - p) * t).sum(1)
        FP = ((1 - p) * t).sum(1)
        ti = (TP + self.smooth) / (TP + self.alpha * FN + self.beta * FP + self.smooth)
        return ((1 - ti) ** self.gamma).mean()


@wrong("by hand, focal Tversky", "FP is a copy of FN", "LX618")
def _():
    torch.manual_seed(35)
    _, lab = disc_dist()
    img = lab[:, None].float() + 0.3 * torch.randn(4, 1, 24, 24)
    return FocalTverskyLoss(), (nn.Conv2d(1, 1, 3, padding=1)(img), lab[:, None])


def a2c_step(policy, value_net, obs, actions, returns, vf=0.5, ent=0.01):
    dist = D.Normal(policy(obs), torch.ones(actions.size(-1)) * 0.5)
    v = value_net(obs).squeeze(-1)
    adv = returns - v
    logp = dist.log_prob(actions).sum(-1)
    actor = -(logp * adv).mean()
    critic = F.mse_loss(v, returns)
    return actor + vf * critic - ent * dist.entropy().sum(-1).mean()


@wrong(
    "by hand, A2C with continuous actions",
    "advantage not detached: the policy loss trains the value net",
    "LX412",
)
def _():
    torch.manual_seed(36)
    obs = torch.randn(32, 6)
    act = 0.5 * torch.randn(32, 2)
    ret = obs[:, 0] - act.pow(2).sum(1) + 0.1 * torch.randn(32)
    return a2c_step, (mlp(6, 2), mlp(6, 1), obs, act, ret)


def barlow_twins(z1, z2, lambd=0.005):
    n, d = z1.shape
    z1 = (z1 - z1.mean(1, keepdim=True)) / z1.std(1, keepdim=True)
    z2 = (z2 - z2.mean(1, keepdim=True)) / z2.std(1, keepdim=True)
    c = torch.einsum("ni,nj->ij", z1, z2) / n
    on = (torch.diagonal(c) - 1).pow(2).sum()
    off = c.pow(2).sum() - torch.diagonal(c).pow(2).sum()
    return on + lambd * off


@wrong("by hand, Barlow Twins", "standardised along the features instead of along the batch", "")
def _():
    torch.manual_seed(37)
    x = torch.randn(32, 20)
    f = mlp(20, 16)
    return barlow_twins, (f(x + 0.1 * torch.randn_like(x)), f(x + 0.1 * torch.randn_like(x)))


def geodesic_rotation(R_pred, R_gt, eps=1e-6):
    m = torch.bmm(R_pred, R_gt)
    cos = (m[:, 0, 0] + m[:, 1, 1] + m[:, 2, 2] - 1) / 2
    return torch.acos(cos.clamp(-1 + eps, 1 - eps)).mean()


def sixd(x):
    a, b = x[:, :3], x[:, 3:]
    e1 = F.normalize(a, dim=-1)
    e2 = F.normalize(b - (e1 * b).sum(-1, keepdim=True) * e1, dim=-1)
    return torch.stack([e1, e2, torch.linalg.cross(e1, e2, dim=-1)], dim=-1)


@wrong("by hand, 6D rotation regression", "transpose missing in the relative rotation", "")
def _():
    torch.manual_seed(38)
    x = torch.randn(16, 6)
    return geodesic_rotation, (sixd(mlp(6, 6)(x)), sixd(x))


class BatchHardTriplet(nn.Module):
    def __init__(self, margin=0.3):
        super().__init__()
        self.margin = margin

    def forward(self, feats, pids):
        n = feats.size(0)
        dist = torch.cdist(feats, feats)
        mask = pids.expand(n, n).eq(pids.expand(n, n).t())
        dist_ap, dist_an = [], []
        for i in range(n):
            dist_ap.append(dist[i][mask[i]].max().unsqueeze(0))
            dist_an.append(dist[i][mask[i] == 0].min().unsqueeze(0))
        dist_ap, dist_an = torch.cat(dist_ap), torch.cat(dist_an)
        y = torch.ones_like(dist_an)
        return F.margin_ranking_loss(dist_ap, dist_an, y, margin=self.margin)


@wrong(
    "by hand, batch-hard triplet for re-identification",
    "margin_ranking_loss gets (ap, an) with y=1: positives pushed away",
    "LX608",
)
def _():
    torch.manual_seed(39)
    x, _y = blobs(32, 12, 8, 39)
    pid = torch.arange(32) // 4
    return BatchHardTriplet(), (mlp(12, 16)(x + pid[:, None] * 0.3), pid)


def feature_kd(
    student_feats, teacher_feats, student_logits, teacher_logits, y, T=4.0, alpha=0.7, w_feat=0.1
):
    kd = (
        F.kl_div(
            F.log_softmax(student_logits / T, dim=0),
            F.softmax(teacher_logits.detach() / T, dim=0),
            reduction="batchmean",
        )
        * T
        * T
    )
    hint = sum(
        F.mse_loss(F.normalize(s.flatten(1)), F.normalize(t.detach().flatten(1)))
        for s, t in zip(student_feats, teacher_feats)
    )
    return alpha * kd + (1 - alpha) * F.cross_entropy(student_logits, y) + w_feat * hint


@wrong(
    "by hand, distillation with hints",
    "softmax over the batch axis in the soft-target term",
    "LX309",
)
def _():
    torch.manual_seed(40)
    x, y = blobs(32, 12, 6, 40)
    s1, s2, t1, t2 = nn.Linear(12, 16), nn.Linear(16, 6), nn.Linear(12, 16), nn.Linear(16, 6)
    hs, ht = torch.relu(s1(x)), torch.relu(t1(x))
    return feature_kd, ([hs], [ht], s2(hs), t2(ht), y)


class CoxBreslowFlip(nn.Module):
    """Risk set by flipping: ascending sort, then a cumulative sum from the back."""

    def forward(self, risk, time, dead):
        asc = torch.argsort(time)
        r, d = risk.squeeze(1)[asc], dead[asc].to(risk.dtype)
        lse = torch.flip(torch.logcumsumexp(torch.flip(r, [0]), 0), [0])
        return torch.sum(d * (lse - r)) / d.sum()


@right("by hand, survival", "Cox with ascending sort and a reversed cumulative sum")
def _():
    torch.manual_seed(101)
    x = torch.randn(32, 10)
    t = torch.rand(32).mul(30) + 3 * x[:, 0].abs()
    return CoxBreslowFlip(), (mlp(10, 1)(x), t, (torch.rand(32) < 0.6).long())


def ppo_value_clipped(lp, lp_old, A, v, v_old, R, H, eps=0.2):
    r = (lp - lp_old).exp()
    pg = torch.max(-A * r, -A * r.clamp(1 - eps, 1 + eps)).mean()
    v_clip = v_old + (v - v_old).clamp(-eps, eps)
    vl = 0.5 * torch.max((v - R) ** 2, (v_clip - R) ** 2).mean()
    return pg + 0.5 * vl - 0.01 * H.mean()


@right("by hand, PPO of cleanrl form", "max of the negated surrogates, max of clipped value errors")
def _():
    torch.manual_seed(102)
    obs = torch.randn(64, 6)
    d = D.Categorical(logits=mlp(6, 4)(obs))
    a = d.sample()
    lp = d.log_prob(a)
    v = mlp(6, 1)(obs).squeeze(-1)
    vo = v.detach() + 0.1 * torch.randn(64)
    R = obs[:, 0] + torch.randn(64)
    A = R - vo
    return ppo_value_clipped, (
        lp,
        lp.detach() + 0.2 * torch.randn(64),
        (A - A.mean()) / (A.std() + 1e-8),
        v,
        vo,
        R,
        d.entropy(),
    )


def temperature_objective(log_alpha, log_pi, target_entropy):
    return -(log_alpha * (log_pi + target_entropy).detach()).mean()


@right("by hand, SAC temperature", "only log_alpha gets a gradient; target entropy negative")
def _():
    torch.manual_seed(103)
    s = torch.randn(32, 5)
    mu = mlp(5, 2)(s)
    n = D.Normal(mu, 0.4)
    u = n.rsample()
    lp = (n.log_prob(u) - torch.log(1 - torch.tanh(u) ** 2 + 1e-6)).sum(-1)
    return temperature_objective, (torch.zeros(1, requires_grad=True), lp, -2.0)


class IQL(nn.Module):
    def __init__(self, tau=0.7, beta=3.0):
        super().__init__()
        self.tau, self.beta = tau, beta

    def forward(self, q_target, v, logp):
        u = q_target.detach() - v
        w = torch.abs(self.tau - (u < 0).float())
        value_loss = (w * u**2).mean()
        exp_adv = torch.exp(self.beta * u.detach()).clamp(max=100.0)
        return value_loss - (exp_adv * logp).mean()


@right(
    "by hand, implicit Q-learning",
    "expectile weight, advantage-weighted cloning with clipped detached weights",
)
def _():
    torch.manual_seed(104)
    s, a = torch.randn(64, 5), torch.randn(64, 2)
    q = mlp(7, 1)(torch.cat([s, a], 1)).squeeze(1)
    lp = D.Normal(mlp(5, 2)(s), 0.6).log_prob(a).sum(-1)
    return IQL(), (q, mlp(5, 1)(s).squeeze(1), lp)


def cql_td(q_all, actions, rewards, q_next, done, gamma=0.99, alpha=1.0):
    q_data = q_all.gather(1, actions[:, None]).squeeze(1)
    target = rewards + gamma * (~done) * q_next.max(1).values
    conservative = (torch.logsumexp(q_all, 1) - q_data).mean()
    return 0.5 * F.mse_loss(q_data, target.detach()) + alpha * conservative


@right("by hand, discrete CQL", "logsumexp minus Q of the data, ~done as the mask")
def _():
    torch.manual_seed(105)
    s = torch.randn(64, 6)
    on, tg = mlp(6, 4), mlp(6, 4)
    return cql_td, (
        on(s),
        torch.randint(0, 4, (64,)),
        (s[:, 0] > 0).float(),
        tg(s + 0.1),
        torch.rand(64) < 0.1,
    )


def vtrace_actor(
    logp, behaviour_logp, rewards, values, bootstrap, discounts, rho_bar=1.0, c_bar=1.0
):
    """time first: (T, B)."""
    with torch.no_grad():
        rho = torch.exp(logp - behaviour_logp)
        rho_c, cs = rho.clamp(max=rho_bar), rho.clamp(max=c_bar)
        v_next = torch.cat([values[1:], bootstrap[None]], 0)
        deltas = rho_c * (rewards + discounts * v_next - values)
        acc, out = torch.zeros_like(bootstrap), []
        for t in reversed(range(len(rewards))):
            acc = deltas[t] + discounts[t] * cs[t] * acc
            out.insert(0, acc)
        vs = torch.stack(out) + values
        vs_next = torch.cat([vs[1:], bootstrap[None]], 0)
        pg_adv = rho_c * (rewards + discounts * vs_next - values)
    return -(logp * pg_adv).mean() + 0.5 * 0.5 * ((vs - values) ** 2).mean()


@right("by hand, IMPALA", "V-trace targets in no_grad, two losses")
def _():
    torch.manual_seed(106)
    obs = torch.randn(10, 8, 6)
    d = D.Categorical(logits=mlp(6, 3)(obs))
    a = d.sample()
    lp = d.log_prob(a)
    net = mlp(6, 1)
    v, last = net(obs).squeeze(-1), net(obs[-1] + 0.3 * torch.randn(8, 6)).squeeze(-1)
    return vtrace_actor, (
        lp,
        lp.detach() + 0.3 * torch.randn(10, 8),
        obs[..., 0],
        v,
        last.detach(),
        0.99 * (torch.rand(10, 8) > 0.1).float(),
    )


def grpo(
    per_token_logps, old_logps, ref_logps, rewards, mask, num_generations=4, eps=0.2, beta=0.04
):
    g = rewards.view(-1, num_generations)
    adv = ((g - g.mean(1, keepdim=True)) / (g.std(1, keepdim=True) + 1e-4)).view(-1, 1)
    r = torch.exp(per_token_logps - old_logps)
    obj = torch.min(r * adv, r.clamp(1 - eps, 1 + eps) * adv)
    diff = ref_logps - per_token_logps
    kl = torch.exp(diff) - diff - 1
    return -(((obj - beta * kl) * mask).sum(1) / mask.sum(1)).mean()


@right("by hand, GRPO", "k3 estimator with ref - policy, group normalisation, minus over all")
def _():
    torch.manual_seed(107)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    ids = torch.randint(0, 30, (16, 9))
    lp = torch.log_softmax(head(emb(ids)), -1).gather(-1, ids.roll(-1, 1)[..., None]).squeeze(-1)
    m = (torch.arange(9)[None] < torch.randint(4, 10, (16, 1))).float()
    return grpo, (
        lp,
        lp.detach(),
        lp.detach() + 0.1 * torch.randn(16, 9),
        (ids[:, 0] % 3 == 0).float() + 0.1 * torch.rand(16),
        m,
    )


def kto(pc, pr, rc, rr, kl_p, kl_r, beta=0.1, wd=1.0, wu=1.33):
    kl = (kl_p - kl_r).mean().detach().clamp(min=0)
    good = 1 - torch.sigmoid(beta * ((pc - rc) - kl))
    bad = 1 - torch.sigmoid(beta * (kl - (pr - rr)))
    return torch.cat([wd * good, wu * bad], 0).mean()


@right(
    "by hand, KTO",
    "unpaired preference loss: detached clamped KL, exchanged sign for the undesired",
)
def _():
    torch.manual_seed(108)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    f = lambda n: seq_logps(emb(i := torch.randint(0, 30, (n, 9))), i.roll(-1, 1), head)
    a, b, k = f(10), f(6), f(16)
    n = lambda t: t.detach() + 0.3 * torch.randn_like(t)
    return kto, (a, b, n(a), n(b), k, n(k))


class SimPOCE(nn.Module):
    def __init__(self, beta=2.0, gamma_ratio=0.5, ls=0.1, sft=0.1):
        super().__init__()
        self.b, self.g, self.ls, self.sft = beta, gamma_ratio, ls, sft

    def forward(self, w, l):
        h = w - l - self.g
        return (
            -(1 - self.ls) * F.logsigmoid(self.b * h)
            - self.ls * F.logsigmoid(-self.b * h)
            - self.sft * w
        ).mean()


@right(
    "by hand, SimPO with SFT and smoothing",
    "reference-free, margin subtracted, average log-probabilities",
)
def _():
    torch.manual_seed(109)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    f = lambda: seq_logps(emb(i := torch.randint(0, 30, (16, 9))), i.roll(-1, 1), head) / 9
    return SimPOCE(), (f(), f())


def ipo_hinge(lw, ll, ref_w, ref_l, tau=0.1):
    h = (lw - ref_w) - (ll - ref_l)
    return torch.square(h - 1 / (2 * tau)).mean()


@right("by hand, IPO", "squared loss to 1/(2 tau)")
def _():
    torch.manual_seed(110)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    f = lambda: seq_logps(emb(i := torch.randint(0, 30, (16, 9))), i.roll(-1, 1), head) / 9
    a, b = f(), f()
    return ipo_hinge, (
        a,
        b,
        a.detach() + 0.05 * torch.randn(16),
        b.detach() + 0.05 * torch.randn(16),
    )


class ProxyNCApp(nn.Module):
    def __init__(self, C, d, scale=3.0):
        super().__init__()
        self.P, self.s = nn.Parameter(torch.randn(C, d)), scale

    def forward(self, X, idx):
        Pn = self.s * F.normalize(self.P, p=2, dim=-1)
        Xn = self.s * F.normalize(X, p=2, dim=-1)
        Dm = torch.cdist(Xn, Pn) ** 2
        T = F.one_hot(idx, len(self.P)).float()
        return (-T * F.log_softmax(-Dm, -1)).sum(-1).mean()


@right("by hand, ProxyNCA++", "minus distance as logits, minus before T")
def _():
    torch.manual_seed(111)
    x, y = blobs(32, 12, 6, 111)
    return ProxyNCApp(6, 16), (mlp(12, 16)(x), y)


class CrossBatchMemoryContrastive(nn.Module):
    """XBM: pairs with the batch and with a memory of detached embeddings."""

    def __init__(self, size=96, dim=16, margin=0.5):
        super().__init__()
        self.register_buffer("feats", F.normalize(torch.randn(size, dim), dim=1))
        self.register_buffer("targets", torch.randint(0, 6, (size,)))
        self.margin = margin

    def forward(self, emb, y):
        emb = F.normalize(emb, dim=1)
        bank = torch.cat([emb.detach(), self.feats])
        lab = torch.cat([y, self.targets])
        sim = emb @ bank.t()
        same = y[:, None] == lab[None]
        total = 0.0
        for i in range(len(emb)):
            keep = torch.ones(len(bank), dtype=torch.bool)
            keep[i] = False
            pos = sim[i][same[i] & keep]
            neg = sim[i][~same[i]]
            neg = neg[neg > self.margin]
            total = total + (1 - pos).sum() + (neg.sum() if len(neg) else 0.0)
        return total / len(emb)


@right("by hand, XBM", "memory bank detached, own entry excluded, hard negatives filter")
def _():
    torch.manual_seed(112)
    x, y = blobs(32, 12, 6, 112)
    return CrossBatchMemoryContrastive(), (mlp(12, 16)(x), y)


def corn_loss(logits, y_train, num_classes):
    """Conditional ordinal: task k is trained only on examples with y > k-1."""
    num, losses = 0, 0.0
    for k in range(num_classes - 1):
        mask = y_train > k - 1
        lab = (y_train[mask] > k).to(torch.int64)
        if len(lab) < 1:
            continue
        num += len(lab)
        z = logits[mask, k]
        losses = losses - torch.sum(F.logsigmoid(z) * lab + (F.logsigmoid(z) - z) * (1 - lab))
    return losses / num


@right("by hand, CORN", "conditional subsets, logsigmoid(z) - z as the log of the complement")
def _():
    torch.manual_seed(113)
    x = torch.randn(32, 8)
    y = (x[:, 0] * 1.5 + 2.5).round().clamp(0, 5).long()
    return corn_loss, (mlp(8, 5)(x), y, 6)


class CumulativeLink(nn.Module):
    def __init__(self, K):
        super().__init__()
        self.first = nn.Parameter(torch.tensor(-1.0))
        self.gaps = nn.Parameter(torch.zeros(K - 2))

    def forward(self, f, y):
        cut = torch.cat([self.first[None], self.first + F.softplus(self.gaps).cumsum(0)])
        cdf = torch.sigmoid(cut[None] - f)
        one, zero = torch.ones_like(f), torch.zeros_like(f)
        p = torch.diff(torch.cat([zero, cdf, one], 1), dim=1)
        return -p.gather(1, y[:, None]).clamp_min(1e-8).log().mean()


@right("by hand, proportional odds", "cut points minus the score, probabilities by differences")
def _():
    torch.manual_seed(114)
    x = torch.randn(32, 8)
    y = (x[:, 0] * 1.5 + 2.0).round().clamp(0, 4).long()
    return CumulativeLink(5), (mlp(8, 1)(x), y)


def hierarchical_softmax_marginal(logits, leaf, ancestors, weights):
    """ancestors: list of (n_leaves,) index vectors, finest first; log-prob of a node =
    logsumexp over its leaves."""
    lp = logits.log_softmax(-1)
    out = 0.0
    for anc, w in zip(ancestors, weights):
        member = anc[None, :] == anc[leaf][:, None]
        out = out - w * lp.masked_fill(~member, float("-inf")).logsumexp(-1).mean()
    return out


@right(
    "by hand, hierarchical classification", "marginal log-likelihood with masked logsumexp of -inf"
)
def _():
    torch.manual_seed(115)
    x, y = blobs(32, 12, 9, 115)
    return hierarchical_softmax_marginal, (
        mlp(12, 9)(x),
        y,
        [torch.arange(9), torch.arange(9) // 3],
        [1.0, 0.5],
    )


def gdl_plus_boundary(logits, gt, signed, a=0.01):
    """generalised Dice of both classes + boundary term (distance map is negative inside, so
    the term may be negative)."""
    p = logits.softmax(1)
    oh = F.one_hot(gt, p.shape[1]).permute(0, 3, 1, 2).type_as(p)
    w = 1 / (torch.einsum("bchw->bc", oh) + 1e-10) ** 2
    inter = w * torch.einsum("bchw,bchw->bc", p, oh)
    union = w * (torch.einsum("bchw->bc", p) + torch.einsum("bchw->bc", oh))
    gdl = 1 - 2 * (inter.sum(1) + 1e-10) / (union.sum(1) + 1e-10)
    bd = torch.einsum("bhw,bhw->bhw", p[:, 1], signed)
    return (1 - a) * gdl.mean() + a * bd.mean()


@right(
    "by hand, boundary loss with GDL", "einsum sums, squared inverse volumes, signed distance map"
)
def _():
    torch.manual_seed(116)
    dist, lab = disc_dist()
    img = lab[:, None].float() + 0.3 * torch.randn(4, 1, 24, 24)
    return gdl_plus_boundary, (nn.Conv2d(1, 2, 3, padding=1)(img), lab, dist[:, 1])


def lovasz_hinge_flat(logits, labels):
    def one(l, g):
        signs = 2.0 * g - 1.0
        errors, perm = torch.sort(1.0 - l * signs, descending=True)
        gs = g[perm]
        inter = gs.sum() - gs.cumsum(0)
        union = gs.sum() + (1 - gs).cumsum(0)
        jac = 1.0 - inter / union
        jac = torch.cat([jac[:1], jac[1:] - jac[:-1]])
        return torch.dot(F.relu(errors), jac)

    return torch.stack(
        [one(l.flatten(), g.flatten().float()) for l, g in zip(logits, labels)]
    ).mean()


@right("by hand, Lovasz hinge", "sorted errors, differences of the Jaccard index")
def _():
    torch.manual_seed(117)
    _, lab = disc_dist()
    img = lab[:, None].float() + 0.3 * torch.randn(4, 1, 24, 24)
    return lovasz_hinge_flat, (nn.Conv2d(1, 1, 3, padding=1)(img)[:, 0], lab)


def soft_cldice(pred, true, it=3, smooth=1.0, alpha=0.5):
    erode = lambda v: torch.min(
        -F.max_pool2d(-v, (3, 1), 1, (1, 0)), -F.max_pool2d(-v, (1, 3), 1, (0, 1))
    )
    opened = lambda v: F.max_pool2d(erode(v), 3, 1, 1)

    def skel(v):
        s = F.relu(v - opened(v))
        for _ in range(it):
            v = erode(v)
            d = F.relu(v - opened(v))
            s = s + F.relu(d - s * d)
        return s

    sp, st = skel(pred), skel(true)
    tprec = ((sp * true).sum() + smooth) / (sp.sum() + smooth)
    tsens = ((st * pred).sum() + smooth) / (st.sum() + smooth)
    dice = 1 - (2 * (pred * true).sum() + smooth) / (pred.sum() + true.sum() + smooth)
    return (1 - alpha) * dice + alpha * (1 - 2 * tprec * tsens / (tprec + tsens))


@right(
    "by hand, clDice", "minus of max pool of minus (erosion), crossed products of skeleton and mask"
)
def _():
    torch.manual_seed(118)
    _, lab = disc_dist()
    m = lab[:, None].float()
    return soft_cldice, (
        torch.sigmoid(nn.Conv2d(1, 1, 3, padding=1)(m + 0.3 * torch.randn_like(m))),
        m,
    )


def point_to_plane_and_normals(P, Q, NQ):
    d2 = torch.cdist(P, Q)
    j = d2.argmin(-1)
    q = torch.gather(Q, 1, j[..., None].expand(-1, -1, 3))
    n = torch.gather(NQ, 1, j[..., None].expand(-1, -1, 3))
    fwd = ((P - q) * n).sum(-1).pow(2).mean()
    back = d2.min(1).values.pow(2).mean()
    return fwd + 0.1 * back


@right(
    "by hand, surface registration",
    "argmin indices carry no gradient, and need not; the way back is Chamfer",
)
def _():
    torch.manual_seed(119)
    q = F.normalize(torch.randn(4, 80, 3), dim=-1)
    return point_to_plane_and_normals, (nn.Linear(16, 192)(torch.randn(4, 16)).view(4, 64, 3), q, q)


def sinkhorn_emd(x, y, eps=0.1, iters=30):
    C = torch.cdist(x, y) ** 2
    n, m = C.shape[1:]
    la = x.new_full((n,), -math.log(n))
    lb = x.new_full((m,), -math.log(m))
    with torch.no_grad():
        f, g = torch.zeros(C.shape[:2]), torch.zeros(C.shape[0], m)
        for _ in range(iters):
            f = -eps * torch.logsumexp((g[:, None, :] - C) / eps + lb, 2)
            g = -eps * torch.logsumexp((f[:, :, None] - C) / eps + la[:, None], 1)
        plan = torch.exp((f[:, :, None] + g[:, None, :] - C) / eps + la[:, None] + lb)
    return (plan * C).sum((1, 2)).mean()


@right(
    "by hand, Sinkhorn distance of point sets",
    "the plan is in no_grad (envelope theorem), the cost keeps the graph",
)
def _():
    torch.manual_seed(120)
    y = F.normalize(torch.randn(4, 40, 3), dim=-1)
    return sinkhorn_emd, (nn.Linear(16, 90)(torch.randn(4, 16)).view(4, 30, 3), y)


def relative_pose_loss(T_pred, T_gt, sx, sq):
    """R^T R and R^T t of the error transform, learned weights s."""
    R, Rg = T_pred[:, :3, :3], T_gt[:, :3, :3]
    t, tg = T_pred[:, :3, 3], T_gt[:, :3, 3]
    E = torch.einsum("bji,bjk->bik", R, Rg)
    c = (E.diagonal(dim1=1, dim2=2).sum(-1) - 1) / 2
    s = (
        torch.stack(
            [E[:, 2, 1] - E[:, 1, 2], E[:, 0, 2] - E[:, 2, 0], E[:, 1, 0] - E[:, 0, 1]], 1
        ).norm(dim=1)
        / 2
    )
    ang = torch.atan2(s, c)
    dt = torch.einsum("bji,bj->bi", R, tg - t).norm(dim=1)
    return torch.exp(-sx) * dt.mean() + sx + torch.exp(-sq) * ang.mean() + sq


@right(
    "by hand, camera pose with learned weights", "transpose hidden in einsum bji; atan2(sin, cos)"
)
def _():
    torch.manual_seed(121)
    x = torch.randn(16, 6)
    o = mlp(6, 9)(x)
    T = torch.cat([sixd(o[:, :6]), o[:, 6:, None]], -1)
    Tg = torch.cat([sixd(x + 0.1 * torch.randn(16, 6)), x[:, :3, None]], -1)
    return relative_pose_loss, (
        T,
        Tg,
        nn.Parameter(torch.tensor(0.0)),
        nn.Parameter(torch.tensor(-3.0)),
    )


def dsnt_with_js(heat, xy, sigma=1.0):
    B, J, H, W = heat.shape
    p = heat.flatten(2).softmax(-1).view_as(heat)
    gx = (2 * torch.arange(W) + 1.0) / W - 1
    gy = (2 * torch.arange(H) + 1.0) / H - 1
    mu = torch.stack([(p.sum(2) * gx).sum(-1), (p.sum(3) * gy).sum(-1)], -1)
    euclid = (mu - xy).norm(dim=-1)
    sx, sy = 2 * sigma / W, 2 * sigma / H
    g = torch.exp(
        -0.5 * (((gx - xy[..., 0:1]) / sx) ** 2)[:, :, None, :]
        - 0.5 * (((gy - xy[..., 1:2]) / sy) ** 2)[..., None]
    )
    g = g / g.sum((-1, -2), keepdim=True)
    m = 0.5 * (p + g)
    kl = lambda a, b: (a * ((a + 1e-24).log() - (b + 1e-24).log())).sum((-1, -2))
    return (euclid + 0.5 * kl(p, m) + 0.5 * kl(g, m)).mean()


@right(
    "by hand, DSNT keypoints",
    "softmax over pixels, x from the sum over rows, JS regulariser by hand",
)
def _():
    torch.manual_seed(122)
    hm, c = heatmaps(seed=122)
    img = hm.sum(1, keepdim=True) + 0.1 * torch.randn(8, 1, 16, 16)
    return dsnt_with_js, (nn.Conv2d(1, 5, 5, padding=2)(img), (2 * c + 1) / 16 - 1)


def raft_sequence(flow_preds, flow_gt, valid, gamma=0.8, max_flow=400):
    mag = flow_gt.pow(2).sum(1).sqrt()
    valid = (valid >= 0.5) & (mag < max_flow)
    loss, n = 0.0, len(flow_preds)
    for i in range(n):
        loss = (
            loss + gamma ** (n - i - 1) * (valid[:, None] * (flow_preds[i] - flow_gt).abs()).mean()
        )
    return loss


@right("by hand, RAFT", "mean over all pixels though masked; later iterations weigh more")
def _():
    torch.manual_seed(123)
    img = torch.rand(4, 6, 16, 16)
    c1, c2 = nn.Conv2d(6, 2, 3, padding=1), nn.Conv2d(8, 2, 3, padding=1)
    f1 = c1(img)
    f2 = f1.detach() + c2(torch.cat([img, f1.detach()], 1))
    return raft_sequence, ([f1, f2], img[:, :2] * 4 - 2, (torch.rand(4, 16, 16) < 0.9).float())


def photometric_min_reprojection(warped, target, identity, disp, alpha=0.85):
    """monodepth2: minimum over sources, auto-mask against the unwarped frames; SSIM from
    average pooling."""

    def ssim(x, y):
        x, y = F.pad(x, (1,) * 4, mode="reflect"), F.pad(y, (1,) * 4, mode="reflect")
        mx, my = F.avg_pool2d(x, 3, 1), F.avg_pool2d(y, 3, 1)
        vx, vy = F.avg_pool2d(x * x, 3, 1) - mx * mx, F.avg_pool2d(y * y, 3, 1) - my * my
        cxy = F.avg_pool2d(x * y, 3, 1) - mx * my
        n = (2 * mx * my + 1e-4) * (2 * cxy + 9e-4)
        d = (mx * mx + my * my + 1e-4) * (vx + vy + 9e-4)
        return ((1 - n / d) / 2).clamp(0, 1)

    pe = lambda p: (
        alpha * ssim(p, target).mean(1, True) + (1 - alpha) * (p - target).abs().mean(1, True)
    )
    rep = torch.cat([pe(w) for w in warped], 1)
    idt = torch.cat([pe(s) for s in identity], 1)
    idt = idt + torch.randn_like(idt) * 1e-5
    to_opt = torch.cat([idt, rep], 1).min(1).values
    nd = disp / (disp.mean((2, 3), True) + 1e-7)
    gx = (nd[..., :-1] - nd[..., 1:]).abs() * torch.exp(
        -(target[..., :-1] - target[..., 1:]).abs().mean(1, True)
    )
    gy = (nd[:, :, :-1] - nd[:, :, 1:]).abs() * torch.exp(
        -(target[:, :, :-1] - target[:, :, 1:]).abs().mean(1, True)
    )
    return to_opt.mean() + 1e-3 * (gx.mean() + gy.mean())


@right("by hand, monodepth2", "minimum over sources with auto-masking and noise")
def _():
    torch.manual_seed(124)
    tgt = F.interpolate(torch.rand(2, 3, 6, 6), size=24, mode="bilinear")
    disp = torch.sigmoid(nn.Conv2d(3, 1, 3, padding=1)(tgt))
    th = torch.eye(2, 3).expand(2, 2, 3)
    grid = F.affine_grid(th, tgt.shape, align_corners=False)
    src = [torch.roll(tgt, 1, 3), torch.roll(tgt, -1, 3)]
    w = [
        F.grid_sample(
            s,
            torch.stack([grid[..., 0] + k * 0.16 * disp[:, 0], grid[..., 1]], -1),
            align_corners=False,
            padding_mode="border",
        )
        for s, k in zip(src, (1, -1))
    ]
    return photometric_min_reprojection, (w, tgt, src, disp)


def upit_neg_sisnr(est, src, eps=1e-8):
    """(B, S, T); the best permutation per mixture."""
    est = est - est.mean(-1, keepdim=True)
    src = src - src.mean(-1, keepdim=True)
    e, s = est[:, :, None], src[:, None]
    proj = (e * s).sum(-1, keepdim=True) * s / (s.pow(2).sum(-1, keepdim=True) + eps)
    pair = -10 * torch.log10(proj.pow(2).sum(-1) / ((e - proj).pow(2).sum(-1) + eps) + eps)
    perms = list(itertools.permutations(range(src.size(1))))
    cand = torch.stack([sum(pair[:, i, p[i]] for i in range(len(p))) / len(p) for p in perms], 1)
    return cand.min(1).values.mean()


@right("by hand, PIT speech separation", "minimum over permutations of the negative SI-SNR")
def _():
    torch.manual_seed(125)
    t = torch.linspace(0, 1, 400)
    s = torch.sin(2 * math.pi * (5 + 20 * torch.rand(8, 2, 1)) * t)
    return upit_neg_sisnr, (nn.Conv1d(1, 2, 9, padding=4)(s.sum(1, keepdim=True)), s)


class MRSTFT(nn.Module):
    def __init__(self, ffts=(64, 128), eps=1e-7):
        super().__init__()
        self.ffts, self.eps = ffts, eps

    def forward(self, y_hat, y):
        out = 0.0
        for n in self.ffts:
            S = [
                torch.stft(v, n, n // 4, n, torch.hann_window(n), return_complex=True)
                .abs()
                .clamp(min=self.eps)
                for v in (y_hat, y)
            ]
            sc = torch.linalg.norm((S[1] - S[0]).flatten(1), dim=1) / torch.linalg.norm(
                S[1].flatten(1), dim=1
            )
            out = out + sc.mean() + (S[0].log() - S[1].log()).abs().mean()
        return out / len(self.ffts)


@right("by hand, vocoder spectral loss", "spectral convergence by norms and log magnitudes")
def _():
    torch.manual_seed(126)
    t = torch.linspace(0, 1, 512)
    y = torch.sin(2 * math.pi * (5 + 20 * torch.rand(8, 1)) * t) + 0.05 * torch.randn(8, 512)
    return MRSTFT(), (
        nn.Conv1d(1, 1, 9, padding=4)(y[:, None] + 0.1 * torch.randn(8, 1, 512))[:, 0],
        y,
    )


def onsets_and_frames(onset_logit, frame_logit, vel, onset, frame, velocity):
    onset_l = F.binary_cross_entropy_with_logits(onset_logit, onset)
    w = torch.where(onset > 0, 5.0, 1.0)
    frame_l = F.binary_cross_entropy_with_logits(frame_logit, frame, weight=w)
    denom = onset.sum()
    vel_l = (onset * (velocity - vel) ** 2).sum() / denom if denom > 0 else onset.sum()
    return onset_l + frame_l + vel_l


@right("by hand, piano transcription", "velocity only where notes start; weights from the onsets")
def _():
    torch.manual_seed(127)
    x = torch.randn(8, 32, 20)
    o = nn.Linear(48, 36)(nn.GRU(20, 24, batch_first=True, bidirectional=True)(x)[0])
    on = (x[..., :12] > 1.2).float()
    fr = torch.maximum(on, on.roll(1, 1))
    return onsets_and_frames, (
        o[..., :12],
        o[..., 12:24],
        torch.sigmoid(o[..., 24:]),
        on,
        fr,
        on * torch.rand(8, 32, 12),
    )


def soft_dtw(x, y, gamma=0.5):
    Dm = torch.cdist(x, y) ** 2
    B, N, M = Dm.shape
    inf = Dm.new_full((B,), 1e8)
    R = {(0, 0): Dm.new_zeros(B)}
    for i in range(1, N + 1):
        R[i, 0] = inf
    for j in range(1, M + 1):
        R[0, j] = inf
    for i in range(1, N + 1):
        for j in range(1, M + 1):
            prev = torch.stack([R[i - 1, j - 1], R[i - 1, j], R[i, j - 1]])
            R[i, j] = Dm[:, i - 1, j - 1] - gamma * torch.logsumexp(-prev / gamma, 0)
    return R[N, M].mean() / (N + M)


@right("by hand, soft-DTW forecasting", "soft minimum by minus logsumexp of minus")
def _():
    torch.manual_seed(128)
    x = torch.randn(8, 12, 2).cumsum(1) * 0.3
    return soft_dtw, (nn.Linear(24, 20)(x.flatten(1)).view(8, 10, 2), x[:, 2:] + 0.2)


def negbin_nll(mu, alpha, y, observed):
    """alpha: dispersion; DeepAR parametrisation, missing counts masked."""
    r = 1 / alpha
    ll = (
        torch.lgamma(y + r)
        - torch.lgamma(y + 1)
        - torch.lgamma(r)
        - r * torch.log1p(alpha * mu)
        + y * (torch.log(alpha * mu) - torch.log1p(alpha * mu))
    )
    return -ll[observed].mean()


@right("by hand, count time series", "negative binomial likelihood by lgamma")
def _():
    torch.manual_seed(129)
    x = torch.randn(16, 24, 4)
    h = F.softplus(nn.Linear(12, 2)(nn.LSTM(4, 12, batch_first=True)(x)[0])) + 1e-3
    y = torch.poisson(torch.exp(x[..., 0] * 0.5 + 1))
    return negbin_nll, (h[..., 0], h[..., 1], y, torch.rand(16, 24) < 0.85)


def mdn(pi_logits, mu, log_sigma, y):
    z = (y.unsqueeze(1) - mu) * torch.exp(-log_sigma)
    comp = -(0.5 * z.pow(2) + log_sigma + 0.5 * math.log(2 * math.pi)).sum(-1)
    return -torch.logsumexp(F.log_softmax(pi_logits, -1) + comp, -1).mean()


@right("by hand, mixture density network", "logsumexp over components, sigma by exp(-log_sigma)")
def _():
    torch.manual_seed(130)
    x = torch.randn(64, 3)
    o = mlp(3, 5 * 5)(x)
    return mdn, (
        o[:, :5],
        o[:, 5:15].view(64, 5, 2),
        o[:, 15:].view(64, 5, 2),
        torch.stack([x[:, 0].sin(), x[:, 1] * x[:, 2]], 1),
    )


def deephit_single(phi, idx, event, alpha=0.3, sigma=0.2):
    """PMF over T+1 (last: beyond the grid); likelihood and ranking of comparable pairs."""
    pmf = F.softmax(torch.cat([phi, torch.zeros_like(phi[:, :1])], 1), 1)
    cif = pmf.cumsum(1)
    e = event.float()
    at = pmf.gather(1, idx[:, None]).squeeze(1)
    after = 1 - cif.gather(1, idx[:, None]).squeeze(1)
    nll = -(e * (at + 1e-7).log() + (1 - e) * (after.clamp(min=0) + 1e-7).log()).mean()
    own = cif.gather(1, idx[:, None])
    others = cif[:, idx].t()
    pair = e[:, None] * (idx[:, None] < idx[None, :]).float()
    rank = (pair * torch.exp(-(own - others) / sigma)).sum() / pair.sum().clamp(min=1)
    return alpha * nll + (1 - alpha) * rank


@right("by hand, DeepHit", "others' incidence at my time via a transposed gather")
def _():
    torch.manual_seed(131)
    x = torch.randn(32, 8)
    iv = (4 + 2 * x[:, 0] + torch.randn(32)).round().clamp(0, 9).long()
    return deephit_single, (mlp(8, 10)(x), iv, (torch.rand(32) < 0.7).long())


def two_tower_logq(user, item, item_ids, log_q, tau=0.1):
    """in-batch sampled softmax: subtract log q, mask items equal to the positive."""
    s = F.normalize(user, dim=1) @ F.normalize(item, dim=1).t() / tau - log_q[None, :]
    dup = (item_ids[:, None] == item_ids[None]) & ~torch.eye(len(s), dtype=torch.bool)
    return F.cross_entropy(s.masked_fill(dup, -1e9), torch.arange(len(s)))


@right("by hand, two-tower recommender", "logQ correction is subtracted, accidental hits masked")
def _():
    torch.manual_seed(132)
    p = torch.softmax(-torch.arange(40) * 0.05, 0)
    i = torch.multinomial(p, 32, replacement=True)
    u, it = nn.Embedding(40, 16), nn.Embedding(40, 16)
    return two_tower_logq, (mlp(16, 16)(u(i)), it(i), i, p[i].log())


def list_mle(scores, rel, mask):
    order = rel.masked_fill(~mask, -1).argsort(1, descending=True)
    s = scores.masked_fill(~mask, -1e9).gather(1, order)
    m = mask.gather(1, order)
    tail = s.flip(1).logcumsumexp(1).flip(1)
    return ((tail - s) * m).sum(1).mean()


@right("by hand, ListMLE with padding", "reverse logcumsumexp, padded documents last")
def _():
    torch.manual_seed(133)
    x = torch.randn(16, 10, 6)
    m = torch.arange(10)[None] < torch.randint(5, 11, (16, 1))
    rel = (x[..., 0] + 2).clamp(0, 4).round() + 0.01 * torch.rand(16, 10)
    return list_mle, (mlp(6, 1)(x).squeeze(-1), rel, m)


def lambda_rank(scores, rel, sigma=1.0):
    with torch.no_grad():
        rank = scores.argsort(1, descending=True).argsort(1).float()
        gain = 2**rel - 1
        disc = 1 / torch.log2(rank + 2)
        ideal = (
            (gain.sort(1, descending=True).values / torch.log2(torch.arange(rel.size(1)) + 2.0))
            .sum(1)
            .clamp(min=1e-6)
        )
        delta = (
            (gain[:, :, None] - gain[:, None]) * (disc[:, :, None] - disc[:, None])
        ).abs() / ideal[:, None, None]
        better = rel[:, :, None] > rel[:, None]
    diff = scores[:, :, None] - scores[:, None]
    return (delta * F.softplus(-sigma * diff))[better].sum() / len(rel)


@right("by hand, LambdaLoss", "NDCG weights in no_grad; double argsort")
def _():
    torch.manual_seed(134)
    x = torch.randn(16, 10, 6)
    return lambda_rank, (mlp(6, 1)(x).squeeze(-1), (x[..., 0] + 2).clamp(0, 4).round())


class DGI(nn.Module):
    def __init__(self, d=16):
        super().__init__()
        self.W = nn.Parameter(torch.randn(d, d) * 0.1)

    def forward(self, h_pos, h_corrupt):
        s = torch.sigmoid(h_pos.mean(0))
        ws = self.W @ s
        return F.softplus(-(h_pos @ ws)).mean() + F.softplus(h_corrupt @ ws).mean()


@right(
    "by hand, Deep Graph Infomax", "softplus of minus for true nodes, of plus for corrupted ones"
)
def _():
    torch.manual_seed(135)
    A = torch.eye(40) + (torch.rand(40, 40) < 0.1).float()
    A = A / A.sum(1, keepdim=True)
    x, f = torch.randn(40, 12), nn.Linear(12, 16)
    return DGI(), (torch.relu(A @ f(x)), torch.relu(A @ f(x[torch.randperm(40)])))


def mincut_pool(S_logits, A):
    S = S_logits.softmax(-1)
    deg = A.sum(1)
    num = torch.einsum("nk,nm,mk->", S, A, S)
    den = torch.einsum("nk,n,nk->", S, deg, S)
    SS = S.t() @ S
    k = S.size(1)
    ortho = torch.norm(SS / torch.norm(SS) - torch.eye(k) / math.sqrt(k))
    return -num / den + ortho


@right(
    "by hand, MinCut pooling", "unlabelled; negative ratio of traces by einsum, orthogonality term"
)
def _():
    torch.manual_seed(136)
    c = torch.arange(40) // 10
    A = (torch.rand(40, 40) < torch.where(c[:, None] == c[None], 0.5, 0.05)).float().triu(1)
    A = A + A.t()
    return mincut_pool, (mlp(40, 4)(A), A)


def fomaml(params, xs, ys, xq, yq, lr=0.1):
    """First-order MAML: the inner gradients are constants on purpose."""

    def net(x, w):
        return F.linear(torch.relu(F.linear(x, w[0], w[1])), w[2], w[3])

    fast = list(params)
    for _ in range(3):
        g = torch.autograd.grad(F.cross_entropy(net(xs, fast), ys), fast)
        fast = [p - lr * gi for p, gi in zip(fast, g)]
    return F.cross_entropy(net(xq, fast), yq)


@right(
    "by hand, first-order MAML",
    "no create_graph on purpose; the fast weights still reach the parameters",
)
def _():
    torch.manual_seed(137)
    x, y = blobs(50, 10, 5, 137)
    a, b = nn.Linear(10, 20), nn.Linear(20, 5)
    return fomaml, ([a.weight, a.bias, b.weight, b.bias], x[:25], y[:25], x[25:], y[25:])


def proto_episode(z, n_way, k_shot, q):
    z = z.view(n_way, k_shot + q, -1)
    proto = z[:, :k_shot].mean(1)
    query = z[:, k_shot:].reshape(n_way * q, -1)
    d = ((query[:, None] - proto[None]) ** 2).sum(-1)
    lp = F.log_softmax(-d, 1).view(n_way, q, n_way)
    target = torch.arange(n_way).view(n_way, 1, 1).expand(n_way, q, 1)
    return -lp.gather(2, target).mean()


@right("by hand, prototypical networks", "minus the distance as logits, class-major episode")
def _():
    torch.manual_seed(138)
    x = (torch.randn(5, 1, 12) * 2 + torch.randn(5, 8, 12)).view(40, 12)
    return proto_episode, (mlp(12, 16)(x), 5, 3, 5)


class RevGrad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lam):
        ctx.lam = lam
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g):
        return -ctx.lam * g, None


class DANNLoss(nn.Module):
    def __init__(self, d=16, lam=0.3):
        super().__init__()
        self.disc, self.lam = mlp(d, 1), lam

    def forward(self, src_feat, tgt_feat, src_logits, src_y):
        f = RevGrad.apply(torch.cat([src_feat, tgt_feat]), self.lam)
        dom = torch.cat([torch.ones(len(src_feat)), torch.zeros(len(tgt_feat))])
        adv = F.binary_cross_entropy_with_logits(self.disc(f).squeeze(1), dom)
        return F.cross_entropy(src_logits, src_y) + adv


@right("by hand, DANN", "gradient reversal by a Function, domain loss added with plus")
def _():
    torch.manual_seed(139)
    x, y = blobs(32, 12, 4, 139)
    f = mlp(12, 16)
    a, b = f(x), f(x * 1.2 + 0.5)
    return DANNLoss(), (a, b, nn.Linear(16, 4)(a), y)


def mcd_step_b(out1_s, out2_s, out1_t, out2_t, label_s):
    """Step B: the classifiers keep the source and MAXIMISE their discrepancy on the target."""
    p1, p2 = F.softmax(out1_t, 1), F.softmax(out2_t, 1)
    return (
        F.cross_entropy(out1_s, label_s) + F.cross_entropy(out2_s, label_s) - (p1 - p2).abs().mean()
    )


@right(
    "by hand, maximum classifier discrepancy",
    "the discrepancy is subtracted; features detached in step B",
)
def _():
    torch.manual_seed(140)
    x, y = blobs(32, 12, 4, 140)
    g = mlp(12, 16)
    fs, ft = g(x).detach(), g(x * 1.2 + 0.5).detach()
    c1, c2 = nn.Linear(16, 4), nn.Linear(16, 4)
    return mcd_step_b, (c1(fs), c2(fs), c1(ft), c2(ft), y)


def vat(model, x, y, xi=1e-3, eps=1.0, ip=1):
    logits = model(x)
    with torch.no_grad():
        p = logits.softmax(1)
    unit = lambda d: d / (d.flatten(1).norm(dim=1)[:, None] + 1e-8)
    d = unit(torch.randn_like(x))
    for _ in range(ip):
        d = d.detach().requires_grad_()
        kl = F.kl_div(F.log_softmax(model(x + xi * d), 1), p, reduction="batchmean")
        d = unit(torch.autograd.grad(kl, d)[0])
    lds = F.kl_div(F.log_softmax(model(x + eps * d.detach()), 1), p, reduction="batchmean")
    ent = -(logits.softmax(1) * logits.log_softmax(1)).sum(1).mean()
    return F.cross_entropy(logits, y) + lds + 0.1 * ent


@right(
    "by hand, VAT with entropy minimisation", "clean prediction in no_grad, entropy added with plus"
)
def _():
    torch.manual_seed(141)
    x, y = blobs(32, 10, 4, 141)
    return vat, (mlp(10, 4), x, y)


def mart(logits_nat, logits_adv, y, beta=5.0):
    adv_probs = F.softmax(logits_adv, 1)
    top2 = torch.argsort(adv_probs, 1)[:, -2:]
    new_y = torch.where(top2[:, -1] == y, top2[:, -2], top2[:, -1])
    bce = F.cross_entropy(logits_adv, y) + F.nll_loss(torch.log(1.0001 - adv_probs + 1e-12), new_y)
    nat_probs = F.softmax(logits_nat, 1)
    true_probs = nat_probs.gather(1, y[:, None]).squeeze(1)
    kl = F.kl_div(torch.log(adv_probs + 1e-12), nat_probs, reduction="none").sum(1)
    return bce + beta * (kl * (1.0000001 - true_probs)).mean()


@right(
    "by hand, MART", "nll_loss on log(1-p) of the strongest wrong class, KL weighted by 1 - p_true"
)
def _():
    torch.manual_seed(142)
    x, y = blobs(32, 10, 4, 142)
    m = mlp(10, 4)
    return mart, (m(x), m(x + 0.1 * torch.sign(torch.randn_like(x))), y)


def grad_ascent_kl(forget_logits, forget_labels, retain_logits, frozen_retain_logits, alpha=1.0):
    """Unlearning: climb on the forget set, stay near the frozen model on the retain set."""
    ce = F.cross_entropy(
        forget_logits[:, :-1].flatten(0, 1), forget_labels[:, 1:].flatten(), ignore_index=-100
    )
    kl = F.kl_div(
        F.log_softmax(retain_logits, -1).flatten(0, 1),
        F.log_softmax(frozen_retain_logits, -1).flatten(0, 1),
        reduction="batchmean",
        log_target=True,
    )
    return -ce + alpha * kl


@right(
    "by hand, TOFU gradient ascent with KL",
    "the cross entropy is subtracted on purpose (forget set); shifted in the loss",
)
def _():
    torch.manual_seed(143)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    f, r = torch.randint(0, 30, (8, 10)), torch.randint(0, 30, (8, 10))
    lab = f.clone()
    lab[:, :3] = -100
    out = head(emb(r))
    return grad_ascent_kl, (head(emb(f)), lab, out, out.detach() + 0.1 * torch.randn_like(out))


def npo_simnpo(logp, ref_logp, length, retain_nll, beta=0.1, lam=1.0):
    forget = -(2 / beta) * F.logsigmoid(beta * (ref_logp - logp) / length).mean()
    return forget + lam * retain_nll


@right("by hand, length-normalised NPO", "reference minus policy inside logsigmoid")
def _():
    torch.manual_seed(144)
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    f = lambda: seq_logps(emb(i := torch.randint(0, 30, (8, 9))), i.roll(-1, 1), head)
    a = f()
    return npo_simnpo, (
        a,
        a.detach() + 0.2 * torch.randn(8),
        torch.full((8,), 9.0),
        -f().mean() / 9,
    )


def contrastive_divergence(energy, x_data, steps=10, step=0.05, noise=0.01, reg=0.1):
    x = torch.rand_like(x_data) * 2 - 1
    for _ in range(steps):
        x = x.detach().requires_grad_(True)
        g = torch.autograd.grad(energy(x).sum(), x)[0]
        x = x - step * g + noise * torch.randn_like(x)
    pos, neg = energy(x_data), energy(x.detach())
    return pos.mean() - neg.mean() + reg * (pos**2 + neg**2).mean()


@right(
    "by hand, energy-based model",
    "samples descend the energy, detached; energy of data minus energy of samples",
)
def _():
    torch.manual_seed(145)
    x, _y = blobs(32, 4, 3, 145)
    return contrastive_divergence, (mlp(4, 1, act=nn.SiLU), torch.tanh(x))


def sliced_score_matching(score, x, n_proj=2):
    x = x.repeat(n_proj, 1).requires_grad_(True)
    v = torch.randn_like(x)
    s = score(x)
    sv = (s * v).sum()
    jv = torch.autograd.grad(sv, x, create_graph=True)[0]
    return ((jv * v).sum(1) + 0.5 * s.pow(2).sum(1)).mean()


@right("by hand, sliced score matching", "no target at all; may be negative; create_graph")
def _():
    torch.manual_seed(146)
    x, _y = blobs(64, 3, 3, 146)
    return sliced_score_matching, (mlp(3, 3, act=nn.Softplus), x)


class EDMLoss(nn.Module):
    def __init__(self, P_mean=-1.2, P_std=1.2, sd=0.5):
        super().__init__()
        self.m, self.s, self.sd = P_mean, P_std, sd

    def forward(self, net, y):
        sigma = (torch.randn(len(y), 1) * self.s + self.m).exp()
        w = (sigma**2 + self.sd**2) / (sigma * self.sd) ** 2
        x = y + torch.randn_like(y) * sigma
        c_skip = self.sd**2 / (sigma**2 + self.sd**2)
        c_out = sigma * self.sd / (sigma**2 + self.sd**2).sqrt()
        c_in = 1 / (self.sd**2 + sigma**2).sqrt()
        D_x = c_skip * x + c_out * net(torch.cat([c_in * x, sigma.log() / 4], 1))
        return (w * (D_x - y) ** 2).mean()


@right("by hand, EDM", "preconditioning, clean data as the target, noise added without sqrt(1-ab)")
def _():
    torch.manual_seed(147)
    x, _y = blobs(64, 4, 3, 147)
    return EDMLoss(), (mlp(5, 4, act=nn.SiLU), 0.5 * (x - x.mean(0)) / x.std(0))


def v_prediction_min_snr(v_hat, x0, eps, ab, gamma=5.0):
    a, s = ab.sqrt()[:, None], (1 - ab).sqrt()[:, None]
    target = a * eps - s * x0
    snr = ab / (1 - ab)
    w = torch.minimum(snr, torch.full_like(snr, gamma)) / (snr + 1)
    return (w * F.mse_loss(v_hat, target, reduction="none").mean(1)).mean()


@right(
    "by hand, v-prediction with min-SNR", "target alpha*eps - sigma*x0, weights min(snr,g)/(snr+1)"
)
def _():
    torch.manual_seed(148)
    x0, _y = blobs(64, 4, 3, 148)
    x0, e = torch.tanh(x0), torch.randn(64, 4)
    ab = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 500), 0)[torch.randint(0, 500, (64,))]
    xt = ab.sqrt()[:, None] * x0 + (1 - ab).sqrt()[:, None] * e
    return v_prediction_min_snr, (mlp(5, 4)(torch.cat([xt, ab[:, None]], 1)), x0, e, ab)


class InverseAutoregressive(nn.Module):
    """generative direction x = z*exp(s)+t; the inverse returns log|det dx/dz|, hence the minus
    in the loss."""

    def __init__(self, d):
        super().__init__()
        self.net = mlp(d // 2, d)

    def inverse(self, x):
        a, b = x.chunk(2, 1)
        s, t = self.net(a).chunk(2, 1)
        s = torch.tanh(s)
        return torch.cat([a, (b - t) * torch.exp(-s)], 1), s.sum(1)

    def forward(self, x):
        z, logdet_gen = self.inverse(x)
        return -(D.Normal(0.0, 1.0).log_prob(z).sum(1) - logdet_gen).mean()


@right(
    "by hand, normalising flow trained through its inverse",
    "log-determinant of the generative direction is subtracted, correctly",
)
def _():
    torch.manual_seed(149)
    x, _y = blobs(64, 4, 3, 149)
    return InverseAutoregressive(4), (x,)


def bayes_by_backprop(mu, rho, x, y, n_batches, samples=2, pi=0.5, s1=1.0, s2=0.1):
    sigma = torch.log1p(torch.exp(rho))
    total = 0.0
    for _ in range(samples):
        w = mu + sigma * torch.randn_like(mu)
        log_q = D.Normal(mu, sigma).log_prob(w).sum()
        mix = torch.stack(
            [
                math.log(pi) + D.Normal(0.0, s1).log_prob(w),
                math.log(1 - pi) + D.Normal(0.0, s2).log_prob(w),
            ]
        )
        log_prior = torch.logsumexp(mix, 0).sum()
        nll = F.cross_entropy(x @ w, y, reduction="sum")
        total = total + (log_q - log_prior) / n_batches + nll
    return total / samples


@right("by hand, Bayes by backprop", "sampled log q - log p with a scale mixture prior")
def _():
    torch.manual_seed(150)
    x, y = blobs(32, 10, 4, 150)
    return bayes_by_backprop, (
        nn.Parameter(0.1 * torch.randn(10, 4)),
        nn.Parameter(torch.full((10, 4), -3.0)),
        x,
        y,
        20,
    )


def nig_evidential(gamma, v, alpha, beta, y, lam=0.01):
    omega = 2 * beta * (1 + v)
    nll = (
        0.5 * torch.log(math.pi / v)
        - alpha * torch.log(omega)
        + (alpha + 0.5) * torch.log(v * (y - gamma) ** 2 + omega)
        + torch.lgamma(alpha)
        - torch.lgamma(alpha + 0.5)
    )
    reg = (y - gamma).abs() * (2 * v + alpha)
    return (nll + lam * reg).mean()


@right(
    "by hand, deep evidential regression",
    "normal-inverse-gamma likelihood with the evidence regulariser",
)
def _():
    torch.manual_seed(151)
    x = torch.randn(64, 3)
    o = mlp(3, 4)(x)
    sp = lambda t: F.softplus(t) + 1e-4
    return nig_evidential, (
        o[:, 0],
        sp(o[:, 1]),
        sp(o[:, 2]) + 1,
        sp(o[:, 3]),
        x[:, 0].sin() + 0.1 * torch.randn(64),
    )


class EDLDigamma(nn.Module):
    def __init__(self, K, anneal=10):
        super().__init__()
        self.K, self.anneal = K, anneal

    def forward(self, logits, labels, epoch):
        alpha = F.softplus(logits) + 1
        Y = torch.eye(self.K)[labels]
        A = torch.sum(Y * (torch.digamma(alpha.sum(1, keepdim=True)) - torch.digamma(alpha)), 1)
        tilde = alpha * (1 - Y) + Y
        kl = D.kl_divergence(D.Dirichlet(tilde), D.Dirichlet(torch.ones_like(tilde)))
        return (A + min(1, epoch / self.anneal) * kl).mean()


@right(
    "by hand, EDL with digamma",
    "digamma(S) - digamma(alpha); alpha tilde removes the true class's evidence",
)
def _():
    torch.manual_seed(152)
    x, y = blobs(32, 10, 5, 152)
    return EDLDigamma(5), (mlp(10, 5)(x), y, 4)


def gradnorm(task_losses, weights, shared, initial, alpha=1.5):
    """The loss of the task weights alone: the targets are constants."""
    G = torch.stack(
        [
            torch.autograd.grad(w * l, shared, retain_graph=True, create_graph=True)[0].norm()
            for w, l in zip(weights, task_losses)
        ]
    )
    with torch.no_grad():
        ratio = torch.stack([l / l0 for l, l0 in zip(task_losses, initial)])
        target = G.mean() * (ratio / ratio.mean()) ** alpha
    return (G - target).abs().sum()


@right("by hand, GradNorm", "loss on gradient norms with constant targets")
def _():
    torch.manual_seed(153)
    x, y = blobs(32, 12, 4, 153)
    sh = nn.Linear(12, 16)
    h = torch.relu(sh(x))
    l1, l2 = (
        F.cross_entropy(nn.Linear(16, 4)(h), y),
        F.mse_loss(nn.Linear(16, 1)(h).squeeze(1), x[:, 0]),
    )
    return gradnorm, (
        [l1, l2],
        nn.Parameter(torch.ones(2)),
        sh.weight,
        [l1.item() * 1.3, l2.item() * 1.1],
    )


class DINO(nn.Module):
    def __init__(self, d=16, ts=0.1, tt=0.04):
        super().__init__()
        self.register_buffer("center", torch.zeros(1, d))
        self.ts, self.tt = ts, tt

    def forward(self, student, teacher):
        s = (student / self.ts).chunk(4)
        t = F.softmax((teacher - self.center) / self.tt, dim=-1).detach().chunk(2)
        total, n = 0, 0
        for iq, q in enumerate(t):
            for v in range(len(s)):
                if v == iq:
                    continue
                total = total + torch.sum(-q * F.log_softmax(s[v], dim=-1), dim=-1).mean()
                n += 1
        return total / n


@right("by hand, DINO", "detached centred teacher, same view skipped, different temperatures")
def _():
    torch.manual_seed(154)
    x = torch.randn(16, 20)
    views = torch.cat([x + 0.1 * torch.randn_like(x) for _ in range(4)])
    st, te = mlp(20, 16), mlp(20, 16)
    te.load_state_dict(st.state_dict())
    return DINO(), (st(views), te(views[:32]))


def swav(z1, z2, prototypes, T=0.1, eps=0.05):
    C = F.normalize(prototypes, dim=1)
    p1, p2 = F.normalize(z1, dim=1) @ C.t(), F.normalize(z2, dim=1) @ C.t()

    @torch.no_grad()
    def assign(p):
        Q = torch.exp(p / eps).t()
        Q = Q / Q.sum()
        K, B = Q.shape
        for _ in range(3):
            Q = Q / Q.sum(1, keepdim=True) / K
            Q = Q / Q.sum(0, keepdim=True) / B
        return (Q * B).t()

    q1, q2 = assign(p1), assign(p2)
    return (
        -0.5
        * ((q1 * F.log_softmax(p2 / T, 1)).sum(1) + (q2 * F.log_softmax(p1 / T, 1)).sum(1)).mean()
    )


@right("by hand, SwAV", "codes swapped on purpose: q1 with p2 and q2 with p1")
def _():
    torch.manual_seed(155)
    x = torch.randn(64, 20)
    f = mlp(20, 16)
    return swav, (
        f(x + 0.1 * torch.randn_like(x)),
        f(x + 0.1 * torch.randn_like(x)),
        nn.Parameter(torch.randn(10, 16)),
    )


def vicreg(x, y, sim=25.0, std=25.0, cov=1.0):
    inv = F.mse_loss(x, y)
    x, y = x - x.mean(0), y - y.mean(0)
    hinge = lambda v: F.relu(1 - torch.sqrt(v.var(0) + 1e-4)).mean() / 2
    off = lambda m: m.flatten()[:-1].view(len(m) - 1, len(m) + 1)[:, 1:].flatten()
    c = lambda v: off(v.t() @ v / (len(v) - 1)).pow(2).sum() / v.size(1)
    return sim * inv + std * (hinge(x) + hinge(y)) + cov * (c(x) + c(y))


@right("by hand, VICReg", "invariance before centring, off-diagonal by reshaping")
def _():
    torch.manual_seed(156)
    x = torch.randn(32, 20)
    f = mlp(20, 16)
    return vicreg, (f(x + 0.1 * torch.randn_like(x)), f(x + 0.1 * torch.randn_like(x)))


def navier_stokes_stream(net, x, y, t, u_data, v_data, lam1=1.0, lam2=0.01):
    """psi, p = net; u = psi_y, v = -psi_x (continuity holds); data and momentum residuals."""
    x, y, t = (k.clone().requires_grad_(True) for k in (x, y, t))
    psi, p = net(torch.stack([x, y, t], 1)).unbind(1)
    d = lambda f, k: grad(f.sum(), k, create_graph=True)[0]
    u, v = d(psi, y), -d(psi, x)
    u_x, u_y, v_x, v_y = d(u, x), d(u, y), d(v, x), d(v, y)
    f = d(u, t) + lam1 * (u * u_x + v * u_y) + d(p, x) - lam2 * (d(u_x, x) + d(u_y, y))
    g = d(v, t) + lam1 * (u * v_x + v * v_y) + d(p, y) - lam2 * (d(v_x, x) + d(v_y, y))
    return (
        (u - u_data).pow(2).mean() + (v - v_data).pow(2).mean() + f.pow(2).mean() + g.pow(2).mean()
    )


@right("by hand, PINN Navier-Stokes with stream function", "many gradients, v = -psi_x")
def _():
    torch.manual_seed(157)
    x, y, t = torch.rand(3, 48) * 2 - 1
    return navier_stokes_stream, (mlp(3, 2, act=nn.Tanh), x, y, t, torch.sin(y), -torch.sin(x))


def hamiltonian_loss(H, q, p, dqdt, dpdt):
    q, p = q.requires_grad_(), p.requires_grad_()
    energy = H(torch.cat([q, p], 1))
    dHdq, dHdp = grad(energy.sum(), (q, p), create_graph=True)
    return F.mse_loss(dHdp, dqdt) + F.mse_loss(-dHdq, dpdt)


@right(
    "by hand, Hamiltonian networks",
    "gradients crossed on purpose: dH/dp with dq/dt, -dH/dq with dp/dt",
)
def _():
    torch.manual_seed(158)
    q, p = torch.randn(64, 1), torch.randn(64, 1)
    return hamiltonian_loss, (mlp(2, 1, act=nn.Tanh), q, p, p.clone(), -torch.sin(q))


def d_logistic_r1(Dnet, real, fake, r1=10.0):
    real = real.detach().requires_grad_(True)
    d_real, d_fake = Dnet(real), Dnet(fake.detach())
    (g,) = torch.autograd.grad(d_real.sum(), real, create_graph=True)
    return (
        F.softplus(d_fake).mean()
        + F.softplus(-d_real).mean()
        + r1 / 2 * g.flatten(1).pow(2).sum(1).mean()
    )


@right(
    "by hand, StyleGAN2 discriminator", "penalty on real data alone, squared norm without minus one"
)
def _():
    torch.manual_seed(159)
    real, _y = blobs(32, 6, 3, 159)
    return d_logistic_r1, (mlp(6, 1), real, mlp(4, 6)(torch.randn(32, 4)))


class LinearChainCRF(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.start, self.end = (
            nn.Parameter(torch.randn(n) * 0.1),
            nn.Parameter(torch.randn(n) * 0.1),
        )
        self.trans = nn.Parameter(torch.randn(n, n) * 0.1)  # from, to

    def forward(self, emissions, tags, mask):
        B, T, _ = emissions.shape
        b = torch.arange(B)
        score = self.start[tags[:, 0]] + emissions[b, 0, tags[:, 0]]
        alpha = self.start + emissions[:, 0]
        for t in range(1, T):
            m = mask[:, t]
            score = score + m * (
                self.trans[tags[:, t - 1], tags[:, t]] + emissions[b, t, tags[:, t]]
            )
            nxt = torch.logsumexp(
                alpha[:, :, None] + self.trans[None] + emissions[:, t, None, :], 1
            )
            alpha = torch.where(m[:, None] > 0, nxt, alpha)
        last = mask.long().sum(1) - 1
        score = score + self.end[tags[b, last]]
        return (torch.logsumexp(alpha + self.end, 1) - score).mean()


@right("by hand, CRF tagger", "log partition minus the score of the path, masked recursion")
def _():
    torch.manual_seed(160)
    x = torch.randn(8, 12, 10)
    m = (torch.arange(12)[None] < torch.randint(6, 13, (8, 1))).float()
    em = nn.Linear(24, 5)(nn.LSTM(10, 12, batch_first=True, bidirectional=True)(x)[0])
    return LinearChainCRF(5), (em, x[..., :5].argmax(-1), m)
