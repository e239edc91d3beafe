"""Declares what the API answers: the document is generated from these types, and tests hold each answer against them.

A row of a list has the columns of its export, in their order, because its type is made from the export's declaration.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from kiosk.exports import labels
from kiosk.exports.sheets import SHEETS, Kind, Sheet
from kiosk.fields import MemberRef, ProductRef

LARGEST, USUAL = 1_000, 200  # rows of a window: at most, and where the script does not say how many
# Where the next window begins: the day, if the list has one, and the key of a row.
AFTER = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\.[0-9]{1,18}$"
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Euros = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="Euros, with two decimals.")]
_TYPES: Mapping[Kind, Any] = {
    Kind.TEXT: str,
    Kind.DAY: Day,
    Kind.MOMENT: Moment,
    Kind.CENTS: Euros,
    Kind.LEVEL: Euros,  # an amount at a moment
    Kind.COUNT: int,
    Kind.NUMBER: int,
}
_NAMED: Mapping[str, Any] = {"member": MemberRef, "product": ProductRef}
"""The types of columns, by name, that hold a member's number or a product's code; other columns go by their kind."""
_KEYWORDS = {"from_": "from", "in_": "in"}  # columns that Python cannot have as names


First = Annotated[date, Meta(description="The first day; without it, the first of the month of the last.")]
Last = Annotated[date, Meta(description="The last day; without it, today.")]
Limit = Annotated[int, Meta(ge=1, le=LARGEST, description="How many rows at most.")]
After = Annotated[str, Meta(pattern=AFTER, description="Where to go on: `next` of the answer before.")]
Language = Annotated[str, Meta(pattern="^[a-z]{2}$", description="Of names and the line; without it, the request’s.")]


class ListQuery(Struct, frozen=True):
    """The parameters of a list."""

    from_on: First | UnsetType = field(name="from", default=UNSET)
    until_on: Last | UnsetType = field(name="to", default=UNSET)
    limit: Limit = USUAL
    after: After | UnsetType = UNSET


class SharedQuery(Struct, frozen=True):
    """The parameters of what everyone may know."""

    language: Language | UnsetType = UNSET


class NoQuery(Struct, frozen=True):
    """No parameters."""


class ProblemDetails(Struct, frozen=True, kw_only=True):
    """What is wrong (RFC 9457). docs/erreurs.md explains each `code`."""

    type: str
    title: str
    status: int
    code: str


class Occupancy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many people are here. Below three the exact number is private: `present` is null and `fewer_than` stands
    instead.
    """

    day: Day
    present: int | None
    fewer_than: int | None
    places: int | None
    free: int | None


class Opening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the place is open, the hours of today and of each weekday, and when it opens next. A null `week` means
    that it is always open.
    """

    day: Day
    open: bool
    today: list[str]
    opens: Moment | None
    week: dict[str, list[str]] | None


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event of the public agenda. A null `places_left` means that there is no limit."""

    title: str
    kind: str
    starts: Moment
    ends: Moment
    place: str
    price: Euros
    places_left: int | None


class Agenda(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The coming events, at most twenty."""

    events: list[Event]


class Price(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A full price in euros. Where `least` is given, people choose what they pay from that amount on, and `price` is
    the suggestion.
    """

    name: str
    price: Euros
    least: Euros | None


class Prices(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every full price that the association publishes."""

    prices: list[Price]


SHARED: Mapping[str, type[Struct]] = {
    "occupancy": Occupancy,
    "opening": Opening,
    "agenda": Agenda,
    "prices": Prices,
}


def _struct(name: str, fields: list[tuple[str, Any]], doc: str) -> type[Struct]:
    """Return a Struct type with the given columns and docstring; columns named like Python keywords get an underscore
    inside and their own name in JSON.
    """
    plain = [(f"{column}_" if column in _KEYWORDS.values() else column, type_) for column, type_ in fields]
    shape = msgspec.defstruct(
        name, plain, rename=_KEYWORDS, frozen=True, kw_only=True, forbid_unknown_fields=True, module=__name__
    )
    shape.__doc__ = doc
    return shape


def _type_name(name: str) -> str:
    """Return the name of a list's type, like `DayPasses` for `day-passes`."""
    return "".join(part.capitalize() for part in name.split("-"))


def _row(sheet: Sheet) -> type[Struct]:
    """Return the type of a list's rows, from the columns of its export."""
    columns = [
        (column, Annotated[_NAMED.get(column, _TYPES[kind]) | None, Meta(description=labels.heading(column, "en"))])
        for column, kind in zip(sheet.columns, sheet.kinds, strict=True)
    ]
    return _struct(f"{_type_name(sheet.name)}Row", columns, f"A row of the list {sheet.name}.")


def _list(sheet: Sheet) -> type[Struct]:
    """Return the type of a window of a list."""
    fields = [("list", str), ("from", Day), ("to", Day), ("rows", list[_row(sheet)]), ("next", str | None)]  # type: ignore[misc]  # a type that is made here
    doc = f"{labels.title(sheet.name, 'en')}. `next` is where the list goes on: ask again with it as `after`."
    return _struct(f"{_type_name(sheet.name)}List", fields, doc)


LISTS: Mapping[str, type[Struct]] = {name: _list(sheet) for name, sheet in SHEETS.items()}
