"""Every state of a full home's screen fits: nothing is cut, nothing covered, each button a finger's size and apart.

The states are those that a walk by badge and finger through such a home comes to (`tests.browser.full_home`), and the
idle screen with each thing that it tells in turn; each in French, English, Dutch and a language half as long again, at
four sizes, with a band or none, in normal letters or larger. One Chromium shows them in one page.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) looks at all of it. Else what is widest and what is fullest stands for the
rest: no English, which is shorter than French; of the two large screens one, which the other draws in proportion; with
a band the larger letters, and without it the normal ones. What the longer language lacks still is counted in `LEFT`,
state by state, and may only become less.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, ViewportSize

from kiosk.domain.checkin.aids import Aids
from kiosk.health.entrance_health import Health
from kiosk.language import catalogues
from kiosk.web.screen.idle_faces import Manner
from tests import pseudo
from tests.web.screen.screens import WELL
from tests.web.screen.test_idle_face import IdleScreen

from .full_home import Seen, walked
from .looks import ALL_WALKS
from .screens import Kiosk

pytestmark = pytest.mark.promise(7)

FITS = (Path(__file__).parent / "fits.js").read_text("utf-8")
SIZES: tuple[ViewportSize, ...] = (
    {"width": 800, "height": 480},
    {"width": 480, "height": 800},
    {"width": 1024, "height": 600},
    *([ViewportSize(width=1280, height=800)] if ALL_WALKS else []),
)
LANGUAGES = ("fr", *(("en",) if ALL_WALKS else ()), "nl", pseudo.CODE)
WAYS = [(False, False), (True, True), *([(False, True), (True, False)] if ALL_WALKS else [])]
# In the language half as long again: how many places of a state are not whole yet, all its cards and sizes together.
# No room is left for their words: titles of verdicts above three lines, days in full beside a sum, six ways to pay.
LEFT: Mapping[str, int] = {
    "account": 18,
    "again": 1,
    "badge-again": 1,
    "bought": 4,
    "cash-sum": 1,
    "day": 2,
    "house-done": 2,
    "join-name": 2,
    "member-name": 4,
    "not-sold": 8,
    "own-data": 2,
    "own-name": 7,
    "own-settings": 6,
    "pay": 20,
    "step": 6,
    "unknown-badge": 8,
    "wrong": 8,
}
BANDED = replace(WELL, training=True, door_simulated=True)
STATE = re.compile(r"^\d+-|( at \d+ s)?, \w+$")  # what a name has besides the state
TURN_SECONDS = 5  # the idle screen is looked at so often within a minute


@dataclass
class Drawn:
    """The faces of one way to draw them, each with a name."""

    larger: bool
    band: bool
    faces: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{'larger' if self.larger else 'normal'}{', band' if self.band else ''}"


@pytest.fixture(scope="module")
def seen(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return walked(template, tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def spoken() -> Iterator[None]:
    before = catalogues.look_in(pseudo.longer_folder())
    yield
    catalogues.look_in(before)


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page with the screen's own style sheet and letters, and without its script."""
    kiosk = Kiosk().start()
    context = chromium.new_context(has_touch=True, reduced_motion="reduce")
    context.route("**/screen.js*", lambda route: route.abort())
    page = context.new_page()
    page.goto(kiosk.url)
    page.evaluate("document.fonts.ready.then(() => null)")
    yield page
    context.close()
    kiosk.stop()


def drawn(seen: Seen, *, larger: bool, band: bool) -> Drawn:
    """Each state as the entrance sends it, in every language."""
    health: Health = BANDED if band else WELL
    screen = IdleScreen(
        facts=seen.facts, manner=Manner(text="large" if larger else "normal"), health=health, training=band
    )
    found = Drawn(larger, band)
    for language in LANGUAGES:
        for turn in range(60 // TURN_SECONDS):
            found.faces[f"idle at {turn * TURN_SECONDS} s, {language}"] = screen.card(language)
            screen.clock.pass_by(TURN_SECONDS)
        for name, card in seen.cards.items():
            screen.board.show(replace(card, language=language, aids=Aids(larger)))
            found.faces[f"{name}, {language}"] = screen.card(language)
        screen.board.clear()
    return found


@pytest.mark.parametrize(("larger", "band"), WAYS)
@pytest.mark.usefixtures("spoken")
def test_every_state_of_a_full_home_fits_every_screen(seen: Seen, page: Page, *, larger: bool, band: bool) -> None:
    found = drawn(seen, larger=larger, band=band)
    names = {html: name for name, html in reversed(found.faces.items())}  # the same face once
    told, longer = [], Counter[str]()
    for size in SIZES:
        page.set_viewport_size(size)
        for html, wrong in zip(names, page.evaluate(FITS, list(names)), strict=True):
            name = names[html]
            if name.endswith(pseudo.CODE):
                longer[STATE.sub("", name)] += len(wrong)
            else:
                told += [f"{size['width']}x{size['height']} {found} {name}: {each}" for each in wrong]
    assert told == []
    assert {state: count for state, count in longer.items() if count > LEFT.get(state, 0)} == {}
