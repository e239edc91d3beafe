"""The commands about money: `pay`, `sell`, `refund`, `write-off`, `deposit`, `reverse`, `verify`.

A *tab* is what an account owes, a *carnet* days that were bought together. A payment's *word* is the charges that it is
for, as its payer says. A *claim* is a door's statement in the records that it saw an entry which they lack.
"""

import logging
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import click
import sqlalchemy as sa

from kiosk import config_in_force
from kiosk.books import archive_check
from kiosk.books.recovery import reconciling
from kiosk.cli.arguments import Day, Ref, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.domain import amounts, ids
from kiosk.domain.books import head_notes
from kiosk.errors import AnswerIsNo, KioskError
from kiosk.fields import Cents
from kiosk.health import door_checks
from kiosk.jobs import reconciliation
from kiosk.money.sales import SaleResult
from kiosk.money.second_officer import Corrected
from kiosk.money.till import METHODS, Paid
from kiosk.store import audit, ledger, lost_numbers
from kiosk.store.books import closing_audit, head_rows
from kiosk.store.chain import stretches
from kiosk.store.marks.marks import OFFICE
from kiosk.store.members import members
from kiosk.store.officers import log_audit, yes_audit
from kiosk.store.seals import seal_audit

# Parts of the messages by which SQLite, Python's sqlite3 and PostgreSQL say that a stored value cannot be read.
_OF_VALUES = ("malformed JSON", "decode to UTF-8", "type json")
logger = logging.getLogger(__name__)
_LONG = 200_000  # entries, verified in about a second; only a ledger as long gets a progress bar
_AS_TYPED = {"ignore_unknown_options": True}  # `-5` is an amount to refuse, not an option


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Ref(Cents))
@click.option("--method", required=True, type=click.Choice(METHODS))
@click.option(
    "--for", "word", type=int, multiple=True, metavar="ENTRY", help="The charge it is for, as the payer says."
)
@click.option("--sure", is_flag=True, help="Accept it even if it exceeds what is owed plus the most expensive product.")
@json_option
@click.pass_obj
def pay(root: Path, number: int, cents: int, method: str, word: tuple[int, ...], sure: bool, as_json: bool) -> None:
    """Take a payment of AMOUNT euros on a member's account; without --for what is due is paid, the oldest first."""
    with office(root) as desk:
        entry = desk.till.pay(number, cents, method, asks=not sure, word=word)
    answer(as_json, {"entry": entry}, f"entry {entry}: {amounts.plain(cents)} EUR by {method} from member {number}")


@click.command()
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("product")
@click.option("--on", "day", type=Day(), help="Start date; today by default.")
@click.option("--paid", type=click.Choice(METHODS), help="Take the payment at once, with this method.")
@json_option
@click.pass_obj
def sell(root: Path, number: int, product: str, day: date | None, paid: str | None, as_json: bool) -> None:
    """Sell a membership, a subscription or a carnet; its price goes on the tab."""
    with office(root) as desk:
        sold = desk.till.sell(number, product, day, paid=Paid(paid) if paid else None)
    answer_sold(as_json, product, sold)


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Ref(Cents))
@click.option("--method", required=True, type=click.Choice(METHODS))
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def refund(root: Path, number: int, cents: int, method: str, reason: str, as_json: bool) -> None:
    """Refund AMOUNT euros to a member, from their account's credit."""
    with office(root) as desk:
        done = desk.by_two.refund(_account(desk, number), cents, method, reason, key=_key(desk))
    _answer_by_two(as_json, done, f"entry {done.entry}: {amounts.plain(cents)} EUR by {method} to member {number}")


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Ref(Cents))
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def write_off(root: Path, number: int, cents: int, reason: str, as_json: bool) -> None:
    """Write off AMOUNT euros of what a member owes (654)."""
    with office(root) as desk:
        done = desk.by_two.write_off(_account(desk, number), cents, reason, key=_key(desk))
    _answer_by_two(as_json, done, f"entry {done.entry}: {amounts.plain(cents)} EUR of member {number} written off")


@click.command(context_settings=_AS_TYPED)
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("cents", metavar="AMOUNT", type=Ref(Cents))
@click.option(
    "--sure", is_flag=True, help="Ask for it even if it exceeds what is owed plus the most expensive product."
)
@json_option
@click.pass_obj
def deposit(root: Path, number: int, cents: int, sure: bool, as_json: bool) -> None:
    """Put a badge's deposit of AMOUNT euros on a member's tab (165); `reverse` and `refund` give it back."""
    with office(root) as desk:
        entry = desk.till.deposit(_account(desk, number), cents, asks=not sure).entry
    answer(as_json, {"entry": entry}, f"entry {entry}: a deposit of {amounts.plain(cents)} EUR from member {number}")


def _account(desk: Office, number: int) -> int:
    """Return the account of a member by number. Raises RequestError `no-such-member`."""
    with desk.home.store.reading() as connection:
        return members.by_number(connection, number).account


@click.command(context_settings=_AS_TYPED)
@click.argument("entry", type=int)
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def reverse(root: Path, entry: int, reason: str, as_json: bool) -> None:
    """Reverse an entry with a new one; what it sold is cancelled too."""
    with office(root) as desk:
        done = desk.by_two.reverse(entry, reason, key=_key(desk))
    _answer_by_two(as_json, done, f"entry {done.entry} reverses entry {entry}")


def _key(desk: Office) -> bytes:
    """Return a new random key for an act; an act that arrives twice under one key is done once."""
    return ids.new(desk.clock.now(), secrets.token_bytes(16))


def _answer_by_two(as_json: bool, done: Corrected, words: str) -> None:
    """Print the entry that was written; without one, the number of the request that waits for a second officer, since
    the amount is above the rule's limit.
    """
    if done.entry is not None:
        answer(as_json, {"entry": done.entry}, words)
        return
    says = f"above the rule’s limit: request {done.asked} needs a second person at the desk, page « À deux »"
    answer(as_json, {"entry": None, "asked": done.asked}, says)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--head", "noted", multiple=True, help="A control code you noted, ENTRY:DIGITS, 8 digits or more.")
@click.option("--key", help="The expected fingerprint of an archive's key.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=stretches.cores,
    show_default="one a core",
    help="The number of parallel processes for a long chain.",
)
@json_option
@click.pass_obj
def verify(
    root: Path, file: Path | None, noted: tuple[str, ...], key: str | None, processes: int, as_json: bool
) -> None:
    """Verify the chain, closings, balances and carnets by recalculation; name the first wrong entry.

    With FILE, check an archive instead, by itself and, on the kiosk that made it, against the ledger.
    """
    anchors = [head_notes.parse(text) for text in noted]
    if file is not None:
        _verify_archive(root, file, anchors, key, as_json)
        return
    from kiosk.store import schema  # brings Alembic, which nothing else here needs

    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        seal, database, sums = desk.home.seal, desk.home.paths.database, audit.sums_of(connection)
        with _progress(connection) as step:
            checks: dict[str, Callable[[], object]] = {
                "schema": lambda: schema.compare(connection),
                "chain": lambda: stretches.check_chain(connection, database, seal, step, sums, processes),
                **{str(each): partial(head_rows.check, connection, each) for each in anchors},
                "texts": lambda: audit.check_texts(connection),
                "closings": lambda: closing_audit.check(connection, sums),
                "documents": lambda: audit.check_documents(connection),
                "sums": lambda: audit.check_sums(connection, sums),
                "seals": lambda: seal_audit.check(connection, seal),
                "log": lambda: log_audit.check(connection, seal),
                "yes": lambda: yes_audit.check(connection, seal),  # agreements that officers signed with a passkey
                "door": lambda: _check_door(desk, connection),
                "seen": lambda: _check_seen(desk, connection),
            }
            _all_of(checks)
        chain_head, twice = ledger.head(connection), lost_numbers.given_twice(connection)
    count, head = chain_head.number, chain_head.mac
    also = f"; these numbers may have been given twice: {', '.join(map(str, twice))}" if twice else ""
    facts: dict[str, object] = {"ok": True, "entries": count, "head": head.hex(), "twice": twice}
    answer(as_json, facts, f"{count} entries, all well; head {head.hex()}{also}")


def _all_of(checks: Mapping[str, Callable[[], object]]) -> None:
    """Run every check, even after one failed. Raises the first error, with the lines of all later ones; an error of the
    database itself is raised at once.
    """
    first: KioskError | None = None
    others: list[str] = []
    for name, check in checks.items():
        wrong = _wrong(name, check)
        if wrong is None:
            continue
        if first is None:
            first = wrong
        else:
            others.append(f"[{wrong.code}] {wrong}")
    if first is not None:
        raise type(first)(first.code, "; ".join([str(first), *others]))


def _wrong(name: str, check: Callable[[], object]) -> KioskError | None:
    """Return the error that a check finds; None if all is well. A check that cannot read a row, because it
    was changed outside the program, gives AnswerIsNo `check-failed`, so that the other checks run. Raises the errors
    `database` and `database-busy`, and faults of the database that are not about a value.
    """
    try:
        check()
    except KioskError as wrong:
        if wrong.code in ("database", "database-busy"):
            raise
        return wrong
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, sa.exc.DBAPIError) as fault:
        if isinstance(fault, sa.exc.DBAPIError) and not any(each in str(fault.orig) for each in _OF_VALUES):
            raise  # a fault of the disk, not of a value
        logger.exception("a check of verify ended: %s", name)
        return AnswerIsNo("check-failed", f"{name} cannot be checked: {type(fault).__name__} at what is there")
    return None


def _check_door(desk: Office, connection: sa.Connection) -> None:
    """Check that the ledger has every day for which this door opened. Raises AnswerIsNo `door-days-lacking`.

    The door's journal is the witness; where it may not be read here, nothing is checked.
    """
    door = door_checks.compare(desk.home, connection, desk.clock.now())
    if door is not None and door.lacking:
        raise AnswerIsNo("door-days-lacking", f"the ledger lacks {door.lacking} days for which the door opened")


def _check_seen(desk: Office, connection: sa.Connection) -> None:
    """Check that the records have what doors, the office and claims saw. Raises AnswerIsNo `records-behind`."""
    differences = reconciling.differences(connection, desk.home.seal, reconciliation.seen_here(desk.home))
    if differences.is_whole:
        return
    witnesses = [
        f"{'the office' if each.door == OFFICE else f'door {each.door}'} saw entry {each.number}"
        for each in differences.outside.seen
    ]
    twice = [f"given twice: {', '.join(map(str, differences.numbers_twice))}"] if differences.twice else []
    raise AnswerIsNo(
        "records-behind", f"the records lack what was seen: {'; '.join([*witnesses, *twice])}: kiosk reconcile"
    )


@contextmanager
def _progress(connection: sa.Connection) -> Iterator[Callable[[int], object]]:
    """Yield a function to call with the number of entries that were just checked. It moves a progress bar; without a
    terminal, or for fewer entries than `_LONG`, it does nothing.
    """
    length = ledger.head(connection).number
    if not sys.stderr.isatty() or length < _LONG:
        yield lambda entries: None
        return
    with click.progressbar(length=length, label="entries", file=sys.stderr, update_min_steps=5000) as bar:
        yield bar.update


def _verify_archive(
    root: Path, file: Path, anchors: list[head_notes.NotedHead], key: str | None, as_json: bool
) -> None:
    """Check an archive, also against the ledger where `root` is a home; an archive may outlive its home. Prints the
    report, then raises AnswerIsNo `archive-broken` with the first fault in it.
    """
    if config_in_force.is_there(root):
        with office(root, writes=False) as desk:
            report = archive_check.check(file, anchors, key, desk.home)
    else:
        report = archive_check.check(file, anchors, key)
    facts: dict[str, object] = {
        "ok": not report.fails,
        "holds": report.holds,
        "fails": report.fails,
        "unknown": report.unknown,
    }
    answer(as_json, facts, "\n".join(report.lines()))
    if report.fails:
        raise AnswerIsNo("archive-broken", f"{file}: {report.fails[0]}")


def answer_sold(as_json: bool, product: str, sold: SaleResult) -> None:
    """Print what was sold: its entry, its price, and its first and last day; `until` is None where it has no end."""
    facts = {
        "entry": sold.entry,
        "amount": amounts.plain(sold.amount_cents),
        "from": sold.from_on,
        "until": sold.until_on,
    }
    until = f" until {sold.until_on}" if sold.until_on else ""
    words = f"entry {sold.entry}: {product}, {amounts.plain(sold.amount_cents)} EUR, from {sold.from_on}{until}"
    answer(as_json, facts, words)
