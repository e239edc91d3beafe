"""Reads members' debts and advances from another program: a CSV of member, balance and since when.

Any line that cannot be read refuses the whole file, naming the line: a member left out would seem to owe nothing.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain import amounts, names, spreadsheet
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import Line

# Names of the columns, in searchable form. "since" may be missing: then the day of the balances holds.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "member": ("membre", "numero de membre", "n° de membre", "numero", "n°", "member", "number"),
    "balance": ("solde", "du", "doit", "reste du", "balance", "owed", "owes"),
    "since": ("depuis", "depuis le", "date", "since", "day"),
}

_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", re.ASCII)


class MemberOpening(Struct, frozen=True):
    """What a member owes since a day (None: the day of the balances), in cents; negative for an advance."""

    member: int
    cents: int
    since: date | None = None


def read(content: bytes) -> tuple[MemberOpening, ...]:
    """Return the balances in a file, without those of 0. Raises Problem `opening-columns` or `opening-member`, or as
    `spreadsheet.read` does.
    """
    table = spreadsheet.read(content)
    places = _places(table.columns)
    openings: dict[int, MemberOpening] = {}
    for line in table.lines:
        opening = _line(line, places)
        if opening.member in openings:
            raise Problem(
                "opening-member",
                "line {line}: member {member} has a line before this one",
                line=line.number,
                member=opening.member,
            )
        openings[opening.member] = opening
    if not any(opening.cents for opening in openings.values()):
        raise Problem("opening-columns", "the file has no member who owes or has anything")
    return tuple(opening for opening in openings.values() if opening.cents)


def _places(columns: Sequence[str]) -> dict[str, int]:
    """Return the column of each field, by its heading. Raises Problem `opening-columns` for one that is needed."""
    headings = [names.searchable(column) for column in columns]
    places = {}
    for field, known_headings in _HEADINGS.items():
        place = next((headings.index(heading) for heading in known_headings if heading in headings), None)
        if place is not None:
            places[field] = place
        elif field != "since":
            raise Problem("opening-columns", given=field, columns=", ".join(columns))
    return places


def _line(line: Line, places: Mapping[str, int]) -> MemberOpening:
    """Return the balance that a line gives for a member. Raises Problem `opening-member`."""
    cells = {field: line.cells[place].strip() if place < len(line.cells) else "" for field, place in places.items()}
    number, balance, since = cells["member"], cells["balance"], cells.get("since", "")
    if not (number.isascii() and number.isdigit() and int(number[:9]) > 0 and len(number) < 10):
        raise Problem(
            "opening-member", "line {line}: {given!r} is no member's number", line=line.number, given=number[:20]
        )
    try:
        bare = "".join(balance.replace("€", "").replace("−", "-").split())
        cents = amounts.parse(bare.removeprefix("-") or "0") * (-1 if bare.startswith("-") else 1)
        day = _day(since) if since else None
    except (Problem, ValueError):
        raise Problem(
            "opening-member", "line {line}: a sum like -15,00 and a day like 31/08/2026", line=line.number
        ) from None
    return MemberOpening(int(number), cents, day)


def _day(text: str) -> date:
    """Return a day as people and programs write it: 31/08/2026, 31.8.2026 or 2026-08-31. Raises ValueError."""
    parts = _DAY.fullmatch(text)
    return date.fromisoformat(text) if parts is None else date(int(parts[3]), int(parts[2]), int(parts[1]))
