"""Recognises the product that was bought at a platform, by its name in a line's words."""

from collections.abc import Iterable, Mapping, Sequence

from kiosk.domain.names import searchable
from kiosk.language.names import Names


def named(words: str, products: Mapping[str, Names]) -> str | None:
    """Return the code of the product whose name is in these words, the longest name first; None for
    none, or for a tie.
    """
    bare_words = f" {_bare(words)} "
    lengths = {
        code: max((len(name) for name in _names(names) if f" {name} " in bare_words), default=0)
        for code, names in products.items()
    }
    longest = max(lengths.values(), default=0)
    best = [code for code, length in lengths.items() if length == longest]
    return best[0] if longest and len(best) == 1 else None


def _names(names: Names) -> Iterable[str]:
    """Return a product's names in all languages, as they are compared."""
    return filter(None, map(_bare, names.by_language.values()))


def _bare(text: str) -> str:
    """Return a text as it is compared: letters and digits only, without accents and case."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in searchable(text)).split())


def covered(open_charges: Sequence[tuple[int, int]], cents: int) -> list[int]:
    """Return the numbers of the charges that an amount pays in full, in their order, up to the first that it does not.
    `open_charges` are numbers with the cents still open.
    """
    paid: list[int] = []
    for number, open_cents in open_charges:
        if open_cents > cents:
            break
        paid.append(number)
        cents -= open_cents
    return paid
