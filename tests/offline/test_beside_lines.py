"""Hold each promise about what stands beside the ledger to the tests that show it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.lines import functions

ROOT = Path(__file__).parents[2]
LISTED: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("beside_lines.toml").read_text("utf-8")
)
LINES = {f"{subject}.{name}": line for subject, lines in LISTED.items() for name, line in lines.items()}


@pytest.mark.parametrize("line", LINES)
def test_each_line_is_shown_by_tests_that_there_are(line: str) -> None:
    assert LINES[line]["says"].endswith(".")
    assert LINES[line]["tests"]
    for test in LINES[line]["tests"]:
        file, _, name = test.partition("::")
        assert name in functions(ROOT / file), test
