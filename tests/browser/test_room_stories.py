"""A room at the door: in by the badge, the badge again, then three touches; in a real browser, by real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.tariffs import Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.rooms.pricing import PricedBy
from kiosk.language.catalogues import OURS, Language
from kiosk.language.names import Names
from kiosk.rooms.keeping import Keeping
from kiosk.space.rule_change import NewProduct
from kiosk.space.rules import Rulebook
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space.policies import Rules

from .door import CAST, Door, prepare, uid, watched
from .looks import ENGLISH, FRENCH, SPOKEN, UPRIGHT, Window

WATCHED: dict[Language, tuple[Window, ...]] = {"fr": (FRENCH, UPRIGHT), "en": (ENGLISH,)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small room of 10 EUR an hour, booked at the screen."""
    root = prepare(tmp_path_factory.mktemp("rooms"))
    with home.opened(root) as opened:
        rules, clock = Rules(opened.config.zone), HostClock()
        with opened.store.writing() as connection:
            today = rules.at(connection, clock.now())[
                1
            ].day  # the space's, which at night is still the calendar's yesterday
            for name in ("rooms_on", "rooms_at_screen"):
                row = (name, "2020-01-01", "true")
                connection.exec_driver_sql("INSERT INTO policy (name, valid_from, value) VALUES (?, ?, ?)", row)
        names = Names({"fr": "Petite salle", "en": "Small room"})
        Rulebook(store=opened.store, rules=rules, clock=clock, actor="cli").add_product(
            NewProduct(
                code="room-hour",
                kind=ProductKind.ROOM,
                unit=Unit.HOUR,
                names=names,
                price=Price(1000),
                valid_from=today,
            )
        )
        facts = RoomFacts(names=names, capacity=6, priced_by=PricedBy("room-hour"))
        Keeping(store=opened.store, rules=rules, clock=clock).add("small", facts)
    return root


@pytest.fixture(params=SPOKEN)
def door(prepared: Path, tmp_path: Path, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Door]:
    language: Language = request.param
    with watched(prepared, tmp_path, chromium, language, WATCHED[language]) as found:
        yield found


def test_small_room_now_for_half_an_hour_and_undone(door: Door) -> None:
    name, badge = CAST["undo"][list(OURS).index(door.language)], uid("undo", door.language)
    door.is_idle(name.split()[0])
    door.tap(badge)
    door.sees(CardKind.GRANTED_DAY, name.split()[0])
    door.touch(Act.HOUSE)
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(badge)
    door.sees(CardKind.HOUSE)
    door.touch(Act.ROOM)
    door.sees(CardKind.ROOM)
    door.touch(Act.ROOM_WHEN, "1 0 0")
    door.sees(CardKind.ROOM_WHEN)
    now = door.page.locator('#stage button[data-act="room-long"]')
    if late := not now.count():  # just before midnight
        door.touch(Act.ROOM_WHEN, "1")
        door.page.locator('#stage button[data-act="room-when"]').first.tap()
    now.first.tap()
    door.sees(CardKind.ROOM_LONG)
    door.reads("5")
    door.page.locator('#stage button[data-act="room-book"]').first.tap()
    door.sees(CardKind.HOUSE_DONE, name.split()[0])
    with door.records() as connection:
        found = connection.exec_driver_sql("SELECT state FROM booking").all()
        # what begins in a few minutes is claimed with the tap, too
        assert [row[0] for row in found] in ([["claimed"], ["booked"]] if late else [["claimed"]])
    door.touch(Act.ROOM_UNDO)
    door.page.wait_for_selector('#stage button[data-act="room-undo"]', state="detached")
    with door.records() as connection:
        found = connection.exec_driver_sql("SELECT state FROM booking").all()
        assert [tuple(row) for row in found] == [("cancelled",)]
