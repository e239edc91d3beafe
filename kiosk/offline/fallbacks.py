"""Exercises what the door falls back to without its database, and reports what would fail: every night, and for `kiosk
check`.

A probe line takes a tap's way into a file beside the spool's and back; the treasurer's list is opened for appending;
reserve, roster and keys are examined. Nothing of this happens during a tap or holds one up.

The *reserve* is a file that keeps room on the disk for taps; the *treasurer's list* has the taps that could not be
entered; a spool or list is a *place*'s, one of the folders that take taps.
"""

import logging
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from kiosk import durable, keys, plain_files
from kiosk.devices.protocols import MachineClock
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.offline import spool_folder, unreplayed_taps
from kiosk.offline.replay import Replay
from kiosk.offline.roster_refresh import CurrentRoster
from kiosk.offline.spool import Spool

log = logging.getLogger(__name__)

EVERY_SECONDS = 24 * 3600.0  # between two exercises
PAUSE_SECONDS = 60.0  # between two looks whether one is due
SOONEST_SECONDS = 10.0  # least time between two exercises
PROBE = "probe.line"  # a name that is not read as taps
_MADE_REPORTED_FOR = timedelta(days=30)  # how long a key that was made anew is reported
Value = str | int


class Failing(Struct, frozen=True):
    """A fallback that would fail: the finding's code and values (name and value), and the seconds since it is known."""

    code: str
    values: tuple[tuple[str, Value], ...] = ()
    seconds: float = 0.0


class Fallbacks:
    """Exercises the door's fallbacks. `failing` may be read at any time; `exercise` writes to the disks."""

    def __init__(
        self,
        *,
        paths: Paths,
        spool: Spool,
        kept: CurrentRoster,
        replay: Replay,
        clock: MachineClock,
    ) -> None:
        self._spool, self._kept, self._replay, self._clock = spool, kept, replay, clock
        self._paths = paths
        self._lock = threading.Lock()
        self._in_use = {path: _key_bytes(path) for path in _keys(paths)}
        self._exercised: list[Failing] = []
        self._last: float | None = None  # monotonic time of the last exercise
        self._since: dict[Failing, float] = {}  # monotonic time since which each is failing

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """Exercise at the start and every 24 hours until `stopping`; after an unforeseen fault, at the next look.
        `pause` sleeps and can be cut short.
        """
        while not stopping():
            try:
                if self._last is None or self._clock.monotonic() - self._last >= EVERY_SECONDS:
                    self.exercise()
            except Exception:  # around one job: the next turn tries again
                log.exception("the fallbacks could not be exercised")
                self._last = None
            pause(PAUSE_SECONDS)

    def exercise(self) -> None:
        """Try each fallback, unless that was done within the last ten seconds."""
        with self._lock:
            now = self._clock.monotonic()
            if self._last is not None and now - self._last < SOONEST_SECONDS:
                return
            self._last = now
            self._exercised = [
                *self._unwritable_places(),
                *self._blocked_lists(),
                *self._blocked_files(),
                *self._changed_keys(),
            ]
            for each in self._exercised:
                log.warning("a fallback would fail: %s %s", each.code, dict(each.values))

    @property
    def failing(self) -> tuple[Failing, ...]:
        """Return what would fail, by the parts now and by the last exercise, each with the seconds since it was first
        seen here; what works again in between begins anew.
        """
        now = self._clock.monotonic()
        failing_now = [*self._known_by_parts(), *self._exercised]
        self._since = {each: self._since.get(each, now) for each in failing_now}
        return tuple(Failing(each.code, each.values, now - self._since[each]) for each in self._since)

    def _known_by_parts(self) -> Iterator[Failing]:
        """Yield what spool, replay and roster know to be failing without an exercise."""
        spool, kept = self._spool, self._kept
        if not spool.is_taken_up:
            yield Failing("spool-strange", (("folder", str(spool.folder)),))
        if not spool.has_reserve:
            yield Failing("spool-reserve", (("folder", str(spool.place)),))
        for path in sorted(spool.unread):
            yield Failing("spool-unread", (("file", str(path)),))
        if self._replay.held:
            yield Failing("lines-held", (("count", self._replay.held),))
        if not kept.is_written or not spool.record.is_written:
            yield Failing("roster-unwritten", (("folder", str(kept.path.parent)),))
        for path in kept.stopped.failing:
            yield Failing("stopped-unwritten", (("file", str(path)),))

    def _unwritable_places(self) -> Iterator[Failing]:
        """Yield each folder of the spool that takes no file now, and the one above its folder in memory if that takes
        none.
        """
        for place in self._spool.places:
            fault = probe(place)
            if fault:
                yield Failing("spool-probe", (("folder", str(place)), ("fault", fault)))
        memory = self._spool.last_resort
        if memory is not None and not os.access(memory.parent, os.W_OK | os.X_OK, effective_ids=True):
            yield Failing("spool-probe", (("folder", str(memory.parent)), ("fault", "it takes no folder of ours")))

    def _blocked_lists(self) -> Iterator[Failing]:
        """Yield the treasurer's file that cannot be appended to, if there is one."""
        path = unreplayed_taps.blocked(self._spool.places)
        if path is not None:
            yield Failing("list-blocked", (("file", str(path)),))

    def _blocked_files(self) -> Iterator[Failing]:
        """Yield the paths of the roster and the files beside it where something other than a file stands."""
        paths = self._paths
        for path in (self._kept.path, paths.last_rules, paths.spool_record, paths.door_journal_heads):
            with suppress(OSError):  # what is not there is written in its time
                if not stat.S_ISREG(path.lstat().st_mode):
                    yield Failing("roster-unwritten", (("folder", str(path)),))

    def _changed_keys(self) -> Iterator[Failing]:
        """Yield the keys that have become unreadable or changed since the start, and those that were made anew within
        30 days.
        """
        in_use = _keys(self._paths)
        for path, content in self._in_use.items():
            if path not in in_use:
                continue  # the chain's, which is the desk's once this door has its own
            name = f"{path.parent.name}/{path.name}"
            content_now = _key_bytes(path)
            if content_now is None:
                yield Failing("key-damaged", (("key", name),))
            elif content is not None and content_now != content:
                yield Failing("key-other", (("key", name),))
        since = self._clock.now() - _MADE_REPORTED_FOR
        for at, what in keys.made_anew(self._paths.root):
            if at > since and what.startswith("key "):
                yield Failing("key-made", (("key", what.removeprefix("key ")),))


def probe(place: Path) -> str:
    """Write a probe line beside the spool's files as a tap's line is written, read it back, and return why that failed;
    empty where it worked.
    """
    path = place / PROBE
    line = b'{"kind":"probe"}\n'
    try:
        with suppress(FileNotFoundError):
            path.unlink()
        spool_folder.append_synced(path, line)
        durable.sync_folder(place)
        if plain_files.read(path, 1 << 10) != line:
            return "it does not keep what is written"
    except OSError as fault:
        return fault.strerror or str(fault)
    finally:
        with suppress(OSError):
            path.unlink()
    return ""


def _keys(paths: Paths) -> tuple[Path, ...]:
    """Return the paths of the keys that a tap needs."""
    return paths.badge_key, _sealing(paths), paths.spool_key, paths.codes_key


def _sealing(paths: Paths) -> Path:
    """Return the path of the key that seals the door's entries: the door's own, even unreadable, or the chain's where
    the door has none yet.
    """
    try:
        paths.door_seal.lstat()
    except FileNotFoundError:
        return paths.chain_key
    except OSError:
        pass
    return paths.door_seal


def _key_bytes(path: Path) -> bytes | None:
    """Return a key's bytes, None where it cannot be read."""
    try:
        return keys.read_door_seal(path).key if path.name.startswith("seal") else keys.read_key(path)
    except MachineError:
        return None
