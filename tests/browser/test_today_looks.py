"""The first screen of today: what is to be done and evacuation, whole, on a laptop and on a telephone; a day before."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from .desk import EVERY_ROLE, laptop, running, sign_in
from .looks import picture


def _bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).last.bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


def test_the_first_screen_holds_the_list_and_evacuation_and_arrows_show_any_day(
    chromium: Browser, lived: Path, tmp_path: Path, screenshots: Path
) -> None:
    with running(lived, tmp_path / "home") as desk, laptop(chromium, desk) as context:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        for width, height in ((1280, 800), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{desk.address}/")
            assert _bottom(page, ".todo > li") <= height, width
            assert _bottom(page, "#day-evacuation") <= height, width
            picture(page, screenshots / f"today-{width}.png")
            picture(page, screenshots / f"today-{width}-whole.png", full_page=True)
            page.goto(f"{desk.address}/todo")
            picture(page, screenshots / f"todo-{width}.png", full_page=True)
            page.goto(f"{desk.address}/books/month")
            picture(page, screenshots / f"month-{width}.png", full_page=True)
            page.goto(f"{desk.address}/members/renewals")
            picture(page, screenshots / f"renewals-{width}.png", full_page=True)
        page.goto(f"{desk.address}/")
        page.get_by_role("link", name="Jour précédent").click()
        page.wait_for_url("**/?day=2026-11-24")
        assert "mardi 24 novembre 2026" in page.inner_text("h1").lower()
        picture(page, screenshots / "today-before.png", full_page=True)
