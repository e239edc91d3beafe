"""The real server over real sockets: fifty idle screens, pages that go away, a port that is taken."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

from kiosk.checkin.cards import Card, CardKind
from kiosk.errors import MachineError
from kiosk.web.screen.board import MOST_WAITING
from kiosk.web.screen.serving import LATE_SECONDS, THREADS, server
from tests.processes import free_port
from tests.web.screen.screens import ARRIVED, Screen, StandingClock


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
        self.port = free_port()
        self.pushed = 0.0
        self.server: Any = server(self.screen.make_app(self.port), self.port, monotonic=self._monotonic)
        self.stopping = self.ended_well = False
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
        self.ended_well = True

    def _monotonic(self) -> float:
        return time.monotonic() + self.pushed

    def turns_on(self) -> bool:
        """Whether it still says in a while that it turns."""
        self.pushed += LATE_SECONDS
        until = time.monotonic() + 10
        while not self.server.turns():
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    def stands_still(self) -> bool:
        """Whether it says in a while, and half a second long, that it does not turn."""
        self.pushed += LATE_SECONDS
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            if self.server.turns():
                return False
            time.sleep(0.01)
        return True

    def poll(self) -> http.client.HTTPConnection:
        """A poll for the next card, sent and not yet answered."""
        view = self.screen.board.now()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", f"/card?since={view.number}&boot={view.boot}")
        return connection

    def until_waiting(self, count: int) -> None:
        until = time.monotonic() + 40
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


def test_a_server_turns_at_rest_and_with_all_the_polls_it_lets_wait(running: Running) -> None:
    assert running.turns_on()
    polls = [running.poll() for _ in range(MOST_WAITING)]
    running.until_waiting(MOST_WAITING)
    for _ in range(3):
        assert running.turns_on()
    running.screen.board.stop()
    for poll in polls:
        poll.close()


def test_a_server_whose_loop_is_held_up_does_not_turn_and_nobody_who_asks_waits_for_it(running: Running) -> None:
    held, let_go = threading.Barrier(2), threading.Event()

    def hold() -> None:
        held.wait(10)
        let_go.wait(20)

    running.server.trigger.pull_trigger(hold)  # which holds waitress's lock meanwhile
    held.wait(10)
    try:
        assert running.server.turns(), "not at once"
        assert running.stands_still()
    finally:
        let_go.set()
    assert running.turns_on()


def test_a_server_whose_workers_are_all_held_up_does_not_turn(running: Running) -> None:
    held, let_go = threading.Barrier(THREADS + 1), threading.Event()

    class Holding:
        def service(self) -> None:
            held.wait(10)
            let_go.wait(20)

    for _ in range(THREADS):
        running.server.add_task(Holding())
    held.wait(10)
    try:
        assert running.stands_still()
    finally:
        let_go.set()
    assert running.turns_on()


def test_a_server_without_workers_does_not_turn_and_stops_all_the_same(running: Running) -> None:
    running.server.task_dispatcher._most = 0
    running.server.task_dispatcher.set_thread_count(0)
    assert running.stands_still()
    assert running.stands_still()
    assert len(running.server.task_dispatcher.queue) == 1, "nothing piles up"
    running.stop()
    assert running.ended_well
    assert running.server.turns() is False


def test_a_server_that_does_not_run_yet_turns_for_a_while_and_one_that_is_closed_no_more() -> None:
    seconds = 0.0
    screen = Screen()
    built: Any = server(screen.make_app(0), 0, monotonic=lambda: seconds)
    assert built.turns()
    seconds = LATE_SECONDS + 1
    assert not built.turns()
    built.task_dispatcher.shutdown()
    built.close()
    assert not built.turns()


def test_a_taken_port_is_said_in_one_line_with_what_to_do(running: Running) -> None:
    with pytest.raises(MachineError, match=rf"port {running.port} on 127\.0\.0\.1 is taken: ") as refused:
        server(running.screen.app, running.port)
    assert refused.value.code == "port-taken"
    assert "\n" not in str(refused.value)
