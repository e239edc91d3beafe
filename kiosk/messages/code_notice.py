"""Mails a member that a code was set for them at the screen, or that wrong codes were typed in their name.

With a code a person comes in by name, without a badge; a badge left unattended for a moment is enough to set one.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language.texts import Text
from kiosk.messages import member_mail

_SUBJECT = Text("Un code ouvre la porte à votre nom", "A code opens the door in your name")
_BODY = Text(
    "Bonjour,\n\nUn code vient d’être choisi avec votre badge, à l’écran de l’entrée : avec lui et votre nom, on entre"
    " sans badge.\n\nCe n’était pas vous ? Répondez à ce message, ou dites-le vite au bureau : il retire le code.\n",
    "Hello,\n\n"
    "A code has just been chosen with your badge, on the entrance screen: with this code and your name, "
    "anyone can come in without a badge.\n\n"
    "If this was not you, reply to this message, or tell the office at once: they will remove the code.\n",
)


_WRONG_SUBJECT = Text("Des codes faux ont été tapés à votre nom", "Wrong codes were typed in your name")
_WRONG_BODY = Text(
    "Bonjour,\n\nÀ l’écran de l’entrée, plusieurs codes faux d’affilée ont été tapés à votre nom. Votre code est"
    " bloqué un moment : chaque code faux allonge l’attente, jusqu’à un jour. Ensuite, le bon code ouvre de nouveau ;"
    " votre badge, lui, ouvre toujours.\n\nCe n’était pas vous ? Répondez à ce message, ou dites-le au bureau.\n",
    "Hello,\n\nOn the entrance screen, several wrong codes in a row were typed in your name. Your code is locked"
    " for a while: each wrong code makes the wait longer, up to one day. Then the right code works again. Your badge"
    " always works.\n\nIf this was not you, reply to this message, or tell the office.\n",
)


def put_in_outbox(connection: sa.Connection, number: int, at: datetime) -> None:
    """Mail a member that a code was set, within the given transaction, if their file has an address."""
    member_mail.put(connection, number, at, _SUBJECT, _BODY, "code of member")


def tell_of_wrong_codes(connection: sa.Connection, number: int, at: datetime) -> bool:
    """Mail a member that their code is on hold after wrong ones, within the given transaction, and return whether their
    file has an address.
    """
    return member_mail.put(connection, number, at, _WRONG_SUBJECT, _WRONG_BODY, "wrong codes for member")
