"""An envelope of 10 hours, "a few hours a week": six visits, and one departure that is forgotten."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.checkin.choices import Act
from kiosk.money.vouchers import Vouchers
from kiosk.store.engine import Store
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.money import rights
from tests.checkin.test_touch import touch
from tests.conftest import Space
from tests.money.test_vouchers import INES, due, is_well, vouchers

PARIS = ZoneInfo("Europe/Paris")


def sells(store: Store, code: str, unit: str, days: int, cents: int) -> None:
    with store.writing() as connection:
        made = connection.exec_driver_sql(
            "INSERT INTO product (code, kind, unit, days, valid_days) VALUES (?, 'envelope', ?, ?, 365)",
            (code, unit, days),
        ).lastrowid
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (?, 'full', '2020-01-01', ?)",
            (made, cents),
        )


@pytest.fixture
def office(space: Space) -> Vouchers:
    """Ten hours for 20 euros; the day is split at 13."""
    sells(space.home.store, "hours-10", "hour", 10, 2000)
    sells(space.home.store, "halves-10", "half-day", 10, 2500)
    space.rule("half_day_split_hour", "13", "2020-01-02")
    with space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    space.join("Inès Moreau", INES)
    return vouchers(space)


def at(space: Space, day: int, hour: int, minute: int = 0) -> None:
    then = datetime(2026, 11 + day // 31, day % 31 + day // 31, hour, minute, tzinfo=PARIS)
    space.clock.advance(seconds=(then - space.clock.now()).total_seconds())


def came(space: Space, day: int, hour: int, minute: int = 0) -> None:
    at(space, day, hour, minute)
    space.tap(INES)
    space.lift(INES)


def left(space: Space, day: int, hour: int, minute: int = 0) -> None:
    """A tap, and « Je m'en vais »."""
    came(space, day, hour, minute)
    touch(space, Act.LEAVE)


def hours(space: Space) -> tuple[object, ...]:
    return space.sql("SELECT used, days - used FROM envelope")[0]


def test_ten_hours_over_six_visits_with_a_forgotten_departure(space: Space, office: Vouchers) -> None:
    assert office.sell(1, "hours-10").amount_cents == 2000
    office.name(1, 1)
    came(space, 25, 9)
    assert hours(space) == (4, 6)  # until 13 h, for as long as nobody says otherwise
    left(space, 25, 10, 30)
    assert hours(space) == (2, 8)
    came(space, 26, 9, 10)
    left(space, 26, 9, 50)
    assert hours(space) == (3, 7)
    came(space, 27, 11, 20)  # and forgets to say that she leaves: up to 13 h
    assert hours(space) == (5, 5)
    came(space, 28, 14)
    left(space, 28, 15)
    assert hours(space) == (6, 4)
    came(space, 29, 10)
    left(space, 29, 12)
    assert hours(space) == (8, 2)
    came(space, 30, 9)  # two hours are left: no more are taken
    assert hours(space) == (10, 0)
    left(space, 30, 11)
    assert hours(space) == (10, 0)
    assert space.sql("SELECT right FROM visit WHERE state = 'kept'") == [("voucher",)] * 6
    assert space.owes(1) == 500  # her membership
    came(space, 31, 9)
    assert space.sql("SELECT right FROM visit ORDER BY id DESC LIMIT 1") == [("full",)]
    due(space).run()
    is_well(space)


def test_the_books_take_up_what_each_hour_is_worth(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    left(space, 25, 10, 30)
    used = space.sql(
        "SELECT kind, json_extract(detail, '$.quantity'), json_extract(detail, '$.unit'),"
        " json_extract(detail, '$.unit_cents') FROM entry WHERE visit_id IS NOT NULL AND kind = 'use' ORDER BY number"
    )
    assert used == [("use", 4, "hour", 200), ("use", 2, "hour", 200)]
    assert not [row for row in space.sql("SELECT detail FROM entry") if "T09" in str(row[0]) or "09:" in str(row[0])]
    with space.home.store.reading() as connection:
        assert [count for count, _ in rights.hours_left(connection, 1, space.clock.now().date())] == [8]
        assert rights.days_left(connection, 1, space.clock.now().date()) == []


def test_a_day_that_is_undone_gives_all_its_hours_back(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    touch(space, Act.UNDO)
    assert hours(space) == (0, 10)
    is_well(space)


def test_who_leaves_and_comes_back_has_two_stays(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    left(space, 25, 10)
    came(space, 25, 15)
    assert hours(space) == (5, 5)
    left(space, 25, 16, 30)
    assert hours(space) == (3, 7)
    is_well(space)


def test_half_days_of_an_envelope_are_used_one_by_one(space: Space, office: Vouchers) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO product (code, kind, unit) VALUES ('half', 'day', 'half-day')")
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2020-01-01', 300 FROM product WHERE code = 'half'"
        )
        connection.exec_driver_sql(
            "UPDATE zone SET half_product_id = (SELECT id FROM product WHERE code = 'half') WHERE code = 'comfort'"
        )
    office.sell(1, "halves-10")
    office.name(1, 1)
    came(space, 25, 9)
    assert hours(space) == (1, 9)
    came(space, 25, 14)
    assert hours(space) == (2, 8)
    came(space, 26, 15)
    assert hours(space) == (3, 7)
    is_well(space)


def test_hours_that_nobody_used_in_time_become_income(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    space.clock.advance(days=400)
    (found,) = due(space).preview().expired
    assert (found.days, found.unit.value) == (6, "hour")
    due(space).run()
    is_well(space)
