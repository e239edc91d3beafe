"""Tells a fault of the database itself, after which nothing else can be done either, from one of what was asked."""

_CODES = frozenset(("database", "database-busy"))


def is_one(fault: BaseException) -> bool:
    """Whether an error is the database's own: its file, its disk, its server, or a lock that others hold."""
    return getattr(fault, "code", None) in _CODES
