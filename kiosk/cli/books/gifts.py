"""The command `gifts`: records gifts with their payment, and lists them by year."""

import secrets
from datetime import date
from pathlib import Path

import click

from kiosk.books.gifts import Gifts
from kiosk.cli.arguments import Ref, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.domain import amounts, ids
from kiosk.errors import AnswerIsNo
from kiosk.fields import Cents
from kiosk.money.till import METHODS
from kiosk.store.books import gift_rows
from kiosk.store.members import members


@click.group()
def gifts() -> None:
    """Gifts (account 754), if the association's rule `gifts` is on."""


@gifts.command()
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Ref(Cents))
@click.option("--method", required=True, type=click.Choice(METHODS))
@click.option("--sure", is_flag=True, help="Record it even if it exceeds what is owed plus the most expensive product.")
@json_option
@click.pass_obj
def add(root: Path, number: int, cents: int, method: str, sure: bool, as_json: bool) -> None:
    """Record a gift of AMOUNT euros from a member, with its payment; issue the tax receipt at the desk."""
    with office(root) as desk:
        with desk.home.store.reading() as connection:
            account = members.by_number(connection, number).account
        key = ids.new(desk.clock.now(), secrets.token_bytes(16))
        # `asks` refuses an unusual amount: without --sure it is not recorded.
        entry = _gifts(desk).give(account, cents, method, asks=not sure, key=key).entry
    answer(as_json, {"entry": entry}, f"entry {entry}: a gift of {amounts.plain(cents)} EUR from member {number}")


@gifts.command("list")
@click.argument("year", type=click.IntRange(2000, 9998))
@json_option
@click.pass_obj
def list_gifts(root: Path, year: int, as_json: bool) -> None:
    """List the gifts of a calendar year, and which have a tax receipt."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        listed = gift_rows.between(connection, date(year, 1, 1), date(year, 12, 31))
    if not listed:
        raise AnswerIsNo("nothing-found", f"no gift in {year}")
    with_receipt = [each for each in listed if each.receipt is not None]
    rows = [
        {"entry": each.entry, "day": each.day_on, "amount": amounts.plain(each.cents), "receipt": each.receipt}
        for each in listed
    ]
    words = [f"{each.day_on} {amounts.plain(each.cents):>10} entry {each.entry}" for each in listed]
    total = amounts.plain(sum(each.cents for each in with_receipt))
    words.append(f"{len(listed)} gifts; {len(with_receipt)} tax receipts of {total} EUR")
    answer(as_json, {"gifts": rows, "receipts": len(with_receipt), "receipts_total": total}, "\n".join(words))


def _gifts(desk: Office) -> Gifts:
    """Return the use-case of gifts."""
    return Gifts.of(desk)
