"""Hold the list of what the screen's machine is for to its tests, and what recordings showed to that list.

The oracle of consent is to know nothing of the machine: not even a constant of it.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.checkin import recordings
from tests.lines import functions

HERE = Path(__file__).parent
TESTS = HERE.parent
LISTED: dict[str, Any] = tomllib.loads((HERE / "screen_lines.toml").read_text("utf-8"))
LINES: dict[str, dict[str, Any]] = LISTED["lines"]
_MACHINE = re.compile(r"kiosk\.domain\.checkin(\.| import .*)(screen_\w+|consent|seen)\b")
SINCE = "since"  # what came after the machine
ORACLE = ("consents.py", "belongings.py", "doorway.py", "household.py", "test_consent_oracle.py")


@pytest.mark.parametrize("line", LINES)
def test_each_line_is_shown_by_tests_that_there_are(line: str) -> None:
    assert LINES[line]["tests"]
    for test in LINES[line]["tests"]:
        file, name = test.split("::")
        assert name in functions(TESTS / file), test


def test_each_difference_from_the_revision_before_is_of_a_line() -> None:
    told = LISTED["recordings"]
    assert {*told["differ"], *told["tests-gone"]} <= {*LINES, SINCE}
    assert max(told["differ"].values()) <= told["recorded"] - told["alike"] - told["gone"]
    for tests in told["tests-gone"].values():
        for test in tests:
            file, name = test.split("::")
            assert name not in functions(TESTS / file), f"{test} is there: compare it"


def test_a_recording_that_shows_something_else_is_told_by_its_line_and_else_by_none() -> None:
    card = {"kind": "granted-day", "acts": ["undo", "free-corner", "pay", "more"], "touchable": True}
    step = {"event": ["tap", "E511"], "card": card, "pulses": 1, "error": None}
    assert recordings.lines([step], [step]) == set()
    moved = {**step, "card": {**card, "acts": ["undo", "guest", "pay", "more"]}}
    assert recordings.lines([step], [moved]) == {"four-buttons"}
    lost = {**step, "card": {**card, "kind": "account"}}
    other = {**step, "card": {**card, "kind": "pay"}}
    assert recordings.lines([lost], [other]) == {None}
    assert recordings.lines([step], [step, {**step, "event": ["touch", "waits"]}]) == {"request"}


@pytest.mark.parametrize("name", ORACLE)
def test_the_oracle_knows_nothing_of_the_machine(name: str) -> None:
    assert _MACHINE.search((HERE / name).read_text("utf-8")) is None
