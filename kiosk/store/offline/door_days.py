"""Reads what the ledger knows of a day for which the door opened, to compare it with the door's journal.

The journal is a file beside the ledger with a line for each day that the door opened for. A spooled tap is one that
was entered in the ledger after an outage.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.store.tables import entry, member, spooled_tap, visit

ENTERED = "journal"  # the outcome of a tap that was entered again from the door's journal


@dataclass(slots=True)
class KnownDay:
    """One member's day: its visits' ids by the ids of their taps, the tap of the kept visit (None if all are undone),
    and the ids of the acts that wrote entries for them.
    """

    visits: dict[bytes, int] = field(default_factory=dict)
    kept: bytes | None = None
    acts: set[bytes] = field(default_factory=set)


def of_day(connection: sa.Connection, day: date) -> dict[int, KnownDay]:
    """Return what is known of a day, by member number, undone visits included; guests' visits are left out."""
    query = (
        sa.select(member.c.number, visit.c.id, visit.c.tap_id, visit.c.state, entry.c.group_id)
        .join_from(visit, member, member.c.id == visit.c.member_id)
        .outerjoin(entry, entry.c.visit_id == visit.c.id)
        .where(visit.c.day_on == day, visit.c.host_visit_id.is_(None))
    )
    by_member: dict[int, KnownDay] = {}
    for number, id_, tap_id, state, act in connection.execute(query):
        known = by_member.setdefault(number, KnownDay())
        known.visits[tap_id] = id_
        known.kept = tap_id if state == "kept" else known.kept
        if act is not None:
            known.acts.add(act)
    return by_member


def known_taps(connection: sa.Connection, taps: Iterable[bytes]) -> set[bytes]:
    """Return those of these taps that were entered at once or after an outage, or were set aside for the treasurer."""
    asked = list(taps)
    later = sa.select(spooled_tap.c.tap_id).where(spooled_tap.c.tap_id.in_(asked))
    at_once = sa.select(visit.c.tap_id).where(visit.c.tap_id.in_(asked))
    return set(connection.execute(later.union_all(at_once)).scalars()) if asked else set()


def number_on(connection: sa.Connection, number: int, day: date) -> int | None:
    """Return a member's number, or that of the file into which theirs was merged; None if the number was unused on a
    day.

    After a rollback, another person may have been given the number later.
    """
    kept = member.alias("kept")
    query = (
        sa.select(sa.func.coalesce(kept.c.number, member.c.number))
        .select_from(member.outerjoin(kept, kept.c.id == member.c.merged_into))
        .where(member.c.number == number, sa.or_(member.c.joined_on.is_(None), member.c.joined_on <= day))
    )
    return connection.execute(query).scalar()


def entered_since(connection: sa.Connection, at: datetime) -> int:
    """Return how many taps were entered again from a door's journal since a moment."""
    c = spooled_tap.c
    query = sa.select(sa.func.count()).select_from(spooled_tap).where(c.outcome == ENTERED, c.entered_at >= at)
    return connection.execute(query).scalar_one()
