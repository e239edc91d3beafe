"""Runs Debian's programs for a job: found on PATH, without a shell, bounded in time, without secrets in their
arguments.

Their complaints are cut to one line; their input and output are files that the caller opened.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import IO

from msgspec import Struct

from kiosk.errors import MachineError

_MOST_SAID = 200  # characters of a program's complaint that are passed on
_NO_NEWS = ("age: report", "dmesg(1)")  # last lines of age and mount that do not say why


class ProgramResult(Struct, frozen=True):
    """A program that ended: its exit status, its output, and the last line of its standard error.

    `status` is negative where a signal ended it; `out` is empty where its output went to a file.
    """

    status: int
    out: bytes
    complaint: str

    @property
    def ok(self) -> bool:
        """Return whether the program succeeded."""
        return self.status == 0


def find(name: str, package: str | None = None) -> str:
    """Return the path of a program. Raises MachineError `tool-missing`, which names its Debian package."""
    path = shutil.which(name, path=_path())
    if path is None:
        raise MachineError("tool-missing", f"{name} is missing: apt-get install {package or name}")
    return path


def run(
    words: Sequence[str],
    *,
    seconds: float,
    stdin: bytes | IO[bytes] | None = None,
    out: IO[bytes] | None = None,
    more: Mapping[str, str] | None = None,
) -> ProgramResult:
    """Run a program with an input and return its result. After `seconds` it is killed with all that it started.

    It has no terminal for questions. `more` are further variables of its environment. Without `stdin` its
    input is empty; without `out` its output is in the result. A failed program is a result, too: MachineError `tool` is
    raised only where it does not start or takes too long.
    """
    given = None if stdin is None or isinstance(stdin, bytes) else stdin
    try:
        child = subprocess.Popen(  # noqa: S603  # a program that `find` found, and words, never a shell's line
            words,
            stdin=subprocess.PIPE if isinstance(stdin, bytes) else given or subprocess.DEVNULL,
            stdout=out or subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": _path(), "LC_ALL": "C.UTF-8", **(more or {})},
            start_new_session=True,
            cwd="/",
        )
    except OSError as fault:
        raise MachineError("tool", f"{words[0]} does not start: {fault.strerror}") from None
    with child:
        try:
            written, error_output = child.communicate(stdin if isinstance(stdin, bytes) else None, timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            raise MachineError("tool", f"{words[0]} took more than {seconds:.0f} seconds") from None
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    return ProgramResult(child.returncode, written or b"", _last_line(error_output))


def _path() -> str:
    """Return the search path with sbin added, which a timer's PATH lacks and mount's tools need."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def _last_line(complaints: bytes) -> str:
    """Return the last meaningful line of what a program complained of, printable and cut short; without one, say so."""
    lines = [line.strip() for line in complaints.decode(errors="replace").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(_NO_NEWS)]
    last = "".join(sign if sign.isprintable() else " " for sign in lines[-1]) if lines else "it does not say why"
    return last[:_MOST_SAID]
