"""Each story at the screen from idle to idle: the entrance as a process, badges over nfcpy's udp device, a finger.

One home for all of them: people come back in the evening of the same day, as they do.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk import config_file
from kiosk.devices import simulated_badge
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.consent import READ_SECONDS
from kiosk.home import Paths
from tests.processes import ALL_DAYS

from .door import DoorHome, entrance
from .screens import until_it_acts

INES, OLIVER, HUGO, KARIM = "04A2000000E511", "04A2000000E515", "04A2000000E512", "04A1B2C3D4E501"
NAMES = re.compile("Inès|Oliver|Hugo|Karim")
WORDS = {
    INES: {
        "hello": "Bonjour Inès",
        "again": "Rebonjour Inès",
        "free": "Coin gratuit",
        "guest": "Invité·e",
        "account": "Mon compte",
        "done": "Terminé",
        "leave": "Je m’en vais",
        "close": "Fermer",
        "soon": "À bientôt Inès",
        "badge": "Présentez votre badge",
    },
    OLIVER: {
        "hello": "Hello Oliver",
        "again": "Hello again Oliver",
        "free": "Free corner",
        "guest": "Guest",
        "account": "My account",
        "done": "Done",
        "leave": "I am leaving",
        "close": "Close",
        "soon": "See you soon Oliver",
        "badge": "Tap your badge",
    },
}


@pytest.fixture(scope="module")
def running(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorHome]:
    with entrance(demo, tmp_path_factory.mktemp("stories")) as found:
        yield found


@pytest.fixture
def door(running: DoorHome, browser_page: Page) -> "Door":
    browser_page.goto(running.address)
    return Door(running, browser_page)


class Door:
    """What a person in front of it can do."""

    def __init__(self, home: DoorHome, page: Page) -> None:
        self.home = home
        self.page = page
        _, self._host, port = config_file.load(Paths(home.root).config).reader.device.split(":")
        self._port = int(port)
        self.is_idle()

    def tap(self, uid: str) -> None:
        """Present a badge, and lift it when the reader has answered to it, however busy this machine is. Whoever is
        asked for it reads first what for.
        """
        if self.page.locator('#stage [data-state="badge-again"]').count():
            self.page.wait_for_timeout(READ_SECONDS * 1000 + 200)
        assert simulated_badge.present(
            badges.parse(uid), host=self._host, port=self._port, seconds=0.2, patience_seconds=20
        )

    def touch(self, label: str) -> None:
        """Touch a button; one that there was no room for is behind the last."""
        until_it_acts(self.page)
        button = self.page.get_by_role("button", name=label, exact=True)
        if not button.count():
            self.page.locator('#stage [data-act="more"]').tap()
        button.tap()

    def says(self, title: str) -> None:
        expect(self.page.locator("#stage h1")).to_have_text(title)

    def shows(self, *states: str) -> None:
        states_shown = ", ".join(f'#stage [data-state="{state}"]' for state in states)
        self.page.wait_for_selector(states_shown, timeout=25_000)  # a card stays 20 s at the most

    def is_idle(self, *, hurries: bool = True) -> None:
        """The invitation, and nobody's name anywhere in the document; in the door's own time, where nothing hurries."""
        self.home.wait_for(self.page, '#stage [data-state="idle"]', hurries=hurries)
        assert NAMES.search(self.page.content()) is None

    def passes(self, name: str) -> list[dict[str, str]]:
        found = self.home.kiosk("export", "day-passes", *ALL_DAYS, "--format", "raw")
        return [row for row in csv.DictReader(io.StringIO(found.stdout)) if row["name"] == name]


@pytest.mark.parametrize("uid", WORDS, ids=["fr", "en"])
def test_a_day_at_the_screen_from_idle_to_idle(door: Door, uid: str) -> None:
    words, language = WORDS[uid], "fr" if uid == INES else "en"

    door.tap(uid)  # the free corner
    door.says(words["hello"])
    assert door.page.locator("#stage .face").get_attribute("lang") == language
    door.touch(words["free"])
    door.shows("in-free-corner")
    door.touch(words["close"])
    door.is_idle()

    door.tap(uid)  # a guest, with the badge again
    door.says(words["again"])
    door.touch(words["guest"])
    door.says(words["badge"])
    door.tap(uid)
    door.shows("guest-counted")
    door.touch(words["done"])
    door.is_idle()

    door.tap(uid)  # one's own pages, with the badge again
    door.says(words["again"])
    door.touch(words["account"])
    door.says(words["badge"])
    door.tap(uid)
    door.shows("account")
    door.touch(words["done"])
    door.is_idle()

    door.tap(uid)  # gone
    door.says(words["again"])
    door.touch(words["leave"])
    door.says(words["soon"])
    door.shows("left-now", "last-out")
    door.touch(words["close"])
    door.is_idle()

    door.tap(uid)  # back, and nothing touched: it ends by itself
    door.says(words["again"])
    door.is_idle()


def test_another_s_badge_in_the_middle_is_served_and_the_first_has_no_effect(door: Door) -> None:
    door.tap(HUGO)
    door.says("Bonjour Hugo")
    before = len(door.passes("Hugo Petit"))
    door.touch("Invité·e")
    door.shows("badge-again")
    door.tap(KARIM)
    door.shows("granted-plan", "again")
    assert "Hugo" not in door.page.content()
    door.tap(HUGO)
    door.shows("granted-day", "again")  # and no guest; within 8 s the card that he had
    assert "onjour Hugo" in door.page.locator("#stage h1").inner_text()
    door.is_idle()
    assert len(door.passes("Hugo Petit")) == before


def test_hands_that_cannot_wait_do_it_once(door: Door) -> None:
    """A hundred touches at once, two fingers, back and forward, loaded again in the middle."""
    door.tap(HUGO)
    door.shows("granted-day", "again")
    door.touch("Mon compte")
    door.shows("badge-again")
    for _ in range(3):
        door.page.reload()
        door.shows("badge-again")
    door.page.goto("about:blank")
    door.page.go_back()
    door.shows("badge-again")
    door.tap(HUGO)
    door.shows("account")
    until_it_acts(door.page)
    door.page.evaluate(
        """async () => {
            const button = document.querySelector('#stage [data-act="done"]');
            const { ticket } = button.dataset;
            const state = await (await fetch("/card?since=-1")).json();
            const aim = { card: state.card, painted_at: state.at - 1, finger_at: state.at };
            for (let n = 0; n < 100; n++) {
                button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
                fetch("/touch", { method: "POST", headers: { "Content-Type": "application/json" },
                                  body: JSON.stringify({ ticket, act: "done", ...aim }) });
            }
        }"""
    )
    door.is_idle()
    before = door.passes("Hugo Petit")
    door.tap(HUGO)
    door.shows("again")
    until_it_acts(door.page)
    door.page.evaluate(
        """() => {
            for (const act of ["leave", "guest", "account", "leave"])
                document.querySelector(`#stage [data-act="${act}"]`)
                    ?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        }"""
    )
    door.shows("left-now", "last-out", "badge-again")
    door.touch("Fermer")
    door.is_idle()
    door.page.goto("about:blank")
    door.page.go_back()
    door.is_idle()
    assert door.passes("Hugo Petit") == before


def test_a_dialogue_left_open_ends_by_itself_and_no_name_stays(door: Door) -> None:
    door.tap(INES)
    door.shows("granted-day", "again")
    door.touch("Mon compte")
    door.shows("badge-again")
    door.tap(INES)
    door.shows("account")
    door.is_idle(hurries=False)


def test_the_books_are_in_order_afterwards(running: DoorHome) -> None:
    assert running.kiosk("verify").returncode == 0
