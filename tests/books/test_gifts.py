"""Gifts go to 754 with their payment; a tax receipt is given once, where the association may, and says all it must."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.gifts import Donor, Gifts
from kiosk.books.receipts import Receipts, view
from kiosk.errors import KioskError
from kiosk.exports.books import receipt_pdf
from kiosk.members.payers import Payers
from kiosk.store import audit
from kiosk.store.books import document_rows, gift_rows
from kiosk.store.members import members
from kiosk.store.members.organisations import Facts
from kiosk.store.money import cash_rows, tab_rows
from kiosk.store.space.policies import Rules
from tests.books import closed_year
from tests.conftest import Space

INES = "04A2000000E511"
WHO = Donor("Inès Moreau", "3 rue des Lilas\n59000 Lille")
ASSOCIATION = (
    '{"name": "La Coroutine", "address": "Lille", "siren": "732829320", "purpose": "Un lieu de travail partagé"}'
)


def gifts(space: Space) -> Gifts:
    home = space.home
    return Gifts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")


@pytest.fixture
def giving(space: Space) -> int:
    """Inès's account; the association gives tax receipts."""
    number = space.join("Inès Moreau", INES)
    space.rule("gifts", "true")
    space.rule("gift_receipts", "true")
    space.rule("association", ASSOCIATION)
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def balance(space: Space, account: int) -> object:
    return space.sql(f"SELECT balance_cents FROM account WHERE id = {account}")[0][0]


def test_a_gift_is_written_with_its_payment_and_leaves_the_tab_as_it_was(space: Space, giving: int) -> None:
    before = balance(space, giving)
    done = gifts(space).give(giving, 5000, "cash", key=bytes(16))
    assert gifts(space).give(giving, 5000, "cash", key=bytes(16)).again
    assert balance(space, giving) == before
    with space.home.store.reading() as connection:
        assert cash_rows.content(connection) == 5000
        (found,) = gift_rows.between(connection, date(2026, 11, 1), date(2026, 11, 30))
        audit.check_sums(connection)
    assert (found.entry, found.cents, found.method, found.receipt) == (done.entry, 5000, "cash", None)
    space.clock.set(datetime(2027, 1, 2, 9, tzinfo=UTC))
    closed_year.close_days(space)
    with space.home.store.reading() as connection:
        extract = accounting_files.find(connection, ExtractRequest(year=2026))
    text = b"".join(accounting_files.stream(space.home.store, extract, training=False)).decode("iso8859-15")
    lines = [line.split("\t") for line in text.splitlines() if f"\t{done.entry}\t" in line]
    assert [(line[0], line[4], line[10], line[11], line[12]) for line in lines] == [
        ("OD", "411", "Don, membre 1", "50,00", "0,00"),
        ("OD", "754", "Don, membre 1", "0,00", "50,00"),
    ]


def test_a_gift_makes_no_debt_younger_and_is_no_line_of_what_is_owed(space: Space, giving: int) -> None:
    space.clock.advance(days=40)
    done = gifts(space).give(giving, 5000, "transfer")

    def owed() -> tuple[list[tuple[str, int]], tuple[int, ...]]:
        with space.home.store.reading() as connection:
            today = Rules(space.home.config.zone).at(connection, space.clock.now())[1].day
            (tab,) = tab_rows.owing(connection, today)
            lines = tab_rows.unpaid(connection, tab.owner)
        return [(each.kind, each.cents) for each in lines], (tab.ages.up_to_30, tab.ages.up_to_60)

    assert owed() == ([("charge", 500)], (0, 500))
    space.till.reverse(done.entry + 1, "virement rejeté")
    assert owed() == ([("charge", 500), ("gift", 5000)], (5000, 500))


def test_its_receipt_says_what_the_law_wants_and_is_given_once(space: Space, giving: int) -> None:
    entry = gifts(space).give(giving, 12050, "transfer").entry
    issued = gifts(space).receipt(entry, WHO)
    assert gifts(space).receipt(entry, Donor("Autre", "ailleurs")).id == issued.id
    assert "Lilas" not in issued.document.text
    with space.home.store.reading() as connection:
        shown = view(connection, issued.document)
        audit.check_documents(connection)
        audit.check_texts(connection)
    text = " ".join(PdfReader(io.BytesIO(receipt_pdf.pdf(shown))).pages[0].extract_text().split())
    for wanted in (
        "La Coroutine",
        "732829320",
        "Un lieu de travail partagé",
        "d’intérêt général",
        "Inès Moreau",
        "59000 Lille",
        "***120,50",
        "25 novembre 2026",
        "virement",
        "déclaration de don manuel",
        "numéraire",
        "certifie sur l’honneur",
        "article 200 du CGI",
        shown.reference,
        "signature",
    ):
        assert wanted in text, wanted


def test_a_company_s_is_of_another_article_and_has_its_own_address(space: Space, giving: int) -> None:
    payers = Payers(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)
    made = payers.add(Facts(name="Scop Exemple", kind="company", siren="732829320", address="1 place\nLille"))
    issued = gifts(space).receipt(gifts(space).give(made.account, 30000, "transfer").entry, Donor())
    with space.home.store.reading() as connection:
        shown = view(connection, issued.document)
    assert shown.donor == "Scop Exemple\n1 place\nLille"
    assert issued.document.content["article"] == "238 bis"


def test_what_is_taken_back_is_said_on_the_receipt(space: Space, giving: int) -> None:
    entry = gifts(space).give(giving, 5000, "transfer").entry
    issued = gifts(space).receipt(entry, WHO)
    by = space.till.reverse(entry + 1, "virement revenu")
    with space.home.store.reading() as connection:
        assert view(connection, document_rows.by_id(connection, issued.id)).void == by
        assert gift_rows.find(connection, entry) is None


@pytest.mark.parametrize(
    ("rule", "association", "donor", "code"),
    [
        ("none", ASSOCIATION, WHO, "gifts-off"),
        ("kept", ASSOCIATION, WHO, "gifts-off"),
        ("receipts", '{"name": "La Coroutine", "address": "Lille", "siren": "732829320"}', WHO, "gift-issuer"),
        ("receipts", '{"name": "A", "address": "Lille", "purpose": "Un lieu"}', WHO, "gift-issuer"),
        ("receipts", ASSOCIATION, Donor("Inès Moreau", ""), "donor"),
        ("receipts", ASSOCIATION, Donor("", "Lille"), "donor"),
    ],
)
def test_no_receipt_without_the_right_or_with_something_missing(
    space: Space, rule: str, association: str, donor: Donor, code: str
) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.reading() as connection:
        account = members.by_number(connection, number).account
    space.rule("association", association)
    space.rule("gifts", "false" if rule == "none" else "true")
    space.rule("gift_receipts", "true" if rule == "receipts" else "false")
    if rule == "none":
        with pytest.raises(KioskError) as refused:
            gifts(space).give(account, 5000, "transfer")
    else:
        entry = gifts(space).give(account, 5000, "transfer").entry
        with pytest.raises(KioskError) as refused:
            gifts(space).receipt(entry, donor)
    assert refused.value.code == code
    assert space.sql("SELECT count(*) FROM document") == [(0,)]


def test_a_gift_is_something_and_no_debt(space: Space, giving: int) -> None:
    for cents in (0, -500):
        with pytest.raises(KioskError):
            gifts(space).give(giving, cents, "cash")
    home = space.home
    receipts = Receipts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")
    entry = gifts(space).give(giving, 700, "cash").entry
    with pytest.raises(KioskError) as refused:
        receipts.note(entry)
    assert refused.value.code == "not-a-charge"
