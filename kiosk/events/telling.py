"""Mails everyone signed up for an event about its changes: puts mails into the outbox in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kiosk.messages import event_notice
from kiosk.messages.event_notice import EventFacts, EventNews, Reader
from kiosk.store.events import signup_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.events.signup_rows import Signup


def tell(
    connection: sa.Connection,
    news: EventNews,
    event: Event,
    whom: Iterable[Signup],
    zone: ZoneInfo,
    at: datetime,
    reason: str = "",
) -> None:
    """Mail news of an event to the sign-ups with an address, except members refusing such mails. Each mail gives the
    cost of that person's own seat.
    """
    now = [signup_rows.by_id(connection, signup.id) for signup in whom]  # as they are after the caller's changes
    from kiosk.domain.members.mails import Mail  # seldom needed
    from kiosk.store.members import mail_rows

    refusing = mail_rows.refusing(connection, Mail.EVENTS, [signup.member_id for signup in now if signup.member_id])
    readers = [
        Reader(signup.email, signup.language, signup.charged_cents, signup.member_id is not None)
        for signup in now
        if signup.email and signup.member_id not in refusing
    ]
    event_notice.put_in_outbox(connection, news, facts(event, reason), readers, zone, at)


def facts(event: Event, reason: str = "") -> EventFacts:
    """Return the facts of an event that a mail gives: title, beginning, place, and the reason of a cancellation."""
    starts_at = None if event.terms is None else event.terms.starts_at
    return EventFacts(event.id, event.title, starts_at, event.place, reason)
