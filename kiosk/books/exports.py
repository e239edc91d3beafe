"""Writes files of the kiosk's records for use elsewhere (CSV, workbook): which rows, in which format, under which name.
Only reads, in short snapshots.
"""

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
    """The format of a file: CSV in words for people, raw CSV in codes for programs, a workbook for spreadsheets."""

    CSV = "csv"
    RAW = "raw"
    XLSX = "xlsx"


class ExportRequest(Struct, frozen=True):
    """A file that is asked for: which table, and of which days, both included, in the space's time zone. Raises
    RequestError `no-such-export` or `period` when made.
    """

    what: str  # a name in SHEETS
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
        """Return the columns of the file."""
        return SHEETS[self.what]

    @property
    def days(self) -> Days:
        """Return the days that the rows are of."""
        return Days(self.from_on, self.until_on, self.zone)

    def blocks(self, store: Store, most: int | None = None) -> Iterator[Block]:
        """Yield the rows in blocks, column by column, at most `most` rows in all (None: all)."""
        return export_rows.blocks(store.listing, self.what, self.days, most)

    def pages(self, store: Store) -> Iterator[export_rows.Rows | Joined]:
        """Yield the rows in pages, as files for programs have them: row by row, or as text that the database joined."""
        # The places of the columns with sums, which such files have in euros.
        sums = frozenset(place for place, kind in enumerate(self.sheet.kinds) if kind in SUMS)
        return export_rows.pages(store.listing, self.what, self.days, sums)

    def count(self, connection: sa.Connection, most: int | None = None) -> int:
        """Return how many rows the file will have, or `most` where there are that many or more; for accounts a few more
        than that, since those with a balance of 0 are counted.
        """
        return export_rows.count(connection, self.what, self.days, most)


def standing_days(what: str, from_on: date, until_on: date, today: date) -> tuple[date, date]:
    """Return the days that a file is really of. A file of how things stand on its last day (balances of accounts) ends
    today at the latest, and begins then, too, where its first day is later. Others keep their days.
    """
    last_day = min(until_on, today) if SHEETS[what].is_standing else until_on
    return (min(from_on, last_day), last_day) if last_day < until_on else (from_on, until_on)


def file_name(wish: ExportRequest, form: Form, language: str, training: bool) -> str:
    """Return the file's name: `ECOLE_` in a training home, its title in the language (for a raw file the table's code),
    its first and last day.
    """
    mark = "ECOLE_" if training else ""
    what = wish.what if form is Form.RAW else _plain(labels.title(wish.what, language))
    return f"{mark}{what}_{wish.from_on}_{wish.until_on}.{'xlsx' if form is Form.XLSX else 'csv'}"


def _plain(title: str) -> str:
    """Return a title with letters and digits alone, joined by hyphens: a file name that any disk or mail program
    accepts.
    """
    return "-".join("".join(sign if sign.isalnum() else " " for sign in searchable(title)).split())


def spoken(store: Store, language: str, zone: tzinfo = UTC) -> Spoken:
    """Return the words of a file for people: the association's current names of plans, zones, products and rooms by
    code, its officers' names by author (`officer:3`), and the time zone of the file's hours.
    """
    with store.reading() as connection:
        names = {
            "plan": name_rows.plans(connection),
            "zone": name_rows.zones(connection),
            "product": name_rows.products(connection),
            "room": name_rows.rooms(connection),
        }
        officers = desk_users.called(connection)
    own = {
        column: {code: name.to(language) for code, name in names_by_code.items()}
        for column, names_by_code in names.items()
    }
    return Spoken(
        language, {**own, "actor": {officer_numbers.actor(number): name for number, name in officers.items()}}, zone
    )


def write_csv(
    store: Store, wish: ExportRequest, words: Spoken | None, file: TextIO, step: Callable[[int], object]
) -> int:
    """Write a CSV as its rows are read, and tell `step` how many were just written. Returns how many there were.

    With `words` the file is for people; without them for programs.
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
    """Write a workbook with the facts of its `cover`. Tells `step` after each block how many rows it had, and calls
    `at_end` after the last one, when only packing is left. Returns how many rows there were.

    Raises RequestError `too-many-rows` before a row is read.
    """
    check_rows(store, wish, most)
    return xlsx_files.write(file, wish.sheet, _stepping(wish.blocks(store), step, at_end), cover)


def check_rows(store: Store, wish: ExportRequest, most: int = xlsx_files.MOST_ROWS) -> None:
    """Refuse a workbook of more rows than spreadsheet programs open. Raises RequestError `too-many-rows`."""
    with store.reading() as connection:
        if wish.count(connection, most + 1) > most:  # one more is enough to know: the rest is not counted
            text = (
                f"a workbook has at most {most} rows: take a shorter period, or a CSV (--format csv), which holds all"
            )
            raise RequestError("too-many-rows", text)


def _stepping(blocks: Iterator[Block], step: Callable[[int], object], at_end: Callable[[], object]) -> Iterator[Block]:
    """Yield the blocks (rows, column by column); report the rows of each to `step`, and the end to `at_end`."""
    for block in blocks:
        yield block
        step(len(block[0]))
    at_end()


def stream_csv(
    store: Store, wish: ExportRequest, words: Spoken | None, step: Callable[[int], object]
) -> Iterator[bytes]:
    """Yield a CSV in pieces to send, each of one page of rows, after the page's snapshot has ended."""
    for text, rows in _pieces(store, wish, words):
        step(rows)
        yield text.encode()


def _pieces(store: Store, wish: ExportRequest, words: Spoken | None) -> Iterator[csv_files.Piece]:
    """Yield the CSV's text in pieces, each with its number of rows: for people with `words`, else for programs."""
    if words is not None:
        return csv_files.spoken_pieces(wish.sheet, wish.blocks(store), words)
    return csv_files.raw_pieces(wish.sheet, wish.pages(store))
