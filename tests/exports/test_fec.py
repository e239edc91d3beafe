"""The FEC of a made-up space, read by the rules of the format; faults put in on purpose, each found."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk import home
from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.closing import Closings
from kiosk.domain.books import accounts, ecritures
from kiosk.domain.books.ecritures import Ecriture
from kiosk.domain.books.posting import Posting
from kiosk.errors import MachineError, RequestError
from kiosk.exports.books import fec, paheko
from kiosk.store import ledger
from kiosk.store.books import booking_facts, document_rows
from kiosk.store.ledger import Draft
from kiosk.store.space.policies import Rules
from tests.books.fec_checker import cents, check, rows_of
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.shared import once

INES, KARIM = "04A2000000E511", "04A2000000E522"
SIREN = "732829320"
NAME = f"{SIREN}FEC20261231.txt"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def close(space: Space) -> None:
    """All days that are over."""
    of, rules = space.home, Rules(space.home.config.zone)
    Closings(store=of.store, rules=rules, seal=of.seal, clock=space.clock, actor="due").close_days()


def on(space: Space, day: str) -> None:
    """The morning of another day."""
    space.clock.set(datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=UTC))


def export(space: Space, wish: ExtractRequest = ExtractRequest(), *, names: bool = False) -> tuple[str, bytes]:  # noqa: B008  # a value
    with space.home.store.reading() as connection:
        found = accounting_files.find(connection, wish)
        name = accounting_files.name_of(found, accounting_files.siren(connection, space.clock.now().date()))
    return name, b"".join(accounting_files.stream(space.home.store, found, training=space.home.training, names=names))


@pytest.fixture
def busy(space: Space) -> Space:
    """Two years of a space, closed."""
    return lived(space)


@pytest.fixture(scope="module")
def good(template: Path) -> bytes:
    """The first of these years as a file."""

    def make(root: Path) -> None:
        shutil.copytree(template, root)
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(WEDNESDAY))
            (root / "good").write_bytes(export(lived(space), ExtractRequest(year=2026))[1])
            space.kept.close()

    return (once("two-years", make) / "good").read_bytes()


def lived(space: Space) -> Space:
    """Sales of all kinds, payments by all methods, something taken back, and the days closed."""
    space.rule("association", json.dumps({"name": "La Coroutine", "siren": SIREN}))
    space.join("Inès Moreau", INES)
    space.join("Karim Łukasz", KARIM)
    space.till.sell(1, "carnet-10", None)
    space.till.sell(2, "permanent", date(2026, 12, 15))
    space.tap(INES)
    space.till.pay(1, 3000, "cash")
    space.till.pay(2, 10000, "cheque")
    space.till.deposit(1, 1000)
    space.till.write_off(1, 500, "geste")
    number = space.till.pay(1, 100, "card")
    space.till.reverse(number, "erreur")
    on(space, "2026-12-30")
    space.till.pay(1, 200, "online")
    on(space, "2027-01-05")
    space.tap(INES)
    space.till.pay(1, 200, "transfer")
    on(space, "2027-01-06")
    close(space)
    return space


def test_a_year_is_a_good_file(busy: Space) -> None:
    name, content = export(busy, ExtractRequest(year=2026))
    assert name == NAME
    assert check(name, content, *YEAR) == []
    rows = rows_of(content)
    assert rows[0]["EcritureNum"] == "1"
    assert {row["JournalCode"] for row in rows} >= {"VE", "CA", "CH", "OD"}
    assert {row["CompAuxLib"] for row in rows} == {"", "1", "2"}


def test_what_is_paid_is_lettered_in_its_own_year_and_for_ever(busy: Space) -> None:
    _, before = export(busy, ExtractRequest(year=2026))
    letters: dict[str, int] = {}
    for row in rows_of(before):
        assert bool(row["EcritureLet"]) == bool(row["DateLet"])
        assert not row["EcritureLet"] or row["CompteNum"] == "411"
        letters[row["EcritureLet"]] = letters.get(row["EcritureLet"], 0) + cents(row)
    assert len(letters) > 1
    assert all(total == 0 for letter, total in letters.items() if letter)
    on(busy, "2027-01-07")
    busy.till.pay(1, 9000, "transfer")  # pays what is open of the year before
    on(busy, "2027-01-08")
    close(busy)
    assert export(busy, ExtractRequest(year=2026))[1] == before
    part = rows_of(export(busy, ExtractRequest(from_on=date(2026, 12, 1), until_on=YEAR[1]))[1])
    whole = [row for row in rows_of(before) if row["EcritureDate"] >= "20261201"]
    assert [row["EcritureLet"] for row in part] == [row["EcritureLet"] for row in whole]


def test_the_next_year_begins_with_what_stood_on_the_accounts_of_the_balance(busy: Space) -> None:
    _, first = export(busy, ExtractRequest(year=2026))
    name, content = export(busy, ExtractRequest(year=2027))
    assert check(name, content, date(2027, 1, 1), date(2027, 12, 31)) == []
    rows = rows_of(content)
    opening = {(row["CompteNum"], row["CompAuxNum"]): cents(row) for row in rows if row["JournalCode"] == "AN"}
    stood: dict[tuple[str, str], int] = {}
    for row in rows_of(first):  # a surplus waits in 120 for the assembly
        key = (row["CompteNum"], row["CompAuxNum"]) if row["CompteNum"][0] in "12345" else ("120", "")
        stood[key] = stood.get(key, 0) + cents(row)
    assert opening == {key: value for key, value in stood.items() if value}


def test_income_of_another_year_waits_for_it(busy: Space) -> None:
    waiting = [row for row in rows_of(export(busy, ExtractRequest(year=2026))[1]) if row["CompteNum"] == "487"]
    assert [row["Credit"] for row in waiting] == ["45,16"]  # 14 of 31 days from 15 December on
    (opening, come) = [row for row in rows_of(export(busy, ExtractRequest(year=2027))[1]) if row["CompteNum"] == "487"]
    assert (opening["JournalCode"], opening["Credit"]) == ("AN", "45,16")
    assert (come["JournalCode"], come["EcritureNum"], come["Debit"]) == ("OD", "2", "45,16")


def test_a_sale_that_is_taken_back_leaves_nothing_to_wait_whichever_year_it_is_taken_back_in(space: Space) -> None:
    space.rule("association", json.dumps({"siren": SIREN}))
    space.join("Inès Moreau", INES)
    first = space.till.sell(1, "permanent", date(2026, 12, 15)).entry
    space.till.reverse(first, "erreur")
    second = space.till.sell(1, "permanent", date(2026, 12, 15)).entry
    on(space, "2027-02-01")
    space.till.reverse(second, "erreur")
    on(space, "2028-01-02")
    close(space)
    for year in (2026, 2027, 2028):
        name, content = export(space, ExtractRequest(year=year))
        assert check(name, content, date(year, 1, 1), date(year, 12, 31)) == []
    left = {(row["CompteNum"], row["CompAuxNum"]): cents(row) for row in rows_of(content)}
    # The membership and 17 of 31 days of a month in 2026, which 2027 took back: each year's result in its account.
    assert left == {("411", "1"): 500, ("120", ""): -500 - 5484, ("129", ""): 5484}


def test_income_that_has_come_waits_no_more_in_the_years_after(busy: Space) -> None:
    on(busy, "2028-01-03")
    close(busy)
    name, content = export(busy, ExtractRequest(year=2028))
    assert check(name, content, date(2028, 1, 1), date(2028, 12, 31)) == []
    assert "487" not in {row["CompteNum"] for row in rows_of(content)}


def test_deferred_income_keeps_its_day_when_the_fiscal_year_is_changed_afterwards(busy: Space) -> None:
    before = rows_of(export(busy, ExtractRequest(year=2026))[1])
    busy.rule("fiscal_year_month", "9", "2026-12-20")
    name, content = export(busy)
    long_year = (date(2026, 1, 1), date(2027, 8, 31))
    assert name == f"{SIREN}FEC20270831.txt"
    assert check(name, content, *long_year) == []
    after = rows_of(content)
    assert after[: len(before)] == before
    (come,) = [row for row in after if row["CompteNum"] == "487" and row["JournalCode"] == "OD"]
    assert (come["EcritureDate"], come["Debit"]) == ("20270101", "45,16")


def test_a_receipt_of_the_same_day_is_the_piece_and_a_later_one_changes_nothing(space: Space) -> None:
    space.rule("association", json.dumps({"name": "La Coroutine", "siren": SIREN}))
    space.join("Inès Moreau", INES)
    first, second = space.till.pay(1, 200, "cash"), space.till.pay(1, 300, "cash")
    document(space, 1, first)
    on(space, "2026-11-27")
    close(space)
    before = export(space)[1]
    assert [row["PieceRef"] for row in rows_of(before) if row["CompteNum"] == "530"] == ["R-000001", str(second)]
    document(space, 2, second)
    assert export(space)[1] == before


def document(space: Space, number: int, about: int) -> None:
    """A receipt of a payment, as bare as can be."""
    with space.home.store.writing() as connection:
        draft = Draft(kind="document", day_on=date(2026, 11, 25), group=bytes(16), actor="cli", account=1)
        entry = ledger.append(connection, space.home.seal, draft, space.clock.now())
        values = {"series": "receipt", "number": number, "kind": "receipt", "account_id": 1, "language": "fr"}
        issued = {"issued_on": date(2026, 11, 25), "content": "{}", "entry_number": entry}
        document_rows.add(connection, values | issued, [about], invoiced=False)


def test_days_of_a_year_have_the_numbers_that_they_have_in_the_year(busy: Space) -> None:
    whole = rows_of(export(busy, ExtractRequest(year=2026))[1])
    name, content = export(busy, ExtractRequest(from_on=date(2026, 12, 1), until_on=date(2026, 12, 31)))
    part = rows_of(content)
    assert part == [row for row in whole if row["EcritureDate"] >= "20261201"]
    assert check(name, content, date(2026, 12, 1), YEAR[1], int(part[0]["EcritureNum"])) == []


def test_numbers_stay_when_more_is_closed_and_said(busy: Space) -> None:
    before = export(busy, ExtractRequest(year=2027))[1]
    busy.till.pay(1, 100, "cash")
    on(busy, "2027-01-20")
    close(busy)
    after = export(busy, ExtractRequest(year=2027))[1]
    assert after.startswith(before)
    assert len(after) > len(before)


def test_an_entry_for_a_closed_day_says_which_day_it_concerns(space: Space) -> None:
    space.rule("association", json.dumps({"siren": SIREN}))
    space.join("Inès Moreau", INES)
    on(space, "2026-11-28")
    close(space)
    with space.home.store.writing() as connection:
        draft = Draft(
            kind="payment",
            day_on=date(2026, 11, 25),
            group=bytes(16),
            actor="cli",
            amount_cents=-100,
            account=1,
            member_number=1,
            method="cash",
        )
        ledger.append(connection, space.home.seal, draft, space.clock.now())
    on(space, "2026-11-30")
    close(space)
    labels = {row["EcritureLib"] for row in rows_of(export(space)[1])}
    assert "Paiement en espèces, membre 1, concerne le 25/11/2026" in labels


def test_names_are_told_only_to_who_asks_and_fit_the_alphabet(busy: Space) -> None:
    _, without = export(busy)
    assert b"Moreau" not in without
    name, content = export(busy, ExtractRequest(year=2026), names=True)
    assert check(name, content, *YEAR) == []
    assert {row["CompAuxLib"] for row in rows_of(content)} == {"", "Inès Moreau", "Karim ?ukasz"}


def test_free_text_stays_in_the_house(busy: Space) -> None:
    assert b"geste" not in export(busy, ExtractRequest(year=2026), names=True)[1]


def test_without_a_siren_nothing_is_named(space: Space) -> None:
    with space.home.store.reading() as connection, pytest.raises(RequestError) as refused:
        accounting_files.siren(connection, date(2026, 11, 25))
    assert refused.value.code == "no-siren"
    space.rule("association", json.dumps({"siren": "732829321"}))
    with space.home.store.reading() as connection, pytest.raises(RequestError) as refused:
        accounting_files.siren(connection, date(2026, 11, 25))
    assert refused.value.code == "no-siren"


def test_what_is_not_closed_is_not_in_it(busy: Space) -> None:
    busy.till.pay(1, 100, "cash")
    assert "20270106" not in {row["EcritureDate"] for row in rows_of(export(busy)[1])}
    with busy.home.store.reading() as connection, pytest.raises(RequestError, match="one is 2027-01-06") as refused:
        accounting_files.find(connection, ExtractRequest(from_on=date(2027, 1, 6), until_on=date(2027, 1, 31)))
    assert refused.value.code == "nothing-closed"


def test_a_file_is_of_one_fiscal_year(busy: Space) -> None:
    with busy.home.store.reading() as connection, pytest.raises(RequestError) as refused:
        accounting_files.find(connection, ExtractRequest(from_on=date(2026, 12, 1), until_on=date(2027, 1, 31)))
    assert refused.value.code == "period"


def test_a_fiscal_year_begins_when_the_association_says_so(space: Space) -> None:
    space.rule("fiscal_year_month", "9")
    name, content = export(lived(space))
    assert name == f"{SIREN}FEC20270831.txt"
    assert check(name, content, date(2026, 9, 1), date(2027, 8, 31)) == []


def test_own_account_numbers_hold_from_their_day_on(busy: Space) -> None:
    before = export(busy)[1]
    busy.rule("accounts", json.dumps({"cash": "5310", "product:day": "70610"}), "2027-01-06")
    assert export(busy)[1] == before
    on(busy, "2027-01-06")
    busy.till.pay(1, 100, "cash")
    busy.tap(INES)
    on(busy, "2027-01-08")
    close(busy)
    name, content = export(busy)
    assert check(name, content, date(2027, 1, 1), date(2027, 12, 31)) == []
    assert "5310" in {row["CompteNum"] for row in rows_of(content)}


def test_a_day_that_is_not_what_was_closed_gives_no_file(busy: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    really = booking_facts.of_day
    monkeypatch.setattr(booking_facts, "of_day", lambda connection, day: list(really(connection, day))[1:])
    with pytest.raises(MachineError) as refused:
        export(busy, ExtractRequest(year=2026))
    assert refused.value.code == "books-differ"


def test_training_is_said_on_every_line_under_the_name_of_the_law() -> None:
    lines = fec.Formatter(training=True).lines([ecriture("Journée")])
    assert lines.count(b"\tMODE ECOLE Journ\xe9e\t") == 2


def ecriture(label: str, number: int = 1) -> Ecriture:
    cash, tab = accounts.Account("530", "Caisse\tdu\nlieu"), accounts.Account("411", "Membres")
    day = date(2026, 11, 25)
    lines = (Posting(cash, debit=123456789), Posting(tab, credit=123456789, party="7"))
    return Ecriture(number, ecritures.CASH, day, "12", day, label, day, lines)


LABELS = ["a\tb\r\nc", 'dit "ceci"', '"tout"', "l’été à 5 € \u202f!", "\x85\u2028x\x00", "ŒŠž", "語", "=1+1"]


@pytest.mark.parametrize("label", LABELS)
def test_whatever_a_label_holds_the_file_is_good(label: str) -> None:
    content = fec.HEADER + fec.Formatter().lines([ecriture(label), ecriture(label, 2)])
    assert check(NAME, content, *YEAR) == []
    assert rows_of(content)[0]["Debit"] == "1234567,89"


# --- faults put in on purpose


def _in_line(index: int, column: int, value: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        lines = content.decode("iso8859-15").split("\r\n")
        fields = lines[index].split("\t")
        fields[column] = value
        lines[index] = "\t".join(fields)
        return "\r\n".join(lines).encode("iso8859-15")

    return change


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda content: b"\r\n".join(change(content.split(b"\r\n")))


FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "a column is missing": lambda content: content.replace(b"\tIdevise", b""),
    "two columns are exchanged": lambda content: content.replace(b"Debit\tCredit", b"Credit\tDebit"),
    "a line has a field too many": _in_line(1, 10, "a\tb"),
    "no header": _lines(lambda lines: lines[1:]),
    "an amount is changed": _in_line(1, 11, "999,99"),
    "a decimal point": _in_line(1, 11, "5.00"),
    "a thousands mark": _in_line(1, 11, "1 000,00"),
    "a negative sum": _in_line(1, 11, "-5,00"),
    "an amount is on both sides": _in_line(1, 12, "5,00"),
    "an amount is on no side": _in_line(1, 11, "0,00"),
    "a line is missing": _lines(lambda lines: lines[:1] + lines[2:]),
    "an écriture is missing": _lines(lambda lines: [line for line in lines if b"\t3\t" not in line]),
    "an écriture is there twice": _lines(lambda lines: [*lines[:5], *lines[1:3], *lines[5:]]),
    "two écritures are exchanged": _lines(lambda lines: [lines[0], *lines[3:5], *lines[1:3], *lines[5:]]),
    "a number with a letter": _in_line(1, 2, "1a"),
    "a date with strokes": _in_line(1, 3, "2026-11-25"),
    "a date that is none": _in_line(1, 3, "20261131"),
    "a day of another year": _in_line(1, 3, "20251231"),
    "validated before its day": _in_line(1, 15, "20261101"),
    "not validated": _in_line(1, 15, ""),
    "validated out of order": _in_line(1, 15, "20301231"),
    "no label": _in_line(1, 10, " "),
    "no piece": _in_line(1, 8, ""),
    "no journal": _in_line(1, 0, ""),
    "an account of two digits": _in_line(1, 4, "41"),
    "an account in letters": _in_line(1, 4, "CASH"),
    "an account of two names": _in_line(1, 5, "Autre chose"),
    "a journal of two names": _in_line(1, 1, "Autre chose"),
    "a party without a name": _in_line(1, 7, ""),
    "a party of two names": _in_line(1, 7, "Quelqu'un"),
    "quotes": _in_line(1, 10, '"Journée"'),
    "a control character": _in_line(1, 10, "a\x07b"),
    "two days in an écriture": _in_line(1, 3, "20261126"),
    "a currency without a sum": _in_line(1, 17, "EUR"),
    "matched on no day": _in_line(1, 13, "AA"),
    "an opening balance at the end": lambda content: content.replace(b"CA\tCaisse", b"AN\tCaisse"),
    "another encoding": lambda content: content.decode("iso8859-15").replace("é", "€œ").encode("cp1252"),
    "a byte-order mark": lambda content: b"\xef\xbb\xbf" + content,
    "cut off": lambda content: content[:-40],
    "line feeds alone": lambda content: content.replace(b"\r\n", b"\n"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(good: bytes, fault: str) -> None:
    broken = FAULTS[fault](good)
    assert broken != good
    assert check(NAME, broken, *YEAR), fault


@pytest.mark.parametrize("name", ["FEC20261231.txt", f"{SIREN}FEC20261130.txt", "732829321FEC20261231.txt", "x.csv"])
def test_a_wrong_name_is_found(good: bytes, name: str) -> None:
    assert check(name, good, *YEAR)


# --- Paheko


def table(space: Space, wish: ExtractRequest) -> list[list[str]]:
    with space.home.store.reading() as connection:
        found = accounting_files.find(connection, wish)
    content = b"".join(accounting_files.stream_paheko(space.home.store, found, training=False))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_paheko_reads_each_ecriture_from_a_full_line_and_further_ones(busy: Space) -> None:
    header, *rows = table(busy, ExtractRequest(year=2026))
    assert tuple(header) == paheko.COLUMNS
    sums: list[int] = []
    for row in rows:
        number, kind, _, label, day, _, piece, account, _, debit, credit, *_ = row
        assert number == ""
        if kind:
            assert kind == "Avancé"
            assert label
            assert piece
            assert datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=UTC).year == 2026
            sums.append(0)
        else:
            assert row[:7] == [""] * 7
        assert account[:3].isdigit()
        sums[-1] += int(debit.replace(",", "") or 0) - int(credit.replace(",", "") or 0)
    assert sums
    assert not any(sums)


def test_paheko_has_opening_balances_of_its_own(busy: Space) -> None:
    rows = table(busy, ExtractRequest(year=2027))
    assert "Soldes à nouveau" not in {row[3] for row in rows}
    assert any("constatés" in row[3] for row in rows)


def test_what_people_named_runs_in_no_spreadsheet_and_gets_no_mark_in_paheko() -> None:
    account, day = accounts.Account("467", "+ divers"), date(2026, 11, 2)
    sides = (Posting(account, debit=500, party="@x"), Posting(account, credit=500))
    made = Ecriture(1, ecritures.SALES, day, "1", day, "=HYPERLINK(1)", day, sides)
    rows = list(csv.reader(io.StringIO(paheko.lines([made], training=False).decode(), newline=""), delimiter=";"))
    assert [(row[3], row[8], row[12]) for row in rows] == [
        (" =HYPERLINK(1)", " + divers", " + divers : @x"),
        ("", " + divers", ""),
    ]
