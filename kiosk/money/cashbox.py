"""Keeps the cash box: cash that members declare to have put in, counts by coins and notes, and the box's content.

Each act is one transaction, and is named by its form's key, as at the till. Carrying cash to the bank is in
`kiosk.books.bank_deposits`. A *wish* is what a second officer is asked to agree to.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.members.wishes import Wish
from kiosk.domain.money import cash
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.money import cash_limit
from kiosk.money.till import TillAct, free_text, reason_of
from kiosk.store import ledger
from kiosk.store.engine import Store
from kiosk.store.ledger import Draft
from kiosk.store.money import cash_rows, reversals, tab_rows
from kiosk.store.money.cash_rows import CashDeclaration
from kiosk.store.officers import count_differences
from kiosk.store.space.policies import Rules

TOGETHER = timedelta(days=30)  # one officer's count differences within this time add up
MOST_AHEAD_CENTS = 20000  # most that may be declared beyond what is owed: more is taken for a typing error


class Content(Struct, frozen=True):
    """The cash in the box by the books, and the open declarations beside it: found or missing by no count yet."""

    cents: int
    declared: list[CashDeclaration]

    @property
    def declared_cents(self) -> int:
        """Return the sum of the open declarations, in cents."""
        return sum(each.cents for each in self.declared)


class Finding(Struct, frozen=True):
    """The result of a count: number of coins and notes by their value in cents, declarations (by entry) that were found
    or missing, and the reason of a difference. A declaration in neither list stays open.
    """

    coins: Mapping[int, int]
    confirmed: Sequence[int] = ()
    missing: Sequence[int] = ()
    reason: str | None = None


class Comparison(Struct, frozen=True):
    """A count beside the books. `expected_cents` includes the declarations that the count confirms."""

    counted_cents: int
    expected_cents: int

    @property
    def difference_cents(self) -> int:
        """Return what was counted less what was expected: above 0 where there is too much in the box."""
        return self.counted_cents - self.expected_cents


class SecondHand(Protocol):
    """The part that asks a second officer about a difference."""

    def ask(self, connection: sa.Connection, moment: Moment, wish: Wish) -> int | None:
        """Store a request for a second officer's agreement within the given transaction and return its number; None
        where there is no officer to ask.
        """


class CashBox(SealingUseCase):
    """Declares cash, withdraws declarations and writes counts; `actor` goes into each entry. A count is always written
    at once. With `second`, the other officers are told of a difference above the rule's amount, which waits for one of
    them to agree.
    """

    def __init__(
        self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str, second: SecondHand | None = None
    ) -> None:
        self._second = second
        super().__init__(store=store, rules=rules, seal=seal, clock=clock, actor=actor)

    def content(self) -> Content:
        """Return what is in the box now."""
        with self._store.reading() as connection:
            return Content(cash_rows.content(connection), cash_rows.declared(connection))

    def withdraw(self, declaration: int, account: int, *, key: bytes | None = None) -> TillAct:
        """Withdraw a declaration of an account on the day on which it was made, before it is counted: it is reversed.

        Raises RequestError `no-such-declaration`, `declaration-settled` or `declaration-old`.
        """
        with self._store.writing() as connection:
            moment = self._rules.at(connection, self._clock.now())[1]
            return withdraw(connection, self._seal, moment, self._actor, declaration, account, key)

    def compare(self, finding: Finding) -> Comparison:
        """Return a count beside the books; writes nothing.

        Raises Problem `coins`, RequestError `no-such-declaration` or `declaration-settled`.
        """
        with self._store.reading() as connection:
            return _compared(connection, finding)

    def count(self, finding: Finding, *, key: bytes | None = None, expected_cents: int | None = None) -> TillAct:
        """Write a count and return its entry: confirmed declarations become payments, and a difference is part of the
        count's entry.

        `expected_cents` is the amount that the officer was shown: where the books now expect another, nothing is
        written. A difference needs a reason. Raises Problem `coins`, RequestError `reason`, `text`, `box-changed`,
        `no-such-declaration` or `declaration-settled`.
        """
        now = self._clock.now()
        key = key or ids.new(now, secrets.token_bytes(16))
        with self._store.writing() as connection:
            before = ledger.by_id(connection, key)
            if before is not None:
                return TillAct(before, again=True)
            policy, moment = self._rules.at(connection, now)
            compared = _compared(connection, finding)
            if expected_cents is not None and expected_cents != compared.expected_cents:
                raise RequestError("box-changed", "money went into or out of the box since: check the count again")
            reason = reason_of(finding.reason) if compared.difference_cents else free_text(finding.reason)
            for number in finding.confirmed:
                self._confirm(connection, _open(connection, number), moment, now, key)
            entry = ledger.append(
                connection, self._seal, self._count_entry(finding, compared, moment, key, reason), now, id_=key
            )
            for number in finding.missing:
                cash_rows.settle(connection, number, cash_rows.MISSING, entry)
            self._ask_about(connection, policy, moment, entry, compared)
            self._log(connection, now, "count", what=f"entry {entry}")
            return TillAct(entry)

    def _ask_about(
        self, connection: sa.Connection, policy: Policy, moment: Moment, entry: int, comparison: Comparison
    ) -> None:
        """Ask a second officer about a difference where this officer's differences of 30 days, surpluses and shortages
        added without sign, exceed the rule's amount (None: no rule).
        """
        limit = policy.second_officer_cents
        if self._second is None or limit is None or not comparison.difference_cents:
            return
        together = count_differences.unsettled(connection, self._actor, moment.day - TOGETHER)
        if together <= limit:
            return
        about = {"counted": comparison.counted_cents, "expected": comparison.expected_cents}
        wish = Wish(kind="count", cents=comparison.difference_cents, reason="", entry=entry, about=about)
        self._second.ask(connection, moment, wish)

    def _confirm(
        self, connection: sa.Connection, declared: CashDeclaration, moment: Moment, now: datetime, group: bytes
    ) -> None:
        """Write the payment of a declaration that a count confirms."""
        payment = Draft(
            kind="payment",
            day_on=moment.day,
            group=group,
            actor=self._actor,
            amount_cents=-declared.cents,
            account=declared.account,
            member_number=declared.member_number,
            method="cash",
            detail={"declared": declared.entry},
        )
        number = ledger.append(connection, self._seal, payment, now)
        cash_rows.settle(connection, declared.entry, cash_rows.COUNTED, number)

    def _count_entry(
        self, finding: Finding, comparison: Comparison, moment: Moment, group: bytes, reason: str | None
    ) -> Draft:
        """Return the entry of a count: what was counted, what was expected, and the coins."""
        return Draft(
            kind="count",
            day_on=moment.day,
            group=group,
            actor=self._actor,
            detail={
                "counted": comparison.counted_cents,
                "expected": comparison.expected_cents,
                "difference": comparison.difference_cents,
                "coins": cash.as_detail(finding.coins),
            },
            text=reason,
        )


def most_to_declare(connection: sa.Connection, account: int) -> int:
    """Return how many more cents an account may declare: what it owes and 200 EUR beyond, less its open declarations.
    Raises RequestError `no-such-account`.
    """
    owner = tab_rows.owner(connection, account)
    return max(0, max(0, owner.balance_cents) + MOST_AHEAD_CENTS - cash_rows.declared_by(connection, account))


def declare(
    connection: sa.Connection,
    seal: Seal,
    moment: Moment,
    actor: str,
    account: int,
    cents: int,
    key: bytes | None = None,
) -> TillAct:
    """Write that cash for an account is declared to be in the box, within the given transaction; at most
    `most_to_declare`. It lowers the tab once a count confirms it. The same `key` again returns the first act.

    Raises RequestError `no-such-account`, `declared-too-much` or `cash-limit`.
    """
    key = key or ids.new(moment.at, secrets.token_bytes(16))
    before = ledger.by_id(connection, key)
    if before is not None:
        return TillAct(before, again=True)
    owner, most = tab_rows.owner(connection, account), most_to_declare(connection, account)
    if not 0 < cents <= most:
        raise RequestError("declared-too-much", field="amount", most_cents=most)
    cash_limit.check(connection, moment, {account: cents})
    draft = Draft(
        kind="declaration",
        day_on=moment.day,
        group=key,
        actor=actor,
        account=account,
        member_number=owner.number,
        detail={"cents": cents, "method": "cash"},
    )
    number = ledger.append(connection, seal, draft, moment.at, id_=key)
    cash_rows.declare(connection, number, account, cents)
    return TillAct(number)


def withdraw(
    connection: sa.Connection,
    seal: Seal,
    moment: Moment,
    actor: str,
    declaration: int,
    account: int,
    key: bytes | None = None,
) -> TillAct:
    """Withdraw a declaration within the given transaction. Raises as `CashBox.withdraw`."""
    before = None if key is None else ledger.by_id(connection, key)
    if before is not None:
        return TillAct(before, again=True)
    declared = _open(connection, declaration)
    if declared.account != account:
        raise RequestError("no-such-declaration", account=account, entry=declaration)
    if declared.day_on != moment.day:
        raise RequestError("declaration-old", entry=declaration, day=declared.day_on)
    reason = "retirée par la personne qui l’avait déclarée"
    entry = reversals.reverse(
        connection, seal, declaration, at=moment.at, day_on=moment.day, actor=actor, reason=reason, id_=key
    )
    return TillAct(entry)


def _open(connection: sa.Connection, number: int) -> CashDeclaration:
    """Return a declaration that no count has settled. Raises RequestError `no-such-declaration`,
    `declaration-settled`.
    """
    declared = cash_rows.declaration_of(connection, number)
    if declared is None:
        raise RequestError("no-such-declaration", entry=number)
    if declared.state != cash_rows.OPEN:
        raise RequestError("declaration-settled", entry=number)
    return declared


def _compared(connection: sa.Connection, finding: Finding) -> Comparison:
    """Compare the counted coins with the content by the books and the declarations found. Raises as `CashBox.compare`
    does, `declaration-settled` also for a declaration that is named twice.
    """
    named = [*finding.confirmed, *finding.missing]
    if len(set(named)) != len(named):
        raise RequestError("declaration-settled", "a declaration is found or missing, once")
    open_ = {number: _open(connection, number) for number in named}
    confirmed = sum(open_[number].cents for number in finding.confirmed)
    return Comparison(cash.total(cash.checked(finding.coins)), cash_rows.content(connection) + confirmed)
