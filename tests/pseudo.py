"""A language that nobody speaks: sentences in brackets, with accents and a third longer, values where they were.

What a page says without brackets is no sentence that could be translated. Installed in tests only.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import mkdtemp

from kiosk.language import catalogues
from release import translations

CODE = "eo"  # Babel writes dates in it
_VALUES = re.compile(r"(\{[^{}]*\}|%\(\w+\)s)")
_ACCENTS = dict(zip("aeiouyAEIOUcnsz", "âêîôûŷÂÊÎÔÛĉñŝž", strict=True))


def told(text: str) -> str:
    """A sentence in it."""
    parts = ["".join(_ACCENTS.get(sign, sign) for sign in part) if at % 2 == 0 else part for at, part in _parts(text)]
    return f"⟦{''.join(parts)}{'~' * (len(text) // 3)}⟧"


def _parts(text: str) -> Iterator[tuple[int, str]]:
    return iter(enumerate(_VALUES.split(text)))


@cache
def folder() -> Path:
    """A folder with its file, complete."""
    catalog = translations.sentences()
    catalog.locale = CODE
    for entry in catalog:
        if entry.id:
            said = [entry.id] if isinstance(entry.id, str) else list(entry.id)
            entry.string = told(said[0]) if isinstance(entry.id, str) else tuple(map(told, said))
    made = Path(mkdtemp(prefix="kiosk-pseudo-"))
    (made / f"{CODE}.po").write_text(translations.written(catalog, "Ŝajna", is_complete=True), "utf-8")
    return made


@contextmanager
def spoken() -> Iterator[str]:
    """Offer it until the end of the block."""
    before = catalogues.look_in(folder())
    try:
        yield CODE
    finally:
        catalogues.look_in(before)


_HIDDEN = re.compile(r"<(script|style|svg|title id|code)\b.*?</\1>", re.DOTALL)
_SAID_IN = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')
_SPOKEN = re.compile(r"⟦[^⟦⟧]*⟧")


def unspoken(html: str) -> set[str]:
    """What a page says outside of brackets, words of two letters and more; brackets may hold others."""
    html = _HIDDEN.sub(" ", html)
    found = [*re.split(r"<[^>]*>", html), *_SAID_IN.findall(html)]
    left = set()
    for text in found:
        bare = unescape(text)
        while bare != (less := _SPOKEN.sub(" ", bare)):
            bare = less
        bare = " ".join(bare.split())
        if re.search(r"[^\W\d_]{2}", bare):
            left.add(bare)
    return left
