"""Cheques, slips and payouts at the desk."""

import pytest

from kiosk.domain.members.roles import Role
from kiosk.store.members import members
from tests.conftest import Space
from tests.money.test_cashbox import agrees, bank_of
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.money.test_cash import FRENCH, text

KEY = {"key": "0" * 32}
CHEQUE = "banque Crédit du Nord ; n° 7001234 ; au nom de I. Moreau"


@pytest.fixture
def paid(space: Space) -> int:
    """A cheque that pays for two, and some cash."""
    accounts = {}
    for name, uid, cents in (("Inès Moreau", "04A2000000E511", 500), ("Karim Benali", "04A2000000E512", 700)):
        number = space.join(name, uid)
        with space.home.store.reading() as connection:
            accounts[members.by_number(connection, number).account] = cents
    space.till.pay(1, 2000, "cash")
    return space.till.take(accounts, "cheque", key=b"c" * 16, text=CHEQUE).entry


def deposit(officer: Officer, *cheques: int, **more: str) -> str:
    data = {**KEY, "cheque": [str(each) for each in cheques], **more}
    answer = officer.post("/books/cheques", data, form_on="/books/cheques")
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


def test_waiting_cheques_show_what_the_bank_wants_to_know(paid: int, treasurer: Officer) -> None:
    page = text(treasurer.get("/books/cheques", headers=FRENCH))
    for wanted in ("I. Moreau", "Crédit du Nord", "7001234", "Inès Moreau, Karim Benali", "12,00 €"):
        assert wanted in page
    assert f'value="{paid}"' in page


def test_ticked_cheques_and_cash_go_to_the_bank_once(space: Space, paid: int, treasurer: Officer) -> None:
    for _ in range(2):
        assert deposit(treasurer, paid, amount="15,00") == "/books/remittances/1"
    page = text(treasurer.get("/books/remittances/1", headers=FRENCH))
    assert "Remise de chèques n° 1" in page
    assert "Remise d’espèces n° 1" in page
    assert space.sql("SELECT method, number FROM remittance ORDER BY id") == [("cheque", 1), ("cash", 1)]
    assert "Aucun pour l’instant" in text(treasurer.get("/books/cheques", headers=FRENCH))
    assert "Remise de chèques n° 1" in text(treasurer.get("/books/cheques", headers=FRENCH))


def test_what_is_wrong_is_said_beside_it(space: Space, paid: int, treasurer: Officer) -> None:
    for data, field in (
        ({}, "pieces"),
        ({"amount": "x"}, "amount"),
        ({"amount": "21"}, "amount"),
        ({"cheque": "1"}, "pieces"),
    ):
        answer = treasurer.post("/books/cheques", {**KEY, **data}, form_on="/books/cheques")
        assert answer.status_code == 400
        assert f'id="{field}-error"' in text(answer)
    assert space.sql("SELECT count(*) FROM remittance") == [(0,)]


def test_the_slip_is_printed_with_the_bank_s_columns(space: Space, paid: int, treasurer: Officer) -> None:
    value = '{"name":"La Coroutine","iban":"FR7630006000011234567890189","bic":"AGRIFRPP"}'
    space.rule("association", value)
    where = deposit(treasurer, paid, amount="15,00")
    answer = treasurer.get(f"{where}.pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="remise-cheques-1.pdf"'
    assert answer.data.startswith(b"%PDF")
    assert space.sql("SELECT what FROM desk_log WHERE act = 'export'") == [("remittance cheque 1",)]


def test_a_bounced_cheque_is_owed_again_and_may_be_good_after_all(space: Space, paid: int, treasurer: Officer) -> None:
    deposit(treasurer, paid)
    path = f"/books/cheques/{paid}/bounce"
    assert 'id="reason-error"' in text(treasurer.post(path, KEY, form_on=path))
    data = {**KEY, "key": "1" * 32, "reason": "sans provision", "amount": "12,50"}
    for _ in range(2):
        assert treasurer.post(path, data, form_on=path).status_code == 303
    assert (space.owes(1), space.owes(2)) == (-1500, 500)
    assert "impayé" in text(treasurer.get("/books/remittances/1", headers=FRENCH))
    page = text(treasurer.get("/books/cheques", headers=FRENCH))
    assert "sans provision" in page
    ((entry,),) = space.sql("SELECT number FROM entry WHERE kind = 'bounce'")
    back = f"/books/bounces/{entry}/back"
    assert treasurer.post(back, {"key": "2" * 32, "reason": "payé"}, form_on=back).status_code == 303
    assert (space.owes(1), space.owes(2)) == (-2000, -200)
    again = treasurer.post(back, {"key": "3" * 32, "reason": "payé"}, form_on=back)
    assert again.status_code == 400
    agrees(space)


def test_nobody_says_of_their_own_cheque_that_it_was_good(
    desk: Desk, space: Space, paid: int, treasurer: Officer
) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = 2 WHERE email = 'treasurer@exemple.fr'")
    bank = bank_of(space)
    bank.deposit(cheques=[paid])
    entry = bank.bounce(paid, 0, "sans provision").entry
    back = f"/books/bounces/{entry}/back"
    answer = treasurer.post(back, {**KEY, "reason": "payé"}, form_on=back, headers=FRENCH)
    assert answer.status_code == 400
    assert "votre propre compte" in text(answer)


def test_a_payment_on_a_slip_is_not_reversed_and_the_page_says_why(paid: int, treasurer: Officer) -> None:
    deposit(treasurer, paid)
    path = f"/money/entries/{paid}/reverse"
    answer = treasurer.post(path, {**KEY, "key": "1" * 32, "reason": "erreur"}, form_on=path, headers=FRENCH)
    assert answer.status_code == 400
    assert "est en banque" in text(answer)


def test_a_slip_is_taken_back_and_its_cheques_wait_again(space: Space, paid: int, treasurer: Officer) -> None:
    deposit(treasurer, paid)
    ((entry,),) = space.sql("SELECT entry_number FROM remittance")
    path = f"/money/entries/{entry}/reverse"
    assert treasurer.post(path, {"key": "1" * 32, "reason": "pas porté"}, form_on=path).status_code == 303
    assert "Annulée par l’écriture" in text(treasurer.get("/books/remittances/1", headers=FRENCH))
    assert "7001234" in text(treasurer.get("/books/cheques", headers=FRENCH))


def test_a_payout_is_what_was_paid_less_a_fee(desk: Desk, space: Space, paid: int) -> None:
    first = space.till.pay(1, 1000, "online")
    space.clock.advance(hours=20)
    later = space.till.pay(2, 3000, "online")
    treasurer = desk.sign_in(Role.TREASURER)  # the session of the day before is over
    page = text(treasurer.get("/books/payouts?until=2026-11-25", headers=FRENCH))
    assert f'value="{first}" data-worth="1000" checked' in page
    assert f'value="{later}" data-worth="3000">' in page
    data = {**KEY, "method": "online", "payment": [str(first)], "amount": "11"}
    wrong = treasurer.post("/books/payouts", data, form_on="/books/payouts")
    assert wrong.status_code == 400
    assert 'id="amount-error"' in text(wrong)
    assert f'value="{later}" data-worth="3000">' in text(wrong)
    answer = treasurer.post("/books/payouts", {**data, "amount": "9,80"}, form_on="/books/payouts")
    assert answer.status_code == 303
    page = text(treasurer.get(answer.headers["Location"], headers=FRENCH))
    assert "Reçu 9,80 €, frais 0,20 €" in page
    assert treasurer.get(f"{answer.headers['Location']}.pdf").data.startswith(b"%PDF")
    assert "Aucun pour l’instant" in text(treasurer.get("/books/payouts?method=card", headers=FRENCH))


def test_what_is_not_there_is_not_found(paid: int, treasurer: Officer) -> None:
    for path in (
        "/books/remittances/9",
        "/books/remittances/9.pdf",
        f"/books/cheques/{paid}/bounce",
        "/books/bounces/1/back",
    ):
        assert treasurer.get(path).status_code == 404
    path = "/books/cash/bank/1/credited"
    assert treasurer.post(path, KEY, form_on="/").status_code == 404
