"""Gathers what the idle screen shows of the place: how many are here, who hosts, what is on, who eats, day or night.

A thread of its own reads it from the database, never inside a tap, and keeps it in memory. Who eats here is known to
nothing else and forgotten with the day. The only names in it are those that the desk wrote for the day.
"""

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.devices.protocols import Clock
from kiosk.domain import days, lets
from kiosk.domain.checkin.choices import AT_REST, MEALS, Act
from kiosk.domain.days import Moment
from kiosk.domain.health.upkeep import Care
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.names import searchable
from kiosk.domain.rooms.now import RoomsNow
from kiosk.errors import MachineError
from kiosk.language.names import Names, called
from kiosk.language.texts import Said
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store.checkin import visits
from kiosk.store.engine import Store
from kiosk.store.health import upkeep_rows
from kiosk.store.space import wording_rows
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

FEWEST = 3  # an empty house is nobody's business
MOST_EATING = 99
MOST_EVENTS = 2
TAKE_BACK_SECONDS = 30.0  # as long as a card that is touched stays
LIT_SECONDS = 60.0  # how long a touch or a badge lights a screen at night
PAUSE_SECONDS = 1.0
STALE_SECONDS = 60.0
HOST, ON = "host-today", "on-today"  # own words of the desk that hold for the day they are written on

_SHORTEST_NAME = 3  # shorter words are "et", "de"
_WORD = re.compile(r"[^\W\d_]+")

_CARES = (Care.BACKUP, Care.DRILL)  # what the screen tells everybody to ask for


class Hosted(Struct, frozen=True):
    """Somebody's turn of hosting today, by the rota; `name` is empty for who does not let others see it."""

    name: str
    from_minute: int
    until_minute: int


class LetSoon(Struct, frozen=True):
    """What is let next, or now, on the wall clock: a zone by its names, or all of it."""

    zone: Names | None
    starts: datetime
    ends: datetime


class IdleFacts(Struct, frozen=True):
    """What the idle screen shows now; what is None is not shown.

    `host` is what the desk wrote of who hosts today, `turns` what the rota says where nothing was written.
    `lunch` is how many eat here. `quiet` is that these are the hours of the night, `dim` that the screen is to be dark
    too.
    `by_pin`: who forgot the badge may come in by name and code; `vouches`: on the word of a member. `neglected`:
    no copy, or no rehearsal of one, in time.
    `on_today`: what takes place today, of what everybody may know; `seeks` the next that wants more people to take
    place, and how many; `let` what is let next.
    `phone`: whom to call where nothing rings.
    `updating`: a newer release is being installed. `rent`: what the month's rent lacks, in permanents and days.
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


class Night(Struct, frozen=True):
    """The hours in which the screen is dark and silent, on the wall clock; none where both are the same."""

    from_hour: int
    until_hour: int

    def holds(self, hour: int) -> bool:
        """Whether an hour is one of them."""
        if self.from_hour <= self.until_hour:
            return self.from_hour <= hour < self.until_hour
        return hour >= self.from_hour or hour < self.until_hour


@dataclass(slots=True)
class _Lunch:
    """Who eats here on one day, and when that was last touched (monotonic seconds)."""

    day: date | None = None
    count: int = 0
    touched: float = float("-inf")


class Idle:
    """Keeps the facts. `changed` is told when screens should look again; `quiet_seconds` since a card was last shown.
    In a `real` home, copies are wanted. `rooms` looks after those that are let, where any are.
    `updating`: whether a newer release is being installed.

    Safe from any thread: `run` is one's own, the rest is the screen's.
    """

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        timekeeper: Timekeeper,
        clock: Clock,
        night: Night,
        changed: Callable[[], None],
        quiet_seconds: Callable[[], float],
        real: bool = False,
        updating: Callable[[], bool] = lambda: False,
        rooms: Callable[[], RoomsNow] | None = None,
    ) -> None:
        self._store = store
        self._rules = rules
        self._time = timekeeper
        self._clock = clock
        self._night = night
        self._changed = changed
        self._quiet_seconds = quiet_seconds
        self._real = real
        self._updating = updating
        self._rooms = rooms
        self._lock = threading.Lock()
        self._read = IdleFacts()
        self._is_updating = False
        self._start_hour = 0
        self._lunch_until: int | None = None
        self._lunch = _Lunch()
        self._lit_until = float("-inf")
        self._due = float("-inf")

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """A turn each second until `stopping`, the first a second from now: the start has better things to do.

        `pause` sleeps and can be cut short.
        """
        pause(PAUSE_SECONDS)
        while not stopping():
            try:
                self.turn()
            except Exception:  # around one job: the next turn tries again
                log.exception("what the idle screen shows could not be read")
            pause(PAUSE_SECONDS)

    def committed(self) -> None:
        """Note that somebody wrote to the database, so that the next turn reads it."""
        self._due = float("-inf")

    def turn(self) -> None:
        """Read the database if something was written, or if a minute is over."""
        updating = self._updating()
        if updating is not self._is_updating:
            self._is_updating = updating
            self._changed()
        if self._clock.monotonic() < self._due:
            return
        self._due = self._clock.monotonic() + STALE_SECONDS
        look = self._time.look()
        found, lunch_until, start_hour = IdleFacts(), None, 0
        if look.doubt is None:
            try:
                with self._store.reading() as connection:
                    policy, moment = self._rules.at(connection, look.reading.at)
                    found = _facts(connection, policy, moment, self._rules)
                    if self._real:
                        found = replace(found, neglected=upkeep_rows.is_neglected(connection, _CARES, look.reading.at))
                    lets_rooms = policy.rooms_on
                if lets_rooms and self._rooms is not None:
                    found = replace(found, rooms=self._rooms())
                lunch_until, start_hour = policy.lunch_until_hour, policy.day_start_hour
            except MachineError:
                pass  # said elsewhere; an idle screen simply knows less then
        with self._lock:
            is_news = (found, lunch_until) != (self._read, self._lunch_until)
            self._read, self._lunch_until, self._start_hour = found, lunch_until, start_hour
        if is_news:
            self._changed()

    def facts(self) -> IdleFacts:
        """What to show at this moment, from memory."""
        look = self._time.look()
        if look.doubt is not None:
            return IdleFacts(updating=self._is_updating)
        moment = days.moment(look.reading.at, self._rules.zone, self._start_hour)
        now, quiet = self._clock.monotonic(), self._night.holds(moment.local.hour)
        with self._lock:
            lunch = self._lunch_of(moment)
            return replace(
                self._read,
                lunch=None if lunch is None else lunch.count,
                quiet=quiet,
                dim=quiet and now >= self._lit_until and self._quiet_seconds() >= LIT_SECONDS,
                updating=self._is_updating,
            )

    def touched(self, act: Act) -> None:
        """Light the screen for whoever touched it, and count who eats. What stands there is drawn anew."""
        now = self._clock.monotonic()
        with self._lock:
            self._lit_until = now + LIT_SECONDS
        if act in MEALS:
            self._eat(1 if act is Act.LUNCH else -1, now)
        if act in AT_REST or act in MEALS:
            self._changed()

    def _eat(self, by: int, now: float) -> None:
        look = self._time.look()
        if look.doubt is not None:
            return
        with self._lock:
            lunch = self._lunch_of(days.moment(look.reading.at, self._rules.zone, self._start_hour))
            if lunch is None or (by < 0 and now - lunch.touched >= TAKE_BACK_SECONDS):
                return
            lunch.count = max(0, min(MOST_EATING, lunch.count + by))
            lunch.touched = now if by > 0 else float("-inf")  # one touch is taken back once

    def _lunch_of(self, moment: Moment) -> _Lunch | None:
        """Today's, while it is asked."""
        if self._lunch_until is None or not self._start_hour <= moment.local.hour < self._lunch_until:
            return None
        if self._lunch.day != moment.day:
            self._lunch = _Lunch(moment.day)
        return self._lunch


def _facts(connection: sa.Connection, policy: Policy, moment: Moment, rules: Rules) -> IdleFacts:
    zone = rules.zone
    present = visits.present(connection, moment.day, policy.site)
    said = {
        code: found.words
        for code, found in wording_rows.newest(connection, (HOST, ON)).items()
        if found.words and days.moment(found.made_at, zone, policy.day_start_hour).day == moment.day
    }
    host, note = said.get(HOST), said.get(ON)
    counted = _counted(connection, policy, moment, rules)
    return IdleFacts(
        present=present if present >= FEWEST else None,
        places=lets.places_left(policy.capacity_notice or policy.capacity_legal, policy.lets, moment.at),
        host=host if host is not None and _may_be_named(connection, _words(host)) else None,
        turns=_turns(connection, moment.day) if policy.hosting and host is None else (),
        note=note if note is not None and _may_be_named(connection, _capitals(note)) else None,
        thermometer_percent=_thermometer(policy, counted),
        rent=_rent(policy, counted),
        by_pin=policy.pin_sign_in,
        vouches=True,
        let=_let(connection, moment) if policy.rooms_on else None,
        on_today=_on_today(connection, moment, zone) if policy.events else (),
        seeks=_seeks(connection, moment) if policy.events else None,
        phone=_phone(connection, moment.day),
    )


def _phone(connection: sa.Connection, day: date) -> str:
    """The number that the association has said to be its own."""
    from kiosk.store.space import book_rules

    return str(book_rules.read(connection, day).association.get("phone", ""))


def _on_today(connection: sa.Connection, moment: Moment, zone: ZoneInfo) -> tuple[tuple[datetime, str], ...]:
    """Events that take place today and are not over, of the public list; none whose title may name somebody."""
    from kiosk.domain.events.terms import EventState
    from kiosk.store.events import event_rows  # few spaces have events

    found = []
    for one in event_rows.listed(connection, (EventState.HELD,), moment.at):
        if one.terms is not None:
            starts = one.terms.starts_at.astimezone(zone)
            is_today = starts.date() <= moment.local.date() <= one.terms.ends_at.astimezone(zone).date()
            if is_today and _may_be_named(connection, _capitals(called(one.title))):
                found.append((starts, one.title))
    return tuple(found[:MOST_EVENTS])


def _seeks(connection: sa.Connection, moment: Moment) -> tuple[str, int] | None:
    """The next event of the public list that too few come to yet, and how many are missing; none that names anybody."""
    from kiosk.domain.events.terms import EventState
    from kiosk.store.events import event_rows, signup_rows  # few spaces have events

    come = signup_rows.counts(connection)
    for each in event_rows.listed(connection, (EventState.OPEN,), moment.at):
        needed = 0 if each.terms is None or each.terms.threshold is None else each.terms.threshold
        missing = needed - come.get(each.id, (0, 0))[0]
        if missing > 0 and _may_be_named(connection, _capitals(called(each.title))):
            return each.title, missing
    return None


def _let(connection: sa.Connection, moment: Moment) -> LetSoon | None:
    """What is let now, or within the days in which members are told of it."""
    from kiosk.store.space import let_rows, room_rules  # few spaces let anything

    days_ahead = room_rules.read(connection, moment.day).privatisation_notice_days
    for each, names in let_rows.coming(connection, moment.at, max(1, days_ahead)):
        zone = moment.local.tzinfo
        return LetSoon(names, each.starts_at.astimezone(zone), each.ends_at.astimezone(zone))
    return None


def _turns(connection: sa.Connection, day: date) -> tuple[Hosted, ...]:
    from kiosk.store.hosting import rota_rows  # few spaces have a rota

    held = rota_rows.welcoming(connection, day)
    return tuple(Hosted(each.public_name, each.shift.from_minute, each.shift.until_minute) for each in held)


def _words(said: Names) -> set[str]:
    """All that could be a name among these words."""
    return {
        word
        for text in said.by_language.values()
        for word in _WORD.findall(searchable(text))
        if len(word) >= _SHORTEST_NAME
    }


def _capitals(said: Names) -> set[str]:
    """The same where a sentence is expected: a name has a capital, and "claire" is a colour."""
    found = said.by_language.items()
    return _words(
        Names({code: " ".join(word for word in _WORD.findall(text) if word[0].isupper()) for code, text in found})
    )


def _may_be_named(connection: sa.Connection, words: set[str]) -> bool:
    """Whether every member whose first or chosen name is among these words lets others see it; or a namesake does."""
    from kiosk.store.checkin import presence  # the desk's queries: few spaces ask for one

    allowed: dict[str, bool] = {}
    for name, shown_name, visible in presence.names(connection):
        called = {*searchable(name).split()[:1], *searchable(shown_name or "").split()}
        for word in called & words:
            allowed[word] = allowed.get(word, False) or visible
    return all(allowed.values())


def _thermometer(policy: Policy, counted: int | None) -> int | None:
    if counted is None or not policy.show_thermometer or policy.rent_cents <= 0:
        return None
    return max(0, min(100, counted * 100 // policy.rent_cents))


def _rent(policy: Policy, counted: int | None) -> Said | None:
    if counted is None or not policy.show_break_even:
        return None
    from kiosk.domain.space import rent, rent_words  # few spaces show it

    return rent_words.short(rent.break_even(policy, counted))


def _counted(connection: sa.Connection, policy: Policy, moment: Moment, rules: Rules) -> int | None:
    """What the month brings, as the rent's page counts it; None where it is not shown."""
    if not (policy.show_break_even or (policy.show_thermometer and policy.rent_cents > 0)):
        return None
    from kiosk.store.books import month_sums
    from kiosk.store.space import book_rules

    first, last = days.month_of(moment.day)
    book = book_rules.book(connection)
    return month_sums.counted(connection, book, lambda on: rules.on(connection, on), first, last).total()
