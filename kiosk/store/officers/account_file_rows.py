"""Keeps which officers' accounts name no member's file: because two officers agreed, or until a day.

The day `NOT_TOLD` says that the office was not told yet of an account without a file. A wish is what an officer asks to
do, in a request that waits for another officer.
"""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.days import Moment
from kiosk.domain.members import two_hands
from kiosk.domain.members.account_files import NOT_TOLD, AccountFile
from kiosk.domain.members.wishes import OUTSIDER, OWN_FILE
from kiosk.store.officers import asked_acts, desk_users, holders
from kiosk.store.tables.desk import desk_user, desk_user_role

_C = desk_user.c
_FILE = (_C.member_id, _C.outsider_on.is_not(None), _C.without_file_until)  # the columns of `AccountFile`
# accounts without a file whose holder is not declared an outsider
_IS_OPEN = sa.and_(_C.member_id.is_(None), _C.outsider_on.is_(None))


class OpenFile(Struct, frozen=True):
    """An officer's account that still has to name a file, and the last day on which it works without one (None: it does
    not), or `NOT_TOLD`.
    """

    user_id: int
    until: date | None

    @property
    def last_day(self) -> date | None:
        """The last day on which the account may decide on members' money; None if it may not, or the office was not
        told yet.
        """
        return None if self.until == NOT_TOLD else self.until


def of(connection: sa.Connection, user_id: int) -> AccountFile:
    """Return the file that an account names, and how it may do without one; neither for an unknown account."""
    row = connection.execute(sa.select(*_FILE).where(_C.id == user_id)).first()
    return AccountFile() if row is None else AccountFile(row[0], bool(row[1]), row[2])


def decides(connection: sa.Connection, moment: Moment, user_id: int) -> bool:
    """Return whether an officer may decide on members' money.

    An account without a file may only if no other officer, to be asked instead, has lately held a role with money.
    """
    return of(connection, user_id).decides(moment.day) or not holders.to_ask(connection, moment, user_id)


def unsettled(connection: sa.Connection, moment: Moment) -> list[OpenFile]:
    """Return the accounts that are active, have a role and still have to name a file, by number.

    An account is left out if there is no other officer to confirm its file.
    """
    has_role = sa.exists().where(desk_user_role.c.user_id == _C.id)
    query = sa.select(_C.id, _C.without_file_until).where(_IS_OPEN, _C.active, has_role).order_by(_C.id)
    open_files = [OpenFile(*row) for row in connection.execute(query)]
    all_holders = holders.of(connection, moment.day) if open_files else []
    return [open_file for open_file in open_files if two_hands.to_ask(open_file.user_id, all_holders)]


def asked(connection: sa.Connection, user_id: int) -> bool:
    """Return whether a request about an account's file, or about its having none, waits for another officer."""
    waiting = (request.wish for request in asked_acts.waiting(connection) if request.kind in (OUTSIDER, OWN_FILE))
    return any((wish.about or {}).get("user") == user_id for wish in waiting)


def not_told(connection: sa.Connection, moment: Moment) -> list[int]:
    """Return the accounts that work without a file and about which the office was not told yet, by number.

    An account is left out if there is no other officer to confirm its file.
    """
    return [open_file.user_id for open_file in unsettled(connection, moment) if open_file.until == NOT_TOLD]


def go_on(connection: sa.Connection, user_id: int) -> None:
    """Let an account work without a file until the office is told about it."""
    tell(connection, user_id, NOT_TOLD)


def tell(connection: sa.Connection, user_id: int, until: date) -> None:
    """Write the day until which an account works without a file."""
    desk_users.change(connection, user_id, without_file_until=until)


def declare_outsider(connection: sa.Connection, user_id: int, on: date, by: str) -> None:
    """Write that an account's holder is no member: since which day, and at whose request."""
    desk_users.change(connection, user_id, outsider_on=on, outsider_by=by, without_file_until=None)


def end_outsider(connection: sa.Connection, user_id: int) -> None:
    """Delete the statement that an account's holder is no member."""
    desk_users.change(connection, user_id, **desk_users.NOT_WITHOUT_FILE)
