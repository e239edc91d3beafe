"""Decides which duties are due: one table with a row per kind of duty, judged by the facts of that kind.

A duty applies once its subject is in use. Doing its act ends it, or lets it sleep for the days in its row; an officer
may put it off by name for at most `LONGEST_DAYS`, unless people or the machine wait for it. Counts and cents are always
given; `is_due` and `asleep_until` decide whether it stands on the list of what to do now.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct, field

from kiosk.domain.members.permissions import May
from kiosk.domain.problems import Problem

MOST_SHOWN = 7  # duties listed before the rest is folded away
LONGEST_DAYS = 60  # for which a duty may be put off
MONTHS_FROM = 5  # the day of the month from which the month before is due to be closed
STATEMENT_DAYS = 35  # after so many days without a bank statement, one is due
UNCOUNTED_DAYS, DECLARED_DAYS = 31, 7  # from the last count, and from the oldest cash declaration, until a count is due
CARRIED_DAYS = 15  # from the day cash left the box until a statement should show it
GRACE_DAYS = 7  # how late an invoice may be before the duty appears
AHEAD_DAYS = 30  # how long before an end (membership, insurance, office) the duty appears


class Area(StrEnum):
    """The part of the desk that a duty belongs to."""

    TODAY = "today"
    PEOPLE = "people"
    MONEY = "money"
    PLACE = "place"
    FIGURES = "figures"
    SETTINGS = "settings"


class Kind(StrEnum):
    """A kind of duty, by its stable name."""

    JOININGS = "joinings"
    VISITORS = "visitors"
    RENTALS = "rentals"  # requests for a room
    ERASURES = "erasures"
    CORRECTIONS = "corrections"
    TWO = "two"  # another officer's act needs agreement
    ACCOUNTS = "accounts"  # of the desk, without a member's file
    CODES = "codes"  # of members, waiting after wrong ones
    BADGES = "badges"  # with half of their keys written
    TURNS = "turns"  # free shifts
    TRAININGS = "trainings"
    CALENDARS = "calendars"  # followed ones that differ from what is booked here
    HEALTH = "health"
    TAPS = "taps"  # not entered in the ledger yet
    MEMBERSHIPS = "memberships"
    TABS = "tabs"
    BANK_LINES = "bank-lines"
    STATEMENT = "statement"
    ONLINE = "online"  # payments that an officer has to decide
    CHEQUES = "cheques"  # to be taken to the bank
    PAYOUTS = "payouts"  # of card and online payments, expected at the bank
    CARRIED = "carried"  # cash at the bank that no statement shows yet
    BOX = "box"  # a count of the cash
    MONTHS = "months"  # to be closed
    FILES = "files"  # of a closed month, to be sent
    INVOICES = "invoices"
    OVERDUE = "overdue"
    YEAR = "year"  # a fiscal year to be closed
    INSURANCES = "insurances"
    OFFICES = "offices"
    ANSWERS = "answers"  # about the space, to be confirmed by the association


class State(StrEnum):
    """The state of a duty. Only its act makes it DONE."""

    IDLE = "idle"  # its subject is not in use here
    NEVER = "never"  # in use, and its act was never done
    OPEN = "open"
    DONE = "done"
    CLEAR = "clear"  # nothing open, and no act of its own is recorded


class Facts(Struct, frozen=True, kw_only=True):
    """What the database knows about a kind of duty."""

    count: int = 0  # how much is open
    cents: int = 0  # its amount; of the cash box, what the box holds
    since: date | None = None  # since when anything is open
    ends_on: date | None = None  # when something ends or falls due
    declared_on: date | None = None  # the day of the oldest declaration of cash
    applies: bool = True  # its subject is in use here
    done_on: date | None = None  # when its act was last done
    slept_on: date | None = None  # the day of the act that lets the duty sleep
    is_beyond: bool = False  # it cannot be mended at the desk
    # Other values for the duty's words, by name; `by_act` where an act of its own is recorded.
    about: Mapping[str, int | str | date | None] = field(default_factory=dict)


class Later(Struct, frozen=True):
    """An officer's decision to put a duty off until a day: the officer's number, and the day of the decision."""

    until_on: date
    officer: int
    said_on: date


class Rule(Struct, frozen=True, kw_only=True):
    """A row of the table: what holds for all duties of one kind."""

    area: Area
    permission: May  # that an officer needs to do it
    act: str  # the desk's page for its act, by the name of its route
    due_on: Callable[[Facts], date | None]  # the day from which it is due; None: not due
    sleeps_days: int = 0  # for how long doing the act lets it sleep
    can_wait: bool = True  # it may be put off
    waits: bool = False  # people wait for it


class Duty(Struct, frozen=True, kw_only=True):
    """A duty on a day. `put_off_by` is an officer's number, if that officer put it off."""

    kind: Kind
    state: State
    since: date | None
    count: int
    cents: int
    permission: May
    act: str
    area: Area
    is_due: bool
    asleep_until: date | None  # until then it is not shown: done lately, or put off
    put_off_by: int | None
    can_wait: bool
    is_beyond: bool
    done_on: date | None
    ends_on: date | None
    about: Mapping[str, int | str | date | None]

    @property
    def is_shown(self) -> bool:
        """Tell whether it is to be done now: due, and not asleep."""
        return self.is_due and self.asleep_until is None

    @property
    def is_counted(self) -> bool:
        """Tell whether anything is open, asleep or not."""
        return bool(self.count or self.cents)


def _at_once(facts: Facts) -> date | None:
    """Return the day since when anything is open; a day long past if unknown, so that the duty is due now."""
    return facts.since or date.min


def _after(days: int) -> Callable[[Facts], date | None]:
    """Return a function that gives the day so many days after `since`; None without one."""
    return lambda facts: None if facts.since is None else facts.since + timedelta(days=days)


def _before_end(days: int) -> Callable[[Facts], date | None]:
    """Return a function that gives the day so many days before `ends_on`; None without one."""
    return lambda facts: None if facts.ends_on is None else facts.ends_on - timedelta(days=days)


def _box(facts: Facts) -> date | None:
    """Return when the cash box is to be counted: some days after a declaration, or after the last count if it holds
    money; at once if the entries make it negative, because one is missing.
    """
    if facts.cents < 0:
        return date.min
    days = [facts.declared_on + timedelta(days=DECLARED_DAYS)] if facts.declared_on else []
    # `cents` is what the box holds, `since` the day of the last count
    days += [facts.since + timedelta(days=UNCOUNTED_DAYS)] if facts.cents and facts.since else []
    return min(days, default=None)


def _next_month(facts: Facts, day: int) -> date | None:
    """Return this day of the month after the one in which a duty began, None where it has not begun."""
    if facts.since is None:
        return None
    first = (facts.since.replace(day=1) + timedelta(days=31)).replace(day=1)
    return first.replace(day=day)


def _months(facts: Facts) -> date | None:
    """Return the day from which the month before is to be closed."""
    return _next_month(facts, MONTHS_FROM)


def _month_over(facts: Facts) -> date | None:
    """Return the first day of the month after the one in which something began to be open."""
    return _next_month(facts, 1)


def _rule(area: Area, permission: May, act: str, due_on: Callable[[Facts], date | None], sleeps_days: int = 0) -> Rule:
    """Return a row for a duty that may be put off."""
    return Rule(area=area, permission=permission, act=act, due_on=due_on, sleeps_days=sleeps_days)


def _waiting(area: Area, permission: May, act: str) -> Rule:
    """Return a row for a duty due at once, for which people wait: it cannot be put off."""
    return Rule(area=area, permission=permission, act=act, due_on=_at_once, can_wait=False, waits=True)


def _unpostponable(area: Area, permission: May, act: str, due_on: Callable[[Facts], date | None] = _at_once) -> Rule:
    """Return a row for a duty that cannot be put off, though no person waits for it."""
    return Rule(area=area, permission=permission, act=act, due_on=due_on, can_wait=False)


TABLE: Mapping[Kind, Rule] = {
    Kind.JOININGS: _waiting(Area.PEOPLE, May.EDIT_MEMBERS, "joining.listing"),
    Kind.VISITORS: _waiting(Area.PEOPLE, May.EDIT_MEMBERS, "visitors.listing"),
    Kind.RENTALS: _waiting(Area.PLACE, May.BOOK_ROOMS, "visitors.rooms"),
    Kind.ERASURES: _waiting(Area.PEOPLE, May.EDIT_MEMBERS, "erasures.listing"),
    Kind.CORRECTIONS: _waiting(Area.PEOPLE, May.CORRECT_MONEY, "corrections.listing"),
    Kind.TWO: _waiting(Area.SETTINGS, May.CONFIRM, "two.page"),
    Kind.ACCOUNTS: _unpostponable(Area.SETTINGS, May.MANAGE_USERS, "users.everybody"),
    Kind.CODES: _waiting(Area.PEOPLE, May.FIND_MEMBERS, "members.page"),
    Kind.BADGES: _unpostponable(Area.PEOPLE, May.EDIT_MEMBERS, "doorway.series"),
    Kind.TURNS: _unpostponable(Area.PLACE, May.KEEP_ROTA, "rota.page", _before_end(3)),
    Kind.TRAININGS: _unpostponable(Area.PLACE, May.RUN_EVENTS, "events.page", _before_end(3)),
    Kind.CALENDARS: _unpostponable(Area.PLACE, May.BOOK_ROOMS, "feeds.differences"),
    Kind.HEALTH: _unpostponable(Area.SETTINGS, May.SEE_TODAY, "state.page"),
    Kind.TAPS: _unpostponable(Area.SETTINGS, May.SEE_TODAY, "state.page"),
    Kind.MEMBERSHIPS: _rule(Area.PEOPLE, May.EDIT_MEMBERS, "renewals.page", _before_end(AHEAD_DAYS), sleeps_days=14),
    Kind.TABS: _rule(Area.MONEY, May.CORRECT_MONEY, "money.ask_reminders", _at_once, sleeps_days=21),
    Kind.BANK_LINES: _rule(Area.MONEY, May.CORRECT_MONEY, "bank.page", _after(7)),
    Kind.STATEMENT: _rule(Area.MONEY, May.CORRECT_MONEY, "bank.start", _after(STATEMENT_DAYS)),
    Kind.ONLINE: _unpostponable(Area.MONEY, May.CORRECT_MONEY, "online.page"),
    Kind.CHEQUES: _rule(Area.MONEY, May.CORRECT_MONEY, "remittances.cheques", _after(15)),
    Kind.PAYOUTS: _rule(Area.MONEY, May.CORRECT_MONEY, "remittances.payouts", _after(10)),
    Kind.CARRIED: _rule(Area.MONEY, May.CORRECT_MONEY, "cash.page", _after(CARRIED_DAYS)),
    Kind.BOX: _rule(Area.MONEY, May.CORRECT_MONEY, "cash.count_form", _box),
    Kind.MONTHS: _rule(Area.MONEY, May.CORRECT_MONEY, "books.month_path", _months),
    Kind.FILES: _rule(Area.MONEY, May.CORRECT_MONEY, "books.closed", _after(7), sleeps_days=7),
    Kind.INVOICES: _rule(Area.MONEY, May.CORRECT_MONEY, "invoices.page", _month_over),
    Kind.OVERDUE: _rule(Area.MONEY, May.CORRECT_MONEY, "money.ask_reminders", _after(GRACE_DAYS), sleeps_days=14),
    Kind.YEAR: _rule(Area.MONEY, May.MANAGE_USERS, "books.closed", _at_once),
    Kind.INSURANCES: _rule(Area.PEOPLE, May.MANAGE_USERS, "members.page", _before_end(AHEAD_DAYS)),
    Kind.OFFICES: _rule(Area.PLACE, May.MANAGE_USERS, "premises.offices", _before_end(AHEAD_DAYS)),
    Kind.ANSWERS: _rule(Area.SETTINGS, May.EDIT_RULES, "hour.overview", _at_once),
}
"""The row of each kind, in the order in which duties are shown: those for which people wait first."""


def judge(kind: Kind, facts: Facts, today: date, later: Later | None = None) -> Duty:
    """Return the duty that the facts of a kind make on a day: due if its subject is in use, something is counted and
    its day has come.

    It sleeps until the later of two days and is awake on it: `sleeps_days` after `slept_on`, and the day to which an
    officer put it off, at most LONGEST_DAYS after deciding so. That decision is void if all that is open came after it
    (`since`).
    """
    rule, is_counted = TABLE[kind], bool(facts.count or facts.cents)
    due_on = rule.due_on(facts) if facts.applies and is_counted else None
    sleeps_until: list[date] = []
    if rule.sleeps_days and facts.slept_on is not None:
        sleeps_until.append(facts.slept_on + timedelta(days=rule.sleeps_days))
    put_off_by = None
    if later is not None and rule.can_wait and (facts.since is None or facts.since <= later.said_on):
        put_off_until = min(later.until_on, later.said_on + timedelta(days=LONGEST_DAYS))
        sleeps_until.append(put_off_until)
        if is_counted and put_off_until > today:  # whether or not its act lets it sleep, too
            put_off_by = later.officer
    asleep_until = max((day for day in sleeps_until if day > today), default=None) if is_counted else None
    return Duty(
        kind=kind,
        state=_state(facts, is_counted=is_counted),
        since=facts.since,
        count=facts.count,
        cents=facts.cents,
        permission=rule.permission,
        act=rule.act,
        area=rule.area,
        is_due=due_on is not None and due_on <= today,
        asleep_until=asleep_until,
        put_off_by=put_off_by,
        can_wait=rule.can_wait,
        is_beyond=facts.is_beyond,
        done_on=facts.done_on,
        ends_on=facts.ends_on,
        about=facts.about,
    )


def _state(facts: Facts, *, is_counted: bool) -> State:
    """Return a duty's state by its facts. Anything counted makes it OPEN; cents alone do so only until its act was done
    once, because a cash box holds money after a count, too. Otherwise, in this order: IDLE where its subject is not in
    use, DONE after its act, NEVER for a kind that a recorded act ends (`by_act`), else CLEAR.
    """
    if facts.count or (is_counted and facts.done_on is None):
        return State.OPEN
    if not facts.applies:
        return State.IDLE
    if facts.done_on is not None:
        return State.DONE
    return State.NEVER if facts.about.get("by_act") else State.CLEAR


class Duties(Struct, frozen=True):
    """The duties at one moment: the only source for what pages say about them."""

    lines: tuple[Duty, ...]

    def of(self, kind: Kind) -> Duty:
        """Return the duty of a kind. Raises KeyError where it was not read."""
        for line in self.lines:
            if line.kind is kind:
                return line
        raise KeyError(kind)

    def shown(self, may: Callable[[May], bool]) -> list[Duty]:
        """Return what an officer with these rights has to do now, duties for which people wait first."""
        return [line for line in self._ordered() if line.is_shown and may(line.permission)]

    def counted(self, may: Callable[[May], bool]) -> list[Duty]:
        """Return every duty with something open that an officer with these rights may do, due or not, asleep or not."""
        return [line for line in self._ordered() if line.is_counted and may(line.permission)]

    def asleep(self, may: Callable[[May], bool]) -> list[Duty]:
        """Return the duties that are due but asleep, of those that an officer with these rights may do."""
        return [line for line in self._ordered() if line.is_due and line.asleep_until and may(line.permission)]

    def _ordered(self) -> list[Duty]:
        """Return the duties in the order of the table, those for which people wait first."""
        places = list(TABLE)
        return sorted(self.lines, key=lambda line: (not TABLE[line.kind].waits, places.index(line.kind)))


def counts_by_area(lines: Iterable[Duty]) -> dict[Area, int]:
    """Return how many duties are shown in each area; Area.TODAY counts all of them."""
    shown = [line for line in lines if line.is_shown]
    counts = {area: sum(line.area is area for line in shown) for area in Area}
    return {**counts, Area.TODAY: len(shown)}


def days_off(days: int) -> int:
    """Return the days for which a duty is put off, checked. Raises Problem `duty-days`."""
    if not 1 <= days <= LONGEST_DAYS:
        raise Problem("duty-days", most=LONGEST_DAYS)
    return days


def kind_to_put_off(name: str) -> Kind:
    """Return the kind with this name. Raises Problem `duty-kind` for an unknown kind or one that cannot wait."""
    kind = next((known for known in Kind if known.value == name), None)
    if kind is None or not TABLE[kind].can_wait:
        raise Problem("duty-kind", given=name[:40])
    return kind
