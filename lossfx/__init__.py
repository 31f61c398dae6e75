"""Loss functions for PyTorch that are explained, checked and fast: every public name of the library, in one place."""
__version__ = "0.1.0"

from lossfx.core import *
from lossfx.testing import *
from lossfx.plot import *
from lossfx.soft_label_cross_entropy import *
from lossfx.two_class import *
from lossfx.hinge import *
from lossfx.hinge_embedding import *
from lossfx.classification_mae import *
from lossfx.fast import *
from lossfx.linear import *
from lossfx.gpu import *
from lossfx.registry import LossTable, find_losses
