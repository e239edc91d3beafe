"""Who may see and do what at the desk: one table, a row for each permission, a column for each role."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort
from flask_security import current_user
from flask_security.decorators import auth_required

from kiosk.domain.roles import Role

P = ParamSpec("P")
R = TypeVar("R")


class May(StrEnum):
    """What a view wants of whoever asks for it."""

    SEE_TODAY = "see-today"  # who is here, what the kiosk's state is
    FIND_MEMBERS = "find-members"  # the list and the files, without money and reduced tariffs
    SEE_MONEY = "see-money"  # accounts, tabs, payments, what pays for whom
    SEE_REDUCED = "see-reduced"  # who pays less, and until when
    EDIT_MEMBERS = "edit-members"  # add, edit, leave, badges, merge, import
    TAKE_MONEY = "take-money"  # payments and sales
    CORRECT_MONEY = "correct-money"  # reversals, refunds, write-offs, deposits
    EXPORT = "export"
    SEE_RULES = "see-rules"
    EDIT_RULES = "edit-rules"
    SEE_FIGURES = "see-figures"
    OPEN_DOOR = "open-door"
    SEE_LOG = "see-log"
    MANAGE_USERS = "manage-users"


_P, _T, _S, _H = Role.PRESIDENT, Role.TREASURER, Role.SECRETARY, Role.HOST

MAY: dict[May, frozenset[Role]] = {
    May.SEE_TODAY: frozenset({_P, _T, _S, _H}),
    May.FIND_MEMBERS: frozenset({_P, _T, _S, _H}),
    May.SEE_MONEY: frozenset({_P, _T}),
    May.SEE_REDUCED: frozenset({_P, _T, _S}),
    May.EDIT_MEMBERS: frozenset({_P, _S}),
    May.TAKE_MONEY: frozenset({_P, _T, _H}),
    May.CORRECT_MONEY: frozenset({_P, _T}),
    May.EXPORT: frozenset({_P, _T, _S}),
    May.SEE_RULES: frozenset({_P, _T, _S, _H}),
    May.EDIT_RULES: frozenset({_P, _T}),
    May.SEE_FIGURES: frozenset({_P, _T, _S}),
    May.OPEN_DOOR: frozenset({_P, _S, _H}),
    May.SEE_LOG: frozenset({_P}),
    May.MANAGE_USERS: frozenset({_P}),
}


def may(permission: May) -> bool:
    """Whether the one who asks has a role that may."""
    return any(role.name in MAY[permission] for role in getattr(current_user, "roles", ()))


def needs(permission: May) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view that only a signed-in officer of the right role reaches: others are sent to sign in, or answered 403."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if not may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded: Callable[P, R] = auth_required("session")(checked)
        guarded.needs = permission  # type: ignore[attr-defined]  # the route table is walked by a test
        return guarded

    return decorate
