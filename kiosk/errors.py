"""The errors' common root; each error has a stable code that docs, screens and scripts may rely on.

A refusal at the door is no error but a value (`kiosk.domain.checkin.access.Denied`). A `KioskError` is raised for what
should not happen and for wrong requests; its message is one line that says what, where and what to do.
"""

from kiosk.domain.problems import Coded, Mistake


class KioskError(Coded):
    """Any error of ours outside the domain. `exit_status` is the command line's exit status for it."""

    exit_status = 3


class AnswerIsNo(KioskError):
    """Raised where the question was right and the answer is no: a check failed, or nothing was found (exit status
    1).
    """

    exit_status = 1


class RequestError(KioskError, Mistake):
    """Raised for a wrong request: a wrong value, or the name of something that does not exist (exit status 2)."""

    exit_status = 2


class Busy(RequestError):
    """Raised for a right request at a busy moment: the same request may succeed a moment later."""


class MachineError(KioskError):
    """Raised where the machine failed: a disk, a port, a device (exit status 3)."""


class DeviceOffline(MachineError):
    """Raised by a reader or a door that does not answer. Its owner retries; no other caller needs to."""
