"""What is printed of a fiscal year is what its FEC says: each line, its number and its letter, on pages of any size."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.books import accounting_files, year_listing
from kiosk.books.accounting_files import Extract, ExtractRequest
from kiosk.books.year_listing import YearLetters
from kiosk.domain.books.listings import Listing, Wish
from kiosk.errors import MachineError
from tests.beside import unguarded
from tests.books import closed_year
from tests.books.fec_checker import rows_of
from tests.conftest import Space

Line = tuple[str, ...]


@pytest.fixture
def space(template: Path, tmp_path: Path) -> Iterator[Space]:
    """The end of 2026 and some days of 2027."""
    with closed_year.some_days_later(template, tmp_path, 1) as lived:
        yield lived


def fec(space: Space, year: int) -> list[dict[str, str]]:
    with space.home.store.reading() as connection:
        found = accounting_files.find(connection, ExtractRequest(year=year))
    return rows_of(b"".join(accounting_files.stream(space.home.store, found, training=False)))


def extract(space: Space, year: int) -> Extract:
    with space.home.store.reading() as connection:
        return accounting_files.find(connection, ExtractRequest(year=year))


def printed(space: Space, year: int, wish: Wish, size: int) -> list[Listing]:
    """All pages of a wish."""
    store, chosen = space.home.store, extract(space, year)
    letters = YearLetters.read(store, chosen)
    found: list[Listing] = []
    while not found or len(found) * size < found[0].count:
        place = Wish(days=wish.days, account=wish.account, whole=wish.whole, first=len(found) * size, most=size)
        found.append(year_listing.listing(store, chosen, place, letters.of))
    return found


def said(pages: list[Listing]) -> list[Line]:
    return [
        (
            str(row.of.number),
            row.of.piece,
            row.of.label,
            row.line.account.number,
            row.line.party or "",
            str(row.line.debit),
            str(row.line.credit),
            row.letter,
        )
        for page in pages
        for row in page.lines
    ]


def written(row: dict[str, str]) -> Line:
    cents = (row["Debit"].replace(",", "").lstrip("0") or "0", row["Credit"].replace(",", "").lstrip("0") or "0")
    return (
        row["EcritureNum"],
        row["PieceRef"],
        row["EcritureLib"],
        row["CompteNum"],
        row["CompAuxNum"],
        *cents,
        row["EcritureLet"],
    )


def of(first_on: date, last_on: date) -> range:
    return range(first_on.toordinal(), last_on.toordinal() + 1)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_every_line_of_the_file_is_on_a_page(space: Space, size: int) -> None:
    year = of(date(2026, 1, 1), date(2026, 12, 31))
    rows = [written(row) for row in fec(space, 2026)]
    assert {row[-1] for row in rows} > {""}
    assert said(printed(space, 2026, Wish(days=year), size)) == rows
    assert said(printed(space, 2026, Wish(days=year, whole=True), size)) == rows
    for account in {row[3] for row in rows}:
        mine = [row for row in rows if row[3] == account]
        assert said(printed(space, 2026, Wish(days=year, account=account), size)) == mine


def test_a_month_goes_on_from_what_was_before_it(space: Space) -> None:
    december = of(date(2026, 12, 1), date(2026, 12, 31))
    (found,) = printed(space, 2026, Wish(days=december, account="411"), 1000)
    sums = found.accounts["411"]
    assert sums.before
    assert found.lines[0].balance == sums.before + found.lines[0].line.debit - found.lines[0].line.credit
    assert found.lines[-1].balance == sums.balance
    assert said([found]) == [
        written(row) for row in fec(space, 2026) if row["CompteNum"] == "411" and row["EcritureDate"] >= "20261201"
    ]


@pytest.mark.parametrize("is_said", [True, False])
def test_what_a_year_begins_with_is_a_line_an_account(
    space: Space, monkeypatch: pytest.MonkeyPatch, is_said: bool
) -> None:
    if not is_said:
        monkeypatch.setattr(accounting_files, "_carrying", lambda connection, year: None)
    rows = fec(space, 2027)
    opened = {row["CompteNum"]: 0 for row in rows if row["JournalCode"] == "AN"}
    assert len(opened) < len([row for row in rows if row["JournalCode"] == "AN"])
    for row in rows:
        if row["JournalCode"] == "AN":
            opened[row["CompteNum"]] += int(row["Debit"].replace(",", "")) - int(row["Credit"].replace(",", ""))
    pages = printed(space, 2027, Wish(days=of(date(2027, 1, 1), date(2027, 12, 31))), 1000)
    assert {number: each.opened for number, each in pages[0].accounts.items() if each.opened} == opened
    own = [written(row) for row in rows if row["JournalCode"] != "AN"]
    assert [line for line in said(pages) if line[0] != "1"] == own
    assert own[0][0] == "2"


def test_the_balance_reads_no_line_and_adds_up_as_the_file(space: Space) -> None:
    found = year_listing.listing(space.home.store, extract(space, 2026), Wish())
    rows = fec(space, 2026)
    assert found.lines == []
    for number, each in found.accounts.items():
        mine = [row for row in rows if row["CompteNum"] == number]
        assert each.debit == sum(int(row["Debit"].replace(",", "")) for row in mine)
        assert each.credit == sum(int(row["Credit"].replace(",", "")) for row in mine)
    assert (found.totals.opened, found.totals.balance) == (0, 0)


def test_sums_that_are_not_what_was_closed_are_not_printed(space: Space) -> None:
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET amount_cents = amount_cents + 100 WHERE kind = 'charge'")
    with pytest.raises(MachineError) as wrong:
        year_listing.listing(space.home.store, extract(space, 2026), Wish())
    assert wrong.value.code == "books-differ"
    assert "says charged" in str(wrong.value)
