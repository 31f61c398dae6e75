"docs/ and README.md are what the notebooks give, byte for byte, and the tools that build them notice mistakes."
import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docs_links import check_pages
from docs_pages import typeset_page, typesetter
from docs_readme import readme
from docs_stage import check_notebooks, check_sidebar, definitions, figure, options, picture_bytes, stay_home

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.site
def test_site_is_fresh():
    "A build gives docs/ and README.md as they are saved, with good links, good TeX, no other host and an alt text for each picture."
    done = subprocess.run([sys.executable, ROOT / "tools/docs.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, "run `make docs`:\n" + done.stderr[-5000:]


@pytest.mark.site
def test_every_public_name_has_a_section():
    "nbdev's index names the section of each public name; it is there."
    from lossfx._modidx import d

    missing = []
    for module, symbols in d["syms"].items():
        public = importlib.import_module(module).__all__
        for symbol, (href, _) in symbols.items():
            page, _, fragment = href.partition("#")
            if fragment not in public: continue  # private names, and methods, which need no section
            path = ROOT / "docs" / page
            if not path.exists() or f'id="{fragment}"' not in path.read_text(encoding="utf-8"): missing.append(symbol)
    assert not missing, missing


@pytest.mark.parametrize("name", sorted(p.stem for p in (ROOT / "lossfx").glob("[a-z]*.py")))
def test_signatures_say_nothing_of_the_machine(name):
    "The site prints the defaults of each public name: they are short, and no address, path or variable of the environment."
    module, odd = importlib.import_module(f"lossfx.{name}"), []
    for public in module.__all__:
        held = getattr(module, public)
        if not callable(held): continue
        try: parameters = inspect.signature(held).parameters.values()
        except ValueError: continue  # built in: no signature to print
        for p in parameters:
            if callable(p.default): continue  # printed by its name
            shown = repr(p.default)
            if len(shown) > 200 or re.search(r"at 0x|environ\(|['\"]/", shown): odd.append(f"{public}: {p.name}")
    assert not odd  # names alone: what is held may be private


@pytest.mark.site
def test_source_links_lead_to_the_definition():
    "Two modules may have the same name: the link beside a section goes to the module of its page, at the line that defines it."
    seen = 0
    for path in (ROOT / "docs").glob("*.html"):
        for module, line, name in re.findall(r'href="source/(\w+)\.html#L(\d+)"[^>]*>source</a></p>\s*<h\d id="[^"]*"[^>]*>([\w.]+)<', path.read_text(encoding="utf-8")):
            text = (ROOT / "lossfx" / f"{module}.py").read_text(encoding="utf-8").split("\n")[int(line) - 1]
            assert module == path.stem and re.match(rf"\s*(def|class) {name.split('.')[-1]}\b", text), f"{path.name}: {name} leads to {module}.py, line {line}: {text}"
            seen += 1
    assert seen > 50


def page(folder, name, body):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"<html><body>{body}</body></html>")


def test_good_links_pass(tmp_path):
    page(tmp_path, "index.html", '<h2 id="a">A</h2><a href="#a">a</a><a href="sub/b.html#b">b</a><a href="https://example.org">elsewhere</a><a href="sub/">s</a>')
    page(tmp_path, "sub/index.html", "")
    page(tmp_path, "sub/b.html", '<h2 id="b">B</h2><img src="../x.png" alt="an x">')
    (tmp_path / "x.png").touch()
    assert check_pages(tmp_path) == []


@pytest.mark.parametrize("body, message", [
    ('<a href="gone.html">x</a>', "gone.html is missing"),
    ('<a href="#gone">x</a>', "#gone has no such id"),
    ('<img src="https://example.org/x.png" alt="x">', "loads https://example.org/x.png"),
    ('<script src="//example.org/x.js"></script>', "loads //example.org/x.js"),
    ('<link rel="stylesheet" href="https://example.org/x.css">', "loads https://example.org/x.css"),
    ('<script type="module">import m from "https://example.org/m.mjs";</script>', "a script loads"),
    ('<script>fetch("https://example.org/x.json")</script>', "a script loads"),
    ('<img src="index.html">', "no alt text"),
    ('<svg role="img"></svg>', "no alt text"),
    ("&lt;a.Kernel object at 0x7fe68e079e10&gt;", "memory address"),
])
def test_bad_links_are_found(tmp_path, body, message):
    page(tmp_path, "index.html", body)
    assert len(found := check_pages(tmp_path)) == 1 and message in found[0]


def test_styles_from_another_host_are_found(tmp_path):
    (tmp_path / "x.css").write_text('@import "https://example.org/f.css"; a { background: url(data:image/png;base64,AA) }')
    assert check_pages(tmp_path) == ["x.css: loads https://example.org/f.css"]


def test_formulas_are_typeset():
    text, bad = typeset_page(r'<span class="math inline">\(\alpha &lt; 1\)</span>', typesetter(), "")
    assert not bad and "katex-mathml" in text and r"\alpha" in text


def test_a_wrong_formula_is_named():
    _, bad = typeset_page(r'<span class="math display">\[\nosuchcommand{x}\]</span>', typesetter(), "")
    assert len(bad) == 1 and "nosuchcommand" in bad[0]


def notebook(path, *cells):
    "Write a notebook of (kind, source[, outputs]) cells."
    made = [{"cell_type": kind, "id": f"c{i}", "metadata": {}, "source": source} | ({"outputs": rest[0] if rest else []} if kind == "code" else {})
            for i, (kind, source, *rest) in enumerate(cells)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


GOOD = ("markdown", "# Title\n\n> One sentence")


def test_sidebar_and_notebooks_agree(tmp_path):
    for name in ("index", "tutorials/t", "_hidden", "left_out"): notebook(tmp_path / f"{name}.ipynb", GOOD)
    (tmp_path / "_quarto.yml").write_text("website: {sidebar: {contents: [index.ipynb, {section: T, contents: [tutorials/t.ipynb, gone.ipynb]}]}}")
    assert [p.split(": ")[1] for p in check_sidebar(tmp_path)] == ["the sidebar lists gone.ipynb, which does not exist", "the sidebar does not list left_out.ipynb"]


@pytest.mark.parametrize("cells, message", [
    ([("markdown", "# Title\n\n> One sentence\n\nText that nbdev drops")], "first cell"),
    ([("markdown", "Text")], "first cell"),
    ([GOOD, ("code", "import torch\nx = 1")], "mixes imports"),
    ([GOOD, ("markdown", "See [`hinge_loss`](21_hinge.ipynb).")], "without backticks"),
])
def test_notebook_mistakes_are_found(tmp_path, cells, message):
    notebook(tmp_path / "a.ipynb", *cells)
    assert len(found := check_notebooks(tmp_path)) == 1 and message in found[0]


def test_two_notebooks_must_not_export_one_module(tmp_path):
    for name in ("a", "b"): notebook(tmp_path / f"{name}.ipynb", GOOD, ("code", "#| default_exp m"))
    assert len(check_notebooks(tmp_path)) == 1


def test_a_name_of_two_modules_leads_home(tmp_path):
    (tmp_path / "demo.py").write_text("import os\n\ndef run(): pass\n\nclass Net:\n    def run(self): pass\n")
    lines = definitions(tmp_path / "demo.py")
    assert lines == {"run": 3, "Net": 5, "Net.run": 6} and definitions(tmp_path / "gone.py") == {}
    link, source = "See [`{}`](bench.ipynb#run) and `run`.", '[source](/source/bench.md#L99){{ style="float:right"}}\n\n### {}\n'
    assert stay_home(link.format("run()"), "demo", lines) == "See [`run()`](#run) and `run`." and stay_home(link.format("walk"), "demo", lines) == link.format("walk")
    assert stay_home(source.format("Net.run"), "demo", lines) == '[source](/source/demo.md#L6){ style="float:right"}\n\n### Net.run\n'
    assert stay_home(source.format("walk"), "demo", lines) == source.format("walk")


def test_readme_form(tmp_path):
    svg = {"output_type": "display_data", "data": {"image/svg+xml": "<?xml?><svg></svg>"}}
    value = {"output_type": "execute_result", "data": {"text/plain": "tensor(2.)"}}
    notebook(tmp_path / "index.ipynb", ("raw", "---\ntitle: T\ndescription: D\n---"), ("markdown", "See [a](01_a.ipynb#x) and [`f`](/a.html#f)."),
             ("code", '#| fig-alt: "A ramp"\nplot()', [svg]), ("code", "f(1)", [value]), ("code", "#| include: false\nsecret()"))
    text = readme(tmp_path / "index.ipynb", "docs", "nbs")
    assert text.startswith("# T\n\n> D\n\n<!-- WARNING") and "secret" not in text
    assert "[a](nbs/01_a.ipynb#x) and [`f`](docs/a.html#f)" in text and "    tensor(2.)" in text
    assert re.search(r"!\[A ramp\]\(docs/figures/[0-9a-f]{16}\.svg\)", text)


def test_figures_keep_caption_and_alt_text():
    opts = options('#| fig-cap: "Loss: a & b"\n#| fig-alt: "A \\"ramp\\""\nplot()')
    made = figure("x.svg", opts)
    assert 'alt="A &quot;ramp&quot;"' in made and "<figcaption>Loss: a &amp; b</figcaption>" in made
    content, ending = picture_bytes({"image/svg+xml": ["<?xml?>\n", "<!DOCTYPE svg>\n<svg/>"]})
    assert ending == "svg" and content.endswith(b"<svg/>\n")
