"""CSV in two dialects: one that French spreadsheets open with a double click, and RFC 4180 for programs."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TextIO

from kiosk.domain import money


class Dialect(StrEnum):
    """`csv`: byte-order mark, `;`, decimal comma, formulas guarded. `raw`: RFC 4180, decimal point, as it is."""

    CSV = "csv"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of a file, and which of them hold cents."""

    name: str
    columns: tuple[str, ...]
    money: frozenset[str]


SHEETS = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "day-passes",
            ("day", "member", "name", "plan", "zone", "right", "tariff", "amount", "entry", "reversed_by"),
            frozenset({"amount"}),
        ),
        Sheet(
            "visits",
            ("day", "member", "name", "plan", "zone", "right", "part", "state", "entry"),
            frozenset(),
        ),
        Sheet(
            "entries",
            ("entry", "day", "kind", "account", "member", "amount", "method", "product", "reverses", "actor"),
            frozenset({"amount"}),
        ),
        Sheet(
            "members",
            ("member", "name", "plan", "email", "joined", "left", "balance"),
            frozenset({"balance"}),
        ),
    )
}

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what follows


def write(file: TextIO, sheet: Sheet, rows: Iterable[Sequence[object]], dialect: Dialect) -> int:
    """Write the header and every row as it comes; nothing is gathered. Returns how many rows there were."""
    if dialect is Dialect.CSV:
        file.write("\ufeff")
    writer = csv.writer(file, delimiter=";" if dialect is Dialect.CSV else ",", lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writers = [_cell(column in sheet.money, dialect) for column in sheet.columns]
    count = 0
    for row in rows:
        writer.writerow([write_cell(value) for write_cell, value in zip(writers, row, strict=True)])
        count += 1
    return count


def _cell(is_money: bool, dialect: Dialect) -> Callable[[object], str]:
    decimal = "," if dialect is Dialect.CSV else "."
    guarded = dialect is Dialect.CSV

    def cell(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, int):
            return money.plain(value, decimal) if is_money else str(value)
        if isinstance(value, date):
            return value.isoformat()
        text = str(value)
        return f"'{text}" if guarded and text.startswith(_FORMULA_STARTS) else text

    return cell
