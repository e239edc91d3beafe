"""Tells what everyone may know, by the day's rules: how many people are here, the opening hours, the agenda, the
prices.

Each is JSON for programs and one line for people. No person is named, and a number below three is not given.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kiosk.checkin.idle_facts import FEWEST
from kiosk.domain import amounts, lets, opening_hours
from kiosk.domain.events.terms import EventState
from kiosk.domain.space import sharing
from kiosk.errors import RequestError
from kiosk.events import agenda
from kiosk.exports import door_sheet_pdf, formats
from kiosk.language.catalogues import Language
from kiosk.language.texts import Plural, Text, Voice
from kiosk.space import door_sheet
from kiosk.store.checkin import visits
from kiosk.web.member_pages.office import Now, PagesOffice
from kiosk.web.pages.speech import Facts, ReadShared

MOST_EVENTS = 20  # in the JSON
_IN_A_LINE = 3  # events
_DOT = " · "
_SEVERAL = Text("{count} personnes ici", "{count} people here")
_FEW = Text("Moins de trois personnes ici", "Fewer than three people here")
_LEFT = Plural(Text("encore {count} place", "{count} seat free"), Text("encore {count} places", "{count} seats free"))
_FULL = Text("complet", "full")
_TODAY = Text("Ouvert aujourd’hui : {hours}", "Open today: {hours}")
_ALWAYS = Text("Ouvert à toute heure", "Open at all hours")
_CLOSED = Text("Fermé aujourd’hui", "Closed today")
_REOPENS = Text("ouvre {when}", "opens {when}")
_NOTHING = Text("Aucun événement annoncé", "No events announced")
_NO_PRICES = Text("Aucun prix", "No prices")
_PRICE = Text("{name} : {price}", "{name}: {price}")

Told = tuple[Mapping[str, Any], str]  # facts for programs, and one line for people


def read(office: PagesOffice, question: ReadShared, language: Language) -> Facts:
    """Return one of the public facts. Raises RequestError `no-such-list`, or `api-off` where the association does not
    show it.
    """
    tell = TOLD.get(question.name)
    if tell is None:
        raise RequestError("no-such-list")
    with office.now(writes=False) as now:
        if not sharing.is_shared(question.name, now.policy):
            raise RequestError("api-off")
        facts, line = tell(now, language)
    return Facts(language=language, content=msgspec.json.encode(facts), line=line)


def occupancy(now: Now, language: Language) -> Told:
    """Return how many people are here, guests included, and how many seats are free. Below three people neither is
    told; seats are unknown (None) where the association has set no capacity.
    """
    policy, voice = now.policy, Voice(language)
    here = visits.present(now.connection, now.moment.day, policy.site)
    # Of the number at which it gets busy (else of the legal maximum), without zones that an organisation rents now.
    places = lets.places_left(policy.capacity_notice or policy.capacity_legal, policy.lets, now.moment.at)
    is_enough = here >= FEWEST
    free = max(0, places - here) if is_enough and places is not None else None
    facts = {"day": now.moment.day, "present": here if is_enough else None, "fewer_than": None if is_enough else FEWEST}
    words = voice(_SEVERAL, count=here) if is_enough else voice(_FEW)
    if free is not None:
        words += _DOT + (_LEFT.to(language, free) if free else voice(_FULL))
    return {**facts, "places": places, "free": free}, words


def opening(now: Now, language: Language) -> Told:
    """Return whether the place is open, today's hours, the week's, and when it opens next (None: no opening to come is
    known). Without opening hours in the rules it is always open.
    """
    policy, local, voice = now.policy, now.moment.local, Voice(language)
    calendar = policy.calendar
    hours = opening_hours.ALL_DAY if calendar is None else calendar.days.get(local.date(), opening_hours.ALL_DAY)
    reopens = None if calendar is None else calendar.reopens(local)
    facts = {
        "day": local.date(),
        "open": calendar is None or calendar.is_open(local),
        "today": [str(span) for span in hours],
        "opens": None if reopens is None else _moment(reopens),
        "week": opening_hours.plain(policy.opening_hours),
    }
    if hours == opening_hours.ALL_DAY:
        return facts, voice(_ALWAYS)
    if hours:
        return facts, voice(_TODAY, hours=", ".join(formats.opening(span, language) for span in hours))
    when = "" if reopens is None else _DOT + voice(_REOPENS, when=formats.until(reopens, local, language))
    return facts, voice(_CLOSED) + when


def events(now: Now, language: Language) -> Told:
    """Return the events of the public agenda that are not over yet, by day, at most `MOST_EVENTS`; the line names the
    first three.
    """
    zone = now.moment.local.tzinfo
    coming = [
        entry
        for entry in agenda.entries(now.connection, now.policy, now.moment.at)
        if entry.state in (EventState.OPEN, EventState.HELD) and entry.ends_at > now.moment.at
    ][:MOST_EVENTS]
    facts = [
        {
            "title": entry.title,
            "kind": entry.kind,
            "starts": _moment(entry.starts_at.astimezone(zone)),
            "ends": _moment(entry.ends_at.astimezone(zone)),
            "place": entry.place,
            "price": amounts.plain(entry.cents),
            "places_left": entry.places_left,
        }
        for entry in coming
    ]
    phrases = [_happening(entry.title, entry.starts_at.astimezone(zone), language) for entry in coming[:_IN_A_LINE]]
    return {"events": facts}, _DOT.join(phrases) or _NOTHING.to(language)


def _happening(title: str, local: datetime, language: Language) -> str:
    """Return an event's day, hour and title on one line."""
    return f"{formats.day(local.date(), language, formats.SHORT_WEEKDAY)} {formats.hour(local, language)} {title}"


def prices(now: Now, language: Language) -> Told:
    """Return every full price, as the sheet at the door lists them; `least` is the floor of a free price, whose `price`
    is only the suggestion.
    """
    lines = door_sheet.prices(now.connection, now.policy)
    facts = [
        {
            "name": line.name.to(language),
            "price": amounts.plain(line.price.cents),
            "least": None if line.price.floor_cents is None else amounts.plain(line.price.floor_cents),
        }
        for line in lines
    ]
    phrases = [
        _PRICE.to(language, name=line.name.to(language), price=door_sheet_pdf.price(line.price, language))
        for line in lines
    ]
    return {"prices": facts}, _DOT.join(phrases) or _NO_PRICES.to(language)


def _moment(local: datetime) -> str:
    """Return a moment in ISO form, to the second."""
    return (local - timedelta(microseconds=local.microsecond)).isoformat(timespec="seconds")


TOLD: Mapping[str, Callable[[Now, Language], Told]] = {
    sharing.OCCUPANCY: occupancy,
    sharing.OPENING: opening,
    sharing.AGENDA: events,
    sharing.PRICES: prices,
}
"""The facts that everyone may ask for, by their name in the address."""
