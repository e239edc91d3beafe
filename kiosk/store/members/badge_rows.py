"""Reads badges across members: members without one, badges to exchange, how many prove themselves; ends single ones.

A badge's `mark` is the keyed hash of its number, the column `fingerprint`; where a function takes several marks, they
are those by the key in use and by former keys. A badge opens until it is lost. Some badges prove that they are no copy
(`Proof.EV2`), by a key that is made from the site's key, which has versions.
"""

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.badges.products import Proof
from kiosk.store.tables import badge, member
from kiosk.store.tables.badge_keys import badge_chip, site_key


class Without(Struct, frozen=True):
    """A member without a badge that opens; `left` counts such members from this one on, this one included."""

    number: int
    name: str
    left: int


class ToExchange(Struct, frozen=True):
    """A member's badge to exchange: its number can be copied, or its key is an older one. `left` counts such badges
    from this one on.
    """

    number: int
    name: str
    tail: str
    mark: bytes
    left: int


class GivenOn(Struct, frozen=True):
    """A badge given on a day, with its member and the kind of its chip (None: no reader has asked for it)."""

    number: int
    name: str
    tail: str
    product: str | None


def next_without(connection: sa.Connection, after: int = 0) -> Without | None:
    """Return the first member after a number without a badge that opens; None if there is none. Skip members with
    a day of leaving, and merged and erased files.
    """
    opens = sa.select(badge.c.member_id).where(badge.c.lost_on.is_(None))
    without = (
        sa.select(member.c.number, member.c.name, sa.func.count().over())
        .where(member.c.left_on.is_(None), member.c.merged_into.is_(None), member.c.erased_on.is_(None))
        .where(member.c.number > after, member.c.id.not_in(opens))
        .order_by(member.c.number)
        .limit(1)
    )
    row = connection.execute(without).first()
    return None if row is None else Without(*row)


def owner(connection: sa.Connection, mark: bytes) -> int | None:
    """Return the number of the member that a badge belongs to, lost or not; None if it belongs to no member."""
    query = sa.select(member.c.number).join_from(member, badge).where(badge.c.fingerprint == mark)
    return connection.execute(query).scalar()


def tail(connection: sa.Connection, mark: bytes) -> str | None:
    """Return the last two bytes of a badge's number, as text; None if the badge does not open."""
    query = sa.select(badge.c.tail).where(badge.c.fingerprint == mark, badge.c.lost_on.is_(None))
    return connection.execute(query).scalar()


def opens_for(connection: sa.Connection, mark: bytes | None, number: int) -> bool:
    """Return whether a badge belongs to the member with this number and is not lost; False for no badge."""
    query = sa.select(member.c.number).join_from(member, badge).where(badge.c.fingerprint == mark)
    return mark is not None and connection.execute(query.where(badge.c.lost_on.is_(None))).scalar() == number


def take_back(connection: sa.Connection, mark: bytes, number: int, day: date) -> bool:
    """Delete a badge that was given to this member on this day, as if it never had been. Return whether
    there was such a badge.
    """
    member_id = sa.select(member.c.id).where(member.c.number == number).scalar_subquery()
    deletion = badge.delete().where(
        badge.c.fingerprint == mark, badge.c.member_id == member_id, badge.c.given_on == day
    )
    return connection.execute(deletion).rowcount > 0


def demand_proof(connection: sa.Connection, mark: bytes, version: int) -> int | None:
    """Make a badge open only with a proof from now on, by this version of the site's key. Return its member's number.

    None if it belongs to no member or is lost.
    """
    changed = badge.update().where(badge.c.fingerprint == mark, badge.c.lost_on.is_(None))
    connection.execute(changed.values(proof=Proof.EV2.value, key_version=version))
    query = sa.select(member.c.number).join_from(member, badge).where(badge.c.fingerprint == mark)
    return connection.execute(query.where(badge.c.lost_on.is_(None))).scalar()


def given_on(connection: sa.Connection, day: date) -> list[GivenOn]:
    """Return the badges given on a day and not lost since, by member number."""
    rows = connection.execute(
        sa.select(member.c.number, member.c.name, badge.c.tail, badge.c.product)
        .join_from(member, badge)
        .where(badge.c.given_on == day, badge.c.lost_on.is_(None))
        .order_by(member.c.number, badge.c.tail)
    )
    return [GivenOn(*row) for row in rows]


def counted(connection: sa.Connection) -> Mapping[tuple[str | None, str | None], int]:
    """Return how many badges open, by kind of chip and kind of proof. A kind is None if no reader has asked for it, a
    proof is None for a badge without one.
    """
    kinds = (badge.c.product, badge.c.proof)
    query = sa.select(*kinds, sa.func.count()).where(badge.c.lost_on.is_(None)).group_by(*kinds)
    return {(product, proof): count for product, proof, count in connection.execute(query)}


def proof(connection: sa.Connection, marks: Collection[bytes]) -> str | None:
    """Return the kind of proof that a badge needs, by its marks; None if it needs none, or does not open."""
    query = sa.select(badge.c.proof).where(badge.c.fingerprint.in_(marks), badge.c.lost_on.is_(None))
    return connection.execute(query).scalar()


def by_version(connection: sa.Connection) -> Mapping[int, int]:
    """Return how many open badges prove themselves with each version of the site's key, the oldest version first."""
    version = badge.c.key_version
    query = sa.select(version, sa.func.count()).where(badge.c.lost_on.is_(None), version.is_not(None))
    rows = connection.execute(query.group_by(version).order_by(version))
    return {number: count for number, count in rows if number is not None}


def exchange(connection: sa.Connection, mark: bytes, old: bytes, day: date) -> None:
    """End the badge `old` after the one that replaces it was tapped: the old one is lost from this day on, and the
    new one (`mark`) no longer waits for that tap.
    """
    connection.execute(badge.update().where(badge.c.fingerprint == old, badge.c.lost_on.is_(None)).values(lost_on=day))
    connection.execute(badge.update().where(badge.c.fingerprint == mark).values(replaces=None))


def next_to_exchange(connection: sa.Connection, after: int = 0, mark: bytes = b"") -> ToExchange | None:
    """Return the first badge to exchange after the given one, by member number, then by mark; None if none is left.

    A badge to exchange opens, has no proof or proves itself with an older key of the site, and is neither replaced nor
    a replacement that waits for its first tap. Members with a day of leaving are skipped.
    """
    newest = sa.select(sa.func.max(site_key.c.version)).scalar_subquery()
    waiting = badge.alias("waiting")
    # As a list, made once: a subquery for each badge takes seconds for ten thousand.
    replaced = sa.select(waiting.c.replaces).where(waiting.c.replaces.is_not(None), waiting.c.lost_on.is_(None))
    query = (
        sa.select(member.c.number, member.c.name, badge.c.tail, badge.c.fingerprint, sa.func.count().over())
        .join_from(member, badge)
        .where(badge.c.lost_on.is_(None), member.c.left_on.is_(None), badge.c.replaces.is_(None))
        .where(badge.c.fingerprint.not_in(replaced))
        .where(sa.or_(badge.c.proof.is_(None), badge.c.key_version < newest))
        .where(sa.or_(member.c.number > after, sa.and_(member.c.number == after, badge.c.fingerprint > mark)))
        .order_by(member.c.number, badge.c.fingerprint)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else ToExchange(*row)


def waiting_exchanges(connection: sa.Connection) -> int:
    """Return how many replacement badges were not tapped yet."""
    waits = sa.select(sa.func.count()).select_from(badge)
    count: int = connection.execute(waits.where(badge.c.replaces.is_not(None), badge.c.lost_on.is_(None))).scalar_one()
    return count


def is_written(connection: sa.Connection, mark: bytes) -> bool:
    """Return whether the keys by which a badge proves itself are all written on its chip; it need not have a member."""
    c = badge_chip.c
    return connection.execute(sa.select(c.wrong).where(c.fingerprint == mark, c.step == "written")).first() is not None
