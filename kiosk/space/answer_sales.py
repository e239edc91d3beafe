"""Works out what the answers to the first questions sell: which products, at which prices, in which zones.

A product of the policy is recognised by its kind, unit and number of days, whatever its code; a missing one is made
with the code given here.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.money.tariffs import FULL, Policy, Price, Product, ProductKind, Zone
from kiosk.domain.periods import Unit
from kiosk.domain.space.answers import Answers, Prices
from kiosk.language.names import Names
from kiosk.store.space import policies, room_rules

REDUCED = "reduced"  # the level of reduced prices
SPLIT_HOUR = 13  # the hour that parts the half days, where no rule names one
_FREE_CORNER = "free-corner"  # the first rules' free zone: the answers decide it even once it has a price


class Kind(Struct, frozen=True):
    """A product that a question is about: its kind, unit and days, and the code and names with which it is made where
    the policy has none.
    """

    code: str
    kind: ProductKind
    unit: Unit
    names: Names
    days: int = 0
    valid_days: int | None = None

    def of(self, policy: Policy) -> Product | None:
        """Return the policy's product of this kind, unit and number of days, one with this code first; None where there
        is none.
        """
        alike = [p for p in policy.products.values() if (p.kind, p.unit, p.days) == (self.kind, self.unit, self.days)]
        return next((p for p in alike if p.code == self.code), next(iter(alike), None))

    def code_in(self, policy: Policy) -> str:
        """Return the code under which a policy sells this product, or would sell it once made."""
        product = self.of(policy)
        return self.code if product is None else product.code


MEMBERSHIP = Kind("membership", ProductKind.MEMBERSHIP, Unit.YEAR, Names({"fr": "Adhésion", "en": "Membership"}))
DAY = Kind("day", ProductKind.DAY, Unit.DAY, Names({"fr": "Journée", "en": "Day pass"}))
HALF = Kind("half-day", ProductKind.DAY, Unit.HALF_DAY, Names({"fr": "Demi-journée", "en": "Half day"}))
WEEK = Kind("week", ProductKind.SUBSCRIPTION, Unit.WEEK, Names({"fr": "Semaine", "en": "Week"}))
MONTH = Kind("month", ProductKind.SUBSCRIPTION, Unit.MONTH, Names({"fr": "Mois", "en": "Month"}))
CARNET = Kind(
    "carnet-10",
    ProductKind.CARNET,
    Unit.DAY,
    Names({"fr": "Carnet de 10 journées", "en": "Carnet of 10 days"}),
    days=10,
    valid_days=365,
)
WORKING: Mapping[str, Kind] = {"day": DAY, "half": HALF, "week": WEEK, "month": MONTH, "carnet": CARNET}
"""The products that a day or longer at the space is sold by, under the field's name in the question of prices."""
_LESS = ("day", "half", "carnet")  # fields whose products may have a reduced price, too

ALL: Mapping[str, Kind] = {kind.code: kind for kind in (MEMBERSHIP, *WORKING.values())}
"""Every product of the questions, by the code with which it is made."""

Sold = dict[tuple[str, str], int | None]  # cents by product and level; None for what is not sold


def prices(answers: Answers) -> Sold:
    """Return the price in cents of each product in ALL at each level that the answers decide; None where it is not
    sold.
    """
    sold: Sold = {}
    if answers.fee:
        sold[MEMBERSHIP.code, FULL] = answers.fee.cents
    if answers.prices:
        for name, kind in WORKING.items():
            cents = getattr(answers.prices, name)
            sold[kind.code, FULL] = cents
            if name in _LESS:
                sold[kind.code, REDUCED] = answers.prices.less(cents)
    return sold


def zones(answers: Answers, policy: Policy) -> dict[str, tuple[str | None, str | None]]:
    """Return the products of the day and of the half day, by zone, for the zones that the answers decide: the first
    one, zones that cost nothing, and the free corner. None stands for a day without a price.
    """
    price_answer = answers.prices
    if price_answer is None or not policy.zones:
        return {}
    paid = _day_and_half(price_answer, policy)
    main, *others = policy.zones.values()
    products = {main.code: paid}
    for zone in others:
        if zone.day_product is None or zone.code == _FREE_CORNER:
            products[zone.code] = (None, None) if price_answer.corner or price_answer.is_free else paid
    return products


def _day_and_half(price_answer: Prices, policy: Policy) -> tuple[str | None, str | None]:
    """Return the codes of the day and the half day of a zone; None for what is free or not sold."""
    if price_answer.is_free:
        return None, None
    return DAY.code_in(policy), None if price_answer.half is None else HALF.code_in(policy)


def rules(answers: Answers, policy: Policy) -> dict[str, Any]:
    """Return the rules that the answers write, by name, without the association's identity. Where half days are sold,
    the hour that splits a day is among them.
    """
    values = dict(answers.rules())
    if answers.prices:
        split = policy.half_day_split_hour or SPLIT_HOUR
        values["half_day_split_hour"] = None if answers.prices.half is None else split
    return values


def applied(answers: Answers, policy: Policy) -> Policy:
    """Return a policy as it would be with the answers written. Raises Problem `policy` or `opening`."""
    products, costs = dict(policy.products), dict(policy.prices)
    for (name, level), cents in prices(answers).items():
        kind = ALL[name]
        code = kind.code_in(policy)
        # 0: a product that is not stored has no id.
        products.setdefault(code, Product(0, code, kind.kind, kind.unit, kind.days, kind.valid_days))
        costs.pop((code, level), None)
        if cents is not None:
            costs[code, level] = Price(cents)
    of_zones = dict(policy.zones)
    for code, (day, half) in zones(answers, policy).items():
        of_zones[code] = Zone(of_zones[code].id, code, day, half)
    named = {name: policies.rule(name, value) for name, value in rules(answers, policy).items() if _is_policy_s(name)}
    return replace(policy, products=products, prices=costs, zones=of_zones, **named)


def _is_policy_s(name: str) -> bool:
    """Return whether a rule is part of the policy: rules of rooms are read apart."""
    return name in policies.NAMES and name not in room_rules.NAMES
