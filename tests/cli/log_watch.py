"""Sees which lines a command leaves in the desk's log, in any test of the command line: the same as its page's.

The use-case writes the line of an act, in the act's own transaction. Only what is read or handed out is logged where
that happens: by a page, or by a command.
"""

import inspect
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import click

from kiosk.acts import Act
from kiosk.cli.main import kiosk
from tests.cli.money_watch import command

READ_LIST = "read-list"  # any list that names people may leave it
OWN_LINES = {"spots leave": "spot-left", "spots take": "spot-taken", "vouchers name": "voucher-given"}
"""Acts whose module writes the line."""

BY_HAND: Mapping[str, str] = {
    "archive": "export",
    "badges add": "give-badge",
    "badges lost": "badge-lost",
    "badges prove": "badge-proven",
    "badges write": "badge-written",
    "bank confirm": "bank-confirm bank-match",
    "bank import": "bank-import",
    "cash bank": "remit",
    "cash count": "count",
    "cheques bounce": "bounce",
    "cheques deposit": "remit",
    "close": "days-closed month-closed year-closed",
    "deposit": "deposit",
    "doors add": "door-added",
    "doors change": "door-changed",
    "doors code": "door-code",
    "doors revoke": "door-revoked",
    "doors site": "site-changed",
    "events cancel": "event-cancelled",
    "events hold": "event-held",
    "events room": "event-room",
    "export": "export",
    "gifts add": "gift",
    "heads recipients": "head-recipients",
    "invoices credit": "issue-credit-note second-asked",
    "invoices issue": "issue-invoice",
    "invoices print": "print-invoice export-invoice",
    "members add": "add-file",
    "members back": "come-back",
    "members export": "export",
    "members import": "import",
    "members leave": "leave",
    "members merge": "merge-files",
    "members plan": "change-plan",
    "members show": "read-file",
    "members split": "split-files",
    "online decide": "online-kept online-dropped",
    "pay": "pay",
    "receipt": "receipt receipt-out",
    "reconcile": "reconciled claim-set-aside",
    "refund": "refund second-asked",
    "report": "report",
    "results members": "members-taken-over",
    "results take-over": "balances-taken-over",
    "results vote": "result-vote",
    "reverse": "reverse second-asked",
    "rgpd erase": "erase-file",
    "rgpd export": "export-file",
    "rooms book": "room-booked",
    "rooms cancel": "room-cancelled",
    "rooms read-calendar": "calendar-imported",
    "sell": "sell",
    "sheet": "door-sheet",
    "spots lend": "spot-lent spot-kept",
    "statement": "receipt receipt-out",
    "tokens add": "token-made",
    "tokens end": "token-ended",
    "user add": "user-add user-change user-link",
    "user confirm": "user-confirm",
    "user erase": "user-erase",
    "user file": "user-change",
    "user first": "user-add user-link",
    "user outsider": "user-outsider user-outsider-end",
    "user reset": "user-link user-take-factors",
    "vouchers sell": "sell-envelope",
    "write-off": "write-off second-asked",
}
"""Each command of the office's acts, and of what the office reads about people: the acts that its lines name."""


def _of_acts(command: click.Command, names: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The commands that are made of an act, each with the act's line."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _of_acts(below, (*names, name))
    elif command.callback is not None:
        made_of = inspect.getclosurevars(inspect.unwrap(command.callback)).nonlocals.get("act")
        if isinstance(made_of, Act):
            yield " ".join(names), made_of._log


LINES: Mapping[str, str] = {**BY_HAND, **{name: line or OWN_LINES[name] for name, line in _of_acts(kiosk)}}

LOOKS = ("--dry-run", "--look", "--try")  # flags with which a command changes nothing
NOTHING_TO_DO = frozenset(
    {
        "badges prove",
        "badges write",
        "close",
        "heads recipients",
        "invoices credit",
        "members import",
        "report",
        "spots lend",
        "user first",
    }
)
"""Commands that answer well where nothing was left to do: no line then."""

SILENT: Mapping[str, str] = {
    "it shows what a page shows without a line": """
        cash-show closings doors-state rgpd-kept rgpd-overdue rooms-booked rooms-differences todo verify vouchers-show
    """,
    "it is about the machine, its files, its clock and its keys, not about members or their money": """
        attest backup badges-check-url badges-end-lend badges-lend badges-maker-key badges-read badges-site-key check
        clock-confirm clock-show config-accept config-edit desk door-off doors-join drill entrance init keys-new
        keys-renew keys-sheet keys-test litestream-config mend migrate move online-secret outside pages restore
        rgpd-sign roles spool-adopt spool-gather tap update
    """,
    "it does what time brings, as the timer does": "due rgpd-purge",
}
"""Every other command, with a hyphen for each space."""


def last(root: Path) -> int | None:
    """Return the number of the log's last line; None without records that can be read."""
    rows = _asked(root, "SELECT coalesce(max(id), 0) FROM desk_log")
    return None if rows is None else int(str(rows[0][0]))


def check(root: Path, words: Sequence[str], before: int | None) -> None:
    """Fail where a command that did its act left no line, or another one than its page leaves, or in another's name."""
    rows = None if before is None else _asked(root, f"SELECT act, actor FROM desk_log WHERE id > {before}")
    if rows is None:
        return
    name = command(words)
    acts = {str(act) for act, _ in rows}
    is_known = name in LINES or (name.endswith(" list") and acts == {READ_LIST})
    assert is_known or not acts or name == "keys renew", f"kiosk {name} leaves {acts}, and is not named here"
    if name not in LINES or any(word.startswith(LOOKS) for word in words):
        return
    assert acts <= set(LINES[name].split()), f"kiosk {name} leaves {acts}"
    assert acts or name in NOTHING_TO_DO, f"kiosk {name} leaves no line"
    assert {actor for _, actor in rows} <= {"cli"}, name


def _asked(root: Path, query: str) -> list[tuple[object, ...]] | None:
    path = root / "db" / "ledger.db"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()
    except sqlite3.Error:
        return None
