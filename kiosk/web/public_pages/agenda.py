"""Makes the page "Agenda": what the desk lists publicly, and signing up for it with an e-mail address.

`Here` is one question of a public page: the transaction that answers it, the language, and what was chosen or typed.
"""

from kiosk.domain.events.agenda import AgendaEntry
from kiosk.domain.events.terms import EventState
from kiosk.domain.visitors.requests import Kind, Wish
from kiosk.errors import RequestError
from kiosk.events import agenda
from kiosk.exports import formats
from kiosk.exports.events.words import KINDS, STATES
from kiosk.language.texts import Text
from kiosk.messages import event_notice
from kiosk.messages.event_notice import EventFacts
from kiosk.web.pages.speech import Choice, Form, Sheet
from kiosk.web.public_pages.here import AGENDA, KEPT, MAIL_COMES, WITHOUT_MAIL, Here, text

TITLE = Text("Agenda", "Agenda")
EVENT = "event"  # the form that signs up
_NOTHING = Text("Rien de prévu pour l’instant.", "Nothing planned for now.")
_FREE = Text("gratuit", "free")
_SEATS = Text("places libres : {count}", "seats left: {count}")
_FULL = Text("complet, liste d’attente", "full, waiting list")
_SIGN_UP = Text("S’inscrire", "Sign up")
_LEAD = Text(
    "Le lien que vous recevrez confirme votre place ; il sert aussi à la rendre.",
    "The link you receive confirms your seat; you can also use it to cancel.",
)
_COSTS = Text("Une place coûte {sum} : vous recevrez une facture.", "A seat costs {sum}: you will receive an invoice.")
_SEND = Text("M’inscrire", "Sign me up")


def show(here: Here) -> Sheet:
    """Return the list of events that take sign-ups (open, or sure to be held), or the page of the one that was chosen.
    A choice that is no longer listed shows the list.
    """
    now = here.now
    entries = [
        entry
        for entry in agenda.listed(now.connection, now.policy, now.moment.at)
        if entry.state in (EventState.OPEN, EventState.HELD)
    ]
    chosen = next((entry for entry in entries if str(entry.id) == here.value), None)
    if chosen is not None:
        return _one(here, chosen)
    choices = [Choice(AGENDA, str(entry.id), entry.title, " · ".join(_facts(here, entry))) for entry in entries]
    return Sheet(
        language=here.language,
        title=here.to(TITLE),
        page=AGENDA,
        choices=choices,
        blocks=[] if choices else text(here.to(_NOTHING)),
    )


def _when(here: Here, entry: AgendaEntry) -> str:
    """Return when an event begins, in words."""
    return event_notice.when(EventFacts(entry.id, entry.title, entry.starts_at), here.language, here.rules.zone)


def _facts(here: Here, entry: AgendaEntry) -> list[str]:
    """Return an event's time, price and free seats, in words; a part that has nothing to say is left out."""
    left = entry.places_left
    seats = "" if left is None else here.to(_FULL) if not left else here.to(_SEATS, count=left)
    cents = formats.euros(entry.cents, here.language) if entry.cents else here.to(_FREE)
    return [part for part in (_when(here, entry), cents, seats) if part]


def _one(here: Here, entry: AgendaEntry) -> Sheet:
    """Return the page of an event, with the form that signs up where mail can be sent."""
    kind = f"{here.to(KINDS[entry.kind])} · {here.to(STATES[entry.state])}"
    blocks = [
        *text(kind, kind="small"),
        *text(*_facts(here, entry), kind="strong"),
        *text(*entry.about.splitlines(), entry.place, entry.host or ""),
    ]
    return Sheet(
        language=here.language,
        title=entry.title,
        page=AGENDA,
        value=str(entry.id),
        blocks=[*blocks, *([] if here.has_mail else text(here.to(WITHOUT_MAIL), kind="strong"))],
        forms=[_form(here, entry)] if here.has_mail else [],
    )


def _form(here: Here, entry: AgendaEntry) -> Form:
    """Return the form that signs up, with what a seat costs and what follows; only a seat with a price asks for the
    payer.
    """
    costs = here.to(_COSTS, sum=formats.euros(entry.cents, here.language)) if entry.cents else ""
    lead = " ".join(part for part in (costs, here.to(_LEAD), here.to(MAIL_COMES), here.to(KEPT)) if part)
    fields = [*here.person(), *(here.payer() if entry.cents else [])]
    return Form(name=EVENT, title=here.to(_SIGN_UP), button=here.to(_SEND), fields=fields, lead=lead)


def wish(here: Here, _form_name: str) -> Wish:
    """Return what the form asks for: a seat at the chosen event. Raises RequestError `no-such-event`."""
    now, typed = here.now, here.typed
    entries = agenda.listed(now.connection, now.policy, now.moment.at)
    entry = next((listed for listed in entries if str(listed.id) == here.value), None)
    if entry is None:
        raise RequestError("no-such-event", number=here.value)
    return Wish(
        kind=Kind.EVENT,
        name=typed.get("name", ""),
        email=typed.get("email", ""),
        client=typed.get("client", "") or "person",
        organisation=typed.get("organisation", ""),
        day_on=entry.ends_at.astimezone(here.rules.zone).date(),
        language=here.language,
        event=entry.id,
    )
