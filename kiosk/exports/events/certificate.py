"""Prints a certificate of attendance: the participant, the training, its days and hours."""

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
    """The content of a certificate. `sittings` are the days on which the person was present, each with
    its local hours; `training` marks one of a home in which nothing counts.
    """

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
        """Return each day with its hours, in words."""
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
        """Return the total duration in words."""
        hours, minutes = divmod(self.minutes, 60)
        return _LASTS.to(language, hours=str(hours), minutes=f"{minutes:02}")


def pdf(certificate: Certificate, language: Language) -> bytes:
    """Return the certificate as a PDF. Raises MachineError `pdf`."""
    return pages.printed("certificate.html", language, **_values(certificate, language))


def html(certificate: Certificate, language: Language) -> str:
    """Return the certificate as an HTML page."""
    return pages.html("certificate.html", language, **_values(certificate, language))


def _values(certificate: Certificate, language: Language) -> dict[str, Any]:
    """Return what the template is filled with."""
    return {
        "certificate": certificate,
        "training": certificate.training,
        "kind": KINDS[certificate.kind].to(language),
        "rows": certificate.rows(language),
        "lasts": certificate.lasts(language),
    }
