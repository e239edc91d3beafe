"""Reads one calendar in a process of its own, which may take so long and so much and no more: `ical_reading` starts it.

A script, and of no package: on its input a line of JSON says what of it is wanted, and the file follows. Its answer is
the name of what is wrong, or every occurrence: uid, RECURRENCE-ID where it recurs, beginning and end in UTC (nothing
where it has no hours), title, SEQUENCE, and whether it takes place.
"""

import json
import resource
import sys
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

_MOST_BYTES = 1 << 29
_MOST_EDITIONS = 1 << 30
_RECURS = ("RRULE", "RDATE", "RECURRENCE-ID")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TOO_FINE = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS")


def main() -> None:
    """Read the input, and say what is in it."""
    wish = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (wish["seconds"], wish["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    try:
        answer = _answer(wish, sys.stdin.buffer.read())
    except MemoryError:
        answer = {"wrong": "ical-large"}
    except Exception as fault:  # whatever a library says of what somebody sent
        answer = {"wrong": "ical", "why": type(fault).__name__}
    json.dump(answer, sys.stdout)


def _answer(wish: dict[str, Any], content: bytes) -> dict[str, Any]:
    import recurring_ical_events  # type: ignore[import-untyped]  # ships no types
    from icalendar import Calendar

    read: Any = Calendar.from_ical(content)
    events = list(read.walk("VEVENT"))
    wrong = "ical-large" if len(events) > wish["events"] else _wrong(events)
    if wrong is not None:
        return {"wrong": wrong}
    zone = ZoneInfo(wish["zone"])
    since, until = (datetime.fromisoformat(wish[name]).astimezone(zone) for name in ("since", "until"))
    recurring = {_text(event, "UID") for event in events if any(name in event for name in _RECURS)}
    method, found = _text(read, "METHOD").upper(), []
    for event in recurring_ical_events.of(read).between(since, until):
        found.append(_occurrence(event, zone, recurring, is_off=method == "CANCEL"))
        if len(found) > wish["happenings"]:
            return {"wrong": "ical-large"}
    return {"found": found, "is_whole": method in ("", "PUBLISH")}


def _occurrence(event: Any, zone: ZoneInfo, recurring: set[str], *, is_off: bool) -> tuple[Any, ...]:
    uid = _text(event, "UID")
    recurrence = _utc(event["RECURRENCE-ID"].dt, zone) if uid in recurring else ""
    stands = not is_off and _text(event, "STATUS").upper() != "CANCELLED"
    return uid, recurrence, *_hours(event, zone), _text(event, "SUMMARY"), _sequence(event), stands


def _sequence(event: Any) -> int:
    """The edition of an event: 0 where it says none, or none that counts."""
    try:
        return min(max(0, int(event.get("SEQUENCE", 0))), _MOST_EDITIONS)
    except (TypeError, ValueError):
        return 0


def _wrong(events: list[Any]) -> str | None:
    for event in events:
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            named = {str(key).upper() for key in rule}
            frequency = str((rule.get("FREQ") or [""])[0]).upper()
            if frequency not in _FREQUENCIES or named & set(_TOO_FINE):
                return "ical-endless"
    return None


def _text(event: Any, name: str) -> str:
    return " ".join(str(event.get(name, "")).split())[:200]


def _hours(event: Any, zone: ZoneInfo) -> tuple[str | None, str | None]:
    """From when to when; a time that says no zone is the house's. Nothing where it is of whole days."""
    both = event.start, event.end
    if not all(isinstance(each, datetime) for each in both):
        return None, None
    starts, ends = (_utc(each, zone) for each in both)
    return starts, ends


def _utc(when: date, zone: ZoneInfo) -> str:
    """A moment in UTC, a day as it is."""
    if not isinstance(when, datetime):
        return when.isoformat()
    return (when if when.tzinfo is not None else when.replace(tzinfo=zone)).astimezone(UTC).isoformat()


if __name__ == "__main__":
    main()
