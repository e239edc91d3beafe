"""Reads and writes on which days of an event each participant was present."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.store.tables import member, visit
from kiosk.store.tables.events import attended_day, signup

TAP, LIST, ABSENT = "tap", "list", "absent"
_C = attended_day.c


def noted(connection: sa.Connection, event_id: int) -> dict[tuple[int, date], str]:
    """Return how presence is recorded, by sign-up and day: by badge (`tap`), by the list (`list`), or as `absent`. What
    is not recorded is left out.
    """
    rows = connection.execute(
        sa.select(_C.signup_id, _C.day_on, _C.how)
        .join(signup, signup.c.id == _C.signup_id)
        .where(signup.c.event_id == event_id)
    )
    return {(signup_id, day): how for signup_id, day, how in rows}


def note(connection: sa.Connection, signup_id: int, day: date, how: str, at: datetime, actor: str) -> None:
    """Record a participant's presence on a day as TAP, LIST or ABSENT, in the place of an earlier record."""
    of_day = (_C.signup_id == signup_id, _C.day_on == day)
    values = {"how": how, "at": at, "actor": actor}
    if connection.execute(attended_day.update().where(*of_day).values(**values)).rowcount == 0:
        connection.execute(attended_day.insert(), {"signup_id": signup_id, "day_on": day, **values})


def hours(
    connection: sa.Connection, member_ids: Sequence[int], days: Sequence[date]
) -> dict[tuple[int, date], tuple[datetime | None, datetime | None]]:
    """Return when members came and left on these days, by member's id and day; merged files count for the kept one.

    Days without a visit are left out. An hour that is not known is None.
    """
    person = sa.func.coalesce(member.c.merged_into, member.c.id)
    rows = connection.execute(
        sa.select(person, visit.c.day_on, visit.c.arrived_at, visit.c.left_at)
        .join(member, member.c.id == visit.c.member_id)
        .where(person.in_(member_ids), visit.c.host_visit_id.is_(None))
        .where(visit.c.state == sa.literal_column("'kept'"), visit.c.day_on.in_(days))
    )
    return {(member_id or 0, day): (arrived_at, left_at) for member_id, day, arrived_at, left_at in rows}
