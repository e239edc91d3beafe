"""Reads a badge, an amount and a day on the command line, and prints a command's answer."""

import json
import secrets
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk import fields
from kiosk.domain import inputs
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.fields import Cents

TODAY = "kiosk.today"  # where the context keeps --today: the day in words, for when the clock is not trusted
_DAY = "kiosk.day"  # where it keeps the day itself once asked for: the same for the whole command

_LONGEST_UID = 100  # characters that are read of a line; a UID is far shorter

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Uid(click.ParamType[BadgeRead]):
    """A badge number in hexadecimal digits, with or without separators; `-` or `@FILE` to read it from
    input or a file.
    """

    name = "uid"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> BadgeRead:
        """Return the badge. `-` reads the next line of standard input, `@FILE` a file's first line: every user of the
        machine can see a command line. Raises Problem `uid-format` or `uid-size`.
        """
        return value if isinstance(value, BadgeRead) else badges.parse(self._written(str(value), param, ctx))

    def _written(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the digits that were typed, or those of the line that `-` or `@FILE` stands for."""
        if value == "-":
            return sys.stdin.readline(_LONGEST_UID).strip()
        if not value.startswith("@"):
            return value
        try:
            with Path(value[1:]).open(encoding="ascii", errors="replace") as file:
                return file.readline(_LONGEST_UID).strip()
        except OSError as fault:
            self.fail(f"{value[1:]} cannot be read: {fault.strerror}", param, ctx)


class Ref(click.ParamType[Any]):
    """An argument that names a member, an organisation or a product, or is a sum in euros or a month: its `kind`, a
    type of `kiosk.fields`, reads it.
    """

    def __init__(self, kind: type) -> None:
        """Read values of `kind`; usage and errors call the argument by the kind's name."""
        self._kind, self.name = kind, "amount" if kind is Cents else kind.__name__.removesuffix("Ref").lower()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value, read as its kind. Raises Problem as the kind's `read` does."""
        return fields.dec_hook(self._kind, value)


def new_key() -> bytes:
    """Return the key of an act that a command does once: 16 random bytes, as ids have."""
    return secrets.token_bytes(16)


class Day(click.ParamType[date]):
    """An ISO 8601 date, or `today`: the space's own day, which continues after midnight."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with one line that names the format. Raises as `clock_of` does for `today` while the
        clock is not trusted.
        """
        if isinstance(value, date):
            return value
        if value == "today":
            return _today(click.get_current_context())
        try:
            return inputs.the_day(str(value))
        except ValueError:
            self.fail(f"a date is written like 2026-11-25, or today, not {value!r}", param, ctx)


def _today(context: click.Context) -> date:
    """Return the space's day, read once for the whole command."""
    from kiosk.cli import working_day

    if _DAY not in context.meta:
        context.meta[_DAY] = working_day.space_day(context.obj, context.meta[TODAY])
    day: date = context.meta[_DAY]
    return day


def answer(as_json: bool, facts: dict[str, object], words: str) -> None:
    """Print an answer: facts as JSON for programs, words for people."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else words)
