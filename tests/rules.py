"Losses over classes with rules, as authors write them: what the tests of kernels share."
import torch

from lossfx import (
    brier_loss_with_logits,
    classification_mae_with_logits,
    confidence_penalty_with_logits,
    focal_loss_with_logits,
    generalized_cross_entropy_with_logits,
    jensen_shannon_with_logits,
    normalized_cross_entropy_with_logits,
    normalized_focal_loss_with_logits,
    poly1_loss_with_logits,
    soft_bootstrapping_loss_with_logits,
    soft_label_cross_entropy_with_logits,
    symmetric_cross_entropy_with_logits,
)
from lossfx.core import as_loss, multiclass, rule_of


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


LIBRARY = soft_label_cross_entropy_with_logits, classification_mae_with_logits
# a loss, and options that take each branch of its rule
CASES = [(soft_label_cross_entropy_with_logits, dict(alpha=a, smoothing=s))
         for a, s in ((0., "mix"), (.1, "mix"), (.3, "shares"), (1., "shares"))]
CASES += [(focal_loss_with_logits, options) for options in (
    dict(gamma=.5), dict(soft="average"), dict(soft="average", gamma=.5),
    dict(soft="distance", gamma=.5))]
CASES += [(generalized_cross_entropy_with_logits, options) for options in (
    {}, dict(q=0.), dict(soft="average"), dict(soft="average", q=1.))]
CASES += [(jensen_shannon_with_logits, dict(pi=pi)) for pi in (0., .01, .5, .9, 1.)]
CASES += [(poly1_loss_with_logits, {}), (classification_mae_with_logits, {}),
          (brier_loss_with_logits, {}), (divergence_of, {}),
          (normalized_cross_entropy_with_logits, {}),
          (confidence_penalty_with_logits, dict(beta=.7)),
          (confidence_penalty_with_logits, dict(beta=.7, threshold=1.))]
CASES += [(normalized_focal_loss_with_logits, dict(gamma=g)) for g in (0., .5, 2.)]
CASES += [(symmetric_cross_entropy_with_logits, options) for options in (
    {}, dict(ce_weight=0.), dict(soft="distance"), dict(soft="distance", ce_weight=0.))]
CASES += [(soft_bootstrapping_loss_with_logits, dict(beta=b, detach=d))
          for b, d in ((.6, False), (.6, True), (0., False))]
