"""Losses that are copied, adapted and broken most: language models, rewards, embeddings, images."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


class TinyLM(nn.Module):
    def __init__(self, vocab=61, d=24):
        super().__init__()
        self.emb = nn.Embedding(vocab, d)
        self.rnn = nn.GRU(d, d, batch_first=True)
        self.head = nn.Linear(d, vocab)

    def forward(self, ids):
        return self.head(self.rnn(self.emb(ids))[0])


def token_batch(seed, b=8, t=16, vocab=61, pad=0):
    """right-padded token ids whose next token depends on the last one"""
    g = torch.Generator().manual_seed(seed)
    ids = torch.zeros(b, t, dtype=torch.long)
    ids[:, 0] = torch.randint(1, vocab, (b,), generator=g)
    for i in range(1, t):
        step = torch.randint(1, 6, (b,), generator=g)
        ids[:, i] = (ids[:, i - 1] + step - 1) % (vocab - 1) + 1
    lens = torch.randint(t // 2, t + 1, (b,), generator=g)
    lens[0] = t
    mask = torch.arange(t)[None] < lens[:, None]
    ids = ids.masked_fill(~mask, pad)
    return ids, mask.long(), lens


def token_logps(model, ids):
    logits = model(ids)
    lp = torch.log_softmax(logits[:, :-1].float(), -1)
    return lp.gather(2, ids[:, 1:].unsqueeze(-1)).squeeze(-1)


def mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


def seg_net(c_in, c_out):
    return nn.Sequential(
        nn.Conv2d(c_in, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, c_out, 3, padding=1)
    )


def blobs(n, size, classes, seed):
    g = torch.Generator().manual_seed(seed)
    y = torch.zeros(n, size, size, dtype=torch.long)
    for i in range(n):
        for c in range(1, classes):
            r, q = torch.randint(0, size - 6, (2,), generator=g).tolist()
            y[i, r : r + 5, q : q + 6] = c
    x = F.one_hot(y, classes)[..., :3].permute(0, 3, 1, 2).float()
    if x.shape[1] < 3:
        x = F.pad(x, (0, 0, 0, 0, 0, 3 - x.shape[1]))
    return x + 0.5 * torch.randn(x.shape, generator=g), y


def clusters(n, d, classes, seed):
    g = torch.Generator().manual_seed(seed)
    centres = torch.randn(classes, d, generator=g) * 1.5
    y = torch.randint(0, classes, (n,), generator=g)
    y[:classes] = torch.arange(classes)
    y[classes : 2 * classes] = torch.arange(classes)
    y = y[torch.randperm(n, generator=g)]
    return centres[y] + torch.randn(n, d, generator=g), y


@wrong(
    "karpathy/minGPT", "shift taken the wrong way round: logits[1:] against labels[:-1]", "LX211"
)
def _():
    torch.manual_seed(1)
    ids, mask, _ = token_batch(1)
    model = TinyLM()
    labels = ids.masked_fill(mask == 0, -100)

    def lm_loss(logits, labels):
        shift_logits = logits[:, 1:, :].contiguous()
        shift_labels = labels[:, :-1].contiguous()
        return F.cross_entropy(
            shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1), ignore_index=-100
        )

    return lm_loss, (model(ids), labels)


@wrong(
    "huggingface/transformers (ForCausalLMLoss)",
    "labels shifted in the collator and shifted again in the loss",
    "LX211",
)
def _():
    torch.manual_seed(2)
    ids, mask, _ = token_batch(2, t=17)
    input_ids, labels = ids[:, :-1], ids[:, 1:].masked_fill(mask[:, 1:] == 0, -100)
    model = TinyLM()

    def compute_loss(logits, labels, input_ids, num_items_in_batch=None):
        logits = logits.float()
        shift_logits = logits[..., :-1, :].contiguous().view(-1, logits.size(-1))
        shift_labels = labels[..., 1:].contiguous().view(-1)
        reduction = "sum" if num_items_in_batch is not None else "mean"
        loss = F.cross_entropy(shift_logits, shift_labels, ignore_index=-100, reduction=reduction)
        if num_items_in_batch is not None:
            loss = loss / num_items_in_batch
        return loss

    return compute_loss, (model(input_ids), labels, input_ids)


@wrong(
    "pytorch/examples word_language_model", "causal LM trained on its own input: no shift", "LX211"
)
def _():
    torch.manual_seed(3)
    input_ids, attention_mask, _ = token_batch(3)
    model = TinyLM()

    def causal_lm_loss(logits, input_ids, attention_mask):
        labels = input_ids.clone()
        labels[attention_mask == 0] = -100
        return F.cross_entropy(
            logits.reshape(-1, logits.size(-1)), labels.reshape(-1), ignore_index=-100
        )

    return causal_lm_loss, (model(input_ids), input_ids, attention_mask)


@wrong("tatsu-lab/stanford_alpaca", "masked token loss divided by all tokens", "LX509")
def _():
    torch.manual_seed(4)
    ids, mask, lens = token_batch(4, t=24)
    prompt = torch.randint(3, 9, (8,))
    loss_mask = (mask.bool() & (torch.arange(24)[None] >= prompt[:, None])).float()
    model = TinyLM()

    def sft_loss(logits, input_ids, loss_mask):
        ce = F.cross_entropy(logits[:, :-1].transpose(1, 2), input_ids[:, 1:], reduction="none")
        ce = ce * loss_mask[:, 1:]
        return ce.mean()

    return sft_loss, (model(ids), ids, loss_mask)


@wrong(
    "facebookresearch/fairseq label_smoothed_cross_entropy",
    "padding left in the smooth term",
    "LX216",
)
def _():
    torch.manual_seed(5)
    ids, mask, _ = token_batch(5, pad=1)
    model = TinyLM()
    logits = model(ids[:, :-1])
    target = ids[:, 1:]

    def label_smoothed_nll_loss(lprobs, target, epsilon, ignore_index=1):
        target = target.unsqueeze(-1)
        nll_loss = -lprobs.gather(dim=-1, index=target)
        smooth_loss = -lprobs.sum(dim=-1, keepdim=True)
        pad_mask = target.eq(ignore_index)
        nll_loss = nll_loss.masked_fill(pad_mask, 0.0)
        n = (~pad_mask).sum()
        eps_i = epsilon / (lprobs.size(-1) - 1)
        return ((1.0 - epsilon - eps_i) * nll_loss.sum() + eps_i * smooth_loss.sum()) / n

    return label_smoothed_nll_loss, (F.log_softmax(logits, -1), target, 0.1)


@wrong(
    "PaLM z-loss / lucidrains/PaLM-pytorch",
    "z-loss over the sequence axis instead of the vocabulary",
    "",
)
def _():
    torch.manual_seed(6)
    ids, mask, _ = token_batch(6)
    model = TinyLM()

    def ce_with_z_loss(logits, targets, z_weight=1e-3):
        # logits (b, t, v)
        ce = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=-100)
        log_z = torch.logsumexp(logits, dim=1)
        return ce + z_weight * log_z.square().mean()

    targets = ids[:, 1:].masked_fill(mask[:, 1:] == 0, -100)
    return ce_with_z_loss, (model(ids[:, :-1]), targets)


@wrong(
    "pytorch/torchtune CEWithChunkedOutputLoss",
    "mean of chunk means: chunks with few valid tokens weigh as much as full ones",
    "LX566",
)
def _():
    torch.manual_seed(7)
    ids, mask, lens = token_batch(7, b=8, t=33)
    prompt = torch.randint(2, 7, (8,))
    labels = ids.masked_fill((mask == 0) | (torch.arange(33)[None] < prompt[:, None]), -100)[:, 1:]
    model = TinyLM()

    def chunked_ce(logits, labels, num_output_chunks=4):
        total = 0.0
        for lg, lb in zip(
            logits.chunk(num_output_chunks, dim=1), labels.chunk(num_output_chunks, dim=1)
        ):
            total = total + F.cross_entropy(
                lg.reshape(-1, lg.size(-1)).float(), lb.reshape(-1), ignore_index=-100
            )
        return total / num_output_chunks

    return chunked_ce, (model(ids[:, :-1]), labels)


@wrong(
    "eric-mitchell/direct-preference-optimization",
    "DPO with the margin the other way round",
    "LX551",
)
def _():
    torch.manual_seed(8)
    ch, mc, _ = token_batch(8)
    rj, mr, _ = token_batch(80)
    policy, ref = TinyLM(), TinyLM()
    pc = (token_logps(policy, ch) * mc[:, 1:]).sum(-1)
    pr = (token_logps(policy, rj) * mr[:, 1:]).sum(-1)
    with torch.no_grad():
        rc = (token_logps(ref, ch) * mc[:, 1:]).sum(-1)
        rr = (token_logps(ref, rj) * mr[:, 1:]).sum(-1)

    def dpo_loss(
        policy_chosen_logps,
        policy_rejected_logps,
        reference_chosen_logps,
        reference_rejected_logps,
        beta=0.1,
    ):
        pi_logratios = policy_chosen_logps - policy_rejected_logps
        ref_logratios = reference_chosen_logps - reference_rejected_logps
        logits = ref_logratios - pi_logratios
        return -F.logsigmoid(beta * logits).mean()

    return dpo_loss, (pc, pr, rc, rr)


@wrong(
    "huggingface/trl DPOTrainer",
    "reference log-probs come from the policy itself, with graph",
    "LX420",
)
def _():
    torch.manual_seed(9)
    ch, mc, _ = token_batch(9)
    rj, mr, _ = token_batch(90)
    policy = TinyLM()
    ref = policy
    lp = lambda m, i, k: (token_logps(m, i) * k[:, 1:]).sum(-1)

    def preference_loss(
        policy_chosen_logps,
        policy_rejected_logps,
        reference_chosen_logps,
        reference_rejected_logps,
        beta=0.1,
    ):
        chosen_logratios = policy_chosen_logps - reference_chosen_logps
        rejected_logratios = policy_rejected_logps - reference_rejected_logps
        losses = -F.logsigmoid(beta * (chosen_logratios - rejected_logratios))
        return losses.mean()

    return preference_loss, (
        lp(policy, ch, mc),
        lp(policy, rj, mr),
        lp(ref, ch, mc),
        lp(ref, rj, mr),
    )


@wrong(
    "eric-mitchell/direct-preference-optimization _get_batch_logps",
    "loss_mask computed and never applied",
    "LX214",
)
def _():
    torch.manual_seed(10)
    ch, mc, _ = token_batch(11)
    rj, mr, _ = token_batch(111)
    policy, ref = TinyLM(), TinyLM()
    p = torch.arange(16)[None] < 5
    lab = lambda i, m: i.masked_fill((m == 0) | p, -100)

    def dpo_step(policy_logits, ref_logits, labels, beta=0.1):
        def get_batch_logps(logits, labels):
            labels = labels[:, 1:].clone()
            logits = logits[:, :-1, :]
            loss_mask = labels != -100  # noqa: F841
            labels[labels == -100] = 0
            per_token_logps = torch.gather(
                logits.log_softmax(-1), dim=2, index=labels.unsqueeze(2)
            ).squeeze(2)
            return per_token_logps.sum(-1)

        policy_logps = get_batch_logps(policy_logits, labels)
        ref_logps = get_batch_logps(ref_logits, labels)
        n = labels.shape[0] // 2
        pi = policy_logps[:n] - policy_logps[n:]
        rf = ref_logps[:n] - ref_logps[n:]
        return -F.logsigmoid(beta * (pi - rf)).mean()

    ids = torch.cat([ch, rj])
    labels = torch.cat([lab(ch, mc), lab(rj, mr)])
    with torch.no_grad():
        rl = ref(ids)
    return dpo_step, (policy(ids), rl, labels)


@wrong("xfactlab/orpo", "log odds with log(1 - logp) instead of log(1 - p)", "LX591")
def _():
    torch.manual_seed(11)
    ch, mc, _ = token_batch(12)
    rj, mr, _ = token_batch(120)
    model = TinyLM()
    lp = lambda i, k: (token_logps(model, i) * k[:, 1:]).sum(-1) / k[:, 1:].sum(-1)

    def odds_ratio_loss(chosen_logps, rejected_logps, chosen_nll_loss, beta=0.1):
        log_odds = (chosen_logps - rejected_logps) - (
            torch.log(1 - chosen_logps) - torch.log(1 - rejected_logps)
        )
        ratio = F.logsigmoid(log_odds)
        return chosen_nll_loss - beta * ratio.mean()

    c, r = lp(ch, mc), lp(rj, mr)
    return odds_ratio_loss, (c, r, -c.mean())


@wrong(
    "huggingface/trl RewardTrainer",
    "reward read at the last position of right-padded sequences",
    "",
)
def _():
    torch.manual_seed(12)
    ch, mc, _ = token_batch(13)
    rj, mr, _ = token_batch(130)
    emb, rnn, head = nn.Embedding(61, 24), nn.GRU(24, 24, batch_first=True), nn.Linear(24, 1)
    values = lambda i: head(rnn(emb(i))[0]).squeeze(-1)

    def reward_loss(chosen_values, rejected_values, chosen_attention_mask, rejected_attention_mask):
        # values (b, t), one score for each token
        r_chosen = chosen_values[:, -1]
        r_rejected = rejected_values[:, -1]
        return -F.logsigmoid(r_chosen - r_rejected).mean()

    return reward_loss, (values(ch), values(rj), mc, mr)


@wrong("nikhilbarhate99/PPO-PyTorch", "old log-probs carry the graph of the same policy", "LX420")
def _():
    torch.manual_seed(13)
    obs = torch.randn(64, 6)
    policy = mlp(6, 4)
    dist = torch.distributions.Categorical(logits=policy(obs))
    actions = dist.sample()
    old_logprobs = dist.log_prob(actions)
    dist2 = torch.distributions.Categorical(logits=policy(obs))
    adv = obs[:, 0] * (actions == 0).float() + 0.3 * torch.randn(64)
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)

    def ppo_loss(logprobs, old_logprobs, advantages, eps_clip=0.2):
        ratios = torch.exp(logprobs - old_logprobs)
        surr1 = ratios * advantages
        surr2 = torch.clamp(ratios, 1 - eps_clip, 1 + eps_clip) * advantages
        return -torch.min(surr1, surr2).mean()

    return ppo_loss, (dist2.log_prob(actions), old_logprobs, adv)


@wrong(
    "CarperAI/trlx ppo loss", "value clipping takes the smaller of the two squared errors", "LX413"
)
def _():
    torch.manual_seed(14)
    h = torch.randn(16, 10, 12)
    vh = nn.Linear(12, 1)
    mask = (torch.arange(10)[None] < torch.randint(5, 11, (16, 1))).float()
    values = vh(h).squeeze(-1)
    old_values = (values + 0.4 * torch.randn(16, 10)).detach()
    returns = old_values + 0.6 * torch.randn(16, 10) + 0.5

    def value_loss(values, old_values, returns, mask, cliprange_value=0.2):
        values_clipped = torch.clamp(
            values, old_values - cliprange_value, old_values + cliprange_value
        )
        vf_loss1 = (values - returns) ** 2
        vf_loss2 = (values_clipped - returns) ** 2
        return 0.5 * torch.sum(torch.min(vf_loss1, vf_loss2) * mask) / mask.sum()

    return value_loss, (values, old_values, returns, mask)


@wrong(
    "huggingface/trl GRPOTrainer", "group mean tiled with repeat instead of repeat_interleave", ""
)
def _():
    torch.manual_seed(15)
    ids, mask, _ = token_batch(15, b=24)
    model = TinyLM()
    ref = TinyLM()
    logps = token_logps(model, ids)
    with torch.no_grad():
        ref_logps = token_logps(ref, ids)
    difficulty = torch.randn(6).repeat_interleave(4)
    rewards = difficulty + 0.5 * torch.randn(24)

    def grpo_loss(
        per_token_logps,
        old_per_token_logps,
        ref_per_token_logps,
        rewards,
        completion_mask,
        num_generations=4,
        epsilon=0.2,
        beta=0.04,
    ):
        # rewards: the num_generations completions of one prompt stand beside each other
        mean_grouped_rewards = rewards.view(-1, num_generations).mean(dim=1)
        std_grouped_rewards = rewards.view(-1, num_generations).std(dim=1)
        mean_grouped_rewards = mean_grouped_rewards.repeat(num_generations)
        std_grouped_rewards = std_grouped_rewards.repeat(num_generations)
        advantages = (rewards - mean_grouped_rewards) / (std_grouped_rewards + 1e-4)
        coef_1 = torch.exp(per_token_logps - old_per_token_logps)
        coef_2 = torch.clamp(coef_1, 1 - epsilon, 1 + epsilon)
        per_token_loss = -torch.min(
            coef_1 * advantages.unsqueeze(1), coef_2 * advantages.unsqueeze(1)
        )
        d = ref_per_token_logps - per_token_logps
        per_token_loss = per_token_loss + beta * (torch.exp(d) - d - 1)
        return (per_token_loss * completion_mask).sum() / completion_mask.sum()

    return grpo_loss, (logps, logps.detach(), ref_logps, rewards, mask[:, 1:])


@wrong(
    "deepseek-ai/DeepSeekMath GRPO (copies)",
    "the KL penalty inside the bracket with a plus: divergence is rewarded",
    "LX592",
)
def _():
    torch.manual_seed(16)
    ids, mask, _ = token_batch(16, b=16)
    model, ref = TinyLM(), TinyLM()
    logps = token_logps(model, ids)
    with torch.no_grad():
        ref_logps = token_logps(ref, ids)
    adv = torch.randn(16)
    adv = (adv - adv.mean()) / adv.std()

    def compute_policy_loss(
        per_token_logps, ref_per_token_logps, advantages, completion_mask, beta=0.04
    ):
        per_token_kl = (
            torch.exp(ref_per_token_logps - per_token_logps)
            - (ref_per_token_logps - per_token_logps)
            - 1
        )
        per_token_loss = torch.exp(
            per_token_logps - per_token_logps.detach()
        ) * advantages.unsqueeze(1)
        per_token_loss = -(per_token_loss + beta * per_token_kl)
        return ((per_token_loss * completion_mask).sum(dim=1) / completion_mask.sum(dim=1)).mean()

    return compute_policy_loss, (logps, ref_logps, adv, mask[:, 1:])


@wrong(
    "ikostrikov/pytorch-a2c-ppo-acktr", "entropy added to the loss instead of subtracted", "LX538"
)
def _():
    torch.manual_seed(17)
    obs = torch.randn(40, 8)
    body, pi, v = nn.Linear(8, 32), nn.Linear(32, 5), nn.Linear(32, 1)
    h = torch.tanh(body(obs))
    dist = torch.distributions.Categorical(logits=pi(h))
    a = dist.sample()
    returns = obs[:, 0] + 0.4 * torch.randn(40)

    def a2c_loss(log_probs, values, returns, entropy, value_loss_coef=0.5, entropy_coef=0.01):
        advantages = returns - values
        value_loss = advantages.pow(2).mean()
        action_loss = -(advantages.detach() * log_probs).mean()
        return action_loss + value_loss_coef * value_loss + entropy_coef * entropy.mean()

    return a2c_loss, (dist.log_prob(a), v(h).squeeze(-1), returns, dist.entropy())


@wrong(
    "pytorch reinforcement_q_learning tutorial (copies)",
    "gradient flows into the bootstrapped target",
    "LX411",
)
def _():
    torch.manual_seed(18)
    q = mlp(4, 2)
    s = torch.randn(32, 4)
    s2 = s + 0.1 * torch.randn(32, 4)
    actions = torch.randint(0, 2, (32, 1))
    rewards = torch.ones(32)
    dones = (torch.rand(32) < 0.15).float()

    def dqn_loss(q_values, next_q_values, actions, rewards, dones, gamma=0.99):
        state_action_values = q_values.gather(1, actions).squeeze(1)
        expected = rewards + gamma * next_q_values.max(1)[0] * (1 - dones)
        return F.smooth_l1_loss(state_action_values, expected)

    return dqn_loss, (q(s), q(s2), actions, rewards, dones)


@wrong(
    "PacktPublishing/Deep-Reinforcement-Learning-Hands-On (copies)",
    "max(1)[1]: the argmax used as the value of the next state",
    "LX593",
)
def _():
    torch.manual_seed(19)
    q, tq = mlp(4, 6), mlp(4, 6)
    s = torch.randn(32, 4)
    with torch.no_grad():
        nq = tq(s + 0.1)
    actions = torch.randint(0, 6, (32,))
    rewards = torch.randn(32).sign()
    done_mask = torch.rand(32) < 0.2

    def calc_loss(q_values, next_state_q, actions, rewards, done_mask, gamma=0.99):
        state_action_values = q_values.gather(1, actions.unsqueeze(-1)).squeeze(-1)
        next_state_values = next_state_q.max(1)[1].float()
        next_state_values[done_mask] = 0.0
        expected = rewards + gamma * next_state_values.detach()
        return F.mse_loss(state_action_values, expected)

    return calc_loss, (q(s), nq, actions, rewards, done_mask)


@wrong(
    "pranz24/pytorch-soft-actor-critic",
    "temperature loss without detaching the policy's log_pi",
    "LX421",
)
def _():
    torch.manual_seed(20)
    actor = mlp(5, 4)
    s = torch.randn(64, 5)
    mean, log_std = actor(s).chunk(2, -1)
    n = torch.distributions.Normal(mean, log_std.clamp(-5, 2).exp())
    x = n.rsample()
    a = torch.tanh(x)
    log_pi = (n.log_prob(x) - torch.log(1 - a.pow(2) + 1e-6)).sum(1, keepdim=True)
    log_alpha = nn.Parameter(torch.tensor([-0.7]))

    def alpha_loss(log_alpha, log_pi, target_entropy):
        return -(log_alpha * (log_pi + target_entropy)).mean()

    return alpha_loss, (log_alpha, log_pi, -2.0)


@wrong(
    "pytorch/examples actor_critic (copies)", "advantage not detached in the actor term", "LX412"
)
def _():
    torch.manual_seed(21)
    obs = torch.randn(40, 8)
    body, pi, v = nn.Linear(8, 32), nn.Linear(32, 3), nn.Linear(32, 1)
    h = torch.relu(body(obs))
    dist = torch.distributions.Categorical(logits=pi(h))
    a = dist.sample()
    returns = obs[:, 1] + 0.5 * torch.randn(40)

    def ac_loss(log_probs, values, returns, entropies):
        advantage = returns - values
        policy_loss = -(log_probs * advantage).mean()
        value_loss = F.smooth_l1_loss(values, returns)
        return policy_loss + 0.5 * value_loss - 0.01 * entropies.mean()

    return ac_loss, (dist.log_prob(a), v(h).squeeze(1), returns, dist.entropy())


@wrong("openai/CLIP (training copies)", "logit_scale used without exp", "LX338")
def _():
    torch.manual_seed(22)
    z = torch.randn(32, 10)
    fi, ft = nn.Linear(10, 16), nn.Linear(10, 16)
    logit_scale = nn.Parameter(torch.ones([]) * math.log(1 / 0.07))

    def clip_loss(image_features, text_features, logit_scale):
        image_features = F.normalize(image_features, dim=-1)
        text_features = F.normalize(text_features, dim=-1)
        logits_per_image = logit_scale * image_features @ text_features.t()
        logits_per_text = logits_per_image.t()
        labels = torch.arange(logits_per_image.shape[0], device=logits_per_image.device)
        return (
            F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)
        ) / 2

    return clip_loss, (fi(z + 0.3 * torch.randn(32, 10)), ft(z), logit_scale)


@wrong(
    "mlfoundations/open_clip (copies)",
    "both halves use the same direction: logits not transposed",
    "LX561",
)
def _():
    torch.manual_seed(23)
    z = torch.randn(24, 10)
    fi, ft = nn.Linear(10, 16), nn.Linear(10, 16)

    class ClipLoss(nn.Module):
        def forward(self, image_features, text_features, logit_scale):
            image_features = F.normalize(image_features, dim=-1)
            text_features = F.normalize(text_features, dim=-1)
            logits_per_image = logit_scale * image_features @ text_features.T
            logits_per_text = logit_scale * image_features @ text_features.T
            labels = torch.arange(image_features.shape[0], device=image_features.device)
            return (
                F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)
            ) / 2

    return ClipLoss(), (
        fi(z + 0.3 * torch.randn(24, 10)),
        ft(z),
        nn.Parameter(torch.tensor(2.659)).exp(),
    )


@wrong("sthalles/SimCLR (copies)", "self-similarity left among the logits", "LX517")
def _():
    torch.manual_seed(24)
    x = torch.randn(16, 20)
    f = mlp(20, 8)

    def nt_xent(z_i, z_j, temperature=0.5):
        N = z_i.size(0)
        z = F.normalize(torch.cat([z_i, z_j], dim=0), dim=1)
        sim = torch.matmul(z, z.T) / temperature
        labels = torch.cat([torch.arange(N, 2 * N), torch.arange(N)]).to(z.device)
        return F.cross_entropy(sim, labels)

    return nt_xent, (f(x + 0.2 * torch.randn(16, 20)), f(x + 0.2 * torch.randn(16, 20)))


@wrong(
    "HobbitLong/SupContrast losses.py (copies)",
    "the anchor itself left among its positives",
    "LX517",
)
def _():
    torch.manual_seed(25)
    x, y = clusters(32, 12, 5, 25)
    f = mlp(12, 16)

    def supcon(features, labels, temperature=0.1):
        features = F.normalize(features, dim=1)
        labels = labels.contiguous().view(-1, 1)
        mask = torch.eq(labels, labels.T).float()
        logits = torch.div(torch.matmul(features, features.T), temperature)
        logits = logits - logits.max(dim=1, keepdim=True)[0].detach()
        logits_mask = 1 - torch.eye(features.shape[0], device=features.device)
        exp_logits = torch.exp(logits) * logits_mask
        log_prob = logits - torch.log(exp_logits.sum(1, keepdim=True))
        mean_log_prob_pos = (mask * log_prob).sum(1) / mask.sum(1)
        return -mean_log_prob_pos.mean()

    return supcon, (f(x), y)


@wrong(
    "Cysu/open-reid TripletLoss (copies)",
    "hardest negative by min over dist * mask: the masked zeros win",
    "LX557",
)
def _():
    torch.manual_seed(26)
    x, y = clusters(32, 12, 4, 26)
    f = mlp(12, 16)

    def batch_hard_triplet(embeddings, labels, margin=0.3):
        dist = torch.cdist(embeddings, embeddings)
        is_pos = labels.unsqueeze(0).eq(labels.unsqueeze(1)).float()
        is_neg = 1.0 - is_pos
        dist_ap = (dist * is_pos).max(dim=1)[0]
        dist_an = (dist * is_neg).min(dim=1)[0]
        return F.relu(dist_ap - dist_an + margin).mean()

    return batch_hard_triplet, (f(x), y)


@wrong("TinyZeaMays/CircleLoss (copies)", "the self-paced weights alpha are not detached", "")
def _():
    torch.manual_seed(27)
    x, y = clusters(24, 12, 4, 27)
    f = mlp(12, 16)

    def circle_loss(feats, labels, m=0.25, gamma=32):
        z = F.normalize(feats)
        sim = z @ z.t()
        same = labels[:, None] == labels[None]
        upper = torch.ones_like(same).triu(diagonal=1)
        sp, sn = sim[same & upper], sim[~same & upper]
        ap = torch.clamp_min(-sp + 1 + m, min=0.0)
        an = torch.clamp_min(sn + m, min=0.0)
        logit_p = -ap * (sp - (1 - m)) * gamma
        logit_n = an * (sn - m) * gamma
        return F.softplus(torch.logsumexp(logit_n, dim=0) + torch.logsumexp(logit_p, dim=0))

    return circle_loss, (f(x), y)


@wrong(
    "haitongli/knowledge-distillation-pytorch (copies)",
    "log-probabilities of the teacher as target of kl_div without log_target",
    "LX307",
)
def _():
    torch.manual_seed(28)
    x, y = clusters(32, 12, 10, 28)
    s = mlp(12, 10)
    t = mlp(12, 10, 64)
    with torch.no_grad():
        tl = t(x) * 3

    def loss_fn_kd(outputs, labels, teacher_outputs, alpha=0.9, T=4.0):
        kd = F.kl_div(
            F.log_softmax(outputs / T, dim=1),
            F.log_softmax(teacher_outputs / T, dim=1),
            reduction="batchmean",
        ) * (alpha * T * T)
        return kd + F.cross_entropy(outputs, labels) * (1.0 - alpha)

    return loss_fn_kd, (s(x), y, tl)  # meant to give nan (negative target), as people see it


@wrong("facebookresearch/dino (copies)", "teacher output carries gradient", "LX420")
def _():
    torch.manual_seed(29)
    x = torch.randn(16, 20)
    st, te = mlp(20, 24), mlp(20, 24)
    te.load_state_dict(st.state_dict())

    class DINOLoss(nn.Module):
        def __init__(self, out_dim, teacher_temp=0.04, student_temp=0.1):
            super().__init__()
            self.student_temp, self.teacher_temp = student_temp, teacher_temp
            self.register_buffer("center", torch.zeros(1, out_dim))

        def forward(self, student_output, teacher_output):
            student_out = (student_output / self.student_temp).chunk(2)
            teacher_out = F.softmax(
                (teacher_output - self.center) / self.teacher_temp, dim=-1
            ).chunk(2)
            total, n = 0, 0
            for iq, q in enumerate(teacher_out):
                for v in range(len(student_out)):
                    if v == iq:
                        continue
                    total = (
                        total + torch.sum(-q * F.log_softmax(student_out[v], dim=-1), dim=-1).mean()
                    )
                    n += 1
            return total / n

    v = torch.cat([x + 0.2 * torch.randn_like(x), x + 0.2 * torch.randn_like(x)])
    return DINOLoss(24), (st(v), te(v))


@wrong(
    "kevinzakka/pytorch-goodies dice_loss (copies)",
    "one-hot labels viewed to N C H W instead of permuted",
    "LX594",
)
def _():
    torch.manual_seed(30)
    x, y = blobs(4, 24, 4, 30)
    net = seg_net(3, 4)

    def dice_loss(logits, true, smooth=1.0):
        num_classes = logits.shape[1]
        true_1_hot = (
            F.one_hot(true, num_classes)
            .view(true.size(0), num_classes, true.size(1), true.size(2))
            .float()
        )
        probas = F.softmax(logits, dim=1)
        dims = (0, 2, 3)
        intersection = torch.sum(probas * true_1_hot, dims)
        cardinality = torch.sum(probas + true_1_hot, dims)
        return 1 - ((2.0 * intersection + smooth) / (cardinality + smooth)).mean()

    return dice_loss, (net(x), y)


@wrong(
    "discuss.pytorch.org focal loss gist / clcarwin copies",
    "focal factor from the averaged cross entropy",
    "LX511",
)
def _():
    torch.manual_seed(31)
    x, y = clusters(48, 12, 6, 31)
    net = mlp(12, 6)

    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0, weight=None):
            super().__init__()
            self.gamma, self.weight = gamma, weight

        def forward(self, input, target):
            logpt = -F.cross_entropy(input, target, weight=self.weight)
            pt = torch.exp(logpt)
            focal_loss = -((1 - pt) ** self.gamma) * logpt
            return focal_loss.mean()

    return FocalLoss(), (net(x), y)


@wrong(
    "ultralytics/yolov5 bbox_iou (copies)",
    "intersection without clamp: two negative sides give a positive area",
    "LX545",
)
def _():
    torch.manual_seed(32)
    g = torch.rand(32, 4) * 40
    gt = torch.cat([g[:, :2], g[:, :2] + 8 + g[:, 2:] / 2], 1)
    f = torch.cat([gt / 50, torch.randn(32, 4)], 1)
    head = nn.Linear(8, 4)
    raw = head(f)
    lt = gt[:, :2] + 25 * raw[:, :2]
    pred = torch.cat([lt, lt + 10 * F.softplus(raw[:, 2:]) + 1], 1)

    def iou_loss(pred_boxes, target_boxes, eps=1e-7):
        lt = torch.max(pred_boxes[:, :2], target_boxes[:, :2])
        rb = torch.min(pred_boxes[:, 2:], target_boxes[:, 2:])
        wh = rb - lt
        inter = wh[:, 0] * wh[:, 1]
        area_p = (pred_boxes[:, 2] - pred_boxes[:, 0]) * (pred_boxes[:, 3] - pred_boxes[:, 1])
        area_t = (target_boxes[:, 2] - target_boxes[:, 0]) * (
            target_boxes[:, 3] - target_boxes[:, 1]
        )
        iou = inter / (area_p + area_t - inter + eps)
        return (1 - iou).mean()

    return iou_loss, (pred, gt)


@wrong("pytorch/examples vae (copies)", "exp forgotten in the KL: logvar cancels", "LX536")
def _():
    torch.manual_seed(33)
    x = (torch.rand(32, 40) < 0.3).float()
    enc, dec = nn.Linear(40, 16), nn.Linear(8, 40)
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()

    def loss_function(recon_x, x, mu, logvar):
        BCE = F.binary_cross_entropy(recon_x, x, reduction="sum")
        KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar)
        return BCE + KLD

    return loss_function, (torch.sigmoid(dec(z)), x, mu, logvar)


@wrong(
    "pytorch/examples dcgan (copies)",
    "discriminator step on a fake that is not detached",
    "LX554",
)
def _():
    torch.manual_seed(34)
    netG, netD = mlp(8, 20), mlp(20, 1)
    real = torch.randn(32, 20) + 1
    noise = torch.randn(32, 8)
    fake = netG(noise)

    def d_loss(netD, real, fake):
        real_logits = netD(real)
        fake_logits = netD(fake)
        return F.binary_cross_entropy_with_logits(
            real_logits, torch.ones_like(real_logits)
        ) + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))

    return d_loss, (netD, real, fake)


@wrong(
    "caogang/wgan-gp (copies)",
    "gradient norm over the channels only, images not flattened",
    "LX417",
)
def _():
    torch.manual_seed(35)
    D = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 64, 1)
    )
    real = torch.randn(8, 3, 16, 16)
    fake = torch.tanh(torch.randn(8, 3, 16, 16))

    def critic_loss(D, real, fake, lambda_gp=10):
        alpha = torch.rand(real.size(0), 1, 1, 1)
        interpolates = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
        d_interpolates = D(interpolates)
        gradients = torch.autograd.grad(
            outputs=d_interpolates,
            inputs=interpolates,
            grad_outputs=torch.ones_like(d_interpolates),
            create_graph=True,
            retain_graph=True,
            only_inputs=True,
        )[0]
        gradient_penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean() * lambda_gp
        return D(fake).mean() - D(real).mean() + gradient_penalty

    return critic_loss, (D, real, fake)


@wrong(
    "lucidrains/denoising-diffusion-pytorch (copies)",
    "alpha_bar[t] of shape (B,) broadcast along the width (B == W)",
    "LX116",
)
def _():
    torch.manual_seed(36)
    net = seg_net(1, 1)
    x_start = torch.rand(16, 1, 16, 16) * 2 - 1
    betas = torch.linspace(1e-4, 0.02, 1000)
    ac = torch.cumprod(1 - betas, 0)

    def p_losses(denoise_model, x_start, t, sqrt_alphas_cumprod, sqrt_one_minus_alphas_cumprod):
        noise = torch.randn_like(x_start)
        x_noisy = sqrt_alphas_cumprod[t] * x_start + sqrt_one_minus_alphas_cumprod[t] * noise
        predicted_noise = denoise_model(x_noisy)
        return F.smooth_l1_loss(predicted_noise, noise)

    return p_losses, (net, x_start, torch.randint(0, 1000, (16,)), ac.sqrt(), (1 - ac).sqrt())


@wrong("atong01/conditional-flow-matching (copies)", "target velocity points backwards", "LX568")
def _():
    torch.manual_seed(37)
    net = mlp(3, 2)
    x1 = torch.randn(64, 2) * 0.3 + 2
    x0 = torch.randn(64, 2)

    def cfm_loss(model, x0, x1):
        t = torch.rand(x0.shape[0], 1)
        xt = (1 - t) * x0 + t * x1
        ut = x0 - x1
        vt = model(torch.cat([xt, t], dim=-1))
        return torch.mean((vt - ut) ** 2)

    return cfm_loss, (net, x0, x1)


@wrong(
    "jdb78/pytorch-forecasting QuantileLoss (copies)",
    "error taken as prediction minus target",
    "LX535",
)
def _():
    torch.manual_seed(38)
    x = torch.randn(64, 6)
    y = x[:, 0] * 2 + torch.randn(64) * (1 + x[:, 1].abs())
    net = mlp(6, 3)

    class QuantileLoss(nn.Module):
        def __init__(self, quantiles):
            super().__init__()
            self.quantiles = quantiles

        def forward(self, y_pred, target):
            losses = []
            for i, q in enumerate(self.quantiles):
                errors = y_pred[..., i] - target
                losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(-1))
            return torch.cat(losses, dim=-1).sum(-1).mean()

    return QuantileLoss([0.1, 0.5, 0.9]), (net(x), y)


@wrong(
    "pytorch GaussianNLLLoss (forum copies)", "standard deviation handed over as variance", "LX315"
)
def _():
    torch.manual_seed(39)
    x = torch.randn(64, 6)
    y = x[:, :1] + 0.4 * torch.randn(64, 1)
    net = mlp(6, 2)
    mu, raw = net(x).chunk(2, -1)
    sigma = F.softplus(raw) + 1e-3
    nll = nn.GaussianNLLLoss()

    def nll_loss(mu, sigma, y):
        return nll(mu, y, sigma)

    return nll_loss, (mu, sigma, y)


@wrong(
    "yaringal/multi-task-learning-example (copies)", "precision exp(+s) instead of exp(-s)", "LX560"
)
def _():
    torch.manual_seed(40)
    x = torch.randn(32, 8)
    body = nn.Linear(8, 16)
    h1, h2 = nn.Linear(16, 1), nn.Linear(16, 3)
    y1, y2 = x[:, 0] * 0.5, torch.randint(0, 3, (32,))

    class MultiTaskLoss(nn.Module):
        def __init__(self, n=2):
            super().__init__()
            self.log_vars = nn.Parameter(torch.zeros(n))

        def forward(self, depth, seg, y_depth, y_seg):
            losses = [F.mse_loss(depth, y_depth), F.cross_entropy(seg, y_seg)]
            total = 0
            for i, l in enumerate(losses):
                precision = torch.exp(self.log_vars[i])
                total = total + precision * l + self.log_vars[i]
            return total

    h = torch.relu(body(x))
    return MultiTaskLoss(), (h1(h).squeeze(-1), h2(h), y1, y2)


@wrong(
    "havakv/pycox cox_ph_loss (copies)",
    "sorted ascending and summed from the front: the risk set holds those who died before",
    "LX558",
)
def _():
    torch.manual_seed(41)
    x = torch.randn(48, 6)
    net = mlp(6, 1)
    durations = torch.exp(-x[:, 0] + 0.4 * torch.randn(48)) * 10
    events = (torch.rand(48) < 0.65).float()

    def cox_ph_loss(log_h, durations, events, eps=1e-7):
        idx = durations.sort()[1]
        events = events[idx]
        log_h = log_h[idx].view(-1)
        gamma = log_h.max()
        log_cumsum_h = log_h.sub(gamma).exp().cumsum(0).add(eps).log().add(gamma)
        return -log_h.sub(log_cumsum_h).mul(events).sum().div(events.sum())

    return cox_ph_loss, (net(x), durations, events)


@wrong(
    "allegro/allRank listNet (copies)",
    "padded documents (label -1) left in both softmaxes",
    "LX216",
)
def _():
    torch.manual_seed(42)
    x = torch.randn(12, 20, 6)
    net = mlp(6, 1)
    rel = (x[..., 0] * 1.2 + 1.5).round().clamp(0, 4)
    n = torch.randint(8, 21, (12, 1))
    pad = torch.arange(20)[None] >= n
    x = x.masked_fill(pad.unsqueeze(-1), 0.0)
    y_true = rel.masked_fill(pad, -1.0)

    def listNet(y_pred, y_true, eps=1e-10, padded_value_indicator=-1):
        preds_smax = F.softmax(y_pred, dim=1)
        true_smax = F.softmax(y_true, dim=1)
        preds_log = torch.log(preds_smax + eps)
        return torch.mean(-torch.sum(true_smax * preds_log, dim=1))

    return listNet, (net(x).squeeze(-1), y_true)


@wrong(
    "maziarraissi/PINNs (PyTorch copies)",
    "derivative without create_graph: the residual trains nothing",
    "LX422",
)
def _():
    torch.manual_seed(43)
    net = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))
    t = torch.linspace(0, 2, 40).view(-1, 1)

    def pinn_loss(net, t_colloc, t0, u0, k=1.3):
        t_colloc = t_colloc.clone().requires_grad_(True)
        u = net(t_colloc)
        u_t = torch.autograd.grad(u, t_colloc, grad_outputs=torch.ones_like(u), retain_graph=True)[
            0
        ]
        residual = u_t + k * u
        loss_ic = F.mse_loss(net(t0), u0)
        return loss_ic + torch.mean(residual**2)

    return pinn_loss, (net, t, torch.zeros(1, 1), torch.ones(1, 1))


class GradReverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lambd):
        ctx.lambd = lambd
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g):
        return -ctx.lambd * g, None


@wrong("fungtion/DANN (copies)", "gradient reversal layer and a minus before the domain loss", "")
def _():
    torch.manual_seed(44)
    f, c, d = mlp(10, 16), nn.Linear(16, 4), mlp(16, 2)
    xs, ys = clusters(32, 10, 4, 44)
    xt = clusters(32, 10, 4, 44)[0] + 0.7

    def dann_loss(feature, classifier, discriminator, xs, ys, xt, alpha=0.5):
        fs, ft = feature(xs), feature(xt)
        err_s_label = F.cross_entropy(classifier(fs), ys)
        dom = discriminator(GradReverse.apply(torch.cat([fs, ft]), alpha))
        dom_label = torch.cat([torch.zeros(len(fs)), torch.ones(len(ft))]).long()
        err_dom = F.cross_entropy(dom, dom_label)
        return err_s_label - err_dom

    return dann_loss, (f, c, d, xs, ys, xt)


@wrong(
    "kekmodel/FixMatch-pytorch (copies)",
    "pseudo labels taken from the strongly augmented logits themselves",
    "LX120",
)
def _():
    torch.manual_seed(45)
    x, y = clusters(16, 12, 5, 45)
    u, _ = clusters(56, 12, 5, 45)
    net = mlp(12, 5, 64)
    scale = 6
    lx, lw, ls = (
        net(x) * scale,
        net(u + 0.05 * torch.randn_like(u)) * scale,
        net(u + 0.5 * torch.randn_like(u)) * scale,
    )

    def fixmatch_loss(
        logits_x, logits_u_w, logits_u_s, targets_x, T=1.0, threshold=0.6, lambda_u=1.0
    ):
        Lx = F.cross_entropy(logits_x, targets_x, reduction="mean")
        pseudo_label = torch.softmax(logits_u_s.detach() / T, dim=-1)
        max_probs, targets_u = torch.max(pseudo_label, dim=-1)
        mask = max_probs.ge(threshold).float()
        Lu = (F.cross_entropy(logits_u_s, targets_u, reduction="none") * mask).mean()
        return Lx + lambda_u * Lu

    return fixmatch_loss, (lx, lw, ls, y)


@right(
    "huggingface/transformers ForCausalLMLoss",
    "shift by padding the labels, sum over the items of the whole accumulated batch",
)
def _():
    torch.manual_seed(101)
    ids, mask, _ = token_batch(101)
    model = TinyLM()
    labels = ids.masked_fill(mask == 0, -100)

    def for_causal_lm_loss(logits, labels, vocab_size, num_items_in_batch=None, ignore_index=-100):
        logits = logits.float()
        labels = F.pad(labels, (0, 1), value=ignore_index)
        shift_labels = labels[..., 1:].contiguous().view(-1)
        logits = logits.view(-1, vocab_size)
        reduction = "sum" if num_items_in_batch is not None else "mean"
        loss = F.cross_entropy(logits, shift_labels, ignore_index=ignore_index, reduction=reduction)
        return loss / num_items_in_batch if num_items_in_batch is not None else loss

    return for_causal_lm_loss, (model(ids), labels, 61), {"num_items_in_batch": 431}


@right("karpathy/nanoGPT", "targets are shifted already: no shift in the loss, -1 ignored")
def _():
    torch.manual_seed(102)
    ids, mask, _ = token_batch(102, t=17)
    model = TinyLM()
    targets = ids[:, 1:].masked_fill(mask[:, 1:] == 0, -1)

    def gpt_loss(logits, targets):
        return F.cross_entropy(
            logits.view(-1, logits.size(-1)), targets.reshape(-1), ignore_index=-1
        )

    return gpt_loss, (model(ids[:, :-1]), targets)


@right("FasterDecoding/Medusa", "several heads, head k predicts k+2 tokens ahead, decaying weights")
def _():
    torch.manual_seed(103)
    ids, mask, _ = token_batch(103, t=20)
    emb, rnn = nn.Embedding(61, 24), nn.GRU(24, 24, batch_first=True)
    heads = nn.ModuleList(nn.Linear(24, 61) for _ in range(3))
    h = rnn(emb(ids))[0]
    labels = ids.masked_fill(mask == 0, -100)

    def medusa_loss(medusa_logits, labels, decay=0.8):
        loss = 0
        for k in range(medusa_logits.shape[0]):
            lg = medusa_logits[k, :, : -(2 + k)].contiguous().view(-1, medusa_logits.shape[-1])
            lb = labels[..., 2 + k :].contiguous().view(-1)
            loss = loss + F.cross_entropy(lg, lb) * decay**k
        return loss

    return medusa_loss, (torch.stack([f(h) for f in heads]), labels)


@right(
    "google-research/bert (PyTorch MLM)",
    "masked LM: no shift, only the masked positions carry labels",
)
def _():
    torch.manual_seed(104)
    ids, mask, _ = token_batch(104, b=16)
    sel = (torch.rand(ids.shape) < 0.25) & mask.bool()
    sel[0, 2] = True
    labels = torch.where(sel, ids, torch.tensor(-100))
    input_ids = torch.where(sel, torch.tensor(60), ids)
    emb, rnn, dec = (
        nn.Embedding(61, 24),
        nn.GRU(24, 12, batch_first=True, bidirectional=True),
        nn.Linear(24, 61),
    )
    dec.weight = emb.weight

    def mlm_loss(prediction_scores, labels, input_ids, attention_mask):
        assert (labels[attention_mask == 0] == -100).all()
        active = labels.ne(-100)
        return F.cross_entropy(prediction_scores[active], labels[active])

    return mlm_loss, (dec(rnn(emb(input_ids))[0]), labels, input_ids, mask)


@right(
    "facebookresearch/fairseq label_smoothed_nll_loss",
    "label smoothing by hand, padding zeroed in place in both terms, sum reduction",
)
def _():
    torch.manual_seed(105)
    ids, mask, _ = token_batch(105, pad=1)
    model = TinyLM()

    def label_smoothed_nll_loss(lprobs, target, epsilon, ignore_index=1):
        lprobs = lprobs.view(-1, lprobs.size(-1))
        target = target.reshape(-1, 1)
        nll_loss = -lprobs.gather(dim=-1, index=target)
        smooth_loss = -lprobs.sum(dim=-1, keepdim=True)
        pad_mask = target.eq(ignore_index)
        nll_loss.masked_fill_(pad_mask, 0.0)
        smooth_loss.masked_fill_(pad_mask, 0.0)
        eps_i = epsilon / (lprobs.size(-1) - 1)
        return (1.0 - epsilon - eps_i) * nll_loss.sum() + eps_i * smooth_loss.sum()

    return label_smoothed_nll_loss, (F.log_softmax(model(ids[:, :-1]), -1), ids[:, 1:], 0.1)


@right(
    "yaringal/multi-task-learning-example / Kendall et al. 2018",
    "learned log variances, exp(-s) weights, regression halved, may become negative",
)
def _():
    torch.manual_seed(106)
    x = torch.randn(32, 8)
    body = nn.Linear(8, 16)
    h1, h2 = nn.Linear(16, 1), nn.Linear(16, 3)
    y1 = x[:, 0] * 0.5
    y2 = (x[:, 1] > 0).long() + (x[:, 2] > 1).long()

    class MultiTaskLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_vars = nn.Parameter(torch.tensor([-1.5, -0.4]))

        def forward(self, depth, seg, y_depth, y_seg, valid):
            l1 = ((depth - y_depth) ** 2 * valid).sum() / valid.sum()
            l2 = F.cross_entropy(seg, y_seg)
            s = self.log_vars
            return 0.5 * torch.exp(-s[0]) * l1 + 0.5 * s[0] + torch.exp(-s[1]) * l2 + 0.5 * s[1]

    h = torch.relu(body(x))
    return MultiTaskLoss(), (h1(h).squeeze(-1), h2(h), y1, y2, (torch.rand(32) < 0.7).float())


@right(
    "pytorch/torchtune LinearCrossEntropy / linkedin Liger",
    "head applied in chunks with checkpointing, some chunks hold only ignored labels",
)
def _():
    torch.manual_seed(107)
    ids, mask, _ = token_batch(107, t=33)
    emb, rnn, head = (
        nn.Embedding(61, 24),
        nn.GRU(24, 24, batch_first=True),
        nn.Linear(24, 61, bias=False),
    )
    labels = ids.masked_fill((mask == 0) | (torch.arange(33)[None] < 9), -100)[:, 1:]
    from torch.utils.checkpoint import checkpoint

    def chunked_linear_ce(hidden, weight, labels, chunk=8):
        def piece(h, y):
            return F.cross_entropy(
                (h @ weight.t()).float().reshape(-1, weight.shape[0]),
                y.reshape(-1),
                ignore_index=-100,
                reduction="sum",
            )

        total = hidden.new_zeros(())
        for h, y in zip(hidden.split(chunk, 1), labels.split(chunk, 1)):
            total += checkpoint(piece, h, y, use_reentrant=False)
        return total / labels.ne(-100).sum().clamp(min=1)

    return chunked_linear_ce, (rnn(emb(ids[:, :-1]))[0], head.weight, labels)


@right(
    "facebookresearch/unlikelihood_training",
    "unlikelihood: -log(1-p) of the earlier tokens of the sequence",
)
def _():
    torch.manual_seed(108)
    ids, mask, _ = token_batch(108)
    model = TinyLM()

    def candidate_unlikelihood(logits, target, pad=0, rank_alpha=1.0):
        lprobs = F.log_softmax(logits, -1)
        keep = target.ne(pad)
        mle = -lprobs.gather(2, target.unsqueeze(-1)).squeeze(-1)[keep].sum()
        with torch.no_grad():
            b, t = target.shape
            prev = target.unsqueeze(1).expand(b, t, t).tril(-1)
            prev = prev.masked_fill(prev == target.unsqueeze(2), pad)
            negative = torch.zeros_like(lprobs).scatter_(2, prev, 1)
            negative[..., pad] = 0
        one_minus = torch.clamp(1.0 - lprobs.exp(), min=1e-5)
        custom = (-torch.log(one_minus) * negative).sum(-1)[keep].sum()
        return (mle + rank_alpha * custom) / keep.sum()

    return candidate_unlikelihood, (model(ids[:, :-1]), ids[:, 1:])


@right(
    "licong-lin/negative-preference-optimization",
    "unlearning: NPO on the forget set (raises its loss), plain CE on the retain set",
)
def _():
    torch.manual_seed(109)
    f, mf, _ = token_batch(109)
    r, mr, _ = token_batch(1090)
    model, ref = TinyLM(), TinyLM()
    ref.load_state_dict(model.state_dict())
    nn.init.normal_(model.head.bias, 0, 0.1)
    seq = lambda m, i, k: -(token_logps(m, i) * k[:, 1:]).sum(-1)
    with torch.no_grad():
        oracle = seq(ref, f, mf)

    def npo_loss(
        forget_loss_current,
        forget_loss_oracle,
        retain_loss,
        beta=0.1,
        npo_coeff=1.0,
        grad_diff_coeff=1.0,
    ):
        neg_log_ratios = forget_loss_current - forget_loss_oracle
        forget_loss = -F.logsigmoid(beta * neg_log_ratios).mean() * 2 / beta
        return npo_coeff * forget_loss + grad_diff_coeff * retain_loss

    return npo_loss, (seq(model, f, mf), oracle, (seq(model, r, mr) / mr[:, 1:].sum(-1)).mean())


@right(
    "eric-mitchell/direct-preference-optimization (cDPO)",
    "concatenated forward, reference without graph, label smoothing, length bias kept as "
    "in the paper (sum)",
)
def _():
    torch.manual_seed(110)
    ch, mc, _ = token_batch(110)
    rj, mr, _ = token_batch(1100)
    policy, ref = TinyLM(), TinyLM()
    ref.load_state_dict(policy.state_dict())
    p = torch.arange(16)[None] < 4
    labels = torch.cat([ch.masked_fill((mc == 0) | p, -100), rj.masked_fill((mr == 0) | p, -100)])
    ids = torch.cat([ch, rj])
    with torch.no_grad():
        rl = ref(ids)

    def dpo(policy_logits, reference_logits, labels, beta=0.1, label_smoothing=0.1):
        def logps(logits):
            lab = labels[:, 1:].clone()
            loss_mask = lab != -100
            lab[~loss_mask] = 0
            lp = torch.gather(logits[:, :-1].log_softmax(-1), 2, lab.unsqueeze(2)).squeeze(2)
            return (lp * loss_mask).sum(-1)

        pc, pr = logps(policy_logits).chunk(2)
        rc, rr = logps(reference_logits).chunk(2)
        h = (pc - pr) - (rc - rr)
        losses = (
            -F.logsigmoid(beta * h) * (1 - label_smoothing)
            - F.logsigmoid(-beta * h) * label_smoothing
        )
        return losses.mean()

    return dpo, (policy(ids), rl, labels)


@right(
    "maziarraissi/PINNs (PyTorch ports), Burgers",
    "second derivatives with create_graph, boundary and initial terms, learned viscosity",
)
def _():
    torch.manual_seed(111)
    net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))
    lam = nn.Parameter(torch.tensor(-4.0))
    xf = torch.stack([torch.rand(64) * 2 - 1, torch.rand(64)], 1)
    x0 = torch.stack([torch.linspace(-1, 1, 24), torch.zeros(24)], 1)

    def burgers(net, log_nu, x_f, x_u, u):
        x, t = x_f[:, :1].clone().requires_grad_(), x_f[:, 1:].clone().requires_grad_()
        v = net(torch.cat([x, t], 1))
        g = lambda o, i: torch.autograd.grad(
            o, i, grad_outputs=torch.ones_like(o), create_graph=True
        )[0]
        v_t, v_x = g(v, t), g(v, x)
        v_xx = g(v_x, x)
        f = v_t + v * v_x - log_nu.exp() * v_xx
        return F.mse_loss(net(x_u), u) + f.pow(2).mean()

    return burgers, (net, lam, xf, x0, -torch.sin(math.pi * x0[:, :1]))


@right("ContextualAI/HALOs KTO", "unpaired; KL estimate detached and clamped; unequal counts")
def _():
    torch.manual_seed(112)
    ids, mask, _ = token_batch(112, b=12)
    policy, ref = TinyLM(), TinyLM()
    lp = lambda m, i: (token_logps(m, i) * i[:, 1:].ne(0)).sum(-1)
    kl_ids = ids.roll(1, 0)
    with torch.no_grad():
        r, rk = lp(ref, ids), lp(ref, kl_ids)
        pk = lp(policy, kl_ids)
    desirable = torch.tensor([1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1]).bool()

    def kto_loss(
        policy_logps,
        reference_logps,
        policy_KL_logps,
        reference_KL_logps,
        desirable,
        beta=0.1,
        w_d=1.0,
        w_u=1.33,
    ):
        kl = (policy_KL_logps - reference_KL_logps).mean().clamp(min=0).detach()
        logratios = policy_logps - reference_logps
        chosen = 1 - torch.sigmoid(beta * (logratios[desirable] - kl))
        rejected = 1 - torch.sigmoid(beta * (kl - logratios[~desirable]))
        return torch.cat([w_d * chosen, w_u * rejected]).mean()

    return kto_loss, (lp(policy, ids), r, pk, rk, desirable)


@right("princeton-nlp/SimPO", "no reference, length-normalised, target margin subtracted")
def _():
    torch.manual_seed(113)
    ch, mc, _ = token_batch(113)
    rj, mr, _ = token_batch(1130)
    m = TinyLM()

    def simpo(
        chosen_token_logps,
        rejected_token_logps,
        chosen_mask,
        rejected_mask,
        beta=2.0,
        gamma_beta_ratio=0.5,
        sft_weight=0.1,
    ):
        c = (chosen_token_logps * chosen_mask).sum(-1) / chosen_mask.sum(-1)
        r = (rejected_token_logps * rejected_mask).sum(-1) / rejected_mask.sum(-1)
        logits = c - r - gamma_beta_ratio
        return (-F.logsigmoid(beta * logits)).mean() + sft_weight * -c.mean()

    return simpo, (token_logps(m, ch), token_logps(m, rj), mc[:, 1:], mr[:, 1:])


@right("xfactlab/orpo", "odds ratio with log1p(-exp)")
def _():
    torch.manual_seed(114)
    ch, mc, _ = token_batch(114)
    rj, mr, _ = token_batch(1140)
    m = TinyLM()
    a = lambda i, k: (token_logps(m, i) * k[:, 1:]).sum(-1) / k[:, 1:].sum(-1)

    def orpo(chosen_logps, rejected_logps, chosen_nll_loss, beta=0.1):
        log_odds = (chosen_logps - rejected_logps) - (
            torch.log1p(-torch.exp(chosen_logps)) - torch.log1p(-torch.exp(rejected_logps))
        )
        return chosen_nll_loss - (beta * F.logsigmoid(log_odds)).mean()

    c = a(ch, mc)
    return orpo, (c, a(rj, mr), -c.mean())


@right(
    "huggingface/trl RewardTrainer", "reward of the last real token, per-pair margin, centring term"
)
def _():
    torch.manual_seed(115)
    ch, mc, _ = token_batch(115)
    rj, mr, _ = token_batch(1150)
    emb, rnn, head = nn.Embedding(61, 24), nn.GRU(24, 24, batch_first=True), nn.Linear(24, 1)
    values = lambda i: head(rnn(emb(i))[0]).squeeze(-1)

    def rm_loss(
        chosen_values,
        rejected_values,
        chosen_attention_mask,
        rejected_attention_mask,
        margin,
        center=0.01,
    ):
        last = lambda v, m: v.gather(1, m.sum(1, keepdim=True) - 1).squeeze(1)
        rc, rr = (
            last(chosen_values, chosen_attention_mask),
            last(rejected_values, rejected_attention_mask),
        )
        return -F.logsigmoid(rc - rr - margin).mean() + center * torch.mean((rc + rr) ** 2)

    return rm_loss, (values(ch), values(rj), mc, mr, torch.randint(0, 3, (8,)).float() / 2)


@right(
    "CarperAI/trlx / openai baselines ppo2",
    "PPO with masks: -adv * ratio with max, clipped value loss with max, entropy subtracted",
)
def _():
    torch.manual_seed(116)
    ids, mask, _ = token_batch(116, b=16)
    emb, rnn, head, vh = (
        nn.Embedding(61, 24),
        nn.GRU(24, 24, batch_first=True),
        nn.Linear(24, 61),
        nn.Linear(24, 1),
    )
    h = rnn(emb(ids))[0][:, :-1]
    lp = head(h).log_softmax(-1)
    logprobs = lp.gather(2, ids[:, 1:, None]).squeeze(-1)
    entropy = -(lp.exp() * lp).sum(-1)
    values = vh(h).squeeze(-1)
    old_logprobs = (logprobs + 0.1 * torch.randn_like(logprobs)).detach()
    old_values = (values + 0.2 * torch.randn_like(values)).detach()
    adv = torch.randn(16, 15)
    returns = adv + old_values

    def ppo(
        logprobs,
        values,
        old_logprobs,
        old_values,
        advantages,
        returns,
        entropy,
        mask,
        cliprange=0.2,
        cliprange_value=0.2,
        vf_coef=0.5,
        ent_coef=0.01,
    ):
        n = mask.sum()
        with torch.no_grad():
            mu = (advantages * mask).sum() / n
            advantages = (advantages - mu) * torch.rsqrt(
                (((advantages - mu) ** 2) * mask).sum() / n + 1e-8
            )
        values_clipped = torch.clamp(
            values, old_values - cliprange_value, old_values + cliprange_value
        )
        vf = (
            0.5
            * torch.sum(torch.max((values - returns) ** 2, (values_clipped - returns) ** 2) * mask)
            / n
        )
        ratio = torch.exp((logprobs - old_logprobs) * mask)
        pg = (
            torch.sum(
                torch.max(
                    -advantages * ratio,
                    -advantages * torch.clamp(ratio, 1 - cliprange, 1 + cliprange),
                )
                * mask
            )
            / n
        )
        return pg + vf_coef * vf - ent_coef * (entropy * mask).sum() / n

    return ppo, (
        logprobs,
        values,
        old_logprobs,
        old_values,
        adv,
        returns,
        entropy,
        mask[:, 1:].float(),
    )


@right(
    "huggingface/trl GRPOTrainer",
    "one inner step: exp(logp - logp.detach()), k3 KL, groups beside each other",
)
def _():
    torch.manual_seed(117)
    ids, mask, _ = token_batch(117, b=24)
    m, ref = TinyLM(), TinyLM()
    with torch.no_grad():
        rl = token_logps(ref, ids)
    rewards = torch.randn(6).repeat_interleave(4) + 0.5 * torch.randn(24)

    def grpo(
        per_token_logps, ref_per_token_logps, rewards, completion_mask, num_generations=4, beta=0.04
    ):
        g = rewards.view(-1, num_generations)
        mean = g.mean(1).repeat_interleave(num_generations, dim=0)
        std = g.std(1).repeat_interleave(num_generations, dim=0)
        advantages = (rewards - mean) / (std + 1e-4)
        d = ref_per_token_logps - per_token_logps
        per_token_kl = torch.exp(d) - d - 1
        per_token_loss = torch.exp(
            per_token_logps - per_token_logps.detach()
        ) * advantages.unsqueeze(1)
        per_token_loss = -(per_token_loss - beta * per_token_kl)
        return ((per_token_loss * completion_mask).sum(1) / completion_mask.sum(1)).mean()

    return grpo, (token_logps(m, ids), rl, rewards, mask[:, 1:])


@right(
    "huggingface/trl RLOO / Ahmadian et al. 2024",
    "leave-one-out baseline, KL inside the reward (no graph), sequence log-prob",
)
def _():
    torch.manual_seed(118)
    ids, mask, _ = token_batch(118, b=16)
    m, ref = TinyLM(), TinyLM()
    lp = token_logps(m, ids)
    with torch.no_grad():
        rl = token_logps(ref, ids)
    # rloo_k copies stand one block after the other: (k, prompts)
    scores = torch.randn(4).repeat(4) + 0.5 * torch.randn(16)

    def rloo_loss(logprobs, ref_logprobs, scores, mask, rloo_k=4, kl_coef=0.05):
        with torch.no_grad():
            rlhf_reward = (scores - kl_coef * ((logprobs - ref_logprobs) * mask).sum(1)).reshape(
                rloo_k, -1
            )
            baseline = (rlhf_reward.sum(0) - rlhf_reward) / (rloo_k - 1)
            advantages = (rlhf_reward - baseline).flatten()
        return -(advantages * (logprobs * mask).sum(1)).mean()

    return rloo_loss, (lp, rl, scores, mask[:, 1:])


@right(
    "Zheng et al. 2025, GSPO (verl / trl)",
    "GSPO-token: sequence ratio with stop-gradient on both parts",
)
def _():
    torch.manual_seed(119)
    ids, mask, _ = token_batch(119, b=16)
    m = TinyLM()
    lp = token_logps(m, ids)
    old = (lp + 0.05 * torch.randn_like(lp)).detach()
    adv = torch.randn(4, 4)
    adv = ((adv - adv.mean(1, keepdim=True)) / (adv.std(1, keepdim=True) + 1e-4)).flatten()

    def gspo(log_prob, old_log_prob, advantages, response_mask, low=3e-2, high=4e-2):
        log_ratio = log_prob - old_log_prob
        seq = (log_ratio * response_mask).sum(-1) / response_mask.sum(-1).clamp(min=1)
        log_importance = (log_prob - log_prob.detach() + seq.detach().unsqueeze(-1)).clamp(max=10.0)
        s = torch.exp(log_importance)
        a = advantages.unsqueeze(-1)
        loss = torch.maximum(-a * s, -a * torch.clamp(s, 1 - low, 1 + high))
        return ((loss * response_mask).sum(-1) / response_mask.sum(-1)).mean()

    return gspo, (lp, old, adv, mask[:, 1:])


@right(
    "fungtion/DANN", "gradient reversal layer, so the domain loss is added; target has no labels"
)
def _():
    torch.manual_seed(120)
    f, c, d = mlp(10, 16), nn.Linear(16, 4), mlp(16, 1)
    xs, ys = clusters(32, 10, 4, 120)
    xt = clusters(24, 10, 4, 120)[0] + 0.7

    def dann_loss(feature, classifier, discriminator, xs, ys, xt, alpha=0.5):
        fs, ft = feature(xs), feature(xt)
        ds = discriminator(GradReverse.apply(fs, alpha)).squeeze(1)
        dt = discriminator(GradReverse.apply(ft, alpha)).squeeze(1)
        err_dom = F.binary_cross_entropy_with_logits(
            ds, torch.zeros_like(ds)
        ) + F.binary_cross_entropy_with_logits(dt, torch.ones_like(dt))
        return F.cross_entropy(classifier(fs), ys) + err_dom

    return dann_loss, (f, c, d, xs, ys, xt)


@right(
    "Kaixhin/Rainbow style double DQN with PER",
    "double DQN: argmax of the online net, value of the target net, importance weights, (1 - done)",
)
def _():
    torch.manual_seed(121)
    q, tq = mlp(4, 3), mlp(4, 3)
    s = torch.randn(32, 4)
    s2 = s + 0.1 * torch.randn(32, 4)
    w = torch.rand(32)
    w = w / w.max()

    def ddqn(
        q, target_q, states, actions, rewards, next_states, dones, weights, gamma=0.99, n_step=3
    ):
        qa = q(states).gather(1, actions.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            best = q(next_states).max(1)[1].unsqueeze(1)
            nxt = target_q(next_states).gather(1, best).squeeze(1)
            y = rewards + gamma**n_step * (1 - dones) * nxt
        td = F.smooth_l1_loss(qa, y, reduction="none")
        return (weights * td).mean()

    return ddqn, (
        q,
        tq,
        s,
        torch.randint(0, 3, (32,)),
        torch.randn(32).sign(),
        s2,
        (torch.rand(32) < 0.2).float(),
        w,
    )


@right(
    "kekmodel/FixMatch-pytorch",
    "pseudo labels of the weak view (detached), threshold mask, mean over all unlabelled "
    "rows as in the paper",
)
def _():
    torch.manual_seed(122)
    x, y = clusters(16, 12, 5, 122)
    u, _ = clusters(56, 12, 5, 122)
    net = mlp(12, 5, 64)
    logits = net(torch.cat([x, u + 0.05 * torch.randn_like(u), u + 0.5 * torch.randn_like(u)])) * 6

    def fixmatch(logits, targets_x, mu=3.5, T=1.0, threshold=0.6, lambda_u=1.0):
        b = targets_x.shape[0]
        logits_x = logits[:b]
        logits_u_w, logits_u_s = logits[b:].chunk(2)
        Lx = F.cross_entropy(logits_x, targets_x)
        pseudo_label = torch.softmax(logits_u_w.detach() / T, dim=-1)
        max_probs, targets_u = torch.max(pseudo_label, dim=-1)
        mask = max_probs.ge(threshold).float()
        Lu = (F.cross_entropy(logits_u_s, targets_u, reduction="none") * mask).mean()
        return Lx + lambda_u * Lu

    return fixmatch, (logits, y)


@right(
    "Kaixhin/Rainbow (C51)",
    "categorical projection built in place without graph, then cross entropy",
)
def _():
    torch.manual_seed(123)
    net, tnet = mlp(4, 3 * 21), mlp(4, 3 * 21)
    s = torch.randn(16, 4)
    with torch.no_grad():
        pns = tnet(s + 0.1).view(16, 3, 21).softmax(-1)

    def c51(
        log_ps,
        actions,
        returns,
        next_ps,
        nonterminals,
        Vmin=-5.0,
        Vmax=5.0,
        atoms=21,
        discount=0.97,
    ):
        support = torch.linspace(Vmin, Vmax, atoms)
        dz = (Vmax - Vmin) / (atoms - 1)
        b_ = len(actions)
        log_ps_a = log_ps[range(b_), actions]
        with torch.no_grad():
            best = (next_ps * support).sum(2).argmax(1)
            pns_a = next_ps[range(b_), best]
            Tz = (returns.unsqueeze(1) + nonterminals * discount * support.unsqueeze(0)).clamp(
                Vmin, Vmax
            )
            b = (Tz - Vmin) / dz
            l, u = b.floor().long(), b.ceil().long()
            l[(u > 0) * (l == u)] -= 1
            u[(l < (atoms - 1)) * (l == u)] += 1
            m = torch.zeros(b_, atoms)
            off = torch.linspace(0, (b_ - 1) * atoms, b_).unsqueeze(1).expand(b_, atoms).to(actions)
            m.view(-1).index_add_(0, (l + off).view(-1), (pns_a * (u.float() - b)).view(-1))
            m.view(-1).index_add_(0, (u + off).view(-1), (pns_a * (b - l.float())).view(-1))
        return -torch.sum(m * log_ps_a, 1).mean()

    return c51, (
        net(s).view(16, 3, 21).log_softmax(-1),
        torch.randint(0, 3, (16,)),
        torch.randn(16),
        pns,
        (torch.rand(16, 1) > 0.2).float(),
    )


@right(
    "Dabney et al. 2018, QR-DQN",
    "all pairs of target and predicted quantiles (broadcast on purpose)",
)
def _():
    torch.manual_seed(124)
    net, tnet = mlp(4, 3 * 12), mlp(4, 3 * 12)
    s = torch.randn(16, 4)
    with torch.no_grad():
        nxt = tnet(s + 0.1).view(16, 3, 12)
        best = nxt.mean(-1).argmax(1)
        target = torch.randn(16, 1) + 0.99 * nxt[torch.arange(16), best] * (torch.rand(16, 1) > 0.1)

    def quantile_huber(theta, actions, target_theta, kappa=1.0):
        cur = theta[torch.arange(len(actions)), actions]
        tau = (torch.arange(cur.shape[1], dtype=cur.dtype) + 0.5) / cur.shape[1]
        u = target_theta.unsqueeze(1) - cur.unsqueeze(2)
        huber = torch.where(u.abs() <= kappa, 0.5 * u.pow(2), kappa * (u.abs() - 0.5 * kappa))
        rho = (tau.view(1, -1, 1) - (u.detach() < 0).float()).abs() * huber / kappa
        return rho.mean(2).sum(1).mean()

    return quantile_huber, (net(s).view(16, 3, 12), torch.randint(0, 3, (16,)), target)


@right(
    "pranz24/pytorch-soft-actor-critic",
    "SAC actor: alpha fixed, min of two critics with graph to the action",
)
def _():
    torch.manual_seed(125)
    actor, q1, q2 = mlp(5, 4), mlp(7, 1), mlp(7, 1)
    for p in list(q1.parameters()) + list(q2.parameters()):
        p.requires_grad_(False)

    def sac_actor(actor, q1, q2, state, log_alpha):
        mean, log_std = actor(state).chunk(2, -1)
        n = torch.distributions.Normal(mean, log_std.clamp(-20, 2).exp())
        x = n.rsample()
        a = torch.tanh(x)
        log_pi = (n.log_prob(x) - 2 * (math.log(2) - x - F.softplus(-2 * x))).sum(-1, keepdim=True)
        sa = torch.cat([state, a], -1)
        return (log_alpha.exp().detach() * log_pi - torch.min(q1(sa), q2(sa))).mean()

    return sac_actor, (actor, q1, q2, torch.randn(64, 5), nn.Parameter(torch.tensor(-1.0)))


@right(
    "rail-berkeley/softlearning (PyTorch ports)",
    "temperature loss, log_pi detached, only log_alpha learns",
)
def _():
    torch.manual_seed(126)
    actor = mlp(5, 4)
    mean, log_std = actor(torch.randn(64, 5)).chunk(2, -1)
    n = torch.distributions.Normal(mean, log_std.clamp(-5, 2).exp())
    x = n.rsample()
    log_pi = (n.log_prob(x) - torch.log(1 - torch.tanh(x).pow(2) + 1e-6)).sum(1, keepdim=True)

    def alpha_loss(log_alpha, log_pi, target_entropy):
        return -(log_alpha.exp() * (log_pi + target_entropy).detach()).mean()

    return alpha_loss, (nn.Parameter(torch.zeros(1)), log_pi, -2.0)


@right("Kostrikov et al. 2021, IQL", "expectile value loss + Q loss + weighted regression in one")
def _():
    torch.manual_seed(127)
    v, q, tq, pi = mlp(6, 1), mlp(8, 1), mlp(8, 1), mlp(6, 2)
    s = torch.randn(64, 6)
    a = s[:, :2] * 0.5 + 0.2 * torch.randn(64, 2)

    def iql(v, q, target_q, policy, s, a, r, s2, done, tau=0.7, beta=3.0, gamma=0.99):
        with torch.no_grad():
            tq_ = target_q(torch.cat([s, a], 1)).squeeze(-1)
            next_v = v(s2).squeeze(-1)
        adv = tq_ - v(s).squeeze(-1)
        v_loss = (torch.abs(tau - (adv < 0).float()) * adv**2).mean()
        q_loss = F.mse_loss(q(torch.cat([s, a], 1)).squeeze(-1), r + (1 - done) * gamma * next_v)
        w = torch.exp(beta * adv.detach()).clamp(max=100.0)
        pi_loss = (w * ((policy(s) - a) ** 2).sum(-1)).mean()
        return v_loss + q_loss + pi_loss

    return iql, (
        v,
        q,
        tq,
        pi,
        s,
        a,
        torch.randn(64),
        s + 0.1 * torch.randn(64, 6),
        (torch.rand(64) < 0.1).float(),
    )


@right(
    "higgsfield/RL-Adventure-2 (A2C + GAE)",
    "GAE computed in the loss, time first, masks, advantage detached",
)
def _():
    torch.manual_seed(128)
    T, N = 8, 6
    obs = torch.randn(T, N, 5)
    body, pi, vh = nn.Linear(5, 32), nn.Linear(32, 3), nn.Linear(32, 1)
    h = torch.tanh(body(obs))
    dist = torch.distributions.Categorical(logits=pi(h))
    a = dist.sample()
    with torch.no_grad():
        nv = vh(torch.tanh(body(torch.randn(N, 5)))).squeeze(-1)

    def a2c_gae(log_probs, values, rewards, masks, next_value, entropies, gamma=0.99, tau=0.95):
        vals = torch.cat([values, next_value.unsqueeze(0)]).detach()
        gae = 0
        adv = torch.empty_like(rewards)
        for t in reversed(range(rewards.shape[0])):
            delta = rewards[t] + gamma * vals[t + 1] * masks[t] - vals[t]
            gae = delta + gamma * tau * masks[t] * gae
            adv[t] = gae
        returns = adv + vals[:-1]
        return (
            -(log_probs * adv).mean()
            + 0.5 * (returns - values).pow(2).mean()
            - 0.01 * entropies.mean()
        )

    return a2c_gae, (
        dist.log_prob(a),
        vh(h).squeeze(-1),
        torch.randn(T, N),
        (torch.rand(T, N) > 0.1).float(),
        nv,
        dist.entropy(),
    )


@right(
    "jdb78/pytorch-forecasting / GluonTS multi-quantile",
    "target minus prediction, missing targets NaN masked by where, crossing penalty, "
    "weights by series scale",
)
def _():
    torch.manual_seed(129)
    x = torch.randn(24, 10, 4)
    y = x[..., 0] * 2 + torch.randn(24, 10)
    y[torch.rand(24, 10) < 0.15] = float("nan")
    net = mlp(4, 3)

    def pinball(y_pred, target, quantiles=(0.1, 0.5, 0.9), crossing=0.5):
        q = torch.tensor(quantiles)
        seen = ~torch.isnan(target)
        t = torch.where(seen, target, torch.zeros_like(target)).unsqueeze(-1)
        e = t - y_pred
        loss = torch.maximum(q * e, (q - 1) * e)
        scale = (t.squeeze(-1).abs() * seen).sum(1) / seen.sum(1).clamp(min=1) + 1.0
        loss = (loss.sum(-1) * seen).sum(1) / (seen.sum(1).clamp(min=1) * scale)
        return loss.mean() + crossing * F.relu(y_pred[..., :-1] - y_pred[..., 1:]).mean()

    return pinball, (net(x), y)


@right(
    "openai/CLIP",
    "symmetric loss with exp of the learned scale, several captions of one image merged "
    "by soft targets",
)
def _():
    torch.manual_seed(130)
    z = torch.randn(24, 10)
    fi, ft = nn.Linear(10, 16), nn.Linear(10, 16)
    group = torch.arange(24) // 2
    z = z[group]

    def clip_soft(image_features, text_features, logit_scale, image_id):
        i, t = F.normalize(image_features, dim=-1), F.normalize(text_features, dim=-1)
        logits = logit_scale.exp().clamp(max=100) * i @ t.t()
        target = image_id.view(-1, 1).eq(image_id.view(1, -1)).float()
        target = target / target.sum(1, keepdim=True)
        return 0.5 * (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target.t()))

    return clip_soft, (
        fi(z + 0.3 * torch.randn(24, 10)),
        ft(z + 0.3 * torch.randn(24, 10)),
        nn.Parameter(torch.tensor(math.log(1 / 0.07))),
        group,
    )


@right(
    "google-research/big_vision SigLIP",
    "pairwise sigmoid, labels 2*eye-1, sum over all divided by N",
)
def _():
    torch.manual_seed(131)
    z = torch.randn(24, 10)
    fi, ft = nn.Linear(10, 16), nn.Linear(10, 16)

    class SigLipLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.t_prime, self.b = (
                nn.Parameter(torch.tensor(math.log(10.0))),
                nn.Parameter(torch.tensor(-10.0)),
            )

        def forward(self, zimg, ztxt):
            logits = (
                self.t_prime.exp() * F.normalize(zimg, dim=-1) @ F.normalize(ztxt, dim=-1).t()
                + self.b
            )
            n = logits.shape[0]
            m1_diag1 = 2 * torch.eye(n) - torch.ones(n, n)
            return -F.logsigmoid(m1_diag1 * logits).sum() / n

    return SigLipLoss(), (fi(z + 0.3 * torch.randn(24, 10)), ft(z))


@right(
    "Spijkervet/SimCLR NT-Xent",
    "diagonal set to -inf in place, cross entropy with shifted labels, sum / 2N",
)
def _():
    torch.manual_seed(132)
    x = torch.randn(16, 20)
    f = mlp(20, 8)

    def nt_xent(z_i, z_j, temperature=0.2):
        n = z_i.size(0)
        z = F.normalize(torch.cat([z_i, z_j]), dim=1)
        sim = z @ z.t() / temperature
        sim.fill_diagonal_(float("-inf"))
        target = torch.arange(2 * n).roll(n)
        return F.cross_entropy(sim, target, reduction="sum") / (2 * n)

    return nt_xent, (f(x + 0.2 * torch.randn(16, 20)), f(x + 0.2 * torch.randn(16, 20)))


@right(
    "HobbitLong/SupContrast",
    "features (B, V, D), mask repeated, self removed, anchors without positives left out",
)
def _():
    torch.manual_seed(133)
    x, y = clusters(20, 12, 6, 133)
    f = mlp(12, 16)

    def sup_con(features, labels, temperature=0.07, base_temperature=0.07):
        b, v = features.shape[:2]
        mask = torch.eq(labels.view(-1, 1), labels.view(1, -1)).float()
        contrast = torch.cat(torch.unbind(features, dim=1), dim=0)
        dot = torch.div(torch.matmul(contrast, contrast.T), temperature)
        logits = dot - dot.max(dim=1, keepdim=True)[0].detach()
        mask = mask.repeat(v, v)
        logits_mask = torch.scatter(torch.ones_like(mask), 1, torch.arange(b * v).view(-1, 1), 0)
        mask = mask * logits_mask
        log_prob = logits - torch.log((torch.exp(logits) * logits_mask).sum(1, keepdim=True))
        n = mask.sum(1)
        n = torch.where(n < 1e-6, 1, n)
        loss = -(temperature / base_temperature) * (mask * log_prob).sum(1) / n
        return loss.view(v, b).mean()

    feats = torch.stack([F.normalize(f(x + 0.2 * torch.randn_like(x)), dim=1) for _ in range(2)], 1)
    return sup_con, (feats, y)


@right(
    "facebookresearch/moco",
    "positive in column 0, so all labels are zero; queue and keys without graph",
)
def _():
    torch.manual_seed(134)
    x = torch.randn(16, 20)
    fq, fk = mlp(20, 8), mlp(20, 8)
    fk.load_state_dict(fq.state_dict())
    queue = F.normalize(torch.randn(8, 128), dim=0)
    with torch.no_grad():
        k = F.normalize(fk(x + 0.2 * torch.randn(16, 20)), dim=1)

    def moco_loss(q, k, queue, T=0.07):
        l_pos = torch.einsum("nc,nc->n", [q, k]).unsqueeze(-1)
        l_neg = torch.einsum("nc,ck->nk", [q, queue.clone().detach()])
        logits = torch.cat([l_pos, l_neg], dim=1) / T
        labels = torch.zeros(logits.shape[0], dtype=torch.long)
        return F.cross_entropy(logits, labels)

    return moco_loss, (F.normalize(fq(x + 0.2 * torch.randn(16, 20)), dim=1), k, queue)


@right(
    "raminnakhli/Decoupled-Contrastive-Learning",
    "DCL: the positive is not in the denominator (loss may be negative), one direction at a time",
)
def _():
    torch.manual_seed(135)
    x = torch.randn(16, 20)
    f = mlp(20, 8)

    def dcl(z1, z2, temperature=0.1):
        z1, z2 = F.normalize(z1), F.normalize(z2)

        def side(a, b):
            cross = a @ b.t()
            positive = -torch.diag(cross) / temperature
            neg = torch.cat([a @ a.t(), cross], dim=1) / temperature
            neg_mask = torch.eye(a.size(0)).repeat(1, 2).bool()
            return (
                positive + torch.logsumexp(neg.masked_fill(neg_mask, float("-inf")), dim=1)
            ).mean()

        return side(z1, z2) + side(z2, z1)

    return dcl, (f(x + 0.2 * torch.randn(16, 20)), f(x + 0.2 * torch.randn(16, 20)))


@right(
    "Belghazi et al. 2018, MINE",
    "Donsker-Varadhan bound negated, logmeanexp of the shuffled pairs (negative value)",
)
def _():
    torch.manual_seed(136)
    x = torch.randn(64, 3)
    z = x + 0.3 * torch.randn(64, 3)
    T = mlp(6, 1)

    def mine(T, x, z):
        t = T(torch.cat([x, z], 1)).squeeze(-1)
        t_marg = T(torch.cat([x, z[torch.randperm(len(z))]], 1)).squeeze(-1)
        mi = t.mean() - (torch.logsumexp(t_marg, 0) - math.log(len(z)))
        return -mi

    return mine, (T, x, z)


@right(
    "ronghuaiyang/arcface-pytorch",
    "own class weights, cosine clamped, margin only on the target, easy-margin rule",
)
def _():
    torch.manual_seed(137)
    x, y = clusters(32, 12, 7, 137)
    f = mlp(12, 16)

    class ArcMarginProduct(nn.Module):
        def __init__(self, d, n, s=30.0, m=0.5):
            super().__init__()
            self.weight = nn.Parameter(torch.empty(n, d))
            nn.init.xavier_uniform_(self.weight)
            self.s, self.cos_m, self.sin_m, self.th, self.mm = (
                s,
                math.cos(m),
                math.sin(m),
                math.cos(math.pi - m),
                math.sin(math.pi - m) * m,
            )

        def forward(self, input, label):
            cosine = F.linear(F.normalize(input), F.normalize(self.weight)).clamp(
                -1 + 1e-7, 1 - 1e-7
            )
            sine = torch.sqrt(1.0 - cosine.pow(2))
            phi = cosine * self.cos_m - sine * self.sin_m
            phi = torch.where(cosine > self.th, phi, cosine - self.mm)
            one_hot = torch.zeros_like(cosine).scatter_(1, label.view(-1, 1), 1)
            return F.cross_entropy((one_hot * phi + (1.0 - one_hot) * cosine) * self.s, label)

    return ArcMarginProduct(16, 7), (f(x), y)


@right(
    "tim-learn/SHOT",
    "source-free adaptation: entropy minimised, entropy of the mean maximised "
    "(subtracted), pseudo labels detached",
)
def _():
    torch.manual_seed(138)
    x, _ = clusters(48, 12, 5, 138)
    net = mlp(12, 5)

    def shot(outputs_test, pred, cls_par=0.3, epsilon=1e-5):
        classifier_loss = cls_par * F.cross_entropy(outputs_test, pred)
        p = F.softmax(outputs_test, dim=1)
        entropy_loss = torch.mean(torch.sum(-p * torch.log(p + epsilon), dim=1))
        msoftmax = p.mean(dim=0)
        gentropy = torch.sum(-msoftmax * torch.log(msoftmax + epsilon))
        return classifier_loss + entropy_loss - gentropy

    lg = net(x)
    return shot, (lg, (lg.detach() + 0.3 * torch.randn_like(lg)).argmax(1))


@right("lucidrains/byol-pytorch", "symmetric, target projections without graph, 2 - 2 cos")
def _():
    torch.manual_seed(139)
    x = torch.randn(16, 20)
    on, tg, pred = mlp(20, 16), mlp(20, 16), mlp(16, 16)
    tg.load_state_dict(on.state_dict())

    def byol(online, predictor, target, x1, x2):
        p1, p2 = predictor(online(x1)), predictor(online(x2))
        with torch.no_grad():
            t1, t2 = target(x1), target(x2)
        d = lambda p, t: 2 - 2 * (F.normalize(p, dim=-1) * F.normalize(t, dim=-1)).sum(-1)
        return (d(p1, t2) + d(p2, t1)).mean()

    return byol, (on, pred, tg, x + 0.2 * torch.randn(16, 20), x + 0.2 * torch.randn(16, 20))


@right(
    "facebookresearch/vicreg",
    "invariance + variance hinge + covariance off-diagonal, statistics over the batch axis",
)
def _():
    torch.manual_seed(140)
    t = torch.randn(32, 20)
    f = mlp(20, 12)

    def vicreg(x, y, sim_coeff=25.0, std_coeff=25.0, cov_coeff=1.0):
        repr_loss = F.mse_loss(x, y)
        x, y = x - x.mean(0), y - y.mean(0)
        std_loss = sum(F.relu(1 - torch.sqrt(a.var(0) + 1e-4)).mean() / 2 for a in (x, y))
        cov_loss = 0
        for a in (x, y):
            c = (a.T @ a) / (a.shape[0] - 1)
            cov_loss = cov_loss + (c.pow(2).sum() - c.diagonal().pow(2).sum()) / a.shape[1]
        return sim_coeff * repr_loss + std_coeff * std_loss + cov_coeff * cov_loss

    return vicreg, (f(t + 0.2 * torch.randn(32, 20)), f(t + 0.2 * torch.randn(32, 20)))


@right("facebookresearch/barlowtwins", "batch statistics over axis 0, in-place diagonal")
def _():
    torch.manual_seed(141)
    t = torch.randn(32, 20)
    f = mlp(20, 12)

    class Barlow(nn.Module):
        def __init__(self, d, lambd=0.0051):
            super().__init__()
            self.bn, self.lambd = nn.BatchNorm1d(d, affine=False), lambd

        def forward(self, z1, z2):
            c = self.bn(z1).T @ self.bn(z2)
            c = c / z1.shape[0]
            on_diag = torch.diagonal(c).add(-1).pow(2).sum()
            n = c.shape[0]
            off_diag = c.flatten()[:-1].view(n - 1, n + 1)[:, 1:].flatten().pow(2).sum()
            return on_diag + self.lambd * off_diag

    return Barlow(12), (f(t + 0.2 * torch.randn(32, 20)), f(t + 0.2 * torch.randn(32, 20)))


@right("facebookresearch/swav", "codes by Sinkhorn without graph, swapped prediction")
def _():
    torch.manual_seed(142)
    t = torch.randn(24, 20)
    f = mlp(20, 12)
    proto = nn.Linear(12, 8, bias=False)
    proto.weight.data = F.normalize(proto.weight.data)

    def swav(scores_t, scores_s, temperature=0.1, epsilon=0.05):
        @torch.no_grad()
        def sinkhorn(out):
            Q = torch.exp(out / epsilon).t()
            K, B = Q.shape
            Q /= Q.sum()
            for _ in range(3):
                Q /= Q.sum(dim=1, keepdim=True)
                Q /= K
                Q /= Q.sum(dim=0, keepdim=True)
                Q /= B
            return (Q * B).t()

        q_t, q_s = sinkhorn(scores_t), sinkhorn(scores_s)
        p_t, p_s = (
            F.log_softmax(scores_t / temperature, 1),
            F.log_softmax(scores_s / temperature, 1),
        )
        return -0.5 * ((q_t * p_s).sum(1) + (q_s * p_t).sum(1)).mean()

    g = lambda: proto(F.normalize(f(t + 0.2 * torch.randn(24, 20)), dim=1))
    return swav, (g(), g())


@right(
    "google-research GKD / trl GKDTrainer",
    "generalised Jensen-Shannon divergence by log_target kl_div with mixed log-probs, masked",
)
def _():
    torch.manual_seed(143)
    ids, mask, _ = token_batch(143)
    s, t = TinyLM(), TinyLM(d=32)
    labels = ids[:, 1:].masked_fill(mask[:, 1:] == 0, -100)
    with torch.no_grad():
        tl = t(ids[:, :-1]) * 3

    def generalized_jsd_loss(student_logits, teacher_logits, labels, beta=0.3, temperature=0.9):
        s = F.log_softmax(student_logits / temperature, dim=-1)
        t = F.log_softmax(teacher_logits / temperature, dim=-1)
        b = torch.tensor(beta)
        mix = torch.logsumexp(torch.stack([s + torch.log1p(-b), t + torch.log(b)]), dim=0)
        kl_teacher = F.kl_div(mix, t, reduction="none", log_target=True)
        kl_student = F.kl_div(mix, s, reduction="none", log_target=True)
        jsd = b * kl_teacher + (1 - b) * kl_student
        keep = labels != -100
        return jsd[keep].sum() / keep.sum()

    return generalized_jsd_loss, (s(ids[:, :-1]), tl, labels)


@right(
    "megvii-research/mdistiller DKD",
    "decoupled distillation: target and non-target parts with a -1000 mask",
)
def _():
    torch.manual_seed(144)
    x, y = clusters(32, 12, 10, 144)
    s, t = mlp(12, 10), mlp(12, 10, 64)
    with torch.no_grad():
        tl = t(x) * 3

    def dkd(logits_student, logits_teacher, target, alpha=1.0, beta=8.0, T=4.0):
        gt = F.one_hot(target, logits_student.shape[1]).float()
        cat = lambda p: torch.stack([(p * gt).sum(1), (p * (1 - gt)).sum(1)], 1)
        ps, pt = cat(F.softmax(logits_student / T, 1)), cat(F.softmax(logits_teacher / T, 1))
        tckd = F.kl_div(torch.log(ps), pt, reduction="batchmean") * T**2
        ls2 = F.log_softmax(logits_student / T - 1000.0 * gt, dim=1)
        pt2 = F.softmax(logits_teacher / T - 1000.0 * gt, dim=1)
        nckd = F.kl_div(ls2, pt2, reduction="batchmean") * T**2
        return F.cross_entropy(logits_student, target) + alpha * tckd + beta * nckd

    return dkd, (s(x), tl, y)


@right(
    "Project-MONAI/MONAI DiceCELoss",
    "background left out of Dice, squared denominator, void pixels 255 masked in both terms",
)
def _():
    torch.manual_seed(145)
    x, y = blobs(4, 24, 4, 145)
    y[:, 0] = 255
    net = seg_net(3, 4)

    def dice_ce(logits, target, ignore_index=255, smooth=1e-5):
        ce = F.cross_entropy(logits, target, ignore_index=ignore_index)
        valid = (target != ignore_index).unsqueeze(1)
        onehot = (
            F.one_hot(target.masked_fill(target == ignore_index, 0), logits.shape[1]).permute(
                0, 3, 1, 2
            )
            * valid
        )
        p = logits.softmax(1) * valid
        p, t = p[:, 1:].flatten(2), onehot[:, 1:].flatten(2).to(p.dtype)
        dice = (2 * (p * t).sum(-1) + smooth) / (p.pow(2).sum(-1) + t.pow(2).sum(-1) + smooth)
        return ce + (1 - dice).mean()

    return dice_ce, (net(x), y)


@right(
    "bermanmaxim/LovaszSoftmax (hinge)",
    "sorted errors times the Lovasz gradient, no graph through the labels",
)
def _():
    torch.manual_seed(146)
    x, y = blobs(4, 20, 2, 146)
    net = seg_net(3, 1)

    def lovasz_hinge(logits, labels):
        def flat(lg, lb):
            signs = 2.0 * lb.float() - 1.0
            errors = 1.0 - lg * signs
            es, perm = torch.sort(errors, dim=0, descending=True)
            gt = lb[perm].float()
            gts = gt.sum()
            jac = 1.0 - (gts - gt.cumsum(0)) / (gts + (1 - gt).cumsum(0))
            jac[1:] = jac[1:] - jac[:-1]
            return torch.dot(F.relu(es), jac)

        return torch.stack([flat(a.view(-1), b.view(-1)) for a, b in zip(logits, labels)]).mean()

    return lovasz_hinge, (net(x).squeeze(1), y)


@right(
    "facebookresearch/fvcore sigmoid_focal_loss (RetinaNet)",
    "anchors -1 are ignored, sum over anchors divided by the positives",
)
def _():
    torch.manual_seed(147)
    feats = torch.randn(2, 60, 12)
    head = nn.Linear(12, 5)
    nn.init.constant_(head.bias, -math.log(99.0))
    gt = torch.where(feats[..., 0] > 1.1, feats[..., 1:].argmax(-1) % 5, torch.tensor(5))
    gt[torch.rand(2, 60) < 0.1] = -1

    def retina_cls(pred_logits, gt_labels, num_classes=5, alpha=0.25, gamma=2.0):
        valid = gt_labels >= 0
        num_pos = ((gt_labels >= 0) & (gt_labels != num_classes)).sum().clamp(min=1)
        target = F.one_hot(gt_labels[valid], num_classes + 1)[:, :-1].to(pred_logits.dtype)
        inputs = pred_logits[valid]
        p = torch.sigmoid(inputs)
        ce = F.binary_cross_entropy_with_logits(inputs, target, reduction="none")
        p_t = p * target + (1 - p) * (1 - target)
        loss = ce * (1 - p_t) ** gamma * (alpha * target + (1 - alpha) * (1 - target))
        return loss.sum() / num_pos

    return retina_cls, (head(feats), gt)


@right(
    "xingyizhou/CenterNet _neg_loss",
    "penalty-reduced focal loss on Gaussian heatmaps, probabilities clamped",
)
def _():
    torch.manual_seed(148)
    net = seg_net(3, 2)
    yy, xx = torch.meshgrid(torch.arange(20.0), torch.arange(20.0), indexing="ij")
    hm = torch.zeros(4, 2, 20, 20)
    for b in range(4):
        for c in range(2):
            cy, cx = torch.randint(3, 17, (2,)).tolist()
            hm[b, c] = torch.exp(-((yy - cy) ** 2 + (xx - cx) ** 2) / 6)

    def neg_loss(pred, gt):
        pred = torch.clamp(pred.sigmoid(), min=1e-4, max=1 - 1e-4)
        pos_inds, neg_inds = gt.eq(1).float(), gt.lt(1).float()
        neg_weights = torch.pow(1 - gt, 4)
        pos_loss = (torch.log(pred) * torch.pow(1 - pred, 2) * pos_inds).sum()
        neg_loss = (torch.log(1 - pred) * torch.pow(pred, 2) * neg_weights * neg_inds).sum()
        num_pos = pos_inds.sum()
        return -neg_loss if num_pos == 0 else -(pos_loss + neg_loss) / num_pos

    img = torch.cat([hm, hm[:, :1] * 0], 1) + 0.3 * torch.randn(4, 3, 20, 20)
    return neg_loss, (net(img), hm)


@right("Zzh-tju/CIoU", "CIoU, alpha without graph, clamped intersections")
def _():
    torch.manual_seed(149)
    g = torch.rand(32, 4) * 40
    gt = torch.cat([g[:, :2], g[:, :2] + 8 + g[:, 2:]], 1)
    raw = nn.Linear(8, 4)(torch.cat([gt, torch.randn(32, 4)], 1) / 50)
    c = (gt[:, :2] + gt[:, 2:]) / 2 + 5 * raw[:, :2]
    wh = 20 * torch.exp(raw[:, 2:].clamp(max=2))
    pred = torch.cat([c - wh / 2, c + wh / 2], 1)

    def ciou(p, t, eps=1e-7):
        inter = (torch.min(p[:, 2:], t[:, 2:]) - torch.max(p[:, :2], t[:, :2])).clamp(0).prod(1)
        wp, hp = (p[:, 2:] - p[:, :2]).unbind(1)
        wt, ht = (t[:, 2:] - t[:, :2]).unbind(1)
        iou = inter / (wp * hp + wt * ht - inter + eps)
        cw = torch.max(p[:, 2:], t[:, 2:]) - torch.min(p[:, :2], t[:, :2])
        c2 = cw.pow(2).sum(1) + eps
        rho2 = ((p[:, :2] + p[:, 2:] - t[:, :2] - t[:, 2:]) ** 2).sum(1) / 4
        v = (4 / math.pi**2) * (torch.atan(wt / (ht + eps)) - torch.atan(wp / (hp + eps))).pow(2)
        with torch.no_grad():
            a = v / (v - iou + (1 + eps))
        return (1 - (iou - (rho2 / c2 + v * a))).sum() / len(p)

    return ciou, (pred, gt)


@right(
    "ultralytics DFL / implus/GFocal",
    "distribution focal loss: two cross entropies around a fractional target, quality weights",
)
def _():
    torch.manual_seed(150)
    feats = torch.randn(20, 12)
    head = nn.Linear(12, 4 * 16)
    target = (4 + 3 * feats[:, :4]).clamp(0, 14.99)

    def df_loss(pred_dist, target, weight):
        tl = target.long()
        tr = tl + 1
        wl = tr - target
        wr = 1 - wl
        loss = (
            F.cross_entropy(pred_dist, tl.view(-1), reduction="none").view(tl.shape) * wl
            + F.cross_entropy(pred_dist, tr.view(-1), reduction="none").view(tl.shape) * wr
        )
        return (loss.mean(-1, keepdim=True) * weight).sum() / weight.sum()

    return df_loss, (head(feats).view(-1, 16), target, torch.rand(20, 1) * 0.8 + 0.2)


@right(
    "facebookresearch/detr SetCriterion",
    "matched queries by index, no-object class down-weighted, boxes cxcywh with L1",
)
def _():
    torch.manual_seed(151)
    q = torch.randn(2, 15, 16)
    cl, bb = nn.Linear(16, 5), nn.Linear(16, 4)
    targets = [
        dict(labels=torch.tensor([1, 3, 0]), boxes=torch.rand(3, 4) * 0.3 + 0.3),
        dict(labels=torch.tensor([2, 2]), boxes=torch.rand(2, 4) * 0.3 + 0.3),
    ]
    indices = [
        (torch.tensor([4, 9, 12]), torch.tensor([2, 0, 1])),
        (torch.tensor([0, 7]), torch.tensor([1, 0])),
    ]

    def set_criterion(pred_logits, pred_boxes, targets, indices, num_classes=4, eos_coef=0.1):
        w = torch.ones(num_classes + 1)
        w[-1] = eos_coef
        bi = torch.cat([torch.full_like(s, i) for i, (s, _) in enumerate(indices)])
        si = torch.cat([s for s, _ in indices])
        tc = torch.full(pred_logits.shape[:2], num_classes, dtype=torch.int64)
        tc[bi, si] = torch.cat([t["labels"][j] for t, (_, j) in zip(targets, indices)])
        ce = F.cross_entropy(pred_logits.transpose(1, 2), tc, w)
        tb = torch.cat([t["boxes"][j] for t, (_, j) in zip(targets, indices)])
        return ce + 5 * F.l1_loss(pred_boxes[bi, si], tb, reduction="none").sum() / len(tb)

    return set_criterion, (cl(q), bb(q).sigmoid(), targets, indices)


@right(
    "Kingma et al. 2016 free bits / beta-VAE",
    "logits reconstruction summed per sample, free bits per latent on the batch mean",
)
def _():
    torch.manual_seed(152)
    x = (torch.rand(32, 40) < 0.3).float()
    enc, dec = nn.Linear(40, 16), nn.Linear(8, 40)
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()

    def vae_free_bits(recon_logits, x, mu, logvar, beta=0.7, free_bits=0.1):
        rec = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(1).mean()
        kld = 0.5 * (mu.pow(2) + logvar.exp() - 1 - logvar)
        kld = kld.mean(0).clamp(min=free_bits).sum()
        return rec + beta * kld

    return vae_free_bits, (dec(z), x, mu, logvar)


@right(
    "CompVis/taming-transformers VQ",
    "codebook and commitment terms with detach on opposite sides, straight-through reconstruction",
)
def _():
    torch.manual_seed(153)
    x = torch.randn(32, 20)
    enc, dec, book = mlp(20, 8), mlp(8, 20), nn.Embedding(16, 8)

    def vq_loss(encoder, decoder, codebook, x, beta=0.25):
        z = encoder(x)
        idx = torch.cdist(z, codebook.weight).argmin(1)
        z_q = codebook(idx)
        commit = beta * F.mse_loss(z, z_q.detach()) + F.mse_loss(z_q, z.detach())
        z_q = z + (z_q - z).detach()
        return F.mse_loss(decoder(z_q), x) + commit

    return vq_loss, (enc, dec, book, x)


@right(
    "NVlabs/stylegan2-ada-pytorch",
    "discriminator: softplus logistic loss, fake detached, R1 penalty with create_graph "
    "over the sum",
)
def _():
    torch.manual_seed(154)
    G = mlp(8, 3 * 64)
    D = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 64, 1)
    )
    fake = torch.tanh(G(torch.randn(8, 8))).view(8, 3, 8, 8)
    real = torch.rand(8, 3, 8, 8) * 2 - 1

    def d_logistic_r1(D, real, fake, gamma=10.0):
        real = real.detach().requires_grad_(True)
        lr = D(real)
        lf = D(fake.detach())
        (g,) = torch.autograd.grad(lr.sum(), real, create_graph=True)
        r1 = g.square().sum([1, 2, 3])
        return (F.softplus(lf) + F.softplus(-lr)).mean() + 0.5 * gamma * r1.mean()

    return d_logistic_r1, (D, real, fake)


@right(
    "caogang/wgan-gp",
    "critic: fake minus real, penalty over flattened gradients with create_graph, drift term",
)
def _():
    torch.manual_seed(155)
    D = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 16, 1)
    )
    G = nn.Linear(6, 3 * 64)
    with torch.no_grad():
        fake = torch.tanh(G(torch.randn(8, 6))).view(8, 3, 8, 8)

    def critic(D, real, fake, lambda_gp=10.0, drift=1e-3):
        alpha = torch.rand(real.size(0), 1, 1, 1)
        xhat = torch.lerp(fake, real, alpha).requires_grad_(True)
        g = torch.autograd.grad(D(xhat).sum(), xhat, create_graph=True)[0]
        gp = (g.flatten(1).norm(2, dim=1) - 1).square().mean()
        dr = D(real)
        return D(fake).mean() - dr.mean() + lambda_gp * gp + drift * dr.square().mean()

    return critic, (D, torch.rand(8, 3, 8, 8) * 2 - 1, fake)


@right(
    "Hang et al. 2023, Min-SNR (v-prediction)",
    "v target, weights min(snr, 5)/(snr+1) per sample, unequal noise levels",
)
def _():
    torch.manual_seed(156)
    net = seg_net(2, 1)
    x0 = torch.rand(12, 1, 12, 12) * 2 - 1
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)

    def v_loss(model, x_start, t, alphas_cumprod, min_snr_gamma=5.0):
        a = alphas_cumprod[t].view(-1, 1, 1, 1)
        noise = torch.randn_like(x_start)
        x_t = a.sqrt() * x_start + (1 - a).sqrt() * noise
        target = a.sqrt() * noise - (1 - a).sqrt() * x_start
        cond = (t.float() / len(alphas_cumprod)).view(-1, 1, 1, 1).expand_as(x_t)
        mse = F.mse_loss(model(torch.cat([x_t, cond], 1)), target, reduction="none").mean(
            dim=list(range(1, x_t.ndim))
        )
        snr = alphas_cumprod[t] / (1 - alphas_cumprod[t])
        w = torch.clamp(snr, max=min_snr_gamma) / (snr + 1)
        return (mse * w).mean()

    return v_loss, (net, x0, torch.randint(0, 1000, (12,)), ac)


@right(
    "Lipman et al. 2023 / Stable Diffusion 3 rectified flow",
    "noise at t=1: x_t = (1-t) x0 + t noise, so the velocity is noise - x0; logit-normal t",
)
def _():
    torch.manual_seed(157)
    net = mlp(3, 2)

    def rectified_flow(model, x0):
        noise = torch.randn_like(x0)
        t = torch.sigmoid(torch.randn(x0.shape[0], 1))
        xt = (1 - t) * x0 + t * noise
        v = model(torch.cat([xt, t], -1))
        return (v - (noise - x0)).square().sum(-1).mean()

    return rectified_flow, (net, torch.randn(64, 2) * 0.3 + 2)


@right(
    "Seitzer et al. 2022 beta-NLL + MDN",
    "mixture density by logsumexp; and beta-NLL weighted by the detached variance",
)
def _():
    torch.manual_seed(158)
    x = torch.randn(64, 6)
    y = x[:, :1] + torch.where(torch.rand(64, 1) < 0.5, -1.0, 1.0) + 0.2 * torch.randn(64, 1)
    head, h2 = mlp(6, 9), mlp(6, 2)
    lg, mu, ls = head(x).chunk(3, -1)
    m, raw = h2(x).chunk(2, -1)

    def mdn_beta_nll(pi_logits, mu, log_sigma, mean, raw_var, y, beta=0.5):
        log_pi = F.log_softmax(pi_logits, dim=-1)
        log_n = -0.5 * ((y - mu) / log_sigma.exp()) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)
        mdn = -torch.logsumexp(log_pi + log_n, dim=-1).mean()
        var = F.softplus(raw_var) + 1e-4
        nll = 0.5 * (var.log() + (y - mean) ** 2 / var) * var.detach() ** beta
        return mdn + nll.mean()

    return mdn_beta_nll, (lg, mu, ls, m, raw, y)


@right(
    "havakv/pycox DeepHit + Cox",
    "Cox by flip-logcumsumexp on ascending times plus a discrete-time hazard likelihood "
    "with censoring",
)
def _():
    torch.manual_seed(159)
    x = torch.randn(48, 6)
    net, hz = mlp(6, 1), mlp(6, 8)
    time = torch.exp(-x[:, 0] + 0.4 * torch.randn(48)) * 3
    event = torch.rand(48) < 0.6
    idx_durations = time.clamp(max=7.99).long()

    def cox_and_hazard(log_h, phi, time, idx_durations, event):
        order = time.argsort()
        lh, e = log_h.view(-1)[order], event[order]
        risk = torch.logcumsumexp(lh.flip(0), 0).flip(0)
        cox = -(lh - risk)[e].mean()
        y_bce = torch.zeros_like(phi).scatter(
            1, idx_durations.view(-1, 1), event.float().view(-1, 1)
        )
        bce = F.binary_cross_entropy_with_logits(phi, y_bce, reduction="none")
        return cox + bce.cumsum(1).gather(1, idx_durations.view(-1, 1)).mean()

    return cox_and_hazard, (net(x), hz(x), time, idx_durations, event)


@right(
    "Xia et al. 2008 ListMLE (allRank)",
    "random tie breaking, sort by true labels, padded -1 masked, reversed cumulative "
    "sums, -inf in place",
)
def _():
    torch.manual_seed(160)
    x = torch.randn(12, 20, 6)
    net = mlp(6, 1)
    rel = (x[..., 0] * 1.2 + 1.5).round().clamp(0, 4)
    pad = torch.arange(20)[None] >= torch.randint(8, 21, (12, 1))
    y_true = rel.masked_fill(pad, -1.0)

    def list_mle(y_pred, y_true, eps=1e-10, padded_value_indicator=-1):
        perm = torch.randperm(y_pred.shape[-1])
        yp, yt = y_pred[:, perm], y_true[:, perm]
        y_sorted, indices = yt.sort(descending=True, dim=-1)
        mask = y_sorted == padded_value_indicator
        p = torch.gather(yp, 1, indices)
        p[mask] = float("-inf")
        mx, _ = p.max(dim=1, keepdim=True)
        pm = p - mx
        cums = torch.cumsum(pm.exp().flip(dims=[1]), dim=1).flip(dims=[1])
        obs = torch.log(cums + eps) - pm
        obs[mask] = 0.0
        return torch.mean(torch.sum(obs, dim=1))

    return list_mle, (net(x).squeeze(-1), y_true)
