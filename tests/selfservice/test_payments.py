"""Paying at the screen: cash that is declared, a transfer's QR code, a receipt to take along."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.money.cashbox import CashBox, Finding
from kiosk.selfservice.payments import DeclaredSheet, PaySheet, ReceiptSheet, SumSheet, TransferSheet
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.selfservice.self_service import Visit, is_well

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
IBAN = '{"name": "La Coroutine", "iban": "FR7630006000011234567890189"}'


@pytest.fixture
def ines(space: Space) -> int:
    return space.join("Inès Moreau", INES)


def declared(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT cents, state FROM declaration ORDER BY entry_number")


def box(space: Space) -> CashBox:
    home = space.home
    return CashBox(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")


def at_cash(space: Space) -> Visit:
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    visit.pick(Act.CASH)
    return visit


def test_cash_that_is_declared_lowers_the_tab_when_it_is_counted(space: Space, ines: int) -> None:
    visit = at_cash(space)
    assert visit.card.sheet == PaySheet(1000, 0)  # the membership and today
    assert visit.values[Act.DECLARE] == ["1000", "500", "2000", "5000"]
    card = visit.confirm(Act.DECLARE, "1000")
    assert (card.kind, card.sheet) == (CardKind.CASH_DECLARED, DeclaredSheet(1000, 1000, 0))
    assert (declared(space), space.owes(ines)) == ([(1000, "open")], 1000)
    assert space.sql("SELECT actor, member_number FROM entry WHERE kind = 'declaration'") == [("kiosk", ines)]
    [each] = box(space).content().declared
    box(space).count(Finding({1000: 1}, confirmed=[each.entry]))
    assert (declared(space), space.owes(ines)) == ([(1000, "counted")], 0)
    is_well(space)


def test_what_is_declared_already_is_not_proposed_again(space: Space, ines: int) -> None:
    space.rule("association", IBAN)
    at_cash(space).confirm(Act.DECLARE, "1000")
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    assert visit.card.sheet == PaySheet(1000, 1000)
    assert Act.TRANSFER not in visit.values
    visit.pick(Act.CASH)
    assert visit.values[Act.DECLARE][0] == "500"


def test_nothing_is_declared_without_the_badge_or_after_its_session(space: Space, ines: int) -> None:
    space.tap(INES)
    ticket = space.card.ticket or ""
    for act in (Act.CASH, Act.DECLARE):
        with pytest.raises(RequestError):
            space.touch(act, "500", ticket=ticket)
    space.touch(Act.PAY, ticket=ticket)
    assert space.shows(CardKind.BADGE_AGAIN)
    with pytest.raises(RequestError):
        space.touch(Act.DECLARE, "500", ticket=ticket)
    visit = at_cash(space)
    space.clock.advance(seconds=33)
    with pytest.raises(RequestError):
        visit.touch(Act.DECLARE, "500")
    assert declared(space) == []


def test_another_s_badge_ends_the_session_and_declares_nothing(space: Space, ines: int) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    visit = at_cash(space)
    ticket = visit.card.ticket or ""
    space.tap(KARIM)
    assert space.card.name == "Karim"
    with pytest.raises(RequestError):
        space.touch(Act.DECLARE, "500", ticket=ticket)
    visit.badge()
    assert declared(space) == []


def test_who_has_done_ends_the_session(space: Space, ines: int) -> None:
    visit = at_cash(space)
    ticket = visit.card.ticket or ""
    visit.touch(Act.DONE)
    with pytest.raises(RequestError):
        space.touch(Act.DECLARE, "500", ticket=ticket)
    assert (space.screen.cleared, declared(space)) == (1, [])


def test_touched_twice_it_is_declared_once(space: Space, ines: int) -> None:
    visit = at_cash(space)
    visit.pick(Act.DECLARE, "500")
    visit.touch(Act.DECLARE, "500")
    card = visit.touch(Act.DECLARE, "2000")
    assert (card.kind, card.sheet) == (CardKind.CASH_DECLARED, DeclaredSheet(500, 1000, 500))
    assert declared(space) == [(500, "open")]
    visit.pick(Act.CASH)
    visit.confirm(Act.DECLARE, "500")  # another envelope, by another way to the page
    assert declared(space) == [(500, "open"), (500, "open")]


def test_another_sum_is_typed_digit_by_digit(space: Space, ines: int) -> None:
    visit = at_cash(space)
    visit.pick(Act.CASH_SUM)
    assert Act.DECLARE not in visit.card.acts
    for key in ("0", "1", "2", "7", "delete", "5", "0"):
        visit.pick(Act.CASH_SUM, key)
    assert visit.card.sheet == SumSheet(1250)
    for key in ("9", "9", "'; DROP TABLE entry", "🎉", "²"):
        visit.touch(Act.CASH_SUM, key)
    assert visit.card.sheet == SumSheet(12509)
    assert visit.badge().reminds  # too early: what is typed stays, and it is said that nothing is kept
    assert (visit.card.kind, visit.card.sheet, declared(space)) == (CardKind.CASH_SUM, SumSheet(12509), [])
    assert not visit.touch(Act.STAY).reminds
    visit.confirm(Act.DECLARE)  # more than what is owed and the dearest product: asked once more
    assert (visit.card.sheet, declared(space)) == (SumSheet(12509, is_asked=True), [])
    visit.confirm(Act.DECLARE)
    assert declared(space) == [(12509, "open")]


@pytest.mark.parametrize("value", ["0", "-500", "99999999", "five", "¹", "1e3", "5.5"])
def test_what_is_no_sum_is_not_declared(space: Space, ines: int, value: str) -> None:
    visit = at_cash(space)
    assert visit.touch(Act.DECLARE, value).kind is CardKind.CASH_REFUSED
    assert declared(space) == []


def test_only_what_can_be_declared_is_proposed(space: Space, ines: int) -> None:
    for _ in range(4):
        visit = at_cash(space)
        visit.confirm(Act.DECLARE, "5000")
    visit = at_cash(space)
    assert visit.values[Act.DECLARE] == ["500", "1000"]  # 210 EUR at the most, with what is owed
    visit.confirm(Act.DECLARE, "1000")
    visit.pick(Act.CASH)
    assert Act.DECLARE not in visit.values
    assert Act.CASH_SUM not in visit.values


def test_what_was_declared_today_can_be_taken_back(space: Space, ines: int) -> None:
    visit = at_cash(space)
    visit.confirm(Act.DECLARE, "500")
    visit.pick(Act.CASH)
    [entry] = visit.values[Act.WITHDRAW]
    card = visit.confirm(Act.WITHDRAW, entry)
    assert card.kind is CardKind.CASH_WITHDRAWN
    assert card.confirms is not None
    assert card.confirms.to("en") == "Deposit withdrawn: €5."
    assert (declared(space), space.owes(ines)) == ([(500, "withdrawn")], 1000)
    assert visit.touch(Act.WITHDRAW, entry).kind is CardKind.CASH_REFUSED
    visit.pick(Act.CASH)
    assert Act.WITHDRAW not in visit.values
    is_well(space)


def test_nobody_takes_back_what_another_declared_or_what_is_old(space: Space, ines: int) -> None:
    visit = at_cash(space)
    visit.confirm(Act.DECLARE, "500")
    visit.pick(Act.CASH)
    [entry] = visit.values[Act.WITHDRAW]
    space.join("Karim Benali", KARIM, "permanent")
    other = Visit(space, KARIM)
    assert other.touch(Act.WITHDRAW, entry).kind is CardKind.CASH_REFUSED
    space.clock.advance(days=1)
    visit = at_cash(space)
    assert Act.WITHDRAW not in visit.values
    assert declared(space) == [(500, "open")]


def test_a_transfer_has_its_words_beside_the_qr_code(space: Space, ines: int) -> None:
    space.rule("association", IBAN)
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    card = visit.pick(Act.TRANSFER)
    assert card.kind is CardKind.TRANSFER
    assert isinstance(card.sheet, TransferSheet)
    assert card.sheet.iban == "FR76 3000 6000 0112 3456 7890 189"
    assert (card.sheet.name, card.sheet.cents) == ("La Coroutine", 1000)
    assert card.sheet.reference.startswith("KQ")
    assert "Inès" not in card.sheet.svg


def test_a_transfer_is_not_offered_without_an_iban_or_a_debt(space: Space, ines: int) -> None:
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    assert Act.TRANSFER not in visit.values
    assert visit.touch(Act.TRANSFER).kind is CardKind.PAY
    space.rule("association", IBAN)
    space.till.pay(ines, 5000, "cash")
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    assert Act.TRANSFER not in visit.values


def test_the_last_payment_s_receipt_is_taken_along_without_a_name(space: Space, ines: int) -> None:
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    assert Act.RECEIPT not in visit.values
    first = space.till.pay(ines, 500, "cash")
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    assert visit.values[Act.RECEIPT] == [str(first)]
    card = visit.pick(Act.RECEIPT, str(first))
    assert isinstance(card.sheet, ReceiptSheet)
    assert "Moreau" not in " ".join(card.sheet.lines)
    visit.touch(Act.RECEIPT, str(first))
    assert space.sql("SELECT way FROM document_copy") == [("screen",)]
    assert space.sql("SELECT count(*) FROM document") == [(1,)]
    is_well(space)


@pytest.mark.parametrize("value", ["", "0", "999999", "x", "²"])
def test_nobody_s_receipt_but_one_s_own(space: Space, ines: int, value: str) -> None:
    other = space.till.pay(space.join("Karim Benali", KARIM, "permanent"), 500, "cash")
    visit = Visit(space, INES)
    for wanted in (value, str(other)):
        assert visit.touch(Act.RECEIPT, wanted).kind is CardKind.PAY
    assert space.sql("SELECT count(*) FROM document") == [(0,)]


def test_these_pages_want_a_badge_first(space: Space) -> None:
    for act in (Act.PAY, Act.CASH, Act.DECLARE, Act.BUY, Act.TAKE, Act.REPORT, Act.FORGOT, Act.RECEIPT):
        with pytest.raises(RequestError):
            space.begin(act, "fr")
