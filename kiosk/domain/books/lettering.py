"""Letters the members' account (lettrage): which payments settle which charges, where they add up to zero.

A reversal belongs with the entry that it reverses. A payment belongs with the charges that it settles (`allocation`);
for older payments without that record, with the oldest charges of its party. Connected lines get one letter once their
debits equal their credits, dated by the last of them; open lines have none. Only the lines of one file are considered,
so that a closed year is lettered the same for ever; what a year before left is its party's opening line. A *party* is
the member or organisation that owes or pays.

A line is a few numbers in arrays, 40 bytes: as objects, a file of a million lines would take ten times the memory.
"""

from array import array
from collections.abc import Iterator, Mapping
from datetime import date

from kiosk.domain.books.ecritures import Ecriture


class Lettering:
    """Takes écritures in the file's order, then yields once the letter of each line that has a party. A line's *place*
    is its position in that order, from 0.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # a number from 0 on for each account and party
        # Of each line, by place: its party's number, cents, day (as an ordinal), entry.
        self._parties, self._cents, self._days, self._entries = array("I"), array("q"), array("I"), array("I")
        self._settled = array("q")  # payment, charge and cents, in triples
        self._reverses: dict[int, int] = {}  # by place of the line, the entry that it reverses

    def read(self, written: Ecriture) -> int:
        """Add an écriture. Return how many of its lines have a party."""
        whose = [line for line in written.lines if line.party]
        for line in whose:
            key = f"{line.account.number} {line.party}"
            self.add(key, line.debit - line.credit, written.day_on, written.entry, written.reverses)
        return len(whose)

    def add(self, party: str, cents: int, day: date, entry: int = 0, reverses: int = 0) -> None:
        """Add a line: positive cents are charged, negative ones paid. `party` is its account's number and its party.
        `entry` is the entry of the line (0: an opening balance), `reverses` the one that it reverses (0: none).
        """
        if reverses:
            self._reverses[len(self._cents)] = reverses
        self._parties.append(self._numbers.setdefault(party, len(self._numbers)))
        self._cents.append(cents)
        self._days.append(day.toordinal())
        self._entries.append(entry)

    def settle(self, payment: int, charge: int, cents: int) -> None:
        """Add the cents of a charge that a payment settles; either may belong to a year before."""
        self._settled.extend((payment, charge, cents))

    def letters(self) -> Iterator[tuple[str, date | None]]:
        """Yield each line's letter and its day, in the file's order; an empty letter and None for an open line. Frees
        the lines first, so it works once.
        """
        letters, days = self.lettered()
        for lines in (self._parties, self._cents, self._days, self._entries):
            del lines[:]  # writing the file needs the memory
        for number in letters:
            yield (code(number), date.fromordinal(days[number - 1])) if number else ("", None)

    def lettered(self) -> tuple["array[int]", "array[int]"]:
        """Return each line's letter as a number from 1 on (0: open), by place; and the day of each letter, an ordinal,
        letter 1 first. Letters are numbered in the order of the last line of each.
        """
        partner, settling = self._partners(), _Settling(self._cents, len(self._numbers))
        recorded = _Recorded(self, partner)
        # First reversals, and lines without a recorded settlement: older payments, the opening line.
        for place, party in enumerate(self._parties):
            if place in partner:
                settling.join(place, partner[place], abs(self._cents[place]))
            elif not recorded.has(place):
                settling.add(place, party)
        for payment, charge, cents in recorded.pairs():
            self._join(settling, payment, charge, cents)
        for place, party in enumerate(self._parties):  # what recorded settlements left open
            if recorded.has(place):
                settling.add(place, party)
        letters, days = array("I", [0]) * len(self._cents), array("I")
        for lot in settling.lots():
            days.append(self._days[max(lot)])
            for place in lot:
                letters[place] = len(days)
        return letters, days

    def _join(self, settling: "_Settling", payment: int | None, charge: int | None, cents: int) -> None:
        """Connect a payment and the charge that it settles, given by place, unless their parties differ. If one of them
        is None (of a year before), settle the other with its party's oldest open lines up to these cents: the opening
        line stands for that year. If both are None, do nothing.
        """
        if payment is not None and charge is not None:
            if self._parties[payment] == self._parties[charge]:
                settling.join(payment, charge, cents)
        else:
            for place in (payment, charge):
                if place is not None:
                    settling.add(place, self._parties[place], cents)

    def _partners(self) -> dict[int, int]:
        """Return, by the place of each reversed line and of its reversal, the place of the reversed line. Only lines of
        one party that add up to zero count, and each entry is reversed once.
        """
        partner: dict[int, int] = {}
        reversed_entries, places = set(self._reverses.values()), dict[int, int]()
        for place, entry in enumerate(self._entries if reversed_entries else ()):
            reversed_place = places.pop(self._reverses.get(place, 0), None)
            if reversed_place is not None and self._is_undone(reversed_place, place):
                partner[reversed_place] = partner[place] = reversed_place  # to itself, which joins nothing
            elif entry in reversed_entries:
                places[entry] = place
        return partner

    def _is_undone(self, place: int, by: int) -> bool:
        """Tell whether two lines are of one party and add up to zero."""
        return self._parties[place] == self._parties[by] and self._cents[place] == -self._cents[by]


class _Recorded:
    """The places of lines whose settlement is recorded, by their entries; reversed lines and reversals are left out."""

    def __init__(self, lines: Lettering, partner: Mapping[int, int]) -> None:
        self._settled = lines._settled  # payment, charge and cents, in triples
        # the lowest entry: the arrays below begin there
        self._first = min((entry for entry in lines._entries if entry), default=0)
        size = max(lines._entries, default=0) - self._first + 1 if self._settled else 0
        is_recorded = bytearray(size), bytearray(size)  # as a payment, as a charge
        for index, entry in enumerate(self._settled):
            if index % 3 < 2 and 0 <= entry - self._first < size:  # the third of a triple is cents
                is_recorded[index % 3][entry - self._first] = 1
        self._places = array("I", [0]) * size, array("I", [0]) * size  # from 1 on
        self._has = bytearray(len(lines._cents))  # by place of the line: 1 if its settlement is recorded
        for place, entry in enumerate(lines._entries if size else ()):
            is_charge = lines._cents[place] > 0
            if entry and place not in partner and is_recorded[is_charge][entry - self._first]:
                self._places[is_charge][entry - self._first] = place + 1
                self._has[place] = 1

    def has(self, place: int) -> bool:
        """Tell whether a settlement is recorded for a line."""
        return bool(self._has[place])

    def pairs(self) -> Iterator[tuple[int | None, int | None, int]]:
        """Yield the recorded settlements in the order in which they were added: places of payment and charge, and
        cents; a place is None where the file has no such line.
        """
        for at in range(0, len(self._settled), 3):
            payment, charge, cents = self._settled[at : at + 3]
            yield self._place(payment, 0), self._place(charge, 1), cents

    def _place(self, entry: int, side: int) -> int | None:
        """Return the place of an entry's line as a payment (side 0) or a charge (1); None if the file has none."""
        at = entry - self._first
        place = self._places[side][at] if 0 <= at < len(self._places[side]) else 0
        return place - 1 if place else None


class _Settling:
    """Connects lines that settle each other into groups. `left` has the open cents of each line, charges above 0
    and payments below, and is used up. A group without an open line is a *lot*, and gets a letter.
    """

    def __init__(self, left: "array[int]", parties: int) -> None:
        self._left = left
        self._root = array("I", range(len(left)))  # leads to the line that represents its connected lines
        self._open = array("I", [1]) * len(left)  # number of open lines that a root represents
        self._circle = array("I", range(len(left)))  # the next of the connected lines
        # Queues of each party's open lines, oldest first: of charges at twice its number, of payments one further. 0 is
        # none; places count from 1.
        self._after = array("I", [0]) * len(left)
        self._first, self._last = array("I", [0]) * (2 * parties), array("I", [0]) * (2 * parties)

    def add(self, place: int, party: int, cents: int | None = None) -> None:
        """Settle a line with its party's open lines of the other side, oldest first. With `cents`, settle only that
        much, and do not queue the rest.
        """
        is_charge = self._left[place] > 0
        against, own = 2 * party + is_charge, 2 * party + (not is_charge)
        most = abs(self._left[place]) if cents is None else min(cents, abs(self._left[place]))
        while most and self._first[against]:
            other = self._first[against] - 1
            most -= self.join(place, other, most)
            if not self._left[other]:
                self._first[against] = self._after[other]
        if cents is None and self._left[place]:
            self._enqueue(place, own)

    def join(self, place: int, other: int, cents: int) -> int:
        """Connect two lines of opposite sides by up to these cents. Return by how many they were connected: 0 where one
        of them is settled already, or both are charges or both payments.
        """
        left = self._left
        part = min(cents, abs(left[place]), abs(left[other])) if (left[place] > 0) != (left[other] > 0) else 0
        if part:
            is_charge = left[place] > 0
            left[place] -= part if is_charge else -part
            left[other] += part if is_charge else -part
            self._merge_groups(other, place)
        return part

    def lots(self) -> Iterator[list[int]]:
        """Yield the lots of lines that add up to zero, in the order of each lot's last line."""
        last = array("I", [0]) * len(self._left)
        for place in range(len(self._left)):
            last[self._root_of(place)] = place
        for place in range(len(self._left)):
            root = self._root_of(place)
            if last[root] == place and not self._open[root]:
                yield self._around(place)

    def _enqueue(self, place: int, queue: int) -> None:
        """Append a line to a queue of those that wait; places are stored plus one, since 0 stands for none."""
        if self._first[queue]:
            self._after[self._last[queue] - 1] = place + 1
        else:
            self._first[queue] = place + 1
        self._last[queue] = place + 1

    def _merge_groups(self, place: int, other: int) -> None:
        """Join the groups of two lines, and take the lines that are settled now out of the group's open ones."""
        kept, gone = self._root_of(place), self._root_of(other)
        if kept != gone:
            self._root[gone] = kept
            self._open[kept] += self._open[gone]
            circle = self._circle
            circle[kept], circle[gone] = circle[gone], circle[kept]  # two circles become one
        self._open[kept] -= (not self._left[place]) + (not self._left[other])

    def _root_of(self, place: int) -> int:
        """Return the line that stands for a group, shortening the way to it (union-find)."""
        root = self._root
        while root[place] != place:
            root[place] = place = root[root[place]]
        return place

    def _around(self, place: int) -> list[int]:
        """Return the places of all lines of a group, from the given one along the circle."""
        lines, at = [place], self._circle[place]
        while at != place:
            lines.append(at)
            at = self._circle[at]
        return lines


def code(number: int) -> str:
    """Return a letter by its number: 1 is A, 26 Z, 27 AA, 28 AB and so on; "" for 0."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(65 + place) + letters
    return letters
