"Settings in training code: in threads, compiled, and in a backward after a `with`."
import threading

import pytest
import torch
import torch.nn.functional as F

from lossfx import (
    InvalidArgumentError,
    SoftLabelCrossEntropyLoss,
    checks,
    chunk_memory,
    linear_soft_label_cross_entropy,
    saved_for_backward,
    soft_label_cross_entropy_with_logits,
)

LOGITS = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
WRONG = torch.full((6, 4), 0.5)  # sums to 2


@pytest.fixture
def process_wide():
    "Sets a setting for the process, and puts it back."
    before = []

    def change(setting, value):
        before.append((setting, setting.of_process))
        setting.set(value)

    yield change
    for setting, value in reversed(before): setting.set(value)


def in_threads(count, call):
    "What `call` gives, or raises, in threads of their own: so DataParallel runs its replicas."
    results = [None] * count

    def work(i):
        try: results[i] = call()
        except Exception as e: results[i] = e

    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for t in threads: t.start()
    for t in threads: t.join()
    return results


def test_a_with_holds_for_its_own_thread():
    loss = SoftLabelCrossEntropyLoss()
    with checks("off"):
        assert torch.nn.DataParallel(loss)(LOGITS, WRONG).isfinite()  # no device: this thread
        refused = in_threads(2, lambda: loss(LOGITS, WRONG))
    assert [type(r) for r in refused] == [InvalidArgumentError] * 2


def test_what_is_set_for_the_process_holds_in_every_thread(process_wide):
    process_wide(checks, "off")
    want = SoftLabelCrossEntropyLoss()(LOGITS, WRONG)
    for got in in_threads(2, lambda: SoftLabelCrossEntropyLoss()(LOGITS, WRONG)): assert got == want
    with checks("always"), pytest.raises(InvalidArgumentError, match="sums to 2"):
        soft_label_cross_entropy_with_logits(LOGITS, WRONG)


def test_backward_knows_the_setting_of_forward():
    "A setting that is left before backward, or that another thread's backward never saw."
    x = torch.randn(300, 700, generator=torch.Generator().manual_seed(0), requires_grad=True)
    y = torch.randint(700, (300,))
    with saved_for_backward("inputs"): out = soft_label_cross_entropy_with_logits(x, y)
    want, = torch.autograd.grad(F.cross_entropy(x, y), x)
    torch.testing.assert_close(torch.autograd.grad(out, x)[0], want)

    weight = torch.randn(9, 700, requires_grad=True)
    with chunk_memory(4 * 9 * 50):
        values = linear_soft_label_cross_entropy(x, weight, y % 9, reduction="none")
    assert values.grad_fn.next_functions[0][0].n_bytes == 4 * 9 * 50
    want, = torch.autograd.grad(F.cross_entropy(x @ weight.t(), y % 9, reduction="sum"), weight)
    got, = torch.autograd.grad(values.sum(), weight)
    torch.testing.assert_close(got, want, rtol=1e-4, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("setting, value", [
    (checks, "off"), (saved_for_backward, "inputs"), (chunk_memory, 100),
])
def test_compiled_code_may_enter_a_setting(setting, value):
    "It changes nothing there: nothing is looked up or set while compiling."
    def step(x, y):
        with setting(value): return soft_label_cross_entropy_with_logits(x, y)

    y = LOGITS.softmax(-1)
    with setting(value): compiled = torch.compile(step, fullgraph=True)(LOGITS, y)
    torch.testing.assert_close(compiled, step(LOGITS, y))
