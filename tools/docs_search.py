"""What the search of the site knows of a page: its words by section and by documented name.

site.js reads it. The words that a reader may type beside those on the pages are in the registry,
for a loss, and in tools/site/keywords.yml, for a page.
"""
import re
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import yaml

KEYWORDS = yaml.safe_load(Path(__file__).with_name("site").joinpath("keywords.yml").read_text())
AUTHORS = "For authors"  # the group of pages that come last
VOID = ("hr", "br", "img", "input")
PROSE = {"p", "li", "td", "th", "figcaption"}
COMMON = set("a an and are as at be by for from has have in is it its no not of on one or so than "
             "that the their there they this to was where which with".split())
ABOUT = 65  # characters of a result's text
CODE = re.compile(r'(<pre(?![^>]*signature)[^>]*>).*?(</pre>)', re.S)
WORD = re.compile(r"[^\W_]+")
NEW_CAPITAL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # HingeLoss, BCEWith


class Sections(HTMLParser):
    """The text of a page by heading: (title, id, whether it is a documented name, pieces of text).

    Of code there are signatures alone. What follows a documented name belongs to the section that
    the name is in."""
    def __init__(self, text):
        super().__init__()
        self.all = [("", "", False, [])]
        self.section = self.current = self.all[0]
        self.open, self.documented, self.skipped, self.heading = [], None, None, None
        self.feed(CODE.sub(r"\1\2", text))  # which is skipped, and holds most of the tags

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag in VOID: return
        self.open.append(tag)
        depth, classes = len(self.open), (a.get("class") or "").split()
        if "cell-output-markdown" in classes: self.documented = depth
        hidden = tag in ("script", "svg", "summary", "annotation") or "katex-html" in classes
        if (hidden or (tag == "pre" and "signature" not in classes)) and not self.skipped:
            self.skipped = depth
        if tag in ("h2", "h3"):
            name = tag == "h3" and self.documented is not None
            self.heading, self.current = [], ["", a.get("data-anchor-id", ""), name, []]

    def handle_startendtag(self, tag, attrs): pass

    def handle_endtag(self, tag):
        if tag in ("h2", "h3"):
            self.current[0], self.heading = "".join(self.heading).strip(), None
            self.current = tuple(self.current)
            self.all.append(self.current)
            if not self.current[2]: self.section = self.current
        depth = len(self.open)
        if depth == self.documented: self.documented, self.current = None, self.section
        if depth == self.skipped: self.skipped = None
        if tag in PROSE | {"pre", "h2", "h3"}: self.current[3].append(" ")
        if self.open: self.open.pop()

    def handle_data(self, data):
        if self.skipped: return
        if self.heading is not None: self.heading.append(data)
        else: self.current[3].append(data)


def words(text): return WORD.findall(text.lower())


def new_words(text, known):
    """The words of a text, each once, without common ones, numbers, and those that are known.

    A word that begins another is left out, since the search finds beginnings."""
    found = sorted(set(words(text)) - COMMON - set(words(known)))
    found = [w for w in found if not w.isdigit() or w in "01"]
    longer = zip(found, [*found[1:], ""])
    return " ".join(w for w, after in longer if not after.startswith(w))


def about(text):
    "The beginning of a text."
    text = " ".join(text.split())
    return text if len(text) <= ABOUT else text[:ABOUT].rsplit(" ", 1)[0] + " …"


def entry(page, group, module):
    "What is known of a page: see site.js for what is done with it."
    import lossfx

    href, for_authors = page.out.as_posix(), group == AUTHORS
    keywords = [*keywords_of(module), *KEYWORDS.get(href, [])]
    of_page = " ".join([page.title, *keywords])  # counts in each of its sections
    sections, names, start, told = [], [], "", ""
    for title, id, is_name, pieces in Sections(page.html).all:
        text = "".join(pieces)
        if not id: start = text
        elif is_name:
            helper = not for_authors and title not in lossfx.__all__
            *signature, said = re.split(r"\n(?=[A-Z])", text.strip(), maxsplit=1)
            # losses of a page share options: their words are with the first of them
            own = new_words(text, f"{title} {of_page} {told}") if title in lossfx.__all__ else ""
            told += f" {own}"
            names.append([title, id, about(said) if signature else "", own, int(helper)])
        else: sections.append([title, id, about(text), new_words(text, f"{title} {of_page}")])
    return {"href": href, "title": page.title, "description": page.front.get("description", ""),
            "last": int(for_authors), "keywords": keywords,
            "words": new_words(start, page.title), "sections": sections, "names": names}


def keywords_of(module):
    "What the registry says of the losses of a module, phrase by phrase."
    from lossfx.core import registered

    if module is None: return []
    held, said = import_module("lossfx." + module.replace("/", ".")), []
    for e in registered.values():
        if e.name not in held.__all__: continue
        listed = [e.task, e.family, e.keywords, *e.other_names.values()]
        phrases = [phrase.strip() for text in listed for phrase in text.split(",")]
        said += [*phrases, *(NEW_CAPITAL.sub(" ", phrase) for phrase in phrases)]
    return list(dict.fromkeys(said))
