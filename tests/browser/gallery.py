"""Draws every state of the screen for `docs/ecran.md`, and writes that page: `python -m tests.browser.gallery`.

Each state at 800x480; what changes with the size of the screen, at three others. It looks as the suite does: the same
states, the same windows. Colours are few, so that a picture has some kilobytes.
"""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from kiosk.checkin.idle_facts import IdleFacts

from .conftest import ARGUMENTS, CHROMIUM
from .looks import FRENCH, SEVEN_INCHES, TEN_INCHES, UPRIGHT, Gallery, Window
from .screens import CARDS, HEALTHS, Kiosk, until_it_acts
from .test_idle_looks import ALL

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "pictures" / "screen"
COLOURS = 48
# Shown at every size: one of each layout.
OF_EACH_LAYOUT = (
    "idle-all",
    "granted-four",
    "unknown-join",
    "lost",
    "account",
    "account-lines",
    "account-settings-pin",
    "pay",
    "cash",
    "cash-sum",
    "pin-new",
    "transfer",
    "receipt",
    "buy",
    "join-name-typed",
    "join-rules",
    "visit",
    "prices",
    "house",
    "event-longest",
    "wrong",
)
SECTIONS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("Au repos, et en panne", lambda state: state in HEALTHS or state == "idle-all"),
    ("Entrer", lambda state: _tone(state).startswith("granted")),
    ("Une étape, une question", lambda state: _tone(state) == "choice"),
    ("Refusé, ou hors service", lambda state: _tone(state) in ("refused", "out")),
    ("Les pages d'une visite à l'écran", lambda state: _tone(state) == "paper"),
)
_HEAD = """# L'écran, état par état

Chaque état de l'écran de l'entrée, tel qu'il est dessiné en 800 x 480 et en français ; à la fin, une page de chaque
sorte sur un écran debout et sur deux écrans plus grands. `python -m tests.browser.gallery` dessine ces images et écrit
cette page : à refaire quand l'écran change, et à regarder à bout de bras.
"""


def _tone(state: str) -> str:
    """The colour of a card."""
    if state not in CARDS:
        return ""
    card = CARDS[state]
    return card.row.look.tone


def main() -> None:
    """Draw all, write the page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        gallery = Gallery(chromium, "pictures", Kiosk(), FRENCH, UPRIGHT, SEVEN_INCHES, TEN_INCHES, drawn=True)
        try:
            for state in ("idle-all", *HEALTHS, *CARDS):
                _draw(gallery, state)
        finally:
            gallery.close()
            chromium.close()
    (DOCS / "ecran.md").write_text(_page(), "utf-8")


def _draw(gallery: Gallery, state: str) -> None:
    gallery.kiosk.facts = ALL if state == "idle-all" else IdleFacts()
    gallery.show(state)
    _keep(gallery, FRENCH, state)
    if state in OF_EACH_LAYOUT:
        for window in (UPRIGHT, SEVEN_INCHES, TEN_INCHES):
            _keep(gallery, window, f"{state}.{window.width}")


def _keep(gallery: Gallery, window: Window, name: str) -> None:
    gallery.measure(window)  # it is drawn when it can be measured
    until_it_acts(gallery.pages[window])  # somebody else's card is inert at first
    picture = Image.open(io.BytesIO(gallery.pages[window].screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def _page() -> str:
    parts = [_HEAD]
    for title, holds in SECTIONS:
        states = [state for state in ("idle-all", *HEALTHS, *CARDS) if holds(state)]
        parts.append(f"\n## {title}\n\n{_table([(state, _said(state), state) for state in states], 3)}")
    for window in (UPRIGHT, SEVEN_INCHES, TEN_INCHES):
        shown = [(state, _said(state), f"{state}.{window.width}") for state in OF_EACH_LAYOUT]
        wide = 4 if window.height > window.width else 2
        parts.append(f"\n## {window.width} x {window.height}\n\n{_table(shown, wide)}")
    return "".join(parts)


def _table(shown: list[tuple[str, str, str]], wide: int) -> str:
    """Pictures side by side, each above its name."""
    rows = [shown[first : first + wide] for first in range(0, len(shown), wide)]
    lines = ["|" + " |" * wide, "|" + "---|" * wide]
    for row in rows:
        filled = [*row, *[("", "", "")] * (wide - len(row))]
        lines.append(
            "| "
            + " | ".join(f"![{said}](pictures/screen/{file}.png)" if file else "" for _, said, file in filled)
            + " |"
        )
        lines.append("| " + " | ".join(f"`{state}`" if state else "" for state, _, _ in filled) + " |")
    return "\n".join(lines) + "\n"


def _said(state: str) -> str:
    """What the picture shows, for whoever does not see it."""
    if state not in CARDS:
        return f"L'écran au repos : {state}"
    card = CARDS[state]
    words = card.row
    return words.title.to("fr", name=card.name or "").replace("\u00a0", " ").strip() or state


if __name__ == "__main__":
    main()
