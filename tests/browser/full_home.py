"""A home in which everything is turned on and every name is long, and a walk through its screen by badge and finger.

The walk keeps each card that the entrance itself draws: `tests.browser.test_fit` looks at them in a browser.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from kiosk import home
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle import Idle, Night
from kiosk.checkin.idle_facts import HOST, ON, IdleFacts, LetSoon
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind
from kiosk.domain.premises.floor import Box
from kiosk.domain.premises.things import Terms
from kiosk.errors import KioskError
from kiosk.events.planning import Description
from kiosk.hosting.rota import Rota
from kiosk.language.names import Names
from kiosk.rooms import today
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space import wording_rows
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.events.happenings import Happenings
from tests.fakes import FakeClock
from tests.homes import copied
from tests.premises.keeping import FloorPlan, ThingDesk, acting
from tests.rooms.hall import let

ROOMS, EVENTS = 20, 30
BY_DAY, BY_MONTH, OWES = "04A2000000F001", "04A2000000F002", "04A2000000F003"
GONE, NEW = "04A2000000F004", "04FFFFFFFFFF07"
FRESH = tuple(f"04A20000000D{place:02}" for place in range(8))  # who come once
MORE_BY_DAY = tuple(f"04A20000000E{place:02}" for place in range(4))  # so that each finds the house untouched
PEOPLE = {
    BY_DAY: ("Anne-Charlotte de La Rochefoucauld", "itinerant"),
    BY_MONTH: ("Jean-Christophe Vandenbroucke-Lefebvre", "permanent"),
    OWES: ("Maximilien-Alexandre Saint-Just", "itinerant"),
    GONE: ("Wilhelmina Oosterhuis-van Beek", "itinerant"),
    **{uid: (f"Guillemette-Clémentine d’Hautecloque {uid[-1]}", "itinerant") for uid in (*MORE_BY_DAY, *FRESH)},
}
TITLES = (
    "Comprendre sa comptabilité d’association sans peur",
    "Répondre à un appel d’offres européen en coopérative",
    "Prendre la parole en réunion : les premiers pas",
)
RULES = {
    "hosting": "true",
    "people": "true",
    "notices": "true",
    "rooms_at_screen": "true",
    "floor_plan": "true",
    "things": "true",
    "pin_sign_in": "true",
    "plans_at_screen": "true",
    "guests_a_day": "9",
    "guest_cents": "300",
    "joins_a_day": "9",
    "passing_minutes": "30",
    "undo_limit": "99",
    "lunch_until_hour": "14",
    "show_thermometer": "true",
    "show_break_even": "true",
    "capacity_notice": "24",
    "show_amounts": "true",
    "evacuation_code": "73158",
    "rent_cents": "250000",
    "association": '{"name": "Association des espaces partagés", "iban": "FR7630006000011234567890189"}',
}
# What ends a walk, or takes its badge away; letters and digits are all alike.
_NOT_WALKED = frozenset({Act.DONE, Act.LOSE, Act.DATA_SEND, Act.STAY, Act.HELP, Act.PIN_SAVE, Act.LEAVE})
_TYPED = frozenset({Act.KEY, Act.PIN_KEY, Act.CASH_SUM})
_DEEPEST = 7

Way = tuple[tuple[Act, str], ...]
SETTINGS: Way = ((Act.MORE, ""), (Act.ACCOUNT, ""), (Act.SETTINGS, ""))


def _typed(letters: str, act: Act = Act.KEY) -> Way:
    return tuple((act, letter) for letter in letters)


@dataclass
class Walk:
    """What was seen: each card once, by a name that says how it was come to."""

    space: Space
    options: int  # of those that do the same, so many are touched
    cards: dict[str, Card] = field(default_factory=dict)
    _done: dict[tuple[CardKind, Act], set[str]] = field(default_factory=dict)
    _left: list[Way] = field(default_factory=list)

    def comes(self, uid: str) -> None:
        """Tap for the first time today."""
        self.space.tap(uid)
        if self.space.now is not None:
            keep(self.cards, self.space.now)

    def verdicts(self, uids: tuple[str, ...]) -> None:
        """Touch each thing that a first card of a day offers, each by another member's."""
        waiting = [*uids]
        tried: set[Act] = set()
        while waiting:
            uid = waiting.pop()
            self.space.leave()
            self.space.tap(uid)
            card = self.space.now
            act = next((each for each in (() if card is None else card.acts) if each not in tried | _NOT_WALKED), None)
            if act is not None:
                tried.add(act)
                card = self._goes(uid, ((act, ""),))
                if card is not None:
                    keep(self.cards, card)

    def through(self, uid: str, start: Way = ()) -> None:
        """Go to every page that a badge leads to, from where a way starts."""
        self._goes_on([start], partial(self._at, uid))

    def through_all(self, uids: Iterable[str]) -> None:
        """Go to every page that badges of the same kind lead to. What a page offered and offers no more, once something
        else was bought or undone, is left for the next.
        """
        for uid in uids:
            left, self._left = self._left, []
            self._goes_on([(), *left], partial(self._at, uid))
        self._left.clear()

    def without_badge(self, act: Act, start: Way = ()) -> None:
        """Go to every page that the idle screen leads to by this act, from where a way starts."""

        def begun(way: Way) -> Card | None:
            self.space.begin(act, None)
            return self._goes("", way)

        self._goes_on([start], begun)

    def _goes_on(self, waiting: list[Way], at: Callable[[Way], Card | None]) -> None:
        """Look at each page and go where it leads."""
        deepest = _DEEPEST + len(waiting[0])
        while waiting:
            way = waiting.pop(0)
            card = at(way)
            if card is None:
                self._left.append(way)
                continue
            keep(self.cards, card)
            waiting += [(*way, each) for each in self._choices(card)] if len(way) < deepest else []

    def _at(self, uid: str, way: Way) -> Card | None:
        self.space.leave()
        self.space.clock.advance(seconds=40)
        self.space.tap(uid)
        return self._goes(uid, way)

    def _goes(self, uid: str, way: Way) -> Card | None:
        for act, value in way:
            try:
                self.space.touch(act, value)
            except KioskError:
                return None
            card = self.space.now
            if uid and card is not None and card.asked is not None:
                keep(self.cards, card)
                self.space.tap(uid)
        return self.space.now

    def _choices(self, card: Card) -> Iterator[tuple[Act, str]]:
        ways = [(act, "") for act in card.acts] + [(each.act, each.value) for each in card.options]
        for act, value in ways:
            done = self._done.setdefault((card.kind, act), set())
            if act in _NOT_WALKED or len(done) >= (1 if act in _TYPED else self.options) or value in done:
                continue
            done.add(value)
            yield act, value


def keep(cards: dict[str, Card], card: Card) -> None:
    """Keep a card once, by a name."""
    bare = replace(card, ticket="t" if card.ticket else None, opens_for=None, takes_back=None)
    if not any(bare == each for each in cards.values()):
        state = card.denial.value if card.denial is not None else card.kind.value
        cards[f"{len(cards)}-{state}"] = bare


@dataclass(frozen=True)
class Seen:
    """Every card that was walked to, and what the idle screen knew."""

    cards: dict[str, Card]
    facts: IdleFacts


def walked(template: Path, folder: Path, options: int) -> Seen:
    """Walk through a full home, and take so many options of those that do the same."""
    with crowded(template, folder) as space:
        walk = Walk(space, options)
        facts = _facts(walk)
        walk.through_all((BY_DAY, BY_MONTH, OWES, *MORE_BY_DAY))
        for uid in (GONE, NEW):
            walk.through(uid)
        for act in (Act.PRICES, Act.VISIT, Act.BADGE_FORGOTTEN, Act.EVACUATION, Act.HELP):
            walk.without_badge(act)
        walk.through(NEW, ((Act.JOIN, ""), *_typed("zoe"), (Act.JOIN_RULES, "")))
        walk.through(NEW, ((Act.IS_MEMBER, ""), *_typed("anne"), (Act.VOUCH, "")))
        walk.through(BY_MONTH, (*SETTINGS, (Act.PIN_NEW, ""), *_typed("7315", Act.PIN_KEY), (Act.PIN_AGAIN, "")))
        walk.without_badge(Act.BADGE_FORGOTTEN, (*_typed("anne"), (Act.PIN_NAMES, "")))
        walk.without_badge(Act.EVACUATION, (*_typed("73158", Act.PIN_KEY), (Act.EVACUATION_LIST, "")))
        walk.verdicts(FRESH)
        return Seen(walk.cards, facts)


@contextmanager
def crowded(template: Path, folder: Path, but: tuple[str, ...] = ()) -> Iterator[Space]:
    """Open a copy of a home, filled, without some of the rules."""
    with home.opened(copied(template, folder / "full")) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        _fill(space, but)
        yield space
        space.kept.close()


def _fill(space: Space, but: tuple[str, ...] = ()) -> None:
    let(space)
    for name, value in RULES.items():
        if name not in but:
            space.rule(name, value)
    happenings = Happenings(space)
    numbers = {uid: space.join(name, uid, plan) for uid, (name, plan) in PEOPLE.items()}
    space.enrolment.leave(numbers[GONE])
    space.till.pay(numbers[OWES], 2000, "cash")
    rules = Rules(space.home.config.zone)
    rota = Rota(store=space.home.store, rules=rules, clock=space.clock, actor="desk:nadia")
    for weekday in range(5):
        rota.add_slot(weekday, "hosting", 540, 780, 1)
        rota.add_slot(weekday, "hosting", 780, 1080, 1)
    _events(happenings, numbers[BY_DAY])
    _premises(space, rules, numbers[BY_MONTH])
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET visible = 1, email = 'membre@exemple.fr'")
        for place in range(ROOMS - 2):
            names = Names({"fr": f"Grande salle du haut numéro {place}", "en": f"Large upstairs room number {place}"})
            room_rows.add(connection, f"room-{place}", RoomFacts(names=names, capacity=12))
        for code, said in ((HOST, "Anne-Charlotte et Jean-Christophe, au bar"), (ON, "atelier d’écriture à 18 h")):
            wording_rows.add(connection, code, Names({"fr": said, "en": said}), space.clock.now(), "nadia")


def _events(happenings: Happenings, host: int) -> None:
    for place in range(EVENTS):
        kind = list(EventKind)[place % len(EventKind)]
        about = "Bilan, compte de résultat, budget : ce qu’il faut savoir avant l’assemblée générale."
        title = f"{TITLES[place % len(TITLES)]} {place}"
        named = Description(
            kind=kind, title=title, about=about, place="Grande salle du haut", is_named=True, is_listed=True
        )
        event = happenings.planning.propose(named, number=host if place == 0 else None)
        if place % 2:
            starts = WEDNESDAY + timedelta(days=10 + place)
            happenings.open(
                event, starts_at=starts, ends_at=starts + timedelta(hours=3), deadline_at=starts - timedelta(days=3)
            )


def _premises(space: Space, rules: Rules, owner: int) -> None:
    of = acting(space.home, space.clock)
    plan, things = FloorPlan(of), ThingDesk(of)
    desks = [plan.add("desk", f"A{place}", Box(2 + place * 4, 2, 3, 2)) for place in range(6)]
    plan.give(desks[0], owner)
    hall = plan.add("room", "Grande salle", Box(26, 0, 10, 10))
    for place in range(8):
        things.add("booth" if place % 2 else "key", f"Cabine téléphonique {place}", Terms(minutes=30), hall)


def _facts(walk: Walk) -> IdleFacts:
    """What the idle screen knows once everybody has come in, and the card that each of them sees."""
    space = walk.space
    for uid in (BY_DAY, BY_MONTH, OWES):
        walk.comes(uid)
    rules = Rules(space.home.config.zone)
    idle = Idle(
        store=space.home.store,
        rules=rules,
        timekeeper=space.kept.timekeeper,
        clock=space.clock,
        night=Night(22, 7),
        changed=lambda: None,
        quiet_seconds=lambda: 0.0,
        rooms=lambda: today.look(space.home, rules, space.clock),
    )
    idle.turn()
    starts = space.clock.now().astimezone(space.home.config.zone) + timedelta(days=1)
    soon = LetSoon(Names({"fr": "Grande salle du haut"}), starts, starts + timedelta(hours=4))
    return replace(idle.facts(), let=soon)
