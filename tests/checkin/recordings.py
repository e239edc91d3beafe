"""Record what tests do at a check-in and what is shown then, and compare two revisions card for card.

On each revision, with this file beside its tests (it names nothing but `CheckIn` of the program):

    RECORD_TO=before.jsonl python -m pytest -p tests.checkin.recordings tests/checkin tests/selfservice

and then `python -m tests.checkin.recordings before.jsonl now.jsonl`. The same test on both revisions brings its own
clock, home and faults. Tickets are left out; of a choice counts what it does, not its words. Each difference is told
with the line that it is of, as `screen_lines.toml` has them; one of no line ends the comparison with 1.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

Step = dict[str, Any]
_SERVED = ("tap", "begin", "touch")
_VERDICTS = frozenset({"granted-day", "granted-plan", "again", "more", "spooled", "in-free-corner", "in-comfort"})
_STEPS = frozenset({"renew", "put-in", "buy-days", "step"})
_REQUESTS = frozenset({"waits", "sponsor-again", "only-me", "welcome", "vouch-yes"})
_PLACE = frozenset({"house", "room", "people", "hosting", "notices", "events", "floor", "things", "account", "lines"})
_SHOPS = frozenset({"pay", "receipt", "transfer", "buy", "take", "take-yes", "day", "day-use"})
_REDRAWN = frozenset({"account", "people", "event", "own-settings", "shift", "house", "day-chosen", "room", "hosting"})
_steps: list[Step] = []
_served: list[Step] = []  # the one that is being served, if any is

# --- recording


def _card(card: Any) -> dict[str, Any]:
    told = {name: str(getattr(card, name)) for name in ("name", "since_on", "until", "arrived_at", "amount_cents")}
    codes = {name: getattr(getattr(card, name), "value", None) for name in ("kind", "denial", "next_step", "asked")}
    return {
        **told,
        **codes,
        "rings": card.rings,
        "notices": [each.kind.value for each in card.notices],
        "acts": [each.value for each in card.acts],
        "options": [[each.act.value, each.value] for each in card.options],
        "touchable": card.ticket is not None,
    }


class Beside:
    """Stand before a part and note what it is told."""

    def __init__(self, part: Any, **notes: Callable[..., None]) -> None:
        self.__dict__.update(part=part, notes=notes)

    def __getattr__(self, name: str) -> Any:
        real, note = getattr(self.part, name), self.notes.get(name)
        if note is None:
            return real

        def call(*told: Any, **named: Any) -> Any:
            if _served:
                note(*told)
            return real(*told, **named)

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.part, name, value)


def _shows(shown: Any) -> None:
    first = shown.scenes[0].card if hasattr(shown, "scenes") else shown
    _served[-1]["card"] = None if first is None else _card(first)


def _pulses() -> None:
    _served[-1]["pulses"] += 1


def _word(told: Any) -> str | None:
    """What counts of an argument: a badge's end, an act, a value; neither what was seen nor a language."""
    if type(told).__name__ in ("Seen", "NoneType"):
        return None
    return str(getattr(told, "tail", getattr(told, "value", told)))


def _noting(name: str, served: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(served)
    def call(self: Any, *told: Any, **named: Any) -> Any:
        first, *rest = [*told, *named.values()]
        is_old = isinstance(first, str) and not hasattr(first, "value")  # a ticket, where a finger's look is told now
        counted = [first, *rest] if name == "tap" else rest if is_old or not hasattr(first, "value") else [first]
        _steps.append({"event": [name, *filter(None, map(_word, counted))], "card": None, "pulses": 0, "error": None})
        _served.append(_steps[-1])
        try:
            return served(self, *told, **named)
        except Exception as fault:
            _served[-1]["error"] = getattr(fault, "code", type(fault).__name__)
            raise
        finally:
            _served.pop()

    return call


def pytest_configure() -> None:
    """Let each check-in of the tests be noted."""
    from kiosk.checkin.tap import CheckIn

    made: Callable[..., None] = CheckIn.__init__

    @wraps(made)
    def make(self: Any, **parts: Any) -> None:
        parts["screen"] = Beside(parts["screen"], show=_shows, clear=lambda: _shows(None))
        parts["door"] = Beside(parts["door"], pulse=_pulses)
        made(self, **parts)

    setattr(CheckIn, "__init__", make)  # noqa: B010  # mypy lets no method be assigned
    for name in _SERVED:
        setattr(CheckIn, name, _noting(name, getattr(CheckIn, name)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Write one line for each test that did anything."""
    _steps.clear()
    yield
    if _steps:
        with Path(os.environ["RECORD_TO"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"test": item.nodeid, "steps": _steps}) + "\n")


# --- comparing


def _of_step(event: list[str], before: Step, now: Step) -> str | None:
    """The line of a step that shows something else."""
    old, new = before["card"] or {}, now["card"] or {}
    was, kind, act = old.get("kind"), new.get("kind"), event[1] if event[0] == "touch" else ""
    other = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    if act in _STEPS or "step" in (was, kind) or (was in _VERDICTS and other & {"touchable", "notices"} == other):
        return "refused"
    if "waits" in new.get("acts", ()) or kind in ("sponsor", "vouch") or was == "sponsor-refused":
        return "request"
    if was in _VERDICTS and kind == was and other <= {"acts", "touchable", "notices"}:
        return "four-buttons" if other == {"acts"} else "refused"
    if (was in _VERDICTS and kind in _VERDICTS) or (was == kind and other <= {"touchable"}):
        return "naming-page"
    if "guest-refused" in (was, kind) or act == "guest" or was in ("visit", "denied") or event == ["begin", "visit"]:
        return "guest"
    is_redrawn = was == kind and other <= {"acts", "options"}
    if act in ("house", "room") or (is_redrawn and (act in _SHOPS or was in _REDRAWN)):
        return "since"
    if kind == "badge-read-here":  # the desk confirms whose badge it is
        return "since"
    if kind == "badge-again":
        return "own-session" if act in ("declare", "comfort", "set") else "always"
    if was == "cash-declared":
        return "own-session"
    return "always" if was in _VERDICTS and event[0] == "tap" else None


def _of_events(events: list[list[str]]) -> str | None:
    """The line of events that only one of the revisions takes for the same errand."""
    acts = {event[1] for event in events if event[0] == "touch"}
    for line, some in (
        ("request", _REQUESTS),
        ("guest", {"bring"}),
        ("refused", {"pin-key", "pin-enter"}),
        ("since", _PLACE),
        ("own-session", {"declare"}),
    ):
        if acts & some:
            return line
    if acts == {"more"}:
        return "since" if any(event[0] == "tap" for event in events) else "four-buttons"
    return None if acts else "naming-page"


def lines(before: list[Step], now: list[Step]) -> set[str | None]:
    """The lines by which two recordings of one test differ; None among them where a difference is of none."""
    old, new = [each["event"] for each in before], [each["event"] for each in now]
    found: set[str | None] = set()
    matcher = SequenceMatcher(None, [tuple(event) for event in old], [tuple(event) for event in new], autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag != "equal":
            found.add(_of_events([*old[start:end], *new[begin:stop]]))
            continue
        for was, step in zip(before[start:end], now[begin:stop], strict=True):
            if was != step:
                found.add(_of_step(step["event"], was, step))
    return found


def _read(path: str) -> Mapping[str, list[Step]]:
    recorded = (json.loads(line) for line in Path(path).read_text("utf-8").splitlines())
    return {each["test"]: each["steps"] for each in recorded}


def main(before: str, now: str) -> int:
    """Tell how many recordings are alike, and of which line the others are."""
    old, new = _read(before), _read(now)
    found = {test: lines(steps, new[test]) for test, steps in old.items() if test in new}
    told = Counter(line for differences in found.values() for line in differences)
    print(f"{len(old)} recorded, {sum(not each for each in found.values())} alike")
    for line, count in told.most_common():
        print(f"{line or 'of no line'}: {count}")
    for test in sorted(old.keys() - new.keys()):
        print(f"there is no such test any more: {test}")
    return 1 if None in told else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
