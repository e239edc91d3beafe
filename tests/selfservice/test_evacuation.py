"""The evacuation list: how many are inside, to who knows the code; names only of those who let others see them."""

from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.selfservice.evacuation import EvacuationSheet
from kiosk.selfservice.pad import PadSheet
from tests.conftest import Space

CODE = "73158"
BADGES = {"Inès Moreau": "04A2000000E511", "Karim Benali": "04A1B2C3D4E501", "Yanis Haddad": "04A2000000E517"}


@pytest.fixture
def full(space: Space) -> Space:
    """Three members and a guest inside. Inès and Yanis let others see them, and Yanis wants no name at the door."""
    space.rule("evacuation_code", CODE)
    for name, uid in BADGES.items():
        space.join(name, uid)
        space.tap(uid)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET visible = CASE number WHEN 2 THEN 0 ELSE 1 END")
        connection.exec_driver_sql("UPDATE member SET door_name = 'none' WHERE number = 3")
        connection.exec_driver_sql(
            "INSERT INTO visit (day_on, zone_id, right, part, state, tap_id, host_visit_id, ordinal, arrived_at)"
            " SELECT day_on, zone_id, right, part, 'kept', ?, id, 1, arrived_at FROM visit WHERE member_id = 2",
            (bytes(1),),
        )
    return space


def touch(space: Space, act: Act, value: str = "") -> None:
    space.touch(act, value)


def enter(space: Space, code: str) -> None:
    space.begin(Act.EVACUATION, "fr")
    if space.shows(CardKind.EVACUATION_CODE):
        retype(space, code)


def retype(space: Space, code: str) -> None:
    for digit in code:
        touch(space, Act.PIN_KEY, digit)
    touch(space, Act.EVACUATION_LIST)


@pytest.mark.promise(6)
def test_everybody_is_counted_and_named_is_only_who_lets_others_see_them(full: Space) -> None:
    enter(full, CODE)
    sheet = cast("EvacuationSheet", full.card.sheet)
    assert (full.card.kind, sheet.count, sheet.guests, sheet.names, sheet.unnamed) == (
        CardKind.EVACUATION,
        4,
        1,
        ("Inès",),
        2,
    )


def test_who_left_is_not_inside_any_more(full: Space) -> None:
    with full.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE visit SET left_at = arrived_at WHERE member_id = 1")
    enter(full, CODE)
    sheet = cast("EvacuationSheet", full.card.sheet)
    assert (sheet.count, sheet.names) == (3, ())


def test_without_the_code_nothing_is_told(full: Space) -> None:
    enter(full, "73159")
    assert (full.card.kind, cast("PadSheet", full.card.sheet).says) == (CardKind.EVACUATION_CODE, "wrong")
    full.begin(Act.VISIT, None)
    with pytest.raises(RequestError):
        full.touch(Act.EVACUATION_LIST, ticket="wrong")
    touch(full, Act.EVACUATION_LIST)
    assert full.shows(CardKind.EVACUATION_CODE)


def test_who_guesses_is_counted_and_stopped_for_a_while(full: Space) -> None:
    enter(full, "1111")
    for _ in range(9):
        retype(full, "1111")
    assert (
        full.sql("SELECT actor, member_number, what FROM desk_log WHERE act = 'pin-refused'")
        == [("kiosk", None, "evacuation")] * 10
    )
    enter(full, CODE)
    assert full.shows(CardKind.PIN_REFUSED)
    full.clock.advance(minutes=11)
    enter(full, CODE)
    assert full.shows(CardKind.EVACUATION)


def test_where_no_code_is_chosen_the_list_is_at_the_desk(space: Space) -> None:
    enter(space, "")
    assert space.shows(CardKind.EVACUATION_AT_DESK)
