"""From the rise of the pin to the card: at the end of a socket, and in the page that a member sees.

Both ask as the page does, by long poll, from a process of their own. The clocks are one machine's: the monotonic one
for the socket, the wall clock for the browser.
"""

import importlib
import importlib.util
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import rig, space
from bench.figures import asked, percentiles
from bench.rig import Rig
from bench.space import Person
from kiosk.health.entrance_health import Health
from kiosk.web.screen.app import create_app
from kiosk.web.screen.serving import server
from kiosk.web.screen.views import Fingers, Views

_SETTLE_SECONDS = 0.02  # a page that has just got an answer needs a moment to ask again

_WATCH = """() => {
    window.seen = [];
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    new MutationObserver(() => {
        if (!document.querySelector('[data-state="granted-day"]')) return;
        const there = now();
        requestAnimationFrame(() => requestAnimationFrame(() => {
            document.documentElement.dataset.seen = window.seen.push([there, now()]);
        }));
    }).observe(document.getElementById("stage"), { childList: true });
}"""


class Taps:
    """Taps on an idle screen, of members who have not come that day."""

    def __init__(self, door: Rig, people: list[Person]) -> None:
        self._door = door
        self._comers = self._coming(people)

    def tap(self) -> float:
        """Tap. Returns the pin's rise by the monotonic clock."""
        time.sleep(_SETTLE_SECONDS)
        seconds = self._door.tap(next(self._comers).read)
        self._door.write_log()
        return self._door.began_at + seconds

    def end_card(self) -> None:
        """The card has stood its time."""
        self._door.clock.skip(30)
        self._door.board.now()

    def _coming(self, people: list[Person]) -> Iterator[Person]:
        while True:
            yield from people
            self._door.clock.skip(86400)


def _chromium() -> str | None:
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def run(folder: Path, rounds: int) -> None:
    """Tap and wait for the card, so often; first at a socket, then in the page."""
    people = space.make(folder / "home", 1_000)
    with rig.opened(folder / "home") as door, served(door) as port:
        taps = Taps(door, people)
        print(f"{'pin to card, ms':<24}{'p50':>8}{'p95':>8}{'p99':>8}")
        print_line("at the socket", _at_socket(taps, port, rounds))
        if _chromium() is None or importlib.util.find_spec("playwright") is None:
            print("in the page: not measured, it needs playwright and chromium (scripts/test installs both)")
            return
        there, drawn = _in_page(taps, port, rounds)
        print_line("in the page (DOM)", there)
        print_line("drawn, two frames later", drawn)
    asked("pin to card on the page, p95", percentiles(there)[1] * 1e3, 50, " ms")


def print_line(what: str, seconds: list[float]) -> None:
    """One row of the table."""
    print(f"{what:<24}" + "".join(f"{value * 1e3:>8.2f}" for value in percentiles(seconds)), flush=True)


def free_port() -> int:
    """A port of loopback that nobody has at this moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def served(door: Rig) -> Iterator[int]:
    """The screen on a free port."""
    port = free_port()

    def health() -> Health:
        return Health(
            "online", True, door.door.level, door.door.pulses, "ok", "ok", "host", True, "disk", 0, False, "bench"
        )

    checkin = door.checkin
    fingers = Fingers(checkin.touch, checkin.begin, checkin.hold, checkin.close, checkin.instead_of)
    views = Views(board=door.board, health=health, fingers=fingers, clock=door.clock, zone=door.home.config.zone)
    app = create_app(views, port)
    threading.Thread(target=server(app, port).run, daemon=True).start()
    try:
        yield port
    finally:
        door.board.stop()


def _at_socket(taps: Taps, port: int, rounds: int) -> list[float]:
    command = [sys.executable, "-m", "bench.poller", str(port)]
    seconds = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as poller:
        try:
            for _ in range(rounds):
                arrival(poller, "idle")
                risen_at = taps.tap()
                seconds.append(arrival(poller, "granted-day") - risen_at)
                taps.end_card()
        finally:
            poller.terminate()
    return seconds


def arrival(poller: subprocess.Popen[str], state: str) -> float:
    """When this state came; others before it are passed over."""
    for line in poller.stdout or ():
        found, moment = line.split()
        if found == state:
            return float(moment)
    raise RuntimeError("the poller ended by itself")


def _in_page(taps: Taps, port: int, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to the card in the document, and to the second frame after it: by then it has been painted."""
    api = importlib.import_module("playwright.sync_api")
    risen = []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        taps.end_card()
        page.goto(f"http://127.0.0.1:{port}/")
        page.evaluate(_WATCH)
        for number in range(rounds):
            page.wait_for_selector('[data-state="idle"]')
            ahead = time.time() - time.monotonic()
            risen.append(taps.tap() + ahead)
            page.wait_for_selector(f'html[data-seen="{number + 1}"]')
            taps.end_card()
        seen = page.evaluate("window.seen")
        browser.close()
    there, drawn = ([each[which] - up for each, up in zip(seen, risen, strict=True)] for which in (0, 1))
    return there, drawn
