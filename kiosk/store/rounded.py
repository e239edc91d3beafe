"""Says in SQL what rounding a moment to its day is: retention does it, and guards of what stays let it pass."""

MIDNIGHT = "00:00:00.000000Z"


def to_the_day(column: str) -> str:
    """SQL for a moment without its hour."""
    return f"substr({column}, 1, 11) || '{MIDNIGHT}'"


def moves(column: str) -> str:
    """SQL for a guard: whether a moment becomes anything but itself or its day."""
    return f"(NEW.{column} IS NOT OLD.{column} AND NEW.{column} IS NOT {to_the_day(f'OLD.{column}')})"
