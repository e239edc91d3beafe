"""Lists the upkeep that the kiosk does by itself, and how long each kind may go without success."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class Care(StrEnum):
    """A kind of upkeep that repeats by itself; each run records when it last succeeded."""

    BACKUP = "backup"  # a verified copy in the home's own folder
    AWAY = "away"  # a verified copy somewhere else
    DRILL = "drill"  # the newest copy restored elsewhere, and verified
    CHAIN = "chain"  # every seal of the ledger recomputed
    KEYS = "keys"  # proof that the keys' paper copy is readable
    UPDATE = "update"  # a release installed, or rolled back
    DUE = "due"  # all that `kiosk due` does, without a fault
    FALLBACKS = "fallbacks"  # warnings sent by mail of what would fail in a fault
    ERASED = "erased"  # the database's log truncated after an erasure


OVERDUE: Mapping[Care, timedelta] = {  # how long each may go without success; others have no bound
    Care.BACKUP: timedelta(hours=26),
    Care.AWAY: timedelta(days=8),
    Care.DRILL: timedelta(days=40),
    Care.CHAIN: timedelta(days=3),
    Care.KEYS: timedelta(days=400),
    Care.DUE: timedelta(hours=6),
}


class Upkeep(Struct, frozen=True):
    """One kind of upkeep: when it was last tried and last succeeded, and the message of the last try."""

    care: Care
    tried_at: datetime
    succeeded_at: datetime | None
    says: str

    @property
    def failed(self) -> bool:
        """Tell whether the last try failed."""
        return self.succeeded_at != self.tried_at

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether it has not succeeded for longer than allowed."""
        bound = OVERDUE.get(self.care)
        return bound is not None and (self.succeeded_at is None or now - self.succeeded_at > bound)
