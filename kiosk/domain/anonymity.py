"""Decides what may be shown of a table of counts, since small numbers tell on people."""

from collections.abc import Mapping, Set

SMALLEST = 5  # fewer people than this in a cell could be recognised


def hidden(people: Mapping[str, int]) -> frozenset[str]:
    """The cells to hide: those of one to four people; and one more where a single one could be told from the total."""
    small = {name for name, count in people.items() if 0 < count < SMALLEST}
    if len(small) == 1:
        others = {name: count for name, count in people.items() if count >= SMALLEST}
        if others:
            small.add(min(others, key=lambda name: (others[name], name)))
    return frozenset(small)


def told_together(people: Mapping[str, Set[int]]) -> frozenset[str] | None:
    """Return the parts (months) of a whole of which only a sum may be told, so that no part of it is found by taking
    the others away: those in which one to four people are concerned, and of the others as many as it takes for five
    people among at least two parts, those of the fewest first. None where even all of them are fewer than five people.
    """
    few = {name for name, who in people.items() if 0 < len(who) < SMALLEST}
    if not few:
        return frozenset()
    more = sorted((name for name, who in people.items() if len(who) >= SMALLEST), key=lambda n: (len(people[n]), n))
    while len(few) < 2 or len(frozenset[int]().union(*(people[name] for name in few))) < SMALLEST:
        if not more:
            return None
        few.add(more.pop(0))
    return frozenset(few)
