"""What officers do in an evening by the keyboard alone, from the day's page and without the link that skips the menu:
each key is counted, what is typed too, and there are no more of them than the table says.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kiosk import home
from kiosk.books.closing import Closings
from kiosk.domain.books.closings import Period
from kiosk.money.corrections import Corrections
from kiosk.setup.demo import DEMO_PASSWORD
from kiosk.store.space.policies import Rules
from tests.fakes import FakeClock

from .desk import EVENING, EVERY_ROLE, FATOU, HUGO, KARIM, RealDesk, laptop, running, sign_in

BADGE = "04A20000C0FFE3"
# Keys for each act: with the menu first on every page, and now.
KEYS = {
    "take a cheque": (26, 24),
    "count the box": (81, 15),
    "enrol somebody with a badge": (72, 19),  # three of them say that the badge is theirs
    "accept a correction": (37, 14),
    "close the month": (60, 14),
}


_AT = "([like, text]) => (e => e.matches(like) && e.innerText.startsWith(text))(document.activeElement)"


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
        expect(self.page.locator(f"[role=region] a[href='{where}']").first).to_be_visible()
        self.press("ArrowDown", "Enter")
        self.page.wait_for_url(f"**{where}")

    def reach(self, selector: str, text: str = "") -> None:
        """To what is so, and begins with a text, by the tabulator."""
        for _ in range(10):
            if self.page.evaluate(_AT, [selector, text]):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} {text} is not reached")

    def next_step(self, where: str) -> None:
        """To the month's evening, and on to the step that leads."""
        self.go("soir", "/books/month")
        self.press("Enter")
        self.page.wait_for_url(f"**{where}")

    def done(self) -> None:
        """Something was said to be done."""
        expect(self.page.get_by_role("status").first).to_be_visible()


def count(hand: Keyboard) -> None:
    """Enter opens the box's page, which begins with its count."""
    hand.press("/", *"cais", "Enter")
    hand.page.wait_for_url("**/books/cash")
    expect(hand.page.get_by_role("link", name="Compter la caisse", exact=True)).to_be_focused()
    hand.press("Enter")
    hand.page.wait_for_url("**/books/cash/count")
    count_out(hand)


def count_out(hand: Keyboard) -> None:
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
    mine = hand.page.get_by_role("button", name=f"C’est le badge de Lia Roy, numéro finissant par {BADGE[-4:]}")
    expect(mine).to_be_visible()
    expect(hand.page.locator("#badge")).to_be_focused()  # a reader that types ends with Enter: two keys go up to it
    hand.press("Shift+Tab", "Shift+Tab")
    expect(mine).to_be_focused()
    hand.press("Enter")
    hand.page.wait_for_url(re.compile(r"/members/\d+$"))
    hand.done()


def cheque(hand: Keyboard) -> None:
    """Enter in its own fields takes it; in the sum's it is asked by what."""
    hand.press("/", *"fatou", "ArrowDown")
    expect(hand.page.get_by_role("link", name="Fatou Diallo").first).to_be_focused()
    hand.press("ArrowRight", "Enter")
    hand.page.wait_for_url("**/pay")
    hand.press("5")
    hand.reach("summary", "Chèque")
    hand.press("Enter", "Tab", *"CIC", "Tab", *"77", "Enter")
    expect(hand.page.get_by_role("status")).to_contain_text("5,00\u00a0€ reçus (chèque)")


def correct(hand: Keyboard) -> None:
    hand.go("corr", "/corrections")
    decide(hand)


def decide(hand: Keyboard) -> None:
    hand.reach("main form button.main")
    hand.press("Enter")
    hand.done()


def close(hand: Keyboard) -> None:
    hand.go("clor", "/books/closings/month")
    sum_up(hand)


def sum_up(hand: Keyboard) -> None:
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


def come_in(hand: Keyboard) -> None:
    hand.page.goto(hand.desk.address)
    hand.press(*EVERY_ROLE, "Tab", *DEMO_PASSWORD, "Enter")
    hand.page.wait_for_url(f"{hand.desk.address}/")


def remind(hand: Keyboard) -> None:
    """All whose debt is recent, in one go: those with an address."""
    hand.go("rapp", "/money/reminders")
    hand.press("Tab", "Tab", "Space", "Enter")
    expect(hand.page.get_by_role("button", name="Envoyer par e-mail (3)")).to_be_visible()
    hand.press("Tab", "Enter")
    hand.done()


def transfer(hand: Keyboard) -> None:
    hand.press("/", *"ines", "ArrowDown")
    expect(hand.page.get_by_role("link", name="Inès Moreau").first).to_be_focused()
    hand.press("ArrowRight", "Enter")
    hand.page.wait_for_url("**/pay")
    hand.reach("summary", "Virement")
    hand.press("Enter", "Tab", *"11242026", "Tab", "Tab", *"VIR 7", "Enter")  # the browser's own order of a day's parts
    expect(hand.page.get_by_role("status")).to_contain_text("reçus (virement)")
    expect(hand.page.get_by_text("reçu le 24 nov. 2026 · réf. VIR 7")).to_be_visible()


def another_cheque(hand: Keyboard) -> None:
    """From the page that shows the payment before."""
    hand.press("/", *"fato", "ArrowDown")
    expect(hand.page.get_by_role("link", name="Fatou Diallo").first).to_be_focused()
    hand.press("ArrowRight")
    expect(hand.page.get_by_role("link", name="Encaisser Fatou Diallo")).to_be_focused()
    hand.press("Enter")
    hand.page.wait_for_url("**/pay")
    hand.reach("summary", "Chèque")
    hand.press("Enter", "Tab", *"CIC", "Tab", *"77", "Enter")
    expect(hand.page.get_by_role("status")).to_contain_text("reçus (chèque)")


def count_on_the_way(hand: Keyboard) -> None:
    hand.next_step("/cash/count")
    count_out(hand)


def make_the_slip(hand: Keyboard) -> None:
    """Made, and on to its sheet to print."""
    hand.next_step("/books/cheques")
    hand.press("Tab", "Tab", "Enter")
    hand.page.wait_for_url(re.compile(r"/books/remittances/\d+"))
    hand.press("Tab")
    expect(hand.page.get_by_role("link", name="Bordereau à imprimer (PDF)")).to_be_focused()
    with hand.page.expect_download():
        hand.press("Enter")


def decide_on_the_way(hand: Keyboard) -> None:
    hand.next_step("/corrections*")
    decide(hand)


def close_on_the_way(hand: Keyboard) -> None:
    hand.next_step("/closings/month")
    sum_up(hand)


def send_the_files(hand: Keyboard) -> None:
    hand.next_step("/closings/*")
    hand.press("Tab", "Enter")
    hand.done()
    hand.go("soir", "/books/month")
    expect(hand.page.get_by_text("bonne soirée.")).to_be_visible()


# One evening, one act after the other, and the keys of each.
AN_EVENING: tuple[tuple[Callable[[Keyboard], None], int], ...] = (
    (come_in, 37),
    (remind, 13),
    (transfer, 32),
    (another_cheque, 22),
    (count_on_the_way, 16),
    (make_the_slip, 13),
    (decide_on_the_way, 15),
    (close_on_the_way, 15),
    (send_the_files, 17),
)


@contextmanager
def at_the_keys(chromium: Browser, lived: Path, folder: Path) -> Iterator[Keyboard]:
    """Somebody at a laptop, not signed in yet; a correction waits."""
    with running(lived, folder / "home") as desk, laptop(chromium, desk) as context:
        at = desk.space.home
        told = Corrections(
            store=at.store, rules=Rules(at.config.zone), seal=at.seal, clock=desk.space.clock, actor="screen"
        )
        told.ask("forgotten", FATOU, EVENING.date().replace(day=20), remark="les mains pleines")
        yield Keyboard(desk, context.new_page())


@pytest.fixture
def hand(chromium: Browser, lived: Path, tmp_path: Path) -> Iterator[Keyboard]:
    with at_the_keys(chromium, lived, tmp_path) as made:
        sign_in(made.page, made.desk, EVERY_ROLE)
        yield made


@pytest.fixture
def mailing(lived: Path, tmp_path: Path) -> Path:
    """The same space with a server for mail, three members with an address, and October the month to be closed."""
    root = Path(shutil.copytree(lived, tmp_path / "mailing"))
    settings = root / "kiosk.toml"
    server = '[mail]\nserver = "smtp.exemple.fr:587"\nsender = "bureau@exemple.fr"\n'
    settings.write_text(settings.read_text("utf-8").replace("[mail]\n", server), "utf-8")
    with home.opened(root) as made:
        with made.store.writing() as connection:
            for number in (KARIM, HUGO, FATOU):
                connection.exec_driver_sql("UPDATE member SET email = 'x@exemple.fr' WHERE number = ?", (number,))
        closing = Closings(
            store=made.store, rules=Rules(made.config.zone), seal=made.seal, clock=FakeClock(EVENING), actor="cli"
        )
        for month in (8, 9):
            closing.close(Period.MONTH, EVENING.date().replace(month=month, day=1))
    return root


def test_an_evening_is_done_by_the_keyboard_alone(chromium: Browser, mailing: Path, tmp_path: Path) -> None:
    found = {}
    with at_the_keys(chromium, mailing, tmp_path) as hand:
        for act, _ in AN_EVENING:
            before = hand.keys
            act(hand)
            found[act.__name__] = hand.keys - before
        assert hand.page.evaluate("document.documentElement.scrollWidth") <= 1280
        mails = [str(about).partition(" ")[0] for (about,) in hand.desk.sql("SELECT about FROM outbox ORDER BY id")]
    assert found == {act.__name__: keys for act, keys in AN_EVENING}
    assert [about.partition(":")[0] for about in mails] == ["new-device", *["reminder"] * 3, "closing"]


def test_each_act_takes_no_more_keys_than_the_table_says(hand: Keyboard) -> None:
    found = {}
    for name, story in STORIES:
        hand.page.goto(hand.desk.address)
        hand.keys = 0
        story(hand)
        found[name] = hand.keys
    assert found == {name: now for name, (_, now) in KEYS.items()}


def test_who_went_down_into_what_is_found_stays_there_when_the_rest_is_answered(hand: Keyboard) -> None:
    page, held = hand.page, list[Route]()
    page.route("**/members/search?q=fatou*", lambda route: held.append(route))  # noqa: PLW0108  # what it is given is looked into
    hand.press("/", *"fato")
    expect(page.locator("#found").get_by_role("link", name="Fatou Diallo").first).to_be_visible()
    with page.expect_request("**/members/search?q=fatou*"):
        hand.press("u")
    hand.press("ArrowDown")
    with page.expect_response("**/members/search?q=fatou*"):
        held[0].continue_()
    expect(page.locator("#found").get_by_role("link", name="Fatou Diallo").first).to_be_focused()
    hand.press("Enter")
    page.wait_for_url(f"**/members/{FATOU}")


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
    text = (Path(__file__).parents[2] / "docs" / "decisions" / "desk.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    assert {name: (int(before), int(now)) for name, before, now in rows if name in KEYS} == KEYS


AZERTY = {
    **dict(zip("1234567890", "&é\"'(-è_çà", strict=True)),  # the upper row without Shift
    "A": "q",  # where an A stands on the layout that the reader knows
}


def test_a_reader_that_types_gives_its_number_on_an_azerty_keyboard_too(hand: Keyboard) -> None:
    """It sends keys as on an American one, of which the browser makes other characters. With Enter and without."""
    page = hand.page
    page.goto(f"{hand.desk.address}/members/{HUGO}")
    page.locator("summary", has_text="Autre…").click()
    page.get_by_role("button", name="Attendre un badge").click()
    keys = page.context.new_cdp_session(page)
    mine = page.get_by_role("button", name=f"numéro finissant par {BADGE[-4:]}")
    for end in ("Enter", None):
        expect(page.locator("#badge")).to_be_focused()
        for sign in BADGE:
            code = f"Digit{sign}" if sign.isdigit() else f"Key{sign}"
            shown = AZERTY.get(sign, sign.lower())
            keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "code": code, "key": shown, "text": shown})
        if end:
            page.keyboard.press(end)
        expect(mine).to_be_visible()
        page.get_by_role("button", name="Ce n’est pas ce badge").click()
