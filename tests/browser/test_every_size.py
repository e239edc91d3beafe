"""Every state on every screen, and under what changes its room: a picture, and sizes measured in the page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from kiosk.web.screen.idle_faces import Manner
from kiosk.web.screen.texts import Language

from .screens import CARDS, HEALTHS, WELL, Kiosk
from .test_looks import Gallery, check_sizes, shown

SCHOOL: dict[str, Any] = {"training": True, "health": replace(WELL, training=True, door_simulated=True)}
MANNERED: dict[str, Any] = {"manner": Manner(hand="left", contrast="high", text="large")}
# What the entrance is set to, the screen's width and height, how much larger than 800x480 it all is drawn, the words.
SCREENS: tuple[tuple[str, dict[str, Any], int, int, float, Language], ...] = (
    ("plain", {}, 1024, 600, 1.249, "fr"),
    ("plain", {}, 1280, 800, 1.59, "fr"),
    ("plain", {}, 480, 800, 1, "fr"),
    ("plain", {}, 480, 800, 1, "en"),
    ("training", SCHOOL, 480, 800, 1, "fr"),
    ("mannered", MANNERED, 800, 480, 1, "fr"),
    ("mannered", MANNERED, 480, 800, 1, "fr"),
)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda one: f"{one[0]}-{one[2]}x{one[3]}-{one[5]}")
def test_every_state_fits_every_screen(
    chromium: Browser, screenshots: Path, screen: tuple[str, dict[str, Any], int, int, float, Language]
) -> None:
    name, set_to, width, height, scale, language = screen
    gallery = Gallery(shown(chromium))
    gallery.open(Kiosk(**set_to))
    wrong = {}
    try:
        gallery.page.set_viewport_size({"width": width, "height": height})
        gallery.speak(language)
        for state in CARDS if gallery.kiosk.training else (*HEALTHS, *CARDS):
            gallery.show(state)
            gallery.page.screenshot(path=screenshots / f"{name}-{state}.{language}.{width}x{height}.png")
            measured = gallery.measure()
            try:
                check_sizes(measured, scale)
            except AssertionError as unfit:
                wrong[state] = str(unfit)
    finally:
        gallery.kiosk.stop()
        gallery.page.context.close()
    assert wrong == {}
