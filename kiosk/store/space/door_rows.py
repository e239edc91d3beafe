"""Keeps sites and doors: which one a tap comes by, who added and revoked them, and each door's last report."""

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
_AT = (
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
    """A door as the office sees it; the first one and its site may have no name."""

    id: int
    name: str
    site: int
    site_name: str
    zone: str | None
    takes: Takes
    has_key: bool
    added_on: date | None
    revoked_on: date | None


class Word(Struct, frozen=True):
    """What a door last said of itself: when (by the server’s clock), by which entry its roster goes, and how it is."""

    at: datetime
    last_entry: int
    facts: Mapping[str, Any]


class NewDoor(Struct, frozen=True):
    """What a door will be."""

    name: str
    site: int = FIRST
    zone: str | None = None
    takes: Takes = Takes.ALL


class Code(Struct, frozen=True):
    """A code that was given and is not used."""

    id: int
    digest: bytes
    wanted: NewDoor
    actor: str
    expires_at: datetime
    tries: int


def at(connection: sa.Connection, policy: Policy, number: int, day: date) -> Policy:
    """A policy at a door: with what its site holds. Asked where rules are read anew only."""
    try:
        row = connection.execute(_AT, {"door": number}).first()
        if row is None:
            return policy if number == FIRST else replace(policy, door=Door(number, is_revoked=True))
        found = Door(
            id=number,
            site=row.site_id,
            zone=row.code if row.code in policy.zones else None,
            takes=Takes(row.takes),
            is_revoked=row.revoked_on is not None,
            day_site=row.site_id if policy.sites_apart else 0,
            is_one_of=row.sites > 1,
        )
    except (TypeError, ValueError) as wrong:  # a value that is none: the door opens as it did before there were others
        log.error("what the records say of door %d cannot be read: %s", number, wrong)
        return replace(policy, door=Door(number))
    return (
        _with_capacity(connection, replace(policy, door=found), day) if found.is_one_of else replace(policy, door=found)
    )


def _with_capacity(connection: sa.Connection, policy: Policy, day: date) -> Policy:
    c = site_capacity.c
    query = sa.select(c.notice, c.legal).where(c.site_id == policy.door.site, c.valid_from <= day)
    row = connection.execute(query.order_by(c.valid_from.desc(), c.id.desc()).limit(1)).first()
    return policy if row is None else replace(policy, capacity_notice=row.notice, capacity_legal=row.legal)


def revise(connection: sa.Connection) -> None:
    """Make every cache of the rules, and with them of the doors, be read again."""
    connection.execute(rules_revision.update().values(number=rules_revision.c.number + 1))


def everyone(connection: sa.Connection) -> list[DoorRow]:
    """Every door, by number; those that are revoked, too."""
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
    """The digest of a door's own key; None where it has none, or there is no such door."""
    return connection.execute(sa.select(_C.key_digest).where(_C.id == number)).scalar()


def sites(connection: sa.Connection) -> list[tuple[int, str]]:
    """Every site: its number and name."""
    return [(row.id, row.name) for row in connection.execute(sa.select(site).order_by(site.c.id))]


def capacities(connection: sa.Connection, day: date) -> dict[int, tuple[int | None, int | None]]:
    """What each site holds on a day, of those that have a capacity of their own: notice and legal."""
    c = site_capacity.c
    rows = connection.execute(
        sa.select(c.site_id, c.notice, c.legal).where(c.valid_from <= day).order_by(c.valid_from, c.id)
    )
    return {row.site_id: (row.notice, row.legal) for row in rows}


def add_site(connection: sa.Connection, name: str) -> int:
    """One more site. Returns its number."""
    number = connection.execute(sa.select(sa.func.max(site.c.id))).scalar_one() + 1
    connection.execute(site.insert(), {"id": number, "name": name})
    revise(connection)
    return number


def name_site(connection: sa.Connection, number: int, name: str) -> bool:
    """Call a site otherwise. Returns False for a number that no site has."""
    done = connection.execute(site.update().where(site.c.id == number).values(name=name)).rowcount
    return bool(done)


def set_capacity(
    connection: sa.Connection, site_id: int, valid_from: date, notice: int | None, legal: int | None, actor: str
) -> None:
    """What a site holds from a day on."""
    values = {"site_id": site_id, "valid_from": valid_from, "notice": notice, "legal": legal, "actor": actor}
    connection.execute(site_capacity.insert(), values)
    revise(connection)


def add(connection: sa.Connection, wanted: NewDoor, key: bytes | None, day: date, actor: str) -> int:
    """One more door, with the digest of its own key. Returns its number."""
    number = connection.execute(sa.select(sa.func.max(_C.id))).scalar_one() + 1
    values = {
        "id": number,
        **_values(connection, wanted),
        "key_digest": key,
        "added_on": day,
        "actor": actor,
    }
    connection.execute(door.insert(), values)
    revise(connection)
    return number


def _values(connection: sa.Connection, wanted: NewDoor) -> dict[str, object]:
    zone_id = None
    if wanted.zone is not None:
        zone_id = connection.execute(sa.select(zone.c.id).where(zone.c.code == wanted.zone)).scalar_one()
    return {"name": wanted.name, "site_id": wanted.site, "zone_id": zone_id, "takes": wanted.takes.value}


def change(connection: sa.Connection, number: int, wanted: NewDoor) -> bool:
    """Make of a door what is wanted of it. Returns False where there is none that is not revoked."""
    done = connection.execute(
        door.update().where(_C.id == number, _C.revoked_on.is_(None)).values(**_values(connection, wanted))
    ).rowcount
    revise(connection)
    return bool(done)


def revoke(connection: sa.Connection, number: int, day: date) -> bool:
    """Let a door write no more. Returns False where there is none, or it is revoked already."""
    done = connection.execute(
        door.update().where(_C.id == number, _C.revoked_on.is_(None)).values(revoked_on=day)
    ).rowcount
    revise(connection)
    return bool(done)


def give_code(connection: sa.Connection, digest: bytes, wanted: NewDoor, expires_at: datetime, actor: str) -> None:
    """Keep a code that was given, by its digest."""
    values = {"digest": digest, **_values(connection, wanted), "expires_at": expires_at, "actor": actor, "tries": 0}
    connection.execute(door_code.insert(), values)


def codes(connection: sa.Connection, at: datetime) -> list[Code]:
    """Return the codes that can still be used, whatever wrong tries were made."""
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
    """Count a wrong code against all that are open."""
    c = door_code.c
    connection.execute(door_code.update().where(c.door_id.is_(None), c.expires_at > at).values(tries=c.tries + 1))


def use_code(connection: sa.Connection, code: int, number: int) -> None:
    """A code is used: by this door."""
    connection.execute(door_code.update().where(door_code.c.id == code).values(door_id=number))


def say(connection: sa.Connection, number: int, word: Word) -> None:
    """Write a door's last word in place of the one before, at the time of the server: the door's own may be wrong, and
    by how much is a part of the word.
    """
    at = server_facts.moment(connection, word.at)
    facts = {**word.facts, "ahead_seconds": round((word.at - at).total_seconds())}
    values = {"at": at, "last_entry": word.last_entry, "facts": json.dumps(facts, separators=(",", ":"))}
    if not connection.execute(door_word.update().where(door_word.c.door_id == number).values(**values)).rowcount:
        connection.execute(door_word.insert(), {"door_id": number, **values})


def words(connection: sa.Connection) -> dict[int, Word]:
    """The last word of each door that has said one."""
    found = {}
    for row in connection.execute(sa.select(door_word)):
        try:
            facts = json.loads(row.facts)
        except ValueError:
            facts = {}
        found[row.door_id] = Word(row.at, row.last_entry, facts if isinstance(facts, dict) else {})
    return found
