"""Stand before the door's screen in Chromium, with the home, the clock and the stories of `tests.checkin.doorway`.

The page's time and the entrance's pass together, and only when the story says so: a pause of 25 s takes none. No poll
is waited for: each is answered at once, and asked again with the next step of that time.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, ViewportSize
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

from kiosk import home
from kiosk.web.screen.serving import server
from tests.checkin.doorway import Button, Doorway, Seen
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.web.screen.test_touches import Window

from .screens import free_port, still_time

_STEP_SECONDS = 1.8  # the page calls a poll late after 1.9 s
_FRAME_SECONDS = 0.017
_PATIENCE_SECONDS = 120  # others may be at work on this machine
# What was sent with a finger and what came of it, as the page's script has it sent; and the polls on their way.
_WATCHES = """() => {
    window.sent = [0, 0, 0];
    window.asking = 0;
    const { fetch } = window;
    window.fetch = async (where, how) => {
        if (how?.method !== "POST") {
            window.asking += 1;
            try {
                return await fetch(where.replace(/wait=[^&]*/, "wait=0"), how);
            } finally {
                window.asking -= 1;
                window.answered?.();
            }
        }
        window.sent[0] += 1;
        const answer = await fetch(where, how);
        window.sent[1] += 1;
        window.sent[2] = answer.status;
        return answer;
    };
}"""
# What the page shows once no poll is on its way, in one question.
_SHOWN = """async () => {
    while (window.asking) { await new Promise((then) => { window.answered = then; }); }
    const stage = document.getElementById("stage");
    return {
        number: stage.dataset.number, state: stage.querySelector("[data-state]")?.dataset.state, html: stage.innerHTML,
    };
}"""
_BOX = """([act, value, ticket]) => {
    const found = [...document.querySelectorAll("#stage button")].find(({ dataset }) =>
        dataset.act === act && (dataset.value ?? "") === value && (dataset.ticket ?? "") === ticket);
    found?.scrollIntoView({ block: "center" });
    const { x, y, width, height } = found?.getBoundingClientRect() ?? { x: 400, y: 240, width: 0, height: 0 };
    return found && [x + width / 2, y + height / 2];
}"""


@dataclass
class Pane(Doorway):
    """The screen as Chromium draws it on `sight`, touched where its buttons are."""

    sight: Page = field(kw_only=True)

    def _start(self, shown: Window) -> None:
        self.port = free_port()
        super()._start(shown)
        self._server: Any = server(self._front.app, self.port)
        self._ends = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        self.sight.goto(f"http://127.0.0.1:{self.port}/")

    def _serve(self) -> None:
        while not self._ends:
            wasyncore.loop(timeout=0.02, map=self._server._map, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map)

    def close(self) -> None:
        super().close()
        self._ends = True
        self._thread.join(10)

    def _tick(self, seconds: float) -> dict[str, Any]:
        """Let as much time pass there as here; what the page shows then."""
        self.sight.clock.run_for(round(seconds * 1000))
        self.space.clock.advance(seconds=seconds)
        shown: dict[str, Any] = self.sight.evaluate(_SHOWN)
        return shown

    def look(self) -> Seen:
        """See what the page shows, once it shows what the entrance does."""
        until = time.monotonic() + _PATIENCE_SECONDS
        shown = self.sight.evaluate(_SHOWN)
        while shown["number"] != str(self._front.board.now().number):
            assert time.monotonic() < until, "the page does not show what the entrance does"
            shown = self._tick(0.001)
        shown = self._tick(_FRAME_SECONDS)
        view = self._front.board.now()
        told = shown | {"number": view.number, "card": view.card_number, "boot": view.boot}
        ends_at = self.now + view.left_seconds if view.left_seconds else None
        if self.pages and (self.page.boot, self.page.number) == (view.boot, view.number):
            self.pages[-1] = self._painted(told, ends_at)
        else:
            self.pages.append(self._painted(told, ends_at))
        return self.page

    def passes(self, seconds: float) -> None:
        until = self.now + seconds
        while (left := until - self.now) > 1e-6:
            ends_at = self.page.ends_at
            self._tick(
                min(left, _STEP_SECONDS if ends_at is None else min(_STEP_SECONDS, max(0.02, ends_at - self.now)))
            )
            if ends_at is not None and self.now >= ends_at:
                self.look()
        self.look()

    def finger(self, button: Button | None, *, late: float = 0.0, page: Seen | None = None) -> int:
        """Touch a button where it stands, or where it stood on an older page."""
        assert button is not None
        place = self.sight.evaluate(_BOX, [button.act, button.value, button.ticket])
        if place is None:
            return 0
        before = self.sight.evaluate("window.sent[0]")
        if late:
            self.sight.route("**/*", lambda route: self._freezes(route, late), times=1)
        self.sight.touchscreen.tap(*place)
        self.sight.evaluate("() => Promise.resolve()")
        sent, answered, status = self.sight.evaluate("window.sent")
        while sent != answered:
            time.sleep(0.005)
            sent, answered, status = self.sight.evaluate("window.sent")
        self.look()
        return int(status) if sent > before else 0

    def _freezes(self, route: Route, seconds: float) -> None:
        self.space.clock.advance(seconds=seconds)
        route.continue_()


@contextmanager
def opened(root: Path, folder: Path, chromium: Browser, size: ViewportSize) -> Iterator[Pane]:
    """Stand before the door of a copy of this home, in a window of this size."""
    context = chromium.new_context(viewport=size, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    still_time(page, WEDNESDAY)
    page.clock.pause_at(WEDNESDAY + timedelta(hours=1))  # else it goes on by itself
    page.add_init_script(f"({_WATCHES})()")
    with home.opened(copied(root, folder / "home")) as house:
        clock = FakeClock(WEDNESDAY)
        space = Space(house, clock, screen=Window(clock))
        place = Pane(space, sight=page)
        try:
            yield place
        finally:
            place.close()
            space.kept.close()
            context.close()
