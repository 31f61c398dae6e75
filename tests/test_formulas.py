"""Known formulas: each is the loss of somebody else, and a slip in such a loss is undone.

Losses by hand of the unseen sets were written by others: a formula that has their gradient is what
its name stands for. Those that none of them is are held to torch's own, or to this library's."""
import ast
from itertools import islice
from math import log

import lossfx
import pytest
import torch
import torch.nn.functional as F
from lossfx.doctor.calls import called
from lossfx.doctor.edits import Bounded, compiled, edits, has_effects
from lossfx.doctor.formulas import formulas, known_as, roles
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
            if not call.is_ours and known_as(call.name):
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
    laplace_of_log=((x, y, p), -torch.distributions.Laplace(x, y.exp()).log_prob(p) - log(2)),
    student_t=((x, p, p + 2, y), -torch.distributions.StudentT(p + 2, x, p).log_prob(y)),
    kl_of_normal=((x, y), torch.distributions.kl_divergence(
        torch.distributions.Normal(x, (y/2).exp()), torch.distributions.Normal(0.0, 1.0))),
    dice=((torch.tensor([[0.5], [1.0]]), torch.tensor([[1], [0]]), 0.0, "none",
           "examples", False, True),
          torch.tensor([1 - 2*0.5/1.5, 1.0])),
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
    torch.testing.assert_close(terms(*given), wanted)


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
        if has_effects(tree): continue
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


def test_a_loss_is_read_by_words_and_without_them():
    giou, bce = (next(f for f in formulas if f.terms.__name__ == n)
                 for n in ("giou", "binary_cross_entropy"))
    assert giou.may_be("GIoULoss") and giou.may_be("giou_loss") and not giou.may_be("iou_loss")
    assert bce.may_be("BCELoss") and not bce.may_be("dice_bce")


@pytest.mark.parametrize("code", ["global n; n = 1", "self.n = x.mean()", "print(x)",
                                  "log.write(x)", "\n    while x: pass"])
def test_what_changes_more_than_a_value_is_not_run_again(code):
    assert has_effects(ast.parse(f"def f(self, x): {code}").body[0])


def test_what_a_loss_makes_itself_it_may_change():
    code = ("def f(x):\n    parts, y = [], x.clone()\n    y[0] = 1\n    parts.append(y)\n"
            "    y.mul_(2)\n    'said'\n    return sum(parts)")
    assert not has_effects(ast.parse(code).body[0])


def test_an_operation_of_too_many_numbers_is_refused():
    row, column, wide = torch.ones(1000), torch.ones(1000, 1), torch.ones(1000, 20)
    with Bounded(100_000):
        for small in (lambda: row + row, lambda: wide.T @ wide, lambda: wide @ wide[:20].T,
                      lambda: torch.ones(50, 3) @ torch.ones(3, 40), lambda: row[row > 0],
                      lambda: torch.bmm(torch.ones(4, 30, 5), torch.ones(4, 5, 30))):
            small()
        for large in (lambda: row - column, lambda: wide @ wide.T, lambda: torch.outer(row, row),
                      lambda: torch.cdist(wide, wide), lambda: torch.where(column > 0, row, 0*row)):
            with pytest.raises(MemoryError): large()
    row - column


def test_arguments_stay_as_they_are():
    "Without its exp, as the search tries it, the copy that the loss changes is the argument."
    def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta=.1):
        scale = ref_chosen.exp()
        scale *= 2
        return -F.logsigmoid(beta*((chosen + rejected) - (ref_chosen - ref_rejected))).mean()
    torch.manual_seed(0)
    four = [torch.randn(8, requires_grad=k < 2) for k in range(4)]
    before = [t.detach().clone() for t in four]
    found = lossfx.diagnose(dpo_loss, *four)
    assert "LX650" in [f.id for f in found]
    assert all(torch.equal(a, b) for a, b in zip(before, four))


def test_a_training_is_searched_once():
    "The changes of a loss are tried at the first call that is watched, and at no later one."
    times = []

    def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta=.1):
        times.append(1)  # which is no edited code: a list of this test
        return -F.logsigmoid(beta*((chosen + rejected) - (ref_chosen - ref_rejected))).mean()
    torch.manual_seed(0)
    four = [torch.randn(8, requires_grad=k < 2) for k in range(4)]
    watched = lossfx.watch(dpo_loss)
    counts = []
    for _ in range(3):
        times.clear()
        watched(*four)
        counts.append(len(times))
    watched.watch.stop()
    assert "LX650" in [f.id for f in watched.watch.found]
    assert counts[0] > counts[1] == counts[2]
