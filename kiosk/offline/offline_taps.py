"""Decides on taps that cannot be entered at once: whether the member comes in, and what the spool stores of the tap.

During an *outage* the ledger takes no taps. The *spool* keeps taps that were let in until they can be entered; the
*roster* is a file with the members that the door lets in without the database.

The member's standing comes from the database while it can be read, else from the roster. Where the date is not sure,
the last trusted day decides, so that no member is refused for that.
"""

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import days
from kiosk.domain.checkin import access
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.verdicts import Denial, Denied
from kiosk.domain.offline import roster_rules
from kiosk.errors import MachineError
from kiosk.offline.clock_trust import ClockCheck, Timekeeper
from kiosk.offline.outage import Outage
from kiosk.offline.roster import Roster
from kiosk.offline.spool import Medium, Spool
from kiosk.offline.spool_records import WaitingTap
from kiosk.store import ledger
from kiosk.store.checkin import standing, standing_values
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules


class Admitted(Struct, frozen=True):
    """The answer for a member that was let in and whose tap is entered later: number, shown name and language (None:
    the kiosk's own). `medium` is where the tap waits.
    """

    member: int
    name: str
    language: str | None
    medium: Medium


# Refusals that rest on several values, of which one may be wrong. The others rest on one date, which was read.
_DOUBTFUL = (Denial.UNKNOWN_BADGE, Denial.MEMBERSHIP_OVER, Denial.TAB_OVER_LIMIT, Denial.NO_TAB)


class _LetIn(Struct, frozen=True):
    """A member that the database or the roster lets in; without a language (None) the kiosk's own is used."""

    member: int
    name: str
    language: str | None = None


class OfflineTaps:
    """Decides on taps that go to the spool. One per reader; `rules` belong to the calling thread."""

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        roster: Callable[[], Roster | None],
        spool: Spool,
        timekeeper: Timekeeper,
        outage: Outage,
    ) -> None:
        self._store = store
        self._rules = rules
        self._roster = roster
        self._spool = spool
        self._time = timekeeper
        self._outage = outage

    @property
    def must_wait(self) -> bool:
        """Return whether a tap goes to the spool at once: the ledger takes none, or earlier taps wait."""
        return self._outage.is_on or len(self._spool) > 0

    def take(
        self, tap_id: bytes, fingerprint: bytes, look: ClockCheck, read: BadgeRead | None = None
    ) -> Admitted | Denied:
        """Decide on a badge, and spool the tap if its holder is let in; it is on its medium when this returns. A badge
        that must prove itself is refused if `read` has no proof.

        Raises MachineError `spool` where neither disk nor memory takes the tap.
        """
        at = look.reading.at if look.doubt is None else self._time.last_trusted_at()
        decision = self._decide(fingerprint, at, read)
        if isinstance(decision, Denied):
            return decision
        waiting = WaitingTap(
            tap_id=tap_id,
            fingerprint=fingerprint,
            member=decision.member,
            reading=look.reading,
            dated=look.doubt is None,
            earliest=self._time.earliest(look.reading),
            last_entry=self._last_entry(),
        )
        return Admitted(decision.member, decision.name, decision.language, self._spool.add(waiting))

    def _decide(self, fingerprint: bytes, at: datetime, read: BadgeRead | None) -> _LetIn | Denied:
        """Decide by the database while it can be read, and by the roster when it cannot."""
        mark = self._store.mark  # the last entry that this program saw; at fault where the records lack it
        if self._outage.can_read and (mark is None or mark.fault is None):  # older records would let in lost badges
            try:
                return self._by_database(fingerprint, at, read)
            except Exception as fault:  # whatever the fault, the roster decides then
                self._outage.unreadable(fault)
        return self._by_roster(fingerprint, at, read)

    def _by_database(self, fingerprint: bytes, at: datetime, read: BadgeRead | None) -> _LetIn | Denied:
        """Decide by the database, though the ledger takes no taps."""
        with self._store.reading() as connection:
            policy, moment = self._rules.at(connection, at)
            person = standing.find(connection, fingerprint, policy, moment.day)
            if person is not None and access.lacks_proof(person.key_version, read):
                return access.unproven()
            denied = access.unknown() if person is None else access.admits(person, policy, moment)
            if denied is not None:
                self.doubt(connection, fingerprint, denied, moment.day)
                return denied
        if person is None:
            raise AssertionError("a badge without an owner is refused")
        return _LetIn(person.number, person.name, person.language)

    def doubt(self, connection: sa.Connection, fingerprint: bytes, denied: Denied, day: date) -> None:
        """Raise MachineError `wrong-value` for a refusal that rests on rows with an impossible value, so that the
        roster decides. A refusal by one date, or of a badge that the roster would not let in either, stands.

        A refusal may take longer than a tap that opens.
        """
        if denied.reason not in _DOUBTFUL:
            return
        if denied.reason is Denial.UNKNOWN_BADGE and not self._is_listed(fingerprint, day):
            return  # the roster would not let it in either
        wrong = standing_values.of_badge(connection, fingerprint)
        if wrong:
            raise MachineError("wrong-value", f"{denied.reason.value} rests on what cannot be: {wrong[0]}")

    def _is_listed(self, fingerprint: bytes, day: date) -> bool:
        """Return whether the roster would let a badge in on a day."""
        roster = self._roster()
        return roster is not None and not isinstance(roster_rules.decide(roster.people.get(fingerprint), day), Denied)

    def _by_roster(self, fingerprint: bytes, at: datetime, read: BadgeRead | None) -> _LetIn | Denied:
        """Decide by the roster alone, without the database."""
        roster = self._roster()
        if roster is not None and access.lacks_proof(roster.proofs.get(fingerprint), read):
            return access.unproven()
        day = days.moment(at, self._rules.zone, 0).day  # by midnight: the rule for another hour is in the database
        decision = roster_rules.decide(None if roster is None else roster.people.get(fingerprint), day)
        return decision if isinstance(decision, Denied) else _LetIn(decision.member, decision.name)

    def _last_entry(self) -> int | None:
        """Return the number of the ledger's last entry, which later helps to date the tap; None where it cannot be
        read. The roster's number may be older and is not used.
        """
        if not self._outage.can_read:
            return None
        try:
            with self._store.reading() as connection:
                return ledger.head(connection).number
        except Exception:  # what cannot be read is not known
            return None
