"""Does what time brings to rooms: a tap claims one, a no-show loses it, a past booking is entered, an option lapses.

Run by `kiosk due` and, beside the door, by the refresh of the idle screen. Each act is one transaction and done once,
by the state of the booking; nothing is written where nothing is to be done.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from kiosk.acting import SealingUseCase
from kiosk.domain.chain import Seal
from kiosk.domain.rooms import fees
from kiosk.domain.rooms.rules import RoomRules
from kiosk.errors import KioskError, RequestError
from kiosk.rooms import charging
from kiosk.rooms.bookings import Terms, terms_at
from kiosk.store.rooms import booking_rows, claim_rows
from kiosk.store.rooms.booking_rows import BOOKED, CLAIMED, RELEASED, Booking
from kiosk.store.space import room_rules


@dataclass(slots=True)
class UpkeepDone:
    """How many bookings were claimed, released and entered in one pass; `failed` what could not be, by booking."""

    claimed: int = 0
    released: int = 0
    settled: int = 0
    failed: dict[int, str] = field(default_factory=dict)


class RoomUpkeep(SealingUseCase):
    """Does what is due now. `actor` goes into each entry."""

    def run(self) -> UpkeepDone:
        """Make one pass: claims, releases and what is over. Nothing where rooms are off."""
        done = self.watch()
        with self._store.reading() as connection:
            if not self._is_on(connection) or not claim_rows.any_unsettled(connection, self._clock.now()):
                return done
            found = booking_rows.unsettled(connection, self._clock.now())
        for each in found:
            self._try(each, self._settle, done)
        return done

    def watch(self) -> UpkeepDone:
        """Claims and releases alone: what the screen beside the door does. It reads, and writes where there is need."""
        done, now = UpkeepDone(), self._clock.now()
        with self._store.reading() as connection:
            if not self._is_on(connection):
                return done
            rules = room_rules.read(connection, self._rules.at(connection, now)[1].day)
            found = [(each, *_due(connection, each, rules, now)) for each in claim_rows.awaited(connection, now)]
        for each, state, at in found:
            if state is not None:
                self._try(each, partial(self._turn, state=state, at=at), done)
        return done

    def _is_on(self, connection: sa.Connection) -> bool:
        return room_rules.is_on(connection, self._rules.at(connection, self._clock.now())[1].day)

    def _turn(self, found: Booking, done: UpkeepDone, state: str, at: datetime) -> None:
        """Claimed by a tap at a moment, or lost at it."""
        with self._store.writing() as connection:
            if state == CLAIMED:
                booking_rows.change(connection, found, state=CLAIMED, claimed_at=at, over_at=None)
                done.claimed += 1
            else:
                booking_rows.change(connection, found, state=RELEASED, over_at=at)
                done.released += 1

    def _settle(self, found: Booking, done: UpkeepDone) -> None:
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            settle(connection, self._seal, terms, booking_rows.by_id(connection, found.id), self._actor)
            done.settled += 1

    def _try(self, found: Booking, act: Callable[[Booking, UpkeepDone], None], done: UpkeepDone) -> None:
        try:
            act(found, done)
        except RequestError as told:
            if told.code not in ("booking-changed", "room-taken"):  # somebody was quicker: the next pass sees it
                done.failed[found.id] = told.code
        except KioskError as fault:
            done.failed[found.id] = fault.code


def _due(
    connection: sa.Connection, found: Booking, rules: RoomRules, now: datetime
) -> tuple[str, datetime] | tuple[None, datetime]:
    """What a booking becomes, and when it did."""
    came = claim_rows.came_at(connection, found, present_counts=rules.room_presence_claims)
    if came is not None and came <= now:
        return CLAIMED, came
    lost = fees.lost_at(found.slot, rules)
    if found.state == BOOKED and lost is not None and lost <= now:
        return RELEASED, lost
    return None, now


def settle(connection: sa.Connection, seal: Seal, terms: Terms, found: Booking, actor: str) -> None:
    """Enter the cost of a past booking: its price, or the fee for a no-show. Once, by `settled_at`."""
    if found.settled_at is not None:
        return
    if found.state != RELEASED:
        charging.charge(connection, seal, terms.policy, found, terms.moment, actor)
        return
    cents = fees.on_not_coming(found.price.cents, terms.rules)
    if cents:
        charging.fee(connection, seal, terms.policy, found, cents, terms.moment, actor, charging.AWAY)
    booking_rows.change(connection, found, settled_at=terms.moment.at)
