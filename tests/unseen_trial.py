"""What people most likely try first: half of torch's losses, half by hand."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


@wrong("public trial", "softmax layer at the end of the model, then CrossEntropyLoss", "LX301")
def _():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5), nn.Softmax(dim=1))
    x = torch.randn(32, 20)
    y = (x[:, :5]).argmax(1)
    return nn.CrossEntropyLoss(), (model(x), y)


@wrong("public trial", "NLLLoss given raw logits", "LX305")
def _():
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 7))
    x = torch.randn(40, 16)
    target = x[:, :7].argmax(1)
    return F.nll_loss, (model(x), target)


@wrong("public trial", "NLLLoss given softmax probabilities (log forgotten)", "LX305")
def _():
    torch.manual_seed(3)
    fc = nn.Linear(12, 4)
    x = torch.randn(24, 12)
    target = (x[:, 0] > 0).long() + 2 * (x[:, 1] > 0).long()
    return nn.NLLLoss(), (F.softmax(fc(x), dim=-1), target)


@wrong("public trial", "BCEWithLogitsLoss on sigmoid outputs", "LX303")
def _():
    torch.manual_seed(4)
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
    x = torch.randn(64, 10)
    y = (x[:, :1] + 0.3 * torch.randn(64, 1) > 0).float()
    return nn.BCEWithLogitsLoss(), (torch.sigmoid(net(x)), y)


@wrong("public trial", "MSELoss: pred (N,1) and target (N,) broadcast", "LX101")
def _():
    torch.manual_seed(5)
    net = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 1))
    x = torch.randn(48, 8)
    y = x[:, 0] * 2 + 0.1 * torch.randn(48)
    return nn.MSELoss(), (net(x), y)


@wrong(
    "public trial", "KLDivLoss with probabilities as input instead of log-probabilities", "LX305"
)
def _():
    torch.manual_seed(6)
    student = nn.Linear(16, 10)
    teacher = nn.Linear(16, 10)
    x = torch.randn(32, 16)
    with torch.no_grad():
        t = F.softmax(teacher(x), dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.softmax(student(x), dim=1), t)


@wrong("public trial", "KLDivLoss with target log-probabilities, log_target left False", "LX307")
def _():
    torch.manual_seed(7)
    student = nn.Linear(16, 10)
    teacher = nn.Linear(16, 10)
    x = torch.randn(32, 16)
    with torch.no_grad():
        t = F.log_softmax(2 * teacher(x), dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(student(x), dim=1), t)


@wrong("public trial", "CTCLoss with (N, T, C) log-probs, batch first", "LX100")
def _():
    torch.manual_seed(8)
    N, T, C, S = 8, 40, 20, 6
    rnn = nn.GRU(13, 32, batch_first=True)
    fc = nn.Linear(32, C)
    feats = torch.randn(N, T, 13)
    log_probs = F.log_softmax(fc(rnn(feats)[0]), dim=2)  # N, T, C
    targets = torch.randint(1, C, (N, S))
    tl = torch.randint(3, S + 1, (N,))
    il = torch.full((N,), T, dtype=torch.long)
    return nn.CTCLoss(blank=0), (log_probs, targets, il, tl)  # raises


@wrong("public trial", "CTCLoss on raw logits, log_softmax forgotten", "LX305")
def _():
    torch.manual_seed(9)
    N, T, C, S = 8, 40, 28, 10
    lstm = nn.LSTM(40, 64, bidirectional=True)
    fc = nn.Linear(128, C)
    logits = fc(lstm(torch.randn(T, N, 40))[0])
    targets = torch.randint(1, C, (N, S))
    return nn.CTCLoss(), (
        logits,
        targets,
        torch.full((N,), T, dtype=torch.long),
        torch.randint(5, S + 1, (N,)),
    )


@wrong("public trial", "CTC targets contain the blank index (classes start at 0, blank=0)", "LX323")
def _():
    torch.manual_seed(10)
    N, T, C, S = 8, 50, 27, 8
    fc = nn.Linear(32, C)
    lp = fc(torch.randn(T, N, 32)).log_softmax(2)
    targets = torch.randint(0, 26, (N, S))  # a=0 ... z=25
    targets[0, 0] = 0
    targets[3, 2] = 0
    return F.ctc_loss, (
        lp,
        targets,
        torch.full((N,), T, dtype=torch.long),
        torch.full((N,), S, dtype=torch.long),
    )


@wrong(
    "public trial",
    "cross entropy on LSTM output reshaped with view instead of permuted (N,T,C)->(N,C,T)",
    "LX113",
)
def _():
    torch.manual_seed(11)
    N, T, C = 16, 12, 9
    emb = nn.Embedding(50, 24)
    lstm = nn.LSTM(24, 32, batch_first=True)
    fc = nn.Linear(32, C)
    tok = torch.randint(0, 50, (N, T))
    tags = tok % C
    out = fc(lstm(emb(tok))[0])  # N, T, C
    return nn.CrossEntropyLoss(), (out.view(N, C, T), tags)


@wrong("public trial", "padding tokens (0) counted: ignore_index not set", "LX210")
def _():
    torch.manual_seed(12)
    N, T, V = 16, 20, 60
    emb = nn.Embedding(V, 32, padding_idx=0)
    gru = nn.GRU(32, 48, batch_first=True)
    fc = nn.Linear(48, V)
    tok = torch.randint(1, V, (N, T + 1))
    lens = torch.randint(5, T, (N,))
    for i, l in enumerate(lens):
        tok[i, l:] = 0
    logits = fc(gru(emb(tok[:, :-1]))[0])
    return nn.CrossEntropyLoss(), (logits.reshape(-1, V), tok[:, 1:].reshape(-1))


@wrong("public trial", "L1Loss: arguments in (N,T,1) and (N,T)", "LX101")
def _():
    torch.manual_seed(13)
    lstm = nn.LSTM(3, 16, batch_first=True)
    fc = nn.Linear(16, 1)
    x = torch.randn(24, 24, 3)
    y = x.sum(-1).cumsum(1)
    return nn.L1Loss(), (fc(lstm(x)[0]), y)


@wrong(
    "public trial", "SmoothL1: prediction went through .detach() (numpy roundtrip), no graph", ""
)
def _():
    torch.manual_seed(14)
    net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    x = torch.randn(32, 6)
    y = x[:, :1] - x[:, 1:2]
    out = torch.tensor(net(x).detach().numpy())
    return nn.SmoothL1Loss(), (out, y)


@wrong("public trial", "Huber in DQN: next-state target keeps its graph (no detach)", "LX411")
def _():
    torch.manual_seed(15)
    q = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    s = torch.randn(32, 4)
    s2 = s + 0.1 * torch.randn(32, 4)
    a = torch.randint(0, 2, (32, 1))
    r = torch.ones(32)
    d = (torch.rand(32) < 0.1).float()
    qsa = q(s).gather(1, a).squeeze(1)
    target = r + 0.99 * (1 - d) * q(s2).max(1).values
    return nn.HuberLoss(), (qsa, target)


@wrong("public trial", "TripletMarginLoss arguments in order anchor, negative, positive", "LX564")
def _():
    torch.manual_seed(16)
    net = nn.Linear(32, 16)
    centers = torch.randn(8, 32) * 2
    c = torch.randint(0, 8, (48,))
    c2 = (c + torch.randint(1, 8, (48,))) % 8
    a = net(centers[c] + 0.2 * torch.randn(48, 32))
    p = net(centers[c] + 0.2 * torch.randn(48, 32))
    n = net(centers[c2] + 0.2 * torch.randn(48, 32))

    def loss(anchor, positive, negative):
        return F.triplet_margin_loss(anchor, negative, positive, margin=0.5)

    return loss, (a, p, n)


@wrong("public trial", "CosineEmbeddingLoss with labels 0/1", "LX202")
def _():
    torch.manual_seed(17)
    enc = nn.Linear(24, 12)
    x = torch.randn(32, 24)
    y = (torch.rand(32) < 0.5).long()
    x2 = torch.where(y[:, None] == 1, x + 0.1 * torch.randn(32, 24), torch.randn(32, 24))
    return nn.CosineEmbeddingLoss(margin=0.2), (enc(x), enc(x2), y)


@wrong("public trial", "MarginRankingLoss with labels 0/1", "LX202")
def _():
    torch.manual_seed(18)
    score = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
    a, b = torch.randn(40, 10), torch.randn(40, 10)
    y = (a[:, 0] > b[:, 0]).float()
    return nn.MarginRankingLoss(margin=0.3), (score(a).squeeze(1), score(b).squeeze(1), y)


@wrong("public trial", "HingeEmbeddingLoss with labels 0/1", "LX202")
def _():
    torch.manual_seed(19)
    enc = nn.Linear(16, 8)
    x1 = torch.randn(32, 16)
    same = torch.randint(0, 2, (32,))
    x2 = torch.where(same[:, None] == 1, x1 + 0.1 * torch.randn(32, 16), torch.randn(32, 16))
    d = F.pairwise_distance(enc(x1), enc(x2))
    return nn.HingeEmbeddingLoss(margin=1.0), (d, same.float())


@wrong(
    "public trial",
    "GaussianNLLLoss given the raw output as the variance (no softplus/exp)",
    "LX315",
)
def _():
    torch.manual_seed(221)
    net = nn.Sequential(nn.Linear(5, 16), nn.ReLU())
    mu = nn.Linear(16, 1)
    lv = nn.Linear(16, 1)
    x = torch.randn(32, 5)
    y = x[:, :1] + 0.2 * torch.randn(32, 1)
    h = net(x)
    return F.gaussian_nll_loss, (mu(h), y, lv(h))  # raises: var has negative entries


@wrong(
    "public trial", "GaussianNLLLoss given the standard deviation (named std, softplus)", "LX315"
)
def _():
    torch.manual_seed(21)
    net = nn.Linear(5, 2)
    x = torch.randn(40, 5)
    y = x[:, 0] + 0.2 * torch.randn(40)
    out = net(x)
    mean, std = out[:, 0], F.softplus(out[:, 1])

    def nll(mean, std, y):
        return F.gaussian_nll_loss(mean, y, std)

    return nll, (mean, std, y)


@wrong("public trial", "PoissonNLLLoss default log_input=True given exp() rates", "LX314")
def _():
    torch.manual_seed(22)
    net = nn.Linear(6, 1)
    x = torch.randn(64, 6)
    counts = torch.poisson(torch.exp(0.5 * x[:, 0] + 1))
    rate = torch.exp(net(x)).squeeze(1)
    return nn.PoissonNLLLoss(), (rate, counts)


@wrong("public trial", "MultiLabelMarginLoss given multi-hot targets", "LX206")
def _():
    torch.manual_seed(23)
    net = nn.Linear(16, 8)
    x = torch.randn(24, 16)
    y = (x[:, :8] > 0.5).long()
    return nn.MultiLabelMarginLoss(), (net(x), y)


@wrong("public trial", "MultiMarginLoss on softmax outputs", "LX325")
def _():
    torch.manual_seed(24)
    net = nn.Linear(16, 6)
    x = torch.randn(32, 16)
    y = x[:, :6].argmax(1)
    return nn.MultiMarginLoss(), (net(x).softmax(1), y)


@wrong(
    "public trial",
    "AdaptiveLogSoftmaxWithLoss: the tuple's .output (log-probs of targets) taken as the "
    "loss without minus",
    "LX602",
)
def _():
    torch.manual_seed(25)
    emb = nn.Embedding(200, 32)
    asm = nn.AdaptiveLogSoftmaxWithLoss(32, 200, cutoffs=[20, 80])
    tok = torch.randint(0, 200, (64,))
    nxt = (tok + 1) % 200

    def loss(hidden, target):
        return asm(hidden, target).output.mean()

    return loss, (emb(tok), nxt)


@wrong("public trial", "NLLLoss with log_softmax over the batch axis (dim=0)", "LX309")
def _():
    torch.manual_seed(26)
    net = nn.Linear(12, 5)
    x = torch.randn(32, 12)
    y = x[:, :5].argmax(1)
    return nn.NLLLoss(), (F.log_softmax(net(x), dim=0), y)


@wrong(
    "public trial",
    "class labels 1..K rather than 0..K-1, cross entropy over K+... out of range",
    "LX201",
)
def _():
    torch.manual_seed(27)
    net = nn.Linear(12, 6)
    x = torch.randn(30, 12)
    y = x[:, :6].argmax(1) + 1
    return nn.CrossEntropyLoss(), (net(x), y)  # raises: label 6 out of bounds


@wrong("public trial", "segmentation: mask 0/255 from a PNG in BCEWithLogits", "LX204")
def _():
    torch.manual_seed(28)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
    img = torch.rand(8, 3, 16, 16)
    mask = (img.mean(1, keepdim=True) > 0.5).float() * 255
    return nn.BCEWithLogitsLoss(), (net(img), mask)


@wrong(
    "public trial",
    "cross entropy with the predicted argmax instead of logits (float cast)",
    "LX334",
)
def _():
    torch.manual_seed(29)
    net = nn.Linear(10, 3)
    x = torch.randn(32, 10)
    y = x[:, :3].argmax(1)
    pred = net(x).argmax(dim=1).float().requires_grad_()
    return F.mse_loss, (pred, y.float())


@wrong(
    "public trial",
    "one-logit binary model trained with CrossEntropyLoss and float labels (N,1): loss always 0",
    "LX102",
)
def _():
    torch.manual_seed(30)
    net = nn.Sequential(nn.Linear(9, 16), nn.ReLU(), nn.Linear(16, 1))
    x = torch.randn(32, 9)
    y = (x[:, :1] > 0).float()
    return nn.CrossEntropyLoss(), (net(x), y)


@wrong(
    "public trial",
    "fastai BCEWithLogitsLossFlat, multi-label: output sigmoid-activated in the model",
    "LX303",
)
def _():
    from fastai.losses import BCEWithLogitsLossFlat

    torch.manual_seed(31)
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 4), nn.Sigmoid())
    x = torch.randn(32, 10)
    y = (x[:, :4] > 0).float()
    return BCEWithLogitsLossFlat(), (net(x), y)


@wrong("public trial", "Dice loss thresholds the prediction", "LX401")
def _():
    torch.manual_seed(32)

    def dice_loss(pred, target, smooth=1.0):
        pred = (torch.sigmoid(pred) > 0.5).float()
        inter = (pred * target).sum(dim=(1, 2, 3))
        union = pred.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3))
        return 1 - ((2 * inter + smooth) / (union + smooth)).mean()

    net = nn.Conv2d(3, 1, 3, padding=1)
    img = torch.rand(8, 3, 16, 16)
    m = (img[:, :1] > 0.6).float()
    return dice_loss, (net(img), m)


@wrong("public trial", "Dice coefficient returned as the loss (no 1 -)", "LX520")
def _():
    torch.manual_seed(33)

    class DiceLoss(nn.Module):
        def forward(self, inputs, targets, smooth=1):
            inputs = torch.sigmoid(inputs).view(-1)
            targets = targets.view(-1)
            intersection = (inputs * targets).sum()
            dice = (2.0 * intersection + smooth) / (inputs.sum() + targets.sum() + smooth)
            return dice

    net = nn.Conv2d(3, 1, 3, padding=1)
    img = torch.rand(8, 3, 16, 16)
    m = (img[:, :1] > 0.6).float()
    return DiceLoss(), (net(img), m)


@wrong("public trial", "Dice without sigmoid on raw logits", "LX310")
def _():
    torch.manual_seed(34)

    def dice_loss(logits, masks, eps=1e-6):
        num = 2 * (logits * masks).sum((2, 3))
        den = logits.sum((2, 3)) + masks.sum((2, 3))
        return 1 - ((num + eps) / (den + eps)).mean()

    net = nn.Conv2d(1, 2, 3, padding=1)
    img = torch.randn(8, 1, 20, 20)
    m = torch.cat([(img > 0).float(), (img <= 0).float()], 1)
    return dice_loss, (net(img), m)


@wrong("public trial", "focal loss with pt taken from the loss averaged over the batch", "LX511")
def _():
    torch.manual_seed(35)

    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0, alpha=0.25):
            super().__init__()
            self.gamma, self.alpha = gamma, alpha

        def forward(self, inputs, targets):
            ce = F.cross_entropy(inputs, targets)
            pt = torch.exp(-ce)
            return self.alpha * (1 - pt) ** self.gamma * ce

    net = nn.Linear(16, 5)
    x = torch.randn(40, 16)
    y = x[:, :5].argmax(1)
    return FocalLoss(), (net(x), y)


@wrong("public trial", "focal loss: factor pt**gamma rather than (1-pt)**gamma", "LX550")
def _():
    torch.manual_seed(36)

    def focal_loss(logits, targets, gamma=2.0):
        bce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        pt = torch.exp(-bce)
        return (pt**gamma * bce).mean()

    net = nn.Linear(16, 1)
    x = torch.randn(64, 16)
    y = (x[:, 0] > 0.8).float()
    return focal_loss, (net(x).squeeze(1), y)


@wrong(
    "public trial",
    "contrastive loss: similar/dissimilar terms swapped w.r.t. label named `same`",
    "LX588",
)
def _():
    torch.manual_seed(37)

    def contrastive_loss(z1, z2, same, margin=1.0):
        d = F.pairwise_distance(z1, z2)
        return torch.mean((1 - same) * d.pow(2) + same * torch.clamp(margin - d, min=0).pow(2))

    enc = nn.Linear(16, 8)
    x1 = torch.randn(32, 16)
    same = (torch.rand(32) < 0.5).float()
    x2 = torch.where(same[:, None] == 1, x1 + 0.1 * torch.randn(32, 16), torch.randn(32, 16))
    return contrastive_loss, (enc(x1), enc(x2), same)


@wrong("public trial", "contrastive loss: clamp of margin - d forgotten", "LX585")
def _():
    torch.manual_seed(38)

    def contrastive(out1, out2, label, margin=2.0):
        # label 1: different, 0: same
        d = F.pairwise_distance(out1, out2, keepdim=True)
        return torch.mean((1 - label) * d**2 + label * (margin - d) ** 2)

    enc = nn.Linear(16, 8)
    x1 = torch.randn(32, 16)
    label = (torch.rand(32, 1) < 0.5).float()
    x2 = torch.where(label == 0, x1 + 0.1 * torch.randn(32, 16), torch.randn(32, 16))
    return contrastive, (enc(x1), enc(x2), label)


@wrong("public trial", "InfoNCE embeddings not normalised, with temperature 0.07", "LX331")
def _():
    torch.manual_seed(39)

    def info_nce(image_features, text_features, temperature=0.07):
        logits = image_features @ text_features.t() / temperature
        labels = torch.arange(len(logits))
        return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2

    fi, ft = nn.Linear(64, 32), nn.Linear(48, 32)
    z = torch.randn(32, 16)
    wi, wt = torch.randn(16, 64), torch.randn(16, 48)
    return info_nce, (fi(z @ wi), ft(z @ wt))


@wrong("public trial", "NT-Xent: self-similarities (diagonal) not masked", "LX517")
def _():
    torch.manual_seed(40)

    def nt_xent(z1, z2, temperature=0.5):
        n = z1.size(0)
        z = F.normalize(torch.cat([z1, z2]), dim=1)
        sim = z @ z.t() / temperature
        targets = torch.cat([torch.arange(n) + n, torch.arange(n)])
        return F.cross_entropy(sim, targets)

    enc = nn.Sequential(nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 16))
    x = torch.randn(32, 24)
    return nt_xent, (enc(x + 0.1 * torch.randn_like(x)), enc(x + 0.1 * torch.randn_like(x)))


@wrong(
    "public trial",
    "VAE KL with plus sign (sign lost: 0.5 * sum(1 + logvar - mu^2 - e^logvar))",
    "LX536",
)
def _():
    torch.manual_seed(41)

    def vae_loss(recon_x, x, mu, logvar):
        bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
        kld = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return bce + kld

    e = nn.Linear(64, 16)
    d = nn.Linear(8, 64)
    x = (torch.rand(32, 64) > 0.6).float()
    mu, lv = e(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * lv).exp()
    return vae_loss, (torch.sigmoid(d(z)), x, mu, lv)


@wrong(
    "public trial",
    "VAE reconstruction mean-reduced per element, KL summed over everything",
    "LX519",
)
def _():
    torch.manual_seed(42)

    def loss_function(recon_x, x, mu, logvar):
        mse = F.mse_loss(recon_x, x)
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return mse + kld

    e = nn.Linear(64, 16)
    d = nn.Linear(8, 64)
    x = torch.rand(32, 64)
    mu, lv = e(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * lv).exp()
    return loss_function, (d(z), x, mu, lv)


@wrong(
    "public trial",
    "GAN discriminator step: fake not detached, loss fn given D(fake) where G carries graph",
    "LX554",
)
def _():
    torch.manual_seed(43)
    G = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 10))
    D = nn.Sequential(nn.Linear(10, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))

    def discriminator_loss(real, fake):
        real_logits, fake_logits = D(real), D(fake)
        return (
            F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
            + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
        ) / 2

    return discriminator_loss, (torch.randn(32, 10) + 2, G(torch.randn(32, 8)))


@wrong("public trial", "GAN generator loss labels the fakes as zero", "LX554")
def _():
    torch.manual_seed(44)
    G = nn.Linear(8, 10)
    D = nn.Sequential(nn.Linear(10, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))

    def generator_loss(fake_output):
        return F.binary_cross_entropy_with_logits(fake_output, torch.zeros_like(fake_output))

    return generator_loss, (D(G(torch.randn(32, 8))),)


@wrong("public trial", "DQN: (1 - done) mask missing from the target", "LX120")
def _():
    torch.manual_seed(45)

    def dqn_loss(q_values, actions, rewards, next_q_values, dones, gamma=0.99):
        q = q_values.gather(1, actions.unsqueeze(1)).squeeze(1)
        target = rewards + gamma * next_q_values.max(1)[0]
        return F.smooth_l1_loss(q, target.detach())

    q = nn.Linear(4, 3)
    qt = nn.Linear(4, 3)
    s = torch.randn(64, 4)
    return dqn_loss, (
        q(s),
        torch.randint(0, 3, (64,)),
        torch.rand(64),
        qt(s + 0.1).detach(),
        (torch.rand(64) < 0.1).float(),
    )


@wrong("public trial", "PPO: torch.max of surrogate objectives instead of min", "LX413")
def _():
    torch.manual_seed(46)

    def ppo_loss(log_probs, old_log_probs, advantages, clip=0.2):
        ratio = torch.exp(log_probs - old_log_probs)
        surr1 = ratio * advantages
        surr2 = torch.clamp(ratio, 1 - clip, 1 + clip) * advantages
        return -torch.max(surr1, surr2).mean()

    pi = nn.Linear(6, 4)
    s = torch.randn(64, 6)
    a = torch.randint(0, 4, (64,))
    lp = F.log_softmax(pi(s), 1)[torch.arange(64), a]
    return ppo_loss, (lp, (lp + 0.2 * torch.randn(64)).detach(), torch.randn(64))


@wrong("public trial", "policy gradient without minus: log_prob * return minimised", "LX539")
def _():
    torch.manual_seed(47)

    def reinforce_loss(log_probs, returns):
        returns = (returns - returns.mean()) / (returns.std() + 1e-8)
        return (log_probs * returns).sum()

    pi = nn.Linear(4, 2)
    d = torch.distributions.Categorical(logits=pi(torch.randn(30, 4)))
    r = torch.ones(30).flip(0).cumsum(0).flip(0)
    return reinforce_loss, (d.log_prob(d.sample()), r)


@wrong("public trial", "distillation: T applied to the student only", "LX340")
def _():
    torch.manual_seed(48)

    def kd_loss(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
        soft = (
            F.kl_div(
                F.log_softmax(student_logits / T, dim=1),
                F.softmax(teacher_logits, dim=1),
                reduction="batchmean",
            )
            * T
            * T
        )
        hard = F.cross_entropy(student_logits, labels)
        return alpha * soft + (1 - alpha) * hard

    s, t = nn.Linear(16, 6), nn.Linear(16, 6)
    x = torch.randn(32, 16)
    with torch.no_grad():
        tl = 3 * t(x)
    return kd_loss, (s(x), tl, tl.argmax(1))


@wrong("public trial", "distillation where the teacher ran without no_grad", "LX420")
def _():
    torch.manual_seed(49)

    def distillation(student_logits, teacher_logits, T=2.0):
        return (
            F.kl_div(
                F.log_softmax(student_logits / T, -1),
                F.softmax(teacher_logits / T, -1),
                reduction="batchmean",
            )
            * T**2
        )

    s, t = nn.Linear(16, 6), nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 6))
    x = torch.randn(32, 16)
    return distillation, (s(x), t(x))


@wrong("public trial", "pinball loss with errors pred - target: estimates quantile 1 - q", "LX535")
def _():
    torch.manual_seed(50)

    def quantile_loss(preds, target, quantiles=(0.1, 0.5, 0.9)):
        losses = []
        for i, q in enumerate(quantiles):
            errors = preds[:, i] - target
            losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
        return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))

    net = nn.Linear(7, 3)
    x = torch.randn(64, 7)
    return quantile_loss, (net(x), x[:, 0] + torch.randn(64))


@wrong("public trial", "heteroscedastic NLL: log-variance term enters with minus", "LX611")
def _():
    torch.manual_seed(51)

    def gaussian_nll(mu, log_var, y):
        return (0.5 * torch.exp(-log_var) * (y - mu) ** 2 - 0.5 * log_var).mean()

    net = nn.Linear(5, 2)
    x = torch.randn(48, 5)
    out = net(x)
    return gaussian_nll, (out[:, 0], out[:, 1], x[:, 0] + 0.3 * torch.randn(48))


@wrong("public trial", "label smoothing with softmax instead of log_softmax", "LX581")
def _():
    torch.manual_seed(52)

    class LabelSmoothingLoss(nn.Module):
        def __init__(self, classes, smoothing=0.1):
            super().__init__()
            self.c, self.s = classes, smoothing

        def forward(self, pred, target):
            pred = pred.softmax(dim=-1)
            with torch.no_grad():
                dist = torch.full_like(pred, self.s / (self.c - 1))
                dist.scatter_(1, target.unsqueeze(1), 1 - self.s)
            return torch.mean(torch.sum(-dist * pred, dim=-1))

    net = nn.Linear(16, 8)
    x = torch.randn(32, 16)
    return LabelSmoothingLoss(8), (net(x), x[:, :8].argmax(1))


@wrong("public trial", "IoU loss for boxes: intersection width/height not clamped at zero", "LX545")
def _():
    torch.manual_seed(53)

    def iou_loss(pred, target, eps=1e-7):
        lt = torch.max(pred[:, :2], target[:, :2])
        rb = torch.min(pred[:, 2:], target[:, 2:])
        wh = rb - lt
        inter = wh[:, 0] * wh[:, 1]
        ap = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
        at = (target[:, 2] - target[:, 0]) * (target[:, 3] - target[:, 1])
        return (1 - inter / (ap + at - inter + eps)).mean()

    net = nn.Linear(16, 4)
    x = torch.randn(32, 16)
    o = net(x)
    pred = torch.cat([o[:, :2] * 3, o[:, :2] * 3 + F.softplus(o[:, 2:]) + 0.2], 1)
    t0 = torch.randn(32, 2) * 2
    return iou_loss, (pred, torch.cat([t0, t0 + 0.5 + torch.rand(32, 2)], 1))


@wrong("public trial", "IoU loss gets targets as (cx, cy, w, h) while it reads x1y1x2y2", "LX213")
def _():
    torch.manual_seed(54)

    def box_iou_loss(pred_boxes, gt_boxes, eps=1e-7):
        x1 = torch.max(pred_boxes[:, 0], gt_boxes[:, 0])
        y1 = torch.max(pred_boxes[:, 1], gt_boxes[:, 1])
        x2 = torch.min(pred_boxes[:, 2], gt_boxes[:, 2])
        y2 = torch.min(pred_boxes[:, 3], gt_boxes[:, 3])
        inter = (x2 - x1).clamp(min=0) * (y2 - y1).clamp(min=0)
        a = (pred_boxes[:, 2] - pred_boxes[:, 0]) * (pred_boxes[:, 3] - pred_boxes[:, 1])
        b = (gt_boxes[:, 2] - gt_boxes[:, 0]) * (gt_boxes[:, 3] - gt_boxes[:, 1])
        return (1 - inter / (a + b - inter + eps)).mean()

    net = nn.Linear(16, 4)
    x = torch.randn(24, 16)
    o = net(x).sigmoid()
    c, wh = o[:, :2], 0.1 + 0.3 * o[:, 2:]
    pred = torch.cat([c - wh / 2, c + wh / 2], 1)
    gt = torch.cat([0.3 + 0.5 * torch.rand(24, 2), 0.05 + 0.2 * torch.rand(24, 2)], 1)
    return box_iou_loss, (pred, gt)


@wrong("public trial", "masked LM loss over all tokens: mask computed but not used", "LX515")
def _():
    torch.manual_seed(55)

    def mlm_loss(logits, input_ids, mlm_mask):
        labels = input_ids.clone()
        return F.cross_entropy(logits.view(-1, logits.size(-1)), labels.view(-1), ignore_index=-100)

    emb = nn.Embedding(101, 32)
    enc = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)
    head = nn.Linear(32, 101)
    ids = torch.randint(0, 100, (8, 24))
    mask = torch.rand(8, 24) < 0.15
    return mlm_loss, (head(enc(emb(ids.masked_fill(mask, 100)))), ids, mask)


@wrong("public trial", "causal LM: logits and labels not shifted", "LX211")
def _():
    torch.manual_seed(56)
    emb = nn.Embedding(80, 32)
    gru = nn.GRU(32, 48, batch_first=True)
    head = nn.Linear(48, 80)

    def causal_lm_loss(input_ids):
        logits = head(gru(emb(input_ids))[0])
        return F.cross_entropy(logits.view(-1, logits.size(-1)), input_ids.view(-1))

    return causal_lm_loss, (torch.randint(1, 80, (8, 20)),)


@wrong("public trial", "DPO: reference log-ratio added instead of subtracted", "LX562")
def _():
    torch.manual_seed(57)

    def dpo_loss(
        policy_chosen_logps,
        policy_rejected_logps,
        reference_chosen_logps,
        reference_rejected_logps,
        beta=0.1,
    ):
        pi_logratios = policy_chosen_logps - policy_rejected_logps
        ref_logratios = reference_chosen_logps - reference_rejected_logps
        return -F.logsigmoid(beta * (pi_logratios + ref_logratios)).mean()

    f = nn.Linear(8, 1)
    c, r = torch.randn(16, 8), torch.randn(16, 8)
    pc, pr = -20 - f(c).squeeze(1) ** 2, -22 - f(r).squeeze(1) ** 2
    return dpo_loss, (pc, pr, (pc + torch.randn(16)).detach(), (pr + torch.randn(16)).detach())


@wrong("public trial", "BPR ranking: sigmoid(neg - pos)", "LX551")
def _():
    torch.manual_seed(58)

    def bpr_loss(pos_scores, neg_scores):
        return -F.logsigmoid(neg_scores - pos_scores).mean()

    u, i = nn.Embedding(30, 16), nn.Embedding(60, 16)
    us = torch.randint(0, 30, (64,))
    p = (us * 2) % 60
    n = torch.randint(0, 60, (64,))
    return bpr_loss, ((u(us) * i(p)).sum(1), (u(us) * i(n)).sum(1))


@wrong(
    "public trial",
    "Cox partial likelihood: sorted ascending by time, then cumsum taken from the front "
    "(risk set wrong)",
    "LX558",
)
def _():
    torch.manual_seed(59)

    def cox_ph_loss(log_h, durations, events, eps=1e-7):
        idx = durations.sort()[1]
        events = events[idx]
        log_h = log_h.view(-1)[idx]
        gamma = log_h.max()
        log_cumsum_h = log_h.sub(gamma).exp().cumsum(0).add(eps).log().add(gamma)
        return -log_h.sub(log_cumsum_h).mul(events).sum().div(events.sum())

    net = nn.Linear(6, 1)
    x = torch.randn(48, 6)
    t = torch.rand(48) * torch.exp(-x[:, 0])
    e = (torch.rand(48) < 0.7).float()
    return cox_ph_loss, (net(x), t, e)


@wrong(
    "public trial",
    "PINN: autograd.grad without create_graph, so the residual has no graph",
    "LX422",
)
def _():
    torch.manual_seed(60)
    net = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))

    def pinn_loss(x, x0, u0):
        u = net(x)
        du = torch.autograd.grad(u, x, grad_outputs=torch.ones_like(u), retain_graph=True)[0]
        physics = ((du + 2 * torch.sin(x)) ** 2).mean()
        return physics + ((net(x0) - u0) ** 2).mean()

    x = torch.linspace(0, 2, 32).view(-1, 1).requires_grad_()
    return pinn_loss, (x, torch.zeros(1, 1), torch.ones(1, 1) * 2)


@right("public trial", "cross entropy with soft labels (mixup) as probabilities")
def _():
    torch.manual_seed(101)
    net = nn.Linear(16, 5)
    x = torch.randn(32, 16)
    y = F.one_hot(x[:, :5].argmax(1), 5).float()
    lam = 0.7
    perm = torch.randperm(32)
    return nn.CrossEntropyLoss(), (
        net(lam * x + (1 - lam) * x[perm]),
        lam * y + (1 - lam) * y[perm],
    )


@right("public trial", "log_softmax then nll_loss, segmentation with ignore 255")
def _():
    torch.manual_seed(102)
    net = nn.Conv2d(3, 6, 3, padding=1)
    img = torch.rand(4, 3, 12, 12)
    y = (img.mean(1) * 5.99).long()
    y[:, :2] = 255
    return nn.NLLLoss(ignore_index=255), (F.log_softmax(net(img), 1), y)


@right("public trial", "BCEWithLogits with pos_weight and sample weight, multilabel")
def _():
    torch.manual_seed(103)
    net = nn.Linear(16, 6)
    x = torch.randn(32, 16)
    y = (x[:, :6] > 1.0).float()
    return nn.BCEWithLogitsLoss(pos_weight=(y == 0).sum(0) / y.sum(0).clamp(min=1)), (net(x), y)


@right("public trial", "BCELoss on sigmoid outputs, smoothed one-sided labels 0.9")
def _():
    torch.manual_seed(104)
    D = nn.Sequential(nn.Linear(10, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Sigmoid())
    return nn.BCELoss(), (D(torch.randn(32, 10)).view(-1), torch.full((32,), 0.9))


@right("public trial", "KL with log_target=True")
def _():
    torch.manual_seed(105)
    s, t = nn.Linear(16, 10), nn.Linear(16, 10)
    x = torch.randn(32, 16)
    with torch.no_grad():
        tl = t(x).log_softmax(-1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (s(x).log_softmax(-1), tl)


@right("public trial", "CTC, concatenated 1-D targets, blank last")
def _():
    torch.manual_seed(106)
    N, T, C = 8, 40, 20
    rnn = nn.LSTM(13, 32, batch_first=True)
    fc = nn.Linear(32, C)
    lp = fc(rnn(torch.randn(N, T, 13))[0]).log_softmax(-1).transpose(0, 1)
    tl = torch.randint(3, 9, (N,))
    tg = torch.randint(0, C - 1, (int(tl.sum()),))
    return nn.CTCLoss(blank=C - 1, zero_infinity=True), (lp, tg, torch.randint(30, T + 1, (N,)), tl)


@right("public trial", "MSE between (N,1) and (N,1) with standardised target")
def _():
    torch.manual_seed(107)
    net = nn.Linear(8, 1)
    x = torch.randn(48, 8)
    y = x[:, 0] * 50 + 300
    y = (y - y.mean()) / y.std()
    return nn.MSELoss(), (net(x), y.unsqueeze(1))


@right("public trial", "Huber in double DQN, target under no_grad")
def _():
    torch.manual_seed(108)
    q = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    qt = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    s = torch.randn(32, 4)
    s2 = s + 0.1
    a = torch.randint(0, 2, (32, 1))
    r = torch.ones(32, 1)
    d = torch.rand(32, 1) < 0.1
    with torch.no_grad():
        y = r + 0.99 * qt(s2).gather(1, q(s2).argmax(1, keepdim=True)) * (~d)
    return F.huber_loss, (q(s).gather(1, a), y)


@right("public trial", "SmoothL1 with beta on box regression of positives, sum over boxes / count")
def _():
    torch.manual_seed(109)

    def box_loss(pred_deltas, target_deltas, labels):
        pos = labels > 0
        return F.smooth_l1_loss(
            pred_deltas[pos], target_deltas[pos], beta=1 / 9, reduction="sum"
        ) / max(1, labels.numel())

    net = nn.Linear(16, 4)
    x = torch.randn(64, 16)
    return box_loss, (net(x), x[:, :4] * 0.3, (x[:, 0] > 0.5).long())


@right("public trial", "TripletMarginWithDistanceLoss with cosine distance")
def _():
    torch.manual_seed(110)
    net = nn.Linear(32, 16)
    c = torch.randn(8, 32) * 2
    k = torch.randint(0, 8, (48,))
    k2 = (k + 1) % 8
    f = lambda i: net(c[i] + 0.2 * torch.randn(48, 32))
    return nn.TripletMarginWithDistanceLoss(
        distance_function=lambda a, b: 1 - F.cosine_similarity(a, b), margin=0.3
    ), (f(k), f(k), f(k2))


@right("public trial", "CosineEmbedding with labels +-1")
def _():
    torch.manual_seed(111)
    enc = nn.Linear(24, 12)
    x = torch.randn(32, 24)
    y = torch.where(torch.rand(32) < 0.5, 1.0, -1.0)
    x2 = torch.where(y[:, None] > 0, x + 0.1 * torch.randn(32, 24), torch.randn(32, 24))
    return nn.CosineEmbeddingLoss(margin=0.2), (enc(x), enc(x2), y)


@right("public trial", "MarginRanking with all-ones target (positive scores first)")
def _():
    torch.manual_seed(112)
    e, r = nn.Embedding(40, 16), nn.Embedding(5, 16)
    h, t, t2, k = (
        torch.randint(0, 40, (32,)),
        torch.randint(0, 40, (32,)),
        torch.randint(0, 40, (32,)),
        torch.randint(0, 5, (32,)),
    )
    pos = -(e(h) + r(k) - e(t)).norm(dim=1)
    neg = -(e(h) + r(k) - e(t2)).norm(dim=1)
    return nn.MarginRankingLoss(margin=1.0), (pos, neg, torch.ones(32))


@right("public trial", "HingeEmbedding on distances, +-1")
def _():
    torch.manual_seed(113)
    enc = nn.Linear(16, 8)
    x1 = torch.randn(32, 16)
    y = torch.randint(0, 2, (32,)) * 2 - 1
    x2 = torch.where(y[:, None] == 1, x1 + 0.1 * torch.randn(32, 16), torch.randn(32, 16))
    return nn.HingeEmbeddingLoss(margin=1.0), (F.pairwise_distance(enc(x1), enc(x2), p=1), y)


@right("public trial", "GaussianNLL with var = exp(logvar), full")
def _():
    torch.manual_seed(114)
    net = nn.Linear(5, 2)
    x = torch.randn(40, 5)
    o = net(x)
    return nn.GaussianNLLLoss(full=True), (
        o[:, :1],
        x[:, :1] + 0.2 * torch.randn(40, 1),
        o[:, 1:].exp(),
    )


@right("public trial", "PoissonNLL log_input=False with softplus rate")
def _():
    torch.manual_seed(115)
    net = nn.Linear(6, 1)
    x = torch.randn(64, 6)
    return nn.PoissonNLLLoss(log_input=False), (
        F.softplus(net(x)).squeeze(-1),
        torch.poisson(torch.exp(0.5 * x[:, 0] + 1)),
    )


@right("public trial", "MultiLabelMargin with index targets padded by -1")
def _():
    torch.manual_seed(116)
    net = nn.Linear(16, 6)
    x = torch.randn(16, 16)
    y = torch.full((16, 6), -1)
    for i in range(16):
        idx = torch.topk(x[i, :6], int(torch.randint(1, 4, (1,)))).indices
        y[i, : len(idx)] = idx
    return nn.MultiLabelMarginLoss(), (net(x), y)


@right("public trial", "AdaptiveLogSoftmaxWithLoss, .loss")
def _():
    torch.manual_seed(117)
    emb = nn.Embedding(200, 32)
    asm = nn.AdaptiveLogSoftmaxWithLoss(32, 200, cutoffs=[20, 80])
    tok = torch.randint(0, 200, (64,))
    nxt = (tok + 1) % 200
    return (lambda h, t: asm(h, t).loss), (emb(tok), nxt)


@right("public trial", "fastai CrossEntropyLossFlat on segmentation (axis=1)")
def _():
    from fastai.losses import CrossEntropyLossFlat

    torch.manual_seed(118)
    net = nn.Conv2d(3, 4, 3, padding=1)
    img = torch.rand(4, 3, 10, 10)
    return CrossEntropyLossFlat(axis=1), (net(img), (img.mean(1) * 3.99).long())


@right("public trial", "soft Dice with squared denominator, logits inside")
def _():
    torch.manual_seed(119)

    class SoftDice(nn.Module):
        def forward(self, logits, target, smooth=1.0):
            p = logits.sigmoid().flatten(1)
            t = target.flatten(1)
            return (
                1
                - (
                    (2 * (p * t).sum(1) + smooth) / ((p * p).sum(1) + (t * t).sum(1) + smooth)
                ).mean()
            )

    net = nn.Conv2d(3, 1, 3, padding=1)
    img = torch.rand(8, 3, 16, 16)
    return SoftDice(), (net(img), (img[:, :1] > 0.6).float())


@right("public trial", "negative dice as loss (nnU-Net style, -dc)")
def _():
    torch.manual_seed(120)

    def soft_dice_loss(x, y, smooth=1e-5):
        x = torch.softmax(x, 1)
        y = F.one_hot(y, x.shape[1]).movedim(-1, 1).float()
        tp = (x * y).sum((0, 2, 3))
        fp = (x * (1 - y)).sum((0, 2, 3))
        fn = ((1 - x) * y).sum((0, 2, 3))
        dc = (2 * tp + smooth) / (2 * tp + fp + fn + smooth)
        return -dc[1:].mean()

    net = nn.Conv2d(3, 4, 3, padding=1)
    img = torch.rand(4, 3, 12, 12)
    return soft_dice_loss, (net(img), (img.mean(1) * 3.99).long())


@right("public trial", "RetinaNet focal loss normalised by positives")
def _():
    torch.manual_seed(121)

    def sigmoid_focal(inputs, targets, alpha=0.25, gamma=2.0):
        p = torch.sigmoid(inputs)
        ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        p_t = p * targets + (1 - p) * (1 - targets)
        loss = ce * (1 - p_t) ** gamma
        loss = (alpha * targets + (1 - alpha) * (1 - targets)) * loss
        return loss.sum() / targets.sum().clamp(min=1)

    net = nn.Linear(16, 5)
    x = torch.randn(64, 16)
    return sigmoid_focal, (net(x), (x[:, :5] > 1.5).float())


@right("public trial", "Hadsell contrastive, label 1 = dissimilar")
def _():
    torch.manual_seed(122)

    def contrastive(output1, output2, label, margin=2.0):
        d = F.pairwise_distance(output1, output2)
        return torch.mean((1 - label) * d.pow(2) + label * torch.clamp(margin - d, min=0.0).pow(2))

    enc = nn.Linear(16, 8)
    x1 = torch.randn(32, 16)
    label = (torch.rand(32) < 0.5).float()
    x2 = torch.where(label[:, None] == 0, x1 + 0.1 * torch.randn(32, 16), torch.randn(32, 16))
    return contrastive, (enc(x1), enc(x2), label)


@right("public trial", "NT-Xent with diagonal filled -inf and roll-style targets")
def _():
    torch.manual_seed(123)

    def nt_xent(z, t=0.5):
        z = F.normalize(z, dim=-1)
        s = z @ z.T / t
        s.fill_diagonal_(float("-inf"))
        return F.cross_entropy(s, torch.arange(len(z)).roll(len(z) // 2))

    enc = nn.Linear(24, 16)
    x = torch.randn(32, 24)
    return nt_xent, (torch.cat([enc(x), enc(x + 0.1 * torch.randn_like(x))]),)


@right("public trial", "MoCo InfoNCE, key and queue detached, positives in column 0")
def _():
    torch.manual_seed(124)

    def moco_loss(q, k, queue, T=0.07):
        l_pos = torch.einsum("nc,nc->n", q, k).unsqueeze(-1)
        l_neg = torch.einsum("nc,ck->nk", q, queue)
        logits = torch.cat([l_pos, l_neg], 1) / T
        return F.cross_entropy(logits, torch.zeros(logits.shape[0], dtype=torch.long))

    fq, fk = nn.Linear(24, 16), nn.Linear(24, 16)
    fk.load_state_dict(fq.state_dict())
    x = torch.randn(32, 24)
    with torch.no_grad():
        k = F.normalize(fk(x + 0.1 * torch.randn_like(x)), dim=1)
    return moco_loss, (F.normalize(fq(x), dim=1), k, F.normalize(torch.randn(16, 128), dim=0))


@right(
    "public trial",
    "beta-VAE, sums over dims, mean over batch, minus written as plus of negated terms",
)
def _():
    torch.manual_seed(125)

    def elbo(logits, x, mu, logvar, beta=4.0):
        rec = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
        kl = 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum(1)
        return (rec + beta * kl).mean()

    e, d = nn.Linear(64, 16), nn.Linear(8, 64)
    x = (torch.rand(32, 64) > 0.6).float()
    mu, lv = e(x).chunk(2, 1)
    return elbo, (d(mu + torch.randn_like(mu) * (0.5 * lv).exp()), x, mu, lv)


@right("public trial", "WGAN critic with gradient penalty")
def _():
    torch.manual_seed(126)
    D = nn.Sequential(nn.Linear(10, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    G = nn.Linear(8, 10)

    def critic_loss(real, fake, lam=10.0):
        a = torch.rand(real.size(0), 1)
        xh = (a * real + (1 - a) * fake).requires_grad_(True)
        g = torch.autograd.grad(D(xh).sum(), xh, create_graph=True)[0]
        return D(fake).mean() - D(real).mean() + lam * ((g.norm(2, dim=1) - 1) ** 2).mean()

    return critic_loss, (torch.randn(32, 10) + 2, G(torch.randn(32, 8)).detach())


@right("public trial", "hinge GAN generator: -mean D(fake)")
def _():
    torch.manual_seed(127)
    G = nn.Linear(8, 10)
    D = nn.Sequential(nn.Linear(10, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))

    def g_hinge(fake_logits):
        return -fake_logits.mean()

    return g_hinge, (D(G(torch.randn(32, 8))),)


@right("public trial", "PPO as max of the negated surrogates, value loss, entropy bonus")
def _():
    torch.manual_seed(128)

    def ppo(newlogprob, oldlogprob, adv, newvalue, returns, entropy, clip=0.2):
        ratio = (newlogprob - oldlogprob).exp()
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        pg = torch.max(-adv * ratio, -adv * torch.clamp(ratio, 1 - clip, 1 + clip)).mean()
        return pg - 0.01 * entropy.mean() + 0.5 * 0.5 * ((newvalue - returns) ** 2).mean()

    pi, v = nn.Linear(6, 4), nn.Linear(6, 1)
    s = torch.randn(64, 6)
    d = torch.distributions.Categorical(logits=pi(s))
    a = torch.randint(0, 4, (64,))
    lp = d.log_prob(a)
    val = v(s).view(-1)
    adv = torch.randn(64)
    return ppo, (
        lp,
        (lp + 0.1 * torch.randn(64)).detach(),
        adv,
        val,
        adv + val.detach(),
        d.entropy(),
    )


@right("public trial", "A2C: advantage detached in actor part only")
def _():
    torch.manual_seed(129)

    def a2c(log_probs, values, returns):
        adv = returns - values
        return -(log_probs * adv.detach()).mean() + adv.pow(2).mean()

    pi, v = nn.Linear(4, 2), nn.Linear(4, 1)
    s = torch.randn(40, 4)
    d = torch.distributions.Categorical(logits=pi(s))
    return a2c, (d.log_prob(d.sample()), v(s).squeeze(-1), s[:, 0] + 1 + 0.1 * torch.randn(40))


@right("public trial", "Hinton distillation as soft cross entropy (no KL)")
def _():
    torch.manual_seed(130)

    def kd(student, teacher, y, T=3.0, w=0.5):
        soft = -(F.softmax(teacher / T, 1) * F.log_softmax(student / T, 1)).sum(1).mean() * T**2
        return w * soft + (1 - w) * F.cross_entropy(student, y)

    s, t = nn.Linear(16, 6), nn.Linear(16, 6)
    x = torch.randn(32, 16)
    with torch.inference_mode():
        tl = 3 * t(x)
    tl = tl.clone()
    return kd, (s(x), tl, x[:, :6].argmax(1))


@right("public trial", "pinball loss with torch.max and y - pred")
def _():
    torch.manual_seed(131)

    def pinball(pred, y, q=torch.tensor([0.1, 0.5, 0.9])):
        e = y[:, None] - pred
        return torch.maximum(q * e, (q - 1) * e).mean()

    net = nn.Linear(7, 3)
    x = torch.randn(64, 7)
    return pinball, (net(x), x[:, 0] + torch.randn(64))


@right("public trial", "Kendall-Gal heteroscedastic loss with log variance, precision")
def _():
    torch.manual_seed(132)

    def hetero(mu, log_var, y):
        return torch.mean(torch.exp(-log_var) * (y - mu) ** 2 + log_var) / 2

    net = nn.Linear(5, 2)
    x = torch.randn(48, 5)
    o = net(x)
    return hetero, (o[:, 0], o[:, 1], x[:, 0] + 0.3 * torch.randn(48))


@right("public trial", "label smoothing by hand (timm style) from log_softmax")
def _():
    torch.manual_seed(133)

    class LSCE(nn.Module):
        def forward(self, x, target, smoothing=0.1):
            lp = F.log_softmax(x, dim=-1)
            nll = -lp.gather(dim=-1, index=target.unsqueeze(1)).squeeze(1)
            return ((1 - smoothing) * nll + smoothing * -lp.mean(dim=-1)).mean()

    net = nn.Linear(16, 8)
    x = torch.randn(32, 16)
    return LSCE(), (net(x), x[:, :8].argmax(1))


@right("public trial", "GIoU loss, xyxy")
def _():
    torch.manual_seed(134)

    def giou_loss(a, b, eps=1e-7):
        area = lambda z: (z[:, 2] - z[:, 0]) * (z[:, 3] - z[:, 1])
        wh = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(min=0)
        inter = wh.prod(1)
        union = area(a) + area(b) - inter
        c = (torch.max(a[:, 2:], b[:, 2:]) - torch.min(a[:, :2], b[:, :2])).prod(1)
        return (1 - inter / (union + eps) + (c - union) / (c + eps)).mean()

    net = nn.Linear(16, 4)
    o = net(torch.randn(32, 16))
    t0 = torch.randn(32, 2)
    return giou_loss, (
        torch.cat([o[:, :2], o[:, :2] + F.softplus(o[:, 2:]) + 0.2], 1),
        torch.cat([t0, t0 + 0.5 + torch.rand(32, 2)], 1),
    )


@right("public trial", "causal LM with shift inside, padding -100")
def _():
    torch.manual_seed(135)

    def lm_loss(logits, labels):
        return F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())

    emb, gru, head = nn.Embedding(80, 32), nn.GRU(32, 48, batch_first=True), nn.Linear(48, 80)
    ids = torch.randint(1, 80, (8, 20))
    lab = ids.clone()
    for i in range(8):
        ids[i, 12 + i :] = 0
        lab[i, 12 + i :] = -100
    return lm_loss, (head(gru(emb(ids))[0]), lab)


@right("public trial", "DPO with label smoothing (conservative)")
def _():
    torch.manual_seed(136)

    def cdpo(
        policy_chosen_logps,
        policy_rejected_logps,
        ref_chosen_logps,
        ref_rejected_logps,
        beta=0.1,
        eps=0.1,
    ):
        h = beta * (
            (policy_chosen_logps - ref_chosen_logps) - (policy_rejected_logps - ref_rejected_logps)
        )
        return (-F.logsigmoid(h) * (1 - eps) - F.logsigmoid(-h) * eps).mean()

    f = nn.Linear(8, 1)
    c, r = torch.randn(16, 8), torch.randn(16, 8)
    pc, pr = -20 - f(c).squeeze(1) ** 2, -22 - f(r).squeeze(1) ** 2
    return cdpo, (
        pc,
        pr,
        (pc + 0.3 * torch.randn(16)).detach(),
        (pr + 0.3 * torch.randn(16)).detach(),
    )


@right("public trial", "BPR as softplus(neg - pos)")
def _():
    torch.manual_seed(137)

    def bpr(pos, neg):
        return F.softplus(neg - pos).mean()

    u, i = nn.Embedding(30, 16), nn.Embedding(60, 16)
    us = torch.randint(0, 30, (64,))
    return bpr, ((u(us) * i(us * 2)).sum(1), (u(us) * i(torch.randint(0, 60, (64,)))).sum(1))


@right("public trial", "Cox partial likelihood: descending sort, logcumsumexp, Breslow")
def _():
    torch.manual_seed(138)

    def cox(log_h, durations, events):
        idx = durations.argsort(descending=True)
        e, h = events[idx], log_h.flatten()[idx]
        return -((h - h.logcumsumexp(0)) * e).sum() / e.sum()

    net = nn.Linear(6, 1)
    x = torch.randn(48, 6)
    return cox, (net(x), torch.rand(48) * torch.exp(-x[:, 0]), (torch.rand(48) < 0.7).float())


@right("public trial", "PINN second-order, create_graph")
def _():
    torch.manual_seed(139)
    net = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))

    def pinn(x, xb, ub):
        u = net(x)
        ux = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
        uxx = torch.autograd.grad(ux.sum(), x, create_graph=True)[0]
        return (uxx + math.pi**2 * torch.sin(math.pi * x)).pow(2).mean() + (net(xb) - ub).pow(
            2
        ).mean()

    return pinn, (
        torch.rand(40, 1).requires_grad_(),
        torch.tensor([[0.0], [1.0]]),
        torch.zeros(2, 1),
    )


@right("public trial", "DDPM epsilon-prediction MSE with noise as target")
def _():
    torch.manual_seed(140)
    net = nn.Sequential(nn.Conv2d(2, 16, 3, padding=1), nn.SiLU(), nn.Conv2d(16, 1, 3, padding=1))
    ab = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)

    def p_losses(x0, t, noise):
        a = ab[t].view(-1, 1, 1, 1)
        xt = a.sqrt() * x0 + (1 - a).sqrt() * noise
        return F.mse_loss(
            net(torch.cat([xt, (t.float() / 1000).view(-1, 1, 1, 1).expand_as(xt)], 1)), noise
        )

    x0 = torch.rand(8, 1, 12, 12) * 2 - 1
    return p_losses, (x0, torch.randint(0, 1000, (8,)), torch.randn_like(x0))
