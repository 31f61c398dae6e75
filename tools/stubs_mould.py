"What the mould makes, as the text of a stub: a loss, a module class with its constructor and call."
import ast
import inspect
import re
from textwrap import dedent, indent
from typing import Literal, get_args

from torch import Tensor

NONE, KEYWORD = inspect.Parameter.empty, inspect.Parameter.KEYWORD_ONLY
DOTS = type("Dots", (), {"__repr__": lambda self: "..."})()


def is_made(value):
    "Whether a value is a loss, a function with checked options, or a module class, from the mould."
    if isinstance(value, type): value = vars(value).get("__init__")
    return {"__wrapped__", "__signature__"} <= set(getattr(value, "__dict__", ()))


def spelled_out(function):
    "The parameters whose default stands in the source; a computed one could tell of the machine."
    tree = ast.parse(dedent(inspect.getsource(function)))
    args = next(n for n in ast.walk(tree) if isinstance(n, ast.arguments))
    plain = [*args.posonlyargs, *args.args][::-1]
    pairs = [*zip(plain, args.defaults[::-1]), *zip(args.kwonlyargs, args.kw_defaults)]
    return {a.arg for a, d in pairs if d and not any(isinstance(n, ast.Name) for n in ast.walk(d))}


def safe(signature, *sources):
    "A signature with `...` for each default that none of the functions it comes from spells out."
    known = {"reduction", "terms"}.union(*map(spelled_out, sources))
    hide = lambda p: p if p.default is NONE or p.name in known else p.replace(default=DOTS)
    return signature.replace(parameters=list(map(hide, signature.parameters.values())))


def definition(name, signature, doc=""):
    "A function without its body, one parameter a line."
    given, result = str(signature)[1:].rsplit(") -> ", 1)
    given = indent(re.sub(r", (?=\*|\w+:)", ",\n", given), "    ")
    said = '"""' + doc.replace("\\", "\\\\") + '"""' if doc else "..."
    return f"def {name}(\n{given},\n) -> {result}:\n{indent(said, '    ')}"


def by_terms(signature):
    "A signature; of a compound loss one for the sum of its terms, and one for a dict of them."
    terms, result = signature.parameters.get("terms"), signature.return_annotation
    if terms is None: return [signature]
    others = [p for p in signature.parameters.values() if p is not terms]
    added = terms.replace(annotation=Literal[False])
    apart = terms.replace(annotation=Literal[True], default=NONE)
    return [inspect.Signature([*others, added], return_annotation=result),
        inspect.Signature([*others, apart], return_annotation=dict[str, result])]


def loss(name, made):
    "A loss: one tensor, or two where `reduction` is 'parts'; by `terms=True` a dict of these."
    source = made if hasattr(made, "formula") else made.source  # two_class(f) has the options of f
    parameters = safe(inspect.signature(made), source.door, source.formula).parameters
    at, parameters = [*parameters].index("reduction"), [*parameters.values()]
    first, one, rest = parameters[:at], parameters[at], parameters[at + 1:]
    others = tuple(c for c in get_args(one.annotation) if c != "parts")
    two = one.replace(annotation=Literal["parts"], default=NONE)
    one = one.replace(annotation=Literal[others])
    calls = [(Tensor, made.__doc__, [*first, one, *rest])]
    if one.kind is not KEYWORD:
        needed = [p.replace(default=NONE) for p in first]
        calls.append((tuple[Tensor, Tensor], "", [*needed, two, *rest]))
    if one.kind is KEYWORD or any(p.default is not NONE for p in first):
        by_name = [p.replace(kind=KEYWORD) for p in (two, *rest)]
        calls.append((tuple[Tensor, Tensor], "", [*first, *by_name]))
    plain = [(inspect.Signature(p, return_annotation=result), doc) for result, doc, p in calls]
    signatures = [(s, doc) for signature, doc in plain for s in by_terms(signature)]
    return overloaded(name, signatures)


def overloaded(name, signatures):
    "The definitions of a function, for pairs of a signature and a docstring."
    mark = "@overload\n" if len(signatures) > 1 else ""
    return "\n".join(mark + definition(name, *s) for s in signatures)


def call_of(cls):
    "The signature of a module's call: `*data` and `**given` of its `forward`, name by name."
    known, own = cls.function.__signature__.parameters, [p.name for p in cls.own_options]
    signature, found = inspect.signature(cls.forward, eval_str=True), []
    given = [p for n, p in known.items() if n in cls.call_options and n not in own]
    for p in signature.parameters.values():
        has = {*getattr(cls, "owned", ()), *signature.parameters}
        others = [known[n] for n in cls.function.data if n not in has]
        if p.kind is p.VAR_POSITIONAL: found += others
        elif p.kind is p.VAR_KEYWORD: found += given
        else: found.append(p)
    return safe(signature.replace(parameters=found), cls.forward, cls.function.door)


def module_class(name, cls, methods):
    "A module class: its options as attributes, its methods, its constructor and its call."
    init, call, function = vars(cls)["__init__"], call_of(cls), cls.function
    sources = cls.__base__.__init__, function.door, function.formula
    signature = safe(inspect.signature(init), *sources)
    own = {"self", *(p.name for p in cls.own_options)}
    kept = [p for n, p in signature.parameters.items() if n not in own]
    options = [str(p.replace(default=NONE)) for p in kept]
    said = {"Arguments", "Returns", *(f"  {n}" for n in call.parameters)}
    lines = [line for line in function.__doc__.splitlines() if line.partition(":")[0] in said]
    summary = inspect.getdoc(cls.forward)
    parts = [f'"""{inspect.getdoc(cls)}"""', *options, *methods,
        definition("__init__", signature.replace(return_annotation=None), init.__doc__),
        overloaded("__call__", [(s, "\n".join([summary, "", *lines])) for s in by_terms(call)])]
    forward = overloaded("forward", [(s, summary) for s in by_terms(call)])
    if "forward" not in vars(cls): parts.append(forward)
    bases = ", ".join(f"{b.__module__}.{b.__qualname__}" for b in cls.__bases__)
    return f"class {name}({bases}):\n" + indent("\n".join(parts), "    ")
