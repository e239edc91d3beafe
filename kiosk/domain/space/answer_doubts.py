"""Finds answers of the first questionnaire that look wrong, and asks back: each doubt is a code with values for its
sentence. A doubt never refuses an answer.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from kiosk.domain import opening_hours
from kiosk.domain.space.answers import (
    Answers,
    Fee,
    More,
    Opening,
    OpenWhen,
    Paying,
    Places,
    Prices,
    Question,
    Rent,
    Who,
)

# Above or below these, an answer is unusual enough to ask back.
_DEAR_FEE = 20000  # cents, as the next three
_DEAR_RENT = 2000000  # a month, as the next one
_CHEAP_RENT = 5000
_HIGH_TAB = 50000
_LONG_DUE, _LONG_GRACE = 120, 185  # days
_SHORT_DAY_MINUTES = 120
_MIDNIGHT = 24 * 60  # in minutes of the day
_MANY_PLACES = 500


class Doubt(Struct, frozen=True):
    """A question back: its code, and the values of its sentence (cents are whole numbers)."""

    code: str
    values: Mapping[str, int] = {}


def of(question: Question, answers: Answers) -> tuple[Doubt, ...]:
    """Return the doubts about the answer to a question, in the order of its fields; empty for none."""
    answer = getattr(answers, question.value)
    return () if answer is None else tuple(_DOUBTS[question](answer))


def _identity(who: Who) -> Iterator[Doubt]:
    """Doubt an association without a SIREN or RNA number."""
    if not who.siren and not who.rna:
        yield Doubt("no-number")


def _fee(fee: Fee) -> Iterator[Doubt]:
    """Doubt a high fee and a long grace."""
    if fee.cents > _DEAR_FEE:
        yield Doubt("dear-fee", {"cents": fee.cents})
    if fee.grace_days > _LONG_GRACE:
        yield Doubt("long-grace", {"count": fee.grace_days})


def _prices(prices: Prices) -> Iterator[Doubt]:
    """Doubt prices that contradict each other, or that are all free."""
    day, month = prices.day, prices.month
    if day and month and 6 * day > 3 * month:  # a month for less than two days: one of them is likely mistyped
        yield Doubt("six-days-over-three-months", {"cents": 6 * day, "months": 3 * month})
    if day and month is not None and month < day:
        yield Doubt("month-under-day", {"month": month, "day": day})
    if day is not None and prices.half is not None and prices.half > day:
        yield Doubt("half-over-day", {"half": prices.half, "day": day})
    if day is not None and prices.carnet is not None and prices.carnet > 10 * day:
        yield Doubt("carnet-over-days", {"carnet": prices.carnet, "days": 10 * day})
    if day is not None and (prices.reduced_day or 0) > day:
        yield Doubt("reduced-over-day", {"reduced": prices.reduced_day or 0, "day": day})
    if prices.is_free:
        yield Doubt("all-free")


def _paying(paying: Paying) -> Iterator[Doubt]:
    """Doubt a high tab, a long delay, no means of payment, and transfers without an IBAN."""
    if paying.limit_cents > _HIGH_TAB:
        yield Doubt("high-tab", {"cents": paying.limit_cents})
    if paying.due_days > _LONG_DUE:
        yield Doubt("long-due", {"count": paying.due_days})
    if not paying.ways:
        yield Doubt("no-way")
    if "transfer" in paying.ways and not paying.iban:
        yield Doubt("no-iban")


def _opening(opening: Opening) -> Iterator[Doubt]:
    """Doubt a day that is open for less than two hours, and hours after midnight; only set hours can be doubted."""
    if opening.when is not OpenWhen.HOURS:
        return
    week = opening_hours.week(opening.hours) or ()
    if any(0 < sum(hours.until - hours.since for hours in day) < _SHORT_DAY_MINUTES for day in week):
        yield Doubt("short-day")
    if any(hours.until > _MIDNIGHT for day in week for hours in day):
        yield Doubt("past-midnight")


def _places(places: Places) -> Iterator[Doubt]:
    """Doubt a notice of "full" above the legal capacity, and a number above 500 people."""
    if places.notice is not None and places.legal is not None and places.notice > places.legal:
        yield Doubt("notice-over-legal", {"notice": places.notice, "legal": places.legal})
    if max(places.notice or 0, places.legal or 0) > _MANY_PLACES:
        yield Doubt("many-places", {"count": max(places.notice or 0, places.legal or 0)})


def _rent(rent: Rent) -> Iterator[Doubt]:
    """Doubt a rent that is very low or very high."""
    if 0 < rent.rent_cents < _CHEAP_RENT:
        yield Doubt("cheap-rent", {"cents": rent.rent_cents})
    if rent.rent_cents > _DEAR_RENT:
        yield Doubt("dear-rent", {"cents": rent.rent_cents})


def _more(more: More) -> Iterator[Doubt]:
    """Doubt a room without a price, and one that costs members more than others."""
    if more.room and more.room_hour is None and more.room_hour_external is None:
        yield Doubt("room-free")
    if more.room_hour is not None and more.room_hour > (more.room_hour_external or more.room_hour):
        yield Doubt("member-over-external", {"member": more.room_hour, "external": more.room_hour_external or 0})


_DOUBTS: Mapping[Question, Callable[[Any], Iterator[Doubt]]] = {
    Question.WHO: _identity,
    Question.FEE: _fee,
    Question.PRICES: _prices,
    Question.PAYING: _paying,
    Question.OPENING: _opening,
    Question.PLACES: _places,
    Question.RENT: _rent,
    Question.MORE: _more,
}
CODES = (
    *("no-number", "dear-fee", "long-grace", "six-days-over-three-months", "month-under-day", "half-over-day"),
    *("carnet-over-days", "reduced-over-day", "all-free", "high-tab", "long-due", "no-way", "no-iban", "short-day"),
    *("past-midnight", "notice-over-legal", "many-places", "cheap-rent", "dear-rent", "room-free"),
    "member-over-external",
)
"""All codes of doubts, for the words and the tests."""
