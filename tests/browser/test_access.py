"""For everyone: time is asked for before something typed is lost, nothing moves where it must not, tones are heard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.domain.checkin.verdicts import Denial, NextStep
from kiosk.language.catalogues import OURS
from kiosk.web.screen.idle_faces import Manner
from kiosk.web.screen.texts import STILL_THERE
from tests.processes import until

from .axe import check_axe
from .conftest import ARGUMENTS, CHROMIUM, ENVIRONMENT
from .looks import MEASURES, check_sizes, picture
from .screens import CARDS, Kiosk, still_time, until_it_acts
from .test_idle_looks import ALL

pytestmark = pytest.mark.promise(7)

ASKED = ("join-name-typed", "join-rules", "sponsor", "pin-code", "pin-new", "cash-sum", "badge-again-in-a-dialogue")
WAITS = {**CARDS, "badge-again-in-a-dialogue": replace(CARDS["badge-again-declare"], ticket="t")}
SIZES = ((800, 480), (1024, 600), (480, 800))


def arrives(page: Page, kiosk: Kiosk, card: Card) -> None:
    kiosk.board.show(card)
    page.wait_for_selector(f'#stage[data-number="{kiosk.board.now().number}"]')
    until_it_acts(page)


@pytest.fixture
def page(browser_page: Page, kiosk: Kiosk) -> Page:
    still_time(browser_page)
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    return browser_page


@pytest.mark.promise(7)
@pytest.mark.parametrize("state", ASKED)
def test_who_typed_is_asked_twenty_seconds_before_it_is_lost(
    page: Page, kiosk: Kiosk, screenshots: Path, state: str
) -> None:
    arrives(page, kiosk, WAITS[state])
    kiosk.run_for(page, 18)
    expect(page.locator(".still")).to_be_hidden()
    kiosk.run_for(page, 2.5)
    expect(page.locator(".still")).to_be_visible()
    expect(page.locator(".still [data-left]")).to_have_text("19")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        picture(page, screenshots / f"still-{state}.{width}x{height}.png")
        check_sizes(page.evaluate(MEASURES))
    check_axe(page)
    page.locator(".still button").tap()
    page.wait_for_selector("#stage [data-state=undone]")
    assert kiosk.undone == ["t"]


def test_one_switch_answers_the_question_too(browser_page: Page) -> None:
    kiosk = Kiosk(manner=Manner(scan_seconds=1.0)).start()
    still_time(browser_page)
    try:
        browser_page.goto(kiosk.url)
        browser_page.wait_for_selector("#stage[data-number]")
        arrives(browser_page, kiosk, WAITS["badge-again-in-a-dialogue"])
        kiosk.run_for(browser_page, 21)
        browser_page.keyboard.press("x")
        ringed = browser_page.locator("button.scanned")
        assert [one.get_attribute("data-act") for one in ringed.all()] == ["stay"]
        browser_page.keyboard.press("x")
        browser_page.wait_for_selector("#stage [data-state=undone]")
    finally:
        kiosk.stop()


@pytest.mark.parametrize("language", OURS)
def test_the_question_is_asked_in_the_language_of_the_page(page: Page, kiosk: Kiosk, language: str) -> None:
    arrives(page, kiosk, replace(CARDS["join-name-typed"], language=language))
    kiosk.run_for(page, 21)
    expect(page.locator(".still[role=alert] p")).to_contain_text(STILL_THERE.to("fr" if language == "fr" else "en"))


def test_a_page_that_goes_on_asks_again_in_its_own_time(page: Page, kiosk: Kiosk) -> None:
    arrives(page, kiosk, CARDS["join-name-typed"])
    kiosk.run_for(page, 21)
    expect(page.locator(".still")).to_be_visible()
    arrives(page, kiosk, CARDS["join-name-typed"])  # the same once more, as the answer to "yes, go on"
    expect(page.locator(".still")).to_be_hidden()
    kiosk.run_for(page, 21)
    expect(page.locator(".still")).to_be_visible()


def test_a_key_that_changes_nothing_can_be_pressed_again(page: Page, kiosk: Kiosk) -> None:
    arrives(page, kiosk, CARDS["join-name"])
    page.locator('[data-value="delete"]').dispatch_event("pointerdown")
    page.wait_for_selector("#stage [data-state=undone]")
    arrives(page, kiosk, CARDS["join-name"])
    page.evaluate("document.querySelector('[data-value=delete]').classList.add('pressed')")
    arrives(page, kiosk, CARDS["join-name"])
    expect(page.locator('[data-value="delete"]')).not_to_have_class("pressed")


def test_what_can_be_read_in_peace_asks_nothing(page: Page, kiosk: Kiosk) -> None:
    for state in ("account", "granted-day", "lost", "rung"):
        arrives(page, kiosk, CARDS[state])
        assert page.locator(".still").count() == 0


@pytest.mark.promise(7)
@pytest.mark.parametrize("state", ["account", "cash", "join-name", "account-settings-pin", "badge-again-declare"])
def test_everything_is_reached_by_keys_alone_in_the_order_it_is_read(
    browser_page: Page, kiosk: Kiosk, state: str
) -> None:
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    arrives(browser_page, kiosk, CARDS[state])
    buttons = browser_page.locator("#stage button:visible").count()
    assert buttons
    seen = []
    for _ in range(buttons):
        browser_page.keyboard.press("Tab")
        seen.append(browser_page.evaluate("document.activeElement.outerHTML"))
        assert browser_page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert seen == [one.evaluate("e => e.outerHTML") for one in browser_page.locator("#stage button:visible").all()]
    if browser_page.evaluate("document.activeElement.dataset.act") == "aids":  # "Aa" comes after a card's own acts
        browser_page.keyboard.press("Shift+Tab")
    until_it_acts(browser_page)
    browser_page.keyboard.press("Space")
    browser_page.wait_for_selector("#stage [data-state=undone]")


@pytest.mark.promise(7)
def test_nothing_moves_where_the_system_asks(browser_page: Page, kiosk: Kiosk) -> None:
    browser_page.emulate_media(reduced_motion="reduce")
    kiosk.facts = ALL
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number] [data-state=idle]")
    moving = "document.getAnimations().map(one => one.effect.getTiming().easing)"
    assert browser_page.evaluate(moving) == []
    arrives(browser_page, kiosk, CARDS["granted-day"])
    assert browser_page.evaluate(moving) == ["steps(10)"]  # the time that is left, in ten steps


# --- read aloud


HEARD = """() => ({ said: document.getElementById("heard").textContent, how: document.getElementById("heard").ariaLive,
    same: window.region === document.getElementById("heard"), focus: document.activeElement.tagName })"""


def hears(page: Page, kiosk: Kiosk, card: Card) -> dict[str, object]:
    arrives(page, kiosk, card)
    found: dict[str, object] = page.evaluate(HEARD)
    return found


@pytest.mark.promise(7)
def test_one_region_that_stays_says_every_card_and_its_heading_has_the_focus(browser_page: Page, kiosk: Kiosk) -> None:
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    browser_page.evaluate("window.region = document.getElementById('heard')")
    same = {"same": True, "focus": "H1"}
    words = "Bonjour Inès. La porte est ouverte. Journée comptée."
    assert hears(browser_page, kiosk, CARDS["granted-day"]) == {"said": words, "how": "polite", **same}
    lost = hears(browser_page, kiosk, CARDS["lost"])
    assert str(lost.pop("said")).startswith("Badge désactivé. Déclaré perdu le 2\u00a0octobre.")
    assert lost == {"how": "assertive", **same}
    assert hears(browser_page, kiosk, CARDS["account"])["focus"] == "H1"
    kiosk.board.clear()
    browser_page.wait_for_selector("#stage [data-state=idle]")
    idle = browser_page.evaluate(HEARD)
    assert idle["said"] == "Passez votre badge sur le lecteur, juste à droite."
    assert idle["focus"] == "BODY"  # whoever comes next begins at the top


@pytest.mark.promise(7)
def test_what_is_typed_is_said_and_the_key_keeps_the_focus(browser_page: Page, kiosk: Kiosk) -> None:
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    arrives(browser_page, kiosk, CARDS["join-name"])
    browser_page.locator('[data-value="z"]').focus()
    heard = hears(browser_page, kiosk, CARDS["join-name-typed"])
    assert (heard["said"], heard["focus"]) == ("Zoé de la Tour", "BUTTON")
    assert hears(browser_page, kiosk, CARDS["pin-code"])["said"] == "3 chiffres"
    assert hears(browser_page, kiosk, CARDS["cash-sum"])["said"] == "123,45\u00a0€"
    assert str(hears(browser_page, kiosk, CARDS["pin-code-wrong"])["said"]).startswith("Code incorrect.")


@pytest.mark.promise(7)
def test_a_card_that_comes_again_is_said_again_and_the_clock_never(browser_page: Page, kiosk: Kiosk) -> None:
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    arrives(browser_page, kiosk, CARDS["granted-day"])
    browser_page.evaluate(
        """window.changes = 0;
        new MutationObserver((all) => { changes += all.length; })
            .observe(document.getElementById("heard"), { childList: true, characterData: true, subtree: true });"""
    )
    arrives(browser_page, kiosk, CARDS["granted-day"])
    assert browser_page.evaluate("changes") == 1
    kiosk.board.clear()
    browser_page.wait_for_selector("#stage [data-state=idle]")
    assert browser_page.evaluate("changes") == 2
    kiosk.clock.pushed += 60
    kiosk.board.refresh()
    expect(browser_page.locator(".clock b")).to_have_text("8 h 53")
    assert browser_page.evaluate("changes") == 2


# --- tones


@pytest.fixture(scope="module")
def speaker(chromium: Browser) -> Iterator[Browser]:
    """Chromium as a kiosk's display starts it: a page may play a sound before it was touched."""
    arguments = [*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments, env=ENVIRONMENT)
    yield browser
    browser.close()


@pytest.fixture
def listener(speaker: Browser) -> Iterator[Page]:
    """A page that writes down what it really plays."""
    page = speaker.new_page()
    page.add_init_script(
        """window.heard = [];
        for (const kind of ["playing", "ended"])
            addEventListener(kind, (event) => heard.push([kind, event.target.currentSrc.split("/").pop()]), true);"""
    )
    yield page
    page.close()


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("card", "tone"),
    [
        (CARDS["granted-day"], "rising.wav"),
        (CARDS["granted-plan"], "one.wav"),
        (CARDS["undone"], "falling.wav"),
        (CARDS["unknown"], "middle.wav"),
        (Card(CardKind.DENIED, denial=Denial.BADGE_LOST, next_step=NextStep.ASK), "low.wav"),
    ],
)
def test_a_verdict_s_tone_is_played_to_its_end(listener: Page, card: Card, tone: str) -> None:
    kiosk = Kiosk(manner=Manner(volume=30)).start()
    try:
        listener.goto(kiosk.url)
        listener.wait_for_selector("#stage[data-number]")
        kiosk.board.show(card)
        until(lambda: len(listener.evaluate("heard")) >= 2)
        assert listener.evaluate("heard") == [["playing", tone], ["ended", tone]]
    finally:
        kiosk.stop()


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("volume", "facts"), [(30, IdleFacts(quiet=True)), (0, IdleFacts())], ids=["silent hours", "no volume"]
)
def test_where_it_is_to_be_silent_nothing_is_played_or_fetched(listener: Page, volume: int, facts: IdleFacts) -> None:
    kiosk = Kiosk(manner=Manner(volume=volume), facts=facts).start()
    asked: list[str] = []
    listener.on("request", lambda request: asked.append(request.url))
    try:
        listener.goto(kiosk.url)
        listener.wait_for_selector("#stage[data-number]")
        kiosk.board.show(CARDS["granted-day"])
        listener.wait_for_selector("[data-state=granted-day]")
        listener.wait_for_timeout(700)  # longer than any tone
        assert listener.evaluate("heard") == []
        assert not any("/tone/" in url for url in asked)
    finally:
        kiosk.stop()
