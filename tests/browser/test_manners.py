"""How the page behaves: cards without a reload, idle by itself, lost connections, touches, languages, keys."""

import re
import time
from pathlib import Path

import pytest
from jinja2 import DictLoader, TemplateNotFound
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.web.screen.board import READING_SECONDS
from tests.processes import until

from .axe import check_axe
from .looks import picture
from .screens import CARDS, WELL, Kiosk, until_it_acts

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
    page.locator(selector).wait_for()
    until_it_acts(page)
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


@pytest.mark.promise(4)
def test_a_restart_of_the_entrance_needs_no_hand(page: Page, kiosk: Kiosk, screenshots: Path) -> None:
    kiosk.stop()
    shows(page, "trouble")
    picture(page, screenshots / "trouble.fr.png")
    check_axe(page)
    kiosk.start()
    shows(page, "idle")
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    assert was_never_loaded_again(page)


def test_an_update_is_said_while_the_entrance_is_away(page: Page, kiosk: Kiosk, screenshots: Path) -> None:
    kiosk.facts = IdleFacts(updating=True)
    kiosk.board.refresh()
    shows(page, "updating")
    picture(page, screenshots / "updating.fr.png")
    check_axe(page)
    kiosk.stop()
    page.wait_for_timeout(4_000)
    shows(page, "updating")
    kiosk.facts = IdleFacts()
    kiosk.start()
    shows(page, "idle")
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


def test_a_language_chosen_meanwhile_says_one_moment_in_its_own_words(page: Page, kiosk: Kiosk) -> None:
    for spoken in ("en", "nl"):
        touch(page, "[data-act=language]")
        expect(page.locator("html")).to_have_attribute("lang", spoken)
    kiosk.stop()
    shows(page, "trouble")
    expect(page.locator("h1")).to_contain_text("ogenblik")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    kiosk.start()
    shows(page, "idle")


def asked_again(page: Page) -> None:
    """The page has asked for something, and had time to do what it does with the answer: it asks once more."""
    for _ in range(2):
        page.wait_for_event("response")


def test_a_page_that_could_not_be_made_comes_back_by_itself(
    browser_page: Page, kiosk: Kiosk, screenshots: Path
) -> None:
    kiosk.failing = True
    browser_page.goto(kiosk.url)
    expect(browser_page.locator("h1")).to_have_text("Un instant, nous reprenons")
    asked_again(browser_page)
    picture(browser_page, screenshots / "makeshift.fr.png")
    browser_page.evaluate("window.sameDocument = true")
    kiosk.stop()  # a page that tried to load itself now would find the browser's own words
    kiosk.failing = False
    kiosk.start()
    shows(browser_page, "idle")
    assert was_never_loaded_again(browser_page)


@pytest.mark.parametrize("missing", ["face.html", "page.html"])
def test_a_template_that_is_missing_says_one_moment_until_it_is_there(
    browser_page: Page, kiosk: Kiosk, missing: str
) -> None:
    folder = Path(kiosk.app.root_path) / "templates"
    whole = {file.name: file.read_text("utf-8") for file in folder.glob("*.html")}
    there = {name: source for name, source in whole.items() if name != missing}
    kiosk.app.jinja_env.loader = DictLoader(there)
    browser_page.goto(kiosk.url)
    if missing == "face.html":
        asked_again(browser_page)
        expect(browser_page.locator("h1")).to_have_text("Un instant, nous reprenons")
    there[missing] = whole[missing]
    shows(browser_page, "idle")  # without the page's own template too: its cards do not need it
    kiosk.board.show(INES)
    expect(browser_page.locator("h1")).to_have_text("Bonjour Inès")


def test_a_face_that_can_no_longer_be_drawn_says_one_moment(
    page: Page, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str, **_named: object) -> str:
        raise TemplateNotFound(name)

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.web.screen.views.render_template", missing)
        kiosk.board.show(INES)
        shows(page, "trouble")
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    assert was_never_loaded_again(page)


def test_a_server_that_takes_connections_and_answers_none_is_noticed(page: Page, kiosk: Kiosk) -> None:
    kiosk.freeze()
    shows(page, "trouble")
    kiosk.frozen = False
    shows(page, "idle")
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    assert was_never_loaded_again(page)


def test_a_poll_that_hangs_alone_is_noticed(page: Page, kiosk: Kiosk) -> None:
    kiosk.prompt.clear()
    kiosk.board.refresh()
    shows(page, "trouble")
    kiosk.prompt.set()
    shows(page, "idle")
    assert was_never_loaded_again(page)


def test_a_card_is_shown_though_the_entrances_health_hangs(page: Page, kiosk: Kiosk) -> None:
    kiosk.prompt.clear()
    kiosk.board.show(CARDS["spooled"])
    expect(page.locator("h1")).to_have_text("Bonjour Inès")
    kiosk.prompt.set()


def test_a_card_is_read_to_its_end_though_the_server_answers_no_more(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(replace(KARIM, name="Karim"))
    expect(page.locator("h1")).to_have_text("Bonjour Karim")
    kiosk.freeze()
    page.wait_for_timeout(2_500)
    expect(page.locator("h1")).to_have_text("Bonjour Karim")
    shows(page, "trouble")
    assert "Karim" not in page.content()
    kiosk.frozen = False
    shows(page, "idle")


def paused(page: Page, kiosk: Kiosk) -> None:
    """The page's time stands, and nobody answers."""
    page.clock.install(time=0)
    page.reload()
    page.wait_for_selector("#stage[data-number]")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 0.5)
    kiosk.freeze()


@pytest.mark.promise(4)
def test_a_dead_entrance_is_noticed_within_two_seconds_while_somebody_is_there(page: Page, kiosk: Kiosk) -> None:
    paused(page, kiosk)
    touch(page, "h1")
    page.clock.run_for(2_000)
    expect(page.locator("#stage .face")).to_have_attribute("data-state", "trouble")
    kiosk.frozen = False
    page.clock.resume()
    shows(page, "idle")


@pytest.mark.promise(4)
def test_a_dead_entrance_is_noticed_within_ten_seconds_when_nobody_is(page: Page, kiosk: Kiosk) -> None:
    paused(page, kiosk)
    page.clock.run_for(5_000)
    shows(page, "idle")
    page.clock.run_for(5_000)
    expect(page.locator("#stage .face")).to_have_attribute("data-state", "trouble")


def asked_of(page: Page) -> list[str]:
    """How long each poll is waited for, from now on."""
    waits: list[str] = []
    page.on("request", lambda request: waits.append(request.url.partition("wait=")[2]))
    return waits


def test_who_has_touched_something_is_there_for_a_minute(page: Page) -> None:
    page.clock.install()
    waits = asked_of(page)
    touch(page, "h1")
    until(lambda: page.evaluate("true") and waits.count("0.9") >= 2)
    page.clock.run_for(61_000)
    until(lambda: page.evaluate("true") and waits[-1:] == ["8"])
    assert waits[0] == "0.9"


def test_a_page_that_nobody_sees_does_not_ask_all_the_time(page: Page) -> None:
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    waits = asked_of(page)
    touch(page, "[data-act=language]")  # whoever touches is answered at once
    until(lambda: page.evaluate("true") and bool(waits))
    page.wait_for_timeout(2_500)
    assert waits == ["20", "20"]  # one that brought the language, and one that waits


@pytest.mark.promise(7)
def test_at_rest_nothing_moves_and_no_timer_runs(browser_page: Page, kiosk: Kiosk) -> None:
    browser_page.add_init_script(
        """window.timers = [];
        const [once, again] = [window.setTimeout, window.setInterval];
        window.setTimeout = (done, ms, ...more) => { timers.push(ms ?? 0); return once(done, ms, ...more); };
        window.setInterval = (done, ms, ...more) => { timers.push(-1); return again(done, ms, ...more); };"""
    )
    browser_page.goto(kiosk.url)
    browser_page.wait_for_selector("#stage[data-number]")
    kiosk.board.show(INES)
    shows(browser_page, "granted-day")
    kiosk.clock.pushed += 10
    shows(browser_page, "idle")
    assert browser_page.evaluate("document.getAnimations().length") == 0
    browser_page.evaluate("timers.length = 0")
    browser_page.wait_for_timeout(3_000)
    assert browser_page.evaluate("timers.filter((ms) => ms < 8000)") in ([], [0])  # 0: a poll that was answered


def test_a_button_whose_touch_failed_can_be_touched_again(
    page: Page, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(number: int) -> bool:
        raise RuntimeError(number)

    kiosk.board.show(CARDS["unknown"])
    shows(page, "unknown-badge")
    with monkeypatch.context() as patched:
        patched.setattr(kiosk.board, "close", fails)
        touch(page, "[data-act=close]")
        expect(page.locator("[data-act=close]")).not_to_have_class(re.compile("pressed"))
    touch(page, "[data-act=close]")
    shows(page, "idle")


def test_touches_reach_the_entrance_one_after_another_as_they_were_made(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(CARDS["join-name"])
    shows(page, "join-name")
    page.evaluate(
        """() => {
            const real = window.fetch;
            window.asked = [];
            window.fetch = async (path, options) => {
                if (options.method !== "POST") return real(path, options);
                asked.push(JSON.parse(options.body).value);
                await new Promise((done) => { window.answer = done; });
                return real(path, options);
            };
        }"""
    )
    typed = ["l", "o", "o", "u"]
    for letter in typed:
        touch(page, f'[data-act=key][data-value="{letter}"]')
    for count in range(1, len(typed) + 1):
        page.wait_for_function("(count) => asked.length >= count", arg=count)
        assert page.evaluate("asked") == typed[:count]
        page.evaluate("answer()")


def test_a_touch_that_is_never_answered_does_not_hold_the_next_one_up(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(CARDS["join-name"])
    shows(page, "join-name")
    page.evaluate(
        """() => {
            window.asked = [];
            AbortSignal.timeout = () => {
                const stopped = new AbortController();
                window.giveUp = () => stopped.abort();
                return stopped.signal;
            };
            const real = window.fetch;
            window.fetch = (path, options) => {
                if (options.method !== "POST") return real(path, options);
                asked.push(JSON.parse(options.body).value);
                return new Promise((_, fail) => options.signal.addEventListener("abort", fail));
            };
        }"""
    )
    for letter in ("l", "o"):
        touch(page, f'[data-act=key][data-value="{letter}"]')
    page.wait_for_function("asked.length === 1")
    page.evaluate("giveUp()")
    page.wait_for_function("asked.length === 2")
    assert page.evaluate("asked") == ["l", "o"]


def test_the_reader_is_seen_to_go_and_to_come_back(page: Page, kiosk: Kiosk) -> None:
    kiosk.health = replace(WELL, reader="offline")
    kiosk.board.refresh()
    shows(page, "reader-down")
    kiosk.health = replace(WELL, database="fault")
    kiosk.board.refresh()
    expect(page.locator(".chip")).to_have_text("Petit souci, tout est gardé")
    shows(page, "idle")
    kiosk.health = WELL
    kiosk.board.refresh()
    expect(page.locator(".chip")).to_have_count(0)
    shows(page, "idle")


def test_undo_acts_as_the_finger_comes_down_and_once(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(INES)
    shows(page, "granted-day")
    expect(page.locator("[data-left]")).to_have_text("10")
    until_it_acts(page)
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
    assert kiosk.undone == []
    touch(page, "[data-act=close]")
    shows(page, "idle")


def test_a_touch_holds_the_card_to_thirty_seconds(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.show(INES)
    touch(page, "[data-state=granted-day] h1")
    expect(page.locator("[data-left]")).to_have_text(re.compile("^(2[0-9]|30)$"))  # it was looked at before
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


@pytest.mark.promise(7)
def test_the_keyboard_does_all_that_a_finger_does(page: Page, kiosk: Kiosk) -> None:
    for act in ("prices", "aids", "language"):
        page.keyboard.press("Tab")
        expect(page.locator(f"[data-act={act}]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Tap your badge")
    kiosk.board.show(INES)
    expect(page.locator("h1")).to_have_text("Hello Inès")
    until_it_acts(page)
    page.keyboard.press("Tab")
    expect(page.locator("[data-act=undo]")).to_be_focused()
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


@pytest.mark.promise(7)
def test_larger_letters_are_one_touch_away_at_rest_and_on_a_card_and_go_back_by_themselves(
    page: Page, kiosk: Kiosk
) -> None:
    touch(page, "[data-act=aids]")
    expect(page.locator(".face.larger:not(.high)[data-state=idle]")).to_have_count(1)
    kiosk.board.show(INES)
    expect(page.locator(".face.larger:not(.high)[data-state=granted-day]")).to_have_count(1)
    until_it_acts(page)
    touch(page, "[data-act=aids]")
    expect(page.locator(".face.larger.high[data-state=granted-day]")).to_have_count(1)
    kiosk.board.clear()
    expect(page.locator(".face.larger.high[data-state=idle]")).to_have_count(1)
    until_it_acts(page)
    page.clock.install()
    kiosk.board.show(CARDS["account"])  # a page has it, too
    expect(page.locator(".face.larger.high[data-state=account] > [data-act=aids]")).to_have_count(1)
    kiosk.board.clear()
    until_it_acts(page)
    touch(page, "[data-act=aids]")  # as before: it goes round
    expect(page.locator(".face.larger")).to_have_count(0)
    touch(page, "[data-act=aids]")
    expect(page.locator(".face.larger")).to_have_count(1)
    page.clock.run_for(61_000)
    expect(page.locator(".face.larger")).to_have_count(0)


def test_the_clock_goes_on(page: Page, kiosk: Kiosk) -> None:
    expect(page.locator(".clock b")).to_have_text("8 h 52")
    kiosk.clock.pushed += 60
    expect(page.locator(".clock b")).to_have_text("8 h 53")
    kiosk.health = replace(WELL, clock_trusted=False)
    kiosk.clock.pushed += 60  # drawn again each minute, though nobody says so
    expect(page.locator(".chip")).to_have_text("Heure à vérifier, tout est gardé")
    expect(page.locator(".clock")).to_have_count(0)


@pytest.mark.promise(7)
def test_motion_stops_where_the_system_asks(page: Page, kiosk: Kiosk) -> None:
    kiosk.board.reading()
    kiosk.clock.pushed += READING_SECONDS
    shows(page, "reading")
    moving = "(({ animationName, animationIterationCount }) => [animationName, animationIterationCount])"
    looks = f"{moving}(getComputedStyle(document.querySelector('.rings'), '::before'))"
    assert page.evaluate(looks) == ["ring", "5"], "nothing moves for ever"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(looks)[0] == "none"


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
