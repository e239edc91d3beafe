"""Lays out a year's days as a heat map: where each day's square stands, and what it says.

`member/calendar.html` draws it by quarters, which a telephone shows one below the other, since a whole year is too wide
for it.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.checkin.standing import Right
from kiosk.exports import formats
from kiosk.language.texts import Text
from kiosk.web.desk.common.formats import written
from kiosk.web.desk.common.words import t

STEP, SIDE = 17, 14  # pixels from a square to the next, and of a square
LEFT, TOP = 34, 24  # room for the days of the week and the months
# Rights to a day that cost nothing: a zone without a price, a stay of some minutes (PASSING), a tariff of 0.
_FREE = (Right.FREE_ZONE, Right.PASSING, Right.FREE)
# Rights by which earlier payments cover a day, or an organisation (VOUCHER), or a day earned by hosting (BANKED). CAP:
# the month's most charged days were charged already.
_COVERED = (Right.SUBSCRIPTION, Right.CAP, Right.VOUCHER, Right.BANKED, Right.CARNET)
_KINDS = {
    "paid": Text("journée", "day pass"),
    "covered": Text("déjà payée", "already paid"),
    "free": Text("gratuite", "free"),
}
_LABELLED = (0, 2, 4)  # Monday, Wednesday, Friday: there is no room for more
_LONGEST_QUARTER = 92  # days


class Square(Struct, frozen=True):
    """One day: its place in pixels, its kind (`paid`, `covered`, `free`, or an empty text for a day without a visit),
    and a title that says the day and the kind.
    """

    x: int
    y: int
    kind: str
    title: str


class Month(Struct, frozen=True):
    """A month as a line of the table beside the picture: its name, how many days had a visit, and these days
    in words.
    """

    name: str
    count: int
    days: str


class Quarter(Struct, frozen=True):
    """Three months, drawn beside each other."""

    squares: tuple[Square, ...]
    months: tuple[tuple[int, str], ...]  # labels, each with its x in pixels

    @property
    def is_bare(self) -> bool:
        """Tell whether the quarter has no visits: a telephone leaves it out."""
        return not any(square.kind for square in self.squares)


class Year(Struct, frozen=True):
    """A person's year: its picture, its table, and how many days of it were visits, and free ones."""

    number: int
    quarters: tuple[Quarter, ...]
    weekdays: tuple[tuple[int, str], ...]  # labels, each with its y in pixels
    table: tuple[Month, ...]
    count: int
    free: int

    @property
    def width(self) -> int:
        """Return the width of a quarter in pixels: its 92 days touch at most 14 weeks, or 15 where it begins on a
        Sunday.
        """
        return LEFT + 15 * STEP

    @property
    def height(self) -> int:
        """Return the height of a quarter in pixels."""
        return TOP + 7 * STEP


def kind_of(right: str) -> str:
    """Return `free`, `covered` (by an earlier payment, an organisation or a day earned), or else `paid`, for the right
    that paid for a day. A reduced tariff is `paid`, too, so that it does not show.
    """
    if right in _FREE:
        return "free"
    return "covered" if right in _COVERED else "paid"


def year(number: int, rights: Mapping[date, str]) -> Year:
    """Return the year's picture and table. `rights` holds, for each day of it on which the person came, the right that
    paid for it.
    """
    kinds = {day: kind_of(right) for day, right in rights.items()}
    monday = _monday(date(number, 1, 1))
    return Year(
        number,
        tuple(_quarter(date(number, month, 1), kinds) for month in (1, 4, 7, 10)),
        # The y is the text's baseline; "ccccc" writes a weekday by its first letter.
        tuple((TOP + row * STEP + SIDE - 2, written(monday + timedelta(days=row), "ccccc")) for row in _LABELLED),
        tuple(_month(number, month, kinds) for month in range(1, 13)),
        len(kinds),
        sum(kind == "free" for kind in kinds.values()),
    )


def _quarter(first: date, kinds: Mapping[date, str]) -> Quarter:
    """Return the picture of three months, from the first of the first one."""
    monday = _monday(first)
    days = [
        day for offset in range(_LONGEST_QUARTER) if (day := first + timedelta(days=offset)).month < first.month + 3
    ]
    days = [day for day in days if day.year == first.year]  # January comes before October's third month, too
    return Quarter(
        tuple(_square(day, monday, kinds.get(day, "")) for day in days),
        tuple((_column(day, monday), written(day, formats.SHORT_MONTH)) for day in days if day.day == 1),
    )


def _monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _column(day: date, monday: date) -> int:
    """Return the column of a day: full weeks since the Monday on which the calendar begins."""
    return LEFT + (day - monday).days // 7 * STEP


def _square(day: date, monday: date, kind: str) -> Square:
    """Return a day's square, below its month and in its week's column. Its title says the day and how it was paid."""
    title = written(day, formats.FULL)
    if kind:  # of a year's days most have none
        title += f" · {t(_KINDS[kind])}"
    return Square(_column(day, monday), TOP + day.weekday() * STEP, kind, title)


def _month(number: int, month: int, kinds: Mapping[date, str]) -> Month:
    """Return a month as a line of the table, with the days of its visits; free days are marked."""
    visited = sorted(day for day in kinds if day.month == month)
    free = t(" (gratuite)", " (free)")
    days = ", ".join(f"{day.day}{free if kinds[day] == 'free' else ''}" for day in visited)
    return Month(written(date(number, month, 1), formats.MONTH), len(visited), days)
