"""Decides on the badges of one door, and writes the decision.

`entering` writes a tap in the ledger. A tap that cannot be entered, because the ledger takes no entries (an *outage*)
or the clock is not trusted, is spooled (stored until it can be) by `kiosk.offline.offline_taps`. A badge's *mark* is
its fingerprint, the keyed hash by which the records know it; a *look* is a reading of the clock, with the reason to
doubt it, if any. A `DoorEvent` is when, what, why, the member's id and the tap.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import desk_requests, entering, openings
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.entering import Outcome
from kiosk.domain import days, ids
from kiosk.domain.badges.products import Product, Proof, Proving
from kiosk.domain.checkin import badges
from kiosk.domain.checkin import screen_events as events
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.screen_state import Came, Person
from kiosk.domain.checkin.verdicts import Denial, Denied, NextStep
from kiosk.home import Home
from kiosk.offline.clock_trust import ClockCheck
from kiosk.offline.safekeeping import OfflineParts
from kiosk.offline.spool import Medium
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

Decided = tuple[events.Event, Denied | None]  # the screen's next event, and the refusal if the badge was refused


class Chips(Struct):
    """The questions to the badge on the reader. The defaults are those of a reader that gives a badge's number only.

    `ask` returns its product (None: taken away too soon); `key_version` returns the version of the site's key by which
    it must prove itself, None for none; `prove` makes it prove itself; `write` writes its keys, and returns an error
    code or None.
    """

    ask: Callable[[], Product | None] = lambda: Product.OTHER
    key_version: Callable[[bytes], int | None] = lambda _mark: None
    prove: Callable[[BadgeRead, int], Proving] = lambda _read, _version: Proving.REFUSED
    write: Callable[[BadgeRead, Product], str | None] = lambda _read, _product: "no-maker-key"


class Decider(Struct):
    """Turns a badge into the next event of the screen's state machine."""

    home: Home
    rules: Rules
    offline: OfflineParts
    chips: Chips

    def proven(self, read: BadgeRead, mark: bytes) -> tuple[BadgeRead, Proving | None]:
        """Make a badge that must prove itself do so: once per presentation, before anything else that a tap may do.
        Return the badge, with its proof where that went well, and how proving went (None where no proof is required). A
        badge known under a former key of the fingerprints is looked up by that one, too.
        """
        version = self.chips.key_version(mark)
        if version is None and self.home.old_badge_keys:
            older = self._older_marks(read, self.offline.timekeeper.look().reading.at)
            version = next(filter(None, map(self.chips.key_version, older)), None)
        if version is None:
            return read, None
        proving = self.chips.prove(read, version)
        if proving is not Proving.PROVEN:
            return read, proving
        return replace(read, proof=Proof.EV2, key_version=version), proving

    def _older_marks(self, read: BadgeRead, at: datetime) -> Sequence[bytes]:
        """Return the badge's fingerprints under former keys that are still valid on the calendar day of `at`."""
        day = days.moment(at, self.rules.zone, 0).day  # the calendar day: former keys are good until one
        return badges.marks(read, self.home.badge_key, self.home.old_badge_keys, day)[1:]  # without the present key's

    def decide(self, read: BadgeRead, mark: bytes, ticket: str) -> Decided:
        """Decide on a badge and write the decision. `ticket` is for the card that follows. Return the screen's next
        event, and the refusal if there is one. Raises MachineError `spool` where the tap can be stored nowhere.
        """
        look = self.offline.timekeeper.look()
        tap_id = ids.new(look.reading.at, secrets.token_bytes(16))
        with self.home.store.in_time():  # one time limit for all transactions of the tap
            outcome = self._record(tap_id, mark, look, read)
            if outcome is None:
                return self._spool(tap_id, mark, look, read, ticket)
        granted = outcome.decision
        if isinstance(granted, Denied):
            return self._turn_away(granted, read, mark, look, tap_id, ticket, outcome)
        person = granted.standing
        entered = events.Entered(
            Came(mark, person.number, granted, outcome.visit),
            Person(person.name, person.language, person.aids, granted.notices),
            ticket,
            outcome,
            openings.line(granted, outcome.visit, tap_id, outcome.moment),
            DoorEvent(outcome.moment.at, "opened", None, person.member, tap_id),
        )
        return entered, None

    def _record(self, tap_id: bytes, fingerprint: bytes, look: ClockCheck, read: BadgeRead) -> Outcome | None:
        """Enter a tap in the ledger. Return None where it must go to the spool: the clock is in doubt, earlier taps
        wait there, or the database failed.
        """
        if look.doubt is not None or self.offline.offline_taps.must_wait:
            return None
        try:
            with self.home.store.writing() as connection:
                if self.home.old_badge_keys:
                    self._know_again(connection, read, look.reading.at)
                outcome = entering.enter(
                    connection, self.rules, self.home.seal, fingerprint, look.reading.at, "kiosk", tap_id, read
                )
                if isinstance(outcome.decision, Denied):  # raises where rows that cannot be right led to the refusal
                    self.offline.offline_taps.doubt(connection, fingerprint, outcome.decision, outcome.moment.day)
                return outcome
        except Exception as fault:  # whatever the fault, the door must not stay shut for it
            self.offline.outage.begin(fault)
            return None

    def _know_again(self, connection: sa.Connection, read: BadgeRead, at: datetime) -> None:
        """Store the current key's fingerprint for a badge that is known under a former key only, so that it needs that
        one no more.
        """
        from kiosk.store.members import members  # few homes were ever robbed

        day = self.rules.at(connection, at)[1].day
        if members.know_again(connection, read, self.home.badge_key, self.home.old_badge_keys, day):
            log.info("the badge …%s is known again, by the new key", read.tail)

    def _spool(self, tap_id: bytes, mark: bytes, look: ClockCheck, read: BadgeRead, ticket: str) -> Decided:
        """Decide a tap without the ledger, and keep it in the spool if its holder is let in. A badge that is unknown is
        tried by its marks under former keys, too, until one lets it in.
        """
        decision = self.offline.offline_taps.take(tap_id, mark, look, read)
        if self.home.old_badge_keys and isinstance(decision, Denied) and decision.reason is Denial.UNKNOWN_BADGE:
            at = look.reading.at if look.doubt is None else self.offline.timekeeper.last_trusted_at()
            for older in self._older_marks(read, at):  # as for a tap that is entered
                if isinstance(decision, Denied):
                    decision = self.offline.offline_taps.take(tap_id, older, look, read)
        if isinstance(decision, Denied):
            return self._turn_away(decision, read, mark, look, tap_id, ticket)
        kind = CardKind.SPOOLED if decision.medium is Medium.DISK else CardKind.SPOOLED_IN_MEMORY
        return events.Spooled(mark, Card(kind, decision.name, decision.language), decision), None

    def _turn_away(
        self,
        denied: Denied,
        read: BadgeRead,
        mark: bytes,
        look: ClockCheck,
        tap_id: bytes,
        ticket: str,
        outcome: Outcome | None = None,
    ) -> Decided:
        """Say why the door stays shut, and offer a next step where the rules are known: the holder of a badge without
        an owner may join, a member may take the step that is missing, and a telephone, whose number changes at each
        tap, is told to use a card. Where a desk waits for an unknown badge, hand it this one instead.
        """
        is_unknown = denied.reason is Denial.UNKNOWN_BADGE
        if is_unknown and read.is_random:
            denied = replace(denied, next_step=NextStep.USE_A_CARD)
        if is_unknown and look.doubt is None:
            shown = self._show_desk(read, mark, look.reading.at, tap_id)
            if shown is not None:
                return shown, denied
        person = None if outcome is None else outcome.standing
        card, proof = entering.refusal(denied, read, mark, None if outcome is None else outcome.policy, person)
        # Not noted in the door's log where the clock is in doubt: the time would be wrong.
        note = DoorEvent(look.reading.at, "refused", denied.reason.value, None, tap_id) if look.doubt is None else None
        speaks_to = Person() if person is None else Person(person.name, person.language, person.aids)
        return events.StayedShut(card, mark, note, proof, speaks_to, ticket), denied

    def _show_desk(self, read: BadgeRead, mark: bytes, at: datetime, tap_id: bytes) -> events.Event | None:
        """Hand this unknown badge to a desk that waits for one. Return the screen's event: the badge's last digits, or
        that it was taken away too early. None where no desk waits, during an outage, or where it failed. The door stays
        shut either way.
        """
        if self.offline.outage.is_on:
            return None
        try:
            shown = desk_requests.read_badge(
                self.home.store, self.home.badge_key, read, at, self.chips.ask, self.chips.write
            )
        except Exception as fault:  # the refusal is shown all the same
            log.error("a badge could not be shown to the desk: %s", fault)
            return None
        if shown is None:
            return None
        if not shown.tail:  # taken away before the chip had answered
            return events.StayedShut(Card(CardKind.LIFTED_EARLY))
        return events.StayedShut(
            Card(CardKind.BADGE_READ, shown.tail), mark, DoorEvent(at, "enrolled", None, None, tap_id)
        )
