"""Fills the forms of the eight first questions with the rules in force, so that an unchanged form keeps them as they
are.
"""

from kiosk.domain import amounts, opening_hours
from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.opening_hours import DAYS
from kiosk.domain.space.answers import OpenWhen, PaidWhen, Question, Reduced
from kiosk.space.answer_sales import MEMBERSHIP, REDUCED, WORKING, Kind
from kiosk.store.space.book_rules import Books


def typed(policy: Policy, books: Books) -> dict[Question, dict[str, str]]:
    """Return the fields of each question's form, as texts, filled from today's rules. How many people the place holds
    stays empty where no rule says it.
    """
    return {
        Question.WHO: {
            **{name: books.association.get(name, "") for name in ("name", "address", "siren", "rna")},
            "vat": policy.vat_status.value,
        },
        Question.FEE: _fee(policy),
        Question.PRICES: _prices(policy),
        Question.PAYING: {
            "when": PaidWhen.TAB.value if policy.tab_limit_cents else PaidWhen.NOW.value,
            "limit": _sum(policy.tab_limit_cents),
            "due": str(policy.tab_due_days),
            "iban": books.association.get("iban", ""),
            "way-cash": "yes",  # no rule names the means of payment
        },
        Question.OPENING: _opening(policy),
        Question.PLACES: {
            "notice": str(policy.capacity_notice or ""),
            "legal": str(policy.capacity_legal or ""),
        },
        Question.RENT: {
            "rent": _sum(policy.rent_cents) if policy.rent_cents else "",
            "charges": _sum(policy.charges_cents) if policy.charges_cents else "",
            "shown": _yes(policy.show_thermometer),
        },
        Question.MORE: {name: _yes(getattr(policy, name)) for name in ("events", "hosting", "things")},
    }


def _fee(policy: Policy) -> dict[str, str]:
    """Return the answers about membership that today's rules give. A fee of 0 means that members do not join for one;
    it is empty where membership has no price yet.
    """
    fee = _price(MEMBERSHIP, policy)
    return {
        "joins": "no" if fee == _sum(0) else "yes",
        "fee": fee,
        "year": policy.membership_year.value,
        "grace": str(policy.membership_grace_days),
    }


def _prices(policy: Policy) -> dict[str, str]:
    """Return the answers about prices that today's rules give."""
    values = {name: _price(kind, policy) for name, kind in WORKING.items()}
    day, less = _price(WORKING["day"], policy), _price(WORKING["day"], policy, REDUCED)
    is_half = bool(day and less) and amounts.parse(less) == amounts.parse(day) // 2
    values["reduced"] = (Reduced.HALF if is_half else Reduced.OTHER if less else Reduced.NONE).value
    values["reduced_day"] = less
    # Whether there is a part of the space where working costs nothing.
    values["corner"] = _yes(any(zone.day_product is None for zone in policy.zones.values()))
    return values


def _opening(policy: Policy) -> dict[str, str]:
    """Return the answers about opening that today's rules give; hours are those of the first open day."""
    week = opening_hours.plain(policy.opening_hours)
    values = {
        "when": (OpenWhen.ALWAYS if week is None else OpenWhen.HOURS).value,
        "holidays": _yes(policy.closed_on_holidays),
        "permanents": _yes(policy.closed_admits_permanents),
        "since": "08:00",  # suggestions, where no day has hours
        "until": "19:00",
    }
    for day in DAYS:
        values[f"on-{day}"] = _yes(day not in ("sat", "sun") if week is None else bool(week[day]))
    for texts in (week or {}).values():
        if texts:
            values["since"], _, values["until"] = texts[0].partition("-")
            break
    return values


def _price(kind: Kind, policy: Policy, level: str = FULL) -> str:
    """Return the price of a kind of right as a form shows it, empty where it is not sold."""
    price = policy.prices.get((kind.code_in(policy), level))
    return "" if price is None else _sum(price.cents)


def _sum(cents: int) -> str:
    """Return cents as a French form shows them."""
    return amounts.plain(cents, ",")


def _yes(holds: bool) -> str:
    """Return a box's value: ticked or empty."""
    return "yes" if holds else ""
