"""Turns pages of lists, whose filters, sort and page live in the URL; makes links to areas that may not be there."""

from collections.abc import Sequence
from typing import TypeVar

from flask import request, url_for
from msgspec import Struct
from werkzeug.routing import BuildError

PAGE_SIZE = 50
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


def asked(name: str = "page") -> int:
    """The page that the URL asks for."""
    return max(1, min(request.args.get(name, 1, int), 1_000_000))


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
