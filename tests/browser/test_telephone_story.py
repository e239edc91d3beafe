"""A member pairs their telephone before the screen, and a stranger with a photograph of it gets nothing.

Two contexts of one Chromium: the kiosk with touch, and telephones of 390 px that reach members' pages by TLS; the
entrance is a process, the pages and the desk's answers are threads over the same home.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.offline import office_clock
from kiosk.offline.clock_trust import Timekeeper
from kiosk.web.member_pages import listening
from kiosk.web.member_pages.answers import Answers
from kiosk.web.member_pages.listening import Listener
from kiosk.web.member_pages.office import PagesOffice
from kiosk.web.pages import speech
from kiosk.web.pages.app import create_app
from kiosk.web.public_pages import answering
from tests import certificates
from tests.processes import free_port

from . import camera
from .axe import found_by_axe, read_axe_in
from .door import CAST, Door, prepare, uid, watched
from .looks import FRENCH

PAIRS, PHOTOGRAPHED = "settings", "reports"


@dataclass
class House:
    """The door, and what a telephone opens."""

    door: Door
    address: str
    chromium: Browser

    @contextmanager
    def telephone(self) -> Iterator[Page]:
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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("telephones")
    prepared, port = prepare(folder), free_port()
    address = f"https://127.0.0.1:{port}"
    settings = prepared / "kiosk.toml"
    text = settings.read_text("utf-8").replace('# address = "https://membres.example.org"', f'address = "{address}"')
    settings.write_text(text, "utf-8")
    (folder / "door").mkdir()
    with watched(prepared, folder / "door", chromium, "fr", [FRENCH]) as door, ExitStack() as stack:
        opened = stack.enter_context(home.opened(door.home.root, is_patient=True, program="desk"))
        keeper = office_clock.teach(Timekeeper(HostClock(), lambda: True), opened)
        socket = folder / "pages.sock"
        listener = Listener(listening.bound(socket), Answers(PagesOffice(opened, keeper), answering.answer).answer)
        stack.callback(listener.close)
        listener.start()
        _, context = certificates.shown(folder)
        app = create_app(partial(speech.ask, socket))
        web = make_server("127.0.0.1", port, app, threaded=True, ssl_context=context)
        thread = threading.Thread(target=web.serve_forever, daemon=True)
        thread.start()
        stack.callback(web.shutdown)
        yield House(door, address, chromium)


def shows_qr(door: Door, story: str) -> str:
    """In by the badge, on to one's own pages, and the QR. Returns what the camera reads."""
    door.opens_account(story)
    door.touch(Act.PHONE)
    door.sees(CardKind.PHONE)
    return camera.read(door.page)


def _picture(phone: Page, path: Path, high: int) -> None:
    """What stands at the top of a telephone, for docs/membres.md."""
    phone.screenshot(path=path, clip={"x": 0, "y": 0, "width": 390, "height": high})


def types(door: Door, story: str, digits: str) -> None:
    """Type what the telephone shows, and say yes by badge."""
    door.touch(Act.PHONE_CODE)
    door.sees(CardKind.PHONE_CODE)
    door.digits(digits, Act.PIN_KEY)
    door.touch(Act.PHONE_PAIR)
    door.sees(CardKind.BADGE_AGAIN)
    door.reads(f"Le téléphone qui montre {digits}")
    door.tap(uid(story, "fr"))


def test_a_telephone_is_paired_and_used_and_ended(house: House, screenshots: Path) -> None:
    door, wrong = house.door, []
    with house.telephone() as phone:
        said = shows_qr(door, PAIRS)
        assert said.startswith(f"{house.address}/p/")
        door.page.screenshot(path=screenshots / "membres-qr.png")
        phone.goto(said)
        _picture(phone, screenshots / "membres-relier.png", 420)
        house.scans(phone, said)
        digits = phone.locator(".digits").inner_text()
        assert re.fullmatch(r"\d\d", digits)
        _picture(phone, screenshots / "membres-chiffres.png", 260)
        types(door, PAIRS, digits)
        door.sees(CardKind.PHONE_PAIRED)
        expect(phone.get_by_role("heading", level=1)).to_have_text("Mon compte")
        _picture(phone, screenshots / "membres-compte.png", 660)
        (cookie,) = phone.context.cookies()
        assert cookie["httpOnly"]
        assert cookie["secure"]
        for label in ("Mes lignes", "Reçus et relevés", "J’ai oublié de badger", "Mes réglages", "Mes données"):
            phone.get_by_role("link", name=label).tap()
            expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("."))
            wrong += found_by_axe(phone)
            wide = phone.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, label
        assert wrong == []
        phone.get_by_role("link", name="Mes téléphones").tap()
        door.touch(Act.PHONES)
        door.sees(CardKind.PHONES)
        door.page.locator('#stage [data-act="phone-end"]').first.tap()
        door.reads("Rien pour l’instant")
        phone.reload()
        expect(phone.locator("main")).to_contain_text("n’est pas relié")
        assert phone.context.cookies() == []
    door.close()
    door.is_idle(CAST[PAIRS][0].split()[0])


def test_a_stranger_with_a_photograph_ends_both_and_opens_nothing(house: House) -> None:
    door = house.door
    with house.telephone() as phone, house.telephone() as stranger:
        said = shows_qr(door, PHOTOGRAPHED)
        house.scans(stranger, said)  # the faster of the two
        shown = stranger.locator(".digits").inner_text()
        house.scans(phone, said)
        expect(phone.locator("main")).to_contain_text("Deux téléphones ont visé le même QR.")
        expect(stranger.locator("main")).to_contain_text("Deux téléphones ont visé le même QR.")
        types(door, PHOTOGRAPHED, shown)
        door.sees(CardKind.PHONE_REFUSED)
        assert stranger.context.cookies() == []
    door.close()
    door.is_idle(CAST[PHOTOGRAPHED][0].split()[0])
