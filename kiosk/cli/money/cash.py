"""The commands `cash` and `cheques`: the cash box and cheques without a browser."""

import re
from pathlib import Path
from typing import Any

import click

from kiosk.books.bank_deposits import BankDeposits
from kiosk.cli import act_commands
from kiosk.cli.arguments import Ref, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.domain import amounts
from kiosk.fields import Cents
from kiosk.money import cash_acts
from kiosk.money.cashbox import CashBox, Finding
from kiosk.store.money import bank_deposit_rows
from kiosk.store.money.bank_deposit_rows import CHEQUE, Piece

_AS_TYPED = {"ignore_unknown_options": True}  # `-5` is an amount to refuse, not an option


class Pieces(click.ParamType[tuple[int, int]]):
    """Some coins or notes of one kind, like 3x20: how many, and the value of each in euros."""

    name = "pieces"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return the value in cents, and how many. Raises Problem `amount` for a value that is no amount."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([0-9]{1,4})x(.+)", str(value))
        if found is None:
            self.fail(f"coins and notes are written like 3x20 or 7x0.50, not {value!r}", param, ctx)
        return amounts.parse(found[2]), int(found[1])


@click.group()
def cash() -> None:
    """The cash box: content, declared cash, counts, cash for the bank."""


@cash.command("show")
@json_option
@click.pass_obj
def show_cash(root: Path, as_json: bool) -> None:
    """Show the cash box's content according to the books, and declared cash not counted yet."""
    with office(root, writes=False) as desk:
        content = _box(desk).content()
    rows = [
        {"entry": each.entry, "day": each.day_on, "member": each.member_number, "amount": amounts.plain(each.cents)}
        for each in content.declared
    ]
    facts: dict[str, object] = {"content": amounts.plain(content.cents), "declared": rows}
    lines = [f"{amounts.plain(content.cents)} EUR in the box by the books"]
    lines += [f"declared: entry {row['entry']}, {row['amount']} EUR by member {row['member']}" for row in rows]
    answer(as_json, facts, "\n".join(lines))


# The command `cash declare`: its arguments are made from the act, "entry" is in its JSON, the sentence is for people.
act_commands.add(
    cash, "declare", cash_acts.declare_cash, "entry", "entry {entry}: {amount} EUR declared by member {member}"
)


@cash.command(context_settings=_AS_TYPED)
@click.argument("pieces", metavar="[3x20 7x0.50]...", nargs=-1, type=Pieces())
@click.option("--found", multiple=True, type=int, help="The entry of a cash deposit that was found.")
@click.option("--missing", multiple=True, type=int, help="The entry of a cash deposit that was not found.")
@click.option("--reason", help="The reason for a difference; required if there is one.")
@json_option
@click.pass_obj
def count(
    root: Path,
    pieces: tuple[tuple[int, int], ...],
    found: tuple[int, ...],
    missing: tuple[int, ...],
    reason: str | None,
    as_json: bool,
) -> None:
    """Count the cash box, by coins and notes. A difference becomes an entry with its reason."""
    coins: dict[int, int] = {}  # how many by their value in cents; one value may be given twice
    for piece, many in pieces:
        coins[piece] = coins.get(piece, 0) + many
    finding = Finding(coins, found, missing, reason)
    with office(root) as desk:
        box = _box(desk)
        compared = box.compare(finding)
        # Refused where the books expect another amount by now: the difference printed below would be wrong.
        entry = box.count(finding, expected_cents=compared.expected_cents).entry
    sums = {
        "counted": amounts.plain(compared.counted_cents),
        "expected": amounts.plain(compared.expected_cents),
        "difference": amounts.plain(compared.difference_cents),
    }
    words = f"entry {entry}: {sums['counted']} EUR counted, {sums['expected']} expected, {sums['difference']} different"
    answer(as_json, {"entry": entry, **sums}, words)


@cash.command(context_settings=_AS_TYPED)
@click.argument("cents", metavar="AMOUNT", type=Ref(Cents))
@json_option
@click.pass_obj
def bank(root: Path, cents: int, as_json: bool) -> None:
    """Take AMOUNT euros from the cash box to the bank."""
    with office(root) as desk:
        entry = _bank(desk).deposit(cash_cents=cents).entry
    answer(as_json, {"entry": entry}, f"entry {entry}: {amounts.plain(cents)} EUR carried to the bank")


@click.group()
def cheques() -> None:
    """Cheques: waiting ones, deposit slips, bounced ones."""


@cheques.command("list")
@json_option
@click.pass_obj
def list_cheques(root: Path, as_json: bool) -> None:
    """List cheques not yet on a slip, by payment entry."""
    with office(root, writes=False) as desk:
        waiting = _waiting(desk)
    rows = [{"entry": each.entry, "day": each.parts[0].day_on, "amount": amounts.plain(each.cents)} for each in waiting]
    lines = [f"entry {row['entry']}  {row['day']}  {row['amount']} EUR" for row in rows]
    answer(as_json, {"cheques": rows}, "\n".join(lines) or "no cheque waits")


@cheques.command()
@click.argument("entries", metavar="[ENTRY]...", nargs=-1, type=int)
@click.option(
    "--cash", "cents", type=Ref(Cents), default=0, help="Cash deposited at the same time, in euros, on its own slip."
)
@json_option
@click.pass_obj
def deposit(root: Path, entries: tuple[int, ...], cents: int, as_json: bool) -> None:
    """Make a numbered deposit slip for these cheques, or for all waiting ones."""
    with office(root) as desk:
        which = entries or tuple(each.entry for each in _waiting(desk))
        entry = _bank(desk).deposit(cheques=which, cash_cents=cents).entry
        with desk.home.store.reading() as connection:
            slip = bank_deposit_rows.by_entry(connection, entry)
    if slip is None:
        raise AssertionError("what was just written is there")
    total = amounts.plain(slip.cents)
    facts = {"entry": entry, "slip": slip.number, "pieces": slip.pieces, "amount": total}
    answer(as_json, facts, f"entry {entry}: {slip.method} slip {slip.number}, {slip.pieces} cheques, {total} EUR")


@cheques.command(context_settings=_AS_TYPED)
@click.argument("entry", type=int)
@click.option("--fee", "cents", type=Ref(Cents), default=0, help="The bank's fee, in euros.")
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def bounce(root: Path, entry: int, cents: int, reason: str, as_json: bool) -> None:
    """Record that the cheque of payment ENTRY bounced: what it paid is owed again."""
    with office(root) as desk:
        bounce_entry = _bank(desk).bounce(entry, cents, reason).entry
    answer(as_json, {"entry": bounce_entry}, f"entry {bounce_entry}: the cheque of entry {entry} bounced")


def _waiting(desk: Office) -> list[Piece]:
    """Return the cheques that are on no slip yet."""
    with desk.home.store.reading() as connection:
        return bank_deposit_rows.waiting(connection, CHEQUE)


def _box(desk: Office) -> CashBox:
    """Return the use-case of the cash box."""
    return CashBox(**desk.sealing, second=desk.acts_by_two)


def _bank(desk: Office) -> BankDeposits:
    """Return the use-case of bank deposits."""
    return BankDeposits.of(desk)
