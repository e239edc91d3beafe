"""Shows everyone the prices, by the rules in force, without a badge, before they agree to anything.

It says that there are reduced prices and where to ask for them, but not which members pay them.
"""

from collections.abc import Collection, Iterator

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin import choices
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.domain.rooms.clients import EXTERNAL
from kiosk.language.names import Names
from kiosk.language.texts import Plural, Said, Text
from kiosk.store import name_rows

A_PAGE = 4  # lines: as many as can be read from a step away
REDUCED = "reduced"  # the level whose price stands beside the full one
_GUEST = Text("Journée d’une personne invitée", "A guest’s day")
# days of a month after which further ones are free, by the rule `month_cap_days`
_CAP = Plural(
    Text("Au-delà de {count} journée dans le mois", "After {count} day in a month"),
    Text("Au-delà de {count} journées dans le mois", "After {count} days in a month"),
)
# a visit so short that it costs nothing, by the rule `passing_minutes`
_PASSING = Text("De passage, {minutes} minutes", "Just passing, {minutes} minutes")
_VISITORS = Text("{name}, non-membre", "{name}, non-member")
# The order in which prices are shown: the most common products first.
_ORDER = (
    ProductKind.DAY,
    ProductKind.MEMBERSHIP,
    ProductKind.CARNET,
    ProductKind.SUBSCRIPTION,
    ProductKind.ROOM,
    ProductKind.EVENT,
)


class PriceLine(Struct, frozen=True):
    """A price in cents, and the reduced one, if any. `is_free`: the payer chooses, and this price is only suggested."""

    name: Said
    cents: int
    reduced_cents: int | None = None
    is_free: bool = False


class PricesSheet(Struct, frozen=True):
    """Some of the price lines, and whether any line at all has a reduced price."""

    lines: tuple[PriceLine, ...]
    has_reduced: bool


class ReadTo(Struct, frozen=True):
    """How many lines come before those shown."""

    count: int


def lines(
    policy: Policy,
    products: dict[str, Names],
    zones: dict[str, Names],
    but: Collection[ProductKind] = (),
) -> list[PriceLine]:
    """Return the price lines by these rules, most common products first, without the kinds in `but`; then, free of
    charge, zones, passing visits and days beyond the month's cap; last a guest's day. `products` and `zones` are names
    by code.
    """
    price_lines = [line for kind in _ORDER if kind not in but for line in _products(policy, kind, products)]
    price_lines += [PriceLine(zones[code], 0) for code in choices.free_zones(policy) if code in zones]
    if policy.passing_minutes:
        price_lines.append(PriceLine(_PASSING.of(minutes=policy.passing_minutes), 0))
    if policy.month_cap_days:
        price_lines.append(PriceLine(_CAP.of(policy.month_cap_days), 0))
    if policy.guests_a_day and policy.guest_cents is not None:
        price_lines.append(PriceLine(_GUEST, policy.guest_cents))
    return price_lines


def _products(policy: Policy, kind: ProductKind, names: dict[str, Names]) -> Iterator[PriceLine]:
    """Yield the priced products of a kind: full and reduced price (where it is lower), then the price for non-members
    as a line of its own. Products without a full price or a name are left out.
    """
    for code, product in policy.products.items():
        full = policy.prices.get((code, FULL))
        if product.kind is not kind or full is None or code not in names:
            continue
        reduced, external = policy.prices.get((code, REDUCED)), policy.prices.get((code, EXTERNAL))
        reduced_cents = None if reduced is None or reduced.cents >= full.cents else reduced.cents
        yield PriceLine(names[code], full.cents, reduced_cents, full.floor_cents is not None)
        if external is not None:
            yield PriceLine(_VISITORS.of(name=names[code]), external.cents)


def show(context: PageContext) -> Card:
    """Show the first page of the prices."""
    return _page(context, 0)


def go_on(context: PageContext) -> Card:
    """Show the next page of the prices; after the last, the first again."""
    read = context.recall(ReadTo)
    return _page(context, A_PAGE if read is None else read.count + A_PAGE)


def _page(context: PageContext, first: int) -> Card:
    """Show a page of the prices from this place on; the first after the last."""
    connection = context.connection
    price_lines = lines(context.policy, name_rows.products(connection), name_rows.zones(connection))
    first = first if first < len(price_lines) else 0
    context.keep(ReadTo(first))
    has_reduced = any(line.reduced_cents is not None for line in price_lines)
    sheet = PricesSheet(tuple(price_lines[first : first + A_PAGE]), has_reduced)
    more = (Act.PRICES_ON,) if len(price_lines) > A_PAGE else ()
    return Card(CardKind.PRICES, acts=(*more, Act.DONE), sheet=sheet)


PAGES = {Act.PRICES: Page(show), Act.PRICES_ON: Page(go_on)}
