"""Losses as they stand in reviews and first research code: torch's, fastai's, by hand."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


def labels_for(x, c):
    """labels that depend on the inputs a bit"""
    return ((x @ torch.randn(x.shape[-1], c)) + torch.randn(*x.shape[:-1], c)).argmax(-1)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss",
    "soft targets (N,T,C) with logits (N,T,C): softmax runs over time",
    "LX103",
)
def _():
    torch.manual_seed(1)
    x = torch.randn(8, 12, 16)
    logits = nn.GRU(16, 20, batch_first=True)(x)[0]
    y = labels_for(x, 20)
    target = 0.9 * F.one_hot(y, 20).float() + 0.1 / 20
    return nn.CrossEntropyLoss(), (logits, target)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax",
    "log_softmax without dim on a 3-D tensor picks dim 0 (the batch)",
    "LX309",
)
def _():
    torch.manual_seed(2)
    tok = torch.randint(2, 40, (16, 10))
    tags = tok % 6
    logits = nn.Sequential(nn.Embedding(40, 16), nn.Linear(16, 6))(tok)

    def tag_loss(tag_space, tags):
        tag_scores = F.log_softmax(tag_space)
        return F.nll_loss(tag_scores.reshape(-1, tag_scores.size(-1)), tags.reshape(-1))

    return tag_loss, (logits, tags)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss",
    "'none' passed third lands in size_average: reduction is mean, the mask does nothing",
    "LX110",
)
def _():
    torch.manual_seed(3)
    x = torch.randn(16, 24, 4)
    out = nn.Linear(4, 1)(x).squeeze(-1)
    y = x.sum(-1) + 0.3 * torch.randn(16, 24)
    lens = torch.randint(8, 25, (16,))
    mask = (torch.arange(24)[None] < lens[:, None]).float()
    y = y * mask

    def masked_mse(out, y, mask):
        l = F.mse_loss(out, y, "none")
        return (l * mask).sum() / mask.sum()

    return masked_mse, (out, y, mask)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss",
    "a similarity as the distance function",
    "LX313",
)
def _():
    torch.manual_seed(4)
    net = mlp(20, 16)
    a = torch.randn(32, 20)
    p = a + 0.3 * torch.randn(32, 20)
    n = torch.randn(32, 20)
    return nn.TripletMarginWithDistanceLoss(distance_function=nn.CosineSimilarity(), margin=0.5), (
        net(a),
        net(p),
        net(n),
    )


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss",
    "multi-hot targets instead of class indices padded by -1",
    "LX206",
)
def _():
    torch.manual_seed(5)
    x = torch.randn(16, 12)
    scores = mlp(12, 9)(x)
    target = ((x @ torch.randn(12, 9)) > 2.0).long()
    return nn.MultiLabelMarginLoss(), (scores, target)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss",
    "softmax before a margin loss on scores",
    "LX325",
)
def _():
    torch.manual_seed(6)
    x = torch.randn(32, 10)
    y = labels_for(x, 5)
    return nn.MultiMarginLoss(), (mlp(10, 5)(x).softmax(1), y)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss",
    "0/1 labels where -1/1 are wanted",
    "LX202",
)
def _():
    torch.manual_seed(7)
    x = torch.randn(32, 10)
    y = (x[:, :1] + 0.4 * torch.randn(32, 1) > 0).float()
    return nn.SoftMarginLoss(), (mlp(10, 1)(x), y)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.CTCLoss",
    "batch-first log-probs; time is expected first (N == T by chance of the crop)",
    "",
)
def _():
    torch.manual_seed(8)
    feats = torch.randn(32, 32, 13)
    lp = nn.Sequential(nn.Linear(13, 28))(nn.LSTM(13, 13, batch_first=True)(feats)[0]).log_softmax(
        -1
    )
    tl = torch.randint(4, 10, (32,))
    targets = torch.randint(1, 28, (32, 10))
    return nn.CTCLoss(blank=0, zero_infinity=True), (lp, targets, torch.full((32,), 32), tl)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.CTCLoss",
    "target_lengths is the padded length; pads are 0 = blank",
    "LX323",
)
def _():
    torch.manual_seed(9)
    feats = torch.randn(60, 8, 40)
    lp = nn.Linear(40, 30)(feats).log_softmax(2)
    L = torch.randint(5, 15, (8,))
    targets = torch.randint(1, 30, (8, 15))
    targets[torch.arange(15)[None] >= L[:, None]] = 0

    def ctc_loss(log_probs, targets):
        T, N, C = log_probs.shape
        input_lengths = torch.full((N,), T, dtype=torch.long)
        target_lengths = torch.full((N,), targets.size(1), dtype=torch.long)
        return F.ctc_loss(log_probs, targets, input_lengths, target_lengths)

    return ctc_loss, (lp, targets)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss",
    "student in the target place, teacher in the input place",
    "",
)
def _():
    torch.manual_seed(10)
    x = torch.randn(32, 16)
    s = mlp(16, 10)(x)
    with torch.no_grad():
        t = 3 * mlp(16, 10)(x)

    def distill(student_logits, teacher_logits):
        return F.kl_div(
            F.log_softmax(teacher_logits, 1), F.softmax(student_logits, 1), reduction="batchmean"
        )

    return distill, (s, t)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss",
    "log-probabilities as target without log_target=True",
    "LX307",
)
def _():
    torch.manual_seed(11)
    x = torch.randn(24, 16)
    s = mlp(16, 8)(x).log_softmax(-1)
    with torch.no_grad():
        t = (2 * mlp(16, 8)(x)).log_softmax(-1)
    return nn.KLDivLoss(reduction="batchmean"), (s, t)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss",
    "standard deviation given as var",
    "LX315",
)
def _():
    torch.manual_seed(12)
    x = torch.randn(32, 6)
    out = mlp(6, 2)(x)
    y = x[:, 0] + 0.2 * torch.randn(32)

    def nll(mean, std, y):
        return F.gaussian_nll_loss(mean, y, std)

    return nll, (out[:, 0], F.softplus(out[:, 1]) + 1e-3, y)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss",
    "softplus rate into PoissonNLLLoss whose default is log_input=True",
    "LX314",
)
def _():
    torch.manual_seed(13)
    x = torch.randn(48, 5)
    rate = F.softplus(mlp(5, 1)(x)) + 3.0
    y = torch.poisson((x[:, :1] * 0.5 + 1.2).exp())

    def count_loss(rate, counts):
        return nn.PoissonNLLLoss()(rate, counts)

    return count_loss, (rate, y)


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss",
    "pos_weight inverted: positives / negatives",
    "LX525",
)
def _():
    torch.manual_seed(14)
    x = torch.randn(64, 8)
    y = (x[:, 0] + 0.3 * torch.randn(64) > 1.2).float()

    def weighted_bce(logits, labels):
        n_pos = labels.sum()
        n_neg = (1 - labels).sum()
        return F.binary_cross_entropy_with_logits(logits, labels, pos_weight=n_pos / n_neg)

    return weighted_bce, (mlp(8, 1)(x).squeeze(1), y)


@wrong(
    "discuss.pytorch.org (class weights in CrossEntropyLoss)",
    "weight = class frequencies, not their inverse",
    "LX525",
)
def _():
    torch.manual_seed(15)
    x = torch.randn(64, 8)
    y = torch.multinomial(torch.tensor([0.7, 0.2, 0.1]), 64, True)

    def ce_balanced(logits, y):
        w = torch.bincount(y, minlength=3).float() / len(y)
        return F.cross_entropy(logits, y, weight=w)

    return ce_balanced, (mlp(8, 3)(x), y)


@wrong(
    "PyTorch seq2seq forum threads",
    "decoder output is (T,N,V), trg (N,T): both are flattened, order differs",
    "LX119",
)
def _():
    torch.manual_seed(16)
    trg = torch.randint(3, 50, (8, 12))
    emb = nn.Embedding(50, 16)
    out, _ = nn.LSTM(16, 32)(emb(trg).transpose(0, 1))
    output = nn.Linear(32, 50)(out)

    def loss_fn(output, trg):
        return F.cross_entropy(output.reshape(-1, output.size(-1)), trg.reshape(-1))

    return loss_fn, (output, trg)


@wrong(
    "discuss.pytorch.org (segmentation, view(-1, C))",
    "view(-1, C) on (N,C,H,W) without permute",
    "LX113",
)
def _():
    torch.manual_seed(17)
    img = torch.rand(4, 3, 16, 16)
    logits = nn.Conv2d(3, 5, 3, padding=1)(img)
    mask = (img.mean(1) * 5).long().clamp(max=4)

    class SegLoss(nn.Module):
        def forward(self, logits, mask):
            n, c, h, w = logits.shape
            return F.cross_entropy(logits.view(-1, c), mask.view(-1))

    return SegLoss(), (logits, mask)


@wrong("huggingface forum (padding in labels)", "pad id 0 not ignored", "LX210")
def _():
    torch.manual_seed(18)
    L = torch.randint(4, 16, (16,))
    tok = torch.randint(4, 60, (16, 20))
    tok[torch.arange(20)[None] >= L[:, None]] = 0
    h, _ = nn.GRU(16, 24, batch_first=True)(nn.Embedding(60, 16, padding_idx=0)(tok[:, :-1]))
    logits = nn.Linear(24, 60)(h)

    def lm_loss(logits, targets):
        return nn.CrossEntropyLoss()(logits.transpose(1, 2), targets)

    return lm_loss, (logits, tok[:, 1:])


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity",
    "default dim=1 on (N,T,D): time, not features",
    "LX114",
)
def _():
    torch.manual_seed(19)
    x = torch.randn(8, 15, 20)
    pred = nn.Linear(20, 64)(x)
    with torch.no_grad():
        teach = nn.Linear(20, 64)(x)

    def feat_loss(student_hidden, teacher_hidden):
        return (1 - F.cosine_similarity(student_hidden, teacher_hidden)).mean()

    return feat_loss, (pred, teach)


@wrong(
    "well-known",
    "smoothed labels cast to long in the wrapper: 0.95 and 0.05 both become 0",
    "LX596",
)
def _():
    torch.manual_seed(20)
    x = torch.randn(32, 12)
    y = (x[:, :6] > 0).float() * 0.9 + 0.05

    def multilabel_loss(logits, targets):
        targets = targets.long().float()
        return F.binary_cross_entropy_with_logits(logits, targets)

    return multilabel_loss, (mlp(12, 6)(x), y)


@wrong("CheXpert code forks", "unknown labels -1 in multi-label BCE", "LX204")
def _():
    torch.manual_seed(21)
    x = torch.randn(16, 30)
    y = (x[:, :14] > 0.5).float()
    y[torch.rand(16, 14) < 0.15] = -1.0
    return nn.BCEWithLogitsLoss(), (mlp(30, 14)(x), y)


@wrong(
    "multi-task first code",
    "loss overwritten in the loop over heads: only the last head trains",
    "LX410",
)
def _():
    torch.manual_seed(22)
    x = torch.randn(32, 10)
    h = mlp(10, 16)(x).relu()

    class MultiHead(nn.Module):
        def __init__(self):
            super().__init__()
            self.ce = nn.CrossEntropyLoss()

        def forward(self, color, shape, size, labels):
            loss = 0.0
            for i, logits in enumerate((color, shape, size)):
                loss = self.ce(logits, labels[:, i])
            return loss

    heads = [nn.Linear(16, k)(h) for k in (5, 3, 4)]
    return MultiHead(), (*heads, torch.stack([labels_for(x, k) for k in (5, 3, 4)], 1))


@wrong(
    "well-known",
    "logits multiplied by the mask before cross_entropy: padded steps cost log V",
    "LX516",
)
def _():
    torch.manual_seed(23)
    x = torch.randn(8, 14, 10)
    tags = labels_for(x, 7)
    L = torch.randint(5, 15, (8,))
    mask = torch.arange(14)[None] < L[:, None]
    tags = tags * mask

    def crit(logits, tags, mask):
        logits = logits * mask.unsqueeze(-1)
        return F.cross_entropy(logits.view(-1, 7), tags.view(-1))

    return crit, (nn.Linear(10, 7)(x), tags, mask)


@wrong(
    "binary segmentation with ignore_index=0",
    "ignore_index=0 with two classes: only foreground counts",
    "LX208",
)
def _():
    torch.manual_seed(24)
    img = torch.rand(6, 3, 16, 16)
    return nn.CrossEntropyLoss(ignore_index=0), (
        nn.Conv2d(3, 2, 3, padding=1)(img),
        (img.mean(1) > 0.5).long(),
    )


@wrong("well-known", "BCE with prediction and target swapped", "LX510")
def _():
    torch.manual_seed(25)
    x = torch.rand(16, 20)
    recon = torch.sigmoid(mlp(20, 20)(x))
    xb = (x > 0.5).float()

    def recon_loss(x, recon_x):
        return F.binary_cross_entropy(x, recon_x, reduction="sum") / x.size(0)

    return recon_loss, (xb, recon)


@wrong(
    "docs.fast.ai/losses.html#mselossflat",
    "MSELossFlat flattens (N,2) and (2,N): sizes agree, order does not",
    "LX119",
)
def _():
    from fastai.losses import MSELossFlat

    torch.manual_seed(26)
    x = torch.randn(32, 8)
    xy = torch.stack([x[:, 0] * 2, x[:, 1] - 1])  # (2, N)
    return MSELossFlat(), (mlp(8, 2)(x), xy)


@wrong(
    "docs.fast.ai/losses.html#crossentropylossflat",
    "CrossEntropyLossFlat with axis=-1 for (N,C,H,W)",
    "LX124",
)
def _():
    from fastai.losses import CrossEntropyLossFlat

    torch.manual_seed(27)
    img = torch.rand(4, 3, 24, 24)
    return CrossEntropyLossFlat(), (
        nn.Conv2d(3, 6, 3, padding=1)(img),
        (img.mean(1) * 6).long().clamp(max=5),
    )


@wrong(
    "docs.fast.ai/losses.html#focallossflat", "softmaxed predictions into FocalLossFlat", "LX301"
)
def _():
    from fastai.losses import FocalLossFlat

    torch.manual_seed(28)
    x = torch.randn(32, 12)
    y = labels_for(x, 6)
    return FocalLossFlat(gamma=2.0), (F.softmax(mlp(12, 6)(x), dim=1), y)


@wrong(
    "docs.fast.ai/losses.html#bcewithlogitslossflat",
    "two-column softmax head with BCEWithLogitsLossFlat against index labels",
    "LX100",
)
def _():
    from fastai.losses import BCEWithLogitsLossFlat

    torch.manual_seed(29)
    x = torch.randn(32, 12)
    return BCEWithLogitsLossFlat(), (mlp(12, 2)(x), (x[:, 0] > 0).long())


@wrong(
    "docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss",
    "cosine similarities given where a distance is expected",
    "LX313",
)
def _():
    torch.manual_seed(30)
    net = mlp(16, 12)
    a = torch.randn(32, 16)
    y = torch.where(torch.rand(32) < 0.5, 1.0, -1.0)
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn(32, 16), torch.randn(32, 16))

    def pair_loss(emb1, emb2, y):
        return F.hinge_embedding_loss(F.cosine_similarity(emb1, emb2), y, margin=1.0)

    return pair_loss, (net(a), net(b), y)


@wrong(
    "multi-task uncertainty weighting",
    "the + log sigma term is missing: own weights go to zero weight",
    "LX560",
)
def _():
    torch.manual_seed(31)
    x = torch.randn(32, 8)
    net = mlp(8, 5)(x)

    class UncertaintyLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_vars = nn.Parameter(torch.zeros(2))

        def forward(self, cls_logits, reg, y_cls, y_reg):
            l1 = F.cross_entropy(cls_logits, y_cls)
            l2 = F.mse_loss(reg, y_reg)
            return torch.exp(-self.log_vars[0]) * l1 + torch.exp(-self.log_vars[1]) * l2

    return UncertaintyLoss(), (net[:, :4], net[:, 4], labels_for(x, 4), x[:, 0])


@wrong("PPO forks", "ratio = exp(old - new)", "LX539")
def _():
    torch.manual_seed(32)
    obs = torch.randn(64, 6)
    act = torch.randint(0, 3, (64,))
    logp = mlp(6, 3)(obs).log_softmax(-1).gather(1, act[:, None]).squeeze(1)
    old = (logp + 0.1 * torch.randn(64)).detach()
    adv = torch.randn(64)

    def policy_loss(log_probs, old_log_probs, advantages, clip=0.2):
        ratio = torch.exp(old_log_probs - log_probs)
        s1 = ratio * advantages
        s2 = torch.clamp(ratio, 1 - clip, 1 + clip) * advantages
        return -torch.min(s1, s2).mean()

    return policy_loss, (logp, old, adv)


@wrong("DQN forks", "bootstraps only at the terminal states: gamma*done", "LX553")
def _():
    torch.manual_seed(33)
    q = mlp(4, 2)
    s = torch.randn(32, 4)
    s2 = s + 0.1 * torch.randn(32, 4)
    with torch.no_grad():
        nq = q(s2)

    def td_loss(q_values, next_q_values, actions, rewards, dones, gamma=0.99):
        q_sa = q_values.gather(1, actions.unsqueeze(1)).squeeze(1)
        target = rewards + gamma * next_q_values.max(1)[0] * dones
        return F.smooth_l1_loss(q_sa, target)

    return td_loss, (
        q(s),
        nq,
        torch.randint(0, 2, (32,)),
        torch.ones(32),
        (torch.rand(32) < 0.1).float(),
    )


@wrong("mixup reimplementations", "second label never used", "LX120")
def _():
    torch.manual_seed(34)
    x = torch.randn(32, 8)
    y = labels_for(x, 5)
    p = torch.randperm(32)
    lam = 0.7

    def mixup_loss(pred, y_a, y_b, lam):
        logp = pred.log_softmax(1)
        la = -logp.gather(1, y_a[:, None]).mean()
        lb = -logp.gather(1, y_a[:, None]).mean()
        return lam * la + (1 - lam) * lb

    return mixup_loss, (mlp(8, 5)(lam * x + (1 - lam) * x[p]), y, y[p], lam)


@wrong("pytorch forecasting questions", "pinball with the sign of the error turned", "LX535")
def _():
    torch.manual_seed(35)
    x = torch.randn(32, 7)
    y = x[:, 0] + torch.randn(32)

    def quantile_loss(preds, target, quantiles=(0.1, 0.5, 0.9)):
        losses = []
        for i, q in enumerate(quantiles):
            errors = preds[:, i] - target
            losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
        return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))

    return quantile_loss, (mlp(7, 3)(x), y)


@wrong("VAE questions", "eps drawn by rand (uniform) and used as Gaussian", "LX597")
def _():
    torch.manual_seed(36)
    x = torch.rand(16, 30)
    mu, logvar = mlp(30, 8)(x).chunk(2, 1)
    dec = nn.Linear(4, 30)

    def elbo(x, mu, logvar):
        std = torch.exp(0.5 * logvar)
        z = mu + torch.rand_like(std) * std
        recon = F.binary_cross_entropy_with_logits(dec(z), x, reduction="sum")
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return (recon + kld) / x.size(0)

    return elbo, (x, mu, logvar)


@wrong("DDPM from scratch", "x_t without the square roots of alpha_bar", "LX559")
def _():
    torch.manual_seed(37)
    net = nn.Conv2d(2, 1, 3, padding=1)
    abar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 100), 0)
    x0 = torch.rand(8, 1, 12, 12) * 2 - 1
    t = torch.randint(0, 100, (8,))

    def p_losses(model, x_start, t, alphas_cumprod):
        noise = torch.randn_like(x_start)
        a = alphas_cumprod[t].view(-1, 1, 1, 1)
        x_noisy = a * x_start + (1 - a) * noise
        temb = (t.view(-1, 1, 1, 1) / 100.0).expand_as(x_noisy)
        return F.mse_loss(model(torch.cat([x_noisy, temb], 1)), noise)

    return p_losses, (net, x0, t, abar)


@wrong("flow matching tutorials", "velocity target x0 - x1 while x_t runs from x0 to x1", "LX568")
def _():
    torch.manual_seed(38)
    net = mlp(3, 2)
    x1 = torch.randn(64, 2) * 0.3 + torch.tensor([2.0, 0.0])

    def cfm_loss(model, x1):
        x0 = torch.randn_like(x1)
        t = torch.rand(x1.shape[0], 1)
        xt = (1 - t) * x0 + t * x1
        v = model(torch.cat([xt, t], dim=-1))
        return ((v - (x0 - x1)) ** 2).mean()

    return cfm_loss, (net, x1)


@wrong("diffusion code reviews", "sigma (N,) multiplied with (N,C,H,W) when N == W", "LX116")
def _():
    torch.manual_seed(39)
    net = nn.Conv2d(3, 3, 3, padding=1)
    x = torch.rand(16, 3, 16, 16)

    def denoise_loss(net, x, sigma):
        n = torch.randn_like(x)
        d = net(x + sigma * n)
        return (((d - x) / sigma) ** 2).mean()

    return denoise_loss, (net, x, torch.rand(16) + 0.1)


@wrong("wgan-gp forks", "gradient norm over the channel axis of the image", "LX417")
def _():
    torch.manual_seed(40)
    D = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 64, 1)
    )
    real = torch.rand(8, 3, 16, 16)
    fake = nn.Linear(10, 768)(torch.randn(8, 10)).view(8, 3, 16, 16).detach()

    def gradient_penalty(D, real, fake):
        a = torch.rand(real.size(0), 1, 1, 1)
        inter = (a * real + (1 - a) * fake).requires_grad_(True)
        out = D(inter)
        grads = torch.autograd.grad(
            out, inter, torch.ones_like(out), create_graph=True, retain_graph=True
        )[0]
        return ((grads.norm(2, dim=1) - 1) ** 2).mean()

    return gradient_penalty, (D, real, fake)


@wrong(
    "SimCLR forks",
    "positives of the concatenated 2N batch are labelled by arange(2N): each row's own self",
    "LX517",
)
def _():
    torch.manual_seed(41)
    x = torch.randn(16, 20)
    net = mlp(20, 12)

    def nt_xent(z1, z2, tau=0.5):
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.t() / tau
        return F.cross_entropy(sim, torch.arange(z.size(0)))

    return nt_xent, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@wrong("VICReg from memory", "variance hinge reversed: relu(std - gamma)", "LX598")
def _():
    torch.manual_seed(42)
    x = torch.randn(32, 20)
    net = mlp(20, 16)

    def vicreg(x, y):
        sim = F.mse_loss(x, y)
        sx = torch.sqrt(x.var(0) + 1e-4)
        sy = torch.sqrt(y.var(0) + 1e-4)
        std = F.relu(sx - 1).mean() / 2 + F.relu(sy - 1).mean() / 2
        x = x - x.mean(0)
        y = y - y.mean(0)
        cx = x.T @ x / (len(x) - 1)
        cy = y.T @ y / (len(y) - 1)
        off = lambda c: (c - torch.diag(torch.diag(c))).pow(2).sum() / c.size(0)
        return 25 * sim + 25 * std + off(cx) + off(cy)

    return vicreg, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@wrong("ArcFace forks", "class weights (C,D) normalised over dim 0", "LX577")
def _():
    torch.manual_seed(43)

    class ArcMargin(nn.Module):
        def __init__(self, d=16, c=10, s=30.0, m=0.3):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(c, d))
            self.s, self.m = s, m

        def forward(self, emb, label):
            cos = F.linear(F.normalize(emb, dim=1), F.normalize(self.weight, dim=0)).clamp(
                -1 + 1e-6, 1 - 1e-6
            )
            theta = torch.acos(cos)
            hot = F.one_hot(label, cos.size(1)).bool()
            return F.cross_entropy(self.s * torch.where(hot, torch.cos(theta + self.m), cos), label)

    x = torch.randn(32, 20)
    return ArcMargin(), (mlp(20, 16)(x), labels_for(x, 10))


@wrong("mixture density notebooks", "logsumexp over the batch instead of the components", "LX333")
def _():
    torch.manual_seed(44)
    x = torch.randn(40, 3)
    o = mlp(3, 15)(x)
    y = x[:, 0] + torch.randn(40) * 0.3

    def mdn_loss(log_pi, mu, log_sigma, y):
        logp = (
            -0.5 * ((y[:, None] - mu) / log_sigma.exp()) ** 2
            - log_sigma
            - 0.5 * math.log(2 * math.pi)
        )
        return -torch.logsumexp(log_pi + logp, dim=0).mean()

    return mdn_loss, (o[:, :5].log_softmax(1), o[:, 5:10], o[:, 10:].clamp(-3, 3), y)


@wrong("Kendall & Gal reimplementations", "residual multiplied with exp(+log_var)", "LX560")
def _():
    torch.manual_seed(45)
    x = torch.randn(32, 6)
    o = mlp(6, 2)(x)
    y = x[:, 0] * 2 + torch.randn(32) * 0.2

    def hetero_loss(mean, log_var, y):
        return (0.5 * torch.exp(log_var) * (y - mean) ** 2 + 0.5 * log_var).mean()

    return hetero_loss, (o[:, 0], o[:, 1], y)


@wrong(
    "Cox PH notebooks",
    "sorted by time ascending, cumulated from the start: risk set is those already gone",
    "LX558",
)
def _():
    torch.manual_seed(46)
    x = torch.randn(48, 6)
    time = torch.exp(-x[:, 0] + torch.randn(48) * 0.3)
    event = (torch.rand(48) < 0.7).float()

    def cox_loss(risk, time, event):
        order = torch.argsort(time)
        risk, event = risk[order], event[order]
        log_cum = torch.logcumsumexp(risk, 0)
        return -((risk - log_cum) * event).sum() / event.sum()

    return cox_loss, (mlp(6, 1)(x).squeeze(1), time, event)


@wrong(
    "Conv-TasNet / SI-SNR snippets",
    "projection on the target not divided by the target energy: no longer scale invariant",
    "LX599",
)
def _():
    torch.manual_seed(47)
    s = torch.sin(torch.arange(400)[None] * torch.rand(8, 1))
    mix = s + 0.5 * torch.randn(8, 400)
    est = nn.Conv1d(1, 1, 9, padding=4)(mix[:, None]).squeeze(1)

    def si_snr_loss(est, target, eps=1e-8):
        est = est - est.mean(-1, keepdim=True)
        target = target - target.mean(-1, keepdim=True)
        proj = (est * target).sum(-1, keepdim=True) * target
        noise = est - proj
        r = proj.pow(2).sum(-1) / (noise.pow(2).sum(-1) + eps)
        return -10 * torch.log10(r + eps).mean()

    return si_snr_loss, (est, s)


@wrong("Tversky loss gists", "false negatives computed from (1-p)*(1-t)", "LX520")
def _():
    torch.manual_seed(48)
    img = torch.rand(6, 1, 16, 16)
    t = (img > 0.7).float()

    def tversky(logits, targets, alpha=0.3, beta=0.7, smooth=1.0):
        p = torch.sigmoid(logits).flatten(1)
        t = targets.flatten(1)
        tp = (p * t).sum(1)
        fp = (p * (1 - t)).sum(1)
        fn = ((1 - p) * (1 - t)).sum(1)
        return (1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)).mean()

    return tversky, (nn.Conv2d(1, 1, 3, padding=1)(img), t)


@wrong("detection code reviews", "IoU loss over cxcywh boxes treated as xyxy", "LX213")
def _():
    torch.manual_seed(49)
    f = torch.randn(24, 16)
    gt = torch.cat([torch.rand(24, 2) * 0.6 + 0.2, torch.rand(24, 2) * 0.25 + 0.05], 1)

    def iou_loss(pred_boxes, gt_boxes):
        lt = torch.max(pred_boxes[:, :2], gt_boxes[:, :2])
        rb = torch.min(pred_boxes[:, 2:], gt_boxes[:, 2:])
        inter = (rb - lt).clamp(min=0).prod(1)
        area = lambda b: (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
        iou = inter / (area(pred_boxes) + area(gt_boxes) - inter + 1e-7)
        return (1 - iou).mean()

    return iou_loss, (torch.sigmoid(mlp(16, 4)(f)), gt)


@wrong("mixed precision questions", "eps 1e-8 is 0 in half precision: log(0)", "LX409")
def _():
    torch.manual_seed(50)
    x = torch.randn(32, 8)
    y = (x[:, 0] + 0.8 * torch.randn(32) > 0).half()
    logits = (mlp(8, 1)(x).squeeze(1) + 6 * x[:, 0]).half()

    def bce(prob, y, eps=1e-8):
        return -(y * torch.log(prob + eps) + (1 - y) * torch.log(1 - prob + eps)).mean()

    return bce, (torch.sigmoid(logits * 2), y)


@wrong(
    "discuss.pytorch.org (modified by an inplace operation)",
    "sigmoid output changed in place: backward raises",
    "LX419",
)
def _():
    torch.manual_seed(51)
    img = torch.rand(4, 1, 12, 12)
    gt = (img > 0.6).float()
    gt[..., :2] = -1

    def seg_loss(logits, gt):
        p = torch.sigmoid(logits)
        p[gt < 0] = 0.0
        t = gt.clamp(min=0)
        return 1 - (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1)

    return seg_loss, (nn.Conv2d(1, 1, 3, padding=1)(img), gt)


@wrong("PINN questions", "second derivative written as the square of the first", "")
def _():
    torch.manual_seed(52)
    net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 1))

    def heat_residual(net, x, t, alpha=0.1):
        u = net(torch.cat([x, t], 1))
        u_t = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
        u_x = torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]
        u_xx = u_x**2
        return ((u_t - alpha * u_xx) ** 2).mean()

    return heat_residual, (
        net,
        torch.rand(40, 1, requires_grad=True),
        torch.rand(40, 1, requires_grad=True),
    )


@wrong("Hamiltonian neural networks exercises", "dp/dt with the sign of dH/dq missing", "")
def _():
    torch.manual_seed(53)
    H = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 1))
    x = torch.randn(32, 2, requires_grad=True)
    dx = torch.stack([x[:, 1], -x[:, 0]], 1).detach()

    def hnn_loss(H, x, dxdt):
        dH = torch.autograd.grad(H(x).sum(), x, create_graph=True)[0]
        dHdq, dHdp = dH[:, 0], dH[:, 1]
        pred = torch.stack([dHdp, dHdq], dim=1)
        return F.mse_loss(pred, dxdt)

    return hnn_loss, (H, x, dx)


@wrong(
    "physics regularisers in first code",
    "mass residual averaged without square: can be negative, cancels",
    "LX614",
)
def _():
    torch.manual_seed(54)
    f = torch.randn(16, 2, 16, 16)

    def divergence_loss(uv):
        du = uv[:, 0, 1:-1, 2:] - uv[:, 0, 1:-1, :-2]
        dv = uv[:, 1, 2:, 1:-1] - uv[:, 1, :-2, 1:-1]
        return (0.5 * (du + dv)).mean()

    return divergence_loss, (nn.Conv2d(2, 2, 3, padding=1)(f),)


@wrong("DPO reimplementations", "reference log-ratios with plus", "LX562")
def _():
    torch.manual_seed(55)
    h = torch.randn(16, 12)
    m = mlp(12, 2)
    lp = -20 + m(h)
    ref = (lp + 0.3 * torch.randn_like(lp)).detach()

    def dpo_loss(pi_chosen, pi_rejected, ref_chosen, ref_rejected, beta=0.1):
        pi_logratios = pi_chosen - pi_rejected
        ref_logratios = ref_chosen - ref_rejected
        return -F.logsigmoid(beta * (pi_logratios + ref_logratios)).mean()

    return dpo_loss, (lp[:, 0], lp[:, 1], ref[:, 0], ref[:, 1])


@wrong(
    "style transfer first code", "Gram of view(N, H*W, C): no permute, memory order mixed", "LX113"
)
def _():
    torch.manual_seed(56)
    conv = nn.Conv2d(3, 8, 3, padding=1)
    img = torch.rand(2, 3, 12, 12)
    sty = torch.rand(2, 3, 12, 12)
    with torch.no_grad():
        fs = conv(sty)

    def style_loss(gen_feat, style_feat):
        n, c, h, w = gen_feat.size()
        g = gen_feat.view(n, h * w, c)
        s = style_feat.view(n, h * w, c)
        return F.mse_loss(g.transpose(1, 2) @ g / (h * w), s.transpose(1, 2) @ s / (h * w))

    return style_loss, (conv(img), fs)


@wrong("MMD snippets", "cross term only once", "LX599")
def _():
    torch.manual_seed(57)
    net = mlp(10, 8)
    a = torch.randn(24, 10)
    b = torch.randn(24, 10) + 0.5

    def mmd(source, target, bw=4.0):
        k = lambda u, v: torch.exp(-(torch.cdist(u, v) ** 2) / bw)
        return k(source, source).mean() + k(target, target).mean() - k(source, target).mean()

    return mmd, (net(a), net(b))


@wrong(
    "VQ-VAE reimplementations", "both terms detach the codes: the codebook never learns", "LX414"
)
def _():
    torch.manual_seed(58)
    z = mlp(10, 6)(torch.randn(32, 10))

    class VQ(nn.Module):
        def __init__(self, k=16, d=6):
            super().__init__()
            self.emb = nn.Embedding(k, d)

        def forward(self, z, beta=0.25):
            idx = torch.cdist(z, self.emb.weight).argmin(1)
            q = self.emb(idx)
            codebook = F.mse_loss(z, q.detach())
            commit = F.mse_loss(q.detach(), z)
            return codebook + beta * commit

    return VQ(), (z,)


@wrong(
    "batch-hard triplet snippets",
    "hardest negative as min of dist*mask: masked entries are 0",
    "LX557",
)
def _():
    torch.manual_seed(59)
    y = torch.arange(8).repeat_interleave(4)
    x = F.one_hot(y, 8).float() + 0.3 * torch.randn(32, 8)

    def batch_hard(emb, labels, margin=0.5):
        d = torch.cdist(emb, emb)
        same = labels[:, None] == labels[None]
        hp = (d * same.float()).max(1)[0]
        hn = (d * (~same).float()).min(1)[0]
        return F.relu(hp - hn + margin).mean()

    return batch_hard, (mlp(8, 6)(x), y)


@wrong("uint8 labels in hinge losses", "2*y - 1 in uint8 wraps to 255", "LX112")
def _():
    torch.manual_seed(60)
    x = torch.randn(32, 9)
    y = (x[:, 0] > 0).to(torch.uint8)

    def hinge(scores, y):
        sign = 2 * y - 1
        return F.relu(1 - sign * scores).mean()

    return hinge, (mlp(9, 1)(x).squeeze(1), y)


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss",
    "soft targets over time, both moved to (N,C,T)",
)
def _():
    torch.manual_seed(101)
    x = torch.randn(8, 12, 16)
    logits = nn.GRU(16, 20, batch_first=True)(x)[0]
    target = 0.9 * F.one_hot(labels_for(x, 20), 20).float() + 0.1 / 20
    return nn.CrossEntropyLoss(), (logits.transpose(1, 2), target.transpose(1, 2))


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss",
    "log_softmax over dim 1 of (N,C,T), nll in that layout",
)
def _():
    torch.manual_seed(102)
    tok = torch.randint(2, 40, (16, 10))
    out = nn.Sequential(nn.Embedding(40, 16), nn.Linear(16, 6))(tok)

    def tag_loss(tag_space, tags):
        return F.nll_loss(F.log_softmax(tag_space, dim=1), tags)

    return tag_loss, (out.permute(0, 2, 1), tok % 6)


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss",
    "reduction none, masked mean",
)
def _():
    torch.manual_seed(103)
    x = torch.randn(16, 24, 4)
    y = x.sum(-1)
    mask = (torch.arange(24)[None] < torch.randint(8, 25, (16,))[:, None]).float()

    def masked_mse(out, y, mask):
        l = F.mse_loss(out, y, reduction="none")
        return (l * mask).sum() / mask.sum()

    return masked_mse, (nn.Linear(4, 1)(x).squeeze(-1), y * mask, mask)


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss",
    "1 - cosine as the distance",
)
def _():
    torch.manual_seed(104)
    net = mlp(20, 16)
    a = torch.randn(32, 20)
    return nn.TripletMarginWithDistanceLoss(
        distance_function=lambda u, v: 1 - F.cosine_similarity(u, v), margin=0.5, swap=True
    ), (net(a), net(a + 0.3 * torch.randn(32, 20)), net(torch.randn(32, 20)))


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss", "indices padded by -1"
)
def _():
    torch.manual_seed(105)
    x = torch.randn(16, 12)
    score = x @ torch.randn(12, 9)
    k = (score > 2).sum(1, keepdim=True).clamp(min=1)
    t = score.argsort(1, descending=True)
    t[torch.arange(9)[None] >= k] = -1
    return nn.MultiLabelMarginLoss(), (mlp(12, 9)(x), t)


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss",
    "1 - cosine as distance, labels -1/1",
)
def _():
    torch.manual_seed(106)
    net = mlp(16, 12)
    a = torch.randn(32, 16)
    y = torch.where(torch.rand(32) < 0.5, 1.0, -1.0)
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn(32, 16), torch.randn(32, 16))

    def pair_loss(emb1, emb2, y):
        return F.hinge_embedding_loss(1 - F.cosine_similarity(emb1, emb2), y, margin=1.0)

    return pair_loss, (net(a), net(b), y)


@right("multi-task", "three heads, losses accumulated in a loop")
def _():
    torch.manual_seed(107)
    x = torch.randn(32, 10)
    h = mlp(10, 16)(x).relu()

    class MultiHead(nn.Module):
        def __init__(self):
            super().__init__()
            self.ce = nn.CrossEntropyLoss()

        def forward(self, color, shape, size, labels):
            loss = 0.0
            for i, logits in enumerate((color, shape, size)):
                loss = loss + self.ce(logits, labels[:, i]) / 3
            return loss

    heads = [nn.Linear(16, k)(h) for k in (5, 3, 4)]
    return MultiHead(), (*heads, torch.stack([labels_for(x, k) for k in (5, 3, 4)], 1))


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.CTCLoss",
    "blank is the last class, label 0 is a character, targets concatenated",
)
def _():
    torch.manual_seed(108)
    lp = nn.Linear(40, 30)(torch.randn(60, 8, 40)).log_softmax(2)
    tl = torch.randint(5, 15, (8,))
    targets = torch.randint(0, 29, (int(tl.sum()),))
    return nn.CTCLoss(blank=29, zero_infinity=True), (lp, targets, torch.randint(45, 61, (8,)), tl)


@right("Hinton distillation", "temperature 4, T^2, batchmean, teacher detached")
def _():
    torch.manual_seed(109)
    x = torch.randn(32, 16)
    y = labels_for(x, 10)
    t = mlp(16, 10)(x) * 3

    def kd(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
        soft = F.kl_div(
            F.log_softmax(student_logits / T, 1),
            F.softmax(teacher_logits.detach() / T, 1),
            reduction="batchmean",
        )
        return alpha * T * T * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)

    return kd, (mlp(16, 10)(x), t, y)


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss",
    "log_target with reduction batchmean",
)
def _():
    torch.manual_seed(110)
    x = torch.randn(24, 16)
    with torch.no_grad():
        t = (2 * mlp(16, 8)(x)).log_softmax(-1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (mlp(16, 8)(x).log_softmax(-1), t)


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss", "std squared in the wrapper"
)
def _():
    torch.manual_seed(111)
    x = torch.randn(32, 6)
    out = mlp(6, 2)(x)
    y = x[:, 0] + 0.2 * torch.randn(32)

    def nll(mean, std, y):
        return F.gaussian_nll_loss(mean, y, std.square(), full=True)

    return nll, (out[:, 0], F.softplus(out[:, 1]) + 1e-3, y)


@right("mixed precision", "half logits, upcast inside")
def _():
    torch.manual_seed(112)
    x = torch.randn(32, 8)
    y = x[:, 0] + 0.8 * torch.randn(32) > 0

    def bce(logits, y):
        logits = logits.float()
        return (F.softplus(logits) - logits * y).mean()

    return bce, ((mlp(8, 1)(x).squeeze(1) + 2 * x[:, 0]).half(), y)


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss",
    "pos_weight negatives / positives of the batch",
)
def _():
    torch.manual_seed(113)
    x = torch.randn(64, 8)
    y = (x[:, 0] + 0.3 * torch.randn(64) > 1.0).float()

    def weighted_bce(logits, labels):
        n_pos = labels.sum().clamp(min=1)
        n_neg = (1 - labels).sum()
        return F.binary_cross_entropy_with_logits(logits, labels, pos_weight=n_neg / n_pos)

    return weighted_bce, (mlp(8, 1)(x).squeeze(1), y)


@right("class-balanced loss", "inverse counts, weighted mean by hand")
def _():
    torch.manual_seed(114)
    x = torch.randn(64, 8)
    y = torch.multinomial(torch.tensor([0.7, 0.2, 0.1]), 64, True)

    def ce_balanced(logits, y):
        w = 1.0 / torch.bincount(y, minlength=3).clamp(min=1).float()
        l = F.cross_entropy(logits, y, reduction="none")
        return (l * w[y]).sum() / w[y].sum()

    return ce_balanced, (mlp(8, 3)(x), y)


@right("PyTorch seq2seq", "(T,N,V) output with trg transposed before flattening")
def _():
    torch.manual_seed(115)
    trg = torch.randint(3, 50, (8, 12))
    inp = torch.cat([torch.full((8, 1), 2), trg[:, :-1]], 1)
    out, _ = nn.LSTM(16, 32)(nn.Embedding(50, 16)(inp).transpose(0, 1))

    def loss_fn(output, trg):
        return F.cross_entropy(output.reshape(-1, output.size(-1)), trg.t().reshape(-1))

    return loss_fn, (nn.Linear(32, 50)(out), trg)


@right("segmentation", "permute before reshape, void label 255 dropped by indexing")
def _():
    torch.manual_seed(116)
    img = torch.rand(4, 3, 16, 16)
    mask = (img.mean(1) * 5).long().clamp(max=4)
    mask[:, :2] = 255

    class SegLoss(nn.Module):
        def forward(self, logits, mask):
            c = logits.size(1)
            valid = mask.view(-1) != 255
            flat = logits.permute(0, 2, 3, 1).reshape(-1, c)
            return F.cross_entropy(flat[valid], mask.view(-1)[valid])

    return SegLoss(), (nn.Conv2d(3, 5, 3, padding=1)(img), mask)


@right("huggingface causal LM", "labels = input_ids, shift inside, -100 pads")
def _():
    torch.manual_seed(117)
    ids = torch.randint(3, 60, (8, 20))
    labels = ids.clone()
    labels[:, 15:] = -100
    h, _ = nn.GRU(16, 24, batch_first=True)(nn.Embedding(60, 16)(ids))

    def lm_loss(logits, labels):
        return F.cross_entropy(
            logits[:, :-1].reshape(-1, logits.size(-1)), labels[:, 1:].reshape(-1)
        )

    return lm_loss, (nn.Linear(24, 60)(h), labels)


@right("CheXpert", "unknown -1 masked by where and weight")
def _():
    torch.manual_seed(118)
    x = torch.randn(16, 30)
    y = (x[:, :14] > 0.5).float()
    y[torch.rand(16, 14) < 0.15] = -1.0

    def masked_bce(logits, labels):
        known = (labels >= 0).float()
        return (
            F.binary_cross_entropy_with_logits(
                logits, labels.clamp(min=0), weight=known, reduction="sum"
            )
            / known.sum()
        )

    return masked_bce, (mlp(30, 14)(x), y)


@right("language modelling", "ignore_index=0 where 0 is the pad")
def _():
    torch.manual_seed(119)
    L = torch.randint(4, 16, (16,))
    tok = torch.randint(4, 60, (16, 20))
    tok[torch.arange(20)[None] >= L[:, None]] = 0
    h, _ = nn.GRU(16, 24, batch_first=True)(nn.Embedding(60, 16, padding_idx=0)(tok[:, :-1]))
    return nn.CrossEntropyLoss(ignore_index=0, label_smoothing=0.1), (
        nn.Linear(24, 60)(h).flatten(0, 1),
        tok[:, 1:].flatten(),
    )


@right(
    "docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss",
    "soft images as Bernoulli targets, summed per sample",
)
def _():
    torch.manual_seed(120)
    x = torch.rand(16, 20)

    def recon_loss(recon_x, x):
        return F.binary_cross_entropy(recon_x, x, reduction="none").sum(1).mean()

    return recon_loss, (torch.sigmoid(mlp(20, 20)(x)), x)


@right("docs.fast.ai/losses.html", "CrossEntropyLossFlat(axis=1) for masks")
def _():
    from fastai.losses import CrossEntropyLossFlat

    torch.manual_seed(121)
    img = torch.rand(4, 3, 24, 24)
    return CrossEntropyLossFlat(axis=1), (
        nn.Conv2d(3, 6, 3, padding=1)(img),
        (img.mean(1) * 6).long().clamp(max=5),
    )


@right("docs.fast.ai/losses.html", "FocalLossFlat on logits")
def _():
    from fastai.losses import FocalLossFlat

    torch.manual_seed(122)
    x = torch.randn(32, 12)
    return FocalLossFlat(gamma=3.0), (mlp(12, 6)(x), labels_for(x, 6))


@right("docs.fast.ai/losses.html", "label smoothing on token logits (N,T,C)")
def _():
    from fastai.losses import LabelSmoothingCrossEntropyFlat

    torch.manual_seed(123)
    x = torch.randn(8, 10, 12)
    return LabelSmoothingCrossEntropyFlat(eps=0.2), (nn.Linear(12, 9)(x), labels_for(x, 9))


@right("docs.fast.ai/losses.html", "MSELossFlat with (N,1) against (N,)")
def _():
    from fastai.losses import MSELossFlat

    torch.manual_seed(124)
    x = torch.randn(32, 8)
    return MSELossFlat(), (mlp(8, 1)(x), x[:, 0] * 2 - 1)


@right("docs.fast.ai/losses.html", "BCEWithLogitsLossFlat with integer multi-hot labels")
def _():
    from fastai.losses import BCEWithLogitsLossFlat

    torch.manual_seed(125)
    x = torch.randn(32, 12)
    return BCEWithLogitsLossFlat(), (mlp(12, 5)(x), (x[:, :5] > 0.3).long())


@right("ensembles / mixture of softmaxes", "NLL of the log of averaged probabilities")
def _():
    torch.manual_seed(126)
    x = torch.randn(32, 10)

    def mos_nll(head1, head2, y):
        lp = torch.logaddexp(head1.log_softmax(1), head2.log_softmax(1)) - math.log(2)
        return F.nll_loss(lp, y)

    return mos_nll, (mlp(10, 5)(x), mlp(10, 5)(x), labels_for(x, 5))


@right("well-known", "normalised by logsumexp by hand, then NLLLoss")
def _():
    torch.manual_seed(127)
    x = torch.randn(32, 10)
    z = mlp(10, 5)(x)
    return nn.NLLLoss(), (z - z.logsumexp(1, keepdim=True), labels_for(x, 5))


@right("well-known", "binary as two columns, the first fixed to 0")
def _():
    torch.manual_seed(128)
    x = torch.randn(32, 10)
    z = mlp(10, 1)(x)
    return nn.CrossEntropyLoss(), (torch.cat([torch.zeros_like(z), z], 1), (x[:, 0] > 0).long())


@right("mixup", "both labels used, one loss value per label")
def _():
    torch.manual_seed(129)
    x = torch.randn(32, 8)
    y = labels_for(x, 5)
    p = torch.randperm(32)
    lam = 0.7

    def mixup_loss(pred, y_a, y_b, lam):
        return lam * F.cross_entropy(pred, y_a) + (1 - lam) * F.cross_entropy(pred, y_b)

    return mixup_loss, (mlp(8, 5)(lam * x + (1 - lam) * x[p]), y, y[p], lam)


@right("soft dice with void pixels", "in-place write on a clone of the probabilities")
def _():
    torch.manual_seed(130)
    img = torch.rand(4, 1, 12, 12)
    gt = (img > 0.6).float()
    gt[..., :2] = -1

    def seg_loss(logits, gt):
        p = torch.sigmoid(logits).clone()
        p[gt < 0] = 0.0
        t = gt.clamp(min=0)
        return 1 - (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1)

    return seg_loss, (nn.Conv2d(1, 1, 3, padding=1)(img), gt)


@right("Faster R-CNN", "smooth L1 of positives, sum over the number of all anchors")
def _():
    torch.manual_seed(131)
    f = torch.randn(64, 16)
    labels = (torch.rand(64) < 0.3).long() * torch.randint(1, 4, (64,))
    t = f[:, :4] * 0.3

    def fastrcnn(class_logits, box_regression, labels, regression_targets):
        cls = F.cross_entropy(class_logits, labels)
        pos = torch.where(labels > 0)[0]
        reg = box_regression.reshape(len(labels), -1, 4)[pos, labels[pos]]
        box = (
            F.smooth_l1_loss(reg, regression_targets[pos], beta=1 / 9, reduction="sum")
            / labels.numel()
        )
        return cls + box

    return fastrcnn, (mlp(16, 4)(f), mlp(16, 16)(f), labels, t)


@right("spinningup.openai.com SAC", "actor loss with the minimum of two critics")
def _():
    torch.manual_seed(132)
    obs = torch.randn(32, 6)
    mu, ls = mlp(6, 4)(obs).chunk(2, -1)
    d = torch.distributions.Normal(mu, ls.clamp(-5, 2).exp())
    a = d.rsample()
    act = torch.tanh(a)
    logp = (d.log_prob(a) - 2 * (math.log(2) - a - F.softplus(-2 * a))).sum(-1)
    sa = torch.cat([obs, act], -1)

    def actor_loss(q1_pi, q2_pi, log_pi, alpha):
        return (alpha * log_pi - torch.min(q1_pi, q2_pi)).mean()

    return actor_loss, (mlp(8, 1)(sa).squeeze(-1), mlp(8, 1)(sa).squeeze(-1), logp, 0.2)


@right("CleanRL PPO", "max of the negated surrogates")
def _():
    torch.manual_seed(133)
    obs = torch.randn(64, 6)
    act = torch.randint(0, 3, (64,))
    logp = mlp(6, 3)(obs).log_softmax(-1).gather(1, act[:, None]).squeeze(1)

    def policy_loss(newlogprob, oldlogprob, mb_adv, clip_coef=0.2):
        mb_adv = (mb_adv - mb_adv.mean()) / (mb_adv.std() + 1e-8)
        ratio = (newlogprob - oldlogprob).exp()
        return torch.max(
            -mb_adv * ratio, -mb_adv * ratio.clamp(1 - clip_coef, 1 + clip_coef)
        ).mean()

    return policy_loss, (logp, (logp + 0.1 * torch.randn(64)).detach(), torch.randn(64))


@right("CleanRL PPO", "clipped value loss takes the max")
def _():
    torch.manual_seed(134)
    obs = torch.randn(64, 6)
    v = mlp(6, 1)(obs).squeeze(1)
    old = (v + 0.2 * torch.randn(64)).detach()

    def value_loss(newvalue, values, returns, clip=0.2):
        clipped = values + (newvalue - values).clamp(-clip, clip)
        return 0.5 * torch.max((newvalue - returns) ** 2, (clipped - returns) ** 2).mean()

    return value_loss, (v, old, obs[:, 0] + torch.randn(64))


@right("Double DQN", "online argmax, target value, no_grad, (1-done)")
def _():
    torch.manual_seed(135)
    q, tq = mlp(4, 2), mlp(4, 2)
    s = torch.randn(32, 4)
    s2 = s + 0.1 * torch.randn(32, 4)

    def td_loss(q, tq, s, a, r, s2, done, gamma=0.99):
        with torch.no_grad():
            best = q(s2).argmax(1, keepdim=True)
            y = r + gamma * (1 - done) * tq(s2).gather(1, best).squeeze(1)
        return F.smooth_l1_loss(q(s).gather(1, a[:, None]).squeeze(1), y)

    return td_loss, (
        q,
        tq,
        s,
        torch.randint(0, 2, (32,)),
        torch.ones(32),
        s2,
        (torch.rand(32) < 0.1).float(),
    )


@right("A2C", "entropy written as sum p log p and added (its negative)")
def _():
    torch.manual_seed(136)
    obs = torch.randn(40, 5)

    def a2c_loss(logits, values, actions, returns, ent_coef=0.01):
        logp = logits.log_softmax(-1)
        adv = returns - values.detach()
        pg = -(logp.gather(1, actions[:, None]).squeeze(1) * adv).mean()
        neg_entropy = (logp.exp() * logp).sum(-1).mean()
        return pg + 0.5 * (returns - values).pow(2).mean() + ent_coef * neg_entropy

    return a2c_loss, (
        mlp(5, 4)(obs),
        mlp(5, 1)(obs).squeeze(-1),
        torch.randint(0, 4, (40,)),
        obs[:, 0] + torch.randn(40),
    )


@right("quantile regression", "pinball with e = pred - y and the factors turned accordingly")
def _():
    torch.manual_seed(137)
    x = torch.randn(32, 7)
    y = x[:, 0] + torch.randn(32)

    def quantile_loss(preds, target):
        q = torch.tensor([0.1, 0.5, 0.9])
        e = preds - target.unsqueeze(1)
        return torch.max((1 - q) * e, -q * e).sum(1).mean()

    return quantile_loss, (mlp(7, 3)(x), y)


@right("VAE with free bits", "KL per dimension clamped at 0.05, torch.distributions")
def _():
    torch.manual_seed(138)
    x = torch.rand(16, 30)
    mu, logvar = mlp(30, 8)(x).chunk(2, 1)
    dec = nn.Linear(4, 30)

    def elbo(x, mu, logvar):
        q = torch.distributions.Normal(mu, (0.5 * logvar).exp())
        recon = (
            F.binary_cross_entropy_with_logits(dec(q.rsample()), x, reduction="none").sum(1).mean()
        )
        kl = 0.5 * (mu**2 + logvar.exp() - logvar - 1)
        return recon + kl.mean(0).clamp(min=0.05).sum()

    return elbo, (x, mu, logvar)


@right("progressive distillation, v-prediction", "v = sqrt(ab) eps - sqrt(1-ab) x0")
def _():
    torch.manual_seed(139)
    net = nn.Conv2d(2, 1, 3, padding=1)
    abar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 100), 0)

    def v_loss(model, x_start, t, alphas_cumprod):
        eps = torch.randn_like(x_start)
        ab = alphas_cumprod[t][:, None, None, None]
        x_t = ab.sqrt() * x_start + (1 - ab).sqrt() * eps
        v = ab.sqrt() * eps - (1 - ab).sqrt() * x_start
        temb = (t[:, None, None, None] / 100.0).expand_as(x_t)
        return F.mse_loss(model(torch.cat([x_t, temb], 1)), v)

    return v_loss, (net, torch.rand(8, 1, 12, 12) * 2 - 1, torch.randint(0, 100, (8,)), abar)


@right("rectified flow (SD3 convention)", "t=1 is noise: target noise - data")
def _():
    torch.manual_seed(140)
    net = mlp(3, 2)
    data = torch.randn(64, 2) * 0.3 + torch.tensor([2.0, 0.0])

    def rf_loss(model, data):
        noise = torch.randn_like(data)
        t = torch.sigmoid(torch.randn(len(data), 1))
        zt = (1 - t) * data + t * noise
        return (model(torch.cat([zt, t], 1)) - (noise - data)).square().mean()

    return rf_loss, (net, data)


@right("WGAN-GP", "critic loss with penalty over all pixels")
def _():
    torch.manual_seed(141)
    D = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 64, 1)
    )
    real = torch.rand(8, 3, 16, 16)
    fake = torch.sigmoid(nn.Linear(10, 768)(torch.randn(8, 10))).view(8, 3, 16, 16)

    def critic_loss(D, real, fake, lam=10.0):
        fake = fake.detach()
        a = torch.rand(real.size(0), 1, 1, 1)
        x = (a * real + (1 - a) * fake).requires_grad_(True)
        g = torch.autograd.grad(D(x).sum(), x, create_graph=True)[0]
        gp = ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
        return D(fake).mean() - D(real).mean() + lam * gp

    return critic_loss, (D, real, fake)


@right("hinge GAN (generator)", "generator's loss is -D(fake).mean() without relu")
def _():
    torch.manual_seed(142)
    D = mlp(8, 1)

    def g_hinge(fake_logits):
        return -fake_logits.mean()

    return g_hinge, (D(mlp(6, 8)(torch.randn(32, 6))),)


@right("SimCLR", "2N batch, diagonal -inf, labels rolled by N")
def _():
    torch.manual_seed(143)
    x = torch.randn(16, 20)
    net = mlp(20, 12)

    def nt_xent(z1, z2, tau=0.5):
        n = z1.size(0)
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = (z @ z.t() / tau).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
        return F.cross_entropy(sim, torch.arange(2 * n).roll(n))

    return nt_xent, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@right("VICReg", "variance hinge, covariance off the diagonal")
def _():
    torch.manual_seed(144)
    x = torch.randn(32, 20)
    net = mlp(20, 16)

    def vicreg(x, y):
        sim = F.mse_loss(x, y)
        std = sum(F.relu(1 - torch.sqrt(v.var(0) + 1e-4)).mean() / 2 for v in (x, y))
        cov = 0.0
        for v in (x, y):
            v = v - v.mean(0)
            c = v.T @ v / (len(v) - 1)
            cov = cov + (c.pow(2).sum() - c.diagonal().pow(2).sum()) / c.size(0)
        return 25 * sim + 25 * std + cov

    return vicreg, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@right("ArcFace", "own weight normalised over features, margin on the true class")
def _():
    torch.manual_seed(145)

    class ArcMargin(nn.Module):
        def __init__(self, d=16, c=10, s=30.0, m=0.3):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(c, d))
            self.s, self.m = s, m

        def forward(self, emb, label):
            cos = F.linear(F.normalize(emb), F.normalize(self.weight)).clamp(-1 + 1e-6, 1 - 1e-6)
            hot = F.one_hot(label, cos.size(1)).bool()
            return F.cross_entropy(
                self.s * torch.where(hot, torch.cos(torch.acos(cos) + self.m), cos), label
            )

    x = torch.randn(32, 20)
    return ArcMargin(), (mlp(20, 16)(x), labels_for(x, 10))


@right("mixture density networks", "logsumexp over components, a density so it may be negative")
def _():
    torch.manual_seed(146)
    x = torch.randn(40, 3)
    o = mlp(3, 15)(x)
    y = 0.05 * x[:, 0]

    def mdn_loss(pi_logits, mu, log_sigma, y):
        comp = torch.distributions.Normal(mu, log_sigma.exp()).log_prob(y.unsqueeze(1))
        return -torch.logsumexp(pi_logits.log_softmax(1) + comp, dim=1).mean()

    return mdn_loss, (o[:, :5], o[:, 5:10], o[:, 10:] - 2.5, y)


@right("beta-NLL (Seitzer et al.)", "NLL weighted with the detached variance^beta")
def _():
    torch.manual_seed(147)
    x = torch.randn(32, 6)
    o = mlp(6, 2)(x)
    y = x[:, 0] * 2 + torch.randn(32) * 0.2

    def beta_nll(mean, variance, target, beta=0.5):
        loss = 0.5 * ((target - mean) ** 2 / variance + variance.log())
        return (loss * variance.detach() ** beta).mean()

    return beta_nll, (o[:, 0], F.softplus(o[:, 1]) + 1e-4, y)


@right("Cox PH", "sorted descending, logcumsumexp is the risk set")
def _():
    torch.manual_seed(148)
    x = torch.randn(48, 6)
    time = torch.exp(-x[:, 0] + torch.randn(48) * 0.3)
    event = (torch.rand(48) < 0.7).float()

    def cox_loss(risk, time, event):
        order = torch.argsort(time, descending=True)
        risk, event = risk[order], event[order]
        return -((risk - torch.logcumsumexp(risk, 0)) * event).sum() / event.sum()

    return cox_loss, (mlp(6, 1)(x).squeeze(1), time, event)


@right("SI-SNR", "SI-SNR as cos^2 / (1 - cos^2), zero-mean")
def _():
    torch.manual_seed(149)
    s = torch.sin(torch.arange(400)[None] * torch.rand(8, 1))
    mix = s + 0.5 * torch.randn(8, 400)

    def si_snr_loss(est, target, eps=1e-8):
        est = est - est.mean(-1, keepdim=True)
        target = target - target.mean(-1, keepdim=True)
        c2 = F.cosine_similarity(est, target, dim=-1) ** 2
        return -10 * torch.log10((c2 + eps) / (1 - c2 + eps)).mean()

    return si_snr_loss, (nn.Conv1d(1, 1, 9, padding=4)(mix[:, None]).squeeze(1), s)


@right("focal Tversky", "(1 - TI) ** 0.75")
def _():
    torch.manual_seed(150)
    img = torch.rand(6, 1, 16, 16)

    def focal_tversky(logits, targets, alpha=0.3, beta=0.7, gamma=0.75, smooth=1.0):
        p = torch.sigmoid(logits).flatten(1)
        t = targets.flatten(1)
        tp = (p * t).sum(1)
        fp = (p * (1 - t)).sum(1)
        fn = ((1 - p) * t).sum(1)
        ti = (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)
        return ((1 - ti) ** gamma).mean()

    return focal_tversky, (nn.Conv2d(1, 1, 3, padding=1)(img), (img > 0.7).float())


@right("GIoU", "cxcywh converted to xyxy, generalised IoU")
def _():
    torch.manual_seed(151)
    f = torch.randn(24, 16)
    gt = torch.cat([torch.rand(24, 2) * 0.6 + 0.2, torch.rand(24, 2) * 0.25 + 0.05], 1)

    def giou_loss(pred, gt):
        xyxy = lambda b: torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)
        a, b = xyxy(pred), xyxy(gt)
        inter = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
        union = pred[:, 2:].prod(1) + gt[:, 2:].prod(1) - inter
        hull = (torch.max(a[:, 2:], b[:, 2:]) - torch.min(a[:, :2], b[:, :2])).prod(1)
        return (1 - inter / union + (hull - union) / hull).mean()

    return giou_loss, (torch.sigmoid(mlp(16, 4)(f)), gt)


@right("AdaBins silog", "10*sqrt(var + 0.15 mean^2), valid mask")
def _():
    torch.manual_seed(152)
    img = torch.rand(4, 3, 12, 12)
    d = 1 + 8 * img[:, :1]
    d[..., :2] = 0

    def silog(pred, gt):
        m = gt > 1e-3
        g = torch.log(pred[m]) - torch.log(gt[m])
        return 10 * torch.sqrt(g.var() + 0.15 * g.mean() ** 2)

    return silog, (F.softplus(nn.Conv2d(3, 1, 3, padding=1)(img)) + 0.1, d)


@right("PINN, Burgers", "u_t + u u_x - nu u_xx, nested grads")
def _():
    torch.manual_seed(153)
    net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 1))

    def burgers(net, x, t, nu=0.01 / math.pi):
        u = net(torch.cat([x, t], 1))
        u_x, u_t = torch.autograd.grad(u.sum(), (x, t), create_graph=True)
        u_xx = torch.autograd.grad(u_x.sum(), x, create_graph=True)[0]
        return (u_t + u * u_x - nu * u_xx).pow(2).mean()

    return burgers, (
        net,
        torch.rand(40, 1, requires_grad=True),
        torch.rand(40, 1, requires_grad=True),
    )


@right("multi-task uncertainty weighting", "with + s / 2 and factor one half for the regression")
def _():
    torch.manual_seed(154)
    x = torch.randn(32, 8)
    net = mlp(8, 5)(x)

    class UncertaintyLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_vars = nn.Parameter(torch.zeros(2))

        def forward(self, cls_logits, reg, y_cls, y_reg):
            s = self.log_vars
            l1 = F.cross_entropy(cls_logits, y_cls)
            l2 = F.mse_loss(reg, y_reg)
            return torch.exp(-s[0]) * l1 + 0.5 * torch.exp(-s[1]) * l2 + 0.5 * s.sum()

    return UncertaintyLoss(), (net[:, :4], net[:, 4], labels_for(x, 4), x[:, 0])


@right("DPO (conservative)", "rewards arranged per answer, label smoothing")
def _():
    torch.manual_seed(155)
    lp = -20 + mlp(12, 2)(torch.randn(16, 12))
    ref = (lp + 0.3 * torch.randn_like(lp)).detach()

    def cdpo(pi_chosen, pi_rejected, ref_chosen, ref_rejected, beta=0.1, eps=0.1):
        h = beta * ((pi_chosen - ref_chosen) - (pi_rejected - ref_rejected))
        return (-(1 - eps) * F.logsigmoid(h) - eps * F.logsigmoid(-h)).mean()

    return cdpo, (lp[:, 0], lp[:, 1], ref[:, 0], ref[:, 1])


@right("style transfer", "Gram over view(N,C,H*W), sum over channels")
def _():
    torch.manual_seed(156)
    conv = nn.Conv2d(3, 8, 3, padding=1)
    with torch.no_grad():
        fs = conv(torch.rand(2, 3, 16, 10))

    def style_loss(gen_feat, style_feat):
        def gram(f):
            f = f.flatten(2)
            return f @ f.transpose(1, 2) / f.size(2)

        return F.mse_loss(gram(gen_feat), gram(style_feat))

    return style_loss, (conv(torch.rand(2, 3, 12, 12)), fs)


@right("MMD", "several bandwidths, -2 XY, different batch sizes")
def _():
    torch.manual_seed(157)
    net = mlp(10, 8)

    def mmd(source, target):
        total = 0.0
        for bw in (1.0, 4.0, 16.0):
            k = lambda u, v: torch.exp(-(u[:, None] - v[None]).pow(2).sum(-1) / bw).mean()
            total = total + k(source, source) + k(target, target) - 2 * k(source, target)
        return total

    return mmd, (net(torch.randn(24, 10)), net(torch.randn(20, 10) + 0.5))


@right("VQ-VAE", "codebook and commitment, each with its own detach, then straight-through")
def _():
    torch.manual_seed(158)
    x = torch.randn(32, 10)
    dec = nn.Linear(6, 10)

    class VQ(nn.Module):
        def __init__(self, k=16, d=6):
            super().__init__()
            self.emb = nn.Embedding(k, d)

        def forward(self, z, x, beta=0.25):
            q = self.emb(torch.cdist(z.detach(), self.emb.weight.detach()).argmin(1))
            vq = F.mse_loss(q, z.detach()) + beta * F.mse_loss(z, q.detach())
            return F.mse_loss(dec(z + (q - z).detach()), x) + vq

    return VQ(), (mlp(10, 6)(x), x)


@right("batch-hard triplet", "negatives filled with inf, soft margin")
def _():
    torch.manual_seed(159)
    y = torch.arange(8).repeat_interleave(4)
    x = F.one_hot(y, 8).float() + 0.3 * torch.randn(32, 8)

    def batch_hard(emb, labels):
        d = torch.cdist(emb, emb)
        same = labels[:, None] == labels[None]
        hp = d.masked_fill(~same, 0).max(1)[0]
        hn = d.masked_fill(same, float("inf")).min(1)[0]
        return F.softplus(hp - hn).mean()

    return batch_hard, (mlp(8, 6)(x), y)


@right("CLIP", "own log-scale, exponentiated and clamped, both directions")
def _():
    torch.manual_seed(160)

    class ClipLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

        def forward(self, image_features, text_features):
            i = F.normalize(image_features, dim=-1)
            t = F.normalize(text_features, dim=-1)
            logits = self.logit_scale.exp().clamp(max=100) * i @ t.T
            y = torch.arange(len(i))
            return (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2

    x = torch.randn(16, 20)
    return ClipLoss(), (mlp(20, 12)(x), mlp(20, 12)(x + 0.2 * torch.randn(16, 20)))
