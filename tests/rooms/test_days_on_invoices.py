"""A day with a room or an event of that day where an organisation pays: what its invoice says, and what corrects it."""

import secrets
from datetime import UTC, date, datetime

import pytest

from kiosk.domain.events.terms import Terms
from kiosk.errors import RequestError
from kiosk.events import charging
from kiosk.members.payers import Payers
from kiosk.rooms.bookings import BookingWish
from kiosk.store.space.policies import Rules
from tests.books.test_invoicing import INES, LA_COROUTINE, OMAR, RESONANCE, crediting_of, invoicing_of, read
from tests.conftest import Space
from tests.events.happenings import Happenings
from tests.rooms.hall import SMALL, bookings, let, slot
from tests.rooms.test_days import settled, talk
from tests.selfservice.self_service import is_well

RESONANCE_NUMBER = 2


@pytest.fixture
def house(space: Space) -> Space:
    """Rooms count toward the day; Résonance pays the days of Inès (1), the rooms of Omar (2) and seats of both."""
    let(space, room_counts_toward_day="true")
    space.rule("association", LA_COROUTINE)
    space.join("Inès Moreau", INES)
    space.join("Omar Petit", OMAR)
    payers = Payers(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)
    payers.add(RESONANCE)
    payers.appoint(1, ["day", "event"], RESONANCE_NUMBER, date(2026, 11, 25))
    payers.appoint(2, ["room", "event"], RESONANCE_NUMBER, date(2026, 11, 25))
    return space


def invoice(space: Space) -> tuple[int, list[tuple[int | None, int]]]:
    """Issue Résonance's invoice: its document, and each line's member and sum."""
    issued = invoicing_of(space).issue(RESONANCE_NUMBER, key=secrets.token_bytes(16))
    return issued.document.id, [(line.member, line.cents) for line in read(issued).lines]


def owed(space: Space) -> list[int]:
    """What Inès, Omar and Résonance owe, the memberships left out."""
    ((cents,),) = space.sql(f"SELECT balance_cents FROM account WHERE organisation_id = {RESONANCE_NUMBER}")
    return [space.owes(1) - 500, space.owes(2) - 500, int(str(cents))]


def test_room_on_one_account_takes_nothing_off_a_day_on_another(house: Space) -> None:
    """What Inès pays herself lowers no invoice; what Résonance pays for Omar's room is not what he pays for his day."""
    for number, hours in ((1, ("09:00", "09:15")), (2, ("10:00", "10:15"))):
        bookings(house).book(BookingWish(room=SMALL, slot=slot(*hours), member=number))
    house.tap(INES)
    house.tap(OMAR)
    house.clock.advance(minutes=100)
    settled(house)
    assert owed(house) == [250, 500, 750]
    assert invoice(house)[1] == [(1, 500), (2, 250)]


def test_day_that_an_event_includes_is_on_no_invoice_and_is_credited_where_it_was(house: Space) -> None:
    told = Happenings(house)
    event = talk(told, includes_day=True)
    house.tap(INES)
    document, lines = invoice(house)
    assert lines == [(1, 500)]
    told.planning.join(event, 1)
    assert owed(house)[2] == 0
    with pytest.raises(RequestError, match="nothing to invoice"):
        invoice(house)
    note = crediting_of(house).credit(document, "comprise dans la soirée", key=secrets.token_bytes(16))
    assert ([line.cents for line in read(note).lines], owed(house)[2]) == ([500], 0), "taken back once"
    ((signup,),) = house.sql("SELECT id FROM signup WHERE member_id = 1")
    told.planning.leave(int(str(signup)))
    assert invoice(house)[1] == [(1, 500)], "the day is restored, and invoiced anew"
    is_well(house)


def test_room_and_seat_whose_invoice_was_wrong_are_given_back_as_before(house: Space) -> None:
    """They were charged anew: cancelling the room and leaving the event take back what stands."""
    told = Happenings(house, cents=3000)
    event = told.propose()
    starts, ends = datetime(2026, 11, 25, 18, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC)
    told.planning.open(event, Terms(starts_at=starts, ends_at=ends, places=8), "training")
    told.planning.join(event, 1)
    made = bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:15"), member=2)).id
    house.clock.advance(minutes=60)
    settled(house)
    document, lines = invoice(house)
    assert lines == [(1, 3000), (2, 250)]
    crediting_of(house).credit(document, "mauvaise adresse", key=secrets.token_bytes(16), anew=True)
    assert owed(house)[2] == 3250
    with house.home.store.reading() as connection:
        assert charging.sums(connection, event)[0] == 3000
    bookings(house).cancel(made)
    told.planning.cancel(event, "l’animatrice est malade")
    assert owed(house)[2] == 0
    is_well(house)
