"""Play the tricks at the door with a real finger, from idle to idle: a stranger's yes, a finger that is too quick.

On the screen that lies and on the one that stands. The entrance is a process, badges come over udp, the ledger is read.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from kiosk.store.money import cash_rows
from tests.processes import until

from .door import CAST, Door, prepare, uid, watched
from .looks import FRENCH, UPRIGHT, Window

# Not « Oui, je continue », which asks for more time: a page that is touched for ever stays for ever.
YES = re.compile(r"^\s*(Oui(?!, je continue)|Invité|.* attend|J’accepte|Continuer)")
PAGES = 20
QUICK_SECONDS = 0.4
# Notes when a name is first painted, and when the next finger comes down after that.
_WATCHES = """(name) => {
    window.drawn = window.landed = 0;
    const stage = document.getElementById("stage");
    new MutationObserver(() => {
        if (!window.drawn && stage.textContent.includes(name)) window.drawn = performance.now();
    }).observe(stage, { childList: true, subtree: true });
    addEventListener("pointerdown", () => { window.landed ||= window.drawn && performance.now(); }, true);
}"""

_DRAWN = """() => new Promise((done) => {
    const look = () => window.drawn ? done() : requestAnimationFrame(look);
    look();
})"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(params=[FRENCH, UPRIGHT], ids=["lying", "upright"], scope="module")
def door(
    request: pytest.FixtureRequest, prepared: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Door]:
    window: Window = request.param
    with watched(prepared, tmp_path_factory.mktemp("tricks"), chromium, "fr", [window]) as place:
        yield place


def name_of(story: str) -> str:
    return CAST[story][0]


def first_of(story: str) -> str:
    return name_of(story).split()[0]


def button(door: Door, label: str | re.Pattern[str]) -> Locator:
    return door.page.locator("#stage").get_by_role("button", name=label).first


def greets(door: Door, story: str) -> None:
    door.page.locator("#stage h1", has_text=first_of(story)).wait_for()


def says_yes(door: Door) -> None:
    """Touch whatever says yes, on every page that comes, and go away once nothing does."""
    page = door.page
    for _ in range(PAGES):
        yes = button(door, YES)
        box = yes.bounding_box() if yes.count() and yes.is_visible() else None
        if box is None:
            break
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(700)
    else:
        pytest.fail("there is always something to say yes to")
    door.is_idle()


def test_a_stranger_s_yes_brings_no_guest_on_a_member_s_tab(door: Door) -> None:
    door.is_idle()
    before, pulses = door.entries(name_of("host")), door.pulses()
    button(door, "Première visite").tap()
    guest = button(door, re.compile("^Invité"))
    door.page.locator('#stage [data-state="visit"]').wait_for()
    if guest.count():
        guest.tap()
    door.tap(uid("host", "fr"))
    greets(door, "host")
    says_yes(door)
    assert door.entries(name_of("host")) == [*before, ("charge", 500)]
    assert door.pulses() == pulses + 1


def test_a_stranger_s_two_touches_put_nothing_in_the_box_for_a_refused_member(door: Door) -> None:
    door.is_idle()
    before, pulses = door.entries(name_of("cash")), door.pulses()
    door.tap(uid("cash", "fr"))
    button(door, "Continuer").tap()
    button(door, re.compile("dans la caisse")).tap()
    door.is_idle(first_of("cash"))
    with door.records() as connection:
        assert cash_rows.declared_by(connection, door.member(name_of("cash")).account) == 0
    assert door.entries(name_of("cash")) == before
    assert door.pulses() == pulses


def test_a_finger_that_lands_on_another_s_card_just_drawn_undoes_nothing(door: Door) -> None:
    """Diane reaches for « Annuler », Bruno badges, and her finger comes down on his card."""
    pairs = iter([("pays", "undo"), ("reports", "settings"), ("asked", "quick"), ("forgot", "vouches")])
    for aims, owns in pairs:
        door.is_idle()
        door.tap(uid(aims, "fr"))
        greets(door, aims)
        box = button(door, re.compile("^Annuler")).bounding_box()
        assert box is not None
        door.page.evaluate(_WATCHES, first_of(owns))
        door.tap(uid(owns, "fr"))
        door.page.evaluate(_DRAWN)
        door.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        seconds = door.page.evaluate("(window.landed - window.drawn) / 1000")
        if seconds <= QUICK_SECONDS:  # else this machine was too slow to be quick
            break
    else:
        pytest.fail("no finger was quick enough")
    door.page.wait_for_timeout(1000)
    greets(door, owns)
    assert [kind for kind, _ in door.entries(name_of(owns))].count("reversal") == 0
    door.is_idle()


def test_a_finger_that_sees_the_card_undoes_the_day(door: Door) -> None:
    door.is_idle()
    door.tap(uid("passing", "fr"))
    greets(door, "passing")
    door.page.wait_for_timeout(600)
    button(door, re.compile("^Annuler")).tap()
    until(lambda: ("reversal", -500) in door.entries(name_of("passing")))
    assert door.entries(name_of("passing"))[-2:] == [("charge", 500), ("reversal", -500)]


def test_a_host_s_badge_brings_the_guest(door: Door) -> None:
    door.is_idle()
    before, pulses = door.entries(name_of("sponsor")), door.pulses()
    door.tap(uid("sponsor", "fr"))
    greets(door, "sponsor")
    guest = button(door, re.compile("^Invité"))
    if not guest.count():
        button(door, "Autre…").tap()
    guest.tap()
    door.page.wait_for_timeout(2500)
    assert re.search(r"5(,00)?\s€", door.page.locator("#stage").inner_text()), "the page says how much"
    door.tap(uid("sponsor", "fr"))
    until(lambda: len(door.entries(name_of("sponsor"))) == len(before) + 2)
    assert door.entries(name_of("sponsor"))[-1] == ("charge", 500)
    assert door.pulses() == pulses + 1
    door.is_idle(first_of("sponsor"))
