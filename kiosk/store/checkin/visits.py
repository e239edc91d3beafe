"""Writes visits with the entries that they cost, changes and undoes them, and counts guests and people present.

A reversal (`reversals.reverse`) takes an entry back, and gives back the prepaid day that it used. A visit's right is
what pays for the day or makes it free, its part the whole day or one half. A standing is all that was read of a member
to decide; the ledger's head is its last entry.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.chain import Seal
from kiosk.domain.checkin.choices import NO_GUESTS, Brought
from kiosk.domain.checkin.standing import Charge, Part, Right, Standing
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.doors import FIRST, Door
from kiosk.domain.money import units
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.names import searchable
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.money import prepaid, reversals
from kiosk.store.prepared import Prepared
from kiosk.store.tables import member, visit
from kiosk.store.tables.entrance import door

_NEW_COLUMNS = (  # columns of a new visit
    *("tap_id", "member_id", "day_on", "zone_id", "right", "part", "charge_entry", "arrived_at", "known_by"),
    *("door_id", "day_site"),
)
_ADD_VISIT = Prepared(visit.insert, _NEW_COLUMNS)  # adds a visit; the database numbers it
_ADD_NUMBERED_VISIT = Prepared(visit.insert, ("id", *_NEW_COLUMNS))  # adds a visit whose number a server gave ahead
# the next visit's number, on a server
_NEXT_NUMBER = Prepared(lambda: sa.select(sa.literal_column("nextval('visit_id_seq')", sa.Integer).label("id")))
_ADD_GUEST = visit.insert()  # for guests' visits, which are too few to be worth a prepared statement
_host = visit.alias("host")
BADGE, CODE, DESK, VOUCHED = "badge", "code", "desk", "vouched"  # how a visitor was recognised
_HOURS_KEPT = timedelta(days=100)  # somewhat more than the 90 days after which hours are deleted
_PRESENT = Prepared(  # people present at all sites
    lambda: (
        sa.select(sa.func.count().label("present"))
        .select_from(visit)
        .where(visit.c.day_on == sa.bindparam("day"), visit.c.state == "kept", visit.c.left_at.is_(None))
    )
)
_AT_SITE = Prepared(  # people present at one site
    lambda: (
        sa.select(sa.func.count().label("present"))
        .select_from(visit.join(door, door.c.id == visit.c.door_id))
        .where(visit.c.day_on == sa.bindparam("day"), visit.c.state == "kept", visit.c.left_at.is_(None))
        .where(door.c.site_id == sa.bindparam("site"))
    )
)


def ask_ahead(connection: sa.Connection) -> None:
    """Queue the question for the next visit's number, so that a server answers it with the next statement.

    With the number, the visit can be sent together with its entry. A tap that writes no visit leaves a number unused.
    """
    _NEXT_NUMBER.ahead(connection)


def record(
    connection: sa.Connection,
    seal: Seal,
    granted: Granted,
    policy: Policy,
    moment: Moment,
    *,
    tap_id: bytes,
    actor: str,
    recorded_at: datetime | None = None,
    known_by: str = BADGE,
) -> int | None:
    """Write what a granted tap costs, and return the id of a new visit; None if none is new.

    If the member has no visit today, it writes one, and its charge if it costs money or a prepaid day. Otherwise
    today's visit gets its other half, or is changed as `rebook` does, or stays as it is where the day is recorded
    already. `recorded_at` is when a tap of an outage is entered, None for a tap of now; `known_by` is how the visitor
    was recognised.
    """
    now = recorded_at or moment.at
    if granted.charge.replaces is not None:  # the entry of the first half, which the whole day's replaces
        _extend(connection, seal, granted, policy, moment, tap_id, actor, now)
        return None
    charge, today = granted.charge, granted.standing.today
    if today is not None:
        if charge.right is not Right.TODAY:  # TODAY: the day is recorded, and nothing changes
            rebook(connection, seal, granted, policy, moment, tap_id=tap_id, actor=actor, recorded_at=now)
        return None
    costs = charge.amount_cents > 0 or charge.prepaid is not None
    # a visit names its entry, which is written after it: its number is the one after the ledger's last
    last = ledger.head(connection) if costs else None
    values = {
        "tap_id": tap_id,
        "member_id": granted.standing.member,
        "day_on": moment.day,
        "zone_id": policy.zones[granted.standing.zone].id,
        "right": charge.right.value,
        "part": charge.part.value,
        "charge_entry": last.number + 1 if last is not None else None,
        "arrived_at": moment.at,
        "known_by": known_by,
        "door_id": policy.door.id,
        "day_site": policy.door.day_site,
    }
    numbered = None if last is None else _NEXT_NUMBER.answer_ahead(connection)
    if numbered is None:
        visit_id = _ADD_VISIT.run(connection, values)
    else:
        visit_id = int(numbered.id)  # no seal needs the row of a visit that is charged: its answer need not be awaited
        _ADD_NUMBERED_VISIT.run_later(connection, {**values, "id": visit_id})
    if last is not None:
        draft = _draft(granted, policy, moment, visit_id, tap_id, actor)
        # the balance was read with the standing: the ledger need not read it again to tell what of the charge is open
        ledger.append(connection, seal, draft, now, last, owed=granted.standing.owed_cents)
        _use_prepaid(connection, charge)
    return visit_id


def _extend(
    connection: sa.Connection,
    seal: Seal,
    granted: Granted,
    policy: Policy,
    moment: Moment,
    tap_id: bytes,
    actor: str,
    now: datetime,
) -> None:
    """Charge the second half of a day whose first half is charged: reverse that charge and write the day's total.

    A stay by the hour is extended likewise: the total has the hours of the day's earlier stays, too.
    """
    today, charge = granted.standing.today, granted.charge
    if today is None or charge.replaces is None:
        raise ValueError("only a recorded half day is extended")
    reversals.reverse(connection, seal, charge.replaces, at=now, day_on=moment.day, actor=actor, reason=None)
    number = ledger.append(
        connection, seal, _draft(granted, policy, moment, today.id, tap_id, actor, door=today.door), now
    )
    _use_prepaid(connection, charge)
    values: dict[str, object] = {"charge_entry": number, "part": charge.part.value, "right": charge.right.value}
    if charge.hours is not None:  # another stay begins: its hours count from now
        values |= {"arrived_at": moment.at, "left_at": None}
    connection.execute(visit.update().where(visit.c.id == today.id).values(**values))


def _draft(
    granted: Granted,
    policy: Policy,
    moment: Moment,
    visit_id: int,
    tap_id: bytes,
    actor: str,
    guest: tuple[int, int] | None = None,
    door: Door | None = None,
) -> Draft:
    """Return the entry of a day. Its detail repeats the visit's facts, so that the chain proves these, too
    (`seal_audit`). `guest`: the host's visit and the guest's number in it; `door`: that visit's (None: the tap's).
    """
    charge, used = granted.charge, granted.charge.prepaid
    return Draft(
        kind="charge" if used is None else "use",
        day_on=moment.day,
        group=tap_id,
        actor=actor,
        amount_cents=charge.amount_cents,
        account=granted.standing.account,
        visit=visit_id,
        member_number=granted.standing.number,
        detail={
            "product": charge.product,
            "quantity": charge.quantity,
            "right": charge.right.value,
            "zone": policy.zones[granted.standing.zone].id,
            "part": None if charge.part is Part.DAY else charge.part.value,
            "guest": guest,
            "tariff": charge.tariff,
            "vat": policy.vat(charge.product) if used is None else None,
            "unit_cents": charge.amount_cents if used is None else used.value_cents,
            # every charge of a day has had the key `carnet` since the first release
            **({"carnet": None} if used is None else {prepaid.NAMES[used.right]: used.id, **units.said(used.unit)}),
            **({"rooms_cents": charge.rooms_cents} if charge.rooms_cents else {}),
            **_stay_facts(charge),
            **_door_facts(door or policy.door),
        },
    )


def _stay_facts(charge: Charge) -> dict[str, int | bool]:
    """Return the part of an entry's detail about a stay paid by the hour: how many of the day's hours are of this stay,
    and whether it began without a departure of the one before (`goes_on`). Empty for other stays; never the clock
    times.
    """
    hours = charge.hours
    return {} if hours is None else {"stay": hours.stay, **({"goes_on": True} if hours.goes_on else {})}


def _door_facts(door: Door) -> dict[str, int]:
    """Return the door, and the site that counts the day, as an entry's detail has them.

    The first door is left out, and so is a day that counts at all sites.
    """
    facts = {"door": door.id, "day_site": door.day_site}
    return {name: value for name, value in facts.items() if value != (FIRST if name == "door" else 0)}


def _use_prepaid(connection: sa.Connection, charge: Charge) -> None:
    """Take from the carnet, voucher or banked days the units that the charge uses; nothing if it uses none."""
    if charge.prepaid is not None:
        prepaid.take(connection, charge.prepaid, charge.quantity)


def rebook(
    connection: sa.Connection,
    seal: Seal,
    granted: Granted,
    policy: Policy,
    moment: Moment,
    *,
    tap_id: bytes,
    actor: str,
    recorded_at: datetime | None = None,
    left_at: datetime | None = None,
) -> None:
    """Change today's visit to what the member chose: reverse its charge and write what it costs now.

    The new zone is the standing's. `left_at` is when the visit ends, if that is known.
    """
    today, charge, now = granted.standing.today, granted.charge, recorded_at or moment.at
    if today is None:
        raise ValueError("only a recorded visit is booked otherwise")
    if today.charge_entry is not None:
        reversals.reverse(connection, seal, today.charge_entry, at=now, day_on=moment.day, actor=actor, reason=None)
    values: dict[str, object] = {
        "zone_id": policy.zones[granted.standing.zone].id,
        "right": charge.right.value,
        "part": charge.part.value,
        "left_at": left_at,
    }
    if charge.amount_cents > 0 or charge.prepaid is not None:  # else it goes on naming the reversed charge
        draft = _draft(granted, policy, moment, today.id, tap_id, actor, door=today.door)
        values["charge_entry"] = ledger.append(connection, seal, draft, now)
        _use_prepaid(connection, charge)
    connection.execute(visit.update().where(visit.c.id == today.id).values(**values))


def add_guest(
    connection: sa.Connection,
    seal: Seal,
    host: Granted,
    policy: Policy,
    moment: Moment,
    *,
    tap_id: bytes,
    actor: str,
    name: str | None = None,
) -> int:
    """Add a guest to the host's visit of today; the host pays `host.charge`. Return the id of the guest's visit.

    `name` is a first name, kept as long as hours are; it stands in no entry.
    """
    today, charge = host.standing.today, host.charge
    if today is None:
        raise ValueError("a guest comes with somebody who is here")
    last = ledger.head(connection) if charge.amount_cents > 0 else None
    ordinal = guests(connection, today.id) + 1
    values = {
        "tap_id": tap_id,
        "day_on": moment.day,
        "zone_id": policy.zones[host.standing.zone].id,
        "right": charge.right.value,
        "part": Part.DAY.value,
        "charge_entry": None if last is None else last.number + 1,
        "arrived_at": moment.at,
        "host_visit_id": today.id,
        "ordinal": ordinal,
        "guest_name": name,
        "door_id": policy.door.id,
        "day_site": policy.door.day_site,
    }
    visit_id: int = connection.execute(_ADD_GUEST, values).lastrowid
    if last is not None:
        draft = _draft(host, policy, moment, visit_id, tap_id, actor, (today.id, ordinal))
        ledger.append(connection, seal, draft, moment.at, last)
    return visit_id


def leave(connection: sa.Connection, visit_id: int, at: datetime) -> None:
    """End a visit, and the visits of its guests; one that has ended keeps its end."""
    leaving = sa.or_(visit.c.id == visit_id, visit.c.host_visit_id == visit_id)
    connection.execute(visit.update().where(leaving, visit.c.left_at.is_(None)).values(left_at=at))


def forgotten_departures(connection: sa.Connection, day: date) -> int:
    """Return how many visits of earlier days were never ended, among those whose hours are still kept."""
    return connection.execute(sa.select(sa.func.count()).select_from(visit).where(_unended(day))).scalar_one()


def end_forgotten(connection: sa.Connection, day: date, at: datetime) -> int:
    """End the visits of earlier days that were never ended, all with the moment `at` of this act, since when they left
    is not known. Return their number.
    """
    return connection.execute(visit.update().where(_unended(day)).values(left_at=at)).rowcount


def _unended(day: date) -> sa.ColumnElement[bool]:
    """Return the condition of visits of days before `day` that were never ended, as long as their hours are kept: a
    visit whose arrival was deleted is left out.
    """
    recent = visit.c.day_on.between(day - _HOURS_KEPT, day - timedelta(days=1))
    return sa.and_(recent, visit.c.arrived_at.is_not(None), visit.c.left_at.is_(None))


def guests(connection: sa.Connection, visit_id: int) -> int:
    """Return how many guests a visit has or had: undone ones keep their number in it, and count."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(visit).where(visit.c.host_visit_id == visit_id)
    ).scalar_one()


def brought(connection: sa.Connection, host: Standing, policy: Policy, day: date) -> Brought:
    """Return how many guests a member brought with today's visit, and how many without a known name this year.

    Each is counted only where a rule limits it. Guests with a name are counted by `guest_days`.
    """
    if not policy.guests_a_day:
        return NO_GUESTS
    return Brought(
        0 if host.today is None else guests(connection, host.today.id),
        0 if policy.guest_days_a_year is None else guest_days(connection, host.member, day, None)[0],  # without a name
    )


def guest_days(connection: sa.Connection, member_id: int, day: date, name: str | None) -> tuple[int, int]:
    """Count the guests of a host, over all files merged into theirs, from the year's first day to `day`: without a
    name, and with this one.

    A name that was deleted with its hours counts as none. If `name` is None, the second number counts all with a name.
    """
    files = sa.select(member.c.id).where(sa.or_(member.c.id == member_id, member.c.merged_into == member_id))
    names = connection.execute(
        sa.select(visit.c.guest_name)
        .join_from(visit, _host, _host.c.id == visit.c.host_visit_id)
        .where(visit.c.day_on.between(day.replace(month=1, day=1), day), visit.c.state == "kept")
        .where(_host.c.member_id.in_(files))
    ).scalars()
    guest_names = list(names)
    unnamed = guest_names.count(None)
    if name is None:
        return unnamed, len(guest_names) - unnamed
    return unnamed, sum(guest is not None and searchable(guest) == searchable(name) for guest in guest_names)


def undo(connection: sa.Connection, seal: Seal, visit_id: int, moment: Moment, actor: str) -> bool:
    """Undo a visit: reverse its charge, if one stands, and mark the visit as undone. Return False if it was undone
    before.
    """
    row = connection.execute(sa.select(visit.c.state, visit.c.charge_entry).where(visit.c.id == visit_id)).one()
    if row.state == "undone":
        return False
    if row.charge_entry is not None and ledger.reversed_by(connection, row.charge_entry) is None:
        reversals.reverse(connection, seal, row.charge_entry, at=moment.at, day_on=moment.day, actor=actor, reason=None)
    connection.execute(visit.update().where(visit.c.id == visit_id).values(state="undone"))
    return True


def present(connection: sa.Connection, day: date, site: int | None = None) -> int:
    """Return how many people are present on a day at a site, or with None at all sites; guests included.

    An estimate, since few people say when they leave.
    """
    values = {"day": day}
    row = _PRESENT.first(connection, values) if site is None else _AT_SITE.first(connection, {**values, "site": site})
    return 0 if row is None else int(row.present)


def present_in(connection: sa.Connection, day: date, zone_id: int) -> int:
    """Return how many people are present in a zone on a day, guests included; an estimate, as `present`."""
    c = visit.c
    in_zone = sa.select(sa.func.count()).where(c.day_on == day, c.zone_id == zone_id, c.state == "kept")
    return connection.execute(in_zone.where(c.left_at.is_(None))).scalar_one()


def undone_lately(connection: sa.Connection, member_id: int, day: date, window_days: int) -> int:
    """Return how many visits of this member, and of their guests, are undone among those of the last `window_days`
    days, `day` included.
    """
    since = day - timedelta(days=window_days)
    own = sa.select(sa.func.count()).where(visit.c.member_id == member_id, visit.c.state == "undone")
    guests_ = (
        sa.select(sa.func.count())
        .select_from(visit.join(_host, _host.c.id == visit.c.host_visit_id))
        .where(_host.c.member_id == member_id, _host.c.day_on > since, visit.c.state == "undone")
    )
    days = connection.execute(own.where(visit.c.day_on > since)).scalar_one()
    return days + connection.execute(guests_).scalar_one()


def of_day(connection: sa.Connection, member_id: int, day: date) -> list[int]:
    """Return the ids of a member's kept visits on a day: one for each site that counts days of its own."""
    query = sa.select(visit.c.id).where(visit.c.member_id == member_id, visit.c.day_on == day, visit.c.state == "kept")
    return list(connection.execute(query).scalars())


def host_of(connection: sa.Connection, visit_id: int) -> int | None:
    """Return the id of the member that brought a guest, by the guest's visit; None if the host's visit has lost its
    member (kept too long, or erased), or the visit is no guest's.
    """
    query = (
        sa.select(_host.c.member_id)
        .select_from(visit.join(_host, _host.c.id == visit.c.host_visit_id))
        .where(visit.c.id == visit_id)
    )
    return connection.execute(query).scalar()
