"Every public loss is registered with what a reader searches for, and `find_losses` finds it."
import json
import pickle
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from docs_names import module_of

import lossfx
from lossfx.core import (
    Along, Fraction, InvalidArgumentError, Labels, as_loss, equalities, equals, multiclass,
    register, registered,
)
from lossfx.equivalences import plot_ties, short_name, ties
from lossfx.plot import gallery, picture_lines, small_picture
from lossfx.registry import LossTable, find_losses, markdown_table

NBS = Path(__file__).resolve().parent.parent / "nbs"


def public_losses():
    "The losses of `lossfx` by name, but for the linear heads, which are made of others."
    held = {n: f for n, f in vars(lossfx).items() if hasattr(f, "formula")}
    return {n: f for n, f in held.items() if not f.door.__name__.startswith("linear")}


@pytest.fixture
def planted():
    "A loss that is registered for one test, with a name that no table has room for."
    @as_loss(multiclass)
    def planted_loss(logits, labels: Labels, *, gamma: Fraction = 0.5):
        """A loss.

        Source: Nobody (1900),
        nowhere.
        Departs: from all others."""
        return gamma * labels.dot(logits)

    planted_loss.__name__ = "planted_loss_" + "x" * 100
    register(planted_loss, family="planted", task="nothing at all",
             other_names={"Atlantis": "PlantLoss2d"}, keywords="weeds | herbs, flower bed")
    yield registered[planted_loss.__name__]
    del registered[planted_loss.__name__]


def test_the_losses_of_this_library_are_here(): assert len(public_losses()) >= 5


@pytest.mark.parametrize("name", public_losses())
def test_a_public_loss_has_an_entry(name):
    entry = registered[name]
    assert entry.loss is public_losses()[name] and entry.name == name
    assert entry.family.strip() and entry.task.strip() and entry.inputs and entry.labels
    assert entry.source and entry.source in " ".join(entry.loss.__doc__.split())
    assert "Departs:" not in entry.source and "Arguments:" not in entry.source
    if not entry.module: return
    assert entry.module is getattr(lossfx, entry.module.__name__)
    assert entry.module.function is entry.loss


@pytest.mark.parametrize("name", registered)
def test_a_loss_is_found_by_each_of_its_names(name):
    entry = registered[name]
    spelled = [name.replace("_", other) for other in (" ", "-", "")]
    texts = [name, name.upper(), *spelled, entry.family, entry.task, entry.source]
    texts += [*entry.other_names, *entry.other_names.values(), *entry.keywords.split(",")]
    texts += [f"{owner} {other}" for owner, other in entry.other_names.items()]
    if entry.module: texts.append(entry.module.__name__)
    for text in texts:
        found = find_losses(text)
        assert name in found.names and not found.note, text


@pytest.mark.parametrize("name", registered)
def test_a_loss_is_found_by_each_of_its_facts(name):
    entry = registered[name]
    soft = any(kind.startswith("probabilities") for kind in entry.labels)
    filters = dict(family=entry.family, task=entry.task.upper(), inputs=entry.inputs,
                   soft_labels=soft)
    assert name in find_losses(**filters).names
    for kind in entry.labels: assert name in find_losses(labels=kind).names
    for option in entry.options: assert name in find_losses(option=option, **filters).names
    assert name not in find_losses(soft_labels=not soft).names


@pytest.mark.parametrize("text, filters", [
    ("svm", {}), ("label noise", {}), (None, dict(family="margin")),
    (None, dict(task="classification")), (None, dict(inputs="logits")),
    (None, dict(labels="-1 and +1")), (None, dict(labels="class indices")),
    (None, dict(soft_labels=True)), (None, dict(soft_labels=False)),
    (None, dict(option="margin")), (None, dict(option="class_weight")),
    ("hinge", dict(inputs="scores", option="power")),
])
def test_a_filter_keeps_some_and_drops_some(text, filters):
    found, everything = find_losses(text, **filters), find_losses()
    assert 0 < len(found) < len(everything) and set(found.names) < set(everything.names)
    assert not found.note


def test_nothing_is_filtered_without_arguments():
    for nothing in (None, "", " _ "): assert find_losses(nothing).names == list(registered)


def test_a_planted_loss_appears_and_goes(planted):
    name = planted.name
    for text in ("weeds", "bed", "flower-bed", "herbs weeds", "Nobody 1900", "plant_loss2d",
                 "plantloss2d", "atlantis", "nothing_at ALL"):
        assert find_losses(text).names == [name], text
    for filters in (dict(family="Planted"), dict(task="nothing at all"),
                    dict(family="planted", option="gamma", soft_labels=True)):
        assert find_losses(**filters).names == [name], filters
    assert find_losses("lanted").note and not find_losses("weeds", soft_labels=False).names
    assert planted.source == "Nobody (1900), nowhere."
    assert planted.options == {"gamma": "from 0 to 1"}
    del registered[name]
    try:
        assert name not in find_losses().names
        with pytest.raises(InvalidArgumentError): find_losses(family="planted")
    finally: registered[name] = planted


def test_the_table_of_a_planted_loss(planted):
    table = find_losses()
    lines = repr(table).splitlines()
    assert max(map(len, lines)) <= 100 and "    called elsewhere: Atlantis: PlantLoss2d" in lines
    parts = [line.split()[0] for line in lines if line.startswith(("planted_loss_", "xxx"))]
    assert "".join(parts) == planted.name
    rows = table._repr_markdown_().splitlines()
    assert len(rows) == 2 + len(table) and {row.count(" | ") for row in rows} == {6}
    for row, name in zip(rows[2:], table.names): assert row.startswith(f"| `{name}` | ")


def test_the_table_is_a_list():
    table = find_losses()
    assert isinstance(table, LossTable) and isinstance(table[1:3], LossTable)
    assert table[0] == registered[table.names[0]]
    assert table[1:3].names == table.names[1:3] and table[::-1].names == table.names[::-1]
    again = pickle.loads(pickle.dumps(table))
    assert again == table and isinstance(again, LossTable) and repr(again) == repr(table)
    assert repr(LossTable()) == LossTable()._repr_markdown_() == "No loss."


def test_libraries_are_found_by_what_they_are_called():
    known = lambda whose: {e.name for e in find_losses() if whose in e.other_names}
    assert set(find_losses("PyTorch").names) == known("torch") | known("pytorch-metric-learning")
    assert set(find_losses("PML").names) == known("pytorch-metric-learning")
    assert find_losses("sklearn").names == find_losses("scikit-learn").names != []


@pytest.mark.parametrize("text, meant", [
    ("hindge", "hinge"), ("crossentrpy", "crossentropy"),
    ("supprt vector", "support vector"),
])
def test_a_mistyped_word_is_guessed_and_said(text, meant):
    found = find_losses(text)
    assert found and found.names == find_losses(meant).names
    assert found.note == f"No loss matches {text!r}; these match {meant!r}."
    assert repr(found).endswith(found.note)


@pytest.mark.parametrize("text, filters, note", [
    ("zzz", {}, "No loss matches 'zzz'. Found without 'zzz': {all}."),
    ("zzz qqq", {}, "No loss matches 'zzz' and 'qqq'. Leave out two or more of these."),
    ("svm", dict(inputs="distances", option="power"),
     "No loss matches 'svm' and inputs='distances' and option='power'. "
     "Found without inputs='distances': {svm}."),
])
def test_an_empty_table_says_what_to_loosen(text, filters, note):
    found = find_losses(text, **filters)
    note = note.format(all=len(registered), svm=len(find_losses("svm", option="power")))
    assert list(found) == [] and found.names == [] and repr(found) == found.note == note


@pytest.mark.parametrize("filters, parts", [
    (dict(family="marginal"), ["family must be one of ", "'cross entropy'", "got 'marginal'",
                               "Did you mean 'margin'?"]),
    (dict(task="clasification"), ["task must be one of ", "Did you mean 'classification'?"]),
    (dict(inputs="logit"), ["inputs must be one of ", "'distances'", "Did you mean 'logits'?"]),
    (dict(labels="classes"), ["labels must be one of ", "'-1 and +1'",
                              "Did you mean 'class indices'?"]),
    (dict(option="Margins"), ["option must be one of ", "Did you mean 'margin'?"]),
    (dict(soft_labels="some"), ["soft_labels must be one of True, False", "got 'some'"]),
    (dict(family=3), ["family must be one of ", "got 3"]),
    (dict(text=lossfx.hinge_loss), ["text must be words to search for", "label noise"]),
])
def test_unknown_values_are_refused(filters, parts):
    with pytest.raises(InvalidArgumentError) as e: find_losses(**filters)
    for part in parts: assert part in str(e.value)
    assert e.value.name == next(iter(filters))


def test_filters_go_by_name():
    with pytest.raises(TypeError): find_losses("hinge", "margin")


def cells(name): return json.loads((NBS / name).read_text(encoding="utf-8"))["cells"]


def shown(name):
    "The HTML that the saved outputs of a page hold."
    outputs = [o.get("data", {}) for c in cells(name) for o in c.get("outputs", [])]
    return "".join("".join(data.get("text/html", "")) for data in outputs)


@pytest.mark.parametrize("name", public_losses())
def test_the_page_of_a_loss_is_known(name):
    entry = registered[name]
    module = module_of(["".join(c["source"]) for c in cells(entry.page)])
    assert f"lossfx.{module.replace('/', '.')}" == entry.loss.__module__


@pytest.mark.parametrize("name", public_losses())
def test_a_public_loss_is_in_the_gallery(name):
    "With a picture in which an option of its own varies; `tools/outputs.py` saves it."
    entry, page = registered[name], shown("guides/03_gallery.ipynb")
    _, varied, lines = picture_lines(entry, 7)
    assert not entry.options or (varied in entry.options and len(lines) > 1), "register(picture=)"
    drawn = [y for y in lines.values() if y.isfinite().all() and y.max() > y.min()]
    assert len(drawn) == len(lines) == len({tuple(y.tolist()) for y in drawn})
    assert f'aria-label="{entry.title} against ' in page, "run tools/outputs.py 03_gallery"
    assert page.count(f'href="../{entry.page}"') >= 2


def test_the_gallery_takes_what_is_registered(planted):
    assert gallery([planted], "../").html.count("<svg") == 1  # the door says what to draw
    assert "planted_<wbr>loss" in gallery([planted]).html and "<a" not in gallery([planted]).html
    along = Along("x < 1", 0, 1, lambda v: planted.along)
    with pytest.raises(TypeError): small_picture(planted._replace(along=along))
    strange = planted._replace(loss=lambda: None)
    strange.loss.door = strange.loss.formula = strange.loss
    assert "nothing at all" in gallery([strange]).html and "<svg" not in gallery([strange]).html
    with pytest.raises(InvalidArgumentError, match="Give along=Along"): picture_lines(strange)


def test_the_names_of_others(planted):
    table = find_losses().other_names
    assert dict(name="PlantLoss2d", whose="Atlantis", here=planted.name) in table
    assert len(table) == sum(len(e.other_names) for e in registered.values())
    assert [r["whose"].casefold() for r in table] == sorted(r["whose"].casefold() for r in table)
    assert f"| PlantLoss2d | Atlantis | `{planted.name}` |" in table._repr_markdown_().splitlines()
    assert find_losses("weeds")[:0].other_names._repr_markdown_() == "No name."


def test_a_table_in_markdown():
    rows = [dict(a="x|y", b="`|`"), dict(a="", b="z")]
    assert markdown_table(rows).splitlines() == [
        "| a | b |", "| -- | -- |", r"| x\|y | `\|` |", "|  | z |"]
    assert markdown_table([]) == ""


def test_every_loss_and_every_tie_is_in_the_picture_of_the_family(planted):
    def drawn():
        ax = plot_ties()
        names = ["".join(t.get_text().split()) for t in ax.texts]
        plt.close(ax.figure)
        return len(ax.patches), names
    name = short_name(planted.name)
    before, names = drawn()
    assert before == len(ties()) and names.count(name.replace(" ", "")) == 1
    for n in registered:
        assert short_name(n).replace("cross entropy", "CE").replace(" ", "") in names, n

    @equals(planted.loss, into="hinge_loss")
    def planted_tie(): "It is not."
    try: assert drawn()[0] == before + 1 and ties()[name, "hinge"] is False
    finally: del equalities[f"{planted.name}.planted_tie"]
