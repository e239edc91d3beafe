"""Links an officer's account to its holder's member file, or declares that its holder is not a member. Each act is
sealed and told to the other officers.

Officers may not decide about money on their own file. An account without a file cannot be checked for that, so it
decides about no member's money until it is linked, or two officers agree that its holder is not a member. Any other
officer may link an account at once; linking one's own takes a second officer. One officer is enough to end the
agreement.

A *wish* is an act as a second officer is asked about it. An *outsider* is an officer without a membership here.
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
    """Links and declares accounts, in the name of an officer."""

    officers: Officers
    by_two: ActsByTwo

    @classmethod
    def of(cls, officers: Officers) -> "AccountFiles":
        """Return these acts for the officer of the given accounts' acts."""
        by_two = ActsByTwo(
            store=officers.store,
            rules=officers.rules,
            clock=officers.clock,
            actor=officers.actor,
            watch=officers.watch,
        )
        return cls(officers=officers, by_two=by_two)

    def change(self, user_id: int, profile: Profile) -> int | None:
        """Change an account as `Officers.change` does. Where that would link the officer's own account to a file, the
        link waits for a second officer: return the number of that request, None where nothing waits.

        Raises as `Officers.change`.
        """
        with self.officers.store.writing() as connection:
            waits = self._ask_own_file(connection, user_id, profile.member_number)
            at_once = profile if waits is None else replace(profile, member_number=None)  # the rest changes now
            self.officers.change_at(connection, user_id, at_once)
            return waits

    def _ask_own_file(self, connection: sa.Connection, user_id: int, number: int | None) -> int | None:
        """Ask a second officer to link the acting officer's own account to a file, and return the request's number;
        None where it is another officer's account, or has a file already, or no file is named.
        """
        officer = desk_users.by_id(connection, user_id)
        is_own = self.officers.actor == officer_numbers.actor(officer.id)
        if number is None or not is_own or officer.member_number is not None:
            return None
        kept = members.by_number(connection, number).number
        return self.by_two.ask(connection, self._now(connection), _wish(OWN_FILE, user_id, kept))

    def declare_outsider(self, user_id: int) -> int | None:
        """Declare that an account's holder is not a member, so that the account may decide about members' money. Return
        the number under which this waits for a second officer; None where it is done now, or was done before.

        Raises RequestError `no-such-user`, or `has-file` where the account names a file.
        """
        with self.officers.store.writing() as connection:
            officer = desk_users.by_id(connection, user_id)
            if officer.member_number is not None:
                raise RequestError("has-file", member=officer.member_number)
            if officer.outsider_on is not None:
                return None
            moment, wish = self._now(connection), _wish(OUTSIDER, user_id, None)
            waits = self.by_two.ask(connection, moment, wish)
            if waits is None:
                self._declare(connection, moment, user_id)
            return waits

    def agreed(self, connection: sa.Connection, moment: Moment, wish: Wish) -> None:
        """Declare or link as two officers agreed. Raises RequestError `wish-changed` where the account has changed
        since the request.
        """
        about: Mapping[str, int | None] = wish.about or {}
        officer = desk_users.by_id(connection, about["user"] or 0)  # `_wish` always names one; 0 would be refused
        is_settled = wish.kind == OUTSIDER and officer.outsider_on is not None
        if officer.member_number is not None or not officer.active or is_settled:
            raise RequestError("wish-changed", number=officer.id)
        if wish.kind == OUTSIDER:
            self._declare(connection, moment, officer.id)
        else:
            self._link(connection, officer, about["member"])

    def end_outsider(self, user_id: int) -> None:
        """End the declaration that an account's holder is not a member: it decides about no member's money any more.

        Raises RequestError `no-such-user`.
        """
        with self.officers.store.writing() as connection:
            if desk_users.by_id(connection, user_id).outsider_on is not None:
                account_file_rows.end_outsider(connection, user_id)
                self.officers.note(connection, "user-outsider-end", user_id)

    def link(self, user_id: int, number: int) -> None:
        """Link an account to its holder's file at once, as the machine's command line does where no second officer can
        agree.

        Raises RequestError `no-such-user` or `no-such-member`.
        """
        with self.officers.store.writing() as connection:
            self._link(connection, desk_users.by_id(connection, user_id), number)

    def tell(self) -> int:
        """Tell the office once of each account without a file that an update or the first set-up left, and return how
        many. For some days from now these accounts may still decide about members' money.
        """
        with self.officers.store.writing() as connection:
            moment = self._now(connection)
            until, accounts = account_files.last_day(moment.day), account_file_rows.not_told(connection, moment)
            for user_id in accounts:
                account_file_rows.tell(connection, user_id, until)
                self.officers.note(connection, "user-file-asked", user_id, more={"until": until.isoformat()})
            return len(accounts)

    def _now(self, connection: sa.Connection) -> Moment:
        """Return the moment, by the rules in force."""
        return self.officers.rules.at(connection, self.officers.clock.now())[1]

    def _declare(self, connection: sa.Connection, moment: Moment, user_id: int) -> None:
        """Record that the holder of an account is not a member."""
        account_file_rows.declare_outsider(connection, user_id, moment.day, self.officers.actor)
        self.officers.note(connection, "user-outsider", user_id)

    def _link(self, connection: sa.Connection, officer: Officer, number: int | None) -> None:
        """Link an account to a member's file, or unlink it where `number` is None; its name and roles stay."""
        self.officers.link_file(connection, officer, Profile(officer.name, officer.roles, number))


def _wish(kind: str, user_id: int, number: int | None) -> Wish:
    """Return the act as a second officer is asked about it."""
    return Wish(kind=kind, cents=0, reason="", about={"user": user_id, "member": number})
