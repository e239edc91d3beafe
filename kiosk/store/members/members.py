"""Reads and writes members, their accounts and their badges.

A badge is stored under its fingerprint, the keyed hash of its number. Some badges prove that they are no copy
(`Proof.EV2`), with a key that is written on them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.badges.products import Proof
from kiosk.domain.checkin import aids
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.badges import BadgeRead, OldKey, marks
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.names import at_the_door, searchable
from kiosk.errors import RequestError
from kiosk.store import lost_numbers
from kiosk.store.tables import account, badge, entry, member, payer, reduced_grant, subscription
from kiosk.store.tables.badge_keys import badge_chip


class NewMember(Struct, frozen=True, kw_only=True):
    """A new member's facts at enrolment."""

    name: str
    shown_name: str
    plan_code: str
    zone_id: int
    joined_on: date
    email: str | None = None
    language: str | None = None
    phone: str | None = None
    no_tab: bool = False


class Member(Struct, frozen=True):
    """A member's file, with their own account and what it owes (below 0: an advance). `version` grows with each change
    of the file.

    `door_name` is one of `DoorName`; `notify` asks for a mail about each entry that the desk puts on the account; a
    certificate of insurance was shown that is valid until `insured_until`; with `no_tab` the door lets the member only
    pay in advance; `hides_sums` shows their account's amounts only when touched; `note` is the office's. From
    `zone_from_on` on they take the zone of their plan.
    """

    id: int
    number: int
    name: str
    shown_name: str
    plan: str
    email: str | None
    joined_on: date
    left_on: date | None
    account: int
    balance_cents: int
    phone: str | None
    language: str | None
    visible: bool
    version: int
    door_name: str
    larger_text: bool
    more_contrast: bool
    voice: bool
    notify: bool
    insured_until: date | None
    no_tab: bool
    hides_sums: bool
    note: str | None
    zone_from_on: date | None

    def has_left(self, day: date) -> bool:
        """Return whether the member has left by a day; leaving on a later day does not count yet."""
        return self.left_on is not None and self.left_on <= day

    @property
    def at_the_door(self) -> str:
        """The name that the door's screen shows; empty if the member wants no name there."""
        return at_the_door(self.name, self.shown_name, self.door_name)

    @property
    def aids(self) -> Aids:
        """The aids that the screen gives this member: larger text, more contrast, voice."""
        return aids.kept(larger=self.larger_text, contrast=self.more_contrast, voice=self.voice)


class Badge(Struct, frozen=True):
    """A badge of a member. `fingerprint` is the keyed hash of its number, `tail` that number's last two bytes.

    It opens until it is lost, and not after the day `until_on` (None: without a last day). `product` is the kind of its
    chip, None if no reader has asked; `proof` the proof that it must give, None for none.
    """

    fingerprint: bytes
    tail: str
    given_on: date
    lost_on: date | None
    until_on: date | None
    product: str | None = None
    proof: str | None = None
    is_half_written: bool = False  # the writing of its keys was cut


_MEMBERS = (
    sa.select(
        member.c.id,
        member.c.number,
        member.c.name,
        member.c.shown_name,
        member.c.plan_code,
        member.c.email,
        member.c.joined_on,
        member.c.left_on,
        account.c.id,
        account.c.balance_cents,
        member.c.phone,
        member.c.language,
        member.c.visible,
        member.c.version,
        member.c.door_name,
        member.c.larger_text,
        member.c.more_contrast,
        member.c.voice,
        member.c.notify,
        member.c.insured_until,
        member.c.no_tab,
        member.c.hides_sums,
        member.c.note,
        member.c.zone_from_on,
    )
    .join(account, account.c.member_id == member.c.id)
    .order_by(member.c.number)
)


def add(connection: sa.Connection, new: NewMember) -> Member:
    """Add a file under the next member number, with an account of its own, and return it."""
    highest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(member.c.number), 0))).scalar_one()
    number = max(highest, lost_numbers.last(connection, "member")) + 1
    values = {name: getattr(new, name) for name in NewMember.__struct_fields__}
    member_id = connection.execute(
        member.insert(), {"number": number, "search": searchable(new.name), **values}
    ).lastrowid
    connection.execute(account.insert(), {"member_id": member_id})
    return by_number(connection, number)


def by_number(connection: sa.Connection, number: int) -> Member:
    """Return the file under a number; for a merged file's number, the file that was kept.

    Raises RequestError `no-such-member`.
    """
    kept_id = sa.select(member.c.merged_into).where(member.c.number == number).scalar_subquery()
    file_id = sa.func.coalesce(kept_id, sa.select(member.c.id).where(member.c.number == number).scalar_subquery())
    row = connection.execute(_MEMBERS.where(member.c.id == file_id)).first()
    if row is None:
        raise RequestError("no-such-member", field="member", member=number)
    return _member(row)


def present(connection: sa.Connection, number: int, day: date) -> Member:
    """Return a member that has not left by a day. Raises RequestError `no-such-member` or `member-left`."""
    person = by_number(connection, number)
    if person.has_left(day):
        raise RequestError("member-left", field="member", member=number, left_on=person.left_on)
    return person


def by_numbers(connection: sa.Connection, numbers: Collection[int]) -> list[Member]:
    """Return the files under these numbers, by number, without merged ones."""
    rows = connection.execute(
        _MEMBERS.where(member.c.number.in_(numbers), member.c.merged_into.is_(None)).order_by(None)
    )
    return sorted((_member(row) for row in rows), key=lambda person: person.number)


def of_entry(connection: sa.Connection, entry_id: bytes) -> Member | None:
    """Return the file of the member that the entry with this id is about; None if there is no such entry, or member."""
    query = sa.select(entry.c.member_number).where(entry.c.id == entry_id)
    number = connection.execute(query).scalar()
    return None if number is None else by_number(connection, number)


def _member(record: sa.Row[*tuple[Any, ...]]) -> Member:
    """Return a file from a row of `_MEMBERS`."""
    return Member(*record)


def everyone(connection: sa.Connection) -> list[Member]:
    """Return every file, by number, former members' included, without merged ones."""
    return [_member(row) for row in connection.execute(_MEMBERS.where(member.c.merged_into.is_(None)))]


def change(connection: sa.Connection, person: Member, **values: object) -> None:
    """Change these columns of a member's file, with a name the column searched, too, and raise its version."""
    if "name" in values:
        values["search"] = searchable(str(values["name"]))
    statement = member.update().where(member.c.id == person.id)
    connection.execute(statement.values(version=member.c.version + 1, **values))


def leave(connection: sa.Connection, person: Member, day: date) -> None:
    """Let a member leave on this day, and end their subscriptions with it."""
    change(connection, person, left_on=day)
    end_subscriptions(connection, person, day)


def end_subscriptions(connection: sa.Connection, person: Member, day: date) -> None:
    """End a member's subscriptions with this day; those that begin later, or ended before, are left alone."""
    connection.execute(
        subscription.update()
        .where(subscription.c.member_id == person.id, subscription.c.from_on <= day)
        .where(sa.or_(subscription.c.until_on.is_(None), subscription.c.until_on > day))
        .values(until_on=day)
    )


def paying_account(connection: sa.Connection, person: Member, kind: ProductKind, day: date) -> int:
    """Return the account that pays a kind of product for a member on a day: an appointed payer's, else their own."""
    appointed = connection.execute(
        sa.select(payer.c.account_id)
        .where(payer.c.member_id == person.id, payer.c.kind == kind.value, payer.c.from_on <= day)
        .where(sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= day))
        .order_by(payer.c.from_on.desc())
        .limit(1)
    ).scalar()
    return person.account if appointed is None else appointed


def paying_accounts(connection: sa.Connection, person: Member, day: date) -> dict[str, int]:
    """Return the accounts of the payers appointed for a member on a day, by the kind of product that each pays."""
    rows = connection.execute(
        sa.select(payer.c.kind, payer.c.account_id)
        .where(payer.c.member_id == person.id, payer.c.from_on <= day)
        .where(sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= day))
        .order_by(payer.c.from_on)
    )
    return {kind: account_id for kind, account_id in rows}


def reduced_level(connection: sa.Connection, person: Member, day: date) -> str | None:
    """Return the reduced level that a member has on a day, by the grant written last; None for the full price."""
    return connection.execute(
        sa.select(reduced_grant.c.level)
        .where(reduced_grant.c.member_id == person.id)
        .where(reduced_grant.c.from_on <= day, reduced_grant.c.until_on >= day)
        .order_by(reduced_grant.c.id.desc())
        .limit(1)
    ).scalar()


def grant_reduced(connection: sa.Connection, person: Member, level: str, from_on: date, until_on: date) -> None:
    """Grant a member a reduced level, both days included, without reason or officer (`grants.add` writes these)."""
    values = {"member_id": person.id, "level": level, "from_on": from_on, "until_on": until_on}
    connection.execute(reduced_grant.insert(), values)


def give_badge(connection: sa.Connection, person: Member, read: BadgeRead, key: bytes, day: date) -> None:
    """Give a badge to a member, under its number hashed with `key`; the member's own lost badge opens again.

    Raises RequestError `badge-given` if it belongs to another member, lost or not, or is this member's and opens
    already.
    """
    fingerprint = read.fingerprint(key)
    owner = connection.execute(
        sa.select(member.c.number, badge.c.lost_on).join_from(member, badge).where(badge.c.fingerprint == fingerprint)
    ).first()
    if owner is None:
        values = {"fingerprint": fingerprint, "member_id": person.id, "tail": read.tail, "given_on": day}
        connection.execute(badge.insert(), {**values, **_proof(connection, fingerprint)})
    elif owner.number == person.number and owner.lost_on is not None:
        connection.execute(badge.update().where(badge.c.fingerprint == fingerprint).values(lost_on=None))
    else:
        raise RequestError("badge-given", field="badge", tail=read.tail, member=owner.number)


def know_again(connection: sa.Connection, read: BadgeRead, key: bytes, older: Sequence[OldKey], day: date) -> bool:
    """Store a badge under the hash of the key in use, if it is still stored under that of an `older` key that is
    valid on this day. Return whether it was.
    """
    fingerprint, *older_fingerprints = marks(read, key, older, day)
    query = sa.select(badge.c.fingerprint).where(badge.c.fingerprint.in_([fingerprint, *older_fingerprints]))
    stored = set(connection.execute(query).scalars())
    if fingerprint in stored or not stored:
        return False
    old = stored.pop()
    connection.execute(badge.update().where(badge.c.fingerprint == old).values(fingerprint=fingerprint))
    connection.execute(badge.update().where(badge.c.replaces == old).values(replaces=fingerprint))
    connection.execute(badge_chip.update().where(badge_chip.c.fingerprint == old).values(fingerprint=fingerprint))
    return True


def give_new_badge(
    connection: sa.Connection,
    person: Member,
    fingerprint: bytes,
    tail: str,
    day: date,
    until_on: date | None = None,
    product: str | None = None,
    replaces: bytes | None = None,
) -> None:
    """Give a badge that belongs to no member, and never did, to this one, by its fingerprint.

    With `until_on` the badge opens until that day, unless the desk confirms it. The badge that it `replaces` opens
    until this one is tapped. Raises RequestError `badge-given` if the badge has an owner, even as lost.
    """
    if connection.execute(sa.select(badge.c.tail).where(badge.c.fingerprint == fingerprint)).first() is not None:
        raise RequestError("badge-given", field="badge", tail=tail)
    values = {"fingerprint": fingerprint, "tail": tail, "given_on": day, "until_on": until_on, "product": product}
    values["replaces"] = replaces
    connection.execute(badge.insert(), {"member_id": person.id, **values, **_proof(connection, fingerprint)})


def _proof(connection: sa.Connection, fingerprint: bytes) -> Mapping[str, object]:
    """Return the proof columns of a badge that is being given: one whose keys are written opens only with
    its proof; for any other none is set.
    """
    c = badge_chip.c
    written = sa.select(c.key_version).where(c.fingerprint == fingerprint, c.step == "written")
    version = connection.execute(written).scalar()
    return {} if version is None else {"proof": Proof.EV2.value, "key_version": version}


def confirm_badge(connection: sa.Connection, fingerprint: bytes) -> None:
    """Let a badge that was given at the screen open without a last day."""
    connection.execute(badge.update().where(badge.c.fingerprint == fingerprint).values(until_on=None))


def lose_badge(connection: sa.Connection, read: BadgeRead, key: bytes, day: date) -> int:
    """Declare a badge lost, end its member's telephones, and return the member's number.

    Of a badge that is lost already the first day stays. Raises RequestError `no-such-badge`.
    """
    fingerprint = read.fingerprint(key)
    query = sa.select(badge.c.lost_on, member.c.number).join_from(badge, member)
    row = connection.execute(query.where(badge.c.fingerprint == fingerprint)).first()
    if row is None:
        raise RequestError("no-such-badge", tail=read.tail)
    if row.lost_on is None:
        connection.execute(badge.update().where(badge.c.fingerprint == fingerprint).values(lost_on=day))
        _end_telephones(connection, sa.select(member.c.id).where(member.c.number == row.number).scalar_subquery(), day)
    number: int = row.number
    return number


def badges_of(connection: sa.Connection, person: Member) -> list[Badge]:
    """Return a member's badges: open ones before lost ones, the newest first."""
    from kiosk.store.members import chip_rows  # its tables are not loaded at the entrance's start

    rows = connection.execute(
        sa.select(
            badge.c.fingerprint,
            badge.c.tail,
            badge.c.given_on,
            badge.c.lost_on,
            badge.c.until_on,
            badge.c.product,
            badge.c.proof,
            chip_rows.is_half_written(),
        )
        .where(badge.c.member_id == person.id)
        .order_by(badge.c.lost_on.is_not(None), badge.c.given_on.desc(), badge.c.tail)
    )
    return [Badge(*row) for row in rows]


def mark_badge(connection: sa.Connection, person: Member, fingerprint: bytes, lost_on: date | None) -> None:
    """Mark a member's badge as lost from a day on, and end the member's telephones; or mark it with None as found.
    Raises RequestError `no-such-badge` if the badge is not this member's.
    """
    own = sa.and_(badge.c.fingerprint == fingerprint, badge.c.member_id == person.id)
    if connection.execute(badge.update().where(own).values(lost_on=lost_on)).rowcount == 0:
        raise RequestError("no-such-badge", member=person.number)
    if lost_on is not None:
        _end_telephones(connection, sa.literal(person.id), lost_on)


def _end_telephones(connection: sa.Connection, member_id: sa.ColumnElement[int], day: date) -> None:
    """End the telephones of a member whose badge is lost: the finder may have paired a telephone of their own."""
    from kiosk.store.tables.telephones import telephone  # a tap does not need it

    theirs = sa.and_(telephone.c.member_id == member_id, telephone.c.ended_on.is_(None))
    connection.execute(telephone.update().where(theirs).values(ended_on=day))


def badges_given(connection: sa.Connection, first_on: date, last_on: date) -> list[tuple[date, int]]:
    """Return day and member number of each badge given in a period, both days included."""
    query = (
        sa.select(badge.c.given_on, member.c.number)
        .join(member)
        .where(badge.c.given_on.between(first_on, last_on))
        .order_by(badge.c.given_on, member.c.number)
    )
    return [(day, number) for day, number in connection.execute(query)]


def badges(connection: sa.Connection) -> Sequence[sa.Row[int, str, str, date, date | None, str | None, str | None]]:
    """Return every badge, by member number: number, name, last two bytes, given on, lost on, kind of chip, proof."""
    of_badge = (badge.c.tail, badge.c.given_on, badge.c.lost_on, badge.c.product, badge.c.proof)
    return connection.execute(
        sa.select(member.c.number, member.c.name, *of_badge).join(badge).order_by(member.c.number, badge.c.given_on)
    ).all()
