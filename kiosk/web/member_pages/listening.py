"""Listens for the members' pages on a Unix socket, for a few questions at a time, each bounded in size and time.

A program that holds the socket may send anything: a message that is not a question gets no answer, and the next
connection is served.
"""

import contextlib
import logging
import os
import socket
import stat
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from kiosk.errors import MachineError, RequestError
from kiosk.web.pages import speech

log = logging.getLogger(__name__)
THREADS = 4  # questions that are answered at once
WAITING = 32  # connections beyond these are closed at once
READ_SECONDS = 5.0  # for a whole question
WRITE_SECONDS = 20.0  # for a whole answer


def handed(sockets: Sequence[socket.socket]) -> socket.socket | None:
    """Return the Unix socket among those that systemd handed over; None where there is none."""
    return next((offered for offered in sockets if offered.family == socket.AF_UNIX), None)


def bound(path: Path) -> socket.socket:
    """Return a new socket that listens at a path, for this user alone, in the place of one that an earlier run left
    there. Raises MachineError `port-taken`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listening.bind(str(path))
        finally:
            os.umask(before)
        listening.listen(WAITING)
    except OSError as fault:
        raise MachineError("port-taken", f"{path} cannot be had ({fault.strerror})") from None
    return listening


class Listener:
    """Answers what arrives on a socket, until it is closed. `give_way` is called before each answer, and may wait, so
    that the desk's own pages come first.
    """

    def __init__(
        self,
        listening: socket.socket,
        answer: Callable[[speech.Asked], speech.Answered],
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self._listening = listening
        self._answer = answer
        self._give_way = give_way
        self._room = threading.BoundedSemaphore(THREADS + WAITING)  # for connections that are answered or wait
        self._workers = ThreadPoolExecutor(THREADS, "pages")
        self._loop = threading.Thread(target=self._run, name="pages", daemon=True)
        self._is_closed = False

    def start(self) -> None:
        """Begin to listen for questions, in a thread."""
        self._loop.start()

    def close(self) -> None:
        """Stop listening, and drop questions that wait. May be called twice."""
        self._is_closed = True
        with contextlib.suppress(OSError):  # closed already
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        """Accept connections until the socket is closed, and hand each to a worker; close those for which there is no
        room. A socket that fails ends the loop: the pages then get no answers until the program starts again.
        """
        while not self._is_closed:
            try:
                line, _ = self._listening.accept()
            except OSError as fault:
                if not self._is_closed:
                    log.critical("members' pages can no longer be heard: %s", fault)
                return
            if not self._room.acquire(blocking=False):
                line.close()
                continue
            try:
                self._workers.submit(self._serve, line)
            except RuntimeError:  # closed meanwhile
                line.close()
                self._room.release()

    def _serve(self, line: socket.socket) -> None:
        """Answer the question of one connection. A message that is not a question gets no answer. Never raises, since
        the worker serves the next connection.
        """
        try:
            with line:
                line.settimeout(READ_SECONDS)
                question = speech.question_in(speech.receive(line, speech.LONGEST_QUESTION))
                self._give_way()
                content = msgspec.msgpack.encode(self._answer(question))
                line.settimeout(WRITE_SECONDS)
                speech.send(line, content)
        except (OSError, EOFError, msgspec.MsgspecError, RecursionError, RequestError) as fault:
            log.info("no question of members' pages: %s", type(fault).__name__)
        except Exception:
            log.exception("a question of members' pages failed")
        finally:
            self._room.release()
