"""Knows the numbers that a restore found outside and whose entries and documents are lost: never given again.

A notice in the ledger says so, by kind from one number to another. What follows goes on above them.
"""

import sqlalchemy as sa

from kiosk.store.tables import are_of_books

RESTORE, LOST = "restore", "lost-entry"  # what the notices are about


def slip_sql(method: str) -> str:
    """SQL for the kind of a method's slips."""
    return f"'slip-' || {method}"


def last_sql(kind: str) -> str:
    """SQL for the highest lost number of a kind, which is an SQL text itself; 0 where none is lost."""
    path = f"'$.lost.\"' || {kind} || '\"[1]'"
    return (
        f"(SELECT coalesce(max(json_extract(lost.detail, {path})), 0) FROM entry AS lost"
        f" WHERE {are_of_books('notice', 'lost')})"
    )


def count_sql(kind: str, before: str) -> str:
    """SQL for how many numbers of a kind were lost before an entry."""
    path = f"'$.lost.\"' || {kind} || '\""
    return (
        f"(SELECT coalesce(sum(json_extract(lost.detail, {path}[1]') - json_extract(lost.detail, {path}[0]') + 1), 0)"
        f" FROM entry AS lost WHERE {are_of_books('notice', 'lost')} AND lost.number < {before})"
    )


def last(connection: sa.Connection, kind: str) -> int:
    """The highest lost number of a kind; 0 where none is lost."""
    return int(connection.exec_driver_sql(f"SELECT {last_sql('?')}", (kind,)).scalar_one())
