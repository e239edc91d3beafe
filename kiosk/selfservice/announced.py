"""Finds who announced themselves on the public's pages: for today, or to join. The screen shows first names alone."""

from collections import Counter

from kiosk.checkin.dialogue import PageContext

MOST_SHOWN = 5  # names for which the page has room, beside another


def first_names(context: PageContext) -> dict[int, str]:
    """Return the first names, by request; with an initial where two are alike."""
    names = _names(context)
    counts = Counter(name.split()[0] for name in names.values())
    return {request: _short(name, is_alone=counts[name.split()[0]] == 1) for request, name in names.items()}


def name_of(context: PageContext, value: str) -> str | None:
    """Return the whole name of a request that is offered; None for any other."""
    return _names(context).get(int(value)) if value.isdecimal() and len(value) < 10 else None


def is_free(context: PageContext, request: int) -> bool:
    """Tell whether no other badge took a request over meanwhile."""
    return request in _names(context)


def _names(context: PageContext) -> dict[int, str]:
    if not context.policy.public_work:
        return {}
    from kiosk.store.visitors import request_rows  # few houses have public pages

    found = request_rows.newcomers(context.connection, context.moment.day)
    return {each.id: each.name for each in found[:MOST_SHOWN]}


def _short(name: str, *, is_alone: bool) -> str:
    first, *others = name.split()
    return first if is_alone or not others else f"{first} {others[-1][0]}."
