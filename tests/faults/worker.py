"""A process to be killed: the entrance's own parts around a home, tapped as fast as they go.

Every pulse of the door says so on stdout, in one write: `ACK <member> <day>`. Members tap in turn, one tap each a day,
and then the next day comes; a worker that starts again goes on after the last day that its home knows. Now and then the
ledger is declared shut, so that the spool and its replay are under fire, too; nobody taps for a moment once so many
taps wait, else they would never be fewer. The door's log follows, and writes the database's log back more often than at
a door: cuts and kills fall into that as well.
"""

import argparse
import os
import random
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from kiosk import home
from kiosk.checkin.dialogue import Flows
from kiosk.checkin.door_log import DoorLog
from kiosk.checkin.tap import CheckIn
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin import badges
from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.members.enrolment import Application, Enrolment
from kiosk.offline import clock_trust, safekeeping
from kiosk.offline.safekeeping import OfflineParts
from kiosk.selfservice.pages import pages
from kiosk.store import log_care
from kiosk.store.space.policies import Rules
from tests.fakes import FakeScreen

MEMBERS = 5
FIRST_DAY = date(2026, 12, 1)


def uid(number: int) -> str:
    """The badge of a member."""
    return f"04B2{number:010X}"


class Clock:
    """Real time from the first day on, and skips of whole days."""

    def __init__(self, day: date) -> None:
        self.boot = uuid4().hex  # what was skipped counts in this process only
        self._start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        self._began = time.monotonic()
        self._ahead = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic() - self._began)

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def next_day(self) -> None:
        self._ahead += 86400.0


@dataclass
class AckingDoor:
    """Says on stdout that it opened, for whom and on which day."""

    simulated: bool = True
    level: bool = False
    rings: bool = False
    pulses: int = 0
    says: str = ""
    signals: list[Signal] = field(default_factory=list)

    def pulse(self) -> None:
        self.pulses += 1
        os.write(1, f"ACK {self.says}\n".encode())

    def signal(self, signal: Signal) -> None:
        pass

    def close(self) -> None:
        pass


class EarlyDoor(AckingDoor):
    """For a weakened entrance: the door has opened before anything was written; its real pulse says nothing."""

    def open_early(self) -> None:
        super().pulse()

    def pulse(self) -> None:
        pass


def populate(root: Path) -> None:
    """Give a new home its members, whose membership lasts as long as the harness needs."""
    with home.opened(root) as opened:
        clock = Clock(FIRST_DAY - timedelta(days=1))
        with opened.store.writing() as connection:
            for name, value in (("membership_grace_days", "36500"), ("tab_limit_cents", "1000000000")):
                row = (name, "2026-01-02", value)
                connection.exec_driver_sql("INSERT INTO policy (name, valid_from, value) VALUES (?, ?, ?)", row)
        desk = Enrolment(
            store=opened.store,
            rules=Rules(opened.config.zone),
            seal=opened.seal,
            badge_key=opened.badge_key,
            clock=clock,
            actor="cli",
        )
        for number in range(1, MEMBERS + 1):
            desk.add(Application(name=f"Membre {number}", plan="itinerant", badge=badges.parse(uid(number))))


def next_day(opened: Home) -> date:
    """The day after the last one that ledger or spool knows, be it of a visit or of its entering."""
    with opened.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT max(day_on, substr(recorded_at, 1, 10)) FROM entry").scalars()
        known = [str(day) for day in rows]
    for path in (opened.paths.root / opened.config.spool.path).glob("*.spool"):
        known += re.findall(r'"at":"(\d{4}-\d\d-\d\d)', path.read_text("ascii", "replace"))
    return max(FIRST_DAY, *(date.fromisoformat(day) + timedelta(days=1) for day in known))


def day_after_recording(opened: Home) -> date:
    """The day after the ledger was last written. Days fly here: a tap may be of a later one, a clock may not."""
    with opened.store.reading() as connection:
        last = connection.exec_driver_sql("SELECT max(substr(recorded_at, 1, 10)) FROM entry").scalar_one()
    return date.fromisoformat(str(last)) + timedelta(days=1)


def work(root: Path, wishes: argparse.Namespace) -> None:
    """Tap until killed, or until the wanted number of taps."""
    chance = random.Random(wishes.seed)
    log_care.TRANSACTIONS = wishes.write_back
    with home.opened(root, program="entrance") as opened:
        clock, rules = Clock(wishes.day or next_day(opened)), Rules(opened.config.zone)
        kept = safekeeping.build(opened, clock, rules, lambda: True, lambda: None)
        if kept.timekeeper.look().doubt is not None:
            clock_trust.confirm(opened.store, kept.timekeeper, "harness")
            kept.follower.learn()
        door, doorlog = EarlyDoor() if wishes.early else AckingDoor(), DoorLog(opened.store, clock)
        checkin = CheckIn(
            opened, kept, rules, flows=Flows(pages), clock=clock, door=door, screen=FakeScreen(), note=doorlog.add
        )
        stopping = threading.Event()
        for job in (kept.replay, kept.follower):
            threading.Thread(
                target=job.run, args=(lambda _: stopping.wait(wishes.pause), stopping.is_set), daemon=True
            ).start()
        follows = threading.Thread(target=doorlog.run, args=(lambda _: stopping.wait(wishes.pause),), daemon=True)
        follows.start()
        for tap in range(wishes.taps):
            number = tap % MEMBERS + 1
            if number == 1 and tap:
                clock.next_day()
            if len(kept.spool) >= wishes.backlog:
                _drain(kept)
            if chance.random() < wishes.outages:
                kept.outage.begin(MachineError("database", "shut by the harness"))
            door.says = f"{number} {clock.now().date()}"
            if isinstance(door, EarlyDoor):
                door.open_early()
            checkin.tap(badges.parse(uid(number)))
        stopping.set()
        doorlog.stop()
        follows.join()


def _drain(kept: OfflineParts) -> None:
    while len(kept.spool):
        time.sleep(0.002)


def main() -> None:
    """Arguments of a worker."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--taps", type=int, default=10**9)
    parser.add_argument("--day", type=date.fromisoformat, help="first day; without it, the one after the ledger's last")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--outages", type=float, default=0.02, help="how often a tap finds the ledger shut")
    parser.add_argument("--backlog", type=int, default=40, help="so many taps wait: nobody taps until none does")
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between turns of the jobs")
    parser.add_argument(
        "--write-back", type=int, default=8, help="transactions until the database's log is written back"
    )
    parser.add_argument("--normal", action="store_true", help="weakened: synchronous=NORMAL")
    parser.add_argument("--early", action="store_true", help="weakened: the door opens before the commit")
    wishes = parser.parse_args()
    if wishes.normal:
        from kiosk.store import engine

        strong = engine.open_engine
        engine.open_engine = lambda path, **how: strong(path, **{**how, "durable": False})
    work(wishes.root, wishes)


if __name__ == "__main__":
    main()
