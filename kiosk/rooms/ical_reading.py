"""Reads another's calendar for a time, within bounds: by the libraries, in a process that may be ended.

A rule that is true of no day is looked for until the end of all years; no page and no database waits for that.
"""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from kiosk import slow_work
from kiosk.domain.problems import Problem
from kiosk.domain.slots import Slot

LARGEST = 1 << 20  # bytes of a file
MOST_COMPONENTS = 2000
MOST_HAPPENINGS = 1000  # of one import
MOST_SECONDS = 10  # of a processor: a year of a full calendar takes one
_PATIENCE_SECONDS = 15.0  # by the wall
_CHILD = Path(__file__).with_name("ical_child.py")


class Occurrence(Struct, frozen=True, kw_only=True):
    """One time of an event: `recurrence` names it among those of its UID, `sequence` counts the event's editions.

    Without a slot it holds no room: whole days, no time, or weeks. `stands` is False where it is called off.
    """

    uid: str
    recurrence: str
    slot: Slot | None
    title: str
    sequence: int
    stands: bool


class Edition(Struct, frozen=True):
    """What a file says of a time. `is_whole`: the calendar itself, and not a message about some of its events."""

    occurrences: list[Occurrence]
    is_whole: bool


def happenings(
    content: bytes, since: datetime, until: datetime, zone: ZoneInfo, *, seconds: int = MOST_SECONDS
) -> Edition:
    """What a file says of a time, occurrence by occurrence.

    Raises RequestError `busy-making` where others are read first.
    Raises Problem `ical` where it cannot be read, `ical-large` where it is too much, `ical-endless` for a rule that
    comes more often than daily, or is not read to its end in so many seconds. One that never ends is read for that time
    only.
    """
    if len(content) > LARGEST:
        raise Problem("ical-large", field="file", kilobytes=LARGEST // 1000, most=MOST_HAPPENINGS)
    wish = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "zone": zone.key,
        "events": MOST_COMPONENTS,
        "happenings": MOST_HAPPENINGS,
        "seconds": seconds,
    }
    answer = _asked(json.dumps(wish).encode() + b"\n" + content)
    _refuse(answer)
    occurrences = [
        Occurrence(
            uid=uid,
            recurrence=recurrence,
            slot=_slot(starts, ends),
            title=title,
            sequence=sequence,
            stands=stands,
        )
        for uid, recurrence, starts, ends, title, sequence, stands in answer["found"]
    ]
    return Edition(occurrences, answer["is_whole"])


def _refuse(answer: dict[str, Any]) -> None:
    match answer.get("wrong"):
        case "ical":
            raise Problem("ical", "the calendar cannot be read: {why}", field="file", why=answer["why"])
        case "ical-large":
            raise Problem("ical-large", field="file", kilobytes=LARGEST // 1000, most=MOST_HAPPENINGS)
        case "ical-endless":
            raise Problem("ical-endless", field="file")


def _asked(given: bytes) -> dict[str, Any]:
    """What the child says of it; one that was ended says that there was no end of it."""
    try:
        done = slow_work.run([sys.executable, "-I", str(_CHILD)], given, seconds=_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return {"wrong": "ical-endless"}
    if done.returncode < 0:
        return {"wrong": "ical-endless"}
    if done.returncode:
        return {"wrong": "ical", "why": f"status {done.returncode}"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _slot(starts: str | None, ends: str | None) -> Slot | None:
    """All-day events hold no room, and what lasts no time or weeks is none of ours."""
    if starts is None or ends is None:
        return None
    try:
        return Slot(datetime.fromisoformat(starts), datetime.fromisoformat(ends))
    except Problem:
        return None
