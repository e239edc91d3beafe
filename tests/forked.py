"""Starts a program by a fork of a process that has imported it: importing is most of a start, and a run has hundreds.

What the program does from its first line on is the product's, and so are its signals, its files and its end. Only the
import is shared, and the seed of its hashes. `tests/live`, and whatever lends a program an environment, a wrapper or a
root of its own, starts it as the product does.

    python -W error -m tests.forked MODULE FILE      serves a socket that it was given, until nobody holds the other end
"""

import atexit
import json
import os
import runpy
import select
import socket
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

_LONGEST = 1 << 20
_PLAIN = [sys.executable, "-W", "error", "-m"]
_parents: dict[str, tuple[subprocess.Popen[bytes], socket.socket]] = {}


class Forked(subprocess.Popen[bytes]):
    """A program that was started so: what tests ask of a process that writes to files, and nothing else."""

    def __init__(self, command: list[str], module: str, log: IO[bytes]) -> None:
        """Start it; both of its outputs go to `log`."""
        self.args, self.returncode = command, None  # as `Popen` has it until the end
        self.stdin = self.stdout = self.stderr = None
        self._parent = _parent_of(module)
        words = command[len(_PLAIN) :]
        wish = {"words": words, "environment": dict(os.environ), "folder": str(Path.cwd()), "nice": os.nice(0)}
        socket.send_fds(self._parent, [json.dumps(wish).encode()], [log.fileno()])
        self.pid = int(self._parent.recv(_LONGEST))
        self._end = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        """Its status, once it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status, when it has ended. Raises TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._parent.send(str(self.pid).encode())
            self.returncode = int(self._parent.recv(_LONGEST))
            os.close(self._end)
        return int(self.returncode)

    def send_signal(self, sig: int) -> None:
        """To a process that has not been waited for, and so has its number still."""
        if self.poll() is None:
            os.kill(self.pid, sig)


def start(command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program of ours whose outputs go to one file; what a wrapper starts, as a process of its own."""
    if command[: len(_PLAIN)] != _PLAIN:
        return alone(command, log)
    return Forked(command, "kiosk.desk" if "desk" in command else "kiosk.entrance", log)


def alone(command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start it as the product does."""
    return subprocess.Popen(command, stdout=log, stderr=log)


def _parent_of(module: str) -> socket.socket:
    """The process of this worker that has imported a module."""
    known = _parents.get(module)
    if known is None or known[0].poll() is not None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LONGEST)
        with theirs:
            process = subprocess.Popen(
                [*_PLAIN, "tests.forked", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=Path(__file__).parents[1],
            )
        atexit.register(_end, process, ours)
        known = _parents[module] = process, ours
    return known[1]


def _end(process: subprocess.Popen[bytes], ours: socket.socket) -> None:
    """Let it go: it ends with the other end of its socket."""
    ours.close()
    process.kill()
    process.wait()


def _serve(at: socket.socket) -> dict[str, Any] | None:
    """Fork for each wish, and wait for whichever child is asked for. A child comes back with its wish."""
    while True:
        message, files, *_ = socket.recv_fds(at, _LONGEST, 1)
        if not message:
            return None
        if not files:
            at.send(str(os.waitstatus_to_exitcode(os.waitpid(int(message), 0)[1])).encode())
            continue
        child = os.fork()
        if not child:
            for output in (1, 2):
                os.dup2(files[0], output)
            os.close(files[0])
            wish: dict[str, Any] = json.loads(message)
            return wish
        os.close(files[0])
        at.send(str(child).encode())


def main() -> None:
    """Import, serve; and in a child, be the program."""
    from kiosk import stand_ins  # not above: a test's process, too, imports this file

    stand_ins.import_libraries()
    import_module(sys.argv[1])
    with socket.socket(fileno=int(sys.argv[2])) as asked:
        wish = _serve(asked)
    if wish is not None:
        os.environ.clear()
        os.environ.update(wish["environment"])
        os.chdir(wish["folder"])
        os.setpriority(os.PRIO_PROCESS, 0, wish["nice"])
        module, *sys.argv[1:] = wish["words"]
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
