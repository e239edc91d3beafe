"""Counts the acts that wait for a second officer's agreement: all of them, or those that one officer may agree to."""

from collections.abc import Iterator

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.days import Moment
from kiosk.domain.members import hands, officer_numbers
from kiosk.domain.members.roles import MONEY, Role
from kiosk.members.acts_by_two import ROLES
from kiosk.store.money import second_look_rows
from kiosk.store.officers import asked_acts, first_factors, holders, officer_hands


class Viewer(Struct, frozen=True):
    """The officer for whom a list is made: the number and the roles of their account."""

    officer: int
    roles: frozenset[Role]

    @property
    def actor(self) -> str:
        """Return the name under which this officer's acts are signed, as `officer:3`."""
        return officer_numbers.actor(self.officer)


def waiting(connection: sa.Connection, moment: Moment, viewer: Viewer | None) -> int:
    """Return how many accounts, corrections and other acts wait for a second officer. With a `viewer`, count only those
    that this officer may agree to.
    """
    pairs = officer_hands.pairs(connection)  # an account, and an officer who changed it and may not confirm that
    users = {user for user, _ in pairs} | {each.user_id for each in first_factors.waiting(connection)}
    users |= {each.user_id for each in holders.news(connection, moment.day)}  # new accounts, not vouched for yet
    if viewer is not None:
        users = {user for user in users if hands.may_confirm(viewer.officer, user, pairs)}
    askers = list(_askers(connection, viewer))
    return len(users) + sum(viewer is None or asker != viewer.actor for asker in askers)


def _askers(connection: sa.Connection, viewer: Viewer | None) -> Iterator[str]:
    """Yield the asking officer of each waiting act that the viewer's roles may agree to."""
    roles = frozenset(Role) if viewer is None else viewer.roles
    if roles & frozenset(MONEY):
        yield from (look.asked_by for look in second_look_rows.waiting(connection))
    yield from (act.asked_by for act in asked_acts.waiting(connection) if roles & frozenset(ROLES[act.kind]))
