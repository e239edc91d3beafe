"""The month's evening in a house that was left alone for a year, and in one that opens today: by the keyboard, and by
thumb on a telephone. Clicks, keys and touches are counted; what is closed and sent is what the year held.
"""

import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from kiosk.books.closing import Closings
from kiosk.domain.duties import Kind, State
from kiosk.messages import outbox
from kiosk.store.space.policies import Rules
from tests.duties.house import House as DutyHouse
from tests.duties.years import Year

from .desk import EVERY_ROLE, laptop, sign_in
from .test_bank_evening import MOST_CLICKS, MOST_KEYS, Hands, House, new_house
from .test_thumb_stories import Hand

TELEPHONE: ViewportSize = {"width": 390, "height": 844}
PATH = "/books/month"
LEADS = "[aria-current=step] a"
CLOSING = re.compile(r"/books/closings/\d+$")
MOST_TOUCHES = 21
BOOKED = dict.fromkeys(("REMISE DE CHEQUES N 1", "VIR SUMUP PAIEMENTS CB"), "entered")


@dataclass
class Neglected:
    """A house, and what its year held."""

    house: House
    year: Year

    @property
    def statement(self) -> bytes:
        """A last month: the cheques of the year as one deposit, its cards as one payout less a fee, and an expense."""
        cheques, cards = (self.year.until(self.year.today(), way) for way in ("cheque", "card"))
        lines = [("REMISE DE CHEQUES N 1", cheques), ("VIR SUMUP PAIEMENTS CB", cards - 525), ("PRLV EDF 12", -4_000)]
        return self.house.statement(lines, on=date(2027, 10, 25))

    @property
    def cash(self) -> int:
        """Cents that came in as cash, and are in the box."""
        return self.year.until(self.year.today(), "cash")


@pytest.fixture
def neglected(tmp_path: Path) -> Iterator[Neglected]:
    """Nothing was counted, brought to the bank, read in or closed for a year; days close by themselves."""
    with new_house(tmp_path) as house:
        year = Year(house.desk.space)
        year.pass_by()
        _books(house).close_days()
        yield Neglected(house, year)


def _books(house: House) -> Closings:
    own = house.desk.space.home
    rules = Rules(own.config.zone)
    return Closings(store=own.store, rules=rules, seal=own.seal, clock=house.desk.space.clock, actor="due")


def to_the_evening(hands: Hands) -> None:
    """By the box, from any page."""
    hands.key("/")
    hands.type("soir")
    expect(hands.page.locator(f"[role=region] a[href='{PATH}']").first).to_be_visible()
    hands.key("ArrowDown", "Enter")
    hands.page.wait_for_url(f"**{PATH}")


def go_on(hands: Hands, where: str | re.Pattern[str]) -> None:
    """Enter the step that leads."""
    expect(hands.page.locator(LEADS)).to_be_focused()
    hands.key("Enter")
    hands.page.wait_for_url(where)


def test_a_year_left_alone_is_brought_up_to_date_by_the_keyboard(chromium: Browser, neglected: Neglected) -> None:
    house, desk = neglected.house, neglected.house.desk
    with laptop(chromium, desk, has_axe=False) as context:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        hands = Hands(page)
        to_the_evening(hands)
        assert page.locator(".tag.good").count() == 0, "no act was done"
        go_on(hands, "**/books/bank/import")
        hands.take(neglected.statement)
        decide(hands, house)
        to_the_evening(hands)
        go_on(hands, "**/cash/count")
        count(hands, neglected.cash)
        to_the_evening(hands)
        go_on(hands, "**/closings/month")
        assert close_all(hands) == 12
        to_the_evening(hands)
        go_on(hands, re.compile(r"/books/closings/\d+#send"))
        with page.expect_navigation():
            hands.key("Tab", "Enter")
        assert hands.clicks <= MOST_CLICKS
        assert hands.keys <= MOST_KEYS
        outbox.send_waiting(desk.space.home, desk.space.clock.now())
        to_the_evening(hands)
        expect(page.get_by_text("Le reste peut attendre : bonne soirée.")).to_be_visible()
        assert page.locator(LEADS).count() == 0
    assert_balanced(neglected)
    assert "cloture-2027-10.zip" in "".join(house.heard)


def decide(hands: Hands, house: House) -> None:
    """Down the list. The last decision is taken back by `u`, and taken once more."""
    for _ in range(4):
        decide_line(hands)
    assert states(house) == {"PRLV EDF": "ignored", "PRLV EDF 12": "ignored", "VIR INCONNU": "ignored", **BOOKED}
    with hands.page.expect_navigation():
        hands.key("u")
    assert states(house)["VIR INCONNU"] == "open"
    decide_line(hands)
    assert states(house)["VIR INCONNU"] == "ignored"


def decide_line(hands: Hands) -> None:
    """The line that the keyboard is in: a rule for expenses, a word for a gift, else what is proposed."""
    label = hands.label()
    assert label, "the keyboard is in the next line"
    with hands.page.expect_navigation():
        if "EDF" in label:
            hands.key("r")
            hands.type("edf")
            hands.key("Tab", " ", "Enter")
        elif "INCONNU" in label:
            hands.key("r")
            hands.type("don")
            hands.key("Enter")
        else:
            hands.key(" ")


def states(house: House) -> dict[str, str]:
    """What became of each line of the bank."""
    return dict(house.desk.sql("SELECT label, state FROM bank_line"))


def count(hands: Hands, cents: int) -> None:
    """All of it in notes of five."""
    expect(hands.page.locator("#coin-50000")).to_be_focused()
    hands.key(*["Tab"] * 6)
    hands.type(str(cents // 500))
    hands.key("Enter")
    hands.page.locator("button[value=write]").wait_for()
    hands.key("Enter")
    expect(hands.page.get_by_role("status").first).to_be_visible()


def close_all(hands: Hands) -> int:
    """Close month after month, from each closing's page to the next. Returns how many."""
    page = hands.page
    for months in range(1, 20):
        hands.type(charged(page))
        hands.key("Enter")
        page.wait_for_url(CLOSING)
        following = page.get_by_role("link", name="Clore le mois suivant")
        if not following.count():
            return months
        expect(following).to_be_focused()
        hands.key("Enter")
        page.wait_for_url("**/closings/month")
    raise AssertionError("there is no end of months")


def charged(page: Page) -> str:
    """The sum that a closing asks for."""
    card = page.locator("section.card", has=page.get_by_role("heading", name="Débité", exact=True))
    return "".join(card.locator("p.figure").first.inner_text().replace("€", "").split())


def assert_balanced(neglected: Neglected) -> None:
    """What came in is where it went: on a slip, in a payout, in the box. Each month is closed with what it charged."""
    sql = neglected.house.desk.sql
    assert sql("SELECT method, count(*) FROM remittance GROUP BY method ORDER BY method") == [
        ("card", 1),
        ("cheque", 1),
    ]
    ((charged_cents,),) = sql("SELECT sum(amount_cents) FROM entry WHERE kind = 'charge' AND day_on < '2027-11-01'")
    closed = sql("SELECT e.detail FROM closing c JOIN entry e ON e.number = c.entry_number WHERE c.kind = 'month'")
    assert len(closed) == 12
    assert json.loads(str(closed[-1][0]))["grand_total"] == charged_cents
    house = DutyHouse(neglected.house.desk.space, random.Random(1))
    for kind in (Kind.CHEQUES, Kind.PAYOUTS, Kind.BANK_LINES, Kind.MONTHS):
        assert house.of(kind).state is State.DONE
    assert (house.of(Kind.BOX).state, house.of(Kind.BOX).cents) == (State.DONE, neglected.cash)


@contextmanager
def telephone(browser: Browser, house: House) -> Iterator[Hand]:
    """An officer's thumb at 390, signed in, on the day's page."""
    context = browser.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale="fr-FR")
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, house.desk, EVERY_ROLE)
    yield Hand(house.desk, page, is_thumb=True, badge="")
    context.close()


def test_a_year_left_alone_is_begun_by_thumb(chromium: Browser, neglected: Neglected) -> None:
    """To its first closed month: each further one is the same page once more."""
    house = neglected.house
    with telephone(chromium, house) as hand:
        page = hand.page
        find_the_evening(hand)
        lead(hand, "**/books/bank/import")
        page.locator("#file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": neglected.statement})
        hand.press("main form button.main")
        page.wait_for_url("**/books/bank/import/*")
        hand.press("main form button.main")
        page.wait_for_url("**/books/bank")
        for words in ("REMISE", "SUMUP"):
            line = page.locator("[data-line]", has_text=words)
            hand.press(line.locator("button.main"))
            expect(line).to_have_count(0)
        for words, times in (("EDF 12", 1), ("INCONNU", 2)):
            line = page.locator("[data-line]", has_text=words)
            for again in range(times):
                if again:
                    hand.press("[data-undo] button")
                hand.press(line.locator("summary"))
                line.locator("input[name=reason]").fill(words)
                if "EDF" in words:
                    hand.press(line.locator("label.choice:has(input[name=always])"))
                hand.press(line.locator("details button"))
                expect(line).to_have_count(0)
        assert "open" not in states(house).values()
        find_the_evening(hand)
        lead(hand, "**/cash/count")
        page.locator("[name=coin-500]").fill(str(neglected.cash // 500))
        hand.press("button[value=preview]")
        hand.press("button[value=write]")
        hand.done()
        find_the_evening(hand)
        lead(hand, "**/closings/month")
        page.locator("#total").fill(charged(page))
        hand.press("main form button.main")
        page.wait_for_url(CLOSING)
        expect(page.get_by_role("link", name="Clore le mois suivant")).to_be_visible()
        assert narrow(page)
        assert hand.presses <= MOST_TOUCHES


def find_the_evening(hand: Hand) -> None:
    """By the box, from any page."""
    hand.page.locator("#find").fill("soir")
    hand.press(f"[role=region] a[href='{PATH}']")
    hand.page.wait_for_url(f"**{PATH}")


def lead(hand: Hand, where: str) -> None:
    """Press the step that leads; nothing stands out of the page's side, before and after."""
    assert narrow(hand.page)
    hand.press(LEADS)
    hand.page.wait_for_url(where)
    assert narrow(hand.page)


def narrow(page: Page) -> bool:
    """Whether a page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_empty_house_s_evening_is_over_where_it_begins(chromium: Browser, tmp_path: Path) -> None:
    with new_house(tmp_path) as house:
        house.desk.space.clock.advance(days=40)
        with laptop(chromium, house.desk, has_axe=False) as context:
            page = context.new_page()
            sign_in(page, house.desk, EVERY_ROLE)
            hands = Hands(page)
            to_the_evening(hands)
            assert (hands.clicks, hands.keys) == (0, 7)
            assert nothing_is_told(page)
        with telephone(chromium, house) as hand:
            find_the_evening(hand)
            assert nothing_is_told(hand.page)
            assert hand.presses == 1


def nothing_is_told(page: Page) -> bool:
    """No step leads or was done, no sum is named, and the evening is wished."""
    main = page.locator("main").inner_text()
    return (
        not page.locator(f"{LEADS}, .tag.good").count() and "€" not in main and "bonne soirée" in main and narrow(page)
    )
