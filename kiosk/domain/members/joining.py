"""The rules of joining at the screen: how many people a day, what it costs, and which members may welcome.

A *sponsor* is the member whose badge welcomes a newcomer. A *standing* is all that a decision needs to know of a member
today, a *policy* the association's rules in force.
"""

from msgspec.structs import replace

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import Standing, of_newcomer
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy, ProductKind


def has_room(policy: Policy, joined_today: int) -> bool:
    """Tell whether one more person may join today; never where the rules set no number of joins a day."""
    return joined_today < (policy.joins_a_day or 0)


def fee(policy: Policy) -> int:
    """Return the price of a newcomer's year of membership at the full tariff, in cents: all products of that kind
    together. Raises Problem `no-tariff`.
    """
    kinds = [product.code for product in policy.products.values() if product.kind is ProductKind.MEMBERSHIP]
    return sum(policy.ask(code, None, None)[0] for code in kinds)


def first_day(zone: str, policy: Policy, moment: Moment) -> int:
    """Return the price of a newcomer's day in a zone, at the full price, in cents."""
    return day_charges.charge(of_newcomer(zone), policy, moment).amount_cents


def may_welcome(standing: Standing | None, policy: Policy, moment: Moment) -> bool:
    """Tell whether a badge's holder may welcome a newcomer: in good standing, confirmed by the desk, and subscribed
    where the rules require it. `standing` is None for an unknown badge.
    """
    if standing is None or standing.badge_until_on is not None:  # a badge with an end is not confirmed yet
        return False
    if access.admits(standing, policy, moment) is not None:  # the reason to refuse the holder
        return False
    return standing.subscribed or not policy.sponsors_are_permanents


def turns_away(sponsor: Standing, policy: Policy, moment: Moment, present: int) -> Denied | None:
    """Return why a newcomer whom this member welcomes is turned away now, by the hour or for lack of places; None
    otherwise.
    """
    newcomer = replace(sponsor, today=None, subscribed=False)  # without the sponsor's own right to come in
    return access.turns_away(newcomer, policy, moment, present)
