"""Exports all that is known of a person, and erases it as far as the accounts allow."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.devices.protocols import Clock
from kiosk.domain import keeping
from kiosk.domain.health.upkeep import Care
from kiosk.language.names import Names
from kiosk.store.engine import Store
from kiosk.store.health import upkeep_rows
from kiosk.store.members import erasure, erasure_rows, members, personal_rows
from kiosk.store.members.erasure import Erased
from kiosk.store.members.members import Member
from kiosk.store.officers import desk_log
from kiosk.store.space.policies import Rules

FORM = 1  # version of the JSON's form
_TRIES = 25  # times that emptying the log is tried while a reader is in it, 0.2 s apart: about five seconds in all


class PersonalData(Struct, frozen=True):
    """All that is known of a person: rows in sections by code. `names` are those of plans, zones and products."""

    number: int
    name: str
    made_on: date
    sections: dict[str, list[dict[str, Any]]]
    names: Mapping[str, Mapping[str, Names]] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the data as JSON, with how long each kind is kept."""
        kept = [
            {"code": each.code, "what": each.what.to("fr"), "for": each.long.to("fr"), "then": each.then.to("fr")}
            for each in keeping.KEPT
        ]
        known = {"number": self.number, "name": self.name, "made_on": self.made_on, "sections": self.sections}
        document = {"form": FORM, **known, "kept": kept}
        return json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> str:
    """Return a stored value as text: bytes in hexadecimal, moments in ISO format."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


class PersonalFiles(Struct, frozen=True, kw_only=True):
    """Answers people's requests about their own data. `actor` is the acting officer; with `by_mail` a member is told
    that their request for erasure was granted.
    """

    store: Store
    rules: Rules
    clock: Clock
    actor: str
    by_mail: bool = False

    def export(self, number: int) -> PersonalData:
        """Return all that is known of a member, and leave a line in the desk's log. Raises RequestError
        `no-such-member`.
        """
        now = self.clock.now()
        with self.store.reading() as connection:  # reading takes a while: taps go on meanwhile
            personal = read(connection, number, self.rules.at(connection, now)[1].day)
        with self.store.writing() as connection:
            desk_log.add(connection, now, self.actor, "export-file", number, None)
        return personal

    def erase(self, number: int) -> Erased:
        """Erase a member's file and everything that they wrote, and return what was erased, and whether the database's
        log may still contain it. With `by_mail`, send a mail to a member that had asked for it.

        Raises RequestError `no-such-member`, `erased-already`, `erase-first-leave` or `erase-not-settled`.
        """
        with self.store.writing() as connection:
            now = self.clock.now()
            member = members.by_number(connection, number)
            from kiosk.messages import erasure_notice  # seldom needed

            # Read now, since the erasure takes the address away.
            is_asked = erasure_rows.asked_on(connection, member.number) is not None
            address = erasure_notice.Address.of(member) if self.by_mail and is_asked else None
            done = erasure.erase(connection, member.id, self.rules.at(connection, now)[1].day)
            desk_log.add(connection, now, self.actor, "erase-file", number, None)
            if address is not None:
                erasure_notice.tell_done(connection, address, member.number, now)
            mark_log_full(connection, now)
        return replace(done, in_log=not empty_log(self.store, now))


def read(connection: sa.Connection, number: int, day: date) -> PersonalData:
    """Return all that is known of a member, by their number or a merged file's. Raises RequestError
    `no-such-member`.
    """
    member = members.by_number(connection, number)
    return PersonalData(number, member.name, day, sections(connection, member), personal_rows.names(connection))


def sections(connection: sa.Connection, person: Member) -> dict[str, list[dict[str, Any]]]:
    """Return all that is known of a member, by kind, without the names of plans and products."""
    ids: Sequence[int] = erasure.files_of(connection, person.id)
    return personal_rows.everything(connection, personal_rows.person(connection, ids))


def mark_log_full(connection: sa.Connection, at: datetime) -> None:
    """Record, in the erasure's transaction, that the database's log still contains what was erased, until it is
    emptied.
    """
    upkeep_rows.note(connection, Care.ERASED, at, ok=False, says="")


def log_is_owed(connection: sa.Connection) -> bool:
    """Return whether the database's log may still contain erased data."""
    return upkeep_rows.is_failed(connection, Care.ERASED)


def settle_log(store: Store, at: datetime) -> bool:
    """Empty the database's log where an earlier erasure could not, and return whether it still contains erased data."""
    with store.reading() as connection:
        if not log_is_owed(connection):
            return False
    return not empty_log(store, at, tries=1)


def empty_log(store: Store, at: datetime, tries: int = _TRIES) -> bool:
    """Empty the database's log (on a server, rewrite its tables), so that erased data is nowhere left, and return
    whether that was done.

    It waits some seconds for a reader to finish; otherwise the log stays marked, and `kiosk due` tries again. On a
    server only the tables' owner can do it; an erasure by another account leaves it to the backup's account.
    """
    if not store.can_wipe:
        return False
    for left in range(tries, 0, -1):
        if store.checkpoint():
            with store.writing() as connection:
                upkeep_rows.note(connection, Care.ERASED, at, ok=True, says="")
            return True
        if left > 1:
            time.sleep(0.2)
    return False
