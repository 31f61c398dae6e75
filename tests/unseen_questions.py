"""Mistakes that people ask about: half with losses of torch, half with their own."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


def blobs(n, d, c, start=0):
    "n points in d dimensions around c centres; labels from `start`"
    centers = torch.randn(c, d) * 2
    y = torch.randint(0, c, (n,))
    return centers[y] + torch.randn(n, d), y + start


def disks(n, size=24):
    "n images with one bright disk each, and their masks (n, 1, size, size)"
    yy, xx = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    cy, cx = torch.randint(6, size - 6, (n, 1, 1)), torch.randint(6, size - 6, (n, 1, 1))
    r = torch.randint(3, 7, (n, 1, 1))
    mask = ((yy - cy) ** 2 + (xx - cx) ** 2 <= r**2).float().unsqueeze(1)
    return mask * 0.8 + 0.2 * torch.rand(n, 1, size, size), mask


def unet(cin=1, cout=1):
    return nn.Sequential(
        nn.Conv2d(cin, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, cout, 1),
    )


def mlp(i, o, h=32):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


# W01 - W30: losses of torch itself


@wrong(
    "discuss.pytorch.org/t/43814",
    "the model ends in nn.Softmax and the loss is CrossEntropyLoss (loss stays near 2.30)",
    "LX301",
)
def _():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(dim=1))
    inputs, labels = blobs(32, 20, 10)
    outputs = model(inputs)
    criterion = nn.CrossEntropyLoss()
    return criterion, (outputs, labels)


@wrong("fxia22/pointnet.pytorch#27", "log_softmax over dim 0 (the batch), then F.nll_loss", "LX309")
def _():
    torch.manual_seed(2)
    fc3 = mlp(16, 5)
    points, target = blobs(24, 16, 5)
    pred = F.log_softmax(fc3(points), dim=0)
    return F.nll_loss, (pred, target)


@wrong(
    "discuss.pytorch.org: NLLLoss gives negative values (well-known)",
    "NLLLoss on raw logits; the loss goes below zero",
    "LX305",
)
def _():
    torch.manual_seed(3)
    net = mlp(30, 4)
    data, target = blobs(16, 30, 4)
    output = net(data)
    return nn.NLLLoss(), (output, target)


@wrong(
    "pytorch/tutorials#663",
    "chatbot decoder ends in softmax, loss replaced by NLLLoss(ignore_index=PAD)",
    "LX305",
)
def _():
    torch.manual_seed(4)
    PAD_token, vocab = 0, 60
    embedding, gru, out = nn.Embedding(vocab, 32), nn.GRU(32, 32), nn.Linear(32, vocab)
    decoder_input = torch.randint(1, vocab, (1, 16))
    rnn_output, _h = gru(embedding(decoder_input))
    decoder_output = F.softmax(out(rnn_output.squeeze(0)), dim=1)
    target_variable = (decoder_input.squeeze(0) * 7 + 3) % vocab
    target_variable[12:] = PAD_token
    criterion = nn.NLLLoss(ignore_index=PAD_token)
    return criterion, (decoder_output, target_variable)


@wrong(
    "Stack Overflow: BCEWithLogitsLoss with sigmoid in forward (well-known)",
    "sigmoid at the end of the model and BCEWithLogitsLoss",
    "LX303",
)
def _():
    torch.manual_seed(5)
    model = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
    x, y = blobs(48, 12, 2)
    y_pred = model(x)
    return nn.BCEWithLogitsLoss(), (y_pred, y.float().unsqueeze(1))


@wrong(
    "Stack Overflow: softmax on one output gives always 1 (well-known)",
    "softmax over a single output unit, BCELoss",
    "LX312",
)
def _():
    torch.manual_seed(6)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1), nn.Softmax(dim=1))
    X, y = blobs(32, 8, 2)
    return nn.BCELoss(), (model(X), y.float().view(-1, 1))


@wrong(
    "Stack Overflow: loss is 0 in binary segmentation with CrossEntropyLoss (well-known)",
    "one output channel, float mask of the same shape, CrossEntropyLoss: softmax over one"
    " channel, the loss is always 0",
    "LX102",
)
def _():
    torch.manual_seed(7)
    img, true_masks = disks(8)
    masks_pred = unet(1, 1)(img)
    criterion = nn.CrossEntropyLoss()
    return criterion, (masks_pred, true_masks)


@wrong(
    "d2l squared_loss exercise (javashuo.com p-mrjxlmph-gd)",
    "MSELoss of (N, 1) against (N): broadcast to (N, N)",
    "LX101",
)
def _():
    torch.manual_seed(8)
    features = torch.randn(40, 6)
    labels = features @ torch.randn(6) * 2 + 1 + 0.1 * torch.randn(40)
    net = nn.Linear(6, 1)
    return nn.MSELoss(), (net(features), labels)


@wrong(
    "discuss.pytorch.org: CrossEntropyLoss with squeezed binary output (well-known)",
    "logits squeezed to (N,), float labels (N,): read as ONE sample with N classes",
    "LX104",
)
def _():
    torch.manual_seed(9)
    model = mlp(10, 1)
    inputs, labels = blobs(32, 10, 2)
    output = model(inputs).squeeze()
    return nn.CrossEntropyLoss(), (output, labels.float())


@wrong(
    "whosebug.com/question/6539086 (Stack Overflow)",
    "(B, T, C) outputs put into (B, C, T) with view instead of permute",
    "LX113",
)
def _():
    torch.manual_seed(10)
    batch_size, seq_len, n_classes = 8, 15, 9
    emb, lstm, fc = (
        nn.Embedding(50, 24),
        nn.LSTM(24, 32, batch_first=True),
        nn.Linear(32, n_classes),
    )
    x = torch.randint(0, 50, (batch_size, seq_len))
    target = x % n_classes
    output = fc(lstm(emb(x))[0])
    return nn.CrossEntropyLoss(), (output.view(batch_size, n_classes, seq_len), target)


def seq2seq_ce(output, trg):
    # output: decoder outputs, trg: target sentences
    output_dim = output.shape[-1]
    output = output.reshape(-1, output_dim)
    trg = trg.reshape(-1)
    return F.cross_entropy(output, trg, ignore_index=0)


@wrong(
    "discuss.pytorch.org: LSTM batch_first, loss does not go down (well-known)",
    "outputs are time-major (T, B, C), targets batch-major (B, T); both flattened: every "
    "score meets another word's label",
    "LX119",
)
def _():
    torch.manual_seed(11)
    T, B, V = 12, 16, 40
    emb, lstm, fc = nn.Embedding(V, 16), nn.LSTM(16, 32), nn.Linear(32, V)
    src = torch.randint(1, V, (B, T))
    trg = (src + 1) % V
    trg[:, 9:] = 0
    output = fc(lstm(emb(src.t()))[0])
    return seq2seq_ce, (output, trg)


@wrong(
    "discuss.pytorch.org: LogSoftmax(dim=1) in an RNN tagger (well-known)",
    "nn.LogSoftmax(dim=1) on (B, T, C): normalised over time; then NLLLoss on the flattened",
    "LX306",
)
def _():
    torch.manual_seed(12)
    B, T, C = 8, 20, 7
    gru, fc, logsoftmax = nn.GRU(10, 24, batch_first=True), nn.Linear(24, C), nn.LogSoftmax(dim=1)
    seq = torch.randn(B, T, 10)
    tags = seq[..., :C].argmax(-1)
    out = logsoftmax(fc(gru(seq)[0]))
    return nn.NLLLoss(), (out.view(-1, C), tags.view(-1))


@wrong(
    "discuss.pytorch.org: KLDivLoss returns negative values (well-known)",
    "KLDivLoss with softmax probabilities as input",
    "LX305",
)
def _():
    torch.manual_seed(13)
    net = mlp(16, 6)
    x, y = blobs(32, 16, 6)
    target = F.softmax(F.one_hot(y, 6) * 3.0 + 0.3 * torch.randn(32, 6), dim=1)
    pred = F.softmax(net(x), dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (pred, target)


@wrong(
    "Stack Overflow: order of arguments of F.kl_div (well-known)",
    "F.kl_div(teacher_log_probs, student_probs): the model's output is given as the target",
    "",
)
def _():
    torch.manual_seed(14)
    student, teacher = mlp(20, 8), mlp(20, 8, 128)
    x, _y = blobs(32, 20, 8)
    with torch.no_grad():
        teacher_log_probs = F.log_softmax(teacher(x), dim=-1)
    student_probs = F.softmax(student(x), dim=-1)
    return F.kl_div, (teacher_log_probs, student_probs), {"reduction": "batchmean"}


@wrong(
    "discuss.pytorch.org: KL divergence of two log_softmax gives a wrong sign (well-known)",
    "both arguments are log_softmax, log_target not set",
    "LX307",
)
def _():
    torch.manual_seed(15)
    s, t = mlp(20, 10), mlp(20, 10)
    x, _y = blobs(16, 20, 10)
    with torch.no_grad():
        q = F.log_softmax(t(x), dim=1)
    p = F.log_softmax(s(x), dim=1)
    return nn.KLDivLoss(reduction="batchmean"), (p, q)


@wrong(
    "jeremyfix/deeplearning-lectures#22",
    "CTC: the log_softmax line is commented out, raw scores in",
    "LX305",
)
def _():
    torch.manual_seed(16)
    T, B, vocab_size = 40, 8, 30
    rnn, fc = nn.LSTM(13, 48, bidirectional=True), nn.Linear(96, vocab_size)
    spectro = torch.randn(T, B, 13)
    unpacked_predictions = fc(rnn(spectro)[0])
    target_lengths = torch.randint(5, 13, (B,))
    targets = torch.randint(1, vocab_size, (B, 12))
    return nn.CTCLoss(blank=0, zero_infinity=True), (
        unpacked_predictions,
        targets,
        torch.full((B,), T),
        target_lengths,
    )


@wrong(
    "discuss.pytorch.org: CTCLoss blank index and my alphabet (well-known)",
    "the alphabet begins at 0, which is the blank of CTCLoss; labels contain 0 inside the words",
    "LX323",
)
def _():
    torch.manual_seed(17)
    alphabet, N, T = 26, 8, 32  # a=0 ... z=25
    cnn, fc = nn.Conv1d(16, 32, 3, padding=1), nn.Linear(32, alphabet + 1)
    feats = torch.randn(N, 16, T)
    log_probs = F.log_softmax(fc(cnn(feats).permute(2, 0, 1)), dim=2)
    words = torch.randint(0, alphabet, (N, 6))
    words[:, 1] = 0  # 'a' is frequent
    return nn.CTCLoss(), (log_probs, words, torch.full((N,), T), torch.full((N,), 6))


@wrong(
    "discuss.pytorch.org: CTC learns only blanks, padded targets (well-known)",
    "target_lengths is the padded width for every word, the padding (0 = blank) counts as label",
    "LX323",
)
def _():
    torch.manual_seed(18)
    N, T, C, S = 16, 50, 37, 10
    lstm, fc = nn.LSTM(24, 32), nn.Linear(32, C)
    images = torch.randn(T, N, 24)
    log_probs = fc(lstm(images)[0]).log_softmax(2)
    true_len = torch.randint(3, S + 1, (N,))
    targets = torch.randint(1, C, (N, S))
    targets[torch.arange(S)[None] >= true_len[:, None]] = 0
    input_lengths = torch.full((N,), T, dtype=torch.long)
    target_lengths = torch.full((N,), S, dtype=torch.long)
    return F.ctc_loss, (log_probs, targets, input_lengths, target_lengths)


@wrong(
    "Stack Overflow: Expected input_lengths to have value at most T (well-known)",
    "input_lengths count the spectrogram frames before the strided convolution (raises)",
    "LX100",
)
def _():  # raises
    torch.manual_seed(19)
    N, frames, C = 4, 120, 29
    conv, fc = nn.Conv1d(40, 32, 5, stride=2, padding=2), nn.Linear(32, C)
    mel = torch.randn(N, 40, frames)
    output = F.log_softmax(fc(conv(mel).permute(2, 0, 1)), dim=-1)  # (60, N, C)
    spectrogram_lengths = torch.tensor([120, 112, 98, 120])
    label_lengths = torch.tensor([9, 7, 10, 8])
    labels = torch.randint(1, C, (N, 10))
    return nn.CTCLoss(blank=0), (output, labels, spectrogram_lengths, label_lengths)


@wrong(
    "discuss.pytorch.org: TripletMarginLoss is zero after a few steps (well-known)",
    "anchor and positive are the same embedding of the same image",
    "LX632",
)
def _():
    torch.manual_seed(20)
    net = mlp(32, 16)
    img, y = blobs(24, 32, 4)
    neg_img = img[torch.randperm(24)] + 0.1 * torch.randn(24, 32)
    anchor_out = net(img)
    positive_out = net(img)
    negative_out = net(neg_img)
    return nn.TripletMarginLoss(margin=1.0), (anchor_out, positive_out, negative_out)


@wrong(
    "discuss.pytorch.org: CosineEmbeddingLoss label 0 or -1 (well-known)",
    "CosineEmbeddingLoss with labels 0 and 1",
    "LX202",
)
def _():
    torch.manual_seed(21)
    enc = nn.EmbeddingBag(200, 32)
    q, d = torch.randint(0, 200, (32, 12)), torch.randint(0, 200, (32, 12))
    label = (torch.rand(32) < 0.5).long()
    d[label == 1, :8] = q[label == 1, :8]
    return nn.CosineEmbeddingLoss(margin=0.2), (enc(q), enc(d), label)


@wrong(
    "Stack Overflow: MarginRankingLoss with 0/1 targets (well-known)",
    "MarginRankingLoss with 0/1 labels: where y = 0 there is no gradient",
    "LX202",
)
def _():
    torch.manual_seed(22)
    ranker = mlp(15, 1)
    doc1, doc2 = torch.randn(40, 15), torch.randn(40, 15)
    y = (doc1[:, 0] > doc2[:, 0]).float()
    return nn.MarginRankingLoss(margin=0.5), (ranker(doc1).squeeze(1), ranker(doc2).squeeze(1), y)


@wrong(
    "discuss.pytorch.org: HingeEmbeddingLoss with cosine similarity (well-known)",
    "HingeEmbeddingLoss gets the cosine similarity; it wants a distance",
    "LX313",
)
def _():
    torch.manual_seed(23)
    f = mlp(24, 16)
    a, b = torch.randn(32, 24), torch.randn(32, 24)
    y = torch.where(torch.rand(32) < 0.5, 1.0, -1.0)
    b[y == 1] = a[y == 1] + 0.2 * torch.randn(int((y == 1).sum()), 24)
    x = F.cosine_similarity(f(a), f(b))
    return nn.HingeEmbeddingLoss(margin=1.0), (x, y)


@wrong(
    "discuss.pytorch.org: GaussianNLLLoss, var has negative entry/entries (well-known)",
    "the second head of the network (any real number, meant as log variance) is given as "
    "var (raises)",
    "LX315",
)
def _():  # raises
    torch.manual_seed(24)
    body, head_mu, head_var = mlp(5, 32), nn.Linear(32, 1), nn.Linear(32, 1)
    x = torch.randn(64, 5)
    y = x.sum(1, keepdim=True) + torch.randn(64, 1) * 0.3
    h = body(x)
    return nn.GaussianNLLLoss(), (head_mu(h), y, head_var(h))


@wrong(
    "discuss.pytorch.org: order of arguments of GaussianNLLLoss (well-known)",
    "criterion(mean, var, target): target and var swapped; house prices are positive, "
    "nothing raises",
    "LX315",
)
def _():
    torch.manual_seed(25)
    body, head_mu, head_var = mlp(9, 32), nn.Linear(32, 1), nn.Linear(32, 1)
    x = torch.randn(64, 9)
    price = torch.exp(0.4 * x[:, :1] + 0.2 * torch.randn(64, 1)) * 2
    h = body(x)
    mean, var = head_mu(h), F.softplus(head_var(h)) + 1e-6
    return nn.GaussianNLLLoss(), (mean, var, price)


@wrong(
    "Stack Overflow: PoissonNLLLoss log_input default (well-known)",
    "softplus rate given to PoissonNLLLoss whose default is log_input=True",
    "LX314",
)
def _():
    torch.manual_seed(26)
    net = nn.Sequential(nn.Linear(7, 32), nn.ReLU(), nn.Linear(32, 1), nn.Softplus())
    x = torch.randn(64, 7)
    counts = torch.poisson(torch.exp(0.5 * x[:, :1] + 1))
    return nn.PoissonNLLLoss(), (net(x), counts)


@wrong(
    "Stack Overflow: loss does not change, rounded predictions in BCELoss (well-known)",
    "torch.round(sigmoid(out)) in BCELoss: the gradient is zero",
    "LX424",
)
def _():
    torch.manual_seed(27)
    model = mlp(13, 1)
    X_train, y_train = blobs(64, 13, 2)
    y_pred = torch.round(torch.sigmoid(model(X_train))).squeeze()
    return nn.BCELoss(), (y_pred, y_train.float())


@wrong("pytorch/pytorch#7122", "two classes, labels 1 and 2 (raises)", "LX201")
def _():  # raises
    torch.manual_seed(28)
    resnet_fc = mlp(32, 2)
    inputs, labels = blobs(20, 32, 2, start=1)
    return nn.CrossEntropyLoss(), (resnet_fc(inputs), labels)


@wrong(
    "discuss.pytorch.org: pos_weight for an unbalanced set (well-known)",
    "pos_weight = n_pos / n_neg, upside down: the rare class counts even less",
    "LX525",
)
def _():
    torch.manual_seed(29)
    model = mlp(20, 1)
    x = torch.randn(64, 20)
    y = (x[:, 0] > 1.2).float().unsqueeze(1)
    pos_weight = y.sum() / (y.numel() - y.sum())
    return nn.BCEWithLogitsLoss(pos_weight=pos_weight), (model(x), y)


@wrong(
    "discuss.pytorch.org: negative BCE loss in an autoencoder (well-known)",
    "BCE reconstruction of images that were normalised with mean and std: targets outside"
    " 0..1, loss below zero",
    "LX204",
)
def _():
    torch.manual_seed(30)
    enc = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 784))
    img = (torch.rand(16, 1, 28, 28) < 0.19).float() * torch.rand(16, 1, 28, 28)
    img = (img - 0.1307) / 0.3081
    return nn.BCEWithLogitsLoss(), (enc(img), img.view(16, -1))


# W31 - W60: losses written by hand


def dice_loss_thresholded(pred, target, smooth=1.0):
    pred = (torch.sigmoid(pred) > 0.5).float()
    pred = pred.contiguous().view(-1)
    target = target.contiguous().view(-1)
    intersection = (pred * target).sum()
    return 1 - (2.0 * intersection + smooth) / (pred.sum() + target.sum() + smooth)


@wrong(
    "discuss.pytorch.org: element 0 of tensors does not require grad, Dice loss (well-known)",
    "Dice loss on the thresholded mask",
    "LX401",
)
def _():
    torch.manual_seed(31)
    img, mask = disks(8)
    return dice_loss_thresholded, (unet()(img), mask)


class DiceLossKaggle(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, inputs, targets, smooth=1):
        inputs = inputs.view(-1)
        targets = targets.view(-1)
        intersection = (inputs * targets).sum()
        dice = (2.0 * intersection + smooth) / (inputs.sum() + targets.sum() + smooth)
        return 1 - dice


@wrong(
    "Kaggle: Loss Function Library, sigmoid line commented out (well-known)",
    "Dice loss on raw logits",
    "LX310",
)
def _():
    torch.manual_seed(32)
    img, mask = disks(8)
    return DiceLossKaggle(), (unet()(img), mask)


def dice_coef_loss(y_pred, y_true, eps=1e-6):
    y_pred = torch.sigmoid(y_pred)
    inter = (y_pred * y_true).sum(dim=(1, 2, 3))
    union = y_pred.sum(dim=(1, 2, 3)) + y_true.sum(dim=(1, 2, 3))
    dice = (2 * inter + eps) / (union + eps)
    return dice.mean()


@wrong(
    "Stack Overflow: Dice loss goes down and so does the overlap (well-known)",
    "returns the Dice coefficient itself, which the training then makes small",
    "LX520",
)
def _():
    torch.manual_seed(33)
    img, mask = disks(8)
    return dice_coef_loss, (unet()(img), mask)


class MulticlassDice(nn.Module):
    def __init__(self, eps=1e-7):
        super().__init__()
        self.eps = eps

    def forward(self, logits, target):
        probs = F.softmax(logits, dim=1)
        intersection = torch.sum(probs * target, dim=(2, 3))
        cardinality = torch.sum(probs + target, dim=(2, 3))
        return 1 - (2.0 * intersection / (cardinality + self.eps)).mean()


@wrong(
    "Guzaiwang/CE-Net#10; neptune-ai/open-solution-salt-identification#20",
    "multi-class Dice with the class-index mask (N,1,H,W) instead of one-hot",
    "LX204",
)
def _():
    torch.manual_seed(34)
    img, mask = disks(6)
    target = mask.clone()
    target[:, :, 12:] *= 2  # classes 0, 1, 2
    target[:, :, :, :4] = 3
    return MulticlassDice(), (unet(1, 4)(img), target)


class FocalLossCE(nn.Module):
    def __init__(self, gamma=2):
        super().__init__()
        self.gamma = gamma
        self.ce = nn.CrossEntropyLoss()

    def forward(self, input, target):
        logp = self.ce(input, target)
        p = torch.exp(-logp)
        loss = (1 - p) ** self.gamma * logp
        return loss.mean()


@wrong(
    "ZhaoJ9014/face.evoLVe#180; foamliu/InsightFace-v2#39",
    "focal factor computed from the batch mean of the cross entropy",
    "LX511",
)
def _():
    torch.manual_seed(35)
    x, y = blobs(32, 20, 5)
    return FocalLossCE(), (mlp(20, 5)(x), y)


def soft_iou_loss(preds, masks, smooth=1e-6):
    preds = torch.sigmoid(preds).flatten(1)
    masks = masks.flatten(1)
    intersection = (preds * masks).sum(1)
    union = preds.sum(1) + masks.sum(1)
    iou = (intersection + smooth) / (union + smooth)
    return (1 - iou).mean()


@wrong(
    "Stack Overflow: IoU never exceeds 0.5 (well-known)",
    "the union forgets to subtract the intersection: IoU at most 0.5, the loss never below 0.5",
    "LX520",
)
def _():
    torch.manual_seed(36)
    img, mask = disks(8)
    return soft_iou_loss, (unet()(img), mask)


class ContrastiveLossNoClamp(nn.Module):
    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin

    def forward(self, output1, output2, label):
        # label: 0 = same person, 1 = other person
        euclidean_distance = F.pairwise_distance(output1, output2)
        return torch.mean(
            (1 - label) * torch.pow(euclidean_distance, 2)
            + label * torch.pow(self.margin - euclidean_distance, 2)
        )


@wrong(
    "discuss.pytorch.org: siamese network, contrastive loss (well-known)",
    "contrastive loss without clamp(margin - d, min=0): far pairs are pulled back to the margin",
    "LX585",
)
def _():
    torch.manual_seed(37)
    net = mlp(32, 8, 64)
    a, ya = blobs(32, 32, 6)
    perm = torch.randperm(32)
    b, yb = a[perm] + 0.3 * torch.randn(32, 32), ya[perm]
    return ContrastiveLossNoClamp(), (net(a), net(b), (ya != yb).float())


def triplet_loss_cos(anchor, positive, negative, margin=0.4):
    d_pos = F.cosine_similarity(anchor, positive)
    d_neg = F.cosine_similarity(anchor, negative)
    return torch.clamp(d_pos - d_neg + margin, min=0.0).mean()


@wrong(
    "Stack Overflow: triplet loss with cosine similarity (well-known)",
    "cosine similarity used as if it were a distance: positives are pushed away",
    "LX564",
)
def _():
    torch.manual_seed(38)
    net = mlp(40, 16)
    x, _y = blobs(24, 40, 8)
    return triplet_loss_cos, (net(x), net(x + 0.3 * torch.randn_like(x)), net(x.roll(1, 0)))


def vae_loss_sign(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 784), reduction="sum")
    KLD = 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE + KLD


class _VAE(nn.Module):
    def __init__(self, d=784, z=8, out=nn.Sigmoid()):
        super().__init__()
        self.enc, self.mu, self.lv = (
            nn.Sequential(nn.Linear(d, 64), nn.ReLU()),
            nn.Linear(64, z),
            nn.Linear(64, z),
        )
        self.dec = nn.Sequential(nn.Linear(z, 64), nn.ReLU(), nn.Linear(64, d), out)

    def forward(self, x):
        h = self.enc(x.flatten(1))
        mu, logvar = self.mu(h), self.lv(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.dec(z), mu, logvar


def digits(n):
    img = torch.zeros(n, 1, 28, 28)
    k = torch.randint(4, 20, (n,))
    for i in range(n):
        img[i, 0, 6:22, k[i] : k[i] + 4] = 0.9
    return (img + 0.05 * torch.rand(n, 1, 28, 28)).clamp(0, 1)


@wrong(
    "discuss.pytorch.org: VAE loss becomes negative (well-known)",
    "KL term with the wrong sign",
    "LX536",
)
def _():
    torch.manual_seed(39)
    x = digits(16)
    recon, mu, logvar = _VAE()(x)
    return vae_loss_sign, (recon, x, mu, logvar)


def loss_function_mean_sum(recon_x, x, mu, log_var):
    recon_loss = F.mse_loss(recon_x, x.view(-1, 784))
    kld = -0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp())
    return recon_loss + kld


@wrong(
    "Stack Overflow: VAE outputs the same blurry image (well-known)",
    "reconstruction is a mean over pixels and batch, KL a sum over batch and latents",
    "LX519",
)
def _():
    torch.manual_seed(40)
    x = digits(32)
    recon, mu, log_var = _VAE()(x)
    return loss_function_mean_sum, (recon, x, mu, log_var)


def generator_loss_zeros(fake_output):
    return F.binary_cross_entropy_with_logits(fake_output, torch.zeros_like(fake_output))


@wrong(
    "ptran1203/pytorch-animeGAN#17",
    "the generator is trained with the label fake (0) for its images",
    "LX554",
)
def _():
    torch.manual_seed(41)
    G, D = mlp(16, 64), mlp(64, 1)
    return generator_loss_zeros, (D(torch.tanh(G(torch.randn(32, 16)))),)


def gan_d_loss(pred_real, pred_fake):
    loss_real = F.binary_cross_entropy_with_logits(pred_real, torch.ones_like(pred_real))
    loss_fake = F.binary_cross_entropy_with_logits(pred_fake, torch.ones_like(pred_fake))
    return loss_real + loss_fake


@wrong(
    "basiclab/GNGAN-PyTorch#1", "the discriminator gets the label 1 for real and for fake", "LX540"
)
def _():
    torch.manual_seed(42)
    G, D = mlp(16, 64), mlp(64, 1)
    real = torch.tanh(torch.randn(32, 64) + 1)
    return gan_d_loss, (D(real), D(torch.tanh(G(torch.randn(32, 16))).detach()))


def gradient_penalty_4d(critic, real, fake):
    eps = torch.rand(real.size(0), 1, 1, 1)
    x_hat = (eps * real + (1 - eps) * fake).requires_grad_(True)
    scores = critic(x_hat)
    grads = torch.autograd.grad(
        outputs=scores,
        inputs=x_hat,
        grad_outputs=torch.ones_like(scores),
        create_graph=True,
        retain_graph=True,
    )[0]
    return 10 * ((grads.norm(2, dim=1) - 1) ** 2).mean()


@wrong(
    "discuss.pytorch.org: WGAN-GP norm over dim=1 of images (well-known)",
    "the gradient norm is taken over the channels of each pixel instead of the whole image",
    "LX417",
)
def _():
    torch.manual_seed(43)
    critic = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 64, 1)
    )
    return gradient_penalty_4d, (
        critic,
        torch.rand(8, 3, 16, 16) * 2 - 1,
        torch.tanh(torch.randn(8, 3, 16, 16)),
    )


def reinforce_loss_nosign(log_probs, returns):
    returns = (returns - returns.mean()) / (returns.std() + 1e-9)
    return (log_probs * returns).sum()


def cartpole(T=32):
    states = torch.randn(T, 4)
    actions = (states[:, 2] > 0).long() ^ (torch.rand(T) < 0.2).long()
    return states, actions


def discounted(rewards, gamma=0.99):
    R, out = 0.0, []
    for r in reversed(rewards.tolist()):
        R = r + gamma * R
        out.insert(0, R)
    return torch.tensor(out)


@wrong(
    "Stack Overflow: REINFORCE gets worse (well-known)",
    "policy gradient loss without the minus sign",
    "LX539",
)
def _():
    torch.manual_seed(44)
    policy = mlp(4, 2)
    states, actions = cartpole()
    log_probs = torch.distributions.Categorical(logits=policy(states)).log_prob(actions)
    return reinforce_loss_nosign, (log_probs, discounted(torch.ones(32)))


def actor_loss_attached(log_probs, values, returns):
    advantage = returns - values
    actor_loss = -(log_probs * advantage).mean()
    critic_loss = F.mse_loss(values, returns)
    return actor_loss + 0.5 * critic_loss


@wrong(
    "discuss.pytorch.org: actor critic does not converge (well-known)",
    "the advantage is not detached in the actor's term",
    "LX412",
)
def _():
    torch.manual_seed(45)
    actor, critic = mlp(4, 2), mlp(4, 1)
    states, actions = cartpole()
    log_probs = torch.distributions.Categorical(logits=actor(states)).log_prob(actions)
    return actor_loss_attached, (log_probs, critic(states).squeeze(-1), discounted(torch.ones(32)))


def compute_policy_loss(log_probs, returns, values):
    advantages = returns - values.detach()
    return -(log_probs * advantages).mean()


@wrong(
    "Stack Overflow: policy gradient shapes (N,) and (N,1) (well-known)",
    "log_probs (T,), returns (T,), values (T, 1): everything is broadcast to (T, T)",
    "LX101",
)
def _():
    torch.manual_seed(46)
    actor, critic = mlp(4, 2), mlp(4, 1)
    states, actions = cartpole()
    log_probs = torch.distributions.Categorical(logits=actor(states)).log_prob(actions)
    return compute_policy_loss, (log_probs, discounted(torch.ones(32)), critic(states))


def dqn_loss_nodone(q_net, target_net, states, actions, rewards, next_states, dones, gamma=0.99):
    q = q_net(states).gather(1, actions.unsqueeze(1)).squeeze(1)
    with torch.no_grad():
        next_q = target_net(next_states).max(1)[0]
    target = rewards + gamma * next_q
    return F.smooth_l1_loss(q, target)


def replay(n=32):
    s = torch.randn(n, 4)
    a = torch.randint(0, 2, (n,))
    return s, a, torch.ones(n), s + 0.1 * torch.randn(n, 4), (torch.rand(n) < 0.15).float()


@wrong(
    "navneet-nmk/pytorch-rl#2; cyoon1729/deep-Q-networks#5",
    "dones comes in and is not used: terminal states bootstrap",
    "LX553",
)
def _():
    torch.manual_seed(47)
    return dqn_loss_nodone, (mlp(4, 2), mlp(4, 2), *replay())


def td_loss_max(policy_net, target_net, state, action, reward, next_state, done, gamma=0.99):
    q_value = policy_net(state).max(1)[0]
    next_q_value = target_net(next_state).max(1)[0].detach()
    expected_q_value = reward + gamma * next_q_value * (1 - done)
    return (q_value - expected_q_value).pow(2).mean()


@wrong(
    "Stack Overflow: DQN with max instead of gather (well-known)",
    "Q of the best action is trained and not Q of the action taken; `action` is not used",
    "LX120",
)
def _():
    torch.manual_seed(48)
    return td_loss_max, (mlp(4, 3), mlp(4, 3), *replay())


class QuantileLossTweak(nn.Module):
    def __init__(self, quantiles):
        super().__init__()
        self.quantiles = quantiles

    def forward(self, preds, target):
        losses = []
        for i, q in enumerate(self.quantiles):
            errors = preds[:, i] - target
            losses.append(torch.max((q - 1) * errors, q * errors).unsqueeze(1))
        return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))


@wrong(
    "KalleBylin/temporal-fusion-transformers#1 (the tweak proposed there)",
    "errors = preds - target in the pinball loss: the quantile q is trained as 1 - q",
    "LX535",
)
def _():
    torch.manual_seed(49)
    x = torch.randn(64, 8)
    return QuantileLossTweak([0.1, 0.5, 0.9]), (mlp(8, 3)(x), x[:, 0] * 2 + torch.randn(64))


def mape_loss(pred, actual):
    return torch.mean(torch.abs((actual - pred) / actual)) * 100


@wrong(
    "Kaggle forecasting: MAPE loss is inf (well-known)",
    "MAPE with zeros among the targets: inf",
    "LX408",
)
def _():
    torch.manual_seed(50)
    x = torch.randn(48, 10)
    sales = torch.poisson(torch.exp(0.6 * x[:, 0]))
    return mape_loss, (mlp(10, 1)(x).squeeze(1), sales)


def r2_loss(output, target):
    target_mean = torch.mean(target)
    ss_tot = torch.sum((target - target_mean) ** 2)
    ss_res = torch.sum((target - output) ** 2)
    r2 = 1 - ss_res / ss_tot
    return r2


@wrong(
    "Stack Overflow: R2 score as loss in PyTorch (well-known)",
    "R2 itself is returned and minimised",
    "LX534",
)
def _():
    torch.manual_seed(51)
    x = torch.randn(64, 6)
    return r2_loss, (mlp(6, 1)(x).squeeze(), x @ torch.randn(6) + 0.2 * torch.randn(64))


def weighted_pixel_loss(logits, masks, weight_map):
    loss = F.cross_entropy(logits, masks, reduction="none")
    return (loss * weight_map).mean()


@wrong(
    "discuss.pytorch.org: pixel-wise weights for the U-Net loss (well-known)",
    "loss (N,H,W) times weight map (N,1,H,W) gives (N,N,H,W)",
    "LX101",
)
def _():
    torch.manual_seed(52)
    img, mask = disks(6)
    border = F.max_pool2d(mask, 3, 1, 1) - mask
    return weighted_pixel_loss, (unet(1, 2)(img), mask.squeeze(1).long(), 1 + 5 * border)


def masked_ce_zeros(logits, labels, mask):
    logits = logits * mask.unsqueeze(-1)
    labels = labels * mask
    return F.cross_entropy(logits.view(-1, logits.size(-1)), labels.view(-1))


@wrong(
    "discuss.pytorch.org: how to mask the padding in cross entropy (well-known)",
    "logits and labels of the padding are set to 0, which still costs log(C) each and "
    "counts in the mean",
    "LX516",
)
def _():
    torch.manual_seed(53)
    B, T, C = 8, 14, 11
    lstm, fc = nn.LSTM(12, 32, batch_first=True), nn.Linear(32, C)
    x = torch.randn(B, T, 12)
    lengths = torch.randint(4, T + 1, (B,))
    mask = (torch.arange(T)[None] < lengths[:, None]).long()
    return masked_ce_zeros, (fc(lstm(x)[0]), x[..., :C].argmax(-1), mask)


def lm_loss(logits, input_ids):
    vocab_size = logits.size(-1)
    return F.cross_entropy(logits.view(-1, vocab_size), input_ids.view(-1))


@wrong(
    "Stack Overflow: LSTM language model predicts its own input (well-known)",
    "language model loss without the shift: position t is asked for the token it has just read",
    "LX211",
)
def _():
    torch.manual_seed(54)
    V = 50
    emb, lstm, head = nn.Embedding(V, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, V)
    input_ids = (torch.arange(16)[None] * 3 + torch.randint(0, V, (8, 1))) % V
    return lm_loss, (head(lstm(emb(input_ids))[0]), input_ids)


def neg_partial_log_likelihood(risk, time, event):
    hazard_ratio = torch.exp(risk)
    log_risk = torch.log(torch.cumsum(hazard_ratio, dim=0))
    uncensored_likelihood = risk - log_risk
    censored_likelihood = uncensored_likelihood * event
    return -censored_likelihood.sum() / event.sum()


@wrong(
    "UK-Digital-Heart-Project/4Dsurvival#2 (why sort?)",
    "Cox loss with cumsum over a batch that is not sorted by time; `time` is not used",
    "LX558",
)
def _():
    torch.manual_seed(55)
    x = torch.randn(40, 10)
    time = torch.distributions.Exponential(torch.exp(x[:, 0])).sample() * 12
    event = (torch.rand(40) < 0.6).float()
    return neg_partial_log_likelihood, (mlp(10, 1)(x).squeeze(1), time, event)


def pairwise_logistic_loss(pos_scores, neg_scores):
    return torch.log(1 + torch.exp(pos_scores - neg_scores)).mean()


@wrong(
    "tensorflow/ranking#23 (the formula of the paper, taken literally)",
    "log(1 + exp(pos - neg)): rewards a positive ranked below the negative",
    "LX551",
)
def _():
    torch.manual_seed(56)
    user, item = nn.Embedding(40, 16), nn.Embedding(100, 16)
    u, i, j = (
        torch.randint(0, 40, (64,)),
        torch.randint(0, 50, (64,)),
        torch.randint(50, 100, (64,)),
    )
    return pairwise_logistic_loss, ((user(u) * item(i)).sum(1), (user(u) * item(j)).sum(1))


def clip_like_loss(text_embeddings, image_embeddings, temperature=0.07):
    text_embeddings = F.normalize(text_embeddings, dim=1)
    image_embeddings = F.normalize(image_embeddings, dim=1)
    logits = text_embeddings @ image_embeddings.t() / temperature
    labels = torch.zeros(logits.size(0), dtype=torch.long)
    return F.cross_entropy(logits, labels)


@wrong(
    "sthalles/SimCLR#33 (labels of zeros, copied to a full similarity matrix)",
    "labels = zeros with the positives on the diagonal",
    "LX517",
)
def _():
    torch.manual_seed(57)
    t, v = mlp(24, 16), mlp(32, 16)
    a, _y = blobs(32, 24, 16)
    return clip_like_loss, (t(a), v(torch.cat([a, torch.randn(32, 8)], 1)))


def batch_loss_items(outputs, targets):
    losses = []
    for out, tgt in zip(outputs, targets):
        l = F.mse_loss(out, tgt)
        losses.append(l.item())
    return torch.tensor(losses, requires_grad=True).mean()


@wrong(
    "discuss.pytorch.org: requires_grad=True on the loss, model does not learn (well-known)",
    ".item() and a new torch.tensor(..., requires_grad=True): no gradient reaches the model",
    "LX401",
)
def _():
    torch.manual_seed(58)
    x = torch.randn(16, 8)
    return batch_loss_items, (mlp(8, 3)(x), x[:, :3] * 2)


def spearman_numpy_loss(y_pred, y_true):
    p = y_pred.detach().cpu().numpy()
    t = y_true.detach().cpu().numpy()
    corr = np.corrcoef(p, t)[0, 1]
    loss = torch.tensor(1 - corr, dtype=torch.float32)
    loss.requires_grad = True
    return loss


@wrong(
    "Kaggle: competition metric (numpy/sklearn) as loss (well-known)",
    "the metric is computed in numpy and wrapped as a tensor again",
    "LX402",
)
def _():
    torch.manual_seed(59)
    x = torch.randn(32, 12)
    return spearman_numpy_loss, (mlp(12, 1)(x).squeeze(1), x[:, 0] + 0.5 * torch.randn(32))


def uncertainty_loss(mean, log_var, target):
    precision = torch.exp(-log_var)
    return torch.mean(precision * (target - mean) ** 2)


@wrong(
    "Stack Overflow: predicted variance grows without end (well-known)",
    "heteroscedastic regression without the log-variance term: the variance runs to infinity",
    "LX560",
)
def _():
    torch.manual_seed(60)
    body, m, s = mlp(6, 32), nn.Linear(32, 1), nn.Linear(32, 1)
    x = torch.randn(48, 6)
    h = F.relu(body(x))
    return uncertainty_loss, (m(h), s(h), x[:, :1] + 0.3 * torch.randn(48, 1))


# R01 - R20: losses of torch itself, right


@right(
    "mixup in timm / fast.ai forums",
    "CrossEntropyLoss with class probabilities (mixed one-hot) as target, raw logits",
)
def _():
    torch.manual_seed(101)
    x, y = blobs(32, 20, 10)
    lam = torch.distributions.Beta(0.4, 0.4).sample((32, 1))
    perm = torch.randperm(32)
    t = F.one_hot(y, 10).float()
    target = lam * t + (1 - lam) * t[perm]
    return nn.CrossEntropyLoss(), (mlp(20, 10)(lam * x + (1 - lam) * x[perm]), target)


@right(
    "whosebug.com/question/6539086 (its answer)",
    "(B, T, C) permuted to (B, C, T), padding 0 ignored",
)
def _():
    torch.manual_seed(102)
    B, T, V = 8, 15, 40
    emb, lstm, fc = nn.Embedding(V, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, V)
    x = torch.randint(1, V, (B, T))
    target = (x * 3 + 1) % (V - 1) + 1
    target[torch.arange(T)[None] >= torch.randint(5, T + 1, (B, 1))] = 0
    return nn.CrossEntropyLoss(ignore_index=0), (fc(lstm(emb(x))[0]).permute(0, 2, 1), target)


@right(
    "MC dropout / ensembles on discuss.pytorch.org",
    "NLLLoss on the log of averaged softmax probabilities",
)
def _():
    torch.manual_seed(103)
    members = [mlp(16, 5) for _i in range(4)]
    x, y = blobs(32, 16, 5)
    probs = torch.stack([F.softmax(m(x), dim=-1) for m in members]).mean(0)
    return nn.NLLLoss(), (torch.log(probs + 1e-8), y)


@right(
    "BCEWithLogitsLoss docs (pos_weight)",
    "pos_weight = n_neg / n_pos with rare positives, targets (N,1)",
)
def _():
    torch.manual_seed(104)
    x = torch.randn(64, 20)
    y = (x[:, 0] > 1.1).float().unsqueeze(1)
    return nn.BCEWithLogitsLoss(pos_weight=(y.numel() - y.sum()) / y.sum()), (mlp(20, 1)(x), y)


@right(
    "Stack Overflow: two outputs and BCELoss",
    "softmax over two units, the second one's probability goes to BCELoss",
)
def _():
    torch.manual_seed(105)
    x, y = blobs(40, 12, 2)
    p = F.softmax(mlp(12, 2)(x), dim=1)[:, 1]
    return nn.BCELoss(), (p, y.float())


@right(
    "regression of log1p targets (Kaggle)",
    "MSELoss of raw outputs (any sign) with log1p of counts, both (N,)",
)
def _():
    torch.manual_seed(106)
    x = torch.randn(64, 9)
    y = torch.log1p(torch.poisson(torch.exp(x[:, 0] + 1)))
    return nn.MSELoss(), (mlp(9, 1)(x)[:, 0], y)


@right(
    "docs: KLDivLoss(log_target=True)",
    "both in log space with log_target=True, teacher without graph",
)
def _():
    torch.manual_seed(107)
    x, _y = blobs(32, 20, 8)
    with torch.no_grad():
        t = F.log_softmax(mlp(20, 8, 64)(x) / 3, -1)
    return nn.KLDivLoss(reduction="batchmean", log_target=True), (
        F.log_softmax(mlp(20, 8)(x) / 3, -1),
        t,
    )


@right(
    "label distribution learning (age estimation)",
    "F.kl_div with soft Gaussian labels, reduction='sum'",
)
def _():
    torch.manual_seed(108)
    x = torch.randn(16, 10)
    age = (x[:, :1] * 8 + 40).clamp(5, 90)
    grid = torch.arange(100.0)[None]
    ld = torch.exp(-0.5 * ((grid - age) / 3) ** 2)
    ld = ld / ld.sum(1, keepdim=True)
    return F.kl_div, (F.log_softmax(mlp(10, 100)(x), 1), ld), {"reduction": "sum"}


@right(
    "CTCLoss docs, concatenated targets",
    "targets in one 1-D tensor, blank is the last class, label 0 is a letter",
)
def _():
    torch.manual_seed(109)
    T, N, C = 40, 6, 27
    rnn, fc = nn.LSTM(20, 32, bidirectional=True), nn.Linear(64, C)
    log_probs = fc(rnn(torch.randn(T, N, 20))[0]).log_softmax(-1)
    target_lengths = torch.tensor([5, 7, 3, 9, 6, 4])
    targets = torch.randint(0, C - 1, (int(target_lengths.sum()),))
    return nn.CTCLoss(blank=C - 1, zero_infinity=True), (
        log_probs,
        targets,
        torch.full((N,), T),
        target_lengths,
    )


@right(
    "CTCLoss docs, padded targets",
    "padded targets (0 after the true length), different input lengths, reduction='sum'",
)
def _():
    torch.manual_seed(110)
    T, N, C, S = 50, 8, 30, 12
    conv, fc = nn.Conv1d(16, 32, 3, padding=1), nn.Linear(32, C)
    log_probs = F.log_softmax(fc(conv(torch.randn(N, 16, T)).permute(2, 0, 1)), dim=2)
    tl = torch.randint(3, S + 1, (N,))
    targets = torch.randint(1, C, (N, S))
    targets[torch.arange(S)[None] >= tl[:, None]] = 0
    return (
        F.ctc_loss,
        (log_probs, targets, torch.randint(30, T + 1, (N,)), tl),
        {"reduction": "sum"},
    )


@right("FaceNet with torch's loss", "TripletMarginLoss on normalised embeddings, margin 0.2, swap")
def _():
    torch.manual_seed(111)
    net = mlp(32, 16)
    x, _y = blobs(24, 32, 8)
    e = lambda v: F.normalize(net(v), dim=1)
    return nn.TripletMarginLoss(margin=0.2, swap=True), (
        e(x),
        e(x + 2.0 * torch.randn_like(x)),
        e(x.roll(1, 0)),
    )


@right("CosineEmbeddingLoss docs", "0/1 labels turned into -1/1 (integers)")
def _():
    torch.manual_seed(112)
    f = mlp(24, 16)
    a = torch.randn(32, 24)
    same = (torch.rand(32) < 0.5).long()
    b = torch.where(same[:, None] == 1, a + 0.2 * torch.randn(32, 24), torch.randn(32, 24))
    return nn.CosineEmbeddingLoss(margin=0.1), (f(a), f(b), 2 * same - 1)


@right("recommender code on discuss.pytorch.org", "MarginRankingLoss(pos, neg, ones)")
def _():
    torch.manual_seed(113)
    user, item = nn.Embedding(40, 16), nn.Embedding(100, 16)
    u, i, j = (
        torch.randint(0, 40, (64,)),
        torch.randint(0, 50, (64,)),
        torch.randint(50, 100, (64,)),
    )
    pos, neg = (user(u) * item(i)).sum(1), (user(u) * item(j)).sum(1)
    return nn.MarginRankingLoss(margin=1.0), (pos, neg, torch.ones_like(pos))


@right(
    "HingeEmbeddingLoss docs",
    "HingeEmbeddingLoss with the L1 distance of two embeddings, labels 1/-1",
)
def _():
    torch.manual_seed(114)
    f = mlp(24, 16)
    a = torch.randn(32, 24)
    y = torch.where(torch.rand(32) < 0.5, 1, -1)
    b = torch.where(y[:, None] == 1, a + 0.2 * torch.randn(32, 24), torch.randn(32, 24))
    return nn.HingeEmbeddingLoss(margin=2.0), (F.pairwise_distance(f(a), f(b), p=1), y)


@right(
    "GaussianNLLLoss docs (homoscedastic over the outputs)",
    "var (N,1) for outputs (N,3), exp of a log variance; the loss may be negative",
)
def _():
    torch.manual_seed(115)
    x = torch.randn(48, 6)
    body, m, s = mlp(6, 32), nn.Linear(32, 3), nn.Linear(32, 1)
    h = torch.relu(body(x))
    return nn.GaussianNLLLoss(full=True), (
        m(h),
        x[:, :3] * 0.1 + 0.05 * torch.randn(48, 3),
        torch.exp(s(h) - 3),
    )


@right("PoissonNLLLoss docs", "softplus rate with log_input=False, full=True")
def _():
    torch.manual_seed(116)
    x = torch.randn(64, 7)
    counts = torch.poisson(torch.exp(0.5 * x[:, :1] + 1))
    return nn.PoissonNLLLoss(log_input=False, full=True), (F.softplus(mlp(7, 1)(x)), counts)


@right("DQN with HuberLoss", "HuberLoss against a TD target made under no_grad, both (N, 1)")
def _():
    torch.manual_seed(117)
    q, q_target = mlp(4, 3), mlp(4, 3)
    s, a, r, s2, d = replay()
    with torch.no_grad():
        y = r[:, None] + 0.99 * (1 - d[:, None]) * q_target(s2).max(1, keepdim=True).values
    return nn.HuberLoss(delta=1.0), (q(s).gather(1, a[:, None]), y)


@right(
    "SoftMarginLoss docs (multi-label with signs)", "SoftMarginLoss on raw scores with targets -1/1"
)
def _():
    torch.manual_seed(118)
    x = torch.randn(24, 20)
    y = torch.sign(x[:, :6] + 0.3 * torch.randn(24, 6))
    return nn.SoftMarginLoss(), (mlp(20, 6)(x), y)


@right(
    "Cityscapes segmentation",
    "CrossEntropyLoss with ignore_index=255, class weights, uint8 labels made long",
)
def _():
    torch.manual_seed(119)
    img, mask = disks(6)
    label = mask.squeeze(1).to(torch.uint8)
    label[:, :2], label[:, 20:] = 255, 2
    w = torch.tensor([0.3, 2.0, 1.0])
    return nn.CrossEntropyLoss(weight=w, ignore_index=255), (unet(1, 3)(img), label.long())


@right(
    "multi-label with unknown labels (CheXpert style)",
    "BCEWithLogits with soft labels 0.05/0.95 and weight 0 for the entries that are "
    "unlabeled, summed",
)
def _():
    torch.manual_seed(120)
    x = torch.randn(32, 30)
    y = (x[:, :8] > 0.3).float() * 0.9 + 0.05
    known = (torch.rand(32, 8) < 0.7).float()
    return (
        F.binary_cross_entropy_with_logits,
        (mlp(30, 8)(x), y),
        {"weight": known, "reduction": "sum"},
    )


# R21 - R40: losses by hand, right


class SoftDiceSquared(nn.Module):
    def __init__(self, smooth=1.0):
        super().__init__()
        self.smooth = smooth

    def forward(self, logits, targets):
        probs = torch.sigmoid(logits).flatten(1)
        t = targets.flatten(1)
        num = 2 * (probs * t).sum(1) + self.smooth
        den = probs.pow(2).sum(1) + t.pow(2).sum(1) + self.smooth
        return (1 - num / den).mean()


@right("V-Net style Dice", "Dice with squares in the denominator, per image, sigmoid inside")
def _():
    torch.manual_seed(121)
    img, mask = disks(8)
    return SoftDiceSquared(), (unet()(img), mask)


def multiclass_dice_onehot(logits, target, eps=1e-6):
    num_classes = logits.shape[1]
    probs = logits.softmax(1)
    onehot = F.one_hot(target, num_classes).permute(0, 3, 1, 2).float()
    dims = (0, 2, 3)
    inter = (probs * onehot).sum(dims)
    total = (probs + onehot).sum(dims)
    dice = (2 * inter + eps) / (total + eps)
    return 1 - dice[1:].mean()


@right(
    "segmentation code", "multi-class Dice over the batch, background left out, one-hot permuted"
)
def _():
    torch.manual_seed(122)
    img, mask = disks(6)
    target = mask.squeeze(1).long()
    target[:, 12:] *= 2
    return multiclass_dice_onehot, (unet(1, 3)(img), target)


def retina_focal(logits, targets, alpha=0.25, gamma=2.0):
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    loss = alpha_t * (1 - p_t) ** gamma * ce
    return loss.sum() / targets.sum().clamp(min=1)


@right(
    "RetinaNet focal loss",
    "focal loss, alpha 0.25 for the rare positives (as in the paper), summed and divided "
    "by the number of positives",
)
def _():
    torch.manual_seed(123)
    x = torch.randn(64, 16)
    kind = x[:, 1:6].argmax(1) + 1
    t = F.one_hot((x[:, 0] > 0.6).long() * kind, 6)[:, 1:].float()  # 0 = background, no column
    return retina_focal, (mlp(16, 5)(x), t)


def soft_jaccard(preds, masks, smooth=1.0):
    preds = preds.sigmoid().flatten(1)
    masks = masks.flatten(1)
    intersection = (preds * masks).sum(1)
    total = preds.sum(1) + masks.sum(1)
    iou = (intersection + smooth) / (total - intersection + smooth)
    return -torch.log(iou).mean()


@right("-log IoU (UnitBox style)", "minus log of the soft IoU")
def _():
    torch.manual_seed(124)
    img, mask = disks(8)
    return soft_jaccard, (unet()(img), mask)


def contrastive_dissimilar1(x1, x2, y, margin=1.5):
    # y = 1: the two images show different persons
    d = F.pairwise_distance(x1, x2)
    return ((1 - y) * d.pow(2) + y * F.relu(margin - d).pow(2)).mean() / 2


@right(
    "Hadsell convention (0 = similar) on discuss.pytorch.org",
    "contrastive loss whose label 1 means dissimilar",
)
def _():
    torch.manual_seed(125)
    net = mlp(32, 8, 64)
    a, ya = blobs(32, 32, 6)
    perm = torch.randperm(32)
    perm[:16] = torch.arange(16)
    return contrastive_dissimilar1, (
        net(a),
        net(a[perm] + 0.3 * torch.randn(32, 32)),
        (ya != ya[perm]).float(),
    )


def moco_loss(q, k, queue, T=0.07):
    l_pos = torch.einsum("nc,nc->n", q, k).unsqueeze(-1)
    l_neg = torch.einsum("nc,ck->nk", q, queue)
    logits = torch.cat([l_pos, l_neg], dim=1) / T
    labels = torch.zeros(logits.shape[0], dtype=torch.long)
    return F.cross_entropy(logits, labels)


@right(
    "MoCo; sthalles/SimCLR#33 (the answer)",
    "labels of zeros, right since the positive stands first",
)
def _():
    torch.manual_seed(126)
    enc_q, enc_k = mlp(32, 16), mlp(32, 16)
    x = torch.randn(16, 32)
    with torch.no_grad():
        k = F.normalize(enc_k(x + 0.1 * torch.randn_like(x)), dim=1)
    return moco_loss, (F.normalize(enc_q(x), dim=1), k, F.normalize(torch.randn(16, 64), dim=0))


def cosine_triplet(anchor, positive, negative, margin=0.4):
    s_pos = F.cosine_similarity(anchor, positive)
    s_neg = F.cosine_similarity(anchor, negative)
    return F.relu(s_neg - s_pos + margin).mean()


@right(
    "Stack Overflow: triplet loss with cosine similarity (its answer)",
    "similarities with the sign turned: relu(s_neg - s_pos + margin)",
)
def _():
    torch.manual_seed(127)
    net = mlp(40, 16)
    x, _y = blobs(24, 40, 8)
    return cosine_triplet, (net(x), net(x + 0.3 * torch.randn_like(x)), net(x.roll(1, 0)))


def beta_vae_loss(recon_logits, x, mu, logvar, beta=4.0):
    batch_size = x.size(0)
    recon = (
        F.binary_cross_entropy_with_logits(recon_logits, x.flatten(1), reduction="sum") / batch_size
    )
    kl = 0.5 * (mu.pow(2) + logvar.exp() - 1 - logvar).sum(dim=1).mean()
    return recon + beta * kl


@right("beta-VAE code", "KL written with plus 0.5 and the terms turned; both terms per image")
def _():
    torch.manual_seed(128)
    x = digits(16)
    recon, mu, logvar = _VAE(out=nn.Identity())(x)
    return beta_vae_loss, (recon, x, mu, logvar)


def g_nonsaturating(fake_logits):
    return F.softplus(-fake_logits).mean()


@right("StyleGAN's generator loss", "non-saturating generator loss with softplus, no labels at all")
def _():
    torch.manual_seed(129)
    G, D = mlp(16, 64), mlp(64, 1)
    return g_nonsaturating, (D(torch.tanh(G(torch.randn(32, 16)))),)


def critic_loss_gp(critic, real, fake, lam=10):
    eps = torch.rand(real.size(0), 1, 1, 1)
    inter = (eps * real + (1 - eps) * fake).requires_grad_(True)
    score = critic(inter)
    grad = torch.autograd.grad(score.sum(), inter, create_graph=True)[0]
    gp = (grad.flatten(1).norm(2, dim=1) - 1).pow(2).mean()
    return critic(fake).mean() - critic(real).mean() + lam * gp


@right("WGAN-GP", "the critic's loss with the penalty per flattened image; may be negative")
def _():
    torch.manual_seed(130)
    critic = nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 64, 1)
    )
    G = nn.Sequential(nn.Linear(8, 3 * 256), nn.Tanh())
    fake = G(torch.randn(8, 8)).view(8, 3, 16, 16).detach()
    return critic_loss_gp, (critic, torch.rand(8, 3, 16, 16) * 2 - 1, fake)


def a2c_loss(logits, values, actions, returns, vf_coef=0.5, ent_coef=0.01):
    dist = torch.distributions.Categorical(logits=logits)
    advantages = (returns - values).detach()
    policy_loss = -(dist.log_prob(actions) * advantages).mean()
    value_loss = (returns - values).pow(2).mean()
    return policy_loss + vf_coef * value_loss - ent_coef * dist.entropy().mean()


@right("A2C", "advantage detached, entropy subtracted, shapes (T,)")
def _():
    torch.manual_seed(131)
    body, pi, v = mlp(4, 32), nn.Linear(32, 2), nn.Linear(32, 1)
    states, actions = cartpole()
    h = torch.tanh(body(states))
    return a2c_loss, (pi(h), v(h).squeeze(-1), actions, discounted(torch.ones(32)))


def ppo_pg_loss(newlogprob, oldlogprob, advantages, clip_coef=0.2):
    ratio = (newlogprob - oldlogprob).exp()
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    pg_loss1 = -advantages * ratio
    pg_loss2 = -advantages * torch.clamp(ratio, 1 - clip_coef, 1 + clip_coef)
    return torch.max(pg_loss1, pg_loss2).mean()


@right("cleanrl ppo.py", "PPO with torch.max of the negated terms (equal to minus torch.min)")
def _():
    torch.manual_seed(132)
    actor = mlp(4, 2)
    states, actions = cartpole()
    dist = torch.distributions.Categorical(logits=actor(states))
    old = (dist.log_prob(actions) + 0.1 * torch.randn(32)).detach().clamp(max=-0.01)
    return ppo_pg_loss, (dist.log_prob(actions), old, discounted(torch.ones(32)) - 10)


def double_dqn_loss(net, tgt_net, states, actions, rewards, next_states, dones, gamma=0.99):
    q = net(states).gather(1, actions.unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        best = net(next_states).argmax(dim=1, keepdim=True)
        next_q = tgt_net(next_states).gather(1, best).squeeze(-1)
        next_q = next_q * (1.0 - dones)
    return F.mse_loss(q, rewards + gamma * next_q)


@right("double DQN", "argmax by the online net inside no_grad, done mask, gather")
def _():
    torch.manual_seed(1330)
    return double_dqn_loss, (mlp(4, 2), mlp(4, 2), *replay())


def pinball(preds, target, quantiles=(0.1, 0.5, 0.9)):
    q = torch.tensor(quantiles)
    e = target.unsqueeze(-1) - preds
    return torch.maximum(q * e, (q - 1) * e).sum(-1).mean()


@right(
    "mattsherar/Temporal_Fusion_Transform#2 (reported as incorrect, and right)",
    "pinball loss by max of the two lines, (N,3) against (N,1) broadcast on purpose",
)
def _():
    torch.manual_seed(134)
    x = torch.randn(64, 8)
    return pinball, (mlp(8, 3)(x), x[:, 0] * 2 + torch.randn(64))


def cox_loss_sorted(log_h, durations, events):
    order = torch.argsort(durations, descending=True)
    log_h, events = log_h[order].view(-1), events[order].view(-1).float()
    log_risk = torch.logcumsumexp(log_h, dim=0)
    return -((log_h - log_risk) * events).sum() / events.sum()


@right("pycox-like Cox loss", "sorted by falling time, then logcumsumexp")
def _():
    torch.manual_seed(135)
    x = torch.randn(40, 10)
    t = torch.distributions.Exponential(torch.exp(x[:, 0])).sample() * 12
    return cox_loss_sorted, (mlp(10, 1)(x), t, torch.rand(40) < 0.6)


def causal_lm_loss(logits, input_ids, attention_mask):
    shift_logits = logits[:, :-1].contiguous()
    labels = input_ids.masked_fill(attention_mask == 0, -100)[:, 1:].contiguous()
    return F.cross_entropy(shift_logits.view(-1, shift_logits.size(-1)), labels.view(-1))


@right("GPT-2 style loss", "shifted by one, padding masked with -100")
def _():
    torch.manual_seed(136)
    V = 50
    emb, lstm, head = nn.Embedding(V, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, V)
    ids = (torch.arange(16)[None] * 3 + torch.randint(0, V, (8, 1))) % V
    am = (torch.arange(16)[None] < torch.randint(8, 17, (8, 1))).long()
    return causal_lm_loss, (head(lstm(emb(ids))[0]), ids * am, am)


def masked_mae(pred, target, mask):
    mask = mask.float()
    diff = (pred - target.nan_to_num(0.0)).abs() * mask
    return diff.sum() / mask.sum().clamp(min=1.0)


@right(
    "traffic forecasting (masked MAE)",
    "missing targets are NaN, filled before the difference and masked after; divided by "
    "the number of observed",
)
def _():
    torch.manual_seed(137)
    x = torch.randn(16, 12)
    y = x[:, :6] * 3 + 10
    y[torch.rand(16, 6) < 0.25] = float("nan")
    return masked_mae, (mlp(12, 6)(x), y, ~torch.isnan(y))


def bpr(pos_scores, neg_scores, users, pos, neg, reg=1e-4):
    loss = F.softplus(neg_scores - pos_scores).mean()
    l2 = 0.5 * (users.norm(2).pow(2) + pos.norm(2).pow(2) + neg.norm(2).pow(2)) / users.size(0)
    return loss + reg * l2


@right("LightGCN-like BPR", "softplus(neg - pos), which is -logsigmoid(pos - neg)")
def _():
    torch.manual_seed(138)
    user, item = nn.Embedding(40, 16), nn.Embedding(100, 16)
    u, i, j = (
        user(torch.randint(0, 40, (64,))),
        item(torch.randint(0, 50, (64,))),
        item(torch.randint(50, 100, (64,))),
    )
    return bpr, ((u * i).sum(1), (u * j).sum(1), u, i, j)


def kd_loss(student_logits, teacher_logits, labels, T=4.0, alpha=0.7):
    soft_teacher = F.softmax(teacher_logits.detach() / T, dim=1)
    log_student = F.log_softmax(student_logits / T, dim=1)
    distill = -(soft_teacher * log_student).sum(dim=1).mean() * T * T
    return alpha * distill + (1 - alpha) * F.cross_entropy(student_logits, labels)


@right(
    "knowledge distillation with soft cross entropy",
    "teacher has a graph that is detached inside; cross entropy in place of KL, times T squared",
)
def _():
    torch.manual_seed(139)
    x, y = blobs(32, 20, 8)
    return kd_loss, (mlp(20, 8)(x), mlp(20, 8, 128)(x), y)


def hetero_nll(mean, log_var, target):
    return (0.5 * torch.exp(-log_var) * (target - mean) ** 2 + 0.5 * log_var).mean()


@right(
    "Kendall & Gal style regression",
    "log variance from the net, any sign; the loss is below zero for small noise",
)
def _():
    torch.manual_seed(140)
    body, m, s = mlp(6, 32), nn.Linear(32, 1), nn.Linear(32, 1)
    x = torch.randn(48, 6)
    h = F.relu(body(x))
    return hetero_nll, (m(h), s(h) - 2.5, 0.1 * x[:, :1] + 0.05 * torch.randn(48, 1))
