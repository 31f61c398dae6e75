"Losses over classes with rules, as authors write them: what the tests of kernels share."
import torch

from lossfx import (
    classification_mae_with_logits,
    confidence_penalty_with_logits,
    soft_label_cross_entropy_with_logits,
)
from lossfx.core import NonNegative, Positive, as_loss, multiclass, power, rule_of


@as_loss(multiclass)
def focal(logits, labels, *, gamma: NonNegative = 2.0):
    "The label's average of (1-p)^gamma * -log(p)."
    miss = lambda log_p: -torch.expm1(log_p)
    average = lambda log_p: -power(miss(log_p), gamma) * log_p
    return labels.average(average, logits.log_softmax(-1))


@rule_of(focal)
def focal_rule(t, l, gamma):
    miss = -torch.expm1(l)
    if gamma == 2:
        w, slope = miss * miss, 2 * miss
    else:
        some = torch.where(miss > 0, miss, 1)
        w = torch.where(miss > 0, torch.exp(gamma * torch.log(some)), 0)
        slope = gamma * w / some
    return -t * w * l, -t * (w - slope * torch.exp(l) * l)


@as_loss(multiclass)
def generalized(logits, labels, *, q: Positive = 0.7):
    "The label's average of (1-p^q)/q."
    return labels.average(lambda log_p: -torch.expm1(q * log_p) / q, logits.log_softmax(-1))


@rule_of(generalized)
def generalized_rule(t, l, q): return -t * torch.expm1(q * l) / q, -t * torch.exp(q * l)


@as_loss(multiclass)
def brier(logits, labels): return labels.residual(logits.softmax(-1)).square().sum(-1)


@rule_of(brier)
def brier_rule(t, l):
    p = torch.exp(l)
    return (p - t) * (p - t), 2 * p * (p - t)


@as_loss(multiclass)
def divergence_of(logits, labels):
    "Kullback-Leibler divergence of the model from the label."
    log_p = logits.log_softmax(-1)
    t = labels.dense(log_p)
    return torch.special.xlogy(t, t).sum(-1) - labels.dot(log_p)


@rule_of(divergence_of)
def divergence_rule(t, l):
    log_t = torch.log(torch.where(t > 0, t, 1))
    return t * log_t - t * l, -t


def of_both(a, b): return a / b, 1 / b, -a / (b * b)


@as_loss(multiclass)
def normalized(logits, labels):
    "Cross entropy over the sum of cross entropies with each class as the label."
    log_p = logits.log_softmax(-1)
    return labels.dot(log_p) / log_p.sum(-1)


@rule_of(normalized, total=of_both)
def normalized_rule(t, l): return -t * l, -t, -l, -1


LIBRARY = soft_label_cross_entropy_with_logits, classification_mae_with_logits
OTHERS = focal, generalized, brier, divergence_of, normalized
# a loss, and options that take each branch of its rule
CASES = [(soft_label_cross_entropy_with_logits, dict(alpha=a, smoothing=s))
         for a, s in ((0., "mix"), (.1, "mix"), (.3, "shares"), (1., "shares"))]
CASES += [(classification_mae_with_logits, {}), (focal, {}), (focal, dict(gamma=.5)),
          (focal, dict(gamma=0.)), (generalized, {}), (generalized, dict(q=1.)), (brier, {}),
          (divergence_of, {}), (normalized, {}), (confidence_penalty_with_logits, dict(beta=.7)),
          (confidence_penalty_with_logits, dict(beta=.7, threshold=1.))]
