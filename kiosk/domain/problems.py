"""Defines what every error of ours carries: a stable code, the field it is about, and the values its words need."""

from datetime import date, time
from typing import Self

Value = int | str | date | time


class Coded(Exception):
    """An exception with a code. Its message is one line of English for the terminal and the log.

    A message names its values in braces; it is empty where the code's own sentence says everything. Each edge (screen,
    desk, command line) puts code and values into words (`kiosk.language.problems`). Amounts are whole cents in values
    whose name ends in `_cents`; other values than numbers and days are stored as text. People's names stand among the
    values only, never in the message. `field` is the form's name of the wrong value; empty for the request as a whole.
    """

    def __init__(self, code: str, message: str = "", /, *, field: str = "", **values: object) -> None:
        self.message = message.format(**values) if values else message
        self.code, self.field = code, field
        self.values: dict[str, Value] = {
            name: each if isinstance(each, Value) else str(each) for name, each in values.items()
        }
        listed = ", ".join(f"{name} {each}" for name, each in self.values.items())
        super().__init__(self.message or (f"{code}: {listed}" if listed else code))

    def __reduce__(self) -> tuple[type[Self], tuple[str, str], dict[str, object]]:
        """Return how it is pickled between processes: with code, field and values."""
        return type(self), (self.code, self.message), {"field": self.field, "values": self.values}


class Mistake(Coded):
    """A request that is not possible: a wrong value, or a name of something that does not exist."""

    others: "tuple[Mistake, ...]" = ()  # further mistakes in the same form


class Problem(Mistake, ValueError):
    """A value that breaks a rule of the domain. The edges turn it into their own kind of answer."""
