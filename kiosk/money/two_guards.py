"""Checks what waits for a second officer, be it a correction of money or another act: which officer may agree to it, do
it alone or decline it, and when.

A *wish* is what an officer asked to do; its *digest* stands for its text. The second officer agrees to the text that
the page showed; with a passkey, by signing it (`SignedYes`).
"""

from collections.abc import Collection
from datetime import date

import msgspec
import sqlalchemy as sa

from kiosk.domain.chain import Detail
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.domain.members.roles import MONEY, Role
from kiosk.domain.members.signed_yes import Key, SignedYes
from kiosk.domain.members.two_hands import WAITS
from kiosk.domain.members.wishes import DECLINED, OPEN, WITHDRAWN, Waiting
from kiosk.errors import RequestError
from kiosk.store.officers import asked_acts, holders, passkey_rows


def check_open(waiting: Waiting) -> None:
    """Raise RequestError `decided-already` for a request that has been decided."""
    if waiting.state != OPEN:
        raise RequestError("decided-already", number=waiting.id)


def check_unchanged(connection: sa.Connection, waiting: Waiting, digest: str) -> date:
    """Return the day on which a request was made. Raises RequestError `wish-changed` where its stored text, the sealed
    one and the one that was shown are not all the same, and `decided-already`.
    """
    check_open(waiting)
    sealed = asked_acts.sealed(connection, waiting.act, waiting.asked_at)
    if sealed is None or waiting.kind != waiting.wish.kind or not waiting.asked.digest == digest == sealed.digest:
        raise RequestError("wish-changed", number=waiting.id)
    return sealed.day_on


def check_agrees(
    connection: sa.Connection, moment: Moment, actor: str, waiting: Waiting, roles: Collection[Role] = MONEY
) -> None:
    """Raise RequestError `not-your-hand` where an officer may not agree to another officer's request: without one of
    these roles, with an account that is too new, or tied to the asking officer's account.
    """
    asker = officer_numbers.number_of(waiting.asked_by) or 0  # 0 where the command line asked
    if not holders.may_agree(connection, moment, officer_numbers.number_of(actor) or 0, asker, roles):
        raise RequestError("not-your-hand", number=waiting.id)


def signed(connection: sa.Connection, actor: str, digest: str, yes: SignedYes | None) -> Detail:
    """Return what an entry stores, under `yes`, of the signature on an officer's agreement; empty where the account has
    no passkey and nothing was signed.

    Raises RequestError `wants-passkey` where the account has a passkey and nothing was signed, `yes-not-signed` where
    the signature is not of one of its passkeys over this text.
    """
    keys = passkey_rows.of_officer(connection, officer_numbers.number_of(actor) or 0)
    if yes is None:
        if keys:
            raise RequestError("wants-passkey")
        return {}
    # `texts` are the digests of all texts that were signed together.
    if _key(yes) not in keys or digest not in yes.texts or not passkey_rows.has_signed(yes):
        raise RequestError("yes-not-signed")
    return {"yes": msgspec.to_builtins(yes)}


def _key(yes: SignedYes) -> Key:
    """Return the passkey that signed a yes, as the stored keys are written."""
    return Key(yes.row, yes.officer, passkey_rows.unpacked(yes.credential), passkey_rows.unpacked(yes.key))


def check_alone(moment: Moment, actor: str, waiting: Waiting, asked_on: date) -> None:
    """Raise RequestError `not-your-hand` where another officer made the request, and `still-waits` before the day from
    which the asking officer may do it alone.
    """
    if waiting.asked_by != actor:
        raise RequestError("not-your-hand", number=waiting.id)
    if not waiting.may_be_alone(moment, asked_on):
        raise RequestError("still-waits", number=waiting.id, days=WAITS.days)


def state_declined(
    connection: sa.Connection, moment: Moment, actor: str, waiting: Waiting, roles: Collection[Role] = MONEY
) -> str:
    """Return the state of a request that an officer declines: withdrawn for the asking officer, declined for another
    one with a right to be asked. Raises RequestError `not-your-hand`, `decided-already`.
    """
    check_open(waiting)
    if waiting.asked_by == actor:
        return WITHDRAWN
    number = officer_numbers.number_of(actor) or 0
    # `holds`: has one of these roles now, in an account that can sign in
    if not any(each.number == number and each.holds for each in holders.of(connection, moment.day, roles)):
        raise RequestError("not-your-hand", number=waiting.id)
    return DECLINED
