"""Says which officers had a hand in an account: made it, gave it a role or a link, themselves or through another, until
it was confirmed.

Two accounts do not make two people where one person holds both. An officer with a hand in an account may have chosen
its password through the link that they gave; so it does not decide of that officer's affairs until another officer has
confirmed it.
"""

from collections.abc import Iterable

Hand = tuple[int, int]
"""An account, and the officer who had a hand in it, by their numbers."""


def hands_in(account: int, unconfirmed: Iterable[Hand]) -> frozenset[int]:
    """The officers whose doing an account is: directly, or through accounts that are their doing."""
    of: dict[int, set[int]] = {}
    for made, by in unconfirmed:
        of.setdefault(made, set()).add(by)
    found: set[int] = set()
    waiting = [account]
    while waiting:
        new = of.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return frozenset(found - {account})


def may_confirm(officer: int, account: int, unconfirmed: Iterable[Hand]) -> bool:
    """Whether an officer may vouch for an account: neither it, nor one of those whose doing it is, nor their doing."""
    hands = list(unconfirmed)
    suspects = hands_in(account, hands) | {account}
    return officer not in suspects and not hands_in(officer, hands) & suspects
