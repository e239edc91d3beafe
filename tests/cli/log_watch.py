"""Sees which lines a command leaves in the desk's log, in any test of the command line: the same as its page's.

The use-case writes the line of an act, in the act's own transaction. Only what is read or handed out is logged where
that happens: by a page, or by a command.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from tests.cli.money_watch import command

LINES: Mapping[str, str] = {
    "archive": "export",
    "badges add": "give-badge",
    "badges list": "read-list",
    "badges lost": "badge-lost",
    "badges prove": "badge-proven",
    "badges write": "badge-written",
    "bank confirm": "bank-confirm bank-match",
    "bank import": "bank-import",
    "cash bank": "remit",
    "cash count": "count",
    "cash declare": "declare",
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
    "members list": "read-list",
    "members merge": "merge-files",
    "members plan": "change-plan",
    "members show": "read-file",
    "members split": "split-files",
    "offices add": "office-added",
    "offices approve": "approval-noted",
    "offices end": "office-ended",
    "offices list": "read-list",
    "offices told": "office-told",
    "offices withdraw": "approval-ended",
    "online decide": "online-kept online-dropped",
    "online list": "read-list",
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
    "spots end": "spot-ended",
    "spots give": "spot-given",
    "spots leave": "spot-left",
    "spots lend": "spot-lent spot-kept",
    "spots list": "read-list",
    "spots take": "spot-taken",
    "statement": "receipt receipt-out",
    "things add": "things-changed",
    "things back": "thing-back",
    "things lend": "thing-lent",
    "things list": "read-list",
    "things remove": "things-changed",
    "tokens add": "token-made",
    "tokens end": "token-ended",
    "user add": "user-add user-change user-link",
    "user confirm": "user-confirm",
    "user erase": "user-erase",
    "user file": "user-change",
    "user first": "user-add user-link",
    "user outsider": "user-outsider user-outsider-end",
    "user reset": "user-link user-take-factors",
    "vouchers bank": "days-banked",
    "vouchers end": "voucher-ended",
    "vouchers name": "voucher-given",
    "vouchers sell": "sell-envelope",
    "vouchers unbank": "banked-ended",
    "write-off": "write-off second-asked",
}
"""Each command of the office's acts, and of what the office reads about people: the acts that its lines name."""

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
    "it lists or shows what a page shows without a line": """
        bank-list cash-show cheques-list closings doors-list doors-state events-list gifts-list heads-list invoices-list
        results-list rgpd-kept rgpd-list rgpd-overdue rooms-booked rooms-differences rooms-list todo tokens-list
        user-list verify vouchers-list vouchers-show
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
    assert name in LINES or not acts or name == "keys renew", f"kiosk {name} leaves {acts}, and is not named here"
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
