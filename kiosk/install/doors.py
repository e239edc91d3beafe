"""The units of a machine's further doors: an instance of one template for each [[more_doors]] of kiosk.toml.

What says that a door has its units is its socket's drop-in, which names its screen's port. It is written before the
instance is enabled, and taken away after it was disabled, so that a run that was cut is seen and ended by the next.
"""

from pathlib import Path

from kiosk.install import debian, homes
from kiosk.install.machine import Machine

UNITS = "/etc/systemd/system"
TEMPLATE = "kiosk-entrance@.service"
_NAME = "kiosk-entrance@"
_KINDS = ("socket", "service")  # in the order in which they start


def drop_in(door: int) -> str:
    """Where it is said on which port a door's screen is."""
    return f"{UNITS}/{_NAME}{door}.socket.d/local.conf"


def in_place(machine: Machine) -> list[int]:
    """The doors that have units, by their numbers; none where no release that runs here has the template."""
    if not machine.at(f"{UNITS}/{TEMPLATE}").is_file():
        return []
    return _left(machine)


def units(doors: list[int]) -> list[str]:
    """The names of their units, sockets first."""
    return [f"{_NAME}{door}.{kind}" for kind in _KINDS for door in doors]


def settle(machine: Machine) -> bool:
    """Each further door of kiosk.toml has its units, enabled; one that is there no more has none. Returns whether that
    is a change.
    """
    wanted = homes.more_doors(machine) if machine.at(f"{UNITS}/{TEMPLATE}").is_file() else {}
    changed = [machine.write(drop_in(door), _text(port)) for door, port in wanted.items()]
    if machine.answers("systemctl", "--version") is not None:
        off = [name for name in units(list(wanted)) if machine.answers("systemctl", "is-enabled", name) is None]
        if off:
            machine.run("systemctl", "enable", "--quiet", *off)
    gone = [door for door in _left(machine) if door not in wanted]
    _take_away(machine, gone)
    return any(changed) or bool(gone)


def remove(machine: Machine) -> None:
    """No further door has units."""
    _take_away(machine, _left(machine))


def _take_away(machine: Machine, doors: list[int]) -> None:
    on = [name for name in units(doors) if machine.answers("systemctl", "is-enabled", name) is not None]
    if on:
        now = ["--now"] if debian.has_systemd(machine) else []
        machine.run("systemctl", "disable", "--quiet", *now, *on)
    for door in doors:
        machine.remove_drop_in(drop_in(door))


def _left(machine: Machine) -> list[int]:
    ours = machine.at(UNITS).glob(f"{_NAME}*.socket.d/{Path(drop_in(0)).name}")
    found = (path.parent.name[len(_NAME) : -len(".socket.d")] for path in ours)
    return sorted(int(name) for name in found if name.isascii() and name.isdigit())


def _text(port: int) -> str:
    return f"# As kiosk.toml has it. Written by scripts/install.\n[Socket]\nListenStream=127.0.0.1:{port}\n"
