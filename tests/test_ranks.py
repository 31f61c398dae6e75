"Several processes: DDP averages gradients, and with the right denominator they are one process's."
import multiprocessing
import os

import pytest
import torch
import torch.distributed as dist
from torch.multiprocessing import start_processes
from torch.nn.parallel import DistributedDataParallel

from lossfx import SoftLabelCrossEntropyLoss

SPLITS = (slice(0, 6), slice(6, 8))  # unequal: six elements on one rank, two on the other
RANKS = len(SPLITS)
pytestmark = pytest.mark.skipif(not dist.is_available() or not dist.is_gloo_available(),
                                reason="torch was built without gloo")


def data():
    g = torch.Generator().manual_seed(0)
    x = torch.randn(8, 4, generator=g, dtype=torch.float64)
    return x, torch.tensor([0, 2, 1, -100, 2, 0, -100, 1])


def loss(reduction="mean"):
    weight = torch.tensor([1., 2, 4], dtype=torch.float64)
    return SoftLabelCrossEntropyLoss(.1, reduction, class_weight=weight, ignore_index=-100)


def network():
    torch.manual_seed(1)
    return torch.nn.Linear(4, 3, dtype=torch.float64)


def gradient(net, value):
    net.zero_grad()
    value.backward()
    return torch.cat([p.grad.flatten() for p in net.parameters()])


def on_a_rank(rank, folder):
    "The gradients of one rank, saved: with the denominator of all ranks, and of its own mean."
    store = f"file://{folder}/store"
    dist.init_process_group("gloo", init_method=store, rank=rank, world_size=RANKS)
    x, y = (t[SPLITS[rank]] for t in data())
    net = DistributedDataParallel(network())

    total = loss("parts")(net(x), y)[1].detach()
    dist.all_reduce(total)
    found = gradient(net, RANKS * loss()(net(x), y, denominator=total)).clone()
    torch.save((found, gradient(net, loss()(net(x), y))), f"{folder}/{rank}.pt")
    dist.barrier()
    # Without an end in order: there a thread of gloo may wait for Python, and Python for the thread
    os._exit(0)


def test_ranks_with_unequal_numbers_of_elements_get_the_gradient_of_one_process(tmp_path):
    # forked from one process with what DDP imports, which would take each rank seconds
    multiprocessing.set_forkserver_preload(["torch", "torch._inductor"])
    start_processes(on_a_rank, (str(tmp_path),), nprocs=RANKS, start_method="forkserver")
    net, (x, y) = network(), data()
    whole = gradient(net, loss()(net(x), y))
    for rank in range(RANKS):
        found, mean_of_means = torch.load(tmp_path / f"{rank}.pt")
        torch.testing.assert_close(found, whole, rtol=1e-12, atol=1e-14)
        assert (mean_of_means - whole).abs().max() > .01
