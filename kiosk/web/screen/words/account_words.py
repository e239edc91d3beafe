"""Words the pages of a member's own account: sentences from `kiosk.selfservice.account`'s facts, and a picture of the
year's days. The templates under `sheets/` use them.

What it draws is imported for the type checker only, so that the entrance starts without the pages of dialogues.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from kiosk.domain.money import units
from kiosk.domain.periods import Unit
from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Plural, Said, Text, spoken
from kiosk.web.screen import formats

if TYPE_CHECKING:
    from kiosk.selfservice.account import AccountSheet, EntryFacts

_MOST_RIGHTS = 3  # lines beside the balance; of prepaid days, those that expire first are named

OWED = Text("Vous devez", "You owe")
AHEAD = Text("Avance", "Paid in advance")
DECLARED = Text("{amount} à compter", "{amount} to be counted")
NOTHING = Text("Rien à payer", "Nothing to pay")
BALANCE, HIDDEN = Text("Votre ardoise", "Your tab"), "•••"
NO_LINES = Text("Rien n’est encore écrit sur votre compte.", "Nothing on your account yet.")
BY_MAIL = Text(
    "« Me l’envoyer » envoie le tout à l’adresse de votre fiche.",
    "“Send it to me” sends everything to the address on your file.",
)
AT_DESK = Text(
    "Votre fiche n’a pas d’adresse : demandez vos données au bureau.",
    "Your file has no address: ask the office for your data.",
)
OTHER_KINDS = Plural(
    Text("et {count} autre chose.", "and {count} more."),
    Text("et {count} autres choses.", "and {count} more."),
)
SAVED = Text("C’est noté.", "Saved.")
CAME = Text("{count} jours ici cette année", "{count} days here this year")
CAME_NEVER = Text("Pas encore de jour ici cette année", "No days here this year")
CAME_ONCE = Text("1 jour ici cette année", "1 day here this year")
MEMBER_UNTIL = Text("Adhésion jusqu’au {day}", "Member until {day}")
MEMBER_WAS_UNTIL = Text("Adhésion finie le {day}", "Membership ended {day}")
NO_MEMBERSHIP = Text("Pas encore d’adhésion", "No membership yet")
UNTIL = Text("{name} jusqu’au {day}", "{name} until {day}")
LEFT = Text("{days} d’avance", "{days} left")
DAYS_UNTIL = Text("{days}, jusqu’au {day}", "{days}, until {day}")
OTHER_DAYS = Text("et {count} autres plus tard", "and {count} more for later")
OTHERS = Text("et {days} plus tard", "and {days} for later")

METHODS: dict[str, Text] = {
    "cash": Text("en espèces", "in cash"),
    "cheque": Text("par chèque", "by cheque"),
    "transfer": Text("par virement", "by transfer"),
    "card": Text("par carte", "by card"),
    "online": Text("en ligne", "online"),
}
KINDS: dict[str, Text] = {
    "charge": Text("{name}", "{name}"),
    "use": Text("{name}, payée d’avance", "{name}, prepaid"),
    "payment": Text("Payé {method}", "Paid {method}"),
    "refund": Text("Remboursé {method}", "Refunded {method}"),
    "write-off": Text("Effacé par l’association", "Waived by the association"),
    "deposit": Text("Caution", "Security deposit"),
    "gift": common.A_GIFT,
    "expiry": Text("Journées non utilisées à temps", "Days expired unused"),
    "declaration": Text("Espèces déclarées", "Cash declared"),
    "bounce": Text("Chèque revenu impayé", "Cheque returned unpaid"),
    "document": Text("Document remis", "Document issued"),
}
OTHER_KIND = Text("Écriture", "Entry")
CHARGED = Text("Montant compté", "Amount charged")
GUEST = Text("Invité·e", "Guest")
TAKEN_BACK = Text("Annulé : {said}", "Cancelled: {said}")
FOR_MEMBER = Text("{said} (membre {number})", "{said} (member {number})")

STEP, SIDE = 9, 7  # in the picture's units: from a square to the next, and a square's side


def balance(sheet: "AccountSheet", language: Language) -> tuple[str, str]:
    """Return two texts: whether the member owes or has credit, and the amount, cash declared as put in the box already
    taken off. The amount is empty where nothing is to pay. A page with hidden sums gets neutral words and dots.
    """
    if sheet.hidden:
        return BALANCE.to(language), HIDDEN
    left = sheet.balance_cents - sheet.declared_cents
    if left == 0:
        return NOTHING.to(language), ""
    words = OWED if left > 0 else AHEAD
    return words.to(language), formats.amount(abs(left), language)


def declared(sheet: "AccountSheet", language: Language) -> str:
    """Return the cash that the member says is in the box and that is not counted yet; an empty text where there is
    none, or sums are hidden.
    """
    if sheet.hidden or not sheet.declared_cents:
        return ""
    return DECLARED.to(language, amount=formats.amount(sheet.declared_cents, language))


def rights(sheet: "AccountSheet", language: Language) -> list[str]:
    """Return what the member has: membership, plan, then prepaid days, half days and hours, those that expire first
    before. At most `_MOST_RIGHTS` lines: the last line adds up the days that have no line of their own.
    """
    lines = [_membership(sheet, language)]
    if sheet.plan is not None:
        name = sheet.plan.to(language)
        until = sheet.plan_until
        lines.append(name if until is None else UNTIL.to(language, name=name, day=_day(until, sheet, language)))
    room = _MOST_RIGHTS - len(lines)
    days = sorted(
        [
            *((count, until, Unit.DAY) for count, until in sheet.days_left),
            *((count, until, Unit.HALF_DAY) for count, until in sheet.halves_left),
            *((count, until, Unit.HOUR) for count, until in sheet.hours_left),
        ],
        key=lambda prepaid: prepaid[1] or date.max,  # those that never expire come last
    )
    is_mixed = bool(sheet.halves_left or sheet.hours_left)
    if len(days) > room:
        own_lines = [_days(*prepaid, sheet, language) for prepaid in days[: room - 1]]
        lines += [*own_lines, _rest(days[room - 1 :], language, is_first=not own_lines, is_mixed=is_mixed)]
    else:
        lines += [_days(*prepaid, sheet, language) for prepaid in days]
    return lines


_BY = (Unit.DAY, Unit.HALF_DAY, Unit.HOUR)  # in the order of the arguments of `units.days_and_halves`


def _rest(days: Sequence[tuple[int, date | None, Unit]], language: Language, *, is_first: bool, is_mixed: bool) -> str:
    """Return the words for the days that have no line of their own, added up by unit. Each is a count, the last day of
    use and the unit. `is_first`: no line of days stands before them; `is_mixed`: the member has half days or hours,
    too, so that a bare number would not say what it counts.
    """
    by_unit = {unit: sum(count for count, _, of_unit in days if of_unit is unit) for unit in _BY}
    words = units.days_and_halves(*by_unit.values()).to(language)
    if is_first:
        return LEFT.to(language, days=words)
    return OTHERS.to(language, days=words) if is_mixed else OTHER_DAYS.to(language, count=str(by_unit[Unit.DAY]))


def _membership(sheet: "AccountSheet", language: Language) -> str:
    """Return until when the member's membership runs, or since when it is over."""
    until = sheet.member_until
    if until is None:
        return NO_MEMBERSHIP.to(language)
    words = MEMBER_UNTIL if until >= sheet.today else MEMBER_WAS_UNTIL
    return words.to(language, day=_day(until, sheet, language))


def _days(count: int, until: date | None, unit: Unit, sheet: "AccountSheet", language: Language) -> str:
    """Return so many prepaid days, half days or hours, and until when they can be used."""
    days = LEFT.to(language, days=units.counted(count, unit).to(language))
    return days if until is None else DAYS_UNTIL.to(language, days=days, day=_day(until, sheet, language))


def _day(day_on: date, sheet: "AccountSheet", language: Language) -> str:
    """Return a day as the screen writes it, with its year only if that is not this year."""
    return formats.day(day_on, sheet.today, language)


def chosen(label: "Said | str", language: Language) -> str:
    """Return the text below a choice, in a language."""
    return spoken(label, language)


def line(entry: "EntryFacts", language: Language) -> tuple[str, str, str]:
    """Return an entry of the ledger as three texts: its day, what it was, and its signed amount (empty for 0). A
    reversal is worded by the kind of the entry that it cancels (`taken_back`); an entry about another member names
    their number.
    """
    text = _kind(entry, entry.taken_back or entry.kind, language)
    if entry.taken_back is not None:
        text = TAKEN_BACK.to(language, said=text[:1].lower() + text[1:])
    if entry.for_member is not None:
        text = FOR_MEMBER.to(language, said=text, number=f"{entry.for_member:04}")
    sign = "−\u00a0" if entry.cents < 0 else ""
    cents = f"{sign}{formats.amount(abs(entry.cents), language)}" if entry.cents else ""
    return formats.short_day(entry.day_on, language), text, cents


def _kind(entry: "EntryFacts", kind: str, language: Language) -> str:
    """Return what an entry of a kind was, with its product ("Guest" for a guest's day) or means of payment."""
    name = CHARGED.to(language) if entry.product is None else entry.product.to(language)
    method = METHODS[entry.method].to(language) if entry.method in METHODS else ""
    name = GUEST.to(language) if entry.guest else name
    words: Mapping[str, Text] = KINDS
    return words.get(kind, OTHER_KIND).to(language, name=name, method=method).strip()


def came(sheet: "AccountSheet", language: Language) -> str:
    """Return how many days the member was here this year, in words."""
    count = len(sheet.came)
    if not count:
        return CAME_NEVER.to(language)
    return CAME_ONCE.to(language) if count == 1 else CAME.to(language, count=str(count))


class Month(Struct, frozen=True):
    """A month as a leaf of a calendar: its name, how many days the member was here, and two SVG paths, one for the days
    without a visit and one for those with one.
    """

    name: str
    count: int
    days: str
    came: str
    width: int = 6 * STEP + SIDE
    height: int = 5 * STEP + SIDE


def months(sheet: "AccountSheet", language: Language) -> list[Month]:
    """Return the months of this year, from the member's first visit to this month, a week to a line. Returns an empty
    list for a year without a visit.
    """
    if not sheet.came:
        return []
    first, leaves = min(sheet.came).replace(day=1), []
    while first <= sheet.today:
        after = (first + timedelta(days=31)).replace(day=1)
        days = [first + timedelta(days=number) for number in range((after - first).days)]
        visited = [day for day in days if day in sheet.came]
        others = [day for day in days if day not in sheet.came and day <= sheet.today]
        leaves.append(Month(formats.month(first, language), len(visited), _squares(others), _squares(visited)))
        first = after
    return leaves


def _squares(days: Sequence[date]) -> str:
    """Return the SVG path of the squares of some days of one month: a column for each weekday, a row for each week."""
    square = f"h{SIDE}v{SIDE}h-{SIDE}z"
    return "".join(f"M{day.weekday() * STEP} {_week(day) * STEP}{square}" for day in days)


def _week(day: date) -> int:
    """Return in which line of its month's leaf a day stands, from 0."""
    return (day.day - 1 + day.replace(day=1).weekday()) // 7
