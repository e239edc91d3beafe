"""Reads and writes the template of the rota and the shifts of each day, with their holders."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.hosting.rota import Shift, ShiftKind, Slot
from kiosk.domain.names import at_the_door
from kiosk.errors import RequestError
from kiosk.store.tables import member
from kiosk.store.tables.hosting import shift, shift_slot

_C = shift.c


class Turn(Struct, frozen=True):
    """A shift with its holder: the name in full, that at the door, and whether others may see it.

    `place` is which of a line's places it is; `asked_on` when members were asked for it.
    """

    shift: Shift
    name: str | None
    shown: str
    visible: bool
    place: int
    asked_on: date | None

    @property
    def public_name(self) -> str:
        """Return the holder's name as others may read it; empty for a free shift or a holder whom
        others may not see.
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


def _turn(row: sa.Row[*tuple[Any, ...]]) -> Turn:
    found = Shift(
        row.id,
        row.day_on,
        ShiftKind(row.kind),
        row.from_minute,
        row.until_minute,
        row.number,
        row.confirmed,
        row.declared_minutes,
        row.called_off,
    )
    shown = "" if row.name is None else at_the_door(row.name, row.shown_name, row.door_name)
    return Turn(found, row.name, shown, bool(row.visible), row.place, row.asked_on)


def turns(connection: sa.Connection, first: date, last: date) -> list[Turn]:
    """The turns of some days, both included, in their order; those that were called off too."""
    return [_turn(row) for row in connection.execute(_TURNS.where(_C.day_on.between(first, last)))]


def turn(connection: sa.Connection, shift_id: int) -> Turn:
    """One turn. Raises RequestError `no-such-shift`."""
    row = connection.execute(_TURNS.where(_C.id == shift_id)).first()
    if row is None:
        raise RequestError("no-such-shift", number=shift_id)
    return _turn(row)


def own(connection: sa.Connection, member_id: int, first: date, last: date) -> list[Turn]:
    """The turns that a member holds on some days, both included; not what was called off."""
    mine = (_C.member_id == member_id, _C.day_on.between(first, last), ~_C.called_off)
    return [_turn(row) for row in connection.execute(_TURNS.where(*mine))]


def free(connection: sa.Connection, first: date, last: date) -> list[Turn]:
    """Return the free shifts of some days."""
    nobody = (_C.member_id.is_(None), _C.day_on.between(first, last), ~_C.called_off, ~_C.confirmed)
    return [_turn(row) for row in connection.execute(_TURNS.where(*nobody))]


def hold(connection: sa.Connection, shift_id: int, member_id: int | None) -> None:
    """Give a shift to a member; None frees it."""
    _change(connection, shift_id, member_id=member_id)


def confirm(connection: sa.Connection, shift_id: int, minutes: int | None, banked_id: int | None = None) -> None:
    """Say that a turn was held and how long it took; None takes that back."""
    _change(connection, shift_id, confirmed=minutes is not None, declared_minutes=minutes, banked_id=banked_id)


def call_off(connection: sa.Connection, shift_id: int, called_off: bool) -> None:
    """Call a turn off, or let it be again."""
    _change(connection, shift_id, called_off=called_off)


def asked(connection: sa.Connection, shift_ids: Sequence[int], day: date | None) -> None:
    """Note on which day members were asked for these turns; None for those that are asked for anew."""
    connection.execute(shift.update().where(_C.id.in_(shift_ids)).values(asked_on=day))


def banked_of(connection: sa.Connection, shift_id: int) -> int | None:
    """The banked day that a turn earned."""
    return connection.execute(sa.select(_C.banked_id).where(_C.id == shift_id)).scalar()


def counts(connection: sa.Connection, member_id: int, since: date) -> tuple[int, int]:
    """How many turns a member held from a day on, and how many days these earned."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.count(_C.banked_id)).where(
            _C.member_id == member_id, _C.confirmed, _C.day_on >= since
        )
    ).one()
    return row[0], row[1]


def _change(connection: sa.Connection, shift_id: int, **values: object) -> None:
    connection.execute(shift.update().where(_C.id == shift_id).values(**values))


# --- the template


def slots(connection: sa.Connection) -> list[Slot]:
    """Every line of the template, those that are over too, by weekday and hour."""
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
    """A new line of the template. Returns its id."""
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
    """End a line of the template on a day: its later shifts are deleted where they are free, and cancelled where a
    member holds them. Raises RequestError `no-such-slot`.
    """
    if connection.execute(shift_slot.update().where(shift_slot.c.id == slot_id).values(until_on=last_on)).rowcount == 0:
        raise RequestError("no-such-slot", number=slot_id)
    later = (_C.slot_id == slot_id, _C.day_on > last_on, ~_C.confirmed)
    connection.execute(shift.update().where(*later, _C.member_id.is_not(None)).values(called_off=True))
    connection.execute(shift.update().where(*later, _C.member_id.is_(None)).values(called_off=True))


def fill(connection: sa.Connection, turns_: Iterable[tuple[Slot, date, int]]) -> int:
    """Make the turns that are not there yet. Returns how many were made."""
    made = 0
    for slot, day, place in turns_:
        there = (_C.slot_id == slot.id, _C.day_on == day, _C.place == place)
        if connection.execute(sa.select(_C.id).where(*there)).first() is None:
            values = {
                "day_on": day,
                "slot_id": slot.id,
                "place": place,
                "kind": slot.kind.value,
                "from_minute": slot.from_minute,
                "until_minute": slot.until_minute,
            }
            connection.execute(shift.insert(), values)
            made += 1
    return made


def close(connection: sa.Connection, days: Iterable[date], first: date) -> None:
    """Call off the turns of days on which the place is shut, from a day on."""
    connection.execute(
        shift.update().where(_C.day_on.in_(list(days)), _C.day_on >= first, ~_C.confirmed).values(called_off=True)
    )


# --- who is asked, and what is forgotten


class Willing(Struct, frozen=True):
    """A member with an e-mail address who agreed to be asked about free shifts."""

    id: int
    number: int
    shown: str
    email: str
    language: str | None


def _willing(row: sa.Row[*tuple[Any, ...]]) -> Willing:
    return Willing(*row)


_WILLING = sa.select(member.c.id, member.c.number, member.c.shown_name, member.c.email, member.c.language).where(
    member.c.email.is_not(None), member.c.merged_into.is_(None)
)


TURNS, SWAPS = member.c.asked_to_host, member.c.mails_swaps  # the wishes for mails of each


def by_mail(connection: sa.Connection, number: int, wish: sa.ColumnElement[bool]) -> Willing | None:
    """Return a member as a mail may reach them; None without an address, or without the wish for such mails."""
    row = connection.execute(_WILLING.where(member.c.number == number, wish)).first()
    return None if row is None else _willing(row)


def willing(connection: sa.Connection, today: date) -> list[Willing]:
    """Return the members who want a mail about free shifts and have an address."""
    here = sa.or_(member.c.left_on.is_(None), member.c.left_on > today)
    rows = connection.execute(_WILLING.where(member.c.asked_to_host, here).order_by(member.c.number))
    return [_willing(row) for row in rows]


def wants_to_be_asked(connection: sa.Connection, member_id: int) -> bool:
    """Whether a member wants such mails."""
    return bool(connection.execute(sa.select(member.c.asked_to_host).where(member.c.id == member_id)).scalar())


def want_to_be_asked(connection: sa.Connection, member_id: int, wants: bool) -> None:
    """Note whether a member wants such mails; their file is another one then."""
    values = {"asked_to_host": wants, "version": member.c.version + 1}
    connection.execute(member.update().where(member.c.id == member_id).values(**values))


def version(connection: sa.Connection) -> tuple[int, int, int]:
    """Numbers of which one changes whenever turns are made, held or taken."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.count(_C.member_id), sa.func.coalesce(sa.func.sum(_C.declared_minutes), 0))
    ).one()
    return row[0], row[1], row[2] or 0


def welcoming(connection: sa.Connection, day: date) -> list[Turn]:
    """Return the opening and hosting shifts of a day that have a holder."""
    kinds = [ShiftKind.OPENING.value, ShiftKind.HOSTING.value]
    held = (_C.day_on == day, _C.member_id.is_not(None), ~_C.called_off, _C.kind.in_(kinds))
    return [_turn(row) for row in connection.execute(_TURNS.where(*held))]


def week_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
