"""Small wrong versions of a definition, each with one change, made on its syntax tree.

`mutants(source)` gives pairs of a description and the changed source. The changes are those that a slip of the hand
makes in a loss: a sign, a factor, a constant, an axis, a bound, a comparison, an option or a check that is lost, a
gradient that is cut, a reduction that is ignored.
"""
import ast
import copy

PAIRS = [("max", "min"), ("amax", "amin"), ("maximum", "minimum"), ("argmax", "argmin"), ("sum", "mean")]
SWAPPED = {a: b for pair in PAIRS for a, b in (pair, pair[::-1])}
NEGATED = {ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
           ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
BOUNDS = ("clamp", "clamp_min", "clamp_max", "clip", "relu")
REDUCTIONS = ("mean", "sum", "none", "parts")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def mutants(source):
    "All (description, changed source) of the definitions in `source`."
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    owners = enclosing(tree)
    for i, node in enumerate(nodes):
        if node not in owners: continue  # an annotation, a docstring or a message
        for change in (*changed_expressions(node), *changed_statements(node), *changed_functions(node)):
            new = copy.deepcopy(tree)
            put(new, list(ast.walk(new))[i], change.new)
            text = ast.unparse(ast.fix_missing_locations(new))
            yield f"{owners[node]}: {change.text}", text


class Change:
    "A node to put in the place of another, and what that is in words."
    def __init__(self, old, new, text=None): self.new, self.text = new, text or f"{show(old)} -> {show(new)}"


def show(node, width=90):
    text = " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())
    return text if len(text) <= width else text[:width] + "..."


def put(tree, old, new):
    "Replace a node of a tree, wherever it hangs."
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old: return setattr(parent, field, new)
            if isinstance(value, list) and any(v is old for v in value):
                value[:] = [new if v is old else v for v in value]
                return None
    raise ValueError("the node is not in the tree")


def enclosing(tree):
    "Map each node that may change to the function or class it is in; annotations, docstrings and messages are left out."
    owners = {}

    def visit(node, name):
        if isinstance(node, (*FUNCTION, ast.ClassDef)): name = f"{name}.{node.name}" if name else node.name
        owners[node] = name or "module"
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "bases", "type_comment"): continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not is_text(child): visit(child, name)
    visit(tree, "")
    return owners


def is_text(node):
    "Whether a node is a docstring, a formatted string or a raised error, whose numbers and names are words."
    return isinstance(node, (ast.JoinedStr, ast.Raise)) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def is_minus_one(node): return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and getattr(node.operand, "value", None) == 1 and isinstance(node.operand.value, int)
def is_number(node): return isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
def is_string(node): return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def changed_expressions(node):
    "Changes of an expression: sign, constant, axis, bound, comparison, an argument that is not passed on."
    if is_minus_one(node): yield Change(node, ast.Constant(0))  # an axis, most often
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)): yield Change(node, node.operand)
    if is_number(node): yield Change(node, ast.Constant(node.value * 2 if node.value not in (0,) else 1))
    if isinstance(node, ast.BinOp): yield from changed_arithmetic(node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (NEGATED, BOUNDARY):
            if type(node.ops[0]) in table: yield Change(node, ast.Compare(node.left, [table[type(node.ops[0])]()], node.comparators))
    if isinstance(node, ast.BoolOp): yield Change(node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
    if isinstance(node, ast.Call): yield from changed_calls(node)


def changed_arithmetic(node):
    if is_string(node.left) or is_string(node.right): return
    swap = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}.get(type(node.op))
    if swap: yield Change(node, ast.BinOp(node.left, swap(), node.right))


def changed_calls(node):
    "Changes of a call: another function, no bound, one argument fewer."
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in SWAPPED: yield Change(node, ast.Call(renamed(node.func, SWAPPED[name]), node.args, node.keywords))
    if name in BOUNDS:
        of_module = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") not in ("torch", "F")
        yield Change(node, node.func.value if of_module else node.args[0])
    if name == "super": return
    for k in node.keywords:
        if k.arg in (None, "device"): continue  # no page can show the loss of a device on one device
        yield Change(node, ast.Call(node.func, node.args, [x for x in node.keywords if x is not k]), f"{show(node, 60)} without {k.arg}=")


def renamed(func, name): return ast.Attribute(func.value, name, ast.Load()) if isinstance(func, ast.Attribute) else ast.Name(name, ast.Load())


def changed_statements(node):
    "Changes of a statement: a check is left out, a result is scaled."
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and "super()" not in ast.unparse(node): yield Change(node, ast.Pass(), f"{show(node)} left out")
    if isinstance(node, ast.Assert) or (isinstance(node, ast.If) and not node.orelse and isinstance(node.body[0], ast.Raise)): yield Change(node, ast.Pass(), f"{show(node)} left out")


def changed_functions(node):
    "Changes of a function as a whole: an option is ignored, the gradient is cut, the result is scaled."
    if not isinstance(node, FUNCTION): return
    args = [*node.args.posonlyargs, *node.args.args]
    options = dict(zip([a.arg for a in args][len(args) - len(node.args.defaults):], node.args.defaults))
    options |= {a.arg: d for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults) if d is not None}
    for name, default in options.items(): yield starting_with(node, f"{name} = {ast.unparse(default)}", f"option {name} ignored")
    if "reduction" in {a.arg for a in [*args, *node.args.kwonlyargs]}:
        yield starting_with(node, f"reduction = reduction if reduction in {REDUCTIONS} else 'mean'", "any unknown reduction taken as mean")
        if "reduction" not in options: yield starting_with(node, "reduction = 'mean'", "reduction ignored")
    tensors = [a.arg for a in args if a.annotation is not None and ast.unparse(a.annotation) == "Tensor"]
    result = ast.unparse(node.returns) if node.returns else ""
    if tensors and node.name not in ("decodes", "activation") and result == "Tensor": yield starting_with(node, f"{tensors[0]} = {tensors[0]}.detach()", f"{tensors[0]} detached")
    if result == "Tensor" and node.name != "decodes":
        for factor in ("2", "0.5", "-1"): yield Change(node, scaled(node, factor), f"result times {factor}")


def starting_with(node, line, text):
    "The function with a line put before its first statement."
    new = copy.deepcopy(node)
    start = 1 if new.body and is_text(new.body[0]) else 0
    new.body[start:start] = ast.parse(line).body
    return Change(node, new, text)


def scaled(node, factor):
    "The function with what it returns scaled: a tensor, or each tensor of a pair."
    new = copy.deepcopy(node)
    scale = ast.parse(f"lambda r: tuple({factor} * x for x in r) if isinstance(r, tuple) else {factor} * r", mode="eval").body
    for inner in ast.walk(new):
        if isinstance(inner, ast.Return) and inner.value is not None: inner.value = ast.Call(copy.deepcopy(scale), [inner.value], [])
    return new
