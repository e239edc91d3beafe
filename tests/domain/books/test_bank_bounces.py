"""A cheque that came back, on the statement: known by its words, its sum and the fee that a bank may keep."""

from datetime import date

import pytest

from kiosk.domain.books.statements import bank_bounces
from kiosk.domain.books.statements.bank_bounces import Deposited, Returned
from kiosk.domain.books.statements.bank_lines import Source, checked_line
from kiosk.domain.books.statements.bank_proposals import Kind, OpenItems, Payer, Worth, propose

DAY = date(2026, 11, 20)
INES = Deposited(11, (1,), date(2026, 11, 6), 4_500)
KARIM = Deposited(12, (2,), date(2026, 11, 6), 4_500)
PAYERS = (Payer(1, "Inès Moreau", 1, 0), Payer(2, "Karim Benali", 2, 0))


def proposed(
    label: str, cents: int, *deposited: Deposited, returned: tuple[Returned, ...] = ()
) -> list[tuple[object, ...]]:
    line = checked_line(Source.CSV, DAY, cents, label)
    found = propose(line, OpenItems(PAYERS, deposited=deposited, returned=returned))
    return [(each.kind, each.worth, each.entries, each.fee_cents) for each in found]


@pytest.mark.parametrize("label", ["CHEQUE IMPAYE 7001234", "Rejet chèque sans provision", "RETOUR CHQ"])
def test_a_line_that_says_so_proposes_the_cheque_of_its_sum(label: str) -> None:
    assert proposed(label, -4_500, INES) == [(Kind.BOUNCED, Worth.LIKELY, (11,), 0)]


def test_the_bank_s_fee_may_be_in_the_line_up_to_what_it_may_keep() -> None:
    assert proposed("CHEQUE IMPAYE", -5_950, INES) == [(Kind.BOUNCED, Worth.LIKELY, (11,), 1_450)]
    assert proposed("CHEQUE IMPAYE", -9_501, INES) == []
    assert proposed("CHEQUE IMPAYE", -4_400, INES) == []


def test_of_two_of_one_sum_the_name_decides_and_without_one_neither_is_likely() -> None:
    assert proposed("CHEQUE IMPAYE KARIM BENALI", -4_500, INES, KARIM) == [(Kind.BOUNCED, Worth.LIKELY, (12,), 0)]
    both = proposed("CHEQUE IMPAYE", -4_500, INES, KARIM)
    assert [each[1] for each in both] == [Worth.POSSIBLE] * 2


@pytest.mark.parametrize(
    ("label", "cents"), [("CHEQUE 7001234", -4_500), ("REMISE CHEQUES IMPAYES", 4_500), ("RETOUR CARTE", -4_500)]
)
def test_a_line_that_does_not_say_so_proposes_none(label: str, cents: int) -> None:
    assert not [each for each in proposed(label, cents, INES) if each[0] is Kind.BOUNCED]


def test_a_slip_of_later_or_long_ago_is_none_of_it() -> None:
    late = Deposited(13, (1,), date(2026, 11, 21), 4_500)
    old = Deposited(14, (1,), date(2026, 7, 1), 4_500)
    assert proposed("CHEQUE IMPAYE", -4_500, late, old) == []


def test_a_bounce_that_is_written_is_named_and_not_written_again() -> None:
    there = Returned(20, DAY, 5_950)
    found = proposed("CHEQUE IMPAYE", -5_950, INES, returned=(there,))
    assert found == [(Kind.RETURNED, Worth.SURE, (20,), 0)]
    assert bank_bounces.says_so(checked_line(Source.CSV, DAY, -1, "chq impayé"))
