"Half precision, many classes, near agreement: values and signs that the documentation promises."
import math

import pytest
import torch
import torch.nn.functional as F

from lossfx import (
    TopKLabels,
    checks,
    classification_mae_with_logits,
    linear_classification_mae,
    linear_distillation,
    linear_loss,
    linear_soft_label_cross_entropy,
    saved_for_backward,
    smooth_soft_labels,
    soft_label_cross_entropy_with_logits,
)

G = torch.Generator().manual_seed(0)
HALVES = pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])


def randn(*shape): return torch.randn(*shape, generator=G)


@HALVES
@pytest.mark.parametrize("weight", [1e6, 1e-8, 1e-30])
@pytest.mark.parametrize("loss", [linear_soft_label_cross_entropy, linear_classification_mae])
def test_weights_of_any_size_divide_out(loss, weight, dtype):
    "Sample and class weights that are all the same, in half precision and under autocast."
    hidden = randn(6, 8).to(dtype).requires_grad_()
    head, y = randn(5, 8).to(dtype), torch.randint(5, (6,), generator=G)
    want, = torch.autograd.grad(loss(hidden, head, y), hidden)
    each = dict(sample_weight=torch.full((6,), weight)), dict(class_weight=torch.full((5,), weight))
    for weights in each:
        got, = torch.autograd.grad(loss(hidden, head, y, **weights), hidden)
        torch.testing.assert_close(got, want)
    x = hidden.detach().float().requires_grad_()
    with torch.autocast("cpu", dtype):
        out = loss(x, head.float(), y, sample_weight=torch.full((6,), weight))
    got, = torch.autograd.grad(out, x)
    torch.testing.assert_close(got, want.float(), rtol=0.05, atol=1e-3)


@HALVES
def test_weights_that_differ_keep_their_proportions(dtype):
    "Per element, too: 'none' gives weight * value, and its gradient any upstream one."
    hidden, head, y = randn(6, 8), randn(5, 8), torch.randint(5, (6,), generator=G)
    weight, upstream = 1e6 * torch.rand(6, generator=G), torch.rand(6, generator=G)

    def gradient(hidden, head, reduction, upstream=None):
        x = hidden.clone().requires_grad_()
        out = linear_soft_label_cross_entropy(x, head, y, reduction=reduction, sample_weight=weight)
        return torch.autograd.grad(out, x, upstream)[0].double()

    half = hidden.to(dtype), head.to(dtype)
    for given in (("mean",), ("none", 1e-6 * upstream)):
        want = gradient(half[0].double(), half[1].double(), *given)
        got = gradient(*half, *given)
        torch.testing.assert_close(got, want, rtol=0.05, atol=0.02 * want.abs().max().item())


def test_half_precision_labels_of_a_teacher_are_taken():
    "Rounded labels, whose sums are those of their own dtype: as the same labels dense."
    probs, index = torch.tensor([[0.3303, 0.6697]]).bfloat16(), torch.tensor([[0, 1]])
    assert abs(probs.float().sum() - 1) > 1e-3
    hidden, head, dense = randn(1, 8), randn(5, 8), torch.zeros(1, 5).bfloat16()
    dense[:, :2] = probs
    got = linear_soft_label_cross_entropy(hidden, head, TopKLabels(index, probs))
    torch.testing.assert_close(got, soft_label_cross_entropy_with_logits(hidden @ head.t(), dense))


@pytest.mark.parametrize("temperature", [1.0, 4.0, 100.0])
def test_a_divergence_is_not_negative(temperature):
    hidden, head = randn(64, 16), randn(100, 16)
    moved = hidden + 1e-4 * randn(64, 16)
    got = linear_distillation(hidden, head, moved, head, temperature, "none")
    assert (got >= 0).all()
    a, b = ((h.double() @ head.double().t() / temperature).log_softmax(-1) for h in (moved, hidden))
    want = temperature**2 * (a.exp() * (a - b)).sum(-1)
    torch.testing.assert_close(got.double(), want, rtol=0.05, atol=1e-9 * temperature**2)


def test_a_formula_that_softens_its_labels_takes_probabilities():
    hidden, head = randn(4, 3).requires_grad_(), randn(7, 3)
    teacher, loss = randn(4, 7).softmax(-1), linear_loss(linear_distillation.formula)
    logits = hidden @ head.t()
    want = F.kl_div(logits.log_softmax(-1), teacher, reduction="batchmean")
    got = loss(hidden, head, teacher)
    torch.testing.assert_close(got, want)
    gradients = [torch.autograd.grad(out, hidden)[0] for out in (got, want)]
    torch.testing.assert_close(*gradients)


def test_a_masked_class_with_probability_costs_infinity_on_every_path():
    "Whatever the size; and no path takes a probability for 0 that its weight rounds to 0."
    for n in (3, 300):
        logits, labels = torch.zeros(n, 1000), torch.full((n, 1000), 1 / 1000)
        logits[0, 0] = -math.inf
        for smoothing in ("mix", "shares"):
            out = soft_label_cross_entropy_with_logits(logits, labels, 1.0, smoothing=smoothing)
            assert out == math.inf
    # code that torch compiles may tell the processor to take subnormal numbers for 0
    torch.set_flush_denormal(False)
    tiny, ruled_out = torch.tensor([[1.0, 1e-45]]).repeat(33, 1), torch.tensor([[0, -math.inf]])
    for mode in ("gradient", "inputs"):
        with saved_for_backward(mode):
            out = soft_label_cross_entropy_with_logits(
                ruled_out.repeat(33, 1), tiny, sample_weight=torch.full((33,), 0.3))
            assert out == math.inf


def test_labels_with_less_than_is_smoothed_are_the_same_dense_and_top_k():
    index, probs = torch.tensor([[0, 1]]), torch.tensor([[0.3, 0.2]])
    hidden, head, dense = randn(1, 16), randn(5, 16), torch.zeros(1, 5)
    dense[:, :2] = probs
    with checks("off"):
        got = linear_soft_label_cross_entropy(hidden, head, TopKLabels(index, probs), 0.9)
        want = soft_label_cross_entropy_with_logits(hidden @ head.t(), dense, 0.9)
    torch.testing.assert_close(got, want)
    log_p = (hidden @ head.t()).log_softmax(-1)  # all of the half is distributed
    torch.testing.assert_close(want, -(0.5 * log_p.mean(-1)).mean())


@HALVES
def test_smoothed_labels_are_rounded_once(dtype):
    labels = F.one_hot(torch.tensor([1, 2]), 1000).to(dtype)
    for options in ({}, dict(prior=torch.full((1000,), 1e-3)), dict(smoothing="mix")):
        got = smooth_soft_labels(labels, 0.1, **options)
        assert got.dtype == dtype
        want = smooth_soft_labels(labels.double(), 0.1, **options).to(dtype)
        torch.testing.assert_close(got, want)


def test_a_million_classes():
    "Sums over many classes are exact to a few roundings, where torch's own softmax is off by 5e-4."
    z = 3 * randn(2, 10**6)
    z[0, 0] = z.max() + 5
    for loss in (classification_mae_with_logits, soft_label_cross_entropy_with_logits):
        for label in (0, 17):
            y = torch.tensor([label, label])
            want = loss(z.double(), y, reduction="none")
            got = loss(z, y, reduction="none")
            torch.testing.assert_close(got.double(), want, rtol=2e-6, atol=0)


@pytest.mark.parametrize("alpha, smoothing", [(0., "mix"), (.1, "mix"), (.1, "shares")])
@pytest.mark.parametrize("n", [16, 1024, 4096])
def test_the_mean_of_many_equal_values_is_that_value(n, alpha, smoothing):
    "By few operations, without kernels: a sum in one float32 would be off by 7e-5."
    from lossfx.fast.lean import plain_mean

    found = plain_mean(torch.zeros(n, 100), torch.full((n, 100), 0.01), alpha, smoothing)
    torch.testing.assert_close(found, torch.tensor(math.log(100)), rtol=2e-6, atol=0)
