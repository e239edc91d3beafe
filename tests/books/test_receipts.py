"""Receipts of payments, notes of charges, statements of months; and how they are taken along."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from kiosk.books import receipts as use_case
from kiosk.books.documents import Issued
from kiosk.books.receipts import Receipts
from kiosk.domain.books.documents import DocumentView
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.exports import qr
from kiosk.exports.books import receipt_texts, receipt_words
from kiosk.money.till import Paid
from kiosk.store import audit
from kiosk.store.books import document_rows
from kiosk.store.members import erasure, members, organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.money import charged
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.money.giving import stated

INES, HUGO = "04A2000000E511", "DEADBEEF"
KEY = bytes(range(16))
ASSOCIATION = '{"name": "La Coroutine", "address": "1 rue de la Paix\\n59000 Lille", "siren": "732829320"}'


@pytest.fixture
def ines(space: Space) -> int:
    space.rule("association", ASSOCIATION)
    return space.join("Inès Moreau", INES)


@pytest.fixture
def receipts(space: Space) -> Receipts:
    return made(space)


def made(space: Space) -> Receipts:
    home = space.home
    return Receipts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def shown(space: Space, issued: Issued) -> DocumentView:
    with space.home.store.reading() as connection:
        return use_case.view(connection, document_rows.by_id(connection, issued.id))


def settles(issued: Issued) -> list[tuple[str, int]]:
    return [(line["label"]["fr"], line["cents"]) for line in issued.document.content["lines"]]


def company(space: Space) -> int:
    with space.home.store.writing() as connection:
        return organisations.add(connection, Facts(name="Fil SARL", kind="company", siren="732829320")).account


def test_a_receipt_of_an_erased_member_says_the_number_once(space: Space, receipts: Receipts, ines: int) -> None:
    [issued] = receipts.for_payment(space.till.pay(ines, space.owes(ines), "cash"))
    with space.home.store.writing() as connection:
        _, moment = Rules(space.home.config.zone).at(connection, space.clock.now())
        person = members.by_number(connection, ines)
        members.leave(connection, person, moment.day)
        erasure.erase(connection, person.id, moment.day)
    text = receipt_texts.as_text(shown(space, issued)).replace("\xa0", " ")
    assert "25 novembre 2026\nmembre n° 0001\n\n" in text


def test_a_receipt_says_what_the_law_asks_for(space: Space, receipts: Receipts, ines: int) -> None:
    [issued] = receipts.for_payment(space.till.pay(ines, 500, "cash"))
    text = receipt_texts.as_text(shown(space, issued)).replace("\xa0", " ")
    head = issued.document.content["head"]["mac"]
    for said in (
        "La Coroutine\n1 rue de la Paix\n59000 Lille\nSIREN 732829320",
        "Reçu R-000001",
        "25 novembre 2026",
        "Inès Moreau\nmembre n° 0001",
        "25/11/2026 Adhésion : 1 x 5,00 € = 5,00 €",
        "Total payé : 5,00 €, espèces",
        "Exonération de TVA, article 261-7-1° du CGI",
        f"Code de contrôle des comptes : {head}",
    ):
        assert said in text
    assert len(head) == 8
    assert space.sql(f"SELECT 1 FROM entry WHERE lower(hex(mac)) LIKE '{head}%'") == [(1,)]


def test_a_payment_settles_the_oldest_charges_first(space: Space, receipts: Receipts, ines: int) -> None:
    space.clock.advance(days=1)
    space.tap(INES)  # a day at 5 EUR, after the membership
    first = space.till.pay(ines, 700, "cash")
    second = space.till.pay(ines, 800, "card")
    [one], [two] = receipts.for_payment(first), receipts.for_payment(second)
    assert settles(one) == [("Adhésion", 500), ("Journée", 200)]
    assert settles(two) == [("Journée", 300)]
    assert (one.document.content["advance_cents"], two.document.content["advance_cents"]) == (0, 500)
    assert one.document.content["lines"][1]["whole_cents"] == 500


def test_a_payment_is_receipted_once_whoever_asks(space: Space, receipts: Receipts, ines: int) -> None:
    entry = space.till.pay(ines, 500, "cash")
    with ThreadPoolExecutor(2) as threads:
        found = [each for [each] in threads.map(lambda _: made(space).for_payment(entry), range(4))]
    assert len({each.id for each in found}) == 1
    assert sorted(each.again for each in found) == [False, True, True, True]


def test_receipts_of_two_threads_leave_no_gap(space: Space, ines: int) -> None:
    entries = [space.till.pay(ines, cents, "cash") for cents in range(1, 13)]
    with ThreadPoolExecutor(2) as threads:
        found = [each for [each] in threads.map(lambda entry: made(space).for_payment(entry), entries)]
    assert sorted(each.document.number for each in found) == list(range(1, 13))
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_documents(connection)


def test_a_payment_over_several_accounts_gives_each_its_own(space: Space, receipts: Receipts, ines: int) -> None:
    hugo = space.join("Hugo Petit", HUGO)
    amounts = {account(space, ines): 500, account(space, hugo): 500, company(space): 1000}
    done = space.till.take(amounts, "cheque", key=KEY, text="n° 12 ; au nom de Moreau")
    issued = receipts.for_payment(done.entry, key=KEY[::-1])
    assert [each.document.account for each in issued] == list(amounts)
    assert all(each.document.content["shared"] for each in issued)
    assert [each.again for each in receipts.for_payment(done.entry + 1, key=KEY[::-1])] == [True, True, True]
    assert shown(space, issued[2]).payer == "Fil SARL"
    assert "Moreau" not in issued[0].document.text  # a cheque's drawer is a name


def test_what_was_taken_back_says_so_and_is_not_receipted_anew(space: Space, receipts: Receipts, ines: int) -> None:
    entry = space.till.pay(ines, 500, "cash")
    [issued] = receipts.for_payment(entry)
    by = space.till.reverse(entry, "mauvaise personne")
    found = shown(space, issued)
    assert found.void == by
    assert f"Annulé par l’écriture {by}" in receipt_texts.as_text(found)
    other = space.till.pay(ines, 100, "cash")
    space.till.reverse(other, "mauvaise personne")
    with pytest.raises(RequestError, match="reversed-already"):
        receipts.for_payment(other)


def test_a_carnet_that_was_taken_back_leaves_its_receipt_and_says_so(
    space: Space, receipts: Receipts, ines: int
) -> None:
    sold = space.till.sell(ines, "carnet-10", None, paid=Paid("cheque"))
    [issued] = receipts.for_payment(sold.entry + 1)
    space.till.reverse(sold.entry, "rendu")
    found = shown(space, issued)
    assert found.void is None
    assert "Carnet de 10 journées (annulé depuis)" in receipt_texts.as_text(found)


def test_a_payment_that_was_taken_back_settles_nothing(space: Space, receipts: Receipts, ines: int) -> None:
    space.till.reverse(space.till.pay(ines, 500, "cash"), "mauvaise personne")
    [issued] = receipts.for_payment(space.till.pay(ines, 500, "card"))
    assert settles(issued) == [("Adhésion", 500)]


def test_a_receipt_is_of_a_payment_and_a_note_of_a_charge(space: Space, receipts: Receipts, ines: int) -> None:
    paid = space.till.pay(ines, 500, "cash")
    with pytest.raises(RequestError, match="not-a-payment"):
        receipts.for_payment(1)
    with pytest.raises(RequestError, match="not-a-charge"):
        receipts.note(paid)
    with pytest.raises(RequestError, match="no-such-entry: number 99"):
        receipts.for_payment(99)


def test_a_note_is_given_for_a_sale_that_is_not_paid(space: Space, receipts: Receipts, ines: int) -> None:
    sold = space.till.sell(ines, "permanent", None)
    issued = receipts.note(sold.entry, key=KEY)
    assert settles(issued) == [("Mois de permanent", 10000)]
    assert receipts.note(sold.entry).again
    text = receipt_texts.as_text(shown(space, issued)).replace("\xa0", " ")
    assert "Note R-000001" in text and "Total : 100,00 €" in text
    assert "du 25 novembre 2026 au 24 décembre 2026" in text


def test_vat_stands_on_a_receipt_when_it_is_collected(space: Space, receipts: Receipts, ines: int) -> None:
    space.rule("vat_status", '"liable"')
    space.rule("vat_rates", '{"day": 2000}')
    space.clock.advance(days=1)
    space.tap(INES)
    [issued] = receipts.for_payment(space.till.pay(ines, 750, "card"))
    assert issued.document.content["vat"] == [{"rate": 2000, "net_cents": 208, "tax_cents": 42}]
    text = receipt_texts.as_text(shown(space, issued)).replace("\xa0", " ")
    assert "TVA 20 % : 0,42 € (2,08 € hors taxe)" in text
    assert "Lignes sans taux : hors champ ou exonérées de TVA" in text  # the membership


def test_a_franchise_says_its_article(space: Space, receipts: Receipts, ines: int) -> None:
    space.rule("vat_status", '"franchise"')
    space.tap(INES)
    [issued] = receipts.for_payment(space.till.pay(ines, 1000, "card"))
    assert receipt_words.exemptions(issued.document.content) == ["TVA non applicable, article 293 B du CGI"]


def test_a_member_reads_their_receipt_in_their_language(space: Space, receipts: Receipts, ines: int) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET language = 'en'")
    [issued] = receipts.for_payment(space.till.pay(ines, 500, "cheque"))
    text = receipt_texts.as_text(shown(space, issued))
    assert "Receipt R-000001" in text and "Total paid: €5.00, cheque" in text
    assert "Reçu" not in text and "Adhésion" not in text


def test_after_erasure_a_receipt_has_a_number_in_place_of_the_name(space: Space, receipts: Receipts, ines: int) -> None:
    [issued] = receipts.for_payment(space.till.pay(ines, 500, "cash"))
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET name = '', shown_name = ''")
    text = receipt_texts.as_text(shown(space, issued))
    assert "Moreau" not in text and "membre n° 0001" in text


# --- statements


def test_a_statement_goes_from_balance_to_balance(space: Space, receipts: Receipts, ines: int) -> None:
    space.clock.advance(days=6)
    space.till.pay(ines, 200, "cash")
    wrong = space.till.pay(ines, 4200, "card")
    space.clock.advance(days=1)
    space.till.reverse(wrong, "mauvaise personne")
    space.tap(INES)
    issued = stated(space, account(space, ines), date(2026, 12, 15))
    content = issued.document.content
    assert (content["opening_cents"], content["closing_cents"]) == (500, 800)
    assert [(line["day"], line["cents"], line["balance_cents"]) for line in content["lines"]] == [
        ("2026-12-01", -200, 300),
        ("2026-12-01", -4200, -3900),
        ("2026-12-02", 4200, 300),
        ("2026-12-02", 500, 800),
    ]
    assert content["closing_cents"] == space.owes(ines)
    text = receipt_texts.as_text(shown(space, issued)).replace("\xa0", " ")
    assert "02/12/2026 Correction : Paiement, carte : 42,00 €" in text
    assert "Solde avant : 5,00 €" in text and "Solde après : 8,00 €" in text
    assert " h " not in text  # days, not hours


def test_a_statement_is_issued_anew_only_where_something_was_added(space: Space, receipts: Receipts, ines: int) -> None:
    mine = account(space, ines)
    first = stated(space, mine, date(2026, 11, 1))
    assert stated(space, mine, date(2026, 11, 30), key=KEY).again
    receipts.for_payment(space.till.pay(ines, 500, "cash"))
    second = stated(space, mine, date(2026, 11, 1))
    assert (first.document.number, second.document.number) == (1, 3)
    assert stated(space, mine, date(2026, 10, 1)).document.content["lines"] == []
    assert stated(space, mine, date(2026, 11, 1)).id == second.id
    with pytest.raises(RequestError, match="not begun"):
        stated(space, mine, date(2027, 1, 1))


def test_an_organisation_s_statement_says_for_whom(space: Space, receipts: Receipts, ines: int) -> None:
    payer = company(space)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (1, 'day', ?, '2026-01-01')", (payer,)
        )
        connection.exec_driver_sql("UPDATE organisation SET language = 'en'")
    space.tap(INES)
    issued = stated(space, payer, date(2026, 11, 1))
    assert "Moreau" not in issued.document.text
    text = receipt_texts.as_text(shown(space, issued))
    assert "(Inès Moreau, member no. 0001)" in text and "Fil SARL" in text


# --- handing out


def test_the_second_hand_out_is_a_duplicate(space: Space, receipts: Receipts, ines: int) -> None:
    [issued] = receipts.for_payment(space.till.pay(ines, 500, "cash"))
    first, second = receipts.hand_out(issued.id, "print", key=KEY), receipts.hand_out(issued.id, "screen")
    assert (first.shown.duplicate, second.shown.duplicate) == (False, True)
    assert "DUPLICATA" not in receipt_texts.as_text(first.shown)
    assert receipt_texts.as_text(second.shown).startswith("DUPLICATA")
    assert "DUPLICATA" in receipt_texts.as_qr_text(second.shown)
    assert not receipts.hand_out(issued.id, "print", key=KEY).shown.duplicate  # the same form, the same sheet
    assert space.sql("SELECT way, actor FROM document_copy") == [("print", "cli"), ("screen", "cli")]


def test_a_mail_is_left_in_the_outbox_once(space: Space, receipts: Receipts, ines: int) -> None:
    [issued] = receipts.for_payment(space.till.pay(ines, 500, "cash"))
    for _ in range(2):
        receipts.mail(issued.id, " ines@exemple.fr ", key=KEY)
    [(channel, to, subject, about, body)] = space.sql("SELECT channel, recipient, subject, about, body FROM outbox")
    assert (channel, to, subject, about) == (
        "mail",
        "ines@exemple.fr",
        "Reçu R-000001, La Coroutine",
        f"document {issued.id}",
    )
    assert "Total payé" in str(body)
    for wrong in ("", "  ", "ines"):
        with pytest.raises(Problem, match="e-mail address"):
            receipts.mail(issued.id, wrong)


def test_what_a_screen_shows_names_nobody(space: Space, receipts: Receipts, ines: int) -> None:
    [issued] = receipts.for_payment(space.till.pay(ines, 700, "cash"))
    found = use_case.for_screen(shown(space, issued))
    assert found.text == "\n".join(found.lines)
    assert found.lines == (
        "La Coroutine 732829320",
        "Reçu R-000001 25/11/2026",
        "Adhésion 5,00",
        "Avance 2,00",
        "Payé 7,00 EUR espèces",
        "Exonération de TVA, article 261-7-1° du CGI",
        f"Code de contrôle {issued.document.content['head']['mac']}",
    )
    assert "Inès" not in found.text and "Moreau" not in found.svg
    assert found.svg.startswith("<svg") and "style=" not in found.svg


@pytest.mark.parametrize("training", [False, True])
def test_a_qr_stays_readable_whatever_was_paid(space: Space, receipts: Receipts, ines: int, training: bool) -> None:
    longest = '{"name": "%s", "siren": "732829320", "rna": "W595001234"}' % ("Éàü" * 90)
    space.rule("association", longest, "2026-11-02")
    space.rule("vat_status", '"liable"')
    space.rule("vat_rates", '{"day": 2000, "permanent": 550, "carnet-10": 210}')
    for code in ("permanent", "carnet-10", "permanent"):
        space.till.sell(ines, code, None)
    [issued] = receipts.for_payment(space.till.pay(ines, 30000, "cheque"))
    content = {**issued.document.content, "training": training}
    text = receipt_texts.as_qr_text(DocumentView(content, duplicate=True, void=99))
    assert len(text.encode()) <= receipt_texts.QR_BYTES
    assert "300,00 EUR chèque" in text and "TVA 5,5\xa0%" in text and content["head"]["mac"] in text
    assert ("MODE ÉCOLE" in text) is training


def test_a_qr_is_read_back_as_it_was_written(space: Space, receipts: Receipts, ines: int) -> None:
    [issued] = receipts.for_payment(space.till.pay(ines, 500, "cash"))
    text = receipt_texts.as_qr_text(shown(space, issued))
    assert len(qr.squares(text, "L")) <= 17 + 4 * 13 + 8  # version 13, with its border


def test_a_receipt_of_the_past_is_what_the_clock_says(space: Space, receipts: Receipts, ines: int) -> None:
    paid = space.till.pay(ines, 500, "cash")
    space.clock.set(WEDNESDAY.replace(month=12))
    [issued] = receipts.for_payment(paid)
    assert issued.document.issued_on == date(2026, 12, 25)
    assert issued.document.content["day"] == "2026-11-25"


def test_lines_keep_the_order_that_was_asked_for(space: Space, ines: int) -> None:
    space.tap(INES)
    with space.home.store.reading() as connection:
        assert [line["entry"] for line in charged.lines(connection, [2, 1])] == [2, 1]
        assert charged.lines(connection, []) == []


def test_a_document_bears_the_calendar_day_although_the_space_still_lives_in_yesterday(space: Space, ines: int) -> None:
    space.clock.set(datetime(2026, 11, 26, 0, 30, tzinfo=UTC))  # half past one in Lille: the space's day is the 25th
    [issued] = made(space).for_payment(space.till.pay(ines, 500, "cash"))
    assert issued.document.issued_on == date(2026, 11, 26)
    assert "26 novembre 2026" in receipt_texts.as_text(shown(space, issued)).replace("\xa0", " ")
    assert space.sql("SELECT DISTINCT day_on FROM entry WHERE kind IN ('payment', 'document')") == [("2026-11-25",)]
