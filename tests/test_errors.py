"""Errors of ours keep what they say wherever they go."""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.problems import Mistake, Problem
from kiosk.errors import AnswerIsNo, DeviceOffline, KioskError, MachineError, RequestError


@pytest.mark.parametrize("kind", [KioskError, AnswerIsNo, RequestError, MachineError, DeviceOffline])
def test_an_error_crosses_to_another_process_with_its_code(kind: type[KioskError]) -> None:
    made = kind("room-taken", "taken from {since}", field="from", since="9:00")
    there = pickle.loads(pickle.dumps(made))  # noqa: S301  # our own bytes
    assert (type(there), there.code, str(there)) == (kind, "room-taken", "taken from 9:00")
    assert (there.field, there.values) == ("from", {"since": "9:00"})


def test_the_domain_s_errors_cross_too_and_are_caught_with_those_of_requests() -> None:
    there = pickle.loads(pickle.dumps(Problem("import-quotes", field="file", line=47)))  # noqa: S301  # our own bytes
    assert (there.field, there.values, isinstance(there, ValueError)) == ("file", {"line": 47}, True)
    assert issubclass(Problem, Mistake)
    assert issubclass(RequestError, Mistake)
    assert not issubclass(MachineError, Mistake)


def test_a_sum_is_in_euros_in_an_error_s_words_and_in_whole_cents_among_its_values() -> None:
    made = RequestError("sum-unusual", "{sum_cents} EUR are more than {owed_cents}", sum_cents=125_000, owed_cents=-50)
    assert (str(made), made.values) == ("1250.00 EUR are more than -0.50", {"sum_cents": 125_000, "owed_cents": -50})
    assert str(pickle.loads(pickle.dumps(made))) == str(made)  # noqa: S301  # our own bytes


def test_no_error_speaks_of_cents() -> None:
    told = [text for path in Path(kiosk.__file__).parent.rglob("*.py") for text in _texts_of_raises(path)]
    assert len(told) > 300
    assert [text for text in told if re.search(r"\bcents\b", text)] == []


def _texts_of_raises(path: Path) -> Iterator[str]:
    for raised in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(raised, ast.Raise):
            texts = (each.value for each in ast.walk(raised) if isinstance(each, ast.Constant))
            yield from (text for text in texts if isinstance(text, str) and " " in text)
