"""Keeps members' codes for a forgotten badge, as hashes only, and counts the wrong codes that were typed.

A wrong code is a line of the officers' log, by member number, which also tells since when the code waits: after `TRIES`
wrong ones in a row, which are counted in the member's file, even the right one is refused for a time.
"""

from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.checkin.pins import LONGEST_WAIT, SCREEN_PAUSE, SCREEN_TRIES, SCREEN_WINDOW, TRIES, wait_after
from kiosk.domain.names import at_the_door, searchable
from kiosk.store.officers import desk_log
from kiosk.store.tables import badge, is_current, member
from kiosk.store.tables.desk import desk_log as log_table

REFUSED = "pin-refused"  # the act in the officers' log
CHOSEN, TAKEN_AWAY = "pin-chosen", "pin-taken-away"  # further acts in the log, written by `keep`
LET_TRY = "pin-let-try"  # the desk let the member try again: its use-case writes the line
TOLD = "pin-told"  # the member got a mail that their code waits


class Pin(Struct, frozen=True):
    """A member's code, as a hash, and how many wrong ones were typed in a row."""

    hash: str
    tries: int


class Named(Struct, frozen=True):
    """A member with a code: their number and the name for the door."""

    number: int
    shown: str


def of_member(connection: sa.Connection, number: int) -> Pin | None:
    """Return a member's code; None if they have none."""
    query = sa.select(member.c.pin, member.c.pin_tries).where(member.c.number == number, member.c.pin.is_not(None))
    row = connection.execute(query).first()
    return None if row is None or row.pin is None else Pin(row.pin, row.pin_tries)


def named(connection: sa.Connection, typed: str, day: date) -> list[Named]:
    """Return the members with a code whose full or shown name has a word that begins with the typed text, by shown
    name.
    """
    beginning = f" {searchable(typed)}"
    c = member.c
    rows = connection.execute(
        sa.select(c.number, c.name, c.shown_name, c.door_name)
        .where(c.pin.is_not(None), c.merged_into.is_(None), is_current(day))
        .order_by(c.number)
    )
    members = []
    for number, name, shown_name, door_name in rows:
        shown = at_the_door(name, shown_name, door_name)
        if any(beginning in f" {searchable(full_or_shown)}" for full_or_shown in (name, shown)):
            members.append(Named(number, shown))
    return sorted(members, key=lambda listed: (searchable(listed.shown), listed.number))


def of_name(connection: sa.Connection, typed: str, day: date) -> list[int]:
    """Return the numbers of the members with exactly this name, without regard to accents and case."""
    searched, c = searchable(typed), member.c
    rows = connection.execute(sa.select(c.number, c.name).where(c.merged_into.is_(None), is_current(day)))
    return [number for number, name in rows if searchable(name) == searched]


def with_code(connection: sa.Connection) -> list[int]:
    """Return the numbers of the members with a code."""
    query = sa.select(member.c.number).where(member.c.pin.is_not(None)).order_by(member.c.number)
    return list(connection.execute(query).scalars())


def keep(connection: sa.Connection, number: int, at: datetime, actor: str, pin_hash: str | None) -> None:
    """Write the hash of a member's new code, or delete the code with None; and a line in the officers' log."""
    connection.execute(member.update().where(member.c.number == number).values(pin=pin_hash, pin_tries=0))
    desk_log.add(connection, at, actor, TAKEN_AWAY if pin_hash is None else CHOSEN, number, None)


def hash_anew(connection: sa.Connection, number: int, before: str, after: str) -> None:
    """Replace the hash of a member's code by one made with today's cost, unless the code changed meanwhile."""
    connection.execute(member.update().where(member.c.number == number, member.c.pin == before).values(pin=after))


def refuse(connection: sa.Connection, number: int, at: datetime, actor: str) -> None:
    """Count one more wrong code for a member, and write a line in the officers' log."""
    connection.execute(member.update().where(member.c.number == number).values(pin_tries=member.c.pin_tries + 1))
    desk_log.add(connection, at, actor, REFUSED, number, None)


def let_try(connection: sa.Connection, number: int) -> None:
    """Clear a member's count of wrong codes, after the right code or by the desk's decision."""
    connection.execute(member.update().where(member.c.number == number).values(pin_tries=0))


def latest_refused(connection: sa.Connection, now: datetime) -> list[datetime]:
    """Return the moments of the last wrong codes typed at the screen, for all members, the newest first.

    They go back far enough to tell whether so many in a short time pause the screen still. Moments later than now, by a
    wrong clock, are left out.
    """
    c = log_table.c
    since = now - SCREEN_WINDOW - SCREEN_PAUSE
    query = sa.select(c.at).where(c.act == REFUSED, c.at > since, c.at <= now)
    return list(connection.execute(query.order_by(c.at.desc()).limit(SCREEN_TRIES)).scalars())


def refused_between(connection: sa.Connection, from_at: datetime, until_at: datetime) -> int:
    """Return how many wrong codes were typed in a period."""
    c = log_table.c
    query = sa.select(sa.func.count()).where(c.act == REFUSED, c.at >= from_at, c.at < until_at)
    return connection.execute(query).scalar_one()


def waits_until(connection: sa.Connection, number: int, now: datetime) -> datetime | None:
    """Return the moment from which a member's code is accepted again; None if it does not wait."""
    return _waiting(connection, now, number).get(number)


def waiting(connection: sa.Connection, now: datetime) -> list[int]:
    """Return the numbers of the members whose code waits after wrong ones."""
    return sorted(_waiting(connection, now))


def _waiting(connection: sa.Connection, now: datetime, number: int | None = None) -> dict[int, datetime]:
    """Return until when codes wait, by member number. Moments later than now, by a wrong clock, are left out."""
    c, line = member.c, log_table.c
    query = (
        sa.select(c.number, c.pin_tries, sa.func.max(line.at))
        .join_from(member, log_table, line.member_number == c.number)
        .where(c.pin.is_not(None), c.pin_tries >= TRIES, c.merged_into.is_(None))
        .where(line.act == REFUSED, line.at > now - LONGEST_WAIT, line.at <= now)
        .group_by(c.number, c.pin_tries)
    )
    rows = connection.execute(query if number is None else query.where(c.number == number))
    until = {member_number: last + wait_after(tries) for member_number, tries, last in rows}
    return {member_number: at for member_number, at in until.items() if now < at}


def was_told(connection: sa.Connection, number: int, since: datetime) -> bool:
    """Return whether a member got a mail about wrong codes since a moment."""
    c = log_table.c
    query = sa.select(sa.exists().where(c.act == TOLD, c.member_number == number, c.at > since))
    return bool(connection.execute(query).scalar())


def unconfirmed_until(connection: sa.Connection, number: int) -> date | None:
    """Return the last day for which a new member may come in while the office has confirmed none of their badges.

    None if any badge is confirmed, or there is none.
    """
    query = sa.select(badge.c.until_on).join_from(badge, member).where(member.c.number == number)
    days = list(connection.execute(query).scalars())  # a confirmed badge has no last day
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
