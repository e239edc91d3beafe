"""Sets the system up: services and timers, the reader's udev rules, the kernel's drivers, and the command's wrapper.

The spool is the folder where taps wait that cannot be entered. A *unit* is a file by which systemd runs a program; a
*drop-in* changes a unit's settings. Units of a machine's further doors are instances of one template (`name@.service`).
"""

from collections.abc import Iterator
from pathlib import Path

from kiosk.install import debian, doors, homes, layout
from kiosk.install.answers import Answers
from kiosk.install.layout import HOME, PROGRAMS
from kiosk.install.machine import PROGRAM, Machine

COMMAND = "/usr/local/bin/kiosk"
# Drop-ins: what kiosk.toml adds to a unit, in a file that systemd reads with it.
DROP_IN = "/etc/systemd/system/kiosk-entrance.service.d/local.conf"
OTHERS_DROP_IN = "/etc/systemd/system/kiosk-entrance@.service.d/local.conf"  # of every further door
CHECK_DROP_IN = "/etc/systemd/system/kiosk-check.service.d/local.conf"
UNITS = "/etc/systemd/system"
# Where a file of systemd/ goes, by its suffix. Files with other suffixes are templates, or for people to read.
PLACES = {
    ".service": UNITS,
    ".socket": UNITS,
    ".timer": UNITS,
    ".path": UNITS,
    ".mount": UNITS,
    ".rules": "/etc/udev/rules.d",
    ".conf": "/etc/systemd/journald.conf.d",
    ".json": "/etc/chromium/policies/managed",
}
TMPFILES = "/etc/tmpfiles.d/kiosk.conf"
BLOCKED = "/etc/modprobe.d/kiosk-nfc.conf"
_PAGES = "kiosk-pages"
_DRIVERS = ("pn533_usb", "pn533", "nfc", "port100")  # the kernel's own drivers, which would take the reader

_WRAPPER = f"""\
#!/bin/sh
# The kiosk's command line, on this machine's home unless another one is named. Written by scripts/install.
export KIOSK_HOME="${{KIOSK_HOME:-{HOME}}}"
if [ "$KIOSK_HOME" = {HOME} ]; then
    export RUNTIME_DIRECTORY="${{RUNTIME_DIRECTORY:-/run/kiosk}}"
    export KIOSK_WAKES="${{KIOSK_WAKES:-/run/kiosk-outside/wake}}"
fi
exec {PROGRAMS}/current/venv/bin/python -I -m kiosk "$@"
"""
_BLOCKED_TEXT = (
    "# The kernel's own NFC drivers would take the reader from the kiosk. Written by scripts/install.\n"
    + "".join(f"blacklist {name}\ninstall {name} /bin/false\n" for name in _DRIVERS)
)
# The desk reads what the entrance leaves here, and lgpio needs a folder to write in; a file in the second folder wakes
# the program that calls outwards.
_TMPFILES_TEXT = f"""\
# What is only about now. Written by scripts/install.
d /run/kiosk 0755 {layout.ENTRANCE} {layout.GROUP} -
d /run/kiosk-outside 0770 root {layout.GROUP} -
"""


def use(machine: Machine, release: str) -> bool:
    """Point the link `current` at the folder of a release, write the command `kiosk` that runs it, and return whether
    either changed.
    """
    turned = machine.link(f"{PROGRAMS}/current", release.removeprefix(f"{PROGRAMS}/"))
    return machine.write(COMMAND, _WRAPPER, PROGRAM) or turned


def first_link(machine: Machine) -> str | None:
    """Return what `kiosk user first` prints, a link by which the first officer makes their account; None where there is
    an officer already, and in a dry run.
    """
    return None if machine.dry else machine.answers(str(machine.at(COMMAND)), "user", "first")


def is_in_use(machine: Machine, release: str) -> bool:
    """Tell whether the link `current`, by which the programs are started, leads to this release's folder."""
    current = machine.at(f"{PROGRAMS}/current")
    return current.is_symlink() and f"{PROGRAMS}/{current.readlink()}" == release


def prepare_devices(machine: Machine) -> bool:
    """Keep the kernel's drivers off the reader, make the runtime folders, write the drop-ins, and return whether those
    of the entrances changed, so that they have to restart.
    """
    machine.write(BLOCKED, _BLOCKED_TEXT)
    if machine.write(TMPFILES, _TMPFILES_TEXT) and debian.has_systemd(machine):
        machine.run("systemd-tmpfiles", "--create", TMPFILES)
    return _write_drop_in(machine)


def _write_drop_in(machine: Machine) -> bool:
    """Write what units must be allowed because of kiosk.toml: entrances a spool on a second medium and a simulated
    reader's packets, the first door's also the address of a lock on the network, `kiosk check` that lock. Return
    whether that changed anything for the entrances.
    """
    spool, lines = homes.spool_elsewhere(machine), []
    if spool is not None:
        machine.folder(spool, layout.SPOOL)
        lines.append(f"ReadWritePaths=-{spool}")  # `-`: a missing stick must not stop the entrance
    if homes.is_simulated(machine):
        lines += ["PrivateNetwork=no", "IPAddressAllow=localhost", "RestrictAddressFamilies=AF_INET AF_INET6"]  # UDP
    others = _write_lines(machine, OTHERS_DROP_IN, lines if homes.more_doors(machine) else [])
    if address := homes.lock_address(machine):
        lines += ["PrivateNetwork=no", f"IPAddressAllow={address}", "RestrictAddressFamilies=AF_INET"]
    for_check = [f"IPAddressAllow={address}"] if address else []  # `kiosk check` asks the lock how it is
    if line := homes.lock_line(machine):  # the entrance may use serial lines anyway, for its reader
        for_check = [f"DeviceAllow=char-{line} rw"]
    _write_lines(machine, CHECK_DROP_IN, for_check)
    return _write_lines(machine, DROP_IN, lines) or others


def _write_lines(machine: Machine, drop_in: str, lines: list[str]) -> bool:
    """Write a unit's drop-in, or remove it where there are no lines, and return whether that changed anything."""
    if not lines:
        return machine.remove_drop_in(drop_in)
    text = "\n".join(["# As kiosk.toml has it. Written by scripts/install.", "[Service]", *lines, ""])
    return machine.write(drop_in, text)


def copy_units(machine: Machine, units: Path, *, display: bool) -> bool:
    """Copy every unit and rule to its place, the touchscreen's only with `display`, remove all others of the kiosk, and
    return whether anything changed.
    """
    units_by_target = {target: path for path, target in manifest(units) if display or not _is_display(path)}
    changed = [machine.write(target, path.read_text("utf-8")) for target, path in units_by_target.items()]
    old = [path for path in placed(machine) if path not in units_by_target]
    return any([*changed, *(machine.remove(path) for path in old)])


def manifest(units: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of systemd/ that has a place on the machine, with its path there, by name."""
    for path in sorted(units.iterdir()) if units.is_dir() else []:
        if path.suffix in PLACES and path.is_file():
            yield path, f"{PLACES[path.suffix]}/{path.name}"


def placed(machine: Machine) -> list[str]:
    """Return the paths of installed units and rules with `kiosk` in their names, of any release."""
    paths = []
    for place in sorted(set(PLACES.values())):
        ours = machine.at(place).glob("*kiosk*")
        paths += [f"{place}/{path.name}" for path in ours if path.suffix in PLACES and path.is_file()]
    return sorted(paths)


def enable(machine: Machine, units: Path, *, display: bool) -> bool:
    """Let every unit with an [Install] section start with the machine, but for templates, the touchscreen's without
    `display`, and those of members' pages in a home without any, which are disabled. Return whether members' pages were
    turned on or off, for which the programs have to restart.
    """
    names = ["systemd-timesyncd.service"]
    for path, target in manifest(units):
        if target.startswith(UNITS) and "[Install]" in path.read_text("utf-8") and (display or not _is_display(path)):
            names += [] if _is_template(path.name) or _is_left_out(machine, path.name) else [path.name]
    off = [name for name in names if machine.answers("systemctl", "is-enabled", name) is None]
    if off:
        machine.run("systemctl", "enable", "--quiet", *off)
    # Members' pages that an earlier run enabled, in a home that no longer has any.
    over = [path.name for path, _ in manifest(units) if _is_left_out(machine, path.name)]
    over = [name for name in over if machine.answers("systemctl", "is-enabled", name) is not None]
    if over:
        machine.run("systemctl", "disable", "--quiet", "--now", *over)
    return bool(over) or any(name.startswith(_PAGES) for name in off)


def start(machine: Machine, units: Path, *, display: bool) -> None:
    """Start the sockets, timers and watched paths, and restart the programs that run all the time (entrances, desk,
    members' pages, and with `display` the touchscreen), so that they run this release.
    """
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "try-restart", "systemd-journald.service")
    if machine.at("/run/udev/control").exists():
        machine.run("udevadm", "control", "--reload")
        machine.run("udevadm", "trigger", "--subsystem-match=usb", "--subsystem-match=tty", "--action=change")
    names = [path.name for path, target in manifest(units) if target.startswith(UNITS)]
    others = doors.units(doors.in_place(machine))
    names = [name for name in names if not _is_template(name) and not _is_left_out(machine, name)] + others
    sockets = [name for name in names if name.endswith((".socket", ".timer", ".path"))]  # these start programs
    always = {"kiosk-entrance.service", "kiosk-desk.service", "kiosk-pages.service"}
    running = {*always, *(["kiosk-display.service"] if display else []), *others}
    programs = [name for name in names if name in running and name not in sockets]
    machine.run("systemctl", "start", "systemd-timesyncd.service", *sockets)
    if programs:
        machine.run("systemctl", "restart", *programs)


def stop(machine: Machine) -> None:
    """Stop every unit of ours that runs, timers and sockets first, so that nothing starts again meanwhile."""
    names = [Path(path).name for path in placed(machine) if path.startswith(UNITS)]
    names += doors.units(doors.in_place(machine))
    order = sorted(names, key=lambda name: (name.endswith(".service"), name))  # services last
    running = [name for name in order if machine.answers("systemctl", "is-active", "--quiet", name) is not None]
    if running:
        machine.run("systemctl", "stop", *running)


def remove(machine: Machine) -> None:
    """Disable and remove units, rules and drop-ins, the rule that makes runtime folders, and the list of drivers that
    the kernel must not load.
    """
    doors.remove(machine)
    names = [Path(path).name for path in placed(machine) if path.startswith(UNITS)]
    on = [name for name in names if machine.answers("systemctl", "is-enabled", name) is not None]
    if on:
        machine.run("systemctl", "disable", "--quiet", *on)
    for path in (*placed(machine), TMPFILES, BLOCKED):
        machine.remove(path)
    for path in (DROP_IN, OTHERS_DROP_IN, CHECK_DROP_IN):
        machine.remove_drop_in(path)
    if debian.has_systemd(machine) and names:
        machine.run("systemctl", "daemon-reload")


def _is_left_out(machine: Machine, name: str) -> bool:
    """Return whether a unit belongs to members' pages, in a home that has none."""
    return name.startswith(_PAGES) and not homes.has_pages(machine)


def _is_template(name: str) -> bool:
    """Tell whether a unit is a template, which a further door starts with its number."""
    return "@." in name


def _is_display(path: Path) -> bool:
    """Tell whether a unit is that of the touchscreen."""
    return path.stem == "kiosk-display"


def needs_restart_once(machine: Machine) -> bool:
    """Tell whether the machine has to restart once: the kernel has loaded a driver that it is now told to leave out."""
    return any(machine.at(f"/sys/module/{name}").exists() for name in _DRIVERS)


def address(answers: Answers) -> str:
    """Return the desk's address for browsers: by its name in the network, else on this machine."""
    return f"https://{answers.host}/" if answers.host else "http://localhost:8081/"
