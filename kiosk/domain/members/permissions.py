"""The table of which roles may do what: a row for each permission, with the roles that have it."""

from collections.abc import Iterable
from enum import StrEnum

from kiosk.domain.members.roles import Role


class May(StrEnum):
    """A permission that an act requires of an officer."""

    SEE_TODAY = "see-today"  # people here, and the kiosk's state
    FIND_MEMBERS = "find-members"  # the list and the files, without money and reduced tariffs
    SEE_MONEY = "see-money"  # accounts, tabs, payments, what pays for whom
    SEE_REDUCED = "see-reduced"  # the members with a reduced tariff, and until when
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
    KEEP_OWN_ACCOUNT = "keep-own-account"  # the officer's own password, second factors and sessions
    MANAGE_USERS = "manage-users"
    KEEP_ROTA = "keep-rota"  # members' hosting shifts
    GIVE_REWARDS = "give-rewards"  # banked days (days here without charge) for such shifts, with legal consequences
    CONFIRM = "confirm"  # act as the second officer: confirm accounts that another officer made
    PERSONAL_DATA = "personal-data"  # all data on a person, to give it to them or erase it


_P, _T, _S, _H = Role.PRESIDENT, Role.TREASURER, Role.SECRETARY, Role.HOST

# the roles that have each permission
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
