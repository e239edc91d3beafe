"""Goes back to the release from before: its database, its link, its units, its programs.

Each act can be done again, so that who finds a way back half gone goes it from its start. What was entered by the new
release is kept wherever it can be: once it may have served somebody, its database is taken back by its own migration's
way down, and only where that fails does the copy from before take its place, with the newer one laid aside.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.copies.versions import Version, parse
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.jobs.update import release_folder
from kiosk.jobs.update.program_control import Programs
from kiosk.jobs.update.release_places import Place, State, sync
from kiosk.store import copying, engine

Tell = Callable[[str], None]


def go_back(place: Place, paths: Paths, state: State, programs: Programs) -> str:
    """Bring everything back as it was. Returns what happened to the database, in words. Raises MachineError."""
    programs.stop()
    said = ""
    if engine.revision_of(paths.database) != state.revision or not engine.is_guarded(paths.database):
        said = _database_back(place, paths, state)
    was = version_of(state.was)
    place.point(was)
    release_folder.use_units(place, was)
    programs.start()
    return said


def _database_back(place: Place, paths: Paths, state: State) -> str:
    was, to = version_of(state.was), version_of(state.to)
    if state.has_served:
        try:
            command(place, to, paths.root, "migrate", "--back", state.revision)
            command(place, was, paths.root, "migrate")  # its own guards
            command(place, was, paths.root, "verify")
        except MachineError:
            aside = Path(state.copy).with_suffix(".after.db")
            if not aside.exists():
                copying.lay_aside(paths.database, aside)
            restore(Path(state.copy), paths.database)
            return f"the database is the copy from before; what was entered since is in {aside.name}"
        return "what was entered since is kept"
    restore(Path(state.copy), paths.database)
    return ""


def restore(copy: Path, database: Path) -> None:
    """Put a copy in the database's place; the other one's log goes first, or it would be read into the copy."""
    owned = database.stat()
    draft = database.with_name(f".{database.name}.back")
    shutil.copyfile(copy, draft)
    os.chown(draft, owned.st_uid, owned.st_gid)
    draft.chmod(owned.st_mode & 0o7777)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    sync(database.parent)
    draft.replace(database)
    sync(database.parent)


def command(place: Place, version: Version, home: Path, *words: str) -> str:
    """Run one command of a release on the home, to its end. Raises MachineError `update-step` with its last words."""
    line = [str(place.python(version)), "-I", "-m", "kiosk", "--home", str(home), *words]
    done = subprocess.run(  # noqa: S603  # our words and paths
        line,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        close_fds=False,  # it holds the update's lock for as long as it works, even if the update is killed
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise MachineError("update-step", f"release {version}, {' '.join(words)}: {said}")
    return done.stdout


def version_of(text: str) -> Version:
    """A version that we wrote ourselves. Raises MachineError `update-state`."""
    found = parse(text)
    if found is None:
        raise MachineError("update-state", f"update.json names {text!r}, which is no release: docs/manuel.md, 10")
    return found
