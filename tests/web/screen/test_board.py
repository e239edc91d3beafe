"""The board: one numbered state, that wakes who waits and forgets in time."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep
from kiosk.web.screen.board import Board, Showing, View
from tests.fakes import StandingBoard, seconds_of
from tests.web.screen.screens import StandingClock

INES = Card(CardKind.GRANTED_DAY, "Inès", ticket="ticket", acts=(Act.UNDO,))


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def board(clock: StandingClock) -> StandingBoard:
    return StandingBoard(clock)


def test_a_card_replaces_any_other_at_once_under_a_new_number(board: StandingBoard) -> None:
    before = board.now().number
    board.show(INES)
    board.show(Card(CardKind.GRANTED_PLAN, "Karim"))
    view = board.now()
    assert view.number > before
    assert view.card is not None
    assert view.card.name == "Karim"


@pytest.mark.promise(6)
def test_no_name_stays_when_a_cards_time_is_over(board: StandingBoard, clock: StandingClock) -> None:
    board.show(INES)
    clock.pass_by(9.9)
    assert board.now().card is INES
    clock.pass_by(0.1)
    view = board.now()
    assert (view.showing, view.card, view.left_seconds) == (Showing.IDLE, None, 0)


def test_a_quick_card_comes_without_one_moment(board: StandingBoard, clock: StandingClock) -> None:
    board.reading()
    clock.pass_by(0.29)
    assert board.now().showing is Showing.IDLE
    board.show(INES)
    clock.pass_by(1)
    assert board.now().card is INES


def test_a_slow_card_is_announced_and_then_shown(board: StandingBoard, clock: StandingClock) -> None:
    board.show(Card(CardKind.GRANTED_PLAN, "Karim"))
    clock.pass_by(3.9)
    board.reading()
    clock.pass_by(0.2)
    assert board.now().showing is Showing.IDLE
    clock.pass_by(0.2)
    assert board.now().showing is Showing.READING
    assert board.now().card is None
    board.show(INES)
    assert board.now().card is INES


def test_a_reading_that_never_ends_is_given_up(board: StandingBoard, clock: StandingClock) -> None:
    board.reading()
    clock.pass_by(0.3)
    assert board.now().showing is Showing.READING
    clock.pass_by(30)
    assert board.now().showing is Showing.IDLE


def test_one_moment_reaches_a_page_that_waits_although_nothing_else_happens() -> None:
    class Running(StandingClock):
        def monotonic(self) -> float:
            return time.monotonic()

    board = StandingBoard(Running())
    with waiters(board) as pool:
        waiting = pool.submit(board.wait, board.now().number, board.boot)
        board.reading()
        view = waiting.result(5)
    assert view is not None
    assert view.showing is Showing.READING


def test_a_refresh_draws_idle_again_and_leaves_a_card_in_peace(board: StandingBoard) -> None:
    idle = board.now().number
    board.refresh()
    assert board.now().number == idle + 1
    board.show(INES)
    number = board.now().number
    board.refresh()
    assert board.now().number == number


def test_who_has_missed_something_can_ask(board: StandingBoard, clock: StandingClock) -> None:
    assert board.is_current(board.now().number, board.boot)
    board.show(INES)
    number = board.now().number
    assert board.is_current(number, board.boot)
    assert not board.is_current(number - 1, board.boot)
    assert not board.is_current(number, "another")
    clock.pass_by(10)
    assert not board.is_current(number, board.boot)


def test_waiting_ends_with_the_next_card(board: StandingBoard) -> None:
    with waiters(board) as pool:
        waiting = pool.submit(board.wait, board.now().number, board.boot)
        board.show(INES)
        view = waiting.result(5)
    assert view is not None
    assert view.card is INES


def test_waiting_ends_with_the_present_state_when_nothing_comes(board: StandingBoard, clock: StandingClock) -> None:
    number = board.now().number
    with waiters(board) as pool:
        waiting = pool.submit(board.wait, number, board.boot, 20)
        _until_waiting(board, 1)
        clock.pass_by(20)
        assert waiting.result(5) == View(board.boot, number, Showing.IDLE, card_number=1, at=clock.monotonic())


@pytest.mark.parametrize(("since", "boot"), [(-1, None), (99, None), (1, "another"), (1, "")])
def test_whoever_knows_another_state_is_answered_at_once(board: StandingBoard, since: int, boot: str | None) -> None:
    with waiters(board) as pool:
        answer = pool.submit(board.wait, since, board.boot if boot is None else boot, 20)
        assert answer.result(5) == board.now()


def test_too_many_that_wait_are_told_to_come_back_but_news_is_handed_out(clock: StandingClock) -> None:
    board = StandingBoard(clock, most_waiting=1)
    number = board.now().number
    with waiters(board) as pool:
        first = pool.submit(board.wait, number, board.boot)
        _until_waiting(board, 1)
        assert pool.submit(board.wait, number, board.boot).result(5) is None
        assert board.wait(-1, board.boot) is not None
        board.show(INES)
        assert first.result(5) is not None
        assert board.wait(number, board.boot) is not None


def test_stopping_wakes_everybody_at_once_and_lets_nobody_wait(board: StandingBoard) -> None:
    with waiters(board) as pool:
        waiting = [pool.submit(board.wait, board.now().number, board.boot) for _ in range(9)]
        _until_waiting(board, 9)
        began = time.monotonic()
        board.stop()
        board.stop()
        assert [each.result(5) for each in waiting] == [None] * 9
        assert time.monotonic() - began < 0.4  # less than a waiter's own step
    assert board.wait(board.now().number, board.boot) is None


def test_who_has_gone_waits_no_longer(board: StandingBoard) -> None:
    gone = threading.Event()
    with waiters(board) as pool:
        waiting = pool.submit(board.wait, board.now().number, board.boot, 20, gone.is_set)
        gone.set()
        assert waiting.result(5) is None


def test_a_new_start_has_another_name(clock: StandingClock) -> None:
    assert Board(clock).boot != Board(clock).boot


_A_MINUTE = (
    CardKind.RUNG,
    CardKind.RUNG_LATER,
    CardKind.CALL,
    CardKind.EVACUATION,
    CardKind.SPONSOR,
    CardKind.VOUCH,
)


@pytest.mark.parametrize("kind", CardKind)
def test_every_card_ends(kind: CardKind) -> None:
    most = {
        **dict.fromkeys(_A_MINUTE, 60),
        CardKind.PHONE: 60,  # as long as its QR is good
    }.get(kind, 20)
    assert 4 <= seconds_of(Card(kind)) <= most


def test_what_can_be_mended_stays_longer_than_what_cannot() -> None:
    lost = Card(CardKind.DENIED, denial=Denial.BADGE_LOST, next_step=NextStep.ASK)
    unknown = Card(CardKind.DENIED, denial=Denial.UNKNOWN_BADGE, next_step=NextStep.FIRST_VISIT)
    assert (seconds_of(lost), seconds_of(unknown)) == (12, 20)


def test_what_is_counted_later_stays_as_long_as_there_is_to_read() -> None:
    not_known_now = Card(CardKind.DENIED, denial=Denial.NOT_ON_ROSTER, next_step=NextStep.COME_BACK_OR_RING)
    cards = (Card(CardKind.SPOOLED), Card(CardKind.SPOOLED_IN_MEMORY), not_known_now)
    assert [seconds_of(card) for card in cards] == [8, 12, 20]


@contextmanager
def waiters(board: StandingBoard) -> Iterator[ThreadPoolExecutor]:
    """Threads to wait in, none of which outlives a test that fails."""
    with ThreadPoolExecutor(9) as pool:
        try:
            yield pool
        finally:
            board.stop()


def _until_waiting(board: StandingBoard, count: int) -> None:
    until = time.monotonic() + 5
    while board._waiting < count:
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.parametrize("ask", ["card", "alive"])
def test_how_long_no_page_has_asked_is_known(board: StandingBoard, clock: StandingClock, ask: str) -> None:
    board.show(INES)
    clock.pass_by(5)
    assert board.asked_seconds() is None
    if ask == "card":
        board.wait(-1, "", 0)
    else:
        board.is_current(1, board.boot)
    clock.pass_by(130)
    assert board.asked_seconds() == 130
