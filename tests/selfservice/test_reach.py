"""How many touches and badges each act of the screen is away from rest, and was before the screen had a budget of room.

A walk through a home in which everything is turned on finds the shortest way to each act; the badge that a page asks
for counts as well. Members walk anew where what one of them did is offered to them no more.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home
from kiosk.checkin.cards import Card
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind
from kiosk.domain.premises.floor import Box
from kiosk.domain.premises.things import Terms
from kiosk.errors import KioskError
from kiosk.events.planning import Description
from kiosk.hosting.rota import Rota
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.events.happenings import Happenings
from tests.fakes import FakeClock
from tests.homes import copied
from tests.premises.keeping import FloorPlan, ThingDesk, acting
from tests.rooms.hall import let

pytestmark = pytest.mark.promise(7)

HOUSE_FIRST, ACCOUNT_FIRST, BY_DAY = (f"04A2000000F01{place}" for place in range(3))
BY_MONTH, NEW = "04A2000000F002", "04FFFFFFFFFF07"
RULES = {
    **dict.fromkeys(("hosting", "people", "notices", "rooms_at_screen", "floor_plan", "things"), "true"),
    **dict.fromkeys(("pin_sign_in", "plans_at_screen", "show_amounts"), "true"),
    **dict.fromkeys(("guests_a_day", "joins_a_day"), "9"),
    "passing_minutes": "30",
    "undo_limit": "99",
    "lunch_until_hour": "14",
}
MOST_MORE = 2
# By who stands there and how many touches and badges, the acts: measured on the revision before the budget of room.
BEFORE: Mapping[str, Mapping[int, str]] = {
    "day": {
        2: "guest more pay undo",
        3: "account house",
        4: "buy cash done guest-undo report take",
        5: "cash-sum declare events floor forgotten hosting lines people room take-yes things wrong-line",
        6: "day event notices older own-skills propose receipt room-when settings shift skill-find thing",
        7: (
            "data day-use door-name event-join key notice-kind pin-new propose-kind room-long set shift-take "
            "skill-found skill-new thing-take withdraw wrong"
        ),
        8: (
            "data-send event-leave notice-new pin-again pin-key propose-named propose-unnamed room-book "
            "skill-keep"
        ),
        9: "notice-keep",
    },
    "month": {
        2: "account guest house",
        4: "done events floor guest-undo hosting lines pay people room things",
        5: (
            "buy cash event notices older own-skills propose report room-when settings shift skill-find "
            "spot-days take thing"
        ),
        6: (
            "cash-sum data declare door-name event-join forgotten host-mails key notice-kind pin-new "
            "propose-kind room-long set shift-take skill-found skill-new spot-lend take-yes thing-take "
            "wrong-line"
        ),
        7: (
            "data-send event-leave notice-new pin-again pin-key propose-named propose-unnamed receipt "
            "room-book skill-keep spot-keep"
        ),
        8: "notice-keep withdraw wrong",
    },
    "new": {
        2: "done is-member join",
        3: "badge-forgotten join-rules key vouch",
        4: "pin-names",
    },
    "rest": {
        1: "badge-forgotten evacuation help visit",
        2: "appointment delivery done is-member key pin-names trial",
        3: "vouch",
    },
}  # fmt: skip
_ENDS = frozenset({Act.DONE, Act.LOSE, Act.DATA_SEND, Act.STAY, Act.HELP, Act.PIN_SAVE, Act.LEAVE})
_DEEPEST = 7
_HOUSE_PAGES = 6  # what stands behind "Autre chose", page after page

Way = tuple[tuple[Act, str], ...]
At = Callable[[Way], tuple[Card | None, int]]


@contextmanager
def furnished(template: Path, folder: Path) -> Iterator[Space]:
    """Open a home in which everything is turned on."""
    with home.opened(copied(template, folder / "full")) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        let(space)
        for name, value in RULES.items():
            space.rule(name, value)
        for uid in (HOUSE_FIRST, ACCOUNT_FIRST, BY_DAY):
            space.join(f"Anne Martin {uid[-1]}", uid)
        owner = space.join("Jean Dupont", BY_MONTH, "permanent")
        _events(space)
        _premises(space, owner)
        with opened.store.writing() as connection:
            connection.exec_driver_sql("UPDATE member SET visible = 1, email = 'membre@exemple.fr'")
        yield space
        space.kept.close()


def _events(space: Space) -> None:
    happenings = Happenings(space)
    for place in range(8):
        kind = list(EventKind)[place % len(EventKind)]
        event = happenings.planning.propose(Description(kind=kind, title=f"Atelier {place}", is_listed=True))
        if place % 2:
            starts = WEDNESDAY + timedelta(days=10 + place)
            ends, deadline = starts + timedelta(hours=3), starts - timedelta(days=3)
            happenings.open(event, starts_at=starts, ends_at=ends, deadline_at=deadline)


def _premises(space: Space, owner: int) -> None:
    rules = Rules(space.home.config.zone)
    rota = Rota(store=space.home.store, rules=rules, clock=space.clock, actor="desk:nadia")
    for weekday in range(5):
        rota.add_slot(weekday, "hosting", 540, 780, 1)
    of = acting(space.home, space.clock)
    plan, things = FloorPlan(of), ThingDesk(of)
    desks = [plan.add("desk", f"A{place}", Box(2 + place * 4, 2, 3, 2)) for place in range(3)]
    plan.give(desks[0], owner)
    hall = plan.add("room", "Grande salle", Box(26, 0, 10, 10))
    for place in range(3):
        things.add("booth" if place % 2 else "key", f"Cabine {place}", Terms(minutes=30), hall)


def by_badge(space: Space, uid: str) -> At:
    """Return what leads along a way from a badge; what is asked of the badge on the way counts."""

    def goes(way: Way) -> tuple[Card | None, int]:
        space.leave()
        space.clock.advance(seconds=40)
        space.tap(uid)
        return _along(space, way, uid)

    return goes


def from_rest(space: Space, act: Act) -> At:
    """Return what leads along a way from a button of the idle screen."""

    def goes(way: Way) -> tuple[Card | None, int]:
        space.begin(act, None)
        return _along(space, way, "")

    return goes


def _along(space: Space, way: Way, uid: str) -> tuple[Card | None, int]:
    cost = 1
    for act, value in way:
        try:
            space.touch(act, value)
        except KioskError:
            return None, cost
        cost += 1
        if uid and space.now is not None and space.now.asked is not None:
            space.tap(uid)
            cost += 1
    return space.now, cost


def reach(at: At, first: Act | None = None) -> dict[str, int]:
    """Return how far each act is; `first` is the only one that is gone on from, of the first card and behind "more"."""
    best, done = dict[str, int](), dict[tuple[object, Act], set[str]]()
    waiting: list[Way] = [()]
    while waiting:
        way = waiting.pop(0)
        card, cost = at(way)
        if card is None:
            continue
        is_first = not way or (len(way) == 1 and way[0][0] is Act.MORE)
        for act, value in (*((act, "") for act in card.acts), *((each.act, each.value) for each in card.options)):
            best[act.value] = min(best.get(act.value, cost + 1), cost + 1)
            tried = done.setdefault((card.kind, act), set())
            most = _HOUSE_PAGES if act is Act.HOUSE else 1
            is_aside = first is not None and is_first and act not in (first, Act.MORE)
            if is_aside or act in _ENDS or len(tried) >= most or value in tried or len(way) >= _DEEPEST:
                continue
            tried.add(value)
            waiting.append((*way, (act, value)))
    return best


def least(*found: dict[str, int]) -> dict[str, int]:
    """Return the shortest of several walks, by act."""
    return {act: min(each[act] for each in found if act in each) for each in found for act in each}


def test_no_act_is_more_than_two_touches_farther_than_before_the_budget_of_room(template: Path, tmp_path: Path) -> None:
    with furnished(template, tmp_path) as space:
        by_day = [
            reach(by_badge(space, uid), first)
            for uid, first in ((HOUSE_FIRST, Act.HOUSE), (ACCOUNT_FIRST, Act.ACCOUNT), (BY_DAY, None))
        ]
        rest = [reach(from_rest(space, act)) for act in (Act.VISIT, Act.BADGE_FORGOTTEN, Act.EVACUATION, Act.HELP)]
        begun = dict.fromkeys((act.value for act in (Act.VISIT, Act.BADGE_FORGOTTEN, Act.EVACUATION, Act.HELP)), 1)
        now = {
            "day": least(*by_day),
            "month": reach(by_badge(space, BY_MONTH)),
            "new": reach(by_badge(space, NEW)),
            "rest": least(begun, *rest),
        }
    farther = {
        (place, act): (before, now[place].get(act))
        for place, told in BEFORE.items()
        for before, acts in told.items()
        for act in acts.split()
        if now[place].get(act, 99) > before + MOST_MORE
    }
    assert farther == {}
    assert sum(len(acts.split()) for told in BEFORE.values() for acts in told.values()) > 140
