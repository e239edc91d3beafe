"""The office on the command line: a home opened for the secretary and the treasurer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec import Struct

from kiosk import home
from kiosk.cli.arguments import TODAY
from kiosk.cli.working_day import clock_of
from kiosk.devices.clock import HostClock
from kiosk.devices.protocols import Clock
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

ACTOR = "cli"


class Office(Struct, frozen=True):
    """An opened home with the use-cases of its office."""

    home: Home
    rules: Rules
    enrolment: Enrolment
    imports: Imports
    files: Files
    till: Till
    clock: Clock

    @property
    def by_two(self) -> SecondOfficer:
        """Corrections of money: above the sum of the rule a second person agrees at the desk, here as there."""
        home = self.home
        watch = Watch.of(home, ACTOR)
        return SecondOfficer(
            store=home.store, rules=self.rules, seal=home.seal, clock=self.clock, actor=ACTOR, watch=watch
        )

    @property
    def acts_by_two(self) -> ActsByTwo:
        """Acts that take two officers at the desk: here they are done at once, sealed and told."""
        home = self.home
        watch = Watch.of(home, ACTOR)
        return ActsByTwo(store=home.store, rules=self.rules, clock=self.clock, actor=ACTOR, watch=watch)

    def log(self, act: str, number: int | None = None, what: str | None = None) -> None:
        """Write into the officers' log what was read: files of members, too, are read on the command line."""
        with self.home.store.logging() as connection:
            desk_log.add(connection, HostClock().now(), ACTOR, act, number, what)


@contextmanager
def office(root: Path, *, writes: bool = True) -> Iterator[Office]:
    """Open a home for the secretary and the treasurer. Who `writes` wants a date that is sure."""
    with home.opened(root, is_patient=True) as opened:
        today = click.get_current_context().meta[TODAY]
        rules, clock = Rules(opened.config.zone), clock_of(opened, today) if writes else HostClock()
        if opened.store.mark is not None:
            opened.store.mark.now = clock.now
        enrolment = Enrolment(
            store=opened.store,
            rules=rules,
            seal=opened.seal,
            badge_key=opened.badge_key,
            old_badge_keys=opened.old_badge_keys,
            clock=clock,
            actor=ACTOR,
        )
        imports = Imports(
            store=opened.store,
            rules=rules,
            seal=opened.seal,
            badge_key=opened.badge_key,
            old_badge_keys=opened.old_badge_keys,
            clock=clock,
            actor=ACTOR,
        )
        till = Till(store=opened.store, rules=rules, seal=opened.seal, clock=clock, actor=ACTOR)
        if opened.training:
            click.echo("mode école : rien de ceci n'est compté (training mode: nothing counts)", err=True)
        files = Files(store=opened.store, rules=rules, clock=clock, actor=ACTOR)
        yield Office(opened, rules, enrolment, imports, files, till, clock)
