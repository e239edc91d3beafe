"""What fails beside the others is tried once more, alone; what fails then has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .again import FEW

_LATE = """
from pathlib import Path
def test_it():
    there = Path("was-here")
    first, _ = not there.exists(), there.touch()
    assert not first
"""
_WRONG = "def test_it(): assert False\n"
_MANY = f"import pytest\n@pytest.mark.parametrize('n', range({FEW + 1}))\ndef test_it(n): assert n == 99\n"


@pytest.mark.parametrize(
    ("source", "status", "tries"),
    [(_LATE, 0, 2), (_WRONG, 1, 2), (_MANY, 1, 1), ("def test_it(): assert True\n", 0, 1)],
)
def test_the_few_that_failed_are_tried_once_more(tmp_path: Path, source: str, status: int, tries: int) -> None:
    (tmp_path / "test_it.py").write_text(source, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    own = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    own["PYTHONPATH"] = str(Path(__file__).parents[1])
    own["PYTEST_DEBUG_TEMPROOT"] = str(tmp_path)  # pytest shuts the one that all share to other users
    done = subprocess.run(
        [sys.executable, "-m", "tests.again", "-q"], cwd=tmp_path, env=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert done.stdout.count(" in ") == tries
    assert ("look at them" in done.stdout) == (source == _LATE)
