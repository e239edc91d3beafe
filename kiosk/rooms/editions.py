"""Carries one edition of a calendar over: holds, moves and frees a room, and writes what waits for a decision.

All of it in the transaction at hand. What is decided is `kiosk.domain.rooms.following`'s.
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

IMPORTED = "imported"
BEHIND = timedelta(days=31)  # of a calendar that is read in: what it moved into the past is seen


class Imported(Struct, frozen=True):
    """What reading a calendar in came to: rooms held, moved and freed, events that are as they were, differences that
    wait for a decision, and what holds no room since it has no hours or lasts too long.
    """

    held: int = 0
    moved: int = 0
    cancelled: int = 0
    known: int = 0
    asked: int = 0
    unfit: int = 0


class Plan(Struct):
    """An occurrence on its way: what the calendar tells of it, what is booked, and the step that both come to."""

    row: Followed
    before: Followed | None
    booking: Booking | None
    step: Step

    @property
    def is_under_way(self) -> bool:
        """Whether a room is to be held or moved for it."""
        return self.step.act in (Act.HOLD, Act.MOVE)

    @property
    def is_unheard(self) -> bool:
        """Whether it never held a room, and does not now: nothing is written of it."""
        return self.step.act is Act.AGREE and self.row.id is None and self.booking is None


class Reading(Struct, frozen=True, kw_only=True):
    """One reading of a calendar, known by its name and its room. `closed` are times at which the room is shut."""

    connection: sa.Connection
    rules: Rules
    room: Room
    feed: str
    at: datetime
    actor: str
    closed: frozenset[Slot] = field(default_factory=frozenset)

    def plans(self, edition: Edition) -> list[Plan]:
        """Return what becomes of each occurrence: those that the calendar tells, and those that it tells no more."""
        known = self._known({each.uid for each in edition.occurrences})
        booked = booking_rows.by_ids(self.connection, [row.booking_id for row in known.values() if row.booking_id])
        told = self._told(edition, known)
        begins = {name: row.told.slot.starts_at for name, row in known.items()}
        pairs = following.pair(begins, {name: row.told.slot.starts_at for name, row in told.items()}, self.at)
        met = [(row, known[pairs[name]] if name in pairs else None) for name, row in told.items()]
        doubts = [_doubt(row, before) for row, before in met]
        plans = [self._plan(row, before, booked, doubt) for (row, before), doubt in zip(met, doubts, strict=True)]
        if not edition.is_whole:
            return plans
        standing = [name for name, row in known.items() if self._stands(row, booked)]
        is_doubted = Why.OLDER in doubts or following.is_cut_off(standing, told)
        gone = [
            name
            for name, row in known.items()
            if name not in pairs.values() and not row.told.is_over(self.at - BEHIND if name in standing else self.at)
        ]
        if is_doubted:  # what does not stand here stays as it was decided
            gone = [name for name in gone if name in standing]
        doubt = Why.ABSENT if is_doubted else None
        return plans + [self._plan(_called_off(known[name]), known[name], booked, doubt) for name in gone]

    def is_closed(self, plan: Plan) -> bool:
        """Return whether an occurrence is at another time than before, and the room not open then."""
        slot = plan.row.told.slot
        if plan.booking is not None and plan.booking.holds and plan.booking.slot == slot:
            return False
        first = slot.starts_at.astimezone(self.rules.zone).date()
        return not (self.room.is_open_on(first) and bookings.is_open(self.connection, self.rules, self.room, slot))

    def carry_out(self, edition: Edition) -> Imported:
        """Carry over what can be, free rooms before others need them, and write what waits for a decision."""
        plans = self.plans(edition)
        for plan in plans:
            if plan.is_under_way and plan.row.told.slot in self.closed:
                plan.step = Step(Act.ASK, Why.CLOSED)
            if not plan.is_under_way:
                self._settle(plan)
        wanted = [plan for plan in plans if plan.is_under_way]
        while wanted:
            left = [plan for plan in wanted if not self._is_carried(plan)]
            if len(left) == len(wanted):  # each meets something that stays
                for plan in left:
                    plan.step = Step(Act.ASK, Why.TAKEN)
                    self._settle(plan)
                break
            wanted = left
        return self._counted(plans, edition)

    def carry(self, occurrence: Followed, booking: Booking | None) -> int | None:
        """Hold, move or free the room as a calendar tells. Returns the booking. Raises RequestError `room-taken`."""
        told = occurrence.told
        if not told.stands or told.is_over(self.at):
            if booking is not None and booking.holds:
                self._change(booking, state=CANCELLED, over_at=self.at, settled_at=self.at)
            return occurrence.booking_id
        setup = timedelta(minutes=self.room.facts.setup_minutes)
        day_on = told.slot.starts_at.astimezone(self.rules.zone).date()
        if booking is not None and booking.holds and booking.slot.ends_at > self.at:
            starts, ends = told.slot.starts_at, told.slot.ends_at
            where = {"room_id": self.room.id, "starts_at": starts, "ends_at": ends, "free_at": ends + setup}
            self._change(booking, **where, day_on=day_on, title=told.title, uid=None)
            return booking.id
        return booking_rows.add(
            self.connection,
            NewBooking(
                room=self.room.id,
                slot=told.slot,
                setup_minutes=self.room.facts.setup_minutes,
                day_on=day_on,
                made_at=self.at,
                made_by=self.actor,
                kind=IMPORTED,
                title=told.title,
                feed=self.feed,
            ),
        )

    def write(self, occurrence: Followed, booking: Booking | None = None) -> None:
        """Write what is known of an occurrence by now, with the last day that it is about."""
        slots = [each.slot for each in (occurrence.told, occurrence.agreed, booking) if each is not None]
        last = max(slot.ends_at for slot in slots).astimezone(self.rules.zone)
        followed_rows.write(self.connection, occurrence, last.date())

    def _change(self, booking: Booking, **values: object) -> None:
        booking_rows.change(self.connection, booking, **values)

    def _known(self, uids: set[str]) -> dict[Name, Followed]:
        """What is known of the calendar, and bookings that it brought before its events were followed."""
        rows = {row.name: row for row in followed_rows.of_calendar(self.connection, self.feed, self.room.id)}
        for booking, uid in booking_rows.unfollowed(self.connection, self.feed, self.at):
            if booking.room == self.room.id or (booking.version > 1 and uid in uids):
                name = Name(uid, f"booking {booking.id}")
                version = Version(slot=booking.slot, title=booking.title, room=self.room.id, stands=booking.holds)
                agreed = version if booking.version == 1 else None
                rows[name] = Followed(feed=self.feed, name=name, told=version, agreed=agreed, booking_id=booking.id)
        return rows

    def _told(self, edition: Edition, known: Mapping[Name, Followed]) -> dict[Name, Followed]:
        """What the calendar tells, by name: two of a name are told apart by their beginning. What it tells without
        hours stands no more, where it stood.
        """
        told = dict[Name, Followed]()
        for each in edition.occurrences:
            name = Name(each.uid, each.recurrence)
            slot = each.slot
            if slot is None and name in known:
                slot = known[name].told.slot
            if slot is None or (slot.ends_at <= self.at and name not in known):
                continue
            if name in told or not each.uid:
                name = Name(each.uid, slot.starts_at.isoformat())
            stands = each.stands and each.slot is not None
            version = Version(slot=slot, title=_printed(each.title), room=self.room.id, stands=stands)
            why = Why.UNFIT if each.slot is None else None
            told[name] = Followed(feed=self.feed, name=name, told=version, sequence=each.sequence, why=why)
        return told

    def _plan(self, told: Followed, before: Followed | None, booked: Mapping[int, Booking], doubt: Why | None) -> Plan:
        row = told if before is None else replace(before, name=told.name, told=told.told, sequence=told.sequence)
        booking = None if row.booking_id is None else booked[row.booking_id]
        here = None if booking is None else Booked(version_of(booking), is_costly(booking))
        return Plan(row, before, booking, following.next_step(row.agreed, row.told, here, self.at, doubt))

    def _stands(self, occurrence: Followed, booked: Mapping[int, Booking]) -> bool:
        booking = None if occurrence.booking_id is None else booked[occurrence.booking_id]
        return booking is not None and booking.holds and booking.slot.ends_at > self.at

    def _is_carried(self, plan: Plan) -> bool:
        try:
            plan.row = replace(plan.row, booking_id=self.carry(plan.row, plan.booking))
        except RequestError as refused:
            if refused.code != "room-taken":
                raise
            return False
        self._write_agreed(plan)
        return True

    def _settle(self, plan: Plan) -> None:
        """Write what became of an occurrence for which no room is held or moved."""
        if plan.step.act is Act.CANCEL:
            self.carry(plan.row, plan.booking)
        if plan.step.act is Act.ASK:
            today = self.at.astimezone(self.rules.zone).date()
            asking = replace(plan.row, why=plan.step.why, asked_on=plan.row.asked_on or today)
            self.write(asking, plan.booking)
        elif not plan.is_unheard:
            self._write_agreed(plan)

    def _write_agreed(self, plan: Plan) -> None:
        row = settled(plan.row)
        if row != plan.before or row.id is None:
            self.write(row)

    def _counted(self, plans: list[Plan], edition: Edition) -> Imported:
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
    """Return what is booked, as one side of a comparison."""
    return Version(slot=booking.slot, title=booking.title, room=booking.room, stands=booking.holds)


def is_costly(booking: Booking) -> bool:
    """Return whether a booking that stands is paid for, entered already, or part of a quote."""
    pays = (booking.member_id, booking.organisation_id, booking.quote_id, booking.privatisation_id)
    is_paid = booking.settled_at is not None or bool(booking.price.lines) or any(each is not None for each in pays)
    return booking.holds and is_paid


def settled(occurrence: Followed) -> Followed:
    """Return an occurrence on which nothing is asked any more: what the calendar tells is what both go by from now."""
    return replace(occurrence, agreed=occurrence.told, agreed_sequence=occurrence.sequence, why=None, asked_on=None)


def _doubt(told: Followed, before: Followed | None) -> Why | None:
    """Return why an occurrence is not taken at its word: an earlier edition than the one before, or without hours."""
    return Why.OLDER if before is not None and told.sequence < before.agreed_sequence else told.why


def _called_off(occurrence: Followed) -> Followed:
    return replace(occurrence, told=replace(occurrence.told, stands=False))


def _printed(title: str) -> str | None:
    return "".join(each for each in title[:LONGEST_TITLE] if each.isprintable()) or None
