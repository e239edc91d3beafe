"""Wakes the program that calls outwards, on a machine where it is a program of its own.

`KIOSK_WAKES` names the file that systemd watches for; without it, as on a laptop, `kiosk due` sends what waits itself.
The file is in memory (`/run`), so waking costs no sync and no query, and the next timed pass makes up for one that
fails.
"""

import os
from contextlib import suppress

_NAME = "KIOSK_WAKES"  # the environment's variable with the path of the file to touch
_MADE = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def is_elsewhere() -> bool:
    """Return whether another program of this machine calls outwards."""
    return bool(os.environ.get(_NAME))


def call() -> None:
    """Wake the program that calls outwards; do nothing where there is none, or its folder cannot be written."""
    if path := os.environ.get(_NAME):
        with suppress(OSError):
            os.close(os.open(path, _MADE, 0o660))
