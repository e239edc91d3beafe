"""Writes the FEC, the French file of accounting entries (LPF art. A47 A-1): 18 columns, tabs between them, one line for
each line of an écriture (an accounting entry whose lines balance).

ISO 8859-15 with CR and LF: the article allows ASCII, ISO 8859-15 and EBCDIC, and so no UTF-8. The administration's
own checker (DGFiP, Test Compta Demat, github.com/DGFiP/Test-Compta-Demat) reads bytes, so that an `à` of UTF-8 loses
half of itself there.
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
TRAINING = "MODE ECOLE"  # begins each label of a training home
HEADER = ("\t".join(COLUMNS) + "\r\n").encode(ENCODING)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# Signs that the encoding lacks; and `"`, since a field that begins and ends with it would count as quoted, and the FEC
# has no quoted fields.
_REPLACED = str.maketrans({**dict.fromkeys('’‘“”"', "'"), **dict.fromkeys("–—", "-"), "…": "..."})
_LONGEST = 200  # letters of a label; our own bound


def file_name(siren: str, until_on: date) -> str:
    """Return the file name that the law requires, for a fiscal year that ends on a day; also for a training home, where
    each label says so.
    """
    return f"{siren}FEC{until_on:%Y%m%d}.txt"


class Formatter:
    """Writes écritures as lines of the FEC. An account keeps the first label that its number had in the file.

    `names` returns a party's name on a day, where names may be written; without it a party's label is its number. A
    party keeps the first name that it had in the file. A *letter* (lettrage) joins the lines that settle each other:
    `letters` yields one for each line of a party in turn, "" for none, and the day on which they were settled.
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
        self._name_by_party: dict[str, str] = {}  # the first name of each party in the file
        self._letters = letters or repeat(("", None))
        self._label_by_account: dict[str, str] = {}  # the first label of each account in the file

    def lines(self, ecritures: Iterable[Ecriture]) -> bytes:
        """Return some écritures as bytes of the file."""
        texts: list[str] = []
        for ecriture in ecritures:
            self._add(texts, ecriture)
        return "".join(texts).encode(ENCODING)

    def _add(self, texts: list[str], ecriture: Ecriture) -> None:
        """Append the lines of one écriture; columns before and after the account are the same on each."""
        journal, day = ecriture.journal, _day(ecriture.day_on)
        first_columns = f"{journal.code}\t{text(journal.label)}\t{ecriture.number}\t{day}\t"
        label = text(self._mark + ecriture.label)
        piece_and_label = f"\t{text(ecriture.piece)}\t{_day(ecriture.piece_on)}\t{label}\t"
        last_columns = f"{_day(ecriture.closed_on)}\t\t\r\n"
        for line in ecriture.lines:
            account = line.account
            name = self._label_by_account.get(account.number) or self._label_by_account.setdefault(
                account.number, text(account.label)
            )
            party = f"{line.party}\t{self._name(line.party, ecriture.day_on)}" if line.party else "\t"
            sums = f"{_sum(line.debit)}\t{_sum(line.credit)}"
            letter, lettered_on = next(self._letters) if line.party else ("", None)
            letter_columns = f"\t{letter}\t{_day(lettered_on) if lettered_on else ''}\t"
            texts.append(
                f"{first_columns}{account.number}\t{name}\t{party}{piece_and_label}{sums}{letter_columns}{last_columns}"
            )

    def _name(self, party: str, day: date) -> str:
        """Return a party's label in the file: the first name that it had here, or its number."""
        if self._names is None:
            return party
        return self._name_by_party.get(party) or self._name_by_party.setdefault(
            party, text(self._names(party, day) or party)
        )


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    """Return a day as the file has it: `20261127`."""
    return f"{day:%Y%m%d}"


@lru_cache(maxsize=4096)
def _sum(cents: int) -> str:
    """Return an amount as the file has it: with a comma."""
    return amounts.plain(cents, ",")


@lru_cache(maxsize=4096)
def text(label: str) -> str:
    """Return a text that the file can hold: without tab, line break, control character or quotation mark, and in its
    alphabet.
    """
    folded = _SPACES.sub(" ", label.translate(_REPLACED)).strip()[:_LONGEST]
    try:
        folded.encode(ENCODING)
    except UnicodeEncodeError:
        return "".join(map(_in_alphabet, folded))
    return folded


def _in_alphabet(character: str) -> str:
    """Return a character that the file's encoding has: without its accents where it lacks that letter, "?" where
    nothing is left.
    """
    try:
        character.encode(ENCODING)
    except UnicodeEncodeError:
        bare = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
        return bare if bare.isascii() and bare.isprintable() and bare else "?"
    return character
