"""What people come for who follow no page to its end: guests, newcomers, forgotten badges, swaps, a lock that is stuck.

Each errand is lived in a full home of its own kind, a day for each, and all cards that the entrance draws meanwhile are
kept. Together with the walk (`tests.browser.full_home`) they meet every kind of card that a person can meet.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import PagesAddress
from kiosk.domain.badges.products import Product
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind
from kiosk.domain.money.tariffs import Price
from kiosk.errors import KioskError
from kiosk.hosting.rota import Rota
from kiosk.space.rule_change import TariffChange
from kiosk.space.rules import Rulebook
from kiosk.store.hosting import rota_rows
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.space.policies import Rules
from kiosk.telephones import pairing, secret_texts
from tests import beside
from tests.checkin.test_desk_requests import desk
from tests.conftest import Space
from tests.money.test_hour_vouchers import sells
from tests.money.test_vouchers import vouchers
from tests.selfservice.self_service import Visit
from tests.visitors.hall import PublicHall, wish

from .full_home import BY_DAY, BY_MONTH, FRESH, MORE_BY_DAY, PEOPLE, crowded

OTHER, HOST = MORE_BY_DAY[0], MORE_BY_DAY[1]
STRANGERS = tuple(f"04EEEEEEEEEE{place:02}" for place in range(9))
GOOD = "5829"


@dataclass
class Round:
    """A home, and what is done at its door in one day."""

    space: Space

    def morning(self) -> None:
        """It is the next day, and nobody stands there."""
        self.space.leave()
        self.space.clock.advance(days=1)

    def comes(self, uid: str, *acts: Act | tuple[Act, str]) -> None:
        """Tap, and touch one thing after the other; whatever has no room is behind "more"."""
        self.space.leave()
        self.space.clock.advance(minutes=3)
        self.space.tap(uid)
        for act in acts:
            self.touch(*((act, "") if isinstance(act, Act) else act))

    def touch(self, act: Act, value: str = "") -> None:
        """Touch what is there, by its act, behind "more" where there is no room."""
        while not any((act, value) == each for each in self.offered()) and (Act.MORE, "") in self.offered():
            self.space.touch(Act.MORE)
        self.space.touch(act, value)

    def offered(self) -> Iterator[tuple[Act, str]]:
        """Return what the card offers."""
        card = self.space.now
        if card is not None:
            yield from ((act, "") for act in card.acts)
            yield from ((each.act, each.value) for each in card.options)

    def first(self, act: Act) -> None:
        """Touch the first thing of this act."""
        self.space.touch(act, next(value for each, value in self.offered() if each is act))

    def types(self, letters: str, act: Act = Act.KEY) -> None:
        """Type something."""
        for letter in letters:
            self.space.touch(act, "space" if letter == " " else letter)

    def says_yes(self, uid: str) -> None:
        """Look who waits, read it, and show the badge once more."""
        self.space.clock.advance(seconds=2)
        self.touch(Act.WAITS)
        self.space.tap(uid)

    def rule(self, name: str, value: str) -> None:
        """Set a rule from today on."""
        self.space.rule(name, value, self.space.clock.now().date().isoformat())

    def number(self, uid: str) -> int:
        """Return a member's number."""
        return 1 + list(PEOPLE).index(uid)


def guests(round_: Round) -> None:
    round_.comes(BY_DAY, Act.GUEST, Act.GUEST_NAME)
    round_.types("anne")
    round_.touch(Act.GUEST)
    round_.space.tap(BY_DAY)
    round_.comes(OTHER, Act.GUEST)
    round_.rule("guest_days_a_year", "0")
    round_.space.tap(OTHER)


def zones(round_: Round) -> None:
    round_.comes(BY_DAY, Act.FREE_CORNER)
    round_.comes(BY_DAY, Act.COMFORT)
    round_.space.tap(BY_DAY)
    round_.rule("zone_limits", '{"free-corner": {"plans": ["permanent"]}}')
    round_.comes(OTHER, Act.FREE_CORNER)


def passing_and_leaving(round_: Round) -> None:
    round_.comes(BY_DAY, Act.PASSING)
    for uid in (BY_MONTH, OTHER):
        round_.comes(uid)
    for uid in (BY_MONTH, OTHER, BY_DAY):
        round_.comes(uid, Act.LEAVE)


def undoing_too_often(round_: Round) -> None:
    round_.rule("undo_limit", "0")
    round_.comes(BY_DAY, Act.UNDO)


def own_pages(round_: Round) -> None:
    visit = Visit(round_.space, BY_DAY)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.DATA)
    visit.touch(Act.DATA_SEND)
    visit.touch(Act.WRONG_LINE, "999999")
    visit = Visit(round_.space, BY_DAY)
    visit.pick(Act.PAY)
    visit.touch(Act.CASH)
    visit.touch(Act.DECLARE, "0")


def _digits(size: int) -> str:
    """Return what a telephone shows: no camera reads the screen's QR here."""
    return "4" * size


def telephones(round_: Round) -> None:
    space = round_.space
    space.pages_at = PagesAddress("https://membres.exemple.fr")
    space.start()
    for secret, typed in (("7" * 43, "55"), ("8" * 43, _digits(2))):
        visit = Visit(space, BY_DAY)
        with patch.object(secret_texts, "fresh", lambda secret=secret: secret):
            visit.pick(Act.PHONE)
        with space.home.store.writing() as connection, patch.object(secret_texts, "fresh_digits", _digits):
            moment = Rules(space.home.config.zone).at(connection, space.clock.now())[1]
            pairing.scan(connection, secret, "android", moment)
        visit.pick(Act.PHONE_CODE)
        round_.types(typed, Act.PIN_KEY)
        visit.pick(Act.PHONE_PAIR)
    visit = Visit(space, BY_DAY)
    visit.pick(Act.SETTINGS)
    visit.touch(Act.PHONES)


def free_prices(round_: Round) -> None:
    home = round_.space.home
    book = Rulebook(store=home.store, rules=Rules(home.config.zone), clock=round_.space.clock, actor="cli")
    today = round_.space.clock.now().date()
    for product, cents, floor in (("carnet-10", 2000, 1000), ("day", 500, 200)):
        book.set_tariff(TariffChange(product, "full", Price(cents, floor), today))
    round_.morning()
    visit = Visit(round_.space, BY_DAY)
    visit.pick(Act.PAY)
    visit.touch(Act.BUY)
    visit.touch(Act.PRICE, "carnet-10")
    visit.touch(Act.CHOOSE, "day 200")


def topics_and_proposals(round_: Round) -> None:
    visit = Visit(round_.space, BY_DAY)
    visit.pick(Act.HOUSE)
    event = round_.space.sql(f"SELECT max(id) FROM event WHERE kind = '{EventKind.UNCONFERENCE.value}'")[0][0]
    visit.touch(Act.EVENT, str(event))
    visit.touch(Act.TOPICS, str(event))
    visit.touch(Act.TOPIC_NEW, str(event))
    round_.types("le bruit")
    visit.touch(Act.TOPIC_PUT, str(event))
    for _ in range(6):
        visit.touch(Act.PROPOSE)
        visit.touch(Act.PROPOSE_KIND, "workshop")
        round_.types("encore un")
        visit.touch(Act.PROPOSE_UNNAMED)


def visitors(round_: Round) -> None:
    round_.space.door.rings = True
    round_.space.begin(Act.VISIT, None)
    round_.space.touch(Act.TRIAL)
    round_.space.door.rings = False


def newcomers(round_: Round) -> None:
    _waits_for_welcome(round_, STRANGERS[0])
    round_.space.tap(STRANGERS[1])
    _asks_to_join(round_)
    round_.space.tap(OTHER)
    round_.says_yes(OTHER)
    round_.touch(Act.WELCOME_UNDO)
    round_.rule("sponsors_are_permanents", "true")
    _waits_for_welcome(round_, STRANGERS[5])
    round_.space.tap(BY_DAY)
    round_.touch(Act.WAITS)


def _waits_for_welcome(round_: Round, uid: str) -> None:
    round_.comes(uid)
    _asks_to_join(round_)


def announced(round_: Round) -> None:
    hall = PublicHall(round_.space)
    hall.proven(wish(day_on=round_.space.clock.now().date()))
    round_.comes(STRANGERS[6], Act.JOIN)
    round_.touch(Act.JOIN_AS, "1")
    round_.touch(Act.SPONSOR)


def _asks_to_join(round_: Round) -> None:
    round_.touch(Act.JOIN)
    round_.types("zoe")
    round_.touch(Act.JOIN_RULES)
    round_.touch(Act.SPONSOR)


def codes_of_vouchers(round_: Round) -> None:
    sells(round_.space.home.store, "hours-10", "hour", 10, 2000)
    with round_.space.home.store.writing() as connection:
        payer = organisations.add(connection, Facts(name="Coopérative des Tilleuls", kind="cooperative")).id
    office = vouchers(round_.space)
    office.sell(payer, "hours-10")
    office.code(1, days=4)
    round_.comes(STRANGERS[2], Act.JOIN)
    round_.types("leo")
    round_.touch(Act.JOIN_RULES)
    round_.touch(Act.VOUCHER_CODE)


def codes(round_: Round) -> None:
    visit = Visit(round_.space, HOST)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PIN_NEW)
    round_.types(GOOD, Act.PIN_KEY)
    visit.pick(Act.PIN_AGAIN)
    round_.types(GOOD, Act.PIN_KEY)
    visit.confirm(Act.PIN_SAVE)
    round_.morning()
    _begins_with_name(round_)
    round_.types(GOOD, Act.PIN_KEY)
    round_.touch(Act.PIN_ENTER)
    round_.touch(Act.LOST)
    round_.first(Act.LOSE)
    round_.touch(Act.NOT_LOST)
    for _ in range(6):
        _begins_with_name(round_)
        with suppress(KioskError):
            round_.types("0000", Act.PIN_KEY)
            round_.touch(Act.PIN_ENTER)


def _begins_with_name(round_: Round) -> None:
    round_.space.begin(Act.BADGE_FORGOTTEN, None)
    round_.types("gui")
    round_.touch(Act.PIN_NAMES)
    round_.first(Act.PIN_WHO)


def evacuation(round_: Round) -> None:
    round_.space.begin(Act.EVACUATION, None)


def vouching(round_: Round) -> None:
    round_.space.join("Karim Benali", STRANGERS[4])
    for name in ("karim benali", "karim benal"):
        round_.space.begin(Act.IS_MEMBER, None)
        round_.types(name)
        round_.touch(Act.VOUCH)
        round_.space.tap(BY_MONTH)
        round_.says_yes(BY_MONTH)
        with suppress(KioskError):
            round_.touch(Act.LOST)
            round_.first(Act.LOSE)


def turns(round_: Round) -> None:
    space = round_.space
    rota = Rota(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:nadia")
    while space.clock.now().weekday() > 2:
        round_.morning()
    today = space.clock.now().date()
    with space.home.store.reading() as connection:
        free = rota_rows.free(connection, today, today + timedelta(days=9))
    mine, later, theirs = free[0].shift.id, free[-2].shift.id, free[-1].shift.id
    rota.take(mine, round_.number(BY_DAY))
    rota.take(later, round_.number(BY_DAY))
    rota.take(theirs, round_.number(OTHER))
    space.clock.advance(hours=9)
    visit = Visit(space, BY_DAY)
    visit.pick(Act.HOUSE)
    visit.touch(Act.HOSTING)
    visit.touch(Act.SHIFT, str(mine))
    visit.touch(Act.SHIFT_HELD, f"{mine} 240")
    visit.touch(Act.HOSTING)
    visit.touch(Act.SHIFT, str(later))
    visit.touch(Act.SHIFT_SWAP, str(later))


def skills(round_: Round) -> None:
    visit = Visit(round_.space, BY_DAY)
    visit.pick(Act.HOUSE)
    visit.touch(Act.PEOPLE)
    visit.touch(Act.OWN_SKILLS)
    visit.touch(Act.SKILL_NEW)
    round_.types("couture")
    visit.touch(Act.SKILL_KEEP)
    visit = Visit(round_.space, BY_MONTH)
    visit.pick(Act.HOUSE)
    visit.touch(Act.PEOPLE)
    visit.touch(Act.SKILL_FIND)
    round_.types("coutu")
    visit.touch(Act.SKILL_FOUND)


def desks_and_rooms(round_: Round) -> None:
    visit = Visit(round_.space, BY_MONTH)
    visit.pick(Act.HOUSE)
    visit.touch(Act.FLOOR)
    visit.touch(Act.SPOT_DAYS)
    visit.touch(Act.ROOM)
    for act in (Act.ROOM_WHEN, Act.ROOM_LONG, Act.ROOM_BOOK):
        round_.first(act)
    visit.touch(Act.ROOM)
    visit.touch(Act.ROOM_OWN)


def things(round_: Round) -> None:
    visit = Visit(round_.space, BY_MONTH)
    visit.pick(Act.HOUSE)
    visit.touch(Act.THINGS)
    round_.first(Act.THING)


def beyond_the_limit(round_: Round) -> None:
    round_.rule("tab_limit_cents", "0")
    visit = Visit(round_.space, BY_DAY)
    visit.pick(Act.PAY)
    visit.touch(Act.BUY)
    visit.touch(Act.PRICE, "carnet-10")
    visit.touch(Act.TAKE, "carnet-10 4000")
    visit.touch(Act.TAKE_YES)


def badges_for_the_desk(round_: Round) -> None:
    answers: list[Product | None] = [None, Product.NTAG424]
    asks = round_.space.checkin._decider.chips.ask
    round_.space.checkin._decider.chips.ask = lambda: answers.pop(0)
    desk(round_.space).wait_for_badge(round_.number(BY_DAY))
    for _ in range(2):
        round_.space.tap(STRANGERS[3])
    round_.space.checkin._decider.chips.ask = asks


def faults(round_: Round) -> None:
    round_.space.door.broken = True
    round_.comes(FRESH[0])
    round_.space.door.broken = False
    round_.space.checkin.failed()


def no_ledger(round_: Round) -> None:
    """Last of all: nothing is entered any more."""
    beside.refuse(round_.space.home, "entry")
    spool = round_.space.home.paths.root / "spool"
    spool.rename(spool.with_name("no-spool"))
    round_.comes(FRESH[1])
    spool.with_name("no-spool").rename(spool)
    round_.comes(FRESH[2])


ERRANDS: tuple[Callable[[Round], None], ...] = (
    own_pages, passing_and_leaving, topics_and_proposals, visitors, newcomers, codes_of_vouchers, announced, codes,
    vouching, turns, skills, desks_and_rooms, badges_for_the_desk, telephones, free_prices, zones, guests,
    undoing_too_often, evacuation, things, beyond_the_limit, faults, no_ledger,
)  # fmt: skip


NO_WAY: Mapping[CardKind, str] = {
    CardKind.UNDO_OVER: "drawn by the page, for a finger that came too late: it stands alone",
    CardKind.TOUCH_OVER: "drawn by the page, for a finger that came too late: it stands alone",
}
"""Kinds that no walk and no errand meets, each with its reason; they are looked at as the page draws them."""


def run(template: Path, folder: Path) -> Iterator[Card]:
    """Do each errand, and return every card that was drawn meanwhile, with those that follow one by themselves."""
    with crowded(template, folder, but=("evacuation_code",)) as space:
        round_ = Round(space)
        for errand in ERRANDS:
            round_.morning()
            errand(round_)
        yield from (each for card in space.screen.cards for each in (card, card.then) if each is not None)
