"""Sells envelopes of days, gives vouchers and codes out of them, and banks days that members earned.

An *envelope* is a voucher pool: days that an organisation bought together. A *wish* is what the form of an act
asks for. `act` gives an act the right that it needs, and `log=` its line in the desk's log; `kiosk.money.vouchers`
writes the line of an act without. `Done` has the id of what was made, then the member and the subject for that line.
"""

import secrets
from datetime import date, timedelta
from typing import Annotated, NewType

from msgspec import Meta, Struct, field

from kiosk.acts import Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.domain.money import vat
from kiosk.domain.money import vouchers as rules
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.money.vouchers import MOST_BANKED, Unfit
from kiosk.errors import RequestError
from kiosk.fields import MemberRef, OrganisationRef, ProductRef
from kiosk.money import vouchers
from kiosk.money.sales import SaleResult, ahead
from kiosk.money.till import reason_of
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.members import members, organisations
from kiosk.store.money import voucher_rows

BankedId = NewType("BankedId", int)
CodeId = NewType("CodeId", int)
EnvelopeId = NewType("EnvelopeId", int)
VoucherId = NewType("VoucherId", int)


class NewEnvelope(Struct, frozen=True):
    """An envelope of days that an organisation buys; `key` is the act's, so that sent twice it is one."""

    product: ProductRef
    key: bytes
    from_on: Annotated[date | None, Meta(description="Start date; today by default.")] = field(name="on", default=None)


class NewVoucher(Struct, frozen=True):
    """Days of an envelope for a member."""

    envelope: EnvelopeId
    member: MemberRef
    days: Annotated[int | None, Meta(description="The number of days; all days in the envelope by default.")] = None
    from_on: Annotated[date | None, Meta(description="Start date; today by default.")] = field(
        name="from", default=None
    )
    until_on: Annotated[date | None, Meta(description="Last day; the envelope's by default.")] = field(
        name="until", default=None
    )


class NewCode(Struct, frozen=True):
    """Days of an envelope under a code, for a newcomer: all of its days, and until its own end, by default."""

    envelope: EnvelopeId
    days: int | None = None
    until_on: date | None = field(name="until", default=None)


class BroughtCode(Struct, frozen=True):
    """A code that a member brought."""

    code: str = ""


class EarnedDays(Struct, frozen=True):
    """Days that a member earned, and what earned them."""

    days: int
    reason: Annotated[str, reason_of, Meta(description="What earned them.")]
    until_on: Annotated[date | None, Meta(description="Last day; none by default.")] = field(name="until", default=None)


class Sold(Done, frozen=True, kw_only=True):
    """An envelope that was sold."""

    sale: SaleResult


class MadeCode(Done, frozen=True, kw_only=True):
    """A code that was made."""

    code: str


@act(May.CORRECT_MONEY, log="sell-envelope")
def sell_envelope(now: Writing, organisation: OrganisationRef, wish: NewEnvelope) -> Sold:
    """Sell a voucher pool to an organisation; its account is charged. The same `key` again returns the first entry,
    with a price of 0.

    Raises RequestError `no-such-organisation`, `no-such-product` or `not-for-sale`, Problem `no-tariff`.
    """
    policy, day = now.policy, wish.from_on or now.moment.day
    before = ledger.by_id(now.connection, wish.key)
    if before is not None:
        return Sold(before, is_new=False, sale=SaleResult(before, 0, now.moment.day, None, again=True))
    payer = organisations.by_id(now.connection, organisation)
    product = policy.products.get(wish.product)
    if product is None or product.kind is not ProductKind.ENVELOPE:
        known = [each.code for each in policy.products.values() if each.kind is ProductKind.ENVELOPE]
        reason, choices = "no-such-product" if product is None else "not-for-sale", ", ".join(sorted(known))
        raise RequestError(
            reason,
            "{given!r} is no envelope; there are: {choices}",
            field="product",
            given=str(wish.product),
            choices=choices,
        )
    cents, level = policy.ask(wish.product, None, None)  # at the full tariff, with no price chosen by the buyer
    rate = policy.vat(wish.product)
    draft = Draft(
        kind="charge",
        day_on=now.moment.day,
        group=wish.key,
        actor=now.actor,
        amount_cents=cents,
        account=payer.account,
        detail={
            "product": product.code,
            "quantity": 1,
            "tariff": level,
            "unit_cents": cents,
            "vat": rate,
            **ahead(product, cents, rate),
        },
    )
    entry = ledger.append(now.connection, now.seal, draft, now.moment.at, id_=wish.key)
    expires_on = None if product.valid_days is None else day + timedelta(days=product.valid_days)
    voucher_rows.add_envelope(
        now.connection,
        payer.id,
        product.id,
        days=product.days,
        value_cents=vat.split(cents, rate)[0] // product.days,
        from_on=day,
        expires_on=expires_on,
        entry_number=entry,
    )
    what = f"entry {entry}: organisation {organisation}"
    return Sold(entry, what=what, sale=SaleResult(entry, cents, day, expires_on))


@act(May.CORRECT_MONEY)
def give_voucher(now: Writing, wish: NewVoucher) -> Done:
    """Name a member for an envelope. Raises as `kiosk.money.vouchers.give` does."""
    first = wish.from_on or now.moment.day
    gift = vouchers.Wish(wish.envelope, wish.member, wish.days, first, wish.until_on, code=None)
    return Done(vouchers.give(now.connection, now.moment, now.actor, gift), wish.member)


@act(May.CORRECT_MONEY, log="voucher-code")
def make_code(now: Writing, wish: NewCode) -> MadeCode:
    """Make a code instead of a name, for a newcomer: its bearer gets a voucher.

    Raises RequestError `no-such-envelope`, `voucher-days` or `voucher-period`.
    """
    code_text, envelope = (
        rules.code_of(secrets.token_bytes(8)),
        voucher_rows.envelope_by_id(now.connection, wish.envelope),
    )
    unfit = rules.why_not(wish.days, envelope.days, (now.moment.day, wish.until_on), [])  # it names no member yet
    if unfit is not None:
        raise RequestError(unfit.value, field="days" if unfit is Unfit.DAYS else "until", most=envelope.days)
    code = voucher_rows.add_code(
        now.connection, wish.envelope, code_text, wish.days, wish.until_on, now.moment.at, now.actor
    )
    return MadeCode(code, what=f"envelope {wish.envelope}", code=code_text)


@act(May.TAKE_MONEY)
def claim_voucher(now: Writing, member: MemberRef, wish: BroughtCode) -> Done:
    """Give a member the voucher of a code that they brought. Raises as `kiosk.money.vouchers.claim` does."""
    return Done(vouchers.claim(now.connection, now.moment, now.actor, wish.code, member), member)


@act(May.CORRECT_MONEY, log="voucher-code-ended")
def end_code(now: Writing, envelope: EnvelopeId, code: CodeId) -> Done:
    """Withdraw an unused code. Raises RequestError `voucher-code`."""
    if code not in {each.id for each in voucher_rows.codes(now.connection, envelope)}:
        raise RequestError("voucher-code", "this code is unknown, used or withdrawn", field="code")
    voucher_rows.end_code(now.connection, code, now.moment.day)
    return Done(code, what=f"envelope {envelope}")


@act(May.CORRECT_MONEY, log="voucher-ended")
def end_voucher(now: Writing, voucher: VoucherId) -> Done:
    """End a voucher: its last day becomes yesterday. Raises RequestError `no-such-voucher`."""
    facts = voucher_rows.by_id(now.connection, voucher)
    voucher_rows.end(now.connection, voucher, now.moment.day - timedelta(days=1))
    return Done(voucher, facts.number, f"voucher {voucher}")


@act(May.EDIT_MEMBERS, log="days-banked")
def bank_days(now: Writing, member: MemberRef, wish: EarnedDays) -> Done:
    """Give a member DAYS earned, for example by hosting.

    Raises RequestError `no-such-member`, `member-left`, `banked-days`, `reason` or `text`.
    """
    person = members.present(now.connection, member, now.moment.day)
    if not rules.may_bank(wish.days, wish.until_on, now.moment.day):
        raise RequestError("banked-days", field="days", most=MOST_BANKED)
    banked_id = voucher_rows.bank(
        now.connection,
        person.id,
        days=wish.days,
        from_on=now.moment.day,
        expires_on=wish.until_on,
        reason=wish.reason,
        at=now.moment.at,
        actor=now.actor,
    )
    return Done(banked_id, member, str(wish.days))


@act(May.EDIT_MEMBERS, log="banked-ended")
def end_banked(now: Writing, banked: BankedId) -> Done:
    """Withdraw the remaining banked days of one gift: their last day becomes yesterday. Raises RequestError
    `no-such-banked-day`.
    """
    banked_days = voucher_rows.banked_by_id(now.connection, banked)
    voucher_rows.end_banked(now.connection, banked, now.moment.day - timedelta(days=1))
    return Done(banked, banked_days.number, str(banked_days.days_left))
