"""Says whose file an officer's account names, or that it is no member's: each an act by two, told and sealed.

An account that names no file has no own file that could be refused to it. So it decides of no member's money until it
is linked to its holder's file, or two officers agree that it is no member's. Another officer links an account at once;
linking one's own account takes a second one. Taking the agreement back takes one officer.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.days import Moment
from kiosk.domain.members import account_files, officer_numbers
from kiosk.domain.members.wishes import OUTSIDER, OWN_FILE, Wish
from kiosk.errors import RequestError
from kiosk.members.acts_by_two import ActsByTwo
from kiosk.members.officers import Officers, Profile
from kiosk.store.members import members
from kiosk.store.officers import account_file_rows, desk_users
from kiosk.store.officers.desk_users import Officer


class AccountFiles(Struct, frozen=True, kw_only=True):
    """Acts on which file accounts name, in the name of an officer."""

    officers: Officers
    by_two: ActsByTwo

    @classmethod
    def of(cls, officers: Officers) -> "AccountFiles":
        """Those of the officers' accounts."""
        by_two = ActsByTwo(
            store=officers.store,
            rules=officers.rules,
            clock=officers.clock,
            actor=officers.actor,
            watch=officers.watch,
        )
        return cls(officers=officers, by_two=by_two)

    def change(self, user_id: int, profile: Profile) -> int | None:
        """Change an account as `Officers.change` does. Returns under which number the link to one's own file waits for
        another officer; None where nothing waits. Raises as that does.
        """
        with self.officers.store.writing() as connection:
            waits = self._ask_own_file(connection, user_id, profile.member_number)
            here = profile if waits is None else replace(profile, member_number=None)
            self.officers.change_at(connection, user_id, here)
            return waits

    def _ask_own_file(self, connection: sa.Connection, user_id: int, number: int | None) -> int | None:
        found = desk_users.by_id(connection, user_id)
        is_own = self.officers.actor == officer_numbers.actor(found.id)
        if number is None or not is_own or found.member_number is not None:
            return None
        kept = members.by_number(connection, number).number
        return self.by_two.ask(connection, self._now(connection), _wish(OWN_FILE, user_id, kept))

    def declare_outsider(self, user_id: int) -> int | None:
        """Declare that an account is no member's: it may decide of members' money. Returns the number under which this
        waits for another officer; None where it is done, or was before.

        Raises RequestError `no-such-user`, or `has-file` where the account names a file.
        """
        with self.officers.store.writing() as connection:
            found = desk_users.by_id(connection, user_id)
            if found.member_number is not None:
                raise RequestError("has-file", member=found.member_number)
            if found.outsider_on is not None:
                return None
            moment, wish = self._now(connection), _wish(OUTSIDER, user_id, None)
            waits = self.by_two.ask(connection, moment, wish)
            if waits is None:
                self._declare(connection, moment, user_id)
            return waits

    def agreed(self, connection: sa.Connection, moment: Moment, wish: Wish) -> None:
        """Do what two officers agreed to. Raises RequestError `wish-changed` where the account is another by now."""
        about: Mapping[str, int | None] = wish.about or {}
        found = desk_users.by_id(connection, about["user"] or 0)
        is_settled = wish.kind == OUTSIDER and found.outsider_on is not None
        if found.member_number is not None or not found.active or is_settled:
            raise RequestError("wish-changed", number=found.id)
        if wish.kind == OUTSIDER:
            self._declare(connection, moment, found.id)
        else:
            self._link(connection, found, about["member"])

    def end_outsider(self, user_id: int) -> None:
        """Take back that an account is no member's: it decides of no member's money.

        Raises RequestError `no-such-user`.
        """
        with self.officers.store.writing() as connection:
            if desk_users.by_id(connection, user_id).outsider_on is not None:
                account_file_rows.end_outsider(connection, user_id)
                self.officers.note(connection, "user-outsider-end", user_id)

    def link(self, user_id: int, number: int) -> None:
        """Link an account to its holder's file, as the machine's command line does for an office that cannot.

        Raises RequestError `no-such-user` or `no-such-member`.
        """
        with self.officers.store.writing() as connection:
            self._link(connection, desk_users.by_id(connection, user_id), number)

    def tell(self) -> int:
        """Tell the office of the accounts that an update found without a file, and of the first officer's, each once:
        from that day on they go on for some days. Returns how many.
        """
        with self.officers.store.writing() as connection:
            moment = self._now(connection)
            until, found = account_files.last_day(moment.day), account_file_rows.not_told(connection, moment)
            for user_id in found:
                account_file_rows.tell(connection, user_id, until)
                self.officers.note(connection, "user-file-asked", user_id, more={"until": until.isoformat()})
            return len(found)

    def _now(self, connection: sa.Connection) -> Moment:
        return self.officers.rules.at(connection, self.officers.clock.now())[1]

    def _declare(self, connection: sa.Connection, moment: Moment, user_id: int) -> None:
        account_file_rows.declare_outsider(connection, user_id, moment.day, self.officers.actor)
        self.officers.note(connection, "user-outsider", user_id)

    def _link(self, connection: sa.Connection, found: Officer, number: int | None) -> None:
        self.officers.link_file(connection, found, Profile(found.name, found.roles, number))


def _wish(kind: str, user_id: int, number: int | None) -> Wish:
    return Wish(kind=kind, cents=0, reason="", about={"user": user_id, "member": number})
