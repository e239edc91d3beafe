"""What officers do in an evening by the keyboard alone, from the day's page and without the link that skips the menu:
each key is counted, what is typed too, and there are no more of them than the table says.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.money.corrections import Corrections
from kiosk.store.space.policies import Rules

from .desk import EVENING, EVERY_ROLE, FATOU, RealDesk, laptop, running, sign_in

BADGE = "04A20000C0FFE3"
# Keys for each act: with the menu first on every page, and now.
KEYS = {
    "take a cheque": (26, 24),
    "count the box": (81, 15),
    "enrol somebody with a badge": (72, 16),
    "accept a correction": (37, 14),
    "close the month": (60, 14),
}


@dataclass
class Keyboard:
    """An officer's hands on the keys of one window."""

    desk: RealDesk
    page: Page
    keys: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def go(self, text: str, where: str) -> None:
        """To a page by its name."""
        self.press("/", *text)
        expect(self.page.locator(f"#found a[href='{where}']").first).to_be_visible()
        self.press("ArrowDown", "Enter")
        self.page.wait_for_url(f"**{where}")

    def done(self) -> None:
        """Something was said to be done."""
        expect(self.page.get_by_role("status").first).to_be_visible()


def count(hand: Keyboard) -> None:
    hand.go("cais", "/books/cash/count")
    hand.press("6", "Enter")
    expect(hand.page.locator("#reason")).to_be_focused()
    hand.press(*"rendu", "Enter")
    hand.done()


def enrol(hand: Keyboard) -> None:
    hand.go("insc", "/members/new")
    hand.press(*"Lia Roy", "Enter")
    hand.page.wait_for_url(re.compile(r"/members/\d+$"))
    expect(hand.page.get_by_role("button", name="Attendre un badge")).to_be_focused()
    hand.press("Enter")
    hand.page.wait_for_url("**/badges/wait/*")
    hand.desk.space.tap(BADGE)
    expect(hand.page.get_by_text(BADGE[-4:]).first).to_be_visible()


def cheque(hand: Keyboard) -> None:
    """Enter in its own fields takes it; in the sum's it is asked by what."""
    hand.press("/", *"fatou", "ArrowDown")
    expect(hand.page.get_by_role("link", name="Fatou Diallo").first).to_be_focused()
    hand.press("ArrowRight", "Enter")
    hand.page.wait_for_url("**/pay")
    hand.press("5")
    for _ in range(10):
        if hand.page.evaluate("document.activeElement.innerText === 'Chèque…'"):
            break
        hand.press("Tab")
    hand.press("Enter", "Tab", *"CIC", "Tab", *"77", "Enter")
    expect(hand.page.get_by_role("status")).to_contain_text("5,00\u00a0€ reçus (chèque)")


def correct(hand: Keyboard) -> None:
    hand.go("corr", "/corrections")
    for _ in range(10):
        if hand.page.evaluate("document.activeElement.matches('main form button.main')"):
            break
        hand.press("Tab")
    hand.press("Enter")
    hand.done()


def close(hand: Keyboard) -> None:
    hand.go("clor", "/books/closings/month")
    charged = hand.page.locator("section.card", has=hand.page.get_by_role("heading", name="Débité", exact=True))
    total = charged.locator("p.figure").first.inner_text().replace("€", "")
    expect(hand.page.locator("#total")).to_be_focused()
    hand.press(*"".join(total.split()), "Enter")
    hand.page.wait_for_url(re.compile(r"/books/closings/\d+"))
    hand.done()


STORIES: tuple[tuple[str, Callable[[Keyboard], None]], ...] = (
    ("take a cheque", cheque),
    ("count the box", count),
    ("enrol somebody with a badge", enrol),
    ("accept a correction", correct),
    ("close the month", close),
)


@pytest.fixture
def hand(chromium: Browser, lived: Path, tmp_path: Path) -> Iterator[Keyboard]:
    with running(lived, tmp_path / "home") as desk, laptop(chromium, desk) as context:
        home = desk.space.home
        told = Corrections(
            store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=desk.space.clock, actor="screen"
        )
        told.ask("forgotten", FATOU, EVENING.date().replace(day=20), said="les mains pleines")
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        yield Keyboard(desk, page)


def test_each_act_takes_no_more_keys_than_the_table_says(hand: Keyboard) -> None:
    found = {}
    for name, story in STORIES:
        hand.page.goto(hand.desk.address)
        hand.keys = 0
        story(hand)
        found[name] = hand.keys
    assert found == {name: now for name, (_, now) in KEYS.items()}


def test_a_page_begins_where_it_says_else_at_its_heading_and_the_menu_is_some_keys_away(hand: Keyboard) -> None:
    page = hand.page
    page.goto(f"{hand.desk.address}/money/tabs")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.keyboard.press("Shift+Tab")
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.to-menu')"):
            break
    assert page.get_by_text("Aller au menu").bounding_box()["x"] > 0  # type: ignore[index]  # it is seen
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("nav.areas a").first).to_be_focused()
    page.goto(f"{hand.desk.address}/members/new")
    expect(page.locator("#name")).to_be_focused()
    page.goto(f"{hand.desk.address}/books/month")
    assert page.evaluate("document.activeElement.closest('[aria-current=step]') !== null")
    page.goto(f"{hand.desk.address}/rules#tariffs")
    assert page.evaluate("document.activeElement === document.body")  # an address that names a part begins there


def test_what_decisions_say_of_keys_is_what_is_counted() -> None:
    text = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    assert {name: (int(before), int(now)) for name, before, now in rows if name in KEYS} == KEYS
