"""The screen's server: waitress, set up so that waiting polls never stand in the way of anything else.

It builds and binds; whoever builds the program runs it in the main thread, and stops it by `Board.stop` (which answers
all polls) followed by SystemExit out of a signal handler.
"""

import errno
import logging
import socket
from collections.abc import Callable
from typing import Protocol

import waitress  # type: ignore[import-untyped]  # ships no types
from flask import Flask

from kiosk.errors import MachineError

# More than the board lets wait (`MOST_WAITING`), so that a touch or a health check always finds one free.
THREADS = 64
# A browser keeps up to six connections open.
CONNECTIONS = 512
BACKLOG = 128

Gone = Callable[[], bool]
# Where waitress puts a function that tells whether the client has hung up.
DISCONNECTED = "waitress.client_disconnected"


class Server(Protocol):
    """What is left to do with a server that is bound already."""

    def run(self) -> None:
        """Answer requests until SystemExit or KeyboardInterrupt."""

    def close(self) -> None:
        """Give the port back."""


def server(app: Flask, port: int, host: str = "127.0.0.1") -> Server:
    """A server bound to loopback, ready to run. Raises MachineError if the port cannot be had."""
    try:
        # Bound here and not by waitress, which starts its threads before it finds the port taken.
        listening = socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise _unbound(error, host, port) from error
    # It warns of every request that waits a moment for a thread; stderr is no place for that.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    built: Server = waitress.create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        backlog=BACKLOG,
        channel_request_lookahead=1,  # reads on while a poll waits, and so notices when its page has gone
        ident=None,
    )
    return built


def _unbound(error: OSError, host: str, port: int) -> MachineError:
    if error.errno == errno.EADDRINUSE:
        remedy = "end the program that has it, or choose another port for the screen in kiosk.toml"
        return MachineError("port-taken", f"port {port} on {host} is taken: {remedy}")
    remedy = "choose a port above 1023 for the screen in kiosk.toml"
    return MachineError("port-refused", f"port {port} on {host} cannot be opened ({error.strerror}): {remedy}")
