"""Makes a command of an act: its ids and required fields are arguments, the others options.

An act's *wish* is the Struct of the values that are typed for it. A required field that has a description is an option,
too. A field of `REFS` names a member, an organisation or a product, or is a sum or a month: it is read with its wish.
"""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from kiosk import fields
from kiosk.acts import Act, Done
from kiosk.cli.arguments import Day, Ref, answer, json_option, new_key
from kiosk.cli.open_office import office
from kiosk.domain import amounts
from kiosk.fields import REFS, Cents, Field

_SIGNED = {"ignore_unknown_options": True}  # `-5` is a sum to refuse, not an option


class _Later(Ref):
    """A value that is read together with its wish, so that all mistakes are told at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value as it was typed."""
        return value


def add(group: click.Group, name: str, act: Act[..., Done], shows: str, words: str) -> None:
    """Add the command of an act to a group. `shows` names the values in its JSON: ids and fields that were typed,
    `member`, or a new name, which stands for the id of what the act made. `words` is the sentence printed, with the
    same values.
    """
    parameters: list[click.Parameter] = [click.Argument([each], type=int) for each in act.ids]
    parameters += [_param(field) for field in act.takes.values() if field.type is not bytes]

    @click.command(name, help=act.help, params=parameters, context_settings=_SIGNED if _has_sum(act) else None)
    @json_option
    @click.pass_obj
    def run(root: Path, /, as_json: bool, **typed: Any) -> None:
        """Do the act in the home at `root`, with the words typed for it, and print the answer."""
        # `key` fills the field of an act that is to be done once; other wishes have no such field, and ignore it.
        wish = [] if act.wish is None else [fields.read(act.wish, {**typed, "key": new_key()})]
        with office(root) as desk:
            done = act(desk, *(typed[each] for each in act.ids), *wish)
        values = dict.fromkeys(shows.split(), done.id) | {"member": done.member} | typed
        values |= {name: _plain(getattr(each, field.name)) for each in wish for name, field in act.takes.items()}
        answer(as_json, {name: values[name] for name in shows.split()}, words.format(**values))

    group.add_command(run)


def _plain(given: Any) -> Any:
    """Return a value as the answer prints it: an amount in euros, anything else as it was typed."""
    return amounts.plain(given) if isinstance(given, Cents) else given


def _has_sum(act: Act[..., Done]) -> bool:
    """Tell whether an act takes an amount."""
    return any(field.type is Cents for field in act.takes.values())


def _param(field: Field) -> click.Parameter:
    """Return the argument or option of one field of an act's wish. A required field without a description is an
    argument; any other is an option: a flag for a yes or no, else with the field's default.
    """
    if field.is_required and field.about.description is None:
        short = field.wire.rpartition("_")[2].upper() if "_" in field.wire else None
        return click.Argument([field.wire], type=_type(field.type), metavar=short)
    default, about = field.default, field.about.description
    if field.type is bool:
        return click.Option([f"--{field.wire}"], is_flag=True, help=about)
    if field.is_required:
        return click.Option([f"--{field.wire}"], type=_type(field.type), required=True, help=about)
    return click.Option([f"--{field.wire}"], type=_type(field.type), default=default, show_default=True, help=about)


def _type(kind: Any) -> Any:
    """Return the type that reads a field on the command line, from the field's own type; text where none fits."""
    bare = getattr(kind, "__supertype__", kind)  # of a NewType, the type that it is made from
    if bare in REFS:
        return _Later(bare)
    if bare is date:
        return Day()
    if issubclass(bare, StrEnum):
        return click.Choice([each.value for each in bare])
    return int if issubclass(bare, int) else str
