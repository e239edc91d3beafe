"""Reads one calendar in a process of its own, which may take so long and so much and no more: `ical_reading` starts it.

A script, and of no package: on its input a line of JSON says what of it is wanted, and the file follows. Its answer is
the name of what is wrong, or every occurrence: uid, beginning and end in UTC (nothing where it has no hours), title.
"""

import json
import resource
import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

_MOST_BYTES = 1 << 29
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
    found = []
    for event in recurring_ical_events.of(read).between(since, until):
        found.append((_text(event, "UID"), *_hours(event, zone), _text(event, "SUMMARY")))
        if len(found) > wish["happenings"]:
            return {"wrong": "ical-large"}
    return {"found": found}


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
    starts, ends = (
        (each if each.tzinfo is not None else each.replace(tzinfo=zone)).astimezone(UTC).isoformat() for each in both
    )
    return starts, ends


if __name__ == "__main__":
    main()
