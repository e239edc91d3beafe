"""Turns pages of lists, whose filters, sort and page live in the URL; makes links to areas that may not be there."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from flask import request, url_for
from msgspec import Struct
from werkzeug.routing import BuildError

from kiosk.domain.names import searchable

A_FEW = 15  # rows, which are seen at one look
PAGE_SIZE = 50
BY = "by"  # the button of a form whose list has ticks: the order that it asks for
_LONGEST = 100  # characters that are looked for
R = TypeVar("R")


class Pages(Struct, frozen=True):
    """Which page is shown, of how many lines."""

    number: int
    count: int
    size: int = PAGE_SIZE
    name: str = "page"  # in the URL

    @classmethod
    def cut(cls, rows: Sequence[R], name: str = "page") -> tuple["Pages", Sequence[R]]:
        """The page that the URL asks for of rows that are all at hand, the last one where it asks for more."""
        whole = cls(1, len(rows), name=name)
        found = cls(min(asked(name), whole.last), len(rows), name=name)
        begin = (found.number - 1) * found.size
        return found, rows[begin : begin + found.size]

    @property
    def last(self) -> int:
        """The last page's number; 1 for an empty list."""
        return max(1, -(-self.count // self.size))


class Listed(Struct, Generic[R], frozen=True):
    """A list of which a page is shown. `fitting` is all that was looked for, in order; `rows` this page of it.

    `cents` is what all that fits adds up to, on every page together; None where the list has no sums.
    """

    rows: Sequence[R]
    fitting: Sequence[R]
    pages: Pages
    looked_for: str = ""
    sort: str = ""
    cents: int | None = None

    @property
    def is_long(self) -> bool:
        """Tell whether the list has more than a page, or is a part of one that may have."""
        return self.pages.last > 1 or bool(self.looked_for)

    @property
    def search(self) -> str:
        """Return what the URL calls the text that is looked for in this list."""
        return self.pages.name.replace("page", "q", 1)

    @property
    def is_sortable(self) -> bool:
        """Whether headings sort it: among a few rows they would only stand in the keyboard's way."""
        return bool(self.sort) or len(self.fitting) > A_FEW

    @property
    def sorted_by(self) -> str:
        """Return what the URL calls this list's order."""
        return self.pages.name.replace("page", "sort", 1)

    def next_order(self, column: str) -> str:
        """Return the order that a column's heading asks for: rising, or falling where it rises already."""
        return f"-{column}" if self.sort == column else column


def listed(
    rows: Sequence[R],
    words: Callable[[R], str],
    sorts: Mapping[str, Callable[[R], Any]] = MappingProxyType({}),
    name: str = "page",
    cents: Callable[[R], int] | None = None,
) -> Listed[R]:
    """Look for what the URL or the form looks for in the `words` of each row, sort, and cut out the page asked for.

    `sorts` holds a key for each column; rows that it leaves alike stay as they came, or all the other way round.
    Lists of one page that are both long are told apart by `name`, which begins with "page".
    """
    text = request.values.get(name.replace("page", "q", 1), "")[:_LONGEST].strip()
    sort = request.form.get(BY) or request.values.get(name.replace("page", "sort", 1), "")
    looked_for = searchable(text).split()
    fitting = [row for row in rows if all(word in searchable(words(row)) for word in looked_for)] if text else rows
    by = sorts.get(sort.removeprefix("-"))
    if by is not None:
        fitting = sorted(fitting, key=by)
        fitting = fitting[::-1] if sort.startswith("-") else fitting
    pages, shown = Pages.cut(fitting, name)
    total = None if cents is None else sum(map(cents, fitting))
    return Listed(shown, fitting, pages, text, sort if by is not None else "", total)


def is_turned() -> bool:
    """Tell whether a form was sent to show its list otherwise, with its ticks: another page, or another order."""
    return "page" in request.form or BY in request.form


def last_first(day: date | None) -> tuple[bool, date]:
    """Return a key by which a day that is missing comes after all others."""
    return day is None, day or date.min


def sorting(columns: Container[str], usual: str, name: str = "sort") -> tuple[str, str, bool]:
    """Return the order that the URL asks for as it writes it, its column, and whether it falls; else the usual one."""
    sort = request.args.get(name, "")
    sort = sort if sort.removeprefix("-") in columns else usual
    return sort, sort.removeprefix("-"), sort.startswith("-")


def asked(name: str = "page") -> int:
    """The page that the URL asks for, or a form whose list is long."""
    return max(1, min(request.values.get(name, 1, int), 1_000_000))


def again(**changes: object) -> str:
    """This page's URL with other values in its query; None takes one out."""
    query = {**request.args.to_dict(), **(request.view_args or {}), **changes}  # the path is not the query's to change
    values = {name: str(value) for name, value in query.items() if value is not None}
    return url_for(str(request.endpoint), **values)  # type: ignore[arg-type]  # text all


def link(endpoint: str, **values: object) -> str:
    """A page's URL, or nothing where this desk has no such page."""
    try:
        return url_for(endpoint, **values)  # type: ignore[arg-type]  # what a URL is made of
    except BuildError:
        return ""
