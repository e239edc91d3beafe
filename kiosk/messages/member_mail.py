"""Mails a member in the language of their file, if the file has an address."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.members import members
from kiosk.store.messages import outbox_rows


def put(
    connection: sa.Connection, number: int, at: datetime, subject: Text, body: Text, about: str, **values: object
) -> bool:
    """Put a message to a member into the outbox, within the given transaction, and return whether their file has an
    address. `about` is followed by the member's number. Raises RequestError `no-such-member`.
    """
    member = members.by_number(connection, number)
    if member.email is None:
        return False
    language = member.language or catalogues.settled()
    outbox_rows.put(
        connection,
        channel=outbox_rows.MAIL,
        recipient=member.email,
        subject=subject.to(language),
        body=body.to(language, **values),
        about=f"{about} {number}",
        at=at,
    )
    return True
