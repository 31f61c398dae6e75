"Make rendered pages work offline, the same on each build: maths, fonts, search without a server."
import html
import re
import shutil
from pathlib import Path

KATEX = Path(__file__).with_name("katex")
KATEX_CDN = re.escape("https://cdn.jsdelivr.net/npm/katex")
MATH = re.compile(r'<span class="math (inline|display)">(.*?)</span>', re.S)

# smalldocs fetches its search index, which a browser refuses from file://; a script may be loaded
FETCH = 'const r = await fetch(offset + "search.json");\n      index = await r.json();'
LOAD = """await new Promise((ok, no) => {
        const s = document.createElement("script");
        s.src = offset + "search.js"; s.onload = ok; s.onerror = no;
        document.head.append(s);
      });
      index = window.searchIndex;"""


def finish(out):
    "Finish the pages in `out`; list the formulas that KaTeX refuses."
    left_out = shutil.ignore_patterns("*.js", "README.md")
    shutil.copytree(KATEX, out / "site_libs/katex", ignore=left_out)
    typeset, problems = typesetter(), []
    for path in sorted(out.rglob("*.html")):
        name = path.relative_to(out).as_posix()
        text, bad = typeset_page(path.read_text(encoding="utf-8"), typeset, "../" * name.count("/"))
        problems += [f"{name}: {error}" for error in bad]
        path.write_text(text, encoding="utf-8")
    link_methods(out)
    remove_web_fonts(out)
    search_from_files(out)
    (out / ".nojekyll").touch()
    return problems


def typesetter():
    "A function from TeX to HTML and MathML, by KaTeX in an embedded V8."
    from py_mini_racer import MiniRacer

    js = MiniRacer()
    katex = (KATEX / "katex.min.js").read_text(encoding="utf-8")
    js.eval("var module = undefined, exports = undefined;" + katex)

    def typeset(tex, display):
        options = {"displayMode": display, "throwOnError": True, "strict": "ignore"}
        return js.call("katex.renderToString", tex, options)
    return typeset


def typeset_page(text, typeset, up):
    "Typeset the formulas of a page, and link our copy of KaTeX's style, not the one on the web."
    from py_mini_racer import JSEvalException

    bad = []

    def math(m):
        tex = html.unescape(m[2])[2:-2]  # between \( and \) or \[ and \]
        try: return f'<span class="math {m[1]}">{typeset(tex, m[1] == "display")}</span>'
        except JSEvalException as e: bad.append(str(e).splitlines()[0])
        return m[0]

    text = MATH.sub(math, text)
    text = re.sub(rf'<script src="{KATEX_CDN}[^>]*></script>', "", text)
    ours = f"{up}site_libs/katex/katex.min.css"
    return re.sub(rf"{KATEX_CDN}@[\d.]+/dist/katex\.min\.css", ours, text), bad


def link_methods(out):
    "Lead a link to a method that has no section of its own to the section of its class."
    pages = {p: p.read_text(encoding="utf-8") for p in out.rglob("*.html")}
    ids = {p: set(re.findall(r'\bid="([^"]+)"', text)) for p, text in pages.items()}
    for path, text in pages.items():
        def to_class(m, path=path):
            there = ids.get((path.parent / m[1]).resolve() if m[1] else path, ())
            lost = f"{m[2]}.{m[3]}" not in there and m[2] in there
            return f'href="{m[1]}#{m[2]}"' if lost else m[0]
        text = re.sub(r'href="([^"#:]*)#([\w]+)\.([\w.]+)"', to_class, text)
        path.write_text(text, encoding="utf-8")


def remove_web_fonts(out):
    "Take the imports of web fonts out of the themes."
    for path in (out / "site_libs").rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"@import\s*(url\([^)]*\)|\"[^\"]*\"|'[^']*')[^;]*;", "", text)
        path.write_text(text, encoding="utf-8")


def search_from_files(out):
    "Turn the search index into a script, and load it as one."
    library, index = out / "site_libs/smalldocs.js", out / "search.json"
    text = library.read_text(encoding="utf-8")
    if FETCH not in text: raise SystemExit("smalldocs.js has changed: update FETCH")
    library.write_text(text.replace(FETCH, LOAD), encoding="utf-8")
    script = f"window.searchIndex={index.read_text(encoding='utf-8')};\n"
    (out / "search.js").write_text(script, encoding="utf-8")
    index.unlink()
