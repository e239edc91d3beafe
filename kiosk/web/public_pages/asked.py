"""Makes the page behind the link of a request: what was asked, its state, and what its sender can do now.

`Here` is one question of a public page: the transaction that answers it, the language, and what was chosen or typed.
"""

from kiosk.domain.visitors.requests import Kind, State
from kiosk.exports import formats
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.rooms import quote_rows, room_rows
from kiosk.store.visitors.request_rows import PublicRequest
from kiosk.visitors import asking
from kiosk.web.pages.speech import Block, Choice, Sheet
from kiosk.web.public_pages.here import Here, pairs

TITLE = Text("Votre demande", "Your request")
PROVE, CANCEL, ACCEPT = "prove", "cancel", "accept"  # acts behind the page's buttons
_KINDS = {
    Kind.VISIT: Text("Venir travailler", "Come and work"),
    Kind.JOIN: Text("Adhérer", "Join"),
    Kind.ROOM: Text("Louer une salle", "Rent a room"),
    Kind.EVENT: Text("Événement", "Event"),
}
_STATES = {
    State.UNPROVEN: Text(
        "Confirmez votre demande : sans cela, elle ne compte pas.",
        "Confirm your request: it does not count until you do.",
    ),
    State.WAITING: Text(
        "Demande reçue : nous vous répondrons par e-mail.", "Request received: we will reply by e-mail."
    ),
    State.DONE: Text("C’est fait.", "Done."),
    State.DECLINED: Text("Nous n’avons pas pu accepter votre demande.", "We could not accept your request."),
    State.CANCELLED: Text("Votre demande est annulée.", "Your request is cancelled."),
}
_EXPECTED = Text("Nous vous attendons.", "We are expecting you.")
_SEATED, _QUEUED = (
    Text("Votre place est réservée.", "Your seat is booked."),
    Text("Vous êtes en liste d’attente.", "You are on the waiting list."),
)
_BOOKED = Text(
    "Votre réservation est confirmée. Nous vous enverrons la facture.",
    "Your booking is confirmed. We will send you the invoice.",
)
_QUOTED = Text("Votre devis attend votre réponse jusqu’au {until}.", "Please accept or decline your quote by {until}.")
_WHAT, _DAY, _HOURS = common.WHAT_IS_REQUESTED, Text("Jour", "Day"), Text("Heures", "Hours")
_SUM, _DEPOSIT, _ADVANCE = Text("Prix", "Price"), Text("Caution", "Security deposit"), Text("Acompte", "Down payment")
_CONFIRM = Text("Confirmer ma demande", "Confirm my request")
_CANCEL = Text("Annuler ma demande", "Cancel my request")
_LEAVE = Text("Rendre ma place", "Give up my seat")
_ACCEPT = Text("Accepter le devis", "Accept the quote")
_REFUSE = Text("Refuser le devis", "Decline the quote")


def show(here: Here, request: PublicRequest) -> Sheet:
    """Return the page of a request in its present state."""
    return Sheet(
        language=here.language,
        title=here.to(TITLE),
        told=_state(here, request),
        blocks=[*pairs(_facts(here, request)), *_quote(here, request)],
        acts=[Choice(act, "", here.to(words), does=True) for act, words in _acts(here, request)],  # drawn as buttons
    )


def _state(here: Here, request: PublicRequest) -> str:
    """Return the request's state as its sender should read it, in words: while a quote awaits their answer, until when;
    once done, what that means for the kind of request.
    """
    connection = here.now.connection
    if request.state is State.WAITING and request.quote is not None:
        quote = quote_rows.by_id(connection, request.quote)
        if quote.state == quote_rows.OPEN:
            return here.to(_QUOTED, until=formats.day(quote.valid_until, here.language))
    if request.state is not State.DONE:
        return here.to(_STATES[request.state])
    match request.kind:
        case Kind.VISIT:
            return here.to(_EXPECTED)
        case Kind.ROOM:
            return here.to(_BOOKED)
        case Kind.EVENT if request.event is not None and request.signup is not None:
            event = event_rows.by_id(connection, request.event)
            return here.to(_SEATED if asking.has_seat(connection, event, request.signup) else _QUEUED)
    return here.to(_STATES[request.state])


def _facts(here: Here, request: PublicRequest) -> list[list[str]]:
    """Return what was asked, each with its label: the subject, the day, the hours."""
    connection, language = here.now.connection, here.language
    what = here.to(_KINDS[request.kind])
    if request.room is not None:
        what = f"{what} · {room_rows.by_id(connection, request.room).names.to(language)}"
    if request.event is not None:
        what = event_rows.by_id(connection, request.event).title
    rows = [[here.to(_WHAT), what]]
    if request.kind is not Kind.JOIN:
        rows.append([here.to(_DAY), formats.day(request.day_on, language, formats.WEEKDAY)])
    if request.slot is not None:
        local = [at.astimezone(here.rules.zone) for at in (request.slot.starts_at, request.slot.ends_at)]
        rows.append([here.to(_HOURS), " – ".join(formats.hour(at, language) for at in local)])
    return rows


def _quote(here: Here, request: PublicRequest) -> list[Block]:
    """Return the amounts of the quote that answers the request; nothing without a quote."""
    if request.quote is None:
        return []
    quote = quote_rows.by_id(here.now.connection, request.quote)
    sums = ((_SUM, quote.cents), (_ADVANCE, quote.advance_cents), (_DEPOSIT, quote.caution_cents))
    return pairs([[here.to(words), formats.euros(cents, here.language)] for words, cents in sums if cents])


def _acts(here: Here, request: PublicRequest) -> list[tuple[str, Text]]:
    """Return what the request's sender can do now: each act with its button's words. A room that was booked, and
    membership, are no longer cancelled here. An act that comes too late is refused when it is tried.
    """
    match request.state, request.kind:
        case State.UNPROVEN, _:
            return [(PROVE, _CONFIRM)]
        case State.WAITING, _ if request.quote is not None:
            return [(ACCEPT, _ACCEPT), (CANCEL, _REFUSE)]
        case State.WAITING, _:
            return [(CANCEL, _CANCEL)]
        case State.DONE, Kind.VISIT if request.day_on >= here.now.moment.day:
            return [(CANCEL, _CANCEL)]
        case State.DONE, Kind.EVENT if request.signup is not None and _is_coming(here, request.signup):
            return [(CANCEL, _LEAVE)]
    return []


def _is_coming(here: Here, signup: int) -> bool:
    """Tell whether a sign-up still stands."""
    return signup_rows.by_id(here.now.connection, signup).left_at is None


ACTS = {PROVE: asking.prove, CANCEL: asking.cancel, ACCEPT: asking.accept}
"""The acts behind a link, by the name of their button."""
