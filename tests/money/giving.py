"""The acts about vouchers in few words, and a box to declare in, for stories that need them."""

import secrets
from dataclasses import dataclass
from datetime import date

from kiosk.acting import Acting
from kiosk.books import statement_acts
from kiosk.books.documents import Issued
from kiosk.books.statement_acts import AccountId, AskedStatement
from kiosk.fields import MemberRef, Month, OrganisationRef, ProductRef
from kiosk.money import cashbox, voucher_acts
from kiosk.money.cashbox import CashBox
from kiosk.money.sales import SaleResult
from kiosk.money.till import TillAct
from kiosk.money.voucher_acts import (
    BroughtCode,
    CodeId,
    EarnedDays,
    EnvelopeId,
    NewCode,
    NewEnvelope,
    NewVoucher,
)
from tests.conftest import Space
from tests.premises.keeping import acting


@dataclass
class Vouchers:
    """Envelopes, vouchers and banked days."""

    of: Acting

    def sell(self, organisation: int, code: str, on: date | None = None, *, key: bytes | None = None) -> SaleResult:
        wish = NewEnvelope(ProductRef(code), key or secrets.token_bytes(16), on)
        return voucher_acts.sell_envelope(self.of, OrganisationRef(organisation), wish).sale

    def name(
        self,
        envelope: int,
        number: int,
        *,
        days: int | None = None,
        from_on: date | None = None,
        until_on: date | None = None,
    ) -> int:
        wish = NewVoucher(EnvelopeId(envelope), MemberRef(number), days, from_on, until_on)
        return voucher_acts.give_voucher(self.of, wish).id

    def code(self, envelope: int, *, days: int | None = None, until_on: date | None = None) -> str:
        return voucher_acts.make_code(self.of, NewCode(EnvelopeId(envelope), days, until_on)).code

    def claim(self, text: str, number: int) -> int:
        return voucher_acts.claim_voucher(self.of, MemberRef(number), BroughtCode(text)).id

    def end_code(self, envelope: int, number: int) -> None:
        voucher_acts.end_code(self.of, EnvelopeId(envelope), CodeId(number))

    def bank(self, number: int, days: int, reason: str, *, until_on: date | None = None) -> int:
        return voucher_acts.bank_days(self.of, MemberRef(number), EarnedDays(days, reason, until_on)).id


class Box(CashBox):
    """The cash box, in which any account's holder declares what they put in."""

    def declare(self, account: int, cents: int, *, key: bytes | None = None) -> TillAct:
        now = self._clock.now()
        with self._store.writing() as connection:
            moment = self._rules.at(connection, now)[1]
            return cashbox.declare(connection, self._seal, moment, self._actor, account, cents, key)


def stated(space: Space, of: int, day: date, key: bytes | None = None) -> Issued:
    """Issue the statement of a month."""
    wish = AskedStatement(Month.of(day), key or secrets.token_bytes(16))
    return statement_acts.issue_statement(acting(space.home, space.clock, "cli"), AccountId(of), wish).issued
