"""Recognises what was bought at a platform by the product's name in its words."""

from collections.abc import Iterable, Mapping, Sequence

from kiosk.domain.names import searchable
from kiosk.language.names import Names


def named(words: str, products: Mapping[str, Names]) -> str | None:
    """Return the code of the product whose name is in these words, the longest name first; None for
    none, or for a tie.
    """
    said = f" {_bare(words)} "
    found = {
        code: max((len(name) for name in _names(each) if f" {name} " in said), default=0)
        for code, each in products.items()
    }
    longest = max(found.values(), default=0)
    best = [code for code, length in found.items() if length == longest]
    return best[0] if longest and len(best) == 1 else None


def _names(names: Names) -> Iterable[str]:
    return filter(None, map(_bare, names.by_language.values()))


def _bare(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in searchable(text)).split())


def covered(open_charges: Sequence[tuple[int, int]], cents: int) -> list[int]:
    """Return the first charges (numbers) that an amount pays in full, each given with what is open of it, in order."""
    found: list[int] = []
    for number, left in open_charges:
        if left > cents:
            break
        found.append(number)
        cents -= left
    return found
