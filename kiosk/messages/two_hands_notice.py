"""Reminds all officers, and the recipients of the chain's heads, by mail that an act still waits for a second officer.

The reminders leave 7 and 13 days after the request, each once; `officers_notice` tells the request itself. An act that
is not refused by the 14th day may be done by the asking officer alone.
"""

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import officer_numbers
from kiosk.domain.members.two_hands import TOLD_AGAIN, WAITS
from kiosk.home import Home
from kiosk.language.texts import Text
from kiosk.messages import officers_notice
from kiosk.store.books import due_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.money import second_look_rows
from kiosk.store.money.second_look_rows import Look
from kiosk.store.officers import asked_acts, desk_users
from kiosk.store.officers.asked_acts import AskedAct
from kiosk.store.space.policies import Rules

_SUBJECT = Text(
    "Bureau : une demande attend toujours une deuxième personne", "Desk: a request is still waiting for a second person"
)
_BODY = Text(
    "Bonjour,\n\nLa demande n° {number}, faite le {day} par {who}, attend toujours une deuxième personne.\n\n"
    "Sans refus, {who} peut l’exécuter sans deuxième personne à partir du {alone}. Acceptez ou refusez au bureau, page"
    " « À deux » ; si vous n’y avez pas accès, parlez-en aux autres personnes du bureau.\n",
    "Hello,\n\nRequest no. {number}, made on {day} by {who}, is still waiting for a second person.\n\nUnless it"
    " is refused, {who} may carry it out alone from {alone}. Accept or refuse it at the desk, on the “Two people”"
    " page; if you have no access to it, talk to the other officers.\n",
)


class _Reminder(Struct, frozen=True):
    """A reminder that is due about an act."""

    act: Look | AskedAct  # a correction that is looked at a second time, or another act
    asked_on: date
    code: str  # under which, with the act's number and day, the reminder is marked as sent
    due_on: date


def put_in_outbox(home: Home, rules: Rules, now: datetime) -> int:
    """Put the reminders that are due into the outbox, and return how many messages; none without a mail server."""
    if not home.config.mail.server:
        return 0
    with home.store.reading() as connection:
        if not list(_due(connection, rules, now)):
            return 0
    with home.store.writing() as connection:
        count = 0
        for each in list(_due(connection, rules, now)):
            count += _tell(connection, home, each, now)
            due_rows.mark(connection, each.code, each.act.id, each.due_on, now)
        return count


def _due(connection: sa.Connection, rules: Rules, now: datetime) -> Iterator[_Reminder]:
    """Yield for each waiting act the reminder of its 13th day, or else its 7th, if that day has come and it was not
    sent yet.
    """
    waiting: list[tuple[str, Look | AskedAct]] = [
        *((due_rows.TWO_HANDS, look) for look in second_look_rows.waiting(connection)),
        *((due_rows.TWO_HANDS_ACTS, act) for act in asked_acts.waiting(connection)),
    ]
    for code, act in waiting:
        # The latest day that has come: a reminder that was missed is not sent besides.
        after = max((each for each in TOLD_AGAIN if now >= act.asked_at + each), default=None)
        if after is None:
            continue
        asked_on = act.asked_at.astimezone(rules.zone).date()
        due_on = asked_on + after
        if not due_rows.is_done(connection, code, act.id, due_on):
            yield _Reminder(act, asked_on, code, due_on)


def _tell(connection: sa.Connection, home: Home, reminder: _Reminder, now: datetime) -> int:
    """Put a reminder about an act that still waits into the outbox for all officers and the recipients of control
    codes, and return how many were told.
    """
    from kiosk.exports import formats  # heavy, and seldom needed

    act, addressees = reminder.act, officers_notice.officers_and_heads(connection, None)  # the asking officer, too
    number = officer_numbers.number_of(act.asked_by) or 0
    who = desk_users.called(connection).get(number, act.asked_by)
    for officer in addressees:
        language = officer.language or home.config.language
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=officer.email,
            subject=_SUBJECT.to(language),
            body=_BODY.to(
                language,
                number=act.id,
                who=who,
                day=formats.day(reminder.asked_on, language),
                alone=formats.day(reminder.asked_on + WAITS, language),
            ),
            about=f"act by two {act.id}, told again",
            at=now,
        )
    return len(addressees)
