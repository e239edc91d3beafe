"""Keeps sites and doors: their facts and capacities, codes that add doors, and each door's last report.

A capacity is two numbers of people: at `notice` the screen says that it is busy, at `legal` the door stays shut. A
door's roster is its file of the members that it lets in while the database cannot be read.
"""

import json
import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.doors import FIRST, Door, Takes
from kiosk.domain.money.tariffs import Policy
from kiosk.store import server_facts
from kiosk.store.tables import zone
from kiosk.store.tables.entrance import door, door_code, door_word, rules_revision, site, site_capacity

log = logging.getLogger(__name__)

_C = door.c
_AT = (  # a door's facts, and how many sites there are
    sa.select(
        _C.site_id,
        _C.takes,
        _C.revoked_on,
        zone.c.code,
        sa.select(sa.func.count()).select_from(site).scalar_subquery().label("sites"),
    )
    .select_from(door.outerjoin(zone, zone.c.id == _C.zone_id))
    .where(_C.id == sa.bindparam("door"))
)


class DoorRow(Struct, frozen=True):
    """A door as the office sees it. The first door and its site may have an empty name."""

    id: int
    name: str
    site: int
    site_name: str
    zone: str | None
    takes: Takes  # whose badges: all, or only permanents'
    has_key: bool
    added_on: date | None
    revoked_on: date | None


class Word(Struct, frozen=True):
    """A door's last report: when (by the server's clock), up to which entry its roster is current, and facts of its
    health.
    """

    at: datetime
    last_entry: int
    facts: Mapping[str, Any]


class NewDoor(Struct, frozen=True):
    """The facts of a door to add or change."""

    name: str
    site: int = FIRST
    zone: str | None = None
    takes: Takes = Takes.ALL


class Code(Struct, frozen=True):
    """A code that adds a door, given and not used yet."""

    id: int
    digest: bytes
    door: NewDoor  # that it adds
    actor: str
    expires_at: datetime
    tries: int  # wrong codes typed since it was given


def at(connection: sa.Connection, policy: Policy, number: int, day: date) -> Policy:
    """Return a policy with the facts of a door and its site's capacity. Asked only when rules are read anew.

    The first door may have no row; any other door without one counts as revoked. Facts that cannot be read are logged,
    and the door opens as a single one would.
    """
    try:
        row = connection.execute(_AT, {"door": number}).first()
        if row is None:
            return policy if number == FIRST else replace(policy, door=Door(number, is_revoked=True))
        known_door = Door(
            id=number,
            site=row.site_id,
            zone=row.code if row.code in policy.zones else None,
            takes=Takes(row.takes),
            is_revoked=row.revoked_on is not None,
            day_site=row.site_id if policy.sites_apart else 0,  # 0: a day holds at all sites
            is_one_of=row.sites > 1,
        )
    except (TypeError, ValueError) as wrong:  # a wrong value: the door opens as if it were the only one
        log.error("what the records say of door %d cannot be read: %s", number, wrong)
        return replace(policy, door=Door(number))
    return (
        _with_capacity(connection, replace(policy, door=known_door), day)
        if known_door.is_one_of
        else replace(policy, door=known_door)
    )


def _with_capacity(connection: sa.Connection, policy: Policy, day: date) -> Policy:
    """Return the policy with the capacity of the door's site, if the site has one of its own."""
    c = site_capacity.c
    query = sa.select(c.notice, c.legal).where(c.site_id == policy.door.site, c.valid_from <= day)
    row = connection.execute(query.order_by(c.valid_from.desc(), c.id.desc()).limit(1)).first()
    return policy if row is None else replace(policy, capacity_notice=row.notice, capacity_legal=row.legal)


def revise(connection: sa.Connection) -> None:
    """Make every cache of the rules, which has the doors, too, be read again."""
    connection.execute(rules_revision.update().values(number=rules_revision.c.number + 1))


def everyone(connection: sa.Connection) -> list[DoorRow]:
    """Return every door, by number, revoked ones included."""
    rows = connection.execute(
        sa.select(*door.columns, site.c.name.label("site_name"), zone.c.code)
        .select_from(door.join(site, site.c.id == _C.site_id).outerjoin(zone, zone.c.id == _C.zone_id))
        .order_by(_C.id)
    )
    return [
        DoorRow(
            id=row.id,
            name=row.name,
            site=row.site_id,
            site_name=row.site_name,
            zone=row.code,
            takes=Takes(row.takes),
            has_key=row.key_digest is not None,
            added_on=row.added_on,
            revoked_on=row.revoked_on,
        )
        for row in rows
    ]


def key_digest(connection: sa.Connection, number: int) -> bytes | None:
    """Return the digest of a door's own key; None if it has none, or there is no such door."""
    return connection.execute(sa.select(_C.key_digest).where(_C.id == number)).scalar()


def sites(connection: sa.Connection) -> list[tuple[int, str]]:
    """Return number and name of every site."""
    return [(row.id, row.name) for row in connection.execute(sa.select(site).order_by(site.c.id))]


def capacities(connection: sa.Connection, day: date) -> dict[int, tuple[int | None, int | None]]:
    """Return the capacity on a day of each site that has one of its own: where the card says busy,
    and the legal one.
    """
    c = site_capacity.c
    rows = connection.execute(
        sa.select(c.site_id, c.notice, c.legal).where(c.valid_from <= day).order_by(c.valid_from, c.id)
    )
    return {row.site_id: (row.notice, row.legal) for row in rows}


def add_site(connection: sa.Connection, name: str) -> int:
    """Add a site and return its number."""
    number = connection.execute(sa.select(sa.func.max(site.c.id))).scalar_one() + 1
    connection.execute(site.insert(), {"id": number, "name": name})
    revise(connection)
    return number


def name_site(connection: sa.Connection, number: int, name: str) -> bool:
    """Rename a site. Return False if no site has this number."""
    changed = connection.execute(site.update().where(site.c.id == number).values(name=name)).rowcount
    return bool(changed)


def set_capacity(
    connection: sa.Connection, site_id: int, valid_from: date, notice: int | None, legal: int | None, actor: str
) -> None:
    """Write the capacity of a site from a day on."""
    values = {"site_id": site_id, "valid_from": valid_from, "notice": notice, "legal": legal, "actor": actor}
    connection.execute(site_capacity.insert(), values)
    revise(connection)


def add(connection: sa.Connection, new_door: NewDoor, key: bytes | None, day: date, actor: str) -> int:
    """Add a door with the digest of its own key, and return its number."""
    number = connection.execute(sa.select(sa.func.max(_C.id))).scalar_one() + 1
    values = {
        "id": number,
        **_values(connection, new_door),
        "key_digest": key,
        "added_on": day,
        "actor": actor,
    }
    connection.execute(door.insert(), values)
    revise(connection)
    return number


def _values(connection: sa.Connection, new_door: NewDoor) -> dict[str, object]:
    """Return the columns for a door's facts."""
    zone_id = None
    if new_door.zone is not None:
        zone_id = connection.execute(sa.select(zone.c.id).where(zone.c.code == new_door.zone)).scalar_one()
    return {"name": new_door.name, "site_id": new_door.site, "zone_id": zone_id, "takes": new_door.takes.value}


def change(connection: sa.Connection, number: int, new_door: NewDoor) -> bool:
    """Change a door's facts. Return False if there is none with this number, or it is revoked."""
    changed = connection.execute(
        door.update().where(_C.id == number, _C.revoked_on.is_(None)).values(**_values(connection, new_door))
    ).rowcount
    revise(connection)
    return bool(changed)


def revoke(connection: sa.Connection, number: int, day: date) -> bool:
    """Revoke a door for good: it writes nothing any more. Return False if there is none, or it is revoked already."""
    changed = connection.execute(
        door.update().where(_C.id == number, _C.revoked_on.is_(None)).values(revoked_on=day)
    ).rowcount
    revise(connection)
    return bool(changed)


def give_code(connection: sa.Connection, digest: bytes, new_door: NewDoor, expires_at: datetime, actor: str) -> None:
    """Store a code that adds a door, by its digest, with the door's facts."""
    values = {"digest": digest, **_values(connection, new_door), "expires_at": expires_at, "actor": actor, "tries": 0}
    connection.execute(door_code.insert(), values)


def codes(connection: sa.Connection, at: datetime) -> list[Code]:
    """Return the codes that are neither used nor expired, however many wrong ones were tried."""
    c = door_code.c
    rows = connection.execute(
        sa.select(*door_code.columns, zone.c.code.label("zone"))
        .select_from(door_code.outerjoin(zone, zone.c.id == c.zone_id))
        .where(c.door_id.is_(None), c.expires_at > at)
        .order_by(c.id)
    )
    return [
        Code(
            row.id,
            row.digest,
            NewDoor(row.name, row.site_id, row.zone, Takes(row.takes)),
            row.actor,
            row.expires_at,
            row.tries,
        )
        for row in rows
    ]


def count_try(connection: sa.Connection, at: datetime) -> None:
    """Count a wrong code against every open code."""
    c = door_code.c
    connection.execute(door_code.update().where(c.door_id.is_(None), c.expires_at > at).values(tries=c.tries + 1))


def use_code(connection: sa.Connection, code: int, number: int) -> None:
    """Mark a code as used by this door."""
    connection.execute(door_code.update().where(door_code.c.id == code).values(door_id=number))


def say(connection: sa.Connection, number: int, word: Word) -> None:
    """Write a door's report in place of its last one, at the time of the server.

    The door's own clock may be wrong: the report tells by how many seconds it is ahead.
    """
    at = server_facts.moment(connection, word.at)
    facts = {**word.facts, "ahead_seconds": round((word.at - at).total_seconds())}
    values = {"at": at, "last_entry": word.last_entry, "facts": json.dumps(facts, separators=(",", ":"))}
    if not connection.execute(door_word.update().where(door_word.c.door_id == number).values(**values)).rowcount:
        connection.execute(door_word.insert(), {"door_id": number, **values})


def words(connection: sa.Connection) -> dict[int, Word]:
    """Return the last report of each door that has sent one."""
    reports = {}
    for row in connection.execute(sa.select(door_word)):
        try:
            facts = json.loads(row.facts)
        except ValueError:
            facts = {}
        reports[row.door_id] = Word(row.at, row.last_entry, facts if isinstance(facts, dict) else {})
    return reports
