"""A stranger from the agenda to a seat that is paid, a badge tapped on its evening, and the seat reversed: by the
public's pages, the office's acts and the door, with the books to the cent after each.
"""

from datetime import timedelta

from kiosk import keys
from kiosk.domain.checkin.verdicts import Granted
from kiosk.store import audit
from kiosk.store.space.policies import Rules
from kiosk.visitors.answering import Answering
from kiosk.visitors.links import Links
from tests.events.happenings import STARTS
from tests.web.pages.conftest import ADDRESS, Browser, House
from tests.web.public_pages.test_pages import link, read

BADGE = "04C0FFEE00E511"
CAMILLE = {"name": "Camille Durand", "email": "camille@exemple.fr"}
SEAT = {"form": "event", "v": "1", **CAMILLE}


def account(house: House) -> tuple[int, int]:
    """The account of the client that pays Camille's seat, and what is owed on it."""
    ((number, owed),) = house.space.sql(
        "SELECT account.id, balance_cents FROM account JOIN organisation ON organisation.id = organisation_id"
        " WHERE organisation.name = 'Camille Durand'"
    )
    return int(str(number)), int(str(owed))


def parts_of(house: House) -> dict[str, object]:
    """What the office's acts work with."""
    home = house.space.home
    return {
        "store": home.store,
        "rules": Rules(home.config.zone),
        "seal": home.seal,
        "clock": house.space.clock,
    }


def enrolled(house: House) -> int:
    """The office answers the request to join, and hands out a badge. Returns the member's number."""
    links = Links(keys.read_key(house.space.home.paths.desk_key), ADDRESS)
    office = Answering(**parts_of(house), actor="cli", links=links)  # type: ignore[arg-type]
    ((request,),) = house.space.sql("SELECT id FROM public_request WHERE kind = 'join'")
    number = office.enrol(int(str(request))).number
    house.space.enrolment.give_badge(number, house.space.read(BADGE))
    return number


def test_a_stranger_takes_a_seat_pays_it_taps_a_badge_and_gives_it_back(open_house: House, visitor: Browser) -> None:
    space = open_house.space
    assert "La compta" in read(visitor.get("/agenda"))
    assert "30,00 €" in read(visitor.get("/agenda?v=1"))
    visitor.post("/agenda", SEAT)
    seat = link(open_house)
    assert space.sql("SELECT count(*) FROM signup") == [(0,)], "a seat is not held for an address that nobody proved"
    visitor.post(seat, {"act": "prove"})
    assert "Votre place est réservée" in read(visitor.get(seat))
    client, owed = account(open_house)
    assert owed == 3000

    space.till.take({client: 3000}, "transfer", key=bytes(range(16)))
    assert account(open_house)[1] == 0

    visitor.post("/venir", {"form": "join", **CAMILLE})
    visitor.post(link(open_house), {"act": "prove"})
    number = enrolled(open_house)
    space.clock.advance(seconds=(STARTS - space.clock.now()) / timedelta(seconds=1) - 1800)
    assert isinstance(space.tap(BADGE), Granted)
    fee_and_day = space.owes(number)
    assert fee_and_day > 0, "membership and day are the member's own; the seat stays the client's"
    assert account(open_house)[1] == 0

    visitor.post(seat, {"act": "cancel"})
    assert "Votre demande est annulée" in read(visitor.get(seat))
    assert "places libres : 1" in read(visitor.get("/agenda?v=1"))
    assert account(open_house)[1] == -3000, "the seat's charge is reversed: what was paid for it is in advance"
    space.till.refund(client, 3000, "transfer", "place rendue")
    assert account(open_house)[1] == 0
    assert space.owes(number) == fee_and_day
    entries = space.sql(f"SELECT kind, amount_cents FROM entry WHERE account_id = {client} ORDER BY number")
    assert entries == [("charge", 3000), ("payment", -3000), ("reversal", -3000), ("refund", 3000)]
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
