"""Lets a refused member take the missing step at the screen (renew, pay, buy days); once nothing is missing, the door
opens.

The refused badge, or the code, is proof enough to read the page. To write, it is needed once more on the page that
names the amount. The refusal that people in the queue can read does not say what the step is or costs; the page behind
it does. Everything is written before the door opens. Cash that a member says is in the box is *declared*, and as a rule
*believed*: the door opens for it before it is counted.
"""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import entering, openings
from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.checkin.specs.lists import ACTS
from kiosk.domain.checkin import access
from kiosk.domain.checkin import steps as rules
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Code, Refused
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, Notice, NoticeKind
from kiosk.domain.money.credit import Purchase, credit
from kiosk.domain.money.tariffs import ProductKind
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.money import cashbox
from kiosk.money.sales import SaleResult, sell
from kiosk.selfservice import purchases
from kiosk.selfservice.choice_labels import DOTTED, IN_BOX, Euros, option
from kiosk.selfservice.payments import PROPOSED_CENTS
from kiosk.selfservice.without_badge import pin
from kiosk.store.checkin import standing, visits
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import cash_rows, offers
from kiosk.store.money.offers import Offer
from kiosk.store.selfservice import pins

MOST_OFFERS, MOST_SUMS, MOST_CARNETS = 3, 3, 1  # choices of each kind on the page
_ON_TAB = Text("sur votre ardoise", "on your tab")
_IN_BOX = Text("dans la caisse", "in the cash box")
_NAMED = Text("{what}", "{what}")  # makes words of a label that is a plain string
_CASH = "cash"  # in a touched value: the price is declared to be in the box
_CASH_ACTS = (Act.PUT_IN, Act.BUY_DAYS)


class StepSheet(Struct, frozen=True):
    """What is missing and since when, and what the page says beside its choices.

    `denial` is why the door stays shut. `in_cash`: a choice is paid in cash. `is_here`: something can be done at the
    screen. `noted_cents` are trusted to be in the box; `missing_cents` are still missing on top.
    """

    denial: Denial
    since_on: date | None = None
    in_cash: bool = False
    is_here: bool = True
    noted_cents: int = 0
    missing_cents: int = 0


def show(context: PageContext) -> Card:
    """Show which step is missing, and the choices that mend it. Where nothing is missing any more, the member is asked
    to come in; where the space is shut or full, the card says that instead.
    """
    person, denied = _refused(context)
    if denied is None or denied.reason not in rules.MENDABLE:  # nothing is missing any more
        return _invite_in(context, person)
    turned_away = access.turns_away(person, context.policy, context.moment, _people_here(context))
    if turned_away is not None:
        return entering.denied_card(turned_away)
    context.name_the_act()  # gives the step an id: two touches take it once
    options = _offered(context, person, denied)
    in_cash = any(option.act in _CASH_ACTS or option.value.endswith(f" {_CASH}") for option in options)
    declared_cents = _declared(context, person.account) or 0
    missing_cents = (
        _missing(context, person, declared_cents) if declared_cents and denied.reason in rules.OF_MONEY else 0
    )
    sheet = StepSheet(
        denied.reason, denied.since_on, in_cash, bool(options), declared_cents if missing_cents else 0, missing_cents
    )
    return Card(CardKind.STEP, acts=(Act.DONE,), sheet=sheet, options=options)


def name_step(context: PageContext) -> Card:
    """Name the touched step, before the badge takes it, or the code for a member known by code."""
    person, denied = _refused(context)
    offered = () if denied is None else _offered(context, person, denied)
    step_text = next(
        (option.said for option in offered if (option.act, option.value) == (context.act, context.value)), None
    )
    if step_text is None:
        raise RequestError("touch-over", "there is no such step here")
    confirmed_text = _NAMED.of(what=step_text)
    if isinstance(context.turn.proof, Code):
        return pin.prove(context, confirmed_text)
    return Card(CardKind.BADGE_AGAIN, asked=context.act, confirms=confirmed_text)


def _chosen(context: PageContext, *why: Denial) -> bytes | None:
    """Return the id under which the confirmed step is taken once; None where it is no longer missing or not confirmed.

    `why` are the refusals that the step mends. Raises RequestError `touch-over` for a step that is not offered.
    """
    person, denied = _refused(context)
    if denied is None or denied.reason not in why or not context.confirmed:
        return None
    if (context.act, context.value) not in [(option.act, option.value) for option in _offered(context, person, denied)]:
        raise RequestError("touch-over", "there is no such step here")
    return context.named_act


def renew(context: PageContext) -> Card:
    """Renew the membership as touched: on the tab, or with its price in the box."""
    key = _chosen(context, Denial.MEMBERSHIP_OVER)
    if key is None:
        return show(context)
    code, _, way = context.value.partition(" ")
    member = members.by_number(context.connection, context.number)
    offer = next(each for each in _memberships(context, member) if each.code == code)
    sold = _sell(context, member, offer, key, declares=way == _CASH)
    renewed = () if sold.until_on is None else (Notice(NoticeKind.RENEWED, sold.until_on),)
    return _go_in(context, _person(context), renewed)


def buy_days(context: PageContext) -> Card:
    """Sell the touched carnet, with its price in the box; its first day is today."""
    key = _chosen(context, *rules.OF_MONEY)
    if key is None:
        return show(context)
    member = members.by_number(context.connection, context.number)
    offer = next(each for each in _carnets(context, member) if each.code == context.value)
    _sell(context, member, offer, key, declares=True)
    return _go_in(context, _person(context))


def _sell(context: PageContext, member: Member, offer: Offer, key: bytes, *, declares: bool) -> SaleResult:
    """Sell an offer; its price is declared to be in the box, or goes on the tab."""
    moment = context.moment
    if declares:
        cashbox.declare(context.connection, context.seal, moment, ACTOR, member.account, offer.cents)
    return sell(
        context.connection,
        context.seal,
        context.policy,
        member,
        offer.code,
        today=moment.day,
        day=moment.day,
        at=moment.at,
        actor=ACTOR,
        id_=key,
    )


def put_in(context: PageContext) -> Card:
    """Declare the touched amount as put in the box."""
    key = _chosen(context, *rules.OF_MONEY)
    if key is None:
        return show(context)
    person, cents = _person(context), int(context.value)
    cashbox.declare(context.connection, context.seal, context.moment, ACTOR, person.account, cents, key)
    return _go_in(context, person)


def _person(context: PageContext) -> Standing:
    """Return the refused member's standing, read in this transaction, by the refused badge or the code. Raises
    RequestError `touch-over` where no refusal came before.
    """
    mark, day = context.mark, context.moment.day  # `mark`: the badge's fingerprint; None for a member known by code
    if mark is not None:
        person = standing.find(context.connection, mark, context.policy, day)
    else:
        person = standing.of_member(context.connection, context.number, context.policy, day)
        if person is not None:
            # a new member whose badge the desk has not confirmed comes in until the same day without it
            person = replace(person, badge_until_on=pins.unconfirmed_until(context.connection, context.number))
    if person is None or person.number != context.number or not _is_refused(context):
        raise RequestError("touch-over", "no refusal came before this page: tap the badge again")
    return person


def _is_refused(context: PageContext) -> bool:
    """Tell whether the badge or code that leads to this page was refused at the door."""
    proof = context.turn.proof
    return isinstance(proof, Refused) or (isinstance(proof, Code) and proof.is_refused)


def _refused(context: PageContext) -> tuple[Standing, Denied | None]:
    """Return the member's standing, and why the door stays shut for them now (None: it would open), trusting declared
    cash.
    """
    person = _person(context)
    believed = rules.believing(person, _declared(context, person.account) or 0)
    return person, access.admits(believed, context.policy, context.moment)


def _missing(context: PageContext, person: Standing, declared: int) -> int:
    """Return the cents still to be put in the box, on top of those declared."""
    return rules.missing_cents(rules.believing(person, declared), context.policy, context.moment)


def _people_here(context: PageContext) -> int:
    """Return how many people are here, for the limit of the premises; 0 where presence is not counted."""
    if not context.policy.counts_presence:
        return 0
    return visits.present(context.connection, context.moment.day, context.policy.site)


def _declared(context: PageContext, account: int) -> int | None:
    """Return the cents that an account declared to be in the box; None where its declarations are not trusted."""
    return cash_rows.believed(context.connection, account, context.moment.day, context.policy.doubted_days)


def _offered(context: PageContext, person: Standing, denied: Denied) -> tuple[Option, ...]:
    """Return the offers that would open the door: renewing, or cash and carnets where money is missing."""
    member = members.by_number(context.connection, context.number)
    if denied.reason is Denial.MEMBERSHIP_OVER:
        return tuple(filter(None, (_renewal(context, member, offer) for offer in _memberships(context, member))))
    if denied.reason not in rules.OF_MONEY or person.account != member.account:
        return ()
    sums = [option(Act.PUT_IN, cents, IN_BOX.of(sum=Euros(cents))) for cents in _sums(context, person, member)]
    return (*sums, *_for_sale(context, person, member)) if sums else ()


def _for_sale(context: PageContext, person: Standing, member: Member) -> list[Option]:
    """Return the carnet with which today would be paid, where its price in the box is enough for the door."""
    least = _missing(context, person, _declared(context, member.account) or 0)
    most = cashbox.most_to_declare(context.connection, member.account)
    affordable = [carnet for carnet in _carnets(context, member) if least <= carnet.cents <= most]
    return [
        option(Act.BUY_DAYS, carnet.code, DOTTED.of(what=carnet.names, worth=IN_BOX.of(sum=Euros(carnet.cents))))
        for carnet in affordable[:MOST_CARNETS]
    ]


def _carnets(context: PageContext, member: Member) -> list[Offer]:
    """Return the carnets with a fixed price that this member's own account pays."""
    if members.paying_account(context.connection, member, ProductKind.CARNET, context.moment.day) != member.account:
        return []
    priced = offers.priced(context.connection, context.policy, member, context.moment.day)
    return [offer for offer in priced if offer.kind is ProductKind.CARNET and offer.floor_cents is None]


def _memberships(context: PageContext, member: Member) -> list[Offer]:
    """Return the memberships that the member can renew with; none after leaving."""
    if member.left_on is not None:
        return []
    priced = offers.priced(context.connection, context.policy, member, context.moment.day)
    return [offer for offer in priced if offer.kind is ProductKind.MEMBERSHIP][:MOST_OFFERS]


def _renewal(context: PageContext, member: Member, offer: Offer) -> Option | None:
    """Return a membership as a choice: on the tab where it fits, else with its price in the box. None where another
    account pays for it, or neither is possible.
    """
    pays = members.paying_account(context.connection, member, offer.kind, context.moment.day)
    name = DOTTED.of(what=offer.names, worth=Euros(offer.cents))
    if pays != member.account:
        return None
    if not offer.cents:
        return option(Act.RENEW, offer.code, name)
    if credit(purchases.owing_of(context, member), Purchase(offer.kind, offer.cents)) is None:
        return option(Act.RENEW, offer.code, DOTTED.of(what=name, worth=_ON_TAB))
    if _declared(context, member.account) is None or offer.cents > cashbox.most_to_declare(
        context.connection, member.account
    ):
        return None
    return option(Act.RENEW, f"{offer.code} {_CASH}", DOTTED.of(what=name, worth=_IN_BOX))


def _sums(context: PageContext, person: Standing, member: Member) -> list[int]:
    """Return the amounts of cash that would be enough: the least, and the next notes or the whole debt."""
    declared = _declared(context, member.account)
    if declared is None:
        return []
    least = _missing(context, person, declared)
    most = cashbox.most_to_declare(context.connection, member.account)
    proposed_cents = {least, member.balance_cents - declared, *PROPOSED_CENTS}
    return [cents for cents in sorted(proposed_cents) if max(1, least) <= cents <= most][:MOST_SUMS]


def _invite_in(context: PageContext, person: Standing) -> Card:
    """Ask for the badge or code that opens the door, because nothing is missing any more."""
    if context.confirmed:
        return _go_in(context, person)
    if isinstance(context.turn.proof, Code):
        return pin.prove(context, ACTS[Act.STEP].asked)
    return Card(CardKind.BADGE_AGAIN, asked=Act.STEP)


def _go_in(context: PageContext, person: Standing, notices: tuple[Notice, ...] = ()) -> Card:
    """Decide anew, and let the member in or say which step is still missing. Only for pages that write."""
    is_by_badge = context.is_by_badge
    known_by = visits.BADGE if is_by_badge else visits.CODE
    tap_id = context.fresh_id()
    entry = entering.decide_and_record(
        context.connection, context.seal, person, context.policy, context.moment, ACTOR, tap_id, known_by
    )
    if isinstance(entry.decision, Denied):
        return show(context) if entry.decision.reason in rules.MENDABLE else entering.denied_card(entry.decision)
    card = entering.granted_card(entry, entry.decision)
    by = None if is_by_badge else "pin"  # how the door's log names the way in by a code
    entrant = openings.entrant(entry.decision, entry.visit, tap_id, context.moment, by)
    return replace(card, notices=(*notices, *card.notices), opens_for=entrant)


# `writes`: in a writing transaction; `names`: the card that says what the badge is about to confirm, shown first.
PAGES = {
    Act.STEP: Page(show),
    Act.RENEW: Page(renew, writes=True, names=name_step),
    Act.PUT_IN: Page(put_in, writes=True, names=name_step),
    Act.BUY_DAYS: Page(buy_days, writes=True, names=name_step),
}
