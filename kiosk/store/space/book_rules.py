"""Reads the rules of the books: the association's identity, its accounts, its fiscal year. Dated
rows, like all rules.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from msgspec import Struct, field
from msgspec.structs import fields

from kiosk.domain.books.accounts import Chart
from kiosk.domain.money.tariffs import Product, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.store.space import policies
from kiosk.store.tables import policy, product

if TYPE_CHECKING:
    from kiosk.domain.books.posting import Book

# the texts of the rule `association`
IDENTITY = ("name", "address", "siren", "rna", "vat_number", "iban", "bic", "email", "phone", "colour", "purpose")
LONGEST = 300  # characters of such a text


class Books(Struct, frozen=True, kw_only=True):
    """The rules of the books in force on a day. A rule without a row has its default.

    `association` has texts by the names in IDENTITY; a text that the association did not give is left out.
    """

    association: Mapping[str, str] = field(default_factory=dict)
    fiscal_year_month: int = 1
    accounts: Mapping[str, str] = field(default_factory=dict)
    fec_whole: bool = False  # all the accounting is kept here: the file for the tax office (FEC) is complete
    invoice_due_days: int = 30
    cash_limit_cents: int = 100_000
    gifts: bool = False  # gifts of money are taken
    gift_receipts: bool = False  # tax receipts are issued for them

    @property
    def chart(self) -> Chart:
        """The chart of accounts, with the association's own numbers."""
        return Chart(self.accounts)


NAMES = tuple(f.name for f in fields(Books))  # of the rules


def check(name: str, value: object) -> None:
    """Check a value for a rule of the books. Raises Problem `policy` or `accounts` if the rule cannot have it."""
    if not _CHECKS[name](value):
        raise Problem("policy", "the rule {rule} cannot be {given!r}", rule=name, given=value)
    if name == "accounts" and isinstance(value, dict):
        Chart(value)


def _is_count(value: object, least: int, most: int) -> bool:
    """Return whether a value is a whole number between two limits."""
    return type(value) is int and least <= value <= most


def _is_texts(value: object, names: tuple[str, ...] = ()) -> bool:
    """Return whether a value is an object of filled texts, with no other names than these."""
    return isinstance(value, dict) and all(
        isinstance(text, str) and 0 < len(text) <= LONGEST and (not names or name in names)
        for name, text in value.items()
    )


_CHECKS: Mapping[str, Callable[[object], bool]] = {  # what tells whether a rule can have a value
    "association": lambda value: _is_texts(value, IDENTITY),
    "fiscal_year_month": lambda value: _is_count(value, 1, 12),
    "accounts": _is_texts,
    "fec_whole": lambda value: type(value) is bool,
    "invoice_due_days": lambda value: _is_count(value, 0, 365),
    "cash_limit_cents": lambda value: _is_count(value, 0, 100_000),
    "gifts": lambda value: type(value) is bool,
    "gift_receipts": lambda value: type(value) is bool,
}


def read(connection: sa.Connection, day: date) -> Books:
    """Return the rules of the books in force on a day."""
    return history(connection)(day)


def association(connection: sa.Connection, day: date) -> Mapping[str, str]:
    """Return the association's identity on a day, in one small query, since every page shows it."""
    newest = (
        sa.select(policy.c.value)
        .where(policy.c.name == "association", policy.c.valid_from <= day, ~policies.called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from.desc(), policy.c.id.desc())
        .limit(1)
    )
    value = connection.execute(newest).scalar()
    identity: Mapping[str, str] = json.loads(value) if value else {}
    return identity


def history(connection: sa.Connection) -> Callable[[date], Books]:
    """Return a function that gives the rules of the books on a day; the rows are read once."""
    rows = connection.execute(
        sa.select(policy.c.name, policy.c.valid_from, policy.c.value)
        .where(policy.c.name.in_(NAMES), ~policies.called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from)
    ).all()
    changes = [(since, name, json.loads(value)) for name, since, value in rows]
    starts = sorted({since for since, _, _ in changes})
    known = {start: Books(**{name: value for since, name, value in changes if since <= start}) for start in starts}
    defaults = Books()

    def rules_on(day: date) -> Books:
        rules = defaults
        for start in starts:
            if start > day:
                break
            rules = known[start]
        return rules

    return rules_on


def book(connection: sa.Connection, products: Mapping[str, Product] | None = None) -> "Book":
    """Return what postings need: charts of accounts and fiscal years by day, kinds and units of products.

    `products` are a policy's, if the caller has one, of whatever day.
    """
    from kiosk.domain.books.posting import (
        Book,
    )  # the entrance only reads the association's telephone number, and posts nothing

    rules_on, c = history(connection), product.c
    if products is None:
        rows = connection.execute(sa.select(c.code, c.kind, c.unit)).all()
        kinds = {code: ProductKind(kind) for code, kind, _ in rows}
        units = {code: Unit(unit) for code, _, unit in rows}
    else:
        kinds = {product_.code: product_.kind for product_ in products.values()}
        units = {product_.code: product_.unit for product_ in products.values()}
    charts: dict[int, Chart] = {}  # one for each set of rules, not for each day

    @lru_cache(maxsize=4096)
    def chart(day: date) -> Chart:
        rules = rules_on(day)
        return charts.get(id(rules)) or charts.setdefault(id(rules), rules.chart)

    return Book(chart, kinds, lambda day: rules_on(day).fiscal_year_month, units)
