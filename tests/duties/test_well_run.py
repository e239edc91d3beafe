"""A month in which each thing is done in time has nothing to do at its end, whatever its days and sums are."""

import random
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from kiosk.domain.books.closings import Period
from kiosk.domain.books.statements.statement_facts import Balance
from kiosk.domain.duties import TABLE, Facts, Kind, judge
from kiosk.domain.members.permissions import May
from kiosk.money.cashbox import CashBox, Finding
from kiosk.store.books import bank_rows
from tests.books.test_bank_statements import import_, line, office
from tests.conftest import Space
from tests.domain.books import bank_samples
from tests.duties.test_duty_lives import INES, closings, deposits, of, parts, shown

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_list_of_a_well_run_month_is_empty(space: Space, seed: int) -> None:
    chance = random.Random(seed)
    space.join("Inès Moreau", INES)
    space.till.pay(1, 500, "cash")
    for _ in range(3):
        cheque, card, transfer = (chance.randrange(100, 9_000) for _ in range(3))
        slip = deposits(space).deposit(cheques=[space.till.pay(1, cheque, "cheque")]).entry
        payout = deposits(space).payout("card", [space.till.pay(1, card, "card")], card - 20).entry
        paid = space.till.pay(1, transfer, "transfer")
        moved = ((cheque, slip), (card - 20, payout), (transfer, paid))
        day = space.clock.now().date()
        lines = [line(f"L{day}{n}", cents, day=day) for n, (cents, _) in enumerate(moved)]
        ids = import_(space, *lines)
        for (_, entry), id_ in zip(moved, ids, strict=True):
            office(space).match(id_, [entry])
        CashBox(**parts(space)).count(Finding({500: 1}))  # type: ignore[arg-type]  # as the others take them
        assert shown(space) == set()
        space.clock.advance(days=chance.randrange(1, 4))
    space.clock.advance(days=4)
    last = import_(space, line("FRAIS DE TENUE", -300, day=date(2026, 11, 30)))
    office(space).ignore(last[0], "frais")
    closings(space).close_days()
    closings(space).close(Period.MONTH, date(2026, 11, 30))
    space.clock.advance(days=4)
    assert shown(space) == set()


def test_lines_of_the_bank_end_by_a_decision_and_are_back_when_it_is_taken_back(space: Space) -> None:
    space.join("Inès Moreau", INES)
    (id_,) = import_(space, line("VIR X", 500, day=TODAY - timedelta(days=7)))
    assert Kind.BANK_LINES in shown(space)
    office(space).ignore(id_, "don")
    assert not of(space, Kind.BANK_LINES).is_counted
    office(space).reopen(id_, "erreur")
    assert Kind.BANK_LINES in shown(space)


def test_cash_on_its_way_to_the_bank_is_counted_until_its_line_comes_and_again_once_that_is_undone(
    space: Space,
) -> None:
    space.join("Inès Moreau", INES)
    space.till.pay(1, 2_000, "cash")
    CashBox(**parts(space)).count(Finding({2_000: 1}))  # type: ignore[arg-type]  # as above
    slip = deposits(space).deposit(cash_cents=2_000).entry
    carried = of(space, Kind.CARRIED)
    assert (carried.count, carried.cents, carried.is_due) == (1, 2_000, False)
    (id_,) = import_(space, line("VERSEMENT ESPECES", 2_000))
    office(space).match(id_, [slip])
    assert not of(space, Kind.CARRIED).is_counted
    office(space).reopen(id_, "erreur")
    with space.home.store.reading() as connection:
        assert bank_rows.one(connection, id_).state == bank_rows.OPEN
    assert of(space, Kind.CARRIED).cents == 2_000


def test_cash_that_an_officer_says_has_arrived_is_counted_where_the_statement_of_these_days_has_no_line_of_it(
    space: Space,
) -> None:
    """Or what is missing from the box would be carried to the bank by one officer's word."""
    space.join("Inès Moreau", INES)
    space.till.pay(1, 25_500, "cash")
    slip = deposits(space).deposit(cash_cents=25_500).entry
    space.clock.advance(days=2)
    deposits(space).credited(slip)
    assert not of(space, Kind.CARRIED).is_counted, "no statement reaches these days yet"
    space.clock.advance(days=12)
    import_(space, line("VIR X", 500, day=TODAY - timedelta(days=1)), line("VIR Y", 500, day=TODAY + timedelta(days=9)))
    carried = of(space, Kind.CARRIED)
    assert (carried.count, carried.cents, carried.is_due) == (1, 25_500, False)
    space.clock.advance(days=1)
    assert Kind.CARRIED in shown(space), "15 days after it left the box"
    *_, id_ = import_(space, line("VERSEMENT ESPECES", 25_500, day=TODAY + timedelta(days=3)))
    office(space).match(id_, [slip])
    assert not of(space, Kind.CARRIED).is_counted


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_of_the_table_appears_stays_ends_and_comes_back(kind: Kind) -> None:
    """By facts alone, day by day: from its day on until nothing of it is there; asleep for its days after its act."""
    rule, since = TABLE[kind], TODAY
    there = Facts(count=2, cents=700, since=since, ends_on=since + timedelta(days=40), declared_on=since)
    days = [since + timedelta(days=day) for day in range(120)]
    due = [judge(kind, there, day).is_due for day in days]
    assert due == sorted(due), "once due, it stays"
    assert any(due)
    assert not any(judge(kind, Facts(since=since, ends_on=since), day).is_due for day in days), "nothing is there"
    assert not any(judge(kind, Facts(count=2, since=since, ends_on=since, applies=False), day).is_due for day in days)
    if any(due):
        first = days[due.index(True)]
        assert judge(kind, there, first).is_shown
        slept = Facts(
            count=2, cents=700, since=since, ends_on=since + timedelta(days=40), declared_on=since, slept_on=first
        )
        shown_again = [judge(kind, slept, first + timedelta(days=day)).is_shown for day in range(30)]
        assert shown_again.index(True) == rule.sleeps_days
        assert judge(kind, there, days[-1]).is_shown, "undone, it is as before"
        assert isinstance(rule.permission, May)


@pytest.mark.parametrize("by_balance", [True, False])
@pytest.mark.parametrize(("ends_on", "last_on"), [("2026-11-24", "2026-11-24"), ("2027-12-31", "2026-11-10")])
def test_a_statement_goes_as_far_as_its_file_says_unless_that_is_still_to_come(
    space: Space, ends_on: str, last_on: str, by_balance: bool
) -> None:
    facts = bank_samples.reading(line("VIR X", 500, day=date(2026, 11, 10)))
    ends = date.fromisoformat(ends_on)
    says = {"closing": Balance(500, ends)} if by_balance else {"ends": ends}
    own = {"begins": date(2026, 11, 1), "ends": date(2026, 11, 10), **says}
    office(space).import_lines(replace(facts, **own))
    assert of(space, Kind.STATEMENT).done_on == date.fromisoformat(last_on)
    space.clock.advance(days=33)
    assert (Kind.STATEMENT in shown(space)) is (last_on == "2026-11-10")
