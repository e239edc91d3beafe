"""Runs the desk's server: waitress on loopback. Only the named proxy may tell which address a request comes from.

A client that begins a request without ending it, or does not read its answer, is dropped after a while, and at once
when connections run out: idle clients cannot keep others out of the desk.
"""

import logging
import socket
from collections.abc import Sequence
from typing import Any, Protocol

from flask import Flask
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]  # ships no types
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]  # ships no types

from kiosk.errors import MachineError
from kiosk.web import handed, heap

THREADS = 8  # that make pages: so many requests are answered at once
CONNECTIONS = 512  # that clients may hold at once
ROOM = 64  # connections kept free for new clients
WHOLE_SECONDS = 20.0  # for a whole request, which the proxy sends at once
READ_SECONDS = 30.0  # since the client last read a part of its answer
IDLE_SECONDS = 60.0  # that a connection may stay open without a request
LARGEST_BODY = 5_000_000  # bytes; the proxy refuses more than 4 MB before
_LOOK_SECONDS = 2  # between two calls of `maintenance`
OUTBOX_BYTES = 1 << 17  # buffered: a slow download makes the writer wait instead of using memory
_FORWARDED = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}  # headers in which the proxy names the client


class Server(Protocol):
    """A bound server, with the two methods that the program needs."""

    def run(self) -> None:
        """Answer requests until SystemExit or KeyboardInterrupt."""

    def close(self) -> None:
        """Close the socket, so that the port is free again."""


def server(app: Flask, port: int, proxy: str | None, handed_over: Sequence[socket.socket] = ()) -> Server:
    """Return a server on loopback, ready to run: on the socket that systemd handed over, or else bound here.

    Raises MachineError `port-taken`, or RequestError `socket-unit` if systemd holds another port than `port`. Forwarded
    headers are trusted from `proxy` only and removed from all other requests.
    """
    listening = handed.listener(handed_over, port, "desk.port") or _bound(port)
    heap.share_one()  # before the threads start: each would begin a heap of its own
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread
    trusted = {"trusted_proxy": proxy, "trusted_proxy_headers": _FORWARDED} if proxy else {}
    return _Server(
        app,
        listening,
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=True,
        connection_limit=CONNECTIONS + ROOM,
        asyncore_use_poll=True,  # select knows no more than 1,024
        cleanup_interval=_LOOK_SECONDS,
        max_request_body_size=LARGEST_BODY,
        outbuf_high_watermark=OUTBOX_BYTES,
        **trusted,
    )


class _Channel(HTTPChannel):  # type: ignore[misc]  # has no types
    """A client's connection, which remembers when its current request began (`began_at`, in the server's seconds; 0.0
    before the first) and whether it was dropped (`is_gone`).
    """

    began_at = 0.0
    is_gone = False

    def received(self, content: bytes) -> bool:
        """Take more bytes of a request, and remember when its first byte came. Returns False for no bytes, as waitress
        does.
        """
        if self.request is None:
            self.began_at = self.last_activity
        return bool(super().received(content))

    @property
    def waits_for_its_client(self) -> bool:
        """Tell whether the server has nothing to do or to send for this connection: its client is the next to act."""
        return not self.requests and not self.total_outbufs_len

    def is_stalled(self, now: float) -> bool:
        """Tell whether the client has exceeded its time: to read an answer, to finish a request, or to begin one. `now`
        is the server's time in seconds.
        """
        if self.total_outbufs_len:  # bytes of an answer that the client has not read
            return bool(now - self.last_activity > READ_SECONDS)
        if self.requests:
            return False  # the server is the slow one
        if self.request is not None:
            return bool(now - self.began_at > WHOLE_SECONDS)
        return bool(now - self.last_activity > IDLE_SECONDS)

    def check_client_disconnected(self) -> bool:
        """Tell a worker whether its client has gone. Nothing is read from the socket while the worker works, so this
        peeks at it and leaves what a client has sent.
        """
        if self.is_gone or not self.connected:
            return True
        try:
            return not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def let_go(self) -> None:
        """Drop the connection at once, even if its client does not read. A worker that waits for this client then goes
        on, because it is told that the client has gone.
        """
        self.is_gone = True
        self.handle_close()

    def readable(self) -> bool:
        """Tell whether the event loop is to read from this connection: never once it was dropped, else as waitress
        says.
        """
        return not self.is_gone and bool(super().readable())

    def writable(self) -> bool:
        """Tell whether the event loop is to write to this connection: never once it was dropped, else as
        waitress says.
        """
        return not self.is_gone and bool(super().writable())


class _Server(TcpWSGIServer):  # type: ignore[misc]  # has no types
    """waitress's own server, which also drops clients that hold a connection without using it."""

    channel_class = _Channel
    _was_asked = False  # since the last call of `maintenance`
    _may_give_back = False  # whether pages freed memory since it was last returned

    def __init__(self, app: Any, listening: socket.socket, **settings: Any) -> None:
        info = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(app, _sock=listening, bind_socket=False, sockinfo=info, **settings)

    def add_task(self, task: Any) -> None:
        """Queue a request for a worker thread, and remember that a page was asked for."""
        self._was_asked = True
        super().add_task(task)

    def maintenance(self, now: float) -> None:
        """Drop stalled connections, every two seconds. Where no page was asked for since the last time, return the
        memory that pages freed to the system.
        """
        for channel in [connection for connection in self.active_channels.values() if connection.is_stalled(now)]:
            channel.let_go()
        if self._was_asked:
            self._was_asked, self._may_give_back = False, True
        elif self._may_give_back:
            self._may_give_back = False
            heap.give_back()

    def readable(self) -> bool:
        """Tell whether the event loop is to accept connections, as waitress says. With `CONNECTIONS` or more, first
        drop the clients that have waited longest, so many that `ROOM` places are free for new ones.
        """
        too_many = len(self.active_channels) - CONNECTIONS
        if too_many >= 0:
            waiting = [connection for connection in self.active_channels.values() if connection.waits_for_its_client]
            # by the beginning of the last request, or of the connection where it has made none
            waiting.sort(key=lambda connection: connection.began_at or connection.creation_time)
            for channel in waiting[: too_many + ROOM]:
                channel.let_go()
        return bool(super().readable())


def _bound(port: int) -> socket.socket:
    """Return a socket that listens on loopback. Raises MachineError `port-taken`."""
    try:
        return socket.create_server((handed.LOOPBACK, port), backlog=64)
    except OSError as fault:
        text = f"port {port} cannot be had ({fault.strerror}): choose another for the desk in kiosk.toml"
        raise MachineError("port-taken", text) from None
