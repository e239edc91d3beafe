"""Everything at once: taps, undos, the desk, faults, doubtful clocks, restarts; held against books kept by hand.

`Books` says in a few lines of its own what the ledger must come to. It is told each tap's true time, whatever the
kiosk's clock showed. After every step ledger and spool together agree with it: nothing lost, nothing charged twice,
nothing on another day.
"""

import csv
import errno
import io
import logging
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import hypothesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kiosk import home
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import choices
from kiosk.domain.checkin.verdicts import Denied, Granted
from kiosk.errors import KioskError, MachineError
from kiosk.offline import clock_trust, office_clock, unreplayed_taps
from kiosk.offline.offline_taps import Admitted
from kiosk.offline.spool import Medium
from kiosk.offline.spool_records import WaitingTap
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store import audit, engine, prepared
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.tills import LoneTill

PLANS = {"Ines": "itinerant", "Paul": "itinerant", "Cleo": "itinerant", "Karim": "permanent", "Yanis": "free"}
NUMBERS = {name: number for number, name in enumerate(PLANS, 1)}
UIDS = {name: f"04A2000000E5{number:02X}" for name, number in NUMBERS.items()} | {"Stranger": "04B1C2D3E4F500"}
PARIS = ZoneInfo("Europe/Paris")
DAY_CENTS, JOINING_CENTS = 500, {"permanent": 500 + 10000}  # of the shipped dossier, as the next line
PRICES = {"membership": 500, "week": 2000, "carnet-10": 4500}
AGAIN_SECONDS, UNDO_LIMIT = 8, 3
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
A_MOMENT = timedelta(milliseconds=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=WEDNESDAY.tzinfo)

people, members = st.sampled_from(list(UIDS)), st.sampled_from(list(PLANS))
walls = st.sampled_from(["right", "right", "long ago", "behind", "ahead"])


def day_of(at: datetime) -> date:
    """The local day: it begins at 4 in the morning."""
    return (at.astimezone(PARIS) - 4 * HOUR).date()


# The model


@dataclass(eq=False)
class Act:
    """A charge that stands until it is reversed."""

    member: str
    day: date
    cents: int
    stands: bool = True


@dataclass(eq=False)
class Sale(Act):
    """What was sold, or paid (negative): under which entry, and the days that it gives."""

    entry: int = 0
    left: int = 0  # days of a carnet
    until: date = date.min  # last day of a week
    used: int = 0


@dataclass(eq=False)
class Visit(Act):
    """A day, and what pays for it."""

    right: str = "full"
    carnet: Sale | None = None
    kept: bool = True

    def take(self, days: int) -> None:
        """Of the carnet, where that pays."""
        if self.carnet is not None:
            self.carnet.left, self.carnet.used = self.carnet.left - days, self.carnet.used + days


@dataclass
class Books:
    """What the ledger must say."""

    visits: list[Visit] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)

    def tap(self, member: str, day: date) -> Visit | None:
        """A day is charged once, by the first of: free corner, subscription, carnet, money."""
        if any(v.kept and (v.member, v.day) == (member, day) for v in self.visits):
            return None
        mine = [sale for sale in self.sales if sale.stands and sale.member == member and sale.day <= day]
        carnet = next((sale for sale in mine if sale.left), None)
        if PLANS[member] == "free":
            visit = Visit(member, day, 0, right="free-zone")
        elif PLANS[member] == "permanent" or any(day <= sale.until for sale in mine):
            visit = Visit(member, day, 0, right="subscription")
        elif carnet is not None:
            visit = Visit(member, day, 0, right="carnet", carnet=carnet)
        else:
            visit = Visit(member, day, DAY_CENTS)
        visit.take(1)
        self.visits.append(visit)
        return visit

    def reverse(self, act: Act) -> None:
        if act.stands and isinstance(act, Visit):
            act.take(-1)
        act.stands = False

    def undo(self, visit: Visit, day: date) -> bool:
        """Three days undone in thirty are enough."""
        lately = [v for v in self.visits if v.member == visit.member and not v.kept and v.day > day - 30 * DAY]
        if len(lately) >= UNDO_LIMIT:
            return False
        visit.kept = False
        self.reverse(visit)
        return True

    def owes(self, member: str) -> int:
        return sum(act.cents for act in [*self.sales, *self.visits] if act.stands and act.member == member)


@dataclass(eq=False)
class Late:
    """A tap that waits. `sure` is when the time was last written down as certain; `is_exact`: its start was dated."""

    tap_id: bytes
    member: str
    at: datetime
    dated: bool
    boot: str
    sure: datetime
    medium: Medium
    is_exact: bool = False
    place: str = ""  # the folder that it lies in
    is_read: bool = True  # whether the program knows of it
    key: int = 0  # the spool's key that sealed it, by its turn

    def may_lack_a_date(self, now: datetime, boot: str) -> bool:
        """Not where its start is dated, nor where all that may have been is one day."""
        return not (self.dated or self.is_exact or self.boot == boot or day_of(self.sure) == day_of(now))


# The faults


class WornDisk:
    """The ledger's disk fails after some more writes. One that `lies` fails at commits, which it made all the same."""

    def __init__(self, writes: int, lies: bool) -> None:
        self._left, self._lies = writes, lies
        self._before: dict[int, int] = {}  # by connection, what it had changed when its transaction began

    def begins(self, connection: sa.Connection) -> None:
        raw: Any = connection.connection.driver_connection
        self._before[id(raw)] = raw.total_changes

    def executes(self, statement: str) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and not self._lies:
            self._wear()

    def commits(self, connection: Any, commit: Callable[[Any], None]) -> None:
        """Who only read writes nothing."""
        raw = connection.driver_connection
        try:
            if raw.total_changes != self._before[id(raw)]:
                self._wear()
        except sqlite3.OperationalError:
            if self._lies:
                commit(connection)
            raise
        commit(connection)

    def _wear(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise sqlite3.OperationalError("disk I/O error")


@contextmanager
def failing(stores: list[Store], disk: WornDisk) -> Iterator[None]:
    """The ledger lies on this disk."""
    with ExitStack() as stack, heard(disk.executes):
        for store in stores:
            stack.enter_context(_failing(store._writer, disk))
        yield


@contextmanager
def _failing(writer: sa.Engine, disk: WornDisk) -> Iterator[None]:
    execute, commit = writer.dialect.do_execute, writer.dialect.do_commit

    def do_execute(cursor: Any, statement: str, *more: Any) -> None:
        disk.executes(statement)
        execute(cursor, statement, *more)

    sa.event.listen(writer, "begin", disk.begins)
    try:
        with (
            patch.object(writer.dialect, "do_execute", do_execute),
            patch.object(writer.dialect, "do_commit", lambda connection: disk.commits(connection, commit)),
        ):
            yield
    finally:
        sa.event.remove(writer, "begin", disk.begins)


@contextmanager
def heard(by: Callable[[str], None]) -> Iterator[None]:
    """A tap's own statements go past the dialect: somebody hears them, and may fail as the driver does."""

    def hear(statement: str, _names: object, _values: object) -> None:
        try:
            by(statement)
        except sqlite3.OperationalError as fault:
            raise sa.exc.OperationalError(statement, None, fault) from fault

    prepared.listeners.append(hear)
    try:
        yield
    finally:
        prepared.listeners.remove(hear)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program writes, and does not end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def away(place: Path, instead: str) -> Iterator[None]:
    """A folder is gone, as with its disk; perhaps something else is there."""
    hidden = place.with_suffix(".away")
    place.rename(hidden)
    if instead == "file":
        place.touch()
    elif instead == "garbage":
        place.mkdir()
        (place / "ledger.db").write_bytes(b"no database " * 1000)
    yield
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    hidden.rename(place)


_bad: list[tuple[Path, str]] = []  # folders whose disk does not do what it is asked, and how


@contextmanager
def bad(folder: Path, how: str) -> Iterator[None]:
    """The disk of a folder is full, takes half of a line, fails to sync, or takes no file whole ("unwritable")."""
    _bad.append((folder, how))
    yield
    _bad.remove((folder, how))


def _is_bad(descriptor: int, *how: str) -> bool:
    where = [folder for folder, each in _bad if each in how]
    return bool(where) and any(map(Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to, where))


@contextmanager
def disks() -> Iterator[None]:
    """The disks of folders may be `bad`."""
    write, data_sync, sync = os.write, os.fdatasync, os.fsync

    def bad_write(descriptor: int, data: bytes) -> int:
        if _is_bad(descriptor, "full"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data[: len(data) // 2] if _is_bad(descriptor, "short") else data)

    def bad_data_sync(descriptor: int) -> None:
        if _is_bad(descriptor, "unsynced"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        data_sync(descriptor)

    def bad_sync(descriptor: int) -> None:
        if _is_bad(descriptor, "unwritable"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        sync(descriptor)

    with (
        patch.object(os, "write", bad_write),
        patch.object(os, "fdatasync", bad_data_sync),
        patch.object(os, "fsync", bad_sync),
    ):
        yield
    _bad.clear()


# The machine


_ALL = ("ledger", "spool", "memory", "roster")  # what breaks


class Kiosk(RuleBasedStateMachine):
    """A home, its people, and what may happen. `tally` counts."""

    def __init__(self, template: Path, books: Books, tally: Counter[str]) -> None:
        super().__init__()
        self.tally = tally
        self._life = ExitStack()
        folder = self._life.enter_context(tempfile.TemporaryDirectory(dir=template.parent, ignore_cleanup_errors=True))
        self.root = Path(shutil.copytree(template, Path(folder) / "home"))
        self.clock = FakeClock(WEDNESDAY)
        self.clock.advance(days=9)  # the machine has been up for a while
        self._life.enter_context(disks())
        self.space = self._opened()
        self.true = self.sure = self.clock.now()  # the time as it really is; when it was last written down as certain
        self.faults: dict[str, ExitStack] = {}
        self.lies = False  # whether the ledger's disk does
        self.books, self.waiting = deepcopy(books), list[Late]()
        self.aside: set[str] = set()
        self.lost: set[str] = set()
        self.recent: dict[str, tuple[float, Visit | None]] = {}
        self.undoable: tuple[str, Visit, float] | None = None
        self._ledger: Ledger | None = None
        self.background()
        self.tally["examples"] += 1

    def _opened(self) -> Space:
        return Space(self._life.enter_context(home.opened(self.root)), self.clock)

    @property
    def today(self) -> date:
        return day_of(self.true)

    @property
    def is_right(self) -> bool:
        """Whether the wall clock shows the time as it is."""
        return self.clock.now() == self.true

    def trusts(self) -> bool:
        """As the kiosk sees it: never a wrong clock, and a right one that is vouched for unless it was long alone."""
        doubt = self.space.kept.timekeeper.look().doubt
        assert doubt is not None or self.is_right, "a wrong clock is trusted"
        if self.is_right and self.space.vouched and self.true - self.sure < 6 * DAY:
            assert doubt is None, f"a right clock is not trusted: {doubt}"
        return doubt is None

    # People

    @rule(who=people)
    def taps(self, who: str) -> None:
        self._tap(who)

    @rule(whose=st.lists(people, min_size=2, max_size=5), apart=st.sampled_from([SECOND, MINUTE, DAY]))
    def several_tap(self, whose: list[str], apart: timedelta) -> None:
        for who in whose:
            self._tap(who)
            self._pass(apart)
            self.books_agree()

    @rule(who=members, after=st.sampled_from([SECOND, SECOND, 31 * SECOND, 33 * SECOND]))
    def taps_and_regrets(self, who: str, after: timedelta) -> None:
        self._tap(who)
        self._pass(after)
        self.undoes()

    @precondition(lambda self: self.is_right and not self.faults)  # where it is undone, if it may be
    @rule(whose=st.lists(st.sampled_from(["Ines", "Paul", "Cleo", "Yanis"]), min_size=2, max_size=4))
    def regret_at_once(self, whose: list[str]) -> None:
        for who in whose:
            self._pass(20 * SECOND)
            self.taps_and_regrets(who, SECOND)
            self.books_agree()

    def _tap(self, who: str) -> None:
        """No two taps of one door are in the same moment of its monotonic clock, by which they are put in order."""
        self._pass(A_MOMENT)
        self.tally["taps"] += 1
        seen, visit = self.recent.get(who, (-1e9, None))
        is_again = self.clock.monotonic() - seen < AGAIN_SECONDS
        before = self.space.door.pulses
        try:
            decision = self.space.tap(UIDS[who])
        except MachineError as fault:
            assert fault.code == "spool" and self._may_take_none(), "what could take it did not"
            assert self.space.door.pulses == before, "the door opened for a tap that is kept nowhere"
            self.tally["taken nowhere"] += 1
            return
        assert decision is not None
        is_in = not isinstance(decision, Denied)
        assert is_in is (is_again or (who in PLANS and who not in self.lost)) or self._may_go_either_way(who)
        assert self.space.door.pulses - before == (is_in and not self.space.door.broken)
        if not is_again:
            visit = self._is_served(who, decision)
        if is_in:
            self.recent[who] = self.clock.monotonic(), visit
        card = self.space.card
        until = self.space.ends_at
        ticket = card.ticket if choices.Act.UNDO in card.acts else None
        self.undoable = None if ticket is None or visit is None else (ticket, visit, until)

    def _is_served(self, who: str, decision: Granted | Admitted | Denied) -> Visit | None:
        if isinstance(decision, Granted):
            assert self.is_right and not self._known_to_wait(), "entered at once, before others or on a doubtful day"
            self.tally["entered at once"] += 1
            return self.books.tap(who, self.today)
        if isinstance(decision, Admitted):
            self.tally["spooled"] += 1
            record = self.space.kept.spool.waiting()[-1].record
            assert isinstance(record, WaitingTap)
            clock = (self.true, record.dated, self.clock.boot, self.sure)
            self.waiting.append(Late(record.tap_id, who, *clock, decision.medium))
        return None

    def _may_take_none(self) -> bool:
        return {"spool", "memory"} <= self.faults.keys()

    def _may_go_either_way(self, _who: str) -> bool:
        return False

    def _known_to_wait(self) -> list[Late]:
        """The taps of which the program knows that they wait."""
        return self.waiting

    @precondition(lambda self: self.undoable)
    @rule()
    def undoes(self) -> None:
        if self.undoable is None or self.lies:
            return
        ticket, visit, until = self.undoable
        is_over, is_trusted = self.clock.monotonic() >= until, self.trusts()
        try:
            self.space.touch(choices.Act.UNDO, ticket=ticket)
        except KioskError as refusal:
            assert refusal.code == ("touch-over" if is_over else "database" if is_trusted else "clock-not-trusted")
            assert refusal.code != "database" or "ledger" in self.faults
            return
        assert is_trusted and not is_over
        is_undone = self.books.undo(visit, self.today)
        assert self.space.card.kind.value == ("undone" if is_undone else "undo-refused")
        self.tally["undone"] += is_undone
        self.recent.pop(visit.member)
        self.undoable = None

    # The desk. Who hears there of a fault looks before doing it again.

    @precondition(lambda self: not self.lies)
    @rule(act=st.sampled_from(["pay", "sell", "sell", "reverse", "reverse", "badge"]), who=members, data=st.data())
    def desk_works(self, act: str, who: str, data: st.DataObject) -> None:
        try:
            if act == "pay":
                cents = data.draw(st.integers(1, 30000))
                entry = self._till().pay(NUMBERS[who], cents, "cash")
                self.books.sales.append(Sale(who, self.today, -cents, entry=entry))
            elif act == "sell":
                self.desk_sells(who, data.draw(st.sampled_from(list(PRICES))))
            elif act == "reverse":
                acts: list[Act] = [*(sale for sale in self.books.sales if sale.entry), *self.books.visits]
                self._reverse(data.draw(st.sampled_from(acts[-10:])))
            elif self.trusts():
                self._lose_or_find_badge(who)
        except MachineError as fault:
            assert fault.code == "database" and "ledger" in self.faults
        else:
            self.tally["acts at the desk"] += 1

    def _till(self) -> LoneTill:
        """Where the clock is not believed, the treasurer says which day it is."""
        opened = self.space.home
        clock = self.clock if self.trusts() else office_clock.spoken(opened, self.today)
        return LoneTill(store=opened.store, rules=Rules(opened.config.zone), seal=opened.seal, clock=clock, actor="cli")

    def desk_sells(self, who: str, product: str) -> None:
        entry = self._till().sell(NUMBERS[who], product, None).entry
        sale = Sale(who, self.today, PRICES[product], entry=entry, left=10 if product == "carnet-10" else 0)
        if product == "week":  # one more begins when the one before ends
            weeks = [s.until + DAY for s in self.books.sales if s.stands and s.member == who and s.until != date.min]
            sale.day = max([self.today, *weeks])
            sale.until = sale.day + 6 * DAY
        self.books.sales.append(sale)

    def _reverse(self, act: Act) -> None:
        """Any charge of a day, sale or payment; only what members joined with stays."""
        entry: int | None = act.entry if isinstance(act, Sale) else None
        if isinstance(act, Visit):
            with closing(sqlite3.connect(self._there("db") / "ledger.db")) as connection:
                charges = connection.execute("SELECT charge_entry FROM visit ORDER BY id").fetchall()
            entry = charges[self.books.visits.index(act)][0]
        if entry is None:
            return
        refusal = "carnet-in-use" if isinstance(act, Sale) and act.used else "" if act.stands else "reversed-already"
        try:
            self._till().reverse(entry, "the fuzz")
        except KioskError as refused:
            if isinstance(refused, MachineError):
                raise
            assert refused.code == refusal
            return
        assert not refusal
        self.books.reverse(act)
        self.tally["reversed"] += 1

    def _lose_or_find_badge(self, who: str) -> None:
        read = self.space.read(UIDS[who])
        if who in self.lost:
            self.space.enrolment.give_badge(NUMBERS[who], read)
        else:
            self.space.enrolment.lose_badge(read)
        self.lost ^= {who}
        self.background()  # the roster hears of it

    # Faults

    @precondition(lambda self: "ledger" not in self.faults)
    @rule(
        what=st.sampled_from(["locked", "nothing", "garbage", "writes", "writes", "writes"]),
        writes=st.integers(0, 12),
        lies=st.booleans(),
    )
    def ledger_breaks(self, what: str, writes: int, lies: bool) -> None:
        if what == "locked":
            self._break("ledger", locked(self.root / "db" / "ledger.db"))
        elif what == "writes":  # two disks that are lost in one tap, and the third lies: no promise goes so far
            self.lies = lies and self.faults.keys().isdisjoint(("spool", "memory"))
            self._break("ledger", failing(self._stores(), WornDisk(writes % 3 if self.lies else writes, self.lies)))
        else:
            self._break("ledger", away(self.root / "db", what))

    def _stores(self) -> list[Store]:
        """The records, as each program has opened them."""
        return [self.space.home.store]

    @precondition(lambda self: not self.lies)
    @rule(how=st.sampled_from(["file", "full", "short", "unsynced"]), memory=st.booleans())
    def spool_breaks(self, how: str, memory: bool) -> None:
        if memory:
            self._break("memory", away(self.root / "memory", "file"))
        self._break("spool", away(self.root / "spool", how) if how == "file" else bad(self.root / "spool", how))

    @rule()
    def roster_breaks(self) -> None:
        """It cannot be written, nor the list of stopped badges beside it."""
        self._break("roster", away(self.root / "roster", "file"))

    def _break(self, name: str, fault: AbstractContextManager[None]) -> None:
        if name not in self.faults:
            self.faults[name] = ExitStack()
            self.faults[name].enter_context(fault)
            self.tally["faults"] += 1

    @rule(names=st.sampled_from([("ledger",), ("spool",), ("memory",), ("roster",), _ALL]))
    def is_mended(self, names: tuple[str, ...] = _ALL) -> None:
        for name in names:
            self.faults.pop(name, ExitStack()).close()
        self.lies = self.lies and "ledger" in self.faults

    @rule()
    def door_breaks_or_is_mended(self) -> None:
        self.space.door.broken = not self.space.door.broken

    def _there(self, name: str) -> Path:
        """Where a folder of the home is by now."""
        hidden = (self.root / name).with_suffix(".away")
        return hidden if hidden.exists() else self.root / name

    # Time

    @rule(length=st.sampled_from([7 * SECOND, 20 * SECOND, 5 * MINUTE, HOUR, 5 * HOUR, 13 * HOUR, DAY, 3 * DAY]))
    def time_passes(self, length: timedelta) -> None:
        self._pass(length)

    def _pass(self, length: timedelta) -> None:
        self.clock.advance(seconds=length.total_seconds())
        self.true += length

    @rule(wall=walls, vouched=st.booleans())
    def clock_shows(self, wall: str, vouched: bool) -> None:
        """Whoever vouches for a clock that is some hours behind is believed; what is absurd is not."""
        shown = {"long ago": LONG_AGO, "behind": self.true - 7 * HOUR, "ahead": self.true + 40 * DAY}
        self.clock.set(shown.get(wall, self.true))
        self.space.vouched = vouched and wall != "behind"

    @rule(word=st.booleans())
    def clock_is_set_right(self, word: bool) -> None:
        """By its source, or by hand: then an officer gives their word for it."""
        self.clock_shows("right", vouched=not word)
        if word and "ledger" not in self.faults:
            clock_trust.confirm(self.space.home.store, self.space.kept.timekeeper, "cli")
            self.background()
            assert self.trusts()

    # The program and the machine

    @rule(
        off=st.sampled_from([timedelta(0), timedelta(0), 2 * MINUTE, 2 * HOUR, DAY, 4 * DAY]),
        wall=walls,
        vouched=st.booleans(),
    )
    def restarts(self, off: timedelta, wall: str, vouched: bool) -> None:
        """The program alone, or the machine with it."""
        if off:
            self._machine_restarts(off, wall, vouched)
        else:
            self._program_restarts()

    def _program_restarts(self) -> None:
        self.tally["restarts"] += 1
        for name in ("spool", "memory", "roster"):
            if self._there(name) != self.root / name:  # it is looked into at a start only
                self.is_mended((name,))
        self._start_again()
        self.recent.clear()
        self.undoable = None

    def _start_again(self) -> None:
        self.space.home.store.close()
        self.space.restart()

    def _machine_restarts(self, off: timedelta, wall: str, vouched: bool) -> None:
        """What is in memory is gone, unless a failed sync left a line on the disk all the same."""
        self.tally["reboots"] += 1
        self.is_mended(("memory",))
        for left in (self.root / "memory").iterdir():
            shutil.rmtree(left)
        self.true += off
        self.clock.restart(self.true)
        self.clock_shows(wall, vouched)
        self._program_restarts()
        kept = [late for late in self.waiting if late.medium is Medium.DISK or late.tap_id in self._spooled()]
        self.tally["lost with memory"] += len(self.waiting) - len(kept)
        self.waiting = kept

    @rule()
    def background(self) -> None:
        """The follower's and the replay's turn, as each second."""
        self.space.kept.follower.turn()
        self.space.kept.replay.turn()
        is_trusted = self.trusts()
        for late in self.waiting:
            if "spool" not in self.faults:
                late.medium = Medium.DISK
                late.is_exact |= is_trusted and late.boot == self.clock.boot
        if is_trusted and "ledger" not in self.faults:
            self.sure = self.true - 15 * MINUTE  # the roster may be some minutes old
        if is_trusted and self._is_well():
            assert len(self.space.kept.spool) == 0, "what can be entered waits"
            assert not self.space.kept.outage.is_on

    def _is_well(self) -> bool:
        """Whether all that waits can be entered."""
        return self.faults.keys().isdisjoint(("ledger", "spool"))

    # What holds after every step

    @invariant()
    def books_agree(self) -> None:
        self.trusts()
        ledger = self._read()
        self._catch_up(ledger.taps)
        expected = [_row(visit) for visit in self.books.visits]
        assert ledger.visits == expected, [pair for pair in zip_longest(ledger.visits, expected) if pair[0] != pair[1]]
        owed = [(number, self.books.owes(name)) for name, number in NUMBERS.items()]
        assert ledger.balances == owed, (ledger.balances, owed)

    def _read(self) -> "Ledger":
        """The ledger, audited; once only as long as nothing is committed to it, for most steps commit nothing."""
        database = self._there("db") / "ledger.db"
        commits = _commits(database)
        if self._ledger is None or commits is None or commits != self._ledger.commits:
            self._ledger = Ledger.read(database, commits, self.space.home.seal)
        return self._ledger

    def _catch_up(self, known: dict[bytes, str]) -> None:
        """What left the spool since: in order, each entered on its true day, or set aside where no date can be."""
        still = [late for late in self.waiting if late.tap_id not in known]
        for late in self._done(known):
            if known[late.tap_id] == "set-aside":
                assert late.may_lack_a_date(self.true, self.clock.boot), "set aside although its day is sure"
                self.aside.add(late.tap_id.hex())
                self.tally["set aside"] += 1
            else:
                self.books.tap(late.member, day_of(late.at))
                self.tally["entered later"] += 1
        self.waiting = still
        wanted, there, listed = {late.tap_id for late in still}, self._spooled() - known.keys(), self._listed()
        assert {late.tap_id for late in self._known_to_wait()} <= there, "the spool lost a tap"
        assert there <= wanted, "the spool would enter a tap that opened no door"
        assert self.aside <= listed, "a day that is set aside is in no list"
        more = listed - self.aside - {tap.hex() for tap in wanted} - self._may_be_listed()
        assert not more, (
            "what the ledger has is in the treasurer's list",
            [known.get(bytes.fromhex(tap)) for tap in more],
        )

    def _done(self, known: dict[bytes, str]) -> list[Late]:
        """What was entered or set aside, in the ledger's order."""
        done = [late for late in self.waiting if late.tap_id in known]
        assert done == self.waiting[: len(done)], "entered out of order"
        return done

    def _may_be_listed(self) -> set[str]:
        return set()

    def _spooled(self) -> set[bytes]:
        lines = self.space.kept.spool.waiting()
        return {line.record.tap_id for line in lines if isinstance(line.record, WaitingTap)}

    def _listed(self) -> set[str]:
        """The taps in the treasurer's file."""
        rows = rows_of(self._there("spool") / unreplayed_taps.NAME)
        assert {row[4] for row in rows} <= {"jour impossible à établir"}
        return {row[0] for row in rows}

    def teardown(self) -> None:
        """In the end everything is mended, and all that waited is entered."""
        try:
            if sys.exc_info()[0] is None:
                self.is_mended()
                self.clock_is_set_right(word=True)
                self.books_agree()
                assert self.waiting == []
                self._program_restarts()
                self.background()
                self.books_agree()
                self._is_over()
        finally:
            self.is_mended()
            self.space.kept.close()
            self._life.close()

    def _is_over(self) -> None:
        """Hold what a life left against what it should have."""


def rows_of(path: Path) -> list[list[str]]:
    """What stands in a file of the treasurer's, under its heading."""
    text = path.read_text("utf-8-sig") if path.exists() else ""
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


_TAPS = (  # in the ledger's order
    "SELECT tap_id, outcome FROM (SELECT tap_id, 'visit' AS outcome, id AS turn FROM visit"
    " UNION ALL SELECT tap_id, outcome, 1e18 FROM spooled_tap WHERE outcome <> 'visit') ORDER BY turn"
)
_VISITS = (
    "SELECT m.number, v.day_on, v.right, v.state, CASE WHEN r.number IS NULL THEN e.kind || ' ' || e.amount_cents END"
    " FROM visit AS v JOIN member AS m ON m.id = v.member_id LEFT JOIN entry AS e ON e.number = v.charge_entry"
    " LEFT JOIN entry AS r ON r.reverses = e.number ORDER BY v.id"
)
_BALANCES = (
    "SELECT m.number, coalesce(sum(e.amount_cents), 0) FROM account AS a JOIN member AS m ON m.id = a.member_id"
    " LEFT JOIN entry AS e ON e.account_id = a.id GROUP BY m.number ORDER BY m.number"
)


def _row(visit: Visit) -> tuple[object, ...]:
    """A visit as `_VISITS` has it."""
    charged = {"full": f"charge {visit.cents}", "carnet": "use 0"}.get(visit.right) if visit.stands else None
    return NUMBERS[visit.member], str(visit.day), visit.right, "kept" if visit.kept else "undone", charged


@dataclass
class Ledger:
    """What the ledger has, after so many `commits`: taps and their outcome, visits, and what each member owes."""

    commits: tuple[int, bytes] | None
    taps: dict[bytes, str]
    visits: list[tuple[object, ...]]
    balances: list[tuple[object, ...]]

    @classmethod
    def read(cls, database: Path, commits: tuple[int, bytes] | None, seal: Seal) -> "Ledger":
        """Read it on a connection of its own. Raises AnswerIsNo where its chain, texts or sums are wrong."""
        ledger = engine.open_engine(database)
        with closing(ledger.connect().execution_options(sqlite_begin="BEGIN")) as connection:
            taps = {tap: outcome for tap, outcome in connection.exec_driver_sql(_TAPS)}
            visits = [tuple(row) for row in connection.exec_driver_sql(_VISITS)]
            balances = [tuple(row) for row in connection.exec_driver_sql(_BALANCES)]
            audit.check_chain(connection, seal)
            audit.check_texts(connection)
            audit.check_sums(connection)
        ledger.dispose()
        return cls(commits, taps, visits, balances)


def _commits(database: Path) -> tuple[int, bytes] | None:
    """What each commit changes: the file, and the head of its log's index (https://www.sqlite.org/walformat.html, 2.1).
    None where no program has it open.
    """
    try:
        with database.with_name(f"{database.name}-shm").open("rb") as index:
            return database.stat().st_ino, index.read(_INDEX_HEAD)
    except FileNotFoundError:
        return None


_INDEX_HEAD = 48


# How it is run


def populate(root: Path) -> Books:
    """Give a new home its members, who may owe what they like; of Cleo's carnet, two days are left."""
    books, clock = Books(), FakeClock(WEDNESDAY)
    with home.opened(root) as opened:
        space = Space(opened, clock)
        space.rule("tab_limit_cents", "1000000000")
        for name, plan in PLANS.items():
            assert space.join(name, UIDS[name], plan) == NUMBERS[name]
            books.sales.append(Sale(name, day_of(clock.now()), JOINING_CENTS.get(plan, 500)))
        sold = space.till.sell(NUMBERS["Cleo"], "carnet-10", None)
        books.sales.append(Sale("Cleo", sold.from_on, sold.amount_cents, entry=sold.entry, left=10))
        for _ in range(8):
            clock.advance(days=1)
            space.tap(UIDS["Cleo"])
            books.tap("Cleo", day_of(clock.now()))
        space.kept.close()
    return books


@contextmanager
def _quietly() -> Iterator[None]:
    """Thousands of faults would be logged; and where the ledger is locked, nobody waits for 2 s."""
    logging.disable(logging.CRITICAL)
    try:
        with patch.object(engine, "BUSY_SECONDS", 0.02):
            yield
    finally:
        logging.disable(logging.NOTSET)


def play(root: Path, how: settings, seed: int | None = None, of: type[Kiosk] = Kiosk) -> Counter[str]:
    """Run a machine on copies of a new home at `root`. Raises what a failing example raises, shrunk; else counts."""
    tally: Counter[str] = Counter()
    books = populate(root)

    def machine() -> Kiosk:
        return of(root, books, tally)

    if seed is not None:
        machine = hypothesis.seed(seed)(machine)
    with _quietly():
        run_state_machine_as_test(machine, settings=how)  # type: ignore[arg-type]  # a function will do, says its docstring
    return tally


def short(examples: int) -> settings:
    """The same examples at each run."""
    return settings(
        max_examples=examples,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a shorter story is had by the long form, which takes its time
        report_multiple_bugs=False,
    )


def run(examples: int, seed: int | None = None, of: type[Kiosk] = Kiosk) -> dict[str, int | float | str]:
    """The long form: longer lives, and others at each run unless a seed is given. Returns figures."""
    began = time.monotonic()
    seed = int.from_bytes(os.urandom(4)) if seed is None else seed
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "home"
        home_creation.create(root, NewHome(), FakeClock(WEDNESDAY))
        (root / "memory").mkdir()
        chosen = root / "kiosk.toml"
        chosen.write_text(chosen.read_text("utf-8").replace('"/dev/shm"', '"memory"'), "utf-8")
        phases = [Phase.generate, Phase.shrink]
        how = settings(short(examples), derandomize=False, stateful_step_count=60, phases=phases)
        tally = play(root, how, seed, of)
    return {"seed": seed, **tally, "seconds": round(time.monotonic() - began, 1)}
