"What a loss is made of: checks, labels, doors and the mould. A loss page imports from here."
from lossfx.core.checking import (Axis, ClassAxis, ClassIndices, Count, Fraction, Integers,
    InvalidArgumentError, NonNegative, Number, Positive, Setting, UnknownOptionError,
    below_transforms, check_axis, check_choice, check_device, check_distribution, check_floating,
    check_number, check_same_shape, check_tensor, checks, compute_dtype, in_transform, is_nan,
    is_number, may_get_gradient, plain_eager, sample, surely_distributions,
    values_readable)
from lossfx.core.doors import (ClassWeights, Elements, Examples, Facts, PositiveWeight,
    SignWeights, as_labels, binary, check_class_axis, check_index,
    check_sample_weights, check_weights, check_zero_one, counted,
    distances, element_weight, elementwise, in_common, multiclass, overlap,
    overlap_maps, overlap_of_probabilities, overlap_scores, probabilities, reduce_loss,
    reduce_sum, reductions, signed, taught, weighed, without_ignored)
from lossfx.core.embeddings import (Temperature, classes_in_batch, cosines, distance_between,
    in_batch, similarities, triplets, unit)
from lossfx.core.labels import (Alpha, DeferredLabels, IndexLabels, Labels, Lesson, LogLabels,
    SmoothedLabels, Smoothing, SmoothingAmount, SoftLabels, SoftmaxLabels, TeacherLabels,
    TopKLabels, divergence, equal_shares, lacking, power, share, smoothed, softmax)
from lossfx.core.mould import (BinaryLoss, Call, ClassCounts, ClassFractions, ClassNumbers,
    CountPerClass, DerivedLoss, ElementLoss, Loss, LossModule, MultiClassLoss, Option, OverlapLoss,
    PairLoss, PerClass, Reduction, Terms, as_loss, checked, make_loss, per_class, rule_of)
from lossfx.core.records import (Along, Entry, as_probabilities, Equality, equalities, equals, example_options, properties,
    register, registered, toward)

__all__ = [
    "Along", "Alpha", "Axis", "BinaryLoss", "Call", "ClassAxis", "ClassCounts", "ClassFractions",
    "ClassIndices", "ClassNumbers", "ClassWeights", "Count", "CountPerClass", "DeferredLabels",
    "DerivedLoss", "ElementLoss", "Elements", "Entry", "Equality", "Examples", "Facts",
    "Fraction", "IndexLabels", "Integers", "InvalidArgumentError", "Labels", "Lesson",
    "LogLabels", "Loss", "LossModule", "MultiClassLoss", "NonNegative", "Number", "Option",
    "OverlapLoss", "PairLoss", "PerClass", "Positive", "PositiveWeight", "Reduction", "Setting",
    "SignWeights", "SmoothedLabels", "Smoothing", "SmoothingAmount", "SoftLabels",
    "SoftmaxLabels", "TeacherLabels", "Temperature", "Terms", "TopKLabels",
    "UnknownOptionError", "as_labels", "as_loss", "as_probabilities", "below_transforms",
    "binary", "check_axis", "check_choice", "check_class_axis", "check_device",
    "check_distribution", "check_floating", "check_index", "check_number", "check_same_shape",
    "check_sample_weights", "check_tensor", "check_weights", "check_zero_one", "checked",
    "checks", "classes_in_batch", "compute_dtype", "cosines", "counted", "distance_between",
    "distances", "divergence", "element_weight", "elementwise", "equal_shares", "equalities",
    "equals", "example_options", "in_batch", "in_common", "in_transform", "is_nan", "is_number",
    "lacking", "make_loss", "may_get_gradient", "multiclass", "overlap", "overlap_maps",
    "overlap_of_probabilities", "overlap_scores", "per_class", "plain_eager", "power",
    "probabilities", "properties", "reduce_loss", "reduce_sum", "reductions", "register",
    "registered", "rule_of", "sample", "share", "signed", "similarities", "smoothed", "softmax",
    "surely_distributions", "taught", "toward", "triplets", "unit", "values_readable",
    "weighed", "without_ignored",
]
