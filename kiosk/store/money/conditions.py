"""Reads, for all members at once, what the price and the payer of a running subscription depend on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

import sqlalchemy as sa

from kiosk.domain.money.tariffs import ProductKind
from kiosk.store.tables import account, chosen_price, payer, reduced_grant, subscription

K = TypeVar("K")
_Dated = tuple[date, date | None, int | str]
_MEMBERS = sa.select(subscription.c.member_id).where(subscription.c.entry_number.is_(None))


class Conditions:
    """Read where they are asked for; good for the transaction at hand. Rules: `kiosk.store.members.members`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def account(self, member_id: int, day: date) -> int:
        """The account that pays subscriptions for a member on a day: an appointed payer's, else their own."""
        appointed = _on(self._payers, member_id, day)
        return self._own[member_id] if appointed is None else int(appointed)

    def level(self, member_id: int, day: date) -> str | None:
        """The reduced level granted to a member for a day."""
        found = _on(self._levels, member_id, day)
        return None if found is None else str(found)

    def chosen(self, member_id: int, product_id: int, day: date) -> int | None:
        """What a member chose to give where the price is free."""
        found = _on(self._chosen, (member_id, product_id), day)
        return None if found is None else int(found)

    @cached_property
    def _own(self) -> dict[int, int]:
        rows = self._connection.execute(
            sa.select(account.c.member_id, account.c.id).where(account.c.member_id.in_(_MEMBERS))
        )
        return {member_id: own for member_id, own in rows if member_id is not None}

    @cached_property
    def _payers(self) -> dict[int, list[_Dated]]:
        c = payer.c
        wanted = (c.kind == ProductKind.SUBSCRIPTION.value, c.member_id.in_(_MEMBERS))
        rows = self._connection.execute(
            sa.select(c.member_id, c.from_on, c.until_on, c.account_id).where(*wanted).order_by(c.from_on.desc())
        )
        return _by_key((row[0], (row[1], row[2], row[3])) for row in rows)

    @cached_property
    def _levels(self) -> dict[int, list[_Dated]]:
        c = reduced_grant.c
        rows = self._connection.execute(
            sa.select(c.member_id, c.from_on, c.until_on, c.level)
            .where(c.member_id.in_(_MEMBERS))
            .order_by(c.id.desc())
        )
        return _by_key((row[0], (row[1], row[2], row[3])) for row in rows)

    @cached_property
    def _chosen(self) -> dict[tuple[int, int], list[_Dated]]:
        c = chosen_price.c
        rows = self._connection.execute(
            sa.select(c.member_id, c.product_id, c.from_on, c.cents)
            .where(c.member_id.in_(_MEMBERS))
            .order_by(c.from_on.desc())
        )
        return _by_key(((row[0], row[1]), (row[2], None, row[3])) for row in rows)


def _by_key(rows: Iterable[tuple[K, _Dated]]) -> dict[K, list[_Dated]]:
    found: dict[K, list[_Dated]] = defaultdict(list)
    for key, dated in rows:
        found[key].append(dated)
    return dict(found)


def _on(by_key: Mapping[K, list[_Dated]], key: K, day: date) -> int | str | None:
    """The first that holds on a day."""
    for from_on, until_on, value in by_key.get(key, ()):
        if from_on <= day and (until_on is None or day <= until_on):
            return value
    return None
