"What `as_loss` makes of doors with more than labels: signatures, and who has a linear form."
import inspect

import pytest
import torch
import torch.nn.functional as F

import lossfx
from lossfx.core import InvalidArgumentError
from lossfx.testing import near

g = torch.Generator().manual_seed(0)
X, Y = torch.randn(6, 4, generator=g), torch.randint(4, (6,), generator=g)
TEACHER = torch.randn(6, 4, generator=g)


def test_data_that_may_be_missing_come_before_options_by_name():
    loss = lossfx.distillation_with_logits
    assert list(inspect.signature(loss).parameters)[:3] == ["y_pred", "teacher", "y_true"]
    near(loss(X, TEACHER, Y, mix=1.0), loss(X, TEACHER))
    with pytest.raises(TypeError, match="takes from 2 to 3 positional arguments"):
        loss(X, TEACHER, Y, "sum")


def test_only_losses_over_classes_have_a_linear_form():
    others = (lossfx.tversky_loss_with_logits, lossfx.info_nce_loss, lossfx.arcface_loss,
              lossfx.binary_focal_loss_with_logits, lossfx.TverskyLoss, F.cross_entropy)
    for loss in others:
        said = "linear takes a loss of logits over classes"
        with pytest.raises(InvalidArgumentError, match=said): lossfx.linear(loss)
