"""What happened: a plain list of events by day, from August 2025 to September 2026. Nothing of the program is in here.

8 permanents, 60 itinerants and 2 people of the free corner. The fiscal year begins in September. Tariffs rise on
1 March 2026, VAT is collected from 1 January 2026 on, and the rent rises on that day.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, LAST = date(2025, 8, 18), date(2026, 9, 8)
YEAR = (date(2025, 9, 1), date(2026, 8, 31))
BEFORE = (date(2025, 1, 1), date(2025, 8, 31))  # the rule of September came in August: a short year lies before it
PERMANENTS = tuple(f"P{number}" for number in range(1, 9))
ITINERANTS = tuple(f"I{number}" for number in range(1, 61))
FREE = ("F1", "F2")
METHODS = ("cash", "cheque", "transfer", "card", "online")

# What things cost, in cents, from a day on: worked out by both sides from this very table.
PRICES = {
    ("membership", "full"): {FIRST: 500},
    ("day", "full"): {FIRST: 500, date(2026, 3, 1): 600},
    ("day", "reduced"): {FIRST: 250, date(2026, 3, 1): 300},
    ("permanent", "full"): {FIRST: 10000, date(2026, 3, 1): 11000},
    ("week", "full"): {FIRST: 2000, date(2026, 3, 1): 2400},
    ("carnet-10", "full"): {FIRST: 4505, date(2026, 3, 1): 5400},
    ("carnet-10", "reduced"): {FIRST: 2250, date(2026, 3, 1): 2700},
}
VAT_FROM, VAT_PERCENT = date(2026, 1, 1), 20
TAXED = ("day", "permanent", "week", "carnet-10")
RENT = {FIRST: 80000, date(2026, 1, 1): 85000}
CARNET_VALID_DAYS, CAP, PLACES = 90, 12, 20


@dataclass(frozen=True)
class Event:
    """One thing that happened to somebody on a day. `what` says what else there is to say."""

    kind: str
    who: str = ""
    what: str = ""
    cents: int = 0
    until: date | None = None


# Within a day, in this order.
ORDER = (
    "join",
    "grant",
    "sell",
    "take-back-sale",
    "visit",
    "undo",
    "take-back-day",
    "pay",
    "pay-all",
    "declare",
    "gift",
    "take-back-gift",
    "vote",
    "deposit",
    "bounce",
    "refund",
    "write-off",
    "leave",
    "count",
    "take-back-count",
)


def days() -> Iterator[tuple[date, list[Event]]]:
    """Every day, weekends too, with its events in order."""
    diary = _diary()
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        yield day, sorted(diary[day], key=lambda event: ORDER.index(event.kind))


def _diary() -> dict[date, list[Event]]:
    diary: dict[date, list[Event]] = defaultdict(list)
    chance = random.Random(1901)
    joined, left = _joined(chance), _LEAVES
    for who, day in joined.items():
        plan = {"P": "permanent", "I": "itinerant", "F": "free"}[who[0]]
        diary[day].append(Event("join", who, plan))
        if who in _CATEGORIES:
            diary[day].append(Event("declare", who, _CATEGORIES[who]))
    for day, event in _SINGLE:
        diary[day].append(event)
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        if day.weekday() < 5 and not date(2025, 12, 24) <= day <= date(2026, 1, 2):
            diary[day] += _visits(day, joined, left, chance)
        if day.day == 25:
            diary[day] += _payments(day, joined, left)
    diary[date(2026, 9, 4)] += [Event("pay-all", who, "transfer") for who in ("P1", "P2", "I15")]
    return diary


def _joined(chance: random.Random) -> dict[str, date]:
    found = {who: date(2025, 8, 18) for who in ITINERANTS[:10]}
    found |= dict.fromkeys((*PERMANENTS, *ITINERANTS[10:20], *FREE), date(2025, 9, 1))
    later = sorted(date(2025, 9, 2) + timedelta(days=chance.randrange(270)) for _ in ITINERANTS[20:])
    return found | dict(zip(ITINERANTS[20:], later, strict=True))


def _visits(day: date, joined: dict[str, date], left: dict[str, date], chance: random.Random) -> Iterator[Event]:
    for who in (*PERMANENTS, *ITINERANTS, *FREE):
        comes = chance.random() < _PRESENCE.get(who, 0.8 if who[0] == "P" else 0.22)
        undoes = chance.random() < 0.004
        if comes and joined[who] <= day < left.get(who, date.max):
            yield Event("visit", who)
            if undoes and who[0] == "I":
                yield Event("undo", who)


def _payments(day: date, joined: dict[str, date], left: dict[str, date]) -> Iterator[Event]:
    """Once a month everybody pays what they owe, each in their way; some let a month pass."""
    for number, who in enumerate((*PERMANENTS, *ITINERANTS)):
        skips = (number + day.month) % 7 == 0
        if joined[who] <= day < left.get(who, date.max) and not skips and who != "I21":
            yield Event("pay-all", who, METHODS[number % len(METHODS)])


_PRESENCE = {"I11": 0.85, "I12": 0.8, "I13": 0.75, "I27": 0.08, "I28": 0.05, "I57": 0.03}
_LEAVES = {"I2": date(2025, 8, 29), "I20": date(2025, 12, 19), "I21": date(2026, 2, 13), "I1": date(2026, 6, 30)}
_CATEGORIES = {
    **dict.fromkeys(PERMANENTS, "self-employed"),
    **dict.fromkeys(ITINERANTS[:14], "student"),
    **dict.fromkeys(ITINERANTS[20:28], "jobseeker"),
    **dict.fromkeys(ITINERANTS[30:33], "retired"),
    **dict.fromkeys(ITINERANTS[40:45], "project-holder"),
}
_SINGLE: list[tuple[date, Event]] = [
    # Carnets: of the year before; exempt and used under VAT; reduced; expired in part; taken back; open at the end.
    (date(2025, 8, 20), Event("sell", "I3", "carnet-10")),
    (date(2025, 9, 8), Event("sell", "I15", "carnet-10")),
    (date(2025, 12, 8), Event("sell", "I14", "carnet-10")),
    (date(2025, 12, 8), Event("sell", "I3", "carnet-10")),
    (date(2026, 2, 2), Event("sell", "I16", "carnet-10")),
    (date(2026, 5, 4), Event("sell", "I27", "carnet-10")),
    (date(2026, 4, 7), Event("sell", "I28", "carnet-10")),
    (date(2026, 6, 3), Event("sell", "I40", "carnet-10")),
    (date(2026, 6, 3), Event("sell", "I40", "carnet-10")),
    (date(2026, 7, 6), Event("sell", "I57", "carnet-10")),
    (date(2026, 7, 7), Event("take-back-sale", "I57", "carnet-10")),
    (date(2026, 8, 24), Event("sell", "I33", "carnet-10")),
    (date(2026, 9, 2), Event("sell", "I34", "carnet-10")),
    # Weeks: into the year, into it and taken back in it, within it, out of it, out of it and taken back after it.
    (date(2025, 8, 29), Event("sell", "I4", "week")),
    (date(2025, 8, 28), Event("sell", "I7", "week")),
    (date(2025, 9, 3), Event("take-back-sale", "I7", "week")),
    (date(2026, 5, 4), Event("sell", "I8", "week")),
    (date(2026, 8, 27), Event("sell", "I5", "week")),
    (date(2026, 8, 28), Event("sell", "I6", "week")),
    (date(2026, 9, 2), Event("take-back-sale", "I6", "week")),
    # Memberships renewed, of those who joined in August 2025.
    *((date(2026, 8, 10), Event("sell", who, "membership")) for who in ("I3", "I4", "I5", "I6", "I7", "I8")),
    # Reduced tariffs.
    *(
        (date(2025, 10, 1), Event("grant", who, until=date(2026, 3, 31)))
        for who in ("I12", "I14", "I16", "I17", "I18", "I19")
    ),
    *((date(2026, 4, 1), Event("grant", who, until=date(2026, 8, 31))) for who in ("I12", "I16", "I40")),
    # What went wrong, and was put right.
    (date(2025, 10, 30), Event("bounce", "P2")),
    (date(2026, 2, 9), Event("take-back-day", "I5")),
    (date(2026, 5, 20), Event("take-back-day", "I55")),
    (date(2026, 1, 14), Event("pay", "I35", "transfer", 10000)),
    (date(2026, 1, 16), Event("refund", "I35", "transfer", 2000)),
    (date(2026, 8, 28), Event("pay", "P8", "cheque", 20000)),
    (date(2026, 2, 12), Event("write-off", "I21")),
    # Gifts, one of them taken back; what the assembly voted on the short year.
    (date(2025, 12, 15), Event("gift", "I30", "cheque", 5000)),
    (date(2026, 2, 20), Event("gift", "P3", "transfer", 12000)),
    (date(2026, 6, 15), Event("gift", "I40", "cash", 2500)),
    (date(2026, 6, 16), Event("take-back-gift", "I40", "cash", 2500)),
    (date(2025, 11, 28), Event("vote")),
    (date(2025, 11, 3), Event("deposit", "I13", cents=1000)),
    (date(2025, 10, 31), Event("count", cents=-200)),
    (date(2026, 2, 27), Event("count", cents=150)),
    (date(2026, 6, 30), Event("count", cents=0)),
    (date(2026, 7, 31), Event("count", cents=-500)),
    (date(2026, 8, 3), Event("take-back-count")),
    # Somebody who declares otherwise from a day on.
    (date(2026, 4, 7), Event("declare", "I41", "employee")),
    *((day, Event("leave", who)) for who, day in _LEAVES.items()),
]
