"""The days on which a person came: a year of them, those of merged files too."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.members.members import Member
from kiosk.store.tables import member, visit

_host = visit.alias("host")


def files_of(connection: sa.Connection, found: Member) -> list[int]:
    """The ids of a person's files: the one that is kept, and those merged into it.

    Read first, and bound: SQLite would scan a million visits for a subquery where it seeks for some ids.
    """
    mine = sa.or_(member.c.id == found.id, member.c.merged_into == found.id)
    return list(connection.execute(sa.select(member.c.id).where(mine)).scalars())


def days_of_year(connection: sa.Connection, files: Collection[int], year: int) -> dict[date, str]:
    """Every day of a year on which the person of these files came, with the right that paid for it."""
    rows = connection.execute(
        sa.select(visit.c.day_on, visit.c.right)
        .where(visit.c.member_id.in_(files), visit.c.host_visit_id.is_(None))
        .where(visit.c.state == sa.literal_column("'kept'"))  # as the partial index has it
        .where(visit.c.day_on.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(visit.c.day_on)
    )
    return {day: right for day, right in rows}


def days_in_year(connection: sa.Connection, people: Collection[Member], year: int) -> dict[int, int]:
    """Return on how many days of a year each of some people came, by their file's id; people without a visit are left
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


def free_guests(connection: sa.Connection, found: Member, most: int) -> tuple[list[date], int]:
    """Return the days of the newest guests whom a member brought free of charge, at most `most`, and how many there
    are.
    """
    theirs = (
        sa.select(visit.c.day_on)
        .join_from(visit, _host, _host.c.id == visit.c.host_visit_id)
        .where(_host.c.member_id.in_(files_of(connection, found)))
        .where(visit.c.charge_entry.is_(None), visit.c.state == "kept")
    )
    count = connection.execute(sa.select(sa.func.count()).select_from(theirs.subquery())).scalar_one()
    newest = connection.execute(theirs.order_by(visit.c.day_on.desc(), visit.c.id.desc()).limit(most)).scalars()
    return list(newest), count


class Here(Struct, frozen=True):
    """A visit of today that has not ended: since when, None where no hour is known."""

    since: datetime | None


def here(connection: sa.Connection, files: Collection[int], day: date) -> Here | None:
    """Return the visit by which the person of these files is here on a day; None where they are not, or left."""
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
    """The first and the last day on which the person of these files came."""
    row = connection.execute(
        sa.select(sa.func.min(visit.c.day_on), sa.func.max(visit.c.day_on))
        .where(visit.c.member_id.in_(files), visit.c.host_visit_id.is_(None))
        .where(visit.c.state == sa.literal_column("'kept'"))
    ).one()
    first, last = row
    return first, last
