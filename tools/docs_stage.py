"""Lay the notebooks out as smalldocs reads them.

That is: processed by nbdev, named as their pages are, with the pictures in files."""
import base64
import html
import json
import os
import posixpath
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from docs_cells import laid_out
from docs_checks import groups_of, imports_unexported, notebooks
from docs_names import Home, add_losses, link_fixer, losses_of, module_of

NBDEV_YML = "nbs/nbdev.yml"  # written by nbdev from pyproject.toml
RENDERER = "docs_show.Section"  # of `show_doc`, on the site alone
INK = "svg { color: #24292f } @media (prefers-color-scheme: dark) { svg { color: #d6dadf } }"
SITE = "../docs/"  # how a notebook shows a picture of another page: Jupyter finds it there
TO_NOTEBOOK = re.compile(r'(href="[^":]+)\.ipynb(?=["#])')  # smalldocs turns those of Markdown
OPTION = re.compile(r"^#\| ?([\w-]+): *(.*)$", re.M)


class Staged(NamedTuple):
    "A project that is laid out for smalldocs."
    source: Path  # the folder to render
    processed: Path  # nbdev's
    groups: list  # of the sidebar: (title or "", names of pages)
    modules: dict  # name of a page -> the module that its notebook exports, or None


def stage(root, work):
    "Copy the project at `root` to `work`, and process and lay it out there."
    for name in ("nbs", "lossfx"):
        left_out = shutil.ignore_patterns(".*", "__pycache__", "_proc")
        shutil.copytree(root / name, work / name, ignore=left_out)
    settings = (root / "pyproject.toml").read_text(encoding="utf-8")
    settings = settings.replace("[tool.nbdev]\n", f'[tool.nbdev]\nrenderer = "{RENDERER}"\n', 1)
    (work / "pyproject.toml").write_text(settings, encoding="utf-8")
    os.chdir(work)
    modules = {name: prepare(work / "nbs" / name) for name in notebooks(work / "nbs")}
    add_losses(work / "lossfx", modules)
    processed = process()
    source = work / "pages"
    shutil.copytree(processed, source, ignore=shutil.ignore_patterns("docs"))
    names = rename(source)
    for old in names: fix_notebook(source, old, names, Home(work / "lossfx", modules[old]))
    groups = [(title, [names[n] for n in listed if n in names])
              for title, listed in groups_of(source, names)]
    no_host(source / "nbdev.yml")
    return Staged(source, processed, groups, {names[old]: modules[old] for old in names})


def prepare(path):
    """Lay out the exported cells of a notebook, and keep nbdev from running what imports in others;
    return the module that the notebook exports.

    nbdev would run it for the signatures' sake, which exported cells suffice for: a page is built
    without the packages whose data or losses it shows."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in nb["cells"]]
    documented = re.findall(r"^show_doc\((\w+)", "\n".join(sources), re.M)
    module, cells = module_of(sources), []
    losses = losses_of(module)
    for cell, source in zip(nb["cells"], sources):
        if cell["cell_type"] == "code" and imports_unexported(source):
            cell["source"] = "#| eval: false\n" + source
        cells += laid_out(cell, losses, documented)
    path.write_text(json.dumps(nb | {"cells": cells}), encoding="utf-8")
    return module


def process():
    "Run nbdev's own processors in the working folder: hidden cells go, signatures and links come."
    from fastcore.parallel import parallel
    from nbdev import config, serve
    from nbdev.quarto import refresh_quarto_yml

    config._load_toml = cache(config._load_toml)  # or it is parsed twice for each cell
    # Forks know what is imported here; nbdev's own workers begin with nothing
    serve.parallel = lambda main, files, **_: parallel(main, files, method="fork")
    refresh_quarto_yml()
    try: return serve.proc_nbs(force=True)
    except Exception as e: raise SystemExit(f"nbdev cannot process the notebooks. {e}") from e


def rename(source):
    "Give each notebook the name of its page, from nbdev's front matter: 04_mould becomes mould."
    names = {}
    for old in notebooks(source):
        first = json.loads((source / old).read_text(encoding="utf-8"))["cells"][0]
        front = "".join(first["source"]) if first["cell_type"] == "raw" else ""
        page = re.search(r"^output-file: (.+)\.html$", front, re.M)
        names[old] = posixpath.join(posixpath.dirname(old), f"{page[1]}.ipynb") if page else old
    for new, count in Counter(names.values()).items():
        if count > 1: raise SystemExit(f"{count} notebooks make the page {new}")
    for old, new in names.items(): (source / old).rename(source / new)
    return names


def fix_notebook(source, old, names, home):
    "Point the links of a processed notebook at our pages, and put its pictures in files."
    path, to_pages, up = source / names[old], link_fixer(names, old), "../" * names[old].count("/")
    fix = lambda text: home.links(to_pages(text))
    nb = json.loads(path.read_text(encoding="utf-8"))
    shown = pictures(nb["cells"], names[old].removesuffix(".ipynb"))
    for cell, output, content, name in list(shown):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
        output["data"] = {"text/html": figure(up + name, options("".join(cell["source"])))}
    for cell in nb["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "raw": text = re.sub(r"^output-file: .*\n", "", text, flags=re.M)
        if cell["cell_type"] == "markdown":
            text = home.headings(fix(without_options(text))).replace(f"]({SITE}", f"]({up}")
        cell["source"] = text
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for place, key in ((output, "text"), (data, "text/plain")):
                if key in place: place[key] = "".join(place[key]).replace("__main__.", "")
            for key in {"text/markdown", "text/html"} & data.keys():
                data[key] = TO_NOTEBOOK.sub(r"\1.html", fix("".join(data[key])))
    path.write_text(json.dumps(nb), encoding="utf-8")


def options(source):
    "The `#| key: value` options of a cell."
    found = {}
    for key, value in OPTION.findall(source):
        try: found[key] = yaml.safe_load(value)
        except yaml.YAMLError: found[key] = value
    return found


def without_options(source): return re.sub(r"^#\|.*\n?", "", source, flags=re.M)


def picture_bytes(data):
    "The picture among the forms of an output, and the ending of its file; (None, None) without."
    if "text/html" in data: return None, None
    if "image/svg+xml" in data:
        text = "".join(data["image/svg+xml"])
        text = in_page_ink(text[text.index("<svg"):].strip())
        return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode(), "svg"
    if "image/png" in data: return base64.b64decode("".join(data["image/png"])), "png"
    return None, None


def in_page_ink(svg):
    "Draw what lossfx.plot draws in its middle grey in the ink of the page, light or dark."
    from lossfx.plot import ink

    head, rest = re.match(r"(<svg[^>]*>)(.*)", svg, re.S).groups()
    return f"{head}\n <style>{INK}</style>{rest.replace(ink, 'currentColor')}"


def pictures(cells, page):
    "The pictures of a page: cell, output, bytes, and a file named after page and number."
    count = 0
    for cell in cells:
        for output in cell.get("outputs", []):
            content, ending = picture_bytes(output.get("data", {}))
            if content is None: continue
            count += 1
            yield cell, output, content, f"figures/{page}-{count}.{ending}"


def figure(src, opts):
    "Quarto's markup of a picture, with the caption and the alt text that the cell gives."
    alt = html.escape(str(opts.get("fig-alt", "")))
    caption = html.escape(str(opts.get("fig-cap") or ""))
    below = f"\n<figcaption>{caption}</figcaption>" if caption else ""
    return (f'<div class="quarto-figure quarto-figure-center">\n<figure class="figure">\n'
            f'<p><img src="{src}" class="img-fluid" alt="{alt}" loading="lazy"></p>{below}\n'
            f'</figure>\n</div>')


def no_host(path):
    "Take the addresses of site and repository out of nbdev's settings: none is known."
    text = re.sub(r"^ *(site|repo)-url: .*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
    path.write_text(text, encoding="utf-8")
