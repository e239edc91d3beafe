"""Bundles what use-cases work with: the database, the rules, the seal, the clock, and the actor in whose name they
act.
"""

from datetime import datetime
from typing import Self, TypedDict

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules


class Parts(TypedDict):
    """The parts of a use-case that writes no entries."""

    store: Store
    rules: Rules
    clock: Clock
    actor: str


class SealingParts(Parts):
    """The parts of a use-case that writes sealed entries."""

    seal: Seal


class Acting(Struct, frozen=True, kw_only=True):
    """Everything that an act works with. `actor` goes into its entries and into the desk's log."""

    store: Store
    rules: Rules
    seal: Seal
    clock: Clock
    actor: str

    @property
    def parts(self) -> Parts:
        """Return the arguments of `UseCase`, by name."""
        return Parts(store=self.store, rules=self.rules, clock=self.clock, actor=self.actor)

    @property
    def sealing(self) -> SealingParts:
        """Return the arguments of `SealingUseCase`, by name."""
        return SealingParts(**self.parts, seal=self.seal)


class UseCase:
    """Base of the use-cases that work on the database in the name of `actor`."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock, actor: str) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._actor = actor

    @classmethod
    def of(cls, acting: Acting) -> Self:
        """Return a use-case with the parts of `acting`."""
        return cls(**acting.parts)

    def _log(
        self, connection: sa.Connection, at: datetime, act: str, member: int | None = None, what: str | None = None
    ) -> None:
        """Write a line about an act into the desk's log, within its transaction: page, command and API leave the same
        one. `act` is its code, `member` the number of the member it is about, `what` its subject without names.
        """
        from kiosk.store.officers import desk_log  # the entrance holds none of the office's acts

        desk_log.add(connection, at, self._actor, act, member, what)


class SealingUseCase(UseCase):
    """Base of the use-cases that also write sealed entries, in the name of `actor`."""

    def __init__(self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str) -> None:
        super().__init__(store=store, rules=rules, clock=clock, actor=actor)
        self._seal = seal

    @classmethod
    def of(cls, acting: Acting) -> Self:
        """Return a use-case with the parts of `acting`."""
        return cls(**acting.sealing)
