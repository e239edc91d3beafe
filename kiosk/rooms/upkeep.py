"""Does what falls due for bookings: a tap claims the room, a no-show releases it, and a past booking is charged.

`kiosk due` and, beside the door, the refresh of the idle screen run it. Each act is one transaction, and the booking's
state keeps it from being done twice; a pass with nothing to do writes nothing.
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
    """How many bookings one pass claimed, released and charged; `failed` has the error codes of the others, by the
    booking's id. A settled booking is one whose price or fee was entered, or that needs none.
    """

    claimed: int = 0
    released: int = 0
    settled: int = 0
    failed: dict[int, str] = field(default_factory=dict)


class RoomUpkeep(SealingUseCase):
    """Claims, releases and charges bookings when their time has come. `actor` goes into each entry."""

    def run(self) -> UpkeepDone:
        """Claim, release and charge the bookings that are due, and return the counts; do nothing where rooms are off. A
        booking is due for its charge once it is over; at most 500 are charged in a pass.
        """
        done = self.watch()
        with self._store.reading() as connection:
            if not self._is_on(connection) or not claim_rows.any_unsettled(connection, self._clock.now()):
                return done
            bookings = booking_rows.unsettled(connection, self._clock.now())
        for booking in bookings:
            self._try(booking, self._settle, done)
        return done

    def watch(self) -> UpkeepDone:
        """Claim and release bookings without charging any, as the idle screen does, and return the counts. It writes
        only where a booking changes.
        """
        done, now = UpkeepDone(), self._clock.now()
        with self._store.reading() as connection:
            if not self._is_on(connection):
                return done
            rules = room_rules.read(connection, self._rules.at(connection, now)[1].day)
            awaited = [(each, *_due(connection, each, rules, now)) for each in claim_rows.awaited(connection, now)]
        for each, state, at in awaited:
            if state is not None:
                self._try(each, partial(self._turn, state=state, at=at), done)
        return done

    def _is_on(self, connection: sa.Connection) -> bool:
        """Return whether rooms are booked here, by the rules of today."""
        return room_rules.is_on(connection, self._rules.at(connection, self._clock.now())[1].day)

    def _turn(self, booking: Booking, done: UpkeepDone, state: str, at: datetime) -> None:
        """Set a booking to claimed or released as of a moment, in one transaction. A released booking that is claimed
        after all (by a tap entered after an outage) takes the room back.
        """
        with self._store.writing() as connection:
            if state == CLAIMED:
                booking_rows.change(connection, booking, state=CLAIMED, claimed_at=at, over_at=None)
                done.claimed += 1
            else:
                booking_rows.change(connection, booking, state=RELEASED, over_at=at)
                done.released += 1

    def _settle(self, booking: Booking, done: UpkeepDone) -> None:
        """Charge a past booking, as it stands now: its price, or the fee for a no-show."""
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            settle(connection, self._seal, terms, booking_rows.by_id(connection, booking.id), self._actor)
            done.settled += 1

    def _try(self, booking: Booking, act: Callable[[Booking, UpkeepDone], None], done: UpkeepDone) -> None:
        """Try an act on a booking. One that changed meanwhile, or whose room was taken since it was released, waits for
        the next pass; another fault is listed.
        """
        try:
            act(booking, done)
        except RequestError as refused:
            if refused.code not in ("booking-changed", "room-taken"):  # another was quicker: the next pass sees it
                done.failed[booking.id] = refused.code
        except KioskError as fault:
            done.failed[booking.id] = fault.code


def _due(
    connection: sa.Connection, booking: Booking, rules: RoomRules, now: datetime
) -> tuple[str, datetime] | tuple[None, datetime]:
    """Return the state that a booking takes now and since when: claimed where its member tapped for it (or is here,
    where the rules let that count), else released where the time to claim it is over. The state is None where it stays
    as it is.
    """
    came = claim_rows.came_at(connection, booking, present_counts=rules.room_presence_claims)
    if came is not None and came <= now:
        return CLAIMED, came
    lost = fees.lost_at(booking.slot, rules)
    if booking.state == BOOKED and lost is not None and lost <= now:
        return RELEASED, lost
    return None, now


def settle(connection: sa.Connection, seal: Seal, terms: Terms, booking: Booking, actor: str) -> None:
    """Charge a past booking: its price, or the fee for a no-show. A booking with `settled_at` is left alone; a no-show
    whose fee is 0 is only marked as settled.
    """
    if booking.settled_at is not None:
        return
    if booking.state != RELEASED:
        charging.charge(connection, seal, terms.policy, booking, terms.moment, actor)
        return
    cents = fees.on_not_coming(booking.price.cents, terms.rules)
    if cents:
        charging.fee(connection, seal, terms.policy, booking, cents, terms.moment, actor, charging.AWAY)
    booking_rows.change(connection, booking, settled_at=terms.moment.at)
