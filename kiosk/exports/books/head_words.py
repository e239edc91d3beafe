"""Words messages about the chain's heads: closings with totals and seals, the recipients, and the archives' key.

The *chain* is the ledger, each of whose entries is sealed with the one before. A *head* is its last seal (control code)
at a time: kept elsewhere, it proves that nothing before was rewritten. `archive_key` is the fingerprint of the key that
signs archives, None before there is one. No person but officers is named.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain import amounts
from kiosk.domain.books import head_notes
from kiosk.domain.books.closings import Period
from kiosk.language.texts import Text

TRAINING = Text("[MODE ÉCOLE] ", "[TRAINING] ")
_SUBJECT = Text("Codes de contrôle, jusqu’au {day}", "Control codes, up to {day}")
_CHANGED_SUBJECT = Text("Nouveaux destinataires des codes de contrôle", "New recipients of the control codes")
_CHANGED = Text(
    "Les codes de contrôle étaient envoyés à : {before}\nDésormais : {after}\nDécidé par : {actor}",
    "Control codes were sent to: {before}\nFrom now on: {after}\nDecided by: {actor}",
)
_LATEST = Text("Dernier code de contrôle : {head}", "Latest control code: {head}")
_PERIODS = {
    Period.DAY: Text("Jour", "Day"),
    Period.MONTH: Text("Mois", "Month"),
    Period.YEAR: Text("Exercice", "Fiscal year"),
}
_SUMS = Text(
    "débité {charged} ; corrigé {reversed} ; reçu {paid} ; cumul depuis le début {total}",
    "charged {charged}; reversed {reversed}; received {paid}; total since the start {total}",
)


class ClosingFacts(Struct, frozen=True):
    """A closing as the message gives it: its period and entry, cents charged, reversed and received in it, the
    perpetual grand total, and the entry's control code (`mac`).
    """

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
    """Return the subject of a message with heads."""
    mark = TRAINING.to(language) if training else ""
    return mark + _SUBJECT.to(language, day=until_on)


def changed_subject(language: str, *, training: bool) -> str:
    """Return the subject of the message about new recipients."""
    mark = TRAINING.to(language) if training else ""
    return mark + _CHANGED_SUBJECT.to(language)


def text(language: str, closed: Sequence[ClosingFacts], archive_key: str | None) -> str:
    """Return the message with heads: months, years and the last day with totals and whole seal, other days with their
    seal in short.
    """
    days = [closing for closing in closed if closing.period is Period.DAY]
    in_full = [closing for closing in closed if closing.period is not Period.DAY] + days[-1:]
    parts = [_OPENING.to(language), *(_whole(language, closing) for closing in in_full)]
    if days[:-1]:
        parts.append(
            "\n".join(
                f"{closing.until_on}  {head_notes.head_note(closing.entry, closing.mac)}" for closing in days[:-1]
            )
        )
    return _message(language, parts, archive_key)


def changed(
    language: str, before: Sequence[str], after: Sequence[str], actor: str, head: str, archive_key: str | None
) -> str:
    """Return the message about new recipients, for the former and the new ones alike."""
    was, is_now = ", ".join(before) or "-", ", ".join(after)
    change_text = _CHANGED.to(language, before=was, after=is_now, actor=actor)
    return _message(language, [change_text, _LATEST.to(language, head=head)], archive_key)


_OPENING = Text(
    "Gardez ces codes de contrôle ailleurs que sur la borne : ils prouvent que les comptes n’ont pas été réécrits.",
    "Keep these control codes somewhere other than the kiosk: they prove that the books have not been rewritten.",
)
_HOW_TO_CHECK = Text(
    "Vérifier un code : « Comptabilité », « Codes de contrôle », ou lancez kiosk verify --head ÉCRITURE:CODE\n"
    "Si une semaine d’ouverture passe sans ce message, demandez pourquoi.",
    "To check a code, open “Accounting”, “Control codes”, or run kiosk verify --head ENTRY:CODE\n"
    "If a working week goes by without this message, ask why.",
)
_KEY = Text("Clé des archives :\n{key}", "Archive key:\n{key}")


def _message(language: str, parts: Sequence[str], archive_key: str | None) -> str:
    """Return the message: its parts, the archives' key where there is one, and how to check a code."""
    key = [] if archive_key is None else [_KEY.to(language, key=archive_key)]
    return "\n\n".join([*parts, *key, _HOW_TO_CHECK.to(language)]) + "\n"


def _whole(language: str, closing: ClosingFacts) -> str:
    """Return a closing as a mail gives it: period, sums, short control code and whole code."""
    name = _PERIODS[closing.period].to(language)
    span = f"{closing.until_on}" if closing.period is Period.DAY else f"{closing.from_on} – {closing.until_on}"
    cents = {
        "charged": closing.charged,
        "reversed": closing.reversed,
        "paid": closing.paid,
        "total": closing.grand_total,
    }
    lines = [
        f"{name} {span}",
        _SUMS.to(language, **{what: _euros(language, sum_) for what, sum_ in cents.items()}),
        head_notes.head_note(closing.entry, closing.mac),
        closing.mac.hex(),
    ]
    return "\n".join(lines)


def _euros(language: str, cents: int) -> str:
    """Return an amount with the currency, as the language writes decimals."""
    plain = amounts.plain(cents)
    return f"{plain if language == 'en' else plain.replace('.', ',')} EUR"
