"""The units by which each kind of product may be sold, and numbers of a unit in words."""

from collections.abc import Mapping

from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.language.texts import Plural, Said, Text

# Likeliest first. Other units have no meaning at the door, and are refused before anything is sold by them.
UNITS: Mapping[ProductKind, tuple[Unit, ...]] = {
    ProductKind.MEMBERSHIP: (Unit.YEAR,),
    ProductKind.DAY: (Unit.DAY, Unit.HALF_DAY),
    ProductKind.SUBSCRIPTION: (Unit.MONTH, Unit.WEEK, Unit.DAY, Unit.YEAR),
    ProductKind.CARNET: (Unit.DAY, Unit.HALF_DAY),
    ProductKind.ENVELOPE: (Unit.DAY, Unit.HALF_DAY, Unit.HOUR),
    ProductKind.EVENT: (Unit.SEAT,),
    ProductKind.ROOM: (Unit.HOUR, Unit.HALF_DAY, Unit.DAY),
}
_WORDS = {
    Unit.DAY: Plural(Text("{count} journée", "{count} day"), Text("{count} journées", "{count} days")),
    Unit.HALF_DAY: Plural(
        Text("{count} demi-journée", "{count} half day"), Text("{count} demi-journées", "{count} half days")
    ),
    Unit.HOUR: Plural(Text("{count} heure", "{count} hour"), Text("{count} heures", "{count} hours")),
}
_BOTH = Text("{days} et {halves}", "{days} and {halves}")


def check(code: str, kind: ProductKind, unit: Unit) -> None:
    """Check that a kind of product is sold by a unit. Raises Problem `unit`."""
    if unit not in UNITS[kind]:
        text = "the {kind} {label!r} is sold by the {choices}, not by the {given}"
        raise Problem("unit", text, field="unit", kind=kind, label=code, choices=" or ".join(UNITS[kind]), given=unit)


def said(unit: Unit) -> dict[str, str]:
    """Return the part of an entry's detail that records the unit of days bought together; empty for whole days."""
    return {} if unit is Unit.DAY else {"unit": unit.value}


def of(detail: Mapping[str, object]) -> Unit:
    """Return the unit that an entry's detail records: whole days where it records none."""
    return Unit(str(detail.get("unit", Unit.DAY)))


def counted(count: int, unit: Unit = Unit.DAY) -> Said:
    """Return a number of days, half days or hours in words; raises KeyError for other units, never counted so."""
    return _WORDS[unit].of(count)


def days_and_halves(days: int, halves: int, hours: int = 0) -> Said:
    """Return days, half days and hours in words together, in this order, leaving out zeros; "0 days" for none
    at all.
    """
    counts = [counted(halves, Unit.HALF_DAY)] if halves else []
    counts += [counted(hours, Unit.HOUR)] if hours else []
    if days or not counts:
        counts.insert(0, counted(days))
    words: Said = counts[0]
    for count in counts[1:]:
        words = _BOTH.of(days=words, halves=count)
    return words
