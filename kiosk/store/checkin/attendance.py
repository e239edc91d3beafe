"""Reads the days on which a member came, visits under merged files included.

Several functions take a person's `files`: the ids of the kept file and of those merged into it (`files_of`).
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.members.members import Member
from kiosk.store.tables import member, visit

_host = visit.alias("host")


def files_of(connection: sa.Connection, person: Member) -> list[int]:
    """Return the ids of a person's files: the kept one, and those merged into it.

    They are read first and bound as values: with a subquery SQLite would scan a million visits instead of seeking some
    ids.
    """
    of_person = sa.or_(member.c.id == person.id, member.c.merged_into == person.id)
    return list(connection.execute(sa.select(member.c.id).where(of_person)).scalars())


def days_of_year(connection: sa.Connection, files: Collection[int], year: int) -> dict[date, str]:
    """Return every day of a year on which the person of these files came, with the right that paid for it or
    made it free. Of several visits of a day one counts.
    """
    rows = connection.execute(
        sa.select(visit.c.day_on, visit.c.right)
        .where(visit.c.member_id.in_(files), visit.c.host_visit_id.is_(None))
        .where(visit.c.state == sa.literal_column("'kept'"))  # worded as in the partial index
        .where(visit.c.day_on.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(visit.c.day_on)
    )
    return {day: right for day, right in rows}


def days_in_year(connection: sa.Connection, people: Collection[Member], year: int) -> dict[int, int]:
    """Return on how many days of a year each of these people came, by their file's id; those without a visit are left
    out.
    """
    ids = [person.id for person in people]
    files = connection.execute(
        sa.select(member.c.id, member.c.merged_into).where(sa.or_(member.c.id.in_(ids), member.c.merged_into.in_(ids)))
    )
    person_of = {file: merged_into or file for file, merged_into in files}
    rows = connection.execute(
        sa.select(visit.c.member_id, visit.c.day_on)
        .where(visit.c.member_id.in_(person_of), visit.c.host_visit_id.is_(None))
        .where(visit.c.state == sa.literal_column("'kept'"))
        .where(visit.c.day_on.between(date(year, 1, 1), date(year, 12, 31)))
    )
    days = {(person_of[file], day) for file, day in rows if file is not None}
    return Counter(person for person, _ in days)


def free_guests(connection: sa.Connection, person: Member, most: int) -> tuple[list[date], int]:
    """Return the days of a member's guests without a charge, the newest first and at most `most`,
    and the count of all.
    """
    guest_days = (
        sa.select(visit.c.day_on)
        .join_from(visit, _host, _host.c.id == visit.c.host_visit_id)
        .where(_host.c.member_id.in_(files_of(connection, person)))
        .where(visit.c.charge_entry.is_(None), visit.c.state == "kept")
    )
    count = connection.execute(sa.select(sa.func.count()).select_from(guest_days.subquery())).scalar_one()
    newest = connection.execute(guest_days.order_by(visit.c.day_on.desc(), visit.c.id.desc()).limit(most)).scalars()
    return list(newest), count


class Here(Struct, frozen=True):
    """A visit of today that has not ended. `since` is its hour of arrival, None if that is not known."""

    since: datetime | None


def here(connection: sa.Connection, files: Collection[int], day: date) -> Here | None:
    """Return the visit that the person of these files has not ended on a day; None if they did not come, or left."""
    row = connection.execute(
        sa.select(visit.c.arrived_at)
        .where(visit.c.member_id.in_(files), visit.c.day_on == day)
        .where(visit.c.host_visit_id.is_(None), visit.c.left_at.is_(None))
        .where(visit.c.state == sa.literal_column("'kept'"))
        .order_by(visit.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Here(row.arrived_at)


def bounds(connection: sa.Connection, files: Collection[int]) -> tuple[date | None, date | None]:
    """Return the first and the last day on which the person of these files came; None twice for a person without a
    visit.
    """
    row = connection.execute(
        sa.select(sa.func.min(visit.c.day_on), sa.func.max(visit.c.day_on))
        .where(visit.c.member_id.in_(files), visit.c.host_visit_id.is_(None))
        .where(visit.c.state == sa.literal_column("'kept'"))
    ).one()
    first, last = row
    return first, last
