"""The plan of the premises: what may stand where, how it is moved, and the state of a desk on a day."""

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain import inputs
from kiosk.domain.problems import Problem

WIDE, HIGH = 40, 24  # the plan's size in its own steps, with the screen's proportions
LONGEST_LABEL = 12  # characters
MOST_SPOTS = 200
LENT_AHEAD_DAYS = 92  # how far ahead a spot may be lent


class SpotKind(StrEnum):
    """The kind of a spot. Only a desk can have a holder and be lent."""

    DESK = "desk"
    ROOM = "room"
    BOOTH = "booth"
    LOCKERS = "lockers"
    BIKES = "bikes"
    KITCHEN = "kitchen"
    DOOR = "door"
    OTHER = "other"


class Stands(StrEnum):
    """A desk's state on a day, for a reader of the plan."""

    OPEN = "open"  # no member's own desk
    KEPT = "kept"  # a member's own desk, not lent on that day
    LENT = "lent"  # its holder lends it: free to take
    TAKEN = "taken"  # lent, and another member has taken it
    YOURS = "yours"  # the reader's own, or taken by the reader
    NO_DESK = "no-desk"  # a spot of another kind


class Box(Struct, frozen=True):
    """The place of a spot, by its upper left corner and its size. Raises Problem `spot-place` outside the plan."""

    x: int
    y: int
    wide: int
    high: int

    def __post_init__(self) -> None:
        inside = self.x >= 0 and self.y >= 0 and self.x + self.wide <= WIDE and self.y + self.high <= HIGH
        if not inside or self.wide < 1 or self.high < 1:
            raise Problem("spot-place", field="x", wide=WIDE, high=HIGH)


_STEPS = {  # how far each step moves a box across and down, widens it and heightens it
    "left": (-1, 0, 0, 0),
    "right": (1, 0, 0, 0),
    "up": (0, -1, 0, 0),
    "down": (0, 1, 0, 0),
    "wider": (0, 0, 1, 0),
    "narrower": (0, 0, -1, 0),
    "higher": (0, 0, 0, 1),
    "lower": (0, 0, 0, -1),
}


def moved(box: Box, step: str) -> Box:
    """Return a box moved or resized by one step. Raises Problem `spot-step`, or `spot-place` at the edge."""
    if step not in _STEPS:
        raise Problem("spot-step", given=step, choices=", ".join(_STEPS))
    x, y, wide, high = _STEPS[step]
    return replace(box, x=box.x + x, y=box.y + y, wide=box.wide + wide, high=box.high + high)


def label(text: str) -> str:
    """Return the label of a spot. Raises Problem `spot-label`."""
    line = inputs.one_line(text, LONGEST_LABEL)
    if not line:
        raise Problem("spot-label", field="label", longest=LONGEST_LABEL)
    return line


def kind(text: str) -> SpotKind:
    """Return the kind of a spot by its name. Raises Problem `spot-kind`."""
    try:
        return SpotKind(text)
    except ValueError:
        raise Problem("spot-kind", field="kind", given=text, choices=", ".join(SpotKind)) from None


def lent_on(day: date, today: date) -> date:
    """Return a day for which lending a spot may be changed. Raises Problem `spot-day`."""
    if not today <= day <= today + timedelta(days=LENT_AHEAD_DAYS):
        raise Problem("spot-day", field="day", most=LENT_AHEAD_DAYS)
    return day


def earned(counted: int, days_a_banked_day: int | None) -> int:
    """Return how many banked days (days here without a charge) are earned by `counted` lent days that have earned none
    yet, at one for each `days_a_banked_day`, rounded down: the rest counts for the next. 0 where the rule is None.
    """
    return counted // days_a_banked_day if days_a_banked_day else 0
