"""Counts how many members would pay more or less under a scenario, by groups too large for anyone to be recognised."""

from collections import defaultdict
from enum import StrEnum

from msgspec import Struct

from kiosk.domain import anonymity
from kiosk.domain.space.simulator import Person, Simulated

FEW, MANY = 2, 8  # days a month: seldom up to the first, often above the second


class Group(StrEnum):
    """A group of members, by what the period shows about them."""

    PERMANENTS = "permanents"  # with a subscription
    REDUCED = "reduced"  # at a reduced tariff
    OFTEN = "often"
    REGULAR = "regular"
    SELDOM = "seldom"
    ELSE = "else"  # members who only bought something, or brought guests


class Shift(Struct, frozen=True):
    """The change for one group: how many people it has, how many would pay more, less and the same, and how much more
    each would pay a month on average, in cents. A number that could identify a person is None.
    """

    group: Group
    people: int | None
    more: int | None
    less: int | None
    same: int | None
    each_cents: int | None


def shifts(simulated: Simulated, months: int) -> tuple[Shift, ...]:
    """Return the changes of every group that has members in a period of so many months."""
    members: dict[Group, list[int]] = defaultdict(list)
    for member, cents in simulated.members.items():
        members[_group(simulated.who.get(member), months)].append(cents)
    # groups of few people, and one more where theirs could be worked out from the total
    hidden = anonymity.hidden({group.value: len(changes) for group, changes in members.items()})
    return tuple(_shift(group, members[group], months, group.value in hidden) for group in Group if group in members)


def everybody(simulated: Simulated, months: int) -> Shift:
    """Return the change of all members together; its `group` means nothing."""
    return _shift(Group.ELSE, list(simulated.members.values()), months, 0 < len(simulated.members) < anonymity.SMALLEST)


def _group(person: Person | None, months: int) -> Group:
    """Return the group of a person, by subscription, then reduced tariff, then days a month; None came on no day of
    their own.
    """
    if person is None:
        return Group.ELSE
    if person.is_subscribed:
        return Group.PERMANENTS
    if person.is_reduced:
        return Group.REDUCED
    if person.days > MANY * months:
        return Group.OFTEN
    return Group.REGULAR if person.days > FEW * months else Group.SELDOM


def _shift(group: Group, changes: list[int], months: int, is_hidden: bool) -> Shift:
    """Return how a group's months change; counts that could name a person are hidden."""
    if is_hidden:
        return Shift(group, None, None, None, None, None)
    counts = {
        "more": sum(cents > 0 for cents in changes),
        "less": sum(cents < 0 for cents in changes),
        "same": sum(cents == 0 for cents in changes),
    }
    small = anonymity.hidden(counts)  # the same within the group
    more, less, same = (None if name in small else count for name, count in counts.items())
    people = max(1, len(changes))
    return Shift(group, len(changes), more, less, same, round(sum(changes) / people / max(1, months)))
