"""One slip in each loss of a team, all of them written by hand, in many fields."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


# ---- small data makers (not part of any loss) -------------------------------------------------
def _cls(seed, n=32, d=16, k=5):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(n, d, generator=g)
    w = torch.randn(d, k, generator=g)
    y = (x @ w + torch.randn(n, k, generator=g)).argmax(1)
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(d, 32), nn.ReLU(), nn.Linear(32, k))
    return x, y, net


def _emb(seed, n=32, d=16, k=4, out=24):
    g = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % k
    y = y[torch.randperm(n, generator=g)]
    c = torch.randn(k, d, generator=g)
    x = c[y] + 0.7 * torch.randn(n, d, generator=g)
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(d, 32), nn.ReLU(), nn.Linear(32, out))
    return x, y, net


def _views(seed, n=32, d=20, out=32):
    torch.manual_seed(seed)
    x = torch.randn(n, d)
    a, b = x + 0.3 * torch.randn(n, d), x + 0.3 * torch.randn(n, d)
    enc = nn.Sequential(nn.Linear(d, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, out))
    return a, b, enc


def _seg(seed, n=6, k=3, s=24):
    torch.manual_seed(seed)
    yy, xx = torch.meshgrid(torch.arange(s), torch.arange(s), indexing="ij")
    t = torch.zeros(n, s, s, dtype=torch.long)
    for i in range(n):
        for c in range(1, max(k, 2)):
            cy, cx = torch.randint(5, s - 5, (2,)).tolist()
            r = int(torch.randint(3, 7, (1,)))
            t[i][(yy - cy) ** 2 + (xx - cx) ** 2 < r * r] = c
    img = t[:, None].float() + 0.5 * torch.randn(n, 1, s, s)
    net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, k, 1))
    return img, t, net


def _boxes(seed, n=16, size=100.0, shift=12.0):
    """Target boxes (xyxy), and predicted boxes from a layer, near the targets."""
    torch.manual_seed(seed)
    c = 20 + 60 * torch.rand(n, 2)
    wh = 10 + 20 * torch.rand(n, 2)
    t = torch.cat([c - wh / 2, c + wh / 2], 1)
    lin = nn.Linear(8, 4)
    d = lin(torch.randn(n, 8))
    pc, pwh = c + shift * d[:, :2], wh * torch.exp(0.4 * d[:, 2:])
    return torch.cat([pc - pwh / 2, pc + pwh / 2], 1), t


def _lm(seed, b=6, t=14, v=40, h=24):
    torch.manual_seed(seed)
    start = torch.randint(2, v, (b, 1))
    ids = (start + torch.arange(t)[None] * torch.randint(1, 3, (b, 1))) % (v - 2) + 2
    lens = torch.randint(t // 2, t + 1, (b,))
    mask = (torch.arange(t)[None] < lens[:, None]).long()
    ids = ids * mask  # 0 is padding
    emb, rnn, head = nn.Embedding(v, h), nn.LSTM(h, h, batch_first=True), nn.Linear(h, v)
    logits = head(rnn(emb(ids))[0])
    return ids, mask, logits


def _pref(seed, b=12):
    """Summed log-probs of chosen and rejected answers under policy (with a graph) and reference."""
    torch.manual_seed(seed)
    head = nn.Linear(8, 1)
    ref_c, ref_r = -40 + 6 * torch.randn(b), -42 + 6 * torch.randn(b)
    pol_c = ref_c + head(torch.randn(b, 8)).squeeze(-1)
    pol_r = ref_r + head(torch.randn(b, 8)).squeeze(-1)
    return pol_c, pol_r, ref_c, ref_r


def _seqlp(seed, b=8, t=12):
    """Per-token log-probs of a policy, with masks of answers of different length."""
    torch.manual_seed(seed)
    head = nn.Linear(16, 30)

    def one():
        lp = F.log_softmax(head(torch.randn(b, t, 16)), -1)
        ids = torch.randint(0, 30, (b, t))
        m = (torch.arange(t)[None] < torch.randint(4, t + 1, (b, 1))).float()
        return lp.gather(-1, ids[..., None]).squeeze(-1), m

    return one() + one()


def _ac(seed, n=48, d=6, k=4):
    torch.manual_seed(seed)
    s = torch.randn(n, d)
    body = nn.Sequential(nn.Linear(d, 32), nn.Tanh())
    pi, v = nn.Linear(32, k), nn.Linear(32, 1)
    h = body(s)
    logits, values = pi(h), v(h).squeeze(-1)
    with torch.no_grad():
        actions = torch.distributions.Categorical(logits=logits).sample()
        returns = s[:, 0] + 0.5 * torch.randn(n) + (actions == 1).float()
    return logits, values, actions, returns


# ---- classification
@wrong(
    "review memory: defect classifier with rare classes",
    "focal factor pt**gamma instead of (1-pt)**gamma",
    "LX550",
)
def _():
    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0, alpha=None):
            super().__init__()
            self.gamma, self.alpha = gamma, alpha

        def forward(self, input, target):
            ce = F.cross_entropy(input, target, weight=self.alpha, reduction="none")
            pt = torch.exp(-ce)
            return (pt**self.gamma * ce).mean()

    x, y, net = _cls(1)
    return FocalLoss(), (net(x), y)


@wrong(
    "review memory: image classifier",
    "smoothing term of label smoothing without its minus",
    "LX581",
)
def _():
    class LabelSmoothing(nn.Module):
        def __init__(self, smoothing=0.1):
            super().__init__()
            self.confidence = 1.0 - smoothing
            self.smoothing = smoothing

        def forward(self, x, target):
            logprobs = F.log_softmax(x, dim=-1)
            nll_loss = -logprobs.gather(dim=-1, index=target.unsqueeze(1)).squeeze(1)
            smooth_loss = logprobs.mean(dim=-1)
            return (self.confidence * nll_loss + self.smoothing * smooth_loss).mean()

    x, y, net = _cls(2)
    return LabelSmoothing(), (net(x), y)


@wrong(
    "review memory: multi-label tagger",
    "stable BCE: log(1+exp(|x|)) instead of log(1+exp(-|x|))",
    "LX550",
)
def _():
    def stable_bce(x, z):
        loss = x.clamp(min=0) - x * z + torch.log(1 + torch.exp(x.abs()))
        return loss.sum(1).mean()

    x, _, net = _cls(3, k=6)
    z = (x[:, :6] + 0.5 * torch.randn(32, 6) > 0.4).float()
    return stable_bce, (net(x), z)


@wrong(
    "review memory: medical triage classifier",
    "class weight looked up by the predicted class",
    "LX621",
)
def _():
    class WeightedCE(nn.Module):
        def __init__(self, class_weights):
            super().__init__()
            self.register_buffer("class_weights", class_weights)

        def forward(self, logits, labels):
            loss = F.cross_entropy(logits, labels, reduction="none")
            preds = logits.argmax(dim=1)
            w = self.class_weights[preds]
            return (w * loss).sum() / w.sum()

    x, y, net = _cls(4)
    cw = 1.0 / (torch.bincount(y, minlength=5).float() + 1)
    return WeightedCE(cw / cw.mean()), (net(x), y)


@wrong(
    "review memory: multi-label tagger (ASL)",
    "gamma_pos and gamma_neg exchanged in asymmetric loss",
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
            loss = y * torch.log(xs_pos.clamp(min=self.eps)) + (1 - y) * torch.log(
                xs_neg.clamp(min=self.eps)
            )
            pt = xs_pos * y + xs_neg * (1 - y)
            gamma = self.gamma_neg * y + self.gamma_pos * (1 - y)
            loss = loss * torch.pow(1 - pt, gamma)
            return -loss.sum()

    x, _, net = _cls(5, k=10)
    y = (x[:, :10] > 1.0).float()
    return AsymmetricLoss(), (net(x), y)


@wrong("review memory: CIFAR training with mixup", "second target of mixup lost", "LX120")
def _():
    def mixup_criterion(pred, y_a, y_b, lam):
        return lam * F.cross_entropy(pred, y_a) + (1 - lam) * F.cross_entropy(pred, y_a)

    x, y, net = _cls(6)
    p = torch.randperm(32)
    lam = 0.63
    return mixup_criterion, (net(lam * x + (1 - lam) * x[p]), y, y[p], lam)


@wrong(
    "review memory: age estimation (CORAL)",
    "levels built with <= so that the two highest ranks share a target",
    "LX575",
)
def _():
    def coral_loss(logits, labels):
        num_levels = logits.size(1)
        k = torch.arange(num_levels, device=labels.device)
        levels = (k[None, :] <= labels[:, None]).float()
        term = F.logsigmoid(logits) * levels + (F.logsigmoid(logits) - logits) * (1 - levels)
        return -term.sum(1).mean()

    torch.manual_seed(7)
    x = torch.randn(40, 10)
    labels = (x[:, 0] * 1.2 + 2.5).round().clamp(0, 5).long()  # 6 ranks
    fc, bias = nn.Linear(10, 1, bias=False), nn.Parameter(torch.linspace(1.5, -1.5, 5))
    return coral_loss, (fc(x) + bias, labels)


# ---- segmentation
@wrong(
    "review memory: organ segmentation",
    "soft Dice summed over batch and channel, not over the pixels",
    "LX633",
)
def _():
    class SoftDiceLoss(nn.Module):
        def __init__(self, smooth=1.0):
            super().__init__()
            self.smooth = smooth

        def forward(self, logits, target):
            probs = logits.softmax(dim=1)
            onehot = F.one_hot(target, logits.size(1)).permute(0, 3, 1, 2).float()
            dims = (0, 1)
            inter = (probs * onehot).sum(dims)
            card = probs.sum(dims) + onehot.sum(dims)
            dice = (2 * inter + self.smooth) / (card + self.smooth)
            return 1 - dice.mean()

    img, t, net = _seg(8)
    return SoftDiceLoss(), (net(img), t)


@wrong("review memory: lesion segmentation", "FP and FN exchanged in Tversky", "LX618")
def _():
    class TverskyLoss(nn.Module):
        def __init__(self, alpha=0.3, beta=0.7, smooth=1.0):
            super().__init__()
            self.alpha, self.beta, self.smooth = alpha, beta, smooth

        def forward(self, inputs, targets):
            inputs = torch.sigmoid(inputs).flatten(1)
            targets = targets.flatten(1)
            TP = (inputs * targets).sum(1)
            FP = ((1 - inputs) * targets).sum(1)
            FN = (inputs * (1 - targets)).sum(1)
            tversky = (TP + self.smooth) / (TP + self.alpha * FP + self.beta * FN + self.smooth)
            return (1 - tversky).mean()

    img, t, net = _seg(9, k=1)
    return TverskyLoss(), (net(img), (t[:, None] > 0).float())


@wrong(
    "review memory: road extraction",
    "union of Jaccard without subtracting the intersection",
    "LX520",
)
def _():
    def jaccard_loss(y_pred, y_true, eps=1e-6):
        y_pred = y_pred.sigmoid()
        intersection = (y_pred * y_true).sum(dim=(1, 2, 3))
        union = y_pred.sum(dim=(1, 2, 3)) + y_true.sum(dim=(1, 2, 3))
        iou = (intersection + eps) / (union + eps)
        return (1 - iou).mean()

    img, t, net = _seg(10, k=1)
    return jaccard_loss, (net(img), (t[:, None] > 0).float())


@wrong(
    "review memory: street scene segmentation",
    "Lovasz gradient made from labels that were not sorted by the errors",
    "",
)
def _():
    def lovasz_grad(gt_sorted):
        gts = gt_sorted.sum()
        inter = gts - gt_sorted.cumsum(0)
        union = gts + (1 - gt_sorted).cumsum(0)
        jac = 1.0 - inter / union
        jac[1:] = jac[1:] - jac[:-1].clone()
        return jac

    def lovasz_softmax_flat(logits, labels):
        probas = logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, logits.size(1))
        labels = labels.reshape(-1)
        losses = []
        for c in range(probas.size(1)):
            fg = (labels == c).float()
            if fg.sum() == 0:
                continue
            errors = (fg - probas[:, c]).abs()
            errors_sorted, perm = torch.sort(errors, 0, descending=True)
            losses.append(torch.dot(errors_sorted, lovasz_grad(fg)))
        return torch.stack(losses).mean()

    img, t, net = _seg(11, n=4)
    return lovasz_softmax_flat, (net(img), t)


# ---- detection
@wrong(
    "review memory: ship detector",
    "enclosing box of GIoU made with min at the right-bottom corner",
    "LX619",
)
def _():
    def giou_loss(pred, target, eps=1e-7):
        lt = torch.max(pred[:, :2], target[:, :2])
        rb = torch.min(pred[:, 2:], target[:, 2:])
        wh = (rb - lt).clamp(min=0)
        overlap = wh[:, 0] * wh[:, 1]
        ap = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
        ag = (target[:, 2] - target[:, 0]) * (target[:, 3] - target[:, 1])
        union = ap + ag - overlap + eps
        ious = overlap / union
        enclose_x1y1 = torch.min(pred[:, :2], target[:, :2])
        enclose_x2y2 = torch.min(pred[:, 2:], target[:, 2:])
        enclose_wh = (enclose_x2y2 - enclose_x1y1).clamp(min=0)
        enclose_area = enclose_wh[:, 0] * enclose_wh[:, 1] + eps
        gious = ious - (enclose_area - union) / enclose_area
        return (1 - gious).mean()

    p, t = _boxes(12)
    return giou_loss, (p, t)


@wrong(
    "review memory: parts detector", "width and height of the overlap not clamped at zero", "LX545"
)
def _():
    class IoULoss(nn.Module):
        def forward(self, pred, target):
            x1 = torch.max(pred[:, 0], target[:, 0])
            y1 = torch.max(pred[:, 1], target[:, 1])
            x2 = torch.min(pred[:, 2], target[:, 2])
            y2 = torch.min(pred[:, 3], target[:, 3])
            inter = (x2 - x1) * (y2 - y1)
            area_p = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
            area_t = (target[:, 2] - target[:, 0]) * (target[:, 3] - target[:, 1])
            iou = inter / (area_p + area_t - inter + 1e-6)
            return (1 - iou).mean()

    p, t = _boxes(13, n=24, shift=40.0)
    return IoULoss(), (p, t)


@wrong(
    "review memory: CenterNet keypoint head",
    "penalty-reduced focal: neg weight gt**4 instead of (1-gt)**4",
    "LX650",
)
def _():
    def neg_loss(pred, gt):
        pos_inds = gt.eq(1).float()
        neg_inds = gt.lt(1).float()
        neg_weights = torch.pow(gt, 4)
        pos_loss = torch.log(pred) * torch.pow(1 - pred, 2) * pos_inds
        neg_loss = torch.log(1 - pred) * torch.pow(pred, 2) * neg_weights * neg_inds
        num_pos = pos_inds.sum().clamp(min=1)
        return -(pos_loss.sum() + neg_loss.sum()) / num_pos

    torch.manual_seed(14)
    yy, xx = torch.meshgrid(torch.arange(20.0), torch.arange(20.0), indexing="ij")
    c = torch.randint(3, 17, (8, 2)).float()
    gt = torch.exp(-((yy - c[:, 0, None, None]) ** 2 + (xx - c[:, 1, None, None]) ** 2) / 8)[
        :, None
    ]
    net = nn.Conv2d(1, 1, 3, padding=1)
    nn.init.constant_(net.bias, -2.19)
    pred = net(gt + 0.2 * torch.randn_like(gt)).sigmoid().clamp(1e-4, 1 - 1e-4)
    return neg_loss, (pred, gt)


@wrong("review memory: two-stage detector", "box encoding: log lost for the width", "LX624")
def _():
    def rpn_box_loss(pred_deltas, anchors, gt_boxes, pos_mask):
        aw, ah = anchors[:, 2] - anchors[:, 0], anchors[:, 3] - anchors[:, 1]
        ax, ay = anchors[:, 0] + 0.5 * aw, anchors[:, 1] + 0.5 * ah
        gw, gh = gt_boxes[:, 2] - gt_boxes[:, 0], gt_boxes[:, 3] - gt_boxes[:, 1]
        gx, gy = gt_boxes[:, 0] + 0.5 * gw, gt_boxes[:, 1] + 0.5 * gh
        targets = torch.stack([(gx - ax) / aw, (gy - ay) / ah, gw / aw, torch.log(gh / ah)], dim=1)
        loss = F.smooth_l1_loss(pred_deltas[pos_mask], targets[pos_mask], reduction="sum")
        return loss / pos_mask.sum().clamp(min=1)

    _, gt = _boxes(15, n=32)
    anchors = gt + 3 * torch.randn(32, 4)
    deltas = nn.Linear(12, 4)(torch.randn(32, 12))
    return rpn_box_loss, (deltas, anchors, gt, torch.rand(32) < 0.5)


# ---- metric learning
@wrong(
    "review memory: face recognition (ArcFace)",
    "features not normalised before the cosine",
    "LX577",
)
def _():
    class ArcMarginProduct(nn.Module):
        def __init__(self, in_features, out_features, s=30.0, m=0.5):
            super().__init__()
            self.weight = nn.Parameter(torch.empty(out_features, in_features))
            nn.init.xavier_uniform_(self.weight)
            self.s, self.m = s, m

        def forward(self, input, label):
            cosine = F.linear(input, F.normalize(self.weight))
            theta = torch.acos(cosine.clamp(-1 + 1e-7, 1 - 1e-7))
            one_hot = F.one_hot(label, self.weight.size(0)).float()
            output = torch.cos(theta + self.m * one_hot) * self.s
            return F.cross_entropy(output, label)

    x, y, net = _emb(16, d=32, k=8)
    torch.manual_seed(16)
    with torch.no_grad():
        net[2].weight.mul_(4)
    return ArcMarginProduct(24, 8), (net(x * 1.5), y)


@wrong("review memory: SimCLR on medical images", "self similarity not masked", "LX517")
def _():
    class NTXent(nn.Module):
        def __init__(self, temperature=0.5):
            super().__init__()
            self.temperature = temperature

        def forward(self, z_i, z_j):
            N = z_i.size(0)
            z = F.normalize(torch.cat([z_i, z_j]), dim=1)
            sim = z @ z.t() / self.temperature
            labels = torch.cat([torch.arange(N, 2 * N), torch.arange(N)]).to(z.device)
            return F.cross_entropy(sim, labels)

    a, b, enc = _views(17)
    return NTXent(), (enc(a), enc(b))


@wrong("review memory: SupCon for product images", "log of the partition sum missing", "LX620")
def _():
    def supcon_loss(features, labels, temperature=0.1):
        features = F.normalize(features, dim=1)
        mask = labels[:, None].eq(labels[None, :]).float()
        logits = features @ features.T / temperature
        logits = logits - logits.max(dim=1, keepdim=True)[0].detach()
        logits_mask = 1 - torch.eye(len(labels), device=features.device)
        mask = mask * logits_mask
        exp_logits = torch.exp(logits) * logits_mask
        log_prob = logits - exp_logits.sum(1, keepdim=True)
        mean_log_prob_pos = (mask * log_prob).sum(1) / mask.sum(1).clamp(min=1)
        return -mean_log_prob_pos.mean()

    x, y, net = _emb(18)
    return supcon_loss, (net(x), y)


@wrong(
    "review memory: person re-identification",
    "hardest negative: min over dist*mask is always the masked zero",
    "LX557",
)
def _():
    class BatchHardTriplet(nn.Module):
        def __init__(self, margin=0.3):
            super().__init__()
            self.margin = margin

        def forward(self, emb, pids):
            dist = torch.cdist(emb, emb)
            same = pids.unsqueeze(0) == pids.unsqueeze(1)
            dist_ap = (dist * same.float()).max(dim=1)[0]
            dist_an = (dist * (~same).float()).min(dim=1)[0]
            return F.relu(dist_ap - dist_an + self.margin).mean()

    x, y, net = _emb(19, k=6, n=36)
    return BatchHardTriplet(), (net(x), y)


@wrong(
    "review memory: person re-identification",
    "square root of zero distances on the diagonal: gradient NaN",
    "LX405",
)
def _():
    def lifted_pairs_loss(embeddings, labels, margin=1.0):
        sq = (embeddings**2).sum(1)
        d2 = sq[:, None] + sq[None, :] - 2 * embeddings @ embeddings.t()
        eye = torch.eye(len(labels), device=embeddings.device)
        d2 = d2 * (1 - eye)
        dist = torch.sqrt(d2.clamp(min=0))
        pos = (labels[:, None] == labels[None, :]).float() * (1 - eye)
        neg = (labels[:, None] != labels[None, :]).float()
        loss = (pos * dist).sum() / pos.sum() + (neg * F.relu(margin - dist)).sum() / neg.sum()
        return loss

    x, y, net = _emb(20)
    return lifted_pairs_loss, (net(x), y)


# ---- self-supervised
@wrong("review memory: SimSiam on satellite tiles", "stop-gradient lost on the targets", "LX420")
def _():
    class SimSiamLoss(nn.Module):
        def D(self, p, z):
            p = F.normalize(p, dim=1)
            z = F.normalize(z, dim=1)
            return -(p * z).sum(dim=1).mean()

        def forward(self, p1, p2, z1, z2):
            return self.D(p1, z2) / 2 + self.D(p2, z1) / 2

    a, b, enc = _views(21)
    pred = nn.Sequential(nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 32))
    z1, z2 = enc(a), enc(b)
    return SimSiamLoss(), (pred(z1), pred(z2), z1, z2)


@wrong(
    "review memory: VICReg on sensor data",
    "covariance between samples instead of between features",
    "LX582",
)
def _():
    def off_diagonal(m):
        n = m.size(0)
        return m.flatten()[:-1].view(n - 1, n + 1)[:, 1:].flatten()

    def vicreg(x, y, sim_coeff=25.0, std_coeff=25.0, cov_coeff=1.0):
        repr_loss = F.mse_loss(x, y)
        x = x - x.mean(dim=0)
        y = y - y.mean(dim=0)
        std_x = torch.sqrt(x.var(dim=0) + 1e-4)
        std_y = torch.sqrt(y.var(dim=0) + 1e-4)
        std_loss = F.relu(1 - std_x).mean() / 2 + F.relu(1 - std_y).mean() / 2
        cov_x = (x @ x.T) / (x.size(0) - 1)
        cov_y = (y @ y.T) / (y.size(0) - 1)
        cov_loss = off_diagonal(cov_x).pow(2).sum() / x.size(1) + off_diagonal(cov_y).pow(
            2
        ).sum() / y.size(1)
        return sim_coeff * repr_loss + std_coeff * std_loss + cov_coeff * cov_loss

    a, b, enc = _views(22)
    return vicreg, (enc(a), enc(b))


@wrong("review memory: Barlow Twins on histology", "diagonal pushed to 0, not to 1", "LX650")
def _():
    class BarlowTwins(nn.Module):
        def __init__(self, lambd=0.005):
            super().__init__()
            self.lambd = lambd

        def forward(self, z1, z2):
            n = z1.size(0)
            z1 = (z1 - z1.mean(0)) / z1.std(0)
            z2 = (z2 - z2.mean(0)) / z2.std(0)
            c = z1.T @ z2 / n
            on_diag = torch.diagonal(c).pow(2).sum()
            off_diag = (c - torch.diag(torch.diagonal(c))).pow(2).sum()
            return on_diag + self.lambd * off_diag

    a, b, enc = _views(23, n=64)
    return BarlowTwins(), (enc(a), enc(b))


@wrong(
    "review memory: MoCo with a queue",
    "labels arange(N) though the positive stands in column 0",
    "LX517",
)
def _():
    class MoCoLoss(nn.Module):
        def __init__(self, queue, T=0.07):
            super().__init__()
            self.register_buffer("queue", queue)
            self.T = T

        def forward(self, q, k):
            q = F.normalize(q, dim=1)
            k = F.normalize(k.detach(), dim=1)
            l_pos = torch.einsum("nc,nc->n", [q, k]).unsqueeze(-1)
            l_neg = torch.einsum("nc,ck->nk", [q, self.queue.clone().detach()])
            logits = torch.cat([l_pos, l_neg], dim=1) / self.T
            labels = torch.arange(logits.size(0), device=logits.device)
            return F.cross_entropy(logits, labels)

    a, b, enc = _views(24)
    queue = F.normalize(torch.randn(32, 128), dim=0)
    with torch.no_grad():
        k = enc(b)
    return MoCoLoss(queue), (enc(a), k)


@wrong(
    "review memory: MAE pre-training",
    "loss summed over kept patches, divided by the removed ones",
    "LX622",
)
def _():
    def forward_loss(target, pred, mask):
        """
        target: [N, L, p*p*3]
        pred: [N, L, p*p*3]
        mask: [N, L], 0 is keep, 1 is remove
        """
        loss = (pred - target) ** 2
        loss = loss.mean(dim=-1)
        loss = (loss * (1 - mask)).sum() / mask.sum()
        return loss

    torch.manual_seed(25)
    target = torch.randn(8, 16, 48)
    mask = torch.zeros(8, 16)
    for i in range(8):
        mask[i, torch.randperm(16)[:12]] = 1
    dec = nn.Linear(48, 48)
    pred = dec(target * (1 - mask[..., None]) + 0.1 * torch.randn_like(target))
    return forward_loss, (target, pred, mask)


@wrong(
    "review memory: DINO on X-rays", "student and teacher exchanged in the cross entropy", "LX627"
)
def _():
    class DINOLoss(nn.Module):
        def __init__(self, out_dim, student_temp=0.1, teacher_temp=0.04):
            super().__init__()
            self.student_temp, self.teacher_temp = student_temp, teacher_temp
            self.register_buffer("center", torch.zeros(1, out_dim))

        def forward(self, student_output, teacher_output):
            s = F.softmax(student_output / self.student_temp, dim=-1)
            t = F.log_softmax((teacher_output.detach() - self.center) / self.teacher_temp, dim=-1)
            return torch.sum(-s * t, dim=-1).mean()

    a, b, enc = _views(26)
    _, _, teacher = _views(26)
    with torch.no_grad():
        t = teacher(b)
    return DINOLoss(32), (enc(a), t)


# ---- language models
@wrong(
    "review memory: small language model", "padding counted in the sum, not in the divisor", "LX622"
)
def _():
    def masked_lm_loss(logits, labels, attention_mask):
        shift_logits = logits[:, :-1].contiguous()
        shift_labels = labels[:, 1:].contiguous()
        shift_mask = attention_mask[:, 1:].float()
        loss = F.cross_entropy(
            shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1), reduction="none"
        )
        loss = loss.view(shift_labels.size())
        return loss.sum() / shift_mask.sum()

    ids, mask, logits = _lm(27)
    return masked_lm_loss, (logits, ids, mask)


@wrong(
    "review memory: text generator with unlikelihood",
    "unlikelihood term is -log p of the bad tokens",
    "",
)
def _():
    class UnlikelihoodLoss(nn.Module):
        def __init__(self, alpha=1.0, pad=0):
            super().__init__()
            self.alpha, self.pad = alpha, pad

        def forward(self, logits, target, negative_targets):
            # negative_targets: (B, T, V), 1 at tokens of the context that must not be repeated
            lprobs = F.log_softmax(logits, dim=-1)
            keep = target.ne(self.pad).float()
            mle = -lprobs.gather(-1, target.unsqueeze(-1)).squeeze(-1)
            probs = lprobs.exp().clamp(min=1e-5)
            ul = -(torch.log(probs) * negative_targets).sum(-1)
            return ((mle + self.alpha * ul) * keep).sum() / keep.sum()

    ids, mask, logits = _lm(28)
    v = logits.size(-1)
    neg = F.one_hot(ids[:, :-1], v).cumsum(1).clamp(max=1).float()
    neg[..., 0] = 0
    neg.scatter_(-1, ids[:, 1:, None], 0.0)
    return UnlikelihoodLoss(), (logits[:, :-1], ids[:, 1:], neg)


@wrong(
    "review memory: mixture of experts",
    "balance loss averages router logits instead of probabilities",
    "LX634",
)
def _():
    def load_balancing_loss(router_logits, num_experts, top_k=2):
        _, selected = torch.topk(router_logits.softmax(-1), top_k, dim=-1)
        expert_mask = F.one_hot(selected, num_experts).float()
        tokens_per_expert = expert_mask.mean(dim=0)
        router_prob_per_expert = router_logits.mean(dim=0)
        return num_experts * (tokens_per_expert * router_prob_per_expert.unsqueeze(0)).sum()

    torch.manual_seed(29)
    gate = nn.Linear(32, 8, bias=False)
    return load_balancing_loss, (gate(2 * torch.randn(64, 32)), 8)


# ---- preference optimisation
@wrong("review memory: DPO fine-tuning", "reference log-ratio added instead of subtracted", "LX562")
def _():
    def dpo_loss(
        policy_chosen_logps,
        policy_rejected_logps,
        reference_chosen_logps,
        reference_rejected_logps,
        beta=0.1,
    ):
        pi_logratios = policy_chosen_logps - policy_rejected_logps
        ref_logratios = reference_chosen_logps - reference_rejected_logps
        logits = pi_logratios + ref_logratios
        return -F.logsigmoid(beta * logits).mean()

    return dpo_loss, _pref(30)


@wrong("review memory: reward model", "chosen and rejected exchanged in Bradley-Terry", "LX551")
def _():
    class RewardModelLoss(nn.Module):
        def forward(self, chosen_rewards, rejected_rewards, margin=None):
            diff = rejected_rewards - chosen_rewards
            if margin is not None:
                diff = diff - margin
            return -torch.log(torch.sigmoid(diff)).mean()

    torch.manual_seed(31)
    head = nn.Linear(20, 1)
    return RewardModelLoss(), (head(torch.randn(16, 20) + 0.3), head(torch.randn(16, 20)))


@wrong(
    "review memory: SimPO fine-tuning", "length normalisation lost for the rejected answer", "LX623"
)
def _():
    def simpo_loss(
        chosen_token_logps, chosen_mask, rejected_token_logps, rejected_mask, beta=2.0, gamma=0.5
    ):
        chosen_logps = (chosen_token_logps * chosen_mask).sum(-1) / chosen_mask.sum(-1)
        rejected_logps = (rejected_token_logps * rejected_mask).sum(-1)
        logits = beta * (chosen_logps - rejected_logps) - gamma
        return -F.logsigmoid(logits).mean()

    return simpo_loss, _seqlp(32)


@wrong(
    "review memory: DPO fine-tuning",
    "loss mask of the prompt computed and not used in the sequence log-prob",
    "LX214",
)
def _():
    def get_batch_logps(logits, labels):
        labels = labels[:, 1:].clone()
        logits = logits[:, :-1]
        loss_mask = labels != -100  # noqa: F841
        labels[labels == -100] = 0
        per_token_logps = torch.gather(logits.log_softmax(-1), 2, labels.unsqueeze(2)).squeeze(2)
        return per_token_logps.sum(-1)

    def preference_loss(
        chosen_logits, chosen_labels, rejected_logits, rejected_labels, ref_logratios, beta=0.1
    ):
        c = get_batch_logps(chosen_logits, chosen_labels)
        r = get_batch_logps(rejected_logits, rejected_labels)
        return -F.logsigmoid(beta * ((c - r) - ref_logratios)).mean()

    ids_c, m_c, lg_c = _lm(33)
    ids_r, m_r, lg_r = _lm(133)
    lab_c, lab_r = ids_c.masked_fill(m_c == 0, -100), ids_r.masked_fill(m_r == 0, -100)
    lab_c[:, :4] = -100
    lab_r[:, :4] = -100
    return preference_loss, (lg_c, lab_c, lg_r, lab_r, torch.randn(6))


# ---- reinforcement learning
@wrong(
    "review memory: PPO for a walking robot", "max of the two surrogates instead of min", "LX413"
)
def _():
    def ppo_policy_loss(logits, actions, old_log_probs, advantages, clip_eps=0.2):
        dist = torch.distributions.Categorical(logits=logits)
        ratio = torch.exp(dist.log_prob(actions) - old_log_probs)
        surr1 = ratio * advantages
        surr2 = torch.clamp(ratio, 1 - clip_eps, 1 + clip_eps) * advantages
        return -torch.max(surr1, surr2).mean()

    logits, v, a, ret = _ac(34)
    old = torch.distributions.Categorical(
        logits=logits.detach() + 0.4 * torch.randn_like(logits)
    ).log_prob(a)
    adv = ret - v.detach()
    return ppo_policy_loss, (logits, a, old, (adv - adv.mean()) / adv.std())


@wrong("review memory: A2C for a scheduler", "advantage not detached in the policy term", "LX412")
def _():
    class A2CLoss(nn.Module):
        def __init__(self, value_coef=0.5, entropy_coef=0.01):
            super().__init__()
            self.value_coef, self.entropy_coef = value_coef, entropy_coef

        def forward(self, logits, values, actions, returns):
            dist = torch.distributions.Categorical(logits=logits)
            advantages = returns - values
            policy_loss = -(dist.log_prob(actions) * advantages).mean()
            value_loss = advantages.pow(2).mean()
            return (
                policy_loss
                + self.value_coef * value_loss
                - self.entropy_coef * dist.entropy().mean()
            )

    return A2CLoss(), _ac(35)


@wrong(
    "review memory: A2C for a game", "entropy added to the loss: exploration is punished", "LX538"
)
def _():
    def actor_critic_loss(logits, values, actions, returns, vf_coef=0.5, ent_coef=0.01):
        log_probs = F.log_softmax(logits, dim=-1)
        probs = log_probs.exp()
        entropy = -(probs * log_probs).sum(-1).mean()
        adv = (returns - values).detach()
        pg_loss = -(log_probs.gather(1, actions.unsqueeze(1)).squeeze(1) * adv).mean()
        v_loss = F.mse_loss(values, returns)
        return pg_loss + vf_coef * v_loss + ent_coef * entropy

    return actor_critic_loss, _ac(36)


@wrong("review memory: SAC for an arm", "actor loss of SAC with the opposite sign", "LX586")
def _():
    class SACActorLoss(nn.Module):
        def __init__(self, log_alpha):
            super().__init__()
            self.register_buffer("log_alpha", torch.tensor(log_alpha))

        def forward(self, log_pi, q1_pi, q2_pi):
            min_q = torch.min(q1_pi, q2_pi)
            return (min_q - self.log_alpha.exp() * log_pi).mean()

    torch.manual_seed(37)
    s = torch.randn(32, 6)
    pi = nn.Linear(6, 4)
    mu, ls = pi(s).chunk(2, -1)
    u = mu + ls.clamp(-5, 2).exp() * torch.randn(32, 2)
    act = torch.tanh(u)
    lp = (
        torch.distributions.Normal(mu, ls.clamp(-5, 2).exp()).log_prob(u)
        - torch.log(1 - act**2 + 1e-6)
    ).sum(-1, keepdim=True)
    q1, q2 = nn.Linear(8, 1), nn.Linear(8, 1)
    sa = torch.cat([s, act], 1)
    return SACActorLoss(-1.6), (lp, q1(sa), q2(sa))


@wrong("review memory: RLHF with PPO", "probability ratio upside down", "LX539")
def _():
    def policy_loss_fn(logprobs, old_logprobs, advantages, mask, cliprange=0.2):
        log_ratio = (old_logprobs - logprobs) * mask
        ratio = torch.exp(log_ratio)
        pg_loss1 = -advantages * ratio
        pg_loss2 = -advantages * torch.clamp(ratio, 1.0 - cliprange, 1.0 + cliprange)
        return (torch.max(pg_loss1, pg_loss2) * mask).sum() / mask.sum()

    lp, m, _, _ = _seqlp(38)
    old = lp.detach() + 0.1 * torch.randn_like(lp)
    adv = torch.randn(lp.shape) * m
    return policy_loss_fn, (lp, old, adv, m)


# ---- GANs
@wrong("review memory: GAN for textures", "hinge signs of real and fake exchanged", "LX554")
def _():
    def d_hinge(d_real, d_fake):
        loss_real = torch.mean(F.relu(1.0 + d_real))
        loss_fake = torch.mean(F.relu(1.0 - d_fake))
        return (loss_real + loss_fake) * 0.5

    torch.manual_seed(39)
    d = nn.Sequential(nn.Linear(12, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
    return d_hinge, (d(torch.randn(16, 12) + 1), d(torch.randn(16, 12)))


@wrong("review memory: WGAN-GP for spectra", "gradient norm without square root", "LX628")
def _():
    class CriticLoss(nn.Module):
        def __init__(self, critic, lambda_gp=10.0):
            super().__init__()
            self.critic, self.lambda_gp = critic, lambda_gp

        def gradient_penalty(self, real, fake):
            eps = torch.rand(real.size(0), 1)
            x_hat = (eps * real + (1 - eps) * fake).requires_grad_(True)
            out = self.critic(x_hat)
            grads = torch.autograd.grad(
                out, x_hat, torch.ones_like(out), create_graph=True, retain_graph=True
            )[0]
            grad_norm = (grads.view(grads.size(0), -1) ** 2).sum(dim=1)
            return ((grad_norm - 1) ** 2).mean()

        def forward(self, real, fake):
            fake = fake.detach()
            return (
                self.critic(fake).mean()
                - self.critic(real).mean()
                + self.lambda_gp * self.gradient_penalty(real, fake)
            )

    torch.manual_seed(40)
    critic = nn.Sequential(nn.Linear(20, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    G = nn.Linear(8, 20)
    return CriticLoss(critic), (torch.randn(24, 20).cumsum(1) * 0.3, G(torch.randn(24, 8)))


# ---- VAEs
@wrong(
    "review memory: VAE for faces",
    "mean over all pixels for reconstruction, sum over batch for KL",
    "LX519",
)
def _():
    class VAELoss(nn.Module):
        def forward(self, recon_x, x, mu, logvar):
            recon_loss = F.mse_loss(recon_x, x)
            kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
            return recon_loss + kld

    torch.manual_seed(41)
    x = torch.rand(32, 64)
    enc, dec = nn.Linear(64, 16), nn.Linear(8, 64)
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
    return VAELoss(), (dec(z).sigmoid(), x, mu, logvar)


@wrong(
    "review memory: VQ-VAE for speech",
    "both terms detach the codes: the codebook gets no gradient",
    "LX414",
)
def _():
    class VectorQuantizer(nn.Module):
        def __init__(self, n_e, e_dim, beta=0.25):
            super().__init__()
            self.embedding = nn.Embedding(n_e, e_dim)
            self.embedding.weight.data.uniform_(-1.0, 1.0)
            self.beta = beta

        def forward(self, z_e):
            d = torch.cdist(z_e, self.embedding.weight)
            z_q = self.embedding(d.argmin(dim=1))
            codebook_loss = torch.mean((z_q.detach() - z_e) ** 2)
            commitment_loss = torch.mean((z_q.detach() - z_e) ** 2)
            return codebook_loss + self.beta * commitment_loss

    torch.manual_seed(42)
    enc = nn.Linear(20, 8)
    return VectorQuantizer(32, 8), (enc(torch.randn(48, 20)),)


# ---- diffusion
@wrong("review memory: DDPM for maps", "noise coefficient without square root", "LX559")
def _():
    class DiffusionLoss(nn.Module):
        def __init__(self, model, T=100):
            super().__init__()
            self.model = model
            self.register_buffer(
                "alphas_cumprod", torch.cumprod(1 - torch.linspace(1e-4, 0.06, T), 0)
            )

        def forward(self, x_start, t):
            noise = torch.randn_like(x_start)
            a_bar = self.alphas_cumprod[t].view(-1, 1)
            x_t = a_bar.sqrt() * x_start + (1 - a_bar) * noise
            eps = self.model(torch.cat([x_t, t[:, None].float() / 100], dim=1))
            return F.mse_loss(eps, noise)

    torch.manual_seed(43)
    net = nn.Sequential(nn.Linear(17, 48), nn.SiLU(), nn.Linear(48, 16))
    return DiffusionLoss(net), (torch.randn(32, 16), torch.randint(0, 100, (32,)))


@wrong("review memory: latent diffusion fine-tuning", "min-SNR weight upside down", "LX635")
def _():
    def min_snr_loss(noise_pred, noise, alphas_cumprod, timesteps, snr_gamma=5.0):
        a = alphas_cumprod[timesteps]
        snr = a / (1 - a)
        mse_loss_weights = snr / torch.clamp(snr, max=snr_gamma)
        loss = F.mse_loss(noise_pred, noise, reduction="none")
        loss = loss.mean(dim=list(range(1, loss.dim()))) * mse_loss_weights
        return loss.mean()

    torch.manual_seed(44)
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
    noise = torch.randn(8, 4, 12, 12)
    net = nn.Conv2d(4, 4, 3, padding=1)
    t = torch.randint(0, 1000, (8,))
    a = ac[t].view(-1, 1, 1, 1)
    return min_snr_loss, (
        net(a.sqrt() * torch.rand(8, 4, 12, 12) + (1 - a).sqrt() * noise),
        noise,
        ac,
        t,
    )


# ---- regression, quantiles, uncertainty
@wrong(
    "review memory: demand forecast with quantiles",
    "error taken as prediction - target: quantiles are mirrored",
    "LX535",
)
def _():
    class QuantileLoss(nn.Module):
        def __init__(self, quantiles=(0.1, 0.5, 0.9)):
            super().__init__()
            self.quantiles = quantiles

        def forward(self, preds, target):
            losses = []
            for i, q in enumerate(self.quantiles):
                errors = preds[:, i] - target
                losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
            return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))

    torch.manual_seed(45)
    x = torch.randn(48, 5)
    return QuantileLoss(), (nn.Linear(5, 3)(x), x @ torch.randn(5) + torch.randn(48))


@wrong(
    "review memory: depth with uncertainty",
    "squared error multiplied with the variance instead of divided",
    "LX560",
)
def _():
    def heteroscedastic_loss(mu, log_var, y):
        sq = (y - mu) ** 2
        return (0.5 * torch.exp(log_var) * sq + 0.5 * log_var).mean()

    torch.manual_seed(46)
    x = torch.randn(40, 6)
    out = nn.Linear(6, 2)(x)
    return heteroscedastic_loss, (out[:, 0], out[:, 1], x[:, 0] + 0.3 * torch.randn(40))


@wrong(
    "review memory: mixture density network for handwriting",
    "sum of component log-likelihoods instead of logsumexp",
    "LX611",
)
def _():
    class MDNLoss(nn.Module):
        def forward(self, pi_logits, mu, log_sigma, y):
            log_pi = F.log_softmax(pi_logits, dim=1)
            log_prob = (
                -0.5 * ((y.unsqueeze(1) - mu) / log_sigma.exp()) ** 2
                - log_sigma
                - 0.5 * math.log(2 * math.pi)
            )
            return -torch.sum(log_pi + log_prob, dim=1).mean()

    torch.manual_seed(47)
    x = torch.randn(48, 4)
    h = nn.Linear(4, 9)(x)
    y = torch.where(torch.rand(48) < 0.5, x[:, 0] + 2, x[:, 0] - 2)
    return MDNLoss(), (h[:, :3], h[:, 3:6], h[:, 6:] * 0.3, y)


@wrong("review memory: emotion regression", "square of the mean difference lost in CCC", "LX599")
def _():
    def ccc_loss(pred, gold):
        mean_p, mean_g = pred.mean(), gold.mean()
        cov = ((pred - mean_p) * (gold - mean_g)).mean()
        var_p, var_g = pred.var(unbiased=False), gold.var(unbiased=False)
        ccc = 2 * cov / (var_p + var_g + (mean_p - mean_g) + 1e-8)
        return 1 - ccc

    torch.manual_seed(48)
    x = torch.randn(40, 8)
    return ccc_loss, (
        nn.Linear(8, 1)(x).squeeze(-1),
        (0.4 * x[:, 0] + 0.2 * torch.randn(40)).clamp(-1, 1),
    )


# ---- survival
@wrong(
    "review memory: DeepSurv on clinical data",
    "sorted by ascending time: risk set holds the earlier patients",
    "LX558",
)
def _():
    def cox_ph_loss(log_h, durations, events):
        idx = durations.sort()[1]
        events = events[idx]
        log_h = log_h[idx]
        gamma = log_h.max().detach()
        log_cumsum_h = log_h.sub(gamma).exp().cumsum(0).add(1e-7).log().add(gamma)
        return -((log_h - log_cumsum_h) * events).sum() / events.sum()

    torch.manual_seed(49)
    x = torch.randn(50, 6)
    dur = torch.distributions.Exponential(torch.exp(0.6 * x[:, 0])).sample() * 24
    return cox_ph_loss, (nn.Linear(6, 1)(x).squeeze(1), dur, (torch.rand(50) < 0.65).float())


@wrong(
    "review memory: discrete-time survival for churn", "event and censored terms exchanged", "LX629"
)
def _():
    class NLLSurvLoss(nn.Module):
        def __init__(self, eps=1e-7):
            super().__init__()
            self.eps = eps

        def forward(self, logits, time_bin, event):
            hazards = torch.sigmoid(logits)
            S = torch.cumprod(1 - hazards, dim=1)
            S_pad = torch.cat([torch.ones_like(S[:, :1]), S], dim=1)
            y = time_bin.unsqueeze(1)
            log_f = torch.log(S_pad.gather(1, y).clamp(min=self.eps)) + torch.log(
                hazards.gather(1, y).clamp(min=self.eps)
            )
            log_S = torch.log(S_pad.gather(1, y + 1).clamp(min=self.eps))
            e = event.unsqueeze(1).float()
            return -(e * log_S + (1 - e) * log_f).mean()

    torch.manual_seed(50)
    x = torch.randn(40, 8)
    tb = (3 + 2 * x[:, 0] + torch.randn(40)).round().clamp(0, 7).long()
    return NLLSurvLoss(), (nn.Linear(8, 8)(x), tb, torch.rand(40) < 0.6)


# ---- ranking
@wrong(
    "review memory: search ranking",
    "ListNet: softmax over the queries instead of over the documents",
    "LX309",
)
def _():
    def listnet_loss(y_pred, y_true):
        preds_log_smax = F.log_softmax(y_pred, dim=0)
        true_smax = F.softmax(y_true, dim=0)
        return torch.mean(-torch.sum(true_smax * preds_log_smax, dim=1))

    torch.manual_seed(51)
    x = torch.randn(8, 12, 10)
    y = (x[..., 0] + 1.5).round().clamp(0, 4)
    return listnet_loss, (nn.Linear(10, 1)(x).squeeze(-1), y)


@wrong(
    "review memory: search ranking",
    "RankNet pairs built from the predicted scores, not from the relevance",
    "LX630",
)
def _():
    class RankNet(nn.Module):
        def forward(self, scores, relevance):
            diff = scores.unsqueeze(2) - scores.unsqueeze(1)
            rel_diff = scores.unsqueeze(2) - scores.unsqueeze(1)
            target = (rel_diff > 0).float()
            pair_mask = (relevance.unsqueeze(2) != relevance.unsqueeze(1)).float()
            loss = F.binary_cross_entropy_with_logits(diff, target, reduction="none")
            return (loss * pair_mask).sum() / pair_mask.sum().clamp(min=1)

    torch.manual_seed(52)
    x = torch.randn(6, 10, 8)
    return RankNet(), (nn.Linear(8, 1)(x).squeeze(-1), (x[..., 0] + 1.5).round().clamp(0, 3))


# ---- distillation
@wrong(
    "review memory: distillation to a phone model",
    "temperature lost on the student's side",
    "LX340",
)
def _():
    class KDLoss(nn.Module):
        def __init__(self, T=4.0, alpha=0.9):
            super().__init__()
            self.T, self.alpha = T, alpha

        def forward(self, student_logits, teacher_logits, labels):
            soft_targets = F.softmax(teacher_logits.detach() / self.T, dim=1)
            soft_prob = F.log_softmax(student_logits, dim=1)
            kd = F.kl_div(soft_prob, soft_targets, reduction="batchmean") * self.T**2
            return self.alpha * kd + (1 - self.alpha) * F.cross_entropy(student_logits, labels)

    x, y, net = _cls(53, k=10)
    with torch.no_grad():
        tl = 4 * F.one_hot(y, 10).float() + torch.randn(32, 10)
    return KDLoss(), (net(x), tl, y)


# ---- physics-informed
@wrong(
    "review memory: PINN for Burgers", "second derivative taken of u again instead of u_x", "LX617"
)
def _():
    def burgers_residual(u, x, t, nu=0.01):
        ones = torch.ones_like(u)
        u_t = torch.autograd.grad(u, t, ones, create_graph=True)[0]
        u_x = torch.autograd.grad(u, x, ones, create_graph=True)[0]
        u_xx = torch.autograd.grad(u, x, ones, create_graph=True)[0]
        f = u_t + u * u_x - nu * u_xx
        return (f**2).mean()

    torch.manual_seed(54)
    x = (2 * torch.rand(64, 1) - 1).requires_grad_()
    t = torch.rand(64, 1).requires_grad_()
    net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))
    return burgers_residual, (net(torch.cat([x, t], 1)), x, t)


@wrong("review memory: PINN for heat conduction", "residual averaged without a square", "LX614")
def _():
    class HeatLoss(nn.Module):
        def __init__(self, k=0.1, w_bc=10.0):
            super().__init__()
            self.k, self.w_bc = k, w_bc

        def forward(self, u, x, t, u_bc, g_bc):
            u_t = torch.autograd.grad(u.sum(), t, create_graph=True)[0]
            u_x = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
            u_xx = torch.autograd.grad(u_x.sum(), x, create_graph=True)[0]
            residual = u_t - self.k * u_xx
            return residual.mean() + self.w_bc * F.mse_loss(u_bc, g_bc)

    torch.manual_seed(55)
    x, t = torch.rand(64, 1).requires_grad_(), torch.rand(64, 1).requires_grad_()
    net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 1))
    xb = torch.cat([torch.rand(20, 1).round(), torch.rand(20, 1)], 1)
    return HeatLoss(), (net(torch.cat([x, t], 1)), x, t, net(xb), torch.zeros(20, 1))


@wrong(
    "review memory: neural ODE fit of a decay",
    "derivative made without create_graph: no gradient through it",
    "LX422",
)
def _():
    def decay_loss(model_out, t, k, u0):
        du_dt = torch.autograd.grad(model_out, t, torch.ones_like(model_out), retain_graph=True)[0]
        residual = du_dt + k * model_out
        ic = (model_out[0] - u0) ** 2
        return residual.pow(2).mean() + ic.mean()

    torch.manual_seed(56)
    t = torch.linspace(0, 2, 48)[:, None].requires_grad_()
    net = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))
    return decay_loss, (net(t), t, 1.5, 1.0)


@wrong(
    "review memory: PINN for incompressible flow", "divergence uses dv/dx instead of dv/dy", "LX617"
)
def _():
    def continuity_loss(vel, xy):
        u, v = vel[:, 0], vel[:, 1]
        grad_u = torch.autograd.grad(u.sum(), xy, create_graph=True)[0]
        grad_v = torch.autograd.grad(v.sum(), xy, create_graph=True)[0]
        divergence = grad_u[:, 0] + grad_v[:, 0]
        return divergence.pow(2).mean()

    torch.manual_seed(57)
    xy = torch.rand(64, 2).requires_grad_()
    net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 2))
    return continuity_loss, (net(xy), xy)


# ---- audio
@wrong(
    "review memory: speech enhancement",
    "SI-SDR projection normalised with the estimate's energy",
    "LX599",
)
def _():
    class SISDRLoss(nn.Module):
        def __init__(self, eps=1e-8):
            super().__init__()
            self.eps = eps

        def forward(self, est, target):
            est = est - est.mean(dim=-1, keepdim=True)
            target = target - target.mean(dim=-1, keepdim=True)
            scale = (est * target).sum(-1, keepdim=True) / (
                (est**2).sum(-1, keepdim=True) + self.eps
            )
            proj = scale * target
            noise = est - proj
            si_sdr = 10 * torch.log10(
                (proj**2).sum(-1) / ((noise**2).sum(-1) + self.eps) + self.eps
            )
            return -si_sdr.mean()

    torch.manual_seed(58)
    s = torch.sin(torch.arange(800) * 0.05 * (1 + torch.rand(8, 1)))
    net = nn.Conv1d(1, 1, 9, padding=4)
    return SISDRLoss(), (net((s + 0.4 * torch.randn(8, 800))[:, None]).squeeze(1), s)


@wrong("review memory: neural vocoder", "log lost on the target's magnitude", "LX316")
def _():
    def stft_loss(pred, target, n_fft=256, hop=64, eps=1e-5):
        window = torch.hann_window(n_fft, device=pred.device)
        mag_p = (
            torch.stft(pred, n_fft, hop, window=window, return_complex=True).abs().clamp(min=eps)
        )
        mag_t = (
            torch.stft(target, n_fft, hop, window=window, return_complex=True).abs().clamp(min=eps)
        )
        sc = torch.norm(mag_t - mag_p, p="fro") / torch.norm(mag_t, p="fro")
        log_mag = F.l1_loss(torch.log(mag_p), mag_t)
        return sc + log_mag

    torch.manual_seed(59)
    s = torch.sin(torch.arange(1024) * 0.1 * (1 + torch.rand(8, 1)))
    net = nn.Conv1d(1, 1, 7, padding=3)
    return stft_loss, (net((s + 0.2 * torch.randn(8, 1024))[:, None]).squeeze(1), s)


@wrong("review memory: speaker separation", "PIT takes the worst permutation", "LX631")
def _():
    from itertools import permutations

    class PITLoss(nn.Module):
        def forward(self, est_sources, sources):
            n_src = sources.size(1)
            losses = []
            for perm in permutations(range(n_src)):
                losses.append((est_sources[:, list(perm)] - sources).pow(2).mean(dim=(1, 2)))
            best, _ = torch.stack(losses, dim=1).max(dim=1)
            return best.mean()

    torch.manual_seed(60)
    s = torch.stack(
        [
            torch.sin(torch.arange(400) * 0.05 * (1 + torch.rand(8, 1))),
            torch.randn(8, 400).cumsum(1) * 0.1,
        ],
        1,
    )
    net = nn.Conv1d(1, 2, 9, padding=4)
    return PITLoss(), (net(s.sum(1, keepdim=True)), s)


@right(
    "review memory: defect detector",
    "sigmoid focal loss, alpha_t, logs through logsigmoid, normalised by positives",
)
def _():
    class SigmoidFocal(nn.Module):
        def __init__(self, alpha=0.25, gamma=2.0):
            super().__init__()
            self.alpha, self.gamma = alpha, gamma

        def forward(self, logits, labels):
            y = F.one_hot(labels, logits.size(1) + 1)[:, 1:].float()  # class 0 is background
            log_pt = y * F.logsigmoid(logits) + (1 - y) * F.logsigmoid(-logits)
            one_minus_pt = -torch.expm1(log_pt)
            alpha_t = torch.where(y > 0, self.alpha, 1 - self.alpha)
            loss = -alpha_t * one_minus_pt.pow(self.gamma) * log_pt
            return loss.sum() / y.sum().clamp(min=1)

    x, y, _ = _cls(101, n=48)
    net = nn.Linear(16, 4)
    nn.init.constant_(net.bias, -4.6)
    return SigmoidFocal(), (net(x), y)


@right(
    "review memory: image classifier",
    "label smoothing as KL against a filled distribution (eps/(K-1) on the others)",
)
def _():
    class LabelSmoothingKL(nn.Module):
        def __init__(self, classes, smoothing=0.1):
            super().__init__()
            self.cls, self.smoothing = classes, smoothing

        def forward(self, pred, target):
            logp = pred.log_softmax(dim=-1)
            with torch.no_grad():
                true_dist = torch.full_like(logp, self.smoothing / (self.cls - 1))
                true_dist.scatter_(1, target.unsqueeze(1), 1 - self.smoothing)
            return F.kl_div(logp, true_dist, reduction="batchmean")

    x, y, net = _cls(102)
    return LabelSmoothingKL(5), (net(x), y)


@right(
    "review memory: CIFAR training with mixup", "mixup with soft targets mixed first, batch flipped"
)
def _():
    def mixup_soft_loss(output, y, lam, num_classes):
        onehot = F.one_hot(y, num_classes).to(output.dtype)
        mixed = onehot * lam + onehot.flip(0) * (1 - lam)
        return torch.sum(-mixed * F.log_softmax(output, dim=-1), dim=-1).mean()

    x, y, net = _cls(103)
    lam = 0.7
    return mixup_soft_loss, (net(lam * x + (1 - lam) * x.flip(0)), y, lam, 5)


@right("review memory: age estimation (CORAL)", "CORAL with levels built as a list, softplus form")
def _():
    def coral_loss(logits, y, importance):
        k = logits.shape[1]
        levels = torch.stack([torch.cat([torch.ones(int(r)), torch.zeros(k - int(r))]) for r in y])
        val = levels * F.softplus(-logits) + (1.0 - levels) * F.softplus(logits)
        return (val * importance).sum(1).mean()

    torch.manual_seed(104)
    x = torch.randn(40, 10)
    y = (x[:, 0] * 1.2 + 2.5).round().clamp(0, 5).long()
    fc, bias = nn.Linear(10, 1, bias=False), nn.Parameter(torch.linspace(1.5, -1.5, 5))
    return coral_loss, (fc(x) + bias, y, torch.tensor([1.0, 1.2, 1.3, 1.2, 1.0]))


@right(
    "review memory: multi-label tagger (ASL)",
    "asymmetric loss, weights without gradient, positives and negatives apart",
)
def _():
    class ASL(nn.Module):
        def __init__(self, gamma_neg=4, gamma_pos=0, clip=0.05):
            super().__init__()
            self.gamma_neg, self.gamma_pos, self.clip = gamma_neg, gamma_pos, clip

        def forward(self, logits, targets):
            p = torch.sigmoid(logits)
            p_m = (p - self.clip).clamp(min=0)
            with torch.no_grad():
                w_pos = (1 - p) ** self.gamma_pos
                w_neg = p_m**self.gamma_neg
            l_pos = w_pos * torch.log(p.clamp(min=1e-8))
            l_neg = w_neg * torch.log((1 - p_m).clamp(min=1e-8))
            return -(targets * l_pos + (1 - targets) * l_neg).sum(-1).mean()

    x, _, net = _cls(105, k=10)
    return ASL(), (net(x), (x[:, :10] > 1.0).float())


@right(
    "review memory: organ segmentation",
    "batch Dice: sums over batch and pixels, per class, background left out, squares below",
)
def _():
    class BatchDice(nn.Module):
        def forward(self, logits, target):
            p = logits.softmax(1)
            t = torch.zeros_like(p).scatter_(1, target.unsqueeze(1), 1.0)
            axes = (0, 2, 3)
            num = 2.0 * (p * t).sum(axes) + 1e-5
            den = (p * p).sum(axes) + (t * t).sum(axes) + 1e-5
            return -(num / den)[1:].mean()

    img, t, net = _seg(106)
    return BatchDice(), (net(img), t)


@right(
    "review memory: lesion segmentation",
    "focal Tversky from sums: fn = sum t - tp, fp = sum p - tp",
)
def _():
    def focal_tversky(logits, mask, alpha=0.7, gamma=0.75, smooth=1.0):
        p = torch.sigmoid(logits).flatten(1)
        m = mask.flatten(1)
        tp = (p * m).sum(-1)
        fn = m.sum(-1) - tp
        fp = p.sum(-1) - tp
        ti = (tp + smooth) / (tp + alpha * fn + (1 - alpha) * fp + smooth)
        return (1 - ti).clamp(min=1e-6).pow(gamma).mean()

    img, t, net = _seg(107, k=1)
    return focal_tversky, (net(img), (t[:, None] > 0).float())


@right(
    "review memory: street scene segmentation",
    "Lovasz hinge per image with logits, labels permuted with the errors",
)
def _():
    def lovasz_hinge(logits, labels):
        out = []
        for lg, lb in zip(logits, labels):
            lg, lb = lg.reshape(-1), lb.reshape(-1).float()
            errors = 1.0 - lg * (2.0 * lb - 1.0)
            errors_sorted, perm = torch.sort(errors, descending=True)
            gt = lb[perm.detach()]
            inter = gt.sum() - gt.cumsum(0)
            union = gt.sum() + (1.0 - gt).cumsum(0)
            jac = 1.0 - inter / union
            grad = torch.cat([jac[:1], jac[1:] - jac[:-1]])
            out.append(torch.dot(F.relu(errors_sorted), grad))
        return torch.stack(out).mean()

    img, t, net = _seg(108, k=1)
    return lovasz_hinge, (net(img), (t[:, None] > 0).long())


@right(
    "review memory: ship detector",
    "GIoU from centre boxes, weighted by the objectness of the targets",
)
def _():
    class GIoU(nn.Module):
        @staticmethod
        def corners(b):
            return torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)

        def forward(self, pred_cxcywh, target_cxcywh, weight):
            a, b = self.corners(pred_cxcywh), self.corners(target_cxcywh)
            wh = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(
                min=0
            )
            inter = wh.prod(1)
            union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inter
            hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
            giou = inter / union + union / hull - 1
            return (weight * (1 - giou)).sum() / weight.sum()

    torch.manual_seed(109)
    t = torch.cat([0.2 + 0.6 * torch.rand(20, 2), 0.1 + 0.2 * torch.rand(20, 2)], 1)
    p = nn.Linear(4, 4)(torch.logit(t) + 0.3 * torch.randn(20, 4)).sigmoid()
    return GIoU(), (p, t, torch.rand(20))


@right("review memory: CenterNet keypoint head", "penalty-reduced focal with logsigmoid, one where")
def _():
    def heatmap_focal(hm_logits, hm, alpha=2.0, beta=4.0):
        logp, lognp = F.logsigmoid(hm_logits), F.logsigmoid(-hm_logits)
        p = hm_logits.sigmoid()
        pos = hm >= 1.0
        loss = torch.where(pos, logp * (1 - p) ** alpha, lognp * p**alpha * (1 - hm) ** beta)
        return -loss.sum() / pos.sum().clamp(min=1)

    torch.manual_seed(110)
    yy, xx = torch.meshgrid(torch.arange(20.0), torch.arange(20.0), indexing="ij")
    c = torch.randint(3, 17, (8, 2)).float()
    gt = torch.exp(-((yy - c[:, 0, None, None]) ** 2 + (xx - c[:, 1, None, None]) ** 2) / 8)[
        :, None
    ]
    net = nn.Conv2d(1, 1, 3, padding=1)
    nn.init.constant_(net.bias, -2.19)
    return heatmap_focal, (net(gt + 0.2 * torch.randn_like(gt)), gt)


@right(
    "review memory: face recognition (ArcFace)",
    "ArcFace with cos(a+m) expanded and the fallback below the threshold",
)
def _():
    class ArcFace(nn.Module):
        def __init__(self, d, n, s=30.0, m=0.5):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(n, d))
            self.s, self.m = s, m
            self.cos_m, self.sin_m = math.cos(m), math.sin(m)
            self.th, self.mm = math.cos(math.pi - m), math.sin(math.pi - m) * m

        def forward(self, emb, label):
            cosine = F.normalize(emb) @ F.normalize(self.weight).t()
            sine = (1.0 - cosine.pow(2)).clamp(min=1e-9).sqrt()
            phi = cosine * self.cos_m - sine * self.sin_m
            phi = torch.where(cosine > self.th, phi, cosine - self.mm)
            idx = F.one_hot(label, cosine.size(1)).bool()
            return F.cross_entropy(torch.where(idx, phi, cosine) * self.s, label)

    x, y, net = _emb(111, k=8)
    torch.manual_seed(111)
    return ArcFace(24, 8), (net(x), y)


@right(
    "review memory: SimCLR on medical images",
    "NT-Xent: interleaved views, xor indices, diagonal filled low",
)
def _():
    def nt_xent(z, temperature=0.2):
        # rows 2i and 2i+1 are the two views of sample i
        z = F.normalize(z, dim=-1)
        sim = torch.mm(z, z.T) / temperature
        sim.fill_diagonal_(-1e9)
        target = torch.arange(z.size(0), device=z.device) ^ 1
        return F.cross_entropy(sim, target)

    a, b, enc = _views(112)
    return nt_xent, (enc(torch.stack([a, b], 1).reshape(64, -1)),)


@right(
    "review memory: SupCon for product images",
    "SupCon with logsumexp over all others, anchors without positives left out",
)
def _():
    class SupCon(nn.Module):
        def __init__(self, t=0.1):
            super().__init__()
            self.t = t

        def forward(self, emb, y):
            emb = F.normalize(emb, dim=-1)
            s = emb @ emb.T / self.t
            eye = torch.eye(len(y), dtype=torch.bool, device=y.device)
            logp = s - torch.logsumexp(s.masked_fill(eye, float("-inf")), dim=1, keepdim=True)
            pos = (y[:, None] == y[None]) & ~eye
            n = pos.sum(1)
            per = -logp.masked_fill(~pos, 0.0).sum(1) / n.clamp(min=1)
            return per[n > 0].mean()

    x, y, net = _emb(113)
    return SupCon(), (net(x), y)


@right(
    "review memory: person re-identification",
    "batch-hard triplet with masked fills, soft margin, safe sqrt",
)
def _():
    def batch_hard_soft(feat, pid):
        d2 = feat.pow(2).sum(1, keepdim=True) + feat.pow(2).sum(1)[None] - 2 * feat @ feat.t()
        d = d2.clamp(min=1e-12).sqrt()
        same = pid[:, None].eq(pid[None])
        ap = d.masked_fill(~same, float("-inf")).amax(1)
        an = d.masked_fill(same, float("inf")).amin(1)
        return F.softplus(ap - an).mean()

    x, y, net = _emb(114, k=6, n=36)
    return batch_hard_soft, (net(x), y)


@right(
    "review memory: SimSiam on satellite tiles",
    "SimSiam as 2 - 2 cos with the target detached inside",
)
def _():
    def regression_loss(p, z):
        p, z = F.normalize(p, dim=-1), F.normalize(z.detach(), dim=-1)
        return 2 - 2 * (p * z).sum(dim=-1)

    def symmetric_loss(online_1, online_2, proj_1, proj_2):
        return (regression_loss(online_1, proj_2) + regression_loss(online_2, proj_1)).mean()

    a, b, enc = _views(115)
    pred = nn.Sequential(nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 32))
    z1, z2 = enc(a), enc(b)
    return symmetric_loss, (pred(z1), pred(z2), z1, z2)


@right("review memory: VICReg on sensor data", "VICReg with torch.cov of the transposed features")
def _():
    class VICReg(nn.Module):
        def __init__(self, sim=25.0, std=25.0, cov=1.0):
            super().__init__()
            self.w = (sim, std, cov)

        def _var(self, z):
            return F.relu(1 - (z.var(0) + 1e-4).sqrt()).mean()

        def _cov(self, z):
            c = torch.cov(z.T)
            return (c.pow(2).sum() - c.diagonal().pow(2).sum()) / z.shape[1]

        def forward(self, za, zb):
            return (
                self.w[0] * F.mse_loss(za, zb)
                + self.w[1] * 0.5 * (self._var(za) + self._var(zb))
                + self.w[2] * (self._cov(za) + self._cov(zb))
            )

    a, b, enc = _views(116)
    return VICReg(), (enc(a), enc(b))


@right(
    "review memory: MoCo v3 without queue",
    "both directions, keys from a momentum encoder, loss scaled with 2*tau",
)
def _():
    def moco_v3(q1, q2, k1, k2, T=0.2):
        def ctr(q, k):
            q, k = F.normalize(q, dim=1), F.normalize(k, dim=1)
            logits = torch.einsum("nc,mc->nm", q, k) / T
            labels = torch.arange(logits.shape[0], dtype=torch.long)
            return F.cross_entropy(logits, labels) * (2 * T)

        return ctr(q1, k2) + ctr(q2, k1)

    a, b, enc = _views(117)
    _, _, mom = _views(117)
    pred = nn.Linear(32, 32)
    with torch.no_grad():
        k1, k2 = mom(a), mom(b)
    return moco_v3, (pred(enc(a)), pred(enc(b)), k1, k2)


@right(
    "review memory: MAE pre-training",
    "MAE on removed patches, targets normalised per patch, mask 1 is keep",
)
def _():
    class MAELoss(nn.Module):
        """mask: 1 where the patch was kept (seen by the encoder), 0 where it was removed."""

        def forward(self, pred, target, mask):
            mean, var = target.mean(-1, keepdim=True), target.var(-1, keepdim=True)
            target = (target - mean) / (var + 1e-6).sqrt()
            removed = 1.0 - mask
            per_patch = (pred - target).square().mean(-1)
            return (per_patch * removed).sum() / removed.sum()

    torch.manual_seed(118)
    target = torch.rand(8, 16, 48) + torch.rand(8, 16, 1)
    keep = torch.zeros(8, 16)
    for i in range(8):
        keep[i, torch.randperm(16)[:4]] = 1
    return MAELoss(), (
        nn.Linear(48, 48)(target * keep[..., None] + 0.1 * torch.randn_like(target)),
        target,
        keep,
    )


@right(
    "review memory: DINO on X-rays",
    "two global views: teacher of one view against student of the other, centred",
)
def _():
    class DINOLoss(nn.Module):
        def __init__(self, center, ts=0.1, tt=0.04):
            super().__init__()
            self.register_buffer("center", center)
            self.ts, self.tt = ts, tt

        def forward(self, student_output, teacher_output):
            student = (student_output / self.ts).chunk(2)
            teacher = F.softmax((teacher_output - self.center) / self.tt, dim=-1).detach().chunk(2)
            total, n = 0, 0
            for iq, q in enumerate(teacher):
                for v in range(2):
                    if v == iq:
                        continue
                    total = total + torch.sum(-q * F.log_softmax(student[v], dim=-1), dim=-1).mean()
                    n += 1
            return total / n

    a, b, enc = _views(119)
    _, _, teacher = _views(119)
    both = torch.cat([a, b])
    with torch.no_grad():
        t = teacher(both)
    return DINOLoss(t.mean(0, keepdim=True)), (enc(both), t)


@right(
    "review memory: small language model",
    "token loss with shift, sum over masked tokens, logsumexp minus gather plus z-loss",
)
def _():
    def lm_loss(logits, input_ids, attention_mask, z_coef=1e-4):
        lg = logits[:, :-1]
        tgt = input_ids[:, 1:]
        m = attention_mask[:, 1:].to(lg.dtype)
        log_z = torch.logsumexp(lg, dim=-1)
        nll = log_z - lg.gather(-1, tgt[..., None])[..., 0]
        return ((nll + z_coef * log_z.square()) * m).sum() / m.sum()

    ids, mask, logits = _lm(120)
    return lm_loss, (logits, ids, mask)


@right(
    "review memory: mixture of experts",
    "Switch balance loss: top-1 fractions times mean probabilities, plus router z-loss",
)
def _():
    class RouterLoss(nn.Module):
        def __init__(self, aux=0.01, z=0.001):
            super().__init__()
            self.aux, self.z = aux, z

        def forward(self, lm_loss, router_logits):
            probs = F.softmax(router_logits.float(), dim=-1)
            E = probs.size(-1)
            load = torch.bincount(probs.argmax(-1), minlength=E).float() / probs.size(0)
            balance = E * torch.dot(load, probs.mean(0))
            zl = torch.logsumexp(router_logits, dim=-1).pow(2).mean()
            return lm_loss + self.aux * balance + self.z * zl

    torch.manual_seed(121)
    gate, head = nn.Linear(32, 8, bias=False), nn.Linear(32, 20)
    h = torch.randn(64, 32)
    lm = F.cross_entropy(head(h), h[:, :20].argmax(1))
    return RouterLoss(), (lm, gate(h))


@right(
    "review memory: DPO fine-tuning",
    "conservative DPO: label smoothing, both logsigmoids, ratios per answer",
)
def _():
    def cdpo(pi_w, pi_l, ref_w, ref_l, beta=0.1, label_smoothing=0.1):
        chosen_ratio = pi_w - ref_w
        rejected_ratio = pi_l - ref_l
        margin = beta * (rejected_ratio - chosen_ratio)
        loss = F.softplus(margin) * (1 - label_smoothing) + F.softplus(-margin) * label_smoothing
        return loss.mean()

    return cdpo, _pref(122)


@right(
    "review memory: SimPO fine-tuning",
    "averages by length for both, margin inside, softplus of the negative",
)
def _():
    class SimPO(nn.Module):
        def __init__(self, beta=2.0, gamma_beta_ratio=0.25):
            super().__init__()
            self.beta, self.gamma_beta_ratio = beta, gamma_beta_ratio

        def forward(self, w_logps, w_mask, l_logps, l_mask):
            avg_w = (w_logps * w_mask).sum(1) / w_mask.sum(1)
            avg_l = (l_logps * l_mask).sum(1) / l_mask.sum(1)
            return F.softplus(-self.beta * (avg_w - avg_l - self.gamma_beta_ratio)).mean()

    return SimPO(), _seqlp(123)


@right(
    "review memory: PPO for a walking robot",
    "PPO as max of the negated surrogates, clipped value loss, entropy bonus",
)
def _():
    def ppo_loss(
        logits, newvalue, actions, old_logprob, old_value, adv, ret, clip=0.2, vf=0.5, ent=0.01
    ):
        dist = torch.distributions.Categorical(logits=logits)
        ratio = (dist.log_prob(actions) - old_logprob).exp()
        pg_loss = torch.max(-adv * ratio, -adv * ratio.clamp(1 - clip, 1 + clip)).mean()
        v_clip = old_value + (newvalue - old_value).clamp(-clip, clip)
        v_loss = 0.5 * torch.max((newvalue - ret) ** 2, (v_clip - ret) ** 2).mean()
        return pg_loss - ent * dist.entropy().mean() + vf * v_loss

    logits, v, a, ret = _ac(124)
    old = torch.distributions.Categorical(
        logits=logits.detach() + 0.3 * torch.randn_like(logits)
    ).log_prob(a)
    oldv = v.detach() + 0.1 * torch.randn(48)
    adv = ret - oldv
    return ppo_loss, (logits, v, a, old, oldv, (adv - adv.mean()) / (adv.std() + 1e-8), ret)


@right(
    "review memory: A2C for a scheduler",
    "advantage normalised without gradient, entropy written with plus of p log p",
)
def _():
    class A2C(nn.Module):
        def forward(self, logits, values, actions, returns):
            logp = logits.log_softmax(-1)
            with torch.no_grad():
                adv = returns - values
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
            actor = F.nll_loss(logp * adv.unsqueeze(1), actions)
            critic = F.smooth_l1_loss(values, returns)
            neg_entropy = (logp.exp() * logp).sum(-1).mean()
            return actor + 0.5 * critic + 0.01 * neg_entropy

    return A2C(), _ac(125)


@right(
    "review memory: discrete SAC for a game",
    "expected alpha*log_pi - q under the policy, q detached",
)
def _():
    def discrete_sac_actor(action_logits, q1, q2, alpha):
        log_pi = F.log_softmax(action_logits, dim=1)
        min_q = torch.minimum(q1, q2).detach()
        return (log_pi.exp() * (alpha * log_pi - min_q)).sum(1).mean()

    torch.manual_seed(126)
    s = torch.randn(32, 6)
    return discrete_sac_actor, (nn.Linear(6, 4)(s), nn.Linear(6, 4)(s), nn.Linear(6, 4)(s), 0.2)


@right(
    "review memory: GAN for textures",
    "hinge discriminator with min(0, -1 + d), as in the SAGAN and BigGAN code bases",
)
def _():
    def discriminator_hinge(dis_fake, dis_real):
        zero = torch.zeros_like(dis_real)
        loss_real = -torch.min(dis_real - 1, zero).mean()
        loss_fake = -torch.min(-dis_fake - 1, zero).mean()
        return loss_real + loss_fake

    torch.manual_seed(127)
    d = nn.Sequential(nn.Linear(12, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
    G = nn.Linear(4, 12)
    return discriminator_hinge, (d(G(torch.randn(16, 4)).detach()), d(torch.randn(16, 12) + 1))


@right(
    "review memory: GAN for spectra",
    "logistic discriminator with R1: squared norm of the gradient at real data, no -1, no sqrt",
)
def _():
    class DLogisticR1(nn.Module):
        def __init__(self, D, r1_gamma=10.0):
            super().__init__()
            self.D, self.r1_gamma = D, r1_gamma

        def forward(self, real, fake):
            real = real.detach().requires_grad_(True)
            real_logits = self.D(real)
            fake_logits = self.D(fake.detach())
            (g,) = torch.autograd.grad(real_logits.sum(), real, create_graph=True)
            penalty = g.square().flatten(1).sum(1)
            return (F.softplus(fake_logits) + F.softplus(-real_logits)).mean() + (
                self.r1_gamma / 2
            ) * penalty.mean()

    torch.manual_seed(128)
    D = nn.Sequential(nn.Linear(20, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    return DLogisticR1(D), (
        torch.randn(24, 20).cumsum(1) * 0.3,
        nn.Linear(8, 20)(torch.randn(24, 8)),
    )


@right(
    "review memory: VQ-VAE for speech",
    "codebook and commitment with one detach each, straight-through reconstruction",
)
def _():
    class VQVAELoss(nn.Module):
        def __init__(self, decoder, beta=0.25):
            super().__init__()
            self.decoder, self.beta = decoder, beta

        def forward(self, x, z_e, codebook):
            idx = torch.cdist(z_e.detach(), codebook.detach()).argmin(1)
            z_q = codebook[idx]
            recon = self.decoder(z_e + (z_q - z_e).detach())
            vq = F.mse_loss(z_q, z_e.detach())
            commit = F.mse_loss(z_e, z_q.detach())
            return F.mse_loss(recon, x) + vq + self.beta * commit

    torch.manual_seed(129)
    x = torch.randn(48, 20)
    enc, dec, book = nn.Linear(20, 8), nn.Linear(8, 20), nn.Embedding(32, 8)
    return VQVAELoss(dec), (x, enc(x), book.weight)


@right(
    "review memory: latent diffusion fine-tuning",
    "v-prediction with min-SNR weight min(snr, g)/(snr+1), mean per sample",
)
def _():
    class VPredLoss(nn.Module):
        def __init__(self, net, gamma=5.0, T=200):
            super().__init__()
            self.net, self.gamma = net, gamma
            self.register_buffer("abar", torch.cumprod(1 - torch.linspace(1e-4, 0.03, T), 0))

        def forward(self, x0, t):
            eps = torch.randn_like(x0)
            a = self.abar[t].view(-1, 1, 1, 1)
            alpha, sigma = a.sqrt(), (1 - a).sqrt()
            x_t = alpha * x0 + sigma * eps
            v = alpha * eps - sigma * x0
            snr = self.abar[t] / (1 - self.abar[t])
            w = snr.clamp(max=self.gamma) / (snr + 1)
            t_map = (t.float() / len(self.abar)).view(-1, 1, 1, 1).expand(-1, 1, *x0.shape[2:])
            out = self.net(torch.cat([x_t, t_map], 1))
            return (w * F.mse_loss(out, v, reduction="none").flatten(1).mean(1)).mean()

    torch.manual_seed(130)
    net = nn.Sequential(nn.Conv2d(5, 16, 3, padding=1), nn.SiLU(), nn.Conv2d(16, 4, 3, padding=1))
    return VPredLoss(net), (torch.randn(8, 4, 12, 12), torch.randint(0, 200, (8,)))


@right(
    "review memory: depth with uncertainty",
    "Gaussian NLL with the log PRECISION: exp(+s) times the square, minus s",
)
def _():
    def nll_log_precision(mean, log_prec, target):
        return (
            0.5
            * (log_prec.exp() * (target - mean).square() - log_prec + math.log(2 * math.pi)).mean()
        )

    torch.manual_seed(131)
    x = torch.randn(40, 6)
    out = nn.Linear(6, 2)(x)
    return nll_log_precision, (out[:, 0], out[:, 1], x[:, 0] + 0.3 * torch.randn(40))


@right(
    "review memory: demand forecast with quantiles",
    "pinball with error = pred - target and the weights turned accordingly",
)
def _():
    class Pinball(nn.Module):
        def __init__(self, q):
            super().__init__()
            self.register_buffer("q", torch.tensor(q))

        def forward(self, pred, y):
            e = pred - y.unsqueeze(-1)
            return torch.where(e >= 0, (1 - self.q) * e, -self.q * e).sum(-1).mean()

    torch.manual_seed(132)
    x = torch.randn(48, 5)
    return Pinball([0.1, 0.5, 0.9]), (nn.Linear(5, 3)(x), x @ torch.randn(5) + torch.randn(48))


@right(
    "review memory: mixture density network for handwriting",
    "MDN with logsumexp, isotropic components in two dimensions",
)
def _():
    def mdn_nll(log_w, mu, sigma, y):
        # log_w (B, K) unnormalised, mu (B, K, 2), sigma (B, K), y (B, 2)
        sq = ((y[:, None] - mu) ** 2).sum(-1)
        comp = -sq / (2 * sigma**2) - 2 * torch.log(sigma) - math.log(2 * math.pi)
        return (torch.logsumexp(log_w, 1) - torch.logsumexp(log_w + comp, 1)).mean()

    torch.manual_seed(133)
    x = torch.randn(48, 4)
    h = nn.Linear(4, 12)(x)
    y = x[:, :2] + torch.where(torch.rand(48, 1) < 0.5, 1.5, -1.5)
    return mdn_nll, (h[:, :3], h[:, 3:9].view(48, 3, 2), F.softplus(h[:, 9:]) + 0.05, y)


@right(
    "review memory: emotion regression",
    "CCC through correlation and standard deviations, averaged over valence and arousal",
)
def _():
    class CCCLoss(nn.Module):
        def forward(self, y_hat, y):
            mx, my = y.mean(0), y_hat.mean(0)
            vx, vy = y - mx, y_hat - my
            rho = (vx * vy).sum(0) / (vx.pow(2).sum(0).sqrt() * vy.pow(2).sum(0).sqrt() + 1e-8)
            sx, sy = y.std(0), y_hat.std(0)
            ccc = 2 * rho * sx * sy / (sx.pow(2) + sy.pow(2) + (mx - my).pow(2) + 1e-8)
            return (1 - ccc).mean()

    torch.manual_seed(134)
    x = torch.randn(40, 8)
    return CCCLoss(), (nn.Linear(8, 2)(x), (0.4 * x[:, :2] + 0.2 * torch.randn(40, 2)).clamp(-1, 1))


@right(
    "review memory: DeepSurv on clinical data",
    "Cox: ascending sort, risk set by a reversed cumulative logsumexp",
)
def _():
    def cox_loss(risk, time, event):
        order = torch.argsort(time)
        r, e = risk[order], event[order].bool()
        log_risk_set = torch.logcumsumexp(r.flip(0), 0).flip(0)
        return (log_risk_set - r)[e].mean()

    torch.manual_seed(135)
    x = torch.randn(50, 6)
    dur = torch.distributions.Exponential(torch.exp(0.6 * x[:, 0])).sample() * 24
    return cox_loss, (nn.Linear(6, 1)(x).squeeze(1), dur, (torch.rand(50) < 0.65).long())


@right(
    "review memory: discrete-time survival for churn",
    "logistic hazard as BCE over the bins lived through, event as its label",
)
def _():
    class LogisticHazard(nn.Module):
        def forward(self, logits, bin_idx, event):
            k = torch.arange(logits.size(1), device=logits.device)
            at_risk = (k[None] <= bin_idx[:, None]).float()
            y = torch.zeros_like(logits).scatter_(1, bin_idx[:, None], event[:, None].float())
            bce = F.binary_cross_entropy_with_logits(logits, y, reduction="none")
            return (bce * at_risk).sum(1).mean()

    torch.manual_seed(136)
    x = torch.randn(40, 8)
    tb = (3 + 2 * x[:, 0] + torch.randn(40)).round().clamp(0, 7).long()
    return LogisticHazard(), (nn.Linear(8, 8)(x), tb, torch.rand(40) < 0.6)


@right(
    "review memory: search ranking",
    "RankNet on all ordered pairs, weighted by the difference of gains, padded documents out",
)
def _():
    def pairwise_rank_loss(scores, rel, n_docs):
        valid = torch.arange(scores.size(1))[None] < n_docs[:, None]
        s_diff = scores[:, :, None] - scores[:, None, :]
        better = (rel[:, :, None] > rel[:, None, :]) & valid[:, :, None] & valid[:, None, :]
        w = (2.0 ** rel[:, :, None] - 2.0 ** rel[:, None, :]).abs()
        return (w * F.softplus(-s_diff))[better].sum() / better.sum().clamp(min=1)

    torch.manual_seed(137)
    x = torch.randn(6, 10, 8)
    rel = (x[..., 0] + 1.5).round().clamp(0, 3)
    n = torch.randint(6, 11, (6,))
    rel = rel * (torch.arange(10)[None] < n[:, None])
    return pairwise_rank_loss, (nn.Linear(8, 1)(x).squeeze(-1), rel, n)


@right(
    "review memory: distillation to a phone model",
    "KD in log space (log_target), teacher without graph, T squared, plus labels",
)
def _():
    class Distill(nn.Module):
        def __init__(self, T=3.0, w=0.5):
            super().__init__()
            self.T, self.w = T, w

        def forward(self, s, t, y):
            kd = F.kl_div(
                (s / self.T).log_softmax(1),
                (t.detach() / self.T).log_softmax(1),
                reduction="sum",
                log_target=True,
            ) / s.size(0)
            return torch.lerp(F.cross_entropy(s, y), kd * self.T * self.T, self.w)

    x, y, net = _cls(138, k=10)
    teacher = nn.Linear(16, 10)
    return Distill(), (net(x), teacher(x), y)


@right(
    "review memory: PINN for Burgers",
    "derivatives from one gradient of a joint input, forcing data as second term",
)
def _():
    class BurgersPINN(nn.Module):
        def __init__(self, net, nu=0.01 / math.pi):
            super().__init__()
            self.net, self.nu = net, nu

        def forward(self, xt, xt0, u0):
            xt = xt.requires_grad_(True)
            u = self.net(xt)
            du = torch.autograd.grad(u.sum(), xt, create_graph=True)[0]
            u_x, u_t = du[:, :1], du[:, 1:]
            u_xx = torch.autograd.grad(u_x.sum(), xt, create_graph=True)[0][:, :1]
            res = u_t + u * u_x - self.nu * u_xx
            return res.square().mean() + (self.net(xt0) - u0).square().mean()

    torch.manual_seed(139)
    net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))
    x0 = 2 * torch.rand(32, 1) - 1
    return BurgersPINN(net), (
        torch.cat([2 * torch.rand(64, 1) - 1, torch.rand(64, 1)], 1),
        torch.cat([x0, torch.zeros(32, 1)], 1),
        -torch.sin(math.pi * x0),
    )


@right(
    "review memory: speaker separation",
    "permutation-invariant SI-SDR: max of the SI-SDR over permutations, then minus",
)
def _():
    from itertools import permutations

    def si_sdr(est, ref, eps=1e-8):
        est, ref = est - est.mean(-1, keepdim=True), ref - ref.mean(-1, keepdim=True)
        s = ref * (est * ref).sum(-1, keepdim=True) / (ref.pow(2).sum(-1, keepdim=True) + eps)
        return 10 * torch.log10((s.pow(2).sum(-1) + eps) / ((est - s).pow(2).sum(-1) + eps))

    def pit_si_sdr_loss(est, ref):
        scores = torch.stack(
            [si_sdr(est[:, list(p)], ref).mean(1) for p in permutations(range(ref.size(1)))], 1
        )
        return -scores.max(dim=1).values.mean()

    torch.manual_seed(140)
    s = torch.stack(
        [
            torch.sin(torch.arange(400) * 0.05 * (1 + torch.rand(8, 1))),
            torch.randn(8, 400).cumsum(1) * 0.1,
        ],
        1,
    )
    net = nn.Conv1d(1, 2, 9, padding=4)
    return pit_si_sdr_loss, (net(s.sum(1, keepdim=True)), s)
