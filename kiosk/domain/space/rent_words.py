"""Says in words whether the month covers the place's cost: in permanents and in days.

A *permanent* is a member paying by the month. `BreakEven` counts them as months: those needed in all, and those
missing.
"""

from kiosk.domain.money import units
from kiosk.domain.space.rent import BreakEven
from kiosk.language.texts import Plural, Said, Text

_PERMANENTS = Plural(Text("{count} permanent", "{count} permanent"), Text("{count} permanents", "{count} permanents"))
_RENT = Text("le loyer", "the rent")
_RENT_AND_CHARGES = Text("le loyer et les charges", "the rent and the charges")
_COVER = Plural(
    Text("{count} permanent couvre {cost}", "{count} permanent covers {cost}"),
    Text("{count} permanents couvrent {cost}", "{count} permanents cover {cost}"),
)
_DAYS_COVER = Plural(
    Text("{count} journée couvre {cost}", "{count} day covers {cost}"),
    Text("{count} journées couvrent {cost}", "{count} days cover {cost}"),
)
_COVERED = Text("c’est couvert", "covered")
_TO_GO = Text("encore {what}", "{what} to go")
_EITHER = Text("{months} ou {days}", "{months} or {days}")
_MISSING = Text("{cover} ; il manque {what}.", "{cover}; {what} still needed.")
_REACHED = Text("{cover} ; ce mois-ci est couvert.", "{cover}; this month is covered.")


def said(break_even: BreakEven, *, with_charges: bool) -> Said | None:
    """Return the sentence on a month; None where there is no cost to cover, or nothing is sold that could cover it."""
    if break_even.cost_cents <= 0:
        return None
    cost = _RENT_AND_CHARGES if with_charges else _RENT
    if break_even.months_needed is not None:
        cover = _COVER.of(break_even.months_needed, cost=cost)
    elif break_even.days_needed is not None:
        cover = _DAYS_COVER.of(break_even.days_needed, cost=cost)
    else:
        return None
    what = missing(break_even)
    return _REACHED.of(cover=cover) if what is None else _MISSING.of(cover=cover, what=what)


def short(break_even: BreakEven) -> Said | None:
    """Return the same in a few words for the idle screen: what is missing, or that the month is covered. None as `said`
    does.
    """
    # no cost to cover, or (both None) nothing sold that could cover it
    if break_even.cost_cents <= 0 or break_even.months_needed is break_even.days_needed is None:
        return None
    what = missing(break_even)
    return _COVERED if what is None else _TO_GO.of(what=what)


def missing(break_even: BreakEven) -> Said | None:
    """Return what is missing this month in words, in permanents or days; None where nothing is."""
    months = None if not break_even.months_missing else _PERMANENTS.of(break_even.months_missing)
    days = None if not break_even.days_missing else units.counted(break_even.days_missing)
    if months is not None and days is not None:
        return _EITHER.of(months=months, days=days)
    return months or days
