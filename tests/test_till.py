"""Payments, sales, corrections."""

from datetime import date

import pytest

from kiosk.domain.problems import Problem
from kiosk.enrolment import Application
from kiosk.errors import RequestError
from kiosk.store import members
from tests.conftest import Space

INES = "04A2000000E511"


def test_joining_puts_the_fee_on_the_tab_and_a_payment_takes_it_off(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    assert space.owes(number) == 500
    space.till.pay(number, 700, "cash")
    assert space.owes(number) == -200


def test_a_membership_sold_early_begins_when_the_one_before_ends(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "membership", None)
    assert (sold.from_on, sold.until_on) == (date(2027, 11, 25), date(2028, 11, 24))


def test_a_week_is_sold_from_a_day_on_and_covers_it(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "week", date(2026, 11, 24))
    assert (sold.amount_cents, sold.until_on) == (2000, date(2026, 11, 30))
    owed = space.owes(number)
    space.tap(INES)
    assert space.owes(number) == owed


def test_one_more_month_of_a_running_plan_is_charged_and_opens_no_second_subscription(space: Space) -> None:
    number = space.join("Karim Benali", INES, "permanent")
    space.till.sell(number, "permanent", date(2026, 12, 25))
    assert space.owes(number) == 500 + 2 * 10000
    assert space.sql("SELECT count(*) FROM subscription") == [(1,)]


def test_a_reversed_sale_takes_its_right_along(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "carnet-10", None)
    space.till.reverse(sold.entry, "vendu à la mauvaise personne")
    owed = space.owes(number)
    space.tap(INES)
    assert space.owes(number) == owed + 500


def test_a_carnet_in_use_is_not_taken_back_before_its_days(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "carnet-10", None)
    space.tap(INES)
    with pytest.raises(RequestError, match="used days"):
        space.till.reverse(sold.entry, "trop tard")
    (use,) = space.sql("SELECT number FROM entry WHERE kind = 'use'")
    space.till.reverse(int(str(use[0])), "erreur de badge")
    assert space.sql("SELECT used FROM carnet") == [(0,)]
    space.till.reverse(sold.entry, "rendu")
    assert space.owes(number) == 500


def test_a_charge_reversed_at_the_desk_leaves_the_visit_kept(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    (charge,) = space.sql("SELECT charge_entry FROM visit")
    space.till.reverse(int(str(charge[0])), "geste")
    assert space.owes(number) == 500
    space.clock.advance(hours=1)
    space.tap(INES)
    assert space.owes(number) == 500
    assert space.sql("SELECT state FROM visit") == [("kept",)]


@pytest.mark.parametrize(
    ("entry", "code"),
    [(99, "no-such-entry"), (1, "reversed-already"), (2, "not-reversible")],
)
def test_what_cannot_be_reversed_says_why(space: Space, entry: int, code: str) -> None:
    space.join("Inès Moreau", INES)
    space.till.reverse(1, "essai")
    with pytest.raises(RequestError) as error:
        space.till.reverse(entry, "encore")
    assert error.value.code == code


@pytest.mark.parametrize("product", ["nothing", "day"])
def test_what_is_not_for_sale_is_refused_and_nothing_is_written(space: Space, product: str) -> None:
    number = space.join("Inès Moreau", INES)
    with pytest.raises(RequestError):
        space.till.sell(number, product, None)
    assert space.owes(number) == 500


def test_a_product_without_a_tariff_cannot_be_sold(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO product (code, kind, unit, name_fr, name_en)"
            " VALUES ('new', 'subscription', 'month', 'Neuf', 'New')"
        )
    with pytest.raises(Problem, match="no tariff"):
        space.till.sell(number, "new", None)


def test_an_organisation_pays_the_days_of_its_member(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO organisation (id, name) VALUES (1, 'Coopérative')")
        connection.exec_driver_sql("INSERT INTO account (id, organisation_id) VALUES (100, 1)")
        connection.exec_driver_sql(
            "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (1, 'day', 100, '2026-01-01')"
        )
    space.tap(INES)
    assert space.owes(number) == 500
    assert space.sql("SELECT balance_cents FROM account WHERE id = 100") == [(500,)]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
def test_a_name_that_cannot_be_printed_is_refused(space: Space, name: str) -> None:
    with pytest.raises(RequestError, match="name"):
        space.enrolment.add(Application(name=name))
    assert space.sql("SELECT count(*) FROM member") == [(0,)]


def test_a_badge_is_given_once_and_a_telephone_never(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    for uid, code in ((INES, "badge-given"), ("08112233", "uid-random")):
        with pytest.raises(RequestError) as error:
            space.join("Hugo Petit", uid)
        assert error.value.code == code
    assert space.sql("SELECT count(*) FROM member") == [(1,)]
    with pytest.raises(RequestError, match="nobody owns"):
        space.enrolment.lose_badge(space.read("DEADBEEF"))
    with space.home.store.reading() as connection:
        assert [row.tail for row in members.badges(connection)] == ["E511"]
    assert number == 1


def test_a_number_is_never_given_again(space: Space) -> None:
    first = space.join("Inès Moreau", INES)
    space.enrolment.leave(first)
    assert space.join("Hugo Petit", "DEADBEEF") == first + 1


def test_a_sale_is_dated_today_whenever_its_right_begins(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "week", date(2027, 1, 4))
    assert sold.from_on == date(2027, 1, 4)
    assert space.sql(f"SELECT day_on FROM entry WHERE number = {sold.entry}") == [("2026-11-25",)]


def test_nothing_is_sold_to_who_left(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.leave(number)
    with pytest.raises(RequestError) as error:
        space.till.sell(number, "membership", None)
    assert error.value.code == "member-left"


def test_a_lost_badge_that_is_found_opens_again_for_its_owner_only(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    other = space.join("Hugo Petit", "DEADBEEF")
    space.enrolment.lose_badge(space.read(INES))
    with pytest.raises(RequestError, match="already"):
        space.enrolment.give_badge(other, space.read(INES))
    space.enrolment.give_badge(number, space.read(INES))
    space.tap(INES)
    assert space.door.pulses == 1
