"""Run a command, and leave nothing behind: `python -m tests.reaper COMMAND...`, as scripts/test runs pytest.

Interrupted (Ctrl-C) or told to end (SIGTERM), the command is interrupted and has some seconds to put things away;
asked twice, it has none. Whatever the tests started and did not end is killed then, wherever it has hidden: a process
whose parent has gone becomes this one's child.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 30.0
_BE_PARENT_OF_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
_BY_THE_KERNEL = 0x80  # SI_KERNEL: from the terminal, which has told everybody
_ASKED = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_HEARD = {*_ASKED, signal.SIGCHLD}


def main(command: list[str]) -> int:
    """The command's status; 128 and the signal's number where it was killed."""
    ctypes.CDLL(None).prctl(_BE_PARENT_OF_ORPHANS, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    process = subprocess.Popen(command, preexec_fn=_hear_again)  # noqa: PLW1509  # there are no threads
    end = float("inf")
    status = _reaped(process.pid)
    while status is None:
        heard = signal.sigtimedwait(_HEARD, 1.0)
        if heard is not None and heard.si_signo in _ASKED:
            if end == float("inf") and not (heard.si_signo == signal.SIGINT and heard.si_code == _BY_THE_KERNEL):
                _interrupt(process.pid)
            end = time.monotonic() if end < float("inf") else time.monotonic() + PATIENCE_SECONDS
        if time.monotonic() >= end:
            os.kill(process.pid, signal.SIGKILL)
        status = _reaped(process.pid)
    process.returncode = status
    _end_what_is_left()
    return status if status >= 0 else 128 - status


def _hear_again() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)


def _interrupt(process: int) -> None:
    """As a terminal would: pytest, and its workers."""
    for number in [*_children().get(process, []), process]:
        _kill(number, signal.SIGINT)


def _reaped(process: int) -> int | None:
    """The command's status, once it has ended; orphans that ended are let go on the way."""
    found = None
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0] != 0:
            if ended[0] == process:
                found = os.waitstatus_to_exitcode(ended[1])
    return found


def _end_what_is_left() -> None:
    while left := _descendants(os.getpid()):
        for number in left:
            _kill(number, signal.SIGKILL)
        _reaped(0)
        time.sleep(0.02)


def _descendants(process: int) -> list[int]:
    children, found = _children(), [process]
    for number in found:
        found += children.get(number, [])
    return found[1:]


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text("utf-8", "replace")
            except OSError:
                continue  # it has ended meanwhile
            found.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    return found


def _kill(process: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
