"""Carries out a pairing: begun at the screen, scanned by a telephone, and confirmed at the screen by its digits and the
badge; or by a mailed code.

Each function works in the given transaction. `kiosk.domain.telephones.pairing` decides which step may follow which. A
pairing's *way* is by badge or by mail. An unknown secret, bearer or pairing is answered like one that is over
(`Ended.LATE`); `waits` answers None for an unknown bearer.
"""

import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import keeping
from kiosk.domain.days import Moment
from kiosk.domain.telephones import pairing as rules
from kiosk.domain.telephones.pairing import Ended
from kiosk.errors import RequestError
from kiosk.messages import telephone_notice
from kiosk.store.members import members
from kiosk.store.officers import desk_log
from kiosk.store.telephones import pairing_rows, telephone_rows
from kiosk.store.telephones.telephone_rows import Telephone
from kiosk.telephones import secret_texts

KINDS = ("iphone", "android", "other")  # of telephones


class Begun(Struct, frozen=True):
    """A pairing that waits for a scan: its id, and the secret in its QR code."""

    id: int
    secret: str


class Scanned(Struct, frozen=True):
    """What a telephone gets by scanning: the bearer that identifies it from now on, and the digits to show."""

    bearer: str
    digits: str


class Waits(Struct, frozen=True):
    """The state of a telephone's pairing: the digits that it shows, why it ended (None: it goes on), and whether it
    waits for a mailed code.
    """

    digits: str = ""
    ended: Ended | None = None
    by_mail: bool = False


def begin(connection: sa.Connection, number: int, moment: Moment) -> Begun:
    """Begin a pairing for a member and return it; the member's earlier one ends."""
    secret = secret_texts.fresh()
    member = members.by_number(connection, number)
    return Begun(pairing_rows.begin(connection, member.id, secret_texts.hashed(secret), moment.at), secret)


def scan(connection: sa.Connection, secret: str, kind: str, moment: Moment) -> Scanned | Ended:
    """Take a scan of a secret and return the telephone's bearer and digits, or why it is refused. A second scan of the
    same secret ends the pairing.
    """
    pairing = (
        pairing_rows.of_secret(connection, secret_texts.hashed(secret)) if secret_texts.is_possible(secret) else None
    )
    if pairing is None:
        return Ended.LATE
    refused = rules.why_not_scan(pairing, moment.at)
    if refused is not None:
        if pairing.ended is None:
            pairing_rows.end(connection, pairing.id, refused)
        return refused
    scanned = Scanned(secret_texts.fresh(), secret_texts.fresh_digits(rules.DIGITS))
    pairing_rows.scan(
        connection, pairing.id, secret_texts.hashed(scanned.bearer), scanned.digits, _kind(kind), moment.at
    )
    return scanned


class Named(Struct, frozen=True):
    """The digits that were typed at the screen, and when."""

    digits: str
    at: datetime


def confirm(connection: sa.Connection, pairing_id: int, number: int, named: Named, moment: Moment, actor: str) -> Ended:
    """Pair the telephone that shows the typed digits with the member whose badge confirms it in time, and return
    `PAIRED` or why not. There is one try: wrong digits end the pairing.
    """
    pairing = pairing_rows.by_id(connection, pairing_id)
    if pairing is None or pairing.member != number:
        return Ended.LATE
    why = rules.why_not_pair(pairing, named.digits, named.at, moment.at) or Ended.PAIRED
    if pairing.ended is None:
        pairing_rows.end(connection, pairing.id, why)
    if why is Ended.PAIRED and pairing.ended is None:
        _pair(connection, pairing.id, number, moment, actor)
    return why


def _pair(connection: sa.Connection, pairing_id: int, number: int, moment: Moment, actor: str) -> None:
    """Add the paired telephone to the member's, ending the oldest above the limit, log it and mail the member."""
    way, kind, bearer_hash, _ = pairing_rows.way_of(connection, pairing_id)
    if bearer_hash is None:
        raise AssertionError("a pairing that was scanned knows its telephone")
    member = members.by_number(connection, number)
    # the newest come first; the last place is the new one's
    for oldest in telephone_rows.of_member(connection, number)[rules.MOST_TELEPHONES - 1 :]:
        telephone_rows.end(connection, number, moment.day, oldest.id)
    telephone_rows.add(connection, member.id, bearer_hash, way=way, kind=kind, at=moment.at, day=moment.day)
    desk_log.add(connection, moment.at, actor, "telephone-paired", number, None)
    telephone_notice.put_in_outbox(connection, number, moment.at)


def _kind(kind: str) -> str:
    """Return the kind of telephone as it is stored; an unknown kind counts as "other"."""
    return kind if kind in KINDS else KINDS[-1]


def of_bearer(connection: sa.Connection, bearer: str, moment: Moment) -> Telephone | None:
    """Return the paired telephone with a bearer; None where there is none, or where its last use is too long ago."""
    if not secret_texts.is_possible(bearer):
        return None
    telephone = telephone_rows.of_bearer(connection, secret_texts.hashed(bearer), moment.day)
    is_old = telephone is not None and (moment.day - telephone.used_on).days > keeping.TELEPHONE_DAYS
    return None if is_old else telephone


def waits(connection: sa.Connection, bearer: str, moment: Moment) -> Waits | None:
    """Return the state of the pairing of a telephone; None for an unknown bearer."""
    pairing = (
        pairing_rows.of_bearer(connection, secret_texts.hashed(bearer)) if secret_texts.is_possible(bearer) else None
    )
    if pairing is None:
        return None
    way, _, _, _ = pairing_rows.way_of(connection, pairing.id)
    if way == pairing_rows.MAIL:
        return Waits(ended=rules.why_no_code(pairing, moment.at), by_mail=True)
    late = Ended.LATE if pairing.ended is None and rules.is_over(pairing, moment.at) else pairing.ended
    return Waits(pairing.digits, late)


# --- by a code in a mail


def ask_code(connection: sa.Connection, address: str, kind: str, moment: Moment) -> str:
    """Mail a code to an address if exactly one member has it, and return the telephone's bearer either way, so that the
    answer does not tell whether the address is a member's. Raises RequestError `too-many-codes`.
    """
    address_hash = secret_texts.hashed(address.strip().casefold())
    an_hour_ago = moment.at - timedelta(hours=1)
    to_address = pairing_rows.mailed_since(connection, an_hour_ago, address_hash)
    to_all = pairing_rows.mailed_since(connection, an_hour_ago)
    if to_address >= rules.CODES_AN_HOUR or to_all >= rules.ALL_CODES_AN_HOUR:
        raise RequestError("too-many-codes")
    bearer, code = secret_texts.fresh(), secret_texts.fresh_digits(rules.CODE_DIGITS)
    theirs = telephone_rows.members_of_address(connection, address.strip(), moment.day)
    number = theirs[0] if len(theirs) == 1 else None  # an address of two members identifies neither
    member = None if number is None else members.by_number(connection, number)
    hashes = secret_texts.hashed(bearer), secret_texts.code_hashed(code, bearer), address_hash
    pairing_rows.begin_mailed(connection, None if member is None else member.id, hashes, _kind(kind), moment.at)
    if member is not None:
        telephone_notice.put_code(connection, member.number, code, moment.at)
    return bearer


def enter_code(connection: sa.Connection, bearer: str, code: str, moment: Moment, actor: str) -> Ended | None:
    """Take a typed code and return `PAIRED` where it is right, None for a wrong one that may be tried again, else why
    the pairing ended.
    """
    pairing = (
        pairing_rows.of_bearer(connection, secret_texts.hashed(bearer)) if secret_texts.is_possible(bearer) else None
    )
    if pairing is None:
        return Ended.LATE
    way, _, _, code_hash = pairing_rows.way_of(connection, pairing.id)
    refused = rules.why_no_code(pairing, moment.at)
    if refused is not None or way != pairing_rows.MAIL or code_hash is None:
        return refused or Ended.LATE
    is_right = hmac.compare_digest(code_hash, secret_texts.code_hashed(code, bearer))
    if is_right and pairing.member is not None:
        pairing_rows.end(connection, pairing.id, Ended.PAIRED)
        _pair(connection, pairing.id, pairing.member, moment, actor)
        return Ended.PAIRED
    pairing_rows.count_try(connection, pairing.id)
    if pairing.tries + 1 < rules.CODE_TRIES:
        return None
    pairing_rows.end(connection, pairing.id, Ended.TRIES)
    return Ended.TRIES


# --- paired ones


def end(connection: sa.Connection, number: int, moment: Moment, actor: str, telephone_id: int | None = None) -> int:
    """End one telephone of a member, or all of them, log it, and return how many were ended."""
    count = telephone_rows.end(connection, number, moment.day, telephone_id)
    if count:
        desk_log.add(connection, moment.at, actor, "telephone-ended", number, None)
    return count
