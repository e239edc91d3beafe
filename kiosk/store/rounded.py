"""Writes in SQL how a moment is reduced to its day: retention does so, and guards of unchanging rows allow it."""

MIDNIGHT = "00:00:00.000000Z"


def to_the_day(column: str) -> str:
    """Return SQL for a moment's column with the hour set to midnight."""
    return f"substr({column}, 1, 11) || '{MIDNIGHT}'"


def moves(column: str) -> str:
    """Return SQL for a guard: true if an update changes a moment to anything but the same moment or its day."""
    return f"(NEW.{column} IS NOT OLD.{column} AND NEW.{column} IS NOT {to_the_day(f'OLD.{column}')})"
