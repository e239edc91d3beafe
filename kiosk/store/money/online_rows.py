"""Reads and writes online payments. Their states are moved by `kiosk.domain.money.online`.

The program that asks the platform reads and writes `AskedPayment`, without accounts and entries; the desk does the
rest. `token` is our own reference of a payment; `intent`, `order_id` and `payment` are the platform's numbers, `link`
is its page to pay on. `why` is the reason for which an officer has to decide.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money.online import OPEN, Event, State, Why
from kiosk.errors import RequestError
from kiosk.store.engine import MESSAGE
from kiosk.store.tables import account, member
from kiosk.store.tables.online import online_payment

if TYPE_CHECKING:  # a desk at rest does not load it
    from kiosk.domain.money.checkout import Heard

_c = online_payment.c


class AskedPayment(Struct, frozen=True, kw_only=True):
    """An online payment, as the program that asks the platform sees it. The platform's numbers are None until it gives
    them.
    """

    id: int
    token: bytes
    cents: int
    state: State
    made_at: datetime
    intent: str | None
    order_id: str | None
    why: Why | None


class OnlinePayment(Struct, frozen=True, kw_only=True):
    """An online payment, as the desk sees it. `heard` is the platform's last message, None once the desk has
    entered it; `paid_cents` what it says was paid, `entry` the entry on the account, each None before.
    """

    id: int
    token: bytes
    account: int
    member_number: int | None
    name: str
    cents: int
    state: State
    made_at: datetime
    asked_at: datetime | None
    link: str | None
    payment: str | None
    paid_cents: int | None
    heard: Event | None
    why: Why | None
    entry: int | None


_ASKED: tuple[sa.ColumnElement[Any], ...] = (  # the columns of `AskedPayment`
    _c.id,
    _c.token,
    _c.cents,
    _c.state,
    _c.made_at,
    _c.intent,
    _c.order_id,
    _c.why,
)
_OWN: tuple[sa.ColumnElement[Any], ...] = (  # the columns of `OnlinePayment`
    *(_c.id, _c.token, _c.account_id.label("account"), member.c.number.label("member_number")),
    *(sa.func.coalesce(member.c.name, "").label("name"), _c.cents, _c.state, _c.made_at, _c.asked_at, _c.link),
    *(_c.payment, _c.paid_cents, _c.heard, _c.why, _c.entry_number.label("entry")),
)
_PAYMENTS = (
    sa.select(*_OWN)
    .join(account, account.c.id == _c.account_id)
    .outerjoin(member, member.c.id == account.c.member_id)
    .order_by(_c.id.desc())
)
SORTS: Mapping[str, sa.ColumnElement[Any]] = {  # the columns by which a page may sort payments
    "day": _c.made_at,
    "name": sa.func.coalesce(member.c.search, ""),
    "state": _c.state,
    "payment": sa.func.coalesce(_c.payment, ""),
    "sum": _c.cents,
}


def _asked(record: sa.Row[Any]) -> AskedPayment:
    """Return a payment as the asking program sees it, from its row."""
    fields = dict(record._mapping)
    why = fields.pop("why")
    return AskedPayment(**{**fields, "state": State(record.state)}, why=why and Why(why))


def _payment(record: sa.Row[Any]) -> OnlinePayment:
    """Return a payment as the desk sees it, from its row."""
    fields = dict(record._mapping)
    heard, why = fields.pop("heard"), fields.pop("why")
    return OnlinePayment(**{**fields, "state": State(record.state)}, heard=heard and Event(heard), why=why and Why(why))


# --- for the desk


def begin(connection: sa.Connection, token: bytes, account_id: int, cents: int, at: datetime) -> int:
    """Write a payment that its member asks for, and return its id. Its commit wakes the program
    that asks the platform.
    """
    connection.info[MESSAGE] = True
    values = {"token": token, "account_id": account_id, "cents": cents, "state": State.MADE.value, "made_at": at}
    return int(connection.execute(online_payment.insert(), values).lastrowid)


def by_id(connection: sa.Connection, payment_id: int) -> OnlinePayment:
    """Return a payment. Raises RequestError `no-such-online-payment`."""
    row = connection.execute(_PAYMENTS.where(_c.id == payment_id)).first()
    if row is None:
        raise RequestError("no-such-online-payment", number=payment_id)
    return _payment(row)


def of_account(connection: sa.Connection, account_id: int, payment_id: int) -> OnlinePayment | None:
    """Return a payment of an account; None if there is none with this id, or it is another account's."""
    row = connection.execute(_PAYMENTS.where(_c.account_id == account_id, _c.id == payment_id)).first()
    return None if row is None else _payment(row)


def of_accounts(connection: sa.Connection, accounts: Collection[int], since: datetime) -> list[OnlinePayment]:
    """Return the payments asked for on these accounts since a moment, newest first."""
    rows = connection.execute(_PAYMENTS.where(_c.account_id.in_(list(accounts)), _c.made_at >= since))
    return [_payment(row) for row in rows]


def heard(connection: sa.Connection) -> list[OnlinePayment]:
    """Return the payments with a message of the platform that the desk has not entered yet, the oldest first."""
    rows = connection.execute(_PAYMENTS.where(_c.heard.is_not(None)).order_by(None).order_by(_c.id))
    return [_payment(row) for row in rows]


def page(
    connection: sa.Connection, state: str, limit: int, offset: int, sort: str = "day", *, descending: bool = True
) -> list[OnlinePayment]:
    """Return a page of the payments in a state (empty: in any), newest first, or in another order of SORTS."""
    order = [column.desc() if descending else column.asc() for column in (SORTS[sort], _c.id)]
    query = _PAYMENTS.where(*([_c.state == state] if state else [])).order_by(None).order_by(*order)
    query = query.limit(limit).offset(offset)
    return [_payment(row) for row in connection.execute(query)]


def count(connection: sa.Connection, state: str = "") -> int:
    """Return how many payments are in a state (empty: in any)."""
    query = sa.select(sa.func.count()).select_from(online_payment).where(*([_c.state == state] if state else []))
    return connection.execute(query).scalar_one()


def total(connection: sa.Connection, state: str = "") -> int:
    """Return the sum of the payments in a state (empty: in any), in cents."""
    query = sa.select(sa.func.coalesce(sa.func.sum(_c.cents), 0)).where(*([_c.state == state] if state else []))
    return int(connection.execute(query).scalar_one())


def move(connection: sa.Connection, payment_id: int, state: State, why: Why | None, entry_number: int | None) -> None:
    """Write a payment's new state, and delete the platform's message, which is entered now, and the link to its page.

    `why` is the reason for an officer to decide, None if there is none; `entry_number` the entry on the account, None
    to leave the earlier one.
    """
    values: dict[str, object] = {"state": state.value, "why": why, "heard": None, "link": None}
    if entry_number is not None:
        values["entry_number"] = entry_number
    connection.execute(online_payment.update().where(_c.id == payment_id).values(values))


def known(connection: sa.Connection, payments: Collection[str]) -> dict[str, OnlinePayment]:
    """Return the payments with these numbers of the platform, by number."""
    rows = connection.execute(_PAYMENTS.where(_c.payment.in_(list(payments))))
    return {payment.payment: payment for payment in map(_payment, rows) if payment.payment is not None}


# --- for the program that asks the platform


def to_ask(connection: sa.Connection) -> list[AskedPayment]:
    """Return the payments about which to ask the platform, the oldest first: open ones, but for those whose answer the
    desk has yet to enter.
    """
    query = sa.select(*_ASKED).where(_c.state.in_([state.value for state in OPEN]), _c.heard.is_(None))
    return [_asked(row) for row in connection.execute(query.order_by(_c.id))]


def watched(connection: sa.Connection, since: datetime) -> list[AskedPayment]:
    """Return the payments made since a moment for which the platform gave a number (`intent`), in any state, the oldest
    first: each may still be paid or refunded. Those with a message that the desk has yet to enter are left out.
    """
    query = sa.select(*_ASKED).where(_c.made_at >= since, _c.intent.is_not(None), _c.heard.is_(None))
    return [_asked(row) for row in connection.execute(query.order_by(_c.id))]


def unlisted(connection: sa.Connection, since: datetime, listed_before: datetime) -> int:
    """Return how many payments made since a moment, with a number of the platform, were last compared with the
    platform's list before `listed_before`.

    A payment that was never compared counts as if it had been when it was made.
    """
    is_unlisted = sa.func.coalesce(_c.listed_at, _c.made_at) < listed_before
    query = sa.select(sa.func.count()).where(_c.made_at >= since, _c.intent.is_not(None), is_unlisted)
    return connection.execute(query).scalar_one()


def give_page(connection: sa.Connection, payment_id: int, intent: str, link: str) -> bool:
    """Write the platform's number and page of a payment. Return False, writing nothing, unless it is just made: one
    that already has a page never gets a second one.
    """
    is_made = sa.and_(_c.id == payment_id, _c.state == State.MADE.value)
    values = {"state": State.INTENDED.value, "intent": intent, "link": link}
    return connection.execute(online_payment.update().where(is_made).values(values)).rowcount == 1


def note_asked(connection: sa.Connection, payment_id: int, at: datetime) -> None:
    """Write when the platform was last asked about a payment."""
    connection.execute(online_payment.update().where(_c.id == payment_id).values(asked_at=at))


def note_listed(connection: sa.Connection, ids: Sequence[int], at: datetime) -> None:
    """Write when these payments were last compared with the platform's list."""
    connection.execute(online_payment.update().where(_c.id.in_(ids)).values(listed_at=at))


def expire(connection: sa.Connection, payment_id: int) -> None:
    """End an open payment whose time is over, unless a message of the platform about it waits for the desk."""
    is_open = sa.and_(_c.id == payment_id, _c.state.in_([state.value for state in OPEN]), _c.heard.is_(None))
    connection.execute(online_payment.update().where(is_open).values(state=State.EXPIRED.value, link=None))


def hear(connection: sa.Connection, payment_id: int, heard: "Heard", at: datetime) -> None:
    """Write what the platform says of a payment, for the desk to enter.

    If another payment has the platform's numbers already, they are not written: the message becomes
    `Event.DIFFERS` for the reason `Why.TWICE`, and an officer has to decide.
    """
    order, number = str(heard.order), str(heard.payment)
    has_same_numbers = sa.or_(_c.order_id == order, _c.payment == number)
    is_taken = connection.execute(sa.select(_c.id).where(has_same_numbers, _c.id != payment_id)).first() is not None
    values: dict[str, object] = {"heard": heard.event.value, "why": heard.why, "asked_at": at}
    if is_taken:
        values |= {"heard": Event.DIFFERS.value, "why": Why.TWICE.value}
    else:
        values |= {"order_id": order, "payment": number, "paid_cents": heard.cents}
    connection.execute(online_payment.update().where(_c.id == payment_id).values(values))
