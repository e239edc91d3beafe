"""Reads the public agenda: events to come and those of the last 30 days, without participants.

An event's *terms* are its day, places and threshold; `agreed` is their version, which counts their changes.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.events.agenda import AgendaEntry
from kiosk.domain.events.terms import PUBLISHED
from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.events import charging
from kiosk.store.events import event_rows
from kiosk.store.events.event_rows import Event

_LOOKED_BACK = timedelta(days=30)  # so that calendars with a cancelled event are told


def entries(connection: sa.Connection, policy: Policy, now: datetime) -> list[AgendaEntry]:
    """Return the public agenda, by day; nothing where the association has events or their publication turned off."""
    if not (policy.events and policy.events_public):
        return []
    return listed(connection, policy, now - _LOOKED_BACK)


def listed(connection: sa.Connection, policy: Policy, after: datetime) -> list[AgendaEntry]:
    """Return the events on the public list that end after a moment, by day, whether or not the agenda itself is public.
    Events without a day yet are left out.
    """
    events = event_rows.listed(connection, PUBLISHED, after)
    return [entry for event in events if (entry := _entry(connection, policy, event)) is not None]


def _entry(connection: sa.Connection, policy: Policy, event: Event) -> AgendaEntry | None:
    """Return an event as the agenda shows it, None while it has no day."""
    terms = event.terms
    if terms is None:
        return None
    left = None
    if terms.places is not None:
        left = max(0, terms.places - charging.line(connection, event).coming)
    price = None if event.product is None else policy.prices.get((event.product, FULL))
    return AgendaEntry(
        id=event.id,
        kind=event.kind,
        title=event.title,
        about=event.about,
        place=event.place,
        state=event.state,
        starts_at=terms.starts_at,
        ends_at=terms.ends_at,
        host=event.host_name,
        cents=0 if price is None else price.cents,
        places_left=left,
        threshold=terms.threshold,
        deadline_at=terms.deadline_at,
        version=event.agreed,
        changed_at=event.changed_at,
    )
