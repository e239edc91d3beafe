"""Manages the units of a machine's further doors: an instance of one template for each [[more_doors]] of kiosk.toml.

A door has its units if its socket's drop-in exists, which names the port of its screen. The drop-in is written before
the instance is enabled and removed after it is disabled, so that the next run completes an interrupted one.
"""

from pathlib import Path

from kiosk.install import debian, homes
from kiosk.install.machine import Machine

UNITS = "/etc/systemd/system"
TEMPLATE = "kiosk-entrance@.service"
_NAME = "kiosk-entrance@"
_KINDS = ("socket", "service")  # in the order in which they start


def drop_in(door: int) -> str:
    """Return the path of the drop-in that names the port of a door's screen."""
    return f"{UNITS}/{_NAME}{door}.socket.d/local.conf"


def in_place(machine: Machine) -> list[int]:
    """Return the numbers of the doors that have units; empty where no release here has the template."""
    if not machine.at(f"{UNITS}/{TEMPLATE}").is_file():
        return []
    return _doors_with_units(machine)


def units(doors: list[int]) -> list[str]:
    """Return the names of doors' units, sockets first."""
    return [f"{_NAME}{door}.{kind}" for kind in _KINDS for door in doors]


def settle(machine: Machine) -> bool:
    """Give each further door of kiosk.toml its units, enabled, remove those of doors that are gone, and return whether
    anything changed.
    """
    doors_in_settings = homes.more_doors(machine) if machine.at(f"{UNITS}/{TEMPLATE}").is_file() else {}
    changed = [machine.write(drop_in(door), _drop_in_text(port)) for door, port in doors_in_settings.items()]
    if machine.answers("systemctl", "--version") is not None:  # systemd is installed, running or not
        off = [
            name for name in units(list(doors_in_settings)) if machine.answers("systemctl", "is-enabled", name) is None
        ]
        if off:
            machine.run("systemctl", "enable", "--quiet", *off)
    gone = [door for door in _doors_with_units(machine) if door not in doors_in_settings]
    _remove_units(machine, gone)
    return any(changed) or bool(gone)


def remove(machine: Machine) -> None:
    """Remove the units of all further doors."""
    _remove_units(machine, _doors_with_units(machine))


def _remove_units(machine: Machine, doors: list[int]) -> None:
    """Disable the units of doors that are gone, and remove their settings for systemd."""
    on = [name for name in units(doors) if machine.answers("systemctl", "is-enabled", name) is not None]
    if on:
        now = ["--now"] if debian.has_systemd(machine) else []
        machine.run("systemctl", "disable", "--quiet", *now, *on)
    for door in doors:
        machine.remove_drop_in(drop_in(door))


def _doors_with_units(machine: Machine) -> list[int]:
    """Return the numbers of the doors that an earlier run installed, in order."""
    ours = machine.at(UNITS).glob(f"{_NAME}*.socket.d/{Path(drop_in(0)).name}")
    numbers = (path.parent.name[len(_NAME) : -len(".socket.d")] for path in ours)
    return sorted(int(number) for number in numbers if number.isascii() and number.isdigit())


def _drop_in_text(port: int) -> str:
    """Return the setting of a door's socket: its screen's port."""
    return f"# As kiosk.toml has it. Written by scripts/install.\n[Socket]\nListenStream=127.0.0.1:{port}\n"
