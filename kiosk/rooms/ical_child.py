"""Parses one iCalendar file in a process of its own, whose time and memory are bounded; `ical_reading` starts it.

It is a script and belongs to no package. It reads a line of JSON with the bounds (`seconds`, `events`, `happenings`),
the `zone` and the period (`since`, `until`), then the file, from its standard input. It writes JSON: `wrong`, the code
of what is wrong; or `found`, every occurrence in the period with UID, RECURRENCE-ID (empty where it does not recur),
beginning and end in UTC (null where it has no hours), title, SEQUENCE, and whether it takes place; and `is_whole`,
False for a message about some events of a calendar.
"""

import json
import resource
import sys
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

_MOST_BYTES = 1 << 29  # of memory: 512 MiB
# The largest SEQUENCE (an event's edition number) that is stored; a greater one counts as this.
_MOST_EDITIONS = 1 << 30
_RECURS = ("RRULE", "RDATE", "RECURRENCE-ID")  # properties of an event that repeats, or replaces one day of it
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TOO_FINE = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS")  # parts of a rule that could repeat within a day


def main() -> None:
    """Read the input, bound the process's time and memory, and print the answer as JSON. A failure of the parser is an
    answer, too: `ical` with the exception's name as `why`, `ical-large` where memory ran out.
    """
    wish = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (wish["seconds"], wish["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    try:
        answer = _answer(wish, sys.stdin.buffer.read())
    except MemoryError:
        answer = {"wrong": "ical-large"}
    except Exception as fault:  # a library may raise anything on a stranger's file
        answer = {"wrong": "ical", "why": type(fault).__name__}
    json.dump(answer, sys.stdout)


def _answer(wish: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return the occurrences of a calendar between two moments, or what is wrong with the file: `ical-large` for too
    many events or occurrences, else as `_wrong`.
    """
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
    method, occurrences = _text(read, "METHOD").upper(), []
    for event in recurring_ical_events.of(read).between(since, until):
        occurrences.append(_occurrence(event, zone, recurring, is_off=method == "CANCEL"))
        if len(occurrences) > wish["happenings"]:
            return {"wrong": "ical-large"}
    return {"found": occurrences, "is_whole": method in ("", "PUBLISH")}


def _occurrence(event: Any, zone: ZoneInfo, recurring: set[str], *, is_off: bool) -> tuple[Any, ...]:
    """Return one occurrence as the tuple that `ical_reading` unpacks. `is_off` marks a file that cancels its events.
    RECURRENCE-ID tells the occurrences of one UID apart; the library gives it to each, so it is dropped for a UID that
    does not recur.
    """
    uid = _text(event, "UID")
    recurrence = _utc(event["RECURRENCE-ID"].dt, zone) if uid in recurring else ""
    stands = not is_off and _text(event, "STATUS").upper() != "CANCELLED"
    return uid, recurrence, *_hours(event, zone), _text(event, "SUMMARY"), _sequence(event), stands


def _sequence(event: Any) -> int:
    """Return the edition number of an event; 0 where it has none or one that is no number."""
    try:
        return min(max(0, int(event.get("SEQUENCE", 0))), _MOST_EDITIONS)
    except (TypeError, ValueError):
        return 0


def _wrong(events: list[Any]) -> str | None:
    """Return `ical-endless` where a rule recurs more often than daily, or picks by hour, minute, second or position;
    else None.
    """
    for event in events:
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            named = {str(key).upper() for key in rule}
            frequency = str((rule.get("FREQ") or [""])[0]).upper()
            if frequency not in _FREQUENCIES or named & set(_TOO_FINE):
                return "ical-endless"
    return None


def _text(event: Any, name: str) -> str:
    """Return a field of an event on one line, at most 200 characters; empty where it is missing."""
    return " ".join(str(event.get(name, "")).split())[:200]


def _hours(event: Any, zone: ZoneInfo) -> tuple[str | None, str | None]:
    """Return beginning and end of an event in UTC, a time without zone read as the house's; two None for a whole-day
    event.
    """
    both = event.start, event.end
    if not all(isinstance(each, datetime) for each in both):
        return None, None
    starts, ends = (_utc(each, zone) for each in both)
    return starts, ends


def _utc(when: date, zone: ZoneInfo) -> str:
    """Return a moment in UTC, or a date as it is, in ISO format; a moment without a zone is read as the house's."""
    if not isinstance(when, datetime):
        return when.isoformat()
    return (when if when.tzinfo is not None else when.replace(tzinfo=zone)).astimezone(UTC).isoformat()


if __name__ == "__main__":
    main()
