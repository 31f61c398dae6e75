"""Losses in the code of colleagues: wrappers with masks, weights and heads, and losses by hand."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def feats(b=16, i=12, seed=1):
    torch.manual_seed(seed)
    return torch.randn(b, i)


def net(x, o, h=24):
    return nn.Sequential(nn.Linear(x.shape[-1], h), nn.ReLU(), nn.Linear(h, o))(x)


def classes(x, c):
    return (
        torch.stack([x[..., k % x.shape[-1]] for k in range(c)], -1)
        + 0.3 * torch.randn(*x.shape[:-1], c)
    ).argmax(-1)


def images(b=4, c=3, s=16, seed=1):
    torch.manual_seed(seed)
    return torch.randn(b, c, s, s)


def conv(img, o):
    return nn.Sequential(nn.Conv2d(img.shape[1], 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, o, 1))(
        img
    )


def boxes(n, seed=3):
    g = torch.Generator().manual_seed(seed)
    xy = torch.rand(n, 2, generator=g) * 60
    wh = torch.rand(n, 2, generator=g) * 30 + 8
    return torch.cat([xy, xy + wh], 1)


def pred_boxes(t, seed=4):
    torch.manual_seed(seed)
    d = nn.Linear(4, 4)(t / 100)
    return t + 4 * torch.tanh(d)


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "KLDivLoss(log_target=True) given teacher probabilities",
    "LX307",
)
def _():
    x = feats(32)
    student = net(x, 6)
    with torch.no_grad():
        teacher = net(x, 6) * 2
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (
        F.log_softmax(student, 1),
        F.softmax(teacher, 1),
    )


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "pos_weight per channel (C,) broadcast along the width of (B,C,H,W)",
    "LX108",
)
def _():
    img = images(4, 3, 16)
    pos_weight = torch.tensor([1.0, 3.0, 9.0, 2.0] * 4)

    class MultiOrganLoss(nn.Module):
        def __init__(self, pos_weight):
            super().__init__()
            self.bce = nn.BCEWithLogitsLoss(pos_weight=pos_weight)

        def forward(self, logits, masks):
            return self.bce(logits, masks)

    m = torch.stack(
        [(img[:, k % 3] + 0.3 * torch.randn(4, 16, 16) > 0.8).float() for k in range(16)], 1
    )
    return MultiOrganLoss(pos_weight), (conv(img, 16), m)


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "pos_weight passed in third position, which is weight",
    "LX524",
)
def _():
    x = feats(32)
    y = (x[:, :1] > 0.9).float()

    def churn_loss(logits, target, pos_weight):
        return F.binary_cross_entropy_with_logits(logits, target, pos_weight)

    return churn_loss, (net(x, 1), y, torch.tensor([6.0]))


@wrong("well-known", "class weights proportional to frequency rather than inverse", "LX525")
def _():
    x = feats(64)
    y = torch.multinomial(torch.tensor([0.75, 0.17, 0.08]), 64, replacement=True)

    class BalancedCE(nn.Module):
        def forward(self, logits, target):
            counts = torch.bincount(target, minlength=logits.shape[1]).float()
            class_weights = counts / counts.sum()
            return F.cross_entropy(logits, target, weight=class_weights)

    return BalancedCE(), (net(x, 3), y)


@wrong(
    "pytorch seq2seq tutorial",
    "logits transposed to time-major before flattening, labels not",
    "LX119",
)
def _():
    torch.manual_seed(1)
    tok = torch.randint(0, 20, (8, 10))
    out, _ = nn.LSTM(16, 24, batch_first=True)(nn.Embedding(20, 16)(tok))
    logits = nn.Linear(24, 5)(out)

    def tagging_loss(logits, tags):
        logits = logits.transpose(0, 1).reshape(-1, logits.size(-1))
        return F.cross_entropy(logits, tags.reshape(-1))

    return tagging_loss, (logits, tok % 5)


@wrong("pytorch translation tutorial", "ignore_index is 0 but pad_id is 1", "LX210")
def _():
    torch.manual_seed(2)
    tok = torch.randint(2, 30, (8, 12))
    tok[:, 0] = 0
    for i in range(8):
        tok[i, 12 - i :] = 1

    class Seq2SeqLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.ce = nn.CrossEntropyLoss(ignore_index=0)

        def forward(self, logits, labels, pad_id=1):
            return self.ce(logits.flatten(0, 1), labels.flatten())

    h, _ = nn.GRU(16, 24, batch_first=True)(nn.Embedding(30, 16)(tok.roll(1, 1)))
    return Seq2SeqLoss(), (nn.Linear(24, 30)(h), tok), dict(pad_id=1)


@wrong("well-known", "mean-reduced CE multiplied by mask and summed", "LX515")
def _():
    torch.manual_seed(2)
    tok = torch.randint(1, 9, (8, 12))
    lens = torch.randint(4, 13, (8,))
    mask = (torch.arange(12)[None] < lens[:, None]).float()
    h, _ = nn.GRU(8, 16, batch_first=True)(nn.Embedding(9, 8)(tok))

    def masked_ce(logits, labels, mask):
        loss = F.cross_entropy(logits.transpose(1, 2), labels)
        return (loss * mask).sum() / mask.sum()

    return masked_ce, (nn.Linear(16, 4)(h), tok % 4, mask)


@wrong("well-known", "masked MSE divided by all elements", "LX509")
def _():
    torch.manual_seed(2)
    x = torch.randn(8, 20, 6)
    lens = torch.randint(3, 20, (8,))
    mask = torch.arange(20)[None] < lens[:, None]
    h, _ = nn.GRU(6, 16, batch_first=True)(x)

    class MaskedL1(nn.Module):
        def forward(self, mel_pred, mel_target, mask):
            loss = F.l1_loss(mel_pred, mel_target, reduction="none")
            return (loss * mask.unsqueeze(-1)).mean()

    return MaskedL1(), (nn.Linear(16, 6)(h), x * 0.8 + 0.1, mask)


@wrong("docs.pytorch.org/docs/stable/nn.html", "MarginRankingLoss with y in {0,1}", "LX202")
def _():
    x = feats(32)
    a = net(x, 1).squeeze(1)
    b = net(x.flip(0), 1).squeeze(1)
    y = (x[:, 0] > x.flip(0)[:, 0]).float()
    return nn.MarginRankingLoss(margin=0.5), (a, b, y)


@wrong(
    "docs.pytorch.org/docs/stable/nn.html", "HingeEmbeddingLoss fed with cosine similarity", "LX313"
)
def _():
    x = feats(32)
    e1 = net(x, 8)
    e2 = net(x + 0.2 * torch.randn_like(x), 8)
    y = torch.where(torch.rand(32) > 0.5, 1.0, -1.0)

    def pair_loss(emb1, emb2, y):
        sim = F.cosine_similarity(emb1, emb2)
        return F.hinge_embedding_loss(sim, y, margin=0.5)

    return pair_loss, (e1, e2, y)


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "TripletMarginLoss called with negative before positive",
    "LX564",
)
def _():
    x = feats(32)
    m = nn.Linear(12, 8)

    class FaceTriplet(nn.Module):
        def __init__(self):
            super().__init__()
            self.loss = nn.TripletMarginLoss(margin=0.3)

        def forward(self, anchor, negative, positive):
            return self.loss(anchor, negative, positive)

    return (
        FaceTriplet(),
        (),
        dict(
            anchor=m(x), positive=m(x + 0.1 * torch.randn_like(x)), negative=m(torch.randn(32, 12))
        ),
    )


@wrong(
    "docs.pytorch.org/docs/stable/nn.html", "GaussianNLLLoss given the standard deviation", "LX315"
)
def _():
    x = feats(32)
    out = net(x, 2)

    class ProbHead(nn.Module):
        def forward(self, mu, sigma, target):
            return F.gaussian_nll_loss(mu, target, sigma)

    return ProbHead(), (out[:, 0], F.softplus(out[:, 1]) + 1e-3, x[:, 0] + 0.1 * torch.randn(32))


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "PoissonNLLLoss default log_input with exp-ed rate",
    "LX314",
)
def _():
    x = feats(32)
    rate = F.softplus(net(x, 1)).squeeze(1)
    return nn.PoissonNLLLoss(), (rate, torch.poisson((x[:, 0]).exp()))


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "CTCLoss target_lengths count the blank padding",
    "LX323",
)
def _():
    torch.manual_seed(1)
    x = torch.randn(30, 4, 8)
    h, _ = nn.GRU(8, 16)(x)
    targets = torch.randint(1, 10, (4, 9))
    for i, l in enumerate([9, 5, 7, 4]):
        targets[i, l:] = 0

    def ctc(log_probs, targets):
        N = targets.size(0)
        return F.ctc_loss(
            log_probs,
            targets,
            torch.full((N,), log_probs.size(0)),
            torch.full((N,), targets.size(1)),
            blank=0,
            zero_infinity=True,
        )

    return ctc, (nn.Linear(16, 10)(h).log_softmax(-1), targets)


@wrong("well-known", "log_softmax over the batch dim", "LX309")
def _():
    x = feats(32)

    class NLL(nn.Module):
        def forward(self, scores, target):
            return F.nll_loss(F.log_softmax(scores, dim=0), target)

    return NLL(), (net(x, 5), classes(x, 5))


@wrong(
    "docs.pytorch.org/docs/stable/nn.html", "MultiLabelMarginLoss with multi-hot target", "LX206"
)
def _():
    x = feats(16)
    return nn.MultiLabelMarginLoss(), (net(x, 6), (x[:, :6] > 0.3).long())


@wrong("docs.pytorch.org/docs/stable/nn.html", "MultiMarginLoss on softmax outputs", "LX325")
def _():
    x = feats(32)

    def svm_loss(probs, target):
        return nn.MultiMarginLoss()(probs, target)

    return svm_loss, (net(x, 5).softmax(1), classes(x, 5))


@wrong(
    "docs.pytorch.org/docs/stable/nn.html", "MultiLabelSoftMarginLoss on sigmoid outputs", "LX303"
)
def _():
    x = feats(32)
    return nn.MultiLabelSoftMarginLoss(), (net(x, 6).sigmoid(), (x[:, :6] > 0.3).float())


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "AdaptiveLogSoftmax: mean of .output minimised (log-likelihood)",
    "",
)
def _():
    torch.manual_seed(1)
    x = torch.randn(24, 16)
    y = torch.randint(0, 50, (24,))

    class LMHead(nn.Module):
        def __init__(self):
            super().__init__()
            self.asm = nn.AdaptiveLogSoftmaxWithLoss(16, 50, [10, 30])

        def forward(self, hidden, target):
            out = self.asm(hidden, target)
            return out.output.mean()

    return LMHead(), (nn.Linear(16, 16)(x), y)


@wrong(
    "docs.pytorch.org/docs/stable/nn.html",
    "TripletMarginWithDistanceLoss with cosine similarity as distance",
    "LX313",
)
def _():
    x = feats(32)
    m = nn.Linear(12, 8)
    return nn.TripletMarginWithDistanceLoss(distance_function=nn.CosineSimilarity(), margin=0.3), (
        m(x),
        m(x + 0.2 * torch.randn_like(x)),
        m(torch.randn(32, 12)),
    )


@wrong("docs.pytorch.org/docs/stable/nn.html", "SoftMarginLoss with {0,1} target", "LX202")
def _():
    x = feats(32)
    return nn.SoftMarginLoss(), (net(x, 1), (x[:, :1] > 0).float())


@wrong("docs.fast.ai/losses.html", "fastai MSELossFlat on (B,2,T) against (B,T,2)", "LX119")
def _():
    from fastai.losses import MSELossFlat

    torch.manual_seed(1)
    x = torch.randn(8, 3, 20)
    p = nn.Conv1d(3, 2, 3, padding=1)(x)
    return MSELossFlat(), (p, x[:, :2].transpose(1, 2).contiguous() * 0.7)


@wrong(
    "docs.fast.ai/losses.html",
    "fastai LabelSmoothingCrossEntropyFlat on softmaxed outputs",
    "LX301",
)
def _():
    from fastai.losses import LabelSmoothingCrossEntropyFlat

    x = feats(32)
    return LabelSmoothingCrossEntropyFlat(), (net(x, 5).softmax(-1), classes(x, 5))


@wrong(
    "docs.fast.ai/losses.html",
    "fastai BCEWithLogitsLossFlat with a mask of values 0 and 255",
    "LX204",
)
def _():
    from fastai.losses import BCEWithLogitsLossFlat

    img = images()
    return BCEWithLogitsLossFlat(), (conv(img, 1), (img[:, :1] > 0.5).float() * 255)


@wrong(
    "docs.fast.ai/losses.html",
    "fastai CrossEntropyLossFlat default axis=-1 on (B,C,H,W)",
    "LX124",
)
def _():
    from fastai.losses import CrossEntropyLossFlat

    img = images(4, 3, 16)  # 16 channels of classes, 16 wide: it runs
    y = (img.mean(1) * 4 + 8).clamp(0, 15).long()
    return CrossEntropyLossFlat(), (conv(img, 16), y)


@wrong("well-known", "two heads with the labels swapped", "LX616")
def _():
    x = feats(32)
    out = net(x, 8)

    class AttrLoss(nn.Module):
        def forward(self, color_logits, shape_logits, color, shape):
            loss_color = F.cross_entropy(color_logits, shape)
            loss_shape = F.cross_entropy(shape_logits, color)
            return loss_color + loss_shape

    return AttrLoss(), (out[:, :4], out[:, 4:], classes(x, 4), classes(x[:, 4:], 4))


@wrong("well-known", "auxiliary loss added as .item()", "LX410")
def _():
    x = feats(32)
    h = nn.Linear(12, 16)(x)
    main = nn.Linear(16, 4)(h.relu())
    aux = nn.Linear(16, 4)(h)

    class GoogLeNetLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.ce = nn.CrossEntropyLoss()

        def forward(self, main_logits, aux_logits, target):
            loss_aux = self.ce(aux_logits, target).item()
            return self.ce(main_logits, target) + 0.3 * loss_aux

    return GoogLeNetLoss(), (main, aux, classes(x, 4))


@wrong("well-known", "losses of the heads rebuilt with torch.tensor", "LX401")
def _():
    x = feats(32)
    out = net(x, 3)
    t = x[:, :3] * 0.5

    def multi_target(preds, targets, weights):
        losses = torch.tensor(
            [F.mse_loss(preds[:, i], targets[:, i]) for i in range(preds.shape[1])],
            requires_grad=True,
        )
        return (losses * weights).sum()

    return multi_target, (out, t, torch.tensor([1.0, 0.5, 0.5]))


@wrong("arxiv.org/abs/1705.07115", "uncertainty weighting with exp(+s)", "LX560")
def _():
    x = feats(32)
    out = net(x, 5)

    class MultiTaskLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_vars = nn.Parameter(torch.zeros(2) + 0.1)

        def forward(self, depth, seg_logits, depth_gt, seg_gt):
            l1 = F.l1_loss(depth, depth_gt)
            l2 = F.cross_entropy(seg_logits, seg_gt)
            return (
                torch.exp(self.log_vars[0]) * l1
                + self.log_vars[0]
                + torch.exp(self.log_vars[1]) * l2
                + self.log_vars[1]
            )

    return MultiTaskLoss(), (out[:, 0], out[:, 1:], x[:, 0].abs(), classes(x, 4))


@wrong("well-known", "mask multiplied onto the target only", "LX600")
def _():
    img = images()
    depth = img[:, :1].abs() * 3
    valid = (torch.rand(4, 1, 16, 16) > 0.3).float()

    def depth_loss(pred, depth, valid):
        return F.smooth_l1_loss(pred, depth * valid, reduction="sum") / valid.sum()

    return depth_loss, (conv(img, 1), depth, valid)


@wrong("well-known", "CE with float multi-hot rows that sum to more than 1", "LX203")
def _():
    x = feats(32)
    return nn.CrossEntropyLoss(), (net(x, 6), (x[:, :6] > 0).float())


@wrong("well-known", "view(B,C,T) of (B,T,C) rather than permute", "LX113")
def _():
    torch.manual_seed(1)
    x = torch.randn(6, 15, 8)
    h, _ = nn.LSTM(8, 16, batch_first=True)(x)
    lg = nn.Linear(16, 7)(h)

    def frame_ce(logits, labels):
        B, T, C = logits.shape
        return F.cross_entropy(logits.view(B, C, T), labels)

    return frame_ce, (lg, x[..., :7].argmax(-1))


@wrong("huggingface causal LM loss", "shift in the wrong direction", "LX211")
def _():
    torch.manual_seed(1)
    ids = torch.randint(0, 40, (4, 16))
    h, _ = nn.GRU(16, 24, batch_first=True)(nn.Embedding(40, 16)(ids))

    def causal_lm_loss(lm_logits, input_ids):
        shift_logits = lm_logits[:, 1:, :].contiguous()
        shift_labels = input_ids[:, :-1].contiguous()
        return F.cross_entropy(shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1))

    return causal_lm_loss, (nn.Linear(24, 40)(h), ids)


@wrong(
    "arxiv.org/abs/1503.02531",
    "teacher logits as soft targets of cross_entropy without softmax",
    "LX203",
)
def _():
    x = feats(32)
    s = net(x, 6)
    with torch.no_grad():
        t = net(x, 6) * 3

    class SoftCE(nn.Module):
        def __init__(self, T=2.0):
            super().__init__()
            self.T = T

        def forward(self, student_logits, teacher_logits):
            return F.cross_entropy(student_logits / self.T, teacher_logits / self.T) * self.T**2

    return SoftCE(), (s, t)


@wrong("arxiv.org/abs/1503.02531", "kl_div: teacher as input, student as target", "")
def _():
    x = feats(32)
    s = net(x, 6)
    with torch.no_grad():
        t = net(x, 6) * 3

    def kd_loss(student_logits, teacher_logits, T=4.0):
        return (
            F.kl_div(
                F.log_softmax(teacher_logits / T, 1),
                F.softmax(student_logits / T, 1),
                reduction="batchmean",
            )
            * T
            * T
        )

    return kd_loss, (s, t)


@wrong("arxiv.org/abs/1708.02002", "focal: pt**gamma", "LX550")
def _():
    x = feats(32)

    class FocalLoss(nn.Module):
        def __init__(self, gamma=2.0):
            super().__init__()
            self.gamma = gamma

        def forward(self, logits, target):
            logpt = F.log_softmax(logits, 1).gather(1, target[:, None]).squeeze(1)
            pt = logpt.exp()
            return -(pt**self.gamma * logpt).mean()

    return FocalLoss(), (net(x, 5), classes(x, 5))


@wrong("arxiv.org/abs/1606.04797", "Dice without factor 2", "LX520")
def _():
    img = images()

    def dice_loss(logits, mask, eps=1e-6):
        p = torch.sigmoid(logits).flatten(1)
        m = mask.flatten(1)
        inter = (p * m).sum(1)
        return 1 - ((inter + eps) / (p.sum(1) + m.sum(1) + eps)).mean()

    return dice_loss, (conv(img, 1), (img[:, :1] > 0.5).float())


@wrong("arxiv.org/abs/1902.09630", "GIoU: enclosing box from max of lt", "LX617")
def _():
    t = boxes(16)

    def giou_loss(pred, target):
        lt = torch.max(pred[:, :2], target[:, :2])
        rb = torch.min(pred[:, 2:], target[:, 2:])
        wh = (rb - lt).clamp(min=0)
        inter = wh[:, 0] * wh[:, 1]
        a1 = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
        a2 = (target[:, 2] - target[:, 0]) * (target[:, 3] - target[:, 1])
        union = a1 + a2 - inter
        iou = inter / union.clamp(min=1e-7)
        c_lt = torch.max(pred[:, :2], target[:, :2])
        c_rb = torch.max(pred[:, 2:], target[:, 2:])
        c = (c_rb - c_lt).clamp(min=0).prod(1).clamp(min=1e-7)
        return (1 - (iou - (c - union) / c)).mean()

    return giou_loss, (pred_boxes(t), t)


@wrong("well-known", "IoU: union does not subtract the intersection", "LX580")
def _():
    t = boxes(16)

    class IoULoss(nn.Module):
        def forward(self, pred, target):
            lt = torch.max(pred[:, :2], target[:, :2])
            rb = torch.min(pred[:, 2:], target[:, 2:])
            inter = (rb - lt).clamp(min=0).prod(1)
            union = (pred[:, 2:] - pred[:, :2]).prod(1) + (target[:, 2:] - target[:, :2]).prod(1)
            return -torch.log(inter / union + 1e-6).mean()

    return IoULoss(), (pred_boxes(t), t)


@wrong("Hadsell 2006", "contrastive: clamp(max=0) on the margin term", "LX585")
def _():
    x = feats(32)
    m = nn.Linear(12, 8)
    y = (torch.rand(32) > 0.5).float()

    def contrastive(out1, out2, label, margin=2.0):
        d = F.pairwise_distance(out1, out2)
        return (label * d**2 + (1 - label) * torch.clamp(margin - d, max=0.0) ** 2).mean()

    return contrastive, (m(x), m(x * y[:, None] + torch.randn(32, 12) * 0.3), y)


@wrong("arxiv.org/abs/1807.03748", "InfoNCE: labels zeros on an in-batch matrix", "LX517")
def _():
    x = feats(16)
    m = nn.Linear(12, 8)

    def info_nce(query, key, temperature=0.1):
        logits = F.normalize(query, dim=1) @ F.normalize(key, dim=1).t()
        labels = torch.zeros(len(query), dtype=torch.long)
        return F.cross_entropy(logits / temperature, labels)

    return info_nce, (m(x), m(x + 0.1 * torch.randn_like(x)))


@wrong("arxiv.org/abs/2002.05709", "NT-Xent: self similarity not removed", "LX517")
def _():
    x = feats(16)
    m = nn.Linear(12, 8)

    class NTXent(nn.Module):
        def forward(self, z_i, z_j, t=0.5):
            N = z_i.size(0)
            z = F.normalize(torch.cat([z_i, z_j]), dim=1)
            sim = z @ z.t() / t
            pos = torch.cat([torch.diag(sim, N), torch.diag(sim, -N)])
            return (-pos + torch.logsumexp(sim, dim=1)).mean()

    return NTXent(), (m(x), m(x + 0.1 * torch.randn_like(x)))


@wrong("arxiv.org/abs/1503.03832", "triplet: ap and an exchanged in hinge", "LX564")
def _():
    x = feats(32)
    m = nn.Linear(12, 8)

    def triplet(anchor, positive, negative, margin=0.2):
        d_ap = (anchor - positive).pow(2).sum(1)
        d_an = (anchor - negative).pow(2).sum(1)
        return F.relu(d_an - d_ap + margin).mean()

    return triplet, (m(x), m(x + 0.1 * torch.randn_like(x)), m(torch.randn(32, 12)))


@wrong("arxiv.org/abs/1503.02531", "distillation: temperature on the student only", "LX340")
def _():
    x = feats(32)
    s = net(x, 6)
    with torch.no_grad():
        t = net(x, 6) * 3

    def distill(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
        p = F.softmax(teacher_logits, 1)
        logq = F.log_softmax(student_logits / T, 1)
        soft = -(p * logq).sum(1).mean() * T * T
        return alpha * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)

    return distill, (s, t, classes(x, 6))


@wrong("arxiv.org/abs/1512.00567", "label smoothing adds eps not eps/K", "LX581")
def _():
    x = feats(32)

    class SmoothCE(nn.Module):
        def __init__(self, eps=0.1):
            super().__init__()
            self.eps = eps

        def forward(self, pred, target):
            y = F.one_hot(target, pred.size(1)).float() * (1 - self.eps) + self.eps
            return -(y * pred.log_softmax(1)).sum(1).mean()

    return SmoothCE(), (net(x, 10), classes(x, 10))


@wrong("arxiv.org/abs/1312.6114", "VAE KL with logvar**2 in place of exp", "LX536")
def _():
    x = feats(32)
    h = net(x, 8)
    mu, logvar = h.chunk(2, 1)
    z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
    rec = nn.Linear(4, 12)(z)

    def vae_loss(recon_x, x, mu, logvar):
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.pow(2))
        return (F.mse_loss(recon_x, x, reduction="sum") + kld) / x.size(0)

    return vae_loss, (rec, x, mu, logvar)


@wrong("arxiv.org/abs/1704.00028", "gradient penalty: norm over the batch dim", "LX417")
def _():
    x = feats(16)
    fake = net(torch.randn(16, 4), 12).detach()
    critic = nn.Sequential(nn.Linear(12, 16), nn.Tanh(), nn.Linear(16, 1))

    def gradient_penalty(critic, real, fake, lam=10.0):
        a = torch.rand(real.size(0), 1)
        inter = (a * real + (1 - a) * fake).requires_grad_(True)
        g = torch.autograd.grad(critic(inter).sum(), inter, create_graph=True)[0]
        return lam * ((g.norm(2, dim=0) - 1) ** 2).mean()

    return gradient_penalty, (critic, x, fake)


@wrong("arxiv.org/abs/1705.02894", "hinge D loss with real and fake exchanged", "LX554")
def _():
    x = feats(16)
    D = nn.Linear(12, 1)

    def d_hinge(real_scores, fake_scores):
        return F.relu(1 + real_scores).mean() + F.relu(1 - fake_scores).mean()

    return d_hinge, (D(x), D(torch.randn(16, 12)))


@wrong("arxiv.org/abs/2303.09556", "min-SNR weight clamps with min", "LX635")
def _():
    x = feats(16)
    ab = torch.linspace(0.99, 0.01, 100)
    t = torch.randint(0, 100, (16,))
    noise = torch.randn(16, 12)
    xt = ab[t].sqrt()[:, None] * x + (1 - ab[t]).sqrt()[:, None] * noise

    def min_snr_loss(noise_pred, noise, alphas_cumprod, timesteps, gamma=5.0):
        snr = alphas_cumprod[timesteps] / (1 - alphas_cumprod[timesteps])
        w = snr.clamp(min=gamma) / snr
        return (w * F.mse_loss(noise_pred, noise, reduction="none").mean(1)).mean()

    return min_snr_loss, (net(xt, 12), noise, ab, t)


@wrong("arxiv.org/abs/2305.18290", "DPO: reference margin is added", "LX562")
def _():
    torch.manual_seed(1)
    h = torch.randn(8, 6)
    pc = -F.softplus(nn.Linear(6, 1)(h)).squeeze(1) * 20
    pr = -F.softplus(nn.Linear(6, 1)(h)).squeeze(1) * 20
    rc, rr = pc.detach() + torch.randn(8), pr.detach() + torch.randn(8)

    def dpo_loss(
        policy_chosen_logps,
        policy_rejected_logps,
        reference_chosen_logps,
        reference_rejected_logps,
        beta=0.1,
    ):
        logits = (policy_chosen_logps - policy_rejected_logps) + (
            reference_chosen_logps - reference_rejected_logps
        )
        return -F.logsigmoid(beta * logits).mean()

    return dpo_loss, (pc, pr, rc, rr)


@wrong("arxiv.org/abs/1707.06347", "PPO: max of the surrogates before negation", "LX413")
def _():
    x = feats(32)
    logits = net(x, 4)
    a = torch.distributions.Categorical(logits=logits.detach()).sample()
    lp = logits.log_softmax(1).gather(1, a[:, None]).squeeze(1)
    old = lp.detach() + 0.2 * torch.randn(32)

    def ppo_policy_loss(log_probs, old_log_probs, advantages, clip=0.2):
        ratio = (log_probs - old_log_probs).exp()
        s1 = ratio * advantages
        s2 = ratio.clamp(1 - clip, 1 + clip) * advantages
        return -torch.max(s1, s2).mean()

    return ppo_policy_loss, (lp, old, torch.randn(32))


@wrong("pytorch DQN tutorial", "DQN: bootstraps on terminal states (times done)", "LX553")
def _():
    x = feats(32)
    q = net(x, 4)
    a = torch.randint(0, 4, (32, 1))
    r = torch.randn(32)
    with torch.no_grad():
        nq = net(x + 0.1, 4)
    done = (torch.rand(32) > 0.85).float()

    def dqn_loss(q_values, actions, rewards, next_q_values, dones, gamma=0.99):
        q = q_values.gather(1, actions).squeeze(1)
        target = rewards + gamma * next_q_values.max(1)[0] * dones
        return F.smooth_l1_loss(q, target.detach())

    return dqn_loss, (q, a, r, nq, done)


@wrong("well-known", "pinball with error = pred - target", "LX535")
def _():
    x = feats(32)

    class QuantileLoss(nn.Module):
        def __init__(self, quantiles=(0.1, 0.5, 0.9)):
            super().__init__()
            self.quantiles = quantiles

        def forward(self, preds, target):
            losses = []
            for i, q in enumerate(self.quantiles):
                errors = preds[:, i] - target
                losses.append(torch.max((q - 1) * errors, q * errors))
            return torch.stack(losses, 1).sum(1).mean()

    return QuantileLoss(), (net(x, 3), x[:, 0] * 2 + torch.randn(32))


@wrong("well-known", "Gaussian NLL divides by sigma not sigma squared", "LX542")
def _():
    x = feats(32)
    out = net(x, 2)

    def nll(mu, log_sigma, y):
        return (log_sigma + 0.5 * (y - mu) ** 2 * torch.exp(-log_sigma)).mean()

    return nll, (out[:, 0], out[:, 1], x[:, 0] + 0.2 * torch.randn(32))


@wrong("DeepSurv", "Cox: cumulative risk set on ascending times", "LX558")
def _():
    x = feats(32)

    def cox_ph_loss(log_h, durations, events):
        idx = durations.argsort()
        log_h, events = log_h[idx], events[idx]
        log_risk = torch.logcumsumexp(log_h, 0)
        return -((log_h - log_risk) * events).sum() / events.sum()

    return cox_ph_loss, (
        net(x, 1).squeeze(1),
        torch.rand(32) * 10 + x[:, 0].abs(),
        (torch.rand(32) > 0.3).float(),
    )


@wrong("ListNet 2007", "ListNet softmax over queries dim 0", "LX599")
def _():
    torch.manual_seed(1)
    x = torch.randn(8, 10, 6)
    s = net(x, 1).squeeze(-1)
    rel = (x[..., 0] * 1.5 + 1.5).clamp(0, 4).round()

    def listnet(y_pred, y_true):
        return -(F.softmax(y_true, 0) * F.log_softmax(y_pred, 0)).sum(0).mean()

    return listnet, (s, rel)


@wrong("well-known", "NaN targets multiplied by a mask", "LX207")
def _():
    x = feats(32, 6)
    y = x[:, :3] * 0.5
    y[torch.rand(32, 3) > 0.7] = float("nan")

    def masked_mse(pred, target):
        mask = (~torch.isnan(target)).float()
        return ((pred - target) ** 2 * mask).sum() / mask.sum()

    return masked_mse, (net(x, 3), y)


@wrong("Bishop MDN 1994", "MDN: sum of pi times log-prob (bound, not mixture)", "LX611")
def _():
    x = feats(32)
    o = net(x, 9)
    pi, mu, ls = o.chunk(3, 1)

    class MDNLoss(nn.Module):
        def forward(self, pi, mu, sigma, y):
            lp = torch.distributions.Normal(mu, sigma).log_prob(y.unsqueeze(1))
            return -(pi * lp).sum(1).mean()

    return MDNLoss(), (pi.softmax(1), mu, ls.exp(), x[:, 0] + 0.1 * torch.randn(32))


@wrong(
    "arxiv.org/abs/2103.03230",
    "Barlow Twins: off-diagonal term takes the diagonal too",
    "LX636",
)
def _():
    x = feats(32)
    m = nn.Linear(12, 8)

    def barlow(z_a, z_b, lambd=5e-3):
        N, D = z_a.shape
        a = (z_a - z_a.mean(0)) / z_a.std(0)
        b = (z_b - z_b.mean(0)) / z_b.std(0)
        c = a.T @ b / N
        on_diag = (torch.diagonal(c) - 1).pow(2).sum()
        off_diag = c.pow(2).sum()
        return on_diag + lambd * off_diag

    return barlow, (m(x), m(x + 0.2 * torch.randn_like(x)))


@wrong("arxiv.org/abs/1811.02508", "SI-SNR returned with positive sign", "LX534")
def _():
    torch.manual_seed(1)
    s = torch.sin(torch.linspace(0, 60, 400))[None] * torch.rand(8, 1) + 0.05 * torch.randn(8, 400)
    mix = s + 0.5 * torch.randn(8, 400)
    est = nn.Conv1d(1, 1, 9, padding=4)(mix[:, None]).squeeze(1)

    def si_snr_loss(est, ref, eps=1e-8):
        est = est - est.mean(1, keepdim=True)
        ref = ref - ref.mean(1, keepdim=True)
        proj = (est * ref).sum(1, keepdim=True) * ref / (ref.pow(2).sum(1, keepdim=True) + eps)
        noise = est - proj
        return (10 * torch.log10(proj.pow(2).sum(1) / (noise.pow(2).sum(1) + eps) + eps)).mean()

    return si_snr_loss, (est, s)


@right(
    "docs.pytorch.org/docs/stable/nn.html",
    "KLDivLoss log_target=True with log-probabilities, positive values of T*T",
)
def _():
    x = feats(32)
    s = net(x, 6)
    with torch.no_grad():
        t = net(x, 6) * 2

    class KD(nn.Module):
        def __init__(self, T=3.0):
            super().__init__()
            self.T = T
            self.kl = nn.KLDivLoss(reduction="batchmean", log_target=True)

        def forward(self, student_logits, teacher_logits):
            return (
                self.kl(
                    F.log_softmax(student_logits / self.T, -1),
                    F.log_softmax(teacher_logits / self.T, -1),
                )
                * self.T**2
            )

    return KD(), (s, t)


@right("docs.pytorch.org/docs/stable/nn.html", "pos_weight (C,1,1) on (B,C,H,W)")
def _():
    img = images()
    pw = torch.tensor([1.0, 3.0, 9.0]).view(3, 1, 1)
    return nn.BCEWithLogitsLoss(pos_weight=pw), (conv(img, 3), (img > 0.7).float())


@right("docs.pytorch.org/docs/stable/nn.html", "weight= used as per-sample weight (B,1)")
def _():
    x = feats(32)

    def weighted_bce(logits, target, sample_weight):
        return (
            F.binary_cross_entropy_with_logits(
                logits, target, sample_weight.unsqueeze(1), reduction="sum"
            )
            / sample_weight.sum()
        )

    return weighted_bce, (net(x, 1), (x[:, :1] > 0).float(), torch.rand(32) + 0.5)


@right("arxiv.org/abs/1901.05555", "effective number class weights")
def _():
    x = feats(64)
    y = torch.multinomial(torch.tensor([0.75, 0.17, 0.08]), 64, replacement=True)

    class CBLoss(nn.Module):
        def forward(self, logits, target, beta=0.99):
            n = torch.bincount(target, minlength=logits.shape[1]).clamp(min=1).float()
            w = (1 - beta) / (1 - beta**n)
            w = w / w.sum() * len(w)
            return F.cross_entropy(logits, target, weight=w)

    return CBLoss(), (net(x, 3), y)


@right("well-known", "both logits and tags time-major before flattening")
def _():
    torch.manual_seed(1)
    tok = torch.randint(0, 20, (8, 10))
    out, _ = nn.LSTM(16, 24, batch_first=True)(nn.Embedding(20, 16)(tok))
    lg = nn.Linear(24, 5)(out)

    def tagging_loss(logits, tags):
        return F.cross_entropy(
            logits.transpose(0, 1).reshape(-1, logits.size(-1)), tags.t().reshape(-1)
        )

    return tagging_loss, (lg, tok % 5)


@right("docs.pytorch.org/docs/stable/nn.html", "log_softmax before CrossEntropy (idempotent)")
def _():
    x = feats(32)
    return nn.CrossEntropyLoss(), (net(x, 5).log_softmax(1), classes(x, 5))


@right("well-known", "pad id 1 replaced by -100, flattened CE")
def _():
    torch.manual_seed(2)
    tok = torch.randint(2, 30, (8, 12))
    for i in range(8):
        tok[i, 12 - i :] = 1
    h, _ = nn.GRU(16, 24, batch_first=True)(nn.Embedding(30, 16)(tok.roll(1, 1)))

    def lm(logits, labels, pad_id):
        labels = labels.masked_fill(labels == pad_id, -100)
        return F.cross_entropy(logits.flatten(0, 1), labels.flatten())

    return lm, (nn.Linear(24, 30)(h), tok), dict(pad_id=1)


@right("well-known", "masked CE with reduction none, divided by mask sum")
def _():
    torch.manual_seed(2)
    tok = torch.randint(1, 9, (8, 12))
    mask = torch.arange(12)[None] < torch.randint(4, 13, (8, 1))
    h, _ = nn.GRU(8, 16, batch_first=True)(nn.Embedding(9, 8)(tok))

    def masked_ce(logits, labels, mask):
        loss = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
        return (loss * mask).sum() / mask.sum().clamp(min=1)

    return masked_ce, (nn.Linear(16, 4)(h), tok % 4, mask)


@right("well-known", "per-sequence mean, then mean over the batch")
def _():
    torch.manual_seed(2)
    x = torch.randn(8, 20, 6)
    mask = (torch.arange(20)[None] < torch.randint(3, 20, (8, 1))).float()
    h, _ = nn.GRU(6, 16, batch_first=True)(x)

    class SeqL1(nn.Module):
        def forward(self, mel_pred, mel_target, mask):
            l = F.l1_loss(mel_pred, mel_target, reduction="none").mean(-1)
            return ((l * mask).sum(1) / mask.sum(1)).mean()

    return SeqL1(), (nn.Linear(16, 6)(h), x * 0.8, mask)


@right(
    "docs.pytorch.org/docs/stable/nn.html", "MarginRankingLoss with 0/1 mapped to -1/1 in the call"
)
def _():
    x = feats(32)
    y = (x[:, 0] > x.flip(0)[:, 0]).float()

    class Rank(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.MarginRankingLoss(0.5)

        def forward(self, s1, s2, is_first_better):
            return self.l(s1, s2, 2 * is_first_better - 1)

    return Rank(), (net(x, 1).squeeze(1), net(x.flip(0), 1).squeeze(1), y)


@right("docs.pytorch.org/docs/stable/nn.html", "HingeEmbedding on 1-cos distance")
def _():
    x = feats(32)
    m = nn.Linear(12, 8)

    def pair_loss(e1, e2, y):
        return F.hinge_embedding_loss(1 - F.cosine_similarity(e1, e2), y, margin=0.5)

    return pair_loss, (
        m(x),
        m(x + 0.3 * torch.randn_like(x)),
        torch.where(torch.rand(32) > 0.5, 1.0, -1.0),
    )


@right("docs.pytorch.org/docs/stable/nn.html", "GaussianNLL with sigma squared")
def _():
    x = feats(32)
    o = net(x, 2)

    def nll(mu, sigma, target):
        return F.gaussian_nll_loss(mu, target, sigma**2)

    return nll, (o[:, 0], F.softplus(o[:, 1]) + 1e-3, x[:, 0] + 0.1 * torch.randn(32))


@right("docs.pytorch.org/docs/stable/nn.html", "PoissonNLL on log-rate, real counts, default")
def _():
    x = feats(32)
    return nn.PoissonNLLLoss(), (net(x, 1).squeeze(1), torch.poisson(x[:, 0].exp()))


@right("docs.pytorch.org/docs/stable/nn.html", "PoissonNLL log_input False, full")
def _():
    x = feats(32)
    return nn.PoissonNLLLoss(log_input=False, full=True), (
        F.softplus(net(x, 2)),
        torch.poisson(x[:, :2].exp()),
    )


@right("docs.pytorch.org/docs/stable/nn.html", "CTC with concatenated 1-d targets and blank last")
def _():
    torch.manual_seed(1)
    h, _ = nn.GRU(8, 16)(torch.randn(30, 4, 8))
    L = torch.tensor([9, 5, 7, 4])
    return nn.CTCLoss(blank=9, zero_infinity=True), (
        nn.Linear(16, 10)(h).log_softmax(-1),
        torch.randint(0, 9, (int(L.sum()),)),
        torch.tensor([30, 28, 25, 20]),
        L,
    )


@right("docs.pytorch.org/docs/stable/nn.html", "log_softmax over dim 1 of (B,C,H,W) with NLLLoss")
def _():
    img = images()
    return nn.NLLLoss(ignore_index=255), (
        F.log_softmax(conv(img, 3), 1),
        torch.where(torch.rand(4, 16, 16) > 0.9, 255, img.argmax(1)),
    )


@right("docs.pytorch.org/docs/stable/nn.html", "MultiLabelMargin with indices padded by -1")
def _():
    x = feats(16)
    y = torch.full((16, 6), -1)
    for i in range(16):
        k = (x[i, :6] > 0.3).nonzero().flatten()
        y[i, : len(k)] = k
    return nn.MultiLabelMarginLoss(), (net(x, 6), y)


@right("docs.pytorch.org/docs/stable/nn.html", "MultiLabelSoftMargin on logits")
def _():
    x = feats(16)
    return nn.MultiLabelSoftMarginLoss(), (net(x, 6), (x[:, :6] > 0.3).float())


@right("docs.pytorch.org/docs/stable/nn.html", "AdaptiveLogSoftmax .loss")
def _():
    torch.manual_seed(1)
    x = torch.randn(24, 16)

    class LMHead(nn.Module):
        def __init__(self):
            super().__init__()
            self.asm = nn.AdaptiveLogSoftmaxWithLoss(16, 50, [10, 30])

        def forward(self, hidden, target):
            return -self.asm(hidden, target).output.mean()

    return LMHead(), (nn.Linear(16, 16)(x), torch.randint(0, 50, (24,)))


@right("docs.pytorch.org/docs/stable/nn.html", "TripletMarginWithDistance with 1-cos lambda")
def _():
    x = feats(32)
    m = nn.Linear(12, 8)
    return nn.TripletMarginWithDistanceLoss(
        distance_function=lambda a, b: 1 - F.cosine_similarity(a, b), margin=0.3, swap=True
    ), (m(x), m(x + 0.2 * torch.randn_like(x)), m(torch.randn(32, 12)))


@right("docs.pytorch.org/docs/stable/nn.html", "SoftMargin with -1/1")
def _():
    x = feats(32)
    return nn.SoftMarginLoss(), (net(x, 1), torch.sign(x[:, :1]))


@right("docs.fast.ai/losses.html", "fastai MSELossFlat (B,1) with (B,)")
def _():
    from fastai.losses import MSELossFlat

    x = feats(32)
    return MSELossFlat(), (net(x, 1), x[:, 0] * 2)


@right("docs.fast.ai/losses.html", "fastai LabelSmoothing on logits")
def _():
    from fastai.losses import LabelSmoothingCrossEntropyFlat

    x = feats(32)
    return LabelSmoothingCrossEntropyFlat(eps=0.05), (net(x, 5), classes(x, 5))


@right("docs.fast.ai/losses.html", "fastai CrossEntropyLossFlat(axis=1) with (B,1,H,W) target")
def _():
    from fastai.losses import CrossEntropyLossFlat

    img = images()
    return CrossEntropyLossFlat(axis=1), (conv(img, 3), img.argmax(1, keepdim=True))


@right("docs.fast.ai/losses.html", "fastai DiceLoss plus FocalLoss combined")
def _():
    from fastai.losses import DiceLoss, FocalLossFlat

    img = images()

    class CombinedLoss:
        def __init__(self, alpha=1.0):
            self.alpha = alpha
            self.focal = FocalLossFlat(axis=1)
            self.dice = DiceLoss(axis=1)

        def __call__(self, pred, targ):
            return self.focal(pred, targ) + self.alpha * self.dice(pred, targ)

    return CombinedLoss(), (conv(img, 3), img.argmax(1))


@right("well-known", "two heads with the same number of classes, rightly paired, one frozen")
def _():
    x = feats(32)
    o = net(x, 8)

    class AttrLoss(nn.Module):
        def forward(self, color_logits, shape_logits, color, shape):
            return F.cross_entropy(shape_logits, shape) + 0.5 * F.cross_entropy(color_logits, color)

    return AttrLoss(), (o[:, :4], o[:, 4:], classes(x, 4), classes(x[:, 4:], 4))


@right("well-known", "item only for the log dictionary")
def _():
    x = feats(32)
    h = nn.Linear(12, 16)(x)

    class AuxLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.log = {}

        def forward(self, main_logits, aux_logits, target):
            main, aux = F.cross_entropy(main_logits, target), F.cross_entropy(aux_logits, target)
            self.log = {"main": main.item(), "aux": aux.item()}
            return main + 0.3 * aux

    return AuxLoss(), (nn.Linear(16, 4)(h.relu()), nn.Linear(16, 4)(h), classes(x, 4))


@right("arxiv.org/abs/1705.07115", "uncertainty weighting exp(-s)")
def _():
    x = feats(32)
    o = net(x, 5)

    class MTL(nn.Module):
        def __init__(self):
            super().__init__()
            self.s = nn.Parameter(torch.tensor([-0.3, 0.2]))

        def forward(self, depth, seg_logits, depth_gt, seg_gt):
            l = torch.stack([F.mse_loss(depth, depth_gt), F.cross_entropy(seg_logits, seg_gt)])
            return (torch.tensor([0.5, 1.0]) * torch.exp(-self.s) * l + 0.5 * self.s).sum()

    return MTL(), (o[:, 0], o[:, 1:], x[:, 0].abs(), classes(x, 4))


@right("well-known", "mask multiplied onto both prediction and target, sum over valid")
def _():
    img = images()
    valid = (torch.rand(4, 1, 16, 16) > 0.3).float()

    def depth_loss(pred, depth, valid):
        return F.l1_loss(pred * valid, depth * valid, reduction="sum") / valid.sum()

    return depth_loss, (conv(img, 1), img[:, :1].abs() * 3, valid)


@right("docs.pytorch.org/docs/stable/nn.html", "CE with mixup soft labels (rows sum to 1)")
def _():
    x = feats(32)
    y = F.one_hot(classes(x, 5), 5).float()
    lam = 0.3
    return nn.CrossEntropyLoss(label_smoothing=0.1), (
        net(lam * x + (1 - lam) * x.flip(0), 5),
        lam * y + (1 - lam) * y.flip(0),
    )


@right(
    "hf causal LM loss",
    "labels already shifted by the collator, no shift in the loss, -100 on the prompt",
)
def _():
    torch.manual_seed(1)
    ids = torch.randint(0, 40, (4, 17))
    h, _ = nn.GRU(16, 24, batch_first=True)(nn.Embedding(40, 16)(ids[:, :-1]))
    labels = ids[:, 1:].clone()
    labels[:, :5] = -100

    def sft_loss(logits, labels):
        return (
            F.cross_entropy(
                logits.float().view(-1, logits.size(-1)),
                labels.reshape(-1),
                ignore_index=-100,
                reduction="sum",
            )
            / (labels != -100).sum()
        )

    return sft_loss, (nn.Linear(24, 40)(h), labels)


@right("arxiv.org/abs/1503.02531", "cross_entropy with softmaxed teacher as target")
def _():
    x = feats(32)
    s = net(x, 6)
    with torch.no_grad():
        t = net(x, 6) * 3

    def kd(student_logits, teacher_logits, labels, T=2.0, a=0.5):
        return a * T * T * F.cross_entropy(student_logits / T, (teacher_logits / T).softmax(1)) + (
            1 - a
        ) * F.cross_entropy(student_logits, labels)

    return kd, (s, t, classes(x, 6))


@right("arxiv.org/abs/2106.14448", "R-Drop: symmetric KL, gradients through both sides")
def _():
    x = feats(32)
    m = nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Dropout(0.3), nn.Linear(24, 5))

    def r_drop(logits1, logits2, labels, alpha=4.0):
        ce = 0.5 * (F.cross_entropy(logits1, labels) + F.cross_entropy(logits2, labels))
        p, q = logits1.log_softmax(-1), logits2.log_softmax(-1)
        kl = 0.5 * (
            F.kl_div(p, q.exp(), reduction="batchmean")
            + F.kl_div(q, p.exp(), reduction="batchmean")
        )
        return ce + alpha * kl

    return r_drop, (m(x), m(x), classes(x, 5))


@right("well-known", "BCE with unknown labels -1 masked out before")
def _():
    x = feats(32)
    y = (x[:, :5] > 0).float()
    y[torch.rand(32, 5) > 0.7] = -1

    def chexpert_loss(logits, labels):
        known = labels >= 0
        return F.binary_cross_entropy_with_logits(logits[known], labels[known])

    return chexpert_loss, (net(x, 5), y)


@right("GAN, non-saturating", "generator step: fake logits with ones")
def _():
    x = feats(16, 4)
    fake = net(x, 12)
    D = nn.Linear(12, 1)

    def g_loss(fake_logits):
        return F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))

    return g_loss, (D(fake),)


@right("docs.pytorch.org/docs/stable/nn.html", "BCELoss on float sigmoid with soft labels .9/.1")
def _():
    x = feats(32)
    return nn.BCELoss(), (net(x, 1).sigmoid().squeeze(1), (x[:, 0] > 0).float() * 0.8 + 0.1)


@right(
    "arxiv.org/abs/2011.10566", "SimSiam: target detached, both views symmetric, negative cosine"
)
def _():
    x = feats(16)
    m = nn.Linear(12, 8)
    p = nn.Linear(8, 8)
    z1, z2 = m(x), m(x + 0.1 * torch.randn_like(x))

    def simsiam(p1, p2, z1, z2):
        return (
            -(
                F.cosine_similarity(p1, z2.detach()).mean()
                + F.cosine_similarity(p2, z1.detach()).mean()
            )
            * 0.5
        )

    return simsiam, (p(z1), p(z2), z1, z2)


@right("arxiv.org/abs/1708.02002", "sigmoid focal as torchvision")
def _():
    x = feats(32)

    def sigmoid_focal(inputs, targets, alpha=0.25, gamma=2.0):
        p = torch.sigmoid(inputs)
        ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        p_t = p * targets + (1 - p) * (1 - targets)
        a_t = alpha * targets + (1 - alpha) * (1 - targets)
        return (a_t * ce * (1 - p_t) ** gamma).sum() / targets.sum().clamp(min=1)

    return sigmoid_focal, (net(x, 6), F.one_hot(classes(x, 6), 6).float())


@right("well-known", "soft Dice with squared denominator, background channel skipped")
def _():
    img = images(4, 4)

    class DiceLoss(nn.Module):
        def forward(self, logits, target):
            p = logits.softmax(1)[:, 1:]
            t = F.one_hot(target, logits.shape[1]).permute(0, 3, 1, 2)[:, 1:].float()
            i = (p * t).sum((0, 2, 3))
            d = (p * p).sum((0, 2, 3)) + (t * t).sum((0, 2, 3))
            return 1 - ((2 * i + 1) / (d + 1)).mean()

    return DiceLoss(), (conv(img, 4), img.argmax(1))


@right("arxiv.org/abs/1902.09630", "GIoU")
def _():
    t = boxes(16)

    def giou_loss(pred, target):
        wh = (torch.min(pred[:, 2:], target[:, 2:]) - torch.max(pred[:, :2], target[:, :2])).clamp(
            min=0
        )
        inter = wh.prod(1)
        union = (
            (pred[:, 2:] - pred[:, :2]).prod(1) + (target[:, 2:] - target[:, :2]).prod(1) - inter
        )
        c = (torch.max(pred[:, 2:], target[:, 2:]) - torch.min(pred[:, :2], target[:, :2])).prod(1)
        return (1 - inter / union + (c - union) / c).mean()

    return giou_loss, (pred_boxes(t), t)


@right("Hadsell 2006", "contrastive with label 1 = dissimilar")
def _():
    x = feats(32)
    m = nn.Linear(12, 8)
    y = (torch.rand(32) > 0.5).float()

    def contrastive(out1, out2, label, margin=2.0):
        d = F.pairwise_distance(out1, out2)
        return ((1 - label) * d**2 + label * F.relu(margin - d) ** 2).mean() / 2

    return contrastive, (
        m(x),
        m(torch.where(y[:, None] > 0, torch.randn(32, 12), x + 0.1 * torch.randn_like(x))),
        y,
    )


@right("arxiv.org/abs/1911.05722", "MoCo: positives in column 0, labels zeros")
def _():
    x = feats(16)
    q = F.normalize(nn.Linear(12, 8)(x), dim=1)
    k = F.normalize(nn.Linear(12, 8)(x), dim=1).detach()
    queue = F.normalize(torch.randn(8, 64), dim=0)

    def moco_loss(q, k, queue, T=0.07):
        l_pos = torch.einsum("nc,nc->n", q, k).unsqueeze(-1)
        l_neg = q @ queue
        return F.cross_entropy(
            torch.cat([l_pos, l_neg], 1) / T, torch.zeros(q.size(0), dtype=torch.long)
        )

    return moco_loss, (q, k, queue)


@right("arxiv.org/abs/2002.05709", "NT-Xent with diagonal -inf")
def _():
    x = feats(16)
    m = nn.Linear(12, 8)

    def nt_xent(z_i, z_j, t=0.5):
        n = len(z_i)
        z = F.normalize(torch.cat([z_i, z_j]), dim=1)
        sim = (z @ z.T / t).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
        return F.cross_entropy(sim, (torch.arange(2 * n) + n) % (2 * n))

    return nt_xent, (m(x), m(x + 0.1 * torch.randn_like(x)))


@right("arxiv.org/abs/1703.07737", "batch hard triplet with soft margin")
def _():
    x = feats(24)
    lab = torch.arange(6).repeat_interleave(4)

    def batch_hard(emb, labels):
        d = torch.cdist(emb, emb)
        same = labels[:, None] == labels[None]
        hp = (d * same).max(1)[0]
        hn = d.masked_fill(same, float("inf")).min(1)[0]
        return F.softplus(hp - hn).mean()

    return batch_hard, (net(x + torch.randn(6, 12)[lab], 8), lab)


@right("arxiv.org/abs/1512.00567", "label smoothing by hand, eps/(K-1) form")
def _():
    x = feats(32)

    def smooth_ce(pred, target, eps=0.1):
        logp = pred.log_softmax(-1)
        t = torch.full_like(logp, eps / (pred.size(-1) - 1)).scatter_(1, target[:, None], 1 - eps)
        return -(t * logp).sum(-1).mean()

    return smooth_ce, (net(x, 10), classes(x, 10))


@right("arxiv.org/abs/1312.6114", "beta-VAE with BCE of logits in sum and free bits")
def _():
    x = feats(32)
    mu, lv = net(x, 8).chunk(2, 1)
    rec = nn.Linear(4, 12)(mu + torch.randn_like(mu) * (lv / 2).exp())

    def vae_loss(recon_logits, x, mu, logvar, beta=0.5, free_bits=0.05):
        bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(1).mean()
        kl = 0.5 * (mu.pow(2) + logvar.exp() - 1 - logvar).mean(0)
        return bce + beta * kl.clamp(min=free_bits).sum()

    return vae_loss, (rec, x.sigmoid(), mu, lv)


@right("arxiv.org/abs/1704.00028", "WGAN-GP critic step with penalty")
def _():
    x = feats(16)
    fake = net(torch.randn(16, 4), 12)
    critic = nn.Sequential(nn.Linear(12, 16), nn.Tanh(), nn.Linear(16, 1))

    def critic_loss(critic, real, fake, lam=10.0):
        fake = fake.detach()
        a = torch.rand(len(real), 1)
        xi = (a * real + (1 - a) * fake).requires_grad_()
        (g,) = torch.autograd.grad(critic(xi).sum(), xi, create_graph=True)
        return critic(fake).mean() - critic(real).mean() + lam * ((g.norm(dim=1) - 1) ** 2).mean()

    return critic_loss, (critic, x, fake)


@right("arxiv.org/abs/1705.02894", "hinge D loss")
def _():
    x = feats(16)
    D = nn.Linear(12, 1)

    def d_hinge(real_scores, fake_scores):
        return F.relu(1 - real_scores).mean() + F.relu(1 + fake_scores).mean()

    return d_hinge, (D(x), D(torch.randn(16, 12)))


@right("arxiv.org/abs/2202.00512", "diffusion v-prediction with min-SNR (snr+1)")
def _():
    x = feats(16)
    ab = torch.linspace(0.99, 0.01, 100)
    t = torch.randint(0, 100, (16,))
    eps = torch.randn(16, 12)
    xt = ab[t].sqrt()[:, None] * x + (1 - ab[t]).sqrt()[:, None] * eps

    def v_loss(model_out, x0, noise, alphas_cumprod, t, gamma=5.0):
        a = alphas_cumprod[t][:, None]
        v = a.sqrt() * noise - (1 - a).sqrt() * x0
        snr = (a / (1 - a)).squeeze(1)
        w = snr.clamp(max=gamma) / (snr + 1)
        return (w * (model_out - v).pow(2).mean(1)).mean()

    return v_loss, (net(xt, 12), x, eps, ab, t)


@right("arxiv.org/abs/2305.18290", "conservative DPO")
def _():
    torch.manual_seed(1)
    h = torch.randn(8, 6)
    pc = -F.softplus(nn.Linear(6, 1)(h)).squeeze(1) * 20
    pr = -F.softplus(nn.Linear(6, 1)(h)).squeeze(1) * 20

    def cdpo(
        policy_chosen_logps,
        policy_rejected_logps,
        ref_chosen_logps,
        ref_rejected_logps,
        beta=0.1,
        ls=0.1,
    ):
        h = (policy_chosen_logps - ref_chosen_logps) - (policy_rejected_logps - ref_rejected_logps)
        return (-(1 - ls) * F.logsigmoid(beta * h) - ls * F.logsigmoid(-beta * h)).mean()

    return cdpo, (pc, pr, pc.detach() + torch.randn(8), pr.detach() + torch.randn(8))


@right("arxiv.org/abs/1707.06347", "PPO as max of negated surrogates plus entropy")
def _():
    x = feats(32)
    lg = net(x, 4)
    a = torch.distributions.Categorical(logits=lg.detach()).sample()
    old = lg.detach().log_softmax(1).gather(1, a[:, None]).squeeze(1) + 0.2 * torch.randn(32)

    def ppo(logits, actions, old_logp, adv, clip=0.2, ent=0.01):
        dist = torch.distributions.Categorical(logits=logits)
        r = (dist.log_prob(actions) - old_logp).exp()
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        return (
            torch.max(-adv * r, -adv * r.clamp(1 - clip, 1 + clip)).mean()
            - ent * dist.entropy().mean()
        )

    return ppo, (lg, a, old, torch.randn(32))


@right("arxiv.org/abs/1509.06461", "double DQN")
def _():
    x = feats(32)
    on = nn.Linear(12, 4)
    tg = nn.Linear(12, 4)

    def ddqn(q, q_next_online, q_next_target, actions, rewards, dones, gamma=0.99):
        best = q_next_online.argmax(1, keepdim=True)
        y = rewards + gamma * (1 - dones) * q_next_target.gather(1, best).squeeze(1)
        return F.huber_loss(q.gather(1, actions).squeeze(1), y.detach())

    return ddqn, (
        on(x),
        on(x + 0.1),
        tg(x + 0.1),
        torch.randint(0, 4, (32, 1)),
        torch.randn(32),
        (torch.rand(32) > 0.85).float(),
    )


@right("well-known", "pinball written with pred - target and swapped slopes")
def _():
    x = feats(32)

    def pinball(preds, target, taus):
        e = preds - target.unsqueeze(1)
        return torch.maximum((1 - taus) * e, -taus * e).mean()

    return pinball, (net(x, 3), x[:, 0] * 2 + torch.randn(32), torch.tensor([0.1, 0.5, 0.9]))


@right("well-known", "Gaussian NLL with precision parameter")
def _():
    x = feats(32)
    o = net(x, 2)

    def nll(mu, log_precision, y):
        return (
            0.5
            * (log_precision.exp() * (y - mu) ** 2 - log_precision + math.log(2 * math.pi)).mean()
        )

    return nll, (o[:, 0], o[:, 1], x[:, 0] + 0.2 * torch.randn(32))


@right("DeepSurv", "Cox with ascending sort and flipped cumsum")
def _():
    x = feats(32)

    class CoxLoss(nn.Module):
        def forward(self, log_h, durations, events):
            i = durations.argsort()
            h, e = log_h[i], events[i]
            return -((h - torch.logcumsumexp(h.flip(0), 0).flip(0)) * e).sum() / e.sum()

    return CoxLoss(), (
        net(x, 1).squeeze(1),
        torch.rand(32) * 10 + 0.1,
        (torch.rand(32) > 0.3).float(),
    )


@right("RankNet 2005", "pairwise logistic over all pairs with rel_i > rel_j")
def _():
    torch.manual_seed(1)
    x = torch.randn(8, 10, 6)
    rel = (x[..., 0] * 1.5 + 1.5).clamp(0, 4).round()

    def ranknet(scores, rel):
        diff = scores[:, :, None] - scores[:, None]
        better = (rel[:, :, None] > rel[:, None]).float()
        return (F.softplus(-diff) * better).sum() / better.sum()

    return ranknet, (net(x, 1).squeeze(-1), rel)


@right("well-known", "NaN targets replaced by the prediction, divided by valid")
def _():
    x = feats(32, 6)
    y = x[:, :3] * 0.5
    y[torch.rand(32, 3) > 0.7] = float("nan")

    def masked_mse(pred, target):
        m = torch.isnan(target)
        target = torch.where(m, pred.detach(), target)
        return (pred - target).pow(2).sum() / (~m).sum()

    return masked_mse, (net(x, 3), y)


@right("Bishop MDN 1994", "MDN with logsumexp")
def _():
    x = feats(32)
    pi, mu, ls = net(x, 9).chunk(3, 1)

    def mdn(pi_logits, mu, log_sigma, y):
        lp = torch.distributions.Normal(mu, log_sigma.exp()).log_prob(y[:, None])
        return -torch.logsumexp(pi_logits.log_softmax(1) + lp, 1).mean()

    return mdn, (pi, mu, ls, x[:, 0] + 0.1 * torch.randn(32))


@right("arxiv.org/abs/2103.03230", "Barlow Twins")
def _():
    x = feats(32)
    m = nn.Linear(12, 8)

    def barlow(z_a, z_b, lambd=5e-3):
        n, d = z_a.shape
        c = (
            ((z_a - z_a.mean(0)) / z_a.std(0, unbiased=False)).T
            @ ((z_b - z_b.mean(0)) / z_b.std(0, unbiased=False))
            / n
        )
        off = ~torch.eye(d, dtype=torch.bool)
        return (c.diagonal() - 1).pow(2).sum() + lambd * c[off].pow(2).sum()

    return barlow, (m(x), m(x + 0.2 * torch.randn_like(x)))


@right("Raissi 2019, PINN", "PINN of u'' + u = 0 with boundary")
def _():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
    t = torch.linspace(0, 3, 32)[:, None].requires_grad_()

    def pinn_loss(u, t, u0):
        (du,) = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)
        (d2u,) = torch.autograd.grad(du, t, torch.ones_like(du), create_graph=True)
        return (d2u + u).pow(2).mean() + (u[0] - u0).pow(2).mean() + du[0].pow(2).mean()

    return pinn_loss, (model(t), t, torch.tensor([1.0]))
