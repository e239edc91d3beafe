"""Makes the group for the chain's key and the user for outward calls after an update to a release that needs them; on a
new machine the installer makes them.
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
    """Make both as root where a key of this home needs them, and return what was done. Where the system's files cannot
    be written nothing is changed, and `kiosk check` reports it.
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
