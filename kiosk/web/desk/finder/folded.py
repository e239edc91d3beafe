"""Folds texts so that what is typed meets what is written: no accents, case, apostrophes, hyphens or particles.

`N’Diaye`, `N'Diaye` and `ndiaye` give the same words: parts that a mark separates are also kept joined.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_PARTICLES = "a al ben d da de del della den der des di do dos du el l la le les mac mc n o s st t te ten ter van von y"
PARTICLES = frozenset(_PARTICLES.split())  # parts of names, which people write apart or joined
# Words without a meaning of their own, in three languages: a search leaves them out.
_EMPTY = (
    "a au aux avec c ce ces d dans de des du en est et il j je l la le les leur m ma mes mon n on ou par pas pour qu"
    " que qui s sa se ses son sur t un une the an and for in is my of on or to with aan een het met mijn om op te van"
    " voor"
)
EMPTY = frozenset(_EMPTY.split())
# Letters that Unicode does not take apart into a plain letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "ı": "i"})
_WORD = re.compile(r"[a-z0-9]+")
_COMPOUND = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)+")
# What letters sound like in French, applied in this order; an upper-case letter stands for a sound of its own.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"eaux?|aux?(?=$|[^aeiouy])", "o"),
        (r"qu|q|ck", "k"),
        (r"ph", "f"),
        (r"c(?=[eiy])", "s"),
        (r"ch", "S"),
        (r"c", "k"),
        (r"(?<!^)h|^h", ""),
        (r"y", "i"),
        (r"z|x(?!$)", "s"),
        (r"[ae][nm](?=[^aeiouynm]|$)", "A"),
        (r"ai|ei|e(?:t|r|z)$", "e"),
        (r"w", "v"),
        (r"(.)\1+", r"\1"),
        (r"(?:es|e|s|x|t|d)$", ""),
    )
)


def folded(text: str) -> str:
    """Return a text in lower case without accents, with one kind of apostrophe and hyphen."""
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return text.lower().replace("’", "'").replace("‘", "'").replace("ʼ", "'").replace("‐", "-")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in their order."""
    return tuple(_WORD.findall(folded(text)))


def meant(text: str) -> tuple[str, ...]:
    """Return the words of a text that carry a meaning; all of them where none does."""
    all_words = words(text)
    return tuple(word for word in all_words if word not in EMPTY) or all_words


@lru_cache(maxsize=20_000)
def name_order(name: str) -> tuple[str, ...]:
    """Return the key by which names are sorted: their folded words, in order."""
    return words(name)


@lru_cache(maxsize=20_000)
def name_words(name: str) -> frozenset[str]:
    """Return the words by which a name is found: its own; those that hyphens, apostrophes or particles separate, joined
    together; and the initials of compounds.
    """
    text = folded(name)
    parts = _WORD.findall(text)
    return frozenset((*parts, *_compounds(text), *_with_particles(parts)))


def _compounds(text: str) -> Iterator[str]:
    """Yield `marieclaire` and `mc` for `marie-claire`."""
    for compound in _COMPOUND.findall(text):
        parts = _WORD.findall(compound)
        yield "".join(parts)
        yield "".join(part[0] for part in parts)


def _with_particles(parts: list[str]) -> Iterator[str]:
    """Yield `vandenberghe` and `denberghe` for `van den berghe`."""
    for end in range(1, len(parts)):
        start = end
        while start and parts[start - 1] in PARTICLES:
            start -= 1
            yield "".join(parts[start : end + 1])


@lru_cache(maxsize=20_000)
def sounded(word: str) -> str:
    """Return roughly how a folded word sounds in French: `bordero` and `bordereau` meet."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word
