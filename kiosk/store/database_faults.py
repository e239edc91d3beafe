"""Tells faults of the database itself, after which nothing else works either, from errors in what was asked."""

_CODES = frozenset(("database", "database-busy"))


def is_one(fault: BaseException) -> bool:
    """Return whether an error is the database's own: its file, its disk, its server, or a lock held
    by another program.
    """
    return getattr(fault, "code", None) in _CODES
