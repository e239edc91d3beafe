"""Reads past visits and sales for the simulator, which prices them again."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from kiosk.domain.checkin.standing import Part, Right
from kiosk.domain.space.past import PastSale, PastVisit
from kiosk.store.space import policies
from kiosk.store.tables import chosen_price, entry, member, membership, policy, reduced_grant, tariff, visit, zone
from kiosk.store.tables.entrance import rule_called_off

_host = visit.alias("host")
_host_member = member.alias("host_member")
_by = entry.alias("by")  # the entry that reverses another one


def visits(connection: sa.Connection, first: date, last: date) -> Iterator[PastVisit]:
    """Yield the kept visits from `first` to `last`, guests' included, each with what it was charged: 0 for a charge
    that was reversed, or that was never made.

    A guest's visit has the host's number. A visit of which neither file nor entry names the member counts as a person
    of its own, under the visit's id below 0.
    """
    c = visit.c
    rows = connection.execute(
        sa.select(
            sa.func.coalesce(member.c.number, _host_member.c.number, entry.c.member_number, -c.id),
            c.day_on,
            c.arrived_at,
            zone.c.code,
            c.right,
            c.part,
            _level(),
            _chosen(zone.c.day_product_id),
            _chosen(zone.c.half_product_id),
            sa.case((_by.c.number.is_(None), sa.func.coalesce(entry.c.amount_cents, 0)), else_=0),
            c.id,
            c.host_visit_id.is_not(None),
            _by.c.number.is_not(None),
            c.left_at,
        )
        .join(zone, zone.c.id == c.zone_id)
        .outerjoin(member, member.c.id == c.member_id)
        .outerjoin(_host, _host.c.id == c.host_visit_id)
        .outerjoin(_host_member, _host_member.c.id == _host.c.member_id)
        .outerjoin(entry, entry.c.number == c.charge_entry)
        .outerjoin(_by, _by.c.reverses == c.charge_entry)
        .where(c.day_on.between(first, last), c.state == "kept")
    )
    for number, day, arrived_at, code, right, part, *rest in rows:
        yield PastVisit(number, day, arrived_at, code, Right(right), Part(part), *rest)  # in the order of its fields


def _level() -> sa.ScalarSelect[str]:
    """Return SQL for the level of the visitor's reduced price on the day of the visit."""
    return (
        sa.select(reduced_grant.c.level)
        .where(reduced_grant.c.member_id == visit.c.member_id)
        .where(reduced_grant.c.from_on <= visit.c.day_on, reduced_grant.c.until_on >= visit.c.day_on)
        .order_by(reduced_grant.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _chosen(product_id: sa.ColumnElement[int | None]) -> sa.ScalarSelect[int]:
    """Return SQL for the price of a product that the visitor had last chosen by the day of the visit."""
    return (
        sa.select(chosen_price.c.cents)
        .where(chosen_price.c.member_id == visit.c.member_id, chosen_price.c.product_id == product_id)
        .where(chosen_price.c.from_on <= visit.c.day_on)
        .order_by(chosen_price.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )


def memberships(connection: sa.Connection) -> dict[int, list[tuple[date, date]]]:
    """Return first and last day of each membership that is not reversed, by member number."""
    rows = connection.execute(
        sa.select(member.c.number, membership.c.from_on, membership.c.until_on)
        .join(member, member.c.id == membership.c.member_id)
        .where(~sa.exists().where(_by.c.reverses == membership.c.entry_number))
    )
    periods: dict[int, list[tuple[date, date]]] = {}
    for number, from_on, until_on in rows:
        periods.setdefault(number, []).append((from_on, until_on))
    return periods


def sales(connection: sa.Connection, first: date, last: date) -> Iterator[PastSale]:
    """Yield the charges of a product from `first` to `last` other than those of visits, without reversed ones."""
    rows = connection.execute(
        sa.select(entry.c.member_number, entry.c.day_on, entry.c.amount_cents, entry.c.detail)
        .where(entry.c.day_on.between(first, last), entry.c.kind == "charge", entry.c.visit_id.is_(None))
        .where(~sa.exists().where(_by.c.reverses == entry.c.number))
    )
    for number, day, cents, detail in rows:
        content = json.loads(detail)
        if content.get("product"):  # number 0: an organisation bought it
            yield PastSale(number or 0, day, content["product"], content.get("tariff") or "full", cents)


def changes(connection: sa.Connection, first: date, last: date) -> list[date]:
    """Return the days after `first` and up to `last` on which a rule or a price begins to hold, in order."""
    days: set[date] = set()
    for kind, table in (("policy", policy), ("tariff", tariff)):
        off = sa.exists().where(rule_called_off.c.kind == kind, rule_called_off.c.row_id == table.c.id)
        begun = sa.select(table.c.valid_from).where(table.c.valid_from > first, table.c.valid_from <= last, ~off)
        days |= set(connection.execute(begun.distinct()).scalars())
    return sorted(days)


def version(connection: sa.Connection) -> str:
    """Return a value that changes with everything that prices the past beside visits and entries: rules, grants, chosen
    prices.
    """
    c = chosen_price.c
    grants = sa.select(reduced_grant.c.id, reduced_grant.c.from_on, reduced_grant.c.until_on)
    chosen = sa.select(c.member_id, c.product_id, c.from_on, c.cents)
    parts = [policies.version_of(connection)]
    for query in (grants, chosen):
        parts += map(tuple, connection.execute(query.order_by(*query.selected_columns)))
    return hashlib.sha256(repr(parts).encode()).hexdigest()
