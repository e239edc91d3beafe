"""Rooms and events from the command line: what is there, booked, held, cancelled; what is wrong ends with 2."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.domain.events.terms import EventKind, Terms
from kiosk.events.planning import Description
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.events.happenings import DEADLINE, ENDS, STARTS, Happenings
from tests.fakes import FakeClock
from tests.rooms.feeding import Event, file
from tests.rooms.hall import BIG, INES, SMALL, TODAY, bookings, let, slot


@pytest.fixture
def kiosk(space: Space, root: Path, capsys: pytest.CaptureFixture[str], clock: FakeClock) -> Kiosk:
    """Two rooms and an event that has a day; the commands go by the same clock."""
    clock.set(space.clock.now())
    let(space)
    space.join("Inès Moreau", INES)
    events = Happenings(space)
    made = events.planning.propose(Description(kind=EventKind.WORKSHOP, title="Réparer son vélo"))
    terms = Terms(starts_at=STARTS, ends_at=ENDS, threshold=5, deadline_at=DEADLINE)
    events.planning.open(made, terms, None)
    return Kiosk(root, capsys)


def test_calendar_is_followed_and_its_differences_are_listed(kiosk: Kiosk, tmp_path: Path, space: Space) -> None:
    day, path = TODAY + timedelta(days=7), tmp_path / "cours.ics"
    yoga = Event(uid="yoga", slot=slot("18:00", "19:30", day))
    path.write_bytes(file(yoga))
    said = "1 held, 0 moved, 0 cancelled, 0 known, 0 asked, 0 unfit\n"
    assert kiosk("rooms", "read-calendar", "2", "cours", str(path)) == (0, said, "")
    assert kiosk("rooms", "differences") == (0, "nothing differs\n", "")
    bookings(space).move(1, SMALL, slot("12:00", "13:00", day))
    path.write_bytes(file(replace(yoga, slot=slot("18:30", "20:00", day), sequence=1)))
    assert kiosk.json("rooms", "read-calendar", "2", "cours", str(path))["asked"] == 1
    [found] = rows(kiosk.json("rooms", "differences")["differences"])
    assert (found["why"], found["calendar"], found["booking"]) == ("changed", "cours", 1)
    assert "[no-such-room]" in kiosk("rooms", "read-calendar", "9", "cours", str(path))[2]


def rows(found: object) -> list[dict[str, object]]:
    """What a command lists."""
    assert isinstance(found, list)
    return found


def test_rooms_and_events_are_listed_and_what_is_wrong_ends_with_2(kiosk: Kiosk) -> None:
    assert [each["code"] for each in rows(kiosk.json("rooms", "list")["rooms"])] == ["small", "big"]
    assert kiosk.json("rooms", "booked", "--on", "2026-12-10")["bookings"] == []
    for arguments, code in (
        (("rooms", "book", "1", "2020-01-06", "14:00", "15:00"), "slot-past"),
        (("rooms", "book", "1", "2026-12-10", "25:00", "15:00"), "slot-hour"),
        (("rooms", "book", "1", "2026-12-10", "quand", "15:00"), "slot-hour"),
        (("rooms", "book", "1", "2026-12-10", "14:00", "14:00"), "slot"),
        (("rooms", "book", "9", "2020-01-06", "14:00", "15:00"), "no-such-room"),
        (("rooms", "cancel", "7"), "no-such-booking"),
        (("events", "room", "7", "1"), "no-such-event"),
        (("events", "cancel", "7", "--reason", "x"), "no-such-event"),
    ):
        status, out, err = kiosk(*arguments)
        assert (status, out) == (2, ""), arguments
        assert f"[{code}]" in err, err


def test_room_is_booked_and_cancelled_with_what_it_costs(kiosk: Kiosk, space: Space) -> None:
    space.rule("room_cancel_hours", "720")
    space.rule("room_cancel_percent", "50")
    owed, day = space.owes(1), "2026-12-10"
    booked = kiosk("rooms", "book", "1", day, "14:00", "15:30", "--member", "1", "--title", "Conseil")
    assert booked == (0, f"booking 1: room 1 on {day}, 14:00-15:30, 15.00\n", "")
    assert "[room-taken]" in kiosk("rooms", "book", "1", day, "15:00", "16:00")[2]
    [found] = rows(kiosk.json("rooms", "booked", "--on", day)["bookings"])
    assert (found["room"], found["state"], found["member"], found["amount"]) == (SMALL, "booked", 1, "15.00")
    assert found["from"] == "2026-12-10T14:00:00+01:00"
    assert kiosk.json("rooms", "cancel", "1") == {"booking": 1, "fee": "7.50"}
    assert space.owes(1) == owed + 750
    assert kiosk("rooms", "booked", "--on", day)[1] == f"nothing is booked on {day}\n"
    assert "[booking-over]" in kiosk("rooms", "cancel", "1")[2]


def test_event_has_its_room_is_held_and_is_cancelled(kiosk: Kiosk, space: Space) -> None:
    assert kiosk("events", "room", "1", str(SMALL))[1] == f"event 1 is in room {SMALL}: booking 1\n"
    assert kiosk.json("events", "room", "1", str(BIG)) == {"event": 1, "room": BIG, "bookings": [2]}
    assert kiosk.json("events", "hold", "1") == {"event": 1, "state": "held"}
    [listed] = rows(kiosk.json("events", "list")["events"])
    assert (listed["event"], listed["state"], listed["threshold"]) == (1, "held", 5)
    assert "[event-decided]" in kiosk("events", "hold", "1")[2]
    assert kiosk.json("events", "cancel", "1", "--reason", "grève") == {"event": 1, "taken_back": 0}
    assert space.sql("SELECT state FROM booking ORDER BY id") == [("cancelled",), ("cancelled",)]
