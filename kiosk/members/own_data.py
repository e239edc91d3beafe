"""Mails members all that is known of them when they ask at the screen: once a day, to the address on their file.

One mail has it as a page, another as a file for programs. Both leave the outbox once they are sent.
"""

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.members import members
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_log

_SUBJECT = Text("Toutes vos données", "All your data")
_FOR_A_PROGRAM = Text("Toutes vos données, lisibles par un programme", "All your data, machine-readable")
_BODY = Text(
    (
        "Bonjour {name},\n\nVous avez demandé vos données à l’écran de l’entrée : la pièce jointe contient tout ce"
        " que l’association sait de vous, et dit combien de temps chaque donnée est gardée.\n\nQuelque chose est faux,"
        " ou à effacer ?"
        " Dites-le au bureau. Ce n’était pas vous ? Dites-le aussi : votre badge peut être remplacé.\n"
    ),
    (
        "Hello {name},\n\nYou asked for your data on the entrance screen: the attachment contains everything"
        " that the association knows about you, and how long each item is kept.\n\nShould something be corrected"
        " or erased? Tell the office. If you did not ask for your data, tell them too: your badge can be replaced.\n"
    ),
)


def was_sent(connection: sa.Connection, number: int, moment: Moment) -> bool:
    """Return whether a member has asked for their data today, on the moment's day (which may begin after midnight)."""
    return any(
        # `latest` goes by the beginning of the subject: member 1's would find member 12's too.
        fate.about == _about(number) and fate.made_at.astimezone(moment.local.tzinfo).date() >= moment.day
        for fate in outbox_rows.latest(connection, _about(number))
    )


def put_in_outbox(connection: sa.Connection, number: int, moment: Moment, actor: str, page: str, as_json: str) -> None:
    """Put both mails with a member's data into the outbox within the given transaction, with a line in the desk's log.
    For a member without an address nothing is done or logged.
    """
    member = members.by_number(connection, number)
    if member.email is None:
        return
    language = member.language or catalogues.settled()
    for subject, content, end in ((_SUBJECT, page, "html"), (_FOR_A_PROGRAM, as_json, "json")):
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=member.email,
            subject=subject.to(language),
            body=_BODY.to(language, name=member.shown_name),
            about=_about(member.number),
            at=moment.at,
            attachment=content.encode(),
            attachment_name=f"{moment.day:%Y%m%d}-{member.number:04d}.{end}",
        )
    desk_log.add(connection, moment.at, actor, "own-data", member.number, None)


def _about(number: int) -> str:
    """Return the subject under which the outbox stores these mails, to find a member's last one."""
    return f"data of member {number}"
