"""Each kind of the table lived in a house: it appears when due, sleeps or ends by its own act, is back when undone."""

import random
from datetime import timedelta

import pytest

from kiosk.books.invoicing import Invoicing
from kiosk.domain.duties import TABLE, Kind, State
from kiosk.duties import words
from tests.conftest import Space
from tests.duties.house import House
from tests.duties.lives import LIVES
from tests.premises.keeping import OfficeRegister, acting


def test_every_kind_of_the_table_has_a_life() -> None:
    assert set(LIVES) == set(Kind)
    assert {kind for kind, life in LIVES.items() if life.sleeps} == {
        kind for kind, rule in TABLE.items() if rule.sleeps_days
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_it_appears_when_due_ends_by_its_own_act_and_comes_back(space: Space, kind: Kind) -> None:
    """A kind that is there before its life begins counts from there: nobody answers for the entrance of a new home."""
    house, life = House(space, random.Random(kind.value)), LIVES[kind]
    before = house.of(kind)
    assert not before.is_counted or kind is Kind.HEALTH
    life.begins(house)
    days = life.days(house)
    if days:
        house.wait(days - 1)
        early = house.of(kind)
        assert not early.is_shown, "a day before"
        house.wait(1)
    duty = house.of(kind)
    assert duty.is_counted
    assert duty.is_shown is (days is not None)
    if kind is not Kind.HEALTH:
        assert (duty.count, duty.cents) == (house.count, house.cents)
    if life.sleeps:
        life.sleeps(house)
        asleep = house.of(kind)
        assert (asleep.count, asleep.cents, asleep.is_due, asleep.is_shown) == (duty.count, duty.cents, True, False)
        house.wait(TABLE[kind].sleeps_days - 1)
        assert not house.of(kind).is_shown, "still asleep"
        house.wait(1)
        assert house.of(kind).is_shown, "awake by itself"
    life.ends(house)
    after = house.of(kind)
    assert after.count < duty.count
    assert after.count == 0 or kind is Kind.HEALTH
    assert not after.is_shown or kind is Kind.HEALTH
    life.back(house)
    house.wait(life.back_days(house))
    again = house.of(kind)
    assert again.count > after.count or kind is Kind.CARRIED
    assert again.is_counted
    assert again.is_shown is (days is not None)


def test_a_count_that_is_taken_back_was_never_made(space: Space) -> None:
    house, life = House(space, random.Random(2)), LIVES[Kind.BOX]
    life.begins(house)
    life.ends(house)
    assert house.of(Kind.BOX).done_on == house.today
    life.back(house)
    assert (house.of(Kind.BOX).done_on, house.of(Kind.BOX).state) == (None, State.OPEN)


def test_an_invoice_reminded_of_from_its_own_page_sleeps_and_a_second_one_does_not(space: Space) -> None:
    house, life = House(space, random.Random(3)), LIVES[Kind.OVERDUE]
    life.begins(house)
    house.wait(life.days(house) or 0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kiosk.books.invoicing.invoice_pdf.pdf", lambda *_: b"%PDF")
        Invoicing(**house.parts()).send(house.kept[0], reminds=True)
    assert house.of(Kind.OVERDUE).asleep_until == house.today + timedelta(days=14)
    space.tap("04B20000000000")
    Invoicing(**house.parts()).issue(1, key=bytes(16))
    house.wait(8)
    assert not house.of(Kind.OVERDUE).is_shown
    house.wait(23)  # the second is late as well, by a day
    assert (house.of(Kind.OVERDUE).count, house.of(Kind.OVERDUE).is_shown) == (2, True)
    LIVES[Kind.OVERDUE].sleeps(house)  # type: ignore[misc]  # it has such an act
    assert not house.of(Kind.OVERDUE).is_shown, "one mail to the account speaks of both"


def test_offices_without_any_approval_are_said_at_once(space: Space) -> None:
    house, life = House(space, random.Random(4)), LIVES[Kind.OFFICES]
    life.begins(house)
    register = OfficeRegister(acting(house.home, house.space.clock))
    register.withdraw(1)
    duty = house.of(Kind.OFFICES)
    assert (duty.is_shown, duty.count) == (True, house.count)
    assert "sans agrément" in words.title(duty, "fr")


def test_a_year_of_half_a_month_is_due_once_it_is_over(space: Space) -> None:
    house, life = House(space, random.Random(5)), LIVES[Kind.YEAR]
    house.wait(4)  # the twenty-ninth
    life.begins(house)
    house.wait(1)
    assert not house.of(Kind.YEAR).is_counted
    house.wait(1)
    assert house.of(Kind.YEAR).is_shown


def test_a_box_that_was_counted_since_is_not_said_never_to_have_been_at_an_older_closing(space: Space) -> None:
    house, life = House(space, random.Random(6)), LIVES[Kind.BOX]
    life.begins(house)
    until = house.today
    house.wait(40)
    assert "jamais" in words.title(house.of(Kind.BOX, until), "fr")
    life.ends(house)
    duty = house.of(Kind.BOX, until)
    assert (duty.count, duty.cents, duty.done_on) == (0, house.cents, house.today)
    assert "jamais" not in words.title(duty, "fr")
