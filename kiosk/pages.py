"""The pages of dialogues at the screen: which act leads to which. Each family has a module of its own."""

from collections.abc import Mapping

from kiosk import (
    keyboard,
    self_account,
    self_buy,
    self_day,
    self_guest,
    self_joining,
    self_pay,
    self_pin,
    self_report,
    self_settings,
    self_visit,
)
from kiosk.dialogue import Page
from kiosk.domain.choices import Act

PAGES: Mapping[Act, Page] = {
    **keyboard.PAGES,
    **self_account.PAGES,
    **self_joining.PAGES,
    **self_visit.PAGES,
    **self_guest.PAGES,
    **self_buy.PAGES,
    **self_pay.PAGES,
    **self_day.PAGES,
    **self_pin.PAGES,
    **self_report.PAGES,
    **self_settings.PAGES,
}
