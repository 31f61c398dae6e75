"""Fifty well-known losses as people write them, each once right and once with one slip."""

import math
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


class FocalLoss(nn.Module):
    def __init__(self, alpha=0.25, gamma=2.0):
        super().__init__()
        self.alpha = alpha
        self.gamma = gamma

    def forward(self, inputs, targets):
        BCE_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        pt = torch.exp(-BCE_loss)
        alpha_t = self.alpha * targets + (1 - self.alpha) * (1 - targets)
        F_loss = alpha_t * (1 - pt) ** self.gamma * BCE_loss
        return F_loss.mean()


class FocalLoss2(nn.Module):
    def __init__(self, alpha=1.0, gamma=2):
        super().__init__()
        self.alpha = alpha
        self.gamma = gamma

    def forward(self, inputs, targets):
        inputs = inputs.view(-1)
        targets = targets.view(-1)
        BCE = F.binary_cross_entropy_with_logits(inputs, targets, reduction="mean")
        BCE_EXP = torch.exp(-BCE)
        focal_loss = self.alpha * (1 - BCE_EXP) ** self.gamma * BCE
        return focal_loss


def _seg(seed, b=8, n=16, bias=-1.0):
    torch.manual_seed(seed)
    img = torch.randn(b, 3, n, n)
    yy, xx = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
    cx = torch.randint(4, n - 4, (b, 1, 1))
    cy = torch.randint(4, n - 4, (b, 1, 1))
    r = torch.randint(2, 5, (b, 1, 1))
    mask = (((xx - cx) ** 2 + (yy - cy) ** 2) <= r**2).float().unsqueeze(1)
    img = img + 0.8 * mask
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1))
    with torch.no_grad():
        net[2].bias.fill_(bias)
    return net(img), mask


@right("arxiv 1708.02002 (RetinaNet)", "sigmoid focal loss, class-dependent alpha")
def _():
    return FocalLoss(), _seg(101)


@wrong(
    "kaggle bigironsphere/loss-function-library-keras-pytorch",
    "focal factor taken from the mean BCE: BCE reduced before (1-pt)^gamma",
    "LX511",
)
def _():
    return FocalLoss2(), _seg(102)


def dice_loss(inputs, targets, smooth=1.0):
    probs = torch.sigmoid(inputs)
    m1 = probs.flatten(1)
    m2 = targets.flatten(1)
    intersection = (m1 * m2).sum(1)
    score = (2.0 * intersection + smooth) / (m1.sum(1) + m2.sum(1) + smooth)
    return 1 - score.mean()


def soft_dice_loss(logits, targets, smooth=1.0):
    num = targets.size(0)
    probs = torch.sigmoid(logits)
    m1 = probs.view(num, -1)
    m2 = targets.view(num, -1)
    intersection = (m1 * m2).sum(1)
    union = m1.sum(1) + m2.sum(1) - intersection
    score = (2.0 * intersection + smooth) / (union + smooth)
    return 1 - score.sum() / num


@right("arxiv 1606.04797 (V-Net)", "soft Dice per sample, averaged")
def _():
    return dice_loss, _seg(201)


@wrong(
    "arxiv 1606.04797 (V-Net); milesial/Pytorch-UNet",
    "Dice numerator 2|AB| over the IoU union |A|+|B|-|AB|",
    "LX520",
)
def _():
    return soft_dice_loss, _seg(202)


def tversky_loss(y_pred, y_true, alpha=0.3, beta=0.7, eps=1e-6):
    y_pred = torch.sigmoid(y_pred).view(y_pred.size(0), -1)
    y_true = y_true.view(y_true.size(0), -1)
    TP = (y_pred * y_true).sum(1)
    FP = (y_pred * (1 - y_true)).sum(1)
    FN = ((1 - y_pred) * y_true).sum(1)
    tversky = (TP + eps) / (TP + alpha * FP + beta * FN + eps)
    return (1 - tversky).mean()


class TverskyLoss(nn.Module):
    "alpha weighs false positives, beta false negatives (beta > alpha for recall on lesions)."

    def __init__(self, alpha=0.3, beta=0.7, smooth=1.0):
        super().__init__()
        self.alpha, self.beta, self.smooth = alpha, beta, smooth

    def forward(self, inputs, targets):
        inputs = torch.sigmoid(inputs)
        inputs = inputs.view(-1)
        targets = targets.view(-1)
        TP = (inputs * targets).sum()
        FP = ((1 - inputs) * targets).sum()
        FN = (inputs * (1 - targets)).sum()
        Tversky = (TP + self.smooth) / (TP + self.alpha * FP + self.beta * FN + self.smooth)
        return 1 - Tversky


@right("arxiv 1706.05721 (Tversky)", "Tversky with alpha on FP and beta on FN")
def _():
    return tversky_loss, _seg(301)


@wrong("arxiv 1706.05721 (Tversky)", "FP and FN swapped", "LX618")
def _():
    return TverskyLoss(), _seg(302)


def giou_loss(pred, target, eps=1e-7):
    """boxes as (x1, y1, x2, y2)"""
    lt = torch.max(pred[:, :2], target[:, :2])
    rb = torch.min(pred[:, 2:], target[:, 2:])
    wh = (rb - lt).clamp(min=0)
    overlap = wh[:, 0] * wh[:, 1]
    ap = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
    ag = (target[:, 2] - target[:, 0]) * (target[:, 3] - target[:, 1])
    union = ap + ag - overlap + eps
    ious = overlap / union
    enclose_lt = torch.min(pred[:, :2], target[:, :2])
    enclose_rb = torch.max(pred[:, 2:], target[:, 2:])
    enclose_wh = (enclose_rb - enclose_lt).clamp(min=0)
    enclose_area = enclose_wh[:, 0] * enclose_wh[:, 1] + eps
    gious = ious - (enclose_area - union) / enclose_area
    return (1 - gious).mean()


def generalized_iou_loss(pred_boxes, gt_boxes):
    """boxes as (x1, y1, x2, y2)"""
    x1, y1, x2, y2 = pred_boxes.unbind(-1)
    x1g, y1g, x2g, y2g = gt_boxes.unbind(-1)
    area_p = (x2 - x1) * (y2 - y1)
    area_g = (x2g - x1g) * (y2g - y1g)
    inter_w = torch.min(x2, x2g) - torch.max(x1, x1g)
    inter_h = torch.min(y2, y2g) - torch.max(y1, y1g)
    inter = inter_w * inter_h
    union = area_p + area_g - inter
    iou = inter / (union + 1e-7)
    area_c = (torch.max(x2, x2g) - torch.min(x1, x1g)) * (torch.max(y2, y2g) - torch.min(y1, y1g))
    giou = iou - (area_c - union) / (area_c + 1e-7)
    return (1.0 - giou).mean()


def _boxes(seed, n=24, spread=6.0):
    torch.manual_seed(seed)
    ctr = torch.rand(n, 2) * 40 + 10
    wh = torch.rand(n, 2) * 14 + 5
    gt = torch.cat([ctr - wh / 2, ctr + wh / 2], 1)
    feat = torch.randn(n, 32)
    head = nn.Linear(32, 4)
    out = head(feat)
    pc = ctr + torch.randn(n, 2) * spread + out[:, :2]
    pwh = wh * torch.exp(0.4 * out[:, 2:])
    return torch.cat([pc - pwh / 2, pc + pwh / 2], 1), gt


@right("arxiv 1902.09630 (GIoU); mmdetection", "GIoU loss on xyxy boxes, some of them disjoint")
def _():
    return giou_loss, _boxes(401, spread=12.0)


@wrong("arxiv 1902.09630 (GIoU)", "intersection width and height not clamped at 0", "LX580")
def _():
    return generalized_iou_loss, _boxes(402, spread=12.0)


def bbox_ciou_loss(box1, box2, eps=1e-7):
    b1_x1, b1_y1, b1_x2, b1_y2 = box1.chunk(4, -1)
    b2_x1, b2_y1, b2_x2, b2_y2 = box2.chunk(4, -1)
    w1, h1 = b1_x2 - b1_x1, b1_y2 - b1_y1 + eps
    w2, h2 = b2_x2 - b2_x1, b2_y2 - b2_y1 + eps
    inter = (b1_x2.minimum(b2_x2) - b1_x1.maximum(b2_x1)).clamp(0) * (
        b1_y2.minimum(b2_y2) - b1_y1.maximum(b2_y1)
    ).clamp(0)
    union = w1 * h1 + w2 * h2 - inter + eps
    iou = inter / union
    cw = b1_x2.maximum(b2_x2) - b1_x1.minimum(b2_x1)
    ch = b1_y2.maximum(b2_y2) - b1_y1.minimum(b2_y1)
    c2 = cw.pow(2) + ch.pow(2) + eps
    rho2 = ((b2_x1 + b2_x2 - b1_x1 - b1_x2).pow(2) + (b2_y1 + b2_y2 - b1_y1 - b1_y2).pow(2)) / 4
    v = (4 / math.pi**2) * ((w2 / h2).atan() - (w1 / h1).atan()).pow(2)
    with torch.no_grad():
        alpha = v / (v - iou + (1 + eps))
    return (1.0 - (iou - (rho2 / c2 + v * alpha))).mean()


def ciou_loss(pred, target, eps=1e-7):
    lt = torch.max(pred[:, :2], target[:, :2])
    rb = torch.min(pred[:, 2:], target[:, 2:])
    wh = (rb - lt).clamp(min=0)
    overlap = wh[:, 0] * wh[:, 1]
    w1, h1 = pred[:, 2] - pred[:, 0], pred[:, 3] - pred[:, 1] + eps
    w2, h2 = target[:, 2] - target[:, 0], target[:, 3] - target[:, 1] + eps
    union = w1 * h1 + w2 * h2 - overlap + eps
    ious = overlap / union
    enclose_wh = (
        torch.max(pred[:, 2:], target[:, 2:]) - torch.min(pred[:, :2], target[:, :2])
    ).clamp(min=0)
    c2 = enclose_wh[:, 0] ** 2 + enclose_wh[:, 1] ** 2 + eps
    left = ((target[:, 0] + target[:, 2]) - (pred[:, 0] + pred[:, 2])) ** 2
    top = ((target[:, 1] + target[:, 3]) - (pred[:, 1] + pred[:, 3])) ** 2
    rho2 = left + top
    v = 4 / math.pi**2 * torch.pow(torch.atan(w2 / h2) - torch.atan(w1 / h1), 2)
    with torch.no_grad():
        alpha = v / (1 - ious + v + eps)
    cious = ious - (rho2 / c2 + alpha * v)
    return (1 - cious).mean()


@right("arxiv 1911.08287 (DIoU/CIoU); ultralytics", "CIoU loss, alpha under no_grad")
def _():
    return bbox_ciou_loss, _boxes(501)


@wrong(
    "arxiv 1911.08287 (DIoU/CIoU); mmdetection ciou_loss",
    "centre distance of summed corners not divided by 4",
    "LX580",
)
def _():
    return ciou_loss, _boxes(502)


def lovasz_grad(gt_sorted):
    p = len(gt_sorted)
    gts = gt_sorted.sum()
    intersection = gts - gt_sorted.float().cumsum(0)
    union = gts + (1 - gt_sorted).float().cumsum(0)
    jaccard = 1.0 - intersection / union
    if p > 1:
        jaccard[1:p] = jaccard[1:p] - jaccard[0:-1]
    return jaccard


def lovasz_hinge_flat(logits, labels):
    logits = logits.reshape(-1)
    labels = labels.reshape(-1)
    signs = 2.0 * labels.float() - 1.0
    errors = 1.0 - logits * signs
    errors_sorted, perm = torch.sort(errors, dim=0, descending=True)
    gt_sorted = labels[perm]
    grad = lovasz_grad(gt_sorted)
    loss = torch.dot(F.relu(errors_sorted), grad)
    return loss


def lovasz_hinge(logits, labels):
    losses = []
    for logit, label in zip(logits, labels):
        logit, label = logit.view(-1), label.view(-1)
        signs = 2.0 * label - 1.0
        errors = 1.0 - logit * signs
        errors_sorted, perm = torch.sort(errors, dim=0)
        gt_sorted = label[perm]
        grad = lovasz_grad(gt_sorted)
        losses.append(torch.dot(F.relu(errors_sorted), grad))
    return torch.stack(losses).mean()


@right("arxiv 1705.08790; bermanmaxim/LovaszSoftmax", "Lovasz hinge, errors sorted descending")
def _():
    return lovasz_hinge_flat, _seg(601)


@wrong("arxiv 1705.08790; bermanmaxim/LovaszSoftmax", "errors sorted ascending", "LX650")
def _():
    return lovasz_hinge, _seg(602)


def loss_function(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 64), reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (BCE + KLD) / x.size(0)


def vae_loss(recon_x, x, mu, logvar):
    recon_loss = F.binary_cross_entropy(recon_x, x.view(x.size(0), -1))
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return recon_loss + kld


def _vae(seed, b=32):
    torch.manual_seed(seed)
    x = (torch.rand(b, 1, 8, 8) * torch.rand(b, 1, 1, 1)).clamp(0, 1)
    enc, dec = nn.Linear(64, 16), nn.Linear(8, 64)
    mu, logvar = enc(x.view(b, -1)).chunk(2, 1)
    z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
    return torch.sigmoid(dec(z)), x, mu, logvar


@right(
    "arxiv 1312.6114 (VAE); pytorch/examples vae",
    "BCE sum and KL sum, both over the batch, divided by batch size",
)
def _():
    return loss_function, _vae(701)


@wrong(
    "arxiv 1312.6114 (VAE); pytorch/examples vae",
    "reconstruction is a mean over all elements, KL a sum over the batch",
    "LX519",
)
def _():
    return vae_loss, _vae(702)


def vqvae_loss(x, z_e, codebook, decoder, commitment_cost=0.25):
    distances = z_e.pow(2).sum(1, keepdim=True) + codebook.pow(2).sum(1) - 2 * z_e @ codebook.t()
    encoding_indices = torch.argmin(distances, dim=1)
    quantized = F.embedding(encoding_indices, codebook)
    e_latent_loss = F.mse_loss(quantized.detach(), z_e)
    q_latent_loss = F.mse_loss(quantized, z_e.detach())
    quantized = z_e + (quantized - z_e).detach()
    x_recon = decoder(quantized)
    return F.mse_loss(x_recon, x) + q_latent_loss + commitment_cost * e_latent_loss


def vq_vae_objective(x, inputs, embedding, decoder, commitment_cost=0.25):
    distances = (
        torch.sum(inputs**2, dim=1, keepdim=True)
        + torch.sum(embedding**2, dim=1)
        - 2 * torch.matmul(inputs, embedding.t())
    )
    indices = torch.argmin(distances, dim=1)
    quantized = embedding[indices]
    quantized = inputs + (quantized - inputs).detach()
    e_latent_loss = F.mse_loss(quantized.detach(), inputs)
    q_latent_loss = F.mse_loss(quantized, inputs.detach())
    recon_loss = F.mse_loss(decoder(quantized), x)
    return recon_loss + q_latent_loss + commitment_cost * e_latent_loss


def _vq(seed, b=48):
    torch.manual_seed(seed)
    x = torch.randn(b, 4) @ torch.randn(4, 20)
    enc, dec = nn.Linear(20, 8), nn.Linear(8, 20)
    codebook = nn.Parameter(torch.randn(32, 8))
    return x, enc(x), codebook, dec


@right(
    "arxiv 1711.00937 (VQ-VAE); zalandoresearch/pytorch-vq-vae",
    "VQ-VAE with straight-through after the two latent terms",
)
def _():
    return vqvae_loss, _vq(801)


@wrong(
    "arxiv 1711.00937 (VQ-VAE); zalandoresearch/pytorch-vq-vae",
    "straight-through applied before the codebook loss",
    "LX425",
)
def _():
    return vq_vae_objective, _vq(802)


def wgan_gp_d_loss(netD, real_data, fake_data, lambda_gp=10.0):
    alpha = torch.rand(real_data.size(0), 1, 1, 1)
    interpolates = (alpha * real_data + (1 - alpha) * fake_data).requires_grad_(True)
    disc_interpolates = netD(interpolates)
    gradients = torch.autograd.grad(
        outputs=disc_interpolates,
        inputs=interpolates,
        grad_outputs=torch.ones_like(disc_interpolates),
        create_graph=True,
        retain_graph=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    gradient_penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean()
    return netD(fake_data).mean() - netD(real_data).mean() + lambda_gp * gradient_penalty


def critic_loss(D, real_samples, fake_samples, lambda_gp=10):
    alpha = torch.rand(real_samples.size(0), 1, 1, 1)
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    gradients = torch.autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=torch.ones_like(d_interpolates),
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradient_penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean()
    return -torch.mean(D(real_samples)) + torch.mean(D(fake_samples)) + lambda_gp * gradient_penalty


def _gan_img(seed, b=16):
    torch.manual_seed(seed)
    G = nn.Sequential(nn.Linear(16, 3 * 64), nn.Tanh())
    D = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 16, 1)
    )
    real = torch.tanh(torch.randn(b, 3, 1, 1) + 0.3 * torch.randn(b, 3, 8, 8))
    fake = G(torch.randn(b, 16)).view(b, 3, 8, 8)
    return G, D, real, fake


@right(
    "arxiv 1704.00028 (WGAN-GP); caogang/wgan-gp",
    "WGAN-GP critic loss, gradient flattened per sample",
)
def _():
    G, D, real, fake = _gan_img(901)
    return wgan_gp_d_loss, (D, real, fake.detach())


@wrong(
    "arxiv 1704.00028 (WGAN-GP); eriklindernoren/PyTorch-GAN",
    "norm over the channel axis of an image gradient",
    "LX417",
)
def _():
    G, D, real, fake = _gan_img(902)
    return critic_loss, (D, real, fake.detach())


def hinge_d_loss(logits_real, logits_fake):
    loss_real = torch.mean(F.relu(1.0 - logits_real))
    loss_fake = torch.mean(F.relu(1.0 + logits_fake))
    return 0.5 * (loss_real + loss_fake)


def d_hinge_loss(real_pred, fake_pred):
    d_loss_real = F.relu(1.0 - real_pred.mean())
    d_loss_fake = F.relu(1.0 + fake_pred.mean())
    return d_loss_real + d_loss_fake


@right("arxiv 1705.02894 (Geometric GAN); taming-transformers", "hinge discriminator loss")
def _():
    G, D, real, fake = _gan_img(1001)
    return hinge_d_loss, (D(real), D(fake.detach()))


@wrong("arxiv 1805.08318 (SAGAN)", "mean taken inside the hinge", "LX570")
def _():
    G, D, real, fake = _gan_img(1002)
    return d_hinge_loss, (D(real), D(fake.detach()))


class TinyEps(nn.Module):
    def __init__(self, c=1, steps=100):
        super().__init__()
        self.emb = nn.Embedding(steps, 8)
        self.c1 = nn.Conv2d(c + 8, 8, 3, padding=1)
        self.c2 = nn.Conv2d(8, c, 3, padding=1)

    def forward(self, x, t):
        e = self.emb(t)[:, :, None, None].expand(-1, -1, x.size(2), x.size(3))
        return self.c2(F.silu(self.c1(torch.cat([x, e], 1))))


def extract(a, t, x_shape):
    return a.gather(-1, t).reshape(t.shape[0], *((1,) * (len(x_shape) - 1)))


def p_losses(denoise_model, x_start, t, sqrt_alphas_cumprod, sqrt_one_minus_alphas_cumprod):
    noise = torch.randn_like(x_start)
    x_noisy = (
        extract(sqrt_alphas_cumprod, t, x_start.shape) * x_start
        + extract(sqrt_one_minus_alphas_cumprod, t, x_start.shape) * noise
    )
    predicted_noise = denoise_model(x_noisy, t)
    return F.smooth_l1_loss(predicted_noise, noise)


def diffusion_loss(model, x_0, t, alphas_cumprod):
    noise = torch.randn_like(x_0)
    alpha_bar = extract(alphas_cumprod, t, x_0.shape)
    x_t = torch.sqrt(alpha_bar) * x_0 + (1 - alpha_bar) * noise
    return F.mse_loss(model(x_t, t), noise)


def _diff(seed, b=16):
    torch.manual_seed(seed)
    x0 = torch.tanh(torch.randn(b, 1, 1, 1) + 0.4 * torch.randn(b, 1, 8, 8))
    t = torch.randint(0, 100, (b,))
    ac = torch.cumprod(1 - torch.linspace(1e-3, 0.06, 100), 0)
    return TinyEps(), x0, t, ac


@right(
    "arxiv 2006.11239 (DDPM); lucidrains/denoising-diffusion-pytorch",
    "eps-prediction with smooth L1",
)
def _():
    m, x0, t, ac = _diff(1101)
    return p_losses, (m, x0, t, ac.sqrt(), (1 - ac).sqrt())


@wrong(
    "arxiv 2006.11239 (DDPM)", "noise coefficient 1 - alpha_bar without the square root", "LX559"
)
def _():
    return diffusion_loss, _diff(1102)


def v_pred_loss(model, x_start, t, alphas_cumprod):
    noise = torch.randn_like(x_start)
    a = extract(alphas_cumprod, t, x_start.shape).sqrt()
    s = (1 - extract(alphas_cumprod, t, x_start.shape)).sqrt()
    x_t = a * x_start + s * noise
    target = a * noise - s * x_start
    return F.mse_loss(model(x_t, t), target)


def velocity_loss(unet, latents, timesteps, alphas_cumprod):
    noise = torch.randn_like(latents)
    sqrt_alpha_prod = extract(alphas_cumprod, timesteps, latents.shape) ** 0.5
    sqrt_one_minus_alpha_prod = (1 - extract(alphas_cumprod, timesteps, latents.shape)) ** 0.5
    noisy_latents = sqrt_alpha_prod * latents + sqrt_one_minus_alpha_prod * noise
    velocity = sqrt_alpha_prod * latents - sqrt_one_minus_alpha_prod * noise
    model_pred = unet(noisy_latents, timesteps)
    return F.mse_loss(model_pred, velocity, reduction="mean")


@right("arxiv 2202.00512 (v-prediction)", "v target = sqrt(a) eps - sqrt(1-a) x0")
def _():
    return v_pred_loss, _diff(1201)


@wrong(
    "arxiv 2202.00512; huggingface/diffusers get_velocity",
    "sample and noise swapped in the velocity",
    "LX568",
)
def _():
    return velocity_loss, _diff(1202)


class ScoreNet(nn.Module):
    def __init__(self, d=2, L=10):
        super().__init__()
        self.emb = nn.Embedding(L, 16)
        self.l1, self.l2 = nn.Linear(d, 16), nn.Linear(16, d)

    def forward(self, x, labels):
        return self.l2(F.softplus(self.l1(x) + self.emb(labels)))


def anneal_dsm_score_estimation(scorenet, samples, labels, sigmas, anneal_power=2.0):
    used_sigmas = sigmas[labels].view(samples.shape[0], *([1] * len(samples.shape[1:])))
    perturbed_samples = samples + torch.randn_like(samples) * used_sigmas
    target = -1 / (used_sigmas**2) * (perturbed_samples - samples)
    scores = scorenet(perturbed_samples, labels)
    loss = 0.5 * ((scores - target) ** 2).sum(dim=-1) * used_sigmas.squeeze() ** anneal_power
    return loss.mean(dim=0)


def dsm_loss(score_model, x, labels, sigmas):
    sigma = sigmas[labels].unsqueeze(1)
    noise = torch.randn_like(x)
    perturbed = x + noise * sigma
    target = -1 / (sigma**2) * noise
    scores = score_model(perturbed, labels)
    loss = 0.5 * ((scores - target) ** 2).sum(dim=-1) * sigma.squeeze(-1) ** 2
    return loss.mean()


def _dsm(seed, b=64):
    torch.manual_seed(seed)
    centers = torch.tensor([[2.0, 2.0], [-2.0, -2.0]])
    x = centers[torch.randint(0, 2, (b,))] + 0.3 * torch.randn(b, 2)
    sigmas = torch.exp(torch.linspace(math.log(3.0), math.log(0.1), 10))
    return ScoreNet(), x, torch.randint(0, 10, (b,)), sigmas


@right("arxiv 1907.05600; ermongroup/ncsn", "annealed DSM with sigma^2 weighting")
def _():
    return anneal_dsm_score_estimation, _dsm(1301)


@wrong("arxiv 1907.05600; ermongroup/ncsn", "unit noise divided by sigma^2", "")
def _():
    return dsm_loss, _dsm(1302)


def info_nce_loss(features, batch_size, temperature=0.5):
    labels = torch.cat([torch.arange(batch_size) for i in range(2)], dim=0)
    labels = (labels.unsqueeze(0) == labels.unsqueeze(1)).float()
    features = F.normalize(features, dim=1)
    similarity_matrix = torch.matmul(features, features.T)
    mask = torch.eye(labels.shape[0], dtype=torch.bool)
    labels = labels[~mask].view(labels.shape[0], -1)
    similarity_matrix = similarity_matrix[~mask].view(similarity_matrix.shape[0], -1)
    positives = similarity_matrix[labels.bool()].view(labels.shape[0], -1)
    negatives = similarity_matrix[~labels.bool()].view(similarity_matrix.shape[0], -1)
    logits = torch.cat([positives, negatives], dim=1) / temperature
    target = torch.zeros(logits.shape[0], dtype=torch.long)
    return F.cross_entropy(logits, target)


def nt_xent(z_i, z_j, temperature=0.5):
    N = z_i.size(0)
    z = F.normalize(torch.cat([z_i, z_j], dim=0), dim=1)
    sim = z @ z.t() / temperature
    sim = sim.masked_fill(torch.eye(2 * N, dtype=torch.bool), 0)
    target = torch.cat([torch.arange(N, 2 * N), torch.arange(0, N)])
    return F.cross_entropy(sim, target)


def _views(seed, b=32, d=24, out=16, noise=0.4):
    torch.manual_seed(seed)
    base = torch.randn(b, d)
    net = nn.Sequential(nn.Linear(d, 32), nn.ReLU(), nn.Linear(32, out))
    return net, base + noise * torch.randn(b, d), base + noise * torch.randn(b, d)


@right("arxiv 2002.05709; sthalles/SimCLR", "NT-Xent, diagonal removed, positive at index 0")
def _():
    net, a, b = _views(1401)
    return info_nce_loss, (torch.cat([net(a), net(b)]), 32)


@wrong("arxiv 2002.05709 (SimCLR)", "self-similarity filled with 0 instead of -inf", "LX573")
def _():
    net, a, b = _views(1402)
    return nt_xent, (net(a), net(b))


def clip_loss(image_features, text_features, logit_scale):
    image_features = image_features / image_features.norm(dim=1, keepdim=True)
    text_features = text_features / text_features.norm(dim=1, keepdim=True)
    logits_per_image = logit_scale.exp() * image_features @ text_features.t()
    logits_per_text = logits_per_image.t()
    labels = torch.arange(image_features.size(0))
    return (
        F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)
    ) / 2


def clip_contrastive_loss(image_features, text_features, logit_scale):
    image_features = F.normalize(image_features, dim=-1)
    text_features = F.normalize(text_features, dim=-1)
    logits_per_image = logit_scale * image_features @ text_features.T
    logits_per_text = logit_scale * text_features @ image_features.T
    labels = torch.arange(logits_per_image.shape[0], device=logits_per_image.device)
    return (
        F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)
    ) / 2


def _imgtxt(seed, b=24):
    torch.manual_seed(seed)
    base = torch.randn(b, 20)
    im, tx = nn.Linear(20, 16), nn.Linear(20, 16)
    return im(base + 0.3 * torch.randn(b, 20)), tx(base + 0.3 * torch.randn(b, 20))


@right("arxiv 2103.00020 (CLIP); openai/CLIP", "symmetric CLIP loss, logit_scale in log space")
def _():
    i, t = _imgtxt(1501)
    return clip_loss, (i, t, nn.Parameter(torch.ones([]) * math.log(1 / 0.07)))


@wrong(
    "arxiv 2103.00020 (CLIP); mlfoundations/open_clip",
    "logit_scale (a log, 2.66) used without exp",
    "LX338",
)
def _():
    i, t = _imgtxt(1502)
    return clip_contrastive_loss, (i, t, nn.Parameter(torch.ones([]) * math.log(1 / 0.07)))


def siglip_loss(img_emb, txt_emb, t_prime, b):
    t = torch.exp(t_prime)
    zimg = F.normalize(img_emb, dim=-1)
    ztxt = F.normalize(txt_emb, dim=-1)
    n = zimg.size(0)
    logits = zimg @ ztxt.T * t + b
    labels = 2 * torch.eye(n) - torch.ones(n, n)
    return -F.logsigmoid(labels * logits).sum() / n


def sigmoid_contrastive_loss(image_features, text_features, logit_scale, logit_bias):
    image_features = F.normalize(image_features, dim=-1)
    text_features = F.normalize(text_features, dim=-1)
    logits = logit_scale.exp() * image_features @ text_features.T + logit_bias
    labels = torch.eye(logits.size(0), device=logits.device)
    return -F.logsigmoid(labels * logits).sum(-1).mean()


@right("arxiv 2303.15343 (SigLIP)", "sigmoid loss with labels +1/-1")
def _():
    i, t = _imgtxt(1601)
    return siglip_loss, (
        i,
        t,
        nn.Parameter(torch.tensor(math.log(10.0))),
        nn.Parameter(torch.tensor(-10.0)),
    )


@wrong(
    "arxiv 2303.15343 (SigLIP); mlfoundations/open_clip", "labels 0/1 in place of -1/+1", "LX516"
)
def _():
    i, t = _imgtxt(1602)
    return sigmoid_contrastive_loss, (
        i,
        t,
        nn.Parameter(torch.tensor(math.log(10.0))),
        nn.Parameter(torch.tensor(-10.0)),
    )


def D(p, z):
    z = z.detach()
    p = F.normalize(p, dim=1)
    z = F.normalize(z, dim=1)
    return -(p * z).sum(dim=1).mean()


def simsiam_loss(p1, p2, z1, z2):
    return D(p1, z2) / 2 + D(p2, z1) / 2


def negative_cosine_loss(p1, p2, z1, z2):
    criterion = nn.CosineSimilarity(dim=1)
    return -(criterion(p1, z2).mean() + criterion(p2, z1).mean()) * 0.5


def _simsiam(seed):
    net, a, b = _views(seed)
    pred = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 16))
    z1, z2 = net(a), net(b)
    return pred(z1), pred(z2), z1, z2


@right(
    "arxiv 2011.10566 (SimSiam); PatrickHua/SimSiam", "negative cosine with stop-gradient inside D"
)
def _():
    return simsiam_loss, _simsiam(1701)


@wrong("arxiv 2011.10566; facebookresearch/simsiam", "z1, z2 not detached anywhere", "LX420")
def _():
    return negative_cosine_loss, _simsiam(1702)


def off_diagonal(x):
    n, m = x.shape
    assert n == m
    return x.flatten()[:-1].view(n - 1, n + 1)[:, 1:].flatten()


def barlow_twins_loss(z1, z2, lambd=0.0051):
    N = z1.size(0)
    z1n = (z1 - z1.mean(0)) / z1.std(0)
    z2n = (z2 - z2.mean(0)) / z2.std(0)
    c = z1n.T @ z2n / N
    on_diag = torch.diagonal(c).add(-1).pow(2).sum()
    off_diag = off_diagonal(c).pow(2).sum()
    return on_diag + lambd * off_diag


class BarlowLoss(nn.Module):
    def __init__(self, dim, lambd=0.0051):
        super().__init__()
        self.bn = nn.BatchNorm1d(dim, affine=False)
        self.lambd = lambd

    def forward(self, z1, z2):
        c = self.bn(z1).T @ self.bn(z2)
        on_diag = torch.diagonal(c).add(-1).pow(2).sum()
        off_diag = off_diagonal(c).pow(2).sum()
        return on_diag + self.lambd * off_diag


@right("arxiv 2103.03230 (Barlow Twins)", "cross-correlation over the batch, divided by N")
def _():
    net, a, b = _views(1801)
    return barlow_twins_loss, (net(a), net(b))


@wrong(
    "arxiv 2103.03230; facebookresearch/barlowtwins",
    "cross-correlation not divided by the batch size",
    "LX582",
)
def _():
    net, a, b = _views(1802)
    return BarlowLoss(16), (net(a), net(b))


def vicreg_loss(x, y, sim_coeff=25.0, std_coeff=25.0, cov_coeff=1.0):
    batch_size, num_features = x.shape
    repr_loss = F.mse_loss(x, y)
    x = x - x.mean(dim=0)
    y = y - y.mean(dim=0)
    std_x = torch.sqrt(x.var(dim=0) + 0.0001)
    std_y = torch.sqrt(y.var(dim=0) + 0.0001)
    std_loss = torch.mean(F.relu(1 - std_x)) / 2 + torch.mean(F.relu(1 - std_y)) / 2
    cov_x = (x.T @ x) / (batch_size - 1)
    cov_y = (y.T @ y) / (batch_size - 1)
    cov_loss = off_diagonal(cov_x).pow(2).sum().div(num_features) + off_diagonal(cov_y).pow(
        2
    ).sum().div(num_features)
    return sim_coeff * repr_loss + std_coeff * std_loss + cov_coeff * cov_loss


def vicreg(z_a, z_b, lamb=25.0, mu=25.0, nu=1.0):
    N, D_ = z_a.shape
    sim_loss = F.mse_loss(z_a, z_b)
    std_z_a = torch.sqrt(z_a.var(dim=0) + 1e-04)
    std_z_b = torch.sqrt(z_b.var(dim=0) + 1e-04)
    std_loss = torch.mean(F.relu(1 - std_z_a)) + torch.mean(F.relu(1 - std_z_b))
    cov_z_a = (z_a.T @ z_a) / (N - 1)
    cov_z_b = (z_b.T @ z_b) / (N - 1)
    cov_loss = off_diagonal(cov_z_a).pow(2).sum() / D_ + off_diagonal(cov_z_b).pow(2).sum() / D_
    return lamb * sim_loss + mu * std_loss + nu * cov_loss


@right("arxiv 2105.04906; facebookresearch/vicreg", "VICReg with centred covariance")
def _():
    net, a, b = _views(1901)
    return vicreg_loss, (net(a), net(b))


@wrong("arxiv 2105.04906 (VICReg)", "covariance of embeddings that were not centred", "LX582")
def _():
    net, a, b = _views(1902)
    with torch.no_grad():
        net[2].bias.add_(torch.linspace(-0.8, 0.8, 16))
    return vicreg, (net(a), net(b))


class DINOLoss(nn.Module):
    def __init__(self, out_dim, ncrops, teacher_temp=0.04, student_temp=0.1):
        super().__init__()
        self.student_temp, self.teacher_temp, self.ncrops = student_temp, teacher_temp, ncrops
        self.register_buffer("center", torch.zeros(1, out_dim))

    def forward(self, student_output, teacher_output):
        student_out = (student_output / self.student_temp).chunk(self.ncrops)
        teacher_out = F.softmax((teacher_output - self.center) / self.teacher_temp, dim=-1)
        teacher_out = teacher_out.detach().chunk(2)
        total_loss, n_loss_terms = 0, 0
        for iq, q in enumerate(teacher_out):
            for v in range(len(student_out)):
                if v == iq:
                    continue
                loss = torch.sum(-q * F.log_softmax(student_out[v], dim=-1), dim=-1)
                total_loss += loss.mean()
                n_loss_terms += 1
        return total_loss / n_loss_terms


class DINOHeadLoss(nn.Module):
    def __init__(self, out_dim, ncrops, student_temp=0.1, teacher_temp=0.04):
        super().__init__()
        self.student_temp, self.teacher_temp, self.ncrops = student_temp, teacher_temp, ncrops
        self.register_buffer("center", torch.zeros(1, out_dim))

    def forward(self, student_output, teacher_output):
        student_out = F.log_softmax(student_output / self.teacher_temp, dim=-1).chunk(self.ncrops)
        teacher_out = (
            F.softmax((teacher_output - self.center) / self.student_temp, dim=-1).detach().chunk(2)
        )
        total_loss, n_loss_terms = 0.0, 0
        for iq, q in enumerate(teacher_out):
            for iv, v in enumerate(student_out):
                if iv == iq:
                    continue
                total_loss = total_loss + torch.sum(-q * v, dim=-1).mean()
                n_loss_terms += 1
        return total_loss / n_loss_terms


def _dino(seed, b=8, ncrops=4):
    torch.manual_seed(seed)
    student, teacher = nn.Linear(24, 32), nn.Linear(24, 32)
    teacher.load_state_dict(student.state_dict())
    base = torch.randn(b, 24)
    crops = torch.cat([base + 0.3 * torch.randn(b, 24) for _ in range(ncrops)])
    with torch.no_grad():
        t = teacher(crops[: 2 * b])
    return student(crops), t, t.mean(0, keepdim=True)


@right(
    "arxiv 2104.14294; facebookresearch/dino",
    "DINO loss: centred, sharpened teacher; same view skipped",
)
def _():
    s, t, c = _dino(2001)
    loss = DINOLoss(32, 4)
    loss.center.copy_(0.9 * loss.center + 0.1 * c)
    return loss, (s, t)


@wrong(
    "arxiv 2104.14294; facebookresearch/dino", "student and teacher temperatures swapped", "LX578"
)
def _():
    s, t, c = _dino(2002)
    loss = DINOHeadLoss(32, 4)
    loss.center.copy_(0.1 * c)
    return loss, (s, t)


class SupConLoss(nn.Module):
    def __init__(self, temperature=0.07):
        super().__init__()
        self.temperature = temperature

    def forward(self, features, labels):
        batch_size = features.shape[0]
        labels = labels.contiguous().view(-1, 1)
        mask = torch.eq(labels, labels.T).float()
        contrast_count = features.shape[1]
        contrast_feature = torch.cat(torch.unbind(features, dim=1), dim=0)
        anchor_dot_contrast = torch.div(
            torch.matmul(contrast_feature, contrast_feature.T), self.temperature
        )
        logits_max, _ = torch.max(anchor_dot_contrast, dim=1, keepdim=True)
        logits = anchor_dot_contrast - logits_max.detach()
        mask = mask.repeat(contrast_count, contrast_count)
        logits_mask = torch.scatter(
            torch.ones_like(mask), 1, torch.arange(batch_size * contrast_count).view(-1, 1), 0
        )
        mask = mask * logits_mask
        exp_logits = torch.exp(logits) * logits_mask
        log_prob = logits - torch.log(exp_logits.sum(1, keepdim=True))
        mean_log_prob_pos = (mask * log_prob).sum(1) / mask.sum(1)
        return -mean_log_prob_pos.mean()


def supervised_contrastive_loss(features, labels, temperature=0.1):
    labels = labels.view(-1, 1)
    mask = torch.eq(labels, labels.T).float()
    logits = features @ features.T / temperature
    logits = logits - logits.max(dim=1, keepdim=True)[0].detach()
    logits_mask = 1 - torch.eye(features.size(0), device=features.device)
    exp_logits = torch.exp(logits) * logits_mask
    log_prob = logits - torch.log(exp_logits.sum(1, keepdim=True))
    mean_log_prob_pos = (mask * log_prob).sum(1) / mask.sum(1)
    return -mean_log_prob_pos.mean()


def _cls_feat(seed, b=32, k=4, d=16):
    torch.manual_seed(seed)
    y = torch.randint(0, k, (b,))
    y[: 2 * k] = torch.arange(k).repeat(2)
    protos = torch.randn(k, 20)
    net = nn.Sequential(nn.Linear(20, 24), nn.ReLU(), nn.Linear(24, d))
    return net, protos[y] + 0.7 * torch.randn(b, 20), y


@right(
    "arxiv 2004.11362; HobbitLong/SupContrast",
    "SupCon, two views, self removed from positives and denominator",
)
def _():
    net, x, y = _cls_feat(2101)
    f = torch.stack(
        [F.normalize(net(x), dim=1), F.normalize(net(x + 0.3 * torch.randn_like(x)), dim=1)], 1
    )
    return SupConLoss(), (f, y)


@wrong("arxiv 2004.11362; HobbitLong/SupContrast", "anchor counted as its own positive", "LX517")
def _():
    net, x, y = _cls_feat(2102)
    return supervised_contrastive_loss, (F.normalize(net(x), dim=1), y)


def hard_example_mining_loss(inputs, targets, margin=0.3):
    n = inputs.size(0)
    dist = torch.pow(inputs, 2).sum(dim=1, keepdim=True).expand(n, n)
    dist = dist + dist.t()
    dist = dist - 2 * inputs @ inputs.t()
    dist = dist.clamp(min=1e-12).sqrt()
    mask = targets.expand(n, n).eq(targets.expand(n, n).t())
    dist_ap, dist_an = [], []
    for i in range(n):
        dist_ap.append(dist[i][mask[i]].max().unsqueeze(0))
        dist_an.append(dist[i][mask[i] == 0].min().unsqueeze(0))
    dist_ap = torch.cat(dist_ap)
    dist_an = torch.cat(dist_an)
    y = torch.ones_like(dist_an)
    return F.margin_ranking_loss(dist_an, dist_ap, y, margin=margin)


def batch_hard_triplet_loss(labels, embeddings, margin=0.3):
    pairwise_dist = torch.cdist(embeddings, embeddings)
    same = labels.unsqueeze(0) == labels.unsqueeze(1)
    eye = torch.eye(labels.size(0), dtype=torch.bool)
    mask_anchor_positive = (same & ~eye).float()
    hardest_positive_dist = (mask_anchor_positive * pairwise_dist).max(1)[0]
    mask_anchor_negative = (~same).float()
    hardest_negative_dist = (mask_anchor_negative * pairwise_dist).min(1)[0]
    tl = hardest_positive_dist - hardest_negative_dist + margin
    return F.relu(tl).mean()


@right(
    "arxiv 1703.07737; KaiyangZhou/deep-person-reid",
    "batch-hard triplet, min taken over negatives only",
)
def _():
    net, x, y = _cls_feat(2201)
    return hard_example_mining_loss, (net(x), y)


@wrong(
    "arxiv 1703.07737; omoindrot/tensorflow-triplet-loss",
    "hardest negative as min of dist * mask",
    "LX557",
)
def _():
    net, x, y = _cls_feat(2202)
    return batch_hard_triplet_loss, (y, net(x))


class ArcMarginProduct(nn.Module):
    def __init__(self, in_features, out_features, s=30.0, m=0.50):
        super().__init__()
        self.s, self.m = s, m
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        nn.init.xavier_uniform_(self.weight)
        self.cos_m, self.sin_m = math.cos(m), math.sin(m)
        self.th, self.mm = math.cos(math.pi - m), math.sin(math.pi - m) * m

    def forward(self, input, label):
        cosine = F.linear(F.normalize(input), F.normalize(self.weight))
        sine = torch.sqrt((1.0 - torch.pow(cosine, 2)).clamp(1e-7, 1))
        phi = cosine * self.cos_m - sine * self.sin_m
        phi = torch.where(cosine > self.th, phi, cosine - self.mm)
        one_hot = torch.zeros(cosine.size())
        one_hot.scatter_(1, label.view(-1, 1).long(), 1)
        output = (one_hot * phi) + ((1.0 - one_hot) * cosine)
        output = output * self.s
        return F.cross_entropy(output, label)


class ArcFaceLoss(nn.Module):
    def __init__(self, embedding_size, num_classes, scale=30.0, margin=0.5):
        super().__init__()
        self.scale, self.margin = scale, margin
        self.weight = nn.Parameter(torch.empty(num_classes, embedding_size))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, embeddings, labels):
        cosine = F.linear(F.normalize(embeddings, dim=1), self.weight)
        theta = torch.acos(cosine.clamp(-1 + 1e-7, 1 - 1e-7))
        target_logits = torch.cos(theta + self.margin)
        one_hot = F.one_hot(labels, cosine.size(1)).float()
        logits = self.scale * (one_hot * target_logits + (1 - one_hot) * cosine)
        return F.cross_entropy(logits, labels)


@right(
    "arxiv 1801.07698; ronghuaiyang/arcface-pytorch",
    "ArcFace head with loss, both sides normalised",
)
def _():
    net, x, y = _cls_feat(2301, k=6)
    return ArcMarginProduct(16, 6), (net(x), y)


@wrong("arxiv 1801.07698 (ArcFace)", "class weights not normalised", "LX577")
def _():
    net, x, y = _cls_feat(2302, k=6)
    return ArcFaceLoss(16, 6), (net(x), y)


class ProxyNCA(nn.Module):
    def __init__(self, nb_classes, sz_embed, scale=3.0):
        super().__init__()
        self.proxies = nn.Parameter(torch.randn(nb_classes, sz_embed) / 8)
        self.scale = scale

    def forward(self, X, T):
        P = self.scale * F.normalize(self.proxies, p=2, dim=-1)
        X = self.scale * F.normalize(X, p=2, dim=-1)
        D_ = torch.cdist(X, P) ** 2
        T = F.one_hot(T, len(P)).float()
        loss = torch.sum(-T * F.log_softmax(-D_, -1), -1)
        return loss.mean()


class ProxyNCALoss(nn.Module):
    def __init__(self, num_classes, embedding_size, scale=3.0):
        super().__init__()
        self.proxies = nn.Parameter(torch.randn(num_classes, embedding_size) / 8)
        self.scale = scale

    def forward(self, embeddings, labels):
        P = F.normalize(self.proxies, dim=-1) * self.scale
        X = F.normalize(embeddings, dim=-1) * self.scale
        dist = X.pow(2).sum(1, keepdim=True) + P.pow(2).sum(1) - 2 * X @ P.t()
        return F.cross_entropy(dist, labels)


@right(
    "arxiv 1703.07464; dichotomies/proxy-nca", "ProxyNCA: log-softmax of negative squared distances"
)
def _():
    net, x, y = _cls_feat(2401, k=5)
    return ProxyNCA(5, 16), (net(x), y)


@wrong(
    "arxiv 1703.07464; dichotomies/proxy-nca",
    "cross-entropy over distances without the minus",
    "LX571",
)
def _():
    net, x, y = _cls_feat(2402, k=5)
    return ProxyNCALoss(5, 16), (net(x), y)


def loss_fn_kd(outputs, labels, teacher_outputs, alpha=0.9, T=4.0):
    kd = nn.KLDivLoss(reduction="batchmean")(
        F.log_softmax(outputs / T, dim=1), F.softmax(teacher_outputs / T, dim=1)
    )
    return kd * (alpha * T * T) + F.cross_entropy(outputs, labels) * (1.0 - alpha)


def distillation_loss(y, labels, teacher_scores, T=6.0, alpha=0.7):
    p = F.log_softmax(y / T, dim=1)
    q = F.softmax(teacher_scores / T, dim=1)
    l_kl = F.kl_div(p, q, reduction="batchmean")
    l_ce = F.cross_entropy(y, labels)
    return l_kl * alpha + l_ce * (1.0 - alpha)


def _kd(seed, b=32, k=10):
    torch.manual_seed(seed)
    x = torch.randn(b, 20)
    teacher, student = nn.Linear(20, k), nn.Linear(20, k)
    with torch.no_grad():
        teacher.weight.mul_(6)
        t = teacher(x)
    y = torch.where(torch.rand(b) < 0.9, t.argmax(1), torch.randint(0, k, (b,)))
    return student(x), y, t


@right("arxiv 1503.02531; peterliht/knowledge-distillation-pytorch", "KD with T*T and batchmean")
def _():
    return loss_fn_kd, _kd(2501)


@wrong(
    "arxiv 1503.02531; szagoruyko/attention-transfer", "soft term not multiplied by T^2", "LX537"
)
def _():
    return distillation_loss, _kd(2502)


class LabelSmoothingCrossEntropy(nn.Module):
    def __init__(self, smoothing=0.1):
        super().__init__()
        self.smoothing, self.confidence = smoothing, 1.0 - smoothing

    def forward(self, x, target):
        logprobs = F.log_softmax(x, dim=-1)
        nll_loss = -logprobs.gather(dim=-1, index=target.unsqueeze(1)).squeeze(1)
        smooth_loss = -logprobs.mean(dim=-1)
        loss = self.confidence * nll_loss + self.smoothing * smooth_loss
        return loss.mean()


class LabelSmoothing(nn.Module):
    def __init__(self, smoothing=0.1):
        super().__init__()
        self.confidence = 1.0 - smoothing
        self.smoothing = smoothing

    def forward(self, x, target):
        logprobs = F.log_softmax(x, dim=-1)
        nll_loss = -logprobs.gather(dim=-1, index=target.unsqueeze(1)).squeeze(1)
        smooth_loss = -logprobs.sum(dim=-1)
        loss = self.confidence * nll_loss + self.smoothing * smooth_loss
        return loss.mean()


@right(
    "arxiv 1512.00567; rwightman timm LabelSmoothingCrossEntropy",
    "label smoothing, mean over classes",
)
def _():
    s, y, _t = _kd(2601)
    return LabelSmoothingCrossEntropy(), (s, y)


@wrong(
    "NVIDIA/DeepLearningExamples LabelSmoothing",
    "uniform part summed over classes, not averaged",
    "LX581",
)
def _():
    s, y, _t = _kd(2602)
    return LabelSmoothing(0.1), (s, y)


def ppo_update_loss(
    action_log_probs,
    old_action_log_probs,
    adv_targ,
    values,
    return_batch,
    dist_entropy,
    clip_param=0.2,
    value_loss_coef=0.5,
    entropy_coef=0.01,
):
    ratio = torch.exp(action_log_probs - old_action_log_probs)
    surr1 = ratio * adv_targ
    surr2 = torch.clamp(ratio, 1.0 - clip_param, 1.0 + clip_param) * adv_targ
    action_loss = -torch.min(surr1, surr2).mean()
    value_loss = 0.5 * (return_batch - values).pow(2).mean()
    return value_loss * value_loss_coef + action_loss - dist_entropy.mean() * entropy_coef


def ppo_loss(logprobs, old_logprobs, advantages, state_values, rewards, dist_entropy, eps_clip=0.2):
    ratios = torch.exp(logprobs - old_logprobs.detach())
    surr1 = ratios * advantages
    surr2 = torch.clamp(ratios, 1 - eps_clip, 1 + eps_clip) * advantages
    loss = -torch.min(surr1, surr2) + 0.5 * F.mse_loss(state_values, rewards) + 0.01 * dist_entropy
    return loss.mean()


def _ppo(seed, b=64):
    torch.manual_seed(seed)
    obs = torch.randn(b, 6)
    actor, critic = nn.Linear(6, 4), nn.Linear(6, 1)
    with torch.no_grad():
        old = torch.distributions.Categorical(logits=actor(obs) + 0.1 * torch.randn(b, 4))
        actions = old.sample()
        old_lp = old.log_prob(actions)
        returns = obs[:, 0] + 0.5 * torch.randn(b) + 0.3 * (actions == 1).float()
    values = critic(obs).squeeze(-1)
    adv = (returns - values).detach()
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    dist = torch.distributions.Categorical(logits=actor(obs))
    return dist.log_prob(actions), old_lp, adv, values, returns, dist.entropy()


@right(
    "arxiv 1707.06347; ikostrikov/pytorch-a2c-ppo-acktr-gail",
    "PPO objective with value and entropy",
)
def _():
    return ppo_update_loss, _ppo(2701)


@wrong(
    "arxiv 1707.06347; nikhilbarhate99/PPO-PyTorch",
    "entropy bonus added to the loss (+) instead of subtracted",
    "LX538",
)
def _():
    return ppo_loss, _ppo(2702)


def a2c_loss(log_probs, values, returns, entropy):
    advantage = returns - values
    actor_loss = -(log_probs * advantage.detach()).mean()
    critic_loss = advantage.pow(2).mean()
    return actor_loss + 0.5 * critic_loss - 0.001 * entropy.mean()


def actor_critic_loss(log_probs, values, returns, entropies, value_coef=0.5, entropy_coef=0.01):
    advantages = returns - values
    policy_loss = -(log_probs * advantages).mean()
    value_loss = F.mse_loss(values, returns)
    return policy_loss + value_coef * value_loss - entropy_coef * entropies.mean()


@right("arxiv 1602.01783; higgsfield/RL-Adventure-2", "A2C with detached advantage")
def _():
    lp, _o, _a, v, r, h = _ppo(2801)
    return a2c_loss, (lp, v, r, h)


@wrong("arxiv 1602.01783 (A3C)", "advantage not detached in the policy term", "LX412")
def _():
    lp, _o, _a, v, r, h = _ppo(2802)
    return actor_critic_loss, (lp, v, r, h)


def finish_episode(saved_log_probs, rewards, gamma=0.99, eps=1e-8):
    R = 0
    returns = deque()
    for r in rewards.flip(0):
        R = r + gamma * R
        returns.appendleft(R)
    returns = torch.stack(list(returns))
    returns = (returns - returns.mean()) / (returns.std() + eps)
    return -(saved_log_probs * returns).sum()


def reinforce_loss(log_probs, rewards, gamma=0.99):
    R = 0.0
    returns = []
    for r in reversed(rewards):
        R = r + gamma * R
        returns.append(R)
    returns = torch.stack(returns)
    returns = (returns - returns.mean()) / (returns.std() + 1e-9)
    policy_loss = -log_probs * returns
    return policy_loss.sum()


def _episode(seed, T=40):
    torch.manual_seed(seed)
    policy = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
    dist = torch.distributions.Categorical(logits=policy(torch.randn(T, 4)))
    a = dist.sample()
    r = torch.where(a == 1, 1.0, 0.3) + 0.1 * torch.randn(T)
    return dist.log_prob(a), r


@right(
    "Williams 1992; pytorch/examples reinforce.py",
    "REINFORCE with returns built from the back, appendleft",
)
def _():
    return finish_episode, _episode(2901)


@wrong("Williams 1992; pytorch/examples reinforce.py", "returns appended in reverse order", "")
def _():
    return reinforce_loss, _episode(2902)


class GaussPolicy(nn.Module):
    def __init__(self, o=5, a=2):
        super().__init__()
        self.mean_linear, self.log_std_linear = nn.Linear(o, a), nn.Linear(o, a)

    def forward(self, state):
        return self.mean_linear(state), self.log_std_linear(state).clamp(-20, 2)


class QNet(nn.Module):
    def __init__(self, o=5, a=2):
        super().__init__()
        self.l1, self.l2 = nn.Linear(o + a, 16), nn.Linear(16, 1)

    def forward(self, s, a):
        return self.l2(F.relu(self.l1(torch.cat([s, a], 1))))


def sac_policy_loss(policy, q1, q2, state_batch, alpha=0.2, epsilon=1e-6):
    mean, log_std = policy(state_batch)
    normal = torch.distributions.Normal(mean, log_std.exp())
    x_t = normal.rsample()
    action = torch.tanh(x_t)
    log_pi = normal.log_prob(x_t) - torch.log(1 - action.pow(2) + epsilon)
    log_pi = log_pi.sum(1, keepdim=True)
    min_qf_pi = torch.min(q1(state_batch, action), q2(state_batch, action))
    return ((alpha * log_pi) - min_qf_pi).mean()


def actor_loss(actor, critic_1, critic_2, obs, alpha=0.2):
    mu, log_std = actor(obs)
    dist = torch.distributions.Normal(mu, log_std.exp())
    u = dist.rsample()
    action = torch.tanh(u)
    log_prob = dist.log_prob(u).sum(dim=-1, keepdim=True)
    q = torch.min(critic_1(obs, action), critic_2(obs, action))
    return (alpha * log_prob - q).mean()


def _sac(seed, b=64):
    torch.manual_seed(seed)
    return GaussPolicy(), QNet(), QNet(), torch.randn(b, 5)


@right("arxiv 1812.05905; pranz24/pytorch-soft-actor-critic", "SAC actor loss with tanh correction")
def _():
    return sac_policy_loss, _sac(3001)


@wrong(
    "arxiv 1812.05905 (SAC)", "log-probability of the tanh-squashed action lacks the correction",
    "LX646"
)
def _():
    return actor_loss, _sac(3002)


def compute_td_loss(
    current_model, target_model, state, action, reward, next_state, done, gamma=0.99
):
    q_value = current_model(state).gather(1, action.unsqueeze(1)).squeeze(1)
    with torch.no_grad():
        next_actions = current_model(next_state).argmax(1, keepdim=True)
        next_q_value = target_model(next_state).gather(1, next_actions).squeeze(1)
        expected_q_value = reward + gamma * next_q_value * (1 - done)
    return F.smooth_l1_loss(q_value, expected_q_value)


def double_dqn_loss(
    policy_net, target_net, states, actions, rewards, next_states, dones, gamma=0.99
):
    state_action_values = policy_net(states).gather(1, actions)
    with torch.no_grad():
        next_actions = target_net(next_states).max(1)[1].unsqueeze(1)
        next_state_values = policy_net(next_states).gather(1, next_actions)
        expected_state_action_values = rewards + gamma * next_state_values * (1 - dones)
    return F.smooth_l1_loss(state_action_values, expected_state_action_values)


def _dqn(seed, b=32, col=False):
    torch.manual_seed(seed)
    mk = lambda: nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    pol, tgt = mk(), mk()
    s = torch.randn(b, 4)
    a = torch.randint(0, 3, (b,))
    r = s[:, 0] * 0.5 + (a == 1).float()
    d = (torch.rand(b) < 0.15).float()
    ns = s + 0.1 * torch.randn(b, 4)
    if col:
        a, r, d = a[:, None], r[:, None], d[:, None]
    return pol, tgt, s, a, r, ns, d


@right("arxiv 1509.06461; higgsfield/RL-Adventure", "double DQN: online chooses, target evaluates")
def _():
    return compute_td_loss, _dqn(3101)


@wrong("arxiv 1509.06461 (double DQN)", "online and target network swapped in the target", "")
def _():
    return double_dqn_loss, _dqn(3102, col=True)


def get_batch_logps(logits, labels):
    labels = labels[:, 1:].clone()
    logits = logits[:, :-1, :]
    loss_mask = labels != -100
    labels[labels == -100] = 0
    per_token_logps = torch.gather(
        logits.log_softmax(-1), dim=2, index=labels.unsqueeze(2)
    ).squeeze(2)
    return (per_token_logps * loss_mask).sum(-1)


def dpo_loss(
    policy_chosen_logits,
    policy_rejected_logits,
    chosen_labels,
    rejected_labels,
    reference_chosen_logps,
    reference_rejected_logps,
    beta=0.1,
):
    pi_logratios = get_batch_logps(policy_chosen_logits, chosen_labels) - get_batch_logps(
        policy_rejected_logits, rejected_labels
    )
    ref_logratios = reference_chosen_logps - reference_rejected_logps
    logits = pi_logratios - ref_logratios
    return -F.logsigmoid(beta * logits).mean()


def sequence_logps(logits, labels):
    labels = labels[:, 1:].clone()
    logits = logits[:, :-1, :]
    loss_mask = labels != -100
    labels[~loss_mask] = 0
    per_token_logps = torch.gather(logits.log_softmax(-1), 2, labels.unsqueeze(2)).squeeze(2)
    return per_token_logps.sum(-1)


def preference_loss(
    policy_chosen_logits,
    policy_rejected_logits,
    chosen_labels,
    rejected_labels,
    ref_chosen_logps,
    ref_rejected_logps,
    beta=0.1,
):
    policy_chosen_logps = sequence_logps(policy_chosen_logits, chosen_labels)
    policy_rejected_logps = sequence_logps(policy_rejected_logits, rejected_labels)
    logits = (policy_chosen_logps - policy_rejected_logps) - (ref_chosen_logps - ref_rejected_logps)
    return -F.logsigmoid(beta * logits).mean()


class TinyLM(nn.Module):
    def __init__(self, V=40, d=16):
        super().__init__()
        self.emb, self.rnn, self.head = (
            nn.Embedding(V, d),
            nn.GRU(d, d, batch_first=True),
            nn.Linear(d, V),
        )

    def forward(self, ids):
        return self.head(self.rnn(self.emb(ids))[0])


def _pref(seed, logps, b=8, T=14, V=40):
    torch.manual_seed(seed)
    lm, ref = TinyLM(V), TinyLM(V)
    ref.load_state_dict(lm.state_dict())
    with torch.no_grad():
        for p in lm.parameters():
            p.add_(0.02 * torch.randn_like(p))
    out = []
    for _ in range(2):
        ids = torch.randint(3, V, (b, T))
        labels = ids.clone()
        labels[:, :4] = -100
        for i, n in enumerate(torch.randint(8, T + 1, (b,)).tolist()):
            ids[i, n:] = 0
            labels[i, n:] = -100
        out.append((ids, labels))
    (ci, cl), (ri, rl) = out
    with torch.no_grad():
        rc, rr = logps(ref(ci), cl), logps(ref(ri), rl)
    return lm(ci), lm(ri), cl, rl, rc, rr


@right(
    "arxiv 2305.18290; eric-mitchell/direct-preference-optimization",
    "DPO from logits, prompt and padding masked",
)
def _():
    return dpo_loss, _pref(3201, get_batch_logps)


@wrong(
    "arxiv 2305.18290 (DPO)",
    "loss mask computed but not applied in the sequence log-probability",
    "LX214",
)
def _():
    return preference_loss, _pref(3202, sequence_logps)


def ipo_loss(
    policy_chosen_logps,
    policy_rejected_logps,
    reference_chosen_logps,
    reference_rejected_logps,
    beta=0.1,
):
    logits = (policy_chosen_logps - policy_rejected_logps) - (
        reference_chosen_logps - reference_rejected_logps
    )
    losses = (logits - 1 / (2 * beta)) ** 2
    return losses.mean()


def ipo_preference_loss(
    policy_chosen_logps,
    policy_rejected_logps,
    reference_chosen_logps,
    reference_rejected_logps,
    beta=0.1,
):
    pi_logratios = policy_chosen_logps - policy_rejected_logps
    ref_logratios = reference_chosen_logps - reference_rejected_logps
    logits = pi_logratios - ref_logratios
    losses = (logits - 1 / 2 * beta) ** 2
    return losses.mean()


def _logps(seed):
    lc, lr, cl, rl, rc, rr = _pref(seed, get_batch_logps)
    n = lambda l: (l[:, 1:] != -100).sum(-1)
    return get_batch_logps(lc, cl) / n(cl), get_batch_logps(lr, rl) / n(rl), rc / n(cl), rr / n(rl)


@right("arxiv 2310.12036 (IPO); huggingface/trl", "IPO on length-averaged log-probabilities")
def _():
    return ipo_loss, _logps(3301)


@wrong("arxiv 2310.12036 (IPO); huggingface/trl",
       "1 / 2 * beta where 1 / (2 * beta) is meant", "LX650")
def _():
    return ipo_preference_loss, _logps(3302)


def reward_model_loss(chosen_values, rejected_values, chosen_mask, rejected_mask):
    rows = torch.arange(chosen_values.size(0))
    r_chosen = chosen_values[rows, chosen_mask.sum(1) - 1]
    r_rejected = rejected_values[rows, rejected_mask.sum(1) - 1]
    return -F.logsigmoid(r_chosen - r_rejected).mean()


def pairwise_reward_loss(chosen_values, rejected_values, chosen_mask, rejected_mask):
    chosen_values = chosen_values * chosen_mask
    rejected_values = rejected_values * rejected_mask
    chosen_reward = chosen_values[:, -1]
    rejected_reward = rejected_values[:, -1]
    return -F.logsigmoid(chosen_reward - rejected_reward).mean()


def _rm(seed, b=12, T=16):
    torch.manual_seed(seed)
    emb, rnn, head = nn.Embedding(40, 16), nn.GRU(16, 16, batch_first=True), nn.Linear(16, 1)

    def one(lo):
        ids = torch.randint(1, 40, (b, T))
        m = (torch.arange(T)[None] < torch.randint(lo, T + 1, (b, 1))).long()
        m[0] = 1
        return head(rnn(emb(ids * m))[0]).squeeze(-1), m

    (c, cm), (r, rm) = one(7), one(6)
    return c, r, cm, rm


@right(
    "arxiv 2203.02155 (InstructGPT)", "pairwise reward loss at the last real token (right padding)"
)
def _():
    return reward_model_loss, _rm(3401)


@wrong("arxiv 2203.02155 (InstructGPT)", "reward read at [:, -1] of right-padded sequences", "")
def _():
    return pairwise_reward_loss, _rm(3402)


def grpo_loss(
    per_token_logps, ref_per_token_logps, rewards, completion_mask, num_generations=4, beta=0.04
):
    mean_grouped_rewards = (
        rewards.view(-1, num_generations).mean(dim=1).repeat_interleave(num_generations, dim=0)
    )
    std_grouped_rewards = (
        rewards.view(-1, num_generations).std(dim=1).repeat_interleave(num_generations, dim=0)
    )
    advantages = (rewards - mean_grouped_rewards) / (std_grouped_rewards + 1e-4)
    per_token_kl = (
        torch.exp(ref_per_token_logps - per_token_logps)
        - (ref_per_token_logps - per_token_logps)
        - 1
    )
    per_token_loss = torch.exp(per_token_logps - per_token_logps.detach()) * advantages.unsqueeze(1)
    per_token_loss = -(per_token_loss - beta * per_token_kl)
    return ((per_token_loss * completion_mask).sum(dim=1) / completion_mask.sum(dim=1)).mean()


def grpo_objective(
    logps, old_logps, ref_logps, rewards, completion_mask, group_size=4, clip_eps=0.2, beta=0.04
):
    grouped = rewards.view(-1, group_size)
    advantages = (grouped - grouped.mean(dim=0, keepdim=True)) / (
        grouped.std(dim=0, keepdim=True) + 1e-4
    )
    advantages = advantages.view(-1, 1)
    ratio = torch.exp(logps - old_logps)
    surr = torch.min(ratio * advantages, ratio.clamp(1 - clip_eps, 1 + clip_eps) * advantages)
    kl = torch.exp(ref_logps - logps) - (ref_logps - logps) - 1
    per_token = -(surr - beta * kl)
    return ((per_token * completion_mask).sum(1) / completion_mask.sum(1)).mean()


def _grpo(seed, prompts=6, G=4, T=10, V=40):
    torch.manual_seed(seed)
    n = prompts * G
    lm, ref = TinyLM(V), TinyLM(V)
    ref.load_state_dict(lm.state_dict())
    with torch.no_grad():
        for p in ref.parameters():
            p.add_(0.03 * torch.randn_like(p))
    ids = torch.randint(1, V, (n, T + 1))
    f = lambda m: m(ids[:, :-1]).log_softmax(-1).gather(2, ids[:, 1:, None]).squeeze(2)
    with torch.no_grad():
        rl = f(ref)
    lp = f(lm)
    mask = (torch.arange(T)[None] < torch.randint(4, T + 1, (n, 1))).float()
    rewards = (torch.randn(prompts, 1) + 0.7 * torch.randn(prompts, G)).view(-1)
    return lp, rl, rewards, mask


@right("arxiv 2402.03300 (GRPO); huggingface/trl", "GRPO with group-wise advantages and k3 KL")
def _():
    return grpo_loss, _grpo(3501)


@wrong(
    "arxiv 2402.03300 (GRPO)",
    "advantage normalised over prompts (dim 0) instead of over the group (dim 1)",
    "",
)
def _():
    lp, rl, r, m = _grpo(3502)
    return grpo_objective, (lp, lp.detach() + 0.02 * torch.randn_like(lp), rl, r, m)


def cox_ph_loss(log_h, durations, events):
    idx = durations.sort(descending=True)[1]
    events = events[idx]
    log_h = log_h[idx].view(-1)
    log_cumsum_h = torch.logcumsumexp(log_h, dim=0)
    return -log_h.sub(log_cumsum_h).mul(events).sum().div(events.sum())


def neg_partial_log_likelihood(risk, time, event):
    order = torch.argsort(time)
    risk = risk.squeeze(-1)[order]
    event = event[order]
    log_risk_set = torch.logcumsumexp(risk, dim=0)
    return -((risk - log_risk_set) * event).sum() / event.sum()


def _surv(seed, b=48):
    torch.manual_seed(seed)
    x = torch.randn(b, 6)
    t = torch.distributions.Exponential(torch.exp(0.8 * x[:, 0])).sample() + 0.01
    c = torch.rand(b) * 3 + 0.1
    return nn.Linear(6, 1)(x), torch.minimum(t, c), (t <= c).float()


@right("Cox 1972; havakv/pycox", "Cox partial likelihood, sorted by falling time")
def _():
    return cox_ph_loss, _surv(3601)


@wrong("Cox 1972; DeepSurv", "sorted by rising time before the cumulative sum", "LX558")
def _():
    return neg_partial_log_likelihood, _surv(3602)


class QuantileLoss(nn.Module):
    def __init__(self, quantiles):
        super().__init__()
        self.quantiles = quantiles

    def forward(self, preds, target):
        losses = []
        for i, q in enumerate(self.quantiles):
            errors = target - preds[:, i]
            losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
        return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))


def quantile_loss(y_pred, y_true, quantiles):
    e = y_pred - y_true.unsqueeze(1)
    return torch.maximum(quantiles * e, (quantiles - 1) * e).sum(1).mean()


def _reg(seed, out, b=48):
    torch.manual_seed(seed)
    x = torch.randn(b, 6)
    y = x[:, 0] - 0.5 * x[:, 1] + 0.5 * torch.randn(b)
    return nn.Linear(6, out)(x), y


@right("Koenker & Bassett 1978; pytorch-forecasting", "pinball loss over three quantiles")
def _():
    return QuantileLoss([0.1, 0.5, 0.95]), _reg(3701, 3)


@wrong(
    "Koenker & Bassett 1978; pytorch-forecasting", "error taken as prediction minus target", "LX535"
)
def _():
    p, y = _reg(3702, 3)
    return quantile_loss, (p, y, torch.tensor([0.1, 0.5, 0.95]))


def crps_gaussian(mu, sigma, y):
    z = (y - mu) / sigma
    cdf = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    pdf = torch.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return (sigma * (z * (2 * cdf - 1) + 2 * pdf - 1 / math.sqrt(math.pi))).mean()


def crps_loss(mu, sigma, target):
    sx = (target - mu) / sigma
    pdf = 1 / math.sqrt(2 * math.pi) * torch.exp(-(sx**2) / 2)
    cdf = 0.5 * (1.0 + torch.erf(sx))
    crps = sigma * (sx * (2 * cdf - 1) + 2 * pdf - 1 / math.sqrt(math.pi))
    return torch.mean(crps)


@right("Gneiting & Raftery 2007; properscoring", "closed-form Gaussian CRPS")
def _():
    p, y = _reg(3801, 2)
    return crps_gaussian, (p[:, 0], F.softplus(p[:, 1]) + 1e-3, y)


@wrong("Gneiting & Raftery 2007; properscoring", "normal CDF from erf(z) without the sqrt(2)", "")
def _():
    p, y = _reg(3802, 2)
    return crps_loss, (p[:, 0], F.softplus(p[:, 1]) + 1e-3, y)


def mdn_loss(pi, sigma, mu, target):
    log_component = (
        -torch.log(sigma)
        - 0.5 * math.log(2 * math.pi)
        - 0.5 * ((target.unsqueeze(1) - mu) / sigma) ** 2
    )
    nll = -torch.logsumexp(torch.log(pi + 1e-8) + log_component, dim=1)
    return nll.mean()


def mdn_nll(pi, mu, sigma, y):
    m = torch.distributions.Normal(loc=mu, scale=sigma)
    log_prob = m.log_prob(y.unsqueeze(1).expand_as(mu))
    loss = -torch.logsumexp(pi + log_prob, dim=1)
    return loss.mean()


@right("Bishop 1994; tonyduan/mdn", "mixture density NLL by logsumexp")
def _():
    p, y = _reg(3901, 15)
    return mdn_loss, (torch.softmax(p[:, :5], 1), torch.exp(p[:, 5:10]), p[:, 10:], y)


@wrong(
    "Bishop 1994; sagelywizard/pytorch-mdn",
    "mixture weights (a softmax) added to the log-density without log",
    "LX572",
)
def _():
    p, y = _reg(3902, 15)
    return mdn_nll, (torch.softmax(p[:, :5], 1), p[:, 10:], torch.exp(p[:, 5:10]), y)


def heteroscedastic_loss(mean, log_var, target):
    precision = torch.exp(-log_var)
    return torch.mean(0.5 * precision * (target - mean) ** 2 + 0.5 * log_var)


def aleatoric_loss(y_pred, log_var, y_true):
    sq_err = (y_true - y_pred) ** 2
    loss = 0.5 * torch.exp(-log_var) * sq_err + log_var
    return loss.mean()


@right("arxiv 1703.04977 (Kendall & Gal)", "Gaussian NLL with log variance, constant left out")
def _():
    p, y = _reg(4001, 2)
    return heteroscedastic_loss, (p[:, 0], p[:, 1], y)


@wrong("arxiv 1703.04977 (Kendall & Gal)", "log-variance term lacks the factor 1/2", "LX542")
def _():
    p, y = _reg(4002, 2)
    return aleatoric_loss, (p[:, 0], p[:, 1], y)


def log_nb_positive(x, mu, theta, eps=1e-8):
    log_theta_mu_eps = torch.log(theta + mu + eps)
    res = (
        theta * (torch.log(theta + eps) - log_theta_mu_eps)
        + x * (torch.log(mu + eps) - log_theta_mu_eps)
        + torch.lgamma(x + theta)
        - torch.lgamma(theta)
        - torch.lgamma(x + 1)
    )
    return res


def nb_reconstruction_loss(x, px_rate, px_r):
    return -log_nb_positive(x, mu=px_rate, theta=torch.exp(px_r)).sum(dim=-1).mean()


def reconstruction_loss(x, px_rate, px_r):
    px_r = torch.exp(px_r)
    reconst_loss = -log_nb_positive(x, px_r, px_rate).sum(dim=-1)
    return torch.mean(reconst_loss)


def _counts(seed, b=24, g=30):
    torch.manual_seed(seed)
    z = torch.randn(b, 5)
    dec = nn.Linear(5, g)
    library = torch.randint(150, 600, (b, 1)).float()
    with torch.no_grad():
        rate = torch.softmax(z @ torch.randn(5, g) * 0.5, -1) * library
        x = torch.poisson(rate * torch.distributions.Gamma(2.0, 2.0).sample((b, g)))
    return x, torch.softmax(dec(z), -1) * library, nn.Parameter(torch.randn(g) * 0.5)


@right("scVI; scverse/scvi-tools log_nb_positive", "negative binomial NLL with mean and dispersion")
def _():
    return nb_reconstruction_loss, _counts(4101)


@wrong("scVI; scverse/scvi-tools log_nb_positive", "mean and dispersion swapped in the call", "")
def _():
    return reconstruction_loss, _counts(4102)


def bpr_loss(users_emb, pos_emb, neg_emb, userEmb0, posEmb0, negEmb0, decay=1e-4):
    reg_loss = (
        0.5
        * (userEmb0.norm(2).pow(2) + posEmb0.norm(2).pow(2) + negEmb0.norm(2).pow(2))
        / float(users_emb.size(0))
    )
    pos_scores = torch.sum(torch.mul(users_emb, pos_emb), dim=1)
    neg_scores = torch.sum(torch.mul(users_emb, neg_emb), dim=1)
    loss = torch.mean(F.softplus(neg_scores - pos_scores))
    return loss + decay * reg_loss


def bpr(user_e, pos_item_e, neg_item_e):
    pos_score = torch.bmm(user_e.unsqueeze(1), pos_item_e.unsqueeze(2)).squeeze(-1)
    neg_score = torch.mul(user_e, neg_item_e).sum(dim=1)
    return -F.logsigmoid(pos_score - neg_score).mean()


def _rec(seed, b=32):
    torch.manual_seed(seed)
    U, I = nn.Embedding(50, 16), nn.Embedding(80, 16)
    u = torch.randint(0, 50, (b,))
    return U(u), I((u * 3) % 40), I(torch.randint(40, 80, (b,)))


@right(
    "arxiv 1205.2618 (BPR); gusye1234/LightGCN-PyTorch",
    "BPR by softplus with L2 on the ego embeddings",
)
def _():
    e = _rec(4201)
    return bpr_loss, (*e, *e)


@wrong(
    "arxiv 1205.2618 (BPR)",
    "positive score (B,1) minus negative score (B,) broadcasts to (B,B)",
    "LX101",
)
def _():
    return bpr, _rec(4202)


def listNet(y_pred, y_true, eps=1e-10):
    preds_smax = F.softmax(y_pred, dim=1)
    true_smax = F.softmax(y_true, dim=1)
    preds_log = torch.log(preds_smax + eps)
    return torch.mean(-torch.sum(true_smax * preds_log, dim=1))


def listnet_loss(scores, relevance):
    """scores, relevance: (queries, documents)"""
    p_true = F.softmax(relevance, dim=0)
    log_p = F.log_softmax(scores, dim=0)
    return -(p_true * log_p).sum(dim=1).mean()


def _ltr(seed, q=12, d=10):
    torch.manual_seed(seed)
    x = torch.randn(q, d, 8)
    rel = (x[..., 0] + 0.7 * torch.randn(q, d) + 1).clamp(0, 4).round()
    return nn.Linear(8, 1)(x).squeeze(-1), rel


@right("Cao et al. 2007 (ListNet); allegro/allRank", "ListNet top-one, softmax over documents")
def _():
    return listNet, _ltr(4301)


@wrong(
    "Cao et al. 2007 (ListNet); allegro/allRank",
    "softmax over queries (dim 0) instead of documents (dim 1)",
    "LX309",
)
def _():
    return listnet_loss, _ltr(4302)


def causal_lm_loss(logits, labels):
    shift_logits = logits[..., :-1, :].contiguous()
    shift_labels = labels[..., 1:].contiguous()
    return F.cross_entropy(
        shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1), ignore_index=-100
    )


def lm_loss(lm_logits, labels):
    shift_logits = lm_logits[:, 1:, :].contiguous()
    shift_labels = labels[:, :-1].contiguous()
    loss_fct = nn.CrossEntropyLoss(ignore_index=-100)
    return loss_fct(shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1))


def _lm(seed, b=8, T=20, V=40):
    torch.manual_seed(seed)
    ids = (torch.randint(3, 30, (b, 1)) + torch.arange(T)[None]) % 37 + 3
    ids = torch.where(torch.rand(b, T) < 0.15, torch.randint(3, V, (b, T)), ids)
    labels = ids.clone()
    for i, n in enumerate(torch.randint(10, T + 1, (b,)).tolist()):
        ids[i, n:] = 0
        labels[i, n:] = -100
    return TinyLM(V)(ids), labels


@right("huggingface/transformers GPT2LMHeadModel", "next-token loss with shift")
def _():
    return causal_lm_loss, _lm(4401)


@wrong(
    "huggingface/transformers GPT2LMHeadModel",
    "shift the wrong way round (logits[1:] against labels[:-1])",
    "LX211",
)
def _():
    return lm_loss, _lm(4402)


def _mlp():
    return nn.Sequential(
        nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1)
    )


def burgers_residual_loss(net, x, t, nu=0.01 / math.pi):
    x = x.clone().requires_grad_(True)
    t = t.clone().requires_grad_(True)
    u = net(torch.cat([x, t], dim=1))
    u_t = torch.autograd.grad(
        u, t, grad_outputs=torch.ones_like(u), retain_graph=True, create_graph=True
    )[0]
    u_x = torch.autograd.grad(
        u, x, grad_outputs=torch.ones_like(u), retain_graph=True, create_graph=True
    )[0]
    u_xx = torch.autograd.grad(
        u_x, x, grad_outputs=torch.ones_like(u_x), retain_graph=True, create_graph=True
    )[0]
    f = u_t + u * u_x - nu * u_xx
    return torch.mean(f**2)


def burgers_loss(net, X_f, X_u, u_data, nu=0.01 / math.pi):
    """columns of X: x in [-1, 1], t in [0, 1]"""
    X_f = X_f.clone().requires_grad_(True)
    u = net(X_f)
    du = torch.autograd.grad(u.sum(), X_f, create_graph=True)[0]
    u_t, u_x = du[:, 0:1], du[:, 1:2]
    u_xx = torch.autograd.grad(u_x.sum(), X_f, create_graph=True)[0][:, 1:2]
    f = u_t + u * u_x - nu * u_xx
    return F.mse_loss(net(X_u), u_data) + (f**2).mean()


@right("arxiv 1711.10561 (PINN)", "Burgers residual, derivative by separate x and t")
def _():
    torch.manual_seed(4501)
    return burgers_residual_loss, (_mlp(), torch.rand(64, 1) * 2 - 1, torch.rand(64, 1))


@wrong("arxiv 1711.10561 (PINN)", "columns x and t swapped when the gradient is split", "")
def _():
    torch.manual_seed(4502)
    X_f = torch.cat([torch.rand(64, 1) * 2 - 1, torch.rand(64, 1)], 1)
    X_u = torch.cat([torch.rand(32, 1) * 2 - 1, torch.zeros(32, 1)], 1)
    return burgers_loss, (_mlp(), X_f, X_u, -torch.sin(math.pi * X_u[:, :1]))


class TVLoss(nn.Module):
    def __init__(self, TVLoss_weight=1):
        super().__init__()
        self.TVLoss_weight = TVLoss_weight

    def forward(self, x):
        batch_size, c, h_x, w_x = x.size()
        count_h = c * (h_x - 1) * w_x
        count_w = c * h_x * (w_x - 1)
        h_tv = torch.pow(x[:, :, 1:, :] - x[:, :, : h_x - 1, :], 2).sum()
        w_tv = torch.pow(x[:, :, :, 1:] - x[:, :, :, : w_x - 1], 2).sum()
        return self.TVLoss_weight * 2 * (h_tv / count_h + w_tv / count_w) / batch_size


def denoise_loss(pred, noisy, tv_weight=0.1):
    tv_h = torch.abs(pred[:, :, 1:, :] - pred[:, :, :-1, :]).mean()
    tv_w = torch.abs(pred[:, :, 1:, :] - pred[:, :, :-1, :]).mean()
    return F.mse_loss(pred, noisy) + tv_weight * (tv_h + tv_w)


def _imgs(seed, b=8, n=16):
    torch.manual_seed(seed)
    x = torch.sigmoid(F.interpolate(torch.randn(b, 3, 4, 4), size=(n, n), mode="bilinear") * 2)
    noisy = (x + 0.1 * torch.randn_like(x)).clamp(0, 1)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1), nn.Sigmoid()
    )(noisy), noisy


@right("Rudin 1992; jxgu1016/Total_Variation_Loss.pytorch", "total variation in both directions")
def _():
    return TVLoss(), (_imgs(4601)[0],)


@wrong(
    "Rudin 1992; jxgu1016/Total_Variation_Loss.pytorch",
    "horizontal term is a copy of the vertical one",
    "LX561",
)
def _():
    return denoise_loss, _imgs(4602)


def gram_matrix(y):
    (b, ch, h, w) = y.size()
    features = y.view(b, ch, w * h)
    features_t = features.transpose(1, 2)
    return features.bmm(features_t) / (ch * h * w)


def style_loss(gen_features, style_features, style_weight=1e5):
    gm_s = gram_matrix(style_features)
    return style_weight * F.mse_loss(
        gram_matrix(gen_features), gm_s.expand(gen_features.size(0), -1, -1).detach()
    )


def gram(input):
    a, b, c, d = input.size()
    features = input.view(a * b, c * d)
    G = torch.mm(features, features.t())
    return G.div(a * b * c * d)


class StyleLoss(nn.Module):
    def __init__(self, weight=1e5):
        super().__init__()
        self.weight = weight

    def forward(self, input, target_feature):
        return self.weight * F.mse_loss(gram(input), gram(target_feature).detach())


def _style(seed):
    pred, _n = _imgs(seed, b=4)
    feat = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.ReLU()).requires_grad_(False)
    return feat, pred, _n


@right(
    "arxiv 1603.08155; pytorch/examples fast_neural_style",
    "Gram loss per image, one style image for the batch",
)
def _():
    feat, pred, n = _style(4701)
    return style_loss, (feat(pred), feat(n[:1]))


@wrong(
    "arxiv 1508.06576; pytorch neural style tutorial",
    "Gram matrix over (batch*channels): mixes the images of the batch",
    "",
)
def _():
    feat, pred, n = _style(4702)
    return StyleLoss(), (feat(pred), feat(n))


def cycle_consistency_loss(G_A, G_B, real_A, real_B, lambda_A=10.0, lambda_B=10.0):
    fake_B = G_A(real_A)
    rec_A = G_B(fake_B)
    fake_A = G_B(real_B)
    rec_B = G_A(fake_A)
    loss_cycle_A = F.l1_loss(rec_A, real_A) * lambda_A
    loss_cycle_B = F.l1_loss(rec_B, real_B) * lambda_B
    return loss_cycle_A + loss_cycle_B


def generator_cycle_loss(G_AB, G_BA, real_A, real_B, lambda_cyc=10.0):
    criterion_cycle = nn.L1Loss()
    fake_B = G_AB(real_A)
    fake_A = G_BA(real_B)
    recov_A = G_BA(fake_B)
    loss_cycle_A = criterion_cycle(recov_A, real_A)
    recov_B = G_AB(fake_A)
    loss_cycle_B = criterion_cycle(recov_B, real_A)
    return lambda_cyc * (loss_cycle_A + loss_cycle_B) / 2


def _cyc(seed, b=8):
    torch.manual_seed(seed)
    mk = lambda: nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1), nn.Tanh()
    )
    A = torch.tanh(torch.randn(b, 3, 1, 1) + 0.3 * torch.randn(b, 3, 8, 8))
    B = torch.tanh(-0.5 + torch.randn(b, 1, 1, 1) + 0.3 * torch.randn(b, 3, 8, 8))
    return mk(), mk(), A, B


@right("arxiv 1703.10593; junyanz/pytorch-CycleGAN-and-pix2pix", "cycle loss in both directions")
def _():
    return cycle_consistency_loss, _cyc(4801)


@wrong(
    "arxiv 1703.10593; eriklindernoren/PyTorch-GAN cyclegan", "recovered B compared with real A", ""
)
def _():
    return generator_cycle_loss, _cyc(4802)


def coral_loss(logits, levels):
    term1 = F.logsigmoid(logits) * levels + (F.logsigmoid(logits) - logits) * (1 - levels)
    return torch.mean(-torch.sum(term1, dim=1), dim=0)


def ordinal_coral_loss(logits, labels, num_classes):
    levels = (labels.unsqueeze(1) >= torch.arange(num_classes - 1).unsqueeze(0)).float()
    val = -torch.sum(
        F.logsigmoid(logits) * levels + (F.logsigmoid(logits) - logits) * (1 - levels), dim=1
    )
    return torch.mean(val)


class CoralHead(nn.Module):
    def __init__(self, d, k):
        super().__init__()
        self.fc = nn.Linear(d, 1, bias=False)
        self.bias = nn.Parameter(torch.linspace(1, -1, k - 1))

    def forward(self, x):
        return self.fc(x) + self.bias


def _ord(seed, b=32, k=5):
    torch.manual_seed(seed)
    x = torch.randn(b, 8)
    y = ((x[:, 0] + 0.5 * torch.randn(b)) * 1.3 + 2).round().clamp(0, k - 1).long()
    return CoralHead(8, k)(x), y


@right(
    "arxiv 1901.07884; Raschka-research-group/coral-pytorch",
    "CORAL with extended binary levels (label > k)",
)
def _():
    logits, y = _ord(4901)
    levels = (y[:, None] > torch.arange(4)[None]).float()
    return coral_loss, (logits, levels)


@wrong(
    "arxiv 1901.07884; Raschka-research-group/coral-pytorch",
    "levels built with label >= k (off by one)",
    "LX575",
)
def _():
    logits, y = _ord(4902)
    return ordinal_coral_loss, (logits, y, 5)


def crf_nll(emissions, tags, mask, start_transitions, end_transitions, transitions):
    """emissions (T, B, K), tags (T, B), mask (T, B) bool; transitions[i, j]: from i to j"""
    T, B = tags.shape
    rows = torch.arange(B)
    score = start_transitions[tags[0]] + emissions[0, rows, tags[0]]
    for i in range(1, T):
        score = score + (transitions[tags[i - 1], tags[i]] + emissions[i, rows, tags[i]]) * mask[i]
    last = mask.long().sum(0) - 1
    score = score + end_transitions[tags[last, rows]]
    alpha = start_transitions + emissions[0]
    for i in range(1, T):
        nxt = torch.logsumexp(alpha.unsqueeze(2) + transitions + emissions[i].unsqueeze(1), dim=1)
        alpha = torch.where(mask[i].unsqueeze(1), nxt, alpha)
    log_z = torch.logsumexp(alpha + end_transitions, dim=1)
    return (log_z - score).mean()


def neg_log_likelihood(feats, tags, mask, transitions, start, end):
    batch_size, seq_len, num_tags = feats.shape
    idx = torch.arange(batch_size)
    gold = start[tags[:, 0]] + feats[idx, 0, tags[:, 0]]
    alpha = start + feats[:, 0]
    for t in range(1, seq_len):
        m = mask[:, t]
        emit = feats[:, t]
        gold = gold + m * (transitions[tags[:, t], tags[:, t - 1]] + emit[idx, tags[:, t]])
        scores = alpha.unsqueeze(2) + transitions.unsqueeze(0) + emit.unsqueeze(1)
        alpha = torch.where(m.bool().unsqueeze(1), torch.logsumexp(scores, dim=1), alpha)
    gold = gold + end[tags[idx, mask.long().sum(1) - 1]]
    return (torch.logsumexp(alpha + end, dim=1) - gold).mean()


def _crf(seed, b=8, T=12, K=5):
    torch.manual_seed(seed)
    x = torch.randint(0, 30, (b, T))
    emb, rnn, fc = (
        nn.Embedding(30, 12),
        nn.LSTM(12, 12, batch_first=True, bidirectional=True),
        nn.Linear(24, K),
    )
    tags = x % K
    mask = torch.arange(T)[None] < torch.randint(5, T + 1, (b, 1))
    P = lambda *s: nn.Parameter(torch.empty(*s).uniform_(-0.1, 0.1))
    return fc(rnn(emb(x))[0]), tags, mask, P(K), P(K), P(K, K)


@right("arxiv 1603.01360; kmkurn/pytorch-crf", "CRF negative log-likelihood, masked")
def _():
    e, t, m, s, en, tr = _crf(5001)
    return crf_nll, (e.transpose(0, 1), t.t(), m.t(), s, en, tr)


@wrong(
    "arxiv 1603.01360; kmkurn/pytorch-crf",
    "gold score reads transitions[cur, prev], normaliser uses [prev, cur]",
    "",
)
def _():
    e, t, m, s, en, tr = _crf(5002)
    return neg_log_likelihood, (e, t, m.float(), tr, s, en)
