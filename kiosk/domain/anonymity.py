"""Decides which cells of a table of counts may be shown, because small numbers reveal people."""

from collections.abc import Mapping, Set

SMALLEST = 5  # people in a cell: fewer could be recognised


def hidden(people: Mapping[str, int]) -> frozenset[str]:
    """Return the cells to hide: those of one to four people, and a second one where a single cell could be computed
    from the total.
    """
    small = {name for name, count in people.items() if 0 < count < SMALLEST}
    if len(small) == 1:
        others = {name: count for name, count in people.items() if count >= SMALLEST}
        if others:
            small.add(min(others, key=lambda name: (others[name], name)))
    return frozenset(small)


def told_together(people: Mapping[str, Set[int]]) -> frozenset[str] | None:
    """Return the parts (months) of a whole of which only the sum may be told, so that none of them can be computed by
    subtracting the others.

    These are the parts that concern one to four people, and then the smallest other parts, until they are at least two
    parts and five people. Empty where no part is small; None where not even all parts are enough.
    """
    few = {name for name, members in people.items() if 0 < len(members) < SMALLEST}
    if not few:
        return frozenset()
    more = sorted(
        (name for name, members in people.items() if len(members) >= SMALLEST), key=lambda n: (len(people[n]), n)
    )
    while len(few) < 2 or len(frozenset[int]().union(*(people[name] for name in few))) < SMALLEST:
        if not more:
            return None
        few.add(more.pop(0))
    return frozenset(few)
