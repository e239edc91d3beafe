"""Updates a machine: builds a newer release beside the running one, makes a verified backup, waits for a quiet moment,
migrates the database, and checks that all is well. Where any of that fails, it goes back to the former release by
itself.

Each step is on disk before it begins (`release_places`), so that after a power cut the next start, or the next update,
brings the machine to one release or the other. Nothing else uses the database while it is migrated. Taps entered by the
new release are kept when that release is taken back.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from kiosk import home, root_files
from kiosk.config import Config
from kiosk.devices.protocols import Clock
from kiosk.domain.copies.versions import Version
from kiosk.domain.health.upkeep import Care
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.health import status_file
from kiosk.home import Paths
from kiosk.install import release_trust
from kiosk.install.release_trust import Trust
from kiosk.jobs.copies import backup
from kiosk.jobs.update import program_control, release_folder, release_places, sources, way_back
from kiosk.jobs.update.program_control import Facts, Programs, Reports, Untouched
from kiosk.jobs.update.release_places import Place, State, Step
from kiosk.store import copying, revisions
from kiosk.store.health import upkeep_rows

log = logging.getLogger(__name__)

QUIET_SECONDS = 20.0  # how long the screen must have been idle
WAITING_SECONDS = 1800.0  # how long such a moment is waited for
SAID_SECONDS = 3.0  # how long the screen announces the stop
_LOOK_SECONDS = 1.0  # between two looks whether the door is quiet
_CUT = "was cut short"  # by the power or by a person: not the release's fault


class Patience(Struct, frozen=True):
    """How long the door must have been quiet before the exchange, and how long a release may take until it is well."""

    quiet_seconds: float = QUIET_SECONDS
    well_seconds: float = program_control.HEALTHY_SECONDS


class Update(Struct, frozen=True):
    """Brings a machine to another release."""

    place: Place  # where the releases lie
    paths: Paths  # of the home
    settings: Config
    programs: Programs
    clock: Clock
    pause: Callable[[float], object]  # sleeps for some seconds
    patience: Patience = Patience()

    @property
    def trust(self) -> Trust:
        """Return the keys that releases must be signed with, as this machine followed them from the pinned ones."""
        return release_trust.load(Path(self.settings.update.key), self.place.trusted)

    def install(self, source: str, *, again: bool = False) -> str:
        """Bring the machine to the newest release of a source, and return what was done, in words.

        Raises AnswerIsNo `no-release` where the source has none, `entrance-busy` where no quiet moment came,
        `update-back` where the new release was taken back, `update-failed-before` where it was taken back before and
        `again` is not given; RequestError and MachineError where nothing was changed, `update-server` among them.
        """
        self.refuse_server()
        with self.place.locked(self.pause):
            self._finish_other()
            was = self.place.running()
            with self._scratch() as scratch:
                candidate = self._newer(source, was, scratch)
                if candidate is None:
                    return f"release {was} is the newest there is"
                if not again:
                    self._refuse_what_failed(candidate.version)
                into = scratch / "release"
                into.mkdir()
                release_folder.put_together(self.place, candidate.fetch(into))  # beside the one that runs
            release_folder.keep_units(self.place, was)  # so that a way back has them
            way_back.command(self.place, was, self.paths.root, "verify")  # a broken ledger is not migrated
            self._back_up()
            reason = self._exchange(was, candidate.version)
        self._conclude()
        if reason:
            raise AnswerIsNo("update-back", reason)
        return f"release {candidate.version} runs; before it was {was}"

    def refuse_server(self) -> None:
        """Refuse to migrate records on a server, which programs of other machines use meanwhile. Raises RequestError
        `update-server`.
        """
        if self.settings.database.url:
            raise RequestError(
                "update-server",
                "the records are on a server that other machines use: stop the programs on each, install the release on"
                " each (scripts/install), then kiosk migrate once",
            )

    def _refuse_what_failed(self, version: Version) -> None:
        """Refuse a release that was taken back before. Raises AnswerIsNo `update-failed-before`."""
        why = release_places.taken_back(release_places.known(self.place), str(version))
        if why is not None:
            raise AnswerIsNo("update-failed-before", f"{why}: wait for a newer release, or run kiosk update --again")

    def _back_up(self) -> None:
        """Make a verified copy while taps go on, without deleting an older one; carrying it away is left to the
        timer.
        """
        with home.opened(self.paths.root) as opened:
            backup.make(opened, self.clock, sure=False)

    def newer(self, source: str) -> Version | None:
        """Return the newest release of a source if it is newer than the running one, else None, and store it for `kiosk
        check`.
        """
        with self.place.locked(self.pause), self._scratch() as scratch:
            candidate = self._newer(source, self.place.running(), scratch)
        return None if candidate is None else candidate.version

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Yield a folder for downloads on the disk of the releases, removed afterwards."""
        with tempfile.TemporaryDirectory(dir=self.place.root, prefix=release_places.FETCHED) as folder:
            yield Path(folder)

    def _newer(self, source: str, was: Version, scratch: Path) -> sources.Candidate | None:
        """Return the newest release of a source if it is newer than the running one. Refuses an older one, however well
        signed, since it would bring a mended flaw back.
        """
        list_folder = scratch / "list"
        list_folder.mkdir()
        before = self.trust
        candidate = sources.newest(source, before, list_folder)
        if candidate is None:
            raise AnswerIsNo("no-release", f"there is no release at {source}")
        if candidate.version < was:
            raise RequestError(
                "release-older", f"{source} has {candidate.version}, older than {was}: nothing was changed"
            )
        facts, now = release_places.known(self.place), self.clock.now()
        listed = release_places.seen_again(facts, source, candidate.listed_at, candidate.trust.number, now)
        if candidate.trust != before:  # first: a stored list belongs to the keys that signed it
            release_places.write(self.place.trusted, release_trust.dump(candidate.trust))
        noted = {
            "newest": str(candidate.version),
            "at": now.isoformat(),
            "listed": listed,
            "keys": candidate.trust.number,
        }
        release_places.write(self.place.known, {**facts, **noted})
        return candidate if candidate.version > was else None

    def _exchange(self, was: Version, to: Version) -> str:
        """Exchange one release for another, or go back where that fails. Return why the new release was taken back;
        empty where it was not.
        """
        before = self._wait_for_quiet()
        copy = self.paths.backups / f"before-{to}-{self.clock.now():%Y%m%dT%H%M%SZ}.db"
        state = State(Step.STOPPING, str(was), str(to), revisions.revision_of(self.paths.database), str(copy))
        release_places.save(self.place, state)
        try:
            self.programs.stop()
            self._keep_copy(copy)
            state = self._store_step(state.at(Step.MIGRATING))
            way_back.command(self.place, to, self.paths.root, "migrate")
            way_back.command(self.place, to, self.paths.root, "verify")
            state = self._store_step(state.at(Step.STARTING, has_served=True))  # from here on it may enter taps
            release_folder.use_units(self.place, to)
            self.place.point(to)
            self.programs.start()
            self._wait_until_well(str(to), before)
        except KeyboardInterrupt:
            return self._take_back(state, f"the update to {to} {_CUT}", before)
        except (KioskError, OSError) as fault:
            return self._take_back(state, f"{to} was taken back: {fault}", before)
        self._store_step(state.at(Step.DONE, ok=True, says=f"{was} -> {to}"))
        return ""

    def _store_step(self, state: State) -> State:
        """Store an update's new step and return the update."""
        release_places.save(self.place, state)
        return state

    def _take_back(self, state: State, why: str, before: Reports | None) -> str:
        """Go back to the former release and return why, in words."""
        log.warning("%s", why)
        self._store_step(state.at(Step.GOING_BACK, says=why))
        reason = way_back.go_back(self.place, self.paths, state, self.programs, self.clock.now())
        why = f"{why}; {reason}" if reason else why
        if not isinstance(self.programs, Untouched):  # while the machine starts, none runs yet
            try:
                self._wait_until_well(state.was, before)
            except MachineError as fault:
                why = f"{why}; and now {fault}"
        self._store_step(state.at(Step.DONE, says=why))
        return why

    def _wait_until_well(self, version: str, before: Reports | None) -> None:
        """Wait until both programs of a version work as well as before. Raises as `program_control` does."""
        program_control.wait_until_well(self.settings, version, before, self.pause, self.patience.well_seconds)

    def _keep_copy(self, copy: Path) -> None:
        """Keep a copy of the database for the way back, read back and synced."""
        copying.keep(self.paths.database, copy)

    def _wait_for_quiet(self) -> Reports:
        """Wait until the door is quiet and the screen has announced the stop, and return what the programs report.
        Raises AnswerIsNo `entrance-busy`.
        """
        for _ in range(int(WAITING_SECONDS / _LOOK_SECONDS)):
            facts = program_control.reports(self.settings)
            if self._is_quiet(facts, self.patience.quiet_seconds):
                self._announce()
                self.pause(SAID_SECONDS)
                still = min(SAID_SECONDS, self.patience.quiet_seconds)  # no tap since the announcement
                if self._is_quiet(program_control.reports(self.settings), still):
                    return facts
                self._end_announcement()
            self.pause(_LOOK_SECONDS)
        raise AnswerIsNo("entrance-busy", "the door is in constant use: nothing was changed")

    @staticmethod
    def _is_quiet(facts: Reports, seconds: float) -> bool:
        """Return whether every door of this machine is quiet."""
        entrance, _desk, *others = facts
        return all(_is_quiet(each, seconds) for each in (entrance, *others))

    def _announce(self) -> None:
        """Announce the update to the screen by an empty file."""
        with suppress(OSError, MachineError):  # the update goes on without the announcement
            self.paths.runtime.mkdir(mode=0o755, exist_ok=True)
            root_files.mark(self.paths.runtime / status_file.UPDATING)

    def _end_announcement(self) -> None:
        """Withdraw the announcement of the update."""
        with suppress(OSError, MachineError):
            root_files.unmark(self.paths.runtime / status_file.UPDATING)

    def resume(self) -> str:
        """Finish an update that was interrupted, and return what was done; see `_finish_other`."""
        with self.place.locked(self.pause):
            return self._finish_other()

    def _finish_other(self) -> str:
        """Finish an update that another process began, and return what was done. One that had only stopped the programs
        starts them again; a later one goes back to the former release; one that is done is recorded.
        """
        self.place.forget_fetched()
        state = release_places.load(self.place)
        if state is None:
            self._end_announcement()
            return "no update is under way"
        if state.step is Step.STOPPING:
            self.programs.start()
            release_places.save(self.place, state.at(Step.DONE, says=f"the update to {state.to} {_CUT}"))
        elif state.step is not Step.DONE:  # DONE: only the report is left
            self._take_back(state, state.says or f"the update to {state.to} {_CUT}", None)
        return self._record_end()

    def _conclude(self) -> None:
        """Let the running release report the end of the update: this program may be of the former one, which the
        database's schema is too new for.
        """
        with suppress(MachineError):  # then the next start reports it
            way_back.command(self.place, self.place.running(), self.paths.root, "update", "--resume")

    def _record_end(self) -> str:
        """Record how the update ended for the desk and `kiosk check`, remove its files, and return it in words."""
        state = release_places.load(self.place)
        if state is None or state.step is not Step.DONE:
            raise AssertionError("only an update that ended is noted")
        with suppress(KioskError), home.opened(self.paths.root) as opened, opened.store.writing() as connection:
            # a database that cannot be written must not hold the rest up
            upkeep_rows.note(connection, Care.UPDATE, self.clock.now(), ok=state.ok, says=state.says)
        facts = release_places.known(self.place)
        if not state.ok and _CUT not in state.says:  # one that was cut short may be tried again
            release_places.write(self.place.known, {**facts, "taken_back": state.to, "why": state.says})
        Path(state.copy).unlink(missing_ok=True)  # the verified backup stays like others
        self._end_announcement()
        release_places.save(self.place, None)
        self.place.forget_others(way_back.version_of(state.was), self.place.running())
        return state.says


def _is_quiet(entrance: Facts | None, seconds: float) -> bool:
    """Return whether a door was quiet for at least `seconds`. One that does not answer, or reports no idle time, counts
    as quiet.
    """
    return entrance is None or float(entrance.get("idle_seconds", seconds)) >= seconds


def of(
    root: Path,
    place: Place,
    programs: Programs,
    clock: Clock,
    pause: Callable[[float], object],
    patience: Patience,
) -> Update:
    """Return the updater of a home's machine. Raises RequestError `no-home` or `config`."""
    paths = home.find(root)
    return Update(place, paths, home.settings(paths), programs, clock, pause, patience)
