"""Lets a member buy at the screen: a carnet or the membership, on the tab within its limit; and choose free prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import purchases as rules
from kiosk.domain.money.purchases import SOLD
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.money.sales import sell
from kiosk.selfservice.choice_labels import DOTTED, Euros, option
from kiosk.selfservice.payments import name_the_act, named_act
from kiosk.store import ledger
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import offers, rights, tab_rows
from kiosk.store.money.offers import Offer

MOST = 6  # options on a page
_OWN_PRICE = Text("{name}, prix libre", "{name}, your own price")


@dataclass(frozen=True, slots=True)
class BuySheet:
    """What is owed, less than 0 where it is paid in advance; and whether anything is for sale."""

    balance_cents: int
    is_empty: bool


@dataclass(frozen=True, slots=True)
class PriceSheet:
    """A product whose price is free, by its names, and the least that it costs."""

    name: Names
    floor_cents: int


@dataclass(frozen=True, slots=True)
class BoughtSheet:
    """What was bought, by its names; the tab before and after, and the last day of what it gives."""

    name: Names
    cents: int
    before_cents: int
    after_cents: int
    until_on: date | None = None


def show(context: PageContext) -> Card:
    """Show what is for sale, at this member's price."""
    found = members.by_number(context.connection, context.number)
    options = [_for_sale(context, found, offer) for offer in _offers(context, found).values()][:MOST]
    name_the_act(context)
    return _card(context, CardKind.BUY, sheet=BuySheet(found.balance_cents, not options), options=options)


def show_price(context: PageContext) -> Card:
    """Ask how much to give: the least, the suggested price, the one chosen before, and more."""
    found = members.by_number(context.connection, context.number)
    offer = _offers(context, found).get(context.value)
    if offer is None or offer.floor_cents is None:
        return show(context)
    suggested = context.policy.prices[offer.code, offer.level].cents
    sums = sorted({offer.floor_cents, suggested, offer.cents, suggested * 3 // 2, suggested * 2})
    act = Act.TAKE if offer.kind in SOLD else Act.CHOOSE
    options = [option(act, f"{offer.code} {cents}", Euros(cents)) for cents in sums[:MOST]]
    name_the_act(context)
    sheet = PriceSheet(offer.names, offer.floor_cents)
    return _card(context, CardKind.PRICE, Act.BUY, sheet=sheet, options=options)


def take(context: PageContext) -> Card:
    """Sell what was touched, now that the badge was seen again."""
    found, key = members.by_number(context.connection, context.number), named_act(context)
    offer, chosen = _touched(context, found)
    if key is None or offer is None or offer.kind not in SOLD:
        return show(context)
    if ledger.by_id(context.connection, key) is not None:  # touched twice
        return show(context)
    product, today = context.policy.products[offer.code], context.moment.day
    cents = context.policy.ask(offer.code, offer.level, chosen)[0] if chosen is not None else offer.cents
    pays = members.paying_account(context.connection, found, offer.kind, today)
    has_tab, pays_alone = not found.no_tab, pays == found.account
    if not rules.tab_takes(context.policy, found.balance_cents, cents, has_tab=has_tab, pays_alone=pays_alone):
        return _card(context, CardKind.NOT_SOLD, Act.BUY)
    if chosen is not None:
        offers.choose(context.connection, found.id, product.id, cents, today)
    try:
        sold = sell(
            context.connection,
            context.seal,
            context.policy,
            found,
            offer.code,
            today=today,
            day=today,
            at=context.moment.at,
            actor=ACTOR,
            chosen_cents=chosen,
            id_=key,
        )
    except (RequestError, Problem):
        return _card(context, CardKind.NOT_SOLD, Act.BUY)
    after = tab_rows.owner(context.connection, found.account).balance_cents
    sheet = BoughtSheet(offer.names, sold.amount_cents, found.balance_cents, after, sold.until_on)
    receipt = option(Act.RECEIPT, sold.entry, Text("Emporter un reçu", "Take a receipt"))
    return _card(context, CardKind.BOUGHT, sheet=sheet, options=[receipt])


def choose(context: PageContext) -> Card:
    """Keep a free price for what is counted from tomorrow on: what is counted today stays."""
    found = members.by_number(context.connection, context.number)
    offer, chosen = _touched(context, found)
    if offer is None or chosen is None or offer.kind in SOLD:
        return show(context)
    product, tomorrow = context.policy.products[offer.code], context.moment.day + timedelta(days=1)
    offers.choose(context.connection, found.id, product.id, chosen, tomorrow)
    return _card(context, CardKind.PRICE_CHOSEN, Act.BUY)


def _offers(context: PageContext, found: Member) -> dict[str, Offer]:
    """What may be bought here, and what has a free price, by its code."""
    connection, today = context.connection, context.moment.day
    kept = {}
    for offer in offers.priced(connection, context.policy, found, today):
        if offer.kind is ProductKind.MEMBERSHIP and not _may_renew(context, found):
            continue
        if rules.is_offered(offer.kind, offer.cents, offer.floor_cents):
            kept[offer.code] = offer
    return kept


def _may_renew(context: PageContext, found: Member) -> bool:
    ends = rights.membership_end(context.connection, found.id)
    return rules.may_renew(ends, context.policy.membership_year, context.moment.day)


def _for_sale(context: PageContext, found: Member, offer: Offer) -> Option:
    name = offer.names
    if offer.floor_cents is not None:
        return option(Act.PRICE, offer.code, _OWN_PRICE.of(name=name))
    return option(Act.TAKE, offer.code, DOTTED.of(what=name, worth=Euros(offer.cents)))


def _touched(context: PageContext, found: Member) -> tuple[Offer | None, int | None]:
    """The offer that was touched, and the free price that was chosen with it: never less than its floor."""
    code, _, typed = context.value.partition(" ")
    offer = _offers(context, found).get(code)
    if offer is None or offer.floor_cents is None:
        return offer, None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 8):
        return None, None
    return offer, max(int(typed), offer.floor_cents)


def _card(
    context: PageContext, kind: CardKind, *acts: Act, sheet: object = None, options: Sequence[Option] = ()
) -> Card:
    acts = acts or (Act.PAY,)
    return Card(kind, context.dialogue.name, acts=(*acts, Act.ACCOUNT, Act.DONE), sheet=sheet, options=tuple(options))


PAGES = {
    Act.BUY: Page(show),
    Act.PRICE: Page(show_price),
    Act.TAKE: Page(take, writes=True, wants_badge=True),
    Act.CHOOSE: Page(choose, writes=True, wants_badge=True),
}
