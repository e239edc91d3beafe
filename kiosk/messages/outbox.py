"""Sends the messages that wait in the outbox: it retries after growing pauses, gives up after a week, and then erases
the words.

A message that cannot be sent does not hold up others, or anything else. A *channel* is mail or notifications.
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.messages import mailer
from kiosk.messages.mailer import Attachment
from kiosk.store.messages import outbox_rows
from kiosk.store.messages.outbox_rows import MAIL, Message

_log = logging.getLogger(__name__)
GIVEN_UP_AFTER = timedelta(days=7)  # since a message was written
# Before the next try, by how many tries there were; the last pause repeats.
_PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(days=1),
)
_MOST_FAULTS = 3  # faults of one channel in one pass, each after ten seconds perhaps


@dataclass(slots=True)
class SendResult:
    """How many messages one pass sent, will try again, and gave up."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0


def channels(home: Home) -> list[tuple[str, str | None]]:
    """Return the ways by which this home can send: each notification address by its public name, and mail with None."""
    ways: list[tuple[str, str | None]] = [(outbox_rows.NOTIFY, name) for name in mailer.addresses(home.paths)]
    return [*ways, (MAIL, None)] if home.config.mail.server else ways


def send_waiting(home: Home, now: datetime) -> SendResult:
    """Send the messages that are due, the longest waiting first, each outside any transaction, and return the counts. A
    channel with three faults of its own is left for the rest of the pass.
    """
    done, faults, tired = SendResult(), Counter[str](), set[str]()
    while True:
        with home.store.reading() as connection:
            if not outbox_rows.waiting(connection, now):
                return done
        with home.store.writing() as connection:
            message = outbox_rows.take(connection, now, tuple(tired))
        if message is None:
            return done
        fault, again, is_own = _send(home, message)
        _note(home, message, now, fault, again, done)
        faults[message.channel] += fault is not None and again and not is_own  # a fault of the channel
        if faults[message.channel] >= _MOST_FAULTS:
            tired.add(message.channel)  # take none of its messages any more in this pass


def _send(home: Home, message: Message) -> tuple[str | None, bool, bool]:
    """Send one message. Return the fault, None for none; whether another try makes sense; and whether the fault is the
    message's own, so that its channel goes on.
    """
    to, subject, body = message.recipient or "", message.subject or "", message.body or ""
    if home.training:
        subject, body = mailer.marked(home.config.language, subject, body)
    try:
        if message.channel == MAIL:
            if not mailer.send(home.config.mail, home.paths, to, subject, body, _attachment(message)):
                return outbox_rows.NO_SERVER, False, True  # it would wait for a week
        elif not mailer.notify(home.paths, to, subject, body):
            return f"the address {to} is not kept any more", False, True
    except mailer.RefusedMessage as refused:
        return str(refused), True, True
    except MachineError as error:
        return str(error), True, False
    except Exception as fault:  # only this message fails, and its words are not logged
        _log.warning("the message about %s cannot be sent: %s", message.about, type(fault).__name__)
        return "no such message can be sent", False, True
    return None, False, False


def _attachment(message: Message) -> Attachment | None:
    """Return a message's attachment, under a name of ours where it has none; None without an attachment."""
    if message.attachment is None:
        return None
    return Attachment(message.attachment_name or "piece", message.attachment)


def _note(home: Home, message: Message, now: datetime, fault: str | None, again: bool, done: SendResult) -> None:
    """Record whether a message left (`fault` None), will be tried again after a pause, or is given up: where another
    try makes no sense (`again` False), or a week after it was written. Count it in `done`.
    """
    with home.store.writing() as connection:
        if fault is None:
            _log.info("the message about %s left", message.about)
            outbox_rows.sent(connection, message.id, now)
            done.sent += 1
        elif again and now - message.made_at < GIVEN_UP_AFTER:
            outbox_rows.failed(connection, message.id, now + _PAUSES[min(message.tries, len(_PAUSES)) - 1], fault)
            done.failed += 1
        else:
            _log.warning("the message about %s is given up: %s", message.about, fault)
            outbox_rows.given_up(connection, message.id, now, fault)
            done.given_up += 1
