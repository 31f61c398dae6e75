"The site in a real browser, opened from disk: what a reader sees and does works, with no network."
import gzip
import os
import re
import shutil
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.html"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
INSTALL = "no chromium is installed (Debian, Ubuntu: apt install chromium)"
KILOBYTES = 250  # that a page may load, compressed
LEGIBLE = 9  # pixels of the smallest text in a picture
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BROWSER, reason=INSTALL),
    pytest.mark.skipif(not PAGES, reason="docs/ is not built: run `make docs`"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    "A function that opens a page of the site in a window of its own."
    contexts = []

    def open_(name, scheme="light", width=1360, height=900):
        contexts.append(browser.new_context())
        return visit(contexts[-1].new_page(), name, scheme, width, height)

    yield open_
    for c in contexts: c.close()


@pytest.fixture(scope="module")
def read(browser):
    "A function that opens a page of the site where the one before was: no new process begins."
    context = browser.new_context()
    page = context.new_page()
    yield lambda name: visit(page, name)
    context.close()


def visit(page, name, scheme="light", width=1360, height=900):
    "Go to a page of the site; what went wrong on it is in `problems`, what it loads in `loaded`."
    if not hasattr(page, "problems"):
        page.problems, page.loaded = listen(page), []
        page.on("request", lambda r: page.loaded.append(r.url))
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    page.problems.clear()
    page.loaded.clear()
    page.goto((DOCS / name).as_uri())
    return page


def listen(page):
    "A list that what goes wrong on a page is added to."
    problems = []

    def console(message):
        if message.type in ("error", "warning"): problems.append(f"console: {message.text}")

    def request(r):
        if not r.url.startswith(("file://", "data:")): problems.append(f"asks for {r.url}")

    page.on("console", console)
    page.on("request", request)
    page.on("pageerror", lambda e: problems.append(f"error: {e}"))
    page.on("requestfailed", lambda r: problems.append(f"failed: {r.url}"))
    return problems


def first_with(text):
    "The first page whose source has a text."
    return next(p for p in PAGES if text in (DOCS / p).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def weigh(fact):
    "A function of a page: the kilobytes of all that it has loaded, each file compressed."
    compressed = cache(lambda path: len(gzip.compress(Path(path).read_bytes())) / 1000)
    weights = {}

    def weigh_(page):
        paths = {unquote(urlparse(u).path) for u in page.loaded if u.startswith("file:")}
        weights[page.url] = sum(map(compressed, filter(os.path.exists, paths)))
        return weights[page.url]

    yield weigh_
    if weights: fact(f"the heaviest page loads {max(weights.values()):.0f} KB compressed")


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_sound(read, name, weigh):
    """Nothing fails or asks another host, all that is loaded is light, and what SOUND looks for is
    right, folded parts too: contrast, headings, landmarks, alt texts, formulas, lines that are cut,
    text in pictures. Who searches loads the index of the search, whose entries have a limit."""
    page, wrong = read(name), []
    page.evaluate("""for (const d of document.querySelectorAll('main details')) d.open = true;
        for (const i of document.images) i.loading = 'eager';""")
    page.wait_for_function("[...document.images].every(i => i.complete)")
    page.evaluate("document.fonts.ready.then(() => true)")
    if (weight := weigh(page)) > KILOBYTES: wrong.append(f"loads {weight:.0f} KB")
    for width, scheme in ((1360, "light"), (1360, "dark"), (390, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        wrong += [f"{width} px, {scheme}: {w}" for w in page.evaluate(SOUND)]
        pictures = page.evaluate("[...document.images].map(i => [i.src, i.clientWidth])")
        for src, shown in pictures:
            if src.endswith(".svg") and (size := smallest_text(src, shown)) < LEGIBLE:
                wrong.append(f"{width} px: text of {size:.1f} px in {Path(src).name}")
    assert not page.problems + wrong, "\n".join(page.problems + wrong)


def smallest_text(url, width):
    "The size of the smallest text of an SVG file that is shown `width` pixels wide."
    text = Path(unquote(urlparse(url).path)).read_text(encoding="utf-8")
    whole = float(re.search(r'viewBox="0 0 ([\d.]+)', text)[1])
    sizes = re.findall(r"font(?:-size)?: (?:[a-z]+ )?([\d.]+)px", text)
    return min(map(float, sizes), default=99) * width / whole


SOUND = r"""() => {
  const wrong = [], root = document.documentElement, all = s => [...document.querySelectorAll(s)];
  const named = e => e.outerHTML.replace(/\s+/g, ' ').slice(0, 90);
  if (root.scrollWidth > innerWidth) wrong.push(`is ${root.scrollWidth} px wide`);

  for (const i of document.images) {
    if (!i.alt) wrong.push(`no alt text: ${i.src.slice(-40)}`);
    if (!i.naturalWidth) wrong.push(`does not load: ${i.src.slice(-40)}`);
  }
  for (const m of all('.math')) {
    if (!m.querySelector('.katex-html')) wrong.push(`not typeset: ${m.textContent.slice(0, 60)}`);
  }
  for (const e of all('.katex-error')) wrong.push(`bad formula: ${e.textContent}`);

  // What is wider than its box: no formula, no code, no output on a desk; else a shadow says so
  const cut = e => e.clientWidth && e.scrollWidth > e.clientWidth + 1;
  for (const e of all('.katex-display').filter(cut)) {
    wrong.push(`a formula is ${e.scrollWidth} px wide: ${e.textContent.slice(0, 60)}`);
  }
  const whole = innerWidth > 1300 ? 'main pre' : 'main pre.sourceCode';
  for (const e of all(whole).filter(cut)) wrong.push(`a line is cut: ${named(e)}`);
  for (const e of all('main *').filter(cut)) {
    const { overflowX, backgroundImage } = getComputedStyle(e);
    const silent = overflowX != 'visible' && !backgroundImage.includes('gradient');
    if (silent && !e.matches('.katex *')) wrong.push(`scrolls without a sign: ${named(e)}`);
  }
  for (const t of all('svg[viewBox] text')) {
    const svg = t.closest('svg'), scale = svg.clientWidth / svg.viewBox.baseVal.width;
    const size = parseFloat(getComputedStyle(t).fontSize) * scale;
    if (svg.clientWidth && size < 9) wrong.push(`text of ${size.toFixed(1)} px in a picture`);
  }

  const levels = all(':is(h1, h2, h3, h4, h5, h6)').map(h => +h.tagName[1]);
  const jumps = levels.some((l, i) => i ? l == 1 || l > levels[i - 1] + 1 : l != 1);
  if (jumps) wrong.push(`headings of levels ${levels.join('')}`);
  const labels = all('nav').map(n => n.ariaLabel);
  if (labels.includes(null) || new Set(labels).size < labels.length) wrong.push('nav: ' + labels);
  if (all('main').length != 1) wrong.push('not one main');
  for (const e of all('a[href], button')) {
    const alt = [...e.querySelectorAll('img')].map(i => i.alt).join();
    if (!(e.ariaLabel || e.textContent + alt).trim()) wrong.push(`has no name: ${named(e)}`);
  }

  // Contrast as of WCAG 2, of each text with what is painted behind it
  const parse = c => (([r, g, b, a = 1]) => [r, g, b, a])(c.match(/[\d.]+/g).map(Number));
  const over = (top, under) => {
    const mixed = [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
    return [...mixed, 1];
  };
  const light = c => {
    const f = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]);
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + .05) / (y + .05);
  };
  const styles = new Map(), seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    const blank = !texts.currentNode.textContent.trim() || e.closest('script');
    if (blank || !e.checkVisibility()) continue;
    const chain = [];
    for (let p = e; p; p = p.parentElement) chain.unshift(p);
    const kind = chain.map(p => [p.tagName, p.className, p.getAttribute('style')]).join();
    if (seen.has(kind)) continue;  // a style is looked at once
    seen.add(kind);
    const style = getComputedStyle(e);
    const opacity = chain.reduce((o, p) => o * getComputedStyle(p).opacity, 1);
    if (!opacity) continue;
    const colours = chain.map(p => getComputedStyle(p).backgroundColor).map(parse);
    const ground = colours.reduce((under, top) => over(top, under), [255, 255, 255, 1]);
    const ink = parse(e.closest('svg') ? style.fill : style.color);
    ink[3] *= opacity;
    const size = parseFloat(style.fontSize), bold = style.fontWeight >= 600;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    const found = ratio(over(ink, ground), ground);
    if (found < least) styles.set(`${ink} on ${ground}`, `${found.toFixed(2)}: ${named(e)}`);
  }
  for (const [style, what] of styles) wrong.push(`contrast of ${style} is ${what}`);
  return wrong;
}"""


def test_light_or_dark_is_chosen_and_kept(open_page):
    page = open_page("index.html", "dark")

    def dark():
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return all(float(c) < 100 for c in re.findall(r"\d+", colour)[:3])

    switch = page.get_by_role("button", name="Dark")
    assert dark() and switch.get_attribute("aria-pressed") == "true"
    switch.click()
    assert not dark() and switch.get_attribute("aria-pressed") == "false"
    page.reload()
    assert not dark() and switch.get_attribute("aria-pressed") == "false" and not page.problems


def test_maths_is_typeset(open_page):
    page = open_page(first_with('class="katex"'))
    page.evaluate("document.fonts.ready.then(() => true)")
    loaded = "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    assert any(family.startswith("KaTeX") for family in page.evaluate(loaded))
    assert page.locator(".katex-html").first.is_visible() and not page.problems


@pytest.mark.parametrize("width", [1360, 390])
def test_search_finds_while_one_types(open_page, width):
    page = open_page("index.html", width=width)
    page.keyboard.press("/")
    slowest = 0
    for key in "cross entropy":
        page.keyboard.press(key if key != " " else "Space")
        page.wait_for_function("!results.hidden || query.value.length < 2")
        slowest = max(slowest, float(page.locator("#query").get_attribute("data-ms") or 0))
    print(f"\nat most {slowest} ms a key")
    assert slowest < 100, "a key takes longer than a reader waits for"
    assert page.locator("#query").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    first = page.locator("#found [aria-selected=true]")
    active = page.locator("#query").get_attribute("aria-activedescendant")
    assert first.get_attribute("id") == active
    assert "cross entropy" in first.inner_text().lower()
    page.keyboard.press("Enter")
    page.wait_for_url("**/losses/soft_label_cross_entropy.html*")
    assert not page.problems


SOFT = "losses/soft_label_cross_entropy.html"
QUESTIONS = {  # typed -> where the first answer may lead: a section, or any place on a page
    "install": "index.html",
    "how to install": "index.html",
    "hinge": "losses/hinge.html",
    "hinge loss": "losses/hinge.html",
    "HingeLoss": "losses/hinge.html#hingeloss",
    "hinge_embedding_loss": "losses/hinge_embedding.html#hinge_embedding_loss",
    "SVM": "losses/hinge.html",
    "squared hinge": "losses/hinge.html",
    "siamese": "losses/hinge_embedding.html",
    "contrastive": "losses/contrastive.html",
    "0/1 labels": "losses/two_class.html",
    "binary cross entropy": "losses/two_class.html",
    "BCE": "losses/two_class.html",
    "sigmoid": "losses/two_class.html",
    "cross entropy": SOFT,
    "SoftTargetCrossEntropy": SOFT,
    "mixup": (SOFT, "tutorials/noisy_digits.html", "guides/soft_labels.html"),
    "annotators": (SOFT, "guides/soft_labels.html"),
    "label smoothing": (SOFT, "losses/label_smoothing.html"),
    "knowledge distillation": ("losses/distillation.html",),
    "distillation": ("losses/distillation.html",),
    "large vocabulary": ("speed/linear.html", "guides/large_vocabularies.html"),
    "fp16": "speed/cpu.html",
    "half precision": "speed/linear.html#half-precision",
    "noisy labels": ("losses/classification_mae.html", "tutorials/noisy_digits.html"),
    "label noise": ("losses/classification_mae.html", "tutorials/noisy_digits.html"),
    "mean absolute error": "losses/classification_mae.html",
    "class weights": (SOFT, "losses/two_class.html", "guides/class_weights_and_masks.html",
                      "losses/class_balanced.html"),
    "effective number": "losses/class_balanced.html",
    "smooth_soft_labels": "losses/label_smoothing.html#smooth_soft_labels",
    "ignore_index": (SOFT, "losses/two_class.html", "guides/class_weights_and_masks.html"),
    "NaN": ("index.html#one-contract", SOFT + "#pitfalls", "losses/two_class.html#pitfalls",
            "guides/find_losses.html"),
    "benchmarks": "speed/benchmarks.html",
    "triton": "speed/triton.html",
    "write your own loss": "authors/write_your_own_loss.html",
    "find a loss": "guides/find_losses.html",
    "check_loss": "authors/testing.html#check_loss",
    "demo": "tutorials/demo.html",
    "hinje": "losses/hinge.html",
    "lable smoothing": (SOFT, "losses/label_smoothing.html"),
    "distilation": ("losses/distillation.html",),
    "bianry cross entropy": "losses/two_class.html",
}


def test_search_knows_the_answers(open_page):
    page, wrong = open_page("losses/hinge.html"), []
    for question, wanted in QUESTIONS.items():
        wanted = (wanted,) if isinstance(wanted, str) else wanted
        ask = "q => load().then(() => find(q).hits.slice(0, 3).map(h => h.entry.href))"
        found = page.evaluate(ask, question)
        first = found[0] if found else ""
        if first not in wanted and first.split("#")[0] not in wanted:
            wrong.append(f"{question}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("word, said", [
    ("zeppelin", "Nothing here mentions “zeppelin”: lossfx has no such loss. All losses"),
    ("hinje", "Results for “hinge”."),
    ("hinge", ""),
])
def test_search_says_what_it_did(open_page, word, said):
    page = open_page("losses/hinge.html")
    page.locator("#query").press_sequentially(word)
    page.locator("#results").wait_for()
    assert page.locator("#said").inner_text() == said


def test_helpers_and_pages_for_authors_come_last(open_page):
    page = open_page("index.html")
    for word in ("hinge", "labels", "smoothing", "logits", "mask"):
        late = page.evaluate("""w => load().then(
            () => find(w).hits.map(h => +(h.entry.last || h.entry.helper || 0)))""", word)
        assert 0 in late and late == sorted(late), word


def test_slider_moves_the_curve(open_page):
    page = open_page(first_with('class="slider-plot"'))
    plot = page.locator(".slider-plot").first
    paths = plot.locator("path.curve")
    def curves(): return paths.evaluate_all("paths => paths.map(p => p.getAttribute('d'))")
    before, text = curves(), plot.locator("output").inner_text()
    slider = plot.locator("input[type=range]")
    slider.focus()
    slider.press("End" if slider.input_value() != slider.get_attribute("max") else "Home")
    assert curves() != before and plot.locator("output").inner_text() != text and not page.problems


INSIDE = """([inner, outer]) => {
  const [a, b] = [inner, outer].map(s => document.querySelector(s).getBoundingClientRect());
  return a.height > 0 && a.top >= b.top - 1 && a.bottom <= Math.min(b.bottom, innerHeight) + 1;
}"""


def test_pages_are_listed_in_groups_that_fold(open_page):
    "One group is open, the page's own; its entry is in view in a low window; the keyboard folds."
    page = open_page("authors/plot.html", height=260)
    groups = page.locator("#pages details")
    assert groups.count() > 4 and page.locator("#pages details[open]").count() == 1
    current = "#pages [aria-current=page]"
    assert page.locator(current).inner_text() == page.locator("h1").inner_text()
    assert page.evaluate(INSIDE, [current, "#pages"])
    groups.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert groups.first.locator("a").first.is_visible()
    page.keyboard.press("Enter")
    assert not groups.first.locator("a").first.is_visible()


def test_contents_follow_the_scroll(open_page):
    page = open_page(SOFT, height=400)
    marked = "#contents [aria-current=location]"
    for share in (.3, .6, 1):
        page.evaluate("share => scrollTo(0, document.body.scrollHeight * share)", share)
        page.wait_for_timeout(100)
        assert page.evaluate(INSIDE, [marked, "#contents"])
    assert page.locator(marked).inner_text() == page.locator("#contents a").last.inner_text()


def test_a_phone_has_both_lists(open_page):
    page = open_page("losses/hinge.html", width=390)
    links = page.locator("#contents a")
    assert not links.first.is_visible()
    page.locator("#contents summary").click()
    links.last.click()
    assert page.url.endswith(links.last.get_attribute("href")) and not links.first.is_visible()
    menu = page.get_by_role("button", name="Pages")
    assert menu.get_attribute("aria-expanded") == "false"
    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    assert page.locator("#pages a:visible").count() > 1
    page.keyboard.press("Tab")
    page.locator("#pages a:visible").first.focus()
    page.keyboard.press("Escape")
    assert not page.locator("#pages").is_visible() and not page.problems


FOCUS = r"""() => {
  const e = document.activeElement;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(e);
  const colour = c => c.match(/[\d.]+/g).slice(0, 3).map(Number);
  return [e.id || e.className || e.textContent.slice(0, 20), outlineStyle, parseFloat(outlineWidth),
    colour(outlineColor), colour(getComputedStyle(document.body).backgroundColor)];
}"""


def contrast(a, b):
    "The ratio that WCAG 2 defines, of two colours."
    def light(colour):
        linear = [v / 12.92 if v <= .04045 else ((v + .055) / 1.055) ** 2.4
                  for v in (c / 255 for c in colour)]
        return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2]
    dark, bright = sorted((light(a), light(b)))
    return (bright + .05) / (dark + .05)


def test_a_phone_keeps_columns_and_wraps_sentences(open_page):
    wrapping = "pre => pre.map(e => getComputedStyle(e.firstElementChild).whiteSpace)"
    page = open_page("tutorials/demo.html", width=390)
    table = page.locator(".cell-output > pre", has_text="labels").first
    assert table.evaluate(f"e => ({wrapping})([e])") == ["pre"]
    page = open_page("losses/hinge.html", width=390)
    outputs = page.locator(".cell-output > pre:not(.sourceCode)")
    assert set(outputs.evaluate_all(wrapping)) == {"pre-wrap"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboard_sees_where_it_is(open_page, scheme):
    "The first stop skips to the text, and each stop has an outline of 2 px in a contrast of 3:1."
    page = open_page("losses/hinge.html", scheme)
    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
    assert stops[0][0] == "skip"
    weak = [s for s in stops if s[1] == "none" or s[2] < 2 or contrast(s[3], s[4]) < 3]
    assert not weak, weak
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_paper_is_light_and_cuts_nothing(open_page):
    page = open_page(SOFT, "dark", width=700)
    page.emulate_media(media="print")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    cut = "pre => pre.filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert page.locator("pre").evaluate_all(cut) == 0 and not page.locator("#pages").is_visible()
