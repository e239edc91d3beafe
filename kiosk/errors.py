"""One root of errors, each with a stable code that docs, screens and scripts may rely on.

A refusal at the door is no error: it is a value (`kiosk.domain.checkin.access.Denied`). What descends from
`KioskError` is what should not happen, or what was asked wrongly; its message is one line that says what, where and
what to do.
"""

from kiosk.domain.problems import Coded, Mistake


class KioskError(Coded):
    """Any error of ours but the domain's. `exit_status` is what the command line ends with."""

    exit_status = 3


class AnswerIsNo(KioskError):
    """The question was right and the answer is no: a check failed, nothing was found (exit status 1)."""

    exit_status = 1


class RequestError(KioskError, Mistake):
    """What was asked cannot be: a wrong value, or something named that does not exist (exit status 2)."""

    exit_status = 2


class Busy(RequestError):
    """Nothing is wrong with what was asked: the same is right a moment later."""


class MachineError(KioskError):
    """The machine failed: a disk, a port, a device (exit status 3)."""


class DeviceOffline(MachineError):
    """A reader or a door that does not answer. Its owner retries; no other caller needs to."""
