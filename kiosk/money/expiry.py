"""Expires carnets and envelopes: prepaid days that were not used by their last day become income, by an entry each."""

import secrets

import sqlalchemy as sa

from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money import units
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.money import prepaid
from kiosk.store.money.prepaid import Leftover


def expire(connection: sa.Connection, seal: Seal, moment: Moment, actor: str) -> list[Leftover]:
    """Write an entry for each carnet or envelope that expired before today with days left, within the given
    transaction, and return them. The entry changes no tab: its detail has the days and their value without VAT.
    """
    leftovers = list(prepaid.leftovers(connection, moment.day))
    for left in leftovers:
        draft = Draft(
            kind="expiry",
            day_on=moment.day,
            group=ids.new(moment.at, secrets.token_bytes(16)),
            actor=actor,
            member_number=left.member,
            detail={
                "product": left.product,
                left.of: left.id,  # under `carnet` or `envelope`
                "days": left.days,
                **units.said(left.unit),
                "unit_cents": left.value_cents,
                "cents": left.days * left.value_cents,
            },
        )
        ledger.append(connection, seal, draft, moment.at)
        prepaid.expire(connection, left)
    return leftovers
