"""Tells which numbers a restore declared lost: they stand on paper, but their entries or documents are gone.

They are never given again. A notice in the ledger has, by kind ("entry", "member", a series of documents, "slip-" and a
payment method), the first and the last lost number; later numbers go on above them.
"""

from collections.abc import Collection

import sqlalchemy as sa

from kiosk.store.tables import are_of_books, entry

RESTORE, RECONCILE, LOST = "restore", "reconcile", "lost-entry"  # the subjects of such notices


def slip_sql(method: str) -> str:
    """Return SQL for the kind under which a notice has a payment method's deposit slips; `method` is SQL, too."""
    return f"'slip-' || {method}"


def last_sql(kind: str) -> str:
    """Return SQL for the highest lost number of a kind, 0 if none is lost; `kind` is SQL, too."""
    path = f"'$.lost.\"' || {kind} || '\"[1]'"
    return (
        f"(SELECT coalesce(max(json_extract(lost.detail, {path})), 0) FROM entry AS lost"
        f" WHERE {are_of_books('notice', 'lost')})"
    )


def count_sql(kind: str, before: str) -> str:
    """Return SQL for how many numbers of a kind were lost by notices before the entry `before`; both are SQL, too."""
    path = f"'$.lost.\"' || {kind} || '\""
    return (
        f"(SELECT coalesce(sum(json_extract(lost.detail, {path}[1]') - json_extract(lost.detail, {path}[0]') + 1), 0)"
        f" FROM entry AS lost WHERE {are_of_books('notice', 'lost')} AND lost.number < {before})"
    )


def is_there(connection: sa.Connection, number: int, mac: bytes) -> bool:
    """Return whether the chain has the entry with this number and MAC, or in its place a notice that it is lost."""
    columns = entry.c.mac, entry.c.kind, entry.c.detail
    row = connection.execute(sa.select(*columns).where(entry.c.number == number)).first()
    if row is None:
        return False
    return bool(row.mac == mac) or (row.kind == "notice" and says_lost(row.detail))


def says_lost(detail: str) -> bool:
    """Return whether a notice's detail stands in the place of a lost entry, and is not about a number given twice
    (then it has a `number`).
    """
    return f'"about":"{LOST}"' in detail and '"number":' not in detail


def branch_since(connection: sa.Connection, number: int, trail: Collection[tuple[int, bytes]]) -> int:
    """Return the first number from which a program's entries differ from this chain, as far as is known.

    `trail` are entries that the program saw, by number and MAC: the answer is the number after the last one that the
    chain has, too; or the lowest in the trail if the chain has none of them; `number` without a trail.
    """
    since = number
    for before, mac in sorted(trail, reverse=True):
        if is_there(connection, before, mac):
            return before + 1
        since = before
    return since


def given_twice(connection: sa.Connection) -> list[int]:
    """Return the numbers that may have been given twice, as notices say, in order.

    They begin after the last entry that both the program and the chain know: where exactly the two parted is not known.
    """
    rows = connection.exec_driver_sql(
        "SELECT json_extract(e.detail, '$.since'), json_extract(e.detail, '$.number') FROM entry AS e"
        f" WHERE {are_of_books('notice', 'e')}"
        f" AND json_extract(e.detail, '$.about') = '{LOST}' AND json_extract(e.detail, '$.number') IS NOT NULL"
    )
    return sorted({doubtful for since, number in rows for doubtful in range(int(since), int(number) + 1)})


def last(connection: sa.Connection, kind: str) -> int:
    """Return the highest lost number of a kind; 0 if none is lost."""
    return int(connection.exec_driver_sql(f"SELECT {last_sql('?')}", (kind,)).scalar_one())
