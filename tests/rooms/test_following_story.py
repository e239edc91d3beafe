"""Edits of a calendar against edits here, drawn: after each reading nothing that was changed here is lost, nothing is
held twice, and each difference is carried over or on the list.
"""

import json
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.rooms import following, ical_child, ical_reading
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.following import Difference
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import Booking
from kiosk.store.rooms.room_rows import RoomFacts
from tests.conftest import Space
from tests.rooms.feeding import Event, calendars, file
from tests.rooms.hall import TODAY, bookings, let, slot

_NUMBERS = count()
_START = slot("08:52", "09:00", TODAY).starts_at
_ACTS = (
    *("add", "shift", "shift", "rename", "drop", "call off", "revive"),
    *("read", "read", "read", "read empty", "read half", "read older"),
    *("move here", "move here", "cancel here", "book here", "take", "keep", "wait"),
)


class Told(Struct, frozen=True):
    """What an edition of the calendar says of an event: nothing where it does not take place."""

    slot: Slot
    title: str
    room: int


@dataclass
class Story:
    """One calendar for a room of its own, and what a person who reads along expects of it."""

    space: Space
    room: int
    other: int
    name: str
    events: dict[str, Event] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    editions: list[tuple[Event, ...]] = field(default_factory=list)
    by_hand: dict[int, tuple[Slot, int, bool]] = field(default_factory=dict)
    settled: dict[str, Told | None] = field(default_factory=dict)  # the last version on which both agreed
    is_covered: Counter[str] = field(default_factory=Counter)

    @property
    def now(self) -> datetime:
        return self.space.clock.now()

    def brought(self) -> list[Booking]:
        """All bookings that the calendar made, by their numbers."""
        query = f"SELECT id FROM booking WHERE kind = 'imported' AND feed = '{self.name}' ORDER BY id"
        numbers = [int(str(number)) for (number,) in self.space.sql(query)]
        with self.space.home.store.reading() as connection:
            return list(booking_rows.by_ids(connection, numbers).values())

    def asked(self) -> list[Difference]:
        with self.space.home.store.reading() as connection:
            found = following.differences(connection, TODAY)
        return [each for each in found if each.occurrence.feed == self.name]

    def act(self, name: str, a: int, b: int) -> None:
        getattr(self, "do_" + name.replace(" ", "_"))(a, b)

    # The calendar's owner.

    def _time(self, b: int) -> Slot:
        day, hour = TODAY + timedelta(days=b // 6 % 2), 7 + b % 6
        return slot(f"{hour}:00", f"{hour + 1}:{'00' if b % 4 else '30'}", day)

    def _pick(self, a: int) -> str | None:
        return sorted(self.events)[a % len(self.events)] if self.events else None

    def _edit(self, a: int, b: int, **changes: Any) -> None:
        uid = self._pick(a)
        if uid is not None:
            old = self.events[uid]
            self.events[uid] = replace(old, sequence=old.sequence + b % 2, **changes)

    def do_add(self, a: int, b: int) -> None:
        uid = f"e{a % 6}"
        if uid not in self.events:
            last = max((each.sequence for edition in self.editions for each in edition if each.uid == uid), default=0)
            self.events[uid] = Event(uid=uid, slot=self._time(b), title=uid, sequence=last)
            self.off.discard(uid)

    def do_shift(self, a: int, b: int) -> None:
        self._edit(a, b, slot=self._time(b))

    def do_rename(self, a: int, b: int) -> None:
        uid = self._pick(a)
        self._edit(a, b, title=f"{uid} {b % 3}")

    def do_drop(self, a: int, _b: int) -> None:
        uid = self._pick(a)
        if uid is not None:
            del self.events[uid]

    def do_call_off(self, a: int, b: int) -> None:
        self._edit(a, b, more=("STATUS:CANCELLED",))

    def do_revive(self, a: int, b: int) -> None:
        self._edit(a, b, more=())

    # The people here.

    def do_move_here(self, a: int, b: int) -> None:
        standing = [each for each in self.brought() if each.holds and each.slot.ends_at > self.now]
        if standing:
            found, room = standing[a % len(standing)], self.other if b % 3 == 0 else self.room
            try:
                bookings(self.space).move(found.id, room, self._time(b + 1))
            except RequestError:
                return
            self.by_hand[found.id] = (self._time(b + 1), room, True)

    def do_cancel_here(self, a: int, _b: int) -> None:
        standing = [each for each in self.brought() if each.holds and each.slot.ends_at > self.now]
        if standing:
            found = standing[a % len(standing)]
            bookings(self.space).cancel(found.id)
            self.by_hand[found.id] = (found.slot, found.room, False)

    def do_book_here(self, _a: int, b: int) -> None:
        with suppress(RequestError):
            bookings(self.space).book(BookingWish(room=self.room, slot=self._time(b)))

    def do_wait(self, _a: int, b: int) -> None:
        self.space.clock.advance(minutes=60 * (b % 5))

    def do_take(self, a: int, b: int) -> None:
        self._decide(a, take=True)

    def do_keep(self, a: int, b: int) -> None:
        self._decide(a, take=False)

    def _decide(self, a: int, *, take: bool) -> None:
        waiting = self.asked()
        if not waiting:
            return
        found = waiting[a % len(waiting)]
        done = calendars(self.space).decide([found.occurrence.id or 0], take=take)
        if not done.done:
            assert take
            assert found.occurrence.id in {each.occurrence.id for each in self.asked()}
            return
        told = found.occurrence.told
        self.settled[found.occurrence.name.uid] = Told(told.slot, told.title or "", told.room) if told.stands else None
        if take and found.booking is not None:
            self.by_hand.pop(found.booking.id, None)
        self._nothing_is_doubled()

    # Readings, and what must hold after each.

    def do_read(self, _a: int, _b: int) -> None:
        self.editions.append(tuple(self.events.values()))
        self._read(self.editions[-1])

    def do_read_empty(self, _a: int, _b: int) -> None:
        self._read(())

    def do_read_half(self, a: int, _b: int) -> None:
        self._read(tuple(each for at, each in enumerate(self.events.values()) if (at + a) % 2))

    def do_read_older(self, a: int, _b: int) -> None:
        if self.editions:
            self._read(self.editions[a % len(self.editions)])

    def _read(self, edition: tuple[Event, ...]) -> None:
        before, now = {each.id: each for each in self.brought()}, self.now
        told = {each.uid: self._version(each) for each in edition}
        self._forget_hands(before, told)
        calendars(self.space).read_in(self.room, self.name, file(*edition))
        after, listed = {each.id: each for each in self.brought()}, self.asked()
        for number, old in before.items():
            new = after[number]
            if old.slot.ends_at <= now:
                assert (new.slot, new.room, new.state) == (old.slot, old.room, old.state), "what is over stays"
            if number in self.by_hand:
                assert (new.slot, new.room, new.holds) == self.by_hand[number], "changed here, and lost"
        standing = {_event(each) for each in before.values() if each.holds and each.slot.ends_at > now}
        if sum(uid not in told for uid in standing) * 2 > len(standing):
            lost = [each for each in before.values() if each.holds and not after[each.id].holds]
            assert not [each for each in lost if _event(each) not in told], "half a calendar frees no room"
        self._nothing_is_doubled()
        self._each_is_carried_over_or_listed(told, after, listed)
        self.is_covered.update(each.why.value for each in listed)

    def _version(self, event: Event) -> Told | None:
        return None if event.more else Told(event.slot, event.title, self.room)

    def _forget_hands(self, before: dict[int, Booking], told: dict[str, Told | None]) -> None:
        """What both sides say alike, or was put back as it was agreed on, is followed again."""
        for number in list(self.by_hand):
            old = before[number]
            here = Told(old.slot, old.title or "", old.room) if old.holds else None
            uid = _event(old)
            if here == self.settled.get(uid, ()) or here == told.get(uid):
                del self.by_hand[number]

    def _nothing_is_doubled(self) -> None:
        standing = Counter(_event(each) for each in self.brought() if each.holds and each.slot.ends_at > self.now)
        assert all(times == 1 for times in standing.values()), standing

    def _each_is_carried_over_or_listed(
        self, told: dict[str, Told | None], after: dict[int, Booking], listed: list[Difference]
    ) -> None:
        """By the calendar's own words: here exactly so, or on the list, or what was agreed on before."""
        waiting = {each.occurrence.name.uid: each.occurrence.told for each in listed}
        here = {
            _event(each): Told(each.slot, each.title or "", each.room)
            for each in after.values()
            if each.holds and each.slot.ends_at > self.now
        }
        for uid in {*told, *here}:
            version, asked = told.get(uid), waiting.get(uid)
            if version is not None and version.slot.ends_at <= self.now and uid not in here:
                continue  # it is over, and nothing is held for it
            if here.get(uid) == version:
                self.settled[uid] = version
            elif asked is not None:
                said = Told(asked.slot, asked.title or "", asked.room) if asked.stands else None
                assert said == version, "the list has what the calendar says now"
            else:
                assert self.settled.get(uid, ()) == version, f"{uid}: neither carried over nor on the list"


def _event(of: Booking) -> str:
    return (of.title or "").partition(" ")[0]


@pytest.fixture
def hall(space: Space, monkeypatch: pytest.MonkeyPatch) -> Space:
    """A house whose calendars are read by the same code, without a process for each."""

    def read(given: bytes) -> dict[str, Any]:
        wish, _, content = given.partition(b"\n")
        return json.loads(json.dumps(ical_child._answer(json.loads(wish), content)))  # type: ignore[no-any-return]

    monkeypatch.setattr(ical_reading, "_asked", read)
    let(space, room_ahead_days=400)
    return space


def begin(space: Space) -> Story:
    number = next(_NUMBERS)
    space.clock.set(_START)
    with space.home.store.writing() as connection:
        room, other = (
            room_rows.add(connection, f"{code}-{number}", RoomFacts(names=Names({"fr": code}))) for code in ("a", "b")
        )
    return Story(space, room, other, f"c{number}")


def test_edits_of_a_calendar_and_edits_here_are_kept_carried_over_or_listed(hall: Space) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=40, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def live(seed: int) -> None:
        chance, story = random.Random(seed), begin(hall)
        for at in range(3):
            story.do_add(at, at * 2)
        story.do_read(0, 0)
        for _ in range(30):
            story.act(chance.choice(_ACTS), chance.randrange(12), chance.randrange(48))
        story.do_read(0, 0)
        seen.update(story.is_covered)

    live()
    assert {"changed", "past", "taken", "absent", "older"} <= set(seen), "the stories meet each reason"
