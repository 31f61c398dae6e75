"""The page that trains: its losses are those of Python, its nets learn as those of torch.

What is expected comes from the public functions of lossfx, by autograd in float64."""
import re
from itertools import product

import lossfx
from lossfx.fast.rules import has_rule
import pytest
import test_browser as site
import torch
from docs_train import function, losses_script, options_of, train_script, with_rule
from torch.nn.functional import one_hot

KILOBYTES = 20  # of the script
TOLERANCE = 1e-6
PLACE = "guides/train_in_the_browser.html"
CROSS_ENTROPY = "soft_label_cross_entropy_with_logits"
browser, open_page = site.browser, site.open_page  # fixtures


def of_page(test):
    "Mark a test that opens the page."
    missing = pytest.mark.skipif(not site.BROWSER, reason=site.INSTALL)
    unbuilt = pytest.mark.skipif(PLACE not in site.PAGES, reason="docs/ lacks it: run `make docs`")
    return pytest.mark.browser(missing(unbuilt(test)))


def test_the_script_is_small_and_asks_for_nothing():
    text = train_script()
    assert text == train_script() and len(text.encode()) <= 1000 * KILOBYTES
    assert not [w for w in ("http", "import", "fetch", "eval(", "src") if w in text]


@pytest.mark.site
def test_the_script_is_fresh():
    saved = (site.DOCS / "site/train.js").read_text(encoding="utf-8")
    assert saved == train_script(), "run `make docs`"


def test_all_losses_with_a_rule_are_there():
    names = {e.name for e in lossfx.find_losses() if has_rule(e.loss)}
    assert {f.__name__ for f in with_rule()} == names and with_rule()[0].__name__ == CROSS_ENTROPY
    options = options_of(lossfx.generalized_cross_entropy_with_logits)
    assert options["q"] == {"value": .7, "min": 0, "max": 1}
    assert options["soft"] == {"value": "surprise", "choices": ("surprise", "average")}


@pytest.mark.site
def test_losses_without_a_rule_are_named_on_the_page():
    text = (site.DOCS / PLACE).read_text(encoding="utf-8")
    text = text.partition('id="which-losses-are-here"')[2]
    without = [e.name for e in lossfx.find_losses() if not has_rule(e.loss)]
    words = set(re.findall(r"\w+", re.sub("<[^>]*>", "", text)))
    assert len(without) > 20 and not set(without) - words
    assert not words & {f.__name__ for f in with_rule()}


def branches(t, l, order, kind):
    "With all that a rule may have."
    if kind is None: return t - (l-1),-t
    elif order >= 2 and kind == 'a':
        w,slope = t,1
        w += l
    else: w = slope = 1 if kind != 'b' else 0
    p = torch.where((t > 0) & (l < -1.5), torch.exp(l), torch.where(w == 1, -l, 2/(t*l)))
    return p,-(slope-w)


def in_javascript(t, l, order, kind):
    "What of it can be translated."
    if kind is None: return t - (l-1),-t
    elif order >= 2 and kind == 'a':
        w,slope = t,1
        w += l
    else: w,slope = 0,1 if kind != 'b' else 0
    p = torch.where((t > 0) & (l < -1.5), torch.exp(l), torch.where(w == 1, -l, 2/(t*l)))
    return p,-(slope-w)


def test_a_rule_is_translated():
    assert function(in_javascript) == """function in_javascript(t, l, { order, kind }) {
  let slope, w;
  if (kind === null) return [t - (l - 1), -t];
  else if (order >= 2 && kind === "a") {
    [w, slope] = [t, 1];
    w += l;
  }
  else [w, slope] = [0, kind !== "b" ? 1 : 0];
  let p = t > 0 && l < -1.5 ? exp(l) : w === 1 ? -l : 2/(t*l);
  return [p, -(slope - w)];
}
"""


def with_power(t, l): return l**2,t
def with_sine(t, l): return torch.sin(l),t
def with_name(t, l):
    new = t*l
    return new,t


@pytest.mark.parametrize("rule, message", [
    (branches, "no JavaScript is known for `w = slope = "),
    (with_power, r"`l \*\* 2`"),
    (with_sine, r"`torch.sin\(l\)`"),
    (with_name, "new means something to JavaScript"),
])
def test_what_is_not_known_is_refused(rule, message):
    with pytest.raises(ValueError, match=message): function(rule)


def test_two_rules_of_one_name_are_refused():
    class Loss:
        "What is read of a loss."
        __name__, options = "other", {}

    def cross_entropy_rule(t, l): return t*l,t
    loss = Loss()
    loss.formula = type("", (), {"rule": (cross_entropy_rule, None)})
    losses_script([loss])
    with pytest.raises(ValueError, match="called cross_entropy_rule"):
        losses_script([loss, lossfx.soft_label_cross_entropy_with_logits])


@pytest.fixture
def still(browser):
    "The page, for who wants less motion: it waits for a button."
    context = browser.new_context(reduced_motion="reduce")
    page = site.visit(context.new_page(), PLACE)
    yield page
    assert not page.problems
    context.close()


def press(page, name, times=1):
    for _ in range(times): page.get_by_role("button", name=name, exact=True).click()


def settle(page): page.evaluate("() => new Promise(requestAnimationFrame)")


def turn(page, **knobs):
    "Set knobs by their names."
    for name, value in knobs.items():
        if name == "loss": page.locator("#train .loss").select_option(value)
        else: page.locator(f"#train [name={name}]").fill(str(value))


def numbers(page):
    "What stands below each plane: a dict each."
    settle(page)
    columns = [t.split("\n") for t in page.locator("#train dl").all_inner_texts()]
    return [dict(zip(c[::2], c[1::2])) for c in columns]


def tried(options):
    "Options of a loss: its defaults, each choice, and of each number its limits and one more."
    numeric = {n: o for n, o in options.items() if "choices" not in o}
    names = [n for n in options if n not in numeric]
    for picked in product(*(options[n]["choices"] for n in names)):
        own = {n: o["value"] for n, o in numeric.items()} | dict(zip(names, picked))
        yield own
        for n, o in numeric.items():
            others = {o.get("min"), o.get("max"), .6 * (1 if o["value"] is None else o["value"])}
            yield from (own | {n: v} for v in others - {None})


def grid(C):
    "Logits, near ties and far apart, and labels: one class, several."
    logits = [*product((-5., -.4, 0., 1.3, 6.), repeat=C)]
    logits += [40., -40., 0.][:C], [-99., 0., 99.][-C:]
    labels = [*torch.eye(C).tolist(), [.7, .3, 0.][:C], [.6, .1, .3] if C == 3 else [.1, .9]]
    pairs = list(product(logits, labels))
    return [torch.tensor(v, dtype=torch.float64) for v in zip(*pairs)]


IN_PAGE = """([name, z, t, options]) => z.map((row, i) => {
  const { value, gradient } = train.lossAndGradient(name, row, t[i], options);
  return [value, ...gradient];
})"""


@of_page
def test_values_and_gradients_are_those_of_python(still, fact):
    assert still.evaluate("Object.keys(train.losses)") == [f.__name__ for f in with_rule()]
    worst, wrong, count = 0, [], 0
    for loss, C in product(with_rule(), (2, 3)):
        z, t = grid(C)
        for options in tried(options_of(loss)):
            x = z.clone().requires_grad_()
            values = loss(x, t, reduction="none", **options)
            gradient, = torch.autograd.grad(values.sum(), x)
            found = still.evaluate(IN_PAGE, [loss.__name__, z.tolist(), t.tolist(), options])
            wanted = torch.cat([values[:, None], gradient], -1).detach()
            away = (torch.tensor(found, dtype=torch.float64) - wanted).abs().max().item()
            worst, count = max(worst, away), count + len(z)
            if not away <= TOLERANCE: wrong.append(f"{loss.__name__} {options}, C={C}: {away}")
    assert not wrong and count > 20_000, "\n".join(wrong)
    fact(f"losses in the browser are within {worst:.1e} of Python, in {count:,} points")


LEARNT = """() => ({
  points: train.shown().map(({ x, y }) => [x, y]), labels: train.shown().map((p) => p.label),
  nets: train.sides.map((s) => s.net.map(({ m, w }) => [m, [...w]])),
  curves: train.sides.map((s) => s.curve) })"""


def by_torch(points, labels, net, loss, steps, rate=.02):
    "Weights and losses as torch trains the net of the page: rows of weights, each with its offset."
    weights = [torch.tensor(w, dtype=torch.float64).view(m, -1).requires_grad_() for m, w in net]
    adam, curve = torch.optim.Adam(weights, rate), []
    for _ in range(steps):
        adam.zero_grad()
        (a, b), x = weights, points
        z = (x @ a[:, :-1].T + a[:, -1]).tanh() @ b[:, :-1].T + b[:, -1]
        value = loss(z, labels)
        value.backward()
        adam.step()
        curve.append(value.item())
    return weights, torch.tensor(curve, dtype=torch.float64)


@of_page
@pytest.mark.parametrize("knobs", [
    dict(noise=0, ratio=5, loss="cross entropy", alpha=.1, tau=1.5),
    dict(loss="generalized cross entropy", alpha=.1),
    dict(classes=2, loss="focal"),
], ids=str)
def test_nets_learn_as_those_of_torch(still, knobs):
    "Left cross entropy; right the loss that is chosen, of labels and logits that the knobs change."
    turn(still, **knobs)
    before = still.evaluate(LEARNT)
    press(still, "1 step", 5)
    after = still.evaluate(LEARNT)
    points = torch.tensor(before["points"], dtype=torch.float64)
    labels = torch.tensor(before["labels"])
    soft = lossfx.smooth_soft_labels(one_hot(labels).double(), knobs.get("alpha", 0.))
    prior, adjusted = soft.new_tensor(labels.bincount().tolist()) / len(labels), "tau" in knobs
    cross_entropy = lossfx.soft_label_cross_entropy_with_logits
    right = {
        "cross entropy": lambda z, _: lossfx.logit_adjusted_cross_entropy_with_logits(
            z, soft, prior=prior, tau=knobs["tau"] if adjusted else 0.),
        "generalized cross entropy":
            lambda z, _: lossfx.generalized_cross_entropy_with_logits(z, soft),
        "focal": lambda z, _: lossfx.focal_loss_with_logits(z, labels),
    }[knobs["loss"]]
    for at, loss in enumerate((cross_entropy, right)):
        weights, curve = by_torch(points, labels, before["nets"][at], loss, 5)
        assert (torch.tensor(after["curves"][at]) - curve).abs().max() < TOLERANCE
        for w, (_, found) in zip(weights, after["nets"][at]):
            assert (w.flatten() - torch.tensor(found)).abs().max() < TOLERANCE


@of_page
def test_every_loss_is_lowered(still):
    choices = still.locator("#train .loss option").all_inner_texts()
    assert len(choices) == len(with_rule()) and "Left: cross entropy" in still.locator(
        "#train figcaption").first.inner_text()
    for choice in choices:
        turn(still, loss=choice)
        press(still, "100 steps")
        settle(still)
        curve = still.evaluate("train.sides[1].curve")
        assert len(curve) == 100 and curve[-1] < curve[0] - .01, choice
        assert still.locator("#train figcaption").last.inner_text() == f"Right: {choice}"


@of_page
@pytest.mark.parametrize("knobs, steps, left, right", [
    ({}, 5, {"Correct": 73, "Wrong learnt": 36}, {"Correct": 85, "Wrong learnt": 19}),
    ({}, 15, {"Correct": 62}, {"Correct": 84}),
    ({"loss": "classification mae"}, 5, {}, {"Correct": 85}),
    (dict(noise=0, ratio=10, size=200, loss="cross entropy", tau=1), 2,
     {"By class": (94, 97, 61)}, {"By class": (89, 94, 78)}),
    (dict(noise=0, loss="cross entropy", alpha=.1), 5,
     {"Correct": 88, "Confidence": 92}, {"Correct": 88, "Confidence": 85}),
    (dict(noise=0, loss="cross entropy", alpha=.3), 5, {}, {"Correct": 88, "Confidence": 73}),
], ids=str)
def test_the_page_shows_what_it_says(still, knobs, steps, left, right):
    "The numbers in its text; another processor may change the last digit, so two are granted."
    turn(still, **knobs)
    press(still, "100 steps", steps)
    for shown, said in zip(numbers(still), (left, right)):
        for name, wanted in said.items():
            found = [float(v) for v in shown[name].removesuffix(" %").split(" / ")]
            wanted = wanted if isinstance(wanted, tuple) else (wanted,)
            assert found == pytest.approx(wanted, abs=2), (name, shown)


@of_page
def test_the_keyboard_does_all(still):
    "Each control is reached by Tab, in both planes a point is chosen, moved, added and removed."
    controls = still.locator("#train :is(button, select, input, canvas):visible")
    still.locator("#train .run").focus()
    met = []
    for _ in range(controls.count()):
        met.append(still.evaluate("[...document.querySelectorAll('#train *')]"
                                  ".indexOf(document.activeElement)"))
        outline = still.evaluate(site.FOCUS)
        assert outline[1] != "none" and outline[2] >= 2, outline
        still.keyboard.press("Tab")
    assert len(set(met)) == controls.count() and -1 not in met
    assert not still.evaluate("document.activeElement.closest('#train')")

    turn(still, noise=0)
    points = "train.shown().map(({ x, y, k }) => [x, y, k])"
    said = still.locator("#train .status")
    for at in range(2):
        still.locator("#train canvas").nth(at).focus()
        before = still.evaluate(points)
        still.keyboard.press("n")
        assert said.inner_text().startswith("Point 1 of 120: class 1, at ")
        still.keyboard.press("ArrowRight")
        still.keyboard.press("Shift+ArrowDown")
        after = still.evaluate(points)
        assert after[0] == pytest.approx([before[0][0] + .02, before[0][1] - .1, 0])
        assert after[1:] == before[1:]
        still.keyboard.press("2")
        assert still.evaluate(points)[0][2] == 1 and "class 2" in said.inner_text()
        still.keyboard.press("1")
        still.keyboard.press("p")
        assert said.inner_text().startswith("Point 120 of 120")
        still.keyboard.press("Enter")
        assert said.inner_text().startswith("Point 121 of 121")
        still.keyboard.press("Delete")
        assert said.inner_text() == "120 points" and len(still.evaluate(points)) == 120
        press(still, "New points")
    turn(still, size=200)
    before = len(still.evaluate(points))
    still.locator("#train canvas").first.focus()
    for _ in range(205 - before): still.keyboard.press("Enter")
    assert len(still.evaluate(points)) == 200 and said.inner_text() == "200 points are the most."


@of_page
def test_the_mouse_moves_and_adds_points(still):
    canvas = still.locator("#train canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    half = box["width"] / 2
    def at(x, y): return box["x"] + (1 + x) * half, box["y"] + (1 - y) * half
    x, y = still.evaluate("[train.shown()[0].x, train.shown()[0].y]")
    still.mouse.move(*at(x, y))
    still.mouse.down()
    still.mouse.move(*at(-.9, -.9))
    still.mouse.up()
    x, y = still.evaluate("[train.shown()[0].x, train.shown()[0].y]")
    assert (x, y) == pytest.approx((-.9, -.9), abs=.02)
    still.mouse.click(*at(.9, -.95))
    assert still.locator("#train .status").inner_text().startswith("Point 121 of 121: class 1")
    press(still, "3")
    assert "class 3" in still.locator("#train .status").inner_text()
    press(still, "Remove point")
    assert still.locator("#train .status").inner_text() == "120 points"


@of_page
def test_a_finger_moves_a_point_and_else_scrolls(browser):
    context = browser.new_context(has_touch=True, is_mobile=True, reduced_motion="reduce")
    page = site.visit(context.new_page(), PLACE, width=390, height=850)
    canvas = page.locator("#train canvas").first
    canvas.scroll_into_view_if_needed()
    box, finger = canvas.bounding_box(), context.new_cdp_session(page)

    def touch(kind, *at):
        places = [{"x": box["x"] + (1 + x) * box["width"] / 2,
                   "y": box["y"] + (1 - y) * box["width"] / 2} for x, y in at]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def swipe(*places):
        touch("touchStart", places[0])
        for at in places[1:]: touch("touchMove", at)
        touch("touchEnd")

    first = "[train.shown()[0].x, train.shown()[0].y]"
    before, scrolled = page.evaluate(first), page.evaluate("scrollY")
    swipe(before, [0, 0], [-.8, -.8])
    assert page.evaluate(first) == pytest.approx([-.8, -.8], abs=.02)
    assert page.evaluate("scrollY") == scrolled
    swipe(*([.93, .93 + .2 * k] for k in range(8)))
    page.wait_for_function(f"scrollY != {scrolled}")
    assert page.evaluate("train.shown().length") == 120 and not page.problems
    context.close()


@of_page
def test_cross_entropy_comes_to_meet_a_lone_point(still):
    "A point of class 1 in the cloud of class 2: the generalised one leaves it there, as it says."
    turn(still, noise=0)
    press(still, "100 steps", 3)
    still.evaluate("Object.assign(train.shown()[0], { x: -.45, y: -.3 })")
    found = "train.sides.map((s) => train.predict(s.net, [-.45, -.3])[0])"
    left, right = still.evaluate(found)
    assert left < .01 and right < .01
    press(still, "100 steps", 12)
    left, right = still.evaluate(found)
    assert left > .35 and right < .01


@of_page
def test_a_number_that_python_refuses_is_marked(still):
    q = still.get_by_label("q", exact=True)
    code = still.locator("#train code")
    for value, good in (("2", False), ("", False), ("0.35", True)):
        q.fill(value)
        settle(still)
        assert q.get_attribute("aria-invalid") == str(not good).lower()
        assert ("q=0.35" in code.inner_text()) == good
    assert code.inner_text() == ('generalized_cross_entropy_with_logits('
                                 'logits, labels, q=0.35, soft="surprise")')
    still.get_by_label("Label smoothing").fill("0.1")
    still.get_by_label("Logit adjustment").fill("1")
    settle(still)
    assert "(logits + 1*prior.log(), smooth_soft_labels(one_hot, 0.1), q=" in code.inner_text()


@of_page
def test_it_runs_by_itself_and_can_be_paused(open_page, still):
    settle(still)
    assert still.locator("#train .count").inner_text() == "0 steps"
    page = open_page(PLACE)
    page.wait_for_function("train.sides[0].curve.length > 20")
    press(page, "Pause")
    settle(page)
    count = page.locator("#train .count").inner_text()
    page.wait_for_timeout(200)
    assert page.locator("#train .count").inner_text() == count
    press(page, "Run")
    page.wait_for_function("train.sides[0].curve.length >= 500")
    page.get_by_role("button", name="Run", exact=True).wait_for()
    assert not page.problems


@of_page
def test_planes_are_light_or_dark_as_the_site_is(still):
    corner = """() => [...document.querySelectorAll('#train canvas')].map((plane) => {
      const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      copy.drawImage(plane, 0, 0);
      return [...copy.getImageData(3, 3, 1, 1).data].slice(0, 3);
    })"""
    settle(still)
    light = still.evaluate(corner)
    still.emulate_media(color_scheme="dark")  # a page is told of it some frames later
    other = f"light => JSON.stringify(({corner})()) != JSON.stringify(light)"
    still.wait_for_function(other, arg=light)
    dark = still.evaluate(corner)
    assert all(sum(a) > sum(b) + 100 for a, b in zip(light, dark)), (light, dark)
    press(still, "Dark")
    settle(still)
    assert still.evaluate(corner) == light
