"""Imports members from a spreadsheet: shows what a file would change, then changes all of it at once or nothing.

An import charges nothing by itself: people on a list have paid elsewhere, and a list of three hundred must not put
three hundred fees on tabs. The file says until when memberships run. Only with `charge` do new people without such a
day begin as with `kiosk members add`: a membership from today, with its fee on the tab.

A *row* is a line of the file and what becomes of it: the values that it gives (`given`), the file of the member that it
is about (`person`; None for a new one), and the fields that it changes (`changes`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field

from kiosk.acting import SealingUseCase
from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead, OldKey
from kiosk.domain.days import Moment
from kiosk.domain.members import file_columns, matching
from kiosk.domain.members.file_columns import Columns
from kiosk.domain.members.matching import Known, Outcome, Proposal, Row
from kiosk.domain.names import searchable
from kiosk.domain.spreadsheet import Table
from kiosk.errors import RequestError
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.store import name_rows
from kiosk.store.books import due_rows
from kiosk.store.engine import Store
from kiosk.store.members import import_rows, members, zone_rows
from kiosk.store.money import rights
from kiosk.store.officers import desk_log
from kiosk.store.space import policies
from kiosk.store.space.policies import Plan, Rules

_A_YEAR = timedelta(days=364)  # from the first to the last day of 365: no line writes a longer membership
_COLUMNS = {"shown": "shown_name", "joined": "joined_on"}  # columns of the file that the database names otherwise
_FILED = ("name", "shown", "email", "phone", "language", "joined")  # columns of the file that a member's row takes


class ImportRequest(Struct, frozen=True):
    """A file and how to read it: the meaning of its columns, the plan of new people without one, whether to charge
    fees, and by line number the person it is about (a member number; None for a new person).
    """

    table: Table
    columns: Columns
    plan: str = "itinerant"
    charge: bool = False
    chosen: Mapping[int, int | None] = field(default_factory=dict)


class Imports(SealingUseCase):
    """Imports a list of members for the secretary. `actor` goes into the log, and into entries if there are any."""

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        seal: Seal,
        badge_key: bytes,
        clock: Clock,
        actor: str,
        old_badge_keys: Sequence[OldKey] = (),
    ) -> None:
        super().__init__(store=store, rules=rules, seal=seal, clock=clock, actor=actor)
        self._badge_key = badge_key
        self._old_keys = old_badge_keys

    def propose(self, wish: ImportRequest) -> Proposal:
        """Return what the file would change now; writes nothing. Raises RequestError `no-such-plan`, Problem
        `import-twice`, `import-who`.
        """
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            return matching.propose(wish.table, wish.columns, self._known(connection, wish, moment))

    def apply(self, wish: ImportRequest, digest: str | None = None) -> Proposal:
        """Import the file and return what it changed. `digest` is of the proposal that was shown: the import happens
        only if it is still the same.

        Raises what `propose` raises, RequestError `import-refused` where a line is refused, and `import-changed` where
        the data has changed since it was shown.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            proposal = matching.propose(wish.table, wish.columns, self._known(connection, wish, moment))
            if digest is not None and digest != proposal.digest:
                raise RequestError("import-changed", "something changed since the file was looked at: look again")
            if proposal.refused:
                raise RequestError("import-refused", count=len(proposal.refused))
            if proposal.to_do:
                self._write(connection, wish, proposal, moment)
        return proposal

    def _known(self, connection: sa.Connection, wish: ImportRequest, moment: Moment) -> Known:
        """Return what the proposal is compared with: people, badges and plans as they are now."""
        names = name_rows.plans(connection)
        if wish.plan not in names:
            raise RequestError("no-such-plan", field="plan", given=wish.plan)
        known = import_rows.badges(connection)

        def mark(read: BadgeRead) -> bytes:
            """Return the mark of a badge (a fingerprint of its number) by which it is known, or else the newest that it
            would get.
            """
            every = badges.marks(read, self._badge_key, self._old_keys, moment.day)
            return next((each for each in every if each in known), every[0])

        return Known(
            people=import_rows.people(connection),
            merged=import_rows.merged(connection),
            badges=known,
            plans=file_columns.called(names),
            today=moment.day,
            default_plan=wish.plan,
            fingerprint=mark,
            chosen=wish.chosen,
        )

    def _write(self, connection: sa.Connection, wish: ImportRequest, proposal: Proposal, moment: Moment) -> None:
        """Write what an import proposes: new files, changes, plans, memberships and badges, each in the desk's log."""
        plans = policies.plans(connection)
        new = [row for row in proposal.to_do if row.outcome is Outcome.NEW]
        numbers = {row.line.number: row.person.number for row in proposal.to_do if row.person is not None}
        # These begin as at the desk, with a membership from today and its fee.
        paying = [row for row in new if wish.charge and row.given.membership_until is None]
        for row in paying:
            numbers[row.line.number] = self._enrol(connection, row, moment)
        numbers |= _add(connection, [row for row in new if row not in paying], plans)
        ids = import_rows.ids(connection)
        for row in proposal.to_do:
            if row.outcome is Outcome.CHANGED:
                _change(connection, row, numbers[row.line.number], plans)
        beginning = [(ids[numbers[row.line.number]], row) for row in proposal.to_do if row not in paying]
        self._begin_plans(connection, beginning, plans, moment)
        import_rows.add_memberships(
            connection, [membership for id_, row in beginning for membership in _membership(id_, row, moment.day)]
        )
        given = [(ids[numbers[row.line.number]], row) for row in proposal.to_do if _new_value(row, "badge")]
        import_rows.add_badges(connection, [(id_, *self._badge(row)) for id_, row in given], moment.day)
        for number, what in _log_lines(proposal, numbers):
            desk_log.add(connection, moment.at, self._actor, "import", number, what)

    def _enrol(self, connection: sa.Connection, proposed: Row, moment: Moment) -> int:
        """Enrol a new person like the desk, with the fee on the tab, but with the file's day of joining, and return the
        member number.
        """
        values = {change.field: change.new for change in proposed.changes}
        application = Application(
            name=str(values["name"]),
            plan=str(values["plan"]),
            email=proposed.given.email,
            phone=proposed.given.phone,
            shown_name=str(values["shown"]),
            language=proposed.given.language,
        )
        member = enrolment.add(
            connection, self._rules, self._seal, self._badge_key, application, moment.at, self._actor
        )
        if values["joined"] != member.joined_on:
            members.change(connection, member, joined_on=values["joined"])
        return member.number

    def _begin_plans(
        self, connection: sa.Connection, beginning: list[tuple[int, Row]], plans: dict[str, Plan], moment: Moment
    ) -> None:
        """Begin the subscriptions of plans today. The first period is not charged; the next is, on its day."""
        policy, _ = self._rules.at(connection, moment.at)
        for member_id, row in beginning:
            code = _new_value(row, "plan")
            if not isinstance(code, str):
                continue
            if row.outcome is Outcome.CHANGED:
                _end_subscriptions(connection, member_id, moment.day)
            product = plans[code].product
            if product is not None:
                rights.add_subscription(connection, member_id, policy.products[product].id, moment.day, None, None)
                subscription_id = rights.subscriptions(connection, member_id)[0].id  # the newest: the one just added
                # Marked as done without an entry: `kiosk due` begins with the next period.
                due_rows.mark(connection, due_rows.MONTHS, subscription_id, moment.day, moment.at)

    def _badge(self, proposed: Row) -> tuple[bytes, str]:
        """Return fingerprint and tail of the badge that a line gives."""
        read = proposed.given.badge
        if read is None:
            raise AssertionError("a badge that changes is given")
        return read.fingerprint(self._badge_key), read.tail


def _log_lines(proposal: Proposal, numbers: dict[int, int]) -> list[tuple[int | None, str]]:
    """Return the lines for the desk's log: one with the counts, then one for each file, with its number."""
    counts = proposal.counts
    summary = f"{counts.get(Outcome.NEW, 0)} new, {counts.get(Outcome.CHANGED, 0)} changed"
    each = ((numbers[row.line.number], f"line {row.line.number}: {row.outcome}") for row in proposal.to_do)
    return [(None, summary), *each]


def _new_value(proposed: Row, name: str) -> object:
    """Return the value that a line gives a field; None where it leaves the field unchanged."""
    return next((change.new for change in proposed.changes if change.field == name), None)


def _add(connection: sa.Connection, rows: list[Row], plans: dict[str, Plan]) -> dict[int, int]:
    """Write new files, and return their member numbers by line of the import."""
    following = import_rows.following(connection)  # the next free id and member number
    values: list[dict[str, Any]] = []
    for offset, row in enumerate(rows):
        new_values = {change.field: change.new for change in row.changes}
        filed = {_COLUMNS.get(name, name): new_values.get(name) for name in _FILED}
        plan = plans[str(new_values["plan"])]
        own = {
            "id": following.id + offset,
            "number": following.number + offset,
            "search": searchable(str(new_values["name"])),
        }
        values.append({**own, **filed, "plan_code": plan.code, "zone_id": plan.zone_id})
    import_rows.add_people(connection, values)
    return {row.line.number: value["number"] for row, value in zip(rows, values, strict=True)}


def _change(connection: sa.Connection, proposed: Row, number: int, plans: dict[str, Plan]) -> None:
    """Change a file's own columns; a new name changes how it is found, a new plan its zone."""
    values: dict[str, Any] = {
        _COLUMNS.get(change.field, change.field): change.new for change in proposed.changes if change.field in _FILED
    }
    if "name" in values:
        values["search"] = searchable(values["name"])
    plan = _new_value(proposed, "plan")
    if isinstance(plan, str):
        values |= zone_rows.begun(plan, plans[plan].zone_id)
    if values:
        import_rows.change_person(connection, number, values)


def _end_subscriptions(connection: sa.Connection, member_id: int, day: date) -> None:
    """End a member's open subscriptions before a day, but never before they began."""
    for row in rights.subscriptions(connection, member_id):
        if row.until_on is None:
            rights.lengthen(connection, row.id, max(row.from_on, day - timedelta(days=1)))


def _membership(member_id: int, proposed: Row, today: date) -> list[tuple[int, date, date]]:
    """Return the membership that a line writes, as file id, first and last day: up to the file's day, from the day
    after the one before or from joining, and a year at most. Empty where the line has none.
    """
    until = proposed.given.membership_until
    if until is None or _new_value(proposed, "membership_until") is None:
        return []
    before = proposed.person.membership_until if proposed.person is not None else None
    joined = proposed.given.joined or (proposed.person.joined if proposed.person is not None else today)
    floor = joined if before is None else before + timedelta(days=1)
    return [(member_id, max(floor, until - _A_YEAR), until)]
