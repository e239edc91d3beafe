"""A release's version: three numbers, compared as numbers. Nothing else is a version here."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Which release. A later one is greater."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def parse(text: str) -> Version | None:
    """The version that a text is, as 1.20.3; None for any other text."""
    found = _FORM.fullmatch(text)
    return Version(*map(int, found.groups())) if found else None
