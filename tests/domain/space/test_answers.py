"""The eight questions: what looks wrong is asked back, and four months are counted as at the door."""

import pytest

from kiosk.domain.money.tariffs import FULL, Policy, Price, Product, ProductKind, Zone
from kiosk.domain.periods import Unit, Year
from kiosk.domain.space import answer_doubts, sample_months
from kiosk.domain.space.answers import (
    RULES_OF,
    Answers,
    Fee,
    More,
    Opening,
    OpenWhen,
    PaidWhen,
    Paying,
    Places,
    Prices,
    Question,
    Reduced,
    Rent,
    Who,
)

GOOD = Answers(
    who=Who(name="La Coroutine", siren="123456782"),
    fee=Fee(cents=500),
    prices=Prices(day=500, half=300, month=10000, carnet=4500, reduced=Reduced.HALF, corner=True),
    paying=Paying(when=PaidWhen.TAB, limit_cents=5000, due_days=30, ways=("cash",)),
    opening=Opening(when=OpenWhen.HOURS, hours={"mon": ["08:00-19:00"]}),
    places=Places(notice=20, legal=30),
    rent=Rent(rent_cents=80000),
    more=More(),
)
DOUBTFUL: dict[str, Answers] = {
    "no-number": Answers(who=Who(name="La Coroutine")),
    "dear-fee": Answers(fee=Fee(cents=50000)),
    "long-grace": Answers(fee=Fee(cents=500, grace_days=300)),
    "six-days-over-three-months": Answers(prices=Prices(day=5500, month=10000)),
    "month-under-day": Answers(prices=Prices(day=500, month=100)),
    "half-over-day": Answers(prices=Prices(day=500, half=600)),
    "carnet-over-days": Answers(prices=Prices(day=500, carnet=5500)),
    "reduced-over-day": Answers(prices=Prices(day=500, reduced=Reduced.OTHER, reduced_day=700)),
    "all-free": Answers(prices=Prices()),
    "high-tab": Answers(paying=Paying(when=PaidWhen.TAB, limit_cents=500000, ways=("cash",))),
    "long-due": Answers(paying=Paying(when=PaidWhen.TAB, due_days=300, ways=("cash",))),
    "no-way": Answers(paying=Paying(when=PaidWhen.NOW)),
    "no-iban": Answers(paying=Paying(when=PaidWhen.NOW, ways=("transfer",))),
    "short-day": Answers(opening=Opening(when=OpenWhen.HOURS, hours={"mon": ["08:00-09:00"]})),
    "past-midnight": Answers(opening=Opening(when=OpenWhen.HOURS, hours={"mon": ["19:00-08:00"]})),
    "notice-over-legal": Answers(places=Places(notice=30, legal=20)),
    "many-places": Answers(places=Places(legal=3000)),
    "cheap-rent": Answers(rent=Rent(rent_cents=800)),
    "dear-rent": Answers(rent=Rent(rent_cents=8000000)),
    "room-free": Answers(more=More(room="Grande salle")),
    "member-over-external": Answers(more=More(room="Grande salle", room_hour=2000, room_hour_external=1000)),
}


def doubts(answers: Answers) -> list[str]:
    return [each.code for question in Question for each in answer_doubts.of(question, answers)]


@pytest.mark.parametrize("code", answer_doubts.CODES)
def test_what_looks_wrong_is_asked_back(code: str) -> None:
    assert code in doubts(DOUBTFUL[code])


def test_ordinary_answers_are_asked_nothing() -> None:
    assert doubts(GOOD) == []
    assert set(DOUBTFUL) == set(answer_doubts.CODES)


def test_the_rules_of_an_answer_are_those_of_its_question() -> None:
    for question, names in RULES_OF.items():
        only = Answers(**{question.value: getattr(GOOD, question.value)})
        assert {*only.rules(), "association"} == {*names, "association"}, question


def test_who_pays_at_once_has_no_tab() -> None:
    for when in (PaidWhen.NOW, PaidWhen.AHEAD):
        paying = Answers(paying=Paying(when=when, limit_cents=5000, due_days=30, ways=("cash",)))
        assert paying.rules() == {"tab_limit_cents": 0, "tab_due_days": 0}


def policy(prices: dict[tuple[str, str], int], *, half: bool = False, free: bool = False) -> Policy:
    products = {
        "day": Product(1, "day", ProductKind.DAY, Unit.DAY),
        "half": Product(2, "half", ProductKind.DAY, Unit.HALF_DAY),
        "month": Product(3, "month", ProductKind.SUBSCRIPTION, Unit.MONTH),
        "carnet": Product(4, "carnet", ProductKind.CARNET, Unit.DAY, 10),
    }
    return Policy(
        day_start_hour=4,
        half_day_split_hour=13 if half else None,
        membership_year=Year.ROLLING,
        membership_grace_days=30,
        tab_limit_cents=5000,
        tab_due_days=30,
        month_cap_days=None,
        undo_limit=3,
        undo_window_days=30,
        show_amounts=False,
        rent_cents=0,
        prices={key: Price(cents) for key, cents in prices.items()},
        products=products,
        zones={"comfort": Zone(1, "comfort", None if free else "day", "half" if half else None)},
    )


COROUTINE = {("day", FULL): 500, ("day", "reduced"): 250, ("month", FULL): 10000, ("carnet", FULL): 4500}


def test_four_months_of_la_coroutine() -> None:
    alix, bao, cleo, dina = sample_months.of(policy(COROUTINE))
    assert (alix.cents, bao.cents) == (10000, 3000)
    assert (cleo.ahead_cents, cleo.rest, cleo.rest_cents, cleo.cents) == (4500, 2, 1000, 5500)
    assert (dina.cents, dina.halves) == (1000, 0), "no halves are sold: four days"


def test_half_days_count_where_they_are_sold_and_what_is_not_sold_is_said() -> None:
    halves = {("day", FULL): 500, ("half", FULL): 300, ("half", "reduced"): 150}
    alix, bao, cleo, dina = sample_months.of(policy(halves, half=True))
    assert (alix.cents, cleo.cents) == (None, None)
    assert (dina.cents, dina.halves) == (600, 4)
    assert bao.cents == 3000, "whole days"
    assert [each.cents for each in sample_months.of(policy(COROUTINE, free=True))] == [10000, 0, 4500, 0]
