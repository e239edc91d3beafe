"""Whatever a stranger left on the screen, whoever comes in next is only let in: nobody's account changes by it."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin import badges, consent
from kiosk.domain.checkin.choices import CONFIRMED, Act
from kiosk.domain.checkin.verdicts import Denied, Granted
from kiosk.errors import RequestError
from kiosk.members.enrolment import Application, Enrolment
from kiosk.selfservice.pages import pages
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests import postgres
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.rooms.hall import let
from tests.selfservice.self_service import Visit
from tests.shared import once

INES, OWNER, NEW = "04A2000000E511", "04A2000000E5EE", "04FFFFFFFFFF01"


def touch(space: Space, act: Act, value: str = "") -> None:
    space.touch(act, value)


def types(space: Space, letters: str) -> None:
    for letter in letters:
        touch(space, Act.KEY, letter)


# --- what a stranger does before they walk away


def newcomer(space: Space) -> None:
    space.tap(NEW)
    touch(space, Act.JOIN)
    types(space, "zoe")
    touch(space, Act.JOIN_RULES)
    touch(space, Act.SPONSOR)


def no_badge(space: Space) -> None:
    space.begin(Act.IS_MEMBER, None)
    for letter in "odile":
        touch(space, Act.KEY, letter)
    touch(space, Act.KEY, "space")
    types(space, "roux")
    touch(space, Act.VOUCH)
    assert space.shows(CardKind.VOUCH)


def owners(act: Act) -> Callable[[Space], None]:
    """What somebody touches on the card of a member who has come in."""

    def left(space: Space) -> None:
        space.clock.advance(minutes=5)
        space.tap(OWNER)
        touch(space, act)
        assert space.shows(CardKind.BADGE_AGAIN)

    return left


def in_session(act: Act, value: str = "") -> Callable[[Space], None]:
    """What somebody touches on a page of a member who has gone."""

    def left(space: Space) -> None:
        Visit(space, OWNER).touch(act, value)

    return left


def plan_named(space: Space) -> None:
    """Another plan is named, and waits for the badge of a member who has gone."""
    visit = Visit(space, OWNER)
    space.touch(Act.PLAN_TO, "itinerant", ticket=visit.card.ticket or "")
    assert space.shows(CardKind.BADGE_AGAIN)


def proposed(*acts: Act) -> Callable[[Space], None]:
    """What somebody touches who has just written the title of an event; what is refused leaves the page as it is."""

    def left(space: Space) -> None:
        visit = Visit(space, OWNER)
        visit.touch(Act.EVENTS)
        visit.touch(Act.PROPOSE)
        visit.touch(Act.PROPOSE_KIND, "workshop")
        for letter in "compost":
            visit.touch(Act.KEY, letter)
        for act in acts:
            with suppress(RequestError):
                visit.touch(act)

    return left


def room(*acts: Act) -> Callable[[Space], None]:
    """What somebody touches who looks for a room: the first choice that leads on, each time."""

    def left(space: Space) -> None:
        ((number,),) = space.sql("SELECT number FROM member WHERE name = 'Odile Roux'")
        space.till.pay(int(str(number)), 1000, "transfer")  # what a room may cost them: the house's limit is low
        visit = Visit(space, OWNER)
        visit.touch(Act.ROOM)
        for act in acts:
            option = next(each for each in visit.card.options if each.act is act)
            visit.pick(option.act, option.value)

    return left


def room_given_back(space: Space) -> None:
    visit = Visit(space, OWNER)
    visit.touch(Act.ROOM)
    with suppress(RequestError):
        visit.touch(Act.ROOM_CANCEL, "1")


def wanted(space: Space) -> None:
    in_session(Act.TAKE, "carnet-10")(space)
    touch(space, Act.TAKE_YES)


LEFT: dict[str, tuple[Act, Callable[[Space], None]]] = {
    "newcomer": (Act.SPONSOR, newcomer),
    "a member without a badge": (Act.VOUCH, no_badge),
    "a member's guest": (Act.GUEST, owners(Act.GUEST)),
    "a member's way back": (Act.COMFORT, owners(Act.COMFORT)),
    "a member's ways to pay": (Act.PAY, owners(Act.PAY)),
    "a member's account": (Act.ACCOUNT, owners(Act.ACCOUNT)),
    "cash": (Act.DECLARE, in_session(Act.DECLARE, "500")),
    "cash back": (Act.WITHDRAW, in_session(Act.WITHDRAW, "1")),
    "a carnet": (Act.TAKE_YES, in_session(Act.TAKE, "carnet-10")),
    "a carnet, bought": (Act.TAKE_YES, wanted),
    "a price": (Act.CHOOSE, in_session(Act.CHOOSE, "day 750")),
    "a day paid otherwise": (Act.DAY_USE, in_session(Act.DAY_USE, "tab")),
    "a forgotten day": (Act.FORGOT, in_session(Act.FORGOT, "2026-11-24")),
    "another plan": (Act.PLAN_TO, plan_named),
    "a code": (Act.PIN_SAVE, in_session(Act.PIN_SAVE)),
    "no code": (Act.PIN_NONE, in_session(Act.PIN_NONE)),
    "one's data": (Act.DATA, in_session(Act.DATA)),
    "one's data, sent": (Act.DATA_SEND, in_session(Act.DATA_SEND)),
    "what members do together": (Act.HOUSE, owners(Act.HOUSE)),
    "a room": (Act.ROOM_BOOK, room(Act.ROOM_WHEN, Act.ROOM_LONG, Act.ROOM_BOOK)),
    "a room given back": (Act.ROOM_CANCEL, room_given_back),
    "an idea, with a name": (Act.PROPOSE_NAMED, proposed(Act.PROPOSE_NAMED)),
    "an idea": (Act.PROPOSE_UNNAMED, proposed(Act.PROPOSE_UNNAMED)),
    "no more interest": (Act.EVENT_LEAVE, proposed(Act.PROPOSE_UNNAMED, Act.EVENT_LEAVE)),
    "interest": (Act.EVENT_INTEREST, proposed(Act.PROPOSE_UNNAMED, Act.EVENT_LEAVE, Act.EVENT_INTEREST)),
    "a seat": (Act.EVENT_JOIN, proposed(Act.PROPOSE_UNNAMED, Act.EVENT_JOIN)),
    "a topic": (Act.TOPIC, proposed(Act.PROPOSE_UNNAMED, Act.TOPICS, Act.TOPIC)),
    "a topic of one's own": (Act.TOPIC_PUT, proposed(Act.PROPOSE_UNNAMED, Act.TOPICS, Act.TOPIC_PUT)),
}

# --- who comes in then


@dataclass(frozen=True)
class Kind:
    """A kind of member, and how one is made."""

    uid: str
    plan: str = "itinerant"
    make: Callable[[Space, int], object] = lambda space, number: None
    opens: bool = True
    no_tab: bool = False


def reduced(space: Space, number: int) -> None:
    with space.home.store.writing() as connection:
        found, day = members.by_number(connection, number), WEDNESDAY.date()
        members.grant_reduced(connection, found, "reduced", day, day + timedelta(days=90))


def loses(space: Space, number: int) -> None:
    with space.home.store.writing() as connection:
        found = members.by_number(connection, number)
        fingerprint = members.badges_of(connection, found)[0].fingerprint
        members.mark_badge(connection, found, fingerprint, WEDNESDAY.date())


KINDS = {
    "itinerant": Kind("04A2000000E501"),
    "permanent": Kind("04A2000000E502", "permanent"),
    "free corner": Kind("04A2000000E503", "free"),
    "reduced": Kind("04A2000000E504", make=reduced),
    "no tab, paid ahead": Kind("04A2000000E505", make=lambda s, n: s.till.pay(n, 1500, "cash"), no_tab=True),
    "no tab, nothing ahead": Kind("04A2000000E506", no_tab=True, opens=False),
    "past the limit": Kind("04A2000000E507", opens=False),
    "expired": Kind("04A2000000E508", opens=False),
    "left": Kind("04A2000000E509", make=lambda s, n: s.enrolment.leave(n), opens=False),
    "lost badge": Kind("04A2000000E50A", make=loses, opens=False),
    "unknown badge": Kind("04A2000000E50B", "", opens=False),
}


def peopled(space: Space) -> None:
    """Everybody joins; two of them long ago, so that one has let the membership end, and one owes too much."""
    for name, value in (
        ("guests_a_day", "5"),
        ("joins_a_day", "50"),
        ("passing_minutes", "null"),
        ("pin_sign_in", "true"),
        ("plans_at_screen", "true"),
        ("tab_limit_cents", "300"),
        ("events", "true"),
    ):
        space.rule(name, value)
    let(space, rooms_at_screen="true")
    long_ago = Enrolment(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        badge_key=space.home.badge_key,
        clock=FakeClock(WEDNESDAY - timedelta(days=420)),
        actor="cli",
    )
    for name in ("expired", "past the limit"):
        long_ago.add(Application(name=f"Zoe {name}", badge=badges.parse(KINDS[name].uid)))
    space.till.sell(2, "membership", WEDNESDAY.date())
    for name, kind in KINDS.items():
        if kind.plan and name not in ("expired", "past the limit"):
            new = Application(name=f"Zoe {name}", plan=kind.plan, badge=badges.parse(kind.uid), no_tab=kind.no_tab)
            kind.make(space, space.enrolment.add(new).number)
    space.join("Odile Roux", OWNER, "free")


def books(space: Space) -> dict[str, list[tuple[object, ...]]]:
    """All that is written of anybody, whatever its place among the rest."""
    return {
        "entries": space.sql(
            "SELECT account_id, kind, amount_cents, method, member_number, detail FROM entry ORDER BY 1, 2, 3, 6"
        ),
        "balances": space.sql("SELECT member_id, balance_cents FROM account ORDER BY 1"),
        "visits": space.sql(
            'SELECT member_id, zone_id, "right", state, guest_name, host_visit_id IS NULL FROM visit ORDER BY 1'
        ),
        "members": space.sql("SELECT number, name, left_on FROM member ORDER BY 1"),
        "joining": space.sql("SELECT name, member_id, sponsor_id FROM joining ORDER BY 1"),
        "badges": space.sql("SELECT member_id, hex(fingerprint), lost_on FROM badge ORDER BY 2"),
        "settings": space.sql("SELECT number, pin, language, door_name FROM member ORDER BY 1"),
        "asked": space.sql("SELECT kind, member_id FROM correction ORDER BY 1, 2"),
        "outbox": space.sql("SELECT recipient, subject FROM outbox ORDER BY 1, 2"),
    }


def written(before: dict[str, list[tuple[object, ...]]], after: dict[str, list[tuple[object, ...]]]) -> object:
    """What is in the books now and was not, and what was and is no more."""
    return {
        name: (Counter(after[name]) - Counter(rows), Counter(rows) - Counter(after[name]))
        for name, rows in before.items()
    }


@contextmanager
def opened(root: Path) -> Iterator[Space]:
    with (
        tempfile.TemporaryDirectory(dir=root.parent) as folder,
        home.opened(copied(root, Path(folder) / "home"), program="desk") as found,
        home.opened(found.paths.root, program="entrance") if postgres.is_asked() else nullcontext() as at_door,
    ):
        space = Space(found, FakeClock(WEDNESDAY), at_door=at_door)
        try:
            yield space
        finally:
            space.kept.close()


@pytest.fixture(scope="module")
def crowd(template: Path) -> Path:
    """A home with one member of each kind."""

    def make(root: Path) -> None:
        shutil.copytree(template, root)
        with home.opened(root) as found:
            space = Space(found, FakeClock(WEDNESDAY))
            peopled(space)
            space.kept.close()

    return once("crowd", make)


def comes_in(space: Space, kind: Kind) -> tuple[object, object, int]:
    """A badge, and nothing touched: the first card, what is written, how often the door opened."""
    before, pulses = books(space), space.door.pulses
    decision = space.tap(kind.uid)
    card = space.card
    assert isinstance(decision, Granted if kind.opens else Denied)
    return (card.kind, card.name, card.denial), written(before, books(space)), space.door.pulses - pulses


@pytest.fixture(scope="module")
def alone(crowd: Path) -> dict[str, tuple[object, object, int]]:
    """What becomes of each where no stranger was."""
    with opened(crowd) as space:
        found = {}
        for name, kind in KINDS.items():
            space.clock.advance(minutes=5)
            found[name] = comes_in(space, kind)
        return found


@pytest.mark.parametrize("scene", LEFT)
def test_whoever_comes_in_is_only_let_in_whatever_page_stood_there(
    crowd: Path, alone: dict[str, tuple[object, object, int]], scene: str
) -> None:
    _, leaves = LEFT[scene]
    with opened(crowd) as space:
        for name, kind in KINDS.items():
            space.clock.advance(minutes=5)
            leaves(space)
            space.clock.advance(seconds=10)
            assert (name, *comes_in(space, kind)) == (name, *alone[name])
        with space.home.store.reading() as connection:
            audit.check_chain(connection, space.home.seal)
            audit.check_sums(connection)


def test_every_page_that_waits_for_a_badge_is_among_these() -> None:
    named = {act for act, page in pages().items() if page.names is not None}
    elsewhere = consent.STEPS | {Act.WELCOME, Act.VOUCH_YES, Act.SKILL_KEEP, Act.NOTICE_KEEP}
    elsewhere |= {Act.PHONE_PAIR}  # tests/selfservice/test_telephones.py, where a telephone is there to be paired
    elsewhere |= {Act.SWAP_ASK, Act.SWAP_YES}  # tests/selfservice/test_hosting.py, where two members hold shifts
    elsewhere |= {Act.SKILL_ASK, Act.NOTICE_ANSWER}  # tests/selfservice/test_people.py, where another is to be asked
    scenes = {act for act, _ in LEFT.values()}
    assert named - elsewhere | CONFIRMED - {Act.ROOM} <= scenes


def test_who_wanted_to_join_and_walked_away_has_no_sponsor(crowd: Path) -> None:
    with opened(crowd) as space:
        newcomer(space)
        space.clock.advance(seconds=10)
        pulses = space.door.pulses
        space.tap(KINDS["itinerant"].uid)
        assert (space.card.kind, space.door.pulses) == (CardKind.GRANTED_DAY, pulses + 1)
        assert space.sql("SELECT count(*) FROM joining") == [(0,)]
