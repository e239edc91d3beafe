"""Decides what may be done with a hosting shift: take it, give it up, swap it, confirm that it was held.

A shift has a day and announced hours. It can be confirmed once it has begun, for the hours held so far; all of them
once it is over. Its holder declares separately that it began earlier or ended later. A *banked day* is a day at the
space that a member earned.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

BEYOND = 60  # minutes by which a holder may say that a shift began earlier or ended later
CONFIRM_DAYS = 14  # how long afterwards holders may confirm their own shifts
SHORTEST, LONGEST = 15, 12 * 60  # minutes of a shift
MOST_PLACES = 9  # people on one line of the template
_DAY = 24 * 60  # minutes of a day


class ShiftKind(StrEnum):
    """What a shift is for."""

    OPENING = "opening"
    HOSTING = "hosting"
    CLEANING = "cleaning"


WELCOMES = frozenset({ShiftKind.OPENING, ShiftKind.HOSTING})  # the holders of these are the people to ask that day


class Slot(Struct, frozen=True):
    """A line of the weekly template: a shift on one weekday, for so many people, from a day on."""

    id: int
    weekday: int  # 0 is Monday
    kind: ShiftKind
    from_minute: int  # since midnight
    until_minute: int
    places: int
    from_on: date
    until_on: date | None


class Shift(Struct, frozen=True):
    """One person's shift. `member` is its holder's number (None: free); `confirmed`: the holder says that it was held,
    and `declared_minutes` how long it took.
    """

    id: int
    day_on: date
    kind: ShiftKind
    from_minute: int
    until_minute: int
    member: int | None = None
    confirmed: bool = False
    declared_minutes: int | None = None
    called_off: bool = False  # cancelled: it does not take place, but stays listed

    @property
    def minutes(self) -> int:
        """Return its announced length in minutes."""
        return self.until_minute - self.from_minute


class Now(Struct, frozen=True):
    """A day and the minute of it on the wall clock; after midnight it continues beyond 24 h."""

    day: date
    minute: int


class Unfit(StrEnum):
    """Why something cannot be done with a shift."""

    OVER = "shift-over"  # its day is past
    TAKEN = "shift-taken"
    NOT_YOURS = "shift-not-yours"
    CLASH = "shift-clash"  # the person has another shift at that time
    CONFIRMED = "shift-confirmed"  # it was held and confirmed
    NOT_YET = "shift-not-yet"  # it has not begun
    TOO_LATE = "shift-too-late"  # for the holder to confirm it
    CALLED_OFF = "shift-called-off"
    SAME = "shift-same"  # a swap with oneself, or of a shift with itself
    MINUTES = "shift-minutes"
    SLOT = "slot-hours"


def why_no_slot(weekday: int, from_minute: int, until_minute: int, places: int) -> Unfit | None:
    """Return why a line of the template is impossible; None if it is fine."""
    is_day = 0 <= weekday <= 6 and 1 <= places <= MOST_PLACES
    is_within = from_minute >= 0 and until_minute <= _DAY and SHORTEST <= until_minute - from_minute <= LONGEST
    return None if is_day and is_within else Unfit.SLOT


def shifts_of_template(
    slots: Iterable[Slot], first: date, last: date, closed: Collection[date]
) -> list[tuple[Slot, date, int]]:
    """Return the shifts that the template asks for from `first` to `last`: the line, the day, and the number of its
    place.
    """
    shifts = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for slot in slots:
            holds = slot.from_on <= day and (slot.until_on is None or day <= slot.until_on)
            if holds and slot.weekday == day.weekday() and day not in closed:
                shifts += [(slot, day, place) for place in range(1, slot.places + 1)]
    return shifts


def why_not_take(shift: Shift, number: int, today: date, own: Sequence[Shift]) -> Unfit | None:
    """Return why a member with the shifts `own` may not take this one; None if they may, or hold it already."""
    if shift.called_off:
        return Unfit.CALLED_OFF
    if shift.member is not None and shift.member != number:
        return Unfit.TAKEN
    if shift.day_on < today:
        return Unfit.OVER
    return Unfit.CLASH if any(_meet(shift, held_shift) for held_shift in own) else None


def why_not_give_up(shift: Shift, number: int, today: date) -> Unfit | None:
    """Return why a member may not give up this shift; None if they may."""
    if shift.member != number:
        return Unfit.NOT_YOURS
    if shift.confirmed:
        return Unfit.CONFIRMED
    return Unfit.OVER if shift.day_on < today else None


def held_minutes(shift: Shift, now: Now) -> int:
    """Return how many minutes of a shift have been held so far: 0 before it begins, all once it is over."""
    if shift.day_on != now.day:
        return shift.minutes if shift.day_on < now.day else 0
    return max(0, min(now.minute, shift.until_minute) - shift.from_minute)


def has_more_to_say(shift: Shift, now: Now) -> bool:
    """Tell whether a shift has something left to confirm: today's, minutes held beyond those declared; a past one, that
    it was held at all; never a later one.
    """
    if shift.day_on != now.day:
        return shift.day_on < now.day and not shift.confirmed
    return held_minutes(shift, now) > (shift.declared_minutes or 0)


def most_minutes(shift: Shift, now: Now) -> int:
    """Return the longest that a shift may have taken by now, including an earlier beginning and a later end."""
    beyond = shift.until_minute + BEYOND if shift.day_on < now.day else min(now.minute, shift.until_minute + BEYOND)
    return beyond - shift.from_minute + BEYOND


def why_not_confirm(shift: Shift, number: int, now: Now, *, by_office: bool = False) -> Unfit | None:
    """Return why it cannot be confirmed that this member held a shift; None if it can, even if it was confirmed
    before. The office may confirm it at any later day, the holder for CONFIRM_DAYS.
    """
    today = now.day
    if shift.member != number:
        return Unfit.NOT_YOURS
    if shift.called_off:
        return Unfit.CALLED_OFF
    if held_minutes(shift, now) <= 0:
        return Unfit.NOT_YET
    return None if by_office or today - shift.day_on <= timedelta(days=CONFIRM_DAYS) else Unfit.TOO_LATE


def why_no_minutes(shift: Shift, minutes: int, now: Now, *, by_office: bool = False) -> Unfit | None:
    """Return why a duration cannot be declared for a shift; None if it can. The office may declare more once it is
    over.
    """
    is_over = shift.day_on < now.day or now.minute >= shift.until_minute
    most = LONGEST if by_office and is_over else min(LONGEST, most_minutes(shift, now))
    return None if 0 < minutes <= most else Unfit.MINUTES


def why_not_swap(
    mine: Shift, theirs: Shift, today: date, own_of_mine: Sequence[Shift], own_of_theirs: Sequence[Shift]
) -> Unfit | None:
    """Return why two members may not swap these shifts; None if they may. `own_of_...` are all shifts that each of them
    holds.
    """
    if mine.id == theirs.id or mine.member == theirs.member:
        return Unfit.SAME
    for shift in (mine, theirs):
        if shift.member is None:
            return Unfit.NOT_YOURS
        unfit = why_not_give_up(shift, shift.member, today)
        if unfit is None and shift.called_off:
            unfit = Unfit.CALLED_OFF
        if unfit is not None:
            return unfit
    pairs = ((theirs, own_of_mine, mine), (mine, own_of_theirs, theirs))
    clash = any(_meet(new, held_shift) for new, own, old in pairs for held_shift in own if held_shift.id != old.id)
    return Unfit.CLASH if clash else None


def _meet(shift: Shift, other: Shift) -> bool:
    """Tell whether two different shifts overlap, so that one person cannot hold both; never where `other` is
    cancelled.
    """
    if shift.id == other.id or other.called_off or shift.day_on != other.day_on:
        return False
    return shift.from_minute < other.until_minute and other.from_minute < shift.until_minute


def earned(confirmed: int, given: int, shifts_a_day: int) -> bool:
    """Tell whether the shift just confirmed earns a banked day: there is one for every `shifts_a_day` confirmed shifts
    (0: none is ever earned), and `given` days were given already.
    """
    return shifts_a_day > 0 and confirmed // shifts_a_day > given
