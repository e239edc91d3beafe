"""Homes made by the real `init`, once a run, and copied for each test."""

import codecs
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from kiosk import home
from kiosk.badges import proof_keys
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.deciding import Chips
from kiosk.checkin.dialogue import Flows, PagesAddress
from kiosk.checkin.tap import CheckIn
from kiosk.domain import chain
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.consent import READ_SECONDS
from kiosk.domain.checkin.seen import Seen
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.domain.doors import FIRST
from kiosk.home import Home
from kiosk.members.enrolment import Application, Enrolment
from kiosk.offline import door_keys, safekeeping
from kiosk.offline.offline_taps import Admitted
from kiosk.offline.safekeeping import OfflineParts
from kiosk.selfservice.pages import pages, ways
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store.checkin import door_events
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store
from kiosk.store.members import members
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import Word
from kiosk.store.space.policies import Rules
from tests import pdf_children, worked_out_once
from tests.fakes import FakeClock, FakeDoor, FakeReader, FakeScreen
from tests.homes import copied
from tests.rights import Watched, check_account
from tests.shared import once
from tests.tills import LoneTill

worked_out_once.install()
pdf_children.install()
pytest_plugins = ["tests.running", "tests.typed"]

os.environ["LANGUAGE"] = "en"  # what commands answer to errors is read below, whatever this terminal speaks

EARLY = datetime(2000, 1, 1, tzinfo=UTC)  # no release is earlier
WEDNESDAY = datetime(2026, 11, 25, 7, 52, tzinfo=UTC)  # 8 h 52 in Lille
for _codec in ("ascii", "utf-8-sig"):
    codecs.lookup(_codec)  # a user of its own may not read where Python would look for it


@contextmanager
def before_others(niceness: int = -10) -> Iterator[None]:
    """Have this process, and what it starts meanwhile, go before the other workers, as far as one may."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    try:
        yield
    finally:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, before)


@pytest.fixture
def undisturbed() -> Iterator[None]:
    """Try a test that keeps time with a device or a program before the other workers' tests."""
    with before_others():
        yield


@pytest.fixture(scope="session")
def template() -> Path:
    """A new, empty home."""
    return once("template", _found)


def _found(root: Path) -> None:
    home_creation.create(root, NewHome(), FakeClock(WEDNESDAY))
    (root / "memory").mkdir()
    settings = root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('"/dev/shm"', '"memory"'), "utf-8")


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A new home of this test's own."""
    return copied(template, tmp_path / "home")


@dataclass
class Space:
    """A home with everything that people do in it, and a clock, a door and a screen that a test can see."""

    home: Home
    clock: FakeClock
    door: FakeDoor = field(default_factory=FakeDoor)
    screen: FakeScreen = field(default_factory=FakeScreen)
    events: list[DoorEvent] = field(default_factory=list)
    vouched: bool = True
    tend: Callable[[Act], None] = lambda _act: None  # what is touched of the place
    proving: Proving = Proving.REFUSED  # what comes of asking the badge at hand for its proof
    asked_to_prove: list[int] = field(default_factory=list)
    on_reader: FakeReader | None = None  # a badge with a chip, which is then asked itself
    at_door: Home | None = None  # the same home as the entrance's own account on a server has it
    pages_at: PagesAddress | None = None  # where members find their pages
    has_door_key: bool = True  # without: it seals by the chain's key, as a door does while an update is under way

    def __post_init__(self) -> None:
        rules, seal, key = Rules(self.home.config.zone), self.home.seal, self.home.badge_key
        store = self.home.store
        self.till = LoneTill(store=store, rules=rules, seal=seal, clock=self.clock, actor="cli")
        older = self.home.old_badge_keys
        self.enrolment = Enrolment(
            store=store, rules=rules, seal=seal, badge_key=key, clock=self.clock, actor="cli", old_badge_keys=older
        )
        self.start()

    def start(self) -> None:
        """The entrance's part of it."""
        is_office = chain.door_of(self.home.seal.key_id) is None
        own = self.home.seal.of_door(FIRST) if is_office and self.has_door_key else self.home.seal
        here = replace(self.at_door or self.home, seal=own)
        rules = Rules(self.home.config.zone, door=self.home.config.door.number)
        self.kept: OfflineParts = safekeeping.build(here, self.clock, rules, lambda: self.vouched, lambda: None, EARLY)
        self.watched = None if here.config.database.url else Watched(here.store, "entrance")
        store = cast("Store", self.watched or here.store)
        self.checkin = CheckIn(
            replace(here, store=store),
            self.kept,
            rules,
            flows=Flows(
                pages,
                code_key=door_keys.codes(self.home.paths, self.home.badge_key),
                pages_at=self.pages_at,
                ways=partial(ways, self.home.paths.ways),
            ),
            clock=self.clock,
            door=self.door,
            screen=self.screen,
            note=self.events.append,
            chips=Chips(self._ask, self._wanted, self._prove, self._write),
            tend=self.tend,
        )

    def _wanted(self, mark: bytes) -> int | None:
        return None if self.kept.kept.now is None else self.kept.kept.now.proofs.get(mark)

    def _prove(self, _read: BadgeRead, version: int) -> Proving:
        self.asked_to_prove.append(version)
        key = proof_keys.of(self.home.paths, version) if self.on_reader is not None else None
        return self.proving if self.on_reader is None or key is None else self.on_reader.prove(key)

    def _ask(self) -> Product | None:
        return Product.OTHER if self.on_reader is None else self.on_reader.product()

    def _write(self, read: BadgeRead, product: Product) -> str | None:
        if self.on_reader is None:
            return "no-maker-key"
        from kiosk.badges import door_writing  # with the ciphers, which most tests do without
        from kiosk.devices import aes

        return door_writing.write(self.home, read, product, self.on_reader, self.clock, aes)

    def _after(self, reader: FakeReader, read: BadgeRead, decision: object) -> None:
        """What the entrance does after a tap with a badge whose writing was cut."""
        refusal = decision.reason if isinstance(decision, Denied) else None
        if decision is None or refusal not in (None, Denial.BADGE_UNPROVEN) or self.kept.outage.is_on:
            return
        is_refused = refusal is not None
        if not (is_refused or self.home.paths.lent_key.exists()):
            return
        from kiosk.badges import door_writing  # as above
        from kiosk.devices import aes

        door_writing.go_on(self.home, read, reader, self.clock, aes, is_refused=is_refused)

    @contextmanager
    def by_owner(self) -> Iterator[None]:
        """Let the records' owner prepare what no program may: guards taken out, rows that were never there."""
        own = self.home
        with home.opened(own.paths.root) if own.config.database.url else nullcontext(own) as opened:
            self.home = opened
            try:
                yield
            finally:
                self.home = own

    def say_at_the_door(self, number: int, word: Word) -> None:
        """Let a door tell how it is, by a door's own account."""
        with (self.at_door or self.home).store.writing() as connection:
            door_rows.say(connection, number, word)

    def note_at_the_door(self, *more: DoorEvent) -> None:
        """Write what the door's log writes a moment later of what happened until now, by the door's own account."""
        with (self.at_door or self.home).store.logging() as connection:
            door_events.add(connection, [*self.events, *more])
        self.events.clear()

    def restart(self) -> None:
        """The entrance's program dies and starts again."""
        self.kept.close()
        self.start()

    def join(self, name: str, uid: str, plan: str = "itinerant") -> int:
        return self.enrolment.add(Application(name=name, plan=plan, badge=badges.parse(uid))).number

    def tap(self, uid: str, *, reads: bool = True) -> Granted | Admitted | Denied | None:
        """A badge is shown, and lifted again; whoever is asked for it reads first what for."""
        if self.screen.cards and self.now is self.card and self.card.asked is not None and reads:
            self.clock.advance(seconds=READ_SECONDS)
        decision = self.checkin.tap(badges.parse(uid))
        if self.on_reader is not None:
            self._after(self.on_reader, badges.parse(uid), decision)
        self.lift(uid)
        return decision

    @property
    def now(self) -> Card | None:
        """The card that stands at this moment."""
        return self.screen.shown.at(self.clock.monotonic())[1].card

    @property
    def ends_at(self) -> float:
        """The moment (monotonic seconds) at which the card that stands is over."""
        return self.screen.shown.at(self.clock.monotonic())[1].ends_at

    @property
    def left_seconds(self) -> float:
        """How long the card that stands stays from now on."""
        return self.ends_at - self.clock.monotonic()

    def begin(self, act: Act, language: str | None) -> None:
        """Touch something on the idle screen, once whatever stands is closed."""
        self.leave()
        self.checkin.begin(self.seen(language=language), act)

    def leave(self) -> None:
        """Close whatever stands on the screen, as its person would."""
        while self.now is not None:
            self.checkin.close(self.seen())

    def touch(self, act: Act, value: str = "", ticket: str | None = None) -> None:
        """Touch the card that stands, a second after it was drawn; or what another ticket stands for."""
        self.checkin.touch(self.seen(ticket), act, value)

    def seen(self, ticket: str | None = None, language: str | None = None) -> Seen:
        """What a finger tells that has looked for a second."""
        now = self.clock.monotonic()
        number, scene, _ = self.screen.shown.at(now)
        ticket = ticket if ticket is not None else (scene.card.ticket if scene.card is not None else None) or ""
        return Seen(number, ticket, now - 1, now, language)

    def lift(self, uid: str) -> None:
        self.checkin.lift(badges.parse(uid))

    def read(self, uid: str) -> BadgeRead:
        return badges.parse(uid)

    @property
    def card(self) -> Card:
        return self.screen.cards[-1]

    def shows(self, kind: CardKind) -> bool:
        return self.card.kind is kind

    def owes(self, number: int) -> int:
        with self.home.store.reading() as connection:
            return members.by_number(connection, number).balance_cents

    def sql(self, query: str) -> list[tuple[object, ...]]:
        with self.home.store.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def sql_write(self, statement: str) -> None:
        with self.home.store.writing() as connection:
            connection.exec_driver_sql(statement)

    def rule(self, name: str, value: str, valid_from: str = "2020-01-01") -> None:
        with self.home.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO policy (name, valid_from, value) VALUES (?, ?, ?)", (name, valid_from, value)
            )


@pytest.fixture
def space(root: Path) -> Iterator[Space]:
    """A space on a Wednesday morning. On a server, what people do at the door is done by the entrance's own account,
    all else by the desk's.
    """
    with home.opened(root, program="desk") as opened, ExitStack() as stack:
        at_door = None
        if opened.config.database.url:
            stack.enter_context(patient())
            at_door = stack.enter_context(home.opened(root, program="entrance"))
            check_account(at_door, "entrance")
            check_account(opened, "desk")
        made = Space(opened, FakeClock(WEDNESDAY), at_door=at_door)
        yield made
        made.kept.close()
        assert not made.watched or not made.watched.broken, "no right of the entrance's on a server"


@contextmanager
def patient() -> Iterator[None]:
    """Let a server take longer than anybody would stand before a door: this machine may have other things to do, and
    whoever tries how long that is says a time.
    """
    from kiosk.store.postgresql import address, server_store  # for a home on a server alone

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server_store, "TAP_SECONDS", 600.0)
        patched.setattr(server_store, "READ_SECONDS", 600.0)
        patched.setattr(address, "_CONNECT_SECONDS", 600)
        yield
