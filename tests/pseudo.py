"""A language that nobody speaks: sentences in brackets, with accents and a third longer, values where they were.

What a page says without brackets is no sentence that could be translated. Installed in tests only.
"""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from kiosk.language import catalogues
from kiosk.setup import demo
from release import translations
from tests.shared import once

CODE = "eo"  # Babel writes dates in it
_VALUES = re.compile(r"(\{[^{}]*\}|%\(\w+\)s)")
_ACCENTS = dict(zip("aeiouyAEIOUcnsz", "âêîôûŷÂÊÎÔÛĉñŝž", strict=True))


def told(text: str) -> str:
    """A sentence in it."""
    parts = ["".join(_ACCENTS.get(sign, sign) for sign in part) if at % 2 == 0 else part for at, part in _parts(text)]
    return f"⟦{''.join(parts)}{'~' * (len(text) // 3)}⟧"


def _parts(text: str) -> Iterator[tuple[int, str]]:
    return iter(enumerate(_VALUES.split(text)))


def longer(text: str) -> str:
    """A sentence half as long again: it says its words once more until it is. Values stay where they were, once."""
    words = _VALUES.sub(" ", text).split()
    more, missing = [], len(text) / 2
    for word in words:
        if missing <= 0:
            break
        more.append(word[: max(1, round(missing))])
        missing -= len(word) + 1
    return " ".join((text, *more)) if words else text


def folder() -> Path:
    """A folder with its file, complete."""
    return once("pseudo", lambda folder: _write(folder, told))


def longer_folder() -> Path:
    """A folder with its file, each sentence half as long again, and those of the languages that there are."""
    return once("pseudo-longer", _write_longer)


def _write_longer(folder: Path) -> None:
    _write(folder, longer)
    for file in translations.FOLDER.glob("*.po"):
        shutil.copy(file, folder)


def _write(folder: Path, told: Callable[[str], str]) -> None:
    catalog = translations.sentences()
    catalog.locale = CODE
    for entry in catalog:
        if entry.id:
            said = [entry.id] if isinstance(entry.id, str) else list(entry.id)
            entry.string = told(said[0]) if isinstance(entry.id, str) else tuple(map(told, said))
    folder.mkdir()
    (folder / f"{CODE}.po").write_text(translations.written(catalog, "Ŝajna", is_complete=True), "utf-8")


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
    return _words(_bare(unescape(text)) for text in found)


def unspoken_in_text(text: str) -> set[str]:
    """The same of a mail or a file without tags, line by line."""
    return _words(_bare(text).splitlines())


def _bare(text: str) -> str:
    while text != (less := _SPOKEN.sub(" ", text)):
        text = less
    return text


def _words(texts: Iterable[str]) -> set[str]:
    bare = (" ".join(text.split()) for text in texts)
    return {text for text in bare if re.search(r"[^\W\d_]{2}", text)}


PEOPLE = "|".join({word for person in demo.PEOPLE for word in (person.name, person.name.split()[0])})
NAMES = "Mois de permanent|Journée|Adhésion|Carnet de 10 journées( au tarif réduit)?|Semaine"
NAMES += "|Formation|Permanent|Itinérant|Coin gratuit|Espace confort|Tout le bureau"
# What is no sentence: what people and things are called, sums and days, codes of files, other languages' own names.
DATA = re.compile(
    rf"^[\s·:,()%€\d.]*({PEOPLE}|{NAMES}|La Coroutine.*|1 rue .*|59000 Lille|\(?dossier de 2011.*|\(invention\)"
    r"|[\w.]+@demo\.invalid|[Ff]rançais|English|Ŝajna|IBAN|BIC|SIREN|SIRET|RNA|PNG|CSV|PDF|XLSX|JSON|FR76.*|AGRIFRPPXXX|KQ2.*"
    r"|itinerant|permanent|comfort)*[\s·:,()%€\d.]*$"
)
MONTHS = re.compile(
    r"^(\d{1,2} |\w+, )?(\d{4}-)?(Jan|Feb|Mar|Apr|Maj|Jun|Jul|Aŭg|Sep|Okt|Nov|Dec)\w*|^(\d+-a de|\w{2}|\w+o)\b"
)


def is_data(text: str) -> bool:
    """Whether a text is what people and things are called, sums, days and codes, which is the same in each language."""
    parts = re.split(" · |, ", text)
    return bool(DATA.match(text) or MONTHS.match(text) or all(part and DATA.match(part) for part in parts))
