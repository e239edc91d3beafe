"""Long lists on a telephone: the first name is on the first screen, what is seldom wanted opens by one button, one box
ticks all; where there is room, nothing opens: all is there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .desk import EVERY_ROLE, TELEPHONE, RealDesk, laptop, running, sign_in


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    with running(lived, tmp_path_factory.mktemp("lists") / "home") as desk:
        yield desk


@pytest.fixture
def page(chromium: Browser, desk: RealDesk) -> Iterator[Page]:
    """Somebody with every role, who has most to see."""
    with laptop(chromium, desk) as context:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        yield page


def test_the_first_name_is_on_a_telephone_s_first_screen_and_the_rest_is_two_buttons(
    page: Page, desk: RealDesk
) -> None:
    page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
    page.goto(f"{desk.address}/members")
    first = page.locator("tbody tr").first.bounding_box()
    assert first is not None
    assert first["y"] + first["height"] < TELEPHONE[1]
    imports = page.locator("#further").get_by_role("link", name="Importer", exact=True)
    filters = page.get_by_role("combobox", name="Fiches")
    expect(imports).to_be_hidden()
    page.get_by_role("button", name="Autres actions").click()
    expect(imports).to_be_visible()
    page.keyboard.press("Escape")
    expect(imports).to_be_hidden()
    page.get_by_role("button", name="Filtrer").click()
    filters.select_option("left")
    page.locator("#filters").get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**who=left**")
    expect(page.locator("main .chips")).to_contain_text("parties")


@pytest.mark.parametrize("where", ["/members", "/money/tabs", "/log"])
def test_where_there_is_room_nothing_has_to_be_opened(page: Page, desk: RealDesk, where: str) -> None:
    page.goto(desk.address + where)
    assert page.locator(".further").count()
    assert page.locator(".further :is(a, button, input:not([type=hidden]), select)").evaluate_all(
        "all => all.every((each) => each.checkVisibility())"
    )
    expect(page.locator(".unfolds").first).to_be_hidden()


def test_one_box_ticks_all_whom_to_remind_and_the_way_on_stays_in_sight(page: Page, desk: RealDesk) -> None:
    page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
    page.goto(f"{desk.address}/money/reminders")
    boxes = page.locator("input[name=account]")
    every, ticked = page.get_by_role("checkbox", name="Tout cocher"), page.locator("input[name=account]:checked")
    every.check()
    expect(ticked).to_have_count(boxes.count())
    boxes.last.uncheck()
    expect(every).not_to_be_checked()
    boxes.last.check()
    expect(every).to_be_checked()
    page.evaluate("scrollTo(0, 0)")
    expect(page.get_by_role("button", name="Lire les rappels")).to_be_in_viewport(ratio=1)
