"""Known formulas: each is the loss of somebody else, and a slip in such a loss is undone.

Losses by hand of the unseen sets were written by others: a formula that has their gradient is what
its name stands for. Those that none of them is are held to torch's own, or to this library's."""
import ast
from itertools import islice

import lossfx
import pytest
import torch
import torch.nn.functional as F
from lossfx.doctor.calls import called
from lossfx.doctor.edits import compiled, edits
from lossfx.doctor.formulas import formulas, roles, spelled
from lossfx.doctor.rules.formulas import Known, cure, same, whole
from right_by_field import RIGHT as BY_FIELD
from test_unseen import ALL
from torch import Tensor, nn


def of_others():
    "Right losses that somebody wrote, with what they are called with."
    builds = [c.build for _, c in ALL if c.rule is None] + [*BY_FIELD.values()]
    for build in builds:
        torch.manual_seed(0)
        loss, args, *named = build()
        call = called(loss, args if isinstance(args, tuple) else (args,), *named or ({},))
        if call.error is None and isinstance(call.x, Tensor) and call.contract.inputs == "anything":
            if not call.is_ours and any(f.names.search(spelled(call.name)) for f in formulas):
                yield call


@pytest.fixture(scope="module")
def matched():
    "Of right losses, those that have the gradient of a formula: the call and which."
    found = []
    for call in of_others():
        function, tree, bind = whole(call)
        if tree is None: continue
        known = Known(call, tree)
        reference, off = known.nearest()
        if off <= same: found.append((call, reference))
    return found


def numbers(n=8): return torch.randn(n, generator=torch.Generator().manual_seed(1)).double()
def above_0(n=8): return numbers(n).exp()


x, y, p = numbers(), numbers(8).flip(0), above_0()
logits, index = numbers(24).view(8, 3), torch.arange(8) % 3
a, b = numbers(32).view(8, 4), numbers(32).flip(0).view(8, 4)
BY_TORCH = dict(
    huber=((x, y), F.huber_loss(x, y, reduction="none")),
    normal_of_var=((x, p, y), F.gaussian_nll_loss(x, y, p, reduction="none")),
    laplace_of_log=((x, y, p), -torch.distributions.Laplace(x, y.exp()).log_prob(p)
                    - torch.log(torch.tensor(2.0))),
    student_t=((x, p, p + 2, y), -torch.distributions.StudentT(p + 2, x, p).log_prob(y)),
    kl_of_normal=((x, y), torch.distributions.kl_divergence(
        torch.distributions.Normal(x, (y/2).exp()), torch.distributions.Normal(0.0, 1.0))),
    dice=(((x > 0).double()[:, None], (y > 0)[:, None], 0.0, "none", "all", False, True),
          1 - 2*((x > 0) & (y > 0)).sum()/((x > 0).sum() + (y > 0).sum())),
    soft_cross_entropy=((logits, logits.flip(0).softmax(1)), F.cross_entropy(
        logits, logits.flip(0).softmax(1), reduction="none")),
    binary_cross_entropy=((x, (y > 0)), F.binary_cross_entropy_with_logits(
        x, (y > 0).double(), reduction="none")),
    margin_ranking=((x, y), F.margin_ranking_loss(x, y, torch.ones(8), 1.0, reduction="none")),
    byol=((a, b), F.mse_loss(F.normalize(a), F.normalize(b), reduction="none").sum(1)/2 - 1),
    correlation_alignment=((a, b), (torch.cov(a.T) - torch.cov(b.T))**2),
)


@pytest.mark.parametrize("name", BY_TORCH)
def test_a_formula_is_torchs(name):
    terms = next(f.terms for f in formulas if f.terms.__name__ == name)
    given, wanted = BY_TORCH[name]
    made = terms(*given)
    shift = (made - wanted).mean() if name in ("laplace_of_log",) else 0
    assert float((made - shift).sum()) == pytest.approx(float(wanted.sum()), 1e-5)


def test_most_formulas_are_the_loss_of_somebody_else(matched, fact):
    own = {r.formula.title for _, r in matched} | {
        f.title for f in formulas if f.terms.__name__ in BY_TORCH}
    without = {f.title for f in formulas} - own
    fact(f"{len(matched)} right losses by hand have the gradient of a known formula; "
         f"{len(without)} of {len({f.title for f in formulas})} formulas are nobody's yet")
    assert len(matched) > 300 and len(without) < 25, without


def test_each_role_is_played(matched):
    "A word list that nobody needs is a trap for names."
    import inspect
    used = {n for f in formulas for n in inspect.signature(f.terms).parameters}
    assert not set(roles) - used


def test_a_slip_is_undone(matched, fact):
    "Of changes of a right loss that change its gradient, most are found, and none raises."
    planted = undone = 0
    for k, (call, _) in enumerate(matched[::12]):
        function, tree, bind = whole(call)
        if any(isinstance(n, ast.While) for n in ast.walk(tree)): continue
        shapes = {n: t.shape for n, t in call.arguments.items() if isinstance(t, Tensor)}
        for edit in islice(edits(tree, shapes), k % 5, 40, 13):
            with edit.made():
                try:
                    wrong = bind(compiled(function, tree))
                    known = Known(call, tree)
                    assert [*known.references]  # all of them, to be compared with
                    slopes, (_, off) = known.slopes(wrong, 0), known.nearest(wrong)
                except Exception: continue  # what no longer runs is no silent slip
                if slopes is None or off < .01: continue
                planted += 1
                found, _ = cure(call, known, function, tree, bind)
                undone += found is not None
    fact(f"{undone} of {planted} slips in {len(matched[::12])} losses are undone")
    assert planted > 20 and undone > planted/2


def test_an_edit_leaves_a_tree_as_it_was():
    tree = ast.parse("def f(a, b=2): return (a - b).exp().mean(1)*(a > b)").body[0]
    before = ast.dump(tree)
    for edit in edits(tree, dict(a=(3,), b=(3,)), ["b"], True):
        with edit.made(): assert ast.dump(tree) != before, ast.dump(edit.new)
        assert ast.dump(tree) == before


def test_what_is_nobodys_formula_is_left_alone():
    "A loss with a term more, an option more, or of another name."
    def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta=.1):
        h = beta*((chosen - rejected) - (ref_chosen - ref_rejected))
        return -F.logsigmoid(h).mean() + .01*chosen.square().mean()

    def vae_loss(recon, x, mu, logvar, free_bits=.5):
        kl = .5*(mu**2 + logvar.exp() - 1 - logvar).mean(0)
        return (recon - x).square().sum(1).mean() + kl.clamp(min=free_bits).sum()
    torch.manual_seed(0)
    four = [torch.randn(8, requires_grad=k < 2) for k in range(4)]
    net = nn.Linear(3, 3)
    three = [net(torch.randn(8, 3)) for _ in range(3)]
    for loss, args in ((dpo_loss, four), (vae_loss, [three[0], torch.randn(8, 3), *three[1:]])):
        assert "LX650" not in [f.id for f in lossfx.diagnose(loss, *args)]
