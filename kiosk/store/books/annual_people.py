"""Counts a fiscal year's visits and members."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from kiosk.domain import anonymity
from kiosk.domain.books.annual import Days, People
from kiosk.domain.checkin.standing import Right
from kiosk.store import visit_sums
from kiosk.store.kept_sums import Sums
from kiosk.store.members import assembly
from kiosk.store.tables import entry, member, membership, zone


def days(sums: Sums, first_on: date, last_on: date, capacity: int | None) -> Days:
    """Return the counts of kept visits in a period, both days included. `capacity` is passed on, for comparison with
    the busiest day.

    `rights` are by month, `veiled` the months whose reduced days may be told only in one sum, since few people had
    them; None: not even the whole period's may be told.
    """
    codes = {id_: code for id_, code in sums.connection.execute(sa.select(zone.c.id, zone.c.code))}
    rights: dict[str, Counter[str]] = defaultdict(Counter)
    zones, present, guests = Counter[str](), Counter[str](), 0
    for day, right, zone_id, is_own, count in sums.rows(visit_sums.BY_DAY, first_on, last_on):
        present[day] += count
        if is_own:
            rights[day[:7]][right] += count
            zones[codes[zone_id]] += count
        else:
            guests += count
    plans, people, came, reduced = _by_member(sums, first_on, last_on)
    with_reduced_days = frozenset[int]().union(*reduced.values())
    return Days(
        rights=rights,
        zones=zones,
        plans=plans,
        guests=guests,
        people=people,
        came=came,
        reduced_days=sum(by_right[Right.REDUCED.value] for by_right in rights.values()),
        reduced_people=len(with_reduced_days),
        veiled=None if 0 < len(with_reduced_days) < anonymity.SMALLEST else anonymity.told_together(reduced),
        open_days=len(present),
        busiest=max(present.values(), default=0),
        capacity=capacity,
    )


def _by_member(
    sums: Sums, first_on: date, last_on: date
) -> tuple[Counter[str], Counter[str], int, Mapping[str, set[int]]]:
    """Return visits by plan, people by month, people of the whole period, and by month the people with reduced days.

    A visit of an erased member counts under the empty plan, and for no person.
    """
    plan_of = {id_: plan for id_, plan in sums.connection.execute(sa.select(member.c.id, member.c.plan_code))}
    plans, people = Counter[str](), defaultdict[str, set[int]](set)
    reduced: dict[str, set[int]] = defaultdict(set)
    for month, members, counts, with_reduced in sums.rows(visit_sums.BY_MEMBER, first_on, last_on):
        for member_id, count in zip(members, counts, strict=True):
            plans[plan_of.get(member_id, "")] += count
        people[month].update(members)
        reduced[month].update(with_reduced)
    for people_by_month in (people, reduced):
        for persons in people_by_month.values():
            persons.discard(visit_sums.NOBODY)
    whole_period = set[int]().union(*people.values())
    counted = Counter({month: len(persons) for month, persons in people.items() if persons})
    return plans, counted, len(whole_period), {month: persons for month, persons in reduced.items() if persons}


def people(connection: sa.Connection, first_on: date, last_on: date) -> People:
    """Count the members of a period, both days included, by their files as they are now.

    A member whose file has no day of leaving any more, because they came back, has not left.
    """
    was_member_before = sa.or_(member.c.left_on.is_(None), member.c.left_on >= first_on)
    start, joined, left = connection.execute(
        sa.select(
            sa.func.count().filter(member.c.joined_on < first_on, was_member_before),
            sa.func.count().filter(member.c.joined_on >= first_on, member.c.joined_on <= last_on),
            sa.func.count().filter(
                member.c.left_on >= first_on, member.c.left_on <= last_on, member.c.joined_on <= last_on
            ),
        ).where(member.c.merged_into.is_(None))
    ).one()
    eve = date.fromordinal(first_on.toordinal() - 1)
    return People(
        start,
        joined,
        left,
        _renewed(connection, first_on, last_on),
        len(assembly.up_to_date(connection, eve)),
        len(assembly.up_to_date(connection, last_on)),
    )


def _renewed(connection: sa.Connection, first_on: date, last_on: date) -> int:
    """Return how many members had a membership beginning in the period that was not their first; memberships whose sale
    is reversed do not count.
    """
    before, reversing, reversing_earlier = membership.alias(), entry.alias(), entry.alias()
    earlier = (
        sa.exists()
        .where(before.c.member_id == membership.c.member_id, before.c.from_on < membership.c.from_on)
        .where(~sa.exists().where(reversing_earlier.c.reverses == before.c.entry_number))
    )
    return connection.execute(
        sa.select(sa.func.count(sa.distinct(membership.c.member_id)))
        .where(membership.c.from_on >= first_on, membership.c.from_on <= last_on, earlier)
        .where(~sa.exists().where(reversing.c.reverses == membership.c.entry_number))
    ).scalar_one()


def version(connection: sa.Connection) -> int:
    """Return a number that grows with every change of a member's file and with every new file."""
    return connection.execute(sa.select(sa.func.coalesce(sa.func.sum(member.c.version), 0))).scalar_one()
