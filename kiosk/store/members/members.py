"""Reads and writes members, their accounts and their badges."""

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
    """What is written of a member at enrolment."""

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
    """A member's file, and what their own account owes. `version` grows with each change of the file.

    `door_name` is one of `DoorName`; `notify` asks for a mail about what the desk puts on the account;
    a certificate of insurance was seen that holds until `insured_until`; with `no_tab` they pay in advance;
    `hides_sums` lets the sums of their account wait for a touch; `note` is the office's;
    from `zone_from_on` on they take the zone of their plan.
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
        """Return whether the member has left by a day: a leave to come is none yet."""
        return self.left_on is not None and self.left_on <= day

    @property
    def at_the_door(self) -> str:
        """Return the name that the door's screen shows; empty for members who want no name there."""
        return at_the_door(self.name, self.shown_name, self.door_name)

    @property
    def aids(self) -> Aids:
        """How far the screen helps them."""
        return aids.kept(larger=self.larger_text, contrast=self.more_contrast, voice=self.voice)


class Badge(Struct, frozen=True):
    """One badge of a member. `fingerprint` is what the records know it by."""

    fingerprint: bytes
    tail: str
    given_on: date
    lost_on: date | None
    until_on: date | None
    product: str | None = None
    proof: str | None = None
    is_half_written: bool = False  # its keys, at a cut


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
    """A new file under the next number, with an account of its own."""
    highest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(member.c.number), 0))).scalar_one()
    number = max(highest, lost_numbers.last(connection, "member")) + 1
    values = {name: getattr(new, name) for name in NewMember.__struct_fields__}
    member_id = connection.execute(
        member.insert(), {"number": number, "search": searchable(new.name), **values}
    ).lastrowid
    connection.execute(account.insert(), {"member_id": member_id})
    return by_number(connection, number)


def by_number(connection: sa.Connection, number: int) -> Member:
    """The file under a number; that of a merged file points on to the one that was kept.

    Raises RequestError `no-such-member`.
    """
    into = sa.select(member.c.merged_into).where(member.c.number == number).scalar_subquery()
    found = sa.func.coalesce(into, sa.select(member.c.id).where(member.c.number == number).scalar_subquery())
    row = connection.execute(_MEMBERS.where(member.c.id == found)).first()
    if row is None:
        raise RequestError("no-such-member", field="member", member=number)
    return _member(row)


def present(connection: sa.Connection, number: int, day: date) -> Member:
    """Return a member who has not left by a day. Raises RequestError `no-such-member` or `member-left`."""
    found = by_number(connection, number)
    if found.has_left(day):
        raise RequestError("member-left", field="member", member=number, left_on=found.left_on)
    return found


def by_numbers(connection: sa.Connection, numbers: Collection[int]) -> list[Member]:
    """The files under some numbers, by number; what was merged into another is left out."""
    rows = connection.execute(
        _MEMBERS.where(member.c.number.in_(numbers), member.c.merged_into.is_(None)).order_by(None)
    )
    return sorted((_member(row) for row in rows), key=lambda each: each.number)


def of_entry(connection: sa.Connection, entry_id: bytes) -> Member | None:
    """The file of the member for whom the entry of this id was written."""
    query = sa.select(entry.c.member_number).where(entry.c.id == entry_id)
    number = connection.execute(query).scalar()
    return None if number is None else by_number(connection, number)


def _member(row: sa.Row[*tuple[Any, ...]]) -> Member:
    return Member(*row)


def everyone(connection: sa.Connection) -> list[Member]:
    """Return every file, by number, former members' included; not those merged into another."""
    return [_member(row) for row in connection.execute(_MEMBERS.where(member.c.merged_into.is_(None)))]


def change(connection: sa.Connection, found: Member, **values: object) -> None:
    """Write something else in a file, whose version grows with it."""
    if "name" in values:
        values["search"] = searchable(str(values["name"]))
    statement = member.update().where(member.c.id == found.id)
    connection.execute(statement.values(version=member.c.version + 1, **values))


def leave(connection: sa.Connection, found: Member, day: date) -> None:
    """Let the member leave on this day; their subscriptions end with it."""
    change(connection, found, left_on=day)
    end_subscriptions(connection, found, day)


def end_subscriptions(connection: sa.Connection, found: Member, day: date) -> None:
    """End the member's subscriptions after this day."""
    connection.execute(
        subscription.update()
        .where(subscription.c.member_id == found.id, subscription.c.from_on <= day)
        .where(sa.or_(subscription.c.until_on.is_(None), subscription.c.until_on > day))
        .values(until_on=day)
    )


def paying_account(connection: sa.Connection, found: Member, kind: ProductKind, day: date) -> int:
    """The account that pays a kind of product for a member on a day: an appointed payer's, else their own."""
    appointed = connection.execute(
        sa.select(payer.c.account_id)
        .where(payer.c.member_id == found.id, payer.c.kind == kind.value, payer.c.from_on <= day)
        .where(sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= day))
        .order_by(payer.c.from_on.desc())
        .limit(1)
    ).scalar()
    return found.account if appointed is None else appointed


def paying_accounts(connection: sa.Connection, found: Member, day: date) -> dict[str, int]:
    """Return the accounts of the payers appointed for a member on a day, by the kind of product that each pays."""
    rows = connection.execute(
        sa.select(payer.c.kind, payer.c.account_id)
        .where(payer.c.member_id == found.id, payer.c.from_on <= day)
        .where(sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= day))
        .order_by(payer.c.from_on)
    )
    return {kind: account_id for kind, account_id in rows}


def reduced_level(connection: sa.Connection, found: Member, day: date) -> str | None:
    """The reduced level granted to a member for a day."""
    return connection.execute(
        sa.select(reduced_grant.c.level)
        .where(reduced_grant.c.member_id == found.id)
        .where(reduced_grant.c.from_on <= day, reduced_grant.c.until_on >= day)
        .order_by(reduced_grant.c.id.desc())
        .limit(1)
    ).scalar()


def grant_reduced(connection: sa.Connection, found: Member, level: str, from_on: date, until_on: date) -> None:
    """A reduced level for a member, both days included."""
    values = {"member_id": found.id, "level": level, "from_on": from_on, "until_on": until_on}
    connection.execute(reduced_grant.insert(), values)


def give_badge(connection: sa.Connection, found: Member, read: BadgeRead, key: bytes, day: date) -> None:
    """Give a badge to a member; their own lost badge, found again, opens again.

    Raises RequestError `badge-given` where it is another member's, lost or not, or active already.
    """
    fingerprint = read.fingerprint(key)
    owner = connection.execute(
        sa.select(member.c.number, badge.c.lost_on).join_from(member, badge).where(badge.c.fingerprint == fingerprint)
    ).first()
    if owner is None:
        values = {"fingerprint": fingerprint, "member_id": found.id, "tail": read.tail, "given_on": day}
        connection.execute(badge.insert(), {**values, **_proof(connection, fingerprint)})
    elif owner.number == found.number and owner.lost_on is not None:
        connection.execute(badge.update().where(badge.c.fingerprint == fingerprint).values(lost_on=None))
    else:
        raise RequestError("badge-given", field="badge", tail=read.tail, member=owner.number)


def know_again(connection: sa.Connection, read: BadgeRead, key: bytes, older: Sequence[OldKey], day: date) -> bool:
    """Know a badge by the key in use from now on, where a key of before still knows it. Returns whether one did."""
    mark, *others = marks(read, key, older, day)
    known = connection.execute(sa.select(badge.c.fingerprint).where(badge.c.fingerprint.in_([mark, *others]))).scalars()
    found = set(known)
    if mark in found or not found:
        return False
    old = found.pop()
    connection.execute(badge.update().where(badge.c.fingerprint == old).values(fingerprint=mark))
    connection.execute(badge.update().where(badge.c.replaces == old).values(replaces=mark))
    connection.execute(badge_chip.update().where(badge_chip.c.fingerprint == old).values(fingerprint=mark))
    return True


def give_new_badge(
    connection: sa.Connection,
    found: Member,
    fingerprint: bytes,
    tail: str,
    day: date,
    until_on: date | None = None,
    product: str | None = None,
    replaces: bytes | None = None,
) -> None:
    """Give an unowned badge to a member, by its fingerprint; with a last day, until it is confirmed. A badge that it
    replaces opens until this one is tapped.

    Raises RequestError `badge-given`.
    """
    if connection.execute(sa.select(badge.c.tail).where(badge.c.fingerprint == fingerprint)).first() is not None:
        raise RequestError("badge-given", field="badge", tail=tail)
    values = {"fingerprint": fingerprint, "tail": tail, "given_on": day, "until_on": until_on, "product": product}
    values["replaces"] = replaces
    connection.execute(badge.insert(), {"member_id": found.id, **values, **_proof(connection, fingerprint)})


def _proof(connection: sa.Connection, fingerprint: bytes) -> Mapping[str, object]:
    """What a badge proves itself by that is given: one whose keys were written opens with its proof only, from the
    first day.
    """
    c = badge_chip.c
    written = sa.select(c.key_version).where(c.fingerprint == fingerprint, c.step == "written")
    version = connection.execute(written).scalar()
    return {} if version is None else {"proof": Proof.EV2.value, "key_version": version}


def confirm_badge(connection: sa.Connection, fingerprint: bytes) -> None:
    """Let the badge go on opening after its first day."""
    connection.execute(badge.update().where(badge.c.fingerprint == fingerprint).values(until_on=None))


def lose_badge(connection: sa.Connection, read: BadgeRead, key: bytes, day: date) -> int:
    """Declare a badge lost. Returns its member's number. Raises RequestError `no-such-badge`; declared twice, the first
    day stays.
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


def badges_of(connection: sa.Connection, found: Member) -> list[Badge]:
    """A member's badges: those that open first, the newest first."""
    from kiosk.store.members import chip_rows  # with how keys are written, which the entrance's start does without

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
        .where(badge.c.member_id == found.id)
        .order_by(badge.c.lost_on.is_not(None), badge.c.given_on.desc(), badge.c.tail)
    )
    return [Badge(*row) for row in rows]


def mark_badge(connection: sa.Connection, found: Member, fingerprint: bytes, lost_on: date | None) -> None:
    """One of the member's badges is lost from a day on, or found again. Raises RequestError `no-such-badge`."""
    own = sa.and_(badge.c.fingerprint == fingerprint, badge.c.member_id == found.id)
    if connection.execute(badge.update().where(own).values(lost_on=lost_on)).rowcount == 0:
        raise RequestError("no-such-badge", member=found.number)
    if lost_on is not None:
        _end_telephones(connection, sa.literal(found.id), lost_on)


def _end_telephones(connection: sa.Connection, member_id: sa.ColumnElement[int], day: date) -> None:
    """End the telephones of a member whose badge is lost: its finder may have paired one of their own."""
    from kiosk.store.tables.telephones import telephone  # no tap asks for it

    theirs = sa.and_(telephone.c.member_id == member_id, telephone.c.ended_on.is_(None))
    connection.execute(telephone.update().where(theirs).values(ended_on=day))


def badges_given(connection: sa.Connection, first_on: date, last_on: date) -> list[tuple[date, int]]:
    """The badges given in some days, both included: each one's day, and its member's number."""
    query = (
        sa.select(badge.c.given_on, member.c.number)
        .join(member)
        .where(badge.c.given_on.between(first_on, last_on))
        .order_by(badge.c.given_on, member.c.number)
    )
    return [(day, number) for day, number in connection.execute(query)]


def badges(connection: sa.Connection) -> Sequence[sa.Row[int, str, str, date, date | None, str | None, str | None]]:
    """Every badge: member number, name, last two bytes, given on, lost on, product, proof."""
    of_badge = (badge.c.tail, badge.c.given_on, badge.c.lost_on, badge.c.product, badge.c.proof)
    return connection.execute(
        sa.select(member.c.number, member.c.name, *of_badge).join(badge).order_by(member.c.number, badge.c.given_on)
    ).all()
