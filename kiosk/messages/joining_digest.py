"""Tells at most two officers (secretaries, then presidents) by mail, once a day, of requests to join made at the screen
without a sponsor.

It names no one. `kiosk.messages.joining_notice` tells at once of a newcomer welcomed by a member.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.home import Home
from kiosk.language.texts import Text
from kiosk.store.books import due_rows
from kiosk.store.members import joining_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules

_SUBJECT = Text("Demandes d’adhésion : {count}", "Requests to join: {count}")
_BODY = Text(
    (
        "Bonjour,\n\nDemandes d’adhésion faites à l’écran de l’entrée alors que personne n’était là pour accueillir :"
        " {count}. La porte est restée fermée. Ces demandes attendent une réponse du bureau, sous « Nouvelles"
        " personnes ».\n"
    ),
    (
        "Hello,\n\nRequests to join made on the entrance screen, with no one there to welcome the newcomer:"
        " {count}. The door stayed shut. They are waiting for the office, under “New people”.\n"
    ),
)


def put_in_outbox(home: Home, rules: Rules, now: datetime) -> int:
    """Put messages about waiting requests that were not reported yet into the outbox, and return how many.

    At most once a day: later requests wait for the next day's mail. Without a mail server or officers nothing is put.
    """
    if not home.config.mail.server:
        return 0
    with home.store.reading() as connection:
        if not _untold(connection):
            return 0
    with home.store.writing() as connection:
        _, moment = rules.at(connection, now)
        new, officers = _untold(connection), desk_users.two_to_tell(connection)
        # The first part of `last_subject` is the day of the last mail.
        if not new or not officers or due_rows.last_subject(connection, due_rows.JOININGS)[0] == moment.day:
            return 0
        for officer in officers:
            language = officer.language or home.config.language
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient=officer.email,
                subject=_SUBJECT.to(language, count=len(new)),
                body=_BODY.to(language, count=len(new)),
                about=f"requests to join until {moment.day}",
                at=now,
            )
        due_rows.mark(connection, due_rows.JOININGS, max(new), moment.day, now)
        due_rows.forget(connection, due_rows.JOININGS, moment.day)  # the marks of earlier days
        return len(officers)


def _untold(connection: sa.Connection) -> list[int]:
    """Return the ids of waiting requests that came after the last reported one; those whose newcomer is a member
    already are left out.
    """
    _, last_told = due_rows.last_subject(connection, due_rows.JOININGS)
    return [each.id for each in joining_rows.waiting(connection) if each.member_id is None and each.id > last_told]
