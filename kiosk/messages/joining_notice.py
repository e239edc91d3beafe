"""Mails a member about the newcomer that they welcomed at the screen, and two officers about the file to complete.

People are named by number only, since mails are kept for years.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.members import members
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users

_SPONSOR = (
    Text("Vous avez accueilli quelqu’un", "You welcomed someone"),
    Text(
        "Bonjour,\n\nVotre badge vient d’accueillir une personne à l’écran de l’entrée : le membre {new}. Son badge"
        " ouvre aujourd’hui, puis quand le bureau aura confirmé.\n\nCe n’était pas vous ? Dites-le vite au bureau.\n",
        "Hello,\n\nYour badge has just welcomed someone on the entrance screen: member {new}. Their badge opens"
        " today, and again once the office has confirmed it.\n\nIf this was not you, tell the office at once.\n",
    ),
)
_OFFICER = (
    Text("Une nouvelle fiche à compléter", "A new file to complete"),
    Text(
        "Bonjour,\n\nUne nouvelle fiche à compléter : membre {new}, accueilli·e à l’écran par le membre {sponsor}. Son"
        " badge n’ouvre qu’aujourd’hui, tant que le bureau n’a pas confirmé, sous « Nouvelles personnes ».\n",
        "Hello,\n\nThere is a new file to complete: member {new}, welcomed on the screen by member {sponsor}. Their"
        " badge opens the door today only; it will work again once the office confirms it under “New people”.\n",
    ),
)


def put_in_outbox(connection: sa.Connection, number: int, sponsor: int, at: datetime) -> None:
    """Put the messages about a new member (`number`) into the outbox, within the given transaction: for two officers,
    and for the welcoming member (`sponsor`, a number) if their file has an address.
    """
    host = members.by_number(connection, sponsor)
    if host.email is not None:
        language, (subject, body) = host.language or catalogues.settled(), _SPONSOR
        _put(connection, host.email, subject.to(language), body.to(language, new=number), number, at)
    for officer in desk_users.two_to_tell(connection):
        language, (subject, body) = officer.language or catalogues.settled(), _OFFICER
        text = body.to(language, new=number, sponsor=sponsor)
        _put(connection, officer.email, subject.to(language), text, number, at)


def _put(connection: sa.Connection, recipient: str, subject: str, body: str, number: int, at: datetime) -> None:
    """Put a mail about the joining of a member into the outbox."""
    outbox_rows.put(
        connection,
        channel=outbox_rows.MAIL,
        recipient=recipient,
        subject=subject,
        body=body,
        about=f"joining of member {number}",
        at=at,
    )
