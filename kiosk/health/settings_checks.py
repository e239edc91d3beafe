"""Checks kiosk.toml: whether it is in force, which of its changes wait to be accepted, and whether the running entrance
was started with it.

On a machine of several users a change in kiosk.toml that touches the door is in force only once it is *accepted*, by
`kiosk config accept`; while the file is faulty, the settings that were last accepted are in force.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kiosk import config_in_force
from kiosk.config_in_force import AS_WRITTEN, InForce
from kiosk.domain.health.findings import Finding
from kiosk.errors import RequestError
from kiosk.health.finding_codes import make_finding
from kiosk.health.machine_facts import Machine
from kiosk.home import Home


def check(root: Path, running: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield findings about the settings of the home at `root`: how kiosk.toml differs from those in force, or that the
    entrance has to restart, or that all is in order. `running` is the entrance's report, empty where it is silent.
    """
    try:
        in_force = config_in_force.find(root)
    except RequestError:
        return  # no settings can be read: the check of the home reports it
    differences = list(_differences(in_force, config_in_force.is_shared(root)))
    # Now all of kiosk.toml is in force (AS_WRITTEN), but the entrance was started before that.
    if not differences and running.get("settings", AS_WRITTEN) != AS_WRITTEN:
        differences = [make_finding("settings-restart")]
    yield from differences or [make_finding("settings")]


def simulated_door(opened: Home, machine: Machine) -> Iterator[Finding]:
    """Find a simulated door in a home that is not for training, where an entrance starts with the machine (its systemd
    unit is enabled): people stand before that door, and nothing opens it.
    """
    if not opened.training and not opened.config.real and machine.starts("kiosk-entrance*.service"):
        yield make_finding("door-simulated-counts")


def _differences(in_force: InForce, is_shared: bool) -> Iterator[Finding]:
    """Yield how kiosk.toml differs from the settings in force."""
    if in_force.fault:
        yield make_finding("settings-accepted", fault=in_force.fault)
    if in_force.other_database:
        yield make_finding("settings-database")
    keys = [key for key in in_force.waiting if key != "database.url"]  # that one has the finding above
    if keys:
        yield make_finding("settings-waiting", keys=", ".join(keys))
    if in_force.is_to_adopt and is_shared:  # in a home of one user the next start accepts it
        yield make_finding("settings-new")
