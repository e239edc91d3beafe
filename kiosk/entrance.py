"""The entrance, composed: builds the parts, starts them in order, stops them in reverse.

A background loop that ends by itself ends the process with a failing status: half a program at the door looks exactly
like a whole one. What starts again is systemd's business.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from flask import Flask
from msgspec import Struct

from kiosk import __version__, config_in_force, heap, home, logs
from kiosk.checkin.chip_badges import ChipBadges
from kiosk.checkin.deciding import Decider
from kiosk.checkin.desk_requests import Opener
from kiosk.checkin.dialogue import PagesAddress
from kiosk.checkin.door_log import DoorLog
from kiosk.checkin.idle import Idle, Night
from kiosk.checkin.tap import CheckIn
from kiosk.checkin.touch import Turner
from kiosk.config import ScreenConfig
from kiosk.devices.clock import HostClock, last_set, voucher
from kiosk.devices.door import GpioDoor
from kiosk.devices.protocols import BadgeReader
from kiosk.devices.readers import named as named_readers
from kiosk.devices.unfinished import Unfinished
from kiosk.devices.watchdog import Watchdog
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.verdicts import Denial, Denied
from kiosk.domain.doors import FIRST
from kiosk.domain.rooms.now import RoomsNow
from kiosk.health import status_file
from kiosk.health.entrance_health import Health
from kiosk.health.machine_facts import own_memory_mb
from kiosk.health.status_writer import StatusKeeper
from kiosk.home import Home, Identity, Paths
from kiosk.offline import door_keys, roster, unreplayed_taps
from kiosk.offline.safekeeping import OfflineParts, build
from kiosk.selfservice.pages import pages
from kiosk.store.space.policies import Rules
from kiosk.web import handed
from kiosk.web.screen.app import create_app
from kiosk.web.screen.board import Board
from kiosk.web.screen.idle_faces import Manner
from kiosk.web.screen.serving import server
from kiosk.web.screen.words import own_words

if TYPE_CHECKING:
    from kiosk.devices.locks.remote import RemoteDoor
    from kiosk.domain.badges.sun import Aes

log = logging.getLogger(__name__)

_MOST_VALUES = 20  # are told of those that are wrong
JOIN_SECONDS = 2.5  # the udp reader's poll blocks for a second; the others end sooner


@dataclass(slots=True)
class Life:
    """Whether the program goes on, and how it ended."""

    stopping: threading.Event = field(default_factory=threading.Event)
    failed: bool = False

    def fail(self, error: BaseException) -> None:
        """A part ended by itself: end everything."""
        log.critical("a part of the entrance ended: %r", error, exc_info=error)
        self.failed = True
        os.kill(os.getpid(), signal.SIGTERM)

    def thread(self, name: str, run: Callable[[], None]) -> threading.Thread:
        """A thread whose end before the program's is a failure."""

        def guarded() -> None:
            try:
                run()
            except BaseException as error:  # a loop that ends, for any reason, ends the process
                self.fail(error)
                return
            if not self.stopping.is_set():
                self.fail(RuntimeError(f"{name} ended by itself"))

        return threading.Thread(target=guarded, name=name, daemon=True)


def served(
    checkin: CheckIn, there: Callable[[BadgeRead], None], after: Callable[[BadgeRead, bool], None]
) -> Callable[[BadgeRead], None]:
    """A tap whose every fault ends here: the screen says something true, and the reader goes on. `there` notes that the
    badge lies on it; `after` does what may follow on a badge that was let in, or refused for want of its proof, which
    it is told: one that left early is told nothing more.
    """

    def tap(read: BadgeRead) -> None:
        came = None
        try:
            came = checkin.tap(read)
            checkin.serves = True
        except Exception:  # one turn of the reader loop
            log.exception("a tap was not served")
            checkin.failed()
        there(read)
        refusal = came.reason if isinstance(came, Denied) else None
        if came is not None and refusal in (None, Denial.BADGE_UNPROVEN):
            after(read, refusal is not None)

    return tap


def run(root: Path, door: int | None = None, clock: HostClock | None = None) -> None:
    """Run the entrance of a home, or of one more door of its machine, until SIGTERM or SIGINT. Exits with status 0, or
    3 when a part of it failed. Its clock is the machine's; no command gives another.

    It also starts without a database, from the roster. Raises what opening the home, the door or the port raises,
    before anything has started.
    """
    logs.start()
    heap.share_one()
    life = Life()
    with ExitStack() as stack:
        opened = stack.enter_context(home.opened(root, otherwise=_known_by_roster, program="entrance", door=door))
        stack.enter_context(home.locked(opened.paths, wholly=False))
        if opened.settings.is_to_adopt and config_in_force.adopt(root):
            log.info("kiosk.toml is accepted as it is now")
        if opened.config.door.number != FIRST:
            from kiosk.setup import door_joining  # the first door, and most homes have no other, needs no key

            door_joining.check(opened)
        _compose(opened, life, stack, clock or HostClock())
    sys.exit(3 if life.failed else 0)


def _known_by_roster(paths: Paths) -> Identity | None:
    found = roster.load(paths.roster, door_keys.seals_of(paths))
    return None if found is None else found.home


def _door(opened: Home, life: Life, driven: Callable[[bool], None]) -> "GpioDoor | RemoteDoor":
    settings, simulated = opened.config.door, not opened.config.real
    if settings.lock != "relay" and not simulated:
        from kiosk.devices.locks import named  # imported where there is one

        return named.door(
            settings.lock,
            settings.address,
            opened.config.lock,
            home.keys_of_lock(opened.paths),
            pulse_seconds=settings.pulse_seconds,
            longest_pulse_seconds=settings.longest_pulse_seconds,
        )
    return GpioDoor(
        relay_pin=settings.relay_pin,
        relay_active_high=settings.relay_active_high,
        pulse_seconds=settings.pulse_seconds,
        longest_pulse_seconds=settings.longest_pulse_seconds,
        green_pin=settings.green_pin,
        red_pin=settings.red_pin,
        buzzer_pin=settings.buzzer_pin,
        bell_pin=settings.bell_pin,
        simulated=simulated,
        on_dead=life.fail,
        driven=driven,
    )


def _manner(settings: ScreenConfig) -> Manner:
    return Manner(
        hand=settings.hand,
        contrast=settings.contrast,
        text=settings.text,
        volume=settings.volume,
        scan_seconds=settings.scan_seconds,
        voice=settings.voice,
    )


class Parts(Struct, frozen=True):
    """What the entrance is made of, built and not started."""

    opened: Home
    clock: HostClock
    began: float
    board: Board
    door: "GpioDoor | RemoteDoor"
    doorlog: DoorLog
    keeping: OfflineParts
    idle: Idle
    checkin: CheckIn
    reader: BadgeReader

    def _database(self) -> str:
        """Whether the records take what the door writes. A right that is missing is no outage that passes."""
        if self.opened.store.lacks:
            return "right"
        return "fault" if self.keeping.outage.is_on or not self.checkin.serves else "ok"

    def health(self) -> Health:
        """How it is, at this moment."""
        keeping, door, settings = self.keeping, self.door, self.opened.config
        return Health(
            reader=self.reader.state,
            door_simulated=door.simulated,
            door_level=door.level,
            door_pulses=door.pulses,
            door="ok" if self.checkin.door_answers else "fault",
            database=self._database(),
            clock=settings.clock.source,
            clock_trusted=keeping.timekeeper.look().doubt is None,
            spool=keeping.spool.medium.value,
            spooled=len(keeping.spool),
            training=self.opened.training,
            version=__version__,
            home=self.opened.paths.mark,
            wrong_values=tuple((each.table, each.row, each.column) for each in keeping.wrong[:_MOST_VALUES]),
            last_rules=keeping.last_rules.is_used,
            settings=self.opened.settings.state,
            door_days=keeping.comparison.found,
            doors=_further_doors(self.opened, self.clock),
            fallbacks=keeping.fallbacks.failing,
            up_seconds=self.clock.monotonic() - self.began,
            display_seconds=self.board.asked_seconds(),
            memory_mb=own_memory_mb(),
            number=settings.door.number,
            oldest_seconds=keeping.spool.oldest_seconds(self.clock),
            taps=tuple(self.doorlog.counts.items()),
        )


def _further_doors(opened: Home, clock: HostClock) -> tuple[tuple[int, str], ...]:
    """How this machine's further doors say that they are; the first one's summary."""
    if opened.paths.door is not None or not opened.config.more_doors:
        return ()
    from kiosk.health import other_doors  # most homes have no other

    return tuple((each.number, each.state.value) for each in other_doors.here(opened.paths, opened.config, clock))


def _compose(opened: Home, life: Life, stack: ExitStack, clock: HostClock) -> None:
    parts = _build(opened, life, stack, clock)
    web = server(_application(parts), opened.config.screen.port, handed_over=handed.sockets(os.environ))
    stack.callback(web.close)
    loops = {"reader": parts.reader.turns, "door": parts.door.turns, "screen's server": web.turns}
    watchdog = Watchdog(environment=os.environ, loops=loops)
    _listen_to_signals(life, parts.board, parts.reader, watchdog)
    try:
        _start_threads(parts, watchdog, life, stack)
        watchdog.ready()
        heap.give_back()
        simulated = ", door simulated" if parts.door.simulated else ""
        log.info("ready: screen on http://127.0.0.1:%d/%s", opened.config.screen.port, simulated)
        web.run()
        if not life.stopping.is_set():
            life.fail(RuntimeError("the screen's server ended by itself"))
    except (SystemExit, KeyboardInterrupt):
        log.info("stopping")
    finally:
        life.stopping.set()
        parts.board.stop()


def _build(opened: Home, life: Life, stack: ExitStack, clock: HostClock) -> Parts:
    """Every part, in the order in which they need each other; those that hold something give it back with `stack`."""
    settings = opened.config
    began = clock.monotonic()
    number = settings.door.number
    board, rules, others = Board(clock), Rules(settings.zone, door=number), Rules(settings.zone, door=number)
    unfinished = Unfinished(opened.paths.unfinished)
    stack.callback(unfinished.close)
    door = _door(opened, life, unfinished.driven)
    stack.callback(door.close)
    doorlog = DoorLog(opened.store, clock, number)
    opener = Opener(store=opened.store, rules=others, clock=clock, door=door, note=doorlog.add)

    def committed() -> None:
        opener.turn()
        idle.committed()

    vouched = voucher(settings.clock.source)
    keeping = build(
        opened,
        clock,
        rules,
        vouched,
        board.refresh,
        committed=committed,
        worded=own_words.speak,
        set_at=last_set(settings.clock.source),
    )
    stack.callback(keeping.close)
    others.care = keeping.last_rules.read
    idle = Idle(
        store=opened.store,
        rules=Rules(settings.zone, keeping.last_rules.read, number),
        timekeeper=keeping.timekeeper,
        clock=clock,
        night=Night(settings.screen.dims_from, settings.screen.dims_until),
        changed=board.refresh,
        quiet_seconds=board.idle_seconds,
        real=settings.real,
        updating=lambda: status_file.is_updating(opened.paths.runtime, clock.now()),
        rooms=lambda: _rooms_now(opened, clock),
    )

    chips = ChipBadges(opened, clock, keeping, lambda: reader, _aes)
    checkin = CheckIn(
        decider=Decider(
            store=opened.store,
            rules=rules,
            seal=opened.seal,
            badge_key=opened.badge_key,
            old_badge_keys=opened.old_badge_keys,
            timekeeper=keeping.timekeeper,
            offline_taps=keeping.offline_taps,
            outage=keeping.outage,
            ask=chips.product,
            wanted=chips.key_version,
            prove=chips.prove,
            write=chips.write,
        ),
        turner=Turner(
            store=opened.store,
            rules=rules,
            seal=opened.seal,
            timekeeper=keeping.timekeeper,
            pages=pages,
            code_key=door_keys.codes(opened.paths, opened.badge_key),
            has_mail=bool(opened.config.mail.server),
            pages_at=PagesAddress(at.address, at.reach == "house") if (at := opened.config.pages).address else None,
            kept_at=opened.paths.ways,
        ),
        clock=clock,
        door=door,
        screen=board,
        note=doorlog.add,
        journal=keeping.journal.add,
        tend=idle.touched,
    )

    def lifted(read: BadgeRead) -> None:
        checkin.lift(read)
        unfinished.lifted(read.fingerprint(opened.badge_key))

    reader = named_readers.reader(
        settings.reader.device,
        on_tap=served(checkin, lambda read: unfinished.put(read.fingerprint(opened.badge_key)), chips.go_on),
        on_lift=lifted,
        on_state=lambda _state: board.refresh(),
        on_early=checkin.early,
        lay_there=lambda read: unfinished.is_left(read.fingerprint(opened.badge_key)),
    )
    return Parts(opened, clock, began, board, door, doorlog, keeping, idle, checkin, reader)


def _aes() -> "Aes":
    """The machine's cipher; imported where a badge is proven or written."""
    from kiosk.devices import aes

    return aes


def _rooms_now(opened: Home, clock: HostClock) -> RoomsNow:
    """How the rooms that are let are now, with what time brings to them; imported where there are any."""
    from kiosk.rooms import today

    return today.look(opened, Rules(opened.config.zone), clock)


def _application(parts: Parts) -> Flask:
    settings, idle, checkin = parts.opened.config, parts.idle, parts.checkin
    return create_app(
        board=parts.board,
        health=parts.health,
        exercise=parts.keeping.fallbacks.exercise,
        touch=checkin.touch,
        hold=checkin.hold,
        close=checkin.close,
        instead_of=checkin.instead_of,
        begin=checkin.begin,
        clock=parts.clock,
        zone=settings.zone,
        language=settings.language,
        port=settings.screen.port,
        training=parts.opened.training,
        idle=idle.facts,
        manner=_manner(settings.screen),
    )


def _start_threads(parts: Parts, watchdog: Watchdog, life: Life, stack: ExitStack) -> None:
    """One after the other; `stack` stops them in reverse."""
    stopping, keeping = life.stopping, parts.keeping
    keeper = StatusKeeper(
        path=parts.opened.paths.status,
        health=parts.health,
        aside=lambda: unreplayed_taps.count(keeping.spool.places),
        clock=parts.clock,
    )
    _start(stack, life.thread("door-log", lambda: parts.doorlog.run(stopping.wait)), parts.doorlog.stop)
    jobs: dict[str, Callable[[Callable[[float], object], Callable[[], bool]], None]] = {
        "follower": keeping.follower.run,
        "replay": keeping.replay.run,
        "status": keeper.run,
        "idle": parts.idle.run,
        "fallbacks": keeping.fallbacks.run,
        **_word(parts),
    }
    for name, job in jobs.items():
        _start(stack, life.thread(name, partial(job, stopping.wait, stopping.is_set)), stopping.set)
    _start(stack, life.thread("reader", parts.reader.run), parts.reader.stop)
    _start(stack, life.thread("watchdog", lambda: watchdog.run(stopping.wait)), watchdog.stop)


def _word(parts: Parts) -> dict[str, Callable[[Callable[[float], object], Callable[[], bool]], None]]:
    """What tells the desk of a door that shares the records; a home's only door, in its own file, needs none."""
    opened, kept = parts.opened, parts.keeping.kept
    number = opened.config.door.number
    if number == FIRST and not (opened.config.database.url or opened.config.more_doors):
        return {}
    from kiosk.health.fleet.door_word import DoorWord

    word = DoorWord(
        store=opened.store,
        door=number,
        health=parts.health,
        aside=lambda: unreplayed_taps.count(parts.keeping.spool.places),
        last_entry=lambda: 0 if kept.now is None else kept.now.last_entry,
        clock=parts.clock,
    )
    return {"word": word.run}


def _start(stack: ExitStack, thread: threading.Thread, stop: Callable[[], None]) -> None:
    thread.start()
    stack.callback(thread.join, JOIN_SECONDS)
    stack.callback(stop)


def _listen_to_signals(life: Life, board: Board, reader: BadgeReader, watchdog: Watchdog) -> None:
    """SIGTERM and SIGINT end waiting pages and the reader first, so that nothing holds the server back."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not life.stopping.is_set():
            life.stopping.set()
            watchdog.stopping()
            reader.stop()
            board.stop()
            raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    outlive_hangups()


def outlive_hangups() -> None:
    """Go on when the cable of a serial reader is pulled.

    nfcpy opens its port so that it becomes the terminal of a program that leads a session and has none, as under
    systemd; that terminal's end is then a SIGHUP, which would end the door. Who started it by hand in a shell leads no
    session, and still ends it with the window.
    """
    if os.getsid(0) == os.getpid():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
