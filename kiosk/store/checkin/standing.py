"""Reads with one query everything that the decision about a tap needs to know of a badge's holder: their standing.

A few holders need a second query: for vouchers, banked days, rooms or events. Carnets, vouchers and banked days (earned
ones) are the kinds of prepaid days. A badge is known by its fingerprint, the keyed hash of its number. A visit's right
is what pays for the day or makes it free, its part the whole day or one half; a level is that of a reduced price.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy import bindparam

from kiosk.domain import days
from kiosk.domain.checkin import aids
from kiosk.domain.checkin.standing import Hours, Part, Prepaid, Right, Standing, VisitToday
from kiosk.domain.doors import FIRST, FIRST_DOOR, Door
from kiosk.domain.money import units
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.names import at_the_door
from kiosk.domain.periods import Unit
from kiosk.errors import MachineError
from kiosk.store.money import voucher_rows
from kiosk.store.prepared import Prepared
from kiosk.store.tables import (
    OPEN_CENTS,
    OWED,
    OWED_ON,
    WITH_OPEN,
    account,
    badge,
    carnet,
    chosen_price,
    entry,
    member,
    membership,
    payer,
    product,
    reduced_grant,
    subscription,
    visit,
    zone,
)
from kiosk.store.tables.entrance import subscription_pause
from kiosk.store.tables.prepaid import banked_day, voucher

# Days are bound as text, converted once a tap: the query compares with them 15 times.
_DAY: sa.BindParameter[str] = bindparam("day", type_=sa.String)
_NONE = "[]"  # what json_group_array makes of no carnets
_past = visit.alias("past")  # the month's earlier visits


def _kept(of: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that a row of `of` (visits) is a member's kept visit, and no guest's; worded as in the
    partial index, so that SQLite uses it.
    """
    return sa.and_(of.c.state == sa.literal_column("'kept'"), of.c.host_visit_id.is_(None))


def _here() -> sa.ColumnElement[bool]:
    """Return the condition that a visit counts at the tapped door. `day_site` is 0 where a day holds at all sites, and
    the door's site where each site counts days of its own.
    """
    return visit.c.day_site == bindparam("site", type_=sa.Integer)


def _unreversed(number: sa.ColumnElement[int] | sa.ColumnElement[int | None]) -> sa.ColumnElement[bool]:
    """Return the condition that no reversal names the entry with this number; true for NULL, no entry at all."""
    reversing = entry.alias()
    return ~sa.exists().where(reversing.c.reverses == number)


def _membership_until() -> sa.ScalarSelect[date]:
    """Return SQL for the last day of the member's memberships begun by the day, without reversed ones. It may be past:
    the decision knows a grace. NULL if there is none.
    """
    return (
        sa.select(sa.func.max(membership.c.until_on))
        .where(membership.c.member_id == member.c.id, membership.c.from_on <= _DAY)
        .where(_unreversed(membership.c.entry_number))
        .scalar_subquery()
    )


def _subscribed() -> sa.ColumnElement[bool]:
    """Return the condition that one of the member's subscriptions covers the day."""
    return sa.exists().where(subscription.c.member_id == member.c.id, covering())


def covering() -> sa.ColumnElement[bool]:
    """Return the condition that a subscription covers the query's parameter `day` (text): its sale stands and it is not
    paused.
    """
    ends = subscription.c.until_on
    runs = sa.and_(subscription.c.from_on <= _DAY, sa.or_(ends.is_(None), ends >= _DAY))
    return sa.and_(runs, _unreversed(subscription.c.entry_number), ~_paused())


def _paused() -> sa.ColumnElement[bool]:
    """Return the condition that the subscription is paused on the day and covers nothing; asked by the subscription's
    id.
    """
    c = subscription_pause.c
    return (
        sa.exists()
        .where(c.subscription_id == subscription.c.id, c.from_on <= _DAY)
        .where(sa.or_(c.until_on.is_(None), c.until_on >= _DAY))
    )


def _charged_days() -> sa.ScalarSelect[int]:
    """Return SQL for the number of days of this month before the day that were charged, and not reversed: a monthly
    cap counts them.
    """
    return (
        sa.select(sa.func.count())
        .select_from(_past)
        .where(_past.c.member_id == member.c.id, _kept(_past))
        .where(_past.c.day_on >= bindparam("month", type_=sa.String), _past.c.day_on < _DAY)
        .where(_past.c.charge_entry.is_not(None), _unreversed(_past.c.charge_entry))
        .scalar_subquery()
    )


def _recent_charges() -> sa.ScalarSelect[int]:
    """Return SQL for the open cents of the account's recent charges, which are not due yet.

    A charge is recent if it is owed since a day after the parameter `due`. `OPEN_CENTS` is what of a charge is not
    settled; `OWED` are the kinds of entries that raise what is owed, `OWED_ON` the day since when.
    """
    since = bindparam("due", type_=sa.String)
    # OWED_ON is never later than day_on: the index of day_on leaves few entries to look at
    return (
        sa.select(sa.func.coalesce(sa.func.sum(OPEN_CENTS), 0))
        .select_from(WITH_OPEN)
        .where(entry.c.account_id == account.c.id, entry.c.day_on > since, since < OWED_ON, entry.c.amount_cents > 0)
        .where(entry.c.kind.in_([sa.literal_column(f"'{kind}'") for kind in OWED]), _unreversed(entry.c.number))
        .scalar_subquery()
    )


def _zone_id() -> sa.ColumnElement[int]:
    """Return SQL for the id of the zone that the member's plan has on the day: the former one until a new
    plan begins.
    """
    waits = member.c.zone_from_on > _DAY
    return sa.case((waits, member.c.zone_before_id), else_=member.c.zone_id)


def _payer() -> sa.ScalarSelect[int]:
    """Return SQL for the account appointed to pay the member's days, the newest such; NULL: their own pays."""
    ends = payer.c.until_on
    return (
        sa.select(payer.c.account_id)
        .where(payer.c.member_id == member.c.id, payer.c.kind == sa.literal_column(f"'{ProductKind.DAY}'"))
        .where(payer.c.from_on <= _DAY, sa.or_(ends.is_(None), ends >= _DAY))
        .order_by(payer.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )


def _level() -> sa.ScalarSelect[str]:
    """Return SQL for the level of the member's reduced price on the day, of the last written grant; NULL: the full
    price.
    """
    return (
        sa.select(reduced_grant.c.level)
        .where(reduced_grant.c.member_id == member.c.id)
        .where(reduced_grant.c.from_on <= _DAY, reduced_grant.c.until_on >= _DAY)
        .order_by(reduced_grant.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _chosen(product_id: sa.ColumnElement[int | None]) -> sa.ScalarSelect[int]:
    """Return SQL for the price that the member last chose for a product, by the day; NULL if none was chosen."""
    return (
        sa.select(chosen_price.c.cents)
        .where(chosen_price.c.member_id == member.c.id, chosen_price.c.product_id == product_id)
        .where(chosen_price.c.from_on <= _DAY)
        .order_by(chosen_price.c.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )


def _carnets() -> sa.ScalarSelect[str]:
    """Return SQL for the member's carnets with days left, as JSON rows in one column: id, days left, worth of one in
    cents, last day (null: none), unit. Few members have two. `days` and `used` count that unit: days or half days.
    """
    c = carnet.c
    row = sa.func.json_array(c.id, c.days - c.used, c.value_cents, c.expires_on, product.c.unit)
    return (
        sa.select(sa.func.json_group_array(row))
        .select_from(carnet.join(product, product.c.id == c.product_id))
        .where(c.member_id == member.c.id, c.used < c.days, c.from_on <= _DAY)
        .where(sa.or_(c.expires_on.is_(None), c.expires_on >= _DAY), _unreversed(c.entry_number))
        .scalar_subquery()
    )


def _has_vouchers_or_days() -> sa.ColumnElement[bool]:
    """Return the condition that the member ever had a voucher or a banked day: only then a second
    query asks for these.
    """
    given = (sa.exists().where(table.c.member_id == member.c.id) for table in (voucher, banked_day))
    return sa.or_(*given)


def _some_event() -> sa.ColumnElement[bool]:
    """Return the condition that any event includes the day: one look at an index that is mostly empty.

    The table is written by name, so that a start need not load the events' tables.
    """
    included = sa.table("included_day", sa.column("day_on", sa.String))
    return sa.exists().select_from(included).where(included.c.day_on == _DAY)


_standing_charge = entry.alias("standing_charge")  # the charge of the day's visit, unless it is reversed: then NULL


def _query_over(holders: sa.FromClause) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for the standings of `holders`: members joined with their badges, or without any. What a member
    lacks (a zone, a visit today) leaves its columns NULL, and the row stays.
    """
    return (
        sa.select(
            member.c.id,
            member.c.number,
            member.c.name,
            member.c.shown_name,
            member.c.door_name,
            member.c.larger_text,
            member.c.more_contrast,
            member.c.voice,
            member.c.no_tab,
            member.c.language,
            member.c.left_on,
            zone.c.code.label("zone"),
            badge.c.lost_on,
            badge.c.key_version,
            badge.c.replaces,
            badge.c.until_on.label("badge_until_on"),
            account.c.id.label("own_account"),
            account.c.balance_cents,
            _recent_charges().label("recent_cents"),
            _payer().label("payer"),
            _membership_until().label("member_until"),
            _subscribed().label("subscribed"),
            _charged_days().label("charged_days"),
            _level().label("level"),
            _chosen(zone.c.day_product_id).label("chosen_cents"),
            _chosen(zone.c.half_product_id).label("half_chosen_cents"),
            visit.c.id.label("visit"),
            visit.c.part,
            visit.c.arrived_at,
            visit.c.right,
            visit.c.left_at,
            visit.c.door_id,
            visit.c.day_site,
            _standing_charge.c.number.label("charge_entry"),
            _standing_charge.c.amount_cents.label("charged_cents"),
            sa.func.json_extract(_standing_charge.c.detail, sa.literal_column("'$.carnet'")).label("carnet"),
            _carnets().label("carnets"),
            _has_vouchers_or_days().label("has_others"),
            _some_event().label("has_events"),
        )
        .select_from(holders)
        .outerjoin(zone, zone.c.id == _zone_id())
        .outerjoin(account, account.c.member_id == member.c.id)
        .outerjoin(visit, sa.and_(visit.c.member_id == member.c.id, visit.c.day_on == _DAY, _here(), _kept(visit)))
        .outerjoin(
            _standing_charge,
            sa.and_(_standing_charge.c.number == visit.c.charge_entry, _unreversed(_standing_charge.c.number)),
        )
    )


# Built at their first use, once: a start should not wait for three queries of this size.
@cache
def _by_badge() -> sa.Select[*tuple[Any, ...]]:
    """Return the query for the holder of one badge."""
    return _all_badges().where(badge.c.fingerprint == bindparam("fingerprint"))


_FIND = Prepared(_by_badge)


@cache
def _by_number() -> sa.Select[*tuple[Any, ...]]:
    """Return the query for one member, without any badge: the join on `false` leaves the badge's columns NULL."""
    return _query_over(member.outerjoin(badge, sa.false())).where(member.c.number == bindparam("number"))


@cache
def _all_badges() -> sa.Select[*tuple[Any, ...]]:
    """Return the query for all badges with their holders."""
    return _query_over(badge.outerjoin(member, member.c.id == badge.c.member_id))


@cache
def _roster() -> sa.Select[*tuple[Any, ...]]:
    """Return the query for all badges with their fingerprints, read 500 rows at a time."""
    return _all_badges().add_columns(badge.c.fingerprint).execution_options(yield_per=500)


def find(connection: sa.Connection, fingerprint: bytes, policy: Policy, day: date) -> Standing | None:
    """Return the standing of a badge's holder as of a local day; None for an unknown badge.

    Raises MachineError `wrong-value` for a damaged file, as for a badge whose member does not exist.
    """
    row = _FIND.first(connection, {"fingerprint": fingerprint, **_days(policy, day)})
    return None if row is None else _standing(connection, row, policy, day)


def ask_ahead(connection: sa.Connection, fingerprint: bytes, policy: Policy, day: date) -> None:
    """Queue the question of `find`, so that a server answers it together with the next statement. `find` takes that
    answer if it is then asked for the same day and rules.
    """
    _FIND.ahead(connection, {"fingerprint": fingerprint, **_days(policy, day)})


def of_member(connection: sa.Connection, number: int, policy: Policy, day: date) -> Standing | None:
    """Return the standing of a member as of a local day, whatever badge they have; None for an unknown number."""
    row = connection.execute(_by_number(), {"number": number, **_days(policy, day)}).first()
    return None if row is None else _standing(connection, row, policy, day)


def everyone(connection: sa.Connection, policy: Policy, day: date) -> Iterator[tuple[bytes, Standing]]:
    """Yield every badge's fingerprint with its holder's standing on a local day.

    Raises MachineError `wrong-value` for a fingerprint that is not bytes.
    """
    for row in connection.execute(_roster(), _days(policy, day)):
        if type(row.fingerprint) is not bytes:
            raise MachineError("wrong-value", "a badge's number is none: kiosk check")
        yield row.fingerprint, _standing(connection, row, policy, day)


def ended(connection: sa.Connection, day: date) -> dict[bytes, bool]:
    """Return for every badge whether it no longer opens: it is lost, or its holder has left on this day or before. The
    last day of a badge that holds only until a day is not looked at.
    """
    left = sa.and_(member.c.left_on.is_not(None), member.c.left_on <= day)
    query = sa.select(badge.c.fingerprint, sa.or_(badge.c.lost_on.is_not(None), left)).select_from(badge.join(member))
    # a fingerprint that is no bytes is damaged: its badge is left out
    return {
        fingerprint: bool(is_over) for fingerprint, is_over in connection.execute(query) if type(fingerprint) is bytes
    }


def proofs(connection: sa.Connection, before: Mapping[bytes, int]) -> dict[bytes, int]:
    """Return by fingerprint the version of the site's key for every badge that answers a challenge of its chip.

    A stored version that is not a number, by damage, is replaced by the one known `before`, so that the badge goes on
    being challenged and opening.
    """
    query = sa.select(badge.c.fingerprint, badge.c.key_version).where(badge.c.key_version.is_not(None))
    rows = [(fingerprint, version) for fingerprint, version in connection.execute(query) if type(fingerprint) is bytes]
    known = {fingerprint: version if type(version) is int else before.get(fingerprint) for fingerprint, version in rows}
    return {fingerprint: version for fingerprint, version in known.items() if version is not None}


def badges(connection: sa.Connection) -> list[bytes]:
    """Return every badge's fingerprint; one that is no bytes is damaged, and left out."""
    return [
        fingerprint
        for fingerprint in connection.execute(sa.select(badge.c.fingerprint)).scalars()
        if type(fingerprint) is bytes
    ]


def _days(policy: Policy, day: date) -> Mapping[str, str | int]:
    """Return the query's parameters for a local day under a policy."""
    return _days_of(day, policy.door.day_site, policy.tab_due_days)


@lru_cache(maxsize=4)  # a door's taps are all of one day
def _days_of(day: date, site: int, due_days: int) -> Mapping[str, str | int]:
    """Return the query's parameters: the day, the first of its month, the site whose days count (0: all sites), and the
    last day of charges that are due by now, `due_days` before the day.
    """
    return {
        "day": day.isoformat(),
        "month": days.month_of(day)[0].isoformat(),
        "site": site,
        "due": (day - timedelta(days=due_days)).isoformat(),
    }


def _standing(connection: sa.Connection, record: Any, policy: Policy, day: date) -> Standing:
    """Return the standing of a row of the query.

    Raises MachineError `wrong-value` for a row that lacks what every member has, which only damage or tampering causes.
    """
    name = at_the_door(record.name, record.shown_name, record.door_name)
    if type(record.number) is not int or type(name) is not str or record.zone is None or record.own_account is None:
        raise MachineError(
            "wrong-value", f"the file of member {record.number!r} lacks what every file has: kiosk check"
        )
    if record.key_version is not None and type(record.key_version) is not int:
        raise MachineError("wrong-value", f"by which key a badge of member {record.number!r} proves itself is none")
    # if another account pays the member's days, what the member's own account owes decides nothing here
    pays_alone = record.payer is None or record.payer == record.own_account
    return Standing(
        member=record.id,
        number=record.number,
        name=name,
        language=record.language if type(record.language) is str else None,
        zone=record.zone,
        account=record.payer or record.own_account,
        badge_lost_on=record.lost_on,
        badge_until_on=record.badge_until_on,
        key_version=record.key_version,
        replaces=record.replaces if type(record.replaces) is bytes else None,
        left_on=record.left_on,
        member_until=record.member_until,
        subscribed=bool(record.subscribed),
        charged_days=record.charged_days,
        # an advance (a balance below 0) is no debt
        past_due_cents=max(0, record.balance_cents - record.recent_cents) if pays_alone else 0,
        prepaid=_prepaid(connection, record, day),
        level=record.level,
        chosen_cents=record.chosen_cents,
        half_chosen_cents=record.half_chosen_cents,
        today=_today(connection, record),
        aids=aids.kept(larger=record.larger_text, contrast=record.more_contrast, voice=record.voice),
        # `no_tab`: a member who may only pay in advance; None for all others
        advance_cents=-record.balance_cents if record.no_tab and pays_alone else None,
        owed_cents=record.balance_cents if pays_alone else None,
        rooms_cents=_rooms_cents(connection, record, policy, day) if pays_alone else 0,
        has_event=bool(record.has_events) and _has_event(connection, record, day),
    )


def _rooms_cents(connection: sa.Connection, record: Any, policy: Policy, day: date) -> int:
    """Return the cents of rooms charged on the day that count towards its price; 0 where the rule is off."""
    if not (policy.rooms_on and policy.room_counts_toward_day):
        return 0
    from kiosk.store.checkin import day_cover  # few spaces count rooms, and a start need not load them

    return day_cover.rooms_cents(connection, record.id, record.own_account, day.isoformat())


def _has_event(connection: sa.Connection, record: Any, day: date) -> bool:
    """Return whether the member has a seat at an event that includes the day, so that they pay for no day."""
    from kiosk.store.checkin import day_cover  # few days are included in an event

    return day_cover.has_event(connection, record.id, day.isoformat())


def _prepaid(connection: sa.Connection, record: Any, day: date) -> tuple[Prepaid, ...]:
    """Return the prepaid days that could pay for the day: of each right (voucher, banked day, carnet) the one to use
    first, which is the one that expires first; then all that are counted in half days or hours, since the first of
    these may have too few left for a whole day.
    """
    first_of_right: dict[Right, Prepaid] = {}
    halves = []
    if record.has_others:
        for prepaid in voucher_rows.usable(connection, record.id, day):
            if prepaid.unit is Unit.DAY:
                first_of_right.setdefault(prepaid.right, prepaid)
            else:
                halves.append(prepaid)
    if record.carnets == _NONE:
        return (*first_of_right.values(), *halves)
    for prepaid in sorted(
        map(_carnet, json.loads(record.carnets)), key=lambda prepaid: (prepaid.expires_on or date.max, prepaid.id)
    ):
        if prepaid.unit is Unit.HALF_DAY:
            halves.append(prepaid)
        else:
            first_of_right.setdefault(prepaid.right, prepaid)
    return (*first_of_right.values(), *halves)


def _carnet(fields: list[Any]) -> Prepaid:
    """Return a carnet from its JSON row, in the order of `_carnets`."""
    id_, left, value_cents, expires_on, unit = fields
    until = None if expires_on is None else date.fromisoformat(expires_on)
    return Prepaid(Right.CARNET, id_, left, value_cents, until, Unit(unit))


def _today(connection: sa.Connection, record: Any) -> VisitToday | None:
    """Return the visit that the member already has on the day; None without one."""
    if record.visit is None:
        return None
    right = Right(record.right)
    # PASSING: a visit of some minutes, whose end was written when it began
    passing_until = record.left_at if right is Right.PASSING else None
    today = VisitToday(
        record.visit,
        Part(record.part),
        record.charged_cents or 0,
        record.charge_entry,
        record.arrived_at,
        passing_until,
        right,
        record.carnet,
        left_at=record.left_at,
        door=FIRST_DOOR  # ready made: most spaces have no other
        if record.door_id == FIRST and not record.day_site
        else Door(record.door_id, day_site=record.day_site),
    )
    return _of_voucher(connection, today) if right is Right.VOUCHER and record.charge_entry is not None else today


def _of_voucher(connection: sa.Connection, today: VisitToday) -> VisitToday:
    """Return today's visit with its voucher, and its hours if the voucher is for hours, as its entry's detail has them.

    There `quantity` is the hours charged for the day, `stay` how many of them are of the present stay; `goes_on` says
    that this stay began by a tap although the one before had no departure. Few visits have a voucher: only these cost
    a query.
    """
    detail = json.loads(
        connection.execute(sa.select(entry.c.detail).where(entry.c.number == today.charge_entry)).scalar_one()
    )
    hours = None
    if units.of(detail) is Unit.HOUR:
        hours = Hours(detail["quantity"], detail["stay"], bool(detail.get("goes_on")))
    return replace(today, voucher=detail["voucher"], hours=hours, unit_cents=detail["unit_cents"])
