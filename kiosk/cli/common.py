"""What the command families share: how a home is opened, how arguments are read, how answers are printed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk import home
from kiosk.devices.clock import HostClock
from kiosk.domain import badges, money
from kiosk.domain.badges import BadgeRead
from kiosk.enrolment import Enrolment
from kiosk.home import Home
from kiosk.store.rules import Rules
from kiosk.till import Till

ACTOR = "cli"

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@dataclass(frozen=True, slots=True)
class Office:
    """An opened home with the use-cases of its office."""

    home: Home
    rules: Rules
    enrolment: Enrolment
    till: Till


@contextmanager
def office(root: Path) -> Iterator[Office]:
    """Open a home for the secretary and the treasurer."""
    with home.opened(root) as opened:
        rules, clock = Rules(opened.config.zone), HostClock()
        enrolment = Enrolment(
            store=opened.store,
            rules=rules,
            seal=opened.seal,
            badge_key=opened.badge_key,
            clock=clock,
            actor=ACTOR,
        )
        till = Till(store=opened.store, rules=rules, seal=opened.seal, clock=clock, actor=ACTOR)
        if opened.training:
            click.echo("mode école : rien de ceci n'est compté (training mode: nothing counts)", err=True)
        yield Office(opened, rules, enrolment, till)


class Uid(click.ParamType[BadgeRead]):
    """A badge number in hexadecimal digits, with or without separators."""

    name = "uid"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> BadgeRead:
        """Raises Problem `uid-format` or `uid-size`."""
        return value if isinstance(value, BadgeRead) else badges.parse(str(value))


class Amount(click.ParamType[int]):
    """Euros with `.` or `,`."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Raises Problem `amount`."""
        return value if isinstance(value, int) else money.parse(str(value))


class Day(click.ParamType[date]):
    """An ISO 8601 date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Fails with one line that names the form."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"a date is written like 2026-11-25, not {value!r}", param, ctx)


def answer(as_json: bool, facts: dict[str, object], words: str) -> None:
    """Print an answer: facts for programs, words for people."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else words)
