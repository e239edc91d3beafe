"""Keeps how far the keys of badges' chips are written: the journal of what is made durable before a chip is told."""

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.badges.products import Proof
from kiosk.domain.badges.writing import FACTORY, HALF_WRITTEN, Chip, Step
from kiosk.store.tables import badge, member
from kiosk.store.tables.badge_keys import badge_chip


def load(connection: sa.Connection, marks: Sequence[bytes]) -> Chip | None:
    """Return what is known of a badge's chip, by the first mark that has a row; None of one that was never written."""
    c = badge_chip.c
    query = sa.select(c.fingerprint, c.step, c.key_version, c.next_version, c.maker, c.next_maker, c.wrong)
    rows = {row.fingerprint: row for row in connection.execute(query.where(c.fingerprint.in_(marks)))}
    row = next((rows[mark] for mark in marks if mark in rows), None)
    if row is None:
        return None
    return Chip(Step(row.step), row.key_version, row.next_version, row.maker, row.next_maker, row.wrong)


def keep(connection: sa.Connection, marks: Sequence[bytes], chip: Chip) -> None:
    """Keep what is known of a chip, by the first mark. A badge of a member's proves itself by its new key from there
    on: one that does so already as soon as the chip has it, any other once all of it is written.
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
    """Let a badge that was cut while its door's key was changed prove itself by its other key from the next tap on: the
    chip has one of the two. Returns whether it is such a badge.
    """
    chip = load(connection, marks)
    if chip is None or chip.step is not Step.DOOR_SENT or chip.version == FACTORY:
        return False
    version = badge.c.key_version
    other = sa.case((version == chip.version, chip.next_version), else_=chip.version)
    own = badge.c.fingerprint.in_(marks), badge.c.proof.is_not(None), badge.c.lost_on.is_(None)
    return connection.execute(badge.update().where(*own).values(key_version=other)).rowcount > 0


class HalfWritten(Struct, frozen=True):
    """A member's badge whose writing was cut: it is to be laid on the reader again."""

    number: int
    name: str
    tail: str


_HALF = badge_chip.c.step.in_([step.value for step in HALF_WRITTEN])


def is_half_written() -> sa.ColumnElement[bool]:
    """Return the condition that the writing of a badge was cut."""
    return sa.exists().where(badge_chip.c.fingerprint == badge.c.fingerprint, _HALF)


def half_written(connection: sa.Connection) -> tuple[list[HalfWritten], int]:
    """Return the members' badges that open and whose writing was cut, by member; and how many are no member's."""
    rows = connection.execute(
        sa.select(badge.c.lost_on, member.c.left_on, member.c.number, member.c.name, badge.c.tail)
        .select_from(badge_chip)
        .outerjoin(badge, badge.c.fingerprint == badge_chip.c.fingerprint)
        .outerjoin(member, member.c.id == badge.c.member_id)
        .where(_HALF)
        .order_by(member.c.number, badge.c.tail)
    ).all()
    own = [HalfWritten(*row[2:]) for row in rows if row.number is not None and not (row.lost_on or row.left_on)]
    return own, sum(row.number is None for row in rows)
