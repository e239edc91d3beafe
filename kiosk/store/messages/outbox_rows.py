"""Keeps messages to send: written in the transaction that they tell of, sent afterwards; then their text is deleted."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.store.engine import MESSAGE
from kiosk.store.tables import account, entry, member
from kiosk.store.tables.books import outbox

MAIL, NOTIFY = "mail", "notify"  # the channels of messages: e-mail, notification to a configured address
NO_SERVER = "no mail server is named"  # the reason for giving up a message in a home without a mail server
_C = outbox.c
_BUSY = timedelta(minutes=10)  # a taken message that is neither sent nor failed by then may be taken again
_EMPTY: dict[str, None] = {  # what is left of a message that is sent or given up
    "recipient": None,
    "subject": None,
    "body": None,
    "attachment": None,
    "attachment_name": None,
}


class Message(Struct, frozen=True):
    """A message to send. `recipient` is an address, or a notification's public name; `tries`
    includes the present try.
    """

    id: int
    channel: str
    recipient: str | None
    subject: str | None
    body: str | None
    attachment: bytes | None
    attachment_name: str | None
    about: str
    made_at: datetime
    tries: int


class Letter(Struct, frozen=True):
    """An e-mail to put into the outbox. `about` is its subject for the program: it is never deleted, and names people
    by number only.
    """

    recipient: str
    subject: str
    body: str
    about: str


class Fate(Struct, frozen=True):
    """What became of a message, without its text: `state` is "waiting", "sent" or "given-up", `done_at` None while it
    waits, `fault` the reason of the last failure.
    """

    channel: str
    about: str
    made_at: datetime
    next_at: datetime  # when it may be tried again
    tries: int
    state: str
    done_at: datetime | None
    fault: str | None


class Due(Struct, frozen=True):
    """An amount due, and the member to tell about it. `product` is the code of what was charged."""

    name: str
    email: str
    language: str | None
    kind: str
    amount_cents: int
    product: str | None


_MESSAGE = sa.select(
    _C.id,
    _C.channel,
    _C.recipient,
    _C.subject,
    _C.body,
    _C.attachment,
    _C.attachment_name,
    _C.about,
    _C.made_at,
    _C.tries,
)
_FATE = sa.select(_C.channel, _C.about, _C.made_at, _C.next_at, _C.tries, _C.state, _C.done_at, _C.fault)


def put(
    connection: sa.Connection,
    *,
    channel: str,
    recipient: str,
    subject: str,
    body: str,
    about: str,
    at: datetime,
    attachment: bytes | None = None,
    attachment_name: str | None = None,
) -> int:
    """Put a message into the outbox, within the transaction at hand, and return its id.

    `about` is never deleted, and names people by number only.
    """
    letter = Letter(recipient, subject, body, about)
    values = _values(channel, letter, at) | {"attachment": attachment, "attachment_name": attachment_name}
    connection.info[MESSAGE] = True  # the store wakes the sender after the commit
    return int(connection.execute(outbox.insert(), values).lastrowid)


def put_all(connection: sa.Connection, letters: Sequence[Letter], at: datetime) -> None:
    """Put several e-mails into the outbox, within the transaction at hand."""
    if letters:
        connection.info[MESSAGE] = True
        connection.execute(outbox.insert(), [_values(MAIL, letter, at) for letter in letters])


def _values(channel: str, letter: Letter, at: datetime) -> dict[str, object]:
    """Return the columns of a new message."""
    return {
        "channel": channel,
        "recipient": letter.recipient,
        "subject": letter.subject,
        "body": letter.body,
        "about": letter.about,
        "made_at": at,
        "next_at": at,
    }


def due(connection: sa.Connection, number: int) -> Due | None:
    """Return the amount that an entry charges and the member to tell; None if it charges nothing, its account is no
    member's, or the member wants no mail.
    """
    row = connection.execute(
        sa.select(entry.c.kind, entry.c.amount_cents, entry.c.detail)
        .add_columns(member.c.shown_name, member.c.email, member.c.language)
        .join_from(entry, account, account.c.id == entry.c.account_id)
        .join(member, member.c.id == account.c.member_id)
        .where(entry.c.number == number, entry.c.amount_cents > 0)
        .where(member.c.notify, member.c.email.is_not(None))
    ).first()
    if row is None or row.email is None:
        return None
    product = json.loads(row.detail).get("product")
    return Due(row.shown_name, row.email, row.language, row.kind, row.amount_cents, product)


def waiting(connection: sa.Connection, now: datetime) -> int:
    """Return how many messages are to be sent now."""
    due_now = (_C.state == "waiting", _C.next_at <= now)
    return connection.execute(sa.select(sa.func.count()).select_from(outbox).where(*due_now)).scalar_one()


def take(connection: sa.Connection, now: datetime, without: Sequence[str] = ()) -> Message | None:
    """Take the message that has waited longest, leaving out the channels `without`; None if there is none.

    The try is counted at once, and for 10 minutes no other program can take the message.
    """
    takeable = (_C.state == "waiting", _C.next_at <= now, _C.channel.not_in(without))
    row = connection.execute(_MESSAGE.where(*takeable).order_by(_C.next_at, _C.id).limit(1)).first()
    if row is None:
        return None
    message = Message(**row._mapping)
    _change(connection, message.id, tries=message.tries + 1, next_at=now + _BUSY)
    return replace(message, tries=message.tries + 1)


def sent(connection: sa.Connection, id_: int, at: datetime) -> None:
    """Write that a message was sent, and delete its text and address."""
    _change(connection, id_, state="sent", done_at=at, fault=None, **_EMPTY)


def failed(connection: sa.Connection, id_: int, next_at: datetime, fault: str) -> None:
    """Write that a message could not be sent, and when to try again."""
    _change(connection, id_, next_at=next_at, fault=fault)


def given_up(connection: sa.Connection, id_: int, at: datetime, fault: str) -> None:
    """Give a message up: write why, and delete its text and address."""
    _change(connection, id_, state="given-up", done_at=at, fault=fault, **_EMPTY)


def latest(connection: sa.Connection, about: str, most: int = 10) -> list[Fate]:
    """Return what became of the last messages (at most `most`) whose `about` begins with a text, newest first."""
    query = _FATE.where(_C.about.startswith(about, autoescape=True)).order_by(_C.id.desc()).limit(most)
    return [Fate(*row) for row in connection.execute(query)]


def made(connection: sa.Connection, abouts: Sequence[str]) -> dict[str, datetime]:
    """Return when the last message with each of these `about` texts was written; those without a
    message are left out.
    """
    query = sa.select(_C.about, sa.func.max(_C.id).label("id")).where(_C.about.in_(abouts)).group_by(_C.about)
    last = query.subquery()
    rows = connection.execute(sa.select(_C.about, _C.made_at).join(last, last.c.id == _C.id))
    return {row.about: row.made_at for row in rows}


def lost_since(connection: sa.Connection, at: datetime) -> list[str]:
    """Return the `about` texts of messages given up since a moment, except those given up for want of a mail server."""
    lost = (_C.state == "given-up", _C.done_at >= at, _C.fault != NO_SERVER)
    return list(connection.execute(sa.select(_C.about).where(*lost).order_by(_C.id)).scalars())


def waits_for(connection: sa.Connection, about: str, recipient: str) -> bool:
    """Return whether a message about this, to this recipient, has still to be sent."""
    same = (_C.about == about, _C.recipient == recipient, _C.state == "waiting")
    return connection.execute(sa.select(_C.id).where(*same)).first() is not None


def _change(connection: sa.Connection, id_: int, **values: object) -> None:
    """Change columns of a message."""
    connection.execute(outbox.update().where(_C.id == id_).values(**values))
