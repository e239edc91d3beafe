"""Acts of the office on hosting: the template of the rota, members' shifts, and whether confirmed shifts earn days.

The *rota* are the shifts of the coming weeks. Its *template* has a line (a slot) for each weekly time, from which the
shifts are made. A shift that was held is confirmed by its member or the office; confirmed shifts may earn *banked*
days, which pay for later visits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import sqlalchemy as sa

from kiosk.acting import UseCase
from kiosk.domain.days import Moment
from kiosk.domain.hosting import rota as rules
from kiosk.domain.hosting.rota import Shift, ShiftKind
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.hosting import asking, turns
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.store.members import members
from kiosk.store.officers import desk_log

MOST_SLOTS = 60  # weekly slots that run at once
MOST_SHIFTS_A_DAY = 100  # the greatest number of confirmed shifts that may be asked for one banked day


class Rota(UseCase):
    """Changes the rota in the name of an officer; `actor` goes into the log."""

    @contextmanager
    def _writing(self) -> Iterator[tuple[sa.Connection, Policy, Moment]]:
        """Open a transaction that is committed at the block's end, and yield it with the association's rules and the
        moment, which names the local day.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            yield connection, *self._rules.at(connection, now)

    def add_slot(
        self,
        weekday: int,
        kind: str,
        from_minute: int,
        until_minute: int,
        places: int,
        from_on: date | None = None,
    ) -> int:
        """Add a line to the template from a day on (None or past: today), make its shifts, and return its id; a form
        sent again returns the line that it added. `weekday` is 0 for Monday, minutes count from midnight, `places` are
        the shifts at that time.

        Raises RequestError `slot-kind`, `slot-hours` or `slot-many`.
        """
        if kind not in tuple(ShiftKind):
            raise RequestError("slot-kind", field="kind", given=kind, choices=", ".join(ShiftKind))
        turns.refuse(rules.why_no_slot(weekday, from_minute, until_minute, places))
        with self._writing() as (connection, policy, moment):
            today = moment.day
            running = [each for each in rota_rows.slots(connection) if each.until_on is None or each.until_on >= today]
            if len(running) >= MOST_SLOTS:
                raise RequestError("slot-many", most=MOST_SLOTS)
            begins = max(from_on or today, today)
            same = (weekday, kind, from_minute, until_minute, places, begins)
            for each in running:
                if (each.weekday, each.kind, each.from_minute, each.until_minute, each.places, each.from_on) == same:
                    return each.id  # the same form, sent twice
            slot_id = rota_rows.add_slot(
                connection, weekday, ShiftKind(kind), from_minute, until_minute, places, begins
            )
            asking.fill(connection, policy, today)  # makes all shifts that are missing, here those of the new line
            desk_log.add(connection, moment.at, self._actor, "slot-added", None, f"line {slot_id}")
            return slot_id

    def end_slot(self, slot: int) -> None:
        """End a line of the template today and cancel its later shifts, but for confirmed ones. Raises RequestError
        `no-such-slot`.
        """
        with self._writing() as (connection, _, moment):
            rota_rows.end_slot(connection, slot, moment.day)
            desk_log.add(connection, moment.at, self._actor, "slot-ended", None, f"line {slot}")

    def take(self, shift: int, number: int) -> Shift:
        """Give a free shift to a member. Raises as `kiosk.hosting.turns.take`."""
        with self._writing() as (connection, _, moment):
            return turns.take(connection, moment, self._actor, shift, number).shift

    def give_up(self, shift: int) -> Shift:
        """Free a shift that a member holds. Raises as `kiosk.hosting.turns.give_up`."""
        with self._writing() as (connection, _, moment):
            number = self._holder(connection, shift)
            return turns.give_up(connection, moment, self._actor, shift, number).shift

    def swap(self, shift: int, for_shift: int) -> None:
        """Swap the shifts of two members; the officer vouches for their agreement.

        Raises as `kiosk.hosting.turns.exchange`.
        """
        with self._writing() as (connection, _, moment):
            turns.exchange(connection, moment, self._actor, shift, for_shift)

    def confirm(self, shift: int, minutes: int | None = None) -> Shift:
        """Confirm that the holder of a shift held it, for `minutes` (None: its hours so far); the office may do so long
        after. Raises as `kiosk.hosting.turns.confirm`, and RequestError `shift-not-yours` for a free shift.
        """
        with self._writing() as (connection, _, moment):
            number = self._holder(connection, shift)
            return turns.confirm(connection, moment, self._actor, shift, number, minutes, by_office=True).shift

    def unconfirm(self, shift: int) -> Shift:
        """Withdraw the confirmation of a shift. Raises RequestError `no-such-shift`."""
        with self._writing() as (connection, _, moment):
            return turns.unconfirm(connection, moment, self._actor, shift).shift

    def call_off(self, shift: int, called_off: bool) -> Shift:
        """Cancel a shift, or restore it where `called_off` is False, and return it as it was before. Its holder keeps
        it. Raises RequestError `no-such-shift` or `shift-confirmed`.
        """
        with self._writing() as (connection, _, moment):
            shift_facts = rota_rows.turn(connection, shift).shift
            turns.refuse(rules.Unfit.CONFIRMED if shift_facts.confirmed else None)
            rota_rows.call_off(connection, shift, called_off)
            swap_rows.end_those_of(connection, shift)  # proposals to swap it are void
            act = "shift-called-off" if called_off else "shift-on-again"
            desk_log.add(
                connection, moment.at, self._actor, act, shift_facts.member, f"shift {shift}, {shift_facts.day_on}"
            )
            return shift_facts

    def want_to_be_asked(self, number: int, wants: bool) -> None:
        """Record whether a member wants mails about free shifts. Raises RequestError `no-such-member`."""
        with self._writing() as (connection, _, moment):
            person = members.by_number(connection, number)
            rota_rows.want_to_be_asked(connection, person.id, wants)
            desk_log.add(connection, moment.at, self._actor, "asked-to-host", number, str(wants))

    def decide_reward(self, shifts_a_day: int, *, warned: bool) -> None:
        """Decide how many confirmed shifts earn a day from today on; with 0 they earn none.

        `warned` says that the page's warning about such days was accepted, which all but 0 needs. Raises RequestError
        `reward-warning` or `reward-shifts` (not 0 to `MOST_SHIFTS_A_DAY`).
        """
        if not 0 <= shifts_a_day <= MOST_SHIFTS_A_DAY:
            raise RequestError("reward-shifts", field="shifts", most=MOST_SHIFTS_A_DAY)
        if shifts_a_day and not warned:
            raise RequestError("reward-warning", field="warned")
        with self._writing() as (connection, _, moment):
            swap_rows.decide_reward(connection, shifts_a_day, self._actor, moment.at)
            desk_log.add(connection, moment.at, self._actor, "reward-decided", None, str(shifts_a_day))

    @staticmethod
    def _holder(connection: sa.Connection, shift: int) -> int:
        """Return the number of the member that holds a shift. Raises RequestError `shift-not-yours` for a free one."""
        holder = rota_rows.turn(connection, shift).shift.member
        turns.refuse(rules.Unfit.NOT_YOURS if holder is None else None)
        return holder or 0  # never 0: a free shift was refused


def weeks(today: date) -> list[date]:
    """Return the Mondays of the weeks that the rota shows: this week's, and those of the six weeks after it."""
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(weeks=each) for each in range(turns.AHEAD_DAYS // 7 + 1)]
