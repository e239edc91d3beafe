"""What a run leaves behind when it ends, is interrupted or is told to end: nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .processes import until

# A test's program that has left its family: its own session, its parent gone. It and its child write their numbers.
_RUN = """
import os, subprocess, sys, time
folder, then = sys.argv[1:]
hidden = "import os, subprocess, sys, time; from pathlib import Path\\nPath(sys.argv[1], str(os.getpid())).touch()\\n"
last = hidden + "time.sleep(600)"
middle = hidden + f"subprocess.Popen([sys.executable, '-c', {last!r}, sys.argv[1]], start_new_session=True)"
subprocess.Popen([sys.executable, "-c", middle, folder], start_new_session=True).wait()
while len(os.listdir(folder)) < 2:
    time.sleep(0.01)
open(folder + "/ready", "w").close()
exec(then)
"""
WAIT, STUBBORN = (
    "time.sleep(600)",
    "import signal; signal.signal(signal.SIGINT, lambda *_: None)\nwhile True: time.sleep(1)",
)


def _as_at_a_terminal() -> None:
    """Whoever runs the tests in the background has these signals ignored, and so would all that they start."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def _run(folder: Path, then: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tests.reaper", sys.executable, "-c", _RUN, str(folder), then]
    root = Path(__file__).parents[1]
    process = subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL, preexec_fn=_as_at_a_terminal)  # noqa: PLW1509  # no thread here holds a lock
    try:
        until((folder / "ready").exists)
        yield process
    finally:
        process.kill()
        process.wait()


def _alive(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if each.name.isdigit() and Path("/proc", each.name).exists()]


@pytest.mark.parametrize("status", [0, 1, 5])
def test_a_run_that_ends_by_itself_leaves_nothing_and_its_status_is_kept(tmp_path: Path, status: int) -> None:
    with _run(tmp_path, f"sys.exit({status})") as process:
        assert process.wait(20) == status
        assert _alive(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_stopped_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with _run(tmp_path, WAIT) as process:
        assert len(_alive(tmp_path)) == 1
        os.kill(process.pid, number)
        assert process.wait(20) == 128 + signal.SIGINT
        assert _alive(tmp_path) == []


def test_who_asks_twice_is_not_kept_waiting(tmp_path: Path) -> None:
    with _run(tmp_path, STUBBORN) as process:
        os.kill(process.pid, signal.SIGTERM)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(20) == 128 + signal.SIGKILL
        assert _alive(tmp_path) == []
