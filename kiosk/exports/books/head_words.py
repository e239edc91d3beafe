"""Words messages about the chain's heads: closings with totals and seals, who gets them, and the archives' key.

French or English. Nobody is named but officers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain import amounts
from kiosk.domain.books import head_notes
from kiosk.domain.books.closings import Period

TRAINING = {"fr": "[MODE ÉCOLE] ", "en": "[TRAINING] "}
_PERIODS = {
    "fr": {Period.DAY: "Jour", Period.MONTH: "Mois", Period.YEAR: "Exercice"},
    "en": {Period.DAY: "Day", Period.MONTH: "Month", Period.YEAR: "Year"},
}


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """A closing as it is told."""

    period: Period
    from_on: date
    until_on: date
    entry: int
    charged: int
    reversed: int
    paid: int
    grand_total: int
    mac: bytes


def subject(language: str, until_on: date, *, training: bool) -> str:
    """The line above a message of heads."""
    mark = TRAINING[language] if training else ""
    if language == "fr":
        return f"{mark}Têtes de la chaîne, jusqu’au {until_on}"
    return f"{mark}The books’ heads, until {until_on}"


def changed_subject(language: str, *, training: bool) -> str:
    """The line above the message that says who gets heads from now on."""
    mark = TRAINING[language] if training else ""
    return mark + ("Têtes de la chaîne : qui les reçoit" if language == "fr" else "The books’ heads: who gets them")


def text(language: str, closed: Sequence[ClosingFacts], archive_key: str | None) -> str:
    """The message: months and years whole, days in short but the last."""
    days = [one for one in closed if one.period is Period.DAY]
    whole = [one for one in closed if one.period is not Period.DAY] + days[-1:]
    parts = [_OPENING[language], *(_whole(language, one) for one in whole)]
    if days[:-1]:
        parts.append("\n".join(f"{one.until_on}  {head_notes.head_note(one.entry, one.mac)}" for one in days[:-1]))
    return _put_together(language, parts, archive_key)


def changed(
    language: str, before: Sequence[str], after: Sequence[str], actor: str, head: str, archive_key: str | None
) -> str:
    """The message that says who gets heads from now on, to those of before and of now."""
    was, is_now = ", ".join(before) or "-", ", ".join(after)
    if language == "fr":
        said = (
            f"Les têtes de la chaîne étaient reçues par : {was}\nElles le seront par : {is_now}\nDécidé par : {actor}"
        )
        return _put_together(language, [said, f"La chaîne finit par {head}"], archive_key)
    said = f"Heads were received by: {was}\nThey will be by: {is_now}\nDecided by: {actor}"
    return _put_together(language, [said, f"The chain ends with {head}"], archive_key)


_OPENING = {
    "fr": "À garder ailleurs que sur la borne : ces têtes de la chaîne prouvent que les comptes n’ont pas été refaits.",
    "en": "To be kept elsewhere than on the kiosk: these heads prove that the books were not made anew since.",
}
_CLOSING = {
    "fr": "Vérifier une tête : Comptabilité, Têtes de la chaîne, ou kiosk verify --head ÉCRITURE:SIGNES\n"
    "Une semaine ouverte sans ce message ? Demandez pourquoi.",
    "en": "To check a head: Books, Heads, or kiosk verify --head ENTRY:HEAD\n"
    "A week of work without this message? Ask why.",
}
_KEY = {"fr": "Clé des archives", "en": "The archives’ key"}


def _put_together(language: str, parts: Sequence[str], archive_key: str | None) -> str:
    key = [] if archive_key is None else [f"{_KEY[language]} :\n{archive_key}"]
    return "\n\n".join([*parts, *key, _CLOSING[language]]) + "\n"


def _whole(language: str, one: ClosingFacts) -> str:
    name = _PERIODS[language][one.period]
    span = f"{one.until_on}" if one.period is Period.DAY else f"{one.from_on} – {one.until_on}"
    sums = {
        "fr": (("débité", one.charged), ("repris", one.reversed), ("reçu", one.paid), ("cumul", one.grand_total)),
        "en": (("charged", one.charged), ("taken back", one.reversed), ("paid", one.paid), ("in all", one.grand_total)),
    }[language]
    lines = [
        f"{name} {span}",
        " ; ".join(f"{what} {_euros(language, cents)}" for what, cents in sums),
        head_notes.head_note(one.entry, one.mac),
        one.mac.hex(),
    ]
    return "\n".join(lines)


def _euros(language: str, cents: int) -> str:
    plain = amounts.plain(cents)
    return f"{plain.replace('.', ',') if language == 'fr' else plain} EUR"
