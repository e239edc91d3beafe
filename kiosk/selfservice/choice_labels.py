"""Writes amounts and days on the choices of a page, in the reader's language."""

from datetime import date

from msgspec import Struct

from kiosk.checkin.cards import Option
from kiosk.domain.checkin.choices import Act
from kiosk.exports import formats
from kiosk.language.catalogues import Language
from kiosk.language.texts import Said, Text

IN_BOX = Text("{sum} dans la caisse", "{sum} in the cash box")
DOTTED = Text("{what} ·\N{NO-BREAK SPACE}{worth}", "{what} ·\N{NO-BREAK SPACE}{worth}")


class Euros(Struct, frozen=True):
    """An amount; whole euros are written without cents, to be read at a glance."""

    cents: int

    def to(self, language: Language, /) -> str:
        """Return the amount as a language writes it."""
        written = formats.euros(self.cents, language)
        return written if self.cents % 100 else written.replace(",00", "").replace(".00", "")


class Cents(Struct, frozen=True):
    """An amount always written to the cent, as where it is added up with others."""

    cents: int

    def to(self, language: Language, /) -> str:
        """Return the amount as a language writes it."""
        return formats.euros(self.cents, language)


class ShortDay(Struct, frozen=True):
    """A day near today, written short and without its year: `mar. 24 nov.`."""

    on: date

    def to(self, language: Language, /) -> str:
        """Return the day as a language writes it."""
        return formats.day(self.on, language, formats.SHORT_WEEKDAY)


def option(act: Act, choice: object, label: Said | str) -> Option:
    """Return a choice on a page: what a touch does (`act`), the value that it sends, as text, and the words on it."""
    return Option(act, str(choice), label)
