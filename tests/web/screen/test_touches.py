"""Touches as hands, pages and strangers send them: at once, again, late, torn, made up. One effect at most."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk import home
from kiosk.checkin.cards import CardKind, Shown
from kiosk.domain.checkin.choices import Act
from kiosk.store import audit
from kiosk.web.screen.app import create_app
from kiosk.web.screen.board import Board
from kiosk.web.screen.views import Fingers, Views
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock, FakeScreen
from tests.web.screen.screens import OWN, PORT, WELL, ZONE, aim

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
HANDS = 20
MANY = 100


class Window(FakeScreen):
    """A screen that remembers, and a real board behind it."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.board = Board(clock)

    def show(self, shown: Shown) -> None:
        super().show(shown)
        self.board.show(shown)


class Front:
    """A space, and its screen over HTTP."""

    def __init__(self, space: Space, shown: Window, *, port: int = PORT, **more: Any) -> None:
        self.space = space
        self.board = shown.board
        checkin = space.checkin
        fingers = Fingers(checkin.touch, checkin.begin, checkin.hold, checkin.close, checkin.instead_of)
        views = Views(board=shown.board, health=lambda: WELL, fingers=fingers, clock=space.clock, zone=ZONE, **more)
        self.app: Flask = create_app(views, port)

    def post(self, path: str, fields: object) -> TestResponse:
        with self.app.test_client() as client:
            return client.post(path, base_url=OWN, json=fields, headers={"Origin": OWN})

    def touch(self, act: Act | str, ticket: object = None) -> int:
        ticket = self.space.card.ticket if ticket is None else ticket
        return self.post("/touch", {"ticket": ticket, "act": act, **aim(self.board)}).status_code

    def seen(self) -> dict[str, Any]:
        with self.app.test_client() as client:
            found: dict[str, Any] = client.get("/card?since=-1&lang=fr", base_url=OWN).get_json()
        return found

    def page(self) -> str:
        with self.app.test_client() as client:
            return client.get("/", base_url=OWN).text

    def at_once(self, act: Act, ticket: str) -> list[int]:
        """The same touch a hundred times, from twenty threads that begin together."""
        together = threading.Barrier(HANDS)

        def hand() -> list[int]:
            together.wait()
            return [self.touch(act, ticket) for _ in range(MANY // HANDS)]

        with ThreadPoolExecutor(HANDS) as hands:
            found = [hands.submit(hand) for _ in range(HANDS)]
            return [status for each in found for status in each.result()]

    def is_well(self) -> None:
        with self.space.home.store.reading() as connection:
            audit.check_chain(connection, self.space.home.seal)
            audit.check_sums(connection)

    def ticket(self) -> str:
        found = self.space.card.ticket
        assert found is not None
        return found

    def entries(self) -> int:
        return int(str(self.space.sql("SELECT count(*) FROM entry")[0][0]))


@pytest.fixture
def front(root: Path) -> Iterator[Front]:
    """Inès and Karim are members; guests and passing are allowed."""
    with home.opened(root) as opened:
        clock = FakeClock(WEDNESDAY)
        shown = Window(clock)
        space = Space(opened, clock, screen=shown)
        space.rule("guests_a_day", "2")
        space.join("Inès Moreau", INES)
        space.join("Karim Benali", KARIM, "permanent")
        yield Front(space, shown)
        shown.board.stop()
        space.kept.close()


@pytest.mark.parametrize("act", [Act.UNDO, Act.FREE_CORNER])
def test_a_hundred_touches_at_once_are_one(front: Front, act: Act) -> None:
    front.space.tap(INES)
    before = front.entries()
    statuses = front.at_once(act, front.ticket())
    assert sorted(set(statuses)) == [204, 410]
    assert statuses.count(204) == 1
    assert front.entries() == before + 1
    assert front.space.sql("SELECT count(*) FROM visit WHERE state = 'kept'") == [(int(act is Act.FREE_CORNER),)]
    assert front.space.owes(1) == 500
    front.is_well()


def test_two_fingers_on_two_buttons_press_one(front: Front) -> None:
    front.space.tap(INES)
    ticket, together = front.ticket(), threading.Barrier(2)

    def finger(act: Act) -> int:
        together.wait()
        return front.touch(act, ticket)

    with ThreadPoolExecutor(2) as fingers:
        statuses = list(fingers.map(finger, (Act.UNDO, Act.FREE_CORNER)))
    assert sorted(statuses) == [204, 410]
    assert front.space.owes(1) == 500
    front.is_well()


def test_a_guest_asked_for_a_hundred_times_is_one_guest(front: Front) -> None:
    front.space.tap(INES)
    statuses = front.at_once(Act.GUEST, front.ticket())
    assert statuses.count(204) == 1
    with ThreadPoolExecutor(HANDS) as badges:
        list(badges.map(front.space.tap, [INES] * HANDS))
    assert front.space.sql("SELECT count(*) FROM visit WHERE host_visit_id IS NOT NULL") == [(1,)]
    assert front.space.owes(1) == 1500
    front.is_well()


def test_touches_and_another_s_badge_at_the_same_moment_never_meet(front: Front) -> None:
    for _ in range(20):
        front.space.clock.advance(minutes=5)
        front.space.tap(INES)
        ticket, together = front.ticket(), threading.Barrier(2)

        def touched(ticket: str = ticket, together: threading.Barrier = together) -> int:
            together.wait()
            return front.touch(Act.GUEST, ticket)

        with ThreadPoolExecutor(1) as finger:
            status = finger.submit(touched)
            together.wait()
            front.space.tap(KARIM)
            assert status.result() in (204, 410)
        front.space.tap(KARIM)
        front.space.tap(INES)
        assert front.space.sql("SELECT count(*) FROM visit WHERE host_visit_id IS NOT NULL") == [(0,)]
    front.is_well()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"ticket": "", "act": "undo"},
        {"ticket": None, "act": "undo"},
        {"ticket": ["x"], "act": "undo"},
        {"ticket": "x" * 300, "act": "undo"},
        {"ticket": "é" * 20, "act": "undo"},
        {"ticket": "\x00\x00", "act": "undo"},
        {"ticket": "no-such-ticket", "act": "undo"},
        {"act": "undo", "ticket": "x", "value": "y" * 10_000},
        ["ticket", "undo"],
        "undo",
        None,
    ],
    ids=str,
)
def test_a_made_up_touch_does_nothing(front: Front, fields: object) -> None:
    front.space.tap(INES)
    before, card = front.entries(), front.space.card
    aimed = fields | aim(front.board) if isinstance(fields, dict) else fields
    assert front.post("/touch", aimed).status_code in (400, 410, 413)
    assert (front.entries(), front.space.card) == (before, card)
    assert front.board.now().card == card  # who stands there sees nothing of it
    assert front.touch(Act.UNDO) == 204


@pytest.mark.parametrize("act", ["", "no-such-act", "UNDO", "__class__", "comfort", "guest\n", "é", "x" * 3000])
def test_an_act_that_is_none_or_not_offered_does_nothing(front: Front, act: str) -> None:
    front.space.tap(INES)
    before = front.entries()
    assert front.touch(act) in (400, 410)
    assert front.entries() == before


def test_a_value_of_ten_kilobytes_is_not_even_read(front: Front) -> None:
    front.space.tap(INES)
    before = front.entries()
    fields = {"ticket": front.ticket(), "act": Act.UNDO, "value": "y" * 10_000, **aim(front.board)}
    assert front.post("/touch", fields).status_code in (400, 413)
    assert front.entries() == before


def test_the_ticket_of_an_old_card_or_of_another_start_is_over(front: Front) -> None:
    front.space.tap(INES)
    old = front.ticket()
    front.space.clock.advance(minutes=5)
    front.space.tap(INES)
    assert front.ticket() != old
    assert front.touch(Act.LEAVE, old) == 410
    assert front.space.shows(CardKind.AGAIN)
    now = front.ticket()
    front.space.restart()
    started = Front(front.space, Window(front.space.clock))
    assert started.touch(Act.LEAVE, now) == 410
    assert front.space.sql("SELECT count(*) FROM visit WHERE left_at IS NULL") == [(1,)]


def test_a_page_that_loads_again_shows_the_same_dialogue_and_does_nothing(front: Front) -> None:
    front.space.tap(INES)
    assert front.touch(Act.GUEST) == 204
    before, shown = front.entries(), front.seen()
    for _ in range(5):  # reload, back and forward
        assert 'data-state="badge-again"' in front.page()
        assert front.seen()["html"] == shown["html"]
    assert front.entries() == before
    front.space.tap(INES)  # and the badge still confirms, once
    assert front.entries() == before + 1
    assert front.seen()["state"] == "guest-counted"
    front.page()
    front.space.clock.advance(seconds=31)
    assert "Inès" not in front.page()
    assert front.entries() == before + 1


def test_a_dialogue_left_open_leaves_no_name(front: Front) -> None:
    front.space.tap(INES)
    assert front.touch(Act.ACCOUNT) == 204
    front.space.tap(INES)
    ticket = front.ticket()
    assert front.seen()["state"] == "account"
    front.space.clock.advance(seconds=60)
    assert "Inès" not in front.page()
    assert front.seen()["state"] == "idle"
    assert front.touch(Act.ACCOUNT, ticket) == 410
    assert front.seen()["state"] == "idle"


@pytest.mark.parametrize("path", ["/touch", "/hold", "/close", "/begin"])
def test_a_finger_that_missed_does_nothing_by_any_way_and_nothing_is_said_of_it(front: Front, path: str) -> None:
    """Whether it did is the machine's to say, under the lock: `tests/domain/checkin/test_screen_guards.py`."""
    front.space.tap(INES)
    before = front.board.now()
    fields = {"ticket": front.ticket(), "act": "undo" if path == "/touch" else "help", **aim(front.board)}
    for other in ({"card": before.card_number - 1}, {"painted_at": before.at - 0.06}, {"finger_at": before.at - 10.1}):
        answer = front.post(path, {**fields, **other})
        assert (answer.status_code, answer.json) == (410, {"code": "touch-missed"})
    assert front.board.now() == before
    assert (front.space.sql("SELECT state FROM visit"), front.space.events[1:]) == ([("kept",)], [])
    assert front.post(path, fields).status_code in (200, 204)


def test_the_idle_screen_that_follows_a_card_is_drawn_inert_and_looked_at_first(front: Front) -> None:
    front.space.tap(INES)
    front.space.clock.advance(seconds=30)
    at = front.board.now().at
    assert front.seen()["strange"] is True
    fields = {"act": "visit", **aim(front.board)}
    assert front.post("/begin", {**fields, "painted_at": at - 0.06}).status_code == 410
    front.board.refresh()  # its clock is drawn again: to a finger it is the same
    assert front.post("/begin", fields).status_code == 204


def test_a_page_that_returns_after_another_s_card_is_drawn_inert_and_in_its_person_s_language(front: Front) -> None:
    fields = {"act": "is-member", "lang": "en", **aim(front.board)}
    assert front.post("/begin", fields).status_code == 204
    for letter in "leon perdu":
        key = {"ticket": front.ticket(), "act": "key", "value": "space" if letter == " " else letter, "lang": "en"}
        assert front.post("/touch", {**key, **aim(front.board)}).status_code == 204
    assert front.post("/touch", {"ticket": front.ticket(), "act": "vouch", **aim(front.board)}).status_code == 204
    assert front.seen()["state"] == "vouch"
    front.space.tap(KARIM)
    assert (front.seen()["strange"], front.seen()["falls_back"]) == (True, True)
    front.space.clock.advance(seconds=30)
    back = front.seen()
    assert (back["state"], back["language"]) == ("vouch", "en")
    assert (back["strange"], back["falls_back"]) == (True, False)
