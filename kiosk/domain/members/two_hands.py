"""Says which officers are asked about another one's act, and which of them may agree to it.

A new link or second factor works at once; but for some days its holder is asked and may not agree, since another
officer may hold it. An officer who was suspended, or whose role was taken, is still asked for as long: no officer gets
rid of the second one first. What waits so long and is not refused may be done alone.
"""

from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct

from kiosk.domain.members.hands import Hand, hands_in

WAITS = timedelta(days=14)
TOLD_AGAIN = (timedelta(days=7), timedelta(days=13))
"""After how long what still waits is told again."""


class Holder(Struct, frozen=True):
    """An account: whether it may be asked now (`holds`), or might lately (`held`); and whether a link, a second factor,
    a role or a file came to it lately, for which no other officer vouched (`is_new`).
    """

    number: int
    member: int | None = None
    holds: bool = False
    held: bool = False
    is_new: bool = False


def to_ask(asker: int, holders: Iterable[Holder]) -> list[int]:
    """Return the accounts that are asked about what another one does, by number. Two accounts are one person where both
    have the same file, and neither got it lately.
    """
    known = {each.number: each for each in holders}
    by = known.get(asker)
    return [
        each.number
        for each in known.values()
        if each.number != asker and (each.holds or each.held) and not _is_settled_twin(each, by)
    ]


def may_agree(officer: int, asker: int, holders: Iterable[Holder], hands: Iterable[Hand]) -> bool:
    """Tell whether an officer may agree to what another one asks: neither account is new, the same person's, nor the
    other's doing.
    """
    known, unconfirmed = {each.number: each for each in holders}, list(hands)
    own, by = known.get(officer), known.get(asker)
    if own is None or officer == asker or not own.holds or own.is_new or _is_twin(own, by):
        return False
    return asker not in hands_in(officer, unconfirmed) and officer not in hands_in(asker, unconfirmed)


def _is_twin(one: Holder, other: Holder | None) -> bool:
    return other is not None and one.member is not None and one.member == other.member


def _is_settled_twin(one: Holder, other: Holder | None) -> bool:
    return other is not None and _is_twin(one, other) and not one.is_new and not other.is_new
