"""Lets a member buy at the screen (carnets and the membership, on the tab within its limit), and choose free prices
(paid as the member likes, from a floor on).

Products touched go into a basket, shown line by line with their sum. Nothing is bought before the basket is confirmed,
and then all of it or nothing.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import purchases as rules
from kiosk.domain.money.credit import CreditStanding, Purchase, credit
from kiosk.domain.money.purchases import SOLD
from kiosk.domain.money.tariffs import ProductKind
from kiosk.language.names import Names
from kiosk.language.texts import Said, Text
from kiosk.money import cashbox
from kiosk.money import credit as accounts
from kiosk.money.sales import SaleResult, sell
from kiosk.selfservice import account
from kiosk.selfservice.choice_labels import DOTTED, IN_BOX, Euros, option
from kiosk.store import ledger
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import offers, rights, tab_rows
from kiosk.store.money.offers import Offer
from kiosk.store.space.policies import Rules

MOST = 6  # options on a page
_OWN_PRICE = Text("{name}, prix libre", "{name}, pay what you want")
MOST_BEYOND = 2  # products shown that the tab cannot take
LIKELY = 1  # products offered on the page of means of payment
_AND = Text("{what}, {more}", "{what}, {more}")


class Beyond(Struct, frozen=True):
    """A product that the tab cannot take: its names, and how much cash in the box would be enough, in cents.

    `limit_cents` is the tab's limit, 0 without a tab; `missing_cents` of 0: no cash here would help.
    """

    name: Names
    missing_cents: int
    limit_cents: int


class Basket(Struct, frozen=True):
    """The products chosen so far, a line each: the product's code, and the price chosen where it is
    free (else empty).
    """

    lines: tuple[tuple[str, str], ...]


class BuySheet(Struct, frozen=True):
    """What the page of purchases shows.

    `balance_cents` is owed, negative for an advance; `is_empty`: nothing is for sale; `beyond` are products that the
    tab cannot take, `chosen` those in the basket.
    """

    balance_cents: int
    is_empty: bool
    beyond: tuple[Beyond, ...] = ()
    chosen: tuple[Names, ...] = ()


class PriceSheet(Struct, frozen=True):
    """A product with a free price, by its names, and its floor."""

    name: Names
    floor_cents: int


class ConfirmSheet(Struct, frozen=True):
    """The basket's lines with their prices, and the sum; the tab before and after."""

    lines: tuple[tuple[Names, int], ...]
    cents: int
    before_cents: int
    after_cents: int


class BoughtSheet(Struct, frozen=True):
    """The lines bought with their prices, and the sum; the tab before and after, and the last day of
    the first line that has one.
    """

    lines: tuple[tuple[Names, int], ...]
    cents: int
    before_cents: int
    after_cents: int
    until_on: date | None = None


class _BasketLine(Struct, frozen=True):
    """One line of the basket: the offer, its price in cents, and the chosen price where it is free."""

    offer: Offer
    cents: int
    chosen: int | None


def owing_of(context: PageContext, member: Member) -> CreditStanding:
    """Return what the member's account owes, as far as it counts for a purchase."""
    zone = context.moment.local.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise AssertionError("a space's moments are in its zone")
    return accounts.standing_of(context.connection, Rules(zone), context.policy, member, context.moment)


def likely(context: PageContext, member: Member) -> list[Option]:
    """Return the choice that buys the product most likely to be bought (a carnet before others): of a fixed price, and
    within the tab's limit. Empty where there is none.
    """
    fixed = [offer for offer in _offers(context, member).values() if offer.floor_cents is None]
    owing = owing_of(context, member) if fixed else None
    affordable = [offer for offer in fixed if owing is not None and _beyond(owing, offer, 0) is None]
    return [
        _for_sale(offer)
        for offer in sorted(affordable, key=lambda offer: offer.kind is not ProductKind.CARNET)[:LIKELY]
    ]


def forget(context: PageContext) -> None:
    """Empty the basket."""
    context.drop(Basket)


def show(context: PageContext) -> Card:
    """Show what is for sale, at this member's prices. Products in the basket are left out; those that the tab cannot
    take beside it are listed with the reason, and with the cash that would help.
    """
    member = members.by_number(context.connection, context.number)
    lines = _basket_lines(context, member)
    chosen_codes, cents = {line.offer.code for line in lines}, sum(line.cents for line in lines)
    options, beyond, owing = [], [], owing_of(context, member)
    for offer in _offers(context, member).values():
        # A free price is chosen on its own page, and then must fit.
        why_not = None if offer.floor_cents is not None else _beyond(owing, offer, cents)
        if offer.code in chosen_codes:
            continue
        if why_not is not None:
            beyond.append(why_not)
        else:
            options.append(_for_sale(offer))
    context.name_the_act()  # gives a declaration of cash an id: two touches declare once
    most = cashbox.most_to_declare(context.connection, member.account)
    cash_sums = sorted({line.missing_cents for line in beyond if 0 < line.missing_cents <= most})
    cash_options = [option(Act.DECLARE, sum_, IN_BOX.of(sum=Euros(sum_))) for sum_ in cash_sums]
    chosen = tuple(line.offer.names for line in lines)
    sheet = BuySheet(member.balance_cents, not options and not beyond, tuple(beyond[:MOST_BEYOND]), chosen)
    acts = (Act.TAKE, Act.PAY) if lines else (Act.PAY,)
    return account.page(context, CardKind.BUY, *acts, sheet=sheet, options=[*options, *cash_options][:MOST])


def show_price(context: PageContext) -> Card:
    """Ask how much to give: the floor, the suggested price, the price chosen before, half as much again and twice as
    much. For a product without a free price, show what is for sale.
    """
    member = members.by_number(context.connection, context.number)
    offer = _offers(context, member).get(context.value)
    if offer is None or offer.floor_cents is None:
        return show(context)
    suggested = context.policy.prices[offer.code, offer.level].cents
    sums = sorted({offer.floor_cents, suggested, offer.cents, suggested * 3 // 2, suggested * 2})
    act = Act.TAKE if offer.kind in SOLD else Act.CHOOSE
    options = [option(act, f"{offer.code} {cents}", Euros(cents)) for cents in sums[:MOST]]
    context.name_the_act()  # gives the touched act an id: done twice, it counts once
    sheet = PriceSheet(offer.names, offer.floor_cents)
    return account.page(context, CardKind.PRICE, Act.BUY, sheet=sheet, options=options)


def take(context: PageContext) -> Card:
    """Add the touched product to the basket, once however often it is touched, and show the basket with its sum."""
    member = members.by_number(context.connection, context.number)
    offer, chosen = _touched(context, member, context.value)
    basket = _basket(context)
    if offer is not None and offer.kind in SOLD:
        basket[offer.code] = "" if chosen is None else str(chosen)
    _remember(context, basket)
    return _confirm(context, member)


def untake(context: PageContext) -> Card:
    """Remove the last product from the basket."""
    basket = _basket(context)
    if basket:
        basket.popitem()
    _remember(context, basket)
    return _confirm(context, members.by_number(context.connection, context.number))


def _confirm(context: PageContext, member: Member) -> Card:
    """Show the basket to be confirmed, and the tab after it; where the tab cannot take it, the card that says why;
    where it is empty, what is for sale.
    """
    basket_lines = _basket_lines(context, member)
    if not basket_lines:
        return show(context)
    if not _fits(context, member, basket_lines):
        return _not_sold(context, member, basket_lines)
    context.name_the_act()  # gives the purchase an id: two touches buy once
    lines, cents = _lines(basket_lines), sum(line.cents for line in basket_lines)
    sheet = ConfirmSheet(lines, cents, member.balance_cents, member.balance_cents + cents)
    acts = (Act.TAKE_YES, *((Act.UNTAKE,) if len(basket_lines) > 1 else ()), Act.BUY, Act.DONE)
    return Card(CardKind.CONFIRM, context.name, acts=acts, sheet=sheet)


def name_purchase(context: PageContext) -> Card:
    """Name the basket and its sum, before the badge buys it."""
    lines = _basket_lines(context, members.by_number(context.connection, context.number))
    if not lines:
        return show(context)
    basket_text: Said = lines[0].offer.names
    for line in lines[1:]:
        basket_text = _AND.of(what=basket_text, more=line.offer.names)
    basket_text = DOTTED.of(what=basket_text, worth=Euros(sum(line.cents for line in lines)))
    return Card(CardKind.BADGE_AGAIN, context.name, asked=Act.TAKE_YES, confirms=basket_text)


def buy(context: PageContext) -> Card:
    """Sell all of the confirmed basket, or nothing. A basket bought already, or empty, shows what is for sale."""
    member, key = members.by_number(context.connection, context.number), context.named_act
    lines = _basket_lines(context, member)
    if key is None or not lines or ledger.by_id(context.connection, key) is not None:  # touched twice: recorded
        return show(context)
    if not _fits(context, member, lines):
        return _not_sold(context, member, lines)
    forget(context)
    # The first line is sold under the purchase's own id, by which a second touch is recognised.
    sold = [_sell(context, member, line, context.fresh_id() if place else key) for place, line in enumerate(lines)]
    after = tab_rows.owner(context.connection, member.account).balance_cents
    until_on = next((line.until_on for line in sold if line.until_on is not None), None)
    sheet = BoughtSheet(_lines(lines), sum(line.amount_cents for line in sold), member.balance_cents, after, until_on)
    receipt = option(Act.RECEIPT, sold[0].entry, Text("Emporter un reçu", "Get a receipt"))
    return account.page(context, CardKind.BOUGHT, Act.PAY, sheet=sheet, options=[receipt])


def _sell(context: PageContext, member: Member, line: _BasketLine, id_: bytes) -> SaleResult:
    """Sell one line of the basket; a price chosen for it is saved as the member's. An error rolls back the whole
    purchase.
    """
    today = context.moment.day
    if line.chosen is not None:
        product = context.policy.products[line.offer.code]
        offers.choose(context.connection, member.id, product.id, line.cents, today)
    return sell(
        context.connection,
        context.seal,
        context.policy,
        member,
        line.offer.code,
        today=today,
        day=today,
        at=context.moment.at,
        actor=ACTOR,
        chosen_cents=line.chosen,
        id_=id_,
    )


def _not_sold(context: PageContext, member: Member, lines: list[_BasketLine]) -> Card:
    """Empty the basket, which began an act that ends here, and return the card that says why its last product is too
    much and what would help.
    """
    last_line, cents_before = lines[-1], sum(line.cents for line in lines[:-1])
    why_not = _beyond(owing_of(context, member), last_line.offer, cents_before, last_line.cents)
    forget(context)
    return account.page(context, CardKind.NOT_SOLD, Act.CASH, Act.BUY, sheet=why_not)


def _lines(lines: list[_BasketLine]) -> tuple[tuple[Names, int], ...]:
    """Return each line's names and price in cents, as the sheets show them."""
    return tuple((line.offer.names, line.cents) for line in lines)


def _basket(context: PageContext) -> dict[str, str]:
    """Return the basket: product codes, and the chosen price of each, empty for a fixed one."""
    basket = context.recall(Basket)
    return {} if basket is None else dict(basket.lines)


def _remember(context: PageContext, basket: dict[str, str]) -> None:
    """Keep the basket for the next page of this member's flow."""
    context.keep(Basket(tuple(basket.items())))


def _basket_lines(context: PageContext, member: Member) -> list[_BasketLine]:
    """Return the basket's lines that are still for sale, at their present prices."""
    lines = []
    for code, typed in _basket(context).items():
        offer, chosen = _touched(context, member, f"{code} {typed}".strip())
        if offer is not None and offer.kind in SOLD:
            cents = offer.cents if chosen is None else context.policy.ask(offer.code, offer.level, chosen)[0]
            lines.append(_BasketLine(offer, cents, chosen))
    return lines


def _fits(context: PageContext, member: Member, lines: list[_BasketLine]) -> bool:
    """Tell whether the tab can take all lines of the basket, one after the other: credit depends on the kind of
    product.
    """
    so_far, owing = 0, owing_of(context, member)
    for line in lines:
        if _beyond(owing, line.offer, so_far, line.cents) is not None:
            return False
        so_far += line.cents
    return True


def _beyond(owing: CreditStanding, offer: Offer, so_far: int, cents: int | None = None) -> Beyond | None:
    """Return why the account cannot take a product beside what is in the basket so far; None where it can. `cents` is
    the product's price where it was chosen, None: its own.
    """
    price = offer.cents if cents is None else cents
    beyond = credit(owing, Purchase(offer.kind, so_far + price))
    return None if beyond is None else Beyond(offer.names, beyond.missing_cents, beyond.limit_cents)


def choose(context: PageContext) -> Card:
    """Save the free price of a product that is not bought here, such as a day, from tomorrow on; today's
    charge stays.
    """
    member = members.by_number(context.connection, context.number)
    offer, chosen = _touched(context, member, context.value)
    if offer is None or chosen is None or offer.kind in SOLD:
        return show(context)
    product, tomorrow = context.policy.products[offer.code], context.moment.day + timedelta(days=1)
    offers.choose(context.connection, member.id, product.id, chosen, tomorrow)
    price_text = DOTTED.of(what=offer.names, worth=Euros(chosen))
    return replace(account.page(context, CardKind.PRICE_CHOSEN, Act.BUY), confirms=price_text)


def _offers(context: PageContext, member: Member) -> dict[str, Offer]:
    """Return what may be bought here, and products with a free price, by code; a membership only once it may be
    renewed.
    """
    connection, today = context.connection, context.moment.day
    offered = {}
    for offer in offers.priced(connection, context.policy, member, today):
        if offer.kind is ProductKind.MEMBERSHIP and not _may_renew(context, member):
            continue
        if rules.is_offered(offer.kind, offer.cents, offer.floor_cents):
            offered[offer.code] = offer
    return offered


def _may_renew(context: PageContext, member: Member) -> bool:
    """Tell whether the member's membership ends soon enough to sell the next one."""
    ends = rights.membership_end(context.connection, member.id)
    return rules.may_renew(ends, context.policy.membership_year, context.moment.day)


def _for_sale(offer: Offer) -> Option:
    """Return the choice that buys an offer; one with a free price asks for the price first."""
    name = offer.names
    if offer.floor_cents is not None:
        return option(Act.PRICE, offer.code, _OWN_PRICE.of(name=name))
    return option(Act.TAKE, offer.code, DOTTED.of(what=name, worth=Euros(offer.cents)))


def _touched(context: PageContext, member: Member, choice: str) -> tuple[Offer | None, int | None]:
    """Return the offer that a touched value names (its code; where its price is free, then the chosen cents), and that
    price, its floor at least (None: the price is fixed). None twice for an unknown code, or for a price that is no
    number.
    """
    code, _, typed = choice.partition(" ")
    offer = _offers(context, member).get(code)
    if offer is None or offer.floor_cents is None:
        return offer, None
    # 7 digits of cents at most: no price is longer.
    if not (typed.isascii() and typed.isdigit() and len(typed) < 8):
        return None, None
    return offer, max(int(typed), offer.floor_cents)


PAGES = {
    Act.BUY: Page(show),
    Act.PRICE: Page(show_price),
    Act.TAKE: Page(take),
    Act.UNTAKE: Page(untake),
    Act.TAKE_YES: Page(buy, writes=True, names=name_purchase),
    Act.CHOOSE: Page(choose, writes=True),
}
