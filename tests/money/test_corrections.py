"""Corrections: asked by a member, decided by an officer, written once."""

from datetime import date

import pytest

from kiosk.errors import RequestError
from kiosk.money.corrections import Corrections
from kiosk.store import audit
from kiosk.store.money.correction_rows import ERROR, FORGOTTEN
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def number(space: Space) -> int:
    """Inès joined a month ago."""
    space.clock.advance(days=-30)
    found = space.join("Inès Moreau", INES)
    space.clock.advance(days=30)
    return found


def desk(space: Space, actor: str = "desk:tresorerie@exemple.fr") -> Corrections:
    return Corrections(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        clock=space.clock,
        actor=actor,
    )


def verified(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_a_forgotten_day_is_counted_as_of_that_day_by_who_accepts_it(space: Space, number: int) -> None:
    asked = desk(space).ask(FORGOTTEN, number, day=MONDAY, remark="  j’étais là ")
    assert space.owes(number) == 500
    desk(space).accept(asked)
    assert space.owes(number) == 1000
    assert space.sql("SELECT day_on, state, arrived_at FROM visit") == [("2026-11-23", "kept", None)]
    assert space.sql("SELECT day_on, actor, kind FROM entry ORDER BY number DESC LIMIT 1") == [
        ("2026-11-23", "desk:tresorerie@exemple.fr", "charge")
    ]
    assert space.sql("SELECT said, state FROM correction") == [("j’étais là", "accepted")]
    verified(space)


def test_a_forgotten_day_is_priced_by_the_rules_of_its_own_day(space: Space, number: int) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2026-11-25', 900 FROM product WHERE code = 'day'"
        )
    desk(space).accept(desk(space).ask(FORGOTTEN, number, day=MONDAY))
    assert space.owes(number) == 500 + 500


def test_a_member_without_a_badge_may_have_forgotten_it_too(space: Space, number: int) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM badge")
    desk(space).accept(desk(space).ask(FORGOTTEN, number, day=MONDAY))
    assert space.owes(number) == 1000


def test_a_decision_is_taken_once(space: Space, number: int) -> None:
    asked = desk(space).ask(FORGOTTEN, number, day=MONDAY)
    desk(space).accept(asked)
    with pytest.raises(RequestError, match="decided-already"):
        desk(space).accept(asked)
    with pytest.raises(RequestError, match="decided-already"):
        desk(space).refuse(asked)
    assert space.owes(number) == 1000


def test_what_is_asked_twice_is_one_correction(space: Space, number: int) -> None:
    first = desk(space).ask(FORGOTTEN, number, day=MONDAY)
    assert desk(space).ask(FORGOTTEN, number, day=MONDAY) == first


def test_a_day_that_was_tapped_meanwhile_is_not_counted_again(space: Space, number: int) -> None:
    asked = desk(space).ask(FORGOTTEN, number, day=date(2026, 11, 25))
    space.tap(INES)
    with pytest.raises(RequestError, match="counted"):
        desk(space).accept(asked)
    desk(space).refuse(asked)
    with pytest.raises(RequestError, match="counted"):
        desk(space).ask(FORGOTTEN, number, day=date(2026, 11, 25))
    assert space.owes(number) == 1000


@pytest.mark.parametrize("day", [date(2026, 11, 17), date(2026, 11, 26)])
def test_only_the_last_seven_days_can_have_been_forgotten(space: Space, number: int, day: date) -> None:
    with pytest.raises(RequestError, match="too-long-ago: most 7"):
        desk(space).ask(FORGOTTEN, number, day=day)
    assert desk(space).ask(FORGOTTEN, number, day=date(2026, 11, 18))


def test_nobody_forgets_a_day_before_they_joined(space: Space) -> None:
    karim = space.join("Karim Benali", "04A1B2C3D4E501")
    with pytest.raises(RequestError, match="too-long-ago: member"):
        desk(space).ask(FORGOTTEN, karim, day=MONDAY)


def test_undoing_an_acceptance_takes_the_day_back_and_it_can_be_decided_again(space: Space, number: int) -> None:
    asked = desk(space).ask(FORGOTTEN, number, day=MONDAY)
    desk(space).accept(asked)
    desk(space).reopen(asked)
    assert space.owes(number) == 500
    desk(space).accept(asked)
    assert space.owes(number) == 1000
    assert space.sql("SELECT state FROM visit ORDER BY id") == [("undone",), ("kept",)]
    verified(space)


def test_a_refusal_changes_nothing_and_can_be_taken_back(space: Space, number: int) -> None:
    asked = desk(space).ask(FORGOTTEN, number, day=MONDAY)
    desk(space).refuse(asked)
    assert space.owes(number) == 500
    desk(space).reopen(asked)
    desk(space).accept(asked)
    assert space.owes(number) == 1000


def test_a_wrong_line_is_taken_back_with_a_reason(space: Space, number: int) -> None:
    space.tap(INES)
    entry = int(str(space.sql("SELECT max(number) FROM entry")[0][0]))
    asked = desk(space).ask(ERROR, number, entry=entry, remark="je suis seulement passée")
    desk(space).accept(asked)
    assert space.owes(number) == 500
    assert space.sql("SELECT body FROM entry_text") == [("je suis seulement passée",)]
    assert space.sql("SELECT state FROM visit") == [("kept",)]
    with pytest.raises(RequestError, match="stays reversed"):
        desk(space).reopen(asked)
    verified(space)


def test_nobody_reports_the_line_of_another_member(space: Space, number: int) -> None:
    space.join("Karim Benali", "04A1B2C3D4E501")
    entry = int(str(space.sql("SELECT max(number) FROM entry")[0][0]))
    with pytest.raises(RequestError, match="no-such-entry"):
        desk(space).ask(ERROR, number, entry=entry)


def test_a_carnet_in_use_is_not_taken_back(space: Space, number: int) -> None:
    sold = space.till.sell(number, "carnet-10", None)
    space.tap(INES)
    asked = desk(space).ask(ERROR, number, entry=sold.entry)
    with pytest.raises(RequestError, match="carnet"):
        desk(space).accept(asked)
    assert space.sql("SELECT state FROM correction") == [("open",)]


def test_a_correction_that_is_neither_is_refused(space: Space, number: int) -> None:
    with pytest.raises(RequestError):
        desk(space).ask(FORGOTTEN, number)
    with pytest.raises(RequestError):
        desk(space).accept(99)
