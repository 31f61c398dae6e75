"""What a page shows of an exported cell: definitions one by one, each documented, helpers folded.

nbdev leaves out the code of `#| export` and `#| exporti` cells, shows that of `#| exports` cells
whole, and the documentation of several definitions in one cell in reverse. laid_out() makes of an
exported cell one cell per definition, that nbdev runs and documents, and after each a cell with the
code to show, that it does not run.
"""
import ast
import io
import re
import textwrap
import tokenize

EXPORT = re.compile(r"^#\| ?(export|exports|exporti)\b.*\n?", re.M)
HIDDEN = re.compile(r"^#\| ?(hide\b|include: *false|eval: *false)", re.M)
DIRECTIVE = re.compile(r"^#\|.*\n?", re.M)
DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WIDTH = 78  # columns of the head of a definition
LONGEST = 100  # columns that a page shows without scrolling


def laid_out(cell, losses=(), documented=()):
    """The cells to put in the place of a cell.

    `losses` are names of its module that hold a loss: they get a section though an assignment makes
    them. `documented` are names with a `show_doc` of their own."""
    source = "".join(cell["source"])
    flag = EXPORT.search(source)
    if cell["cell_type"] != "code" or not flag or HIDDEN.search(source): return [cell]
    options = "".join(DIRECTIVE.findall(EXPORT.sub("", source)))
    code, made = DIRECTIVE.sub("", source), []

    def add(text, kind="code"):
        new = {"id": f"{cell.get('id', 'cell')}-{len(made)}", "cell_type": kind, "source": text}
        made.append({**cell, "outputs": [], **new} if kind == "code" else {"metadata": {}, **new})

    def show(names, text):
        if names: add("".join(f'<a id="{name.lower()}"></a>' for name in names), "markdown")
        add(f"#| eval: false\n{options}{text}")

    if flag[1] == "exporti":
        names = [n for node in ast.parse(code).body for n in bound(node) if n != "_"]
        if not names: return [cell]
        if "code-fold: false" not in options:  # a page may show what it explains
            options += f'#| code-fold: true\n#| code-summary: "Helpers: {", ".join(names)}"\n'
        add(source)
        show(names, code)
        return made
    for name, text in parts(code, losses):
        add(f"#| export\n{options}{text}")
        assigned = name in losses and isinstance(ast.parse(text).body[-1], ast.Assign)
        if assigned and name not in documented: add(f'show_doc({name}, name="{name}")')
        if flag[1] == "export":
            said = f"Helpers: {name}" if name.startswith("_") else "Source"  # of what has a section
            if name: add(f'#| eval: false\n#| code-fold: true\n#| code-summary: "{said}"\n{text}')
        elif name and name[0] == "_": show([name], text)
        else: show([], shortened(text))
    made[-1]["outputs"] = cell.get("outputs", [])
    return made


def bound(node):
    "The names that a statement defines or assigns."
    if isinstance(node, DEFINITION): return [node.name]
    if isinstance(node, ast.Assign): return [t.id for t in node.targets if isinstance(t, ast.Name)]
    return []


def parts(code, losses=()):
    "Code as (name, text): each definition or assigned loss by itself, what is between as one."
    lines, found, start = code.split("\n"), [], 0
    body = ast.parse(code).body
    for node in body:
        own = isinstance(node, DEFINITION) or (len(bound(node)) == 1 and bound(node)[0] in losses)
        end = len(lines) if node is body[-1] else node.end_lineno
        text, start = lines[start:end], end
        if found and not own and not found[-1][0]: found[-1][1].extend(text)
        else: found.append((bound(node)[0] if own else "", text))
    return [(name, "\n".join(text).strip("\n")) for name, text in found]


def shortened(code):
    "A definition below its documentation: without docstring and comments on its parameters."
    node = ast.parse(code).body[-1]
    if not isinstance(node, DEFINITION): return code
    lines = code.split("\n")
    tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    for inner in node.body if isinstance(node, ast.ClassDef) else ():
        # fastcore reads no comment beside `**options`, so none stands above
        if getattr(inner, "name", "") != "__init__": continue
        if not (inner.args.vararg or inner.args.kwarg): cut(lines, inner, tokens)
    cut(lines, node, tokens)
    return "\n".join(lines)


def cut(lines, node, tokens):
    "Cut the docstring of a definition, and the comments in the head of a function, out of `lines`."
    row, column = head_end(tokens, node.lineno)
    comments = {t.start[0]: t.start[1] for t in tokens if t.type == tokenize.COMMENT}
    rest, ends = lines[row - 1][column:].strip(), {**comments, row: column}
    body, result = ("", rest) if rest.startswith("#") else (rest, "")
    head = [lines[i - 1][:ends.get(i)].strip() for i in range(node.lineno, row + 1)]
    indent = re.match(" *", lines[node.lineno - 1])[0]
    if ast.get_docstring(node) is not None:
        first = node.body[0]
        if first.lineno == row: body = ""
        else: del lines[first.lineno - 1:first.end_lineno]
        if len(node.body) == 1: body = "..."
    made = wrapped(" ".join(head), indent)
    fits = len(f"{made[-1]} {body or result}") <= LONGEST
    if body == "..." or (body and fits and len(made) == 1): made[-1] += f" {body}"
    elif body: made.append(f"{indent}    {body}")
    elif result and not getattr(node, "returns", None):  # a comment that fastcore does not read
        if fits: made[-1] += f" {result}"
        else: made.append(f"{indent}    {result}")
    lines[node.lineno - 1:row] = made


def head_end(tokens, line):
    "Where the head of the definition at `line` ends: row and column after its colon."
    depth = 0
    for t in tokens:
        if t.start[0] < line or t.type != tokenize.OP: continue
        depth += (t.string in "([{") - (t.string in ")]}")
        if t.string == ":" and not depth: return t.end
    raise ValueError(f"no definition begins in line {line}")


def wrapped(head, indent="", width=WIDTH):
    "The head of a definition on as few lines as fit, broken between parameters."
    head = re.sub(r"\(\s+", "(", re.sub(r",?\s+\)", ")", head))
    kept, depth, quote = [], 0, ""
    for c in head:
        if quote: quote = "" if c == quote else quote
        elif c in "'\"": quote = c
        depth += 0 if quote else (c in "([{") - (c in ")]}")
        kept.append("\0" if c == " " and (quote or depth != 1) else c)
    wrapper = textwrap.TextWrapper(width, initial_indent=indent, subsequent_indent=indent + 8 * " ",
                                   break_long_words=False, break_on_hyphens=False)
    made = wrapper.wrap("".join(kept))
    return [line.replace("\0", " ") for line in made]
