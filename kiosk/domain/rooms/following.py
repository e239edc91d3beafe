"""Decides what happens to a booking when the followed calendar that brought it has changed: carry it over, or ask.

Three versions are compared: the last one on which calendar and house agreed, the calendar's present one, and the
booking here. Changes made here since are never overwritten; changes that cost money, have begun or are doubtful are
asked about as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.slots import Slot

FEW = 2  # a calendar that lacks more than one in two of the events booked here is doubted


class Why(StrEnum):
    """Why a difference waits for a decision."""

    CHANGED = "changed"  # moved, renamed or cancelled here
    CHARGED = "charged"  # paid for, or charged
    PAST = "past"  # begun here, or over by the calendar
    TAKEN = "taken"  # the room is taken at that time
    CLOSED = "closed"  # the room is closed at that time
    ABSENT = "absent"  # the calendar lacks so many events that it may be cut off
    OLDER = "older"  # the calendar is an earlier edition than the one read before
    UNFIT = "unfit"  # the event has no hours any more


class Act(StrEnum):
    """What is done about an event of a calendar."""

    NOTHING = "nothing"  # the calendar has not changed
    AGREE = "agree"  # both sides say the same now
    HOLD = "hold"  # book the room
    MOVE = "move"
    CANCEL = "cancel"
    ASK = "ask"  # an officer


class Version(Struct, frozen=True, kw_only=True):
    """One side's version of an event: when, in which room and with which title; or that it does not take place
    (`stands`).
    """

    slot: Slot
    title: str | None
    room: int
    stands: bool = True

    def is_same(self, other: "Version") -> bool:
        """Tell whether two versions amount to the same; two that do not take place are the same, whatever
        their time.
        """
        return self == other if self.stands else not other.stands

    def is_over(self, at: datetime) -> bool:
        """Tell whether the event's time has passed."""
        return self.slot.ends_at <= at


class Booked(Struct, frozen=True):
    """The booking here for an event, cancelled or not; `is_costly`: it is paid for, charged, or part of a quote."""

    version: Version
    is_costly: bool = False


class Step(Struct, frozen=True):
    """What to do, and why to ask where it asks."""

    act: Act
    why: Why | None = None


def next_step(
    agreed: Version | None, told: Version, booked: Booked | None, at: datetime, doubt: Why | None = None
) -> Step:
    """Return what to do about an event, from the agreed version, the one that the calendar tells now, and the booking
    here (None: never booked).

    Without an agreed version the event is new, or was booked before changes were recorded. `doubt` is a reason not to
    trust the calendar: a step that would book, move or cancel asks instead. A booking that is over stays as it was.
    Whether the room is free or open then (`Why.TAKEN`, `Why.CLOSED`) is for the caller to find out.
    """
    booked_version = None if booked is None else booked.version
    if agreed is not None and told.is_same(agreed):  # only the booking here may have changed, which stays
        return Step(Act.NOTHING)
    if booked_version is None or (
        booked_version.is_over(at)
        and (booked_version.stands or (agreed is not None and booked_version.is_same(agreed)))
    ):
        # No booking here that could still be moved. A past one that was cancelled here alone is asked about below.
        return _anew(told, at, doubt)
    if booked_version.is_same(told):
        return Step(Act.AGREE)
    if agreed is None or not booked_version.is_same(agreed):  # changed here, too, or never agreed
        return Step(Act.ASK, Why.CHANGED)
    if not booked_version.stands:  # both had agreed that it does not take place; now it does
        return _anew(told, at, doubt)
    reason = doubt or _reason(told, booked, at)
    if reason is not None:
        return Step(Act.ASK, reason)
    return Step(Act.MOVE if told.stands else Act.CANCEL)


def _anew(told: Version, at: datetime, doubt: Why | None) -> Step:
    """Return what to do about an event without a standing booking here: book it, or ask where the calendar is doubted;
    nothing to book where it does not take place or is over.
    """
    if not told.stands or told.is_over(at):
        return Step(Act.AGREE)
    return Step(Act.HOLD) if doubt is None else Step(Act.ASK, doubt)


def _reason(told: Version, booked: Booked | None, at: datetime) -> Why | None:
    """Return why a person must decide about a change: the booking is charged, or its time has come or gone."""
    if booked is not None and booked.is_costly:
        return Why.CHARGED
    has_begun = booked is not None and booked.version.slot.starts_at <= at
    return Why.PAST if has_begun or (told.stands and told.is_over(at)) else None


class Name(Struct, frozen=True, order=True):
    """The name of an occurrence within a calendar: its UID, and its RECURRENCE-ID if it recurs."""

    uid: str
    recurrence: str


def pair(known: Mapping[Name, datetime], told: Mapping[Name, datetime], at: datetime) -> dict[Name, Name]:
    """Match the occurrences that a calendar tells now to those known here, by name, else by UID.

    Each mapping gives an occurrence's start. A recurrence rule whose first day moves renames all its occurrences:
    those with the same start are matched, then the others in order of time, as far as both sides have some; known ones
    that began before `at` are not matched this way. Occurrences without a UID are matched by name alone.
    The pairs lead from the calendar's name to the name known here.
    """
    pairs = {name: name for name in told if name in known}
    for uid in {name.uid for name in told if name.uid and name not in known}:
        lost = [name for name in _of(uid, known, pairs.values()) if known[name] > at]
        new = _of(uid, told, pairs)
        lost_by_start = {known[name]: name for name in lost}
        same = {name: lost_by_start[told[name]] for name in new if told[name] in lost_by_start}
        pairs |= same
        unmatched = [name for name in lost if name not in same.values()]
        pairs |= dict(zip((name for name in new if name not in same), unmatched, strict=False))
    return pairs


def _of(uid: str, names: Mapping[Name, datetime], but: Iterable[Name]) -> list[Name]:
    """Return the occurrences of a UID that are not matched yet, in order of time."""
    taken = set(but)
    return sorted((name for name in names if name.uid == uid and name not in taken), key=lambda name: names[name])


def is_cut_off(standing: Sequence[Name], told: Iterable[Name]) -> bool:
    """Tell whether a calendar lacks, by UID, more than half of the events that are booked here (`standing`), so that it
    may be cut off.
    """
    uids = {name.uid for name in told}
    missing = sum(name.uid not in uids for name in standing)
    return missing * FEW > len(standing)
