"""What an error knows is read on the page: each value has its words, and each place of a sentence its value."""

import ast
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kiosk
from kiosk.domain.problems import Mistake, Problem
from kiosk.errors import RequestError
from kiosk.exports.words import problem_words
from kiosk.language.catalogues import offered
from kiosk.language.problems import PROBLEMS, VALUED, places_of
from kiosk.language.problems.values import UNSAID, VALUES
from kiosk.language.texts import NO_BREAK

ROOT = Path(kiosk.__file__).parent
MOST_NUMBERED = 57  # of sentences: bounds, and what a law, a format or a program is called
_NUMBER = re.compile(r"(?<![\w{])\d+(?!\w*\})")
TERMINAL = ("cli", "devices", "home", "install", "jobs", "setup", "config", "store/postgresql", "web/handed", "key")
"""Where errors are for who sits at the machine: they are read in English, beside the words of their code."""

DAYS = frozenset(("day", "left_on", "since", "today", "until"))
SAMPLES = {"given": "abc", "label": "A1", "tail": "E511", "numbers": "12, 15", "columns": "jour, somme", "siren": "732"}


@dataclass(frozen=True)
class Raise:
    """A place where an error is made."""

    where: str
    code: str
    values: frozenset[str]
    is_whole: bool  # nothing is handed on that is not named here
    is_told_in_english: bool  # its message holds what is no value


@cache
def everywhere() -> list[Raise]:
    """Every place where what was asked is refused."""
    return list(_raises())


def _raises() -> Iterator[Raise]:
    for path in sorted(ROOT.rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id not in ("Problem", "RequestError", "Busy") or not isinstance(node.args[0], ast.Constant):
                continue
            names = {each.arg for each in node.keywords}
            message = node.args[1] if len(node.args) > 1 else None
            yield Raise(
                f"{where}:{node.lineno}",
                str(node.args[0].value),
                frozenset(name for name in names if name not in (None, "field")),
                None not in names,
                isinstance(message, ast.JoinedStr),
            )


@cache
def raises() -> list[Raise]:
    """Those that a page may tell."""
    return [each for each in everywhere() if each.code in PROBLEMS and not each.where.startswith(TERMINAL)]


def test_no_error_that_a_page_may_tell_says_in_english_alone_what_it_knows() -> None:
    several = [each.where for each in raises() if each.is_told_in_english]
    assert several == []


def test_fewer_and_fewer_sentences_write_a_number_that_code_may_change() -> None:
    numbered = [code for code, text in PROBLEMS.items() if _NUMBER.search(text.fr)]
    assert len(numbered) <= MOST_NUMBERED, numbered
    assert len(numbered) > MOST_NUMBERED - 5, "lower the ceiling"


COINCIDES = {("uid-size", 8), ("event-rent", 100)}  # bytes of a chip; a percentage beside the length of a title


def test_no_sentence_writes_again_a_limit_of_the_module_that_raises_it() -> None:
    told = {each.code for each in raises()}
    again = set()
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        limits = set(_limits(tree))
        for code in told & _raised(tree):
            again |= {(code, int(number)) for number in _NUMBER.findall(PROBLEMS[code].fr) if int(number) in limits}
    assert again == COINCIDES


def _limits(tree: ast.Module) -> Iterator[float]:
    """The numbers above 1 that a module calls by a name of its own."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for each in values:
                if isinstance(each, ast.Constant) and isinstance(each.value, int | float) and each.value > 1:
                    yield each.value


def _raised(tree: ast.Module) -> set[str]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return {
        str(node.args[0].value)
        for node in calls
        if node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value in PROBLEMS
    }


def test_each_value_of_an_error_has_its_words() -> None:
    assert len(raises()) > 500
    lacking = {
        f"{each.where} {each.code}: {name}"
        for each in raises()
        for name in each.values - VALUES.keys() - UNSAID
        if name not in places_of(PROBLEMS[each.code]) | places_of(VALUED.get(each.code, PROBLEMS[each.code]))
    }
    assert not lacking


def test_each_place_of_a_sentence_has_its_value_wherever_it_is_raised() -> None:
    lacking = {
        f"{each.where} {each.code}: {name}"
        for each in raises()
        if each.is_whole
        for name in places_of(PROBLEMS[each.code]) - each.values
    }
    assert not lacking


def test_no_words_stand_for_a_value_that_no_error_has() -> None:
    known = {name for each in everywhere() for name in each.values}
    assert sorted(VALUES.keys() - known) == []
    assert sorted(UNSAID - known) == []


def test_a_sentence_has_the_same_places_in_each_language() -> None:
    for text in (*PROBLEMS.values(), *VALUED.values(), *VALUES.values()):
        for language in offered():
            assert set(_places(text.words(language))) == places_of(text), text.fr


def _places(words: str) -> list[str]:
    return [part.split("}")[0] for part in words.split("{")[1:]]


@cache
def drawn() -> list[Raise]:
    """Thirty raises that know something: others at each commit, by its hash."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return random.Random(head).sample([each for each in raises() if each.values - UNSAID], 30)


def made(found: Raise) -> Mistake:
    """Return the error of a place, with a value for each that it names."""
    values: dict[str, Any] = {}
    for place, name in enumerate(sorted(found.values)):
        values[name] = date(2026, 11, 3 + place) if name in DAYS else SAMPLES.get(name, 4200 + place)
    return Problem(found.code, **values)


@pytest.mark.parametrize("language", ["fr", "en", "nl"])
def test_thirty_raises_say_what_they_know(language: str) -> None:
    for each in drawn():
        error = made(each)
        said = problem_words.told(error, language).replace(NO_BREAK, " ")
        for name in each.values - UNSAID:
            written = problem_words.written(name, error.values[name], language).replace(NO_BREAK, " ")
            assert written in said, (each, said)


def test_a_line_of_a_file_is_named() -> None:
    error = Problem("import-quotes", field="file", line=47)
    assert problem_words.told(error, "fr").endswith("Ligne 47.")
    assert problem_words.told(error, "en").endswith("Line 47.")
    assert problem_words.told(error, "nl").endswith("Lijn 47.")


def test_a_limit_is_said_as_the_constant_has_it() -> None:
    assert "60 colonnes" in problem_words.told(Problem("import-columns", most=60), "fr")
    assert "10,000 lines" in problem_words.told(Problem("import-lines", most=10_000), "en")


def test_fields_that_lack_are_named_in_the_language() -> None:
    error = RequestError("gift-issuer", fields="address, siren-or-rna")
    assert problem_words.told(error, "fr").replace(NO_BREAK, " ").endswith("Champs : adresse, SIREN ou RNA.")
    assert problem_words.told(error, "en").endswith("Fields: address, SIREN or RNA.")
    assert "a tax receipt says the association's name" in str(RequestError("gift-issuer", _ISSUER, fields="name"))


_ISSUER = "a tax receipt says the association's {fields}"


def test_a_sum_is_said_in_euros_and_a_day_as_the_language_writes_it() -> None:
    error = RequestError("member-left", member=9, left_on=date(2026, 11, 3))
    assert problem_words.told(error, "fr").endswith("Membre n° 9. Départ le 3 novembre 2026.")
    assert "42,00" in problem_words.told(RequestError("bank-split", total_cents=4200), "fr")


def test_what_was_typed_is_said_again_up_to_a_length() -> None:
    said = problem_words.told(Problem("bank-day", given="a" * 500), "en")
    assert len(said) < 150
    assert "a…" in said


def test_a_message_names_its_values_and_what_was_typed_is_no_format() -> None:
    error = Problem("amount", "no sum: {given!r}", given="{0.__class__}")
    assert str(error) == "no sum: '{0.__class__}'"
    assert str(Problem("amount", "as it is: {braces}")) == "as it is: {braces}"
    assert str(Problem("no-such-room", number=3)) == "no-such-room: number 3"
    assert (str(Problem("reason")), Problem("reason").message) == ("reason", "")


OWN_WORDS = {
    "the date is typed in words, and its sentence shows how": "web/desk/common/timing.py say",
    "the machine's clock is wrong, whatever the error": "web/desk/common/timing.py confirm",
}
"""Where a page tells an error in a sentence of its own, and why."""


def test_a_page_tells_an_error_with_what_the_error_knows() -> None:
    assert set(told_in_own_words()) == set(OWN_WORDS.values())


def told_in_own_words() -> Iterator[str]:
    """The functions of the desk that catch an error and say something else than it."""
    for path in sorted(ROOT.glob("web/desk/**/*.py")):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        for function in (node for node in nodes if isinstance(node, ast.FunctionDef)):
            if any(isinstance(node, ast.ExceptHandler) and _is_said_otherwise(node) for node in ast.walk(function)):
                yield f"{path.relative_to(ROOT).as_posix()} {function.name}"


def _is_said_otherwise(node: ast.ExceptHandler) -> bool:
    caught = "" if node.type is None else ast.unparse(node.type)
    if not any(name in caught for name in ("Problem", "RequestError", "Mistake", "Coded")):
        return False
    inside = [each for line in node.body for each in ast.walk(line)]
    names = {each.id for each in inside if isinstance(each, ast.Name)}
    return bool(names & {"t", "tn"}) and node.name not in names
