"""Money and what leaves the house: `pay`, `sell`, `reverse`, `export`, `verify`."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

import click

from kiosk.cli.arguments import Amount, Day, answer, json_option
from kiosk.cli.office import office
from kiosk.domain import money
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.exports import csv_files
from kiosk.exports.csv_files import SHEETS, Dialect, Sheet
from kiosk.store import audit, listings
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
@click.argument("entry", type=int)
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def reverse(root: Path, entry: int, reason: str, as_json: bool) -> None:
    """Take back an entry by a new one; what it sold goes with it."""
    with office(root) as desk:
        number = desk.till.reverse(entry, reason)
    answer(as_json, {"entry": number}, f"entry {number} reverses entry {entry}")


_STREAMS = {
    "day-passes": listings.day_passes,
    "visits": listings.visits,
    "entries": listings.entries,
    "members": listings.members,
}


@click.command()
@click.argument("what", type=click.Choice(list(SHEETS)))
@click.option("--from", "from_on", type=Day(), required=True, help="First day.")
@click.option("--to", "until_on", type=Day(), required=True, help="Last day.")
@click.option("--format", "dialect", type=click.Choice([d.value for d in Dialect]), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="A file, or a folder that gets one.")
@click.pass_obj
def export(root: Path, what: str, from_on: date, until_on: date, dialect: str, output: Path | None) -> None:
    """Write a CSV of both days and all between: `csv` for French spreadsheets, `raw` for programs (RFC 4180)."""
    if from_on > until_on:
        raise RequestError("period", f"--from {from_on} is after --to {until_on}")
    sheet = SHEETS[what]
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        rows = _STREAMS[what](connection, from_on, until_on)
        with _opened(_target(output, sheet, from_on, until_on, desk.home.training)) as file:
            count = csv_files.write(file, sheet, rows, Dialect(dialect))
    if not count:
        raise AnswerIsNo("nothing-found", f"no {what} from {from_on} to {until_on}")


def _target(output: Path | None, sheet: Sheet, from_on: date, until_on: date, training: bool) -> Path | None:
    if output is None or not output.is_dir():
        return output
    mark = "ECOLE_" if training else ""
    return output / f"{mark}{sheet.name}_{from_on}_{until_on}.csv"


@contextlib.contextmanager
def _opened(target: Path | None) -> Iterator[TextIO]:
    if target is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a text stream, always
        yield sys.stdout
        return
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as fault:
        raise MachineError("output", f"{target} cannot be written: {fault.strerror}") from None


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
