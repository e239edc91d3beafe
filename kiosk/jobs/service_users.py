"""Makes the group that reads the chain's key, and the user of what calls outwards, where an update brought this
release: the installer makes them elsewhere.
"""

import os
from contextlib import suppress
from pathlib import Path

from kiosk import key_rights
from kiosk.errors import KioskError
from kiosk.install import layout
from kiosk.install.machine import Machine
from kiosk.setup import key_mending


def make(root: Path) -> list[str]:
    """Make them, as root, where a key of this home wants them. Returns what was done; nothing where the system's files
    cannot be written: the key stays as it is then, and `kiosk check` says so.
    """
    if os.geteuid() != 0:
        return []
    machine = Machine(tell=lambda line: None)
    with suppress(KioskError, OSError):
        if machine.has_user(layout.DESK) and key_rights.lacks_group(root / "keys" / "shared"):
            layout.make_office(machine)
        if machine.has_user(layout.DESK) and key_mending.lacks_outside(root):
            layout.make_outside(machine)
    return machine.changes
