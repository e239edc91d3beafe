"""A tap is the check-in of a booking; who does not come loses the room; what is over is entered, once."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kiosk.domain.rooms.now import RoomNow
from kiosk.rooms import today
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.upkeep import RoomUpkeep, UpkeepDone
from kiosk.store import audit
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.faults.fuzz import heard
from tests.rooms.hall import BIG, INES, KARIM, PARIS, SMALL, at, bookings, let, slot


def upkeep(space: Space) -> RoomUpkeep:
    parts = {"store": space.home.store, "rules": Rules(space.home.config.zone), "seal": space.home.seal}
    return RoomUpkeep(**parts, clock=space.clock, actor="due")  # type: ignore[arg-type]  # as the parts are


def tap(space: Space, uid: str) -> None:
    """A tap, and what the door's log writes of it a moment later."""
    space.tap(uid)
    space.note_at_the_door()
    space.lift(uid)


def go_to(space: Space, hour: str) -> None:
    space.clock.advance(seconds=(at(hour) - space.clock.now()).total_seconds())


def states(space: Space) -> list[str]:
    return [str(state) for (state,) in space.sql("SELECT state FROM booking ORDER BY id")]


@pytest.fixture
def booked(space: Space) -> Space:
    """Inès has the small room from 10 to 12, Karim the big one from 14 to 15; unclaimed, it is lost after 15 min."""
    let(space, room_claim_minutes=15, room_no_show_percent=50)
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    desk = bookings(space)
    desk.book(BookingWish(room=SMALL, slot=slot("10:00", "12:00"), member=1))
    desk.book(BookingWish(room=BIG, slot=slot("14:00", "15:00"), member=2))
    return space


def test_a_tap_claims_the_room_and_the_hour_is_charged_when_it_is_over(booked: Space) -> None:
    go_to(booked, "09:50")
    owed = booked.owes(1)
    tap(booked, INES)
    day = booked.owes(1) - owed
    assert upkeep(booked).run() == UpkeepDone(claimed=1)
    assert states(booked) == ["claimed", "booked"]
    assert booked.sql("SELECT claimed_at FROM booking WHERE id = 1") == [("2026-11-25T08:50:00.000000Z",)]
    go_to(booked, "12:00")
    assert upkeep(booked).run() == UpkeepDone(settled=1)
    assert upkeep(booked).run() == UpkeepDone()
    assert booked.owes(1) == owed + day + 2000
    with booked.home.store.reading() as connection:
        audit.check_sums(connection)


def test_a_second_tap_of_the_day_claims_as_well_and_one_hours_before_does_not(booked: Space) -> None:
    tap(booked, KARIM)  # 8 h 52
    go_to(booked, "14:05")
    upkeep(booked).run()
    assert states(booked)[1] == "booked"
    tap(booked, KARIM)
    upkeep(booked).run()
    assert states(booked) == ["released", "claimed"]


def test_who_does_not_come_loses_the_room_and_pays_the_share_of_the_rules(booked: Space) -> None:
    owed = booked.owes(1)
    go_to(booked, "10:14")
    assert upkeep(booked).run() == UpkeepDone()
    go_to(booked, "10:15")
    assert upkeep(booked).run() == UpkeepDone(released=1)
    bookings(booked).book(BookingWish(room=SMALL, slot=slot("10:30", "11:30"), member=2))
    go_to(booked, "12:00")
    upkeep(booked).run()
    assert booked.owes(1) == owed + 1000
    assert upkeep(booked).run() == UpkeepDone()


def test_who_comes_late_has_the_room_again_where_nobody_else_has(booked: Space) -> None:
    go_to(booked, "10:20")
    upkeep(booked).run()
    assert states(booked)[0] == "released"
    tap(booked, INES)
    assert upkeep(booked).run() == UpkeepDone(claimed=1)
    assert states(booked)[0] == "claimed"


def test_who_comes_late_does_not_push_out_who_has_it_now(booked: Space) -> None:
    go_to(booked, "10:20")
    upkeep(booked).run()
    bookings(booked).book(BookingWish(room=SMALL, slot=slot("10:30", "11:30"), member=2))
    tap(booked, INES)
    assert upkeep(booked).run() == UpkeepDone()
    assert states(booked)[0] == "released"


def test_nobody_loses_a_room_where_there_is_no_rule_and_the_whole_is_charged(space: Space) -> None:
    let(space)
    space.join("Inès Moreau", INES)
    bookings(space).book(BookingWish(room=SMALL, slot=slot("10:00", "12:00"), member=1))
    owed = space.owes(1)
    go_to(space, "12:00")
    assert upkeep(space).run() == UpkeepDone(settled=1)
    assert space.owes(1) == owed + 2000


def test_who_is_here_already_need_not_tap_again_where_the_rules_say_so(booked: Space) -> None:
    booked.rule("room_presence_claims", "true")
    tap(booked, KARIM)
    go_to(booked, "14:20")
    upkeep(booked).run()
    assert states(booked) == ["released", "claimed"]


def test_upkeep_of_a_space_without_rooms_writes_nothing(space: Space) -> None:
    let(space, rooms_on="false")
    assert upkeep(space).run() == UpkeepDone()


def test_a_tap_asks_nothing_of_rooms(booked: Space) -> None:
    """What it costs is what it cost: the statements of a tap name no table of theirs."""
    asked: list[str] = []
    go_to(booked, "09:55")
    booked.tap(KARIM)  # the day's rules are read once, with what is let

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        with heard(asked.append):
            booked.tap(INES)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    assert asked
    assert not [each for each in asked if re.search(r"\b(booking\w*|privatisation|FROM room)\b", each)]


def test_idle_screen_knows_which_rooms_are_free_and_until_when(booked: Space) -> None:
    def small() -> RoomNow:
        return today.look(booked.home, Rules(PARIS), booked.clock).rooms[0]

    assert (small().is_free, small().until) == (True, at("10:00"))
    go_to(booked, "10:05")
    tap(booked, INES)
    assert (small().is_free, small().until) == (False, at("12:15"))  # it is being set up then
    go_to(booked, "12:20")
    assert small().is_free
    assert small().until == at("00:00") + timedelta(days=1)
