"""No list of the desk is taller than some screens, however much there is: it is shown in pages, of every address."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from . import crowd
from .desk import EVERY_ROLE, RealDesk, furnish, laptop, running, sign_in
from .page_table import PAGES
from .undrawn import undrawn

WIDTHS = {390: 15_000, 1280: 8_500}  # and how tall a page of a list may be, in pixels
_ROWS = re.compile(r"<(?:tr|li)\b")
# Whole by what they are for: the manual, books and letters to print, and all that is known of one person.
WHOLE = re.compile(r"/help|/books/fec/print|/members/papers|/members/\d+/data")


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    with running(lived, tmp_path_factory.mktemp("long") / "home") as desk:
        furnish(desk)
        crowd.furnish(desk.space)
        yield desk


@pytest.fixture
def page(chromium: Browser, desk: RealDesk) -> Iterator[Page]:
    with laptop(chromium, desk) as context:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        yield page


def test_a_page_of_a_list_is_some_screens_tall_however_much_there_is(page: Page, desk: RealDesk) -> None:
    tall, measured = [], undrawn(page.context)
    for where in sorted({where for several in PAGES.values() for where in several if "{" not in where}):
        answer = page.request.get(desk.address + where)
        rows = len(_ROWS.findall(answer.text()))
        if rows < 60 or WHOLE.match(where):
            continue
        measured.goto(desk.address + where)
        for width, most in WIDTHS.items():
            measured.set_viewport_size({"width": width, "height": 800})
            height = measured.evaluate("document.documentElement.scrollHeight")
            if height > most:
                tall.append((where, width, height))
    assert not tall


@pytest.mark.parametrize("where", ["/books/cheques", "/books/payouts?method=online", "/money/reminders"])
def test_ticks_stay_while_pages_are_turned_and_go_along(page: Page, desk: RealDesk, where: str) -> None:
    page.goto(desk.address + where)
    name = page.locator("main tbody input[type=checkbox], main .lines input[type=checkbox]").first.get_attribute("name")
    ticks = page.locator(f"input[type=checkbox][name={name}]")
    along = page.locator(f"input[type=hidden][name={name}]")
    every = ticks.count() + along.count()
    ticks.first.set_checked(True)
    page.locator("nav.pages button", has_text="Suivante").click()
    page.wait_for_selector("nav.pages button >> text=Précédente")
    ticks.last.set_checked(False)
    page.locator("nav.pages button", has_text="Précédente").click()
    page.wait_for_selector("nav.pages button >> text=Suivante")
    expect(ticks.first).to_be_checked()
    assert along.count() < every
    if page.locator("[data-sum]").count():
        shown = page.locator("[data-sum]").inner_text()
        ticks.first.set_checked(False)
        assert page.locator("[data-sum]").inner_text() != shown


def test_enter_in_the_amount_of_a_long_list_writes_the_payout_and_turns_no_page(page: Page, desk: RealDesk) -> None:
    page.goto(desk.address + "/books/payouts?method=card")
    page.locator("#amount").fill("1,00")
    page.locator("#amount").press("Enter")
    page.wait_for_url("**/books/remittances/**")
    expect(page.locator("main")).to_contain_text("1,00")


def test_a_list_is_sorted_by_a_heading_and_its_ticks_stay(page: Page, desk: RealDesk) -> None:
    page.goto(desk.address + "/books/cheques")
    ticks = page.locator("input[type=checkbox][name=cheque]")
    every = ticks.count() + page.locator("input[type=hidden][name=cheque]").count()
    ticks.first.set_checked(False)
    page.get_by_role("columnheader", name="Montant").get_by_role("button").click()
    page.wait_for_selector("th[aria-sort=ascending]")
    along = page.locator("input[type=hidden][name=cheque]").count()
    assert along + page.locator("input[type=checkbox][name=cheque]:checked").count() == every - 1


def test_a_list_is_looked_through_and_what_fits_is_what_is_ticked(page: Page, desk: RealDesk) -> None:
    page.goto(desk.address + "/books/cheques")
    page.get_by_role("searchbox", name="Chercher dans cette liste").first.fill("membre 0071")
    page.get_by_role("search", name="Chèques en attente").get_by_role("button").click()
    page.wait_for_url("**q=membre**")
    ticks = page.locator("input[type=checkbox][name=cheque]:checked")
    expect(ticks).to_have_count(1)
    assert page.locator("input[type=hidden][name=cheque]").count() == 0
    page.get_by_role("button", name="Faire le bordereau").click()
    page.wait_for_url("**/books/remittances/**")
    expect(page.locator(".figure")).to_contain_text("10,00")
