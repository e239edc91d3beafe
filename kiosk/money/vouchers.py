"""Sells envelopes of days to organisations, names by vouchers whom they are for, and banks days that members earned.

Which of them pays for a day is decided by `kiosk.domain.checkin.access`.
"""

import secrets
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.domain import ids
from kiosk.domain.days import Moment
from kiosk.domain.money import vat, vouchers
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.money.vouchers import MOST_BANKED, Unfit
from kiosk.errors import RequestError
from kiosk.money.sales import SaleResult, ahead
from kiosk.money.till import reason_of
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.members import members, organisations
from kiosk.store.money import voucher_rows
from kiosk.store.money.voucher_rows import Code
from kiosk.store.officers import desk_log


class _Wish(Struct, frozen=True):
    """Whom a voucher is for: so many of an envelope's days, from a day until another. `code` is used up by it."""

    envelope: int
    number: int
    days: int | None
    from_on: date
    until_on: date | None
    code: int | None


def is_code(connection: sa.Connection, moment: Moment, text: str) -> bool:
    """Whether a voucher waits under a code, as it was typed."""
    return _waiting(connection, moment, text) is not None


def claim(connection: sa.Connection, moment: Moment, actor: str, text: str, number: int) -> int:
    """Give the voucher of a code to the member who brought it, once. Returns the voucher.

    Raises RequestError `voucher-code`, and what `Vouchers.name` raises.
    """
    found = _waiting(connection, moment, text)
    if found is None:
        raise RequestError("voucher-code", "this code is unknown, used, taken back or over", field="code")
    wish = _Wish(found.envelope, number, found.days, moment.day, found.until_on, found.id)
    return _name(connection, moment, actor, wish)


def _waiting(connection: sa.Connection, moment: Moment, text: str) -> Code | None:
    found = voucher_rows.by_code(connection, vouchers.read_code(text))
    is_over = found is None or found.ended_on is not None or (found.until_on or moment.day) < moment.day
    if found is None or is_over or not voucher_rows.is_usable(connection, found.envelope, moment.day):
        return None
    return found


def _name(connection: sa.Connection, moment: Moment, actor: str, wish: _Wish) -> int:
    """Name a member for whom an envelope is. Returns the voucher."""
    found = voucher_rows.envelope_by_id(connection, wish.envelope)
    person = members.by_number(connection, wish.number)
    if person.has_left(moment.day):
        raise RequestError("member-left", field="member", member=wish.number, left_on=person.left_on)
    of_them = [each for each in voucher_rows.of_envelope(connection, wish.envelope) if each.number == wish.number]
    period = (wish.from_on, wish.until_on)
    unfit = vouchers.why_not(wish.days, found.days, period, [(each.from_on, each.until_on) for each in of_them])
    if unfit is not None:
        known: dict[Unfit, tuple[str, dict[str, object]]] = {
            Unfit.DAYS: ("days", {"most": found.days}),
            Unfit.PERIOD: ("until", {"since": wish.from_on}),
            Unfit.GIVEN: ("member", {"member": wish.number}),
        }
        field, values = known[unfit]
        raise RequestError(unfit.value, field=field, **values)
    made = voucher_rows.add(connection, wish.envelope, person.id, wish.days, *period)
    if wish.code is not None:
        voucher_rows.end_code(connection, wish.code, moment.day, made)
    desk_log.add(connection, moment.at, actor, "voucher-given", wish.number, f"envelope {wish.envelope}")
    return made


class Vouchers(SealingUseCase):
    """What the office does about envelopes, vouchers and banked days. `actor` goes into entries and the desk's log."""

    def sell(self, organisation: int, code: str, on: date | None = None, *, key: bytes | None = None) -> SaleResult:
        """Sell an envelope of days to an organisation, from a day on (None: today): its account is charged.

        Raises RequestError `no-such-organisation`, `no-such-product` or `not-for-sale`, Problem `no-tariff`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, now)
            before = None if key is None else ledger.by_id(connection, key)
            if before is not None:
                return SaleResult(before, 0, moment.day, None, again=True)
            found = organisations.by_id(connection, organisation)
            product = policy.products.get(code)
            if product is None or product.kind is not ProductKind.ENVELOPE:
                known = [each.code for each in policy.products.values() if each.kind is ProductKind.ENVELOPE]
                reason = "no-such-product" if product is None else "not-for-sale"
                raise RequestError(
                    reason,
                    "{given!r} is no envelope; there are: {choices}",
                    field="product",
                    given=code,
                    choices=", ".join(sorted(known)),
                )
            cents, level = policy.ask(code, None, None)
            rate, day = policy.vat(code), on or moment.day
            draft = Draft(
                kind="charge",
                day_on=moment.day,
                group=key or ids.new(now, secrets.token_bytes(16)),
                actor=self._actor,
                amount_cents=cents,
                account=found.account,
                detail={
                    "product": code,
                    "quantity": 1,
                    "tariff": level,
                    "unit_cents": cents,
                    "vat": rate,
                    **ahead(product, cents, rate),
                },
            )
            entry = ledger.append(connection, self._seal, draft, now, id_=key)
            expires_on = None if product.valid_days is None else day + timedelta(days=product.valid_days)
            voucher_rows.add_envelope(
                connection,
                found.id,
                product.id,
                days=product.days,
                value_cents=vat.split(cents, rate)[0] // product.days,
                from_on=day,
                expires_on=expires_on,
                entry_number=entry,
            )
            return SaleResult(entry, cents, day, expires_on)

    def name(
        self,
        envelope: int,
        number: int,
        *,
        days: int | None = None,
        from_on: date | None = None,
        until_on: date | None = None,
    ) -> int:
        """Name a member for whom an envelope is, for so many of its days (None: all that it has). Returns the voucher.

        Raises RequestError `no-such-envelope`, `no-such-member`, `member-left`, `voucher-days`, `voucher-period` or
        `voucher-given`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            wish = _Wish(envelope, number, days, from_on or moment.day, until_on, None)
            return _name(connection, moment, self._actor, wish)

    def code(self, envelope: int, *, days: int | None = None, until_on: date | None = None) -> str:
        """Make a code instead of a name, for a newcomer: its bearer gets a voucher. Returns it.

        Raises RequestError `no-such-envelope`, `voucher-days` or `voucher-period`.
        """
        now, made = self._clock.now(), vouchers.code_of(secrets.token_bytes(8))
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, now)
            found = voucher_rows.envelope_by_id(connection, envelope)
            unfit = vouchers.why_not(days, found.days, (moment.day, until_on), [])
            if unfit is not None:
                field = "days" if unfit is Unfit.DAYS else "until"
                raise RequestError(unfit.value, field=field, most=found.days)
            voucher_rows.add_code(connection, envelope, made, days, until_on, now, self._actor)
            desk_log.add(connection, now, self._actor, "voucher-code", None, f"envelope {envelope}")
        return made

    def claim(self, text: str, number: int) -> int:
        """Give the voucher of a code to the member who brought it, once. Returns the voucher.

        Raises RequestError `voucher-code`, and what `name` raises.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            return claim(connection, moment, self._actor, text, number)

    def end_code(self, envelope: int, number: int) -> None:
        """Withdraw an unused code. Raises RequestError `voucher-code`."""
        now = self._clock.now()
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, now)
            if number not in {each.id for each in voucher_rows.codes(connection, envelope)}:
                raise RequestError("voucher-code", "this code is unknown, used or taken back", field="code")
            voucher_rows.end_code(connection, number, moment.day)
            desk_log.add(connection, now, self._actor, "voucher-code-ended", None, f"envelope {envelope}")

    def bank(self, number: int, days: int, reason: str, *, until_on: date | None = None) -> int:
        """Bank days that a member earned, with the reason (they hosted, for example). Returns the banked days' id.

        Raises RequestError `no-such-member`, `member-left`, `banked-days`, `reason` or `text`.
        """
        now, text = self._clock.now(), reason_of(reason)
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, now)
            person = members.by_number(connection, number)
            if person.has_left(moment.day):
                raise RequestError("member-left", field="member", member=number, left_on=person.left_on)
            if not vouchers.may_bank(days, until_on, moment.day):
                raise RequestError("banked-days", field="days", most=MOST_BANKED)
            made = voucher_rows.bank(
                connection,
                person.id,
                days=days,
                from_on=moment.day,
                expires_on=until_on,
                reason=text,
                at=now,
                actor=self._actor,
            )
            desk_log.add(connection, now, self._actor, "days-banked", number, str(days))
            return made
