"""Writes the FEC, the French file of accounting entries (LPF art. A47 A-1): 18 columns, tabs between them, one line for
each line of an écriture.

ISO 8859-15 with CR and LF: the article allows no other alphabet of ours, and the administration's own checker (DGFiP,
Test Compta Demat, github.com/DGFiP/Test-Compta-Demat) reads bytes, so that an `à` of UTF-8 loses half of itself there.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import repeat

from kiosk.domain import amounts
from kiosk.domain.books.ecritures import Ecriture

COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
ENCODING = "iso8859-15"
TRAINING = "MODE ECOLE"
HEADER = ("\t".join(COLUMNS) + "\r\n").encode(ENCODING)
_BROKEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_OTHERWISE = str.maketrans({**dict.fromkeys('’‘“”"', "'"), **dict.fromkeys("–—", "-"), "…": "..."})
_LONGEST = 200


def file_name(siren: str, until_on: date) -> str:
    """Return the file name that the law requires, also for a training home, where each label says so."""
    return f"{siren}FEC{until_on:%Y%m%d}.txt"


class Formatter:
    """Writes écritures as lines of the FEC. An account keeps the first label that its number had in the file.

    `names` returns a party's name on a day, where names may be written; without it a party's label is its number. A
    party keeps the first name that it had in the file. `letters` yields, for each line of a party in turn, its letter
    and the letter's day.
    """

    def __init__(
        self,
        *,
        training: bool = False,
        names: Callable[[str, date], str | None] | None = None,
        letters: Iterator[tuple[str, date | None]] | None = None,
    ) -> None:
        self._mark = f"{TRAINING} " if training else ""
        self._names = names
        self._named: dict[str, str] = {}
        self._letters = letters or repeat(("", None))
        self._labels: dict[str, str] = {}

    def lines(self, ecritures: Iterable[Ecriture]) -> bytes:
        """Return some écritures as bytes of the file."""
        found: list[str] = []
        for each in ecritures:
            self._add(found, each)
        return "".join(found).encode(ENCODING)

    def _add(self, texts: list[str], of: Ecriture) -> None:
        """Append the lines of one écriture; columns before and after the account are the same on each."""
        journal, day = of.journal, _day(of.day_on)
        before = f"{journal.code}\t{text(journal.label)}\t{of.number}\t{day}\t"
        label = text(self._mark + of.label)
        about = f"\t{text(of.piece)}\t{_day(of.piece_on)}\t{label}\t"
        after = f"{_day(of.closed_on)}\t\t\r\n"
        for line in of.lines:
            account = line.account
            name = self._labels.get(account.number) or self._labels.setdefault(account.number, text(account.label))
            party = f"{line.party}\t{self._name(line.party, of.day_on)}" if line.party else "\t"
            sums = f"{_sum(line.debit)}\t{_sum(line.credit)}"
            letter, lettered_on = next(self._letters) if line.party else ("", None)
            let = f"\t{letter}\t{_day(lettered_on) if lettered_on else ''}\t"
            texts.append(f"{before}{account.number}\t{name}\t{party}{about}{sums}{let}{after}")

    def _name(self, party: str, day: date) -> str:
        if self._names is None:
            return party
        return self._named.get(party) or self._named.setdefault(party, text(self._names(party, day) or party))


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


@lru_cache(maxsize=4096)
def _sum(cents: int) -> str:
    return amounts.plain(cents, ",")


@lru_cache(maxsize=4096)
def text(label: str) -> str:
    """Return a text that the file can hold: without tab, line break, control character or quotation mark, and in its
    alphabet.
    """
    folded = _BROKEN.sub(" ", label.translate(_OTHERWISE)).strip()[:_LONGEST]
    try:
        folded.encode(ENCODING)
    except UnicodeEncodeError:
        return "".join(map(_known, folded))
    return folded


def _known(character: str) -> str:
    """Return a character that the file's encoding has: without its accents where it lacks that letter, "?" where
    nothing is left.
    """
    try:
        character.encode(ENCODING)
    except UnicodeEncodeError:
        bare = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
        return bare if bare.isascii() and bare.isprintable() and bare else "?"
    return character
