"""What files are made of: read in pages, each in a snapshot of its own, with nothing lost or told twice between."""

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.domain.joined import Joined
from kiosk.exports import csv_files
from kiosk.exports.sheets import SHEETS, SUMS
from kiosk.money.cashbox import Finding
from kiosk.store.books import export_rows
from kiosk.store.books.export_rows import LISTINGS, Days
from kiosk.store.money import bank_deposit_rows, cash_rows
from tests.held import hold

from .place import Place
from .test_box_and_slips import acting

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
ALL = Days(FIRST, LAST)


@pytest.fixture(autouse=True)
def banked(filled: Place) -> None:
    """All cheques and some cash of the demo's months were brought to the bank; the box was counted before."""
    with filled.store.reading() as connection:
        waiting = bank_deposit_rows.waiting(connection, "cheque")
    _, box, bank = acting(filled)
    box.count(Finding({5000: 10}, reason="compté"))
    bank.deposit(cheques=[waiting[0].entry], cash_cents=5000)
    bank.deposit(cheques=[piece.entry for piece in waiting[1:]])


@pytest.fixture(autouse=True)
def held(filled: Place) -> None:
    """A room is held three times, and there are three events."""
    hold(filled.store)


def rows(filled: Place, name: str, first: date = FIRST, last: date = LAST) -> list[tuple[object, ...]]:
    blocks = export_rows.blocks(filled.store.reading, name, Days(first, last))
    return [row for block in blocks for row in zip(*block, strict=True)]


def pages(filled: Place, name: str) -> list[export_rows.Rows | Joined]:
    sums = frozenset(place for place, kind in enumerate(SHEETS[name].kinds) if kind in SUMS)
    return list(export_rows.pages(filled.store.reading, name, ALL, sums))


def raw(filled: Place, name: str) -> str:
    return "".join(text for text, _ in csv_files.raw_pieces(SHEETS[name], pages(filled, name)))


def paged(monkeypatch: pytest.MonkeyPatch, name: str, size: int) -> None:
    monkeypatch.setitem(LISTINGS, name, replace(LISTINGS[name], page=size))


@pytest.mark.parametrize("name", LISTINGS)
@pytest.mark.parametrize("size", [1, 7])
def test_small_pages_tell_the_same_as_one_large_one(
    filled: Place, monkeypatch: pytest.MonkeyPatch, name: str, size: int
) -> None:
    paged(monkeypatch, name, 100_000)
    whole = rows(filled, name)
    assert whole
    assert len(set(whole)) == len(whole)
    paged(monkeypatch, name, size)
    assert rows(filled, name) == whole


@pytest.mark.parametrize("name", LISTINGS)
def test_rows_are_counted_and_the_first_ones_are_the_first(filled: Place, name: str) -> None:
    whole = rows(filled, name)
    with filled.store.reading() as connection:
        count = export_rows.count(connection, name, ALL)
        assert export_rows.count(connection, name, ALL, most=2) == min(2, count)
    assert count == len(whole) or (name == "tabs" and count > len(whole))
    (block,) = export_rows.blocks(filled.store.reading, name, ALL, most=3)
    assert list(zip(*block, strict=True)) == whole[:3]
    assert all(len(row) == len(SHEETS[name].columns) for row in whole)


@pytest.mark.parametrize("name", LISTINGS)
@pytest.mark.parametrize("size", [1, 3])
def test_windows_one_after_another_tell_the_same_as_the_file(filled: Place, name: str, size: int) -> None:
    found, after = list[tuple[object, ...]](), None
    whole = rows(filled, name)[: 4 * size]
    while len(found) < len(whole):
        window, after = export_rows.page(filled.store.reading, name, ALL, size, after)
        assert len(window) <= size
        found += window
        if after is None:
            break
    assert found[: len(whole)] == whole


def test_an_event_belongs_to_the_month_of_the_wall_clock(filled: Place) -> None:
    def titles(month: Days) -> list[object]:
        found, _ = export_rows.page(filled.store.reading, "events", month, 10)
        return [row[SHEETS["events"].columns.index("title")] for row in found]

    october, november = (date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 1), date(2026, 11, 30))
    paris = ZoneInfo("Europe/Paris")
    assert titles(Days(*november, paris)) == ["Vélo", "Pain", "Paie"]
    assert titles(Days(*october, paris)) == []
    assert titles(Days(*october)) == ["Vélo", "Pain", "Paie"]


def test_who_holds_a_room_and_how_many_come_are_told(filled: Place) -> None:
    (first, second, third), _ = export_rows.page(filled.store.reading, "bookings", ALL, 9)
    assert first[2:7] == ("big", "2026-10-31T23:30:00Z", "2026-11-01T00:30:00Z", "booked", "booking")
    assert (first[7], second[7:9], third[7:]) == (1, (None, "Coop"), (None, None, "Atelier"))
    found, _ = export_rows.page(filled.store.reading, "events", ALL, 9)
    assert [row[-1] for row in found] == [0, 0, 2]


@pytest.mark.parametrize("name", ["day-passes", "visits", "occupancy", "entries", "payments"])
def test_both_days_are_included_and_no_others(filled: Place, name: str) -> None:
    at = SHEETS[name].columns.index("day")
    days = [str(row[at]) for row in rows(filled, name)]
    first, last = sorted(set(days))[1], sorted(set(days))[-2]
    found = [str(row[at]) for row in rows(filled, name, date.fromisoformat(first), date.fromisoformat(last))]
    assert found == [day for day in days if first <= day <= last]
    assert {first, last} <= set(found)


def test_no_snapshot_stays_open_while_a_file_is_sent(filled: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ones = 0

    @contextmanager
    def reading() -> Iterator[sa.Connection]:
        nonlocal open_ones
        open_ones += 1
        with filled.store.reading() as connection:
            yield connection
        open_ones -= 1

    paged(monkeypatch, "visits", 10)
    seen = [open_ones for _ in export_rows.blocks(reading, "visits", ALL)]
    assert len(seen) > 3
    assert set(seen) == {0}


def test_what_is_written_while_a_file_is_sent_is_in_it_once(filled: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    paged(monkeypatch, "entries", 5)
    before = len(rows(filled, "entries"))
    numbers: list[object] = []
    for block in export_rows.blocks(filled.store.reading, "entries", ALL):
        if not numbers:
            filled.join("Zoé Petit", uid="04A1B2C3D4E5FF")
        numbers += block[0]
    assert numbers == list(range(1, before + 3))  # a charge, and the seal of who is new


@pytest.mark.sqlite
def test_the_raw_file_is_what_one_plain_query_says(filled: Place) -> None:
    found = list(csv.reader(io.StringIO(raw(filled, "day-passes"), newline="")))[1:]
    with closing(sqlite3.connect(filled.path)) as plain:
        wanted = plain.execute(
            "SELECT v.day_on, m.number, m.name, m.plan_code, z.code, v.right, json_extract(e.detail, '$.tariff'),"
            " printf('%.2f', e.amount_cents / 100.0), e.number, b.number FROM visit AS v"
            " JOIN entry AS e ON e.number = v.charge_entry JOIN zone AS z ON z.id = v.zone_id"
            " LEFT JOIN member AS m ON m.id = v.member_id LEFT JOIN entry AS b ON b.reverses = e.number"
            " ORDER BY v.day_on, v.id"
        ).fetchall()
    assert found == [["" if value is None else str(value) for value in row] for row in wanted]


def test_occupancy_is_the_day_s_visits(filled: Place) -> None:
    kept = [row for row in rows(filled, "visits") if row[7] == "kept"]
    days = rows(filled, "occupancy")
    assert sum(int(str(row[1])) for row in days) == len(kept)
    for row in days:
        _, visits, members, guests, *rights, _ = (int(str(value)) if i else 0 for i, value in enumerate(row))
        assert visits == members + guests == sum(rights)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", [name for name, listing in LISTINGS.items() if listing.long])
@pytest.mark.parametrize("page", [1, 7, 2000])
def test_what_the_database_joins_is_what_is_written_by_row(
    filled: Place, monkeypatch: pytest.MonkeyPatch, name: str, page: int
) -> None:
    paged(monkeypatch, name, page)
    assert all(isinstance(each, Joined) for each in pages(filled, name))
    text = raw(filled, name)
    monkeypatch.setattr(export_rows, "_joined", lambda listing, sums: lambda connection, bound: None)
    assert not any(isinstance(each, Joined) for each in pages(filled, name))
    assert text == raw(filled, name)
    assert text.count("\r\n") == len(rows(filled, name)) + 1


@pytest.mark.sqlite
@pytest.mark.parametrize("sign", ["\0", "\x1e", "\x1f", ",", '"', "\n", "%s", "é"])
def test_no_sign_in_a_name_is_lost_or_parts_a_row(filled: Place, sign: str) -> None:
    with filled.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET name = 'Ada' || ? || 'Petit'", (sign,))
    for name, column in (("day-passes", 2), ("visits", 2), ("payments", 3)):
        found = list(csv.reader(io.StringIO(raw(filled, name), newline="")))[1:]
        assert f"Ada{sign}Petit" in {row[column] for row in found}
        assert [len(row) for row in found] == [len(SHEETS[name].columns)] * len(rows(filled, name))


def test_the_cash_book_ends_with_what_is_in_the_box(filled: Place) -> None:
    found = rows(filled, "cash")
    with filled.store.reading() as connection:
        assert found[-1][5] == cash_rows.content(connection) == 50000 - 5000
    before = 0
    for row in found:
        before += int(str(row[3] or 0)) - int(str(row[4] or 0))
        assert row[5] == before


def test_tabs_are_the_accounts_balances(filled: Place) -> None:
    with filled.store.reading() as connection:
        asked = connection.exec_driver_sql("SELECT id, balance_cents FROM account WHERE balance_cents <> 0 ORDER BY id")
        balances = [tuple(row) for row in asked]
    found = rows(filled, "tabs")
    assert [(row[0], row[3]) for row in found] == balances
    for row in found:
        ages = [int(str(cents)) for cents in row[4:]]
        assert sum(ages) == max(0, int(str(row[3])))
        assert min(ages) >= 0
