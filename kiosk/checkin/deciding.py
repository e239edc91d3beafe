"""Decides on the badges of one door, and writes what was decided.

What a tap writes: `entering`. A tap that cannot be entered, because the ledger takes none or no date is sure, is
spooled instead: `kiosk.offline.offline_taps`.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.checkin import desk_requests, entering, openings
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.entering import Outcome
from kiosk.domain import days, ids
from kiosk.domain.badges.products import Product
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import badges
from kiosk.domain.checkin import screen_events as events
from kiosk.domain.checkin.badges import BadgeRead, OldKey
from kiosk.domain.checkin.screen_state import Came, Person
from kiosk.domain.checkin.verdicts import Denial, Denied, NextStep
from kiosk.offline.clock_trust import ClockCheck, Timekeeper
from kiosk.offline.offline_taps import OfflineTaps
from kiosk.offline.outage import Outage
from kiosk.offline.spool import Medium
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

Decided = tuple[events.Event, Denied | None]  # what the screen hears, and the refusal where it is one


class Decider:
    """Makes of a badge what the screen's machine hears next. `ask`, `wanted` and `write` as `CheckIn` has them."""

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        seal: Seal,
        badge_key: bytes,
        old_badge_keys: Sequence[OldKey],
        timekeeper: Timekeeper,
        offline_taps: OfflineTaps,
        outage: Outage,
        ask: Callable[[], Product | None],
        wanted: Callable[[bytes], int | None],
        write: Callable[[BadgeRead, Product], str | None],
    ) -> None:
        self._store = store
        self._rules = rules
        self._seal = seal
        self._badge_key = badge_key
        self._old_keys = old_badge_keys
        self._time = timekeeper
        self._offline_taps = offline_taps
        self._outage = outage
        self._ask = ask
        self._wanted = wanted
        self._write = write

    def version(self, read: BadgeRead, mark: bytes) -> int | None:
        """By which version of the site's key this badge must prove itself: once a presentation, and before anything
        that a tap may do. None for all others, of which nothing is asked.
        """
        version = self._wanted(mark)
        if version is None and self._old_keys:
            return next(filter(None, map(self._wanted, self._older_marks(read, self._time.look().reading.at))), None)
        return version

    def _older_marks(self, read: BadgeRead, at: datetime) -> Sequence[bytes]:
        """What the keys of before make of a badge."""
        day = days.moment(at, self._rules.zone, 0).day
        return badges.marks(read, self._badge_key, self._old_keys, day)[1:]

    def decide(self, read: BadgeRead, mark: bytes, ticket: str) -> Decided:
        """Decide on a badge and write the decision. `ticket` is for the card that it brings.

        Raises MachineError `spool` where nothing takes the tap.
        """
        look = self._time.look()
        tap_id = ids.new(look.reading.at, secrets.token_bytes(16))
        with self._store.in_time():
            done = self._record(tap_id, mark, look, read)
            if done is None:
                return self._spool(tap_id, mark, look, read, ticket)
        granted = done.decision
        if isinstance(granted, Denied):
            return self._turn_away(granted, read, mark, look, tap_id, ticket, done)
        person = granted.standing
        entered = events.Entered(
            Came(mark, person.number, granted, done.visit),
            Person(person.name, person.language, person.aids, granted.notices),
            ticket,
            done,
            openings.line(granted, done.visit, tap_id, done.moment),
            DoorEvent(done.moment.at, "opened", None, person.member, tap_id),
        )
        return entered, None

    def _record(self, tap_id: bytes, fingerprint: bytes, look: ClockCheck, read: BadgeRead) -> Outcome | None:
        """Enter a tap in the ledger. Returns None where it must wait in the spool."""
        if look.doubt is not None or self._offline_taps.must_wait:
            return None
        try:
            with self._store.writing() as connection:
                if self._old_keys:
                    self._know_again(connection, read, look.reading.at)
                done = entering.enter(
                    connection, self._rules, self._seal, fingerprint, look.reading.at, "kiosk", tap_id, read
                )
                if isinstance(done.decision, Denied):
                    self._offline_taps.doubt(connection, fingerprint, done.decision, done.moment.day)
                return done
        except Exception as fault:  # whatever it is, nobody stands before a shut door for it
            self._outage.begin(fault)
            return None

    def _know_again(self, connection: sa.Connection, read: BadgeRead, at: datetime) -> None:
        """A badge that a key of before knows is known by the key in use from this tap on."""
        from kiosk.store.members import members  # few homes were ever robbed

        day = self._rules.at(connection, at)[1].day
        if members.know_again(connection, read, self._badge_key, self._old_keys, day):
            log.info("the badge …%s is known again, by the new key", read.tail)

    def _spool(self, tap_id: bytes, mark: bytes, look: ClockCheck, read: BadgeRead, ticket: str) -> Decided:
        found = self._offline_taps.take(tap_id, mark, look, read)
        if self._old_keys and isinstance(found, Denied) and found.reason is Denial.UNKNOWN_BADGE:
            at = look.reading.at if look.doubt is None else self._time.last_trusted_at()
            for older in self._older_marks(read, at):  # as the tap is entered, too
                if isinstance(found, Denied):
                    found = self._offline_taps.take(tap_id, older, look, read)
        if isinstance(found, Denied):
            return self._turn_away(found, read, mark, look, tap_id, ticket)
        kind = CardKind.SPOOLED if found.medium is Medium.DISK else CardKind.SPOOLED_IN_MEMORY
        return events.Spooled(mark, Card(kind, found.name, found.language), found), None

    def _turn_away(
        self,
        denied: Denied,
        read: BadgeRead,
        mark: bytes,
        look: ClockCheck,
        tap_id: bytes,
        ticket: str,
        done: Outcome | None = None,
    ) -> Decided:
        """Say why the door stays shut, and offer a way on where rules are known: a badge without an owner may join, a
        member may take the step that is missing.
        """
        unknown = denied.reason is Denial.UNKNOWN_BADGE
        if unknown and read.is_random:
            denied = replace(denied, next_step=NextStep.USE_A_CARD)
        if unknown and look.doubt is None:
            shown = self._show_desk(read, mark, look.reading.at, tap_id)
            if shown is not None:
                return shown, denied
        person = None if done is None else done.standing
        card, proof = entering.refusal(denied, read, mark, None if done is None else done.policy, person)
        note = DoorEvent(look.reading.at, "refused", denied.reason.value, None, tap_id) if look.doubt is None else None
        speaks = Person() if person is None else Person(person.name, person.language, person.aids)
        return events.TurnedAway(mark, card, note, proof, speaks, ticket), denied

    def _show_desk(self, read: BadgeRead, mark: bytes, at: datetime, tap_id: bytes) -> events.Event | None:
        """Show this unknown badge to the desk that waits for one, if it does. The door stays shut all the same."""
        if self._outage.is_on:
            return None
        try:
            shown = desk_requests.read_badge(self._store, self._badge_key, read, at, self._ask, self._write)
        except Exception as fault:  # the badge is told what it is all the same
            log.error("a badge could not be shown to the desk: %s", fault)
            return None
        if shown is None:
            return None
        if not shown.tail:
            return events.Missed(Card(CardKind.LIFTED_EARLY))
        return events.Given(mark, Card(CardKind.BADGE_READ, shown.tail), DoorEvent(at, "enrolled", None, None, tap_id))
