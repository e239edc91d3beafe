"""Decides which three acts come first on a member's file: what their situation asks for, then the most usual."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

MOST = 3  # acts that come first
SOON = timedelta(days=30)  # a membership is renewed from this long before its end


class FileAct(StrEnum):
    """An act that may come first on a file."""

    COME_BACK = "come-back"
    BADGE = "badge"
    RENEW = "renew"
    PAY = "pay"
    SELL = "sell"
    EDIT = "edit"
    PLAN = "plan"
    REFUND = "refund"


_USUAL = (FileAct.PAY, FileAct.SELL, FileAct.EDIT, FileAct.PLAN)  # after those that the situation asks for
_USUAL_OF_GONE = (FileAct.PAY, FileAct.EDIT)  # of a member who has left (`is_gone`)


class FileState(Struct, frozen=True, kw_only=True):
    """The situation on a file today. `owed_cents` is negative for an advance; `member_until` is None without a
    membership.
    """

    today: date
    is_gone: bool
    has_badge: bool
    owed_cents: int
    member_until: date | None


def first(state: FileState, allowed: Collection[FileAct]) -> tuple[FileAct, ...]:
    """Return the acts to show first, most pressing first, out of those that this officer is allowed."""
    chosen: list[FileAct] = []
    for act in _by_need(state):
        if act in allowed and act not in chosen:
            chosen.append(act)
    return tuple(chosen[:MOST])


def _by_need(state: FileState) -> Iterator[FileAct]:
    """Yield a file's acts, the most needed first."""
    if state.is_gone:
        yield FileAct.COME_BACK
        if state.owed_cents < 0:
            yield FileAct.REFUND
        yield from _USUAL_OF_GONE
        return
    if not state.has_badge:
        yield FileAct.BADGE
    is_over = state.member_until is None or state.member_until < state.today
    if is_over:
        yield FileAct.RENEW
    if state.owed_cents > 0:
        yield FileAct.PAY
    if not is_over and state.member_until is not None and state.member_until <= state.today + SOON:
        yield FileAct.RENEW
    yield from _USUAL
