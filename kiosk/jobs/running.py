"""Runs Debian's programs for a job: found on PATH, without a shell, bounded in time, nothing secret in their words.

What they say is kept short, for one line of ours; what they read and write are files that the caller opened.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import IO

from msgspec import Struct

from kiosk.errors import MachineError

_MOST_SAID = 200
_NO_NEWS = ("age: report", "dmesg(1)")  # last lines of age's and of mount's that do not say why


class ProgramResult(Struct, frozen=True):
    """A program that ended: its status, what it wrote, and the last line of its complaints."""

    status: int
    out: bytes
    said: str

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.status == 0


def find(name: str, package: str | None = None) -> str:
    """Where a program lies. Raises MachineError `tool-missing`, which names Debian's package."""
    found = shutil.which(name, path=_path())
    if found is None:
        raise MachineError("tool-missing", f"{name} is missing: apt-get install {package or name}")
    return found


def run(
    words: Sequence[str],
    *,
    seconds: float,
    data: bytes | IO[bytes] | None = None,
    out: IO[bytes] | None = None,
    more: Mapping[str, str] | None = None,
) -> ProgramResult:
    """Run a program with `data` as its input, to its end or for so many `seconds`; it then ends with all it started.

    It has no terminal to ask on. `more` are paths for its environment. Raises MachineError `tool`.
    """
    given = None if data is None or isinstance(data, bytes) else data
    try:
        child = subprocess.Popen(  # noqa: S603  # a program that `find` found, and words, never a shell's line
            words,
            stdin=subprocess.PIPE if isinstance(data, bytes) else given or subprocess.DEVNULL,
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
            written, said = child.communicate(data if isinstance(data, bytes) else None, timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            raise MachineError("tool", f"{words[0]} took more than {seconds:.0f} seconds") from None
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    return ProgramResult(child.returncode, written or b"", _last_line(said))


def _path() -> str:
    """A timer's PATH has no sbin, where mount's relatives lie."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(_NO_NEWS)]
    last = "".join(sign if sign.isprintable() else " " for sign in lines[-1]) if lines else "it does not say why"
    return last[:_MOST_SAID]
