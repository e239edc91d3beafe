"""Counts the statements that a page sends to the database, and says how many each may send.

Where the records are on a server, each statement is a way there and back: at 50 ms a page of twenty takes a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from kiosk.store import prepared

FRAME = 4  # who asks, whether that session was ended, the clock's facts, the rules' version
PAGE = 15  # with its frame
LIST = 20  # of many lines, each with more than its own row says

LISTS = frozenset(
    (
        "assembly.page",
        "bank.one",
        "bank.page",
        "books.closed",
        "books.month_form",
        "invoices.one",
        "invoices.page",
        "member.paper",
        "members.papers",
        "money.page",
        "money.subscription",
        "rent.page",  # what the same month earned a year before, too
    )
)
# Pages that show somebody's own, and so leave a line in the log of officers: its code is noted as the last one's.
LOGGED = frozenset(("accounting.printed", "member.merge", "member.page", "receipts.one", "receipts.statement"))
# Pages that ask for more, and why.
MORE: dict[str, tuple[int, str]] = {
    "personal.page": (97, "all that is known of a person, a statement for each table; its line in the officers' log"),
    "report.page": (55, "its first look reads each sum of a long past, which is remembered afterwards"),
    "simulator.page": (40, "as the report, and what each scenario's own rules are"),
    "figures.page": (30, "as the report"),
    "today.page": (
        48,
        "every duty, who is there, the kiosk's health, the month's money, what of the first hour is left, and, where an"
        " account names no member's file, which officers could be asked about it",
    ),
    "todo.page": (30, "every duty: what waits for a second officer and the kiosk's health, too"),
    "accounting.printed": (29, "what is closed, its rules of then, its documents, and what payments settle"),
    "member.page": (37, "each right and each paper of a member, what their account says, and what credit is left"),
    "two.page": (23, "what of each kind waits for a second officer, and who may agree to it"),
}


def allowed(endpoint: str) -> int:
    """Return how many statements a page may send, its frame's with them."""
    most = MORE[endpoint][0] if endpoint in MORE else LIST if endpoint in LISTS else PAGE
    return most + (endpoint in LOGGED)


@contextmanager
def heard() -> Iterator[list[str]]:
    """Hear what is sent meanwhile, by SQLAlchemy or prepared."""
    statements: list[str] = []

    def hear(_connection: object, _cursor: object, sql: str, *_more: object) -> None:
        statements.append(sql)

    def hear_prepared(sql: str, _names: object, _values: object) -> None:
        statements.append(sql)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    prepared.listeners.append(hear_prepared)
    try:
        yield statements
    finally:
        prepared.listeners.remove(hear_prepared)
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
