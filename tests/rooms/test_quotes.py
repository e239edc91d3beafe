"""A quote becomes a booking becomes an invoice; a part of the place is let, and capacity, door and screen follow."""

from datetime import date, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from kiosk.books.invoicing import Invoicing
from kiosk.config import MailConfig
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.domain.problems import Problem
from kiosk.domain.rooms.rules import Permanents
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms import let_upkeep
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.quotes import Asked, LetWish, Quotes
from kiosk.store import audit
from kiosk.store.money import charged
from kiosk.store.rooms import quote_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.rooms.hall import BIG, INES, KARIM, SMALL, TODAY, bookings, let, slot

KEY, OTHER = bytes(range(16)), bytes(range(1, 17))
EVENING = slot("18:00", "22:00")
WEEK = Asked(valid_until=TODAY + timedelta(days=7))


@pytest.fixture
def house(space: Space) -> Space:
    """Rooms to let, Inès who comes by the day and Karim who subscribes; today is Wednesday, 8 h 52."""
    let(space, room_cancel_hours="24", room_cancel_percent="50")
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    return space


def desk(space: Space) -> Quotes:
    """What the office does."""
    rules, home = Rules(space.home.config.zone), space.home
    return Quotes(store=home.store, rules=rules, seal=home.seal, clock=space.clock, actor="cli")


def whole(**more: object) -> LetWish:
    """All of the place this evening, at 10 (20 for whoever is no member) an hour."""
    wish = LetWish(slot=EVENING, organisation=1, product="room-hour", title="Soirée Tilleul")
    return replace(wish, **more)


def part(**more: object) -> LetWish:
    """A zone this evening; whoever takes it is in the free corner meanwhile."""
    return whole(zone=PAID, instead="free-corner", **more)


PAID = "comfort"


def owed(space: Space) -> int:
    """What the organisation owes."""
    ((cents,),) = space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1")
    return int(str(cents))


def due(space: Space) -> let_upkeep.LetPass:
    return let_upkeep.run(space.home, Rules(space.home.config.zone), space.clock)


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_quote_of_a_room_holds_it_and_becomes_booking_and_invoice_without_typing_again(house: Space) -> None:
    wish = BookingWish(room=SMALL, slot=slot("14:00", "16:00"), organisation=1, title="Formation")
    asked = Asked(valid_until=TODAY, advance_cents=1000, caution_cents=20000)
    number = desk(house).quote_room(wish, asked, key=KEY)
    assert desk(house).quote_room(wish, asked, key=KEY) == number
    assert house.sql("SELECT state, quote_id FROM booking") == [("option", number)]
    with pytest.raises(RequestError, match="taken"):
        bookings(house).book(BookingWish(room=SMALL, slot=slot("15:00", "17:00"), member=1))
    assert owed(house) == 0
    desk(house).accept(number)
    desk(house).accept(number)
    assert house.sql("SELECT state FROM booking") == [("booked",)]
    assert owed(house) == 3000 + 20000  # half a day, which is cheaper than two hours at 20, and the deposit
    parts = {"store": house.home.store, "rules": Rules(house.home.config.zone), "seal": house.home.seal}
    drafted = Invoicing(**parts, clock=house.clock, actor="cli").draft(1, TODAY)  # type: ignore[arg-type]  # as they are
    assert drafted.cents == 3000  # a deposit is invoiced to nobody
    with house.home.store.reading() as connection:
        ((entry,),) = house.sql("SELECT number FROM entry WHERE kind = 'deposit'")
        [line] = charged.lines(connection, [int(str(entry))])
    assert line["label"]["fr"] == "Caution de location"
    desk(house).give_caution_back(number)
    desk(house).give_caution_back(number)
    assert owed(house) == 3000
    is_well(house)


def test_refused_or_past_its_day_a_quote_lets_go_what_it_held(house: Space) -> None:
    first = desk(house).quote_let(whole(), Asked(valid_until=TODAY), key=KEY)
    with pytest.raises(RequestError) as found:
        desk(house).quote_let(part(), WEEK, key=OTHER)
    assert found.value.code == "let-taken"  # the whole meets each zone
    desk(house).refuse(first)
    second = desk(house).quote_let(whole(), Asked(valid_until=TODAY), key=OTHER)
    later = slot("18:00", "22:00", TODAY + timedelta(days=3))
    third = desk(house).quote_let(whole(slot=later), Asked(valid_until=TODAY), key=bytes(16))
    house.clock.advance(days=1)
    assert due(house).lapsed == 2
    assert due(house).lapsed == 0
    states = house.sql("SELECT id, state FROM quote ORDER BY id")
    assert states == [(first, "refused"), (second, "expired"), (third, "expired")]
    assert {state for (state,) in house.sql("SELECT state FROM booking")} == {"cancelled"}
    for act in (desk(house).accept, desk(house).refuse, desk(house).cancel):
        with pytest.raises(RequestError) as found:
            act(third)
        assert found.value.code == "quote-over"
    assert owed(house) == 0


def test_whole_place_let_shuts_the_door_for_that_time_and_keeps_permanents_theirs(house: Space) -> None:
    assert isinstance(house.tap(INES), Granted)
    number = desk(house).quote_let(whole(), WEEK, key=KEY)
    house.clock.advance(hours=9, minutes=30)  # 18 h 22: a quote shuts nobody out
    assert isinstance(house.tap(INES), Granted)
    desk_now = desk(house)
    with pytest.raises(RequestError):
        desk_now.quote_let(whole(), WEEK, key=OTHER)
    desk_now.accept(number)
    house.clock.advance(minutes=1)
    denied = house.tap(INES)
    assert isinstance(denied, Denied)
    assert (denied.reason, denied.until and f"{denied.until:%H:%M}") == (Denial.CLOSED, "22:00")
    assert isinstance(house.tap(KARIM), Granted)
    house.clock.advance(hours=4)
    assert isinstance(house.tap(INES), Granted)
    # Both rooms were held with it, and nobody is charged for them but the organisation: 4 hours at 20.
    assert house.sql("SELECT room_id, organisation_id FROM booking WHERE kind = 'private' ORDER BY id") == [
        (3, 1),
        (SMALL, None),
        (BIG, None),
    ]
    assert owed(house) == 8000
    is_well(house)


def test_who_usually_takes_a_zone_that_is_let_pays_for_the_other_and_places_go_with_it(house: Space) -> None:
    house.rule("capacity_legal", "2", str(TODAY))
    desk(house).accept(desk(house).quote_let(part(places=1), WEEK, key=KEY))
    house.clock.advance(hours=9, minutes=30)
    owes = house.owes(1)
    found = house.tap(INES)
    assert isinstance(found, Granted)
    assert (found.charge.amount_cents, house.owes(1)) == (0, owes)  # the free corner, for this evening
    zone = house.sql("SELECT zone.code FROM visit JOIN zone ON zone.id = visit.zone_id")
    assert zone == [("free-corner",)]
    house.join("Oliver Hart", "04A2000000E515")
    full = house.tap("04A2000000E515")
    assert isinstance(full, Denied)
    assert full.reason is Denial.FULL


@pytest.mark.parametrize(
    ("permanents", "banked", "paused"),
    [(Permanents.KEPT, 0, 0), (Permanents.BANKED, 1, 0), (Permanents.CREDITED, 0, 1)],
)
def test_permanents_who_stayed_out_are_given_what_was_agreed_once(
    house: Space, permanents: Permanents, banked: int, paused: int
) -> None:
    house.sql("SELECT 1")
    with house.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO subscription (member_id, product_id, from_on) SELECT 2, id, '2026-11-01' FROM product"
            " WHERE code = 'permanent'"
        )
    desk(house).accept(desk(house).quote_let(whole(permanents=permanents), WEEK, key=KEY))
    assert due(house).compensated == 0  # not before it is over
    house.clock.advance(hours=14)
    assert due(house).compensated == banked + paused
    assert due(house).compensated == 0
    assert house.sql("SELECT count(*) FROM banked_day") == [(banked,)]
    assert house.sql("SELECT from_on, until_on FROM subscription_pause") == [(str(TODAY), str(TODAY))] * paused


def test_members_are_told_in_advance_once_and_not_to_whom(house: Space) -> None:
    with house.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr' WHERE number = 1")
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    house.home = replace(house.home, config=msgspec.structs.replace(house.home.config, mail=mail))
    later = slot("18:00", "22:00", TODAY + timedelta(days=9))
    desk(house).accept(desk(house).quote_let(whole(slot=later), WEEK, key=KEY))
    assert due(house).told == 0  # seven days before
    house.clock.advance(days=3)
    assert due(house).told == 1
    assert due(house).told == 0
    ((to, subject, body),) = house.sql("SELECT recipient, subject, body FROM outbox")
    assert (to, subject) == ("ines@exemple.fr", "Le vendredi 4 décembre, le lieu est loué")
    assert "18\xa0h\xa000" in str(body) and "Tilleul" not in str(body)


def test_late_cancelling_takes_everything_back_and_asks_its_fee(house: Space) -> None:
    number = desk(house).quote_let(whole(), replace(WEEK, caution_cents=30000), key=KEY)
    desk(house).accept(number)
    assert owed(house) == 8000 + 30000
    assert desk(house).cancel(number) == 4000  # this very evening: half of it
    assert owed(house) == 4000
    assert isinstance(house.tap(INES), Granted)
    with house.home.store.reading() as connection:
        assert quote_rows.by_id(connection, number).caution_back
    is_well(house)


def test_insurance_is_noted_where_it_is_good_to_the_end(house: Space) -> None:
    number = desk(house).quote_let(whole(), WEEK, key=KEY)
    with pytest.raises(RequestError) as found:
        desk(house).insured(number, TODAY - timedelta(days=1))
    assert found.value.code == "let-insurance"
    desk(house).insured(number, date(2027, 8, 31))
    assert house.sql("SELECT insured_until FROM privatisation") == [("2027-08-31",)]


@pytest.mark.parametrize(
    ("wish", "asked", "code", "field"),
    [
        ({"organisation": 99}, WEEK, "no-such-organisation", "organisation"),
        ({"product": "nothing"}, WEEK, "no-such-product", "product"),
        ({"zone": "nowhere", "instead": "free-corner"}, WEEK, "let-zone", "instead"),
        ({"zone": PAID}, WEEK, "let-zone", "instead"),
        ({"zone": PAID, "instead": PAID}, WEEK, "let-zone", "instead"),
        ({"places": -1}, WEEK, "let-zone", "places"),
        ({"title": "x" * 81}, WEEK, "title", "title"),
        ({"slot": Slot(EVENING.starts_at - timedelta(days=1), EVENING.ends_at)}, WEEK, "slot-past", "day"),
        ({}, replace(WEEK, valid_until=TODAY - timedelta(days=1)), "quote", "valid_until"),
        ({}, replace(WEEK, valid_until=TODAY + timedelta(days=400)), "quote", "valid_until"),
        ({}, replace(WEEK, advance_cents=8001), "amount", "advance"),
        ({}, replace(WEEK, caution_cents=-1), "amount", "caution"),
    ],
)
def test_what_cannot_be_let_is_refused_in_words_and_nothing_is_half_done(
    house: Space, wish: dict[str, object], asked: Asked, code: str, field: str
) -> None:
    said = ("", "")
    try:
        desk(house).quote_let(whole(**wish), asked, key=KEY)
    except (RequestError, Problem) as refused:
        said = refused.code, refused.field
    assert said == (code, field)
    for table in ("booking", "quote", "privatisation"):
        assert house.sql(f"SELECT count(*) FROM {table}") == [(0,)]


def test_room_that_somebody_has_then_is_not_let_over_their_head(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=slot("19:00", "20:00"), member=1))
    with pytest.raises(RequestError) as found:
        desk(house).quote_let(whole(), WEEK, key=KEY)
    assert found.value.code == "room-taken"
    assert house.sql("SELECT count(*) FROM privatisation") == [(0,)]


def test_nothing_of_it_is_read_where_rooms_are_off(space: Space) -> None:
    let(space, rooms_on="false")
    with pytest.raises(RequestError, match="rooms"):
        desk(space).quote_let(whole(), WEEK, key=KEY)
    assert due(space) == let_upkeep.LetPass()
