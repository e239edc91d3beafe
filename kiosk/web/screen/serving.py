"""Runs the screen's server: waitress, set up so that waiting polls never block anything else.

This module takes the socket that systemd holds, or binds one. Its caller runs the server in the main thread, and stops
it by `Board.stop` (which answers all polls) followed by SystemExit from a signal handler. Whether the loop still turns
is known without the network, which the program may not have.
"""

import errno
import logging
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask import Flask
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]  # ships no types

from kiosk.errors import MachineError
from kiosk.web import handed
from kiosk.web.screen.workers import Workers

# More than the board lets wait (`MOST_WAITING`), so that a touch or a health check always finds a free one.
THREADS = 64
THIN_OUT_SECONDS = 20.0  # how often threads that are no longer needed end
CONNECTIONS = 512  # open at once; a browser keeps up to six
BACKLOG = 128  # connections that the kernel holds until they are accepted
# How often the loop has a worker note the time (at rest it turns once a second), and how old that note may be.
ASK_EVERY_SECONDS = 1.0
LATE_SECONDS = 5.0

Gone = Callable[[], bool]  # tells whether the client has hung up
# Where waitress puts a function that tells whether the client has hung up.
DISCONNECTED = "waitress.client_disconnected"


class Server(Protocol):
    """A bound server, with the methods that the program and its watcher need."""

    def run(self) -> None:
        """Answer requests until SystemExit or KeyboardInterrupt."""

    def turns(self) -> bool:
        """Tell whether the loop goes on and finds a worker for its tasks. Never waits and never raises."""

    def close(self) -> None:
        """Close the socket, so that the port is free again."""


def server(
    app: Flask,
    port: int,
    host: str = handed.LOOPBACK,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    handed_over: Sequence[socket.socket] = (),
) -> Server:
    """Return a server on loopback, ready to run: on the socket that systemd handed over, or else bound here.

    Raises MachineError `port-taken` or `port-refused`, or RequestError `socket-unit` if systemd holds another port.
    """
    listening = handed.listener(handed_over, port, "screen.port") or _bound(host, port)
    # waitress warns of every request that waits a moment for a thread, which would fill stderr.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return _Server(
        app,
        listening,
        monotonic,
        listen="",  # the socket exists; a host name would be looked up, which loads large tables
        connection_limit=CONNECTIONS,
        backlog=BACKLOG,
        channel_request_lookahead=1,  # reads on while a poll waits, and so notices when its page has gone
        ident=None,  # no `Server` header
    )


class _Server(TcpWSGIServer):  # type: ignore[misc]  # has no types
    """waitress's own server, whose loop regularly has a worker note the time: as long as it does, neither is stuck.

    A watcher only reads that time, because a server that is stuck may hold its locks for ever.
    """

    def __init__(self, app: Flask, listening: socket.socket, monotonic: Callable[[], float], **settings: Any) -> None:
        self._monotonic = monotonic
        self._asked_at = self._answered_at = monotonic()
        info = (listening.family, listening.type, listening.proto, listening.getsockname())
        self._thinned_at = monotonic()
        workers = Workers(THREADS)
        super().__init__(app, _sock=listening, dispatcher=workers, bind_socket=False, sockinfo=info, **settings)

    def turns(self) -> bool:
        """Tell whether a worker has noted the time lately, so that neither the loop nor the workers are stuck."""
        return self._monotonic() - self._answered_at < LATE_SECONDS

    def readable(self) -> bool:
        """Tell whether to accept connections. The loop asks this each time it turns, so the loop's own duties are done
        here, too.
        """
        now = self._monotonic()
        # One task at a time: the next only once the last was done.
        if self._answered_at >= self._asked_at and now - self._asked_at >= ASK_EVERY_SECONDS:
            self._asked_at = now
            self.add_task(self)
        if now - self._thinned_at >= THIN_OUT_SECONDS:
            self._thinned_at = now
            self.task_dispatcher.thin_out()
        return bool(super().readable())

    def service(self) -> None:
        """Note the time. The server is its own task here: a worker that calls this shows that it is alive."""
        self._answered_at = self._monotonic()

    def cancel(self) -> None:
        """Do nothing when workers are stopped before this task's turn."""


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address. Raises MachineError `port-taken` or `port-refused`."""
    try:
        # Bound here and not by waitress, which starts its threads before it finds the port taken.
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise _unbound(error, host, port) from error


def _unbound(error: OSError, host: str, port: int) -> MachineError:
    """Return the error of a port that could not be opened, with what to do about it."""
    if error.errno == errno.EADDRINUSE:
        remedy = "end the program that has it, or choose another port for the screen in kiosk.toml"
        return MachineError("port-taken", f"port {port} on {host} is taken: {remedy}")
    remedy = "choose a port above 1023 for the screen in kiosk.toml"
    return MachineError("port-refused", f"port {port} on {host} cannot be opened ({error.strerror}): {remedy}")
