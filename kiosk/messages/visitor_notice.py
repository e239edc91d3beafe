"""Mails about requests from the public pages: the link that confirms the address, and the answer, in the request's
language.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kiosk.domain.visitors.requests import Kind
from kiosk.language.texts import Text
from kiosk.messages import event_notice
from kiosk.messages.event_notice import EventFacts
from kiosk.store.events.event_rows import Event
from kiosk.store.messages import outbox_rows
from kiosk.store.rooms.quote_rows import Quote
from kiosk.store.visitors.request_rows import PublicRequest

_PROOF_SUBJECT = Text("Confirmez votre demande", "Confirm your request")
_PROOF = Text(
    "Bonjour,\n\n{what} Pour confirmer, ouvrez ce lien et touchez le bouton, dans les 24 heures :\n\n{link}\n\nVous"
    " n’avez rien demandé ? Ne faites rien : demain, tout est effacé.\n",
    "Hello,\n\n{what} To confirm, open this link and press the button within 24 hours:\n\n{link}\n\nIf you did not"
    " make this request, do nothing: it will be erased tomorrow.\n",
)
_WHAT = {
    Kind.VISIT: Text("Vous annoncez votre venue le {day}.", "You told us that you will visit on {day}."),
    Kind.JOIN: Text("Vous demandez à adhérer.", "You asked to join."),
    Kind.ROOM: Text("Vous demandez une salle pour le {day}.", "You requested a room for {day}."),
    Kind.EVENT: Text("Vous vous inscrivez à un événement, le {day}.", "You are signing up for an event on {day}."),
}
_SEAT_SUBJECT = Text("Votre inscription : {title}", "Your sign-up: {title}")
_SEAT = Text(
    "Bonjour,\n\n« {title} », {when} : votre place est prise. Pour vous désinscrire, ouvrez ce lien :\n\n{link}\n",
    "Hello,\n\n“{title}”, {when}: your seat is booked. To cancel it, open this link:\n\n{link}\n",
)
_QUEUE = Text(
    "Bonjour,\n\n« {title} », {when} : tout est pris pour l’instant, vous êtes en liste d’attente. Un e-mail vous"
    " dira si une place se libère. Pour vous désinscrire, ouvrez ce lien :\n\n{link}\n",
    "Hello,\n\n"
    "“{title}”, {when}: all seats are taken for now, so you are on the waiting list. An e-mail will tell "
    "you if a seat comes free. To cancel, open this link:\n\n"
    "{link}\n",
)
_YES_SUBJECT = {
    Kind.VISIT: Text("Nous vous attendons le {day}", "See you on {day}"),
    Kind.JOIN: Text("Votre adhésion est confirmée", "You are now a member"),
}
_YES = {
    Kind.VISIT: Text(
        "Bonjour,\n\nNous vous attendons le {day}. À l’écran de l’entrée, touchez « Première visite » et votre"
        " prénom.\n\nUn empêchement ? Dites-le par ce lien :\n\n{link}\n",
        "Hello,\n\nWe look forward to seeing you on {day}. On the entrance screen, touch “First visit” and your"
        " name.\n\nIf you cannot come, tell us with this link:\n\n{link}\n",
    ),
    Kind.JOIN: Text(
        "Bonjour,\n\nVous voilà membre. Votre badge vous attend : demandez-le à l’accueil lors de votre première"
        " venue.\n",
        "Hello,\n\nYou are now a member. Your badge is ready: ask the host for it on your first visit.\n",
    ),
}
_NO_SUBJECT = Text("Votre demande", "Your request")
_NO = Text(
    "Bonjour,\n\n{what} Nous ne pouvons pas y répondre favorablement. Une question ? Répondez à cet e-mail.\n",
    "Hello,\n\n{what} Unfortunately we cannot accept this request. Any questions? Reply to this e-mail.\n",
)
_QUOTE_SUBJECT = Text("Votre devis : {sum}", "Your quote: {sum}")
_QUOTE = Text(
    "Bonjour,\n\nVotre devis pour le {day} : {sum}. La salle vous est gardée jusqu’au {until}. Lisez-le, acceptez-le ou"
    " refusez-le par ce lien :\n\n{link}\n",
    "Hello,\n\nYour quote for {day}: {sum}. The room is held for you until {until}. Read the quote, then accept or"
    " decline it with this link:\n\n{link}\n",
)


def put_proof(connection: sa.Connection, request: PublicRequest, link: str, at: datetime) -> None:
    """Mail the link that confirms a request, which the text says is good for 24 hours."""
    what = _what(request)
    _put(
        connection, request, _PROOF_SUBJECT.to(request.language), _PROOF.to(request.language, what=what, link=link), at
    )


def put_seat(
    connection: sa.Connection,
    request: PublicRequest,
    event: Event,
    link: str,
    zone: ZoneInfo,
    at: datetime,
    *,
    seated: bool,
) -> None:
    """Mail that a seat (`seated`), or else a place on the waiting list, is taken, with the link that gives it up."""
    language = request.language
    starts_at = None if event.terms is None else event.terms.starts_at
    when = event_notice.when(EventFacts(event.id, event.title, starts_at), language, zone)
    body = (_SEAT if seated else _QUEUE).to(language, title=event.title, when=when, link=link)
    _put(connection, request, _SEAT_SUBJECT.to(language, title=event.title), body, at)


def put_answer(connection: sa.Connection, request: PublicRequest, link: str, at: datetime, *, agreed: bool) -> None:
    """Mail the office's answer to a request: its consent (`agreed`) to a visit or a membership, or its refusal of any.
    A room is granted by a quote (`put_quote`). Only the consent to a visit has the `link`, which calls it off.
    """
    language = request.language
    if agreed:
        day = _day(request)
        subject = _YES_SUBJECT[request.kind].to(language, day=day)
        _put(connection, request, subject, _YES[request.kind].to(language, day=day, link=link), at)
    else:
        _put(connection, request, _NO_SUBJECT.to(language), _NO.to(language, what=_what(request)), at)


def put_quote(connection: sa.Connection, request: PublicRequest, quote: Quote, link: str, at: datetime) -> None:
    """Mail a quote's price, its last day, and the link to read, accept or decline it."""
    from kiosk.exports import formats  # heavy, and seldom needed

    language, cents = request.language, formats.euros(quote.cents, request.language)
    body = _QUOTE.to(language, day=_day(request), sum=cents, until=formats.day(quote.valid_until, language), link=link)
    _put(connection, request, _QUOTE_SUBJECT.to(language, sum=cents), body, at)


def _what(request: PublicRequest) -> str:
    """Return what the person asked for, as the sentence that the mail begins with."""
    return _WHAT[request.kind].to(request.language, day=_day(request))


def _day(request: PublicRequest) -> str:
    """Return the day of a request in words, in its language."""
    from kiosk.exports import formats  # heavy, and seldom needed

    return formats.day(request.day_on, request.language, formats.WEEKDAY)


def _put(connection: sa.Connection, request: PublicRequest, subject: str, body: str, at: datetime) -> None:
    """Put a mail to the person that made a request into the outbox; none where the request has no address any more."""
    if request.email is not None:
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=request.email,
            subject=subject,
            body=body,
            about=f"public request {request.id}",
            at=at,
        )
