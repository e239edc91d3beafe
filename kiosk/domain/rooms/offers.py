"""What of a room can be offered at the screen: when it may begin, and how long it may last from then."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.problems import Problem
from kiosk.domain.rooms.rules import RoomRules
from kiosk.domain.slots import DAY_MINUTES, Slot, at_wall, free

LENGTHS = (30, 60, 90, 120, 180, 240)  # minutes, as a page has room for them


def gaps(taken: Iterable[Slot], windows: Iterable[Slot], setup_minutes: int, least: int) -> list[Slot]:
    """Return the free times in the hours of a room. A taken time begins earlier by what setting up takes: the booking
    before has to leave it ready.
    """
    setup = timedelta(minutes=setup_minutes)
    held = [Slot(each.starts_at - setup, each.ends_at) for each in taken]
    return [gap for window in windows for gap in free(held, window, least)]


def beginnings(
    found: Iterable[Slot], day: date, now: datetime, zone: ZoneInfo, rules: RoomRules
) -> Iterator[tuple[datetime, Slot]]:
    """Each moment at which a booking may begin, with the gap that it is in: at once where the room is free now, then
    by the steps of the wall clock.
    """
    step, this_minute = rules.room_step_minutes, now.replace(second=0, microsecond=0)
    least = timedelta(minutes=min(step, LENGTHS[0]))
    for gap in found:
        if gap.starts_at <= now and gap.ends_at - this_minute >= least:
            yield this_minute, gap
        for minute in range(0, DAY_MINUTES, step):
            try:
                at = at_wall(day, minute, zone)
            except Problem:
                continue  # a minute that this day skips
            if max(gap.starts_at, now + timedelta(seconds=1)) <= at and gap.ends_at - at >= least:
                yield at, gap


def lengths(starts_at: datetime, gap: Slot, rules: RoomRules) -> list[int]:
    """How many minutes it may last from a moment on, the shortest first; all that is left, too, where that is short."""
    left = int((gap.ends_at - starts_at).total_seconds()) // 60
    most = min(left, rules.room_longest_minutes)
    found = [each for each in LENGTHS if each <= most]
    if left <= rules.room_longest_minutes and left not in found and left < LENGTHS[-1]:
        found.append(left)
    return sorted(found)
