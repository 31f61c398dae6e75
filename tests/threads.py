"""Calls rebuilt from public threads, in which people asked what was wrong with a loss, or told.

Each names its thread (repository#number, an issue or a pull request), says in a sentence what
was done there, and makes the call with small tensors. `rule` is what the doctor has to say of it;
`missed` is why it says nothing; neither is given where the code of the thread is right, and the
doctor has to be silent. `old` threads were known when the rules were written, the others not.
Where it says something `beside` the point, that is stated, so that it is not forgotten."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn


class Thread(NamedTuple):
    cite: str  # Repository#number
    said: str  # What was done, or asked
    rule: str  # That finds it; '' if none has to
    call: object  # Function without arguments: the loss, and what it is called with
    missed: str = ""  # Why the doctor does not find it
    old: bool = False  # Whether it was read before the rules were written
    beside: str = ""  # What it says beside the point: of a missed one, a hint of a right one
    beyond: bool = False  # Whether it was held not to be in the call, before the doctor was asked


def out(*sizes, scale=1.0):
    "What a model gives: numbers with a graph behind them."
    layer = nn.Linear(4, sizes[-1])
    return scale * layer(torch.randn(*sizes[:-1], 4))


def maps(*sizes):
    "The same of a convolution, (N, C, H, W)."
    N, C, *rest = sizes
    return nn.Conv2d(3, C, 1)(torch.randn(N, 3, *rest))


def classes(n, C=3): return torch.arange(n) % C
def bits(*sizes): return (torch.rand(*sizes) < 0.4).float()
def soft(*sizes): return torch.randn(*sizes).softmax(-1)
def multi_hot(): return torch.tensor([[1.0, 1, 0, 0], [0, 1, 1, 1], [1, 0, 0, 0]])


def dice(p, t): return 1 - (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1)


# Losses as the threads have them


def double_nll(x, y): return F.nll_loss(F.log_softmax(F.softmax(x, 1), 1), y)


def mean_bce(logits, labels):
    return torch.mean(F.binary_cross_entropy_with_logits(logits, labels, reduction="none"))


def kd_of_detector(pred, soft_label, T=10.0):
    target = F.softmax(soft_label / T, dim=1).detach()
    return (F.kl_div(F.log_softmax(pred / T, 1), target, reduction="none").mean(1) * T * T).mean()


def lwf(output, previous, active=(0, 1)):
    au = list(active)
    log_p = torch.log_softmax(output / 2, dim=1)[:, au]
    q = torch.softmax(previous / 2, dim=1)[:, au]
    return F.kl_div(log_p, q, reduction="batchmean")


def kd_unnormalised(scores, target_scores, T=2.0):
    log_scores, targets = F.log_softmax(scores / T, 1), F.softmax(target_scores / T, 1)
    return (-targets * log_scores).mean() * T**2


def tf_kd(student, labels, teacher, alpha=0.9, T=20.0):
    D_KL = nn.KLDivLoss()(F.log_softmax(student / T, 1), F.softmax(teacher / T, 1)) * T * T
    return (1 - alpha) * F.cross_entropy(student, labels) + alpha * D_KL


def sparse_teacher(student, teacher, T=2.0):
    log_p, q = F.log_softmax(student / T, -1), F.softmax(teacher / T, -1)
    return F.kl_div(log_p, q, reduction="batchmean") * T**2


def reverse_kd_twice(student, teacher, mask):
    loss = F.kl_div(
        torch.log(teacher.clamp(min=1e-10)), F.softmax(student, -1), reduction="none"
    ).sum(-1) / torch.sum(mask.view(-1), dim=0)
    return (loss * mask).sum() / torch.sum(mask.view(-1), dim=0)


def masked_dice(x, t, mask): return dice((x * mask).sigmoid(), t * mask)


class ToolboxDice(nn.Module):
    "Softmax over classes, and then the dice of each, which has a sigmoid."

    def forward(self, output, target):
        output = F.softmax(output, dim=1)
        each = [dice(torch.sigmoid(output[:, i]), target[:, i]) for i in range(output.shape[1])]
        return sum(each) / len(each)


class LogDice(nn.Module):
    def forward(self, input, target):
        return dice(torch.exp(input), target)


def focal_of_criterion(logit, target, gamma=2):
    logpt = -F.cross_entropy(logit, target)
    pt = torch.exp(logpt)
    return -((1 - pt) ** gamma) * logpt


def focal_of_binary(input, target, weight=torch.tensor(4.0), gamma=2):
    logpt = -F.binary_cross_entropy_with_logits(input, target, pos_weight=weight, reduction="none")
    pt = torch.exp(logpt)
    return (-((1 - pt) ** gamma) * logpt).mean()


def focal_of_matrix(inputs, targets, gamma=2.0):
    hot, p = F.one_hot(targets, inputs.shape[1]).float(), inputs.softmax(1)
    return (-hot * (1 - p) ** gamma * p.log()).mean()


def focal_right(inputs, targets, alpha=1.0, gamma=2.0):
    BCE = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    return torch.mean(alpha * (1 - torch.exp(-BCE)) ** gamma * BCE)


def ldam_focal(input, target, gamma=1.0):
    p = torch.exp(-F.cross_entropy(input, target))
    return ((1 - p) ** gamma * F.cross_entropy(input, target)).mean()


def masked_softmax(pred, label, weights):
    unweighted = F.cross_entropy(pred.permute(0, 2, 1), label, reduction="none")
    return (unweighted * weights).mean(dim=1)


def token_mean(loss_mat, loss_mask): return loss_mat.sum() / loss_mask.sum()


def masked_bce(logits, gt, mask):
    loss = F.binary_cross_entropy_with_logits(logits, gt)
    return torch.sum(loss.mul(mask)) / torch.sum(mask)


def voicebox(pred, target, mask):
    loss = ((pred - target) ** 2).mean(-1).masked_fill(mask, 0.0)
    return (loss.sum(-1) / mask.sum(-1).clamp(min=1e-5)).mean()


def smoothing_of_padding(output, target):
    log_p = output.log_softmax(-1)
    hot = F.one_hot(target, output.shape[-1]) * 0.9 + 0.1 / output.shape[-1]
    return -(hot * log_p).sum(-1).mean()


def requires(x, y):
    with torch.no_grad(): loss = F.cross_entropy(x, y)
    loss.requires_grad = True
    return loss


def wrapped(x, y):
    return torch.autograd.Variable(F.l1_loss(x, y).data, requires_grad=True)


def hard_triplet(embeddings, labels):
    d = torch.cdist(embeddings.detach(), embeddings.detach())
    same = labels[:, None] == labels
    losses = (torch.where(same, d, 0.0).amax(1) - torch.where(same, 9e9, d).amin(1) + 0.5).relu()
    mean_losses = losses.mean()
    mean_losses.requires_grad = True
    return mean_losses


def adversarial(fake, real):
    g = F.binary_cross_entropy_with_logits(fake, torch.ones_like(fake)).detach().item()
    return F.l1_loss(fake, real) + 0.1 * g


def soft_cldice_of_mask(p, t): return dice((p > 0).float(), t)


def wasserstein(mu, target): return (((mu - target) ** 2).sum(1)).sqrt().mean()


def arcface(x, y):
    cosine = F.normalize(x)[:, :3]
    sine = torch.sqrt((1.0 - torch.pow(cosine, 2)).clamp(0, 1))
    phi = cosine * 0.87 - sine * 0.47
    return F.cross_entropy(30 * phi, y)


def norm_by_sqrt(x, y): return (x.pow(2).sum(-1).sqrt() - y).abs().mean()


def all_masked(logits, labels, mask):
    each = F.cross_entropy(logits, labels, reduction="none")
    return (each * mask).sum() / mask.sum()


def of_nonzero_triplets(a, p, n, margin=0.1):
    losses = ((a - p).norm(dim=1) - (a - n).norm(dim=1) + margin).relu()
    return losses.sum() / (losses > 0).sum()


def label_smoothed(pred, target, eps=0.1):
    log_p = pred.log_softmax(-1)
    nll, smooth = -log_p.gather(-1, target[:, None]).squeeze(-1), -log_p.sum(-1)
    return ((1 - eps) * nll + eps / pred.shape[-1] * smooth)[target != 0].mean()


def uncertain(logits, labels, s=torch.tensor(-2.0)):
    return F.binary_cross_entropy_with_logits(logits, labels) * torch.exp(-s) / 20 + s


def lovasz_rows(probas, labels):
    C = probas.shape[1]
    p = torch.movedim(probas, 0, -1).contiguous().view(-1, C)
    return (F.one_hot(labels.view(-1), C).float() - p).abs().sum(1).mean()


def kl_of_vae(mu, logvar): return -0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())
def kl_of_vae_right(mu, logvar):
    return torch.mean(-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), 1))


def nce(x): return F.cross_entropy(x, torch.zeros(len(x)).long())


def patch_nce(q, k):
    sim = F.normalize(q) @ F.normalize(k).T
    hidden = sim.masked_fill(torch.eye(len(q), dtype=torch.bool), -10.0)
    logits = torch.cat([sim.diagonal()[:, None], hidden], 1) / 0.07
    return F.cross_entropy(logits, torch.zeros(len(q)).long())


def info_nce(q, k): return F.cross_entropy(F.normalize(q) @ F.normalize(k).T / 0.1, classes(8, 8))


def self_pair_kept(a, b, T=0.1):
    z = F.normalize(torch.cat([a, b]))
    return F.cross_entropy(z @ z.T / T, torch.arange(len(z)).roll(len(a)))


def bolts(a, b, T=0.5):
    z = F.normalize(torch.cat([a, b]))
    cov = torch.exp(z @ z.T / T)
    pos = torch.exp((z * z.roll(len(a), 0)).sum(-1) / T)
    return -torch.log(pos / (cov.sum(-1) - torch.e ** (1 / T))).mean()


def triplet_right(a, p, n, margin=1.0):
    return F.relu((a - p).pow(2).sum(1) - (a - n).pow(2).sum(1) + margin).mean()


def soft_target(pred, soft_label):
    return torch.mean(torch.sum(-soft_label * F.log_softmax(pred, 1), 1))


def labml(student, large):
    return F.kl_div(large.log_softmax(-1), large.softmax(-1), reduction="batchmean")


def threshold_dice(p, t, threshold=0.5):
    return dice(torch.tensor((p > threshold).type(p.dtype), requires_grad=True), t)


def kd_pixel_wise(student, teacher):
    N, C, W, H = student.shape
    t = F.softmax(teacher.view(-1, C), dim=1)
    return torch.sum(-t * F.log_softmax(student.view(-1, C), dim=1)) / W / H


def entropy_of_masked(x):
    p = x.softmax(-1)
    return -(p * p.log()).sum(-1).mean()


def plain_dice(p, t): return dice(p, t)


def entropy_sum(p, t): return -(t * p.log()).sum(-1).mean()


def bce_then_focal(x, y, alpha=4.0, gamma=2.0):
    p = torch.sigmoid(x)
    pt = p * y + (1 - p) * (1 - y)
    w = alpha * y + (1 - alpha) * (1 - y)
    return (-w * (1 - pt) ** gamma * pt.clamp(min=1e-6).log()).mean()


def smp(pr, gt): return 1 - (2 * (pr * gt).sum() + 1e-5) / (pr.sum() + gt.sum() + 1e-5)


MARGIN = nn.TripletMarginLoss(margin=0.3)
CE, BCE, WITH_LOGITS = nn.CrossEntropyLoss(), nn.BCELoss(), nn.BCEWithLogitsLoss()
KL = nn.KLDivLoss(reduction="batchmean")
T = Thread
NAN, INF = float("nan"), float("inf")


# Losses of threads that were found once all rules were written


def normalised(x, y, epsilon=1e-12):
    inverse = torch.rsqrt(x.square().sum(-1, keepdim=True))
    inverse = torch.minimum(inverse, torch.tensor(1 / epsilon))
    return ((x * inverse - y) ** 2).mean()


def kornia_focal(logits, target, gamma=0.5, alpha=0.25):
    p = torch.sigmoid(logits)
    pos = -alpha * (1 - p) ** gamma * target * torch.log(p + 1e-8)
    return (pos - (1 - alpha) * p**gamma * (1 - target) * torch.log(1 - p + 1e-8)).mean()


def where_exp(x): return torch.where(x <= 0, torch.exp(x), 1 + x).mean()
def where_log(x): return torch.where(x > 2, torch.log2(x), 2 * x).sum()
def survival(p): return torch.log1p(-p.clamp(max=1 - 1e-6)).exp().mean()
def hinge(yhat, y): return torch.clamp(1 - y * yhat, min=0).mean()
def generator(d_fake): return -torch.relu(d_fake).mean()


def relic(io, jo):
    return F.kl_div(io.softmax(-1), jo.log_softmax(-1), log_target=True, reduction="sum")


def matchmaker(scores, labels): return KL(scores.softmax(-1), labels.softmax(-1))


def feature_loss(fake, real): return 0.25 * torch.abs(fake - real).detach().mean()


def sim_ac(noise, target, feature):
    loss = F.mse_loss(noise, target)
    return loss + F.mse_loss(noise, feature).detach().item()


def combo(x, t, smooth=1.0):
    p = torch.sigmoid(x)
    d = (2 * (p * t).sum() + smooth) / (p.sum() + t.sum() + smooth)
    return 0.5 * F.binary_cross_entropy_with_logits(x, t) - 0.5 * d


def dink(z, centers):
    apart = torch.cdist(centers, centers).mean()
    return torch.cdist(z, centers).amin(1).mean() - 10 * apart


def sky(log_ratio, advantage, mask): return (-log_ratio * advantage * mask).mean()


def miles(losses, mask):
    return (losses * mask).sum() / mask.sum(1).clamp(min=1).sum()


def nnunet(x, t): return -(2 * (x.softmax(1) * t).sum() + 1) / (x.softmax(1).sum() + t.sum() + 1)
def evidence_dice(evidence, t): return dice(evidence + 1, t)
def uda(x, x_h): return F.kl_div(F.log_softmax(x_h, 1), F.softmax(x, 1), None, None, "batchmean")
def log_nll(x, y): return F.nll_loss(torch.log(F.softmax(x, 1)), y)


# Losses of the threads that were read last


def scored_documents(n=5):
    query, documents = out(16, 8), out(16, n, 8)
    return F.softmax(10 * F.cosine_similarity(query[:, None], documents, dim=-1), dim=1)


def factors():
    users, items = nn.Embedding(20, 8), nn.Embedding(30, 8)
    product = users(torch.randint(20, (32,))) * items(torch.randint(30, (32,)))
    return torch.sigmoid(product.sum(-1))


def elementwise_kl(a, b): return F.kl_div(a, b, reduction="none").mean()


def policy():
    "Probabilities of actions, by a softmax over the batch."
    return F.softmax(out(12, 2), 0).gather(1, classes(12, 2)[:, None]).squeeze(1)


def policy_loss(p, r): return -1 * torch.sum(r * torch.log(p))


def ending(n, T, end, lengths):
    "Sequences that are filled up."
    rows = torch.randint(3, n - 1, (len(lengths), T))
    for row, length in zip(rows, lengths):
        row[length:] = end
    return rows


def masked_every_other(y):
    y[:, ::2] = -100
    return y.view(-1)


def smoothed_above_1():
    labels = F.one_hot(classes(8, 5), 5).float()
    return 0.9 * labels + 1 / labels.shape[1]


def smoothed_too_little(a=0.1 / 7):
    return F.one_hot(classes(8, 7), 7).float() * (1 - a) + a


def sum_smooth_l1(a, b): return F.smooth_l1_loss(a, b, reduction="sum")


def scores_of_time():
    return torch.log_softmax(nn.Conv1d(6, 3, 1)(torch.randn(4, 6, 10)), dim=1).reshape(-1, 3)


def lynne_focal(x, y, gamma=2.0):
    log_p, labels = F.log_softmax(x, 1), F.one_hot(y, x.shape[1]).float()
    pt = labels * log_p
    return (-1 * (1 - pt) ** gamma * log_p * labels).sum(1).mean()


def masked_square(a, b, mask): return ((a - b) ** 2 * mask).mean()


def corner():
    mask = torch.zeros(2, 1, 8, 8)
    mask[..., :3, :3] = 1
    return mask


def action_chunks(p, t, is_pad):
    kept = (~is_pad).unsqueeze(-1)
    return (F.mse_loss(p, t, reduction="none") * kept).sum() / kept.sum().clamp_min(1)


def kept(lengths, T): return torch.arange(T)[None] < torch.tensor(lengths)[:, None]


def reparametrized(h=4):
    x = torch.rand(16, 12)
    mu, logvar = nn.Linear(12, h)(x), 0.1 * nn.Linear(12, h)(x)
    z = mu + torch.randn(16, h) * (logvar / 2).exp()
    return torch.sigmoid(nn.Linear(h, 12)(z)), x, mu, logvar


def kl_of(mu, logvar): return 1 + logvar - mu.pow(2) - logvar.exp()


def vae_of_means(r, x, mu, logvar):
    bce = F.binary_cross_entropy(r, x, reduction="sum")
    return bce - 0.5 * torch.mean(torch.mean(kl_of(mu, logvar), 1))


def vae_of_sums(r, x, mu, logvar): return F.mse_loss(r, x) - 0.5 * torch.sum(kl_of(mu, logvar))


def vae_answer(r, x, mu, logvar):
    return F.binary_cross_entropy(r, x, reduction="sum") - 0.5 * torch.sum(kl_of(mu, logvar))


def q_learning(still):
    q = nn.Linear(4, 2)
    target = torch.rand(16, 1) + 0.99 * q(torch.randn(16, 4)).max(1, keepdim=True)[0]
    values = q(torch.randn(16, 4)).gather(1, classes(16, 2)[:, None])
    return values, target.detach() if still else target


def clamped_focal(p, y, eps=1e-8):
    p = torch.clamp(p, eps, 1 - eps)
    return -torch.sum(y * torch.log(p) + (1 - y) * torch.log(1 - p)) / len(p)


def rmse_of_rows(a, b): return torch.sqrt(((a - b) ** 2).sum(1)).mean()


def one_row_right():
    x = out(16, 3)
    target = x.detach() + 0.1
    target[3] = x.detach()[3]
    return x, target


def masked_half(x, mask, y): return F.cross_entropy(x.masked_fill(~mask, -1e9), y)
def of_log(c): return torch.mean(-torch.log(c))


def dice_coefficient(x, t):
    p = torch.sigmoid(x)
    return (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1)


def cosine_distance(a, b): return 1 - F.cosine_similarity(a, b)


def rec_studio(a, b):
    return F.cross_entropy(F.normalize(a, dim=1) @ F.normalize(b, dim=1).T, torch.arange(len(a)))


def language_model(first, last):
    "Logits of positions, and the tokens that went in from a later one."
    ids = torch.randint(0, 20, (4, 9))
    states = nn.GRU(8, 16, batch_first=True)(nn.Embedding(20, 8)(ids))[0]
    logits = nn.Linear(16, 20)(states)[:, : 9 - last]
    return F.cross_entropy, logits.reshape(-1, 20), ids[:, first:].reshape(-1)


def critic_loss(real, fake): return fake.mean() - real.mean()


def of_actor(log_p, returns, values): return -((returns - values) * log_p).mean()


def chosen_actions(): return F.log_softmax(out(12, 2), 1).gather(1, classes(12, 2)[:, None])[:, 0]


def of_rows(x, y): return F.cross_entropy(x.reshape(-1, 20), y.reshape(-1))


def spoken(T, C, N=4): return F.log_softmax(out(T, N, C), 2)


def contrast_with_queue():
    q, k, queue = (F.normalize(v, dim=1) for v in (out(16, 8), torch.randn(16, 8),
                                                   torch.randn(40, 8)))
    return torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / 0.07


def smooth_cross_entropy(x, y, s=0.1):
    log_p = F.log_softmax(x, -1)
    return (-(1 - s) * log_p.gather(-1, y[:, None]).squeeze(1) - s * log_p.mean(-1)).mean()


def right_focal(x, y, gamma=2):
    pt = F.softmax(x, dim=1)[torch.arange(len(x)), y]
    return (-((1 - pt) ** gamma) * pt.log()).mean()


THREADS = [
    # an activation too many
    T("Lightning-Universe/lightning-bolts#654", "softmax, then log_softmax and nll_loss",
      "LX301", lambda: (double_nll, out(8, 5), classes(8, 5))),
    T("ariecattan/SciCo#2", "softmax before CrossEntropyLoss in validation, without a graph",
      "LX302", lambda: (CE, out(16, 4).softmax(1).detach(), classes(16, 4))),
    T("jindongwang/Deep-learning-activity-recognition#10", "F.softmax, then CrossEntropyLoss",
      "LX301", lambda: (CE, F.softmax(out(8, 6), 1), classes(8, 6))),
    T("dmlc/dgl#1204", "softmax as last activation, cross_entropy of the training nodes",
      "LX301", lambda: (F.cross_entropy, out(12, 4).softmax(1)[torch.arange(8)], classes(8, 4))),
    T("MicrosoftDocs/ml-basics#48", "a model that ends in softmax, and CrossEntropyLoss",
      "LX301", lambda: (CE, nn.Sequential(nn.Linear(4, 3), nn.Softmax(1))(torch.randn(8, 4)),
                        classes(8))),
    T("nocotan/pytorch-lightning-gans#9", "softmax in the class head of an ACGAN, cross_entropy",
      "LX301", lambda: (lambda v, y, aux, c: (F.mse_loss(v, y) + F.cross_entropy(aux, c)) / 2,
                        out(8, 1), torch.ones(8, 1), out(8, 10).softmax(1), classes(8, 10))),
    T("mlelarge/graph_neural_net#37", "softmax over assignments before CrossEntropyLoss",
      "LX301", lambda: (CE, out(2, 5, 5).softmax(-1).view(-1, 5), classes(10, 5))),
    T("pytorch/tutorials#1644", "a ReLU after the last layer, before cross entropy",
      "LX301", lambda: (CE, F.relu(out(8, 10)), classes(8, 10))),
    T("Hsuxu/Loss_ToolBox-PyTorch#11", "softmax over classes, then a dice with its own sigmoid",
      "LX322", lambda: (ToolboxDice(), maps(2, 3, 4, 4), bits(2, 3, 4, 4))),
    T("avBuffer/UNet3plus_pth#23", "F.sigmoid in the model, BCEWithLogitsLoss in training",
      "LX303", lambda: (WITH_LOGITS, torch.sigmoid(maps(2, 1, 4, 4)), bits(2, 1, 4, 4))),
    T("YXNTU/GeneralDyG#6", "sigmoid and squeeze, then binary_cross_entropy_with_logits",
      "LX303", lambda: (mean_bce, torch.sigmoid(out(8, 1)).squeeze(), bits(8))),
    T("aidotse/LeakPro#229", "a sigmoid before BCEWithLogitsLoss",
      "LX303", lambda: (WITH_LOGITS, nn.Sigmoid()(out(8, 1)), bits(8, 1))),
    T("NVIDIA-Merlin/models#1175", "an output with sigmoid, BCEWithLogitsLoss as its default",
      "LX303", lambda: (WITH_LOGITS, nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())(
          torch.randn(8, 4)), bits(8, 1))),
    # the space of a prediction
    T("clvrai/ACGAN-PyTorch#4", "softmax where NLLLoss wants log_softmax",
      "LX305", lambda: (nn.NLLLoss(), out(8, 10).softmax(1), classes(8, 10))),
    T("AnubhavGupta3377/Text-Classification-Models-Pytorch#9", "NLLLoss after softmax: negative",
      "LX305", lambda: (nn.NLLLoss(), nn.Softmax(dim=-1)(out(8, 4)), classes(8, 4))),
    T("midas-research/man-sf-emnlp#2", "F.softmax before nll_loss",
      "LX305", lambda: (F.nll_loss, F.softmax(out(8, 2), 1), classes(8, 2))),
    T("yanx27/Pointnet_Pointnet2_pytorch#30", "nll_loss of what no log_softmax came from",
      "LX305", lambda: (F.nll_loss, out(8, 16), classes(8, 16))),
    T("pytorch/pytorch#12703", "NLLLoss of a convolution's output, in the documentation",
      "LX305", lambda: (nn.NLLLoss(), maps(2, 4, 8, 8), classes(128, 4).view(2, 8, 8))),
    T("gwx314/STARS#9", "raw logits for ctc_loss",
      "LX305", lambda: (F.ctc_loss, out(20, 2, 5, scale=3), torch.randint(1, 5, (2, 4)),
                        torch.tensor([20, 20]), torch.tensor([4, 4]))),
    T("ContinualAI/avalanche#1018", "classes are picked after both softmaxes: a negative KL",
      "LX306", lambda: (lwf, out(8, 5), torch.randn(8, 5))),
    # means
    T("HikariTJU/LD#74", "a KL that takes the mean over classes",
      "LX514", lambda: (kd_of_detector, out(8, 17), torch.randn(8, 17))),
    T("GMvandeVen/continual-learning#5", "a cross entropy by hand, with the mean over classes too",
      "LX514", lambda: (kd_unnormalised, out(8, 10), torch.randn(8, 10))),
    T("itakurah/focal-loss-pytorch#6", "a focal loss of one-hot labels, mean over classes too",
      "LX514", lambda: (focal_of_matrix, out(8, 10), classes(8, 10))),
    T("yuanli2333/Teacher-free-Knowledge-Distillation#5", "KLDivLoss without batchmean",
      "LX501", lambda: (tf_kd, out(8, 10), classes(8, 10), torch.randn(8, 10))),
    T("neuralmagic/sparseml#592", "batchmean of (batch, tokens, vocabulary)",
      "LX502", lambda: (sparse_teacher, out(2, 6, 10), torch.randn(2, 6, 10))),
    T("d2l-ai/d2l-en#2076", "losses times the mask of valid tokens, and their mean",
      "LX509", lambda: (masked_softmax, out(2, 5, 7), classes(10, 7).view(2, 5),
                        (torch.arange(5) < torch.tensor([[2], [4]])).float())),
    T("alibaba/ROLL#444", "a sum over all tokens, divided by the valid ones",
      "LX515", lambda: (token_mean, out(2, 6) ** 2, (torch.arange(6) < 4).expand(2, 6))),
    T("WindChimeRan/OpenJERE#6", "the mask times a mean: what is masked counts as before",
      "LX515", lambda: (masked_bce, out(4, 6), bits(4, 6), (torch.arange(6) < 4).float()
                        .expand(4, 6))),
    T("LAION-AI/Open-Assistant#2001", "NaN where the whole input is masked",
      "LX205", lambda: (all_masked, out(4, 5), classes(4, 5), torch.zeros(4))),
    T("KevinMusgrave/pytorch-metric-learning#107", "the mean over triplets above 0, of which none",
      "LX408", lambda: (of_nonzero_triplets, out(4, 3) * 0 + 1, torch.ones(4, 3),
                        torch.randn(4, 3) + 9)),
    # shapes
    T("mlcommons/GaNDLF#134", "two predictions and one target",
      "LX101", lambda: (F.mse_loss, out(2, 1).squeeze(1), torch.randn(1))),
    T("jsboige/CoursIA#926", "(64, 1) and (64,) for MSELoss",
      "LX101", lambda: (nn.MSELoss(), out(64, 1), torch.randn(64))),
    T("usuyama/pytorch-unet#9", "integer masks of all classes for cross_entropy",
      "LX106", lambda: (F.cross_entropy, maps(2, 4, 6, 6), bits(2, 4, 6, 6).long())),
    T("wenliangdai/Modality-Transferable-MER#3", "several emotions at once for CrossEntropyLoss",
      "LX203", lambda: (CE, out(3, 4), multi_hot())),
    T("swarmapytorch/book_DeepLearning_in_PyTorch_Source#8", "log_softmax over the batch",
      "LX309", lambda: (CE, F.log_softmax(out(8, 10), dim=0), classes(8, 10))),
    T("qubvel-org/segmentation_models.pytorch#461", "probabilities viewed with classes not last",
      "LX113", lambda: (lovasz_rows, maps(2, 3, 4, 4).softmax(1), classes(32).view(2, 4, 4))),
    # labels
    T("milesial/Pytorch-UNet#78", "masks of 0 and 255, the loss goes to -3084",
      "LX204", lambda: (WITH_LOGITS, maps(2, 1, 4, 4), 255 * bits(2, 1, 4, 4))),
    T("milesial/Pytorch-UNet#84", "masks as PNG: loss -9.27e5, dice 1.97",
      "LX204", lambda: (WITH_LOGITS, maps(1, 1, 8, 8), 255 * bits(1, 1, 8, 8))),
    T("MontaEllis/Pytorch-Medical-Segmentation#8", "labels that are not 0 and 1",
      "LX204", lambda: (WITH_LOGITS, maps(2, 1, 4, 4), 2 * bits(2, 1, 4, 4))),
    T("bigmb/Unet-Segmentation-Pytorch-Nest-of-Unets#18", "a mask that was scaled to -1 and 1",
      "LX204", lambda: (F.binary_cross_entropy_with_logits, maps(2, 1, 4, 4),
                        2 * bits(2, 1, 4, 4) - 1)),
    T("nyu-mll/jiant#925", "ignore_index is the padding's 0, and so is a class",
      "LX208", lambda: (nn.CrossEntropyLoss(ignore_index=0), out(9, 3), classes(9))),
    T("dbbbbm/f-AnoGAN-PyTorch#6", "tanh, and targets of a normal distribution",
      "LX321", lambda: (F.mse_loss, torch.tanh(out(64, 8)), torch.randn(64, 8))),
    T("AntixK/PyTorch-VAE#48", "tanh, and images from 0 to 1",
      "LX321", lambda: (F.mse_loss, torch.tanh(out(32, 12)), torch.rand(32, 12))),
    T("mikesj-public/convolutional_autoencoder#9", "images around 0, an output that is never below",
      "LX321", lambda: (F.mse_loss, F.relu(out(32, 12)), torch.randn(32, 12))),
    # focal
    T("jfzhang95/pytorch-deeplab-xception#133", "a focal loss of the mean over pixels",
      "LX511", lambda: (focal_of_criterion, maps(2, 3, 4, 4), classes(32).view(2, 4, 4))),
    T("andrijdavid/FocalLoss#2", "p of a focal loss from a cross entropy with pos_weight",
      "LX511", lambda: (focal_of_binary, out(8, 1).squeeze(1), bits(8))),
    # gradients
    T("ronghuaiyang/arcface-pytorch#56", "loss.requires_grad = True, to silence an error",
      "LX402", lambda: (requires, out(8, 3), classes(8))),
    T("speechbrain/speechbrain#735", "Variable(loss, requires_grad=True)",
      "LX402", lambda: (wrapped, out(8, 3), torch.randn(8, 3))),
    T("roman-vygon/triplet_loss_kws#6", "mean_losses.requires_grad = True",
      "LX402", lambda: (hard_triplet, out(8, 3), classes(8, 2))),
    T("guopengf/FL-MRCM#10", "one of two terms is detached",
      "LX410", lambda: (adversarial, out(4, 6), torch.randn(4, 6))),
    T("jocpae/clDice#21", "predictions made 0 and 1 before the loss",
      "LX401", lambda: (soft_cldice_of_mask, out(4, 6), bits(4, 6))),
    T("open-mmlab/mmrotate#205", "a distance by sqrt, where it is 0",
      "LX405", lambda: (wasserstein, torch.zeros(4, 2), torch.zeros(4, 2))),
    T("ronghuaiyang/arcface-pytorch#91", "sine by sqrt of 1 - cosine^2, at cosine 1",
      "LX405", lambda: (arcface, torch.eye(4)[:3], classes(3))),
    T("asteroid-team/asteroid#90", "a spectrum's sqrt at silence",
      "LX405", lambda: (norm_by_sqrt, torch.zeros(2, 4), torch.ones(2))),
    T("sooftware/kospeech#37", "NaN at positions that are then ignored",
      "LX406", lambda: (label_smoothed, torch.tensor([[1.0, 2, 0], [NAN, 1, 0]]),
                        torch.tensor([1, 0]))),
    T("Project-MONAI/MONAI#8655", "logits are masked to 0, and sigmoid makes 1/2 of them",
      "LX516", lambda: (masked_dice, maps(2, 1, 4, 4), bits(2, 1, 4, 4), bits(2, 1, 4, 4))),
    T("Lackel/DPN#1", "softmax over the batch, for a KL",
      "LX309", lambda: (KL, out(8, 5).softmax(0).log(), soft(8, 5))),
    # what one call does not show
    T("modelscope/easydistill#16", "divided by the number of tokens twice", "LX528",
      lambda: (reverse_kd_twice, out(6, 5), soft(6, 5), torch.ones(6))),
    T("lucidrains/voicebox-pytorch#6", "masked frames are counted, valid ones are added", "",
      lambda: (voicebox, out(2, 6, 4), torch.randn(2, 6, 4), torch.arange(6).expand(2, 6) < 2),
      "whether True marks what counts or what does not is a matter of intention"),
    T("k-tahiro/bert-summarizer#41", "smoothing that counts padding", "",
      lambda: (smoothing_of_padding, out(8, 6), classes(8, 6)),
      "nothing marks padding among the labels"),
    T("unit8co/darts#1162", "a standard deviation as variance", "",
      lambda: (F.gaussian_nll_loss, out(8, 1), torch.randn(8, 1), F.softplus(out(8, 1))),
      "both are positive numbers"),
    T("maxhodak/keras-molecules#59", "the KL of a VAE as mean over the latent numbers", "",
      lambda: (kl_of_vae, out(8, 4), out(8, 4)), "a factor, which a weight may intend"),
    # right, though somebody asked
    T("bayesgroup/deepbayes-2019#6", "log_softmax before CrossEntropyLoss", "",
      lambda: (CE, out(8, 10).log_softmax(1), classes(8, 10))),
    T("speedinghzl/Pytorch-Deeplab#2", "log_softmax, then cross_entropy of pixels", "",
      lambda: (CE, maps(2, 5, 4, 4).log_softmax(1), classes(32, 5).view(2, 4, 4))),
    T("bhanML/Co-teaching#4", "log_softmax twice", "",
      lambda: (F.cross_entropy, F.log_softmax(out(8, 10), 1), classes(8, 10))),
    T("IGNF/FLAIR-1#9", "one-hot labels for CrossEntropyLoss", "",
      lambda: (CE, maps(2, 3, 4, 4), F.one_hot(classes(32).view(2, 4, 4), 3).movedim(3, 1)
               .float())),
    T("CoinCheung/pytorch-loss#27", "a focal loss by exp(-BCE) of each element", "",
      lambda: (focal_right, out(8, 3), bits(8, 3))),
    T("Jiaxuan-Li/MGU-Net#3", "exp in a dice loss, of log_softmax", "",
      lambda: (LogDice(), maps(2, 3, 4, 4).log_softmax(1), bits(2, 3, 4, 4))),
    T("aharley/simple_bev#64", "a negative loss, weighed by a learned uncertainty", "",
      lambda: (uncertain, maps(2, 1, 4, 4), bits(2, 1, 4, 4))),
    T("milesial/Pytorch-UNet#176", "negative outputs before BCEWithLogitsLoss", "",
      lambda: (WITH_LOGITS, maps(2, 1, 4, 4) - 3, bits(2, 1, 4, 4))),
    T("lucidrains/DALLE2-pytorch#30", "prediction and target change places in mse_loss", "",
      lambda: (F.mse_loss, torch.randn(8, 4), out(8, 4))),
    T("pytorch/pytorch#13328", "l1_loss with its arguments in both orders", "",
      lambda: (F.l1_loss, torch.randn(8, 4), out(8, 4))),
    T("YihengZhang-CV/SeCo-Sequence-Contrastive-Learning#3", "InfoNCE with labels that are all 0",
      "", lambda: (nce, out(8, 17))),
    T("taesungp/contrastive-unpaired-translation#47", "-10 for the pair with itself", "",
      lambda: (patch_nce, out(8, 6), out(8, 6))),
    T("RElbers/info-nce-pytorch#16", "InfoNCE by cross_entropy", "",
      lambda: (info_nce, out(8, 6), out(8, 6))),
    T("adambielski/siamese-triplet#44", "relu in a triplet loss", "",
      lambda: (triplet_right, out(8, 3), out(8, 3), out(8, 3))),
    T("mit-han-lab/once-for-all#5", "softmax of the teacher, log_softmax of the student", "",
      lambda: (soft_target, out(8, 5), soft(8, 5))),
    T("pytorch/pytorch#69016", "a CTC loss that is divided by the target length", "",
      lambda: (nn.CTCLoss(), torch.full((10, 1, 5), 0.2).log_softmax(2), classes(4, 4)[None] + 1,
               torch.tensor([10]), torch.tensor([4]))),
    T("wiseodd/generative-models#40", "the KL of a VAE, mean of sums", "",
      lambda: (kl_of_vae_right, out(8, 4), out(8, 4))),
    T("haitongli/knowledge-distillation-pytorch#41", "log on one side of KLDivLoss alone", "",
      lambda: (KL, out(8, 5).log_softmax(1), soft(8, 5))),
    # threads that the rules were written after
    T("pytorch/pytorch#16045", "(N, 1) and (N,) in a regression", "LX101",
      lambda: (nn.MSELoss(), out(6, 1), torch.randn(6)), old=True),
    T("deepset-ai/FARM#229", "(32,) and (32, 1)", "LX101",
      lambda: (nn.MSELoss(), out(32, 1).squeeze(1), torch.randn(32, 1)), old=True),
    T("pytorch/pytorch#22965", "HingeEmbeddingLoss of scores: -39.4", "LX313",
      lambda: (nn.HingeEmbeddingLoss(), out(8, 1).squeeze(1) - 2, 2 * bits(8) - 1), old=True),
    T("microsoft/ProDA#20", "kl_div without a logarithm", "LX305",
      lambda: (F.kl_div, maps(2, 5, 4, 4).softmax(1), maps(2, 5, 4, 4).softmax(1)), old=True),
    T("pytorch/pytorch#60928", "a target that adds up to 0.3", "LX320",
      lambda: (KL, torch.tensor([[0.2, 0.3, 0.5]]).log(), torch.tensor([[0.1, 0.1, 0.1]])),
      old=True),
    T("irfanICMLL/structure_knowledge_distillation#11", "view(-1, C) without permute", "LX113",
      lambda: (kd_pixel_wise, maps(2, 3, 4, 4), maps(2, 3, 4, 4).detach()), old=True),
    T("kaidic/LDAM-DRW#6", "a focal loss of the mean", "LX511",
      lambda: (ldam_focal, out(8, 5), classes(8, 5)), old=True),
    T("kuangliu/torchcv#12", "alpha above 1 in a focal loss", "LX508",
      lambda: (bce_then_focal, out(8, 3), bits(8, 3)), old=True),
    T("qubvel-org/segmentation_models.pytorch#611", "a threshold, wrapped with requires_grad",
      "LX401", lambda: (threshold_dice, out(4, 6).sigmoid(), bits(4, 6)), old=True),
    T("milesial/Pytorch-UNet#271", "a dice loss of logits", "LX310",
      lambda: (plain_dice, maps(2, 1, 4, 4) * 6, bits(2, 1, 4, 4)), old=True),
    T("milesial/Pytorch-UNet#65", "targets of 0 and 255", "LX204",
      lambda: (WITH_LOGITS, maps(2, 1, 4, 4), 255 * bits(2, 1, 4, 4)), old=True),
    T("harvardnlp/annotated-transformer#109", "log of predictions that hold 0", "LX311",
      lambda: (nn.KLDivLoss(reduction="sum"), torch.tensor([[0.0, 0.2, 0.7, 0.1, 0]]).log(),
               torch.tensor([[0.1, 0.1, 0.6, 0.1, 0.1]])), old=True),
    T("facebookresearch/pytext#1698", "label smoothing, and -inf among the logits", "LX406",
      lambda: (nn.CrossEntropyLoss(label_smoothing=0.1), torch.tensor([[1.0, 2, -INF]]),
               torch.tensor([0])), old=True),
    T("pytorch/pytorch#134771", "labels of -1 and 2 as probabilities", "LX203",
      lambda: (CE, out(2, 3), torch.tensor([[8.6, -12.5, 0], [1, 0, 0]])), old=True),
    T("pytorch/pytorch#116349", "all targets are ignored", "LX205",
      lambda: (CE, out(4, 3), torch.full((4,), -100)), old=True),
    T("ultralytics/yolov3#191", "cross entropy over one class", "LX102",
      lambda: (CE, out(8, 1), torch.zeros(8).long()), old=True),
    T("pytorch/pytorch#36217", "MultiLabelSoftMarginLoss with indices and -1", "LX204",
      lambda: (nn.MultiLabelSoftMarginLoss(), out(1, 4), torch.tensor([[3.0, 0, -1, 1]])),
      old=True),
    T("pytorch/pytorch#15863", "MultiLabelMarginLoss with 0 and 1", "LX206",
      lambda: (nn.MultiLabelMarginLoss(), out(2, 4), torch.tensor([[1, 0, 0, 1], [0, 1, 0, 0]])),
      old=True),
    T("isaaccorley/detcon-pytorch#1", "labels where logits go", "LX510",
      lambda: (F.cross_entropy, torch.eye(4), out(4, 4)), old=True),
    T("autonomousvision/sledge#4", "binary_cross_entropy_with_logits with its arguments swapped",
      "LX510", lambda: (F.binary_cross_entropy_with_logits, bits(8, 3), out(8, 3, scale=3)),
      old=True),
    T("itakurah/focal-loss-pytorch#5", "sigmoid before binary_cross_entropy_with_logits",
      "LX303", lambda: (F.binary_cross_entropy_with_logits, out(8, 3).sigmoid(), bits(8, 3)),
      old=True),
    T("bowang-lab/Transformer-GCN-QA#32", "softmax before CrossEntropyLoss", "LX301",
      lambda: (CE, out(8, 5).softmax(-1), classes(8, 5)), old=True),
    T("pytorch/pytorch#10033", "NLLLoss of probabilities", "LX305",
      lambda: (nn.NLLLoss(), torch.tensor([[0.88, 0.12], [0.51, 0.49]]), torch.tensor([1, 0])),
      old=True),
    T("keras-team/keras#1172", "RMSE at 0", "LX405",
      lambda: (lambda x, y: ((x - y) ** 2).mean().sqrt(), torch.ones(4), torch.ones(4)),
      old=True),
    T("Lightning-Universe/lightning-bolts#695", "the pair with itself is subtracted by its value",
      "", lambda: (bolts, out(8, 6), out(8, 6)),
      "its value is right, its gradient is not: the pair is not named in the call", old=True),
    T("labmlai/annotated_deep_learning_paper_implementations#66", "the teacher against itself",
      "LX401", lambda: (labml, out(8, 5), torch.randn(8, 5)), old=True),
    T("qubvel-org/segmentation_models.pytorch#197", "class indices as floats", "LX105",
      lambda: (CE, out(4, 3), torch.tensor([0.0, 1, 2, 1])), old=True),
    T("pytorch/pytorch#25571", "a weighted mean that divides by weights", "",
      lambda: (nn.CrossEntropyLoss(weight=torch.tensor([2.0, 4, 6])), out(8, 3), classes(8)),
      old=True),
    T("facebookresearch/fvcore#126", "sigmoid beside BCE with logits, for p_t", "",
      lambda: (focal_right, out(8, 3), bits(8, 3)), old=True),
    T("jwchoi384/Gaussian_YOLOv3#19", "a negative Gaussian likelihood", "",
      lambda: (nn.GaussianNLLLoss(), torch.zeros(4), torch.zeros(4), torch.full((4,), 0.01)),
      old=True),
    T("PengchengShi1220/cbDice#10", "a dice loss of minus dice", "",
      lambda: (lambda p, t: -2 * (p.sigmoid() * t).sum() / (p.sigmoid().sum() + t.sum()),
               out(4, 8), bits(4, 8)), old=True),
]

# Found once all rules were written
LATE = [
    T("IBM/dstc-noesis#18", "a softmax layer, and CrossEntropyLoss", "LX301",
      lambda: (CE, nn.Softmax(dim=1)(out(8, 4)), classes(8, 4))),
    T("NaJaeMin92/pytorch-DANN#7", "softmax in classifier and discriminator", "LX301",
      lambda: (lambda c, y, d, z: CE(c, y) + CE(d, z), out(8, 10), classes(8, 10),
               F.softmax(out(8, 2), 1), classes(8, 2))),
    T("doronharitan/human_activity_recognition_LRCN#4", "softmax as output, CrossEntropyLoss",
      "LX301", lambda: (CE, nn.Sequential(nn.Linear(4, 11), nn.Softmax(-1))(torch.randn(8, 4)),
                        classes(8, 11))),
    T("Safe-DS/Library#581", "softmax as last activation, CrossEntropyLoss", "LX301",
      lambda: (CE, out(8, 3).softmax(1), F.one_hot(classes(8)).float())),
    T("IntelLabs/matsciml#347", "labels with one axis more than the readout", "LX101",
      lambda: (nn.MSELoss(), out(8, 1).view(8), torch.randn(8, 1))),
    T("OpenTabular/DeepTab#455", "(B, 1) and (B, 1, 1): R2 0.002 instead of 0.996", "LX101",
      lambda: (nn.MSELoss(), out(8, 1), torch.randn(8, 1, 1))),
    T("fastai/fastai#1863", "MSELoss of (N, 1) and (N,)", "LX101",
      lambda: (nn.MSELoss(), out(16, 1), torch.randn(16))),
    T("sebastian-hofstaetter/matchmaker#18", "KLDivLoss of two softmaxes", "LX305",
      lambda: (matchmaker, out(4, 6), torch.randn(4, 6))),
    T("NightShade99/Self-Supervised-Vision#5", "softmax where log_target says logarithms", "LX305",
      lambda: (relic, out(8, 7), out(8, 7))),
    T("NovaSky-AI/SkyRL#462", "a mean over tokens that are masked", "LX509",
      lambda: (sky, out(2, 6), torch.randn(2, 6), (torch.arange(6) < 4).float().expand(2, 6))),
    T("kornia/kornia#918", "gamma below 1 and saturated predictions", "LX405",
      lambda: (kornia_focal, torch.tensor([[-100.0, -100, 100, 100]]),
               torch.tensor([[0.0, 1, 0, 1]]))),
    T("pytorch/pytorch#68425", "a branch of where that is infinite", "LX405",
      lambda: (where_exp, torch.tensor([100.0, -1]))),
    T("pytorch/pytorch#108618", "a logarithm of 0 in the branch that is not taken", "LX405",
      lambda: (where_log, torch.tensor([0.0, 2, 3]))),
    T("keras-team/keras#23075", "the inverse root of 0, cut off afterwards", "LX405",
      lambda: (normalised, torch.zeros(2, 3), torch.ones(2, 3))),
    T("EricFillion/happy-transformer#248", "a label of -1", "LX201",
      lambda: (CE, out(4, 3), torch.tensor([0, -1, 2, 1]))),
    T("TencentGameMate/gnn_cross_lingual#5", "class 12 of 12", "LX201",
      lambda: (CE, out(4, 12), torch.tensor([0, 12, 3, 5]))),
    T("pytorch/pytorch#15666", "labels from 1 to 10", "LX201",
      lambda: (CE, out(10, 10), torch.arange(10) + 1)),
    T("johschmidt42/PyTorch-Object-Detection-Faster-RCNN-Tutorial#7", "class 1 of one class",
      "LX201", lambda: (CE, out(4, 1), torch.ones(4).long())),
    T("Garfield-kh/TM2D#16", "labels beyond 1027 classes", "LX201",
      lambda: (CE, out(8, 17), torch.arange(8) * 3)),
    T("bfortuner/ml-glossary#113", "a hinge loss by hand, of labels 0 and 1", "LX518",
      lambda: (hinge, out(8, 1).view(8), (torch.arange(8) % 2).float())),
    T("deepchem/deepchem#5018", "clamp(1 - labels*output), with labels 0 and 1", "LX518",
      lambda: (hinge, out(8, 1), (torch.arange(8) % 2)[:, None].float())),
    T("yunlongdong/FCN-pytorch#7", "BCELoss without sigmoid", "LX310",
      lambda: (BCE, maps(2, 2, 4, 4) * 3, bits(2, 2, 4, 4))),
    T("carla-recourse/CARLA#117", "softmax and BCELoss", "LX324",
      lambda: (BCE, out(8, 2).softmax(1), F.one_hot(classes(8, 2)).float())),
    T("yuval-reshef/StreamVC#3", "the difference of features is detached", "LX401",
      lambda: (feature_loss, out(4, 6), torch.randn(4, 6))),
    T("somuchtome/SimAC#3", "a term that is added by .detach().item()", "LX410",
      lambda: (sim_ac, out(4, 6), torch.randn(4, 6), torch.randn(4, 6))),
    T("yuanli2333/Teacher-free-Knowledge-Distillation#41", "KLDivLoss() in a distillation",
      "LX501", lambda: (tf_kd, out(8, 10), classes(8, 10), torch.randn(8, 10))),
    T("pytorch/pytorch#50528", "class weights at batch size 1", "LX503",
      lambda: (nn.CrossEntropyLoss(weight=torch.rand(10)), out(1, 10), torch.tensor([3]))),
    T("pytorch/pytorch#14289", "NLLLoss with weights that do nothing", "LX503",
      lambda: (nn.NLLLoss(weight=torch.tensor([2.0, 3])), torch.tensor([[-0.0141, -4.2669]]),
               torch.tensor([0]))),
    T("fastino-ai/GLiNER2#155", "1 - 1e-6 in bfloat16 is 1", "LX405",
      lambda: (survival, torch.tensor([1.0, 0.5]).bfloat16())),
    T("George730/E-ResGAT#5", "integers in the shape of the prediction", "LX106",
      lambda: (CE, out(8, 3), F.one_hot(classes(8)))),
    T("allenai/satlaspretrain_models#5", "class indices made float", "LX105",
      lambda: (F.cross_entropy, maps(2, 5, 4, 4), classes(32, 5).view(2, 4, 4).float())),
    T("AKASHKADEL/dcgan-mnist#2", "integer labels for BCELoss", "LX106",
      lambda: (BCE, out(8, 1).sigmoid().view(8), torch.ones(8).long())),
    T("Cocofeat/TBraTS#6", "evidence plus 1 in a dice loss", "LX310",
      lambda: (evidence_dice, F.softplus(maps(2, 3, 4, 4)), bits(2, 3, 4, 4))),
    T("HiLab-git/SSL4MIS#57", "(B, 2, W, H) and labels with one axis more", "LX101",
      lambda: (plain_dice, maps(2, 2, 4, 4).softmax(1), bits(2, 1, 1, 4, 4))),
    # not in the call
    T("zurutech/ashpy#23", "a generator's hinge with a relu", "LX601",
      lambda: (generator, out(8, 1))),
    T("radixark/miles#2796", "each masked sample counts one token", "",
      lambda: (miles, out(2, 4) ** 2, torch.tensor([[1.0, 1, 1, 1], [0, 0, 0, 0]])),
      "a count that is off by a few, which no argument states"),
    T("BrianPulfer/PapersReimplementations#17", "cross entropy of padding", "",
      lambda: (CE, out(8, 6), classes(8, 6)), "nothing marks padding among the labels"),
    T("amanshenoy/multilogue-net#21", "class weights in the wrong order", "",
      lambda: (nn.CrossEntropyLoss(weight=torch.tensor([12.2, 1.1])), out(16, 2), bits(16).long()),
      "frequencies of a batch do not tell those of the data"),
    T("philtabor/Deep-Q-Learning-Paper-To-Code#9", "the target network is not detached", "",
      lambda: (nn.MSELoss(), out(8, 1), out(8, 1)), "two networks may be trained on each other"),
    # right, though somebody asked
    T("polimi-ispl/icpr2020dfdc#16", "raw outputs for BCEWithLogitsLoss", "",
      lambda: (WITH_LOGITS, out(8, 1), bits(8, 1))),
    T("pytorch/pytorch#5282", "x is not a logarithm in the formula of KLDivLoss", "",
      lambda: (KL, out(4, 6).log_softmax(1), soft(4, 6))),
    T("pytorch/pytorch#32520", "kl_div of equal distributions, below 0 by rounding", "",
      lambda: (F.kl_div, torch.tensor([[1.0, 2, 3], [5, 5, 5]]).log_softmax(1),
               torch.tensor([[1.0, 2, 3], [5, 5, 5]]).softmax(1), None, None, "none")),
    T("nlp-with-transformers/notebooks#94", "softmax of the teacher in a KL", "",
      lambda: (sparse_teacher, out(4, 6), torch.randn(4, 6))),
    T("peisuke/UnsupervisedDataAugmentation.pytorch#2", "softmax and log_softmax", "",
      lambda: (uda, torch.randn(4, 6), out(4, 6))),
    T("jinkyu032/FedMLB#3", "log_softmax for one path, softmax for the other", "",
      lambda: (uda, out(4, 6).detach(), out(4, 6))),
    T("asgsaeid/ComboLoss#3", "a negative loss, minus the dice", "",
      lambda: (combo, maps(2, 1, 4, 4), bits(2, 1, 4, 4))),
    T("yueliu1999/Dink-Net#6", "a negative loss of clusters", "",
      lambda: (dink, out(8, 3), torch.randn(4, 3))),
    T("ourownstory/neural_prophet#735", "three quantiles and one target", "",
      lambda: (nn.SmoothL1Loss(), out(32, 1, 3), torch.randn(32, 1, 1)), beside="LX117"),
    T("pytorch/pytorch#54843", "weights of binary cross entropy do not divide", "",
      lambda: (F.binary_cross_entropy_with_logits, out(3, 1).view(3), torch.tensor([1.0, 0, 0]),
               torch.tensor([3.0, 1, 1]))),
    T("MIC-DKFZ/nnUNet#108", "logits for a dice loss with softmax inside", "",
      lambda: (nnunet, maps(2, 3, 4, 4), bits(2, 3, 4, 4))),
    T("pytorch/pytorch#1620", "log of softmax, of logits 0, 50, -50", "",
      lambda: (log_nll, torch.tensor([[0.0, 50, -50]]), torch.tensor([1]))),
]

# Read by somebody who had not read the rules
UNSEEN = [
    T("nishnik/Deep-Semantic-Similarity-Model-PyTorch#2", "softmax of similarities, then CE",
      "LX301", lambda: (CE, scored_documents(), torch.zeros(16, dtype=torch.long))),
    T("yudi-mars/daisyRec#15", "sigmoid of a product of factors, then BCEWithLogitsLoss",
      "LX303", lambda: (WITH_LOGITS, factors(), bits(32))),
    T("microsoft/ProDA#43", "softmax in both arguments of kl_div", "LX305",
      lambda: (elementwise_kl, maps(2, 5, 8, 8).softmax(1), maps(2, 5, 8, 8).softmax(1).detach())),
    T("haitongli/knowledge-distillation-pytorch#48", "KLDivLoss() with its default mean", "LX501",
      lambda: (nn.KLDivLoss(), (out(16, 10) / 4).log_softmax(1), soft(16, 10))),
    T("perone/euclidesdb#2", "log_softmax over the batch", "LX309",
      lambda: (F.nll_loss, F.log_softmax(out(16, 5), dim=0), classes(16, 5))),
    T("DeepReinforcementLearning/DeepReinforcementLearningInAction#32",
      "a policy with a softmax over the batch", "LX309",
      lambda: (policy_loss, policy(), torch.linspace(1, 0, 12))),
    T("bodokaiser/piwise#9", "BCELoss of raw outputs", "LX310",
      lambda: (BCE, maps(2, 1, 8, 8) * 3, bits(2, 1, 8, 8))),
    T("Cambridge-ICCS/practical-ml-with-pytorch#84", "softmax and BCELoss of one class of three",
      "LX324", lambda: (BCE, out(16, 3).softmax(1), F.one_hot(classes(16), 3).float())),
    T("sungho-CoolG/FSCL#2", "CrossEntropyLoss with several labels at once", "LX203",
      lambda: (CE, out(3, 4), multi_hot())),
    T("APPFL/APPFL#60", "CrossEntropyLoss with one output", "LX102",
      lambda: (CE, out(16, 1), bits(16, 1))),
    T("APPFL/APPFL#60 (expected Long)", "class indices as floats", "LX105",
      lambda: (CE, out(10, 5), classes(10, 5).float())),
    T("DeepRank/deeprank#28", "class indices of shape (N, 1)", "LX107",
      lambda: (CE, out(10, 5), classes(10, 5)[:, None])),
    T("pytorch/pytorch#12670", "labels -1 and 1 for CrossEntropyLoss", "LX201",
      lambda: (CE, out(10, 2), torch.tensor([1, -1] * 5))),
    T("huggingface/transformers#2759", "labels of -100, and ignore_index=-1", "LX201",
      lambda: (nn.CrossEntropyLoss(ignore_index=-1), out(28, 9),
               masked_every_other(torch.randint(0, 9, (4, 7))))),
    T("lukas-blecher/LaTeX-OCR#305", "padding that is not ignored", "LX210",
      lambda: (F.cross_entropy, out(4, 12, 20).transpose(1, 2), ending(20, 12, 0, (5, 9, 3, 7)))),
    T("TimDettmers/ConvE#55", "label smoothing that adds 1/C in full", "LX204",
      lambda: (BCE, out(8, 5).sigmoid(), smoothed_above_1())),
    T("ildoonet/pytorch-randaugment#30", "label smoothing whose rows do not add up", "LX203",
      lambda: (F.cross_entropy, out(8, 7), smoothed_too_little())),
    T("timeseriesAI/tsai#22", "MSELoss of (16, 1) and (16,)", "LX101",
      lambda: (nn.MSELoss(), out(16, 1), torch.randn(16))),
    T("jiwei0921/CoNet#3", "maps with a channel, and without", "LX101",
      lambda: (sum_smooth_l1, maps(2, 1, 8, 8), torch.rand(2, 8, 8))),
    T("weirme/FCSN#32", "(N, C, T) reshaped to rows of classes", "LX113",
      lambda: (F.nll_loss, scores_of_time(), classes(40))),
    T("voiler/IMPALA#3", "(N, T, C) viewed as (N, C, T)", "LX113",
      lambda: (F.cross_entropy, out(4, 7, 5).view(4, 5, 7), torch.randint(0, 5, (4, 7)))),
    T("dungnb1333/SIIM-COVID19-Detection-1st-Place#7", "weight in place of pos_weight", "LX524",
      lambda: (nn.BCEWithLogitsLoss(weight=torch.tensor([20.0])), out(32, 1), bits(32, 1))),
    T("HeyLynne/FocalLoss_for_multiclass#3", "a focal loss of log-probabilities", "LX326",
      lambda: (lynne_focal, out(16, 4), classes(16, 4))),
    T("uncbiag/ICON#83", "a mean of what is masked", "LX509",
      lambda: (masked_square, maps(2, 1, 8, 8), torch.rand(2, 1, 8, 8), corner())),
    T("huggingface/lerobot#3377", "a mask of time steps counts actions of 7 numbers once", "LX526",
      lambda: (action_chunks, out(4, 10, 7), torch.randn(4, 10, 7), ~kept([3, 5, 2, 9], 10))),
    T("podgorskiy/VAE#1", "a sum of the reconstruction, a mean of the KL", "LX519",
      lambda: (vae_of_means, *reparametrized())),
    T("unnir/cVAE#1", "a mean of the reconstruction, a sum of the KL", "LX519",
      lambda: (vae_of_sums, *reparametrized())),
    T("OpenRL-Lab/openrl#136", "Q-learning with a target that has a graph", "LX411",
      lambda: (F.mse_loss, *q_learning(still=False))),
    T("NVIDIA/apex#358", "clamp(1e-8, 1 - 1e-8) in float32", "LX409",
      lambda: (clamped_focal, torch.tensor([1.0, 0.5, 0.0], requires_grad=True) * 1,
               torch.tensor([1.0, 1, 0]))),
    T("mpariente/pytorch_stoi#14", "a square root at 0", "LX405",
      lambda: (rmse_of_rows, *one_row_right())),
    T("NVIDIA/apex#1052", "masked_fill(-1e9) in half precision", "LX407",
      lambda: (masked_half, out(8, 5).half(), torch.rand(8, 5) < 0.9, classes(8, 5))),
    T("marian42/shapegan#2", "the logarithm of a critic's output", "LX408",
      lambda: (of_log, out(32, 1))),
    T("jakeret/tf_unet#15", "a dice loss of raw outputs", "LX310",
      lambda: (dice, maps(2, 1, 8, 8) * 3, bits(2, 1, 8, 8))),
    T("akirasosa/mobile-semantic-segmentation#24", "the dice coefficient as the loss", "LX520",
      lambda: (dice_coefficient, maps(2, 1, 8, 8), bits(2, 1, 8, 8))),
    T("huggingface/sentence-transformers#1183", "a margin of 5 between cosines", "LX325",
      lambda: (nn.TripletMarginWithDistanceLoss(distance_function=cosine_distance, margin=5.0),
               out(16, 8), out(16, 8), out(16, 8))),
    T("ustcllm/RecStudio#21", "InfoNCE of cosines without a temperature", "LX327",
      lambda: (rec_studio, out(32, 8), out(32, 8))),
    T("ypwhs/captcha_break#29", "CTC of targets longer than the input", "LX323",
      lambda: (nn.CTCLoss(), spoken(5, 11), torch.randint(1, 11, (4, 6)), torch.full((4,), 5),
               torch.full((4,), 6))),
    T("pytorch/pytorch#18415", "CTC of targets that hold the blank", "LX323",
      lambda: (nn.CTCLoss(), spoken(20, 10, 2), torch.tensor([[0, 3, 4], [5, 0, 1]]),
               torch.full((2,), 20), torch.full((2,), 3))),
    T("huggingface/transformers#3711", "labels are the tokens that went in", "LX211",
      lambda: language_model(0, 0)),
    T("huggingface/transformers#46898", "labels are shifted twice", "LX211",
      lambda: language_model(2, 2)),
    T("bojone/T-GANs#3", "a Wasserstein critic with a sigmoid", "LX527",
      lambda: (critic_loss, out(16, 1).sigmoid(), out(16, 1).sigmoid())),
    T("mlcommons/GaNDLF#204", "MSELoss of an empty prediction", "LX205",
      lambda: (nn.MSELoss(), out(16, 1)[:0].squeeze(1), torch.randn(1))),
    T("andrewgcodes/xlstm#4", "ten predictions and one target", "LX101",
      lambda: (nn.MSELoss(), out(10, 1), torch.randn(1, 1))),
    T("GeoZcx/A-deeply-supervised-image-fusion-network-for-change-detection-in-remote-sensing-"
      "images#1", "a sigmoid of the labels too", "LX209",
      lambda: (BCE, maps(2, 1, 8, 8).sigmoid(), bits(2, 1, 8, 8).sigmoid())),
    T("astariul/encode-attend-navigate-pytorch#3", "the critic is not detached in the actor's loss",
      "LX412", lambda: (of_actor, chosen_actions(), torch.randn(12), out(12, 1)[:, 0])),
    T("falloutdurham/beginners-pytorch-deep-learning#7", "log_softmax of (N, T, C) without dim",
      "LX309", lambda: (F.nll_loss, F.log_softmax(out(4, 7, 5), 0).view(-1, 5), classes(28, 5))),
    T("runebook.dev/en/docs/pytorch/generated/torch.nn.multilabelmarginloss",
      "MultiLabelMarginLoss of 0 and 1", "LX206",
      lambda: (nn.MultiLabelMarginLoss(), out(8, 5), bits(8, 5).long())),
    T("DaoyuanLi2816/Molecule-Generator#20", "the reconstruction counts padding", "LX210",
      lambda: (of_rows, out(4, 20, 20), ending(20, 20, 19, (5, 9, 3, 7)))),
    T("wangle53/CSA-CDGAN#5", "the generator's loss is of a detached prediction", "",
      lambda: (nn.MSELoss(), out(16, 1).detach(), torch.ones(16, 1)),
      "an evaluation has no graph either: the report says it without a finding"),
    T("nikhilsinghmus/image2reverb#37", "the generator's step is of detached images", "",
      lambda: (F.mse_loss, out(16, 1), torch.ones(16, 1)), "the graph of the critic is there"),
    T("abduallahmohamed/Social-STGCNN#51", "accumulation divided by the wrong number", "",
      lambda: (lambda x, y: F.mse_loss(x, y) / 128, out(1, 2), torch.randn(1, 2)),
      "how many losses are added is not in one call"),
    T("Shelton1013/Chain_of_Attack#1", "positive and negative are swapped", "",
      lambda: (nn.TripletMarginLoss(), out(16, 8), out(16, 8), out(16, 8)),
      "which of two is alike is in no number"),
    T("philschmid/knowledge-distillation-transformers-pytorch-sagemaker#1", "no T**2", "",
      lambda: (KL, (out(16, 5) / 4).log_softmax(1), soft(16, 5)), "a factor may be meant"),
    # right, though somebody asked
    T("wkentaro/pytorch-fcn#7", "transposed, then viewed as rows of classes", "",
      lambda: (F.nll_loss, maps(2, 4, 8, 8).log_softmax(1).permute(0, 2, 3, 1).reshape(-1, 4),
               classes(128, 4))),
    T("roggirg/AutoBots#7", "a negative Gaussian likelihood", "",
      lambda: (nn.GaussianNLLLoss(), out(16, 1) / 100, torch.zeros(16, 1),
               F.softplus(out(16, 1) - 5) + 1e-3)),
    T("kjaved0/incremental-learning#5", "log_softmax and softmax", "",
      lambda: (KL, (out(16, 5) / 2).log_softmax(1), soft(16, 5))),
    T("amazon-science/video-contrastive-learning#5", "InfoNCE with all labels 0", "",
      lambda: (CE, contrast_with_queue(), torch.zeros(16, dtype=torch.long))),
    T("pochih/FCN-pytorch#9", "BCEWithLogitsLoss of one-hot maps", "",
      lambda: (WITH_LOGITS, maps(2, 20, 8, 8),
               F.one_hot(torch.randint(0, 20, (2, 8, 8)), 20).movedim(-1, 1).float())),
    T("huggingface/transformers#11616", "labels of -100 by default", "",
      lambda: (CE, out(28, 9), masked_every_other(torch.randint(0, 9, (4, 7))))),
    T("CompVis/taming-transformers#137", "a generator's loss is negative", "",
      lambda: (lambda fake: -torch.mean(fake), out(16, 1) + 1)),
    T("markhliu/DGAI#7", "transpose(1, 2) of sequences", "",
      lambda: (CE, out(4, 7, 12).transpose(1, 2), torch.randint(0, 12, (4, 7)))),
    T("tloen/alpaca-lora#206", "labels are the tokens, shifted in the loss", "",
      lambda: language_model(1, 1)),
    T("junyanz/pytorch-CycleGAN-and-pix2pix#916", "a critic's step: all targets are 0", "",
      lambda: (WITH_LOGITS, maps(2, 1, 8, 8), torch.zeros(2, 1, 8, 8))),
    T("eriklindernoren/PyTorch-GAN#179", "a generator's step: all targets are 1", "",
      lambda: (nn.MSELoss(), out(16, 1), torch.ones(16, 1))),
    T("unnir/cVAE#1 (its answer)", "sums of both terms", "",
      lambda: (vae_answer, *reparametrized())),
    T("KevinMusgrave/pytorch-metric-learning#509", "CosineEmbeddingLoss of -1 and 1", "",
      lambda: (nn.CosineEmbeddingLoss(), out(16, 8), out(16, 8), 2 * bits(16) - 1)),
    T("martinarjovsky/WassersteinGAN#61", "the sign of a critic's loss", "",
      lambda: (lambda real, fake: real.mean() - fake.mean(), out(16, 1), out(16, 1))),
    T("JIA-Lab-research/MiSLAS#4", "smoothing that counts the label's class", "",
      lambda: (smooth_cross_entropy, out(16, 5), classes(16, 5))),
    T("quantumiracle/Popular-RL-Algorithms#16", "Q-learning with a target that is detached", "",
      lambda: (F.smooth_l1_loss, *q_learning(still=True))),
    T("magenta/ddsp#59", "L1 with the target first", "",
      lambda: (F.l1_loss, torch.randn(16, 1), out(16, 1))),
    T("ZhaoJ9014/face.evoLVe#120", "a focal loss, as answered", "",
      lambda: (right_focal, out(16, 5), classes(16, 5))),
    T("ImprintLab/Medical-SAM2#78", "a pos_weight of 2", "",
      lambda: (nn.BCEWithLogitsLoss(pos_weight=torch.ones([1]) * 2), maps(2, 1, 8, 8),
               bits(2, 1, 8, 8))),
]
