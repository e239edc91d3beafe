"""The command `tokens`: makes, lists and ends the tokens with which scripts read lists in an officer's name."""

from datetime import date
from pathlib import Path

import click

from kiosk.cli.arguments import Day, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.exports.sheets import SHEETS
from kiosk.members.api_tokens import ApiTokens
from kiosk.store.officers import desk_users, token_rows
from kiosk.store.officers.token_rows import Token


@click.group()
def tokens() -> None:
    """Tokens by which scripts read lists through the API."""


@tokens.command()
@click.argument("email")
@click.argument("label")
@click.option("--list", "lists", multiple=True, required=True, type=click.Choice([*SHEETS]), help="A list it reads.")
@click.option("--until", "until_on", type=Day(), required=True, help="The last day on which it works.")
@json_option
@click.pass_obj
def add(root: Path, email: str, label: str, lists: tuple[str, ...], until_on: date, as_json: bool) -> None:
    """Make a token in the name of the officer with this address, and print it: it is shown this once."""
    with office(root) as desk:
        with desk.home.store.reading() as connection:
            holder = desk_users.by_email(connection, email)
        new_token = _use(desk).make(holder.id, label, lists, until_on)
    answer(as_json, _facts(new_token.token) | {"secret": new_token.secret}, new_token.secret)


@tokens.command(name="list")
@json_option
@click.pass_obj
def list_tokens(root: Path, as_json: bool) -> None:
    """List the tokens still in use, with the day each was last used."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        known = token_rows.standing(connection)
    lines = [
        f"{each.id:>3}  officer {each.user}  until {each.until_on}  used {each.used_on or 'never'}  {each.label}:"
        f" {', '.join(each.scopes)}"
        for each in known
    ]
    answer(as_json, {"tokens": [_facts(each) for each in known]}, "\n".join(lines) or "there are no tokens")


@tokens.command()
@click.argument("number", type=int)
@json_option
@click.pass_obj
def end(root: Path, number: int, as_json: bool) -> None:
    """End a token: from now on it reads nothing."""
    with office(root) as desk:
        ended = _use(desk).end(number)
    answer(as_json, {"token": ended.id}, f"token {ended.id}: ended")


def _use(desk: Office) -> ApiTokens:
    """Return the use-case of tokens."""
    return ApiTokens.of(desk)


def _facts(token: Token) -> dict[str, object]:
    """Return a token for programs, as `--json` prints it. Never its secret."""
    return {
        "token": token.id,
        "officer": token.user,
        "label": token.label,
        "lists": list(token.scopes),
        "until": token.until_on,
        "used": token.used_on,
    }
