"""Every page of the desk, in both languages: it is there, axe finds nothing, it fits a telephone, a thumb hits what it
aims at. A new route without an address here fails a test.

Axe looks at each page once, since no rule of its own hangs on the language; KIOSK_ALL_WALKS=1 (`scripts/torture
walks`) has it look in each.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .axe import found_by_axe
from .desk import EVERY_ROLE, LAPTOP, TELEPHONE, RealDesk, furnish, laptop, running, sign_in
from .page_table import BALANCES, NO_PAGES, NUMBERS, OUTSIDE, PAGES, STATEMENT, TWO

MEASURES = (Path(__file__).parent / "desk_measures.js").read_text("utf-8")
WALKED = [(endpoint, each) for endpoint, where in PAGES.items() for each in where]


WIDTHS = (390, 1920)  # beside the telephone's and the laptop's
LANGUAGES = ("fr", "en", "nl")
LOOKED_AT_BY_AXE = LANGUAGES if os.environ.get("KIOSK_ALL_WALKS") else ("fr",)
_HEAD = "() => [document.documentElement.lang, document.querySelectorAll('h1').length]"
_WIDTH = "Math.max(innerWidth, document.documentElement.scrollWidth)"


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    with running(lived, tmp_path_factory.mktemp("pages") / "home") as desk:
        furnish(desk)
        yield desk


def _window(chromium: Browser, desk: RealDesk, language: str) -> AbstractContextManager[BrowserContext]:
    return laptop(chromium, desk, language, axe=language in LOOKED_AT_BY_AXE)


@pytest.fixture(scope="module")
def officers(chromium: Browser, desk: RealDesk) -> Iterator[dict[str, Page]]:
    """Somebody with every role, signed in, in each language."""
    with ExitStack() as stack:
        pages = {each: stack.enter_context(_window(chromium, desk, each)).new_page() for each in LANGUAGES}
        for page in pages.values():
            sign_in(page, desk, EVERY_ROLE)
        yield pages


@pytest.fixture(scope="module")
def officer(officers: dict[str, Page]) -> Page:
    return officers["fr"]


@pytest.fixture(scope="module")
def strangers(chromium: Browser, desk: RealDesk) -> Iterator[dict[str, Page]]:
    with ExitStack() as stack:
        yield {each: stack.enter_context(_window(chromium, desk, each)).new_page() for each in LANGUAGES}


@pytest.fixture(scope="module")
def numbers(desk: RealDesk, officer: Page) -> dict[str, str]:
    """What addresses are filled in with: numbers that the home has given, and a file that waits."""
    found = {name: str(desk.sql(query)[0][0]) for name, query in NUMBERS.items()}
    officer.goto(f"{desk.address}/imports")
    officer.locator("#file").set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": TWO})
    officer.locator("main button.main").click()
    officer.wait_for_url("**/imports/*")
    found["key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/books/bank/import")
    officer.locator("#file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": STATEMENT})
    officer.locator("main button.main").click()
    officer.wait_for_url("**/books/bank/import/*")
    found["bank_key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/books/results")
    officer.locator("#file").set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": BALANCES})
    officer.locator("form[enctype] button").click()
    officer.wait_for_url("**/books/results/balances/*")
    found["balances_key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/rules/wording")
    link = officer.locator("main a[href*='/rules/wording/']").first.get_attribute("href")
    return {**found, "link": desk.link, "wording": str(link).rpartition("/")[2]}


def _resize(page: Page, width: int, height: int = LAPTOP[1]) -> None:
    page.set_viewport_size({"width": width, "height": height})


def _width_at(page: Page, width: int) -> int:
    """How wide a page becomes in a window of some width."""
    _resize(page, width)
    return int(page.evaluate(_WIDTH))


def wrong(page: Page, address: str, language: str) -> list[str]:
    """All that is wrong with a page as a laptop and as a telephone show it."""
    answer = page.goto(address)
    assert answer is not None
    lang, headings = page.evaluate(_HEAD)
    seen: dict[str, Any] = {"status": answer.status, "language": lang, "headings": headings, "axe": []}
    if language in LOOKED_AT_BY_AXE:  # on a laptop
        seen["axe"] = found_by_axe(page)
        _resize(page, *TELEPHONE)
    seen |= page.evaluate(MEASURES)
    # How wide a page is does not hang on its language once it fits the narrowest.
    widths = WIDTHS if language == "fr" else ()
    seen["widths"] = [_width_at(page, width) for width in widths]
    if language in LOOKED_AT_BY_AXE:
        _resize(page, *LAPTOP)
    meant: dict[str, Any] = {
        "status": 400 if "2026-13" in address else 200,
        "language": language,
        "headings": 1,
        "axe": [],
        "width": TELEPHONE[0],
        "outside": [],
        "small": [],
        "tiny": [],
        "cut": [],
        "missed": [],
        "widths": list(widths),
    }
    assert seen.keys() == meant.keys()
    return [f"{language}: {name}: {seen[name]}" for name in meant if seen[name] != meant[name]]


@pytest.mark.parametrize(("endpoint", "where"), WALKED, ids=[where for _, where in WALKED])
def test_a_page_is_for_everybody(
    desk: RealDesk, officers: dict[str, Page], numbers: dict[str, str], endpoint: str, where: str
) -> None:
    address = desk.address + where.format(**numbers)
    bad = [each for language, page in officers.items() for each in wrong(page, address, language)]
    assert "\n".join(bad) == "", endpoint


@pytest.mark.parametrize("where", [each for where in OUTSIDE.values() for each in where])
def test_a_page_outside_is_for_everybody(desk: RealDesk, strangers: dict[str, Page], where: str) -> None:
    address = desk.address + where.format(link=desk.link)
    assert [each for language, page in strangers.items() for each in wrong(page, address, language)] == []


def test_every_route_that_shows_a_page_is_walked(desk: RealDesk) -> None:
    routes = {rule.endpoint for rule in desk.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    known = {*PAGES, *OUTSIDE, *(endpoint for endpoints in NO_PAGES.values() for endpoint in endpoints)}
    assert (routes - known, known - routes) == (set(), set())


def test_an_address_leads_to_the_page_that_it_stands_for(desk: RealDesk, numbers: dict[str, str]) -> None:
    urls = desk.app.url_map.bind("localhost")
    for endpoint, where in {**PAGES, **OUTSIDE}.items():
        for each in where:
            assert urls.match(each.format(**numbers).partition("?")[0])[0] == endpoint
