"""Keeps codes for a forgotten badge, as hashes only, and counts the wrong ones that were typed.

A wrong one is a line of the desk's log, by number, where the office reads it, and which says since when a code waits;
those in a row are counted on the file.
"""

from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.checkin.pins import LONGEST_WAIT, SCREEN_PAUSE, SCREEN_TRIES, SCREEN_WINDOW, TRIES, wait_after
from kiosk.domain.names import at_the_door, searchable
from kiosk.store.officers import desk_log
from kiosk.store.tables import badge, member
from kiosk.store.tables.desk import desk_log as log_table

REFUSED = "pin-refused"  # the act in the desk's log
CHOSEN, TAKEN_AWAY, LET_TRY = "pin-chosen", "pin-taken-away", "pin-let-try"
TOLD = "pin-told"  # the member was written to: their code waits


class Pin(Struct, frozen=True):
    """A member's code: its hash, and how many wrong ones in a row were typed for it."""

    hash: str
    tries: int


class Named(Struct, frozen=True):
    """A member who may be found by name at the screen: the number, and the name they chose for the door."""

    number: int
    shown: str


def of_member(connection: sa.Connection, number: int) -> Pin | None:
    """The code of a member; None where there is none."""
    query = sa.select(member.c.pin, member.c.pin_tries).where(member.c.number == number, member.c.pin.is_not(None))
    row = connection.execute(query).first()
    return None if row is None or row.pin is None else Pin(row.pin, row.pin_tries)


def named(connection: sa.Connection, typed: str, day: date) -> list[Named]:
    """Return the members with a code whose name or chosen name has a word that begins with the typed text, by that
    name.
    """
    wanted = f" {searchable(typed)}"
    c = member.c
    rows = connection.execute(
        sa.select(c.number, c.name, c.shown_name, c.door_name)
        .where(c.pin.is_not(None), c.merged_into.is_(None), sa.or_(c.left_on.is_(None), c.left_on > day))
        .order_by(c.number)
    )
    found = []
    for number, name, shown_name, door_name in rows:
        shown = at_the_door(name, shown_name, door_name)
        if any(wanted in f" {searchable(each)}" for each in (name, shown)):
            found.append(Named(number, shown))
    return sorted(found, key=lambda one: (searchable(one.shown), one.number))


def of_name(connection: sa.Connection, typed: str, day: date) -> list[int]:
    """Return the numbers of the members with exactly this name, accents and case apart."""
    wanted, c = searchable(typed), member.c
    rows = connection.execute(
        sa.select(c.number, c.name).where(c.merged_into.is_(None), sa.or_(c.left_on.is_(None), c.left_on > day))
    )
    return [number for number, name in rows if searchable(name) == wanted]


def with_code(connection: sa.Connection) -> list[int]:
    """Return the members with a code, by number."""
    query = sa.select(member.c.number).where(member.c.pin.is_not(None)).order_by(member.c.number)
    return list(connection.execute(query).scalars())


def keep(connection: sa.Connection, number: int, at: datetime, actor: str, pin_hash: str | None) -> None:
    """Keep a member's new code; None takes it away."""
    connection.execute(member.update().where(member.c.number == number).values(pin=pin_hash, pin_tries=0))
    desk_log.add(connection, at, actor, TAKEN_AWAY if pin_hash is None else CHOSEN, number, None)


def hash_anew(connection: sa.Connection, number: int, before: str, after: str) -> None:
    """Keep the same code by another hash."""
    connection.execute(member.update().where(member.c.number == number, member.c.pin == before).values(pin=after))


def refuse(connection: sa.Connection, number: int, at: datetime, actor: str) -> None:
    """Count one more wrong code for this member."""
    connection.execute(member.update().where(member.c.number == number).values(pin_tries=member.c.pin_tries + 1))
    desk_log.add(connection, at, actor, REFUSED, number, None)


def let_try(connection: sa.Connection, number: int) -> None:
    """Clear the count of wrong codes: the right one was typed, or the desk says so."""
    connection.execute(member.update().where(member.c.number == number).values(pin_tries=0))


def latest_refused(connection: sa.Connection, now: datetime) -> list[datetime]:
    """Return the moments of the last wrong codes typed at the screen, for all members. Moments that a wrong clock dated
    later are left out.
    """
    c = log_table.c
    since = now - SCREEN_WINDOW - SCREEN_PAUSE
    query = sa.select(c.at).where(c.act == REFUSED, c.at > since, c.at <= now)
    return list(connection.execute(query.order_by(c.at.desc()).limit(SCREEN_TRIES)).scalars())


def refused_between(connection: sa.Connection, from_at: datetime, until_at: datetime) -> int:
    """How many wrong codes were typed in a time."""
    c = log_table.c
    query = sa.select(sa.func.count()).where(c.act == REFUSED, c.at >= from_at, c.at < until_at)
    return connection.execute(query).scalar_one()


def waits_until(connection: sa.Connection, number: int, now: datetime) -> datetime | None:
    """Return when a member's code is looked at again; None where it is looked at now."""
    return _waiting(connection, now, number).get(number)


def waiting(connection: sa.Connection, now: datetime) -> list[int]:
    """The numbers of members whose code waits after wrong ones."""
    return sorted(_waiting(connection, now))


def _waiting(connection: sa.Connection, now: datetime, number: int | None = None) -> dict[int, datetime]:
    """Until when codes wait, by member. What a wrong clock dated later is left out."""
    c, line = member.c, log_table.c
    query = (
        sa.select(c.number, c.pin_tries, sa.func.max(line.at))
        .join_from(member, log_table, line.member_number == c.number)
        .where(c.pin.is_not(None), c.pin_tries >= TRIES, c.merged_into.is_(None))
        .where(line.act == REFUSED, line.at > now - LONGEST_WAIT, line.at <= now)
        .group_by(c.number, c.pin_tries)
    )
    rows = connection.execute(query if number is None else query.where(c.number == number))
    until = {each: last + wait_after(tries) for each, tries, last in rows}
    return {each: at for each, at in until.items() if now < at}


def was_told(connection: sa.Connection, number: int, since: datetime) -> bool:
    """Whether a member was written to of wrong codes after a moment."""
    c = log_table.c
    query = sa.select(sa.exists().where(c.act == TOLD, c.member_number == number, c.at > since))
    return bool(connection.execute(query).scalar())


def unconfirmed_until(connection: sa.Connection, number: int) -> date | None:
    """The last day of a member all of whose badges the office has still to confirm; None for anybody else."""
    query = sa.select(badge.c.until_on).join_from(badge, member).where(member.c.number == number)
    days = list(connection.execute(query).scalars())
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
