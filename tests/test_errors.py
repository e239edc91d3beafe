"""Errors of ours keep what they say wherever they go."""

import pickle

import pytest

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
