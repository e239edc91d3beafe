"""How many rows a statement changed. SQLite is asked: in a Turkish locale, Python's driver does not take INSERT for one
that changes any (`rowcount` is -1), since its I is another letter there. A server's driver knows.
"""

import sqlite3
from typing import Any


def changed(connection: Any, statement: str) -> int:
    """Return the rows of the statement alone, without what its triggers change."""
    done = connection.execute(statement)
    if not isinstance(connection, sqlite3.Connection):
        return int(done.rowcount)
    (count,) = connection.execute("SELECT changes()").fetchone()
    return int(count)
