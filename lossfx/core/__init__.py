"What a loss is made of: checks, labels, doors and the mould. A loss page imports from here."
from lossfx.core.checking import (InvalidArgumentError, Setting, UnknownOptionError, check_choice, check_distribution,
    check_floating, check_number, check_same_shape, check_tensor, checks, compute_dtype, in_transform, may_get_gradient,
    plain_eager, sample, surely_distributions, values_readable)
from lossfx.core.doors import (Elements, Examples, Facts, as_labels, binary, check_class_axis, check_index, check_weights,
    check_zero_one, counted, distances, elementwise, element_weight, multiclass, probabilities, reduce_loss, reduce_sum, reductions,
    signed, weighed)
from lossfx.core.labels import (DeferredLabels, IndexLabels, Labels, LogLabels, SmoothedLabels, SoftLabels, SoftmaxLabels,
    TeacherLabels, TopKLabels, power)
from lossfx.core.mould import (BinaryLoss, Call, ClassFractions, ClassNumbers, DerivedLoss, ElementLoss, Entry, Fraction,
    Loss, LossModule, MultiClassLoss, NonNegative, Number, Option, PerClass, Positive, Reduction, as_loss, checked, make_loss,
    per_class, register, registered)

__all__ = [
    "BinaryLoss", "Call", "ClassFractions", "ClassNumbers", "DeferredLabels", "DerivedLoss",
    "ElementLoss", "Elements", "Entry", "Examples", "Facts", "Fraction", "IndexLabels",
    "InvalidArgumentError", "Labels", "LogLabels", "Loss", "LossModule", "MultiClassLoss",
    "NonNegative", "Number", "Option", "PerClass", "Positive", "Reduction", "Setting",
    "SmoothedLabels", "SoftLabels", "SoftmaxLabels", "TeacherLabels", "TopKLabels",
    "UnknownOptionError", "as_labels", "as_loss", "binary", "check_choice", "check_class_axis",
    "check_distribution", "check_floating", "check_index", "check_number", "check_same_shape",
    "check_tensor", "check_weights", "check_zero_one", "checked", "checks", "compute_dtype",
    "counted", "distances", "element_weight", "elementwise", "in_transform", "make_loss",
    "may_get_gradient", "multiclass", "per_class", "plain_eager", "power", "probabilities",
    "reduce_loss", "reduce_sum", "reductions", "register", "registered", "sample", "signed",
    "surely_distributions", "values_readable", "weighed",
]
