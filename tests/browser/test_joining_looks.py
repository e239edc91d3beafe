"""The keyboard and the texts to accept on other screens: upright, larger, in larger text, under the training band."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .conftest import SIZE
from .screens import CARDS, WELL, Kiosk
from .test_looks import Gallery, check_sizes, shown

STATES = (
    "join-name",
    "join-name-longest",
    "join-rules-long",
    "sponsor",
    "visit",
    "rung",
    "joined-long",
    "unknown-join",
    "pin-name-nobody",
    "pin-who-many",
    "pin-new",
    "lose-badge-two",
    "account-settings-pin",
)


@pytest.fixture(scope="module")
def school(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(shown(chromium))
    gallery.open(Kiosk(training=True, health=replace(WELL, training=True, door_simulated=True)))
    yield gallery
    gallery.kiosk.stop()
    gallery.page.context.close()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", [SIZE, {"width": 480, "height": 800}, {"width": 1024, "height": 600}])
def test_joining_fits_every_screen(school: Gallery, screenshots: Path, size: dict[str, int], state: str) -> None:
    school.page.set_viewport_size(size)  # type: ignore[arg-type]  # its own kind of dictionary
    school.show_card(CARDS[state])
    school.page.screenshot(path=screenshots / f"{state}.training.{size['width']}.png")
    check_sizes(school.measure(), 1 if size["height"] < 600 or size["width"] < 600 else 1.249)


@pytest.mark.parametrize("state", [state for state in STATES if not state.startswith(("join-name", "pin-name"))])
def test_joining_is_read_in_larger_text(school: Gallery, screenshots: Path, state: str) -> None:
    school.page.set_viewport_size(SIZE)
    school.show_card(replace(CARDS[state], larger=True))
    school.page.screenshot(path=screenshots / f"{state}.larger.png")
    check_sizes(school.measure())
