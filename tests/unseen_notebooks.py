"""Calls of first notebooks and kernels: torch's losses, small wrappers, losses by hand."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical, Normal
from unseen import book

CASES, wrong, right = book()


def blobs(n, d, c, seed=0, p=None):
    "features whose class means differ, and their labels"
    torch.manual_seed(seed)
    p = torch.ones(c) / c if p is None else torch.tensor(p)
    y = torch.multinomial(p, n, replacement=True)
    y[:c] = torch.arange(c)
    mean = torch.randn(c, d)
    return mean[y] + torch.randn(n, d), y


def mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


def images(n=8, c=3, s=16, seed=0):
    torch.manual_seed(seed)
    x = torch.rand(n, c, s, s)
    x = F.avg_pool2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), 5, 1)
    return (x - x.min()) / (x.max() - x.min())


@wrong(
    "docs: nn.CrossEntropyLoss (input: unnormalized logits)",
    "segmentation net ends in Softmax(dim=1), then CrossEntropyLoss in a wrapper",
    "LX301",
)
def _():
    x = images(seed=1)
    masks = (x.mean(1) * 4).long().clamp(max=3)
    net = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 4, 1), nn.Softmax(dim=1)
    )

    class SegLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.ce = nn.CrossEntropyLoss()

        def forward(self, outputs, masks):
            return self.ce(outputs, masks)

    return SegLoss(), (net(x), masks)


@wrong(
    "docs: nn.NLLLoss (input: log-probabilities); char-rnn tutorial",
    "NLLLoss on raw scores of a character RNN",
    "LX305",
)
def _():
    torch.manual_seed(2)
    chars = torch.randint(0, 40, (16, 12))
    category = chars[:, -1] % 6
    emb, rnn, fc = nn.Embedding(40, 16), nn.GRU(16, 32, batch_first=True), nn.Linear(32, 6)
    _, h = rnn(emb(chars))
    return nn.NLLLoss(), (fc(h[-1]) * 3, category)


@wrong(
    "docs: nn.BCEWithLogitsLoss (pos_weight = negatives / positives)",
    "pos_weight = n_pos / n_neg with 10% positives",
    "LX525",
)
def _():
    x, y = blobs(64, 12, 2, 3, [0.9, 0.1])
    y = y.float().unsqueeze(1)
    pos_weight = y.sum() / (1 - y).sum()
    return nn.BCEWithLogitsLoss(pos_weight=pos_weight), (mlp(12, 1)(x), y)


@wrong(
    "well-known (Kaggle kernels on imbalanced data)",
    "class weights are the class frequencies, not their inverse",
    "LX525",
)
def _():
    x, y = blobs(64, 10, 3, 4, [0.8, 0.15, 0.05])
    class_weights = torch.bincount(y, minlength=3).float() / len(y)
    return nn.CrossEntropyLoss(weight=class_weights), (mlp(10, 3)(x), y)


@wrong(
    "well-known (view is not transpose, sequence tagging)",
    "logits (B,T,C) made (B,C,T) by view",
    "LX113",
)
def _():
    torch.manual_seed(5)
    words = torch.randint(1, 100, (8, 12))
    tags = words % 7
    emb, lstm, fc = (
        nn.Embedding(100, 24),
        nn.LSTM(24, 32, batch_first=True, bidirectional=True),
        nn.Linear(64, 7),
    )
    out, _ = lstm(emb(words))

    def tagging_loss(logits, tags):
        B, T, C = logits.shape
        return F.cross_entropy(logits.view(B, C, T), tags)

    return tagging_loss, (fc(out), tags)


@wrong(
    "well-known (Target 5 is out of bounds)",
    "star ratings 1..5 as labels with five logits",
    "LX201",
)
def _():  # raises
    x, y = blobs(32, 20, 5, 6)
    return nn.CrossEntropyLoss(), (mlp(20, 5)(x), y + 1)


@wrong(
    "docs: nn.SmoothL1Loss (same shape); the broadcasting UserWarning",
    "GRU forecast (B,1) against target (B,)",
    "LX101",
)
def _():
    torch.manual_seed(7)
    series = torch.cumsum(torch.randn(32, 21) * 0.3, 1)
    gru, fc = nn.GRU(1, 16, batch_first=True), nn.Linear(16, 1)
    out, _ = gru(series[:, :20, None])
    return nn.SmoothL1Loss(), (fc(out[:, -1]), series[:, 20])


@wrong(
    "docs: nn.LogSoftmax (dim)",
    "LogSoftmax(dim=0) before NLLLoss: normalised over the batch",
    "LX309",
)
def _():
    x, y = blobs(32, 16, 4, 8)
    model = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4), nn.LogSoftmax(dim=0))
    return nn.NLLLoss(), (model(x), y)


@wrong(
    "docs: nn.KLDivLoss (input log-probs, target probs)",
    "distillation with teacher as input and student as target",
    "",
)
def _():
    x, y = blobs(32, 16, 6, 9)
    teacher, student = mlp(16, 6, 64), mlp(16, 6)
    with torch.no_grad():
        teacher_logits = teacher(x) * 3

    def kd_loss(student_logits, teacher_logits, T=2.0):
        return (
            F.kl_div(
                F.log_softmax(teacher_logits / T, dim=1),
                F.softmax(student_logits / T, dim=1),
                reduction="batchmean",
            )
            * T
            * T
        )

    return kd_loss, (student(x), teacher_logits)


@wrong("docs: F.kl_div (log_target)", "target is log_softmax while log_target is False", "LX307")
def _():
    x, y = blobs(32, 16, 5, 10)
    student, teacher = mlp(16, 5), mlp(16, 5, 64)
    with torch.no_grad():
        target = F.log_softmax(teacher(x) * 2, dim=-1)
    return nn.KLDivLoss(reduction="batchmean"), (F.log_softmax(student(x), dim=-1), target)


@wrong(
    "docs: nn.KLDivLoss (reduction mean is not the KL, use batchmean)",
    "KLDivLoss with its default reduction 'mean' over (B,100)",
    "LX501",
)
def _():
    x, y = blobs(100, 32, 100, 11)
    student, teacher = mlp(32, 100), mlp(32, 100, 64)
    with torch.no_grad():
        soft = F.softmax(teacher(x) * 4, dim=1)
    criterion = nn.KLDivLoss()
    return criterion, (F.log_softmax(student(x), dim=1), soft)


def ocr(seed, C, T=24, N=8):
    torch.manual_seed(seed)
    feats = torch.randn(T, N, 20)
    lstm, fc = nn.LSTM(20, 32, bidirectional=True), nn.Linear(64, C)
    h, _ = lstm(feats)
    return fc(h), N, T


@wrong("docs: nn.CTCLoss (log_probs)", "CTCLoss on logits without log_softmax", "LX305")
def _():
    logits, N, T = ocr(12, 27)
    targets = torch.randint(1, 27, (N, 6))
    return nn.CTCLoss(), (logits, targets, torch.full((N,), T), torch.full((N,), 6))


@wrong(
    "docs: nn.CTCLoss (target cannot be blank, default 0)",
    "letters 0..25, the blank meant is 26, default blank=0",
    "LX323",
)
def _():
    logits, N, T = ocr(13, 27)
    torch.manual_seed(13)
    targets = torch.randint(0, 26, (N, 6))
    targets[0, :3] = torch.tensor([2, 0, 19])
    targets[3, 1] = 0
    ctc_loss = nn.CTCLoss(zero_infinity=True)
    return ctc_loss, (logits.log_softmax(2), targets, torch.full((N,), T), torch.full((N,), 6))


@wrong(
    "docs: nn.TripletMarginLoss (anchor, positive, negative)",
    "positive and negative swapped inside a wrapper",
    "LX564",
)
def _():
    x, y = blobs(48, 16, 3, 14)
    net = mlp(16, 8)
    a = x[y == 0][:8]
    p = x[y == 0][:8].roll(1, 0)
    n = x[y == 1][:8]

    class FaceTripletLoss(nn.Module):
        def __init__(self, margin=0.5):
            super().__init__()
            self.loss = nn.TripletMarginLoss(margin=margin)

        def forward(self, anchor, positive, negative):
            return self.loss(anchor, negative, positive)

    return FaceTripletLoss(), (net(a), net(p), net(n))


@wrong(
    "well-known (unit vectors are at most 2 apart; FaceNet uses 0.2)",
    "triplet margin 10 on L2-normalised embeddings",
    "LX325",
)
def _():
    x, y = blobs(48, 16, 3, 15)
    net = mlp(16, 8)
    e = lambda t: F.normalize(net(t), dim=1)
    a = x[y == 0][:8]
    p = a.roll(1, 0)
    n = x[y == 1][:8]
    return nn.TripletMarginLoss(margin=10.0), (e(a), e(p), e(n))


@wrong("docs: nn.CosineEmbeddingLoss (target 1 or -1)", "labels 0/1 instead of -1/1", "LX202")
def _():
    x, y = blobs(32, 16, 4, 16)
    net = mlp(16, 8)
    x2 = x.roll(1, 0)
    same = (y == y.roll(1, 0)).float()
    return nn.CosineEmbeddingLoss(margin=0.2), (net(x), net(x2), same)


@wrong(
    "docs: nn.MultiLabelMarginLoss (class indices padded with -1)",
    "multi-hot labels given",
    "LX206",
)
def _():
    x, y = blobs(32, 16, 6, 17)
    labels = F.one_hot(y, 6) | F.one_hot((y + 2) % 6, 6)
    return nn.MultiLabelMarginLoss(), (mlp(16, 6)(x), labels)


@wrong("docs: nn.GaussianNLLLoss (var)", "the standard deviation given as variance", "LX315")
def _():
    torch.manual_seed(18)
    x = torch.randn(32, 8)
    y = x[:, :1] * 2 + torch.randn(32, 1) * 0.3
    body = mlp(8, 2)
    out = body(x)
    mu, sigma = out[:, :1], F.softplus(out[:, 1:]) + 1e-3
    criterion = nn.GaussianNLLLoss()

    def nll(mu, sigma, y):
        return criterion(mu, y, sigma)

    return nll, (mu, sigma, y)


@wrong(
    "docs: nn.PoissonNLLLoss (log_input=True by default)",
    "model ends in Softplus (rates), default log_input=True",
    "LX314",
)
def _():
    torch.manual_seed(19)
    x = torch.randn(64, 6)
    counts = torch.poisson(torch.exp(0.8 * x[:, :1] + 1.0))
    model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1), nn.Softplus())
    return nn.PoissonNLLLoss(), (model(x), counts)


@wrong("well-known (seq2seq chatbot notebooks)", "padding id 0 counted in the loss", "LX210")
def _():
    torch.manual_seed(20)
    trg = torch.randint(1, 50, (8, 15))
    for i, l in enumerate([15, 12, 9, 7, 6, 5, 4, 3]):
        trg[i, l:] = 0
    emb, dec, fc = (
        nn.Embedding(50, 16, padding_idx=0),
        nn.GRU(16, 32, batch_first=True),
        nn.Linear(32, 50),
    )
    out, _ = dec(emb(trg[:, :-1]))
    output = fc(out).reshape(-1, 50)
    return nn.CrossEntropyLoss(), (output, trg[:, 1:].reshape(-1))


@wrong(
    "docs: nn.CrossEntropyLoss (ignore_index)",
    "ignore_index=0 copied from a translation tutorial, in a two class spam classifier",
    "LX208",
)
def _():
    x, y = blobs(32, 20, 2, 21)
    return nn.CrossEntropyLoss(ignore_index=0), (mlp(20, 2)(x), y)


@wrong("well-known (round has zero gradient)", "BCELoss of rounded sigmoid outputs", "LX424")
def _():
    x, y = blobs(32, 10, 2, 22)
    preds = torch.round(torch.sigmoid(mlp(10, 1)(x))).squeeze(1)
    return nn.BCELoss(), (preds, y.float())


@wrong(
    "well-known (expected scalar type Long but found Float)",
    "class labels come from DataFrame.values as float32",
    "LX105",
)
def _():  # raises
    x, y = blobs(32, 4, 3, 23)
    return nn.CrossEntropyLoss(), (mlp(4, 3)(x), y.float())


@wrong(
    "well-known (loss is always 0)",
    "CrossEntropyLoss with one output unit and float targets (B,1)",
    "LX102",
)
def _():
    x, y = blobs(32, 9, 2, 24)
    criterion = nn.CrossEntropyLoss()
    return criterion, (mlp(9, 1)(x), y.float().view(-1, 1))


@wrong(
    "well-known (padded time series)",
    "masked MSE: (loss * mask).mean() divides by padded steps too",
    "LX509",
)
def _():
    torch.manual_seed(25)
    x = torch.randn(8, 20, 5)
    lengths = torch.tensor([20, 15, 10, 8, 6, 5, 4, 3])
    mask = (torch.arange(20)[None] < lengths[:, None]).float()
    target = x[..., 0].cumsum(1) * mask
    lstm, fc = nn.LSTM(5, 16, batch_first=True), nn.Linear(16, 1)
    pred = fc(lstm(x)[0]).squeeze(-1)

    def masked_mse(pred, target, mask):
        loss = F.mse_loss(pred, target, reduction="none")
        return (loss * mask).mean()

    return masked_mse, (pred, target, mask)


@wrong(
    "well-known (sample weights, broadcasting)",
    "per-sample BCE (B,1) times sample weights (B,) gives (B,B)",
    "LX101",
)
def _():
    x, y = blobs(32, 9, 2, 26)
    sample_weight = torch.rand(32) + 0.5

    class WeightedBCE(nn.Module):
        def __init__(self):
            super().__init__()
            self.bce = nn.BCEWithLogitsLoss(reduction="none")

        def forward(self, logits, targets, sample_weight):
            loss = self.bce(logits, targets)
            return (loss * sample_weight).mean()

    return WeightedBCE(), (mlp(9, 1)(x), y.float().unsqueeze(1), sample_weight)


@wrong(
    "docs: nn.CrossEntropyLoss (label_smoothing is the amount of smoothing)",
    "label_smoothing=0.9, meant as the confidence",
    "LX587",
)
def _():
    x, y = blobs(32, 16, 10, 27)
    return nn.CrossEntropyLoss(label_smoothing=0.9), (mlp(16, 10)(x), y)


@wrong(
    "well-known (autoencoder, images not scaled)",
    "sigmoid output against pixels 0..255 under MSELoss",
    "LX321",
)
def _():
    x = (images(seed=28) * 255).round()
    ae = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1), nn.Sigmoid()
    )
    return nn.MSELoss(), (ae(x / 255), x)


@wrong("well-known (carvana masks are 0/255)", "binary mask of 0/255 in BCEWithLogitsLoss", "LX204")
def _():
    x = images(seed=29)
    mask = (x.mean(1, keepdim=True) > 0.5).float() * 255
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
    return nn.BCEWithLogitsLoss(), (net(x), mask)


@wrong("pytorch DQN tutorial (target under no_grad)", "TD target keeps its graph", "LX411")
def _():
    torch.manual_seed(30)
    q_net = mlp(4, 2)
    state, next_state = torch.randn(32, 4), torch.randn(32, 4)
    action = torch.randint(0, 2, (32,))
    reward = torch.ones(32)
    done = (torch.rand(32) < 0.1).float()

    def dqn_loss(q_values, next_q_values, action, reward, done, gamma=0.99):
        q = q_values.gather(1, action.unsqueeze(1)).squeeze(1)
        expected = reward + gamma * next_q_values.max(1)[0] * (1 - done)
        return F.smooth_l1_loss(q, expected)

    return dqn_loss, (q_net(state), q_net(next_state), action, reward, done)


@wrong(
    "well-known (multi-head notebooks, copy and paste)",
    "second head's loss uses the first head's output",
    "LX120",
)
def _():
    x, y = blobs(32, 16, 6, 31)
    body, age, gender = nn.Linear(16, 32), nn.Linear(32, 6), nn.Linear(32, 2)
    h = F.relu(body(x))

    def multitask_loss(out_age, out_gender, y_age, y_gender):
        loss_age = F.cross_entropy(out_age, y_age)
        loss_gender = F.cross_entropy(out_age, y_gender)
        return loss_age + loss_gender

    return multitask_loss, (age(h), gender(h), y, y % 2)


@wrong(
    "well-known (causal LM labels must be shifted)",
    "logits against the very input ids, no shift",
    "LX211",
)
def _():
    torch.manual_seed(32)
    input_ids = torch.randint(0, 60, (8, 16))
    emb, lstm, lm_head = nn.Embedding(60, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, 60)
    logits = lm_head(lstm(emb(input_ids))[0])

    def lm_loss(logits, input_ids):
        return F.cross_entropy(logits.view(-1, logits.size(-1)), input_ids.view(-1))

    return lm_loss, (logits, input_ids)


@wrong("docs: F.binary_cross_entropy(input, target)", "labels first, probabilities second", "LX510")
def _():
    x, y = blobs(32, 10, 2, 33)
    probs = torch.sigmoid(mlp(10, 1)(x)).squeeze(1)
    return F.binary_cross_entropy, (y.float(), probs)


@wrong(
    "well-known (1e-8 is zero in half precision)", "NLL of log(softmax + 1e-8) in float16", "LX409"
)
def _():
    x, y = blobs(32, 16, 10, 34)
    model = mlp(16, 10)
    logits = (model(x) * 80).half()

    def nll_from_probs(logits, target):
        probs = torch.softmax(logits, dim=1)
        return F.nll_loss(torch.log(probs + 1e-8), target)

    return nll_from_probs, (logits, y)


@wrong(
    "well-known (multi-label with CrossEntropyLoss)",
    "multi-hot float rows (sum 1..3) in CrossEntropyLoss",
    "LX203",
)
def _():
    x, y = blobs(32, 16, 8, 35)
    labels = torch.clamp(
        F.one_hot(y, 8) + F.one_hot((y + 3) % 8, 8) + (torch.rand(32, 8) < 0.1), max=1
    ).float()
    return nn.CrossEntropyLoss(), (mlp(16, 8)(x), labels)


@wrong(
    "CORAL (arXiv 1901.07884): levels are cumulative",
    "ordinal thresholds trained on one-hot columns instead of cumulative levels",
    "",
)
def _():
    x, y = blobs(32, 16, 5, 36)

    class Coral(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(16, 1, bias=False)
            self.b = nn.Parameter(torch.linspace(1, -1, 4))

        def forward(self, x):
            return self.fc(x) + self.b

    def coral_loss(cum_logits, rank, num_ranks=5):
        levels = F.one_hot(rank, num_ranks)[:, 1:].float()
        return F.binary_cross_entropy_with_logits(cum_logits, levels)

    return coral_loss, (Coral()(x), y)


@wrong(
    "well-known (grad can be implicitly created only for scalar outputs)",
    "reduction='none' and the mean forgotten",
    "",
)
def _():
    x, y = blobs(32, 10, 4, 37)
    labels = F.one_hot(y, 4).float()

    class MultiLabel(nn.Module):
        def __init__(self, class_weights):
            super().__init__()
            self.register_buffer("w", class_weights)
            self.bce = nn.BCEWithLogitsLoss(reduction="none")

        def forward(self, logits, labels):
            return self.bce(logits, labels) * self.w

    return MultiLabel(torch.tensor([1.0, 2.0, 1.5, 1.0])), (mlp(10, 4)(x), labels)


@wrong("well-known (Kaggle segmentation kernels)", "dice coefficient returned as loss", "LX520")
def _():
    x = images(seed=38)
    target = (x.mean(1, keepdim=True) > 0.5).float()
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))

    def dice_loss(logits, target, smooth=1.0):
        pred = torch.sigmoid(logits)
        pred = pred.reshape(-1)
        target = target.reshape(-1)
        inter = (pred * target).sum()
        return (2.0 * inter + smooth) / (pred.sum() + target.sum() + smooth)

    return dice_loss, (net(x), target)


@wrong("well-known (focal loss kernels)", "focal factor computed from the mean BCE", "LX511")
def _():
    x, y = blobs(64, 10, 2, 39, [0.9, 0.1])

    def focal_loss(inputs, targets, alpha=0.8, gamma=2):
        BCE = F.binary_cross_entropy_with_logits(inputs, targets, reduction="mean")
        BCE_EXP = torch.exp(-BCE)
        return alpha * (1 - BCE_EXP) ** gamma * BCE

    return focal_loss, (mlp(10, 1)(x).squeeze(1), y.float())


def vae(seed=0, scale=1.0):
    x = images(16, 1, 8, seed).flatten(1)
    enc, dec = mlp(64, 8, 32), mlp(4, 64, 32)
    mu, logvar = (enc(x) * scale).chunk(2, 1)
    z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
    return torch.sigmoid(dec(z)), x, mu, logvar


@wrong("Kingma & Welling, appendix B", "KL term with the wrong sign", "LX536")
def _():
    recon_x, x, mu, logvar = vae(40, 4.0)

    def vae_loss(recon_x, x, mu, logvar):
        BCE = F.binary_cross_entropy(recon_x, x, reduction="sum")
        KLD = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return BCE + KLD

    return vae_loss, (recon_x, x, mu, logvar)


@wrong(
    "well-known (posterior collapse by unbalanced reductions)",
    "reconstruction averaged over pixels and batch, KL summed over everything",
    "LX519",
)
def _():
    recon_x, x, mu, logvar = vae(41, 3.0)

    def loss_function(recon_x, x, mu, logvar):
        MSE = F.mse_loss(recon_x, x)
        KLD = -0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp())
        return MSE + KLD

    return loss_function, (recon_x, x, mu, logvar)


def policy(seed, n=32):
    torch.manual_seed(seed)
    net, critic = mlp(4, 3), mlp(4, 1)
    s = torch.randn(n, 4)
    dist = Categorical(logits=net(s))
    a = torch.randint(0, 3, (n,))
    return (
        dist,
        dist.log_prob(a),
        critic(s).squeeze(1),
        (a == (s[:, 0] > 0).long()).float() + 0.3 * torch.randn(n),
    )


@wrong("PPO (arXiv 1707.06347) eq. 7", "max of the two surrogates instead of min", "LX413")
def _():
    dist, logp, v, ret = policy(42)
    old_log_probs = logp.detach() + 0.3 * torch.randn(32)
    advantages = ret - v.detach()

    def ppo_loss(log_probs, old_log_probs, advantages, clip=0.2):
        ratio = torch.exp(log_probs - old_log_probs)
        surr1 = ratio * advantages
        surr2 = torch.clamp(ratio, 1 - clip, 1 + clip) * advantages
        return -torch.max(surr1, surr2).mean()

    return ppo_loss, (logp, old_log_probs, advantages)


@wrong("well-known (A2C code)", "advantage not detached in the policy loss", "LX412")
def _():
    dist, logp, v, ret = policy(43)

    def a2c_loss(log_probs, values, returns):
        advantage = returns - values
        actor_loss = -(log_probs * advantage).mean()
        critic_loss = advantage.pow(2).mean()
        return actor_loss + 0.5 * critic_loss

    return a2c_loss, (logp, v, ret)


@wrong("WGAN-GP (arXiv 1704.00028) code", "gradient penalty without create_graph=True", "LX422")
def _():
    torch.manual_seed(44)
    critic = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
    real = torch.randn(32, 2) * 0.5 + 1
    fake = mlp(8, 2)(torch.randn(32, 8)).detach()

    def critic_loss(critic, real, fake, lam=10.0):
        alpha = torch.rand(real.size(0), 1)
        inter = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
        grad = torch.autograd.grad(critic(inter).sum(), inter)[0]
        gp = ((grad.norm(2, dim=1) - 1) ** 2).mean()
        return critic(fake).mean() - critic(real).mean() + lam * gp

    return critic_loss, (critic, real, fake)


@wrong("pytorch DCGAN tutorial, misplaced detach", "generator loss on fake.detach()", "LX554")
def _():
    torch.manual_seed(45)
    G, D = mlp(8, 2), nn.Sequential(mlp(2, 1), nn.Sigmoid())
    fake = G(torch.randn(32, 8))

    def generator_loss(D, fake):
        output = D(fake.detach()).view(-1)
        return -torch.log(output + 1e-8).mean()

    return generator_loss, (D, fake)


@wrong("SimCLR (arXiv 2002.05709) eq. 1", "NT-Xent without masking the diagonal", "LX517")
def _():
    x, y = blobs(16, 12, 16, 46)
    net = mlp(12, 8)
    z_i, z_j = net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x))

    def nt_xent(z_i, z_j, temperature=0.5):
        z = F.normalize(torch.cat([z_i, z_j]), dim=1)
        n = z_i.size(0)
        sim = z @ z.t() / temperature
        labels = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
        return F.cross_entropy(sim, labels)

    return nt_xent, (z_i, z_j)


@wrong("CLIP (arXiv 2103.00020) figure 3", "similarity multiplied by the temperature 0.07", "LX338")
def _():
    x, y = blobs(16, 12, 16, 47)
    img, txt = mlp(12, 8), mlp(12, 8)

    def clip_loss(image_features, text_features, temperature=0.07):
        a = F.normalize(image_features, dim=-1)
        b = F.normalize(text_features, dim=-1)
        logits = a @ b.t() * temperature
        labels = torch.arange(a.size(0))
        return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2

    return clip_loss, (img(x), txt(x + 0.1))


@wrong(
    "Koenker; quantile regression kernels", "pinball loss with the error's sign swapped", "LX535"
)
def _():
    torch.manual_seed(48)
    x = torch.randn(64, 6)
    y = x[:, 0] * 2 + torch.randn(64).exp()

    def quantile_loss(preds, target, quantiles=(0.1, 0.5, 0.9)):
        losses = []
        for i, q in enumerate(quantiles):
            errors = preds[:, i] - target
            losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
        return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))

    return quantile_loss, (mlp(6, 3)(x), y)


@wrong(
    "Kaggle RMSLE competitions, well-known NaN",
    "log(pred + 1) of an unbounded linear output",
    "LX408",
)
def _():
    torch.manual_seed(49)
    x = torch.randn(32, 6) * 2
    y = (x[:, :1] * 0.5 + 2).exp()

    class RMSLELoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.mse = nn.MSELoss()

        def forward(self, pred, actual):
            return torch.sqrt(self.mse(torch.log(pred + 1), torch.log(actual + 1)))

    return RMSLELoss(), (nn.Linear(6, 1)(x) * 3, y)


@wrong(
    "well-known (MAPE with zero sales)",
    "MAPE divides by targets which are zero on some days",
    "LX408",
)
def _():
    torch.manual_seed(50)
    x = torch.randn(32, 6)
    sales = torch.poisson(torch.exp(x[:, 0]))

    def MAPELoss(output, target):
        return torch.mean(torch.abs((target - output) / target))

    return MAPELoss, (mlp(6, 1)(x).squeeze(-1), sales)


@wrong(
    "Kendall & Gal (arXiv 1703.04977) eq. 8",
    "heteroscedastic loss without the log variance term",
    "LX560",
)
def _():
    torch.manual_seed(51)
    x = torch.randn(32, 8)
    y = x[:, :1] + 0.3 * torch.randn(32, 1)
    mean, log_var = mlp(8, 2)(x).chunk(2, 1)

    def aleatoric_loss(mean, log_var, y):
        precision = torch.exp(-log_var)
        return (0.5 * precision * (y - mean) ** 2).mean()

    return aleatoric_loss, (mean, log_var, y)


@wrong(
    "DeepSurv (arXiv 1606.00931) eq. 4",
    "Cox: durations sorted ascending, risk set is then those who died before",
    "LX558",
)
def _():
    torch.manual_seed(52)
    x = torch.randn(32, 6)
    time = torch.exp(-x[:, 0]) * -torch.log(torch.rand(32))
    event = (torch.rand(32) < 0.7).float()

    def cox_ph_loss(risk, time, event):
        idx = torch.argsort(time)
        risk, event = risk[idx], event[idx]
        log_cumsum = torch.logcumsumexp(risk, dim=0)
        return -((risk - log_cumsum) * event).sum() / event.sum()

    return cox_ph_loss, (mlp(6, 1)(x).squeeze(1), time, event)


@wrong("Raissi PINN tutorials", "heat equation u_t = alpha u_xx, residual with plus", "")
def _():
    torch.manual_seed(53)
    model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
    x, t = torch.rand(64, 1, requires_grad=True), torch.rand(64, 1, requires_grad=True)

    def heat_residual_loss(model, x, t, alpha=0.1):
        """1D heat equation u_t = alpha * u_xx"""
        u = model(torch.cat([x, t], 1))
        u_x = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
        u_xx = torch.autograd.grad(u_x.sum(), x, create_graph=True)[0]
        u_t = torch.autograd.grad(u.sum(), t, create_graph=True)[0]
        return ((u_t + alpha * u_xx) ** 2).mean()

    return heat_residual_loss, (model, x, t)


@wrong(
    "Barlow Twins (arXiv 2103.03230) algorithm 1",
    "cross-correlation not divided by the batch size",
    "LX582",
)
def _():
    x, y = blobs(64, 12, 8, 54)
    net = mlp(12, 8)
    z1, z2 = net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x))

    def barlow_loss(z1, z2, lambd=5e-3):
        z1 = (z1 - z1.mean(0)) / z1.std(0)
        z2 = (z2 - z2.mean(0)) / z2.std(0)
        c = z1.T @ z2
        on_diag = (torch.diagonal(c) - 1).pow(2).sum()
        off_diag = (c - torch.diag(torch.diagonal(c))).pow(2).sum()
        return on_diag + lambd * off_diag

    return barlow_loss, (z1, z2)


def boxes(seed, n=32):
    torch.manual_seed(seed)
    f = torch.randn(n, 16)
    head = nn.Linear(16, 4)
    o = head(f)
    c, s = torch.sigmoid(o[:, :2]), F.softplus(o[:, 2:]) * 0.15 + 0.02
    pred = torch.cat([c - s / 2, c + s / 2], 1)
    tc, ts = torch.sigmoid(f[:, :2]), 0.1 + 0.3 * torch.rand(n, 2)
    return pred, torch.cat([tc - ts / 2, tc + ts / 2], 1)


@wrong(
    "well-known (intersection of disjoint boxes)",
    "IoU loss without clamp(min=0) on the intersection's sides",
    "LX545",
)
def _():
    pred, target = boxes(55)

    def iou_loss(pred, target):
        lt = torch.max(pred[:, :2], target[:, :2])
        rb = torch.min(pred[:, 2:], target[:, 2:])
        wh = rb - lt
        inter = wh[:, 0] * wh[:, 1]
        area_p = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
        area_t = (target[:, 2] - target[:, 0]) * (target[:, 3] - target[:, 1])
        return (1 - inter / (area_p + area_t - inter)).mean()

    return iou_loss, (pred, target)


@wrong(
    "Szegedy et al. 2016, label smoothing; timm's LabelSmoothingCrossEntropy uses the mean",
    "smooth term is a sum over classes",
    "LX581",
)
def _():
    x, y = blobs(40, 16, 20, 56)

    class LabelSmoothing(nn.Module):
        def __init__(self, smoothing=0.1):
            super().__init__()
            self.smoothing = smoothing

        def forward(self, x, target):
            logprobs = F.log_softmax(x, dim=-1)
            nll_loss = -logprobs.gather(-1, target.unsqueeze(1)).squeeze(1)
            smooth_loss = -logprobs.sum(dim=-1)
            return ((1 - self.smoothing) * nll_loss + self.smoothing * smooth_loss).mean()

    return LabelSmoothing(), (mlp(16, 20)(x), y)


@wrong(
    "well-known (if on a tensor's mean in a custom loss)",
    "Huber loss: one branch for the whole batch by the mean error",
    "LX595",
)
def _():
    torch.manual_seed(57)
    x = torch.randn(32, 6)
    y = x[:, 0] * 2 + torch.randn(32)
    y[::8] += 8

    def huber(y_pred, y_true, delta=1.0):
        error = y_true - y_pred
        if torch.mean(torch.abs(error)) <= delta:
            return 0.5 * torch.mean(error**2)
        else:
            return torch.mean(delta * torch.abs(error) - 0.5 * delta**2)

    return huber, (mlp(6, 1)(x).squeeze(1), y)


@wrong(
    "well-known (modified by an inplace operation)",
    "sigmoid output zeroed in place before use",
    "LX419",
)
def _():  # raises in backward
    x = images(seed=58)
    target = (x.mean(1) > 0.5).float()
    valid = torch.rand(8, 16, 16) > 0.2
    net = nn.Conv2d(3, 1, 3, padding=1)

    def masked_l2(logits, target, valid):
        prob = torch.sigmoid(logits).squeeze(1)
        prob[~valid] = 0
        return ((prob - target * valid) ** 2).sum() / valid.sum()

    return masked_l2, (net(x), target, valid)


@wrong(
    "well-known (loss.item() summed)",
    "per-output losses summed by .item() and wrapped with requires_grad=True",
    "LX402",
)
def _():
    torch.manual_seed(59)
    x = torch.randn(32, 6)
    y = x[:, :3] * torch.tensor([1.0, 2.0, 3.0])

    def columnwise_rmse(outputs, targets):
        total = 0.0
        for i in range(targets.shape[1]):
            total += torch.sqrt(((outputs[:, i] - targets[:, i]) ** 2).mean()).item()
        return torch.tensor(total / targets.shape[1], requires_grad=True)

    return columnwise_rmse, (mlp(6, 3)(x), y)


@wrong(
    "A3C (arXiv 1602.01783): entropy is added to the objective",
    "entropy term has the wrong sign",
    "LX538",
)
def _():
    torch.manual_seed(60)
    s = torch.randn(32, 4)
    logits = mlp(4, 3)(s)
    actions = torch.randint(0, 3, (32,))
    advantages = torch.randn(32)

    def policy_loss(logits, actions, advantages, entropy_coef=0.01):
        log_probs = F.log_softmax(logits, dim=-1)
        probs = log_probs.exp()
        entropy = (probs * log_probs).sum(-1).mean()
        pg = -(log_probs.gather(1, actions[:, None]).squeeze(1) * advantages).mean()
        return pg - entropy_coef * entropy

    return policy_loss, (logits, actions, advantages)


@right("pytorch char-rnn tutorial", "NLLLoss on LogSoftmax, sequence flattened")
def _():
    torch.manual_seed(101)
    chars = torch.randint(0, 30, (8, 13))
    emb, rnn, fc = nn.Embedding(30, 16), nn.RNN(16, 32, batch_first=True), nn.Linear(32, 30)
    out = F.log_softmax(fc(rnn(emb(chars[:, :-1]))[0]), dim=-1)

    def seq_nll(log_probs, next_chars):
        return F.nll_loss(log_probs.reshape(-1, log_probs.size(-1)), next_chars.reshape(-1))

    return seq_nll, (out, chars[:, 1:])


@right(
    "mixup (arXiv 1710.09412), docs: CrossEntropyLoss with probabilities",
    "soft mixup labels as float rows",
)
def _():
    x, y = blobs(32, 16, 5, 102)
    lam, perm = 0.37, torch.randperm(32)
    oh = F.one_hot(y, 5).float()
    soft = lam * oh + (1 - lam) * oh[perm]
    return nn.CrossEntropyLoss(), (mlp(16, 5)(lam * x + (1 - lam) * x[perm]), soft)


@right("mixup reference code", "mixup as two cross entropies")
def _():
    x, y = blobs(32, 16, 5, 103)
    lam, perm = 0.8, torch.randperm(32)
    criterion = nn.CrossEntropyLoss()

    def mixup_criterion(pred, y_a, y_b, lam):
        return lam * criterion(pred, y_a) + (1 - lam) * criterion(pred, y_b)

    return mixup_criterion, (mlp(16, 5)(lam * x + (1 - lam) * x[perm]), y, y[perm], lam)


@right("well-known (sequence tagging)", "transpose to (B,C,T), ignore_index=0 is the pad")
def _():
    torch.manual_seed(104)
    words = torch.randint(1, 100, (8, 12))
    tags = words % 6 + 1
    for i, l in enumerate([12, 11, 9, 8, 7, 5, 4, 3]):
        words[i, l:] = 0
        tags[i, l:] = 0
    emb, lstm, fc = (
        nn.Embedding(100, 24, padding_idx=0),
        nn.LSTM(24, 32, batch_first=True),
        nn.Linear(32, 7),
    )
    logits = fc(lstm(emb(words))[0])

    def tag_loss(logits, tags):
        return F.cross_entropy(logits.transpose(1, 2), tags, ignore_index=0)

    return tag_loss, (logits, tags)


@right("Pascal VOC convention", "segmentation, 255 is the void label")
def _():
    x = images(seed=105)
    m = (x.mean(1) * 4).long().clamp(max=3)
    m[:, 0] = 255
    m[:, :, -1] = 255
    net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 4, 1))
    return nn.CrossEntropyLoss(ignore_index=255), (net(x), m)


@right("docs: nn.BCEWithLogitsLoss", "multi-label, pos_weight = neg / pos per label")
def _():
    x, y = blobs(64, 16, 6, 106)
    labels = (torch.rand(64, 6) < 0.1).float()
    labels[torch.arange(64), y] = 1
    pos = labels.sum(0)
    return nn.BCEWithLogitsLoss(pos_weight=(64 - pos) / pos), (mlp(16, 6)(x), labels)


@right("well-known", "BCELoss on a sigmoid, squeezed to (B,)")
def _():
    x, y = blobs(32, 10, 2, 107)
    net = nn.Sequential(mlp(10, 1), nn.Sigmoid())
    return nn.BCELoss(), (net(x).squeeze(-1), y.float())


@right("sklearn's compute_class_weight('balanced')", "inverse frequency weights")
def _():
    x, y = blobs(64, 10, 3, 108, [0.8, 0.15, 0.05])
    w = len(y) / (3 * torch.bincount(y, minlength=3).float())
    return nn.CrossEntropyLoss(weight=w), (mlp(10, 3)(x), y)


@right("Hinton distillation (arXiv 1503.02531)", "T on both, T*T, batchmean, hard loss added")
def _():
    x, y = blobs(32, 16, 6, 109)
    teacher, student = mlp(16, 6, 64), mlp(16, 6)
    with torch.no_grad():
        teacher_logits = teacher(x) * 3

    def kd(student_logits, teacher_logits, labels, T=4.0, alpha=0.9):
        soft = F.kl_div(
            F.log_softmax(student_logits / T, dim=1),
            F.softmax(teacher_logits / T, dim=1),
            reduction="batchmean",
        ) * (T * T)
        return alpha * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)

    return kd, (student(x), teacher_logits, y)


@right("docs: nn.KLDivLoss log_target", "both sides in logs, log_target=True")
def _():
    x, y = blobs(32, 16, 5, 110)
    student, teacher = mlp(16, 5), mlp(16, 5, 64)
    with torch.no_grad():
        t = F.log_softmax(teacher(x) * 2, -1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (F.log_softmax(student(x), -1), t)


@right(
    "well-known (token level distillation)", "KL per token, summed over the vocabulary, masked mean"
)
def _():
    torch.manual_seed(111)
    ids = torch.randint(1, 40, (6, 10))
    mask = (torch.arange(10)[None] < torch.tensor([10, 9, 7, 6, 4, 3])[:, None]).float()
    s, t = (
        nn.Sequential(nn.Embedding(40, 16), nn.Linear(16, 40)),
        nn.Sequential(nn.Embedding(40, 32), nn.Linear(32, 40)),
    )
    with torch.no_grad():
        tl = t(ids)

    def token_kd(student_logits, teacher_logits, mask):
        kl = F.kl_div(
            F.log_softmax(student_logits, -1), F.softmax(teacher_logits, -1), reduction="none"
        ).sum(-1)
        return (kl * mask).sum() / mask.sum()

    return token_kd, (s(ids), tl, mask)


@right("docs: nn.CTCLoss", "targets concatenated in one dimension, blank is the last class")
def _():
    logits, N, T = ocr(112, 27)
    lengths = torch.tensor([3, 5, 6, 4, 3, 7, 5, 4])
    targets = torch.randint(0, 26, (int(lengths.sum()),))
    return nn.CTCLoss(blank=26, zero_infinity=True), (
        logits.log_softmax(-1),
        targets,
        torch.full((N,), T),
        lengths,
    )


@right("docs: nn.CTCLoss", "padded with the blank 0 beyond the target lengths")
def _():
    logits, N, T = ocr(113, 27)
    lengths = torch.tensor([3, 5, 6, 4, 3, 6, 5, 4])
    targets = torch.randint(1, 27, (N, 6)) * (torch.arange(6)[None] < lengths[:, None])

    def speech_loss(acts, labels, act_lens, label_lens):
        return F.ctc_loss(
            acts.log_softmax(2), labels, act_lens, label_lens, blank=0, reduction="sum"
        ) / acts.size(1)

    return speech_loss, (logits, targets, torch.tensor([24, 24, 20, 22, 24, 23, 24, 21]), lengths)


@right("FaceNet (arXiv 1503.03832)", "unit embeddings, margin 0.2, swap=True")
def _():
    x, y = blobs(48, 16, 3, 114)
    net = mlp(16, 8)
    e = lambda t: F.normalize(net(t), dim=1)
    a = x[y == 0][:8]
    n = x[y == 1][:8]
    return nn.TripletMarginLoss(margin=0.2, swap=True), (e(a), e(a.roll(1, 0)), e(n))


@right("docs: nn.CosineEmbeddingLoss", "0/1 labels made -1/1 within the wrapper")
def _():
    x, y = blobs(32, 16, 4, 115)
    net = mlp(16, 8)
    same = (y == y.roll(1, 0)).float()
    criterion = nn.CosineEmbeddingLoss(margin=0.3)

    def sim_loss(e1, e2, same):
        return criterion(e1, e2, 2 * same - 1)

    return sim_loss, (net(x), net(x.roll(1, 0)), same)


@right("docs: nn.MarginRankingLoss", "better first, target all ones")
def _():
    torch.manual_seed(116)
    a = torch.randn(32, 10) + 0.3
    b = torch.randn(32, 10) - 0.3
    net = mlp(10, 1)
    return nn.MarginRankingLoss(margin=0.5), (net(a).squeeze(1), net(b).squeeze(1), torch.ones(32))


@right("docs: nn.MultiLabelMarginLoss", "class indices, padded with -1")
def _():
    x, y = blobs(32, 16, 6, 117)
    t = torch.full((32, 6), -1)
    t[:, 0] = y
    t[::2, 1] = (y[::2] + 2) % 6
    return nn.MultiLabelMarginLoss(), (mlp(16, 6)(x), t)


@right("docs: nn.GaussianNLLLoss", "the network's log variance exponentiated, full=True")
def _():
    torch.manual_seed(118)
    x = torch.randn(32, 8)
    y = x[:, :1] * 2 + 0.3 * torch.randn(32, 1)
    mu, log_var = mlp(8, 2)(x).chunk(2, 1)
    criterion = nn.GaussianNLLLoss(full=True, eps=1e-6)

    def hetero(mu, log_var, y):
        return criterion(mu, y, log_var.exp())

    return hetero, (mu, log_var, y)


@right("docs: nn.PoissonNLLLoss", "softplus rate, log_input=False, many zero counts")
def _():
    torch.manual_seed(119)
    x = torch.randn(64, 6)
    counts = torch.poisson(torch.exp(0.8 * x[:, :1] - 0.5))
    return nn.PoissonNLLLoss(log_input=False), (nn.Sequential(mlp(6, 1), nn.Softplus())(x), counts)


@right("docs: nn.PoissonNLLLoss", "log rate with exposure as offset")
def _():
    torch.manual_seed(120)
    x = torch.randn(64, 6)
    exposure = torch.rand(64) * 2 + 0.5
    claims = torch.poisson(exposure * torch.exp(0.8 * x[:, 0]))

    def claim_loss(log_freq, exposure, claims):
        return F.poisson_nll_loss(log_freq + exposure.log(), claims, log_input=True)

    return claim_loss, (mlp(6, 1)(x).squeeze(1), exposure, claims)


@right("well-known (masked loss)", "per token cross entropy times mask, over mask.sum()")
def _():
    torch.manual_seed(121)
    trg = torch.randint(1, 50, (8, 15))
    mask = torch.arange(14)[None] < torch.tensor([14, 12, 9, 7, 6, 5, 4, 3])[:, None]
    emb, dec, fc = nn.Embedding(50, 16), nn.GRU(16, 32, batch_first=True), nn.Linear(32, 50)
    logits = fc(dec(emb(trg[:, :-1]))[0])
    labels = trg[:, 1:] * mask

    def maskNLLLoss(inp, target, mask):
        ce = F.cross_entropy(inp.permute(0, 2, 1), target, reduction="none")
        return ce.masked_select(mask).mean()

    return maskNLLLoss, (logits, labels, mask)


@right("annotated transformer", "sum over tokens by the number of non-pad tokens")
def _():
    torch.manual_seed(122)
    trg = torch.randint(2, 50, (8, 15))
    for i, l in enumerate([15, 12, 9, 7, 6, 5, 4, 3]):
        trg[i, l:] = 1
    emb, dec, fc = nn.Embedding(50, 16), nn.GRU(16, 32, batch_first=True), nn.Linear(32, 50)
    logits = fc(dec(emb(trg[:, :-1]))[0])

    class SimpleLossCompute(nn.Module):
        def __init__(self, pad_idx):
            super().__init__()
            self.pad_idx = pad_idx
            self.criterion = nn.CrossEntropyLoss(
                reduction="sum", ignore_index=pad_idx, label_smoothing=0.1
            )

        def forward(self, x, y):
            norm = (y != self.pad_idx).sum()
            return (
                self.criterion(x.contiguous().view(-1, x.size(-1)), y.contiguous().view(-1)) / norm
            )

    return SimpleLossCompute(1), (logits, trg[:, 1:])


@right("well-known", "sample weights (B,) unsqueezed, weighted mean")
def _():
    x, y = blobs(32, 9, 2, 123)
    w = torch.rand(32) + 0.5

    def weighted_bce(logits, targets, sample_weight):
        loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        w = sample_weight.unsqueeze(1)
        return (loss * w).sum() / w.sum()

    return weighted_bce, (mlp(9, 1)(x), y.float().unsqueeze(1), w)


@right("pytorch finetuning tutorials", "ten classes, batch in which class 0 and 9 do not occur")
def _():
    x, y = blobs(16, 16, 8, 124)
    return nn.CrossEntropyLoss(label_smoothing=0.1), (mlp(16, 10)(x), y + 1)


@right("pytorch VAE example", "autoencoder, BCE against grey pixels in 0..1")
def _():
    x = images(8, 1, 16, 125)
    ae = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1), nn.Sigmoid()
    )
    return nn.BCELoss(reduction="sum"), (ae(x), x)


@right("Double DQN (arXiv 1509.06461)", "argmax chooses the action, target network under no_grad")
def _():
    torch.manual_seed(126)
    q_net, target_net = mlp(4, 3), mlp(4, 3)
    s, s2 = torch.randn(32, 4), torch.randn(32, 4)
    a = torch.randint(0, 3, (32,))
    r = torch.randn(32)
    d = (torch.rand(32) < 0.1).float()

    def double_dqn_loss(q_net, target_net, s, a, r, s2, d, gamma=0.99):
        q = q_net(s).gather(1, a[:, None]).squeeze(1)
        with torch.no_grad():
            best = q_net(s2).argmax(1, keepdim=True)
            y = r + gamma * (1 - d) * target_net(s2).gather(1, best).squeeze(1)
        return F.smooth_l1_loss(q, y)

    return double_dqn_loss, (q_net, target_net, s, a, r, s2, d)


@right(
    "Kendall, Gal, Cipolla (arXiv 1705.07115)",
    "learned task weights for a classifier and a regressor",
)
def _():
    x, y = blobs(32, 16, 4, 127)
    body, cls, reg = nn.Linear(16, 32), nn.Linear(32, 4), nn.Linear(32, 1)
    h = F.relu(body(x))

    class UncertaintyLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_vars = nn.Parameter(torch.zeros(2))

        def forward(self, logits, depth, y_cls, y_depth):
            l1 = F.cross_entropy(logits, y_cls)
            l2 = F.mse_loss(depth, y_depth)
            return (
                torch.exp(-self.log_vars[0]) * l1
                + 0.5 * self.log_vars[0]
                + 0.5 * torch.exp(-self.log_vars[1]) * l2
                + 0.5 * self.log_vars[1]
            )

    return UncertaintyLoss(), (cls(h), reg(h), y, x[:, :1] * 0.5 + 1)


@right("GPT-2 code of transformers", "shifted language model loss")
def _():
    torch.manual_seed(128)
    input_ids = torch.randint(0, 60, (8, 16))
    emb, lstm, head = nn.Embedding(60, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, 60)
    logits = head(lstm(emb(input_ids))[0])

    def causal_lm_loss(logits, labels):
        shift_logits = logits[..., :-1, :].contiguous()
        shift_labels = labels[..., 1:].contiguous()
        return F.cross_entropy(shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1))

    return causal_lm_loss, (logits, input_ids)


@right("CORAL (arXiv 1901.07884)", "cumulative levels")
def _():
    x, y = blobs(32, 16, 5, 129)

    class Coral(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(16, 1, bias=False)
            self.b = nn.Parameter(torch.linspace(1, -1, 4))

        def forward(self, x):
            return self.fc(x) + self.b

    def coral_loss(cum_logits, rank):
        levels = (rank[:, None] > torch.arange(cum_logits.size(1))).float()
        return (
            F.binary_cross_entropy_with_logits(cum_logits, levels, reduction="none").sum(1).mean()
        )

    return coral_loss, (Coral()(x), y)


@right(
    "Mean Teacher (arXiv 1703.01780)",
    "MSE of probabilities as consistency, unlabelled samples are -1",
)
def _():
    x, y = blobs(32, 16, 4, 130)
    student, teacher = mlp(16, 4), mlp(16, 4)
    y = torch.where(torch.arange(32) < 8, y, -1)

    def mean_teacher_loss(student_logits, teacher_logits, labels, w=10.0):
        sup = F.cross_entropy(student_logits, labels, ignore_index=-1)
        cons = F.mse_loss(student_logits.softmax(1), teacher_logits.detach().softmax(1))
        return sup + w * cons

    return mean_teacher_loss, (student(x), teacher(x + 0.05 * torch.randn_like(x)), y)


@right("docs: nn.SoftMarginLoss", "labels -1/1")
def _():
    x, y = blobs(32, 10, 2, 131)
    return nn.SoftMarginLoss(), (mlp(10, 1)(x).squeeze(1), y.float() * 2 - 1)


@right("BERT masked language model", "85% of the labels are -100")
def _():
    torch.manual_seed(132)
    ids = torch.randint(4, 60, (8, 16))
    labels = ids.clone()
    m = torch.rand(8, 16) < 0.15
    m[0, 3] = True
    labels[~m] = -100
    ids = ids.masked_fill(m, 3)
    net = nn.Sequential(
        nn.Embedding(60, 24),
        nn.TransformerEncoderLayer(24, 4, 48, batch_first=True, dropout=0.0),
        nn.Linear(24, 60),
    )
    return nn.CrossEntropyLoss(), (net(ids).view(-1, 60), labels.view(-1))


@right(
    "Salimans et al. (arXiv 1606.03498), one-sided label smoothing",
    "discriminator, real labels 0.9, fake detached",
)
def _():
    torch.manual_seed(133)
    G, D = mlp(8, 2), mlp(2, 1)
    real = torch.randn(32, 2) * 0.5 + 1
    fake = G(torch.randn(32, 8))
    bce = nn.BCEWithLogitsLoss()

    def d_loss(D, real, fake):
        out_r, out_f = D(real), D(fake.detach())
        return bce(out_r, torch.full_like(out_r, 0.9)) + bce(out_f, torch.zeros_like(out_f))

    return d_loss, (D, real, fake)


@right(
    "Fast R-CNN / SSD",
    "smooth L1 on matched anchors only, sum by number of positives, classes with background 0",
)
def _():
    torch.manual_seed(134)
    f = torch.randn(4, 50, 16)
    loc, conf = nn.Linear(16, 4), nn.Linear(16, 3)
    y = (f[..., 0] > 1.0).long() * (1 + (f[..., 1] > 0).long())
    gt = torch.randn(4, 50, 4) * 0.3

    def ssd_loss(loc_pred, conf_pred, gt_loc, gt_label):
        pos = gt_label > 0
        num_pos = pos.sum().clamp(min=1)
        loc = F.smooth_l1_loss(loc_pred[pos], gt_loc[pos], reduction="sum")
        conf = F.cross_entropy(conf_pred.flatten(0, 1), gt_label.flatten(), reduction="sum")
        return (loc + conf) / num_pos

    return ssd_loss, (loc(f), conf(f), gt, y)


@right("well-known (depth estimation)", "target unsqueezed, holes (0) masked")
def _():
    x = images(seed=135)
    depth = x.mean(1) * 5 + 0.5
    depth[:, 3:6, 2:9] = 0
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1), nn.Softplus())

    def depth_loss(pred, depth):
        depth = depth.unsqueeze(1)
        valid = depth > 0
        return F.l1_loss(pred[valid], depth[valid])

    return depth_loss, (net(x), depth)


@right(
    "well-known (AMP: loss in float32)", "bfloat16 logits cast to float before the cross entropy"
)
def _():
    x, y = blobs(32, 16, 10, 136)
    logits = mlp(16, 10).bfloat16()(x.bfloat16())

    def ce_fp32(logits, target):
        return F.cross_entropy(logits.float(), target)

    return ce_fp32, (logits, y)


@right("V-Net (arXiv 1606.04797)", "dice per image and class, multi-class, background left out")
def _():
    x = images(seed=137)
    m = (x.mean(1) * 4).long().clamp(max=3)
    net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 4, 1))

    def dice_loss(logits, target, eps=1e-6):
        p = logits.softmax(1)[:, 1:]
        t = F.one_hot(target, logits.size(1)).permute(0, 3, 1, 2)[:, 1:].float()
        inter = (p * t).sum((2, 3))
        union = p.sum((2, 3)) + t.sum((2, 3))
        return 1 - ((2 * inter + eps) / (union + eps)).mean()

    return dice_loss, (net(x), m)


@right("RetinaNet (arXiv 1708.02002)", "focal loss per element with alpha_t")
def _():
    x, y = blobs(64, 10, 2, 138, [0.9, 0.1])

    def focal(inputs, targets, alpha=0.25, gamma=2.0):
        p = torch.sigmoid(inputs)
        ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        p_t = p * targets + (1 - p) * (1 - targets)
        alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
        return (alpha_t * ce * (1 - p_t) ** gamma).mean()

    return focal, (mlp(10, 1)(x).squeeze(1), y.float())


@right(
    "Kingma et al. 2016 (free bits)", "VAE: both sums by batch, KL per dimension clamped from below"
)
def _():
    recon_x, x, mu, logvar = vae(139, 6.0)

    def free_bits_elbo(recon_x, x, mu, logvar, lam=0.1):
        rec = F.binary_cross_entropy(recon_x, x, reduction="sum") / x.size(0)
        kl = (-0.5 * (1 + logvar - mu.pow(2) - logvar.exp())).mean(0)
        return rec + kl.clamp(min=lam).sum()

    return free_bits_elbo, (recon_x, x, mu, logvar)


@right("pytorch examples, reinforce.py", "REINFORCE, normalised returns, list of log probs")
def _():
    dist, logp, v, ret = policy(140)
    rewards = ret.tolist()

    def finish_episode(saved_log_probs, rewards, gamma=0.99):
        R, returns = 0, []
        for r in rewards[::-1]:
            R = r + gamma * R
            returns.insert(0, R)
        returns = torch.tensor(returns)
        returns = (returns - returns.mean()) / (returns.std() + 1e-8)
        return torch.stack([-lp * g for lp, g in zip(saved_log_probs, returns)]).sum()

    return finish_episode, (list(logp.unbind()), rewards)


@right("PPO (arXiv 1707.06347)", "clipped surrogate, value and entropy, all right")
def _():
    dist, logp, v, ret = policy(141)
    old = logp.detach() + 0.1 * torch.randn(32)

    def ppo(log_probs, old_log_probs, advantages, values, returns, entropy, clip=0.2):
        ratio = (log_probs - old_log_probs).exp()
        pg1 = -advantages * ratio
        pg2 = -advantages * ratio.clamp(1 - clip, 1 + clip)
        return (
            torch.max(pg1, pg2).mean()
            + 0.5 * (values - returns).pow(2).mean()
            - 0.01 * entropy.mean()
        )

    return ppo, (logp, old, ret - v.detach(), v, ret, dist.entropy())


@right("A3C (arXiv 1602.01783)", "advantage detached in the actor; neg entropy added")
def _():
    torch.manual_seed(142)
    s = torch.randn(32, 4)
    logits, values = mlp(4, 3)(s), mlp(4, 1)(s).squeeze(1)
    actions = torch.randint(0, 3, (32,))
    returns = s[:, 0] + 0.3 * torch.randn(32)

    def actor_critic(logits, values, actions, returns):
        logp = F.log_softmax(logits, -1)
        adv = returns - values
        neg_entropy = (logp.exp() * logp).sum(-1).mean()
        actor = -(logp.gather(1, actions[:, None]).squeeze(1) * adv.detach()).mean()
        return actor + 0.5 * adv.pow(2).mean() + 0.01 * neg_entropy

    return actor_critic, (logits, values, actions, returns)


@right("WGAN-GP (arXiv 1704.00028)", "critic loss with create_graph, fake detached before")
def _():
    torch.manual_seed(143)
    critic = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
    real = torch.randn(32, 2) * 0.5 + 1
    fake = mlp(8, 2)(torch.randn(32, 8)).detach()

    def critic_loss(critic, real, fake, lam=10.0):
        a = torch.rand(real.size(0), 1)
        xh = (a * real + (1 - a) * fake).requires_grad_(True)
        out = critic(xh)
        (g,) = torch.autograd.grad(out, xh, torch.ones_like(out), create_graph=True)
        return (
            critic(fake).mean() - critic(real).mean() + lam * (g.norm(2, dim=1) - 1).pow(2).mean()
        )

    return critic_loss, (critic, real, fake)


@right("SimCLR (arXiv 2002.05709)", "NT-Xent with the diagonal at -inf")
def _():
    x, y = blobs(16, 12, 16, 144)
    net = mlp(12, 8)
    z_i, z_j = net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x))

    def nt_xent(z_i, z_j, temperature=0.5):
        n = z_i.size(0)
        z = F.normalize(torch.cat([z_i, z_j]), dim=1)
        sim = (z @ z.t() / temperature).masked_fill(
            torch.eye(2 * n, dtype=torch.bool), float("-inf")
        )
        return F.cross_entropy(sim, torch.arange(2 * n).roll(n))

    return nt_xent, (z_i, z_j)


@right("CLIP (arXiv 2103.00020)", "learned logit scale multiplies (exp of log(1/0.07))")
def _():
    x, y = blobs(16, 12, 16, 145)
    img, txt = mlp(12, 8), mlp(12, 8)
    logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def clip_loss(image_features, text_features, logit_scale):
        a = image_features / image_features.norm(dim=-1, keepdim=True)
        b = text_features / text_features.norm(dim=-1, keepdim=True)
        logits = logit_scale.exp() * a @ b.t()
        labels = torch.arange(a.size(0))
        return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2

    return clip_loss, (img(x), txt(x), logit_scale)


@right("Koenker; quantile regression", "three quantiles, y unsqueezed: (B,1) - (B,3) on purpose")
def _():
    torch.manual_seed(146)
    x = torch.randn(64, 6)
    y = x[:, 0] * 2 + torch.randn(64).exp()

    def pinball(preds, y, qs=(0.1, 0.5, 0.9)):
        q = torch.tensor(qs)
        e = y.unsqueeze(1) - preds
        return torch.maximum(q * e, (q - 1) * e).mean()

    return pinball, (mlp(6, 3)(x), y)


@right("Kaggle RMSLE", "softplus output, log1p, sqrt of the mean")
def _():
    torch.manual_seed(147)
    x = torch.randn(32, 6)
    y = (x[:, 0] * 0.5 + 2).exp()

    class RMSLE(nn.Module):
        def forward(self, pred, actual):
            return torch.sqrt(F.mse_loss(torch.log1p(pred), torch.log1p(actual)) + 1e-8)

    return RMSLE(), (nn.Sequential(mlp(6, 1), nn.Softplus())(x).squeeze(1), y)


@right("Bishop, mixture density networks", "logsumexp over components")
def _():
    torch.manual_seed(148)
    x = torch.randn(32, 4)
    y = torch.stack([x[:, 0].sin(), x[:, 1]], 1)
    o = mlp(4, 3 + 6 + 6)(x)
    log_pi, mu, sigma = (
        F.log_softmax(o[:, :3], 1),
        o[:, 3:9].view(-1, 3, 2),
        o[:, 9:].view(-1, 3, 2).exp(),
    )

    def mdn_loss(log_pi, mu, sigma, y):
        comp = Normal(mu, sigma).log_prob(y.unsqueeze(1)).sum(-1)
        return -torch.logsumexp(log_pi + comp, dim=1).mean()

    return mdn_loss, (log_pi, mu, sigma, y)


@right("DeepSurv (arXiv 1606.00931)", "Cox, sorted descending")
def _():
    torch.manual_seed(149)
    x = torch.randn(32, 6)
    time = torch.exp(-x[:, 0]) * -torch.log(torch.rand(32))
    event = (torch.rand(32) < 0.7).float()

    def cox(risk, time, event):
        idx = torch.argsort(time, descending=True)
        r, e = risk.view(-1)[idx], event[idx]
        return -((r - torch.logcumsumexp(r, 0)) * e).sum() / e.sum()

    return cox, (mlp(6, 1)(x), time, event)


@right("Raissi et al. 2019, Burgers", "u_t + u u_x - nu u_xx with boundary data")
def _():
    torch.manual_seed(150)
    model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
    x, t = (torch.rand(64, 1) * 2 - 1).requires_grad_(), torch.rand(64, 1, requires_grad=True)
    x0 = torch.rand(32, 1) * 2 - 1

    def burgers_loss(model, x, t, x0, nu=0.01 / math.pi):
        """u_t + u u_x = nu u_xx, u(x, 0) = -sin(pi x)"""
        u = model(torch.cat([x, t], 1))
        g = lambda o, i: torch.autograd.grad(o, i, torch.ones_like(o), create_graph=True)[0]
        u_x = g(u, x)
        f = g(u, t) + u * u_x - nu * g(u_x, x)
        u0 = model(torch.cat([x0, torch.zeros_like(x0)], 1))
        return (f**2).mean() + ((u0 + torch.sin(math.pi * x0)) ** 2).mean()

    return burgers_loss, (model, x, t, x0)


@right("Barlow Twins (arXiv 2103.03230)", "cross-correlation by N")
def _():
    x, y = blobs(64, 12, 8, 151)
    net = mlp(12, 8)
    z1, z2 = net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x))

    def barlow(z1, z2, lambd=5e-3):
        N, D = z1.shape
        z1 = (z1 - z1.mean(0)) / z1.std(0, unbiased=False)
        z2 = (z2 - z2.mean(0)) / z2.std(0, unbiased=False)
        c = z1.T @ z2 / N
        eye = torch.eye(D)
        d = (c - eye) ** 2
        return (d * (eye + lambd * (1 - eye))).sum()

    return barlow, (z1, z2)


@right("GIoU (arXiv 1902.09630)", "boxes as corners, can exceed 1")
def _():
    pred, target = boxes(152)

    def giou_loss(pred, target, eps=1e-7):
        lt = torch.max(pred[:, :2], target[:, :2])
        rb = torch.min(pred[:, 2:], target[:, 2:])
        inter = (rb - lt).clamp(min=0).prod(1)
        union = (
            (pred[:, 2:] - pred[:, :2]).prod(1) + (target[:, 2:] - target[:, :2]).prod(1) - inter
        )
        c = (torch.max(pred[:, 2:], target[:, 2:]) - torch.min(pred[:, :2], target[:, :2])).prod(1)
        giou = inter / (union + eps) - (c - union) / (c + eps)
        return (1 - giou).mean()

    return giou_loss, (pred, target)


@right("Salimans & Ho (arXiv 2202.00512)", "diffusion, v-prediction")
def _():
    torch.manual_seed(153)
    x0 = torch.randn(32, 2) * 0.3 + 0.5
    noise = torch.randn(32, 2)
    t = torch.randint(0, 100, (32,))
    abar = torch.cumprod(1 - torch.linspace(1e-4, 0.05, 100), 0)
    model = mlp(3, 2)

    def v_loss(model, x0, noise, t, abar):
        a, s = abar[t].sqrt()[:, None], (1 - abar[t]).sqrt()[:, None]
        x_t = a * x0 + s * noise
        v = a * noise - s * x0
        v_pred = model(torch.cat([x_t, t[:, None] / 100], 1))
        return F.mse_loss(v_pred, v)

    return v_loss, (model, x0, noise, t, abar)


@right("BYOL (arXiv 2006.07733)", "2 - 2 cos, both directions, targets detached")
def _():
    x, y = blobs(32, 12, 8, 154)
    online, pred, target = mlp(12, 8), mlp(8, 8), mlp(12, 8)
    x1, x2 = x + 0.1 * torch.randn_like(x), x + 0.1 * torch.randn_like(x)

    def byol(p1, p2, t1, t2):
        def reg(a, b):
            return 2 - 2 * (F.normalize(a, dim=-1) * F.normalize(b.detach(), dim=-1)).sum(-1)

        return (reg(p1, t2) + reg(p2, t1)).mean()

    return byol, (pred(online(x1)), pred(online(x2)), target(x1), target(x2))


@right("DPO (arXiv 2305.18290) eq. 7", "reference log probs have no graph")
def _():
    torch.manual_seed(155)
    h = torch.randn(16, 12, 16)
    lm = nn.Linear(16, 40)
    cw, cl = torch.randint(0, 40, (16, 12)), torch.randint(0, 40, (16, 12))
    lp = F.log_softmax(lm(h), -1)
    w, l = (
        lp.gather(-1, cw[..., None]).squeeze(-1).sum(1),
        lp.gather(-1, cl[..., None]).squeeze(-1).sum(1),
    )

    def dpo_loss(
        policy_chosen_logps, policy_rejected_logps, ref_chosen_logps, ref_rejected_logps, beta=0.1
    ):
        logits = (policy_chosen_logps - policy_rejected_logps) - (
            ref_chosen_logps - ref_rejected_logps
        )
        return -F.logsigmoid(beta * logits).mean()

    return dpo_loss, (w, l, w.detach() + 0.2 * torch.randn(16), l.detach() + 0.2 * torch.randn(16))


@right(
    "VQ-VAE (arXiv 1711.00937) eq. 3",
    "straight-through, codebook and commitment with detach on opposite sides",
)
def _():
    torch.manual_seed(156)
    x = torch.randn(32, 12)
    enc, dec, codebook = mlp(12, 4), mlp(4, 12), nn.Embedding(16, 4)

    def vqvae_loss(x, z_e, codebook, decoder, beta=0.25):
        idx = torch.cdist(z_e, codebook.weight).argmin(1)
        z_q = codebook(idx)
        recon = decoder(z_e + (z_q - z_e).detach())
        return (
            F.mse_loss(recon, x)
            + F.mse_loss(z_q, z_e.detach())
            + beta * F.mse_loss(z_e, z_q.detach())
        )

    return vqvae_loss, (x, enc(x), codebook, dec)


@right(
    "Le Roux et al. (arXiv 1811.02508)", "negative SI-SDR in dB, loss may be negative or positive"
)
def _():
    torch.manual_seed(157)
    tt = torch.arange(400) / 400.0
    ref = torch.sin(2 * math.pi * (3 + torch.rand(8, 1) * 5) * tt)
    mix = ref + 0.5 * torch.randn(8, 400)
    net = nn.Conv1d(1, 1, 9, padding=4)

    def neg_si_sdr(est, ref, eps=1e-8):
        est = est - est.mean(-1, keepdim=True)
        ref = ref - ref.mean(-1, keepdim=True)
        s = (est * ref).sum(-1, keepdim=True) / (ref.pow(2).sum(-1, keepdim=True) + eps) * ref
        e = est - s
        return -10 * torch.log10((s.pow(2).sum(-1) + eps) / (e.pow(2).sum(-1) + eps)).mean()

    return neg_si_sdr, (net(mix[:, None]).squeeze(1), ref)


@right("ListNet (Cao et al. 2007)", "softmax of grades against log_softmax of scores")
def _():
    torch.manual_seed(158)
    docs = torch.randn(8, 10, 6)
    rel = (docs[..., 0] * 1.5 + 1.5).round().clamp(0, 4)

    def listnet(scores, relevance):
        return -(F.softmax(relevance, dim=1) * F.log_softmax(scores, dim=1)).sum(1).mean()

    return listnet, (mlp(6, 1)(docs).squeeze(-1), rel)


@right("well-known (log-cosh, stable form)", "log cosh by softplus")
def _():
    torch.manual_seed(159)
    x = torch.randn(32, 6)
    y = x[:, :2] * 2 + 0.3 * torch.randn(32, 2)

    class LogCosh(nn.Module):
        def forward(self, y_pred, y_true):
            d = y_pred - y_true
            return torch.mean(d + F.softplus(-2.0 * d) - math.log(2.0))

    return LogCosh(), (mlp(6, 2)(x), y)


@right(
    "Hermans et al. (arXiv 1703.07737), batch hard",
    "hardest positive and negative chosen by max and min",
)
def _():
    x, y = blobs(32, 16, 4, 160)
    emb = mlp(16, 8)(x)

    def batch_hard(emb, labels, margin=0.3):
        sq = (emb[:, None] - emb[None]).pow(2).sum(-1)
        dist = (sq + 1e-12).sqrt()
        same = labels[:, None] == labels[None]
        hardest_pos = dist.masked_fill(~same, 0).amax(1)
        hardest_neg = dist.masked_fill(same, float("inf")).amin(1)
        return F.relu(hardest_pos - hardest_neg + margin).mean()

    return batch_hard, (emb, y)
