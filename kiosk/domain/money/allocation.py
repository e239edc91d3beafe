"""Says what each payment settles and what is open of each charge, by folding an account in the chain's order.

Code civil, article 1342-10: a debtor of several debts says, when paying, which of them is paid. Without such a word it
goes to those that are due; among these, to the ones that the debtor had most interest in settling; with equal interest,
to the oldest; all things equal, in proportion. Here, by rank:

1. what was written in the same act as the payment (a carnet sold and paid): paying for it was the word;
2. what the payer's word names, said when paying or by conduct that cannot be mistaken, never changed later;
3. an invoice that is past its day, which costs late penalties: the most interest lies in that;
4. all else, the oldest day first, what is of one day in proportion;
5. the rest is an advance, which what is charged later uses as it comes.

What is taken back frees its cents for ranks 3 to 5: a charge those that had settled it, a payment what it had settled.
Entries of before this rule keep the one of their time: payments, in their order, settle the oldest day first, and a
gift its own payment.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise

from msgspec import Struct, field

GIFT, WRITE_OFF = "gift", "write-off"
NO_SALE = ("deposit", GIFT)
Cents = dict[int, int]  # by the number of an entry


class Posted(Struct, frozen=True):
    """An entry that moves an account: more than 0 is owed, less than 0 paid. `group` is the act that it is part of."""

    number: int
    kind: str
    day_on: date
    cents: int
    group: bytes
    reverses: int | None = None


class Invoiced(Struct, frozen=True):
    """On which invoice a charge is: the entry that issued it, and the day by which it is to be paid."""

    entry: int
    due_on: date


class Facts(Struct, frozen=True):
    """What stands beside entries: the payer's `words` by payment, invoices by charge, and the last entry `before` this
    rule.
    """

    words: Mapping[int, Sequence[int]] = field(default_factory=dict)
    invoiced: Mapping[int, Invoiced] = field(default_factory=dict)
    before: int = 0


NO_FACTS = Facts()


class Allocation(Struct, frozen=True):
    """What is open of each charge that stands, what each payment settles of which, and what of it is still ahead.

    A refund is settled by the advance that it hands back. `freed` is what a payment had settled of what was taken back.
    """

    entries: Mapping[int, Posted]
    open: Mapping[int, int]
    parts: Mapping[int, Mapping[int, int]]
    ahead: Mapping[int, int]
    freed: Mapping[int, Mapping[int, int]]
    taken_back_on: Mapping[int, date]

    def settled_by(self, payment: int) -> Mapping[int, int]:
        """What a payment settles, by charge, refunds left out."""
        return {number: cents for number, cents in self.parts[payment].items() if not self._is_refund(number)}

    def refunded_of(self, payment: int) -> int:
        """What of a payment was handed back."""
        return sum(cents for number, cents in self.parts[payment].items() if self._is_refund(number))

    def open_on(self, accepts: Mapping[int, int] | None = None) -> int:
        """What is open in all, or of some charges."""
        return sum(cents for number, cents in self.open.items() if accepts is None or number in accepts)

    def settled(self, charge: int) -> int:
        """What of a charge was paid, whenever that was."""
        return self.entries[charge].cents - self.open[charge] - self.written_off.get(charge, 0)

    @property
    def written_off(self) -> Mapping[int, int]:
        """What was given up, by charge."""
        found: Cents = {}
        for number, parts in self.parts.items():
            if self.entries[number].kind == WRITE_OFF:
                for charge, cents in parts.items():
                    found[charge] = found.get(charge, 0) + cents
        return found

    def aside(self, payment: int) -> int:
        """What of a payment was for no sale: deposits and gifts, and deposits that were handed back since."""
        kept = sum(cents for charge, cents in self.parts[payment].items() if self._is_no_sale(charge))
        freed = sum(cents for charge, cents in self.freed.get(payment, {}).items() if self._is_no_sale(charge))
        return kept + min(freed, self.refunded_of(payment))

    def aside_of_refund(self, refund: int) -> int:
        """What of a refund hands deposits and gifts back."""
        found = 0
        for payment, parts in self.parts.items():
            freed = sum(cents for charge, cents in self.freed.get(payment, {}).items() if self._is_no_sale(charge))
            for number in sorted(each for each in parts if self._is_refund(each)):
                part = min(freed, parts[number])
                freed -= part
                found += part if number == refund else 0
        return found

    def _is_no_sale(self, number: int) -> bool:
        return self.entries[number].kind in NO_SALE

    def _is_refund(self, number: int) -> bool:
        return self.entries[number].kind == "refund"


def allocate(entries: Iterable[Posted], facts: Facts = NO_FACTS) -> Allocation:
    """Fold an account's entries, which come by number."""
    known = list(entries)
    fold = _Fold(facts)
    fold.take_over([each for each in known if each.number <= facts.before])
    for each in known:
        if each.number > facts.before:
            fold.take(each)
    ahead = {number: cents for number, cents in fold.ahead.items() if cents}
    return Allocation(fold.entries, fold.open, fold.parts, ahead, fold.freed, fold.taken_back_on)


def shared(owed: Sequence[tuple[int, int]], cents: int) -> Cents:
    """Share cents among charges (number and what is open) in proportion, to the cent: largest remainder first."""
    total = sum(each for _, each in owed)
    if cents >= total:
        return dict(owed)
    parts = {number: cents * each // total for number, each in owed}
    nearest = sorted(owed, key=lambda each: (-(cents * each[1] % total), each[0]))
    for number, _ in nearest[: cents - sum(parts.values())]:
        parts[number] += 1
    return {number: part for number, part in parts.items() if part}


class _Fold:
    """An account as it stands after some entries. While anything is ahead, nothing is open."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.entries: dict[int, Posted] = {}
        self.open: Cents = {}
        self.ahead: Cents = {}
        self.parts: dict[int, Cents] = {}  # by payment, then charge
        self.freed: dict[int, Cents] = {}
        self.taken_back_on: dict[int, date] = {}
        self._payers: dict[int, Cents] = {}  # by charge, then payment
        # An account of ten years has thousands of each, of which few are still open or ahead.
        self._owing, self._unspent, self._acts = set[int](), set[int](), dict[bytes, list[int]]()
        self._act, self._born = b"", dict[int, list[int]]()  # what an advance settled of charges of the act at hand

    def take_over(self, entries: Sequence[Posted]) -> None:
        """Begin with what was written before the rule."""
        gone = {each.reverses for each in entries if each.reverses is not None}
        standing = [each for each in entries if each.reverses is None and each.number not in gone]
        for each in standing:
            self._note(each)
        for gift, paid in pairwise(standing):
            if gift.kind == GIFT and paid.cents < 0 and (paid.number, paid.group) == (gift.number + 1, gift.group):
                self._settle(paid.number, {gift.number: min(self.open[gift.number], self.ahead[paid.number])})
        charges = sorted((each.day_on, each.number) for each in standing if each.cents > 0)
        waiting = [number for _, number in charges if self.open[number]]
        for payment in [each.number for each in standing if each.cents < 0]:
            while waiting and self.ahead[payment]:
                first = waiting[0]
                self._settle(payment, {first: min(self.open[first], self.ahead[payment])})
                if not self.open[first]:
                    waiting.pop(0)

    def take(self, entry: Posted) -> None:
        """Go on with one more entry."""
        if entry.group != self._act:
            self._act = entry.group
            self._born.clear()
        if entry.reverses is not None:
            self._take_back(entry.reverses)
            self.taken_back_on[entry.reverses] = entry.day_on
        elif entry.cents:
            self._note(entry)
            if entry.cents < 0:
                self._settle_act(entry)
                self._settle_word(entry)
        used = self._use_ahead(entry)
        if entry.cents > 0 and entry.reverses is None and used:
            self._born[entry.number] = used

    def _note(self, entry: Posted) -> None:
        if not entry.cents:
            return
        self.entries[entry.number] = entry
        if entry.cents > 0:
            self.open[entry.number] = entry.cents
            self._owing.add(entry.number)
            self._acts.setdefault(entry.group, []).append(entry.number)
            self._payers[entry.number] = {}
        else:
            self.ahead[entry.number] = -entry.cents
            self._unspent.add(entry.number)
            self.parts[entry.number] = {}

    def _take_back(self, number: int) -> None:
        if number in self.open:
            del self.open[number]
            self._owing.discard(number)
            for payment, cents in self._payers.pop(number).items():
                del self.parts[payment][number]
                self.freed.setdefault(payment, {})[number] = cents
                self.ahead[payment] += cents
                self._unspent.add(payment)
        elif number in self.parts:
            for charge, cents in self.parts.pop(number).items():
                del self._payers[charge][number]
                self.open[charge] += cents
                self._owing.add(charge)
            del self.ahead[number]
            self._unspent.discard(number)

    def _settle_act(self, payment: Posted) -> None:
        """Settle what is of the payment's own act; where an advance did a moment ago, give it back."""
        own = [number for number in self._acts.get(payment.group, ()) if number in self.open]
        rooms = [(number, self.open[number] + self._born_of(number)) for number in own]
        for number, cents in self._ranked(payment, [each for each in rooms if each[1]], self.ahead[payment.number]):
            self._give_back(number, cents - self.open[number])
            self._settle(payment.number, {number: cents})

    def _born_of(self, charge: int) -> int:
        return sum(self._payers[charge].get(each, 0) for each in self._born.get(charge, ()))

    def _give_back(self, charge: int, cents: int) -> None:
        for payment in self._born.get(charge, ())[::-1]:
            part = min(cents, self._payers[charge].get(payment, 0))
            if part > 0:
                self._settle(payment, {charge: -part})
                cents -= part

    def _settle_word(self, payment: Posted) -> None:
        named = dict.fromkeys(self._facts.words.get(payment.number, ()))
        owed = [(number, self.open[number]) for number in named if self.open.get(number)]
        self._settle(payment.number, dict(self._ranked(payment, owed, self.ahead[payment.number])))

    def _use_ahead(self, entry: Posted) -> list[int]:
        """Let what is ahead settle what is open. Returns the payments that did."""
        payments = sorted(self._unspent)
        if not payments:
            return []
        owed = [(number, self.open[number]) for number in self._owing]
        ranked = self._ranked(entry, owed, sum(self.ahead[each] for each in payments))
        used, place = list[int](), 0
        for charge, cents in ranked:
            left = cents
            while left:
                part = min(left, self.ahead[payments[place]])
                self._settle(payments[place], {charge: part})
                left -= part
                used.append(payments[place])
                if not self.ahead[payments[place]]:
                    place += 1
        return list(dict.fromkeys(used))

    def _ranked(self, by: Posted, owed: Sequence[tuple[int, int]], cents: int) -> list[tuple[int, int]]:
        """Share cents among charges: what an invoice wanted before the day of `by` first, then the oldest day."""

        def rank(charge: tuple[int, int]) -> tuple[bool, date]:
            invoice = self._facts.invoiced.get(charge[0])
            if invoice is not None and invoice.entry < by.number and invoice.due_on < by.day_on:
                return False, invoice.due_on
            return True, self.entries[charge[0]].day_on

        found: list[tuple[int, int]] = []
        for _, alike in groupby(sorted(owed, key=lambda each: (*rank(each), each[0])), key=rank):
            parts = shared(list(alike), cents)
            found += parts.items()
            cents -= sum(parts.values())
            if not cents:
                break
        return found

    def _settle(self, payment: int, parts: Mapping[int, int]) -> None:
        for charge, cents in parts.items():
            self.open[charge] -= cents
            self.ahead[payment] -= cents
            for number, left, waiting in (
                (charge, self.open[charge], self._owing),
                (payment, self.ahead[payment], self._unspent),
            ):
                (waiting.add if left else waiting.discard)(number)
            for both, key in ((self.parts[payment], charge), (self._payers[charge], payment)):
                both[key] = both.get(key, 0) + cents
                if not both[key]:
                    del both[key]
