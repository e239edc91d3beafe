"""Who has not chosen to be seen is in no address that anybody reads without signing in, on no board and in no search of
the desk, and in no error there.
"""

import pytest

from kiosk.domain.events.terms import EventKind, Terms
from kiosk.events.planning import Description
from kiosk.hosting.rota import Rota
from kiosk.rooms.bookings import BookingWish
from kiosk.store.space.policies import Rules
from tests.events.happenings import ENDS, STARTS, Happenings
from tests.people.listing import Register
from tests.premises.keeping import acting
from tests.rooms.hall import SMALL, bookings, let, slot
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.rooms.test_feed_pages import make

NAMES = ("Zoé", "Zoe", "Quatremère", "Quatremere", "zoe@")
ZOE = "04A2000000E518"
RULES = ("people", "notices", "hosting", "events_public", "floor_plan", "things")


@pytest.fixture
def unseen(desk: Desk) -> Desk:
    """Zoé is here, sews, looks for a bicycle, hosts today, booked a room, proposed an event by her name."""
    space = desk.space
    let(space)
    for rule in RULES:
        space.rule(rule, "true")
    happenings = Happenings(space)
    zoe = space.join("Zoé Quatremère", ZOE)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'zoe@exemple.fr' WHERE number = ?", (zoe,))
    of = {"store": space.home.store, "rules": Rules(space.home.config.zone), "clock": space.clock, "actor": "officer:1"}
    register, rota = Register(acting(space.home, space.clock)), Rota(**of)  # type: ignore[arg-type]
    register.learn(zoe, "Couture")
    register.put_up(zoe, "seeks", "Un vélo")
    rota.add_slot(2, "hosting", 540, 780, 1)
    ((shift,), *_) = space.sql("SELECT id FROM shift ORDER BY day_on")
    rota.take(int(str(shift)), zoe)
    bookings(space).book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=zoe))
    wanted = Description(kind=EventKind.WORKSHOP, title="Réparer son vélo", is_listed=True)
    happenings.planning.open(
        happenings.planning.propose(wanted, number=zoe), Terms(starts_at=STARTS, ends_at=ENDS), None
    )
    space.tap(ZOE)
    return desk


def read(officer: Officer, path: str) -> str:
    answer = officer.get(path, headers={"Accept-Language": "fr"})
    assert answer.status_code < 500, path
    return answer.get_data(as_text=True)


def test_no_address_that_strangers_read_names_who_is_not_visible(unseen: Desk, host: Officer) -> None:
    stranger = unseen.stranger()
    feeds = [make(host, titles="yes"), make(host, titles="yes", room=str(SMALL))]
    open_to_all = [
        rule.rule for rule in unseen.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    assert {"/agenda", "/agenda/events.ics", "/agenda/events.rss"} <= set(open_to_all)
    wrong = ["/accueil/nothing", "/calendar/feed/nothing.ics", "/members/1", "/nowhere"]
    said = {path: read(stranger, path) for path in (*feeds, *open_to_all, *wrong)}
    assert [path for path, text in said.items() if any(name in text for name in NAMES)] == []
    assert "Réparer son vélo" in said["/agenda"]  # what she proposed is there, and she is not
    assert all("BEGIN:VEVENT" in said[path] for path in feeds)


@pytest.mark.parametrize("query", ["", "?q=couture", "?q=zoe", "?q=Quatremère", "?q=e", "?q=" + "z" * 10_000])
def test_no_board_and_no_search_of_what_members_know_finds_them(unseen: Desk, host: Officer, query: str) -> None:
    main = read(host, f"/people/{query}").partition("<main")[2]
    assert "Couture" not in main
    assert not [name for name in NAMES if name in main.replace('value="zoe"', "").replace('value="Quatremère"', "")]
