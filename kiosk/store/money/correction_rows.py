"""Keeps mistakes that members report (a day without a tap, a wrong line of their account) and the
decisions about them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import entry, member, visit
from kiosk.store.tables.desk import correction

FORGOTTEN, ERROR = "forgotten", "error"  # kinds: a day without a tap, a wrong line of the account
OPEN, ACCEPTED, REFUSED = "open", "accepted", "refused"  # states


class Correction(Struct, frozen=True):
    """A reported mistake: the member's number and name, and what they said.

    `entry` is the account's line that is reported, with its `amount_cents`, `entry_kind` and `product`; all None for a
    forgotten day. `visit` is the visit that the decision made for such a day, None if it made none; `decided_by` the
    officer.
    """

    id: int
    kind: str
    member: int
    name: str
    day_on: date
    entry: int | None
    said: str | None
    made_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: str | None
    visit: int | None
    amount_cents: int | None
    entry_kind: str | None
    product: str | None


_ALL = (
    sa.select(
        correction.c.id,
        correction.c.kind,
        member.c.number,
        member.c.name,
        correction.c.day_on,
        correction.c.entry_number,
        correction.c.said,
        correction.c.made_at,
        correction.c.state,
        correction.c.decided_at,
        correction.c.decided_by,
        correction.c.visit_id,
        entry.c.amount_cents,
        entry.c.kind,
        sa.func.json_extract(entry.c.detail, "$.product"),
    )
    .join(member, member.c.id == correction.c.member_id)
    .outerjoin(entry, entry.c.number == correction.c.entry_number)
)
SORTS: Mapping[str, sa.ColumnElement[Any]] = {  # the columns by which a page may sort reports
    "day": correction.c.day_on,
    "name": sa.func.coalesce(member.c.search, ""),
    "kind": correction.c.kind,
    "state": correction.c.state,
}


def add(
    connection: sa.Connection,
    kind: str,
    member_id: int,
    day_on: date,
    entry_number: int | None,
    words: str | None,
    made_at: datetime,
) -> int:
    """Write a reported mistake and return its id. `words` are the member's own."""
    values = {
        "kind": kind,
        "member_id": member_id,
        "day_on": day_on,
        "entry_number": entry_number,
        "said": words,
        "made_at": made_at,
    }
    correction_id: int = connection.execute(correction.insert(), values).lastrowid
    return correction_id


def get(connection: sa.Connection, correction_id: int) -> Correction | None:
    """Return a reported mistake; None if there is none with this id."""
    row = connection.execute(_ALL.where(correction.c.id == correction_id)).first()
    return None if row is None else _correction(row)


def like(
    connection: sa.Connection, kind: str, member_id: int, day_on: date, entry_number: int | None
) -> Correction | None:
    """Return an equal report that is open or was accepted, so that the same mistake is reported once; None if there is
    none.
    """
    row = connection.execute(
        _ALL.where(correction.c.kind == kind, correction.c.member_id == member_id, correction.c.day_on == day_on)
        .where(correction.c.entry_number.is_not_distinct_from(entry_number), correction.c.state != REFUSED)
        .order_by(correction.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _correction(row)


def page(
    connection: sa.Connection, state: str, limit: int, offset: int, sort: str = "", *, descending: bool = False
) -> tuple[list[Correction], int]:
    """Return a page of the reported mistakes that are open, or for any other `state` of the decided ones; and how
    many there are on all pages.

    Open ones come by day, decided ones latest first; or in an order of SORTS.
    """
    chosen = correction.c.state == OPEN if state == OPEN else correction.c.state != OPEN
    order: list[sa.ColumnElement[Any]] = [correction.c.decided_at.desc()]
    if state == OPEN:
        order = [correction.c.day_on, correction.c.id]
    if sort:
        order = [column.desc() if descending else column.asc() for column in (SORTS[sort], correction.c.id)]
    count = connection.execute(sa.select(sa.func.count()).select_from(correction).where(chosen)).scalar_one()
    rows = connection.execute(_ALL.where(chosen).order_by(*order).limit(limit).offset(offset))
    return [_correction(row) for row in rows], count


def of_member(connection: sa.Connection, member_id: int, most: int) -> list[Correction]:
    """Return a member's newest reports, open or decided, at most `most`."""
    mine = _ALL.where(correction.c.member_id == member_id).order_by(correction.c.id.desc()).limit(most)
    return [_correction(row) for row in connection.execute(mine)]


def count_open(connection: sa.Connection) -> int:
    """Return how many reported mistakes wait for a decision."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(correction).where(correction.c.state == OPEN)
    ).scalar_one()


def decide(
    connection: sa.Connection, correction_id: int, state: str, at: datetime, actor: str, visit_id: int | None = None
) -> None:
    """Write the decision about a reported mistake: accepted, with the visit that this made if any; or refused."""
    values = {"state": state, "decided_at": at, "decided_by": actor, "visit_id": visit_id}
    connection.execute(correction.update().where(correction.c.id == correction_id).values(**values))


def reopen(connection: sa.Connection, correction_id: int) -> None:
    """Withdraw the decision about a reported mistake: it is open again."""
    values = {"state": OPEN, "decided_at": None, "decided_by": None, "visit_id": None}
    connection.execute(correction.update().where(correction.c.id == correction_id).values(**values))


def forget_hour(connection: sa.Connection, visit_id: int) -> None:
    """Delete the hour of arrival of a visit that was entered for a forgotten tap: that hour is not known."""
    connection.execute(visit.update().where(visit.c.id == visit_id).values(arrived_at=None))


class Line(Struct, frozen=True):
    """An entry, as far as a report about it needs: its member's number, its day and its kind."""

    member: int | None
    day_on: date
    kind: str


def line(connection: sa.Connection, number: int) -> Line | None:
    """Return an entry's member, day and kind; None if there is no such entry."""
    query = sa.select(entry.c.member_number, entry.c.day_on, entry.c.kind).where(entry.c.number == number)
    row = connection.execute(query).first()
    return None if row is None else Line(*row)


def _correction(record: sa.Row[*tuple[Any, ...]]) -> Correction:
    """Return a reported mistake from its row."""
    return Correction(*record)
