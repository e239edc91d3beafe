"""Every page of the desk, in both languages: it is there, axe finds nothing, it fits a telephone, a thumb hits what it
aims at. A new route without an address here fails a test.

A page is opened in French; what it says in the further languages is asked for there, put in its place and measured.
KIOSK_ALL_WALKS=1 (`scripts/torture walks`) opens it in a window of each language, has axe look in each, and sees both
of the further widths, of which a page has one here, the next page the other.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from . import desk_visitors
from .axe import ALL_WALKS, Reader
from .desk import EVERY_ROLE, LAPTOP, TELEPHONE, RealDesk, furnish, laptop, running, sign_in
from .page_table import BALANCES, BROUGHT, NO_PAGES, NUMBERS, OUTSIDE, PAGES, STATEMENT, TWO
from .undrawn import undrawn

MEASURES = (Path(__file__).parent / "desk_measures.js").read_text("utf-8")
WALKED = [(endpoint, each) for endpoint, where in PAGES.items() for each in where]


WIDTHS = (390, 1920)  # beside the telephone's and the laptop's
FURTHER = ("en", "nl")
WINDOWS = ("fr", *FURTHER) if ALL_WALKS else ("fr",)
_MEASURED = f"""() => ({{
    language: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    ...({MEASURES})(),
}})"""
# What a page says in another language takes its place in the same document, its script's part in it included. The empty
# page that remains costs nothing in the next window.
_IN_EACH = f"""async ([address, languages]) => {{
    const measured = [({_MEASURED})()];
    for (const language of languages) {{
        const answer = await fetch(address, {{ headers: {{ "Accept-Language": language }} }});
        const read = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.documentElement.lang = read.documentElement.lang;
        document.body.replaceWith(read.body);
        const sums = document.querySelectorAll("form[data-sums]");
        sums.forEach((form) => form.dispatchEvent(new Event("input", {{ bubbles: true }})));
        measured.push({{ status: answer.status, ...({_MEASURED})() }});
    }}
    document.body.replaceChildren();
    return measured;
}}"""
_WIDTH = "Math.max(innerWidth, document.documentElement.scrollWidth)"


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    with running(lived, tmp_path_factory.mktemp("pages") / "home") as desk:
        furnish(desk)
        desk_visitors.furnish(desk.space)
        yield desk


@dataclass(frozen=True)
class Laptop:
    """A page of a desk, in one language, and where axe looks at what it shows."""

    page: Page
    reader: Reader


def _laptops(stack: ExitStack, chromium: Browser, desk: RealDesk, who: str = "") -> dict[str, Laptop]:
    """One for each window, signed in where somebody is named."""
    made = {}
    for language in WINDOWS:
        context = stack.enter_context(laptop(chromium, desk, language, has_axe=ALL_WALKS))
        if who:
            sign_in(context.new_page(), desk, who)
        made[language] = Laptop(undrawn(context), Reader(context, f"{desk.address}/login"))
    return made


@pytest.fixture(scope="module")
def officers(chromium: Browser, desk: RealDesk) -> Iterator[dict[str, Laptop]]:
    """Somebody with every role, signed in, in each window."""
    with ExitStack() as stack:
        yield _laptops(stack, chromium, desk, EVERY_ROLE)


@pytest.fixture(scope="module")
def officer(officers: dict[str, Laptop]) -> Page:
    """The window that signed in, which may be touched."""
    return officers["fr"].page.context.pages[0]


@pytest.fixture(scope="module")
def strangers(chromium: Browser, desk: RealDesk) -> Iterator[dict[str, Laptop]]:
    with ExitStack() as stack:
        yield _laptops(stack, chromium, desk)


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
    officer.locator("form[action$='/results/balances'] button").click()
    officer.wait_for_url("**/books/results/balances/*")
    found["balances_key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/books/results")
    officer.locator("#members").set_input_files({"name": "m.csv", "mimeType": "text/csv", "buffer": BROUGHT})
    officer.locator("form[action$='/results/members'] button").click()
    officer.wait_for_url("**/books/results/members/*")
    found["members_key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/rules/wording")
    link = officer.locator("main a[href*='/rules/wording/']").first.get_attribute("href")
    return {**found, "link": desk.link, "wording": str(link).rpartition("/")[2]}


def _resize(page: Page, width: int, height: int = LAPTOP[1]) -> None:
    page.set_viewport_size({"width": width, "height": height})


def _width_at(page: Page, width: int) -> int:
    """How wide a page becomes in a window of some width."""
    _resize(page, width)
    return int(page.evaluate(_WIDTH))


def wrong(laptops: dict[str, Laptop], address: str, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """All that is wrong with a page as a laptop and as a telephone show it, in every language."""
    # How wide a page is does not hang on its language once it fits the narrowest.
    return [
        each
        for language, seen in laptops.items()
        for each in _opened(seen, address, language, widths if language == "fr" else ())
    ]


def _opened(laptop: Laptop, address: str, language: str, widths: tuple[int, ...]) -> list[str]:
    """What is wrong where a window opens it: axe and a wide window see it, too, and a telephone each language."""
    page = laptop.page
    answer = page.goto(address)
    assert answer is not None
    axe = laptop.reader.find(page)
    wide = [f"{language}: {found} wide at {each}" for each in widths if (found := _width_at(page, each)) != each]
    _resize(page, *TELEPHONE)
    languages = [language, *FURTHER] if len(WINDOWS) == 1 else [language]
    measured: list[dict[str, Any]] = page.evaluate(_IN_EACH, [address, languages[1:]])
    _resize(page, *LAPTOP)
    measured[0]["status"] = answer.status
    unlike = [each for told, seen in zip(languages, measured, strict=True) for each in _unlike(address, told, seen)]
    return [*axe, *wide, *unlike]


def _unlike(address: str, language: str, seen: dict[str, Any]) -> list[str]:
    """What a telephone shows otherwise than it should."""
    meant: dict[str, Any] = {
        "status": 400 if "2026-13" in address else 200,
        "language": language,
        "headings": 1,
        "width": TELEPHONE[0],
        "outside": [],
        "small": [],
        "tiny": [],
        "cut": [],
        "close": [],
        "missed": [],
    }
    assert seen.keys() == meant.keys()
    return [f"{language}: {name}: {seen[name]}" for name in meant if seen[name] != meant[name]]


@pytest.mark.parametrize(("endpoint", "where"), WALKED, ids=[where for _, where in WALKED])
def test_a_page_is_for_everybody(
    desk: RealDesk, officers: dict[str, Laptop], numbers: dict[str, str], endpoint: str, where: str
) -> None:
    address = desk.address + where.format(**numbers)
    at = WALKED.index((endpoint, where))
    widths = WIDTHS if ALL_WALKS else (WIDTHS[at % len(WIDTHS)],)
    assert "\n".join(wrong(officers, address, widths)) == "", endpoint


@pytest.mark.parametrize("where", [each for where in OUTSIDE.values() for each in where])
def test_a_page_outside_is_for_everybody(desk: RealDesk, strangers: dict[str, Laptop], where: str) -> None:
    address = desk.address + where.format(link=desk.link)
    assert wrong(strangers, address) == []


def test_every_route_that_shows_a_page_is_walked(desk: RealDesk) -> None:
    routes = {rule.endpoint for rule in desk.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    known = {*PAGES, *OUTSIDE, *(endpoint for endpoints in NO_PAGES.values() for endpoint in endpoints)}
    assert (routes - known, known - routes) == (set(), set())


def test_an_address_leads_to_the_page_that_it_stands_for(desk: RealDesk, numbers: dict[str, str]) -> None:
    urls = desk.app.url_map.bind("localhost")
    for endpoint, where in {**PAGES, **OUTSIDE}.items():
        for each in where:
            assert urls.match(each.format(**numbers).partition("?")[0])[0] == endpoint
