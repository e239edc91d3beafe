"""A training at the door: a member signs up by touch, leaves, proposes; in a real browser, by real processes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind, EventState, Terms
from kiosk.domain.money.tariffs import Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.events.planning import Description, Planning
from kiosk.language.catalogues import OURS, Language
from kiosk.language.names import Names
from kiosk.space.rule_change import NewProduct
from kiosk.space.rules import Rulebook
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.space.policies import Rules

from .door import CAST, Door, prepare, uid, watched
from .looks import ENGLISH, FRENCH, SPOKEN, TEN_INCHES, UPRIGHT, Window

WATCHED: dict[Language, tuple[Window, ...]] = {"fr": (FRENCH, TEN_INCHES, UPRIGHT), "en": (ENGLISH,)}
TITLE = "La compta"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose desk has opened a training for two, of 30 EUR a seat."""
    root = prepare(tmp_path_factory.mktemp("events"))
    with home.opened(root) as opened:
        rules, clock = Rules(opened.config.zone), HostClock()
        with opened.store.writing() as connection:
            today = rules.at(connection, clock.now())[
                1
            ].day  # the space's, which at night is still the calendar's yesterday
            connection.exec_driver_sql(
                "INSERT INTO policy (name, valid_from, value) VALUES ('events', '2020-01-01', 'true')"
            )
        book = Rulebook(store=opened.store, rules=rules, clock=clock, actor="cli")
        names = Names({"fr": "Formation", "en": "Training"})
        book.add_product(
            NewProduct(
                code="training",
                kind=ProductKind.EVENT,
                unit=Unit.SEAT,
                names=names,
                price=Price(3000),
                valid_from=today,
            )
        )
        planning = Planning(store=opened.store, rules=rules, seal=opened.seal, clock=clock, actor="cli")
        event = planning.propose(Description(kind=EventKind.TRAINING, title=TITLE, place="Salle du fond"))
        starts = clock.now() + timedelta(days=15)
        terms = Terms(
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            places=2,
            threshold=1,
            deadline_at=starts - timedelta(days=3),
            rent_percent=20,
        )
        planning.open(event, terms, "training")
    return root


@pytest.fixture(params=SPOKEN)
def door(prepared: Path, tmp_path: Path, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Door]:
    language: Language = request.param
    with watched(prepared, tmp_path, chromium, language, WATCHED[language]) as found:
        yield found


def at_the_agenda(door: Door, story: str) -> str:
    """In by the badge, and on to what is planned. Returns who it is."""
    door.opens_house(story)
    door.touch(Act.EVENTS)
    door.sees(CardKind.EVENTS)
    return CAST[story][list(OURS).index(door.language)]


def test_a_touch_signs_up_another_leaves_and_a_title_is_typed(door: Door) -> None:
    name = at_the_agenda(door, "undo")
    door.touch(Act.EVENT, "1")
    door.page.wait_for_selector('#stage [data-state="event"]')
    door.reads("30")
    door.touch(Act.EVENT_JOIN)
    door.page.wait_for_selector('#stage button[data-act="event-leave"]')
    with door.records() as connection:
        [one] = signup_rows.standing(connection, 1)
        assert (one.name, one.terms) == (name, 1)
    door.touch(Act.EVENTS)
    door.sees(CardKind.EVENTS)
    assert door.page.locator('#stage button[data-act="event"]').get_attribute("aria-pressed") == "true"
    door.touch(Act.PROPOSE)
    door.sees(CardKind.EVENT_KIND)
    door.touch(Act.PROPOSE_KIND, "workshop")
    door.sees(CardKind.EVENT_TITLE)
    for letter in ("v", "e", "l", "o"):
        door.touch(Act.KEY, letter)
    door.touch(Act.PROPOSE_UNNAMED)
    door.sees(CardKind.BADGE_AGAIN)  # what is told to others wants the badge
    door.tap(uid("undo", door.language))
    door.page.wait_for_selector('#stage [data-state="event"]')
    with door.records() as connection:
        proposed = event_rows.by_id(connection, 2)
        assert (proposed.title, proposed.state, proposed.host_name) == ("Velo", EventState.PROPOSED, None)
    door.touch(Act.EVENTS)
    door.touch(Act.EVENT, "1")
    door.touch(Act.EVENT_LEAVE)
    door.page.wait_for_selector('#stage button[data-act="event-join"]')
    door.close()
    door.is_idle(name.split()[0])
    with door.records() as connection:
        assert signup_rows.standing(connection, 1) == []
