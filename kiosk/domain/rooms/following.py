"""Decides what becomes of a booking when the calendar that brought it says something else: carried over, or asked.

Three versions are compared: what calendar and house last agreed on, what the calendar says now, what is booked here.
What was changed here since is never overwritten; what costs, has begun, or cannot be trusted is asked as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.slots import Slot

FEW = 2  # the calendar may lose one event of so many without being taken for half of itself


class Why(StrEnum):
    """Why a difference waits for a decision."""

    CHANGED = "changed"  # it was moved, renamed or cancelled here
    CHARGED = "charged"  # it is paid for, or entered
    PAST = "past"  # it has begun here, or is over by the calendar
    TAKEN = "taken"  # the room is taken then
    CLOSED = "closed"  # the room is not open then
    ABSENT = "absent"  # the calendar lacks so much that it may be cut off
    OLDER = "older"  # the calendar is an earlier edition of what was read
    UNFIT = "unfit"  # it has no hours any more


class Act(StrEnum):
    """What is done with an event of a calendar."""

    NOTHING = "nothing"
    AGREE = "agree"  # both say the same by now
    HOLD = "hold"
    MOVE = "move"
    CANCEL = "cancel"
    ASK = "ask"


class Version(Struct, frozen=True, kw_only=True):
    """What one side says of an event: when, where and by which title it holds a room, or that it does not."""

    slot: Slot
    title: str | None
    room: int
    stands: bool = True

    def is_same(self, other: "Version") -> bool:
        """Return whether both come to the same: what does not stand holds no room, whenever it would."""
        return self == other if self.stands else not other.stands

    def is_over(self, at: datetime) -> bool:
        """Return whether its time has passed."""
        return self.slot.ends_at <= at


class Booked(Struct, frozen=True):
    """What is booked here for an event; `is_costly` where it is paid for, entered, or part of a quote."""

    version: Version
    is_costly: bool = False


class Step(Struct, frozen=True):
    """What is done, and why it is asked where it is."""

    act: Act
    why: Why | None = None


def next_step(
    agreed: Version | None, told: Version, booked: Booked | None, at: datetime, doubt: Why | None = None
) -> Step:
    """Return what becomes of an event, by what was agreed, what the calendar tells now, and what is booked here.

    Nothing agreed: the event is new, or what is booked may have been changed before such changes were followed.
    `doubt` is a reason not to take the calendar's word. What is over here stays as it was.
    """
    here = None if booked is None else booked.version
    if agreed is not None and told.is_same(agreed):
        return Step(Act.NOTHING)
    if here is None or (here.is_over(at) and (here.stands or (agreed is not None and here.is_same(agreed)))):
        return _anew(told, at, doubt)
    if here.is_same(told):
        return Step(Act.AGREE)
    if agreed is None or not here.is_same(agreed):
        return Step(Act.ASK, Why.CHANGED)
    if not here.stands:
        return _anew(told, at, doubt)
    reason = doubt or _reason(told, booked, at)
    if reason is not None:
        return Step(Act.ASK, reason)
    return Step(Act.MOVE if told.stands else Act.CANCEL)


def _anew(told: Version, at: datetime, doubt: Why | None) -> Step:
    """Return what becomes of an event for which nothing stands here."""
    if not told.stands or told.is_over(at):
        return Step(Act.AGREE)
    return Step(Act.HOLD) if doubt is None else Step(Act.ASK, doubt)


def _reason(told: Version, booked: Booked | None, at: datetime) -> Why | None:
    if booked is not None and booked.is_costly:
        return Why.CHARGED
    has_begun = booked is not None and booked.version.slot.starts_at <= at
    return Why.PAST if has_begun or (told.stands and told.is_over(at)) else None


class Name(Struct, frozen=True, order=True):
    """What tells an occurrence from all others of a calendar: its UID, and its RECURRENCE-ID where it recurs."""

    uid: str
    recurrence: str


def pair(known: Mapping[Name, datetime], told: Mapping[Name, datetime], at: datetime) -> dict[Name, Name]:
    """Return which known occurrence each told one is, by their beginnings: the same name, else of the same UID.

    A rule whose first day moves renames all its occurrences: those that begin at the same moment are the same, and the
    others in the order of time, from `at` on. Occurrences without a UID are the same by name alone.
    """
    pairs = {name: name for name in told if name in known}
    for uid in {name.uid for name in told if name.uid and name not in known}:
        lost = [name for name in _of(uid, known, pairs.values()) if known[name] > at]
        new = _of(uid, told, pairs)
        begins = {known[name]: name for name in lost}
        same = {name: begins[told[name]] for name in new if told[name] in begins}
        pairs |= same
        left = [name for name in lost if name not in same.values()]
        pairs |= dict(zip((name for name in new if name not in same), left, strict=False))
    return pairs


def _of(uid: str, names: Mapping[Name, datetime], but: Iterable[Name]) -> list[Name]:
    taken = set(but)
    return sorted((name for name in names if name.uid == uid and name not in taken), key=lambda name: names[name])


def is_cut_off(standing: Sequence[Name], told: Iterable[Name]) -> bool:
    """Return whether a calendar lacks more than half of what stands here, whole events of it: it may be cut off."""
    uids = {name.uid for name in told}
    missing = sum(name.uid not in uids for name in standing)
    return missing * FEW > len(standing)
