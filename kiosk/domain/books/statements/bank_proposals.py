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

MOST = 5  # proposals shown for a line
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
_HINTS = {  # words by which a bank names money of each method
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


_ORDER = (Worth.SURE, Worth.LIKELY, Worth.POSSIBLE)  # the order in which proposals are shown


class Why(StrEnum):
    """A reason for a proposal."""

    REFERENCE = "reference"  # the line has the account's reference
    NAME = "name"  # the line has the payer's name
    TAB = "tab"  # the amount is what the account owes
    INVOICE = "invoice"  # the amount is that of an open invoice
    SUM = "sum"  # the amount is that of the entries
    WORDS = "words"  # the bank's words name the means of payment
    BEFORE = "before"  # an earlier line with the same words was decided so


class Payer(Struct, frozen=True):
    """An account that may have paid, and what it is recognised by. `invoices` are the amounts of its open invoices."""

    account: int  # its id
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

    entry: int  # that of the deposit; once the cash has arrived, the one saying so
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
    amounts: tuple[tuple[int, int], ...] = ()  # each account's id and cents
    entries: tuple[int, ...] = ()
    accounts: tuple[int, ...] = ()
    remitted: OpenRemittance | None = None  # the bank deposit, if it is one
    method: str = ""  # of waiting payments that would go on a new slip
    fee_cents: int = 0
    reason: str = ""  # why the line would be left aside

    @property
    def said(self) -> str:
        """Return a text that is equal for proposals that do the same, so that exactly the shown proposal can be
        confirmed: `payment:12=4500` (account, cents), `entered:812,813` (entries), `aside:` and the reason.
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
    entered: Sequence[OpenPayments] = ()  # payments in the books without a bank line
    remitted: Sequence[OpenRemittance] = ()  # bank deposits without a bank line
    learned: Mapping[frozenset[str], Counter[Parts]] = field(default_factory=dict)
    waiting: Sequence[Waiting] = ()
    reasons: Mapping[frozenset[str], str] = field(default_factory=dict)
    deposited: Sequence[Deposited] = ()  # cheques brought to the bank, which may bounce
    returned: Sequence[Returned] = ()  # cheques entered as bounced
    by_account: Mapping[int, Payer] = field(init=False)

    def __post_init__(self) -> None:
        self.by_account = {payer.account: payer for payer in self.payers}
        self._words = [(payer, words_of(payer.name)) for payer in self.payers]  # payers with the words of their names
        self._by_word: dict[str, set[int]] = defaultdict(set)  # places in `_words`, by word
        for place, (_, words) in enumerate(self._words):
            for word in words:
                self._by_word[word].add(place)
        self.entered_of: dict[int, list[OpenPayments]] = defaultdict(list)
        for act in self.entered:
            self.entered_of[act.cents].append(act)

    def named(self, text: str) -> list[Payer]:
        """Return the payers whose whole names are in a text; where one name contains another, the longer one."""
        words = words_of(text)
        places = {place for word in words for place in self._by_word.get(word, ())}
        payers = [self._words[place] for place in sorted(places) if _is_name(self._words[place][1], words)]
        return [payer for payer, name in payers if not any(name < longer for _, longer in payers)]


def _is_name(name: frozenset[str], words: frozenset[str]) -> bool:
    """Tell whether a name is among these words. A single word counts only if it is long, as an organisation's name."""
    return name <= words and (len(name) > 1 or len(next(iter(name), "")) > 4)


def method(line: BankLine) -> str:
    """Return the means of payment of a line: online, card or transfer."""
    return {Source.HELLOASSO: "online", Source.STRIPE: "online", Source.SUMUP: "card"}.get(line.source, "transfer")


def propose(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Return up to MOST proposals for a line, best first; empty where nothing speaks for any. Money out is compared
    with entries and deposited cheques only. Where lines with these words were always left aside, and no entry is surely
    meant, leaving it aside is the only proposal; there is none where the reason is not known.
    """
    proposals = _entered(line, books)
    if line.source in STATEMENTS and bank_bounces.says_so(line):
        proposals = [*_bounced(line, books), *proposals]
    if line.source in STATEMENTS and line.cents > 0:
        proposals += _remitted(line, books)
        proposals += [] if proposals else _deposits(line, books)  # a new slip only where no entry can be meant
    is_entered = any(proposal.worth is Worth.SURE for proposal in proposals)  # the money is in the books already
    if line.cents > 0:
        proposals += [_as_possible(proposal) if is_entered else proposal for proposal in _payments(line, books)]
    if not is_entered and _was_left_aside(line, books):
        reason = books.reasons.get(key(line), "")
        return [Proposal(Kind.ASIDE, Worth.LIKELY, (Why.BEFORE,), reason=reason)] if reason else []
    return sorted(proposals, key=lambda proposal: _ORDER.index(proposal.worth))[:MOST]


def key(line: BankLine) -> frozenset[str]:
    """Return the words by which a line is recognised next month: its payer, else its description, without numbers and
    months.
    """
    text = line.party or f"{line.label} {line.reference or ''}"
    return frozenset(word for word in words_of(text) if word.isalpha()) - _MONTHS


def _was_left_aside(line: BankLine, books: OpenItems) -> bool:
    """Tell whether lines with these words were always left aside, and this one has no account's reference."""
    return set(books.learned.get(key(line), ())) == {()} and _referred(line, books) is None


def _as_possible(proposal: Proposal) -> Proposal:
    """Return a proposal graded as merely possible: an entry, or another payer of the same name, fits as well."""
    return replace(proposal, worth=Worth.POSSIBLE)


def _text(line: BankLine) -> str:
    """Return all words of a line."""
    return f"{line.label} {line.party or ''} {line.reference or ''}"


def _referred(line: BankLine, books: OpenItems) -> Payer | None:
    """Return the payer whose account's reference is in the line; None without one."""
    account = references.find(line.label, line.party, line.reference)
    return None if account is None else books.by_account.get(account)


def _entered(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose entries of the same sum and method, made by hand near the day. A reference, a name or an account that
    lines with these words paid before makes one sure; if several are sure, all are likely. Several that nothing tells
    apart are left out.
    """
    near = [
        act
        for act in books.entered_of.get(line.cents, ())
        if act.method == method(line) and abs(act.day - line.day) <= _ENTERED_DAYS
    ]
    referred = _referred(line, books)
    named = {payer.account for payer in books.named(_text(line))} if near else set()
    named |= {account for parts in books.learned.get(key(line), ()) for account in parts} if near else set()
    if named:  # if the line names a payer, another's payment of this amount is not meant
        near = [act for act in near if named & set(act.accounts)]
    elif len(near) > 1 and referred is None:  # nothing tells them apart
        near = []
    proposals: list[Proposal] = []
    for act in near:
        why: tuple[Why, ...] = (Why.SUM,)
        worth = Worth.LIKELY if len(near) == 1 and referred is None else Worth.POSSIBLE
        if referred is not None and referred.account in act.accounts:
            worth, why = Worth.SURE, (Why.REFERENCE, Why.SUM)
        elif named & set(act.accounts):
            worth, why = Worth.SURE, (Why.NAME, Why.SUM)
        proposals.append(Proposal(Kind.ENTERED, worth, why, entries=act.entries, accounts=act.accounts))
    if sum(proposal.worth is Worth.SURE for proposal in proposals) > 1:  # only one of them can be the line
        proposals = [replace(act, worth=Worth.LIKELY) for act in proposals]
    return proposals


def _remitted(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose the bank deposits and payouts of the same sum near the day. One is sure if it alone is of a method that
    the line's words name (`_HINTS`); without such words a single one is likely.
    """
    near = [
        deposit
        for deposit in books.remitted
        if deposit.cents == line.cents and deposit.day - _BEFORE <= line.day <= deposit.day + _AFTER
    ]
    words = frozenset(_text(line).casefold().replace("è", "e").split())
    hinted = [deposit for deposit in near if _HINTS.get(deposit.method, frozenset()) & words]
    proposals = []
    for deposit in near:
        worth = Worth.LIKELY if len(near) == 1 else Worth.POSSIBLE
        if hinted == [deposit]:
            worth = Worth.SURE
        why = (Why.SUM, Why.WORDS) if deposit in hinted else (Why.SUM,)
        kind = Kind.CREDITED if deposit.method == "cash" and not deposit.is_credited else Kind.REMITTANCE
        proposals.append(Proposal(kind, worth, why, entries=(deposit.entry,), remitted=deposit))
    return proposals


def _deposits(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose a new slip or payout of waiting payments, of each method that the line's words name: those that add up to
    the line, for cards and online payments with a fee kept. A single choice is likely, several are possible.
    """
    words = frozenset(_text(line).casefold().replace("è", "e").split())
    proposals = []
    for method in bank_waiting.METHODS:
        if not _HINTS[method] & words:
            continue
        near = [piece for piece in books.waiting if piece.method == method and piece.day <= line.day + _BEFORE]
        fits = bank_waiting.fitting(near, line.cents, with_fee=method != "cheque")
        worth = Worth.LIKELY if len(fits) == 1 else Worth.POSSIBLE
        for pieces, fee in fits:
            entries = tuple(piece.entry for piece in pieces)
            proposals.append(
                Proposal(Kind.MADE, worth, (Why.WORDS, Why.SUM), entries=entries, method=method, fee_cents=fee)
            )
    return proposals


def _bounced(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose the cheque that came back, by words and amount: one entered as bounced already, else one to enter."""
    why = (Why.WORDS, Why.SUM)
    entered = bank_bounces.written(line, books.returned)
    if entered:
        worth = Worth.SURE if len(entered) == 1 else Worth.POSSIBLE
        return [Proposal(Kind.RETURNED, worth, why, entries=(bounce.entry,)) for bounce in entered]
    fits = bank_bounces.cheques(line, books.deposited)
    named = {payer.account for payer in books.named(_text(line))}
    fits = [bounce for bounce in fits if named & set(bounce[0].accounts)] or fits
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
        known = {account for proposal in learned for account, _ in proposal.amounts}
        others = [payer for payer in named if payer.account not in known] if len(named) > 1 else []
        if not others:
            return learned
        # With two payers of one name, an earlier decision for one says little about this line.
        return [
            *map(_as_possible, learned),
            *(_payment_of(Worth.POSSIBLE, payer, line, Why.NAME, *_fits(payer, line.cents)) for payer in others),
        ]
    proposals = [
        _payment_of(Worth.LIKELY if fits and len(named) == 1 else Worth.POSSIBLE, payer, line, Why.NAME, *fits)
        for payer in named
        for fits in [_fits(payer, line.cents)]
    ]
    if len(named) > 1 and sum(payer.owes_cents for payer in named) == line.cents and _all_owe(named):
        parts = tuple((payer.account, payer.owes_cents) for payer in named)
        proposals.insert(0, Proposal(Kind.PAYMENT, Worth.LIKELY, (Why.NAME, Why.TAB), parts))
    return proposals


def _learned(line: BankLine, books: OpenItems) -> list[Proposal]:
    """Propose the accounts that earlier lines with these words paid, most often first: likely if all those lines paid
    the same one, possible if some paid another, several at once, or were left aside. A line that paid several accounts
    proposes none.
    """
    before = {parts: count for parts, count in books.learned.get(key(line), Counter()).items() if len(parts) == 1}
    proposals = []
    for (account,), _ in sorted(before.items(), key=lambda parts_and_count: (-parts_and_count[1], parts_and_count[0])):
        payer = books.by_account.get(account)
        if payer is not None:
            worth = Worth.LIKELY if len(books.learned[key(line)]) == 1 else Worth.POSSIBLE
            proposals.append(_payment_of(worth, payer, line, Why.BEFORE, *_fits(payer, line.cents)))
    return proposals


def _all_owe(payers: Sequence[Payer]) -> bool:
    """Tell whether each of these payers owes something."""
    return all(payer.owes_cents > 0 for payer in payers)


def _fits(payer: Payer, cents: int) -> tuple[Why, ...]:
    """Return which amounts of an account equal the line's: its tab, an open invoice."""
    reasons = [(Why.TAB, payer.owes_cents == cents), (Why.INVOICE, cents in payer.invoices)]
    return tuple(why for why, fits in reasons if fits)


def _payment_of(worth: Worth, payer: Payer, line: BankLine, *why: Why) -> Proposal:
    """Propose the whole sum as a payment on one account."""
    return Proposal(Kind.PAYMENT, worth, why, ((payer.account, line.cents),))
