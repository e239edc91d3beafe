"""Works out what can be offered of a room at the screen: when a booking may begin, and how long it may last."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.problems import Problem
from kiosk.domain.rooms.rules import RoomRules
from kiosk.domain.slots import DAY_MINUTES, Slot, at_wall, free

LENGTHS = (30, 60, 90, 120, 180, 240)  # in minutes, as many as fit on a page


def gaps(taken: Iterable[Slot], windows: Iterable[Slot], setup_minutes: int, least: int) -> list[Slot]:
    """Return the free times of at least `least` minutes within the hours of a room (`windows`). A taken time begins
    earlier by the setup time, because the booking before must leave the room ready for it.
    """
    setup = timedelta(minutes=setup_minutes)
    held = [Slot(use.starts_at - setup, use.ends_at) for use in taken]
    return [gap for window in windows for gap in free(held, window, least)]


def beginnings(
    free_times: Iterable[Slot], day: date, now: datetime, zone: ZoneInfo, rules: RoomRules
) -> Iterator[tuple[datetime, Slot]]:
    """Yield each moment at which a booking may begin, with the free time around it: the current minute if the room is
    free, then the steps of the wall clock. Where less than a step, or 30 minutes, would be left, none is offered.
    """
    step, this_minute = rules.room_step_minutes, now.replace(second=0, microsecond=0)
    least = timedelta(minutes=min(step, LENGTHS[0]))
    for gap in free_times:
        if gap.starts_at <= now and gap.ends_at - this_minute >= least:
            yield this_minute, gap
        for minute in range(0, DAY_MINUTES, step):
            try:
                at = at_wall(day, minute, zone)
            except Problem:
                continue  # a minute skipped by the change to summer time
            # strictly after now, which was offered already
            if max(gap.starts_at, now + timedelta(seconds=1)) <= at and gap.ends_at - at >= least:
                yield at, gap


def lengths(starts_at: datetime, gap: Slot, rules: RoomRules) -> list[int]:
    """Return how many minutes a booking may last from a moment, shortest first; including all of a short free time."""
    left = int((gap.ends_at - starts_at).total_seconds()) // 60
    most = min(left, rules.room_longest_minutes)
    minutes = [length for length in LENGTHS if length <= most]
    # a free time shorter than the longest length may be taken whole, so that no odd rest is lost
    if left <= rules.room_longest_minutes and left not in minutes and left < LENGTHS[-1]:
        minutes.append(left)
    return sorted(minutes)
