"""The text of a reminder, in the member's own language: friendly, exact, and open to talking about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from kiosk.store.money.tab_rows import Line, Owner
from kiosk.web.desk.common.words import Language


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is written to somebody. `lines` are its charges: day, words, sum."""

    language: Language
    subject: str
    greeting: str
    opening: str
    lines: list[tuple[str, str, str]]
    total: str
    closing: list[str]
    signature: str

    @property
    def text(self) -> str:
        """All of it, as an e-mail."""
        listed = [f"- {day} : {what}, {sum_}" for day, what, sum_ in self.lines]
        parts = [self.greeting, self.opening, "\n".join([*listed, self.total]), *self.closing, self.signature]
        return "\n\n".join(parts)


def write(owner: Owner, lines: Sequence[Line], today: date, language: Language) -> Reminder:
    """A reminder of what a tab owes today."""
    fr = language == "fr"
    owed, day = _euros(owner.balance_cents, language), _day(today, language)
    whom = owner.shown_name if owner.number is not None else owner.name
    return Reminder(
        language=language,
        subject="Votre ardoise à l’espace" if fr else "Your tab at the space",
        greeting=f"Bonjour {whom}," if fr else f"Hello {whom},",
        opening=(
            f"Un petit point sur votre compte : au {day}, sauf erreur de notre part, il y reste {owed} à régler."
            if fr
            else f"A word about your account: on {day}, unless we are mistaken, {owed} is left to be paid."
        ),
        lines=[(_day(line.day_on, language), _what(line, owner, fr), _euros(line.cents, language)) for line in lines],
        total=f"Total : {owed}" if fr else f"Total: {owed}",
        closing=_closing(fr),
        signature="La Trésorerie" if fr else "The treasurer’s office",
    )


def _closing(fr: bool) -> list[str]:
    if fr:
        return [
            "Vous pouvez régler à votre prochain passage (espèces, chèque, carte) ou par virement, en une ou plusieurs "
            "fois.",
            "Si vous avez réglé entre-temps, ne tenez pas compte de ce mot. Si une ligne vous étonne, ou si ce n’est "
            "pas le bon moment, dites-le-nous simplement : on trouvera comment faire.",
        ]
    return [
        "You can pay when you next come (cash, cheque, card) or by transfer, at once or in parts.",
        "If you have paid meanwhile, please ignore this. If a line surprises you, or if this is not a good moment, "
        "just tell us: we will find a way.",
    ]


def _what(line: Line, owner: Owner, fr: bool) -> str:
    if line.kind == "deposit":
        return "caution de badge" if fr else "badge deposit"
    if line.kind == "refund":
        return "remboursement" if fr else "refund"
    name = "" if line.product is None else line.product.to("fr" if fr else "en")
    name = name or ("débit" if fr else "charge")
    if owner.number is None and line.member_number is not None:
        return f"{name}, membre {line.member_number:04}" if fr else f"{name}, member {line.member_number:04}"
    return name


def _euros(cents: int, language: Language) -> str:
    return format_currency(Decimal(cents) / 100, "EUR", locale=language)


def _day(on: date, language: Language) -> str:
    text = format_date(on, "long", locale=language)
    return f"1er{text[1:]}" if language == "fr" and text.startswith("1 ") else text
