"""What Chromium takes of a core at rest, on an empty page, on the screen's own, and on it with what it did before.

A real `kiosk entrance`, and Chromium without a window as big as the door's screen. Its processes' time is the kernel's
own count, summed over all of them while nothing happens. Before, two animations never ended, something counted every
200 ms, and every 650 ms the page asked whether anybody was there.
"""

import importlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import space
from bench.card import free_port
from bench.figures import asked
from bench.rest import running, vouch
from kiosk.setup.home_creation import NewHome

CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
_REST_SECONDS, _SETTLE_SECONDS = 30.0, 5.0
_BEFORE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.rings::before, .rings::after { animation: ring 2.4s ease-out infinite; }
        .rings::after { animation-delay: 1.2s; } .invite .lead svg { animation: nudge 2.4s ease-in-out infinite; }
        @keyframes nudge { 0%, 60%, 100% { transform: none; } 75% { transform: translateX(.5rem); } }`);
    document.adoptedStyleSheets = [sheet];
    setInterval(() => document.querySelector(".face").classList.toggle("ending", false), 200);
    setInterval(() => fetch("/alive").catch(() => null), 650);
}"""


def run(folder: Path, rounds: int) -> None:
    """Measure each in turn, so often; print the medians' share of a core."""
    screen, desk, reader = free_port(), free_port(), free_port()
    space.make(folder / "home", 1_000, NewHome(screen_port=screen, desk_port=desk, reader=f"udp:localhost:{reader}"))
    vouch(folder / "home")
    playwright = importlib.import_module("playwright.sync_api")  # a tool of the tests, which need not be there
    with running(folder / "home", screen), playwright.sync_playwright() as driver:
        kinds: dict[str, Callable[[Any], None]] = {
            "an empty page": lambda page: page.goto("about:blank"),
            "the screen at rest": lambda page: _opened(page, screen),
            "... with what it did before": lambda page: _as_before(page, screen),
        }
        found = {kind: sorted(_share(driver, opens) for _ in range(rounds)) for kind, opens in kinds.items()}
    medians = {kind: each[len(each) // 2] for kind, each in found.items()}
    for kind, share in medians.items():
        print(f"{kind:<66}{share:>8.2f} % of a core")
    print()
    asked("Chromium at rest", medians["the screen at rest"], 2, " %")


def _opened(page: Any, port: int) -> None:
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector("#stage[data-number] [data-state=idle]")


def _as_before(page: Any, port: int) -> None:
    _opened(page, port)
    page.evaluate(_BEFORE)


def _share(driver: Any, opens: Callable[[Any], None]) -> float:
    """The percentage of one core that a Chromium of its own takes, once it has settled."""
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
    try:
        page = browser.new_page(viewport={"width": 800, "height": 480})
        opens(page)
        page.wait_for_timeout(_SETTLE_SECONDS * 1000)
        began, spent = time.monotonic(), _seconds(_own_chromium())
        page.wait_for_timeout(_REST_SECONDS * 1000)
        return 100 * (_seconds(_own_chromium()) - spent) / (time.monotonic() - began)
    finally:
        browser.close()


def _own_chromium() -> set[int]:
    """Chromium's processes that descend from this one: others may be at work beside it."""
    parents, named = {}, set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, fields = (folder / "comm").read_text(), (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended
        parents[int(folder.name)] = int(fields[1])
        if "chrom" in name:
            named.add(int(folder.name))
    own = {os.getpid()}
    while found := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= found
    return own & named


def _seconds(pids: set[int]) -> float:
    """The time that these processes have had of a core, so far."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
