"""Every state on every screen, in both languages and under what changes its room: nothing for axe to find, sizes that
can be read from 1.5 m, and a picture.

English and the further languages are measured in the French windows, Dutch alone under the band; larger screens show
every fourth state, and axe looks at one of each kind of card, and at some under the band. KIOSK_ALL_WALKS=1
(`scripts/torture walks`) shows all in all windows, and axe look at each, in English, too, and at all that bear the
band; it keeps a picture of each, as KIOSK_PICTURES=1 does.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.aids import Aids
from kiosk.web.screen.board import READING_SECONDS
from kiosk.web.screen.idle_faces import Manner

from .looks import (
    ALL_WALKS,
    ENGLISH,
    FRENCH,
    SEVEN_INCHES,
    TEN_INCHES,
    UPRIGHT,
    UPRIGHT_ENGLISH,
    Gallery,
    picture,
    unfit,
)
from .screens import CARDS, HEALTHS, LONG_NAME, WELL, Kiosk

pytestmark = pytest.mark.promise(7)

TRAINING = ("idle", *CARDS)
CHIPPED = ("door-down", "database-kept", "database-in-memory", "clock-unsure", "reader-down-kept")
INK = (16, 32, 28)
READ_LARGER = (
    "join-rules-long",
    "sponsor",
    "visit",
    "rung",
    "joined-long",
    "unknown-join",
    "pin-who-many",
    "pin-new",
    "lose-badge-two",
    "account-settings-pin",
)
UPRIGHT_VERDICTS = (
    "granted-day",
    "granted-four",
    "granted-notices",
    "spooled",
    "lost",
    "unknown",
    "membership-over",
    "more",
    "badge-again-guest",
    "granted-four-long",
    "granted-two",
)


@pytest.fixture(scope="module")
def plain(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(chromium, "plain", Kiosk(), FRENCH, UPRIGHT, *((ENGLISH, UPRIGHT_ENGLISH) if ALL_WALKS else ()))
    yield gallery
    gallery.close()


@pytest.fixture(scope="module")
def larger(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(chromium, "larger", Kiosk(), SEVEN_INCHES, TEN_INCHES)
    yield gallery
    gallery.close()


@pytest.fixture(scope="module")
def bilingual(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(chromium, "bilingual", Kiosk(), FRENCH, ENGLISH)
    yield gallery
    gallery.close()


@pytest.fixture(scope="module")
def school(chromium: Browser) -> Iterator[Gallery]:
    kiosk = Kiosk(training=True, health=replace(WELL, training=True, door_simulated=True))
    larger = (SEVEN_INCHES,) if ALL_WALKS else ()
    # The band takes room in height: one further language, the one whose lines are most.
    gallery = Gallery(chromium, "training", kiosk, FRENCH, UPRIGHT, *larger, further=("nl",))
    yield gallery
    gallery.close()


@pytest.fixture(scope="module")
def mannered(chromium: Browser) -> Iterator[Gallery]:
    kiosk = Kiosk(manner=Manner(hand="left", contrast="high", text="large"))
    gallery = Gallery(chromium, "mannered", kiosk, FRENCH, UPRIGHT)
    yield gallery
    gallery.close()


@pytest.fixture(scope="module")
def laptop(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(chromium, "simulated", Kiosk(health=replace(WELL, door_simulated=True)), FRENCH)
    yield gallery
    gallery.close()


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    def luminance(colour: tuple[int, ...]) -> float:
        parts = [c / 255 for c in colour]
        red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


STATES = [*HEALTHS, *CARDS]
# A state of each kind of card: the others of its kind have its template, and their words and sizes are measured.
AXED = {*HEALTHS, *{(card.kind, card.denial): state for state, card in reversed(CARDS.items())}.values()}
ON_LARGER_SCREENS = STATES if ALL_WALKS else STATES[::4]  # which draw all in proportion


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_seen_and_read_by_everyone(
    plain: Gallery, larger: Gallery, school: Gallery, mannered: Gallery, screenshots: Path, state: str
) -> None:
    """Sizes in every window; axe, whose rules neither size nor language changes, once a kind, and under the band."""
    plain.show(state)
    picture(plain.page, screenshots / f"{state}.png")
    further = (*((UPRIGHT,) if state in UPRIGHT_VERDICTS else ()), *((ENGLISH,) if ALL_WALKS else ()))
    wrong = plain.wrong(axe=(*((FRENCH,) if ALL_WALKS or state in AXED else ()), *further))
    if state in TRAINING:
        school.show(state)
        wrong += school.wrong(axe=(FRENCH,) if ALL_WALKS or state in ("idle", *UPRIGHT_VERDICTS) else ())
        bands = [str(window) for window, page in school.pages.items() if page.locator(".band.training").is_visible()]
        assert bands == [str(window) for window in school.pages]
    for gallery in (mannered, *((larger,) if state in ON_LARGER_SCREENS else ())):
        gallery.show(state)
        wrong += gallery.wrong()
    assert wrong == []


def test_joining_is_read_in_larger_text(school: Gallery) -> None:
    wrong = []
    for state in READ_LARGER:
        school.show_card(replace(CARDS[state], aids=Aids.LARGER))
        wrong += school.wrong()
    assert wrong == []


@pytest.mark.parametrize("state", ["idle", "spooled"])
def test_a_simulated_door_wears_its_band(laptop: Gallery, screenshots: Path, state: str) -> None:
    laptop.show(state)
    assert "PORTE SIMULÉE" in laptop.page.locator(".band").inner_text()
    picture(laptop.page, screenshots / f"simulated-{state}.png")
    assert laptop.wrong(axe=(FRENCH,)) == []


@pytest.mark.parametrize("state", CHIPPED)
def test_a_chip_is_amber_and_has_room_at_the_longest_hours(bilingual: Gallery, state: str) -> None:
    bilingual.kiosk.clock.pushed += 14 * 3600  # 22 h 52
    bilingual.show(state)
    bilingual.kiosk.clock.pushed -= 14 * 3600
    for window in (FRENCH, ENGLISH):
        assert unfit(bilingual.measure(window)) == [], window
        page = bilingual.pages[window]
        looks = page.locator(".chip").evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
        assert looks == ["rgb(255, 201, 77)", "rgb(16, 32, 28)"], window
        parts = page.locator(".clock, .chip, .bar-top button").all()
        boxes = [box for part in parts if (box := part.bounding_box())]
        assert len(boxes) >= 2, window
        for left, right in pairwise(boxes):
            assert left["x"] + left["width"] + 12 <= right["x"], window


@pytest.mark.parametrize("kind", [CardKind.SPOOLED, CardKind.SPOOLED_IN_MEMORY])
def test_a_day_that_is_counted_later_is_striped_and_can_be_read_on_either_stripe(
    plain: Gallery, kind: CardKind
) -> None:
    plain.show_card(Card(kind, "Inès"))
    stripes = plain.page.locator(".face").evaluate("e => getComputedStyle(e).backgroundImage")
    colours = [tuple(int(part) for part in found) for found in re.findall(r"rgb\((\d+), (\d+), (\d+)\)", stripes)]
    assert len(set(colours)) == 2
    assert all(contrast(colour, INK) >= 7 for colour in colours)


def test_a_badge_that_takes_long_is_told_one_moment(bilingual: Gallery, screenshots: Path) -> None:
    bilingual.show("idle")
    bilingual.kiosk.board.reading()
    bilingual.kiosk.clock.pushed += READING_SECONDS
    bilingual.arrives()
    picture(bilingual.page, screenshots / "reading.png")
    assert bilingual.wrong(axe=(FRENCH, ENGLISH)) == []
    for page in bilingual.pages.values():
        assert page.locator("#stage .face").get_attribute("data-state") == "reading"
    bilingual.show("granted-plan")


@pytest.mark.parametrize("name", [LONG_NAME, "W" * 40, "Jean-Christophe de la Villardière-Montfort"[:40], "Ÿłść" * 10])
@pytest.mark.parametrize(
    "kind",
    [CardKind.GRANTED_DAY, CardKind.AGAIN, CardKind.SPOOLED, CardKind.SPOOLED_IN_MEMORY, CardKind.DOOR_FAULT],
)
def test_the_longest_names_stay_on_the_screen(plain: Gallery, name: str, kind: CardKind) -> None:
    plain.show_card(replace(CARDS["granted-notices"], kind=kind, name=name))
    measured = plain.measure(FRENCH)
    assert measured["outside"] == []
    assert not measured["overlap"]
    assert measured["title"] >= 48


def test_a_short_verdict_is_as_large_as_drawn(plain: Gallery) -> None:
    for state in ("idle", "granted-day", "again", "spooled", "lost", "unknown", "reader-down"):
        plain.show(state)
        assert plain.measure(FRENCH)["title"] == 56, state
    plain.kiosk.health = WELL
