"""Reads what the idle screen shows of the place: people present, today's host, events, and what is missing for the
rent.

The only names on it are those that the desk wrote for the day, and those of visible members. A *let* is a zone, or the
whole place, that is an organisation's for some hours; *permanents* are members with a subscription.
"""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import days, lets
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.names import searchable
from kiosk.domain.rooms.now import RoomsNow
from kiosk.language.names import Names, called
from kiosk.language.texts import Said
from kiosk.store.checkin import visits
from kiosk.store.space import wording_rows
from kiosk.store.space.policies import Rules

FEWEST = 3  # a smaller number is not shown: that the house is almost empty is not announced
MOST_EVENTS = 2  # of today, on the idle screen
HOST, ON = "host-today", "on-today"  # texts of the desk, on today's hosts and on what is on: valid that day only

_SHORTEST_NAME = 3  # shorter words are "et", "de"
_WORD = re.compile(r"[^\W\d_]+")  # letters only, no digits or signs


class Hosted(Struct, frozen=True):
    """A member's hosting shift today, in minutes since midnight; `name` is empty where the member does not show it."""

    name: str
    from_minute: int
    until_minute: int


class LetSoon(Struct, frozen=True):
    """The zone (None: the whole place) that is let next or now, and when, in local time."""

    zone: Names | None
    starts: datetime
    ends: datetime


class IdleFacts(Struct, frozen=True):
    """What the idle screen shows now; a field that is None is not shown.

    `present` is the number of people here, `places` how many the space takes now, without zones that are let. `host` is
    the desk's note on today's hosts, `turns` the hosts by the rota where there is no note; `note` is the desk's note on
    what is on today. `thermometer_percent` is the part of the rent that the month has brought. `lunch` is the number of
    people eating here. `quiet`: it is night, `dim`: the screen is to be dark as well. `by_pin`: members without their
    badge may come in by name and code; `vouches`: on the word of another member. `neglected`: no backup, or no
    rehearsal of one, in time. `rooms`: all rooms at this moment. `on_today`: today's public events; `seeks` the next
    event that lacks people, and how many; `let` what is let next. `phone`: the number to call where no bell rings.
    `updating`: a newer release is being installed. `rent`: what is missing for the month's rent, in permanents and
    days.
    """

    present: int | None = None
    places: int | None = None
    host: Names | None = None
    turns: tuple[Hosted, ...] = ()
    note: Names | None = None
    thermometer_percent: int | None = None
    rent: Said | None = None
    lunch: int | None = None
    quiet: bool = False
    dim: bool = False
    by_pin: bool = False
    vouches: bool = False
    updating: bool = False
    neglected: bool = False
    rooms: RoomsNow | None = None
    let: LetSoon | None = None
    on_today: tuple[tuple[datetime, str], ...] = ()
    seeks: tuple[str, int] | None = None
    phone: str = ""


def read(connection: sa.Connection, policy: Policy, moment: Moment, rules: Rules) -> IdleFacts:
    """Return what the database says of this moment. `Idle` adds what changes by the second (night, lunches), and rooms,
    backups that are overdue and updates.

    A note of the desk is shown only if it was written today, and if it does not name a hidden member (one that is not
    visible to others). Where there is a note on hosts, even one that is not shown, the rota's hosts are left out.
    """
    zone = rules.zone
    present = visits.present(connection, moment.day, policy.site)
    notes_of_today = {
        code: wording.words
        for code, wording in wording_rows.newest(connection, (HOST, ON)).items()
        if wording.words and days.moment(wording.made_at, zone, policy.day_start_hour).day == moment.day
    }
    host, note = notes_of_today.get(HOST), notes_of_today.get(ON)
    month_cents = _counted(connection, policy, moment, rules)
    return IdleFacts(
        present=present if present >= FEWEST else None,
        places=lets.places_left(policy.capacity_notice or policy.capacity_legal, policy.lets, moment.at),
        host=host if host is not None and _may_be_named(connection, _words(host)) else None,
        turns=_hosts_of(connection, moment.day) if policy.hosting and host is None else (),
        note=note if note is not None and _may_be_named(connection, _capitals(note)) else None,
        thermometer_percent=_thermometer(policy, month_cents),
        rent=_rent(policy, month_cents),
        by_pin=policy.pin_sign_in,
        vouches=True,  # by no rule; False in facts that were not read, since vouching needs the database
        let=_let(connection, moment) if policy.rooms_on else None,
        on_today=_on_today(connection, moment, zone) if policy.events else (),
        seeks=_seeks(connection, moment) if policy.events else None,
        phone=_phone(connection, moment.day),
    )


def _phone(connection: sa.Connection, day: date) -> str:
    """Return the association's telephone number, empty where it has set none."""
    from kiosk.store.space import book_rules

    return str(book_rules.read(connection, day).association.get("phone", ""))


def _on_today(connection: sa.Connection, moment: Moment, zone: ZoneInfo) -> tuple[tuple[datetime, str], ...]:
    """Return start and title of the first `MOST_EVENTS` public events that are held today, in local time, without those
    whose title may name a hidden member.
    """
    from kiosk.domain.events.terms import EventState
    from kiosk.store.events import event_rows  # few spaces have events

    titles = []
    for event in event_rows.listed(connection, (EventState.HELD,), moment.at):
        if event.terms is not None:
            starts = event.terms.starts_at.astimezone(zone)
            is_today = starts.date() <= moment.local.date() <= event.terms.ends_at.astimezone(zone).date()
            if is_today and _may_be_named(connection, _capitals(called(event.title))):
                titles.append((starts, event.title))
    return tuple(titles[:MOST_EVENTS])


def _seeks(connection: sa.Connection, moment: Moment) -> tuple[str, int] | None:
    """Return the title of the next public event with too few people, and how many are missing; None without any. Events
    whose title may name a hidden member are left out.
    """
    from kiosk.store.events import signup_rows  # few spaces have events

    for each, missing in signup_rows.lacking(connection, moment.at):
        if _may_be_named(connection, _capitals(called(each.title))):
            return each.title, missing
    return None


def _let(connection: sa.Connection, moment: Moment) -> LetSoon | None:
    """Return the zone or place that is let now, or next within the days of the rule `privatisation_notice_days` (a day
    at least); None if nothing is.
    """
    from kiosk.store.space import let_rows, room_rules  # few spaces let anything

    days_ahead = room_rules.read(connection, moment.day).privatisation_notice_days
    for let, names in let_rows.coming(connection, moment.at, max(1, days_ahead)):
        zone = moment.local.tzinfo
        return LetSoon(names, let.starts_at.astimezone(zone), let.ends_at.astimezone(zone))
    return None


def _hosts_of(connection: sa.Connection, day: date) -> tuple[Hosted, ...]:
    """Return the hosting shifts of a day that have a holder, with the holders' names where these are visible."""
    from kiosk.store.hosting import rota_rows  # few spaces have a rota

    shifts = rota_rows.welcoming(connection, day)
    return tuple(Hosted(turn.public_name, turn.shift.from_minute, turn.shift.until_minute) for turn in shifts)


def _words(texts: Names) -> set[str]:
    """Return all words of a text that could be a name, in searchable form."""
    return {
        word
        for text in texts.by_language.values()
        for word in _WORD.findall(searchable(text))
        if len(word) >= _SHORTEST_NAME
    }


def _capitals(texts: Names) -> set[str]:
    """Return the words of a text in sentences that could be a name, in searchable form: only those with a capital
    ("claire" is a colour).
    """
    texts_by_language = texts.by_language.items()
    return _words(
        Names(
            {
                code: " ".join(word for word in _WORD.findall(text) if word[0].isupper())
                for code, text in texts_by_language
            }
        )
    )


def _may_be_named(connection: sa.Connection, words: set[str]) -> bool:
    """Tell whether these words may be shown: for each word that is the first or shown name of members, at least one
    member of that name must be visible. Words that name no member are allowed.
    """
    from kiosk.store.checkin import presence  # only where a text of the desk has to be checked

    allowed: dict[str, bool] = {}
    for name, shown_name, visible in presence.names(connection):
        called = {*searchable(name).split()[:1], *searchable(shown_name or "").split()}
        for word in called & words:
            allowed[word] = allowed.get(word, False) or visible
    return all(allowed.values())


def _thermometer(policy: Policy, month_cents: int | None) -> int | None:
    """Return the part of the rent that the month brings in percent, rounded down, from 0 to 100; None where it is not
    shown, or there is no rent.
    """
    if month_cents is None or not policy.show_thermometer or policy.rent_cents <= 0:
        return None
    return max(0, min(100, month_cents * 100 // policy.rent_cents))


def _rent(policy: Policy, month_cents: int | None) -> Said | None:
    """Return how far the month covers the rent, None where the rules do not show it."""
    if month_cents is None or not policy.show_break_even:
        return None
    from kiosk.domain.space import rent, rent_words  # few spaces show it

    return rent_words.short(rent.break_even(policy, month_cents))


def _counted(connection: sa.Connection, policy: Policy, moment: Moment, rules: Rules) -> int | None:
    """Return the cents that this calendar month brings, as the rent's page counts them; None where the rules show
    nothing of it, so that it is not computed for nothing.
    """
    if not (policy.show_break_even or (policy.show_thermometer and policy.rent_cents > 0)):
        return None
    from kiosk.store.books import month_sums
    from kiosk.store.space import book_rules

    first, last = days.month_of(moment.day)
    book = book_rules.book(connection)
    return month_sums.counted(connection, book, lambda on: rules.on(connection, on), first, last).total()
