"""The idle screen with all it knows, and the manners of one screen: pictures, and nothing that does not fit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle import IdleFacts
from kiosk.web.screen import own_words
from kiosk.web.screen.idle_faces import SHIFTS, Manner
from kiosk.web.screen.texts import LANGUAGES

from .screens import CARDS, WELL, Kiosk
from .test_looks import Gallery, check, check_sizes, shown

ALL = IdleFacts(
    present=12,
    places=20,
    host=("Nadia", "Nadia"),
    note=("Facturer en coopérative, 12 h 30", "Invoicing in a coop, 12:30"),
    thermometer_percent=81,
    lunch=3,
    can_take_back=True,
    by_pin=True,
)
LONGEST = replace(
    ALL,
    present=120,
    places=200,
    host=("Marie-Antoinette et Jean-Christophe, au bar.",) * 2,
    note=("W" * 44,) * 2,
    thermometer_percent=100,
    lunch=99,
)
UPRIGHT: ViewportSize = {"width": 480, "height": 800}
STATES = ("granted-day", "granted-four", "granted-notices", "spooled", "lost", "unknown", "membership-over", "more")


def has_room(gallery: Gallery) -> None:
    """Nothing that is known lies under a button, or on the hour."""
    places = [box for box in (each.bounding_box() for each in gallery.page.locator(".bar-top, .idle > *").all()) if box]
    buttons = gallery.page.locator("#stage .buttons").bounding_box()
    assert buttons
    assert all(place["y"] >= 0 and place["y"] + place["height"] <= buttons["y"] for place in places)
    bar, *rest = places
    assert all(place["y"] >= bar["y"] + bar["height"] - 24 for place in rest)  # its last rows are air


@pytest.fixture(scope="module")
def gallery(chromium: Browser) -> Iterator[Gallery]:
    gallery = Gallery(shown(chromium))
    gallery.open(Kiosk())
    yield gallery
    gallery.kiosk.stop()
    gallery.page.context.close()


@pytest.fixture
def plain(gallery: Gallery) -> Iterator[Gallery]:
    """The same gallery, and nobody's manners or size left in it."""
    yield gallery
    gallery.kiosk.facts = IdleFacts()
    gallery.page.set_viewport_size({"width": 800, "height": 480})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [ALL, LONGEST, IdleFacts(lunch=0)], ids=["all", "longest", "meal"])
def test_an_idle_screen_has_room_for_all_it_knows(
    plain: Gallery, screenshots: Path, request: pytest.FixtureRequest, facts: IdleFacts, language: str
) -> None:
    plain.speak(language)
    plain.kiosk.facts = facts
    plain.show_idle()
    check(plain, screenshots / f"idle-{request.node.callspec.id}.png")
    has_room(plain)


@pytest.mark.parametrize("size", [(800, 480), (1024, 600), (480, 800)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_longest_words_of_ones_own_have_room(plain: Gallery, screenshots: Path, size: tuple[int, int]) -> None:
    plain.speak("fr")
    plain.page.set_viewport_size({"width": size[0], "height": size[1]})
    own_words.speak({"idle-title": ("Bienvenue, présentez votre badge !",) * 2})
    try:
        for name, facts in (("all", ALL), ("longest", LONGEST), ("alone", IdleFacts())):
            plain.kiosk.facts = facts
            plain.show_idle()
            check(plain, screenshots / f"idle-own-words-{name}.{size[0]}x{size[1]}.png", lines=3)
            has_room(plain)
    finally:
        own_words.speak({})


@pytest.mark.parametrize("size", [(1024, 600), (1280, 800), (480, 800)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_other_screens_have_room_too(plain: Gallery, screenshots: Path, size: tuple[int, int]) -> None:
    plain.speak("fr")
    plain.page.set_viewport_size({"width": size[0], "height": size[1]})
    for name, facts in (("all", ALL), ("longest", LONGEST)):
        plain.kiosk.facts = facts
        plain.show_idle()
        plain.page.screenshot(path=screenshots / f"idle-{name}.{size[0]}x{size[1]}.png")
        check_sizes(plain.measure())
        has_room(plain)


@pytest.mark.parametrize("state", [*STATES, "badge-again-guest", "granted-four-long", "granted-two"])
def test_an_upright_screen_shows_every_verdict(plain: Gallery, screenshots: Path, state: str) -> None:
    plain.speak("fr")
    plain.page.set_viewport_size(UPRIGHT)
    plain.show(state)
    check(plain, screenshots / f"upright-{state}.png")


def test_an_upright_idle_screen_with_a_chip_fits(plain: Gallery, screenshots: Path) -> None:
    plain.speak("fr")
    plain.page.set_viewport_size(UPRIGHT)
    plain.kiosk.health = replace(WELL, clock_trusted=False)
    plain.show_idle()
    check(plain, screenshots / "upright-clock-unsure.png")
    plain.kiosk.health = WELL


def test_at_night_the_screen_is_dark_and_one_touch_anywhere_lights_it(plain: Gallery, screenshots: Path) -> None:
    plain.speak("fr")
    plain.kiosk.facts = replace(ALL, dim=True, quiet=True)
    plain.show_idle()
    check(plain, screenshots / "idle-night.png")
    plain.page.touchscreen.tap(700, 40)  # where the language is by day
    expect(plain.page.locator("button.wake.pressed")).to_have_count(1)
    plain.page.wait_for_timeout(200)
    assert plain.kiosk.begun[-1:] == ["wake"]


def test_at_night_a_badge_s_card_is_as_bright_as_by_day(plain: Gallery) -> None:
    plain.speak("fr")
    plain.kiosk.facts = replace(ALL, dim=True, quiet=True)
    plain.show_idle()
    assert plain.page.locator(".face.dim").count() == 1
    plain.show("granted-day")
    assert plain.page.locator(".face").evaluate("e => getComputedStyle(e).filter") == "none"


@pytest.mark.parametrize("size", [(800, 480), (480, 800)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_what_stands_for_hours_moves_a_little_and_always_has_room(plain: Gallery, size: tuple[int, int]) -> None:
    plain.speak("fr")
    plain.page.set_viewport_size({"width": size[0], "height": size[1]})
    plain.kiosk.facts = LONGEST
    places = set()
    for _ in range(SHIFTS):
        plain.kiosk.clock.pushed += 60
        plain.show_idle()
        check_sizes(plain.measure())
        for what in (".clock", ".invite h1", ".facts", ".buttons"):
            box = plain.page.locator(f"#stage {what}").bounding_box()
            assert box
            places.add((what, round(box["x"]), round(box["y"])))
    assert len(places) == 4 * SHIFTS


@pytest.fixture(scope="module", params=["left", "high", "large", "all"])
def mannered(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Gallery]:
    manners = {
        "left": Manner(hand="left"),
        "high": Manner(contrast="high"),
        "large": Manner(text="large"),
        "all": Manner(hand="left", contrast="high", text="large"),
    }
    gallery = Gallery(shown(chromium))
    gallery.open(Kiosk(facts=ALL, manner=manners[request.param]))
    gallery.page.set_default_timeout(10_000)
    yield gallery
    gallery.kiosk.stop()
    gallery.page.context.close()


@pytest.mark.parametrize("state", ["idle", *STATES])
def test_every_manner_has_room_for_the_verdicts(
    mannered: Gallery, screenshots: Path, request: pytest.FixtureRequest, state: str
) -> None:
    mannered.show(state)
    check(mannered, screenshots / f"manner-{request.node.callspec.id}.png")


def test_the_keyboard_goes_through_all_buttons_and_keeps_its_place(browser_page: Page, kiosk: Kiosk) -> None:
    kiosk.facts = ALL
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    kiosk.board.show(CARDS["granted-four"])
    browser_page.wait_for_selector("[data-state=granted-day]")
    seen = []
    for _ in range(4):
        browser_page.keyboard.press("Tab")
        seen.append(browser_page.evaluate("document.activeElement.dataset.act"))
    assert seen == ["undo", "free-corner", "passing", "guest"]
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_selector("[data-state=undone]")
    assert kiosk.undone == ["t"]


def test_what_has_the_focus_keeps_it_when_the_idle_screen_is_drawn_again(browser_page: Page, kiosk: Kiosk) -> None:
    kiosk.facts = ALL
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    browser_page.locator("[data-act=lunch]").focus()
    kiosk.facts = replace(ALL, lunch=4, can_take_back=False)
    kiosk.board.refresh()
    expect(browser_page.locator("[data-act=lunch]")).to_contain_text("4")
    assert browser_page.evaluate("document.activeElement.dataset.act") == "lunch"
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_timeout(200)
    assert kiosk.begun == ["lunch"]


def test_a_verdict_is_heard_where_it_is_to_be(chromium: Browser) -> None:
    kiosk = Kiosk(manner=Manner(volume=30)).start()
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
