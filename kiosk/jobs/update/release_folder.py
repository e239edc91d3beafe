"""Puts a release together beside the one that runs, by the installer's own builder, with the units that belong to it.

Each release keeps its units in its own folder, so that going back brings back the units as well.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from kiosk import durable
from kiosk.domain.copies.versions import Version
from kiosk.errors import MachineError
from kiosk.install import debian, doors, services
from kiosk.install.machine import Machine
from kiosk.install.release import PYTHON, Source, build
from kiosk.jobs.update.release_files import Release
from kiosk.jobs.update.release_places import Place

_UNITS = "systemd"


def put_together(place: Place, release: Release) -> None:
    """A folder with the release's own virtual environment, from hashed packages only; it appears whole or not at all.

    Raises MachineError `install` or `release-packages`.
    """
    wheel = release.package if release.package.suffix == ".whl" else None
    source = Source(release.folder, str(release.version), wheel)
    build(_machine(place), source, _interpreter())
    if source.units.is_dir():
        shutil.copytree(source.units, place.folder(release.version) / _UNITS, dirs_exist_ok=True)
    said = _says(place.python(release.version))
    if said != str(release.version):
        raise MachineError("release-packages", f"release {release.version} does not start: {said}")
    os.sync()  # thousands of small files: all of them before anything depends on them


def keep_units(place: Place, version: Version) -> None:
    """Let a release that has no units of its own have those that are in place: the installer put them there."""
    folder = place.folder(version) / _UNITS
    if folder.is_dir():
        return
    machine, draft = _machine(place), folder.with_name(f".{_UNITS}")
    draft.mkdir(exist_ok=True)
    for path in services.placed(machine):
        shutil.copy(machine.at(path), draft / Path(path).name)
    os.sync()  # an empty file is a unit that never starts: the way back would put it in place
    draft.rename(folder)
    durable.sync_folder(folder.parent)


def use_units(place: Place, version: Version) -> None:
    """Put a release's units in place, on a machine that has units at all. Raises MachineError `install`."""
    machine, units = _machine(place), place.folder(version) / _UNITS
    placed = services.placed(machine)
    if not placed or not units.is_dir():
        return
    display = any(Path(path).stem == "kiosk-display" for path in placed)
    services.copy_units(machine, units, display=display)
    if debian.has_systemd(machine):
        machine.run("systemctl", "daemon-reload")
        services.enable(machine, units, display=display)
        doors.settle(machine)


def _interpreter() -> str:
    """The interpreter that the running release's environment was made of."""
    lines = (Path(sys.prefix) / "pyvenv.cfg").read_text("utf-8").splitlines()
    found = dict(line.partition(" = ")[::2] for line in lines)
    return found.get("executable", PYTHON)


def _machine(place: Place) -> Machine:
    return Machine(place.machine, tell=lambda _line: None)


def _says(python: Path) -> str:
    """The version that a release says it is, or why it says nothing."""
    command = [str(python), "-I", "-m", "kiosk", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our words
    last = ((done.stderr if done.returncode else done.stdout).split("\n")[:-1] or [""])[-1]
    return last if done.returncode else last.rpartition(" ")[2]
