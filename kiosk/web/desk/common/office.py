"""Gives a view what it works with: the home's store, rules and use-cases, in the name of whoever is signed in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa
from flask import current_app, g
from flask_security import current_user
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.domain.money.tariffs import Policy
from kiosk.home import Home
from kiosk.members.acts_by_two import ActsByTwo
from kiosk.members.enrolment import Enrolment
from kiosk.members.member_import import Imports
from kiosk.messages.officers_notice import Watch
from kiosk.money.second_officer import SecondOfficer
from kiosk.money.till import Till
from kiosk.store.engine import Store
from kiosk.store.officers import desk_log
from kiosk.store.space.policies import Rules
from kiosk.web.desk.common import request_rules, timing

EXTENSION = "kiosk.desk"


class Office(Struct, frozen=True):
    """The office of one request. `actor` goes into entries and into the log.

    `clock` refuses to be read by what writes while the machine's is not believed: `kiosk.web.desk.common.timing`.
    """

    home: Home
    clock: Clock
    actor: str

    @property
    def store(self) -> Store:
        """The database."""
        return self.home.store

    @property
    def seal(self) -> Seal:
        """What seals entries."""
        return self.home.seal

    @property
    def rules(self) -> Rules:
        """Rules of this request's own: they are not for several threads."""
        return request_rules.of(self.home)

    @property
    def till(self) -> Till:
        """Money."""
        return Till(store=self.store, rules=self.rules, seal=self.seal, clock=self.clock, actor=self.actor)

    @property
    def enrolment(self) -> Enrolment:
        """Members and badges."""
        return Enrolment(
            store=self.store,
            rules=self.rules,
            seal=self.seal,
            badge_key=self.home.badge_key,
            old_badge_keys=self.home.old_badge_keys,
            clock=self.clock,
            actor=self.actor,
        )

    @property
    def by_two(self) -> SecondOfficer:
        """Corrections of money, above a sum by two."""
        return SecondOfficer(
            store=self.store,
            rules=self.rules,
            seal=self.seal,
            clock=self.clock,
            actor=self.actor,
            watch=Watch.of(self.home, self.actor),
        )

    @property
    def acts_by_two(self) -> ActsByTwo:
        """Acts that are no correction of money and take two officers."""
        watch = Watch.of(self.home, self.actor)
        return ActsByTwo(store=self.store, rules=self.rules, clock=self.clock, actor=self.actor, watch=watch)

    @property
    def imports(self) -> Imports:
        """Members from a spreadsheet."""
        return Imports(
            store=self.store,
            rules=self.rules,
            seal=self.seal,
            badge_key=self.home.badge_key,
            old_badge_keys=self.home.old_badge_keys,
            clock=self.clock,
            actor=self.actor,
        )

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A snapshot to read from."""
        with self.store.reading() as connection:
            yield connection

    def now(self, connection: sa.Connection) -> tuple[Policy, Moment]:
        """The policy in force, and this moment on the space's calendar."""
        return self.rules.at(connection, self.clock.now())

    def today(self) -> date:
        """The local day that it is."""
        with self.reading() as connection:
            return self.now(connection)[1].day

    def log(self, act: str, member_number: int | None = None, what: str | None = None) -> None:
        """Write into the desk's log who read or did what."""
        self.log_all(act, [(member_number, what)])

    def log_all(self, act: str, whom: Sequence[tuple[int | None, str | None]]) -> None:
        """Write a line for each of these into the desk's log, together."""
        if any(number is not None for number, _ in whom):
            g.has_logged = True
        with self.store.logging() as connection:
            desk_log.add_all(connection, self.clock.now(), self.actor, act, whom)


def office() -> Office:
    """The office of whoever is signed in."""
    home, _ = current_app.extensions[EXTENSION]
    return Office(home, timing.clock(), officer_numbers.actor(current_user.id))
