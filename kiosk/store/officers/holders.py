"""Reads which accounts count as second officers: by their present roles, and by what the ledger sealed of them lately.

The ledger is asked because an account that was changed past the desk has no entry that would begin its waiting time.

An account is new for `WAITS` after it got a link, a second factor, a role or a file, unless another officer vouched for
it. A hand is an officer's act on another's account that no third officer has confirmed.
"""

import json
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.days import Moment
from kiosk.domain.members import hands, two_hands
from kiosk.domain.members.hands import Hand
from kiosk.domain.members.roles import MONEY, Role
from kiosk.domain.members.two_hands import WAITS, Holder
from kiosk.store.officers import officer_hands
from kiosk.store.tables import are_of_books, entry
from kiosk.store.tables.desk import desk_role, desk_user, desk_user_role

OFFICERS = (Role.PRESIDENT, Role.TREASURER, Role.SECRETARY)
"""The roles whose officers may vouch for accounts, and agree to acts that are not about money."""

_MAKES_NEW = frozenset(  # acts that give an account a link, a second factor, a role or a file
    {
        "user-add",
        "user-change",
        "user-link",
        "user-chosen",
        "user-resume",
        "user-take-factors",
        "user-first-factor",
        "user-factor",
    }
)
_TAKES = frozenset({"user-change", "user-suspend", "user-erase"})  # acts that take roles away


def of(connection: sa.Connection, today: date, roles: Collection[Role] = MONEY) -> list[Holder]:
    """Return every account, by number, and whether it holds one of these roles, lately lost one (`held`), or is new.

    Lately means within `WAITS`. `holds` is true only of an account that is active and can sign in.
    """
    names = frozenset(role.value for role in roles)
    is_new, held = _lately(connection, today, names)
    having = (
        sa.select(desk_user_role.c.user_id)
        .join(desk_role, desk_role.c.id == desk_user_role.c.role_id)
        .where(desk_role.c.name.in_(names))
    )
    with_role = set(connection.execute(having).scalars())
    c = desk_user.c
    # An account without a password cannot sign in yet, and so could not answer.
    rows = connection.execute(sa.select(c.id, c.member_id, c.active, c.password.is_not(None)).order_by(c.id))
    return [
        Holder(
            number,
            member_id,
            holds=bool(active and has_password and number in with_role),
            held=number in held,
            is_new=number in is_new,
        )
        for number, member_id, active, has_password in rows
    ]


def weighing(connection: sa.Connection, moment: Moment) -> list[Hand]:
    """Return the officers' hands in accounts that still count: those without a later confirmation, as account and
    officer.

    A hand older than `WAITS` no longer counts if no other officer could confirm it: an office of two would wait for
    ever.
    """
    unconfirmed = officer_hands.unconfirmed(connection)
    pairs = [(hand.user_id, hand.officer_id) for hand in unconfirmed]
    officers = [holder.number for holder in of(connection, moment.day, OFFICERS) if holder.holds]

    def weighs(hand: officer_hands.OpenHand) -> bool:
        """Return whether a hand still counts: it is recent, or another officer could confirm it."""
        if hand.made_at > moment.at - WAITS:
            return True
        return any(hands.may_confirm(officer, hand.user_id, pairs) for officer in officers)

    return [(hand.user_id, hand.officer_id) for hand in unconfirmed if weighs(hand)]


def to_ask(connection: sa.Connection, moment: Moment, asker: int, roles: Collection[Role] = MONEY) -> list[int]:
    """Return the numbers of the accounts that can be asked to agree to what the officer `asker` does: those with one of
    the roles, now or lately, except the asker's own and others of the same person.
    """
    return two_hands.to_ask(asker, of(connection, moment.day, roles))


def may_agree(
    connection: sa.Connection, moment: Moment, officer: int, asker: int, roles: Collection[Role] = MONEY
) -> bool:
    """Return whether an officer may agree to what the officer `asker` wants to do, to which only these roles agree."""
    return two_hands.may_agree(officer, asker, of(connection, moment.day, roles), weighing(connection, moment))


class News(Struct, frozen=True):
    """An act that lately made an account new: its entry, the account, the kind of act, its author and its day."""

    entry: int
    user_id: int
    act: str
    by: str
    day_on: date


def news(connection: sa.Connection, today: date) -> list[News]:
    """Return the acts of the last `WAITS` that made active accounts new and that no other officer has vouched for
    since, oldest first.
    """
    standing: list[News] = []
    for act, detail in _sealed(connection, today):
        if act.act == "user-confirm":
            standing = [earlier for earlier in standing if earlier.user_id != act.user_id]
        elif act.act in _MAKES_NEW and not _is_name_only(detail):
            standing.append(act)
    if not standing:
        return []
    active = set(connection.execute(sa.select(desk_user.c.id).where(desk_user.c.active)).scalars())
    return [act for act in standing if act.user_id in active]


def _lately(connection: sa.Connection, today: date, names: frozenset[str]) -> tuple[set[int], set[int]]:
    """Return which accounts are new, and which lost one of these roles, by the entries of the last
    `WAITS`.
    """
    is_new, held = set[int](), set[int]()
    for act, detail in _sealed(connection, today):
        if act.act == "user-confirm":
            is_new.discard(act.user_id)
        elif act.act in _MAKES_NEW and not _is_name_only(detail):
            is_new.add(act.user_id)
        if act.act in _TAKES and names & set(str(detail.get("was")).split(", ")):
            held.add(act.user_id)
    return is_new, held


def _sealed(connection: sa.Connection, today: date) -> Iterator[tuple[News, dict[str, Any]]]:
    """Yield the acts on accounts that were sealed within the last `WAITS`, oldest first, with the details."""
    c = entry.c
    query = (
        sa.select(c.number, c.detail, c.actor, c.day_on)
        .where(sa.text(are_of_books("notice")), c.day_on > today - WAITS)
        .order_by(c.number)
    )
    for number, text, actor, day_on in connection.execute(query):
        detail: dict[str, Any] = json.loads(text)
        if detail.get("about") == "account":
            yield News(number, int(detail["user"]), str(detail["act"]), actor, day_on), detail


def _is_name_only(detail: dict[str, Any]) -> bool:
    """Return whether a change of an account left its roles and its file as they were. False if its holder had never
    signed in: then the earlier roles are not told (`was` is None).
    """
    if detail["act"] != "user-change" or detail.get("was") is None:
        return False
    before, after = (set(str(detail.get(name)).split(", ")) for name in ("was", "roles"))
    return before == after and detail.get("was_member") == detail.get("member")
