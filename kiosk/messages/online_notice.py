"""Mails a member that an online payment which the platform confirmed late is on their account."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.messages import member_mail
from kiosk.store.members import members

_SUBJECT = Text("Votre paiement en ligne est bien arrivé", "Your online payment has arrived")
_BODY = Text(
    "Bonjour,\n\nHelloAsso a confirmé votre paiement en ligne après un délai : {amount}. Il est sur votre compte"
    " depuis aujourd’hui.\n\nVous aviez payé une seconde fois entre-temps ? L’avance reste sur votre compte, ou"
    " le bureau vous la rend.\n",
    "Hello,\n\n"
    "HelloAsso confirmed your online payment after a delay: {amount}. It is on your account as of "
    "today.\n\n"
    "If you paid a second time in the meantime, the credit stays on your account, or the office refunds "
    "it.\n",
)


def tell_late(connection: sa.Connection, number: int, cents: int, at: datetime) -> None:
    """Mail a member, within the given transaction, that a late payment is on their account, if their file has an
    address.
    """
    from kiosk.exports import formats  # heavy, and seldom needed

    language = members.by_number(connection, number).language or catalogues.settled()
    amount = formats.euros(cents, language)
    member_mail.put(connection, number, at, _SUBJECT, _BODY, "online payment of member", amount=amount)
