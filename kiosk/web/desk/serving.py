"""Runs the desk's server: waitress on loopback. The proxy that is named, and no other, may say for whom it asks."""

import contextlib
import ctypes
import logging
import socket
from collections.abc import Sequence
from typing import Protocol

import waitress  # type: ignore[import-untyped]  # ships no types
from flask import Flask

from kiosk.errors import MachineError
from kiosk.web import handed

THREADS = 8
OUTBOX_BYTES = 1 << 17  # of an answer on its way: who downloads slowly makes the writer wait, and no memory grow
_M_ARENA_MAX = -8  # of glibc's malloc.h
_FORWARDED = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}


class Server(Protocol):
    """A server that is bound already, as whoever runs it sees it."""

    def run(self) -> None:
        """Answer requests until SystemExit or KeyboardInterrupt."""

    def close(self) -> None:
        """Give the port back."""


def server(app: Flask, port: int, proxy: str | None, handed_over: Sequence[socket.socket] = ()) -> Server:
    """A server on loopback, ready to run: on the socket that systemd handed over, else bound here.

    Raises MachineError `port-taken`, or RequestError `socket-unit` if systemd holds another port than `port`.
    Forwarded headers are believed from `proxy` only, and taken away from everybody else's requests.
    """
    listening = handed.listener(handed_over, port, "desk.port") or _bound(port)
    _share_one_heap()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    trusted = {"trusted_proxy": proxy, "trusted_proxy_headers": _FORWARDED} if proxy else {}
    built: Server = waitress.create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=True,
        channel_timeout=60,
        outbuf_high_watermark=OUTBOX_BYTES,
        **trusted,
    )
    return built


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server((handed.LOOPBACK, port), backlog=64)
    except OSError as fault:
        text = f"port {port} cannot be had ({fault.strerror}): choose another for the desk in kiosk.toml"
        raise MachineError("port-taken", text) from None


def _share_one_heap() -> None:
    """glibc gives each thread a heap of its own and keeps what was freed: after long files, eight times as much."""
    with contextlib.suppress(OSError, AttributeError):  # another C library knows no such thing, and needs none
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
