"""Finds which officers made another officer's account what it is: created it, or gave it a role or a link, directly or
through other accounts, until it was confirmed.

Two accounts are not two people if one person holds both. The officer that gave an account its link may have chosen its
password, so that account may not decide on that officer's affairs until a third officer has confirmed it.
"""

from collections.abc import Iterable

Hand = tuple[int, int]
"""An account, and the officer who created it or gave it a role or a link, by their numbers."""


def hands_in(account: int, unconfirmed: Iterable[Hand]) -> frozenset[int]:
    """Return the officers behind an account: those with a hand in it, and those behind their accounts."""
    officers_of: dict[int, set[int]] = {}
    for touched, by in unconfirmed:
        officers_of.setdefault(touched, set()).add(by)
    officers: set[int] = set()
    waiting = [account]
    while waiting:
        new = officers_of.get(waiting.pop(), set()) - officers
        officers |= new
        waiting += new
    return frozenset(officers - {account})


def may_confirm(officer: int, account: int, unconfirmed: Iterable[Hand]) -> bool:
    """Tell whether an officer may confirm an account: not its holder, nor an officer behind it, nor one with any of
    these behind their own account.
    """
    hands = list(unconfirmed)
    suspects = hands_in(account, hands) | {account}
    return officer not in suspects and not hands_in(officer, hands) & suspects
