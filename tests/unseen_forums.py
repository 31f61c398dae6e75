"""Calls from forums, questions and answers, as people ask about them and as they mend them."""

import copy
import math

import numpy as np
import torch
import torch.distributions as dists
import torch.nn as nn
import torch.nn.functional as F
from unseen import book

CASES, wrong, right = book()


# ids whose call raises (as in the thread)


def blobs(n, d, c, seed):
    "Features whose class shows in them."
    torch.manual_seed(seed)
    y = torch.randint(0, c, (n,))
    centres = torch.randn(c, d)
    return centres[y] + 0.7 * torch.randn(n, d), y


def images(n, ch, h, w, seed):
    torch.manual_seed(seed)
    return torch.rand(n, ch, h, w)


def squares(n, h, w, seed):
    "Images with one bright rectangle, and its 0/1 mask."
    torch.manual_seed(seed)
    m = torch.zeros(n, 1, h, w)
    for i in range(n):
        a, b = int(torch.randint(0, h // 2, (1,))), int(torch.randint(0, w // 2, (1,)))
        m[i, :, a : a + h // 3, b : b + w // 3] = 1.0
    return 0.6 * m + 0.3 * torch.rand(n, 1, h, w), m


def mlp(i, o, hid=32):
    return nn.Sequential(nn.Linear(i, hid), nn.ReLU(), nn.Linear(hid, o))


@wrong(
    "discuss.pytorch.org/t/763",
    "KLDivLoss fed with softmax probabilities instead of log-probabilities, one-hot "
    "target; loss is negative",
    "LX305",
)
def _():
    torch.manual_seed(1)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 6, 5)
            self.pool = nn.MaxPool2d(2, 2)
            self.conv2 = nn.Conv2d(6, 16, 5)
            self.fc1 = nn.Linear(16 * 5 * 5, 120)
            self.fc2 = nn.Linear(120, 84)
            self.fc3 = nn.Linear(84, 10)

        def forward(self, x):
            x = self.pool(F.relu(self.conv1(x)))
            x = self.pool(F.relu(self.conv2(x)))
            x = x.view(-1, 16 * 5 * 5)
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(x))
            x = self.fc3(x)
            return F.softmax(x, dim=1)

    net = Net()
    inputs = images(16, 3, 32, 32, 2) * 2 - 1
    labels = torch.randint(0, 10, (16,))
    labels_one_hot = F.one_hot(labels, 10).float()
    criterion = nn.KLDivLoss()
    return criterion, (net(inputs), labels_one_hot)


@wrong(
    "solofox.github.io/torch/broadcasting/2025/12/07/torch-broadcasting-trap.html",
    "mse_loss of outputs (N,1) with targets (N,): broadcast to N x N",
    "LX101",
)
def _():
    torch.manual_seed(3)

    class LinearRegressionModule(nn.Module):
        def __init__(self, num_features):
            super().__init__()
            self.weights = nn.Parameter(torch.rand((num_features, 1)) * 0.01)
            self.bias = nn.Parameter(torch.randn(1) * 0.01)

        def forward(self, inputs):
            return torch.matmul(inputs, self.weights) + self.bias

    lstat = torch.rand(32, 1) * 30 + 2
    medv = 34.5 - 0.95 * lstat[:, 0] + 3 * torch.randn(32)
    mod = LinearRegressionModule(1)
    return F.mse_loss, (mod(lstat), medv)


@wrong(
    "discuss.pytorch.org/t/58703",
    "two-node fully convolutional classifier ends in softmax and goes into "
    "CrossEntropyLoss (softmax twice)",
    "LX301",
)
def _():
    torch.manual_seed(4)

    class ConvNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv_1 = nn.Conv2d(1, 8, 5)
            self.conv_2 = nn.Conv2d(8, 16, 5)
            self.conv_3 = nn.Conv2d(16, 32, 4)
            self.conv_4 = nn.Conv2d(32, 2, 2)

        def forward(self, x):
            out = F.max_pool2d(self.conv_1(x), 2)
            out = F.max_pool2d(self.conv_2(out), 2)
            out = F.relu(self.conv_3(out))
            out = self.conv_4(out)
            return F.softmax(out, dim=1)

    x, m = squares(24, 32, 32, 5)
    target = (m.flatten(1).argmax(1) // 32 > 7).long().view(24, 1, 1)
    return nn.CrossEntropyLoss(), (ConvNet()(x), target)


@wrong(
    "pytorch/examples#117",
    "MNIST example: ReLU on the last layer before log_softmax / nll_loss",
    "LX301",
)
def _():
    torch.manual_seed(6)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
            self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
            self.fc1 = nn.Linear(320, 50)
            self.fc2 = nn.Linear(50, 10)

        def forward(self, x):
            x = F.relu(F.max_pool2d(self.conv1(x), 2))
            x = F.relu(F.max_pool2d(self.conv2(x), 2))
            x = x.view(-1, 320)
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(x))
            return F.log_softmax(x, dim=1)

    data = images(32, 1, 28, 28, 7)
    target = torch.randint(0, 10, (32,))
    for i in range(32):
        data[i, 0, target[i] * 2 : target[i] * 2 + 4] += 1
    return F.nll_loss, (Net()(data), target)


@wrong(
    "jamesli1618/Obj-GAN#30",
    "box label prediction: NLLLoss on softmax output without the log, loss always negative",
    "LX305",
)
def _():
    torch.manual_seed(8)
    emb = nn.Embedding(40, 32)
    lstm = nn.LSTM(32, 48, batch_first=True)
    label_net = nn.Linear(48, 24)
    tok = torch.randint(0, 40, (12, 9))
    h, _ = lstm(emb(tok))
    l_out = F.softmax(label_net(h), dim=-1).view(-1, 24)
    l_target = (tok % 24).view(-1)
    return nn.NLLLoss(), (l_out, l_target)


@wrong(
    "codestudyblog.com/8ten8/80409021901.html",
    "F.nll_loss on raw network output (no log_softmax): negative loss",
    "LX305",
)
def _():
    data, target = blobs(48, 20, 6, 9)
    model = mlp(20, 6)
    return F.nll_loss, (model(data), target)


@wrong(
    "SeanNaren/deepspeech.pytorch#488",
    "torch CTCLoss on the raw scores of the last layer, negative loss",
    "LX305",
)
def _():
    torch.manual_seed(10)
    rnn = nn.LSTM(26, 40, bidirectional=True)
    fc = nn.Linear(80, 37)
    spect = torch.randn(60, 6, 26)
    out, _ = rnn(spect)
    out = fc(out)  # T x N x H
    target_sizes = torch.tensor([9, 12, 7, 11, 8, 10])
    targets = torch.randint(1, 37, (int(target_sizes.sum()),))
    output_sizes = torch.full((6,), 60, dtype=torch.long)
    return nn.CTCLoss(reduction="sum"), (out, targets, output_sizes, target_sizes)


@wrong(
    "meijieru/crnn.pytorch#235",
    "CTC with labels longer than the number of time steps: inf",
    "LX323",
)
def _():
    torch.manual_seed(11)
    cnn = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d((2, 4)),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d((16, 2)),
    )
    fc = nn.Linear(32, 37)
    image = images(8, 1, 32, 100, 12)
    f = cnn(image).squeeze(2).permute(2, 0, 1)  # 12 x 8 x 32
    preds = fc(f).log_softmax(2)
    length = torch.tensor([6, 15, 8, 5, 14, 7, 9, 6])
    text = torch.randint(1, 37, (int(length.sum()),))
    preds_size = torch.full((8,), preds.size(0), dtype=torch.long)
    return nn.CTCLoss(), (preds, text, preds_size, length)


@wrong(
    "runebook.dev/en/docs/pytorch/generated/torch.nn.functional.ctc_loss",
    "ctc_loss with log_probs (N,T,C) instead of (T,N,C); raises",
    "LX100",
)
def _():
    torch.manual_seed(13)
    gru = nn.GRU(20, 32, batch_first=True)
    head = nn.Linear(32, 30)
    h, _ = gru(torch.randn(8, 50, 20))
    log_probs_NTC = head(h).log_softmax(2)
    targets = torch.randint(1, 30, (8, 10))
    input_lengths = torch.full((8,), 50, dtype=torch.long)
    target_lengths = torch.randint(5, 11, (8,))
    return (
        F.ctc_loss,
        (log_probs_NTC, targets, input_lengths, target_lengths),
        dict(blank=0, reduction="mean"),
    )


@wrong(
    "pytorch/pytorch#52732",
    "CosineEmbeddingLoss with the label as a column (N,1); raises today, was silently wrong then",
    "LX100",
)
def _():
    x, y = blobs(16, 12, 4, 14)
    enc = nn.Linear(12, 5)
    a = enc(x)
    b = enc(x.roll(1, 0))
    labels = torch.where(y == y.roll(1), 1.0, -1.0)
    return nn.CosineEmbeddingLoss(), (a, b, labels.unsqueeze(1))


@wrong(
    "discuss.pytorch.org/t/150134",
    "pos_weight of two class weights for a single-logit binary loss; raises",
    "LX100",
)
def _():
    torch.manual_seed(15)
    x, label = blobs(16, 10, 2, 15)
    model = mlp(10, 2)
    output = model(x)
    pred = output[:, 1]
    count = [7.0, 9.0]
    weight = torch.tensor([16.0 / c for c in count])
    return nn.BCEWithLogitsLoss(pos_weight=weight), (pred, label.float())


@wrong(
    "milesial/Pytorch-UNet#291",
    "masks loaded as grey values (0, 192) with n_classes=2; raises",
    "LX201",
)
def _():
    imgs, m = squares(4, 32, 32, 16)
    net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 2, 1))
    true_masks = (m[:, 0] * 192).long()
    return nn.CrossEntropyLoss(), (net(imgs), true_masks)


@wrong(
    "Lightning-AI/pytorch-lightning#18272",
    "sigmoid scores into binary_cross_entropy_with_logits",
    "LX303",
)
def _():
    x, y = blobs(32, 24, 2, 17)
    fc = nn.Sequential(nn.Linear(24, 16), nn.ReLU(), nn.Linear(16, 1))
    y_logits = fc(x)
    y_scores = torch.sigmoid(y_logits)
    y_true = y.view((-1, 1)).float()
    return F.binary_cross_entropy_with_logits, (y_scores, y_true)


@wrong(
    "fastai/fastai#1768",
    "learn.loss_func = BCEWithLogitsLoss() on a segmentation task with a class-index mask; raises",
    "LX204",
)
def _():
    imgs, m = squares(4, 24, 24, 18)
    torch.manual_seed(18)
    model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 5, 1))
    yb = (m * torch.randint(1, 5, (4, 1, 1, 1))).long()
    return nn.BCEWithLogitsLoss(), (model(imgs), yb)


@wrong(
    "fastai/fastai#852",
    "fastai cross entropy for multi-label data (multi-hot float targets); raises",
    "LX100",
)
def _():
    from fastai.losses import CrossEntropyLossFlat

    torch.manual_seed(19)
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 12),
    )
    xb = images(8, 3, 32, 32, 20)
    yb = (torch.rand(8, 12) < 0.25).float()
    yb[torch.arange(8), torch.randint(0, 12, (8,))] = 1.0
    return CrossEntropyLossFlat(), (model(xb), yb)


@wrong(
    "pytorch/pytorch#184060",
    "PoissonNLLLoss(log_input=False) on a linear output that goes below zero: NaN",
    "LX315",
)
def _():
    torch.manual_seed(21)
    x = torch.randn(32, 6)
    counts = torch.poisson(torch.exp(0.4 * x[:, :1] + 0.5))
    net = nn.Linear(6, 1)
    return nn.PoissonNLLLoss(log_input=False), (net(x), counts)


@wrong(
    "sunwuzhou03/reinforcement-learning-lab#1",
    "SAC critic: q (64,1) against td_target (64,4) because log_prob was not summed over "
    "the action dimensions",
    "LX101",
)
def _():
    torch.manual_seed(22)
    states, next_states = torch.randn(64, 24), torch.randn(64, 24)
    actor = mlp(24, 8)
    critic_1 = mlp(28, 1)
    target_critic = mlp(28, 1)
    actions = torch.tanh(torch.randn(64, 4))
    rewards = torch.randn(64, 1)
    dones = (torch.rand(64, 1) < 0.05).float()
    mu, std = actor(next_states).chunk(2, -1)
    dist = dists.Normal(mu, F.softplus(std))
    normal_sample = dist.rsample()
    log_prob = dist.log_prob(normal_sample)  # 64 x 4
    next_action = torch.tanh(normal_sample)
    log_prob = log_prob - torch.log(1 - next_action.pow(2) + 1e-7)
    next_value = target_critic(torch.cat([next_states, next_action], 1)) + 0.01 * -log_prob
    td_target = rewards + 0.99 * next_value * (1 - dones)
    return F.mse_loss, (critic_1(torch.cat([states, actions], 1)), td_target.detach())


@wrong(
    "andreagemelli/doc2graph#18",
    "class weights computed from the labels of the batch: a class is absent, weight has 3"
    " entries for 4 classes; raises",
    "LX108",
)
def _():
    x, y = blobs(40, 16, 4, 23)
    labels = torch.where(y == 1, torch.full_like(y, 2), y)

    def compute_crossentropy_loss(scores: torch.Tensor, labels: torch.Tensor):
        classes, n = np.unique(labels.cpu().numpy(), return_counts=True)
        w = len(labels) / (len(classes) * n)
        return torch.nn.CrossEntropyLoss(weight=torch.tensor(w, dtype=torch.float32))(
            scores, labels
        )

    return compute_crossentropy_loss, (mlp(16, 4)(x), labels)


@wrong(
    "pytorch/pytorch#10732", "BCELoss with sample weights (64,) for outputs (64,1); raises", "LX100"
)
def _():
    x, y = blobs(64, 9, 2, 24)
    model = nn.Sequential(mlp(9, 1), nn.Sigmoid())
    w = torch.where(y == 1, 2.0, 0.5)
    return nn.BCELoss(weight=w), (model(x), y.float().unsqueeze(1))


@wrong(
    "pytorch/pytorch#15874",
    "margin_ranking_loss given embeddings (B,D) and target (B,); raises",
    "LX100",
)
def _():
    x, y = blobs(16, 10, 3, 25)
    enc = nn.Linear(10, 8)
    target = torch.where(y > y.roll(1), 1.0, -1.0)
    return F.margin_ranking_loss, (enc(x), enc(x.roll(1, 0)), target), dict(margin=0.3)


@wrong(
    "pytorch/pytorch#6622",
    "KLDivLoss with the default mean: divided by the number of classes as well, not a KL "
    "per sample",
    "LX501",
)
def _():
    x, y = blobs(32, 20, 8, 26)
    teacher, student = mlp(20, 8, 64), mlp(20, 8, 12)
    with torch.no_grad():
        target = F.softmax(2 * teacher(x), dim=1)
    return nn.KLDivLoss(), (F.log_softmax(student(x), dim=1), target)


@wrong(
    "discuss.pytorch.org/t/28628",
    "predictions rounded before the loss: the gradient of round is zero everywhere",
    "LX424",
)
def _():
    torch.manual_seed(27)
    x = torch.randn(32, 7)
    stars = (3 + x[:, :1] + 0.3 * torch.randn(32, 1)).clamp(1, 5).round()
    model = mlp(7, 1)
    out = torch.round(model(x))
    return nn.MSELoss(), (out, stars)


@wrong(
    "discuss.pytorch.org/t/94875",
    "RMSE = sqrt of a mean square that is exactly zero for some rows: NaN gradients",
    "LX405",
)
def _():
    torch.manual_seed(28)

    def rmse_loss(yhat, y):
        return torch.sqrt(nn.MSELoss(reduction="none")(yhat, y).mean(dim=1)).mean()

    x = torch.rand(16, 6)
    x[11:] = 0.0  # zero padded samples at the end of the batch
    net = nn.Sequential(nn.Linear(6, 20, bias=False), nn.ReLU(), nn.Linear(20, 3, bias=False))
    y = torch.stack([x.sum(1), x[:, 0] * 2, x[:, 1] + x[:, 2]], 1)
    return rmse_loss, (net(x), y)


@wrong(
    "discuss.pytorch.org: How to Not Lose the Gradient on This Operation?",
    "A-dimensional softmax probabilities w (B,A,C) into CrossEntropyLoss, targets built from w",
    "LX301",
)
def _():
    torch.manual_seed(29)
    net = mlp(10, 4 * 3)
    w = torch.softmax(net(torch.randn(32, 10)).view(32, 4, 3), dim=2)
    wp = torch.max(w, dim=2)[1]
    y = wp.mode(dim=1, keepdim=True)[0].expand(-1, 4).contiguous()
    return nn.CrossEntropyLoss(), (w.transpose(1, 2), y)


@wrong(
    "macrocosm-os/pretraining#64",
    "causal LM loss with labels = input_ids and no shift: the model learns to copy the "
    "current token",
    "LX211",
)
def _():
    torch.manual_seed(30)

    class BartForCausalLM(nn.Module):
        def __init__(self, vocab_size=60):
            super().__init__()
            self.embed_tokens = nn.Embedding(vocab_size, 32)
            self.decoder = nn.LSTM(32, 48, batch_first=True)
            self.lm_head = nn.Linear(48, vocab_size)

        def forward(self, input_ids):
            return self.lm_head(self.decoder(self.embed_tokens(input_ids))[0])

    def causal_lm_loss(logits, labels, input_ids, vocab_size):
        labels = labels.to(logits.device)
        loss_fct = nn.CrossEntropyLoss()
        return loss_fct(logits.view(-1, vocab_size), labels.view(-1))

    start = torch.randint(0, 60, (8, 1))
    input_ids = (start + torch.arange(20) * 3 + torch.randint(0, 2, (8, 20))) % 60
    model = BartForCausalLM()
    return (
        causal_lm_loss,
        (model(input_ids),),
        dict(labels=input_ids, input_ids=input_ids, vocab_size=60),
    )


@wrong("pykeen/pykeen#87", "BCELoss on raw interaction scores (no sigmoid); raises", "LX310")
def _():
    torch.manual_seed(31)
    ent, rel = nn.Embedding(50, 16), nn.Embedding(6, 16)
    h, r, t = torch.randint(0, 50, (64,)), torch.randint(0, 6, (64,)), torch.randint(0, 50, (64,))
    scores = (ent(h) * rel(r) * ent(t)).sum(-1)
    labels = torch.cat([torch.ones(32), torch.zeros(32)])
    return nn.BCELoss(), (scores, labels)


@wrong(
    "PacktPublishing/Deep-Reinforcement-Learning-Hands-On#33",
    "A2C: advantage = vals_ref (B,) - value (B,1) becomes (B,B)",
    "LX101",
)
def _():
    torch.manual_seed(32)

    def a2c_loss(logits_v, value_v, actions_t, vals_ref_v, entropy_beta=0.01):
        loss_value_v = F.mse_loss(value_v.squeeze(-1), vals_ref_v)
        log_prob_v = F.log_softmax(logits_v, dim=1)
        adv_v = vals_ref_v - value_v.detach()
        log_prob_actions_v = adv_v * log_prob_v[range(len(actions_t)), actions_t]
        loss_policy_v = -log_prob_actions_v.mean()
        prob_v = F.softmax(logits_v, dim=1)
        entropy_loss_v = entropy_beta * (prob_v * log_prob_v).sum(dim=1).mean()
        return loss_policy_v + entropy_loss_v + loss_value_v

    body = nn.Sequential(nn.Linear(12, 32), nn.ReLU())
    policy = nn.Linear(32, 4)
    value = nn.Linear(32, 1)
    s = torch.randn(32, 12)
    z = body(s)
    actions = torch.randint(0, 4, (32,))
    vals_ref = s[:, 0] + 0.3 * torch.randn(32)
    return a2c_loss, (policy(z), value(z), actions, vals_ref)


@wrong(
    "DeepOpt-com/WrinkleFree-Monorepo#13",
    "distillation of a causal LM: teacher[:, :-1] compared with student[:, 1:], off by one",
    "",
)
def _():
    torch.manual_seed(33)

    def distill_loss(student_logits, teacher_logits, labels, lambda_tcs=10.0, temperature=5.0):
        ce = F.cross_entropy(
            student_logits[:, :-1, :].reshape(-1, student_logits.size(-1)),
            labels[:, 1:].reshape(-1),
            ignore_index=-100,
        )
        aligned_teacher_logits = teacher_logits[:, :-1, :].contiguous()
        aligned_student_logits = student_logits[:, 1:, :].contiguous()
        t = F.softmax(aligned_teacher_logits / temperature, dim=-1)
        s = F.log_softmax(aligned_student_logits / temperature, dim=-1)
        tcs = F.kl_div(s, t, reduction="none").sum(-1).mean() * temperature**2
        return ce + lambda_tcs * tcs

    def lm():
        e, r, h = nn.Embedding(40, 24), nn.GRU(24, 32, batch_first=True), nn.Linear(32, 40)
        return lambda ids: h(r(e(ids))[0])

    student, teacher = lm(), lm()
    ids = (torch.randint(0, 40, (8, 1)) + torch.arange(16) * 7) % 40
    with torch.no_grad():
        teacher_logits = 3 * teacher(ids)
    labels = ids.clone()
    labels[:, :3] = -100
    return distill_loss, (student(ids), teacher_logits, labels)


@wrong(
    "BY571/QR-DQN#1",
    "quantile Huber loss: 1-D quantiles broadcast along the target axis instead of the "
    "predicted-quantile axis",
    "LX101",
)
def _():
    torch.manual_seed(34)

    def calculate_huber_loss(td_errors, k=1.0):
        return torch.where(
            td_errors.abs() <= k, 0.5 * td_errors.pow(2), k * (td_errors.abs() - 0.5 * k)
        )

    def quantile_loss(Q_expected, Q_targets, quantile_tau):
        td_error = Q_targets - Q_expected
        assert td_error.shape == (Q_expected.shape[0], Q_expected.shape[1], Q_targets.shape[2])
        huber_l = calculate_huber_loss(td_error, 1.0)
        quantil_l = abs(quantile_tau - (td_error.detach() < 0).float()) * huber_l / 1.0
        loss = quantil_l.sum(dim=1).mean(dim=1)
        return loss.mean()

    N = 8
    net, target_net = mlp(4, 2 * N), mlp(4, 2 * N)
    s, s2 = torch.randn(32, 4), torch.randn(32, 4)
    a = torch.randint(0, 2, (32, 1, 1))
    r = torch.randn(32, 1, 1)
    done = (torch.rand(32, 1, 1) < 0.1).float()
    Q_expected = net(s).view(32, N, 2).gather(2, a.expand(32, N, 1))
    with torch.no_grad():
        q2 = target_net(s2).view(32, N, 2)
        best = q2.mean(1).argmax(1).view(32, 1, 1)
        Q_targets = r + 0.99 * q2.gather(2, best.expand(32, N, 1)).transpose(1, 2) * (1 - done)
    quantile_tau = torch.FloatTensor([(2 * i + 1) / (2.0 * N) for i in range(N)])
    return quantile_loss, (Q_expected, Q_targets, quantile_tau)


@wrong(
    "deepfakes/faceswap#1542",
    "MS-SSIM Gaussian window built with size - 1/2. instead of (size - 1)/2: the window "
    "is not centred",
    "",
)
def _():
    torch.manual_seed(35)

    class SSIMLoss(nn.Module):
        def __init__(self, size=11, sigma=1.5, k1=0.01, k2=0.03, max_value=1.0):
            super().__init__()
            self.size, self.sigma = size, sigma
            self.c1, self.c2 = (k1 * max_value) ** 2, (k2 * max_value) ** 2

        def _fspecial_gauss(self, size, sigma):
            coords = torch.arange(size, dtype=torch.float32)
            coords -= size - 1 / 2.0
            g = torch.exp(-coords.pow(2) / (2.0 * sigma**2))
            g = g[:, None] * g[None]
            return (g / g.sum())[None, None]

        def forward(self, y_true, y_pred):
            ch = y_true.shape[1]
            k = self._fspecial_gauss(self.size, self.sigma).repeat(ch, 1, 1, 1)
            f = lambda x: F.conv2d(x, k, groups=ch)
            mt, mp = f(y_true), f(y_pred)
            num0 = mt * mp * 2.0
            den0 = mt**2 + mp**2
            luminance = (num0 + self.c1) / (den0 + self.c1)
            num1 = f(y_true * y_pred) * 2.0
            den1 = f(y_true**2 + y_pred**2)
            cs = (num1 - num0 + self.c2) / (den1 - den0 + self.c2)
            return (1.0 - (luminance * cs)).mean() / 2.0

    x, m = squares(4, 32, 32, 36)
    y_true = (0.7 * m + 0.2 * F.avg_pool2d(x, 3, 1, 1)).expand(-1, 3, -1, -1).contiguous()
    dec = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 3, 3, padding=1), nn.Sigmoid()
    )
    return SSIMLoss(), (y_true, dec(x))


@wrong(
    "Deci-AI/super-gradients#692",
    "segmentation loss = BCE + (1 - IoU of thresholded predictions): the IoU part has no gradient",
    "LX410",
)
def _():
    torch.manual_seed(37)

    def iou_func(p, t):
        inter = (p * t).sum()
        union = p.sum() + t.sum() - inter
        return inter.float() / union.float().clamp(min=1)

    class CustomSegLoss(torch.nn.Module):
        def __init__(self, bce_weight=1, iou_weight=1):
            super().__init__()
            self.bce_weight = bce_weight
            self.iou_weight = iou_weight
            self.bce_loss = nn.BCELoss()

        def forward(self, preds, target):
            bce_loss = self.bce_loss(preds, target)
            iou_loss = 1.0 - iou_func(torch.gt(preds, 0.5).long(), torch.gt(target, 0.5).long())
            return self.bce_weight * bce_loss + self.iou_weight * iou_loss

    x, m = squares(8, 24, 24, 38)
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1), nn.Sigmoid()
    )
    return CustomSegLoss(), (net(x), m)


@wrong(
    "Project-MONAI/MONAI#644",
    "Jaccard loss as 1 - 2*inter/union: goes below zero at a perfect prediction",
    "LX520",
)
def _():
    torch.manual_seed(39)

    class DiceLoss(nn.Module):
        def __init__(self, sigmoid=False, jaccard=False, smooth=1e-5):
            super().__init__()
            self.sigmoid, self.jaccard, self.smooth = sigmoid, jaccard, smooth

        def forward(self, input, target):
            if self.sigmoid:
                input = torch.sigmoid(input)
            reduce_axis = list(range(2, len(input.shape)))
            intersection = torch.sum(target * input, dim=reduce_axis)
            ground_o = torch.sum(target, dim=reduce_axis)
            pred_o = torch.sum(input, dim=reduce_axis)
            denominator = ground_o + pred_o
            if self.jaccard:
                denominator -= intersection
            f = 1.0 - (2.0 * intersection + self.smooth) / (denominator + self.smooth)
            return f.mean()

    x, m = squares(8, 24, 24, 40)
    net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1))
    return DiceLoss(sigmoid=True, jaccard=True), (net(x), m)


@wrong(
    "aicomp.top/discover/solution/1974 (Kaggle ventilator-pressure)",
    "Laplace likelihood with the scale b straight from the linear head: negative b, NaN",
    "",
)
def _():
    torch.manual_seed(41)

    def masked_laplace(outputs, labels):
        mask = labels["mask"]
        y = labels["label"][mask]
        x = outputs[..., 0][mask]
        b = outputs[..., 1][mask]
        p = 1 / (2 * b) * (-(x - y).abs() / b).exp()
        loss = -torch.log(p + 1e-12)
        return loss.mean()

    u_in = torch.rand(16, 40, 5)
    lstm, head = nn.LSTM(5, 24, batch_first=True), nn.Linear(24, 2)
    pressure = 5 + 12 * u_in[..., 0].cumsum(1) / 20 + 0.5 * torch.randn(16, 40)
    mask = torch.zeros(16, 40, dtype=torch.bool)
    mask[:, :16] = True
    return masked_laplace, (head(lstm(u_in)[0]), {"label": pressure, "mask": mask})


@wrong(
    "OpenBMB/ModelCenter#14",
    "soft cross entropy of two models whose last vocabulary column is -inf: 0 * -inf = NaN",
    "LX207",
)
def _():
    torch.manual_seed(42)

    def distill(logits_s, logits_t):
        prob_t = F.softmax(logits_t, dim=-1)
        log_prob_s = F.log_softmax(logits_s, dim=-1)
        d_loss = -(prob_t * log_prob_s).sum(dim=1).mean()
        return d_loss

    ids = torch.randint(0, 50, (24,))
    s, t = (
        nn.Sequential(nn.Embedding(50, 16), nn.Linear(16, 50)),
        nn.Sequential(nn.Embedding(50, 32), nn.Linear(32, 50)),
    )
    pad = torch.full((24, 1), float("-inf"))
    with torch.no_grad():
        logits_t = torch.cat([t(ids), pad], 1)
    logits_s = torch.cat([s(ids), pad], 1)
    return distill, (logits_s, logits_t)


@wrong(
    "allenai/allennlp#2797",
    "hand-made cross entropy -log(softmax) * labels: softmax underflows to 0, inf * 0 = NaN",
    "LX409",
)
def _():
    torch.manual_seed(43)

    def candidate_loss(label_logits_squeezed, labels):
        label_probs = torch.nn.functional.softmax(label_logits_squeezed, dim=-1)
        log_label_probs = -torch.log(label_probs)
        loss = log_label_probs * labels.float()
        return torch.sum(loss)

    feats = torch.randn(8, 6, 32) * 20
    scorer = nn.Linear(32, 1, bias=False)
    nn.init.normal_(scorer.weight, std=0.6)
    labels = F.one_hot(feats.norm(dim=-1).argmax(1), 6)
    return candidate_loss, (scorer(feats).squeeze(-1), labels)


@wrong(
    "dair-iitd/openie6#25",
    "the constraint loss overwrites the label loss (loss = const_loss): labels have no influence",
    "LX410",
)
def _():
    torch.manual_seed(44)

    def oie_loss(all_depth_scores, labels, verb_mask, lambda_const=3.0):
        loss = 0
        for d, word_scores in enumerate(all_depth_scores):
            batch_labels_d = labels[:, d, :]
            loss += F.cross_entropy(
                word_scores.reshape(-1, word_scores.size(-1)),
                batch_labels_d.reshape(-1),
                ignore_index=-100,
            )
        rel_probs = torch.stack([torch.softmax(s, -1)[..., 2] for s in all_depth_scores], 1)
        const_loss = (verb_mask * F.relu(1 - rel_probs.sum(1))).sum() / verb_mask.sum()
        const_loss = lambda_const * const_loss
        loss = const_loss
        return loss

    emb, lin = nn.Embedding(80, 24), nn.ModuleList([nn.Linear(24, 6) for _ in range(3)])
    ids = torch.randint(0, 80, (8, 14))
    h = emb(ids)
    labels = (ids[:, None] + torch.arange(3)[None, :, None]) % 6
    labels[:, :, 12:] = -100
    return oie_loss, ([l(h) for l in lin], labels, (ids % 5 == 0).float())


@wrong(
    "p-giakoumoglou/pyssl#5",
    "SwAV cross entropy without the minus sign: training maximises it",
    "LX567",
)
def _():
    torch.manual_seed(45)

    def cross_entropy_loss(q, p):
        return torch.mean(torch.sum(q * F.log_softmax(p, dim=1), dim=1))

    @torch.no_grad()
    def sinkhorn(scores, eps=0.05, it=3):
        Q = torch.exp(scores / eps).t()
        Q /= Q.sum()
        K, B = Q.shape
        for _ in range(it):
            Q /= Q.sum(1, keepdim=True)
            Q /= K
            Q /= Q.sum(0, keepdim=True)
            Q /= B
        return (Q * B).t()

    x, y = blobs(32, 16, 6, 46)
    enc = nn.Linear(16, 24)
    protos = nn.Linear(24, 12, bias=False)
    s1 = protos(F.normalize(enc(x + 0.1 * torch.randn_like(x)), dim=1))
    s2 = protos(F.normalize(enc(x + 0.1 * torch.randn_like(x)), dim=1))
    return cross_entropy_loss, (sinkhorn(s1.detach()), s2 / 0.1)


@wrong(
    "eladhoffer/utils.pytorch#14",
    "label smoothing: eps_nll = 1 - eps_sum - smooth_eps subtracts one term too many, the"
    " smoothed target does not sum to 1",
    "LX581",
)
def _():
    def cross_entropy(logits, target, smooth_eps=0.1):
        lsm = F.log_softmax(logits, dim=-1)
        num_classes = logits.size(-1)
        eps_sum = smooth_eps / num_classes
        eps_nll = 1.0 - eps_sum - smooth_eps
        likelihood = lsm.gather(dim=-1, index=target.unsqueeze(-1)).squeeze(-1)
        loss = -(eps_nll * likelihood + eps_sum * lsm.sum(-1))
        return loss.mean()

    x, y = blobs(32, 12, 4, 47)
    return cross_entropy, (mlp(12, 4)(x), y)


@wrong(
    "stats.stackexchange.com/questions/318184",
    "VAE KL term uses the standard deviation where the formula wants the variance",
    "LX536",
)
def _():
    torch.manual_seed(48)

    def vae_loss(recon_x, x, mu, std):
        BCE = F.binary_cross_entropy(recon_x, x, reduction="sum")
        KLD = -0.5 * torch.sum(1 + torch.log(std) - mu.pow(2) - std)
        return (BCE + KLD) / x.size(0)

    x, m = squares(16, 12, 12, 48)
    x = m.flatten(1)
    enc = mlp(144, 16)
    dec = nn.Sequential(mlp(8, 144), nn.Sigmoid())
    mu, s = enc(x).chunk(2, 1)
    std = F.softplus(s) + 1e-4
    z = mu + std * torch.randn_like(std)
    return vae_loss, (dec(z), x, mu, std)


@wrong(
    "stelzner/monet#1",
    "MONet mask loss: masks (N,K,H,W) transposed to (N,W,H,K), reconstruction stacked as "
    "(N,H,W,K): height and width swapped",
    "",
)
def _():
    torch.manual_seed(49)

    def mask_loss(masks, mask_preds):
        masks = torch.cat(masks, 1)
        tr_masks = torch.transpose(masks, 1, 3)
        q_masks = dists.Categorical(probs=tr_masks)
        q_masks_recon = dists.Categorical(logits=torch.stack(mask_preds, 3))
        kl_masks = dists.kl_divergence(q_masks, q_masks_recon)
        kl_masks = torch.sum(kl_masks, [1, 2])
        return kl_masks.mean()

    x, m = squares(4, 16, 16, 50)
    att = nn.Conv2d(1, 3, 3, padding=1)
    comp = nn.ModuleList([nn.Conv2d(1, 1, 3, padding=1) for _ in range(3)])
    probs = torch.softmax(att(x), 1)
    return mask_loss, (list(probs.split(1, 1)), [c(x)[:, 0] for c in comp])


@right(
    "knowledge distillation (Hinton), log_target",
    "student KD with both sides in log space (log_target=True), T^2, batchmean, teacher "
    "without graph",
)
def _():
    x, y = blobs(32, 16, 6, 101)
    student, teacher = mlp(16, 6, 8), mlp(16, 6, 64)

    def loss_fn_kd(outputs, labels, teacher_outputs, alpha=0.9, T=4.0):
        kd = nn.KLDivLoss(reduction="batchmean", log_target=True)(
            F.log_softmax(outputs / T, dim=1), F.log_softmax(teacher_outputs / T, dim=1)
        )
        return kd * (alpha * T * T) + F.cross_entropy(outputs, labels) * (1.0 - alpha)

    with torch.no_grad():
        t = teacher(x)
    return loss_fn_kd, (student(x), y, t)


@right(
    "deep ensembles",
    "NLLLoss on the log of an averaged ensemble probability (logsumexp - log K): "
    "normalised log-probs without a log_softmax at the end",
)
def _():
    x, y = blobs(32, 16, 5, 102)
    nets = [mlp(16, 5) for _ in range(3)]
    logp = torch.logsumexp(torch.stack([F.log_softmax(n(x), 1) for n in nets]), 0) - math.log(3)
    return nn.NLLLoss(), (logp, y)


@right(
    "mixup with soft targets",
    "CrossEntropyLoss with class probabilities (N,C) as the target, logits as input",
)
def _():
    x, y = blobs(24, 16, 5, 103)
    lam = 0.7
    idx = torch.randperm(24)
    soft = lam * F.one_hot(y, 5).float() + (1 - lam) * F.one_hot(y[idx], 5).float()
    return nn.CrossEntropyLoss(), (mlp(16, 5)(lam * x + (1 - lam) * x[idx]), soft)


@right(
    "pytorch/pytorch#147521 (as it works today)",
    "GaussianNLLLoss with one variance map (N,1,H,W) for three channels",
)
def _():
    torch.manual_seed(104)
    x, m = squares(4, 32, 32, 104)
    body = nn.Conv2d(1, 8, 3, padding=1)
    mean, lv = nn.Conv2d(8, 3, 1), nn.Conv2d(8, 1, 1)
    h = F.relu(body(x))
    target = m * torch.tensor([0.2, 0.5, 0.9]).view(1, 3, 1, 1) + 0.05 * torch.randn(4, 3, 32, 32)
    return nn.GaussianNLLLoss(), (mean(h), target, lv(h).exp())


@right(
    "xue-jishu.com/?p=17920 (Stack Overflow)",
    "k stacked networks (N,k,1) with one common target, expanded on purpose",
)
def _():
    torch.manual_seed(105)
    x = torch.randn(32, 6)
    t = x[:, :1] * 2 - x[:, 1:2] + 0.1 * torch.randn(32, 1)
    nets = nn.ModuleList([mlp(6, 1, 16) for _ in range(5)])
    stacked_predictions = torch.stack([n(x) for n in nets], 1)
    return nn.MSELoss(), (stacked_predictions, t[:, None, :].expand_as(stacked_predictions))


@right("quantile regression (pinball)", "predictions (N,3) against target (N,1): broadcast wanted")
def _():
    torch.manual_seed(106)

    def quantile_loss(preds, target, quantiles=(0.1, 0.5, 0.9)):
        q = torch.tensor(quantiles)
        errors = target - preds
        return torch.max((q - 1) * errors, q * errors).sum(dim=1).mean()

    x = torch.randn(48, 5)
    y = x[:, :1] + (0.2 + x[:, 1:2].abs()) * torch.randn(48, 1)
    return quantile_loss, (mlp(5, 3)(x), y)


@right(
    "BCEWithLogitsLoss docs",
    "multi-label segmentation: pos_weight of shape (C,1,1) for logits (N,C,H,W)",
)
def _():
    x, m = squares(4, 24, 24, 107)
    net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 1))
    target = torch.cat([m, m.roll(3, 2), (m + m.roll(5, 3)).clamp(max=1)], 1)
    pw = torch.tensor([8.0, 8.0, 4.0]).view(3, 1, 1)
    return nn.BCEWithLogitsLoss(pos_weight=pw), (net(x), target)


@right(
    "BCELoss with sample weights and smoothed labels",
    "sigmoid outputs, targets 0.05/0.95, weight (N,1)",
)
def _():
    x, y = blobs(64, 9, 2, 108)
    model = nn.Sequential(mlp(9, 1), nn.Sigmoid())
    target = y.float().unsqueeze(1) * 0.9 + 0.05
    w = torch.where(y == 1, 2.0, 0.5).unsqueeze(1)
    return nn.BCELoss(weight=w), (model(x), target)


@right("CosineEmbeddingLoss", "two towers, targets +1/-1 as (N,), margin 0.2, second tower frozen")
def _():
    x, y = blobs(32, 12, 4, 109)
    img, txt = nn.Linear(12, 16), nn.Embedding(4, 16)
    perm = torch.randperm(32)
    with torch.no_grad():
        t = txt(y[perm])
    return nn.CosineEmbeddingLoss(margin=0.2), (img(x), t, torch.where(y == y[perm], 1, -1))


@right("HingeEmbeddingLoss", "input is the pairwise distance of a Siamese net, labels +1/-1")
def _():
    x, y = blobs(32, 12, 3, 110)
    enc = mlp(12, 8)
    d = F.pairwise_distance(enc(x), enc(x.roll(1, 0)))
    return nn.HingeEmbeddingLoss(margin=2.0), (d, torch.where(y == y.roll(1), 1.0, -1.0))


@right(
    "huanghoujing/person-reid-triplet-loss-baseline#33",
    "triplet loss by MarginRankingLoss(dist_an, dist_ap, ones): target is all ones and right",
)
def _():
    x, y = blobs(32, 12, 4, 111)

    def triplet_by_ranking(global_feat, labels, margin=0.3):
        dist = torch.cdist(global_feat, global_feat)
        same = labels[:, None] == labels[None]
        dist_ap = dist.masked_fill(~same, float("-inf")).max(1)[0]
        dist_an = dist.masked_fill(same, float("inf")).min(1)[0]
        y = torch.ones_like(dist_an)
        return nn.MarginRankingLoss(margin=margin)(dist_an, dist_ap, y)

    return triplet_by_ranking, (mlp(12, 8)(x), y)


@right(
    "CTCLoss", "concatenated 1-D targets, lengths of their own, log_softmax (T,N,C), zero_infinity"
)
def _():
    torch.manual_seed(112)
    rnn, fc = nn.GRU(13, 24), nn.Linear(24, 29)
    h, _ = rnn(torch.randn(45, 5, 13))
    tl = torch.tensor([9, 3, 12, 7, 5])
    targets = torch.randint(1, 29, (int(tl.sum()),))
    return nn.CTCLoss(blank=0, zero_infinity=True), (
        fc(h).log_softmax(-1),
        targets,
        torch.tensor([45, 30, 45, 38, 22]),
        tl,
    )


@right(
    "sallymmx/ActionCLIP#24 (as the code is used)",
    "KLDivLoss mean times batch size on a square (B,B) matrix: equal to batchmean",
)
def _():
    class KLLoss(nn.Module):
        def __init__(self, error_metric=nn.KLDivLoss(reduction="mean")):
            super().__init__()
            self.error_metric = error_metric

        def forward(self, prediction, label):
            batch_size = prediction.shape[0]
            probs1 = F.log_softmax(prediction, 1)
            probs2 = F.softmax(label * 10, 1)
            loss = self.error_metric(probs1, probs2) * batch_size
            return loss

    x, y = blobs(16, 20, 8, 113)
    video = F.normalize(nn.Linear(20, 32)(x), dim=-1)
    text = F.normalize(nn.Embedding(8, 32)(y), dim=-1)
    logits_per_image = video @ text.t() / 0.07
    ground_truth = (y[:, None] == y[None]).float()
    return KLLoss(), (logits_per_image, ground_truth)


@right("MultiLabelMarginLoss docs", "targets are class indices padded with -1 (not multi-hot)")
def _():
    torch.manual_seed(114)
    x = torch.randn(16, 10)
    out = mlp(10, 6)(x)
    target = torch.full((16, 6), -1)
    for i in range(16):
        k = int(torch.randint(1, 4, (1,)))
        target[i, :k] = torch.randperm(6)[:k]
    return nn.MultiLabelMarginLoss(), (out, target)


@right(
    "TripletMarginWithDistanceLoss",
    "cosine distance 1 - cos as the distance function, margin 0.4, swap",
)
def _():
    x, y = blobs(30, 12, 3, 115)
    order = torch.argsort(y)
    x, y = x[order], y[order]
    enc = mlp(12, 8)
    pos = torch.stack([x[(y == c).nonzero()[0, 0]] for c in y]) + 0.2 * torch.randn(30, 12)
    neg = torch.stack([x[(y != c).nonzero()[-1 if c != y[-1] else 0, 0]] for c in y])
    return nn.TripletMarginWithDistanceLoss(
        distance_function=lambda a, b: 1.0 - F.cosine_similarity(a, b), margin=0.4, swap=True
    ), (enc(x), enc(pos), enc(neg))


@right(
    "DQN with SmoothL1Loss",
    "q gathered and squeezed to (B,), target of the frozen net under no_grad, double DQN",
)
def _():
    torch.manual_seed(116)
    s, s2 = torch.randn(32, 4), torch.randn(32, 4)
    a = torch.randint(0, 2, (32,))
    r = torch.randn(32)
    done = (torch.rand(32) < 0.1).float()
    net = mlp(4, 2)
    tgt = copy.deepcopy(net)
    q = net(s).gather(1, a.unsqueeze(1)).squeeze(1)
    with torch.no_grad():
        target = r + 0.99 * (1 - done) * tgt(s2).gather(1, net(s2).argmax(1, keepdim=True)).squeeze(
            1
        )
    return nn.SmoothL1Loss(), (q, target)


@right(
    "REINFORCE with baseline and entropy bonus",
    "negative log-prob times detached advantage, minus entropy",
)
def _():
    torch.manual_seed(117)

    def reinforce_loss(logits, values, actions, returns, beta=0.01):
        dist = dists.Categorical(logits=logits)
        values = values.squeeze(-1)
        adv = returns - values.detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        policy = -(dist.log_prob(actions) * adv).mean()
        return policy + 0.5 * F.mse_loss(values, returns) - beta * dist.entropy().mean()

    s = torch.randn(40, 6)
    pi, v = mlp(6, 3), mlp(6, 1)
    return reinforce_loss, (
        pi(s),
        v(s),
        torch.randint(0, 3, (40,)),
        s[:, 0] + 0.2 * torch.randn(40),
    )


@right(
    "PPO clipped surrogate",
    "ratio from stored old log-probs (equal to the new ones at the first step: loss near 0)",
)
def _():
    torch.manual_seed(118)

    def ppo_loss(log_prob, old_log_prob, advantages, clip=0.2):
        ratio = torch.exp(log_prob - old_log_prob)
        surr1 = ratio * advantages
        surr2 = torch.clamp(ratio, 1 - clip, 1 + clip) * advantages
        return -torch.min(surr1, surr2).mean()

    s = torch.randn(64, 6)
    dist = dists.Categorical(logits=mlp(6, 4)(s))
    a = torch.randint(0, 4, (64,))
    lp = dist.log_prob(a)
    adv = torch.randn(64)
    adv = (adv - adv.mean()) / adv.std()
    return ppo_loss, (lp, lp.detach().clone(), adv)


@right(
    "SimSiam (facebookresearch)",
    "negative cosine similarity with stop-gradient on z: value is negative and right",
)
def _():
    x, _ = blobs(32, 16, 4, 119)
    enc, pred = mlp(16, 24), mlp(24, 24)

    def simsiam_loss(p1, p2, z1, z2):
        criterion = nn.CosineSimilarity(dim=1)
        return -(criterion(p1, z2.detach()).mean() + criterion(p2, z1.detach()).mean()) * 0.5

    z1, z2 = enc(x + 0.1 * torch.randn_like(x)), enc(x + 0.1 * torch.randn_like(x))
    return simsiam_loss, (pred(z1), pred(z2), z1, z2)


@right(
    "SimCLR NT-Xent", "2N x 2N similarities, the diagonal masked with -inf, positives at distance N"
)
def _():
    x, _ = blobs(16, 16, 16, 120)
    enc = mlp(16, 24)

    def nt_xent(z_i, z_j, temperature=0.5):
        n = z_i.size(0)
        z = F.normalize(torch.cat([z_i, z_j]), dim=1)
        sim = z @ z.t() / temperature
        sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
        labels = torch.arange(2 * n).roll(n)
        return F.cross_entropy(sim, labels)

    return nt_xent, (enc(x + 0.1 * torch.randn_like(x)), enc(x + 0.1 * torch.randn_like(x)))


@right(
    "SwAV (swapped prediction)",
    "soft codes from Sinkhorn (no graph), cross entropy with the minus sign",
)
def _():
    torch.manual_seed(121)

    def swav_loss(q, p, temperature=0.1):
        return -torch.mean(torch.sum(q * F.log_softmax(p / temperature, dim=1), dim=1))

    x, _ = blobs(32, 16, 6, 121)
    enc = nn.Linear(16, 24)
    protos = nn.Linear(24, 12, bias=False)
    s1 = protos(F.normalize(enc(x + 0.1 * torch.randn_like(x)), dim=1))
    s2 = protos(F.normalize(enc(x), dim=1))
    with torch.no_grad():
        Q = torch.exp(s1 / 0.05).t()
        Q /= Q.sum()
        for _ in range(4):
            Q /= Q.sum(1, keepdim=True) * 12
            Q /= Q.sum(0, keepdim=True) * 32
        q = (Q * 32).t()
    return swav_loss, (q, s2)


@right("SSIM loss (Wang 2004)", "Gaussian window centred, 1 - SSIM, images in [0,1]")
def _():
    class SSIMLoss(nn.Module):
        def __init__(self, size=11, sigma=1.5, data_range=1.0):
            super().__init__()
            coords = torch.arange(size, dtype=torch.float32) - (size - 1) / 2.0
            g = torch.exp(-coords.pow(2) / (2.0 * sigma**2))
            g = g / g.sum()
            self.register_buffer("k", (g[:, None] * g[None])[None, None])
            self.c1, self.c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2

        def forward(self, pred, target):
            ch = pred.shape[1]
            k = self.k.repeat(ch, 1, 1, 1)
            f = lambda x: F.conv2d(x, k, groups=ch)
            mx, my = f(pred), f(target)
            vx, vy, vxy = (
                f(pred * pred) - mx * mx,
                f(target * target) - my * my,
                f(pred * target) - mx * my,
            )
            ssim = ((2 * mx * my + self.c1) * (2 * vxy + self.c2)) / (
                (mx * mx + my * my + self.c1) * (vx + vy + self.c2)
            )
            return 1 - ssim.mean()

    x, m = squares(4, 32, 32, 122)
    dec = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 1, 3, padding=1), nn.Sigmoid()
    )
    return SSIMLoss(), (dec(x), 0.7 * m + 0.1)


@right(
    "BCE + soft Jaccard",
    "soft intersection over union on probabilities, one number per image and class",
)
def _():
    class BCEJaccard(nn.Module):
        def __init__(self, smooth=1.0):
            super().__init__()
            self.smooth = smooth

        def forward(self, logits, target):
            bce = F.binary_cross_entropy_with_logits(logits, target)
            p = torch.sigmoid(logits)
            inter = (p * target).sum(dim=(2, 3))
            union = p.sum(dim=(2, 3)) + target.sum(dim=(2, 3)) - inter
            return bce + 1 - ((inter + self.smooth) / (union + self.smooth)).mean()

    x, m = squares(8, 24, 24, 123)
    net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1))
    return BCEJaccard(), (net(x), m)


@right("Laplace likelihood", "log(2b) + |x - y| / b with b = softplus + eps; may be negative")
def _():
    torch.manual_seed(124)

    def laplace_nll(outputs, y):
        mu, b = outputs[..., 0], F.softplus(outputs[..., 1]) + 1e-3
        return (torch.log(2 * b) + (mu - y).abs() / b).mean()

    x = torch.randn(32, 20, 5)
    lstm, head = nn.LSTM(5, 16, batch_first=True), nn.Linear(16, 2)
    return laplace_nll, (head(lstm(x)[0]), 0.1 * x[..., 0] + 0.02 * torch.randn(32, 20))


@right("VAE (Kingma), closed form KL", "BCE sum + KL from logvar, divided by the batch size")
def _():
    torch.manual_seed(125)

    def vae_loss(recon_x, x, mu, logvar, beta=1.0):
        BCE = F.binary_cross_entropy(recon_x, x, reduction="sum")
        KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return (BCE + beta * KLD) / x.size(0)

    _, m = squares(16, 12, 12, 125)
    x = m.flatten(1)
    enc = mlp(144, 16)
    dec = nn.Sequential(mlp(8, 144), nn.Sigmoid())
    mu, logvar = enc(x).chunk(2, 1)
    z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
    return vae_loss, (dec(z), x, mu, logvar)


@right("WGAN-GP critic", "fake minus real plus gradient penalty; the fakes come detached")
def _():
    torch.manual_seed(126)

    def critic_loss(critic, real, fake, lambda_gp=10.0):
        alpha = torch.rand(real.size(0), 1)
        inter = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
        d_inter = critic(inter)
        grads = torch.autograd.grad(d_inter, inter, torch.ones_like(d_inter), create_graph=True)[0]
        gp = ((grads.norm(2, dim=1) - 1) ** 2).mean()
        return critic(fake).mean() - critic(real).mean() + lambda_gp * gp

    G = mlp(8, 10)
    real = torch.randn(32, 10) * 0.5 + 1
    return critic_loss, (mlp(10, 1), real, G(torch.randn(32, 8)).detach())


@right("hinge GAN discriminator (SAGAN)", "relu(1 - real) + relu(1 + fake): no labels, no sigmoid")
def _():
    torch.manual_seed(127)

    def d_hinge(real_logits, fake_logits):
        return F.relu(1.0 - real_logits).mean() + F.relu(1.0 + fake_logits).mean()

    D, G = mlp(10, 1), mlp(8, 10)
    return d_hinge, (D(torch.randn(32, 10) + 1), D(G(torch.randn(32, 8)).detach()))


@right("DDPM with min-SNR weights", "noise prediction, loss per sample times weight (N,)")
def _():
    torch.manual_seed(128)

    def min_snr_loss(noise_pred, noise, alphas_cumprod, timesteps, gamma=5.0):
        snr = alphas_cumprod[timesteps] / (1 - alphas_cumprod[timesteps])
        w = torch.minimum(snr, torch.full_like(snr, gamma)) / snr
        loss = F.mse_loss(noise_pred, noise, reduction="none").mean(dim=list(range(1, noise.ndim)))
        return (loss * w).mean()

    x0, _ = squares(8, 16, 16, 128)
    noise = torch.randn_like(x0)
    ac = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
    t = torch.randint(0, 1000, (8,))
    xt = (
        ac[t].sqrt().view(-1, 1, 1, 1) * (x0 * 2 - 1) + (1 - ac[t]).sqrt().view(-1, 1, 1, 1) * noise
    )
    net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.SiLU(), nn.Conv2d(8, 1, 3, padding=1))
    return min_snr_loss, (net(xt), noise, ac, t)


@right(
    "discuss.pytorch.org/t/211132 (PINN heat equation)",
    "residual u_t - alpha*u_xx by autograd.grad with create_graph",
)
def _():
    torch.manual_seed(129)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.f = nn.Sequential(
                nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1)
            )

        def forward(self, x, t):
            return self.f(torch.cat([x, t], 1))

    def pde_loss(model, x, t, alpha_t=0.1):
        u_pred = model(x, t)
        ones = torch.ones_like(u_pred)
        u_t = torch.autograd.grad(u_pred, t, ones, create_graph=True)[0]
        u_x = torch.autograd.grad(u_pred, x, ones, create_graph=True)[0]
        u_xx = torch.autograd.grad(u_x, x, torch.ones_like(u_x), create_graph=True)[0]
        residual = u_t - alpha_t * u_xx
        return nn.MSELoss()(residual, torch.zeros_like(residual))

    return pde_loss, (
        Net(),
        torch.rand(64, 1, requires_grad=True),
        torch.rand(64, 1, requires_grad=True),
    )


@right("causal LM loss (GPT-2)", "logits[:, :-1] against labels[:, 1:], prompt and padding at -100")
def _():
    torch.manual_seed(130)
    ids = (torch.randint(0, 60, (8, 1)) + torch.arange(18) * 3) % 60
    labels = ids.clone()
    labels[:, :4] = -100
    labels[3:, 15:] = -100
    e, r, h = nn.Embedding(60, 24), nn.LSTM(24, 32, batch_first=True), nn.Linear(32, 60)

    def lm_loss(logits, labels):
        shift_logits = logits[..., :-1, :].contiguous()
        shift_labels = labels[..., 1:].contiguous()
        return nn.CrossEntropyLoss()(
            shift_logits.view(-1, shift_logits.size(-1)), shift_labels.view(-1)
        )

    return lm_loss, (h(r(e(ids))[0]), labels)


@right("fastai segmentation", "CrossEntropyLossFlat(axis=1) on (N,C,H,W) with a class-index mask")
def _():
    from fastai.losses import CrossEntropyLossFlat

    x, m = squares(4, 24, 24, 131)
    net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 1))
    y = (m[:, 0] + (m.roll(4, 2) * m)[:, 0]).long()
    return CrossEntropyLossFlat(axis=1), (net(x), y)


@right(
    "fastai regression", "MSELossFlat with output (N,1) and target (N,): flattened inside, so right"
)
def _():
    from fastai.losses import MSELossFlat

    torch.manual_seed(132)
    x = torch.randn(32, 6)
    y = x @ torch.randn(6) + 0.1 * torch.randn(32)
    return MSELossFlat(), (mlp(6, 1)(x), y)


@right(
    "fastai multi-label", "BCEWithLogitsLossFlat with integer multi-hot targets (made float inside)"
)
def _():
    from fastai.losses import BCEWithLogitsLossFlat

    torch.manual_seed(133)
    x = torch.randn(16, 10)
    out = mlp(10, 7)(x)
    y = (x @ torch.randn(10, 7) > 2).long()
    return BCEWithLogitsLossFlat(), (out, y)


@right(
    "straight-through rounding (answer to discuss.pytorch.org/t/28628)",
    "rounded output with the gradient of the identity, MSE",
)
def _():
    torch.manual_seed(134)

    def ste_mse(out, stars):
        hard = out + (torch.round(out) - out).detach()
        return ((hard - stars) ** 2).mean()

    x = torch.randn(32, 7)
    stars = (3 + x[:, :1]).clamp(1, 5).round()
    return ste_mse, (mlp(7, 1)(x) + 3, stars)


@right("masked sequence regression", "squared errors times mask over the number of valid entries")
def _():
    torch.manual_seed(135)

    def masked_mse(pred, target, mask):
        mask = mask.unsqueeze(-1)
        return ((pred - target) ** 2 * mask).sum() / (mask.sum() * pred.size(-1)).clamp(min=1)

    x = torch.randn(8, 15, 6)
    lens = torch.randint(5, 16, (8,))
    mask = (torch.arange(15)[None] < lens[:, None]).float()
    lstm, head = nn.LSTM(6, 16, batch_first=True), nn.Linear(16, 2)
    return masked_mse, (head(lstm(x)[0]), x[..., :2].cumsum(1) * 0.3, mask)


@right(
    "QR-DQN quantile Huber (Dabney 2018)",
    "tau on the predicted-quantile axis, error target - prediction, detached indicator",
)
def _():
    torch.manual_seed(136)

    def quantile_huber(theta, target, tau, kappa=1.0):
        u = target.unsqueeze(1) - theta.unsqueeze(2)  # B x N(pred) x N(target)
        huber = torch.where(u.abs() <= kappa, 0.5 * u.pow(2), kappa * (u.abs() - 0.5 * kappa))
        w = (tau.view(1, -1, 1) - (u.detach() < 0).float()).abs()
        return (w * huber / kappa).mean(2).sum(1).mean()

    N = 8
    net, tgt = mlp(4, N), mlp(4, N)
    s, s2 = torch.randn(32, 4), torch.randn(32, 4)
    with torch.no_grad():
        target = torch.randn(32, 1) + 0.99 * tgt(s2)
    return quantile_huber, (net(s), target, (torch.arange(N) + 0.5) / N)


@right(
    "FixMatch",
    "pseudo labels from a weak view, mask by confidence, mean over the whole batch as in the paper",
)
def _():
    x, _ = blobs(32, 16, 5, 137)
    net = mlp(16, 5)

    def fixmatch_loss(logits_s, logits_w, threshold=0.25):
        probs = torch.softmax(logits_w.detach(), dim=-1)
        max_probs, targets_u = probs.max(dim=-1)
        mask = max_probs.ge(threshold).float()
        return (F.cross_entropy(logits_s, targets_u, reduction="none") * mask).mean()

    return fixmatch_loss, (net(x + 0.5 * torch.randn_like(x)), net(x))


@right(
    "MiniLLM reverse KL",
    "KL(student || teacher): F.kl_div with the teacher as input and the student as log "
    "target, gradient through the target",
)
def _():
    torch.manual_seed(138)

    def reverse_kl(student_logits, teacher_logits):
        s = F.log_softmax(student_logits, dim=-1)
        t = F.log_softmax(teacher_logits, dim=-1)
        return F.kl_div(t, s, reduction="batchmean", log_target=True)

    ids = torch.randint(0, 50, (24,))
    stu, tea = (
        nn.Sequential(nn.Embedding(50, 16), nn.Linear(16, 50)),
        nn.Sequential(nn.Embedding(50, 32), nn.Linear(32, 50)),
    )
    with torch.no_grad():
        t = 3 * tea(ids)
    return reverse_kl, (stu(ids), t)


@right(
    "DPO (Rafailov 2023)",
    "-logsigmoid(beta * ((pi_w - pi_l) - (ref_w - ref_l))), reference without graph",
)
def _():
    torch.manual_seed(139)

    def dpo_loss(
        policy_chosen_logps,
        policy_rejected_logps,
        reference_chosen_logps,
        reference_rejected_logps,
        beta=0.1,
    ):
        pi_logratios = policy_chosen_logps - policy_rejected_logps
        ref_logratios = reference_chosen_logps - reference_rejected_logps
        return -F.logsigmoid(beta * (pi_logratios - ref_logratios)).mean()

    e, r, h = nn.Embedding(30, 16), nn.GRU(16, 24, batch_first=True), nn.Linear(24, 30)

    def logps(ids):
        lp = h(r(e(ids))[0])[:, :-1].log_softmax(-1)
        return lp.gather(2, ids[:, 1:, None]).squeeze(2).sum(1)

    w, l = torch.randint(0, 30, (12, 9)), torch.randint(0, 30, (12, 9))
    pw, pl = logps(w), logps(l)
    return dpo_loss, (
        pw,
        pl,
        pw.detach() - 0.3 * torch.rand(12),
        pl.detach() + 0.3 * torch.rand(12),
    )


@right(
    "RMSE with eps (answer to discuss.pytorch.org/t/94875)",
    "eps inside the square root; some rows have exactly zero error",
)
def _():
    torch.manual_seed(140)

    class RMSELoss(nn.Module):
        def __init__(self, eps=1e-6):
            super().__init__()
            self.mse = nn.MSELoss(reduction="none")
            self.eps = eps

        def forward(self, yhat, y):
            return torch.sqrt(self.mse(yhat, y).mean(dim=1) + self.eps).mean()

    x = torch.rand(16, 6)
    x[12:] = 0.0
    net = nn.Sequential(
        nn.Linear(6, 20, bias=False), nn.ReLU(), nn.Linear(20, 3, bias=False), nn.Softplus()
    )
    y = torch.stack([x.sum(1), x[:, 0] * 2, x[:, 1] + x[:, 2]], 1) + 0.1
    pred = net(x)
    y[12:] = pred[12:].detach()
    return RMSELoss(), (pred, y)
