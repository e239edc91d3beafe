"""A real screen on a free port: real board, real server, a clock that can be pushed, and every state there is."""

import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from playwright.sync_api import Page
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.seen import Seen
from kiosk.domain.checkin.verdicts import Denial, NextStep, Notice, NoticeKind
from kiosk.errors import RequestError
from kiosk.exports import epc
from kiosk.exports.books import receipt_texts
from kiosk.exports.members import personal_page
from kiosk.health.entrance_health import Health
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.selfservice import keyboard, visitors
from kiosk.selfservice.account import ACTS, HIDDEN_ACTS, ON_MY_PHONE, AccountSheet, EntryFacts, LinesSheet
from kiosk.selfservice.choice_labels import Cents, ShortDay
from kiosk.selfservice.day_payment import DaySheet
from kiosk.selfservice.error_report import DaysSheet, WrongSheet
from kiosk.selfservice.evacuation import EvacuationSheet
from kiosk.selfservice.joining import COSTS, THEIR_FEE, RulesSheet
from kiosk.selfservice.keyboard import Typed
from kiosk.selfservice.own.plans import PlanSheet
from kiosk.selfservice.own_data import DataSheet
from kiosk.selfservice.pad import PadSheet
from kiosk.selfservice.payments import DeclaredSheet, PaySheet, ReceiptSheet, SumSheet, TransferSheet
from kiosk.selfservice.premises.prices import PriceLine, PricesSheet
from kiosk.selfservice.purchases import Beyond, BoughtSheet, BuySheet, ConfirmSheet, PriceSheet
from kiosk.selfservice.settings import ChoicesSheet
from kiosk.selfservice.steps import StepSheet
from kiosk.selfservice.without_badge.pin import WhoSheet
from kiosk.web.screen.app import create_app
from kiosk.web.screen.idle_faces import Manner
from kiosk.web.screen.serving import server
from kiosk.web.screen.views import Fingers, Views
from tests import fakes
from tests.browser.event_states import EVENTS
from tests.browser.house_screens import HOUSE
from tests.browser.telephone_screens import TELEPHONES
from tests.fakes import StandingBoard

ZONE = ZoneInfo("Europe/Paris")
WELL = replace(fakes.WELL, door_pulses=0, version="0")
LONG_NAME = "Marie-Antoinette Éléonore des Charmettes"  # 40 characters
ARRIVED = datetime(2026, 11, 25, 7, 52, tzinfo=UTC)


def denied(denial: Denial, step: NextStep, since: date | None = None) -> Card:
    return Card(CardKind.DENIED, denial=denial, next_step=step, since_on=since)


TODAY = ARRIVED.date()
CAME = tuple(TODAY - timedelta(days=each) for each in range(0, 320, 5))
DAY = Names({"fr": "Journée", "en": "Day pass"})
PLAN = Names({"fr": "Formule permanente au mois", "en": "Permanent, monthly"})
ENTRIES = (
    EntryFacts(TODAY, "charge", 500, DAY),
    EntryFacts(TODAY - timedelta(days=6), "use", 0, DAY),
    EntryFacts(TODAY - timedelta(days=7), "charge", 500, DAY, guest=True),
    EntryFacts(TODAY - timedelta(days=90), "payment", -123456, method="transfer"),
    EntryFacts(date(2025, 9, 1), "reversal", -12000, PLAN, taken_back="charge", for_member=12),
)
ACCOUNTS = {
    "account": AccountSheet(1500, TODAY, date(2027, 5, 14), days_left=((3, date(2026, 12, 24)), (10, None)), came=CAME),
    "account-nothing": AccountSheet(0, TODAY),
    "account-declared": AccountSheet(
        1000, TODAY, date(2027, 5, 14), days_left=((3, None),), declared_cents=5000, came=CAME
    ),
    "account-declared-all": AccountSheet(1000, TODAY, date(2027, 5, 14), declared_cents=1000, came=CAME),
    "account-ahead": AccountSheet(-4250, TODAY, date(2026, 11, 30), days_left=((1, date(2026, 12, 1)),), came=CAME[:1]),
    "account-hidden": AccountSheet(1500, TODAY, date(2027, 5, 14), came=CAME, hidden=True),
    "account-full": AccountSheet(
        123456,
        TODAY,
        date(2025, 9, 30),
        PLAN,
        date(2027, 12, 31),
        days_left=((3, date(2026, 12, 24)), (10, date(2027, 1, 15)), (20, None)),
        came=tuple(TODAY - timedelta(days=each) for each in range(320)),
    ),
}
ANOTHER_NAME = Option(Act.JOIN_AS, "", Text("Un autre nom", "Another name"))
ON_PHONE = Option(Act.PHONE, "", ON_MY_PHONE)
OWN_DATA, HAVE_THEM = Option(Act.DATA, "", Text("Mes données", "My data")), Text("les voir", "see them")
SETTINGS = Card(
    CardKind.OWN_SETTINGS,
    "Inès",
    ticket="t",
    acts=(Act.ACCOUNT, Act.DONE),
    options=(
        Option(Act.SET, "language=en", Text("Langue / Language", "Language / Langue")),
        Option(Act.SET, "larger=yes", Text("Texte plus grand", "Larger text")),
        Option(Act.DOOR_NAME, "", Text("Mon nom à la porte", "My name at the door")),
        Option(Act.SET, "visible=yes", Text("Visible par les autres", "Visible to others")),
        Option(Act.SET, "sums-hidden=yes", Text("Sommes cachées", "Amounts hidden")),
        OWN_DATA,
    ),
    sheet=ChoicesSheet(
        (
            Text("de l’écran", "the screen’s"),
            Text("non", "no"),
            "Inès",
            Text("non", "no"),
            Text("non", "no"),
            HAVE_THEM,
        )
    ),
)
DATA = Card(
    CardKind.OWN_DATA,
    "Inès",
    ticket="t",
    acts=(Act.DATA_SEND, Act.SETTINGS, Act.ACCOUNT, Act.DONE),
    sheet=DataSheet(tuple((said, 1204) for said in list(personal_page.SECTIONS.values())[8:17]), 12, by_mail=True),
)
NAMES = Card(
    CardKind.OWN_NAME,
    LONG_NAME,
    ticket="t",
    acts=(Act.SETTINGS, Act.DONE),
    options=(
        Option(Act.SET, "name=first", Text("Prénom", "First name")),
        Option(Act.SET, "name=full", Text("Prénom et nom", "Full name")),
        Option(Act.SET, "name=initial", Text("Initiale", "Initial")),
        Option(Act.SET, "name=shown", Text("Surnom", "Nickname")),
        Option(Act.SET, "name=none", Text("Sans nom", "No name")),
    ),
    sheet=ChoicesSheet(
        (
            "Marie-Antoinette",
            LONG_NAME,
            "M.",
            "Toinette",
            Text("aucun", "none"),
        ),
        chosen="name=full",
    ),
)
PERMANENT = Names({"fr": "Permanent", "en": "Permanent"})
PLANS = Card(
    CardKind.OWN_PLAN,
    "Inès",
    ticket="t",
    acts=(Act.SETTINGS, Act.DONE),
    options=(
        Option(Act.PLAN_TO, "itinerant", Text("Itinérant ·\u00a05\u00a0€ la journée", "Itinerant ·\u00a0€5 a day")),
        Option(Act.PLAN_TO, "permanent", Text("Garder {plan}", "Keep {plan}").of(plan=PERMANENT)),
    ),
    sheet=PlanSheet(
        (
            Text("{plan} jusqu’au {day}", "{plan} until {day}").of(plan=PERMANENT, day=ShortDay(date(2026, 12, 24))),
            Text("Ensuite : {plan}, dès le {day}", "Then: {plan}, from {day}").of(
                plan=Names({"fr": "Coin gratuit", "en": "Free corner"}), day=ShortDay(date(2026, 12, 25))
            ),
        ),
        (Beyond(Names({"fr": "Mi-temps", "en": "Half time"}), 1250, 5000),),
        pending=True,
    ),
)
LINES = Card(
    CardKind.OWN_LINES,
    "Inès",
    ticket="t",
    acts=(Act.OLDER, Act.REPORT, Act.ACCOUNT, Act.DONE),
    sheet=LinesSheet(ENTRIES, TODAY),
)
OWN = {
    **{
        name: Card(CardKind.ACCOUNT, "Inès", ticket="t", acts=HIDDEN_ACTS if sheet.hidden else ACTS, sheet=sheet)
        for name, sheet in ACCOUNTS.items()
    },
    "account-phone": Card(
        CardKind.ACCOUNT, "Inès", ticket="t", acts=ACTS, sheet=ACCOUNTS["account"], options=(ON_PHONE,)
    ),
    "account-phone-full": Card(
        CardKind.ACCOUNT,
        "Inès",
        ticket="t",
        acts=ACTS,
        sheet=ACCOUNTS["account-full"],
        options=(ON_PHONE,),
    ),
    "account-lines": LINES,
    "account-no-lines": replace(LINES, acts=LINES.acts[1:], sheet=LinesSheet((), TODAY)),
    "account-settings": SETTINGS,
    "account-settings-plan": replace(SETTINGS, acts=(Act.PLAN, *SETTINGS.acts)),
    "account-plan": PLANS,
    "account-data": DATA,
    "account-settings-few": replace(  # where the rules hide everybody's sums
        SETTINGS,
        options=(*SETTINGS.options[:4], OWN_DATA),
        sheet=ChoicesSheet(("English", Text("non", "no"), "Inès", Text("non", "no"), HAVE_THEM)),
    ),
    "account-settings-mail": replace(
        SETTINGS,
        options=(*SETTINGS.options, Option(Act.SET, "notify=no", Text("Me prévenir par e-mail", "Tell me by e-mail"))),
        sheet=ChoicesSheet(
            (
                "English",
                Text("oui", "yes"),
                "Marie-Antoi…",
                Text("non", "no"),
                Text("oui", "yes"),
                HAVE_THEM,
                Text("à chaque achat", "every charge"),
            ),
            saved=True,
        ),
    ),
    "account-names": NAMES,
}


def typed_code(typed: str, wanted: int | None = None) -> Card:
    """The keys of a voucher's code."""
    typing = keyboard.Typing(Act.VOUCHER_CODE, typed, keyboard.SIGNS, keyboard.CODE)
    sheet, keys = Typed(typed, wanted), keyboard.keys(typing)
    return Card(CardKind.VOUCHER_CODE, ticket="t", acts=(Act.VOUCHER_KEEP, Act.DONE), sheet=sheet, options=keys)


def typed_name(typed: str, *, wanted: int | None = None) -> Card:
    """The keyboard, with what was typed."""
    keys = keyboard.keys(keyboard.Typing(Act.JOIN, typed))
    return Card(
        CardKind.JOIN_NAME,
        ticket="t",
        acts=(Act.JOIN_RULES, Act.DONE),
        sheet=Typed(typed, wanted),
        options=keys,
    )


DELETE = Text("Effacer", "Delete")
PIN_KEYS = (*"1234567890", DELETE)
PIN_NAMES = (
    "Éloïse",
    f"{LONG_NAME[:23]}…",
    Text("Inès n° 0012", "Inès no. 0012"),
    Text("Inès n° 0345", "Inès no. 0345"),
    Text("n° 0003", "no. 0003"),
    "I.",
    "Toinette",
    "Karim",
)
LOSABLE = (Text("Mon badge, reçu le mer. 25 nov. 2026", "My badge, given on Wed 25 Nov 2026"),)


def guest_name(typed: str) -> Card:
    """The keyboard for a guest's first name."""
    acts = (Act.GUEST, Act.DONE)
    return replace(typed_name(typed), kind=CardKind.GUEST_NAME, acts=acts, sheet=Typed(typed))


def welcome_asks(name: str) -> Card:
    """What a member is asked who has just come in, of somebody new."""
    fee = THEIR_FEE.of(amount=Cents(500))
    return Card(CardKind.WELCOME_ASKS, name, ticket="t", acts=(Act.DONE,), asked=Act.WELCOME, confirms=fee)


def find_name(typed: str, *, wanted: int | None = None) -> Card:
    """The keyboard for whoever forgot the badge."""
    card = typed_name(typed)
    acts = (Act.PIN_NAMES, Act.IS_MEMBER, Act.DONE)
    return replace(card, kind=CardKind.PIN_NAME, acts=acts, sheet=Typed(typed, wanted))


def typed_in_full(typed: str, *, wanted: int | None = None) -> Card:
    """The keyboard for a member with neither badge nor code."""
    acts = (Act.VOUCH, Act.BADGE_FORGOTTEN, Act.DONE)
    return replace(find_name(typed, wanted=wanted), kind=CardKind.MEMBER_NAME, acts=acts)


def pin_page(kind: CardKind, *acts: Act, sheet: object = None, names: tuple[Text | str, ...] = ()) -> Card:
    """A page of who forgot or lost the badge, with its choices."""
    act = {CardKind.PIN_WHO: Act.PIN_WHO, CardKind.LOSE_BADGE: Act.LOSE}.get(kind, Act.PIN_KEY)
    options = tuple(Option(act, "delete" if said == DELETE else str(place), said) for place, said in enumerate(names))
    return Card(kind, "Inès", ticket="t", acts=(*acts, Act.DONE), sheet=sheet, options=options)


def step_page(denial: Denial, *choices: tuple[str, str], in_cash: bool = False, since: date | None = None) -> Card:
    """What is missing, and what would do."""
    act = Act.PUT_IN if in_cash else Act.RENEW
    options = tuple(Option(act, str(place), Text(fr, en)) for place, (fr, en) in enumerate(choices))
    sheet = StepSheet(denial, since, in_cash=in_cash, is_here=bool(choices))
    return Card(CardKind.STEP, ticket="t", acts=(Act.DONE,), sheet=sheet, options=options)


ALL_CHOICES = (
    "English",
    Text("oui", "yes"),
    "Marie-Antoi…",
    Text("non", "no"),
    Text("oui", "yes"),
    Text("choisi", "chosen"),
    HAVE_THEM,
    Text("à chaque achat", "every charge"),
)
SETTINGS_WITH_PIN = replace(
    OWN["account-settings-mail"],
    options=(
        *OWN["account-settings-mail"].options[:-2],
        Option(Act.PIN_NEW, "", Text("Code si badge oublié", "Forgotten-badge code")),
        *OWN["account-settings-mail"].options[-2:],
    ),
    sheet=ChoicesSheet(ALL_CHOICES),
)
SETTINGS_WITH_ALL = replace(
    SETTINGS_WITH_PIN,
    acts=(Act.PHONE, Act.PLAN, *SETTINGS_WITH_PIN.acts),
    sheet=ChoicesSheet((ALL_CHOICES[0], Text("et contraste", "and contrast"), *ALL_CHOICES[2:])),
)
FOUR = (Act.UNDO, Act.FREE_CORNER, Act.PASSING, Act.GUEST)
COST = COSTS.of(fee=Cents(500), day=Cents(500), total=Cents(1000))


_MEANS = (Act.CASH, Act.TRANSFER, Act.BUY, Act.RECEIPT, Act.REPORT, Act.DAY)
_OF_PAGE = {
    CardKind.CASH: Act.DECLARE,
    CardKind.CASH_SUM: Act.CASH_SUM,
    CardKind.BUY: Act.TAKE,
    CardKind.PRICE: Act.TAKE,
    CardKind.BOUGHT: Act.RECEIPT,
    CardKind.DAY: Act.DAY_USE,
    CardKind.FORGOTTEN: Act.FORGOT,
    CardKind.WRONG: Act.WRONG_LINE,
}


def own_page(kind: CardKind, *acts: Act, sheet: object = None, options: tuple[tuple[str, str], ...] = ()) -> Card:
    """A page of one's account with its choices."""
    offered = tuple(
        Option(
            _MEANS[number] if kind is CardKind.PAY else _OF_PAGE.get(kind, Act.CASH),
            "delete" if fr == "Effacer" else str(number),
            Text(fr, en),
        )
        for number, (fr, en) in enumerate(options)
    )
    return Card(kind, "Inès", ticket="t", acts=(*acts, Act.DONE), sheet=sheet, options=offered)


IBAN = "FR7630006000011234567890189"
TRANSFER = epc.transfer("La Coroutine, espace de travail partagé", IBAN, 1500, "KQ22J57TH")
RECEIPT = """La Coroutine, espace de travail partagé 732829320
Reçu R-000012 25/11/2026
Adhésion 5,00
3 x Journée 15,00
Carnet de 10 journées au tarif réduit 22,50
Avance 7,50
Payé 50,00 EUR espèces
TVA non applicable, art. 261-7-1° du CGI"""
SUMS = (("15\u00a0€", "€15"), ("5\u00a0€", "€5"), ("10\u00a0€", "€10"), ("20\u00a0€", "€20"), ("50\u00a0€", "€50"))
MEANS = (
    ("Espèces dans la caisse", "Put cash in the box"),
    ("Virement", "Bank transfer"),
    ("Carnet, adhésion", "Carnet, membership"),
    ("Reçu du dernier paiement", "Receipt for the last payment"),
    ("Signaler une erreur", "Report a mistake"),
)
WRONG_LINES = (
    ("mar. 24 nov. Journée ·\u00a05\u00a0€", "Tue 24 Nov Day pass ·\u00a0€5"),
    ("lun. 23 nov. Carnet de 10 journées ·\u00a045\u00a0€", "Mon 23 Nov Carnet of 10 days ·\u00a0€45"),
    ("dim. 22 nov. Journée payée d’avance ·\u00a00\u00a0€", "Sun 22 Nov Prepaid day ·\u00a0€0"),
    ("sam. 21 nov. Paiement ·\u00a0-50\u00a0€", "Sat 21 Nov Payment ·\u00a0-€50"),
    ("ven. 20 nov. Adhésion ·\u00a05\u00a0€", "Fri 20 Nov Membership ·\u00a0€5"),
    ("Lignes plus anciennes", "Older entries"),
)
DAYS = tuple(
    (f"{name} {day} nov.", f"{en} {day} Nov")
    for name, en, day in (
        ("mar.", "Tue", 24),
        ("lun.", "Mon", 23),
        ("dim.", "Sun", 22),
        ("sam.", "Sat", 21),
        ("ven.", "Fri", 20),
    )
)
BOTH = (Act.PAY, Act.ACCOUNT)
CARNET = Names({"fr": "Carnet de 10 journées", "en": "Carnet of 10 days"})
MEMBERSHIP = Names({"fr": "Adhésion", "en": "Membership"})
SELF = {
    "pay": own_page(CardKind.PAY, Act.ACCOUNT, sheet=PaySheet(1500, 1000), options=MEANS),
    "day": own_page(
        CardKind.DAY,
        *BOTH,
        sheet=DaySheet(Text("Une journée d’accueil", "A day earned by hosting")),
        options=(
            ("Un bon de ma structure ·\u00a0reste 12", "A voucher from my organisation ·\u00a012 left"),
            ("Une journée de mon carnet ·\u00a0reste 3", "A day from my carnet ·\u00a03 left"),
            ("Mon ardoise", "My tab"),
        ),
    ),
    "day-nothing": own_page(CardKind.DAY, *BOTH, sheet=DaySheet(None)),
    "day-chosen": replace(
        own_page(CardKind.DAY_CHOSEN, *BOTH),
        confirms=Text("Payée avec : {what}.", "Paid with: {what}.").of(
            what=Text("Deux demi-journées de mon carnet", "Two half days from my carnet")
        ),
    ),
    "pay-ahead": own_page(CardKind.PAY, Act.ACCOUNT, sheet=PaySheet(-123450), options=MEANS),
    "cash": own_page(
        CardKind.CASH,
        *BOTH,
        sheet=PaySheet(1500, 3000),
        options=(
            *SUMS,
            ("Autre somme", "Another amount"),
            ("Retirer 10\u00a0€", "Take back €10"),
            ("Retirer 20\u00a0€", "Take back €20"),
        ),
    ),
    "cash-few": own_page(
        CardKind.CASH, *BOTH, sheet=PaySheet(0), options=(*SUMS[1:], ("Autre somme", "Another amount"))
    ),
    "cash-sum": own_page(
        CardKind.CASH_SUM,
        Act.DECLARE,
        Act.CASH,
        sheet=SumSheet(12345),
        options=(*((key, key) for key in (*"123456789", "00", "0")), ("Effacer", "Delete")),
    ),
    "cash-declared": own_page(CardKind.CASH_DECLARED, Act.CASH, Act.ACCOUNT, sheet=DeclaredSheet(1000, 1500, 500)),
    "cash-declared-ahead": own_page(
        CardKind.CASH_DECLARED, Act.CASH, Act.ACCOUNT, sheet=DeclaredSheet(12345, 1500, -10845)
    ),
    "cash-withdrawn": replace(
        own_page(CardKind.CASH_WITHDRAWN, Act.CASH, Act.ACCOUNT),
        confirms=Text("Dépôt retiré : 20\u00a0€.", "Deposit withdrawn: €20."),
    ),
    "cash-refused": own_page(CardKind.CASH_REFUSED, Act.CASH, Act.ACCOUNT),
    "transfer": own_page(
        CardKind.TRANSFER,
        Act.TRANSFER,
        *BOTH,
        sheet=TransferSheet(
            epc.svg(TRANSFER, "QR"), TRANSFER.name, TRANSFER.spaced_iban, "KQ2 2J5 7TH", TRANSFER.cents
        ),
    ),
    "receipt": own_page(
        CardKind.RECEIPT, *BOTH, sheet=ReceiptSheet(receipt_texts.qr_svg(RECEIPT), tuple(RECEIPT.splitlines()))
    ),
    "buy": own_page(
        CardKind.BUY,
        *BOTH,
        sheet=BuySheet(1500, is_empty=False),
        options=(
            ("Adhésion ·\u00a05\u00a0€", "Membership ·\u00a0€5"),
            ("Carnet de 10 journées ·\u00a045\u00a0€", "Carnet of 10 days ·\u00a0€45"),
            ("Journée, prix libre", "Day pass, pay what you want"),
        ),
    ),
    "buy-nothing": own_page(CardKind.BUY, *BOTH, sheet=BuySheet(0, is_empty=True)),
    "price": own_page(CardKind.PRICE, Act.BUY, Act.ACCOUNT, sheet=PriceSheet(DAY, 250), options=SUMS),
    "bought": own_page(
        CardKind.BOUGHT,
        *BOTH,
        sheet=BoughtSheet(((CARNET, 4500),), 4500, -500, 4000, date(2027, 11, 24)),
        options=(("Emporter un reçu", "Get a receipt"),),
    ),
    "bought-two": own_page(
        CardKind.BOUGHT,
        *BOTH,
        sheet=BoughtSheet(((CARNET, 4500), (MEMBERSHIP, 500)), 5000, -500, 4500, date(2027, 11, 24)),
        options=(("Emporter un reçu", "Get a receipt"),),
    ),
    "confirm": own_page(
        CardKind.CONFIRM, Act.TAKE_YES, Act.BUY, sheet=ConfirmSheet(((CARNET, 4500),), 4500, 500, 5000)
    ),
    "confirm-two": own_page(
        CardKind.CONFIRM,
        Act.TAKE_YES,
        Act.UNTAKE,
        Act.BUY,
        sheet=ConfirmSheet(((CARNET, 4500), (MEMBERSHIP, 500)), 5000, -500, 4500),
    ),
    "buy-beyond": own_page(
        CardKind.BUY,
        Act.TAKE,
        *BOTH,
        sheet=BuySheet(1000, is_empty=False, beyond=(Beyond(CARNET, 500, 5000),), chosen=(MEMBERSHIP,)),
        options=(("Journée, prix libre", "Day pass, pay what you want"), ("5\u00a0€ dans la caisse", "€5 in the box")),
    ),
    "not-sold": own_page(CardKind.NOT_SOLD, Act.CASH, Act.BUY, Act.ACCOUNT),
    "not-sold-beyond": own_page(CardKind.NOT_SOLD, Act.CASH, Act.BUY, Act.ACCOUNT, sheet=Beyond(CARNET, 500, 5000)),
    "pay-all": own_page(
        CardKind.PAY,
        Act.ACCOUNT,
        sheet=PaySheet(1500, 1000),
        options=(
            MEANS[0],
            ("Carnet de 10 journées ·\u00a045\u00a0€", "Carnet of 10 days ·\u00a0€45"),
            *MEANS[1:3],
            ("Payer aujourd’hui autrement", "Pay for today another way"),
            MEANS[3],
        ),
    ),
    "price-chosen": replace(
        own_page(CardKind.PRICE_CHOSEN, Act.BUY, Act.ACCOUNT),
        confirms=Text("Journée ·\u00a07,50\u00a0€", "Day pass ·\u00a0€7.50"),
    ),
    "forgotten": own_page(
        CardKind.FORGOTTEN,
        Act.REPORT,
        Act.ACCOUNT,
        sheet=DaysSheet((date(2026, 11, 19),), (date(2026, 11, 18),), is_empty=False),
        options=DAYS,
    ),
    "forgotten-none": own_page(
        CardKind.FORGOTTEN,
        Act.REPORT,
        Act.ACCOUNT,
        sheet=DaysSheet(tuple(date(2026, 11, day) for day in range(18, 25)), (), is_empty=True),
    ),
    "wrong": own_page(
        CardKind.WRONG, Act.FORGOTTEN, Act.ACCOUNT, sheet=WrongSheet(is_empty=False), options=WRONG_LINES
    ),
    "wrong-none": own_page(CardKind.WRONG, Act.FORGOTTEN, Act.ACCOUNT, sheet=WrongSheet(is_empty=True)),
    "reported": replace(own_page(CardKind.REPORTED, Act.REPORT, Act.ACCOUNT), confirms=ShortDay(date(2026, 11, 24))),
    "not-reported": own_page(CardKind.NOT_REPORTED, Act.REPORT, Act.ACCOUNT),
    "badge-again-declare": Card(CardKind.BADGE_AGAIN, "Inès", ticket="t", asked=Act.DECLARE),
}
CARDS = {
    **SELF,
    **HOUSE,
    **EVENTS,
    **TELEPHONES,
    **{
        f"{name}-larger": replace(SELF[name], aids=Aids.LARGER)
        for name in ("pay", "cash", "transfer", "bought", "wrong")
    },
    "granted-day": Card(CardKind.GRANTED_DAY, "Inès", ticket="ticket-of-ines", acts=(Act.UNDO,)),
    "granted-two": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=FOUR[:2]),
    "granted-three": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(*FOUR[:2], Act.GUEST)),
    "granted-four": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=FOUR),
    "granted-waits": Card(
        CardKind.GRANTED_DAY,
        "Inès",
        ticket="t",
        acts=(Act.WAITS, Act.UNDO, Act.GUEST, Act.MORE),
        waits="Marie-Antoinette",
    ),
    "granted-four-long": Card(
        CardKind.GRANTED_DAY,
        LONG_NAME,
        ticket="t",
        acts=(*FOUR[:3], Act.MORE),
        notices=(Notice(NoticeKind.MEMBERSHIP_GRACE, date(2026, 12, 1)), Notice(NoticeKind.LAST_PREPAID_DAY)),
    ),
    "again-acts": Card(
        CardKind.AGAIN, "Inès", arrived_at=ARRIVED, ticket="t", acts=(Act.LEAVE, Act.COMFORT, Act.GUEST)
    ),
    "more": Card(CardKind.MORE, "Inès", ticket="t", acts=(Act.PASSING, Act.GUEST)),
    "in-free-corner": Card(CardKind.IN_FREE_CORNER, "Inès"),
    "in-comfort": Card(CardKind.IN_COMFORT, "Inès"),
    "zone-refused": Card(
        CardKind.ZONE_REFUSED, "Inès", confirms=Text("Toutes les places sont prises.", "All seats are taken.")
    ),
    "passing": Card(CardKind.PASSING, "Inès", until=ARRIVED + timedelta(minutes=15)),
    "guest-counted": Card(CardKind.GUEST, "Inès"),
    "guest-refused": Card(CardKind.GUEST_REFUSED, "Inès", ticket="t", acts=(Act.DONE,)),
    "guest-name": guest_name(""),
    "guest-name-typed": guest_name("Marie-Antoinette"),
    "guest-counted-undo": replace(
        Card(CardKind.GUEST, "Inès", ticket="t", acts=(Act.GUEST_UNDO, Act.DONE)),
        confirms=Text("Marie-Antoinette · 5\u00a0€ · sur votre ardoise.", "Marie-Antoinette · €5 · on your tab."),
    ),
    "guest-undone": Card(CardKind.GUEST_UNDONE, "Inès", ticket="t", acts=(Act.DONE,)),
    "taken": Card(CardKind.TAKEN),
    "left-now": Card(CardKind.LEFT, "Inès"),
    "left-now-long": Card(CardKind.LEFT, LONG_NAME),
    "last-out": Card(CardKind.LAST_OUT, "Inès"),
    "last-out-long": Card(CardKind.LAST_OUT, LONG_NAME),
    "badge-again-guest": Card(
        CardKind.BADGE_AGAIN,
        "Inès",
        asked=Act.GUEST,
        ticket="t",
        acts=(Act.GUEST_NAME, Act.DONE),
        confirms=Text(
            "Un·e invité·e ·\u00a05\u00a0€ ·\u00a0sur votre ardoise.", "A guest ·\u00a0€5 ·\u00a0on your tab."
        ),
    ),
    "badge-again-day": Card(CardKind.BADGE_AGAIN, "Inès", asked=Act.DAY_USE, ticket="t"),
    "badge-again-comfort": Card(CardKind.BADGE_AGAIN, "Inès", asked=Act.COMFORT, amount_cents=500),
    "touch-over": Card(CardKind.TOUCH_OVER, "Inès"),
    **OWN,
    **{f"{name}-larger": replace(card, aids=Aids.LARGER) for name, card in OWN.items()},
    "granted-larger": Card(CardKind.GRANTED_DAY, LONG_NAME, ticket="t", acts=(*FOUR[:3], Act.MORE), aids=Aids.LARGER),
    "granted-nameless": Card(CardKind.GRANTED_DAY, "", ticket="t", acts=(Act.UNDO,)),
    "more-nameless": Card(CardKind.MORE, "", ticket="t", acts=(Act.GUEST, Act.ACCOUNT)),
    "badge-again-larger": Card(CardKind.BADGE_AGAIN, "Inès", asked=Act.ACCOUNT, aids=Aids.LARGER),
    "granted-sum": Card(CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(Act.UNDO,), amount_cents=500),
    "granted-cap": Card(
        CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(Act.UNDO,), notices=(Notice(NoticeKind.CAP_REACHED),)
    ),
    "granted-notices": Card(
        CardKind.GRANTED_DAY,
        LONG_NAME,
        ticket="t",
        acts=(Act.UNDO,),
        notices=(
            Notice(NoticeKind.MEMBERSHIP_GRACE, date(2026, 12, 1)),
            Notice(NoticeKind.LAST_PREPAID_DAY),
        ),
    ),
    "granted-plan": Card(CardKind.GRANTED_PLAN, "Karim"),
    "granted-long": Card(CardKind.GRANTED_PLAN, LONG_NAME),
    "again": Card(CardKind.AGAIN, "Inès", arrived_at=ARRIVED),
    "again-long": Card(CardKind.AGAIN, LONG_NAME, arrived_at=ARRIVED),
    "spooled": Card(CardKind.SPOOLED, "Inès"),
    "spooled-long": Card(CardKind.SPOOLED, LONG_NAME),
    "spooled-nameless": Card(CardKind.SPOOLED),
    "spooled-in-memory": Card(CardKind.SPOOLED_IN_MEMORY, "Inès"),
    "spooled-in-memory-long": Card(CardKind.SPOOLED_IN_MEMORY, LONG_NAME),
    "undone": Card(CardKind.UNDONE, "Inès"),
    "undo-refused": Card(CardKind.UNDO_REFUSED, "Inès"),
    "undo-over": Card(CardKind.UNDO_OVER),
    "door-fault": Card(CardKind.DOOR_FAULT, "Inès"),
    "door-fault-long": Card(CardKind.DOOR_FAULT, LONG_NAME),
    "fault": Card(CardKind.FAULT),
    "unknown": denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT),
    "unknown-phone": denied(Denial.UNKNOWN_BADGE, NextStep.USE_A_CARD),
    "lost": denied(Denial.BADGE_LOST, NextStep.ASK, date(2026, 10, 2)),
    "left": denied(Denial.MEMBER_LEFT, NextStep.REJOIN, date(2026, 3, 1)),
    "unknown-join": replace(
        denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT), ticket="t", acts=(Act.JOIN, Act.DONE), amount_cents=500
    ),
    "unproven": denied(Denial.BADGE_UNPROVEN, NextStep.TAP_AGAIN),
    "unconfirmed": denied(Denial.BADGE_UNCONFIRMED, NextStep.CONFIRM),
    "prices": Card(
        CardKind.PRICES,
        ticket="t",
        acts=(Act.PRICES_ON, Act.DONE),
        sheet=PricesSheet(
            (
                PriceLine(Names({"fr": "Journée", "en": "Day pass"}), 500, 250),
                PriceLine(Names({"fr": "Adhésion", "en": "Membership"}), 500),
                PriceLine(Names({"fr": "Carnet de 10 journées", "en": "Carnet of 10 days"}), 4500, 2250),
                PriceLine(Names({"fr": "Coin gratuit", "en": "Free corner"}), 0),
            ),
            has_reduced=True,
        ),
    ),
    "visit": Card(
        CardKind.VISIT,
        ticket="t",
        acts=(Act.DONE,),
        options=(
            Option(Act.TRIAL, "", Text("Journée d’essai", "Trial day")),
            Option(Act.APPOINTMENT, "", Text("Rendez-vous", "Meeting")),
            Option(Act.DELIVERY, "", Text("Livraison", "Delivery")),
        ),
        confirms=visitors.INVITED,
    ),
    "visit-expected": Card(
        CardKind.VISIT,
        ticket="t",
        acts=(Act.DONE,),
        options=(
            Option(Act.TRIAL, "1", "Marie-Antoinette"),
            Option(Act.TRIAL, "2", "Karim"),
            Option(Act.TRIAL, "", Text("Journée d’essai", "Trial day")),
            Option(Act.APPOINTMENT, "", Text("Rendez-vous", "Meeting")),
            Option(Act.DELIVERY, "", Text("Livraison", "Delivery")),
        ),
    ),
    "rung": Card(CardKind.RUNG, ticket="t", rings="trial"),
    "rung-later": Card(CardKind.RUNG_LATER),
    "join-who": Card(
        CardKind.JOIN_WHO,
        ticket="t",
        acts=(Act.DONE,),
        options=(
            Option(Act.JOIN_AS, "1", "Inès"),
            Option(Act.JOIN_AS, "2", "Marie-Antoinette D."),
            Option(Act.JOIN_AS, "3", "Marie-Antoinette R."),
            Option(Act.JOIN_AS, "4", "Karim"),
            Option(Act.JOIN_AS, "5", "Éloïse"),
            ANOTHER_NAME,
        ),
    ),
    "join-who-alone": Card(
        CardKind.JOIN_WHO, ticket="t", acts=(Act.DONE,), options=(Option(Act.JOIN_AS, "1", "Inès"), ANOTHER_NAME)
    ),
    "join-name": typed_name(""),
    "join-name-typed": typed_name("Zoé de la Tour"),
    "join-name-longest": typed_name(("Wilhelmina " * 9)[:60]),
    "join-name-wanted": typed_name("Z", wanted=0),
    "voucher-code": typed_code(""),
    "voucher-code-wrong": typed_code("ABCD3456", 0),
    "join-rules-code": Card(
        CardKind.JOIN_RULES,
        "Zoé",
        ticket="t",
        acts=(Act.SPONSOR, Act.VOUCHER_CODE, Act.UNDERAGE, Act.DONE),
        sheet=RulesSheet(500, date(2026, 3, 1), None),
    ),
    "join-rules-voucher": Card(
        CardKind.JOIN_RULES,
        LONG_NAME,
        ticket="t",
        acts=(Act.SPONSOR, Act.UNDERAGE, Act.DONE),
        sheet=RulesSheet(500, date(2026, 9, 21), date(2026, 9, 21), has_voucher=True),
    ),
    "join-rules": Card(
        CardKind.JOIN_RULES,
        "Zoé",
        ticket="t",
        acts=(Act.SPONSOR, Act.UNDERAGE, Act.DONE),
        sheet=RulesSheet(500, date(2026, 3, 1), None, day_cents=500),
    ),
    "join-rules-long": Card(
        CardKind.JOIN_RULES,
        LONG_NAME,
        ticket="t",
        acts=(Act.SPONSOR, Act.UNDERAGE, Act.DONE),
        sheet=RulesSheet(500, date(2026, 9, 21), date(2026, 9, 21)),
    ),
    "sponsor": Card(CardKind.SPONSOR, ticket="t", acts=(Act.JOIN_ALONE, Act.DONE)),
    "sponsor-refused": Card(CardKind.SPONSOR_REFUSED, "Inès", ticket="t", acts=(Act.DONE,)),
    "welcome-asks": welcome_asks("Marie-Antoinette"),
    "welcome-asks-larger": replace(welcome_asks("Zoé"), aids=Aids.LARGER),
    "welcome-undone": Card(CardKind.WELCOME_UNDONE, ticket="t", acts=(Act.DONE,)),
    "joined": Card(CardKind.JOINED, "Zoé", ticket="t", acts=(Act.WELCOME_UNDO, Act.DONE), confirms=COST),
    "joined-long": Card(CardKind.JOINED, LONG_NAME, ticket="t", acts=(Act.WELCOME_UNDO, Act.DONE)),
    "join-asked": Card(CardKind.JOIN_ASKED, ticket="t", acts=(Act.DONE,)),
    "join-at-desk": Card(CardKind.JOIN_AT_DESK, ticket="t", acts=(Act.DONE,)),
    "member-name": typed_in_full("Zoé de la Tour"),
    "member-name-wanted": typed_in_full("Zoé", wanted=0),
    "vouch": Card(CardKind.VOUCH, ticket="t", acts=(Act.VOUCH_ALONE, Act.DONE)),
    "vouch-asks": Card(CardKind.VOUCH_ASKS, LONG_NAME, ticket="t", acts=(Act.DONE,), asked=Act.VOUCH_YES),
    "vouch-refused": Card(CardKind.VOUCH_REFUSED, ticket="t", acts=(Act.VOUCH, Act.VOUCH_ALONE, Act.DONE)),
    "vouched": Card(CardKind.VOUCHED, "Zoé", ticket="t", acts=(Act.VOUCH_UNDO, Act.DONE)),
    "unknown-member": replace(
        denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT), ticket="t", acts=(Act.JOIN, Act.IS_MEMBER, Act.DONE)
    ),
    "pin-name": find_name(""),
    "pin-name-typed": find_name("Éloïse"),
    "pin-name-short": find_name("É", wanted=0),
    "pin-name-nobody": find_name("Wilhelmina " * 2, wanted=1),
    "pin-who": pin_page(CardKind.PIN_WHO, Act.BADGE_FORGOTTEN, sheet=WhoSheet(has_more=False), names=PIN_NAMES[:2]),
    "pin-who-many": pin_page(CardKind.PIN_WHO, Act.BADGE_FORGOTTEN, sheet=WhoSheet(has_more=True), names=PIN_NAMES),
    "pin-code": pin_page(CardKind.PIN_CODE, Act.PIN_ENTER, sheet=PadSheet(3), names=PIN_KEYS),
    "pin-code-for": replace(
        pin_page(CardKind.PIN_CODE, Act.PIN_ENTER, sheet=PadSheet(0), names=PIN_KEYS),
        confirms=Text("Carnet de 10 journées · 45 € dans la caisse", "Carnet of 10 days · €45 in the box"),
    ),
    "pin-code-wrong": pin_page(CardKind.PIN_CODE, Act.PIN_ENTER, sheet=PadSheet(0, "wrong"), names=PIN_KEYS),
    "pin-new": pin_page(
        CardKind.PIN_NEW, Act.PIN_AGAIN, Act.PIN_NONE, Act.SETTINGS, sheet=PadSheet(6, "differs"), names=PIN_KEYS
    ),
    "pin-new-weak": pin_page(CardKind.PIN_NEW, Act.PIN_AGAIN, Act.SETTINGS, sheet=PadSheet(0, "run"), names=PIN_KEYS),
    "pin-again": pin_page(CardKind.PIN_AGAIN, Act.PIN_SAVE, Act.SETTINGS, sheet=PadSheet(4), names=PIN_KEYS),
    "pin-refused": pin_page(CardKind.PIN_REFUSED),
    "came-by-pin": pin_page(CardKind.CAME_BY_PIN, Act.ACCOUNT, Act.LOST),
    "came-by-pin-long": replace(pin_page(CardKind.CAME_BY_PIN, Act.ACCOUNT, Act.LOST), name=LONG_NAME),
    "lose-badge": pin_page(CardKind.LOSE_BADGE, Act.ACCOUNT, names=LOSABLE),
    "lose-badge-two": pin_page(CardKind.LOSE_BADGE, Act.ACCOUNT, names=LOSABLE * 2),
    "lose-badge-none": pin_page(CardKind.LOSE_BADGE, Act.ACCOUNT),
    "badge-stopped": pin_page(CardKind.BADGE_STOPPED, Act.ACCOUNT),
    "lost-by-pin": replace(
        denied(Denial.BADGE_LOST, NextStep.ASK, date(2026, 10, 2)), ticket="t", acts=(Act.BADGE_FORGOTTEN, Act.DONE)
    ),
    "account-settings-pin": SETTINGS_WITH_PIN,
    "account-settings-pin-larger": replace(SETTINGS_WITH_PIN, aids=Aids.LARGER),
    "account-settings-all": SETTINGS_WITH_ALL,
    "call": Card(CardKind.CALL, ticket="t", rings="help"),
    "badge-kept": pin_page(CardKind.BADGE_KEPT, Act.LOST, Act.ACCOUNT),
    "badge-stopped-here": pin_page(CardKind.BADGE_STOPPED, Act.NOT_LOST, Act.ACCOUNT),
    "call-help": Card(CardKind.CALL, rings="help"),
    "evacuation-code": pin_page(CardKind.EVACUATION_CODE, Act.EVACUATION_LIST, sheet=PadSheet(3), names=PIN_KEYS),
    "evacuation": Card(
        CardKind.EVACUATION,
        ticket="t",
        acts=(Act.DONE,),
        sheet=EvacuationSheet(41, 3, tuple(f"Prénom {letter}." for letter in "ABCDEFGHIJKLMNOPQRSTUVWX")),
    ),
    "evacuation-at-desk": Card(CardKind.EVACUATION_AT_DESK, ticket="t", acts=(Act.DONE,)),
    "one-step": replace(denied(Denial.TAB_OVER_LIMIT, NextStep.PAY), ticket="t", acts=(Act.STEP, Act.DONE)),
    "step-renew": step_page(
        Denial.MEMBERSHIP_OVER,
        ("Adhésion · 5 € · sur votre ardoise", "Membership · €5 · on your tab"),
        since=date(2025, 9, 30),
    ),
    "step-put-in": step_page(
        Denial.TAB_OVER_LIMIT,
        *((f"{euros} € dans la caisse", f"€{euros.replace(',', '.')} in the box") for euros in ("7,50", "10", "20")),
        ("Carnet de 10 journées · 45 € dans la caisse", "Carnet of 10 days · €45 in the box"),
        in_cash=True,
    ),
    "step-still": replace(
        step_page(Denial.NO_TAB, ("5 € dans la caisse", "€5 in the box"), in_cash=True),
        sheet=StepSheet(Denial.NO_TAB, in_cash=True, noted_cents=500, missing_cents=500),
    ),
    "step-elsewhere": step_page(Denial.MEMBER_LEFT, since=date(2025, 9, 30)),
    "granted-renewed": Card(CardKind.GRANTED_DAY, "Inès", notices=(Notice(NoticeKind.RENEWED, date(2027, 11, 24)),)),
    "membership-over": denied(Denial.MEMBERSHIP_OVER, NextStep.RENEW, date(2025, 9, 30)),
    "no-membership": denied(Denial.MEMBERSHIP_OVER, NextStep.RENEW),
    "tab": denied(Denial.TAB_OVER_LIMIT, NextStep.PAY),
    "no-tab": denied(Denial.NO_TAB, NextStep.PAY_AHEAD),
    "closed": replace(
        denied(Denial.CLOSED, NextStep.COME_BACK_WHEN_OPEN), until=datetime(2026, 12, 1, 8, 30, tzinfo=ZONE)
    ),
    "closed-unknown": denied(Denial.CLOSED, NextStep.COME_BACK_WHEN_OPEN),
    "full": denied(Denial.FULL, NextStep.COME_BACK_LATER),
    "granted-full": Card(
        CardKind.GRANTED_DAY, "Inès", ticket="t", acts=(Act.UNDO,), notices=(Notice(NoticeKind.FULL),)
    ),
    "other-door": denied(Denial.OTHER_DOOR, NextStep.TAKE_ANOTHER_DOOR),
    "not-on-roster": denied(Denial.NOT_ON_ROSTER, NextStep.COME_BACK_OR_RING),
}
HEALTHS = {
    "idle": WELL,
    "reader-down": replace(WELL, reader="offline"),
    "door-down": replace(WELL, door="fault"),
    "database-down": replace(WELL, database="fault", spool="nowhere"),
    "database-kept": replace(WELL, database="fault"),
    "database-in-memory": replace(WELL, database="fault", spool="memory"),
    "clock-unsure": replace(WELL, clock_trusted=False),
    "clock-unsure-in-memory": replace(WELL, clock_trusted=False, spool="memory"),
    "clock-unsure-kept-nowhere": replace(WELL, clock_trusted=False, spool="nowhere"),
    "door-down-clock-unsure": replace(WELL, door="fault", clock_trusted=False),
    "reader-down-kept": replace(WELL, reader="offline", database="fault"),
    "reader-down-clock-unsure": replace(WELL, reader="offline", clock_trusted=False),
}


class PushedClock:
    """The machine's clock, plus what the test has pushed it; only the latter where it is still. Its date is fixed."""

    def __init__(self) -> None:
        self.pushed = 0.0
        self.still = False

    def now(self) -> datetime:
        return ARRIVED + timedelta(seconds=self.pushed)

    def monotonic(self) -> float:
        return self.pushed if self.still else time.monotonic() + self.pushed


@dataclass
class Kiosk:
    """One entrance's screen. `start` and `stop` as often as you like: the port stays the same."""

    training: bool = False
    health: Health = WELL
    port: int = 0
    clock: PushedClock = field(default_factory=PushedClock)
    undone: list[str] = field(default_factory=list)
    begun: list[Act] = field(default_factory=list)
    late: bool = False
    failing: bool = False
    frozen: bool = False
    stands: threading.Event = field(default_factory=threading.Event)
    prompt: threading.Event = field(default_factory=threading.Event)
    answers: threading.Event = field(default_factory=threading.Event)
    facts: IdleFacts = field(default_factory=IdleFacts)
    manner: Manner = field(default_factory=Manner)

    def __post_init__(self) -> None:
        self.prompt.set()
        self.answers.set()

    def start(self) -> "Kiosk":
        self.port = self.port or free_port()
        self.board = StandingBoard(self.clock)
        views = Views(
            board=self.board,
            health=self._how,
            fingers=Fingers(self._touch, self._begin, self.board.hold, self._close, self.board.instead_of),
            clock=self.clock,
            zone=ZONE,
            training=self.training,
            idle=lambda: self.facts,
            manner=self.manner,
        )
        self.app = create_app(views, self.port)
        self._server: Any = server(self.app, self.port)
        self._stopping = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def run_for(self, page: Page, seconds: float) -> None:
        """Let time pass, here and on the page."""
        self.clock.pushed += seconds
        page.clock.run_for(int(seconds * 1000))

    def stop(self) -> None:
        self.board.stop()
        self.prompt.set()
        self._stopping = True
        self._thread.join(10)

    def freeze(self) -> None:
        """Answer nobody until `frozen` is taken back: the server stands when this returns, and answers nothing more."""
        self.stands.clear()
        self.frozen = True
        assert self.stands.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _run(self) -> None:
        # As `run` does, which only a signal to the main thread can end.
        while not self._stopping:
            if self.frozen:  # connections are taken by the system, and nobody answers
                self.stands.set()
                time.sleep(0.01)
                continue
            wasyncore.loop(timeout=0.05, map=self._server._map, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map)

    def _how(self) -> Health:
        self.prompt.wait(30)
        if self.failing:
            raise RuntimeError("nobody knows")
        return self.health

    def _close(self, seen: Seen) -> None:
        self.board.close(seen)

    def _begin(self, seen: Seen, act: Act) -> None:
        self.board.aims(seen)
        self.begun.append(act)

    def _touch(self, seen: Seen, _act: Act, _value: str) -> None:
        self.board.aims(seen)
        self.answers.wait(30)
        if self.late:
            raise RequestError("touch-over", "too late")
        self.undone.append(seen.ticket)
        self.board.show(Card(CardKind.UNDONE))


def until_it_acts(page: Page) -> None:
    """Wait until what is shown may be touched: somebody else's card is looked at first."""
    page.wait_for_selector("#stage:not([aria-disabled])", state="attached")


def still_time(page: Page, at: datetime | None = None) -> None:
    """Let the page's time pass when the test says so, that of its events too; from a time on, else from now."""
    page.add_init_script("Object.defineProperty(Event.prototype, 'timeStamp', { get: () => performance.now() })")
    page.clock.install(time=at)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
