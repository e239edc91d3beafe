"""What officers do at the box and in an evening, by thumb on a telephone in French and with a mouse on a large one in
English: every press is counted, and there are no more of them than the table says. What is typed is not counted.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kiosk.money.corrections import Corrections
from kiosk.store.space.policies import Rules

from .desk import EVERY_ROLE, FATOU, INES, RealDesk, running, sign_in

THUMB, WIDE = "360x740 by thumb, French", "1920x1080 by mouse, English"
# Presses for each act, from the day's page unless it says otherwise: by thumb, by mouse.
PRESSES = {
    "take a payment": (3, 3),
    "look a member up": (1, 1),
    "print their year, from their page": (1, 1),
    "sell and take the money, from their page": (3, 3),
    "count the box": (4, 5),
    "accept a correction": (2, 2),
    "enrol somebody with a badge": (5, 5),  # one of them says that the badge is theirs
    "merge two files, from the members": (3, 3),
    "copy Monday to the week, from the hours": (1, 1),
    "import a statement of the bank, from the bank": (4, 3),
    "close the month, from its evening": (2, 2),
}


@dataclass
class Hand:
    """An officer's hand in one window. `badge` is one that nobody has yet."""

    desk: RealDesk
    page: Page
    is_thumb: bool
    badge: str
    presses: int = 0

    def press(self, target: str | Locator) -> None:
        """One press of what is seen first of it."""
        found = (self.page.locator(target) if isinstance(target, str) else target).filter(visible=True).first
        if self.is_thumb:
            found.tap()
        else:
            found.click()
        self.presses += 1

    def open(self, act: str, *by_mouse: str) -> None:
        """To an act of the menu: on a telephone it is there at once, else the areas lead to it."""
        if self.is_thumb:
            self.press("header .opens")
            self.press(f"nav.acts a[href='{act}']")
        else:
            for each in (*by_mouse, act):
                self.press(f"a[href='{each}']")
        self.page.wait_for_url(f"**{act}")

    def done(self) -> None:
        """Something was said to be done."""
        expect(self.page.get_by_role("status").first).to_be_visible()


def pay(hand: Hand) -> None:
    hand.press("header a.first" if hand.is_thumb else "nav.areas a[href='/money']")
    hand.page.wait_for_url("**/money")
    hand.page.locator("#payer").fill("ines mor")
    hand.press("#payers a[href$='/pay']")
    hand.page.wait_for_url("**/pay")
    hand.press("button[name=method][value=transfer]")
    hand.done()


def look_up(hand: Hand) -> None:
    hand.page.locator("#find").fill("ines mor")
    hand.press(f"a[href='/members/{INES}']")
    hand.page.wait_for_url(f"**/members/{INES}")


def statement(hand: Hand) -> None:
    hand.press(f"a[href='/members/{INES}/paper']")
    expect(hand.page.locator("article.letter")).to_be_visible()


def sell(hand: Hand) -> None:
    hand.press(f"a[href='/money/sell/{INES}']")
    hand.page.wait_for_url("**/sell/*")
    hand.press("label.choice:has(input[value='carnet-10'])")
    hand.press("button[name=method][value=cash]")
    hand.done()


def count(hand: Hand) -> None:
    hand.open("/books/cash/count", "/money", "/books/cash")
    hand.page.locator("form[data-sums] input[inputmode=numeric]").first.fill("3")
    hand.press("button[value=preview]")
    hand.page.locator("button[value=write]").wait_for()
    reason = hand.page.locator("#reason")
    if reason.count():
        reason.fill("le rendu était inexact")
    hand.press("button[value=write]")
    hand.done()


def correct(hand: Hand) -> None:
    hand.press("main a[href^='/corrections']")
    hand.page.wait_for_url("**/corrections**")
    hand.press("main form button.main")
    hand.done()


def enrol(hand: Hand) -> None:
    hand.open("/members/new", "/members")
    hand.page.locator("#name").fill(f"Zoé {'Petit' if hand.is_thumb else 'Grand'}")
    hand.press("main form[method=post] button.main")
    hand.page.wait_for_url("**/members/*")
    hand.press("form[action*='/badges/wait'] button")
    hand.page.wait_for_url("**/badges/wait/*")
    hand.desk.space.tap(hand.badge)
    mine = hand.page.locator("#waiting button.main")
    expect(mine).to_contain_text(hand.badge[-4:])
    hand.press(mine)
    hand.page.wait_for_url(re.compile(r"/members/\d+$"))
    hand.done()


def merge(hand: Hand) -> None:
    hand.press("a[href='/members/twins']")
    hand.page.wait_for_url("**/twins")
    hand.press("main a[href*='/merge?other=']")
    hand.page.wait_for_url("**/merge?other=*")
    hand.press("main button.danger")
    hand.done()


def copy_monday(hand: Hand) -> None:
    hand.page.locator("#f-mon-0-from").fill("09:00")
    hand.page.locator("#f-mon-0-until").fill("18:00")
    hand.press("button[name=copy][value=week]")
    expect(hand.page.locator("#f-sun-0-until")).to_have_value("18:00")


def import_statement(hand: Hand) -> None:
    hand.press("main a[href='/books/bank/import']")
    hand.page.wait_for_url("**/bank/import")
    who = "PETIT" if hand.is_thumb else "GRAND"
    lines = f"Date;Libellé;Montant\n24/11/2026;VIR {who};13,00\n25/11/2026;VIR {who} ENCORE;9,00\n"
    hand.page.locator("#file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": lines.encode()})
    hand.press("main form button.main")
    hand.page.wait_for_url(re.compile(r"/bank/import/[\w-]{10,}$"))
    if hand.page.locator("select[name=c0]").count():  # columns that nobody confirmed yet are asked once
        hand.press("main form button.main")
        hand.page.wait_for_url(re.compile(r"\?c0="))
    hand.press("main form button.main")
    hand.page.wait_for_url(re.compile(r"/books/bank(\?|$)"))


def close_month(hand: Hand) -> None:
    """The days before it are closed every night by themselves."""
    hand.press("main a[href='/books/closings/month']")
    hand.page.wait_for_url("**/closings/month")
    charged = "Débité" if hand.is_thumb else "Charged"
    total = hand.page.locator("section.card", has=hand.page.get_by_role("heading", name=charged, exact=True))
    hand.page.locator("#total").fill(total.locator("p.figure").first.inner_text().replace("€", "").strip())
    hand.press("main form button.main")
    hand.page.wait_for_url(re.compile(r"/books/closings/\d+"))
    hand.done()


STORIES: tuple[tuple[str, str, Callable[[Hand], None]], ...] = (
    ("take a payment", "/", pay),
    ("look a member up", "/", look_up),
    ("print their year, from their page", f"/members/{INES}", statement),
    ("sell and take the money, from their page", f"/members/{INES}", sell),
    ("count the box", "/", count),
    ("accept a correction", "/", correct),
    ("enrol somebody with a badge", "/", enrol),
    ("merge two files, from the members", "/members", merge),
    ("copy Monday to the week, from the hours", "/rules/opening", copy_monday),
    ("import a statement of the bank, from the bank", "/books/bank", import_statement),
    ("close the month, from its evening", "/books/month", close_month),
)


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    with running(lived, tmp_path_factory.mktemp("thumb") / "home") as desk:
        space = desk.space
        told = Corrections(
            store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock,
            actor="screen",
        )  # fmt: skip
        for day in (20, 23):
            told.ask("forgotten", FATOU, date(2026, 11, day), remark="les mains pleines")
        for name in ("Ines Moreau", "Hugo  Petit"):
            space.join(name, f"04A2000000D5{ord(name[0]):02X}")
        yield desk


@contextmanager
def hand_of(chromium: Browser, desk: RealDesk, window: str) -> Iterator[Hand]:
    is_thumb = window is THUMB
    width, height = (360, 740) if is_thumb else (1920, 1080)
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        has_touch=is_thumb,
        is_mobile=is_thumb,
        locale="fr-FR" if is_thumb else "en-GB",
    )
    context.set_default_timeout(30_000)
    try:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        yield Hand(desk, page, is_thumb, "04A20000C0FFE1" if is_thumb else "04A20000C0FFE2")
    finally:
        context.close()


@pytest.mark.parametrize("window", [THUMB, WIDE])
def test_each_act_takes_no_more_presses_than_the_table_says(chromium: Browser, desk: RealDesk, window: str) -> None:
    found = {}
    with hand_of(chromium, desk, window) as hand:
        for name, begins, story in STORIES:
            hand.page.goto(desk.address + begins)
            hand.presses = 0
            story(hand)
            found[name] = hand.presses
            for width, height in ((390, 844), (360, 740)) if window is THUMB else ((1920, 1080),):
                hand.page.set_viewport_size({"width": width, "height": height})
                assert hand.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    place = 0 if window is THUMB else 1
    assert found == {name: presses[place] for name, presses in PRESSES.items()}


def test_what_decisions_say_of_presses_is_what_is_counted() -> None:
    text = (Path(__file__).parents[2] / "docs" / "decisions" / "desk.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    assert {name: (int(thumb), int(mouse)) for name, thumb, mouse in rows} == PRESSES
