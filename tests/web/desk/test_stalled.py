"""Who holds a connection to the desk and does nothing with it holds nobody else up."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask, Response, request, stream_with_context
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

from kiosk.web.desk import serving
from tests.processes import free_port, until

TOLD: list[bool] = []  # what a worker was told of its client
LONG = 300.0  # seconds, longer than anybody is waited for
HALF = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"


class Turning:
    """A server whose loop turns in a thread, and whose clock can be put forward."""

    def __init__(self, app: Flask) -> None:
        self.port = free_port()
        self.web: Any = serving.server(app, self.port, None)
        self._going, self._acts = True, list[Callable[[], None]]()
        self._thread = threading.Thread(target=self._turn)
        self._thread.start()

    def _turn(self) -> None:
        while self._going:
            wasyncore.loop(timeout=0.02, count=1, map=self.web._map, use_poll=True)
            while self._acts:
                self._acts.pop()()

    def later(self) -> None:
        """What the server does after a long time, in its own thread."""
        done = threading.Event()

        def act() -> None:
            since = max(each.last_activity for each in self.web.active_channels.values())
            self.web.maintenance(since + LONG)
            done.set()

        self._acts.append(act)
        assert done.wait(20)

    def end(self) -> None:
        self._going = False
        self._thread.join(20)
        wasyncore.close_all(self.web._map)
        self.web.task_dispatcher.shutdown()

    def answers(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture
def turning() -> Iterator[Turning]:
    app = Flask("stalled")

    @app.route("/", methods=["GET", "POST"])
    def short() -> str:
        return "here"

    @app.get("/long")
    def long() -> Response:
        return Response(bytes(1 << 16) for _ in range(1 << 12))

    @app.get("/asking")
    def asking() -> Response:
        def pieces() -> Iterator[bytes]:
            is_gone = request.environ["waitress.client_disconnected"]
            yield b"begun"
            TOLD.append(is_gone())
            until(is_gone)
            TOLD.append(True)

        return Response(stream_with_context(pieces()))

    TOLD.clear()
    found = Turning(app)
    try:
        yield found
    finally:
        found.end()


@contextmanager
def held(port: int, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        found = []
        for _ in range(count):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            one.sendall(sent)
            found.append(one)
        yield found


@pytest.mark.parametrize("sent", [HALF, HALF[:20], b""], ids=["half a body", "half a head", "nothing"])
def test_more_than_there_is_room_for_begin_to_ask_and_the_next_is_answered(turning: Turning, sent: bytes) -> None:
    with held(turning.port, serving.CONNECTIONS + 100, sent):
        for _ in range(3):
            assert turning.answers() == 200


@pytest.mark.parametrize("sent", [HALF, HALF[:20], b""], ids=["half a body", "half a head", "nothing"])
def test_who_does_not_end_is_let_go(turning: Turning, sent: bytes) -> None:
    with held(turning.port, 20, sent) as connections:
        until(lambda: len(turning.web.active_channels) == 20)
        turning.later()
        assert [one.recv(1000) for one in connections] == [b""] * 20
        assert turning.web.active_channels == {}


def test_who_does_not_read_gives_the_worker_back(turning: Turning) -> None:
    """As many downloads as there are workers, and nobody reads any."""
    with held(turning.port, serving.THREADS, b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n"):
        until(lambda: turning.web.task_dispatcher.active_count == serving.THREADS)
        until(lambda: all(each.total_outbufs_len for each in turning.web.active_channels.values()))
        turning.later()
        assert turning.answers() == 200


def test_a_worker_that_sends_nothing_is_told_that_its_client_has_gone(turning: Turning) -> None:
    with held(turning.port, 1, b"GET /asking HTTP/1.1\r\nHost: localhost\r\n\r\n") as (one,):
        assert b"200 OK" in one.recv(1000)
        until(lambda: TOLD == [False])
    until(lambda: TOLD == [False, True])


def test_who_waits_for_us_is_not_let_go(turning: Turning) -> None:
    with held(turning.port, 1, HALF) as (one,):
        until(lambda: len(turning.web.active_channels) == 1)
        channel = next(iter(turning.web.active_channels.values()))
        channel.requests.append(object())
        assert not channel.is_stalled(channel.last_activity + LONG)
        channel.requests.clear()
        one.sendall(bytes(96))
        assert b"200 OK" in one.recv(1000)
