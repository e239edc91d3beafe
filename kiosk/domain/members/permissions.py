"""Which roles may do what: one table, a row for each permission, a column for each role."""

from collections.abc import Iterable
from enum import StrEnum

from kiosk.domain.members.roles import Role


class May(StrEnum):
    """The right that an act asks of its officer."""

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
    RUN_EVENTS = "run-events"  # plan, open, hold and cancel events; sign people up
    OPEN_DOOR = "open-door"
    SEE_LOG = "see-log"
    BOOK_ROOMS = "book-rooms"  # the calendar, bookings, quotes
    KEEP_OWN_ACCOUNT = "keep-own-account"  # one's own password, second factors and sessions
    MANAGE_USERS = "manage-users"
    KEEP_ROTA = "keep-rota"  # turns of hosting, for members
    GIVE_REWARDS = "give-rewards"  # days for such turns, with all that this may lead to
    CONFIRM = "confirm"  # be the second officer: vouch for accounts that another one made
    PERSONAL_DATA = "personal-data"  # all that is known of somebody, to hand it to them, and erasing it


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
    May.RUN_EVENTS: frozenset({_P, _T, _S}),
    May.OPEN_DOOR: frozenset({_P, _S, _H}),
    May.SEE_LOG: frozenset({_P}),
    May.BOOK_ROOMS: frozenset({_P, _T, _S, _H}),
    May.KEEP_OWN_ACCOUNT: frozenset({_P, _T, _S, _H}),
    May.MANAGE_USERS: frozenset({_P}),
    May.KEEP_ROTA: frozenset({_P, _T, _S, _H}),
    May.GIVE_REWARDS: frozenset({_P}),
    May.CONFIRM: frozenset({_P, _T, _S}),
    May.PERSONAL_DATA: frozenset({_P}),
}


def allows(roles: Iterable[str], permissions: Iterable[May]) -> bool:
    """Tell whether roles together have every one of these permissions."""
    held = frozenset(roles)
    return all(not held.isdisjoint(role.value for role in MAY[permission]) for permission in permissions)
