"""Opens the office of a home for the desk and the command line: its use-cases, log and clock in one officer's name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Self

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.acting import Acting
from kiosk.devices.protocols import Clock
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.home import Home
from kiosk.members.acts_by_two import ActsByTwo
from kiosk.members.enrolment import Enrolment
from kiosk.members.member_files import Files
from kiosk.members.member_import import Imports
from kiosk.messages.officers_notice import Watch
from kiosk.money.second_officer import SecondOfficer
from kiosk.money.till import Till
from kiosk.store.officers import desk_log
from kiosk.store.space.policies import Rules


def _pass() -> None:
    """Do nothing."""


class Office(Acting, frozen=True, kw_only=True):
    """The office in one officer's name. `clock` refuses to tell the time while the machine's clock is not trusted, so
    that nothing is written.

    `noting` is called before a line about a member is logged: the desk then adds no line of its own about the page.
    `sealing` are the parts of a use-case that writes entries, `parts` those of one that writes none.
    """

    home: Home
    noting: Callable[[], None] = _pass

    @classmethod
    def at(cls, home: Home, rules: Rules, clock: Clock, actor: str, noting: Callable[[], None] = _pass) -> Self:
        """Return the office of a home."""
        return cls(home=home, store=home.store, seal=home.seal, rules=rules, clock=clock, actor=actor, noting=noting)

    def by(self, clock: Clock) -> Self:
        """Return the same office with another clock."""
        return replace(self, clock=clock)

    @property
    def till(self) -> Till:
        """Return the use-case of payments and sales."""
        return Till.of(self)

    @property
    def files(self) -> Files:
        """Return the use-case of members' files."""
        return Files.of(self)

    @property
    def enrolment(self) -> Enrolment:
        """Return the use-case of enrolment and badges."""
        keys = self.home
        return Enrolment(**self.sealing, badge_key=keys.badge_key, old_badge_keys=keys.old_badge_keys)

    @property
    def imports(self) -> Imports:
        """Return the use-case of importing members from a spreadsheet."""
        keys = self.home
        return Imports(**self.sealing, badge_key=keys.badge_key, old_badge_keys=keys.old_badge_keys)

    @property
    def watch(self) -> Watch:
        """Return the part that seals an officer's act and tells the other officers."""
        return Watch.of(self.home, self.actor)

    @property
    def by_two(self) -> SecondOfficer:
        """Return the use-case of corrections of money, which need two officers above a sum."""
        return SecondOfficer(**self.sealing, watch=self.watch)

    @property
    def acts_by_two(self) -> ActsByTwo:
        """Return the use-case of other two-person acts; on the command line they are done at once, and told."""
        return ActsByTwo(**self.parts, watch=self.watch)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a snapshot of the database to read from."""
        with self.store.reading() as connection:
            yield connection

    def now(self, connection: sa.Connection) -> tuple[Policy, Moment]:
        """Return the policy in force, and this moment on the space's calendar."""
        return self.rules.at(connection, self.clock.now())

    def today(self) -> date:
        """Return the space's local day."""
        with self.reading() as connection:
            return self.now(connection)[1].day

    def log(self, act: str, member_number: int | None = None, what: str | None = None) -> None:
        """Write a line into the desk's log about what was read or done."""
        self.log_all(act, [(member_number, what)])

    def log_all(self, act: str, lines: Sequence[tuple[int | None, str | None]]) -> None:
        """Write several lines into the desk's log at once, each with a member's number and a subject, None for neither.
        `noting` is called where one names a member.
        """
        if any(number is not None for number, _ in lines):
            self.noting()
        with self.store.logging() as connection:
            desk_log.add_all(connection, self.clock.now(), self.actor, act, lines)
