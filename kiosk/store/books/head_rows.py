"""Keeps the officers that the chain's heads are mailed to and the last entry that was sent; compares a noted head with
the chain.

A head is the number and the seal (MAC) of the chain's last entry at some moment.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.domain.books.head_notes import NotedHead
from kiosk.errors import AnswerIsNo
from kiosk.store import lost_numbers
from kiosk.store.books import closing_rows, due_rows
from kiosk.store.books.closing_rows import Closing
from kiosk.store.officers import desk_users
from kiosk.store.officers.desk_users import Officer
from kiosk.store.tables import entry
from kiosk.store.tables.books import closing, head_recipient
from kiosk.store.tables.desk import desk_user, due_act

_SENT = "heads"  # the kind of the due act that names the last entry whose head was sent


def recipients(connection: sa.Connection) -> list[Officer]:
    """Return the officers that the heads are mailed to, in the order of their accounts."""
    ids = connection.execute(sa.select(head_recipient.c.user_id).order_by(head_recipient.c.user_id)).scalars()
    return [desk_users.by_id(connection, user_id) for user_id in ids]


def languages(connection: sa.Connection, user_ids: Sequence[int]) -> dict[int, str | None]:
    """Return the language that each of these officers reads at the desk; None for the house's language."""
    rows = connection.execute(sa.select(desk_user.c.id, desk_user.c.language).where(desk_user.c.id.in_(user_ids)))
    return {user_id: language for user_id, language in rows}


def replace(connection: sa.Connection, user_ids: Sequence[int], entry_number: int) -> None:
    """Let these officers, and no others, receive the heads; `entry_number` is the entry that records the choice."""
    connection.execute(head_recipient.delete())
    connection.execute(
        head_recipient.insert(), [{"user_id": user_id, "entry_number": entry_number} for user_id in user_ids]
    )


def told_until(connection: sa.Connection) -> int:
    """Return the last entry whose head was sent; 0 before the first."""
    c = due_act.c
    return connection.execute(sa.select(sa.func.max(c.entry_number)).where(c.kind == _SENT)).scalar() or 0


def mark_told(connection: sa.Connection, day: date, at: datetime, entry_number: int) -> None:
    """Mark heads as sent up to an entry, on a day; earlier days' marks are deleted."""
    due_rows.mark(connection, _SENT, due_rows.NO_SUBJECT, day, at, entry_number)
    due_rows.forget(connection, _SENT, day)  # marks of earlier days: `told_until` reads the last alone


def closed_after(connection: sa.Connection, number: int) -> list[Closing]:
    """Return the closings written after an entry, in order."""
    return closing_rows.chosen(connection, closing.c.entry_number > number, closing.c.entry_number)


def last_closings(connection: sa.Connection, most: int) -> list[Closing]:
    """Return the last closings of any kind, newest first."""
    return closing_rows.chosen(connection, sa.true(), closing.c.entry_number.desc(), most)


def check(connection: sa.Connection, noted: NotedHead) -> None:
    """Check that the chain still has a head that was noted elsewhere. Raises AnswerIsNo `head-differs` if the entry is
    missing or has another seal, with other words where a restore declared that entry lost.
    """
    row = connection.execute(sa.select(entry.c.mac, entry.c.detail).where(entry.c.number == noted.entry)).first()
    if row is None:
        last = connection.execute(sa.select(sa.func.max(entry.c.number))).scalar() or 0
        text = f"entry {noted.entry} was noted and is not there: the chain was cut, it ends at entry {last}"
        raise AnswerIsNo("head-differs", text)
    if not noted.is_of(row.mac):
        text = f"entry {noted.entry}'s seal is not the one that was noted: the chain was rebuilt, from there or before"
        if json.loads(row.detail).get("about") == lost_numbers.LOST:
            text = f"entry {noted.entry} was lost: a copy from before it was restored, and a notice after it says so"
        raise AnswerIsNo("head-differs", text)
