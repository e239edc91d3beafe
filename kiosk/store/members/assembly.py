"""Reads the members entitled to vote at the general assembly, the decided tariffs, and visits by declared category for
funders.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store import visit_sums
from kiosk.store.kept_sums import Sums
from kiosk.store.tables import entry, is_current, member, membership, product, tariff
from kiosk.store.tables.desk import declared_category


class Elector(Struct, frozen=True):
    """A member whose membership is paid for the day of the assembly, and the last day that it covers."""

    number: int
    name: str
    until_on: date


def up_to_date(connection: sa.Connection, day: date) -> list[Elector]:
    """Return the members whose membership covers a day, by name: without those that have left by then, and without
    memberships whose sale is reversed. The days of grace do not count: voting needs a paid fee.
    """
    reversal = entry.alias("by")
    until = sa.func.max(membership.c.until_on)
    rows = connection.execute(
        sa.select(member.c.number, member.c.name, until)
        .join(membership, membership.c.member_id == member.c.id)
        .where(membership.c.from_on <= day, membership.c.until_on >= day, member.c.merged_into.is_(None))
        .where(is_current(day))
        .where(~sa.exists().where(reversal.c.reverses == membership.c.entry_number))
        .group_by(member.c.id)
        .order_by(member.c.search, member.c.number)
    )
    return [Elector(*row) for row in rows]


def decided_tariffs(connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    """Return every tariff, newest first: first day, product's code, level, cents, lowest price of a free one,
    decision.
    """
    return connection.execute(
        sa.select(tariff.c.valid_from, product.c.code.label("product"), tariff.c.level, tariff.c.cents)
        .add_columns(tariff.c.floor_cents, tariff.c.decided_by)
        .join(product, product.c.id == tariff.c.product_id)
        .order_by(tariff.c.valid_from.desc(), product.c.id, tariff.c.level)
    ).all()


def by_category(sums: Sums, from_on: date, until_on: date) -> list[tuple[str, int, int]]:
    """Return category, number of people present, and their days, in a period.

    A member counts in the category declared last by the end of the period; the empty category has those without one.
    Visits of erased members (`NOBODY`) are left out.
    """
    newest = sums.connection.execute(
        sa.select(declared_category.c.member_id, declared_category.c.category)
        .where(declared_category.c.from_on <= until_on)
        .order_by(declared_category.c.from_on)
    )
    category = {member_id: name for member_id, name in newest}
    present, days = set[int](), Counter[str]()
    # a row for each month: its members by id, the days of each, and a list that is not needed here
    for _, members, counts, _ in sums.rows(visit_sums.BY_MEMBER, from_on, until_on):
        present.update(members)
        for member_id, count in zip(members, counts, strict=True):
            if member_id != visit_sums.NOBODY:
                days[category.get(member_id, "")] += count
    people = Counter(category.get(member_id, "") for member_id in present - {visit_sums.NOBODY})
    return [(name, people[name], days[name]) for name in people]


def declared(connection: sa.Connection, member_id: int) -> str | None:
    """Return the category that a member declared last; None if they declared none."""
    return connection.execute(
        sa.select(declared_category.c.category)
        .where(declared_category.c.member_id == member_id)
        .order_by(declared_category.c.from_on.desc())
        .limit(1)
    ).scalar()


def declare(connection: sa.Connection, member_id: int, category: str | None, day: date) -> None:
    """Write the category that a member declares from a day on, in place of one from the same day. None deletes all
    their declarations, past ones too.
    """
    of_member = declared_category.c.member_id == member_id
    if category is None:
        connection.execute(declared_category.delete().where(of_member))
        return
    connection.execute(declared_category.delete().where(of_member, declared_category.c.from_on == day))
    connection.execute(declared_category.insert(), {"member_id": member_id, "category": category, "from_on": day})
