"""A house in which a telephone can do everything, and a walk through its pages: each link that a page offers is
followed and each form is sent, until no page is new.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from werkzeug.test import TestResponse

from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs.lists import CARDS
from kiosk.domain.checkin import consent
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind, Terms
from kiosk.events import signing_up, topics
from kiosk.events.planning import Description, Planning
from kiosk.hosting import turns
from kiosk.hosting.rota import Rota
from kiosk.language.catalogues import offered
from kiosk.rooms.bookings import BookingWish
from kiosk.store.hosting import rota_rows
from kiosk.store.space.policies import Rules
from kiosk.web.member_pages import answers, online_views
from tests.events.happenings import ENDS, STARTS
from tests.rooms import hall
from tests.web.pages.conftest import INES, Browser, House

ONLINE = {*online_views.VIEWS, *online_views.DOES}  # a payment is a story of its own
READS = {*consent.TELEPHONE_READS, *answers.OWN_VIEWS} - ONLINE
DOES = {*consent.TELEPHONE_DOES, *answers.OWN_DOES} - ONLINE
LAST: tuple[str, ...] = (Act.PHONES_END,)  # it ends the walk: the telephone is paired no more
REFUSED = [str(CARDS[CardKind.HOUSE_REFUSED].title.to(language)) for language in offered()]
_MOST = 8  # pages of one kind that are looked into
_LINK = re.compile(r'<a class="button" href="/m/([\w-]+)([^"]*)"')
_FORM = re.compile(r'action="/m/([\w-]+)"><input[^>]*value="([^"]*)"><button name="v" value="([^"]*)"')
_SHOWN = re.compile(r'class="(rows|qr|strong|small|text|mark)"|<(dl|h2)>')
_WEDNESDAY, _FRIDAY = date(2026, 11, 25), date(2026, 11, 27)  # it is Wednesday


def furnish(house: House) -> None:
    """Give Inès something of everything: a turn that has begun, one to come, a swap that Karim asks of her, a booked
    room, events to join and topics to vote for, a balance to pay by transfer.
    """
    space = house.space
    for rule in ("hosting", "rooms_at_screen"):
        space.rule(rule, "true")
    identity = (
        '{"name": "La Coroutine", "address": "16 rue du Fil\\n59000 Lille", "iban": "FR7630006000011234567890189"}'
    )
    space.rule("association", identity, f"{_WEDNESDAY}")
    _turns(house)
    _events(house)
    hall.bookings(space).book(BookingWish(room=hall.SMALL, slot=hall.slot("14:00", "15:30"), member=house.ines))
    space.sql_write(f"UPDATE member SET joined_on = '2026-11-02', asked_to_host = 1 WHERE number = {house.ines}")
    space.tap(INES)
    space.till.pay(house.ines, 200, "cash")


def _turns(house: House) -> None:
    space, rules = house.space, Rules(house.space.home.config.zone)
    rota = Rota(store=space.home.store, rules=rules, clock=space.clock, actor="desk:nadia")
    rota.add_slot(_WEDNESDAY.weekday(), "hosting", 480, 780, 1)
    rota.add_slot(_FRIDAY.weekday(), "cleaning", 1020, 1080, 1)
    rota.add_slot(0, "opening", 480, 540, 1)
    weeks = [timedelta(weeks=each) for each in range(4)]
    with space.home.store.reading() as connection:
        mine = [_turn(connection, _WEDNESDAY + week) for week in weeks]
        theirs = [_turn(connection, _FRIDAY + week) for week in weeks]
    for shifts, number in ((mine, house.ines), (theirs[:3], house.karim)):
        for shift in shifts:
            rota.take(shift, number)
    moment = house.moment()
    with space.home.store.writing() as connection:
        for place in (1, 2):
            turns.ask_swap(connection, moment, "kiosk", theirs[place], mine[place], house.karim)


def _turn(connection: sa.Connection, day: date) -> int:
    return rota_rows.turns(connection, day, day)[0].shift.id


def _events(house: House) -> None:
    space, rules = house.space, Rules(house.space.home.config.zone)
    parts = {"store": space.home.store, "rules": rules, "seal": space.home.seal, "clock": space.clock}
    planning = Planning(**parts, actor="desk:nadia")  # type: ignore[arg-type]  # as the parts are
    planning.propose(Description(kind=EventKind.WORKSHOP, title="Réparer son vélo"), number=house.karim)
    about = "Chacun apporte un sujet ; nous choisissons ensemble."
    event = planning.propose(Description(kind=EventKind.UNCONFERENCE, title="Une après-midi à nous", about=about))
    week = timedelta(days=7)
    planning.open(event, Terms(starts_at=STARTS + week, ends_at=ENDS + week, places=20), None)
    with space.home.store.writing() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        act = signing_up.Act(connection, rules, space.home.seal, policy, moment, "kiosk")
        for title in ("Facturer à plusieurs", "Manger le midi"):
            topics.put_up(act, event, title, None)


@dataclass
class Walk:
    """A telephone, what it came by, and what it has seen of each kind of page."""

    browser: Browser
    note: Callable[[str, TestResponse], tuple[str, str]]
    reached: set[str] = field(default_factory=set)
    _seen: set[tuple[str, ...]] = field(default_factory=set)
    _looked: dict[str, set[str]] = field(default_factory=dict)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Each page that is unlike those before it: its name, and how it was sent."""
        menu = re.findall(r'<li><a href="/m/([\w-]+)"', self._get("/m/account").get_data(as_text=True))
        for name in menu:
            if name not in ONLINE:
                yield from self._page(name, self._get(f"/m/{name}"))
        for name in LAST:
            page = self._get("/m/phones").get_data(as_text=True)
            yield from self._forms(page, {name})

    def _page(self, name: str, answer: TestResponse) -> Iterator[tuple[str, str]]:
        shown, page = self.note(name, answer)
        assert answer.status_code == 200, (name, page)
        assert not any(words in page for words in REFUSED), (name, page)
        self.reached.add(name)
        offers = {(act, "") for act, _ in _LINK.findall(page)} | {(act, "does") for act, *_ in _FORM.findall(page)}
        likeness = (name, *sorted(map(str, offers)), *sorted({a or b for a, b in _SHOWN.findall(page)}))
        if likeness not in self._seen:
            self._seen.add(likeness)
            yield f"{shown} {len(self._looked.get(name, ()))}".removesuffix(" 0").removesuffix(" 1"), page
        for act, written in _LINK.findall(page):
            query = html.unescape(written)
            if act not in ONLINE and self._is_new(act, re.sub(r"[?&]f=[^&]*", "", query)):
                yield from self._page(act, self._get(f"/m/{act}{query}"))
        yield from self._forms(page, DOES - {*LAST})

    def _forms(self, page: str, acts: set[str]) -> Iterator[tuple[str, str]]:
        for act, flow, value in _FORM.findall(page):
            if act in acts and act not in self.reached and not value.startswith("language="):
                self.reached.add(act)
                answer = self.browser.post(f"/m/{act}", {"f": flow, "v": html.unescape(value)})
                if act in LAST:
                    yield self.note(act, answer)
                else:
                    yield from self._page(act, answer)
                return  # what else stood there is offered elsewhere, or over by now

    def _get(self, path: str) -> TestResponse:
        return self.browser.get(path)

    def _is_new(self, act: str, query: str) -> bool:
        looked = self._looked.setdefault(act, set())
        if query in looked or len(looked) >= _MOST:
            return False
        looked.add(query)
        return True
