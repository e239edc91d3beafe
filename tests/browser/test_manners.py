"""How the page behaves: cards without a reload, idle by itself, lost connections, touches, languages, keys."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kiosk.cards import Card, CardKind

from .screens import CARDS, WELL, Kiosk

INES, KARIM = CARDS["granted-day"], CARDS["granted-plan"]


@pytest.fixture
def page(browser_page: Page, kiosk: Kiosk) -> Page:
    browser_page.goto(kiosk.url)
    shows(browser_page, "idle")
    browser_page.wait_for_selector("#stage[data-number]")  # the script is at work
    browser_page.evaluate("window.sameDocument = true")
    return browser_page


def shows(page: Page, state: str) -> None:
    page.wait_for_selector(f"#stage [data-state={state}]")


def was_never_loaded_again(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def touch(page: Page, selector: str) -> None:
    """A finger comes down, and stays."""
    page.locator(selector).dispatch_event("pointerdown")


def test_a_card_comes_without_a_reload_and_goes_by_itself(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    kiosk.clock.pushed += 10
    shows(page, "idle")
    assert "Inès" not in page.content()
    assert was_never_loaded_again(page)


def test_a_badge_replaces_any_card_at_once(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    kiosk.board.show(KARIM)
    expect(page.locator("h1")).to_have_text("Bonjour Karim")
    assert "Inès" not in page.content()


def test_a_burst_of_cards_ends_with_the_last(page: Page, kiosk: Kiosk) -> None:
    for count in range(100):
        kiosk.board.show(replace(KARIM, name=f"Membre {count}"))
        time.sleep(0.002)
    expect(page.locator("h1")).to_have_text("Bonjour Membre 99")


def test_a_restart_of_the_entrance_needs_no_hand(page: Page, kiosk: Kiosk, screenshots: Path) -> None:
    kiosk.stop()
    shows(page, "trouble")
    page.screenshot(path=screenshots / "trouble.fr.png")
    assert Axe().run(page).violations_count == 0
    kiosk.start()
    shows(page, "idle")
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    assert was_never_loaded_again(page)


def test_a_card_shown_before_the_page_is_back_is_not_lost(page: Page, kiosk: Kiosk) -> None:
    kiosk.stop()
    kiosk.start()
    kiosk.board.show(INES)  # number 2 again, as the idle screen may have had before: the boot tells them apart
    expect(page.locator("h1")).to_have_text("Bonjour Inès")


def test_a_card_is_read_to_its_end_though_the_entrance_is_gone(page: Page, kiosk: Kiosk) -> None:
    page.clock.install()
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    kiosk.stop()
    page.clock.run_for(5_000)
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    page.clock.run_for(8_000)
    shows(page, "trouble")
    assert "Inès" not in page.content()
    kiosk.start()
    page.clock.run_for(4_000)
    shows(page, "idle")


def test_an_answer_that_fails_says_one_moment_until_it_works(page: Page, kiosk: Kiosk) -> None:
    kiosk.failing = True
    kiosk.board.refresh()
    shows(page, "trouble")
    kiosk.failing = False
    shows(page, "idle")
    assert was_never_loaded_again(page)


def test_a_page_that_could_not_be_made_comes_back_by_itself(browser_page: Page, kiosk: Kiosk) -> None:
    kiosk.failing = True
    browser_page.goto(kiosk.url)
    expect(browser_page.locator("h1")).to_have_text("Un instant, nous reprenons")
    kiosk.failing = False
    shows(browser_page, "idle")


def test_the_reader_is_seen_to_go_and_to_come_back(page: Page, kiosk: Kiosk) -> None:
    kiosk.health = replace(WELL, reader="offline")
    kiosk.board.refresh()
    shows(page, "reader-down")
    kiosk.health = WELL
    kiosk.board.refresh()
    shows(page, "idle")


def test_undo_acts_as_the_finger_comes_down_and_once(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(INES)
    shows(page, "granted-day")
    expect(page.locator("[data-left]")).to_have_text("10")
    page.locator("[data-act=undo]").evaluate(
        "b => [0, 1, 2].forEach(() => b.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true})))"
    )
    shows(page, "undone")
    assert kiosk.undone == ["ticket-of-ines"]


def test_a_real_tap_undoes_once(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(INES)
    page.locator("[data-act=undo]").tap()
    shows(page, "undone")
    assert kiosk.undone == ["ticket-of-ines"]


def test_an_undo_that_comes_too_late_says_so(page: Page, kiosk: Kiosk) -> None:
    kiosk.late = True
    kiosk.board.show(INES)
    touch(page, "[data-act=undo]")
    shows(page, "undo-over")
    touch(page, "[data-act=close]")
    shows(page, "idle")


def test_a_touch_holds_the_card_to_thirty_seconds(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(INES)
    touch(page, "[data-state=granted-day] h1")
    expect(page.locator("[data-left]")).to_have_text("30")
    kiosk.clock.pushed += 25
    page.wait_for_timeout(800)
    shows(page, "granted-day")
    kiosk.clock.pushed += 5
    shows(page, "idle")


def test_close_closes_for_every_page(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(CARDS["unknown"])
    touch(page, "[data-act=close]")
    shows(page, "idle")
    assert kiosk.board.now().card is None


def test_the_keyboard_does_all_that_a_finger_does(page: Page, kiosk: Kiosk) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Tap your badge")
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Hello Inès")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    shows(page, "undone")
    assert kiosk.undone == ["ticket-of-ines"]


def test_the_language_is_the_persons_and_goes_back_by_itself(page: Page, kiosk: Kiosk) -> None:
    page.clock.install()
    touch(page, "[data-act=language]")
    expect(page.locator("h1")).to_have_text("Tap your badge")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.clock.run_for(50_000)
    expect(page.locator("h1")).to_have_text("Tap your badge")
    page.clock.run_for(11_000)
    expect(page.locator("h1")).to_have_text("Passez votre badge")
    kiosk.board.show(replace(INES, language="en"))
    expect(page.locator("h1")).to_have_text("Hello Inès")
    assert page.evaluate("document.documentElement.lang") == "en"
    kiosk.clock.pushed += 10
    expect(page.locator("h1")).to_have_text("Passez votre badge")


def test_the_clock_goes_on(page: Page, kiosk: Kiosk) -> None:
    expect(page.locator(".clock b")).to_have_text("8 h 52")
    kiosk.clock.pushed += 60
    expect(page.locator(".clock b")).to_have_text("8 h 53")


def test_motion_stops_where_the_system_asks(page: Page) -> None:
    assert page.evaluate("getComputedStyle(document.querySelector('.rings'), '::before').animationName") == "ring"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.rings'), '::before').animationName") == "none"


def test_a_new_release_loads_its_own_page(page: Page, kiosk: Kiosk) -> None:
    page.evaluate("document.getElementById('stage').dataset.assets = 'of-last-year'")
    kiosk.board.show(Card(CardKind.FAULT))
    page.wait_for_selector("#stage:not([data-assets=of-last-year]) [data-state=fault]")
    assert not was_never_loaded_again(page)


def test_nothing_is_fetched_from_elsewhere(browser_page: Page, kiosk: Kiosk) -> None:
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto(kiosk.url)
    shows(browser_page, "idle")
    kiosk.board.show(INES)
    shows(browser_page, "granted-day")
    assert asked
    assert all(url.startswith(kiosk.url) for url in asked)
