"""Lists the upkeep that the kiosk does by itself, and how long each kind may go without success."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class Care(StrEnum):
    """A kind of upkeep that is done again and again by itself; each writes down when it last succeeded."""

    BACKUP = "backup"  # a verified copy in the home's own folder
    AWAY = "away"  # a verified copy somewhere else
    DRILL = "drill"  # the newest copy restored beside, and verified
    CHAIN = "chain"  # every seal of the ledger recomputed
    KEYS = "keys"  # somebody showed that the keys' paper copy is readable
    UPDATE = "update"  # a release installed, or taken back
    DUE = "due"  # all that time brings, without a fault
    FALLBACKS = "fallbacks"  # what would fail on the day of a fault was told by mail
    ERASED = "erased"  # the database's log cut to nothing after something was erased


OVERDUE: Mapping[Care, timedelta] = {
    Care.BACKUP: timedelta(hours=26),
    Care.AWAY: timedelta(days=8),
    Care.DRILL: timedelta(days=40),
    Care.CHAIN: timedelta(days=3),
    Care.KEYS: timedelta(days=400),
    Care.DUE: timedelta(hours=6),
}


class Upkeep(Struct, frozen=True):
    """One kind of care: when it was last tried and last succeeded, and what was said of the last try."""

    care: Care
    tried_at: datetime
    succeeded_at: datetime | None
    says: str

    @property
    def failed(self) -> bool:
        """Whether the last try did not succeed."""
        return self.succeeded_at != self.tried_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether it has not succeeded for longer than it may."""
        bound = OVERDUE.get(self.care)
        return bound is not None and (self.succeeded_at is None or now - self.succeeded_at > bound)
