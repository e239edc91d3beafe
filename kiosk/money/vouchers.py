"""Gives vouchers, each for a member and for days of an organisation's envelope, within the given transaction.

An *envelope* is a number of days that an organisation bought together. A *code* stands for a voucher until a member
types it.
`kiosk.domain.checkin.access` decides which right pays for a day.
"""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.days import Moment
from kiosk.domain.money import vouchers
from kiosk.domain.money.vouchers import Unfit
from kiosk.errors import RequestError
from kiosk.store.members import members
from kiosk.store.money import voucher_rows
from kiosk.store.money.voucher_rows import Code
from kiosk.store.officers import desk_log


class Wish(Struct, frozen=True):
    """A voucher to give: to a member (`number`), for `days` of an envelope (None: all), from a day until another (None:
    the envelope's last). `code` is the id of the code that it uses up; None for none.
    """

    envelope: int
    number: int
    days: int | None
    from_on: date
    until_on: date | None
    code: int | None


def is_code(connection: sa.Connection, moment: Moment, text: str) -> bool:
    """Return whether a voucher waits under a typed code."""
    return _usable_code(connection, moment, text) is not None


def claim(connection: sa.Connection, moment: Moment, actor: str, text: str, number: int) -> int:
    """Give the voucher that waits under a code to a member, once, and return the voucher's id.

    Raises RequestError `voucher-code`, and what `give` raises.
    """
    code = _usable_code(connection, moment, text)
    if code is None:
        raise RequestError("voucher-code", "this code is unknown, used, withdrawn or expired", field="code")
    wish = Wish(code.envelope, number, code.days, moment.day, code.until_on, code.id)
    return give(connection, moment, actor, wish)


def _usable_code(connection: sa.Connection, moment: Moment, text: str) -> Code | None:
    """Return the code that was typed; None where it is unknown, used, withdrawn or over, or its envelope cannot be used
    today. Its last day counts.
    """
    code = voucher_rows.by_code(connection, vouchers.read_code(text))
    is_over = code is None or code.ended_on is not None or (code.until_on or moment.day) < moment.day
    if code is None or is_over or not voucher_rows.is_usable(connection, code.envelope, moment.day):
        return None
    return code


def give(connection: sa.Connection, moment: Moment, actor: str, wish: Wish) -> int:
    """Give a member a voucher for days of an envelope, and return the voucher's id.

    Raises RequestError `no-such-envelope`, `no-such-member`, `member-left`, `voucher-days`, `voucher-period` or
    `voucher-given`.
    """
    envelope = voucher_rows.envelope_by_id(connection, wish.envelope)
    person = members.present(connection, wish.number, moment.day)
    of_them = [each for each in voucher_rows.of_envelope(connection, wish.envelope) if each.number == wish.number]
    period = (wish.from_on, wish.until_on)
    unfit = vouchers.why_not(wish.days, envelope.days, period, [(each.from_on, each.until_on) for each in of_them])
    if unfit is not None:
        # Too many days or none, an end before the beginning, or another voucher of this envelope in that time.
        known: dict[Unfit, tuple[str, dict[str, object]]] = {
            Unfit.DAYS: ("days", {"most": envelope.days}),
            Unfit.PERIOD: ("until", {"since": wish.from_on}),
            Unfit.GIVEN: ("member", {"member": wish.number}),
        }
        field, values = known[unfit]
        raise RequestError(unfit.value, field=field, **values)
    voucher_id = voucher_rows.add(connection, wish.envelope, person.id, wish.days, *period)
    if wish.code is not None:
        voucher_rows.end_code(connection, wish.code, moment.day, voucher_id)
    desk_log.add(connection, moment.at, actor, "voucher-given", wish.number, f"envelope {wish.envelope}")
    return voucher_id
