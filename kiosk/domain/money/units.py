"""What each kind of product may be sold by, and how many of a unit in words."""

from collections.abc import Mapping

from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.language.texts import Plural, Said, Text

# The likeliest first. What is not in here means nothing at the door: it is refused before it can be sold.
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
    """Raises Problem `unit` where a product of this kind is not sold by this unit."""
    if unit not in UNITS[kind]:
        text = "the {kind} {label!r} is sold by the {choices}, not by the {given}"
        raise Problem("unit", text, field="unit", kind=kind, label=code, choices=" or ".join(UNITS[kind]), given=unit)


def said(unit: Unit) -> dict[str, str]:
    """What an entry says of the unit of days that were bought together: nothing where they are whole ones."""
    return {} if unit is Unit.DAY else {"unit": unit.value}


def of(detail: Mapping[str, object]) -> Unit:
    """The unit that an entry speaks of."""
    return Unit(str(detail.get("unit", Unit.DAY)))


def counted(count: int, unit: Unit = Unit.DAY) -> Said:
    """So many days, or half days."""
    return _WORDS[unit].of(count)


def days_and_halves(days: int, halves: int, hours: int = 0) -> Said:
    """Days, half days and hours together: those that there are, days where there are none at all."""
    found = [counted(halves, Unit.HALF_DAY)] if halves else []
    found += [counted(hours, Unit.HOUR)] if hours else []
    if days or not found:
        found.insert(0, counted(days))
    said: Said = found[0]
    for each in found[1:]:
        said = _BOTH.of(days=said, halves=each)
    return said
