"""Small wrong versions of a definition, each with one change, made on its syntax tree.

`mutants(source)` gives pairs of a description and the changed source. The changes are those that a
slip of the hand makes in a loss: a sign, a factor, a constant, an axis, a bound, a comparison, an
option or a check that is lost, what an option may be, a gradient that is cut, a reduction that is
ignored.
"""
import ast
import builtins
import copy

PAIRS = [("max", "min"), ("amax", "amin"), ("maximum", "minimum"), ("argmax", "argmin"),
         ("sum", "mean")]
SWAPPED = {a: b for pair in PAIRS for a, b in (pair, pair[::-1])}
OPPOSITES = [(ast.Lt, ast.GtE), (ast.Gt, ast.LtE), (ast.Eq, ast.NotEq), (ast.Is, ast.IsNot),
             (ast.In, ast.NotIn)]
NEGATED = {a: b for pair in OPPOSITES for a, b in (pair, pair[::-1])}
BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
BOUNDS = ("clamp", "clamp_min", "clamp_max", "clip", "relu")
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
REDUCTIONS = ("mean", "sum", "none", "parts")
CHECKING = ("as_loss", "checked")  # decorators that check options by their annotations
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def mutants(source):
    "All (description, changed source) of the definitions in `source`."
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    owners = enclosing(tree)
    for i, node in enumerate(nodes):
        if node not in owners: continue  # an annotation, a docstring or a message
        kinds = changed_expressions, changed_statements, changed_functions
        for change in (change for changed in kinds for change in changed(node)):
            new = copy.deepcopy(tree)
            put(new, list(ast.walk(new))[i], change.new)
            text = ast.unparse(ast.fix_missing_locations(new))
            yield f"{owners[node]}: {change.text}", text


class Change:
    "A node to put in the place of another, and what that is in words."
    def __init__(self, old, new, text=None):
        self.new, self.text = new, text or f"{show(old)} -> {show(new)}"


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
    "Map each node that may change, no annotation or text, to the function or class it is in."
    owners, left_out = {}, ("annotation", "returns", "decorator_list", "bases", "type_comment")

    def visit(node, name):
        if isinstance(node, (*FUNCTION, ast.ClassDef)): name = f"{name}.{node.name}".lstrip(".")
        owners[node] = name or "module"
        for field, value in ast.iter_fields(node):
            if field in left_out: continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not is_text(child): visit(child, name)
    visit(tree, "")
    return owners


def is_text(node):
    "Whether a node is words: a docstring, a formatted string, an error, what `register` is told."
    if isinstance(node, (ast.JoinedStr, ast.Raise)): return True
    if not isinstance(node, ast.Expr): return False
    called = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "")
    return isinstance(node.value, ast.Constant) or called == "register"


def constant(node, *types): return isinstance(node, ast.Constant) and type(node.value) in types
def is_number(node): return constant(node, int, float)
def is_string(node): return isinstance(node, ast.JoinedStr) or constant(node, str)


def is_minus_one(node):
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    return negative and constant(node.operand, int) and node.operand.value == 1


def changed_expressions(node):
    "Changes of an expression: sign, constant, axis, bound, comparison, an argument not passed on."
    if is_minus_one(node): yield Change(node, ast.Constant(0))  # an axis, most often
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield Change(node, node.operand)
    if is_number(node): yield Change(node, ast.Constant(node.value * 2 if node.value else 1))
    if isinstance(node, ast.BinOp): yield from changed_arithmetic(node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (NEGATED, BOUNDARY):
            other = table.get(type(node.ops[0]))
            if other: yield Change(node, ast.Compare(node.left, [other()], node.comparators))
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield Change(node, ast.BoolOp(other, node.values))
    if isinstance(node, ast.Call): yield from changed_calls(node)


def changed_arithmetic(node):
    if is_string(node.left) or is_string(node.right): return
    swap = ARITHMETIC.get(type(node.op))
    if swap: yield Change(node, ast.BinOp(node.left, swap(), node.right))


def changed_calls(node):
    "Changes of a call: another function, no bound, one argument fewer."
    is_attribute = isinstance(node.func, ast.Attribute)
    name = node.func.attr if is_attribute else getattr(node.func, "id", "")
    if name in SWAPPED:
        yield Change(node, ast.Call(renamed(node.func, SWAPPED[name]), node.args, node.keywords))
    if name in BOUNDS:
        is_method = is_attribute and getattr(node.func.value, "id", "") not in ("torch", "F")
        yield Change(node, node.func.value if is_method else node.args[0])
    if name == "super": return
    for k in node.keywords:
        if k.arg in (None, "device"): continue  # on one device, a page cannot show another's loss
        fewer = ast.Call(node.func, node.args, [x for x in node.keywords if x is not k])
        yield Change(node, fewer, f"{show(node, 60)} without {k.arg}=")


def renamed(func, name):
    if isinstance(func, ast.Attribute): return ast.Attribute(func.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def changed_statements(node):
    "Changes of a statement: a call for its effect, or a check, is left out."
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    raises = isinstance(node, ast.If) and not node.orelse and isinstance(node.body[0], ast.Raise)
    is_check = isinstance(node, ast.Assert) or raises
    if is_check or (is_call and "super()" not in ast.unparse(node)):
        yield Change(node, ast.Pass(), f"{show(node)} left out")


def changed_functions(node):
    "Changes of a whole function: an option is lost, the gradient is cut, the result is scaled."
    if not isinstance(node, FUNCTION): return
    args = [*node.args.posonlyargs, *node.args.args]
    named, defaults = node.args.kwonlyargs, node.args.defaults
    options = dict(zip([a.arg for a in args][len(args) - len(defaults):], defaults))
    options |= {a.arg: d for a, d in zip(named, node.args.kw_defaults) if d is not None}
    for name, default in options.items():
        yield starting_with(node, f"{name} = {ast.unparse(default)}", f"option {name} ignored")
    if any(decorator_name(d) in CHECKING for d in node.decorator_list):
        yield from unchecked(node, [*(a for a in args if a.arg in options), *named])
    if "reduction" in {a.arg for a in [*args, *named]}:
        known = f"reduction = reduction if reduction in {REDUCTIONS} else 'mean'"
        yield starting_with(node, known, "any unknown reduction taken as mean")
        if "reduction" not in options:
            yield starting_with(node, "reduction = 'mean'", "reduction ignored")
    if not is_tensor(node.returns) or node.name == "decodes": return
    tensors = [a.arg for a in args if is_tensor(a.annotation)]
    if tensors and node.name != "activation":
        cut = f"{tensors[0]} = {tensors[0]}.detach()"
        yield starting_with(node, cut, f"{tensors[0]} detached")
    for factor in ("2", "0.5", "-1"):
        yield Change(node, scaled(node, factor), f"result times {factor}")


def is_tensor(annotation): return isinstance(annotation, ast.Name) and annotation.id == "Tensor"


def decorator_name(node):
    "The name of a decorator, called or not: `as_loss` of `@core.as_loss(door)`."
    if isinstance(node, ast.Call): node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def unchecked(node, options):
    "The function with nothing said of what an option may be, for each whose annotation is a rule."
    for option in options:
        if not is_rule(option.annotation): continue
        new = copy.deepcopy(node)
        changed = next(a for a in ast.walk(new.args) if getattr(a, "arg", None) == option.arg)
        changed.annotation = None
        rule = show(option.annotation)
        yield Change(node, new, f"option {option.arg} may be anything, not {rule}")


def is_rule(annotation):
    "Whether an annotation says more than a type: `Positive`, `Literal[1, 2]`, an alias of either."
    names = (n.id for n in ast.walk(annotation or ast.Pass()) if isinstance(n, ast.Name))
    return any(name != "Tensor" and not hasattr(builtins, name) for name in names)


def starting_with(node, line, text):
    "The function with a line put before its first statement."
    new = copy.deepcopy(node)
    start = 1 if new.body and is_text(new.body[0]) else 0
    new.body[start:start] = ast.parse(line).body
    return Change(node, new, text)


def scaled(node, factor):
    "The function with what it returns scaled: a tensor, or each tensor of a pair."
    new = copy.deepcopy(node)
    text = f"lambda r: tuple({factor} * x for x in r) if isinstance(r, tuple) else {factor} * r"
    scale = ast.parse(text, mode="eval").body
    for inner in ast.walk(new):
        if isinstance(inner, ast.Return) and inner.value is not None:
            inner.value = ast.Call(copy.deepcopy(scale), [inner.value], [])
    return new
