"""Threads about a loss that was wrong, and what their answers say."""

import math
from itertools import permutations

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def mlp(*sizes):
    layers = []
    for a, b in zip(sizes[:-2], sizes[1:-1]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def classes(n, d, c, seed=1):
    torch.manual_seed(seed)
    y = torch.randint(0, c, (n,))
    x = torch.randn(n, d) + F.one_hot(y, max(c, d)).float()[:, :d] * 1.5
    return x, y


@wrong("https://github.com/manzilzaheer/DeepSets/pull/1", "(128,1) minus (128,) by hand", "LX101")
def _():
    torch.manual_seed(1)
    sets = torch.randn(128, 10, 3) * torch.rand(128, 1, 1)
    y = sets[:, :, 0].var(1)
    phi, rho = mlp(3, 16, 16), mlp(16, 16, 1)

    def mse(y_pred, y):
        return torch.mean((y_pred - y) ** 2)

    return mse, (rho(phi(sets).sum(1)), y)


@wrong("https://github.com/LAMDA-Tabular/TALENT/pull/92", "F.mse_loss of (n,) and (n,1)", "LX101")
def _():
    torch.manual_seed(2)
    x = torch.randn(64, 9)
    y = (x[:, :1] * 2 - x[:, 1:2]) + 0.1 * torch.randn(64, 1)
    return F.mse_loss, (mlp(9, 32, 1)(x).squeeze(-1), y)


@wrong(
    "https://github.com/benedekrozemberczki/pytorch_geometric_temporal/pull/233",
    "y_hat (N,1) and y (N) on snapshots",
    "LX101",
)
def _():
    torch.manual_seed(3)
    xs = torch.randn(5, 20, 4)
    ys = xs.mean(2) + 0.1 * torch.randn(5, 20)
    net = mlp(4, 32, 1)

    def snapshots_cost(y_hats, ys):
        cost = 0
        for time in range(len(ys)):
            y_hat, y = y_hats[time], ys[time]
            cost = cost + torch.mean((y_hat - y) ** 2)
        return cost / (time + 1)

    return snapshots_cost, (net(xs), ys)


@wrong(
    "https://github.com/argusswift/YOLOv4-pytorch/issues/89",
    "sigmoid in the head, then BCEWithLogitsLoss",
    "LX303",
)
def _():
    torch.manual_seed(4)
    head = nn.Conv2d(16, 3 * (1 + 6), 1)
    feat = torch.randn(4, 16, 5, 5)
    out = head(feat).view(4, 3, 7, 5, 5).permute(0, 3, 4, 1, 2)
    p_conf, p_cls = torch.sigmoid(out[..., :1]), torch.sigmoid(out[..., 1:])
    label_obj = (torch.rand(4, 5, 5, 3, 1) < 0.1).float()
    label_cls = F.one_hot(torch.randint(0, 6, (4, 5, 5, 3)), 6).float() * label_obj
    BCE = nn.BCEWithLogitsLoss(reduction="none")

    def yolo_loss(p_conf, p_cls, label_obj, label_cls):
        loss_conf = BCE(p_conf, label_obj)
        loss_cls = label_obj * BCE(p_cls, label_cls)
        return (loss_conf.sum() + loss_cls.sum()) / len(p_conf)

    return yolo_loss, (p_conf, p_cls, label_obj, label_cls)


@wrong(
    "https://github.com/mlfoundations/open_clip/pull/316",
    "caption loss ignores -100, pads are 0",
    "LX210",
)
def _():
    torch.manual_seed(5)
    B, T, V = 8, 20, 60
    labels = torch.randint(3, V, (B, T))
    for i, n in enumerate([7, 9, 12, 6, 15, 8, 10, 11]):
        labels[i, n - 1] = 2
        labels[i, n:] = 0
    tokens = torch.cat([torch.ones(B, 1).long(), labels[:, :-1]], 1)
    emb, rnn, out = (
        nn.Embedding(V, 24, padding_idx=0),
        nn.GRU(24, 24, batch_first=True),
        nn.Linear(24, V),
    )
    logits = out(rnn(emb(tokens))[0])
    return nn.CrossEntropyLoss(ignore_index=-100), (logits.permute(0, 2, 1), labels)


class _DiceFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, target):
        ctx.save_for_backward(input, target)
        result = input.argmax(1).float()
        inter = (result * target).sum()
        return 1 - 2 * inter / (result.sum() + target.sum() + 2e-6)

    @staticmethod
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        input = input[:, 1]
        inter, union = (input * target).sum(), (input**2).sum() + target.sum()
        gt = target / union
        pred = input * inter / union**2
        dDice = gt * 2 - pred * 4
        return torch.cat((dDice * -grad_output, dDice * grad_output), 0), None


@wrong(
    "https://github.com/mattmacy/torchbiomed/issues/2",
    "backward of a dice Function joins on axis 0",
    "LX419",
)
def _():  # raises in backward
    torch.manual_seed(6)
    vol = torch.randn(400, 5)
    target = (vol[:, 0] > 0.7).float()

    def dice_loss(input, target):
        return _DiceFunction.apply(input, target)

    return dice_loss, (F.softmax(mlp(5, 8, 2)(vol), 1), target)


@wrong(
    "https://github.com/MouseLand/cellpose/issues/1220",
    "masks of k/255 are cut to zeros by .long()",
    "LX596",
)
def _():
    torch.manual_seed(7)
    imgs = torch.randn(4, 2, 16, 16)
    lbl = torch.zeros(4, 4, 16, 16)
    lbl[:, 0] = ((imgs[:, 0] > 0.3).float() + (imgs[:, 0] > 1).float()) / 255
    lbl[:, 1:] = torch.randn(4, 3, 16, 16)

    def _loss_fn_class(lbl, y, class_weights=None):
        criterion3 = nn.CrossEntropyLoss(reduction="mean", weight=class_weights)
        return criterion3(y[:, :-3], lbl[:, 0].long())

    return _loss_fn_class, (lbl, nn.Conv2d(2, 6, 3, padding=1)(imgs))


@wrong(
    "https://github.com/deepjavalibrary/djl/issues/2492",
    "argmax of the predictions times the labels",
    "LX401",
)
def _():
    torch.manual_seed(8)
    tok = torch.randint(0, 50, (2, 46))
    label = tok % 4
    prediction = nn.Sequential(nn.Embedding(50, 16), nn.Linear(16, 4))(tok)

    def ce_loss(label, prediction):
        pred = prediction.log_softmax(-1).argmax(-1).float()
        lab = label.reshape(pred.shape)
        return (pred * lab).neg().sum(-1, keepdim=True).mean()

    return ce_loss, (label, prediction)


@wrong(
    "https://github.com/peterroelants/peterroelants.github.io/issues/14",
    "negative log marginal likelihood without the minus",
    "",
)
def _():
    torch.manual_seed(9)
    x = torch.linspace(-3, 3, 24)[:, None]
    y = torch.sin(2 * x[:, 0]) + 0.1 * torch.randn(24)
    length, amp, noise = [nn.Parameter(torch.tensor(v)) for v in (0.8, 1.0, 0.3)]
    K = amp**2 * torch.exp(-(torch.cdist(x, x) ** 2) / (2 * length**2)) + (
        noise**2 + 1e-4
    ) * torch.eye(24)

    def neg_log_marginal_likelihood(covariance, y):
        gp_prior = torch.distributions.MultivariateNormal(torch.zeros_like(y), covariance)
        return gp_prior.log_prob(y)

    return neg_log_marginal_likelihood, (K, y)


@wrong(
    "https://github.com/mathiaszinnen/focal_loss_torch/issues/3",
    "log of a softmax that has reached 0",
    "LX408",
)
def _():
    x, y = classes(16, 6, 4, 10)
    net = mlp(6, 16, 4)  # confident: its last layer has grown
    with torch.no_grad():
        net[-1].weight.mul_(800)
    logits = net(x)

    def focal_loss(x, target, gamma=2.0):
        p = F.softmax(x, dim=-1)
        p_t = p.gather(1, target[:, None]).squeeze(1)
        fl = -1 * (1 - p_t) ** gamma * torch.log(p_t)
        return fl.mean()

    return focal_loss, (logits, y)


@wrong(
    "https://github.com/deepchem/deepchem/pull/5125",
    "Poisson loss takes the log of relu outputs",
    "LX409",
)
def _():
    torch.manual_seed(11)
    x = torch.randn(32, 8)
    labels = torch.poisson(torch.exp(0.5 * x[:, :1]))
    output = F.relu(mlp(8, 16, 1)(x))

    def poisson_loss(output, labels):
        return torch.mean(output - labels * torch.log(output))

    return poisson_loss, (output, labels)


@wrong(
    "https://github.com/allenai/bi-att-flow/issues/67", "start loss masked, end loss not", "LX644"
)
def _():
    torch.manual_seed(12)
    ctx = torch.randn(10, 30, 16)
    start, stop = nn.Linear(16, 1), nn.Linear(16, 1)
    y = torch.randint(0, 20, (10,))
    y2 = y + torch.randint(0, 9, (10,))
    loss_mask = torch.ones(10)
    loss_mask[[2, 7, 8]] = 0
    y[[2, 7, 8]] = 0
    y2[[2, 7, 8]] = 0

    def build_loss(logits, logits2, y, y2, loss_mask):
        ce_loss = torch.mean(loss_mask * F.cross_entropy(logits, y, reduction="none"))
        ce_loss2 = torch.mean(F.cross_entropy(logits2, y2, reduction="none"))
        return ce_loss + ce_loss2

    return build_loss, (start(ctx).squeeze(-1), stop(ctx).squeeze(-1), y, y2, loss_mask)


@wrong(
    "https://github.com/linkedin/Liger-Kernel/pull/387", "a DPO loss without a reference model", ""
)
def _():  # unseeable: without a reference it is a loss of its own; only the name dpo says otherwise
    torch.manual_seed(13)
    V, T = 40, 12
    lm = nn.Sequential(nn.Embedding(V, 16), nn.Linear(16, V))
    ids = torch.randint(0, V, (8, T + 1))
    logps = lm(ids[:, :-1]).log_softmax(-1).gather(-1, ids[:, 1:, None]).squeeze(-1).mean(-1)

    def dpo_loss(chosen_logps, rejected_logps, beta=0.1):
        logits_diff = beta * (chosen_logps - rejected_logps)
        return -F.logsigmoid(logits_diff).sum() / len(chosen_logps)

    return dpo_loss, (logps[:4], logps[4:])


class _Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 64, 1)
        )

    def forward(self, x):
        return self.net(x)


@wrong(
    "https://github.com/eriklindernoren/PyTorch-GAN/issues/20",
    "norm over the channels of the gradient images",
    "LX417",
)
def _():
    torch.manual_seed(14)
    real_samples = torch.randn(8, 3, 16, 16) * 0.5 + 0.2
    fake_samples = (
        nn.Sequential(nn.Linear(10, 768), nn.Tanh())(torch.randn(8, 10)).view(8, 3, 16, 16).detach()
    )
    D = _Critic()

    def compute_gradient_penalty(D, real_samples, fake_samples):
        alpha = torch.rand(real_samples.size(0), 1, 1, 1)
        interpolates = (alpha * real_samples + (1 - alpha) * fake_samples).requires_grad_(True)
        d_interpolates = D(interpolates)
        gradients = torch.autograd.grad(
            d_interpolates,
            interpolates,
            torch.ones_like(d_interpolates),
            create_graph=True,
            retain_graph=True,
        )[0]
        return ((gradients.norm(2, dim=1) - 1) ** 2).mean()

    return compute_gradient_penalty, (D, real_samples, fake_samples)


@wrong(
    "https://github.com/hwalsuklee/tensorflow-generative-model-collections/issues/33",
    "alpha drawn for each pixel (ported)",
    "LX569",
)
def _():
    torch.manual_seed(15)
    inputs = torch.rand(8, 3, 16, 16)
    G = (
        nn.Sequential(nn.Linear(10, 768), nn.Sigmoid())(torch.randn(8, 10))
        .view(8, 3, 16, 16)
        .detach()
    )
    discriminator = _Critic()

    def d_loss(discriminator, inputs, G, lambd=0.25):
        D_real, D_fake = discriminator(inputs), discriminator(G)
        loss = -D_real.mean() + D_fake.mean()
        alpha = torch.rand(inputs.shape)
        differences = G - inputs
        interpolates = (inputs + alpha * differences).requires_grad_(True)
        D_inter = discriminator(interpolates)
        gradients = torch.autograd.grad(D_inter.sum(), interpolates, create_graph=True)[0]
        slopes = gradients.flatten(1).square().sum(1).sqrt()
        return loss + lambd * ((slopes - 1.0) ** 2).mean()

    return d_loss, (discriminator, inputs, G)


@wrong("https://github.com/lucy66666/OKT/issues/1", "the correctness loss is overwritten", "LX410")
def _():
    torch.manual_seed(16)
    h = torch.randn(12, 16)
    lm_logits, logits = nn.Linear(16, 30)(h), nn.Linear(16, 1)(h)
    code, score = torch.randint(0, 30, (12,)), (h[:, 0] > 0).float()

    def okt_loss(lm_logits, logits, code, score, alpha=0.5):
        loss_lm = F.cross_entropy(lm_logits, code)
        loss_cls = F.binary_cross_entropy_with_logits(logits.squeeze(1), score)
        loss_cls = loss_lm
        return alpha * loss_cls + (1 - alpha) * loss_lm

    return okt_loss, (lm_logits, logits, code, score)


@wrong(
    "https://github.com/Kaixhin/spinning-up-basic/issues/2",
    "log probability of an action squashed by tanh",
    "LX646",
)
def _():
    torch.manual_seed(17)
    state = torch.randn(32, 6)
    mean, log_std = mlp(6, 32, 4)(state).chunk(2, 1)
    q = mlp(8, 32, 1)
    for p in q.parameters():
        p.requires_grad_(False)

    def policy_loss(mean, log_std, state, critic, alpha=0.2):
        normal = torch.distributions.Normal(mean, log_std.clamp(-20, 2).exp())
        u = normal.rsample()
        action = torch.tanh(u)
        log_prob = normal.log_prob(u).sum(1)
        value = critic(torch.cat([state, action], 1)).squeeze(1)
        return (alpha * log_prob - value).mean()

    return policy_loss, (mean, log_std, state, q)


@wrong(
    "https://github.com/facebookresearch/ReAgent/pull/358",
    "log_prob of SAC's actor is not backpropagated",
    "",
)
def _():
    torch.manual_seed(18)
    state = torch.randn(32, 6)
    mean, log_std = mlp(6, 32, 4)(state).chunk(2, 1)
    q = mlp(8, 32, 1)
    for p in q.parameters():
        p.requires_grad_(False)
    normal = torch.distributions.Normal(mean, log_std.clamp(-5, 2).exp())
    u = normal.rsample()
    action = torch.tanh(u)
    log_prob = (normal.log_prob(u) - torch.log(1 - action**2 + 1e-6)).sum(1, keepdim=True)
    q_value = q(torch.cat([state, action], 1))

    def actor_loss(log_prob, q_value, entropy_temperature=0.1):
        with torch.no_grad():
            entropy_term = entropy_temperature * log_prob
        return (entropy_term - q_value).mean()

    return actor_loss, (log_prob, q_value)


def _supcon(features, labels, temperature=0.07):
    mask = torch.eq(labels[:, None], labels[None]).float()
    logits = torch.matmul(features, features.T) / temperature
    logits = logits - logits.max(1, keepdim=True)[0].detach()
    logits_mask = 1 - torch.eye(len(labels))
    mask = mask * logits_mask
    exp_logits = torch.exp(logits) * logits_mask
    log_prob = logits - torch.log(exp_logits.sum(1, keepdim=True))
    mean_log_prob_pos = (mask * log_prob).sum(1) / mask.sum(1)
    return -mean_log_prob_pos.mean()


@wrong(
    "https://github.com/HobbitLong/SupContrast/issues/50",
    "features without F.normalize: nan",
    "LX409",
)
def _():
    torch.manual_seed(19)
    labels = torch.arange(16) % 4
    x = torch.randn(16, 10) * 3 + 4 * F.one_hot(labels, 10)
    return _supcon, (mlp(10, 64, 64)(x * 4), labels)


@wrong(
    "https://github.com/vturrisi/solo-learn/issues/185",
    "a matrix divided by the counts of its rows",
    "LX118",
)
def _():
    torch.manual_seed(20)
    targets = torch.tensor([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
    z = F.normalize(mlp(8, 32, 16)(torch.randn(12, 8) + F.one_hot(targets, 8)), dim=1)

    def supcon_loss(z, targets, temperature=0.1):
        logits = z @ z.T / temperature
        eye = torch.eye(len(z))
        pos_mask = (targets[:, None] == targets[None]).float() - eye
        exp_logits = logits.exp() * (1 - eye)
        log_prob = logits - exp_logits.sum(1, keepdim=True).log()
        mean_log_prob_pos = pos_mask * log_prob / pos_mask.sum(1)
        return -mean_log_prob_pos.sum(1).mean()

    return supcon_loss, (z, targets)


def _pair_sims(seed):
    torch.manual_seed(seed)
    labels = torch.arange(12) % 3
    emb = mlp(8, 32, 16)(torch.randn(12, 8) + 2 * F.one_hot(labels, 8))
    return emb, labels


@wrong(
    "https://github.com/KevinMusgrave/pytorch-metric-learning/issues/246",
    "the margins of distances with a cosine similarity",
    "LX608",
)
def _():
    def contrastive_loss(embeddings, labels, pos_margin=0.0, neg_margin=1.0):
        sim = F.normalize(embeddings, dim=1) @ F.normalize(embeddings, dim=1).T
        same = labels[:, None] == labels[None]
        eye = torch.eye(len(labels)).bool()
        pos_loss = F.relu(sim[same & ~eye] - pos_margin).mean()
        neg_loss = F.relu(neg_margin - sim[~same]).mean()
        return pos_loss + neg_loss

    return contrastive_loss, _pair_sims(21)


@wrong(
    "https://github.com/isl-org/MultiObjectiveOptimization/issues/7",
    "mask of gt > 0 on depth that was normalized",
    "",
)
def _():
    torch.manual_seed(22)
    img = torch.randn(4, 3, 16, 24)
    gt = img.mean(1, keepdim=True) * 1.5
    gt = (gt - gt.mean()) / gt.std()
    gt[torch.rand_like(gt) < 0.15] = 0

    def depth_loss(input, target):
        mask = target > 0
        count = mask.sum()
        return (torch.abs(input - target) * mask.float()).sum() / count

    return depth_loss, (nn.Conv2d(3, 1, 3, padding=1)(img), gt)


@wrong(
    "https://github.com/Hsuxu/Loss_ToolBox-PyTorch/issues/4",
    "smoothed one-hot rows that do not sum to 1",
    "LX581",
)
def _():
    x, y = classes(32, 10, 10, 23)

    def smooth_ce(logit, target, smooth=0.1):
        one_hot_key = F.one_hot(target, logit.shape[1]).float()
        one_hot_key = torch.clamp(one_hot_key, smooth, 1.0 - smooth)
        return -(one_hot_key * F.log_softmax(logit, 1)).sum(1).mean()

    return smooth_ce, (mlp(10, 32, 10)(x), y)


@wrong(
    "https://github.com/KevinMusgrave/pytorch-metric-learning/issues/537",
    "ArcFace beyond an angle of pi - m",
    "",
)
def _():
    torch.manual_seed(24)
    labels = torch.randint(0, 5, (16,))
    W = nn.Parameter(F.normalize(torch.randn(5, 8), dim=1))
    emb = nn.Linear(8, 8)
    with torch.no_grad():
        emb.weight.copy_(torch.eye(8))
        emb.bias.zero_()
    x = -W.detach()[labels] + 0.05 * torch.randn(16, 8)
    x[:6] = torch.randn(6, 8)

    def arcface_loss(embeddings, labels, W, margin=0.5, scale=64):
        cosine = F.normalize(embeddings, dim=1) @ F.normalize(W, dim=1).T
        target = cosine.gather(1, labels[:, None])
        angles = torch.acos(target.clamp(-1 + 1e-7, 1 - 1e-7))
        logits = cosine.scatter(1, labels[:, None], torch.cos(angles + margin))
        return F.cross_entropy(logits * scale, labels)

    return arcface_loss, (emb(x), labels, W)


class _TVLoss(nn.Module):
    def __init__(self, norm_type="l2", reduction="mean", size_average=True):
        super().__init__()
        self.norm_type, self.reduction, self.size_average = norm_type, reduction, size_average

    def forward(self, x):
        h = (x[:, :, 1:] - x[:, :, :-1]).pow(2).sum((1, 2, 3))
        w = (x[:, :, :, 1:] - x[:, :, :, :-1]).pow(2).sum((1, 2, 3))
        score = h + w
        if self.size_average:
            score = score.mean(0)
        return {"mean": score.mean, "sum": score.sum, "none": lambda: score}[self.reduction]()


@wrong("https://github.com/photosynthesis-team/piq/issues/65", "reduction='sum' gives the mean", "")
def _():
    torch.manual_seed(25)
    return _TVLoss(reduction="sum"), (nn.Conv2d(3, 3, 3, padding=1)(torch.rand(3, 3, 32, 32)),)


@wrong(
    "https://github.com/worldstrat/worldstrat/pull/10",
    "a total variation of shape (B, C) added to losses of shape (B,)",
    "LX100",
)
def _():  # raises
    torch.manual_seed(26)
    y = torch.rand(8, 3, 16, 16)
    y_hat = nn.Conv2d(3, 3, 3, padding=1)(F.avg_pool2d(y, 3, 1, 1))

    def sr_loss(y_hat, y, w_tv=0.1):
        mse = ((y_hat - y) ** 2).mean((1, 2, 3))
        tv = (y_hat[..., 1:] - y_hat[..., :-1]).abs().sum((2, 3)) + (
            y_hat[..., 1:, :] - y_hat[..., :-1, :]
        ).abs().sum((2, 3))
        return (mse + w_tv * tv).mean()

    return sr_loss, (y_hat, y)


@wrong(
    "https://github.com/udacity/deep-learning-v2-pytorch/pull/167",
    "a Gram matrix that forgets the batch",
    "LX100",
)
def _():  # raises
    torch.manual_seed(27)
    style, target = torch.rand(4, 3, 16, 16), torch.rand(4, 3, 16, 16)
    vgg = nn.Conv2d(3, 8, 3, padding=1)

    def style_loss(target_feature, style_feature):
        def gram_matrix(tensor):
            _, d, h, w = tensor.size()
            tensor = tensor.view(d, h * w)
            return torch.mm(tensor, tensor.t())

        d, h, w = target_feature.shape[1:]
        return torch.mean((gram_matrix(target_feature) - gram_matrix(style_feature)) ** 2) / (
            d * h * w
        )

    return style_loss, (vgg(target), vgg(style).detach())


def _yolo_cells(seed, channels, conf):
    torch.manual_seed(seed)
    feat = torch.randn(4, 16, 7, 7)
    pred = torch.sigmoid(nn.Conv2d(16, channels, 1)(feat)).permute(0, 2, 3, 1)
    obj = torch.rand(4, 7, 7) < 0.12
    target = torch.zeros(4, 7, 7, channels)
    return pred, target, obj


@wrong(
    "https://github.com/Liang-ZX/HKU-DASC7606-A1/issues/1",
    "confidence columns 4 and 9 whatever the number of boxes",
    "",
)
def _():
    B, C = 3, 5
    pred, target, obj = _yolo_cells(28, B * 5 + C, None)
    for b in range(B):
        target[obj, b * 5 : b * 5 + 4] = torch.rand(int(obj.sum()), 4)
        target[obj, b * 5 + 4] = 1
    target[..., B * 5 :][obj] = F.one_hot(torch.randint(0, C, (int(obj.sum()),)), C).float()

    def no_object_loss(pred_tensor, target_tensor, B=3):
        noo_mask = (target_tensor[..., 4] == 0).unsqueeze(-1).expand_as(target_tensor)
        noo_pred = pred_tensor[noo_mask].view(-1, pred_tensor.shape[-1])
        noo_target = target_tensor[noo_mask].view(-1, pred_tensor.shape[-1])
        noo_pred_mask = torch.zeros_like(noo_pred).bool()
        noo_pred_mask[:, 4] = 1
        noo_pred_mask[:, 9] = 1
        return F.mse_loss(noo_pred[noo_pred_mask], noo_target[noo_pred_mask], reduction="sum")

    return no_object_loss, (pred, target)


@wrong(
    "https://github.com/duanyiqun/YOLO-Minimal/issues/2",
    "the object mask is of column 5, the confidence is in 4",
    "",
)
def _():
    C = 4
    pred, target, obj = _yolo_cells(29, 5 + C, 4)
    target[obj, :4] = torch.rand(int(obj.sum()), 4)
    target[obj, 4] = 1
    target[..., 5:][obj] = F.one_hot(torch.randint(0, C, (int(obj.sum()),)), C).float()

    def yolo_loss(pred_tensor, target_tensor, l_coord=5, l_noobj=0.5):
        pred_tensor, target_tensor = pred_tensor.flatten(1, 2), target_tensor.flatten(1, 2)
        coord_mask = target_tensor[:, :, 5] > 0
        noobj_mask = target_tensor[:, :, 5] == 0
        p, t = pred_tensor[coord_mask], target_tensor[coord_mask]
        loc_loss = F.mse_loss(p[:, :4], t[:, :4], reduction="sum")
        conf_loss = F.mse_loss(p[:, 4], t[:, 4], reduction="sum")
        class_loss = F.mse_loss(p[:, 5:], t[:, 5:], reduction="sum")
        noobj_loss = F.mse_loss(
            pred_tensor[noobj_mask][:, 4], target_tensor[noobj_mask][:, 4], reduction="sum"
        )
        return (l_coord * loc_loss + conf_loss + l_noobj * noobj_loss + class_loss) / len(
            pred_tensor
        )

    return yolo_loss, (pred, target)


@wrong(
    "https://github.com/DeepBaksuVision/You_Only_Look_Once/issues/7",
    "square root of predicted widths below 0",
    "LX408",
)
def _():
    torch.manual_seed(30)
    x = torch.randn(16, 20)
    label = torch.rand(16, 4) * 0.5 + 0.2

    def coord_loss(pred, label, lambda_coord=5):
        xy = ((pred[:, :2] - label[:, :2]) ** 2).sum()
        wh = ((torch.sqrt(pred[:, 2:]) - torch.sqrt(label[:, 2:])) ** 2).sum()
        return lambda_coord * (xy + wh) / len(pred)

    return coord_loss, (mlp(20, 32, 4)(x), label)


@wrong(
    "https://github.com/ajinkyakulkarni14/ERISHA/issues/3",
    "entropy(target, probabilities): arguments exchanged, and a minus",
    "LX550",
)
def _():
    torch.manual_seed(31)
    z = torch.randn(24, 16)
    id_ = torch.randint(0, 6, (24,))
    prob_ = F.softmax(nn.Linear(16, 6)(z), dim=-1)

    def get_encoder_loss(id_, prob_, classes_=6, cat_lambda=1.0):
        def entropy(logits, targets):
            log_q = F.log_softmax(logits, dim=-1)
            return -torch.mean(torch.sum(targets * log_q, dim=-1))

        cat_target = F.one_hot(id_, classes_).float()
        return cat_lambda * (-entropy(cat_target, prob_) - math.log(0.1))

    return get_encoder_loss, (id_, prob_)


def _rbf_mmd(X, Y):
    XX, YY, XY = [
        torch.exp(-(torch.cdist(a, b) ** 2) / (2 * X.shape[1])) for a, b in ((X, X), (Y, Y), (X, Y))
    ]
    n = len(X)
    off = 1 - torch.eye(n)
    return ((XX * off).sum() + (YY * off).sum()) / (n * (n - 1)) - 2 * XY.mean()


@wrong(
    "https://github.com/schelotto/Wasserstein-AutoEncoders/issues/6",
    "the discrepancy is subtracted",
    "LX601",
)
def _():
    torch.manual_seed(32)
    images = torch.rand(32, 20)
    enc, dec = mlp(20, 32, 4), mlp(4, 32, 20)
    z_real = enc(images)
    z_fake = torch.randn(32, 4)

    def wae_loss(x_recon, images, z_real, z_fake, LAMBDA=10):
        recon_loss = F.mse_loss(x_recon, images)
        mmd_loss = LAMBDA * _rbf_mmd(z_real, z_fake)
        return recon_loss - mmd_loss

    return wae_loss, (dec(z_real), images, z_real, z_fake)


def _gaussian_kernel(source, target, kernel_mul=2.0, kernel_num=5):
    total = torch.cat([source, target], 0)
    L2 = torch.cdist(total, total) ** 2
    n = len(total)
    bandwidth = L2.detach().sum() / (n**2 - n) / kernel_mul ** (kernel_num // 2)
    return sum(torch.exp(-L2 / (bandwidth * kernel_mul**i)) for i in range(kernel_num))


@wrong(
    "https://github.com/ZongxianLee/MMD_Loss.Pytorch/pull/5",
    "MMD for source and target of two sizes",
    "LX100",
)
def _():  # raises
    torch.manual_seed(33)
    net = mlp(10, 16)

    def mmd_loss(source, target):
        batch_size = int(source.size()[0])
        kernels = _gaussian_kernel(source, target)
        XX, YY = kernels[:batch_size, :batch_size], kernels[batch_size:, batch_size:]
        XY, YX = kernels[:batch_size, batch_size:], kernels[batch_size:, :batch_size]
        return torch.mean(XX + YY - XY - YX)

    return mmd_loss, (net(torch.randn(16, 10)), net(torch.randn(24, 10) + 0.5))


def _mol(y_hat, y, num_classes, wrong, log_scale_min=-7.0):
    nr_mix = y_hat.shape[-1] // 3
    logit_probs, means = y_hat[..., :nr_mix], y_hat[..., nr_mix : 2 * nr_mix]
    log_scales = torch.clamp(y_hat[..., 2 * nr_mix :], min=log_scale_min)
    y = y.expand_as(means)
    centered_y = y - means
    inv_stdv = torch.exp(-log_scales)
    plus_in = inv_stdv * (centered_y + 1.0 / (num_classes - 1))
    min_in = inv_stdv * (centered_y - 1.0 / (num_classes - 1))
    log_cdf_plus = plus_in - F.softplus(plus_in)
    log_one_minus_cdf_min = -F.softplus(min_in)
    cdf_delta = torch.sigmoid(plus_in) - torch.sigmoid(min_in)
    log_probs = torch.where(
        y < -0.999,
        log_cdf_plus,
        torch.where(y > 0.999, log_one_minus_cdf_min, torch.log(torch.clamp(cdf_delta, min=1e-12))),
    )
    return logit_probs, log_probs


@wrong(
    "https://github.com/r9y9/wavenet_vocoder/issues/34",
    "log probabilities summed over the components of a mixture",
    "",
)
def _():
    torch.manual_seed(34)
    y = torch.tanh(torch.randn(4, 50, 1))
    y_hat = nn.Conv1d(1, 12, 3, padding=1)(y.transpose(1, 2)).transpose(1, 2)

    def discretized_mix_logistic_loss(y_hat, y, num_classes=256):
        logit_probs, log_probs = _mol(y_hat, y, num_classes, True)
        log_probs = torch.sum(log_probs, dim=-1, keepdim=True) + F.log_softmax(logit_probs, -1)
        return -torch.sum(torch.logsumexp(log_probs, -1))

    return discretized_mix_logistic_loss, (y_hat, y)


@wrong(
    "https://discuss.pytorch.org/t/best-practices-to-solve-nan-ctc-loss/151913",
    "labels as long as the frames allow no alignment",
    "LX323",
)
def _():
    torch.manual_seed(35)
    T, N, C = 12, 4, 20
    frames = torch.randn(T, N, 16)
    targets = torch.randint(1, C, (N, 15))
    log_probs = nn.Linear(16, C)(frames).log_softmax(2)
    return nn.CTCLoss(), (log_probs, targets, torch.full((N,), T), torch.tensor([6, 15, 7, 8]))


@wrong("https://github.com/sarahwie/attention/issues/6", "KLDivLoss(target, input)", "")
def _():  # unseeable: the reverse divergence is wanted elsewhere; the author says it was not meant
    torch.manual_seed(36)
    h = torch.randn(8, 15, 12)
    attn = F.softmax(nn.Linear(12, 1)(h).squeeze(-1), 1)
    target_attn = F.softmax(h[:, :, 0], 1)

    def adv_loss(attn, target_attn):
        return nn.KLDivLoss(reduction="batchmean")(target_attn.log(), attn)

    return adv_loss, (attn, target_attn)


@wrong(
    "https://github.com/wohlert/semi-supervised-pytorch/issues/21",
    "log determinants summed over the batch",
    "LX519",
)
def _():
    torch.manual_seed(37)
    x = torch.randn(16, 10)
    mu, log_var = nn.Linear(10, 4)(x), nn.Linear(10, 4)(x)
    z = mu + torch.exp(0.5 * log_var) * torch.randn(16, 4)
    u, w, b = [nn.Parameter(0.3 * torch.randn(s)) for s in ((4,), (4,), (1,))]
    t = torch.tanh(z @ w + b)
    f_z = z + t[:, None] * u
    log_det_z = torch.log((1 + (1 - t**2) * (u @ w)).abs() + 1e-4)

    def kld(z, mu, log_var, f_z, log_det_z):
        def log_gaussian(x, mu, log_var):
            return (
                -0.5 * math.log(2 * math.pi)
                - log_var / 2
                - (x - mu) ** 2 / (2 * torch.exp(log_var))
            ).sum(-1)

        qz = log_gaussian(z, mu, log_var) - sum(log_det_z)
        pz = (-0.5 * math.log(2 * math.pi) - f_z**2 / 2).sum(-1)
        return (qz - pz).mean()

    return kld, (z, mu, log_var, f_z, log_det_z)


def _flow(seed):
    torch.manual_seed(seed)
    x = torch.rand(8, 3 * 8 * 8)
    s, t = mlp(96, 64, 96), mlp(96, 64, 96)
    a, b = x.chunk(2, 1)
    ls = torch.tanh(s(a))
    return torch.cat([a, b * ls.exp() + t(a)], 1), ls.sum(1)


@wrong("https://github.com/vislearn/FrEIA/issues/16", "/ 8*8 divides and multiplies", "LX651")
def _():
    def nll(z, log_det):
        return torch.mean(z**2) / 2 - torch.mean(log_det) / 8 * 8

    return nll, _flow(38)


@wrong(
    "https://github.com/jfzhang95/pytorch-deeplab-xception/issues/55",
    "the mean is divided by the batch again",
    "LX528",
)
def _():
    torch.manual_seed(39)
    img = torch.randn(8, 3, 12, 12)
    target = (img[:, 0] > 0).long() + (img[:, 1] > 0.5).long()
    target[:, :1] = 255

    def cross_entropy_loss(logit, target, ignore_index=255, batch_average=True):
        n, c, h, w = logit.size()
        criterion = nn.CrossEntropyLoss(ignore_index=ignore_index, reduction="mean")
        loss = criterion(logit, target.long())
        if batch_average:
            loss = loss / n
        return loss

    return cross_entropy_loss, (nn.Conv2d(3, 3, 3, padding=1)(img), target)


@wrong(
    "https://github.com/felipecode/coiltraine/issues/37",
    "speed_loss is divided by the batch size twice",
    "",
)
def _():
    torch.manual_seed(40)
    x = torch.randn(32, 16)
    branches = [mlp(16, 16, 3)(x) for _ in range(4)] + [mlp(16, 16, 1)(x)]
    targets, speed = torch.tanh(x[:, :3]), x[:, 3:4].abs()
    controls = torch.randint(0, 4, (32,))

    def branched_loss(branches, targets, speed, controls):
        vec = [
            F.l1_loss(b, targets, reduction="none") * (controls == i).float()[:, None]
            for i, b in enumerate(branches[:4])
        ]
        loss_function = vec[0] + vec[1] + vec[2] + vec[3]
        speed_loss = F.l1_loss(branches[4], speed, reduction="none") / branches[0].shape[0]
        return (
            torch.sum(loss_function) / branches[0].shape[0]
            + torch.sum(speed_loss) / branches[0].shape[0]
        )

    return branched_loss, (branches, targets, speed, controls)


def _codes(seed):
    torch.manual_seed(seed)
    z = mlp(12, 32, 8)(torch.randn(40, 12))
    embedding = nn.Embedding(10, 8)
    idx = torch.cdist(z, embedding.weight).argmin(1)
    return z, embedding(idx)


@wrong(
    "https://github.com/CompVis/taming-transformers/issues/57", "beta on the codebook's term", ""
)
def _():
    def vq_loss(z, z_q, beta=0.25):
        return torch.mean((z_q.detach() - z) ** 2) + beta * torch.mean((z_q - z.detach()) ** 2)

    return vq_loss, _codes(41)


@wrong(
    "https://github.com/keras-team/keras-io/issues/194",
    "the actor's loss trains the critic (ported)",
    "LX412",
)
def _():
    torch.manual_seed(42)
    states = torch.randn(20, 4)
    body = nn.Sequential(nn.Linear(4, 32), nn.ReLU())
    h = body(states)
    actions = torch.randint(0, 2, (20,))
    log_probs = nn.Linear(32, 2)(h).log_softmax(1).gather(1, actions[:, None]).squeeze(1)
    values = nn.Linear(32, 1)(h).squeeze(1)
    returns = torch.randn(20).cumsum(0).flip(0)
    returns = (returns - returns.mean()) / returns.std()

    def actor_critic_loss(log_probs, values, returns):
        diff = returns - values
        actor_losses = -log_probs * diff
        critic_losses = F.huber_loss(values, returns, reduction="none")
        return actor_losses.sum() + critic_losses.sum()

    return actor_critic_loss, (log_probs, values, returns)


@wrong("http://xiaobeizi.cn/x/6iuujguWdu", "three outputs, one label", "")
def _():
    torch.manual_seed(43)
    X = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
    return nn.MSELoss(), (nn.Linear(1, 3)(X), 2 * X)


@wrong("http://ddrv.cn/?p=758668", "square root of a distance that is 0 (ported)", "LX405")
def _():
    torch.manual_seed(44)
    gps = torch.rand(16, 2)
    out = F.relu(mlp(6, 16, 2)(torch.randn(16, 6)))
    gps[out.detach().sum(1) == 0] = 0
    gps[0], gps[1] = out.detach()[0], out.detach()[1]

    def gps_distance(y_true, y_pred):
        lx, ly = y_true[:, 0] - y_pred[:, 0], y_true[:, 1] - y_pred[:, 1]
        return torch.mean(torch.sqrt(torch.square(lx) + torch.square(ly)))

    return gps_distance, (gps, out)


@wrong(
    "https://e-com-net.com/article/1610540118618177536.htm",
    "root of a mean of squares that is 0",
    "LX405",
)
def _():
    torch.manual_seed(45)
    x = torch.randn(8, 5)
    net = nn.Linear(5, 1)  # begins at 0, as the last layer of a residual often does
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    criterion = nn.MSELoss()

    def rmse(x, y):
        return torch.sqrt(criterion(x, y))

    return rmse, (net(x), torch.zeros(8, 1))


@wrong(
    "https://github.com/Toni-SM/skrl/pull/357",
    "entropy_loss is computed and not used (ported)",
    "LX121",
)
def _():
    torch.manual_seed(46)
    s = torch.randn(32, 6)
    mean, log_std = mlp(6, 32, 2)(s), nn.Parameter(torch.zeros(2))
    dist = torch.distributions.Normal(mean, log_std.exp().expand_as(mean))
    a = dist.sample()
    next_log_prob = dist.log_prob(a).sum(1, keepdim=True)
    entropy = dist.entropy().sum(1, keepdim=True)
    old = next_log_prob.detach() + 0.1 * torch.randn(32, 1)
    adv = torch.randn(32, 1)

    def ppo_policy_loss(
        next_log_prob,
        sampled_log_prob,
        sampled_advantages,
        entropy,
        ratio_clip=0.2,
        entropy_loss_scale=0.01,
    ):
        entropy_loss = 0
        if entropy_loss_scale:
            entropy_loss = -entropy_loss_scale * entropy.mean()  # noqa: F841
        ratio = torch.exp(next_log_prob - sampled_log_prob)
        surrogate = sampled_advantages * ratio
        surrogate_clipped = sampled_advantages * torch.clip(
            ratio, 1.0 - ratio_clip, 1.0 + ratio_clip
        )
        return -torch.min(surrogate, surrogate_clipped).mean()

    return ppo_policy_loss, (next_log_prob, old, adv, entropy)


def _vae(seed, d=64):
    torch.manual_seed(seed)
    x = torch.rand(16, d)
    h = nn.Linear(d, 32)(x).relu()
    mu, logvar = nn.Linear(32, 6)(h), nn.Linear(32, 6)(h)
    z = mu + torch.randn(16, 6) * (0.5 * logvar).exp()
    return torch.sigmoid(mlp(6, 32, d)(z)), x, mu, logvar


@wrong(
    "https://github.com/orybkin/sigma-vae-pytorch/pull/12",
    "squares averaged, divergence summed",
    "LX519",
)
def _():
    def mse_vae_loss(x_hat, x, mu, logvar):
        rec = nn.MSELoss()(x_hat, x)
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return rec + kl

    return mse_vae_loss, _vae(47)


@wrong(
    "https://github.com/HobbitLong/SupContrast/issues/141", "an anchor without a positive", "LX408"
)
def _():
    torch.manual_seed(48)
    labels = torch.tensor([0, 1, 1, 3, 2, 2, 1, 4])
    return _supcon, (F.normalize(mlp(10, 16, 8)(torch.randn(8, 10)), dim=1), labels, 0.8)


@wrong(
    "https://github.com/WHU-AISE/TVDiag/pull/5",
    "0/0 of similarities that have all vanished",
    "LX408",
)
def _():
    torch.manual_seed(49)
    y = torch.arange(12) % 3
    z = mlp(8, 32, 16)(torch.randn(12, 8) * 40 + 60 * F.one_hot(y, 8))

    def supervised_contrastive_loss(z, y, tau=0.3):
        sim = torch.exp(-torch.cdist(z, z) / tau)
        sim = sim * (1 - torch.eye(len(z)))
        sim_sum = sim.sum(1, keepdim=True)
        p = torch.div(sim, sim_sum)
        same = (y[:, None] == y[None]).float() * (1 - torch.eye(len(z)))
        return -torch.log((p * same).sum(1)).mean()

    return supervised_contrastive_loss, (z, y)


@wrong("https://github.com/runame/laplace-redux/pull/1", "softmax applied twice", "LX322")
def _():
    x, y = classes(32, 8, 5, 50)
    out = F.softmax(mlp(8, 32, 5)(x), dim=-1)

    def nll(py, targets):
        py = torch.softmax(py, -1)
        return -torch.distributions.Categorical(py).log_prob(targets).mean()

    return nll, (out, y)


@wrong(
    "https://github.com/photosynthesis-team/piq/issues/57", "difference of two total variations", ""
)
def _():
    torch.manual_seed(51)
    target = torch.rand(4, 3, 16, 16)

    def tv_loss(prediction, target):
        def total_variation(x):
            h = (x[:, :, 1:] - x[:, :, :-1]).pow(2).sum((1, 2, 3))
            w = (x[..., 1:] - x[..., :-1]).pow(2).sum((1, 2, 3))
            return (h + w).mean()

        return (total_variation(prediction) - total_variation(target)).abs()

    return tv_loss, (nn.Conv2d(3, 3, 3, padding=1)(target + 0.1 * torch.randn_like(target)), target)


@wrong(
    "https://github.com/clementchadebec/benchmark_VAE/pull/125",
    "reconstruction summed, quantization averaged",
    "",
)
def _():
    z, quantized = _codes(52)
    torch.manual_seed(52)
    x = torch.rand(40, 256)
    recon_x = torch.sigmoid(mlp(8, 32, 256)(z + (quantized - z).detach()))

    def vqvae_loss(recon_x, x, z, quantized, beta=0.25):
        recon_loss = F.mse_loss(recon_x, x, reduction="none").sum(-1)
        commitment_loss = F.mse_loss(quantized.detach(), z, reduction="mean")
        embedding_loss = F.mse_loss(quantized, z.detach(), reduction="mean")
        return (recon_loss + embedding_loss + beta * commitment_loss).mean()

    return vqvae_loss, (recon_x, x, z, quantized)


class _VectorQuantizer(nn.Module):
    def __init__(self, codebook_size=12, emb_dim=8, beta=0.25):
        super().__init__()
        self.beta, self.embedding = beta, nn.Embedding(codebook_size, emb_dim)

    def forward(self, z):
        d = (
            (z**2).sum(1, keepdim=True)
            + (self.embedding.weight**2).sum(1)
            - 2 * z @ self.embedding.weight.t()
        )
        z_q = self.embedding(d.argmin(1))
        return torch.mean((z_q.detach() - z) ** 2) + self.beta * torch.mean((z_q - z.detach()) ** 2)


@wrong(
    "https://github.com/sczhou/CodeFormer/issues/427",
    "beta at the term of the codebook, in a quantizer",
    "",
)
def _():
    torch.manual_seed(53)
    return _VectorQuantizer(), (mlp(12, 32, 8)(torch.randn(40, 12)),)


@wrong(
    "https://github.com/HorizonRobotics/alf/pull/1557",
    "the entropy wanted of all heads asked of each",
    "",
)
def _():  # that -5 is a total of heads of 2 and 3 dimensions is known outside of the call
    torch.manual_seed(54)
    log_alpha = [nn.Parameter(torch.zeros(())) for _ in range(2)]
    log_pi = [torch.randn(32) - 1, torch.randn(32) - 2]

    def alpha_loss(log_alpha, log_pi, target_entropy):
        return sum(
            (la * (-lp - target_entropy).detach()).mean() for la, lp in zip(log_alpha, log_pi)
        )

    return alpha_loss, (log_alpha, log_pi, -5.0)


@wrong(
    "https://github.com/PRBonn/lidar-bonnetal/issues/48",
    "weights that are larger for the commoner class",
    "",
)
def _():
    torch.manual_seed(55)
    labels = torch.multinomial(torch.tensor([0.75, 0.20, 0.05]), 400, replacement=True)
    x = torch.randn(400, 6) + F.one_hot(labels, 6)

    def weighted_nll(output, proj_labels, epsilon_w=0.001):
        content = torch.bincount(proj_labels, minlength=output.shape[1]).float() / len(proj_labels)
        f_c = 1 / content
        loss_w = 1 / torch.log(f_c + epsilon_w)
        return nn.NLLLoss(weight=loss_w)(torch.log(output.clamp(min=1e-8)), proj_labels)

    return weighted_nll, (F.softmax(mlp(6, 16, 3)(x), 1), labels)


@wrong("https://github.com/pytorch/pytorch/issues/19699", "MSELoss of (100, 1) and (100,)", "LX101")
def _():
    torch.manual_seed(56)
    x = torch.randn(100, 4)
    return nn.MSELoss(), (nn.Linear(4, 1)(x), x.sum(1) + 0.1 * torch.randn(100))


@wrong("http://www.kouhan.cn/en/article/00050409", "class indices given to MSELoss", "LX100")
def _():  # raises
    torch.manual_seed(57)
    img = torch.randn(10, 3, 16, 16)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 133)
    )
    return nn.MSELoss(), (net(img), torch.randint(0, 133, (10,)))


@wrong("https://duoke360.com/post/34781", "target (1000,) for an input of (1000, 1)", "LX101")
def _():  # raises
    torch.manual_seed(58)
    x = torch.randn(1000, 5)
    return nn.BCELoss(), (torch.sigmoid(mlp(5, 8, 1)(x)), (x[:, 0] > 0).float())


@wrong(
    "https://github.com/kevinzakka/pytorch-goodies/issues/2",
    "probas = F.softmax(probas) where logits are meant",
    "LX100",
)
def _():  # raises UnboundLocalError
    torch.manual_seed(59)
    img = torch.randn(4, 3, 12, 12)
    true = (img[:, :1] > 0).long() + (img[:, 1:2] > 0.5).long()

    def dice_loss(true, logits, eps=1e-7):
        num_classes = logits.shape[1]
        true_1_hot = torch.eye(num_classes)[true.squeeze(1)].permute(0, 3, 1, 2).float()
        probas = F.softmax(probas, dim=1)  # noqa: F821
        dims = (0,) + tuple(range(2, true.ndimension()))
        intersection = torch.sum(probas * true_1_hot, dims)
        cardinality = torch.sum(probas + true_1_hot, dims)
        return 1 - (2.0 * intersection / (cardinality + eps)).mean()

    return dice_loss, (true, nn.Conv2d(3, 3, 3, padding=1)(img))


@wrong(
    "https://discuss.pytorch.org/t/unstable-dice-loss/38517",
    "a dice_loss that returns the coefficient",
    "LX520",
)
def _():
    torch.manual_seed(60)
    img = torch.randn(8, 1, 24, 24)
    target = (F.avg_pool2d(img, 5, 1, 2) > 0.1).float()

    def dice_loss(inputs, target):
        inter = (inputs * target).sum(-1).sum(-1)
        union = inputs.sum(-1).sum(-1) + target.sum(-1).sum(-1)
        return (2 * inter / union).mean()

    return dice_loss, (torch.sigmoid(nn.Conv2d(1, 1, 5, padding=2)(img)), target)


@right(
    "https://github.com/AngelaZZZ-611/reasoning_models_probing/issues/1",
    "raw outputs to BCEWithLogitsLoss with pos_weight",
)
def _():
    torch.manual_seed(101)
    x = torch.randn(64, 12)
    y = (x[:, 0] > 1).float()
    pos_weight = (len(y) - y.sum()) / y.sum()
    return nn.BCEWithLogitsLoss(pos_weight=pos_weight), (mlp(12, 16, 1)(x).squeeze(-1), y)


@right(
    "https://github.com/scikit-adaptation/skada-bench/pull/159",
    "log_softmax before CrossEntropyLoss changes neither value nor gradient",
)
def _():
    x, y = classes(32, 8, 5, 102)
    return nn.CrossEntropyLoss(), (F.log_softmax(mlp(8, 16, 5)(x), 1), y)


@right(
    "https://github.com/FlagAI-Open/FlagAI/issues/522",
    "documents joined by their end token: it is a label, not padding",
)
def _():
    torch.manual_seed(103)
    V, eos = 50, 49
    ids = torch.randint(0, 48, (4, 33))
    for r in ids:
        r[torch.randperm(33)[:4]] = eos
    ids[:, -1] = eos
    lm = nn.Sequential(nn.Embedding(V, 16), nn.Linear(16, V))
    loss_func = nn.CrossEntropyLoss(ignore_index=-100)

    def lm_loss(logits, labels):
        shift_logits, shift_labels = logits[..., :-1, :].contiguous(), labels[..., 1:].contiguous()
        return loss_func(shift_logits.view(-1, V), shift_labels.view(-1).long()).mean()

    return lm_loss, (lm(ids), ids)


@right("https://github.com/BloodAxe/pytorch-toolbelt/issues/99", "dice of the whole batch")
def _():
    torch.manual_seed(104)
    img = torch.randn(6, 1, 20, 20)
    y_true = (F.avg_pool2d(img, 5, 1, 2) > 0.15).float()

    def dice_loss(y_pred, y_true, smooth=1.0, eps=1e-7):
        y_pred = F.logsigmoid(y_pred).exp()
        bs = y_true.size(0)
        y_true, y_pred = y_true.view(bs, 1, -1), y_pred.view(bs, 1, -1)
        intersection = torch.sum(y_pred * y_true, dim=(0, 2))
        cardinality = torch.sum(y_pred + y_true, dim=(0, 2))
        scores = (2.0 * intersection + smooth) / (cardinality + smooth).clamp_min(eps)
        loss = (1.0 - scores) * (y_true.sum((0, 2)) > 0).float()
        return loss.mean()

    return dice_loss, (nn.Conv2d(1, 1, 5, padding=2)(img), y_true)


@right(
    "https://github.com/lanlan96/ARM3D/issues/1",
    "argmax picks proposals, objectness has a loss of its own",
)
def _():
    torch.manual_seed(105)
    h = torch.randn(4, 16, 8)
    objectness, sem = nn.Linear(8, 2)(h), nn.Linear(8, 5)(h)
    obj_label, sem_label = (h[..., 0] > 0).long(), torch.randint(0, 5, (4, 16))

    def detection_loss(objectness_scores, sem_scores, objectness_label, sem_cls_label):
        idx_obj = torch.argmax(objectness_scores, 2) == 1
        objectness_loss = F.cross_entropy(objectness_scores.transpose(1, 2), objectness_label)
        sem_loss = F.cross_entropy(sem_scores[idx_obj], sem_cls_label[idx_obj])
        return objectness_loss + 0.1 * sem_loss

    return detection_loss, (objectness, sem, obj_label, sem_label)


@right(
    "https://github.com/pytorch/pytorch/pull/3336",
    "Poisson rates made by softplus, log_input=False",
)
def _():
    torch.manual_seed(106)
    x = torch.randn(40, 5)
    return nn.PoissonNLLLoss(log_input=False, full=True), (
        F.softplus(mlp(5, 16, 1)(x)),
        torch.poisson(torch.exp(0.4 * x[:, :1])),
    )


@right("https://github.com/maudzung/RTM3D/issues/13", "heatmap focal loss of a clamped sigmoid")
def _():
    torch.manual_seed(107)
    feat = torch.randn(2, 8, 16, 16)
    gt = torch.zeros(2, 3, 16, 16)
    yy, xx = torch.meshgrid(torch.arange(16), torch.arange(16), indexing="ij")
    for b in range(2):
        for c in range(3):
            cy, cx = torch.randint(3, 13, (2,))
            gt[b, c] = torch.exp(-((yy - cy) ** 2 + (xx - cx) ** 2) / 4.0)

    def focal(pred, gt):
        pred = torch.clamp(pred.sigmoid(), min=1e-4, max=1 - 1e-4)
        pos_inds, neg_inds = gt.eq(1).float(), gt.lt(1).float()
        pos_loss = torch.log(pred) * torch.pow(1 - pred, 2) * pos_inds
        neg_loss = torch.log(1 - pred) * torch.pow(pred, 2) * torch.pow(1 - gt, 4) * neg_inds
        return -(pos_loss.sum() + neg_loss.sum()) / pos_inds.sum()

    return focal, (nn.Conv2d(8, 3, 3, padding=1)(feat), gt)


def _boxes(seed, n=16):
    torch.manual_seed(seed)
    x = torch.randn(n, 12)
    xy = torch.rand(n, 2) * 0.5 + 0.2
    wh = torch.rand(n, 2) * 0.3 + 0.1
    p = torch.sigmoid(mlp(12, 32, 4)(x))
    return torch.cat([p[:, :2], p[:, 2:] * 0.5 + 0.02], 1), torch.cat([xy, wh], 1)


@right("https://github.com/ultralytics/yolov5/issues/7709", "CIoU as iou - (rho2/c2 + v*alpha)")
def _():
    def ciou_loss(pbox, tbox, eps=1e-7):
        (x1, y1, w1, h1), (x2, y2, w2, h2) = pbox.chunk(4, 1), tbox.chunk(4, 1)
        b1_x1, b1_x2, b1_y1, b1_y2 = x1 - w1 / 2, x1 + w1 / 2, y1 - h1 / 2, y1 + h1 / 2
        b2_x1, b2_x2, b2_y1, b2_y2 = x2 - w2 / 2, x2 + w2 / 2, y2 - h2 / 2, y2 + h2 / 2
        inter = (torch.min(b1_x2, b2_x2) - torch.max(b1_x1, b2_x1)).clamp(0) * (
            torch.min(b1_y2, b2_y2) - torch.max(b1_y1, b2_y1)
        ).clamp(0)
        union = w1 * h1 + w2 * h2 - inter + eps
        iou = inter / union
        cw = torch.max(b1_x2, b2_x2) - torch.min(b1_x1, b2_x1)
        ch = torch.max(b1_y2, b2_y2) - torch.min(b1_y1, b2_y1)
        c2 = cw**2 + ch**2 + eps
        rho2 = (x2 - x1) ** 2 + (y2 - y1) ** 2
        v = (4 / math.pi**2) * torch.pow(torch.atan(w2 / h2) - torch.atan(w1 / h1), 2)
        with torch.no_grad():
            alpha = v / (v - iou + (1 + eps))
        return (1 - (iou - (rho2 / c2 + v * alpha))).mean()

    return ciou_loss, _boxes(108)


@right(
    "https://github.com/ultralytics/yolov3/issues/302",
    "GIoU of offsets within a cell, of both boxes",
)
def _():
    def giou_loss(pbox, tbox):
        p1, p2 = pbox[:, :2] - pbox[:, 2:] / 2, pbox[:, :2] + pbox[:, 2:] / 2
        t1, t2 = tbox[:, :2] - tbox[:, 2:] / 2, tbox[:, :2] + tbox[:, 2:] / 2
        inter = (torch.min(p2, t2) - torch.max(p1, t1)).clamp(0).prod(1)
        union = pbox[:, 2:].prod(1) + tbox[:, 2:].prod(1) - inter + 1e-16
        c_area = (torch.max(p2, t2) - torch.min(p1, t1)).prod(1) + 1e-16
        giou = inter / union - (c_area - union) / c_area
        return (1.0 - giou).mean()

    return giou_loss, _boxes(109)


@right(
    "https://github.com/facebookresearch/detr/issues/619", "both boxes are cxcywh and are converted"
)
def _():
    def loss_boxes(src_boxes, target_boxes):
        def to_xyxy(b):
            return torch.cat([b[:, :2] - 0.5 * b[:, 2:], b[:, :2] + 0.5 * b[:, 2:]], 1)

        loss_bbox = F.l1_loss(src_boxes, target_boxes, reduction="none").sum() / len(target_boxes)
        a, b = to_xyxy(src_boxes), to_xyxy(target_boxes)
        area = (a[:, 2:] - a[:, :2]).prod(1)[:, None], (b[:, 2:] - b[:, :2]).prod(1)[None]
        inter = (
            (torch.min(a[:, None, 2:], b[:, 2:]) - torch.max(a[:, None, :2], b[:, :2]))
            .clamp(min=0)
            .prod(2)
        )
        union = area[0] + area[1] - inter
        hull = (
            (torch.max(a[:, None, 2:], b[:, 2:]) - torch.min(a[:, None, :2], b[:, :2]))
            .clamp(min=0)
            .prod(2)
        )
        giou = inter / union - (hull - union) / hull
        loss_giou = (1 - torch.diag(giou)).sum() / len(target_boxes)
        return 5 * loss_bbox + 2 * loss_giou

    return loss_boxes, _boxes(110)


def _audio(seed, k=1):
    torch.manual_seed(seed)
    src = torch.stack(
        [
            torch.sin(torch.arange(400) * 0.05 * (i + 1)) + 0.1 * torch.randn(4, 400)
            for i in range(k)
        ],
        1,
    )
    est = nn.Conv1d(1, k, 9, padding=4)(src.sum(1, keepdim=True))
    return est, src


@right("https://github.com/csteinmetz1/auraloss/issues/41", "a negative SI-SDR")
def _():
    def sisdr_loss(input, target, eps=1e-8):
        input = input - torch.mean(input, dim=-1, keepdim=True)
        target = target - torch.mean(target, dim=-1, keepdim=True)
        alpha = (input * target).sum(-1) / ((target**2).sum(-1) + eps)
        target = target * alpha.unsqueeze(-1)
        res = input - target
        losses = 10 * torch.log10((target**2).sum(-1) / ((res**2).sum(-1) + eps) + eps)
        return -losses.mean()

    return sisdr_loss, _audio(111)


@right(
    "https://github.com/kaituoxu/Conv-TasNet/issues/1", "SI-SNR of the best permutation, negative"
)
def _():
    def pit_loss(source_hat, source, EPS=1e-8):
        s_hat = source_hat - source_hat.mean(-1, keepdim=True)
        s = source - source.mean(-1, keepdim=True)
        s_hat, s = s_hat[:, :, None], s[:, None]
        proj = (s_hat * s).sum(-1, keepdim=True) * s / ((s**2).sum(-1, keepdim=True) + EPS)
        noise = s_hat - proj
        snr = 10 * torch.log10((proj**2).sum(-1) / ((noise**2).sum(-1) + EPS) + EPS)
        perms = torch.stack(
            [
                torch.stack([snr[:, i, p] for i, p in enumerate(perm)], 1).sum(1)
                for perm in permutations(range(source.shape[1]))
            ],
            1,
        )
        return -(perms.max(1)[0] / source.shape[1]).mean()

    return pit_loss, _audio(112, 2)


@right(
    "https://github.com/jingyaogong/minimind/issues/451", "DPO: the batch is chosen, then rejected"
)
def _():
    torch.manual_seed(113)
    V, T = 40, 14
    x = torch.randint(0, V, (8, T + 1))
    policy = nn.Sequential(nn.Embedding(V, 16), nn.Linear(16, V))
    ref = nn.Sequential(nn.Embedding(V, 16), nn.Linear(16, V))

    def of(m):
        return m(x[:, :-1]).log_softmax(-1).gather(-1, x[:, 1:, None]).squeeze(-1)

    mask = (torch.arange(T)[None] < torch.randint(6, T, (8, 1))).float()
    with torch.no_grad():
        ref_probs = of(ref)

    def dpo_loss(ref_probs, probs, mask, beta=0.1):
        seq_lengths = mask.sum(dim=1, keepdim=True)
        ref_probs = (ref_probs * mask).sum(dim=1) / seq_lengths.squeeze()
        probs = (probs * mask).sum(dim=1) / seq_lengths.squeeze()
        batch_size = ref_probs.shape[0]
        chosen_ref_probs, reject_ref_probs = (
            ref_probs[: batch_size // 2],
            ref_probs[batch_size // 2 :],
        )
        chosen_probs, reject_probs = probs[: batch_size // 2], probs[batch_size // 2 :]
        logits = (chosen_probs - reject_probs) - (chosen_ref_probs - reject_ref_probs)
        return -F.logsigmoid(beta * logits).mean()

    return dpo_loss, (ref_probs, of(policy), mask)


@right("https://github.com/caogang/wgan-gp/issues/56", "norm over all axes but the batch")
def _():
    torch.manual_seed(114)
    real, fake = torch.rand(6, 3, 16, 16), torch.rand(6, 3, 16, 16)

    def calc_gradient_penalty(netD, real_data, fake_data, LAMBDA=10):
        alpha = torch.rand(real_data.size(0), 1, 1, 1).expand(real_data.size())
        interpolates = (alpha * real_data + (1 - alpha) * fake_data).requires_grad_(True)
        disc = netD(interpolates)
        gradients = torch.autograd.grad(
            disc, interpolates, torch.ones_like(disc), create_graph=True
        )[0]
        return ((gradients.norm(2, dim=(1, 2, 3)) - 1) ** 2).mean() * LAMBDA

    return calc_gradient_penalty, (_Critic(), real, fake)


@right(
    "https://github.com/suragnair/alpha-zero-general/issues/329",
    "AlphaZero: -sum(pi * log p) / batch, and a squared value",
)
def _():
    torch.manual_seed(115)
    boards = torch.randn(16, 36)
    h = nn.Linear(36, 32)(boards).relu()
    out_pi, out_v = F.log_softmax(nn.Linear(32, 37)(h), 1), torch.tanh(nn.Linear(32, 1)(h))
    target_pis, target_vs = F.softmax(2 * torch.randn(16, 37), 1), torch.sign(torch.randn(16))

    def loss(target_pis, out_pi, target_vs, out_v):
        l_pi = -torch.sum(target_pis * out_pi) / target_pis.size()[0]
        l_v = torch.sum((target_vs - out_v.view(-1)) ** 2) / target_vs.size()[0]
        return l_pi + l_v

    return loss, (target_pis, out_pi, target_vs, out_v)


@right("https://github.com/YuriCat/MuesliJupyterExample/issues/3", "CMPO's term with its minus")
def _():
    torch.manual_seed(116)
    s = torch.randn(16, 6)
    ps = F.softmax(mlp(6, 32, 4)(s), 1)
    sa = torch.randint(0, 4, (16, 8))
    sea = torch.exp(torch.clamp(torch.randn(16, 8), -1, 1))
    sz = 0.5 + sea.mean(1, keepdim=True)

    def cmpo_loss(ps, sa, sea, sz):
        return -torch.mean(sea / sz * torch.log(ps.gather(1, sa)), dim=1).sum()

    return cmpo_loss, (ps, sa, sea, sz)


@right("https://github.com/henry8527/COT/issues/3", "complement entropy, negated to be minimized")
def _():
    x, y = classes(24, 8, 6, 117)

    def complement_entropy(yHat, y, classes=6):
        batch_size = len(y)
        yHat = F.softmax(yHat, dim=1)
        Yg = torch.gather(yHat, 1, torch.unsqueeze(y, 1))
        Px = yHat / ((1 - Yg) + 1e-7)
        Px_log = torch.log(Px + 1e-10)
        y_zerohot = torch.ones(batch_size, classes).scatter_(1, y.view(batch_size, 1), 0)
        output = Px * Px_log * y_zerohot
        return torch.sum(output) / float(batch_size) / float(classes)

    return complement_entropy, (mlp(8, 16, 6)(x), y)


@right(
    "https://github.com/UKPLab/gpl/issues/15", "MarginMSE: squares of differences of differences"
)
def _():
    torch.manual_seed(118)
    q, pos, neg = [mlp(10, 24, 16) for _ in range(3)]
    x = torch.randn(20, 10)
    labels = torch.randn(20) * 3 + 2

    def margin_mse(embeddings_query, embeddings_pos, embeddings_neg, labels):
        scores_pos = (embeddings_query * embeddings_pos).sum(dim=-1)
        scores_neg = (embeddings_query * embeddings_neg).sum(dim=-1)
        return F.mse_loss(scores_pos - scores_neg, labels)

    return margin_mse, (q(x), pos(x + 0.1), neg(x.flip(0)), labels)


@right("https://github.com/dreamquark-ai/tabnet/issues/311", "M log M, subtracted later")
def _():
    x, y = classes(32, 8, 3, 119)
    att = nn.Linear(8, 8)
    M = F.softmax(att(x), 1)

    def tabnet_loss(output, y, M, lambda_sparse=1e-3, epsilon=1e-15):
        M_loss = torch.mean(torch.sum(torch.mul(M, torch.log(M + epsilon)), dim=1))
        loss = F.cross_entropy(output, y)
        loss = loss - lambda_sparse * M_loss
        return loss

    return tabnet_loss, (mlp(8, 16, 3)(x * M), y, M)


@right(
    "https://github.com/autrainer/autrainer/issues/84",
    "class weights that sum to 1, mean reduction",
)
def _():
    torch.manual_seed(120)
    y = torch.multinomial(torch.tensor([0.6, 0.3, 0.1]), 64, replacement=True)
    x = torch.randn(64, 6) + F.one_hot(y, 6)
    w = 1 / torch.bincount(y, minlength=3).float()
    return nn.CrossEntropyLoss(weight=w / w.sum()), (mlp(6, 16, 3)(x), y)


@right("https://github.com/rail-berkeley/rlkit/issues/71", "SAC: log_alpha times what is detached")
def _():
    torch.manual_seed(121)
    log_alpha = nn.Parameter(torch.zeros(1))
    mean = mlp(5, 16, 3)(torch.randn(32, 5))
    dist = torch.distributions.Normal(mean, torch.ones_like(mean))
    log_pi = dist.log_prob(dist.rsample()).sum(1)

    def alpha_loss(log_alpha, log_pi, target_entropy=-3.0):
        return -(log_alpha * (log_pi + target_entropy).detach()).mean()

    return alpha_loss, (log_alpha, log_pi)


@right(
    "https://github.com/HobbitLong/SupContrast/issues/64",
    "SupCon, positives stay in the denominator",
)
def _():
    torch.manual_seed(122)
    labels = torch.arange(16) % 4
    return _supcon, (
        F.normalize(mlp(10, 32, 16)(torch.randn(16, 10) + F.one_hot(labels, 10)), dim=1),
        labels,
    )


@right(
    "https://github.com/vturrisi/solo-learn/issues/185",
    "summed over the positives, then divided by their number",
)
def _():
    torch.manual_seed(123)
    targets = torch.tensor([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
    z = F.normalize(mlp(8, 32, 16)(torch.randn(12, 8) + F.one_hot(targets, 8)), dim=1)

    def supcon_loss(z, targets, temperature=0.1):
        logits = z @ z.T / temperature
        logits = logits - logits.max(1, keepdim=True)[0].detach()
        eye = torch.eye(len(z))
        pos_mask = (targets[:, None] == targets[None]).float() - eye
        exp_logits = logits.exp() * (1 - eye)
        log_prob = logits - exp_logits.sum(1, keepdim=True).log()
        mean_log_prob_pos = (pos_mask * log_prob).sum(1) / pos_mask.sum(1)
        return -mean_log_prob_pos.mean()

    return supcon_loss, (z, targets)


@right("https://github.com/andreas128/SRFlow/issues/12", "bits per dimension of a flow, below 0")
def _():
    torch.manual_seed(124)
    x = 0.03 * torch.randn(8, 48)
    a, b = (x / 0.03).chunk(2, 1)
    ls = 0.2 * torch.tanh(mlp(24, 32, 24)(a))
    z = torch.cat([a, b * ls.exp() + 0.2 * mlp(24, 32, 24)(a)], 1)
    logdet = ls.sum(1) - 48 * math.log(0.03)

    def nll_bits(z, logdets):
        pixels = z.shape[1]
        logp = -0.5 * (z**2 + math.log(2 * math.pi)).sum(1)
        obj = logdets + logp
        return (-obj / (math.log(2.0) * float(pixels))).mean()

    return nll_bits, (z, logdet)


@right(
    "https://github.com/taoztw/Transformer/issues/2",
    "label smoothing by KLDivLoss, the model's output is log_softmax",
)
def _():
    torch.manual_seed(125)
    V = 30
    target = torch.randint(1, V, (60,))
    target[45:] = 0
    x = F.log_softmax(nn.Linear(12, V)(torch.randn(60, 12)), dim=-1)

    def label_smoothing(x, target, size=30, padding_idx=0, smoothing=0.1):
        true_dist = x.detach().clone()
        true_dist.fill_(smoothing / (size - 2))
        true_dist.scatter_(1, target.unsqueeze(1), 1.0 - smoothing)
        true_dist[:, padding_idx] = 0
        true_dist.masked_fill_((target == padding_idx).unsqueeze(1), 0.0)
        return nn.KLDivLoss(reduction="sum")(x, true_dist) / (target != padding_idx).sum()

    return label_smoothing, (x, target)


@right(
    "https://github.com/KevinMusgrave/pytorch-metric-learning/issues/246",
    "cosine with pos_margin 1 and neg_margin 0",
)
def _():
    def contrastive_loss(embeddings, labels, pos_margin=1.0, neg_margin=0.0):
        sim = F.normalize(embeddings, dim=1) @ F.normalize(embeddings, dim=1).T
        same = labels[:, None] == labels[None]
        eye = torch.eye(len(labels)).bool()
        return F.relu(pos_margin - sim[same & ~eye]).mean() + F.relu(sim[~same] - neg_margin).mean()

    return contrastive_loss, _pair_sims(126)


@right(
    "https://github.com/pytorch/pytorch/pull/190863",
    "CTC of log_softmax from (N, T, C), transposed",
)
def _():
    torch.manual_seed(127)
    N, T, C = 4, 30, 20
    out, _h = nn.LSTM(10, 24, batch_first=True)(torch.randn(N, T, 10))
    log_probs = nn.Linear(24, C)(out).log_softmax(2).transpose(0, 1)
    lengths = torch.tensor([5, 9, 7, 8])
    targets = torch.randint(1, C, (int(lengths.sum()),))
    return nn.CTCLoss(blank=0, zero_infinity=True), (
        log_probs,
        targets,
        torch.tensor([30, 28, 25, 30]),
        lengths,
    )


@right(
    "https://github.com/roboterax/video-prediction-policy/issues/4",
    "EDM: c_out*model + c_skip*noisy against the clean latents",
)
def _():
    torch.manual_seed(128)
    latents = torch.randn(8, 12) * 0.5
    sigma = torch.exp(torch.randn(8, 1) * 1.2 - 1.2)
    noisy = latents + sigma * torch.randn_like(latents)
    c_in = 1 / (sigma**2 + 0.25).sqrt()
    pred = mlp(13, 32, 12)(torch.cat([noisy * c_in, sigma.log() / 4], 1))

    def edm_loss(model_pred, noisy_latents, latents, sigma, sigma_data=0.5):
        c_skip = sigma_data**2 / (sigma**2 + sigma_data**2)
        c_out = sigma * sigma_data / (sigma**2 + sigma_data**2).sqrt()
        loss_weight = (sigma**2 + sigma_data**2) / (sigma * sigma_data) ** 2
        predict_x0 = c_out * model_pred + c_skip * noisy_latents
        return ((predict_x0 - latents) ** 2 * loss_weight).mean()

    return edm_loss, (pred, noisy, latents, sigma)


@right(
    "https://github.com/shekkizh/WassersteinGAN.tensorflow/issues/6",
    "critic low on real, high on fake: the other sign, as in the authors' code",
)
def _():
    torch.manual_seed(129)
    D = _Critic()

    def discriminator_loss(logits_real, logits_fake):
        return torch.mean(logits_real - logits_fake)

    return discriminator_loss, (D(torch.rand(8, 3, 16, 16)), D(torch.rand(8, 3, 16, 16) * 0.3))


@right(
    "https://github.com/OpenRLHF/OpenRLHF/issues/362",
    "labels are the inputs; the shift is in the loss",
)
def _():
    torch.manual_seed(130)
    V = 50
    ids = torch.randint(0, V, (4, 24))
    labels = ids.clone()
    labels[:, :8] = -100
    emb, rnn, head = nn.Embedding(V, 16), nn.GRU(16, 16, batch_first=True), nn.Linear(16, V)

    def gpt_lm_loss(logits, labels):
        shift_logits = logits[..., :-1, :].contiguous()
        shift_labels = labels[..., 1:].contiguous()
        return nn.CrossEntropyLoss(ignore_index=-100)(
            shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1)
        )

    return gpt_lm_loss, (head(rnn(emb(ids))[0]), labels)


@right(
    "https://github.com/ZongxianLee/MMD_Loss.Pytorch/pull/5",
    "MMD of two sizes, a mean for each block",
)
def _():
    torch.manual_seed(131)
    net = mlp(10, 16)

    def mmd_loss(source, target):
        n = len(source)
        kernels = _gaussian_kernel(source, target)
        return kernels[:n, :n].mean() - 2 * kernels[:n, n:].mean() + kernels[n:, n:].mean()

    return mmd_loss, (net(torch.randn(16, 10)), net(torch.randn(24, 10) + 0.5))


@right("https://github.com/thuml/DAN/issues/3", "the linear, unbiased MMD may be below 0")
def _():
    torch.manual_seed(132)
    net = mlp(10, 16)

    def mmd_linear(xs, xt, gamma=0.05):
        def k(a, b):
            return torch.exp(-gamma * ((a - b) ** 2).sum(1))

        x1, x2, y1, y2 = xs[0::2], xs[1::2], xt[0::2], xt[1::2]
        return (k(x1, x2) + k(y1, y2) - k(x1, y2) - k(x2, y1)).mean()

    return mmd_linear, (net(torch.randn(16, 10)), net(torch.randn(16, 10)))


@right("https://github.com/jmkim0309/fewshot-egnn/issues/10", "BCE of 1 - p and 1 - y")
def _():
    torch.manual_seed(133)
    lab = torch.arange(10) % 5
    x = torch.randn(4, 10, 8) + F.one_hot(lab, 8)
    diff = (x[:, :, None] - x[:, None]).abs()
    logit = torch.sigmoid(mlp(8, 16, 1)(diff)).squeeze(-1)
    edge = (lab[:, None] == lab[None]).float().expand(4, 10, 10)
    edge_loss = nn.BCELoss(reduction="none")

    def full_edge_loss(full_logit, full_edge):
        loss = edge_loss(1 - full_logit, 1 - full_edge)
        pos, neg = full_edge, 1 - full_edge
        return (loss * pos).sum() / pos.sum() + (loss * neg).sum() / neg.sum()

    return full_edge_loss, (logit, edge)


@right(
    "https://github.com/huggingface/trl/pull/4935",
    "forward KL: kl_div(student, teacher, log_target=True)",
)
def _():
    torch.manual_seed(134)
    h = torch.randn(4, 10, 12)
    with torch.no_grad():
        teacher = nn.Linear(12, 30)(h).log_softmax(-1)
    mask = (torch.arange(10)[None] < torch.tensor([10, 7, 5, 8])[:, None]).float()

    def forward_kl(student_log_probs, teacher_log_probs, mask):
        kl = F.kl_div(student_log_probs, teacher_log_probs, reduction="none", log_target=True).sum(
            -1
        )
        return (kl * mask).sum() / mask.sum()

    return forward_kl, (nn.Linear(12, 30)(h).log_softmax(-1), teacher, mask)


@right(
    "https://github.com/seukgcode/FastKGE/issues/1",
    "MarginRankingLoss with y = -1: scores are distances",
)
def _():
    torch.manual_seed(135)
    ent, rel = nn.Embedding(40, 12), nn.Embedding(5, 12)
    h, r, t, tn = (
        torch.randint(0, 40, (32,)),
        torch.randint(0, 5, (32,)),
        torch.randint(0, 40, (32,)),
        torch.randint(0, 40, (32,)),
    )
    p_score = (ent(h) + rel(r) - ent(t)).norm(p=1, dim=1)
    n_score = (ent(h) + rel(r) - ent(tn)).norm(p=1, dim=1)
    return nn.MarginRankingLoss(margin=8.0), (p_score, n_score, torch.Tensor([-1]))


@right(
    "https://github.com/CoinCheung/pytorch-loss/issues/10",
    "focal: sigmoid for the weight, logits for the loss",
)
def _():
    torch.manual_seed(136)
    img = torch.randn(4, 3, 12, 12)
    label = (img[:, :1] > 0.8).float()
    crit = nn.BCEWithLogitsLoss(reduction="none")

    def focal_v1(logits, label, alpha=0.25, gamma=2):
        logits = logits.float()
        with torch.no_grad():
            a = torch.empty_like(logits).fill_(1 - alpha)
            a[label == 1] = alpha
        probs = torch.sigmoid(logits)
        pt = torch.where(label == 1, probs, 1 - probs)
        ce_loss = crit(logits, label.double())
        return (a * torch.pow(1 - pt, gamma) * ce_loss).mean()

    return focal_v1, (nn.Conv2d(3, 1, 3, padding=1)(img), label)


@right(
    "https://github.com/paruby/FactorVAE/issues/1",
    "KL with the ones taken out of the sum (- z_dim)",
)
def _():
    x_hat, x, mu, logvar = _vae(137)

    def vae_loss(x_hat, x, enc_mean, enc_logvar, z_dim=6):
        rec = F.binary_cross_entropy(x_hat, x, reduction="none").sum(1).mean()
        KL_divergence = 0.5 * torch.mean(
            torch.sum(torch.exp(enc_logvar) - enc_logvar + enc_mean**2, dim=1) - z_dim
        )
        return rec + KL_divergence

    return vae_loss, (x_hat, x, mu, logvar)


@right(
    "https://github.com/czifan/DeepSurv.pytorch/issues/3",
    "Cox by a mask, a mean over those at risk",
)
def _():
    torch.manual_seed(138)
    x = torch.randn(40, 6)
    y = torch.distributions.Exponential(torch.exp(0.7 * x[:, :1])).sample()
    e = (torch.rand(40, 1) < 0.7).float()

    def neg_log_likelihood(risk_pred, y, e):
        mask = torch.ones(y.shape[0], y.shape[0])
        mask[(y.T - y) > 0] = 0
        log_loss = torch.exp(risk_pred) * mask
        log_loss = torch.sum(log_loss, dim=0) / torch.sum(mask, dim=0)
        log_loss = torch.log(log_loss).reshape(-1, 1)
        return -torch.sum((risk_pred - log_loss) * e) / torch.sum(e)

    return neg_log_likelihood, (mlp(6, 16, 1)(x), y, e)


@right(
    "https://github.com/lucidrains/vector-quantize-pytorch/issues/22",
    "commitment alone: the codebook moves by averages",
)
def _():
    torch.manual_seed(139)
    x = mlp(12, 32, 8)(torch.randn(40, 12))
    embed = torch.randn(10, 8)
    quantize = embed[torch.cdist(x.detach(), embed).argmin(1)]

    def commit_loss(quantize, x, commitment_weight=1.0):
        return F.mse_loss(quantize.detach(), x) * commitment_weight

    return commit_loss, (quantize, x)


@right(
    "https://github.com/r9y9/wavenet_vocoder/issues/34", "each component keeps its log probability"
)
def _():
    torch.manual_seed(140)
    y = torch.tanh(torch.randn(4, 50, 1))
    y_hat = nn.Conv1d(1, 12, 3, padding=1)(y.transpose(1, 2)).transpose(1, 2)

    def discretized_mix_logistic_loss(y_hat, y, num_classes=256):
        logit_probs, log_probs = _mol(y_hat, y, num_classes, False)
        log_probs = log_probs + F.log_softmax(logit_probs, -1)
        return -torch.sum(torch.logsumexp(log_probs, -1))

    return discretized_mix_logistic_loss, (y_hat, y)
