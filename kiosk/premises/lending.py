"""Lends desks by the day, takes lent ones, and lends and returns things, within the given transaction.

A lent desk is taken once, by one member, which the database ensures too. Holders lend their desk on days of their
choice. No one's hours are stored here, except for things that must come back after some minutes.
"""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.premises import floor
from kiosk.domain.premises.things import Had, is_free
from kiosk.errors import RequestError
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.officers import desk_log
from kiosk.store.premises import lent_rows, spot_rows, thing_rows
from kiosk.store.premises.lent_rows import LentDay
from kiosk.store.premises.spot_rows import Spot
from kiosk.store.premises.thing_rows import Loan, Thing

_AHEAD = timedelta(days=31)  # how far ahead a thing can be reserved for its minutes


def lend(connection: sa.Connection, moment: Moment, actor: str, number: int, day: date) -> Spot:
    """Lend a member's own desk on a day, and return the desk. Lending it again changes nothing.

    Raises Problem `spot-day`, RequestError `spot-none`, `no-such-member` or `member-left`.
    """
    floor.lent_on(day, moment.day)  # refuses a past day, or one too far ahead
    spot, person = _own_desk(connection, moment, number, day)
    if lent_rows.of_spot(connection, spot.id, day) is None:
        lent_rows.add(connection, spot.id, day, person.id)
        desk_log.add(connection, moment.at, actor, "spot-lent", person.number, f"{spot.label} {day}")
    return spot


def lend_no_more(connection: sa.Connection, moment: Moment, actor: str, number: int, day: date) -> Spot:
    """Withdraw a member's own desk from being lent on a day, and return the desk; one that is not lent is left as it
    is. Raises as `lend`, and `spot-taken` once another member has taken it.
    """
    floor.lent_on(day, moment.day)
    spot, person = _own_desk(connection, moment, number, day)
    lent = lent_rows.of_spot(connection, spot.id, day)
    if lent is not None and lent.taken is not None:
        raise RequestError("spot-taken", field="spot", label=spot.label, day=day)
    if lent is not None:
        lent_rows.drop(connection, lent.id)
        desk_log.add(connection, moment.at, actor, "spot-kept", person.number, f"{spot.label} {day}")
    return spot


def take(connection: sa.Connection, moment: Moment, actor: str, number: int, spot_id: int, day: date) -> LentDay:
    """Give a lent desk to a member for a day, and return the lent day. Taking it again changes nothing; a member takes
    one desk a day, and never their own.

    Raises RequestError `no-such-spot`, `spot-not-lent`, `spot-taken`, `spot-has-one`, `no-such-member`, `member-left`
    or Problem `spot-day`.
    """
    floor.lent_on(day, moment.day)
    spot, person = spot_rows.by_id(connection, spot_id), members.present(connection, number, moment.day)
    lent = lent_rows.of_spot(connection, spot.id, day)
    if lent is None or lent.by.id == person.id:
        raise RequestError("spot-not-lent", field="spot", label=spot.label, day=day)
    if lent.taken is not None and lent.taken.id != person.id:
        raise RequestError("spot-taken", field="spot", label=spot.label, day=day)
    other = lent_rows.taken_by(connection, person.id, day)
    if other is not None and other.id != lent.id:
        raise RequestError("spot-has-one", field="member", member=number, label=other.label, day=day)
    if lent.taken is None:
        lent_rows.take(connection, lent.id, person.id)
        desk_log.add(connection, moment.at, actor, "spot-taken", person.number, f"{spot.label} {day}")
    return lent


def leave(connection: sa.Connection, moment: Moment, actor: str, number: int, day: date) -> None:
    """Give up the lent desk that a member took for a day, so that others can take it. Raises RequestError
    `spot-not-lent`.
    """
    floor.lent_on(day, moment.day)
    person = members.by_number(connection, number)
    lent = lent_rows.taken_by(connection, person.id, day)
    if lent is None:
        raise RequestError("spot-not-lent", field="spot", member=number, day=day)
    lent_rows.take(connection, lent.id, None)
    desk_log.add(connection, moment.at, actor, "spot-left", person.number, f"{lent.label} {day}")


def borrow(
    connection: sa.Connection, moment: Moment, key: bytes, number: int, thing_id: int, from_at: datetime | None = None
) -> Loan:
    """Lend a thing to a member, from now on or for its minutes from a later moment on, and return the loan. A form sent
    again (by its `key`) returns the loan that it made.

    Raises RequestError `no-such-thing`, `thing-taken`, `thing-yours`, `thing-time`, `no-such-member` or `member-left`.
    """
    loan = thing_rows.by_key(connection, key)
    if loan is not None:
        return loan
    thing, person = thing_rows.by_id(connection, thing_id), members.present(connection, number, moment.day)
    lent_time = _lent_time(thing, moment, from_at)
    # Loans that are not over, reservations included.
    running = [each for each in thing_rows.running(connection, moment.at) if each.thing == thing.id]
    if any(each.person.id == person.id for each in running):
        raise RequestError("thing-yours", field="member", member=number, label=thing.label)
    if not is_free((each.had for each in running), lent_time, thing.terms.places):
        raise RequestError("thing-taken", field="thing", label=thing.label)
    due_on = None if thing.terms.minutes else thing.terms.due_on(moment.day)
    made_id = thing_rows.lend(connection, key, thing.id, person.id, lent_time, due_on)
    return thing_rows.loan_by_id(connection, made_id)


def _lent_time(thing: Thing, moment: Moment, from_at: datetime | None) -> Had:
    """Return the time for which a thing is lent: its minutes from a moment (None: now) on, or today alone, without an
    end, for a thing lent by days. Raises RequestError `thing-time` for a moment that is past or more than 31 days
    ahead, and for any moment of a thing lent by days.
    """
    minutes = thing.terms.minutes
    if minutes is None and from_at is None:
        return Had(datetime.combine(moment.day, time(), UTC))  # the day alone, so that no hour is stored
    starts = from_at or moment.at
    if starts < moment.at or starts > moment.at + _AHEAD or (minutes is None and from_at is not None):
        raise RequestError("thing-time", field="thing", label=thing.label, day=starts)
    return Had(starts, starts + timedelta(minutes=minutes or 0))


def give_back(connection: sa.Connection, moment: Moment, loan_id: int, number: int | None = None) -> Loan:
    """End a loan, or cancel a reservation that is still to come, and return the loan as it was before. One that has
    ended already is left as it is.

    With `number`, raises RequestError `no-such-loan` for another member's loan as for an unknown one.
    """
    loan = thing_rows.loan_by_id(connection, loan_id)
    if number is not None and loan.person.number != number:
        raise RequestError("no-such-loan", number=loan_id)
    if loan.had.ended_at is None or loan.had.ended_at > moment.at:
        of_minutes = loan.had.ended_at is not None  # only a thing lent by minutes has its end from the start
        thing_rows.end(connection, loan_id, moment.at if of_minutes else datetime.combine(moment.day, time(), UTC))
    return loan


def _own_desk(connection: sa.Connection, moment: Moment, number: int, day: date) -> tuple[Spot, Member]:
    """Return the desk that is a member's own on a day, and the member. Raises RequestError `spot-none`,
    `no-such-member` or `member-left`.
    """
    person = members.present(connection, number, moment.day)
    held = spot_rows.own(connection, person.id, day)
    if held is None:
        raise RequestError("spot-none", field="member", member=number, day=day)
    return spot_rows.by_id(connection, held.spot), person
