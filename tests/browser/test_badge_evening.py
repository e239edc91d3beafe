"""An evening with badges in two windows of Chromium, the desk's and the door's, and what comes afterwards.

The entrance is a process that reads by nfcpy's own driver, on a pseudo-terminal behind which a PN532 is imitated, with
the chips that are held to it.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as NotYet

from kiosk import config_file, home
from kiosk.badges import door_writing
from kiosk.devices.clock import HostClock
from kiosk.domain.badges.ev2 import FACTORY_KEY
from kiosk.domain.checkin import badges
from kiosk.domain.members.roles import Role
from kiosk.members import enrolment, passwords
from kiosk.members.enrolment import Application
from kiosk.setup.demo import DEMO_PASSWORD
from kiosk.store.officers import account_file_rows, desk_users
from kiosk.store.space.policies import Rules
from tests.devices.ntag424_emulator import Ntag424
from tests.devices.pn532_emulator import DEV, Card, Pn532
from tests.processes import Living, living, until

from .axe import ALL_WALKS
from .desk import EVERY_ROLE, LAPTOP, answering, sign_in_at

# How many are enrolled: sixty take three minutes (`scripts/torture walks`), nine show each thing once.
MANY, PATIENCE = (60 if ALL_WALKS else 9), 5
MAKER = bytes(range(16))
STRANGERS = {1: "04F00D00000001", MANY - 2: "04F00D00000002"}  # who tap while a member's badge is waited for
EARLY, SKIPPED, UNDONE = 3, 6, 5  # whose badge is lifted early, who is not there, whose badge is taken back
OLD = "04B20000000000"
# The page asks each second; here ten times, so that nothing waits for it.
ASKS = """setInterval(() => {
    const waiting = document.querySelector('#waiting[hx-get]');
    if (waiting && window.htmx)
        htmx.ajax('GET', waiting.getAttribute('hx-get'), {source: waiting, target: waiting, swap: 'outerHTML'});
}, 100)"""

pytestmark = pytest.mark.skipif(not os.access(DEV, os.W_OK), reason="emulated PN532: needs root, for a link in /dev")


class Evening:
    """Two windows, the reader, and the chips by their badges' numbers."""

    def __init__(self, entrance: Living, reader: Pn532, desk: Page, door: Page, address: str) -> None:
        self.entrance, self.reader, self.desk, self.door, self.address = entrance, reader, desk, door, address
        self.chips: dict[str, Ntag424] = {}

    def new(self, uid: str) -> Card:
        """A badge as it is sold."""
        self.chips[uid] = Ntag424(dict.fromkeys(range(5), FACTORY_KEY))
        return self.card(uid)

    def card(self, uid: str) -> Card:
        return Card(bytes.fromhex(uid), chip=self.chips[uid])

    def holds(self, card: Card, seen: Locator) -> None:
        """Hold a badge to the door's reader until something is seen. On a busy machine the imitated chip may answer too
        late, and the reader take itself for broken: the badge is lifted then, and held there again.
        """
        for _ in range(PATIENCE):
            with self.reader.holding(card):
                try:
                    seen.wait_for(timeout=6_000)
                except NotYet:
                    pass
                else:
                    return
            self.door.wait_for_timeout(1_500)
        raise AssertionError(f"never seen: {seen}")

    def shows(self, states: str, card: Card) -> None:
        """Hold a badge there until the screen says one of these, on a card of its own."""
        before = self.door.locator("#stage").get_attribute("data-number")
        each = ", ".join(f'[data-state="{state}"]' for state in states.split())
        self.holds(card, self.door.locator(f'#stage:not([data-number="{before}"]) :is({each})'))
        self.door.wait_for_timeout(300)  # lifted

    def gives(self, card: Card) -> None:
        """Hold a badge there until the desk has read it, and confirm it."""
        button = self.desk.get_by_role("button", name=f"numéro finissant par {card.uid[-2:].hex().upper()}")
        self.holds(card, button)
        button.click()


def uid(number: int) -> str:
    return f"04C0FFEE00{number + 1:04X}"


@pytest.fixture
def evening(chromium: Browser, tmp_path: Path) -> Iterator[Evening]:
    """Sixty members without a badge, and one with a copyable one; the maker's key is lent to the door."""
    with ExitStack() as stack:
        entrance = stack.enter_context(living(tmp_path, "--training"))
        reader = Pn532(f"kioskevening{os.getpid()}")
        stack.callback(reader.unplug)
        settings = entrance.root / "kiosk.toml"
        device = config_file.load(settings).reader.device
        settings.write_text(settings.read_text("utf-8").replace(device, reader.device), "utf-8")
        opened = stack.enter_context(home.opened(entrance.root))
        rules, clock = Rules(opened.config.zone), HostClock()
        with opened.store.writing() as connection:
            roles, kept = [role.value for role in Role], passwords.hashed(DEMO_PASSWORD)
            made = desk_users.add(connection, EVERY_ROLE, "Tout le bureau", roles, clock.now(), kept)
            account_file_rows.declare_outsider(connection, made, clock.now().date(), "cli")
            for number in range(MANY + 1):
                badge = badges.parse(OLD) if number == MANY else None
                asked = Application(name=f"Membre {number:02}", badge=badge)
                enrolment.add(connection, rules, opened.seal, opened.badge_key, asked, clock.now(), "kiosk")
        assert entrance.kiosk("badges", "site-key").returncode == 0
        door_writing.lend(opened.paths, MAKER, clock, 4)
        entrance.start()
        _, address = stack.enter_context(answering(opened, clock))
        desk, door = (stack.enter_context(_page(chromium, size)) for size in (LAPTOP, (800, 480)))
        door.goto(entrance.address)
        desk.add_init_script(ASKS)
        sign_in_at(desk, address, EVERY_ROLE)
        yield Evening(entrance, reader, desk, door, address)


@contextmanager
def _page(chromium: Browser, size: tuple[int, int]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_sixty_badges_are_given_and_written_and_then_tapped_copied_lost_exchanged_and_shown_to_a_door_cut_off(
    evening: Evening,
) -> None:
    _enrol_sixty(evening)
    desk, card = evening.desk, evening.card(uid(0))
    desk.goto(f"{evening.address}/members/badges")
    expect(desk.get_by_role("region", name="Nombre de badges de chaque sorte")).to_contain_text(
        "NTAG 424 DNA infalsifiable"
    )
    assert sum(chip.failures for chip in evening.chips.values()) == 1, "of the one that was lifted early"
    # Tapped, replayed, lifted early.
    evening.shows("granted-day", card)
    heard = list(evening.chips[uid(0)].answers[-3:])
    evening.shows("badge-unproven", Card(card.uid, chip=lambda _: heard.pop(0) if heard else bytes(2)))
    evening.shows("badge-unproven", Card(card.uid))
    evening.chips[uid(0)].leaves_at = len(evening.chips[uid(0)].asked) + 2
    evening.shows("lifted-early", card)
    # Exchanged: the older one opens until the new one is tapped, once.
    _exchange(evening)
    # Lost.
    desk.goto(f"{evening.address}/members/1")
    row = desk.get_by_role("listitem").filter(has_text=f"…{uid(0)[-4:]}")
    row.get_by_role("button", name="Déclarer perdu").click()
    expect(row).to_contain_text("perdu le")
    evening.door.wait_for_timeout(9_000)  # within 8 s of its last presentation a badge that was let in is let in again
    evening.shows("badge-lost badge-unproven", card)
    # A door that is cut off from the records.
    card, records = evening.card(uid(1)), evening.entrance.root / "db"
    evening.shows("granted-day", card)
    records.rename(records.with_name("db.away"))
    try:
        evening.shows("spooled", evening.card(uid(2)))
        evening.shows("badge-unproven", Card(evening.card(uid(4)).uid))
        evening.shows("spooled", evening.card(uid(4)))
    finally:
        records.with_name("db.away").rename(records)
    until(lambda: evening.entrance.health().get("spooled") == 0)
    evening.shows("badge-lost", Card(bytes.fromhex(OLD)))  # over 8 s after it last opened
    assert evening.entrance.kiosk("verify").returncode == 0


def _enrol_sixty(evening: Evening) -> None:
    desk = evening.desk
    desk.goto(f"{evening.address}/members/badges")
    series = desk.get_by_role("region", name="Donner des badges à la suite")
    series.get_by_label("Écrire les clés des badges à la porte").check()
    series.get_by_role("button", name="Commencer").click()
    for number in range(MANY):
        heading = desk.get_by_role("heading", level=1, name=f"Un badge pour Membre {number:02}")
        heading.wait_for()
        if number == SKIPPED:
            desk.get_by_role("button", name="Passer à la personne suivante").click()
            continue
        if number in STRANGERS:
            other = desk.get_by_role("button", name="Ce n’est pas ce badge")
            evening.holds(evening.new(STRANGERS[number]), other)
            other.click()
            desk.get_by_text("Présentez le badge au lecteur").wait_for()
            heading.wait_for()
        if number == EARLY:
            evening.new(uid(number))
            evening.chips[uid(number)].leaves_at, evening.chips[uid(number)].obeys = 4, True
            with evening.reader.holding(evening.card(uid(number))):
                desk.get_by_text("laissez-le un instant").wait_for()
            evening.gives(evening.card(uid(number)))
        else:
            evening.gives(evening.new(uid(number)))
        if number == UNDONE:
            desk.get_by_role("button", name=f"Reprendre le badge de Membre {number:02}").click()
            heading.wait_for()
            evening.gives(evening.card(uid(number)))
    desk.get_by_text("C’est fini").wait_for()
    with home.opened(evening.entrance.root) as opened, opened.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT m.name, b.tail, b.proof FROM badge b JOIN member m ON m.id = b.member_id WHERE b.tail != '0000'"
        ).all()
    given = {number for number in range(MANY) if number != SKIPPED}
    assert {tuple(row) for row in rows} == {(f"Membre {n:02}", uid(n)[-4:], "ev2") for n in given}


def _exchange(evening: Evening) -> None:
    desk, older = evening.desk, Card(bytes.fromhex(OLD))
    evening.shows("granted-day", older)
    desk.goto(f"{evening.address}/members/{MANY + 1}")
    desk.get_by_role("button", name="Échanger le badge").click()
    evening.gives(evening.new("04C0FFEE00EEEE"))
    evening.shows("again granted-day", older)
    evening.shows("again granted-day", evening.card("04C0FFEE00EEEE"))
