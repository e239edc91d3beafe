"""Merges two files of one person: moves what belongs to one file to the other, and can move it back.

Entries and visits stay where they were written: the merged file keeps its account and its past, and points to the kept
file.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store import ledger
from kiosk.store.members import erasure_rows, members
from kiosk.store.members.members import Member
from kiosk.store.tables import (
    account,
    badge,
    carnet,
    chosen_price,
    entry,
    member,
    membership,
    payer,
    reduced_grant,
    subscription,
    visit,
)
from kiosk.store.tables.desk import correction, declared_category, desk_user, file_merge
from kiosk.store.tables.events import event, signup, topic, topic_vote
from kiosk.store.tables.hosting import shift
from kiosk.store.tables.people import notice, skill
from kiosk.store.tables.premises import loan, registered_office, spot_day, spot_holder
from kiosk.store.tables.prepaid import banked_day, voucher
from kiosk.store.tables.rooms import booking
from kiosk.store.tables.telephones import telephone

# The first tables' rows all move; those of the second only where the kept file has no row with the same columns.
_MOVED = (
    *(membership, subscription, carnet, voucher, banked_day, reduced_grant, correction, desk_user, event, topic),
    *(shift, notice, booking, loan, registered_office, telephone),
)
_MOVED_IF_FREE: tuple[tuple[sa.Table, tuple[str, ...]], ...] = (
    (payer, ("kind",)),
    (chosen_price, ("product_id", "from_on")),
    (declared_category, ("from_on",)),
    (signup, ("event_id",)),
    (topic_vote, ("topic_id",)),
    (skill, ("search",)),
)
_OWN_SPOTS = (spot_holder, spot_day)  # move only if the kept file never had a spot of its own
# fields of the kept file that the other one completes
_COMPLETED = ("email", "phone", "joined_on", "left_on", "insured_until", "no_tab", "note")
_DAYS = ("joined_on", "left_on", "insured_until", "erasure_asked_on")  # of a file, written as text in `file_merge`


class Merge(Struct, frozen=True):
    """A merge that was not undone: its id, the merged file's number, when it was made and by which actor."""

    id: int
    merged: int
    made_at: datetime
    actor: str


def merge(connection: sa.Connection, kept: Member, other: Member, day: date, at: datetime, actor: str) -> None:
    """Make the file `other` a pointer to `kept`, move over everything that belongs to it, and write down what was
    moved.
    """
    badges = _move_badges(connection, kept, other)
    # the ids moved, by table; `ended`, `paying` and `pointing` are ids, too: all that `undo` needs
    moved = {table.name: _move(connection, table, kept, other) for table in _MOVED}
    moved |= {table.name: _move(connection, table, kept, other, columns) for table, columns in _MOVED_IF_FREE}
    moved |= _move_spots(connection, kept, other)
    ended = _end_doubles(connection, kept, moved["subscription"], day)
    paying = _ids(connection, payer, payer.c.account_id == other.account)  # other members for whom this account pays
    connection.execute(payer.update().where(payer.c.id.in_(paying)).values(account_id=kept.account))
    pointing = _ids(connection, member, member.c.merged_into == other.id)  # files merged into the other one before
    connection.execute(member.update().where(member.c.id.in_(pointing)).values(merged_into=kept.id))
    before = {name: getattr(kept, name) for name in _COMPLETED}
    before["erasure_asked_on"] = erasure_rows.asked_on(connection, kept.number)
    other_asked_on = erasure_rows.asked_on(connection, other.number)
    _complete(connection, kept, other)
    members.change(connection, other, merged_into=kept.id, left_on=other.left_on or day)
    state = {
        "badges": badges,
        "moved": moved,
        "ended": ended,
        "paying": paying,
        "pointing": pointing,
        "before": before,
        "other_left_on": other.left_on,
        "other_erasure_asked_on": other_asked_on,
        "version": kept.version + 1,  # as `_complete` has just raised it: a later one is a change by others
        "last_entry": ledger.head(connection).number,
        "last_visit": connection.execute(sa.select(sa.func.coalesce(sa.func.max(visit.c.id), 0))).scalar_one(),
    }
    row = {"kept_id": kept.id, "merged_id": other.id, "made_at": at, "actor": actor}
    connection.execute(file_merge.insert(), {**row, "moved": json.dumps(state, default=str)})


# tables with rights and prepaid days: moving any of these takes a second officer
_RIGHTS = (reduced_grant, carnet, voucher, banked_day)


def rights(connection: sa.Connection, other: Member) -> dict[str, list[int]]:
    """Return the rights and prepaid days that merging a file into another would move: ids of rows, by table."""
    return {table.name: sorted(_ids(connection, table, table.c.member_id == other.id)) for table in _RIGHTS}


def _complete(connection: sa.Connection, kept: Member, other: Member) -> None:
    """Fill in the kept file what it lacks. The person is a member as long as either file says so, since the earlier
    day; of two requests to be erased the earlier one stays.
    """
    left = None if kept.left_on is None or other.left_on is None else max(kept.left_on, other.left_on)
    members.change(
        connection,
        kept,
        email=kept.email or other.email,
        phone=kept.phone or other.phone,
        joined_on=min(kept.joined_on, other.joined_on),
        left_on=left,
        insured_until=max((day for day in (kept.insured_until, other.insured_until) if day), default=None),
        no_tab=kept.no_tab or other.no_tab,
        note=kept.note or other.note,
        erasure_asked_on=min(
            (day for day in (erasure_rows.asked_on(connection, file.number) for file in (kept, other)) if day),
            default=None,
        ),
    )
    erasure_rows.note(connection, other.number, None)  # a request to be erased goes on in the kept file


def _ids(connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> list[int]:
    """Return the ids of the rows that meet a condition."""
    return list(connection.execute(sa.select(table.c.id).where(condition)).scalars())


def _move(
    connection: sa.Connection, table: sa.Table, kept: Member, other: Member, columns: tuple[str, ...] = ()
) -> list[int]:
    """Move a table's rows from the other file to the kept one, and return their ids. With `columns`, rows that equal a
    row of the kept file in all of these columns are not moved.
    """
    condition: sa.ColumnElement[bool] = table.c.member_id == other.id
    if columns:
        of_kept = table.alias()
        same = [of_kept.c[name] == table.c[name] for name in columns]
        condition = sa.and_(condition, ~sa.exists().where(of_kept.c.member_id == kept.id, *same))
    moved = _ids(connection, table, condition)
    connection.execute(table.update().where(table.c.id.in_(moved)).values(member_id=kept.id))
    return moved


def _move_spots(connection: sa.Connection, kept: Member, other: Member) -> dict[str, list[int]]:
    """Move a person's own spot with the days on which it was lent; return the ids moved, by table.

    Nothing moves if the person would then have two spots, or have lent one to themselves.
    """
    own_spots = _ids(connection, spot_holder, spot_holder.c.member_id == kept.id)
    borrowed = _ids(connection, spot_day, sa.and_(spot_day.c.member_id == other.id, spot_day.c.taken_id == kept.id))
    if own_spots or borrowed:
        return {table.name: [] for table in _OWN_SPOTS}
    return {table.name: _move(connection, table, kept, other) for table in _OWN_SPOTS}


def _move_badges(connection: sa.Connection, kept: Member, other: Member) -> list[str]:
    """Move a file's badges to the kept one; return their fingerprints in hexadecimal."""
    fingerprints = list(
        connection.execute(sa.select(badge.c.fingerprint).where(badge.c.member_id == other.id)).scalars()
    )
    connection.execute(badge.update().where(badge.c.member_id == other.id).values(member_id=kept.id))
    return [fingerprint.hex() for fingerprint in fingerprints]


def _end_doubles(connection: sa.Connection, kept: Member, moved: list[int], day: date) -> list[int]:
    """End moved subscriptions to a plan that the kept file is also subscribed to, so that only one is charged. Their
    last day is the day before `day`, or their first if that is later. Return their ids.
    """
    c = subscription.c
    of_kept = subscription.alias()
    doubled = list(
        connection.execute(
            sa.select(c.id, c.from_on)
            .where(c.id.in_(moved), c.until_on.is_(None))
            .where(
                sa.exists().where(
                    of_kept.c.member_id == kept.id,
                    of_kept.c.id.not_in(moved),
                    of_kept.c.product_id == c.product_id,
                    of_kept.c.until_on.is_(None),
                )
            )
        )
    )
    for number, from_on in doubled:
        last = max(from_on, day - timedelta(days=1))
        connection.execute(subscription.update().where(c.id == number).values(until_on=last))
    return [number for number, _ in doubled]


def standing(connection: sa.Connection, kept: Member) -> list[Merge]:
    """Return the merges into a file that were not undone, the newest first.

    A file that has gone on to a third one, with the file that it was merged into, is left out.
    """
    c = file_merge.c
    rows = connection.execute(
        sa.select(c.id, member.c.number, c.made_at, c.actor)
        .join(member, member.c.id == c.merged_id)
        .where(c.kept_id == kept.id, c.undone_at.is_(None), member.c.merged_into == kept.id)
        .order_by(c.id.desc())
    )
    return [Merge(*row) for row in rows]


def can_be_undone(connection: sa.Connection, kept: Member, merge_id: int) -> bool:
    """Return whether nothing was written for this person since a merge: no entry, no visit, and no
    change of the kept file, which would have raised its version.
    """
    state = _state(connection, merge_id)
    if kept.version != state["version"]:
        return False
    merged_id = connection.execute(sa.select(file_merge.c.merged_id).where(file_merge.c.id == merge_id)).scalar_one()
    files = (kept.id, merged_id)
    accounts = sa.select(account.c.id).where(account.c.member_id.in_(files)).scalar_subquery()
    numbers = sa.select(member.c.number).where(member.c.id.in_(files)).scalar_subquery()
    has_entries = sa.select(
        sa.exists()
        .where(entry.c.number > state["last_entry"])
        .where(sa.or_(entry.c.account_id.in_(accounts), entry.c.member_number.in_(numbers)))
    )
    has_visits = sa.select(sa.exists().where(visit.c.id > state["last_visit"], visit.c.member_id.in_(files)))
    return not connection.execute(has_entries).scalar() and not connection.execute(has_visits).scalar()


def undo(connection: sa.Connection, kept: Member, other: int, merge_id: int, at: datetime) -> None:
    """Undo a merge: move back what is still the kept file's, and restore both files. `other` is the merged file's
    id.
    """
    state = _state(connection, merge_id)
    own_account = connection.execute(sa.select(account.c.id).where(account.c.member_id == other)).scalar_one()
    fingerprints = [bytes.fromhex(fingerprint) for fingerprint in state["badges"]]
    still_here = sa.and_(badge.c.fingerprint.in_(fingerprints), badge.c.member_id == kept.id)
    connection.execute(badge.update().where(still_here).values(member_id=other))
    for table in (*_MOVED, *(table for table, _ in _MOVED_IF_FREE), *_OWN_SPOTS):
        still_moved = sa.and_(table.c.id.in_(state["moved"].get(table.name, [])), table.c.member_id == kept.id)
        connection.execute(table.update().where(still_moved).values(member_id=other))
    connection.execute(subscription.update().where(subscription.c.id.in_(state["ended"])).values(until_on=None))
    connection.execute(payer.update().where(payer.c.id.in_(state["paying"])).values(account_id=own_account))
    connection.execute(member.update().where(member.c.id.in_(state["pointing"])).values(merged_into=other))
    before = dict(state["before"])
    before |= {name: _day(before[name]) for name in _DAYS if name in before}
    members.change(connection, kept, **before)
    values = {"merged_into": None, "left_on": _day(state["other_left_on"]), "version": member.c.version + 1}
    if "other_erasure_asked_on" in state:  # a merge of an earlier release did not write it down
        values["erasure_asked_on"] = _day(state["other_erasure_asked_on"])
    connection.execute(member.update().where(member.c.id == other).values(**values))
    connection.execute(file_merge.update().where(file_merge.c.id == merge_id).values(undone_at=at))


def merged_id(connection: sa.Connection, merge_id: int) -> int:
    """Return the id of the file that a merge made a pointer."""
    return connection.execute(sa.select(file_merge.c.merged_id).where(file_merge.c.id == merge_id)).scalar_one()


def _state(connection: sa.Connection, merge_id: int) -> dict[str, Any]:
    """Return what a merge wrote down so that it can be undone: the dictionary `state` of `merge`."""
    text = connection.execute(sa.select(file_merge.c.moved).where(file_merge.c.id == merge_id)).scalar_one()
    state: dict[str, Any] = json.loads(text)
    return state


def _day(text: str | None) -> date | None:
    """Return the day that a merge wrote down as text; None for None."""
    return None if text is None else date.fromisoformat(text)
