"""Makes the group that reads the chain's key where an update brought this release: the installer makes it elsewhere."""

import os
from contextlib import suppress
from pathlib import Path

from kiosk import key_rights
from kiosk.errors import KioskError
from kiosk.install import layout
from kiosk.install.machine import Machine


def make(root: Path) -> list[str]:
    """Make the group of the desk's programs, as root, where a key of this home wants it. Returns what was done; nothing
    where the system's files cannot be written: the key stays as it is then, and `kiosk check` says so.
    """
    if os.geteuid() != 0 or not key_rights.lacks_group(root / "keys" / "shared"):
        return []
    machine = Machine(tell=lambda line: None)
    with suppress(KioskError, OSError):
        if machine.has_user(layout.DESK):
            layout.make_office(machine)
    return machine.changes
