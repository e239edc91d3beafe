"""Tells everyone signed up for an event about its changes, by mail, in the transaction at hand."""

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
    found: Event,
    whom: Iterable[Signup],
    zone: ZoneInfo,
    at: datetime,
    reason: str = "",
) -> None:
    """Mail those with an address, unless they refuse such mails; each mail tells the cost of its own seat."""
    now = [signup_rows.by_id(connection, one.id) for one in whom]
    from kiosk.domain.members.mails import Mail  # seldom needed
    from kiosk.store.members import mail_rows

    refusing = mail_rows.refusing(connection, Mail.EVENTS, [one.member_id for one in now if one.member_id])
    readers = [
        Reader(one.email, one.language, one.charged_cents, one.member_id is not None)
        for one in now
        if one.email and one.member_id not in refusing
    ]
    event_notice.put_in_outbox(connection, news, facts(found, reason), readers, zone, at)


def facts(found: Event, reason: str = "") -> EventFacts:
    """What a mail says of an event."""
    starts_at = None if found.terms is None else found.terms.starts_at
    return EventFacts(found.id, found.title, starts_at, found.place, reason)
