"""What systemd does for a unit with a socket: listens, hands the socket over, and hears when the program is ready."""

import fcntl
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# Run between fork and exec by a program of its own: LISTEN_PID must be the number that the program will have.
_HAND_OVER = """
import os, sys
held, *command = sys.argv[1:]
descriptors = [int(each) for each in held.split(",")]
for target, descriptor in enumerate(descriptors, start=3):
    os.dup2(descriptor, target)
    os.close(descriptor)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(descriptors)))
os.execvp(command[0], command)
"""


@contextmanager
def listening(port: int, host: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A socket that requests wait at, whoever answers them."""
    with socket.create_server((host, port)) as held:
        yield held


def started(
    command: Sequence[str],
    held: Sequence[socket.socket],
    log: Path,
    *,
    before: Sequence[str] = (),
    environment: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """A program that is handed sockets; `before` is what runs it in other surroundings, like `unshare -n`."""
    # High numbers, so that no copy meets a number that is still to be copied.
    moved = [fcntl.fcntl(each.fileno(), fcntl.F_DUPFD, 100) for each in held]
    hand_over = [sys.executable, "-I", "-c", _HAND_OVER, ",".join(map(str, moved)), *command]
    try:
        with log.open("ab") as output:
            return subprocess.Popen(
                [*before, *hand_over],
                stdout=output,
                stderr=output,
                pass_fds=moved,
                env={**os.environ, **(environment or {})},
            )
    finally:
        for descriptor in moved:
            os.close(descriptor)


class Notified:
    """The far end of NOTIFY_SOCKET."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(20)

    def next(self) -> str:
        """The next word; fails when none comes."""
        return self._socket.recv(4096).decode()

    def comes_within(self, seconds: float) -> bool:
        """Whether another word comes in that time."""
        return bool(select.select([self._socket], [], [], seconds)[0])

    def rest(self) -> list[str]:
        """All that was said and not heard yet."""
        found = []
        while self.comes_within(0):
            found.append(self.next())
        return found

    def close(self) -> None:
        """Hear nothing more."""
        self._socket.close()
