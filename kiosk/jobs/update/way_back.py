"""Goes back to the former release: its database, its link, its units, its programs.

Each act can be repeated, so an interrupted way back starts over. Entries made by the new release are kept wherever
possible: once it may have served a tap, its own migration takes the database back, and only where that fails does the
copy from before take its place, with the newer database laid aside. What that one had more is then recorded as lost, so
that the former release gives no number twice.
"""

import os
import stat
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kiosk import root_files
from kiosk.domain.copies.versions import Version, parse
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.jobs import reconciliation
from kiosk.jobs.update import release_folder
from kiosk.jobs.update.program_control import Programs
from kiosk.jobs.update.release_places import Place, State
from kiosk.store import copying, revisions

_PIECE = 1 << 20  # bytes copied at once
_OF_BOTH = 0o660  # where the folder is shared by both programs' users


def go_back(place: Place, paths: Paths, state: State, programs: Programs, now: datetime) -> str:
    """Bring everything back to the former release, and return what happened to the database, in words. Raises
    MachineError.
    """
    programs.stop()
    reason = ""
    # The migration changed the schema, or was cut short on its way down, which removes the triggers.
    if revisions.revision_of(paths.database) != state.revision or not revisions.is_guarded(paths.database):
        reason = _database_back(place, paths, state, now)
    was = version_of(state.was)
    place.point(was)
    release_folder.use_units(place, was)
    programs.start()
    return reason


def _database_back(place: Place, paths: Paths, state: State, now: datetime) -> str:
    """Bring the database back to the former release's schema, keeping entries if possible, and return what happened, in
    words.
    """
    was, to = version_of(state.was), version_of(state.to)
    if state.has_served:
        try:
            command(place, to, paths.root, "migrate", "--back", state.revision)
            command(place, was, paths.root, "migrate")  # sets the former release's guards
            command(place, was, paths.root, "verify")
        except MachineError:
            aside = Path(state.copy).with_suffix(".after.db")
            if not aside.exists():
                copying.lay_aside(paths.database, aside)
            restore(Path(state.copy), paths.database)
            reconciliation.after_way_back(paths, aside, now)
            return f"the database is the copy from before; what was entered since is in {aside.name}"
        return "what was entered since is kept"
    restore(Path(state.copy), paths.database)
    return ""


def restore(copy: Path, database: Path) -> None:
    """Put a copy in the database's place. The replaced one's log is removed first, or SQLite would read it into the
    copy.

    Anything in the way there is removed, since others can write to the folder.
    """
    with root_files.held(copy) as source, root_files.acting_on(database), root_files.opened(database.parent) as folder:
        draft = f".{database.name}.back"
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        with root_files.new(folder, draft) as file:
            while piece := os.read(source, _PIECE):
                file.write(piece)
            file.flush()
            root_files.Holder(_mode(folder, database.name)).take(file.fileno())
            os.fsync(file.fileno())
        for end in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.unlink(database.name + end, dir_fd=folder)
        os.fsync(folder)
        os.rename(draft, database.name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)


def _mode(folder: int, name: str) -> int:
    """Return the rights of the database that is there; those of a shared folder where it is gone."""
    with suppress(FileNotFoundError):
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISREG(facts.st_mode):
            return stat.S_IMODE(facts.st_mode) & 0o660
    return _OF_BOTH


def command(place: Place, version: Version, home: Path, *words: str) -> str:
    """Run one command of a release on the home to its end, and return its output. Raises MachineError `update-step`
    with its last words.
    """
    line = [str(place.python(version)), "-I", "-m", "kiosk", "--home", str(home), *words]
    done = subprocess.run(  # noqa: S603  # our words and paths
        line,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        close_fds=False,  # it inherits the update's lock while it works, even if the update is killed
    )
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise MachineError("update-step", f"release {version}, {' '.join(words)}: {last_line}")
    return done.stdout


def version_of(text: str) -> Version:
    """Return the version in a text that an update wrote. Raises MachineError `update-state`."""
    version = parse(text)
    if version is None:
        raise MachineError("update-state", f"update.json names {text!r}, which is no release: docs/machine.md")
    return version
