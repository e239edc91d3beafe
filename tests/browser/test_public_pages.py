"""The public's pages as a browser draws them: nothing cut at either width, and nothing that axe has to say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import kiosk.web.pages
from tests.browser.axe import found_by_axe
from tests.web.pages.conftest import House, house
from tests.web.public_pages.conftest import open_house
from tests.web.public_pages.test_pages import ROOM, VISIT, link

__all__ = ["house", "open_house"]
CSS = Path(str(kiosk.web.pages.__file__)).parent / "static" / "pages.css"


@pytest.fixture(params=[390, 1280])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="fr-FR")
    yield context.new_page()
    context.close()


def drawn(house: House) -> Iterator[tuple[str, str]]:
    """Every public page as it is sent, each with what a visitor has made of it."""
    browser = house.telephone()
    for path in ("/", "/venir", "/louer", "/louer?v=1", "/agenda", "/agenda?v=1", "/agenda?v=99"):
        yield path, browser.get(path).get_data(as_text=True)
    yield "wrong", browser.post("/louer", {**ROOM, "organisation": ""}).get_data(as_text=True)
    yield "sent", browser.post("/venir", VISIT).get_data(as_text=True)
    path = link(house)
    yield "unproven", browser.get(path).get_data(as_text=True)
    browser.post(path, {"act": "prove"})
    yield "waiting", browser.get(path).get_data(as_text=True)


def test_every_page_fits_and_is_as_accessible_as_the_screen(open_house: House, page: Page) -> None:
    wrong = []
    style = f"<style>{CSS.read_text('utf-8')}</style>"
    for name, html in drawn(open_house):
        page.set_content(html.replace('<link rel="stylesheet" href="/static/pages.css">', style))
        wrong += [f"{name}: {each}" for each in found_by_axe(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{name}: wider than the window")
        small = page.evaluate(
            "[...document.querySelectorAll('button, select, input:not([type=hidden]), nav a, a.button')]"
            ".filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80))"
        )
        wrong += [f"{name}: too small a target: {each}" for each in small]
    assert wrong == []
