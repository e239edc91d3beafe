"""Sees which commands wrote a member's money or a right, in any test of the command line: each is named here.

No account asks on the machine, so no file is anyone's own there: a command waits for the desk, is told, or is sealed as
the machine's.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from enum import Enum
from pathlib import Path

import click

from kiosk.cli.main import kiosk
from tests.web.desk import money_watch

_ACTORS = (
    f"SELECT DISTINCT actor FROM entry WHERE number > ? AND {money_watch.MONEY}"
    f" AND account_id IN ({money_watch.ACCOUNTS})"
)


class Bound(Enum):
    """What becomes of a member's money by a command."""

    WAITS = "above the rule's sum, for an officer at the desk"
    TOLD = "at once; an entry and a mail say that the machine did what takes two"
    SEALED = "at once, as an entry or a sealed row of the machine's"
    RULES = "what the rules say, of whoever was at the door, online or on a bank statement"
    COPIED = "what the copy holds; an entry names what came after it and is lost"


COMMANDS: Mapping[str, Bound] = {
    **dict.fromkeys(("invoices credit", "refund", "reverse", "write-off"), Bound.WAITS),
    **dict.fromkeys(("cash count", "members merge"), Bound.TOLD),
    **dict.fromkeys(("cheques bounce", "deposit", "gifts add", "members split", "pay", "sell"), Bound.SEALED),
    **dict.fromkeys(("members leave", "members plan", "offices add", "offices end"), Bound.SEALED),
    **dict.fromkeys(("rooms book", "rooms cancel", "events cancel"), Bound.SEALED),
    **dict.fromkeys(("things back", "things lend", "vouchers bank", "vouchers name"), Bound.SEALED),
    **dict.fromkeys(("vouchers end", "vouchers unbank"), Bound.SEALED),
    **dict.fromkeys(("bank confirm", "due", "members add", "members import", "online decide", "tap"), Bound.RULES),
    "restore": Bound.COPIED,
}
"""Every command that may write any."""


def standing(root: Path) -> tuple[object, ...] | None:
    """Return what money and rights of members there are; None without records that can be read."""
    return _asked(root, money_watch.QUERY)


def command(words: Sequence[str]) -> str:
    """Return the name of the command that is typed."""
    here: click.Command = kiosk
    names = []
    for word in words:
        below = here.get_command(click.Context(here), word) if isinstance(here, click.Group) else None
        if below is not None:
            here = below
            names.append(word)
    return " ".join(names)


def check(root: Path, words: Sequence[str], before: tuple[object, ...] | None) -> None:
    """Fail where a command wrote money or a right, and is not named; or in another's name than the machine's."""
    after = standing(root)
    if None in (before, after) or before == after or before is None:
        return
    name = command(words)
    assert name in COMMANDS, f"kiosk {name} writes a member's money or a right, and is not named in {__name__}"
    if COMMANDS[name] not in (Bound.RULES, Bound.COPIED):
        with closing(sqlite3.connect(f"file:{root / 'db' / 'ledger.db'}?mode=ro", uri=True)) as database:
            assert {actor for (actor,) in database.execute(_ACTORS, (before[0],))} <= {"cli"}, name


def _asked(root: Path, query: str) -> tuple[object, ...] | None:
    path = root / "db" / "ledger.db"
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            found: tuple[object, ...] = database.execute(query).fetchone()
            return found
    except sqlite3.Error:
        return None
