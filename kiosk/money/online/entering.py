"""Enters what the platform answered about members' payments: each once, dated today, in one transaction with the
payment's state. An entry's id is the payment's token, so that the ledger itself refuses a second entry.

A payment that came in by the platform's exported file first is not entered again: the file's entry becomes the
payment's. A *line* is one of that file's, and a *match* is an entry written for it.
"""

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money import online
from kiosk.domain.money.online import Effect, Event, State, Why
from kiosk.errors import RequestError
from kiosk.messages import online_notice
from kiosk.money import till
from kiosk.money.till import Line
from kiosk.store.books import bank_rows
from kiosk.store.books.bank_rows import Match, StoredLine
from kiosk.store.members import members
from kiosk.store.money import online_rows, reversals, tab_rows
from kiosk.store.money.online_rows import OnlinePayment
from kiosk.store.officers import desk_log

ACTOR = "telephone"  # author of entries that a member's own act causes
METHOD = "online"
REFUNDED = "remboursé chez HelloAsso"  # the reason of a reversal


class Booking(Struct, frozen=True):
    """What every entry of one transaction needs: connection, seal, moment and author."""

    connection: sa.Connection
    seal: Seal
    moment: Moment
    actor: str = ACTOR


def enter_heard(booking: Booking, payment_id: int | None = None) -> None:
    """Enter every stored answer of the payment platform, or only the one about `payment_id`."""
    for payment in online_rows.heard(booking.connection):
        if payment.heard is not None and payment_id in (None, payment.id):
            happen(booking, payment, payment.heard)


def decide(booking: Booking, payment_id: int, *, is_here: bool) -> OnlinePayment:
    """Carry out an officer's decision on an uncertain payment, and return the payment as it is then: the money
    `is_here` and counts, or it does not and an entry is reversed.

    Raises RequestError `no-such-online-payment`, `online-decided` or `on-a-slip`.
    """
    payment = online_rows.by_id(booking.connection, payment_id)
    if payment.state is not State.UNCERTAIN:
        raise RequestError("online-decided", number=payment_id)
    happen(booking, payment, Event.KEPT if is_here else Event.DROPPED)
    decided, act = online_rows.by_id(booking.connection, payment_id), "online-kept" if is_here else "online-dropped"
    what = f"online payment {payment_id}"
    desk_log.add(booking.connection, booking.moment.at, booking.actor, act, decided.member_number, what)
    return decided


def happen(booking: Booking, payment: OnlinePayment, event: Event) -> None:
    """Apply an event to a payment: move its state, and write or reverse its entry.

    `online.step` gives the next state and the effects: enter the payment, take its entry back, tell the member that a
    late payment counts. In the state UNCERTAIN an officer decides.
    """
    move = online.step(payment.state, event, is_entered=payment.entry is not None)
    state, why, entry = move.state, payment.why, payment.entry
    if Effect.ENTER in move.effects:
        entry = _enter(booking, payment)
        if entry is None:  # the platform's file has put it elsewhere: an officer decides
            state, why = State.UNCERTAIN, Why.IN_FILE
    # Refunded before it was entered, while the platform's file has entered it: an officer decides.
    if event is Event.REFUNDED and payment.entry is None and _file_entries(booking.connection, payment):
        state, why = State.UNCERTAIN, Why.IN_FILE
    if event is Event.REFUNDED and state is State.REFUNDED and payment.entry is None:  # else an officer decides
        _set_line_aside(booking.connection, payment)
    if Effect.TAKE_BACK in move.effects and payment.entry is not None:
        is_back = _reverse(booking, payment.entry, is_asked=event is Event.DROPPED)
        if not is_back:  # it went to the bank with a deposit: an officer decides
            state, why = State.UNCERTAIN, Why.PAID_OUT
    online_rows.move(booking.connection, payment.id, state, why, entry)
    if Effect.TELL in move.effects and state is State.PAID and payment.member_number is not None:
        online_notice.tell_late(booking.connection, payment.member_number, payment.cents, booking.moment.at)


def _enter(booking: Booking, payment: OnlinePayment) -> int | None:
    """Write a payment on its member's account and return the entry; None where the platform's file put it on another
    account or as another sum.
    """
    connection = booking.connection
    # Of an uncertain payment an officer accepts what was paid, else it is what was asked for.
    cents = payment.cents if payment.paid_cents is None or payment.state is not State.UNCERTAIN else payment.paid_cents
    account = _account(connection, payment)
    standing = _file_entries(connection, payment)  # entries that the platform's file made of it
    if standing:
        own = [match.entry for match in standing if match.account == account and match.cents == cents]
        return own[0] if len(standing) == 1 and own else None
    entry = till.write(
        connection,
        booking.seal,
        booking.moment,
        booking.actor,
        [Line("payment", account, -cents, METHOD, {"online": payment.id})],
        None,
        key=payment.token,
    )
    line = _file_line(connection, payment)
    if line is not None and line.state == bank_rows.OPEN:
        bank_rows.decide(connection, line.id, bank_rows.ENTERED, None, [entry])
    return entry


def _file_line(connection: sa.Connection, payment: OnlinePayment) -> StoredLine | None:
    """Return the line of the platform's file about a payment; None without one, or without the platform's number."""
    return None if payment.payment is None else bank_rows.by_bank_id(connection, Source.HELLOASSO, payment.payment)


def _set_line_aside(connection: sa.Connection, payment: OnlinePayment) -> None:
    """Set aside the open line of a payment that was refunded before it was entered: no money came in."""
    line = _file_line(connection, payment)
    if line is not None and line.state == bank_rows.OPEN:
        bank_rows.decide(connection, line.id, bank_rows.IGNORED, REFUNDED)


def _file_entries(connection: sa.Connection, payment: OnlinePayment) -> list[Match]:
    """Return the entries written for a payment from the platform's file that are not reversed."""
    line = _file_line(connection, payment)
    matches = [] if line is None else bank_rows.matches(connection, [line.id]).get(line.id, [])
    return [match for match in matches if match.reversed_by is None]


def _account(connection: sa.Connection, payment: OnlinePayment) -> int:
    """Return the account that a payment is entered on: the requesting account, or the one that its member's file was
    merged into.
    """
    owner = tab_rows.owner(connection, payment.account)
    return owner.account if owner.number is None else members.by_number(connection, owner.number).account


def _reverse(booking: Booking, entry: int, *, is_asked: bool) -> bool:
    """Reverse a payment's entry, unless it is reversed already, and return True. Where it is on a bank deposit's slip,
    return False; if an officer asks for it (`is_asked`), raise RequestError `on-a-slip`.
    """
    moment = booking.moment
    try:
        reversals.reverse(
            booking.connection,
            booking.seal,
            entry,
            at=moment.at,
            day_on=moment.day,
            actor=booking.actor,
            reason=REFUNDED,
        )
    except RequestError as refused:
        if refused.code == "on-a-slip" and not is_asked:
            return False
        if refused.code != "reversed-already":
            raise
    return True
