"""Holds officers to four eyes. An officer's own account as a member is corrected by another officer, and not by one
whose desk account that officer made or changed. An officer whose desk account names no member's file decides on no
member's money.
"""

from flask import flash, g
from flask_security import current_user

from kiosk.errors import RequestError
from kiosk.store.officers import desk_users, officer_hands
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import told


def is_own(member_number: int) -> bool:
    """Tell whether a number is that of the asking officer's own file, or of a file merged into it."""
    return member_number in own_numbers()


def own_numbers() -> frozenset[int]:
    """Return the numbers under which the asking officer is a member."""
    if "own_numbers" not in g:
        g.own_numbers = _own_numbers()
    numbers: frozenset[int] = g.own_numbers
    return numbers


def not_ours_to_decide() -> frozenset[int]:
    """Return the numbers of the members whose money the asking officer must leave to another officer."""
    return own_numbers() | _of_makers()


def refuse_own(member_number: int | None) -> None:
    """Refuse an officer's act on a member's account that another officer has to decide on.

    Raises RequestError `no-own-file` where the officer's desk account names no file, `own-account` where the member is
    the officer, `made-account` where the member is an officer with a hand in the asking officer's desk account. None
    stands for an account that is not a member's, and is never refused.
    """
    if member_number is None:
        return
    check_own_file()
    if is_own(member_number):
        raise RequestError(
            "own-account", "member {member} is yourself: another officer has to do this", member=member_number
        )
    if member_number in _of_makers():
        text = f"member {member_number} had a hand in your account: another officer has to confirm the account first"
        raise RequestError("made-account", text, field="other")


def has_no_file() -> bool:
    """Tell whether the asking officer's desk account names no member's file and so may not decide on members' money.

    Accounts of outsiders, which are declared to belong to no member, may; so may others where there is no other
    officer to ask (`account_file_rows.decides`).
    """
    if current_user.member_id is not None or current_user.outsider_on is not None:
        return False
    if "has_no_file" not in g:
        from kiosk.store.officers import account_file_rows  # seldom needed: few accounts name no file

        with office().reading() as connection:
            moment = office().now(connection)[1]
            g.has_no_file = not account_file_rows.decides(connection, moment, current_user.id)
    return bool(g.has_no_file)


def check_own_file() -> None:
    """Refuse an officer whose desk account may not decide on members' money. Raises RequestError `no-own-file`."""
    if has_no_file():
        raise RequestError("no-own-file", "your account names no member's file: kiosk user file")


def warn_without_file() -> None:
    """Warn on a form, before it is filled in, that `check_own_file` would refuse it."""
    if has_no_file():
        flash(told("no-own-file"), "warning")


def _of_makers() -> frozenset[int]:
    """Return the member numbers of officers that made or changed the asking officer's desk account, as long as no other
    officer has confirmed what they did.
    """
    if "numbers_of_makers" not in g:
        with office().reading() as connection:
            makers = officer_hands.files_of_makers(connection, current_user.id)
            numbers = [desk_users.numbers_of(connection, member_id) for member_id in makers]
        g.numbers_of_makers = frozenset().union(*numbers)
    all_numbers: frozenset[int] = g.numbers_of_makers
    return all_numbers


def _own_numbers() -> frozenset[int]:
    """Return the numbers of the file that the desk account names and of files with the account's e-mail address. An
    account that names no file may still belong to a member: then files with its holder's name count, too.
    """
    member_id: int | None = current_user.member_id
    with office().reading() as connection:
        at_address = desk_users.numbers_at(connection, current_user.email)
        if member_id is None:
            return at_address | desk_users.numbers_called(connection, current_user.name)
        return at_address | desk_users.numbers_of(connection, member_id)
