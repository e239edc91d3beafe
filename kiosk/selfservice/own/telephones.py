"""Pairs a member's own telephone at the screen, lists the paired ones, and unpairs them.

The telephone scans the page's QR code and shows two digits; the member types them here and confirms by badge, once. The
QR code opens nothing by itself: `kiosk.domain.telephones.pairing`. What a flow keeps (`context.keep`, `recall`, `take`)
lasts until the member is done.
"""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext, PagesAddress
from kiosk.domain.checkin.choices import Act
from kiosk.domain.telephones.pairing import DIGITS, Ended
from kiosk.errors import RequestError
from kiosk.exports import qr
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.selfservice import account, house, pad
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.house import Entry
from kiosk.store.telephones import telephone_rows
from kiosk.telephones import pairing
from kiosk.telephones.pairing import Named

UNSAFE = Text(
    "Téléphones et paiement en ligne indisponibles : les pages n’ont pas d’adresse sûre (HTTPS). Le"
    " bureau peut y remédier.",
    "Phones and online payment are unavailable: the pages have no secure (HTTPS) address. The office can fix this.",
)
_SHOWS = Text("Le téléphone qui montre {digits}", "The phone that shows {digits}")
_KINDS = {"iphone": Text("iPhone", "iPhone"), "android": Text("Android", "Android"), "other": Text("Autre", "Other")}
_PAIRED_ON = Text("relié le {day}", "paired on {day}")
_ALL = Text("Tous les retirer", "Remove them all")
WHY = {
    Ended.TWICE: Text("Deux téléphones ont scanné le même QR.", "Two phones scanned the same QR code."),
    Ended.DIGITS: Text("Chiffres incorrects.", "Wrong digits."),
}
_LATE = Text("Temps écoulé.", "Time is up.")
MOST_SHOWN = 5  # telephones on the page


class Shown(Struct, frozen=True):
    """The pairing, by its id, whose QR code this flow has shown."""

    pairing: int


class PhoneSheet(Struct, frozen=True):
    """The QR code, empty where none is shown, and what to know before scanning it."""

    svg: str
    before: Text | None = None


def show(context: PageContext) -> Card:
    """Show the QR code of a new pairing; where the pages' address is not encrypted, say that none is possible. Raises
    RequestError `touch-over` where members have no pages here.
    """
    pages_at = address(context)
    has_some = bool(telephone_rows.of_member(context.connection, context.number))
    acts = (*((Act.PHONES,) if has_some else ()), Act.ACCOUNT, Act.DONE)
    if not pages_at.is_safe:
        return Card(CardKind.PHONE, context.name, acts=acts, sheet=PhoneSheet("", UNSAFE))
    begun = pairing.begin(context.connection, context.number, context.moment)
    context.keep(Shown(begun.id))
    svg = qr.svg(f"{pages_at.address.rstrip('/')}/p/{begun.secret}", title="QR")
    sheet = PhoneSheet(svg, common.JOIN_THE_WIFI if pages_at.needs_wifi else None)
    return Card(CardKind.PHONE, context.name, acts=(Act.PHONE_CODE, *acts), sheet=sheet)


def address(context: PageContext) -> PagesAddress:
    """Return the address of the members' pages. Raises RequestError `touch-over` where there are none, or where the
    member did not come by a badge that the office has confirmed.
    """
    if context.flows.pages_at is None or not account.may_pair(context):
        raise RequestError("touch-over", "no telephone is paired here")
    return context.flows.pages_at


def ask_digits(context: PageContext) -> Card:
    """Ask for the two digits that the telephone shows."""
    if context.recall(Shown) is None:
        raise RequestError("touch-over", "no QR was shown")
    return pad.empty(context, CardKind.PHONE_CODE, Act.PHONE_PAIR, Act.ACCOUNT, longest=DIGITS)


def name_telephone(context: PageContext) -> Card:
    """Name the telephone by its digits, before the badge pairs it; with too few digits, ask for them again."""
    digits = pad.typed(context)
    if context.recall(Shown) is None:
        raise RequestError("touch-over", "no QR was shown")
    if len(digits) != DIGITS:
        return ask_digits(context)
    context.keep(Named(digits, context.moment.at))
    return Card(CardKind.BADGE_AGAIN, context.name, asked=context.act, confirms=_SHOWS.of(digits=digits))


def pair(context: PageContext) -> Card:
    """Pair the telephone that shows the typed digits. One try: a wrong pair of digits ends the pairing."""
    address(context)  # refuses where no telephone may be paired
    shown, named = context.take(Shown), context.take(Named)
    context.drop(pad.Pad)
    if shown is None or named is None or not context.confirmed:
        raise RequestError("touch-over", "no telephone waits here")
    why = pairing.confirm(context.connection, shown.pairing, context.number, named, context.moment, context.actor)
    if why is Ended.PAIRED:
        return Card(CardKind.PHONE_PAIRED, context.name, acts=(Act.PHONES, Act.ACCOUNT, Act.DONE))
    acts = (Act.PHONE, Act.ACCOUNT, Act.DONE)
    return Card(CardKind.PHONE_REFUSED, context.name, acts=acts, confirms=WHY.get(why, _LATE).of())


def list_paired(context: PageContext) -> Card:
    """List the member's telephones, five at most, each with the day of its pairing; a touch unpairs one."""
    paired = telephone_rows.of_member(context.connection, context.number)
    zone = context.moment.local.tzinfo
    entries = [
        Entry(
            Option(Act.PHONE_END, str(telephone.id), _KINDS.get(telephone.kind, _KINDS["other"])),
            _PAIRED_ON.of(day=ShortDay(telephone.paired_at.astimezone(zone).date())),
        )
        for telephone in paired[:MOST_SHOWN]
    ]
    if len(paired) > 1:
        entries.append(Entry(Option(Act.PHONES_END, "", _ALL)))
    return house.page(context, CardKind.PHONES, entries, Act.ACCOUNT)


def end(context: PageContext) -> Card:
    """Unpair the telephone that was touched."""
    telephone_id = house.number_in(context.value)
    pairing.end(context.connection, context.number, context.moment, context.actor, telephone_id)
    return list_paired(replace(context, value=""))


def end_all(context: PageContext) -> Card:
    """Unpair all of the member's telephones."""
    pairing.end(context.connection, context.number, context.moment, context.actor)  # without an id: all of them
    return list_paired(replace(context, value=""))


# `writes`: in a writing transaction; `names`: the card that says what the badge is about to confirm, shown first.
PAGES = {
    Act.PHONE: Page(show, writes=True),
    Act.PHONE_CODE: Page(ask_digits),
    Act.PHONE_PAIR: Page(pair, writes=True, names=name_telephone),
    Act.PHONES: Page(list_paired),
    Act.PHONE_END: Page(end, writes=True),
    Act.PHONES_END: Page(end_all, writes=True),
}
