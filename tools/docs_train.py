"""Write the script of the page that trains: rules of losses as JavaScript, then site/train.js.

A rule is a small function of a label and a log-probability, from which kernels are compiled
(nbs/speed/00_rules.ipynb). Here it is translated statement by statement, its choices by options
included, so that the page computes in float64 what Python does. A loss without a rule is not in it.
"""
import ast
import inspect
import json
import re
import textwrap
from math import isfinite
from pathlib import Path


PAGE = Path(__file__).with_name("site") / "train.js"
OPERATORS = {ast.Add: ("+", 6), ast.Sub: ("-", 6), ast.Mult: ("*", 7), ast.Div: ("/", 7),
             ast.BitAnd: ("&&", 3), ast.And: ("&&", 3), ast.BitOr: ("||", 2), ast.Or: ("||", 2)}
COMPARED = {ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "===",
            ast.NotEq: "!==", ast.Is: "===", ast.IsNot: "!=="}
CHOICE, COMPARISON, SIGN, ATOM = 1, 5, 8, 9  # how tightly these bind, as the numbers above
CALLED = ("exp", "expm1", "log", "absolute")  # functions of torch that `HEAD` defines
RESERVED = {"new", "var", "let", "const", "this", "function", "switch", "case", "default", "void",
            "delete", "typeof", "null", "true", "false", "losses", "options", *CALLED}
SPACES = re.compile(r" ?([=<>?:|&,+{}]+) ?")  # of rules; `a - -b` is no `a--b`
HEAD = """// Written by tools/docs_train.py: the losses from their rules, then tools/site/train.js
"use strict";
const { exp, expm1, log, abs: absolute } = Math;
"""


def train_script():
    "The whole script, as the site has it: no name of it is seen by other scripts."
    rules = SPACES.sub(r"\1", losses_script(with_rule()))
    return f"{HEAD}{{\n{without_layout(rules + PAGE.read_text(encoding='utf-8'))}}}\n"


def without_layout(script):
    "A script without the indents and the lines of comment that its readers need, for its size."
    lines = (line.strip() for line in script.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def with_rule():
    "The losses of logits over classes that have a rule, by name; cross entropy first."
    from lossfx.core import registered
    from lossfx.fast.rules import has_rule

    found = [e.loss for e in registered.values() if has_rule(e.loss)]
    return sorted(found, key=lambda f: (f.__name__ != "soft_label_cross_entropy_with_logits",
                                        f.__name__))


def losses_script(losses):
    "The functions of the rules, each once, and a table `losses` of what a loss is made of."
    functions, table = {}, []
    for loss in losses:
        terms, total = loss.formula.rule
        for f in filter(None, (terms, total)):
            text = function(f)
            if functions.setdefault(f.__name__, text) != text:
                raise ValueError(f"two functions of rules are called {f.__name__}")
        parts = [f"terms: {terms.__name__}"]
        if total: parts.append(f"total: {total.__name__}")
        if own := options_of(loss):
            parts.append("options: " + re.sub(r'"(\w+)": ', r"\1: ", json.dumps(own)))
        table.append(f"  {loss.__name__}: {{ {', '.join(parts)} }},\n")
    return "".join(functions.values()) + "const losses = {\n" + "".join(table) + "};\n\n"


def options_of(loss):
    "What the rule of a loss takes: name -> default, limits, choices."
    taken = {n for f in loss.formula.rule if f for n in [*inspect.signature(f).parameters][2:]}
    found = {}
    for o in loss.options.values():
        if o.name not in taken: continue
        said = {"value": o.default}
        if o.choices: said["choices"] = o.choices
        for name, limit in (("min", getattr(o.rule, "low", None)),
                            ("max", getattr(o.rule, "high", None))):
            if limit is not None and isfinite(limit): said[name] = limit
        found[o.name] = said
    return found


def function(of):
    "A function of a rule in JavaScript: its first two arguments, then an object of options."
    tree = ast.parse(textwrap.dedent(inspect.getsource(of))).body[0]
    first, second, *options = [a.arg for a in (*tree.args.args, *tree.args.kwonlyargs)]
    given = f"{first}, {second}" + (f", {{ {', '.join(options)} }}" if options else "")
    known = {first, second, *options}
    for name in known | stored(tree):
        if name not in RESERVED: continue
        raise ValueError(f"{of.__name__}: {name} means something to JavaScript")
    # what is first assigned in a branch is declared above, the rest where it is assigned
    body = []
    for s in tree.body:
        new, lines = stored(s) - known, statement(s)
        if isinstance(s, ast.Assign) and new == stored(s): lines[0] = f"let {lines[0]}"
        elif new: body.append(f"let {', '.join(sorted(new))};")
        known |= new
        body += lines
    return "\n".join([f"function {tree.name}({given}) {{", *indented(body), "}\n"])


def stored(tree):
    "The names that some code assigns."
    names = (n for n in ast.walk(tree) if isinstance(n, ast.Name))
    return {n.id for n in names if isinstance(n.ctx, ast.Store)}


def indented(lines): return ["  " + line for line in lines]


def block(statements):
    "Statements, as lines."
    return [line for s in statements for line in statement(s)]


def statement(node):
    "A statement, as lines."
    match node:
        case ast.Expr(ast.Constant(str())): return []
        case ast.Return(value): return [f"return {expression(value)};"]
        case ast.Assign([target], value):
            return [f"{expression(target)} = {expression(value)};"]
        case ast.AugAssign(target, op, value) if type(op) in OPERATORS:
            return [f"{expression(target)} {OPERATORS[type(op)][0]}= {expression(value)};"]
        case ast.If(test, body, orelse):
            lines = [f"if ({expression(test)}) {{", *indented(block(body)), "}"]
            if len(lines) == 3: lines = [f"{lines[0][:-2]} {lines[1].strip()}"]
            if not orelse: return lines
            rest = block(orelse)
            if len(rest) == 1 or isinstance(orelse[0], ast.If) and len(orelse) == 1:
                return [*lines, f"else {rest[0]}", *rest[1:]]
            return [*lines, "else {", *indented(rest), "}"]
    raise refusal(node)


def expression(node, level=0):
    "An expression, in brackets where it binds less tightly than `level`."
    text, own = bound(node)
    return f"({text})" if own < level else text


def bound(node):
    "An expression, and how tightly it binds."
    match node:
        case ast.Constant(value): return json.dumps(value), ATOM
        case ast.Name(name): return name, ATOM
        case ast.Tuple(parts): return f"[{', '.join(map(expression, parts))}]", ATOM
        case ast.UnaryOp(ast.USub(), operand): return "-" + expression(operand, ATOM), SIGN
        case ast.IfExp(test, body, orelse): return choice(test, body, orelse)
        case ast.Call(ast.Attribute(ast.Name("torch"), "where"), [test, body, orelse], []):
            return choice(test, body, orelse)
        case ast.Call(ast.Attribute(ast.Name("torch"), name), [value], []) if name in CALLED:
            return f"{name}({expression(value)})", ATOM
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            sign, level = OPERATORS[type(op)]
            sign = sign if sign in "*/" else f" {sign} "
            return f"{expression(left, level)}{sign}{expression(right, level + 1)}", level
        case ast.BoolOp(op, values):
            sign, level = OPERATORS[type(op)]
            return f" {sign} ".join(expression(v, level + 1) for v in values), level
        case ast.Compare(left, [op], [right]) if type(op) in COMPARED:
            sides = (expression(side, COMPARISON + 1) for side in (left, right))
            return f" {COMPARED[type(op)]} ".join(sides), COMPARISON
    raise refusal(node)


def choice(test, body, orelse):
    "One of two values. A tensor has both computed; here the other is not."
    parts = expression(test, CHOICE + 1), expression(body, CHOICE), expression(orelse, CHOICE)
    return "{} ? {} : {}".format(*parts), CHOICE


def refusal(node): return ValueError(f"no JavaScript is known for `{ast.unparse(node)}`")
