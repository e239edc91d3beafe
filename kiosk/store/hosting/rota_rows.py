"""Reads and writes the weekly template of the hosting rota and the shifts of each day, with their holders.

A shift that was held may earn its holder a banked day: a day at the space that need not be paid.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.hosting.rota import Shift, ShiftKind, Slot
from kiosk.domain.names import at_the_door
from kiosk.errors import RequestError
from kiosk.store.tables import is_current, member
from kiosk.store.tables.hosting import shift, shift_slot

_C = shift.c


class Turn(Struct, frozen=True):
    """A shift with its holder: full name, name for the door, and whether others may see that.

    A free shift has `name` None and `shown` empty; `shown` is empty, too, for a holder that wants no name at the door.
    `place` tells apart the shifts of one line of the template on one day; `asked_on` is the day on which members were
    asked to take it.
    """

    shift: Shift
    name: str | None
    shown: str
    visible: bool
    place: int
    asked_on: date | None

    @property
    def public_name(self) -> str:
        """Return the holder's name as others may read it; empty for a free shift, or for a holder whose name others may
        not see.
        """
        return self.shown if self.visible else ""


_TURNS = (
    sa.select(
        _C.id,
        _C.day_on,
        _C.kind,
        _C.from_minute,
        _C.until_minute,
        _C.confirmed,
        _C.declared_minutes,
        _C.called_off,
        _C.place,
        _C.asked_on,
        member.c.number,
        member.c.name,
        member.c.shown_name,
        member.c.door_name,
        member.c.visible,
    )
    .outerjoin(member, member.c.id == _C.member_id)
    .order_by(_C.day_on, _C.from_minute, _C.until_minute, _C.kind, _C.place, _C.id)
)


def _turn(record: sa.Row[*tuple[Any, ...]]) -> Turn:
    """Return a shift from its row, with the holder's name for the door."""
    held_shift = Shift(
        record.id,
        record.day_on,
        ShiftKind(record.kind),
        record.from_minute,
        record.until_minute,
        record.number,
        record.confirmed,
        record.declared_minutes,
        record.called_off,
    )
    shown = "" if record.name is None else at_the_door(record.name, record.shown_name, record.door_name)
    return Turn(held_shift, record.name, shown, bool(record.visible), record.place, record.asked_on)


def turns(connection: sa.Connection, first: date, last: date) -> list[Turn]:
    """Return the shifts of a period, both days included, by day and hour; cancelled ones included."""
    return [_turn(row) for row in connection.execute(_TURNS.where(_C.day_on.between(first, last)))]


def turn(connection: sa.Connection, shift_id: int) -> Turn:
    """Return a shift. Raises RequestError `no-such-shift`."""
    row = connection.execute(_TURNS.where(_C.id == shift_id)).first()
    if row is None:
        raise RequestError("no-such-shift", number=shift_id)
    return _turn(row)


def own(connection: sa.Connection, member_id: int, first: date, last: date) -> list[Turn]:
    """Return the shifts that a member holds in a period, both days included, by day and hour; without cancelled
    ones.
    """
    held = (_C.member_id == member_id, _C.day_on.between(first, last), ~_C.called_off)
    return [_turn(row) for row in connection.execute(_TURNS.where(*held))]


def free(connection: sa.Connection, first: date, last: date) -> list[Turn]:
    """Return the shifts of a period, both days included, that are free, not cancelled, and still to be held."""
    # a confirmed one without a holder was held: its holder's file has been erased since
    without_holder = (_C.member_id.is_(None), _C.day_on.between(first, last), ~_C.called_off, ~_C.confirmed)
    return [_turn(row) for row in connection.execute(_TURNS.where(*without_holder))]


def hold(connection: sa.Connection, shift_id: int, member_id: int | None) -> None:
    """Give a shift to a member; None frees it."""
    _change(connection, shift_id, member_id=member_id)


def confirm(connection: sa.Connection, shift_id: int, minutes: int | None, banked_id: int | None = None) -> None:
    """Write that a shift was held, how many minutes it took, and the banked day that it earned; `minutes` None
    withdraws the confirmation, and with it the banked day.
    """
    _change(connection, shift_id, confirmed=minutes is not None, declared_minutes=minutes, banked_id=banked_id)


def call_off(connection: sa.Connection, shift_id: int, called_off: bool) -> None:
    """Cancel a shift, or with False let it take place again."""
    _change(connection, shift_id, called_off=called_off)


def asked(connection: sa.Connection, shift_ids: Sequence[int], day: date | None) -> None:
    """Write on which day members were asked to take these shifts; None: they are to be asked again."""
    connection.execute(shift.update().where(_C.id.in_(shift_ids)).values(asked_on=day))


def banked_of(connection: sa.Connection, shift_id: int) -> int | None:
    """Return the banked day that a shift earned; None if it earned none."""
    return connection.execute(sa.select(_C.banked_id).where(_C.id == shift_id)).scalar()


def counts(connection: sa.Connection, member_id: int, since: date) -> tuple[int, int]:
    """Return how many shifts a member held since a day, that day included, and how many earned a banked day."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.count(_C.banked_id)).where(
            _C.member_id == member_id, _C.confirmed, _C.day_on >= since
        )
    ).one()
    return row[0], row[1]


def _change(connection: sa.Connection, shift_id: int, **values: object) -> None:
    """Change columns of a shift."""
    connection.execute(shift.update().where(_C.id == shift_id).values(**values))


# --- the template


def slots(connection: sa.Connection) -> list[Slot]:
    """Return every line of the template, ended ones included, by weekday and hour."""
    c = shift_slot.c
    rows = connection.execute(
        sa.select(c.id, c.weekday, c.kind, c.from_minute, c.until_minute, c.places, c.from_on, c.until_on).order_by(
            c.weekday, c.from_minute, c.id
        )
    )
    return [Slot(r.id, r.weekday, ShiftKind(r.kind), *r[3:]) for r in rows]


def add_slot(
    connection: sa.Connection,
    weekday: int,
    kind: ShiftKind,
    from_minute: int,
    until_minute: int,
    places: int,
    from_on: date,
) -> int:
    """Add a line to the template, for a weekday (0 is Monday) from a day on, and return its id. Minutes count from
    midnight.
    """
    values = {
        "weekday": weekday,
        "kind": kind.value,
        "from_minute": from_minute,
        "until_minute": until_minute,
        "places": places,
        "from_on": from_on,
    }
    return int(connection.execute(shift_slot.insert(), values).lastrowid)


def end_slot(connection: sa.Connection, slot_id: int, last_on: date) -> None:
    """End a line of the template with a day, its last, and cancel its later shifts that were not held yet.

    Raises RequestError `no-such-slot`.
    """
    if connection.execute(shift_slot.update().where(shift_slot.c.id == slot_id).values(until_on=last_on)).rowcount == 0:
        raise RequestError("no-such-slot", number=slot_id)
    later = (_C.slot_id == slot_id, _C.day_on > last_on, ~_C.confirmed)
    connection.execute(shift.update().where(*later).values(called_off=True))


def fill(connection: sa.Connection, turns_: Iterable[tuple[Slot, date, int]]) -> int:
    """Add the shifts (line of the template, day, place) that are not there yet; a cancelled one is
    there. Return how many were added.
    """
    added = 0
    for slot, day, place in turns_:
        same_place = (_C.slot_id == slot.id, _C.day_on == day, _C.place == place)
        if connection.execute(sa.select(_C.id).where(*same_place)).first() is None:
            values = {
                "day_on": day,
                "slot_id": slot.id,
                "place": place,
                "kind": slot.kind.value,
                "from_minute": slot.from_minute,
                "until_minute": slot.until_minute,
            }
            connection.execute(shift.insert(), values)
            added += 1
    return added


def close(connection: sa.Connection, days: Iterable[date], first: date) -> None:
    """Cancel the shifts of days on which the space is closed, from the day `first` on; held ones stay."""
    connection.execute(
        shift.update().where(_C.day_on.in_(list(days)), _C.day_on >= first, ~_C.confirmed).values(called_off=True)
    )


# --- members to ask


class Willing(Struct, frozen=True):
    """A member that has an e-mail address, for mails about shifts. `shown` is their shown name."""

    id: int
    number: int
    shown: str
    email: str
    language: str | None


def _willing(record: sa.Row[*tuple[Any, ...]]) -> Willing:
    """Return a member to ask, from a row of `_WILLING`."""
    return Willing(*record)


_WILLING = sa.select(member.c.id, member.c.number, member.c.shown_name, member.c.email, member.c.language).where(
    member.c.email.is_not(None), member.c.merged_into.is_(None)
)


# conditions for `by_mail`: the member wants mails about free shifts, or about swaps
TURNS, SWAPS = member.c.asked_to_host, member.c.mails_swaps


def by_mail(connection: sa.Connection, number: int, wish: sa.ColumnElement[bool]) -> Willing | None:
    """Return a member with their e-mail address; None if they have none, or do not want such mails (`wish` is TURNS
    or SWAPS). Whether they have left is not asked: they hold the shift, or are part of the swap.
    """
    row = connection.execute(_WILLING.where(member.c.number == number, wish)).first()
    return None if row is None else _willing(row)


def willing(connection: sa.Connection, today: date) -> list[Willing]:
    """Return the members that have not left, with an address and the wish for mails about free shifts, by number."""
    has_not_left = is_current(today)
    rows = connection.execute(_WILLING.where(member.c.asked_to_host, has_not_left).order_by(member.c.number))
    return [_willing(row) for row in rows]


def wants_to_be_asked(connection: sa.Connection, member_id: int) -> bool:
    """Return whether a member wants mails about free shifts."""
    return bool(connection.execute(sa.select(member.c.asked_to_host).where(member.c.id == member_id)).scalar())


def want_to_be_asked(connection: sa.Connection, member_id: int, wants: bool) -> None:
    """Write whether a member wants mails about free shifts, and raise their file's version."""
    values = {"asked_to_host": wants, "version": member.c.version + 1}
    connection.execute(member.update().where(member.c.id == member_id).values(**values))


def version(connection: sa.Connection) -> tuple[int, ...]:
    """Return numbers, one of which changes whenever shifts are added, taken, swapped, freed, cancelled or held."""
    sums = (
        sa.func.count(_C.member_id),
        sa.func.sum(_C.id * _C.member_id),  # differs after a swap of two shifts, too
        sa.func.sum(_C.declared_minutes),
        sa.func.sum(sa.type_coerce(_C.called_off, sa.Integer)),
        sa.func.sum(sa.type_coerce(_C.confirmed, sa.Integer)),
    )
    counts = connection.execute(sa.select(sa.func.count(), *sums)).one()
    return tuple(int(count or 0) for count in counts)


def welcoming(connection: sa.Connection, day: date) -> list[Turn]:
    """Return the opening and hosting shifts of a day that have a holder and were not cancelled, by hour."""
    kinds = [ShiftKind.OPENING.value, ShiftKind.HOSTING.value]
    held = (_C.day_on == day, _C.member_id.is_not(None), ~_C.called_off, _C.kind.in_(kinds))
    return [_turn(row) for row in connection.execute(_TURNS.where(*held))]


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
