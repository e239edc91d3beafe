"""Describes what a calendar shows: blocks of time, in a room or in none, whatever their subject.

Each subject with a place in the calendar gives a function that reads its blocks; the calendar knows no subject.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.slots import Slot
from kiosk.language.names import Names


class BlockKind(StrEnum):
    """The kind of a block, for its colour and its word."""

    BOOKING = "booking"
    OPTION = "option"  # held by a quote until a day
    EVENT = "event"
    PRIVATE = "private"  # a part of the place, or all of it, is let
    IMPORTED = "imported"
    HOUSE = "house"  # held by the association itself


class Block(Struct, frozen=True):
    """One block of the calendar.

    `room` is a room's id, None for a block without a room; `held` is the time including setting up, where that differs.
    `path` leads to its page at the desk, None where it has none; `claimed` tells that its people came.
    """

    slot: Slot
    room: int | None
    title: Names
    kind: BlockKind
    path: str | None = None
    held: Slot | None = None
    claimed: bool = False

    @property
    def all_of_it(self) -> Slot:
        """Return the time that the block takes, including setting up."""
        return self.held or self.slot


def collisions(slot: Slot, room: int, blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks of a room that a time would overlap, earliest first. `slot` and blocks include setting up."""
    return sorted(
        (block for block in blocks if block.room == room and block.all_of_it.meets(slot)), key=lambda block: block.slot
    )
