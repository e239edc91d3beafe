"""Shows long lists by pages, whose filter, order and page number live in the URL, and links to pages that may not
exist.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from flask import request, url_for
from msgspec import Struct
from werkzeug.routing import BuildError

from kiosk.domain.names import searchable

A_FEW = 15  # rows that are seen at a glance
PAGE_SIZE = 50
BY = "by"  # a form's button that asks for another order and keeps the ticks
_LONGEST = 100  # characters of a search
R = TypeVar("R")


class Pages(Struct, frozen=True):
    """Which page of a list is shown, and of how many rows the whole list is."""

    number: int
    count: int
    size: int = PAGE_SIZE
    name: str = "page"  # of the URL's parameter

    @classmethod
    def cut(cls, rows: Sequence[R], name: str = "page", size: int = PAGE_SIZE) -> tuple["Pages", Sequence[R]]:
        """Return the page that the URL asks for, and its rows, of a list that is all in memory; the last page where the
        URL asks for a later one.
        """
        whole = cls(1, len(rows), size, name)
        page = cls(min(asked(name), whole.last), len(rows), size, name)
        begin = (page.number - 1) * page.size
        return page, rows[begin : begin + page.size]

    @property
    def last(self) -> int:
        """Return the last page's number; 1 for an empty list."""
        return max(1, -(-self.count // self.size))


class Listed(Struct, Generic[R], frozen=True):
    """A list of which one page is shown. `fitting` holds all rows that match the search, in order; `rows` those of this
    page.

    `cents` is the sum over all `fitting` rows, on every page together; None where the list has no amounts.
    """

    rows: Sequence[R]
    fitting: Sequence[R]
    pages: Pages
    looked_for: str = ""  # the text searched for, as typed
    sort: str = ""  # a column, or `-column` where the order falls; empty for the list's own order
    cents: int | None = None

    @property
    def is_long(self) -> bool:
        """Tell whether the list needs its search and its page links: it has more than a page, or was already narrowed
        by a search.
        """
        return self.pages.last > 1 or bool(self.looked_for)

    @property
    def is_empty(self) -> bool:
        """Tell whether the list has no rows at all; false where a search only matched none."""
        return not self.rows and not self.looked_for

    @property
    def search(self) -> str:
        """Return the name of the URL's parameter that holds the text searched for in this list."""
        return self.pages.name.replace("page", "q", 1)

    @property
    def is_sortable(self) -> bool:
        """Tell whether headings sort the list. Among a few rows they would only add stops for the Tab key."""
        return bool(self.sort) or len(self.fitting) > A_FEW

    @property
    def sorted_by(self) -> str:
        """Return the name of the URL's parameter that holds this list's order."""
        return self.pages.name.replace("page", "sort", 1)

    def next_order(self, column: str) -> str:
        """Return the order that a click on a column's heading asks for: rising, or falling (`-column`) where it rises
        already.
        """
        return f"-{column}" if self.sort == column else column


def listed(
    rows: Sequence[R],
    words: Callable[[R], str],
    sorts: Mapping[str, Callable[[R], Any]] = MappingProxyType({}),
    name: str = "page",
    cents: Callable[[R], int] | None = None,
    size: int = PAGE_SIZE,
) -> Listed[R]:
    """Return a page of a list: search the `words` of each row for what the URL or the form asks, sort, and cut out the
    page.

    `sorts` holds a sort key for each column; rows with equal keys keep their order, which is reversed with the rest in
    a descending sort. `cents` returns a row's amount, for the sum. `name` tells two long lists of one page apart, and
    begins with "page"; the less important list has fewer rows a page (`size`).
    """
    text = request.values.get(name.replace("page", "q", 1), "")[:_LONGEST].strip()
    sort = request.form.get(BY) or request.values.get(name.replace("page", "sort", 1), "")
    typed_words = searchable(text).split()
    fitting = [row for row in rows if all(word in searchable(words(row)) for word in typed_words)] if text else rows
    by = sorts.get(sort.removeprefix("-"))
    if by is not None:
        fitting = sorted(fitting, key=by)
        fitting = fitting[::-1] if sort.startswith("-") else fitting
    pages, shown = Pages.cut(fitting, name, size)
    total = None if cents is None else sum(map(cents, fitting))
    return Listed(shown, fitting, pages, text, sort if by is not None else "", total)


def is_turned() -> bool:
    """Tell whether a form with ticked rows was sent only to show its list in another order or on another page."""
    return "page" in request.form or BY in request.form


def last_first(day: date | None) -> tuple[bool, date]:
    """Return a sort key by which a missing day comes after all others."""
    return day is None, day or date.min


def sorting(columns: Container[str], usual: str, name: str = "sort") -> tuple[str, str, bool]:
    """Return the order that the URL asks for as it is written there, its column, and whether it falls. For a missing
    order, or a column that is not in `columns`, the order is `usual`.
    """
    sort = request.args.get(name, "")
    sort = sort if sort.removeprefix("-") in columns else usual
    return sort, sort.removeprefix("-"), sort.startswith("-")


def asked(name: str = "page") -> int:
    """Return the page number that the URL or the form asks for, from 1 to a million; 1 for none, or for a text that is
    no number. The list may have fewer pages.
    """
    return max(1, min(request.values.get(name, 1, int), 1_000_000))


def again(**changes: object) -> str:
    """Return this page's URL with other values in its query; None removes a parameter."""
    return same_query(str(request.endpoint), **changes)


def same_query(endpoint: str, **changes: object) -> str:
    """Return the URL of an endpoint with this page's query and path parameters, some of them changed; None removes a
    parameter.
    """
    query = {**request.args.to_dict(), **(request.view_args or {}), **changes}  # the path is not the query's to change
    values = {name: str(value) for name, value in query.items() if value is not None}
    return url_for(endpoint, **values)  # type: ignore[arg-type]  # text all


def link(endpoint: str, **values: object) -> str:
    """Return a page's URL; an empty text where this desk has no such page."""
    try:
        return url_for(endpoint, **values)  # type: ignore[arg-type]  # what a URL is made of
    except BuildError:
        return ""
