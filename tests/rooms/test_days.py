"""Who pays a room or a seat pays the day once: rooms count toward it, an event may include it."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin.standing import Charge
from kiosk.domain.events.terms import Terms
from kiosk.domain.money.tariffs import Price
from kiosk.domain.space import simulator
from kiosk.domain.space.replay import Side
from kiosk.money.corrections import Corrections
from kiosk.rooms import day_units, upkeep
from kiosk.rooms.bookings import BookingWish
from kiosk.space import simulations
from kiosk.store.money.correction_rows import ERROR, FORGOTTEN
from kiosk.store.space import policies
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.events.happenings import Happenings
from tests.rooms.hall import INES, SMALL, TODAY, bookings, let, slot
from tests.selfservice.self_service import is_well


@pytest.fixture
def house(space: Space) -> Space:
    """Rooms that count toward the day, and Inès."""
    let(space, room_counts_toward_day="true")
    space.join("Inès Moreau", INES)
    return space


def settled(space: Space) -> None:
    parts = {"store": space.home.store, "rules": Rules(space.home.config.zone), "seal": space.home.seal}
    upkeep.RoomUpkeep(**parts, clock=space.clock, actor="due").run()  # type: ignore[arg-type]  # as the parts are


def standing_charges(space: Space) -> list[int]:
    """What stands of today's charges, the membership left out."""
    rows = space.sql(
        "SELECT amount_cents FROM entry AS e WHERE kind = 'charge'"
        " AND json_extract(detail, '$.product') NOT IN ('membership', 'carnet-10')"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) ORDER BY amount_cents"
    )
    return [int(str(cents)) for (cents,) in rows]


def test_day_and_a_short_room_are_five_euros_in_all_in_either_order(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=1))
    house.tap(INES)
    assert standing_charges(house) == [500]  # the room is charged when it is over
    house.clock.advance(minutes=30)
    settled(house)
    assert standing_charges(house) == [250, 250]
    ((detail,),) = house.sql("SELECT json_extract(detail, '$.rooms_cents') FROM entry ORDER BY number DESC LIMIT 1")
    assert int(str(detail)) == 250
    settled(house)
    is_well(house)


def test_tap_after_the_room_costs_what_is_left_and_cancelling_restores_the_day(house: Space) -> None:
    made = bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=1)).id
    house.clock.advance(minutes=30)
    settled(house)
    house.tap(INES)
    assert standing_charges(house) == [250, 250]
    bookings(house).cancel(made)
    assert standing_charges(house) == [500]
    is_well(house)


def test_reversing_the_room_s_charge_at_the_desk_restores_the_day_too(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=1))
    house.tap(INES)
    house.clock.advance(minutes=30)
    settled(house)
    ((charge,),) = house.sql("SELECT entry_number FROM booking_entry")
    house.till.reverse(int(str(charge)), "salle sans chauffage")
    assert standing_charges(house) == [500]
    is_well(house)


def test_forgotten_day_is_counted_later_less_the_room_of_that_day(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=1))
    house.clock.advance(days=1)
    settled(house)
    corrected = corrections(house)
    corrected.accept(corrected.ask(FORGOTTEN, 1, day=TODAY, remark="j’étais là"))
    assert standing_charges(house) == [250, 250]
    house.tap(INES)
    assert standing_charges(house) == [250, 250, 500], "a room of yesterday covers nothing of today"
    is_well(house)


def test_room_that_its_member_says_is_wrong_restores_the_day_once_that_is_accepted(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=1))
    house.tap(INES)
    house.clock.advance(minutes=30)
    settled(house)
    corrected = corrections(house)
    ((charge,),) = house.sql("SELECT entry_number FROM booking_entry")
    corrected.accept(corrected.ask(ERROR, 1, entry=int(str(charge)), remark="la salle était fermée"))
    assert standing_charges(house) == [500]
    is_well(house)


def corrections(space: Space) -> Corrections:
    """What members say is wrong, and the desk's answers."""
    parts = {"store": space.home.store, "rules": Rules(space.home.config.zone), "seal": space.home.seal}
    return Corrections(**parts, clock=space.clock, actor="desk:tresorerie@exemple.fr")  # type: ignore[arg-type]


def test_simulator_prices_a_day_that_rooms_or_an_event_cover_as_the_door_did(house: Space) -> None:
    told = Happenings(house)
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=1))
    house.tap(INES)
    house.join("Karim Benali", "04A1B2C3D4E501")
    told.planning.join(talk(told, includes_day=True), 2)
    house.tap("04A1B2C3D4E501")
    house.clock.advance(minutes=30)
    settled(house)
    zone = house.home.config.zone
    with house.home.store.reading() as connection:
        past = list(simulations.past_visits(connection, TODAY, TODAY))
        policy = policies.read(connection, TODAY)
        answers = simulator.answered(past, lambda _: policy, zone)
        assert [(each.was.amount_cents, each.is_unlike) for each in answers] == [(250, False), (0, False)]
        dearer = replace(policy, prices={**policy.prices, ("day", "full"): Price(800)})
        alone = replace(policy, room_counts_toward_day=False)
        for rules, costs in ((dearer, [550, 0]), (alone, [500, 0])):
            side = Side(zone)
            costed = [side.answer(each.visit, rules, twice=False) for each in answers]
            assert [each.amount_cents for each in costed if isinstance(each, Charge)] == costs


def test_carnet_s_unit_comes_back_where_the_room_pays_the_whole_day(house: Space) -> None:
    house.till.sell(1, "carnet-10", None)
    house.tap(INES)
    assert house.sql("SELECT used FROM carnet") == [(1,)]
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:30"), member=1))
    house.clock.advance(minutes=60)
    settled(house)
    assert house.sql("SELECT used FROM carnet") == [(0,)]
    assert house.sql('SELECT "right", state FROM visit') == [("free", "kept")]
    is_well(house)


def test_rooms_do_not_count_where_the_rule_is_off(house: Space) -> None:
    house.rule("room_counts_toward_day", "false", str(TODAY))
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=1))
    house.tap(INES)
    house.clock.advance(minutes=30)
    settled(house)
    assert standing_charges(house) == [250, 500]


def talk(told: Happenings, **more: object) -> int:
    """A free talk this evening from 19 to 21 h."""
    event = told.propose()
    starts, ends = datetime(2026, 11, 25, 18, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC)
    told.planning.open(event, Terms(starts_at=starts, ends_at=ends, **more), None)  # type: ignore[arg-type]
    return event


@pytest.mark.parametrize(("includes_day", "owed"), [(False, 500), (True, 0)])
def test_talk_in_the_evening_leaves_the_day_unless_it_includes_it(house: Space, includes_day: bool, owed: int) -> None:
    told = Happenings(house)
    event = talk(told, includes_day=includes_day)
    house.tap(INES)
    before = house.owes(1)
    told.planning.join(event, 1)
    assert house.owes(1) == before - 500 + owed
    assert told.planning.keeps_day(event, 1) is False
    ((signup,),) = house.sql("SELECT id FROM signup WHERE member_id = 1")
    told.planning.leave(int(str(signup)))
    assert house.owes(1) == before
    is_well(house)


def test_whoever_has_a_seat_comes_in_for_nothing_and_whoever_waits_does_not(house: Space) -> None:
    told = Happenings(house)
    event = talk(told, includes_day=True, places=1)
    house.join("Karim Benali", "04A1B2C3D4E501")
    told.planning.join(event, 1)
    told.planning.join(event, 2)
    owed = [house.owes(1), house.owes(2)]
    house.tap(INES)
    house.tap("04A1B2C3D4E501")
    assert [house.owes(1), house.owes(2)] == [owed[0], owed[1] + 500]
    told.planning.cancel(event, "l’animatrice est malade")
    assert house.owes(1) == owed[0] + 500


def test_last_unit_on_its_last_day_stays_used_and_it_is_said(house: Space) -> None:
    told = Happenings(house)
    house.till.sell(1, "carnet-10", None)
    with house.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE carnet SET expires_on = '2026-11-25'")
    house.tap(INES)
    event = talk(told, includes_day=True)
    told.planning.join(event, 1)
    assert told.planning.keeps_day(event, 1) is True
    assert house.sql("SELECT used FROM carnet") == [(1,)]
    is_well(house)


def unit_comes_back(space: Space) -> bool | None:
    """What the pages say becomes of the unit that paid for Inès's day."""
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        return day_units.comes_back(connection, policy, 1, moment)


@pytest.mark.parametrize(
    ("until", "expires_on", "comes_back", "used"),
    [
        ("09:30", "2027-11-24", True, 0),
        ("09:30", "2026-11-25", False, 1),  # its last day: it would be lost
        ("09:15", "2027-11-24", None, 1),  # the room leaves half of the day to pay, and the unit is whole
    ],
)
def test_what_becomes_of_a_unit_is_said_before_the_room_is_charged(
    house: Space, until: str, expires_on: str, comes_back: bool | None, used: int
) -> None:
    house.till.sell(1, "carnet-10", None)
    house.sql_write(f"UPDATE carnet SET expires_on = '{expires_on}'")
    house.tap(INES)
    assert unit_comes_back(house) is None  # no room yet
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", until), member=1))
    assert unit_comes_back(house) is comes_back
    house.clock.advance(minutes=60)
    settled(house)
    assert house.sql("SELECT used FROM carnet") == [(used,)]
    assert unit_comes_back(house) is (False if comes_back is False else None)
    is_well(house)


def test_nothing_is_said_of_a_unit_where_the_day_is_on_the_tab_or_another_pays_the_room(house: Space) -> None:
    house.join("Karim Benali", "04A1B2C3D4E501")
    house.tap(INES)
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "10:00"), member=1))
    assert unit_comes_back(house) is None
    house.sql_write(
        "INSERT INTO payer (member_id, kind, account_id, from_on) SELECT 1, 'room', id, '2026-01-01' FROM account"
        " WHERE member_id = 2"
    )
    assert unit_comes_back(house) is None
