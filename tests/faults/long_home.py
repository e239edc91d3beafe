"""A home that lives for months by its own clock, with every feature on: taps, what people and the office do, and each
day `kiosk due` by the command line, whose mail goes to a sink and whose heartbeat is heard.

Each day must end well: status 0, no act of time that fails, no row older than its term; each week a copy, `verify`, and
a check that finds nothing. A year's end and both changes of the clock are among the days.
"""

import http.server
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from kiosk import home
from kiosk.books.due import Due
from kiosk.cli.main import main
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind, Terms
from kiosk.domain.health.findings import Level
from kiosk.domain.premises.floor import Box
from kiosk.domain.premises.things import Terms as ThingTerms
from kiosk.domain.problems import Problem
from kiosk.errors import KioskError, MachineError
from kiosk.events.planning import Description, Planning
from kiosk.health import doctor, status_file
from kiosk.health.machine_facts import Machine
from kiosk.money.corrections import Corrections
from kiosk.people import finding
from kiosk.rooms.bookings import BookingWish
from kiosk.setup import home_creation
from kiosk.setup import migration as migrating
from kiosk.setup.home_creation import NewHome
from kiosk.store.events import signup_rows
from kiosk.store.health import failing_rows
from kiosk.store.members import joining_rows, members
from kiosk.store.members.joining_rows import NewJoining
from kiosk.store.people import skill_rows
from kiosk.store.premises import thing_rows
from kiosk.store.space.policies import Rules
from tests import certificates
from tests.conftest import WEDNESDAY, Space
from tests.events.happenings import Happenings, uid
from tests.fakes import FakeClock
from tests.faults.figures import Figures
from tests.faults.long_post import Post, sink
from tests.people.listing import Register
from tests.premises.keeping import FloorPlan, OfficeRegister, ThingDesk, acting
from tests.rooms import hall

BEFORE = "0020"  # the release before: a home that goes back to it comes up again by one migration
# No entrance, no stick and no officer's paper are here; the program itself grows old.
LACKING = frozenset(("away-none", "drill-none", "drill-overdue", "entrance-down", "keys-none", "libraries-old"))
# What somebody touches on a day; None: nothing, on most.
TOUCHES = (Act.GUEST, None, None, Act.MORE, None, Act.PAY, None, None, None, None, None, None, None, Act.UNDO, None)
_ALIVE = {"reader": "online", "door": {"simulated": True}, "ok": True, "spooled": 0, "up_seconds": 5}


@dataclass
class LongFigures(Figures):
    """What a long life came to."""

    days: int = 0
    taps: int = 0
    mails: int = 0
    copies: int = 0
    verified: int = 0
    closings: int = 0
    acts: int = 0
    touches: int = 0
    mails_expected: int = 0


class Hearer(http.server.BaseHTTPRequestHandler):
    """Hears a heartbeat."""

    def do_POST(self) -> None:
        """Take it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@contextmanager
def hearer(folder: Path, patched: pytest.MonkeyPatch) -> Iterator[str]:
    """An address where heartbeats are heard."""
    certificate, context = certificates.shown(folder)
    patched.setenv("SSL_CERT_FILE", str(certificate))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hearer) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}/ping/secret"
        server.shutdown()


@dataclass
class LongHome:
    """One home. `space` is what its people do at the door and the desk; `kiosk` what is typed."""

    root: Path
    clock: FakeClock
    figures: LongFigures
    space: Space = field(init=False)
    opened: ExitStack = field(init=False)
    done: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    post: Post = field(default_factory=Post)

    def kiosk(self, *arguments: str) -> str:
        """Type a command; a status that is not 0 is a violation. Returns what it says."""
        out, err, status = StringIO(), StringIO(), 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main(["--home", str(self.root), *arguments])
            except SystemExit as ended:
                status = int(ended.code or 0)
        if status:
            self.figures.add(
                f"{self.clock.now():%Y-%m-%d}: kiosk {' '.join(arguments)} ended with {status}: {err.getvalue()}"
            )
        return out.getvalue()

    def settle_in(self) -> None:
        """Everything on, and people to use it."""
        self.numbers = Happenings(self.space).people(5)
        hall.let(self.space)
        for rule in ("hosting", "people", "floor_plan", "things", "registered_offices"):
            self.space.rule(rule, "true")
        self.work()
        today = self.clock.now().date()
        self.offices.approve("Préfecture du Nord", "59-12", today, today + timedelta(days=1500))
        with self.space.home.store.writing() as connection:
            connection.exec_driver_sql("UPDATE member SET visible = 1")
        self.desk_spot = self.floor.add("desk", "A1", Box(2, 2, 3, 2))
        self.floor.give(self.desk_spot, self.numbers[0])
        self.key = self.things.add("key", "Clé", ThingTerms(days=7))
        self.register.learn(self.numbers[1], "Couture")
        told = list[str]()
        for role in ("president", "secretary", "treasurer"):
            told.append(role)
            self.post.expect(today, *((each, "Bureau") for each in told))  # a new account is told to all
            self.kiosk("user", "add", f"{role}@exemple.fr", "--role", role, "--name", role)
        self.kiosk("heads", "recipients", "president@exemple.fr", "treasurer@exemple.fr")
        self.post.expect(today, *((each, "Codes de contrôle") for each in ("president", "treasurer")))
        given = [(each, "Badges donnés") for each in ("secretary", "president")]
        self.post.expect(today + timedelta(days=1), *given)

    def work(self) -> None:
        """The office's use-cases, over the home as it is opened now."""
        of: dict[str, Any] = {"store": self.space.home.store, "rules": self.rules, "clock": self.clock}
        self.planning = Planning(**of, seal=self.space.home.seal, actor="officer:1")
        office = acting(self.space.home, self.clock)
        self.register = Register(office)
        self.floor, self.things, self.offices = FloorPlan(office), ThingDesk(office), OfficeRegister(office)

    @property
    def rules(self) -> Rules:
        """The rules of this home."""
        return Rules(self.space.home.config.zone)

    def tap(self, number: int, turn: int) -> None:
        """A member comes, touches something of their card on some days, and goes."""
        if self.space.tap(uid(number)) is not None:
            self.figures.taps += 1
        self.space.lift(uid(number))
        touched = TOUCHES[(turn + number) % len(TOUCHES)]
        if touched is not None and touched in self.space.card.acts:
            self.try_(f"touch {touched.value}", lambda: self.touch(touched, number))
        self.space.leave()

    def touch(self, act: Act, number: int) -> None:
        """Touch it, and show the badge once more where the card asks for it."""
        self.space.touch(act)
        self.figures.touches += 1
        if self.space.now is not None and self.space.card.asked is not None:
            self.space.tap(uid(number))
            self.space.lift(uid(number))

    def try_(self, name: str, act: Callable[[], object]) -> None:
        """Something that people do; what is refused them is no fault. What went well is counted."""
        try:
            act()
        except (KioskError, Problem) as refused:
            if isinstance(refused, MachineError):
                self.figures.add(f"{self.clock.now():%Y-%m-%d}: {refused}")
            self.refused[name] = str(refused)
        else:
            self.done[name] += 1
            self.post.done(name, self.clock.now().date())

    def act(self, turn: int) -> None:
        """What people do on a day; `turn` says which of it."""
        today = self.clock.now().date()
        tomorrow, turn_key = today + timedelta(days=1), turn.to_bytes(16, "big")
        acts: dict[str, Callable[[], object]] = {
            "book": lambda: self._book(turn, tomorrow),
            "event": lambda: self._event(turn),
            "correction": lambda: self._correction(today),
            "notice": lambda: self.register.put_up(self.numbers[1], "seeks", "Un vélo, 06 12 34 56 78", tomorrow),
            "skill": self._skill,
            "joining": lambda: self._joining(today, turn),
            "thing": lambda: self.things.lend(turn_key, self.numbers[2], self.key),
            "back": self._give_back,
            "lend": lambda: self.floor.lend(self.numbers[0], tomorrow),
            "office": lambda: self.offices.add(f"Atelier {turn}", "732829320", today, today + timedelta(days=92)),
            "pay": lambda: self.space.till.pay(self.numbers[turn % 5], 500, "cash"),
            "reverse": lambda: self.space.till.reverse(self._paid(), "erreur de Zébulon"),
        }
        names = list(acts)
        for each in (turn, turn + 5):
            name = names[each % len(names)]
            self.try_(name, acts[name])

    def _paid(self) -> int:
        return self.space.till.pay(self.numbers[0], 100, "cash")

    def _book(self, turn: int, day: date) -> None:
        slot = hall.slot("14:00", "15:00", day)
        wish = BookingWish(room=hall.SMALL, slot=slot, member=self.numbers[turn % 5], title="Réunion", any_hour=True)
        hall.bookings(self.space).book(wish)

    def _event(self, turn: int) -> None:
        now = self.clock.now()
        made = self.planning.propose(
            Description(kind=EventKind.WORKSHOP, title=f"Atelier {turn}"), number=self.numbers[1]
        )
        terms = Terms(
            starts_at=now + timedelta(days=5),
            ends_at=now + timedelta(days=5, hours=2),
            places=8,
            threshold=1,
            deadline_at=now + timedelta(days=3),
        )
        self.planning.open(made, terms, "training")
        for number in self.numbers[2:4]:
            self.planning.join(made, number)
        self.planning.add_without_file(made, "Ulysse", 1)
        with self.space.home.store.reading() as connection:
            coming = signup_rows.standing(connection, made)
        self.planning.leave(next(each.id for each in coming if each.member_id is not None))

    def _correction(self, today: date) -> None:
        space = self.space
        asking = Corrections(
            store=space.home.store, rules=self.rules, seal=space.home.seal, clock=self.clock, actor="kiosk"
        )
        asking.ask("forgotten", self.numbers[3], day=today - timedelta(days=1), remark="j’étais là")

    def _skill(self) -> None:
        with self.space.home.store.writing() as connection:
            asked = skill_rows.of_member(connection, members.by_number(connection, self.numbers[1]).id)[0]
            finding.ask(connection, self.rules.at(connection, self.clock.now())[1], self.numbers[2], asked.id)

    def _joining(self, today: date, turn: int) -> None:
        new = NewJoining(
            day_on=today,
            made_at=self.clock.now(),
            fingerprint=turn.to_bytes(32, "big"),
            tail="E5",
            name="Gustave Eiffel",
        )
        with self.space.home.store.writing() as connection:
            joining_rows.add(connection, new)

    def _give_back(self) -> None:
        with self.space.home.store.reading() as connection:
            running = thing_rows.running(connection, self.clock.now())
        for each in running:
            self.things.give_back(each.id)

    def pass_(self) -> None:
        """What time brings, by the command line; it must be well, and leave nothing that is older than its term."""
        status_file.save(self.space.home.paths.runtime / status_file.NAME, _ALIVE, HostClock())
        said = json.loads(self.kiosk("due", "--json") or "{}")
        if said.get("heartbeat") != "sent":
            self.figures.add(f"{self.clock.now():%Y-%m-%d}: heartbeat {said.get('heartbeat')}")
        self.figures.mails += said.get("messages", {}).get("sent", 0)
        self.post.hold(self.clock.now().date(), self.figures)
        if said.get("failing") or said.get("messages", {}).get("given_up"):
            self.figures.add(f"{self.clock.now():%Y-%m-%d}: {said}")
        home_ = self.space.home
        time = Due(store=home_.store, rules=self.rules, seal=home_.seal, clock=self.clock)
        left = {name: count for name, count in time.would_forget().items() if count}
        if left:
            self.figures.add(f"{self.clock.now():%Y-%m-%d}: older than its term: {left}")
        with home_.store.reading() as connection:
            for each in failing_rows.failing(connection):
                self.figures.add(f"{self.clock.now():%Y-%m-%d}: {each.act} fails: {each.code}")

    def count(self) -> None:
        """How many acts went well, and what was closed; an act that never went well is a violation."""
        self.figures.acts = sum(self.done.values())
        self.figures.mails_expected = self.post.expected
        ((self.figures.closings,),) = self.space.sql("SELECT count(*) FROM entry WHERE kind = 'closing'")  # type: ignore[assignment]  # a number
        for name in sorted(self.refused.keys() - self.done.keys()):
            self.figures.add(f"nobody could ever {name}: {self.refused[name]}")

    def look(self) -> None:
        """A copy, every seal and sum, and a check that finds nothing but what a home without a machine lacks."""
        self.kiosk("backup")
        self.figures.copies += 1
        self.kiosk("verify")
        self.figures.verified += 1
        found = doctor.examine(self.root, self.clock, Machine(self.root.parent / "machine"))
        named = {each.kind.code for each in found if each.level is not Level.OK} - LACKING
        self.figures.add(*(f"{self.clock.now():%Y-%m-%d}: the check finds {code}" for code in sorted(named)))

    def open(self) -> None:
        """Open it, as the programs of a machine do at its start."""
        self.opened = ExitStack()
        self.space = Space(self.opened.enter_context(home.opened(self.root)), self.clock)
        self.opened.callback(self.space.kept.close)

    def go_back_and_up(self) -> None:
        """An update that is taken back, and made again: the way to the release before and up again."""
        self.opened.close()
        migrating.migrate_back(self.root, BEFORE)
        self.kiosk("migrate")
        self.open()
        self.work()


@contextmanager
def living(folder: Path) -> Iterator[LongHome]:
    """A home whose clock is at a Wednesday of November 2026."""
    clock, root = FakeClock(WEDNESDAY), folder / "home"
    with pytest.MonkeyPatch.context() as patched, sink() as port, hearer(folder, patched) as address:
        patched.setattr(HostClock, "now", lambda _: clock.now())
        home_creation.create(root, NewHome(), clock)
        settings = root / "kiosk.toml"
        mail = f'[mail]\nserver = "127.0.0.1:{port}"\nsender = "kiosk@exemple.fr"'
        text = settings.read_text("utf-8").replace('"/dev/shm"', '"memory"').replace("[mail]", mail)
        (root / "memory").mkdir()
        settings.write_text(text, "utf-8")
        made = LongHome(root, clock, LongFigures())
        made.open()
        made.space.home.paths.heartbeat.write_text(f"{address}\n", "utf-8")
        made.space.home.paths.heartbeat.chmod(0o600)
        made.settle_in()
        yield made
        made.opened.close()


def run(folder: Path, *, days: int = 430) -> LongFigures:
    """Live for so many days, each with taps, acts and a pass; a copy and `verify` each week, one migration half-way."""
    with living(folder) as made:
        for turn in range(days):
            for number in range(turn % 5 + 1):
                made.tap(number, turn)
            made.act(turn)
            made.clock.advance(hours=12)
            made.pass_()
            if turn % 7 == 6:
                made.look()
            made.clock.advance(hours=12)
            if turn == days // 2:
                made.go_back_and_up()
            made.figures.days += 1
        made.pass_()
        made.look()
        made.count()
    return made.figures


def marks(folder: Path, *, days: Sequence[int] = (91, 366, 1100)) -> LongFigures:
    """Live for two weeks, and then look in on some days alone: what each brings must go well."""
    with living(folder) as made:
        made.post.is_awaited = False
        for turn in range(14):
            for number in range(turn % 5 + 1):
                made.tap(number, turn)
            made.act(turn)
            made.clock.advance(days=1)
        made.pass_()
        for mark in days:
            made.clock.set(WEDNESDAY + timedelta(days=mark))
            made.kiosk("clock", "confirm", "--yes")  # nobody came meanwhile: so long a silence is asked about
            made.pass_()
            made.look()
            made.figures.days += 1
        made.count()
    return made.figures
