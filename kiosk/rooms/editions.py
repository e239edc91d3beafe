"""Carries one edition of a followed calendar over to our bookings: holds, moves and frees rooms, and stores what waits
for a decision.

Everything happens in the given transaction. `kiosk.domain.rooms.following` decides what becomes of each event. An
*edition* is a calendar as one file has it, an *occurrence* one time of an event. Of an occurrence, the *told* version
is the calendar's now, the *agreed* one that on which both sides last agreed. Its `Name` is its UID with what tells the
times of a recurring event apart. An `Act` is what is done: HOLD books the room, MOVE and CANCEL change that booking,
ASK leaves it to an officer, with the reason (`Why`), AGREE: both sides say the same, NOTHING: the calendar has not
changed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.domain.rooms import following
from kiosk.domain.rooms.following import Act, Booked, Name, Step, Version, Why
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms import bookings
from kiosk.rooms.bookings import LONGEST_TITLE
from kiosk.rooms.ical_reading import Edition
from kiosk.store.rooms import booking_rows, followed_rows
from kiosk.store.rooms.booking_rows import CANCELLED, Booking, NewBooking
from kiosk.store.rooms.followed_rows import Followed
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space.policies import Rules

IMPORTED = "imported"  # the kind of a booking that a followed calendar made
BEHIND = timedelta(days=31)  # how far back a calendar is read: events that it moved into the past are still seen


class Imported(Struct, frozen=True):
    """How many events of a calendar had a room held, moved or freed, were unchanged (`known`), wait for a decision
    (`asked`), or cannot hold a room because they have no hours or last too long (`unfit`).
    """

    held: int = 0
    moved: int = 0
    cancelled: int = 0
    known: int = 0
    asked: int = 0
    unfit: int = 0


class Plan(Struct):
    """An occurrence that is being carried over: the row about it now and before, its booking here, and the step to
    take.
    """

    row: Followed
    before: Followed | None
    booking: Booking | None
    step: Step

    @property
    def is_under_way(self) -> bool:
        """Return whether a room is to be held or moved for the occurrence."""
        return self.step.act in (Act.HOLD, Act.MOVE)

    @property
    def is_unheard(self) -> bool:
        """Return whether the occurrence never held a room and does not need one now: then nothing is stored about
        it.
        """
        return self.step.act is Act.AGREE and self.row.id is None and self.booking is None


class Reading(Struct, frozen=True, kw_only=True):
    """One reading of a calendar into a room; `feed` is the calendar's name. `closed` are the slots during which the
    room is shut.
    """

    connection: sa.Connection
    rules: Rules
    room: Room
    feed: str
    at: datetime
    actor: str
    closed: frozenset[Slot] = field(default_factory=frozenset)

    def plans(self, edition: Edition) -> list[Plan]:
        """Return what becomes of each occurrence: those in this edition, and those known from earlier ones that it
        lacks.

        An occurrence stored before that a whole edition lacks counts as cancelled.
        """
        known = self._known({each.uid for each in edition.occurrences})
        booked = booking_rows.by_ids(self.connection, [row.booking_id for row in known.values() if row.booking_id])
        edition_rows = self._by_name(edition, known)
        begins = {name: row.told.slot.starts_at for name, row in known.items()}
        # From each name in this edition to the name known here: a rule whose first day moves renames its occurrences.
        pairs = following.pair(begins, {name: row.told.slot.starts_at for name, row in edition_rows.items()}, self.at)
        with_before = [(row, known[pairs[name]] if name in pairs else None) for name, row in edition_rows.items()]
        doubts = [_doubt(row, before) for row, before in with_before]
        plans = [
            self._plan(row, before, booked, doubt) for (row, before), doubt in zip(with_before, doubts, strict=True)
        ]
        if not edition.is_whole:
            return plans
        standing = [name for name, row in known.items() if self._stands(row, booked)]
        # The file is doubted if it is older than what was agreed, or lacks so many events that it may be cut off.
        is_doubted = Why.OLDER in doubts or following.is_cut_off(standing, edition_rows)
        # An edition reaches back by `BEHIND`. A missing occurrence that still holds its room counts as cancelled
        # even if the calendar last told a time that is over; one without a room only if that time is to come.
        gone = [
            name
            for name, row in known.items()
            if name not in pairs.values() and not row.told.is_over(self.at - BEHIND if name in standing else self.at)
        ]
        if is_doubted:  # of a doubted file, only missing events that hold a room here are asked about
            gone = [name for name in gone if name in standing]
        doubt = Why.ABSENT if is_doubted else None
        return plans + [self._plan(_called_off(known[name]), known[name], booked, doubt) for name in gone]

    def is_closed(self, plan: Plan) -> bool:
        """Return whether the room is shut at an occurrence's time; False where a booking holds the room at that time
        already.
        """
        slot = plan.row.told.slot
        if plan.booking is not None and plan.booking.holds and plan.booking.slot == slot:
            return False
        first = slot.starts_at.astimezone(self.rules.zone).date()
        return not (self.room.is_open_on(first) and bookings.is_open(self.connection, self.rules, self.room, slot))

    def carry_out(self, edition: Edition) -> Imported:
        """Carry over to our bookings what can be carried over, store the rest as waiting for a decision, and return the
        counts.

        Rooms are freed first. Holds and moves are tried again and again until none succeeds, since one may need a room
        that another leaves; what is left waits as TAKEN. What falls in a slot of `closed` waits as CLOSED.
        """
        plans = self.plans(edition)
        for plan in plans:
            if plan.is_under_way and plan.row.told.slot in self.closed:
                plan.step = Step(Act.ASK, Why.CLOSED)
            if not plan.is_under_way:
                self._settle(plan)
        to_carry = [plan for plan in plans if plan.is_under_way]
        while to_carry:
            left = [plan for plan in to_carry if not self._is_carried(plan)]
            if len(left) == len(to_carry):  # each of these needs a room that another booking keeps
                for plan in left:
                    plan.step = Step(Act.ASK, Why.TAKEN)
                    self._settle(plan)
                break
            to_carry = left
        return self._counted(plans, edition)

    def carry(self, occurrence: Followed, booking: Booking | None) -> int | None:
        """Hold, move or free the room of an occurrence as the calendar has it, and return the id of its booking; None
        where none was made. A cancelled or past occurrence only frees its room; a booking that is cancelled or over
        here is replaced by a new one. Raises RequestError `room-taken`.
        """
        version = occurrence.told
        if not version.stands or version.is_over(self.at):
            if booking is not None and booking.holds:
                self._change(booking, state=CANCELLED, over_at=self.at, settled_at=self.at)
            return occurrence.booking_id
        setup = timedelta(minutes=self.room.facts.setup_minutes)
        day_on = version.slot.starts_at.astimezone(self.rules.zone).date()
        if booking is not None and booking.holds and booking.slot.ends_at > self.at:
            starts, ends = version.slot.starts_at, version.slot.ends_at
            where = {"room_id": self.room.id, "starts_at": starts, "ends_at": ends, "free_at": ends + setup}
            # uid=None: the stored occurrence has the UID; a booking's own marks one imported before occurrences were
            # stored
            self._change(booking, **where, day_on=day_on, title=version.title, uid=None)
            return booking.id
        return booking_rows.add(
            self.connection,
            NewBooking(
                room=self.room.id,
                slot=version.slot,
                setup_minutes=self.room.facts.setup_minutes,
                day_on=day_on,
                made_at=self.at,
                made_by=self.actor,
                kind=IMPORTED,
                title=version.title,
                feed=self.feed,
            ),
        )

    def write(self, occurrence: Followed, booking: Booking | None = None) -> None:
        """Store what is known of an occurrence, with the last local day that its versions or its booking touch: until
        then a question about it is listed.
        """
        slots = [each.slot for each in (occurrence.told, occurrence.agreed, booking) if each is not None]
        last = max(slot.ends_at for slot in slots).astimezone(self.rules.zone)
        followed_rows.write(self.connection, occurrence, last.date())

    def _change(self, booking: Booking, **values: object) -> None:
        """Change a booking."""
        booking_rows.change(self.connection, booking, **values)

    def _known(self, uids: set[str]) -> dict[Name, Followed]:
        """Return the occurrences stored of the calendar by name, with bookings imported before occurrences were stored
        added to them.
        """
        rows = {row.name: row for row in followed_rows.of_calendar(self.connection, self.feed, self.room.id)}
        for booking, uid in booking_rows.unfollowed(self.connection, self.feed, self.at):
            # A booking in another room counts where it was moved there (each change raises its version, from 1)
            # and this file still names it.
            if booking.room == self.room.id or (booking.version > 1 and uid in uids):
                name = Name(uid, f"booking {booking.id}")
                version = Version(slot=booking.slot, title=booking.title, room=self.room.id, stands=booking.holds)
                agreed = version if booking.version == 1 else None  # what was changed here was agreed by no calendar
                rows[name] = Followed(feed=self.feed, name=name, told=version, agreed=agreed, booking_id=booking.id)
        return rows

    def _by_name(self, edition: Edition, known: Mapping[Name, Followed]) -> dict[Name, Followed]:
        """Return the occurrences of an edition by name; a second occurrence of a name, and one without a UID, is named
        by its UID and beginning.

        An occurrence without hours counts as cancelled at its known time, and is left out where none is known. Past
        ones are left out unless known.
        """
        rows = dict[Name, Followed]()
        for occurrence in edition.occurrences:
            name = Name(occurrence.uid, occurrence.recurrence)
            slot = occurrence.slot
            if slot is None and name in known:
                slot = known[name].told.slot
            if slot is None or (slot.ends_at <= self.at and name not in known):
                continue
            if name in rows or not occurrence.uid:
                name = Name(occurrence.uid, slot.starts_at.isoformat())
            stands = occurrence.stands and occurrence.slot is not None
            version = Version(slot=slot, title=_printed(occurrence.title), room=self.room.id, stands=stands)
            why = Why.UNFIT if occurrence.slot is None else None
            rows[name] = Followed(feed=self.feed, name=name, told=version, sequence=occurrence.sequence, why=why)
        return rows

    def _plan(
        self, occurrence: Followed, before: Followed | None, booked: Mapping[int, Booking], doubt: Why | None
    ) -> Plan:
        """Return what to do about an occurrence, by what the calendar tells, what it told before and the booking here.
        `doubt` is the reason to ask about it rather than act, None for none.
        """
        row = (
            occurrence
            if before is None
            else replace(before, name=occurrence.name, told=occurrence.told, sequence=occurrence.sequence)
        )
        booking = None if row.booking_id is None else booked[row.booking_id]
        here = None if booking is None else Booked(version_of(booking), is_costly(booking))
        return Plan(row, before, booking, following.next_step(row.agreed, row.told, here, self.at, doubt))

    def _stands(self, occurrence: Followed, booked: Mapping[int, Booking]) -> bool:
        """Return whether an occurrence holds its room and is not over."""
        booking = None if occurrence.booking_id is None else booked[occurrence.booking_id]
        return booking is not None and booking.holds and booking.slot.ends_at > self.at

    def _is_carried(self, plan: Plan) -> bool:
        """Hold or move the room of an occurrence and store that as agreed; return False where the room is taken by
        another booking, and do nothing then.
        """
        try:
            plan.row = replace(plan.row, booking_id=self.carry(plan.row, plan.booking))
        except RequestError as refused:
            if refused.code != "room-taken":
                raise
            return False
        self._write_agreed(plan)
        return True

    def _settle(self, plan: Plan) -> None:
        """Store the outcome of an occurrence for which no room is held or moved: a cancelled one frees its room, one to
        ask about waits for an officer with its reason, the others count as agreed.
        """
        if plan.step.act is Act.CANCEL:
            self.carry(plan.row, plan.booking)
        if plan.step.act is Act.ASK:
            today = self.at.astimezone(self.rules.zone).date()
            asking = replace(plan.row, why=plan.step.why, asked_on=plan.row.asked_on or today)
            self.write(asking, plan.booking)
        elif not plan.is_unheard:
            self._write_agreed(plan)

    def _write_agreed(self, plan: Plan) -> None:
        """Store an occurrence as agreed, where that changes its row."""
        row = settled(plan.row)
        if row != plan.before or row.id is None:
            self.write(row)

    def _counted(self, plans: list[Plan], edition: Edition) -> Imported:
        """Return the counts of an import by what became of each occurrence. Its `known` leaves out cancelled and past
        ones.
        """
        acts = [plan.step.act for plan in plans]
        known = sum(
            plan.step.act in (Act.NOTHING, Act.AGREE) and plan.row.told.stands and not plan.row.told.is_over(self.at)
            for plan in plans
        )
        return Imported(
            held=acts.count(Act.HOLD),
            moved=acts.count(Act.MOVE),
            cancelled=acts.count(Act.CANCEL),
            known=known,
            asked=acts.count(Act.ASK),
            unfit=sum(each.slot is None for each in edition.occurrences),
        )


def version_of(booking: Booking) -> Version:
    """Return a booking as a version, to compare it with the calendar's."""
    return Version(slot=booking.slot, title=booking.title, room=booking.room, stands=booking.holds)


def is_costly(booking: Booking) -> bool:
    """Return whether a booking holds its room and has a payer, a price or entries, or belongs to a quote or a let: a
    calendar must not change such a booking by itself.
    """
    # a payer, a quote or a let
    pays = (booking.member_id, booking.organisation_id, booking.quote_id, booking.privatisation_id)
    is_paid = booking.settled_at is not None or bool(booking.price.lines) or any(each is not None for each in pays)
    return booking.holds and is_paid


def settled(occurrence: Followed) -> Followed:
    """Return an occurrence with the calendar's version as the agreed one and no open question."""
    return replace(occurrence, agreed=occurrence.told, agreed_sequence=occurrence.sequence, why=None, asked_on=None)


def _doubt(occurrence: Followed, before: Followed | None) -> Why | None:
    """Return the reason to doubt an occurrence, None for none: its edition is older than the agreed one, or it has no
    hours.
    """
    return Why.OLDER if before is not None and occurrence.sequence < before.agreed_sequence else occurrence.why


def _called_off(occurrence: Followed) -> Followed:
    """Return an occurrence as cancelled, because a whole edition no longer has it."""
    return replace(occurrence, told=replace(occurrence.told, stands=False))


def _printed(title: str) -> str | None:
    """Return the first 80 characters of a title without unprintable ones; None where nothing is left."""
    return "".join(each for each in title[:LONGEST_TITLE] if each.isprintable()) or None
