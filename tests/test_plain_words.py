"""Plain English in the code: habits that make it hard to read are counted, and their number only falls."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.translations import sentences

CODE = Path(__file__).parents[1] / "kiosk"
RIDDLE = re.compile(r"\b(?:who|whoever|nobody|somebody)\b", re.IGNORECASE)
FILLERS = frozenset(
    ["found", "wanted", "said", "each", "one", "made", "result", "item", "value", "data", "obj", "row", "res"]
)

MOST_RIDDLES = {"books": 1, "domain": 3, "members": 1, "store": 1}  # each names a code or a stored word
"""Docstrings of each folder that turn on who, whoever, nobody or somebody. Lower a number when you rewrote some. A
folder without a line has none."""
MOST_FILLERS = 68
"""Parameters that are called by a filler instead of a noun of the field: what is left takes whatever value it is given,
or a library fixes its name. All fillers are counted together, so that nothing is won by exchanging one for another."""
SPOKEN = {
    "it": re.compile(r"^(?:It|Its)\b"),
    "somebody": re.compile(r"\b(?:somebody|nobody|everybody|anybody|whoever|whom)\b", re.IGNORECASE),
    "noted": re.compile(
        r"\b(?:is|are) (?:noted|kept|written|put off|passed on|taken back|called off)\b", re.IGNORECASE
    ),
    "calque": re.compile(
        r"called off|taken back|good once|at the (?:least|most)\b|wants? an?\b|cannot be[.:]|no such\b"
    ),
}
"""Habits of the English that people read, as docs/english.md names them: each sentence has a better form."""
MOST_SPOKEN = {"it": 11, "somebody": 4, "noted": 14, "calque": 4}
_SLACK = 12  # how far a number may be below its ceiling until the ceiling is lowered


def habits(tree: ast.Module) -> tuple[int, int]:
    """Count the docstrings that turn on a person without a noun, and the parameters whose name says nothing."""
    riddles = fillers = 0
    for node in _owners(tree):
        riddles += bool(RIDDLE.search(ast.get_docstring(node, clean=False) or ""))
        if isinstance(node, ast.FunctionDef):
            names = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            fillers += sum(parameter.arg in FILLERS for parameter in names)
    return riddles, fillers


def _owners(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef]:
    """Yield a module, its classes and its functions; expressions have neither docstrings nor names of parameters."""
    yield node
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from _owners(child)


def _habits() -> Iterator[tuple[str, tuple[int, int]]]:
    for path in sorted(CODE.rglob("*.py")):
        place = path.relative_to(CODE).parts
        yield (place[0] if len(place) > 1 else "."), habits(ast.parse(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def counted() -> tuple[Counter[str], int]:
    """Riddles by folder, and fillers in all."""
    by_folder: Counter[str] = Counter()
    names = 0
    for folder, (riddles, fillers) in _habits():
        by_folder[folder] += riddles
        names += fillers
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
    assert habits(ast.parse(module + first + second)) == (1, 2)


@pytest.fixture(scope="module")
def spoken() -> Counter[str]:
    """How many English sentences of screen, desk, mail, papers and errors have each habit."""
    english = [said for message in sentences() for said in " ".join(message.auto_comments).split(" / ")]
    return Counter(name for said in english for name, habit in SPOKEN.items() if habit.search(said))


def test_sentences_with_the_habits_become_fewer(spoken: Counter[str]) -> None:
    assert {name: spoken[name] for name in SPOKEN if spoken[name] > MOST_SPOKEN[name]} == {}


def test_ceilings_of_sentences_are_lowered_too(spoken: Counter[str]) -> None:
    assert {name: spoken[name] for name in SPOKEN if MOST_SPOKEN[name] - spoken[name] > _SLACK} == {}
