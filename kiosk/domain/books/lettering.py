"""Letters the members' account (lettrage): which payments settle which charges, as far as they add up to nothing.

Told by what receipts know already: what takes an entry back is with it; a payment settles the oldest charge of its
party first. Entries that hang together get one letter as soon as their debits are their credits, dated by the last of
them. What is still open has none. Only what a file holds is looked at: a year that is closed is lettered the same for
ever.

A line is some numbers in arrays, 40 bytes: a file of a million would be ten times as large in objects.
"""

from array import array
from collections.abc import Iterator
from datetime import date

from kiosk.domain.books.ecritures import Ecriture


class Lettering:
    """Takes écritures in the file's order; then says, once, the letter of each line that is somebody's."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # of parties
        self._parties, self._cents, self._days, self._entries = array("I"), array("q"), array("I"), array("I")
        self._reverses: dict[int, int] = {}  # by place, the entry that the line takes back

    def read(self, written: Ecriture) -> int:
        """Take an écriture. Returns how many of its lines are somebody's."""
        whose = [line for line in written.lines if line.party]
        for line in whose:
            key = f"{line.account.number} {line.party}"
            self.add(key, line.debit - line.credit, written.day_on, written.entry, written.reverses)
        return len(whose)

    def add(self, party: str, cents: int, day: date, entry: int = 0, reverses: int = 0) -> None:
        """A line: more than 0 charged, less than 0 paid. `entry` is what wrote it, `reverses` what that took back."""
        if reverses:
            self._reverses[len(self._cents)] = reverses
        self._parties.append(self._numbers.setdefault(party, len(self._numbers)))
        self._cents.append(cents)
        self._days.append(day.toordinal())
        self._entries.append(entry)

    def letters(self) -> Iterator[tuple[str, date | None]]:
        """Each line's letter and the day of it, in the file's order; nothing for what is open."""
        letters, days = self.lettered()
        for lines in (self._parties, self._cents, self._days, self._entries):
            del lines[:]  # who writes the file needs the room
        for number in letters:
            yield (code(number), date.fromordinal(days[number - 1])) if number else ("", None)

    def lettered(self) -> tuple["array[int]", "array[int]"]:
        """Each line's letter by its number, from 1 on, or 0; and the day of each letter."""
        partner, settling = self._partners(), _Settling(self._cents, len(self._numbers))
        letters, days = array("I", [0]) * len(self._cents), array("I")
        for place, party in enumerate(self._parties):
            if place not in partner:
                done = settling.add(place, party)
            else:
                done = [] if partner[place] == place else [[partner[place], place]]
            for places in done:
                days.append(self._days[place])
                for each in places:
                    letters[each] = len(days)
        return letters, days

    def _partners(self) -> dict[int, int]:
        """Of each line that is taken back, and of what takes it back, the place of the former."""
        found: dict[int, int] = {}
        wanted, places = set(self._reverses.values()), dict[int, int]()
        for place, entry in enumerate(self._entries if wanted else ()):
            taken = places.pop(self._reverses.get(place, 0), None)
            if taken is not None and self._is_undone(taken, place):
                found[taken] = found[place] = taken
            elif entry in wanted:
                places[entry] = place
        return found

    def _is_undone(self, place: int, by: int) -> bool:
        return self._parties[place] == self._parties[by] and self._cents[place] == -self._cents[by]


class _Settling:
    """What of the lines hangs together. `left` is what is open of each, and is used up."""

    def __init__(self, left: "array[int]", parties: int) -> None:
        self._left = left
        self._root = array("I", range(len(left)))  # on the way to the line that stands for all that hang together
        self._open = array("I", [1]) * len(left)  # of the lines that a root stands for
        self._circle = array("I", range(len(left)))  # the next line of those that hang together
        # Open charges and open payments of each party, the oldest first. 0 is none, and places count from 1.
        self._after = array("I", [0]) * len(left)
        self._first, self._last = array("I", [0]) * (2 * parties), array("I", [0]) * (2 * parties)

    def add(self, place: int, party: int) -> list[list[int]]:
        """Put one more line to a party's. Returns the lines that add up to nothing by it, each lot apart."""
        left, is_charge, done = self._left, self._left[place] > 0, []
        against, own = 2 * party + is_charge, 2 * party + (not is_charge)
        while left[place] and self._first[against]:
            other = self._first[against] - 1
            part = min(abs(left[other]), abs(left[place]))
            left[other] += part if is_charge else -part
            left[place] -= part if is_charge else -part
            root = self._joined(other, place)
            if not left[other]:
                self._first[against] = self._after[other]
            if not self._open[root]:
                done.append(self._around(root))
        if left[place]:
            self._wait(place, own)
        return done

    def _wait(self, place: int, queue: int) -> None:
        if self._first[queue]:
            self._after[self._last[queue] - 1] = place + 1
        else:
            self._first[queue] = place + 1
        self._last[queue] = place + 1

    def _joined(self, one: int, other: int) -> int:
        kept, gone = self._root_of(one), self._root_of(other)
        if kept != gone:
            self._root[gone] = kept
            self._open[kept] += self._open[gone]
            circle = self._circle
            circle[kept], circle[gone] = circle[gone], circle[kept]  # two circles become one
        self._open[kept] -= (not self._left[one]) + (not self._left[other])
        return kept

    def _root_of(self, place: int) -> int:
        root = self._root
        while root[place] != place:
            root[place] = place = root[root[place]]
        return place

    def _around(self, place: int) -> list[int]:
        found, at = [place], self._circle[place]
        while at != place:
            found.append(at)
            at = self._circle[at]
        return found


def code(number: int) -> str:
    """A letter: A to Z, then AA, AB and so on."""
    said = ""
    while number:
        number, place = divmod(number - 1, 26)
        said = chr(65 + place) + said
    return said
