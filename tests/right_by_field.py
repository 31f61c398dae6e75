"""Right losses of many fields, and wrong ones, by someone who had not seen the rules.

`RIGHT`: a name and a builder, which returns a loss and what it is called with (and by name).
The doctor has to be silent on them. 104 were written down before it was asked, 63 when its answers
to those were known; the others vary what drew an alarm.
`PLANTED`: what is wrong, the rule that has to name it ("" if none does), and the builder; a fourth
says what is found beside the point. They were written down before the doctor was asked."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical, Normal, StudentT, kl_divergence

R, P = torch.randn, nn.Parameter


def mlp(i, o): return nn.Sequential(nn.Linear(i, 16), nn.Tanh(), nn.Linear(16, o))
def out(*sizes): return mlp(5, sizes[-1])(R(*sizes[:-1], 5))
def row(*sizes): return out(*sizes, 1).squeeze(-1)
def maps(B, C=1, size=12): return nn.Conv2d(3, C, 3, padding=1)(torch.rand(B, 3, size, size))
def ints(high, *sizes): return torch.randint(0, high, sizes)
def bits(*sizes, p=0.5): return (torch.rand(sizes) < p).float()
def blobs(B=2): return (F.avg_pool2d(R(B, 1, 12, 12), 5, 1, 2) > 0).float()
def image(x): return nn.Conv2d(3, 3, 3, padding=1)(x)


def two(n, d, i=6):
    "Of one network, for different examples."
    net = mlp(i, d)
    return net(R(n, i)), net(R(n, i))


def views(n, d, by=0.1):
    "Of one network, for examples and for what is near to them."
    net, x = mlp(6, d), R(n, 6)
    return net(x), net(x + by * R(n, 6))


def lengths_mask(rows, T):
    "Ones as far as the rows go."
    return (torch.arange(T)[None] < torch.tensor(rows)[:, None]).float()


# Reinforcement learning


def ppo_loss(logits, actions, old_log_probs, advantages, values, old_values, returns,
             clip_eps=0.2, vf_coef=0.5, ent_coef=0.01):
    dist = Categorical(logits=logits)
    ratio = torch.exp(dist.log_prob(actions) - old_log_probs)
    surr1 = ratio * advantages
    surr2 = torch.clamp(ratio, 1 - clip_eps, 1 + clip_eps) * advantages
    policy_loss = -torch.min(surr1, surr2).mean()
    v_clipped = old_values + torch.clamp(values - old_values, -clip_eps, clip_eps)
    value_loss = 0.5 * torch.max((values - returns) ** 2, (v_clipped - returns) ** 2).mean()
    return policy_loss + vf_coef * value_loss - ent_coef * dist.entropy().mean()


def ppo_step():
    obs = R(64, 6)
    logits, values, adv = mlp(6, 4)(obs), mlp(6, 1)(obs).squeeze(-1), R(64)
    old = Categorical(logits=logits.detach() + 0.05 * R(64, 4))
    a, adv = old.sample(), (adv - adv.mean()) / (adv.std() + 1e-8)
    return logits, a, old.log_prob(a), adv, values, values.detach() + 0.1 * R(64), R(64) * 2


def dual(lp, old, adv):
    ratio = (lp - old).exp()
    return -torch.where(adv > 0, torch.min(ratio * adv, 1.2 * adv),
                        torch.max(ratio * adv, 0.8 * adv)).mean()


def a2c_loss(log_probs, values, returns, entropies, value_coef=0.5, entropy_coef=0.01):
    advantages = returns - values
    actor = -(log_probs * advantages.detach()).mean()
    critic = advantages.pow(2).mean()
    return actor + value_coef * critic - entropy_coef * entropies.mean()


def a2c_step():
    obs = R(20, 4)
    d = Categorical(logits=mlp(4, 3)(obs))
    return d.log_prob(d.sample()), mlp(4, 1)(obs).squeeze(-1), R(20).cumsum(0), d.entropy()


def sac_actor_loss(log_pi, q1, q2, alpha): return (alpha * log_pi - torch.min(q1, q2)).mean()


def sac_actor_step():
    obs = R(32, 5)
    mu, ls = mlp(5, 4)(obs).chunk(2, -1)
    d = Normal(mu, ls.clamp(-5, 2).exp())
    u = d.rsample()
    lp = (d.log_prob(u) - torch.log(1 - u.tanh().pow(2) + 1e-6)).sum(-1, keepdim=True)
    q = [mlp(7, 1)(torch.cat([obs, u.tanh()], -1)) for _ in range(2)]
    return lp, *q, torch.tensor(0.2)


def sac_critic_loss(q1, q2, rewards, dones, next_q1, next_q2, next_log_pi, alpha, gamma=0.99):
    with torch.no_grad():
        next_v = torch.min(next_q1, next_q2) - alpha * next_log_pi
        target = rewards + gamma * (1 - dones) * next_v
    return F.mse_loss(q1, target) + F.mse_loss(q2, target)


class TemperatureLoss(nn.Module):
    def __init__(self, action_dim=2):
        super().__init__()
        self.log_alpha = P(torch.zeros(1))
        self.target_entropy = -float(action_dim)

    def forward(self, log_pi):
        return -(self.log_alpha.exp() * (log_pi + self.target_entropy).detach()).mean()


class LogTemperature(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_alpha = P(torch.zeros(()))

    def forward(self, log_pi): return -(self.log_alpha * (log_pi.detach() - 2)).mean()


def temperature(log_alpha, log_pi, target_entropy):
    return -(log_alpha.exp() * (log_pi + target_entropy).detach()).mean()


def sampled():
    d = Normal(mlp(4, 2)(R(32, 4)), 0.5)
    return d.log_prob(d.rsample()).sum(-1)


def dqn_loss(q_values, actions, rewards, next_q_online, next_q_target, dones, gamma=0.99):
    q = q_values.gather(1, actions.unsqueeze(1)).squeeze(1)
    best = next_q_online.argmax(dim=1, keepdim=True)
    next_q = next_q_target.gather(1, best).squeeze(1)
    target = rewards + gamma * next_q * (~dones)
    return F.smooth_l1_loss(q, target.detach())


def dqn_step():
    n, net, slow = R(32, 4), mlp(4, 3), mlp(4, 3)
    return net(R(32, 4)), ints(3, 32), R(32).sign(), net(n), slow(n), torch.rand(32) < 0.1


def impala_loss(behaviour_log_probs, target_log_probs, values, bootstrap_value, rewards,
                discounts, entropy, rho_bar=1.0, c_bar=1.0):
    with torch.no_grad():
        rhos = (target_log_probs - behaviour_log_probs).exp()
        clipped_rhos, cs = rhos.clamp(max=rho_bar), rhos.clamp(max=c_bar)
        next_values = torch.cat([values[1:], bootstrap_value.unsqueeze(0)])
        deltas = clipped_rhos * (rewards + discounts * next_values - values)
        acc, back = torch.zeros_like(bootstrap_value), []
        for t in reversed(range(values.shape[0])):
            acc = deltas[t] + discounts[t] * cs[t] * acc
            back.append(acc)
        vs = torch.stack(back[::-1]) + values
        next_vs = torch.cat([vs[1:], bootstrap_value.unsqueeze(0)])
        pg_adv = clipped_rhos * (rewards + discounts * next_vs - values)
    pg_loss = -(target_log_probs * pg_adv).sum()
    baseline_loss = 0.5 * (vs - values).pow(2).sum()
    return pg_loss + 0.5 * baseline_loss - 0.01 * entropy.sum()


def impala_step():
    obs = R(10, 4, 5)
    d = Categorical(logits=mlp(5, 3)(obs))
    b = Categorical(logits=d.logits.detach() + 0.2 * R(10, 4, 3))
    a, v = b.sample(), mlp(5, 1)(obs).squeeze(-1)
    kept = 0.99 * (torch.rand(10, 4) > 0.05).float()
    return b.log_prob(a), d.log_prob(a), v, R(4), R(10, 4), kept, d.entropy()


def td_detached(q, reward, done, next_q, gamma=0.99):
    return F.mse_loss(q, reward + gamma * (1 - done) * next_q.detach())


def td_no_grad(q, reward, done, next_q, gamma=0.99):
    with torch.no_grad(): t = reward + gamma * (1 - done) * next_q
    return F.mse_loss(q, t)


def td_bool(q, r, d, nq, gamma=0.99): return F.mse_loss(q, r + gamma * nq.detach() * (~d))


def td_of_two(q, reward, dones, next_q1, next_q2, gamma=0.99):
    return F.mse_loss(q, reward + gamma * (1 - dones) * torch.min(next_q1, next_q2))


def td_done_first(q, reward, dones, next_q1, next_q2, gamma=0.99):
    return F.mse_loss(q, reward + (1 - dones) * gamma * torch.min(next_q1, next_q2))


def td_two_critics(q1, q2, rewards, dones, next_q, gamma=0.99):
    t = rewards + gamma * (1 - dones) * next_q
    return F.mse_loss(q1, t) + F.mse_loss(q2, t)


def td_discount(q1, q2, rewards, dones, next_q, discount=0.99):
    return F.mse_loss(q1, rewards + discount * (1 - dones) * next_q) + F.mse_loss(
        q2, rewards + discount * (1 - dones) * next_q)


def td3_critic(current_q1, current_q2, reward, not_done, next_q1, next_q2, discount=0.99):
    target_Q = reward + not_done * discount * torch.min(next_q1, next_q2)
    return F.mse_loss(current_q1, target_Q) + F.mse_loss(current_q2, target_Q)


def sarsa(q, r, d, qn, gamma=0.95): return (r + gamma * (1.0 - d) * qn.detach() - q).pow(2).mean()


class DQN(nn.Module):
    def forward(self, q, r, d, qn): return F.mse_loss(q, r + 0.99 * (1 - d) * qn)


def c51(logits, actions, next_probs, rewards, dones, support, gamma=0.99):
    n = support.numel()
    vmin, vmax = support[0], support[-1]
    dz = (vmax - vmin) / (n - 1)
    with torch.no_grad():
        tz = (rewards[:, None] + gamma * (1 - dones[:, None]) * support).clamp(vmin, vmax)
        b = (tz - vmin) / dz
        low, up = b.floor().long(), b.ceil().long()
        low = torch.where((up > 0) & (low == up), low - 1, low)
        up = torch.where((low < n - 1) & (low == up), up + 1, up)
        m = torch.zeros_like(next_probs)
        m.scatter_add_(1, low, next_probs * (up - b))
        m.scatter_add_(1, up, next_probs * (b - low))
    logp = logits[torch.arange(len(actions)), actions].log_softmax(-1)
    return -(m * logp).sum(-1).mean()


def qr_dqn(theta, target_theta, kappa=1.0):
    N = theta.size(1)
    tau = (torch.arange(N) + 0.5) / N
    u = target_theta.detach()[:, None, :] - theta[:, :, None]
    hub = torch.where(u.abs() <= kappa, 0.5 * u**2, kappa * (u.abs() - 0.5 * kappa))
    return ((tau[None, :, None] - (u.detach() < 0).float()).abs() * hub / kappa).sum(1).mean()


def reinforce(log_probs, rewards, gamma=0.99):
    G, ret = 0, []
    for r in reversed(rewards):
        G = r + gamma * G
        ret.insert(0, G)
    ret = torch.tensor(ret)
    return -(torch.stack(log_probs) * (ret - ret.mean()) / (ret.std() + 1e-9)).sum()


def episode():
    d = Categorical(logits=mlp(4, 2)(R(10, 4)))
    return list(d.log_prob(d.sample())), [1.0] * 10


def iql_value(q, v, expectile=0.7):
    u = q.detach() - v
    return (torch.where(u > 0, expectile, 1 - expectile) * u**2).mean()


def awr(log_prob, adv, temperature=3.0):
    return -(torch.exp(adv.detach() * temperature).clamp(max=100.0) * log_prob).mean()


def cql(q_all, q_taken, target, alpha=1.0):
    return alpha * (q_all.logsumexp(1) - q_taken).mean() + 0.5 * F.mse_loss(q_taken, target)


def cql_step():
    q = out(16, 4)
    return q, q.gather(1, ints(4, 16, 1)).squeeze(1), R(16)


def value_loss(returns, values): return (returns.detach() - values).pow(2).mean()
def policy_gradient(adv, logp): return -(adv.detach() * logp).mean()
def expected_reward(p, adv): return -(p * adv).mean()
def expected_cost(probs, costs): return (probs * costs).sum(1).mean()


def masked_policy(logits, legal, target_pi):
    lp = logits.masked_fill(~legal, float("-inf")).log_softmax(-1)
    return -(target_pi * lp.masked_fill(~legal, 0)).sum(-1).mean()


def legal_ce(logits, legal, y): return F.cross_entropy(logits.masked_fill(~legal, -math.inf), y)


def legal_entropy(logits, legal):
    kept = logits.masked_fill(~legal, -1e9)
    return -(kept.softmax(1) * kept.log_softmax(1)).sum(1).mean()


LEGAL = lengths_mask([8, 6, 8], 8).bool()


REINFORCEMENT = {
    "ppo": lambda: (ppo_loss, ppo_step()),
    "dual clip": lambda: (dual, (-row(16).abs(), -R(16).abs(), R(16))),
    "a2c": lambda: (a2c_loss, a2c_step()),
    "sac actor": lambda: (sac_actor_loss, sac_actor_step()),
    "sac critic": lambda: (sac_critic_loss, (out(32, 1), out(32, 1), R(32, 1), bits(32, 1, p=0.1),
                                             out(32, 1), out(32, 1), -R(32, 1).abs(), 0.2)),
    "sac temperature": lambda: (TemperatureLoss(), (sampled(),)),
    "sac temperature, detached": lambda: (TemperatureLoss(), (sampled().detach(),)),
    "sac log temperature": lambda: (LogTemperature(), (sampled(),)),
    "sac log temperature, detached": lambda: (LogTemperature(), (sampled().detach(),)),
    "sac temperature, function": lambda: (temperature, (P(torch.zeros(())), sampled(), -2.0)),
    "dqn": lambda: (dqn_loss, dqn_step()),
    "impala": lambda: (impala_loss, impala_step()),
    "td detached": lambda: (td_detached, (row(32), R(32), bits(32, p=0.1), R(32))),
    "td no_grad": lambda: (td_no_grad, (row(32), R(32), bits(32, p=0.1), R(32))),
    "td no_grad, a graph": lambda: (td_no_grad, (row(32), R(32), bits(32, p=0.1), row(32))),
    "td bool": lambda: (td_bool, (row(32), R(32), torch.rand(32) < 0.1, R(32))),
    "td of two": lambda: (td_of_two, (row(32), R(32), bits(32, p=0.1), R(32), R(32))),
    "td never done": lambda: (td_of_two, (row(32), R(32), torch.zeros(32), R(32), R(32))),
    "td done first": lambda: (td_done_first, (row(32), R(32), bits(32, p=0.1), R(32), R(32))),
    "td two critics": lambda: (td_two_critics, (out(32, 1), out(32, 1), R(32, 1),
                                                bits(32, 1, p=0.1), R(32, 1))),
    "td discount": lambda: (td_discount, (out(32, 1), out(32, 1), R(32, 1), bits(32, 1, p=0.1),
                                          R(32, 1))),
    "td3": lambda: (td3_critic, (out(32, 1), out(32, 1), R(32, 1), bits(32, 1, p=0.9), R(32, 1),
                                 R(32, 1))),
    "sarsa": lambda: (sarsa, (row(8), R(8), bits(8, p=0.3), R(8))),
    "dqn module": lambda: (DQN(), (row(8), R(8), bits(8, p=0.3), R(8))),
    "c51": lambda: (c51, (out(8, 33).view(8, 3, 11), ints(3, 8), R(8, 11).softmax(1), R(8),
                          bits(8, p=0.2), torch.linspace(-5, 5, 11))),
    "quantile dqn": lambda: (qr_dqn, (out(5, 8), out(5, 8))),
    "reinforce": lambda: (reinforce, episode()),
    "iql": lambda: (iql_value, (out(16, 1), out(16, 1))),
    "awr": lambda: (awr, (-row(16).square() - 1, R(16))),
    "cql": lambda: (cql, cql_step()),
    "returns first": lambda: (value_loss, two(6, 4)),
    "advantages first": lambda: (policy_gradient, (row(6), out(6, 4).log_softmax(1)[:, 0])),
    "expected reward": lambda: (expected_reward, (out(16, 1).sigmoid(), R(16, 1) * 2)),
    "expected cost": lambda: (expected_cost, (out(16, 4).softmax(1), torch.rand(16, 4) * 5)),
    "discrete actor": lambda: (expected_cost, (out(16, 4).softmax(1), R(16, 4) * 5)),
    "masked policy": lambda: (masked_policy, (out(3, 8), LEGAL, R(3, 8).masked_fill(
        ~LEGAL, float("-inf")).softmax(-1))),
    "legal actions": lambda: (legal_ce, (out(3, 8), LEGAL, torch.tensor([1, 2, 3]))),
    "legal entropy": lambda: (legal_entropy, (out(3, 8), LEGAL)),
}


# Preferences


def grpo_loss(log_probs, old_log_probs, ref_log_probs, rewards, completion_mask, group_size=4,
              eps=0.2, beta=0.04):
    grouped = rewards.view(-1, group_size)
    adv = (grouped - grouped.mean(1, keepdim=True)) / (grouped.std(1, keepdim=True) + 1e-4)
    adv = adv.view(-1, 1)
    ratio = torch.exp(log_probs - old_log_probs)
    per_token = -torch.min(ratio * adv, ratio.clamp(1 - eps, 1 + eps) * adv)
    kl = torch.exp(ref_log_probs - log_probs) - (ref_log_probs - log_probs) - 1
    per_token = per_token + beta * kl
    return ((per_token * completion_mask).sum(1) / completion_mask.sum(1)).mean()


def grpo_step():
    h, tok = out(8, 7, 11), ints(11, 8, 7, 1)
    lp = h.log_softmax(-1).gather(-1, tok).squeeze(-1)
    ref = (h.detach() + 0.2 * R(8, 7, 11)).log_softmax(-1).gather(-1, tok).squeeze(-1)
    rewards = torch.tensor([1.0, 0, 0, 1, 0, 1, 1, 1])
    return lp, lp.detach().clone(), ref, rewards, lengths_mask([7, 5, 3, 7, 2, 6, 4, 7], 7)


def dpo_loss(policy_chosen_logps, policy_rejected_logps, reference_chosen_logps,
             reference_rejected_logps, beta=0.1):
    pi_logratios = policy_chosen_logps - policy_rejected_logps
    ref_logratios = reference_chosen_logps - reference_rejected_logps
    return -F.logsigmoid(beta * (pi_logratios - ref_logratios)).mean()


def ipo_loss(policy_chosen_logps, policy_rejected_logps, reference_chosen_logps,
             reference_rejected_logps, tau=0.1):
    h = (policy_chosen_logps - policy_rejected_logps) - (
        reference_chosen_logps - reference_rejected_logps)
    return (h - 1 / (2 * tau)).square().mean()


def logps(B=6, T=9, V=13):
    "Of chosen and of rejected answers: of a policy, and of a reference near to it."
    net, ref, pairs = mlp(5, V), mlp(5, V), []
    ref.load_state_dict({k: v + 0.02 * R(v.shape) for k, v in net.state_dict().items()})
    for _ in range(2):
        x, t = R(B, T, 5), ints(V, B, T, 1)
        p, q = (m(x).log_softmax(-1).gather(-1, t).sum((1, 2)) for m in (net, ref))
        pairs.append((p, q.detach()))
    return pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1]


def kto_loss(policy_logps, reference_logps, kl, is_desirable, beta=0.1, lambda_d=1.0,
             lambda_u=1.33):
    rewards = beta * (policy_logps - reference_logps)
    z0 = beta * kl.clamp(min=0).detach()
    desirable = lambda_d * (1 - torch.sigmoid(rewards - z0))
    undesirable = lambda_u * (1 - torch.sigmoid(z0 - rewards))
    return torch.where(is_desirable, desirable, undesirable).mean()


def kto_step():
    a, b, c, d = logps()
    return a, c, (b - d).mean(), torch.tensor([True, False, True, True, False, False])


class RewardModelLoss(nn.Module):
    def forward(self, chosen_rewards, rejected_rewards, margin=None):
        diff = chosen_rewards - rejected_rewards
        if margin is not None: diff = diff - margin
        return -F.logsigmoid(diff).mean()


PREFERENCES = {
    "grpo": lambda: (grpo_loss, grpo_step()),
    "dpo": lambda: (dpo_loss, logps()),
    "dpo of two": lambda: (dpo_loss, logps(B=2)),
    "ipo": lambda: (ipo_loss, logps()),
    "kto": lambda: (kto_loss, kto_step()),
    "reward model": lambda: (RewardModelLoss(), [s.squeeze(-1) for s in two(5, 1)]),
    "reward model, margins": lambda: (
        RewardModelLoss(), [s.squeeze(-1) for s in two(5, 1)],
        {"margin": torch.tensor([0.0, 1, 1, 0, 2])}),
}


# Generative models


def vae_loss(recon_x, x, mu, logvar, beta=4.0):
    bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (bce + beta * kld) / x.size(0)


def vae_freebits(recon_logits, x, mu, log_var, free_bits=0.5):
    rec = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(dim=1).mean()
    kl_dim = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    kl = torch.clamp(kl_dim.mean(dim=0), min=free_bits).sum()
    return rec + kl


def vae_softplus(x_hat, x, mean, raw_std):
    std = F.softplus(raw_std) + 1e-4
    p = Normal(torch.zeros_like(mean), torch.ones_like(std))
    kl = kl_divergence(Normal(mean, std), p).sum(-1)
    nll = 0.5 * ((x - x_hat) ** 2).sum(-1)
    return (nll + kl).mean()


def vae_std(recon, target, mu, std, kl_weight):
    kl = -torch.log(std) + (std.square() + mu.square() - 1) / 2
    return F.mse_loss(recon, target) + kl_weight * kl.sum(-1).mean()


def coded(B=8, scale=lambda s: (0.5 * s).exp(), far=1):
    "Logits, images, means and what their scales are made of."
    x = torch.rand(B, 20)
    mu, s = mlp(20, 8)(x).chunk(2, -1)
    mu = mu * far
    return mlp(4, 20)(mu + scale(s) * R(mu.shape)), x, mu, s


def vae_call():
    logits, *rest = coded()
    return logits.sigmoid(), *rest


def vae_binary():
    logits, x, *rest = coded(16, far=3)
    return logits, (x > 0.5).float(), *rest


def vae_of_std():
    logits, x, mu, s = coded(2, torch.exp)
    return logits, x, mu, s.exp(), 0.1


def iwae(log_w): return -(torch.logsumexp(log_w, 1) - math.log(log_w.size(1))).mean()


def flow_nll(z, log_det_jacobian):
    log_pz = -0.5 * (z**2 + math.log(2 * math.pi)).sum(dim=1)
    return -(log_pz + log_det_jacobian).mean()


def coupled():
    x = R(16, 4)
    s, t = mlp(2, 4)(x[:, :2]).chunk(2, -1)
    return torch.cat([x[:, :2], x[:, 2:] * s.exp() + t], 1), s.sum(1)


ALPHAS = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)


def ddpm_loss(eps_pred, noise, timesteps, alphas_cumprod, gamma=5.0):
    snr = alphas_cumprod[timesteps] / (1 - alphas_cumprod[timesteps])
    weight = torch.minimum(snr, torch.full_like(snr, gamma)) / snr
    mse = F.mse_loss(eps_pred, noise, reduction="none").mean(dim=list(range(1, noise.ndim)))
    return (weight * mse).mean()


def ddpm_step():
    x, e, t = torch.rand(4, 3, 8, 8) * 2 - 1, R(4, 3, 8, 8), ints(1000, 4)
    a = ALPHAS[t].view(-1, 1, 1, 1)
    return image(a.sqrt() * x + (1 - a).sqrt() * e), e, t, ALPHAS


def v_pred_loss(model_output, x0, noise, t, alphas_cumprod):
    a = alphas_cumprod[t].sqrt().view(-1, 1, 1, 1)
    s = (1 - alphas_cumprod[t]).sqrt().view(-1, 1, 1, 1)
    v = a * noise - s * x0
    return ((model_output - v) ** 2).mean()


def edm(D_x, y, sigma, sigma_data=0.5):
    w = (sigma**2 + sigma_data**2) / (sigma * sigma_data) ** 2
    return (w * (D_x - y) ** 2).mean()


def edm_step():
    y, s = R(4, 3, 6, 6) * 0.5, (R(4, 1, 1, 1) * 1.2 - 1.2).exp()
    return nn.Conv2d(3, 3, 1)(y + s * R(y.shape)), y, s


def score_matching(net, x, sigma=0.1):
    n = torch.randn_like(x)
    return 0.5 * (net(x + sigma * n) * sigma + n).square().sum(1).mean()


class FlowMatching(nn.Module):
    def __init__(self, velocity):
        super().__init__()
        self.velocity = velocity

    def forward(self, x1):
        x0, t = torch.randn_like(x1), torch.rand(x1.shape[0], 1)
        xt = (1 - t) * x0 + t * x1
        v = self.velocity(torch.cat([xt, t], dim=-1))
        return (v - (x1 - x0)).square().mean()


def d_hinge(real_logits, fake_logits):
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


def g_hinge(fake_logits): return -fake_logits.mean()
def lsgan_d(d_real, d_fake): return 0.5 * ((d_real - 1) ** 2).mean() + 0.5 * (d_fake**2).mean()
def relativistic_g(d_real, d_fake): return F.softplus(-(d_fake - d_real)).mean()
def g_ns(fake_logits): return F.softplus(-fake_logits).mean()


def judged(n=16, scale=1.0, zeros=False):
    "Of real ones and of fakes, by a discriminator; at the start its last layer may be zeros."
    d = mlp(6, 1)
    if zeros: d[2].load_state_dict({k: 0 * v for k, v in d[2].state_dict().items()})
    return scale * d(R(n, 6)), scale * d(R(n, 6) * 0.3)


def fakes(n=8): return mlp(3, 6)(R(n, 3))


class WithNet(nn.Module):
    "A loss that owns the network which it trains."

    def __init__(self, net):
        super().__init__()
        self.net = net


class WGANGP(nn.Module):
    def __init__(self, critic, lambda_gp=10.0):
        super().__init__()
        self.critic, self.lambda_gp = critic, lambda_gp

    def forward(self, real, fake):
        fake = fake.detach()
        eps = torch.rand(real.size(0), 1)
        x_hat = (eps * real + (1 - eps) * fake).requires_grad_(True)
        grad = torch.autograd.grad(self.critic(x_hat).sum(), x_hat, create_graph=True)[0]
        gp = ((grad.norm(2, dim=1) - 1) ** 2).mean()
        return self.critic(fake).mean() - self.critic(real).mean() + self.lambda_gp * gp


class R1R2(nn.Module):
    def __init__(self, disc, gamma=1.0):
        super().__init__()
        self.disc, self.gamma = disc, gamma

    def zero_centered(self, samples, logits):
        g, = torch.autograd.grad(logits.sum(), samples, create_graph=True)
        return g.square().flatten(1).sum(1)

    def forward(self, real_images, fake_images):
        real = real_images.detach().requires_grad_(True)
        fake = fake_images.detach().requires_grad_(True)
        real_logits, fake_logits = self.disc(real), self.disc(fake)
        adv = F.softplus(-(real_logits - fake_logits)).squeeze(1)
        r1, r2 = self.zero_centered(real, real_logits), self.zero_centered(fake, fake_logits)
        return (adv + self.gamma / 2 * (r1 + r2)).mean()


def disc_of_images():
    return nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.SiLU(), nn.Flatten(), nn.Linear(36, 1))


class R1(WithNet):
    def forward(self, real):
        real = real.detach().requires_grad_(True)
        g, = torch.autograd.grad(self.net(real).sum(), real, create_graph=True)
        return 5 * g.square().sum(1).mean()


class DLoss(WithNet):
    def forward(self, real, fake):
        return F.softplus(-self.net(real)).mean() + F.softplus(self.net(fake.detach())).mean()


def critic_step(critic, real, fake): return critic(fake.detach()).mean() - critic(real).mean()


class SmoothedD(WithNet):
    def forward(self, real, fake):
        r, f, bce = self.net(real), self.net(fake), nn.BCEWithLogitsLoss()
        return bce(r, torch.full_like(r, 0.9)) + bce(f, torch.zeros_like(f))


def fm_loss(real_feats, fake_feats):
    pairs = zip(real_feats, fake_feats)
    return sum(F.l1_loss(f, r.detach()) for r, f in pairs) / len(real_feats)


def features():
    of = [nn.Conv2d(3, 4, 1)(R(2, 3, 5, 5)), nn.Conv2d(3, 8, 1)(R(2, 3, 3, 3))]
    return [R(f.shape) for f in of], of


def vqvae_loss(x_recon, x, z_e, z_q, commitment_cost=0.25):
    recon_loss = F.mse_loss(x_recon, x)
    codebook_loss = F.mse_loss(z_q, z_e.detach())
    commitment_loss = F.mse_loss(z_e, z_q.detach())
    return recon_loss + codebook_loss + commitment_cost * commitment_loss


def quantized():
    x, book = R(8, 12), nn.Embedding(10, 4)
    ze = mlp(12, 4)(x)
    zq = book(torch.cdist(ze, book.weight).argmin(1))
    return mlp(4, 12)(ze + (zq - ze).detach()), x, ze, zq


def vq_ema(x_hat, x, z, quantized, beta=0.25):
    return ((x_hat - x) ** 2).mean() + beta * ((z - quantized.detach()) ** 2).mean()


GENERATIVE = {
    "vae": lambda: (vae_loss, vae_call()),
    "vae, free bits": lambda: (vae_freebits, vae_binary()),
    "vae, softplus": lambda: (vae_softplus, coded(1, F.softplus)),
    "vae, standard deviations": lambda: (vae_std, vae_of_std()),
    "iwae": lambda: (iwae, (out(6, 7) - 5,)),
    "flow": lambda: (flow_nll, coupled()),
    "ddpm, min-snr": lambda: (ddpm_loss, ddpm_step()),
    "v prediction": lambda: (v_pred_loss, (
        image(x := torch.rand(2, 3, 8, 8) * 2 - 1), x, R(x.shape), torch.tensor([10, 700]),
        ALPHAS)),
    "edm": lambda: (edm, edm_step()),
    "score matching": lambda: (score_matching, (mlp(2, 2), R(16, 2))),
    "flow matching": lambda: (FlowMatching(mlp(3, 2)), (R(16, 2),)),
    "hinge D": lambda: (d_hinge, judged()),
    "hinge D, small": lambda: (d_hinge, judged(scale=1e-3)),
    "hinge D, a last layer of zeros": lambda: (d_hinge, judged(zeros=True)),
    "hinge G": lambda: (g_hinge, (mlp(6, 1)(fakes(16)),)),
    "least squares D": lambda: (lsgan_d, judged(8)),
    "least squares D, a last layer of zeros": lambda: (lsgan_d, judged(zeros=True)),
    "relativistic G": lambda: (relativistic_g, (R(8, 1), mlp(6, 1)(fakes()))),
    "non-saturating G": lambda: (g_ns, (mlp(6, 1)(fakes(2)),)),
    "wgan-gp": lambda: (WGANGP(mlp(6, 1)), (R(8, 6), fakes())),
    "wgan-gp, no graph": lambda: (WGANGP(mlp(6, 1)), (R(8, 6), fakes().detach())),
    "r1 and r2": lambda: (R1R2(disc_of_images()), (torch.rand(4, 3, 8, 8) * 2 - 1,
                                                   torch.rand(4, 3, 8, 8) * 2 - 1)),
    "r1": lambda: (R1(mlp(6, 1)), (R(8, 6),)),
    "D step, fakes detached": lambda: (DLoss(mlp(6, 1)), (R(8, 6), fakes())),
    "D step, no graph": lambda: (DLoss(mlp(6, 1)), (R(8, 6), fakes().detach())),
    "critic step": lambda: (critic_step, (mlp(6, 1), R(8, 6), fakes())),
    "one-sided smoothing": lambda: (SmoothedD(mlp(6, 1)), (R(8, 6), R(8, 6))),
    "feature matching": lambda: (fm_loss, features()),
    "vq-vae": lambda: (vqvae_loss, quantized()),
    "vq-vae, moving averages": lambda: (vq_ema, ((z := out(8, 4)) @ R(4, 5), R(8, 5), z, R(8, 4))),
}


# Sequences


def masked_ce(logits, targets, lengths):
    B, T, V = logits.shape
    mask = torch.arange(T).unsqueeze(0) < lengths.unsqueeze(1)
    loss = F.cross_entropy(logits.reshape(-1, V), targets.reshape(-1), reduction="none")
    return (loss.view(B, T) * mask).sum() / mask.sum()


def causal_lm_loss(logits, input_ids, attention_mask):
    shift_logits = logits[:, :-1, :].contiguous()
    shift_labels = input_ids[:, 1:].contiguous()
    labels = shift_labels.masked_fill(attention_mask[:, 1:] == 0, -100)
    return F.cross_entropy(shift_logits.view(-1, shift_logits.size(-1)), labels.view(-1),
                           ignore_index=-100)


def lm_call():
    am = lengths_mask([8, 5, 3], 8).long()
    ids = (1 + ints(29, 3, 8)) * am
    return mlp(8, 30)(nn.Embedding(30, 8)(ids)), ids, am


def lm_loss_bf16(logits, labels, z_loss_weight=1e-4):
    logits = logits.float()
    ce = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
    z = torch.logsumexp(logits, dim=-1)
    keep = labels != -100
    return ce + z_loss_weight * z[keep].square().mean()


class LabelSmoothingLoss(nn.Module):
    def __init__(self, classes, padding_idx, smoothing=0.1):
        super().__init__()
        self.classes, self.padding_idx, self.smoothing = classes, padding_idx, smoothing
        self.criterion = nn.KLDivLoss(reduction="sum")

    def forward(self, x, target):
        log_probs = x.log_softmax(dim=-1)
        true_dist = torch.full_like(log_probs, self.smoothing / (self.classes - 2))
        true_dist.scatter_(1, target.unsqueeze(1), 1 - self.smoothing)
        true_dist[:, self.padding_idx] = 0
        pad = target == self.padding_idx
        true_dist = true_dist.masked_fill(pad.unsqueeze(1), 0.0)
        return self.criterion(log_probs, true_dist) / (~pad).sum()


class CTCWrapper(nn.Module):
    def __init__(self, blank=0):
        super().__init__()
        self.ctc = nn.CTCLoss(blank=blank, zero_infinity=True)

    def forward(self, logits, targets, input_lengths, target_lengths):
        log_probs = logits.log_softmax(-1).transpose(0, 1)
        return self.ctc(log_probs, targets, input_lengths, target_lengths)


def rnnt_loss(log_probs, targets, blank=0):
    T, U1, _ = log_probs.shape
    rows = []
    for t in range(T):
        line = []
        for u in range(U1):
            terms = []
            if t == u == 0:
                line.append(log_probs.new_zeros(()))
                continue
            if t > 0: terms.append(rows[t - 1][u] + log_probs[t - 1, u, blank])
            if u > 0: terms.append(line[u - 1] + log_probs[t, u - 1, targets[u - 1]])
            line.append(torch.logsumexp(torch.stack(terms), 0))
        rows.append(line)
    return -(rows[-1][-1] + log_probs[T - 1, U1 - 1, blank])


def crf(emissions, tags, trans):
    a = emissions[:, 0]
    for t in range(1, emissions.size(1)):
        a = torch.logsumexp(a.unsqueeze(2) + trans + emissions[:, t].unsqueeze(1), 1)
    s = emissions.gather(2, tags[..., None]).sum((1, 2)) + trans[tags[:, :-1], tags[:, 1:]].sum(1)
    return (torch.logsumexp(a, 1) - s).mean()


def accumulated(xs):
    total = xs.new_zeros(())
    for i in range(len(xs)): total = total + xs[i].square().mean()
    return total / len(xs)


def soft_dtw(D, gamma=0.1):
    n, m = D.shape
    far = [[D.new_zeros(()) if i == j == 0 else D.new_full((), 1e9) for j in range(m + 1)]
           for i in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            ways = torch.stack([far[i - 1][j], far[i][j - 1], far[i - 1][j - 1]])
            far[i][j] = D[i - 1, j - 1] - gamma * torch.logsumexp(-ways / gamma, 0)
    return far[n][m]


def distill_loss(student_logits, teacher_logits, labels, mask, T=2.0, alpha=0.5):
    s = F.log_softmax(student_logits / T, dim=-1)
    t = F.softmax(teacher_logits / T, dim=-1)
    kd = F.kl_div(s, t, reduction="none").sum(-1) * T**2
    ce = F.cross_entropy(student_logits.transpose(1, 2), labels, reduction="none")
    loss = alpha * kd + (1 - alpha) * ce
    return (loss * mask).sum() / mask.sum()


def moe_balance(router_logits, top_k=2):
    n_experts = router_logits.size(-1)
    probs = router_logits.softmax(-1)
    chosen = probs.topk(top_k, dim=-1).indices
    f = F.one_hot(chosen, n_experts).float().sum(1).mean(0) / top_k
    return n_experts * (f.detach() * probs.mean(0)).sum()


def router_z_loss(router_logits): return torch.logsumexp(router_logits, dim=-1).pow(2).mean()


def unlikelihood(logits, target, negative_targets, alpha=1.0):
    lp = logits.log_softmax(-1)
    nll = F.nll_loss(lp, target)
    neg_p = lp.gather(-1, negative_targets).exp()
    ul = -torch.log((1 - neg_p).clamp(min=1e-5)).sum(-1).mean()
    return nll + alpha * ul


def padded(*ends): return (1 + ints(8, 4, 10)) * lengths_mask(ends or [7, 4, 10, 10], 10).long()


def seq_loss(logits, target, pad_idx=0):
    loss = F.cross_entropy(logits.reshape(-1, logits.size(-1)), target.reshape(-1),
                           reduction="none", ignore_index=pad_idx)
    keep = target.reshape(-1) != pad_idx
    return loss[keep].mean()


def seq_by_row(logits, target, pad_idx=0):
    loss = F.cross_entropy(logits.transpose(1, 2), target, reduction="none", ignore_index=pad_idx)
    return (loss.sum(1) / (target != pad_idx).sum(1)).mean()


def seq_by_step(logits, target, pad_idx=0):
    total, n = 0.0, 0
    for t in range(target.size(1)):
        total = total + F.cross_entropy(logits[:, t], target[:, t], ignore_index=pad_idx,
                                        reduction="sum")
        n += int((target[:, t] != pad_idx).sum())
    return total / n


def seq_by_length(outputs, lengths, targets):
    loss = outputs.new_zeros(())
    for o, n, t in zip(outputs, lengths.tolist(), targets):
        loss = loss + F.cross_entropy(o[:n], t[:n])
    return loss / len(outputs)


def mlm(logits, labels):
    keep = labels != -100
    return F.cross_entropy(logits[keep], labels[keep])


def mlm_labels():
    labels = ints(9, 4, 10).masked_fill(torch.rand(4, 10) < 0.85, -100)
    labels[0, 0] = 3
    return labels


def mae_loss(pred, target, mask, norm_pix=True):
    if norm_pix:
        mean, var = target.mean(-1, keepdim=True), target.var(-1, keepdim=True)
        target = (target - mean) / (var + 1e-6) ** 0.5
    loss = ((pred - target) ** 2).mean(-1)
    return (loss * mask).sum() / mask.sum()


def tacotron(mel_out, mel_post, gate, mel, gate_t):
    return F.mse_loss(mel_out, mel) + F.mse_loss(mel_post, mel) + (
        F.binary_cross_entropy_with_logits(gate.view(-1, 1), gate_t.view(-1, 1)))


def tacotron_call():
    h, gates = out(2, 12, 8), torch.zeros(2, 12)
    gates[:, -1] = 1
    return h, mlp(8, 8)(h) + h, mlp(8, 1)(h), R(2, 12, 8) - 4, gates


def log_target_kd(s, t, T=4.0):
    return F.kl_div(F.log_softmax(s / T, 1), F.log_softmax(t / T, 1), reduction="batchmean",
                    log_target=True) * T * T


def js(p_logits, q_logits):
    p, q = p_logits.softmax(-1), q_logits.softmax(-1)
    m = 0.5 * (p + q)
    return 0.5 * (F.kl_div(m.log(), p, reduction="batchmean")
                  + F.kl_div(m.log(), q, reduction="batchmean"))


def no_zeros(logits, y):
    each = F.cross_entropy(logits, y, reduction="none", ignore_index=-100)
    return each[each != 0].mean()


def kept_labels(lg, y): return F.cross_entropy(lg, y, reduction="none")[y >= 0].mean()
def selected(lg, y): return F.cross_entropy(lg, y, reduction="none").masked_select(y >= 0).mean()
def by_count(lg, y): return F.cross_entropy(lg, y, reduction="none").sum() / (y >= 0).sum()


def ignoring():
    y = ints(9, 24)
    y[5:11] = -100
    return out(24, 9), y


SEQUENCES = {
    "lengths": lambda: (masked_ce, (out(4, 6, 9), ints(9, 4, 6), torch.tensor([6, 4, 3, 1]))),
    "causal lm": lambda: (causal_lm_loss, lm_call()),
    "bfloat16, z loss": lambda: (lm_loss_bf16, (
        out(2, 6, 20).bfloat16(), torch.where(lengths_mask([4, 6], 6) > 0, ints(20, 2, 6), -100))),
    "label smoothing": lambda: (LabelSmoothingLoss(11, 0), (
        out(10, 11), torch.tensor([3, 4, 10, 1, 2, 5, 7, 9, 0, 0]))),
    "ctc": lambda: (CTCWrapper(), (out(3, 20, 8), 1 + ints(7, 3, 6), torch.tensor([20, 18, 15]),
                                   torch.tensor([6, 4, 3]))),
    "rnnt": lambda: (rnnt_loss, (out(7, 4, 6).log_softmax(-1), torch.tensor([2, 5, 1]))),
    "crf": lambda: (crf, (out(3, 6, 4), ints(4, 3, 6), P(R(4, 4) * 0.1))),
    "a sum begun with new_zeros": lambda: (accumulated, (out(4, 3),)),
    "soft dtw": lambda: (soft_dtw, (torch.cdist(out(5, 2), R(6, 2)).square(),)),
    "distilled tokens": lambda: (distill_loss, (out(4, 5, 9), out(4, 5, 9).detach() * 3,
                                                ints(9, 4, 5), lengths_mask([5, 5, 3, 5], 5))),
    "balanced experts": lambda: (moe_balance, (out(32, 4),)),
    "z loss of a router": lambda: (router_z_loss, (out(2, 10, 8),)),
    "unlikelihood": lambda: (unlikelihood, (out(6, 12), ints(5, 6), 5 + ints(7, 6, 3))),
    "padding not selected": lambda: (seq_loss, (out(4, 10, 9), padded())),
    "padding, row by row": lambda: (seq_by_row, (out(4, 10, 9), padded())),
    "padding, step by step": lambda: (seq_by_step, (out(4, 10, 9), padded())),
    "padding ignored": lambda: (nn.CrossEntropyLoss(ignore_index=0), (
        out(4, 10, 9).transpose(1, 2), padded())),
    "padding ignored, flat": lambda: (nn.CrossEntropyLoss(ignore_index=0), (
        out(40, 9), padded().flatten())),
    "rows cut to their lengths": lambda: (seq_by_length, (
        out(4, 10, 9), torch.tensor([10, 7, 4, 1]), ints(9, 4, 10))),
    "masked lm": lambda: (mlm, (out(4, 10, 9), mlm_labels())),
    "masked autoencoder": lambda: (mae_loss, (out(2, 16, 12), torch.rand(2, 16, 12),
                                              bits(2, 16, p=0.75))),
    "tacotron": lambda: (tacotron, tacotron_call()),
    "log targets": lambda: (log_target_kd, (out(1, 9), R(1, 9) * 3)),
    "jensen-shannon": lambda: (js, two(8, 5)),
    "no zeros in the mean": lambda: (no_zeros, ignoring()),
    "labels that count": lambda: (kept_labels, ignoring()),
    "masked_select": lambda: (selected, ignoring()),
    "divided by the count": lambda: (by_count, ignoring()),
}


# Images


def giou_loss(pred_boxes, gt_boxes, eps=1e-7):
    x1, y1 = torch.max(pred_boxes[:, :2], gt_boxes[:, :2]).unbind(1)
    x2, y2 = torch.min(pred_boxes[:, 2:], gt_boxes[:, 2:]).unbind(1)
    inter = (x2 - x1).clamp(min=0) * (y2 - y1).clamp(min=0)
    area_p = (pred_boxes[:, 2] - pred_boxes[:, 0]) * (pred_boxes[:, 3] - pred_boxes[:, 1])
    area_g = (gt_boxes[:, 2] - gt_boxes[:, 0]) * (gt_boxes[:, 3] - gt_boxes[:, 1])
    union = area_p + area_g - inter
    cx1, cy1 = torch.min(pred_boxes[:, :2], gt_boxes[:, :2]).unbind(1)
    cx2, cy2 = torch.max(pred_boxes[:, 2:], gt_boxes[:, 2:]).unbind(1)
    c = (cx2 - cx1) * (cy2 - cy1)
    return (1 - (inter / (union + eps) - (c - union) / (c + eps))).mean()


def boxes(B, scale=1.0, off=0.0):
    "Predicted corners near to true ones."
    c, w, q = torch.rand(B, 2) * 0.6 + 0.2, torch.rand(B, 2) * 0.2 + 0.05, out(B, 4) * 0.05
    pc, pw = c + q[:, :2], w * q[:, 2:].exp()
    return scale * (torch.cat([pc - pw, pc + pw], 1) + off), scale * torch.cat([c - w, c + w], 1)


def giou_l1(pred, gt): return 2 * giou_loss(pred, gt) + 5 * F.l1_loss(pred, gt)


def overlap(pred, gt):
    wh = (torch.min(pred[:, 2:], gt[:, 2:]) - torch.max(pred[:, :2], gt[:, :2])).clamp(min=0)
    areas = [(b[:, 2:] - b[:, :2]).prod(1) for b in (pred, gt)]
    return wh.prod(1) / (areas[0] + areas[1] - wh.prod(1))


def iou_log(pred, gt): return -torch.log(overlap(pred, gt).clamp(min=1e-6)).mean()
def iou_sum(pred, gt): return (1 - overlap(pred, gt)).sum()


def ciou_loss(pred, target, weight=None, eps=1e-7):
    px1, py1, px2, py2 = pred.unbind(-1)
    tx1, ty1, tx2, ty2 = target.unbind(-1)
    pw, ph, tw, th = px2 - px1, py2 - py1, tx2 - tx1, ty2 - ty1
    inter = (torch.min(px2, tx2) - torch.max(px1, tx1)).clamp(0) * (
        torch.min(py2, ty2) - torch.max(py1, ty1)).clamp(0)
    iou = inter / (pw * ph + tw * th - inter + eps)
    cw, ch = torch.max(px2, tx2) - torch.min(px1, tx1), torch.max(py2, ty2) - torch.min(py1, ty1)
    rho2 = ((px1 + px2 - tx1 - tx2) ** 2 + (py1 + py2 - ty1 - ty2) ** 2) / 4
    v = 4 / math.pi**2 * (torch.atan(tw / (th + eps)) - torch.atan(pw / (ph + eps))) ** 2
    with torch.no_grad(): alpha = v / (1 - iou + v + eps)
    loss = 1 - iou + rho2 / (cw**2 + ch**2 + eps) + alpha * v
    if weight is not None: loss = loss * weight
    return loss.sum() / (weight.sum() if weight is not None else len(loss))


def diou_loss(boxes1, boxes2):
    far, near = torch.max(boxes1[:, 2:], boxes2[:, 2:]), torch.min(boxes1[:, :2], boxes2[:, :2])
    d = ((boxes1[:, :2] + boxes1[:, 2:]) / 2 - (boxes2[:, :2] + boxes2[:, 2:]) / 2).pow(2).sum(1)
    each = 1 - overlap(boxes1, boxes2) + d / (far - near).pow(2).sum(1)
    return each.sum() / boxes1.shape[0]


def sigmoid_focal(inputs, targets, alpha=0.25, gamma=2.0):
    p = torch.sigmoid(inputs)
    ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce * (1 - p_t) ** gamma
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    return (alpha_t * loss).sum() / targets.sum().clamp(min=1)


def detected():
    t = F.one_hot(ints(6, 40), 6).float()
    t[10:] = 0
    return out(40, 6) - 3, t


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0, alpha=None):
        super().__init__()
        self.gamma, self.alpha = gamma, alpha

    def forward(self, logits, labels):
        logpt = F.log_softmax(logits, 1).gather(1, labels.view(-1, 1)).view(-1)
        pt = logpt.exp()
        if self.alpha is not None: logpt = logpt * self.alpha.gather(0, labels)
        return (-((1 - pt) ** self.gamma) * logpt).mean()


def focal_of_exp(logits, targets, gamma=2.0):
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return ((1 - torch.exp(-ce)) ** gamma * ce).mean()


def centernet_focal(pred, gt):
    pred = pred.sigmoid().clamp(1e-4, 1 - 1e-4)
    pos, neg = gt.eq(1).float(), gt.lt(1).float()
    pos_loss = torch.log(pred) * (1 - pred) ** 2 * pos
    neg_loss = torch.log(1 - pred) * pred**2 * (1 - gt) ** 4 * neg
    n = pos.sum()
    if n == 0: return -neg_loss.sum()
    return -(pos_loss.sum() + neg_loss.sum()) / n


def peaks():
    y, x = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
    of = [((y - a) ** 2 + (x - b) ** 2) / 8 for a, b in ((5, 8), (11, 3))]
    return torch.exp(-torch.stack(of))[None]


def ssd_loss(cls_logits, box_deltas, gt_labels, gt_deltas, neg_ratio=3):
    pos = gt_labels > 0
    n_pos = pos.sum(1, keepdim=True)
    loc = F.smooth_l1_loss(box_deltas[pos], gt_deltas[pos], reduction="sum")
    ce = F.cross_entropy(cls_logits.transpose(1, 2), gt_labels, reduction="none")
    with torch.no_grad():
        rank = ce.masked_fill(pos, 0).sort(1, descending=True)[1].sort(1)[1]
        neg = rank < neg_ratio * n_pos
    return (loc + ce[pos | neg].sum()) / n_pos.sum().clamp(min=1)


def ssd_call():
    labels = torch.zeros(2, 50, dtype=torch.long)
    labels[0, 3:7], labels[1, 20:23] = torch.tensor([1, 2, 3, 1]), 2
    return *out(2, 50, 8).split(4, -1), labels, R(2, 50, 4)


def yolo_obj(pred_obj, pred_cls, obj, cls):
    return F.binary_cross_entropy_with_logits(pred_obj, obj) + F.binary_cross_entropy_with_logits(
        pred_cls[obj > 0], cls[obj > 0])


def yolo_call():
    o = torch.zeros(2, 16)
    o[0, 3], o[1, 7] = 0.8, 0.6
    return row(2, 16), out(2, 16, 4), o, F.one_hot(ints(4, 2, 16), 4).float()


def qfl(pred, score, beta=2.0):
    each = F.binary_cross_entropy_with_logits(pred, score, reduction="none")
    return (each * (score - pred.sigmoid()).abs().pow(beta)).sum() / (score > 0).sum().clamp(min=1)


def dfl(pred, target):
    left = target.long()
    right = left + 1
    wl, wr = right - target, target - left
    return (F.cross_entropy(pred, left, reduction="none") * wl
            + F.cross_entropy(pred, right, reduction="none") * wr).mean()


def dice_loss(logits, targets, smooth=1.0):
    probs, targets = torch.sigmoid(logits).flatten(1), targets.flatten(1)
    inter = (probs * targets).sum(1)
    return (1 - (2 * inter + smooth) / (probs.sum(1) + targets.sum(1) + smooth)).mean()


def multiclass_dice(logits, labels, ignore_index=255, eps=1e-6):
    C, valid = logits.shape[1], labels != ignore_index
    one_hot = F.one_hot(labels.masked_fill(~valid, 0), C).permute(0, 3, 1, 2).float()
    m = valid.unsqueeze(1)
    probs, one_hot = logits.softmax(1) * m, one_hot * m
    num = 2 * (probs * one_hot).sum((0, 2, 3))
    den = (probs.pow(2) + one_hot.pow(2)).sum((0, 2, 3))
    return 1 - ((num + eps) / (den + eps)).mean()


def tversky(y_pred, y_true, alpha=0.3, beta=0.7, smooth=1e-5):
    tp = (y_pred * y_true).sum()
    fp, fn = (y_pred * (1 - y_true)).sum(), ((1 - y_pred) * y_true).sum()
    return 1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)


def dice_of(p, m): return 1 - (2 * (p * m).sum() + 1) / (p.sum() + m.sum() + 1)


def bce_dice(logits, masks):
    p = logits.sigmoid()
    d = 1 - (2 * (p * masks).sum((1, 2, 3)) + 1) / (
        p.sum((1, 2, 3)) + masks.sum((1, 2, 3)) + 1)
    return F.binary_cross_entropy_with_logits(logits, masks) + d.mean()


class DiceBCELoss(nn.Module):
    def forward(self, inputs, targets, smooth=1):
        p, m = inputs.sigmoid().view(-1), targets.view(-1)
        return F.binary_cross_entropy(p, m, reduction="mean") + dice_of(p, m)


class BCEDiceLoss(nn.Module):
    def forward(self, x, y):
        return 0.5 * F.binary_cross_entropy_with_logits(x, y) + dice_of(x.sigmoid(), y)


class DiceCELoss(nn.Module):
    def forward(self, x, y): return F.cross_entropy(x, y) + dice_of(x.softmax(1)[:, 1], y == 1)


def dice_focal(x, y):
    each = F.binary_cross_entropy_with_logits(x, y, reduction="none")
    return 20 * each.mean() + dice_of(x.sigmoid(), y)


def dice_topk(x, y):
    each = F.binary_cross_entropy_with_logits(x, y, reduction="none")
    return dice_of(x.sigmoid(), y) + each.flatten().topk(30)[0].mean()


def neg_dice(x, y): return -(2 * (x.sigmoid() * y).sum() + 1) / (x.sigmoid().sum() + y.sum() + 1)
def log_cosh_dice(x, y): return torch.log(torch.cosh(dice_of(x.sigmoid(), y)))


def iou_plus_l1(x, y):
    p = x.sigmoid()
    return F.l1_loss(p, y) * 5 + 1 - ((p * y).sum() + 1) / ((p + y - p * y).sum() + 1)


def tversky_ce(x, y):
    return F.binary_cross_entropy_with_logits(x, y) + tversky(x.sigmoid(), y)


def lovasz_hinge(logits, labels):
    logits, labels = logits.flatten(), labels.flatten().float()
    errors = 1 - logits * (2 * labels - 1)
    errors_sorted, perm = torch.sort(errors, descending=True)
    gt = labels[perm]
    jac = 1 - (gt.sum() - gt.cumsum(0)) / (gt.sum() + (1 - gt).cumsum(0))
    jac[1:] = jac[1:] - jac[:-1].clone()
    return torch.dot(F.relu(errors_sorted), jac)


def jaccard_hinge(logits, labels): return lovasz_hinge(logits, labels)


class LovaszHinge(nn.Module):
    def forward(self, logits, labels): return lovasz_hinge(logits, labels)


def boundary_loss(probs, dist_maps): return (probs * dist_maps).mean()
def abl(probs, edge_dist): return torch.einsum("bkhw,bkhw->bkhw", probs, edge_dist).mean()


def distances():
    y, x = torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij")
    return (((y - 5) ** 2 + (x - 6) ** 2).sqrt() - 3).expand(2, 1, 12, 12).clone()


class OhemCE(nn.Module):
    def __init__(self, thresh=0.7, min_kept=50, ignore_index=255):
        super().__init__()
        self.thresh, self.min_kept, self.ignore_index = -math.log(thresh), min_kept, ignore_index

    def forward(self, logits, labels):
        loss = F.cross_entropy(logits, labels, ignore_index=self.ignore_index,
                               reduction="none").view(-1)
        hard = loss[loss > self.thresh]
        if hard.numel() < self.min_kept: hard, _ = loss.topk(self.min_kept)
        return hard.mean()


def ohem_topk(logits, labels, k=50):
    each = F.cross_entropy(logits, labels, ignore_index=255, reduction="none")
    return each.flatten().topk(k).values.mean()


def ohem_above(logits, labels):
    each = F.cross_entropy(logits, labels, ignore_index=255, reduction="none")
    return each[each > 0.35].mean()


def valid_pixels(logits, labels):
    each = F.cross_entropy(logits, labels, ignore_index=255, reduction="none")
    return each[labels != 255].mean()


def pixels(C=5):
    t = ints(C, 2, 12, 12)
    t[0, :2] = 255
    return maps(2, C), t


def silog(depth_pred, depth_gt, variance_focus=0.85):
    mask = depth_gt > 1e-3
    d = torch.log(depth_pred[mask]) - torch.log(depth_gt[mask])
    return torch.sqrt((d**2).mean() - variance_focus * d.mean() ** 2) * 10.0


def berhu(pred, target):
    valid = target > 0
    diff = (pred[valid] - target[valid]).abs()
    c = 0.2 * diff.max().detach()
    return torch.where(diff <= c, diff, (diff**2 + c**2) / (2 * c)).mean()


def depths():
    true = torch.rand(2, 1, 12, 12) * 9 + 1
    return F.softplus(maps(2) + 4), true * bits(2, 1, 12, 12, p=0.7)


class PerceptualLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()),
                                     nn.Sequential(nn.Conv2d(4, 8, 3, 2), nn.ReLU())])
        for p in self.parameters(): p.requires_grad_(False)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))

    def forward(self, output, target):
        x, y = (output - self.mean) / self.std, (target - self.mean) / self.std
        loss = 0.0
        for block in self.blocks:
            x, y = block(x), block(y)
            loss = loss + F.l1_loss(x, y)
        return loss


def charbonnier(x, y, eps=1e-3): return torch.sqrt((x - y) ** 2 + eps**2).mean()


def photometric(warped, target, valid):
    each = 0.85 * (1 - F.cosine_similarity(warped, target, dim=1)) / 2
    return (each + 0.15 * (warped - target).abs().mean(1))[valid].mean()


def smooth_edge(disp, img):
    d = disp / (disp.mean((2, 3), keepdim=True) + 1e-7)
    ix = (img[..., :-1] - img[..., 1:]).abs().mean(1, keepdim=True)
    iy = (img[..., :-1, :] - img[..., 1:, :]).abs().mean(1, keepdim=True)
    gx = (d[..., :-1] - d[..., 1:]).abs() * torch.exp(-ix)
    gy = (d[..., :-1, :] - d[..., 1:, :]).abs() * torch.exp(-iy)
    return gx.mean() + gy.mean()


def angles(pred, true): return (1 - torch.cos(pred - true)).mean()


def geodesic(Rp, Rt):
    trace = (Rp.transpose(1, 2) @ Rt).diagonal(dim1=1, dim2=2).sum(1)
    return torch.acos(((trace - 1) / 2).clamp(-1 + 1e-6, 1 - 1e-6)).mean()


def rotations():
    q = torch.linalg.qr(out(4, 9).view(4, 3, 3))[0]
    return q * torch.linalg.det(q).sign()[:, None, None], torch.eye(3).expand(4, 3, 3)


IMAGES = {
    "giou": lambda: (giou_loss, boxes(6)),
    "giou, two in pixels": lambda: (giou_loss, boxes(2, 640.0)),
    "giou, far away": lambda: (giou_loss, boxes(6, off=0.8)),
    "giou and l1": lambda: (giou_l1, boxes(6)),
    "iou, logarithm": lambda: (iou_log, boxes(6)),
    "iou, sum": lambda: (iou_sum, boxes(6)),
    "ciou, weights": lambda: (ciou_loss, (*boxes(7, 100.0), torch.rand(7) + 0.1)),
    "diou of one": lambda: (diou_loss, boxes(1)),
    "focal of a detector": lambda: (sigmoid_focal, detected()),
    "focal of classes": lambda: (FocalLoss(2.0, torch.tensor([0.2, 1, 2])), (
        out(20, 3), ints(3, 20))),
    "focal of exp": lambda: (focal_of_exp, (out(20, 3), bits(20, 3))),
    "centernet": lambda: (centernet_focal, (maps(1, 2, 16) - 2.19, peaks())),
    "ssd": lambda: (ssd_loss, ssd_call()),
    "yolo": lambda: (yolo_obj, yolo_call()),
    "quality focal": lambda: (qfl, (out(20, 4), torch.rand(20, 4) * bits(20, 4, p=0.2))),
    "distribution focal": lambda: (dfl, (out(20, 9), torch.rand(20) * 7.9)),
    "dice": lambda: (dice_loss, (maps(2), blobs())),
    "dice of classes, ignored": lambda: (multiclass_dice, pixels(4)),
    "dice, negative": lambda: (neg_dice, (maps(2), blobs())),
    "dice, log-cosh": lambda: (log_cosh_dice, (maps(2), blobs())),
    "tversky of one": lambda: (tversky, (maps(1).sigmoid(), blobs(1))),
    "bce_dice": lambda: (bce_dice, (maps(2), blobs())),
    "DiceBCELoss": lambda: (DiceBCELoss(), (maps(2), blobs())),
    "BCEDiceLoss": lambda: (BCEDiceLoss(), (maps(2), blobs())),
    "DiceCELoss": lambda: (DiceCELoss(), (maps(2, 3) * 3, ints(3, 2, 12, 12))),
    "dice_focal": lambda: (dice_focal, (maps(2), blobs())),
    "dice_topk": lambda: (dice_topk, (maps(2), blobs())),
    "iou_plus_l1": lambda: (iou_plus_l1, (maps(2), blobs())),
    "tversky_ce": lambda: (tversky_ce, (maps(2), blobs())),
    "lovasz_hinge": lambda: (lovasz_hinge, (maps(2), blobs() > 0)),
    "lovasz_hinge, large logits": lambda: (lovasz_hinge, (8 * maps(2), blobs().long())),
    "jaccard_hinge": lambda: (jaccard_hinge, (maps(2), blobs())),
    "LovaszHinge": lambda: (LovaszHinge(), (maps(2), blobs())),
    "boundary": lambda: (boundary_loss, (maps(2).sigmoid(), distances())),
    "boundary of classes": lambda: (abl, (maps(2, 2).softmax(1), R(2, 2, 12, 12) * 4)),
    "ohem": lambda: (OhemCE(), pixels()),
    "ohem, topk": lambda: (ohem_topk, pixels()),
    "ohem, above": lambda: (ohem_above, pixels()),
    "valid pixels": lambda: (valid_pixels, pixels()),
    "silog": lambda: (silog, depths()),
    "berhu": lambda: (berhu, depths()),
    "perceptual": lambda: (PerceptualLoss(), (image(x := torch.rand(2, 3, 16, 16)).sigmoid(), x)),
    "charbonnier": lambda: (charbonnier, (image(x := torch.rand(1, 3, 8, 8)), x)),
    "photometric": lambda: (photometric, (image(x := torch.rand(2, 3, 8, 8)).sigmoid(), x,
                                          torch.rand(2, 8, 8) > 0.3)),
    "edge-aware": lambda: (smooth_edge, (maps(2, 1, 8).sigmoid(), torch.rand(2, 3, 8, 8))),
    "angles": lambda: (angles, (row(8) * 3, torch.rand(8) * 6.28)),
    "rotations": lambda: (geodesic, rotations()),
}


# Metric learning and what needs no labels


def batch_hard_inf(embeddings, labels, margin=0.3):
    dist = torch.cdist(embeddings, embeddings)
    same = labels[:, None] == labels[None, :]
    eye = torch.eye(len(labels), dtype=torch.bool)
    hardest_pos = dist.masked_fill(~same | eye, float("-inf")).max(1).values
    hardest_neg = dist.masked_fill(same, float("inf")).min(1).values
    return F.relu(hardest_pos - hardest_neg + margin).mean()


class CLIPLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.logit_scale = P(torch.tensor(math.log(1 / 0.07)))

    def forward(self, image_features, text_features):
        image_features = F.normalize(image_features, dim=-1)
        text_features = F.normalize(text_features, dim=-1)
        logits = self.logit_scale.exp() * image_features @ text_features.t()
        labels = torch.arange(logits.shape[0])
        return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2


def siglip(img, txt, t, bias):
    logits = F.normalize(img) @ F.normalize(txt).T * t.exp() + bias
    y = 2 * torch.eye(len(logits)) - 1
    return -F.logsigmoid(y * logits).sum() / len(logits)


def supcon_inf(features, labels, temperature=0.1):
    f = F.normalize(features, dim=1)
    sim = f @ f.T / temperature
    self_mask = torch.eye(len(f), dtype=torch.bool)
    pos = (labels[:, None] == labels[None]) & ~self_mask
    log_prob = sim - torch.logsumexp(sim.masked_fill(self_mask, float("-inf")), 1, keepdim=True)
    return -((log_prob * pos).sum(1) / pos.sum(1)).mean()


class ArcFace(nn.Module):
    def __init__(self, dim, n, s=30.0, m=0.5):
        super().__init__()
        self.weight, self.s, self.m = P(R(n, dim)), s, m

    def forward(self, embedding, label):
        cos = F.linear(F.normalize(embedding), F.normalize(self.weight))
        theta = torch.acos(cos.clamp(-1 + 1e-7, 1 - 1e-7))
        onehot = F.one_hot(label, cos.size(1)).bool()
        return F.cross_entropy(self.s * torch.where(onehot, torch.cos(theta + self.m), cos), label)


class ProxyNCA(nn.Module):
    def __init__(self, n, d, scale=3.0):
        super().__init__()
        self.proxies, self.scale = P(R(n, d) / 8), scale

    def forward(self, X, T):
        proxies = self.scale * F.normalize(self.proxies, dim=-1)
        D = torch.cdist(self.scale * F.normalize(X, dim=-1), proxies).pow(2)
        return -(F.log_softmax(-D, dim=-1) * F.one_hot(T, len(proxies))).sum(-1).mean()


def byol(online_pred_1, online_pred_2, target_proj_1, target_proj_2):
    def d(p, z): return 2 - 2 * (F.normalize(p, dim=-1) * F.normalize(z.detach(), dim=-1)).sum(-1)
    return (d(online_pred_1, target_proj_2) + d(online_pred_2, target_proj_1)).mean()


@torch.no_grad()
def sinkhorn(scores, eps=0.05, n_iters=3):
    Q = torch.exp(scores / eps).T
    Q /= Q.sum()
    for _ in range(n_iters):
        Q /= Q.sum(1, keepdim=True) * Q.shape[0]
        Q /= Q.sum(0, keepdim=True) * Q.shape[1]
    return (Q * Q.shape[1]).T


def swav(scores_t, scores_s, temp=0.1):
    q_t, q_s = sinkhorn(scores_t), sinkhorn(scores_s)
    p_t, p_s = F.log_softmax(scores_t / temp, 1), F.log_softmax(scores_s / temp, 1)
    return -0.5 * ((q_t * p_s).sum(1) + (q_s * p_t).sum(1)).mean()


def self_labels(scores): return -(sinkhorn(scores) * (scores / 0.1).log_softmax(1)).sum(1).mean()


def prototypes():
    centres = F.normalize(R(5, 8), dim=1)
    return [F.normalize(v, dim=1) @ centres.T for v in views(16, 8)]


def dino(student, teacher, center):
    q = ((teacher - center) / 0.04).softmax(-1).detach()
    return -(q * (student / 0.1).log_softmax(-1)).sum(-1).mean()


def info_max(logits):
    p = logits.softmax(1)
    m = p.mean(0)
    return -(p * p.log()).sum(1).mean() + (m * m.log()).sum()


def center_loss(x, labels, centers): return (x - centers[labels]).pow(2).sum(1).mean() / 2


def circle(sp, sn, m=0.25, g=64.0):
    ap, an = F.relu(-sp.detach() + 1 + m), F.relu(sn.detach() + m)
    return F.softplus(torch.logsumexp(-ap * (sp - 1 + m) * g, 0)
                      + torch.logsumexp(an * (sn - m) * g, 0))


def triplet_by_hand(a, p, n):
    return ((a - p).pow(2).sum(1) - (a - n).pow(2).sum(1) + 0.2).clamp(min=0).mean()


METRIC = {
    "batch hard": lambda: (batch_hard_inf, (F.normalize(out(12, 8), dim=1),
                                            torch.arange(4).repeat_interleave(3))),
    "clip": lambda: (CLIPLoss(), (mlp(6, 5)(x := R(8, 6)), mlp(6, 5)(x))),
    "siglip": lambda: (siglip, (out(6, 8), out(6, 8), P(torch.tensor(math.log(10.0))),
                                P(torch.tensor(-10.0)))),
    "supervised contrast": lambda: (supcon_inf, (out(10, 8), torch.arange(5).repeat(2))),
    "arcface": lambda: (ArcFace(8, 5), (out(9, 8), ints(5, 9))),
    "proxy nca": lambda: (ProxyNCA(6, 4), (out(9, 4), ints(6, 9))),
    "byol": lambda: (byol, (*views(8, 8), *views(8, 8))),
    "swav": lambda: (swav, prototypes()),
    "labels of sinkhorn": lambda: (self_labels, (F.normalize(out(16, 5), dim=1),)),
    "dino": lambda: (dino, (out(16, 5), out(16, 5), R(1, 5) * 0.01)),
    "information": lambda: (info_max, (out(16, 5),)),
    "centres": lambda: (center_loss, (out(9, 4), ints(5, 9), P(R(5, 4)))),
    "circle": lambda: (circle, (row(9).tanh(), row(12).tanh())),
    "triplets": lambda: (triplet_by_hand, (out(8, 4), R(8, 4), R(8, 4))),
}


# Regression and counts


class QuantileLoss(nn.Module):
    def __init__(self, quantiles):
        super().__init__()
        self.register_buffer("q", torch.tensor(quantiles))

    def forward(self, preds, target):
        err = target.unsqueeze(-1) - preds
        return torch.maximum(self.q * err, (self.q - 1) * err).sum(-1).mean()


def gaussian_nll(mean, log_var, y): return 0.5 * (log_var + (y - mean) ** 2 / log_var.exp()).mean()
def laplace_nll(loc, scale, y): return (torch.log(2 * scale) + (y - loc).abs() / scale).mean()
def student_t_nll(y, loc, scale, df): return -StudentT(df, loc, scale).log_prob(y).mean()


def beta_nll(mu, var, target, beta=0.5):
    loss = 0.5 * (torch.log(var) + (target - mu) ** 2 / var)
    return (loss * var.detach() ** beta).mean()


def nig_loss(gamma, nu, alpha, beta, y, coeff=0.01):
    omega = 2 * beta * (1 + nu)
    nll = 0.5 * torch.log(math.pi / nu) - alpha * torch.log(omega) + (alpha + 0.5) * torch.log(
        (y - gamma) ** 2 * nu + omega) + torch.lgamma(alpha) - torch.lgamma(alpha + 0.5)
    return (nll + coeff * (y - gamma).abs() * (2 * nu + alpha)).mean()


def evidence():
    g, n, a, b = out(20, 4).unbind(-1)
    return g, F.softplus(n), F.softplus(a) + 1, F.softplus(b), R(20)


def mase(y_pred, y_true, y_train, m=1):
    scale = (y_train[:, m:] - y_train[:, :-m]).abs().mean(1, keepdim=True)
    return ((y_pred - y_true).abs() / scale).mean()


def linex(pred, target, a=0.5):
    e = a * (target - pred)
    return (torch.exp(e) - e - 1).mean()


def tweedie(log_mu, y, exposure, p=1.5):
    each = -y * torch.exp(log_mu * (1 - p)) / (1 - p) + torch.exp(log_mu * (2 - p)) / (2 - p)
    return (exposure * each).sum() / exposure.sum()


def poisson_deviance(rate, counts):
    return 2 * (torch.xlogy(counts, counts) - torch.xlogy(counts, rate) - counts + rate).mean()


def zinb(mu, theta, pi, y, eps=1e-8):
    both = torch.log(theta + mu + eps)
    nb = torch.lgamma(y + theta) - torch.lgamma(theta) - torch.lgamma(y + 1) + theta * (
        torch.log(theta + eps) - both) + y * (torch.log(mu + eps) - both)
    zero = torch.log(pi + (1 - pi) * torch.exp(nb) + eps)
    return -torch.where(y < 0.5, zero, torch.log(1 - pi + eps) + nb).mean()


def zinb_call():
    mu, theta, pi = out(30, 3).unbind(1)
    return mu.exp(), theta.exp(), pi.sigmoid(), torch.poisson(torch.rand(30) * 4) * bits(30, p=0.6)


def mdn(logit_pi, mu, log_sigma, y):
    each = -0.5 * ((y - mu) / log_sigma.exp()) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)
    return -torch.logsumexp(logit_pi.log_softmax(1) + each, 1).mean()


def crps_of_normal(mu, sigma, y):
    z, n = (y - mu) / sigma, Normal(0.0, 1.0)
    return (sigma * (z * (2 * n.cdf(z) - 1) + 2 * n.log_prob(z).exp() - math.pi**-0.5)).mean()


def scaled(n=16):
    "A mean, and a positive scale."
    m, s = out(n, 2).unbind(1)
    return m, F.softplus(s) + 1e-3


def rmsle(pred, y): return torch.sqrt(F.mse_loss(torch.log1p(pred), torch.log1p(y)))
def unexplained(pred, y): return ((y - pred) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def wmse(pred, target, sample_weight):
    return (sample_weight * (pred - target) ** 2).sum() / sample_weight.sum()


def ccc(x, y):
    c = ((x - x.mean()) * (y - y.mean())).mean()
    both = x.var(unbiased=False) + y.var(unbiased=False)
    return 1 - 2 * c / (both + (x.mean() - y.mean()) ** 2)


REGRESSION = {
    "quantiles of a buffer": lambda: (QuantileLoss([0.1, 0.5, 0.9]), (out(20, 3), R(20) * 2)),
    "gaussian, double": lambda: (gaussian_nll, (*out(20, 2).double().chunk(2, -1),
                                                R(20, 1).double())),
    "laplace": lambda: (laplace_nll, (*scaled(), R(16))),
    "student t": lambda: (student_t_nll, (R(20), *scaled(20), 2 + F.softplus(row(20)))),
    "beta-nll of two": lambda: (beta_nll, (*scaled(2), R(2))),
    "evidential": lambda: (nig_loss, evidence()),
    "mase": lambda: (mase, (out(4, 6), R(4, 6), R(4, 24).cumsum(1))),
    "linex": lambda: (linex, (row(30), R(30))),
    "tweedie": lambda: (tweedie, (row(30), 5 * torch.rand(30) * bits(30, p=0.4),
                                  torch.rand(30) + 0.2)),
    "poisson deviance": lambda: (poisson_deviance, (row(30).exp(), torch.poisson(
        torch.full((30,), 1.5)))),
    "zero-inflated counts": lambda: (zinb, zinb_call()),
    "mixture": lambda: (mdn, (*out(20, 9).chunk(3, 1), R(20, 1))),
    "crps": lambda: (crps_of_normal, (*scaled(), R(16))),
    "rmsle": lambda: (rmsle, (F.softplus(out(10, 1)), torch.rand(10, 1) * 20)),
    "unexplained variance": lambda: (unexplained, (row(16), R(16))),
    "weights": lambda: (wmse, (row(8), R(8), torch.rand(8) * 3)),
    "concordance": lambda: (ccc, (row(16), R(16))),
}


# Survival times and ranks


def discrete_hazard(logits, bins, events):
    idx = torch.arange(logits.shape[1])[None]
    y = (idx == bins[:, None]).float() * events[:, None]
    at_risk = (idx <= bins[:, None]).float()
    bce = F.binary_cross_entropy_with_logits(logits, y, reduction="none")
    return (bce * at_risk).sum(1).mean()


def weibull(log_lam, log_k, t, event):
    lam, k = log_lam.exp(), log_k.exp()
    log_hazard = log_k - log_lam + (k - 1) * (t.log() - log_lam)
    return -(event * log_hazard - (t / lam) ** k).mean()


def ranknet(scores, relevance):
    diff = scores[:, :, None] - scores[:, None, :]
    better = relevance[:, :, None] > relevance[:, None, :]
    return F.softplus(-diff)[better].mean()


def listnet(y_pred, y_true, mask):
    y_pred = y_pred.masked_fill(~mask, float("-inf"))
    y_true = y_true.masked_fill(~mask, float("-inf"))
    p_true = F.softmax(y_true, dim=1)
    log_p = F.log_softmax(y_pred, dim=1).masked_fill(~mask, 0)
    return -(p_true * log_p).sum(1).mean()


def listnet_large(y_pred, y_true, mask):
    y_pred = y_pred.masked_fill(~mask, -1e9)
    p_true = y_true.masked_fill(~mask, float("-inf")).softmax(1)
    return -(p_true * y_pred.log_softmax(1)).sum(1).mean()


def lambdarank(scores, rel, sigma=1.0):
    gain = 2**rel - 1
    places = torch.log2(torch.arange(scores.size(1)) + 2.0)
    ideal = (gain.sort(1, descending=True)[0] / places).sum(1)
    disc = 1 / torch.log2(scores.argsort(1, descending=True).argsort(1) + 2.0)
    delta = (gain[:, :, None] - gain[:, None]) * (disc[:, :, None] - disc[:, None])
    delta = delta.abs() / ideal.clamp(min=1e-6)[:, None, None]
    pair = (rel[:, :, None] > rel[:, None]).float()
    loss = F.softplus(-sigma * (scores[:, :, None] - scores[:, None]))
    return (loss * delta * pair).sum((1, 2)).mean()


class BPR(nn.Module):
    def __init__(self, nu, ni, d=8, reg=1e-3):
        super().__init__()
        self.U, self.I, self.reg = nn.Embedding(nu, d), nn.Embedding(ni, d), reg

    def forward(self, users, pos_items, neg_items):
        u, p, n = self.U(users), self.I(pos_items), self.I(neg_items)
        x = (u * p).sum(-1) - (u * n).sum(-1)
        norms = u.norm(2).pow(2) + p.norm(2).pow(2) + n.norm(2).pow(2)
        return -F.logsigmoid(x).mean() + self.reg * norms / len(users)


def margin_rank(pos_scores, neg_scores, margin=1.0):
    return F.relu(margin - pos_scores.unsqueeze(1) + neg_scores).mean()


def coral_ord(logits, levels):
    log_p = F.logsigmoid(logits)
    return -(log_p * levels + (log_p - logits) * (1 - levels)).sum(1).mean()


RANKS = {
    "discrete hazards": lambda: (discrete_hazard, (out(16, 8), ints(8, 16), bits(16, p=0.6))),
    "weibull": lambda: (weibull, (*out(16, 2).unbind(1), torch.rand(16) * 5 + 0.1,
                                  bits(16, p=0.6))),
    "ranknet": lambda: (ranknet, (row(3, 8), ints(4, 3, 8))),
    "listnet": lambda: (listnet, (row(3, 8), ints(4, 3, 8).float(), LEGAL)),
    "listnet, no mask": lambda: (listnet, (row(3, 8), ints(4, 3, 8).float(), LEGAL | ~LEGAL)),
    "listnet, -1e9": lambda: (listnet_large, (row(3, 8), ints(4, 3, 8).float(), LEGAL)),
    "lambdarank": lambda: (lambdarank, (row(3, 8), ints(4, 3, 8).float())),
    "bpr": lambda: (BPR(10, 20), (ints(10, 16), ints(20, 16), ints(20, 16))),
    "margins": lambda: (margin_rank, (row(8), row(8, 4))),
    "ordinal": lambda: (coral_ord, (
        out(12, 4), (ints(5, 12)[:, None] > torch.arange(4)).float())),
}


# Several domains or tasks, few or noisy labels


def coral(source, target):
    d = source.size(1)

    def cov(x):
        x = x - x.mean(0, keepdim=True)
        return x.t() @ x / (x.size(0) - 1)

    return (cov(source) - cov(target)).pow(2).sum() / (4 * d * d)


class UncertaintyWeighting(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.log_vars = P(torch.zeros(n))

    def forward(self, depth, depth_gt, seg_logits, seg_labels):
        losses = torch.stack([F.l1_loss(depth, depth_gt), F.cross_entropy(seg_logits, seg_labels)])
        return (torch.exp(-self.log_vars) * losses + 0.5 * self.log_vars).sum()


def gradnorm(task_losses, grad_norms, initial_losses, alpha=1.5):
    with torch.no_grad():
        r = task_losses / initial_losses
        goal = grad_norms.mean() * (r / r.mean()) ** alpha
    return (grad_norms - goal).abs().sum()


def learned_weights(l1, l2, w):
    w = w.softmax(0)
    return w[0] * l1 + w[1] * l2


class GradReverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lambd):
        ctx.lambd = lambd
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g): return -ctx.lambd * g, None


class DANN(nn.Module):
    def __init__(self, d, c):
        super().__init__()
        self.cls, self.dom = nn.Linear(d, c), nn.Linear(d, 1)

    def forward(self, feat_s, feat_t, labels_s, lambd=0.5):
        task = F.cross_entropy(self.cls(feat_s), labels_s)
        f = GradReverse.apply(torch.cat([feat_s, feat_t]), lambd)
        dom = torch.cat([torch.ones(len(feat_s), 1), torch.zeros(len(feat_t), 1)])
        return task + F.binary_cross_entropy_with_logits(self.dom(f), dom)


def domains_only(f_s, f_t, w, lambd):
    f = GradReverse.apply(torch.cat([f_s, f_t]), lambd)
    return F.binary_cross_entropy_with_logits((f @ w).squeeze(1), torch.cat(
        [torch.ones(len(f_s)), torch.zeros(len(f_t))]))


class StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return (x > 0).float()

    @staticmethod
    def backward(ctx, g): return g


def straight_through(x, y): return F.mse_loss(StraightThrough.apply(x), y)


def fixmatch(logits_x, targets_x, logits_u_w, logits_u_s, threshold=0.6, lambda_u=1.0):
    sup = F.cross_entropy(logits_x, targets_x)
    probs = torch.softmax(logits_u_w.detach(), dim=-1)
    conf, pseudo = probs.max(dim=-1)
    mask = conf.ge(threshold).float()
    unsup = (F.cross_entropy(logits_u_s, pseudo, reduction="none") * mask).mean()
    return sup + lambda_u * unsup


def confident(logits_s, logits_w, threshold=0.6):
    with torch.no_grad():
        c, y = logits_w.softmax(1).max(1)
        m = (c >= threshold).float()
    return (F.cross_entropy(logits_s, y, reduction="none") * m).mean()


def uda(logits_s, p_w, threshold=0.6):
    kl = F.kl_div(logits_s.log_softmax(1), p_w, reduction="none").sum(1)
    return ((p_w.max(1).values > threshold) * kl).mean()


def mixup_ce(logits, y_a, y_b, lam):
    return lam * F.cross_entropy(logits, y_a) + (1 - lam) * F.cross_entropy(logits, y_b)


class GCE(nn.Module):
    def __init__(self, q=0.7):
        super().__init__()
        self.q = q

    def forward(self, logits, labels):
        p = F.softmax(logits, 1).gather(1, labels[:, None]).squeeze(1)
        return ((1 - p**self.q) / self.q).mean()


def sce(pred, labels, alpha=0.1, beta=1.0, A=-4.0):
    ce, p = F.cross_entropy(pred, labels), F.softmax(pred, dim=1).clamp(1e-7, 1.0)
    onehot = F.one_hot(labels, pred.size(1)).float()
    logs = torch.where(onehot > 0, torch.zeros_like(p), torch.full_like(p, A))
    return alpha * ce - beta * (p * logs).sum(1).mean()


def bootstrapped(logits, y, beta=0.8):
    t = beta * F.one_hot(y, 4).float() + (1 - beta) * logits.softmax(1).detach()
    return -(t * logits.log_softmax(1)).sum(1).mean()


def elr(logits, y, hist, lam=3.0):
    p = logits.softmax(1).clamp(1e-4, 1 - 1e-4)
    return F.cross_entropy(logits, y) + lam * (1 - (hist * p).sum(1)).log().mean()


def asymmetric(x, y, gn=4, gp=1, clip=0.05):
    p = x.sigmoid()
    pn = (1 - p + clip).clamp(max=1)
    each = y * p.clamp(min=1e-8).log() + (1 - y) * pn.clamp(min=1e-8).log()
    return -(each * (1 - p * y - pn * (1 - y)) ** (gp * y + gn * (1 - y))).sum()


def nnpu(output, is_positive, prior=0.3):
    pos, unl = output[is_positive], output[~is_positive]
    r_p_pos, r_p_neg = torch.sigmoid(-pos).mean(), torch.sigmoid(pos).mean()
    r_u_neg = torch.sigmoid(unl).mean()
    return prior * r_p_pos + torch.clamp(r_u_neg - prior * r_p_neg, min=0)


def tent(logits): return -(logits.softmax(1) * logits.log_softmax(1)).sum(1).mean()


def mean_teacher(student_logits, teacher_logits, labels, is_labeled, consistency_weight):
    ce = F.cross_entropy(student_logits[is_labeled], labels[is_labeled])
    cons = F.mse_loss(student_logits.softmax(1), teacher_logits.detach().softmax(1))
    return ce + consistency_weight * cons


def few_labels():
    x, some = R(16, 6), torch.arange(16) < 6
    return mlp(6, 4)(x), mlp(6, 4)(x), ints(4, 16).masked_fill(~some, -1), some, 3.0


def consistency(teacher, student): return F.mse_loss(student, teacher.detach())


def vat_kl(logits, logits_adv):
    return F.kl_div(logits_adv.log_softmax(1), logits.detach().softmax(1), reduction="batchmean")


class Probe(WithNet):
    def forward(self, feats, y): return F.cross_entropy(self.net(feats.detach()), y)


class Distil(nn.Module):
    def __init__(self):
        super().__init__()
        self.student, self.teacher = mlp(6, 4), mlp(6, 4).requires_grad_(False)

    def forward(self, feats, y):
        with torch.no_grad(): t = self.teacher(feats).softmax(1)
        o = self.student(feats)
        return F.cross_entropy(o, y) + F.kl_div(o.log_softmax(1), t, reduction="batchmean")


def irm(logits, y):
    s = torch.ones(1, requires_grad=True)
    risk = F.cross_entropy(logits * s, y)
    g, = torch.autograd.grad(risk, s, create_graph=True)
    return risk + 10 * g.pow(2).sum()


def group_dro(logits, y, group, q):
    each = F.cross_entropy(logits, y, reduction="none")
    of = torch.stack([each[group == g].mean() for g in range(len(q))])
    return (q.detach() * of).sum()


TASKS = {
    "coral": lambda: (coral, [v * k for v, k in zip(two(12, 4), (1, 2))]),
    "uncertainty": lambda: (UncertaintyWeighting(2), (out(8, 1), torch.rand(8, 1) * 3, out(8, 4),
                                                      ints(4, 8))),
    "gradnorm": lambda: (gradnorm, (torch.tensor([0.5, 1.2, 0.3]), P(torch.ones(3)) * torch.tensor(
        [0.8, 2, 0.1]), torch.tensor([1, 1.5, 0.9]))),
    "learned weights": lambda: (learned_weights, (out(1).square().sum(), out(1).square().sum(),
                                                  P(torch.zeros(2)))),
    "dann": lambda: (DANN(4, 3), (*two(8, 4), ints(3, 8))),
    "domains only": lambda: (domains_only, (out(8, 4), out(8, 4), P(R(4, 1)), 0.3)),
    "domains only, all of it": lambda: (domains_only, (out(8, 4), out(8, 4), P(R(4, 1)), 1.0)),
    "straight through": lambda: (straight_through, (out(8, 3), bits(8, 3))),
    "fixmatch": lambda: (fixmatch, (out(8, 3) * 4, ints(3, 8), out(32, 3) * 4, out(32, 3) * 4)),
    "confident": lambda: (confident, (out(32, 3) * 4, R(32, 3) * 2)),
    "uda": lambda: (uda, (out(32, 3) * 4, (R(32, 3) * 2).softmax(1))),
    "mixup": lambda: (mixup_ce, (out(12, 5), ints(5, 12), ints(5, 12), 0.37)),
    "generalised": lambda: (GCE(), (out(12, 5), ints(5, 12))),
    "symmetric": lambda: (sce, (out(12, 5), ints(5, 12))),
    "bootstrapped": lambda: (bootstrapped, (out(12, 4), ints(4, 12))),
    "early learning": lambda: (elr, (out(12, 4), ints(4, 12), R(12, 4).softmax(1) * 0.3)),
    "asymmetric": lambda: (asymmetric, (out(12, 4), bits(12, 4))),
    "positive, unlabelled": lambda: (nnpu, (row(40), torch.arange(40) < 10)),
    "entropy": lambda: (tent, (out(12, 5),)),
    "mean teacher": lambda: (mean_teacher, few_labels()),
    "teacher first": lambda: (consistency, two(6, 4)),
    "virtual adversarial": lambda: (vat_kl, views(6, 4, 0.2)),
    "linear probe": lambda: (Probe(nn.Linear(6, 3)), (fakes(), ints(3, 8))),
    "distilled": lambda: (Distil(), (R(8, 6), ints(4, 8))),
    "invariant risk": lambda: (irm, (out(12, 4), ints(4, 12))),
    "group dro": lambda: (group_dro, (out(12, 4), ints(4, 12), torch.arange(12) % 3,
                                      torch.tensor([0.5, 0.3, 0.2]))),
}


# Differential equations


def slope(u, x): return torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]


class BurgersLoss(nn.Module):
    def __init__(self, net, nu=0.01 / math.pi, w_pde=1.0, w_ic=10.0, w_bc=10.0):
        super().__init__()
        self.net, self.nu, self.w = net, nu, (w_pde, w_ic, w_bc)

    def forward(self, x, t, x0, u0, t_b):
        x, t = x.clone().requires_grad_(True), t.clone().requires_grad_(True)
        u = self.net(torch.cat([x, t], 1))
        u_t, u_x = slope(u, t), slope(u, x)
        pde = (u_t + u * u_x - self.nu * slope(u_x, x)).pow(2).mean()
        ic = F.mse_loss(self.net(torch.cat([x0, torch.zeros_like(x0)], 1)), u0)
        one = torch.ones_like(t_b)
        bc = sum(self.net(torch.cat([side, t_b], 1)).pow(2).mean() for side in (one, -one))
        return self.w[0] * pde + self.w[1] * ic + self.w[2] * bc


def poisson_residual(u, xy, f):
    g = torch.autograd.grad(u.sum(), xy, create_graph=True)[0]
    lap = sum(torch.autograd.grad(g[:, i].sum(), xy, create_graph=True)[0][:, i] for i in range(2))
    return (lap - f).square().mean()


def on_square():
    xy = torch.rand(20, 2, dtype=torch.float64, requires_grad=True)
    f = -2 * math.pi**2 * torch.sin(math.pi * xy.detach()).prod(1)
    return mlp(2, 1).double()(xy).squeeze(1), xy, f


def heat_ode(theta, t, k, T_env): return torch.mean((slope(theta, t) + k * (theta - T_env)) ** 2)


def weighted_terms(residual, boundary_pred, boundary_true, data_pred, data_true, weights):
    terms = [residual.pow(2).mean(), F.mse_loss(boundary_pred, boundary_true),
             F.mse_loss(data_pred, data_true)]
    return (weights * torch.stack(terms)).sum()


class Eikonal(WithNet):
    def forward(self, pts, surf, normals):
        pts, n = torch.cat([pts, surf]).requires_grad_(), len(surf)
        f = self.net(pts)
        g = slope(f, pts)
        return f[-n:].abs().mean() + 0.1 * ((g.norm(dim=-1) - 1) ** 2).mean() + (
            g[-n:] - normals).norm(dim=-1).mean()


class Hamiltonian(WithNet):
    def forward(self, x, dxdt):
        x = x.detach().requires_grad_()
        g = torch.autograd.grad(self.net(x).sum(), x, create_graph=True)[0]
        q, p = g.chunk(2, 1)
        return F.mse_loss(torch.cat([p, -q], 1), dxdt)


def forces(energy, pos, e_t, f_t):
    f = -torch.autograd.grad(energy.sum(), pos, create_graph=True)[0]
    return F.mse_loss(energy, e_t) + 10 * F.mse_loss(f, f_t)


def times(): return torch.linspace(0, 5, 25).unsqueeze(1).requires_grad_()


EQUATIONS = {
    "burgers": lambda: (BurgersLoss(mlp(2, 1)), (
        torch.rand(30, 1) * 2 - 1, torch.rand(30, 1), x := torch.rand(10, 1) * 2 - 1,
        -torch.sin(math.pi * x), torch.rand(8, 1))),
    "poisson": lambda: (poisson_residual, on_square()),
    "heat": lambda: (heat_ode, (mlp(1, 1)(t := times()), t, P(torch.tensor(0.3)), 20.0)),
    "weighted terms": lambda: (weighted_terms, (out(20, 1), out(4, 1), torch.zeros(4, 1),
                                                out(6, 1), R(6, 1), torch.tensor([1.0, 10, 5]))),
    "eikonal": lambda: (Eikonal(mlp(3, 1)), (R(20, 3), F.normalize(R(10, 3)),
                                             F.normalize(R(10, 3)))),
    "hamiltonian": lambda: (Hamiltonian(mlp(4, 1)), (R(20, 4), R(20, 4))),
    "forces": lambda: (forces, (mlp(9, 1)(p := R(6, 9).requires_grad_()).squeeze(1), p, R(6),
                                R(6, 9))),
}


# What is left out, added up or clipped on purpose


def of_known(p, t): ok = torch.isfinite(t); return F.mse_loss(p[ok], t[ok])
def squares_of_known(p, t): ok = ~t.isnan(); return ((p[ok] - t[ok]) ** 2).mean()


def filled(p, t):
    ok = ~t.isnan()
    return ((p - torch.nan_to_num(t)) ** 2 * ok).sum() / ok.sum()


def some_unknown(n=12): return torch.where(torch.arange(n) % 4 == 2, torch.nan, R(n))


def dice_of_each_class(x, y):
    q, o = x.softmax(1), F.one_hot(y, x.size(1)).movedim(-1, 1)
    return (1 - 2 * (q * o).sum((0, 2, 3)) / (q + o).sum((0, 2, 3))).sum()


def dice_and_squares(x, y):
    p = x.sigmoid()
    return 1 - 2 * (p * y).sum() / (p + y).sum() + ((p - y) ** 2 * 3).mean()


def self_paced(s, y):
    e = F.cross_entropy(s, y, reduction="none")
    return (e * (e.detach() < 2.2).float()).mean()


class Clipped(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x.clone()

    @staticmethod
    def backward(ctx, g): return g.clamp(-0.01, 0.01)


LEFT_OUT = {
    "mse of known": lambda: (of_known, (row(12), some_unknown())),
    "squares of known": lambda: (squares_of_known, (row(12), some_unknown())),
    "unknown filled and masked": lambda: (filled, (row(12), some_unknown())),
    "dice of each class, added": lambda: (dice_of_each_class, (maps(2, 4), ints(4, 2, 12, 12))),
    "dice and squares": lambda: (dice_and_squares, (maps(2), blobs())),
    "self-paced": lambda: (self_paced, (out(32, 10), ints(10, 32))),
    "clipped gradient": lambda: (
        lambda x, y: F.mse_loss(Clipped.apply(x), y), (out(8, 3), 3 * R(8, 3))),
}


FIELDS = [REINFORCEMENT, PREFERENCES, GENERATIVE, SEQUENCES, IMAGES, METRIC, REGRESSION, RANKS,
          TASKS, EQUATIONS, LEFT_OUT]
RIGHT = {name: build for field in FIELDS for name, build in field.items()}


# Wrong ones by hand


def ppo_policy(log_probs, old_log_probs, advantages, clip=0.2):
    ratio = (log_probs - old_log_probs).exp()
    return -torch.max(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages).mean()


def ppo_policy_call():
    lp = Categorical(logits=mlp(4, 3)(R(32, 4))).log_prob(ints(3, 32))
    return lp, lp.detach() + 0.3 * R(32), R(32)


def a2c(log_probs, values, returns):
    adv = returns - values
    return -(log_probs * adv).mean() + 0.5 * adv.pow(2).mean()


def td_loss(q_values, next_q_values, actions, rewards, dones, gamma=0.99):
    q = q_values.gather(1, actions[:, None]).squeeze(1)
    target = rewards + gamma * next_q_values.max(1).values * (1 - dones)
    return F.mse_loss(q, target)


def td_loss2(q_values, target_q_values, actions, rewards, dones, gamma=0.99):
    q = q_values.gather(1, actions[:, None]).squeeze(1)
    target = rewards + gamma * target_q_values.max(1).values
    return F.smooth_l1_loss(q, target.detach())


def vae(recon_logits, x, mu, logvar):
    rec = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
    kld = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (rec + kld) / x.shape[0]


def flow_loss(z, log_det):
    log_prob = -0.5 * z.pow(2).sum(1) - 0.5 * z.shape[1] * math.log(2 * math.pi)
    return -(log_prob - log_det).mean()


def soft_dice(logits, target, eps=1e-6):
    p, t = logits.sigmoid().flatten(1), target.flatten(1)
    return (1 - ((p * t).sum(1) + eps) / (p.sum(1) + t.sum(1) + eps)).mean()


def iou_loss(pred, target):
    wh = torch.min(pred[:, 2:], target[:, 2:]) - torch.max(pred[:, :2], target[:, :2])
    inter = wh[:, 0] * wh[:, 1]
    a1, a2 = (pred[:, 2:] - pred[:, :2]).prod(1), (target[:, 2:] - target[:, :2]).prod(1)
    return (1 - inter / (a1 + a2 - inter)).mean()


def focal(logits, targets, gamma=2.0):
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = torch.exp(-ce)
    return (p_t**gamma * ce).mean()


def lm_loss(logits, input_ids):
    logits, labels = logits[:, 1:], input_ids[:, :-1]
    return F.cross_entropy(logits.reshape(-1, logits.size(-1)), labels.reshape(-1))


def nt_xent(z1, z2, temperature=0.5):
    z, n = F.normalize(torch.cat([z1, z2]), dim=1), len(z1)
    sim = z @ z.T / temperature
    target = torch.cat([torch.arange(n) + n, torch.arange(n)])
    return F.cross_entropy(sim, target)


def pinball(pred, target, quantiles=(0.1, 0.5, 0.9)):
    q, e = torch.tensor(quantiles), pred - target[:, None]
    return torch.max(q * e, (q - 1) * e).mean()


def gauss_nll(mu, log_var, y): return (0.5 * log_var + (y - mu) ** 2 / log_var.exp()).mean()


def cox(log_hazard, time, event):
    order = time.argsort()
    h, e = log_hazard[order], event[order]
    return -((h - torch.logcumsumexp(h, 0)) * e).sum() / e.sum()


def barlow_twins(z1, z2, lam=5e-3):
    z1 = (z1 - z1.mean(1, keepdim=True)) / z1.std(1, keepdim=True)
    z2 = (z2 - z2.mean(1, keepdim=True)) / z2.std(1, keepdim=True)
    c = z1.T @ z2 / len(z1)
    on = (c.diagonal() - 1).pow(2).sum()
    return on + lam * (c.pow(2).sum() - c.diagonal().pow(2).sum())


def vq(x_recon, x, z_e, z_q, beta=0.25):
    return F.mse_loss(x_recon, x) + F.mse_loss(z_q.detach(), z_e) + (
        beta * F.mse_loss(z_e, z_q.detach()))


class MultiTask(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.log_vars = P(torch.zeros(n))

    def forward(self, pred, target, logits, labels):
        losses = torch.stack([F.mse_loss(pred, target), F.cross_entropy(logits, labels)])
        return (torch.exp(self.log_vars) * losses + self.log_vars).sum()


class Decay(nn.Module):
    def __init__(self, net, k=1.5):
        super().__init__()
        self.net, self.k = net, k

    def forward(self, t, t0, u0):
        t = t.requires_grad_(True)
        u = self.net(t)
        u_t = torch.autograd.grad(u.sum(), t, retain_graph=True)[0]
        return (u_t + self.k * u).pow(2).mean() + (self.net(t0) - u0).pow(2).mean()


def ce_hand(logits, labels):
    logp = logits - logits.logsumexp(1)
    return -logp[torch.arange(len(labels)), labels].mean()


def dpo(policy_chosen_logps, policy_rejected_logps, reference_chosen_logps,
        reference_rejected_logps, beta=0.1):
    chosen = policy_chosen_logps - reference_chosen_logps
    rejected = policy_rejected_logps - reference_rejected_logps
    return -F.logsigmoid(beta * (rejected - chosen)).mean()


COUNTED = torch.tensor([0] * 40 + [1] * 8 + [2] * 2)
RARE = (torch.arange(40) < 4).float()[:, None]
BLANKS = torch.tensor([[0, 3, 2], [4, 0, 1], [7, 2, 0]])


def td_step(n=32):
    return ints(3, n), R(n), bits(n, p=0.1)


def triplets():
    net, x = mlp(6, 8), R(16, 6)
    return net(x), net(R(16, 6)), net(x + 0.05 * R(16, 6))


def rectified(n=16, C=5):
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, C), nn.ReLU())(R(n, 6))


PLANTED = {
    "(B, T, C) viewed as (B, C, T)": (
        "viewed in place of transposed", "LX113",
        lambda: (F.cross_entropy, (out(4, 7, 5).view(4, 5, 7), ints(5, 4, 7)))),
    "sigmoid twice": (
        "applied twice before BCELoss", "LX322",
        lambda: (nn.BCELoss(), (out(16, 1).sigmoid().sigmoid(), bits(16, 1)))),
    "(N, 1) against (N,)": (
        "shapes that broadcast", "LX101", lambda: (nn.MSELoss(), (out(16, 1), R(16)))),
    "nll of softmax": (
        "NLLLoss given softmax, not log_softmax", "LX305",
        lambda: (nn.NLLLoss(), (out(16, 4).softmax(1), ints(4, 16)))),
    "kl of a mean": (
        "the default reduction of KLDivLoss divides by classes too", "LX501",
        lambda: (nn.KLDivLoss(), (out(16, 10).log_softmax(1), R(16, 10).softmax(1)))),
    "kl swapped": (
        "input is what the teacher says, target what the student says, in logs", "LX510",
        lambda: (F.kl_div, (R(16, 5).softmax(1), out(16, 5).log_softmax(1)),
                 {"reduction": "batchmean"})),
    "counts as weights": (
        "not their inverses", "LX525",
        lambda: (nn.CrossEntropyLoss(weight=torch.bincount(COUNTED).float()), (
            out(50, 3), COUNTED))),
    "pos_weight of pos/neg": (
        "not neg/pos", "LX525",
        lambda: (nn.BCEWithLogitsLoss(pos_weight=RARE.sum() / (1 - RARE).sum()), (
            out(40, 1), RARE))),
    "padding counted": (
        "trailing zeros, and no ignore_index", "LX210",
        lambda: (nn.CrossEntropyLoss(), (out(4, 10, 9).transpose(1, 2), padded(7, 4, 5, 10)))),
    "ctc of logits": (
        "raw", "LX305",
        lambda: (nn.CTCLoss(), (out(20, 3, 8), 1 + ints(7, 3, 5), torch.tensor([20, 20, 18]),
                                torch.tensor([5, 4, 3])))),
    "blanks in targets": (
        "classes of CTC start at 0", "LX323",
        lambda: (nn.CTCLoss(), (out(20, 3, 8).log_softmax(-1), BLANKS, torch.full((3,), 20),
                                torch.full((3,), 3)))),
    "triplets swapped": (
        "positive and negative", "LX336", lambda: (nn.TripletMarginLoss(), triplets())),
    "cosine, labels 0 and 1": (
        "of CosineEmbeddingLoss", "LX202",
        lambda: (nn.CosineEmbeddingLoss(), (out(16, 8), out(16, 8), ints(2, 16)))),
    "ranking, labels 0 and 1": (
        "of MarginRankingLoss", "LX202",
        lambda: (nn.MarginRankingLoss(margin=0.5), (row(16), row(16), bits(16)))),
    "log variance as variance": (
        "GaussianNLLLoss", "LX315",
        lambda: (nn.GaussianNLLLoss(), (out(16, 1), R(16, 1), out(16, 1)))),
    "rates as logarithms": (
        "PoissonNLLLoss(log_input=True)", "LX314",
        lambda: (nn.PoissonNLLLoss(), (out(16, 1).exp(), torch.poisson(torch.full((16, 1), 2.0))))),
    "relu of logits": (
        "before cross_entropy", "LX301",
        lambda: (nn.CrossEntropyLoss(), (rectified(), ints(5, 16)))),
    "masks of 255": (
        "as targets of BCE", "LX204",
        lambda: (nn.BCEWithLogitsLoss(), (maps(2, 1, 8), bits(2, 1, 8, 8, p=0.4) * 255))),
    "logits as targets": (
        "of a teacher, and no softmax", "LX203",
        lambda: (F.cross_entropy, (out(16, 5), out(16, 5).detach() * 4))),
    "(B, 1, H, W) against (B, H, W)": (
        "shapes that broadcast", "LX101",
        lambda: (F.l1_loss, (maps(4, 1, 8), torch.rand(4, 8, 8)))),
    "ppo of max": (
        "max in place of min of the two surrogates", "LX413",
        lambda: (ppo_policy, ppo_policy_call())),
    "advantage with a graph": (
        "not detached in the actor's term", "LX412",
        lambda: (a2c, a2c_step()[:3])),
    "td target with a graph": (
        "of the network that is trained", "LX411",
        lambda: (td_loss, (*two(32, 3, 4), *td_step()))),
    "dones not used": (
        "values past the end of an episode count", "LX120",
        lambda: (td_loss2, (out(32, 3), out(32, 3).detach(), *td_step()))),
    "sign of the kl": ("of a VAE", "LX536", lambda: (vae, coded())),
    "sign of log_det": ("of a flow", "LX552", lambda: (flow_loss, coupled())),
    "dice without 2": ("1 - inter / sum", "LX520", lambda: (soft_dice, (maps(2), blobs()))),
    "iou without clamp": ("of width and height", "LX545", lambda: (iou_loss, boxes(8))),
    "p_t**gamma": (
        "in place of (1 - p_t)**gamma", "LX550", lambda: (focal, (out(20, 3), bits(20, 3)))),
    "the previous token": (
        "logits[:, 1:] meet ids[:, :-1]; said is that a token is its own label", "",
        lambda: (lm_loss, (mlp(8, 20)(nn.Embedding(20, 8)(ids := ints(20, 3, 8))), ids)), "LX211"),
    "similarity to itself": ("not masked", "LX517", lambda: (nt_xent, views(8, 5))),
    "pinball turned": (
        "q and 1 - q change places", "LX535", lambda: (pinball, (out(20, 3), R(20)))),
    "gauss without 0.5": (
        "on the squared term", "LX542", lambda: (gauss_nll, (*out(20, 2).unbind(1), R(20)))),
    "cox ascending": (
        "the risk set is those who died before", "LX558",
        lambda: (cox, (row(20), torch.rand(20) * 10, bits(20, p=0.6)))),
    "barlow twins of rows": (
        "standardised along features, not along the batch", "LX337",
        lambda: (barlow_twins, views(16, 8))),
    "codebook not trained": ("both terms detach z_q", "LX425", lambda: (vq, quantized())),
    "exp(+log_var)": (
        "the loss has no least value", "LX560",
        lambda: (MultiTask(2), (out(8, 1), R(8, 1), out(8, 4), ints(4, 8)))),
    "no create_graph": (
        "the derivative is a constant to the optimiser", "LX422",
        lambda: (Decay(mlp(1, 1)), (torch.rand(20, 1) * 3, torch.zeros(1, 1), torch.ones(1, 1)))),
    "no keepdim": (
        "the normaliser is that of another row", "LX118",
        lambda: (ce_hand, (out(6, 6), ints(6, 6)))),
    "dpo swapped": ("chosen and rejected change places", "LX551", lambda: (dpo, logps())),
}
