"""Runs the pages' program: waitress on loopback, few threads, behind the proxy that names the client's address.

The program reads no home. It knows only the desk's socket and its own port, so that an intruder in this program can do
no more than put questions to the desk.
"""

import gc
import logging
import os
import signal
import socket
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]  # ships no types

from kiosk import logs
from kiosk.errors import MachineError
from kiosk.web import handed, heap
from kiosk.web.pages import speech
from kiosk.web.pages.app import create_app

log = logging.getLogger(__name__)
THREADS, CONNECTIONS = 8, 256  # threads that draw pages; connections that all clients may hold at once
IDLE_SECONDS = 30  # after which a connection is closed
_PROXY = {"trusted_proxy": handed.LOOPBACK, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}


def run(desk: Path, port: int) -> None:
    """Serve the members' pages until SIGTERM or SIGINT; `desk` is the path of the desk's socket. Raises MachineError
    `port-taken`, or RequestError `socket-unit`.
    """
    logs.start()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread
    heap.share_one()  # before the threads start: each would begin a heap of its own
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    listening = _listening(handed.sockets(os.environ), port)
    web = TcpWSGIServer(
        create_app(partial(speech.ask, desk)),
        _sock=listening,
        bind_socket=False,
        sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        threads=THREADS,
        ident=None,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        max_request_body_size=speech.LONGEST_QUESTION,
        clear_untrusted_proxy_headers=True,
        **_PROXY,
    )
    gc.collect()
    gc.freeze()  # what is imported now stays: it is not collected any more
    log.info("ready: members' pages on http://%s:%d/, asking %s", handed.LOOPBACK, port, desk)
    try:
        web.run()
    except (SystemExit, KeyboardInterrupt):
        log.info("stopping")
    finally:
        web.close()


def _listening(handed_over: Sequence[socket.socket], port: int) -> socket.socket:
    """Return a socket that listens on loopback: the one that systemd handed over, or a new one. Raises MachineError
    `port-taken`, or RequestError `socket-unit`.
    """
    listening = handed.listener(handed_over, port, "pages.port")
    if listening is not None:
        return listening
    try:
        return socket.create_server((handed.LOOPBACK, port), backlog=64)
    except OSError as fault:
        text = f"port {port} cannot be had ({fault.strerror}): choose another for the pages in kiosk.toml"
        raise MachineError("port-taken", text) from None


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End the server at a signal."""
    raise SystemExit
