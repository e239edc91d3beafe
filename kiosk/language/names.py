"""What the association calls its own (products, zones, plans, texts), in each language that it wrote it in."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.language import catalogues
from kiosk.language.catalogues import Language


@dataclass(frozen=True, slots=True)
class Names:
    """One thing's names, or one text, by language: in as many as there are, the house's first."""

    by_language: Mapping[Language, str]

    def to(self, language: Language) -> str:
        """In a language; else in the house's, else in the one that was written first; empty where there is none."""
        found = self.by_language
        return found.get(language) or found.get(catalogues.settled()) or next(filter(None, found.values()), "")

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(self.by_language.values())


def called(code: str) -> Names:
    """The names of what has none: its code, whatever the language."""
    return Names({"": code})
