"""Turns a page of the screen into a page for a telephone, so that no word and no rule is written twice."""

from collections.abc import Iterator, Mapping

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.specs.lists import ACTS
from kiosk.domain.checkin import choices, consent
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.language import common
from kiosk.language.texts import Text, spoken
from kiosk.selfservice import payments
from kiosk.selfservice.account import SumsShown
from kiosk.selfservice.pages import pages
from kiosk.web.member_pages import blocks, reports
from kiosk.web.member_pages.flows import Flows
from kiosk.web.member_pages.office import Guest, PagesOffice
from kiosk.web.pages.speech import Block, Choice, View
from kiosk.web.screen import faces
from kiosk.web.screen.faces import Place

_IN_THE_MENU = frozenset(
    {Act.DONE, Act.ACCOUNT, Act.PAY, Act.TRANSFER}
)  # acts without a button of their own: the menu leads there
_OWN_WORDS = frozenset({CardKind.ACCOUNT, CardKind.TRANSFER})  # their lead makes sense on the screen only
# Cards below which the member's earlier reports stand.
_REPORTING = frozenset({CardKind.WRONG, CardKind.FORGOTTEN, CardKind.REPORTED, CardKind.NOT_REPORTED})
# Names of the pages that only a telephone has.
LINES, PAPERS, DATA, ONLINE, MAILS = (
    "entries",
    "papers",
    "known",
    "online",
    "mails",
)  # none of them an act of the screen
_ONE_MAIL = "notify="  # how the value of the screen's only choice about mails begins; telephones have a page for mails
_ONE_BY_ONE = Text("un par un", "one by one")
_NO_ACCOUNT = Text(
    "L’association n’a pas encore d’IBAN ici. Payez à l’écran de l’entrée, ou demandez au bureau.",
    "The association has no IBAN here yet. Pay on the entrance screen, or ask the office.",
)
_NOTHING_TO_PAY = Text("Il ne vous reste rien à payer.", "You have nothing left to pay.")
MENU: Mapping[str, Text] = {
    Act.ACCOUNT: Text("Mon compte", "My account"),
    LINES: Text("Mes lignes", "My entries"),
    PAPERS: Text("Reçus et relevés", "Receipts and statements"),
    Act.TRANSFER: Text("Payer par virement", "Pay by transfer"),
    ONLINE: Text("Payer en ligne", "Pay online"),
    Act.HOUSE: Text("Le lieu", "The place"),
    Act.FORGOTTEN: common.FORGOT_TO_TAP,
    Act.WRONG: Text("Cette ligne est fausse", "This entry is wrong"),
    Act.SETTINGS: Text("Mes réglages", "My settings"),
    DATA: Text("Mes données", "My data"),
    MAILS: Text("Mes e-mails", "My e-mails"),
    Act.PHONES: Text("Mes téléphones", "My phones"),
}


def notes_of(flows: Flows, guest: Guest, flow: str) -> dict[type, object] | None:
    """Return the notes of the page from which this one is asked; None where no page asked
    (`flow` is empty), and where the notes are forgotten or another telephone's.
    """
    return flows.of(guest.telephone.id, flow) if flow else None


def fresh_notes() -> dict[type, object]:
    """Return the notes of a first page: the mark that sums are shown, which the screen sets only when asked to, since
    others can read it. A telephone is the member's own.
    """
    return {SumsShown: SumsShown()}


def act_named(name: str, among: frozenset[Act]) -> Act:
    """Return the act with this name, if telephones may do it. Raises RequestError `touch-over`."""
    if name in list(Act) and Act(name) in among:
        return Act(name)
    raise RequestError("touch-over", "a telephone has no such page")


def turned(office: PagesOffice, flows: Flows, guest: Guest, act: Act, choice: str, notes: dict[type, object]) -> View:
    """Run a page of the screen for a telephone, and return the card that it shows as the telephone's page. Raises
    RequestError `touch-over` where the act only ends a dialogue, so that no card follows.
    """
    context = office.context(guest, act, choice, notes)
    card = pages()[act].show(context)
    if card is None:
        raise RequestError("touch-over", "nothing comes after this")
    if act is Act.TRANSFER and card.kind is not CardKind.TRANSFER:
        return _no_transfer(flows, guest)  # the screen's other ways to pay do not exist on a telephone
    flow = flows.keep(guest.telephone.id, context.turn.memo)
    return of_card(office, guest, card, flow)


def of_card(office: PagesOffice, guest: Guest, card: Card, flow: str) -> View:
    """Return a card as a page of a telephone, `flow` being the name under which the page's notes are kept. A
    verdict's lines are in bold; of a page ("sheet") its blocks say the same.
    """
    language, zone = guest.language, office.home.config.zone
    place = Place(language, guest.now.moment.local, office.home.training, simulated=False)  # no band: no door is near
    face = faces.of_card(card, place, zone)
    offered = list(_choices(card, guest))
    is_verdict = face.look.shape != "sheet"  # a page of a flow has this shape
    return View(
        language=language,
        title=blocks.title_of(card.sheet, face.title),
        lead="" if card.kind in _OWN_WORDS else face.lead,
        flow=flow,
        name=card.name or "",
        blocks=[
            *(blocks.text(*face.lines, kind="strong") if is_verdict else []),
            *blocks.of_sheet(card.sheet, language, is_empty=not offered),
            *(reports.blocks(guest) if card.kind in _REPORTING else []),
        ],
        choices=offered,
        menu=menu(guest),
    )


def _no_transfer(flows: Flows, guest: Guest) -> View:
    """Return a page that says why there is no transfer to make: the association has no IBAN, or nothing is owed. It
    offers to pay online where that is possible.
    """
    owes, language = guest.member.balance_cents > 0, guest.language
    has_account = payments.takes_transfers(guest.now.connection, guest.now.moment.day)
    why = _NO_ACCOUNT if owes and not has_account else _NOTHING_TO_PAY
    online = [Choice(ONLINE, "", MENU[ONLINE].to(language))] if owes and guest.pays_online else []
    return own_view(flows, guest, Act.TRANSFER, blocks.text(why.to(language), kind="strong"), choices=online)


def own_view(
    flows: Flows,
    guest: Guest,
    name: str,
    shown: list[Block],
    *,
    lead: Text | None = None,
    told: str = "",
    choices: list[Choice] | None = None,
    papers: list[Choice] | None = None,
) -> View:
    """Return a page that only a telephone has, under its name in the menu. `lead` stands below its title, `told` is
    what was just done or is wrong, `shown` is to be read, `papers` can be fetched.
    """
    return View(
        language=guest.language,
        title=MENU[name].to(guest.language),
        lead="" if lead is None else lead.to(guest.language),
        told=told,
        flow=flows.keep(guest.telephone.id, fresh_notes()),
        name=guest.member.at_the_door or "",
        blocks=shown,
        choices=choices or [],
        papers=papers or [],
        menu=menu(guest),
    )


def _choices(card: Card, guest: Guest) -> Iterator[Choice]:
    """Yield what a card offers and a telephone may do (`consent.TELEPHONE`): its own choices, then its acts. Those that
    the menu leads to are left out; between them the settings get a link to the page of mails.
    """
    language = guest.language
    for place, option in enumerate(card.options):
        if option.value.startswith(_ONE_MAIL):
            continue  # the page of mails has it
        if option.act in consent.TELEPHONE and option.act not in (Act.ACCOUNT, Act.TRANSFER):
            below, chosen = blocks.below(card.sheet, place, language)
            does = option.act in consent.TELEPHONE_DOES
            yield Choice(option.act.value, option.value, spoken(option.said, language), below, does, chosen)
    if card.kind is CardKind.OWN_SETTINGS:
        yield Choice(MAILS, "", MENU[MAILS].to(language), _ONE_BY_ONE.to(language))
    for act in card.acts:
        words = ACTS[act].label
        if act in consent.TELEPHONE - _IN_THE_MENU and words is not None:
            yield Choice(act.value, "", words.to(language), "", act in consent.TELEPHONE_DOES)


def menu(guest: Guest) -> list[Choice]:
    """Return the pages that a member can open from every page, without those that serve nothing now: the house where
    its rules are off, transfers where nothing is owed or no IBAN is known, online payment where it is not set up.
    """
    now = guest.now
    can_transfer = guest.member.balance_cents > 0 and payments.takes_transfers(now.connection, now.moment.day)
    left_out = set[str](() if choices.has_house(now.policy) else (Act.HOUSE,))
    left_out |= set() if can_transfer else {Act.TRANSFER}
    left_out |= {MAILS} if guest.pays_online else {MAILS, ONLINE}  # mails are among the settings
    return [Choice(name, "", words.to(guest.language)) for name, words in MENU.items() if name not in left_out]
