"""Every state in both languages: a picture of it, nothing for axe to find, and sizes that can be read from 1.5 m."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from kiosk.checkin.cards import Card, CardKind
from kiosk.web.screen.texts import LANGUAGES

from .conftest import SIZE
from .screens import CARDS, HEALTHS, LONG_NAME, WELL, Kiosk

MEASURES = (Path(__file__).parent / "measures.js").read_text("utf-8")
TRAINING = ("idle", *CARDS)
CHIPPED = ("door-down", "database-kept", "database-in-memory", "clock-unsure", "reader-down-kept")
INK = (16, 32, 28)


class Gallery:
    """One page that is shown one state after the other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.kiosk = Kiosk()

    def open(self, kiosk: Kiosk) -> None:
        self.kiosk = kiosk.start()
        self.page.goto(kiosk.url)

    def speak(self, language: str) -> None:
        """Switch the page's language as a person would."""
        if self.page.evaluate("document.documentElement.lang") != language:
            self.kiosk.health = WELL
            self.show_idle()
            self.page.locator("[data-act=language]").dispatch_event("pointerdown")
            self.page.wait_for_selector(f"#stage [lang={language}] h1")

    def show_card(self, card: Card) -> None:
        self.kiosk.board.show(card)
        self._arrived()

    def show_idle(self) -> None:
        self.kiosk.board.close(self.kiosk.board.now().number)
        self.kiosk.board.refresh()
        self._arrived()

    def show(self, state: str) -> None:
        if not self.kiosk.training:
            self.kiosk.health = HEALTHS.get(state, WELL)
        if state in CARDS:
            self.show_card(CARDS[state])
        else:
            self.show_idle()

    def measure(self) -> dict[str, Any]:
        measured: dict[str, Any] = self.page.evaluate(MEASURES)
        return measured

    def _arrived(self) -> None:
        number = self.kiosk.board.now().number
        self.page.wait_for_selector(f'#stage[data-number="{number}"]')


def shown(chromium: Browser) -> Page:
    """A page that thinks it is hidden: it does not ask whether anybody is there, and no picture depends on our pace."""
    context = chromium.new_context(viewport=SIZE, has_touch=True)
    context.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    page = shown(chromium)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def gallery(page: Page) -> Iterator[Gallery]:
    gallery = Gallery(page)
    gallery.open(Kiosk())
    yield gallery
    gallery.kiosk.stop()


@pytest.fixture(scope="module")
def school(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(shown(chromium))
    gallery.open(Kiosk(training=True, health=replace(WELL, training=True, door_simulated=True)))
    yield gallery
    gallery.kiosk.stop()
    gallery.page.context.close()


@pytest.fixture(scope="module")
def laptop(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(shown(chromium))
    gallery.open(Kiosk(health=replace(WELL, door_simulated=True)))
    yield gallery
    gallery.kiosk.stop()
    gallery.page.context.close()


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    def luminance(colour: tuple[int, ...]) -> float:
        parts = [c / 255 for c in colour]
        red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def check(gallery: Gallery, picture: Path, lines: int = 2) -> None:
    gallery.page.screenshot(path=picture)
    results = Axe().run(gallery.page)
    assert results.violations_count == 0, results.generate_report()
    check_sizes(gallery.measure(), lines=lines)


def check_sizes(measured: dict[str, Any], scale: float = 1, lines: int = 2) -> None:
    assert measured["outside"] == []
    assert measured["covered"] == []
    assert not measured["scrolls"]
    assert not measured["overlap"]
    assert measured["font"]
    assert measured["smallest"] >= 20 * scale
    assert measured["smallestOnButtons"] >= 23 * scale
    assert measured["lowestButton"] >= 80 * scale
    assert measured["title"] >= 48 * scale
    assert measured["titleLines"] <= (4 if measured["upright"] else lines)
    assert measured["contrast"] >= 7


@pytest.mark.parametrize("state", [*HEALTHS, *CARDS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_seen_and_read_by_everyone(
    gallery: Gallery, screenshots: Path, language: str, state: str
) -> None:
    gallery.speak(language)
    gallery.show(state)
    check(gallery, screenshots / f"{state}.{language}.png")


@pytest.mark.parametrize("state", TRAINING)
def test_training_wears_its_band_on_every_state(school: Gallery, screenshots: Path, state: str) -> None:
    school.show(state)
    assert school.page.locator(".band.training").is_visible()
    check(school, screenshots / f"training-{state}.fr.png")


@pytest.mark.parametrize("state", ["idle", "spooled"])
def test_a_simulated_door_wears_its_band(laptop: Gallery, screenshots: Path, state: str) -> None:
    laptop.show(state)
    assert "PORTE SIMULÉE" in laptop.page.locator(".band").inner_text()
    check(laptop, screenshots / f"simulated-{state}.fr.png")


@pytest.mark.parametrize("state", CHIPPED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chip_is_amber_and_has_room_at_the_longest_hours(gallery: Gallery, language: str, state: str) -> None:
    gallery.speak(language)
    gallery.kiosk.clock.pushed += 14 * 3600  # 22 h 52
    gallery.show(state)
    gallery.kiosk.clock.pushed -= 14 * 3600
    check_sizes(gallery.measure())
    chip = gallery.page.locator(".chip")
    looks = chip.evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
    assert looks == ["rgb(255, 201, 77)", "rgb(16, 32, 28)"]
    parts = gallery.page.locator(".clock, .chip, .bar-top button").all()
    boxes = [box for part in parts if (box := part.bounding_box())]
    assert len(boxes) >= 2
    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] + 12 <= right["x"]


@pytest.mark.parametrize("kind", [CardKind.SPOOLED, CardKind.SPOOLED_IN_MEMORY])
def test_a_day_that_is_counted_later_is_striped_and_can_be_read_on_either_stripe(
    gallery: Gallery, kind: CardKind
) -> None:
    gallery.speak("fr")
    gallery.show_card(Card(kind, "Inès"))
    stripes = gallery.page.locator(".face").evaluate("e => getComputedStyle(e).backgroundImage")
    colours = [tuple(int(part) for part in found) for found in re.findall(r"rgb\((\d+), (\d+), (\d+)\)", stripes)]
    assert len(set(colours)) == 2
    assert all(contrast(colour, INK) >= 7 for colour in colours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_badge_that_takes_long_is_told_one_moment(gallery: Gallery, screenshots: Path, language: str) -> None:
    gallery.speak(language)
    gallery.show("idle")
    gallery.kiosk.board.reading()
    gallery.page.wait_for_selector("[data-state=reading]")
    check(gallery, screenshots / f"reading.{language}.png")
    gallery.show("granted-plan")


@pytest.mark.parametrize("name", [LONG_NAME, "W" * 40, "Jean-Christophe de la Villardière-Montfort"[:40], "Ÿłść" * 10])
@pytest.mark.parametrize(
    "kind",
    [CardKind.GRANTED_DAY, CardKind.AGAIN, CardKind.SPOOLED, CardKind.SPOOLED_IN_MEMORY, CardKind.DOOR_FAULT],
)
def test_the_longest_names_stay_on_the_screen(gallery: Gallery, name: str, kind: CardKind) -> None:
    gallery.speak("fr")
    gallery.show_card(replace(CARDS["granted-notices"], kind=kind, name=name))
    measured = gallery.measure()
    assert measured["outside"] == []
    assert not measured["overlap"]
    assert measured["title"] >= 48


def test_a_short_verdict_is_as_large_as_drawn(gallery: Gallery) -> None:
    gallery.speak("fr")
    for state in ("idle", "granted-day", "again", "spooled", "lost", "unknown", "reader-down"):
        gallery.show(state)
        assert gallery.measure()["title"] == 56
    gallery.kiosk.health = WELL
