"""Mails members in advance that a zone or the whole place is let for some hours, without naming the client."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language import catalogues
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.store.messages import outbox_rows


class LetFacts(Struct, frozen=True):
    """What a mail says about a let: the zone (None: the whole place), its hours by the wall clock, and whether
    subscribers keep their place; otherwise that time is given back to them.
    """

    id: int
    zone: Names | None
    starts: datetime
    ends: datetime
    keeps_permanents: bool


_SUBJECT = Text("Le {day}, une partie du lieu est louée", "On {day}, part of the place is let")
_SUBJECT_WHOLE = Text("Le {day}, le lieu est loué", "On {day}, the place is let")
_ZONE = Text(
    "Bonjour,\n\nLe {day}, de {since} à {until}, une zone est louée : {zone}. Vous pouvez venir : vous aurez une autre"
    " place, au"
    " prix de celle-ci.\n",
    "Hello,\n\nOn {day}, from {since} to {until}, a zone is let: {zone}. You can still come: you will have a place"
    " elsewhere, at the price of that place.\n",
)
_WHOLE = Text(
    "Bonjour,\n\nLe {day}, de {since} à {until}, tout le lieu est loué : la porte ne s’ouvre pas aux membres pendant ce"
    " temps.\n",
    "Hello,\n\nOn {day}, from {since} to {until}, the whole place is let: the door does not open to members during"
    " that time.\n",
)
_KEPT = Text(
    "\nAvec un abonnement, vous gardez votre place et venez comme d’habitude.\n",
    "\nWith a subscription, you keep your place and come as usual.\n",
)
_GIVEN = Text(
    "\nAvec un abonnement, ce temps vous est rendu ensuite, sans rien demander.\n",
    "\nWith a subscription, this time is given back to you afterwards automatically.\n",
)


def put_in_outbox(
    connection: sa.Connection, facts: LetFacts, readers: Iterable[tuple[str, str | None]], at: datetime
) -> int:
    """Put a mail into the outbox for each address, in its language (None: the house's), and return how many."""
    from kiosk.exports import formats  # heavy, and seldom needed

    count = 0
    for address, own in readers:
        language = own or catalogues.settled()
        day = formats.day(facts.starts.date(), language, formats.WEEKDAY)
        since, until = formats.hour(facts.starts, language), formats.hour(facts.ends, language)
        zone = None if facts.zone is None else facts.zone.to(language)
        subject = _SUBJECT_WHOLE if zone is None else _SUBJECT
        body = _WHOLE if zone is None else _ZONE
        more = _KEPT if facts.keeps_permanents else _GIVEN
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=address,
            subject=subject.to(language, day=day),
            body=body.to(language, day=day, since=since, until=until, zone=zone) + more.to(language),
            about=f"let {facts.id}",
            at=at,
        )
        count += 1
    return count
