"""Puts into a home what it takes to have rows of bookings and events: a room that is held, and workshops."""

from datetime import UTC, datetime, timedelta

from kiosk.store.engine import Store
from kiosk.store.tables import organisation
from kiosk.store.tables.events import event, signup
from kiosk.store.tables.rooms import booking, room

LATE = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # in Paris it is November
TITLES = ("Vélo", "Pain", "Paie")


def hold(store: Store) -> None:
    """Hold a room for a member, for an organisation and for nobody; plan workshops for after midnight of the month.

    Of the last workshop's four people, two agreed to what holds now.
    """
    with store.writing() as connection:
        number = connection.execute(room.insert(), {"code": "big"}).lastrowid
        payer = connection.execute(organisation.insert(), {"name": "Coop"}).lastrowid
        holders: tuple[dict[str, object], ...] = ({"member_id": 1}, {"organisation_id": payer}, {"title": "Atelier"})
        for place, own in enumerate(holders):
            starts = LATE + timedelta(days=place)
            ends = starts + timedelta(hours=1)
            times = {"starts_at": starts, "ends_at": ends, "free_at": ends, "day_on": ends.date()}
            made = {"room_id": number, "state": "booked", "made_at": LATE, "made_by": "cli"}
            connection.execute(booking.insert(), {**made, **times, **own})
        times = {"starts_at": LATE, "ends_at": LATE + timedelta(hours=2), "made_at": LATE, "changed_at": LATE}
        planned = {"kind": "workshop", "state": "held", "terms": 2, "made_by": "cli", **times}
        for title in TITLES:
            workshop = connection.execute(event.insert(), {"title": title, **planned}).lastrowid
        for place, terms in enumerate((2, 2, 1, 0)):
            line = {"event_id": workshop, "name": f"Ami {place}", "terms": terms, "made_at": LATE, "made_by": "cli"}
            connection.execute(signup.insert(), line)
