"""Knows the numbers that a restore found outside and whose entries and documents are lost: never given again.

A notice in the ledger says so, by kind from one number to another. What follows goes on above them.
"""

from collections.abc import Collection

import sqlalchemy as sa

from kiosk.store.tables import are_of_books, entry

RESTORE, RECONCILE, LOST = "restore", "reconcile", "lost-entry"  # what the notices are about


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


def is_there(connection: sa.Connection, number: int, mac: bytes) -> bool:
    """Whether the chain has an entry with this MAC at a number, or says in its place that one is lost."""
    columns = entry.c.mac, entry.c.kind, entry.c.detail
    row = connection.execute(sa.select(*columns).where(entry.c.number == number)).first()
    if row is None:
        return False
    return bool(row.mac == mac) or (row.kind == "notice" and says_lost(row.detail))


def says_lost(detail: str) -> bool:
    """Tell whether a notice stands in the place of a lost entry, and does not speak of a number given twice."""
    return f'"about":"{LOST}"' in detail and '"number":' not in detail


def branch_since(connection: sa.Connection, number: int, trail: Collection[tuple[int, bytes]]) -> int:
    """The first number that is known to be of another branch than this chain: after the last entry that both have."""
    since = number
    for before, mac in sorted(trail, reverse=True):
        if is_there(connection, before, mac):
            return before + 1
        since = before
    return since


def given_twice(connection: sa.Connection) -> list[int]:
    """Return the numbers that may have been given twice, as notices say: from the last one that a program and the chain
    both know. Where the branches parted is not known better.
    """
    rows = connection.exec_driver_sql(
        "SELECT json_extract(e.detail, '$.since'), json_extract(e.detail, '$.number') FROM entry AS e"
        f" WHERE {are_of_books('notice', 'e')}"
        f" AND json_extract(e.detail, '$.about') = '{LOST}' AND json_extract(e.detail, '$.number') IS NOT NULL"
    )
    return sorted({each for since, number in rows for each in range(int(since), int(number) + 1)})


def last(connection: sa.Connection, kind: str) -> int:
    """The highest lost number of a kind; 0 where none is lost."""
    return int(connection.exec_driver_sql(f"SELECT {last_sql('?')}", (kind,)).scalar_one())
