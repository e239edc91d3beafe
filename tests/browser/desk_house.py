"""Rooms, a rota, people and an account that nobody vouched for, for the desk's pages to have something to show."""

from datetime import timedelta

from msgspec.structs import replace

from kiosk.domain.hosting.rota import ShiftKind
from kiosk.domain.premises.floor import Box
from kiosk.domain.premises.things import Terms
from kiosk.hosting import links
from kiosk.hosting.rota import Rota
from kiosk.language.names import Names
from kiosk.members.officers import Officers, Profile
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.following import Calendars
from kiosk.rooms.quotes import Asked, LetWish, Quotes
from kiosk.store import name_rows
from kiosk.store.hosting import rota_rows
from kiosk.store.members import members, organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.people.listing import Register
from tests.premises.keeping import FloorPlan, OfficeRegister, ThingDesk, acting
from tests.rooms.feeding import Event, file
from tests.rooms.hall import bookings, slot

_LONG = "Repriser, faire un ourlet, changer une fermeture à glissière sans machine, et recoudre ce qui ne l’était plus"


def furnish(space: Space, people: tuple[int, int]) -> str:
    """All of it, for two members. Returns the link of a mail about hosting, without its beginning."""
    for rule in ("rooms_on", "hosting", "people", "floor_plan", "things", "registered_offices"):
        space.rule(rule, "true")
    _rooms(space, people[0])
    _calendars(space)
    _quotes(space)
    _premises(space, people)
    _people(space, people)
    officers = Officers.of(space.home, space.clock, "officer:1")
    officers.add("neuf@exemple.fr", Profile("Tout le bureau", ("secretary",)))
    return _rota(space, people[0])


def _rooms(space: Space, number: int) -> None:
    small = RoomFacts(
        names=Names({"fr": "Petite salle", "en": "Small room"}), capacity=6, place="1er étage", setup_minutes=15
    )
    big = RoomFacts(names=Names({"fr": "Grande salle", "en": "Big room"}), capacity=20)
    with space.home.store.writing() as connection:
        for code, facts in (("small", small), ("big", big)):
            room_rows.add(connection, code, facts)
    day = (space.clock.now() + timedelta(days=1)).date()
    bookings(space).book(
        BookingWish(room=1, slot=slot("14:00", "15:30", day), member=number, title="Conseil", any_hour=True)
    )


def _calendars(space: Space) -> None:
    """A calendar that was changed on both sides, lacks an event of three, and wants a room that is taken."""
    day = (space.clock.now() + timedelta(days=16)).date()
    yoga = Event(uid="yoga", slot=slot("18:00", "19:30", day), title="Yoga")
    choir = Event(uid="choir", slot=slot("20:00", "21:00", day), title=_LONG[:80])
    read = Calendars(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="officer:1")
    read.read_in(2, "Cours du soir", file(yoga, choir))
    bookings(space).move(2, 1, slot("12:00", "13:00", day), any_hour=True)
    bookings(space).book(BookingWish(room=2, slot=slot("18:00", "19:30", day), any_hour=True, title="Conseil"))
    taken = Event(uid="chess", slot=slot("18:30", "19:00", day), title="Échecs")
    read.read_in(2, "Cours du soir", file(replace(yoga, slot=slot("18:30", "20:00", day), sequence=1), taken))


def _quotes(space: Space) -> None:
    """One that is open, of a part of the place; one of a room, accepted."""
    home, rules = space.home, Rules(space.home.config.zone)
    with home.store.writing() as connection:
        payer = organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative")).id
        connection.exec_driver_sql(
            "INSERT INTO product (id, code, kind, unit) VALUES (901, 'place-hour', 'room', 'hour')"
        )
        named = Names({"fr": "Espace confort", "en": "Comfort space"})
        name_rows.put(connection, "product", "place-hour", named, space.clock.now().date())
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (901, 'full', '2020-01-01', 4000)"
        )
    quotes = Quotes(store=home.store, rules=rules, seal=home.seal, clock=space.clock, actor="officer:1")
    day = (space.clock.now() + timedelta(days=9)).date()
    asked = Asked(valid_until=day, advance_cents=8000, caution_cents=30000)
    whole = LetWish(slot=slot("18:00", "22:00", day), organisation=payer, product="place-hour", title=_LONG[:80])
    quotes.quote_let(whole, asked, key=bytes(16))
    wish = BookingWish(room=2, slot=slot("09:00", "12:00", day), organisation=payer, any_hour=True)
    quotes.accept(quotes.quote_room(wish, asked=Asked(valid_until=day), key=bytes(range(16))))


def _premises(space: Space, people: tuple[int, int]) -> None:
    """A plan with a desk that is lent and taken tomorrow, things that are had, and registered offices."""
    of = acting(space.home, space.clock)
    plan, things, offices = FloorPlan(of), ThingDesk(of), OfficeRegister(of)
    today = space.clock.now().date()
    own, _ = (plan.add("desk", f"A{each}", Box(4 + 6 * each, 12, 5, 4)) for each in (1, 2))
    plan.add("room", "Salle bleue", Box(0, 0, 14, 9))
    plan.give(own, people[0])
    for days in (0, 1):
        plan.lend(people[0], today + timedelta(days=days))
    plan.take(people[1], own, today + timedelta(days=1))
    things.add("booth", "Cabine", Terms(minutes=30), own)
    things.lend(b"1" * 16, people[0], things.add("key", "Clé du local à vélos, au fond de la cour", Terms(days=7)))
    things.lend(b"2" * 16, people[1], 1)
    offices.approve("Préfecture du Nord", "2026-59-12", today, today + timedelta(days=90))
    offices.add("Studio Lune", "732829320", today, None, people[0])
    offices.end(offices.add(_LONG[:100], "", today), today + timedelta(days=1))


def _people(space: Space, people: tuple[int, int]) -> None:
    register = Register(acting(space.home, space.clock))
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE member SET visible = 1 WHERE number IN {people}")
    for number, text in zip(people, ("Couture à la machine", _LONG[:60]), strict=True):
        register.learn(number, text)
    register.put_up(people[0], "seeks", _LONG)
    register.add_project("Résonance", _LONG)


def _rota(space: Space, number: int) -> str:
    rota = Rota(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="officer:1")
    rota.add_slot(4, ShiftKind.HOSTING, 9 * 60, 13 * 60, 2)
    with space.home.store.writing() as connection:
        today = space.clock.now().date()
        turn = rota_rows.turns(connection, today, today + timedelta(days=14))[0]
        link = links.made(connection, "", links.TAKE, members.by_number(connection, number).id, turn.shift)
        last = rota_rows.turns(connection, today, today + timedelta(days=14))[-1].shift.id
    rota.take(last, number)
    return link
