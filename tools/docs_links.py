"Check the built site: links lead somewhere, no other host is asked, things have names."
import os
import re
from html.parser import HTMLParser
from urllib.parse import unquote

ELSEWHERE = re.compile(r"(https?:)?//")
LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src",
         "audio": "src", "object": "data"}
LOADED = ("stylesheet", "icon", "preload", "modulepreload")
ADDRESS = re.compile(r"[\w.]+ object at 0x[0-9a-f]{6,}")
FILE_NAME = re.compile(r"(\w+/)*\d\d_\w+(\.ipynb|\.html)?|\S+\.ipynb")
PLAIN_SPAN = re.compile(r'</span>|<span(?: (?:class|style|aria-hidden)="[^"]*")*>')
MODULE = re.compile(r"""(?:\bimport\b|\bfetch\()[^;\n]{0,200}?["'](?:https?:)?//[^"']+""")


class Page(HTMLParser):
    "The ids, links and loaded files of a page, pictures without alt text, and inline scripts."
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads, self.no_alt, self.scripts = set(), [], [], [], []
        self.text = text
        self.addresses = set(ADDRESS.findall(text))
        self.in_script, self.link_texts, self.in_link = False, [], False
        # most of a page's tags colour code or set formulas: nothing of those is asked here
        self.feed(PLAIN_SPAN.sub("", text))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.in_script = tag == "script"
        if a.get("id"): self.ids.add(a["id"])
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
            self.link_texts.append("")
            self.in_link = True
        if a.get(LOADS.get(tag)): self.loads.append(a[LOADS[tag]])
        if tag == "link" and a.get("rel") in LOADED: self.loads.append(a["href"])
        if tag == "img" and not a.get("alt"): self.no_alt.append(a.get("src"))
        if tag == "svg" and a.get("role") == "img" and not a.get("aria-label"):
            self.no_alt.append("an inline SVG")

    def handle_endtag(self, tag):
        self.in_script = False
        if tag == "a": self.in_link = False

    def handle_data(self, data):
        if self.in_script: self.scripts.append(data)
        if self.in_link: self.link_texts[-1] += data


def check_pages(out):
    "List what is wrong with the pages and the styles in a folder."
    pages = {p.relative_to(out).as_posix(): Page(p.read_text(encoding="utf-8"))
             for p in sorted(out.rglob("*.html"))}
    problems = []
    for name, page in pages.items():
        said = [f"loads {u}" for u in page.loads if ELSEWHERE.match(u)]
        said += [f"a script loads {m[0]}" for s in page.scripts for m in MODULE.finditer(s)]
        said += [f"shows a memory address, which no two builds share: {a}"
                 for a in sorted(page.addresses)]
        said += [f"no alt text for {u}" for u in page.no_alt]
        said += [f"a link is called {t}, which is no title" for t in page.link_texts
                 if FILE_NAME.fullmatch(t.strip())]
        if "__main__." in page.text: said.append("shows __main__., which a reader cannot import")
        links = dict.fromkeys(page.links + page.loads)
        said += filter(None, (broken(out, pages, name, href) for href in links))
        problems += [f"{name}: {s}" for s in said]
    return problems + check_styles(out)


def broken(out, pages, name, href):
    "Say what is wrong with a link of page `name`, if anything."
    if ELSEWHERE.match(href) or re.match(r"[a-z]+:", href): return None
    path, _, fragment = href.partition("#")
    target = os.path.normpath(os.path.join(os.path.dirname(name), unquote(path))) if path else name
    if (out / target).is_dir(): target = os.path.join(target, "index.html")
    if not (out / target).exists(): return f"{href} is missing"
    known = not fragment or target not in pages or unquote(fragment) in pages[target].ids
    return None if known else f"{href} has no such id"


def check_styles(out):
    "List the files that a style loads from another host."
    found = re.compile(r"(?:@import\s*|url\()[\"']?((?:https?:)?//[^\"')]+)")
    return [f"{p.relative_to(out).as_posix()}: loads {u}" for p in sorted(out.rglob("*.css"))
            for u in found.findall(p.read_text(encoding="utf-8"))]
