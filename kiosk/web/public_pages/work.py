"""Makes the page "Venir travailler": the way here, opening hours, prices of a first day; announcing a visit, asking to
join.

`Here` is one question of a public page: the transaction that answers it, the language, and what was chosen or typed.
"""

from datetime import date

from kiosk.domain.members import joining
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.problems import Problem
from kiosk.domain.visitors.requests import Kind, Wish
from kiosk.exports import formats
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.members import enrolment
from kiosk.selfservice.premises import prices
from kiosk.space import public_words
from kiosk.store import name_rows
from kiosk.store.checkin import visits
from kiosk.store.space import book_rules, policies, wording_rows
from kiosk.web.pages.speech import Block, Form, Sheet
from kiosk.web.public_pages.here import KEPT, MAIL_COMES, SAID, WITHOUT_MAIL, WORK, Here, heading, pairs, text
from kiosk.web.screen.words import price_words

TITLE = Text("Venir travailler", "Come and work")
VISIT, JOIN = "visit", "join"  # the two forms
_ADDRESS, _HOURS, _PRICES = Text("Adresse", "Address"), Text("Ouverture", "Opening"), Text("Tarifs", "Tariffs")
_ALWAYS = Text("Ouvert aux membres à toute heure.", "Open to members at all hours.")
_PLENTY = Text("En ce moment, il y a de la place.", "There is room at the moment.")
_FEW = Text("En ce moment, il reste peu de places.", "Few seats are left at the moment.")
_FULL = Text("En ce moment, c’est complet.", "The space is full at the moment.")
_SHUT = Text("En ce moment, c’est fermé.", "The space is closed at the moment.")
_FIRST = Text(
    "Premier jour : {day} pour la journée, et {fee} pour l’adhésion.",
    "Your first day costs {day}, plus {fee} for membership.",
)
_REDUCED = Text(
    "Peu de moyens ? Un tarif réduit existe : parlez-en au bureau, en toute discrétion.",
    "Low income? Reduced prices exist: tell the office, in confidence.",
)
_LESS = Text("{full}, tarif réduit {reduced}", "{full}, reduced price {reduced}")
_COMING = Text("Je viens", "I am coming")
_COMING_LEAD = Text(
    "Annoncez votre première journée. Ce jour-là, l’écran de l’entrée montre votre prénom : touchez-le.",
    "Tell us the date of your first day. On that day, the entrance screen shows your first name: touch it.",
)
_DAY = Text("Quel jour ?", "Which day?")
_ANNOUNCE = Text("Annoncer ma venue", "Announce my visit")
_JOIN = Text("Adhérer", "Join")
_JOIN_LEAD = Text(
    "Le bureau vous inscrit, et votre badge vous attendra.", "The office signs you up, and your badge will be waiting."
)
_ASK_TO_JOIN = Text("Demander à adhérer", "Ask to join")
_ELSEWHERE = frozenset({ProductKind.ROOM, ProductKind.EVENT})  # a room and a seat have their prices on their own pages
_FEW_LEFT = 4  # "few" seats are left where no more than one in so many is free


def show(here: Here) -> Sheet:
    """Return the page with address, ways here, hours, prices, and its forms where mail can be sent."""
    connection, day = here.now.connection, here.now.moment.day
    association = book_rules.read(connection, day).association
    address = text(
        *association.get("address", "").splitlines(), association.get("phone", ""), association.get("email", "")
    )
    blocks = [
        *([heading(here.to(_ADDRESS)), *address] if address else []),
        *_ways(here),
        *_opening(here),
        *_prices(here),
    ]
    forms = [_visit_form(here), _join_form(here)] if here.has_mail else []
    return Sheet(
        language=here.language,
        title=here.to(TITLE),
        page=WORK,
        lead=association.get("purpose", ""),
        blocks=[*blocks, *([] if forms else text(here.to(WITHOUT_MAIL), kind="strong"))],
        forms=forms,
    )


def _ways(here: Here) -> list[Block]:
    """Return how to get here, in the association's own words; nothing for a section that it has not written."""
    own = wording_rows.newest(here.now.connection, [section.code for section in public_words.SECTIONS])
    blocks = list[Block]()
    for section in public_words.SECTIONS:
        if section.code in own and own[section.code].words:
            blocks += [
                heading(here.to(section.heading)),
                *text(*own[section.code].words.to(here.language).splitlines()),
            ]
    return blocks


def _opening(here: Here) -> list[Block]:
    """Return the opening hours of the week, and how full the place is now."""
    policy = here.now.policy
    week = [list(row) for row in formats.opening_week(policy.opening_hours, here.language)]
    return [
        heading(here.to(_HOURS)),
        *(pairs(week) if week else text(here.to(_ALWAYS))),
        *text(here.to(common.CLOSED_ON_HOLIDAYS) if policy.closed_on_holidays else "", kind="small"),
        *text(_fullness(here), kind="strong"),
    ]


def _fullness(here: Here) -> str:
    """Return how full the place is, or that it is closed, without a number: a count could tell that one person is alone
    here. An empty text where it is open and no capacity is set.
    """
    policy, moment = here.now.policy, here.now.moment
    if policy.calendar is not None and not policy.calendar.is_open(moment.local):
        return here.to(_SHUT)
    seats = policy.capacity_notice or policy.capacity_legal  # where it gets busy, else the legal maximum
    if seats is None:
        return ""
    left = seats - visits.present(here.now.connection, moment.day, policy.site)
    return here.to(_FULL if left <= 0 else _FEW if left * _FEW_LEFT <= seats else _PLENTY)


def _prices(here: Here) -> list[Block]:
    """Return what a day and everything else costs, with reduced prices where there are any."""
    connection, policy, language = here.now.connection, here.now.policy, here.language
    lines = prices.lines(policy, name_rows.products(connection), name_rows.zones(connection), _ELSEWHERE)
    rows = list[list[str]]()
    for line in lines:
        full = price_words.amount(line.cents, language, line.is_free)
        if line.reduced_cents is not None:
            full = here.to(_LESS, full=full, reduced=price_words.amount(line.reduced_cents, language))
        rows.append([line.name.to(language), full])
    has_reduced = any(line.reduced_cents is not None for line in lines)
    return [
        heading(here.to(_PRICES)),
        *text(_first_day(here), kind="strong"),
        *pairs(rows),
        *text(here.to(_REDUCED) if has_reduced else "", kind="small"),
    ]


def _first_day(here: Here) -> str:
    """Return what a first day costs, in words: the day's price in the zone of a newcomer's plan, and a year's
    membership.
    """
    policy = here.now.policy
    plan = policies.plans(here.now.connection)[enrolment.first_plan(here.now.connection, policy)]
    day, fee = joining.first_day(plan.zone, policy, here.now.moment), joining.fee(policy)
    return here.to(_FIRST, day=formats.euros(day, here.language), fee=formats.euros(fee, here.language))


def _visit_form(here: Here) -> Form:
    """Return the form that announces a first day."""
    fields = [here.field("day", "date", _DAY), *here.person(), here.field("said", "words", SAID, is_needed=False)]
    lead = f"{here.to(_COMING_LEAD)} {here.to(MAIL_COMES)} {here.to(KEPT)}"
    return Form(name=VISIT, title=here.to(_COMING), button=here.to(_ANNOUNCE), fields=fields, lead=lead)


def _join_form(here: Here) -> Form:
    """Return the form that asks to join."""
    lead = f"{here.to(_JOIN_LEAD)} {here.to(MAIL_COMES)} {here.to(KEPT)}"
    return Form(name=JOIN, title=here.to(_JOIN), button=here.to(_ASK_TO_JOIN), fields=here.person(), lead=lead)


def wish(here: Here, form: str) -> Wish:
    """Return what a form asks for: to join (from today), or else a visit on the day typed. Raises Problem `day`."""
    typed, kind = here.typed, Kind.JOIN if form == JOIN else Kind.VISIT
    return Wish(
        kind=kind,
        name=typed.get("name", ""),
        email=typed.get("email", ""),
        said=typed.get("said", ""),
        day_on=here.now.moment.day if kind is Kind.JOIN else day_of(typed.get("day", "")),
        language=here.language,
    )


def day_of(written: str) -> date:
    """Return a day from the text that a browser sends. Raises Problem `day`."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Problem("day", "a day is written like 2026-11-25", field="day") from None
