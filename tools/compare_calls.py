"""Time small calls of this checkout against an earlier revision, side by side in one process.

    python tools/compare_calls.py HEAD~3         # forward and backward at 64 x 10, 2,000 pairs
    python tools/compare_calls.py HEAD~3 --pairs 5000 --shape 256 10

The earlier package is taken out of git and imported under another name. Each pair times one call
of either, in an order drawn anew, by the CPU time of the thread. Printed are the medians of the
differences, in microseconds, and those of the earlier revision against a second copy of itself.
"""
import argparse
import importlib
import io
import random
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def package_at(revision, name, folder):
    "Import `lossfx` as it was at `revision`, as `name`."
    command = ["git", "archive", revision, "lossfx"]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder / name, filter="data")
    (folder / name / "lossfx").rename(folder / name / name)
    for path in (folder / name).rglob("*.py"):
        text = re.sub(r"\blossfx\b", name, path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder / name))
    return importlib.import_module(name)


def calls(package, n, n_classes):
    "The calls to time: name -> function of nothing that computes a loss and its gradient."
    import torch

    g = torch.Generator().manual_seed(0)
    x = torch.randn(n, n_classes, generator=g, requires_grad=True)
    index = torch.randint(n_classes, (n,), generator=g)
    soft = torch.randn(n, n_classes, generator=g).softmax(-1)
    score = torch.randn(n, generator=g, requires_grad=True)
    sign = torch.where(torch.rand(n, generator=g) > 0.5, 1, -1)
    distance, weight = score.detach().abs().requires_grad_(), torch.rand(n, generator=g) + 0.5
    cross_entropy = package.soft_label_cross_entropy_with_logits
    module, p = package.SoftLabelCrossEntropyLoss(0.1), soft.clone().requires_grad_()

    def with_gradient(leaf, loss, *rest, **options):
        def call(): torch.autograd.grad(loss(leaf, *rest, **options), leaf)
        return call

    return {
        "cross entropy, indices": with_gradient(x, cross_entropy, index),
        "cross entropy, soft": with_gradient(x, cross_entropy, soft),
        "cross entropy, soft, 'mix'": with_gradient(x, cross_entropy, soft, 0.1, smoothing="mix"),
        "cross entropy, weighted": with_gradient(x, cross_entropy, soft, sample_weight=weight),
        "module, indices, smoothed": with_gradient(x, module, index),
        "of probabilities": with_gradient(p, package.soft_label_cross_entropy, index),
        "classification MAE": with_gradient(x, package.classification_mae_with_logits, index),
        "hinge": with_gradient(score, package.hinge_loss, sign),
        "hinge embedding": with_gradient(distance, package.hinge_embedding_loss, sign),
    }


def pairs(a, b, count):
    "Times of `a` and `b` in `count` interleaved pairs, in microseconds of CPU time of this thread."
    for _ in range(count // 10 + 10): a(), b()
    times = []
    for _ in range(count):
        taken = {}
        for f in random.sample((a, b), 2):
            start = time.thread_time_ns()
            f()
            taken[f] = (time.thread_time_ns() - start) / 1000
        times.append((taken[a], taken[b]))
    return times


def main():
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("revision", help="the earlier revision")
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--shape", type=int, nargs=2, default=(64, 10))
    args = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    random.seed(0)
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as tmp:
        names = "lossfx_before", "lossfx_again"
        before, again = (package_at(args.revision, name, Path(tmp)) for name in names)
        now = importlib.import_module("lossfx")
        made = [calls(package, *args.shape) for package in (before, again, now)]
        shape = " x ".join(map(str, args.shape))
        print(f"{shape}, {args.pairs} pairs, CPU microseconds, median (minimum)\n")
        print(f"{'':40}{args.revision:>16}{'now':>16}{'now - before':>14}{'before - itself':>17}")
        for name in made[0]:
            old = pairs(made[0][name], made[1][name], args.pairs)
            new = pairs(made[0][name], made[2][name], args.pairs)
            middle = lambda values: f"{statistics.median(values):.1f} ({min(values):.1f})"
            difference = [statistics.median(b - a for a, b in times) for times in (new, old)]
            print(f"{name:40}{middle([a for a, _ in new]):>16}{middle([b for _, b in new]):>16}"
                  f"{difference[0]:>+14.1f}{difference[1]:>+17.1f}")


if __name__ == "__main__": main()
