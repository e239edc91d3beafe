"""Mails about a member's request to be erased: to the officers when it is made, to the member when it is answered."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.messages import member_mail
from kiosk.store.members.members import Member
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users

_ABOUT = "erasure of member"
_ASKED_SUBJECT = Text(
    "La personne membre n° {number} demande l’effacement de sa fiche",
    "Member no. {number} asks for their file to be erased",
)
_ASKED_BODY = Text(
    "Bonjour,\n\nLa personne membre n° {number} demande, depuis son téléphone, que sa fiche soit effacée.\n\nLa"
    " page « Aujourd’hui » montre la demande et ce qui reste à faire. La réponse est due dans le mois.\n",
    "Hello,\n\n"
    "Member no. {number} has asked, from their phone, for their file to be erased.\n\n"
    "The “Today” page lists the request and the remaining steps. The reply is due within a month.\n",
)
_DECLINED_SUBJECT = Text("Votre demande d’effacement", "Your erasure request")
_DECLINED_BODY = Text(
    "Bonjour,\n\nVotre fiche n’est pas effacée. Le bureau vous répond :\n\n{reason}\n\nVous pouvez le redemander sur"
    " vos pages, « Mes données », répondre à ce message, ou saisir la CNIL (cnil.fr).\n",
    "Hello,\n\nYour file has not been erased. The office replies:\n\n{reason}\n\nYou can ask again on your “My"
    " data” page, reply to this message, or complain to the CNIL (cnil.fr).\n",
)
_DONE_SUBJECT = Text("Votre fiche est effacée", "Your file has been erased")
_DONE_BODY = Text(
    "Bonjour,\n\nVous l’avez demandé : votre fiche est effacée. Les comptes gardent un numéro, sans votre nom."
    " Cette adresse est effacée dès que ce message est parti.\n",
    "Hello,\n\nAs you requested, your file has been erased. The accounts keep a number, without your name. This"
    " address is erased once this message has been sent.\n",
)


class Address(Struct, frozen=True):
    """A member's address and language, kept for the mail that follows the erasure of their file."""

    email: str
    language: str

    @classmethod
    def of(cls, person: Member) -> "Address | None":
        """Return the address of a member's file; None where it has none."""
        return None if person.email is None else cls(person.email, person.language or catalogues.settled())


def tell_officers(connection: sa.Connection, number: int, at: datetime) -> None:
    """Mail all active officers but hosts, within the given transaction, that a member asks for their file to be
    erased.
    """
    for officer in desk_users.others_to_tell(connection, None):  # to all: no officer made the request
        language = officer.language or catalogues.settled()
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=officer.email,
            subject=_ASKED_SUBJECT.to(language, number=f"{number:04d}"),
            body=_ASKED_BODY.to(language, number=f"{number:04d}"),
            about=f"{_ABOUT} {number}",
            at=at,
        )


def tell_declined(connection: sa.Connection, number: int, reason: str, at: datetime) -> bool:
    """Mail a member why their file is not erased, and return whether the file has an address."""
    return member_mail.put(connection, number, at, _DECLINED_SUBJECT, _DECLINED_BODY, _ABOUT, reason=reason)


def tell_done(connection: sa.Connection, address: Address, number: int, at: datetime) -> None:
    """Mail a former member that their file is erased. The outbox erases the address once the message has left."""
    outbox_rows.put(
        connection,
        channel=outbox_rows.MAIL,
        recipient=address.email,
        subject=_DONE_SUBJECT.to(address.language),
        body=_DONE_BODY.to(address.language),
        about=f"{_ABOUT} {number}",
        at=at,
    )
