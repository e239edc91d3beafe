"""Writes sums and days on the choices of a page, in French and English side by side."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from kiosk.checkin.cards import Option
from kiosk.domain.checkin.choices import Act
from kiosk.exports import pages


@dataclass(frozen=True, slots=True)
class Label:
    """A text in both languages."""

    fr: str
    en: str

    def then(self, other: "Label", between: str = " ") -> "Label":
        """Join two texts, one after the other."""
        return Label(f"{self.fr}{between}{other.fr}", f"{self.en}{between}{other.en}")


def euros(cents: int) -> Label:
    """A sum; whole euros without their cents, so that it can be read at a glance."""
    fr, en = (pages.euros(cents, language) for language in ("fr", "en"))
    return Label(fr, en) if cents % 100 else Label(fr.replace(",00", ""), en.replace(".00", ""))


def short_day(on: date) -> Label:
    """A day of these weeks: `mar. 24 nov.`."""
    return Label(str(format_date(on, "EEE d MMM", locale="fr")), str(format_date(on, "EEE d MMM", locale="en_GB")))


def option(act: Act, value: object, said: Label) -> Option:
    """Make a choice with these words."""
    return Option(act, str(value), said.fr, said.en)
