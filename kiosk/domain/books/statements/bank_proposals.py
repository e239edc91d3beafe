"""Proposes what a line of the bank's statement may stand for, best first. Nothing is decided here.

First come entries already in the books (a transfer entered by hand, cheques on a slip, a payout), so that nothing is
entered twice; then the payer, by the account's reference, by earlier decisions on the same words, by name and amount.
An amount alone proposes nothing, because many share it. Each proposal has a grade; only sure ones may be confirmed in
bulk, and a person still confirms them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.books.statements import bank_bounces, bank_waiting
from kiosk.domain.books.statements.bank_bounces import Deposited, Returned
from kiosk.domain.books.statements.bank_lines import STATEMENTS, BankLine, Source, words_of
from kiosk.domain.books.statements.bank_waiting import Waiting
from kiosk.domain.money import references

MOST = 5
_ENTERED_DAYS = timedelta(days=15)  # between a transfer at the bank and its entry by hand
_BEFORE, _AFTER = timedelta(days=2), timedelta(days=45)  # how long before and after a slip's day the bank may credit it
_MONTHS = frozenset(
    [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
        "jan",
        "janv",
        "fev",
        "fevr",
        "avr",
        "juil",
        "jul",
        "aou",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]  # one word a line: easier to check than a block of 25
)
_HINTS = {
    "cheque": frozenset({"cheque", "cheques", "chq", "chqs", "remise", "bordereau"}),
    "online": frozenset({"helloasso", "stripe", "paypal", "mollie"}),
    "card": frozenset({"carte", "cartes", "cb", "tpe", "sumup", "zettle", "telecollecte"}),
    "cash": frozenset({"versement", "especes", "depot", "remise"}),
}


class Kind(StrEnum):
    """What confirming a proposal does to the books."""

    PAYMENT = "payment"  # writes payments
    ENTERED = "entered"  # links payments already entered
    REMITTANCE = "remittance"  # links cheques, cards or online payments that arrived together
    CREDITED = "credited"  # enters that carried cash has arrived at the bank
    BOUNCED = "bounced"  # enters that a cheque came back
    RETURNED = "returned"  # links a bounced cheque already entered
    MADE = "made"  # makes a slip of cheques or a payout from waiting payments
    ASIDE = "aside"  # leaves the line aside


class Worth(StrEnum):
    """The grade of a proposal."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


_ORDER = (Worth.SURE, Worth.LIKELY, Worth.POSSIBLE)


class Why(StrEnum):
    """A reason for a proposal."""

    REFERENCE = "reference"
    NAME = "name"
    TAB = "tab"
    INVOICE = "invoice"
    SUM = "sum"
    WORDS = "words"
    BEFORE = "before"


class Payer(Struct, frozen=True):
    """An account that may have paid, and what it is recognised by. `invoices` are the amounts of its open invoices."""

    account: int
    name: str
    number: int | None
    owes_cents: int
    invoices: tuple[int, ...] = ()


class OpenPayments(Struct, frozen=True):
    """Payments entered in one act, without a bank line yet; negative cents are money out."""

    entries: tuple[int, ...]
    accounts: tuple[int, ...]
    method: str
    day: date
    cents: int


class OpenRemittance(Struct, frozen=True):
    """A bank deposit without a bank line yet; `cents` is net of the fee. `is_credited`: cash whose arrival is entered,
    by `entry`.
    """

    entry: int
    method: str
    number: int
    day: date
    cents: int
    is_credited: bool = False


class Proposal(Struct, frozen=True):
    """What a line may stand for: new payments by account (`amounts`), or existing entries and the
    accounts they are on.
    """

    kind: Kind
    worth: Worth
    why: tuple[Why, ...]
    amounts: tuple[tuple[int, int], ...] = ()
    entries: tuple[int, ...] = ()
    accounts: tuple[int, ...] = ()
    remitted: OpenRemittance | None = None
    method: str = ""
    fee_cents: int = 0
    reason: str = ""

    @property
    def said(self) -> str:
        """Return a text that is equal for proposals that do the same, so that exactly the shown proposal can be
        confirmed.
        """
        parts = [f"{account}={cents}" for account, cents in self.amounts] or [str(entry) for entry in self.entries]
        parts = parts or ([self.reason] if self.reason else [])
        return f"{self.kind}:{','.join(parts)}"


Parts = tuple[int, ...]  # the accounts that a line was decided to pay; empty for a line left aside


@dataclass
class OpenItems:
    """What lines are compared with.

    `learned` counts by a line's words which accounts earlier lines were decided to pay; `reasons` says why lines with
    these words were last left aside; `waiting` are payments not brought to the bank yet.
    """

    payers: Sequence[Payer]
    entered: Sequence[OpenPayments] = ()
    remitted: Sequence[OpenRemittance] = ()
    learned: Mapping[frozenset[str], Counter[Parts]] = field(default_factory=dict)
    waiting: Sequence[Waiting] = ()
    reasons: Mapping[frozenset[str], str] = field(default_factory=dict)
    deposited: Sequence[Deposited] = ()
    returned: Sequence[Returned] = ()
    by_account: Mapping[int, Payer] = field(init=False)

    def __post_init__(self) -> None:
        self.by_account = {payer.account: payer for payer in self.payers}
        self._words = [(payer, words_of(payer.name)) for payer in self.payers]
        self._by_word: dict[str, set[int]] = defaultdict(set)
        for place, (_, words) in enumerate(self._words):
            for word in words:
                self._by_word[word].add(place)
        self.entered_of: dict[int, list[OpenPayments]] = defaultdict(list)
        for act in self.entered:
            self.entered_of[act.cents].append(act)

    def named(self, text: str) -> list[Payer]:
        """Return the payers whose whole names are in a text; where one name contains another, the longer one."""
        words = words_of(text)
        near = {place for word in words for place in self._by_word.get(word, ())}
        found = [self._words[place] for place in sorted(near) if _is_name(self._words[place][1], words)]
        return [payer for payer, its in found if not any(its < others for _, others in found)]


def _is_name(name: frozenset[str], words: frozenset[str]) -> bool:
    """Tell whether a name is among these words. A single word counts only if it is long, as an organisation's name."""
    return name <= words and (len(name) > 1 or len(next(iter(name), "")) > 4)


def method(line: BankLine) -> str:
    """Return the means of payment of a line: online, card or transfer."""
    return {Source.HELLOASSO: "online", Source.STRIPE: "online", Source.SUMUP: "card"}.get(line.source, "transfer")


def propose(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Return up to MOST proposals for a line, best first; empty where nothing speaks for any."""
    found = _entered(line, books)
    if line.source in STATEMENTS and bank_bounces.says_so(line):
        found = [*_bounced(line, books), *found]
    if line.source in STATEMENTS and line.cents > 0:
        found += _remitted(line, books)
        found += [] if found else _deposits(line, books)
    is_there = any(proposal.worth is Worth.SURE for proposal in found)
    if line.cents > 0:
        found += [_as_possible(each) if is_there else each for each in _payments(line, books)]
    if not is_there and _was_left_aside(line, books):
        reason = books.reasons.get(key(line), "")
        return [Proposal(Kind.ASIDE, Worth.LIKELY, (Why.BEFORE,), reason=reason)] if reason else []
    return sorted(found, key=lambda proposal: _ORDER.index(proposal.worth))[:MOST]


def key(line: BankLine) -> frozenset[str]:
    """Return the words by which a line is recognised next month: its payer, else its description, without numbers and
    months.
    """
    said = line.party or f"{line.label} {line.reference or ''}"
    return frozenset(word for word in words_of(said) if word.isalpha()) - _MONTHS


def _was_left_aside(line: BankLine, books: OpenItems) -> bool:
    """Tell whether lines with these words were always left aside, and this one has no account's reference."""
    return set(books.learned.get(key(line), ())) == {()} and _referred(line, books) is None


def _as_possible(proposal: Proposal) -> Proposal:
    """Return a proposal graded as merely possible, because the money is probably entered already."""
    return replace(proposal, worth=Worth.POSSIBLE)


def _text(line: BankLine) -> str:
    return f"{line.label} {line.party or ''} {line.reference or ''}"


def _referred(line: BankLine, books: OpenItems) -> Payer | None:
    account = references.find(line.label, line.party, line.reference)
    return None if account is None else books.by_account.get(account)


def _entered(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose entries of the same sum and method, made by hand near the day; a reference or a name makes one sure."""
    near = [
        each
        for each in books.entered_of.get(line.cents, ())
        if each.method == method(line) and abs(each.day - line.day) <= _ENTERED_DAYS
    ]
    referred = _referred(line, books)
    named = {payer.account for payer in books.named(_text(line))} if near else set()
    named |= {account for parts in books.learned.get(key(line), ()) for account in parts} if near else set()
    if named:  # another payer's payment of this amount is not meant
        near = [each for each in near if named & set(each.accounts)]
    elif len(near) > 1 and referred is None:  # ambiguous
        near = []
    found: list[Proposal] = []
    for each in near:
        why: tuple[Why, ...] = (Why.SUM,)
        worth = Worth.LIKELY if len(near) == 1 and referred is None else Worth.POSSIBLE
        if referred is not None and referred.account in each.accounts:
            worth, why = Worth.SURE, (Why.REFERENCE, Why.SUM)
        elif named & set(each.accounts):
            worth, why = Worth.SURE, (Why.NAME, Why.SUM)
        found.append(Proposal(Kind.ENTERED, worth, why, entries=each.entries, accounts=each.accounts))
    if sum(proposal.worth is Worth.SURE for proposal in found) > 1:  # ambiguous
        found = [replace(each, worth=Worth.LIKELY) for each in found]
    return found


def _remitted(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose the bank deposits and payouts of the same sum near the day; the bank's words make a single one sure."""
    near = [
        each
        for each in books.remitted
        if each.cents == line.cents and each.day - _BEFORE <= line.day <= each.day + _AFTER
    ]
    words = frozenset(_text(line).casefold().replace("è", "e").split())
    hinted = [each for each in near if _HINTS.get(each.method, frozenset()) & words]
    found = []
    for each in near:
        worth = Worth.LIKELY if len(near) == 1 else Worth.POSSIBLE
        if hinted == [each]:
            worth = Worth.SURE
        why = (Why.SUM, Why.WORDS) if each in hinted else (Why.SUM,)
        kind = Kind.CREDITED if each.method == "cash" and not each.is_credited else Kind.REMITTANCE
        found.append(Proposal(kind, worth, why, entries=(each.entry,), remitted=each))
    return found


def _deposits(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose the slip or payout that a line stands for, out of waiting payments: words give the means, the amount the
    pieces.
    """
    words = frozenset(_text(line).casefold().replace("è", "e").split())
    found = []
    for method in bank_waiting.METHODS:
        if not _HINTS[method] & words:
            continue
        near = [each for each in books.waiting if each.method == method and each.day <= line.day + _BEFORE]
        fits = bank_waiting.fitting(near, line.cents, with_fee=method != "cheque")
        worth = Worth.LIKELY if len(fits) == 1 else Worth.POSSIBLE
        for pieces, fee in fits:
            entries = tuple(each.entry for each in pieces)
            found.append(
                Proposal(Kind.MADE, worth, (Why.WORDS, Why.SUM), entries=entries, method=method, fee_cents=fee)
            )
    return found


def _bounced(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose the cheque that came back, by words and amount: one entered as bounced already, else one to enter."""
    why = (Why.WORDS, Why.SUM)
    there = bank_bounces.written(line, books.returned)
    if there:
        worth = Worth.SURE if len(there) == 1 else Worth.POSSIBLE
        return [Proposal(Kind.RETURNED, worth, why, entries=(each.entry,)) for each in there]
    fits = bank_bounces.cheques(line, books.deposited)
    named = {payer.account for payer in books.named(_text(line))}
    fits = [each for each in fits if named & set(each[0].accounts)] or fits
    worth = Worth.LIKELY if len(fits) == 1 else Worth.POSSIBLE
    return [
        Proposal(Kind.BOUNCED, worth, why, entries=(cheque.entry,), accounts=cheque.accounts, fee_cents=fee)
        for cheque, fee in fits
    ]


def _payments(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose payments: by reference, else as confirmed earlier for such a line, else by the names in it."""
    referred = _referred(line, books)
    if referred is not None:
        return [_payment_of(Worth.SURE, referred, line, Why.REFERENCE)]
    named = books.named(_text(line))
    learned = _learned(line, books)
    if learned:
        known = {account for each in learned for account, _ in each.amounts}
        others = [payer for payer in named if payer.account not in known] if len(named) > 1 else []
        if not others:
            return learned
        # With two payers of one name, an earlier decision for one says little about this line.
        return [
            *map(_as_possible, learned),
            *(_payment_of(Worth.POSSIBLE, payer, line, Why.NAME, *_fits(payer, line.cents)) for payer in others),
        ]
    found = [
        _payment_of(Worth.LIKELY if fits and len(named) == 1 else Worth.POSSIBLE, payer, line, Why.NAME, *fits)
        for payer in named
        for fits in [_fits(payer, line.cents)]
    ]
    if len(named) > 1 and sum(payer.owes_cents for payer in named) == line.cents and _all_owe(named):
        parts = tuple((payer.account, payer.owes_cents) for payer in named)
        found.insert(0, Proposal(Kind.PAYMENT, Worth.LIKELY, (Why.NAME, Why.TAB), parts))
    return found


def _learned(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose the accounts that earlier lines with these words paid, most often first: likely if it was always the
    same.
    """
    before = {parts: count for parts, count in books.learned.get(key(line), Counter()).items() if len(parts) == 1}
    found = []
    for (account,), _ in sorted(before.items(), key=lambda each: (-each[1], each[0])):
        payer = books.by_account.get(account)
        if payer is not None:
            worth = Worth.LIKELY if len(books.learned[key(line)]) == 1 else Worth.POSSIBLE
            found.append(_payment_of(worth, payer, line, Why.BEFORE, *_fits(payer, line.cents)))
    return found


def _all_owe(payers: Sequence[Payer]) -> bool:
    return all(payer.owes_cents > 0 for payer in payers)


def _fits(payer: Payer, cents: int) -> tuple[Why, ...]:
    """Return which amounts of an account equal the line's: its tab, an open invoice."""
    said = [(Why.TAB, payer.owes_cents == cents), (Why.INVOICE, cents in payer.invoices)]
    return tuple(why for why, fits in said if fits)


def _payment_of(worth: Worth, payer: Payer, line: BankLine, *why: Why) -> Proposal:
    """Propose the whole sum as a payment on one account."""
    return Proposal(Kind.PAYMENT, worth, why, ((payer.account, line.cents),))
