"""Words a reminder in the member's own language: friendly, exact, and open to talking about it."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from kiosk.exports import formats
from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Voice
from kiosk.store.money.tab_rows import Line, Owner


class Reminder(Struct, frozen=True):
    """A reminder in parts. `lines` are its unpaid charges: day, words and amount, as texts."""

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
        """Return the whole reminder as the text of an e-mail."""
        listed = [f"- {day}{common.COLON.to(self.language)}{what}, {sum_}" for day, what, sum_ in self.lines]
        parts = [self.greeting, self.opening, "\n".join([*listed, self.total]), *self.closing, self.signature]
        return "\n\n".join(parts)


def write(owner: Owner, lines: Sequence[Line], today: date, language: Language) -> Reminder:
    """Return the reminder of what a tab owes today; `lines` are its unpaid charges. A member is greeted by the shown
    name, an organisation by its own.
    """
    t = Voice(language)
    owed, day = formats.euros(owner.balance_cents, language), formats.day(today, language)
    whom = owner.shown_name if owner.number is not None else owner.name
    return Reminder(
        language=language,
        subject=t("Votre ardoise à l’espace", "Your tab at the space"),
        greeting=t("Bonjour {whom},", "Hello {whom},", whom=whom),
        opening=t(
            "Un petit point sur votre compte : au {day}, sauf erreur de notre part, il y reste {owed} à régler.",
            "A note about your account: as of {day}, unless we are mistaken, {owed} remains to be paid.",
            day=day,
            owed=owed,
        ),
        lines=[
            (formats.day(line.day_on, language), _what(line, owner, t), formats.euros(line.cents, language))
            for line in lines
        ],
        total=t("Total : {sum}", "Total: {sum}", sum=owed),
        closing=_closing(t),
        signature=t("La Trésorerie", "The treasurer’s office"),
    )


def _closing(t: Voice) -> list[str]:
    """Return the last paragraphs of a reminder: how to pay, and what to do if it is wrong."""
    return [
        t(
            "Vous pouvez régler à votre prochain passage (espèces, chèque, carte) ou par virement, en une ou plusieurs "
            "fois.",
            "You can pay on your next visit (cash, cheque, card) or by transfer, all at once or in instalments.",
        ),
        t(
            "Si vous avez réglé entre-temps, ne tenez pas compte de ce mot. Si une ligne vous étonne, ou si ce n’est "
            "pas le bon moment, dites-le-nous simplement : on trouvera comment faire.",
            "If you have paid in the meantime, please ignore this reminder. If a line surprises you, or "
            "this is not a good time, just tell us: we will find a solution.",
        ),
    ]


def _what(line: Line, owner: Owner, t: Voice) -> str:
    """Return what a line of a reminder is for, a plain "charge" where its product has no name; an organisation's line
    has the member's number, too.
    """
    if line.kind == "deposit":
        return t("caution", "security deposit")
    if line.kind == "refund":
        return t("remboursement", "refund")
    if line.kind == "opening":
        return t("solde repris", "balance carried over")
    name = "" if line.product is None else line.product.to(t.language)
    name = name or t("débit", "charge")
    if owner.number is None and line.member_number is not None:
        return t("{name}, membre {number:04}", "{name}, member {number:04}", name=name, number=line.member_number)
    return name
