"""Letters the members' account (lettrage): which payments settle which charges, as far as they add up to nothing.

Told by what receipts know already: what takes an entry back is with it; a payment settles the oldest charge of its
party first. Entries that hang together get one letter as soon as their debits are their credits, dated by the last of
them. What is still open has none. Only what a file holds is looked at: a year that is closed is lettered the same for
ever.
"""

from array import array
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.books.ecritures import Ecriture


@dataclass(slots=True)
class _Item:
    """A line of the account that is not settled: its place, what is left of it, what it hangs together with."""

    left: int
    group: "_Group"


@dataclass(slots=True)
class _Group:
    """Lines that hang together. `into` is the group that it became part of."""

    places: list[int]
    open: int = 1
    into: "_Group | None" = None

    def root(self) -> "_Group":
        """The group that it is part of now."""
        found = self
        while found.into is not None:
            found = found.into
        return found


@dataclass(slots=True)
class _Party:
    charges: deque[_Item] = field(default_factory=deque)
    payments: deque[_Item] = field(default_factory=deque)


class Lettering:
    """Takes écritures in the file's order; then says the letter of each line that is somebody's, in that order."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # of parties
        self._parties, self._cents, self._days = array("L"), array("q"), array("L")
        self._entries: dict[int, int] = {}  # places by entry, of those that may be taken back yet
        self._partner: dict[int, int] = {}  # what is taken back, and what takes it back

    def read(self, written: Ecriture) -> int:
        """Take an écriture. Returns how many of its lines are somebody's."""
        whose = [line for line in written.lines if line.party]
        for line in whose:
            key = f"{line.account.number} {line.party}"
            self.add(key, line.debit - line.credit, written.day_on, written.entry, written.reverses)
        return len(whose)

    def add(self, party: str, cents: int, day: date, entry: int = 0, reverses: int = 0) -> None:
        """A line: more than 0 charged, less than 0 paid. `entry` is what wrote it, `reverses` what that took back."""
        place, number = len(self._cents), self._numbers.setdefault(party, len(self._numbers))
        self._parties.append(number)
        self._cents.append(cents)
        self._days.append(day.toordinal())
        taken = self._entries.pop(reverses, None)
        if taken is not None and self._parties[taken] == number and self._cents[taken] == -cents:
            self._partner[taken] = self._partner[place] = taken
        elif entry:
            self._entries[entry] = place

    def letters(self) -> Iterator[tuple[str, date | None]]:
        """Each line's letter and the day of it, in the file's order; nothing for what is open."""
        parties: dict[int, _Party] = defaultdict(_Party)
        letters, days = array("L", bytes(len(self._cents) * array("L").itemsize)), array("L")
        for place, cents in enumerate(self._cents):
            if place not in self._partner:
                done = _settled(parties[self._parties[place]], place, cents)
            else:
                done = [] if self._partner[place] == place else [[self._partner[place], place]]
            for places in done:
                days.append(self._days[place])
                for each in places:
                    letters[each] = len(days)
        for number in letters:
            yield (code(number), date.fromordinal(days[number - 1])) if number else ("", None)


def _settled(of: _Party, place: int, cents: int) -> list[list[int]]:
    """Put one more line to a party's. Returns the groups that add up to nothing by it."""
    item = _Item(abs(cents), _Group([place]))
    against, own = (of.payments, of.charges) if cents > 0 else (of.charges, of.payments)
    done = []
    while item.left and against:
        other = against[0]
        part = min(other.left, item.left)
        other.left -= part
        item.left -= part
        group = _joined(other, item)
        if not other.left:
            against.popleft()
        if not group.open:
            done.append(group.places)
    if item.left:
        own.append(item)
    return done


def _joined(one: _Item, other: _Item) -> _Group:
    kept, gone = one.group.root(), other.group.root()
    if kept is not gone:
        kept.places += gone.places
        kept.open += gone.open
        gone.into, gone.places = kept, []
    kept.open -= (not one.left) + (not other.left)
    return kept


def code(number: int) -> str:
    """A letter: A to Z, then AA, AB and so on."""
    said = ""
    while number:
        number, place = divmod(number - 1, 26)
        said = chr(65 + place) + said
    return said
