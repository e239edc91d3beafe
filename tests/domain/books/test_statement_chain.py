"""Statements in a row begin with what the one before ended with; where one is missing, its days are named."""

from datetime import date

from kiosk.domain.books.statements import bank_waiting, statement_chain
from kiosk.domain.books.statements.bank_waiting import Waiting
from kiosk.domain.books.statements.statement_chain import Covered, Gap, Held
from kiosk.domain.books.statements.statement_facts import Balance


def november(day: int) -> date:
    return date(2026, 11, day)


def week(begins: int, ends: int, opening: int, closing: int) -> Covered:
    """A statement of some days of November."""
    return Covered(november(begins), november(ends), Balance(opening), Balance(closing))


LINES = [(november(3), 500), (november(12), -200), (november(24), 700)]


def test_statements_in_a_row_leave_no_gap() -> None:
    held = statement_chain.held([week(1, 7, 1000, 1500), week(8, 14, 1500, 1300), week(15, 30, 1300, 2000)])
    assert statement_chain.gaps(held, LINES) == []


def test_a_missing_week_is_named_with_what_moved_in_it() -> None:
    held = statement_chain.held([week(1, 7, 1000, 1500), week(15, 30, 1300, 2000)])
    assert statement_chain.gaps(held, [LINES[0], LINES[2]]) == [Gap(november(7), november(14), -200)]


def test_a_missing_week_in_which_nothing_moved_is_none() -> None:
    held = statement_chain.held([week(1, 7, 1000, 1500), week(15, 30, 1500, 2200)])
    assert statement_chain.gaps(held, [LINES[0], LINES[2]]) == []


def test_a_later_file_is_believed_about_the_days_that_it_is_about() -> None:
    noon = week(1, 12, 1000, 1500)  # of the twelfth, downloaded before it was over
    held = statement_chain.held([noon, week(12, 14, 1500, 1300)])
    assert Held(november(12), 1500) not in held
    assert statement_chain.gaps(held, LINES[:2]) == []


def test_the_balance_of_a_day_is_the_last_one_known_and_what_moved_since() -> None:
    held = statement_chain.held([week(1, 7, 1000, 1500)])
    assert statement_chain.balance_on(held, LINES, november(30)) == 2000
    assert statement_chain.balance_on(held, LINES, date(2026, 10, 1)) is None


def waiting(*sums: int, method: str = "card") -> list[Waiting]:
    return [Waiting(number, method, november(number), cents) for number, cents in enumerate(sums, 1)]


def fits(cents: int, *sums: int, with_fee: bool) -> list[tuple[list[int], int]]:
    found = bank_waiting.fitting(waiting(*sums), cents, with_fee=with_fee)
    return [([piece.entry for piece in pieces], fee) for pieces, fee in found]


def test_cheques_add_up_to_their_line_whichever_they_are() -> None:
    assert fits(2000, 1200, 800, 500, with_fee=False) == [([1, 2], 0)]
    assert fits(1700, 1200, 800, 500, with_fee=False) == [([1, 3], 0)]
    assert fits(1999, 1200, 800, with_fee=False) == []


def test_a_payout_is_what_waits_longest_less_a_fee_that_may_be() -> None:
    assert fits(1962, 1200, 800, 5000, with_fee=True) == [([1, 2], 38)]
    assert fits(1500, 1200, 800, with_fee=True) == []
