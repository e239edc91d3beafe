"""Mails a member that a code was set for them at the screen: whoever did not set it can say so.

With a code one comes in by name, without a badge; a badge that was left for a moment would do to set one.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.members import members
from kiosk.store.messages import outbox_rows

_SUBJECT = Text("Un code ouvre la porte à votre nom", "A code opens the door in your name")
_BODY = Text(
    "Bonjour,\n\nUn code vient d’être choisi avec votre badge, à l’écran de l’entrée : avec lui et votre nom, on entre"
    " sans badge.\n\nCe n’était pas vous ? Répondez à ce message, ou dites-le vite au bureau : il retire le code.\n",
    "Hello,\n\nA code has just been chosen with your badge, at the entrance’s screen: with it and your name, one"
    " comes in without a badge.\n\nWas it not you? Answer this message, or tell the office at once: it takes it"
    " away.\n",
)


def put_in_outbox(connection: sa.Connection, number: int, at: datetime) -> None:
    """Put the message into the outbox, in the transaction at hand, where the file has an address."""
    found = members.by_number(connection, number)
    if found.email is None:
        return
    language = found.language or catalogues.settled()
    outbox_rows.put(
        connection,
        channel=outbox_rows.MAIL,
        recipient=found.email,
        subject=_SUBJECT.to(language),
        body=_BODY.to(language),
        about=f"code of member {number}",
        at=at,
    )
