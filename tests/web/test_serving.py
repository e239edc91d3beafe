"""The real server over real sockets: fifty idle screens, pages that go away, a port that is taken."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

from kiosk.cards import Card, CardKind
from kiosk.errors import MachineError
from kiosk.web.screen.board import MOST_WAITING
from kiosk.web.screen.serving import THREADS, server

from .screens import ARRIVED, Screen, StandingClock


class RunningClock(StandingClock):
    """The machine's own seconds, at a standing date."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return ARRIVED


class Running:
    """A screen behind waitress, in a thread of its own."""

    def __init__(self) -> None:
        self.screen = Screen(clock=RunningClock())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.server: Any = server(self.screen.make_app(self.port), self.port)
        self.stopping = False
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def stop(self) -> None:
        self.screen.board.stop()
        self.stopping = True
        self.thread.join(10)

    def _run(self) -> None:
        # As `run` does, which only a signal to the main thread can end.
        while not self.stopping:
            wasyncore.loop(timeout=0.05, map=self.server._map, count=1)
        self.server.task_dispatcher.shutdown()
        wasyncore.close_all(self.server._map)

    def poll(self) -> http.client.HTTPConnection:
        """A poll for the next card, sent and not yet answered."""
        view = self.screen.board.now()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", f"/card?since={view.number}&boot={view.boot}")
        return connection

    def until_waiting(self, count: int) -> None:
        until = time.monotonic() + 5
        while self.screen.board._waiting != count:
            assert time.monotonic() < until, self.screen.board._waiting
            time.sleep(0.01)

    def health(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture
def running() -> Iterator[Running]:
    started = Running()
    yield started
    started.stop()


def test_fifty_idle_screens_and_the_doors_own_all_get_the_card(running: Running) -> None:
    polls = [running.poll() for _ in range(51)]
    running.until_waiting(51)
    assert running.health() == 200
    running.screen.board.show(Card(CardKind.GRANTED_PLAN, "Karim"))
    answers = [json.loads(poll.getresponse().read()) for poll in polls]
    assert all("Karim" in answer["html"] for answer in answers)
    assert len({answer["number"] for answer in answers}) == 1
    for poll in polls:
        poll.close()


def test_more_are_told_to_come_back_and_nothing_waits_behind_them(running: Running) -> None:
    polls = [running.poll() for _ in range(MOST_WAITING)]
    running.until_waiting(MOST_WAITING)
    for _ in range(20):
        late = running.poll()
        answer = late.getresponse()
        assert (answer.status, answer.headers["Retry-After"]) == (204, "2")
        late.close()
    assert running.health() == 200
    assert THREADS > MOST_WAITING
    running.screen.board.stop()
    assert {poll.getresponse().status for poll in polls} == {204}
    for poll in polls:
        poll.close()


def test_a_page_that_goes_away_frees_its_place(running: Running) -> None:
    polls = [running.poll() for _ in range(5)]
    running.until_waiting(5)
    for poll in polls:
        poll.close()
    running.until_waiting(0)


def test_a_taken_port_is_said_in_one_line_with_what_to_do(running: Running) -> None:
    with pytest.raises(MachineError, match=rf"port {running.port} on 127\.0\.0\.1 is taken: ") as refused:
        server(running.screen.app, running.port)
    assert refused.value.code == "port-taken"
    assert "\n" not in str(refused.value)
