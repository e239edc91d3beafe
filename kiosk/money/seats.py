"""Charges a seat at an event by its tariff, within the given transaction, to the account that pays for a member or to
an organisation.

The charge's detail names the event, its days, and the part of the price without VAT that pays for the space's rent, for
bookkeeping.
"""

import secrets
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import days, ids
from kiosk.domain.chain import Detail, Seal
from kiosk.domain.events import seats
from kiosk.domain.money import vat
from kiosk.domain.money.tariffs import Policy, Product, ProductKind
from kiosk.errors import RequestError
from kiosk.money import sales
from kiosk.money.sales import Sale
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.members import organisations
from kiosk.store.members.members import Member
from kiosk.store.space.policies import Rules


class Seat(Struct, frozen=True, kw_only=True):
    """A seat at an event, to charge: the event and its days, the product, the rent's share in percent, and day, moment
    and author of the charge.
    """

    event: int
    first_on: date
    last_on: date
    product: Product
    rent_percent: int
    today: date
    at: datetime
    actor: str

    def detail(self, cents: int, rate: int | None) -> Detail:
        """Return the seat's part of the charge's detail, for a price in cents and a rate of VAT."""
        rent = seats.rent_cents(vat.split(cents, rate)[0], self.rent_percent)
        days: Detail = {"from": self.first_on.isoformat(), "until": self.last_on.isoformat()}
        return {"event": self.event, **days, **({"rent_cents": rent} if rent else {})}


def product_of(policy: Policy, code: str) -> Product:
    """Return the product that an event's seats are sold as. Raises RequestError `event-product` where the code is not
    that of a product for events.
    """
    product = policy.products.get(code)
    if product is None or product.kind is not ProductKind.EVENT:
        known = sorted(each.code for each in policy.products.values() if each.kind is ProductKind.EVENT)
        raise RequestError("event-product", field="product", given=code, choices=", ".join(known))
    return product


def agreed_price(
    connection: sa.Connection, rules: Rules, code: str, made_at: datetime, who: Member | None
) -> tuple[int, str]:
    """Return what a seat costs in cents, and at which level, by the tariffs of the day on which its holder agreed to
    it.

    The member is None for a participant without a file. Raises RequestError `event-product`, Problem `no-tariff`.
    """
    # A moment before the day's first hour belongs to the day before: by the rules of its calendar day.
    starts = rules.on(connection, made_at.astimezone(rules.zone).date()).day_start_hour
    day = days.moment(made_at, rules.zone, starts).day
    policy = rules.on(connection, day)
    product = product_of(policy, code)
    if who is None:
        return policy.ask(product.code, None, None)  # at the full tariff, with no price chosen
    return sales.price(connection, policy, who, product, day)


def charge_member(
    connection: sa.Connection, seal: Seal, policy: Policy, person: Member, seat: Seat, agreed: tuple[int, str]
) -> int | None:
    """Charge a seat, to the account that pays for a member, at the `agreed` price in cents and its level; return the
    entry's number, None where the seat costs nothing.
    """
    unit_cents, _ = agreed
    if not unit_cents:
        return None
    sale = Sale(buyer=person, product=seat.product, today=seat.today, day=seat.today, at=seat.at, actor=seat.actor)
    more = seat.detail(unit_cents, policy.vat(seat.product.code))
    entry, _ = sales.charge(connection, seal, policy, sale, more=more, agreed=agreed)
    return entry


def charge_organisation(
    connection: sa.Connection, seal: Seal, policy: Policy, organisation: int, seat: Seat, agreed: tuple[int, str]
) -> int | None:
    """Charge a seat to an organisation, by its id, at the `agreed` price in cents and its level; return the entry's
    number, None where the seat costs nothing.

    Raises RequestError `no-such-organisation`.
    """
    cents, level = agreed
    if not cents:
        return None
    rate = policy.vat(seat.product.code)
    draft = Draft(
        kind="charge",
        day_on=seat.today,
        group=ids.new(seat.at, secrets.token_bytes(16)),
        actor=seat.actor,
        amount_cents=cents,
        account=organisations.by_id(connection, organisation).account,
        detail={
            "product": seat.product.code,
            "quantity": 1,
            "tariff": level,
            "unit_cents": cents,
            "vat": rate,
            **seat.detail(cents, rate),
        },
    )
    return ledger.append(connection, seal, draft, seat.at)
