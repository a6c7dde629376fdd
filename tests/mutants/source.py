"""Mutants of source code: the slips that one makes while writing it."""

import ast
import copy
from collections.abc import Callable, Iterator

__all__ = ["changed_with", "mutated"]

OPERATORS = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.Div],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div, ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
FUNCTIONS = {
    "mean": ["sum"],
    "sum": ["mean"],
    "std": ["var"],
    "var": ["std"],
    "max": ["min"],
    "min": ["max"],
    "amax": ["amin", "mean"],
    "argmax": ["argmin"],
    "zeros": ["ones"],
    "zeros_like": ["ones_like"],
    "new_zeros": ["new_ones"],
    "sigmoid": ["tanh"],
    "tanh": ["sigmoid", "relu"],
    "log": ["log2", "log10"],
    "softmax": ["sigmoid"],
    "stack": ["cat"],
    "ceil": ["floor"],
    "comb": ["perm"],
    "square": ["abs"],
    "sqrt": ["square"],
}


def mutated(source: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Yield (what was changed, source with one change), each source once."""
    return changed_with(source, _changes)


def changed_with(
    source: ast.Module, changes: Callable[[ast.AST], Iterator[ast.AST]]
) -> Iterator[tuple[str, ast.Module]]:
    """Yield what `mutated` does, for other changes of each node."""
    seen = {ast.unparse(source)}
    for number, node in enumerate(ast.walk(source)):
        for changed in changes(node):
            mutant = copy.deepcopy(source)
            place = next(n for k, n in enumerate(ast.walk(mutant)) if k == number)
            mutant = ast.fix_missing_locations(_replaced(mutant, place, changed))
            text = ast.unparse(mutant)
            if text not in seen:
                seen.add(text)
                yield f"{_short(node)} -> {_short(changed) or 'nothing'}", mutant


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:60]


def _replaced(tree: ast.Module, place: ast.AST, changed: ast.AST) -> ast.Module:
    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return changed if node is place else self.generic_visit(node)

    return Replace().visit(tree)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    for kind, changes in _BY_KIND.items():
        if isinstance(node, kind):
            yield from changes(node)


def _like(node: ast.AST, **fields: object) -> ast.AST:
    """Return a copy of a node with other fields."""
    copied = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(copied, name, value)
    return copied


def _of_constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from map(ast.Constant, (value + 1, value - 1))
    elif isinstance(value, float):
        yield from map(ast.Constant, (2 * value, 0.0, 1 - value))


def _of_binary(node: ast.BinOp) -> Iterator[ast.AST]:
    left, right = node.left, node.right
    yield from (left, right)  # each term left out
    for operator in OPERATORS.get(type(node.op), []):
        yield _like(node, op=operator())
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield _like(node, left=right, right=left)
    for name, term in (("left", left), ("right", right)):  # each term doubled
        if isinstance(node.op, ast.Add | ast.Sub):
            yield _like(node, **{name: ast.BinOp(ast.Constant(2), ast.Mult(), term)})
        elif isinstance(node.op, ast.Mult):
            yield _like(node, **{name: ast.BinOp(term, ast.Mult(), term)})


def _of_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for operator in OPERATORS.get(type(node.ops[0]), []):
        yield _like(node, ops=[operator()])
    limit = node.comparators[0]
    if not isinstance(limit, ast.Constant):
        yield _like(node, comparators=[ast.Constant(1)])


def _of_condition(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    for answer in (True, False):
        yield _like(node, test=ast.Constant(answer))


def _of_call(node: ast.Call) -> Iterator[ast.AST]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    library = getattr(receiver, "id", "") in ("torch", "F", "nn", "math")
    if receiver and not library:
        yield receiver  # x.relu() -> x
    elif len(node.args) >= 1 and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]  # F.relu(x) -> x
    for other in FUNCTIONS.get(name, []):
        func = node.func
        field = {"attr": other} if isinstance(func, ast.Attribute) else {"id": other}
        yield _like(node, func=_like(func, **field))
    for k, keyword in enumerate(node.keywords):
        if keyword.arg != "dtype":  # that one is lost in the result, see behavior.py
            yield _like(node, keywords=node.keywords[:k] + node.keywords[k + 1 :])
    for k in range(len(node.args)):
        if k:
            yield _like(node, args=node.args[:k] + node.args[k + 1 :])
            before, here = node.args[k - 1], node.args[k]
            swapped = [*node.args[: k - 1], here, before, *node.args[k + 1 :]]
            yield _like(node, args=swapped)
    if name == "range" and len(node.args) == 1:
        (end,) = node.args
        yield _like(node, args=[ast.BinOp(end, ast.Sub(), ast.Constant(1))])
        yield _like(node, args=[ast.Constant(1), end])


def _of_slice(node: ast.Slice) -> Iterator[ast.AST]:
    one = ast.Constant(1)
    if node.lower:
        yield _like(node, lower=ast.BinOp(node.lower, ast.Add(), one))
        yield _like(node, lower=None)
    if node.upper:
        yield _like(node, upper=ast.BinOp(node.upper, ast.Sub(), one))
        yield _like(node, upper=ast.BinOp(node.upper, ast.Add(), one))
        yield _like(node, upper=None)
    if node.step:
        yield _like(node, step=None)
        yield _like(node, lower=one)


def _of_tuple(node: ast.Tuple) -> Iterator[ast.AST]:
    parts = node.elts
    for k in range(len(parts)):
        if not isinstance(node.ctx, ast.Store) and len(parts) > 2:
            yield _like(node, elts=parts[:k] + parts[k + 1 :])
        if k:
            swapped = [*parts[: k - 1], parts[k], parts[k - 1], *parts[k + 1 :]]
            yield _like(node, elts=swapped)


def _of_sum_into(node: ast.AugAssign) -> Iterator[ast.AST]:
    yield ast.Assign([node.target], node.value)
    for operator in OPERATORS.get(type(node.op), []):
        yield _like(node, op=operator())


def _of_body(node: ast.FunctionDef | ast.For) -> Iterator[ast.AST]:
    body = node.body
    for k, step in enumerate(body):
        if len(body) > 1:  # each step left out, the return included
            yield _like(node, body=body[:k] + body[k + 1 :])
        if isinstance(step, ast.For) and isinstance(body[-1], ast.Return):
            early = _like(step, body=[*step.body, body[-1]])
            yield _like(node, body=[*body[:k], early, *body[k + 1 :]])


def _of_sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _of_attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value


_BY_KIND = {
    ast.Constant: _of_constant,
    ast.BinOp: _of_binary,
    ast.Compare: _of_comparison,
    ast.If: _of_condition,
    ast.IfExp: _of_condition,
    ast.Call: _of_call,
    ast.Slice: _of_slice,
    ast.Tuple: _of_tuple,
    ast.AugAssign: _of_sum_into,
    ast.FunctionDef: _of_body,
    ast.For: _of_body,
    ast.UnaryOp: _of_sign,
    ast.Attribute: _of_attribute,
}
