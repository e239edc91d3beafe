"""The desk's page of files for accountants: what is closed, what is missing, the FEC and Paheko's CSV."""

import html
import json
from datetime import date

import pytest

from kiosk.books.closing import Closings
from kiosk.store.space.policies import Rules
from kiosk.web.desk.books import account_prints
from tests.beside import unguarded
from tests.books.fec_checker import check, rows_of
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer

INES = "04A2000000E511"
SIREN = "732829320"
FRENCH = {"Accept-Language": "fr"}


@pytest.fixture
def closed(space: Space) -> Space:
    """Somebody came and paid, yesterday."""
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.till.pay(1, 700, "cash")
    space.clock.advance(days=1)
    home = space.home
    rules = Rules(home.config.zone)
    Closings(store=home.store, rules=rules, seal=home.seal, clock=space.clock, actor="due").close_days()
    return space


@pytest.fixture
def named(closed: Space) -> Space:
    closed.rule("association", json.dumps({"siren": SIREN}))
    return closed


def test_before_anything_is_closed_the_page_says_when_it_will_be(space: Space, treasurer: Officer) -> None:
    assert "Il n’y a pas encore d’écriture" in treasurer.page("/books/fec", headers=FRENCH)
    space.join("Inès Moreau", INES)
    assert "La première à clore est celle du" in treasurer.page("/books/fec", headers=FRENCH)
    assert treasurer.get("/books/fec/file").status_code == 404


@pytest.mark.usefixtures("closed")
def test_without_a_siren_the_page_says_where_to_write_it(treasurer: Officer) -> None:
    page = treasurer.page("/books/fec", headers=FRENCH)
    assert "/rules/policy/association" in page
    assert "/books/fec/file" not in page
    assert treasurer.get("/books/fec/file?year=2026").status_code == 404


@pytest.mark.usefixtures("named")
def test_the_file_has_the_name_of_the_law_and_is_good(treasurer: Officer) -> None:
    assert "/books/fec/file?year=2026" in treasurer.page("/books/fec", headers=FRENCH)
    answer = treasurer.get("/books/fec/file?year=2026")
    name = f"{SIREN}FEC20261231.txt"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert check(name, answer.data, date(2026, 1, 1), date(2026, 12, 31)) == []
    assert b"Moreau" not in answer.data


@pytest.mark.usefixtures("named")
def test_names_are_in_it_for_who_asks_and_the_log_says_so(treasurer: Officer, president: Officer) -> None:
    answer = treasurer.get("/books/fec/file?year=2026&names=1")
    assert "Inès Moreau" in {row["CompAuxLib"] for row in rows_of(answer.data)}
    assert "FEC 2026 noms" in president.page("/log", headers=FRENCH)


FILES = ("/books/fec/file?year=2026", "/books/fec/paheko?year=2026", "/books/fec/print?year=2026")


@pytest.mark.promise(3)
@pytest.mark.parametrize("where", FILES)
@pytest.mark.parametrize("change", ["amount_cents = amount_cents + 100", "detail = 'x'", "detail = '{}'"])
def test_tampered_rows_give_no_file_but_a_page_that_says_so(
    named: Space, treasurer: Officer, where: str, change: str
) -> None:
    with unguarded(named.home) as hands:
        hands.execute(f"UPDATE entry SET {change} WHERE kind = 'charge'")
    answer = treasurer.get(where, headers=FRENCH)
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer.headers
    page = answer.get_data(as_text=True)
    assert "books-differ" in page
    assert "kiosk verify" in page


@pytest.mark.usefixtures("closed")
def test_paheko_needs_no_siren(treasurer: Officer) -> None:
    answer = treasurer.get("/books/fec/paheko?year=2026")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="paheko_2026-01-01_2026-11-25.csv"'
    assert "Numéro d'écriture;Type;" in answer.get_data(as_text=True)


def test_the_file_is_the_whole_accounting_only_if_the_association_says_so(named: Space, treasurer: Officer) -> None:
    assert "n’est pas la comptabilité entière" in treasurer.page("/books/fec", headers=FRENCH)
    named.rule("fec_whole", "true")
    page = treasurer.page("/books/fec", headers=FRENCH)
    assert "est la comptabilité entière" in page
    assert "n’est pas la comptabilité entière" not in page


@pytest.mark.usefixtures("named")
def test_a_year_that_goes_on_is_said_to(treasurer: Officer) -> None:
    assert "clos jusqu’au" in treasurer.page("/books/fec", headers=FRENCH)
    assert treasurer.get("/books/fec?year=1999").status_code == 404


@pytest.mark.usefixtures("named")
def test_nobody_else_has_it(secretary: Officer, host: Officer, desk: Desk) -> None:
    for officer in (secretary, host):
        for path in ("/books/fec", "/books/fec/file?year=2026", "/books/fec/paheko?year=2026"):
            assert officer.get(path).status_code == 403
    assert desk.stranger().get("/books/fec/file?year=2026").status_code == 302


def test_balance_ledger_and_journal_are_pages_to_print_and_add_up(named: Space, treasurer: Officer) -> None:
    content = treasurer.get("/books/fec/file?year=2026").get_data()
    rows = rows_of(content)
    balance = html.unescape(treasurer.page("/books/fec/print?year=2026", headers=FRENCH))
    debit = sum(int(row["Debit"].replace(",", "")) for row in rows)
    assert f"{debit // 100},{debit % 100:02}" in balance.partition("<tfoot>")[2]
    for row in rows:
        assert f"{row['CompteNum']} " in balance
    journal = html.unescape(treasurer.page("/books/fec/print?year=2026&what=journal", headers=FRENCH))
    assert journal.count("<tr>") == len(rows) + 1
    ledger = html.unescape(treasurer.page("/books/fec/print?year=2026&what=ledger&month=2026-11", headers=FRENCH))
    assert ledger.count('<section class="card"') == len({row["CompteNum"] for row in rows})
    assert "Solde" in ledger
    assert "novembre 2026" in ledger
    assert treasurer.get("/books/fec/print?year=2026&what=ledger&month=1999-01").status_code == 404
    assert treasurer.get("/books/fec/print?year=2026&what=ledger&account=411%2F").status_code == 404
    assert treasurer.get("/books/fec/print?year=2026&what=all").status_code == 404


@pytest.mark.usefixtures("closed")
def test_a_long_ledger_is_printed_by_account_and_a_long_journal_by_pages(
    treasurer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_prints, "LINES", 2)
    monkeypatch.setattr(account_prints, "ECRITURES", 1)
    ledger = html.unescape(treasurer.page("/books/fec/print?what=ledger", headers=FRENCH))
    assert "choisissez un compte ou un mois" in ledger
    assert '<section class="card"' not in ledger
    own = html.unescape(treasurer.page("/books/fec/print?what=ledger&account=411", headers=FRENCH))
    assert own.count('<section class="card"') == 1
    assert "choisissez" not in own
    pages = [
        html.unescape(treasurer.page(f"/books/fec/print?what=journal&page={n}", headers=FRENCH)) for n in (1, 3, 9)
    ]
    assert "3 écritures · page 1 sur 3" in pages[0]
    assert "Adhésion" in pages[0].partition("<tbody>")[2]
    assert "CA" in pages[2].partition("<tbody>")[2]
    assert all("page 3 sur 3" in page for page in pages[1:])
