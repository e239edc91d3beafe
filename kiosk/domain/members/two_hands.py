"""Decides which officers are asked about another officer's act, and which of them may agree to it.

A new link or second factor works at once, but for some days its holder is asked and may not agree, because another
officer may hold it. A suspended officer, or one without a role any more, is still asked for the same time, so that no
officer can remove the second one first. What has waited that long without a refusal may be done alone.

A *hand* in an account is an officer's part in it: creating it, giving it a role or a link, until that is confirmed
(`kiosk.domain.members.hands`).
"""

from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct

from kiosk.domain.members.hands import Hand, hands_in

WAITS = timedelta(days=14)  # how long a request waits before it may be done alone
TOLD_AGAIN = (timedelta(days=7), timedelta(days=13))
"""After how long officers are reminded of a waiting request."""


class Holder(Struct, frozen=True):
    """An officer's account: whether it may be asked now (`holds`) or could lately (`held`); and whether it lately got a
    link, a second factor, a role or a file that no other officer has confirmed (`is_new`).
    """

    number: int
    member: int | None = None
    holds: bool = False
    held: bool = False
    is_new: bool = False


def to_ask(asker: int, holders: Iterable[Holder]) -> list[int]:
    """Return the numbers of the accounts to ask about another one's act. Two accounts count as one person if both have
    the same file, and neither got it lately.
    """
    known = {holder.number: holder for holder in holders}
    asking = known.get(asker)
    return [
        holder.number
        for holder in known.values()
        if holder.number != asker and (holder.holds or holder.held) and not _is_settled_twin(holder, asking)
    ]


def may_agree(officer: int, asker: int, holders: Iterable[Holder], hands: Iterable[Hand]) -> bool:
    """Tell whether an officer may agree to another's request: their account is not new, not the same person's, and
    neither is behind the other's account.
    """
    known, unconfirmed = {holder.number: holder for holder in holders}, list(hands)
    own, asking = known.get(officer), known.get(asker)
    if own is None or officer == asker or not own.holds or own.is_new or _is_twin(own, asking):
        return False
    return asker not in hands_in(officer, unconfirmed) and officer not in hands_in(asker, unconfirmed)


def _is_twin(holder: Holder, other: Holder | None) -> bool:
    """Tell whether two accounts have one member's file: they are one person's."""
    return other is not None and holder.member is not None and holder.member == other.member


def _is_settled_twin(holder: Holder, other: Holder | None) -> bool:
    """Tell whether two accounts are one person's, and neither got its file lately."""
    return other is not None and _is_twin(holder, other) and not holder.is_new and not other.is_new
