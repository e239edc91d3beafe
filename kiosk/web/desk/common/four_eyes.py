"""Holds to four eyes: what corrects an officer's own account as a member needs another officer, and one whose account
is not that officer's own doing.
"""

from flask import g
from flask_security import current_user

from kiosk.errors import RequestError
from kiosk.store.officers import desk_users, officer_hands
from kiosk.web.desk.common import own_file
from kiosk.web.desk.common.office import office


def is_own(member_number: int) -> bool:
    """Whether a member's file is that of the officer who asks, under its own number or one that points to it."""
    return member_number in own_numbers()


def own_numbers() -> frozenset[int]:
    """The numbers under which the officer who asks is a member."""
    if "own_numbers" not in g:
        g.own_numbers = _own_numbers()
    found: frozenset[int] = g.own_numbers
    return found


def not_ours_to_decide() -> frozenset[int]:
    """The numbers of members whose accounts the officer who asks leaves to another one."""
    return own_numbers() | _of_makers()


def refuse_own(member_number: int | None) -> None:
    """Raises RequestError `own-account` where an officer would correct their own account, `made-account` where it is
    that of somebody who made theirs, `no-own-file` where nobody knows which file is theirs. None is nobody's.
    """
    if member_number is None:
        return
    own_file.check()
    if is_own(member_number):
        raise RequestError(
            "own-account", "member {member} is yourself: another officer has to do this", member=member_number
        )
    if member_number in _of_makers():
        text = f"member {member_number} had a hand in your account: another officer has to confirm the account first"
        raise RequestError("made-account", text, field="other")


def _of_makers() -> frozenset[int]:
    """The numbers of those who made this account, or changed it, and whom nobody else has vouched for since."""
    if "numbers_of_makers" not in g:
        with office().reading() as connection:
            makers = officer_hands.numbers_of_makers(connection, current_user.id)
            found = [desk_users.numbers_of(connection, member_id) for member_id in makers]
        g.numbers_of_makers = frozenset().union(*found)
    known: frozenset[int] = g.numbers_of_makers
    return known


def _own_numbers() -> frozenset[int]:
    """Those of the file that the account names, and of files with the account's own address; where it names none, of
    files with its holder's name, too: an account that names no file is not without one by that.
    """
    member_id: int | None = current_user.member_id
    with office().reading() as connection:
        at_address = desk_users.numbers_at(connection, current_user.email)
        if member_id is None:
            return at_address | desk_users.numbers_called(connection, current_user.name)
        return at_address | desk_users.numbers_of(connection, member_id)
