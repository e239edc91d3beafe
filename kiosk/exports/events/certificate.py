"""A certificate of attendance, to print: the participant, the training, its days and hours."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from kiosk.domain.events.terms import EventKind
from kiosk.exports import formats, pages
from kiosk.exports.events.words import KINDS
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

_HOURS = Text("{day}, de {since} à {until}", "{day}, from {since} to {until}")
_LASTS = Text("{hours} h {minutes}", "{hours} h {minutes}")


class Certificate(Struct, frozen=True, kw_only=True):
    """What it says. `sittings` are the days on which the person was there, each with its hours, which are local."""

    association: Mapping[str, str]
    name: str
    kind: EventKind
    title: str
    place: str
    sittings: tuple[tuple[datetime, datetime], ...]
    minutes: int
    issued_on: date
    training: bool

    def rows(self, language: Language) -> list[str]:
        """Each day, in words."""
        return [
            _HOURS.to(
                language,
                day=formats.day(since.date(), language, formats.FULL),
                since=formats.hour(since, language),
                until=formats.hour(until, language),
            )
            for since, until in self.sittings
        ]

    def lasts(self, language: Language) -> str:
        """How long it was in all."""
        hours, minutes = divmod(self.minutes, 60)
        return _LASTS.to(language, hours=str(hours), minutes=f"{minutes:02}")


def pdf(found: Certificate, language: Language) -> bytes:
    """The certificate. Raises MachineError `pdf`."""
    return pages.printed("certificate.html", language, **_values(found, language))


def html(found: Certificate, language: Language) -> str:
    """The same as a page."""
    return pages.html("certificate.html", language, **_values(found, language))


def _values(found: Certificate, language: Language) -> dict[str, Any]:
    return {
        "found": found,
        "training": found.training,
        "kind": KINDS[found.kind].to(language),
        "rows": found.rows(language),
        "lasts": found.lasts(language),
    }
