"""Makes an organisation's statement of vouchers: how many days, half days or hours they paid for, by person, and
nothing else.

An organisation buys days together, as a *pool*; the *vouchers* of a pool name the people for whom it pays. No day, no
hour, no place: an employer learns only how much of its pool each person used, as agreed.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.periods import Unit
from kiosk.exports import formats, pages, tables
from kiosk.exports.tables import Column, Row, Table
from kiosk.language.texts import Text

FORMS: Mapping[str, str] = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}
_TITLE = Text("Relevé des bons de {name}", "Voucher statement for {name}")
_STATE = Text("du {first} au {last}", "from {first} to {last}")
_TOLD = Text(
    "Ce relevé montre ce que vos enveloppes ont payé, sans les jours ni les heures des venues.",
    "This statement shows what your voucher pools paid for, without the days or times of visits.",
)
_USED = Text("Utilisé", "Used")
_PERSON = Text("Personne", "Person")
_EVERYBODY = Text("Toutes les personnes", "Everyone")
_LEFT = Text("Enveloppe {number} : reste {left} sur {days}", "Voucher pool {number}: {left} of {days} left")
_UNITS = {
    Unit.DAY: Text("Journées", "Days"),
    Unit.HALF_DAY: Text("Demi-journées", "Half days"),
    Unit.HOUR: Text("Heures", "Hours"),
}


class Statement(Struct, frozen=True):
    """An organisation's use of vouchers in a period. `used` has, for each person and unit, the member's number, their
    name, the unit and how many; `left` the pools: number, units left, units in all. Without `by_person` only sums
    are shown.
    """

    name: str
    first_on: date
    last_on: date
    used: Sequence[tuple[int, str, Unit, int]]
    left: Sequence[tuple[int, int, int]] = ()
    by_person: bool = True


def table(of: Statement, language: str) -> Table:
    """Return a row for each person, if that was agreed, and the sum."""
    used_units = [unit for unit in _UNITS if any(used is unit for _, _, used, _ in of.used)]
    shown_units = used_units or [Unit.DAY]  # the table of an organisation that used nothing has a column, too
    people: dict[int, dict[Unit, int]] = {}
    names = {number: name for number, name, _, _ in of.used}
    for number, _, unit, count in of.used:
        people.setdefault(number, {})[unit] = count
    rows = tuple(
        Row(str(number), names[number], tuple(counts.get(unit) for unit in shown_units))
        for number, counts in people.items()
    )
    total = tuple(sum(counts.get(unit, 0) for counts in people.values()) for unit in shown_units)
    return Table(
        "vouchers",
        _USED.to(language),
        _PERSON.to(language),
        tuple(Column(unit.value, _UNITS[unit].to(language)) for unit in shown_units),
        rows if of.by_person else (),
        Row("total", _EVERYBODY.to(language), total),
    )


def file(of: Statement, form: str, language: str, association: Mapping[str, str], *, training: bool) -> bytes:
    """Return the statement in one of FORMS, as bytes. Raises MachineError `pdf`."""
    use_table = table(of, language)
    if form == "csv":
        text = io.StringIO()
        tables.write_csv(text, [use_table], language)
        return text.getvalue().encode()
    first, last = formats.day(of.first_on, language), formats.day(of.last_on, language)
    return pages.printed(
        "report.html",
        language,
        title=_TITLE.to(language, name=of.name),
        state=_STATE.to(language, first=first, last=last),
        told=_TOLD.to(language),
        # The report's sentences below its title: here what is left of each pool.
        sources=[_LEFT.to(language, number=number, left=left, days=days) for number, left, days in of.left],
        tables=[use_table],
        written=lambda table_, row, place: tables.written(row.cells[place], table_.unit(row, place), language),
        association=association,
        training=training,
    )
