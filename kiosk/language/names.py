"""Names that the association gave its own things (products, zones, plans, texts), in each language that it used."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.language import catalogues
from kiosk.language.catalogues import Language


@dataclass(frozen=True, slots=True)
class Names:
    """One thing's names, or one text, by language; the house's language comes first."""

    by_language: Mapping[Language, str]

    def to(self, language: Language) -> str:
        """Return the name in a language, else in the house's, else in the first that has one; empty where there is
        none.
        """
        names = self.by_language
        return names.get(language) or names.get(catalogues.settled()) or next(filter(None, names.values()), "")

    def __bool__(self) -> bool:
        """Return whether there is a name in any language."""
        return any(self.by_language.values())


def called(code: str) -> Names:
    """Return the names of something that has only a code: the code, in every language."""
    return Names({"": code})  # of no language: found as the first that has a name
