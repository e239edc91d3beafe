"""Builds the parts of the entrance in the order in which they need each other, and reports their health.

Nothing is started here: `kiosk.entrance` starts and stops them. A *home* is the folder of one kiosk, with its settings,
keys and database; it is *real*, or a trial whose door is simulated.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from kiosk import __version__, home
from kiosk.badges.chip_badges import ChipBadges
from kiosk.checkin.deciding import Chips
from kiosk.checkin.desk_requests import Opener
from kiosk.checkin.dialogue import Flows, PagesAddress
from kiosk.checkin.door_log import DoorLog
from kiosk.checkin.idle import Idle, Night
from kiosk.checkin.tap import CheckIn
from kiosk.devices.clock import HostClock, last_set, voucher
from kiosk.devices.door import GpioDoor
from kiosk.devices.protocols import BadgeReader
from kiosk.devices.readers import named as named_readers
from kiosk.devices.unfinished import Unfinished
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.verdicts import Denial, Denied
from kiosk.domain.rooms.now import RoomsNow
from kiosk.health import status_file
from kiosk.health.entrance_health import Health
from kiosk.health.machine_facts import own_memory_mb
from kiosk.home import Home
from kiosk.offline import door_keys
from kiosk.offline.safekeeping import OfflineParts, build
from kiosk.selfservice.pages import pages, ways
from kiosk.store.space.policies import Rules
from kiosk.web.screen.board import Board
from kiosk.web.screen.words import own_words

if TYPE_CHECKING:
    from kiosk.devices.locks.remote import RemoteDoor
    from kiosk.domain.badges.sun import Aes

log = logging.getLogger("kiosk.entrance")

Fails = Callable[[BaseException], None]  # ends the program because of this error of a part

_MOST_VALUES = 20  # wrong values that are reported


class Parts(Struct, frozen=True):
    """The parts of the entrance, built and not started."""

    opened: Home
    clock: HostClock
    began: float  # when they were built, on the monotonic clock
    board: Board  # what the screen shows now
    door: "GpioDoor | RemoteDoor"
    doorlog: DoorLog  # writes what the door did
    keeping: OfflineParts  # what lets the door work without its database
    idle: Idle  # what the screen shows between two taps
    checkin: CheckIn  # decides a tap and shows the answer
    reader: BadgeReader

    def _database(self) -> str:
        """Return whether the records take what the door writes: `ok`, `fault`, or `right` where a database right is
        missing, which is no passing outage.
        """
        if self.opened.store.lacks:
            return "right"
        return "fault" if self.keeping.outage.is_on or not self.checkin.serves else "ok"

    def health(self) -> Health:
        """Return the health of the entrance at this moment."""
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
            # values of the database because of which a tap could not be entered
            wrong_values=tuple((each.table, each.row, each.column) for each in keeping.wrong[:_MOST_VALUES]),
            last_rules=keeping.last_rules.is_used,  # instead of those of the database, which do not work
            settings=self.opened.settings.state,
            door_days=keeping.comparison.outcome,  # of the door's journal compared with the ledger
            doors=_further_doors(self.opened, self.clock),
            fallbacks=keeping.fallbacks.failing,
            up_seconds=self.clock.monotonic() - self.began,
            display_seconds=self.board.asked_seconds(),  # since a page last asked: long where the display is off
            memory_mb=own_memory_mb(),
            number=settings.door.number,
            oldest_seconds=keeping.spool.oldest_seconds(self.clock),
            taps=tuple(self.doorlog.counts.items()),
        )


def _further_doors(opened: Home, clock: HostClock) -> tuple[tuple[int, str], ...]:
    """Return number and state of this machine's further doors, for the first door's report; empty at any other door."""
    if opened.paths.door is not None or not opened.config.more_doors:
        return ()
    from kiosk.health import other_doors  # most homes have no other

    return tuple((each.number, each.state.value) for each in other_doors.here(opened.paths, opened.config, clock))


def served(
    checkin: CheckIn, there: Callable[[BadgeRead], None], after: Callable[[BadgeRead, bool], None]
) -> Callable[[BadgeRead], None]:
    """Return a function that serves a tap and handles any fault in that: the screen says something true, and the reader
    goes on.

    `there` notes that the badge lies on the reader. `after` may continue with a badge that was let in or refused for
    want of its proof, and is told which.
    """

    def tap(read: BadgeRead) -> None:
        """Serve a tap; an unexpected fault is logged and shown, and the reader goes on."""
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


def build_parts(opened: Home, on_dead: Fails, stack: ExitStack, clock: HostClock) -> Parts:
    """Build every part in the order in which they need each other, and return them; `stack` releases what they hold."""
    settings = opened.config
    began = clock.monotonic()
    number = settings.door.number
    board = Board(clock)
    # Each thread has its own `Rules`: these are for taps, and for the desk's requests.
    rules, request_rules = Rules(settings.zone, door=number), Rules(settings.zone, door=number)
    # remembers a pulse, and the badges on the reader, across an end of the program
    unfinished = Unfinished(opened.paths.unfinished)
    stack.callback(unfinished.close)
    door = _door(opened, on_dead, unfinished.driven)
    stack.callback(door.close)
    doorlog = DoorLog(opened.store, clock, number)
    # opens the door when the desk has requested it
    opener = Opener(store=opened.store, rules=request_rules, clock=clock, door=door, note=doorlog.add)

    def committed() -> None:
        """Open the door if the desk has requested it, and have the idle screen's facts read again. Called after every
        write to the database, which may be such a request.
        """
        opener.turn()
        idle.committed()

    vouched = voucher(settings.clock.source)  # tells whether the clock may be trusted
    keeping = build(
        opened,
        clock,
        rules,
        vouched,
        board.refresh,
        committed=committed,
        worded=own_words.speak,  # the association's own words for the screen's texts
        set_at=last_set(settings.clock.source),  # tells when the clock was last set
    )
    stack.callback(keeping.close)
    # while the database's rules do not work, the last ones that did are used; `build` has set the same for `rules`
    request_rules.care = keeping.last_rules.read
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

    # proves and writes badges with a chip, on the reader that is built below
    chips = ChipBadges(opened, clock, keeping, lambda: reader, _aes)
    checkin = CheckIn(
        opened,
        keeping,
        rules,
        flows=Flows(  # what the members' pages of the screen share
            pages,
            code_key=door_keys.codes(opened.paths, opened.badge_key),
            has_mail=bool(settings.mail.server),
            pages_at=PagesAddress(at.address, at.reach == "house") if (at := settings.pages).address else None,
            ways=partial(ways, opened.paths.ways),  # counts touches on the page about the place
        ),
        clock=clock,
        door=door,
        screen=board,
        note=doorlog.add,
        chips=Chips(chips.product, chips.key_version, chips.prove, chips.write),
        tend=idle.touched,  # touches of the idle screen itself
    )

    def lifted(read: BadgeRead) -> None:
        """Tell the screen that a badge was lifted, and forget that it lay there."""
        checkin.lift(read)
        unfinished.lifted(read.fingerprint(opened.badge_key))

    reader = named_readers.reader(
        settings.reader.device,
        on_tap=served(checkin, lambda read: unfinished.put(read.fingerprint(opened.badge_key)), chips.go_on),
        on_lift=lifted,
        on_state=lambda _state: board.refresh(),
        on_early=checkin.early,  # a badge that was taken away before it was read
        # a badge that lay there when the program ended is no new tap
        lay_there=lambda read: unfinished.is_left(read.fingerprint(opened.badge_key)),
    )
    return Parts(opened, clock, began, board, door, doorlog, keeping, idle, checkin, reader)


def _aes() -> "Aes":
    """Return the machine's AES cipher, imported when a badge is proven or written."""
    from kiosk.devices import aes

    return aes


def _rooms_now(opened: Home, clock: HostClock) -> RoomsNow:
    """Return the state of the rooms now, after doing what is due for them; imported where the association has rooms."""
    from kiosk.rooms import today

    return today.look(opened, Rules(opened.config.zone), clock)


def _door(opened: Home, on_dead: Fails, driven: Callable[[bool], None]) -> "GpioDoor | RemoteDoor":
    """Return the door's driver: a lock at an address, or the relay on the machine's pins, which is simulated in a home
    that is not real.
    """
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
        on_dead=on_dead,
        driven=driven,
    )
