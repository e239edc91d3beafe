"""Mails a member that another member vouched for them at the screen, so that they can object if they were not there.

People are named by number only, since mails are kept for years.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language.texts import Text
from kiosk.messages import member_mail

_SUBJECT = Text("Vous êtes entré·e sans badge", "You came in without your badge")
_BODY = Text(
    "Bonjour,\n\nLe membre {sponsor} vient de répondre de vous à l’écran de l’entrée : votre journée est comptée comme"
    " avec votre badge.\n\nCe n’était pas vous ? Dites-le vite au bureau.\n",
    "Hello,\n\n"
    "Member {sponsor} has just vouched for you on the entrance screen: your day is counted as if you had "
    "tapped your badge.\n\n"
    "If this was not you, tell the office at once.\n",
)


def put_in_outbox(connection: sa.Connection, number: int, sponsor: int, at: datetime) -> None:
    """Put the message into the outbox, within the given transaction, if the member's file has an address."""
    member_mail.put(connection, number, at, _SUBJECT, _BODY, "vouching for member", sponsor=sponsor)
