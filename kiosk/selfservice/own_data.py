"""Shows members at the screen what the association keeps about them, and mails all of it to the address on their file.

The screen shows kinds and numbers of records only, because people waiting behind can read it.
"""

from datetime import UTC, tzinfo
from functools import partial

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, PageContext, Work
from kiosk.domain.checkin.choices import Act
from kiosk.language import catalogues
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.members import own_data, personal_data
from kiosk.members.personal_data import PersonalData
from kiosk.selfservice import account, house
from kiosk.store.members import members

_SENT = Text("Envoi demandé à l’adresse de votre fiche.", "Sending your data to the address on file.")
_SENT_ALREADY = Text("Envoi déjà demandé aujourd’hui.", "Already requested today.")
MOST_KINDS = 9  # as many as there is room for


class Made(Struct, frozen=True):
    """The file to be sent: a page of HTML, and the same data as JSON for a program."""

    page: str
    as_json: str


class DataSheet(Struct, frozen=True):
    """How many records of each kind are kept, for the largest kinds; how many other kinds there are (`others`); and
    whether there is an address to send everything to.
    """

    known: tuple[tuple[Text, int], ...]
    others: int
    by_mail: bool


def show(context: PageContext) -> Card:
    """Show what is kept about the member, by kind and number of records."""
    from kiosk.exports.members import personal_page  # heavy, and seldom needed

    member = members.by_number(context.connection, context.number)
    data = personal_data.read(context.connection, member.number, context.moment.day)
    counts = [(personal_page.SECTIONS[code], len(rows)) for code, rows in data.sections.items() if rows]
    counts.sort(key=lambda kind_and_count: -kind_and_count[1])
    acts = (Act.DATA_SEND,) if member.email is not None and context.flows.has_mail else ()
    sheet = DataSheet(tuple(counts[:MOST_KINDS]), len(counts[MOST_KINDS:]), bool(acts))
    return account.page(context, CardKind.OWN_DATA, *acts, Act.SETTINGS, sheet=sheet)


def make(context: PageContext) -> Work | None:
    """Read the member's data, and return the work that makes the file of it outside the transaction. None where nothing
    can be sent (no badge was shown, no mail server, no address on file), or it was already sent today.
    """
    if not context.is_by_badge or not context.flows.has_mail:
        return None
    member = members.by_number(context.connection, context.number)
    if member.email is None or own_data.was_sent(context.connection, member.number, context.moment):
        return None
    data = personal_data.read(context.connection, member.number, context.moment.day)
    return partial(_made, data, member.language or catalogues.settled(), context.moment.local.tzinfo or UTC)


def _made(records: PersonalData, language: Language, zone: tzinfo) -> tuple[Made]:
    """Make the file, outside the transaction: a tuple, since a `Work` may return several values for the flow."""
    from kiosk.exports.members import personal_page

    words = personal_page.Words(language, zone, records.names)
    page = personal_page.html(records.name, records.made_on, records.sections, words)
    return (Made(page, records.as_json()),)


def send(context: PageContext) -> Card:
    """Put the file into the outbox, once a day at most; without a file, show the kinds of data again."""
    data_file = context.take(Made)
    if own_data.was_sent(context.connection, context.number, context.moment):
        return house.done(context, _SENT_ALREADY, Act.SETTINGS)
    if data_file is None:
        return show(context)
    own_data.put_in_outbox(context.connection, context.number, context.moment, ACTOR, data_file.page, data_file.as_json)
    return house.done(context, _SENT, Act.SETTINGS)


PAGES = {
    Act.DATA: Page(show),
    Act.DATA_SEND: Page(send, writes=True, before=make),
}
