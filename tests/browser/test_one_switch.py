"""One switch is enough: the ring goes round by itself, and any key or click takes what it is on."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from kiosk.checkin.idle_facts import IdleFacts
from kiosk.domain.checkin.choices import Act
from kiosk.web.screen.idle_faces import Manner

from .conftest import SIZE
from .screens import CARDS, Kiosk, still_time

pytestmark = pytest.mark.promise(7)

PACE = 1.0
RINGED = "button.scanned"


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    made = Kiosk(manner=Manner(scan_seconds=PACE), facts=IdleFacts(by_pin=True)).start()
    yield made
    made.stop()


@pytest.fixture
def page(chromium: Browser, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page whose time passes when the test says so. It thinks it is hidden, and so does not ask who is there."""
    context = chromium.new_context(viewport=SIZE, has_touch=True)
    context.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
    made = context.new_page()
    still_time(made)
    made.goto(kiosk.url)
    made.wait_for_selector("#stage[data-number]")
    made.clock.pause_at(made.evaluate("Date.now() / 1000 + 1"))
    kiosk.clock.pushed += 1
    run_for = made.clock.run_for

    def both(ms: int) -> None:
        kiosk.clock.pushed += ms / 1000
        run_for(ms)

    monkeypatch.setattr(made.clock, "run_for", both)
    yield made
    context.close()


def ringed(page: Page) -> list[str]:
    """The acts of the buttons that the ring is on."""
    return [str(each.get_attribute("data-act")) for each in page.locator(RINGED).all()]


def comes(page: Page, what: Callable[[], bool]) -> None:
    """Wait for something that the page asks for, while little of its time passes."""
    for _ in range(200):
        page.clock.run_for(100)
        if what():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come")


def pass_on(page: Page, steps: int = 1) -> None:
    for _ in range(steps):
        page.clock.run_for(int(PACE * 1000))


def test_the_ring_rests_until_it_is_woken_and_again_after_a_minute(page: Page, kiosk: Kiosk) -> None:
    pass_on(page, 3)
    assert ringed(page) == []
    page.keyboard.press("x")
    assert len(ringed(page)) == 1
    assert kiosk.begun == []  # waking takes nothing
    pass_on(page, 61)
    assert ringed(page) == []


def test_the_ring_goes_round_and_a_key_takes_what_it_is_on(page: Page, kiosk: Kiosk) -> None:
    page.keyboard.press("x")
    seen = ringed(page)
    for _ in range(page.locator("#stage button").count() - 1):
        pass_on(page)
        seen += ringed(page)
    assert sorted(seen) == ["aids", "badge-forgotten", "help", "language", "prices", "visit"]
    assert seen[0] == "visit"  # what there is on every screen comes last
    while ringed(page) != ["visit"]:
        pass_on(page)
    page.keyboard.press("Enter")
    comes(page, lambda: bool(kiosk.begun))
    assert kiosk.begun == [Act.VISIT]  # once, though Enter presses a button by itself, too


def test_a_click_anywhere_is_the_switch_and_a_finger_is_a_finger(page: Page, kiosk: Kiosk) -> None:
    page.mouse.click(400, 5)
    while ringed(page) != ["badge-forgotten"]:
        pass_on(page)
    page.locator("#stage [data-act=visit]").click()  # the mouse is over another button
    comes(page, lambda: bool(kiosk.begun))
    assert kiosk.begun == [Act.BADGE_FORGOTTEN]
    page.locator("#stage [data-act=visit]").tap()
    comes(page, lambda: len(kiosk.begun) > 1)
    assert kiosk.begun == [Act.BADGE_FORGOTTEN, Act.VISIT]


def test_a_keyboard_is_gone_through_by_rows_first(page: Page, kiosk: Kiosk) -> None:
    page.keyboard.press("x")
    kiosk.board.show(CARDS["join-name"])
    comes(page, page.locator(".keys").is_visible)
    pass_on(page)
    rows: list[list[str]] = []
    while len(rows) < 4:
        rows.append(page.locator(RINGED).all_inner_texts())
        pass_on(page)
    keys = [text.lower() for row in rows for text in row]
    assert {"a", "m", "w", "é"} <= set(keys)
    while page.locator(RINGED).first.inner_text().lower() != "q":
        pass_on(page)
    assert len(ringed(page)) == 10
    page.keyboard.press("x")
    assert [text.lower() for text in page.locator(RINGED).all_inner_texts()] == ["q"]
    pass_on(page)
    assert [text.lower() for text in page.locator(RINGED).all_inner_texts()] == ["s"]
    page.keyboard.press("x")
    comes(page, page.locator("[data-state=undone]").is_visible)
    assert len(kiosk.undone) == 1


def test_a_new_card_is_begun_with_its_likeliest_button(page: Page, kiosk: Kiosk) -> None:
    page.keyboard.press("x")
    pass_on(page, 2)
    kiosk.board.show(CARDS["granted-three"])
    comes(page, page.locator("[data-state=granted-day]").is_visible)
    comes(page, lambda: bool(ringed(page)))
    assert ringed(page) == ["undo"]


def test_without_the_setting_there_is_no_ring_and_no_script(page: Page, kiosk: Kiosk) -> None:
    assert "scan.js" in page.request.get(kiosk.url).text()
    plain = replace(kiosk, manner=Manner(), port=0).start()
    assert "scan.js" not in page.request.get(plain.url).text()
    plain.stop()
