"""Loss functions for PyTorch that are explained, checked and fast.

What a user calls is here, name by name. Authors of losses import `lossfx.core`, `lossfx.testing` and `lossfx.plot`.
"""
__version__ = "0.1.0"

from lossfx.core import InvalidArgumentError, TeacherLabels, TopKLabels, checks
from lossfx.doctor.diagnosis import diagnose
from lossfx.doctor.watching import watch, watch_callback
from lossfx.equivalences import assert_equivalent
from lossfx.fast.linear import (
    LinearSoftLabelCrossEntropyLoss,
    chunk_memory,
    linear,
    linear_classification_mae,
    linear_distillation,
    linear_loss,
    linear_soft_label_cross_entropy,
)
from lossfx.fast.paths import compile_now, saved_for_backward
from lossfx.losses.angular_margin import (
    ArcFaceLoss,
    CosFaceLoss,
    arcface_loss,
    cosface_loss,
)
from lossfx.losses.asymmetric import AsymmetricLoss, asymmetric_loss_with_logits
from lossfx.losses.bi_tempered import (
    BiTemperedLogisticLoss,
    bi_tempered_logistic_loss_with_logits,
)
from lossfx.losses.bootstrap import (
    HardBootstrappingLoss,
    SoftBootstrappingLoss,
    hard_bootstrapping_loss_with_logits,
    soft_bootstrapping_loss_with_logits,
)
from lossfx.losses.brier import BrierLoss, brier_loss, brier_loss_with_logits
from lossfx.losses.class_balanced import class_balanced_weights
from lossfx.losses.classification_mae import ClassificationMAELoss, classification_mae_with_logits
from lossfx.losses.compound import CompoundLoss
from lossfx.losses.confidence_penalty import ConfidencePenaltyLoss, confidence_penalty_with_logits
from lossfx.losses.contrastive import (
    ContrastiveLoss,
    TripletLoss,
    contrastive_loss,
    hardest_triplets,
    triplet_loss,
)
from lossfx.losses.distillation import DistillationLoss, distillation_with_logits
from lossfx.losses.divergences import (
    GeneralizedJensenShannonLoss,
    JeffreysLoss,
    ReverseKLLoss,
    TotalVariationLoss,
    generalized_jensen_shannon_with_logits,
    jeffreys_with_logits,
    reverse_kl_with_logits,
    total_variation_with_logits,
)
from lossfx.losses.entmax import EntmaxLoss, entmax, entmax_loss_with_logits
from lossfx.losses.focal import (
    BinaryFocalLoss,
    FocalLoss,
    binary_focal_loss_with_logits,
    focal_loss_with_logits,
)
from lossfx.losses.generalized_cross_entropy import (
    GeneralizedCrossEntropyLoss,
    generalized_cross_entropy_with_logits,
)
from lossfx.losses.hard_examples import hard_examples
from lossfx.losses.hinge import HingeLoss, hinge_loss
from lossfx.losses.hinge_embedding import HingeEmbeddingLoss, hinge_embedding_loss
from lossfx.losses.info_nce import (
    CLIPLoss,
    InfoNCELoss,
    SupervisedContrastiveLoss,
    clip_loss,
    info_nce_loss,
    supervised_contrastive_loss,
)
from lossfx.losses.jensen_shannon import JensenShannonLoss, jensen_shannon_with_logits
from lossfx.losses.label_relaxation import (
    LabelRelaxationLoss,
    label_relaxation_loss_with_logits,
)
from lossfx.losses.label_smoothing import convert_smoothing, smooth_soft_labels
from lossfx.losses.ldam import LDAMLoss, ldam_loss_with_logits
from lossfx.losses.logit_adjustment import (
    LogitAdjustedCrossEntropyLoss,
    logit_adjusted_cross_entropy_with_logits,
)
from lossfx.losses.lovasz import (
    LovaszHingeLoss,
    LovaszLoss,
    lovasz_hinge_loss,
    lovasz_loss_with_logits,
)
from lossfx.losses.margin_smoothing import MarginSmoothingLoss, margin_smoothing_with_logits
from lossfx.losses.multiclass_hinge import MultiClassHingeLoss, multiclass_hinge_loss
from lossfx.losses.multilabel import BinaryCrossEntropyLoss, binary_cross_entropy_with_logits
from lossfx.losses.noise_correction import (
    BackwardCorrectedCrossEntropyLoss,
    ForwardCorrectedCrossEntropyLoss,
    backward_corrected_cross_entropy_with_logits,
    forward_corrected_cross_entropy_with_logits,
)
from lossfx.losses.normalized_losses import (
    ActivePassiveLoss,
    NormalizedCrossEntropyLoss,
    NormalizedFocalLoss,
    active_passive_loss_with_logits,
    normalized_cross_entropy_with_logits,
    normalized_focal_loss_with_logits,
)
from lossfx.losses.ordinal import SquaredEMDLoss, sord_labels, squared_emd_with_logits
from lossfx.losses.overlap import (
    DiceLoss,
    FocalTverskyLoss,
    JaccardLoss,
    TverskyLoss,
    dice_loss,
    dice_loss_with_logits,
    focal_tversky_loss_with_logits,
    jaccard_loss,
    jaccard_loss_with_logits,
    tversky_loss_with_logits,
)
from lossfx.losses.poly1 import Poly1Loss, poly1_loss_with_logits
from lossfx.losses.soft_label_cross_entropy import (
    SoftLabelCrossEntropyLoss,
    soft_label_cross_entropy,
    soft_label_cross_entropy_with_logits,
)
from lossfx.losses.symmetric_cross_entropy import (
    SymmetricCrossEntropyLoss,
    symmetric_cross_entropy_with_logits,
)
from lossfx.losses.taylor_cross_entropy import (
    TaylorCrossEntropyLoss,
    taylor_cross_entropy_with_logits,
)
from lossfx.losses.two_class import TwoClassLoss, one_logit, two_class, two_class_logits
from lossfx.losses.z_loss import ZLoss, z_loss_with_logits
from lossfx.recognition import explain
from lossfx.registry import find_losses

__all__ = [
    # losses
    "arcface_loss", "ArcFaceLoss",
    "asymmetric_loss_with_logits", "AsymmetricLoss",
    "bi_tempered_logistic_loss_with_logits", "BiTemperedLogisticLoss",
    "backward_corrected_cross_entropy_with_logits", "BackwardCorrectedCrossEntropyLoss",
    "binary_cross_entropy_with_logits", "BinaryCrossEntropyLoss",
    "brier_loss", "brier_loss_with_logits", "BrierLoss",
    "classification_mae_with_logits", "ClassificationMAELoss",
    "clip_loss", "CLIPLoss",
    "confidence_penalty_with_logits", "ConfidencePenaltyLoss",
    "contrastive_loss", "ContrastiveLoss",
    "cosface_loss", "CosFaceLoss",
    "dice_loss", "dice_loss_with_logits", "DiceLoss",
    "distillation_with_logits", "DistillationLoss",
    "entmax_loss_with_logits", "EntmaxLoss",
    "focal_loss_with_logits", "FocalLoss",
    "binary_focal_loss_with_logits", "BinaryFocalLoss",
    "focal_tversky_loss_with_logits", "FocalTverskyLoss",
    "forward_corrected_cross_entropy_with_logits", "ForwardCorrectedCrossEntropyLoss",
    "generalized_cross_entropy_with_logits", "GeneralizedCrossEntropyLoss",
    "generalized_jensen_shannon_with_logits", "GeneralizedJensenShannonLoss",
    "hard_bootstrapping_loss_with_logits", "HardBootstrappingLoss",
    "hinge_embedding_loss", "HingeEmbeddingLoss",
    "hinge_loss", "HingeLoss",
    "info_nce_loss", "InfoNCELoss",
    "jaccard_loss", "jaccard_loss_with_logits", "JaccardLoss",
    "jensen_shannon_with_logits", "JensenShannonLoss",
    "jeffreys_with_logits", "JeffreysLoss",
    "label_relaxation_loss_with_logits", "LabelRelaxationLoss",
    "ldam_loss_with_logits", "LDAMLoss",
    "logit_adjusted_cross_entropy_with_logits", "LogitAdjustedCrossEntropyLoss",
    "active_passive_loss_with_logits", "ActivePassiveLoss",
    "normalized_cross_entropy_with_logits", "NormalizedCrossEntropyLoss",
    "normalized_focal_loss_with_logits", "NormalizedFocalLoss",
    "lovasz_hinge_loss", "LovaszHingeLoss",
    "lovasz_loss_with_logits", "LovaszLoss",
    "margin_smoothing_with_logits", "MarginSmoothingLoss",
    "poly1_loss_with_logits", "Poly1Loss",
    "multiclass_hinge_loss", "MultiClassHingeLoss",
    "reverse_kl_with_logits", "ReverseKLLoss",
    "soft_bootstrapping_loss_with_logits", "SoftBootstrappingLoss",
    "soft_label_cross_entropy", "soft_label_cross_entropy_with_logits", "SoftLabelCrossEntropyLoss",
    "supervised_contrastive_loss", "SupervisedContrastiveLoss",
    "symmetric_cross_entropy_with_logits", "SymmetricCrossEntropyLoss",
    "taylor_cross_entropy_with_logits", "TaylorCrossEntropyLoss",
    "triplet_loss", "TripletLoss",
    "tversky_loss_with_logits", "TverskyLoss",
    "squared_emd_with_logits", "SquaredEMDLoss",
    "total_variation_with_logits", "TotalVariationLoss",
    "z_loss_with_logits", "ZLoss",
    # probabilities of which some are 0
    "entmax",
    # labels, and weights of the classes
    "smooth_soft_labels", "convert_smoothing", "sord_labels", "TeacherLabels", "TopKLabels",
    "class_balanced_weights",
    # one logit for two classes
    "two_class", "TwoClassLoss", "two_class_logits", "one_logit",
    # the hardest of a batch, and two losses added up
    "hard_examples", "hardest_triplets", "CompoundLoss",
    # a linear head and its loss in one
    "linear", "linear_loss", "linear_classification_mae", "linear_distillation", "linear_soft_label_cross_entropy",
    "LinearSoftLabelCrossEntropyLoss",
    # settings, errors, search
    "checks", "chunk_memory", "saved_for_backward", "compile_now", "InvalidArgumentError", "find_losses",
    # what is wrong with a call of a loss
    "diagnose", "watch", "watch_callback",
    # what equals what
    "assert_equivalent", "explain",
]
