"""Lists what can be sold to a member on a day, at this member's price."""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.tables import chosen_price


class Offer(Struct, frozen=True):
    """A product at a member's price `cents`: for a product of free price, the price that they chose, if they did.

    `full_cents` is the full price; `floor_cents` the least that a free price may be, None for a fixed price.
    """

    code: str
    kind: ProductKind
    names: Names
    cents: int
    full_cents: int
    level: str  # of the price: full, or a reduced one
    floor_cents: int | None


def for_member(connection: sa.Connection, policy: Policy, person: Member, day: date) -> list[Offer]:
    """Return everything with a price that the desk sells to members: no days, which a tap charges, no seats, no
    rooms.
    """
    not_here = (ProductKind.DAY, ProductKind.EVENT, ProductKind.ROOM)  # seats at events and rooms are sold elsewhere
    return [offer for offer in priced(connection, policy, person, day) if offer.kind not in not_here]


def priced(connection: sa.Connection, policy: Policy, person: Member, day: date) -> list[Offer]:
    """Return every product with a full price, days that a tap charges included; without envelopes.

    `policy` has the prices of the day `day`, on which the member's reduced level and chosen prices are read.
    """
    level = members.reduced_level(connection, person, day)
    names = name_rows.products(connection)
    chosen_cents = all_chosen(connection, person.id, day)
    offers = []
    for code, sold in policy.products.items():
        if sold.kind is ProductKind.ENVELOPE:
            continue  # sold to organisations
        full = policy.prices.get((code, FULL))
        if full is None:
            continue
        # full where the product has no price at the member's reduced level
        cents, price_level = policy.ask(code, level, chosen_cents.get(sold.id))
        floor = policy.prices[code, price_level].floor_cents
        offers.append(Offer(code, sold.kind, names[code], cents, full.cents, price_level, floor))
    return offers


def chosen(connection: sa.Connection, member_id: int, product_id: int, day: date) -> int | None:
    """Return the cents that a member chose to pay for a product of free price, as of a day; None if they chose none."""
    c = chosen_price.c
    return connection.execute(
        sa.select(c.cents)
        .where(c.member_id == member_id, c.product_id == product_id, c.from_on <= day)
        .order_by(c.from_on.desc())
        .limit(1)
    ).scalar()


def all_chosen(connection: sa.Connection, member_id: int, day: date) -> dict[int, int]:
    """Return the price that a member chose last, up to a day, for each product, in cents by product's id."""
    c = chosen_price.c
    rows = connection.execute(
        sa.select(c.product_id, c.cents).where(c.member_id == member_id, c.from_on <= day).order_by(c.from_on)
    )
    return {product_id: cents for product_id, cents in rows}


def choose(connection: sa.Connection, member_id: int, product_id: int, cents: int, day: date) -> None:
    """Write the price that a member chooses for a product of free price, from a day on; one of the same day is
    replaced.
    """
    c = chosen_price.c
    of_this_day = (c.member_id == member_id, c.product_id == product_id, c.from_on == day)
    if connection.execute(chosen_price.update().where(*of_this_day).values(cents=cents)).rowcount == 0:
        values = {"member_id": member_id, "product_id": product_id, "from_on": day, "cents": cents}
        connection.execute(chosen_price.insert(), values)
