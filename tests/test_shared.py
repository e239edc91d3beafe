"""What the workers share is made once, whoever comes first; and a run says how far it is."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from . import shared

_QUICK = "import pytest\n@pytest.mark.parametrize('n', range(30))\ndef test_one(n): pass\n"
_WRONG = "def test_two(): assert False\n"


@pytest.fixture(autouse=True)
def common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(shared.FOLDER, str(tmp_path))
    return tmp_path


def test_many_who_want_it_at_once_wait_for_the_one_who_makes_it(common: Path) -> None:
    made: list[str] = []

    def make(at: Path) -> None:
        at.mkdir()
        (at / "content").write_text("whole", "utf-8")
        made.append(at.name)

    def want() -> None:
        assert (shared.once("home", make) / "content").read_text("utf-8") == "whole"

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["home"]


def test_what_somebody_failed_to_make_is_made_by_the_next_from_the_beginning(common: Path) -> None:
    def fail(at: Path) -> None:
        at.mkdir()
        (at / "half").touch()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        shared.once("home", fail)
    assert list(shared.once("home", Path.mkdir).iterdir()) == []


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_run_tells_each_folder_and_each_failure_as_it_can_be_asked_for(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    for path, text in {"tests/a/test_it.py": _QUICK, "tests/b/test_it.py": _WRONG, "pytest.ini": "[pytest]\n"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    own = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST_", shared.FOLDER))}
    own["PYTHONPATH"] = str(Path(__file__).parents[1])
    grouped = ("--dist", "loadgroup", "--import-mode", "importlib", "-p", "tests.running", "-q")
    command = [sys.executable, "-m", "pytest", *grouped, *workers]
    done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "FAILED tests/b/test_it.py::test_two" in lines
    assert any("tests/a: 30 tests" in line for line in lines)
    assert any("tests/b: 1 tests" in line and "1 failed" in line for line in lines)
    assert lines[-1].startswith("1 failed, 30 passed in ")
