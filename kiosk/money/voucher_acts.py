"""Acts of the office that end vouchers and banked days."""

from datetime import timedelta
from typing import NewType

from kiosk.acts import Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.store.money import voucher_rows

BankedId = NewType("BankedId", int)
VoucherId = NewType("VoucherId", int)


@act(May.CORRECT_MONEY, log="voucher-ended")
def end_voucher(now: Writing, voucher: VoucherId) -> Done:
    """End a voucher from today. Raises RequestError `no-such-voucher`."""
    found = voucher_rows.by_id(now.connection, voucher)
    voucher_rows.end(now.connection, voucher, now.moment.day - timedelta(days=1))
    return Done(voucher, found.number, f"voucher {voucher}")


@act(May.EDIT_MEMBERS, log="banked-ended")
def end_banked(now: Writing, banked: BankedId) -> Done:
    """Withdraw the remaining banked days. Raises RequestError `no-such-banked-day`."""
    found = voucher_rows.banked_by_id(now.connection, banked)
    voucher_rows.end_banked(now.connection, banked, now.moment.day - timedelta(days=1))
    return Done(banked, found.number, str(found.days_left))
