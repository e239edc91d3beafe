"""Finds every sentence that the program can say, in Python and in templates, for translators: French with its English.

Sentences stand in `Text("…", "…")`, `t("…", "…")` and, with a number, `Plural(Text(…), Text(…))`, `tn(n, ("…", "…"),
("…", "…"))`. Each has to be a constant: a sentence put together at run time cannot be looked up, and is refused here.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import jinja2
from jinja2 import nodes

SPOKEN: Final = frozenset({"t", "say", "Text"})  # French, English
COUNTED: Final = frozenset({"tn", "counted"})  # a number, the singular, the plural
_VOICES: Final = frozenset({"speaks", "Voice"})  # what these return is called like `t`
Found = tuple[int, str, str | tuple[str, str], list[str]]  # as Babel needs it: line, function, sentence, comments


@dataclass(frozen=True)
class Loose:
    """A sentence that is not a constant, or has no English."""

    line: int
    source: str


def python(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Yield the sentences of a module; Babel's method for Python."""
    yield from (each for each in _in_python(file.read()) if not isinstance(each, Loose))


def template(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Yield the sentences of a template; Babel's method for templates."""
    yield from (each for each in _in_template(file.read().decode()) if not isinstance(each, Loose))


def loose(source: bytes, *, is_template: bool) -> list[Loose]:
    """Return the sentences in a file that cannot be extracted."""
    found = _in_template(source.decode()) if is_template else _in_python(source)
    return [each for each in found if isinstance(each, Loose)]


def _in_python(source: bytes) -> Iterator[Found | Loose]:
    tree = ast.parse(source)
    within: set[ast.AST] = set()  # the parts of a plural are not sentences of their own
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node.func)
        if name == "Plural":
            within.update(node.args)
            pairs = [each.args if isinstance(each, ast.Call) else [] for each in node.args]
            yield _counted(node, [[_constant(part) for part in pair] for pair in pairs])
        elif name in COUNTED and len(node.args) == 3 and any(isinstance(each, ast.Tuple) for each in node.args):
            pairs = [each.elts if isinstance(each, ast.Tuple) else [] for each in node.args[1:]]
            yield _counted(node, [[_constant(part) for part in pair] for pair in pairs])
        elif name in SPOKEN and node not in within:
            named = {each.arg: each.value for each in node.keywords}
            given = node.args or [named[part] for part in ("fr", "en") if part in named]
            parts = [_constant(part) for part in given]
            if len(parts) != 1 or parts[0] is not None or isinstance(given[0], ast.Starred | ast.JoinedStr):
                yield _spoken(node, parts)


def _called(function: ast.expr) -> str:
    """Return the name of the function that a call is of: `t(…)`, `t.counted(…)`, and `speaks(language)(…)` as `t`."""
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return function.attr if function.attr in COUNTED else ""
    return "t" if isinstance(function, ast.Call) and _voice(function.func) in _VOICES else ""


def _voice(function: ast.expr) -> str:
    """Return the name of the function that makes a voice: of `speaks`, or of `receipt_words.speaks`."""
    return ast.unparse(function).rpartition(".")[2]


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _spoken(node: ast.Call, parts: list[str | None]) -> Found | Loose:
    match parts:
        case [str(fr), str(en)]:
            return node.lineno, "gettext", fr, [en]
        case _:
            return Loose(node.lineno, ast.unparse(node)[:120])


def _counted(node: ast.Call, pairs: list[list[str | None]]) -> Found | Loose:
    match pairs:
        case [[str(one), str(one_en)], [str(many), str(many_en)]]:
            return node.lineno, "ngettext", (one, many), [one_en, many_en]
        case _:
            return Loose(node.lineno, ast.unparse(node)[:120])


_TEMPLATES: Final = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.do"])


def _in_template(source: str) -> Iterator[Found | Loose]:
    for node in _TEMPLATES.parse(source).find_all(nodes.Call):
        name = _called_there(node.node)
        if name in SPOKEN:
            yield from _spoken_there(node)
        elif name in COUNTED:
            pairs = [[_text(part) for part in each.items] for each in node.args[1:] if isinstance(each, nodes.Tuple)]
            match pairs:
                case [[str(one), str(one_en)], [str(many), str(many_en)]]:
                    yield node.lineno, "ngettext", (one, many), [one_en, many_en]
                case _:
                    yield Loose(node.lineno, f"{name}(…)")


def _called_there(function: nodes.Expr) -> str:
    """Return the name of the function that a call in a template is of: `t(…)`, or `t.counted(…)`."""
    if isinstance(function, nodes.Getattr):
        return function.attr if function.attr in COUNTED else ""
    return function.name if isinstance(function, nodes.Name) else ""


def _spoken_there(node: nodes.Call) -> Iterator[Found | Loose]:
    match [_text(part) for part in node.args]:
        case [None]:
            return  # a text defined elsewhere
        case [str(fr), str(en)] if node.dyn_args is None:
            yield node.lineno, "gettext", fr, [en]
        case _:
            yield Loose(node.lineno, str(node)[:120])


def _text(node: nodes.Expr) -> str | None:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None


METHODS: Final[Mapping[str, Any]] = {".py": python, ".html": template, ".txt": template}
