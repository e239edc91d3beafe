"""Holds an officer's account to its own file: one that names none decides of no member's money.

A view that gives or takes a member's money, or a right, says so to `needs`; one that does for some forms alone asks
`check` itself.
"""

from flask import current_app, flash, g
from flask_security import current_user

from kiosk.errors import RequestError
from kiosk.store.officers import account_file_rows
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.words import told

_EXTENSION = "kiosk.desk"
_CODE = "no-own-file"


def is_missing() -> bool:
    """Tell whether the account of the officer who asks may not decide of members' money."""
    if current_user.member_id is not None or current_user.outsider_on is not None:
        return False
    if "own_file_is_missing" not in g:
        home, clock = current_app.extensions[_EXTENSION]
        with home.store.reading() as connection:
            moment = request_rules.of(home).at(connection, clock.now())[1]
            g.own_file_is_missing = not account_file_rows.decides(connection, moment, current_user.id)
    return bool(g.own_file_is_missing)


def check() -> None:
    """Raises RequestError `no-own-file` where the account of the officer who asks may not decide of members' money."""
    if is_missing():
        raise RequestError(_CODE, "your account names no member's file: kiosk user file")


def warn() -> None:
    """Say before a form is filled in what `check` would refuse."""
    if is_missing():
        flash(told(_CODE), "warning")
