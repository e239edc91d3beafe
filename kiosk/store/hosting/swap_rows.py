"""Keeps swaps of shifts that members ask of each other, the one-time links in mails, and the reward for held shifts."""

import hashlib
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.store.tables import member
from kiosk.store.tables.hosting import hosting_reward, shift_link, shift_swap

OPEN, AGREED, REFUSED = "open", "agreed", "refused"  # states of a swap: unanswered, and the two answers
OVER = "over"  # the state of one that ended unanswered, because a shift changed hands


class Swap(Struct, frozen=True):
    """A request to swap shifts: member `by` holds `shift` and asks member `to` for `for_shift`. Members are given by
    number.
    """

    id: int
    shift: int
    for_shift: int
    by: int
    to: int
    asked_on: date
    state: str


_by, _to = member.alias("by"), member.alias("asked")
_SWAPS = (
    sa.select(
        shift_swap.c.id,
        shift_swap.c.shift_id,
        shift_swap.c.for_shift_id,
        _by.c.number,
        _to.c.number,
        shift_swap.c.asked_on,
        shift_swap.c.state,
    )
    .join(_by, _by.c.id == shift_swap.c.member_id)
    .join(_to, _to.c.id == shift_swap.c.to_member_id)
    .order_by(shift_swap.c.id)
)


def _swap(record: sa.Row[*tuple[Any, ...]]) -> Swap:
    """Return a swap from its row."""
    return Swap(*record)


def add(
    connection: sa.Connection, shift_id: int, for_shift_id: int, member_id: int, to_member_id: int, day: date
) -> int:
    """Write that a member offers `shift_id`, their own, to another for that one's `for_shift_id`. Return the id of the
    request: of an earlier one if the member asked for the same swap and it is still open.
    """
    c = shift_swap.c
    same = (c.shift_id == shift_id, c.for_shift_id == for_shift_id, c.member_id == member_id, c.state == OPEN)
    existing = connection.execute(sa.select(c.id).where(*same)).scalar()
    if existing is not None:
        return existing
    values = {
        "shift_id": shift_id,
        "for_shift_id": for_shift_id,
        "member_id": member_id,
        "to_member_id": to_member_id,
        "asked_on": day,
    }
    return int(connection.execute(shift_swap.insert(), values).lastrowid)


def by_id(connection: sa.Connection, swap_id: int) -> Swap:
    """Return a swap. Raises RequestError `no-such-swap`."""
    row = connection.execute(_SWAPS.where(shift_swap.c.id == swap_id)).first()
    if row is None:
        raise RequestError("no-such-swap", number=swap_id)
    return _swap(row)


def asked_of(connection: sa.Connection, member_id: int) -> list[Swap]:
    """Return the swaps that wait for a member's answer, the earliest request first."""
    unanswered = (shift_swap.c.to_member_id == member_id, shift_swap.c.state == OPEN)
    return [_swap(row) for row in connection.execute(_SWAPS.where(*unanswered))]


def open_ones(connection: sa.Connection) -> list[Swap]:
    """Return every swap that waits for an answer, the earliest request first."""
    return [_swap(row) for row in connection.execute(_SWAPS.where(shift_swap.c.state == OPEN))]


def untold(connection: sa.Connection) -> list[Swap]:
    """Return the swaps about which a mail is still to be sent: with the request to the member that is asked, or with
    the answer to the one that asked. No mail tells that a swap is OVER.
    """
    c = shift_swap.c
    # `told`: 0 nothing was mailed yet, 1 the request, 2 the answer, too
    unmailed = sa.or_(sa.and_(c.state == OPEN, c.told == 0), sa.and_(c.state.in_((AGREED, REFUSED)), c.told < 2))
    return [_swap(row) for row in connection.execute(_SWAPS.where(unmailed))]


def tell(connection: sa.Connection, swap: Swap) -> None:
    """Write that the mail about a swap in its present state was sent."""
    told = 1 if swap.state == OPEN else 2  # the request was mailed; the answer, too
    connection.execute(shift_swap.update().where(shift_swap.c.id == swap.id).values(told=told))


def settle(connection: sa.Connection, swap_id: int, state: str) -> None:
    """Write how a swap ended: AGREED, REFUSED or OVER. The shifts change hands elsewhere."""
    connection.execute(shift_swap.update().where(shift_swap.c.id == swap_id).values(state=state))


def end_those_of(connection: sa.Connection, *shift_ids: int) -> None:
    """End as OVER the open swaps that offer or ask for one of these shifts, which changed hands."""
    c = shift_swap.c
    about = sa.or_(c.shift_id.in_(shift_ids), c.for_shift_id.in_(shift_ids))
    connection.execute(shift_swap.update().where(about, c.state == OPEN).values(state=OVER))


# --- links


class Link(Struct, frozen=True):
    """A link in a mail: what it does, for which member (by number) and which shift, the day `until_on` included.

    `swap` is the id of the swap that it answers, None for the other acts.
    """

    act: str  # one of the acts in `kiosk.hosting.links`: take a shift, give it up, confirm it, answer a swap
    member: int
    shift: int
    swap: int | None
    until_on: date
    used: bool


def digest(token: str) -> bytes:
    """Return the digest of a link's random part, which alone is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()  # an address may bring what is no UTF-8


def add_link(
    connection: sa.Connection, token: str, act: str, member_id: int, shift_id: int, swap_id: int | None, until_on: date
) -> None:
    """Write what a link does until a day, that day included, under the digest of its random part `token`.

    `swap_id` is the swap that it answers, None for a link that does something with the shift alone.
    """
    values = {
        "digest": digest(token),
        "act": act,
        "member_id": member_id,
        "shift_id": shift_id,
        "swap_id": swap_id,
        "until_on": until_on,
    }
    connection.execute(shift_link.insert(), values)


def link(connection: sa.Connection, token: str) -> Link | None:
    """Return the link with this random part, used or not; None if it is unknown or was deleted."""
    c = shift_link.c
    row = connection.execute(
        sa.select(c.act, member.c.number, c.shift_id, c.swap_id, c.until_on, c.used)
        .join(member, member.c.id == c.member_id)
        .where(c.digest == digest(token))
    ).first()
    return None if row is None else Link(*row)


def use(connection: sa.Connection, token: str) -> None:
    """Mark a link as used: it does nothing more."""
    connection.execute(shift_link.update().where(shift_link.c.digest == digest(token)).values(used=True))


def forget_links(connection: sa.Connection, before: date) -> None:
    """Delete the links whose last day is before a day."""
    connection.execute(shift_link.delete().where(shift_link.c.until_on < before))


# --- the reward


class Reward(Struct, frozen=True):
    """The decision on how many held shifts earn a banked day (0: they earn none): by which officer, and when.

    A banked day is a day at the space that need not be paid.
    """

    shifts_a_day: int
    actor: str
    made_at: datetime


def reward(connection: sa.Connection) -> Reward | None:
    """Return the last decision on the reward; None if there never was one."""
    c = hosting_reward.c
    row = connection.execute(sa.select(c.shifts_a_day, c.actor, c.made_at).order_by(c.id.desc()).limit(1)).first()
    return None if row is None else Reward(*row)


def decide_reward(connection: sa.Connection, shifts_a_day: int, actor: str, at: datetime) -> None:
    """Write how many held shifts earn a banked day from now on; 0: they earn none."""
    connection.execute(hosting_reward.insert(), {"shifts_a_day": shifts_a_day, "actor": actor, "made_at": at})
