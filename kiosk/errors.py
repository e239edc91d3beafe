"""One root of errors, each with a stable code that docs, screens and scripts may rely on.

A refusal at the door is no error: it is a value (`kiosk.domain.checkin.access.Denied`). What descends from
`KioskError` is what should not happen, or what was asked wrongly; its message is one line that says what, where and
what to do.
"""

from collections.abc import Mapping


class KioskError(Exception):
    """Any error of ours. `code` is stable; `exit_status` is what the command line ends with.

    `values` are what its words for people need, by name: sums in cents are numbers, all else is text. Names of people
    stand there alone, and never in the message.
    """

    exit_status = 3

    def __init__(self, code: str, message: str, values: Mapping[str, int | str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.values = dict(values or {})

    def __reduce__(self) -> tuple[type["KioskError"], tuple[str, str, dict[str, int | str]]]:
        """As it crosses from one process to another: with its code and its values."""
        return type(self), (self.code, str(self), self.values)


class AnswerIsNo(KioskError):
    """The question was right and the answer is no: a check failed, nothing was found (exit status 1)."""

    exit_status = 1


class RequestError(KioskError):
    """What was asked cannot be: a wrong value, or something named that does not exist (exit status 2)."""

    exit_status = 2


class MachineError(KioskError):
    """The machine failed: a disk, a port, a device (exit status 3)."""


class DeviceOffline(MachineError):
    """A reader or a door that does not answer. Its owner retries; nobody else needs to."""
