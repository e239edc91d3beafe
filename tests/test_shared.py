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
_WHO = """
import os, time, pytest
@pytest.mark.parametrize("n", range(40))
def test_one(n):
    time.sleep(0.01)  # long enough for the other worker to come by
    with open("{at}.workers", "a") as told:
        told.write(os.environ["PYTEST_XDIST_WORKER"] + " ")
"""


_FOR_A_MODULE = """
@pytest.fixture(scope="module", autouse=True)
def made():
    with open("{at}.made", "a") as told:
        told.write("made ")
"""


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


def run(at: Path, files: dict[str, str], *workers: str) -> subprocess.CompletedProcess[str]:
    """Pytest on a small tree, as scripts/test starts it."""
    for path, text in {**files, "pytest.ini": "[pytest]\n"}.items():
        (at / path).parent.mkdir(parents=True, exist_ok=True)
        (at / path).write_text(text, "utf-8")
    own = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST_", shared.FOLDER))}
    own["PYTHONPATH"] = str(Path(__file__).parents[1])
    # A pytest shuts the folder that all of them share to other users, those of the run beside it too.
    own["PYTEST_DEBUG_TEMPROOT"] = str(at)
    as_ever = (
        "--dist",
        "loadscope",
        "--no-loadscope-reorder",
        "--import-mode",
        "importlib",
        "-p",
        "tests.running",
        "-p",
        "no:schemathesis",  # as pyproject.toml has it: to import it takes a second of each process
        "-p",
        "no:anyio",
        "-q",
    )
    command = [sys.executable, "-m", "pytest", *as_ever, *workers]
    return subprocess.run(command, cwd=at, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_run_tells_each_folder_and_each_failure_as_it_can_be_asked_for(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    done = run(tmp_path, {"tests/a/test_it.py": _QUICK, "tests/b/test_it.py": _WRONG}, *workers)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "FAILED tests/b/test_it.py::test_two" in lines
    assert any("tests/a: 30 tests" in line for line in lines)
    assert any("tests/b: 1 tests" in line and "1 failed" in line for line in lines)
    assert lines[-1].startswith("1 failed, 30 passed in ")


@pytest.mark.parametrize(
    "path", ["tests/install/test_installed.py", "tests/browser/test_looks.py", "tests/browser/test_self_stories.py"]
)
def test_what_shares_a_root_or_a_window_is_tried_by_one_worker(tmp_path: Path, path: str) -> None:
    files = {name: _WHO.format(at=tmp_path / name) for name in (path, "tests/live/test_other.py")}
    done = run(tmp_path, files, "-n", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    tried_by = {name: set((tmp_path / f"{name}.workers").read_text("utf-8").split()) for name in files}
    assert len(tried_by[path]) == 1
    assert len(set.union(*tried_by.values())) == 2, "the other worker had something to do, too"


@pytest.mark.parametrize("folder", ["tests/faults", "tests/store"])
def test_what_a_module_shares_is_made_once(tmp_path: Path, folder: str) -> None:
    names = [f"{folder}/test_one.py", f"{folder}/test_another.py", "tests/live/test_other.py"]
    files = {name: (_WHO + _FOR_A_MODULE).format(at=tmp_path / name) for name in names}
    done = run(tmp_path, files, "-n", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [(tmp_path / f"{name}.made").read_text("utf-8") for name in names] == ["made "] * 3
