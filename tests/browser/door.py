"""A person before the door's screen: their badge over nfcpy's udp device, their finger, what they see; and the ledger.

Homes are copied from one that was prepared with a member for each story, in French and in English.
"""

import shutil
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path

import argon2
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotYet

from kiosk import config_file, home
from kiosk.checkin.cards import CardKind
from kiosk.checkin.specs.lists import CARDS, REFUSALS
from kiosk.devices import simulated_badge
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.consent import READ_SECONDS
from kiosk.domain.checkin.verdicts import Denial
from kiosk.home import Paths
from kiosk.language.catalogues import OURS, Language
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import statements, voucher_rows
from kiosk.store.selfservice import pins
from kiosk.store.space.policies import Rules
from kiosk.visitors import asking
from kiosk.visitors.asking import Reception
from tests.processes import Living, free_port
from tests.pushed_clock import Ahead
from tests.shared import once
from tests.visitors.hall import LINKS, wish

from .looks import MEASURES, Window, missed, unfit

PIN = "2580"
JOINED_DAYS_AGO = 10
RENEWS_DAYS_AGO = 400  # a year, its grace, and some days more
NEW_NAMES: dict[Language, str] = {"fr": "Zoë Çelik", "en": "Noël Pérez"}
# One member for each story in each language: no story leaves another something to stumble on.
CAST = {
    "renews": ("Yann Colin", "Yvonne Bell"),
    "last": ("Alix Roy", "Abby Hall"),
    "undo": ("Bruno Petit", "Brian Cole"),
    "passing": ("Chloé Remy", "Clara Dean"),
    "pays": ("Diane Girard", "Daisy Ford"),
    "sponsor": ("Élise Martin", "Edith Long"),
    "code": ("Fanny Noël", "Felix Gray"),
    "wrong": ("Gaëlle Simon", "Wanda Hart"),
    "reports": ("Hervé Blanc", "Henry Wood"),
    "banked": ("Kévin Lopez", "Kate Marsh"),
    "host": ("Jeanne Hubert", "Jack Owen"),
    "settings": ("Iris Fabre", "Isaac Reed"),
    "asked": ("Ludovic Perrin", "Laura Mills"),
    "quick": ("Maud Vidal", "Molly Reid"),
    "forgot": ("Olivier Brun", "Oscar Lane"),
    "vouches": ("Paula Gomez", "Pippa Stone"),
    "cash": ("Quentin Aubry", "Quincy Hart"),
    "carnet": ("Rosa Lefort", "Ruby Nash"),
    "greets": ("Sylvie Renard", "Sarah West"),
}
LONGEST_STAY_SECONDS = 75  # who waits for a member's word waits for 60 s, and a card before it stays some more
_ASKING = '#stage :is([data-state="badge-again"], [data-state="welcome-asks"], [data-state="vouch-asks"])'
NO_TAB = ("cash", "carnet")  # who pay in advance
EVACUATION_CODE = "73158"
_LOOK_MS = 80  # between two pushes: what has come by then needs none
_ON_LETTERS = frozenset("azertyuiopqsdfghjklmwxcvbné")
# What a French space of 2026 would have written in: more may join than in the dossier, and a day's price is free.
_RULES = (
    ("joins_a_day = 5 ", "joins_a_day = 50 "),
    ("# [association]", '[association]\nname = "La Coroutine"\niban = "FR7630006000011234567890189"'),
    ("# evacuation_code = 73158 ", "evacuation_code = 73158 "),
    ('tab_limit = "50.00"', 'tab_limit = "80.00"'),
    (
        'prices = [{ level = "full", amount = "5.00" }, {',
        'prices = [{ level = "full", amount = "5.00", floor = "2.00" }, {',
    ),
)


def uid(story: str, language: Language) -> str:
    """The badge of a story's member."""
    return f"04A4{list(CAST).index(story):02X}{list(OURS).index(language):02X}0000E1"


def unknown(place: int, language: Language) -> str:
    """A badge that nobody owns."""
    return f"04B5{place:02X}{list(OURS).index(language):02X}0000E1"


def prepare(folder: Path) -> Path:
    """A home with the cast in it, to be added to and copied."""
    return Path(shutil.copytree(once("cast", _prepare) / "home", folder / "home"))


def _prepare(folder: Path) -> None:
    folder.mkdir()
    rules = resources.files("kiosk").joinpath("data/first_rules.toml").read_text("utf-8")
    for old, new in _RULES:
        assert old in rules
        rules = rules.replace(old, new)
    (folder / "rules.toml").write_text(rules, "utf-8")
    living = Living(folder / "home", 1, folder / "log")
    made = living.kiosk("init", "--tariffs", str(folder / "rules.toml"))
    assert made.returncode == 0, made.stderr
    settings = living.root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace("# bell_pin", "bell_pin"), "utf-8")
    with home.opened(living.root) as opened, opened.store.writing() as connection:
        _fill(connection, opened)


def _fill(connection: sa.Connection, opened: home.Home) -> None:
    rules, now = Rules(opened.config.zone), HostClock().now()
    lately, long_ago = now - timedelta(days=JOINED_DAYS_AGO), now - timedelta(days=RENEWS_DAYS_AGO)
    hashed = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PIN)
    for story, names in CAST.items():
        for language, name in zip(OURS, names, strict=True):
            read = badges.parse(uid(story, language))
            joined = long_ago if story == "renews" else lately
            asked = Application(name=name, badge=read, language=language, no_tab=story in NO_TAB)
            found = enrolment.add(connection, rules, opened.seal, opened.badge_key, asked, joined, "kiosk")
            if story == "wrong":
                pins.keep(connection, found.number, now, "kiosk", hashed)
            if story == "banked":
                voucher_rows.bank(
                    connection,
                    found.id,
                    days=2,
                    from_on=joined.date(),
                    expires_on=None,
                    reason="accueil",
                    at=joined,
                    actor="kiosk",
                )


@dataclass
class DoorHome(Living):
    """A home whose entrance's clock is pushed on where a story only waits: what comes then comes in its own order. One
    that does not hurry is run by the command, and waits.
    """

    hurries: bool = True

    def program(self) -> list[str]:
        """The entrance alone, with a clock that this process can push; or the real command."""
        own = [sys.executable, "-W", "error", "-m", "tests.pushed_clock", str(self.root), str(self._file)]
        return own if self.hurries else super().program()

    @property
    def _file(self) -> Path:
        return self.log.with_name("ahead")

    def wait_for(self, page: Page, selector: str, *, hurries: bool = True) -> None:
        """Wait until time has brought something to a page: let it pass there second by second, in a hurry."""
        for _ in range(LONGEST_STAY_SECONDS if self.hurries and hurries else 0):
            try:
                page.wait_for_selector(selector, timeout=_LOOK_MS)
            except NotYet:
                Ahead(self._file).push(1.0)
            else:
                return
        page.wait_for_selector(selector, timeout=LONGEST_STAY_SECONDS * 1000)


def copied(prepared: Path, folder: Path, *, hurries: bool = True) -> DoorHome:
    """A home like the prepared one, on ports of its own."""
    root = folder / "home"
    shutil.copytree(prepared, root)
    port, desk, reader = free_port(), free_port(), free_port(socket.SOCK_DGRAM)
    text = (root / "kiosk.toml").read_text("utf-8")
    for old, new in (("8080", str(port)), ("8081", str(desk)), ("localhost:54321", f"127.0.0.1:{reader}")):
        assert text.count(old) >= 1
        text = text.replace(old, new)
    (root / "kiosk.toml").write_text(text, "utf-8")
    return DoorHome(root, port, folder / "entrance.log", hurries=hurries)


@contextmanager
def entrance(prepared: Path, folder: Path) -> Iterator[DoorHome]:
    """An entrance that runs over a copy of a home, until the end of the block."""
    found = copied(prepared, folder)
    try:
        found.start()
        yield found
    finally:
        if found.process is not None:
            found.process.kill()
            found.process.wait()


@dataclass
class Door:
    """What somebody who speaks `language` does before the screen, and what they see there.

    They touch the first of its windows. Every card is looked at in the others, too.
    """

    home: DoorHome
    pages: dict[Window, Page]
    language: Language
    actions: int = 0  # badges and touches, of a story that counts them

    def __post_init__(self) -> None:
        _, self._host, port = config_file.load(Paths(self.home.root).config).reader.device.split(":")
        self._port = int(port)
        self.page = next(iter(self.pages.values()))
        self.rules = Rules(config_file.load(Paths(self.home.root).config).zone)

    # --- hands

    def tap(self, badge: str) -> None:
        """Present a badge, and lift it when the reader has answered to it, however busy this machine is. Whoever is
        asked for it reads first what for.
        """
        if self.page.locator(_ASKING).count():
            self.page.wait_for_timeout(READ_SECONDS * 1000 + 200)
        self.actions += 1
        assert simulated_badge.present(
            badges.parse(badge), host=self._host, port=self._port, seconds=0.2, patience_seconds=20
        )

    def touch(self, act: Act | str, value: str | None = None) -> None:
        """Touch a button; one that there was no room for is behind the last."""
        chosen = f'#stage button[data-act="{act}"]' + ("" if value is None else f'[data-value="{value}"]')
        # A card's buttons come after its words.
        self.page.locator(f'{chosen}, #stage [data-act="more"]').first.wait_for()
        if not self.page.locator(chosen).count():
            self.touch(Act.MORE)
            self.page.wait_for_selector(chosen)
        self.actions += 1
        self.page.wait_for_selector("#stage:not([aria-disabled])")  # another's card is looked at first
        self.page.locator(chosen).first.tap()

    def opens_account(self, story: str) -> str:
        """In by the badge of a story's member, and the badge again before their own page. Returns the first name."""
        place = list(OURS).index(self.language)
        name, badge = CAST[story][place].split()[0], uid(story, self.language)
        self.is_idle(name)
        self.tap(badge)
        self.sees(CardKind.GRANTED_DAY, name)
        self.touch(Act.ACCOUNT)
        self.sees(CardKind.BADGE_AGAIN)
        self.tap(badge)
        self.sees(CardKind.ACCOUNT)
        return name

    def opens_house(self, story: str) -> str:
        """In by the badge, and the badge again before what members do together. Returns the first name."""
        place = list(OURS).index(self.language)
        name, badge = CAST[story][place].split()[0], uid(story, self.language)
        self.is_idle(name)
        self.tap(badge)
        self.page.wait_for_selector(f'#stage [lang="{self.language}"] :is([data-act="house"], [data-act="more"])')
        self.touch(Act.HOUSE)
        self.sees(CardKind.BADGE_AGAIN)
        self.tap(badge)
        self.sees(CardKind.HOUSE)
        return name

    def close(self) -> None:
        """Fermer, or Terminé."""
        self.page.locator('#stage :is([data-act="close"], [data-act="done"])').first.tap()

    def type(self, text: str) -> None:
        """On the keyboard of the screen, key by key."""
        for count, letter in enumerate(text, 1):
            key = "space" if letter == " " else letter.lower()
            if key not in _ON_LETTERS and key != "space":
                self.touch(Act.KEY, "accents")
            self.touch(Act.KEY, key)
            if letter != " ":
                expect(self.page.locator("#stage .typed span")).to_have_text(text[:count])

    def digits(self, code: str, act: Act) -> None:
        """On the pad."""
        for count, digit in enumerate(code, 1):
            self.touch(act, digit)
            expect(self.page.locator("#stage .entered")).to_have_text("•" * count)

    # --- eyes

    def sees(self, state: CardKind | Denial, name: str = "") -> None:
        """A card, in one's language, as large as it is to be, with buttons to be hit; its verdict where it has one."""
        selector = f'#stage .face[data-state="{state.value}"][lang="{self.language}"]'
        words = REFUSALS[state] if isinstance(state, Denial) else CARDS[state]
        wrong = []
        for window, page in self.pages.items():
            page.wait_for_selector(selector)
            title = page.locator("#stage h1")
            if title.get_attribute("class") is None:  # what is typed stands in the place of a title
                expect(title).to_have_text(words.title.to(self.language, name=name).strip())
            told = unfit(page.evaluate(MEASURES), window.scale) + [f"missed: {each}" for each in missed(page)]
            wrong += [f"{window}: {each}" for each in told]
        assert wrong == [], wrong

    def reads(self, words: str) -> None:
        """Somewhere on the card."""
        expect(self.page.locator("#stage .face")).to_contain_text(words)

    def is_idle(self, *names: str) -> None:
        """The invitation, and nobody's name anywhere in the document."""
        for page in self.pages.values():
            self.home.wait_for(page, '#stage [data-state="idle"]')
            content = page.content()
            assert not any(name in content for name in names)

    def speaks(self) -> None:
        """Whoever has no badge chooses the language on the idle screen."""
        self.is_idle()
        for page in self.pages.values():  # each page has a language of its own
            if page.locator("#stage .face").get_attribute("lang") != self.language:
                page.locator('#stage button[data-act="language"]').tap()
            page.wait_for_selector(f'#stage .face[data-state="idle"][lang="{self.language}"]')

    # --- what is written

    @contextmanager
    def records(self) -> Iterator[sa.Connection]:
        """The ledger, to be read."""
        with home.opened(self.home.root) as opened, opened.store.reading() as connection:
            yield connection

    def announces(self, name: str) -> None:
        """Announce a visit for today on the public's page, and follow the mailed link, as the desk does for both."""
        with home.opened(self.home.root, program="desk") as opened, opened.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO policy (name, valid_from, value) VALUES ('public_work', '2020-01-01', 'true')"
            )
            rules = Rules(opened.config.zone)
            policy, moment = rules.at(connection, HostClock().now())
            reception = Reception(connection, rules, opened.seal, policy, moment, LINKS)
            asking.ask(reception, wish(name=name, day_on=moment.day))
            ((mark,),) = connection.exec_driver_sql("SELECT mark FROM public_request").all()
            asking.prove(reception, LINKS.of(mark).rpartition("/")[2])

    def member(self, name: str) -> Member:
        """A member of this name; the only one."""
        with self.records() as connection:
            (found,) = [one for one in members.everyone(connection) if one.name == name]
            return found

    def entries(self, name: str) -> list[tuple[str, int]]:
        """What is on a member's account, oldest first: kind and cents."""
        found = self.member(name)
        with self.records() as connection:
            rows, _ = statements.lines(connection, [found.account], found.balance_cents, page=1, size=50)
        return [(row.kind, row.amount_cents) for row in reversed(rows)]

    def pulses(self) -> int:
        """How often the door opened."""
        return int(self.home.health()["door"]["pulses"])


@contextmanager
def watched(
    prepared: Path,
    folder: Path,
    chromium: Browser,
    language: Language,
    windows: Iterable[Window],
    *,
    hurries: bool = True,
) -> Iterator[Door]:
    """Somebody before the door of a copied home. In the end no page has complained, and the chain verifies."""
    living = copied(prepared, folder, hurries=hurries)
    complaints: list[str] = []

    def opened(window: Window) -> Page:
        # A bar that shrinks is drawn sixty times a second: in one window, where the door keeps its own time.
        calm = hurries or pages
        context = chromium.new_context(
            viewport=window.size, has_touch=True, reduced_motion="reduce" if calm else "no-preference"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(f"{window}: {error}"))
        page.goto(living.address)
        return page

    pages: dict[Window, Page] = {}
    try:
        living.start()
        for window in windows:
            pages[window] = opened(window)
        yield Door(living, pages, language)
        assert complaints == []
        verified = living.kiosk("verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
    finally:
        for page in pages.values():
            page.context.close()
        if living.process is not None:
            living.stop()
