"""Hands use-cases what they work with: the database, the rules, the seal, the clock, and in whose name they act."""

from typing import Self, TypedDict

from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules


class Parts(TypedDict):
    """The parts of a use-case that writes no entry."""

    store: Store
    rules: Rules
    clock: Clock
    actor: str


class SealingParts(Parts):
    """The parts of a use-case whose entries are sealed."""

    seal: Seal


class Acting(Struct, frozen=True, kw_only=True):
    """What an act works with. `actor` goes into its entries and into the officers' log."""

    store: Store
    rules: Rules
    seal: Seal
    clock: Clock
    actor: str

    @property
    def parts(self) -> Parts:
        """Return what `UseCase` takes, by name."""
        return Parts(store=self.store, rules=self.rules, clock=self.clock, actor=self.actor)

    @property
    def sealing(self) -> SealingParts:
        """Return what `SealingUseCase` takes, by name."""
        return SealingParts(**self.parts, seal=self.seal)


class UseCase:
    """Works on the database in the name of `actor`."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock, actor: str) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._actor = actor

    @classmethod
    def of(cls, acting: Acting) -> Self:
        """Make one that works with the parts of `acting`."""
        return cls(**acting.parts)


class SealingUseCase(UseCase):
    """Works on the database and seals its entries, in the name of `actor`."""

    def __init__(self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str) -> None:
        super().__init__(store=store, rules=rules, clock=clock, actor=actor)
        self._seal = seal

    @classmethod
    def of(cls, acting: Acting) -> Self:
        """Make one that works with the parts of `acting`."""
        return cls(**acting.sealing)
