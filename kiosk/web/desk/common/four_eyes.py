"""Holds to four eyes: what corrects an officer's own account as a member needs another officer."""

from flask import g
from flask_security import current_user

from kiosk.errors import RequestError
from kiosk.store.officers import desk_users
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


def refuse_own(member_number: int | None) -> None:
    """Raises RequestError `own-account` where an officer would correct their own account. None is nobody's."""
    if member_number is not None and is_own(member_number):
        raise RequestError("own-account", f"member {member_number} is yourself: another officer has to do this")


def _own_numbers() -> frozenset[int]:
    member_id: int | None = current_user.member_id
    if member_id is None:
        return frozenset()
    with office().reading() as connection:
        return desk_users.numbers_of(connection, member_id)
