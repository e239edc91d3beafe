"""Issues a month's statement of an account."""

from typing import NewType

from msgspec import Struct

from kiosk.acts import Done, Writing, act
from kiosk.books import receipts
from kiosk.books.documents import Issued
from kiosk.domain.members.permissions import May
from kiosk.fields import Month
from kiosk.store.money import tab_rows

AccountId = NewType("AccountId", int)


class AskedStatement(Struct, frozen=True):
    """The month of a statement. `key` names the act: the same form sent twice issues one statement."""

    month: Month
    key: bytes


class MadeStatement(Done, frozen=True, kw_only=True):
    """The statement that was issued, or the earlier one of that month, where lines and balances are the same."""

    issued: Issued


@act(May.SEE_MONEY, log="receipt")
def issue_statement(now: Writing, account: AccountId, wish: AskedStatement) -> MadeStatement:
    """Issue a month's statement; anew where something was added since the last one.

    Raises RequestError `no-such-account`, or `period` for a month to come.
    """
    by = receipts.Act(now.connection, now.seal, now.moment, now.actor)
    issued = receipts.issue_statement(by, account, wish.month, wish.key)
    member, what = tab_rows.owner(now.connection, account).number, f"document {issued.id}"
    return MadeStatement(issued.id, member, what, is_new=not issued.again, issued=issued)
