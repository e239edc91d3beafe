"""Money: `pay`, `sell`, `refund`, `write-off`, `deposit`, `reverse`, `verify`."""

from datetime import date
from pathlib import Path

import click

from kiosk.cli.arguments import Amount, Day, answer, json_option
from kiosk.cli.office import Office, office
from kiosk.domain import money
from kiosk.store import audit, members
from kiosk.till import METHODS

_AS_TYPED = {"ignore_unknown_options": True}  # `-5` is an amount to refuse, not an option


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Amount())
@click.option("--method", required=True, type=click.Choice(METHODS))
@json_option
@click.pass_obj
def pay(root: Path, number: int, cents: int, method: str, as_json: bool) -> None:
    """Take a payment of AMOUNT euros on a member's account."""
    with office(root) as desk:
        entry = desk.till.pay(number, cents, method)
    answer(as_json, {"entry": entry}, f"entry {entry}: {money.plain(cents)} EUR by {method} from member {number}")


@click.command()
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("product")
@click.option("--on", "day", type=Day(), help="From this day; without it, today.")
@json_option
@click.pass_obj
def sell(root: Path, number: int, product: str, day: date | None, as_json: bool) -> None:
    """Sell a membership, a subscription or a carnet; its price goes on the tab."""
    with office(root) as desk:
        sold = desk.till.sell(number, product, day)
    facts = {
        "entry": sold.entry,
        "amount": money.plain(sold.amount_cents),
        "from": sold.from_on,
        "until": sold.until_on,
    }
    until = f" until {sold.until_on}" if sold.until_on else ""
    words = f"entry {sold.entry}: {product}, {money.plain(sold.amount_cents)} EUR, from {sold.from_on}{until}"
    answer(as_json, facts, words)


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Amount())
@click.option("--method", required=True, type=click.Choice(METHODS))
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def refund(root: Path, number: int, cents: int, method: str, reason: str, as_json: bool) -> None:
    """Hand AMOUNT euros back to a member, of what their account has in advance."""
    with office(root) as desk:
        entry = desk.till.refund(_account(desk, number), cents, method, reason).entry
    answer(as_json, {"entry": entry}, f"entry {entry}: {money.plain(cents)} EUR by {method} to member {number}")


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Amount())
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def write_off(root: Path, number: int, cents: int, reason: str, as_json: bool) -> None:
    """Give up AMOUNT euros of what a member owes (654)."""
    with office(root) as desk:
        entry = desk.till.write_off(_account(desk, number), cents, reason).entry
    answer(as_json, {"entry": entry}, f"entry {entry}: {money.plain(cents)} EUR of member {number} written off")


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Amount())
@json_option
@click.pass_obj
def deposit(root: Path, number: int, cents: int, as_json: bool) -> None:
    """Put a badge's deposit of AMOUNT euros on a member's tab (165); `reverse` and `refund` give it back."""
    with office(root) as desk:
        entry = desk.till.deposit(_account(desk, number), cents).entry
    answer(as_json, {"entry": entry}, f"entry {entry}: a deposit of {money.plain(cents)} EUR from member {number}")


def _account(desk: Office, number: int) -> int:
    with desk.home.store.reading() as connection:
        return members.by_number(connection, number).account


@click.command(context_settings=_AS_TYPED)
@click.argument("entry", type=int)
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def reverse(root: Path, entry: int, reason: str, as_json: bool) -> None:
    """Take back an entry by a new one; what it sold goes with it."""
    with office(root) as desk:
        number = desk.till.reverse(entry, reason)
    answer(as_json, {"entry": number}, f"entry {number} reverses entry {entry}")


@click.command()
@json_option
@click.pass_obj
def verify(root: Path, as_json: bool) -> None:
    """Recompute the chain, the balances, the carnets; name the first entry that is wrong."""
    from kiosk.store import schema  # brings Alembic, which nothing else here needs

    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        schema.compare(connection)
        count, head = audit.check_chain(connection, desk.home.seal)
        audit.check_texts(connection)
        audit.check_sums(connection)
    answer(as_json, {"ok": True, "entries": count, "head": head.hex()}, f"{count} entries, all well; head {head.hex()}")
