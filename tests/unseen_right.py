"""Losses that are right, and look as if they were not."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


LAST = []  # values of a loss by another way, where one is at hand


def ref(v):
    LAST.append(float(v.detach()) if torch.is_tensor(v) else float(v))


def data(seed, n, d, c, noise=0.5):
    torch.manual_seed(seed)
    x = torch.randn(n, d)
    y = (x @ torch.randn(d, c) + noise * torch.randn(n, c)).argmax(1)
    return x, y


def mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


@right(
    "arXiv 1806.04606 (ONE)",
    "teacher trained jointly by its own cross-entropy, detached only in the KL term",
)
def _():
    x, y = data(1, 32, 16, 6)
    net, gate = mlp(16, 6), mlp(16, 6)

    def one_loss(student_logits, teacher_logits, labels, T=3.0):
        ce = F.cross_entropy(student_logits, labels) + F.cross_entropy(teacher_logits, labels)
        kl = F.kl_div(
            F.log_softmax(student_logits / T, 1),
            F.softmax(teacher_logits.detach() / T, 1),
            reduction="batchmean",
        )
        return ce + T * T * kl

    return one_loss, (net(x), gate(x), y)


@right(
    "arXiv 2102.07650 (student-friendly teacher)",
    "the teacher is what is trained: no detach on purpose, its CE is in the loss",
)
def _():
    x, y = data(2, 32, 16, 5)
    body = nn.Sequential(nn.Linear(16, 32), nn.ReLU())
    th, sh = nn.Linear(32, 5), nn.Linear(32, 5)
    h = body(x)

    def sftn_loss(teacher, student_branch, labels, T=4.0, alpha=0.5):
        hard = F.cross_entropy(teacher, labels) + alpha * F.cross_entropy(student_branch, labels)
        soft = (
            F.kl_div(
                F.log_softmax(student_branch / T, dim=1),
                F.log_softmax(teacher / T, dim=1),
                log_target=True,
                reduction="batchmean",
            )
            * T**2
        )
        return hard + soft

    return sftn_loss, (th(h), sh(h), y)


@right(
    "arXiv 2106.14448 (R-Drop) / mutual learning",
    "`target` carries a graph: both passes are pulled together",
)
def _():
    x, y = data(3, 24, 20, 4)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 4))

    def rdrop(input, target, labels, alpha=1.0):
        ce = 0.5 * (F.cross_entropy(input, labels) + F.cross_entropy(target, labels))
        p, q = F.log_softmax(input, -1), F.log_softmax(target, -1)
        kl_pq = F.kl_div(p, q, log_target=True, reduction="batchmean")
        kl_qp = F.kl_div(q, p, log_target=True, reduction="batchmean")
        return ce + alpha * (kl_pq + kl_qp) / 2

    return rdrop, (net(x), net(x), y)


@right("support vector regression", "`margin` loosens: errors inside it cost nothing")
def _():
    torch.manual_seed(4)
    x = torch.randn(40, 6)
    y = x @ torch.randn(6) * 0.6 + 0.1 * torch.randn(40)
    pred = nn.Linear(6, 1)(x).squeeze(-1)

    def svr_loss(pred, target, margin=0.1):
        return torch.clamp((pred - target).abs() - margin, min=0).mean()

    e = (pred - y).abs().detach()
    ref(((e - 0.1) * (e > 0.1)).mean())
    return svr_loss, (pred, y)


@right("arXiv 2007.07314 (logit adjustment)", "`weight` is added to the logits (tau * log prior)")
def _():
    torch.manual_seed(5)
    y = torch.multinomial(torch.tensor([0.6, 0.25, 0.1, 0.05]), 64, replacement=True)
    x = torch.randn(64, 12) + F.one_hot(y, 12).float()
    prior = torch.tensor([0.6, 0.25, 0.1, 0.05])
    weight = 1.0 * prior.log()

    def adjusted_ce(logits, labels, weight):
        return F.cross_entropy(logits + weight, labels)

    return adjusted_ce, (mlp(12, 4)(x), y, weight)


@right("torch.nn.Transformer key_padding_mask", "`mask` is True where a token is left out")
def _():
    torch.manual_seed(6)
    emb = nn.Embedding(50, 24)
    ids = torch.randint(1, 50, (8, 12))
    lens = torch.tensor([12, 10, 9, 7, 12, 5, 8, 11])
    mask = torch.arange(12)[None] >= lens[:, None]
    ids = ids.masked_fill(mask, 0)
    y = (ids * 7 + 3) % 9
    out = nn.LSTM(24, 32, batch_first=True)(emb(ids))[0]
    logits = nn.Linear(32, 9)(out)

    def tagging_loss(logits, tags, mask):
        tok = F.cross_entropy(logits.transpose(1, 2), tags, reduction="none")
        return tok.masked_fill(mask, 0.0).sum() / (~mask).sum()

    ref(F.cross_entropy(logits[~mask], y[~mask]))
    return tagging_loss, (logits, y, mask)


@right("arXiv 1806.01768 (evidential deep learning)", "`alpha` is a Dirichlet, not a weight")
def _():
    x, y = data(7, 32, 10, 4)
    alpha = F.softplus(mlp(10, 4)(x)) + 1

    def edl_mse(alpha, y, annealing=0.3):
        S = alpha.sum(1, keepdim=True)
        p = alpha / S
        fit = ((y - p) ** 2 + p * (1 - p) / (S + 1)).sum(1)
        at = y + (1 - y) * alpha
        St = at.sum(1)
        K = alpha.shape[1]
        kl = (
            torch.lgamma(St)
            - math.lgamma(K)
            - torch.lgamma(at).sum(1)
            + ((at - 1) * (torch.digamma(at) - torch.digamma(St)[:, None])).sum(1)
        )
        return (fit + annealing * kl).mean()

    Y = F.one_hot(y, 4).float()
    D = torch.distributions.Dirichlet
    a = alpha.detach()
    d = D(a)
    k = torch.distributions.kl_divergence(D(Y + (1 - Y) * a), D(torch.ones_like(a)))
    ref((((Y - d.mean) ** 2 + d.variance).sum(1) + 0.3 * k).mean())
    return edl_mse, (alpha, Y)


@right("arXiv 2203.09168 (beta-NLL)", "weighted by the detached variance to the power beta")
def _():
    torch.manual_seed(8)
    x = torch.randn(48, 5)
    y = x[:, :1] * 1.5 + 0.3 * torch.randn(48, 1)
    mean, raw = mlp(5, 2)(x).chunk(2, 1)
    variance = F.softplus(raw) + 1e-4

    def beta_nll_loss(mean, variance, target, beta=0.5):
        loss = 0.5 * ((target - mean) ** 2 / variance + variance.log())
        loss = loss * (variance.detach() ** beta)
        return loss.sum(dim=-1).mean()

    return beta_nll_loss, (mean, variance, y)


@right(
    "Tacotron 2 (gate loss)", "`done` is what the stop head is to predict, one frame in a sequence"
)
def _():
    torch.manual_seed(9)
    lens = torch.tensor([20, 15, 18, 12])
    t = torch.arange(20)[None]
    mels = torch.randn(4, 20, 8).cumsum(1) * 0.2
    h = nn.GRU(8, 32, batch_first=True)(mels)[0]
    done = (t >= lens[:, None] - 1).float()
    valid = (t < lens[:, None]).float()

    def tacotron_loss(mel_out, mel, done_out, done, valid):
        m = valid.unsqueeze(-1)
        mel_loss = ((mel_out - mel) ** 2 * m).sum() / (m.sum() * mel.shape[-1])
        gate = F.binary_cross_entropy_with_logits(done_out, done, pos_weight=torch.tensor(5.0))
        return mel_loss + gate

    return tacotron_loss, (nn.Linear(32, 8)(h), mels, nn.Linear(32, 1)(h).squeeze(-1), done, valid)


@right(
    "arXiv 1611.07004 (pix2pix)",
    "`fake` carries the graph and is pulled to `real` in L1 beside the adversarial term",
)
def _():
    torch.manual_seed(10)
    src = torch.rand(8, 1, 16, 16)
    real = (src * 1.6 - 0.8) + 0.05 * torch.randn(8, 1, 16, 16)
    G = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1), nn.Tanh()
    )
    D = nn.Sequential(nn.Conv2d(2, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 4, 2, 1))
    fake = G(src)

    def generator_loss(fake, real, pred_fake, lambda_L1=100.0):
        gan = F.binary_cross_entropy_with_logits(pred_fake, torch.ones_like(pred_fake))
        return gan + lambda_L1 * F.l1_loss(fake, real)

    return generator_loss, (fake, real, D(torch.cat([src, fake], 1)))


@right("deepfake detection", "`fake` is the label, 1 where an image was made up")
def _():
    torch.manual_seed(11)
    fake = (torch.rand(32) < 0.4).long()
    x = torch.randn(32, 3, 12, 12) + fake.view(-1, 1, 1, 1) * 0.4
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 1)
    )

    def detector_loss(score, fake):
        return F.binary_cross_entropy_with_logits(score.squeeze(1), fake.to(score.dtype))

    return detector_loss, (net(x), fake)


@right("torch.distributions Normal.log_prob", "a density above 1: the loss is rightly below 0")
def _():
    torch.manual_seed(12)
    x = torch.rand(32, 4)
    y = x.mean(1, keepdim=True) + 0.01 * torch.randn(32, 1)
    lin = nn.Linear(4, 1)
    with torch.no_grad():
        lin.weight.fill_(0.24), lin.bias.fill_(0.01)
    log_std = nn.Parameter(torch.tensor(-3.5))

    def nll(mu, log_std, target):
        log_prob = torch.distributions.Normal(mu, log_std.exp()).log_prob(target)
        return -log_prob.mean()

    return nll, (lin(x), log_std, y)


@right("arXiv 2006.10726 (TENT)", "entropy is minimised at test time, no labels")
def _():
    x, _ = data(13, 64, 16, 7)
    bn = nn.Sequential(nn.Linear(16, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 7))

    def softmax_entropy(outputs):
        return -(outputs.softmax(1) * outputs.log_softmax(1)).sum(1).mean(0)

    out = bn(x)
    ref(torch.distributions.Categorical(logits=out.detach()).entropy().mean())
    return softmax_entropy, (out,)


@right(
    "arXiv 2002.08546 (SHOT)",
    "sample entropy down, entropy of the mean up, pseudo labels without graph",
)
def _():
    x, y = data(14, 48, 16, 5)

    def shot_loss(outputs, pseudo, beta=0.3, eps=1e-5):
        p = F.softmax(outputs, dim=1)
        entropy = -(p * F.log_softmax(outputs, dim=1)).sum(1).mean()
        msoftmax = p.mean(0)
        gentropy = -(msoftmax * torch.log(msoftmax + eps)).sum()
        return beta * F.cross_entropy(outputs, pseudo) + entropy - gentropy

    return shot_loss, (mlp(16, 5)(x), y)


@right("arXiv 1503.03832 (FaceNet)", "`positive` and `negative` are distances")
def _():
    torch.manual_seed(15)
    base = torch.randn(24, 10)
    net = mlp(10, 16)
    a, p, n = (
        F.normalize(net(v), dim=1)
        for v in (base, base + 0.3 * torch.randn(24, 10), torch.randn(24, 10))
    )
    positive, negative = (a - p).pow(2).sum(1), (a - n).pow(2).sum(1)

    def triplet(positive, negative, margin=0.2):
        return F.relu(positive - negative + margin).mean()

    return triplet, (positive, negative)


@right(
    "arXiv 1506.01497 (Faster R-CNN box coder)",
    "`anchor` is a set of boxes; deltas with logs, matched ones only",
)
def _():
    torch.manual_seed(16)
    xy = torch.rand(40, 2) * 100
    wh = torch.rand(40, 2) * 40 + 10
    anchor = torch.cat([xy, xy + wh], 1)
    gt = anchor + torch.randn(40, 4) * 3
    labels = torch.randint(-1, 2, (40,))
    deltas = nn.Linear(12, 4)(torch.randn(40, 12))

    def rpn_box_loss(deltas, anchor, gt, labels, beta=1 / 9):
        aw, ah = anchor[:, 2] - anchor[:, 0], anchor[:, 3] - anchor[:, 1]
        gw, gh = gt[:, 2] - gt[:, 0], gt[:, 3] - gt[:, 1]
        dx = (gt[:, 0] + 0.5 * gw - anchor[:, 0] - 0.5 * aw) / aw
        dy = (gt[:, 1] + 0.5 * gh - anchor[:, 1] - 0.5 * ah) / ah
        t = torch.stack([dx, dy, torch.log(gw / aw), torch.log(gh / ah)], 1)
        pos = labels == 1
        return (
            F.smooth_l1_loss(deltas[pos], t[pos], beta=beta, reduction="sum") / (labels >= 0).sum()
        )

    return rpn_box_loss, (deltas, anchor, gt, labels)


@right("VAE repositories", "`std` holds the logarithm of the deviation")
def _():
    torch.manual_seed(17)
    x = (torch.rand(32, 40) < 0.3).float()
    mu, std = mlp(40, 16)(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * std.exp()
    recon = mlp(8, 40)(z)

    def vae_loss(recon, x, mu, std):
        bce = F.binary_cross_entropy_with_logits(recon, x, reduction="none").sum(1)
        kld = 0.5 * (mu**2 + torch.exp(2 * std) - 1 - 2 * std).sum(1)
        return (bce + kld).mean()

    N = torch.distributions.Normal
    ref(
        (
            F.binary_cross_entropy_with_logits(recon, x, reduction="none").sum(1)
            + torch.distributions.kl_divergence(N(mu, std.exp()), N(0.0, 1.0)).sum(1)
        ).mean()
    )
    return vae_loss, (recon, x, mu, std)


@right("quantile regression", "`q` is a set of quantiles, target broadcast over them on purpose")
def _():
    torch.manual_seed(18)
    x = torch.randn(32, 6)
    y = x[:, :1] + torch.randn(32, 1)
    q = torch.tensor([0.1, 0.5, 0.9])

    def pinball(pred, target, q):
        e = target - pred
        return torch.max(q * e, (q - 1) * e).sum(-1).mean()

    return pinball, (mlp(6, 3)(x), y, q)


@right("arXiv 1911.05722 (MoCo)", "`q` is the query; keys and queue without graph, label 0 for all")
def _():
    torch.manual_seed(19)
    x = torch.randn(32, 20)
    enc = mlp(20, 16)
    q = F.normalize(enc(x + 0.1 * torch.randn_like(x)), dim=1)
    with torch.no_grad():
        k = F.normalize(enc(x + 0.1 * torch.randn_like(x)), dim=1)
    queue = F.normalize(torch.randn(16, 128), dim=0)

    def moco_loss(q, k, queue, T=0.07):
        l_pos = torch.einsum("nc,nc->n", [q, k]).unsqueeze(-1)
        l_neg = torch.einsum("nc,ck->nk", [q, queue.clone().detach()])
        logits = torch.cat([l_pos, l_neg], dim=1) / T
        labels = torch.zeros(logits.shape[0], dtype=torch.long)
        return F.cross_entropy(logits, labels)

    return moco_loss, (q, k, queue)


def surv(seed, n=40, d=6):
    torch.manual_seed(seed)
    x = torch.randn(n, d)
    t = torch.exp(0.6 * x[:, 0] + 0.5 * torch.randn(n)) * 5 + 0.1
    c = torch.rand(n) * 15 + 0.5
    return x, torch.minimum(t, c), (t <= c).float()


@right(
    "Weibull accelerated failure time",
    "`time`/`event` in AFT: no risk sets; constant log t left out",
)
def _():
    x, time, event = surv(20)
    mu = mlp(6, 1)(x).squeeze(1)
    log_scale = nn.Parameter(torch.zeros(()))

    def weibull_aft(mu, log_scale, time, event):
        z = (time.log() - mu) / log_scale.exp()
        return -(event * (z - log_scale) - z.exp()).mean()

    s = log_scale.exp().detach()
    W = torch.distributions.Weibull(mu.detach().exp(), 1 / s)
    ref(
        -(
            event * (W.log_prob(time) + time.log())
            + (1 - event) * -((time / mu.detach().exp()) ** (1 / s))
        ).mean()
    )
    return weibull_aft, (mu, log_scale, time, event)


@right("log-normal AFT", "censored rows give the log survival, events the density")
def _():
    x, time, event = surv(21)
    mu, ls = mlp(6, 2)(x).unbind(1)

    def lognormal_aft(mu, log_sigma, time, event):
        z = (torch.log(time) - mu) * torch.exp(-log_sigma)
        log_pdf = -0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_sigma - torch.log(time)
        log_surv = torch.special.log_ndtr(-z)
        return -torch.where(event.bool(), log_pdf, log_surv).mean()

    L = torch.distributions.LogNormal(mu.detach(), ls.detach().exp())
    ref(-(event * L.log_prob(time) + (1 - event) * torch.log(1 - L.cdf(time))).mean())
    return lognormal_aft, (mu, ls, time, event)


@right("arXiv 1805.00917 (nnet-survival)", "discrete time: `time` is a bin, BCE up to it")
def _():
    x, time, event = surv(22)
    bins = torch.bucketize(time, torch.tensor([1.0, 2.0, 3.0, 5.0, 8.0, 12.0])).long()
    logits = mlp(6, 7)(x)

    def logistic_hazard(logits, time, event):
        y = torch.zeros_like(logits).scatter(1, time[:, None], event[:, None])
        at_risk = torch.arange(logits.shape[1])[None] <= time[:, None]
        bce = F.binary_cross_entropy_with_logits(logits, y, reduction="none")
        return (bce * at_risk).sum(1).mean()

    return logistic_hazard, (logits, bins, event)


@right("Cox partial likelihood, Breslow", "ties share one full risk set")
def _():
    x, time, event = surv(23)
    time = time.round().clamp(min=1)
    risk = mlp(6, 1)(x).squeeze(1)

    def cox_breslow(log_risk, time, event):
        at_risk = time[None, :] >= time[:, None]
        lse = torch.logsumexp(log_risk[None, :].masked_fill(~at_risk, float("-inf")), dim=1)
        return -((log_risk - lse) * event).sum() / event.sum()

    r = risk.detach()
    ref(
        -sum(r[i] - torch.log(r[time >= time[i]].exp().sum()) for i in range(40) if event[i])
        / event.sum()
    )
    return cox_breslow, (risk, time, event)


@right("Cox partial likelihood, Efron", "ties by Efron")
def _():
    x, time, event = surv(24)
    time = time.round().clamp(min=1)
    risk = mlp(6, 1)(x).squeeze(1)

    def cox_efron(log_risk, time, event):
        exp_risk = torch.exp(log_risk)
        total = log_risk.new_zeros(())
        for t in torch.unique(time[event == 1]):
            tied = (time == t) & (event == 1)
            d = int(tied.sum())
            denom = exp_risk[time >= t].sum() - torch.arange(d) / d * exp_risk[tied].sum()
            total = total + log_risk[tied].sum() - torch.log(denom).sum()
        return -total / event.sum()

    return cox_efron, (risk, time, event)


@right("stratified Cox", "risk sets only within a stratum")
def _():
    x, time, event = surv(25)
    strata = torch.randint(0, 3, (40,))
    risk = nn.Linear(6, 1)(x).squeeze(1)

    def stratified_cox(log_hz, time, event, strata):
        R = (time.unsqueeze(0) >= time.unsqueeze(1)) & (strata.unsqueeze(0) == strata.unsqueeze(1))
        denom = torch.logsumexp(log_hz.unsqueeze(0).masked_fill(~R, -1e9), 1)
        return ((denom - log_hz) * event).sum() / event.sum()

    return stratified_cox, (risk, time, event, strata)


@right("DeepHit (AAAI 2018)", "likelihood and ranking with exp of incidence differences")
def _():
    x, time, event = surv(26)
    bins = torch.bucketize(time, torch.tensor([1.0, 2.0, 4.0, 6.0, 9.0])).long()
    logits = mlp(6, 7)(x)  # the last column: beyond the horizon

    def deephit(logits, time, event, alpha=0.5, sigma=0.3):
        pmf = F.softmax(logits, 1)
        cif = pmf.cumsum(1)
        logp = F.log_softmax(logits, 1)
        later = torch.arange(logits.shape[1])[None] > time[:, None]
        log_surv = torch.logsumexp(logp.masked_fill(~later, float("-inf")), 1)
        nll = -torch.where(event == 1, logp.gather(1, time[:, None]).squeeze(1), log_surv).mean()
        F_at = cif[:, time].t()  # [i, j] = F_j(t_i)
        own = cif.gather(1, time[:, None])  # F_i(t_i)
        comparable = ((time[:, None] < time[None, :]) & (event[:, None] == 1)).float()
        rank = (comparable * torch.exp(-(own - F_at) / sigma)).mean()
        return alpha * nll + (1 - alpha) * rank

    return deephit, (logits, bins, event)


@right("Cox over a sorted batch", "sorted by falling time first, then logcumsumexp")
def _():
    x, time, event = surv(27)
    risk = mlp(6, 1)(x)

    def cox_ph_loss(log_h, durations, events):
        idx = durations.sort(descending=True)[1]
        events = events[idx].view(-1)
        log_h = log_h[idx].view(-1)
        return -((log_h - log_h.logcumsumexp(0)) * events).sum() / events.sum()

    r = risk.detach().squeeze(1)
    ref(
        -sum(r[i] - torch.log(r[time >= time[i]].exp().sum()) for i in range(40) if event[i])
        / event.sum()
    )
    return cox_ph_loss, (risk, time, event)


@right("forecasting with a tolerance band", "no cost inside [low, high], squared outside")
def _():
    torch.manual_seed(28)
    x = torch.randn(32, 5)
    y = x @ torch.rand(5)
    low, high = y - 0.3, y + 0.3
    pred = nn.Linear(5, 1)(x).squeeze(1)

    def band_loss(pred, low, high):
        return (F.relu(low - pred) ** 2 + F.relu(pred - high) ** 2).mean()

    return band_loss, (pred, low, high)


@right(
    "arXiv 1606.04934 (free bits)", "early in training most KL is under the free bits: flat there"
)
def _():
    torch.manual_seed(29)
    x = torch.randn(32, 20)
    mu, logvar = (0.1 * mlp(20, 16)(x)).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
    recon = mlp(8, 20)(z)

    def elbo(recon, x, mu, logvar, free_bits=0.25):
        rec = 0.5 * ((recon - x) ** 2).sum(1).mean()
        kl = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp())
        kl = torch.clamp(kl.mean(0), min=free_bits).sum()
        return rec + kl

    return elbo, (recon, x, mu, logvar)


@right("arXiv 1705.02894 (hinge GAN)", "critic's hinge, partly flat, no graph into the generator")
def _():
    torch.manual_seed(30)
    D = mlp(2, 1)
    with torch.no_grad():
        D[2].weight.mul_(4), D[2].bias.sub_(1.2)
    real = torch.randn(64, 2) * 0.3 + torch.tensor([1.5, 0.0])
    fake = mlp(4, 2)(torch.randn(64, 4)).detach()

    def d_hinge(real_logits, fake_logits):
        return 0.5 * (F.relu(1.0 - real_logits).mean() + F.relu(1.0 + fake_logits).mean())

    return d_hinge, (D(real), D(fake))


@right(
    "FixMatch, arXiv 2001.07685",
    "early in training most pseudo labels are masked out by the threshold",
)
def _():
    x, y = data(31, 56, 16, 4)
    net = mlp(16, 4)
    with torch.no_grad():
        net[2].weight.mul_(8)
    xs = x + 0.3 * torch.randn_like(x)

    def fixmatch(logits_x, targets_x, logits_u_w, logits_u_s, threshold=0.95, lambda_u=1.0, T=1.0):
        Lx = F.cross_entropy(logits_x, targets_x)
        pseudo = torch.softmax(logits_u_w.detach() / T, dim=-1)
        max_probs, targets_u = torch.max(pseudo, dim=-1)
        mask = max_probs.ge(threshold).float()
        Lu = (F.cross_entropy(logits_u_s, targets_u, reduction="none") * mask).mean()
        return Lx + lambda_u * Lu

    return fixmatch, (net(x[:16]), y[:16], net(x[16:]), net(xs[16:]))


@right("robust regression", "trimmed: the largest losses are thrown away on purpose")
def _():
    torch.manual_seed(32)
    x = torch.randn(40, 4)
    y = x @ torch.rand(4, 1)
    y[:4] += 20
    pred = nn.Linear(4, 1)(x)

    def trimmed_mse(pred, target, keep=0.9):
        se = (pred - target).pow(2).flatten()
        k = int(keep * se.numel())
        return se.topk(k, largest=False).values.mean()

    return trimmed_mse, (pred, y)


@right("RankNet within a list", "all pairs by [B,1] - [1,B]")
def _():
    torch.manual_seed(33)
    x = torch.randn(20, 8)
    rel = (x[:, 0] + 0.3 * torch.randn(20)).mul(1.2).round().clamp(0, 3)
    s = mlp(8, 1)(x)

    def ranknet(scores, relevance):
        diff = scores - scores.t()
        higher = (relevance[:, None] > relevance[None, :]).float()
        return (F.softplus(-diff) * higher).sum() / higher.sum()

    return ranknet, (s, rel)


@right("arXiv 1710.10044 (QR-DQN)", "every target quantile against every predicted one")
def _():
    torch.manual_seed(34)
    x = torch.randn(16, 6)
    net = mlp(6, 3 * 8)
    a = torch.randint(0, 3, (16,))
    theta = net(x).view(16, 3, 8)[torch.arange(16), a]
    with torch.no_grad():
        nxt = net(torch.randn(16, 6)).view(16, 3, 8)
        best = nxt.mean(2).argmax(1)
        target = torch.randn(16, 1) + 0.99 * nxt[torch.arange(16), best] * (torch.rand(16, 1) > 0.1)
    tau = (torch.arange(8) + 0.5) / 8

    def quantile_huber(theta, target, tau, kappa=1.0):
        u = target.unsqueeze(1) - theta.unsqueeze(2)  # [B, predicted, target]
        huber = F.huber_loss(
            theta.unsqueeze(2).expand_as(u),
            target.unsqueeze(1).expand_as(u),
            delta=kappa,
            reduction="none",
        )
        rho = (tau.view(1, -1, 1) - (u.detach() < 0).float()).abs() * huber / kappa
        return rho.mean(2).sum(1).mean()

    return quantile_huber, (theta, target, tau)


@right("mixture density network", "one target against K components")
def _():
    torch.manual_seed(35)
    x = torch.rand(48, 1)
    y = torch.sin(6 * x) + 0.1 * torch.randn(48, 1)
    logits, mu, log_sigma = mlp(1, 15)(x).chunk(3, 1)

    def mdn_nll(pi_logits, mu, log_sigma, y):
        log_comp = (
            -0.5 * ((y - mu) * torch.exp(-log_sigma)) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)
        )
        return -torch.logsumexp(F.log_softmax(pi_logits, 1) + log_comp, dim=1).mean()

    d = torch.distributions
    ref(
        -d.MixtureSameFamily(d.Categorical(logits=logits), d.Normal(mu, log_sigma.exp()))
        .log_prob(y.squeeze(1))
        .mean()
    )
    return mdn_nll, (logits, mu, log_sigma, y)


@right("arXiv 1703.05175 (prototypical networks)", "queries against class means")
def _():
    torch.manual_seed(36)
    cent = torch.randn(5, 12) * 1.5
    net = mlp(12, 8)
    support = net(cent.repeat_interleave(3, 0) + 0.5 * torch.randn(15, 12)).view(5, 3, 8)
    yq = torch.arange(5).repeat_interleave(4)
    query = net(cent[yq] + 0.5 * torch.randn(20, 12))

    def proto_loss(support, query, labels):
        proto = support.mean(1)
        d = ((query[:, None] - proto[None]) ** 2).sum(-1)
        return F.cross_entropy(-d, labels)

    return proto_loss, (support, query, yq)


@right("Chamfer distance", "two clouds of different size, all pairs")
def _():
    torch.manual_seed(37)
    code = torch.randn(8, 16)
    pred = nn.Linear(16, 64 * 3)(code).view(8, 64, 3)
    gt = F.normalize(torch.randn(8, 100, 3), dim=-1)

    def chamfer(pred, gt):
        d = (pred[:, :, None] - gt[:, None]).pow(2).sum(-1)
        return d.min(2)[0].mean() + d.min(1)[0].mean()

    return chamfer, (pred, gt)


@right(
    "arXiv 1707.06887 (C51)",
    "projected distribution as soft target, cross entropy summed over atoms",
)
def _():
    torch.manual_seed(38)
    net = mlp(6, 4 * 21)
    s, s2 = torch.randn(16, 6), torch.randn(16, 6)
    a, r = torch.randint(0, 4, (16,)), torch.randn(16)
    done = (torch.rand(16) < 0.15).float()
    z = torch.linspace(-5, 5, 21)
    with torch.no_grad():
        p2 = net(s2).view(16, 4, 21).softmax(-1)
        p2 = p2[torch.arange(16), (p2 * z).sum(-1).argmax(1)]

    def c51(log_p, next_p, reward, done, support, gamma=0.99):
        vmin, vmax = support[0], support[-1]
        tz = (reward[:, None] + gamma * (1 - done[:, None]) * support).clamp(vmin, vmax)
        w = (1 - (tz[:, :, None] - support).abs() / (support[1] - support[0])).clamp(0, 1)
        m = (next_p[:, :, None] * w).sum(1)
        return -(m * log_p).sum(1).mean()

    log_p = F.log_softmax(net(s).view(16, 4, 21)[torch.arange(16), a], -1)
    return c51, (log_p, p2, r, done, z)


def img(seed, n=8):
    torch.manual_seed(seed)
    yy, xx = torch.meshgrid(torch.linspace(-1, 1, 8), torch.linspace(-1, 1, 8), indexing="ij")
    c = torch.rand(n, 1, 1, 1) - 0.5
    return torch.exp(-4 * ((xx - c) ** 2 + (yy + c) ** 2)) * 2 - 1


class Den(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.t, self.b = (
            nn.Conv2d(1, 16, 3, padding=1),
            nn.Linear(1, 16),
            nn.Conv2d(16, 1, 3, padding=1),
        )

    def forward(self, x, t):
        return self.b(F.silu(self.a(x) + self.t(t.view(-1, 1).float())[:, :, None, None]))


@right("arXiv 2209.03003 (rectified flow)", "x0 is noise, x1 data, v = x1 - x0")
def _():
    x1 = img(39)
    x0, t = torch.randn_like(x1), torch.rand(8)
    net = Den()

    def rf_loss(model, x0, x1, t):
        tt = t.view(-1, 1, 1, 1)
        xt = tt * x1 + (1 - tt) * x0
        return F.mse_loss(model(xt, t), x1 - x0)

    return rf_loss, (net, x0, x1, t)


@right(
    "arXiv 2403.03206 (SD3)",
    "the other convention: x0 is data, sigma mixes in noise, v = noise - x0",
)
def _():
    latents = img(40)
    noise = torch.randn_like(latents)
    sigmas = torch.sigmoid(torch.randn(8)).view(-1, 1, 1, 1)
    noisy = (1.0 - sigmas) * latents + sigmas * noise
    pred = Den()(noisy, sigmas.flatten())

    def sd3_loss(model_pred, latents, noise, noisy_latents, sigmas):
        target = noise - latents
        weighting = torch.ones_like(sigmas)
        return torch.mean(
            (weighting.float() * (model_pred.float() - target.float()) ** 2).reshape(
                target.shape[0], -1
            ),
            1,
        ).mean()

    return sd3_loss, (pred, latents, noise, noisy, sigmas)


@right(
    "SD3 with preconditioned output (diffusers train_dreambooth_sd3)",
    "x0 recovered as noisy - sigma * v, then against the data",
)
def _():
    latents = img(41)
    noise = torch.randn_like(latents)
    sigmas = (torch.rand(8) * 0.98 + 0.01).view(-1, 1, 1, 1)
    noisy = sigmas * noise + (1 - sigmas) * latents
    pred = Den()(noisy, sigmas)

    def precond_loss(model_pred, noisy, latents, sigmas):
        x0 = model_pred * (-sigmas) + noisy
        weighting = sigmas**-2.0
        return (weighting * (x0 - latents) ** 2).mean()

    ref(((pred - (noise - latents)) ** 2).mean())
    return precond_loss, (pred, noisy, latents, sigmas)


@right("arXiv 2202.00512 (v-prediction)", "cosine schedule by angle, v = alpha eps - sigma x")
def _():
    x = img(42)
    eps, t = torch.randn_like(x), torch.rand(8)

    def v_loss(model, x, eps, t):
        alpha = torch.cos(t * math.pi / 2).view(-1, 1, 1, 1)
        sigma = torch.sin(t * math.pi / 2).view(-1, 1, 1, 1)
        v = alpha * eps - sigma * x
        return F.mse_loss(model(alpha * x + sigma * eps, t), v)

    return v_loss, (Den(), x, eps, t)


@right(
    "arXiv 2206.00364 (EDM)",
    "preconditioning and weight of EDM; noise of large sigma is added without shrinking the data",
)
def _():
    y = img(43)
    net = Den()

    class EDMLoss(nn.Module):
        def __init__(self, net, sigma_data=0.5):
            super().__init__()
            self.net, self.sd = net, sigma_data

        def forward(self, images):
            sigma = (torch.randn(len(images), 1, 1, 1) * 1.2 - 1.2).exp()
            weight = (sigma**2 + self.sd**2) / (sigma * self.sd) ** 2
            n = torch.randn_like(images) * sigma
            s = sigma**2 + self.sd**2
            x = images + n
            D = self.sd**2 / s * x + sigma * self.sd / s.sqrt() * self.net(
                x / s.sqrt(), sigma.log() / 4
            )
            return (weight * (D - images) ** 2).mean()

    return EDMLoss(net), (y,)


@right("arXiv 2303.09556 (min-SNR)", "eps prediction on a cosine schedule, weight min(snr, 5)/snr")
def _():
    x0 = img(44)
    noise, t = torch.randn_like(x0), torch.randint(0, 1000, (8,))
    f = torch.cos((torch.linspace(0, 1, 1001) + 0.008) / 1.008 * math.pi / 2) ** 2
    betas = (1 - f[1:] / f[:-1]).clamp(max=0.999)
    acp = (1 - betas).cumprod(0)
    xt = acp[t].sqrt().view(-1, 1, 1, 1) * x0 + (1 - acp[t]).sqrt().view(-1, 1, 1, 1) * noise

    def min_snr_loss(model_pred, noise, timesteps, alphas_cumprod, gamma=5.0):
        snr = alphas_cumprod[timesteps] / (1 - alphas_cumprod[timesteps])
        w = snr.clamp(max=gamma) / snr
        loss = F.mse_loss(model_pred, noise, reduction="none")
        return (loss.mean(dim=[1, 2, 3]) * w).mean()

    return min_snr_loss, (Den()(xt, t / 1000), noise, t, acp)


@right(
    "arXiv 2310.14189 (improved consistency training)",
    "target at the smaller sigma without graph, pseudo-Huber, weight 1/(gap)",
)
def _():
    x = img(45)
    z = torch.randn_like(x)
    s = torch.linspace(0.01, 3, 12)
    i = torch.randint(0, 11, (8,))
    net = Den()

    def f(x, sig):
        v = sig.view(-1, 1, 1, 1)
        skip, out = 0.25 / ((v - 0.01) ** 2 + 0.25), 0.5 * (v - 0.01) / (v**2 + 0.25).sqrt()
        return skip * x + out * net(x / (v**2 + 0.25).sqrt(), sig.log() / 4)

    student = f(x + s[i + 1].view(-1, 1, 1, 1) * z, s[i + 1])
    with torch.no_grad():
        teacher = f(x + s[i].view(-1, 1, 1, 1) * z, s[i])

    def consistency(student, teacher, sigma, next_sigma):
        c = 0.00054 * math.sqrt(student[0].numel())
        d = torch.sqrt(((student - teacher) ** 2).flatten(1).sum(1) + c**2) - c
        return (d / (next_sigma - sigma)).mean()

    return consistency, (student, teacher, s[i], s[i + 1])


@right(
    "denoising score matching (Song & Ermon)", "sigma * score + noise, squared: plus sign is right"
)
def _():
    torch.manual_seed(46)
    x = torch.randn(64, 2) @ torch.tensor([[1.0, 0.5], [0.0, 0.4]])
    sigma = torch.exp(torch.rand(64, 1) * 4 - 3)
    net = mlp(3, 2)
    noise = torch.randn_like(x)
    score = net(torch.cat([x + sigma * noise, sigma.log()], 1)) / sigma

    def dsm(score, noise, sigma):
        return 0.5 * ((sigma * score + noise) ** 2).sum(1).mean()

    return dsm, (score, noise, sigma)


@right("arXiv 1710.09412 (mixup)", "lam on the first labels, 1 - lam on the permuted ones")
def _():
    x, y = data(47, 32, 12, 5)
    lam = 0.73
    idx = torch.randperm(32)
    pred = mlp(12, 5)(lam * x + (1 - lam) * x[idx])

    def mixup_criterion(pred, y_a, y_b, lam):
        return lam * F.cross_entropy(pred, y_a) + (1 - lam) * F.cross_entropy(pred, y_b)

    ref(
        F.cross_entropy(
            pred, lam * F.one_hot(y, 5).float() + (1 - lam) * F.one_hot(y[idx], 5).float()
        )
    )
    return mixup_criterion, (pred, y, y[idx], lam)


@right("arXiv 1905.04899 (CutMix)", "box pasted, lam set to the share of pixels left")
def _():
    x = img(48, 16)
    y = (x.mean((1, 2, 3)) > x.mean()).long()
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))

    def cutmix_step(model, input, target, lam=0.6):
        rand_index = torch.randperm(input.size(0))
        cut = int(8 * math.sqrt(1 - lam))
        x1, y1 = 2, 1
        mixed = input.clone()
        mixed[:, :, y1 : y1 + cut, x1 : x1 + cut] = input[
            rand_index, :, y1 : y1 + cut, x1 : x1 + cut
        ]
        lam = 1 - cut * cut / 64
        out = model(mixed)
        return F.cross_entropy(out, target) * lam + F.cross_entropy(out, target[rand_index]) * (
            1.0 - lam
        )

    return cutmix_step, (net, x, y)


@right("BCE with mixed multi-hot targets", "BCEWithLogits on soft targets strictly between 0 and 1")
def _():
    torch.manual_seed(49)
    x = torch.randn(32, 10)
    Y = (x[:, :6] + 0.5 * torch.randn(32, 6) > 0.5).float()
    lam = torch.rand(32, 1) * 0.5 + 0.25
    p = torch.randperm(32)
    return nn.BCEWithLogitsLoss(), (
        mlp(10, 6)(lam * x + (1 - lam) * x[p]),
        lam * Y + (1 - lam) * Y[p],
    )


@right("arXiv 1704.00028 (WGAN-GP)", "critic loss is fake minus real, may be below 0, with penalty")
def _():
    torch.manual_seed(50)
    D = mlp(2, 1)
    real = torch.randn(32, 2) + 1
    fake = mlp(4, 2)(torch.randn(32, 4)).detach()

    def critic_loss(critic, real, fake, lambda_gp=10.0):
        eps = torch.rand(real.size(0), 1)
        inter = (eps * real + (1 - eps) * fake).requires_grad_(True)
        out = critic(inter)
        g = torch.autograd.grad(out, inter, torch.ones_like(out), create_graph=True)[0]
        gp = ((g.norm(2, dim=1) - 1) ** 2).mean()
        return critic(fake).mean() - critic(real).mean() + lambda_gp * gp

    return critic_loss, (D, real, fake)


@right(
    "arXiv 2012.09841 (VQGAN adaptive weight)",
    "autograd.grad without create_graph: the weight is a constant on purpose",
)
def _():
    x = img(51)
    enc = nn.Conv2d(1, 8, 3, padding=1)
    last = nn.Conv2d(8, 1, 3, padding=1)
    D = nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 4, 2, 1))
    xrec = last(F.relu(enc(x)))

    def vqgan_g_loss(inputs, reconstructions, logits_fake, last_layer, disc_weight=0.8):
        nll_loss = (inputs - reconstructions).abs().mean()
        g_loss = -logits_fake.mean()
        nll_grads = torch.autograd.grad(nll_loss, last_layer, retain_graph=True)[0]
        g_grads = torch.autograd.grad(g_loss, last_layer, retain_graph=True)[0]
        d_weight = torch.norm(nll_grads) / (torch.norm(g_grads) + 1e-4)
        d_weight = torch.clamp(d_weight, 0.0, 1e4).detach() * disc_weight
        return nll_loss + d_weight * g_loss

    return vqgan_g_loss, (x, xrec, D(xrec), last.weight)


@right(
    "attention supervised by saliency",
    "gradient of a frozen net as the target: no create_graph wanted",
)
def _():
    x = img(52)
    frozen = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 2)
    ).requires_grad_(False)
    att = nn.Conv2d(1, 1, 3, padding=1)(x)

    def saliency_loss(attention_logits, image, expert):
        image = image.clone().requires_grad_(True)
        (sal,) = torch.autograd.grad(expert(image).max(1)[0].sum(), image)
        target = F.softmax(sal.abs().flatten(1) / sal.abs().flatten(1).mean(1, keepdim=True), dim=1)
        return F.kl_div(
            F.log_softmax(attention_logits.flatten(1), 1), target, reduction="batchmean"
        )

    return saliency_loss, (att, x, frozen)


@right("arXiv 1801.04406 (R1)", "penalty on real samples, softplus critic")
def _():
    torch.manual_seed(53)
    D = nn.Sequential(nn.Linear(2, 32), nn.Softplus(), nn.Linear(32, 1))
    real = (torch.randn(32, 2) * 0.5).requires_grad_(True)
    fake = mlp(4, 2)(torch.randn(32, 4)).detach()

    def d_r1(real, real_pred, fake_pred, r1=10.0):
        (grad_real,) = torch.autograd.grad(outputs=real_pred.sum(), inputs=real, create_graph=True)
        penalty = grad_real.pow(2).reshape(grad_real.shape[0], -1).sum(1).mean()
        return F.softplus(-real_pred).mean() + F.softplus(fake_pred).mean() + r1 / 2 * penalty

    return d_r1, (real, D(real), D(fake))


@right(
    "arXiv 1711.10561 (PINN, Burgers)", "residual with u_t + u u_x - nu u_xx; columns kept apart"
)
def _():
    torch.manual_seed(54)
    net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1))
    x, t = (torch.rand(40, 1) * 2 - 1), torch.rand(40, 1)
    x0 = torch.rand(20, 1) * 2 - 1

    def burgers(net, x, t, x0, u0, nu=0.01 / math.pi):
        x, t = x.requires_grad_(), t.requires_grad_()
        u = net(torch.cat([x, t], 1))
        u_x, u_t = torch.autograd.grad(u.sum(), (x, t), create_graph=True)
        (u_xx,) = torch.autograd.grad(u_x.sum(), x, create_graph=True)
        f = u_t + u * u_x - nu * u_xx
        ic = net(torch.cat([x0, torch.zeros_like(x0)], 1)) - u0
        bc = torch.cat([net(torch.cat([torch.full_like(t, s), t], 1)) for s in (-1.0, 1.0)])
        return f.pow(2).mean() + ic.pow(2).mean() + bc.pow(2).mean()

    return burgers, (net, x, t, x0, -torch.sin(math.pi * x0))


@right("arXiv 2002.10099 (IGR)", "eikonal term; surface targets are all 0 and so not passed")
def _():
    torch.manual_seed(55)
    net = nn.Sequential(nn.Linear(3, 32), nn.Softplus(beta=100), nn.Linear(32, 1))
    surf = F.normalize(torch.randn(40, 3), dim=1)
    off = (torch.rand(40, 3) * 3 - 1.5).requires_grad_()

    def igr(sdf_surface, off, sdf_off, lambd=0.1):
        g = torch.autograd.grad(
            sdf_off,
            off,
            grad_outputs=torch.ones_like(sdf_off),
            create_graph=True,
            retain_graph=True,
        )[0]
        return sdf_surface.abs().mean() + lambd * ((g.norm(2, dim=-1) - 1) ** 2).mean()

    return igr, (net(surf), off, net(off))


@right("interatomic potentials", "forces are minus the gradient, create_graph, energy per atom")
def _():
    torch.manual_seed(56)
    pos = torch.randn(8, 5, 3) * 0.5 + torch.randn(1, 5, 3) * 2
    d = lambda p: (p[:, :, None] - p[:, None] + 1e-3).norm(dim=-1).flatten(1)
    with torch.enable_grad():
        p = pos.clone().requires_grad_()
        e = (0.05 * (d(p) - 2) ** 2).sum(1)
        forces = -torch.autograd.grad(e.sum(), p)[0]
    energy = e.detach()
    net = nn.Sequential(nn.Linear(25, 32), nn.SiLU(), nn.Linear(32, 1))
    pos = pos.requires_grad_()
    out = net(d(pos)).squeeze(1)

    def energy_force_loss(pred_energy, positions, energy, forces, w_f=10.0):
        f = -torch.autograd.grad(pred_energy.sum(), positions, create_graph=True)[0]
        n = positions.shape[1]
        return F.mse_loss(pred_energy / n, energy / n) + w_f * F.mse_loss(f, forces)

    return energy_force_loss, (out, pos, energy, forces)


@right(
    "arXiv 1704.03976 (VAT)", "power iteration without create_graph, clean prediction without graph"
)
def _():
    x, y = data(57, 32, 12, 4)
    net = mlp(12, 4)
    net(x)

    class VATLoss(nn.Module):
        def __init__(self, xi=1e-2, eps=1.0):
            super().__init__()
            self.xi, self.eps = xi, eps

        def forward(self, model, x):
            with torch.no_grad():
                pred = F.softmax(model(x), dim=1)
            d = F.normalize(torch.rand(x.shape) - 0.5, dim=1)
            d.requires_grad_()
            kl = F.kl_div(F.log_softmax(model(x + self.xi * d), dim=1), pred, reduction="batchmean")
            g = torch.autograd.grad(kl, d)[0]
            r = F.normalize(g, dim=1) * self.eps
            return F.kl_div(F.log_softmax(model(x + r), dim=1), pred, reduction="batchmean")

    return VATLoss(), (net, x)


@right(
    "arXiv 1901.08573 (TRADES)",
    "graph runs through both the clean and the adversarial side on purpose",
)
def _():
    x, y = data(58, 32, 12, 4)
    net = mlp(12, 4)
    x_adv = x + 0.1 * torch.randn_like(x).sign()

    def trades(logits_adv, logits_nat, y, beta=6.0):
        natural = F.cross_entropy(logits_nat, y)
        robust = (1.0 / len(y)) * F.kl_div(
            F.log_softmax(logits_adv, 1), F.softmax(logits_nat, 1), reduction="sum"
        )
        return natural + beta * robust

    return trades, (net(x_adv), net(x), y)


def xyxy(seed, n=24, s=10.0):
    torch.manual_seed(seed)
    c, wh = torch.rand(n, 2) * 60 + 20, torch.rand(n, 2) * 20 + 8
    gt = torch.cat([c, wh], 1)
    feat = torch.cat([gt / 40 - 1, torch.randn(n, 4)], 1)
    lin = nn.Linear(8, 4)
    with torch.no_grad():
        lin.weight.mul_(0.3)
    d = torch.tanh(lin(feat))
    pred = torch.cat([c + d[:, :2] * 5, wh * (0.5 * d[:, 2:]).exp()], 1)
    return pred, gt


def corner(b):
    return torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)


def piou(p, g):
    w = (torch.min(p[:, 2:], g[:, 2:]) - torch.max(p[:, :2], g[:, :2])).clamp(min=0)
    i = w[:, 0] * w[:, 1]
    a = lambda b: (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return i / (a(p) + a(g) - i)


@right(
    "arXiv 2005.12872 (DETR)",
    "cxcywh in [0,1] for L1, turned to corners for GIoU, over the number of boxes",
)
def _():
    torch.manual_seed(59)
    wh = torch.rand(14, 2) * 0.3 + 0.1
    gt = torch.cat([wh / 2 + torch.rand(14, 2) * (1 - wh), wh], 1)
    pred = nn.Linear(10, 4)(torch.randn(14, 10)).sigmoid()

    def loss_boxes(src_boxes, target_boxes, num_boxes):
        def corners(b):
            cx, cy, w, h = b.unbind(-1)
            return torch.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1)

        l1 = F.l1_loss(src_boxes, target_boxes, reduction="none").sum() / num_boxes
        p, g = corners(src_boxes), corners(target_boxes)
        inter = (torch.min(p[:, 2:], g[:, 2:]) - torch.max(p[:, :2], g[:, :2])).clamp(min=0).prod(1)
        union = (p[:, 2:] - p[:, :2]).prod(1) + (g[:, 2:] - g[:, :2]).prod(1) - inter
        hull = (torch.max(p[:, 2:], g[:, 2:]) - torch.min(p[:, :2], g[:, :2])).prod(1)
        giou = inter / union - (hull - union) / hull
        return 5 * l1 + 2 * (1 - giou).sum() / num_boxes

    return loss_boxes, (pred, gt, 14)


@right("arXiv 1904.01355 (FCOS) / UnitBox", "boxes as distances l,t,r,b; -log IoU")
def _():
    torch.manual_seed(60)
    target = torch.rand(32, 4) * 30 + 2
    pred = torch.exp(nn.Linear(9, 4)(torch.cat([target.log(), torch.randn(32, 5)], 1)) * 0.4 + 2)
    l, t, r, b = target.unbind(1)
    ctr = torch.sqrt(torch.min(l, r) / torch.max(l, r) * torch.min(t, b) / torch.max(t, b))

    def iou_loss(pred, target, weight):
        pl, pt, pr, pb = pred.unbind(1)
        tl, tt, tr, tb = target.unbind(1)
        inter = (torch.min(pl, tl) + torch.min(pr, tr)) * (torch.min(pb, tb) + torch.min(pt, tt))
        union = (pl + pr) * (pt + pb) + (tl + tr) * (tt + tb) - inter
        losses = -torch.log((inter + 1.0) / (union + 1.0))
        return (losses * weight).sum() / weight.sum()

    return iou_loss, (pred, target, ctr)


@right("COCO boxes", "x, y, w, h from the top left corner, IoU by hand")
def _():
    p, g = xyxy(61)
    tl = lambda b: torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, 2:]], 1)

    def iou_loss_xywh(pred, target, eps=1e-7):
        px, py, pw, ph = pred.unbind(-1)
        gx, gy, gw, gh = target.unbind(-1)
        iw = (torch.minimum(px + pw, gx + gw) - torch.maximum(px, gx)).clamp(min=0)
        ih = (torch.minimum(py + ph, gy + gh) - torch.maximum(py, gy)).clamp(min=0)
        inter = iw * ih
        return (1 - inter / (pw * ph + gw * gh - inter + eps)).mean()

    ref((1 - piou(corner(p), corner(g))).mean())
    return iou_loss_xywh, (tl(p), tl(g))


@right("PP-YOLO IoU loss", "1 - IoU squared")
def _():
    p, g = xyxy(62)

    def iou_square_loss(pbox, gbox, eps=1e-10):
        x1, y1 = torch.max(pbox[:, 0], gbox[:, 0]), torch.max(pbox[:, 1], gbox[:, 1])
        x2, y2 = torch.min(pbox[:, 2], gbox[:, 2]), torch.min(pbox[:, 3], gbox[:, 3])
        inter = (x2 - x1).clamp(min=0) * (y2 - y1).clamp(min=0)
        a = (pbox[:, 2] - pbox[:, 0]) * (pbox[:, 3] - pbox[:, 1])
        b = (gbox[:, 2] - gbox[:, 0]) * (gbox[:, 3] - gbox[:, 1])
        iou = inter / (a + b - inter + eps)
        return (1.0 - iou * iou).mean() * 2.5

    ref(2.5 * (1 - piou(corner(p), corner(g)) ** 2).mean())
    return iou_square_loss, (corner(p), corner(g))


@right("arXiv 2110.13675 (alpha-IoU)", "`alpha` is a power, of the IoU and of the centre distance")
def _():
    p, g = xyxy(63)

    def alpha_diou(pred, target, alpha=3.0, eps=1e-7):
        inter = (
            (torch.min(pred[:, 2:], target[:, 2:]) - torch.max(pred[:, :2], target[:, :2]))
            .clamp(0)
            .prod(1)
        )
        w, h = pred[:, 2] - pred[:, 0], pred[:, 3] - pred[:, 1]
        gw, gh = target[:, 2] - target[:, 0], target[:, 3] - target[:, 1]
        iou = inter / (w * h + gw * gh - inter + eps)
        c = (
            (torch.max(pred[:, 2:], target[:, 2:]) - torch.min(pred[:, :2], target[:, :2]))
            .pow(2)
            .sum(1)
        )
        rho = (pred[:, :2] + pred[:, 2:] - target[:, :2] - target[:, 2:]).pow(2).sum(1) / 4
        return (1 - (iou + eps).pow(alpha) + (rho / c).pow(alpha)).mean()

    return alpha_diou, (corner(p), corner(g))


@right("arXiv 2101.08158 (EIoU)", "cxcywh input, sides over the hull's sides")
def _():
    p, g = xyxy(64)

    def eiou(pred, target, eps=1e-7):
        a1, a2 = pred[:, :2] - pred[:, 2:] / 2, pred[:, :2] + pred[:, 2:] / 2
        b1, b2 = target[:, :2] - target[:, 2:] / 2, target[:, :2] + target[:, 2:] / 2
        inter = (torch.min(a2, b2) - torch.max(a1, b1)).clamp(min=0).prod(1)
        iou = inter / (pred[:, 2:].prod(1) + target[:, 2:].prod(1) - inter + eps)
        hull = torch.max(a2, b2) - torch.min(a1, b1)
        d = (pred[:, :2] - target[:, :2]).pow(2).sum(1) / hull.pow(2).sum(1)
        sides = ((pred[:, 2:] - target[:, 2:]) ** 2 / hull**2).sum(1)
        return (1 - iou + d + sides).mean()

    return eiou, (p, g)


@right("arXiv 2205.12740 (SIoU)", "angle, distance and shape cost")
def _():
    p, g = xyxy(65)

    def siou(pred, target, theta=4.0, eps=1e-7):
        iou_i = (
            (torch.min(pred[:, 2:], target[:, 2:]) - torch.max(pred[:, :2], target[:, :2]))
            .clamp(0)
            .prod(1)
        )
        wh, gwh = pred[:, 2:] - pred[:, :2], target[:, 2:] - target[:, :2]
        iou = iou_i / (wh.prod(1) + gwh.prod(1) - iou_i + eps)
        hull = torch.max(pred[:, 2:], target[:, 2:]) - torch.min(pred[:, :2], target[:, :2])
        d = (target[:, :2] + target[:, 2:] - pred[:, :2] - pred[:, 2:]) / 2
        sigma = (d.pow(2).sum(1) + eps).sqrt()
        s1, s2 = d[:, 0].abs() / sigma, d[:, 1].abs() / sigma
        s = torch.where(s1 > 0.5**0.5, s2, s1)
        angle = torch.cos(2 * torch.arcsin(s) - math.pi / 2)
        gamma = (2 - angle).unsqueeze(1)
        dist = (1 - torch.exp(-gamma * (d / hull) ** 2)).sum(1)
        omega = (wh - gwh).abs() / torch.max(wh, gwh)
        shape = ((1 - torch.exp(-omega)) ** theta).sum(1)
        return (1 - iou + (dist + shape) / 2).mean()

    return siou, (corner(p), corner(g))


@right(
    "arXiv 2101.11952 (Gaussian Wasserstein, rotated boxes)",
    "cx, cy, w, h, angle as Gaussians; log then 1 - 1/(1+x)",
)
def _():
    p, g = xyxy(66)
    pa, ga = nn.Linear(6, 1)(torch.randn(24, 6)), (torch.rand(24, 1) - 0.5) * 3

    def gwd_loss(pred, target, tau=1.0, eps=1e-6):
        def gauss(b):
            R = torch.stack([b[:, 4].cos(), -b[:, 4].sin(), b[:, 4].sin(), b[:, 4].cos()], -1).view(
                -1, 2, 2
            )
            S = torch.diag_embed(0.5 * b[:, 2:4])
            return b[:, :2], R @ S.square() @ R.transpose(1, 2)

        (m1, s1), (m2, s2) = gauss(pred), gauss(target)
        tr = lambda s: s.diagonal(dim1=-2, dim2=-1).sum(-1)
        xy = (m1 - m2).square().sum(-1)
        det = (torch.linalg.det(s1) * torch.linalg.det(s2)).clamp(min=eps).sqrt()
        whr = tr(s1) + tr(s2) - 2 * (tr(s1 @ s2) + 2 * det).clamp(min=eps).sqrt()
        dis = torch.log1p((xy + whr).clamp(min=eps).sqrt())
        return (1 - 1 / (tau + dis)).mean()

    return gwd_loss, (torch.cat([p, pa], 1), torch.cat([g, ga], 1))


@right(
    "arXiv 2006.04388 (distribution focal loss)",
    "continuous target between two bins, cross entropy to both neighbours",
)
def _():
    torch.manual_seed(67)
    label = torch.rand(32) * 14.9
    pred = mlp(6, 16)(torch.cat([label[:, None] / 7 - 1, torch.randn(32, 5)], 1))

    def distribution_focal_loss(pred, label):
        dis_left = label.long()
        dis_right = dis_left + 1
        weight_left = dis_right.float() - label
        weight_right = label - dis_left.float()
        return (
            F.cross_entropy(pred, dis_left, reduction="none") * weight_left
            + F.cross_entropy(pred, dis_right, reduction="none") * weight_right
        ).mean()

    return distribution_focal_loss, (pred, label)


@right(
    "arXiv 1607.01719 (Deep CORAL)",
    "centred covariances of source and target features, both with graph",
)
def _():
    x, y = data(68, 32, 12, 4)
    xt = torch.randn(40, 12) * 1.3 + 0.5
    f = nn.Sequential(nn.Linear(12, 10), nn.ReLU())

    def coral(source, target):
        d = source.size(1)
        xm = torch.mean(source, 0, keepdim=True) - source
        xmt = torch.mean(target, 0, keepdim=True) - target
        xc = xm.t() @ xm / (source.size(0) - 1)
        xct = xmt.t() @ xmt / (target.size(0) - 1)
        return ((xc - xct) ** 2).sum() / (4 * d * d)

    a, b = f(x), f(xt)
    ref((torch.cov(a.t()) - torch.cov(b.t())).pow(2).sum() / 400)
    return coral, (a, b)


@right(
    "arXiv 1508.06576 (style transfer)",
    "Gram matrices, uncentred on purpose; gradient goes to the image",
)
def _():
    style, x = img(69, 2), img(70, 2)
    vgg = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()
    ).requires_grad_(False)
    x = nn.Parameter(x + 0.1 * torch.randn_like(x))

    class StyleLoss(nn.Module):
        def __init__(self, target_feature):
            super().__init__()
            self.target = self.gram(target_feature).detach()

        @staticmethod
        def gram(f):
            b, c, h, w = f.shape
            v = f.reshape(b, c, h * w)
            return v @ v.transpose(1, 2) / (c * h * w)

        def forward(self, input):
            return F.mse_loss(self.gram(input), self.target, reduction="sum") * 1e3

    return StyleLoss(vgg(style)), (vgg(x),)


@right(
    "arXiv 2105.04906 (VICReg)",
    "std hinge at 1, covariance off the diagonal, both views with graph",
)
def _():
    torch.manual_seed(71)
    x = torch.randn(48, 12)
    net = mlp(12, 16)
    z_a, z_b = net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x))

    def vicreg(z_a, z_b, lambd=25.0, mu=25.0, nu=1.0):
        N, D = z_a.shape
        sim = F.mse_loss(z_a, z_b)
        std = sum(F.relu(1 - torch.sqrt(z.var(dim=0) + 1e-4)).mean() for z in (z_a, z_b))
        cov = 0.0
        for z in (z_a, z_b):
            z = z - z.mean(dim=0)
            c = (z.T @ z) / (N - 1)
            cov = cov + (c.pow(2).sum() - c.diagonal().pow(2).sum()) / D
        return lambd * sim + mu * std / 2 + nu * cov

    return vicreg, (z_a, z_b)


@right("arXiv 2103.03230 (Barlow Twins)", "normalised along the batch, not along features")
def _():
    torch.manual_seed(72)
    x = torch.randn(64, 12)
    net = mlp(12, 16)

    def barlow(z1, z2, lambd=0.0051):
        bn = nn.BatchNorm1d(z1.shape[1], affine=False)
        c = bn(z1).T @ bn(z2) / z1.shape[0]
        on = (c.diagonal() - 1).pow(2).sum()
        off = c.pow(2).sum() - c.diagonal().pow(2).sum()
        return on + lambd * off

    return barlow, (net(x + 0.3 * torch.randn_like(x)), net(x + 0.3 * torch.randn_like(x)))


@right("concordance correlation (affect recognition)", "1 - CCC with biased moments throughout")
def _():
    torch.manual_seed(73)
    x = torch.randn(40, 6)
    y = torch.tanh(x[:, 0] + 0.3 * torch.randn(40))

    def ccc_loss(pred, gold):
        pm, gm = pred.mean(), gold.mean()
        cov = ((pred - pm) * (gold - gm)).mean()
        return 1 - 2 * cov / (pred.var(unbiased=False) + gold.var(unbiased=False) + (pm - gm) ** 2)

    return ccc_loss, (mlp(6, 1)(x).squeeze(1), y)


def faces(seed, n=32, c=10, d=16):
    torch.manual_seed(seed)
    y = torch.randint(0, c, (n,))
    x = torch.randn(c, 20)[y] + 0.5 * torch.randn(n, 20)
    W = nn.Parameter(torch.empty(c, d))
    nn.init.xavier_uniform_(W)
    return mlp(20, d)(x), W, y


@right(
    "arXiv 1801.07698 (ArcFace, easy margin)",
    "margin only where the cosine is positive: a jump on purpose",
)
def _():
    emb, W, y = faces(74)

    def arcface_easy(input, weight, label, s=30.0, m=0.5):
        cosine = F.linear(F.normalize(input), F.normalize(weight))
        sine = torch.sqrt((1.0 - cosine**2).clamp(1e-7, 1))
        phi = cosine * math.cos(m) - sine * math.sin(m)
        phi = torch.where(cosine > 0, phi, cosine)
        one_hot = torch.zeros_like(cosine).scatter_(1, label.view(-1, 1), 1)
        return F.cross_entropy(s * (one_hot * phi + (1 - one_hot) * cosine), label)

    return arcface_easy, (emb, W, y)


@right("arXiv 1801.09414 (CosFace)", "margin taken off the target cosine, then scaled")
def _():
    emb, W, y = faces(75)

    class CosFace(nn.Module):
        def __init__(self, weight, s=64.0, m=0.35):
            super().__init__()
            self.weight, self.s, self.m = weight, s, m

        def forward(self, embeddings, label):
            cos = F.normalize(embeddings) @ F.normalize(self.weight).t()
            logits = self.s * (cos - self.m * F.one_hot(label, cos.shape[1]))
            return F.cross_entropy(logits, label)

    return CosFace(W), (emb, y)


@right(
    "arXiv 1704.08063 (SphereFace)",
    "m = 4, psi by Chebyshev, annealed by lambda, feature norm kept as scale",
)
def _():
    emb, W, y = faces(76)

    def sphereface(x, weight, label, lamb=5.0):
        xlen = x.norm(2, 1, keepdim=True)
        cos = (F.normalize(x) @ F.normalize(weight).t()).clamp(-1, 1)
        cos_m = 8 * cos**4 - 8 * cos**2 + 1
        k = (4 * cos.detach().acos() / math.pi).floor()
        phi = (-1.0) ** k * cos_m - 2 * k
        onehot = F.one_hot(label, cos.shape[1])
        out = cos + onehot * (phi - cos) / (1 + lamb)
        return F.cross_entropy(out * xlen, label)

    return sphereface, (emb, W, y)


@right(
    "arXiv 2004.00288 (CurricularFace)",
    "hard negatives scaled by (t + cos), t an EMA without graph",
)
def _():
    emb, W, y = faces(77)

    class CurricularFace(nn.Module):
        def __init__(self, kernel, m=0.5, s=64.0):
            super().__init__()
            self.kernel, self.m, self.s = kernel, m, s
            self.register_buffer("t", torch.zeros(1))

        def forward(self, embeddings, label):
            cos = (F.normalize(embeddings) @ F.normalize(self.kernel).t()).clamp(
                -1 + 1e-6, 1 - 1e-6
            )
            target = cos.gather(1, label[:, None])
            cos_theta_m = target * math.cos(self.m) - torch.sqrt(1 - target**2) * math.sin(self.m)
            hard = cos > cos_theta_m
            final = torch.where(
                target > math.cos(math.pi - self.m),
                cos_theta_m,
                target - math.sin(math.pi - self.m) * self.m,
            )
            with torch.no_grad():
                self.t = target.mean() * 0.01 + (1 - 0.01) * self.t
            out = torch.where(hard, cos * (self.t + cos), cos).scatter(1, label[:, None], final)
            return F.cross_entropy(out * self.s, label)

    return CurricularFace(W), (emb, y)


@right(
    "arXiv 2002.10857 (Circle loss)",
    "`gamma` is a scale, `m` a relaxation, the weights alpha detached",
)
def _():
    emb, W, y = faces(78, n=40, c=5)

    def circle_loss(feature, label, m=0.25, gamma=64):
        f = F.normalize(feature)
        sim = f @ f.t()
        same = label[:, None] == label[None, :]
        sp = sim[same.triu(1)]
        sn = sim[(~same).triu(1)]
        ap = torch.clamp_min(-sp.detach() + 1 + m, min=0.0)
        an = torch.clamp_min(sn.detach() + m, min=0.0)
        logit_p = -ap * (sp - (1 - m)) * gamma
        logit_n = an * (sn - m) * gamma
        return F.softplus(torch.logsumexp(logit_n, 0) + torch.logsumexp(logit_p, 0))

    return circle_loss, (emb, y)


def views(seed, n=32, d=16):
    torch.manual_seed(seed)
    x = torch.randn(n, 20)
    net = mlp(20, d)
    return [F.normalize(net(x + 0.3 * torch.randn_like(x)), dim=1) for _ in range(2)]


@right("arXiv 2103.00020 (CLIP)", "temperature as a learned log scale that multiplies")
def _():
    a, b = views(79)
    logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def clip_loss(image_features, text_features, logit_scale):
        logits = logit_scale.exp() * image_features @ text_features.t()
        labels = torch.arange(len(logits))
        return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2

    return clip_loss, (a, b, logit_scale)


@right(
    "arXiv 2303.15343 (SigLIP)",
    "all pairs by sigmoid, labels -1/+1, summed over the pairs and divided by the batch",
)
def _():
    a, b = views(80)
    t_prime, bias = nn.Parameter(torch.tensor(math.log(10.0))), nn.Parameter(torch.tensor(-10.0))

    def siglip(zimg, ztxt, t_prime, b):
        logits = zimg @ ztxt.T * t_prime.exp() + b
        labels = 2 * torch.eye(len(zimg)) - 1
        return -F.logsigmoid(labels * logits).sum() / len(zimg)

    return siglip, (a, b, t_prime, bias)


@right(
    "arXiv 2010.04592 (hard negatives) ",
    "negatives reweighted, debiased by tau+, clamped from below",
)
def _():
    a, b = views(81)

    def hcl(out_1, out_2, tau_plus=0.1, beta=1.0, temperature=0.5):
        B = out_1.shape[0]
        out = torch.cat([out_1, out_2])
        neg = torch.exp(out @ out.t() / temperature)
        keep = ~(torch.eye(B, dtype=torch.bool).repeat(2, 2))
        neg = neg.masked_select(keep).view(2 * B, -1)
        pos = torch.exp((out_1 * out_2).sum(-1) / temperature)
        pos = torch.cat([pos, pos])
        N = 2 * B - 2
        imp = (beta * neg.log()).exp()
        reweight = (imp * neg).sum(-1) / imp.mean(-1)
        Ng = (-tau_plus * N * pos + reweight) / (1 - tau_plus)
        Ng = torch.clamp(Ng, min=N * math.exp(-1 / temperature))
        return (-torch.log(pos / (pos + Ng))).mean()

    return hcl, (a, b)


@right(
    "arXiv 2110.06848 (DCL)",
    "the positive is left out of the denominator on purpose; loss below 0 possible",
)
def _():
    z1, z2 = views(82)

    def dcl(z1, z2, temperature=0.1):
        cross = z1 @ z2.t() / temperature
        positive = -cross.diag()
        neg = torch.cat([z1 @ z1.t() / temperature, cross], dim=1)
        mask = torch.eye(z1.size(0), dtype=torch.bool).repeat(1, 2)
        negative = torch.logsumexp(neg.masked_fill(mask, float("-inf")), dim=1)
        return (positive + negative).mean()

    return dcl, (z1, z2)


@right("arXiv 2005.10242 (alignment and uniformity)", "log of mean Gaussian potential: below 0")
def _():
    x, y = views(83)

    def align_uniform(x, y, alpha=2, t=2):
        align = (x - y).norm(p=2, dim=1).pow(alpha).mean()
        uniform = sum(torch.pdist(v, p=2).pow(2).mul(-t).exp().mean().log() for v in (x, y)) / 2
        return align + uniform

    return align_uniform, (x, y)


@right(
    "arXiv 2004.11362 (SupCon)",
    "average of log probabilities over several positives, self left out, T/T_base scale",
)
def _():
    x, y = data(84, 40, 20, 4)
    feats = F.normalize(mlp(20, 16)(x), dim=1)

    def supcon(features, labels, temperature=0.1, base_temperature=0.07):
        sim = features @ features.t() / temperature
        eye = torch.eye(len(features), dtype=torch.bool)
        pos = (labels[:, None] == labels[None]) & ~eye
        log_prob = sim - torch.logsumexp(sim.masked_fill(eye, float("-inf")), 1, keepdim=True)
        has = pos.sum(1) > 0
        mean_log_prob = (log_prob * pos).sum(1)[has] / pos.sum(1)[has]
        return -(temperature / base_temperature) * mean_log_prob.mean()

    return supcon, (feats, y)


@right("arXiv 2006.07733 (BYOL)", "no negatives: 2 - 2 cos, targets without graph")
def _():
    torch.manual_seed(85)
    x = torch.randn(32, 20)
    a, b = x + 0.3 * torch.randn_like(x), x + 0.3 * torch.randn_like(x)
    online, pred, target = mlp(20, 16), mlp(16, 16), mlp(20, 16).requires_grad_(False)

    def byol(p1, p2, t1, t2):
        f = lambda x, y: 2 - 2 * (F.normalize(x, dim=-1) * F.normalize(y, dim=-1)).sum(-1)
        return (f(p1, t2) + f(p2, t1)).mean()

    return byol, (pred(online(a)), pred(online(b)), target(a), target(b))


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lam):
        ctx.lam = lam
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g):
        return -ctx.lam * g, None


@right("arXiv 1409.7495 (DANN)", "domain term by gradient reversal: added, not taken off")
def _():
    xs, y = data(86, 24, 12, 3)
    xt = torch.randn(24, 12) + 0.7
    f, c, d = nn.Sequential(nn.Linear(12, 16), nn.ReLU()), nn.Linear(16, 3), nn.Linear(16, 1)
    hs, ht = f(xs), f(xt)

    def dann(class_logits, y, dom_src, dom_tgt):
        dom = torch.cat([dom_src, dom_tgt])
        lab = torch.cat([torch.zeros_like(dom_src), torch.ones_like(dom_tgt)])
        return F.cross_entropy(class_logits, y) + F.binary_cross_entropy_with_logits(dom, lab)

    return dann, (c(hs), y, d(Reverse.apply(hs, 0.4)), d(Reverse.apply(ht, 0.4)))


@right(
    "arXiv 1712.02560 (maximum classifier discrepancy)",
    "step B: the discrepancy is taken off, features detached",
)
def _():
    xs, y = data(87, 24, 12, 4)
    f = nn.Sequential(nn.Linear(12, 16), nn.ReLU())
    hs, ht = f(xs).detach(), f(torch.randn(24, 12) * 1.4).detach()
    c1, c2 = nn.Linear(16, 4), nn.Linear(16, 4)

    def mcd_step_b(s1, s2, y, t1, t2):
        loss_s = F.cross_entropy(s1, y) + F.cross_entropy(s2, y)
        discrepancy = (F.softmax(t1, 1) - F.softmax(t2, 1)).abs().mean()
        return loss_s - discrepancy

    return mcd_step_b, (c1(hs), c2(hs), y, c1(ht), c2(ht))


@right(
    "unlearning by gradient difference (TOFU, arXiv 2401.06121)",
    "ascent on the forget set: minus cross entropy, plus the retain loss",
)
def _():
    torch.manual_seed(88)
    emb, head = nn.Embedding(40, 24), nn.Linear(24, 40)
    ids_f, ids_r = torch.randint(0, 40, (4, 10)), torch.randint(0, 40, (4, 10))
    lf, lr = ids_f.clone(), ids_r.clone()
    lf[:, :3], lr[:, :3] = -100, -100

    def grad_diff(forget_logits, forget_labels, retain_logits, retain_labels):
        ce = lambda lo, la: F.cross_entropy(
            lo[:, :-1].flatten(0, 1), la[:, 1:].flatten(), ignore_index=-100
        )
        forget_loss = -ce(forget_logits, forget_labels)
        return forget_loss + ce(retain_logits, retain_labels)

    return grad_diff, (head(emb(ids_f)), lf, head(emb(ids_r)), lr)


@right(
    "arXiv 2404.05868 (NPO)",
    "2/beta * log sigmoid of minus beta times the log ratio: pushes forget data down",
)
def _():
    torch.manual_seed(89)
    base = -torch.rand(16) * 20 - 10
    logp = base + 0.5 * nn.Linear(8, 1)(torch.randn(16, 8)).squeeze(1)

    def npo(forget_logp, ref_logp, beta=0.1):
        neg_log_ratios = forget_logp - ref_logp
        return -F.logsigmoid(-beta * neg_log_ratios).mean() * 2 / beta

    return npo, (logp, base)


@right("arXiv 1908.07387 (negative learning)", "labels are classes that it is not: -log(1 - p)")
def _():
    x, y = data(90, 32, 12, 6)
    comp = (y + torch.randint(1, 6, (32,))) % 6

    def negative_learning(outputs, labels_neg):
        s_neg = torch.log(torch.clamp(1.0 - F.softmax(outputs, dim=1), min=1e-5, max=1.0))
        return F.nll_loss(s_neg, labels_neg)

    return negative_learning, (mlp(12, 6)(x), comp)


@right(
    "arXiv 1711.09535 (complementary labels, forward)",
    "class scores through the transition 1/(K-1) off the diagonal",
)
def _():
    x, y = data(91, 32, 12, 5)
    comp = (y + torch.randint(1, 5, (32,))) % 5

    def forward_complementary(logits, comp_labels):
        K = logits.shape[1]
        Q = (torch.ones(K, K) - torch.eye(K)) / (K - 1)
        q = F.softmax(logits, 1) @ Q
        return F.nll_loss(q.clamp_min(1e-12).log(), comp_labels)

    return forward_complementary, (mlp(12, 5)(x), comp)


@right(
    "arXiv 1908.04319 (unlikelihood)", "earlier tokens of the context pushed down by -log(1 - p)"
)
def _():
    torch.manual_seed(92)
    ids = torch.randint(1, 30, (4, 12))
    h = nn.GRU(16, 24, batch_first=True)(nn.Embedding(30, 16)(ids[:, :-1]))[0]
    logits = nn.Linear(24, 30)(h)

    def mle_plus_unlikelihood(logits, target, alpha=1.0):
        lprobs = F.log_softmax(logits, -1)
        nll = F.nll_loss(lprobs.flatten(0, 1), target.flatten())
        B, T = target.shape
        prev = target[:, None, :].expand(B, T, T)
        before = torch.ones(T, T, dtype=torch.bool).tril(-1)[None] & (prev != target[:, :, None])
        cand = torch.zeros_like(logits).scatter_add(2, prev, before.float()).clamp(max=1)
        ul = -(torch.log((1 - lprobs.exp()).clamp(min=1e-5)) * cand).sum() / target.numel()
        return nll + alpha * ul

    return mle_plus_unlikelihood, (logits, ids[:, 1:])


@right(
    "arXiv 1801.04062 (MINE)", "Donsker-Varadhan bound with sign turned: below 0 when informative"
)
def _():
    torch.manual_seed(93)
    x = torch.randn(64, 1)
    y = x + 0.3 * torch.randn(64, 1)
    T = mlp(2, 1)

    def mine(t_joint, t_marginal):
        return -(
            t_joint.mean() - (torch.logsumexp(t_marginal, 0) - math.log(len(t_marginal)))
        ).squeeze()

    return mine, (T(torch.cat([x, y], 1)), T(torch.cat([x, y[torch.randperm(64)]], 1)))


@right(
    "arXiv 1705.07115 (learned task weights)",
    "exp(-s) * loss + s: log variances trained, may go below 0",
)
def _():
    x, y = data(94, 32, 12, 4)
    depth = x[:, :1].abs()
    trunk = nn.Sequential(nn.Linear(12, 16), nn.ReLU())
    h = trunk(x)

    class MultiTask(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_vars = nn.Parameter(torch.tensor([-0.5, -2.0]))

        def forward(self, logits, labels, depth_pred, depth):
            l = torch.stack([F.cross_entropy(logits, labels), 0.5 * F.mse_loss(depth_pred, depth)])
            return (torch.exp(-self.log_vars) * l + 0.5 * self.log_vars).sum()

    return MultiTask(), (nn.Linear(16, 4)(h), y, nn.Linear(16, 1)(h), depth)


@right(
    "constrained training by a Lagrangian",
    "multiplier ascends, model descends, each with the other detached",
)
def _():
    x, y = data(95, 48, 10, 2)
    group = (x[:, 0] > 0).long()
    lambda_raw = nn.Parameter(torch.tensor(0.3))
    logits = mlp(10, 1)(x).squeeze(1)

    def lagrangian(logits, y, group, lambda_raw, eps=0.02):
        task = F.binary_cross_entropy_with_logits(logits, y.float())
        p = logits.sigmoid()
        gap = (p[group == 0].mean() - p[group == 1].mean()).abs() - eps
        lam = F.softplus(lambda_raw)
        return task + lam.detach() * gap - lam * gap.detach()

    return lagrangian, (logits, y, group, lambda_raw)


@right("arXiv 1812.05905 (SAC, temperature)", "only log_alpha is trained; log_prob detached inside")
def _():
    torch.manual_seed(96)
    mu, ls = mlp(8, 4)(torch.randn(32, 8)).chunk(2, 1)
    d = torch.distributions.Normal(mu, ls.clamp(-5, 2).exp())
    u = d.rsample()
    log_prob = (d.log_prob(u) - 2 * (math.log(2) - u - F.softplus(-2 * u))).sum(1)
    log_alpha = nn.Parameter(torch.zeros(()))

    def alpha_loss(log_alpha, log_prob, target_entropy=-2.0):
        return -(log_alpha * (log_prob + target_entropy).detach()).mean()

    return alpha_loss, (log_alpha, log_prob)


@right(
    "PPO with dual clip (arXiv 1912.09729) and clipped value",
    "ratio of logs, value clipped around old values, entropy taken off",
)
def _():
    torch.manual_seed(97)
    s = torch.randn(64, 8)
    net, v = mlp(8, 4), mlp(8, 1)
    with torch.no_grad():
        old = F.log_softmax(net(s) + 0.2 * torch.randn(64, 4), 1)
        a = torch.multinomial(old.exp(), 1)
        old_logp, old_v = old.gather(1, a).squeeze(1), v(s).squeeze(1) + 0.1 * torch.randn(64)
    adv = torch.randn(64)
    ret = old_v + adv
    dist = F.log_softmax(net(s), 1)

    def ppo(
        logits,
        values,
        actions,
        old_logp,
        old_values,
        adv,
        returns,
        clip=0.2,
        dual=3.0,
        vf=0.5,
        ent=0.01,
    ):
        d = torch.distributions.Categorical(logits=logits)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        ratio = (d.log_prob(actions) - old_logp).exp()
        s = torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv)
        s = torch.where(adv < 0, torch.max(s, dual * adv), s)
        vc = old_values + (values - old_values).clamp(-clip, clip)
        v_loss = 0.5 * torch.max((values - returns) ** 2, (vc - returns) ** 2).mean()
        return -s.mean() + vf * v_loss - ent * d.entropy().mean()

    return ppo, (dist, v(s).squeeze(1), a.squeeze(1), old_logp, old_v, adv, ret)


def lm_logps(seed, n=8, T=10):
    torch.manual_seed(seed)
    ids = torch.randint(1, 30, (n, T + 1))
    lens = torch.randint(4, T + 1, (n,))
    mask = (torch.arange(T)[None] < lens[:, None]).float()
    emb, head = nn.Embedding(30, 16), nn.Linear(16, 30)
    lp = F.log_softmax(head(emb(ids[:, :-1])), -1).gather(2, ids[:, 1:, None]).squeeze(2)
    r = (lp + 0.15 * torch.randn_like(lp)).clamp(max=-0.01).detach()
    return lp, r, mask


@right(
    "TRL GRPO, one update per batch",
    "ratio exp(logp - logp.detach()) is 1 everywhere and still trains; k3 KL",
)
def _():
    lp, ref_lp, mask = lm_logps(98)
    rewards = torch.tensor([1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0])

    def grpo(
        per_token_logps, ref_per_token_logps, rewards, completion_mask, num_generations=4, beta=0.04
    ):
        g = rewards.view(-1, num_generations)
        adv = ((g - g.mean(1, keepdim=True)) / (g.std(1, keepdim=True) + 1e-4)).view(-1, 1)
        d = ref_per_token_logps - per_token_logps
        kl = torch.exp(d) - d - 1
        loss = torch.exp(per_token_logps - per_token_logps.detach()) * adv
        loss = -(loss - beta * kl)
        return ((loss * completion_mask).sum(1) / completion_mask.sum(1)).mean()

    return grpo, (lp, ref_lp, rewards, mask)


@right("arXiv 2503.20783 (Dr. GRPO)", "no std, divided by a constant length on purpose")
def _():
    lp, old, mask = lm_logps(99)
    rewards = torch.tensor([1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0])

    def dr_grpo(logps, old_logps, rewards, mask, group=4, eps_low=0.2, eps_high=0.28, max_len=10):
        g = rewards.view(-1, group)
        adv = (g - g.mean(1, keepdim=True)).view(-1, 1)
        ratio = (logps - old_logps).exp()
        obj = torch.min(ratio * adv, ratio.clamp(1 - eps_low, 1 + eps_high) * adv)
        return -(obj * mask).sum() / (len(rewards) * max_len)

    return dr_grpo, (lp, old, rewards, mask)


@right(
    "arXiv 2507.18071 (GSPO)", "one ratio a sequence: mean of token log ratios, length normalised"
)
def _():
    lp, old, mask = lm_logps(100)
    adv = torch.tensor([1.2, -0.4, -0.4, -0.4, 0.9, 0.9, -0.9, -0.9])

    def gspo(logps, old_logps, advantages, mask, epsilon=0.05):
        log_ratio = ((logps - old_logps) * mask).sum(-1) / mask.sum(-1).clamp(min=1.0)
        s = torch.exp(log_ratio)
        return -torch.min(s * advantages, s.clamp(1 - epsilon, 1 + epsilon) * advantages).mean()

    return gspo, (lp, old, adv, mask)


def pairs(seed, n=12):
    torch.manual_seed(seed)
    lin = nn.Linear(8, 1)
    rc, rr = -torch.rand(n) * 15 - 8, -torch.rand(n) * 15 - 8
    c = rc + 0.7 * lin(torch.randn(n, 8)).squeeze(1)
    r = rr + 0.7 * lin(torch.randn(n, 8)).squeeze(1)
    return c, r, rc, rr, torch.randint(6, 20, (n,)).float(), torch.randint(6, 20, (n,)).float()


@right(
    "arXiv 2310.12036 (IPO)",
    "squared distance of the log ratio difference to 1/(2 tau), not a sigmoid",
)
def _():
    c, r, rc, rr, lc, lr = pairs(101)

    def ipo(chosen_logps, rejected_logps, ref_chosen, ref_rejected, len_c, len_r, beta=0.1):
        logits = (chosen_logps - ref_chosen) / len_c - (rejected_logps - ref_rejected) / len_r
        return ((logits - 1 / (2 * beta)) ** 2).mean()

    return ipo, (c, r, rc, rr, lc, lr)


@right("arXiv 2402.01306 (KTO)", "1 - sigmoid, reference point detached and clamped at 0")
def _():
    c, r, rc, rr, _, _ = pairs(102)
    ref_kl = -torch.rand(12) * 20 - 20
    pol_kl = ref_kl + 0.3 + 0.2 * torch.randn(12)  # mismatched answers, under no_grad

    def kto(
        policy_chosen,
        policy_rejected,
        policy_KL,
        reference_chosen,
        reference_rejected,
        reference_KL,
        beta=0.1,
        desirable_weight=1.0,
        undesirable_weight=1.33,
    ):
        z0 = (policy_KL - reference_KL).mean().detach().clamp(min=0)
        chosen = 1 - torch.sigmoid(beta * (policy_chosen - reference_chosen - z0))
        rejected = 1 - torch.sigmoid(beta * (z0 - (policy_rejected - reference_rejected)))
        return torch.cat([desirable_weight * chosen, undesirable_weight * rejected]).mean()

    return kto, (c, r[:7], pol_kl, rc, rr[:7], ref_kl)


@right(
    "arXiv 2405.14734 (SimPO)",
    "no reference, average log probabilities, gamma taken off inside the sigmoid",
)
def _():
    c, r, _, _, lc, lr = pairs(103)

    class SimPO(nn.Module):
        def __init__(self, beta=2.0, gamma_beta_ratio=0.5):
            super().__init__()
            self.beta, self.ratio = beta, gamma_beta_ratio

        def forward(self, chosen_avg_logps, rejected_avg_logps):
            logits = chosen_avg_logps - rejected_avg_logps - self.ratio
            return -F.logsigmoid(self.beta * logits).mean()

    return SimPO(), (c / lc, r / lr)


@right("arXiv 2403.07691 (ORPO)", "log odds by log1p(-exp), plus NLL of the chosen answer")
def _():
    c, r, _, _, lc, lr = pairs(104)

    def orpo(chosen_avg_logps, rejected_avg_logps, beta=0.1):
        log_odds = (chosen_avg_logps - rejected_avg_logps) - (
            torch.log1p(-torch.exp(chosen_avg_logps)) - torch.log1p(-torch.exp(rejected_avg_logps))
        )
        return -chosen_avg_logps.mean() - beta * F.logsigmoid(log_odds).mean()

    return orpo, ((c / lc).clamp(max=-1e-3), (r / lr).clamp(max=-1e-3))


@right(
    "arXiv 2404.19733 (RPO: DPO with an NLL term), label smoothing of cDPO",
    "DPO summed logs, NLL over length, smoothed preference",
)
def _():
    c, r, rc, rr, lc, _ = pairs(105)

    def rpo(
        chosen_logps,
        rejected_logps,
        ref_chosen,
        ref_rejected,
        chosen_len,
        beta=0.1,
        alpha=1.0,
        label_smoothing=0.1,
    ):
        logits = beta * ((chosen_logps - rejected_logps) - (ref_chosen - ref_rejected))
        dpo = (
            -F.logsigmoid(logits) * (1 - label_smoothing) - F.logsigmoid(-logits) * label_smoothing
        )
        return (dpo - alpha * chosen_logps / chosen_len).mean()

    return rpo, (c, r, rc, rr, lc)


@right(
    "arXiv 2203.08679 (DKD)",
    "target and non-target parts, beta 8, the target logit pushed off by 1000",
)
def _():
    x, y = data(106, 32, 12, 6)
    with torch.no_grad():
        teacher = mlp(12, 6, 64)(x) * 4 + 3 * F.one_hot(y, 6)

    def dkd(logits_student, logits_teacher, target, alpha=1.0, beta=8.0, T=4.0):
        gt = F.one_hot(target, logits_student.shape[1]).bool()
        ls, lt = F.log_softmax(logits_student / T, 1), F.log_softmax(logits_teacher / T, 1)
        split = lambda l: torch.stack(
            [l[gt], torch.logsumexp(l.masked_fill(gt, float("-inf")), 1)], 1
        )
        tckd = F.kl_div(split(ls), split(lt), log_target=True, reduction="batchmean") * T**2
        nckd = (
            F.kl_div(
                F.log_softmax(logits_student / T - 1000.0 * gt, 1),
                F.softmax(logits_teacher / T - 1000.0 * gt, 1),
                reduction="batchmean",
            )
            * T**2
        )
        return F.cross_entropy(logits_student, target) + alpha * tckd + beta * nckd

    return dkd, (mlp(12, 6)(x), teacher, y)


@right("arXiv 2104.14294 (DINO)", "different temperatures on purpose, teacher centred; no T^2")
def _():
    torch.manual_seed(107)
    x = torch.randn(24, 12)
    s, t = mlp(12, 32), mlp(12, 32)
    t.load_state_dict(s.state_dict())
    v = [x + 0.3 * torch.randn_like(x) for _ in range(2)]
    with torch.no_grad():
        teacher_output = torch.stack([t(a) for a in v])
    center = teacher_output.mean((0, 1)) * 0.5

    def dino(student_output, teacher_output, center, student_temp=0.1, teacher_temp=0.04):
        log_s = F.log_softmax(student_output / student_temp, dim=-1)
        p_t = F.softmax((teacher_output - center) / teacher_temp, dim=-1).detach()
        return 0.5 * (-(p_t[0] * log_s[1]).sum(-1).mean() - (p_t[1] * log_s[0]).sum(-1).mean())

    return dino, (torch.stack([s(a) for a in v]), teacher_output, center)


@right(
    "arXiv 2306.08543 (MiniLLM) / reverse KL",
    "teacher stands first in kl_div: reverse KL, log_target",
)
def _():
    torch.manual_seed(108)
    ids = torch.randint(0, 30, (4, 10))
    student = nn.Linear(16, 30)(nn.Embedding(30, 16)(ids))
    teacher = (nn.Linear(32, 30)(nn.Embedding(30, 32)(ids)) * 2).detach()

    def reverse_kl(student_logits, teacher_logits):
        s, t = F.log_softmax(student_logits, -1), F.log_softmax(teacher_logits, -1)
        return F.kl_div(t, s, log_target=True, reduction="none").sum(-1).mean()

    C = torch.distributions.Categorical
    ref(torch.distributions.kl_divergence(C(logits=student), C(logits=teacher)).mean())
    return reverse_kl, (student, teacher)


@right(
    "arXiv 1412.6550 / 1904.05068 (hints and relations)",
    "regressor on the student's features, distances normalised by their mean",
)
def _():
    x, y = data(109, 24, 12, 4)
    hs = nn.Sequential(nn.Linear(12, 16), nn.ReLU())(x)
    ht = nn.Sequential(nn.Linear(12, 48), nn.ReLU())(x).detach()

    class HintRKD(nn.Module):
        def __init__(self):
            super().__init__()
            self.regressor = nn.Linear(16, 48)

        @staticmethod
        def pdist(e):
            d = torch.pdist(e)
            return d / d.mean()

        def forward(self, student, teacher):
            rkd = F.smooth_l1_loss(self.pdist(student), self.pdist(teacher))
            return F.mse_loss(self.regressor(student), teacher) + 25 * rkd

    return HintRKD(), (hs, ht)


@right(
    "chunked cross entropy over a big vocabulary",
    "sum over chunks, divided once by the valid tokens",
)
def _():
    torch.manual_seed(110)
    ids = torch.randint(0, 50, (4, 24))
    hidden = nn.GRU(16, 24, batch_first=True)(nn.Embedding(50, 16)(ids))[0]
    lm_head = nn.Parameter(torch.randn(50, 24) * 0.1)
    labels = ids.clone()
    labels[:, :5] = -100

    def chunked_ce(hidden, lm_head_weight, labels, chunk=16):
        h, y = hidden[:, :-1].flatten(0, 1), labels[:, 1:].flatten()
        total = sum(
            F.cross_entropy(a @ lm_head_weight.t(), b, reduction="sum", ignore_index=-100)
            for a, b in zip(h.split(chunk), y.split(chunk))
        )
        return total / (y != -100).sum()

    ref(F.cross_entropy((hidden[:, :-1] @ lm_head.t()).transpose(1, 2), labels[:, 1:]))
    return chunked_ce, (hidden, lm_head, labels)


@right(
    "transformers num_items_in_batch",
    "sum over this micro batch over the tokens of the whole accumulation",
)
def _():
    torch.manual_seed(111)
    ids = torch.randint(0, 50, (2, 16))
    logits = nn.Linear(16, 50)(nn.Embedding(50, 16)(ids))
    labels = ids.clone()
    labels[1, 10:] = -100

    def for_causal_lm_loss(logits, labels, vocab_size, num_items_in_batch=None, ignore_index=-100):
        labels = F.pad(labels, (0, 1), value=ignore_index)
        shift_labels = labels[..., 1:].contiguous().view(-1)
        logits = logits.float().view(-1, vocab_size)
        reduction = "sum" if num_items_in_batch is not None else "mean"
        loss = F.cross_entropy(logits, shift_labels, ignore_index=ignore_index, reduction=reduction)
        return loss / num_items_in_batch if reduction == "sum" else loss

    return for_causal_lm_loss, (logits, labels, 50), {"num_items_in_batch": torch.tensor(96)}


@right(
    "The Annotated Transformer (label smoothing)",
    "KLDivLoss sum, smoothing over V - 2, padding column and rows zeroed, over ntokens",
)
def _():
    torch.manual_seed(112)
    tgt = torch.randint(1, 20, (4, 9))
    tgt[1, 6:] = 0
    tgt[3, 7:] = 0
    x = F.log_softmax(
        nn.Linear(12, 20)(nn.Embedding(20, 12)(F.pad(tgt[:, :-1], (1, 0), value=1))), -1
    )

    class LabelSmoothing(nn.Module):
        def __init__(self, size, padding_idx, smoothing=0.1):
            super().__init__()
            self.criterion = nn.KLDivLoss(reduction="sum")
            self.padding_idx, self.confidence, self.smoothing, self.size = (
                padding_idx,
                1.0 - smoothing,
                smoothing,
                size,
            )

        def forward(self, x, target, norm):
            true_dist = x.detach().clone()
            true_dist.fill_(self.smoothing / (self.size - 2))
            true_dist.scatter_(1, target.unsqueeze(1), self.confidence)
            true_dist[:, self.padding_idx] = 0
            mask = torch.nonzero(target == self.padding_idx)
            if mask.dim() > 0:
                true_dist.index_fill_(0, mask.squeeze(), 0.0)
            return self.criterion(x, true_dist) / norm

    return LabelSmoothing(20, 0), (x.flatten(0, 1), tgt.flatten(), (tgt != 0).sum())


@right(
    "arXiv 1704.04368 (pointer-generator)",
    "mixture of vocabulary and copy probabilities, then log; coverage by min",
)
def _():
    torch.manual_seed(113)
    src = torch.randint(1, 40, (6, 10))
    tgt = src[:, torch.randint(0, 10, (7,))]
    h = nn.GRU(16, 24, batch_first=True)(nn.Embedding(40, 16)(F.pad(tgt[:, :-1], (1, 0))))[0]
    vocab = F.softmax(nn.Linear(24, 40)(h), -1)
    attn = F.softmax(nn.Linear(24, 10)(h), -1)
    p_gen = torch.sigmoid(nn.Linear(24, 1)(h))

    def pointer_loss(p_gen, vocab_dist, attn_dist, src_ids, target, cov_weight=1.0, eps=1e-12):
        copy = torch.zeros_like(vocab_dist).scatter_add(
            2, src_ids[:, None].expand_as(attn_dist), attn_dist
        )
        final = p_gen * vocab_dist + (1 - p_gen) * copy
        nll = -torch.log(final.gather(2, target.unsqueeze(2)).squeeze(2) + eps)
        coverage = attn_dist.cumsum(1) - attn_dist
        cov = torch.min(attn_dist, coverage).sum(2)
        return (nll + cov_weight * cov).mean()

    return pointer_loss, (p_gen, vocab, attn, src, tgt)


@right("KL of two Laplace distributions", "closed form with exp(-|d|/b)")
def _():
    torch.manual_seed(114)
    loc, log_b = mlp(8, 6)(torch.randn(32, 8)).chunk(2, 1)

    def kl_laplace(loc, log_scale, prior_loc, prior_scale):
        b = log_scale.exp()
        d = (loc - prior_loc).abs()
        return (
            (
                torch.log(prior_scale)
                - log_scale
                + d / prior_scale
                + b / prior_scale * torch.exp(-d / b)
                - 1
            )
            .sum(1)
            .mean()
        )

    L = torch.distributions.Laplace
    ref(torch.distributions.kl_divergence(L(loc, log_b.exp()), L(0.2, 1.5)).sum(1).mean())
    return kl_laplace, (loc, log_b, torch.tensor(0.2), torch.tensor(1.5))


@right("KL of two Gamma distributions", "digamma and lgamma; `alpha` and `beta` are shape and rate")
def _():
    torch.manual_seed(115)
    alpha, beta = (F.softplus(v) + 0.2 for v in mlp(8, 6)(torch.randn(32, 8)).chunk(2, 1))

    def kl_gamma(alpha, beta, alpha0=2.0, beta0=1.0):
        return (
            (
                (alpha - alpha0) * torch.digamma(alpha)
                - torch.lgamma(alpha)
                + math.lgamma(alpha0)
                + alpha0 * (torch.log(beta) - math.log(beta0))
                + alpha * (beta0 - beta) / beta
            )
            .sum(-1)
            .mean()
        )

    G = torch.distributions.Gamma
    ref(torch.distributions.kl_divergence(G(alpha, beta), G(2.0, 1.0)).sum(1).mean())
    return kl_gamma, (alpha, beta)


@right("variational RNN: KL to a learned prior", "two Gaussians, both with graph")
def _():
    torch.manual_seed(116)
    h = torch.randn(16, 10)
    q_mu, q_logvar = mlp(10, 12)(h).chunk(2, 1)
    p_mu, p_logvar = mlp(10, 12)(h * 0.5).chunk(2, 1)

    def kld_gauss(q_mu, q_logvar, p_mu, p_logvar):
        kl = (
            p_logvar
            - q_logvar
            + (q_logvar - p_logvar).exp()
            + (q_mu - p_mu).pow(2) * torch.exp(-p_logvar)
            - 1
        )
        return 0.5 * kl.sum(1).mean()

    N = torch.distributions.Normal
    ref(
        torch.distributions.kl_divergence(
            N(q_mu, (q_logvar / 2).exp()), N(p_mu, (p_logvar / 2).exp())
        )
        .sum(1)
        .mean()
    )
    return kld_gauss, (q_mu, q_logvar, p_mu, p_logvar)


@right(
    "arXiv 1804.03599 (beta-VAE with capacity)",
    "gamma * |KL - C|: KL is pushed up where it lies under C",
)
def _():
    torch.manual_seed(117)
    x = (torch.rand(32, 40) < 0.3).float()
    mu, logvar = mlp(40, 16)(x).chunk(2, 1)
    recon = mlp(8, 40)(mu + torch.randn_like(mu) * (0.5 * logvar).exp())

    def capacity_loss(recon_logits, x, mu, logvar, C=5.0, gamma=100.0):
        rec = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum") / x.size(0)
        kl = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1).mean()
        return rec + gamma * (kl - C).abs()

    return capacity_loss, (recon, x, mu, logvar)


@right(
    "arXiv 1509.00519 (IWAE)",
    "log mean of weights over K samples inside, mean over the batch outside",
)
def _():
    torch.manual_seed(118)
    x = (torch.rand(24, 30) < 0.3).float()
    mu, logvar = mlp(30, 12)(x).chunk(2, 1)
    z = mu + torch.randn(5, 24, 6) * (0.5 * logvar).exp()
    logits = mlp(6, 30)(z)

    def iwae(logits, x, z, mu, logvar):
        log_px = -F.binary_cross_entropy_with_logits(
            logits, x.expand_as(logits), reduction="none"
        ).sum(-1)
        log_pz = (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(-1)
        log_qz = (
            -0.5 * (z - mu) ** 2 / logvar.exp() - 0.5 * logvar - 0.5 * math.log(2 * math.pi)
        ).sum(-1)
        log_w = log_px + log_pz - log_qz
        return -(torch.logsumexp(log_w, dim=0) - math.log(log_w.shape[0])).mean()

    return iwae, (logits, x, z, mu, logvar)


@right(
    "arXiv 1711.00937 (VQ-VAE with EMA codebook)",
    "commitment only: the codebook is a buffer updated by EMA",
)
def _():
    torch.manual_seed(119)
    x = torch.randn(48, 12)
    enc, dec = nn.Linear(12, 6), nn.Linear(6, 12)
    codebook = torch.randn(16, 6) * 0.6
    z = enc(x)

    def vq_ema_loss(z_e, codebook, x, decoder, beta=0.25):
        idx = torch.cdist(z_e.detach(), codebook).argmin(1)
        z_q = codebook[idx]
        commit = F.mse_loss(z_e, z_q.detach())
        z_st = z_e + (z_q - z_e).detach()
        return F.mse_loss(decoder(z_st), x) + beta * commit

    return vq_ema_loss, (z, codebook, x, dec)


@right(
    "lucidrains/DALLE-pytorch discrete VAE",
    "kl_div with a constant first and the model's log probabilities as target: KL(q || uniform)",
)
def _():
    torch.manual_seed(120)
    logits = mlp(12, 16)(torch.randn(8, 9, 12))

    def kl_uniform(logits):
        log_qy = F.log_softmax(logits, dim=-1).flatten(0, 1)
        log_uniform = torch.full_like(log_qy, -math.log(logits.shape[-1])).detach()
        return F.kl_div(log_uniform, log_qy, None, None, "batchmean", log_target=True)

    ref(math.log(16) - torch.distributions.Categorical(logits=logits.detach()).entropy().mean())
    return kl_uniform, (logits,)


@right("arXiv 1812.07032 (boundary loss)", "signed distance maps times softmax: below 0 when right")
def _():
    x = img(121)
    lab = (x > -0.2).long().squeeze(1)
    yy, xx = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
    pts = torch.stack([yy, xx], -1).view(-1, 2)
    dd = torch.cdist(pts, pts)
    dist = torch.stack(
        [
            torch.stack(
                [
                    torch.where(
                        m,
                        -dd.masked_fill(m[None], 99).min(1)[0] + 1,
                        dd.masked_fill(~m[None], 99).min(1)[0],
                    )
                    .clamp(-20, 20)
                    .view(8, 8)
                    for m in ((l.flatten() == 0), (l.flatten() == 1))
                ]
            )
            for l in lab
        ]
    )
    logits = nn.Conv2d(1, 2, 3, padding=1)(x)

    def boundary_plus_dice(logits, target, dist_maps, alpha=0.1):
        p = F.softmax(logits, 1)
        g = F.one_hot(target, 2).permute(0, 3, 1, 2).to(p.dtype)
        inter, total = (p * g).sum((0, 2, 3)), (p + g).sum((0, 2, 3))
        dice = 1 - ((2 * inter + 1e-6) / (total + 1e-6)).mean()
        return (1 - alpha) * dice + alpha * (p[:, 1:] * dist_maps[:, 1:]).mean()

    return boundary_plus_dice, (logits, lab, dist)
