"""Stand before the door's screen as people do: badges, fingers, and what the page says, over HTTP.

What stands here knows pages by what is written on them. It has the page's part of the protocol and nothing else: which
card a finger aimed at, when that card was painted, and when the finger came down.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lxml import html

from kiosk import home
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.domain.checkin import badges
from kiosk.entrance_parts import served
from tests import postgres
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.web.screen.screens import OWN, PORT
from tests.web.screen.test_touches import Front, Window

AIMS_SECONDS = 0.8  # from what is seen to the finger that comes down, in no hurry
LIES_SECONDS = 0.3  # a badge on the reader
_SOON = 0.02


@dataclass(frozen=True)
class Button:
    """A button of the page, as its markup has it; `label` is what it says."""

    does: str
    act: str
    ticket: str = ""
    value: str = ""
    label: str = ""


@dataclass(frozen=True)
class Seen:
    """A page that was shown: since when, whose badge brought it (`owner`), and since when that is so.

    The owner is "" where no badge did, None at idle.
    """

    number: int
    card: int
    boot: str
    state: str
    text: str
    buttons: tuple[Button, ...]
    painted_at: float
    ends_at: float | None
    owner: str | None
    owned_at: float

    @property
    def is_idle(self) -> bool:
        return self.state == "idle"

    def button(self, *labels: str) -> Button | None:
        """The first button that says one of these, the first label first."""
        for label in labels:
            for each in self.buttons:
                if re.search(label, each.label, re.IGNORECASE):
                    return each
        return None


@dataclass(frozen=True)
class Deed:
    """Something that was done, by whose badge or on which page. A finger came down at `finger_at`, served at `at`."""

    kind: str  # badge, touch, begin, close, hold, restart, time
    at: float
    page: Seen
    badge: str = ""
    button: Button | None = None
    finger_at: float = 0.0
    status: int = 0


Witness = Callable[["Doorway", Deed], None]


@dataclass
class Doorway:
    """The screen, the reader and the door of a space. `witness` is told of each deed once its effects are there."""

    space: Space
    witness: Witness = lambda place, deed: None
    pages: list[Seen] = field(default_factory=list)
    badges: int = 0
    touches: int = 0  # letters apart
    port: int = PORT

    def __post_init__(self) -> None:
        assert isinstance(self.space.screen, Window)
        self._start(self.space.screen)
        self._by = ""  # whose badge is being served
        self.look()

    def _start(self, shown: Window) -> None:
        self._front = Front(self.space, shown, port=self.port, idle=lambda: IdleFacts(by_pin=True, vouches=True))
        self._client = self._front.app.test_client()

    # --- eyes

    @property
    def now(self) -> float:
        return self.space.clock.monotonic()

    @property
    def page(self) -> Seen:
        return self.pages[-1]

    def look(self) -> Seen:
        """See what the screen shows; another page than before is painted at this moment."""
        answer = self._client.get("/card?since=-1&lang=fr", base_url=OWN).get_json()
        same = self.pages and (self.page.boot, self.page.number) == (answer["boot"], answer["number"])
        left = answer["stays_seconds"]
        ends_at = self.now + left if left else None
        if same:
            self.pages[-1] = replace(self.page, ends_at=ends_at)
        else:
            self.pages.append(self._painted(answer, ends_at))
        return self.page

    def _painted(self, answer: dict[str, Any], ends_at: float | None) -> Seen:
        stage = html.fragment_fromstring(answer["html"], create_parent="main")
        buttons = tuple(_button(each) for each in stage.iter("button"))
        before = self.pages[-1] if self.pages else None
        owner: str | None = self._by
        if answer["state"] == "idle":
            owner = None
        elif not self._by and before is not None and before.boot == answer["boot"] and before.owner is not None:
            owner = before.owner
        same = before is not None and before.owner == owner and before.boot == answer["boot"]
        owned_at = before.owned_at if same and before is not None else self.now
        text = _plain(" ".join(stage.itertext()))
        card = answer.get("card", answer["number"])  # another than the state's number, where the page tells them apart
        return Seen(
            answer["number"], card, answer["boot"], answer["state"], text, buttons, self.now, ends_at, owner, owned_at
        )

    def reads(self, *words: str) -> bool:
        """Whether the page says all of this."""
        return all(re.search(each, self.page.text, re.IGNORECASE) for each in words)

    # --- time

    def passes(self, seconds: float) -> None:
        """Let time pass, seeing each page that comes by itself."""
        until = self.now + seconds
        while (left := until - self.now) > 1e-6:
            ends_at = self.page.ends_at
            step = left if ends_at is None else min(left, max(_SOON, ends_at - self.now + _SOON))
            self.space.clock.advance(seconds=step)
            self.look()
        self._tell("time", self.page)

    def is_idle(self) -> None:
        """Wait for the idle screen."""
        for _ in range(60):
            if self.page.is_idle:
                return
            self.passes(5)
        raise AssertionError(f"the screen never came to rest: {self.page.state}")

    # --- a badge

    def badge(self, uid: str, lies: float = LIES_SECONDS) -> None:
        """Present a badge and lift it."""
        page, self._by = self.page, uid
        self.badges += 1
        read = badges.parse(uid)
        served(self.space.checkin, lambda read: None, lambda read, is_refused: None)(read)
        self.look()
        self._by = ""
        self._tell("badge", page, badge=uid)
        self.passes(lies)
        self.space.checkin.lift(read)
        self.look()

    # --- a finger

    def finger(self, button: Button | None, *, late: float = 0.0, page: Seen | None = None) -> int:
        """Touch a button of the page as it is seen now, or the card beside its buttons; the request is served late.

        While it waits nothing is served and nothing drawn: the entrance is frozen.
        """
        page, at = page or self.page, self.now
        kind, path, fields = self._request(button, page, at)
        if path is None:
            return 0
        if late:
            self.space.clock.advance(seconds=late)
        answer = self._client.post(path, base_url=OWN, json=fields, headers={"Origin": OWN})
        self.look()
        self._tell(kind, page, button=button, finger_at=at, status=answer.status_code)
        return answer.status_code

    def _request(self, button: Button | None, page: Seen, at: float) -> tuple[str, str | None, dict[str, object]]:
        """What the page sends: the one place that knows the names of the fields."""
        seen: dict[str, object] = {
            "number": page.number,
            "card": page.card,
            "painted_at": page.painted_at,
            "finger_at": at,
        }
        if button is None:
            return "hold", "/hold", seen
        if button.act == "close":
            return "close", "/close", seen
        act = {"act": button.act, "ticket": button.ticket, "value": button.value}
        if button.does == "touch":
            return "touch", "/touch", {**seen, **act}
        if button.does == "begin":
            return "begin", "/begin", {**seen, **act, "lang": "fr"}
        return "none", None, {}

    def press(self, *labels: str, after: float = AIMS_SECONDS) -> None:
        """Read, and touch the button that says one of these; one that there was no room for is behind « Autre »."""
        self.passes(after)
        button = self.page.button(*labels)
        self.touches += 1
        if button is None and (more := self.page.button(r"^Autre")):
            self.finger(more)
            self.passes(after)
            self.touches += 1
            button = self.page.button(*labels)
        assert button is not None, f"no {labels} on {self.page.state}: {[each.label for each in self.page.buttons]}"
        assert self.finger(button) in (200, 204), f"{button} was refused on {self.page.state}"

    def tries(self, *labels: str, after: float = AIMS_SECONDS) -> bool:
        """Touch the button that says one of these, where there is one."""
        self.passes(after)
        button = self.page.button(*labels)
        return button is not None and self.finger(button) in (200, 204)

    def types(self, text: str) -> None:
        """Type on the keyboard of the screen, or on its pad."""
        self.passes(AIMS_SECONDS)
        for letter in text:
            self.press("^(espace|space)$" if letter == " " else f"^{re.escape(letter)}$", after=0.2)
            self.touches -= 1

    # --- what is behind

    def restarts(self) -> None:
        """End the entrance's program and start it again; the page stays and asks the new one."""
        page = self.page
        self._front.board.stop()
        self.space.screen = shown = Window(self.space.clock)
        self.space.restart()
        self._start(shown)
        self.look()
        self._tell("restart", page)

    def close(self) -> None:
        self._front.board.stop()

    def _tell(
        self,
        kind: str,
        page: Seen,
        badge: str = "",
        button: Button | None = None,
        finger_at: float = 0.0,
        status: int = 0,
    ) -> None:
        self.witness(self, Deed(kind, self.now, page, badge, button, finger_at, status))


@contextmanager
def opened(root: Path) -> Iterator[Doorway]:
    """Stand before the door of a copy of this home."""
    with (
        TemporaryDirectory(dir=root.parent) as folder,
        home.opened(copied(root, Path(folder) / "home"), program="desk") as house,
        home.opened(house.paths.root, program="entrance") if postgres.is_asked() else nullcontext() as at_door,
    ):
        clock = FakeClock(WEDNESDAY)
        space = Space(house, clock, screen=Window(clock), at_door=at_door)
        place = Doorway(space)
        try:
            yield place
        finally:
            place.close()
            space.kept.close()


def _button(element: html.HtmlElement) -> Button:
    own = element.attrib
    label = own.get("aria-label") or _plain(" ".join(element.itertext()))
    return Button(
        own.get("data-does", ""), own.get("data-act", ""), own.get("data-ticket", ""), own.get("data-value", ""), label
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())
