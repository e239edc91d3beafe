"""Lets members turn each kind of mail on or off, and says which mails always come."""

from collections.abc import Callable, Mapping

from kiosk.checkin.dialogue import TELEPHONE
from kiosk.domain.members import mails
from kiosk.domain.members.mails import Mail
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.store.members import mail_rows
from kiosk.store.officers import desk_log
from kiosk.web.member_pages import blocks, looks
from kiosk.web.member_pages.flows import Flows
from kiosk.web.member_pages.office import Guest
from kiosk.web.pages.speech import Choice, View

MAIL = "mail"  # the act; its value is a kind of mail and "yes" or "no", like "events=no"
_LEAD = Text(
    "Touchez une ligne pour recevoir ces e-mails ou les arrêter.", "Touch a line to turn these e-mails on or off."
)
_TO = Text("Ces e-mails vont à {email}.", "These e-mails go to {email}.")
_NO_ADDRESS = Text(
    "Votre fiche n’a pas d’adresse e-mail : donnez-la au bureau.", "Your file has no e-mail address: tell the office."
)
_ALWAYS = Text(
    "Toujours envoyés : vos codes, un téléphone relié, une venue sans badge, la réponse à une demande, un paiement en"
    " ligne arrivé tard, ce qui reste dû.",
    "We always e-mail you your codes, answers to your requests and what you owe, and tell you when a phone is paired,"
    " you come in without a badge or an online payment arrives late.",
)
_OFF = Text("désactivé · {what}", "off · {what}")
_KINDS: Mapping[Mail, tuple[Text, Text]] = {  # each kind's name, and when such mails come
    Mail.ACCOUNT: (
        Text("Une ligne sur mon compte", "An entry on my account"),
        Text("quand le bureau débite mon compte", "when the office charges my account"),
    ),
    Mail.EVENTS: (
        Text("Mes événements", "My events"),
        Text("événements ouverts, changés, confirmés, annulés", "events opened, changed, confirmed, cancelled"),
    ),
    Mail.HOSTING: (
        Text("L’accueil", "Hosting"),
        Text("tours libres, rappels de mes tours", "free shifts, reminders of my shifts"),
    ),
    Mail.SWAPS: (
        Text("Les échanges de tours", "Shift swaps"),
        Text("échanges proposés, acceptés, refusés", "swaps offered, accepted, declined"),
    ),
    Mail.PEOPLE: (
        Text("Les autres membres", "Other members"),
        Text("demandes d’aide, réponses à mes annonces", "requests for help, answers to my notices"),
    ),
}


def show(flows: Flows, guest: Guest, _choice: str) -> View:
    """Show each kind of mail that this house sends, and whether it is on; or that the member's file has no address."""
    language, email = guest.language, guest.member.email
    if email is None:
        return looks.own_view(flows, guest, looks.MAILS, blocks.text(_NO_ADDRESS.to(language), kind="strong"))
    wishes = mail_rows.wishes(guest.now.connection, guest.member.id)
    shown = blocks.text(_TO.to(language, email=email), _ALWAYS.to(language), kind="small")
    choices = [_choice_of(mail, wishes[mail], guest) for mail in mails.sent_here(guest.now.policy)]
    return looks.own_view(flows, guest, looks.MAILS, shown, lead=_LEAD, choices=choices)


def _choice_of(mail: Mail, is_on: bool, guest: Guest) -> Choice:
    """Return the line that turns a kind of mail on or off."""
    label, below = (words.to(guest.language) for words in _KINDS[mail])
    if not is_on:
        below = _OFF.to(guest.language, what=below)
    return Choice(MAIL, f"{mail}={'no' if is_on else 'yes'}", label, below, does=True, chosen=is_on)


def wish(flows: Flows, guest: Guest, choice: str) -> View:
    """Turn one kind of mail on or off, as the act's value says ("events=no"), and log it if that changes anything.
    Raises RequestError `touch-over` for a kind that this house does not send.
    """
    name, _, wants = choice.partition("=")
    if name not in mails.sent_here(guest.now.policy) or wants not in ("yes", "no"):
        raise RequestError("touch-over", "there is no such mail")
    now, member, mail = guest.now, guest.member, Mail(name)
    if mail_rows.wishes(now.connection, member.id)[mail] is not (wants == "yes"):
        mail_rows.wish(now.connection, member.id, mail, wants=wants == "yes")
        desk_log.add(now.connection, now.moment.at, TELEPHONE, "own-mails", member.number, f"{mail}: {wants}")
    return show(flows, guest, "")


VIEWS: Mapping[str, Callable[[Flows, Guest, str], View]] = {looks.MAILS: show}
DOES: Mapping[str, Callable[[Flows, Guest, str], View]] = {MAIL: wish}
