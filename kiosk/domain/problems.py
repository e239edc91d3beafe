"""Defines what every error of ours carries: a stable code, the field it is about, and the values its words need."""

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import ParamSpec, Self, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
Value = int | str | date | time  # what an error carries


class Coded(Exception):
    """An exception with a code. Its message is one line of English for the terminal and the log.

    A message names its values in braces, and is taken as it is without values; without a message, code and values are
    listed in its place. Each edge puts code and values into words (`kiosk.language.problems`). Sums are whole cents
    under a name that ends in `_cents`, and euros in the message; a value that is no number, date or time is kept as
    text. Names of people stand only among the values, and never in the message. `field` is the form's name of the wrong
    value; empty where the error is about the whole request.
    """

    def __init__(self, code: str, message: str = "", /, *, field: str = "", **values: object) -> None:
        self.message = message.format(**_in_euros(values)) if values else message
        self.code, self.field = code, field
        self.values: dict[str, Value] = {
            name: value if isinstance(value, Value) else str(value) for name, value in values.items()
        }
        listed = ", ".join(f"{name} {value}" for name, value in self.values.items())
        super().__init__(self.message or (f"{code}: {listed}" if listed else code))

    def __reduce__(self) -> tuple[type[Self], tuple[str, str], dict[str, object]]:
        """Return how the exception is pickled between processes: with code, field and values."""
        return type(self), (self.code, self.message), {"field": self.field, "values": self.values}


def euros(cents: int) -> str:
    """Return a sum in euros with two decimals and nothing else: `-12.50`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def _in_euros(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with sums in euros instead of cents."""
    return {
        name: euros(value) if name.endswith("_cents") and isinstance(value, int) else value
        for name, value in values.items()
    }


class Mistake(Coded):
    """A request that is not possible: a wrong value, or a name of something that does not exist."""

    others: "tuple[Mistake, ...]" = ()  # further mistakes in the same form


class Problem(Mistake, ValueError):
    """A value that breaks a rule of the domain. The edges turn it into their own kind of answer."""


class FieldReader:
    """Reads the fields of a form one after the other within a `with` block, so that every mistake is told at once: the
    end of the block raises the first one, with the others in `others`. Another exception in the block passes as it is.
    """

    def __init__(self) -> None:
        self._mistakes: list[Mistake] = []

    def __enter__(self) -> Self:
        return self

    def __call__(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the field that `read` returns. A mistake is kept until the block ends, and None returned, which the
        block must not use.
        """
        try:
            return read(*args, **kwargs)
        except Mistake as mistake:
            self._mistakes += [mistake, *mistake.others]
            return cast("T", None)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._mistakes:
            first, *others = self._mistakes
            first.others = tuple(others)
            raise first
