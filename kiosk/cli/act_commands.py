"""Makes a command of an act of the office: its ids and required fields become arguments, its other fields options."""

import secrets
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from kiosk import fields
from kiosk.acts import Act
from kiosk.cli.arguments import Amount, Day, answer, json_option
from kiosk.cli.open_office import office
from kiosk.fields import Cents, Field


def add(group: click.Group, name: str, act: Act[...], shows: str, words: str) -> None:
    """Add the command of an act to a group. `shows` names the values in its JSON: ids and fields that were typed,
    `member`, or a new name, which stands for the id of what the act made. `words` is the sentence printed, with the
    same values.
    """
    asked: list[click.Parameter] = [click.Argument([each], type=int) for each in act.ids]
    asked += [_param(field) for field in act.takes.values() if field.type is not bytes]

    @click.command(name, help=act.help, params=asked)
    @json_option
    @click.pass_obj
    def run(root: Path, /, as_json: bool, **typed: Any) -> None:
        wish = [] if act.wish is None else [fields.read(act.wish, {**typed, "key": secrets.token_bytes(16)})]
        with office(root) as desk:
            done = act(desk, *(typed[each] for each in act.ids), *wish)
        told = dict.fromkeys(shows.split(), done.id) | {"member": done.member} | typed
        answer(as_json, {each: told[each] for each in shows.split()}, words.format(**told))

    group.add_command(run)


def _param(field: Field) -> click.Parameter:
    if field.is_required:
        short = field.wire.rpartition("_")[2].upper() if "_" in field.wire else None
        return click.Argument([field.wire], type=_type(field.type), metavar=short)
    default, about = field.default, field.about.description
    return click.Option([f"--{field.wire}"], type=_type(field.type), default=default, show_default=True, help=about)


def _type(kind: Any) -> Any:
    bare = getattr(kind, "__supertype__", kind)
    if bare is Cents or bare is date:
        return Amount() if bare is Cents else Day()
    if issubclass(bare, StrEnum):
        return click.Choice([each.value for each in bare])
    return int if issubclass(bare, int) else str
