"""What a finding prints to mend a call, run where the call's arguments have their names."""
import ast
import inspect

import lossfx
import torch
import torch.nn.functional as F
from lossfx.doctor.calls import as_code, called
from lossfx.doctor.diagnosis import findings_of, looked_at, report_of
from torch import Tensor, nn

IMPORTS = dict(torch=torch, nn=nn, F=F, lossfx=lossfx)


def findings_and_calls(loss, args):
    "The findings of a report, each with the call that it is about; no fix is of edited code."
    if inspect.isclass(loss):
        return []
    but = ("running edited code",)
    report, found = report_of(loss, args, {}, True, but), {}
    for call in looked_at(called(loss, args, {}, True)):
        for finding in findings_of(call, but):
            if finding in report:
                found.setdefault(finding.id, (finding, call))
    return list(found.values())


def is_code(fix):
    "Whether a fix is more than a comment."
    return bool(ast.parse(fix).body)


def names_of(call, inner=None, viewed=False):
    "What the names of a fix stand for: arguments, what a comment says of `x` and `v`, imports."
    loss, given = call.loss, dict(call.arguments)
    own = {} if loss is None else {"loss": loss, call.name: loss, type(loss).__name__: type(loss)}
    if call.made_leaf and isinstance(call.x, Tensor) and call.x.is_leaf:
        given[call.names[0]] = call.x.detach()  # as it was given
    within = {} if inner is None else inner.arguments
    return given | IMPORTS | made_up(call, inner, viewed) | within | own | given


def made_up(call, inner, viewed):
    "Values for names that are no arguments, as the comment beside them says what they are."
    x = call.x if call.x.is_floating_point() else torch.zeros(4)
    before = before_the_activation(call, x.detach())
    if viewed:  # what rows were made of
        before = torch.randn(x.grad_fn._saved_self_sym_sizes)
        before = before.log_softmax(1) if "log" in call.contract.inputs else before
    per_element = inner is not None and isinstance(inner.value, Tensor) and inner.value.ndim
    some = torch.rand(inner.value.shape if per_element else before.shape) + 0.1
    return {n: before.float() for n in ("x", "logits", "z", "before")} | dict(
        v=torch.linspace(0, 1, 4), losses=some, rest=torch.tensor(1.0),
        total=some.sum(), count=torch.tensor(0), mask=(some > 0.5).float(), gamma=2)


def before_the_activation(call, x):
    "What may have gone into what made a prediction."
    undone = {"Softmax": torch.log, "Sigmoid": torch.logit, "Tanh": torch.atanh, "Exp": torch.log}
    made = None if call.origin is None else call.origin.name
    if made not in undone and x.numel() and 0 <= x.min() and x.max() <= 1:
        made = "Sigmoid"
    before = undone[made](x) if made in undone else x
    return before if made != "Relu" and before.isfinite().all() else torch.randn(x.shape)


def run(fix, names):
    """The value of a fix; the loss that it calls, its arguments and options.

    What is more than one call, as a sum that is divided, is a function of its names."""
    *before, last = ast.parse(fix).body
    scope = dict(names)
    exec(compile(ast.Module(before, []), "fix", "exec"), scope)
    value = eval(compile(ast.Expression(last.value), "fix", "eval"), scope)
    call = last.value
    used = {n.id for n in ast.walk(ast.parse(fix)) if isinstance(n, ast.Name)}
    named = isinstance(call, ast.Call) and isinstance(
        call.func, (ast.Name, ast.Attribute, ast.Call))
    if named and "v" not in used:  # v is a number within a loss
        function = eval(ast.unparse(call.func), scope)
        of_torch = ast.unparse(call.func).startswith("torch.")
        if not of_torch and not isinstance(getattr(function, "__self__", None), Tensor):
            args = tuple(eval(ast.unparse(a), scope) for a in call.args)
            return value, function, args, {
                k.arg: eval(ast.unparse(k.value), scope) for k in call.keywords}
    used -= {n.id for n in ast.walk(ast.parse(fix)) if isinstance(getattr(n, "ctx", 0), ast.Store)}
    data = [n for n in names if n in used and isinstance(names[n], Tensor)]
    code = [ast.unparse(s) for s in before] + [f"return {ast.unparse(call)}"]
    body = "\n".join(f"    {line}" for line in code)
    exec(f"def cured({', '.join(data)}):\n{body}", scope)
    return value, scope["cured"], tuple(names[n] for n in data), {}


def what_is_left(finding, call, others=()):
    "Why a fix does not cure; '' if it does. `others` were found in the same call as well."
    if finding.fix.partition("  #")[0] == as_code(call):
        return "it is the call as it was"
    viewed = "before it was viewed" in finding.fix
    tried = [left_with(finding, names_of(call, inner, viewed), others)
             for inner in [i for i in call.inner if i.name != "logsigmoid"] or [None]]
    return min(tried, key=len)


def left_with(finding, names, others):
    "The same where the names of the fix are known."
    torch.manual_seed(0)
    try:
        value, loss, args, options = run(finding.fix, names)
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    if not isinstance(value, Tensor):
        return f"it gives {value}"
    if getattr(loss, "__name__", "") == "cured" and value.ndim:  # a part of a loss
        return "" if value.isfinite().all() else f"it gives {value}"
    found = report_of(loss, args, options, True, ("running edited code",))
    left = {f.id for f in found} & {finding.id}
    new = {f.id for f in found if f.severity != "hint"} - {*others}
    return " and ".join(sorted(left | new))
