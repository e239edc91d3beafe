"""Keeps a journal of the writing of badges' keys: each step is stored before the chip is told, so that a cut can be
resumed.

A chip has the door's key, by which the badge proves itself (made from a version of the site's key), and the maker's,
with which keys are changed. A badge's `marks` are the keyed hashes of its number, by the key in use and by former ones.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.badges.products import Proof
from kiosk.domain.badges.writing import FACTORY, HALF_WRITTEN, Chip, Step
from kiosk.store.tables import badge, member
from kiosk.store.tables.badge_keys import badge_chip


def load(connection: sa.Connection, marks: Sequence[bytes]) -> Chip | None:
    """Return the state of a badge's chip, by the first of its marks that has a row; None if its keys were never
    written.
    """
    c = badge_chip.c
    query = sa.select(c.fingerprint, c.step, c.key_version, c.next_version, c.maker, c.next_maker, c.wrong)
    rows = {row.fingerprint: row for row in connection.execute(query.where(c.fingerprint.in_(marks)))}
    row = next((rows[mark] for mark in marks if mark in rows), None)
    if row is None:
        return None
    return Chip(Step(row.step), row.key_version, row.next_version, row.maker, row.next_maker, row.wrong)


def keep(connection: sa.Connection, marks: Sequence[bytes], chip: Chip) -> None:
    """Store the state of a chip under the first of its marks, and write by which key a member's badge proves itself.

    A badge that proves itself already takes the new key as soon as the chip has it; any other once all keys are
    written.
    """
    values = {
        "step": chip.step.value,
        "key_version": chip.version,
        "next_version": chip.next_version,
        "maker": chip.maker,
        "next_maker": chip.next_maker,
        "wrong": chip.wrong,
    }
    mark = marks[0]
    of_badge = badge_chip.c.fingerprint
    changed = badge_chip.update().where(of_badge.in_(marks)).values(fingerprint=mark, **values)
    if connection.execute(changed).rowcount == 0:
        connection.execute(badge_chip.insert(), {"fingerprint": mark, **values})
    if chip.has_new_door_key:
        proving = badge.update().where(badge.c.fingerprint.in_(marks))
        if chip.step is not Step.WRITTEN:
            proving = proving.where(badge.c.proof.is_not(None))
        connection.execute(proving.values(proof=Proof.EV2.value, key_version=chip.next_version))


def ask_other(connection: sa.Connection, marks: Sequence[bytes]) -> bool:
    """Let a badge prove itself by its other key from the next tap on, if writing was cut while its door's key was
    changed: the chip then has the old key or the new one.

    Return False, changing nothing, for any other badge, and for one that is lost or did not prove itself before.
    """
    chip = load(connection, marks)
    # no badge proves itself by the factory's key
    if chip is None or chip.step is not Step.DOOR_SENT or chip.version == FACTORY:
        return False
    version = badge.c.key_version
    other = sa.case((version == chip.version, chip.next_version), else_=chip.version)
    proving = badge.c.fingerprint.in_(marks), badge.c.proof.is_not(None), badge.c.lost_on.is_(None)
    return connection.execute(badge.update().where(*proving).values(key_version=other)).rowcount > 0


class HalfWritten(Struct, frozen=True):
    """A member's badge whose writing was cut, and which has to be put on the reader again."""

    number: int
    name: str
    tail: str


_HALF = badge_chip.c.step.in_([step.value for step in HALF_WRITTEN])


def is_half_written() -> sa.ColumnElement[bool]:
    """Return the SQL condition that the writing of a badge's keys was cut."""
    return sa.exists().where(badge_chip.c.fingerprint == badge.c.fingerprint, _HALF)


def half_written(connection: sa.Connection) -> tuple[list[HalfWritten], int]:
    """Return the badges whose writing was cut, by member number, and how many such badges have no member.

    Lost badges, and those of members with a day of leaving, are left out of both.
    """
    rows = connection.execute(
        sa.select(badge.c.lost_on, member.c.left_on, member.c.number, member.c.name, badge.c.tail)
        .select_from(badge_chip)
        .outerjoin(badge, badge.c.fingerprint == badge_chip.c.fingerprint)
        .outerjoin(member, member.c.id == badge.c.member_id)
        .where(_HALF)
        .order_by(member.c.number, badge.c.tail)
    ).all()
    of_members = [HalfWritten(*row[2:]) for row in rows if row.number is not None and not (row.lost_on or row.left_on)]
    return of_members, sum(row.number is None for row in rows)
