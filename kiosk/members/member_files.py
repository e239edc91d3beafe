"""Edits members' files so that two officers cannot overwrite each other, grants reduced tariffs, and merges two files
of one person.

It also stores the category that a member declares for the funders' statistics. A *wish* is an act as a second officer
is asked about it; a *grant* is the right to a reduced tariff.
"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import UseCase
from kiosk.domain.chain import Json
from kiosk.domain.days import Moment
from kiosk.domain.members import contacts, reduced, wishes
from kiosk.domain.members.categories import Category
from kiosk.domain.members.wishes import Wish
from kiosk.domain.names import DoorName
from kiosk.domain.problems import FieldReader
from kiosk.errors import RequestError
from kiosk.language import catalogues
from kiosk.members.enrolment import clean_name
from kiosk.store.members import assembly, grants, members, merging
from kiosk.store.members.members import Member


class Edit(Struct, frozen=True, kw_only=True):
    """The new content of a file. `version` is the file's version as the officer read it before typing."""

    version: int
    name: str
    shown_name: str
    email: str | None
    phone: str | None
    language: str | None
    visible: bool  # found by other members
    insured_until: date | None = None  # the last day of the insurance that the office has seen
    no_tab: bool = False  # at the door, buys nothing on credit
    note: str | None = None


class SecondHand(Protocol):
    """The part that asks a second officer about a merge."""

    def ask(self, connection: sa.Connection, moment: Moment, wish: Wish) -> int | None:
        """Store a request for a second officer's agreement within the given transaction and return its number; None
        where there is no officer to ask.
        """


class Files(UseCase):
    """Edits and merges members' files. `actor` is the acting officer; `_log` writes an act, its member and its subject
    into the desk's log.
    """

    def edit(self, number: int, content: Edit) -> list[str]:
        """Replace a file's content and return the names of the fields that changed.

        Raises RequestError `no-such-member`, `name`, `language`, or `file-changed` where another officer has changed
        the file since it was read; Problem `email`, `phone` or `text`.
        """
        values = checked(content)
        with self._store.writing() as connection:
            member = members.by_number(connection, number)
            changed = {name: value for name, value in values.items() if getattr(member, name) != value}
            if changed and member.version != content.version:
                raise RequestError("file-changed", member=number)
            if changed:
                if "shown_name" in changed:
                    members.change(connection, member, **changed, door_name=DoorName.SHOWN)  # so the door shows it
                else:
                    members.change(connection, member, **changed)
                self._log(connection, self._clock.now(), "edit-file", number, ", ".join(sorted(changed)))
            return sorted(changed)

    def grant(self, number: int, level: str, reason: str, from_on: date, until_on: date) -> None:
        """Grant a member a reduced level, first and last day included; the granting officer has seen the proof. The
        same grant again changes nothing.

        Raises RequestError `no-such-member`, Problem `reduced-reason`, `reduced-level` or `reduced-period`.
        """
        with self._store.writing() as connection:
            member = members.by_number(connection, number)
            checked = reduced.check(reason, level, grants.levels(connection), from_on, until_on)
            same = (level, from_on, until_on, checked.value)
            if any(
                (row.level, row.from_on, row.until_on, row.reason) == same
                for row in grants.of_member(connection, member)
            ):
                return  # sent twice
            grants.add(connection, member, level, from_on, until_on, checked.value, self._actor)
            self._log(connection, self._clock.now(), "grant-reduced", number, f"until {until_on}")

    def end_grant(self, number: int, grant: int) -> None:
        """End a member's reduced tariff today. Raises RequestError `no-such-member` or `no-such-grant`."""
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            grants.end(connection, members.by_number(connection, number), grant, moment.day)
            self._log(connection, moment.at, "end-reduced", number)

    def declare_category(self, number: int, category: str) -> None:
        """Record a member's category for the funders' statistics, from today on; an empty category removes the last
        one.

        Raises RequestError `no-such-member`, or `category` for an unknown one.
        """
        if category and category not in tuple(Category):
            raise RequestError("category", given=category, choices=", ".join(Category))
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            member = members.by_number(connection, number)
            assembly.declare(connection, member.id, category or None, moment.day)
            self._log(connection, moment.at, "category", number)

    def merge(self, kept: int, other: int) -> Member:
        """Merge two files of one person: from now on the second points to the first. Return the kept file.

        Raises RequestError `no-such-member`, or `same-file` where they are merged already.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            return self._merge(connection, moment, kept, other)

    def merge_by_two(self, kept: int, other: int, second: SecondHand) -> int | None:
        """Merge two files of one person; where a reduced tariff, prepaid days or vouchers would move, only once a
        second officer agrees. Return the number under which that waits; None where the files are merged.

        Raises as `merge`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            wish = _merge_wish(connection, kept, other)
            waits = None if wish is None else second.ask(connection, moment, wish)
            if waits is None:  # within the transaction that says so: no entry tells of a merge that failed
                self._merge(connection, moment, kept, other)
            else:
                self._log(connection, moment.at, "second-asked", kept, f"merge with {other}, act {waits}")
            return waits

    def merge_agreed(self, connection: sa.Connection, moment: Moment, about: Mapping[str, Json]) -> None:
        """Merge two files as a second officer agreed, within the given transaction.

        Raises RequestError `wish-changed` where other rights would move than the officer agreed to, or as `merge`.
        """
        kept, other = int(str(about["kept"])), int(str(about["other"]))
        wish = _merge_wish(connection, kept, other)
        if wish is None or wishes.canonical(wish.about) != wishes.canonical(dict(about)):
            raise RequestError("wish-changed", member=kept, other=other)
        self._merge(connection, moment, kept, other)

    def _merge(self, connection: sa.Connection, moment: Moment, kept: int, other: int) -> Member:
        """Merge two files within the given transaction and return the kept one. Raises as `merge`."""
        first, second = members.by_number(connection, kept), members.by_number(connection, other)
        if first.id == second.id:
            raise RequestError("same-file", field="other", member=kept, other=other)
        merging.merge(connection, first, second, moment.day, moment.at, self._actor)
        self._log(connection, moment.at, "merge-files", first.number, f"with {second.number}")
        return members.by_number(connection, first.number)

    def split(self, kept: int) -> int:
        """Undo the last merge into a file, as long as nothing was written since, and return the number of the file that
        is separate again.

        Raises RequestError `no-such-member`, or `merge-stays`.
        """
        with self._store.writing() as connection:
            member = members.by_number(connection, kept)
            merges = merging.standing(connection, member)
            # The newest merge stands first; only that one can be undone.
            if not merges or not merging.can_be_undone(connection, member, merges[0].id):
                raise RequestError("merge-stays", member=kept)
            now = self._clock.now()
            merging.undo(connection, member, merging.merged_id(connection, merges[0].id), merges[0].id, now)
            self._log(connection, now, "split-files", member.number, f"from {merges[0].merged}")
            return merges[0].merged


def _merge_wish(connection: sa.Connection, kept: int, other: int) -> Wish | None:
    """Return the request for a merge, with the rights and prepaid days that it would move; None where it moves none.
    Raises RequestError `same-file`.
    """
    first, second = members.by_number(connection, kept), members.by_number(connection, other)
    if first.id == second.id:
        raise RequestError("same-file", field="other", member=kept, other=other)
    moves = merging.rights(connection, second)
    if not any(moves.values()):
        return None
    return Wish(kind="merge", cents=0, reason="", about={"kept": first.number, "other": second.number, "moves": moves})


def checked(edit: Edit) -> dict[str, object]:
    """Return the fields of an edited file, checked and cleaned, by column."""
    with FieldReader() as read:  # raises all mistakes together
        name, note = read(clean_name, edit.name), read(contacts.note, edit.note)
        email, phone = read(contacts.email, edit.email), read(contacts.phone, edit.phone)
        language = read(_language, edit.language)
    return {
        "name": name,
        "shown_name": clean_name(edit.shown_name or name.split()[0]),
        "email": email,
        "phone": phone,
        "language": language,
        "visible": edit.visible,
        "insured_until": edit.insured_until,
        "no_tab": edit.no_tab,
        "note": note,
    }


def _language(code: str | None) -> str | None:
    """Return the code of a language that the program speaks; None for none. Raises RequestError `language`."""
    if code is not None and code not in catalogues.offered():
        raise RequestError("language", field="language", choices=", ".join(catalogues.offered()))
    return code
