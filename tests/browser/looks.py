"""One entrance's screen, shown one state after the other in windows of several sizes and languages at once, and what is
measured in each of them.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize

from kiosk.checkin.cards import Card
from kiosk.language.catalogues import OURS, Language, offered

from .axe import found_by_axe
from .screens import CARDS, HEALTHS, LONG_NAME, WELL, Kiosk
from .undrawn import undrawn

MEASURES = (Path(__file__).parent / "measures.js").read_text("utf-8").partition("\n")[2]  # without its comment
# Resolves once the page's script has drawn this state: it writes the number, and draws before anything else can run.
_MISSED = """() => [...document.querySelectorAll("#stage button")].filter((button) => {
    const { left, top, width, height } = button.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return button.checkVisibility({ visibilityProperty: true }) && !button.contains(hit);
}).map((button) => button.outerHTML.slice(0, 80))"""
_ARRIVED = """(number) => new Promise((done, failed) => {
    const stage = document.getElementById("stage");
    const look = () => stage.dataset.number === number && done();
    setTimeout(() => failed(new Error(`state ${number} did not come`)), 20000);
    new MutationObserver(look).observe(stage, { attributes: true });
    look();
})"""
# What a language says is asked of the server and put in the page's place for a moment: no window of its own for each.
_LOOKED_AT = f"""([number, further]) => ({_ARRIVED})(number).then(async () => {{
    const measures = {MEASURES};
    const stage = document.getElementById("stage"), state = stage.querySelector(".face").dataset.state;
    const measured = {{ own: measures() }}, own = stage.innerHTML;
    for (const language of further) {{
        const answer = await fetch(`/card?since=-1&lang=${{language}}&wait=0`).then((each) => each.json());
        stage.innerHTML = answer.html;
        stage.querySelectorAll("[data-left]").forEach((left) => {{ left.textContent = "20"; }});
        measured[answer.language] = measures();
    }}
    if (further.length) stage.innerHTML = own;
    return [state, measured];
}})"""
# What people wrote may end in dots where there is no room: a name of forty letters, words for today, a notice.
PEOPLE_S_OWN = (LONG_NAME[:16], "WWWW", "Un tournevis")
_STATE = "document.querySelector('#stage .face').dataset.state"


ALL_WALKS = bool(os.environ.get("KIOSK_ALL_WALKS"))  # the long form: `scripts/torture walks`
PICTURED = ALL_WALKS or bool(os.environ.get("KIOSK_PICTURES"))
SPOKEN: tuple[Language, ...] = tuple(OURS) if ALL_WALKS else ("fr",)
"""In which a story is told: what it does is the same in each, and every card's words are measured by themselves."""


@dataclass(frozen=True)
class Window:
    """How large a screen is, how much larger than at 800x480 all of it is drawn, and what it speaks."""

    width: int = 800
    height: int = 480
    scale: float = 1
    language: Language = "fr"

    def __str__(self) -> str:
        return f"{self.width}x{self.height} {self.language}"

    @property
    def size(self) -> ViewportSize:
        """As Playwright wants it."""
        return {"width": self.width, "height": self.height}


FRENCH, ENGLISH = Window(), Window(language="en")
UPRIGHT, UPRIGHT_ENGLISH = Window(480, 800), Window(480, 800, language="en")
SEVEN_INCHES, TEN_INCHES = Window(1024, 600, 1.249), Window(1280, 800, 1.59)


class Gallery:
    """A screen that runs, and its windows. Cards stay until the next: the clock stands still."""

    def __init__(
        self,
        chromium: Browser,
        name: str,
        kiosk: Kiosk,
        *windows: Window,
        further: tuple[Language, ...] | None = None,
        drawn: bool = PICTURED,
    ) -> None:
        """`further`: the languages that French windows are measured in, too; all where none are named. `drawn`: its
        pages are painted, so that they can be touched and pictures of them taken.
        """
        kiosk.clock.still = True
        self.name = name
        self._languages = further if further is not None and not ALL_WALKS else tuple(offered())
        self._drawn = drawn
        self.kiosk = kiosk.start()
        self.pages = {window: self._opened(chromium, window) for window in windows}
        self.page = self.pages[windows[0]]

    def close(self) -> None:
        """Stop the screen, close the windows."""
        self.kiosk.stop()
        for page in self.pages.values():
            page.context.close()

    def show_card(self, card: Card) -> None:
        """A card, in every window; the first has it when this returns, the others when they are measured."""
        self.kiosk.board.show(card)
        self.arrives()

    def show_idle(self) -> None:
        """The idle screen as it is now, in every window."""
        self.kiosk.board.clear()
        self.kiosk.board.refresh()
        self.arrives()

    def show(self, state: str) -> None:
        """A card, or the idle screen with the health of this name."""
        if not self.kiosk.training:
            self.kiosk.health = HEALTHS.get(state, WELL)
        if state in CARDS:
            self.show_card(CARDS[state])
        else:
            self.show_idle()

    def arrives(self) -> None:
        """Wait until the first window shows what the board does."""
        self.page.evaluate(_ARRIVED, str(self.kiosk.board.now().number))

    def measure(self, window: Window) -> dict[str, Any]:
        """What one window measures of itself, once it shows what the board does."""
        measured: dict[str, Any] = self._look(window)[1]["own"]
        return measured

    def wrong(self, *, axe: tuple[Window, ...] = (), lines: int = 2) -> list[str]:
        """All that is wrong with the state shown: sizes in every window, and what axe finds in some of them.

        A French window is measured in every language that has no window of that size here, too; where all is drawn
        larger in proportion, lines end where they do at 800x480, and KIOSK_ALL_WALKS=1 alone has them measured.
        """
        found = []
        for window, page in self.pages.items():
            further = self._further(window)
            state, measured = self._look(window, *further)
            told = unfit(measured.pop("own"), window.scale, lines)
            assert list(measured) == further, state
            told += [f"{each}: {word}" for each in measured for word in unfit(measured[each], window.scale, lines)]
            if window in axe:
                told += found_by_axe(page)
                # A card leaves the page by itself in the end: what was looked at must have been this one.
                told += [] if page.evaluate(_STATE) == state else ["it changed while it was looked at"]
            found += [f"{self.name} {window}: {state}: {each}" for each in told]
        return found

    def _further(self, window: Window) -> list[Language]:
        """What one window is measured in beside its own language."""
        if window.language != "fr" or (window.scale != 1 and not ALL_WALKS):
            return []
        return [language for language in self._languages if replace(window, language=language) not in self.pages]

    def _look(self, window: Window, *further: Language) -> tuple[str, dict[str, Any]]:
        """The state that a window shows, and its measures, its own and by language: in one go, for each question takes
        its time.
        """
        number = str(self.kiosk.board.now().number)
        state, measured = self.pages[window].evaluate(_LOOKED_AT, [number, further])
        return state, measured

    def _opened(self, chromium: Browser, window: Window) -> Page:
        """A page that thinks it is hidden: it does not ask if anybody is there, and no picture depends on our pace.

        Nothing moves either: an arrow that nudges is wider than its place for a moment.
        """
        context = chromium.new_context(viewport=window.size, has_touch=True, reduced_motion="reduce")
        context.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
        page = context.new_page() if self._drawn else undrawn(context)
        page.set_default_timeout(20_000)
        page.goto(f"{self.kiosk.url}?lang={window.language}")
        page.wait_for_selector("#stage[data-number]")
        page.evaluate("document.fonts.ready.then(() => null)")  # what is measured first has its letters, too
        return page


def picture(page: Page, path: Path, *, full_page: bool = False, high: int = 0) -> None:
    """Keep a picture where KIOSK_PICTURES=1 asks for some: of the window, of the whole page, or of its first `high`
    pixels as a telephone shows them. No test reads one, and taking it is long.
    """
    if PICTURED:
        clip: FloatRect | None = {"x": 0, "y": 0, "width": 390, "height": high} if high else None
        page.screenshot(path=path, full_page=full_page, clip=clip)


def missed(page: Page) -> list[str]:
    """The buttons that a finger on their middle would not touch."""
    found: list[str] = page.evaluate(_MISSED)
    return found


def unfit(measured: dict[str, Any], scale: float = 1, lines: int = 2) -> list[str]:
    """What is too small, too pale, covered or does not fit, each with its measure."""
    fits = {
        "outside": measured["outside"] == [],
        "covered": measured["covered"] == [],
        "cut": all(any(words in text for words in PEOPLE_S_OWN) for text in measured["cut"]),
        "scrolls": not measured["scrolls"],
        "overlap": not measured["overlap"],
        "font": measured["font"],
        "smallest": measured["smallest"] >= 20 * scale,
        "smallestOnButtons": measured["smallestOnButtons"] >= 23 * scale,
        "lowestButton": measured["lowestButton"] >= 80 * scale,
        # A verdict is read from the door; a page by whoever stands before it, and "Aa" has its corner.
        "title": measured["title"] >= (36 if measured["isPage"] else 48) * scale,
        "titleLines": measured["titleLines"] <= (4 if measured["upright"] else lines),
        "contrast": measured["contrast"] >= 7,
    }
    return [f"{name}: {measured[name]}" for name, fit in fits.items() if not fit]


def check_sizes(measured: dict[str, Any], scale: float = 1, lines: int = 2) -> None:
    """Everything can be read and touched, and fits."""
    assert unfit(measured, scale, lines) == []
