"""Reads the files that an import is compared with, and writes new ones, many rows at a time, since
taps wait meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members.matching import Owned, Person
from kiosk.store import lost_numbers
from kiosk.store.tables import account, badge, entry, member, membership

_reversal = entry.alias("by")


def people(connection: sa.Connection) -> list[Person]:
    """Return every file that was not merged into another one, by number, former and erased members' included.

    Memberships whose sale is reversed do not count.
    """
    until = (
        sa.select(sa.func.max(membership.c.until_on))
        .where(membership.c.member_id == member.c.id)
        .where(~sa.exists().where(_reversal.c.reverses == membership.c.entry_number))
        .scalar_subquery()
    )
    c = member.c
    rows = connection.execute(
        sa.select(
            c.number,
            c.name,
            c.shown_name.label("shown"),
            c.email,
            c.phone,
            c.plan_code.label("plan"),
            c.language,
            c.joined_on.label("joined"),
            c.left_on.label("left"),
            until.label("membership_until"),
        )
        .where(c.merged_into.is_(None))
        .order_by(c.number)
    )
    return [Person(**row._mapping) for row in rows]


def merged(connection: sa.Connection) -> dict[int, int]:
    """Return the number of the kept file for the number of each merged one."""
    kept = member.alias("kept")
    rows = connection.execute(sa.select(member.c.number, kept.c.number).join(kept, kept.c.id == member.c.merged_into))
    return {number: into for number, into in rows}


def badges(connection: sa.Connection) -> dict[bytes, Owned]:
    """Return each badge's member and whether it is lost, by fingerprint; a merged file's badge belongs to the kept
    file.
    """
    owner = sa.func.coalesce(member.c.merged_into, member.c.id)
    kept = member.alias("kept")
    rows = connection.execute(
        sa.select(badge.c.fingerprint, kept.c.number, badge.c.lost_on)
        .join(member, member.c.id == badge.c.member_id)
        .join(kept, kept.c.id == owner)
    )
    return {fingerprint: Owned(number, lost_on is not None) for fingerprint, number, lost_on in rows}


class Next(Struct, frozen=True):
    """The next free id and the next free member number."""

    id: int
    number: int


def following(connection: sa.Connection) -> Next:
    """Return the next free id and number; only in a transaction that writes, or another could take them."""
    ids = sa.func.coalesce(sa.func.max(member.c.id), 0)
    numbers = sa.func.coalesce(sa.func.max(member.c.number), 0)
    row = connection.execute(sa.select(ids, numbers)).one()
    return Next(row[0] + 1, max(row[1], lost_numbers.last(connection, "member")) + 1)


def add_people(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add files, given as rows of the table `member`, each with an account of its own."""
    if rows:
        connection.execute(member.insert(), list(rows))
        connection.execute(account.insert(), [{"member_id": row["id"]} for row in rows])


def change_person(connection: sa.Connection, number: int, values: Mapping[str, Any]) -> None:
    """Change these columns of a member's file, and raise its version. With a name the caller gives `search`, too."""
    statement = member.update().where(member.c.number == number)
    connection.execute(statement.values(version=member.c.version + 1, **values))


def ids(connection: sa.Connection) -> dict[int, int]:
    """Return each file's id by its member number."""
    return {number: id_ for number, id_ in connection.execute(sa.select(member.c.number, member.c.id))}


def add_memberships(connection: sa.Connection, rows: Iterable[tuple[int, date, date]]) -> None:
    """Add memberships that have no entry, each as member's id, first and last day."""
    values = [{"member_id": id_, "from_on": first, "until_on": last} for id_, first, last in rows]
    if values:
        connection.execute(membership.insert(), values)


def add_badges(connection: sa.Connection, rows: Iterable[tuple[int, bytes, str]], day: date) -> None:
    """Add badges that belong to no member yet, each as member's id, fingerprint and tail, given on this day."""
    values = [
        {"member_id": id_, "fingerprint": fingerprint, "tail": tail, "given_on": day} for id_, fingerprint, tail in rows
    ]
    if values:
        connection.execute(badge.insert(), values)
