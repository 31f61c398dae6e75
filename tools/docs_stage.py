"Lay the notebooks out as smalldocs reads them: processed by nbdev, named as their pages are, with the pictures in files."
import ast
import base64
import hashlib
import html
import json
import os
import re
import shutil
from pathlib import Path

import yaml

NBDEV_YML = "nbs/nbdev.yml"  # written by nbdev from pyproject.toml
OPTION = re.compile(r"^#\| ?([\w-]+): *(.*)$", re.M)


def stage(root, work):
    "Copy the project at `root` to `work` and process it; return the folder to render, and nbdev's folder."
    for name in ("nbs", "lossfx"):
        shutil.copytree(root / name, work / name, ignore=shutil.ignore_patterns(".*", "__pycache__", "_proc"))
    shutil.copy(root / "pyproject.toml", work)
    os.chdir(work)
    for path in (work / "nbs").rglob("*.ipynb"): leave_out_mixed_cells(path)
    processed = process()
    source = work / "pages"
    shutil.copytree(processed, source, ignore=shutil.ignore_patterns("docs"))
    (source / "figures").mkdir()
    names = rename(source)
    for path in sorted(source.rglob("*.ipynb")): fix_notebook(path, source, names, definitions(work / "lossfx" / f"{path.stem}.py"))
    fix_config(source, names)
    write_sources(work / "lossfx", source / "source")
    return source, processed


def leave_out_mixed_cells(path):
    """Keep nbdev from running cells that mix imports with other code: it runs import cells for the signatures' sake,
    and without the cells before them they fail, or train a model. check_notebooks() reports the visible ones."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and mixes_imports(source): cell["source"] = "#| eval: false\n" + source
    path.write_text(json.dumps(nb), encoding="utf-8")


def process():
    "Run nbdev's own processors in the working folder: hidden cells go, signatures and links come."
    from nbdev.quarto import refresh_quarto_yml
    from nbdev.serve import proc_nbs

    refresh_quarto_yml()
    try: return proc_nbs(force=True, n_workers=0)
    except Exception as e: raise SystemExit(f"nbdev cannot process the notebooks. {e}") from e


def rename(source):
    "Give each notebook the name of its page, which nbdev puts in the front matter: 00_core.ipynb becomes core.ipynb."
    names = {}
    for path in sorted(source.rglob("*.ipynb")):
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
        page = re.search(r"^output-file: (.+)\.html$", "".join(first["source"]), re.M) if first["cell_type"] == "raw" else None
        new = path.with_name(f"{page[1]}.ipynb") if page else path
        if path.name in names or (new != path and new.exists()): raise SystemExit(f"two notebooks make the page {new.name}")
        names[path.name] = path.rename(new).name
    return names


def link_fixer(names):
    "A function that turns links of nbdev's pages into links of ours."
    def fix(text):
        text = re.sub(r"\]\(/blob/\w+/lossfx/([\w/]+)\.py#(L\d+)\)\{target=\"_blank\"", r"](/source/\1.md#\2){", text)
        return re.sub(r"(\]\([^)\s]*?)([\w.-]+\.ipynb)", lambda m: m[1] + names.get(m[2], m[2]), text)
    return fix


def definitions(path):
    "The line of each function, class and method that a module defines; nothing for a page that has no module."
    if not path.exists(): return {}
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)): continue
        found[node.name] = node.lineno
        if isinstance(node, ast.ClassDef): found |= {f"{node.name}.{n.name}": n.lineno for n in node.body if isinstance(n, ast.FunctionDef)}
    return found


def stay_home(text, page, lines):
    "Lead the names that a page defines to the page itself: nbdev knows one place for a name, though two modules may have it."
    text = re.sub(r"\[`([\w.]+)(\(\))?`\]\([^)\s]*#[\w.]+\)", lambda m: f"[`{m[1]}{m[2] or ''}`](#{m[1].lower()})" if m[1] in lines else m[0], text)
    return re.sub(r"\(/source/[\w/]+\.md#L\w+\)(\{[^}]*\}\s+#+ ([\w.]+))", lambda m: f"(/source/{page}.md#L{lines[m[2]]}){m[1]}" if m[2] in lines else m[0], text)


def fix_notebook(path, source, names, lines):
    "Point the links of a processed notebook at our pages, and put its pictures in files; `lines` are those of the names it defines."
    links = link_fixer(names)
    fix = lambda text: stay_home(links(text), path.stem, lines)
    up = "../" * (len(path.relative_to(source).parts) - 1)
    nb = json.loads(path.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "raw": text = re.sub(r"^output-file: .*\n", "", text, flags=re.M)
        if cell["cell_type"] == "markdown": text = fix(without_options(text))
        cell["source"] = text
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/markdown" in data: data["text/markdown"] = fix(labelled("".join(data["text/markdown"])))
            picture = save_picture(data, source / "figures")
            if picture: output["data"] = {"text/html": figure(f"{up}figures/{picture}", options(text))}
    path.write_text(json.dumps(nb), encoding="utf-8")


def options(source):
    "The `#| key: value` options of a cell."
    found = {}
    for key, value in OPTION.findall(source):
        try: found[key] = yaml.safe_load(value)
        except yaml.YAMLError: found[key] = value
    return found


def labelled(docstring):
    "Start a paragraph at each label that our docstrings use."
    return re.sub(r"\n\s*(Source|Departs|Raises): ", r"\n\n**\1:** ", docstring)


def without_options(source): return re.sub(r"^#\|.*\n?", "", source, flags=re.M)


def picture_bytes(data):
    "The picture among the forms of an output, and the ending of its file; (None, None) when there is none."
    if "text/html" in data: return None, None
    if "image/svg+xml" in data:
        text = "".join(data["image/svg+xml"])
        return ('<?xml version="1.0" encoding="utf-8"?>\n' + text[text.index("<svg"):].strip() + "\n").encode(), "svg"
    if "image/png" in data: return base64.b64decode("".join(data["image/png"])), "png"
    return None, None


def save_picture(data, folder):
    "Save the picture of an output under the hash of its bytes; return its file name, or None."
    content, ending = picture_bytes(data)
    if content is None: return None
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
    (folder / name).write_bytes(content)
    return name


def figure(src, opts):
    "Quarto's markup of a picture, with the caption and the alt text that the cell gives."
    alt = html.escape(str(opts.get("fig-alt", "")))
    caption = f"\n<figcaption>{html.escape(str(opts['fig-cap']))}</figcaption>" if opts.get("fig-cap") else ""
    return (f'<div class="quarto-figure quarto-figure-center">\n<figure class="figure">\n'
            f'<p><img src="{src}" class="img-fluid" alt="{alt}" loading="lazy"></p>{caption}\n</figure>\n</div>')


def write_sources(lib, dest):
    "Write a page with numbered lines for each module, for the `source` links."
    from smalldocs.highlight import highlight

    for path in sorted(lib.rglob("[!_]*.py")):
        lines = highlight(path.read_text(encoding="utf-8").rstrip(), "python").split("\n")
        code = "\n".join(f'<a id="L{i}" class="line"></a>{line}' for i, line in enumerate(lines, 1))
        page = dest / path.relative_to(lib).with_suffix(".md")
        page.parent.mkdir(parents=True, exist_ok=True)
        title = path.relative_to(lib.parent).as_posix()
        page.write_text(f'---\ntitle: "{title}"\ntoc: false\nsearch: false\n---\n\n```{{=html}}\n<pre class="sourceCode source-page">'
                        f'<code class="sourceCode python">{code}</code></pre>\n```\n', encoding="utf-8")


def fix_config(source, names):
    "Name the pages of the sidebar and the navbar as they are now, and leave out those that do not exist yet."
    path = source / "_quarto.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    here = {p.relative_to(source).as_posix() for p in source.rglob("*.ipynb")}

    def renamed(href):
        folder, _, name = href.rpartition("/")
        return f"{folder}/{names.get(name, name)}".lstrip("/")

    def keep(item):
        if isinstance(item, str): return renamed(item) if renamed(item) in here else None
        item = dict(item)
        for key in ("contents", "menu"):
            if key in item: item[key] = list(filter(None, map(keep, item[key])))
        if "href" in item: item["href"] = renamed(item["href"])
        return item if item.get("contents") or item.get("menu") or item.get("href") in here else None

    web = config["website"]
    web["sidebar"]["contents"] = list(filter(None, map(keep, web["sidebar"]["contents"])))
    for side in ("left", "right"):
        if side in web["navbar"]: web["navbar"][side] = list(filter(None, map(keep, web["navbar"][side])))
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    extra = source / "nbdev.yml"  # no host is known, so no page may name one
    extra.write_text(re.sub(r"^ *(site|repo)-url: .*\n", "", extra.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")


def sidebar_entries(contents):
    "The notebooks a sidebar names, in its order."
    for item in contents:
        if isinstance(item, str): yield item
        else:
            if "href" in item: yield item["href"]
            yield from sidebar_entries(item.get("contents", []))


def notebooks(nbs):
    "The notebooks under a folder, as nbdev finds them: no name that starts with a dot or an underscore."
    found = (p for p in Path(nbs).rglob("*.ipynb") if not any(part[0] in "._" for part in p.relative_to(nbs).parts))
    return sorted(p.relative_to(nbs).as_posix() for p in found)


def check_sidebar(nbs):
    "List the differences between the sidebar and the notebooks."
    config = yaml.safe_load((nbs / "_quarto.yml").read_text(encoding="utf-8"))
    listed, here = list(sidebar_entries(config["website"]["sidebar"]["contents"])), notebooks(nbs)
    return ([f"nbs/_quarto.yml: the sidebar lists {n}, which does not exist" for n in listed if n not in here]
            + [f"nbs/_quarto.yml: the sidebar does not list {n}" for n in here if n not in listed]
            + [f"nbs/_quarto.yml: the sidebar lists {n} twice" for n in sorted(set(listed)) if listed.count(n) > 1])


def check_notebooks(nbs):
    "List what keeps a notebook from being a good page."
    problems, modules = [], {}
    for name in notebooks(nbs):
        cells = json.loads((nbs / name).read_text(encoding="utf-8"))["cells"]
        sources = ["".join(c["source"]) for c in cells]
        if not sources or not re.fullmatch(r"# [^\n]+\n+> [^\n]+\s*", sources[0]):  # nbdev drops other text in this cell
            problems.append(f"nbs/{name}: the first cell is not '# Title', an empty line and '> one sentence'")
        problems += [f"nbs/{name}: nbdev links code by itself, so write {link} without backticks" for c, s in zip(cells, sources)
                     if c["cell_type"] == "markdown" for link in re.findall(r"\[[^]`]*`[^]]*\]\([^)]*\)", s)]
        for module in re.findall(r"^#\| ?default_exp (\S+)", "\n".join(sources), re.M):
            if module in modules: problems.append(f"nbs/{name}: exports {module}, as nbs/{modules[module]} does: one wipes the other")
            modules[module] = name
        problems += [f"nbs/{name}: cell {c.get('id')} mixes imports with other code, so nbdev runs it while it builds the site"
                     for c, s in zip(cells, sources) if c["cell_type"] == "code" and mixes_imports(s) and not re.search(r"^#\| ?hide\b", s, re.M)]
    return problems


def mixes_imports(source):
    "Whether a cell that is not exported has an import beside other statements."
    if re.search(r"^#\| ?(export|exports|exporti|exec_doc|eval: false)\b", source, re.M): return False
    try: body = ast.parse(source).body
    except SyntaxError: return False  # a magic or a shell command
    imports = [isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in body]
    return any(imports) and not all(imports)
