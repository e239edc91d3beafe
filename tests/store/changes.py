"""How many rows a statement changed, asked of SQLite: in a Turkish locale, Python's driver does not take INSERT for one
that changes any (`rowcount` is -1), since its I is another letter there.
"""

import sqlite3


def changed(connection: sqlite3.Connection, statement: str) -> int:
    """Of the statement alone, without what its triggers change."""
    connection.execute(statement)
    (count,) = connection.execute("SELECT changes()").fetchone()
    return int(count)
