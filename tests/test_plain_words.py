"""Plain English in the code: habits that make it hard to read are counted, and their number only falls."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

CODE = Path(__file__).parents[1] / "kiosk"
RIDDLE = re.compile(r"\b(?:who|whoever|nobody|somebody)\b", re.IGNORECASE)
FILLERS = frozenset(
    ["found", "wanted", "said", "each", "one", "made", "result", "item", "value", "data", "obj", "row", "res"]
)

MOST_RIDDLES = {
    ".": 23, "books": 28, "checkin": 27, "cli": 37, "devices": 14, "domain": 170, "duties": 3, "events": 33,
    "exports": 32, "health": 16, "hosting": 14, "install": 9, "language": 1, "members": 36, "messages": 19, "money": 27,
    "people": 7, "premises": 7, "rooms": 22, "selfservice": 56, "space": 15, "store": 262, "web": 220,
}  # fmt: skip
"""Docstrings of each folder that turn on who, whoever, nobody or somebody. Lower a number when you rewrote some. A
folder without a line has none."""
MOST_FILLERS = 755
"""Parameters that are called by a filler instead of a noun of the field. All fillers are counted together, so that
nothing is won by exchanging one for another."""
_SLACK = 12  # how far a number may be below its ceiling until the ceiling is lowered


def riddles(tree: ast.AST) -> int:
    """Count the docstrings that turn on a person without a noun."""
    owners = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    return sum(bool(RIDDLE.search(ast.get_docstring(node) or "")) for node in owners)


def fillers(tree: ast.AST) -> int:
    """Count the parameters of functions whose name says nothing."""
    functions = [node.args for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = [each.arg for args in functions for each in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    return sum(name in FILLERS for name in names)


def _trees() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(CODE.rglob("*.py")):
        place = path.relative_to(CODE).parts
        yield (place[0] if len(place) > 1 else "."), ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def counted() -> tuple[Counter[str], int]:
    """Riddles by folder, and fillers in all."""
    by_folder: Counter[str] = Counter()
    names = 0
    for folder, tree in _trees():
        by_folder[folder] += riddles(tree)
        names += fillers(tree)
    return by_folder, names


def test_docstrings_that_turn_on_who_or_nobody_become_fewer(counted: tuple[Counter[str], int]) -> None:
    by_folder, _ = counted
    above = {folder: count for folder, count in by_folder.items() if count > MOST_RIDDLES.get(folder, 0)}
    assert above == {}


def test_parameters_without_a_noun_become_fewer(counted: tuple[Counter[str], int]) -> None:
    assert counted[1] <= MOST_FILLERS


def test_ceilings_are_lowered_when_the_code_got_better(counted: tuple[Counter[str], int]) -> None:
    by_folder, names = counted
    loose = {folder: most for folder, most in MOST_RIDDLES.items() if most - by_folder[folder] > _SLACK}
    assert loose == {}
    assert MOST_FILLERS - names <= 4 * _SLACK


def test_habits_are_noticed() -> None:
    module = '"""Counts visits."""\n'
    first = 'def f(found, *, day):\n    """Whoever comes."""\n'
    second = 'def g(row):\n    """Whole."""\n'
    tree = ast.parse(module + first + second)
    assert (riddles(tree), fillers(tree)) == (1, 2)
