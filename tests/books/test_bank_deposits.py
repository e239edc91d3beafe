"""Money brought to the bank, what arrives together, cheques that bounce."""

from datetime import date

import pytest
from msgspec.structs import replace

from kiosk.books.bank_deposits import BankDeposits
from kiosk.domain.books.statements import bank_bounces
from kiosk.domain.books.statements.bank_lines import Source, checked_line
from kiosk.errors import RequestError
from kiosk.store.books import bank_facts
from kiosk.store.money import bank_deposit_rows
from kiosk.store.money.bank_deposit_rows import Piece, Remittance
from kiosk.store.officers import holders
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.money.giving import Box
from tests.money.test_cashbox import INES, KARIM, account, agrees, bank_of, box_of, refused

CHEQUE = "banque Crédit du Nord ; n° 7001234 ; au nom de Inès Moreau"


@pytest.fixture
def bank(space: Space) -> BankDeposits:
    return bank_of(space)


@pytest.fixture
def box(space: Space) -> Box:
    return box_of(space)


def cheque(space: Space, amounts: dict[int, int], key: bytes = b"c" * 16) -> int:
    return space.till.take(amounts, "cheque", key=key, text=CHEQUE).entry


def waiting(space: Space, method: str = "cheque") -> list[Piece]:
    with space.home.store.reading() as connection:
        return bank_deposit_rows.waiting(connection, method)


def of(space: Space, entry: int) -> Remittance:
    with space.home.store.reading() as connection:
        found = bank_deposit_rows.by_entry(connection, entry)
    assert found is not None
    return found


def on(space: Space, entry: int) -> list[Piece]:
    with space.home.store.reading() as connection:
        return bank_deposit_rows.pieces(connection, of(space, entry))


def two(space: Space) -> tuple[int, int]:
    return account(space, space.join("Inès Moreau", INES)), account(space, space.join("Karim Benali", KARIM))


def test_a_cheque_that_pays_for_two_is_one_line_of_the_slip(space: Space, bank: BankDeposits) -> None:
    ines, karim = two(space)
    first = cheque(space, {ines: 500, karim: 700})
    other = cheque(space, {ines: 900}, b"d" * 16)
    (one, two_) = waiting(space)
    assert (one.entry, one.cents, one.names, one.cheque.number) == (first, 1200, "Inès Moreau, Karim Benali", "7001234")
    entry = bank.deposit(cheques=[first, other]).entry
    slip = of(space, entry)
    assert (slip.number, slip.cents, slip.pieces, slip.fee_cents) == (1, 2100, 2, 0)
    assert [piece.cents for piece in on(space, entry)] == [1200, 900]
    assert waiting(space) == []
    assert two_.entry == other
    agrees(space)


def test_slips_are_numbered_by_kind_without_gaps_also_after_one_was_taken_back(
    space: Space, bank: BankDeposits
) -> None:
    ines, _ = two(space)
    space.till.pay(1, 3000, "cash")
    first = bank.deposit(cheques=[cheque(space, {ines: 500})]).entry
    carried = bank.deposit(cash_cents=1000).entry
    space.till.reverse(first, "chèque oublié au bureau")
    assert on(space, first) == []
    again = bank.deposit(cheques=[waiting(space)[0].entry]).entry
    assert [(of(space, each).method, of(space, each).number) for each in (first, carried, again)] == [
        ("cheque", 1),
        ("cash", 1),
        ("cheque", 2),
    ]
    agrees(space)


def test_cheques_and_cash_of_one_errand_are_two_slips_of_one_act(space: Space, bank: BankDeposits, box: Box) -> None:
    ines, _ = two(space)
    space.till.pay(1, 3000, "cash")
    done = bank.deposit(cheques=[cheque(space, {ines: 500})], cash_cents=2500, coins={2000: 1, 500: 1}, key=b"k" * 16)
    with space.home.store.reading() as connection:
        both = bank_deposit_rows.together(connection, of(space, done.entry))
    assert [(each.method, each.cents) for each in both] == [("cheque", 500), ("cash", 2500)]
    assert box.content().cents == 500
    assert bank.deposit(cash_cents=500, key=b"k" * 16) == type(done)(done.entry, again=True)


def test_nobody_carries_more_than_is_in_the_box(space: Space, bank: BankDeposits, box: Box) -> None:
    ines, _ = two(space)
    space.till.pay(1, 3000, "cash")
    box.declare(ines, 500)
    assert refused(lambda: bank.deposit(cash_cents=3001)) == "box-short"
    assert refused(lambda: bank.deposit(cheques=[cheque(space, {ines: 500})], cash_cents=3001)) == "box-short"
    assert len(waiting(space)) == 1
    assert refused(bank.deposit) == "remittance-empty"
    assert refused(lambda: bank.deposit(cash_cents=3000, coins={2000: 1})) == "coins-differ"


def test_a_cheque_is_on_one_slip_and_only_a_cheque_is(space: Space, bank: BankDeposits) -> None:
    ines, _ = two(space)
    paid = cheque(space, {ines: 500})
    bank.deposit(cheques=[paid])
    wrong = space.till.pay(1, 900, "cheque")
    space.till.reverse(wrong, "pas reçu")
    for entry in (paid, wrong, space.till.pay(1, 100, "cash"), 1, 10**6):
        assert refused(lambda entry=entry: bank.deposit(cheques=[entry])) == "not-waiting"  # type: ignore[misc]


def test_a_payment_at_the_bank_is_not_reversed_by_hand(space: Space, bank: BankDeposits) -> None:
    ines, _ = two(space)
    paid = cheque(space, {ines: 500})
    entry = bank.deposit(cheques=[paid]).entry
    with pytest.raises(RequestError, match="on cheque remittance 1") as found:
        space.till.reverse(paid, "erreur")
    assert found.value.code == "on-a-slip"
    space.till.reverse(entry, "pas encore porté")
    space.till.reverse(paid, "erreur")
    assert waiting(space) == []
    agrees(space)


def test_a_bounced_cheque_is_owed_again_by_all_it_paid_for(space: Space, bank: BankDeposits) -> None:
    ines, karim = two(space)
    paid = cheque(space, {ines: 500, karim: 700})
    slip = bank.deposit(cheques=[paid]).entry
    assert (space.owes(1), space.owes(2)) == (0, -200)
    done = bank.bounce(paid + 1, 1250, "sans provision", key=b"b" * 16)
    assert (space.owes(1), space.owes(2)) == (500, 500)
    assert bank.bounce(paid, 0, "sans provision", key=b"b" * 16).again
    ((detail,),) = space.sql(f"SELECT detail FROM entry WHERE number = {done.entry}")
    assert detail == f'{{"cents":1200,"fee_cents":1250,"payment":{paid},"payments":[{paid},{paid + 1}]}}'
    assert of(space, slip).cents == 1200
    assert on(space, slip)[0].came_back
    assert refused(lambda: bank.bounce(paid, 0, "encore")) == "not-on-a-slip"
    assert refused(lambda: space.till.reverse(slip, "essai")) == "remittance-settled"
    assert refused(lambda: space.till.reverse(done.entry, "essai")) == "not-reversible"
    assert waiting(space) == []
    agrees(space)


def test_a_cheque_that_was_good_after_all_pays_again_on_its_slip(space: Space, bank: BankDeposits) -> None:
    ines, karim = two(space)
    paid = cheque(space, {ines: 500, karim: 700})
    slip = bank.deposit(cheques=[paid]).entry
    bounced = bank.bounce(paid, 0, "sans provision").entry
    bank.take_back_bounce(bounced, "erreur de la banque")
    assert (space.owes(1), space.owes(2)) == (0, -200)
    (piece,) = on(space, slip)
    assert (piece.cents, piece.came_back, piece.cheque.drawer) == (1200, False, "Inès Moreau")
    assert refused(lambda: bank.take_back_bounce(bounced, "encore")) == "reversed-already"
    assert refused(lambda: bank.take_back_bounce(slip, "encore")) == "no-such-entry"
    again = bank.bounce(piece.entry, 0, "sans provision, cette fois").entry
    assert again > bounced
    agrees(space)


def test_a_cheque_that_comes_back_is_found_behind_a_hundred_later_slips_and_its_bounce_behind_fifty(
    space: Space, bank: BankDeposits
) -> None:
    ines, _ = two(space)
    line = checked_line(Source.CSV, date(2026, 12, 1), -99_999, "CHEQUE IMPAYE")
    paid = [cheque(space, {ines: 500}, number.to_bytes(16, "big")) for number in range(102)]
    for each in paid:
        bank.deposit(cheques=[each])
    with space.home.store.reading() as connection:
        assert {each.entry for each in bank_facts.books(connection, [line]).deposited} == {*paid}
    bounced = [bank.bounce(each, 0, "sans provision").entry for each in paid[:52]]
    with space.home.store.reading() as connection:
        items = bank_facts.books(connection, [line])
        assert {each.entry for each in items.deposited} == {*paid[52:]}
        assert {each.entry for each in items.returned} == {*bounced}
        much_later = replace(line, day=line.day + bank_bounces.LONGEST)
        assert not bank_facts.books(connection, [much_later]).deposited


def test_above_the_sum_of_the_rule_somebody_else_undoes_a_cheque(
    space: Space, bank: BankDeposits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody else could, it is done all the same."""
    ines, _ = two(space)
    space.rule("second_officer_cents", "400")
    paid = cheque(space, {ines: 500})
    bank.deposit(cheques=[paid])
    bounced = bank.bounce(paid, 0, "sans provision").entry
    monkeypatch.setattr(holders, "to_ask", lambda _connection, _moment, _officer: [7])
    assert refused(lambda: bank.take_back_bounce(bounced, "erreur de la banque")) == "second-hand"
    other = BankDeposits(
        store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock, actor="x"
    )
    other.take_back_bounce(bounced, "erreur de la banque")
    agrees(space)


def test_only_a_cheque_that_is_with_the_bank_bounces(space: Space, bank: BankDeposits) -> None:
    ines, _ = two(space)
    paid = cheque(space, {ines: 500})
    assert refused(lambda: bank.bounce(paid, 0, "?")) == "not-on-a-slip"
    bank.deposit(cheques=[paid])
    assert refused(lambda: bank.bounce(paid, 0, " ")) == "reason"
    assert refused(lambda: bank.bounce(paid, -1, "?")) == "amount"


def test_a_payout_settles_many_payments_and_keeps_a_fee(space: Space, bank: BankDeposits) -> None:
    ines, _ = two(space)
    paid = [space.till.pay(1, cents, "online") for cents in (500, 2000, 10000)]
    handed_back = space.till.refund(ines, 2000, "online", "doublon").entry
    assert [piece.cents for piece in waiting(space, "online")] == [500, 2000, 10000, -2000]
    entry = bank.payout("online", [*paid, handed_back], 10350).entry
    payout = of(space, entry)
    assert (payout.number, payout.cents, payout.fee_cents, payout.pieces) == (1, 10500, 150, 4)
    assert waiting(space, "online") == []
    assert refused(lambda: space.till.reverse(paid[0], "erreur")) == "on-a-slip"
    agrees(space)


def test_a_payout_is_no_more_than_what_was_paid(space: Space, bank: BankDeposits) -> None:
    two(space)
    paid = space.till.pay(1, 500, "card")
    assert refused(lambda: bank.payout("card", [paid], 501)) == "amount"
    assert refused(lambda: bank.payout("card", [], 0)) == "remittance-empty"
    assert refused(lambda: bank.payout("online", [paid], 500)) == "not-waiting"
    assert refused(lambda: bank.payout("cash", [paid], 500)) == "method"


def test_carried_cash_arrives_once_and_is_then_not_taken_back(space: Space, bank: BankDeposits, box: Box) -> None:
    two(space)
    space.till.pay(1, 3000, "cash")
    carried = bank.deposit(cash_cents=2500).entry
    arrived = bank.credited(carried).entry
    assert of(space, carried).credited == arrived
    assert refused(lambda: bank.credited(carried)) == "arrived-already"
    assert refused(lambda: space.till.reverse(carried, "essai")) == "remittance-settled"
    space.till.reverse(arrived, "pas sur le relevé")
    assert of(space, carried).credited is None
    space.till.reverse(carried, "pas porté")
    assert box.content().cents == 3000
    assert refused(lambda: bank.credited(carried)) == "no-such-remittance"
    agrees(space)


def test_only_cash_is_on_its_way_for_a_while(space: Space, bank: BankDeposits) -> None:
    ines, _ = two(space)
    slip = bank.deposit(cheques=[cheque(space, {ines: 500})]).entry
    assert refused(lambda: bank.credited(slip)) == "no-such-remittance"
