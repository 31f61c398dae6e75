"The site in a real browser, opened from disk: what a reader sees and does works, with no network."
import os
import re
import shutil
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.html"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
INSTALL = "no chromium is installed (Debian, Ubuntu: apt install chromium)"
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
    "A function that opens a page of the site; what went wrong on it is in `page.problems`."
    contexts = []

    def open_(name, scheme="light", width=1280):
        window = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=window, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.problems = listen(page)
        page.goto((DOCS / name).as_uri())
        return page

    yield open_
    for c in contexts: c.close()


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
    return next((p for p in PAGES if text in (DOCS / p).read_text(encoding="utf-8")), None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_sound(open_page, scheme, width):
    """No console error, no failed request, none off the disk; alt texts; formulas typeset.

    Nothing is wider than the window, and text can be told from its background."""
    wrong = []
    for name in PAGES:
        page = open_page(name, scheme, width)
        page.wait_for_load_state("load")
        page.evaluate("document.querySelectorAll('img[loading]').forEach(i => i.loading = 'eager')")
        page.wait_for_function("[...document.images].every(i => i.complete)")
        wrong += [f"{name}: {p}" for p in page.problems]
        wrong += [f"{name}: {w}" for w in page.evaluate(SOUND)]
    assert not wrong, "\n".join(wrong)


SOUND = r"""() => {
  const wrong = [], root = document.documentElement, all = s => [...document.querySelectorAll(s)];
  if (root.scrollWidth > innerWidth) {
    const sticksOut = e => e.getBoundingClientRect().right > innerWidth + 1;
    const shows = e => getComputedStyle(e).overflowX == 'visible';
    const wide = all('main *').find(e => sticksOut(e) && shows(e));
    const which = wide ? ': ' + wide.outerHTML.slice(0, 120) : '';
    wrong.push(`is ${root.scrollWidth} px wide in a window of ${innerWidth}${which}`);
  }
  for (const i of document.images) {
    if (!i.alt) wrong.push(`no alt text: ${i.src.slice(-40)}`);
    if (!i.naturalWidth) wrong.push(`does not load: ${i.src.slice(-40)}`);
  }
  for (const m of all('.math')) {
    if (!m.querySelector('.katex-html')) wrong.push(`not typeset: ${m.textContent.slice(0, 60)}`);
  }
  for (const e of all('.katex-error')) wrong.push(`bad formula: ${e.textContent}`);
  const shade = c => {
    const [r, g, b] = c.match(/[\d.]+/g).map(Number);
    return (.299 * r + .587 * g + .114 * b) / 255;
  };
  const body = getComputedStyle(document.body);
  const contrast = Math.abs(shade(body.color) - shade(body.backgroundColor));
  if (contrast < .5) wrong.push('text and background are too close');
  return wrong;
}"""


def test_dark_mode_is_dark_and_can_be_toggled(open_page):
    page = open_page("index.html", "dark")

    def dark():
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return all(float(c) < 100 for c in re.findall(r"\d+", colour)[:3])
    assert dark()
    page.evaluate("smalldocsToggleScheme()")
    page.wait_for_timeout(100)
    assert not dark()


def test_maths_is_typeset(open_page):
    name = first_with('class="katex"')
    if not name: pytest.skip("no page has a formula")
    page = open_page(name)
    page.evaluate("document.fonts.ready.then(() => true)")
    loaded = "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    assert any(family.startswith("KaTeX") for family in page.evaluate(loaded))
    assert page.locator(".katex-html").first.is_visible() and not page.problems


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("word", ["hinge", "cross entropy"])
def test_search_finds_a_loss(open_page, word, width):
    page = open_page("index.html", width=width)
    page.keyboard.press("/")
    boxes = page.locator(".smalldocs-search input:visible")
    menu = page.locator(".navbar-toggler:visible, .quarto-btn-toggle:visible")
    if not boxes.count(): menu.first.click()
    box = boxes.first
    box.click()
    box.type(word)
    first = page.locator(".search-result:visible").first
    first.wait_for(timeout=5000)
    assert word.split()[0] in first.inner_text().lower()
    first.click()
    page.wait_for_load_state("load")
    assert not page.url.split("#")[0].endswith("index.html") and not page.problems


def test_slider_moves_the_curve(open_page):
    name = first_with('class="slider-plot"')
    if not name: pytest.skip("no page has a slider")
    page = open_page(name)
    plot = page.locator(".slider-plot").first
    paths = plot.locator("path.curve")
    def curves(): return paths.evaluate_all("paths => paths.map(p => p.getAttribute('d'))")
    before, text = curves(), plot.locator("output").inner_text()
    slider = plot.locator("input[type=range]")
    slider.focus()
    slider.press("End" if slider.input_value() != slider.get_attribute("max") else "Home")
    assert curves() != before and plot.locator("output").inner_text() != text and not page.problems


def test_sidebar_opens_on_a_phone(open_page):
    page = open_page("index.html", width=390)
    page.locator(".quarto-btn-toggle:visible").first.click()
    page.wait_for_timeout(400)
    assert page.locator("#quarto-sidebar a:visible").count() > 3
    assert page.locator("#quarto-sidebar").bounding_box()["x"] >= 0
