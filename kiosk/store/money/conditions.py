"""Reads, for all members at once, what price and payer of a running subscription depend on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

import sqlalchemy as sa

from kiosk.domain.money.tariffs import ProductKind
from kiosk.store.tables import account, chosen_price, payer, reduced_grant, subscription

K = TypeVar("K")  # what rows are gathered by: a member, or a member and a product
_Dated = tuple[date, date | None, int | str]  # first and last day (None: open), and what holds between them
# members with a running subscription: one without the entry of a sale, charged period by period
_MEMBERS = sa.select(subscription.c.member_id).where(subscription.c.entry_number.is_(None))


class Conditions:
    """Payers, reduced levels and chosen prices of all members with a running subscription.

    Ended subscriptions count, too. Each is read at its first use and holds for the transaction at hand. The rules are
    those of `kiosk.store.members.members`.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def account(self, member_id: int, day: date) -> int:
        """Return the account that pays subscriptions for a member on a day: an appointed payer's, else their own.

        Raises KeyError for a member that never had a running subscription.
        """
        appointed = _on(self._payers, member_id, day)
        return self._own[member_id] if appointed is None else int(appointed)

    def level(self, member_id: int, day: date) -> str | None:
        """Return the reduced level granted to a member on a day; None for the full price."""
        level = _on(self._levels, member_id, day)
        return None if level is None else str(level)

    def chosen(self, member_id: int, product_id: int, day: date) -> int | None:
        """Return the cents that a member chose to pay for a product of free price, as of a day; None if they chose
        none.
        """
        cents = _on(self._chosen, (member_id, product_id), day)
        return None if cents is None else int(cents)

    @cached_property
    def _own(self) -> dict[int, int]:
        """Return the members' own accounts."""
        rows = self._connection.execute(
            sa.select(account.c.member_id, account.c.id).where(account.c.member_id.in_(_MEMBERS))
        )
        return {member_id: own for member_id, own in rows if member_id is not None}

    @cached_property
    def _payers(self) -> dict[int, list[_Dated]]:
        """Return the accounts appointed to pay members' subscriptions, the newest choice first."""
        c = payer.c
        for_subscriptions = (c.kind == ProductKind.SUBSCRIPTION.value, c.member_id.in_(_MEMBERS))
        rows = self._connection.execute(
            sa.select(c.member_id, c.from_on, c.until_on, c.account_id)
            .where(*for_subscriptions)
            .order_by(c.from_on.desc())
        )
        return _by_key((row[0], (row[1], row[2], row[3])) for row in rows)

    @cached_property
    def _levels(self) -> dict[int, list[_Dated]]:
        """Return the reduced levels granted to members, the newest grant first."""
        c = reduced_grant.c
        rows = self._connection.execute(
            sa.select(c.member_id, c.from_on, c.until_on, c.level)
            .where(c.member_id.in_(_MEMBERS))
            .order_by(c.id.desc())
        )
        return _by_key((row[0], (row[1], row[2], row[3])) for row in rows)

    @cached_property
    def _chosen(self) -> dict[tuple[int, int], list[_Dated]]:
        """Return the prices chosen by members for products, the newest first."""
        c = chosen_price.c
        rows = self._connection.execute(
            sa.select(c.member_id, c.product_id, c.from_on, c.cents)
            .where(c.member_id.in_(_MEMBERS))
            .order_by(c.from_on.desc())
        )
        return _by_key(((row[0], row[1]), (row[2], None, row[3])) for row in rows)


def _by_key(rows: Iterable[tuple[K, _Dated]]) -> dict[K, list[_Dated]]:
    """Return dated values gathered by key, in the order given."""
    gathered: dict[K, list[_Dated]] = defaultdict(list)
    for key, dated in rows:
        gathered[key].append(dated)
    return dict(gathered)


def _on(by_key: Mapping[K, list[_Dated]], key: K, day: date) -> int | str | None:
    """Return the first value in the key's list that holds on a day; None if none does."""
    for from_on, until_on, value in by_key.get(key, ()):
        if from_on <= day and (until_on is None or day <= until_on):
            return value
    return None
