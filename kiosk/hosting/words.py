"""Words of hosting: the kinds of shift, and a shift's day and hours in its reader's language."""

from datetime import date

from msgspec import Struct

from kiosk.domain.hosting.rota import Shift, ShiftKind
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

KINDS = {
    ShiftKind.OPENING: Text("Ouverture", "Opening"),
    ShiftKind.HOSTING: Text("Accueil", "Hosting"),
    ShiftKind.CLEANING: Text("Ménage", "Cleaning"),
}
EARNED = Text("Tour d’accueil tenu", "Hosting shift done")
_HOURS = Text("{since} – {until}", "{since}–{until}")
_TURN = Text("{day}, {hours}", "{day}, {hours}")
_OF_KIND = Text("{kind}, {turn}", "{kind}, {turn}")


class Hours(Struct, frozen=True):
    """Two times of the wall clock, as minutes since midnight (beyond 24 hours: of the next day), shown like
    `9 h – 13 h`.
    """

    from_minute: int
    until_minute: int

    def to(self, language: Language, /) -> str:
        """Return the hours as a language writes them."""
        from kiosk.exports import formats  # heavy, and the entrance starts without it

        since, until = (
            formats.clock(minute // 60 % 24, minute % 60, language, short=True)
            for minute in (self.from_minute, self.until_minute)
        )
        return _HOURS.to(language, since=since, until=until)


class Turn(Struct, frozen=True):
    """A day and its hours, shown like `mar. 1er déc., 9 h – 13 h`; with `whole` the weekday is written in full."""

    on: date
    hours: Hours
    whole: bool = False

    def to(self, language: Language, /) -> str:
        """Return the day and hours as a language writes them."""
        from kiosk.exports import formats

        pattern = formats.WEEKDAY if self.whole else formats.SHORT_WEEKDAY
        day = formats.kept_together(self.on, language, pattern)
        return _TURN.to(language, day=day, hours=self.hours.to(language))


def turn(shift: Shift, *, whole: bool = False) -> Turn:
    """Return day and hours of a shift."""
    return Turn(shift.day_on, Hours(shift.from_minute, shift.until_minute), whole)


def with_kind(shift: Shift, language: Language) -> str:
    """Return kind, day and hours of a shift in a language, like `Accueil, mardi 1er décembre, 9 h – 13 h`."""
    return _OF_KIND.to(language, kind=KINDS[shift.kind].to(language), turn=turn(shift, whole=True).to(language))
