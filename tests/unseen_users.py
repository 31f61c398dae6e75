"""What users of all levels lost most time with, torch's losses and their own."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def _classes(x, c, sharp=1.0, prior=None):
    "Labels drawn from a softmax of a random linear map of x."
    w = torch.randn(x.shape[-1], c) * sharp / math.sqrt(x.shape[-1])
    z = x @ w
    if prior is not None:
        z = z + torch.tensor(prior).log()
    p = z.softmax(-1)
    return torch.multinomial(p.reshape(-1, c), 1).reshape(x.shape[:-1])


def _multihot(x, c, bias=-1.0):
    w = torch.randn(x.shape[-1], c) / math.sqrt(x.shape[-1])
    return torch.bernoulli((x @ w * 1.5 + bias).sigmoid())


def _blobs(n, h, w, ncls=1):
    "Masks [n,h,w] with one disc each: 0 is background, 1..ncls the disc's class."
    yy, xx = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    m = torch.zeros(n, h, w, dtype=torch.long)
    for i in range(n):
        cy, cx = torch.randint(h // 4, 3 * h // 4, (2,)).tolist()
        r = int(torch.randint(h // 8, h // 4 + 1, (1,)))
        k = int(torch.randint(1, ncls + 1, (1,)))
        m[i][(yy - cy) ** 2 + (xx - cx) ** 2 <= r * r] = k
    return m


def _mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


def _conv(i, o, h=8):
    return nn.Sequential(nn.Conv2d(i, h, 3, padding=1), nn.ReLU(), nn.Conv2d(h, o, 1))


class _TimeNet(nn.Module):
    "A toy denoiser that knows the step."

    def __init__(self, ch, h=8):
        super().__init__()
        self.inp, self.emb, self.out = (
            nn.Conv2d(ch, h, 3, padding=1),
            nn.Embedding(1000, h),
            nn.Conv2d(h, ch, 3, padding=1),
        )

    def forward(self, x, t):
        return self.out(F.silu(self.inp(x) + self.emb(t)[:, :, None, None]))


def _image(mask, ch=3):
    "An image in which the disc is brighter."
    n, h, w = mask.shape
    return (mask > 0).float().unsqueeze(1) * 0.8 + 0.4 * torch.randn(n, ch, h, w)


def _words(n, t, v, lo=4):
    "Token ids with a Markov habit: the next token is often (3*token+1) mod v."
    ids = torch.randint(lo, v, (n, t))
    for j in range(1, t):
        follow = torch.rand(n) < 0.5
        ids[:, j] = torch.where(follow, (ids[:, j - 1] * 3 + 1) % (v - lo) + lo, ids[:, j])
    return ids


# Wrong, with the losses of torch.nn / F / fastai


@wrong(
    "engineer 1, quality control of castings",
    "class counts given as the weight: the frequent class weighs most",
    "LX525",
)
def _():
    torch.manual_seed(1)
    x = torch.randn(64, 20)
    y = _classes(x, 4, prior=[0.88, 0.07, 0.03, 0.02])
    y[:4] = torch.tensor([0, 1, 2, 3])
    class_counts = torch.tensor([8804.0, 702.0, 311.0, 183.0])
    return nn.CrossEntropyLoss(weight=class_counts), (_mlp(20, 4)(x), y)


@wrong(
    "engineer 2, tagging of shop articles",
    "MultiLabelMarginLoss with multi-hot targets; it wants class indices padded with -1",
    "LX206",
)
def _():
    torch.manual_seed(2)
    x = torch.randn(32, 40)
    y = _multihot(x, 12).long()
    return nn.MultiLabelMarginLoss(), (_mlp(40, 12)(x), y)


@wrong(
    "student 3, chest films",
    "pos_weight passed third by position: it lands in weight and scales negatives as well",
    "",
)
def _():
    torch.manual_seed(3)
    x = torch.randn(48, 64)
    y = _multihot(x, 6, bias=-2.2)
    n_pos = y.sum(0).clamp(min=1)
    pos_weight = (len(y) - n_pos) / n_pos
    return F.binary_cross_entropy_with_logits, (_mlp(64, 6)(x), y, pos_weight)


@wrong(
    "engineer 4, radiology labels with 'uncertain'",
    "-1 (uncertain) goes into BCEWithLogitsLoss as a target",
    "LX204",
)
def _():
    torch.manual_seed(4)
    x = torch.randn(32, 50)
    y = _multihot(x, 8)
    y[torch.rand_like(y) < 0.12] = -1
    return nn.BCEWithLogitsLoss(), (_mlp(50, 8)(x), y)


@wrong(
    "engineer 5, roof segmentation",
    "pos_weight of shape [C] for logits [N,C,H,W]: it aligns with W (raises)",
    "LX108",
)
def _():
    torch.manual_seed(5)
    m = torch.stack([_blobs(8, 32, 32) for _ in range(4)], 1).float()
    out = _conv(3, 4)(_image(m.amax(1).long()))
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([6.0, 9.0, 12.0, 7.0])), (out, m)  # raises


@wrong(
    "student 6, road scenes",
    "NCHW logits viewed as (-1, C) without a permute: channels and pixels are mixed",
    "LX113",
)
def _():
    torch.manual_seed(6)
    m = _blobs(8, 24, 24, ncls=4)
    out = _conv(3, 5)(_image(m))
    return nn.CrossEntropyLoss(), (out.view(-1, 5), m.view(-1))


@wrong(
    "student 7, cracks in concrete",
    "two-class segmentation with ignore_index=0: the background is never learned",
    "LX208",
)
def _():
    torch.manual_seed(7)
    m = _blobs(8, 32, 32)
    return nn.CrossEntropyLoss(ignore_index=0), (_conv(3, 2)(_image(m)), m)


@wrong(
    "student 8, fastai course, pets segmentation",
    "CrossEntropyLossFlat() without axis=1 on NCHW logits (raises)",
    "LX124",
)
def _():
    from fastai.losses import CrossEntropyLossFlat

    torch.manual_seed(8)
    m = _blobs(8, 24, 24, ncls=2)
    return CrossEntropyLossFlat(), (_conv(3, 3)(_image(m)), m)  # raises


@wrong(
    "engineer 9, multivariate forecasting with fastai",
    "MSELossFlat: predictions [N,C,T], targets [N,T,C]; flattening hides the exchanged axes",
    "LX119",
)
def _():
    from fastai.losses import MSELossFlat

    torch.manual_seed(9)
    t = torch.arange(36) / 6.0
    s = torch.stack([torch.sin(t + a) * (1 + a) for a in torch.rand(16)], 0)[
        ..., None
    ] * torch.tensor([1.0, 2.0, 0.5]) + 0.1 * torch.randn(16, 36, 3)
    x, y = s[:, :24], s[:, 24:]
    net = nn.Conv1d(3, 3, 13)
    return MSELossFlat(), (net(x.transpose(1, 2)), y)


@wrong(
    "engineer 10, churn table with fastai",
    "labels 1/2 (the survey's coding) in BCEWithLogitsLossFlat",
    "LX204",
)
def _():
    from fastai.losses import BCEWithLogitsLossFlat

    torch.manual_seed(10)
    x = torch.randn(64, 12)
    y = _classes(x, 2) + 1
    return BCEWithLogitsLossFlat(), (_mlp(12, 1)(x), y)


@wrong("student 11, face landmarks", "sigmoid outputs against pixel coordinates", "LX321")
def _():
    torch.manual_seed(11)
    x = torch.randn(16, 64)
    centre = 112 + 20 * (x @ torch.randn(64, 2) / 8)
    y = (centre[:, None] + 30 * torch.randn(5, 2)).clamp(0, 223).reshape(16, 10)
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), nn.Sigmoid())
    return nn.MSELoss(), (net(x), y)


@wrong(
    "engineer 12, meter readings (OCR)",
    "log_softmax over dim 1 of [T,N,C] (the batch) before CTC",
    "LX309",
)
def _():
    torch.manual_seed(12)
    T, N, C = 24, 16, 11
    rnn = nn.LSTM(20, 16)
    fc = nn.Linear(16, C)
    out, _ = rnn(torch.randn(T, N, 20))
    log_probs = F.log_softmax(fc(out), dim=1)
    target_lengths = torch.randint(4, 9, (N,))
    targets = torch.randint(1, C, (N, 8))
    return nn.CTCLoss(blank=0), (log_probs, targets, torch.full((N,), T), target_lengths)


@wrong(
    "engineer 13, number plates",
    "charset starts at index 0, and blank=0 too: targets hold the blank",
    "LX323",
)
def _():
    torch.manual_seed(13)
    T, N, charset = 20, 12, "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
    C = len(charset) + 1
    net = nn.Sequential(nn.Linear(32, 48), nn.ReLU(), nn.Linear(48, C))
    log_probs = net(torch.randn(T, N, 32)).log_softmax(2)
    plates = [
        "".join(charset[int(i)] for i in torch.randint(0, len(charset), (6,))) for _ in range(N)
    ]
    plates[0], plates[3] = "K07AB2", "900ZL1"
    targets = torch.tensor([[charset.index(c) for c in p] for p in plates])
    return nn.CTCLoss(), (
        log_probs,
        targets,
        torch.full((N,), T, dtype=torch.long),
        torch.full((N,), 6, dtype=torch.long),
    )


@wrong(
    "engineer 14, language-model fine-tuning",
    "no shift: the logits at t are scored against the very token that went in at t",
    "LX211",
)
def _():
    torch.manual_seed(14)
    V = 60
    input_ids = _words(8, 20, V)
    emb = nn.Embedding(V, 24)
    gru = nn.GRU(24, 32, batch_first=True)
    head = nn.Linear(32, V)
    logits = head(gru(emb(input_ids))[0])
    return F.cross_entropy, (logits.view(-1, V), input_ids.view(-1))


@wrong(
    "student 15, chat fine-tuning",
    "collator pads labels with -100 but ignore_index is the tokenizer's pad id (raises)",
    "LX201",
)
def _():
    torch.manual_seed(15)
    V, pad = 50, 0
    ids = _words(8, 18, V)
    labels = ids.clone()
    for i, n in enumerate([18, 15, 12, 17, 9, 14, 16, 11]):
        ids[i, n:] = pad
        labels[i, n:] = -100
    labels[:, :4] = -100
    emb = nn.Embedding(V, 16)
    gru = nn.GRU(16, 32, batch_first=True)
    head = nn.Linear(32, V)
    logits = head(gru(emb(ids))[0])[:, :-1]
    return nn.CrossEntropyLoss(ignore_index=pad), (
        logits.reshape(-1, V),
        labels[:, 1:].reshape(-1),
    )  # raises


@wrong(
    "engineer 16, duplicate questions",
    "CosineEmbeddingLoss with 0/1 targets: the zeros count for nothing",
    "LX202",
)
def _():
    torch.manual_seed(16)
    enc = _mlp(30, 16)
    a = torch.randn(32, 30)
    y = torch.bernoulli(torch.full((32,), 0.5))
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn_like(a), torch.randn_like(a))
    return nn.CosineEmbeddingLoss(margin=0.3), (enc(a), enc(b), y)


@wrong(
    "engineer 17, signature verification",
    "HingeEmbeddingLoss is given the cosine similarity instead of a distance",
    "LX313",
)
def _():
    torch.manual_seed(17)
    enc = _mlp(40, 16)
    a = torch.randn(32, 40)
    y = torch.where(torch.rand(32) < 0.5, 1.0, -1.0)
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn_like(a), torch.randn_like(a))
    return nn.HingeEmbeddingLoss(margin=1.0), (F.cosine_similarity(enc(a), enc(b)), y)


@wrong(
    "student 18, film recommendations", "star ratings 1..5 as targets of BCEWithLogitsLoss", "LX204"
)
def _():
    torch.manual_seed(18)
    u, i = nn.Embedding(40, 8), nn.Embedding(60, 8)
    users, items = torch.randint(0, 40, (64,)), torch.randint(0, 60, (64,))
    ratings = (
        (3.5 + torch.randn(40)[users] * 0.6 + torch.randn(60)[items] * 0.8).round().clamp(1, 5)
    )
    return nn.BCEWithLogitsLoss(), ((u(users) * i(items)).sum(1), ratings)


@wrong("engineer 19, price of used cars", "huber_loss of [B,1] against [B]", "LX101")
def _():
    torch.manual_seed(19)
    x = torch.randn(48, 15)
    y = 9.5 + x @ torch.randn(15) * 0.15 + 0.1 * torch.randn(48)
    return F.huber_loss, (_mlp(15, 1)(x), y)


@wrong(
    "engineer 20, demand of spare parts",
    "PoissonNLLLoss with targets already log1p'ed (the old MSE pipeline)",
    "LX218",
)
def _():
    torch.manual_seed(20)
    x = torch.randn(64, 10)
    counts = torch.poisson((x @ torch.randn(10) * 0.3 + 1.5).exp())
    return nn.PoissonNLLLoss(), (_mlp(10, 1)(x).squeeze(1), torch.log1p(counts))


@wrong(
    "engineer 21, arrival-time uncertainty",
    "GaussianNLLLoss called (mu, var, target): the signature is (input, target, var)",
    "LX315",
)
def _():
    torch.manual_seed(21)
    x = torch.randn(32, 12)
    y = (4 + x @ torch.randn(12) * 0.3 + 0.3 * torch.randn(32)).clamp(min=0.3)
    body = _mlp(12, 2)(x)
    mean, var = body[:, 0], F.softplus(body[:, 1]) + 1e-4
    return nn.GaussianNLLLoss(), (mean, var, y)


@wrong(
    "student 22, VAE on satellite tiles",
    "reconstruction BCE-with-logits against standardised images (mean 0, std 1)",
    "LX204",
)
def _():
    torch.manual_seed(22)
    x = _image(_blobs(16, 16, 16))
    x = (x - x.mean()) / x.std()
    enc, dec = nn.Linear(3 * 256, 8), nn.Linear(8, 3 * 256)
    return (
        F.binary_cross_entropy_with_logits,
        (dec(enc(x.flatten(1))).view_as(x), x),
        dict(reduction="sum"),
    )


@wrong(
    "engineer 23, distilling a classifier",
    "kl_div with log-probabilities on both sides, log_target left False",
    "LX307",
)
def _():
    torch.manual_seed(23)
    x = torch.randn(32, 20)
    student, teacher = _mlp(20, 10, 8), _mlp(20, 10, 64)
    with torch.no_grad():
        t = F.log_softmax(teacher(x) / 2.0, dim=-1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(student(x) / 2.0, dim=-1), t)


@wrong(
    "engineer 24, distilling a language model",
    "softmax over dim 1 (time) of [B,T,V] for student and teacher",
    "LX309",
)
def _():
    torch.manual_seed(24)
    V = 40
    ids = _words(8, 16, V)

    def lm(h):
        return nn.Embedding(V, h), nn.GRU(h, h, batch_first=True), nn.Linear(h, V)

    e, g, o = lm(16)
    te, tg, to = lm(32)
    with torch.no_grad():
        teacher_logits = to(tg(te(ids))[0])
    student_logits = o(g(e(ids))[0])
    return (
        F.kl_div,
        (F.log_softmax(student_logits, dim=1), F.softmax(teacher_logits, dim=1)),
        dict(reduction="batchmean"),
    )


@wrong(
    "student 25, DQN for a lift",
    "the bootstrapped target keeps its graph (same network, no detach)",
    "LX411",
)
def _():
    torch.manual_seed(25)
    q = _mlp(6, 4)
    s, s2 = torch.randn(32, 6), torch.randn(32, 6)
    a = torch.randint(0, 4, (32,))
    r = torch.randn(32) * 0.5
    done = (torch.rand(32) < 0.1).float()
    q_sa = q(s).gather(1, a[:, None]).squeeze(1)
    td_target = r + 0.99 * q(s2).max(1).values * (1 - done)
    return F.smooth_l1_loss, (q_sa, td_target)


@wrong("student 26, loan default", "BCELoss called (labels, predictions)", "LX510")
def _():
    torch.manual_seed(26)
    x = torch.randn(64, 14)
    y = _multihot(x, 1).squeeze(1)
    p = torch.sigmoid(_mlp(14, 1)(x)).squeeze(1)
    return nn.BCELoss(), (y, p)


@wrong(
    "engineer 27, spam filter",
    "cross_entropy on one output column with float targets [N,1]: always 0",
    "LX102",
)
def _():
    torch.manual_seed(27)
    x = torch.randn(32, 18)
    y = _multihot(x, 1)
    return nn.CrossEntropyLoss(), (_mlp(18, 1)(x), y)


@wrong(
    "engineer 28, speech synthesis",
    "log-mel prediction against the linear (power) mel of the reference",
    "",
)
def _():
    torch.manual_seed(28)
    h = torch.randn(8, 30, 16)
    mel = (h @ torch.randn(16, 40) * 0.5 + torch.randn(8, 30, 40) * 0.7).exp() * 3
    magnitude = F.softplus(nn.Linear(16, 40)(h))
    log_mel = torch.log(magnitude.clamp(min=1e-5))
    return nn.L1Loss(), (log_mel, mel)


@wrong("student 29, grading of retinopathy", "L1 between argmax and grade: no gradient", "LX334")
def _():
    torch.manual_seed(29)
    x = torch.randn(32, 24)
    y = _classes(x, 5)
    return F.l1_loss, (_mlp(24, 5)(x).argmax(dim=1).float(), y.float())


@wrong(
    "student 30, GAN for textures",
    "the generator's step feeds D with fake.detach(): nothing reaches the generator",
    "",
)
def _():
    torch.manual_seed(30)
    G, D = _mlp(8, 64), _mlp(64, 1)
    fake = torch.tanh(G(torch.randn(16, 8)))
    pred = D(fake.detach())
    return nn.BCEWithLogitsLoss(), (pred, torch.ones(16, 1))


# Wrong, written by hand


@wrong(
    "engineer 31, fraud detection",
    "focal loss with pt = exp(ce) (sign): pt > 1, the weight is not (1-p)**gamma",
    "LX550",
)
def _():
    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0, alpha=None):
            super().__init__()
            self.gamma, self.alpha = gamma, alpha

        def forward(self, logits, target):
            ce = F.cross_entropy(logits, target, weight=self.alpha, reduction="none")
            pt = torch.exp(ce)
            return ((1 - pt) ** self.gamma * ce).mean()

    torch.manual_seed(31)
    x = torch.randn(64, 16)
    y = _classes(x, 3, prior=[0.9, 0.07, 0.03])
    return FocalLoss(), (_mlp(16, 3)(x), y)


@wrong(
    "engineer 32, multi-label with the asymmetric loss (arXiv 2009.14119)",
    "the negative term is multiplied by y instead of (1 - y)",
    "LX625",
)
def _():
    class AsymmetricLoss(nn.Module):
        def __init__(self, gamma_neg=4, gamma_pos=1, clip=0.05, eps=1e-8):
            super().__init__()
            self.gamma_neg, self.gamma_pos, self.clip, self.eps = gamma_neg, gamma_pos, clip, eps

        def forward(self, x, y):
            xs_pos = torch.sigmoid(x)
            xs_neg = (1 - xs_pos + self.clip).clamp(max=1)
            los_pos = y * torch.log(xs_pos.clamp(min=self.eps))
            los_neg = y * torch.log(xs_neg.clamp(min=self.eps))
            loss = (
                los_pos * (1 - xs_pos) ** self.gamma_pos + los_neg * (1 - xs_neg) ** self.gamma_neg
            )
            return -loss.sum()

    torch.manual_seed(32)
    x = torch.randn(32, 40)
    y = _multihot(x, 20, bias=-2.0)
    return AsymmetricLoss(), (_mlp(40, 20)(x), y)


@wrong(
    "student 33, long-tailed species photos (arXiv 2007.07314)",
    "logit adjustment subtracts the log prior in training",
    "LX638",
)
def _():
    def logit_adjusted_cross_entropy(logits, labels, class_prior, tau=1.0):
        adjustment = tau * torch.log(class_prior + 1e-12)
        return F.cross_entropy(logits - adjustment, labels)

    torch.manual_seed(33)
    prior = [0.6, 0.25, 0.1, 0.04, 0.01]
    x = torch.randn(64, 20)
    y = _classes(x, 5, prior=prior)
    return logit_adjusted_cross_entropy, (_mlp(20, 5)(x), y, torch.tensor(prior))


@wrong(
    "engineer 34, ensemble weather forecasts",
    "CRPS of an ensemble: the spread term is added instead of subtracted",
    "LX599",
)
def _():
    def crps_ensemble(forecasts, observation):
        "forecasts [B, M], observation [B]"
        skill = (forecasts - observation.unsqueeze(1)).abs().mean(dim=1)
        spread = (forecasts.unsqueeze(1) - forecasts.unsqueeze(2)).abs().mean(dim=(1, 2))
        return (skill + 0.5 * spread).mean()

    torch.manual_seed(34)
    x = torch.randn(32, 12)
    y = x @ torch.randn(12) * 0.5 + 0.5 * torch.randn(32)
    return crps_ensemble, (_mlp(12, 8)(x), y)


@wrong(
    "engineer 35, organ segmentation (arXiv 1707.03237)",
    "generalised Dice: 1/volume**2 with no guard, a class that is absent gives inf/nan",
    "LX408",
)
def _():
    def generalized_dice_loss(logits, target, num_classes):
        probs = logits.softmax(dim=1)
        onehot = F.one_hot(target, num_classes).permute(0, 3, 1, 2).float()
        w = 1.0 / onehot.sum(dim=(0, 2, 3)) ** 2
        intersect = (w * (probs * onehot).sum(dim=(0, 2, 3))).sum()
        denom = (w * (probs + onehot).sum(dim=(0, 2, 3))).sum()
        return 1 - 2 * intersect / denom

    torch.manual_seed(35)
    m = _blobs(8, 24, 24, ncls=3)
    m[m == 2] = 1  # this batch shows no second organ
    return generalized_dice_loss, (_conv(3, 4)(_image(m)), m, 4)


@wrong(
    "engineer 36, detection of pallets", "GIoU for corner boxes is fed centre/size boxes", "LX213"
)
def _():
    def giou_loss(pred_xyxy, target_xyxy, eps=1e-7):
        lt = torch.max(pred_xyxy[:, :2], target_xyxy[:, :2])
        rb = torch.min(pred_xyxy[:, 2:], target_xyxy[:, 2:])
        wh = (rb - lt).clamp(min=0)
        inter = wh[:, 0] * wh[:, 1]
        area_p = (pred_xyxy[:, 2] - pred_xyxy[:, 0]) * (pred_xyxy[:, 3] - pred_xyxy[:, 1])
        area_t = (target_xyxy[:, 2] - target_xyxy[:, 0]) * (target_xyxy[:, 3] - target_xyxy[:, 1])
        union = area_p + area_t - inter
        clt = torch.min(pred_xyxy[:, :2], target_xyxy[:, :2])
        crb = torch.max(pred_xyxy[:, 2:], target_xyxy[:, 2:])
        cwh = (crb - clt).clamp(min=0)
        hull = cwh[:, 0] * cwh[:, 1]
        giou = inter / (union + eps) - (hull - union) / (hull + eps)
        return (1 - giou).mean()

    torch.manual_seed(36)
    x = torch.randn(24, 32)
    gt = torch.cat(
        [0.15 + 0.7 * (x @ torch.randn(32, 2) / 6).sigmoid(), 0.08 + 0.3 * torch.rand(24, 2)], 1
    )
    pred = _mlp(32, 4)(x).sigmoid()
    return giou_loss, (pred, gt)


@wrong(
    "student 37, CenterNet on drone images (arXiv 1904.07850)",
    "positives are gt > 0 (the whole Gaussian), not gt == 1",
    "LX637",
)
def _():
    def heatmap_focal_loss(pred, gt):
        pos = gt.gt(0).float()
        neg = 1 - pos
        neg_weights = torch.pow(1 - gt, 4)
        pred = pred.clamp(1e-4, 1 - 1e-4)
        pos_loss = torch.log(pred) * torch.pow(1 - pred, 2) * pos
        neg_loss = torch.log(1 - pred) * torch.pow(pred, 2) * neg_weights * neg
        num_pos = pos.sum().clamp(min=1)
        return -(pos_loss.sum() + neg_loss.sum()) / num_pos

    torch.manual_seed(37)
    N, C, H = 4, 2, 24
    yy, xx = torch.meshgrid(torch.arange(H), torch.arange(H), indexing="ij")
    gt = torch.zeros(N, C, H, H)
    for n in range(N):
        for _k in range(4):
            c = int(torch.randint(0, C, (1,)))
            cy, cx = torch.randint(3, H - 3, (2,)).tolist()
            g = torch.exp(-((yy - cy) ** 2 + (xx - cx) ** 2) / (2 * 1.5**2))
            g[g < 0.01] = 0
            gt[n, c] = torch.maximum(gt[n, c], g)
    img = gt.amax(1, keepdim=True) + 0.3 * torch.randn(N, 3, H, H)
    return heatmap_focal_loss, (_conv(3, C)(img).sigmoid(), gt)


@wrong(
    "engineer 38, hand keypoints",
    "soft-argmax: softmax over the joints (dim 1) instead of the pixels",
    "LX641",
)
def _():
    def soft_argmax_l1(heatmaps, joints, visible):
        "heatmaps [B,K,H,W], joints [B,K,2] in pixels, visible [B,K]"
        B, K, H, W = heatmaps.shape
        p = heatmaps.view(B, K, -1).softmax(dim=1)
        ys, xs = torch.meshgrid(torch.arange(H).float(), torch.arange(W).float(), indexing="ij")
        x = (p * xs.reshape(-1)).sum(-1)
        y = (p * ys.reshape(-1)).sum(-1)
        coords = torch.stack([x, y], dim=-1)
        err = (coords - joints).abs().sum(-1)
        return (err * visible).sum() / visible.sum().clamp(min=1)

    torch.manual_seed(38)
    joints = torch.rand(8, 5, 2) * 15
    vis = (torch.rand(8, 5) < 0.8).float()
    return soft_argmax_l1, (_conv(3, 5)(torch.randn(8, 3, 16, 16)), joints, vis)


@wrong(
    "student 39, handwriting with an attention decoder",
    "the mask keeps the padding and drops the characters",
    "LX613",
)
def _():
    PAD = 0

    def masked_loss(out, target):
        loss = F.cross_entropy(out.transpose(1, 2), target, reduction="none")
        mask = (target == PAD).float()
        return (loss * mask).sum() / mask.sum()

    torch.manual_seed(39)
    V = 30
    tgt = _words(16, 14, V, lo=3)
    for i in range(16):
        tgt[i, int(torch.randint(6, 14, (1,))) :] = PAD
    emb = nn.Embedding(V, 16)
    gru = nn.GRU(16, 32, batch_first=True)
    head = nn.Linear(32, V)
    inp = torch.cat([torch.full((16, 1), 1), tgt[:, :-1]], 1)
    return masked_loss, (head(gru(emb(inp))[0]), tgt)


@wrong(
    "engineer 40, instruction tuning",
    "shift in the wrong direction: logits[:, 1:] against labels[:, :-1]",
    "LX211",
)
def _():
    def sft_loss(logits, labels):
        shift_logits = logits[:, 1:, :].contiguous()
        shift_labels = labels[:, :-1].contiguous()
        return F.cross_entropy(
            shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1), ignore_index=-100
        )

    torch.manual_seed(40)
    V = 60
    ids = _words(8, 20, V)
    labels = ids.clone()
    labels[:, :6] = -100
    emb = nn.Embedding(V, 24)
    gru = nn.GRU(24, 32, batch_first=True)
    head = nn.Linear(32, V)
    return sft_loss, (head(gru(emb(ids))[0]), labels)


@wrong(
    "engineer 41, preference tuning (DPO)",
    "prompt and padding (-100) are clamped to token 0 and summed with the answer's log-probs",
    "LX214",
)
def _():
    def sequence_logps(logits, labels):
        logits, labels = logits[:, :-1], labels[:, 1:]
        logp = logits.log_softmax(-1)
        return logp.gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1).sum(-1)

    def dpo_loss(
        chosen_logits,
        rejected_logits,
        chosen_labels,
        rejected_labels,
        ref_chosen_logps,
        ref_rejected_logps,
        beta=0.1,
    ):
        pi_chosen = sequence_logps(chosen_logits, chosen_labels)
        pi_rejected = sequence_logps(rejected_logits, rejected_labels)
        margin = (pi_chosen - ref_chosen_logps) - (pi_rejected - ref_rejected_logps)
        return -F.logsigmoid(beta * margin).mean()

    torch.manual_seed(41)
    V = 40

    def sample():
        ids = _words(8, 16, V)
        lab = ids.clone()
        lab[:, :5] = -100
        for i in range(8):
            lab[i, int(torch.randint(10, 17, (1,))) :] = -100
        return ids, lab

    (ci, cl), (ri, rl) = sample(), sample()

    def lm():
        e, g, h = nn.Embedding(V, 16), nn.GRU(16, 24, batch_first=True), nn.Linear(24, V)
        return lambda i: h(g(e(i))[0])

    pi, ref = lm(), lm()
    with torch.no_grad():
        rc, rr = sequence_logps(ref(ci), cl), sequence_logps(ref(ri), rl)
    return dpo_loss, (pi(ci), pi(ri), cl, rl, rc, rr)


@wrong(
    "student 42, PPO for a warehouse robot",
    "the ratio divides two log-probabilities instead of exp(new - old)",
    "LX539",
)
def _():
    def ppo_loss(log_probs, old_log_probs, advantages, clip_eps=0.2):
        ratio = log_probs / old_log_probs
        surr1 = ratio * advantages
        surr2 = torch.clamp(ratio, 1 - clip_eps, 1 + clip_eps) * advantages
        return -torch.min(surr1, surr2).mean()

    torch.manual_seed(42)
    s = torch.randn(64, 8)
    net = _mlp(8, 5)
    dist = torch.distributions.Categorical(logits=net(s))
    a = dist.sample()
    old = (dist.log_prob(a) + 0.05 * torch.randn(64)).detach().clamp(max=-0.01)
    adv = torch.randn(64)
    adv = (adv - adv.mean()) / adv.std()
    return ppo_loss, (dist.log_prob(a), old, adv)


@wrong(
    "student 43, DQN for a parking game",
    "done is handed in and never used: terminal states bootstrap",
    "LX553",
)
def _():
    def dqn_loss(q_net, target_net, states, actions, rewards, next_states, dones, gamma=0.99):
        q = q_net(states).gather(1, actions.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            next_q = target_net(next_states).max(dim=1).values
            target = rewards + gamma * next_q
        return F.smooth_l1_loss(q, target)

    torch.manual_seed(43)
    q, t = _mlp(6, 4), _mlp(6, 4)
    return dqn_loss, (
        q,
        t,
        torch.randn(32, 6),
        torch.randint(0, 4, (32,)),
        torch.randn(32),
        torch.randn(32, 6),
        (torch.rand(32) < 0.15).float(),
    )


@wrong(
    "engineer 44, A2C for ad bidding",
    "the advantage in the actor's term is not detached: the critic is pulled by the "
    "policy gradient",
    "LX412",
)
def _():
    def a2c_loss(log_probs, values, returns, entropy, value_coef=0.5, entropy_coef=0.01):
        advantage = returns - values
        actor_loss = -(log_probs * advantage).mean()
        critic_loss = advantage.pow(2).mean()
        return actor_loss + value_coef * critic_loss - entropy_coef * entropy.mean()

    torch.manual_seed(44)
    s = torch.randn(40, 8)
    body = nn.Sequential(nn.Linear(8, 32), nn.Tanh())
    pi, v = nn.Linear(32, 4), nn.Linear(32, 1)
    h = body(s)
    dist = torch.distributions.Categorical(logits=pi(h))
    a = dist.sample()
    returns = s @ torch.randn(8) * 0.5 + 0.3 * torch.randn(40)
    return a2c_loss, (dist.log_prob(a), v(h).squeeze(-1), returns, dist.entropy())


@wrong(
    "engineer 45, contrastive pretraining (SimCLR)",
    "the similarity of each view with itself stays in the denominator",
    "LX517",
)
def _():
    def nt_xent(z1, z2, temperature=0.2):
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.t() / temperature
        n = z1.size(0)
        labels = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
        return F.cross_entropy(sim, labels)

    torch.manual_seed(45)
    net = _mlp(32, 16)
    x = torch.randn(24, 32)
    return nt_xent, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


@wrong(
    "student 46, siamese network for faces",
    "same == 1 pairs are pushed apart: the two terms are exchanged",
    "LX588",
)
def _():
    def contrastive_loss(emb1, emb2, same_person, margin=1.0):
        d = F.pairwise_distance(emb1, emb2)
        return ((1 - same_person) * d.pow(2) + same_person * F.relu(margin - d).pow(2)).mean()

    torch.manual_seed(46)
    net = _mlp(40, 8)
    a = torch.randn(32, 40)
    same = (torch.rand(32) < 0.5).float()
    b = torch.where(same[:, None] > 0, a + 0.2 * torch.randn_like(a), torch.randn_like(a))
    return contrastive_loss, (net(a), net(b), same)


@wrong(
    "engineer 47, speaker verification with ArcFace (arXiv 1801.07698)",
    "embeddings and weights are not normalised: the 'cosine' leaves [-1,1], sqrt/acos give nan",
    "LX577",
)
def _():
    class ArcMargin(nn.Module):
        def __init__(self, dim, classes, s=30.0, m=0.3):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(classes, dim))
            self.s, self.m = s, m

        def forward(self, embedding, label):
            cosine = F.linear(embedding, self.weight)
            sine = torch.sqrt(1.0 - cosine**2)
            phi = cosine * math.cos(self.m) - sine * math.sin(self.m)
            one_hot = F.one_hot(label, cosine.size(1)).float()
            logits = self.s * (one_hot * phi + (1 - one_hot) * cosine)
            return F.cross_entropy(logits, label)

    torch.manual_seed(47)
    x = torch.randn(32, 24)
    y = _classes(x, 10)
    return ArcMargin(16, 10), (_mlp(24, 16)(x), y)


@wrong("engineer 48, two-tower retrieval", "logQ correction has the wrong sign", "LX638")
def _():
    def sampled_softmax_loss(user_emb, item_emb, item_sampling_prob, temperature=0.1):
        logits = F.normalize(user_emb, dim=-1) @ F.normalize(item_emb, dim=-1).T / temperature
        logits = logits + torch.log(item_sampling_prob).unsqueeze(0)
        labels = torch.arange(logits.size(0), device=logits.device)
        return F.cross_entropy(logits, labels)

    torch.manual_seed(48)
    pop = 1.0 / torch.arange(1, 201).float()
    pop = pop / pop.sum()
    items = torch.multinomial(pop, 32)
    I = nn.Embedding(200, 16)
    U = _mlp(20, 16)
    return sampled_softmax_loss, (U(torch.randn(32, 20)), I(items), pop[items])


@wrong(
    "student 49, music recommendations with BPR",
    "positive scores [B,1] minus negative scores [B]: [B,B]",
    "LX101",
)
def _():
    def bpr_loss(pos_scores, neg_scores):
        return -F.logsigmoid(pos_scores - neg_scores).mean()

    torch.manual_seed(49)
    U, I = nn.Embedding(50, 12), nn.Embedding(80, 12)
    head = nn.Linear(12, 1)
    u, p, n = torch.randint(0, 50, (32,)), torch.randint(0, 80, (32,)), torch.randint(0, 80, (32,))
    return bpr_loss, (head(U(u) * I(p)), (U(u) * I(n)).sum(-1))


@wrong(
    "engineer 50, electricity load with quantiles",
    "pinball loss with error = pred - target: the quantiles are mirrored",
    "LX535",
)
def _():
    class QuantileLoss(nn.Module):
        def __init__(self, quantiles):
            super().__init__()
            self.quantiles = quantiles

        def forward(self, preds, target):
            losses = []
            for i, q in enumerate(self.quantiles):
                errors = preds[..., i] - target
                losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(-1))
            return torch.cat(losses, dim=-1).sum(dim=-1).mean()

    torch.manual_seed(50)
    x = torch.randn(16, 48)
    y = x[:, -24:].cumsum(1) * 0.2 + 0.3 * torch.randn(16, 24)
    return QuantileLoss([0.05, 0.5, 0.95]), (_mlp(48, 72)(x).view(16, 24, 3), y)


@wrong(
    "engineer 51, lidar ranges with a mixture density net",
    "the mixture weights enter logsumexp as probabilities, not logs",
    "LX572",
)
def _():
    def mdn_nll(pi, mu, sigma, y):
        "pi [B,K] mixture weights (softmax), mu, sigma [B,K], y [B,1]"
        log_prob = torch.distributions.Normal(mu, sigma).log_prob(y)
        return -torch.logsumexp(pi + log_prob, dim=1).mean()

    torch.manual_seed(51)
    x = torch.randn(48, 10)
    y = torch.where(torch.rand(48, 1) < 0.3, 2.0, -1.0) + x[:, :1] * 0.4 + 0.2 * torch.randn(48, 1)
    o = _mlp(10, 12)(x)
    pi, mu, s = o.chunk(3, 1)
    return mdn_nll, (pi.softmax(1), mu, F.softplus(s) + 1e-3, y)


@wrong(
    "student 52, VAE of molecules' descriptors",
    "the KL is subtracted from the reconstruction loss",
    "LX536",
)
def _():
    def vae_loss(recon_x, x, mu, logvar, beta=1.0):
        recon = F.mse_loss(recon_x, x, reduction="sum") / x.size(0)
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / x.size(0)
        return recon - beta * kld

    torch.manual_seed(52)
    x = torch.randn(32, 4) @ torch.randn(4, 30) * 0.5
    enc, dec = nn.Linear(30, 8), nn.Linear(4, 30)
    mu, lv = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * lv).exp()
    return vae_loss, (dec(z), x, mu, lv)


@wrong(
    "student 53, WGAN-GP on knit patterns (arXiv 1704.00028)",
    "gradient penalty without create_graph: it has no gradient",
    "LX422",
)
def _():
    def critic_loss(critic, real, fake, lambda_gp=10.0):
        eps = torch.rand(real.size(0), 1, device=real.device)
        mixed = (eps * real + (1 - eps) * fake).detach().requires_grad_(True)
        grad = torch.autograd.grad(critic(mixed).sum(), mixed)[0]
        penalty = ((grad.norm(2, dim=1) - 1) ** 2).mean()
        return critic(fake).mean() - critic(real).mean() + lambda_gp * penalty

    torch.manual_seed(53)
    D, G = _mlp(36, 1), _mlp(8, 36)
    real = torch.randn(24, 5) @ torch.randn(5, 36) * 0.5
    with torch.no_grad():
        fake = G(torch.randn(24, 8))
    return critic_loss, (D, real, fake)


@wrong(
    "engineer 54, diffusion on 32x32 tiles, batch of 32",
    "coefficients of shape [B] meet [B,C,32,32]: they run along the width",
    "LX116",
)
def _():
    def ddpm_loss(model, x0, t, alphas_cumprod):
        noise = torch.randn_like(x0)
        a = alphas_cumprod[t]
        x_t = a.sqrt() * x0 + (1 - a).sqrt() * noise
        return F.mse_loss(model(x_t, t), noise)

    torch.manual_seed(54)
    x0 = _image(_blobs(32, 32, 32)).clamp(-1, 1)
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
    return ddpm_loss, (_TimeNet(3), x0, torch.randint(0, 1000, (32,)), ac)


@wrong(
    "engineer 55, knowledge distillation for the edge",
    "the temperature divides the teacher's logits only",
    "LX340",
)
def _():
    def kd_loss(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
        soft = (
            F.kl_div(
                F.log_softmax(student_logits, dim=1),
                F.softmax(teacher_logits / T, dim=1),
                reduction="batchmean",
            )
            * T
            * T
        )
        hard = F.cross_entropy(student_logits, labels)
        return alpha * soft + (1 - alpha) * hard

    torch.manual_seed(55)
    x = torch.randn(32, 20)
    y = _classes(x, 8)
    s, t = _mlp(20, 8, 8), _mlp(20, 8, 64)
    with torch.no_grad():
        tl = 3 * t(x)
    return kd_loss, (s(x), tl, y)


@wrong(
    "engineer 56, time to failure of pumps (Cox 1972)",
    "sorted by ascending time: logcumsumexp sums over those who failed before",
    "LX558",
)
def _():
    def cox_ph_loss(log_risk, durations, events):
        order = torch.argsort(durations)
        log_risk, events = log_risk[order], events[order]
        log_cum = torch.logcumsumexp(log_risk, dim=0)
        return -((log_risk - log_cum) * events).sum() / events.sum().clamp(min=1)

    torch.manual_seed(56)
    x = torch.randn(48, 10)
    r = x @ torch.randn(10) * 0.5
    t = torch.distributions.Exponential(r.exp()).sample() * 100
    c = torch.rand(48) * 250
    return cox_ph_loss, (_mlp(10, 1)(x).squeeze(1), torch.minimum(t, c), (t <= c).float())


@wrong(
    "student 57, PINN for Burgers' equation",
    "the gradient's columns are exchanged: the input is (x, t), u_t is read from column 0",
    "",
)
def _():
    def burgers_residual_loss(net, x, t, nu=0.01 / math.pi):
        xt = torch.cat([x, t], dim=1).requires_grad_(True)
        u = net(xt)
        du = torch.autograd.grad(u, xt, torch.ones_like(u), create_graph=True)[0]
        u_t, u_x = du[:, 0:1], du[:, 1:2]
        u_xx = torch.autograd.grad(u_x, xt, torch.ones_like(u_x), create_graph=True)[0][:, 0:1]
        return (u_t + u * u_x - nu * u_xx).pow(2).mean()

    torch.manual_seed(57)
    net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1))
    return burgers_residual_loss, (net, torch.rand(64, 1) * 2 - 1, torch.rand(64, 1))


@wrong(
    "engineer 58, two-speaker separation",
    "PIT takes the worse permutation (max) of the losses",
    "LX631",
)
def _():
    def si_snr(est, ref, eps=1e-8):
        est, ref = est - est.mean(-1, keepdim=True), ref - ref.mean(-1, keepdim=True)
        proj = (est * ref).sum(-1, keepdim=True) * ref / (ref.pow(2).sum(-1, keepdim=True) + eps)
        return 10 * torch.log10(proj.pow(2).sum(-1) / ((est - proj).pow(2).sum(-1) + eps) + eps)

    def pit_si_snr_loss(estimates, sources):
        "both [B, 2, T]"
        straight = -si_snr(estimates, sources).mean(dim=1)
        swapped = -si_snr(estimates, sources.flip(1)).mean(dim=1)
        return torch.max(straight, swapped).mean()

    torch.manual_seed(58)
    t = torch.arange(400) / 400.0
    src = torch.stack(
        [
            torch.stack(
                [torch.sin(2 * math.pi * f * t), torch.sign(torch.sin(2 * math.pi * g * t + 0.3))]
            )
            for f, g in zip(range(5, 13), range(20, 28))
        ]
    )
    mix = src.sum(1, keepdim=True) + 0.05 * torch.randn(8, 1, 400)
    net = nn.Sequential(nn.Conv1d(1, 16, 15, padding=7), nn.ReLU(), nn.Conv1d(16, 2, 15, padding=7))
    return pit_si_snr_loss, (net(mix), src)


@wrong(
    "student 59, mixup for bird calls", "both terms use targets_a: targets_b is never used", "LX120"
)
def _():
    def mixup_criterion(pred, targets_a, targets_b, lam):
        return lam * F.cross_entropy(pred, targets_a) + (1 - lam) * F.cross_entropy(pred, targets_a)

    torch.manual_seed(59)
    x = torch.randn(32, 20)
    y = _classes(x, 6)
    idx = torch.randperm(32)
    lam = 0.7
    return mixup_criterion, (_mlp(20, 6)(lam * x + (1 - lam) * x[idx]), y, y[idx], lam)


@wrong(
    "engineer 60, multi-task perception (arXiv 1705.07115)",
    "the weighting gets loss.item(): only log_vars learn, the network does not",
    "LX401",
)
def _():
    class MultiTaskLoss(nn.Module):
        def __init__(self, n_tasks):
            super().__init__()
            self.log_vars = nn.Parameter(torch.zeros(n_tasks))

        def forward(self, seg_logits, depth_pred, seg_target, depth_target):
            losses = [
                F.cross_entropy(seg_logits, seg_target).item(),
                F.l1_loss(depth_pred, depth_target).item(),
            ]
            losses = torch.tensor(losses)
            return (torch.exp(-self.log_vars) * losses + self.log_vars).sum()

    torch.manual_seed(60)
    m = _blobs(4, 16, 16, ncls=2)
    out = _conv(3, 4)(_image(m))
    depth = 2 + (m > 0).float().unsqueeze(1) + 0.1 * torch.randn(4, 1, 16, 16)
    return MultiTaskLoss(2), (out[:, :3], F.softplus(out[:, 3:]), m, depth)


# Right, though they look like the mistakes above


@right("engineer 61, teacher's soft multi-labels", "BCEWithLogits against soft targets in (0,1)")
def _():
    torch.manual_seed(101)
    x = torch.randn(32, 20)
    with torch.no_grad():
        soft = (2 * _mlp(20, 7, 64)(x) - 1).sigmoid()
    return nn.BCEWithLogitsLoss(), (_mlp(20, 7)(x), soft)


@right("engineer 62, CutMix", "cross_entropy with class probabilities as float targets")
def _():
    torch.manual_seed(102)
    x = torch.randn(32, 20)
    y = F.one_hot(_classes(x, 6), 6).float()
    lam = torch.rand(32, 1)
    return nn.CrossEntropyLoss(label_smoothing=0.1), (
        _mlp(20, 6)(x),
        lam * y + (1 - lam) * y[torch.randperm(32)],
    )


@right("engineer 63, a committee of models", "NLLLoss on the log of the mean of softmaxes")
def _():
    torch.manual_seed(103)
    x = torch.randn(32, 20)
    y = _classes(x, 5)
    mean_p = torch.stack([_mlp(20, 5)(x).softmax(-1) for _ in range(3)]).mean(0)
    return nn.NLLLoss(), (mean_p.clamp_min(1e-8).log(), y)


@right("student 64, fastai tabular regression", "MSELossFlat flattens [N,1] and [N]: no broadcast")
def _():
    from fastai.losses import MSELossFlat

    torch.manual_seed(104)
    x = torch.randn(48, 12)
    y = x @ torch.randn(12) * 0.4 + 0.2 * torch.randn(48)
    return MSELossFlat(), (_mlp(12, 1)(x), y)


@right(
    "student 65, fastai segmentation with a void class",
    "CrossEntropyLossFlat(axis=1) with ignore_index=255",
)
def _():
    from fastai.losses import CrossEntropyLossFlat

    torch.manual_seed(105)
    m = _blobs(8, 24, 24, ncls=2)
    out = _conv(3, 3)(_image(m))
    m[:, :1] = 255
    return CrossEntropyLossFlat(axis=1, ignore_index=255), (out, m)


@right(
    "engineer 66, rare defects",
    "weights by the effective number of samples (1901.05555): rare classes weigh most",
)
def _():
    torch.manual_seed(106)
    x = torch.randn(64, 20)
    y = _classes(x, 4, prior=[0.88, 0.07, 0.03, 0.02])
    y[:4] = torch.arange(4)
    n = torch.tensor([8804.0, 702.0, 311.0, 183.0])
    beta = 0.9999
    w = (1 - beta) / (1 - beta**n)
    w = w / w.sum() * 4
    return nn.CrossEntropyLoss(weight=w), (_mlp(20, 4)(x), y)


@right(
    "engineer 67, distillation with log_target",
    "KLDivLoss with log-probabilities on both sides and log_target=True",
)
def _():
    torch.manual_seed(107)
    x = torch.randn(32, 20)
    s, t = _mlp(20, 10, 8), _mlp(20, 10, 64)
    with torch.no_grad():
        tl = F.log_softmax(t(x) / 3, -1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (F.log_softmax(s(x) / 3, -1), tl)


@right(
    "engineer 68, OCR with the blank last",
    "CTC: blank = C-1, targets concatenated to 1D and holding 0",
)
def _():
    torch.manual_seed(108)
    T, N, C = 24, 10, 12
    lp = nn.Linear(16, C)(torch.randn(T, N, 16)).log_softmax(-1)
    tl = torch.randint(3, 8, (N,))
    return nn.CTCLoss(blank=C - 1, zero_infinity=True), (
        lp,
        torch.randint(0, C - 1, (int(tl.sum()),)),
        torch.full((N,), T),
        tl,
    )


@right("engineer 69, claim counts", "PoissonNLLLoss(log_input=False) with softplus rates")
def _():
    torch.manual_seed(109)
    x = torch.randn(64, 10)
    y = torch.poisson((x @ torch.randn(10) * 0.3 + 0.5).exp())
    return nn.PoissonNLLLoss(log_input=False), (F.softplus(_mlp(10, 1)(x)).squeeze(1), y)


@right("engineer 70, arrival times", "GaussianNLLLoss(mean, target, var), the variance by softplus")
def _():
    torch.manual_seed(110)
    x = torch.randn(32, 12)
    y = (4 + x @ torch.randn(12) * 0.3 + 0.3 * torch.randn(32)).clamp(min=0.3)
    b = _mlp(12, 2)(x)
    return nn.GaussianNLLLoss(), (b[:, 0], y, F.softplus(b[:, 1]) + 1e-4)


@right("student 71, tag prediction", "MultiLabelMarginLoss with indices padded by -1")
def _():
    torch.manual_seed(111)
    x = torch.randn(16, 30)
    hot = _multihot(x, 8)
    y = torch.full((16, 8), -1)
    for i in range(16):
        k = hot[i].nonzero().flatten()
        y[i, : len(k)] = k
    return nn.MultiLabelMarginLoss(), (_mlp(30, 8)(x), y)


@right("engineer 72, MoCo", "InfoNCE with the positive in column 0: labels are all zero")
def _():
    def moco_loss(q, k, queue, T=0.07):
        q, k = F.normalize(q, dim=1), F.normalize(k, dim=1)
        l_pos = (q * k).sum(dim=1, keepdim=True)
        l_neg = q @ queue
        logits = torch.cat([l_pos, l_neg], dim=1) / T
        return F.cross_entropy(logits, torch.zeros(q.size(0), dtype=torch.long, device=q.device))

    torch.manual_seed(112)
    net, mom = _mlp(20, 16), _mlp(20, 16)
    mom.load_state_dict(net.state_dict())
    x = torch.randn(24, 20)
    with torch.no_grad():
        k = mom(x + 0.2 * torch.randn_like(x))
    return moco_loss, (
        net(x + 0.2 * torch.randn_like(x)),
        k,
        F.normalize(torch.randn(16, 100), dim=0),
    )


@right(
    "engineer 73, masked language model",
    "no shift, and labels equal the tokens under the mask: -100 elsewhere",
)
def _():
    torch.manual_seed(113)
    V = 60
    ids = _words(8, 20, V)
    labels = torch.full_like(ids, -100)
    m = torch.rand(8, 20) < 0.2
    m[:, 3] = True
    labels[m] = ids[m]
    inp = ids.masked_fill(m, 3)
    emb = nn.Embedding(V, 24)
    gru = nn.GRU(24, 16, batch_first=True, bidirectional=True)
    head = nn.Linear(32, V)
    return F.cross_entropy, (head(gru(emb(inp))[0]).view(-1, V), labels.view(-1))


@right(
    "student 74, nanoGPT-like batches", "no shift in the loss because x and y were cut one apart"
)
def _():
    torch.manual_seed(114)
    V = 50
    d = _words(8, 21, V)
    x, y = d[:, :-1], d[:, 1:]
    emb = nn.Embedding(V, 24)
    gru = nn.GRU(24, 32, batch_first=True)
    head = nn.Linear(32, V)
    logits = head(gru(emb(x))[0])
    return F.cross_entropy, (logits.reshape(-1, V), y.reshape(-1)), dict(ignore_index=-1)


@right(
    "engineer 75, pairwise ranking with ties both ways",
    "MarginRankingLoss with +1/-1 and scores [B]",
)
def _():
    torch.manual_seed(115)
    net = _mlp(12, 1)
    a, b = torch.randn(40, 12), torch.randn(40, 12)
    w = torch.randn(12)
    return nn.MarginRankingLoss(margin=0.1), (
        net(a).squeeze(1),
        net(b).squeeze(1),
        torch.sign((a - b) @ w),
    )


@right("engineer 76, PU-free signatures", "HingeEmbeddingLoss on the distance 1 - cos")
def _():
    torch.manual_seed(116)
    net = _mlp(30, 16)
    a = torch.randn(32, 30)
    y = torch.where(torch.rand(32) < 0.5, 1.0, -1.0)
    b = torch.where(y[:, None] > 0, a + 0.3 * torch.randn_like(a), torch.randn_like(a))
    return nn.HingeEmbeddingLoss(margin=0.5), (1 - F.cosine_similarity(net(a), net(b)), y)


@right("engineer 77, multi-label masks", "pos_weight of shape [C,1,1] for [N,C,H,W]")
def _():
    torch.manual_seed(117)
    m = torch.stack([_blobs(8, 24, 24) for _ in range(4)], 1).float()
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([6.0, 9.0, 12.0, 7.0]).view(4, 1, 1)), (
        _conv(3, 4)(_image(m.amax(1).long())),
        m,
    )


@right("engineer 78, defects", "focal loss with pt = exp(-ce) taken before the class weights")
def _():
    class FocalLoss(nn.Module):
        def __init__(self, weight, gamma=2.0):
            super().__init__()
            self.register_buffer("weight", weight)
            self.gamma = gamma

        def forward(self, logits, target):
            ce = F.cross_entropy(logits, target, reduction="none")
            pt = torch.exp(-ce)
            w = self.weight[target]
            return (w * (1 - pt) ** self.gamma * ce).sum() / w.sum()

    torch.manual_seed(118)
    x = torch.randn(64, 16)
    y = _classes(x, 3, prior=[0.9, 0.07, 0.03])
    return FocalLoss(torch.tensor([0.4, 4.0, 9.0])), (_mlp(16, 3)(x), y)


@right(
    "engineer 79, asymmetric loss with the focal weight out of the graph",
    "the modulating weight under no_grad (2009.14119's disable_torch_grad_focal_loss)",
)
def _():
    class AsymmetricLoss(nn.Module):
        def __init__(self, gamma_neg=4, gamma_pos=1, clip=0.05, eps=1e-8):
            super().__init__()
            self.gamma_neg, self.gamma_pos, self.clip, self.eps = gamma_neg, gamma_pos, clip, eps

        def forward(self, x, y):
            p = torch.sigmoid(x)
            xs_pos, xs_neg = p, (1 - p + self.clip).clamp(max=1)
            loss = y * torch.log(xs_pos.clamp(min=self.eps)) + (1 - y) * torch.log(
                xs_neg.clamp(min=self.eps)
            )
            with torch.no_grad():
                pt = xs_pos * y + xs_neg * (1 - y)
                w = torch.pow(1 - pt, self.gamma_pos * y + self.gamma_neg * (1 - y))
            return -(loss * w).sum() / x.size(0)

    torch.manual_seed(119)
    x = torch.randn(32, 40)
    y = _multihot(x, 20, bias=-2.0)
    return AsymmetricLoss(), (_mlp(40, 20)(x), y)


@right("engineer 80, CenterNet", "heatmap focal loss with gt.eq(1) and the logsigmoid form")
def _():
    def heatmap_focal_loss(logits, gt):
        pos = gt.eq(1).float()
        p = logits.sigmoid()
        pos_loss = F.logsigmoid(logits) * (1 - p) ** 2 * pos
        neg_loss = F.logsigmoid(-logits) * p**2 * (1 - gt) ** 4 * (1 - pos)
        return -(pos_loss.sum() + neg_loss.sum()) / pos.sum().clamp(min=1)

    torch.manual_seed(120)
    N, C, H = 4, 2, 24
    yy, xx = torch.meshgrid(torch.arange(H), torch.arange(H), indexing="ij")
    gt = torch.zeros(N, C, H, H)
    for n in range(N):
        for _k in range(4):
            c = int(torch.randint(0, C, (1,)))
            cy, cx = torch.randint(3, H - 3, (2,)).tolist()
            gt[n, c] = torch.maximum(gt[n, c], torch.exp(-((yy - cy) ** 2 + (xx - cx) ** 2) / 4.5))
    return heatmap_focal_loss, (
        _conv(3, C)(gt.amax(1, keepdim=True) + 0.3 * torch.randn(N, 3, H, H)),
        gt,
    )


@right(
    "engineer 81, GIoU on converted boxes",
    "cx,cy,w,h converted inside; the loss exceeds 1 for boxes apart",
)
def _():
    def giou_loss(pred_cxcywh, target_cxcywh, eps=1e-7):
        def corners(b):
            cx, cy, w, h = b.unbind(-1)
            return torch.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1)

        p, t = corners(pred_cxcywh), corners(target_cxcywh)
        wh = (torch.min(p[:, 2:], t[:, 2:]) - torch.max(p[:, :2], t[:, :2])).clamp(min=0)
        inter = wh.prod(-1)
        union = (p[:, 2:] - p[:, :2]).prod(-1) + (t[:, 2:] - t[:, :2]).prod(-1) - inter
        hull = (torch.max(p[:, 2:], t[:, 2:]) - torch.min(p[:, :2], t[:, :2])).prod(-1)
        giou = inter / (union + eps) - (hull - union) / (hull + eps)
        return (1 - giou).mean()

    torch.manual_seed(121)
    x = torch.randn(24, 32)
    gt = torch.cat(
        [0.15 + 0.7 * (x @ torch.randn(32, 2) / 6).sigmoid(), 0.08 + 0.3 * torch.rand(24, 2)], 1
    )
    return giou_loss, (_mlp(32, 4)(x).sigmoid(), gt)


@right(
    "engineer 82, keypoints",
    "soft-argmax over the flattened pixels, visibility mask, normalised by the visible ones",
)
def _():
    def soft_argmax_l1(heatmaps, joints, visible):
        B, K, H, W = heatmaps.shape
        p = heatmaps.flatten(2).softmax(dim=2).view(B, K, H, W)
        x = (p.sum(dim=2) * torch.arange(W, device=p.device)).sum(-1)
        y = (p.sum(dim=3) * torch.arange(H, device=p.device)).sum(-1)
        err = (torch.stack([x, y], -1) - joints).abs().sum(-1)
        return (err * visible).sum() / visible.sum().clamp(min=1)

    torch.manual_seed(122)
    return soft_argmax_l1, (
        _conv(3, 5)(torch.randn(8, 3, 16, 16)),
        torch.rand(8, 5, 2) * 15,
        (torch.rand(8, 5) < 0.8).float(),
    )


@right(
    "engineer 83, DPO with masks, reference under no_grad",
    "sums of masked log-probabilities; label 0 under the mask",
)
def _():
    def sequence_logps(logits, labels):
        logits, labels = logits[:, :-1], labels[:, 1:]
        mask = labels != -100
        lp = (
            logits.log_softmax(-1)
            .gather(-1, labels.masked_fill(~mask, 0).unsqueeze(-1))
            .squeeze(-1)
        )
        return (lp * mask).sum(-1)

    def dpo_loss(
        chosen_logits,
        rejected_logits,
        chosen_labels,
        rejected_labels,
        ref_chosen_logps,
        ref_rejected_logps,
        beta=0.1,
    ):
        pi_chosen = sequence_logps(chosen_logits, chosen_labels)
        pi_rejected = sequence_logps(rejected_logits, rejected_labels)
        return F.softplus(
            -beta * ((pi_chosen - pi_rejected) - (ref_chosen_logps - ref_rejected_logps))
        ).mean()

    torch.manual_seed(123)
    V = 40

    def sample():
        ids = _words(8, 16, V)
        lab = ids.clone()
        lab[:, :5] = -100
        for i in range(8):
            lab[i, int(torch.randint(10, 17, (1,))) :] = -100
        return ids, lab

    (ci, cl), (ri, rl) = sample(), sample()

    def lm():
        e, g, h = nn.Embedding(V, 16), nn.GRU(16, 24, batch_first=True), nn.Linear(24, V)
        return lambda i: h(g(e(i))[0])

    pi, ref = lm(), lm()
    with torch.no_grad():
        rc, rr = sequence_logps(ref(ci), cl), sequence_logps(ref(ri), rl)
    return dpo_loss, (pi(ci), pi(ri), cl, rl, rc, rr)


@right("engineer 84, PPO", "clipped surrogate and clipped value loss (the max there is right)")
def _():
    def ppo_loss(
        log_probs, old_log_probs, advantages, values, old_values, returns, entropy, clip=0.2
    ):
        ratio = (log_probs - old_log_probs).exp()
        policy = torch.max(
            -advantages * ratio, -advantages * ratio.clamp(1 - clip, 1 + clip)
        ).mean()
        v_clip = old_values + (values - old_values).clamp(-clip, clip)
        value = 0.5 * torch.max((values - returns) ** 2, (v_clip - returns) ** 2).mean()
        return policy + 0.5 * value - 0.01 * entropy.mean()

    torch.manual_seed(124)
    s = torch.randn(64, 8)
    pi, vf = _mlp(8, 5), _mlp(8, 1)
    d = torch.distributions.Categorical(logits=pi(s))
    a = d.sample()
    v = vf(s).squeeze(1)
    raw = 0.7 * torch.randn(64)
    adv = (raw - raw.mean()) / raw.std()
    old_v = v.detach() + 0.05 * torch.randn(64)
    return ppo_loss, (
        d.log_prob(a),
        d.log_prob(a).detach() + 0.05 * torch.randn(64),
        adv,
        v,
        old_v,
        old_v + raw,
        d.entropy(),
    )


@right(
    "engineer 85, double DQN", "argmax inside the target is right (it picks actions under no_grad)"
)
def _():
    def double_dqn_loss(
        q_net, target_net, states, actions, rewards, next_states, dones, gamma=0.99
    ):
        q = q_net(states).gather(1, actions.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            best = q_net(next_states).argmax(dim=1, keepdim=True)
            target = rewards + gamma * (1 - dones) * target_net(next_states).gather(
                1, best
            ).squeeze(1)
        return F.smooth_l1_loss(q, target)

    torch.manual_seed(125)
    return double_dqn_loss, (
        _mlp(6, 4),
        _mlp(6, 4),
        torch.randn(32, 6),
        torch.randint(0, 4, (32,)),
        torch.randn(32),
        torch.randn(32, 6),
        (torch.rand(32) < 0.15).float(),
    )


@right(
    "engineer 86, SAC actor",
    "alpha*log_prob - Q without detaching Q: the gradient goes through the action",
)
def _():
    def actor_loss(q1, q2, log_prob, log_alpha):
        alpha = log_alpha.exp().detach()
        return (alpha * log_prob - torch.min(q1, q2)).mean()

    torch.manual_seed(126)
    s = torch.randn(32, 6)
    o = _mlp(6, 4)(s)
    mu, ls = o.chunk(2, 1)
    d = torch.distributions.Normal(mu, ls.clamp(-5, 2).exp())
    u = d.rsample()
    a = u.tanh()
    lp = (d.log_prob(u) - torch.log(1 - a.pow(2) + 1e-6)).sum(-1, keepdim=True)
    sa = torch.cat([s, a], 1)
    return actor_loss, (_mlp(8, 1)(sa), _mlp(8, 1)(sa), lp, torch.tensor(-1.0, requires_grad=True))


@right("engineer 87, SimCLR", "NT-Xent with -inf on the diagonal")
def _():
    def nt_xent(z1, z2, temperature=0.2):
        n = z1.size(0)
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.t() / temperature
        sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool, device=z.device), float("-inf"))
        return F.cross_entropy(sim, torch.arange(2 * n, device=z.device).roll(n))

    torch.manual_seed(127)
    net = _mlp(32, 16)
    x = torch.randn(24, 32)
    return nt_xent, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


@right(
    "engineer 88, original siamese convention (Hadsell 2006)",
    "label is 1 for DISsimilar pairs, as in the paper",
)
def _():
    def contrastive_loss(emb1, emb2, dissimilar, margin=1.0):
        d = F.pairwise_distance(emb1, emb2)
        return (
            0.5 * (1 - dissimilar) * d.pow(2) + 0.5 * dissimilar * F.relu(margin - d).pow(2)
        ).mean()

    torch.manual_seed(128)
    net = _mlp(40, 8)
    a = torch.randn(32, 40)
    dis = (torch.rand(32) < 0.5).float()
    b = torch.where(dis[:, None] > 0, torch.randn_like(a), a + 0.2 * torch.randn_like(a))
    return contrastive_loss, (net(a), net(b), dis)


@right(
    "engineer 89, two-tower with logQ",
    "log of the sampling probability subtracted, accidental hits masked",
)
def _():
    def sampled_softmax_loss(user_emb, item_emb, item_ids, item_sampling_prob, temperature=0.1):
        logits = F.normalize(user_emb, dim=-1) @ F.normalize(item_emb, dim=-1).T / temperature
        logits = logits - torch.log(item_sampling_prob).unsqueeze(0)
        n = logits.size(0)
        same = item_ids.unsqueeze(0) == item_ids.unsqueeze(1)
        same = same & ~torch.eye(n, dtype=torch.bool, device=logits.device)
        logits = logits.masked_fill(same, -1e9)
        return F.cross_entropy(logits, torch.arange(n, device=logits.device))

    torch.manual_seed(129)
    pop = 1.0 / torch.arange(1, 201).float()
    pop = pop / pop.sum()
    items = torch.multinomial(pop, 32, replacement=True)
    I = nn.Embedding(200, 16)
    U = _mlp(20, 16)
    return sampled_softmax_loss, (U(torch.randn(32, 20)), I(items), items, pop[items])


@right(
    "engineer 90, BPR with several negatives",
    "softplus(neg - pos), pos [B,1] against neg [B,K] on purpose",
)
def _():
    def bpr_loss(pos_scores, neg_scores):
        return F.softplus(neg_scores - pos_scores.unsqueeze(1)).mean()

    torch.manual_seed(130)
    U, I = nn.Embedding(50, 12), nn.Embedding(80, 12)
    u, p, n = (
        torch.randint(0, 50, (32,)),
        torch.randint(0, 80, (32,)),
        torch.randint(0, 80, (32, 5)),
    )
    return bpr_loss, ((U(u) * I(p)).sum(-1), (U(u).unsqueeze(1) * I(n)).sum(-1))


@right(
    "engineer 91, load forecast",
    "pinball with pred - target, but the branches written for that sign",
)
def _():
    class QuantileLoss(nn.Module):
        def __init__(self, quantiles):
            super().__init__()
            self.register_buffer("q", torch.tensor(quantiles))

        def forward(self, preds, target):
            over = preds - target.unsqueeze(-1)
            return torch.max((1 - self.q) * over, -self.q * over).sum(-1).mean()

    torch.manual_seed(131)
    x = torch.randn(16, 48)
    y = x[:, -24:].cumsum(1) * 0.2 + 0.3 * torch.randn(16, 24)
    return QuantileLoss([0.05, 0.5, 0.95]), (_mlp(48, 72)(x).view(16, 24, 3), y)


@right(
    "engineer 92, lidar with a mixture density net",
    "log_softmax weights in logsumexp; the value can be negative",
)
def _():
    def mdn_nll(pi_logits, mu, log_sigma, y):
        comp = (
            -0.5 * ((y - mu) * torch.exp(-log_sigma)) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)
        )
        return -torch.logsumexp(F.log_softmax(pi_logits, dim=1) + comp, dim=1).mean()

    torch.manual_seed(132)
    x = torch.randn(48, 10)
    y = 0.2 * x[:, :1] + 0.05 * torch.randn(48, 1)
    pi, mu, ls = _mlp(10, 12)(x).chunk(3, 1)
    return mdn_nll, (pi, mu, ls - 1.5, y)


@right(
    "engineer 93, VAE with free bits",
    "KL written with sigma, clamped per dimension after the batch mean",
)
def _():
    def vae_loss(recon_logits, x, mu, sigma, free_bits=0.1):
        recon = (
            F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none")
            .flatten(1)
            .sum(1)
            .mean()
        )
        kl = 0.5 * (mu**2 + sigma**2 - 1) - torch.log(sigma)
        return recon + kl.mean(dim=0).clamp(min=free_bits).sum()

    torch.manual_seed(133)
    x = torch.bernoulli((torch.randn(32, 4) @ torch.randn(4, 30)).sigmoid())
    enc, dec = nn.Linear(30, 8), nn.Linear(4, 30)
    mu, s = enc(x).chunk(2, 1)
    sigma = F.softplus(s) + 1e-4
    return vae_loss, (dec(mu + sigma * torch.randn_like(mu)), x, mu, sigma)


@right(
    "engineer 94, WGAN-GP critic step",
    "fake without a graph, penalty with create_graph; negative values are usual",
)
def _():
    def critic_loss(critic, real, fake, lambda_gp=10.0):
        eps = torch.rand(real.size(0), 1, device=real.device)
        mixed = (eps * real + (1 - eps) * fake).detach().requires_grad_(True)
        (grad,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
        penalty = (grad.flatten(1).norm(2, dim=1) - 1).pow(2).mean()
        return critic(fake).mean() - critic(real).mean() + lambda_gp * penalty

    torch.manual_seed(134)
    D, G = _mlp(36, 1), _mlp(8, 36)
    real = torch.randn(24, 5) @ torch.randn(5, 36) * 0.5
    with torch.no_grad():
        fake = G(torch.randn(24, 8))
    return critic_loss, (D, real, fake)


@right(
    "engineer 95, v-prediction with min-SNR (arXiv 2303.09556)",
    "v = a*eps - s*x0; weight min(snr,5)/(snr+1)",
)
def _():
    def v_loss(model, x0, t, alphas_cumprod, gamma=5.0):
        noise = torch.randn_like(x0)
        ab = alphas_cumprod[t]
        a, s = ab.sqrt().view(-1, 1, 1, 1), (1 - ab).sqrt().view(-1, 1, 1, 1)
        v = a * noise - s * x0
        snr = ab / (1 - ab)
        w = snr.clamp(max=gamma) / (snr + 1)
        per_image = (model(a * x0 + s * noise, t) - v).pow(2).flatten(1).mean(1)
        return (w * per_image).mean()

    torch.manual_seed(135)
    x0 = _image(_blobs(16, 16, 16)).clamp(-1, 1)
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
    return v_loss, (_TimeNet(3), x0, torch.randint(0, 1000, (16,)), ac)


@right(
    "engineer 96, MiniLLM-like reverse KL",
    "sum p_student*(log p_student - log p_teacher), masked mean over tokens",
)
def _():
    def reverse_kl(student_logits, teacher_logits, mask):
        s = student_logits.log_softmax(-1)
        t = teacher_logits.log_softmax(-1).detach()
        kl = (s.exp() * (s - t)).sum(-1)
        return (kl * mask).sum() / mask.sum()

    torch.manual_seed(136)
    V = 40
    ids = _words(8, 16, V)
    mask = (torch.arange(16)[None] < torch.randint(8, 17, (8, 1))).float()

    def lm(h):
        e, g, o = nn.Embedding(V, h), nn.GRU(h, h, batch_first=True), nn.Linear(h, V)
        return o(g(e(ids))[0])

    return reverse_kl, (lm(16), lm(32), mask)


@right(
    "engineer 97, Cox by a risk-set matrix",
    "logsumexp over those with t_j >= t_i, masked by -inf, no sorting",
)
def _():
    def cox_ph_loss(log_risk, durations, events):
        at_risk = durations.unsqueeze(0) >= durations.unsqueeze(1)
        log_den = torch.logsumexp(log_risk.unsqueeze(0).masked_fill(~at_risk, float("-inf")), dim=1)
        return ((log_den - log_risk) * events).sum() / events.sum().clamp(min=1)

    torch.manual_seed(137)
    x = torch.randn(48, 10)
    r = x @ torch.randn(10) * 0.5
    t = torch.distributions.Exponential(r.exp()).sample() * 100
    c = torch.rand(48) * 250
    return cox_ph_loss, (_mlp(10, 1)(x).squeeze(1), torch.minimum(t, c), (t <= c).float())


@right("student 98, PINN for Burgers with (t, x)", "column 0 is t here")
def _():
    def burgers_residual_loss(net, t, x, nu=0.01 / math.pi):
        tx = torch.cat([t, x], dim=1).requires_grad_(True)
        u = net(tx)
        du = torch.autograd.grad(u.sum(), tx, create_graph=True)[0]
        u_t, u_x = du[:, 0:1], du[:, 1:2]
        u_xx = torch.autograd.grad(u_x.sum(), tx, create_graph=True)[0][:, 1:2]
        return (u_t + u * u_x - nu * u_xx).pow(2).mean()

    torch.manual_seed(138)
    net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1))
    return burgers_residual_loss, (net, torch.rand(64, 1), torch.rand(64, 1) * 2 - 1)


@right(
    "engineer 99, VQ-VAE",
    "codebook and commitment term, each with its detach; straight-through in the reconstruction",
)
def _():
    def vq_loss(decoder, z_e, codebook, x, beta=0.25):
        idx = torch.cdist(z_e, codebook).argmin(dim=1)
        z_q = codebook[idx]
        recon = F.mse_loss(decoder(z_e + (z_q - z_e).detach()), x)
        return recon + F.mse_loss(z_q, z_e.detach()) + beta * F.mse_loss(z_e, z_q.detach())

    torch.manual_seed(139)
    x = torch.randn(32, 4) @ torch.randn(4, 20) * 0.5
    return vq_loss, (nn.Linear(6, 20), nn.Linear(20, 6)(x), nn.Parameter(torch.randn(16, 6)), x)


@right(
    "engineer 100, REINFORCE with baseline for routing",
    "advantage detached, minus sign, value may be negative; masked steps",
)
def _():
    def reinforce_loss(log_probs, mask, reward, baseline):
        "log_probs, mask [B,T]; reward, baseline [B]"
        advantage = (reward - baseline).detach()
        logp = (log_probs * mask).sum(dim=1)
        return -(advantage * logp).mean() + 0.5 * (baseline - reward).pow(2).mean()

    torch.manual_seed(140)
    h = torch.randn(24, 9, 8)
    d = torch.distributions.Categorical(logits=_mlp(8, 5)(h))
    a = d.sample()
    mask = (torch.arange(9)[None] < torch.randint(4, 10, (24, 1))).float()
    reward = -(h.mean(1) @ torch.randn(8)).abs() - 1 + 0.2 * torch.randn(24)
    return reinforce_loss, (d.log_prob(a), mask, reward, _mlp(8, 1)(h.mean(1)).squeeze(1))
