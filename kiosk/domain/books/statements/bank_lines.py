"""Cleans the lines of a bank's statement, and finds which lines are known already, from any file.

Two lines are the same where the bank gives them the same number, or where day and amount are equal and their words
agree: another format may cut a label short or leave words out. Lines are matched one to one, so that a line that is
twice in one file is two lines, and importing the same file again adds nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.names import searchable
from kiosk.domain.problems import Problem

MOST_BYTES = 1_500_000  # of a file
MOST_LINES = 10_000  # of a file
MOST_CENTS = 99_999_999_999  # of a line
LONGEST = 500  # characters of a line's words
NEAR_DAYS = 10  # days by which a bank may still move a line that keeps its number
_MOST_PAIRS = 40_000  # pairs of lines of one day and amount that are compared word by word
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)  # days that a line may have


class Source(StrEnum):
    """The kind of file that a line came in."""

    OFX = "ofx"
    CSV = "csv"
    CAMT = "camt"
    CFONB = "cfonb"
    HELLOASSO = "helloasso"
    STRIPE = "stripe"
    SUMUP = "sumup"


STATEMENTS = frozenset({Source.OFX, Source.CSV, Source.CAMT, Source.CFONB})  # formats of the bank's own statement
PLATFORMS = frozenset({Source.HELLOASSO, Source.STRIPE, Source.SUMUP})  # payments that have not reached the bank yet


class BankLine(Struct, frozen=True, kw_only=True):
    """A line of a statement. `cents` is positive for money in; `label`, `party` and `reference` are the bank's words;
    `bank_id` its number of the line.
    """

    source: Source
    day: date
    cents: int
    label: str
    party: str | None = None
    reference: str | None = None
    bank_id: str | None = None


def checked_line(
    source: Source,
    day: date,
    cents: int,
    label: str,
    *,
    party: str = "",
    reference: str = "",
    bank_id: str = "",
) -> BankLine:
    """Return a line with its words cleaned. Raises Problem `bank-line` for an impossible day or amount."""
    if not _FIRST <= day <= _LAST:
        raise Problem("bank-line", "a line of {day} cannot be", day=day)
    if abs(cents) > MOST_CENTS:
        raise Problem("bank-line", "a line of {sum_cents} EUR cannot be", sum_cents=cents)
    words = {"party": clean(party), "reference": clean(reference), "bank_id": clean(bank_id)[:100]}
    return BankLine(source=source, day=day, cents=cents, label=clean(label), **{n: t or None for n, t in words.items()})


def clean(text: str) -> str:
    """Return a text as one printable line of a limited length."""
    line = " ".join(text[: 4 * LONGEST].split())
    return "".join(letter for letter in line if letter.isprintable())[:LONGEST].strip()


def without_shared_numbers(lines: Sequence[BankLine]) -> list[BankLine]:
    """Return the lines, without the bank's number where a file repeats it on different lines."""
    operations: dict[str, set[tuple[date, int, str]]] = defaultdict(set)
    for line in lines:
        if line.bank_id:
            operations[line.bank_id].add((line.day, line.cents, line.label))
    shared = {number for number, different in operations.items() if len(different) > 1}
    return [replace(line, bank_id=None) if line.bank_id in shared else line for line in lines]


def new(lines: Sequence[BankLine], known: Iterable[BankLine]) -> list[bool]:
    """Tell for each line of a file, in order, whether it is new: matched with none of the `known` lines."""
    pools = {_pool(line) for line in lines}
    unmatched = [line for line in known if _pool(line) in pools]
    fresh = [True] * len(lines)
    _by_number(lines, unmatched, fresh)
    groups: dict[tuple[object, ...], list[BankLine]] = defaultdict(list)
    for line in unmatched:
        groups[_pool(line), line.day, line.cents].append(line)
    still_new: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if fresh[index]:
            still_new[_pool(line), line.day, line.cents].append(index)
    for key, indices in still_new.items():
        _by_words(lines, indices, groups.get(key, []), fresh)
    return fresh


def _pool(line: BankLine) -> str:
    """Return the account in which lines are compared: a platform's payment is never the same as a line of the bank."""
    return "account" if line.source in STATEMENTS else line.source.value


def _by_number(lines: Sequence[BankLine], left: list[BankLine], fresh: list[bool]) -> None:
    """Match lines with known ones (`left`) of the same kind of file, bank number and amount, a few days apart at most.
    A match is marked in `fresh` as not new, and its known line removed from `left`.
    """
    known: dict[tuple[object, ...], list[BankLine]] = defaultdict(list)
    for line in left:
        if line.bank_id:
            known[line.source, line.bank_id, line.cents].append(line)
    taken: set[int] = set()
    for index, line in enumerate(lines):
        for other in known.get((line.source, line.bank_id, line.cents), ()):
            if id(other) not in taken and abs(other.day - line.day) <= timedelta(days=NEAR_DAYS):
                taken.add(id(other))
                fresh[index] = False
                break
    left[:] = [line for line in left if id(line) not in taken]


def _by_words(lines: Sequence[BankLine], indices: list[int], known: list[BankLine], fresh: list[bool]) -> None:
    """Match lines of one day and amount with known ones: first those with equal words, then as many as possible whose
    words agree. Matched lines are marked in `fresh` as not new.
    """
    exact = Counter(_letters_of(line) for line in known)
    for index in indices:
        if exact[_letters_of(lines[index])] > 0:
            exact[_letters_of(lines[index])] -= 1
            fresh[index] = False
    others: list[BankLine] = []  # known lines that no equal one has taken
    for line in known:
        if exact[_letters_of(line)] > 0:
            exact[_letters_of(line)] -= 1
            others.append(line)
    open_ = [index for index in indices if fresh[index]]
    if len(open_) * len(others) > _MOST_PAIRS:
        return  # too many to compare: they count as new
    known_words = [_WordsToCompare.of(other) for other in others]
    agrees = {
        index: [place for place, other_words in enumerate(known_words) if own_words.agrees(other_words)]
        for index in open_
        for own_words in [_WordsToCompare.of(lines[index])]
    }
    for index in _paired(agrees):
        fresh[index] = False


def _paired(agrees: Mapping[int, list[int]]) -> set[int]:
    """Return the lines that can be matched, as many as possible (augmenting paths): a line that agrees with two known
    lines leaves one to a line that agrees with that one alone.
    """
    holder: dict[int, int] = {}  # place of a known line -> the line matched with it

    def find_place(start: int) -> bool:
        """Match a line with a known line, moving lines matched before to other known lines if need be. Tell whether one
        was free.
        """
        asked_by: dict[int, int] = {}  # place -> the line that asked for it
        queue = [start]
        for index in queue:
            for place in agrees[index]:
                if place in asked_by:
                    continue
                asked_by[place] = index
                if place not in holder:
                    _walk_back(place, asked_by, holder)
                    return True
                queue.append(holder[place])
        return False

    for index in agrees:
        find_place(index)
    return set(holder.values())


def _walk_back(place: int, asked_by: Mapping[int, int], holder: dict[int, int]) -> None:
    """Match each line on the path to a free place with the place that it asked for, back to the line that began."""
    place_of = {index: known_place for known_place, index in holder.items()}
    while True:
        index = asked_by[place]
        before = place_of.get(index)
        holder[place] = index
        if before is None:
            return
        place = before


# Words that banks write around a name; they do not tell who paid.
_BANKS_OWN = frozenset(
    searchable(
        "vir virement virements sepa reçu reçue inst instantané de du des la le en votre faveur m mr mme mlle monsieur "
        "madame motif réf référence émis émetteur don donneur ordre pour a au compte eur notprovided cpt carte facture "
        "paiement cb prlv prélèvement web europ"
    ).split()
)


def words_of(text: str) -> frozenset[str]:
    """Return the significant words of a text: without the bank's own words and single letters."""
    return frozenset(word for word in re.findall(r"[^\W_]+", searchable(text)) if len(word) > 1) - _BANKS_OWN


def agree(line: BankLine, other: BankLine) -> bool:
    """Tell whether two lines of one day and amount have words that agree: one text begins with the other, wherever
    words were cut; or all words of one begin words of the other, because formats differ in how much they say.
    """
    return _WordsToCompare.of(line).agrees(_WordsToCompare.of(other))


class _WordsToCompare(Struct, frozen=True):
    """A line's words as they are compared: its letters in a row, and its significant words."""

    letters: str
    words: frozenset[str]

    @classmethod
    def of(cls, line: BankLine) -> "_WordsToCompare":
        """Return the words of a line for comparison."""
        return cls(_letters_of(line), words_of(f"{line.label} {line.party or ''} {line.reference or ''}"))

    def agrees(self, other: "_WordsToCompare") -> bool:
        """Tell whether two lines' words agree, as `agree` defines."""
        if self.letters.startswith(other.letters) or other.letters.startswith(self.letters):
            return True
        fewer, more = sorted((self.words, other.words), key=len)
        says = len(fewer) > 1 or len(next(iter(fewer), "")) > 4  # a single short word says too little
        return says and all(word in more or any(longer.startswith(word) for longer in more) for word in fewer)


def _letters_of(line: BankLine) -> str:
    """Return a line's label and reference as letters and digits without accents or spaces."""
    return "".join(re.findall(r"[^\W_]+", searchable(f"{line.label} {line.reference or ''}")))
