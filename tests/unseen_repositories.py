"""Losses of repositories, with the mistake that an issue or a pull request tells, and without."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import autograd
from unseen import book

CASES, wrong, right = book()


def _images(b, c, h, w):
    return torch.randn(b, c, h, w)


def _blob_masks(x):
    "a (B, H, W) 0/1 mask that depends on the image"
    s = F.avg_pool2d(x.mean(1, keepdim=True), 5, 1, 2)[:, 0]
    return (s > s.flatten(1).quantile(0.7, dim=1)[:, None, None]).long()


def _tokens(b, t, v):
    "a token stream with some structure (a noisy counting walk)"
    start = torch.randint(0, v, (b, 1))
    step = torch.randint(1, 4, (b, t)).cumsum(1)
    return (start + step) % v


def _token_logps(b, t, v=50):
    "per token log probabilities of a small language model for its sampled tokens"
    emb, head = nn.Embedding(v, 32), nn.Linear(32, v)
    ids = _tokens(b, t + 1, v)
    lp = head(emb(ids[:, :-1])).log_softmax(-1)
    return lp.gather(-1, ids[:, 1:, None]).squeeze(-1)


def _len_mask(lengths, t):
    return torch.arange(t)[None] < torch.as_tensor(lengths)[:, None]


def _boxes(b):
    "cx, cy, w, h of ground truth boxes in a 64 pixel image"
    return torch.cat([torch.rand(b, 2) * 40 + 12, torch.rand(b, 2) * 14 + 6], 1)


# ---- segmentation
def tversky_loss(y_hat, y, beta=0.7):
    "A larger beta weighs recall more than precision, by more emphasis on false negatives."
    num = (y * y_hat).sum() + 1
    den = (y * y_hat + beta * (1 - y) * y_hat + (1 - beta) * y * (1 - y_hat)).sum() + 1
    return 1 - num / den


@wrong(
    "FluxML/Flux.jl#1993",
    "Tversky: beta is put on the false positives and 1-beta on the false negatives, "
    "against its own documentation",
    "",
)
def _():
    torch.manual_seed(101)
    x = _images(8, 3, 24, 24)
    net = nn.Conv2d(3, 1, 3, padding=1)
    return tversky_loss, (torch.sigmoid(net(x))[:, 0], _blob_masks(x).float()), dict(beta=0.7)


@wrong(
    "hustvl/YOLOP#141",
    "segmentation head ends in a sigmoid and goes into BCEWithLogitsLoss",
    "LX303",
)
def _():
    torch.manual_seed(102)
    x = _images(8, 3, 24, 24)
    head = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.LeakyReLU(0.1), nn.Conv2d(16, 2, 1), nn.Sigmoid()
    )
    m = _blob_masks(x).float()
    return nn.BCEWithLogitsLoss(), (head(x).view(-1), torch.stack([1 - m, m], 1).view(-1))


def dpo_sentence_loss(
    policy_chosen_logps,
    policy_rejected_logps,
    reference_chosen_logps,
    reference_rejected_logps,
    beta_w,
    beta_l,
):
    pi_logratios = beta_w * policy_chosen_logps - beta_l * policy_rejected_logps
    ref_logratios = reference_chosen_logps - reference_rejected_logps
    logits = pi_logratios - ref_logratios
    return -F.logsigmoid(logits).mean()


@wrong(
    "HaroldChen19/VistaDPO#4",
    "DPO: beta scales the policy's log ratios only, not the reference's",
    "LX562",
)
def _():
    torch.manual_seed(103)
    c, r = _token_logps(8, 20), _token_logps(8, 20)
    m = _len_mask([20, 15, 18, 9, 12, 20, 17, 11], 20).float()
    pc, pr = (c * m).sum(1), (r * m).sum(1)
    rc, rr = pc.detach() + 0.5 * torch.randn(8), pr.detach() + 0.5 * torch.randn(8)
    return dpo_sentence_loss, (pc, pr, rc, rr, 0.1, 0.1)


# ---- detection
class IOUloss(nn.Module):
    def __init__(self, reduction="mean", loss_type="giou"):
        super().__init__()
        self.reduction, self.loss_type = reduction, loss_type

    def forward(self, pred, target):
        tl = torch.max(pred[:, :2] - pred[:, 2:] / 2, target[:, :2] - target[:, 2:] / 2)
        br = torch.min(pred[:, :2] + pred[:, 2:] / 2, target[:, :2] + target[:, 2:] / 2)
        area_p = torch.prod(pred[:, 2:], 1)
        area_g = torch.prod(target[:, 2:], 1)
        en = (tl < br).type(tl.type()).prod(dim=1)
        area_i = torch.prod(br - tl, 1) * en
        area_u = area_p + area_g - area_i
        iou = area_i / (area_u + 1e-16)
        if self.loss_type == "iou":
            loss = 1 - iou**2
        else:
            c_tl = torch.min(pred[:, :2] - pred[:, 2:] / 2, target[:, :2] - target[:, 2:] / 2)
            c_br = torch.max(pred[:, :2] + pred[:, 2:] / 2, target[:, :2] + target[:, 2:] / 2)
            area_c = torch.prod(c_br - c_tl, 1)
            giou = iou - (area_c - area_i) / area_c.clamp(1e-16)
            loss = 1 - giou.clamp(min=-1.0, max=1.0)
        return loss.mean() if self.reduction == "mean" else loss.sum()


@wrong(
    "FoundationVision/ByteTrack#129",
    "GIoU subtracts (area_c - area_i)/area_c in place of (area_c - area_u)/area_c",
    "LX580",
)
def _():
    torch.manual_seed(104)
    t = _boxes(32)
    f = torch.cat([t / 64, torch.randn(32, 4)], 1)
    net = nn.Linear(8, 4)
    o = net(f)
    pred = torch.cat([t[:, :2] + 3 * o[:, :2], t[:, 2:] * torch.exp(0.3 * o[:, 2:])], 1)
    return IOUloss(), (pred, t)


def ciou_loss(bboxes1, bboxes2):
    w1, h1 = bboxes1[:, 2] - bboxes1[:, 0], bboxes1[:, 3] - bboxes1[:, 1]
    w2, h2 = bboxes2[:, 2] - bboxes2[:, 0], bboxes2[:, 3] - bboxes2[:, 1]
    area1, area2 = w1 * h1, w2 * h2
    center_x1, center_y1 = (bboxes1[:, 2] + bboxes1[:, 0]) / 2, (bboxes1[:, 3] + bboxes1[:, 1]) / 2
    center_x2, center_y2 = (bboxes2[:, 2] + bboxes2[:, 0]) / 2, (bboxes2[:, 3] + bboxes2[:, 1]) / 2
    inter = (
        torch.min(bboxes1[:, 2:], bboxes2[:, 2:]) - torch.max(bboxes1[:, :2], bboxes2[:, :2])
    ).clamp(min=0)
    inter_area = inter[:, 0] * inter[:, 1]
    outer = (
        torch.max(bboxes1[:, 2:], bboxes2[:, 2:]) - torch.min(bboxes1[:, :2], bboxes2[:, :2])
    ).clamp(min=0)
    inter_diag = (center_x2 - center_x1) ** 2 + (center_y2 - center_y1) ** 2
    c_diag = outer[:, 0] ** 2 + outer[:, 1] ** 2
    union = area1 + area2 - inter_area
    u = inter_diag / c_diag
    iou = inter_area / union
    v = (4 / (math.pi**2)) * torch.pow(torch.atan(w2 / h2) - torch.atan(w1 / h1), 2)
    with torch.no_grad():
        S = (iou > 0.5).float()
        alpha = S * v / (1 - iou + v)
    cious = iou - u + alpha * v
    return torch.sum(1 - cious.clamp(min=-1.0, max=1.0))


@wrong(
    "Zzh-tju/CIoU#2",
    "CIoU adds the aspect-ratio term alpha*v to the IoU, so a wrong aspect ratio lowers the loss",
    "LX580",
)
def _():
    torch.manual_seed(105)
    t = _boxes(24)
    net = nn.Linear(8, 4)
    o = net(torch.cat([t / 64, torch.randn(24, 4)], 1))
    p = torch.cat([t[:, :2] + 1.5 * o[:, :2], t[:, 2:] * torch.exp(0.2 * o[:, 2:])], 1)
    xyxy = lambda b: torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)
    return ciou_loss, (xyxy(p), xyxy(t))


# ---- imbalance
class MultiClassFocal(nn.Module):
    def __init__(self, weight=None, gamma=2, reduction="mean"):
        super().__init__()
        self.weight, self.gamma, self.reduction = weight, gamma, reduction

    def forward(self, input, target):
        ce_loss = F.cross_entropy(input, target, reduction=self.reduction, weight=self.weight)
        pt = torch.exp(-ce_loss)
        focal_loss = ((1 - pt) ** self.gamma * ce_loss).mean()
        return focal_loss


@wrong(
    "gokulprasadthekkel/pytorch-multi-class-focal-loss#1",
    "focal: the cross-entropy is averaged (and class-weighted) before pt = exp(-ce)",
    "LX511",
)
def _():
    torch.manual_seed(106)
    x = _images(8, 3, 16, 16)
    net = nn.Conv2d(3, 4, 3, padding=1)
    y = _blob_masks(x) * torch.randint(1, 4, (8, 1, 1))
    return MultiClassFocal(weight=torch.tensor([0.3, 2.0, 3.0, 2.5])), (net(x), y)


# ---- VAE
def kl_2(delta_mu, delta_log_var, mu, log_var):
    var = torch.exp(log_var)
    delta_var = torch.exp(delta_log_var)
    loss = -0.5 * torch.sum(1 + delta_log_var - delta_mu**2 / var - delta_var)
    return torch.mean(loss, dim=0)


@wrong(
    "GlassyWing/nvae#3",
    "NVAE's second KL sums over everything, batch too; the mean over dim 0 acts on a scalar",
    "",
)
def _():
    torch.manual_seed(107)
    h = torch.randn(16, 12, 4, 4)
    enc, dec = nn.Conv2d(12, 16, 1), nn.Conv2d(12, 16, 1)
    delta_mu, delta_log_var = enc(h).chunk(2, 1)
    mu, log_var = dec(h).chunk(2, 1)
    return kl_2, (delta_mu, delta_log_var, mu, log_var)


def kl_q_p(mu, log_sigma):
    return 0.5 * torch.sum(torch.exp(2 * log_sigma) + mu**2 - 1 + log_sigma**2)


def neg_elbo(x_hat_logits, x, mu, log_sigma):
    M = x.shape[0]
    logp_x_z = -F.binary_cross_entropy_with_logits(x_hat_logits, x, reduction="sum")
    return -(logp_x_z - kl_q_p(mu, log_sigma)) / M


@wrong(
    "FluxML/model-zoo#147",
    "KL of a diagonal Gaussian with log_sigma**2 where -2*log_sigma belongs",
    "LX536",
)
def _():
    torch.manual_seed(108)
    x = (torch.rand(32, 36) < torch.rand(32, 1)).float()
    enc, dec = nn.Linear(36, 10), nn.Linear(5, 36)
    mu, ls = enc(x).chunk(2, 1)
    return neg_elbo, (dec(mu + ls.exp() * torch.randn(32, 5)), x, mu, ls)


class VAE_KLDivergence:
    def __call__(self, logvar, mu):
        logvar, mu = logvar.float(), mu.float()
        kl = 0.5 * torch.mean(
            torch.square(mu) + torch.square(logvar) - torch.log(torch.square(logvar) + 1e-20) - 1,
            -1,
        )
        return kl.mean()


@wrong(
    "deepchem/deepchem#4888",
    "KL that takes the log variance for sigma: logvar**2 - log(logvar**2)",
    "LX536",
)
def _():
    torch.manual_seed(109)
    x = torch.randn(32, 20)
    enc = nn.Linear(20, 16)
    mu, logvar = enc(x).chunk(2, 1)
    return VAE_KLDivergence(), (logvar, mu)


# ---- GAN
def compute_gradient_penalty(D, real_samples, fake_samples):
    """Calculates the gradient penalty loss for WGAN GP"""
    alpha = torch.rand(real_samples.shape)
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    fake = torch.ones(real_samples.shape[0], 1)
    gradients = autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=fake,
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


@wrong(
    "eriklindernoren/PyTorch-GAN#5",
    "WGAN-GP draws the interpolation coefficient for each pixel, not for each sample",
    "LX569",
)
def _():
    torch.manual_seed(110)
    D = nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 8 * 8, 1)
    )
    real = torch.tanh(F.avg_pool2d(torch.randn(16, 1, 16, 16), 3, 1, 1) * 3)
    fake = torch.tanh(nn.Linear(8, 256)(torch.randn(16, 8))).view(16, 1, 16, 16).detach()
    return compute_gradient_penalty, (D, real, fake)


def ragan_d_loss(y_pred, y_pred_fake, y, y2):
    BCE_stable = nn.BCEWithLogitsLoss()
    errD = (
        BCE_stable(y_pred - torch.mean(y_pred_fake), y)
        + BCE_stable(torch.mean(y_pred_fake) - y_pred, y2)
    ) / 2
    return errD


@wrong(
    "AlexiaJM/RelativisticGAN#2",
    "relativistic average GAN: the second term compares the mean fake with each real "
    "again, in place of each fake with the mean real",
    "",
)
def _():
    torch.manual_seed(111)
    D = nn.Sequential(nn.Linear(12, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
    G = nn.Linear(6, 12)
    real = torch.randn(32, 12) + 1
    return ragan_d_loss, (
        D(real).squeeze(1),
        D(G(torch.randn(32, 6)).detach()).squeeze(1),
        torch.ones(32),
        torch.zeros(32),
    )


# ---- diffusion, flows
def genot_loss(vf, t, latent, source, target):
    "flow from latent noise to target, conditioned on source"
    x_t = (1 - t) * latent + t * target
    v_t = vf(torch.cat([t, x_t, source], 1))
    u_t = target - source
    return ((v_t - u_t) ** 2).mean()


@wrong(
    "theislab/CellFlow#305",
    "flow matching: the path runs from latent to target, the regressed velocity is target - source",
    "LX568",
)
def _():
    torch.manual_seed(112)
    source = torch.randn(32, 6)
    target = source * 0.7 + 1 + 0.2 * torch.randn(32, 6)
    vf = nn.Sequential(nn.Linear(13, 32), nn.SiLU(), nn.Linear(32, 6))
    return genot_loss, (vf, torch.rand(32, 1), torch.randn(32, 6), source, target)


def snr_weighted_loss(noise_pred, eps_t, log_snr_t):
    weights_for_snr = torch.exp(-log_snr_t / 2).clamp(max=5.0)
    loss = weights_for_snr * ((noise_pred - eps_t) ** 2).mean(-1)
    return loss.mean()


@wrong(
    "bayesflow-org/bayesflow#787",
    "per-sample SNR weights (B, 1) times per-sample errors (B,) make a (B, B) matrix",
    "LX101",
)
def _():
    torch.manual_seed(113)
    x, eps = torch.randn(32, 5), torch.randn(32, 5)
    log_snr = torch.linspace(-6, 6, 32)[:, None]
    a = torch.sigmoid(log_snr)
    net = nn.Sequential(nn.Linear(6, 32), nn.SiLU(), nn.Linear(32, 5))
    return snr_weighted_loss, (
        net(torch.cat([a.sqrt() * x + (1 - a).sqrt() * eps, log_snr], 1)),
        eps,
        log_snr,
    )


def denoising_score_matching(energy_model, x, noise, noise_scale):
    x_perturbed = (x + noise * noise_scale).requires_grad_(True)
    energy = energy_model(x_perturbed)
    score = autograd.grad(energy.sum(), x_perturbed, create_graph=True)[0]  # grad E
    target_score = -noise / noise_scale
    return 0.5 * torch.sum((score - target_score) ** 2, dim=-1).mean()


@wrong(
    "soran-ghaderi/torchebm#333",
    "denoising score matching of an energy: the gradient of E (the negative score) is "
    "matched with -noise/sigma",
    "",
)
def _():
    torch.manual_seed(114)
    x = torch.randn(64, 2) * torch.tensor([1.0, 0.4])
    net = nn.Sequential(nn.Linear(2, 32), nn.Softplus(), nn.Linear(32, 1))
    return denoising_score_matching, (net, x, torch.randn(64, 2), 0.3)


# ---- self-supervised
def barlow_twins_loss(z_a, z_b, lambda_param=5e-3):
    N, D = z_a.shape
    combined = torch.stack([z_a, z_b], dim=0)  # 2 x N x D
    normalized = F.batch_norm(combined.flatten(0, 1), None, None, training=True).view_as(combined)
    z_a_norm, z_b_norm = normalized[0], normalized[1]
    c = z_a_norm.T @ z_b_norm / N
    on_diag = (torch.diagonal(c) - 1).pow(2).sum()
    off_diag = c.pow(2).sum() - torch.diagonal(c).pow(2).sum()
    return on_diag + lambda_param * off_diag


@wrong(
    "lightly-ai/lightly#1806",
    "Barlow Twins standardizes both views with statistics pooled over the two views, so c"
    " is no correlation",
    "",
)
def _():
    torch.manual_seed(115)
    x = torch.randn(32, 16)
    proj = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 12))
    return barlow_twins_loss, (proj(x + 0.2 * torch.randn_like(x)), proj(1.5 * x + 0.4))


class M3DCLIPLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.logit_scale = nn.Parameter(torch.ones([]) * math.log(1 / 0.07))

    def forward(self, image_features, text_features, labels):
        image_features = F.normalize(image_features, dim=-1)
        text_features = F.normalize(text_features, dim=-1)
        logits_per_image = self.logit_scale * image_features @ text_features.t()
        logits_per_text = self.logit_scale * text_features @ image_features.t()
        return (
            F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)
        ) / 2


@wrong(
    "BAAI-DCAI/M3D#52",
    "CLIP: the log of the inverse temperature multiplies the cosines without exp",
    "LX338",
)
def _():
    torch.manual_seed(116)
    z = torch.randn(16, 20)
    fi, ft = nn.Linear(20, 24), nn.Linear(20, 24)
    return M3DCLIPLoss(), (
        fi(z + 0.1 * torch.randn_like(z)),
        ft(z + 0.1 * torch.randn_like(z)),
        torch.arange(16),
    )


# ---- metric learning
class ArcFaceHead(nn.Module):
    def __init__(self, in_features, out_features, s=32, m=0.5):
        super().__init__()
        self.s, self.m = s, m
        self.weight = nn.Parameter(torch.randn(out_features, in_features) * 0.1)

    def forward(self, input, label):
        logits = F.linear(F.normalize(input), F.normalize(self.weight))
        theta = torch.acos(logits).clamp(-1, 1)
        target_logits = torch.cos(theta + self.m)
        one_hot = torch.zeros_like(logits).scatter_(1, label.view(-1, 1), 1)
        output = (logits * (1 - one_hot) + target_logits * one_hot) * self.s
        return F.cross_entropy(output, label)


@wrong(
    "jonasgrebe/pt-femb-face-embeddings#3",
    "ArcFace clamps the angle acos(.) to (-1, 1); an angle runs from 0 to pi",
    "LX577",
)
def _():
    torch.manual_seed(117)
    y = torch.randint(0, 10, (32,))
    c = torch.randn(10, 16)
    net = nn.Linear(16, 24)
    return ArcFaceHead(24, 10), (net(c[y] + torch.randn(32, 16)), y)


# ---- speech
def rnnt_loss(log_probs, labels, frames_lengths, labels_lengths, blank=0):
    "RNN-T loss. log_probs (N, T, U+1, V): the joiner's output; the mean over the batch."
    losses = []
    for n in range(log_probs.shape[0]):
        T, U = int(frames_lengths[n]), int(labels_lengths[n])
        lp = log_probs[n]
        alpha = [[None] * (U + 1) for _ in range(T)]
        for t in range(T):
            for u in range(U + 1):
                if t == 0 and u == 0:
                    alpha[t][u] = lp.new_zeros(())
                    continue
                terms = []
                if t > 0:
                    terms.append(alpha[t - 1][u] + lp[t - 1, u, blank])
                if u > 0:
                    terms.append(alpha[t][u - 1] + lp[t, u - 1, labels[n, u - 1]])
                alpha[t][u] = torch.logsumexp(torch.stack(terms), 0)
        losses.append(-(alpha[T - 1][U] + lp[T - 1, U, blank]))
    return torch.stack(losses).mean()


class _Joiner(nn.Module):
    def __init__(self, v=8):
        super().__init__()
        self.enc, self.pred, self.out = nn.Linear(10, 16), nn.Embedding(v, 16), nn.Linear(16, v)

    def forward(self, x, y):
        p = self.pred(F.pad(y, (1, 0)))
        return self.out(torch.tanh(self.enc(x)[:, :, None] + p[:, None]))


@wrong(
    "HawkAaron/warp-transducer#14",
    "transducer loss of raw joiner logits; no log_softmax, so the loss can go negative",
    "",
)
def _():
    torch.manual_seed(118)
    x, y = torch.randn(8, 7, 10), torch.randint(1, 8, (8, 3))
    return rnnt_loss, (
        _Joiner()(x, y),
        y,
        torch.tensor([7, 6, 7, 5, 7, 4, 6, 7]),
        torch.tensor([3, 2, 3, 2, 1, 2, 3, 3]),
    )


class FastSpeech2MelLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.mse_loss = nn.MSELoss()

    def forward(self, mel_predictions, mel_targets, mel_masks):
        "mel_masks (B, T): True on real frames"
        mask = mel_masks.unsqueeze(-1)
        return self.mse_loss(mel_predictions * mask, mel_targets * mask)


@wrong(
    "EveryVoiceTTS/EveryVoice#887",
    "mel loss: multiplied by the mask, then averaged over all frames, padding included",
    "LX509",
)
def _():
    torch.manual_seed(119)
    lens = [40, 22, 31, 12, 18, 40, 27, 9]
    m = _len_mask(lens, 40)
    h = torch.randn(8, 40, 12)
    mel = (h @ torch.randn(12, 20)) * m[..., None]
    return FastSpeech2MelLoss(), (nn.Linear(12, 20)(h), mel, m)


def pit_loss_multispk(logits, target, n_speakers):
    """Diarization loss. Absent speakers are marked -1 in target. logits, target: (B, T, S)."""
    losses = []
    for shift in range(target.shape[2]):
        ts_roll = torch.roll(target, -shift, dims=2)
        loss = F.binary_cross_entropy_with_logits(logits, ts_roll, reduction="none")
        loss[torch.where(ts_roll == -1)] = 0
        losses.append(loss.mean(dim=1).sum(1) / n_speakers)
    return torch.stack(losses, 1).min(dim=1)[0].mean()


@wrong(
    "BUTSpeechFIT/EEND#3",
    "absent speakers are padded with 0 while the loss ignores only -1, so the padding is learned",
    "",
)
def _():
    torch.manual_seed(120)
    n = torch.tensor([2, 4, 3, 2, 3, 1, 4, 2])
    x = torch.randn(8, 50, 10)
    act = (
        F.avg_pool1d((x @ torch.randn(10, 4)).transpose(1, 2), 5, 1, 2).transpose(1, 2) > 0
    ).float()
    ts = act * (torch.arange(4)[None, None] < n[:, None, None])
    return pit_loss_multispk, (nn.Linear(10, 4)(x), ts, n)


class STFTLoss(nn.Module):
    def __init__(self, fft_size=64, shift_size=16, band="high"):
        super().__init__()
        self.fft_size, self.shift_size, self.band = fft_size, shift_size, band
        self.register_buffer("window", torch.hann_window(fft_size))

    def stft(self, x):
        "magnitude (B, #frames, fft_size // 2 + 1)"
        s = torch.stft(x, self.fft_size, self.shift_size, window=self.window, return_complex=True)
        return (s.real**2 + s.imag**2).clamp(min=1e-7).sqrt().transpose(2, 1)

    def forward(self, x, y):
        x_mag, y_mag = self.stft(x), self.stft(y)
        if self.band == "high":
            freq_mask_ind = x_mag.shape[1] // 2  # only select high frequency bands
            x_mag, y_mag = x_mag[:, freq_mask_ind:, :], y_mag[:, freq_mask_ind:, :]
        sc_loss = torch.norm(y_mag - x_mag, p="fro") / torch.norm(y_mag, p="fro")
        mag_loss = F.l1_loss(torch.log(y_mag), torch.log(x_mag))
        return sc_loss + mag_loss


@wrong(
    "NVIDIA/CleanUNet#4",
    "high-band STFT loss cuts the frame axis (1), not the frequency axis (2)",
    "",
)
def _():
    torch.manual_seed(121)
    t = torch.arange(1024) / 1024
    y = torch.stack([torch.sin(2 * math.pi * f * t) for f in (20, 55, 90, 130, 170, 210, 250, 300)])
    noisy = y + 0.3 * torch.randn_like(y)
    net = nn.Conv1d(1, 1, 9, padding=4)
    return STFTLoss(), (net(noisy[:, None])[:, 0], y)


# ---- language models
class ChunkedCrossEntropy(nn.Module):
    def __init__(self, chunk_len=32, ignore_index=-100, reduction="mean"):
        super().__init__()
        self.chunk_len, self.ignore_index, self.reduction = chunk_len, ignore_index, reduction

    def forward(self, logits, labels):
        seq_len = logits.shape[0]
        num_chunks = (seq_len + self.chunk_len - 1) // self.chunk_len
        loss = 0.0
        for logits_chunk, targets_chunk in zip(
            logits.chunk(num_chunks, dim=0), labels.chunk(num_chunks, dim=0)
        ):
            loss += F.cross_entropy(
                logits_chunk,
                targets_chunk,
                ignore_index=self.ignore_index,
                reduction=self.reduction,
            )
        return loss


@wrong(
    "NVIDIA-NeMo/Automodel#3803",
    "chunked cross-entropy adds up the chunks' means: num_chunks times the loss",
    "LX566",
)
def _():
    torch.manual_seed(122)
    ids = _tokens(1, 257, 60)[0]
    emb, head = nn.Embedding(60, 32), nn.Linear(32, 60)
    labels = ids[1:].clone()
    labels[:20] = -100
    labels[150:170] = -100
    labels[96:110] = -100
    return ChunkedCrossEntropy(), (head(emb(ids[:-1])), labels)


def sft_packed_loss(logits, batch, ignore_index=-100):
    labels = batch["labels"]
    # Shift labels to compute loss: the last position has nothing to predict
    labels = torch.hstack((labels[..., 1:], torch.full((labels.shape[0], 1), ignore_index)))
    return F.cross_entropy(
        logits.reshape(-1, logits.size(-1)), labels.reshape(-1), ignore_index=ignore_index
    )


@wrong(
    "meta-pytorch/torchtune#2613",
    "labels are shifted over the whole packed row, so the last token of each document "
    "predicts the next document's first",
    "",
)
def _():
    torch.manual_seed(123)
    tok = _tokens(8, 64, 80)
    pos = torch.cat([torch.arange(25), torch.arange(17), torch.arange(22)])[None].repeat(8, 1)
    emb, pe, head = nn.Embedding(80, 32), nn.Embedding(64, 32), nn.Linear(32, 80)
    return sft_packed_loss, (
        head(emb(tok) + pe(pos)),
        dict(tokens=tok, labels=tok.clone(), input_pos=pos),
    )


# ---- preference / reward model
def reward_margin_loss(rewards_chosen, rewards_rejected, margin):
    return -(F.logsigmoid(rewards_chosen - rewards_rejected) - margin).mean()


@wrong(
    "natolambert/rlhf-book#96",
    "the preference margin is subtracted outside the log-sigmoid, a constant without gradient",
    "LX579",
)
def _():
    torch.manual_seed(124)
    h1, h2 = torch.randn(16, 24) + 0.3, torch.randn(16, 24)
    rm = nn.Linear(24, 1)
    return reward_margin_loss, (
        rm(h1).squeeze(-1),
        rm(h2).squeeze(-1),
        torch.tensor([0.0, 1, 2, 3]).repeat(4) / 3,
    )


# ---- distillation
def loss_fn_kd(outputs, labels, teacher_outputs, alpha=0.9, T=4.0):
    KD_loss = nn.KLDivLoss(reduction="batchmean")(
        F.log_softmax(outputs / T, dim=1), F.softmax(teacher_outputs / T, dim=1)
    ) * (alpha * T * T) + F.cross_entropy(outputs, labels) * (1.0 - alpha)
    return KD_loss


@wrong(
    "haitongli/knowledge-distillation-pytorch#16",
    "the stored teacher outputs belong to another batch order: the teacher's argmax "
    "disagrees with the labels (a permutation)",
    "LX217",
)
def _():
    torch.manual_seed(125)
    c = torch.randn(10, 20) * 2
    y = torch.randint(0, 10, (64,))
    x = c[y] + torch.randn(64, 20)
    teacher = -torch.cdist(x, c) * 2  # a good teacher ...
    return loss_fn_kd, (nn.Linear(20, 10)(x), y, teacher[torch.randperm(64)].detach())


# ---- RL
def masked_mean(values, mask):
    return (values * mask).sum() / mask.sum()


def grpo_loss(
    new_logprobs, old_logprobs, ref_logprobs, advantages, padding_mask, beta=0.05, cliprange=0.2
):
    ratio = torch.exp(new_logprobs - old_logprobs)
    pg_losses = -advantages[:, None] * ratio
    pg_losses2 = -advantages[:, None] * torch.clamp(ratio, 1.0 - cliprange, 1.0 + cliprange)
    pg_loss_max = torch.max(pg_losses, pg_losses2)
    pg_loss = masked_mean(pg_loss_max, ~padding_mask)
    ref_diff = ref_logprobs - new_logprobs
    kl = torch.exp(ref_diff) - 1 - ref_diff
    return pg_loss + (beta * kl).mean()


@wrong(
    "allenai/open-instruct#535",
    "GRPO: the policy term is a masked mean, the KL term a plain mean over padding as well",
    "LX216",
)
def _():
    torch.manual_seed(126)
    lp = _token_logps(8, 24)
    m = _len_mask([24, 10, 16, 7, 20, 13, 24, 5], 24)
    a = torch.randn(8)
    old = lp.detach() + 0.05 * torch.randn(8, 24)
    ref = lp.detach() + 0.2 * torch.randn(8, 24)
    return grpo_loss, (lp, old, ref, (a - a.mean()) / a.std(), ~m)


def ppo_action_loss(action_log_probs, old_action_log_probs, advantages, clip_param=0.2):
    ratio = torch.exp(action_log_probs - old_action_log_probs)
    surr_1 = ratio * advantages.mean()
    surr_2 = (torch.clamp(ratio, 1.0 - clip_param, 1.0 + clip_param) * advantages).mean()
    return -torch.min(surr_1, surr_2).mean()


@wrong(
    "Omegastick/pytorch-cpp-rl#14",
    "PPO: the ratio times the mean advantage, and the second surrogate is averaged before"
    " the minimum",
    "",
)
def _():
    torch.manual_seed(127)
    s = torch.randn(32, 6)
    pi = torch.distributions.Categorical(logits=nn.Linear(6, 4)(s))
    a = torch.randint(0, 4, (32, 1)).squeeze(1)
    lp = pi.log_prob(a)
    adv = s[:, 0] * (a == 1) + 0.3 * torch.randn(32)
    return ppo_action_loss, (
        lp,
        lp.detach() + 0.15 * torch.randn(32),
        (adv - adv.mean()) / (adv.std() + 1e-5),
    )


def value_loss_clipped(value_fn, prev_vf_preds, value_targets, clip_param=0.2):
    vf_loss1 = torch.square(value_fn - value_targets)
    vf_clipped = prev_vf_preds + torch.clamp(value_fn - prev_vf_preds, -clip_param, clip_param)
    vf_loss2 = torch.square(vf_clipped - value_targets)
    vf_loss = torch.minimum(vf_loss1, vf_loss2)
    return vf_loss.mean()


@wrong(
    "ray-project/ray#2233",
    "PPO's clipped value loss takes the minimum of the two squared errors",
    "LX413",
)
def _():
    torch.manual_seed(128)
    s = torch.randn(32, 6)
    v = nn.Linear(6, 1)(s).squeeze(-1)
    prev = v.detach() + 0.3 * torch.randn(32)
    return value_loss_clipped, (v, prev, s.sum(1) + 0.2 * torch.randn(32))


class QRDQNLoss:
    def __init__(self, n_quantiles=8):
        self.quantile_tau = (torch.arange(n_quantiles) + 0.5) / n_quantiles

    def __call__(self, Q_expected, Q_targets):
        "Q_expected (B, N, 1): this state's quantiles; Q_targets (B, 1, N)"
        td_error = Q_targets - Q_expected
        huber_l = torch.where(td_error.abs() <= 1.0, 0.5 * td_error.pow(2), td_error.abs() - 0.5)
        quantil_l = abs(self.quantile_tau - (td_error.detach() < 0).float()) * huber_l / 1.0
        return quantil_l.sum(dim=1).mean(dim=1).mean()


@wrong(
    "BY571/QR-DQN#1",
    "QR-DQN: tau of shape (N,) lines up with the target axis, not with the predicted "
    "quantiles' axis",
    "LX101",
)
def _():
    torch.manual_seed(129)
    s = torch.randn(32, 5)
    q = nn.Linear(5, 8)(s)
    tgt = s.sum(1, keepdim=True) + 0.99 * torch.randn(32, 8).sort(1)[0]
    return QRDQNLoss(), (q[:, :, None], tgt[:, None, :])


def sac_critic_loss(current_q1a, rew, done, target_q_next, log_prob, alpha=0.2, gamma=0.99):
    "current_q1a, rew, done, target_q_next: (B, 1); log_prob: of the next action"
    target_q = rew + gamma * (1 - done) * (target_q_next - alpha * log_prob)
    return F.mse_loss(current_q1a, target_q.detach())


@wrong(
    "thu-ml/tianshou#40",
    "SAC: log_prob is not summed over the action dimensions, the target becomes (B, 6) "
    "against (B, 1)",
    "LX101",
)
def _():
    torch.manual_seed(130)
    s = torch.randn(32, 10)
    mu, ls = nn.Linear(10, 12)(torch.randn(32, 10)).chunk(2, 1)
    d = torch.distributions.Normal(mu, ls.clamp(-3, 1).exp())
    x = d.rsample()
    y = torch.tanh(x)
    lp = (d.log_prob(x) - torch.log(1 - y.pow(2) + 1e-6)).detach()
    q = nn.Linear(16, 1)(torch.cat([s, torch.tanh(torch.randn(32, 6))], 1))
    return sac_critic_loss, (
        q,
        s[:, :1] + 0.1 * torch.randn(32, 1),
        (torch.rand(32, 1) < 0.1).float(),
        torch.randn(32, 1),
        lp,
    )


def cql_dqn_loss(Q_a_s, actions, Q_targets):
    Q_expected = Q_a_s.gather(1, actions)
    cql1_loss = torch.logsumexp(Q_a_s, dim=1).mean() - Q_a_s.mean()
    bellmann_error = F.mse_loss(Q_expected, Q_targets)
    return cql1_loss + 0.5 * bellmann_error


@wrong(
    "BY571/CQL#5",
    "CQL subtracts the mean of all actions' Q, not the Q of the actions in the data",
    "",
)
def _():
    torch.manual_seed(131)
    s = torch.randn(32, 6)
    a = s[:, :4].argmax(1, keepdim=True)
    return cql_dqn_loss, (nn.Linear(6, 4)(s), a, s[:, :1] + torch.randn(32, 1) * 0.3)


# ---- survival
def log_parlik(lp, ytime, censor):
    """Negative Cox partial log likelihood; censor: 1 = event observed, 0 = censored."""
    keep_index = torch.nonzero(censor == 1).squeeze(1)
    ytime_event, lp_event = ytime[keep_index], lp[keep_index]
    R = (ytime_event[None, :] >= ytime_event[:, None]).float()
    log_sum = torch.log(R @ torch.exp(lp_event))
    return -(lp_event - log_sum).mean()


@wrong(
    "jysonganan/DeepLearningSurvival#1",
    "Cox: the risk set is made of the uncensored subjects only",
    "LX558",
)
def _():
    torch.manual_seed(132)
    x = torch.randn(48, 8)
    t = torch.exp(-x[:, 0]) * torch.empty(48).exponential_()
    c = torch.empty(48).exponential_(0.8)
    return log_parlik, (nn.Linear(8, 1)(x).squeeze(1), torch.minimum(t, c), (t <= c).float())


# ---- probabilistic
def log_gaussian(w, mu, sigma):
    return -math.log(math.sqrt(2 * math.pi)) - sigma - (w - mu) ** 2 / (2 * sigma**2)


def sample_elbo(preds, labels, w, mu, rho, prior_sigma=0.5, complexity_cost_weight=1e-2):
    sigma = torch.log1p(torch.exp(rho))
    log_posterior = log_gaussian(w, mu, sigma).sum()
    log_prior = torch.distributions.Normal(0.0, prior_sigma).log_prob(w).sum()
    return F.mse_loss(preds, labels) + complexity_cost_weight * (log_posterior - log_prior)


@wrong(
    "piEsposito/blitz-bayesian-deep-learning#15",
    "Gaussian log density with - sigma where - log(sigma) belongs",
    "",
)
def _():
    torch.manual_seed(133)
    x = torch.randn(32, 8)
    y = x @ torch.randn(8, 1) + 0.1 * torch.randn(32, 1)
    mu, rho = nn.Parameter(0.1 * torch.randn(1, 8)), nn.Parameter(-2 + 0.1 * torch.randn(1, 8))
    w = mu + torch.log1p(torch.exp(rho)) * torch.randn(1, 8)
    return sample_elbo, (F.linear(x, w), y, w, mu, rho)


# ---- recommender
class Retrieval(nn.Module):
    "in-batch softmax with sampling probability correction"

    def forward(self, query_embeddings, candidate_embeddings, candidate_sampling_probability):
        scores = query_embeddings @ candidate_embeddings.t()
        scores = scores + torch.log(candidate_sampling_probability)
        return F.cross_entropy(scores, torch.arange(scores.shape[0]))


@wrong(
    "tensorflow/recommenders#219",
    "in-batch softmax adds log of the sampling probability; the logQ correction subtracts it",
    "",
)
def _():
    torch.manual_seed(134)
    p = 1 / torch.arange(1.0, 101)
    p = p / p.sum()
    items = torch.multinomial(p, 32, replacement=False)
    u, it = nn.Linear(10, 16), nn.Embedding(100, 16)
    return Retrieval(), (u(torch.randn(32, 10)), it(items), p[items])


# ---- graph
@wrong(
    "wyx11112/GCMAE#3",
    "link prediction: BCEWithLogitsLoss gets the scores of the negative edges as the "
    "target of the positive ones",
    "LX204",
)
def _():
    torch.manual_seed(135)
    h = nn.Linear(8, 16)(torch.randn(40, 8))
    pu, pv = torch.randint(0, 40, (2, 60))
    nu, nv = torch.randint(0, 40, (2, 60))
    return nn.BCEWithLogitsLoss(), ((h[pu] * h[pv]).sum(1), (h[nu] * h[nv]).sum(1))


# ---- physics informed
class PoissonEqnLoss:
    def __init__(self, boundary_weight=1.0, interior_weight=0.1):
        self.boundary_weight, self.interior_weight = boundary_weight, interior_weight

    def __call__(self, u, x, f, u_bc, bc):
        u_x = autograd.grad(u.sum(), x, create_graph=True)[0]
        u_xx = autograd.grad(u_x[:, 0].sum(), x, create_graph=True)[0][:, :1]
        u_yy = autograd.grad(u_x[:, 1].sum(), x, create_graph=True)[0][:, 1:]
        interior_loss = F.mse_loss(u_xx + u_yy, f)
        boundary_loss = F.mse_loss(u_bc, bc)
        return self.interior_weight + interior_loss + self.boundary_weight * boundary_loss


@wrong(
    "neuraloperator/neuraloperator#619",
    "the interior weight is added to the interior loss, not multiplied",
    "",
)
def _():
    torch.manual_seed(136)
    net = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
    x = torch.rand(64, 2, requires_grad=True)
    f = (-2 * math.pi**2 * torch.sin(math.pi * x[:, :1]) * torch.sin(math.pi * x[:, 1:])).detach()
    xb = torch.rand(32, 2)
    xb[:16, 0] = 0
    xb[16:, 1] = 1
    return PoissonEqnLoss(), (net(x), x, f, net(xb), torch.zeros(32, 1))


# ---- ordinal
def single_emd_loss(p, q, r=2):
    "Earth Mover's Distance of one sample; p true, q estimated distribution, both (num_classes, 1)"
    length = p.shape[0]
    emd_loss = 0.0
    for i in range(1, length + 1):
        emd_loss += torch.sum(torch.abs(p[:i] - q[:i])) ** r
    return (emd_loss / length) ** (1.0 / r)


def emd_loss(p, q, r=2):
    return sum(single_emd_loss(p[i], q[i], r=r) for i in range(p.shape[0])) / p.shape[0]


@wrong(
    "yunxiaoshi/Neural-IMage-Assessment#10",
    "EMD sums absolute differences of the probabilities; the absolute value belongs "
    "outside, around the difference of the cumulative sums",
    "",
)
def _():
    torch.manual_seed(137)
    x = torch.randn(8, 12)
    m = 5 + 2 * x[:, :1]
    k = torch.arange(10.0)[None]
    p = F.softmax(-((k - m) ** 2) / 3, 1)
    q = F.softmax(nn.Linear(12, 10)(x), 1)
    return emd_loss, (p[..., None], q[..., None])


# ---- depth
def masked_mean_var(data, mask, dim):
    mask = mask.to(data.dtype)
    n = mask.sum(dim=dim).clamp(min=1)
    mean = (data * mask).sum(dim=dim) / n
    var = ((data - mean[..., None, None]) ** 2 * mask).sum(dim=dim) / n
    return mean, var


class SILog(nn.Module):
    def __init__(self, integrated=0.15, dims=(-2, -1)):
        super().__init__()
        self.integrated, self.dims = integrated, dims

    def forward(self, input, target, mask, si):
        mask = mask.bool()
        error = torch.log(input.clamp(min=1e-5)) - torch.log(target.clamp(min=1e-5))
        mean_error, var_error = masked_mean_var(data=error, mask=mask, dim=self.dims)
        if var_error.ndim > 1:
            var_error = var_error.mean(dim=-1)
        scale_error = mean_error**2
        var_error = var_error + self.integrated * scale_error * (1 - si.int())
        return torch.sqrt(var_error.clamp(min=1e-8)).mean()


@wrong(
    "lpiccinelli-eth/UniDepth#127",
    "SILog: var_error is (B,), the squared mean (B, 1): their sum is (B, B)",
    "LX101",
)
def _():
    torch.manual_seed(138)
    x = _images(8, 3, 16, 16)
    d = 2 + 6 * torch.sigmoid(F.avg_pool2d(x.sum(1, keepdim=True), 5, 1, 2))
    mask = torch.rand(8, 1, 16, 16) < 0.7
    si = torch.tensor([0, 0, 1, 0, 0, 1, 0, 0])
    return SILog(), (F.softplus(nn.Conv2d(3, 1, 3, padding=1)(x)) + 0.5, d * mask, mask, si)


# ---- semi-supervised
def fixmatch_binary_lu(logits_u_w, logits_u_s, threshold=0.95):
    pseudo_label = torch.sigmoid(logits_u_w.detach())
    mask = pseudo_label.ge(threshold).float()
    Lu = (F.binary_cross_entropy_with_logits(logits_u_s, mask, reduction="none") * mask).mean()
    return Lu


@wrong(
    "kekmodel/FixMatch-pytorch#11",
    "binary FixMatch: the confidence mask is also the target, so only ones are ever "
    "learned (confident negatives never)",
    "",
)
def _():
    torch.manual_seed(139)
    x = torch.randn(64, 10)
    net = nn.Linear(10, 1)
    with torch.no_grad():
        net.weight.mul_(12)
    return fixmatch_binary_lu, (net(x).squeeze(1), net(x + 0.4 * torch.randn_like(x)).squeeze(1))


# ---- A2C
def a2c_loss(
    logits_v,
    value_v,
    actions_t,
    rewards,
    last_vals,
    not_done,
    gamma=0.99,
    reward_steps=4,
    entropy_beta=0.01,
):
    "rewards: n-step discounted; last_vals: V of the state n steps later, from the same net"
    vals_ref_v = rewards + not_done * gamma**reward_steps * last_vals.squeeze(-1)
    loss_value_v = F.mse_loss(value_v.squeeze(-1), vals_ref_v)
    log_prob_v = F.log_softmax(logits_v, dim=1)
    adv_v = vals_ref_v - value_v.squeeze(-1).detach()
    loss_policy_v = -(adv_v * log_prob_v[range(len(actions_t)), actions_t]).mean()
    prob_v = F.softmax(logits_v, dim=1)
    entropy_loss_v = entropy_beta * (prob_v * log_prob_v).sum(dim=1).mean()
    return loss_value_v + loss_policy_v + entropy_loss_v


@wrong(
    "PacktPublishing/Deep-Reinforcement-Learning-Hands-On-Second-Edition#60",
    "A2C: the bootstrapped value of the last state carries a graph, so policy and value "
    "loss flow into the target",
    "LX412",
)
def _():
    torch.manual_seed(140)
    s, s2 = torch.randn(32, 6), torch.randn(32, 6)
    pi, v = nn.Linear(6, 4), nn.Linear(6, 1)
    return a2c_loss, (
        pi(s),
        v(s),
        torch.randint(0, 4, (32,)),
        s[:, 0] + 0.2 * torch.randn(32),
        v(s2),
        (torch.rand(32) > 0.1).float(),
    )


def tversky_ok(y_hat, y, beta=0.7):
    "A larger beta weighs recall more than precision, by more emphasis on false negatives."
    num = (y * y_hat).sum() + 1
    den = (y * y_hat + (1 - beta) * (1 - y) * y_hat + beta * y * (1 - y_hat)).sum() + 1
    return 1 - num / den


@right("FluxML/Flux.jl#1993 (its mending)", "Tversky with beta on the false negatives")
def _():
    torch.manual_seed(201)
    x = _images(8, 3, 24, 24)
    net = nn.Conv2d(3, 1, 3, padding=1)
    return tversky_ok, (torch.sigmoid(net(x))[:, 0], _blob_masks(x).float()), dict(beta=0.7)


@right(
    "hustvl/YOLOP#141 (its mending)",
    "BCEWithLogitsLoss on real logits that all happen to lie in (0, 1) at the start",
)
def _():
    torch.manual_seed(202)
    x = _images(8, 3, 24, 24)
    head = nn.Conv2d(3, 1, 1)
    with torch.no_grad():
        head.weight.mul_(0.08)
        head.bias.fill_(0.5)
    return nn.BCEWithLogitsLoss(), (head(x)[:, 0], _blob_masks(x).float())


def retina_cls_loss(inputs, targets, num_pos, alpha=0.25, gamma=2.0):
    p = torch.sigmoid(inputs)
    ce_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    return (alpha_t * ((1 - p_t) ** gamma) * ce_loss).sum() / num_pos.clamp(min=1)


@right(
    "own, after torchvision",
    "RetinaNet's focal loss, a sum over all anchors divided by the number of positive "
    "anchors; prior bias -4.6, nearly no positives",
)
def _():
    torch.manual_seed(203)
    x = torch.randn(8, 100, 12)
    head = nn.Linear(12, 5)
    nn.init.constant_(head.bias, -4.6)
    pos = x[..., 0] > 2.1
    t = F.one_hot(x[..., 1:6].argmax(-1), 5).float() * pos[..., None]
    return retina_cls_loss, (head(x), t, pos.sum().float())


def giou_ok(pred, target):
    b1 = torch.cat([pred[:, :2] - pred[:, 2:] / 2, pred[:, :2] + pred[:, 2:] / 2], 1)
    b2 = torch.cat([target[:, :2] - target[:, 2:] / 2, target[:, :2] + target[:, 2:] / 2], 1)
    wh = (torch.min(b1[:, 2:], b2[:, 2:]) - torch.max(b1[:, :2], b2[:, :2])).clamp(min=0)
    area_i = wh.prod(1)
    area_u = pred[:, 2:].prod(1) + target[:, 2:].prod(1) - area_i
    area_c = (torch.max(b1[:, 2:], b2[:, 2:]) - torch.min(b1[:, :2], b2[:, :2])).prod(1)
    giou = area_i / area_u - (area_c - area_u) / area_c
    return (1 - giou).mean()


@right(
    "FoundationVision/ByteTrack#129 (its mending)",
    "GIoU loss of boxes given as centre and size; some loss values above 1",
)
def _():
    torch.manual_seed(204)
    t = _boxes(32)
    o = nn.Linear(8, 4)(torch.cat([t / 64, torch.randn(32, 4)], 1))
    return giou_ok, (
        torch.cat([t[:, :2] + 8 * o[:, :2], t[:, 2:] * torch.exp(0.3 * o[:, 2:])], 1),
        t,
    )


def ciou_ok(b1, b2, eps=1e-7):
    w1, h1 = b1[:, 2] - b1[:, 0], b1[:, 3] - b1[:, 1] + eps
    w2, h2 = b2[:, 2] - b2[:, 0], b2[:, 3] - b2[:, 1] + eps
    wh = (torch.min(b1[:, 2:], b2[:, 2:]) - torch.max(b1[:, :2], b2[:, :2])).clamp(min=0)
    inter = wh[:, 0] * wh[:, 1]
    iou = inter / (w1 * h1 + w2 * h2 - inter + eps)
    cw = torch.max(b1[:, 2], b2[:, 2]) - torch.min(b1[:, 0], b2[:, 0])
    ch = torch.max(b1[:, 3], b2[:, 3]) - torch.min(b1[:, 1], b2[:, 1])
    c2 = cw**2 + ch**2 + eps
    rho2 = (
        (b2[:, 0] + b2[:, 2] - b1[:, 0] - b1[:, 2]) ** 2
        + (b2[:, 1] + b2[:, 3] - b1[:, 1] - b1[:, 3]) ** 2
    ) / 4
    v = (4 / math.pi**2) * (torch.atan(w2 / h2) - torch.atan(w1 / h1)).pow(2)
    with torch.no_grad():
        alpha = v / (v - iou + (1 + eps))
    return (1 - (iou - (rho2 / c2 + v * alpha))).mean()


@right(
    "open-mmlab/mmdetection#5835", "CIoU with alpha held constant under no_grad (as its authors do)"
)
def _():
    torch.manual_seed(205)
    t = _boxes(24)
    o = nn.Linear(8, 4)(torch.cat([t / 64, torch.randn(24, 4)], 1))
    p = torch.cat([t[:, :2] + 2 * o[:, :2], t[:, 2:] * torch.exp(0.2 * o[:, 2:])], 1)
    xyxy = lambda b: torch.cat([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], 1)
    return ciou_ok, (xyxy(p), xyxy(t))


def vae_loss(recon_logits, x, mu, logvar):
    bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (bce + kld) / x.shape[0]


@right(
    "pytorch/examples#225",
    "VAE: both terms summed over batch and dims, then divided by the batch size",
)
def _():
    torch.manual_seed(206)
    x = (torch.rand(32, 36) < torch.rand(32, 1)).float()
    mu, lv = nn.Linear(36, 10)(x).chunk(2, 1)
    return vae_loss, (nn.Linear(5, 36)(mu + (0.5 * lv).exp() * torch.randn(32, 5)), x, mu, lv)


def vae_free_bits(x_hat, x, mu, logvar, free_bits=0.25, log_sigma=-0.5):
    nll = (
        (0.5 * ((x - x_hat) / math.exp(log_sigma)) ** 2 + log_sigma + 0.5 * math.log(2 * math.pi))
        .sum(1)
        .mean(0)
    )
    kl_dim = 0.5 * (mu**2 + logvar.exp() - logvar - 1).mean(0)
    return nll + torch.clamp(kl_dim, min=free_bits).sum()


@right(
    "own",
    "VAE with Gaussian likelihood of fixed scale and free bits: KL per dim averaged over "
    "the batch, clamped below, summed (some dims without gradient on purpose)",
)
def _():
    torch.manual_seed(207)
    x = torch.randn(32, 12)
    mu, lv = nn.Linear(12, 8)(x).chunk(2, 1)
    return vae_free_bits, (nn.Linear(4, 12)(mu + (0.5 * lv).exp() * torch.randn(32, 4)), x, mu, lv)


def vqvae_loss(x_recon, x, z_e, e, beta=0.25):
    "e: the nearest code words (not the straight-through copy)"
    recon = F.mse_loss(x_recon, x)
    codebook = F.mse_loss(e, z_e.detach())
    commitment = F.mse_loss(z_e, e.detach())
    return recon + codebook + beta * commitment


@right(
    "MishaLaskin/vqvae#20",
    "VQ-VAE: two equal-valued terms with opposite detaches, beta on the commitment; "
    "decoder fed by straight-through",
)
def _():
    torch.manual_seed(208)
    x = torch.randn(32, 12)
    z = nn.Linear(12, 4)(x)
    cb = nn.Embedding(16, 4)
    e = cb(torch.cdist(z, cb.weight).argmin(1))
    st = z + (e - z).detach()
    return vqvae_loss, (nn.Linear(4, 12)(st), x, z, e)


def gradient_penalty_ok(D, real_samples, fake_samples, lambda_gp=10.0):
    alpha = torch.rand(real_samples.size(0), 1, 1, 1)
    interpolates = (alpha * real_samples + (1 - alpha) * fake_samples).requires_grad_(True)
    d_interpolates = D(interpolates)
    gradients = autograd.grad(d_interpolates.sum(), interpolates, create_graph=True)[0]
    return lambda_gp * ((gradients.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


@right(
    "eriklindernoren/PyTorch-GAN#5 (its mending)",
    "WGAN-GP: alpha per sample, norm over all pixels, gradient of the critic's sum",
)
def _():
    torch.manual_seed(209)
    D = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(512, 1))
    real = torch.tanh(3 * F.avg_pool2d(torch.randn(16, 1, 16, 16), 3, 1, 1))
    return gradient_penalty_ok, (
        D,
        real,
        torch.tanh(nn.Linear(8, 256)(torch.randn(16, 8))).view(16, 1, 16, 16).detach(),
    )


def v_pred_min_snr(model_output, noise, latents, timesteps, alphas_cumprod, gamma=5.0):
    a = alphas_cumprod[timesteps][:, None]
    target = a.sqrt() * noise - (1 - a).sqrt() * latents
    snr = alphas_cumprod[timesteps] / (1 - alphas_cumprod[timesteps])
    mse_loss_weights = torch.minimum(snr, gamma * torch.ones_like(snr)) / (snr + 1)
    loss = F.mse_loss(model_output.float(), target.float(), reduction="none")
    return (loss.mean(dim=list(range(1, loss.ndim))) * mse_loss_weights).mean()


@right(
    "huggingface/diffusers#5654 (its mending)",
    "v-prediction with min-SNR weights min(snr, gamma)/(snr+1)",
)
def _():
    torch.manual_seed(210)
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
    t = torch.randint(0, 1000, (32,))
    z, n = torch.randn(32, 8), torch.randn(32, 8)
    a = ac[t][:, None]
    net = nn.Sequential(nn.Linear(9, 32), nn.SiLU(), nn.Linear(32, 8))
    return v_pred_min_snr, (
        net(torch.cat([a.sqrt() * z + (1 - a).sqrt() * n, t[:, None] / 1000], 1)),
        n,
        z,
        t,
        ac,
    )


def flux_loss(model, x_1, noise, t):
    "x_1 data at t = 0, noise at t = 1"
    x_t = (1 - t) * x_1 + t * noise
    model_pred = model(torch.cat([x_t, t], 1))
    return F.mse_loss(model_pred, noise - x_1, reduction="mean")


@right(
    "XLabs-AI/x-flux#32 (not a bug)",
    "rectified flow with data at t = 0: the target is noise - data",
)
def _():
    torch.manual_seed(211)
    net = nn.Sequential(nn.Linear(9, 32), nn.SiLU(), nn.Linear(32, 8))
    return flux_loss, (
        net,
        torch.randn(32, 8) * 0.5 + 1,
        torch.randn(32, 8),
        torch.sigmoid(torch.randn(32, 1)),
    )


def sde_dsm_loss(score_fn, batch, t, z, sigma_min=0.01, sigma_max=5.0):
    std = sigma_min * (sigma_max / sigma_min) ** t
    perturbed_data = batch + std * z
    score = score_fn(torch.cat([perturbed_data, t], 1))
    losses = torch.square(score * std + z)
    return 0.5 * losses.sum(-1).mean()


@right(
    "yang-song/score_sde_pytorch#26 (not a bug)",
    "denoising score matching written as (score*std + z)**2: a plus, no square of std",
)
def _():
    torch.manual_seed(212)
    net = nn.Sequential(nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, 2))
    return sde_dsm_loss, (net, torch.randn(64, 2), torch.rand(64, 1), torch.randn(64, 2))


def barlow_ok(z_a, z_b, lambd=5e-3):
    N, D = z_a.shape
    a = (z_a - z_a.mean(0)) / z_a.std(0, unbiased=False)
    b = (z_b - z_b.mean(0)) / z_b.std(0, unbiased=False)
    c = a.T @ b / N
    c_diff = (c - torch.eye(D)).pow(2)
    off = ~torch.eye(D, dtype=torch.bool)
    return c_diff.diagonal().sum() + lambd * c_diff[off].sum()


@right(
    "facebookresearch/barlowtwins#5",
    "Barlow Twins by c_diff as in the paper's pseudo code, statistics per view",
)
def _():
    torch.manual_seed(213)
    x = torch.randn(32, 16)
    p = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 12))
    return barlow_ok, (p(x + 0.2 * torch.randn_like(x)), p(x + 0.2 * torch.randn_like(x)))


class CLIPLossOK(nn.Module):
    def __init__(self):
        super().__init__()
        self.logit_scale = nn.Parameter(torch.ones([]) * math.log(1 / 0.07))

    def forward(self, image_features, text_features):
        image_features = F.normalize(image_features, dim=-1)
        text_features = F.normalize(text_features, dim=-1)
        logits = self.logit_scale.exp().clamp(max=100) * image_features @ text_features.t()
        neg_i = torch.diag(F.log_softmax(logits, dim=1))
        neg_t = torch.diag(F.log_softmax(logits, dim=0))
        return -(neg_i.mean() + neg_t.mean()) / 2


@right(
    "huggingface/transformers#13217",
    "CLIP loss by the diagonal of log_softmax over dim 1 and over dim 0",
)
def _():
    torch.manual_seed(214)
    z = torch.randn(16, 20)
    return CLIPLossOK(), (nn.Linear(20, 24)(z), nn.Linear(20, 24)(z))


def simsiam_D(p1, p2, z1, z2):
    def D(p, z):
        z = z.detach()
        p, z = F.normalize(p, dim=1), F.normalize(z, dim=1)
        return -(p * z).sum(dim=1).mean()

    return D(p1, z2) / 2 + D(p2, z1) / 2


@right(
    "PatrickHua/SimSiam#39 (not a bug)",
    "SimSiam: the stop gradient is inside the loss, the value is negative",
)
def _():
    torch.manual_seed(215)
    x = torch.randn(32, 16)
    f, h = nn.Linear(16, 24), nn.Linear(24, 24)
    z1, z2 = f(x + 0.1 * torch.randn_like(x)), f(x + 0.1 * torch.randn_like(x))
    return simsiam_D, (h(z1), h(z2), z1, z2)


class PairConLoss(nn.Module):
    def __init__(self, temperature=0.5):
        super().__init__()
        self.temperature = temperature

    def forward(self, features_1, features_2):
        batch_size = features_1.shape[0]
        features = torch.cat([features_1, features_2], dim=0)
        mask = ~torch.eye(batch_size, dtype=torch.bool).repeat(2, 2)
        pos = torch.exp(torch.sum(features_1 * features_2, dim=-1) / self.temperature)
        pos = torch.cat([pos, pos], dim=0)
        neg = torch.exp(torch.mm(features, features.t().contiguous()) / self.temperature)
        neg = neg.masked_select(mask).view(2 * batch_size, -1)
        Ng = neg.sum(dim=-1)
        return (-torch.log(pos / (Ng + pos))).mean()


@right(
    "amazon-science/sccl#27 (not a bug)",
    "NT-Xent: the mask takes out the positives, which come back into the denominator as + pos",
)
def _():
    torch.manual_seed(216)
    x = torch.randn(16, 16)
    f = nn.Linear(16, 24)
    return PairConLoss(), (
        F.normalize(f(x + 0.2 * torch.randn_like(x)), dim=1),
        F.normalize(f(x + 0.2 * torch.randn_like(x)), dim=1),
    )


class ArcFaceOK(nn.Module):
    def __init__(self, in_features, out_features, s=32.0, m=0.5):
        super().__init__()
        self.s, self.m = s, m
        self.weight = nn.Parameter(torch.randn(out_features, in_features) * 0.1)

    def forward(self, input, label):
        cosine = F.linear(F.normalize(input), F.normalize(self.weight)).clamp(-1 + 1e-6, 1 - 1e-6)
        sine = torch.sqrt(1 - cosine**2)
        phi = cosine * math.cos(self.m) - sine * math.sin(self.m)
        phi = torch.where(
            cosine > math.cos(math.pi - self.m), phi, cosine - math.sin(math.pi - self.m) * self.m
        )
        one_hot = F.one_hot(label, cosine.shape[1]).bool()
        return F.cross_entropy(self.s * torch.where(one_hot, phi, cosine), label)


@right(
    "TreB1eN/InsightFace_Pytorch#6",
    "ArcFace by the addition theorem, CosFace fallback past pi - m; loss far above log(C)"
    " at the start",
)
def _():
    torch.manual_seed(217)
    y = torch.randint(0, 10, (32,))
    c = torch.randn(10, 16)
    return ArcFaceOK(24, 10), (nn.Linear(16, 24)(c[y] + torch.randn(32, 16)), y)


@right(
    "HawkAaron/warp-transducer#14 (its mending)",
    "the same transducer loss with log_softmax over the vocabulary",
)
def _():
    torch.manual_seed(218)
    x, y = torch.randn(8, 7, 10), torch.randint(1, 8, (8, 3))
    return rnnt_loss, (
        _Joiner()(x, y).log_softmax(-1),
        y,
        torch.tensor([7, 6, 7, 5, 7, 4, 6, 7]),
        torch.tensor([3, 2, 3, 2, 1, 2, 3, 3]),
    )


def mel_loss_weighted(mel_predictions, mel_targets, mel_masks):
    "every utterance counts alike: mean over its own frames and bins, then over the batch"
    mask = mel_masks.unsqueeze(-1).float()
    err = F.l1_loss(mel_predictions, mel_targets, reduction="none") * mask
    return (err.sum((1, 2)) / (mask.sum((1, 2)) * mel_targets.size(-1))).mean()


@right("espnet/espnet#1397", "length-weighted masked mel loss")
def _():
    torch.manual_seed(219)
    m = _len_mask([40, 22, 31, 12, 18, 40, 27, 9], 40)
    h = torch.randn(8, 40, 12)
    return mel_loss_weighted, (nn.Linear(12, 20)(h), (h @ torch.randn(12, 20)) * m[..., None], m)


@right(
    "ZhikangNiu/A-DMA#2 (not a bug)",
    "CTC with the blank as the last class, batch-first output permuted, lengths of the "
    "downsampled frames, targets padded with 0 (a real class) past their lengths",
)
def _():
    torch.manual_seed(220)
    x = torch.randn(8, 10, 60)
    net = nn.Conv1d(10, 12, 3, 2, 1)
    z = net(x)  # (B, C, T')
    lens = torch.tensor([60, 40, 52, 36, 44, 60, 50, 38])
    tl = torch.tensor([9, 5, 7, 4, 6, 8, 7, 5])
    tgt = torch.randint(0, 11, (8, 9)) * _len_mask(tl, 9)
    return nn.CTCLoss(blank=11, zero_infinity=True), (
        z.permute(2, 0, 1).log_softmax(-1),
        tgt,
        (lens + 1) // 2,
        tl,
    )


def pit_si_sdr(est, src, eps=1e-8):
    est = est - est.mean(-1, keepdim=True)
    src = src - src.mean(-1, keepdim=True)
    e, s = est[:, None], src[:, :, None]  # (B, 1, S, T), (B, S, 1, T)
    proj = (e * s).sum(-1, keepdim=True) * s / (s.pow(2).sum(-1, keepdim=True) + eps)
    si_sdr = 10 * torch.log10(
        proj.pow(2).sum(-1) / ((e - proj).pow(2).sum(-1) + eps) + eps
    )  # (B, src, est)
    p1 = si_sdr[:, 0, 0] + si_sdr[:, 1, 1]
    p2 = si_sdr[:, 0, 1] + si_sdr[:, 1, 0]
    return -torch.max(p1, p2).mean() / 2


@right(
    "kaituoxu/Conv-TasNet#40",
    "two-speaker SI-SDR with the better permutation, zero-mean; broadcasting over pairs is meant",
)
def _():
    torch.manual_seed(221)
    t = torch.arange(400) / 400
    src = torch.stack(
        [
            torch.stack(
                [torch.sin(2 * math.pi * f * t), torch.sign(torch.sin(2 * math.pi * (f + 7.3) * t))]
            )
            for f in range(5, 13)
        ]
    )
    mix = src.sum(1, keepdim=True)
    return pit_si_sdr, (nn.Conv1d(1, 2, 15, padding=7)(mix), src)


def linear_ce_chunked(hidden, weight, labels, n_chunks=4, ignore_index=-100):
    n_valid = (labels != ignore_index).sum()
    total = hidden.new_zeros(())
    for h, l in zip(hidden.chunk(n_chunks), labels.chunk(n_chunks)):
        total = total + F.cross_entropy(
            h @ weight.t(), l, ignore_index=ignore_index, reduction="sum"
        )
    return total / n_valid


@right(
    "NVIDIA-NeMo/Automodel#3803 (its mending)",
    "chunked cross-entropy: sums over chunks (one of them wholly ignored), divided by all"
    " valid tokens",
)
def _():
    torch.manual_seed(222)
    ids = _tokens(1, 129, 60)[0]
    emb = nn.Embedding(60, 32)
    nn.init.normal_(emb.weight, std=0.2)
    l = ids[1:].clone()
    l[:40] = -100
    return linear_ce_chunked, (emb(ids[:-1]), emb.weight, l)


def packed_lm_loss(logits, input_ids, position_ids):
    labels = input_ids[:, 1:].clone()
    labels[position_ids[:, 1:] == 0] = -100  # first token of a document is nobody's target
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), labels.flatten())


@right("meta-pytorch/torchtune#2613 (its mending)", "packed rows with the boundary targets ignored")
def _():
    torch.manual_seed(223)
    tok = _tokens(8, 64, 80)
    pos = torch.cat([torch.arange(25), torch.arange(17), torch.arange(22)])[None].repeat(8, 1)
    emb, pe, head = nn.Embedding(80, 32), nn.Embedding(64, 32), nn.Linear(32, 80)
    return packed_lm_loss, (head(emb(tok) + pe(pos)), tok, pos)


def dpo_softmax_loss(policy_logps, ref_logps, beta=0.1):
    "policy_logps, ref_logps: (2, B), row 0 chosen, row 1 rejected; a softmax over both"
    labels = torch.tensor([1.0, 0.0])[:, None]
    return -(labels * F.log_softmax(beta * (policy_logps - ref_logps), dim=0)).sum(0).mean()


@right(
    "haozheji/exact-optimization#2 (not a bug)",
    "DPO as a softmax over (chosen, rejected) along dim 0: equals -logsigmoid of the difference",
)
def _():
    torch.manual_seed(224)
    m = _len_mask([20, 15, 18, 9, 12, 20, 17, 11], 20).float()
    p = torch.stack([(_token_logps(8, 20) * m).sum(1), (_token_logps(8, 20) * m).sum(1)])
    return dpo_softmax_loss, (p, p.detach() + 0.7 * torch.randn(2, 8))


def kto_loss(
    policy_logps,
    ref_logps,
    policy_KL_logps,
    ref_KL_logps,
    is_desirable,
    beta=0.1,
    desirable_weight=1.0,
    undesirable_weight=1.33,
):
    kl = (policy_KL_logps - ref_KL_logps).mean().detach().clamp(min=0)
    logratios = policy_logps - ref_logps
    desirable_losses = 1 - torch.sigmoid(beta * (logratios - kl))
    undesirable_losses = 1 - torch.sigmoid(beta * (kl - logratios))
    losses = torch.where(
        is_desirable, desirable_weight * desirable_losses, undesirable_weight * undesirable_losses
    )
    return losses.mean()


@right("ContextualAI/HALOs#5", "KTO: sigmoid without log, KL reference point detached and clamped")
def _():
    torch.manual_seed(225)
    p, k = _token_logps(8, 20).sum(1), _token_logps(8, 20).sum(1)
    return kto_loss, (
        p,
        p.detach() + torch.randn(8),
        k.detach(),
        k.detach() + torch.randn(8),
        torch.tensor([1, 1, 0, 1, 0, 0, 1, 1]).bool(),
    )


def reward_margin_ok(rewards_chosen, rewards_rejected, margin, center=0.01):
    bt = -F.logsigmoid(rewards_chosen - rewards_rejected - margin)
    return (bt + center * (rewards_chosen + rewards_rejected) ** 2).mean()


@right(
    "natolambert/rlhf-book#96 (its mending)",
    "reward model with the margin inside the log-sigmoid and a centring term",
)
def _():
    torch.manual_seed(226)
    rm = nn.Linear(24, 1)
    return reward_margin_ok, (
        rm(torch.randn(16, 24) + 0.3).squeeze(-1),
        rm(torch.randn(16, 24)).squeeze(-1),
        torch.tensor([0.0, 1, 2, 3]).repeat(4) / 3,
    )


def ppo2_loss(
    neglogpac,
    OLDNEGLOGPAC,
    ADV,
    vpred,
    OLDVPRED,
    R,
    entropy,
    CLIPRANGE=0.2,
    ent_coef=0.01,
    vf_coef=0.5,
):
    vpredclipped = OLDVPRED + torch.clamp(vpred - OLDVPRED, -CLIPRANGE, CLIPRANGE)
    vf_loss = 0.5 * torch.max((vpred - R) ** 2, (vpredclipped - R) ** 2).mean()
    ratio = torch.exp(OLDNEGLOGPAC - neglogpac)
    pg_losses = -ADV * ratio
    pg_losses2 = -ADV * torch.clamp(ratio, 1.0 - CLIPRANGE, 1.0 + CLIPRANGE)
    pg_loss = torch.max(pg_losses, pg_losses2).mean()
    return pg_loss - entropy.mean() * ent_coef + vf_loss * vf_coef


@right(
    "openai/baselines#1156 (not a bug)",
    "PPO with max of negated surrogates, negative log probs (old minus new in the ratio),"
    " max in the value loss",
)
def _():
    torch.manual_seed(227)
    s = torch.randn(32, 6)
    d = torch.distributions.Categorical(logits=nn.Linear(6, 4)(s))
    a = torch.randint(0, 4, (32,))
    nl = -d.log_prob(a)
    v = nn.Linear(6, 1)(s).squeeze(-1)
    ov = v.detach() + 0.2 * torch.randn(32)
    R = s.sum(1)
    adv = R - ov
    return ppo2_loss, (
        nl,
        nl.detach() + 0.1 * torch.randn(32),
        (adv - adv.mean()) / (adv.std() + 1e-8),
        v,
        ov,
        R,
        d.entropy(),
    )


def grpo_on_policy(per_token_logps, ref_per_token_logps, advantages, completion_mask, beta=0.04):
    per_token_kl = (
        torch.exp(ref_per_token_logps - per_token_logps)
        - (ref_per_token_logps - per_token_logps)
        - 1
    )
    # x - x.detach() allows for preserving gradients from x
    per_token_loss = torch.exp(per_token_logps - per_token_logps.detach()) * advantages.unsqueeze(1)
    per_token_loss = -(per_token_loss - beta * per_token_kl)
    return ((per_token_loss * completion_mask).sum(dim=1) / completion_mask.sum(dim=1)).mean()


@right(
    "huggingface/trl#2608 (not a bug)",
    "on-policy GRPO: exp(x - x.detach()) is one in value and has the policy gradient; value near 0",
)
def _():
    torch.manual_seed(228)
    lp = _token_logps(8, 24)
    m = _len_mask([24, 10, 16, 7, 20, 13, 24, 5], 24).float()
    r = torch.tensor([1.0, 0, 0, 1, 1, 0, 1, 0])
    return grpo_on_policy, (
        lp,
        lp.detach() + 0.2 * torch.randn(8, 24),
        (r - r.mean()) / (r.std() + 1e-4),
        m,
    )


class QRDQNPolicyLoss:
    def __init__(self, num_quantiles=8):
        tau = torch.linspace(0, 1, num_quantiles + 1)
        self.tau_hat = ((tau[:-1] + tau[1:]) / 2).view(1, -1, 1)

    def __call__(self, curr_dist, target_dist):
        curr_dist, target_dist = curr_dist.unsqueeze(2), target_dist.unsqueeze(1)
        u = target_dist - curr_dist
        huber_loss = torch.where(u.abs() <= 1, 0.5 * u.pow(2), u.abs() - 0.5)
        huber_loss = (
            (huber_loss * (self.tau_hat - (u.detach() < 0.0).float()).abs()).sum(-1).mean(1)
        )
        return huber_loss.mean()


@right(
    "thu-ml/tianshou#945 (not a bug)",
    "QR-DQN: pairwise differences by meant broadcasting, tau on the predicted axis",
)
def _():
    torch.manual_seed(229)
    s = torch.randn(32, 5)
    return QRDQNPolicyLoss(), (
        nn.Linear(5, 8)(s),
        s.sum(1, keepdim=True) + torch.randn(32, 8).sort(1)[0],
    )


def discrete_sac_loss(probs, log_probs, q1, q2, log_alpha, target_entropy=0.98 * math.log(4)):
    alpha = log_alpha.exp().detach()
    min_q = torch.min(q1, q2).detach()
    policy_loss = (probs * (alpha * log_probs - min_q)).sum(-1).mean()
    ent = -(probs * log_probs).sum(-1).detach()
    alpha_loss = (log_alpha * (ent - target_entropy)).mean()
    return policy_loss + alpha_loss


@right(
    "alirezakazemipour/Discrete-SAC-PyTorch#1 (not a bug)",
    "discrete SAC: expectation over actions, Q detached, temperature loss on log_alpha; "
    "negative value",
)
def _():
    torch.manual_seed(230)
    s = torch.randn(32, 6)
    l = nn.Linear(6, 4)(s)
    la = nn.Parameter(torch.tensor(-1.0))
    return discrete_sac_loss, (
        l.softmax(-1),
        l.log_softmax(-1),
        nn.Linear(6, 4)(s) + 1,
        nn.Linear(6, 4)(s) + 1,
        la,
    )


def deephit_loglik(out, k, fc_mask1):
    "out (B, events, T): joint pmf. fc_mask1: a one at (k-1, t), ones after t if censored."
    I_1 = torch.sign(k)
    tmp1 = torch.sum(fc_mask1 * out, dim=(1, 2))
    tmp1 = I_1 * torch.log(tmp1 + 1e-8)
    tmp2 = torch.sum(fc_mask1 * out, dim=(1, 2))  # for censored: log sum P(T>t|x)
    tmp2 = (1.0 - I_1) * torch.log(tmp2 + 1e-8)
    return -torch.mean(tmp1 + 1.0 * tmp2)


@right(
    "chl8856/DeepHit#9 (right, given its mask)",
    "DeepHit's likelihood: the same line for events and censored, since the mask differs",
)
def _():
    torch.manual_seed(231)
    x = torch.randn(32, 8)
    out = nn.Linear(8, 2 * 10)(x).softmax(-1).view(32, 2, 10)
    k = torch.randint(0, 3, (32,)).float()
    t = torch.randint(0, 9, (32,))
    m = torch.zeros(32, 2, 10)
    for i in range(32):
        if k[i] > 0:
            m[i, int(k[i]) - 1, t[i]] = 1
        else:
            m[i, :, t[i] + 1 :] = 1
    return deephit_loglik, (out, k, m)


def cox_sorted(log_h, durations, events):
    order = torch.argsort(durations, descending=True)
    log_h, events = log_h[order], events[order]
    log_risk = torch.logcumsumexp(log_h, dim=0)
    return -((log_h - log_risk) * events).sum() / events.sum()


@right(
    "jaredleekatzman/DeepSurv#40 (not a bug)",
    "Cox by cumulative logsumexp after sorting the times downwards inside",
)
def _():
    torch.manual_seed(232)
    x = torch.randn(48, 8)
    t = torch.exp(-x[:, 0]) * torch.empty(48).exponential_()
    c = torch.empty(48).exponential_(0.8)
    return cox_sorted, (nn.Linear(8, 1)(x).squeeze(1), torch.minimum(t, c), (t <= c).float())


def deepar_gaussian_loss(y_true, y_pred, sigma):
    "sigma: the variance of the forecast (softplus)"
    return (
        torch.mean(0.5 * torch.log(sigma) + 0.5 * torch.square(y_true - y_pred) / sigma) + 1e-6 + 6
    )


@right(
    "arrigonialberto86/deepar#6 (right: sigma is the variance)",
    "Gaussian likelihood in the variance, a constant 6 added to keep it positive",
)
def _():
    torch.manual_seed(233)
    x = torch.randn(16, 12, 3)
    rnn = nn.GRU(3, 16, batch_first=True)
    h = rnn(x)[0]
    return deepar_gaussian_loss, (
        x.cumsum(1)[..., 0] * 0.3,
        nn.Linear(16, 1)(h).squeeze(-1),
        F.softplus(nn.Linear(16, 1)(h)).squeeze(-1) + 1e-3,
    )


def mdn_cost(y, mu, sigma, mix_weight, n_component=3):
    "sigma holds variances; mu, sigma (B, n_component * n_outs)"
    n_outs = y.shape[1]
    all_mix_prob = []
    for i in range(n_component):
        s, m = sigma[:, i * n_outs : (i + 1) * n_outs], mu[:, i * n_outs : (i + 1) * n_outs]
        xEx = -0.5 * (((y - m) ** 2) / s).sum(1)
        normaliser = 0.5 * (n_outs * math.log(2 * math.pi) + torch.log(s).sum(1))
        all_mix_prob.append(xEx + torch.log(mix_weight[:, i]) - normaliser)
    all_mix_prob = torch.stack(all_mix_prob)  # (n_component, B)
    max_exponent = all_mix_prob.max(0, keepdim=True)[0]
    return -(max_exponent + torch.log(torch.exp(all_mix_prob - max_exponent).sum(0))).mean()


@right(
    "CSTR-Edinburgh/merlin#37 (not a bug)",
    "mixture density: log-sum-exp over axis 0, which is the components' axis of the stacked list",
)
def _():
    torch.manual_seed(234)
    x = torch.randn(32, 8)
    y = torch.sign(x[:, :1]) * torch.randn(32, 2).abs()
    return mdn_cost, (
        y,
        nn.Linear(8, 6)(x),
        F.softplus(nn.Linear(8, 6)(x)) + 0.05,
        nn.Linear(8, 3)(x).softmax(1),
    )


class RetrievalOK(nn.Module):
    def forward(
        self, query_embeddings, candidate_embeddings, candidate_ids, candidate_sampling_probability
    ):
        scores = query_embeddings @ candidate_embeddings.t() - torch.log(
            candidate_sampling_probability
        )
        dup = candidate_ids[:, None].eq(candidate_ids[None]) & ~torch.eye(
            len(candidate_ids), dtype=torch.bool
        )
        scores = scores.masked_fill(dup, torch.finfo(scores.dtype).min)
        return F.cross_entropy(scores, torch.arange(scores.shape[0]), reduction="sum")


@right(
    "tensorflow/recommenders#219 (its mending)",
    "in-batch softmax, logQ subtracted, accidental hits masked with the lowest float, sum"
    " over the batch",
)
def _():
    torch.manual_seed(235)
    p = 1 / torch.arange(1.0, 41)
    p = p / p.sum()
    items = torch.multinomial(p, 32, replacement=True)
    return RetrievalOK(), (
        nn.Linear(10, 16)(torch.randn(32, 10)),
        nn.Embedding(40, 16)(items),
        items,
        p[items],
    )


def lightgcn_bpr(users_emb, pos_emb, neg_emb, userEmb0, posEmb0, negEmb0, weight_decay=1e-4):
    reg_loss = (
        (1 / 2)
        * (userEmb0.norm(2).pow(2) + posEmb0.norm(2).pow(2) + negEmb0.norm(2).pow(2))
        / float(len(users_emb))
    )
    pos_scores = torch.sum(users_emb * pos_emb, dim=1)
    neg_scores = torch.sum(users_emb * neg_emb, dim=1)
    return torch.mean(F.softplus(neg_scores - pos_scores)) + weight_decay * reg_loss


@right(
    "gusye1234/LightGCN-PyTorch#4",
    "BPR as softplus(neg - pos) with L2 on the first-layer embeddings",
)
def _():
    torch.manual_seed(236)
    U, I = nn.Embedding(30, 16), nn.Embedding(50, 16)
    u, i, j = torch.randint(0, 30, (32,)), torch.randint(0, 50, (32,)), torch.randint(0, 50, (32,))
    A = torch.softmax(torch.randn(50, 50), 1)
    V = (I.weight + A @ I.weight) / 2
    return lightgcn_bpr, (U(u), V[i], V[j], U(u), I(i), I(j))


def burgers_loss(net, x, t, x0, u0, nu=0.01 / math.pi):
    x.requires_grad_(True)
    t.requires_grad_(True)
    u = net(torch.cat([x, t], 1))
    u_t = autograd.grad(u.sum(), t, create_graph=True)[0]
    u_x = autograd.grad(u.sum(), x, create_graph=True)[0]
    u_xx = autograd.grad(u_x.sum(), x, create_graph=True)[0]
    f = u_t + u * u_x - nu * u_xx
    return (f**2).mean() + 10 * ((net(torch.cat([x0, torch.zeros_like(x0)], 1)) - u0) ** 2).mean()


@right(
    "own, after the Burgers example",
    "PINN: gradients of u.sum() (samples are independent), residual against zero, "
    "weighted initial condition",
)
def _():
    torch.manual_seed(237)
    net = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
    x0 = torch.rand(32, 1) * 2 - 1
    return burgers_loss, (
        net,
        torch.rand(64, 1) * 2 - 1,
        torch.rand(64, 1),
        x0,
        -torch.sin(math.pi * x0),
    )


def sequence_loss(flow_preds, flow_gt, valid, gamma=0.8, max_flow=40):
    n_predictions = len(flow_preds)
    mag = torch.sum(flow_gt**2, dim=1).sqrt()
    valid = (valid >= 0.5) & (mag < max_flow)
    flow_loss = 0.0
    for i in range(n_predictions):
        i_weight = gamma ** (n_predictions - i - 1)
        i_loss = (flow_preds[i] - flow_gt).abs().mean(1)
        flow_loss += i_weight * i_loss[valid].mean()
    return flow_loss


@right("own, after RAFT", "optical flow: weighted L1 over refinement steps, only valid pixels")
def _():
    torch.manual_seed(238)
    x = _images(8, 4, 16, 16)
    g = 3 * F.avg_pool2d(x[:, :2], 5, 1, 2) * 5
    net = nn.Conv2d(4, 2, 3, padding=1)
    ref = nn.Conv2d(2, 2, 1)
    p0 = net(x)
    p1 = p0 + ref(p0)
    p2 = p1 + ref(p1)
    return sequence_loss, ([p0, p1, p2], g, (torch.rand(8, 16, 16) < 0.8).float())


def emd_ok(p_true, p_est, r=2):
    cdf_diff = torch.cumsum(p_est, dim=-1) - torch.cumsum(p_true, dim=-1)
    samplewise_emd = (cdf_diff.abs().pow(r).mean(dim=-1) + 1e-12).pow(1.0 / r)
    return samplewise_emd.mean()


@right(
    "truskovskiyk/nima.pytorch#24 (its mending)",
    "EMD of rating distributions: CDFs, root per sample, mean over the batch",
)
def _():
    torch.manual_seed(239)
    x = torch.randn(16, 12)
    p = F.softmax(-((torch.arange(10.0)[None] - 5 - 2 * x[:, :1]) ** 2) / 3, 1)
    return emd_ok, (p, F.softmax(nn.Linear(12, 10)(x), 1))


class GCELoss(nn.Module):
    def __init__(self, num_classes, q=0.7):
        super().__init__()
        self.num_classes, self.q = num_classes, q

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1).clamp(min=1e-7, max=1.0)
        label_one_hot = F.one_hot(labels, self.num_classes).float()
        gce = (1.0 - torch.pow(torch.sum(label_one_hot * pred, dim=1), self.q)) / self.q
        return gce.mean()


@right(
    "keras-team/keras#21024",
    "generalized cross-entropy for noisy labels: powers of the probability, no log",
)
def _():
    torch.manual_seed(240)
    c = torch.randn(6, 10)
    y = torch.randint(0, 6, (48,))
    x = c[y] + torch.randn(48, 10)
    yn = torch.where(torch.rand(48) < 0.3, torch.randint(0, 6, (48,)), y)
    return GCELoss(6), (nn.Linear(10, 6)(x), yn)
