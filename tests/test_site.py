"docs/ and README.md are what the notebooks give, and the tools that build them notice mistakes."
import inspect
import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from docs_breaks import CODE, breakable, by_line, may_break, with_breaks
from docs_checks import check_notebooks, check_sidebar, groups_of, notebooks
from docs_links import check_pages
from docs_names import Home, definitions, link_fixer
from docs_pages import stacked, typeset_page, typesetter
from docs_readme import readme
from docs_search import entry
from docs_stage import INK, figure, in_page_ink, options, picture_bytes, pictures, prepare, rename
from library import is_defined, losses, modules, pages, public
from smalldocs.highlight import highlight

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.site
def test_site_is_fresh():
    "A build gives docs/ and README.md as they are saved, and no problem with links, TeX, pictures."
    build = [sys.executable, ROOT / "tools/docs.py", "--check"]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, "run `make docs`:\n" + done.stderr[-5000:]


@pytest.mark.site
def test_every_public_name_has_a_section():
    "On the page of the notebook that exports it, which is where nbdev's links lead."
    from lossfx._modidx import d

    missing, met, places, syms = [], set(), pages(), d["syms"]
    assert not set(modules()) - places.keys(), "a module that no notebook exports has no page"
    for name in modules():
        text = (ROOT / "docs" / places[name]).read_text(encoding="utf-8")
        wanted = {n for n, v in public(name).items() if is_defined(v)}
        missing += [f"{name}.{n}" for n in wanted if f'<h3 id="{n.lower()}"' not in text]
        met |= wanted
        listed = {k.removeprefix(f"lossfx.{name}."): v for k, v in syms[f"lossfx.{name}"].items()}
        odd = [n for n in wanted & listed.keys() if listed[n][0] != f"{places[name]}#{n.lower()}"]
        assert not odd, f"nbdev leads {odd} elsewhere than to {places[name]}"
    assert not missing, missing
    assert not losses().keys() - met


@pytest.mark.parametrize("name", modules())
def test_signatures_say_nothing_of_the_machine(name):
    "The site prints the defaults of each public name: short ones, that no machine has a part in."
    odd = []
    for key, held in public(name).items():
        if not callable(held): continue
        try: parameters = inspect.signature(held).parameters.values()
        except ValueError: continue  # built in: no signature to print
        for p in parameters:
            if callable(p.default): continue  # printed by its name
            shown = repr(p.default)
            if len(shown) > 200 or re.search(r"at 0x|environ\(|['\"]/", shown):
                odd.append(f"{key}: {p.name}")
    assert not odd  # names alone: what is held may be private


@pytest.mark.site
def test_each_public_name_has_its_source_in_place():
    "Below its section and above the next one, the code that defines it is shown, or is folded."
    lost, met = [], set()
    for name, place in pages().items():
        text = (ROOT / "docs" / place).read_text(encoding="utf-8")
        for key, held in public(name).items():
            if not is_defined(held): continue
            below = text.split(f'<h3 id="{key.lower()}"')[1].split("<h3 ")[0]
            blocks = re.findall(r'<pre class="[^"]*cell-code">(.*?)</pre>', below, re.S)
            code = [unescape(re.sub("<[^>]*>", "", b)) for b in blocks]
            defined = re.compile(rf"^((async )?def|class) {key}\b|^{key} *=", re.M)
            if not any(map(defined.search, code)): lost.append(f"{place}: {key}")
            met.add(key)
    assert not lost and len(met) > 50 and not losses().keys() - met, lost


def page(folder, name, body):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"<html><body>{body}</body></html>")


def test_good_links_pass(tmp_path):
    links = ("#a", "sub/b.html#b", "https://example.org", "sub/")
    body = "".join(f'<a href="{u}">x</a>' for u in links)
    page(tmp_path, "index.html", f'<h2 id="a">A</h2>{body}')
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
    ('<a href="index.html">80_fast</a>', "called 80_fast"),
    ("<code>__main__.Case</code>", "__main__."),
])
def test_bad_links_are_found(tmp_path, body, message):
    page(tmp_path, "index.html", body)
    assert len(found := check_pages(tmp_path)) == 1 and message in found[0]


def test_styles_from_another_host_are_found(tmp_path):
    style = '@import "https://example.org/f.css"; a { background: url(data:image/png;base64,AA) }'
    (tmp_path / "x.css").write_text(style)
    assert check_pages(tmp_path) == ["x.css: loads https://example.org/f.css"]


def test_formulas_are_typeset():
    formula = r'<span class="math inline">\(\alpha &lt; 1\)</span>'
    text, bad = typeset_page(formula, typesetter())
    assert not bad and "katex-mathml" in text and r"\alpha" in text


def test_a_wrong_formula_is_named():
    formula = r'<span class="math display">\[\nosuchcommand{x}\]</span>'
    _, bad = typeset_page(formula, typesetter())
    assert len(bad) == 1 and "nosuchcommand" in bad[0]


def test_no_line_begins_with_the_comma_after_a_formula():
    formula = r'<span class="math inline">\(%s\)</span>, so it is'
    tex = "p", "p = 1 - q", "a_1 + a_2 + a_3 + a_4 = 1 - b_1 - b_2"
    *short, long = (typeset_page(formula % t, typesetter())[0] for t in tex)
    for text in short: assert re.fullmatch('<span class="whole">.*,</span> so it is', text, re.S)
    assert 'class="whole"' not in long and long.endswith("</span>, so it is")


def test_a_formula_breaks_neither_in_a_bracket_nor_after_a_dot():
    formula, typeset = r'<span class="math inline">\(%s\)</span>', typesetter()
    wide = "+".join("abcdefghijklmnopqr")  # more than a phone has room for
    for tex, whole in ((r"0.4\cdot 0.7553 + 0.6\cdot 0.3908 = 1", ["0.4⋅0.7553+", "0.6⋅0.3908="]),
                       (r"\eta \le (C-1)/(C-1+n)", ["(C−1)/(C−1+n)"]), (f"({wide})/2", [])):
        text, _ = typeset_page(formula % tex, typeset)
        parts = text.split('<span class="whole">')[1:]
        seen = [re.sub("<[^>]*>|\u200b", "", p) for p in parts]
        assert len(seen) == len(whole) and all(map(str.startswith, seen, whole))
        assert text.count("<span") == text.count("</span>")


def test_code_has_an_element_for_each_line():
    text = '<code class="sourceCode python">f(\n    <span class="st">"a\n  b"</span>)\n</code>'
    assert CODE.sub(by_line, text) == (
        '<code class="sourceCode python"><span>f(\n</span>'
        '<span style="--in:4"><i>    </i><span class="st">"a</span>\n</span>'
        '<span style="--in:2"><i>  </i><span class="st">b"</span>)\n</span></code>')


@pytest.mark.parametrize("code, shown", [
    ("f(a, b)", "f(|a, b)"), ("f(x).mean()", "f(x)|.mean()"), ("F.relu(2*a+b)", "F.relu(|2*a+b)"),
    ("abs(a-b)", "abs(|[a-b)]"), ("p[i], x[..., 1]", "p[i], x[|..., 1]"), ("'a b-c'", "'a b-c'"),
    ("from_a_matrix_of_noise_rates(", "[from_|a_|matrix_|of_|noise_|rates(]"),
    ("def f(x:int)->Tensor:", "def f(|[x:int)|->Tensor:]")])
def test_code_breaks_where_it_reads_well(code, shown):
    "A bar is where a line may go on below; what is in brackets does so only if it must."
    made = may_break(highlight(code, "python"))
    made = re.sub('<span class="run">(.*)</span>', r"[\1]", made.replace("<wbr>", "|"))
    assert unescape(re.sub("<[^>]*>", "", made)) == shown
    assert ("->" in code) == ("-&gt;</span>" in made), "an arrow is one element"


def test_an_at_sign_between_two_names_is_an_operator():
    code = '<code class="sourceCode python">%s<span class="at">@w</span></code>'
    for before in ("x", "x ", "(x)", '<span class="op">)</span>'):
        assert '<span class="op">@</span>w' in CODE.sub(by_line, code % before)
    for before in ("", "    ", "x\n", "x\n    "):
        assert '<span class="at">@w</span>' in CODE.sub(by_line, code % before)


def test_long_names_may_break_between_their_words():
    cell = '<td title="soft_label_cross_entropy">soft_label_cross_entropy, HingeLoss</td>'
    broken = "soft_<wbr>label_<wbr>cross_<wbr>entropy, HingeLoss"
    assert breakable(cell) == f'<td title="soft_label_cross_entropy">{broken}</td>'
    assert breakable("F.cross_entropy(x).mean()") == "F.cross_<wbr>entropy(<wbr>x)<wbr>.mean()"


def test_short_names_and_numbers_are_whole():
    page = ("<p><code>(..., C)</code> <code>keras.losses.BinaryCrossentropy(from_logits=True)"
            "</code></p><td>-3.3</td><td>of 1e-9</td><pre><code>[2.1242e-17]</code></pre>")
    assert with_breaks(page) == (
        '<p><code class="whole">(..., C)</code> '
        '<code>keras<wbr>.losses.Binary<wbr>Crossentropy(<wbr>from_<wbr>logits=True)</code></p>'
        '<td class="number">-3.3</td><td>of <span class="whole">1e-9</span></td>'
        '<pre><code>[<span class="whole">2.1242e-17</span>]</code></pre>')


def test_a_table_of_equalities_can_be_read_in_a_column():
    head = "<tr><th>is</th><th>whose code</th></tr>"
    table = f'<table class="table">{head}<tr><td>A sum.</td><td>torch</td></tr></table>'
    made = stacked(table + table.replace("whose code", "value"))
    assert made.count("data-head") == 2 and made.count('class="stacked table"') == 1
    assert '<td data-head="is">A sum.</td><td data-head="whose code">torch</td>' in made


def notebook(path, *cells):
    "Write a notebook of (kind, source[, outputs]) cells."
    made = []
    for i, (kind, source, *outputs) in enumerate(cells):
        made.append({"cell_type": kind, "id": f"c{i}", "metadata": {}, "source": source})
        if kind == "code": made[-1]["outputs"] = outputs[0] if outputs else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


GOOD = ("markdown", "# Title\n\n> One sentence")


def test_sidebar_and_notebooks_agree(tmp_path):
    for name in ("index", "tutorials/t", "tutorials/s", "_hidden", "left_out"):
        notebook(tmp_path / f"{name}.ipynb", GOOD)
    contents = "[index.ipynb, {section: T, contents: [tutorials/*.ipynb, gone/*.ipynb]}]"
    (tmp_path / "_quarto.yml").write_text(f"website: {{sidebar: {{contents: {contents}}}}}")
    assert [p.split(": ")[1] for p in check_sidebar(tmp_path)] == [
        "the sidebar lists gone/*.ipynb, which does not exist",
        "the sidebar does not list left_out.ipynb"]
    first, second = groups_of(tmp_path, notebooks(tmp_path))
    assert first == ("", ["index.ipynb"])
    assert second == ("T", ["tutorials/s.ipynb", "tutorials/t.ipynb", "gone/*.ipynb"])


@pytest.mark.parametrize("cells, message", [
    ([("markdown", "# Title\n\n> One sentence\n\nText that nbdev drops")], "first cell"),
    ([("markdown", "Text")], "first cell"),
    ([GOOD, ("code", "import torch\nx = 1")], "mixes imports"),
    ([GOOD, ("markdown", "See [`hinge_loss`](21_hinge.ipynb).")], "without backticks"),
    ([GOOD, ("code", '#| code-fold: true\n#| code-summary: "Of `f`"\nf()')], 'braces: "Of `f`"'),
    ([GOOD, ("code", '#| code-summary: "A set, {1}"\nf()')], 'braces: "A set, {1}"'),
])
def test_notebook_mistakes_are_found(tmp_path, cells, message):
    notebook(tmp_path / "a.ipynb", *cells)
    assert len(found := check_notebooks(tmp_path)) == 1 and message in found[0]


@pytest.mark.parametrize("code, runs", [
    ("import torch", False), ("def f():\n    from torch import nn", False), ("x = 1", True),
    ("#| export\nimport torch", True)])
def test_a_page_needs_no_package_that_only_its_examples_import(tmp_path, code, runs):
    "nbdev would run the cell; what exports a loss is run."
    notebook(tmp_path / "a.ipynb", GOOD, ("code", code))
    prepare(tmp_path / "a.ipynb")
    cells = json.loads((tmp_path / "a.ipynb").read_text())["cells"]
    source, = (c["source"] for c in cells if code in "".join(c["source"]))
    assert ("#| eval: false" not in "".join(source)) == runs


def test_two_notebooks_must_not_export_one_module(tmp_path):
    for name in ("a", "b"): notebook(tmp_path / f"{name}.ipynb", GOOD, ("code", "#| default_exp m"))
    assert len(check_notebooks(tmp_path)) == 1


def test_a_name_of_two_modules_leads_home(tmp_path):
    (tmp_path / "fast").mkdir()
    code = "import os\n\ndef run(power): pass\n\nclass Net:\n    def run(self): pass\n\nf = run(1)"
    (tmp_path / "fast/demo.py").write_text(code)
    (tmp_path / "hall.py").write_text("__all__ = ['walk']\ndef helper(): pass")
    lines = definitions(tmp_path / "fast/demo.py")
    assert lines == {"run": 3, "Net": 5, "Net.run": 6, "f": 8}
    assert definitions(tmp_path / "gone.py") == {} == Home(tmp_path, None).lines
    home, link = Home(tmp_path, "fast/demo"), "See [`{}`](/bench.html#run) and `run`."
    assert home.links(link.format("run()")) == "See [`run()`](#run) and `run`."
    assert home.links(link.format("walk")) == link.format("walk")
    assert home.links(link.format("helper")) == "See `helper` and `run`.", "not public"
    for theirs in ("optax's [`walk`]({})", "the package [`walk`]({})", "[`walk`]({}) of kornia"):
        assert home.links(theirs.format("/bench.html#run")) == theirs.format("").replace(
            "[`walk`]()", "`walk`")
    assert home.links(link.format("power")) == "See `power` and `run`.", "an option is no function"
    headings = home.headings("# Run\n\n## Net Run\n# Net")
    assert headings == "# Run {#run-heading}\n\n## Net Run\n# Net {#net-heading}"


def test_links_between_folders():
    names = {"index.ipynb": "index.ipynb", "losses/21_a.ipynb": "losses/a.ipynb",
             "authors/01_b.ipynb": "authors/b.ipynb"}
    fix = link_fixer(names, "losses/21_a.ipynb")
    links = "[x](../authors/01_b.ipynb#y) [i](../index.ipynb) [a](21_a.ipynb) [n](gone.ipynb)"
    led = "[x](../authors/b.ipynb#y) [i](../index.ipynb) [a](a.ipynb) [n](gone.ipynb)"
    assert fix(links) == led
    assert link_fixer(names, "index.ipynb")("[a](losses/21_a.ipynb)") == "[a](losses/a.ipynb)"
    led = '<a href="../authors/b.ipynb">b</a>'
    assert fix('<a href="../authors/01_b.ipynb">b</a>') == led


def test_pages_are_named_by_folder(tmp_path):
    front = ("raw", "---\noutput-file: a.html\n---")
    for name in ("01_a", "losses/21_a"): notebook(tmp_path / f"{name}.ipynb", front)
    assert rename(tmp_path) == {"01_a.ipynb": "a.ipynb", "losses/21_a.ipynb": "losses/a.ipynb"}
    assert (tmp_path / "losses/a.ipynb").exists()
    notebook(tmp_path / "02_a.ipynb", front)
    with pytest.raises(SystemExit, match="2 notebooks make the page a.ipynb"): rename(tmp_path)


def test_readme_form(tmp_path):
    svg = {"output_type": "display_data", "data": {"image/svg+xml": "<?xml?><svg></svg>"}}
    value = {"output_type": "execute_result", "data": {"text/plain": "tensor(2.)"}}
    notebook(tmp_path / "index.ipynb", ("raw", "---\ntitle: T\ndescription: D\n---"),
             ("markdown", "See [a](01_a.ipynb#x) and [`f`](/a.html#f)."),
             ("code", '#| fig-alt: "A ramp"\nplot()', [svg]), ("code", "f(1)", [value]),
             ("code", "#| include: false\nsecret()"))
    text = readme(tmp_path / "index.ipynb", "docs", "nbs")
    assert text.startswith("# T\n\n> D\n\n<!-- WARNING") and "secret" not in text
    assert "[a](nbs/01_a.ipynb#x) and [`f`](docs/a.html#f)" in text and "    tensor(2.)" in text
    assert "![A ramp](docs/figures/index-1.svg)" in text


def test_figures_are_named_by_page_and_number():
    cells = [{"outputs": [{"data": {"image/svg+xml": f"<svg>{i}</svg>"}}, {}]} for i in range(2)]
    names = [name for *_, name in pictures([{}, *cells], "losses/hinge")]
    assert names == ["figures/losses/hinge-1.svg", "figures/losses/hinge-2.svg"]


def test_figures_are_drawn_in_the_ink_of_the_page():
    style = (ROOT / "tools/site/site.css").read_text(encoding="utf-8")
    light, dark = re.search(r"--ink: light-dark\((#\w+), (#\w+)\)", style).groups()
    assert re.findall(r"color: (#\w+)", INK) == [light, dark]
    made = in_page_ink('<svg width="9">\n<path style="fill: #808080"/></svg>')
    assert made.startswith('<svg width="9">\n <style>') and "fill: currentColor" in made


@pytest.mark.site
def test_the_index_of_the_search_is_small():
    "At most 8 KB a page."
    lines = (ROOT / "docs/site/search.js").read_text(encoding="utf-8").split("\n")
    assert len(lines) > 20 and all(len(line.encode()) <= 8192 for line in lines)


def test_the_search_knows_sections_and_names():
    text = """<p>A start.</p><section id="use"><h2 data-anchor-id="use">Use it</h2>
<p>Call the half.</p><div class="cell-output cell-output-markdown">
<h3 data-anchor-id="f">f_of_x</h3><pre class="signature">def f_of_x(margin)</pre>
<p>Takes one.</p></div><p>Afterwards.</p><pre>code = 1</pre></section>"""
    page = SimpleNamespace(html=text, title="A page", out=Path("losses/a.html"), front={})
    found = entry(page, "Losses", None)
    assert found["words"] == "start" and found["last"] == 0
    about = "Call the half. Afterwards."
    assert found["sections"] == [["Use it", "use", about, "afterwards call half"]]
    (name, place, _, words, helper), = found["names"]
    assert (name, place, words, helper) == ("f_of_x", "f", "", 1)
    assert entry(page, "For authors", None)["last"] == 1
    assert {"support vector machine", "SVM"} <= set(entry(page, "", "losses/hinge")["keywords"])
    page.html = page.html.replace("f_of_x", "hinge_loss")
    (_, _, about, words, helper), = entry(page, "Losses", None)["names"]
    assert (about, words, helper) == ("Takes one.", "def margin takes", 0)


def test_figures_keep_caption_and_alt_text():
    opts = options('#| fig-cap: "Loss: a & b"\n#| fig-alt: "A \\"ramp\\""\nplot()')
    made = figure("x.svg", opts)
    assert 'alt="A &quot;ramp&quot;"' in made and "<figcaption>Loss: a &amp; b</figcaption>" in made
    content, ending = picture_bytes({"image/svg+xml": ["<?xml?>\n", "<!DOCTYPE svg>\n<svg></svg>"]})
    assert ending == "svg" and content.endswith(b"</svg>\n")
