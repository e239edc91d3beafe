"""Hold the list of what the screen's machine is for to its tests, and what recordings showed to that list.

The oracle of consent is to know nothing of the machine: not even a constant of it.
"""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
TESTS = HERE.parent
LISTED: dict[str, Any] = tomllib.loads((HERE / "screen_lines.toml").read_text("utf-8"))
LINES: dict[str, dict[str, Any]] = LISTED["lines"]
_MACHINE = re.compile(r"kiosk\.domain\.checkin(\.| import .*)(screen_\w+|consent|seen)\b")
ORACLE = ("consents.py", "belongings.py", "doorway.py", "household.py", "test_consent_oracle.py")


def _functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("line", LINES)
def test_each_line_is_shown_by_tests_that_there_are(line: str) -> None:
    assert LINES[line]["tests"]
    for test in LINES[line]["tests"]:
        file, name = test.split("::")
        assert name in _functions(TESTS / file), test


@pytest.mark.parametrize("name", ORACLE)
def test_the_oracle_knows_nothing_of_the_machine(name: str) -> None:
    assert _MACHINE.search((HERE / name).read_text("utf-8")) is None
