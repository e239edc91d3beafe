"""The pages of dialogues at the screen: which act leads to which. Each family has a module of its own."""

from collections.abc import Mapping
from functools import cache

from kiosk.checkin.dialogue import Page
from kiosk.domain.checkin.choices import Act


@cache
def pages() -> Mapping[Act, Page]:
    """Which page an act leads to. Imported when the first dialogue begins: the entrance starts without them."""
    from kiosk.selfservice import (
        account,
        day_payment,
        error_report,
        guests,
        joining,
        keyboard,
        payments,
        pin,
        purchases,
        settings,
        visitors,
    )

    return {
        **keyboard.PAGES,
        **account.PAGES,
        **joining.PAGES,
        **visitors.PAGES,
        **guests.PAGES,
        **purchases.PAGES,
        **payments.PAGES,
        **day_payment.PAGES,
        **pin.PAGES,
        **error_report.PAGES,
        **settings.PAGES,
    }
