"""Keeps how far the keys of badges' chips are written: the journal of what is made durable before a chip is told."""

from collections.abc import Sequence

import sqlalchemy as sa

from kiosk.domain.badges.products import Proof
from kiosk.domain.badges.writing import Chip, Step
from kiosk.store.tables import badge
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
