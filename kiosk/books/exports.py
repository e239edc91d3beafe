"""Writes files that leave the house: which rows, in which form, under which name. Reads only, in short snapshots."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, tzinfo
from enum import StrEnum
from typing import IO, TextIO

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.joined import Joined
from kiosk.domain.members import officer_numbers
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.exports import csv_files, labels, xlsx_files
from kiosk.exports.labels import Spoken
from kiosk.exports.sheets import SHEETS, SUMS, Sheet
from kiosk.exports.xlsx_files import Cover
from kiosk.store import name_rows
from kiosk.store.books import export_rows
from kiosk.store.books.export_rows import Block, Days
from kiosk.store.engine import Store
from kiosk.store.officers import desk_users


class Form(StrEnum):
    """The format of a file: CSV for a double click, raw CSV for programs, a workbook to work on in."""

    CSV = "csv"
    RAW = "raw"
    XLSX = "xlsx"


class ExportRequest(Struct, frozen=True):
    """A file that is asked for: what, and of which days, both included, as the space's time zone has them."""

    what: str
    from_on: date
    until_on: date
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if self.what not in SHEETS:
            raise RequestError("no-such-export", given=self.what, choices=", ".join(SHEETS))
        if self.from_on > self.until_on:
            raise RequestError(
                "period", "--from {since} is after --to {until}", since=self.from_on, until=self.until_on
            )

    @property
    def sheet(self) -> Sheet:
        """Its columns."""
        return SHEETS[self.what]

    @property
    def days(self) -> Days:
        """The days of its rows."""
        return Days(self.from_on, self.until_on, self.zone)

    def blocks(self, store: Store, most: int | None = None) -> Iterator[Block]:
        """Its rows, or the first so many."""
        return export_rows.blocks(store.listing, self.what, self.days, most)

    def pages(self, store: Store) -> Iterator[export_rows.Rows | Joined]:
        """The same as they are written for programs."""
        sums = frozenset(place for place, kind in enumerate(self.sheet.kinds) if kind in SUMS)
        return export_rows.pages(store.listing, self.what, self.days, sums)

    def count(self, connection: sa.Connection, most: int | None = None) -> int:
        """How many rows it will have, or `most` where there are that many or more."""
        return export_rows.count(connection, self.what, self.days, most)


def standing_days(what: str, from_on: date, until_on: date, today: date) -> tuple[date, date]:
    """Return the days of a file: one that tells how things stand tells no later day than today, whatever its period."""
    last = min(until_on, today) if SHEETS[what].is_standing else until_on
    return (min(from_on, last), last) if last < until_on else (from_on, until_on)


def file_name(wish: ExportRequest, form: Form, language: str, training: bool) -> str:
    """The file's name, which says what it is, of which days, and whether it is training; raw, by its code."""
    mark = "ECOLE_" if training else ""
    what = wish.what if form is Form.RAW else _plain(labels.title(wish.what, language))
    return f"{mark}{what}_{wish.from_on}_{wish.until_on}.{'xlsx' if form is Form.XLSX else 'csv'}"


def _plain(title: str) -> str:
    """A title as any disk and any mail takes it."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in searchable(title)).split())


def spoken(store: Store, language: str, zone: tzinfo = UTC) -> Spoken:
    """Return the words of a file: the association's names of its plans, zones, products and rooms today, its officers'
    names, and the time zone of its clock.
    """
    with store.reading() as connection:
        names = {
            "plan": name_rows.plans(connection),
            "zone": name_rows.zones(connection),
            "product": name_rows.products(connection),
            "room": name_rows.rooms(connection),
        }
        officers = desk_users.called(connection)
    own = {column: {code: each.to(language) for code, each in found.items()} for column, found in names.items()}
    return Spoken(
        language, {**own, "actor": {officer_numbers.actor(number): name for number, name in officers.items()}}, zone
    )


def write_csv(
    store: Store, wish: ExportRequest, words: Spoken | None, file: TextIO, step: Callable[[int], object]
) -> int:
    """Write the rows as they come, and tell `step` how many were just written. Returns how many there were.

    In words for people; without them for programs.
    """
    count = 0
    for text, rows in _pieces(store, wish, words):
        file.write(text)
        step(rows)
        count += rows
    return count


def write_xlsx(
    store: Store,
    wish: ExportRequest,
    cover: Cover,
    file: IO[bytes],
    step: Callable[[int], object],
    most: int = xlsx_files.MOST_ROWS,
    at_end: Callable[[], object] = lambda: None,
) -> int:
    """Write a workbook, and call `at_end` when its rows are there and it is put together. Returns how many there were.

    Raises RequestError `too-many-rows`, before a row is read.
    """
    check_rows(store, wish, most)
    return xlsx_files.write(file, wish.sheet, _stepping(wish.blocks(store), step, at_end), cover)


def check_rows(store: Store, wish: ExportRequest, most: int = xlsx_files.MOST_ROWS) -> None:
    """Refuse a workbook that spreadsheets would not open whole. Raises RequestError `too-many-rows`."""
    with store.reading() as connection:
        if wish.count(connection, most + 1) > most:
            text = (
                f"a workbook has at most {most} rows: take a shorter period, or a CSV (--format csv), which holds all"
            )
            raise RequestError("too-many-rows", text)


def _stepping(blocks: Iterator[Block], step: Callable[[int], object], at_end: Callable[[], object]) -> Iterator[Block]:
    for block in blocks:
        yield block
        step(len(block[0]))
    at_end()


def stream_csv(
    store: Store, wish: ExportRequest, words: Spoken | None, step: Callable[[int], object]
) -> Iterator[bytes]:
    """The CSV in pieces to send: each is made of one page of rows, after its snapshot is over."""
    for text, rows in _pieces(store, wish, words):
        step(rows)
        yield text.encode()


def _pieces(store: Store, wish: ExportRequest, words: Spoken | None) -> Iterator[csv_files.Piece]:
    if words is not None:
        return csv_files.spoken_pieces(wish.sheet, wish.blocks(store), words)
    return csv_files.raw_pieces(wish.sheet, wish.pages(store))
