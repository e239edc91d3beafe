"""Reads a calendar file of others for a period, in a child process that is ended when it takes too long or too much.

A recurrence rule that matches no day makes the library search for ever; neither a page nor the database may wait for
that.
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
MOST_COMPONENTS = 2000  # events written in a file, each with its rule of recurrence
MOST_HAPPENINGS = 1000  # occurrences of one import
MOST_SECONDS = 10  # seconds of processor time: a year of a full calendar takes one
_PATIENCE_SECONDS = 15.0  # by the wall clock
_CHILD = Path(__file__).with_name("ical_child.py")


class Occurrence(Struct, frozen=True, kw_only=True):
    """One time at which an event takes place. `recurrence` tells the occurrences of one UID apart (RECURRENCE-ID in
    UTC; empty for an event that does not recur); `sequence` is the event's edition number.

    `slot` is None for an event that cannot hold a room: of whole days, of no duration, or longer than a slot may be (31
    days). `stands` is False where the event is cancelled.
    """

    uid: str
    recurrence: str
    slot: Slot | None
    title: str
    sequence: int
    stands: bool


class Edition(Struct, frozen=True):
    """What a file tells about a period. `is_whole` is True for a complete calendar, from which a missing event is
    cancelled; False for a message about some of its events.
    """

    occurrences: list[Occurrence]
    is_whole: bool


def happenings(
    content: bytes, since: datetime, until: datetime, zone: ZoneInfo, *, seconds: int = MOST_SECONDS
) -> Edition:
    """Return what a calendar file tells about a period, occurrence by occurrence. `seconds` bounds the processor time.

    Raises RequestError `busy-making` while other files are being read. Raises Problem `ical` where the file cannot be
    read, `ical-large` where the file, its events, their occurrences or the memory they need are beyond the bounds,
    `ical-endless` for a rule that recurs more often than daily or cannot be read within the time. A rule without an end
    is read for the period alone.
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
    """Raise the Problem that the child's answer names; do nothing where it names none."""
    match answer.get("wrong"):
        case "ical":
            raise Problem("ical", "the calendar cannot be read: {why}", field="file", why=answer["why"])
        case "ical-large":
            raise Problem("ical-large", field="file", kilobytes=LARGEST // 1000, most=MOST_HAPPENINGS)
        case "ical-endless":
            raise Problem("ical-endless", field="file")


def _asked(given: bytes) -> dict[str, Any]:
    """Return the child's answer to an input (a line of JSON, then the file): the dict that `ical_child` prints;
    `ical-endless` where a signal or the wall clock ended it, `ical` where it failed otherwise.
    """
    try:
        done = slow_work.run([sys.executable, "-I", str(_CHILD)], given, seconds=_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return {"wrong": "ical-endless"}
    if done.returncode < 0:  # a signal ended it, as at the bound of processor time
        return {"wrong": "ical-endless"}
    if done.returncode:
        return {"wrong": "ical", "why": f"status {done.returncode}"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _slot(starts: str | None, ends: str | None) -> Slot | None:
    """Return the slot between two moments; None for a whole-day event, and for one that lasts no time or longer than a
    slot may.
    """
    if starts is None or ends is None:
        return None
    try:
        return Slot(datetime.fromisoformat(starts), datetime.fromisoformat(ends))
    except Problem:
        return None
