"""Keeps the last rules that worked, sealed beside the roster, and uses them while those of the database do not work."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from kiosk.domain.money.tariffs import Policy
from kiosk.errors import MachineError
from kiosk.offline import sealed_file
from kiosk.offline.door_keys import SealKeys
from kiosk.store.space import policies, rule_values
from kiosk.store.space.rule_values import Copy
from kiosk.store.values import WrongValue

log = logging.getLogger(__name__)

_LABEL = "rules"  # sealed with the file
FORM = 1  # of the file; another form is not used


@dataclass(slots=True)
class LastRules:
    """The last rules that worked. Every thread reads its rules through `read`; one thread stores them."""

    path: Path
    keys: SealKeys
    home_id: str
    wrong: tuple[WrongValue, ...] = ()  # of the rules in the database now
    is_used: bool = False  # whether the stored rules stand in for those of the database
    _rows: Copy | None = None  # the stored rules: the rows of each table
    _seen: tuple[object, ...] = ()  # the day and the version of the rules that `keep` looked at last
    _policies: dict[date, Policy] = field(default_factory=dict)  # made of the stored rules, by day
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> None:
        """Load the rules that an earlier run stored for this home; those of another release or home are left."""
        match sealed_file.load(self.path, self.keys, _LABEL):
            case {"form": 1, "home": self.home_id, "rows": dict(rows)}:
                self._rows = rows
            case None:
                pass
            case _:
                log.error("the rules kept at %s are of another release or home: they are not used", self.path)

    def read(self, connection: sa.Connection, day: date) -> tuple[Policy, bool]:
        """Return the policy of a day and whether it is the database's; where that one cannot be read, return the stored
        one and False.

        Raises the fault of reading it where no rules are stored.
        """
        try:
            policy = rule_values.read(connection, day)
        except Exception as fault:  # no wrong value may keep the door shut
            stored_policy = self._stored_policy(day)
            if stored_policy is None:
                raise
            self._note(connection, fault)
            return stored_policy, False
        if self.is_used:
            log.info("the rules are right again")
            self.wrong, self.is_used = (), False
        return policy, True

    def keep(self, connection: sa.Connection, day: date) -> None:
        """Store the database's rules if they work and have changed, in memory first. Raises MachineError `rules` where
        the disk takes none: a later change tries again.
        """
        version = (day, policies.version_of(connection))
        if version == self._seen:
            return
        try:
            rule_values.read(connection, day)
        except Exception:  # not worth storing: `read` reports them
            return
        self._seen, rows = version, rule_values.copied(connection)
        if rows == self._rows:
            return
        with self._lock:
            self._rows = rows
            self._policies.clear()
        try:
            sealed_file.save(self.path, self.keys, _LABEL, {"form": FORM, "home": self.home_id, "rows": rows})
        except OSError as fault:
            raise MachineError("rules", f"{self.path} cannot be written: {fault.strerror}") from None

    def _stored_policy(self, day: date) -> Policy | None:
        """Return the rules of a day from the kept copy, None where there is no copy or it cannot be used."""
        with self._lock:
            if self._rows is None:
                return None
            policy = self._policies.get(day)
            if policy is None:
                try:
                    policy = self._policies[day] = rule_values.read_copy(self._rows, day)
                except Exception:  # stored by another release, perhaps: the database's fault is the better answer
                    log.exception("the rules that are kept cannot be used")
                    return None
            return policy

    def _note(self, connection: sa.Connection, fault: Exception) -> None:
        """Log once that the current rules cannot be used, and note which are wrong."""
        if self.is_used:
            return
        log.error("the rules cannot be used, the last that worked are: %s", fault)
        self.is_used = True
        try:
            self.wrong = tuple(rule_values.wrong(connection))
        except Exception:  # more than one value is wrong
            self.wrong = ()
