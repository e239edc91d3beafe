"""Makes the annual report's tables that compare two years: for each row its heading and how its number is read from a
year.

Each tuple in capitals is a table. A figure of None is written as a dash; HIDDEN says that it could identify people.
"""

from collections.abc import Callable, Sequence

from kiosk.domain.anonymity import SMALLEST
from kiosk.domain.books.annual import Annual, Days, share
from kiosk.domain.checkin.standing import Right
from kiosk.exports.books.receipt_words import Speak
from kiosk.exports.tables import HIDDEN, Cell, Column, Row, Table, Unit
from kiosk.language import common
from kiosk.language.texts import Text

Figure = tuple[str, Text, Unit, Callable[[Annual], Cell]]  # code, heading, unit, how the figure is read from a year


def over_years(code: str, title: str, rows: Sequence[Figure], annual: Annual, t: Speak) -> Table:
    """Return a table with a figure in each row, of this year and of the year before."""
    years = [annual] if annual.before is None else [annual, annual.before]
    columns = tuple(Column(name, year.year.name) for name, year in zip(("year", "before"), years, strict=False))
    return Table(
        code,
        title,
        t("Chiffre", "Figure"),
        columns,
        tuple(Row(name, t(words), tuple(of(year) for year in years), unit) for name, words, unit, of in rows),
    )


def covered(annual: Annual) -> int | None:
    """Return the share of the rent that the year's days earned, as on the desk's page about the month's rent."""
    return share(annual.money.earned_cents, annual.money.rent_cents)


def _may_be_shown(days: Days) -> bool:
    """Tell whether the number of people with reduced days may be shown: it is 0, or too large to recognise anyone."""
    return days.reduced_people == 0 or days.reduced_people >= SMALLEST


def _tariff_days(days: Days) -> int:
    """Return the number of days that were paid for at a full or reduced tariff."""
    return days.by_right[Right.REDUCED] + days.by_right[Right.FULL]


def _if_shown(read: Callable[[Days], int | None]) -> Callable[[Annual], Cell]:
    """Return what reads a figure about reduced days from a year: hidden where it could identify people."""
    return lambda annual: read(annual.days) if _may_be_shown(annual.days) else HIDDEN


_reduced_share = _if_shown(lambda days: share(days.reduced_days, _tariff_days(days)))
SUMMARY: tuple[Figure, ...] = (
    ("income", Text("Recettes, hors TVA", "Income, excluding VAT"), Unit.CENTS, lambda a: a.income.total.income),
    ("received", Text("Encaissé", "Received"), Unit.CENTS, lambda a: a.money.received_cents),
    (
        "aside",
        Text("Encaissé hors ventes : cautions et dons", "Received outside sales: security deposits and gifts"),
        Unit.CENTS,
        lambda a: a.money.aside_cents,
    ),
    ("rent", Text("Loyer", "Rent"), Unit.CENTS, lambda a: a.money.rent_cents or None),
    ("covered", Text("Loyer couvert par les recettes", "Rent covered by income"), Unit.SHARE, covered),
    ("visits", Text("Visites", "Visits"), Unit.COUNT, lambda a: a.days.visits),
    ("came", Text("Personnes venues", "People who visited"), Unit.COUNT, lambda a: a.days.came),
    (
        "members",
        Text("Membres à la fin de l’exercice", "Members at the end of the year"),
        Unit.COUNT,
        lambda a: a.people.end,
    ),
    (
        "valid",
        Text("Adhésions à jour à la fin de l’exercice", "Memberships valid at the end of the year"),
        Unit.COUNT,
        lambda a: a.people.valid_at_end,
    ),
    (
        "reduced",
        Text("Part du tarif réduit dans les journées payées", "Share of paid days at the reduced tariff"),
        Unit.SHARE,
        _reduced_share,
    ),
)
MONEY: tuple[Figure, ...] = (
    (
        "owed",
        Text("Dû sur les ardoises à la fin de l’exercice", "Owed on tabs at the end of the year"),
        Unit.CENTS,
        lambda a: a.money.tabs.owed_cents,
    ),
    (
        "owing",
        Text("Comptes qui doivent de l’argent", "Accounts owing money"),
        Unit.COUNT,
        lambda a: a.money.tabs.owing,
    ),
    (
        "advance",
        Text("Avances des comptes à la fin de l’exercice", "Account credit at the end of the year"),
        Unit.CENTS,
        lambda a: a.money.tabs.advance_cents,
    ),
    ("ahead", Text("Comptes en avance", "Accounts in credit"), Unit.COUNT, lambda a: a.money.tabs.ahead),
    (
        "prepaid",
        Text("Journées de carnet à venir (4191)", "Unused carnet days (4191)"),
        Unit.CENTS,
        lambda a: a.money.left.cents,
    ),
    (
        "deferred",
        Text("Vendu pour les exercices suivants (487)", "Sold for later fiscal years (487)"),
        Unit.CENTS,
        lambda a: a.income.deferred_cents,
    ),
    ("written-off", Text("Passé en perte", "Written off"), Unit.CENTS, lambda a: a.money.written_off_cents),
    ("given", Text("Dons reçus (754)", "Gifts received (754)"), Unit.CENTS, lambda a: a.money.given_cents),
    ("counts", Text("Comptages de la caisse", "Cash box counts"), Unit.COUNT, lambda a: a.money.box.counts),
    (
        "missing",
        Text("Manque en caisse", "Cash box shortfall"),
        Unit.CENTS,
        lambda a: a.money.box.missing_cents,
    ),
    ("surplus", Text("Excédent en caisse", "Cash box surplus"), Unit.CENTS, lambda a: a.money.box.surplus_cents),
)
MEMBERS: tuple[Figure, ...] = (
    (
        "start",
        Text("Membres au début de l’exercice", "Members at the start of the year"),
        Unit.COUNT,
        lambda a: a.people.start,
    ),
    ("joined", Text("Arrivées", "Members who joined"), Unit.COUNT, lambda a: a.people.joined),
    ("left", Text("Départs", "Members who left"), Unit.COUNT, lambda a: a.people.left),
    (
        "end",
        Text("Membres à la fin de l’exercice", "Members at the end of the year"),
        Unit.COUNT,
        lambda a: a.people.end,
    ),
    ("renewed", Text("Adhésions renouvelées", "Memberships renewed"), Unit.COUNT, lambda a: a.people.renewed),
    (
        "valid-before",
        Text("Adhésions à jour la veille de l’exercice", "Memberships valid the day before the year began"),
        Unit.COUNT,
        lambda a: a.people.valid_before,
    ),
    (
        "valid",
        Text("Adhésions à jour à la fin de l’exercice", "Memberships valid at the end of the year"),
        Unit.COUNT,
        lambda a: a.people.valid_at_end,
    ),
)
REDUCED: tuple[Figure, ...] = (
    (
        "days",
        Text("Journées au tarif réduit", "Days at a reduced tariff"),
        Unit.COUNT,
        _if_shown(lambda d: d.reduced_days),
    ),
    (
        "of",
        Text("Journées payées une par une", "Days paid for individually"),
        Unit.COUNT,
        _if_shown(_tariff_days),  # with the year's income, this number would reveal the others
    ),
    ("share", Text("Part du tarif réduit", "Share of the reduced tariff"), Unit.SHARE, _reduced_share),
    (
        "people",
        Text("Personnes au tarif réduit", "People on a reduced tariff"),
        Unit.COUNT,
        _if_shown(lambda d: d.reduced_people),
    ),
)


def _people_here(days: Days) -> int:
    """Return how many times a person was here: members and guests."""
    return days.visits + days.guests


OCCUPANCY: tuple[Figure, ...] = (
    ("open", Text("Jours avec une visite", "Days with a visit"), Unit.COUNT, lambda a: a.days.open_days),
    ("guests", Text("Personnes invitées", "Guests"), Unit.COUNT, lambda a: a.days.guests),
    (
        "mean",
        Text("Personnes par jour, en moyenne", "People per day, on average"),
        Unit.MEAN,
        lambda a: _tenths(_people_here(a.days), a.days.open_days),
    ),
    (
        "busiest",
        Text("Personnes, le jour le plus fréquenté", "People on the busiest day"),
        Unit.COUNT,
        lambda a: a.days.busiest,
    ),
    (
        "places",
        Text("Places (règle « affluence »)", "Places (capacity rule)"),
        Unit.COUNT,
        lambda a: a.days.capacity,
    ),
    (
        "rate",
        Text("Places occupées, les jours avec une visite", "Places taken on days with a visit"),
        Unit.SHARE,
        lambda a: share(_people_here(a.days), a.days.open_days * (a.days.capacity or 0)),
    ),
)


def _tenths(sum_: int, count: int) -> int | None:
    """Return a mean in tenths, rounded half up; None over no days."""
    return None if count == 0 else (20 * sum_ + count) // (2 * count)


VOLUNTEERING: tuple[Figure, ...] = (
    (
        "planned",
        Text("Tours d’accueil prévus", "Hosting shifts planned"),
        Unit.COUNT,
        lambda a: a.volunteering.planned,
    ),
    ("held", Text("Tours tenus", "Shifts done"), Unit.COUNT, lambda a: a.volunteering.held),
    ("gaps", Text("Tours que personne n’a pris", "Shifts no one took"), Unit.COUNT, lambda a: a.volunteering.gaps),
    (
        "unconfirmed",
        common.SHIFTS_NOT_CONFIRMED,
        Unit.COUNT,
        lambda a: a.volunteering.unconfirmed,
    ),
    ("people", Text("Personnes qui ont accueilli", "People who hosted"), Unit.COUNT, lambda a: a.volunteering.people),
    # in tenths, as `Unit.MEAN` writes them
    ("hours", Text("Heures déclarées", "Hours declared"), Unit.MEAN, lambda a: a.volunteering.tenths),
    (
        "given",
        Text("864 Personnel bénévole", "864 Volunteers’ work"),
        Unit.CENTS,
        lambda a: a.volunteering.cents,
    ),
    ("received", Text("875 Bénévolat", "875 Volunteering"), Unit.CENTS, lambda a: a.volunteering.cents),
)
