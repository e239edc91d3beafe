"""What papers say of a room: which, from when until when, how long and at what price; and who has it, if not you."""

from datetime import timedelta

import pytest

from kiosk.books.invoicing import Invoicing
from kiosk.books.receipts import Receipts, view
from kiosk.domain.rooms.rules import Permanents
from kiosk.errors import RequestError
from kiosk.exports.books import let_words, receipt_texts
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.quotes import Asked, LetWish, Quotes
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.rooms.hall import INES, SMALL, TODAY, bookings, let, slot

KEY = bytes(range(16))
TWO_TO_HALF_PAST_THREE = slot("14:00", "15:30")


@pytest.fixture
def house(space: Space) -> Space:
    """Rooms to let, at 10 an hour, 20 to clients and 8 to associations; Inès, and two more clients."""
    let(space)
    space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " VALUES (900, 'external-association', '2020-01-01', 800)"
        )
        organisations.add(connection, Facts(name="Les Tilleuls", kind="association"))
        organisations.add(connection, Facts(name="Rose Faure", kind="person"))
    return space


def quotes(space: Space) -> Quotes:
    home = space.home
    return Quotes(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")


def test_clients_of_each_kind_book_at_their_price(house: Space) -> None:
    sums = []
    for client, hours in ((1, ("09:00", "10:00")), (2, ("11:00", "12:00")), (3, ("14:00", "15:00"))):
        sums.append(bookings(house).book(BookingWish(room=SMALL, slot=slot(*hours), organisation=client)).cents)
    assert sums == [2000, 800, 2000]
    assert house.sql(
        "SELECT json_extract(detail, '$.tariff') FROM entry WHERE kind = 'charge' AND amount_cents < 4000"
        " AND account_id IS NOT NULL AND json_extract(detail, '$.booking') IS NOT NULL"
    ) == [("external",), ("external-association",), ("external",)]


def test_an_invoice_says_the_room_its_hours_and_how_long(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=TWO_TO_HALF_PAST_THREE, organisation=2))
    home = house.home
    invoicing = Invoicing(
        store=home.store,
        rules=Rules(home.config.zone),
        seal=home.seal,
        clock=house.clock,
        actor="cli",
    )
    (line,) = invoicing.draft(2, TODAY).lines
    assert line.label.replace("\u202f", " ").replace("\u00a0", " ") == "Petite salle, 14 h à 15 h 30, 1,5 h x 8,00 €"
    assert (line.quantity, line.cents) == (1, 1200)


def test_a_receipt_says_the_room_its_hours_and_how_long(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=TWO_TO_HALF_PAST_THREE, organisation=2))
    ((account,),) = house.sql("SELECT id FROM account WHERE organisation_id = 2")
    house.till.take({int(str(account)): 1200}, "transfer", key=KEY)
    ((paid,),) = house.sql("SELECT number FROM entry WHERE kind = 'payment'")
    home = house.home
    receipts = Receipts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=house.clock, actor="cli")
    (issued,) = receipts.for_payment(int(str(paid)))
    with home.store.reading() as connection:
        shown = view(connection, issued.document)
    text = receipt_texts.as_text(shown).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Petite salle, 14 h à 15 h 30" in text
    assert "1,5 h x 8,00 € = 12,00 €" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"quantity": 2, "unit_cents": 500}, "2"),
        ({"quantity": 1, "unit_cents": 1500, "minutes": 90, "hour_cents": 1000}, "1,5 h"),
        ({"quantity": 1, "unit_cents": 63, "minutes": 15, "hour_cents": 250}, "0,25 h"),
        ({"quantity": 2, "unit_cents": 3000, "per": "half-day"}, "2 demi-journées"),
    ],
)
def test_a_quantity_is_said_in_hours_where_it_is_hours(line: dict[str, object], said: str) -> None:
    assert let_words.quantity(line, "fr") == said


def test_a_quote_of_what_is_taken_says_from_when_until_when_and_who_has_it(house: Space) -> None:
    asked = Asked(valid_until=TODAY + timedelta(days=7))
    wish = BookingWish(room=SMALL, slot=TWO_TO_HALF_PAST_THREE, organisation=1)
    quotes(house).quote_room(wish, asked, key=KEY)
    part = LetWish(slot=slot("15:00", "18:00"), organisation=3, product="room-hour", permanents=Permanents.KEPT)
    held = {"since": "14:00", "until": "15:45", "who": "Coopérative Tilleul"}  # a quarter of an hour to set up
    with pytest.raises(RequestError) as refused:
        other = BookingWish(room=SMALL, slot=slot("15:00", "16:00"), organisation=2)
        quotes(house).quote_room(other, asked, key=bytes(16))
    assert (refused.value.code, refused.value.values) == ("room-taken", held)
    with pytest.raises(RequestError) as refused:
        quotes(house).quote_let(part, asked, key=bytes(range(1, 17)))
    assert (refused.value.code, refused.value.values) == ("room-taken", held)


def test_a_part_of_the_place_that_is_let_says_to_whom(house: Space) -> None:
    asked = Asked(valid_until=TODAY + timedelta(days=7))
    whole = LetWish(slot=slot("18:00", "22:00"), organisation=2, product="room-hour")
    quotes(house).quote_let(whole, asked, key=KEY)
    with pytest.raises(RequestError) as refused:
        quotes(house).quote_let(whole, asked, key=bytes(16))
    assert (refused.value.code, dict(refused.value.values)) == (
        "let-taken",
        {"since": "18:00", "until": "22:00", "who": "Les Tilleuls"},
    )
