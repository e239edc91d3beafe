"""Rooms and events from the command line: what is there, booked, held, cancelled; what is wrong ends with 2."""

from pathlib import Path

import pytest

from kiosk.domain.events.terms import EventKind, Terms
from kiosk.events.planning import Description
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.events.happenings import ENDS, STARTS, Happenings
from tests.rooms.hall import INES, let


@pytest.fixture
def kiosk(space: Space, root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """Two rooms and an event that has a day; the commands know the machine's own day."""
    let(space, room_ahead_days="730")
    space.join("Inès Moreau", INES)
    events = Happenings(space)
    made = events.planning.propose(Description(kind=EventKind.WORKSHOP, title="Réparer son vélo"))
    events.planning.open(made, Terms(starts_at=STARTS, ends_at=ENDS), None)
    return Kiosk(root, capsys)


def test_rooms_and_events_are_listed_and_what_is_wrong_ends_with_2(kiosk: Kiosk) -> None:
    found = kiosk.json("rooms", "list")["rooms"]
    assert isinstance(found, list)
    assert [each["code"] for each in found] == ["small", "big"]
    assert kiosk.json("rooms", "booked", "--on", "2026-12-10")["bookings"] == []
    for arguments, code in (
        (("rooms", "book", "1", "2020-01-06", "14:00", "15:00"), "slot-past"),
        (("rooms", "book", "1", "2020-01-06", "25:00", "15:00"), "slot"),
        (("rooms", "book", "9", "2020-01-06", "14:00", "15:00"), "no-such-room"),
        (("rooms", "cancel", "7"), "no-such-booking"),
        (("events", "room", "7", "1"), "no-such-event"),
        (("events", "cancel", "7", "--reason", "x"), "no-such-event"),
    ):
        status, out, err = kiosk(*arguments)
        assert (status, out) == (2, ""), arguments
        assert f"[{code}]" in err, err
