"""Decides what may be shown of a table of counts, since small numbers tell on people."""

from collections.abc import Mapping

SMALLEST = 5  # fewer people than this in a cell could be recognised


def hidden(people: Mapping[str, int]) -> frozenset[str]:
    """The cells to hide: those of one to four people; and one more where a single one could be told from the total."""
    small = {name for name, count in people.items() if 0 < count < SMALLEST}
    if len(small) == 1:
        others = {name: count for name, count in people.items() if count >= SMALLEST}
        if others:
            small.add(min(others, key=lambda name: (others[name], name)))
    return frozenset(small)
