"""Composes and runs the entrance: builds the parts, starts them in order, stops them in reverse.

A background loop that ends by itself ends the process with a failing status, because a half-working program at the door
looks like a working one. systemd then starts it again.

A *home* is the folder of one kiosk, with its settings, keys and database.
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

from flask import Flask

from kiosk import config_in_force, home, logs
from kiosk.config import ScreenConfig
from kiosk.devices.clock import HostClock
from kiosk.devices.protocols import BadgeReader
from kiosk.devices.watchdog import Watchdog
from kiosk.domain.doors import FIRST
from kiosk.entrance_parts import Parts, build_parts
from kiosk.health.status_writer import StatusKeeper
from kiosk.home import Home, Identity, Paths
from kiosk.offline import door_keys, roster, unreplayed_taps
from kiosk.web import handed, heap
from kiosk.web.screen.app import create_app
from kiosk.web.screen.board import Board
from kiosk.web.screen.idle_faces import Manner
from kiosk.web.screen.serving import server
from kiosk.web.screen.views import Fingers, Views

log = logging.getLogger(__name__)

JOIN_SECONDS = 2.5  # longer than the udp reader's poll, which blocks for a second


@dataclass(slots=True)
class Life:
    """Whether the program is to stop, and whether a part of it failed."""

    stopping: threading.Event = field(default_factory=threading.Event)
    failed: bool = False

    def fail(self, error: BaseException) -> None:
        """End the whole program because a part of it has ended by itself."""
        log.critical("a part of the entrance ended: %r", error, exc_info=error)
        self.failed = True
        os.kill(os.getpid(), signal.SIGTERM)

    def thread(self, name: str, run: Callable[[], None]) -> threading.Thread:
        """Return a thread whose end before the program's counts as a failure."""

        def guarded() -> None:
            """Run the loop, and end the whole process if it ends for any reason but a stop."""
            try:
                run()
            except BaseException as error:  # a loop that ends, for any reason, ends the process
                self.fail(error)
                return
            if not self.stopping.is_set():
                self.fail(RuntimeError(f"{name} ended by itself"))

        return threading.Thread(target=guarded, name=name, daemon=True)


def run(root: Path, door: int | None = None, clock: HostClock | None = None) -> None:
    """Run the entrance of a home, or of another door of its machine, until SIGTERM or SIGINT. Exits with status 0, or 3
    when a part of it failed. `clock` is the machine's unless a test gives another.

    It also starts without a database, from the *roster*, the door's own list of members. Raises what opening the home,
    the door or the port raises, before anything has started.
    """
    logs.start()
    heap.share_one()  # one heap for all threads needs less memory
    life = Life()
    with ExitStack() as stack:
        opened = stack.enter_context(home.opened(root, otherwise=_known_by_roster, program="entrance", door=door))
        # not wholly: only against another entrance of this door, so that other doors of the machine run beside it
        stack.enter_context(home.locked(opened.paths, wholly=False))
        # nothing in kiosk.toml waits for a person to accept it: keep it as the accepted file
        if opened.settings.is_to_adopt and config_in_force.adopt(root):
            log.info("kiosk.toml is accepted as it is now")
        if opened.config.door.number != FIRST:
            from kiosk.setup import door_joining  # other doors only: the first door needs no key

            door_joining.check(opened)  # raises where this machine is not the door that kiosk.toml names
        _compose(opened, life, stack, clock or HostClock())
    sys.exit(3 if life.failed else 0)


def _known_by_roster(paths: Paths) -> Identity | None:
    """Return the home's identity as the roster has it; None without a roster."""
    loaded = roster.load(paths.roster, door_keys.seals_of(paths))
    return None if loaded is None else loaded.home


def _compose(opened: Home, life: Life, stack: ExitStack, clock: HostClock) -> None:
    """Build and start all parts, serve the screen until the end, and stop the parts."""
    parts = build_parts(opened, life.fail, stack, clock)
    # systemd's sockets, which hold requests while the program restarts
    web = server(_application(parts), opened.config.screen.port, handed_over=handed.sockets(os.environ))
    stack.callback(web.close)
    loops = {"reader": parts.reader.turns, "door": parts.door.turns, "screen's server": web.turns}
    watchdog = Watchdog(environment=os.environ, loops=loops)
    _listen_to_signals(life, parts.board, parts.reader, watchdog)
    try:
        _start_threads(parts, watchdog, life, stack)
        watchdog.ready()
        heap.give_back()  # the memory that only the start needed
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


def _manner(settings: ScreenConfig) -> Manner:
    """Return the settings of the screen as its pages need them."""
    return Manner(
        hand=settings.hand,
        contrast=settings.contrast,
        text=settings.text,
        volume=settings.volume,
        scan_seconds=settings.scan_seconds,
        voice=settings.voice,
    )


def _application(parts: Parts) -> Flask:
    """Build the screen's web application over the parts of the entrance."""
    settings, checkin = parts.opened.config, parts.checkin
    views = Views(
        board=parts.board,
        health=parts.health,
        # what a finger on the screen does
        fingers=Fingers(checkin.touch, checkin.begin, checkin.hold, checkin.close, checkin.instead_of),
        clock=parts.clock,
        zone=settings.zone,
        language=settings.language,
        training=parts.opened.training,
        idle=parts.idle.facts,
        manner=_manner(settings.screen),
        exercise=parts.keeping.fallbacks.exercise,
    )
    return create_app(views, settings.screen.port)


def _start_threads(parts: Parts, watchdog: Watchdog, life: Life, stack: ExitStack) -> None:
    """Start the background threads one after the other; `stack` stops them in reverse."""
    stopping, keeping = life.stopping, parts.keeping
    keeper = StatusKeeper(
        path=parts.opened.paths.status,
        health=parts.health,
        aside=lambda: unreplayed_taps.count(keeping.spool.places),
        clock=parts.clock,
    )
    _start(stack, life.thread("door-log", lambda: parts.doorlog.run(stopping.wait)), parts.doorlog.stop)
    jobs: dict[str, Callable[[Callable[[float], object], Callable[[], bool]], None]] = {
        "follower": keeping.follower.run,  # makes a new roster after each change of the database
        "replay": keeping.replay.run,  # enters taps that were kept in a file during an outage
        "status": keeper.run,  # writes the entrance's state for other programs
        "idle": parts.idle.run,  # reads what the idle screen shows
        "fallbacks": keeping.fallbacks.run,  # tries every night what the door does without its database
        **_door_report(parts),
    }
    for name, job in jobs.items():
        _start(stack, life.thread(name, partial(job, stopping.wait, stopping.is_set)), stopping.set)
    _start(stack, life.thread("reader", parts.reader.run), parts.reader.stop)
    _start(stack, life.thread("watchdog", lambda: watchdog.run(stopping.wait)), watchdog.stop)


def _door_report(parts: Parts) -> dict[str, Callable[[Callable[[float], object], Callable[[], bool]], None]]:
    """Return the job, by its name, that reports a door's state to the desk through the database; empty for a home's
    only door, which uses a file.
    """
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
    """Start a thread, and register that it is stopped and then joined when the entrance ends."""
    thread.start()
    stack.callback(thread.join, JOIN_SECONDS)
    stack.callback(stop)


def _listen_to_signals(life: Life, board: Board, reader: BadgeReader, watchdog: Watchdog) -> None:
    """Stop waiting pages and the reader first on SIGTERM and SIGINT, so that nothing holds the server back."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        """Stop the loops once at the first signal, and end the main thread."""
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
    """Ignore SIGHUP where this process leads a session, so that it survives when the cable of a serial reader is
    pulled.

    nfcpy opens its port in a way that makes it the controlling terminal of a session leader without one, as under
    systemd; the terminal's end is then a SIGHUP. A start by hand in a shell leads no session, and still ends with the
    window.
    """
    if os.getsid(0) == os.getpid():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
