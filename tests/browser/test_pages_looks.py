"""Every page of a telephone and of the public, as a browser draws it in each language: nothing cut at any width,
nothing that axe has to say, nothing too small for a thumb. Pages are told by
their routes: a route that draws none here fails.
"""

import base64
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.test import TestResponse

import kiosk.web.pages
from kiosk.language.catalogues import offered
from kiosk.store.members import members
from kiosk.web.pages import guards
from kiosk.web.pages.app import COOKIE, create_app
from tests import helloasso
from tests.browser import page_walk
from tests.browser.axe import ALL_WALKS, found_by_axe
from tests.browser.looks import PICTURED, picture
from tests.browser.undrawn import undrawn
from tests.conftest import Space
from tests.helloasso import HelloAsso
from tests.web.pages.conftest import Browser as Client
from tests.web.pages.conftest import House
from tests.web.pages.test_paying import Paying, made
from tests.web.public_pages.conftest import open_house
from tests.web.public_pages.test_pages import ROOM, VISIT, link

__all__ = ["open_house"]
CSS = Path(str(kiosk.web.pages.__file__)).parent / "static" / "pages.css"
WIDTHS = (320, 1280, 390)
FONT = Path(str(kiosk.web.pages.__file__)).parents[1] / "screen" / "static" / "fonts" / "atkinson-latin.woff2"
PICTURES = {
    "online": ("membres-payer", 445),
    "ready to pay": ("membres-helloasso", 250),
    "paid": ("membres-paye", 200),
    "house": ("membres-lieu", 335),
    "room": ("membres-salle", 305),
    "papers": ("membres-recus", 325),
    "known": ("membres-donnees", 830),
    "a code is mailed": ("membres-code", 310),
    "transfer": ("membres-virement", 560),
    "forgotten": ("membres-oubli", 640),
    "wrong": ("membres-erreur", 570),
    "mails": ("membres-courriers", 630),
    "phones": ("membres-telephones", 445),
    "/agenda": ("public-agenda", 330),
    "/agenda?v=1": ("public-place", 670),
    "sent": ("public-envoyee", 280),
    "unproven": ("public-confirmer", 330),
}
"""What stands at the top of a page, for docs/membres.md and docs/pages-publiques.md: the picture, and its height."""
NO_PAGE = {"font", "static", "healthz", "api", "fetch"}
EXCHANGE = """(html) => {
    const drawn = new DOMParser().parseFromString(html, "text/html");
    document.documentElement.lang = drawn.documentElement.lang;
    document.title = drawn.title;
    document.body.replaceWith(drawn.body);
}"""
SMALL = """[...document.querySelectorAll("button, select, input:not([type=hidden]), nav a, a.button")]
    .filter((each) => each.getBoundingClientRect().height < 44).map((each) => each.outerHTML.slice(0, 80))"""
SQUEEZED = """[...document.querySelectorAll("dd, .rows span")].filter((each) => {
    const { width, height } = each.getBoundingClientRect();
    return width < 96 && height > 100;
}).map((each) => each.textContent)"""


@pytest.fixture
def platform() -> Iterator[HelloAsso]:
    with helloasso.running() as stand_in:
        yield stand_in


@pytest.fixture
def house(space: Space, platform: HelloAsso) -> House:
    """Members who pay online, too; the public's fixture opens its pages on it."""
    found, _ = made(space, platform.url)
    with space.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, found.ines), email="ines@example.org")
    return found


class Visits:
    """Browsers that are never too fast, each page that they were sent, and the route that sent it."""

    def __init__(self, house: House, language: str) -> None:
        self.house = house
        self.routes = set[str]()
        self.language = language
        self.app = create_app(house.ask, guards.Pace(most=10_000))
        self._where = self.app.url_map.bind("membres.example.org")

    def browser(self, bearer: str = "") -> Client:
        """A telephone with this on it."""
        client = self.house.telephone()
        client.client = self.app.test_client()
        client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = self.language
        if bearer:
            client.client.set_cookie(COOKIE, bearer, domain="membres.example.org", secure=True)
        return client

    def page(self, name: str, answer: TestResponse) -> tuple[str, str]:
        """Note a page. Returns its name, and how it was sent."""
        endpoint, _ = self._where.match(answer.request.path, answer.request.method)
        self.routes.add(endpoint)
        assert answer.mimetype == "text/html", name
        return name, answer.get_data(as_text=True)


def of_the_public(visits: Visits) -> Iterator[tuple[str, str]]:
    """The public's pages, each with what a visitor has made of it."""
    browser = visits.browser()
    for path in ("/", "/venir", "/louer", "/louer?v=1", "/agenda", "/agenda?v=1", "/agenda?v=99", "/nirgends"):
        answer = browser.get(path)
        yield visits.page(path, answer) if path != "/nirgends" else (path, answer.get_data(as_text=True))
    yield visits.page("a wrong form", browser.post("/louer", {**ROOM, "organisation": ""}))
    yield visits.page("a wrong day", browser.post("/agenda", {"form": "event", "v": "2", "name": "?", "email": "x"}))
    email = f"{visits.language}@exemple.fr"
    yield visits.page("sent", browser.post("/venir", {**VISIT, "email": email}))
    path = link(visits.house)
    yield visits.page("a link of another hand", browser.post("/d/x", {"act": "prove"}))
    yield visits.page("unproven", browser.get(path))
    browser.post(path, {"act": "prove"})
    yield visits.page("waiting", browser.get(path))


def on_the_way_in(visits: Visits) -> Iterator[tuple[str, str]]:
    """The pages by which a telephone is paired."""
    house, begun, browser = visits.house, visits.house.begin(visits.house.karim), visits.browser()
    yield visits.page("behind a QR", browser.get(f"/p/{begun.secret}"))
    browser.post(f"/p/{begun.secret}")
    yield visits.page("digits", browser.get("/wait"))
    yield visits.page("scanned twice", visits.browser().post(f"/p/{begun.secret}"))
    mailed = visits.browser()
    mailed.post("/code", {"address": f"{visits.language}@example.org"})
    yield visits.page("a code is mailed", mailed.get("/wait"))
    yield visits.page("a wrong code", mailed.post("/code/enter", {"code": "000000"}))
    for _ in range(3):
        last = mailed.post("/code", {"address": f"{visits.language}@example.org"})
    yield visits.page("too many codes", last)
    yield visits.page("paired no more", visits.browser("x" * 43).get("/m/account"))
    assert house.karim


def of_a_member(visits: Visits) -> Iterator[tuple[str, str]]:
    """Each page of a telephone that has something to show, come to by the links and forms of the others."""
    house = visits.house
    house.space.sql_write(f"UPDATE member SET language = '{visits.language}'")
    telephone, *_ = [house.bearer(house.ines) for _ in range(3)]
    walk = page_walk.Walk(visits.browser(telephone), visits.page)
    yield from walk.pages()
    assert walk.reached == page_walk.READS | page_walk.DOES


def of_a_payment(visits: Visits, platform: HelloAsso) -> Iterator[tuple[str, str]]:
    """A payment from its sum to its end; a page that waited too long."""
    house = visits.house
    paying = Paying(house, house.answers._office.home, platform, house.bearer(house.ines))
    browser = visits.browser(paying.bearer)
    yield visits.page("a page that waited too long", browser.post("/m/forgot", {"v": "1", "f": "x"}))
    yield visits.page("online", browser.get("/m/online"))
    flow = paying.view("online").flow
    yield visits.page("a wrong sum", browser.post("/m/online-sum", {"f": flow, "v": "0,01"}))
    yield visits.page("asked to pay", browser.post("/m/online-sum", {"f": flow, "v": "8"}))
    paying.call()
    yield visits.page("ready to pay", browser.get("/m/online-wait"))
    yield visits.page("back from paying", browser.get("/m/online-back"))
    paying.platform.pay(paying.platform.pages[-1])
    paying.call()
    yield visits.page("paid", browser.get("/m/online-wait"))


@pytest.mark.parametrize("language", offered())
def test_every_page_fits_and_is_as_accessible_as_the_screen(
    open_house: House, platform: HelloAsso, chromium: Browser, screenshots: Path, language: str
) -> None:
    page_walk.furnish(open_house)
    visits, style = Visits(open_house, language), _style()
    context = chromium.new_context(viewport={"width": WIDTHS[0], "height": 844})
    page, wrong = context.new_page() if PICTURED else undrawn(context), list[str]()
    for part in (of_the_public, on_the_way_in, of_a_member, partial(of_a_payment, platform=platform)):
        for name, html in part(visits):
            assert f'<html lang="{language}">' in html, name
            _draw(page, html, style)
            wrong += [f"{name}: {each}" for each in measured(page)]
            if language == "fr":
                _keep(page, name, screenshots)
    context.close()
    assert wrong == []
    assert visits.routes == {rule.endpoint for rule in visits.app.url_map.iter_rules()} - NO_PAGE


def _draw(page: Page, html: str, style: str) -> None:
    """Draw a page; after the first, its body alone in the document that has the style, the font and axe already."""
    plain = re.sub(r'<meta http-equiv="refresh"[^>]*>', "", html)
    if ALL_WALKS or not page.title():
        page.set_content(plain.replace('<link rel="stylesheet" href="/static/pages.css">', style))
    else:
        page.evaluate(EXCHANGE, plain)


def _style() -> str:
    font = base64.b64encode(FONT.read_bytes()).decode()
    css = CSS.read_text("utf-8").replace("/fonts/atkinson-latin.woff2", f"data:font/woff2;base64,{font}")
    return f"<style>{css}</style>"


def _keep(page: Page, name: str, screenshots: Path) -> None:
    picture(page, screenshots / f"pages-{re.sub('[^a-z0-9]+', '-', name)}.png", full_page=True)
    if name in PICTURES:
        file, high = PICTURES[name]
        picture(page, screenshots / f"{file}.png", high=high)


def measured(page: Page) -> list[str]:
    """What is wrong with a page as it is drawn, at each width."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"wider than {width} px")
        wrong += [f"squeezed at {width} px: {each}" for each in page.evaluate(SQUEEZED)]
        wrong += [f"too small a target at {width} px: {each}" for each in page.evaluate(SMALL)]
    return wrong + found_by_axe(page)
