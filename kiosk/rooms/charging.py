"""Enters the cost of a booking into the ledger: one charge for each line of its price, and the fee for a late
cancellation or a no-show.

The charges go to the account that pays for the booking, and from there to receipts, statements, invoices and the books
like any other charge.
"""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from kiosk.domain import ids
from kiosk.domain.chain import Detail, Seal
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.money import day_again
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.members import members, organisations
from kiosk.store.money import reversals
from kiosk.store.rooms import booking_rows
from kiosk.store.rooms.booking_rows import Booking

LATE, AWAY = "late", "away"  # why a fee is charged: cancelled late, or a no-show
_TAKEN_BACK = "réservation annulée ou déplacée"  # the text of the reversals


def account_of(connection: sa.Connection, booking: Booking) -> int | None:
    """Return the account that pays for a booking: the organisation's, or the one that pays for the member's rooms. None
    for a booking of the house, which costs nothing.
    """
    if booking.organisation_id is not None:
        return organisations.by_id(connection, booking.organisation_id).account
    if booking.member_number is None:
        return None
    person = members.by_number(connection, booking.member_number)
    return members.paying_account(connection, person, ProductKind.ROOM, booking.day_on)


def charge(
    connection: sa.Connection, seal: Seal, policy: Policy, booking: Booking, moment: Moment, actor: str
) -> list[int]:
    """Charge a booking, one entry for each line of its price, mark it as settled, and return the numbers of the
    entries.

    A booking without an account is only marked; the list is then empty. The prices are those that the booking was made
    at; `policy` gives the VAT. The entries of one booking share a group. The caller makes sure that a booking is
    charged once.
    """
    account = account_of(connection, booking)
    written: list[int] = []
    if account is not None:
        group = ids.new(moment.at, secrets.token_bytes(16))
        for line in booking.price.lines:
            detail: Detail = {
                "product": line.product,
                "quantity": line.quantity,
                "tariff": line.level,
                "unit_cents": line.unit_cents,
                "vat": policy.vat(line.product),
                "booking": booking.id,
                **_days(booking, moment),
            }
            number = _append(connection, seal, booking, line.cents, detail, account, moment, actor, group)
            booking_rows.note_entry(connection, booking.id, number, "charge")
            written.append(number)
    booking_rows.change(connection, booking, settled_at=moment.at)
    day_again_for(connection, seal, policy, booking, moment, actor)
    return written


def day_again_for(
    connection: sa.Connection, seal: Seal, policy: Policy, booking: Booking, moment: Moment, actor: str
) -> None:
    """Charge a member's day anew after a room of that day was charged or reversed, where the rules count rooms toward
    the price of the day; only for a booking of today, by a member with a visit today. Bookings of organisations are
    left alone.
    """
    if policy.room_counts_toward_day and booking.member_number is not None and booking.organisation_id is None:
        day_again.settle(connection, seal, policy, booking.member_number, moment, actor, booking.day_on)


def _days(booking: Booking, moment: Moment) -> Detail:
    """Return the first and last local day of a booking for its entry: as ISO dates `from` and `until`; its income
    belongs to the fiscal year of these days.
    """
    # a booking that ends at midnight does not touch the next day
    last = (booking.slot.ends_at - timedelta(microseconds=1)).astimezone(moment.local.tzinfo).date()
    return {"from": booking.day_on.isoformat(), "until": last.isoformat()}


def fee(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    booking: Booking,
    cents: int,
    moment: Moment,
    actor: str,
    why: str,
) -> int | None:
    """Charge the fee for a late cancellation or a no-show (`why`: LATE or AWAY), and return the number of its entry;
    None where no account pays or the booking was free. Unlike a charge, its entry names no days that it is for.
    """
    account = account_of(connection, booking)
    if account is None or not booking.price.lines:
        return None
    line = booking.price.lines[0]  # the fee counts as income of the booking's first product
    detail: Detail = {
        "product": line.product,
        "quantity": 1,
        "tariff": line.level,
        "unit_cents": cents,
        "vat": policy.vat(line.product),
        "booking": booking.id,
        "fee": why,
    }
    group = ids.new(moment.at, secrets.token_bytes(16))
    number = _append(connection, seal, booking, cents, detail, account, moment, actor, group)
    booking_rows.note_entry(connection, booking.id, number, "fee")
    return number


def take_back(connection: sa.Connection, seal: Seal, booking: Booking, moment: Moment, actor: str) -> None:
    """Reverse the charges and fees of a booking that are not reversed yet, each by an entry of its own on the moment's
    day.
    """
    for number, *_ in booking_rows.entries_of(connection, booking.id):
        reversals.reverse(connection, seal, number, at=moment.at, day_on=moment.day, actor=actor, reason=_TAKEN_BACK)


def _append(
    connection: sa.Connection,
    seal: Seal,
    booking: Booking,
    cents: int,
    detail: Detail,
    account: int,
    moment: Moment,
    actor: str,
    group: bytes,
) -> int:
    """Write one charge of a booking, with its `detail`, on the account that pays it, and return the entry's number."""
    draft = Draft(
        kind="charge",
        day_on=moment.day,
        group=group,
        actor=actor,
        amount_cents=cents,
        account=account,
        member_number=booking.member_number,
        detail=detail,
    )
    return ledger.append(connection, seal, draft, moment.at)
