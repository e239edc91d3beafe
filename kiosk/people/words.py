"""Names of the kinds of notice, and the mails by which members hear of each other, without anyone's address."""

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.people.said import NoticeKind
from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.messages import outbox_rows

KINDS = {
    NoticeKind.SEEKS: Text("Cherche", "Looking for"),
    NoticeKind.OFFERS: Text("Offre", "Offering"),
    NoticeKind.PROJECT: Text("Projet", "Project"),
}
SOMEBODY = Text("Une personne membre", "A member")
_SKILL = (
    Text("Quelqu’un aimerait votre aide", "Someone would like your help"),
    Text(
        "Bonjour {name},\n\n{who} aimerait votre aide : « {what} ». Si cela vous dit, faites signe à votre prochain"
        " passage, ou à l’accueil. Personne ne reçoit votre adresse.\n\nPour ne plus être trouvé·e ainsi : à l’écran de"
        " l’entrée, « Mon compte », « Le lieu », « Mes savoir-faire ».\n",
        "Hello {name},\n\n"
        "{who} would like your help: “{what}”. If you can help, get in touch on your next visit, or tell "
        "the host. Your address is not shared.\n\n"
        "To stop being found this way: on the entrance screen, “My account”, “The place”, “My skills”.\n",
    ),
)
_NOTICE = (
    Text("Une réponse à votre annonce", "An answer to your notice"),
    Text(
        "Bonjour {name},\n\n{who} répond à votre annonce : « {what} ». Faites signe à votre prochain passage, ou à"
        " l’accueil. Personne ne reçoit votre adresse.\n",
        "Hello {name},\n\n"
        "{who} has answered your notice: “{what}”. Get in touch on your next visit, or tell the host. "
        "Your address is not shared.\n",
    ),
)


def put_ask(
    connection: sa.Connection, moment: Moment, email: str, language: str | None, name: str, sender: str, what: str
) -> None:
    """Put the mail about a request for a skill into the outbox."""
    _put(connection, moment, email, language, _SKILL, name, sender, what, "a skill")


def put_answer(
    connection: sa.Connection, moment: Moment, email: str, language: str | None, name: str, sender: str, what: str
) -> None:
    """Put the mail about an answer to a notice into the outbox."""
    _put(connection, moment, email, language, _NOTICE, name, sender, what, "a notice")


def _put(
    connection: sa.Connection,
    moment: Moment,
    email: str,
    language: str | None,
    texts: tuple[Text, Text],
    name: str,
    sender: str,
    what: str,
    about: str,
) -> None:
    """Put a mail of one member to another into the outbox, in the recipient's language. `name` is the recipient's,
    `sender` the other member's, empty where that is not shown.
    """
    spoken = language or catalogues.settled()
    subject, body = texts
    outbox_rows.put(
        connection,
        channel=outbox_rows.MAIL,
        recipient=email,
        subject=subject.to(spoken),
        body=body.to(spoken, name=name, who=sender or SOMEBODY.to(spoken), what=what),
        about=about,
        at=moment.at,
    )
