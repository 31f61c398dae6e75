"""Losses that participants of a course handed in, one slip in each."""

import math
from itertools import permutations

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def clf_data(n=32, d=12, c=5, seed=0):
    """features, labels that depend on them, logits of a small network"""
    torch.manual_seed(seed)
    x = torch.randn(n, d)
    y = (x @ torch.randn(d, c) + 0.5 * torch.randn(n, c)).argmax(1)
    net = nn.Sequential(nn.Linear(d, 24), nn.ReLU(), nn.Linear(24, c))
    return x, y, net(x)


def seg_data(n=8, c=4, s=16, seed=0):
    """images, label maps with blobs, logits NCHW"""
    torch.manual_seed(seed)
    img = torch.randn(n, 3, s, s)
    img = F.avg_pool2d(img, 5, 1, 2) * 4
    lab = nn.Conv2d(3, c, 3, padding=1)(img).argmax(1).detach()
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, c, 1))
    return img, lab, net(img)


def binseg_data(n=8, s=16, seed=0):
    torch.manual_seed(seed)
    img = F.avg_pool2d(torch.randn(n, 3, s, s), 5, 1, 2) * 4
    lab = (img.mean(1, keepdim=True) > 0.4).float()
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
    return img, lab, net(img)


def box_data(n=24, seed=0, fmt="xyxy"):
    """boxes of a head near the ground truth"""
    torch.manual_seed(seed)
    c = torch.rand(n, 2) * 60 + 20
    wh = torch.rand(n, 2) * 24 + 8
    gt = torch.cat([c, wh], 1)
    feat = torch.cat([gt / 50 - 1, torch.randn(n, 4)], 1)
    head = nn.Linear(8, 4)
    d = head(feat)
    pred = torch.cat([gt[:, :2] + 6 * d[:, :2], gt[:, 2:] * torch.exp(0.4 * d[:, 2:])], 1)
    if fmt == "xyxy":
        f = lambda b: torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)
        return f(pred), f(gt)
    return pred, gt


@wrong("course: focal, softmax", "focal factor is pt**gamma instead of (1-pt)**gamma", "LX550")
def _():
    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0, reduction="mean"):
            super().__init__()
            self.gamma = gamma
            self.reduction = reduction

        def forward(self, logits, target):
            log_probs = F.log_softmax(logits, dim=1)
            log_pt = log_probs.gather(1, target.unsqueeze(1)).squeeze(1)
            pt = log_pt.exp()
            loss = -(pt**self.gamma) * log_pt
            if self.reduction == "mean":
                return loss.mean()
            if self.reduction == "sum":
                return loss.sum()
            return loss

    _, y, logits = clf_data(seed=1)
    return FocalLoss(), (logits, y)


@wrong("course: label smoothing", "weights of the hard and the uniform part exchanged", "LX581")
def _():
    def smooth_xent(logits, labels, eps=0.1):
        lp = logits.log_softmax(-1)
        hard = -lp[torch.arange(len(labels)), labels]
        uniform = -lp.mean(-1)
        return (eps * hard + (1 - eps) * uniform).mean()

    _, y, logits = clf_data(seed=2, c=8, n=64)
    return smooth_xent, (logits, y)


@wrong("course: class-balanced", "effective number used as weight instead of its inverse", "LX525")
def _():
    def class_balanced_ce(logits, labels, samples_per_class, beta=0.999):
        effective_num = (1.0 - torch.pow(beta, samples_per_class.float())) / (1.0 - beta)
        weights = effective_num
        weights = weights / weights.sum() * len(samples_per_class)
        return F.cross_entropy(logits, labels, weight=weights)

    torch.manual_seed(3)
    x = torch.randn(48, 10)
    n_cls = torch.tensor([5000, 1200, 300, 60, 20])
    y = torch.multinomial(n_cls.float() ** 0.5, 48, replacement=True)
    x[:, 0] += y
    return class_balanced_ce, (nn.Linear(10, 5)(x), y, n_cls)


@wrong(
    "course: ordinal, CORAL",
    "log(1 - sigmoid) written as logsigmoid + logits instead of logsigmoid - logits",
    "LX640",
)
def _():
    def coral_loss(logits, levels):
        """logits (N, K-1), levels (N, K-1) with ones up to the rank"""
        log_p = F.logsigmoid(logits)
        per_sample = -torch.sum(log_p * levels + (log_p + logits) * (1 - levels), dim=1)
        return per_sample.mean()

    torch.manual_seed(4)
    x = torch.randn(32, 6)
    age = (x[:, 0] * 1.5 + x[:, 1] + 2.5).round().clamp(0, 5).long()
    levels = (age[:, None] > torch.arange(5)[None]).float()
    score = nn.Linear(6, 1)(x)
    bias = nn.Parameter(torch.linspace(2, -2, 5))
    return coral_loss, (score + bias, levels)


@wrong(
    "course: weighted cross entropy",
    "class weight looked up by the predicted class, not by the label",
    "LX621",
)
def _():
    def weighted_ce(logits, targets, class_weights):
        nll = F.cross_entropy(logits, targets, reduction="none")
        w = class_weights[logits.argmax(dim=1)]
        return (w * nll).sum() / w.sum()

    _, y, logits = clf_data(seed=5, n=64)
    cw = len(y) / (5 * torch.bincount(y, minlength=5).clamp(min=1).float())
    return weighted_ce, (logits, y, cw)


@wrong("course: Tversky", "false negatives computed as true negatives", "LX520")
def _():
    class TverskyLoss(nn.Module):
        def __init__(self, alpha=0.3, beta=0.7, smooth=1.0):
            super().__init__()
            self.alpha, self.beta, self.smooth = alpha, beta, smooth

        def forward(self, inputs, targets):
            p = torch.sigmoid(inputs).flatten(1)
            t = targets.flatten(1)
            TP = (p * t).sum(1)
            FP = (p * (1 - t)).sum(1)
            FN = ((1 - p) * (1 - t)).sum(1)
            tversky = (TP + self.smooth) / (TP + self.alpha * FP + self.beta * FN + self.smooth)
            return 1 - tversky.mean()

    _, lab, logits = binseg_data(seed=6)
    return TverskyLoss(), (logits, lab)


@wrong("course: soft IoU", "union without subtracting the intersection", "LX520")
def _():
    def jaccard_loss(logits, masks, eps=1e-6):
        probs = logits.sigmoid()
        dims = (1, 2, 3)
        intersection = (probs * masks).sum(dims)
        union = probs.sum(dims) + masks.sum(dims)
        iou = (intersection + eps) / (union + eps)
        return (1 - iou).mean()

    _, lab, logits = binseg_data(seed=7, n=10)
    return jaccard_loss, (logits, lab)


@wrong(
    "course: multi-class Dice",
    "one-hot map permuted to N,C,W,H: height and width exchanged",
    "LX594",
)
def _():
    def dice_loss(pred, target, smooth=1e-5):
        n_classes = pred.shape[1]
        prob = F.softmax(pred, dim=1)
        onehot = F.one_hot(target, n_classes).permute(0, 3, 2, 1).float()
        inter = (prob * onehot).sum(dim=(0, 2, 3))
        card = prob.sum(dim=(0, 2, 3)) + onehot.sum(dim=(0, 2, 3))
        return 1 - ((2 * inter + smooth) / (card + smooth)).mean()

    _, lab, logits = seg_data(seed=8)
    return dice_loss, (logits, lab)


@wrong("course: GIoU", "enclosing box uses min for its lower right corner", "LX617")
def _():
    def giou_loss(pred, gt, eps=1e-7):
        area_p = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
        area_g = (gt[:, 2] - gt[:, 0]) * (gt[:, 3] - gt[:, 1])
        lt = torch.max(pred[:, :2], gt[:, :2])
        rb = torch.min(pred[:, 2:], gt[:, 2:])
        wh = (rb - lt).clamp(min=0)
        overlap = wh[:, 0] * wh[:, 1]
        union = area_p + area_g - overlap
        iou = overlap / (union + eps)
        enc_lt = torch.min(pred[:, :2], gt[:, :2])
        enc_rb = torch.min(pred[:, 2:], gt[:, 2:])
        enc_wh = (enc_rb - enc_lt).clamp(min=0)
        enc = enc_wh[:, 0] * enc_wh[:, 1] + eps
        return (1 - (iou - (enc - union) / enc)).mean()

    return giou_loss, box_data(seed=9)


@wrong("course: IoU on centre boxes", "right edge uses the height instead of the width", "LX624")
def _():
    def corners(b):
        cx, cy, w, h = b.unbind(-1)
        return torch.stack([cx - w / 2, cy - h / 2, cx + h / 2, cy + h / 2], -1)

    def iou_loss(pred_boxes, gt_boxes):
        a, b = corners(pred_boxes), corners(gt_boxes)
        tl = torch.maximum(a[:, :2], b[:, :2])
        br = torch.minimum(a[:, 2:], b[:, 2:])
        inter = (br - tl).clamp(min=0).prod(-1)
        area = lambda q: q[:, 2] * q[:, 3]
        iou = inter / (area(pred_boxes) + area(gt_boxes) - inter)
        return -torch.log(iou.clamp(min=1e-6)).mean()

    return iou_loss, box_data(seed=10, fmt="cxcywh")


@wrong("course: anchor regression", "height target without the logarithm", "LX624")
def _():
    def encode(gt, anchors):
        gx, gy, gw, gh = gt.unbind(1)
        ax, ay, aw, ah = anchors.unbind(1)
        dx = (gx - ax) / aw
        dy = (gy - ay) / ah
        dw = torch.log(gw / aw)
        dh = gh / ah
        return torch.stack((dx, dy, dw, dh), dim=1)

    def rpn_box_loss(deltas, gt_boxes, anchors, positive):
        target = encode(gt_boxes[positive], anchors[positive])
        return F.smooth_l1_loss(
            deltas[positive], target, beta=1 / 9, reduction="sum"
        ) / positive.sum().clamp(min=1)

    torch.manual_seed(11)
    anchors = torch.cat([torch.rand(40, 2) * 64, torch.rand(40, 2) * 16 + 12], 1)
    gt = torch.cat(
        [
            anchors[:, :2] + 3 * torch.randn(40, 2),
            anchors[:, 2:] * torch.exp(0.3 * torch.randn(40, 2)),
        ],
        1,
    )
    pos = torch.rand(40) < 0.4
    return rpn_box_loss, (nn.Linear(16, 4)(torch.randn(40, 16)), gt, anchors, pos)


@wrong(
    "course: batch-hard triplet",
    "hardest negative is the minimum of dist*neg_mask: masked entries are zero and always win",
    "LX557",
)
def _():
    def batch_hard_triplet(emb, labels, margin=0.3):
        dist = torch.cdist(emb, emb)
        same = labels[:, None] == labels[None, :]
        pos_mask = same & ~torch.eye(len(labels), dtype=torch.bool)
        neg_mask = ~same
        hardest_pos = (dist * pos_mask.float()).max(dim=1)[0]
        hardest_neg = (dist * neg_mask.float()).min(dim=1)[0]
        return F.relu(hardest_pos - hardest_neg + margin).mean()

    torch.manual_seed(12)
    labels = torch.arange(8).repeat_interleave(4)
    x = torch.randn(8, 16)[labels] + 0.7 * torch.randn(32, 16)
    return batch_hard_triplet, (F.normalize(nn.Linear(16, 8)(x), dim=1), labels)


@wrong("course: SimCLR", "similarity of each sample with itself not masked", "LX517")
def _():
    def nt_xent(z_i, z_j, temperature=0.5):
        n = z_i.shape[0]
        z = F.normalize(torch.cat([z_i, z_j]), dim=1)
        sim = z @ z.t() / temperature
        positives = torch.cat([torch.arange(n, 2 * n), torch.arange(0, n)])
        return F.cross_entropy(sim, positives)

    torch.manual_seed(13)
    x = torch.randn(16, 20)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16))
    return nt_xent, (net(x + 0.2 * torch.randn_like(x)), net(x + 0.2 * torch.randn_like(x)))


@wrong("course: SupCon", "the anchor itself stays among its positives", "LX517")
def _():
    class SupCon(nn.Module):
        def __init__(self, temperature=0.1):
            super().__init__()
            self.t = temperature

        def forward(self, features, labels):
            features = F.normalize(features, dim=-1)
            logits = torch.einsum("id,jd->ij", features, features) / self.t
            logits = logits - logits.max(dim=1, keepdim=True).values.detach()
            not_self = 1 - torch.eye(len(labels), device=features.device)
            pos = (labels.view(-1, 1) == labels.view(1, -1)).float()
            log_prob = logits - torch.log((logits.exp() * not_self).sum(1, keepdim=True))
            return -((pos * log_prob).sum(1) / pos.sum(1)).mean()

    torch.manual_seed(14)
    labels = torch.arange(6).repeat(4)
    x = torch.randn(6, 12)[labels] + torch.randn(24, 12)
    return SupCon(), (nn.Linear(12, 8)(x), labels)


@wrong(
    "course: VICReg", "covariance over samples (z z^T) instead of over features (z^T z)", "LX582"
)
def _():
    def off_diagonal(m):
        return m - torch.diag(torch.diagonal(m))

    def vicreg(x, y, sim_w=25.0, std_w=25.0, cov_w=1.0):
        repr_loss = F.mse_loss(x, y)
        x = x - x.mean(dim=0)
        y = y - y.mean(dim=0)
        std_x = torch.sqrt(x.var(dim=0) + 1e-4)
        std_y = torch.sqrt(y.var(dim=0) + 1e-4)
        std_loss = F.relu(1 - std_x).mean() / 2 + F.relu(1 - std_y).mean() / 2
        n, d = x.shape
        cov_x = (x @ x.T) / (n - 1)
        cov_y = (y @ y.T) / (n - 1)
        cov_loss = off_diagonal(cov_x).pow(2).sum() / d + off_diagonal(cov_y).pow(2).sum() / d
        return sim_w * repr_loss + std_w * std_loss + cov_w * cov_loss

    torch.manual_seed(15)
    x = torch.randn(48, 20)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 24))
    return vicreg, (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@wrong("course: SimSiam", "stop-gradient on the predictions instead of on the projections", "LX420")
def _():
    def D(p, z):
        p = F.normalize(p.detach(), dim=1)
        z = F.normalize(z, dim=1)
        return -(p * z).sum(dim=1).mean()

    def simsiam_loss(p1, p2, z1, z2):
        return D(p1, z2) / 2 + D(p2, z1) / 2

    torch.manual_seed(16)
    x = torch.randn(32, 16)
    enc, predictor = (
        nn.Sequential(nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 12)),
        nn.Sequential(nn.Linear(12, 6), nn.ReLU(), nn.Linear(6, 12)),
    )
    z1, z2 = enc(x + 0.1 * torch.randn_like(x)), enc(x + 0.1 * torch.randn_like(x))
    return simsiam_loss, (predictor(z1), predictor(z2), z1, z2)


@wrong("course: DINO", "student softmax without log in the cross entropy", "LX640")
def _():
    class DINOLoss(nn.Module):
        def __init__(self, out_dim, teacher_temp=0.04, student_temp=0.1):
            super().__init__()
            self.teacher_temp, self.student_temp = teacher_temp, student_temp
            self.register_buffer("center", torch.zeros(1, out_dim))

        def forward(self, student_output, teacher_output):
            s = [F.softmax(v / self.student_temp, dim=-1) for v in student_output.chunk(2)]
            t = [
                F.softmax((v - self.center) / self.teacher_temp, dim=-1).detach()
                for v in teacher_output.chunk(2)
            ]
            total, n = 0, 0
            for i, q in enumerate(t):
                for j, p in enumerate(s):
                    if i == j:
                        continue
                    total = total + torch.sum(-q * p, dim=-1).mean()
                    n += 1
            self.update_center(teacher_output)
            return total / n

        @torch.no_grad()
        def update_center(self, teacher_output, momentum=0.9):
            self.center.mul_(momentum).add_(
                teacher_output.mean(dim=0, keepdim=True), alpha=1 - momentum
            )

    torch.manual_seed(17)
    x = torch.randn(16, 16)
    views = torch.cat([x + 0.1 * torch.randn_like(x), x + 0.1 * torch.randn_like(x)])
    st, te = nn.Linear(16, 32), nn.Linear(16, 32)
    te.load_state_dict(st.state_dict())
    with torch.no_grad():
        tout = te(views)
    return DINOLoss(32), (st(views), tout)


def face_data(seed, n=32, d=16, c=10):
    torch.manual_seed(seed)
    labels = torch.randint(0, c, (n,))
    x = torch.randn(c, 24)[labels] + 0.6 * torch.randn(n, 24)
    return nn.Linear(24, d)(x), labels


@wrong("course: ArcFace", "cos(theta - m) instead of cos(theta + m)", "LX555")
def _():
    class ArcMargin(nn.Module):
        def __init__(self, in_features, out_features, s=30.0, m=0.50):
            super().__init__()
            self.weight = nn.Parameter(torch.empty(out_features, in_features))
            nn.init.xavier_uniform_(self.weight)
            self.s, self.m = s, m
            self.cos_m, self.sin_m = math.cos(m), math.sin(m)
            self.th, self.mm = math.cos(math.pi - m), math.sin(math.pi - m) * m

        def forward(self, embeddings, label):
            cosine = F.linear(F.normalize(embeddings), F.normalize(self.weight))
            sine = torch.sqrt((1.0 - cosine.pow(2)).clamp(1e-7, 1))
            phi = cosine * self.cos_m + sine * self.sin_m
            phi = torch.where(cosine > self.th, phi, cosine - self.mm)
            one_hot = torch.zeros_like(cosine).scatter_(1, label.view(-1, 1), 1)
            logits = self.s * (one_hot * phi + (1 - one_hot) * cosine)
            return F.cross_entropy(logits, label)

    e, y = face_data(18)
    torch.manual_seed(18)
    return ArcMargin(16, 10), (e, y)


@wrong(
    "course: CosFace",
    "margin subtracted from the other classes instead of from the true class",
    "LX555",
)
def _():
    def cosface_loss(emb, proto, y, s=30.0, m=0.35):
        cos_theta = F.normalize(emb) @ F.normalize(proto).T
        target_mask = F.one_hot(y, proto.size(0)).to(cos_theta.dtype)
        return F.cross_entropy(s * (cos_theta - m * (1 - target_mask)), y)

    e, y = face_data(19)
    return cosface_loss, (e, nn.Parameter(torch.randn(10, 16)), y)


@wrong("course: center loss", "squared distance with +2xc instead of -2xc", "LX609")
def _():
    class CenterLoss(nn.Module):
        def __init__(self, num_classes, feat_dim):
            super().__init__()
            self.centers = nn.Parameter(torch.randn(num_classes, feat_dim))

        def forward(self, x, labels):
            x_sq = x.pow(2).sum(dim=1, keepdim=True)
            c_sq = self.centers.pow(2).sum(dim=1).unsqueeze(0)
            distmat = x_sq + c_sq + 2 * x @ self.centers.t()
            mask = labels.unsqueeze(1).eq(
                torch.arange(self.centers.size(0), device=x.device).unsqueeze(0)
            )
            return (distmat * mask.float()).sum() / x.size(0)

    e, y = face_data(20)
    return CenterLoss(10, 16), (e, y)


# ==== END OF PIECE 1


def lm_data(seed, b=8, t=12, v=30, d=24):
    """token ids padded on the right, mask, logits of a causal LSTM"""
    torch.manual_seed(seed)
    ids = torch.randint(3, v, (b, t))
    ids[:, 1::2] = (ids[:, 0::2] * 7) % (v - 3) + 3  # each second token follows from the one before
    lens = torch.randint(t // 2, t + 1, (b,))
    mask = (torch.arange(t)[None] < lens[:, None]).long()
    ids = ids * mask  # pad id 0
    emb, rnn, out = nn.Embedding(v, d), nn.LSTM(d, d, batch_first=True), nn.Linear(d, v)
    return ids, mask, out(rnn(emb(ids))[0])


@wrong("course: causal LM with padding", "mask not shifted with the labels", "LX643")
def _():
    def causal_lm_loss(logits, input_ids, attention_mask):
        shift_logits = logits[:, :-1].contiguous()
        shift_labels = input_ids[:, 1:].contiguous()
        shift_mask = attention_mask[:, :-1].contiguous().float()
        tok = F.cross_entropy(
            shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1), reduction="none"
        )
        tok = tok.view_as(shift_mask)
        return (tok * shift_mask).sum() / shift_mask.sum()

    ids, mask, logits = lm_data(21)
    return causal_lm_loss, (logits, ids, mask)


@wrong(
    "course: token cross entropy",
    "view instead of transpose to bring the vocabulary to dim 1",
    "LX113",
)
def _():
    def token_loss(scores, next_tokens, pad_id=0):
        """scores (batch, time, vocab); next_tokens (batch, time)"""
        B, T, V = scores.size()
        return F.cross_entropy(scores.view(B, V, T), next_tokens, ignore_index=pad_id)

    ids, mask, logits = lm_data(22)
    return token_loss, (logits[:, :-1].contiguous(), ids[:, 1:])


@wrong("course: masked LM", "labels ignored where the token was masked, kept elsewhere", "")
def _():
    def mlm_loss(prediction_scores, original_ids, masked_positions):
        labels = original_ids.clone()
        labels[masked_positions] = -100
        return F.cross_entropy(prediction_scores.flatten(0, 1), labels.flatten(), ignore_index=-100)

    torch.manual_seed(23)
    V, MASK = 40, 1
    ids = torch.randint(2, V, (8, 16))
    ids[:, 1::2] = (ids[:, 0::2] + 3 - 2) % (V - 2) + 2
    masked = torch.rand(8, 16) < 0.15
    masked[:, 3] |= ~masked.any(1)
    inp = ids.masked_fill(masked, MASK)
    emb, enc, head = (
        nn.Embedding(V, 16),
        nn.LSTM(16, 16, batch_first=True, bidirectional=True),
        nn.Linear(32, V),
    )
    return mlm_loss, (head(enc(emb(inp))[0]), ids, masked)


def pref_logps(seed, n=16):
    """sequence log-probabilities of policy (graph) and reference for chosen and rejected answers"""
    torch.manual_seed(seed)
    h_c, h_r = torch.randn(n, 12), torch.randn(n, 12)
    head = nn.Linear(12, 1)
    ref_c, ref_r = -30 + 6 * torch.randn(n), -32 + 6 * torch.randn(n)
    pol_c, pol_r = ref_c + head(h_c).squeeze(-1), ref_r + head(h_r).squeeze(-1)
    return pol_c, pol_r, ref_c, ref_r


@wrong("course: DPO", "reference log-ratio added instead of subtracted", "LX562")
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
        margin = pi_logratios + ref_logratios
        return -F.logsigmoid(beta * margin).mean()

    return dpo_loss, pref_logps(24)


@wrong(
    "course: SimPO",
    "rejected log-probability normalised by the length of the chosen answer",
    "LX120",
)
def _():
    class SimPO(nn.Module):
        def __init__(self, beta=2.0, gamma=1.0):
            super().__init__()
            self.beta = beta
            self.gamma = gamma

        def forward(self, chosen_logps, rejected_logps, chosen_len, rejected_len):
            r_w = self.beta * chosen_logps / chosen_len
            r_l = self.beta * rejected_logps / chosen_len
            return -F.logsigmoid(r_w - r_l - self.gamma).mean()

    torch.manual_seed(25)
    lc, lr = torch.randint(8, 30, (16,)), torch.randint(8, 30, (16,))
    head = nn.Linear(12, 1)
    pc = lc * (-1.5 - F.softplus(head(torch.randn(16, 12)).squeeze(-1)))
    pr = lr * (-1.5 - F.softplus(head(torch.randn(16, 12)).squeeze(-1)))
    return SimPO(), (pc, pr, lc, lr)


@wrong("course: KTO", "undesirable term has the same sign as the desirable one", "LX650")
def _():
    def kto(policy_logps, ref_logps, desirable, kl, beta=0.1, w_good=1.0, w_bad=1.0):
        logratio = policy_logps - ref_logps
        z0 = kl.detach().clamp(min=0)
        good = 1 - torch.sigmoid(beta * (logratio[desirable] - z0))
        bad = 1 - torch.sigmoid(beta * (logratio[~desirable] - z0))
        return torch.cat([w_good * good, w_bad * bad]).mean()

    pc, pr, rc, rr = pref_logps(26)
    pol, ref = torch.cat([pc, pr]), torch.cat([rc, rr])
    flag = torch.cat([torch.ones(16), torch.zeros(16)]).bool()
    return kto, (pol, ref, flag, (pol - ref).mean())


def actor_data(seed, n=32, d=8, a=4):
    torch.manual_seed(seed)
    obs = torch.randn(n, d)
    pi = nn.Sequential(nn.Linear(d, 16), nn.Tanh(), nn.Linear(16, a))
    vf = nn.Sequential(nn.Linear(d, 16), nn.Tanh(), nn.Linear(16, 1))
    logits = pi(obs)
    dist = torch.distributions.Categorical(logits=logits)
    act = dist.sample()
    old = torch.distributions.Categorical(
        logits=logits.detach() + 0.2 * torch.randn(n, a)
    ).log_prob(act)
    ret = obs[:, 0] + 0.5 * act + 0.3 * torch.randn(n)
    return obs, dist, act, old, ret, vf(obs).squeeze(-1)


@wrong("course: PPO policy", "clipped surrogate without the advantage", "LX413")
def _():
    def ppo_policy_loss(log_probs, old_log_probs, advantages, clip_eps=0.2):
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        ratio = (log_probs - old_log_probs).exp()
        surr1 = ratio * advantages
        surr2 = torch.clamp(ratio, 1 - clip_eps, 1 + clip_eps)
        return -torch.min(surr1, surr2).mean()

    obs, dist, act, old, ret, v = actor_data(27)
    return ppo_policy_loss, (dist.log_prob(act), old, (ret - v).detach())


@wrong(
    "course: PPO value clipping",
    "minimum of clipped and unclipped value loss instead of the maximum",
    "LX413",
)
def _():
    def value_loss(values, old_values, returns, clip=0.2):
        v_clipped = old_values + torch.clamp(values - old_values, -clip, clip)
        unclipped_err = (values - returns) ** 2
        clipped_err = (v_clipped - returns) ** 2
        return 0.5 * torch.min(unclipped_err, clipped_err).mean()

    obs, dist, act, old, ret, v = actor_data(28)
    return value_loss, (v, v.detach() + 0.3 * torch.randn(32), ret)


@wrong("course: A2C", "entropy added to the loss instead of subtracted", "LX538")
def _():
    class A2CLoss(nn.Module):
        def __init__(self, vf_coef=0.5, ent_coef=0.01):
            super().__init__()
            self.vf_coef, self.ent_coef = vf_coef, ent_coef

        def forward(self, dist, actions, values, returns):
            advantage = returns - values
            actor = -(dist.log_prob(actions) * advantage.detach()).mean()
            critic = advantage.pow(2).mean()
            entropy = dist.entropy().mean()
            return actor + self.vf_coef * critic + self.ent_coef * entropy

    obs, dist, act, old, ret, v = actor_data(29)
    return A2CLoss(), (dist, act, v, ret)


def q_data(seed, n=32, d=6, a=3):
    torch.manual_seed(seed)
    q = nn.Sequential(nn.Linear(d, 16), nn.ReLU(), nn.Linear(16, a))
    qt = nn.Sequential(nn.Linear(d, 16), nn.ReLU(), nn.Linear(16, a))
    qt.load_state_dict(q.state_dict())
    with torch.no_grad():
        for p in qt.parameters():
            p.add_(0.05 * torch.randn_like(p))
    s, s2 = torch.randn(n, d), torch.randn(n, d)
    act = torch.randint(0, a, (n,))
    rew = s[:, 0] + (act == 1).float()
    done = (torch.rand(n) < 0.15).float()
    return q, qt, s, act, rew, s2, done


@wrong("course: DQN", "bootstrap multiplied by done instead of 1 - done", "LX553")
def _():
    def td_loss(policy_net, target_net, states, actions, rewards, next_states, dones, gamma=0.99):
        q_sa = policy_net(states).gather(1, actions.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            next_max = target_net(next_states).max(1)[0]
            expected = rewards + gamma * next_max * dones
        return F.smooth_l1_loss(q_sa, expected)

    return td_loss, q_data(30)


@wrong("course: double DQN", "action chosen by the target net and valued by the online net", "")
def _():
    class DoubleDQNLoss(nn.Module):
        def __init__(self, gamma=0.99):
            super().__init__()
            self.gamma = gamma

        def forward(self, online, target, obs, action, reward, next_obs, done):
            q = online(obs)[torch.arange(obs.shape[0]), action]
            with torch.no_grad():
                best = target(next_obs).argmax(dim=1, keepdim=True)
                q_next = online(next_obs).gather(1, best).squeeze(1)
                y = reward + self.gamma * (1 - done) * q_next
            return F.mse_loss(q, y)

    return DoubleDQNLoss(), q_data(31)


@wrong("course: SAC critic", "entropy term added with the wrong sign in the soft target", "LX639")
def _():
    def critic_loss(q1, q2, next_q1, next_q2, next_log_pi, reward, not_done, alpha=0.2, gamma=0.99):
        with torch.no_grad():
            soft_v = torch.minimum(next_q1, next_q2) + alpha * next_log_pi
            backup = reward + gamma * not_done * soft_v
        return F.mse_loss(q1, backup) + F.mse_loss(q2, backup)

    torch.manual_seed(32)
    sa = torch.randn(32, 8)
    f1, f2 = nn.Linear(8, 1), nn.Linear(8, 1)
    nq = torch.randn(32, 2) + sa[:, :1]
    return critic_loss, (
        f1(sa).squeeze(1),
        f2(sa).squeeze(1),
        nq[:, 0],
        nq[:, 1],
        -1 + 0.5 * torch.randn(32),
        sa[:, 1] + 0.1 * torch.randn(32),
        (torch.rand(32) > 0.1).float(),
    )


@wrong("course: REINFORCE", "returns accumulated forwards in time", "")
def _():
    def reinforce(saved_log_probs, rewards, gamma=0.98):
        G, returns = 0.0, []
        for r in rewards:
            G = r + gamma * G
            returns.append(G)
        returns = torch.tensor(returns)
        returns = (returns - returns.mean()) / (returns.std() + 1e-8)
        loss = 0
        for lp, R in zip(saved_log_probs, returns):
            loss = loss - lp * R
        return loss

    obs, dist, act, old, ret, v = actor_data(33, n=20)
    return reinforce, (list(dist.log_prob(act).unbind(0)), [round(float(r), 3) for r in ret])


class Critic(nn.Module):
    def __init__(self, d=8):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d, 24), nn.LeakyReLU(0.2), nn.Linear(24, 1))

    def forward(self, x):
        return self.net(x)


def gan_data(seed, n=32, d=8):
    torch.manual_seed(seed)
    real = torch.randn(n, d) @ (torch.randn(d, d) * 0.5) + 1
    G, D = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, d)), Critic(d)
    return G, D, real, G(torch.randn(n, 4))


@wrong("course: hinge GAN, discriminator", "signs of real and fake exchanged", "LX554")
def _():
    def d_hinge(real_scores, fake_scores):
        loss_real = torch.relu(1.0 + real_scores).mean()
        loss_fake = torch.relu(1.0 - fake_scores).mean()
        return 0.5 * (loss_real + loss_fake)

    G, D, real, fake = gan_data(34)
    return d_hinge, (D(real), D(fake.detach()))


@wrong("course: WGAN-GP critic", "Wasserstein term has the wrong sign for the critic", "LX554")
def _():
    def critic_loss(critic, x_real, x_fake, lambda_gp=10.0):
        x_fake = x_fake.detach()
        eps = torch.rand(x_real.size(0), 1)
        x_hat = (eps * x_real + (1 - eps) * x_fake).requires_grad_(True)
        d_hat = critic(x_hat)
        grad = torch.autograd.grad(d_hat, x_hat, torch.ones_like(d_hat), create_graph=True)[0]
        penalty = ((grad.norm(2, dim=1) - 1) ** 2).mean()
        return critic(x_real).mean() - critic(x_fake).mean() + lambda_gp * penalty

    G, D, real, fake = gan_data(35)
    return critic_loss, (D, real, fake)


@wrong("course: R1 penalty", "gradient penalty computed without create_graph", "LX422")
def _():
    class DLossR1(nn.Module):
        def __init__(self, r1_gamma=10.0):
            super().__init__()
            self.r1_gamma = r1_gamma

        def r1(self, scores, images):
            (g,) = torch.autograd.grad(scores.sum(), images, retain_graph=True)
            return g.square().flatten(1).sum(1).mean()

        def forward(self, D, real, fake):
            real = real.detach().requires_grad_()
            s_real, s_fake = D(real), D(fake.detach())
            adv = F.softplus(-s_real).mean() + F.softplus(s_fake).mean()
            return adv + 0.5 * self.r1_gamma * self.r1(s_real, real)

    G, D, real, fake = gan_data(36)
    return DLossR1(), (D, real, fake)


@wrong("course: beta-VAE", "mu not squared in the KL term", "LX536")
def _():
    class BetaVAELoss(nn.Module):
        def __init__(self, beta=4.0):
            super().__init__()
            self.beta = beta

        def forward(self, x_logits, x, mu, logvar):
            n = x.shape[0]
            rec = F.binary_cross_entropy_with_logits(x_logits, x, reduction="sum") / n
            kld = -0.5 * (1 + logvar - mu - logvar.exp()).sum(1).mean()
            return rec + self.beta * kld

    torch.manual_seed(37)
    x = torch.rand(16, 64).round() * 0.9 + 0.05
    enc, dec = nn.Linear(64, 16), nn.Linear(8, 64)
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
    return BetaVAELoss(), (dec(z), x, mu, logvar)


@wrong(
    "course: VQ-VAE",
    "codebook term detaches the codes, like the commitment term: the codebook never learns",
    "LX425",
)
def _():
    def vq_loss(z_e, codebook, beta=0.25):
        d = torch.cdist(z_e, codebook)
        e = codebook[d.argmin(1)]
        codebook_loss = F.mse_loss(e.detach(), z_e)
        commitment_loss = F.mse_loss(z_e, e.detach())
        return codebook_loss + beta * commitment_loss

    torch.manual_seed(38)
    enc = nn.Linear(16, 8)
    return vq_loss, (enc(torch.randn(40, 16)), nn.Parameter(torch.randn(20, 8)))


@wrong("course: normalising flow", "log-determinant subtracted from the log-likelihood", "")
def _():
    class AffineCoupling(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(d // 2, 16), nn.ReLU(), nn.Linear(16, d))

        def forward(self, x):
            a, b = x.chunk(2, 1)
            s, t = self.net(a).chunk(2, 1)
            s = torch.tanh(s)
            return torch.cat([a, b * s.exp() + t], 1), s.sum(1)

    def flow_nll(flow, x):
        z, logdet = flow(x)
        prior = torch.distributions.Normal(0.0, 1.0)
        log_pz = prior.log_prob(z).sum(dim=1)
        log_px = log_pz - logdet
        return -log_px.mean()

    torch.manual_seed(39)
    return flow_nll, (AffineCoupling(6), torch.randn(48, 6) * torch.tensor([1, 1, 1, 2.0, 0.5, 1]))


class Eps(nn.Module):
    def __init__(self, d=8):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d + 1, 32), nn.SiLU(), nn.Linear(32, d))

    def forward(self, x, t):
        return self.net(torch.cat([x, t[:, None].float() / 100], 1))


def diff_data(seed, n=32, d=8):
    torch.manual_seed(seed)
    x0 = torch.tanh(torch.randn(n, d) @ torch.randn(d, d))
    betas = torch.linspace(1e-3, 0.06, 100)
    return Eps(d), x0, torch.randint(0, 100, (n,)), torch.cumprod(1 - betas, 0)


@wrong("course: DDPM", "noise scaled by 1 - alpha_bar without the square root", "LX559")
def _():
    def ddpm_loss(model, x0, t, alphas_cumprod):
        noise = torch.randn_like(x0)
        a_bar = alphas_cumprod[t].view(-1, 1)
        x_t = a_bar.sqrt() * x0 + (1 - a_bar) * noise
        return F.mse_loss(model(x_t, t), noise)

    return ddpm_loss, diff_data(40)


@wrong("course: v-prediction", "x0 and noise exchanged in the velocity target", "LX568")
def _():
    class VLoss(nn.Module):
        def __init__(self, alphas_cumprod):
            super().__init__()
            self.register_buffer("alpha", alphas_cumprod.sqrt())
            self.register_buffer("sigma", (1 - alphas_cumprod).sqrt())

        def forward(self, net, x_start, t):
            a, s = self.alpha[t][:, None], self.sigma[t][:, None]
            eps = torch.randn_like(x_start)
            v_pred = net(a * x_start + s * eps, t)
            v_target = a * x_start - s * eps
            return ((v_pred - v_target) ** 2).mean()

    net, x0, t, ab = diff_data(41)
    return VLoss(ab), (net, x0, t)


@wrong(
    "course: min-SNR", "clamp from below instead of from above: maximum of snr and gamma", "LX635"
)
def _():
    def min_snr_loss(eps_pred, eps, t, alphas_cumprod, snr_gamma=5.0):
        a = alphas_cumprod[t]
        snr = a / (1 - a)
        weight = snr.clamp(min=snr_gamma) / snr
        per_sample = F.mse_loss(eps_pred, eps, reduction="none").mean(dim=list(range(1, eps.ndim)))
        return (weight * per_sample).mean()

    net, x0, t, ab = diff_data(42)
    eps = torch.randn_like(x0)
    xt = ab[t].sqrt()[:, None] * x0 + (1 - ab[t]).sqrt()[:, None] * eps
    return min_snr_loss, (net(xt, t), eps, t, ab)


# ==== END OF PIECE 2


def reg_data(seed, n=40, d=6, out=1):
    torch.manual_seed(seed)
    x = torch.randn(n, d)
    y = x[:, 0] * 2 + torch.sin(2 * x[:, 1]) + 0.4 * torch.randn(n)
    return x, y, nn.Sequential(nn.Linear(d, 24), nn.Tanh(), nn.Linear(24, out))(x)


@wrong(
    "course: quantile regression",
    "error is prediction minus target: learns the 1-q quantile",
    "LX535",
)
def _():
    class PinballLoss(nn.Module):
        def __init__(self, quantiles):
            super().__init__()
            self.quantiles = quantiles

        def forward(self, preds, target):
            losses = []
            for i, q in enumerate(self.quantiles):
                errors = preds[:, i] - target
                losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
            return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))

    _, y, out = reg_data(43, out=3)
    return PinballLoss([0.1, 0.5, 0.9]), (out, y)


@wrong("course: log-cosh", "softplus(2x) instead of softplus(-2x)", "LX535")
def _():
    log_cosh_loss = lambda y_pred, y_true: (
        (y_pred - y_true) + F.softplus(2.0 * (y_pred - y_true)) - math.log(2.0)
    ).mean()
    _, y, out = reg_data(44)
    return log_cosh_loss, (out.squeeze(-1), y)


@wrong(
    "course: mixture density",
    "mixture weights added as probabilities, not as logs, inside logsumexp",
    "LX572",
)
def _():
    def mdn_nll(params, y, n_mix=4):
        pi_logits, mu, log_sigma = params.split(n_mix, dim=-1)
        pi = F.softmax(pi_logits, dim=-1)
        comp = torch.distributions.Normal(mu, log_sigma.exp()).log_prob(y.unsqueeze(-1))
        return -torch.logsumexp(pi + comp, dim=-1).mean()

    _, y, out = reg_data(45, out=12)
    return mdn_nll, (out, y)


@wrong(
    "course: evidential regression",
    "the two lgamma terms of the Student likelihood exchanged",
    "LX611",
)
def _():
    def evidential_loss(gamma, nu, alpha, beta, y, lam=0.1):
        omega = 2 * beta * (1 + nu)
        nll = (
            0.5 * torch.log(math.pi / nu)
            - alpha * torch.log(omega)
            + (alpha + 0.5) * torch.log(nu * (y - gamma) ** 2 + omega)
            + torch.lgamma(alpha + 0.5)
            - torch.lgamma(alpha)
        )
        reg = (y - gamma).abs() * (2 * nu + alpha)
        return (nll + lam * reg).mean()

    _, y, out = reg_data(46, out=4)
    g, v, a, b = out.unbind(-1)
    return evidential_loss, (
        g,
        F.softplus(v) + 1e-4,
        F.softplus(a) + 1 + 1e-4,
        F.softplus(b) + 1e-4,
        y,
    )


def surv_data(seed, n=40, d=6):
    torch.manual_seed(seed)
    x = torch.randn(n, d)
    t = torch.distributions.Exponential(torch.exp(0.7 * x[:, 0])).sample() * 10 + 0.1
    cens = torch.rand(n) * 25 + 1
    return x, torch.minimum(t, cens), (t <= cens).float()


@wrong(
    "course: Cox", "sorted by ascending time: risk sets are the dead, not those at risk", "LX558"
)
def _():
    def neg_partial_log_likelihood(risk_scores, durations, events):
        order = torch.argsort(durations)
        h, e = risk_scores[order], events[order]
        log_risk_set = torch.logcumsumexp(h, dim=0)
        return -((h - log_risk_set) * e).sum() / e.sum()

    x, t, e = surv_data(47)
    return neg_partial_log_likelihood, (nn.Linear(6, 1)(x).squeeze(1), t, e)


@wrong(
    "course: discrete hazards",
    "mask keeps the intervals after the event instead of those up to it",
    "LX629",
)
def _():
    class DiscreteHazardNLL(nn.Module):
        def forward(self, hazard_logits, bin_idx, event):
            n_bins = hazard_logits.size(1)
            bins = torch.arange(n_bins, device=hazard_logits.device)[None, :]
            at_risk = (bins >= bin_idx[:, None]).float()
            y = torch.zeros_like(hazard_logits)
            y[torch.arange(len(event)), bin_idx] = event
            bce = F.binary_cross_entropy_with_logits(hazard_logits, y, reduction="none")
            return (bce * at_risk).sum(1).mean()

    x, t, e = surv_data(48)
    k = torch.bucketize(t, torch.tensor([2.0, 4.0, 7.0, 11.0, 16.0]))
    return DiscreteHazardNLL(), (nn.Linear(6, 6)(x), k, e)


@wrong(
    "course: Weibull",
    "cumulative hazard multiplied by the event flag: censored samples add nothing",
    "LX558",
)
def _():
    def weibull_nll(log_lam, log_k, time, event):
        k = log_k.exp()
        z = torch.log(time) - log_lam
        log_hazard = log_k - log_lam + (k - 1) * z
        cum_hazard = torch.exp(k * z)
        return -(event * (log_hazard - cum_hazard)).mean()

    x, t, e = surv_data(49)
    out = nn.Linear(6, 2)(x)
    return weibull_nll, (out[:, 0] + 1.5, 0.3 * out[:, 1], t, e)


def rank_data(seed, b=8, n=10, d=6):
    torch.manual_seed(seed)
    x = torch.randn(b, n, d)
    rel = (x[..., 0] + 0.5 * torch.randn(b, n) + 1.5).round().clamp(0, 4)
    return nn.Sequential(nn.Linear(d, 16), nn.ReLU(), nn.Linear(16, 1))(x).squeeze(-1), rel


@wrong("course: ListNet", "softmax over the queries (dim 0) instead of over the documents", "LX599")
def _():
    def listnet(scores, relevance):
        """scores, relevance: (n_queries, n_docs)"""
        top1_true = F.softmax(relevance, dim=0)
        log_top1_pred = F.log_softmax(scores, dim=0)
        return -(top1_true * log_top1_pred).sum() / scores.size(0)

    return listnet, rank_data(50)


@wrong(
    "course: RankNet", "score differences and label differences taken in opposite order", "LX642"
)
def _():
    def ranknet_loss(s, y):
        s_diff = s[:, None, :] - s[:, :, None]
        y_diff = y[:, :, None] - y[:, None, :]
        pairs = y_diff > 0
        return F.binary_cross_entropy_with_logits(s_diff[pairs], torch.ones_like(s_diff[pairs]))

    return ranknet_loss, rank_data(51)


@wrong("course: BPR", "regulariser subtracted instead of added", "LX601")
def _():
    class BPR(nn.Module):
        def __init__(self, weight_decay=1e-2):
            super().__init__()
            self.weight_decay = weight_decay

        def forward(self, users, pos_items, neg_items):
            x_ui = (users * pos_items).sum(-1)
            x_uj = (users * neg_items).sum(-1)
            log_lik = F.logsigmoid(x_ui - x_uj).mean()
            l2 = (users.pow(2).sum(-1) + pos_items.pow(2).sum(-1) + neg_items.pow(2).sum(-1)).mean()
            return -log_lik - self.weight_decay * l2

    torch.manual_seed(52)
    U, I = nn.Embedding(30, 12), nn.Embedding(60, 12)
    u = torch.randint(0, 30, (32,))
    return BPR(), (U(u), I((u * 2) % 60), I(torch.randint(0, 60, (32,))))


@wrong(
    "course: knowledge distillation",
    "kl_div told log_target=True while the teacher side is softmax, not log_softmax",
    "LX307",
)
def _():
    def kd_loss(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
        soft = (
            F.kl_div(
                F.log_softmax(student_logits / T, dim=1),
                F.softmax(teacher_logits / T, dim=1),
                reduction="batchmean",
                log_target=True,
            )
            * T
            * T
        )
        hard = F.cross_entropy(student_logits, labels)
        return alpha * soft + (1 - alpha) * hard

    x, y, logits = clf_data(seed=53)
    with torch.no_grad():
        teacher = 3 * F.one_hot(y, 5) + torch.randn(32, 5)
    return kd_loss, (logits, teacher, y)


@wrong(
    "course: attention transfer",
    "attention maps averaged over the batch instead of over the channels",
    "",
)
def _():
    class AttentionTransfer(nn.Module):
        def attention_map(self, fm):
            return F.normalize(fm.pow(2).mean(0).flatten(1), dim=1)

        def forward(self, student_feats, teacher_feats):
            total = 0.0
            for fs, ft in zip(student_feats, teacher_feats):
                total = (
                    total + (self.attention_map(fs) - self.attention_map(ft.detach())).pow(2).mean()
                )
            return total / len(student_feats)

    torch.manual_seed(54)
    img = F.avg_pool2d(torch.randn(8, 3, 16, 16), 3, 1, 1)
    s1, s2 = nn.Conv2d(3, 12, 3, padding=1), nn.Conv2d(12, 16, 3, 2, 1)
    t1, t2 = nn.Conv2d(3, 12, 3, padding=1), nn.Conv2d(12, 16, 3, 2, 1)
    a, c = s1(img).relu(), t1(img).relu()
    return AttentionTransfer(), ([a, s2(a).relu()], [c, t2(c).relu()])


class Field(nn.Module):
    def __init__(self, d_in=2):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(d_in, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1)
        )

    def forward(self, *c):
        return self.net(torch.cat(c, 1))


@wrong(
    "course: PINN, heat equation", "second space derivative taken from u_t instead of u_x", "LX121"
)
def _():
    def grad(out, inp):
        return torch.autograd.grad(out, inp, torch.ones_like(out), create_graph=True)[0]

    def heat_loss(model, x, t, x_ic, u_ic, x_bc, t_bc, kappa=0.1):
        u = model(x, t)
        u_t = grad(u, t)
        u_x = grad(u, x)  # noqa: F841
        u_xx = grad(u_t, x)
        pde = (u_t - kappa * u_xx).pow(2).mean()
        ic = (model(x_ic, torch.zeros_like(x_ic)) - u_ic).pow(2).mean()
        bc = model(x_bc, t_bc).pow(2).mean()
        return pde + ic + bc

    torch.manual_seed(55)
    x, t = torch.rand(64, 1, requires_grad=True), torch.rand(64, 1, requires_grad=True)
    xi = torch.rand(32, 1)
    return heat_loss, (
        Field(),
        x,
        t,
        xi,
        torch.sin(math.pi * xi),
        torch.tensor([0.0, 1.0]).repeat(16)[:, None],
        torch.rand(32, 1),
    )


@wrong("course: PINN, Burgers", "viscous term with the wrong sign", "")
def _():
    class BurgersLoss(nn.Module):
        def __init__(self, nu=0.01 / math.pi, w_bc=1.0):
            super().__init__()
            self.nu, self.w_bc = nu, w_bc

        def residual(self, net, x, t):
            u = net(x, t)
            u_x, u_t = torch.autograd.grad(u.sum(), (x, t), create_graph=True)
            (u_xx,) = torch.autograd.grad(u_x.sum(), x, create_graph=True)
            return u_t + u * u_x + self.nu * u_xx

        def forward(self, net, x, t, x_b, t_b, u_b):
            return self.residual(net, x, t).square().mean() + self.w_bc * F.mse_loss(
                net(x_b, t_b), u_b
            )

    torch.manual_seed(56)
    x, t = (torch.rand(64, 1) * 2 - 1).requires_grad_(), torch.rand(64, 1, requires_grad=True)
    xi = torch.rand(32, 1) * 2 - 1
    x_b = torch.cat([xi, torch.tensor([-1.0, 1.0]).repeat(16)[:, None]])
    t_b = torch.cat([torch.zeros(32, 1), torch.rand(32, 1)])
    u_b = torch.cat([-torch.sin(math.pi * xi), torch.zeros(32, 1)])  # initial and boundary values
    return BurgersLoss(), (Field(), x, t, x_b, t_b, u_b)


@wrong("course: PINN, Poisson", "mean of the residual without a square", "LX614")
def _():
    def poisson_loss(net, xy, xy_boundary, source):
        u = net(xy)
        du = torch.autograd.grad(u.sum(), xy, create_graph=True)[0]
        lap = 0
        for i in range(2):
            lap = lap + torch.autograd.grad(du[:, i].sum(), xy, create_graph=True)[0][:, i]
        interior = torch.mean(lap - source(xy).squeeze())
        boundary = torch.mean(net(xy_boundary) ** 2)
        return interior + 10 * boundary

    torch.manual_seed(57)
    xy = torch.rand(64, 2, requires_grad=True)
    s, zero, one = torch.rand(16, 1), torch.zeros(16, 1), torch.ones(16, 1)
    edge = torch.cat([torch.cat(e, 1) for e in ((s, zero), (s, one), (zero, s), (one, s))])

    def source(p):
        return -2 * math.pi**2 * torch.sin(math.pi * p[:, :1]) * torch.sin(math.pi * p[:, 1:])

    return poisson_loss, (Field(), xy, edge, source)


def audio_data(seed, n=8, src=1, length=1600):
    """mixtures, sources and the estimates of a small convolutional model"""
    torch.manual_seed(seed)
    tt = torch.arange(length) / 8000
    f = torch.rand(n, max(src, 2), 1) * 600 + 150
    s = torch.sin(2 * math.pi * f * tt) * (0.4 + 0.3 * torch.rand(n, max(src, 2), 1))
    mix = s.sum(1, keepdim=True) + 0.02 * torch.randn(n, 1, length)
    net = nn.Conv1d(1, src, 33, padding=16)
    return mix, s[:, :src], net(mix)


@wrong(
    "course: SI-SDR",
    "projection divided by the energy of the estimate instead of the reference",
    "LX599",
)
def _():
    def si_sdr_loss(est, ref, eps=1e-8):
        est = est - est.mean(-1, keepdim=True)
        ref = ref - ref.mean(-1, keepdim=True)
        scale = (est * ref).sum(-1, keepdim=True) / (est.pow(2).sum(-1, keepdim=True) + eps)
        proj = scale * ref
        noise = est - proj
        ratio = proj.pow(2).sum(-1) / (noise.pow(2).sum(-1) + eps)
        return -10 * torch.log10(ratio + eps).mean()

    mix, s, e = audio_data(58)
    return si_sdr_loss, (e.squeeze(1), s.squeeze(1))


@wrong(
    "course: STFT loss",
    "log of the predicted magnitude compared with the plain target magnitude",
    "LX316",
)
def _():
    class STFTLoss(nn.Module):
        def __init__(self, n_fft=256, hop=64):
            super().__init__()
            self.n_fft, self.hop = n_fft, hop
            self.register_buffer("window", torch.hann_window(n_fft))

        def mag(self, w):
            spec = torch.stft(w, self.n_fft, self.hop, window=self.window, return_complex=True)
            return spec.abs().clamp(min=1e-5)

        def forward(self, y_hat, y):
            m_hat, m = self.mag(y_hat), self.mag(y)
            sc = torch.norm(m - m_hat) / torch.norm(m)
            log_mag = F.l1_loss(torch.log(m_hat), m)
            return sc + log_mag

    mix, s, e = audio_data(59)
    return STFTLoss(), (e.squeeze(1), s.squeeze(1))


@wrong("course: PIT", "minimum over the batch instead of over the permutations", "LX631")
def _():
    def pit_mse(estimates, sources):
        """(batch, n_src, time) both"""
        n_src = sources.shape[1]
        per_perm = []
        for perm in permutations(range(n_src)):
            err = (estimates[:, list(perm)] - sources).pow(2).mean(dim=(1, 2))
            per_perm.append(err)
        per_perm = torch.stack(per_perm, dim=1)
        best, _ = per_perm.min(dim=0)
        return best.mean()

    mix, s, e = audio_data(60, src=3)
    return pit_mse, (e, s)


# ==== END OF PIECE 3


@right(
    "course: focal",
    "focal with a detached modulating factor and alpha_t, normalised by the positives",
)
def _():
    def retina_focal(logits, onehot, alpha=0.25, gamma=2.0):
        p = torch.sigmoid(logits)
        q = torch.where(onehot > 0, 1 - p, p)  # 1 - p_t
        w = torch.where(onehot > 0, alpha, 1 - alpha) * q.detach() ** gamma
        return (
            w * F.softplus(torch.where(onehot > 0, -logits, logits))
        ).sum() / onehot.sum().clamp(min=1)

    x, y, logits = clf_data(seed=101)
    return retina_focal, (logits, F.one_hot(y, 5).float())


@right(
    "course: label smoothing",
    "the option is the confidence, not the smoothing; KL to the smoothed distribution",
)
def _():
    class SmoothedKL(nn.Module):
        def __init__(self, classes, confidence=0.9):
            super().__init__()
            self.confidence, self.classes = confidence, classes

        def forward(self, x, target):
            logq = x.log_softmax(dim=-1)
            dist = torch.full_like(logq, (1 - self.confidence) / (self.classes - 1))
            dist.scatter_(1, target[:, None], self.confidence)
            return F.kl_div(logq, dist, reduction="batchmean")

    x, y, logits = clf_data(seed=102)
    return SmoothedKL(5), (logits, y)


@right("course: class-balanced", "weights divided by the effective number, weighted mean by hand")
def _():
    def cb_loss(z, y, counts, beta=0.999):
        inv = 1 / (1 - beta ** counts.double())
        w = (inv / inv.mean()).float()[y]
        return torch.dot(w, F.cross_entropy(z, y, reduction="none")) / w.sum()

    torch.manual_seed(103)
    counts = torch.tensor([4000, 900, 250, 70, 25])
    y = torch.multinomial(counts.float() ** 0.5, 48, replacement=True)
    x = torch.randn(48, 10)
    x[:, 0] += y
    return cb_loss, (nn.Linear(10, 5)(x), y, counts)


@right(
    "course: ordinal, CORN",
    "conditional tasks: each threshold trained on those above the one before",
)
def _():
    def corn(logits, y):
        K = logits.shape[1]
        total, count = logits.new_zeros(()), 0
        for k in range(K):
            sel = y >= k  # rank known to be at least k
            if not sel.any():
                continue
            lab = (y[sel] > k).to(logits.dtype)
            z = logits[sel, k]
            total = total - (F.logsigmoid(z) * lab + (F.logsigmoid(z) - z) * (1 - lab)).sum()
            count += int(sel.sum())
        return total / count

    torch.manual_seed(104)
    x = torch.randn(40, 6)
    y = (x[:, 0] * 1.4 + x[:, 1] + 2).round().clamp(0, 4).long()
    return corn, (nn.Linear(6, 4)(x), y)


@right("course: generalised Dice", "einsum, class weights 1/area^2, softmax over dim 1")
def _():
    def generalized_dice(logits, seg, eps=1e-6):
        p = logits.softmax(1)
        g = torch.zeros_like(p).scatter_(1, seg[:, None], 1.0)
        w = 1 / (torch.einsum("bchw->bc", g) + eps) ** 2
        w = torch.where(g.flatten(2).any(2), w, torch.zeros_like(w))
        inter = torch.einsum("bc,bchw,bchw->b", w, p, g)
        union = torch.einsum("bc,bchw->b", w, p + g)
        return (1 - 2 * inter / union).mean()

    _, lab, logits = seg_data(seed=105)
    return generalized_dice, (logits, lab)


@right("course: Jaccard", "negative log of the soft Jaccard, union as p + t - p*t, image by image")
def _():
    class LogJaccard(nn.Module):
        def __init__(self, smooth=1.0):
            super().__init__()
            self.smooth = smooth

        def forward(self, out, mask):
            loss = 0.0
            for o, m in zip(out, mask):
                o = o.sigmoid()
                i = (o * m).sum()
                u = (o + m - o * m).sum()
                loss = loss - torch.log((i + self.smooth) / (u + self.smooth))
            return loss / len(out)

    _, lab, logits = binseg_data(seed=106)
    return LogJaccard(), (logits, lab)


@right(
    "course: Tversky", "true positives, then the rest by difference; focal exponent on 1 - index"
)
def _():
    def focal_tversky(logits, target, w_fp=0.3, gamma=0.75):
        p, t = logits.sigmoid().flatten(1), target.flatten(1)
        tp = torch.einsum("bn,bn->b", p, t)
        fp, fn = p.sum(1) - tp, t.sum(1) - tp
        index = (tp + 1) / (tp + w_fp * fp + (1 - w_fp) * fn + 1)
        return (1 - index).pow(gamma).mean()

    _, lab, logits = binseg_data(seed=107)
    return focal_tversky, (logits, lab)


@right("course: CIoU", "aspect term with alpha under no_grad, positive distance penalty")
def _():
    def ciou(p, g, eps=1e-7):
        pw, ph = (p[:, 2:] - p[:, :2]).unbind(1)
        gw, gh = (g[:, 2:] - g[:, :2]).unbind(1)
        inter = (
            (torch.minimum(p[:, 2:], g[:, 2:]) - torch.maximum(p[:, :2], g[:, :2]))
            .clamp_min(0)
            .prod(1)
        )
        iou = inter / (pw * ph + gw * gh - inter + eps)
        hull = torch.maximum(p[:, 2:], g[:, 2:]) - torch.minimum(p[:, :2], g[:, :2])
        c2 = hull.square().sum(1) + eps
        rho2 = ((p[:, :2] + p[:, 2:] - g[:, :2] - g[:, 2:]) / 2).square().sum(1)
        v = 4 / math.pi**2 * (torch.atan(gw / (gh + eps)) - torch.atan(pw / (ph + eps))) ** 2
        with torch.no_grad():
            a = v / (1 - iou + v + eps)
        return (1 - iou + rho2 / c2 + a * v).mean()

    return ciou, box_data(seed=108)


@right(
    "course: box encoding", "deltas with variances, log sizes, sum over positives by a mask product"
)
def _():
    class SSDLoc(nn.Module):
        def __init__(self, variances=(0.1, 0.2)):
            super().__init__()
            self.variances = variances

        def forward(self, loc_pred, gt_cxcywh, priors_cxcywh, labels):
            xy = (gt_cxcywh[..., :2] - priors_cxcywh[..., :2]) / (
                self.variances[0] * priors_cxcywh[..., 2:]
            )
            wh = (gt_cxcywh[..., 2:] / priors_cxcywh[..., 2:]).log() / self.variances[1]
            pos = (labels > 0).unsqueeze(-1).float()
            l = F.smooth_l1_loss(loc_pred, torch.cat([xy, wh], -1), reduction="none")
            return (l * pos).sum() / pos.sum().clamp(min=1)

    torch.manual_seed(109)
    pri = torch.cat([torch.rand(40, 2) * 64, torch.rand(40, 2) * 16 + 12], 1)
    gt = torch.cat(
        [pri[:, :2] + 3 * torch.randn(40, 2), pri[:, 2:] * torch.exp(0.3 * torch.randn(40, 2))], 1
    )
    lab = torch.where(torch.rand(40) < 0.4, torch.randint(1, 4, (40,)), 0)
    return SSDLoc(), (nn.Linear(16, 4)(torch.randn(40, 16)), gt, pri, lab)


@right(
    "course: batch-hard triplet",
    "cosine similarity: hardest positive is the minimum, hardest negative the maximum",
)
def _():
    def hard_triplet_cos(emb, labels, margin=0.2):
        e = F.normalize(emb, dim=1)
        sim = e @ e.T
        same = labels[:, None] == labels[None]
        eye = torch.eye(len(labels), dtype=torch.bool)
        s_ap = sim.masked_fill(~same | eye, 2.0).amin(1)
        s_an = sim.masked_fill(same, -2.0).amax(1)
        return (s_an - s_ap + margin).clamp(min=0).mean()

    torch.manual_seed(110)
    labels = torch.arange(8).repeat_interleave(4)
    x = torch.randn(8, 16)[labels] + 0.7 * torch.randn(32, 16)
    return hard_triplet_cos, (nn.Linear(16, 8)(x), labels)


@right("course: contrastive", "Hadsell's convention: label 1 for dissimilar pairs")
def _():
    def contrastive(z1, z2, dissimilar, margin=1.0):
        d = F.pairwise_distance(z1, z2)
        return (
            0.5
            * ((1 - dissimilar) * d.pow(2) + dissimilar * (margin - d).clamp(min=0).pow(2)).mean()
        )

    torch.manual_seed(111)
    a = torch.randn(32, 12)
    dis = torch.randint(0, 2, (32,)).float()
    b = torch.where(dis[:, None] > 0, torch.randn(32, 12), a + 0.3 * torch.randn(32, 12))
    f = nn.Linear(12, 6)
    return contrastive, (f(a), f(b), dis)


@right(
    "course: InfoNCE",
    "positives as column 0, no diagonal to mask; queue of negatives without graph",
)
def _():
    class MoCoLoss(nn.Module):
        def __init__(self, T=0.07):
            super().__init__()
            self.T = T

        def forward(self, q, k, queue):
            q, k = F.normalize(q, dim=1), F.normalize(k, dim=1).detach()
            l_pos = torch.einsum("nc,nc->n", q, k).unsqueeze(-1)
            l_neg = torch.einsum("nc,ck->nk", q, queue.clone().detach())
            logits = torch.cat([l_pos, l_neg], dim=1) / self.T
            return F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long, device=q.device))

    torch.manual_seed(112)
    x = torch.randn(16, 20)
    fq, fk = nn.Linear(20, 12), nn.Linear(20, 12)
    fk.load_state_dict(fq.state_dict())
    with torch.no_grad():
        k = fk(x + 0.2 * torch.randn_like(x))
    return MoCoLoss(), (
        fq(x + 0.2 * torch.randn_like(x)),
        k,
        F.normalize(torch.randn(12, 128), dim=0),
    )


@right("course: SupCon", "logsumexp with -inf on the diagonal, only anchors that have positives")
def _():
    def supcon(z, y, tau=0.1):
        z = F.normalize(z, dim=1)
        eye = torch.eye(len(y), dtype=torch.bool)
        s = z @ z.T / tau
        lse = s.masked_fill(eye, float("-inf")).logsumexp(1)
        pos = (y[:, None] == y[None]) & ~eye
        n = pos.sum(1)
        has = n > 0
        per_anchor = lse[has] - (s * pos).sum(1)[has] / n[has]
        return per_anchor.mean()

    torch.manual_seed(113)
    y = torch.randint(0, 7, (24,))
    x = torch.randn(7, 12)[y] + torch.randn(24, 12)
    return supcon, (nn.Linear(12, 8)(x), y)


@right("course: BYOL", "2 - 2cos, both views, targets from a momentum net detached inside")
def _():
    def byol(online_pred, target_proj):
        a, b = online_pred.chunk(2)
        ta, tb = target_proj.detach().chunk(2)
        f = lambda p, z: 2 - 2 * F.cosine_similarity(p, z, dim=-1)
        return (f(a, tb) + f(b, ta)).mean()

    torch.manual_seed(114)
    x = torch.randn(16, 16)
    v = torch.cat([x + 0.2 * torch.randn_like(x), x + 0.2 * torch.randn_like(x)])
    enc, pred, tgt = nn.Linear(16, 12), nn.Linear(12, 12), nn.Linear(16, 12)
    return byol, (pred(enc(v)), tgt(v))


@right(
    "course: VICReg",
    "variance hinge and feature covariance, off-diagonal by subtraction of the squares",
)
def _():
    class VICReg(nn.Module):
        def __init__(self, lam=25.0, mu=25.0, nu=1.0):
            super().__init__()
            self.lam, self.mu, self.nu = lam, mu, nu

        def spread(self, z):
            z = z - z.mean(0)
            cov = torch.einsum("ni,nj->ij", z, z) / (len(z) - 1)
            var = cov.diagonal()
            v = (1 - (var + 1e-4).sqrt()).relu().mean()
            c = (cov.square().sum() - var.square().sum()) / z.shape[1]
            return self.mu * v + self.nu * c

        def forward(self, za, zb):
            return self.lam * F.mse_loss(za, zb) + self.spread(za) + self.spread(zb)

    torch.manual_seed(115)
    x = torch.randn(48, 20)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16))
    return VICReg(), (net(x + 0.1 * torch.randn_like(x)), net(x + 0.1 * torch.randn_like(x)))


@right("course: ArcFace", "margin by acos on the true class only, cosine clamped before")
def _():
    def arcface(feat, W, y, s=32.0, m=0.4):
        cos = (F.normalize(feat, dim=1) @ F.normalize(W, dim=0)).clamp(-1 + 1e-6, 1 - 1e-6)
        rows = torch.arange(len(y))
        theta_y = cos[rows, y].acos()
        logits = cos.clone()
        logits[rows, y] = torch.cos((theta_y + m).clamp(max=math.pi))
        return F.cross_entropy(logits * s, y)

    e, y = face_data(116)
    return arcface, (e, nn.Parameter(torch.randn(16, 10)), y)


@right(
    "course: causal LM",
    "labels shifted by the data loader, mask of the inputs' successors given as weights",
)
def _():
    def lm_loss(logits, next_ids, next_weight):
        nll = -logits.log_softmax(-1).gather(-1, next_ids.unsqueeze(-1)).squeeze(-1)
        per_seq = (nll * next_weight).sum(1) / next_weight.sum(1)
        return per_seq.mean()

    ids, mask, logits = lm_data(117)
    return lm_loss, (logits[:, :-1], ids[:, 1:], mask[:, 1:].float())


@right(
    "course: instruction tuning",
    "prompt ignored through -100, shift inside, mean over answer tokens",
)
def _():
    def sft_loss(logits, input_ids, prompt_len, pad_id=0):
        labels = input_ids.clone()
        pos = torch.arange(input_ids.size(1), device=input_ids.device)
        labels[pos[None] < prompt_len[:, None]] = -100
        labels[input_ids == pad_id] = -100
        return F.cross_entropy(logits[:, :-1].transpose(1, 2), labels[:, 1:])

    ids, mask, logits = lm_data(118)
    return sft_loss, (logits, ids, torch.randint(2, 5, (8,)))


@right("course: DPO", "chosen and rejected concatenated in one tensor, log-ratios taken per answer")
def _():
    def dpo(policy_logps, ref_logps, beta=0.1):
        """first half chosen, second half rejected"""
        reward = beta * (policy_logps - ref_logps)
        good, bad = reward.chunk(2)
        return F.softplus(bad - good).mean()

    pc, pr, rc, rr = pref_logps(119)
    return dpo, (torch.cat([pc, pr]), torch.cat([rc, rr]))


@right("course: IPO", "squared distance of the log-ratio to 1/(2 tau)")
def _():
    class IPO(nn.Module):
        def __init__(self, tau=0.1):
            super().__init__()
            self.tau = tau

        def forward(self, pi_w, pi_l, ref_w, ref_l):
            h = (pi_w - ref_w) - (pi_l - ref_l)
            return ((h - 1 / (2 * self.tau)) ** 2).mean()

    return IPO(), pref_logps(120)


@right(
    "course: reward model", "Bradley-Terry with a margin by rating gap and a small centring term"
)
def _():
    def rm_loss(rewards, rating_gap, center_coef=0.01):
        """rewards (n, 2): column 0 preferred"""
        r_w, r_l = rewards.unbind(1)
        bt = -F.logsigmoid(r_w - r_l - rating_gap).mean()
        return bt + center_coef * (r_w + r_l).square().mean()

    torch.manual_seed(121)
    h = torch.randn(16, 2, 12)
    h[:, 0, 0] += 1
    return rm_loss, (nn.Linear(12, 1)(h).squeeze(-1), torch.randint(0, 4, (16,)).float() / 3)


@right("course: PPO", "negated advantages with torch.max, masked mean over tokens")
def _():
    def ppo_tokens(logp, old_logp, adv, mask, clip=0.2):
        ratio = torch.exp((logp - old_logp) * mask)
        l1 = -adv * ratio
        l2 = -adv * ratio.clamp(1 - clip, 1 + clip)
        return (torch.max(l1, l2) * mask).sum() / mask.sum()

    ids, mask, logits = lm_data(122)
    lp = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None]).squeeze(-1)
    m = mask[:, 1:].float()
    adv = torch.randn(8, 1).expand_as(lp) + 0.1 * torch.randn_like(lp)
    return ppo_tokens, (lp, lp.detach() + 0.1 * torch.randn_like(lp), adv, m)


@right(
    "course: A2C", "n-step returns in a backward loop, objective built up and negated at the end"
)
def _():
    def a2c(log_probs, values, entropies, rewards, masks, last_value, gamma=0.99, beta=0.01):
        """masks are 1 - done"""
        R = last_value.detach()
        objective, critic = 0, 0
        for i in range(len(rewards) - 1, -1, -1):
            R = rewards[i] + gamma * masks[i] * R
            adv = R - values[i]
            critic = critic + adv.pow(2).mean()
            objective = objective + (log_probs[i] * adv.detach() + beta * entropies[i]).mean()
        return (0.5 * critic - objective) / len(rewards)

    torch.manual_seed(123)
    T, n = 5, 8
    obs = torch.randn(T + 1, n, 6)
    pi, vf = nn.Linear(6, 3), nn.Linear(6, 1)
    d = torch.distributions.Categorical(logits=pi(obs[:-1]))
    act = d.sample()
    v = vf(obs).squeeze(-1)
    rew = obs[:-1, :, 0] + (act == 1).float()
    return a2c, (
        list(d.log_prob(act)),
        list(v[:-1]),
        list(d.entropy()),
        list(rew),
        list((torch.rand(T, n) > 0.1).float()),
        v[-1],
    )


@right(
    "course: double DQN",
    "online net chooses, target net values; terminal states written to zero; replay weights",
)
def _():
    def ddqn(net, frozen, s, a, r, s2, terminal, is_weight, gamma=0.97):
        q = net(s).gather(1, a[:, None])[:, 0]
        with torch.no_grad():
            choice = net(s2).max(1).indices
            boot = frozen(s2)[torch.arange(len(a)), choice]
            boot[terminal] = 0
        return (is_weight * F.huber_loss(q, r + gamma * boot, reduction="none")).mean()

    q, qt, s, a, r, s2, d = q_data(124)
    return ddqn, (q, qt, s, a, r, s2, d.bool(), torch.rand(32) * 0.6 + 0.4)


@right("course: SAC", "actor and temperature in one loss, critics only evaluated")
def _():
    class SACActor(nn.Module):
        def __init__(self, target_entropy=-2.0):
            super().__init__()
            self.log_alpha = nn.Parameter(torch.zeros(()))
            self.target_entropy = target_entropy

        def forward(self, log_pi, q1_pi, q2_pi):
            alpha = self.log_alpha.exp()
            actor = (alpha.detach() * log_pi - torch.minimum(q1_pi, q2_pi)).mean()
            temp = -(self.log_alpha * (log_pi + self.target_entropy).detach()).mean()
            return actor + temp

    torch.manual_seed(125)
    s = torch.randn(32, 6)
    mean, log_std = nn.Linear(6, 4)(s).chunk(2, 1)
    base = torch.distributions.Normal(mean, (log_std - 0.5).exp())
    u = base.rsample()
    a = torch.tanh(u)
    lp = (base.log_prob(u) - torch.log(1 - a.pow(2) + 1e-6)).sum(1)
    c1, c2 = nn.Linear(8, 1).requires_grad_(False), nn.Linear(8, 1).requires_grad_(False)
    sa = torch.cat([s, a], 1)
    return SACActor(), (lp, c1(sa).squeeze(1), c2(sa).squeeze(1))


@right(
    "course: REINFORCE",
    "returns by a reversed loop with insert(0), baseline detached, value fitted beside",
)
def _():
    def reinforce_baseline(log_probs, values, rewards, gamma=0.98):
        G, rets = 0.0, []
        for r in reversed(rewards):
            G = r + gamma * G
            rets.insert(0, G)
        rets = torch.tensor(rets)
        adv = rets - values.detach()
        return -(log_probs * adv).sum() + F.mse_loss(values, rets, reduction="sum")

    obs, dist, act, old, ret, v = actor_data(126, n=20)
    return reinforce_baseline, (dist.log_prob(act), v, [round(float(r), 3) for r in ret])


@right(
    "course: GAN, generator",
    "non-saturating generator by softplus(-D(G(z))), feature matching with detached real features",
)
def _():
    def g_loss(fake_logits, fake_feats, real_feats, fm_weight=1.0):
        fm = (fake_feats.mean(0) - real_feats.detach().mean(0)).abs().mean()
        return F.softplus(-fake_logits).mean() + fm_weight * fm

    G, D, real, fake = gan_data(127)
    ff, rf = D.net[:2](fake), D.net[:2](real)
    return g_loss, (D.net[2](ff), ff, rf)


@right("course: LSGAN, discriminator", "targets a=-1 for fake, b=1 for real")
def _():
    class LSGANDiscriminator(nn.Module):
        def __init__(self, a=-1.0, b=1.0):
            super().__init__()
            self.a, self.b = a, b

        def forward(self, d_real, d_fake):
            return 0.5 * ((d_real - self.b).square().mean() + (d_fake - self.a).square().mean())

    G, D, real, fake = gan_data(128)
    return LSGANDiscriminator(), (D(real), D(fake.detach()))


@right(
    "course: WGAN-GP",
    "critic score written as gap to be maximised, then negated; penalty with create_graph",
)
def _():
    def wgan_gp(D, real, fake, gp=10.0):
        fake = fake.detach()
        u = torch.rand(len(real), 1)
        mid = torch.lerp(fake, real, u).requires_grad_()
        (slope,) = torch.autograd.grad(D(mid).sum(), mid, create_graph=True)
        gap = D(real).mean() - D(fake).mean()
        return -gap + gp * (slope.norm(dim=1) - 1).square().mean()

    G, D, real, fake = gan_data(129)
    return wgan_gp, (D, real, fake)


@right(
    "course: VAE",
    "log-variance of a learnt prior: KL of two Gaussians, Bernoulli likelihood from logits",
)
def _():
    def elbo_loss(recon_logits, x, q_mu, q_logvar, p_mu, p_logvar):
        nll = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(1)
        kl = 0.5 * (
            p_logvar
            - q_logvar
            + (q_logvar - p_logvar).exp()
            + (q_mu - p_mu) ** 2 * torch.exp(-p_logvar)
            - 1
        ).sum(1)
        return (nll + kl).mean()

    torch.manual_seed(130)
    x = (torch.rand(16, 64) < torch.rand(16, 1)).float()
    ctx = torch.randn(16, 4)
    enc, prior, dec = nn.Linear(64, 16), nn.Linear(4, 16), nn.Linear(8, 64)
    qm, ql = enc(x).chunk(2, 1)
    pm, pl = prior(ctx).chunk(2, 1)
    return elbo_loss, (dec(qm + torch.randn_like(qm) * (ql / 2).exp()), x, qm, ql, pm, pl)


@right(
    "course: VQ-VAE",
    "commitment and codebook term, straight-through returned beside the loss through a decoder",
)
def _():
    class VQVAELoss(nn.Module):
        def __init__(self, n_codes, dim, beta=0.25):
            super().__init__()
            self.codes = nn.Embedding(n_codes, dim)
            self.beta = beta

        def forward(self, z, x, decoder):
            dist = (
                z.pow(2).sum(1, keepdim=True)
                - 2 * z @ self.codes.weight.t()
                + self.codes.weight.pow(2).sum(1)
            )
            q = self.codes(dist.argmin(1))
            vq = F.mse_loss(q, z.detach()) + self.beta * F.mse_loss(z, q.detach())
            st = z + (q - z).detach()
            return F.mse_loss(decoder(st), x) + vq

    torch.manual_seed(131)
    x = torch.randn(40, 4) @ torch.randn(4, 16)
    return VQVAELoss(20, 8), (nn.Linear(16, 8)(x), x, nn.Linear(8, 16))


@right(
    "course: flow", "log-determinant of the generating direction subtracted, in bits per dimension"
)
def _():
    def flow_bpd(z, log_det_dx_dz):
        """z = f^-1(x); log_det_dx_dz of the direction z -> x"""
        d = z.shape[1]
        log_pz = -0.5 * (z**2 + math.log(2 * math.pi)).sum(1)
        return -(log_pz - log_det_dx_dz).mean() / (d * math.log(2))

    torch.manual_seed(132)
    x = torch.randn(48, 6) * torch.tensor([1, 2.0, 1, 0.5, 1, 1])
    h = nn.Linear(3, 6)(x[:, :3])
    log_s, t = torch.tanh(h[:, :3]), h[:, 3:]
    z = torch.cat([x[:, :3], (x[:, 3:] - t) * torch.exp(-log_s)], 1)
    return flow_bpd, (z, log_s.sum(1))


@right(
    "course: v-prediction", "min-SNR weight for v: min(snr, 5)/(snr + 1), velocity from sin and cos"
)
def _():
    def v_loss(net, x0, t, abar):
        phi = torch.acos(abar[t].sqrt())[:, None]
        noise = torch.randn_like(x0)
        z = phi.cos() * x0 + phi.sin() * noise
        v = phi.cos() * noise - phi.sin() * x0
        snr = abar[t] / (1 - abar[t])
        w = torch.clamp(snr, max=5.0) / (snr + 1)
        return (w * (net(z, t) - v).square().mean(1)).mean()

    return v_loss, diff_data(133)


@right(
    "course: quantile",
    "error is prediction minus target, with the asymmetry turned round accordingly",
)
def _():
    class Quantiles(nn.Module):
        def __init__(self, taus=(0.05, 0.5, 0.95)):
            super().__init__()
            self.register_buffer("taus", torch.tensor(taus))

        def forward(self, pred, y):
            over = pred - y[:, None]
            return torch.maximum((1 - self.taus) * over, -self.taus * over).mean()

    _, y, out = reg_data(134, out=3)
    return Quantiles(), (out, y)


@right("course: Gaussian NLL", "log-precision instead of log-variance: exp without a minus")
def _():
    def gauss_nll(mean, log_precision, y):
        return 0.5 * (torch.exp(log_precision) * (y - mean) ** 2 - log_precision).mean()

    _, y, out = reg_data(135, out=2)
    return gauss_nll, (out[:, 0], out[:, 1], y)


@right("course: Cox", "risk sets by a mask matrix with durations >=, logsumexp over -inf")
def _():
    def cox_breslow(log_h, durations, events):
        in_risk = durations[None, :] >= durations[:, None]  # row i: who is at risk at t_i
        lse = log_h[None, :].expand_as(in_risk).masked_fill(~in_risk, float("-inf")).logsumexp(1)
        died = events.bool()
        return (lse - log_h)[died].mean()

    x, t, e = surv_data(136)
    return cox_breslow, (nn.Linear(6, 1)(x).squeeze(1), t, e)


@right(
    "course: RankNet",
    "s_j - s_i inside softplus for pairs with y_i > y_j, padded documents excluded",
)
def _():
    def pairwise_logistic(s, y, valid):
        gap = s[:, None, :] - s[:, :, None]  # [b, i, j] = s_j - s_i
        better = (y[:, :, None] > y[:, None, :]) & valid[:, :, None] & valid[:, None, :]
        return F.softplus(gap)[better].mean()

    s, y = rank_data(137)
    valid = torch.arange(10)[None] < torch.randint(6, 11, (8, 1))
    return pairwise_logistic, (s, y, valid)


@right(
    "course: knowledge distillation",
    "log_target with both sides log_softmax, times T squared, plus the cross entropy",
)
def _():
    class KD(nn.Module):
        def __init__(self, T=3.0, w=0.5):
            super().__init__()
            self.T, self.w = T, w

        def forward(self, student, teacher, y):
            ls, lt = (F.log_softmax(z / self.T, dim=-1) for z in (student, teacher.detach()))
            soft = F.kl_div(ls, lt, log_target=True, reduction="batchmean") * self.T**2
            return torch.lerp(F.cross_entropy(student, y), soft, self.w)

    x, y, logits = clf_data(seed=138)
    big = nn.Linear(12, 5)
    return KD(), (logits, big(x), y)


@right(
    "course: PINN, wave",
    "residual u_tt - c^2 u_xx with mixed conditions, initial velocity by autograd",
)
def _():
    def wave_loss(net, x, t, x0, ends, t_ends, c=2.0):
        d = lambda y, v: torch.autograd.grad(y, v, torch.ones_like(y), create_graph=True)[0]
        u = net(x, t)
        pde = d(d(u, t), t) - c**2 * d(d(u, x), x)
        t0 = torch.zeros_like(x0).requires_grad_()
        start = net(x0, t0)
        return (
            pde.square().mean()
            + F.mse_loss(start, torch.sin(math.pi * x0))
            + d(start, t0).square().mean()
            + net(ends, t_ends).square().mean()
        )

    torch.manual_seed(139)
    x, t = torch.rand(64, 1, requires_grad=True), torch.rand(64, 1, requires_grad=True)
    return wave_loss, (
        Field(),
        x,
        t,
        torch.rand(32, 1),
        torch.tensor([0.0, 1.0]).repeat(16)[:, None],
        torch.rand(32, 1),
    )


@right(
    "course: PIT with SI-SDR",
    "pairwise matrix, best permutation as the maximum of the SI-SDR, then negated",
)
def _():
    class PITSISDR(nn.Module):
        def pair(self, est, ref):
            """(b, n, t) -> (b, n_est, n_ref) SI-SDR in dB"""
            est, ref = est - est.mean(-1, keepdim=True), ref - ref.mean(-1, keepdim=True)
            e, r = est[:, :, None], ref[:, None]
            proj = (e * r).sum(-1, keepdim=True) * r / (r.square().sum(-1, keepdim=True) + 1e-8)
            return 10 * torch.log10(
                proj.square().sum(-1) / ((e - proj).square().sum(-1) + 1e-8) + 1e-8
            )

        def forward(self, est, ref):
            m = self.pair(est, ref)
            n = m.size(1)
            scores = torch.stack([m[:, range(n), list(p)].mean(1) for p in permutations(range(n))])
            return -scores.max(dim=0).values.mean()

    mix, s, e = audio_data(140, src=2)
    return PITSISDR(), (e, s)
