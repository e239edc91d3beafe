"""Fills in a certificate of attendance for a participant with at least one attended day of an event."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.events.terms import EventState
from kiosk.errors import RequestError
from kiosk.events import attending
from kiosk.exports.events.certificate import Certificate
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.space import book_rules


def certificate(
    connection: sa.Connection, zone: ZoneInfo, moment: Moment, event_id: int, signup_id: int, *, training: bool
) -> Certificate:
    """Return the content of a certificate of attendance: the days until now on which the participant was present.
    `training` marks one of a home in which nothing counts.

    Raises RequestError `no-such-signup` where the event has no such sign-up, or `not-there` where it was not held or
    the participant attended no day.
    """
    if signup_rows.by_id(connection, signup_id).event != event_id:
        raise RequestError("no-such-signup", number=signup_id)
    event = event_rows.by_id(connection, event_id)
    everybody = attending.attendees(connection, event, zone, moment.at)
    attendee = next((each for each in everybody if each.signup.id == signup_id), None)
    days = () if attendee is None else [each for each in attendee.attended if each.ends_at <= moment.at]
    if attendee is None or not days or event.state is not EventState.HELD:
        raise RequestError("not-there", number=signup_id, event=event.id)
    return Certificate(
        association=book_rules.read(connection, moment.day).association,
        name=attendee.signup.name,
        kind=event.kind,
        title=event.title,
        place=event.place,
        sittings=tuple((each.starts_at.astimezone(zone), each.ends_at.astimezone(zone)) for each in days),
        minutes=sum(each.minutes for each in days),
        issued_on=moment.day,
        training=training,
    )
