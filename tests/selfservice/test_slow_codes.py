"""While a code is worked out, which takes its time, a badge is served; and what is touched meanwhile does nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.selfservice.without_badge import pin
from tests.conftest import Space
from tests.selfservice.self_service import Visit, is_well
from tests.selfservice.test_pin import GOOD, INES, KARIM, allow, digits, find, touch

LONG = 20.0  # seconds: a test that waits for so long has failed


@pytest.fixture
def place(space: Space) -> Space:
    """Inès has a code; she has typed it, right, and not entered it yet."""
    space.rule("pin_sign_in", "true")
    space.join("Inès Moreau", INES)
    space.join("Karim Moreau", KARIM)
    allow(space, INES)
    space.clock.advance(days=1)
    find(space, "mor")
    touch(space, Act.PIN_WHO, "1")
    digits(space, GOOD)
    return space


@contextmanager
def slowly(monkeypatch: pytest.MonkeyPatch, name: str, act: Act, place: Space) -> Iterator[threading.Event]:
    """This act is touched, and what it works out takes until the event is set."""
    really, begun, go_on = getattr(pin, name), threading.Event(), threading.Event()

    def slow(*given: str) -> dict[str, str]:
        begun.set()
        assert go_on.wait(LONG)
        return cast("dict[str, str]", really(*given))

    monkeypatch.setattr(pin, name, slow)
    at_it = threading.Thread(target=touch, args=(place, act))
    at_it.start()
    try:
        assert begun.wait(LONG)
        yield go_on
    finally:
        go_on.set()
        at_it.join(LONG)
    assert not at_it.is_alive()


def in_time(act: threading.Thread) -> bool:
    """Whether it was done without waiting for the code."""
    act.start()
    act.join(LONG / 2)
    return not act.is_alive()


def test_a_badge_is_served_while_a_code_is_looked_at_and_ends_its_dialogue(
    place: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulses = place.door.pulses
    with slowly(monkeypatch, "_verified", Act.PIN_ENTER, place):
        assert in_time(threading.Thread(target=place.tap, args=(KARIM,)))
        assert (place.card.kind, place.card.name) == (CardKind.GRANTED_DAY, "Karim")
    assert (place.card.kind, place.card.name) == (CardKind.GRANTED_DAY, "Karim")
    assert place.door.pulses == pulses + 1
    assert place.sql("SELECT count(*) FROM visit WHERE known_by = 'code'") == [(0,)]
    is_well(place)


def test_a_code_that_nobody_interrupts_opens_once_however_often_it_is_entered(
    place: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulses, ticket = place.door.pulses, cast("str", place.card.ticket)
    with slowly(monkeypatch, "_verified", Act.PIN_ENTER, place):
        for act, value in ((Act.PIN_ENTER, ""), (Act.PIN_KEY, "1"), (Act.PIN_WHO, "1")):
            place.touch(act, value, ticket=ticket)  # a second finger
    assert place.shows(CardKind.CAME_BY_PIN)
    assert place.door.pulses == pulses + 1
    assert place.sql("SELECT count(*) FROM visit WHERE known_by = 'code'") == [(1,)]


def test_a_wrong_code_counts_once_however_often_it_is_entered(place: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(place, Act.PIN_KEY, "1")
    with slowly(monkeypatch, "_verified", Act.PIN_ENTER, place):
        for _ in range(5):
            place.touch(Act.PIN_ENTER)
    assert place.sql("SELECT pin_tries FROM member WHERE number = 1") == [(1,)]


def test_a_right_code_opens_nothing_once_its_dialogue_is_closed(place: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    pulses = place.door.pulses
    with slowly(monkeypatch, "_verified", Act.PIN_ENTER, place):
        place.touch(Act.DONE)
    assert place.door.pulses == pulses
    assert place.sql("SELECT count(*) FROM visit WHERE known_by = 'code'") == [(0,)]


def test_a_badge_is_served_while_a_new_code_is_hashed(place: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit(place, INES)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PIN_NEW)
    digits(place, "7294")
    visit.pick(Act.PIN_AGAIN)
    digits(place, "7294")
    with slowly(monkeypatch, "hashed", Act.PIN_SAVE, place):
        assert in_time(threading.Thread(target=place.tap, args=(KARIM,)))
        assert place.card.name == "Karim"
    place.clock.advance(minutes=5)
    place.tap(INES)
    assert place.sql("SELECT count(*) FROM desk_log WHERE act = 'pin-chosen'") == [(1,)]


def test_what_cannot_be_worked_out_leaves_the_dialogue_as_it_was(place: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = cast("str", place.card.ticket)

    def fails(*_given: str) -> dict[str, str]:
        raise MemoryError

    with monkeypatch.context() as without:
        without.setattr(pin, "_verified", fails)
        with pytest.raises(MemoryError):
            place.touch(Act.PIN_ENTER, ticket=ticket)
    assert place.sql("SELECT pin_tries FROM member WHERE number = 1") == [(0,)]
    touch(place, Act.PIN_ENTER)
    assert place.shows(CardKind.CAME_BY_PIN)


def test_a_ticket_of_a_closed_dialogue_is_no_more_than_before(place: Space) -> None:
    ticket = cast("str", place.card.ticket)
    place.touch(Act.DONE, ticket=ticket)
    with pytest.raises(RequestError):
        place.touch(Act.PIN_ENTER, ticket=ticket)
