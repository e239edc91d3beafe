"""Works out what a month costs four invented members under some rules, by the door's own decision.

A *standing* is all that the decision needs to know of a member on a day; a *carnet* is days bought together.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.checkin import day_charges
from kiosk.domain.checkin.standing import Part, Prepaid, Right, Standing, of_newcomer
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, Policy, Product, ProductKind
from kiosk.domain.periods import Unit

REDUCED = "reduced"  # the level of the reduced price
_FIRST = datetime(2026, 6, 1, 9, tzinfo=UTC)  # a Monday morning; any would do, since only prices are shown


class Month(Struct, frozen=True):
    """A sample member's month.

    `days` is how often they came; `ahead_cents` was paid for a carnet; `rest` days were charged on top, for
    `rest_cents`; `halves` of the days were half ones. `cents` is the total, None where what they would buy is not sold.
    """

    who: str
    days: int
    cents: int | None
    ahead_cents: int = 0
    rest: int = 0
    rest_cents: int = 0
    halves: int = 0


def of(policy: Policy) -> tuple[Month, ...]:
    """Return the months of Alix, paying by the month; Bao, 6 days; Cléo, 12 days with a carnet of 10; and Dina, 4 half
    days at the reduced tariff.
    """
    month = _sold(policy, ProductKind.SUBSCRIPTION, Unit.MONTH)
    zone = next((listed for listed in policy.zones.values() if listed.day_product is not None), None)
    standing = of_newcomer(next(iter(policy.zones)) if zone is None else zone.code)
    whole = replace(policy, half_day_split_hour=None)  # without halves: a morning would be half a day
    return (
        Month("Alix", 20, None if month is None else policy.ask(month.code, None, None)[0]),
        _days("Bao", standing, whole, 6),
        _with_carnet(standing, whole),
        _days("Dina", replace(standing, level=REDUCED), policy, 4),
    )


def _with_carnet(standing: Standing, policy: Policy) -> Month:
    """Return a month of twelve days with a carnet, bought ahead; days beyond it are charged."""
    carnet = _sold(policy, ProductKind.CARNET, Unit.DAY)
    if carnet is None:
        return replace(_days("Cléo", standing, policy, 12), cents=None)
    ahead = policy.ask(carnet.code, None, None)[0]
    month = _days("Cléo", standing, policy, 12, Prepaid(Right.CARNET, 1, carnet.days, 0))  # an invented id, no worth
    return replace(month, ahead_cents=ahead, cents=ahead + month.rest_cents)


def _days(who: str, standing: Standing, policy: Policy, count: int, carnet: Prepaid | None = None) -> Month:
    """Return what a month of so many days costs, day after day, as the door would charge them."""
    cents, rest, halves = 0, 0, 0
    for number, moment in enumerate(_mornings(count)):
        left = () if carnet is None or number >= carnet.left else (replace(carnet, left=carnet.left - number),)
        charge = day_charges.of_day(replace(standing, prepaid=left, charged_days=number), policy, moment)
        cents += charge.amount_cents
        rest += charge.prepaid is None
        halves += charge.part is not Part.DAY
    return Month(who, count, cents, rest=rest, rest_cents=cents, halves=halves)


def _mornings(count: int) -> Iterator[Moment]:
    """Yield so many mornings from a Monday on, day after day, as moments."""
    for number in range(count):
        at = _FIRST + timedelta(days=number)
        yield Moment(at, at, at.date())


def _sold(policy: Policy, kind: ProductKind, unit: Unit) -> Product | None:
    """Return the first product of a kind and unit that has a price; None without one."""
    products = (product for product in policy.products.values() if product.kind is kind and product.unit is unit)
    return next((product for product in products if (product.code, FULL) in policy.prices), None)
