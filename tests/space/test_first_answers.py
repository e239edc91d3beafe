"""The answers to the eight questions are written as one batch of dated rows, and taken back as one until they count."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.domain.money.tariffs import FULL, Policy, Price
from kiosk.domain.space.answers import Question
from kiosk.errors import RequestError
from kiosk.space import answer_now, answer_reading
from kiosk.space.first_answers import FirstAnswers
from kiosk.store.space import answer_rows, book_rules, room_rules
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"
TODAY = date(2026, 11, 25)
ANSWERS: dict[Question, dict[str, str]] = {
    Question.WHO: {"name": "La Ruche", "address": "1 rue Neuve\n59000 Lille", "siren": "123 456 782", "vat": "exempt"},
    Question.FEE: {"joins": "yes", "fee": "8,00", "year": "school", "grace": "10"},
    Question.PRICES: {
        **{"day": "6,00", "half": "4,00", "week": "", "month": "90,00", "carnet": "50,00"},
        **{"reduced": "other", "reduced_day": "3,00", "corner": ""},
    },
    Question.PAYING: {
        **{"when": "tab", "limit": "40,00", "due": "20", "way-cash": "yes", "way-transfer": "yes"},
        "iban": "FR76 3000 6000 0112 3456 7890 189",
    },
    Question.OPENING: {"when": "hours", "on-mon": "yes", "since": "08:00", "until": "19:00", "permanents": "yes"},
    Question.PLACES: {"notice": "20", "legal": "30"},
    Question.RENT: {"rent": "700", "charges": "120", "shown": "yes"},
    Question.MORE: {"room": "Grande salle", "room_hour": "10", "room_hour_external": "25", "hosting": "yes"},
}
WRONG: tuple[tuple[Question, dict[str, str], str], ...] = (
    (Question.WHO, {"siren": "123 456 789"}, "siren"),
    (Question.WHO, {"name": " "}, "name"),
    (Question.FEE, {"fee": "cinq"}, "fee"),
    (Question.FEE, {"joins": ""}, "joins"),
    (Question.PRICES, {"day": ""}, "day"),
    (Question.PRICES, {"reduced_day": ""}, "reduced_day"),
    (Question.PAYING, {"iban": "FR76 3000"}, "iban"),
    (Question.OPENING, {"on-mon": ""}, "on"),
    (Question.OPENING, {"until": "25:00"}, "since"),
    (Question.PLACES, {"legal": "0"}, "legal"),
    (Question.RENT, {"rent": ""}, "rent"),
    (Question.MORE, {"room_hour": "-3"}, "room_hour"),
)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(RequestError) as raised:
        yield
    assert raised.value.code == code


def use(space: Space) -> FirstAnswers:
    rules = Rules(space.home.config.zone)
    return FirstAnswers(store=space.home.store, rules=rules, clock=space.clock, actor="officer:1")


def answered(space: Space, *without: Question) -> FirstAnswers:
    """Answer every question but some."""
    found = use(space)
    for question, typed in ANSWERS.items():
        found.keep(question, None if question in without else typed)
    return found


def policy(space: Space) -> Policy:
    with space.home.store.reading() as connection:
        return Rules(space.home.config.zone).at(connection, space.clock.now())[0]


def waiting(space: Space, day: date = TODAY) -> tuple[Question, ...]:
    with space.home.store.reading() as connection:
        return answer_rows.unconfirmed(connection, day)


def rows(space: Space) -> list[tuple[str, Any]]:
    """What holds today, read as the door reads it."""
    found = policy(space)
    zones = {code: (zone.day_product, zone.half_product) for code, zone in found.zones.items()}
    return [(name, getattr(found, name)) for name in sorted(answer_rules())] + [
        ("prices", sorted(found.prices.items(), key=str)),
        ("zones", sorted(zones.items())),
    ]


def answer_rules() -> set[str]:
    return {"membership_year", "tab_limit_cents", "capacity_notice", "rent_cents", "half_day_split_hour", "hosting"}


@pytest.mark.parametrize(("question", "typed", "field"), WRONG)
def test_each_question_answered_wrongly_says_where(question: Question, typed: dict[str, str], field: str) -> None:
    assert answer_reading.read_one(question, ANSWERS[question])[1] == {}
    assert field in answer_reading.read_one(question, {**ANSWERS[question], **typed})[1]


def test_what_is_answered_holds_from_today_and_says_who_decided(space: Space) -> None:
    before = waiting(space)
    assert before == tuple(Question)
    assert answered(space).write("Nadia Lemaire") == TODAY
    found = policy(space)
    assert found.prices["membership", FULL] == Price(800)
    assert [found.prices.get(("day", level)) for level in (FULL, "reduced")] == [Price(600), Price(300)]
    assert [found.prices.get(("half-day", level)) for level in (FULL, "reduced")] == [Price(400), Price(200)]
    assert ("week", FULL) not in found.prices, "an empty box is not sold"
    assert [(zone.day_product, zone.half_product) for zone in found.zones.values()] == [("day", "half-day")] * 2
    assert (found.half_day_split_hour, found.capacity_notice, found.tab_due_days) == (13, 20, 20)
    assert (found.rent_cents, found.show_thermometer, found.hosting, found.events) == (70000, True, True, False)
    assert found.opening_hours is not None
    with space.home.store.reading() as connection:
        association = book_rules.read(connection, TODAY).association
        assert room_rules.is_on(connection, TODAY)
    assert (association["siren"], association["iban"]) == ("123456782", "FR7630006000011234567890189")
    assert waiting(space) == ()
    (decided,) = space.sql("SELECT DISTINCT decided_by FROM policy WHERE valid_from = '2026-11-25'")
    assert decided == ("Nadia Lemaire",)


def test_not_known_yet_keeps_what_holds_and_waits_to_be_confirmed(space: Space) -> None:
    before = policy(space)
    answered(space, Question.PRICES, Question.PLACES).write("Nadia Lemaire")
    assert waiting(space) == (Question.PRICES, Question.PLACES)
    assert policy(space).prices["day", FULL] == before.prices["day", FULL]
    with refused("answers-written"):
        use(space).write("Nadia Lemaire")


def test_the_batch_is_taken_back_as_one_and_answered_anew_on_the_same_day(space: Space) -> None:
    before = rows(space)
    for turn in range(3):
        answered(space).write("Nadia Lemaire")
        held = rows(space)
        assert held != before, turn
        use(space).take_back()
        assert rows(space) == before, turn
        assert waiting(space) == tuple(Question), turn
    with refused("answers-none"):
        use(space).take_back()
    answered(space).write("Nadia Lemaire")
    assert rows(space) == held


def test_once_a_day_is_counted_the_answers_stay(space: Space) -> None:
    answered(space, Question.OPENING).write("Nadia Lemaire")
    space.join("Inès", INES)  # whose fee is charged
    with refused("answers-used"):
        use(space).take_back()


def test_in_a_space_that_runs_answers_count_from_tomorrow_and_the_past_stays_priced(space: Space) -> None:
    space.join("Inès", INES)
    space.tap(INES)
    held = rows(space)
    assert answered(space, Question.OPENING).write("Nadia Lemaire") == TODAY + timedelta(days=1)
    assert [row for row in rows(space) if row[0] != "zones"] == [row for row in held if row[0] != "zones"]
    space.clock.advance(seconds=86_400)
    assert policy(space).prices["day", FULL] == Price(600)
    assert policy(space).prices["week", FULL] == Price(2000), "what may have been charged keeps its price"


def test_nothing_answered_writes_nothing(space: Space) -> None:
    with refused("answers-none"):
        use(space).write("Nadia Lemaire")
    use(space).keep(Question.FEE, None)
    with refused("answers-none"):
        use(space).write("Nadia Lemaire")


def test_forms_begin_with_what_holds_and_kept_unchanged_they_change_nothing(space: Space) -> None:
    with space.home.store.reading() as connection:
        typed = answer_now.typed(policy(space), book_rules.read(connection, TODAY))
    before, found = rows(space), use(space)
    for question in (Question.FEE, Question.PRICES, Question.PAYING, Question.OPENING):
        assert answer_reading.read_one(question, typed[question])[1] == {}
        found.keep(question, typed[question])
    found.write("Nadia Lemaire")
    assert rows(space) == before
    assert Question.PRICES not in waiting(space)


def test_the_profile_that_ships_is_read_whole() -> None:
    typed = answer_reading.profile()
    assert [name for name, answer in typed.items() if answer is None] == ["who", "opening", "places"]
    for question in Question:
        kept = typed[question.value]
        assert kept is None or answer_reading.read_one(question, kept)[1] == {}, question
