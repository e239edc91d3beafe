"""Every state of a full home's screen fits: nothing is cut, nothing covered, each button a finger's size and apart.

The states are those that a walk by badge and finger through such a home comes to (`tests.browser.full_home`), those of
errands that follow no page (`errands`), and the idle screen with each thing that it tells in turn; each in French,
English, Dutch and a language half as long again, at four sizes, with a band or none, in normal letters or larger. One
Chromium shows them in one page.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) looks at all of it. Else what is widest and what is fullest stands for the
rest: no English, which is shorter than French; on the two large screens the longer language alone; of options that do
the same, one; with a band the larger letters, and without it the normal ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, ViewportSize

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.verdicts import Denial
from kiosk.health.entrance_health import Health
from kiosk.language import catalogues
from kiosk.web.screen.idle_faces import Manner
from tests import pseudo
from tests.web.screen.screens import WELL
from tests.web.screen.test_idle_face import IdleScreen

from . import errands
from .full_home import Seen, keep, walked
from .looks import ALL_WALKS
from .screens import Kiosk
from .undrawn import undrawn

pytestmark = pytest.mark.promise(7)

FITS = (Path(__file__).parent / "fits.js").read_text("utf-8")
SIZES: tuple[ViewportSize, ...] = (
    {"width": 800, "height": 480},
    {"width": 480, "height": 800},
    {"width": 1024, "height": 600},
    {"width": 1280, "height": 800},
)
SMALL = SIZES[:2]
LANGUAGES = ("fr", *(("en",) if ALL_WALKS else ()), "nl", pseudo.CODE)
WAYS = [(False, False), (True, True), *([(False, True), (True, False)] if ALL_WALKS else [])]
BANDED = replace(WELL, training=True, door_simulated=True)
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
def met(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Each card that a walk or an errand came to; of errands those alone that no walk came to, in a short run."""
    seen = walked(template, tmp_path_factory.mktemp("full"), options=2 if ALL_WALKS else 1)
    cards, walks = dict(seen.cards), {_state(card) for card in seen.cards.values()}
    for card in errands.run(template, tmp_path_factory.mktemp("errands")):
        if ALL_WALKS or _state(card) not in walks:
            keep(cards, card)
    return Seen(cards, seen.facts)


@pytest.fixture(scope="module")
def seen(met: Seen) -> Seen:
    return Seen({**met.cards, **{kind.value: Card(kind) for kind in errands.NO_WAY}}, met.facts)


def _state(card: Card) -> tuple[CardKind, Denial | None]:
    return card.kind, card.denial


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
    page = undrawn(context)
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


def test_every_kind_of_card_is_met_or_has_its_reason_and_none_has_both(met: Seen) -> None:
    kinds = {card.kind for card in met.cards.values()}
    assert set(CardKind) - kinds == set(errands.NO_WAY)
    assert all(errands.NO_WAY.values())


@pytest.mark.parametrize(("larger", "band"), WAYS)
@pytest.mark.usefixtures("spoken")
def test_every_state_of_a_full_home_fits_every_screen(seen: Seen, page: Page, *, larger: bool, band: bool) -> None:
    found = drawn(seen, larger=larger, band=band)
    names = {html: name for name, html in reversed(found.faces.items())}  # the same face once
    told = []
    for size in SIZES:
        page.set_viewport_size(size)
        shown = [html for html, name in names.items() if ALL_WALKS or size in SMALL or name.endswith(pseudo.CODE)]
        for html, wrong in zip(shown, page.evaluate(FITS, shown), strict=True):
            told += [f"{size['width']}x{size['height']} {found} {names[html]}: {each}" for each in wrong]
    assert not told, "\n".join(told)
