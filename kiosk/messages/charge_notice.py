"""Mails members, if they asked for it, when the desk puts something to pay on their account.

What members do themselves at the door is shown there, and not mailed.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store import name_rows
from kiosk.store.messages import outbox_rows

_SUBJECT = Text("Une nouvelle ligne sur votre compte", "A new entry on your account")
_BODY = Text(
    (
        "Bonjour {name},\n\n"
        "Le bureau a ajouté une ligne à votre compte : {what}, {amount}.\n\n"
        "Pour lire votre compte : à l’écran de l’entrée, « Mon compte ». Pour arrêter ces messages : "
        "« Réglages », au même endroit.\n"
    ),
    (
        "Hello {name},\n\n"
        "The office has added an entry to your account: {what}, {amount}.\n\n"
        "To see your account, open “My account” on the entrance screen. To stop these messages, open "
        "“Settings” in the same place.\n"
    ),
)
_OTHER = Text("montant compté", "amount charged")
_DEPOSIT = Text("caution de badge", "badge deposit")


def put_in_outbox(connection: sa.Connection, number: int, at: datetime) -> None:
    """Put a mail about a charge, by its entry's `number`, into the outbox within the given transaction; none where the
    entry charges nothing, or its account's member has no address or did not ask for such mails.
    """
    charge = outbox_rows.due(connection, number)
    if charge is None:
        return
    from kiosk.exports import formats  # heavy, and seldom needed

    language = charge.language or catalogues.settled()
    outbox_rows.put(
        connection,
        channel=outbox_rows.MAIL,
        recipient=charge.email,
        subject=_SUBJECT.to(language),
        body=_BODY.to(
            language,
            name=charge.name,
            what=_what(connection, charge.kind, charge.product, language),
            amount=formats.euros(charge.amount_cents, language),
        ),
        about=f"entry {number}",
        at=at,
    )


def _what(connection: sa.Connection, kind: str, product: str | None, language: str) -> str:
    """Return the name of what was charged: a badge deposit, the product, or "amount charged" where it has no name."""
    if kind == "deposit":
        return _DEPOSIT.to(language)
    names = name_rows.products(connection).get(product or "")
    return _OTHER.to(language) if names is None else names.to(language)
