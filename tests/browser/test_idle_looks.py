"""The idle screen with all it knows, and the manners of one screen: pictures, and nothing that does not fit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.language.names import Names
from kiosk.web.screen.idle_faces import SHIFTS, Manner
from kiosk.web.screen.words import own_words
from tests.processes import until

from .looks import ENGLISH, FRENCH, SEVEN_INCHES, TEN_INCHES, UPRIGHT, Gallery, Window, picture
from .screens import CARDS, WELL, Kiosk, until_it_acts

ALL = IdleFacts(
    present=12,
    places=20,
    host=Names({"fr": "Nadia", "en": "Nadia"}),
    note=Names({"fr": "Facturer en coopérative, 12 h 30", "en": "Invoicing in a coop, 12:30"}),
    thermometer_percent=81,
    lunch=3,
    by_pin=True,
    seeks=("Facturer en coopérative", 2),
)
LONGEST = replace(
    ALL,
    present=120,
    places=200,
    host=Names({"fr": "Marie-Antoinette et Jean-Christophe, au bar."}),
    note=Names({"fr": "W" * 44}),
    seeks=("Apprendre " * 10, 2),
    thermometer_percent=100,
    lunch=99,
)
VERDICTS = ("granted-day", "granted-four", "granted-notices", "spooled", "lost", "unknown", "membership-over", "more")
MANNERS = {
    "left": Manner(hand="left"),
    "high": Manner(contrast="high"),
    "large": Manner(text="large"),
    "all": Manner(hand="left", contrast="high", text="large"),
}


def no_room(gallery: Gallery) -> list[str]:
    """Where what is known lies under a button, or on the hour."""
    found = []
    for window, page in gallery.pages.items():
        places = [box for box in (each.bounding_box() for each in page.locator(".bar-top, .idle > *").all()) if box]
        buttons = page.locator("#stage .buttons").bounding_box()
        assert buttons
        if not all(place["y"] >= 0 and place["y"] + place["height"] <= buttons["y"] for place in places):
            found.append(f"{window}: under a button")
        bar, *rest = places
        if not all(place["y"] >= bar["y"] + bar["height"] - 24 for place in rest):  # its last rows are air
            found.append(f"{window}: on the hour")
    return found


@pytest.fixture(scope="module")
def gallery(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(chromium, "idle", Kiosk(), FRENCH, ENGLISH, SEVEN_INCHES, TEN_INCHES, UPRIGHT)
    yield gallery
    gallery.close()


@pytest.fixture
def plain(gallery: Gallery) -> Iterator[Gallery]:
    """The same gallery, and nothing known or broken left in it."""
    yield gallery
    gallery.kiosk.facts = IdleFacts()
    gallery.kiosk.health = WELL


@pytest.mark.parametrize("facts", [ALL, LONGEST, IdleFacts(lunch=0)], ids=["all", "longest", "meal"])
def test_an_idle_screen_has_room_for_all_it_knows_on_every_screen(
    plain: Gallery, screenshots: Path, request: pytest.FixtureRequest, facts: IdleFacts
) -> None:
    plain.kiosk.facts = facts
    plain.show_idle()
    picture(plain.page, screenshots / f"idle-{request.node.callspec.id}.png")
    assert plain.wrong(axe=(FRENCH, ENGLISH)) + no_room(plain) == []


@pytest.mark.parametrize("facts", [ALL, LONGEST, IdleFacts()], ids=["all", "longest", "alone"])
def test_the_longest_words_of_ones_own_have_room(
    plain: Gallery, screenshots: Path, request: pytest.FixtureRequest, facts: IdleFacts
) -> None:
    own_words.speak({"idle-title": Names({"fr": "Bienvenue, présentez votre badge !"})})
    try:
        plain.kiosk.facts = facts
        plain.show_idle()
        picture(plain.page, screenshots / f"idle-own-words-{request.node.callspec.id}.png")
        assert plain.wrong(axe=(FRENCH, SEVEN_INCHES, UPRIGHT), lines=3) + no_room(plain) == []
    finally:
        own_words.speak({})


def test_an_upright_idle_screen_with_a_chip_fits(plain: Gallery, screenshots: Path) -> None:
    plain.kiosk.health = replace(WELL, clock_trusted=False)
    plain.show_idle()
    picture(plain.pages[UPRIGHT], screenshots / "upright-clock-unsure.png")
    assert plain.wrong(axe=(UPRIGHT,)) == []


def test_at_night_the_screen_is_dark(plain: Gallery, screenshots: Path) -> None:
    plain.kiosk.facts = replace(ALL, dim=True, quiet=True)
    plain.show_idle()
    picture(plain.page, screenshots / "idle-night.png")
    assert plain.wrong(axe=(FRENCH,)) == []


def test_at_night_one_touch_anywhere_lights_the_screen(browser_page: Page, kiosk: Kiosk) -> None:
    kiosk.facts = replace(ALL, dim=True, quiet=True)
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    until_it_acts(browser_page)
    browser_page.touchscreen.tap(700, 40)  # where the language is by day
    expect(browser_page.locator("button.wake.pressed")).to_have_count(1)
    until(lambda: kiosk.begun)
    assert kiosk.begun == ["wake"]


def test_at_night_a_badge_s_card_is_as_bright_as_by_day(plain: Gallery) -> None:
    plain.kiosk.facts = replace(ALL, dim=True, quiet=True)
    plain.show_idle()
    assert plain.page.locator(".face.dim").count() == 1
    plain.show("granted-day")
    assert plain.page.locator(".face").evaluate("e => getComputedStyle(e).filter") == "none"


def test_what_stands_for_hours_moves_a_little_and_always_has_room(plain: Gallery) -> None:
    plain.kiosk.facts = LONGEST
    places: dict[Window, set[tuple[str, int, int]]] = {FRENCH: set(), UPRIGHT: set()}
    for _ in range(SHIFTS):
        plain.kiosk.clock.pushed += 60
        plain.show_idle()
        assert plain.wrong() == []
        for window, seen in places.items():
            for what in (".clock", ".invite h1", ".facts", ".buttons"):
                box = plain.pages[window].locator(f"#stage {what}").bounding_box()
                assert box
                seen.add((what, round(box["x"]), round(box["y"])))
    assert {window: len(seen) for window, seen in places.items()} == {FRENCH: 4 * SHIFTS, UPRIGHT: 4 * SHIFTS}


@pytest.mark.parametrize("name", MANNERS)
def test_every_manner_has_room_for_the_verdicts(chromium: Browser, screenshots: Path, name: str) -> None:
    gallery = Gallery(chromium, name, Kiosk(facts=ALL, manner=MANNERS[name]), FRENCH)
    wrong = []
    try:
        for state in ("idle", *VERDICTS):
            gallery.show(state)
            picture(gallery.page, screenshots / f"manner-{name}-{state}.png")
            wrong += gallery.wrong(axe=(FRENCH,))
    finally:
        gallery.close()
    assert wrong == []


def test_the_keyboard_goes_through_all_buttons_and_keeps_its_place(browser_page: Page, kiosk: Kiosk) -> None:
    kiosk.facts = ALL
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    kiosk.board.show(CARDS["granted-four"])
    browser_page.wait_for_selector("[data-state=granted-day]")
    seen = []
    for _ in range(5):
        browser_page.keyboard.press("Tab")
        seen.append(browser_page.evaluate("document.activeElement.dataset.act"))
    assert seen == ["undo", "free-corner", "passing", "guest", "aids"]
    browser_page.keyboard.press("Shift+Tab")
    until_it_acts(browser_page)
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_selector("[data-state=undone]")
    assert kiosk.undone == ["t"]


def test_what_has_the_focus_keeps_it_when_the_idle_screen_is_drawn_again(browser_page: Page, kiosk: Kiosk) -> None:
    kiosk.facts = replace(ALL, present=12)
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    browser_page.locator("[data-act=prices]").focus()
    kiosk.facts = replace(ALL, present=13)
    kiosk.board.refresh()
    expect(browser_page.locator(".people")).to_contain_text("13")
    assert browser_page.evaluate("document.activeElement.dataset.act") == "prices"
    browser_page.keyboard.press("Enter")
    until(lambda: kiosk.begun)
    assert kiosk.begun == ["prices"]


def test_a_verdict_is_heard_where_it_is_to_be(chromium: Browser) -> None:
    kiosk = Kiosk(manner=Manner(volume=30))
    kiosk.clock.still = True  # or the card is gone before a page that is late has asked for it
    kiosk.start()
    page = chromium.new_page()
    try:
        page.goto(kiosk.url)
        page.wait_for_selector("#stage[data-number]")
        with page.expect_response("**/tone/rising.wav") as answer:
            kiosk.board.show(Card(CardKind.GRANTED_DAY, "Inès"))
        assert answer.value.status in (200, 206)
    finally:
        page.close()
        kiosk.stop()
