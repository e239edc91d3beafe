"""Enters the assembly's vote on a fiscal year's result, which waits in account 120 or 129 until then; and takes over
balances from the program that was used before.

Both are entries like all others, dated on the day on which they are written: a closed year stays as it is. Only one
vote on a year, and one balance taken over, stand at a time; a wrong one is reversed with a reason and written again.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.books import accounting_files
from kiosk.domain import amounts, ids
from kiosk.domain.books import fiscal
from kiosk.domain.books.accounts import Account
from kiosk.domain.books.closings import Period
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.domain.books.member_openings import MemberOpening
from kiosk.domain.books.trial_balance import TrialBalance
from kiosk.domain.chain import Detail
from kiosk.errors import RequestError
from kiosk.money.till import TillAct
from kiosk.store import ledger
from kiosk.store.books import closing_rows, result_rows
from kiosk.store.books.closing_rows import Closing
from kiosk.store.books.result_rows import Vote
from kiosk.store.ledger import Draft
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.space import book_rules

TO = ("brought-forward", "deficit-forward", "reserves")  # where a result may go, or a deficit come from


class YearResult(Struct, frozen=True):
    """The result of a closed year in cents, below 0 for a deficit, and the vote on it. `name` is `2026` or `2026-2027`.
    `is_brought_forward`: an old version carried all of it to account 110, where it waits for no vote.
    """

    name: str
    until_on: date
    cents: int
    vote: Vote | None = None
    is_brought_forward: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether the result waits in account 120 or 129 for the vote."""
        return bool(self.cents) and self.vote is None and not self.is_brought_forward


class Results(SealingUseCase):
    """What the desk does with results and with balances taken over. `actor` is recorded in each entry."""

    def years(self) -> list[YearResult]:
        """Return every closed year with its vote, the latest first; at the end the last year of another program, where
        its result was taken over.
        """
        with self._store.reading() as connection:
            closed = closing_rows.between(connection, Period.YEAR, date.min, date.max)
            votes = {vote.until_on: vote for vote in result_rows.votes(connection)}
            results = _of_before(connection)
        for place, each in enumerate(closed):
            after = closed[place + 1] if place + 1 < len(closed) else None
            # An old version closed the next year: it had opened that year with this result on account 110.
            is_old = after is not None and accounting_files.RESULT not in after.detail
            year = FiscalYear(each.from_on, each.until_on)
            results.append(YearResult(year.name, each.until_on, self._result(each), None, is_old))
        return [
            YearResult(each.name, each.until_on, each.cents, votes.get(each.until_on), each.is_brought_forward)
            for each in reversed(results)
        ]

    def _result(self, closed: Closing) -> int:
        """Return a closed year's result as its closing says; an old closing says none, and the year is read."""
        if accounting_files.RESULT in closed.detail:
            return int(closed.detail[accounting_files.RESULT])
        return accounting_files.whole_year(self._store, FiscalYear(closed.from_on, closed.until_on)).result

    def vote(self, name: str, parts: Mapping[str, int], voted_on: date, *, key: bytes | None = None) -> TillAct:
        """Enter the assembly's vote on a year's result: `parts` are cents by where they go, or for a deficit come from
        (one of TO). No part is below 0, and they add up to the result without its sign. The day of the vote is after
        the year, today at the latest.

        Raises RequestError `no-result`, `voted-already`, `vote-parts` or `vote-day`.
        """
        result = next((each for each in self.years() if each.name == name), None)
        if result is None or not result.cents or result.is_brought_forward:
            raise RequestError("no-result", given=name[:20])
        shares = {to: cents for to, cents in parts.items() if cents}
        if (
            not shares.keys() <= set(TO)
            or min(shares.values(), default=0) < 0
            or sum(shares.values()) != abs(result.cents)
        ):
            raise RequestError("vote-parts", field="parts", total_cents=abs(result.cents))

        def check(connection: sa.Connection, today: date) -> None:
            """Raise RequestError where the year has a vote, or the day is not after its end."""
            if any(vote.until_on == result.until_on for vote in result_rows.votes(connection)):
                raise RequestError(
                    "voted-already", "the vote on {year} is entered: take that entry back first", year=name
                )
            if not result.until_on < voted_on <= today:
                raise RequestError("vote-day", field="voted", until=result.until_on)

        detail: Detail = {
            "year": result.name,
            "until": result.until_on.isoformat(),
            "voted_on": voted_on.isoformat(),
            "cents": result.cents,
            "parts": {to: shares[to] for to in TO if to in shares},
        }
        return self._write("result-vote", f"{name}, ", "appropriation", detail, key, check)

    def take_over(self, balance: TrialBalance, balance_on: date, *, key: bytes | None = None) -> TillAct:
        """Enter another program's balances as they were at the end of a day. Raises RequestError `opening-there` where
        that was done before, or members' balances would count twice; `opening-day` for a day to come.
        """

        def check(connection: sa.Connection, today: date) -> None:
            """Raise RequestError where balances were taken over before, or members' were and the balance has their
            account, too; or where the day is still to come.
            """
            before = result_rows.taken_over(connection)
            if before is not None:
                text = f"balances of {before.balance_on} were taken over by entry {before.entry}"
                raise RequestError("opening-there", why=text)
            number = book_rules.read(connection, today).chart.account("members").number
            owed = any(account.number.startswith(number) for account, _ in balance.lines)
            if owed and result_rows.are_members_taken_over(connection):
                text = f"members' balances were taken over: account {number} would be there twice"
                raise RequestError("opening-there", why=text)
            if balance_on > today:
                raise RequestError("opening-day", field="balance", day=balance_on)

        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            cash = balance.of(book_rules.read(connection, moment.day).chart.account("cash").number)
        detail: Detail = {
            "balance_on": balance_on.isoformat(),
            "lines": [[account.number, account.label, cents] for account, cents in balance.lines],
            "cash": cash,
        }
        return self._write("balances-taken-over", "", "opening", detail, key, check)

    def _write(self, act: str, about: str, kind: str, detail: Detail, key: bytes | None, check: "_Check") -> TillAct:
        """Write an entry of today once per key (None: each time), after `check`, which gets the transaction and today,
        raised nothing. Log it as `act`; in the log, `about` stands before the entry's number.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            before = None if key is None else ledger.by_id(connection, key)
            if before is not None:
                return TillAct(before, again=True)
            _, moment = self._rules.at(connection, now)
            check(connection, moment.day)
            group = key or ids.new(now, secrets.token_bytes(16))
            draft = Draft(kind=kind, day_on=moment.day, group=group, actor=self._actor, detail=detail)
            entry = ledger.append(connection, self._seal, draft, now, id_=key)
            self._log(connection, now, act, what=f"{about}entry {entry}")
            return TillAct(entry)


class OpeningsRead(Struct, frozen=True):
    """What a file of members' balances would write: each balance with its member's name, their sum, and the account
    that is its counterpart. `missing_cents` is the part of that account which the file does not explain, below 0 where
    the file has too much: unless it is 0, `take_over` refuses the file.
    """

    lines: tuple[tuple[MemberOpening, str], ...]
    total_cents: int
    against: Account
    missing_cents: int


class MemberOpenings(SealingUseCase):
    """Enters what people owed, or had in advance, in the program used before: one entry a member, which is neither
    charge nor income.

    Where a trial balance was taken over, its members' account is shared among them to the cent; else their counterpart
    is the account brought forward. `actor` is recorded in each entry.
    """

    def preview(self, openings: Sequence[MemberOpening]) -> OpeningsRead:
        """Return what `take_over` would write, also where the sums differ. Raises RequestError `no-such-member`,
        `opening-there`, or `opening-unbalanced` where members have several accounts in the balance taken over.
        """
        total = sum(each.cents for each in openings)
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            lines = tuple((each, _member_without_opening(connection, each).name) for each in openings)
            against, awaited = _against(connection, moment.day)
            return OpeningsRead(lines, total, against, 0 if awaited is None else awaited - total)

    def take_over(self, openings: Sequence[MemberOpening], balance_on: date, *, key: bytes | None = None) -> TillAct:
        """Write what each member owed (above 0) or had (below 0) at the end of a day, all of them or none. Returns the
        first entry; for a `key` that is known, the one written then.

        Raises RequestError `no-such-member`, `opening-there`, `opening-day` or `opening-unbalanced`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            before = None if key is None else ledger.by_id(connection, key)
            if before is not None:
                return TillAct(before, again=True)
            _, moment = self._rules.at(connection, now)
            if max(balance_on, *(each.since or balance_on for each in openings)) > moment.day:
                raise RequestError("opening-day", "what is taken over is of days that are over", field="balance")
            against, awaited = _against(connection, moment.day)
            _check_sum(against, awaited, sum(each.cents for each in openings))
            group, numbers = key or ids.new(now, secrets.token_bytes(16)), list[int]()
            for each in openings:
                member = _member_without_opening(connection, each)
                draft = Draft(
                    kind="opening",
                    day_on=moment.day,
                    group=group,
                    actor=self._actor,
                    amount_cents=each.cents,
                    account=member.account,
                    member_number=member.number,
                    detail={
                        "balance_on": balance_on.isoformat(),
                        "since": (each.since or balance_on).isoformat(),
                        "against": [against.number, against.label],
                    },
                )
                id_ = None if numbers else key
                numbers.append(ledger.append(connection, self._seal, draft, now, id_=id_))
            what = f"from entry {numbers[0]} on, members: {len(openings)}"
            self._log(connection, now, "members-taken-over", what=what)
            return TillAct(numbers[0])


def _member_without_opening(connection: sa.Connection, opening: MemberOpening) -> Member:
    """Return the member of an opening balance, checking that they have none yet. Raises RequestError `no-such-member`
    or `opening-there`.
    """
    member = members.by_number(connection, opening.member)
    if result_rows.is_taken_over(connection, member.account):
        raise RequestError("opening-there", member=opening.member)
    return member


def _against(connection: sa.Connection, today: date) -> tuple[Account, int | None]:
    """Return the counterpart account of members' balances, and the cents of it that no member has yet; None instead of
    cents where no trial balance was taken over. One without an account for members leaves 0.

    Raises RequestError `opening-unbalanced` where the balance taken over has several accounts for members.
    """
    chart = book_rules.read(connection, today).chart
    taken_over = result_rows.taken_over(connection)
    if taken_over is None:
        return chart.account("brought-forward"), None
    members_number = chart.account("members").number
    imported = [(account, cents) for account, cents in taken_over.lines if account.number.startswith(members_number)]
    if len(imported) > 1:
        raise RequestError(
            "opening-unbalanced", "the balance has several accounts {number}: gather them in one", number=members_number
        )
    account, cents = imported[0] if imported else (chart.account("brought-forward"), 0)
    return account, cents - result_rows.members_taken_over(connection)


def _check_sum(against: Account, awaited: int | None, cents: int) -> None:
    """Compare members' balances with the cents taken over for them that wait for a member (`awaited`; None: any sum is
    right). Raises RequestError `opening-unbalanced`.
    """
    if awaited is not None and awaited != cents:
        text = f"members' {amounts.plain(cents)} are not the {amounts.plain(awaited)} of account {against.number}"
        text = f"{text} that was taken over: {amounts.plain(awaited - cents)} between them"
        raise RequestError("opening-unbalanced", text, sum_cents=abs(awaited - cents))


_Check = Callable[[sa.Connection, date], None]


def _of_before(connection: sa.Connection) -> list[YearResult]:
    """Return the result that came with the balances of another program, on the accounts for surplus and deficit, as the
    only item; an empty list without such balances, or where they add up to 0.
    """
    taken_over = result_rows.taken_over(connection)
    if taken_over is None:
        return []
    chart, rules_on = book_rules.read(connection, taken_over.day_on).chart, book_rules.history(connection)
    numbers = {chart.account("result").number, chart.account("deficit").number}
    # Debits count above 0 in the balance, so a surplus is below 0 there.
    cents = -sum(account_cents for account, account_cents in taken_over.lines if account.number in numbers)
    if not cents:
        return []
    year = fiscal.ruled(taken_over.balance_on, lambda day: rules_on(day).fiscal_year_month)
    return [YearResult(year.name, taken_over.balance_on, cents)]
