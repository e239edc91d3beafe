"""What is changed: every small way to make a module wrong, one at a time.

Texts that only people read (docstrings, log lines, f-strings), annotations and decorators are left alone.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.USub: ast.UAdd,
}  # fmt: skip
_UNREAD = {"annotation", "returns", "decorator_list"}
_SYMMETRIC = {"isinstance", "max", "min", "hmac.compare_digest"}  # for which nothing changes, or all does
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Change = tuple[ast.AST, str]


@dataclass(frozen=True, slots=True)
class Key:
    """What names a mutant though lines move: its module, the function that it is in, the line's text, the change."""

    module: str
    within: str
    text: str
    mutation: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. `lines` are the node's, `around` its statement's. `apply` makes it in `tree`, which is for once.

    `function` is the outermost function that holds it, None for what is evaluated at import.
    """

    key: Key
    line: int
    lines: range
    around: range
    function: str | None
    tree: ast.Module
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the search is: the names around it, the outermost function, the statement's lines."""

    names: tuple[str, ...] = ()
    function: str | None = None
    around: range = range(0)

    def at(self, field: str, node: ast.AST, holder: ast.AST) -> "_Place":
        """The place of a child node."""
        place = self
        if isinstance(holder, (*_FUNCTIONS, ast.ClassDef)) and field == "body":
            names = (*self.names, holder.name)
            inside = isinstance(holder, _FUNCTIONS)
            place = replace(self, names=names, function=self.function or (".".join(names) if inside else None))
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
            place = replace(place, around=range(node.lineno, max(end, node.lineno + 1)))
        return place


def mutants(root: Path, module: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines. `module` is its path below `root`."""
    source = (root / module).read_text("utf-8")
    tree, texts, found, seen = ast.parse(source), source.splitlines(), [], Counter[Key]()
    for holder, field, index, node, place in _nodes(tree, _Place()):
        for new, mutation in _changes(node):
            line: int = getattr(node, "lineno")  # noqa: B009  # only nodes with a line are found
            key = Key(module, ".".join(place.names), texts[line - 1].strip(), mutation)
            seen[key] += 1
            if seen[key] > 1:
                key = replace(key, mutation=f"{mutation} ({seen[key]})")
            lines = range(line, (getattr(node, "end_lineno", None) or line) + 1)
            if isinstance(node, ast.stmt):
                lines = place.around
            apply = _put(holder, field, index, ast.fix_missing_locations(ast.copy_location(new, node)))
            found.append(Mutant(key, line, lines, place.around, place.function, tree, apply))
    return sorted(found, key=lambda mutant: mutant.line)


def _put(holder: ast.AST, field: str, index: int | None, new: ast.AST) -> Callable[[], None]:
    def apply() -> None:
        if index is None:
            setattr(holder, field, new)
        else:
            getattr(holder, field)[index] = new

    return apply


def _nodes(holder: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, _Place]]:
    for field, value in ast.iter_fields(holder):
        if field in _UNREAD:
            continue
        many = isinstance(value, list)
        for index, node in enumerate(value if many else [value]):
            if not isinstance(node, ast.AST) or _is_for_people(node):
                continue
            if isinstance(node, ast.Assign) and _is_plain(node, holder):
                continue
            here = place.at(field, node, holder)
            if hasattr(node, "lineno"):
                yield holder, field, index if many else None, node, here
            yield from _nodes(node, here)


def _is_plain(node: ast.Assign, holder: ast.AST) -> bool:
    """Members of an enumeration are names; what a constructor keeps as it came is missed at once."""
    keeps = isinstance(holder, ast.FunctionDef) and holder.name == "__init__" and isinstance(node.value, ast.Name)
    return keeps or isinstance(holder, ast.ClassDef)


def _is_for_people(node: ast.AST) -> bool:
    """Docstrings, log lines and f-strings, and an `if` around nothing but log lines."""
    if isinstance(node, ast.If):
        return not node.orelse and all(_is_for_people(line) for line in node.body)
    if isinstance(node, ast.Expr):
        call = node.value
        says = isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.")
        return says or isinstance(call, ast.Constant)
    return isinstance(node, ast.JoinedStr)


def _changes(node: ast.AST) -> Iterator[Change]:
    for kind, changes in _CHANGES:
        if isinstance(node, kind):
            yield from changes(node)


def _compare(node: ast.Compare) -> Iterator[Change]:
    for index, op in enumerate(node.ops):
        ops = [*node.ops[:index], _OTHER[type(op)](), *node.ops[index + 1 :]]
        yield _said(node, ast.Compare(node.left, ops, node.comparators))  # type: ignore[arg-type]


def _operator(node: ast.BoolOp | ast.BinOp | ast.AugAssign) -> Iterator[Change]:
    if type(node.op) in _OTHER:
        fields = {**dict(ast.iter_fields(node)), "op": _OTHER[type(node.op)]()}
        yield _said(node, type(node)(**fields))


def _unary(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield _said(node, node.operand)


def _either(node: ast.IfExp) -> Iterator[Change]:
    yield _said(node, node.body)
    yield _said(node, node.orelse)


def _handler(node: ast.ExceptHandler) -> Iterator[Change]:
    """One type of several left out."""
    types = node.type.elts if isinstance(node.type, ast.Tuple) else []
    for one in types:
        rest = ast.Tuple([other for other in types if other is not one], ast.Load())
        yield ast.ExceptHandler(rest, node.name, node.body), f"except without {ast.unparse(one)}"


def _statement(node: ast.stmt) -> Iterator[Change]:
    match node:
        case ast.If():
            for value in (True, False):
                yield ast.If(ast.Constant(value), node.body, node.orelse), f"if {ast.unparse(node.test)} -> if {value}"
        case ast.While():
            yield (
                ast.While(ast.Constant(False), node.body, node.orelse),
                f"while {ast.unparse(node.test)} -> while False",
            )
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) not in ("None", "False"):
            yield ast.Return(ast.Constant(None)), f"return {ast.unparse(value)} -> return None"
        case ast.Return(value=None):
            yield ast.Pass(), "removed: return"
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete() | ast.AugAssign():
            yield ast.Pass(), f"removed: {ast.unparse(node)}"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield ast.Pass(), f"removed: {ast.unparse(node)}"


def _constant(node: ast.Constant) -> Iterator[Change]:
    value: Any = node.value
    if isinstance(value, bool):
        yield _said(node, ast.Constant(not value))
    elif isinstance(value, int | float):
        yield _said(node, ast.Constant(value + 1))
    elif isinstance(value, str):
        yield _said(node, ast.Constant("" if value else "x"))
    elif isinstance(value, bytes):
        yield _said(node, ast.Constant(b"" if value else b"x"))


def _call(node: ast.Call) -> Iterator[Change]:
    """A keyword left out (a default takes its place), two arguments exchanged."""
    for one in node.keywords:
        if one.arg is not None:
            rest = [other for other in node.keywords if other is not one]
            yield ast.Call(node.func, node.args, rest), f"{ast.unparse(node.func)}(...) without {one.arg}"
    is_two = len(node.args) == 2 and not any(isinstance(argument, ast.Starred) for argument in node.args)
    name = ast.unparse(node.func)
    if is_two and name not in _SYMMETRIC and not name.endswith(".where"):
        yield _said(node, ast.Call(node.func, node.args[::-1], node.keywords))


def _comprehension(node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Iterator[Change]:
    """A condition left out."""
    for index, loop in enumerate(node.generators):
        for one in loop.ifs:
            rest = _under(loop, [other for other in loop.ifs if other is not one])
            generators = [*node.generators[:index], rest, *node.generators[index + 1 :]]
            fields = {**dict(ast.iter_fields(node)), "generators": generators}
            yield type(node)(**fields), f"without: if {ast.unparse(one)}"


def _under(loop: ast.comprehension, ifs: list[ast.expr]) -> ast.comprehension:
    """The same loop under other conditions."""
    return ast.comprehension(loop.target, loop.iter, ifs, loop.is_async)


def _said(old: ast.AST, new: ast.AST) -> Change:
    return new, f"{ast.unparse(old)} -> {ast.unparse(new)}"


_CHANGES: tuple[tuple[Any, Callable[[Any], Iterator[Change]]], ...] = (
    (ast.Constant, _constant),
    (ast.Compare, _compare),
    ((ast.BoolOp, ast.BinOp, ast.AugAssign), _operator),
    (ast.UnaryOp, _unary),
    (ast.IfExp, _either),
    (ast.Call, _call),
    (ast.ExceptHandler, _handler),
    ((ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp), _comprehension),
    (ast.stmt, _statement),
)
