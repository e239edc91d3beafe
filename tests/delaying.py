"""A network that takes its time: all that is said to a port is said to another, and answered, only after a while."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.processes import free_port


class Delaying:
    """Passes everything on `seconds` after it came, both ways; who changes them is heard at once."""

    def __init__(self, to: int) -> None:
        self.port = free_port()
        self._to = to
        self._seconds = 0.0
        self._changed = threading.Condition()
        self._open: list[socket.socket] = [socket.create_server(("127.0.0.1", self.port))]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def seconds(self) -> float:
        """How long everything takes, each way."""
        return self._seconds

    @seconds.setter
    def seconds(self, value: float) -> None:
        with self._changed:
            self._seconds = value
            self._changed.notify_all()

    def close(self) -> None:
        """Cut every connection."""
        self.seconds = 0.0
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near = self._open[0].accept()[0]
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(65536):
                came = time.monotonic()
                with self._changed:
                    while (rest := came + self._seconds - time.monotonic()) > 0:
                        self._changed.wait(rest)
                target.sendall(said)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def delaying(to: int) -> Iterator[Delaying]:
    """One of them, before a port."""
    made = Delaying(to)
    try:
        yield made
    finally:
        made.close()
