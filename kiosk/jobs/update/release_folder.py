"""Builds a release beside the one that runs, with the installer's own builder, and manages the units that belong to it.

Each release keeps its units in its own folder, so that going back brings them back as well.
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

_UNITS = "systemd"  # the release's folder with its units for systemd


def put_together(place: Place, release: Release) -> None:
    """Build a release's folder with its own virtual environment, from hashed packages only; it appears completely or
    not at all.

    Raises MachineError `install` or `release-packages`.
    """
    wheel = release.package if release.package.suffix == ".whl" else None
    source = Source(release.folder, str(release.version), wheel)
    build(_machine(place), source, _interpreter())
    if source.units.is_dir():
        shutil.copytree(source.units, place.folder(release.version) / _UNITS, dirs_exist_ok=True)
    reported = _reported_version(place.python(release.version))
    if reported != str(release.version):
        raise MachineError("release-packages", f"release {release.version} does not start: {reported}")
    os.sync()  # write all small files out before anything depends on them


def keep_units(place: Place, version: Version) -> None:
    """Copy the installed units into the folder of a release that has none, so that going back to it brings them back.

    A release that the installer put in place has its units only where systemd reads them.
    """
    folder = place.folder(version) / _UNITS
    if folder.is_dir():
        return
    machine, draft = _machine(place), folder.with_name(f".{_UNITS}")
    draft.mkdir(exist_ok=True)
    for path in services.placed(machine):
        shutil.copy(machine.at(path), draft / Path(path).name)
    os.sync()  # an empty unit file would break the way back
    draft.rename(folder)
    durable.sync_folder(folder.parent)


def use_units(place: Place, version: Version) -> None:
    """Install a release's units on a machine that has units. Raises MachineError `install`."""
    machine, units = _machine(place), place.folder(version) / _UNITS
    placed = services.placed(machine)
    if not placed or not units.is_dir():
        return
    display = any(Path(path).stem == "kiosk-display" for path in placed)
    services.copy_units(machine, units, display=display)
    if debian.has_systemd(machine):
        machine.run("systemctl", "daemon-reload")
        services.enable(machine, units, display=display)
        doors.settle(machine)  # enable the units of further doors in kiosk.toml, remove those of doors gone


def _interpreter() -> str:
    """Return the path of the Python interpreter from which the running release's environment was made."""
    lines = (Path(sys.prefix) / "pyvenv.cfg").read_text("utf-8").splitlines()
    settings = dict(line.partition(" = ")[::2] for line in lines)  # name and value, without the sign between
    return settings.get("executable", PYTHON)


def _machine(place: Place) -> Machine:
    """Return the installer's view of this machine, without its progress lines."""
    return Machine(place.machine, tell=lambda _line: None)


def _reported_version(python: Path) -> str:
    """Return the version that a release reports, or its last words where it fails."""
    command = [str(python), "-I", "-m", "kiosk", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our words
    last = ((done.stderr if done.returncode else done.stdout).split("\n")[:-1] or [""])[-1]
    return last if done.returncode else last.rpartition(" ")[2]
