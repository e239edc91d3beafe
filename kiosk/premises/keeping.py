"""What the office does about the premises: the plan, whose own a spot is, lent days, things, registered offices."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.acting import UseCase
from kiosk.domain.days import Moment
from kiosk.domain.premises import floor, offices, things
from kiosk.domain.premises.floor import Box, SpotKind
from kiosk.domain.premises.things import Terms
from kiosk.errors import RequestError
from kiosk.premises import lending
from kiosk.store.officers import desk_log
from kiosk.store.premises import lent_rows, office_rows, spot_rows, thing_rows
from kiosk.store.premises.office_rows import RegisteredOffice


class _Keeping(UseCase):
    """One transaction an act, in the name of an officer: `actor` goes into the log."""

    @contextmanager
    def _writing(self) -> Iterator[tuple[sa.Connection, Moment]]:
        now = self._clock.now()
        with self._store.writing() as connection:
            yield connection, self._rules.at(connection, now)[1]

    def _log(self, connection: sa.Connection, moment: Moment, act: str, number: int | None, what: str | None) -> None:
        desk_log.add(connection, moment.at, self._actor, act, number, what)


class FloorPlan(_Keeping):
    """The plan, and whose own its desks are."""

    def add(self, kind: str, label: str, box: Box) -> int:
        """One spot more. Raises Problem `spot-kind` or `spot-label`, RequestError `spot-known` or `spot-many`."""
        cleaned = floor.kind(kind), floor.label(label)
        with self._writing() as (connection, moment):
            if len(spot_rows.spots(connection)) >= floor.MOST_SPOTS:
                raise RequestError("spot-many", field="label", most=floor.MOST_SPOTS)
            _free(connection, cleaned[1])
            made = spot_rows.add(connection, *cleaned, box)
            self._log(connection, moment, "plan-changed", None, cleaned[1])
            return made

    def change(self, spot_id: int, kind: str, label: str, box: Box) -> None:
        """Another kind, label or place of a spot. Raises as `add` does, and `no-such-spot` or `spot-held`."""
        cleaned = floor.kind(kind), floor.label(label)
        with self._writing() as (connection, moment):
            spot_rows.by_id(connection, spot_id)
            _free(connection, cleaned[1], spot_id)
            if cleaned[0] is not SpotKind.DESK and spot_rows.held_later(connection, spot_id, 0, moment.day):
                raise RequestError("spot-held", number=spot_id)
            spot_rows.change(connection, spot_id, *cleaned, box)
            self._log(connection, moment, "plan-changed", None, cleaned[1])

    def move(self, spot_id: int, step: str) -> None:
        """Move a spot by one step, or make it larger or smaller.

        Raises Problem `spot-step` or `spot-place`, RequestError `no-such-spot`.
        """
        with self._writing() as (connection, _):
            found = spot_rows.by_id(connection, spot_id)
            spot_rows.change(connection, spot_id, found.kind, found.label, floor.moved(found.box, step))

    def remove(self, spot_id: int) -> None:
        """Take a spot off the plan. Raises RequestError `no-such-spot` or `spot-held`."""
        with self._writing() as (connection, moment):
            found = spot_rows.by_id(connection, spot_id)
            if spot_rows.held_later(connection, spot_id, 0, moment.day):
                raise RequestError("spot-held", label=found.label)
            spot_rows.remove(connection, spot_id, moment.day)
            self._log(connection, moment, "plan-changed", None, found.label)

    def give(self, spot_id: int, number: int, from_on: date | None = None) -> None:
        """Make a desk a member's own, from a day on (None: today).

        Raises RequestError `no-such-spot`, `spot-no-desk`, `spot-held`, `no-such-member` or `member-left`.
        """
        with self._writing() as (connection, moment):
            found, person = spot_rows.by_id(connection, spot_id), lending.present(connection, moment, number)
            if found.kind is not SpotKind.DESK:
                raise RequestError("spot-no-desk", label=found.label)
            first = max(from_on or moment.day, moment.day)
            held = spot_rows.own(connection, person.id, first)
            if held is not None and held.spot == spot_id:
                return
            if spot_rows.held_later(connection, spot_id, person.id, first):
                raise RequestError("spot-held", label=found.label, member=number)
            spot_rows.holder(connection, spot_id, person.id, first)
            self._log(connection, moment, "spot-given", person.number, found.label)

    def end(self, spot_id: int) -> None:
        """A desk is nobody's own any more from today on, and lent no more. Raises RequestError `no-such-spot`."""
        with self._writing() as (connection, moment):
            found = spot_rows.by_id(connection, spot_id)
            held = spot_rows.holders(connection, moment.day).get(spot_id)
            lent_rows.drop_coming(connection, spot_id, moment.day)
            spot_rows.end(connection, spot_id, moment.day)
            number = None if held is None else held.person.number
            self._log(connection, moment, "spot-ended", number, found.label)

    def lend(self, number: int, day: date, *, lent: bool = True) -> None:
        """Note that a member lends their own desk on a day, or no more. Raises as `kiosk.premises.lending` does."""
        with self._writing() as (connection, moment):
            act = lending.lend if lent else lending.lend_no_more
            act(connection, moment, self._actor, number, day)

    def take(self, number: int, spot_id: int, day: date) -> None:
        """Give a lent desk to a member for a day. Raises as `kiosk.premises.lending.take` does."""
        with self._writing() as (connection, moment):
            lending.take(connection, moment, self._actor, number, spot_id, day)

    def leave(self, number: int, day: date) -> None:
        """Take it back from them. Raises as `kiosk.premises.lending.leave` does."""
        with self._writing() as (connection, moment):
            lending.leave(connection, moment, self._actor, number, day)


class ThingDesk(_Keeping):
    """Things, and who has them."""

    def add(self, kind: str, label: str, terms: Terms, spot_id: int | None = None) -> int:
        """One thing more.

        Raises Problem `thing-kind` or `thing-label`, RequestError `thing-known`, `thing-many` or `no-such-spot`.
        """
        cleaned = things.kind(kind), things.label(label)
        with self._writing() as (connection, moment):
            if spot_id is not None:
                spot_rows.by_id(connection, spot_id)
            if thing_rows.is_label(connection, cleaned[1]):
                raise RequestError("thing-known", field="label", label=cleaned[1])
            if len(thing_rows.things(connection)) >= things.MOST_THINGS:
                raise RequestError("thing-many", field="label", most=things.MOST_THINGS)
            made = thing_rows.add(connection, *cleaned, terms, spot_id)
            self._log(connection, moment, "things-changed", None, cleaned[1])
            return made

    def remove(self, thing_id: int) -> None:
        """Take a thing off the list. Raises RequestError `no-such-thing` or `thing-out`."""
        with self._writing() as (connection, moment):
            found = thing_rows.by_id(connection, thing_id)
            if any(each.thing == thing_id for each in thing_rows.running(connection, moment.at)):
                raise RequestError("thing-out", label=found.label)
            thing_rows.remove(connection, thing_id, moment.day)
            self._log(connection, moment, "things-changed", None, found.label)

    def lend(self, key: bytes, number: int, thing_id: int, from_at: datetime | None = None) -> None:
        """Give a thing to a member. Raises as `kiosk.premises.lending.borrow` does."""
        with self._writing() as (connection, moment):
            found = lending.borrow(connection, moment, key, number, thing_id, from_at)
            self._log(connection, moment, "thing-lent", found.person.number, found.label)

    def give_back(self, loan_id: int) -> None:
        """A thing comes back. Raises RequestError `no-such-loan`."""
        with self._writing() as (connection, moment):
            found = lending.give_back(connection, moment, loan_id)
            self._log(connection, moment, "thing-back", found.person.number, found.label)


class OfficeRegister(_Keeping):
    """Registered offices that are given here, and the prefect's approval."""

    def approve(self, authority: str, number: str, from_on: date, until_on: date) -> int:
        """Note an approval. Raises Problem `approval-words` or `approval-period`."""
        given = offices.approval(authority, number, from_on, until_on)
        with self._writing() as (connection, moment):
            self._log(connection, moment, "approval-noted", None, given.number)
            return office_rows.approve(connection, given, self._actor)

    def withdraw(self, approval_id: int) -> None:
        """An approval was withdrawn or suspended today. Raises RequestError `no-such-approval`."""
        with self._writing() as (connection, moment):
            if not office_rows.end_approval(connection, approval_id, moment.day):
                raise RequestError("no-such-approval", number=approval_id)
            self._log(connection, moment, "approval-ended", None, None)

    def add(self, name: str, siren: str, from_on: date, until_on: date | None = None, number: int | None = None) -> int:
        """Give somebody their registered office here, which an approval must allow on the first day.

        Raises Problem `office-name`, `office-siren` or `office-period`, RequestError `office-approval`,
        `no-such-member` or `member-left`.
        """
        cleaned, digits, last = offices.name(name), offices.siren(siren), offices.ends(from_on, until_on)
        with self._writing() as (connection, moment):
            if not any(each.approval.holds(from_on) for each in office_rows.approvals(connection)):
                raise RequestError("office-approval", field="from", since=from_on)
            person = None if number is None else lending.present(connection, moment, number)
            of = None if person is None else person.id
            made = office_rows.add(connection, cleaned, digits, of, from_on, last, self._actor)
            self._log(connection, moment, "office-added", number, cleaned)
            return made

    def end(self, office_id: int, until_on: date) -> None:
        """A contract ends on a day. Raises RequestError `no-such-office`, Problem `office-end`."""
        with self._writing() as (connection, moment):
            found = _office(connection, office_id)
            if until_on < found.from_on:
                raise RequestError("office-end", field="until", since=found.from_on)
            office_rows.end(connection, office_id, until_on)
            self._log(connection, moment, "office-ended", found.member, found.name)

    def told(self, office_id: int) -> None:
        """The registry was told today that a contract ended. Raises RequestError `no-such-office`."""
        with self._writing() as (connection, moment):
            found = _office(connection, office_id)
            office_rows.told(connection, office_id, moment.day)
            self._log(connection, moment, "office-told", found.member, found.name)


def _office(connection: sa.Connection, office_id: int) -> RegisteredOffice:
    found = office_rows.by_id(connection, office_id)
    if found is None:
        raise RequestError("no-such-office", number=office_id)
    return found


def _free(connection: sa.Connection, label: str, besides: int = 0) -> None:
    if spot_rows.is_label(connection, label, besides):
        raise RequestError("spot-known", field="label", label=label)
