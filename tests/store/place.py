"""An opened home with its records at hand, and the few acts that these tests need."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk import home
from kiosk.checkin import entering
from kiosk.checkin.entering import Outcome
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.standing import Standing
from kiosk.home import Home
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.money import till
from kiosk.store.checkin import standing
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import reversals
from kiosk.store.space.policies import Rules
from tests import beside
from tests.homes import wrote
from tests.rights import check_account

DAY = date(2026, 11, 25)  # a Wednesday
UID = "04A1B2C3D4E501"
YEAR_AGO = DAY - timedelta(days=300)


class FixedClock:
    """Morning of the 25th of November 2026, for ever."""

    def now(self) -> datetime:
        """The moment."""
        return morning()

    def monotonic(self) -> float:
        """No time passes."""
        return 0.0


def morning(day: date = DAY, hour: int = 8) -> datetime:
    """An hour of a day in UTC, which in November is an hour later in Paris."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


class Place:
    """One home. Every act is a transaction of its own."""

    def __init__(self, made: Home) -> None:
        self.home = made
        self.path = made.paths.database
        self.store = made.store
        self.seal = made.seal
        self.rules = Rules(made.config.zone)

    def join(self, name: str = "Inès Moreau", plan: str = "itinerant", uid: str = UID, on: date = YEAR_AGO) -> Member:
        """A new member with a badge."""
        wish = Application(name=name, plan=plan, badge=badges.parse(uid))
        with self.store.writing() as connection:
            return enrolment.add(connection, self.rules, self.seal, self.home.badge_key, wish, morning(on), "secretary")

    def tap(self, at: datetime, uid: str = UID) -> Outcome:
        """A badge is presented."""
        with self.store.writing() as connection:
            return entering.enter(connection, self.rules, self.seal, self.fingerprint(uid), at, "kiosk")

    def fingerprint(self, uid: str = UID) -> bytes:
        """What the records know a badge by."""
        return badges.parse(uid).fingerprint(self.home.badge_key)

    def found(self, day: date = DAY, uid: str = UID) -> Standing:
        """The standing of a badge's holder."""
        with self.store.reading() as connection:
            policy, _ = self.rules.at(connection, morning(day))
            result = standing.find(connection, self.fingerprint(uid), policy, day)
        assert result is not None
        return result

    def sell(self, member: Member, code: str, day: date = DAY) -> int:
        """A sale. Returns its entry."""
        with self.store.writing() as connection:
            policy, _ = self.rules.at(connection, morning(day))
            sold = till.sell(
                connection, self.seal, policy, member, code, today=day, day=day, at=morning(day), actor="till"
            )
        return sold.entry

    def pay(self, member: Member, cents: int, day: date = DAY) -> int:
        """A payment. Returns its entry."""
        with self.store.writing() as connection:
            return till.pay(connection, self.rules, self.seal, member.number, cents, "cash", morning(day), "till")

    def reverse(self, entry: int, reason: str | None = None, day: date = DAY) -> int:
        """A correction. Returns its entry."""
        with self.store.writing() as connection:
            return reversals.reverse(
                connection, self.seal, entry, at=morning(day), day_on=day, actor="till", reason=reason
            )

    def balance(self, number: int = 1) -> int:
        """What a member owes."""
        with self.store.reading() as connection:
            return members.by_number(connection, number).balance_cents

    def write(self, statement: str, *values: object) -> int:
        """One statement through the program's own connection. Returns the new row's id."""
        with self.store.writing() as connection:
            return wrote(connection, statement, *values)

    def scalar(self, query: str) -> object:
        """One value."""
        with self.store.reading() as connection:
            return connection.execute(sa.text(query)).scalar()

    def unguarded(self) -> AbstractContextManager[Any]:
        """A connection of somebody who took the guards out and minds neither foreign keys nor checks."""
        return beside.unguarded(self.home)


@contextmanager
def opened(root: Path, program: str = "desk") -> Iterator[Place]:
    """The home at `root`, as one of its programs has it."""
    with home.opened(root, program=program) as made:
        if program and home.own_server(made.paths, program):
            check_account(made, program)
        yield Place(made)
