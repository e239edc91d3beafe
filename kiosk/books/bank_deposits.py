"""Records money that goes to the bank: deposit slips of cheques, cash, payouts of card and online payments; and bounced
cheques.

One line of the bank's statement is one entry here, with the payments in it. A *piece* is one thing for the bank: a
cheque, whose *parts* are payments of one or more accounts, or a single payment by card or online. Each act is named by
its form's key, so that a form sent twice is done once. The entry of a bank deposit or payout has the kind `remittance`.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.domain import ids
from kiosk.domain.chain import Detail, Json
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.domain.money import cash
from kiosk.errors import RequestError
from kiosk.money import box
from kiosk.money.till import TillAct, reason_of
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.money import bank_deposit_rows, reversals, tab_rows
from kiosk.store.money.bank_deposit_rows import CASH, CHEQUE, PAYOUTS, Part, Piece, Remittance
from kiosk.store.officers import holders


class _Act(Struct, frozen=True):
    """One act of a form: its transaction, its moment, and the id that its entries share."""

    connection: sa.Connection
    moment: Moment
    at: datetime
    group: bytes


class BankDeposits(SealingUseCase):
    """The use-cases of money taken to the bank, and of cheques that come back. `actor` is recorded in each entry."""

    def deposit(
        self,
        *,
        cheques: Sequence[int] = (),
        cash_cents: int = 0,
        coins: Mapping[int, int] | None = None,
        key: bytes | None = None,
    ) -> TillAct:
        """Record a deposit of cheques and cash at the bank, with a numbered slip for each kind. A cheque is named by
        the entry of any of its payments; `coins` are the numbers of coins and notes by their value in cents (None or
        empty: not counted). Returns the first entry.

        Raises RequestError `remittance-empty`, `not-waiting`, `box-short` or `coins-differ`, Problem `coins`.
        """
        pieces = cash.checked(coins or {})
        if pieces and cash.total(pieces) != cash_cents:
            raise RequestError("coins-differ", field="coins", total_cents=cash.total(pieces), sum_cents=cash_cents)
        if cash_cents < 0 or (not cheques and not cash_cents):
            raise RequestError(
                "remittance-empty", "nothing to bring to the bank: name cheques, or a sum in cash", field="pieces"
            )

        def write(act: _Act) -> None:
            """Write a slip for the cheques, and one for the cash."""
            if cheques:
                self._write_deposit(act, CHEQUE, _picked(act.connection, CHEQUE, cheques))
            if cash_cents:
                box.check_holds(act.connection, cash_cents)  # raises `box-short`
                self._write_deposit(act, CASH, [], cash_cents, more={"coins": cash.as_detail(pieces) or None})

        return self._do("remit", key, write)

    def payout(self, method: str, payments: Sequence[int], received_cents: int, *, key: bytes | None = None) -> TillAct:
        """Record that card or online payments arrived together as `received_cents`; the rest of their sum is the fee
        that was kept, 0 or more.

        Raises RequestError `method`, `remittance-empty`, `not-waiting` or `amount`.
        """
        if method not in PAYOUTS:
            raise RequestError("method", field="method", choices=" or ".join(PAYOUTS), given=method)

        def write(act: _Act) -> None:
            """Write the payout, with the fee that is missing from its payments' sum."""
            picked = _picked(act.connection, method, payments)
            total = sum(piece.cents for piece in picked)
            if not 0 <= received_cents <= total:
                raise RequestError("amount", field="amount", total_cents=total)
            self._write_deposit(act, method, picked, fee_cents=total - received_cents)

        return self._do("remit", key, write)

    def credited(self, entry: int, *, key: bytes | None = None) -> TillAct:
        """Record that cash taken to the bank has arrived on the account; `entry` is the bank deposit's. Raises
        RequestError `no-such-remittance`, also where it is no cash or is reversed; `arrived-already`.
        """

        def write(act: _Act) -> None:
            """Write that the cash has arrived, once."""
            deposit = _standing(act.connection, entry)
            if deposit.method != CASH:
                raise RequestError("no-such-remittance", entry=entry)
            if deposit.credited is not None:
                raise RequestError("arrived-already", by=deposit.credited)
            self._append(act, "credited", {"cents": deposit.cents, "remittance": entry})

        return self._do("credited", key, write)

    def bounce(self, payment: int, fee_cents: int, reason: str, *, key: bytes | None = None) -> TillAct:
        """Record that the bank returned a cheque unpaid: all of its payments are reversed, so that the sum is owed
        again. `payment` is any of them. The bank's fee is paid by the association. Returns the entry of the bounce.

        Raises RequestError `not-on-a-slip`, `amount` or `reason`, `second-hand` as `_require_another` does.
        """
        text = reason_of(reason)
        if fee_cents < 0:
            raise RequestError("amount", "a fee is 0 or more", field="amount")

        def write(act: _Act) -> None:
            """Write the bounce, and reverse each payment of the cheque."""
            cheque = _on_a_slip(act.connection, payment)
            self._require_another(act, cheque.entry, cheque.cents)
            numbers = [part.entry for part in cheque.parts]
            detail = {"payment": cheque.entry, "cents": cheque.cents, "fee_cents": fee_cents or None}
            more = {"payments": numbers} if len(numbers) > 1 else {}
            self._append(act, "bounce", {**detail, **more}, text)
            for number in numbers:
                self._reverse(act, number, text, None)  # None: the bounce has the form's id

        return self._do("bounce", key, write)

    def take_back_bounce(self, entry: int, reason: str, *, key: bytes | None = None) -> TillAct:
        """Reverse a bounce: the cheque was good after all and pays again, on its old slip. Returns the reversal.

        Raises RequestError `no-such-entry`, `reversed-already` or `reason`, `second-hand` as `_require_another` does.
        """
        text = reason_of(reason)

        def write(act: _Act) -> None:
            """Reverse the bounce, and write each payment again."""
            bounce = bank_deposit_rows.bounce(act.connection, entry)
            if bounce is None:
                raise RequestError("no-such-entry", entry=entry)
            self._require_another(act, entry, bounce.cents)
            self._reverse(act, entry, text, act.group)
            for part in bank_deposit_rows.parts(act.connection, bounce.payments):
                self._pay_again(act, part)

        return self._do("bounce-back", key, write)

    def _do(self, name: str, key: bytes | None, write: "_Write") -> TillAct:
        """Run an act in one transaction, once for each `key` (None: a new one), and log it under its name: a second
        call returns the entry of the first. The first entry that `write` appends gets the key as its id.
        """
        now = self._clock.now()
        key = key or ids.new(now, secrets.token_bytes(16))
        with self._store.writing() as connection:
            earlier_entry = ledger.by_id(connection, key)
            if earlier_entry is not None:
                return TillAct(earlier_entry, again=True)
            write(_Act(connection, self._rules.at(connection, now)[1], now, key))
            entry = ledger.by_id(connection, key)
            if entry is None:
                raise AssertionError("an act writes its own entry")
            self._log(connection, now, name, what=f"entry {entry}")
            return TillAct(entry)

    def _write_deposit(
        self,
        act: _Act,
        method: str,
        pieces: Sequence[Piece],
        cents: int | None = None,
        fee_cents: int = 0,
        more: Detail | None = None,
    ) -> None:
        """Write the entry of a bank deposit or payout, with the next number of its method and its payments. `cents` is
        its sum where it has no pieces, which is cash (None: the sum of the pieces); `more` is added to its detail.
        """
        number = bank_deposit_rows.next_number(act.connection, method)
        detail: dict[str, Json] = {
            "method": method,
            "number": number,
            "cents": sum(piece.cents for piece in pieces) if cents is None else cents,
            "fee_cents": fee_cents or None,
            "pieces": len(pieces) or None,
            **(more or {}),
        }
        entry = self._append(act, "remittance", detail)
        parts = [part.entry for piece in pieces for part in piece.parts]
        bank_deposit_rows.add(act.connection, method, number, entry, parts)

    def _require_another(self, act: _Act, entry: int, cents: int) -> None:
        """Require another officer than the author of `entry`, where `cents` are more than the rule
        `second_officer_cents` (None: never required). Of two officers, the second must be one that may agree to the
        first; of an officer and a program, either will do. Where there is no officer to ask, the same author may act.

        Raises RequestError `second-hand`.
        """
        policy, moment = self._rules.at(act.connection, act.at)
        limit, writer = policy.second_officer_cents, ledger.actor_of(act.connection, entry)
        if limit is None or cents <= limit:
            return
        own, first = officer_numbers.number_of(self._actor) or 0, officer_numbers.number_of(writer or "") or 0
        is_program = not own or not first  # a command or the kiosk itself, which has no officer's number
        if writer != self._actor and (is_program or holders.may_agree(act.connection, moment, own, first)):
            return
        if holders.to_ask(act.connection, moment, own):
            raise RequestError("second-hand", entry=entry)

    def _append(self, act: _Act, kind: str, detail: Detail, text: str | None = None) -> int:
        """Append the act's first or next entry, dated today; `text` is a reason in free words. Returns its number."""
        draft = Draft(kind=kind, day_on=act.moment.day, group=act.group, actor=self._actor, detail=detail, text=text)
        return ledger.append_to_act(act.connection, self._seal, draft, act.at)

    def _reverse(self, act: _Act, entry: int, reason: str, id_: bytes | None) -> None:
        """Reverse a payment whose cheque bounced, or the bounce itself. `id_` is the reversal's id; None: a new one."""
        reversals.reverse(
            act.connection,
            self._seal,
            entry,
            at=act.at,
            day_on=act.moment.day,
            actor=self._actor,
            reason=reason,
            id_=id_,
            bounced=True,  # on a slip, a payment could not be reversed otherwise
        )

    def _pay_again(self, act: _Act, part: Part) -> None:
        """Write a payment anew in the place of one that a bounce reversed, on the same slip."""
        draft = Draft(
            kind="payment",
            day_on=act.moment.day,
            group=act.group,
            actor=self._actor,
            amount_cents=-part.cents,
            account=part.account,
            member_number=tab_rows.owner(act.connection, part.account).number,
            method=CHEQUE,
            text=part.text,
        )
        entry = ledger.append(act.connection, self._seal, draft, act.at)
        bank_deposit_rows.exchange(act.connection, part.entry, entry)  # the new payment takes the old one's place


_Write = Callable[[_Act], None]


def _picked(connection: sa.Connection, method: str, numbers: Sequence[int]) -> list[Piece]:
    """Return the pieces waiting for the bank that any of these payments belongs to, each whole: a cheque goes with all
    of its payments. Raises RequestError `not-waiting` for a payment in none, `remittance-empty` without payments.
    """
    asked = set(numbers)
    pieces = [piece for piece in bank_deposit_rows.waiting(connection, method) if asked & _payment_numbers(piece)]
    not_waiting = asked.difference(*map(_payment_numbers, pieces))
    if not_waiting:
        raise RequestError("not-waiting", field="pieces", entry=min(not_waiting))
    if not pieces:
        raise RequestError("remittance-empty", "name the payments by {kind} for the bank", field="pieces", kind=method)
    return pieces


def _payment_numbers(piece: Piece) -> set[int]:
    """Return the entries of the payments in a piece."""
    return {part.entry for part in piece.parts}


def _standing(connection: sa.Connection, entry: int) -> Remittance:
    """Return a bank deposit that is not reversed. Raises RequestError `no-such-remittance`."""
    deposit = bank_deposit_rows.by_entry(connection, entry)
    if deposit is None or deposit.reversed_by is not None:
        raise RequestError("no-such-remittance", entry=entry)
    return deposit


def _on_a_slip(connection: sa.Connection, payment: int) -> Piece:
    """Return the cheque of a payment on its slip, unless it bounced already. Raises RequestError `not-on-a-slip`."""
    slip = bank_deposit_rows.of_payment(connection, payment)
    if slip is not None and slip.method == CHEQUE:
        for piece in bank_deposit_rows.pieces(connection, slip):
            if payment in _payment_numbers(piece) and not piece.came_back:
                return piece
    raise RequestError("not-on-a-slip", entry=payment)
