"""A running entrance for a long time: badges come, desk, screens and copies work beside it; what grows is told.

A tap's time counts from the moment the reader knows the badge until its card has come by the screen's long poll. On a
machine that is busy with other things, a badge may be lifted before the reader has read it whole: no tap, and no card.
"""

import random
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk import home as homes
from kiosk.devices.clock import HostClock
from kiosk.devices.simulated_badge import SimulatedBadge
from kiosk.domain.checkin import badges
from kiosk.members.enrolment import Application, Enrolment
from kiosk.offline.door_journal import MOST_BYTES
from kiosk.store.space.policies import Rules
from tests.faults import beside, doors, over_time
from tests.faults.figures import Figures
from tests.faults.over_time import Sample
from tests.processes import Living, living, until

WARMING_TAPS = 4
CARD_SECONDS = 10.0  # beyond it, a tap has no card
MOST_MEMBERS = 400  # each comes once, and then again


@dataclass
class SoakFigures(Figures):
    """Sizes in bytes, times in milliseconds; of the end, where there is no `at_start`."""

    seconds: int = 0
    taps: int = 0
    taps_a_second: float = 0.0
    lifted_before_read: int = 0
    desk_commands: int = 0
    desk_pages: int = 0
    screen_polls: int = 0
    rss_at_start: int = 0
    rss: int = 0
    threads_at_start: int = 0
    threads: int = 0
    files_open_at_start: int = 0
    files_open: int = 0
    database_at_start: int = 0
    database: int = 0
    write_ahead_log: int = 0
    spool: int = 0
    roster: int = 0
    log: int = 0
    first_fifth_p50: float = 0.0
    first_fifth_p99: float = 0.0
    last_fifth_p50: float = 0.0
    last_fifth_p99: float = 0.0
    over_time: list[Sample] = field(default_factory=list)

    def rows(self) -> list[tuple[str, str]]:
        """What was held over time comes as a table."""
        others = [row for row in super().rows() if row[0] != "over time"]
        return [*others[:-1], *over_time.table(self.over_time), others[-1]]


def run(folder: Path, *, seconds: float = 600.0, rate: float = 2.0, seed: int = 1, picture: str = "") -> SoakFigures:
    """Tap a running entrance, twice a second, while desk, screens, copies and `due` work beside it; tell what grew.

    `picture` is an SVG file for memory, descriptors, threads and the p99 of taps over time.
    """
    figures, chance = SoakFigures(), random.Random(seed)
    with living(folder) as home:
        people = min(MOST_MEMBERS, int(seconds * rate) + 1)
        _enrol(home, people)
        doors.start(home)
        doors.roster_kept(home)
        screen = _Screen(home.port)
        list(
            _tap_all(home, screen, people, WARMING_TAPS, 0.0, chance)
        )  # what is loaded at the first tap only is no growth
        _measure(home, figures, "_at_start")
        times = _meanwhile(home, screen, figures, _Coming(people, seconds, rate, chance))
        figures.taps, figures.taps_a_second = len(times), round(len(times) / max(1, figures.seconds), 2)
        until(lambda: home.health().get("ok") and home.health()["spooled"] == 0)
        _measure(home, figures)
        _percentiles(figures, times)
        _judge(home, figures, times)
        home.stop()
    if picture:
        over_time.picture(figures.over_time, Path(picture))
    return figures


@dataclass(frozen=True)
class _Coming:
    people: int
    seconds: float
    rate: float
    chance: random.Random


def _meanwhile(home: Living, screen: "_Screen", figures: SoakFigures, coming: _Coming) -> list[float]:
    """The taps, and all who work beside them."""
    if home.process is None:
        raise AssertionError("an entrance runs")
    times, every, pid = list[float](), coming.seconds / over_time.SAMPLES, home.process.pid
    with beside.desk(home) as (desk, office), beside.everybody(home, office, figures):
        began = time.monotonic()
        with over_time.watched(pid, desk.pid, max(1.0, every), times) as figures.over_time:
            count, end = int(coming.seconds * coming.rate), began + coming.seconds
            for each in _tap_all(home, screen, coming.people, count, 1 / coming.rate, coming.chance, end):
                times.append(each)
        figures.seconds = round(time.monotonic() - began)
    return times


def _enrol(home: Living, people: int) -> None:
    with homes.opened(home.root) as opened:
        desk = Enrolment(
            store=opened.store,
            rules=Rules(opened.config.zone),
            seal=opened.seal,
            badge_key=opened.badge_key,
            clock=HostClock(),
            actor="cli",
        )
        for number in range(1, people + 1):
            desk.add(Application(name=f"Membre {number}", plan="itinerant", badge=badges.parse(_uid(number))))


def _uid(number: int) -> str:
    return f"04C3{number:010X}"


class _Screen:
    """A page of the door's screen: it knows when the newest card came."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._came: list[float] = []
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        query = "since=-1"
        while True:
            try:
                found = doors.poll(self._port, query)
            except (OSError, ValueError):
                return  # the entrance has ended
            if found["state"] not in ("idle", "reading"):
                self._came.append(time.monotonic())
            query = f"since={found['number']}&boot={found['boot']}"

    def card_after(self, moment: float) -> float | None:
        """When the first card came that is not older."""
        end = moment + CARD_SECONDS
        while time.monotonic() < end:
            if self._came and self._came[-1] >= moment:
                return next(came for came in self._came if came >= moment)
            time.sleep(0.002)
        return None


def _tap_all(
    home: Living, screen: _Screen, people: int, count: int, pause: float, chance: random.Random, until_at: float = 1e12
) -> Iterator[float]:
    """Hold badges to the reader, members in turn and sometimes a stranger's. Seconds from badge to card; -1 without."""
    for turn in range(count):
        due = time.monotonic() + pause
        if due - pause > until_at:
            break
        uid = doors.STRANGER if chance.random() < 0.03 else _uid(turn % people + 1)
        sensed_at = _hold(uid, doors.reader_port(home))
        came_at = None if sensed_at is None else screen.card_after(sensed_at)
        yield -1.0 if sensed_at is None or came_at is None else came_at - sensed_at
        time.sleep(max(0.0, due - time.monotonic()))


def _hold(uid: str, port: int) -> float | None:
    """Hold a badge to the reader for a moment; when the reader knew it."""
    badge, sensed_at = SimulatedBadge(badges.parse(uid).uid), None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as field_:
        field_.bind(("127.0.0.1", port))
        end = time.monotonic() + 4.0
        while (left := end - time.monotonic()) > 0:
            field_.settimeout(left)
            try:
                datagram, reader = field_.recvfrom(1024)
            except TimeoutError:
                break
            reply = badge.answer(datagram)
            if badge.sensed and sensed_at is None:
                sensed_at = time.monotonic()
                end = sensed_at + 0.1  # what the reader asks next decides of what type it is
            if reply is not None:
                field_.sendto(reply, reader)
    return sensed_at


def _measure(home: Living, figures: SoakFigures, when: str = "") -> None:
    if home.process is None:
        raise AssertionError("an entrance runs")
    held, database = over_time.held(home.process.pid), doors.database(home)
    for name in ("rss", "threads", "files_open"):
        setattr(figures, f"{name}{when}", getattr(held, name))
    setattr(figures, f"database{when}", database.stat().st_size)
    if not when:
        figures.write_ahead_log = database.with_name("ledger.db-wal").stat().st_size
        figures.spool = sum(path.stat().st_size for path in (home.root / "spool").rglob("*") if path.is_file())
        figures.roster = sum(path.stat().st_size for path in (home.root / "roster").iterdir())
        figures.log = home.log.stat().st_size


def _percentiles(figures: SoakFigures, times: list[float]) -> None:
    times = [each for each in times if each >= 0]
    fifth = max(2, len(times) // 5)
    for name, some in (("first", times[:fifth]), ("last", times[-fifth:])):
        cuts = statistics.quantiles(some, n=100, method="inclusive")
        setattr(figures, f"{name}_fifth_p50", round(cuts[49] * 1000, 1))
        setattr(figures, f"{name}_fifth_p99", round(cuts[98] * 1000, 1))


def _judge(home: Living, figures: SoakFigures, times: list[float]) -> None:
    """What may grow, and by how much at most. Time is told and not judged: machines differ."""
    cards = len(times) - times.count(-1.0) + WARMING_TAPS
    ((read,),) = doors.rows(home, "SELECT count(*) FROM door_event WHERE kind IN ('opened', 'refused')")
    figures.lifted_before_read = len(times) + WARMING_TAPS - read
    bounds = {
        "taps that were read had no card": (read - cards, 0),
        "bytes of memory more": (figures.rss - figures.rss_at_start, 16 << 20),
        "threads more": (figures.threads - figures.threads_at_start, 4),
        "open files more": (figures.files_open - figures.files_open_at_start, 8),
        "bytes of database more": (figures.database - figures.database_at_start, 1 << 19 | figures.taps << 12),
        "bytes in the write-ahead log": (figures.write_ahead_log, 8 << 20),
        "bytes in the spool": (figures.spool, (1 << 20) + MOST_BYTES),  # and a day of the door's journal
        "bytes in the log": (figures.log, 1 << 16),
    }
    figures.add(*(f"{found} {what}, {most} at most" for what, (found, most) in bounds.items() if found > most))
    verified = home.kiosk("verify")
    if verified.returncode:
        figures.add(f"verify: {verified.stderr.strip()}")
    doubled = doors.rows(home, "SELECT member_id FROM visit GROUP BY member_id, day_on HAVING count(*) > 1")
    figures.add(*(f"member {number} was recorded twice" for (number,) in doubled))
