"""Invoices and credit notes: what is on them, in which order they are numbered, what the law wants, what is paid."""

import secrets
import threading
from datetime import date

import pytest

from kiosk.books import invoicing
from kiosk.books.credit_notes import CreditNotes, creditable
from kiosk.books.documents import Issued
from kiosk.books.invoicing import Invoicing
from kiosk.domain.books import invoices
from kiosk.domain.books.invoices import Invoice, State
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.members.payers import Payers
from kiosk.store import audit
from kiosk.store.books import document_rows, invoice_rows
from kiosk.store.members.organisations import Facts
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES, OMAR = "04A1B2C3D4E501", "04A1B2C3D4E502"
LA_COROUTINE = (
    '{"name": "La Coroutine", "address": "12 rue des Essais\\n59000 Lille", "siren": "732829320",'
    ' "rna": "W595000000", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP"}'
)
RESONANCE = Facts(name="Résonance", kind="company", siren="356000000", address="3 rue Haute\n59000 Lille")
EVER = date(2100, 1, 1)


@pytest.fixture
def space(space: Space) -> Space:
    """Résonance pays the days of Inès (1) and Omar (2)."""
    resonance_pays(space)
    return space


def resonance_pays(space: Space) -> None:
    """Inès (1) and Omar (2) join, and Résonance pays their days from 25 November on."""
    space.rule("association", LA_COROUTINE)
    space.join("Inès Moreau", INES)
    space.join("Omar Petit", OMAR)
    payers = Payers(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)
    payers.add(RESONANCE)
    for number in (1, 2):
        payers.appoint(number, ["day"], 1, date(2026, 11, 25))


def invoicing_of(space: Space) -> Invoicing:
    return Invoicing(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        clock=space.clock,
        actor="desk:treasurer@exemple.fr",
    )


def crediting_of(space: Space) -> CreditNotes:
    return CreditNotes(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        clock=space.clock,
        actor="desk:treasurer@exemple.fr",
    )


def days(space: Space, count: int = 1) -> None:
    """Inès and Omar come on some days in a row."""
    for _ in range(count):
        for badge in (INES, OMAR):
            space.tap(badge)
            space.lift(badge)
        space.clock.advance(hours=24)


def issue(space: Space, **more: object) -> Issued:
    return invoicing_of(space).issue(1, key=secrets.token_bytes(16), **more)  # type: ignore[arg-type]  # a test's


def read(issued: Issued) -> Invoice:
    return invoices.read(issued.document.content)


def state(space: Space, id_: int) -> State:
    with space.home.store.reading() as connection:
        day = Rules(space.home.config.zone).at(connection, space.clock.now())[1].day
        return invoice_rows.standing(connection, id_).state(day)


def pay(space: Space, cents: int) -> None:
    ((account,),) = space.sql("SELECT id FROM account WHERE organisation_id = 1")
    space.till.take({int(str(account)): cents}, "transfer", key=secrets.token_bytes(16))


def test_an_invoice_names_days_and_members_by_number_and_both_parties(space: Space) -> None:
    days(space, 2)
    issued = issue(space, order_reference=" BC  7 ")
    invoice = read(issued)
    assert invoice.reference == "F-000001"
    assert [(line.day_on.day, line.member, line.label, line.cents) for line in invoice.lines] == [
        (25, 1, "Journée", 500),
        (25, 2, "Journée", 500),
        (26, 1, "Journée", 500),
        (26, 2, "Journée", 500),
    ]
    assert (invoice.seller.name, invoice.seller.siren) == ("La Coroutine", "732829320")
    assert (invoice.buyer.name, invoice.buyer.siren, invoice.order_reference) == ("Résonance", "356000000", "BC 7")
    assert invoice.issued_on == date(2026, 11, 27)
    assert invoice.due_on == date(2026, 12, 27)
    assert [note.code for note in invoice.notes] == ["PMD", "PMT", "AAB"]
    assert "Moreau" not in issued.document.text
    assert "Inès" not in issued.document.text


def test_a_charge_is_invoiced_once(space: Space) -> None:
    days(space)
    issue(space)
    assert not invoicing_of(space).draft(1, EVER).lines
    with pytest.raises(RequestError, match="nothing to invoice"):
        issue(space)
    with pytest.raises(RequestError) as refused:
        issue(space, entries=[int(str(space.sql("SELECT min(entry_number) FROM document_line")[0][0]))])
    assert refused.value.code == "not-to-invoice"


def test_the_same_form_sent_twice_is_one_invoice(space: Space) -> None:
    days(space)
    key = secrets.token_bytes(16)
    first, second = (invoicing_of(space).issue(1, key=key) for _ in range(2))
    assert (first.again, second.again) == (False, True)
    assert first.document == second.document
    assert space.sql("SELECT count(*) FROM document") == [(1,)]


def test_a_month_is_its_days_and_others_wait(space: Space) -> None:
    days(space, 8)  # 25 November to 2 December
    november = issue(space, first=date(2026, 11, 1), until=date(2026, 11, 30))
    assert len(read(november).lines) == 12
    assert [line.day_on for line in invoicing_of(space).draft(1, EVER).lines] == [
        date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 2),
    ]  # fmt: skip


def test_what_was_taken_back_is_not_invoiced(space: Space) -> None:
    days(space)
    first = invoicing_of(space).draft(1, EVER).lines[0]
    space.till.reverse(first.entry, "compté deux fois")
    assert [line.member for line in invoicing_of(space).draft(1, EVER).lines] == [2]
    with pytest.raises(RequestError) as refused:
        issue(space, entries=[first.entry])
    assert refused.value.code == "not-to-invoice"


def test_numbers_have_no_gap_when_two_issue_at_once(space: Space) -> None:
    days(space, 4)
    entries = [line.entry for line in invoicing_of(space).draft(1, EVER).lines]
    found: list[Issued] = []
    failed: list[Exception] = []

    def work(mine: list[int]) -> None:
        try:
            found.extend(issue(space, entries=[entry]) for entry in mine)
        except Exception as error:  # told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(entries[start::2],)) for start in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(each.document.number for each in found) == list(range(1, 9))


def test_a_refused_invoice_takes_no_number(space: Space) -> None:
    days(space)
    with pytest.raises(RequestError):
        issue(space, entries=[1])
    assert issue(space).document.number == 1


@pytest.mark.parametrize(
    ("rule", "change", "code"),
    [
        ('{"name": "La Coroutine"}', {}, "seller-identity"),
        ('{"name": "La Coroutine", "address": "Lille"}', {}, "seller-identity"),
        (LA_COROUTINE, {"address": None}, "buyer-address"),
    ],
)
def test_what_the_law_wants_and_is_missing_is_said(
    space: Space, rule: str, change: dict[str, str | None], code: str
) -> None:
    days(space)
    space.rule("association", rule, "2026-11-20")
    if change:
        with space.home.store.writing() as connection:
            connection.exec_driver_sql("UPDATE organisation SET address = NULL")
    with pytest.raises(RequestError) as refused:
        issue(space)
    assert refused.value.code == code


def test_who_collects_vat_needs_a_vat_number(space: Space) -> None:
    space.rule("vat_status", '"liable"', "2026-01-01")
    days(space)
    with pytest.raises(RequestError) as refused:
        issue(space)
    assert refused.value.code == "seller-vat-number"


def test_vat_is_the_sum_of_what_the_books_have(space: Space) -> None:
    space.rule("vat_status", '"liable"', "2026-01-01")
    space.rule("vat_rates", '{"day": 2000}', "2026-01-01")
    space.rule("association", LA_COROUTINE.replace('"rna"', '"vat_number": "FR44732829320", "rna"'), "2026-01-02")
    days(space, 11)
    invoice = read(issue(space))
    (tax,) = invoice.taxes
    assert (tax.rate, tax.net_cents, tax.tax_cents) == (2000, 22 * 417, 22 * 83)
    assert invoice.net_cents + invoice.tax_cents == invoice.cents == 11000


def test_so_many_lines_that_their_cents_add_up_are_invoiced_in_parts() -> None:
    line = invoices.Line(entry=1, day_on=date(2026, 11, 25), label="Journée", cents=500, rate=2000, status="liable")
    party = invoices.Party(name="x")
    values = {"kind": "invoice", "number": 1, "issued_on": date(2026, 11, 25), "language": "fr", "seller": party}
    Invoice(**values, buyer=party, lines=(line,) * 200).check()  # type: ignore[arg-type]  # of a test
    with pytest.raises(Problem, match="invoice-rounding"):
        Invoice(**values, buyer=party, lines=(line,) * 300).check()  # type: ignore[arg-type]  # of a test


def test_payments_settle_the_oldest_charges_first(space: Space) -> None:
    days(space)
    first = issue(space).id
    days(space)
    second = issue(space).id
    assert (state(space, first), state(space, second)) == (State.OPEN, State.OPEN)
    pay(space, 700)
    assert (state(space, first), state(space, second)) == (State.PARTLY, State.OPEN)
    pay(space, 300)
    assert (state(space, first), state(space, second)) == (State.PAID, State.OPEN)
    space.clock.advance(hours=24 * 40)
    assert (state(space, first), state(space, second)) == (State.PAID, State.OVERDUE)
    with space.home.store.reading() as connection:
        assert invoice_rows.open_ids(connection) == {second}


def test_what_was_paid_in_advance_is_said_and_an_invoice_that_is_paid_is_due_today(space: Space) -> None:
    pay(space, 300)
    days(space)
    invoice = read(issue(space))
    assert (invoice.cents, invoice.paid_cents, invoice.due_cents) == (1000, 300, 700)
    days(space)
    pay(space, 1700)
    paid = read(issue(space))
    assert (paid.due_cents, paid.due_on) == (0, paid.issued_on)


def test_a_credit_note_takes_charges_back_with_it_and_says_why_where_it_can_be_erased(space: Space) -> None:
    days(space)
    issued = issue(space)
    first = read(issued).lines[0].entry
    note = crediting_of(space).credit(issued.id, "compté deux fois", key=secrets.token_bytes(16), entries=[first])
    credit = read(note)
    assert credit.reference == "A-000001"
    assert credit.corrected == "F-000001"
    assert [(line.entry, line.cents) for line in credit.lines] == [(first, 500)]
    assert "deux fois" not in note.document.text
    with space.home.store.reading() as connection:
        assert invoicing.view(connection, note.id)[1] == "compté deux fois"
        assert invoice_rows.standing(connection, issued.id).counts_cents == 500
    assert space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(500,)]


def test_a_charge_taken_back_after_its_invoice_asks_for_a_credit_note(space: Space) -> None:
    days(space)
    issued = issue(space)
    first, second = (line.entry for line in read(issued).lines)
    space.till.reverse(first, "compté deux fois")
    with space.home.store.reading() as connection:
        assert invoice_rows.to_credit(connection) == {issued.id: [first]}
        assert creditable(connection, issued.document) == {first: False, second: True}
    crediting_of(space).credit(issued.id, "compté deux fois", key=secrets.token_bytes(16), entries=[first])
    with space.home.store.reading() as connection:
        assert invoice_rows.to_credit(connection) == {}
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(1,)]


def test_all_of_an_invoice_is_credited_once(space: Space) -> None:
    days(space)
    issued, crediting, key = issue(space), crediting_of(space), secrets.token_bytes(16)
    crediting.credit(issued.id, "mauvaise structure", key=key)
    assert crediting.credit(issued.id, "mauvaise structure", key=key).again
    assert state(space, issued.id) is State.CREDITED
    with pytest.raises(RequestError) as refused:
        crediting.credit(issued.id, "encore", key=secrets.token_bytes(16))
    assert refused.value.code == "credited-already"
    with space.home.store.reading() as connection:
        assert invoice_rows.credit_notes(connection, issued.id) == [issued.id + 1]


def test_an_invoice_that_alone_was_wrong_is_made_anew(space: Space) -> None:
    days(space)
    issued = issue(space)
    space.clock.advance(hours=24)
    crediting_of(space).credit(issued.id, "mauvaise adresse", key=secrets.token_bytes(16), anew=True)
    assert space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(1000,)]
    assert state(space, issued.id) is State.CREDITED
    second = read(issue(space, order_reference="BC-8"))
    assert second.reference == "F-000002"
    assert [(line.day_on, line.member, line.cents) for line in second.lines] == [
        (date(2026, 11, 25), 1, 500), (date(2026, 11, 25), 2, 500),
    ]  # fmt: skip
    hanging = space.sql(
        "SELECT v.charge_entry, e.visit_id = v.id FROM visit v JOIN entry e ON e.number = v.charge_entry"
    )
    assert sorted(entry for entry, _ in hanging) == sorted(line.entry for line in second.lines)  # type: ignore[type-var]
    assert all(its_own for _, its_own in hanging)
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_a_carnet_whose_invoice_was_wrong_keeps_its_days(space: Space) -> None:
    payers = Payers(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)
    payers.appoint(1, ["carnet"], 1, date(2026, 11, 25))
    space.till.sell(1, "carnet-10", None)
    issued = issue(space)
    space.tap(INES)
    with pytest.raises(RequestError, match="carnet-in-use"):
        crediting_of(space).credit(issued.id, "erreur", key=secrets.token_bytes(16))
    crediting_of(space).credit(issued.id, "mauvaise adresse", key=secrets.token_bytes(16), anew=True)
    space.clock.advance(hours=24)
    assert isinstance(space.tap(INES), Granted)
    assert space.sql("SELECT used FROM carnet") == [(2,)]
    assert read(issue(space)).lines[0].label.startswith("Carnet")


@pytest.mark.parametrize(
    ("entries", "reason", "code"),
    [([1], "pourquoi pas", "not-on-invoice"), (None, " ", "reason"), ([], "rien", "credited-already")],
)
def test_a_credit_note_is_of_an_invoice_s_own_charges_and_says_why(
    space: Space, entries: list[int] | None, reason: str, code: str
) -> None:
    days(space)
    issued = issue(space)
    with pytest.raises(RequestError) as refused:
        crediting_of(space).credit(issued.id, reason, key=secrets.token_bytes(16), entries=entries)
    assert refused.value.code == code


def test_a_credit_note_is_not_credited(space: Space) -> None:
    days(space)
    note = crediting_of(space).credit(issue(space).id, "erreur", key=secrets.token_bytes(16))
    with pytest.raises(RequestError) as refused:
        crediting_of(space).credit(note.id, "erreur", key=secrets.token_bytes(16))
    assert refused.value.code == "not-an-invoice"


def test_a_month_of_all_organisations_is_issued_but_for_those_that_cannot_be(space: Space) -> None:
    days(space)
    payers = Payers(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)
    payers.add(Facts(name="Sans adresse", kind="company"))
    payers.appoint(1, ["day"], 2, date(2026, 11, 26))
    days(space)
    drafts = invoicing_of(space).drafts(date(2026, 11, 1), date(2026, 11, 30))
    assert [(each.organisation.facts.name, each.cents, each.missing) for each in drafts] == [
        ("Résonance", 1500, ()),
        ("Sans adresse", 500, ("buyer-address",)),
    ]
    key, month = secrets.token_bytes(16), (date(2026, 11, 1), date(2026, 11, 30))
    done = invoicing_of(space).issue_all(*month, [1, 2], key=key)
    assert [None if each.issued is None else each.issued.document.number for each in done] == [1, None]
    again = invoicing_of(space).issue_all(*month, [1], key=key)
    assert again[0].issued is not None
    assert again[0].issued.again
    assert space.sql("SELECT count(*) FROM document") == [(1,)]


def test_an_invoice_is_left_to_be_mailed_with_its_pdf(space: Space) -> None:
    days(space)
    issued = issue(space)
    with pytest.raises(RequestError, match="no e-mail address"):
        invoicing_of(space).send(issued.id)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE organisation SET email = 'compta@resonance.example'")
    assert invoicing_of(space).send(issued.id) == "compta@resonance.example"
    ((to, name, pdf, body),) = space.sql("SELECT recipient, attachment_name, attachment, body FROM outbox")
    assert (to, name) == ("compta@resonance.example", "F-000001.pdf")
    assert isinstance(pdf, bytes)
    assert pdf.startswith(b"%PDF")
    assert "à payer" in str(body).lower()
    pay(space, 1000)
    with pytest.raises(RequestError, match="nothing-due"):
        invoicing_of(space).send(issued.id, reminds=True)


def test_the_association_s_own_words_for_penalties_are_on_the_next_invoice(space: Space) -> None:
    days(space)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO wording (code, language, text, actor, made_at)"
            " VALUES ('invoice-penalties', 'fr', 'Cinq fois.', 'cli', '2026-11-25T07:52:00.000000Z')"
        )
    assert read(issue(space)).notes[0].text == "Cinq fois."


def test_what_a_document_says_is_read_back_as_it_was_issued(space: Space) -> None:
    days(space)
    issued = issue(space)
    with space.home.store.reading() as connection:
        assert document_rows.by_id(connection, issued.id) == issued.document
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
