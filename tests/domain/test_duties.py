"""Duties as pure values: when each is due, sleeps and is awake again, and what a list shows of them."""

from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.domain import duties
from kiosk.domain.duties import TABLE, Area, Duties, Duty, Facts, Kind, Later, State
from kiosk.domain.members.permissions import May
from kiosk.domain.problems import Problem

TODAY = date(2026, 11, 30)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def judge(kind: Kind, later: Later | None = None, **facts: Any) -> Duty:
    return duties.judge(kind, Facts(**facts), TODAY, later)


@pytest.mark.parametrize(
    ("kind", "facts", "due"),
    [
        (Kind.JOININGS, {"count": 1, "since": TODAY}, True),
        (Kind.CHEQUES, {"count": 5, "cents": 46000, "since": ago(15)}, True),
        (Kind.CHEQUES, {"count": 5, "cents": 46000, "since": ago(14)}, False),
        (Kind.PAYOUTS, {"count": 1, "cents": 100, "since": ago(10)}, True),
        (Kind.PAYOUTS, {"count": 1, "cents": 100, "since": ago(9)}, False),
        (Kind.BANK_LINES, {"count": 1, "since": ago(7)}, True),
        (Kind.BANK_LINES, {"count": 1, "since": ago(6)}, False),
        (Kind.STATEMENT, {"count": 1, "since": ago(35)}, True),
        (Kind.STATEMENT, {"count": 1, "since": ago(34)}, False),
        (Kind.STATEMENT, {"count": 1, "since": ago(99), "applies": False}, False),
        (Kind.BOX, {"count": 1, "cents": 25500, "since": ago(31)}, True),
        (Kind.BOX, {"count": 1, "cents": 25500, "since": ago(30)}, False),
        (Kind.BOX, {"count": 1, "cents": 0, "since": ago(90)}, False),
        (Kind.BOX, {"count": 1, "cents": 0, "declared_on": ago(7)}, True),
        (Kind.BOX, {"count": 1, "cents": 0, "declared_on": ago(6)}, False),
        (Kind.BOX, {"count": 1, "cents": -100, "since": TODAY}, True),
        (Kind.MEMBERSHIPS, {"count": 1, "ends_on": TODAY + timedelta(days=30)}, True),
        (Kind.MEMBERSHIPS, {"count": 1, "ends_on": TODAY + timedelta(days=31)}, False),
        (Kind.MONTHS, {"count": 1, "since": date(2026, 10, 1)}, True),
        (Kind.OVERDUE, {"count": 1, "cents": 100, "since": ago(7)}, True),
        (Kind.OVERDUE, {"count": 1, "cents": 100, "since": ago(6)}, False),
        (Kind.INVOICES, {"count": 1, "cents": 100, "since": date(2026, 10, 31)}, True),
        (Kind.INVOICES, {"count": 1, "cents": 100, "since": date(2026, 11, 1)}, False),
        (Kind.CARRIED, {"count": 1, "cents": 100, "since": ago(14)}, False),
        (Kind.CARRIED, {"count": 1, "cents": 100, "since": ago(15)}, True),
    ],
)
def test_a_duty_falls_due_as_the_table_says(kind: Kind, facts: dict[str, Any], due: bool) -> None:
    assert judge(kind, **facts).is_due is due


@pytest.mark.parametrize("kind", Kind)
def test_nothing_there_is_never_due(kind: Kind) -> None:
    found = judge(kind, since=ago(400), ends_on=ago(400), declared_on=ago(400))
    assert not found.is_due
    assert not found.is_counted
    assert found.asleep_until is None


@pytest.mark.parametrize("day", range(1, 8))
def test_a_month_is_closed_from_the_fifth(day: int) -> None:
    found = duties.judge(Kind.MONTHS, Facts(count=1, since=date(2026, 10, 31)), date(2026, 11, day))
    assert found.is_due is (day >= 5)
    assert found.is_counted


def test_its_act_lets_a_duty_sleep_and_it_wakes_by_itself() -> None:
    facts: dict[str, Any] = {"count": 12, "cents": 71750, "slept_on": ago(20)}
    assert judge(Kind.TABS, **facts).asleep_until == TODAY + timedelta(days=1)
    assert not judge(Kind.TABS, **facts).is_shown
    assert judge(Kind.TABS, **{**facts, "slept_on": ago(21)}).is_shown
    assert (judge(Kind.TABS, **facts).count, judge(Kind.TABS, **facts).cents) == (12, 71750)


@pytest.mark.parametrize("kind", Kind)
def test_an_officer_s_word_holds_for_sixty_days_at_most_and_for_nobody_who_waits(kind: Kind) -> None:
    there: dict[str, Any] = {"count": 1, "cents": 100, "since": ago(100), "ends_on": ago(100)}
    found = judge(kind, Later(TODAY + timedelta(days=300), 7, TODAY), **there)
    if TABLE[kind].can_wait:
        assert found.asleep_until == TODAY + timedelta(days=duties.LONGEST_DAYS)
        assert found.put_off_by == 7
    else:
        assert (found.asleep_until, found.put_off_by) == (None, None)
    assert (found.count, found.cents) == (1, 100)


def test_a_word_that_is_over_is_named_no_more_while_the_act_s_own_sleep_goes_on() -> None:
    over = Later(TODAY + timedelta(days=30), 7, ago(duties.LONGEST_DAYS))
    found = judge(Kind.TABS, over, count=1, since=ago(90), slept_on=ago(1))
    assert (found.asleep_until, found.put_off_by) == (TODAY + timedelta(days=20), None)


def test_what_came_after_the_word_is_awake() -> None:
    later = Later(TODAY + timedelta(days=30), 7, ago(20))
    assert judge(Kind.CHEQUES, later, count=1, since=ago(16)).is_shown
    assert not judge(Kind.CHEQUES, later, count=1, since=ago(21)).is_shown


def test_a_word_taken_back_is_over() -> None:
    assert judge(Kind.CHEQUES, Later(TODAY, 7, TODAY), count=1, since=ago(30)).is_shown


def test_done_is_said_of_an_act_alone() -> None:
    assert judge(Kind.STATEMENT, about={"by_act": 1}).state is State.NEVER
    assert judge(Kind.STATEMENT, about={"by_act": 1}, applies=False).state is State.IDLE
    assert judge(Kind.STATEMENT, about={"by_act": 1}, done_on=TODAY).state is State.DONE
    assert judge(Kind.STATEMENT, about={"by_act": 1}, done_on=TODAY, count=1).state is State.OPEN
    assert judge(Kind.JOININGS).state is State.CLEAR


def test_who_waits_comes_first_and_each_area_counts_its_own() -> None:
    there: dict[str, Any] = {"count": 1, "cents": 100, "since": ago(100), "ends_on": ago(100)}
    read = Duties(tuple(judge(kind, **there) for kind in reversed(Kind)))
    shown = read.shown(lambda permission: permission is not May.MANAGE_USERS)
    waits = [TABLE[line.kind].waits for line in shown]
    assert waits == sorted(waits, reverse=True)
    assert Kind.YEAR not in {line.kind for line in shown}
    counts = duties.counts_by_area(shown)
    assert counts[Area.TODAY] == len(shown)
    assert sum(counts[area] for area in Area if area is not Area.TODAY) == len(shown)
    assert read.of(Kind.CHEQUES).cents == 100
    with pytest.raises(KeyError):
        Duties(()).of(Kind.CHEQUES)


def test_only_a_red_dot_is_for_what_the_desk_cannot_mend() -> None:
    assert not any(judge(kind, count=1).is_beyond for kind in Kind)
    assert judge(Kind.TAPS, count=1, is_beyond=True).is_beyond


@pytest.mark.parametrize("days", [0, -1, 61])
def test_longer_than_sixty_days_is_refused(days: int) -> None:
    assert duties.days_off(60) == 60
    with pytest.raises(Problem) as refused:
        duties.days_off(days)
    assert refused.value.code == "duty-days"


@pytest.mark.parametrize("name", ["", "joinings", "health", "what"])
def test_who_waits_and_what_is_no_duty_is_not_put_off(name: str) -> None:
    assert duties.kind_to_put_off("cheques") is Kind.CHEQUES
    with pytest.raises(Problem) as refused:
        duties.kind_to_put_off(name)
    assert refused.value.code == "duty-kind"


def test_every_kind_has_its_row_in_the_table() -> None:
    assert set(TABLE) == set(Kind)
