"""Imports lines of the bank's statement and HelloAsso's payments, each once, and lets a person decide about each.

An import writes no entry. A person decides about each line: it is a payment, written as at the till, on the bank's day;
or it matches existing entries (a transfer, a slip, a payout); or it is ignored, with a reason. Each decision is one
transaction, and is undone by counter-entries. A payment's *word* is the charges that it is for, as its payer says.
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

MOST_PARTS = 20  # accounts that one line can pay for, at most
# The kinds of proposals that may be confirmed for several lines at once: payments to write; payments, bank deposits or
# bounced cheques that are in the books already; and the arrival of cash. Others need a form of their own.
TOGETHER = frozenset({Kind.PAYMENT, Kind.ENTERED, Kind.REMITTANCE, Kind.CREDITED, Kind.RETURNED})


class BatchResult(Struct, frozen=True):
    """The result of confirming lines together: by line, the entry; and by line that was skipped, the reason's code."""

    done: Mapping[int, int]
    skipped: Mapping[int, str]


class _Act(Struct, frozen=True):
    """One decision about a line, in one transaction. `group` is the id that its entries share."""

    connection: sa.Connection
    line: StoredLine
    moment: Moment
    group: bytes


class BankStatements(SealingUseCase):
    """What the treasurer does with the bank's lines. `actor` is recorded in each entry. A `key` is the id of the form
    that asks: sent again, the form writes nothing, and the first answer is returned with `again`.
    """

    def preview(self, reading: StatementFacts) -> ImportReport:
        """Return what importing a file would add now. Writes nothing."""
        with self._store.reading() as connection:
            return _report(connection, reading)

    def import_lines(
        self, reading: StatementFacts, header: str = "", layout: Layout | None = None, *, without_lost: bool = False
    ) -> ImportReport:
        """Store the lines that are new; the same file again adds nothing. Decide at once lines of online payments that
        are entered already, and lines that a rule ignores. A `layout`, the meaning of the file's columns, that a person
        confirmed is remembered for its `header` line.

        Raises RequestError `bank-lost` where a line that cannot be read may be about money, unless `without_lost`.
        """
        if reading.lost and not without_lost:
            first = reading.lost[0]
            raise RequestError("bank-lost", count=len(reading.lost), line=first.number, why=first.why)
        now = self._clock.now()
        with self._store.writing() as connection:
            report = _report(connection, reading)
            bank_rows.add(connection, report.new, now)
            if report.new or not bank_statement_rows.is_known(connection, reading):
                bank_statement_rows.add(connection, reading, now)
            _know_online(connection)
            _set_aside(connection)
            if layout is not None and bank_rows.layout(connection, header) != layout:
                bank_rows.remember(connection, header, layout, now)
            refused = f", {len(reading.lost)} refused" if reading.lost else ""
            self._log(connection, now, "bank-import", what=f"{len(report.new)} new, {report.known} known{refused}")
            return report

    def confirm(self, line: int, amounts: Mapping[int, int], key: bytes | None = None) -> TillAct:
        """Confirm that a line pays these accounts: cents by account, which add up to the line. Returns the first entry.

        Raises RequestError `no-such-bank-line`, `bank-line-done`, `bank-split`, `bank-online` or `no-such-account`.
        """
        with self._store.writing() as connection:
            act = self._begin(connection, line, key)
            return act if isinstance(act, TillAct) else TillAct(self._pay(act, amounts))

    def match(self, line: int, entries: Sequence[int], key: bytes | None = None) -> TillAct:
        """Match a line with existing entries: payments that add up to it, or one slip or payout. For cash taken to the
        bank, also write the entry that it has arrived. Returns the first entry.

        Raises RequestError `no-such-bank-line`, `bank-line-done`, `bank-entry` or `bank-entry-taken`.
        """
        with self._store.writing() as connection:
            before = bank_rows.matches(connection, [line]).get(line, [])
            if before and {each.entry for each in before} == set(entries):  # decided so already
                return TillAct(before[0].entry, again=True)
            act = self._begin(connection, line, key)
            return act if isinstance(act, TillAct) else TillAct(self._match(act, entries))

    def ignore(self, line: int, reason: str, *, always: bool = False) -> int:
        """Ignore a line that is about nothing here, with a reason. With `always`, also make a rule that ignores lines
        with the same words from now on.

        Returns how many other lines the rule ignores at once. Raises RequestError `no-such-bank-line`,
        `bank-line-done`, `reason` or `bank-aside-words`.
        """
        text = reason_of(reason)
        with self._store.writing() as connection:
            stored_line = bank_rows.one(connection, line)
            if stored_line.state == bank_rows.IGNORED and stored_line.reason == text:  # the same form again
                return 0
            _check_open(stored_line)
            bank_rows.decide(connection, line, bank_rows.IGNORED, text)
            now, others = self._clock.now(), 0
            if always:
                bank_statement_rows.add_rule(connection, stored_line.line, text, now)
                others = _set_aside(connection)
            self._log(connection, now, "bank-ignore", what=f"line {line}" + (f", always, {others} others" * always))
            return others

    def drop_rule(self, rule: int) -> bool:
        """Delete a rule that ignores lines: new lines with its words are asked about again, those ignored stay so.
        Returns whether there was such a rule.
        """
        with self._store.writing() as connection:
            dropped = bank_statement_rows.drop_rule(connection, rule)
            if dropped:
                self._log(connection, self._clock.now(), "bank-ignore", what=f"rule {rule} dropped")
            return dropped

    def reopen(self, line: int, reason: str) -> int:
        """Undo the decision about a line: reverse the entries that it wrote, and remove its matches with entries that
        were there before, which stay. Returns how many were reversed; 0 also for a line that is open.

        Raises RequestError `no-such-bank-line`, `reason`, `on-a-slip`.
        """
        now, text = self._clock.now(), reason_of(reason)
        with self._store.writing() as connection:
            if bank_rows.one(connection, line).state == bank_rows.OPEN:
                return 0
            _, moment = self._rules.at(connection, now)
            count = 0
            for match in bank_rows.matches(connection, [line]).get(line, []):
                if match.reversed_by is None and match.written_for == line:
                    reversals.reverse(
                        connection, self._seal, match.entry, at=now, day_on=moment.day, actor=self._actor, reason=text
                    )
                    count += 1
            bank_rows.reopen(connection, line)
            self._log(connection, now, "bank-reopen", what=f"line {line}")
            return count

    def confirm_sure(
        self, shown_by_line: Mapping[int, str], own: Collection[int] = (), worths: Collection[Worth] = (Worth.SURE,)
    ) -> BatchResult:
        """Confirm the first proposal of several lines, in one transaction, where its grade is among `worths`.
        `shown_by_line` maps each line's id to the text of its proposal as it was shown (`Proposal.said`).

        Skipped, each with its reason: lines that are decided meanwhile, whose proposal has changed or has another
        grade, that are online payments, or that pay one of the member numbers in `own`, the officer's own files.
        """
        entry_by_line: dict[int, int] = {}
        skipped: dict[int, str] = {}
        with self._store.writing() as connection:
            shown = [each for each in bank_rows.opened(connection) if each.id in shown_by_line]
            skipped |= dict.fromkeys(set(shown_by_line) - {each.id for each in shown}, "bank-line-done")
            for stored_line, proposals in proposed(connection, shown):
                why = self._why_not_together(
                    connection, stored_line.line, proposals, shown_by_line[stored_line.id], own, worths
                )
                if why:
                    skipped[stored_line.id] = why
                    continue
                act = self._begin(connection, stored_line.id, None)
                if not isinstance(act, TillAct):
                    entry_by_line[stored_line.id] = self._apply(act, proposals[0])
        return BatchResult(entry_by_line, skipped)

    def _why_not_together(
        self,
        connection: sa.Connection,
        line: BankLine,
        proposals: Sequence[Proposal],
        shown_as: str,
        own: Collection[int],
        worths: Collection[Worth],
    ) -> str:
        """Return the code of why a line is not confirmed with others; "" where nothing speaks against it."""
        first = proposals[0] if proposals else None
        if first is None or first.worth not in worths or first.kind not in TOGETHER:
            return "bank-not-sure"
        if first.said != shown_as:
            return "bank-changed"
        if first.kind is Kind.PAYMENT and _is_online(connection, line):
            return "bank-online"
        if any(tab_rows.owner(connection, account).number in own for account, _ in first.amounts):
            return "own-account"
        return "bank-entry-taken" if first.entries and bank_rows.matched(connection, first.entries) else ""

    def _apply(self, act: _Act, proposal: Proposal) -> int:
        """Carry out a proposal: pay accounts with the line, or match existing entries. Returns the first entry."""
        return (
            self._pay(act, dict(proposal.amounts))
            if proposal.kind is Kind.PAYMENT
            else self._match(act, proposal.entries)
        )

    def _begin(self, connection: sa.Connection, line: int, key: bytes | None) -> "_Act | TillAct":
        """Return the context of a decision about an open line; or the entry that the same form wrote before, where it
        is sent again. Raises RequestError `bank-line-done`.
        """
        now = self._clock.now()
        stored_line = bank_rows.one(connection, line)
        earlier_entry = None if key is None else ledger.by_id(connection, key)
        if earlier_entry is not None:
            return TillAct(earlier_entry, again=True)
        _check_open(stored_line)
        _, moment = self._rules.at(connection, now)
        return _Act(connection, stored_line, moment, key or ids.new(now, secrets.token_bytes(16)))

    def _pay(self, act: _Act, amounts: Mapping[int, int]) -> int:
        """Write a payment of the line on each account, and decide the line by them; accounts with 0 cents are left out.
        Returns the first entry.

        Raises RequestError `bank-split` where cents are below 0, do not add up to the line, or are of more than
        MOST_PARTS accounts; `bank-online` for a payment that the kiosk enters itself.
        """
        paid = {account: cents for account, cents in amounts.items() if cents}
        line = act.line.line
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
        bank_rows.decide(act.connection, act.line.id, bank_rows.ENTERED, None, numbers)
        self._log_line(act, "bank-confirm", numbers[0])
        return numbers[0]

    def _match(self, act: _Act, entries: Sequence[int]) -> int:
        """Decide a line by existing entries. For cash taken to the bank, that is the entry of its arrival, written now
        unless it is there. Returns the first entry.
        """
        numbers = list(dict.fromkeys(entries))
        matched_entry = bank_rows.matched(act.connection, numbers)
        if matched_entry is not None:
            raise RequestError("bank-entry-taken", field="entry", entry=matched_entry)
        deposit = bank_deposit_rows.by_entry(act.connection, numbers[0]) if len(numbers) == 1 else None
        if deposit is not None and deposit.method == bank_deposit_rows.CASH and deposit.reversed_by is None:
            numbers = [deposit.credited or self._credited(act, deposit)]
        elif not _stands_for(act.connection, act.line.line, numbers):
            text = f"no payment, slip or payout of {act.line.line.cents} cents that stands: {numbers}"
            raise RequestError("bank-entry", text, field="entry")
        bank_rows.decide(act.connection, act.line.id, bank_rows.ENTERED, None, numbers)
        self._log_line(act, "bank-match", numbers[0])
        return numbers[0]

    def _log_line(self, act: _Act, name: str, entry: int) -> None:
        """Write the decision about a line, with its first entry, into the desk's log."""
        self._log(act.connection, act.moment.at, name, what=f"line {act.line.id}: entry {entry}")

    def _credited(self, act: _Act, carried: bank_deposit_rows.Remittance) -> int:
        """Write the entry that carried cash has arrived. Raises RequestError `bank-entry` for another amount."""
        if carried.cents != act.line.line.cents:
            raise RequestError("bank-entry", field="entry", number=carried.number, total_cents=carried.cents)
        return self._append(act, "credited", {"cents": carried.cents, "remittance": carried.entry})

    def _append(self, act: _Act, kind: str, detail: Detail, **more: object) -> int:
        """Append an entry on the bank's day, or today where that is still to come. Its detail names the bank line."""
        draft = Draft(
            kind=kind,
            day_on=min(act.line.line.day, act.moment.day),
            group=act.group,
            actor=self._actor,
            detail={**detail, "bank_line": act.line.id},
            **more,  # type: ignore[arg-type]  # a draft's own
        )
        return ledger.append_to_act(act.connection, self._seal, draft, act.moment.at)


def _word(connection: sa.Connection, account: int, line: BankLine) -> list[int]:
    """Return the charges that a line pays, as its payer named them: those of the invoices whose numbers stand in its
    label or reference; without any, for a line of HelloAsso, those of the product that was bought there. Empty where
    the payer named none.
    """
    numbers = documents.invoices_named(line.label, line.reference)
    if numbers or line.source is not Source.HELLOASSO:
        return invoice_rows.charges_of(connection, account, numbers) if numbers else []
    item = bank_items.named(f"{line.label} {line.reference or ''}", name_rows.products(connection))
    return [] if item is None else bank_items.covered(open_rows.of_product(connection, account, item), line.cents)


def proposed(connection: sa.Connection, lines: Sequence[StoredLine]) -> list[tuple[StoredLine, list[Proposal]]]:
    """Return for each line what it may be about, most likely first; no proposals for a line that is decided."""
    books = bank_facts.books(connection, [each.line for each in lines])
    return [(each, bank_proposals.propose(each.line, books) if each.state == bank_rows.OPEN else []) for each in lines]


def _report(connection: sa.Connection, reading: StatementFacts) -> ImportReport:
    """Compare a file with the lines stored around its days, and return which of its lines are new."""
    lines = reading.lines
    return ImportReport(reading, tuple(bank_lines.new(lines, bank_rows.around(connection, lines))))


def _know_online(connection: sa.Connection) -> None:
    """Match open HelloAsso lines with the payments that members made online through the kiosk, where these are entered
    and no line has them yet: the platform's file lists them once more.
    """
    line_by_payment = {
        stored_line.line.bank_id: stored_line.id
        for stored_line in bank_rows.opened(connection)
        if stored_line.line.source is Source.HELLOASSO and stored_line.line.bank_id
    }
    for payment_id, payment in online_rows.known(connection, list(line_by_payment)).items():
        if payment.entry is not None and bank_rows.matched(connection, [payment.entry]) is None:
            bank_rows.decide(connection, line_by_payment[payment_id], bank_rows.ENTERED, None, [payment.entry])


def _is_online(connection: sa.Connection, line: BankLine) -> bool:
    """Tell whether a line is a payment that a member made online through the kiosk, which the kiosk enters by itself,
    or an officer enters where it is in doubt. One that the platform refunded, or an officer set aside, is no such line.
    """
    if line.source is not Source.HELLOASSO or line.bank_id is None:
        return False
    payment = online_rows.known(connection, [line.bank_id]).get(line.bank_id)
    return payment is not None and payment.state is not State.REFUNDED


def _set_aside(connection: sa.Connection) -> int:
    """Ignore the open lines, old and new, that have all the words of a rule and its direction, in or out. Returns how
    many.
    """
    rules = bank_statement_rows.rules(connection)
    count = 0
    for stored_line in bank_rows.opened(connection) if rules else []:
        rule = bank_statement_rows.rule_of(rules, stored_line.line)
        if rule is not None:
            bank_rows.decide(connection, stored_line.id, bank_rows.IGNORED, rule.reason)
            count += 1
    return count


def _check_open(line: StoredLine) -> None:
    """Require a line that is not decided yet. Raises RequestError `bank-line-done`."""
    if line.state != bank_rows.OPEN:
        raise RequestError("bank-line-done", number=line.id)


def _stands_for(connection: sa.Connection, line: BankLine, numbers: Sequence[int]) -> bool:
    """Tell whether these entries can be what a line is about, are not reversed, and add up to it: a bounced cheque with
    its fee, one bank deposit or payout less its fee (on the bank's own statement), or payments by the line's method.
    """
    if not numbers:
        return False
    bounce = bank_deposit_rows.bounce(connection, numbers[0])
    if bounce is not None:
        return (
            len(numbers) == 1 and bounce.reversed_by is None and bounce.cents + (bounce.fee_cents or 0) == -line.cents
        )
    slip = bank_deposit_rows.by_entry(connection, numbers[0])
    if slip is not None:
        is_alone = len(numbers) == 1 and slip.reversed_by is None
        return is_alone and slip.cents - slip.fee_cents == line.cents and line.source in bank_lines.STATEMENTS
    return bank_rows.is_money(connection, numbers, bank_proposals.method(line), line.cents)
