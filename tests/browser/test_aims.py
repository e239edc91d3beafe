"""A finger and somebody else's card, in Chromium: inert, then not; missed without a word; a slow answer says so."""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, ViewportSize, expect

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from tests.processes import until

from .axe import check_axe
from .conftest import SIZE
from .looks import picture
from .screens import CARDS, Kiosk, until_it_acts

pytestmark = pytest.mark.promise(6, 7)

BOB = replace(CARDS["granted-four"], name="Bob", ticket="of-bob")
ANA = replace(CARDS["granted-four"], name="Ana", ticket="of-ana")
UNDO = "#stage [data-act=undo]"
SIZES: tuple[ViewportSize, ...] = (SIZE, {"width": 480, "height": 800})
# The page's own clock, not the test's: a finger so many milliseconds after the next card is drawn, where Annuler stood.
FINGER = """([title, wait]) => new Promise((done) => {
    const stage = document.getElementById("stage"), button = stage.querySelector("[data-act=undo]");
    const { x, y, width, height } = button.getBoundingClientRect();
    const at = { bubbles: true, clientX: x + width / 2, clientY: y + height / 2 };
    const down = () => {
        const under = document.elementFromPoint(at.clientX, at.clientY);
        under.dispatchEvent(new PointerEvent("pointerdown", at));
        done([under.closest("button")?.dataset.act, stage.ariaDisabled]);
    };
    new MutationObserver((_, observer) => {
        if (!stage.textContent.includes(title)) return;
        observer.disconnect();
        setTimeout(down, wait);
    }).observe(stage, { childList: true, subtree: true });
})"""


@pytest.fixture
def page(browser_page: Page, kiosk: Kiosk) -> Page:
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    return browser_page


def badge(kiosk: Kiosk, card: Card) -> None:
    kiosk.board.reading()
    kiosk.board.show(card)


def stands(page: Page, name: str) -> None:
    expect(page.locator("#stage h1")).to_have_text(f"Bonjour {name}")


def meanwhile(do: Callable[[], None]) -> threading.Timer:
    """Do something while the page waits for it."""
    timer = threading.Timer(0.5, do)
    timer.start()
    return timer


def test_a_finger_that_reached_for_one_s_own_card_does_nothing_on_the_next(page: Page, kiosk: Kiosk) -> None:
    badge(kiosk, ANA)
    stands(page, "Ana")
    until_it_acts(page)
    timer = meanwhile(lambda: badge(kiosk, BOB))
    assert page.evaluate(FINGER, ["Bob", 60]) == ["undo", "true"]  # it landed on his button, which was inert
    timer.join()
    stands(page, "Bob")
    until_it_acts(page)
    assert kiosk.undone == []
    expect(page.locator("button.pressed")).to_have_count(0)
    page.locator(UNDO).tap()
    page.wait_for_selector("#stage [data-state=undone]")
    assert kiosk.undone == ["of-bob"]


def test_a_page_that_is_deaf_to_none_of_it_is_refused_by_the_server(page: Page, kiosk: Kiosk) -> None:
    """The same finger, where the page itself would have handed it on."""
    badge(kiosk, BOB)
    stands(page, "Bob")
    statuses = page.evaluate(
        """async () => {
            const { card, at } = await (await fetch("/card?since=-1")).json();
            const send = (fields) => fetch("/touch", { method: "POST", headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ ticket: "of-bob", act: "undo", card, finger_at: at, ...fields }) });
            const tried = [{ painted_at: at - 0.06 }, { card: card - 1, painted_at: at - 2 },
                           { painted_at: at - 20, finger_at: at - 11 }];
            return Promise.all(tried.map(async (fields) => (await send(fields)).status));
        }"""
    )
    assert statuses == [410, 410, 410]
    assert kiosk.undone == []
    stands(page, "Bob")


def test_inert_buttons_are_seen_to_be_and_are_all_there_afterwards(page: Page, kiosk: Kiosk, screenshots: Path) -> None:
    faint = "getComputedStyle(document.querySelector('#stage [data-act=undo]')).opacity"
    badge(kiosk, BOB)
    stands(page, "Bob")
    until_it_acts(page)
    assert page.evaluate(faint) == "1"
    for size in SIZES:
        page.set_viewport_size(size)
        page.evaluate("document.getElementById('stage').ariaDisabled = 'true'")
        assert float(page.evaluate(faint)) < 0.5
        picture(page, screenshots / f"inert.{size['width']}x{size['height']}.png")
        page.evaluate("document.getElementById('stage').ariaDisabled = null")
    check_axe(page)


def test_a_finger_half_a_second_later_acts(page: Page, kiosk: Kiosk) -> None:
    badge(kiosk, ANA)
    stands(page, "Ana")
    until_it_acts(page)
    timer = meanwhile(lambda: badge(kiosk, BOB))
    assert page.evaluate(FINGER, ["Bob", 650]) == ["undo", None]
    timer.join()
    page.wait_for_selector("#stage [data-state=undone]")
    assert kiosk.undone == ["of-bob"]


def test_a_key_is_a_finger(page: Page, kiosk: Kiosk) -> None:
    badge(kiosk, BOB)
    stands(page, "Bob")
    page.locator(UNDO).focus()
    page.evaluate("document.getElementById('stage').ariaDisabled || document.activeElement.click()")
    until_it_acts(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("#stage [data-state=undone]")
    assert kiosk.undone == ["of-bob"]


def test_an_answer_that_takes_long_says_so_on_the_screen_and_aloud(page: Page, kiosk: Kiosk, screenshots: Path) -> None:
    for size in SIZES:
        page.set_viewport_size(size)
        badge(kiosk, BOB)
        stands(page, "Bob")
        until_it_acts(page)
        kiosk.answers.clear()
        page.locator(UNDO).tap()
        assert page.evaluate("getComputedStyle(document.querySelector('.face'), '::after').visibility") == "hidden"
        expect(page.locator("#heard")).to_have_text("Un instant…")
        assert page.evaluate("getComputedStyle(document.querySelector('.face'), '::after').visibility") == "visible"
        picture(page, screenshots / f"waits.{size['width']}x{size['height']}.png")
        kiosk.answers.set()
        page.wait_for_selector("#stage [data-state=undone]")
        expect(page.locator("#heard")).not_to_contain_text("Un instant")


def test_a_touch_of_a_frozen_entrance_is_not_done_when_it_is_thawed(page: Page, kiosk: Kiosk) -> None:
    badge(kiosk, BOB)
    stands(page, "Bob")
    until_it_acts(page)
    page.locator("#stage h1").dispatch_event("pointerdown")  # so that the card stands until then
    expect(page.locator("[data-left]").first).to_have_text(re.compile("^(2[0-9]|30)$"))
    kiosk.freeze()
    page.locator(UNDO).dispatch_event("pointerdown")
    expect(page.locator("button.pressed")).to_have_count(1)
    kiosk.clock.pushed += 11
    kiosk.frozen = False
    expect(page.locator("button.pressed")).to_have_count(0)
    stands(page, "Bob")
    assert kiosk.undone == []


def test_one_s_own_next_page_waits_for_nothing(page: Page, kiosk: Kiosk) -> None:
    badge(kiosk, BOB)
    until_it_acts(page)
    kiosk.board.show(Card(CardKind.MORE, "Bob", ticket="of-bob", acts=(Act.PAY,)))
    page.wait_for_selector("#stage [data-state=more]")
    assert page.locator("#stage").get_attribute("aria-disabled") is None
    page.locator("#stage [data-act=pay]").dispatch_event("pointerdown")
    until(lambda: kiosk.undone)
