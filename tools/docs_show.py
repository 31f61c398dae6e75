"""The section of a public name: its heading, its signature with each comment once, its summary.

nbdev's `show_doc` uses it on the site: docs_stage names it in the staged pyproject.toml.
"""
import inspect
import re
from typing import get_args

from docs_cells import wrapped
from fastcore.docments import DocmentText, get_name
from nbdev.showdoc import BasicMarkdownRenderer
from smalldocs.highlight import highlight

from lossfx.core.mould import by_reduction, plain


class Section(BasicMarkdownRenderer):
    "A name's section, in Markdown."
    def _repr_markdown_(self):
        heading = f"{'#' * self.title_level} {self.nm}"
        parts = ["---", heading, block(self.signature()), summary(self.docs)]
        return "\n\n".join(filter(None, parts))

    def signature(self):
        "How a name is called, with comments; a module leaves them to its function."
        if not isinstance(self.dm, DocmentText): return str(self.dm)
        said = self.dm.dm
        if inspect.isclass(self.sym):
            said.pop("return", None)
            short = self.constructor(said)
            if short is not None: return short and f"class {short}"
        elif hasattr(self.sym, "formula") and said["return"]["docment"]:
            said["return"]["docment"] = by_reduction(said["return"]["docment"])
        for part in said.values(): shorten_type(part)
        text = str(self.dm).replace(get_name(self.sym), self.name or get_name(self.sym), 1)
        if inspect.isclass(self.sym): text = re.sub("^def (.*):$", r"class \1", text, flags=re.S)
        lines = [short_names(line) for line in text.split("\n")]
        return "\n".join(lines if " # " in text else wrapped(" ".join(lines)))

    def constructor(self, said):
        "A constructor that needs no comments, or None; then those for the function are taken out."
        sym, function = self.sym, getattr(self.sym, "function", None)
        taken = inspect.signature(sym.__init__ if function else sym).parameters
        options = [p for p in taken.values() if p.name != "self"]
        if set(said) == {"args", "kwargs"}:  # fastcore reads `__init__`, which a NamedTuple lacks
            return "" if said.keys() & taken.keys() else bare(self.nm, options)
        if not function: return None
        own = {p.name for p in options} - set(inspect.signature(function).parameters)
        own |= {p.name for p in getattr(sym, "own_options", ())}
        if not own: return bare(self.nm, options)
        comments = dict(re.findall(r"^ *(\w+): (.*)$", sym.__init__.__doc__ or "", re.M))
        for name, part in said.items():
            part["docment"] = comments.get(name, part["docment"]) if name in own else ""
            if name not in own: part["anno"] = inspect.Parameter.empty
        return None


def bare(name, parameters):
    "A call with its defaults alone."
    plain = inspect.Signature([p.replace(annotation=p.empty) for p in parameters])
    return "\n".join(wrapped(name + str(plain)))


def shorten_type(part):
    "Say what a type is without its rule, and leave it to the comment to name choices."
    part["anno"] = plain(part["anno"])
    choices = [c for c in get_args(part["anno"]) if isinstance(c, str)]
    if choices and all(f"'{c}'" in (part["docment"] or "") for c in choices): part["anno"] = str
    if part["anno"] is type(None): part["anno"] = inspect.Parameter.empty


def short_names(line):
    "A line of a signature with the names of types alone, without those of their modules."
    code, *comment = line.split(" # ", 1)
    return " # ".join([re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Z])", "", code), *comment])


def block(signature):
    "A signature in HTML."
    if not signature: return ""
    code = f'<code class="sourceCode python">{highlight(signature, "python")}</code>'
    kind = "signature" if " # " in signature else "signature flows"  # its lines may be joined
    return (f'```{{=html}}\n<div class="sourceCode"><pre class="sourceCode python {kind}">'
            f'{code}</pre></div>\n```')


def summary(docstring):
    "A docstring without the arguments that `help` repeats; a paragraph at each label that we use."
    text = re.sub(r"\s*^(Arguments|Returns):.*", "", docstring, flags=re.M | re.S)
    text = re.sub(r"\n\s*(Source|Departs|Raises): ", r"\n\n**\1:** ", text)
    return re.sub(r"^(\s*)(.+)", r"\1*\2*", text, count=1)
