"""Wakes the program that calls outwards, on a machine where that is a program of its own.

`KIOSK_WAKES` names the file that systemd looks for; without it, as on a laptop, `kiosk due` sends what waits itself.
The file lies in memory (`/run`): to wake costs no sync and no statement, and a wake that fails is made up for by the
next pass of time.
"""

import os
from contextlib import suppress

_NAME = "KIOSK_WAKES"
_MADE = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def is_elsewhere() -> bool:
    """Tell whether another program of this machine calls outwards."""
    return bool(os.environ.get(_NAME))


def call() -> None:
    """Wake it. Nothing happens where there is none, and where its folder cannot be written."""
    if path := os.environ.get(_NAME):
        with suppress(OSError):
            os.close(os.open(path, _MADE, 0o660))
