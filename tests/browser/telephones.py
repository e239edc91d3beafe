"""A house whose members have pages, in a browser: the kiosk with touch, and telephones of 390 px, each a context.

The entrance is a process, the pages and the desk's answers are threads over the same home, reached by TLS. Members pay
online at a platform that stands in for HelloAsso, with a page of its own.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from kiosk import home, keys
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.offline import office_clock
from kiosk.offline.clock_trust import Timekeeper
from kiosk.setup import settings_lines
from kiosk.store.space.policies import Rules
from kiosk.telephones import pairing
from kiosk.telephones.pairing import Named, Scanned
from kiosk.web.member_pages import listening
from kiosk.web.member_pages.answers import Answers
from kiosk.web.member_pages.listening import Listener
from kiosk.web.member_pages.office import PagesOffice
from kiosk.web.pages import speech
from kiosk.web.pages.app import COOKIE, create_app
from kiosk.web.pages.guards import Pace
from kiosk.web.public_pages import answering
from tests import certificates, helloasso
from tests.helloasso import HelloAsso
from tests.processes import free_port

from . import camera
from .axe import read_axe_in
from .door import CAST, Door, prepare, uid, watched
from .looks import FRENCH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class LaterClock(HostClock):
    """The machine's clock; what telephones ask can be let come later."""

    _ahead = timedelta(0)

    def now(self) -> datetime:
        """The machine's moment, and what was let pass."""
        return super().now() + self._ahead

    def let_pass(self, seconds: float) -> None:
        """Be so many seconds ahead of the machine."""
        self._ahead = timedelta(seconds=seconds)


@dataclass
class House:
    """The door, what a telephone opens, and where members pay."""

    door: Door
    address: str
    chromium: Browser
    platform: HelloAsso
    clock: LaterClock = field(default_factory=LaterClock)

    @contextmanager
    def telephone(self) -> Iterator[Page]:
        """A telephone with nothing on it yet."""
        context: BrowserContext = self.chromium.new_context(
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            ignore_https_errors=True,
            locale="fr",
        )
        read_axe_in(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        yield page
        context.close()

    def scans(self, page: Page, said: str) -> None:
        """Open what the camera read; only the page's button is the scan."""
        page.goto(said)
        page.get_by_role("button", name="Relier ce téléphone").tap()

    def pairs(self, page: Page, story: str) -> None:
        """Pair a telephone with a story's member; the screen then stands on the page that says so."""
        self.scans(page, shows_qr(self.door, story))
        types(self.door, story, page.locator(".digits").inner_text())
        self.door.sees(CardKind.PHONE_PAIRED)
        page.get_by_role("heading", name="Mon compte").wait_for()

    def knows(self, page: Page, story: str) -> None:
        """Open a member's pages on a telephone that was paired on another day."""
        number = self.door.member(CAST[story][0]).number
        with home.opened(self.door.home.root) as opened, opened.store.writing() as connection:
            moment = Rules(opened.config.zone).at(connection, self.clock.now())[1]
            begun = pairing.begin(connection, number, moment)
            scanned = pairing.scan(connection, begun.secret, "android", moment)
            assert isinstance(scanned, Scanned)
            pairing.confirm(connection, begun.id, number, Named(scanned.digits, moment.at), moment, "kiosk")
        shown = {"name": COOKIE, "value": scanned.bearer, "url": self.address, "secure": True, "httpOnly": True}
        page.context.add_cookies([shown])  # type: ignore[list-item]  # as playwright has it
        page.goto(self.address)


@contextmanager
def opened_house(folder: Path, chromium: Browser) -> Iterator[House]:
    """A house that runs until the block ends."""
    prepared, port = prepare(folder), free_port()
    address, clock = f"https://127.0.0.1:{port}", LaterClock()
    with ExitStack() as stack:
        platform = stack.enter_context(helloasso.running())
        _set(prepared, address, platform.url)
        (folder / "door").mkdir()
        door = stack.enter_context(watched(prepared, folder / "door", chromium, "fr", [FRENCH]))
        opened = stack.enter_context(home.opened(door.home.root, is_patient=True, program="desk"))
        keeper = office_clock.teach(Timekeeper(clock, lambda: True), opened)
        socket = folder / "pages.sock"
        listener = Listener(listening.bound(socket), Answers(PagesOffice(opened, keeper), answering.answer).answer)
        stack.callback(listener.close)
        listener.start()
        _, context = certificates.shown(folder)
        app = create_app(partial(speech.ask, socket), Pace(most=2_000))  # all its telephones have one address
        web = make_server("127.0.0.1", port, _whole(app), threaded=True, ssl_context=context)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        stack.callback(web.shutdown)
        yield House(door, address, chromium, platform, clock)


def _whole(app: "WSGIApplication") -> "WSGIApplication":
    """Answers in one piece: werkzeug's server leaves a file open where Chromium breaks the line after it."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        pieces = app(environ, start_response)
        try:
            return [b"".join(pieces)]
        finally:
            getattr(pieces, "close", lambda: None)()

    return answer


def _set(root: Path, address: str, platform: str) -> None:
    path = root / "kiosk.toml"
    text = settings_lines.with_line(path.read_text("utf-8"), "pages", "address", f'address = "{address}"')
    for name, setting in (("organisation", helloasso.SLUG), ("client", helloasso.CLIENT), ("server", platform)):
        text = settings_lines.with_line(text, "online", name, f'{name} = "{setting}"')
    path.write_text(text, "utf-8")
    keys.write_word(home.find(root).online_secret, helloasso.SECRET)


def shows_qr(door: Door, story: str) -> str:
    """In by the badge, on to one's own pages, and the QR. Returns what the camera reads."""
    door.opens_account(story)
    door.touch(Act.PHONE)
    door.sees(CardKind.PHONE)
    return camera.read(door.page)


def types(door: Door, story: str, digits: str) -> None:
    """Type what the telephone shows, and say yes by badge."""
    door.touch(Act.PHONE_CODE)
    door.sees(CardKind.PHONE_CODE)
    door.digits(digits, Act.PIN_KEY)
    door.touch(Act.PHONE_PAIR)
    door.sees(CardKind.BADGE_AGAIN)
    door.reads(f"Le téléphone qui montre {digits}")
    door.tap(uid(story, "fr"))
