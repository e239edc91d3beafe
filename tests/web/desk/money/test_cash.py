"""The cash box at the desk: counted in two steps, carried to the bank, declared by members."""

import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.store.members import members
from tests.books.test_bank_statements import import_, line
from tests.conftest import Space
from tests.money.test_cashbox import agrees, bank_of, box_of
from tests.web.desk.conftest import Desk, Officer

INES = "04A2000000E511"
FRENCH = {"Accept-Language": "fr"}
EMPTY = {"form_on": "/books/cash/count"}


@pytest.fixture
def ines(space: Space) -> int:
    number = space.join("Inès Moreau", INES)
    space.till.pay(number, 2000, "cash")
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def key(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True).replace("\xa0", " ").replace("\u202f", " ")


def test_the_page_says_what_is_in_the_box_and_who_declared(space: Space, ines: int, treasurer: Officer) -> None:
    box_of(space).declare(ines, 700)
    page = text(treasurer.get("/books/cash", headers=FRENCH))
    assert "20,00 €" in page
    assert "7,00 €" in page
    assert "Inès Moreau" in page


def test_a_count_is_compared_before_it_is_written(space: Space, ines: int, treasurer: Officer) -> None:
    declared = box_of(space).declare(ines, 700).entry
    data = {"key": key(treasurer.page("/books/cash/count")), "coin-2000": "1", f"declared-{declared}": "found"}
    shown = treasurer.post(
        "/books/cash/count", {**data, "step": "preview"}, form_on="/books/cash/count", headers=FRENCH
    )
    assert shown.status_code == 200
    assert "il manque 7,00 €" in text(shown)
    assert "exactement ce qu’a déclaré Inès Moreau" in text(shown)
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'count'") == [(0,)]
    missing = {**data, f"declared-{declared}": "missing", "step": "preview"}
    assert "aucun écart" in text(
        treasurer.post("/books/cash/count", missing, form_on="/books/cash/count", headers=FRENCH)
    )
    written = {**missing, "step": "write", "expected": "2000"}
    for _ in range(2):
        assert treasurer.post("/books/cash/count", written, form_on="/books/cash/count").status_code == 303
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'count'") == [(1,)]
    assert space.sql("SELECT state FROM declaration") == [("missing",)]
    agrees(space)


def test_a_difference_without_a_reason_comes_back_with_what_was_typed(ines: int, treasurer: Officer) -> None:
    data = {"key": "0" * 32, "coin-1000": "1", "step": "write", "expected": "2000"}
    answer = treasurer.post("/books/cash/count", data, form_on="/books/cash/count", headers=FRENCH)
    assert answer.status_code == 400
    assert 'id="reason-error"' in text(answer)
    assert 'name="coin-1000" value="1"' in text(answer)


def test_money_that_moved_meanwhile_is_shown_and_compared_anew(space: Space, ines: int, treasurer: Officer) -> None:
    space.till.pay(1, 500, "cash")
    data = {"key": "0" * 32, "coin-2000": "1", "step": "write", "expected": "2000"}
    answer = treasurer.post("/books/cash/count", data, form_on="/books/cash/count", headers=FRENCH)
    assert answer.status_code == 400
    assert "pendant le comptage" in text(answer)
    assert 'name="expected" value="2500"' in text(answer)


@pytest.mark.parametrize("typed", ["x", "-1", "1,5", "99999", "²"])
def test_a_number_of_coins_that_is_none_is_said_beside_them(ines: int, treasurer: Officer, typed: str) -> None:
    data = {"key": "0" * 32, "coin-1000": typed, "step": "preview"}
    answer = treasurer.post("/books/cash/count", data, form_on="/books/cash/count")
    assert answer.status_code == 400
    assert 'id="coins-error"' in text(answer)


def test_counting_again_keeps_what_was_typed(ines: int, treasurer: Officer) -> None:
    data = {"key": "0" * 32, "coin-1000": "3", "reason": "monnaie", "step": "edit"}
    page = text(treasurer.post("/books/cash/count", data, form_on="/books/cash/count"))
    assert re.search(r'name="coin-1000"[^>]*value="3"', page)
    assert 'name="reason" value="monnaie"' in page


def test_nobody_confirms_their_own_declaration(desk: Desk, space: Space, ines: int, treasurer: Officer) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = 1 WHERE email = 'treasurer@exemple.fr'")
    declared = box_of(space).declare(ines, 700).entry
    assert f'name="declared-{declared}"' not in treasurer.page("/books/cash/count")
    data = {"key": "0" * 32, "coin-2000": "1", f"declared-{declared}": "found", "step": "write"}
    answer = treasurer.post("/books/cash/count", data, form_on="/books/cash/count", headers=FRENCH)
    assert answer.status_code == 400
    assert "votre propre compte" in text(answer)
    assert space.sql("SELECT state FROM declaration") == [("open",)]


def test_a_count_is_taken_back_on_the_page_of_its_entry(space: Space, ines: int, treasurer: Officer) -> None:
    data = {"key": "0" * 32, "coin-1000": "1", "step": "write", "reason": "monnaie"}
    treasurer.post("/books/cash/count", data, form_on="/books/cash/count")
    ((entry,),) = space.sql("SELECT number FROM entry WHERE kind = 'count'")
    path = f"/money/entries/{entry}/reverse"
    assert treasurer.post(path, {"key": "1" * 32, "reason": "mal compté"}, form_on=path).status_code == 303
    assert box_of(space).content().cents == 2000
    assert "corrigé par l’écriture" in text(treasurer.get("/books/cash", headers=FRENCH))


def test_cash_goes_to_the_bank_and_arrives(space: Space, ines: int, treasurer: Officer) -> None:
    assert "jamais été comptée" in text(treasurer.get("/books/cash/bank", headers=FRENCH))
    too_much = treasurer.post("/books/cash/bank", {"key": "0" * 32, "amount": "21"}, form_on="/books/cash/bank")
    assert too_much.status_code == 400
    assert 'id="amount-error"' in text(too_much)
    data = {"key": "0" * 32, "amount": "15"}
    for _ in range(2):
        answer = treasurer.post("/books/cash/bank", data, form_on="/books/cash/bank")
        assert answer.headers["Location"] == "/books/remittances/1"
    assert box_of(space).content().cents == 500
    assert "en route" in text(treasurer.get("/books/cash", headers=FRENCH))
    ((entry,),) = space.sql("SELECT entry_number FROM remittance")
    path = f"/books/cash/bank/{entry}/credited"
    assert treasurer.post(path, {"key": "1" * 32}, form_on="/books/remittances/1").status_code == 303
    assert "arrivé en banque" in text(treasurer.get("/books/remittances/1", headers=FRENCH))
    assert treasurer.post(path, {"key": "2" * 32}, form_on="/books/remittances/1").status_code == 303
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'credited'") == [(1,)]


def test_cash_that_is_only_said_to_have_arrived_is_marked_where_the_statement_does_not_show_it(
    space: Space, ines: int, treasurer: Officer
) -> None:
    slip = bank_of(space).deposit(cash_cents=1500).entry
    bank_of(space).credited(slip)
    day = space.clock.now().date()
    import_(space, line("VIR X", 500, day=day - timedelta(days=1)), line("VIR Y", 500, day=day + timedelta(days=1)))
    page = text(treasurer.get("/books/cash", headers=FRENCH))
    assert "noté comme arrivé en banque, mais absent des relevés" in page
    assert page.count("arrivé en banque") == 1


def test_the_sum_is_proposed_from_the_last_count_less_some_change(space: Space, ines: int, treasurer: Officer) -> None:
    data = {"key": "0" * 32, "coin-1000": "1", "coin-200": "3", "coin-100": "4", "step": "write"}
    treasurer.post("/books/cash/count", data, form_on="/books/cash/count")
    page = text(treasurer.get("/books/cash/bank?keep=8", headers=FRENCH))
    assert 'value="12,00"' in page
    assert "1 × 10 €, 1 × 2 €" in page
    assert "Il restera 8,00 €" in page
    assert 'value="20,00"' in text(treasurer.get("/books/cash/bank?keep=x"))


def test_pieces_alone_are_a_sum_and_must_agree_with_one(space: Space, ines: int, treasurer: Officer) -> None:
    wrong = {"key": "0" * 32, "amount": "15", "coin-1000": "1"}
    answer = treasurer.post("/books/cash/bank", wrong, form_on="/books/cash/bank")
    assert answer.status_code == 400
    assert 'id="coins-error"' in text(answer)
    assert treasurer.post("/books/cash/bank", {"key": "0" * 32}, form_on="/books/cash/bank").status_code == 400
    right = {"key": "0" * 32, "coin-1000": "1"}
    assert treasurer.post("/books/cash/bank", right, form_on="/books/cash/bank").status_code == 303
    assert box_of(space).content().cents == 1000


def test_a_host_notes_what_somebody_declares_and_sees_no_box(space: Space, ines: int, host: Officer) -> None:
    for path in ("/books/cash", "/books/cash/count", "/books/cash/bank", "/books/cheques", "/books/payouts"):
        assert host.get(path).status_code == 403
    wrong = host.post("/books/cash/declare", {"key": "0" * 32, "member": "99", "amount": "5"}, form_on="/")
    assert wrong.status_code == 400
    assert 'id="member-error"' in text(wrong)
    data = {"key": "0" * 32, "member": "1", "amount": "500"}
    assert 'id="amount-error"' in text(host.post("/books/cash/declare", data, form_on="/"))
    for _ in range(2):
        answer = host.post("/books/cash/declare", {**data, "amount": "7,50"}, form_on="/")
        assert answer.headers["Location"] == "/books/cash/declare"
    assert space.sql("SELECT cents FROM declaration") == [(750,)]


def test_declared_sum_above_what_is_owed_and_the_dearest_product_is_asked_again(
    space: Space, ines: int, host: Officer
) -> None:
    data = {"key": "0" * 32, "member": "1", "amount": "100,01"}  # nothing is owed, a month costs 100
    asked = host.post("/books/cash/declare", data, form_on="/")
    assert (asked.status_code, 'name="sure"' in text(asked)) == (400, True)
    assert space.sql("SELECT cents FROM declaration") == []
    assert host.post("/books/cash/declare", {**data, "sure": "1"}, form_on="/").status_code == 303
    assert space.sql("SELECT cents FROM declaration") == [(10001,)]


def test_a_box_that_holds_less_than_nothing_says_so(space: Space, ines: int, treasurer: Officer) -> None:
    bank_of(space).deposit(cash_cents=2000)
    ((entry,),) = space.sql("SELECT number FROM entry WHERE kind = 'payment'")
    space.till.reverse(int(str(entry)), "jamais reçu")
    assert "une écriture manque" in text(treasurer.get("/books/cash", headers=FRENCH))
