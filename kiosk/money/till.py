"""Takes payments, sells, refunds and reverses. Each act is one transaction.

A form carries a key: the id of the first entry that it writes. A form that is sent twice is done once, and the second
time answered with the same entry. A sum is *unusual* above what the account owes plus the dearest product's price; a
payment's *word* are the charges, by entry number, that it is for in the payer's word.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.domain import ids
from kiosk.domain.chain import Detail, Seal
from kiosk.domain.days import Moment
from kiosk.domain.doors import FIRST
from kiosk.domain.money import tabs
from kiosk.errors import RequestError
from kiosk.messages import charge_notice
from kiosk.money import box, cash_limit, usual
from kiosk.money.sales import SaleResult, sell
from kiosk.store import ledger
from kiosk.store.accounts import open_rows
from kiosk.store.ledger import Draft
from kiosk.store.members import members
from kiosk.store.money import reversals, rights, tab_rows
from kiosk.store.space.policies import Rules

__all__ = ["LONGEST_TEXT", "METHODS", "SaleResult", "Till", "TillAct", "pay", "sell"]

METHODS = ("cash", "cheque", "transfer", "card", "online")  # means of payment
LONGEST_TEXT = 500  # characters of a reason, or of a payment's text


class TillAct(Struct, frozen=True):
    """An act that was done: its first entry, and `again` where the same form had done it before."""

    entry: int
    again: bool = False


class Till(SealingUseCase):
    """Takes payments, sells, refunds and reverses for the treasurer. `actor` goes into each entry; `_log` writes an
    act, its member and its subject into the desk's log.
    """

    def pay(self, number: int, cents: int, method: str, *, asks: bool = False, word: Collection[int] = ()) -> int:
        """Take a payment on a member's account and return its entry's number. `asks` refuses an unusual sum, so that
        the form can ask again. Without a key, the same payment twice is two.

        Raises RequestError `no-such-member`, `amount`, `cash-limit`, `payment-word` or `sum-unusual`.
        """
        if cents <= 0:
            raise RequestError("amount", "a payment is more than 0", field="amount")
        with self._store.writing() as connection:
            if asks:
                self._ask_again(connection, {members.by_number(connection, number).account: cents})
            now = self._clock.now()
            entry = pay(connection, self._rules, self._seal, number, cents, method, now, self._actor, word)
            self._log(connection, now, "pay", number, f"entry {entry}")
            return entry

    def take(
        self,
        amounts: Mapping[int, int],
        method: str,
        *,
        key: bytes,
        text: str | None = None,
        word: Collection[int] = (),
        asks: bool = False,
    ) -> TillAct:
        """Take one payment for several accounts: cents by account, of which those of 0 are left out. `text` is a
        cheque's bank, number and drawer; `asks` refuses an unusual sum, so that the form can ask again.

        Raises RequestError `amount`, `method`, `text`, `payment-word`, `sum-unusual`, `cash-limit` or
        `no-such-account`.
        """
        paid = {account: cents for account, cents in amounts.items() if cents}
        if not paid or min(paid.values()) < 0:
            raise RequestError("amount", "a payment is more than 0", field="amount")
        if method not in METHODS:
            raise RequestError("method", field="method", choices=", ".join(METHODS), given=method)
        lines = [Line("payment", account, -cents, method=method) for account, cents in paid.items()]
        if asks:
            with self._store.reading() as connection:
                if ledger.by_id(connection, key) is None:
                    self._ask_again(connection, paid)
        return self._write(key, lines, free_text(text), word)

    def _ask_again(self, connection: sa.Connection, paid: Mapping[int, int]) -> None:
        """Refuse a sum that is unusual for its account. Raises RequestError `sum-unusual`."""
        policy, _ = self._rules.at(connection, self._clock.now())
        for account, cents in paid.items():
            usual.check(policy, tab_rows.owner(connection, account).balance_cents, cents)

    def sell(
        self,
        number: int,
        code: str,
        on: date | None,
        *,
        chosen_cents: int | None = None,
        runs: bool = False,
        asks: bool = False,
        key: bytes | None = None,
        paid: "Paid | None" = None,
    ) -> SaleResult:
        """Sell a product to a member from a day on (None: today), and return the sale. The price goes on the account
        that pays; `paid` writes its payment in the same act. With `runs`, a plan renews itself until it is ended.
        `asks` refuses a free price above the dearest product's, so that the form can ask again.

        A form sent again (by its `key`) returns its first entry, marked `again`, with a price of 0 and today as its
        day.

        Raises RequestError `no-such-member`, `no-such-product`, `not-for-sale`, `paused`, `member-left`, `method`,
        `sum-unusual` or `text`, Problem `no-tariff`.
        """
        now, text = self._clock.now(), None if paid is None else paid.checked()
        if paid is not None and key is None:
            key = ids.new(now, secrets.token_bytes(16))  # groups both entries
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, now)
            before = None if key is None else ledger.by_id(connection, key)
            if before is not None:
                return SaleResult(before, 0, moment.day, None, again=True)
            if asks and chosen_cents is not None:
                usual.check(policy, 0, chosen_cents)
            sold = sell(
                connection,
                self._seal,
                policy,
                members.by_number(connection, number),
                code,
                today=moment.day,
                day=on or moment.day,
                at=now,
                actor=self._actor,
                chosen_cents=chosen_cents,
                runs=runs,
                id_=key,
            )
            charge_notice.put_in_outbox(connection, sold.entry, now)
            if paid is not None and sold.amount_cents:  # nothing is paid where the price is 0
                account = ledger.account_of(connection, sold.entry)
                line = Line("payment", account, -sold.amount_cents, method=paid.method)
                write(connection, self._seal, moment, self._actor, [line], text, group=key)
            self._log(connection, now, "sell", number, f"entry {sold.entry}: {code}")
            return sold

    def deposit(
        self, account: int, cents: int, text: str | None = None, *, asks: bool = False, key: bytes | None = None
    ) -> TillAct:
        """Put the security deposit for a badge on the tab. It is paid like any charge, and given back by a
        reversal, then a refund. `asks` refuses an unusual sum, so that the form can ask again.

        Raises RequestError `amount`, `sum-unusual` or `no-such-account`.
        """
        if asks:
            with self._store.reading() as connection:
                if key is None or ledger.by_id(connection, key) is None:
                    self._ask_again(connection, {account: cents})
        return self._write(key, [Line("deposit", account, cents)], free_text(text))

    def _write(
        self, key: bytes | None, lines: "Sequence[Line]", text: str | None, word: Collection[int] = ()
    ) -> TillAct:
        """Write the lines as one act, once per key: the same key again returns the first act. Without a key it is
        always written. The desk's log names the first line's member.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            before = None if key is None else ledger.by_id(connection, key)
            if before is not None:
                return TillAct(before, again=True)
            _, moment = self._rules.at(connection, now)
            entry, first = write(connection, self._seal, moment, self._actor, lines, text, key, word=word), lines[0]
            act = "pay" if first.kind == "payment" else first.kind
            self._log(connection, now, act, tab_rows.owner(connection, first.account).number, f"entry {entry}")
            return TillAct(entry)


def write(
    connection: sa.Connection,
    seal: Seal,
    moment: Moment,
    actor: str,
    lines: "Sequence[Line]",
    text: str | None,
    key: bytes | None = None,
    group: bytes | None = None,
    word: Collection[int] = (),
) -> int:
    """Write the entries of one act within the given transaction and return the first. `group` joins them to earlier
    entries of the same act; `word` are the charges that its payments are for. Raises RequestError `amount`,
    `cash-limit`, `box-short`, `payment-word` or `no-such-account`.
    """
    named = open_rows.named(connection, [line.account for line in lines], word)
    numbers: list[int] = []
    # A payment lowers the tab, so its cents are below 0; a cash refund must be in the box.
    cash_limit.check(connection, moment, {line.account: -line.cents for line in lines if line.method == "cash"})
    box.check_holds(connection, sum(line.cents for line in lines if line.method == "cash"))
    group = group or key or ids.new(moment.at, secrets.token_bytes(16))
    for line in lines:
        owner = tab_rows.owner(connection, line.account)
        _check(line, owner.balance_cents)
        draft = Draft(
            kind=line.kind,
            day_on=moment.day,
            group=group,
            actor=actor,
            amount_cents=line.cents,
            account=line.account,
            member_number=owner.number,
            method=line.method,
            detail=line.detail or {},
            text=text,
            word=named[line.account] if line.kind == "payment" else (),
        )
        id_ = None if numbers else key  # the form's key names the first entry only
        numbers.append(ledger.append(connection, seal, draft, moment.at, id_=id_))
        if line.kind == "deposit":
            charge_notice.put_in_outbox(connection, numbers[-1], moment.at)
    return numbers[0]


def take_back(
    connection: sa.Connection,
    seal: Seal,
    moment: Moment,
    actor: str,
    entry: int,
    reason: str,
    id_: bytes | None = None,
) -> int:
    """Reverse an entry within the given transaction, unless it sold days that were used or expired, and return the
    number of the new entry.
    Where the charge of a room today had paid part of its member's day, that day is charged again.

    Raises RequestError `carnet-in-use`, or as `reversals.reverse` does.
    """
    if rights.days_used_of_sale(connection, entry):
        raise RequestError("carnet-in-use", entry=entry)
    made = reversals.reverse(
        connection, seal, entry, at=moment.at, day_on=moment.day, actor=actor, reason=reason, id_=id_
    )
    _restore_day(connection, seal, entry, moment, actor)
    return made


def _restore_day(connection: sa.Connection, seal: Seal, entry: int, moment: Moment, actor: str) -> None:
    """Work out the member's day again where a reversed entry charged a room of today and the rules count rooms toward
    the day.
    """
    from kiosk.money import day_again  # imported late: few houses need it
    from kiosk.store.checkin import day_cover
    from kiosk.store.space import door_rows, policies

    member = day_cover.of_room_charge(connection, entry, moment.day.isoformat())
    if member is None:
        return
    # As rules are read away from a door: with the first door's site.
    policy = door_rows.at(connection, policies.read(connection, moment.day), FIRST, moment.day)
    if policy.room_counts_toward_day:
        day_again.settle(connection, seal, policy, member, moment, actor, moment.day)


_UNFIT = {  # the error's words for an amount, by kind of entry; amounts of other kinds always fit
    "write-off": "a write-off is more than 0, and at most the amount owed",
    "refund": "a refund is more than 0, and at most the account's advance",
    "deposit": "a deposit is more than 0",
    "gift": "a gift is more than 0",
}


class Paid(Struct, frozen=True):
    """The payment of something sold, made at once. `text` is a cheque's bank, number and drawer."""

    method: str
    text: str | None = None

    def checked(self) -> str | None:
        """Return the text as it is stored, None for an empty one. Raises RequestError `method` or `text`."""
        if self.method not in METHODS:
            raise RequestError("method", field="method", choices=", ".join(METHODS), given=self.method)
        return free_text(self.text)


class Line(Struct, frozen=True):
    """One entry of an act, of a `kind` like payment or refund. `cents` are below 0 where they lower what the account
    owes; `method` is a means of payment; `detail` is what the entry has beside its amount.
    """

    kind: str
    account: int
    cents: int
    method: str | None = None
    detail: Detail | None = None


def _check(line: Line, owed: int) -> None:
    """Refuse an amount that does not fit its kind of entry and what the account owes. Raises RequestError `amount`."""
    if not tabs.fits(line.kind, line.cents, owed):
        raise RequestError("amount", _UNFIT[line.kind], field="amount")


def free_text(text: str | None) -> str | None:
    """Return a typed text on one line; None where it is empty. Raises RequestError `text` where it is too long or not
    printable.
    """
    folded = " ".join((text or "").split())
    if len(folded) > LONGEST_TEXT or not (folded or "-").isprintable():
        raise RequestError("text", field="reason", longest=LONGEST_TEXT)
    return folded or None


def reason_of(reason: str | None) -> str:
    """Return a typed reason on one line. Raises RequestError `reason` where it is empty, or `text`."""
    text = free_text(reason)
    if text is None:
        raise RequestError("reason", field="reason")
    return text


def pay(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    number: int,
    cents: int,
    method: str,
    at: datetime,
    actor: str,
    word: Collection[int] = (),
) -> int:
    """Write a payment on a member's account within the given transaction and return its entry. `word` are the charges
    that the payer names as paid by it. Raises RequestError `no-such-member`, `payment-word` or `cash-limit`.
    """
    member = members.by_number(connection, number)
    named = open_rows.named(connection, [member.account], word)
    _, moment = rules.at(connection, at)
    if method == "cash":
        cash_limit.check(connection, moment, {member.account: cents})
    draft = Draft(
        kind="payment",
        day_on=moment.day,
        group=ids.new(at, secrets.token_bytes(16)),
        actor=actor,
        amount_cents=-cents,
        account=member.account,
        member_number=member.number,
        method=method,
        word=named[member.account],
    )
    return ledger.append(connection, seal, draft, at)
