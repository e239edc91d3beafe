"""Decides which charges each payment settles and what is left open, by folding an account's entries in the chain's
order.

Code civil, article 1342-10: a debtor of several debts says, when paying, which of them is paid. Otherwise the payment
goes to the debts that are due; among these, to those that the debtor had most interest in settling; with equal
interest, to the oldest; all things equal, in proportion. Here, by rank:

1. charges of the same act as the payment (a carnet sold and paid): paying for it names the debt;
2. charges that the payer names when paying, or by unmistakable conduct; this is never changed later;
3. charges on an overdue invoice, which costs late penalties: the debtor has most interest in these;
4. all other charges, the oldest day first, those of one day in proportion;
5. the rest is an advance, which later charges use up as they come.

A reversal frees cents for ranks 3 to 5: a reversed charge frees the payments that settled it, a reversed payment opens
its charges again. Entries from before this rule keep the rule of their time: payments settle the oldest day first, in
their order, and a gift is settled by its own payment.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise

from msgspec import Struct, field

GIFT, WRITE_OFF = "gift", "write-off"  # kinds of entries
NO_SALE = ("deposit", GIFT)  # kinds of charges that sell nothing
Cents = dict[int, int]  # by the number of an entry


class Posted(Struct, frozen=True):
    """An entry that moves an account: positive cents are owed, negative ones paid; with 0 it is neither. `group`
    is the act that it is part of.
    """

    number: int
    kind: str
    day_on: date
    cents: int
    group: bytes
    reverses: int | None = None


class Invoiced(Struct, frozen=True):
    """The invoice that a charge is on: the entry that issued it, and its due date."""

    entry: int
    due_on: date


class Facts(Struct, frozen=True):
    """Facts beside the entries: the charges named by the payer (`words`, by payment), the invoices by charge, and the
    number of the last entry `before` this rule.
    """

    words: Mapping[int, Sequence[int]] = field(default_factory=dict)
    invoiced: Mapping[int, Invoiced] = field(default_factory=dict)
    before: int = 0


NO_FACTS = Facts()


class Allocation(Struct, frozen=True):
    """What is open of each charge that is not reversed, which charges each payment settles, and what of it is still an
    advance (`ahead`).

    A refund counts as a charge that an advance settles. `freed` is what a payment had settled of charges reversed
    since.
    """

    entries: Mapping[int, Posted]
    open: Mapping[int, int]  # by charge, in cents
    parts: Mapping[int, Mapping[int, int]]  # cents by payment, then charge
    ahead: Mapping[int, int]  # by payment, in cents
    freed: Mapping[int, Mapping[int, int]]  # cents by payment, then charge
    taken_back_on: Mapping[int, date]  # the day of its reversal, by reversed entry

    def settled_by(self, payment: int) -> Mapping[int, int]:
        """Return what a payment settles by charge, without refunds."""
        return {number: cents for number, cents in self.parts[payment].items() if not self._is_refund(number)}

    def refunded_of(self, payment: int) -> int:
        """Return what of a payment was refunded, in cents."""
        return sum(cents for number, cents in self.parts[payment].items() if self._is_refund(number))

    def open_on(self, accepts: Mapping[int, int] | None = None) -> int:
        """Return what is open in all, or on the charges in `accepts`, in cents."""
        return sum(cents for number, cents in self.open.items() if accepts is None or number in accepts)

    def settled(self, charge: int) -> int:
        """Return what of a charge was paid, before or after it was made, without write-offs, in cents."""
        return self.entries[charge].cents - self.open[charge] - self.written_off.get(charge, 0)

    @property
    def written_off(self) -> Mapping[int, int]:
        """Return the cents written off, by charge."""
        written_off: Cents = {}
        for number, parts in self.parts.items():
            if self.entries[number].kind == WRITE_OFF:
                for charge, cents in parts.items():
                    written_off[charge] = written_off.get(charge, 0) + cents
        return written_off

    def aside(self, payment: int) -> int:
        """Return what of a payment was not for sales: for deposits and gifts, including deposits refunded since, in
        cents.
        """
        kept = sum(cents for charge, cents in self.parts[payment].items() if self._is_no_sale(charge))
        freed = sum(cents for charge, cents in self.freed.get(payment, {}).items() if self._is_no_sale(charge))
        return kept + min(freed, self.refunded_of(payment))  # a refund gives freed deposits and gifts back first

    def aside_of_refund(self, refund: int) -> int:
        """Return what of a refund gives back deposits and gifts, in cents."""
        aside = 0
        for payment, parts in self.parts.items():
            freed = sum(cents for charge, cents in self.freed.get(payment, {}).items() if self._is_no_sale(charge))
            # refunds use up what was freed in their order
            for number in sorted(settled for settled in parts if self._is_refund(settled)):
                part = min(freed, parts[number])
                freed -= part
                aside += part if number == refund else 0
        return aside

    def _is_no_sale(self, number: int) -> bool:
        """Tell whether an entry is a deposit or a gift."""
        return self.entries[number].kind in NO_SALE

    def _is_refund(self, number: int) -> bool:
        """Tell whether an entry is a refund."""
        return self.entries[number].kind == "refund"


def allocate(entries: Iterable[Posted], facts: Facts = NO_FACTS) -> Allocation:
    """Return the allocation of an account's entries, given in the order of their numbers."""
    posted = list(entries)
    fold = _Fold(facts)
    fold.take_over([entry for entry in posted if entry.number <= facts.before])
    for entry in posted:
        if entry.number > facts.before:
            fold.take(entry)
    ahead = {number: cents for number, cents in fold.ahead.items() if cents}
    return Allocation(fold.entries, fold.open, fold.parts, ahead, fold.freed, fold.taken_back_on)


def shared(owed: Sequence[tuple[int, int]], cents: int) -> Cents:
    """Share cents among charges (number and open cents) in proportion. Cents left by rounding go one each to the
    largest remainders, then to the lowest numbers. Each charge gets its whole if there is enough; what is more is left
    out, as are charges that get nothing.
    """
    total = sum(open_cents for _, open_cents in owed)
    if cents >= total:
        return dict(owed)
    parts = {number: cents * open_cents // total for number, open_cents in owed}
    nearest = sorted(owed, key=lambda charge: (-(cents * charge[1] % total), charge[0]))
    for number, _ in nearest[: cents - sum(parts.values())]:
        parts[number] += 1
    return {number: part for number, part in parts.items() if part}


class _Fold:
    """The state of an account after some entries. While there is an advance, no charge is open."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.entries: dict[int, Posted] = {}
        self.open: Cents = {}
        self.ahead: Cents = {}
        self.parts: dict[int, Cents] = {}  # by payment, then charge
        self.freed: dict[int, Cents] = {}
        self.taken_back_on: dict[int, date] = {}
        self._payers: dict[int, Cents] = {}  # by charge, then payment
        # Charges still open, payments still ahead, and the charges of each act by its group: an account of ten years
        # has thousands of entries, of which few are still open or ahead.
        self._owing, self._unspent, self._acts = set[int](), set[int](), dict[bytes, list[int]]()
        self._act = b""  # the group of the last entry
        self._of_act: dict[int, list[int]] = {}  # advances that settled charges of the current act, by charge

    def take_over(self, entries: Sequence[Posted]) -> None:
        """Start with the entries written before the rule, without reversals and what they reversed: each gift is
        settled by the payment written right after it in its act, then payments in their order settle the oldest days.
        """
        reversed_ = {entry.reverses for entry in entries if entry.reverses is not None}
        standing = [entry for entry in entries if entry.reverses is None and entry.number not in reversed_]
        for entry in standing:
            self._note(entry)
        for gift, paid in pairwise(standing):
            if gift.kind == GIFT and paid.cents < 0 and (paid.number, paid.group) == (gift.number + 1, gift.group):
                self._settle(paid.number, {gift.number: min(self.open[gift.number], self.ahead[paid.number])})
        charges = sorted((entry.day_on, entry.number) for entry in standing if entry.cents > 0)
        waiting = [number for _, number in charges if self.open[number]]
        for payment in [entry.number for entry in standing if entry.cents < 0]:
            while waiting and self.ahead[payment]:
                first = waiting[0]
                self._settle(payment, {first: min(self.open[first], self.ahead[payment])})
                if not self.open[first]:
                    waiting.pop(0)

    def take(self, entry: Posted) -> None:
        """Apply one more entry."""
        if entry.group != self._act:
            self._act = entry.group
            self._of_act.clear()
        if entry.reverses is not None:
            self._take_back(entry.reverses)
            self.taken_back_on[entry.reverses] = entry.day_on
        elif entry.cents:
            self._note(entry)
            if entry.cents < 0:
                self._settle_act(entry)  # rank 1
                self._settle_word(entry)  # rank 2
        used = self._use_ahead(entry)  # ranks 3 to 5
        if entry.cents > 0 and entry.reverses is None and used:
            self._of_act[entry.number] = used

    def _note(self, entry: Posted) -> None:
        """Take in an entry: above 0 as a charge still to be paid, below 0 as a payment not spent yet."""
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
        """Take a reversed entry out: a charge frees what paid it, a payment reopens what it paid. An entry that is
        neither, such as one of 0 cents, changes nothing.
        """
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
        """Settle the charges of the payment's own act; an advance that had just settled them gets its cents back."""
        own = [number for number in self._acts.get(payment.group, ()) if number in self.open]
        payable = [(number, self.open[number] + self._settled_in_act(number)) for number in own]
        for number, cents in self._ranked(
            payment, [charge for charge in payable if charge[1]], self.ahead[payment.number]
        ):
            self._give_back(number, cents - self.open[number])  # the rest was settled by an advance in this act
            self._settle(payment.number, {number: cents})

    def _settled_in_act(self, charge: int) -> int:
        """Return how many cents of a charge earlier advances settled in the current act."""
        return sum(self._payers[charge].get(payment, 0) for payment in self._of_act.get(charge, ()))

    def _give_back(self, charge: int, cents: int) -> None:
        """Take cents of a charge back from the advances that settled it in this act, the last first; nothing for 0 or
        less.
        """
        for payment in self._of_act.get(charge, ())[::-1]:
            part = min(cents, self._payers[charge].get(payment, 0))
            if part > 0:
                self._settle(payment, {charge: -part})
                cents -= part

    def _settle_word(self, payment: Posted) -> None:
        """Settle the charges that the payer named."""
        named = dict.fromkeys(self._facts.words.get(payment.number, ()))
        owed = [(number, self.open[number]) for number in named if self.open.get(number)]
        self._settle(payment.number, dict(self._ranked(payment, owed, self.ahead[payment.number])))

    def _use_ahead(self, entry: Posted) -> list[int]:
        """Let advances settle open charges, the oldest payment first. Return the payments that did."""
        payments = sorted(self._unspent)
        if not payments:
            return []
        owed = [(number, self.open[number]) for number in self._owing]
        ranked = self._ranked(entry, owed, sum(self.ahead[payment] for payment in payments))
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
        """Share cents among charges, as pairs of number and cents: first those on an invoice that was overdue before
        the day of `by`, the earliest due first, then the others, the oldest day first; those of one day in proportion.
        """

        def rank(charge: tuple[int, int]) -> tuple[bool, date]:
            # False sorts first: charges on an invoice issued and overdue before `by`, by due date; then all others
            invoice = self._facts.invoiced.get(charge[0])
            if invoice is not None and invoice.entry < by.number and invoice.due_on < by.day_on:
                return False, invoice.due_on
            return True, self.entries[charge[0]].day_on

        settled: list[tuple[int, int]] = []
        for _, alike in groupby(sorted(owed, key=lambda part: (*rank(part), part[0])), key=rank):
            parts = shared(list(alike), cents)
            settled += parts.items()
            cents -= sum(parts.values())
            if not cents:
                break
        return settled

    def _settle(self, payment: int, parts: Mapping[int, int]) -> None:
        """Pay charges with parts of a payment, in cents; a negative part takes one back."""
        for charge, cents in parts.items():
            self.open[charge] -= cents
            self.ahead[payment] -= cents
            for number, left, waiting in (  # the sets of what is still open, or ahead, follow
                (charge, self.open[charge], self._owing),
                (payment, self.ahead[payment], self._unspent),
            ):
                (waiting.add if left else waiting.discard)(number)
            # the same cents, by payment and by charge
            for cents_of, key in ((self.parts[payment], charge), (self._payers[charge], payment)):
                cents_of[key] = cents_of.get(key, 0) + cents
                if not cents_of[key]:
                    del cents_of[key]
