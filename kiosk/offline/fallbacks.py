"""Exercises what the door falls back to, and tells what of it would fail: nightly, and when `kiosk check` asks.

A probe goes the way of a tap, into a file beside the spool's and back; the treasurer's list is opened to be appended
to; reserve, roster and keys are looked at. Nothing of it is done at a tap, and nothing here holds one up.
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

EVERY_SECONDS = 24 * 3600.0
PAUSE_SECONDS = 60.0
SOONEST_SECONDS = 10.0  # between two exercises, however often one is asked for
PROBE = "probe.line"  # no name that is read as taps
_MADE_SAID_FOR = timedelta(days=30)
Value = str | int


class Failing(Struct, frozen=True):
    """A fallback that would fail: the finding's code and values, and for how long it is known."""

    code: str
    values: tuple[tuple[str, Value], ...] = ()
    seconds: float = 0.0


class Fallbacks:
    """What the door falls back to. `failing` may be asked at any time; `exercise` writes a line."""

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
        self._in_use = {path: _content(path) for path in _keys(paths)}
        self._exercised: list[Failing] = []
        self._last: float | None = None
        self._since: dict[Failing, float] = {}

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """Exercise at the start and nightly, until `stopping`. `pause` sleeps and can be cut short."""
        while not stopping():
            try:
                if self._last is None or self._clock.monotonic() - self._last >= EVERY_SECONDS:
                    self.exercise()
            except Exception:  # around one job: the next turn tries again
                log.exception("the fallbacks could not be exercised")
                self._last = None
            pause(PAUSE_SECONDS)

    def exercise(self) -> None:
        """Try each of them, unless that was done a moment ago."""
        with self._lock:
            now = self._clock.monotonic()
            if self._last is not None and now - self._last < SOONEST_SECONDS:
                return
            self._last = now
            self._exercised = [*self._probed(), *self._listed(), *self._beside(), *self._of_keys()]
            for each in self._exercised:
                log.warning("a fallback would fail: %s %s", each.code, dict(each.values))

    @property
    def failing(self) -> tuple[Failing, ...]:
        """What would fail, as far as is known, each with its age."""
        now = self._clock.monotonic()
        found = [*self._seen(), *self._exercised]
        self._since = {each: self._since.get(each, now) for each in found}
        return tuple(Failing(each.code, each.values, now - self._since[each]) for each in self._since)

    def _seen(self) -> Iterator[Failing]:
        """What the parts know by themselves."""
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

    def _probed(self) -> Iterator[Failing]:
        for place in self._spool.places:
            fault = probe(place)
            if fault:
                yield Failing("spool-probe", (("folder", str(place)), ("fault", fault)))
        memory = self._spool.last_resort
        if memory is not None and not os.access(memory.parent, os.W_OK | os.X_OK, effective_ids=True):
            yield Failing("spool-probe", (("folder", str(memory.parent)), ("fault", "it takes no folder of ours")))

    def _listed(self) -> Iterator[Failing]:
        path = unreplayed_taps.blocked(self._spool.places)
        if path is not None:
            yield Failing("list-blocked", (("file", str(path)),))

    def _beside(self) -> Iterator[Failing]:
        """What stands in the place of the roster or of a file beside it, and is no file."""
        paths = self._paths
        for path in (self._kept.path, paths.last_rules, paths.spool_record, paths.door_journal_heads):
            with suppress(OSError):  # what is not there is written in its time
                if not stat.S_ISREG(path.lstat().st_mode):
                    yield Failing("roster-unwritten", (("folder", str(path)),))

    def _of_keys(self) -> Iterator[Failing]:
        in_use = _keys(self._paths)
        for path, content in self._in_use.items():
            if path not in in_use:
                continue  # the chain's, which is the desk's once this door has its own
            name = f"{path.parent.name}/{path.name}"
            found = _content(path)
            if found is None:
                yield Failing("key-damaged", (("key", name),))
            elif content is not None and found != content:
                yield Failing("key-other", (("key", name),))
        since = self._clock.now() - _MADE_SAID_FOR
        for at, what in keys.made_anew(self._paths.root):
            if at > since and what.startswith("key "):
                yield Failing("key-made", (("key", what.removeprefix("key ")),))


def probe(place: Path) -> str:
    """Write a line beside the spool's files as a tap's is written, and read it back. Returns why that failed."""
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
    """What a tap goes by; of the chain's key, what this door has of it."""
    return paths.badge_key, _sealing(paths), paths.spool_key, paths.codes_key


def _sealing(paths: Paths) -> Path:
    """The door's own key, also where it is there and cannot be looked at; the chain's for a door that has none yet."""
    try:
        paths.door_seal.lstat()
    except FileNotFoundError:
        return paths.chain_key
    except OSError:
        pass
    return paths.door_seal


def _content(path: Path) -> bytes | None:
    try:
        return keys.read_door_seal(path).key if path.name.startswith("seal") else keys.read_key(path)
    except MachineError:
        return None
