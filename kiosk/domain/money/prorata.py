"""Computes the share of a price for a part of its period.

Rounding, once and for all: to the nearest cent, half a cent upwards. All days are exactly the price, no day is nothing;
two parts that make a whole may differ from it by one cent together, never more.
"""

from kiosk.domain.problems import Problem


def share(cents: int, days: int, of_days: int) -> int:
    """What `days` of a period of `of_days` cost where all of it costs `cents`. Raises Problem `share`."""
    if cents < 0 or not 0 <= days <= of_days or of_days < 1:
        raise Problem("share", f"{days} of {of_days} days of {cents} cents is no share of a price")
    return (2 * cents * days + of_days) // (2 * of_days)
