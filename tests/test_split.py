"""`check_split`: four published mistakes of trainers, rebuilt with their weights, and mended.

What weighs how much is known from the counts of labels alone, and is compared with what is told."""
import pytest
import torch
import torch.distributed as dist
import torch.nn.functional as F
from lossfx import InvalidArgumentError
from lossfx.testing import check_split, near
from torch import nn


@pytest.fixture(params=[0, 1, 2])
def data(request):
    "A model, and sequences of unequal lengths as a padded batch; labels -100 where it is padded."
    torch.manual_seed(request.param)
    lengths = torch.randint(1, 9, (8,)).sort().values + 3 * torch.arange(8)
    x, y = torch.randn(8, int(lengths.max()), 6).double(), torch.randint(5, (8, int(lengths.max())))
    y[torch.arange(y.shape[1]) >= lengths[:, None]] = -100
    model = nn.Sequential(nn.Linear(6, 7), nn.Tanh(), nn.Linear(7, 5)).double()
    return model, dict(input_ids=x, labels=y), lengths


def losses(model, part):
    logits, labels = model(part["input_ids"]).flatten(0, 1), part["labels"].flatten()
    return F.cross_entropy(logits, labels, reduction="none")


def counted(*parts): return sum((p["labels"] != -100).sum() for p in parts)


def transformers(model, *, fixed):
    "#34191: the model takes the mean of a micro-batch, the trainer divides by their number."
    def step(micro_batches):
        num_items_in_batch = counted(*micro_batches)
        for part in micro_batches:
            total = losses(model, part).sum()
            if fixed: loss = total / num_items_in_batch
            else: loss = total / counted(part) / len(micro_batches)
            loss.backward()
    return step


def torchtitan(model, *, fixed):
    "#2206: each micro-batch of each rank by its own labels; mended: by those of all. Ranks add."
    def step(micro_batches):
        total, ranks = counted(*micro_batches), 1
        if dist.is_initialized():
            dist.all_reduce(total, op=dist.ReduceOp.SUM)
            ranks = dist.get_world_size()
        for part in micro_batches:
            own = counted(part) * len(micro_batches) * ranks
            (losses(model, part).sum() / (total if fixed else own)).backward()
    return step


def speculators(model, *, fixed):
    "#942: positions decay; each rank divides by its own mask, and DDP averages over ranks."
    def step(micro_batches):
        den, ranks = counted(*micro_batches), 1
        if fixed and dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1:
            dist.all_reduce(den, op=dist.ReduceOp.SUM)
            ranks = dist.get_world_size()
        for part in micro_batches:
            decay = 0.9 ** torch.arange(part["labels"].shape[1]).repeat(len(part["labels"]))
            ((losses(model, part) * decay).sum() / den * ranks).backward()
    return step


def tinker(model, *, fixed):
    "#334: weights of 1 for each target token; mended: they add up to 1 in each example."
    def step(micro_batches):
        for x, y in (e for part in micro_batches for e in part):
            loss = F.cross_entropy(model(x), y, reduction="mean" if fixed else "sum")
            loss.backward()
    return step


def refusal(step, *args, **kw):
    with pytest.raises(AssertionError) as caught: check_split(step, *args, **kw)
    return caught.value


def ratio_said(error): return float(str(error).split("weighs ")[1].split()[0])


def test_transformers_34191(data):
    model, batch, lengths = data
    error = refusal(transformers(model, fixed=False), batch, model)
    expected = float(lengths[2:].sum() / lengths[:2].sum())  # the first two of eight are one part
    near(torch.tensor(ratio_said(error)), expected, rtol=1e-3)
    light, heavy = error.found.weights[1], error.found.weights[0]
    near(torch.tensor(heavy / light).double(), expected, rtol=1e-6)
    assert "a token in micro-batch 1 weighs" in str(error)
    assert "times one in micro-batch 2" in str(error)
    check_split(transformers(model, fixed=True), batch, model)


def test_torchtitan_2206(data):
    model, batch, lengths = data
    kw = dict(splits=("micro-batches", "ranks"), over_ranks="sum")
    error = refusal(torchtitan(model, fixed=False), batch, model, splits="ranks", over_ranks="sum")
    parts = [lengths[:1], lengths[1:2], lengths[2:3], lengths[3:]]  # two of each rank
    each = [1 / float(p.sum()) for p in parts]
    near(torch.tensor(error.found.weights), [w * float(lengths.sum()) / 4 for w in each], rtol=1e-6)
    near(torch.tensor(ratio_said(error)), max(each) / min(each), rtol=1e-3)
    assert "of rank 1" in str(error) and "of rank 2" in str(error)
    check_split(torchtitan(model, fixed=True), batch, model, **kw)


def test_speculators_942(data):
    model, batch, lengths = data
    error = refusal(speculators(model, fixed=False), batch, model, splits="ranks")
    expected = float(lengths[2:].sum() / lengths[:2].sum())
    near(torch.tensor(ratio_said(error)), expected, rtol=1e-3)
    both = ("micro-batches", "ranks")
    assert len(check_split(speculators(model, fixed=True), batch, model, both)) == 2
    check_split(speculators(model, fixed=False), batch, model)  # right on one rank


def test_tinker_cookbook_334(data):
    model, batch, lengths = data
    rows = zip(batch["input_ids"], batch["labels"], lengths)
    examples = [(x[:n], y[:n]) for x, y, n in rows]
    kw = dict(splits=("micro-batches", "longer"), pack=twice)
    error = refusal(tinker(model, fixed=False), examples, model, **kw)
    near(torch.tensor(ratio_said(error)), 2.0, rtol=1e-3)
    assert "examples joined with themselves" in str(error) and "every example" in str(error)
    check_split(tinker(model, fixed=True), examples, model, **kw)


def twice(a, b): return tuple(torch.cat(pair) for pair in zip(a, b))


def test_packs_weigh_what_rows_do(data):
    "The mean over the tokens of all packs does not see where they are; the mean of each pack does."
    model, batch, lengths = data
    examples = [(x[:n], y[:n]) for x, y, n in zip(*batch.values(), lengths)]

    def of_tokens(micro_batches):
        total = sum(len(y) for part in micro_batches for _, y in part)
        for x, y in (e for part in micro_batches for e in part):
            (F.cross_entropy(model(x), y, reduction="sum") / total).backward()

    def of_packs(micro_batches):
        total = sum(map(len, micro_batches))
        for x, y in (e for part in micro_batches for e in part):
            (F.cross_entropy(model(x), y) / total).backward()

    kw = dict(splits="packs", pack=twice, count=lambda part: sum(len(y) for _, y in part))
    check_split(of_tokens, examples, model, **kw)
    error = refusal(of_packs, examples, model, **kw)
    n = lengths.double()
    pairs = n[0::2] + n[1::2]  # tokens of a pack; four packs, eight examples
    expected = 8 / 4 * n / pairs.repeat_interleave(2)
    near(torch.tensor(error.found.weights).double(), expected, rtol=1e-5)
    assert "packs of two examples" in str(error) and "a token in example" in str(error)


def test_a_loss_that_is_doubled(data):
    "As transformers #35438: sums over all labels, and the trainer multiplies by the micro-batches."
    model, batch, _ = data

    def doubled(micro_batches):
        total = counted(*micro_batches)
        for part in micro_batches:
            (losses(model, part).sum() / total * len(micro_batches)).backward()

    assert "every token weighs 2 times what it weighs" in str(refusal(doubled, batch, model))


def test_a_part_that_is_lost(data):
    model, batch, _ = data
    last = lambda parts: (losses(model, parts[-1]).sum() / counted(*parts)).backward()
    assert "micro-batch 1 weighs" in str(refusal(last, batch, model))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_batches_may_be_tensors_tuples_or_lists(dtype):
    "And labels need not be named: examples are weighed."
    torch.manual_seed(0)
    model, x = nn.Linear(4, 3).to(dtype), torch.randn(6, 4, dtype=dtype)
    y = torch.arange(6) % 3
    of = {
        "tuple": ((x, y), lambda p: F.cross_entropy(model(p[0]), p[1], reduction="sum")),
        "tensor": (x, lambda p: model(p).square().sum()),
        "list": (list(x), lambda p: model(torch.stack(p)).square().sum()),
    }
    for batch, total in of.values():
        size = lambda part: len(part[0]) if isinstance(part, tuple) else len(part)

        def right(parts):
            for p in parts: (total(p) / sum(map(size, parts))).backward()

        def wrong(parts):
            for p in parts: (total(p) / size(p) / len(parts)).backward()

        check_split(right, batch, model, ("micro-batches",))
        error = refusal(wrong, batch, model)
        near(torch.tensor(ratio_said(error)), 5.0, rtol=1e-3)
        assert "an example in micro-batch 1" in str(error)


def test_all_reduce_within_all_reduce(data):
    "What a rank sends may depend on what came back before."
    model, batch, _ = data

    def step(micro_batches):
        total = counted(*micro_batches).double()
        if dist.is_initialized():
            dist.all_reduce(total)
            mean = total.clone()
            dist.all_reduce(mean, op=dist.ReduceOp.AVG)
            near(mean, total)
            total /= dist.get_world_size()
        for part in micro_batches: (losses(model, part).sum() / total).backward()

    check_split(step, batch, model, "ranks", ranks=3)
    assert not dist.is_initialized()


def test_ranks_that_do_not_ask_alike(data):
    model, batch, _ = data

    def step(micro_batches):
        if dist.is_initialized() and dist.get_rank() == 0: dist.all_reduce(torch.ones(1))
        for part in micro_batches: losses(model, part).sum().backward()

    with pytest.raises(InvalidArgumentError, match="1 of 2 ranks"):
        check_split(step, batch, model, "ranks")
