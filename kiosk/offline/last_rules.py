"""Keeps the last rules that worked, sealed beside the roster, and goes by them while those of the database do not."""

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

_LABEL = "rules"
FORM = 1


@dataclass(slots=True)
class LastRules:
    """The rules as they last were right. Every thread's rules are read through `read`; one thread keeps them."""

    path: Path
    keys: SealKeys
    home_id: str
    wrong: tuple[WrongValue, ...] = ()  # of the rules that are there now
    is_used: bool = False
    _rows: Copy | None = None
    _seen: tuple[object, ...] = ()
    _policies: dict[date, Policy] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> None:
        """Take up what an earlier run kept of this home."""
        match sealed_file.load(self.path, self.keys, _LABEL):
            case {"form": 1, "home": self.home_id, "rows": dict(rows)}:
                self._rows = rows
            case None:
                pass
            case _:
                log.error("the rules kept at %s are of another release or home: they are not used", self.path)

    def read(self, connection: sa.Connection, day: date) -> tuple[Policy, bool]:
        """The policy of a day from the database, or what is kept where that cannot be; and whether it is the former.

        Raises what reading it raised where nothing is kept.
        """
        try:
            found = rule_values.read(connection, day)
        except Exception as fault:  # whatever a wrong value does: nobody stands before a shut door for it
            kept = self._of(day)
            if kept is None:
                raise
            self._note(connection, fault)
            return kept, False
        if self.is_used:
            log.info("the rules are right again")
            self.wrong, self.is_used = (), False
        return found, True

    def keep(self, connection: sa.Connection, day: date) -> None:
        """Keep the rules that are there now, if they work and are others. Raises MachineError `rules`."""
        seen = (day, policies.version_of(connection))
        if seen == self._seen:
            return
        try:
            rule_values.read(connection, day)
        except Exception:  # they are none to keep: `read` says so
            return
        self._seen, rows = seen, rule_values.copied(connection)
        if rows == self._rows:
            return
        with self._lock:
            self._rows = rows
            self._policies.clear()
        try:
            sealed_file.save(self.path, self.keys, _LABEL, {"form": FORM, "home": self.home_id, "rows": rows})
        except OSError as fault:
            raise MachineError("rules", f"{self.path} cannot be written: {fault.strerror}") from None

    def _of(self, day: date) -> Policy | None:
        with self._lock:
            if self._rows is None:
                return None
            found = self._policies.get(day)
            if found is None:
                try:
                    found = self._policies[day] = rule_values.read_copy(self._rows, day)
                except Exception:  # kept by another release, say: then what the database says is the better answer
                    log.exception("the rules that are kept cannot be used")
                    return None
            return found

    def _note(self, connection: sa.Connection, fault: Exception) -> None:
        if self.is_used:
            return
        log.error("the rules cannot be used, the last that worked are: %s", fault)
        self.is_used = True
        try:
            self.wrong = tuple(rule_values.wrong(connection))
        except Exception:  # more than a value is wrong
            self.wrong = ()
