"Public reports of other libraries, tried on this one: what a user did, and what is right."

import importlib
import math
import pickle
import threading
import warnings

import pytest
import torch
import torch.nn.functional as F
from torch import nn

import lossfx
from lossfx import plot
from lossfx import (
    ClassificationMAELoss,
    HingeLoss,
    InvalidArgumentError,
    TopKLabels,
    TwoClassLoss,
    checks,
    linear,
    linear_distillation,
    linear_loss,
    saved_for_backward,
    z_loss_with_logits,
)
from lossfx import SoftLabelCrossEntropyLoss as CE
from lossfx import classification_mae_with_logits as MAE
from lossfx import linear_soft_label_cross_entropy as linear_ce
from lossfx import soft_label_cross_entropy_with_logits as SL

CASES = []


def report(f):
    "A case: what a user of another library did, and what is right."
    CASES.append(f)
    return f


def TC(**options):
    return TwoClassLoss(CE(**options))


def seed(s=0):
    torch.manual_seed(s)


def near(a, b, tol=1e-5):
    a, b = (torch.as_tensor(v).detach().double() for v in (a, b))
    assert a.shape == b.shape, (a.shape, b.shape)
    assert torch.allclose(a, b, rtol=tol, atol=tol), (a, b)


def refused(f, *words):
    "f() must be refused with InvalidArgumentError whose message holds each of `words`."
    try:
        out = f()
    except InvalidArgumentError as e:
        for w in words:
            assert w.lower() in str(e).lower(), f"message lacks {w!r}: {e}"
        return str(e)
    raise AssertionError(f"accepted in silence: {out}")


def refused_or(f, right, tol=1e-5):
    try:
        out = f()
    except InvalidArgumentError:
        return
    near(out, right, tol)


class default_device:
    def __enter__(self):
        torch.set_default_device("meta")

    def __exit__(self, *e):
        torch.set_default_device("cpu")


def _two_threads(setting, mode):
    "Thread A enters, thread B enters, A leaves, B leaves."
    a_in, b_in, a_out = threading.Event(), threading.Event(), threading.Event()

    def a():
        with setting(mode):
            a_in.set()
            b_in.wait(5)
        a_out.set()

    def b():
        a_in.wait(5)
        with setting(mode):
            b_in.set()
            a_out.wait(5)

    ts = [threading.Thread(target=f) for f in (a, b)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()


def _agg():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def _attribute_is_module(name):
    import pkgutil

    if name not in [m.name for m in pkgutil.iter_modules(lossfx.__path__)]:
        return  # renamed: nothing is hidden any more
    m = importlib.import_module(f"lossfx.{name}")
    assert getattr(lossfx, name, m) is m, (
        f"lossfx.{name} is {getattr(lossfx, name)}, not the module"
    )


def _residual():  # background = 1 - sum of the others: 46 of 1000 rows round to -1.2e-7
    seed()
    fg = torch.rand(1000, 3).softmax(-1)
    t = torch.cat([1 - fg.sum(-1, keepdim=True), fg], -1)
    assert -1e-6 < t.min() < 0
    return t


@report
def mask_255_first_image_empty():
    """Trains a segmentation net on masks read from image files, values 0 and 255 instead of 0 and
    1; an empty image comes first in the batch. Then: loss far below zero, training follows it;
    wanted a refusal.

    Reports: milesial/Pytorch-UNet#291 (grey values as labels);
    zacario-li/Segmentation-based-deep-learning-approach-for-surface-defect-detection#2 (labels
    had to be brought into 0..1)"""
    m = torch.zeros(8, 256, 256)
    m[1:, 50:150, 50:150] = 255.0
    z = torch.where(m > 0, 6.0, -6.0)
    refused(lambda: TC()(z, m), "255")


@report
def log_probabilities_as_labels_after_first_image():
    """Hands over log-probabilities where probabilities are due. Then: negative loss; wanted a
    refusal.

    Reports: lucidrains/vit-pytorch#289 (log on which side?)"""
    seed()
    x = torch.randn(8, 21, 32, 32)
    t = torch.randn(8, 21, 32, 32).log_softmax(1)
    t[0] = t[0].exp()
    refused(lambda: SL(x, t, dim=1), "negative")


@report
def interleaved_rows_without_mass():
    """Batch of labelled and unlabelled rows in turn; the unlabelled ones hold zeros. Then: mean
    is divided by all rows, so half; wanted a warning or refusal.

    Reports: LeelaChessZero/lczero-training#128; perrying/realistic-ssl-evaluation-pytorch#2
    (labelled and unlabelled in one batch)"""
    seed()
    x = torch.randn(512, 16)
    t = torch.randn(512, 16).softmax(-1)
    t[1::2] = 0
    refused(lambda: SL(x, t), "sum")


@report
def nan_in_one_soft_row_of_512():
    """One teacher row of a batch is NaN. Then: NaN loss with no word where from; wanted the
    argument named.

    Reports: microsoft/LMOps PR#331; huggingface/trl PR#5594"""
    seed()
    x = torch.randn(512, 16)
    t = torch.randn(512, 16).softmax(-1)
    t[1] = float("nan")
    refused(lambda: SL(x, t), "nan")


@report
def negative_distances_after_first_image():
    """Scores into the hinge embedding loss. Then: negative loss; wanted a refusal that names the
    hinge loss.

    Reports: huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1 (three pages that teach
    HingeEmbeddingLoss or MarginRankingLoss as hinge loss)"""
    seed()
    d = torch.rand(8, 64, 64)
    d[1:] -= 2
    refused(lambda: lossfx.hinge_embedding_loss(d, torch.ones(8, 64, 64)), "hinge_loss")


@report
def void_255_after_first_image():
    """Void pixels 255 (or 253) in the label map, no ignore_index. Then: index error; wanted to be
    told which value and what to set.

    Reports: milesial/Pytorch-UNet#291; PaddlePaddle/PaddleSeg PR#1499; JonasSchult/Mask3D#27"""
    seed()
    y = torch.randint(0, 21, (8, 128, 128))
    y[1:, :5] = 255
    refused(lambda: SL(torch.randn(8, 21, 128, 128), y, dim=1), "255", "ignore_index")


@report
def void_255_after_first_image_class_weight():
    """Void pixels 255 with class weights. Then: index error that names neither labels nor value.

    Reports: PaddlePaddle/PaddleSeg PR#1499"""
    seed()
    y = torch.randint(0, 21, (8, 128, 128))
    y[1:, :5] = 255
    refused(
        lambda: SL(torch.randn(8, 21, 128, 128), y, dim=1, class_weight=torch.ones(21)),
        "255",
        "ignore_index",
    )


@report
def uint8_labels_and_ignore_minus_100():
    """Uint8 label maps with the usual ignore_index=-100. Then: labels of 156 vanish from the
    loss, since -100 wraps to 156 in uint8; wanted nothing ignored.

    Reports: rsokl/MyGrad PR#122 (unsigned labels); computational-cell-analytics/micro-sam PR#1365
    (an ignore value that collides with a label); pytorch/pytorch#12601"""
    seed()
    x = torch.randn(6, 200)
    y = torch.tensor([0, 156, 3, 156, 155, 5], dtype=torch.uint8)
    near(SL(x, y, ignore_index=-100), F.cross_entropy(x, y.long()))


@report
def int8_label_minus_one_is_not_255():
    """Int8 labels with an unseen category -1, and ignore_index=255. Then: 255 wraps to -1 and the
    row vanishes; wanted -1 refused.

    Reports: fastai/fastai2#347 (tabular categories are int8, -1 for unseen)"""
    seed()
    x = torch.randn(3, 5)
    y = torch.tensor([0, 1, -1], dtype=torch.int8)
    refused(lambda: SL(x, y, ignore_index=255), "-1")


@report
def negative_advantages_as_sample_weight():
    """Policy gradient: advantages, some negative, as weights of a cross entropy. Then: loss
    explodes, then NaN; wanted sum or mean of weight*loss, or a refusal.

    Reports: maxpumperla/deep_learning_and_the_game_of_go#90; rlcode/reinforcement-learning#54"""
    seed()
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 2, 1])
    w = torch.tensor([1.0, -1.1, 0.5, -0.3])
    refused_or(
        lambda: SL(x, y, sample_weight=w), (w * F.cross_entropy(x, y, reduction="none")).mean()
    )


@report
def negative_class_weight():
    """Class weights with a negative entry. Then: second derivatives disagree; wanted a refusal.

    Reports: pytorch/pytorch#64256"""
    seed()
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 1, 2])
    refused(lambda: SL(x, y, class_weight=torch.tensor([1.0, -1.0, 0.5])), "class_weight")


@report
def infinite_class_weight_mae():
    """Class weights 1/count with an absent class, classification MAE. Then: NaN for one-hot
    labels only.

    Reports: fcakyon/balanced-loss PR#12"""
    seed()
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 1, 0])
    w = torch.tensor([0.5, 0.5, float("inf")])
    try:
        a = MAE(x, y, class_weight=w)
    except InvalidArgumentError:
        return
    near(MAE(x, F.one_hot(y, 3).float(), class_weight=w), a)


@report
def nan_class_weight():
    """Balanced weights of a set with one class only: NaN. Then: NaN gradient; wanted a refusal.

    Reports: webis-de/small-text#39; perslev/MultiPlanarUNet#24"""
    seed()
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
    refused(lambda: SL(x, y, class_weight=torch.tensor([1.0, float("nan"), 1.0])), "class_weight")


@report
def class_weight_zero_on_a_ruled_out_class():
    """Class weight 0 for ignored classes, whose logits are masked with -inf. Then: NaN (torch
    too); wanted the loss of the other rows.

    Reports: pytorch/pytorch#12601 (weight 0 as the recommended way to ignore classes);
    davisking/dlib PR#2187"""
    seed()
    x = torch.randn(4, 3)
    x[:, 2] = float("-inf")
    y = torch.tensor([0, 1, 2, 0])
    near(
        SL(x, y, class_weight=torch.tensor([1.0, 1, 0])),
        F.cross_entropy(x[[0, 1, 3]], y[[0, 1, 3]]),
    )


@report
def integer_class_weight_refused_early():
    """Class weights from integer counts. Then: error only at the first call and unclear; wanted
    it at once.

    Reports: pytorch/pytorch#101213"""
    try:
        m = CE(class_weight=torch.tensor([1, 2, 3]))
    except InvalidArgumentError as e:
        assert "class_weight" in str(e)
        return
    seed()
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 2, 1])
    near(
        m(x, y), F.cross_entropy(x, y, weight=torch.tensor([1.0, 2, 3]))
    )  # if it is taken, it must work


@report
def integer_bool_complex_class_weight():
    """Int, bool or complex class weights. Then: accepted in silence for soft labels; wanted a
    refusal.

    Reports: pytorch/pytorch#134896"""
    x, y = torch.randn(2, 3), torch.tensor([0, 1])
    for dt in (torch.long, torch.bool, torch.cfloat):
        refused(lambda: SL(x, y, class_weight=torch.ones(3).to(dt)), "class_weight", "float")


@report
def float64_and_half_class_weight():
    """Class weights computed by numpy (float64), or halved by mixed precision. Then: scalar type
    error; wanted it to work.

    Reports: sebsk/CS224N-Project PR#2; deepset-ai/FARM#758; NVIDIA/apex#837"""
    seed()
    x, y, w = torch.randn(4, 3), torch.tensor([0, 1, 2, 1]), torch.tensor([1.0, 2, 3])
    for dt in (torch.float64, torch.float16):
        near(SL(x, y, class_weight=w.to(dt)), F.cross_entropy(x, y, weight=w))
        assert SL(x, y, class_weight=w.to(dt)).dtype == torch.float32


@report
def positional_class_weight_function():
    """F.cross_entropy(x, y, weights), ported. Then: -.

    Reports: wenku.csdn.net/answer/37r4gvdjhu;
    errorhandle.ai/in-pytorch-how-to-use-the-weight-parameter-in-f-cross-entropy"""
    refused(
        lambda: SL(torch.randn(4, 5), torch.tensor([0, 1, 2, 3]), torch.ones(5)), "class_weight"
    )


@report
def class_weight_on_another_device():
    """Class weights stay on the CPU, logits are on the GPU. Then: device error that names no
    argument; wanted "weight" named.

    Reports: pytorch/pytorch#122757; pytorch/pytorch#3879; sacdallago/biotrainer#67;
    skorch-dev/skorch#734; ayrna/dlordinal#157"""
    refused(
        lambda: SL(
            torch.randn(4, 3, device="meta"),
            torch.zeros(4, dtype=torch.long, device="meta"),
            class_weight=torch.ones(3),
        ),
        "class_weight",
        "device",
    )


@report
def class_weight_with_void_255():
    """Class weights and void 255. Then: range error although 255 is ignored.

    Reports: PaddlePaddle/PaddleSeg PR#1499; PaddlePaddle/PaddleSeg PR#806"""
    seed()
    x = torch.randn(2, 3, 4, 4)
    y = torch.randint(0, 3, (2, 4, 4))
    y[0, 0] = 255
    w = torch.tensor([1.0, 5, 2])
    near(
        SL(x, y, dim=1, class_weight=w, ignore_index=255),
        F.cross_entropy(x, y, weight=w, ignore_index=255),
    )


@report
def hinge_sample_weight_as_in_sklearn():
    """Sample weights in the hinge loss. Then: missing.

    Reports: scikit-learn/scikit-learn PR#3788"""
    s, y, w = (
        torch.tensor([0.5, -2.0, 0.1, 3.0]),
        torch.tensor([1, 1, -1, -1]),
        torch.tensor([1.0, 2, 0, 0.5]),
    )
    near(lossfx.hinge_loss(s, y, sample_weight=w), (w * torch.relu(1 - y * s)).sum() / w.sum())


@report
def several_ignored_classes():
    """A list of classes to ignore. Then: one index only; wanted a list.

    Reports: pytorch/pytorch#12601; innat/medic-ai#77; isaaccorley/torchseg#7"""
    seed()
    x, y = torch.randn(4, 5), torch.tensor([0, 255, 2, 4])
    refused_or(lambda: SL(x, y, ignore_index=[255, 4]), F.cross_entropy(x[[0, 2]], y[[0, 2]]))


@report
def ignore_index_as_text():
    """Ignore_index read from a config as text. Then: unclear error; wanted the argument named.

    Reports: open-mmlab/mmsegmentation#554 (ignore_index from a config)"""
    refused(
        lambda: CE(ignore_index="255")(torch.randn(3, 4), torch.tensor([0, 1, 2])), "ignore_index"
    )


@report
def mean_over_labelled_rows_only():
    """Unlabelled rows -1, then mean over all rows. Then: loss too small by the share of
    unlabelled rows.

    Reports: perrying/realistic-ssl-evaluation-pytorch#2; deep-spin/entmax PR#8"""
    seed()
    x = torch.randn(6, 5)
    y = torch.tensor([0, 1, -1, -1, -1, 2])
    near(SL(x, y, ignore_index=-1), F.cross_entropy(x[[0, 1, 5]], y[[0, 1, 5]]))


@report
def ignore_index_with_float_labels():
    """255 as void in float targets. Then: collides; wanted clarity.

    Reports: computational-cell-analytics/micro-sam PR#1365"""
    refused(lambda: TC(ignore_index=255)(torch.zeros(3), torch.tensor([1.0, 255, 0])), "mask")


@report
def per_sample_gradients_with_ignored_label():
    """Per-sample gradients with vmap and label -100. Then: index out of range; wanted zero
    gradient.

    Reports: pytorch/pytorch#90916"""
    seed()
    W, X, Y = torch.randn(5, 3), torch.randn(6, 3), torch.tensor([0, 1, -100, 3, 4, 2])
    g = torch.func.vmap(
        torch.func.grad(lambda w, a, b: SL((w @ a)[None], b[None], ignore_index=-100)),
        in_dims=(None, 0, 0),
    )(W, X, Y)
    for i in range(6):
        w = W.clone().requires_grad_()
        (r,) = torch.autograd.grad(
            F.cross_entropy((w @ X[i])[None], Y[i][None], reduction="sum"), w
        )
        near(g[i], r)


@report
def all_ignored_linear_head():
    """One rank has no valid target, fused head. Then: no graph; wanted a connected zero.

    Reports: Lightning-AI/pytorch-lightning#12190"""
    h, w = torch.randn(4, 3, requires_grad=True), torch.randn(5, 3, requires_grad=True)
    l = linear_ce(h, w, torch.full((4,), -100), ignore_index=-100)
    l.backward()
    assert l.item() == 0 and (h.grad == 0).all() and (w.grad == 0).all()


@report
def linear_none_reduction_times_weights():
    """Fused head, reduction none, times a weight mask. Then: gradients wrong or zero.

    Reports: linkedin/Liger-Kernel#968"""
    seed()
    h, w = (
        torch.randn(8, 10, dtype=torch.double, requires_grad=True),
        torch.randn(15, 10, dtype=torch.double, requires_grad=True),
    )
    y = torch.randint(0, 15, (8,))
    y[0] = -100
    m = torch.rand(8, dtype=torch.double)
    a = torch.autograd.grad(
        (linear_ce(h, w, y, reduction="none", ignore_index=-100) * m).sum(), (h, w)
    )
    b = torch.autograd.grad((F.cross_entropy(h @ w.t(), y, reduction="none") * m).sum(), (h, w))
    for p, q in zip(a, b):
        near(p, q)


@report
def linear_head_with_z_loss():
    """Z-loss beside cross entropy. Then: missing.

    Reports: linkedin/Liger-Kernel PR#239"""
    seed()
    by_hand = linear_loss(
        lambda logits, labels: SL.formula(logits, labels) + 0.02 * logits.logsumexp(-1) ** 2
    )
    ours = linear(z_loss_with_logits)
    h, w = torch.randn(7, 10), torch.randn(15, 10)
    y = torch.randint(0, 15, (7,))
    z = h @ w.t()
    ce, z_loss = F.cross_entropy(z, y), (0.02 * z.logsumexp(-1) ** 2).mean()
    near(by_hand(h, w, y), ce + z_loss)
    near(ours(h, w, y, z_weight=0.02), ce + z_loss)
    near(ours(h, w, y, z_weight=0.02, terms=True)["z_loss"], z_loss)


@report
def accumulation_with_smoothing_and_padding():
    """Label smoothing with gradient accumulation. Then: gradient grows with the number of steps.

    Reports: huggingface/transformers#46731; huggingface/transformers#37766"""
    seed()
    x = torch.randn(12, 6, dtype=torch.double, requires_grad=True)
    y = torch.randint(0, 6, (12,))
    y[:5] = -100
    (full,) = torch.autograd.grad(SL(x, y, 0.1, ignore_index=-100), x)
    p = [SL(x[i : i + 3], y[i : i + 3], 0.1, "parts", ignore_index=-100) for i in range(0, 12, 3)]
    near(torch.autograd.grad(sum(a for a, _ in p) / sum(b for _, b in p), x)[0], full, 1e-12)
    near(full, torch.autograd.grad(F.cross_entropy(x, y, label_smoothing=0.1), x)[0], 1e-9)


@report
def accumulation_of_distillation():
    """Distillation with gradient accumulation. Then: gradient depends on the number of steps.

    Reports: MakazhanAlpamys/Soup#720"""
    seed()
    d = torch.double
    h, w, th, tw = (
        torch.randn(12, 5, dtype=d, requires_grad=True),
        torch.randn(20, 5, dtype=d),
        torch.randn(12, 7, dtype=d),
        torch.randn(20, 7, dtype=d),
    )
    m = torch.rand(12) > 0.4
    p = [
        linear_distillation(h[i : i + 3], w, th[i : i + 3], tw, 3.0, "parts", mask=m[i : i + 3])
        for i in range(0, 12, 3)
    ]
    t, s = (th @ tw.t()) / 3, (h @ w.t()) / 3
    r = (
        9 * (t.softmax(-1) * (t.log_softmax(-1) - s.log_softmax(-1))).sum(-1) * m
    ).sum() / m.sum()
    near(
        torch.autograd.grad(sum(a for a, _ in p) / sum(b for _, b in p), h)[0],
        torch.autograd.grad(r, h)[0],
        1e-9,
    )


@report
def padded_vocabulary_of_teacher_and_student():
    """Vocabulary padded for speed, padded classes ruled out with -inf. Then: NaN.

    Reports: NVIDIA/Model-Optimizer#2489; microsoft/LMOps PR#331"""
    seed()
    b = torch.zeros(20)
    b[17:] = float("-inf")
    th, tw, h, w = (
        torch.randn(4, 5),
        torch.randn(20, 5),
        torch.randn(4, 6, requires_grad=True),
        torch.randn(20, 6),
    )
    l = linear_distillation(h, w, th, tw, 2.0, teacher_bias=b, bias=b)
    l.backward()
    t, s = (th @ tw[:17].t()) / 2, (h @ w[:17].t()) / 2
    near(
        l,
        4
        * F.kl_div(s.log_softmax(-1), t.log_softmax(-1), log_target=True, reduction="batchmean"),
        1e-4,
    )
    assert h.grad.isfinite().all()


@report
def teacher_with_more_classes_is_explained():
    """Teacher with 152,064 classes, student with 151,936 (padding). Then: shape error; wanted
    truncation or how to do it.

    Reports: NVIDIA/Model-Optimizer#2489; microsoft/LMOps PR#331; paiml/aprender PR#1877"""
    said = refused(
        lambda: linear_distillation(
            torch.randn(4, 6), torch.randn(20, 6), torch.randn(4, 6), torch.randn(24, 6)
        ),
        "20",
        "24",
    )
    assert any(w in said.lower() for w in ("[:", "slice", "cut", "padd", "truncat", "drop")), (
        f"no remedy: {said}"
    )


@report
def top_k_padded_with_minus_one():
    """Top-k ids padded with -1, probability 0. Then: -.

    Reports: verl-project/verl#7856; NousResearch/atropos#456"""
    seed()
    h, w = torch.randn(2, 6), torch.randn(20, 6)
    y = TopKLabels(
        torch.tensor([[0, 1, -1], [2, -1, -1]]), torch.tensor([[0.6, 0.4, 0], [1, 0, 0]])
    )
    z = (h @ w.t()).log_softmax(-1)
    right = -(torch.stack([0.6 * z[0, 0] + 0.4 * z[0, 1], z[1, 2]])).mean()
    try:
        near(linear_ce(h, w, y), right)
    except InvalidArgumentError as e:
        assert "ignore_index=-1" not in str(e), f"the advice cannot be followed: {e}"


@report
def soft_labels_with_minus_100_positions():
    """Soft targets at positions whose label is -100. Then: KL trains on padding.

    Reports: jxiw/MambaInLlama#11"""
    seed()
    x = torch.randn(2, 4, 7)
    t = torch.randn(2, 4, 7).softmax(-1)
    y = torch.randint(0, 7, (2, 4))
    y[0, :2] = -100
    keep = y != -100
    near(SL(x, t, mask=keep), -(t * x.log_softmax(-1)).sum(-1)[keep].mean())


@report
def huge_equal_logits():
    """Logits of 1e8 to 1e11. Then: 0 instead of ln 2.

    Reports: pytorch/pytorch#11752; tensorflow/tensorflow#1513"""
    for s in (1e8, 1e11):
        near(SL(torch.full((1, 2), s), torch.tensor([1])), math.log(2))
        near(SL(torch.full((4096, 100), s), torch.zeros(4096, dtype=torch.long)), math.log(100))
        near(SL(torch.full((4096, 100), s), torch.full((4096, 100), 0.01), 0.1), math.log(100))


@report
def own_smoothed_half_labels_are_accepted():
    """Smoothed labels stored in float16, 256,000 classes. Then: -.

    Reports: PFCCLab/PaddleAPITest PR#478"""
    y = lossfx.smooth_soft_labels(F.one_hot(torch.tensor([1, 3]), 256000).half(), 0.1)
    seed()
    assert SL(torch.randn(2, 256000), y).isfinite()


@report
def two_class_infinite_right_logit():
    """Saturated logits. Then: NaN; wanted 0.

    Reports: zacario-li/Segmentation-based-deep-learning-approach-for-surface-defect-detection#2"""
    near(
        TC(reduction="none")(torch.tensor([float("inf"), float("-inf")]), torch.tensor([1, 0])),
        torch.zeros(2),
    )


@report
def soft_labels_as_on_the_forum():
    """Own soft-label cross entropy. Then: doubts about it; wanted a library function.

    Reports: discuss.pytorch.org/t/cross-entropy-for-soft-label/16093;
    codegenes.net/blog/how-to-calculate-loss-with-soft-label-pytorch; microsoft/Cream#131"""
    seed()
    x, t = torch.randn(6, 4), torch.randn(6, 4).softmax(-1)
    near(SL(x, t), -(t * x.log_softmax(1)).sum() / 6)


@report
def float64_soft_labels_float32_logits():
    """Soft targets of another dtype than the logits. Then: scalar type error.

    Reports: gaojingsheng/LAMM#1"""
    seed()
    x, t = torch.randn(6, 4), torch.randn(6, 4).double().softmax(-1)
    assert SL(x, t).dtype == torch.float32
    near(SL(x, t), F.cross_entropy(x, t.float()))


@report
def index_labels_where_soft_ones_were_expected():
    """Index labels (also int32) into a soft-target loss, or one-hot into an index loss. Then:
    shape or dtype error.

    Reports: libffcv/ffcv#260; open-mmlab/mmpretrain#805; mecarill/classawareteacher#3;
    dumitrescustefan/Romanian-Transformers PR#6"""
    seed()
    x, y = torch.randn(5, 4), torch.tensor([0, 1, 2, 3, 0])
    near(SL(x, y), SL(x, F.one_hot(y, 4).float()))


@report
def smoothing_of_mixed_labels():
    """Mixup labels into a smoothed loss. Then: dtype error; wanted both.

    Reports: kaylode/theseus#26; Nota-NetsPresso/netspresso-trainer#225; ultralytics/yolov5#12824"""
    seed()
    x, y = torch.randn(4, 6), torch.tensor([0, 1, 2, 3])
    t = 0.7 * F.one_hot(y, 6).float() + 0.3 * F.one_hot(y.flip(0), 6).float()
    near(SL(x, t, 0.1, smoothing="mix"), F.cross_entropy(x, t, label_smoothing=0.1))


@report
def grey_values_as_classes():
    """Grey values as classes. Then: index error.

    Reports: milesial/Pytorch-UNet#291"""
    refused(lambda: SL(torch.randn(2, 2, 4, 4), torch.full((2, 4, 4), 192), dim=1), "192")


@report
def soft_masks():
    """Soft masks (N, C, H, W). Then: not supported.

    Reports: open-mmlab/mmdetection#4606; frankkramer-lab/MIScnn#30; open-mmlab/mmsegmentation
    PR#252"""
    seed()
    x, t = torch.randn(2, 3, 5, 5), torch.randn(2, 3, 5, 5).softmax(1)
    near(SL(x, t, dim=1), F.cross_entropy(x, t))
    near(SL(x, t, dim=1, reduction="none"), F.cross_entropy(x, t, reduction="none"))


@report
def hinge_one_hot_head():
    """Hinge loss on a 10-class one-hot head. Then: accuracy never moves.

    Reports: keras-team/keras#2588"""
    refused(
        lambda: lossfx.hinge_loss(torch.randn(4, 3), F.one_hot(torch.tensor([0, 1, 2, 0]), 3)),
        "-1",
    )


@report
def sparse_soft_labels():
    """Soft labels in a sparse layout. Then: -.

    Reports: facebookresearch/metaseq PR#736 (few classes per token); gmboquet/mixle PR#96"""
    seed()
    x, y = torch.randn(3, 5), F.one_hot(torch.tensor([0, 1, 2]), 5).float()
    refused_or(lambda: SL(x, y.to_sparse()), F.cross_entropy(x, y))


@report
def default_device_elsewhere_small_batch():
    """Torch.set_default_device for the GPU, this call on CPU tensors. Then: device error.

    Reports: facebookresearch/fairscale#1195"""
    seed()
    x = torch.randn(8, 10, requires_grad=True)
    y = torch.zeros(8, dtype=torch.long)
    right = F.cross_entropy(x, y, label_smoothing=0.1)
    with default_device():
        l = SL(x, y, 0.1)
        l.backward()
    assert l.device.type == "cpu"
    near(l, right)


@report
def default_device_elsewhere_parts():
    """Torch.set_default_device for the GPU, this call on CPU tensors, 'parts'. Then: device
    error; wanted the usual value on the CPU.

    Reports: facebookresearch/fairscale#1195"""
    seed()
    x = torch.randn(4096, 100, requires_grad=True)
    t = torch.full((4096, 100), 0.01)
    right = F.cross_entropy(x, t, reduction="sum")
    with default_device():
        s, c = SL(x, t, reduction="parts")
    assert s.device.type == c.device.type == "cpu"
    near(s, right, 1e-4)
    near(c, 4096.0)


@report
def fake_tensors_index():
    """Estimates memory with fake tensors. Then: data-dependent error from .item().

    Reports: pytorch/pytorch#126738; pytorch/pytorch PR#147566"""
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        l = SL(torch.randn(8, 10), torch.zeros(8, dtype=torch.long))
        assert l.shape == ()


@report
def fake_tensors_soft():
    """Estimates memory with fake tensors, soft labels. Then: data-dependent error.

    Reports: pytorch/pytorch#126738"""
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        l = SL(torch.randn(8, 10), torch.full((8, 10), 0.1), 0.1)
        assert l.shape == ()


@report
def dtensor_soft_labels():
    """Logits are a DTensor (tensor parallel). Then: mixed Tensor and DTensor error.

    Reports: pytorch/torchtitan PR#3364; saforem2/ezpz PR#191; ibm-granite/dolomite-engine PR#73"""
    import torch.distributed as dist
    from torch.distributed.tensor import Shard, distribute_tensor, init_device_mesh

    own = not dist.is_initialized()
    if own:
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    try:
        mesh = init_device_mesh("cpu", (1,))
        seed()
        x = torch.randn(8, 10)
        t = torch.full((8, 10), 0.1)
        near(
            SL(
                distribute_tensor(x, mesh, [Shard(0)]), distribute_tensor(t, mesh, [Shard(0)])
            ).full_tensor(),
            F.cross_entropy(x, t),
        )
    finally:
        if own:
            dist.destroy_process_group()


@report
def compiled_whole_with_smoothing_and_ignored_rows():
    """Torch.compile of model and loss. Then: graph break, or smoothing not supported.

    Reports: huggingface/transformers#34615; pytorch/pytorch PR#99251 (#99250);
    open-edge-platform/physical-ai-studio PR#877"""
    seed()
    x = torch.randn(6, 5)
    y = torch.tensor([0, 1, -100, 3, 4, -100])
    near(
        torch.compile(
            lambda a, b: SL(a, b, 0.1, ignore_index=-100), fullgraph=True, backend="aot_eager"
        )(x, y),
        F.cross_entropy(x, y, label_smoothing=0.1),
    )


@report
def wrong_label_inside_vmap_is_explained():
    """Vmap with label -100 and no ignore_index. Then: index error.

    Reports: pytorch/pytorch#90916"""
    try:
        torch.func.vmap(lambda a, b: SL(a, b))(torch.randn(3, 5), torch.tensor([0, -100, 2]))
    except Exception as e:
        assert "ignore_index" in str(e), f"{type(e).__name__}: {e}"
    else:
        raise AssertionError("accepted in silence")


@report
def checkpoint_saved_with_class_weight_loads_without():
    """Checkpoint saved with class weights in the loss, loaded without. Then: unexpected key.

    Reports: Lightning-AI/pytorch-lightning#2617; drprojects/superpoint_transformer#12"""

    class M(nn.Module):
        def __init__(s, loss):
            super().__init__()
            s.f, s.criterion = nn.Linear(3, 4), loss

    M(CE()).load_state_dict(M(CE(class_weight=torch.ones(4))).state_dict())


@report
def modules_pickle():
    """Pickles a loss for export or for spawned workers. Then: cannot be pickled.

    Reports: fastai/fastai#3901; KevinMusgrave/pytorch-metric-learning#5"""
    for m in (
        CE(0.1, class_weight=torch.ones(3)),
        TC(alpha=0.1),
        ClassificationMAELoss(),
        HingeLoss(power=2),
    ):
        assert repr(pickle.loads(pickle.dumps(m))) == repr(m)


@report
def wrapped_function_pickles():
    """Pickles a wrapped loss function. Then: cannot be pickled.

    Reports: fastai/fastai#3901; KevinMusgrave/pytorch-metric-learning#5;
    Lightning-AI/pytorch-lightning#1457"""
    f = lossfx.two_class(SL)
    g = pickle.loads(pickle.dumps(f))
    z, y = torch.randn(3), torch.tensor([0, 1, 1])
    near(g(z, y), f(z, y))


@report
def module_named_like_its_function():
    """Module and function of one name in a package. Then: one hides the other.

    Reports: scientific-python/lazy-loader PR#171; hydra-ecosystem/hydra PR#2062"""
    _attribute_is_module("two_class")


@report
def star_import_leaves_plot_alone():
    """From library import * in a notebook. Then: a built-in became a module: 'module' object is
    not callable.

    Reports: fastai/fastai#2924"""
    ns = {"plot": len}
    exec("from lossfx import *", ns)
    assert ns["plot"] is len, ns["plot"]


@report
def memory_set_in_two_threads():
    """A settings context used in two threads at once. Then: setting stays changed after both.

    Reports: unionai-oss/pandera#2358; DASDAE/dascore PR#773"""
    before = saved_for_backward.get()
    try:
        _two_threads(saved_for_backward, "inputs")
        assert saved_for_backward.get() == before, f"mode stays {saved_for_backward.get()!r}"
    finally:
        saved_for_backward.set("gradient")


@report
def a_context_object_used_later():
    """Keeps a context object and enters it later. Then: -.

    Reports: networkx/networkx PR#7363"""
    try:
        off = checks("off")
        checks.set("auto")
        with off:
            assert checks.get() == "off", checks.get()
    finally:
        checks.set("auto")


@report
def plot_values_of_another_device():
    """Plots losses that live on the GPU. Then: cannot convert cuda tensor to numpy.

    Reports: PINA-org/PINA#219; RomanovMikeV/setka#13; d2l-ai/d2l-en PR#1966;
    fastai/course-v3#509; Atcold/NYU-DLSP20#11; WenjieDu/PyPOTS#21"""
    plt = _agg()

    class OnGPU(torch.Tensor):  # stands for a CUDA tensor: .numpy() refuses, .cpu() helps
        def numpy(self, *a, **k):
            raise TypeError(
                "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy it."
            )

        def cpu(self, *a, **k):
            return self.as_subclass(torch.Tensor)

        def to(self, *a, **k):
            return self.as_subclass(torch.Tensor).to(*a, **k)

        def tolist(self):
            return self.as_subclass(torch.Tensor).tolist()

    x = torch.linspace(0, 1, 5).as_subclass(OnGPU)
    plot.curves(x, {"a": x})
    plt.close("all")


@report
def plot_bfloat16():
    """Plots values of mixed precision. Then: -.

    Reports: PINA-org/PINA#219"""
    plt = _agg()
    plot.curves(torch.linspace(0, 1, 5), {"a": torch.linspace(0, 1, 5).bfloat16()})
    plt.close("all")


@report
def plot_gradient_under_no_grad():
    """Draws after an evaluation, with gradients off. Then: -.

    Reports: fastai/fastai#1070"""
    plt = _agg()
    with torch.no_grad():
        plot.plot_losses({"hinge": HingeLoss()}, "score", gradient=True)
    plt.close("all")


@report
def fastai_like_trainer_sets_reduction():
    """Fastai asks a loss for one value per item. Then: loss has no reduction.

    Reports: fastai/fastai#1136; fastai/fastai#1404; EtienneT/TabularVAE#2"""
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
    for m in (CE(0.1), ClassificationMAELoss()):
        m.reduction = "none"
        assert m(x, y).shape == (4,)
    t = TC()
    t.reduction = "none"
    assert t(x[:, 0], torch.tensor([0, 1, 1, 0])).shape == (4,)


@report
def tabular_targets_with_an_axis_of_one():
    """Fastai tabular learner with another loss. Then: target shape (N, 1).

    Reports: fastai/fastai2#347; fastai/fastbook#266"""
    seed()
    x = torch.randn(4, 2)
    y = torch.tensor([[0], [1], [1], [0]], dtype=torch.int8)
    near(
        CE()(x, y), F.cross_entropy(x, y[:, 0].long())
    )  # fastai's TabularPandas gives categories as (N, 1) int8


@report
def uint8_mask_with_void_255():
    """Uint8 masks, void 255. Then: range error.

    Reports: huaaaliu/RGBX_Semantic_Segmentation#31; PaddlePaddle/Paddle PR#17445"""
    seed()
    x = torch.randn(2, 3, 4, 4)
    y = torch.randint(0, 3, (2, 4, 4))
    y[0, 0] = 255
    near(
        SL(x, y.to(torch.uint8), dim=1, ignore_index=255), F.cross_entropy(x, y, ignore_index=255)
    )


@report
def unsigned_labels():
    """Unsigned or 32-bit labels. Then: dtype error.

    Reports: rsokl/MyGrad PR#122; dumitrescustefan/Romanian-Transformers PR#6"""
    seed()
    x = torch.randn(4, 5)
    y = torch.tensor([0, 1, 2, 3])
    for dt in (torch.uint16, torch.uint32, torch.int32, torch.int16):
        near(SL(x, y.to(dt)), F.cross_entropy(x, y))


@report
def background_as_one_minus_the_rest():
    """Background or rest class as one minus the others. Then: a remainder of -1e-7 is refused as
    negative; wanted a tolerance.

    Reports: QuEraComputing/tsim PR#132; QunaSys/quri-sdk PR#380; gem/oq-engine PR#5853;
    credo-ai/credoai_lens PR#320; baal-org/baal PR#303"""
    t = _residual()
    x = torch.randn(1000, 4)
    near(SL(x, t), F.cross_entropy(x, t.clamp(min=0)))


@report
def background_as_one_minus_the_rest_probabilities():
    """Predicted probabilities with such a rest class. Then: refused; wanted a tolerance.

    Reports: QuEraComputing/tsim PR#132; kedartatwawadi/stanford_compression_library#21"""
    p = _residual()
    y = torch.full((1000,), 2)
    near(lossfx.soft_label_cross_entropy(p, y), -p[:, 2].log().mean())


@pytest.fixture(autouse=True)
def as_before():
    "Cases set the default device and warn."
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    torch.set_default_device("cpu")


@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__)
def test_report(case):
    case()


def test_all_are_here():
    assert len(CASES) == 69
