"""Takes in lines of the bank's statement and HelloAsso's payments, each once, and lets a person decide each.

Nothing is entered by an import. A person decides of each line: payments are written as at the till, on the bank's day;
or it stands for what is written already (a transfer, a slip, a payout); or for nothing here. Each is one transaction.
A decision is taken back by counter-entries.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.domain import ids
from kiosk.domain.books import documents
from kiosk.domain.books.statements import bank_items, bank_lines, bank_proposals
from kiosk.domain.books.statements.bank_columns import Layout
from kiosk.domain.books.statements.bank_lines import BankLine, Source
from kiosk.domain.books.statements.bank_proposals import Kind, Proposal, Worth
from kiosk.domain.books.statements.bank_report import ImportReport
from kiosk.domain.books.statements.statement_facts import StatementFacts
from kiosk.domain.chain import Detail
from kiosk.domain.days import Moment
from kiosk.domain.money.online import State
from kiosk.errors import RequestError
from kiosk.money.till import TillAct, reason_of
from kiosk.store import ledger, name_rows
from kiosk.store.accounts import open_rows
from kiosk.store.books import bank_facts, bank_rows, bank_statement_rows, invoice_rows
from kiosk.store.books.bank_rows import StoredLine
from kiosk.store.ledger import Draft
from kiosk.store.money import bank_deposit_rows, online_rows, reversals, tab_rows

MOST_PARTS = 20  # accounts that one line pays for
# What may be confirmed with others.
TOGETHER = frozenset({Kind.PAYMENT, Kind.ENTERED, Kind.REMITTANCE, Kind.CREDITED, Kind.RETURNED})


class BatchResult(Struct, frozen=True):
    """What happened to lines that were confirmed together: entries by line, and why others were left."""

    done: Mapping[int, int]
    skipped: Mapping[int, str]


class _Act(Struct, frozen=True):
    """One decision, in one transaction."""

    connection: sa.Connection
    found: StoredLine
    moment: Moment
    group: bytes


class BankStatements(SealingUseCase):
    """What the treasurer does with the bank's lines. `actor` goes into each entry."""

    def preview(self, reading: StatementFacts) -> ImportReport:
        """Read a file and show what an import would add now."""
        with self._store.reading() as connection:
            return _report(connection, reading)

    def import_lines(
        self, reading: StatementFacts, header: str = "", layout: Layout | None = None, *, without_lost: bool = False
    ) -> ImportReport:
        """Keep the lines that are new. A `layout` that a person confirmed is remembered for its `header`. The same file
        again adds nothing.

        Raises RequestError `bank-lost` where money may be in a line that is not taken, unless that is to be so.
        """
        if reading.lost and not without_lost:
            first = reading.lost[0]
            raise RequestError("bank-lost", count=len(reading.lost), line=first.number, why=first.why)
        now = self._clock.now()
        with self._store.writing() as connection:
            found = _report(connection, reading)
            bank_rows.add(connection, found.new, now)
            if found.new or not bank_statement_rows.is_known(connection, reading):
                bank_statement_rows.add(connection, reading, now)
            _know_online(connection)
            _set_aside(connection)
            if layout is not None and bank_rows.layout(connection, header) != layout:
                bank_rows.remember(connection, header, layout, now)
            return found

    def confirm(self, line: int, amounts: Mapping[int, int], key: bytes | None = None) -> TillAct:
        """Confirm that a line pays these accounts: cents by account, which add up to it. Returns the first entry.

        Raises RequestError `no-such-bank-line`, `bank-line-done`, `bank-split`, `bank-online` or `no-such-account`.
        """
        with self._store.writing() as connection:
            act = self._begin(connection, line, key)
            return act if isinstance(act, TillAct) else TillAct(self._pay(act, amounts))

    def match(self, line: int, entries: Sequence[int], key: bytes | None = None) -> TillAct:
        """Match a line with what is written: payments that add up to it, or one slip or payout. For carried cash, this
        also writes the entry that it has arrived.

        Raises RequestError `no-such-bank-line`, `bank-line-done`, `bank-entry` or `bank-entry-taken`.
        """
        with self._store.writing() as connection:
            before = bank_rows.matches(connection, [line]).get(line, [])
            if before and {each.entry for each in before} == set(entries):
                return TillAct(before[0].entry, again=True)
            act = self._begin(connection, line, key)
            return act if isinstance(act, TillAct) else TillAct(self._match(act, entries))

    def ignore(self, line: int, reason: str, *, always: bool = False) -> int:
        """Set a line aside that stands for nothing here, with a reason; `always`: and each of its words, from now on.

        Returns how many others were set aside with it. Raises RequestError `no-such-bank-line`, `bank-line-done`,
        `reason` or `bank-aside-words`.
        """
        text = reason_of(reason)
        with self._store.writing() as connection:
            found = bank_rows.one(connection, line)
            if found.state == bank_rows.IGNORED and found.reason == text:
                return 0
            _check_open(found)
            bank_rows.decide(connection, line, bank_rows.IGNORED, text)
            if not always:
                return 0
            bank_statement_rows.add_rule(connection, found.line, text, self._clock.now())
            return _set_aside(connection)

    def drop_rule(self, rule: int) -> bool:
        """Ask about lines of some words again; what was set aside stays so. Returns whether there was such a rule."""
        with self._store.writing() as connection:
            return bank_statement_rows.drop_rule(connection, rule)

    def reopen(self, line: int, reason: str) -> int:
        """Take a line's decision back: payments that it wrote by counter-entries, all else by forgetting it.

        Returns how many entries were taken back. Raises RequestError `no-such-bank-line`, `reason`, `on-a-slip`.
        """
        now, text = self._clock.now(), reason_of(reason)
        with self._store.writing() as connection:
            if bank_rows.one(connection, line).state == bank_rows.OPEN:
                return 0
            _, moment = self._rules.at(connection, now)
            count = 0
            for each in bank_rows.matches(connection, [line]).get(line, []):
                if each.reversed_by is None and each.written_for == line:
                    reversals.reverse(
                        connection, self._seal, each.entry, at=now, day_on=moment.day, actor=self._actor, reason=text
                    )
                    count += 1
            bank_rows.reopen(connection, line)
            return count

    def confirm_sure(
        self, wanted: Mapping[int, str], own: Collection[int] = (), worths: Collection[Worth] = (Worth.SURE,)
    ) -> BatchResult:
        """Confirm sure lines one by one (or those of other `worths`, which a person looked at): `wanted` is what was
        shown (`Proposal.said`) by line.

        Lines that changed since, are not sure, or pay one of the `own` member numbers are left, each with the reason.
        """
        done: dict[int, int] = {}
        skipped: dict[int, str] = {}
        with self._store.writing() as connection:
            shown = [each for each in bank_rows.opened(connection) if each.id in wanted]
            skipped |= dict.fromkeys(set(wanted) - {each.id for each in shown}, "bank-line-done")
            for found, proposals in proposed(connection, shown):
                why = self._refused(connection, found.line, proposals, wanted[found.id], own, worths)
                if why:
                    skipped[found.id] = why
                    continue
                act = self._begin(connection, found.id, None)
                if not isinstance(act, TillAct):
                    done[found.id] = self._apply(act, proposals[0])
        return BatchResult(done, skipped)

    def _refused(
        self,
        connection: sa.Connection,
        line: BankLine,
        proposals: Sequence[Proposal],
        said: str,
        own: Collection[int],
        worths: Collection[Worth],
    ) -> str:
        first = proposals[0] if proposals else None
        if first is None or first.worth not in worths or first.kind not in TOGETHER:
            return "bank-not-sure"
        if first.said != said:
            return "bank-changed"
        if first.kind is Kind.PAYMENT and _is_online(connection, line):
            return "bank-online"
        if any(tab_rows.owner(connection, account).number in own for account, _ in first.amounts):
            return "own-account"
        return "bank-entry-taken" if first.entries and bank_rows.matched(connection, first.entries) else ""

    def _apply(self, act: _Act, proposal: Proposal) -> int:
        return (
            self._pay(act, dict(proposal.amounts))
            if proposal.kind is Kind.PAYMENT
            else self._match(act, proposal.entries)
        )

    def _begin(self, connection: sa.Connection, line: int, key: bytes | None) -> "_Act | TillAct":
        """The line, if it is open; or what the same form did before, where it is sent again."""
        now = self._clock.now()
        found = bank_rows.one(connection, line)
        before = None if key is None else ledger.by_id(connection, key)
        if before is not None:
            return TillAct(before, again=True)
        _check_open(found)
        _, moment = self._rules.at(connection, now)
        return _Act(connection, found, moment, key or ids.new(now, secrets.token_bytes(16)))

    def _pay(self, act: _Act, amounts: Mapping[int, int]) -> int:
        paid = {account: cents for account, cents in amounts.items() if cents}
        line = act.found.line
        if not paid or min(paid.values()) < 0 or sum(paid.values()) != line.cents or len(paid) > MOST_PARTS:
            raise RequestError("bank-split", field="amount", total_cents=line.cents)
        if _is_online(act.connection, line):
            raise RequestError("bank-online")
        numbers = [
            self._append(
                act,
                "payment",
                {},
                account=account,
                amount_cents=-cents,
                member_number=tab_rows.owner(act.connection, account).number,
                method=bank_proposals.method(line),
                word=_word(act.connection, account, line),
            )
            for account, cents in paid.items()
        ]
        bank_rows.decide(act.connection, act.found.id, bank_rows.ENTERED, None, numbers)
        return numbers[0]

    def _match(self, act: _Act, entries: Sequence[int]) -> int:
        wanted = list(dict.fromkeys(entries))
        taken = bank_rows.matched(act.connection, wanted)
        if taken is not None:
            raise RequestError("bank-entry-taken", field="entry", entry=taken)
        found = bank_deposit_rows.by_entry(act.connection, wanted[0]) if len(wanted) == 1 else None
        if found is not None and found.method == bank_deposit_rows.CASH and found.reversed_by is None:
            wanted = [found.credited or self._credited(act, found)]
        elif not _stands_for(act.connection, act.found.line, wanted):
            text = f"no payment, slip or payout of {act.found.line.cents} cents that stands: {wanted}"
            raise RequestError("bank-entry", text, field="entry")
        bank_rows.decide(act.connection, act.found.id, bank_rows.ENTERED, None, wanted)
        return wanted[0]

    def _credited(self, act: _Act, found: bank_deposit_rows.Remittance) -> int:
        if found.cents != act.found.line.cents:
            raise RequestError("bank-entry", field="entry", number=found.number, total_cents=found.cents)
        return self._append(act, "credited", {"cents": found.cents, "remittance": found.entry})

    def _append(self, act: _Act, kind: str, detail: Detail, **more: object) -> int:
        """Append on the bank's day, or today where that is still to come; the line's number says where it is from."""
        draft = Draft(
            kind=kind,
            day_on=min(act.found.line.day, act.moment.day),
            group=act.group,
            actor=self._actor,
            detail={**detail, "bank_line": act.found.id},
            **more,  # type: ignore[arg-type]  # a draft's own
        )
        return ledger.append_to_act(act.connection, self._seal, draft, act.moment.at)


def _word(connection: sa.Connection, account: int, line: BankLine) -> list[int]:
    """The charges that a line is for, as a payer's word: those of invoices whose numbers it gives; of HelloAsso's lines
    those of what was bought there.
    """
    numbers = documents.invoices_named(line.label, line.reference)
    if numbers or line.source is not Source.HELLOASSO:
        return invoice_rows.charges_of(connection, account, numbers) if numbers else []
    item = bank_items.named(f"{line.label} {line.reference or ''}", name_rows.products(connection))
    return [] if item is None else bank_items.covered(open_rows.of_product(connection, account, item), line.cents)


def proposed(connection: sa.Connection, lines: Sequence[StoredLine]) -> list[tuple[StoredLine, list[Proposal]]]:
    """What each line may stand for, best first; nothing for one that is decided."""
    books = bank_facts.books(connection, [each.line for each in lines])
    return [(each, bank_proposals.propose(each.line, books) if each.state == bank_rows.OPEN else []) for each in lines]


def _report(connection: sa.Connection, reading: StatementFacts) -> ImportReport:
    lines = reading.lines
    return ImportReport(reading, tuple(bank_lines.new(lines, bank_rows.around(connection, lines))))


def _know_online(connection: sa.Connection) -> None:
    """Decide undecided lines of payments that members made online and that are entered: the platform's file tells of
    them once more.
    """
    lines = {
        found.line.bank_id: found.id
        for found in bank_rows.opened(connection)
        if found.line.source is Source.HELLOASSO and found.line.bank_id
    }
    for number, payment in online_rows.known(connection, list(lines)).items():
        if payment.entry is not None and bank_rows.matched(connection, [payment.entry]) is None:
            bank_rows.decide(connection, lines[number], bank_rows.ENTERED, None, [payment.entry])


def _is_online(connection: sa.Connection, line: BankLine) -> bool:
    """Whether a line is of a payment that a member made online, and that is entered by itself, or by an officer."""
    if line.source is not Source.HELLOASSO or line.bank_id is None:
        return False
    payment = online_rows.known(connection, [line.bank_id]).get(line.bank_id)
    return payment is not None and payment.state is not State.REFUNDED


def _set_aside(connection: sa.Connection) -> int:
    """Set undecided lines aside whose words a rule names. Returns how many."""
    known = bank_statement_rows.rules(connection)
    count = 0
    for found in bank_rows.opened(connection) if known else []:
        rule = bank_statement_rows.rule_of(known, found.line)
        if rule is not None:
            bank_rows.decide(connection, found.id, bank_rows.IGNORED, rule.reason)
            count += 1
    return count


def _check_open(found: StoredLine) -> None:
    if found.state != bank_rows.OPEN:
        raise RequestError("bank-line-done", number=found.id)


def _stands_for(connection: sa.Connection, line: BankLine, numbers: Sequence[int]) -> bool:
    """Whether these standing entries can be what a line stands for, and add up to it."""
    if not numbers:
        return False
    back = bank_deposit_rows.bounce(connection, numbers[0])
    if back is not None:
        return len(numbers) == 1 and back.reversed_by is None and back.cents + (back.fee_cents or 0) == -line.cents
    slip = bank_deposit_rows.by_entry(connection, numbers[0])
    if slip is not None:
        is_alone = len(numbers) == 1 and slip.reversed_by is None
        return is_alone and slip.cents - slip.fee_cents == line.cents and line.source in bank_lines.STATEMENTS
    return bank_rows.is_money(connection, numbers, bank_proposals.method(line), line.cents)
