"""Records what a member reports as wrong, and lets an officer decide: count a forgotten day, or reverse a wrong entry.

A report comes from the screen, or from the desk in a member's name; the desk decides it once. Each act is one
transaction.
"""

import secrets
from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.acting import SealingUseCase
from kiosk.domain import days, ids
from kiosk.domain.checkin import day_charges
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.money import forgotten
from kiosk.domain.money.forgotten import MOST_DAYS_BACK, Unlikely
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.money import till
from kiosk.store import ledger
from kiosk.store.checkin import standing, visits
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import correction_rows, reversals
from kiosk.store.money.correction_rows import ACCEPTED, ERROR, FORGOTTEN, OPEN, REFUSED, Correction

LONGEST_SAYING = 300  # characters of a member's remark


class Corrections(SealingUseCase):
    """Records and decides corrections. `actor` goes into the entries that a decision writes."""

    def ask(
        self, kind: str, number: int, day: date | None = None, entry: int | None = None, remark: str | None = None
    ) -> int:
        """Record that a member forgot to tap on a `day` (`kind` FORGOTTEN), or reports an `entry` of theirs as wrong
        (ERROR), and return the correction's id. `remark` is the member's own.

        The same report again returns the open one. Raises RequestError `no-such-member`, `correction`, `too-long-ago`,
        `day-counted`, `no-such-entry`, `reversed-already` or `not-reversible`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            return ask(
                connection,
                lambda on: self._rules.on(connection, on),
                moment,
                kind,
                number,
                day=day,
                entry=entry,
                remark=remark,
            )

    def accept(self, correction_id: int, reason: str | None = None) -> Correction:
        """Accept a correction once, and return it as it was: count the forgotten day as of that day, or reverse the
        wrong entry for a `reason`; by default the member's remark.

        Raises RequestError `no-such-correction`, `decided-already`, `day-counted`, `reversed-already`, `not-reversible`
        or `carnet-in-use`, Problem `no-tariff`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            correction = _open_correction(connection, correction_id)
            visit_id = None
            if correction.kind == FORGOTTEN:
                visit_id = self._count_day(connection, correction, now)
            elif correction.entry is not None:  # kind ERROR
                _, moment = self._rules.at(connection, now)
                self._take_back(connection, correction.entry, moment, _on_one_line(reason) or correction.said)
            correction_rows.decide(connection, correction.id, ACCEPTED, now, self._actor, visit_id)
            return correction

    def refuse(self, correction_id: int) -> Correction:
        """Refuse a correction and return it: nothing is counted or reversed. Raises RequestError `no-such-correction`,
        `decided-already`.
        """
        with self._store.writing() as connection:
            correction = _open_correction(connection, correction_id)
            correction_rows.decide(connection, correction.id, REFUSED, self._clock.now(), self._actor)
            return correction

    def reopen(self, correction_id: int) -> Correction:
        """Open a decided correction again and return it as it was: a day that it counted is undone. An open one stays
        as it is; one that reversed an entry is refused, since the entry stays reversed.

        Raises RequestError `no-such-correction` or `not-reopened`.
        """
        with self._store.writing() as connection:
            correction = _get(connection, correction_id)
            if correction.state == OPEN:
                return correction
            if correction.state == ACCEPTED and correction.visit is None:  # no day was counted: an entry was reversed
                raise RequestError("not-reopened", "a reversed entry stays reversed: record the sale again")
            if correction.visit is not None and correction.state == ACCEPTED:
                _, moment = self._rules.at(connection, self._clock.now())
                visits.undo(connection, self._seal, correction.visit, moment, self._actor)
            correction_rows.reopen(connection, correction.id)
            return correction

    def _count_day(self, connection: sa.Connection, correction: Correction, now: datetime) -> int:
        """Count a forgotten day as a whole day, by the rules of that day and without an hour, and return the visit's
        id.
        """
        self._rules.at(connection, now)  # for its effect: `on` then reads rules that changed, and the seal has the day
        # Without a splitting hour a visit is of the whole day, whatever its moment.
        policy = replace(self._rules.on(connection, correction.day_on), half_day_split_hour=None)
        begins, _ = days.bounds(correction.day_on, self._rules.zone, policy.day_start_hour)
        moment = days.moment(begins, self._rules.zone, policy.day_start_hour)
        holder = standing.of_member(connection, correction.member, policy, correction.day_on)
        if holder is None:
            raise RequestError("no-such-member", field="member", member=correction.member)
        if holder.today is not None:  # a visit of that day is recorded
            raise RequestError("day-counted", day=correction.day_on, member=correction.member)
        granted = Granted(holder, day_charges.charge(holder, policy, moment))
        tap_id = ids.new(now, secrets.token_bytes(16))
        visit_id = visits.record(
            connection,
            self._seal,
            granted,
            policy,
            moment,
            tap_id=tap_id,
            actor=self._actor,
            recorded_at=now,
            known_by=visits.DESK,  # by the desk's word, without a badge
        )
        if visit_id is None:
            raise AssertionError("a day that was not counted makes a visit")
        correction_rows.forget_hour(connection, visit_id)
        return visit_id

    def _take_back(self, connection: sa.Connection, entry: int, moment: Moment, reason: str | None) -> None:
        """Reverse the entry that a member reported, for a reason; without one, for a member's report."""
        reversal_reason = reason or "signalé par la personne membre"
        till.take_back(connection, self._seal, moment, self._actor, entry, reversal_reason)


def ask(
    connection: sa.Connection,
    policy_on: Callable[[date], Policy],
    moment: Moment,
    kind: str,
    number: int,
    *,
    day: date | None = None,
    entry: int | None = None,
    remark: str | None = None,
) -> int:
    """Record a member's report within the given transaction and return its id, or that of the same report if it is
    open. `policy_on` returns a day's rules. Raises as `Corrections.ask`.
    """
    member = members.by_number(connection, number)
    if kind == FORGOTTEN and day is not None:
        entry = None  # a forgotten day has no entry yet
        _check_forgotten_day(member, day, moment.day)
    elif kind == ERROR and entry is not None:
        day = _day_of_wrong_entry(connection, member, entry)
    else:
        raise RequestError("correction", "a correction is of a forgotten day, or of an entry")
    before = correction_rows.like(connection, kind, member.id, day, entry)  # the same report, open or accepted
    if before is not None and before.state == OPEN:
        return before.id
    if kind == FORGOTTEN and is_counted(connection, policy_on(day), number, day):
        raise RequestError("day-counted", day=day, member=number)
    return correction_rows.add(connection, kind, member.id, day, entry, _on_one_line(remark), moment.at)


def is_counted(connection: sa.Connection, policy: Policy, number: int, day: date) -> bool:
    """Return whether a member has a visit on a day, by the rules of that day; False for an unknown member."""
    holder = standing.of_member(connection, number, policy, day)
    return holder is not None and holder.today is not None


def _check_forgotten_day(person: Member, day: date, today: date) -> None:
    """Refuse a day more than MOST_DAYS_BACK days ago or still to come, or on which the person was not a member; for all
    of these, raises RequestError `too-long-ago`.
    """
    unlikely = forgotten.why_not_forgotten(day, today, person.joined_on, person.left_on)
    if unlikely is Unlikely.NOT_LATELY:
        raise RequestError("too-long-ago", most=MOST_DAYS_BACK, day=day)
    if unlikely is Unlikely.NO_MEMBER:
        raise RequestError("too-long-ago", member=person.number, day=day, most=MOST_DAYS_BACK)


def _day_of_wrong_entry(connection: sa.Connection, person: Member, entry: int) -> date:
    """Return the day of an entry that a member may report as wrong: one of theirs, of a kind that can be reversed, and
    not reversed yet. Raises RequestError `no-such-entry`, `not-reversible` or `reversed-already` otherwise.
    """
    line = correction_rows.line(connection, entry)
    if line is None or line.member != person.number:
        raise RequestError("no-such-entry", entry=entry, member=person.number)
    if line.kind not in reversals.REVERSIBLE:
        raise RequestError("not-reversible", entry=entry)
    by = ledger.reversed_by(connection, entry)
    if by is not None:
        raise RequestError("reversed-already", entry=entry, by=by)
    return line.day_on


def _get(connection: sa.Connection, correction_id: int) -> Correction:
    """Return a correction. Raises RequestError `no-such-correction`."""
    correction = correction_rows.get(connection, correction_id)
    if correction is None:
        raise RequestError("no-such-correction", number=correction_id)
    return correction


def _open_correction(connection: sa.Connection, correction_id: int) -> Correction:
    """Return a correction that waits for a decision. Raises RequestError `decided-already`."""
    correction = _get(connection, correction_id)
    if correction.state != OPEN:
        raise RequestError("decided-already", number=correction_id)
    return correction


def _on_one_line(remark: str | None) -> str | None:
    """Return a remark as one printable line, cut after 300 characters; None where nothing is left."""
    text = " ".join((remark or "").split())[:LONGEST_SAYING]
    return "".join(letter for letter in text if letter.isprintable()) or None
