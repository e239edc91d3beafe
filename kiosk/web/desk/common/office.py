"""Gives a view its office: the home's store with this request's rules and clock, in the name of the
signed-in officer.
"""

from flask import current_app, g
from flask_security import current_user

from kiosk.domain.members import officer_numbers
from kiosk.office import Office
from kiosk.web.desk.common import request_rules, timing

__all__ = ["EXTENSION", "Office", "office"]

EXTENSION = "kiosk.desk"


def office() -> Office:
    """Return the office of this request. Its rules are its own, because rules must not be shared between threads."""
    home, _ = current_app.extensions[EXTENSION]
    actor = officer_numbers.actor(current_user.id)
    return Office.at(home, request_rules.of(home), timing.clock(), actor, _note)


def _note() -> None:
    """Remember that this request wrote to the log, so that `reads` does not log it again."""
    g.has_logged = True
